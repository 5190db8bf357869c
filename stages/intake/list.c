/* list.c - lo.csv: what a batch was declared to hold */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/csv.h"
#include "pipeline/error.h"
#include "pipeline/text.h"
#include "stages/intake/intake.h"

#define NUMBER_LIMIT 1000000 /* sheets of one dossier: nothing real comes near */

enum column { CODE, BOX, TITLE, SHEETS, PAGES, SHELF, RETENTION, NCOLUMNS };

/* Names of columns, folded. */
static const struct {
	const char *name;
	enum column column;
} names[] = {
	{ "ho so", CODE }, { "ma ho so", CODE }, { "ho so so", CODE }, { "so ho so", CODE }, { "dossier", CODE }, { "code", CODE },
	{ "hop", BOX }, { "hop so", BOX }, { "so hop", BOX }, { "box", BOX },
	{ "tieu de", TITLE }, { "tieu de ho so", TITLE }, { "title", TITLE },
	{ "so to", SHEETS }, { "to", SHEETS }, { "sheets", SHEETS },
	{ "so trang", PAGES }, { "trang", PAGES }, { "pages", PAGES },
	{ "gia", SHELF }, { "gia ke", SHELF }, { "ma gia", SHELF }, { "vi tri", SHELF }, { "shelf", SHELF }, { "shelf code", SHELF },
	{ "thoi han", RETENTION }, { "thoi han bao quan", RETENTION }, { "thbq", RETENTION }, { "retention", RETENTION },
};

struct reader {
	const char *file;
	struct csv csv;
	int at[NCOLUMNS]; /* index of the cell, -1: the list has no such column */
};

static void read_header(struct reader *r)
{
	for (int i = 0; i < NCOLUMNS; i++)
		r->at[i] = -1;
	for (int i = 0; i < r->csv.ncells; i++) {
		char *folded = text_fold(r->csv.arena, r->csv.cells[i]);

		for (size_t k = 0; k < sizeof names / sizeof *names; k++)
			if (!strcmp(folded, names[k].name) && r->at[names[k].column] < 0)
				r->at[names[k].column] = i;
	}
}

static const char *value(const struct reader *r, enum column column)
{
	int i = r->at[column];

	return i >= 0 && i < r->csv.ncells && *r->csv.cells[i] ? r->csv.cells[i] : NULL;
}

/* -1 where the line says nothing, -2 when it is no number. */
static int64_t number(const struct reader *r, enum column column)
{
	const char *text = value(r, column);

	if (!text)
		return -1;
	if (strspn(text, "0123456789") != strlen(text) || strlen(text) > 7 || atol(text) > NUMBER_LIMIT)
		return -2;
	return atol(text);
}

static int tell(struct reader *r, const struct intake_sink *sink, struct error *err)
{
	struct intake_line line = { value(r, CODE), value(r, BOX), value(r, TITLE), value(r, SHELF), value(r, RETENTION), number(r, SHEETS),
				    number(r, PAGES) };

	if (csv_empty(&r->csv))
		return 0;
	if (!line.code)
		return sink->bad_line(sink->context, r->file, r->csv.line, _("it names no dossier"), err);
	if (line.sheets == -2 || line.pages == -2)
		return sink->bad_line(sink->context, r->file, r->csv.line, _("sheets and pages must be plain numbers"), err);
	return sink->line(sink->context, &line, err);
}

int intake_list(const char *file, const char *bytes, size_t size, const struct intake_sink *sink, struct error *err)
{
	struct arena *arena = arena_new();
	struct reader r = { .file = file };
	const char *why = csv_open(&r.csv, bytes, size, arena);
	int ret = 0;

	if (why) {
		ret = sink->bad_line(sink->context, file, 1, _(why), err);
		goto out;
	}
	if (!csv_record(&r.csv))
		goto out;
	read_header(&r);
	if (r.at[CODE] < 0) {
		ret = sink->bad_line(sink->context, file, 1, _("no column is called \"hồ sơ\" or \"dossier\""), err);
		goto out;
	}
	arena_reset(arena);
	while (ret >= 0 && csv_record(&r.csv)) {
		ret = tell(&r, sink, err);
		arena_reset(arena);
	}
out:
	csv_close(&r.csv);
	arena_free(arena);
	return ret;
}
