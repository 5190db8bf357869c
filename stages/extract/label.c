#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/extract/private.h"
#include "stages/extract/value.h"

#define MANY_MAX 4 /* values of one field: both spouses, co-owners */
#define CONTINUED_LINES 3 /* of one value: addresses and names of companies */
#define CONTINUED_CONFIDENCE 60
#define DAY_BELOW 5 /* heights of the label */
#define SEARCH_MAX 6000 /* bytes of one page given to a pattern */

/* Where a label was found. */
struct place {
	const struct sheet *sheet;
	int line, word, words; /* the label: line index, first word, number of words */
	int length;            /* of its key: of two labels that fit, the longer one is meant */
};

/* Labels are near to one another ("... tên vợ", "... tên chồng", "... tên người mẹ"): fewer errors than in a title are forgiven, and
 * no colon may stand inside one. Index of the first word or -1. */
static int find_label(const struct line *line, const char *key, int from, int *n)
{
	int size = (int)strlen(key), limit = size < 7 ? 0 : size < 16 ? 1 : size / 8;
	int at = line_find_within(line, key, from, limit, n);

	while (at >= 0) {
		int k = at;

		while (k < at + *n - 1 && !strchr(line->words[k]->text, ':'))
			k++;
		if (k >= at + *n - 1)
			return at;
		at = line_find_within(line, key, at + 1, limit, n);
	}
	return -1;
}

/* All other labels of the type end a value on the same line: "Giới tính: Nam   Dân tộc: Kinh". */
static int next_label(struct paper *paper, const struct line *line, int from)
{
	int best = line->nwords;

	for (int f = 0; f < paper->type->nfields; f++)
		for (int k = 0; paper->type->fields[f].reader != READER_AGENCY && k < paper->type->fields[f].labels.n; k++) {
			const char *key = text_key(paper->arena, paper->type->fields[f].labels.items[k]);
			int n, at = strlen(key) < 5 ? -1 : find_label(line, key, from, &n);

			/* a label ends with a colon, or is given in two languages; without that the words may be part of the value */
			if (at >= 0 && at < best &&
			    (strchr(line->words[at + n - 1]->text, ':') || strchr(paper->type->fields[f].labels.items[k], '/')))
				best = at;
		}
	return best;
}

static bool find_place(struct paper *paper, const char *label, const struct place *after, struct place *found)
{
	const char *key = text_key(paper->arena, label);
	bool active = !after;

	for (int s = 0; s < paper->nsheets; s++)
		for (int i = 0; i < paper->sheets[s]->nlines; i++) {
			const struct line *line = &paper->sheets[s]->lines[i];
			int from = 0, n, at;

			if (after && !active && after->sheet == paper->sheets[s] && after->line == i) {
				active = true;
				from = after->word + after->words;
			}
			if (!active)
				continue;
			at = find_label(line, key, from, &n);
			/* short labels ("Số", "Ông") only at the begin of a line, and never inside a sentence */
			if (at < 0 || (strlen(key) < 6 && at > 1))
				continue;
			if (at > 2 && at + n < line->nwords && !strchr(line->words[at + n - 1]->text, ':') && *line->words[at + n]->text != ':')
				continue;
			*found = (struct place){ paper->sheets[s], i, at, n, (int)strlen(key) };
			return true;
		}
	return false;
}

/* "Họ, chữ đệm, tên người mẹ" begins like "Họ, chữ đệm, tên": a longer label of another field at the same place takes it. */
static bool taken_by_longer(struct paper *paper, const struct schema_field *schema, const struct place *place)
{
	const struct line *line = &place->sheet->lines[place->line];

	for (int f = 0; f < paper->type->nfields; f++) {
		const struct schema_field *other = &paper->type->fields[f];

		for (int k = 0; other != schema && other->reader != READER_AGENCY && k < other->labels.n; k++) {
			const char *key = text_key(paper->arena, other->labels.items[k]);
			int n, at = find_label(line, key, place->word, &n);

			if (at == place->word && (int)strlen(key) > place->length)
				return true;
		}
	}
	return false;
}

/* A value that reached the end of its line goes on under it: near below, not left of the label, and no label begins there. */
static bool goes_on(struct paper *paper, const struct sheet *sheet, const struct line *line, int left, int right, int i)
{
	const struct line *next = &sheet->lines[i];
	size_t figures = strspn(next->text, "0123456789");

	return line->box.x + line->box.w > right - 9 * line->height && next->middle - line->middle > line->height / 2 &&
	       next->middle - line->middle < 5 * line->height / 2 && next->box.x >= left - line->height && next_label(paper, next, 0) == next->nwords &&
	       !strchr(next->text, ':') && !(figures && strchr(".)", next->text[figures])) && next->confidence >= CONTINUED_CONFIDENCE &&
	       abs(next->height - line->height) * 2 < line->height;
}

/* The value with the lines it goes on in, as one line. */
static struct line with_rest(struct paper *paper, const struct place *place, const struct line *first)
{
	const struct sheet *sheet = place->sheet;
	const struct line *last = first;
	struct line all = *first;
	int right = 0, left = sheet->lines[place->line].box.x;

	for (int i = 0; i < sheet->nlines; i++)
		if (sheet->lines[i].box.x + sheet->lines[i].box.w > right)
			right = sheet->lines[i].box.x + sheet->lines[i].box.w;
	for (int i = place->line + 1, n = 1; i < sheet->nlines && n < CONTINUED_LINES; i++) {
		struct line both = { .page = all.page, .nwords = all.nwords + sheet->lines[i].nwords };

		if (sheet->lines[i].middle - last->middle <= last->height / 2)
			continue;
		if (!goes_on(paper, sheet, last, left, right, i))
			break;
		both.words = arena_array(paper->arena, (size_t)both.nwords, sizeof *both.words);
		memcpy(both.words, all.words, (size_t)all.nwords * sizeof *both.words);
		memcpy(both.words + all.nwords, sheet->lines[i].words, (size_t)sheet->lines[i].nwords * sizeof *both.words);
		all = line_slice(&both, 0, both.nwords, paper->arena);
		last = &sheet->lines[i];
		n++;
	}
	return all;
}

/* The words behind the label; when there are none, the line under it. */
static bool value_line(struct paper *paper, const struct place *place, struct line *value)
{
	const struct line *line = &place->sheet->lines[place->line], *label = line;
	int first = place->word + place->words, end;
	struct line part = line_slice(label, place->word, place->words, paper->arena);

	while (first < line->nwords && !*line->keys[first] && strspn(line->words[first]->text, ":-/") == strlen(line->words[first]->text))
		first++;
	end = next_label(paper, line, first);
	if (end > first) {
		*value = line_slice(line, first, end - first, paper->arena);
		return true;
	}
	/* the reader parted the line at a wide blank: the next piece of the row */
	for (int i = place->line + 1; end == line->nwords && i < place->sheet->nlines && i < place->line + 3; i++) {
		const struct line *next = &place->sheet->lines[i];

		if (abs(next->middle - line->middle) * 2 < line->height && next->box.x >= part.box.x + part.box.w && next_label(paper, next, 0)) {
			*value = line_slice(next, 0, next_label(paper, next, 0), paper->arena);
			return true;
		}
	}
	/* identity cards: label over value */
	for (int i = place->line + 1; i < place->sheet->nlines && strchr(part.text, '/'); i++) {
		const struct line *next = &place->sheet->lines[i];

		if (next->middle - line->middle > 3 * line->height)
			break;
		if (next->middle - line->middle > line->height / 2 && next->box.x < part.box.x + part.box.w &&
		    next->box.x + next->box.w > part.box.x) {
			*value = *next;
			return true;
		}
	}
	return false;
}

/* Bytes of "Ông", "Bà" and the like in front of a name. */
static size_t honorific(const char *text)
{
	static const char *const words[] = { "Ông/bà ", "Ông (bà) ", "Ông/Bà ", "Hộ ông ", "Hộ bà ", "Ông ", "Bà ", "ông ", "bà ", NULL };

	for (int i = 0; words[i]; i++)
		if (!strncmp(text, words[i], strlen(words[i])))
			return strlen(words[i]);
	return 0;
}

/* Papers are made out to organisations too. */
static bool organisation_right(struct paper *paper, const char *text)
{
	static const char *const starts[] = { "congty", "doanhnghiep", "hoptacxa", "uybannhandan", "truong", "chinhanh", "trungtam", "benhvien", NULL };
	const char *key = text_key(paper->arena, text);

	for (int i = 0; starts[i]; i++)
		if (!strncmp(key, starts[i], strlen(starts[i])))
			return true;
	return false;
}

/* The value as the check of the schema has it; NULL when it is none. */
static char *checked(struct paper *paper, const struct schema_field *schema, const char *text, bool *repaired)
{
	char out[MONEY_SIZE], iso[DATE_SIZE], *name;
	enum grade grade = GRADE_SURE;

	switch (schema->check) {
	case CHECK_NAME:
		name = name_clean(paper->arena, text + honorific(text));
		return name_right(name) || organisation_right(paper, name) ? name : NULL;
	case CHECK_DATE:
		grade = date_find(paper->arena, text, iso);
		*repaired = *repaired || grade == GRADE_REPAIRED;
		return grade == GRADE_NONE ? NULL : arena_strdup(paper->arena, iso);
	case CHECK_PERSON_ID:
		return person_id_find(text, out) == GRADE_NONE ? NULL : arena_strdup(paper->arena, out);
	case CHECK_TAX_ID:
		return tax_id_find(text, out) == GRADE_NONE ? NULL : arena_strdup(paper->arena, out);
	case CHECK_MONEY:
		return money_find(text, out) == GRADE_NONE ? NULL : arena_strdup(paper->arena, out);
	case CHECK_DIGITS:
		name = name_clean(paper->arena, text);
		return *name && strspn(name, "0123456789") == strlen(name) ? name : NULL;
	case CHECK_NONE:
		break;
	}
	name = name_clean(paper->arena, text);
	return *name ? name : NULL;
}

/* "Ông: Nguyễn Văn An, sinh năm 1965": what stands before the comma is the name. */
static char *first_part(struct paper *paper, const char *text)
{
	size_t n = strcspn(text, ",;(");

	return arena_strndup(paper->arena, text, n);
}

static float least_confidence(const struct line *line)
{
	float least = 100;

	for (int i = 0; i < line->nwords; i++)
		if (*line->keys[i] && line->words[i]->confidence < least)
			least = line->words[i]->confidence;
	return least;
}

static bool only_dots(const char *text)
{
	for (const char *p = text; *p;) {
		uint32_t c = text_next(&p);

		if (!strchr(". _:,-/", c < 128 ? (int)c : 'x') && c != 0x2026)
			return false;
	}
	return true;
}

/* Labels of cards in two languages may take two lines, and other columns stand beside: the first day that stands under the label. */
static bool day_below(struct paper *paper, const struct place *place, const struct line *label, struct line *value)
{
	const struct sheet *sheet = place->sheet;
	char iso[DATE_SIZE];

	for (int i = place->line + 1; i < sheet->nlines && sheet->lines[i].middle - label->middle < DAY_BELOW * label->height; i++) {
		const struct line *line = &sheet->lines[i];

		for (int k = 0; k < line->nwords; k++) {
			struct box word = upright_box(line->page, line->words[k]->box);

			if (word.x > label->box.x + label->box.w || word.x + word.w < label->box.x || strlen(line->words[k]->text) < 8 ||
			    date_find(paper->arena, line->words[k]->text, iso) == GRADE_NONE)
				continue;
			*value = line_slice(line, k, 1, paper->arena);
			return true;
		}
	}
	return false;
}

/* One label's value into field. */
static void read_place(struct paper *paper, const struct schema_field *schema, const struct place *place, struct field *field)
{
	const struct line *row = &place->sheet->lines[place->line];
	struct line label = line_slice(row, place->word, place->words, paper->arena), value;
	struct pattern *pattern = paper_pattern(paper, paper->type, schema->name);
	bool repaired = false, sure;
	int offset, size;
	char *found;
	float confidence;

	if (!value_line(paper, place, &value) || only_dots(value.text)) {
		struct box behind = { label.box.x + label.box.w + label.height / 3, label.middle - label.height / 2,
				      place->sheet->width / 3, label.height };

		field_fill(field, ink_inside(place->sheet->page, behind) ? FIELD_UNREAD : FIELD_BLANK, label.text, NULL, label.confidence,
			   place->sheet->page, line_evidence(&label));
		return;
	}
	if (schema->check == CHECK_NONE || (schema->check == CHECK_NAME && organisation_right(paper, value.text)))
		value = with_rest(paper, place, &value);
	found = checked(paper, schema, value.text, &repaired);
	if (!found && schema->check == CHECK_DATE && strchr(label.text, '/') && day_below(paper, place, &label, &value))
		found = checked(paper, schema, value.text, &repaired);
	if (!found && schema->check == CHECK_NAME)
		found = checked(paper, schema, first_part(paper, value.text), &repaired);
	if (found && pattern) {
		if (pattern_search(pattern, found, &offset, &size))
			found = arena_strndup(paper->arena, found + offset, (size_t)size);
		else
			found = NULL;
	}
	confidence = least_confidence(&value);
	/* numbers and dates must be sure to the letter; of free words the mean says enough */
	if (schema->check == CHECK_NONE || schema->check == CHECK_NAME)
		confidence = (confidence + value.confidence) / 2;
	if (schema->check == CHECK_NAME)
		confidence = name_confidence(paper, &value, confidence);
	if (schema->check == CHECK_DATE && found && value.nwords > 3)
		confidence = value.confidence;
	if (schema->check == CHECK_NONE || schema->check == CHECK_NAME)
		confidence = confidence > ALONE_CONFIDENCE ? ALONE_CONFIDENCE : confidence;
	if (found && schema->check == CHECK_NAME && name_right(found)) {
		found = surname_right(paper, again_read(paper, &value, found, &confidence), value.words[0]->confidence);
		if (!organisation_right(paper, found))
			confidence = surname_doubt(paper, found, value.words[0]->confidence, confidence);
	}
	sure = found && confidence >= (schema->check == CHECK_NONE ? FREE_CONFIDENCE : schema->check == CHECK_NAME ? NAME_CONFIDENCE : SURE_CONFIDENCE);
	field_fill(field, sure ? FIELD_READ : FIELD_UNREAD, value.text, found, confidence - (repaired ? REPAIR_COST : 0),
		   place->sheet->page, line_evidence(&value));
	field->how |= repaired ? HOW_REPAIRED : 0;
}

/* A second reading of a date in words, near the first: agreement raises, contradiction makes it a matter for a person. */
static void confirm_date(struct paper *paper, const struct schema_field *schema, const struct place *near, struct field *field)
{
	for (int k = 0; k < schema->confirm.n; k++) {
		struct place place;
		struct line value;
		char iso[DATE_SIZE];

		if (!find_place(paper, schema->confirm.items[k], near, &place) || !value_line(paper, &place, &value) ||
		    date_in_words(paper->arena, with_rest(paper, &place, &value).text, iso) == GRADE_NONE)
			continue;
		if (field->state == FIELD_READ && !strcmp(field->value, iso)) {
			field->confidence = field->confidence + SECOND_READING_GAIN > 100 ? 100 : field->confidence + SECOND_READING_GAIN;
			field->how |= HOW_CONFIRMED;
		} else if (field->state == FIELD_READ) {
			field->how |= HOW_CONTRADICTED;
			field->state = FIELD_UNREAD;
			field->value = NULL;
			field->confidence = field->confidence > DOUBT_COST ? field->confidence - DOUBT_COST : 0;
		}
		return;
	}
}

static void join_field(struct paper *paper, struct field *all, const struct field *one)
{
	if (all->state == FIELD_ABSENT) {
		*all = (struct field){ .name = all->name, .text = one->text, .value = one->value, .state = one->state,
				       .confidence = one->confidence, .page = one->page, .box = one->box, .source = one->source, .how = one->how };
		return;
	}
	/* of several, what speaks for all of them, and what speaks against any */
	all->how = (all->how & one->how) | ((all->how | one->how) & (HOW_REPAIRED | HOW_CONTRADICTED));
	all->text = arena_printf(paper->arena, "%s\n%s", all->text ? all->text : "", one->text ? one->text : "");
	all->value = all->value && one->value ? arena_printf(paper->arena, "%s\n%s", all->value, one->value) : NULL;
	if (one->state != FIELD_READ) /* half a couple is no value */
		all->state = one->state;
	if (all->state != FIELD_READ)
		all->value = NULL;
	if (one->confidence < all->confidence)
		all->confidence = one->confidence;
	if (all->page == one->page)
		all->box = box_union(all->box, one->box);
}

/* Of one value under several labels, or one label that stands twice: the first that was read, else the first that holds ink. */
static bool better(const struct field *one, const struct field *than)
{
	return one->state > than->state;
}

/* A number that the paper must have, and whose label was lost: the one number of that form on it. Two would be two people's. */
static void alone_read(struct paper *paper, struct field *field)
{
	char best[13] = "", out[13];
	const struct line *where = NULL;

	for (int s = 0; s < paper->nsheets; s++)
		for (int i = 0; i < paper->sheets[s]->nlines; i++) {
			const struct line *line = &paper->sheets[s]->lines[i];

			if (person_id_find(line->text, out) == GRADE_NONE || strlen(out) != 12 || !strcmp(best, out))
				continue;
			if (where)
				return;
			memcpy(best, out, sizeof out);
			where = line;
		}
	if (!where)
		return;
	field_fill(field, where->confidence < SURE_CONFIDENCE ? FIELD_UNREAD : FIELD_READ, where->text, arena_strdup(paper->arena, best),
		   where->confidence > ALONE_CONFIDENCE ? ALONE_CONFIDENCE : where->confidence, where->page, line_evidence(where));
	field->how = HOW_PATTERN;
}

static void labels_read(struct paper *paper, const struct schema_field *schema, struct field *field)
{
	int found = 0;

	for (int k = 0; k < schema->labels.n && found < MANY_MAX; k++) {
		struct place place, *after = NULL;

		while (found < MANY_MAX && find_place(paper, schema->labels.items[k], after, &place)) {
			struct field one = { 0 };

			if (taken_by_longer(paper, schema, &place)) {
				after = arena_alloc(paper->arena, sizeof *after);
				*after = place;
				continue;
			}
			read_place(paper, schema, &place, &one);
			one.how |= HOW_LABEL;
			if (schema->check == CHECK_DATE)
				confirm_date(paper, schema, &place, &one);
			if (schema->many)
				join_field(paper, field, &one);
			else if (better(&one, field))
				*field = (struct field){ .name = field->name, .text = one.text, .value = one.value, .state = one.state,
							 .confidence = one.confidence, .page = one.page, .box = one.box, .source = one.source,
							 .how = one.how };
			found++;
			if (!schema->many && field->state == FIELD_READ)
				return;
			after = arena_alloc(paper->arena, sizeof *after);
			*after = place;
		}
		if (schema->many && found > 1) /* the same label stood twice: other spellings of it would give the same values again */
			return;
	}
}

void label_read(struct paper *paper, const struct schema_field *schema, struct field *field)
{
	labels_read(paper, schema, field);
	if (schema->required && !schema->many && schema->check == CHECK_PERSON_ID && field->state != FIELD_READ)
		alone_read(paper, field);
}

/* The text of a sheet with its lines parted by '\n', cut at SEARCH_MAX. */
static char *sheet_text(struct paper *paper, const struct sheet *sheet, int *starts)
{
	char *text = arena_alloc(paper->arena, SEARCH_MAX + 1);
	size_t used = 0;

	for (int i = 0; i < sheet->nlines; i++) {
		size_t n = strlen(sheet->lines[i].text);

		starts[i] = (int)used;
		if (used + n + 1 > SEARCH_MAX)
			continue;
		memcpy(text + used, sheet->lines[i].text, n);
		text[used + n] = '\n';
		used += n + 1;
	}
	text[used] = '\0';
	return text;
}

void pattern_read(struct paper *paper, const struct schema_field *schema, struct field *field)
{
	struct pattern *pattern = paper_pattern(paper, paper->type, schema->name);

	for (int s = 0; pattern && s < paper->nsheets; s++) {
		const struct sheet *sheet = paper->sheets[s];
		int *starts = arena_array(paper->arena, (size_t)sheet->nlines + 1, sizeof *starts), offset, size, i = 0;
		char *text = sheet_text(paper, sheet, starts), *value;

		if (!pattern_search(pattern, text, &offset, &size) || !size)
			continue;
		while (i + 1 < sheet->nlines && starts[i + 1] <= offset)
			i++;
		value = arena_strndup(paper->arena, text + offset, (size_t)size);
		field_fill(field, sheet->lines[i].confidence < NAME_CONFIDENCE ? FIELD_UNREAD : FIELD_READ, sheet->lines[i].text, value,
			   sheet->lines[i].confidence, sheet->page, line_evidence(&sheet->lines[i]));
		field->how = HOW_PATTERN;
		return;
	}
}
