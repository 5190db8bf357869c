/*
 * intake.h - receives bytes: walks folders, copies and hashes files, tells the caller what came
 *
 * The room opens no format. What a file is, and what an archive holds, is told by the opener, behind which stands a worker. The room writes
 * objects into the store and nothing else; the sink (the command) carries the items into the catalogue.
 *
 * What belongs where: the path given is the batch. A folder in it is a dossier; deeper folders belong to their dossier. Files that lie
 * beside such folders, or alone, form a dossier that bears the name of the batch. An archive stands for a folder of its name without
 * the ending; when all its members lie under one common folder and at least one folder deeper, that common folder is the batch itself.
 * Names are bytes and only names: no path is ever made from the name of a member.
 */
#ifndef SOHOA_INTAKE_H
#define SOHOA_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipeline/store.h"

struct config;
struct error;
struct inspection;
struct unpack_sink;

/* Both borrow the descriptor. Errors of one file have reach document; reach run ends the intake. */
struct intake_opener {
	void *context;
	int (*inspect)(void *context, int fd, struct inspection *inspection, struct error *err);
	int (*unpack)(void *context, int fd, const struct unpack_sink *sink, struct error *err);
};

struct intake_item {
	const char *dossier;       /* code, as shown */
	const unsigned char *name; /* relative to the dossier, bytes as received; '/' parts folders */
	size_t name_size;
	const char *shown;
	const char *hash;   /* of the object, or NULL where nothing could be kept */
	int64_t size;
	const char *media;  /* or NULL */
	int pages;
	const char *reason; /* code of reason.h, or NULL: accepted */
	const char *detail; /* the sentence with it, or NULL */
	bool wrong_extension;
};

/* A line of lo.csv. Strings may be NULL but for code; sheets and pages -1 where the line says nothing. */
struct intake_line {
	const char *code, *box, *title, *shelf, *retention;
	int64_t sheets, pages;
};

/* Everything is valid during the call only. A value below 0 ends the intake. */
struct intake_sink {
	void *context;
	int (*item)(void *context, const struct intake_item *item, struct error *err);
	int (*line)(void *context, const struct intake_line *line, struct error *err);
	/* a line of lo.csv that cannot be used; number is 1-based */
	int (*bad_line)(void *context, const char *file, int number, const char *why, struct error *err);
	int (*skipped)(void *context, const char *shown, struct error *err); /* hidden, temporary: passed over by its name */
	int (*dossier_end)(void *context, const char *dossier, struct error *err); /* all files of this dossier were told */
	int (*list)(void *context, const char *hash, int64_t size, struct error *err); /* the list of the batch is this object; may be NULL */
	/* before bytes of that hash become an object: 1 and *why when they may not, 0, -1 and *why when that cannot be known. NULL: they may */
	int (*refused)(void *context, const char *hash, struct error *why);
};

/* The code of the batch that a path stands for: its last part, without the ending of an archive or a file. */
void intake_code(const char *path, char *out, size_t size);

/* Takes in one folder, archive or file as part of the batch of that code. */
int intake_path(const char *path, const char *batch, struct store *store, const struct config *config,
		const struct intake_opener *opener, const struct intake_sink *sink, struct error *err);

/* list.c: reads lo.csv. Fields parted by comma, semicolon or tab (whichever the first line holds most of); a byte order mark is
 * fine; columns by their names, Vietnamese or English: hộp/box, hồ sơ/dossier, tiêu đề/title, số tờ/sheets, số trang/pages,
 * giá/shelf, thời hạn/retention. */
int intake_list(const char *file, const char *bytes, size_t size, const struct intake_sink *sink, struct error *err);

#endif
