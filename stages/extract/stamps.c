/*
 * stamps.c - what a clerk stamped on a paper: its entry in the register of certified copies, and the stamp of arrival
 *
 * The entry is printed or stamped in a block ("Số chứng thực: 146", "Quyển số: 01/2024-SCT/BS", "Ngày 27/02/2024"; Decree 23/2015, article 20) and
 * stands among the lines of the page. The arrival stamp (Decree 30/2020, appendix IV) is set aside by the reader; its number and day are written by hand
 * more often than not: they are unread then, and where figures were read they are never sure.
 */
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/extract/private.h"
#include "stages/extract/value.h"

#define ENTRY_LINES 7 /* of the entry: heading (in two), number, book, day, office, position */
#define OVER_LINES 3  /* ... of which may stand over its number */
#define BESIDE 6      /* text heights */
#define OFFICE_WORDS 3 /* before the office's name: "TM.", "Tại:", "PHÓ CHỦ TỊCH" */

/* Words of the line from `first` on, as one text, or NULL; the least confidence among them. */
static char *rest_of(struct paper *paper, const struct line *line, int first, float *sure)
{
	char *text = NULL;

	*sure = 100;
	for (int k = first; k < line->nwords; k++) {
		text = text ? arena_printf(paper->arena, "%s %s", text, line->words[k]->text) : line->words[k]->text;
		*sure = line->words[k]->confidence < *sure ? line->words[k]->confidence : *sure;
	}
	return text ? name_clean(paper->arena, text) : NULL;
}

static void put(struct field *field, const struct line *line, const char *value, float sure, float limit)
{
	if (field->state == FIELD_ABSENT)
		field_fill(field, value && sure >= limit ? FIELD_READ : FIELD_UNREAD, line->text, value, sure, line->page, line_evidence(line));
}

/* Behind the words of the label: where they end in the line, or -1. */
static int behind(const struct line *line, const char *label)
{
	int n, at = line_find_within(line, label, 0, 1, &n);

	return at < 0 ? -1 : at + n;
}

/* ---- the register of certified copies ---- */

/* The word of figures behind the label, without the leaders around it ("....146....", "726_"); what follows in the line is the book. */
static void entry_number(struct paper *paper, const struct line *line, int first, struct field *field)
{
	static const char leaders[] = ".,:;_-\xe2\x80\xa6"; /* and the bytes of an ellipsis */
	const char *text;
	size_t skipped, figures;
	char *value = NULL;
	float sure;

	while (first < line->nwords && !*line->keys[first])
		first++;
	if (first == line->nwords) {
		put(field, line, NULL, 0, 100);
		return;
	}
	text = line->words[first]->text;
	skipped = strspn(text, leaders);
	figures = strspn(text + skipped, "0123456789");
	if (figures && figures < 8 && !text[skipped + figures + strspn(text + skipped + figures, leaders)])
		value = arena_strndup(paper->arena, text + skipped, figures);
	if (value && first + 1 < line->nwords && strspn(line->words[first + 1]->text, "0123456789")) /* parted: what stood between nobody knows */
		value = NULL;
	sure = line->words[first]->confidence; /* stamped or written in later more often than printed */
	put(field, line, value, sure > ALONE_CONFIDENCE ? ALONE_CONFIDENCE : sure, sure >= STAMPED_CONFIDENCE ? 0 : 100);
}

/* "01/2024 - SCT/BS": book, year, and the register's sign, which is always the same (Decree 23/2015; Circular 01/2020/TT-BTP, forms): two of its five letters may be
 * misread, but never those that tell it from the register of signatures, SCT/CK. A stroke between two figures of the book and four of a year of this century is the
 * form's. What stands between is put as the form has it; figures are never repaired. NULL where it is no such text. */
static char *book_normal(struct paper *paper, const char *text, bool *repaired)
{
	size_t book = strspn(text, "0123456789"), year;
	const char *sign;

	if (!book || book > 4 || !text[book] || !strchr("/I!l|", text[book]))
		return NULL;
	*repaired = text[book] != '/';
	year = strspn(text + book + 1, "0123456789");
	sign = text_key(paper->arena, text + book + 1 + year);
	if (year != 4 || strncmp(text + book + 1, "20", 2) || key_distance(sign, "sctbs", 2) > 2 || strstr(sign, "ck") || *sign != 's')
		return NULL;
	*repaired = *repaired || strcmp(sign, "sctbs") != 0;
	return arena_printf(paper->arena, "%.*s/%.4s - SCT/BS", (int)book, text, text + book + 1);
}

static void entry_book(struct paper *paper, const struct line *line, int first, struct field *field)
{
	float sure;
	bool repaired = false;
	char *text = rest_of(paper, line, first, &sure), *normal = text ? book_normal(paper, text, &repaired) : NULL, *end = text ? strstr(text, "SCT") : NULL;

	if (normal && first < line->nwords) { /* the sign is known: what was read of it says nothing about the figures */
		sure = line->words[first]->confidence - (repaired ? REPAIR_COST : 0);
		put(field, line, normal, sure > ALONE_CONFIDENCE ? ALONE_CONFIDENCE : sure, SURE_CONFIDENCE);
	} else {
		put(field, line, end ? text : NULL, sure > CHANGED_CONFIDENCE ? CHANGED_CONFIDENCE : sure, FREE_CONFIDENCE);
	}
}

/* A whole day: figures of a day or month that are none were misread, and the year alone says nothing here. */
static void entry_date(struct paper *paper, const struct line *line, struct field *field)
{
	char *iso = arena_alloc(paper->arena, DATE_SIZE);

	if (date_row_read(paper, line, field, NULL) && field->state == FIELD_READ && strlen(field->value) == DATE_SIZE - 1)
		return;
	*field = (struct field){ .name = field->name };
	put(field, line, date_find(paper->arena, line->text, iso) == GRADE_SURE && strlen(iso) == DATE_SIZE - 1 ? iso : NULL, line->confidence, SURE_CONFIDENCE);
}

/* The second line of an office's name: the unit, or the rest of a notary's name; never the position. */
static bool goes_on(const struct line *line, const struct line *next, bool notary)
{
	static const char *const units[] = { "xa", "phuong", "thitran", "dackhu", "quan", "huyen", "thixa", "thanhpho", "tinh" };

	if (next->middle - line->middle > 2 * line->height || next->box.x > line->box.x + line->box.w || next->box.x + next->box.w < line->box.x)
		return false;
	if (notary)
		return next->capitals && strncmp(next->key, "congchungvien", 13) != 0 && strncmp(next->key, "truong", 6) != 0 && strncmp(next->key, "pho", 3) != 0;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (!strncmp(next->key, units[i], strlen(units[i])))
			return true;
	return false;
}

/* Who certifies: the schema's labels say what the names of offices begin with. An office without its place is anybody's. */
static void entry_office(struct paper *paper, const struct sheet *sheet, int at, const struct schema_field *schema, struct field *field)
{
	const struct line *line = &sheet->lines[at], *next = at + 1 < sheet->nlines ? line + 1 : NULL;

	for (int i = 0; i < schema->labels.n && field->state == FIELD_ABSENT; i++) {
		const char *label = text_key(paper->arena, schema->labels.items[i]);
		int n, word = line_find_within(line, label, 0, 1, &n);
		struct line name;
		char *text;
		float sure;

		if (word < 0 || word > OFFICE_WORDS)
			continue;
		name = line_slice(line, word, line->nwords - word, paper->arena);
		text = name.text;
		sure = name.confidence;
		if (next && goes_on(&name, next, strstr(label, "congchung")) && (word + n == line->nwords || name.capitals)) {
			text = arena_printf(paper->arena, "%s %s", text, next->text);
			sure = next->confidence < sure ? next->confidence : sure;
		} else if (word + n == line->nwords) {
			sure = 0;
		}
		if (name.capitals && sure > 0)
			agency_put(paper, schema, &name, text, sure, line_evidence(&name), field);
		else
			put(field, line, name_clean(paper->arena, text), sure > ALONE_CONFIDENCE ? ALONE_CONFIDENCE : sure, NAME_CONFIDENCE);
	}
}

/* The lines of the entry stand over and under the one it was known by, in its column; the book may stand beside the number at some distance. */
static bool in_entry(const struct line *known, const struct line *line, int over)
{
	int pitch = 3 * known->height / 2, beside = 2 * abs(line->middle - known->middle) < known->height ? BESIDE * known->height : known->height;

	return 2 * line->middle >= 2 * known->middle - (2 * over + 1) * pitch && line->middle < known->middle + ENTRY_LINES * pitch &&
	       line->box.x < known->box.x + known->box.w + beside && line->box.x + line->box.w > known->box.x - beside;
}

static void entry_read(struct paper *paper, const struct sheet *sheet, int at, const struct schema_field *schema, struct field *field)
{
	const struct line *known = &sheet->lines[at];
	const char *part = field->name + strlen("certified_");
	bool office = !strcmp(part, "by");

	for (int i = 0; i < sheet->nlines && field->state == FIELD_ABSENT; i++) {
		const struct line *line = &sheet->lines[i];
		int number = behind(line, "sochungthuc"), book = behind(line, "quyenso");

		if (!in_entry(known, line, office ? OVER_LINES : 0))
			continue;
		if (!strcmp(part, "number") && number >= 0)
			entry_number(paper, line, number, field);
		else if (!strcmp(part, "book") && book >= 0)
			entry_book(paper, line, book, field);
		else if (!strcmp(part, "date") && strstr(line->key, "ngay"))
			entry_date(paper, line, field);
		else if (office)
			entry_office(paper, sheet, i, schema, field);
	}
}

/* An entry is known by the label of its number; where a pen wrote over that, by the sign of its register, or by its heading. */
static bool entry_on(struct paper *paper, const struct sheet *sheet, const struct schema_field *schema, struct field *field)
{
	int found = -1, n;

	for (int i = 0; i < sheet->nlines; i++) {
		const struct line *line = &sheet->lines[i];

		if (behind(line, "sochungthuc") >= 0) {
			found = i;
			break;
		}
		if (found < 0 && (strstr(line->key, "sctbs") || line_find_within(line, "bansaodungvoiban", 0, 1, &n) >= 0))
			found = i;
	}
	if (found >= 0)
		entry_read(paper, sheet, found, schema, field);
	return found >= 0;
}

/* A framed or red entry was set aside as a stamp. */
void certified_read(struct paper *paper, const struct schema_field *schema, struct field *field)
{
	for (int s = 0; s < paper->nsheets; s++)
		if (entry_on(paper, paper->sheets[s], schema, field))
			return;
	for (int s = 0; s < paper->nsheets; s++)
		if (entry_on(paper, sheet_of_stamps(paper->sheets[s]->page, paper->arena), schema, field))
			return;
}

/* ---- the arrival stamp ---- */

static bool is_arrival(const struct sheet *stamps)
{
	for (int i = 0; i < stamps->nlines; i++)
		for (int k = 0; k < stamps->lines[i].nwords; k++)
			if (!strcmp(stamps->lines[i].keys[k], "den") && text_is_upper(text_next(&(const char *){ stamps->lines[i].words[k]->text })))
				return true;
	return false;
}

/* Figures alone, as a clerk counts what comes in. */
static char *count_of(struct paper *paper, const char *text)
{
	size_t n = text ? strspn(text, "0123456789") : 0;

	return n && n < 8 && !text[n] ? arena_strdup(paper->arena, text) : NULL;
}

static void arrival_part(struct paper *paper, const struct line *line, bool date, struct field *field)
{
	for (int k = 0; k < line->nwords && field->state == FIELD_ABSENT; k++) {
		char *iso = arena_alloc(paper->arena, DATE_SIZE), *text;
		float sure;

		if (date ? strncmp(line->keys[k], "ngay", 4) != 0 : number_anchor(line->words[k]->text) < 0)
			continue;
		text = rest_of(paper, line, k + 1, &sure);
		if (!text) {
			put(field, line, NULL, 0, 100);
			return;
		}
		if (date)
			text = date_find(paper->arena, text, iso) == GRADE_SURE ? iso : NULL;
		else
			text = count_of(paper, text);
		put(field, line, text, sure > ALONE_CONFIDENCE ? ALONE_CONFIDENCE : sure, sure >= STAMPED_CONFIDENCE ? 0 : 100);
	}
}

/* On the first page alone (Decree 30/2020, appendix IV). A stamp whose place was not read at all still says that there is one. */
void arrival_read(struct paper *paper, struct field *field)
{
	const struct page *page = paper->sheets[0]->page;
	struct sheet *stamps = sheet_of_stamps(page, paper->arena);

	if (!is_arrival(stamps))
		return;
	for (int i = 0; i < stamps->nlines && field->state == FIELD_ABSENT; i++)
		arrival_part(paper, &stamps->lines[i], !strcmp(field->name, "arrival_date"), field);
	if (field->state == FIELD_ABSENT)
		put(field, &stamps->lines[0], NULL, 0, 100);
}
