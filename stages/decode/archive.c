/*
 * archive.c - archives are unpacked from memory into a sink; nothing is written
 *
 * Only zip, tar and 7z, and at most one of gzip, xz, zstd around a tar: libarchive knows many more formats, and that is where its
 * vulnerabilities have been. Sizes are counted as bytes come out, never believed from a header.
 */
#include "stages/decode/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>

#include "pipeline/document.h"
#include "pipeline/error.h"
#include "stages/decode/decode.h"
#include "stages/decode/limits.h"

#define CHUNK 65536
#define ZIP_TAIL (65535 + 22) /* the end record and its longest comment */

/* libarchive turns the UTF-16 names of 7z and the flagged names of zip into those of the locale; outside of a UTF-8
 * locale they are lost. */
static locale_t utf8_locale;

void archive_warm_up(void)
{
	if (!utf8_locale)
		utf8_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

static struct archive *open_archive(const unsigned char *data, size_t size, bool tar_only)
{
	struct archive *a = archive_read_new();

	if (!a)
		return NULL;
	archive_read_support_filter_gzip(a);
	archive_read_support_filter_xz(a);
	archive_read_support_filter_zstd(a);
	archive_read_support_format_tar(a);
	if (!tar_only) {
		archive_read_support_format_zip_seekable(a);
		archive_read_support_format_7zip(a);
	}
	if (archive_read_open_memory(a, data, size) != ARCHIVE_OK) {
		archive_read_free(a);
		return NULL;
	}
	return a;
}

static int archive_fail(struct archive *a, struct error *err)
{
	const char *why = archive_error_string(a);

	if (archive_read_has_encrypted_entries(a) > 0 || (why && strcasestr(why, "encrypt")))
		return error_set(err, REACH_DOCUMENT, "encrypted", _("the archive needs a password"));
	if (why && strcasestr(why, "truncated"))
		return error_set(err, REACH_DOCUMENT, "truncated", _("the archive ends too early"));
	return error_set(err, REACH_DOCUMENT, "damaged", _("the archive is damaged: %s"), why ? why : "?");
}

/* --- inspection --- */

static uint64_t get64le(const unsigned char *p)
{
	uint64_t v = 0;

	for (int i = 7; i >= 0; i--)
		v = v << 8 | p[i];
	return v;
}

static int inspect_zip(const unsigned char *data, size_t size, struct error *err)
{
	size_t tail = size < ZIP_TAIL ? size : ZIP_TAIL;

	if (!memmem(data + size - tail, tail, "PK\5\6", 4))
		return error_set(err, REACH_DOCUMENT, "truncated", _("the zip archive ends before its directory"));
	return 0;
}

static int inspect_7z(const unsigned char *data, size_t size, struct error *err)
{
	uint64_t offset, length;

	if (size < 32)
		return error_set(err, REACH_DOCUMENT, "truncated", _("the 7z archive ends too early"));
	offset = get64le(data + 12);
	length = get64le(data + 20);
	if (offset > size - 32 || length > size - 32 - offset)
		return error_set(err, REACH_DOCUMENT, "truncated", _("the 7z archive ends before its directory"));
	return 0;
}

static int inspect_tar(const unsigned char *data, size_t size, struct error *err)
{
	struct archive *a = open_archive(data, size, true);
	struct archive_entry *entry;
	int status = 0, got = a ? archive_read_next_header(a, &entry) : ARCHIVE_FATAL;

	if (!a) /* refused at once: what comes out of the packing is no header of a tar */
		return error_set(err, REACH_DOCUMENT, "not-a-document", _("the packed file holds no tar archive"));
	if (got != ARCHIVE_EOF && got < ARCHIVE_WARN)
		status = error_set(err, REACH_DOCUMENT, "not-a-document", _("the packed file holds no tar archive"));
	else if (archive_filter_count(a) > 2) /* the last one is "none" */
		status = error_set(err, REACH_DOCUMENT, "bomb", _("the archive is packed more than once over"));
	archive_read_free(a);
	return status;
}

int archive_inspect(const char *media, const unsigned char *data, size_t size, struct error *err)
{
	if (!strcmp(media, MEDIA_ZIP))
		return inspect_zip(data, size, err);
	if (!strcmp(media, MEDIA_7Z))
		return inspect_7z(data, size, err);
	return inspect_tar(data, size, err);
}

bool archive_is_program_file(const unsigned char *data, size_t size)
{
	static const char *const first_names[] = { "[Content_Types].xml", "_rels/", "docProps/", "word/", "xl/", "ppt/",
						   "mimetype", "META-INF/", "AndroidManifest.xml" };
	size_t length;

	if (size < 30)
		return false;
	length = (size_t)data[26] | (size_t)data[27] << 8;
	for (size_t i = 0; i < sizeof first_names / sizeof first_names[0]; i++) {
		size_t n = strlen(first_names[i]);

		if (length >= n && size - 30 >= n && !memcmp(data + 30, first_names[i], n) &&
		    (length == n || first_names[i][n - 1] == '/'))
			return true;
	}
	return false;
}

/* --- unpacking --- */

struct unpacking {
	struct limits limits;
	const struct unpack_sink *sink;
	struct archive *a;
	size_t packed;
	uint64_t produced;
	int entries;
	const unsigned char *name;
	size_t name_size;
};

static int refuse(struct unpacking *u, const char *reason, const char *sentence, struct error *err)
{
	struct error why = ERROR_INIT;

	error_set(&why, REACH_DOCUMENT, reason, "%s", sentence);
	return u->sink->refuse(u->sink->context, u->name, u->name_size, &why, err);
}

/* The archive itself, from here on. */
static int refuse_rest(struct unpacking *u, const struct error *why, struct error *err)
{
	return u->sink->refuse(u->sink->context, (const unsigned char *)"", 0, why, err);
}

/* "..", also behind the backslashes and drive letters of Windows. */
static bool points_outside(const unsigned char *name, size_t size)
{
	size_t start = 0;

	if (size == 0 || name[0] == '/' || name[0] == '\\')
		return true;
	if (size >= 2 && name[1] == ':' && ((name[0] >= 'A' && name[0] <= 'Z') || (name[0] >= 'a' && name[0] <= 'z')))
		return true;
	for (size_t i = 0; i <= size; i++) {
		if (i < size && name[i] != '/' && name[i] != '\\')
			continue;
		if (i - start == 2 && name[start] == '.' && name[start + 1] == '.')
			return true;
		start = i + 1;
	}
	return false;
}

/* 1 to take the member, 0 when it was refused or passed over, -1 to stop. */
static int judge(struct unpacking *u, struct archive_entry *entry, struct error *err)
{
	if (archive_entry_filetype(entry) == AE_IFDIR && !archive_entry_hardlink(entry))
		return 0;
	if (u->name_size > u->limits.name)
		return refuse(u, "bad-name", _("the name is too long"), err);
	if (points_outside(u->name, u->name_size))
		return refuse(u, "bad-name", _("the name points outside its folder"), err);
	if (archive_entry_hardlink(entry) || archive_entry_symlink(entry) || archive_entry_filetype(entry) != AE_IFREG)
		return refuse(u, "not-a-file", _("it is a link or a device, not a file"), err);
	if (archive_entry_is_encrypted(entry))
		return refuse(u, "encrypted", _("it needs a password"), err);
	return 1;
}

/* 0 to go on; 1 when the archive as a whole has become too much (*why says so). */
static int count(struct unpacking *u, size_t n, struct error *why)
{
	u->produced += n;
	if (u->produced > u->limits.archive_ratio_above && u->produced / u->limits.archive_ratio >= u->packed) {
		error_set(why, REACH_DOCUMENT, "bomb", _("the archive of %zu bytes unpacks to more than %llu bytes"),
			  u->packed, (unsigned long long)u->produced);
		return 1;
	}
	if (u->produced > u->limits.archive_total) {
		error_set(why, REACH_DOCUMENT, "too-large", _("the archive unpacks to more than %llu bytes"),
			  (unsigned long long)u->limits.archive_total);
		return 1;
	}
	return 0;
}

enum outcome { GO_ON, STOP, WHOLE_REFUSED };

static enum outcome member_too_large(struct unpacking *u, bool *wanted, struct error *err)
{
	*wanted = false;
	return refuse(u, "too-large", _("the member is larger than the limit"), err) < 0 ? STOP : GO_ON;
}

/* Reads a member to its end; one that is not wanted is read and counted all the same, so that passing over a bomb is bounded
 * too. */
static enum outcome read_member(struct unpacking *u, bool wanted, struct error *err)
{
	static unsigned char chunk[CHUNK];
	struct error why = ERROR_INIT;
	uint64_t size = 0;

	for (;;) {
		la_ssize_t n = archive_read_data(u->a, chunk, sizeof chunk);

		if (n == 0)
			break;
		if (n == ARCHIVE_RETRY)
			continue;
		if (n < 0) {
			archive_fail(u->a, &why);
			if (wanted && u->sink->refuse(u->sink->context, u->name, u->name_size, &why, err) < 0)
				return STOP;
			if (n == ARCHIVE_FATAL) {
				error_set(err, why.reach, why.reason, "%s", why.text);
				return STOP;
			}
			return GO_ON;
		}
		size += (size_t)n;
		if (count(u, (size_t)n, &why)) {
			if (wanted && u->sink->refuse(u->sink->context, u->name, u->name_size, &why, err) < 0)
				return STOP;
			return refuse_rest(u, &why, err) < 0 ? STOP : WHOLE_REFUSED;
		}
		if (wanted && size > u->limits.archive_entry && member_too_large(u, &wanted, err) == STOP)
			return STOP;
		if (wanted && u->sink->bytes(u->sink->context, chunk, (size_t)n, err) < 0)
			return STOP;
	}
	if (wanted && u->sink->end(u->sink->context, err) < 0)
		return STOP;
	return GO_ON;
}

static const char *entry_name(struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);

	return name ? name : archive_entry_pathname_utf8(entry);
}

static enum outcome take_entry(struct unpacking *u, struct archive_entry *entry, struct error *err)
{
	const char *name = entry_name(entry);
	struct error why = ERROR_INIT;
	int wanted;

	if (++u->entries > u->limits.entries) {
		error_set(&why, REACH_DOCUMENT, "too-many-entries", _("the archive has more than %d entries"),
			  u->limits.entries);
		return refuse_rest(u, &why, err) < 0 ? STOP : WHOLE_REFUSED;
	}
	u->name = (const unsigned char *)(name ? name : "");
	u->name_size = strlen((const char *)u->name);
	wanted = judge(u, entry, err);
	if (wanted < 0)
		return STOP;
	if (wanted && u->sink->begin(u->sink->context, u->name, u->name_size, err) < 0)
		return STOP;
	if (!wanted && archive_entry_is_encrypted(entry))
		return GO_ON;
	return read_member(u, wanted, err);
}

static int unpack(struct unpacking *u, struct error *err)
{
	for (;;) {
		struct archive_entry *entry;
		int got = archive_read_next_header(u->a, &entry);

		if (got == ARCHIVE_EOF)
			return 0;
		if (got == ARCHIVE_RETRY)
			continue;
		if (got < ARCHIVE_WARN) /* a warning is about a name's letters or an unknown attribute */
			return archive_fail(u->a, err);
		if (u->entries == 0 && archive_filter_count(u->a) > 2)
			return error_set(err, REACH_DOCUMENT, "bomb", _("the archive is packed more than once over"));
		switch (take_entry(u, entry, err)) {
		case STOP:
			return -1;
		case WHOLE_REFUSED:
			return 0;
		case GO_ON:
			break;
		}
	}
}

int decode_unpack(const struct config *config, const unsigned char *data, size_t size, const struct unpack_sink *sink,
		  struct error *err)
{
	struct unpacking u = { .sink = sink, .packed = size };
	locale_t before = (locale_t)0;
	int status;

	limits_load(&u.limits, config);
	archive_warm_up();
	u.a = open_archive(data, size, false);
	if (!u.a)
		return error_set(err, REACH_DOCUMENT, "damaged", _("the archive cannot be opened"));
	if (utf8_locale)
		before = uselocale(utf8_locale);
	status = unpack(&u, err);
	if (utf8_locale)
		uselocale(before);
	archive_read_free(u.a);
	return status;
}
