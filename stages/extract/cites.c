/*
 * cites.c - the papers that this one names by their number, and what it says it does to them
 *
 * A field with "read: cites" has verbs for labels ("thay thế", "sửa đổi"): the number behind the verb is its value. "read: grounds" has the begins of the
 * lines on which a paper rests ("Căn cứ"): every number of such a clause is. A clause ends with ';' or '.', as Decree 30/2020, appendix I, writes it. Verbs
 * inside a ground speak of the ground ("được sửa đổi bởi"), and a verb in the passive is done to this side: neither says what this paper does.
 */
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/extract/private.h"
#include "stages/extract/value.h"

#define REACH_WORDS 16 /* between the verb and the number: kind, part, agency's name */
#define CLAUSE_LINES 6 /* of one ground */

/* "một phần", "khoản 2", "cụm từ" before the number: only a part is meant. */
static bool names_part(const char *key)
{
	static const char *const parts[] = { "motphan", "phan", "khoan", "diem", "cumtu", "dieu", NULL };

	for (int i = 0; parts[i]; i++)
		if (!strcmp(key, parts[i]))
			return true;
	return !strncmp(key, "khoan", 5) || !strncmp(key, "cumtu", 5);
}

static bool holds(const char *values, const char *number)
{
	size_t n = strlen(number);

	for (const char *at = values; at && (at = strstr(at, number)); at += n)
		if ((at == values || at[-1] == '\n') && (!at[n] || at[n] == '\n'))
			return true;
	return false;
}

static void add(struct paper *paper, struct field *field, const struct line *line, const struct word *word, const char *number)
{
	if (holds(field->value, number))
		return;
	if (word->confidence < PRINTED_CONFIDENCE) {
		if (field->state == FIELD_ABSENT) /* a person must say which paper is meant */
			field_fill(field, FIELD_UNREAD, line->text, NULL, word->confidence, line->page, line_evidence(line));
		return;
	}
	field_fill(field, FIELD_READ, line->text, field->value ? arena_printf(paper->arena, "%s\n%s", field->value, number) : number,
		   word->confidence, line->page, line_evidence(line));
}

/* The notation at a line's end goes on behind the stroke or dash. */
static bool goes_on(const char *word)
{
	size_t n = strlen(word);

	return n > 1 && (word[n - 1] == '-' || word[n - 1] == '/') && word[0] >= '0' && word[0] <= '9';
}

/* The k-th word of line i as a number ("229/QĐ-UBND;" too), joined with what stands on the next line where it goes on there; or NULL. One without letters
 * ("43/2014") was cut off. */
static char *number_of(struct paper *paper, struct pattern *pattern, const struct sheet *sheet, int i, int k)
{
	const struct line *line = &sheet->lines[i], *next = i + 1 < sheet->nlines ? &sheet->lines[i + 1] : NULL;
	const char *word = line->words[k]->text;
	char *number;

	if (k + 1 == line->nwords && next && goes_on(word))
		word = arena_printf(paper->arena, "%s%s", word, next->words[0]->text);
	number = name_clean(paper->arena, word);
	return pattern_whole(pattern, number) && strspn(number, "0123456789/") < strlen(number) ? number : NULL;
}

static bool ends_clause(const char *word)
{
	size_t n = strlen(word);

	return n && (word[n - 1] == ';' || (word[n - 1] == '.' && n > 2 && strchr(word, '/') != word));
}

/* The number behind the verb, on its line or the next one. */
static void read_behind(struct paper *paper, struct pattern *pattern, const struct schema_field *schema, const struct sheet *sheet, int at, int first,
			struct field *field)
{
	int left = REACH_WORDS;

	for (int i = at; i < sheet->nlines && i < at + 2; i++, first = 0) {
		const struct line *line = &sheet->lines[i];

		for (int k = first; k < line->nwords && left-- > 0; k++) {
			char *number = number_of(paper, pattern, sheet, i, k);

			if (number)
				add(paper, field, line, line->words[k], number);
			if (number || (!schema->parts && names_part(line->keys[k])) || ends_clause(line->words[k]->text))
				return;
		}
	}
}

/* Whether one of the labels of the grounds begins the line: a line that goes on does not begin with a capital. */
static bool begins_ground(struct paper *paper, const struct schema_field *grounds, const struct line *line)
{
	if (!strcmp(line->words[0]->text, text_lower(paper->arena, line->words[0]->text)))
		return false;
	for (int i = 0; i < grounds->labels.n; i++)
		if (key_begins(line->key, text_key(paper->arena, grounds->labels.items[i]), NULL))
			return true;
	return false;
}

/* The line behind the last one of the clause that begins here. */
static int clause_end(struct paper *paper, const struct schema_field *grounds, const struct sheet *sheet, int at)
{
	int end = at;

	do {
		const struct line *line = &sheet->lines[end++];

		if (ends_clause(line->words[line->nwords - 1]->text))
			break;
	} while (end < sheet->nlines && end < at + CLAUSE_LINES && !begins_ground(paper, grounds, &sheet->lines[end]));
	return end;
}

static const struct schema_field *grounds_of(struct paper *paper)
{
	for (int f = 0; f < paper->type->nfields; f++)
		if (paper->type->fields[f].reader == READER_GROUNDS)
			return &paper->type->fields[f];
	return NULL;
}

static struct pattern *numbers(struct paper *paper)
{
	return paper_pattern(paper, schemas_other(paper->extractor->schemas), "number");
}

static bool in_head(struct paper *paper, int sheet, const struct line *line)
{
	return sheet == 0 && line->middle < paper->head_bottom;
}

void grounds_read(struct paper *paper, const struct schema_field *schema, struct field *field)
{
	struct pattern *pattern = numbers(paper);

	for (int s = 0; pattern && s < paper->nsheets; s++)
		for (int i = 0; i < paper->sheets[s]->nlines; i++) {
			const struct sheet *sheet = paper->sheets[s];
			int end;

			if (in_head(paper, s, &sheet->lines[i]) || !begins_ground(paper, schema, &sheet->lines[i]))
				continue;
			end = clause_end(paper, schema, sheet, i);
			for (; i < end; i++)
				for (int k = 0; k < sheet->lines[i].nwords; k++) {
					const struct word *word = sheet->lines[i].words[k];
					char *number = number_of(paper, pattern, sheet, i, k);

					if (number)
						add(paper, field, &sheet->lines[i], word, number);
				}
			i = end - 1;
		}
}

/* "được thay thế", "bị bãi bỏ": what was done to the paper that is spoken of. */
static bool passive(const struct line *line, int verb)
{
	return verb > 0 && (!strcmp(line->keys[verb - 1], "duoc") || !strcmp(line->keys[verb - 1], "bi"));
}

void cites_read(struct paper *paper, const struct schema_field *schema, struct field *field)
{
	const struct schema_field *grounds = grounds_of(paper);
	struct pattern *pattern = numbers(paper);

	for (int s = 0; pattern && s < paper->nsheets; s++)
		for (int i = 0; i < paper->sheets[s]->nlines; i++) {
			const struct line *line = &paper->sheets[s]->lines[i];

			if (in_head(paper, s, line))
				continue;
			if (grounds && begins_ground(paper, grounds, line)) {
				i = clause_end(paper, grounds, paper->sheets[s], i) - 1;
				continue;
			}
			for (int v = 0; v < schema->labels.n; v++) {
				int n, at = line_find_within(line, text_key(paper->arena, schema->labels.items[v]), 0, 0, &n); /* no error: "hành chính" is near to "đính chính" */

				if (at >= 0 && !passive(line, at))
					read_behind(paper, pattern, schema, paper->sheets[s], i, at + n, field);
			}
		}
}
