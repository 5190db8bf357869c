/* list.c - lo.csv: what a batch was declared to hold */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "pipeline/text.h"
#include "stages/intake/intake.h"

#define LIST_MAX ((size_t)16 << 20) /* 16 MiB: some hundred thousand dossiers */
#define COLUMNS_MAX 64
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
	const char *file, *p, *end;
	char separator;
	int line; /* of the record read last: where it begins */
	int next;
	char *cells[COLUMNS_MAX];
	int ncells;
	struct arena *arena;
	char *scratch; /* as large as the list: no cell is larger */
	int at[NCOLUMNS]; /* index of the cell, -1: the list has no such column */
};

/* One cell as RFC 4180 writes it: "..." may hold separators, line ends and doubled quotes. */
static char *cell(struct reader *r)
{
	char *out = r->scratch, *o = out;
	bool quoted = r->p < r->end && *r->p == '"';

	if (quoted) {
		for (r->p++; r->p < r->end; r->p++) {
			if (*r->p == '"' && (r->p + 1 >= r->end || r->p[1] != '"')) {
				r->p++;
				break;
			}
			r->p += *r->p == '"';
			r->next += *r->p == '\n';
			*o++ = *r->p;
		}
	}
	while (r->p < r->end && *r->p != r->separator && *r->p != '\n')
		*o++ = *r->p++;
	while (o > out && (o[-1] == ' ' || o[-1] == '\r' || o[-1] == '\t'))
		o--;
	*o = '\0';
	while (*out == ' ' || *out == '\t')
		out++;
	return text_nfc(r->arena, out);
}

/* False at the end. */
static bool record(struct reader *r)
{
	if (r->p >= r->end)
		return false;
	r->line = r->next;
	r->ncells = 0;
	for (;;) {
		char *c = cell(r);

		if (r->ncells < COLUMNS_MAX)
			r->cells[r->ncells++] = c;
		if (r->p >= r->end)
			return true;
		if (*r->p++ == '\n') {
			r->next++;
			return true;
		}
	}
}

static char most_frequent(const char *p, const char *end)
{
	int comma = 0, semicolon = 0, tab = 0;

	for (; p < end && *p != '\n'; p++) {
		comma += *p == ',';
		semicolon += *p == ';';
		tab += *p == '\t';
	}
	return tab > comma && tab > semicolon ? '\t' : semicolon > comma ? ';' : ',';
}

static void read_header(struct reader *r)
{
	for (int i = 0; i < NCOLUMNS; i++)
		r->at[i] = -1;
	for (int i = 0; i < r->ncells; i++) {
		char *folded = text_fold(r->arena, r->cells[i]);

		for (size_t k = 0; k < sizeof names / sizeof *names; k++)
			if (!strcmp(folded, names[k].name) && r->at[names[k].column] < 0)
				r->at[names[k].column] = i;
	}
}

static const char *value(const struct reader *r, enum column column)
{
	int i = r->at[column];

	return i >= 0 && i < r->ncells && *r->cells[i] ? r->cells[i] : NULL;
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
	bool empty = true;

	for (int i = 0; i < r->ncells; i++)
		empty &= !*r->cells[i];
	if (empty)
		return 0;
	if (!line.code)
		return sink->bad_line(sink->context, r->file, r->line, _("it names no dossier"), err);
	if (line.sheets == -2 || line.pages == -2)
		return sink->bad_line(sink->context, r->file, r->line, _("sheets and pages must be plain numbers"), err);
	return sink->line(sink->context, &line, err);
}

int intake_list(const char *file, const char *bytes, size_t size, const struct intake_sink *sink, struct error *err)
{
	struct reader r = { .file = file, .p = bytes, .end = bytes + size, .next = 1 };
	int ret = 0;

	if (size > LIST_MAX)
		return sink->bad_line(sink->context, file, 1, _("the list is larger than 16 MiB"), err);
	if (size >= 2 && (!memcmp(bytes, "\xFF\xFE", 2) || !memcmp(bytes, "\xFE\xFF", 2)))
		return sink->bad_line(sink->context, file, 1, _("the list is UTF-16; save it as CSV UTF-8"), err);
	if (size >= 3 && !memcmp(bytes, "\xEF\xBB\xBF", 3))
		r.p += 3;
	r.separator = most_frequent(r.p, r.end);
	r.arena = arena_new();
	r.scratch = mem_alloc(size + 1);
	if (!record(&r))
		goto out;
	read_header(&r);
	if (r.at[CODE] < 0) {
		ret = sink->bad_line(sink->context, file, 1, _("no column is called \"hồ sơ\" or \"dossier\""), err);
		goto out;
	}
	arena_reset(r.arena);
	while (ret >= 0 && record(&r)) {
		ret = tell(&r, sink, err);
		arena_reset(r.arena);
	}
out:
	free(r.scratch);
	arena_free(r.arena);
	return ret;
}
