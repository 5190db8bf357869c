/*
 * code.c - the QR code of an identity card, as a second reading of what is printed
 *
 * The code of cards with a chip says in UTF-8, parted by '|': the number, the old number of nine digits or nothing, name, day of birth (ddmmyyyy), sex,
 * residence, day of issue (ddmmyyyy); cards from 1/7/2024 say more behind it (ictnews.vietnamnet.vn 282978, 4/2021; Thông tư 06/2021/TT-BCA). It corrects
 * its own errors, so what it says was read to the letter: it fills what print did not give, and where print says otherwise a person must look.
 */
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/extract/private.h"
#include "stages/extract/value.h"

enum { ID, OLD_ID, NAME, BIRTH, SEX, RESIDENCE, ISSUED, PARTS };

#define PARTS_LEAST (RESIDENCE + 1)
#define CODE_CONFIDENCE 99

static int split(struct arena *arena, const char *text, char *parts[PARTS])
{
	int n = 0;

	for (const char *end; n < PARTS; text = end + 1) {
		end = text + strcspn(text, "|");
		parts[n++] = text_nfc(arena, arena_strndup(arena, text, (size_t)(end - text)));
		if (!*end)
			break;
	}
	return n;
}

static int digits(const char *text, int n)
{
	int value = 0;

	while (n--)
		value = 10 * value + *text++ - '0';
	return value;
}

/* "15042021" as 2021-04-15; NULL where it is no day. */
static char *day_of(struct arena *arena, const char *text)
{
	char *iso = arena_alloc(arena, DATE_SIZE);
	struct date day;

	if (strlen(text) != 8 || strspn(text, "0123456789") != 8)
		return NULL;
	day = (struct date){ .year = digits(text + 4, 4), .month = digits(text + 2, 2), .day = digits(text, 2) };
	if (!day.day || !day.month || !date_real(day))
		return NULL;
	date_write(day, iso);
	return iso;
}

/* The card prints names in capitals, and either may place the tone as it likes. */
static bool same(struct arena *arena, const char *printed, const char *coded)
{
	return !strcmp(text_canonical(arena, text_lower(arena, printed)), text_canonical(arena, text_lower(arena, coded)));
}

static void settle(struct paper *paper, const char *name, const char *value, const struct code *code, const struct page *page)
{
	struct field *field = value && *value ? field_find(paper->document, name) : NULL;

	if (!field || strchr(value, '\n'))
		return;
	if (field->state != FIELD_READ) {
		field_fill(field, FIELD_READ, value, value, CODE_CONFIDENCE, page, code->box);
		field->source = SOURCE_CODE;
		field->how = HOW_CODE;
	} else if (same(paper->arena, field->value, value)) {
		field->how |= HOW_CONFIRMED;
		if (field->confidence < CODE_CONFIDENCE)
			field->confidence = CODE_CONFIDENCE;
	} else {
		field->how |= HOW_CONTRADICTED;
		field->state = FIELD_UNREAD;
		field->value = NULL;
		field->confidence = field->confidence > DOUBT_COST ? field->confidence - DOUBT_COST : 0;
	}
}

static void read_code(struct paper *paper, const struct code *code, const struct page *page)
{
	char *parts[PARTS] = { NULL }, id[13];
	int n = split(paper->arena, code->text, parts);

	if (n < PARTS_LEAST || person_id_find(parts[ID], id) == GRADE_NONE || strlen(id) != 12 || strcmp(id, parts[ID]) != 0 || !day_of(paper->arena, parts[BIRTH]))
		return;
	settle(paper, "owner_id", id, code, page);
	settle(paper, "owner_name", name_right(parts[NAME]) ? parts[NAME] : NULL, code, page);
	settle(paper, "owner_birth", day_of(paper->arena, parts[BIRTH]), code, page);
	settle(paper, "owner_sex", !strcmp(parts[SEX], "Nam") || !strcmp(parts[SEX], "Nữ") ? parts[SEX] : NULL, code, page);
	settle(paper, "date", n > ISSUED ? day_of(paper->arena, parts[ISSUED]) : NULL, code, page);
}

/* Only a paper with a holder and a last day is a card: a code of a card that was stuck on an application says nothing of the application. */
void code_read(struct paper *paper)
{
	if (!field_find(paper->document, "owner_id") || !field_find(paper->document, "owner_birth") || !field_find(paper->document, "expires"))
		return;
	for (int s = 0; s < paper->nsheets; s++)
		for (int i = 0; i < paper->sheets[s]->page->ncodes; i++)
			if (!strcmp(paper->sheets[s]->page->codes[i].kind, "QR-Code"))
				read_code(paper, &paper->sheets[s]->page->codes[i], paper->sheets[s]->page);
}
