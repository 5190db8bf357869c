#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/extract/private.h"
#include "stages/extract/value.h"

#define NUMBER_MAX 60 /* bytes; Decree 30/2020 appendix VI: CodeNumber 11 and CodeNotation 30 characters */

/* "Số:" and what readers make of it; a letter behind it makes it another word ("Sở", "Song"). */
int number_anchor(const char *word)
{
	static const char *const forms[] = { "so", "s6", "s0", NULL };
	struct arena *scratch = arena_new();
	const char *folded = text_fold(scratch, word), *p = word;
	int found = -1;

	for (int i = 0; forms[i] && found < 0; i++)
		if (!strncmp(folded, forms[i], 2) && strchr("Ss", word[0])) {
			text_next(&p);
			text_next(&p);
			p += strspn(p, ":.;");
			/* "Sở" folds alike; only a sign, a figure or the end of the word makes it the place of a number */
			if ((!*p && (strpbrk(word, ":.;") || !strcmp(word, "Số") || !strcmp(word, "số"))) ||
			    (*p && (p[-1] == ':' || p[-1] == '.') ) || (*p >= '0' && *p <= '9'))
				found = (int)(p - word);
		}
	arena_free(scratch);
	return found;
}

/* "Số" alone may begin any label ("Số định danh cá nhân"): a sign or a figure must follow. */
bool number_anchor_at(const struct line *line, int word)
{
	const char *text = line->words[word]->text, *next = word + 1 < line->nwords ? line->words[word + 1]->text : "";
	int behind = number_anchor(text);

	return behind >= 0 && (text[behind] || strpbrk(text, ":.;") || (*next && strchr(":./0123456789", *next)));
}

/* What stands on the row behind the anchor, without blanks; NULL where there is no row. */
static char *printed_number(struct paper *paper, const struct line *row, int *first, int *behind)
{
	char *printed = arena_strdup(paper->arena, "");
	int k, offset = -1;

	for (k = 0; k < row->nwords && k < 3 && offset < 0; k++)
		offset = number_anchor(row->words[k]->text);
	*first = offset < 0 ? 0 : k - 1;
	*behind = offset < 0 ? 0 : offset;
	for (k = *first; k < row->nwords; k++)
		printed = arena_printf(paper->arena, "%s%s", printed, row->words[k]->text + (k == *first ? *behind : 0));
	return printed;
}

/* The group of letters at `at` against the abbreviations of the type: QD, OĐ, Q0 and CĐĐ are what readers make of QĐ and CĐ. */
static char *repair_notation(struct paper *paper, const struct schema *type, char *number, bool *repaired)
{
	char *at = strchr(number, '/');
	size_t size;
	char *group, *key;

	if (!at || !type->notation.n)
		return number;
	if (strspn(at + 1, "0123456789") == 4 && at[5] == '/')
		at += 5;
	at++;
	size = strcspn(at, "-/.");
	group = arena_strndup(paper->arena, at, size);
	key = text_key(paper->arena, group);
	for (int i = 0; i < type->notation.n; i++)
		if (!strcmp(type->notation.items[i], group))
			return number;
	for (int i = 0; i < type->notation.n; i++) {
		const char *right = type->notation.items[i];

		if (key_distance(key, text_key(paper->arena, right), 1) > 1 || text_length(group) > text_length(right) + 1 ||
		    text_length(group) < 2)
			continue;
		*repaired = true;
		return arena_printf(paper->arena, "%.*s%s%s", (int)(at - number), number, right, at + size);
	}
	return number;
}

/* "70GPXD-SXD": the stroke was lost between figures and a notation of the type. */
static const char *with_stroke(struct paper *paper, const struct schema *type, const char *printed)
{
	size_t figures = strspn(printed, "0123456789");

	for (int i = 0; figures && !strchr(printed, '/') && i < type->notation.n; i++) {
		size_t size = strlen(type->notation.items[i]);

		if (!strncmp(printed + figures, type->notation.items[i], size) && (printed[figures + size] == '-' || !printed[figures + size]))
			return arena_printf(paper->arena, "%.*s/%s", (int)figures, printed, printed + figures);
	}
	return printed;
}

/* Two dashes for one: "517/TTr--UBND". */
static void single_dashes(char *number)
{
	for (char *p = number; (p = strstr(p, "--"));)
		memmove(p, p + 1, strlen(p));
}

char *number_normal(struct paper *paper, const struct schema *type, const char *text, bool *repaired)
{
	const char *printed = with_stroke(paper, type, text);
	char *number;
	const char *slash = strchr(printed, '/'), *end = slash ? slash : printed + strlen(printed);
	char *head = arena_strndup(paper->arena, printed, (size_t)(end - printed));
	char suffix[2] = { 0, 0 };
	size_t size = strlen(head);
	bool changed = printed != text;
	int value;

	if (!slash || size > 8 || strlen(printed) > NUMBER_MAX)
		return NULL;
	if (size > 1 && head[size - 1] >= 'a' && head[size - 1] <= 'z' && head[size - 1] != 'o' && head[size - 1] != 'l') {
		suffix[0] = head[size - 1]; /* 12a/QĐ-UBND */
		head[size - 1] = '\0';
	}
	value = digits_read(head, 6, &changed);
	if (value < 0)
		return NULL;
	/* the figures again one by one: zeros in front stay */
	number = arena_printf(paper->arena, "%0*d%s%s", (int)text_length(head), value, suffix, slash);
	size = strlen(number);
	while (size && strchr(".,;:-_\"'", number[size - 1]))
		number[--size] = '\0';
	for (char *p = number; (p = strstr(p, "⁄")); )
		memmove(p, p + 3, strlen(p + 3) + 1);
	single_dashes(number);
	number = repair_notation(paper, type, number, &changed);
	*repaired = *repaired || changed;
	return number;
}

/* The notation fits the type, whatever the figures are. */
bool number_fits(struct paper *paper, const struct schema *type)
{
	struct pattern *pattern = paper_pattern(paper, type, "number");
	const struct line *row = paper->number_row < 0 ? NULL : &paper->left[paper->number_row];
	const char *printed, *slash;
	int first, behind;
	bool repaired = false;
	char *number;

	if (!row || !pattern)
		return false;
	printed = printed_number(paper, row, &first, &behind);
	slash = strchr(printed, '/');
	if (!slash)
		return false;
	number = number_normal(paper, type, arena_printf(paper->arena, "1%s", slash), &repaired);
	return number && pattern_whole(pattern, number);
}

/* The same number somewhere else on the paper ("Kèm theo Quyết định số 12/QĐ-UBND"): a second reading. */
static bool seen_elsewhere(struct paper *paper, const char *number, const struct line *row)
{
	for (int s = 0; s < paper->nsheets; s++)
		for (int i = 0; i < paper->sheets[s]->nlines; i++) {
			const struct line *line = &paper->sheets[s]->lines[i];

			if (line->page == row->page && abs(line->middle - row->middle) < row->height)
				continue;
			for (int k = 0; k < line->nwords; k++)
				if (!strncmp(line->words[k]->text, number, strlen(number)) && line->words[k]->confidence >= SURE_CONFIDENCE)
					return true;
		}
	return false;
}

/* Upright box between "Số:" and the notation: where the figures would stand. */
static struct box empty_place(const struct line *row, int first, int behind)
{
	struct box a = upright_box(row->page, row->words[first]->box), b;
	int margin = row->height / 6, x = a.x + a.w;

	if (first + 1 >= row->nwords) /* "Số:/TB-UBND" in one word */
		return (struct box){ 0, 0, 0, 0 };
	b = upright_box(row->page, row->words[first + 1]->box);
	if (!behind || b.x - margin <= x + margin)
		return (struct box){ 0, 0, 0, 0 };
	return (struct box){ x + margin, row->middle - row->height / 2, b.x - x - 2 * margin, row->height };
}

static void row_read(struct paper *paper, const struct schema_field *schema, const struct line *row, struct field *field)
{
	struct pattern *pattern = paper_pattern(paper, paper->type, schema->name);
	struct pattern *any = paper_pattern(paper, schemas_other(paper->extractor->schemas), "number");
	int first, behind;
	char *printed = printed_number(paper, row, &first, &behind), *number;
	struct line part = line_slice(row, first, row->nwords - first, paper->arena);
	float sure = 100, limit;
	bool repaired = false, whole, second;
	size_t figures = strcspn(printed, "/"), passed = 0;

	/* confidence of the words that hold the figures */
	for (int k = first; k < row->nwords && passed <= figures; k++) {
		size_t size = strlen(row->words[k]->text) - (k == first ? (size_t)behind : 0);

		if (size && passed < (figures ? figures : 1) && row->words[k]->confidence < sure)
			sure = row->words[k]->confidence;
		passed += size;
		if (passed >= figures && figures)
			break;
	}
	limit = SURE_CONFIDENCE;
	for (int k = first + 1; k < row->nwords; k++)
		if (row->words[k]->text[0] == '/' && (row->words[k]->confidence < 99.5f || sure < STAMPED_CONFIDENCE)) /* a sure notation makes figures no surer */
			limit = STAMPED_CONFIDENCE;
	/* nothing, or only the dots to write on, before the notation */
	if (behind && strspn(printed, "._… ") >= figures) {
		enum field_state state = ink_inside(row->page, empty_place(row, first, behind)) ? FIELD_UNREAD : FIELD_BLANK;

		field_fill(field, state, part.text, NULL, part.confidence, row->page, line_evidence(&part));
		return;
	}
	number = number_normal(paper, paper->type, printed, &repaired);
	if (!number && pattern && pattern_whole(pattern, name_clean(paper->arena, printed)))
		number = name_clean(paper->arena, printed); /* grammars without '/' */
	whole = number && ((pattern && pattern_whole(pattern, number)) || (any && pattern_whole(any, number)));
	second = whole && seen_elsewhere(paper, number, row);
	if (repaired && number)
		sure -= strcmp(number, printed) ? REPAIR_COST / 3.0f : 0;
	if (second) {
		sure += SECOND_READING_GAIN;
		limit = SURE_CONFIDENCE - SECOND_READING_GAIN / 2.0f;
	}
	if (limit == STAMPED_CONFIDENCE && sure >= limit)
		sure = limit = ALONE_CONFIDENCE;
	field_fill(field, whole && sure >= limit ? FIELD_READ : FIELD_UNREAD, part.text, number, sure, row->page,
		   line_evidence(&part));
	field->how |= (repaired && number && strcmp(number, printed) != 0 ? HOW_REPAIRED : 0) | (second ? HOW_CONFIRMED : 0);
}

void number_read(struct paper *paper, const struct schema_field *schema, struct field *field)
{
	const struct sheet *sheet = paper->sheets[0];

	if (schema->labels.n) {
		label_read(paper, schema, field);
		if (field->state != FIELD_ABSENT)
			return;
	}
	if (paper->number_row >= 0) {
		row_read(paper, schema, &paper->left[paper->number_row], field);
		return;
	}
	/* papers without two columns: the first "Số: ..." of the upper half */
	for (int i = 0; i < sheet->nlines && sheet->lines[i].middle < sheet->height / 2; i++) {
		const struct line *line = &sheet->lines[i];

		for (int k = 0; k < line->nwords; k++)
			if (number_anchor_at(line, k) && (k == 0 || line->nwords - k <= 4) && strstr(line->text, ":")) {
				struct line part = line_slice(line, k, line->nwords - k, paper->arena);

				row_read(paper, schema, &part, field);
				return;
			}
	}
}
