/*
 * decode.h - foreign formats become pixels or words; runs in a worker only
 *
 * Three doors: inspect tells what an original is, unpack takes an archive apart, and the page room opens one page. Limits come
 * from the settings, section "limits" (defaults: reliability table in docs/limits.md). Nothing here writes a file or opens
 * one by name.
 */
#ifndef SOHOA_DECODE_H
#define SOHOA_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct config;
struct error;
struct page_room;

extern const struct page_room decode_room;

struct inspection {
	const char *media; /* MEDIA_... by content */
	bool archive;      /* zip, tar or 7z: to be unpacked, has no pages */
	int pages;
};

/* What the bytes are. Errors have reach document and a reason of reason.h: empty, truncated, damaged, encrypted, not-a-document,
 * rar, no-pages, too-many-pages, page-too-large ... */
int decode_inspect(const struct config *config, const unsigned char *data, size_t size, struct inspection *inspection,
		   struct error *err);

/* The media type by the first bytes alone, or NULL. */
const char *decode_media(const unsigned char *data, size_t size);

/* Where the members of an archive go. Each returns 0 to go on or -1 to stop. Names are bytes as stored in the archive, checked only
 * for the limits; `/` parts them. A member that is refused (link, device, "../", absolute name, over a limit) is
 * reported by refuse and the others go on. */
struct unpack_sink {
	void *context;
	int (*begin)(void *context, const unsigned char *name, size_t name_size, struct error *err);
	int (*bytes)(void *context, const void *bytes, size_t size, struct error *err);
	int (*end)(void *context, struct error *err);
	/* after begin: the member begun is thrown away; before: name tells which (size 0: the archive itself from here on) */
	int (*refuse)(void *context, const unsigned char *name, size_t name_size, const struct error *why, struct error *err);
};

/* Members in the order of the archive, regular files only; directories are passed over. Returns -1 when the archive as a whole cannot be
 * read on (what was delivered before stands). */
int decode_unpack(const struct config *config, const unsigned char *data, size_t size, const struct unpack_sink *sink,
		  struct error *err);

#endif
