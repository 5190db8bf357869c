/* supersedes.c - "thay thế Quyết định số 12/QĐ-UBND ngày ...": the papers that this one replaces or takes back */
#include <string.h>

#include "pipeline/arena.h"
#include "stages/extract/private.h"
#include "stages/extract/value.h"

#define REACH_WORDS 12 /* between the verb and the number: kind, agency's name */

/* "một phần", "khoản 2", "cụm từ" before the number: only a part is replaced, which takes nothing's place. */
static bool names_part(const char *key)
{
	static const char *const parts[] = { "motphan", "phan", "khoan", "diem", "cumtu", "dieu", NULL };

	for (int i = 0; parts[i]; i++)
		if (!strcmp(key, parts[i]))
			return true;
	return !strncmp(key, "khoan", 5) || !strncmp(key, "cumtu", 5);
}

static void add(struct paper *paper, struct field *field, const struct line *line, const struct word *word, const char *number)
{
	if (field->value && strstr(field->value, number))
		return;
	if (word->confidence < PRINTED_CONFIDENCE) {
		if (field->state == FIELD_ABSENT) /* a person must say which paper is meant */
			field_fill(field, FIELD_UNREAD, line->text, NULL, word->confidence, line->page, line_evidence(line));
		return;
	}
	field_fill(field, FIELD_READ, line->text, field->value ? arena_printf(paper->arena, "%s\n%s", field->value, number) : number,
		   word->confidence, line->page, line_evidence(line));
}

/* The number behind the verb, on its line or the next one. */
static void read_behind(struct paper *paper, struct pattern *pattern, const struct sheet *sheet, int at, int first, struct field *field)
{
	int left = REACH_WORDS;

	for (int i = at; i < sheet->nlines && i < at + 2; i++, first = 0) {
		const struct line *line = &sheet->lines[i];

		for (int k = first; k < line->nwords && left-- > 0; k++) {
			char *number = name_clean(paper->arena, line->words[k]->text);

			if (names_part(line->keys[k]))
				return;
			if (pattern_whole(pattern, number)) {
				add(paper, field, line, line->words[k], number);
				return;
			}
		}
	}
}

void supersedes_read(struct paper *paper, struct field *field)
{
	static const char *const verbs[] = { "thaythe", "baibo", "huybo", "thuhoi", NULL };
	struct pattern *pattern = paper_pattern(paper, schemas_other(paper->extractor->schemas), "number");

	for (int s = 0; pattern && s < paper->nsheets; s++)
		for (int i = 0; i < paper->sheets[s]->nlines; i++) {
			const struct line *line = &paper->sheets[s]->lines[i];

			if (s == 0 && line->middle < paper->head_bottom)
				continue;
			for (int v = 0; verbs[v]; v++) {
				int n, at = line_find(line, verbs[v], 0, &n);

				if (at >= 0)
					read_behind(paper, pattern, paper->sheets[s], i, at + n, field);
			}
		}
}
