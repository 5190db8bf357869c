/* private.h - what the files of the intake room share among themselves; nobody else includes it. */
#ifndef SOHOA_INTAKE_PRIVATE_H
#define SOHOA_INTAKE_PRIVATE_H

#include "stages/intake/intake.h"

#define LIST_NAME "lo.csv"

struct arena;

struct intake {
	struct store *store;
	const struct intake_opener *opener;
	const struct intake_sink *sink;
	struct arena *arena;      /* names of the dossier in work */
	const char *batch;        /* code: the dossier of loose files bears it */
	int64_t file_limit, total_limit, entry_limit;
	int entries_limit, depth_limit;
	unsigned char *piece;
};

/* A name below some folder, bytes and length. */
struct name {
	unsigned char *bytes;
	size_t size;
};

/* names, intake.c */
struct name name_join(struct arena *arena, struct name dir, const void *bytes, size_t size);
/* Length of a name without the ending of an archive; the whole length when it has none. */
size_t name_without_archive_end(const char *name, size_t size);
bool name_is_temporary(const char *name, size_t size);
bool name_is_list(const void *name, size_t size);

/* Tells the sink of one file: accepted as `found`, or set aside for `why`. */
int intake_tell(struct intake *in, const char *dossier, struct name name, const char *hash, int64_t size, const struct inspection *found,
		const struct error *why, struct error *err);

/* An object that is in the store already: what is it? loose: it lies beside the folders of the batch, so that an archive stands for one. */
int intake_object(struct intake *in, const char *dossier, bool loose, struct name name, const char *hash, int64_t size, int depth,
		  struct error *err);

/* Asks whether what was written may become an object: 0, or -1 with why it may not. */
int intake_may_keep(const struct intake *in, const struct store_writer *writer, struct error *why);

/* An object of the store that is the list of its batch. */
int intake_list_object(struct intake *in, const char *file, const char *hash, struct error *err);

/* archive.c: takes the members of an archive in. dossier NULL: it lies beside the folders of the batch and stands for one; depth 1: it
 * lies in no other archive. */
int intake_archive(struct intake *in, const char *dossier, struct name name, int fd, int depth, struct error *err);

#endif
