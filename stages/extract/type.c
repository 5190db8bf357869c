#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/extract/private.h"

/* A title stands in the first this-much of the first page, also on forms with a tall head. */
#define TITLE_SHARE 0.6
#define TITLE_LINES 4 /* the longest title of the house takes three lines */

struct candidate {
	const struct schema *type;
	int line, lines, length, errors;
	bool exact; /* the title is all that stands on its lines */
};

static bool better(const struct candidate *a, const struct candidate *b)
{
	if (!b->type)
		return true;
	if (a->line != b->line)
		return a->line < b->line;
	if (a->length - 3 * a->errors != b->length - 3 * b->errors)
		return a->length - 3 * a->errors > b->length - 3 * b->errors;
	return false;
}

/* Of two types with one title, the one whose grammar the number fits; else the higher rank. */
static bool fits_better(struct paper *paper, const struct candidate *a, const struct candidate *b)
{
	bool fa, fb;

	if (!b->type || a->line != b->line || a->length != b->length || a->errors != b->errors)
		return better(a, b);
	fa = number_fits(paper, a->type);
	fb = number_fits(paper, b->type);
	return fa != fb ? fa : a->type->rank > b->type->rank;
}

static bool may_be_title(const struct paper *paper, const struct sheet *sheet, const struct line *line)
{
	int middle = line->box.x + line->box.w / 2;

	return line->capitals && line->middle > paper->head_bottom && line->middle < sheet->height * TITLE_SHARE &&
	       middle > sheet->width / 4 && middle < sheet->width * 3 / 4;
}

/* Lines i.. as one key: the title may take several; a line farther than two heights below is no part of it. */
static void try_title(struct paper *paper, const struct sheet *sheet, int i, const struct schema *type, const char *title,
		      struct candidate *best)
{
	char *key = arena_strdup(paper->arena, "");
	int last = i;

	for (int lines = 1; lines <= TITLE_LINES; lines++) {
		struct candidate now = { type, i, lines, (int)strlen(title), 0, true };

		key = arena_printf(paper->arena, "%s%s", key, sheet->lines[last].key);
		if (key_equal(key, title, &now.errors) || (lines == 1 && (now.exact = false, key_begins(key, title, &now.errors)))) {
			if (fits_better(paper, &now, best))
				*best = now;
			return;
		}
		if (strlen(key) > strlen(title) + 20 || last + 1 >= sheet->nlines || !may_be_title(paper, sheet, &sheet->lines[last + 1]) ||
		    sheet->lines[last + 1].middle - sheet->lines[last].middle > 3 * sheet->lines[last].height)
			return;
		last++;
	}
}

static struct candidate find_title(struct paper *paper)
{
	const struct sheet *sheet = paper->sheets[0];
	const struct schemas *schemas = paper->extractor->schemas;
	struct candidate best = { 0 };

	for (int i = 0; i < sheet->nlines && !best.type; i++) {
		if (!may_be_title(paper, sheet, &sheet->lines[i]))
			continue;
		for (int t = 0; t < schemas_count(schemas); t++) {
			const struct schema *type = schemas_at(schemas, t);

			for (int k = 0; k < type->titles.n; k++)
				try_title(paper, sheet, i, type, text_key(paper->arena, type->titles.items[k]), &best);
		}
	}
	return best;
}

/* No title was read: the notation of the number tells the type (the same table, appendix III of the decree). */
static const struct schema *type_by_number(struct paper *paper)
{
	const struct schemas *schemas = paper->extractor->schemas;
	const struct schema *found = NULL;

	for (int t = 0; t < schemas_count(schemas); t++) {
		const struct schema *type = schemas_at(schemas, t);

		if (!type->notation.n || !number_fits(paper, type))
			continue;
		if (!found || type->rank > found->rank)
			found = type;
	}
	return found;
}

/* A title in colours or ornaments is lost to the reader; the labels of a form are not. The type most of whose labels stand on the page, where
 * no other has as much. */
#define LABEL_FIELDS 3 /* fields that must be found */
#define LABEL_LENGTH 9 /* letters; shorter ones stand on every form */

static int labels_found(struct paper *paper, const struct schema *type, int *fields)
{
	const struct sheet *sheet = paper->sheets[0];
	int sum = 0;

	*fields = 0;
	for (int f = 0; f < type->nfields; f++) {
		int longest = 0;

		for (int k = 0; type->fields[f].reader == READER_LABEL && k < type->fields[f].labels.n; k++) {
			const char *key = text_key(paper->arena, type->fields[f].labels.items[k]);
			int size = (int)strlen(key), n;

			for (int i = 0; size >= LABEL_LENGTH && size > longest && i < sheet->nlines; i++)
				if (line_find_within(&sheet->lines[i], key, 0, 1, &n) >= 0)
					longest = size;
		}
		*fields += longest > 0;
		sum += longest;
	}
	return sum;
}

static const struct schema *type_by_labels(struct paper *paper)
{
	const struct schemas *schemas = paper->extractor->schemas;
	const struct schema *found = NULL;
	int most = 0;

	for (int t = 0; t < schemas_count(schemas); t++) {
		int fields, sum = labels_found(paper, schemas_at(schemas, t), &fields);

		if (sum < most || fields < LABEL_FIELDS)
			continue;
		found = sum == most ? NULL : schemas_at(schemas, t);
		most = sum;
	}
	return found;
}

static const struct schema *untitled_type(struct paper *paper)
{
	const struct schemas *schemas = paper->extractor->schemas;

	for (int t = 0; t < schemas_count(schemas); t++)
		if (schemas_at(schemas, t)->untitled && (paper->reference >= 0 || number_fits(paper, schemas_at(schemas, t))))
			return schemas_at(schemas, t);
	return NULL;
}

void type_find(struct paper *paper)
{
	struct document *document = paper->document;
	struct candidate title = find_title(paper);
	const struct schema *by_number;

	paper->type = title.type;
	document->type_confidence = title.exact ? 95 : 80;
	if (title.type) {
		paper->title = title.line;
		paper->title_lines = title.lines;
		document->type_confidence -= (float)(title.errors * 5);
		if (number_fits(paper, title.type))
			document->type_confidence += 5;
	} else if ((by_number = type_by_number(paper))) {
		paper->type = by_number;
		document->type_confidence = 60;
	} else if (paper->motto && (paper->type = untitled_type(paper))) {
		document->type_confidence = paper->reference >= 0 && number_fits(paper, paper->type) ? 95 : 75;
	} else if ((paper->type = type_by_labels(paper))) {
		document->type_confidence = 55;
	} else {
		paper->type = schemas_other(paper->extractor->schemas);
		document->type_confidence = 0;
	}
	if (paper->reference >= 0 && paper->title < 0 && !title.type && untitled_type(paper))
		paper->type = untitled_type(paper);
	for (int s = 0; s < paper->nsheets; s++) { /* what a person said stands over it */
		const char *said = paper->sheets[s]->page->said_type;
		const struct schema *type = said ? schemas_find(paper->extractor->schemas, said) : NULL;

		if (type) {
			paper->type = type;
			document->type_confidence = 100;
			break;
		}
	}
	document->type = arena_strdup(paper->arena, paper->type->code);
}

#define SHORT_KEY 4 /* letters: SAO Y, of which SỞ Y TẾ is one letter off */

/* What says that a paper is a copy, the strongest last. Words: Decree 30/2020 article 25 (SAO Y, SAO LỤC, TRÍCH SAO), Decree 23/2015 article 2
 * (bản sao, chứng thực). Levels: domain 1.6; the scan of an archive starts at 1. */
static const struct {
	const char *key, *copy;
	int level;
	bool begins; /* at the begin of a line only */
} copies[] = {
	{ "trichluc", "extract", 1, true },
	{ "bansao", "extract", 1, true },
	{ "saoy", "agency-copy", 1, true },
	{ "saoluc", "agency-copy", 1, true },
	{ "trichsao", "agency-copy", 1, true },
	{ "banphoto", "photocopy", 0, true },
	{ "photocopy", "photocopy", 0, true },
	{ "chungthucbansaodientu", "e-certified-copy", 1, false },
	{ "bansaodungvoibanchinh", "certified-copy", 0, false },
	{ "chungthucbansaodungvoibanchinh", "certified-copy", 0, false },
};

/* "Số chứng thực ... quyển số ...-SCT/BS": the register of certified copies (Decree 23/2015 article 13). The number alone may belong to a
 * certified signature; on a paper that calls itself BẢN SAO it does not. */
static bool is_certified(const struct line *line, bool calls_itself_copy)
{
	int n;

	return strstr(line->key, "sctbs") || (calls_itself_copy && line_find_within(line, "sochungthuc", 0, 1, &n) >= 0);
}

/* The strongest of what the lines of the sheet say, no weaker than `best`. */
static int copy_of(const struct sheet *sheet, int best)
{
	for (int i = 0; i < sheet->nlines; i++) {
		const struct line *line = &sheet->lines[i];

		for (int k = 0; k < (int)(sizeof copies / sizeof *copies); k++) {
			int n, errors = 0;

			if (k <= best || (copies[k].begins && (!line->capitals || line->nwords > 12 || line->confidence < FREE_CONFIDENCE)))
				continue;
			if (copies[k].begins ? key_begins(line->key, copies[k].key, &errors) && (!errors || strlen(copies[k].key) > SHORT_KEY) && strncmp(line->key, "saoyen", 6) :
					       line_find_within(line, copies[k].key, 0, 2, &n) >= 0)
				best = k;
		}
	}
	return best;
}

/* A certification that was set aside with the stamps says as much as one among the lines. */
void copy_find(struct paper *paper)
{
	const int strongest = (int)(sizeof copies / sizeof *copies) - 1;
	int best = -1;

	for (int s = 0; s < paper->nsheets; s++)
		best = copy_of(sheet_of_stamps(paper->sheets[s]->page, paper->arena), copy_of(paper->sheets[s], best));
	for (int s = 0; s < paper->nsheets && (best < 0 || strcmp(copies[best].copy, "e-certified-copy")); s++)
		for (int i = 0; i < paper->sheets[s]->nlines; i++)
			if (is_certified(&paper->sheets[s]->lines[i], best >= 0))
				best = strongest;
	paper->document->copy = arena_strdup(paper->arena, best < 0 ? "original" : copies[best].copy);
	paper->document->level = best < 0 ? 1 : copies[best].level;
	if (paper->type->family == FAMILY_COPY && best < 0) {
		paper->document->copy = arena_strdup(paper->arena, "certified-copy");
		paper->document->level = 0;
	}
}
