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

#define ENTRY_LINES 6 /* of the entry: number, book, day, place, office */

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

static void entry_number(struct paper *paper, const struct line *line, int first, struct field *field)
{
	float sure;
	char *text = rest_of(paper, line, first, &sure);
	size_t figures = text ? strspn(text, "0123456789") : 0;
	char *value = figures && figures < 8 && (!text[figures] || strchr(" ,;", text[figures])) ? arena_strndup(paper->arena, text, figures) : NULL;

	put(field, line, value, sure, SURE_CONFIDENCE);
}

/* "01/2024 - SCT/BS": book, year, and the register's sign, which is always the same (Decree 23/2015; Circular 01/2020/TT-BTP, forms). What stands between them is
 * put as the form has it; figures are never repaired. NULL where it is no such text. */
static char *book_normal(struct paper *paper, const char *text)
{
	size_t book = strspn(text, "0123456789"), year = book && text[book] == '/' ? strspn(text + book + 1, "0123456789") : 0;
	const char *sign = text_key(paper->arena, text + book + (year ? 1 + year : 0));

	if (!book || book > 4 || year != 4 || strlen(sign) < 5 || strlen(sign) > 6 || strncmp(sign, "sct", 3) || strcmp(sign + strlen(sign) - 2, "bs"))
		return NULL;
	return arena_printf(paper->arena, "%.*s - SCT/BS", (int)(book + 1 + year), text);
}

static void entry_book(struct paper *paper, const struct line *line, int first, struct field *field)
{
	float sure;
	char *text = rest_of(paper, line, first, &sure), *normal = text ? book_normal(paper, text) : NULL, *end = text ? strstr(text, "SCT") : NULL;

	if (normal)
		put(field, line, normal, sure > ALONE_CONFIDENCE ? ALONE_CONFIDENCE : sure, SURE_CONFIDENCE);
	else
		put(field, line, end ? text : NULL, sure > CHANGED_CONFIDENCE ? CHANGED_CONFIDENCE : sure, FREE_CONFIDENCE);
}

static void entry_date(struct paper *paper, const struct line *line, struct field *field)
{
	char *iso = arena_alloc(paper->arena, DATE_SIZE);

	if (date_row_read(paper, line, field, NULL) && field->state == FIELD_READ)
		return;
	*field = (struct field){ .name = field->name };
	put(field, line, date_find(paper->arena, line->text, iso) == GRADE_SURE ? iso : NULL, line->confidence, SURE_CONFIDENCE);
}

/* The lines of the entry stand under its first one, in its column. */
static bool in_entry(const struct line *first, const struct line *line)
{
	return line->middle >= first->middle && line->middle < first->middle + 3 * ENTRY_LINES * first->height / 2 &&
	       line->box.x < first->box.x + first->box.w + first->height && line->box.x + line->box.w > first->box.x - first->height;
}

static void entry_read(struct paper *paper, const struct sheet *sheet, int at, struct field *field)
{
	const struct line *first = &sheet->lines[at];
	const char *part = field->name + strlen("certified_");

	for (int i = at; i < sheet->nlines && field->state == FIELD_ABSENT; i++) {
		const struct line *line = &sheet->lines[i];
		int number = behind(line, "sochungthuc"), book = behind(line, "quyenso");

		if (!in_entry(first, line))
			continue;
		if (!strcmp(part, "number") && number >= 0)
			entry_number(paper, line, number, field);
		else if (!strcmp(part, "book") && book >= 0)
			entry_book(paper, line, book, field);
		else if (!strcmp(part, "date") && (!strncmp(line->key, "ngay", 4) || strstr(line->key, "ngay")))
			entry_date(paper, line, field);
		else if (!strcmp(part, "by") && agency_signs(line))
			put(field, line, name_clean(paper->arena, line->text), line->confidence > ALONE_CONFIDENCE ? ALONE_CONFIDENCE : line->confidence, NAME_CONFIDENCE);
	}
}

static bool entry_on(struct paper *paper, const struct sheet *sheet, struct field *field)
{
	for (int i = 0; i < sheet->nlines; i++)
		if (behind(&sheet->lines[i], "sochungthuc") >= 0) {
			entry_read(paper, sheet, i, field);
			return true;
		}
	return false;
}

/* A framed or red entry was set aside as a stamp. */
void certified_read(struct paper *paper, struct field *field)
{
	for (int s = 0; s < paper->nsheets; s++)
		if (entry_on(paper, paper->sheets[s], field))
			return;
	for (int s = 0; s < paper->nsheets; s++)
		if (entry_on(paper, sheet_of_stamps(paper->sheets[s]->page, paper->arena), field))
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
