/* mrz.c - the machine readable lines of identity cards
 *
 * ICAO Doc 9303-5, size TD1, second of three lines: YYMMDD c S YYMMDD c NNN ...: birth and last day, each with a check digit
 * (weights 7 3 1, modulo 10), which no single misread figure passes. Vietnamese cards have borne them since 2021 (TT 06/2021/TT-BCA). */
#include <ctype.h>
#include <string.h>

#include "pipeline/arena.h"
#include "stages/extract/private.h"
#include "stages/extract/value.h"

#define CHECKED_CONFIDENCE 95 /* one wrong figure cannot pass, two pass once in ten */
#define NO_END "991231" /* printed on cards without a last day */

static int check_digit(const char *digits, int n)
{
	static const int weights[] = { 7, 3, 1 };
	int sum = 0;

	for (int i = 0; i < n; i++)
		sum += (digits[i] - '0') * weights[i % 3];
	return sum % 10;
}

/* Six digits and their check digit. */
static bool day_right(const char *text)
{
	for (int i = 0; i < 7; i++)
		if (!isdigit((unsigned char)text[i]))
			return false;
	return check_digit(text, 6) == text[6] - '0';
}

/* The line without blanks, or NULL when it is no second line. */
static const char *second_line(struct arena *arena, const struct line *line)
{
	char *text = arena_strdup(arena, line->text), *to = text;

	for (const char *p = text; *p; p++)
		if (*p != ' ')
			*to++ = *p;
	*to = '\0';
	if (strlen(text) < 18 || strspn(text, "0123456789") < 6 || !strchr("MF<", text[7]) || strncmp(text + 15, "VNM", 3))
		return NULL;
	return text;
}

static int two(const char *digits)
{
	return (digits[0] - '0') * 10 + digits[1] - '0';
}

/* Agreement raises a day that was read, contradiction makes it a matter for a person, and what was not read stands here. */
static void settle(struct field *field, const struct line *line, const char *iso)
{
	if (field->state == FIELD_READ && !strcmp(field->value, iso)) {
		if (field->confidence < CHECKED_CONFIDENCE)
			field->confidence = CHECKED_CONFIDENCE;
		field->how |= HOW_CONFIRMED;
	} else if (field->state == FIELD_READ) {
		field->how |= HOW_CONTRADICTED;
		field->state = FIELD_UNREAD;
		field->value = NULL;
	} else {
		field_fill(field, FIELD_READ, line->text, iso, CHECKED_CONFIDENCE, line->page, line_evidence(line));
		field->how = HOW_CODE;
	}
}

static bool day_real(struct date day)
{
	return day.month && day.day && date_real(day);
}

/* The last day tells the century of the birth, for an age below zero is none. Holders whose card has no last day were born 60 years
 * or more before; their century stays open. */
static void read_line(struct paper *paper, const struct line *line, const char *text, struct field *birth, struct field *expires)
{
	struct date end = { .year = 2000 + two(text + 8), .month = two(text + 10), .day = two(text + 12) }; /* none ended before 2021 */
	struct date born = { .month = two(text + 2), .day = two(text + 4) };
	char *iso = arena_alloc(paper->arena, 2 * (size_t)DATE_SIZE);

	if (!day_right(text + 8) || !strncmp(text + 8, NO_END, 6) || !day_real(end))
		return;
	date_write(end, iso);
	settle(expires, line, iso);
	born.year = 2000 + two(text) <= end.year ? 2000 + two(text) : 1900 + two(text);
	if (!day_right(text) || !day_real(born))
		return;
	date_write(born, iso + DATE_SIZE);
	settle(birth, line, iso + DATE_SIZE);
}

void mrz_read(struct paper *paper)
{
	struct field *birth = field_find(paper->document, "owner_birth"), *expires = field_find(paper->document, "expires");

	for (int s = 0; birth && expires && s < paper->nsheets; s++)
		for (int i = 0; i < paper->sheets[s]->nlines; i++) {
			const char *text = second_line(paper->arena, &paper->sheets[s]->lines[i]);

			if (text)
				read_line(paper, &paper->sheets[s]->lines[i], text, birth, expires);
		}
}
