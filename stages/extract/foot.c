#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/extract/private.h"
#include "stages/extract/value.h"

#define POSITION_LINES 4
#define BLOCK_ALONE 10 /* lines of a last page that holds little but the block */
/* Mean confidence of a line that is a position: less will do where a power (KT., TM.) begins it, which stands nowhere else on the right, and under KT., where a
 * deputy's office must follow. */
#define OFFICE_CONFIDENCE 72
#define POWER_CONFIDENCE 50
/* One word in capitals begins the block only where it was read for sure: the rest of the office lies under the seal. */
#define WORD_CONFIDENCE 90
/* The signature takes at most this share of the page's height between position and name (decree: three to five lines of body). */
#define SIGNATURE_SHARE 0.22

/* A signer whose surname was put right by one letter. */
#define NEAR_CONFIDENCE 60

/* How far, in widths of the name, its middle may lie off that of the position: 0.00-0.03 where the name was whole on ten
 * scans, 0.34 where the seal took the surname. */
#define AXIS_SHARE 0.15

/* Quyền hạn (Decree 30/2020 appendix I, box 7a). */
static const char *const powers[] = { "TM", "KT", "TL", "TUQ", "Q", NULL };

/* "TL.CHỦ TỊCH", "KT BỘ TRƯỞNG": the length of the power at the begin, or 0. */
static size_t power_length(const char *text)
{
	for (int i = 0; powers[i]; i++) {
		size_t n = strlen(powers[i]);

		if (!strncmp(text, powers[i], n) && strchr(".,: ", text[n]) && text[n])
			return n;
	}
	return 0;
}

/* The office nearest to what was read behind a power, where a third of its letters or less differ and no other is as near: the seal lies over it. */
static const char *office_near(struct paper *paper, const struct schema_list *offices, const char *read)
{
	const char *key = text_key(paper->arena, read), *found = NULL;
	int least = 1000;

	for (int i = 0; i < offices->n; i++) {
		const char *want = text_key(paper->arena, offices->items[i]);
		int limit = (int)strlen(want) / 3, errors = key_distance(key, want, limit);

		if (errors > limit || errors > least)
			continue;
		found = errors == least ? NULL : offices->items[i];
		least = errors;
	}
	return found;
}

/* As printed, with offices spelled as in the schema; a full stop that the reader lost comes back: "KT BỘ TRƯỞNG". "0." over an office is the
 * power "Q." *known goes when it is no office of the schema. */
static char *position_line(struct paper *paper, const struct schema_field *schema, const char *text, bool *known)
{
	size_t n = power_length(text);
	const char *rest = text + n, *gap = "";
	int known_bytes;
	bool begins = false, whole, acting = !n && strchr("0OC", text[0]) && text[1] == '.';
	char *office;

	if (acting)
		rest = text + (n = 1);
	if (n && *rest == '.' && rest[1] && rest[1] != ' ')
		gap = NULL; /* "TL.CHỦ TỊCH" stays as it is printed */
	rest += n ? strspn(rest, ".,: ") : 0;
	office = name_clean(paper->arena, n ? rest : text);
	if (schema)
		office = spelling_right(paper, &schema->spellings, office, &begins, &whole, &known_bytes);
	if (schema && !begins && n && !acting) {
		const char *near = office_near(paper, &schema->spellings, office);

		office = near ? arena_strdup(paper->arena, near) : office;
	}
	if (!begins)
		*known = false;
	return n ? arena_printf(paper->arena, "%.*s.%s%s", acting ? 1 : (int)n, acting ? "Q" : text, gap ? " " : "", office) : office;
}

/* KT.: a deputy signs for the head (Decree 30/2020 article 13): the second line is "PHÓ ..." or "THỨ TRƯỞNG". Returns it with the words
 * it shares with the first line spelled as there, because the seal lies over the second; NULL where it is no such line. */
static char *deputy_line(struct paper *paper, const char *head, const char *line)
{
	char *copy = arena_strdup(paper->arena, line), *save = NULL, *out = NULL;

	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		const char *key = text_key(paper->arena, word);
		char *first = arena_strdup(paper->arena, head), *more = NULL;

		if (!out && strcmp(key, "pho") && strcmp(key, "thu"))
			return NULL;
		if (!out) {
			out = arena_strdup(paper->arena, key[0] == 'p' ? "PHÓ" : "THỨ");
			continue;
		}
		for (char *other = strtok_r(first, " ", &more); other; other = strtok_r(NULL, " ", &more))
			if (!strcmp(text_key(paper->arena, other), key)) {
				word = name_clean(paper->arena, other);
				break;
			}
		out = arena_printf(paper->arena, "%s %s", out, word);
	}
	return out;
}

/* KT. is signed by the deputy of who stands over it: PHÓ and the office, for a minister THỨ TRƯỞNG, for "BỘ TRƯỞNG, CHỦ NHIỆM" PHÓ CHỦ NHIỆM (Decree
 * 30/2020 article 13). What was read must still have half of its letters. The whole value, or NULL. */
static char *deputy_of(struct paper *paper, const char *value, const char *read)
{
	const char *end = strchr(value, '\n'), *office = value + strlen("KT. "), *comma;
	char *head;
	const char *deputy, *want, *have = text_key(paper->arena, read);

	if (strncmp(value, "KT. ", 4) || !end || strchr(end + 1, '\n'))
		return NULL;
	head = arena_strndup(paper->arena, office, (size_t)(end - office));
	comma = strrchr(head, ',');
	deputy = !strcmp(head, "BỘ TRƯỞNG") ? "THỨ TRƯỞNG" : arena_printf(paper->arena, "PHÓ %s", comma ? name_clean(paper->arena, comma) : head);
	want = text_key(paper->arena, deputy);
	if (key_distance(have, want, (int)strlen(want) / 2) > (int)strlen(want) / 2)
		return NULL;
	return arena_printf(paper->arena, "KT. %s\n%s", head, deputy);
}

/* Whether who stands behind "KT. " is an office of the schema. */
static bool head_listed(const struct schema_field *schema, const char *value)
{
	const char *head = value + strlen("KT. ");
	size_t size = strcspn(head, "\n");

	for (int i = 0; i < schema->spellings.n; i++)
		if (strlen(schema->spellings.items[i]) == size && !strncmp(schema->spellings.items[i], head, size))
			return true;
	return false;
}

static bool in_capitals(const char *text)
{
	int capitals = 0;

	while (*text) {
		uint32_t c = text_next(&text);

		if (text_is_letter(c) && !text_is_upper(c))
			return false;
		capitals += text_is_letter(c);
	}
	return capitals >= 3;
}

/* What the reader set aside under the line, which the seal covers: its words as one text, or NULL. */
static char *set_aside_below(struct paper *paper, const struct line *line)
{
	char *text = NULL;

	for (int i = 0; i < line->page->nwords; i++) {
		const struct word *word = &line->page->words[i];
		struct box box = upright_box(line->page, word->box);
		int down = box.y + box.h / 2 - line->middle;

		if ((word->role == ROLE_MARGIN || word->role == ROLE_STAMP) && in_capitals(word->text) && box.x >= line->box.x && box.x + box.w <= line->box.x + line->box.w + line->height &&
		    2 * down > line->height && down < 5 * line->height / 2)
			text = text ? arena_printf(paper->arena, "%s %s", text, word->text) : word->text;
	}
	return text;
}

/* "Ủ TƯỚNG" on a paper of THỦ TƯỚNG CHÍNH PHỦ: the agency is called by its head, whose end was read. NULL where it is not so. */
static char *head_of(struct paper *paper, const char *read)
{
	const char *end = text_key(paper->arena, read);

	for (int i = 0; i < paper->nleft && strlen(end) >= 5; i++) {
		const struct line *line = &paper->left[i];

		for (int n = 1; n < line->nwords && line->capitals; n++) {
			struct line head = line_slice(line, 0, n, paper->arena);
			size_t size = strlen(head.key), have = strlen(end);

			if (size > have && size - have <= 4 && !strcmp(head.key + size - have, end))
				return head.text;
		}
	}
	return NULL;
}

/* The sheet and line of "Nơi nhận", the last one of the paper. */
static const struct line *find_recipients(struct paper *paper, int *sheet, int *word)
{
	for (int s = paper->nsheets - 1; s >= 0; s--)
		for (int i = paper->sheets[s]->nlines - 1; i >= 0; i--) {
			const struct line *line = &paper->sheets[s]->lines[i];
			int n, at = line_find(line, "noinhan", 0, &n);

			if (at == 0 && line->box.x < paper->sheets[s]->width / 2) {
				*sheet = s;
				*word = n;
				return line;
			}
		}
	return NULL;
}

static bool on_the_right(const struct sheet *sheet, const struct line *line)
{
	return line->box.x + line->box.w / 2 > sheet->width * 11 / 20 && line->box.x > sheet->width * 2 / 5;
}

/* "NGƯỜI KÝ GIẤY KHAI SINH" and its second line ("NHẬN KẾT HÔN") are the caption of the form, not a position. */
static bool is_caption(const struct paper *paper, const struct line *line, bool under_one)
{
	if (key_begins(line->key, "nguoiky", NULL))
		return true;
	for (int i = 0; under_one && i < paper->type->titles.n; i++) {
		const char *title = text_key(paper->arena, paper->type->titles.items[i]);
		size_t size = strlen(line->key), all = strlen(title);

		if (size > 4 && size <= all && key_equal(line->key, title + all - size, NULL))
			return true;
	}
	for (int i = 0; i < paper->type->titles.n; i++)
		if (strlen(line->key) > 8 && strstr(text_key(paper->arena, paper->type->titles.items[i]), line->key))
			return true;
	return false;
}

/* Position lines in capitals from line i on; the index behind them. */
static int take_position(struct paper *paper, const struct schema_field *schema, const struct sheet *sheet, int i, struct field *field)
{
	bool known = true, caption = false;
	char *text = NULL, *value = NULL;
	struct box box = { 0, 0, 0, 0 };
	float sum = 0;
	int n = 0, before = 0;
	const struct line *last = NULL;
	const char *second;
	bool broken = false;

	for (; i < sheet->nlines && n < POSITION_LINES; i++) {
		const struct line *line = &sheet->lines[i];

		if (!on_the_right(sheet, line))
			continue;
		if (n && line->middle - before > 3 * line->height)
			break;
		if (!line->capitals || line->confidence < (power_length(line->text) || (n == 1 && !strncmp(text, "KT", 2)) ? POWER_CONFIDENCE : OFFICE_CONFIDENCE))
			continue;
		if (is_caption(paper, line, caption)) {
			caption = true;
			continue;
		}
		if (!n && agency_signs(line)) { /* "TM." and the like stand in front of it where it is part of the position */
			paper->signing = line;
			continue;
		}
		text = text ? arena_printf(paper->arena, "%s\n%s", text, line->text) : line->text;
		value = value ? arena_printf(paper->arena, "%s\n%s", value, position_line(paper, schema, line->text, &known)) :
				position_line(paper, schema, line->text, &known);
		box = box_union(box, line_evidence(line));
		sum += line->confidence;
		n++;
		before = line->middle;
		last = line;
	}
	if (!n)
		return -1;
	sum /= (float)n;
	if (!known) /* no office of the list, or one that lost letters to the seal */
		sum = sum > ALONE_CONFIDENCE ? ALONE_CONFIDENCE : sum;
	if (n == 1 && !strncmp(value, "KT. ", 4) && set_aside_below(paper, last)) { /* no deputy's line: what lies under the seal may be one */
		char *deputy, *both = arena_printf(paper->arena, "%s\n%s", value, set_aside_below(paper, last));

		deputy = deputy_of(paper, both, strchr(both, '\n') + 1);
		if (deputy) {
			value = deputy;
			sum = NAME_CONFIDENCE;
			n = 2;
		}
	}
	second = strchr(value, '\n');
	if (second && !strncmp(value, "KT. ", 4)) {
		char *head = arena_strndup(paper->arena, value, (size_t)(second - value));
		char *deputy = strchr(second + 1, '\n') ? NULL : deputy_line(paper, head + 4, second + 1);

		if (deputy && strcmp(deputy, second + 1))
			sum -= REPAIR_COST;
		value = deputy ? arena_printf(paper->arena, "%s\n%s", head, deputy) : value;
		broken = !deputy;
	}
	if (broken) { /* the seal took most of it */
		char *deputy = deputy_of(paper, value, second + 1);

		if (deputy) {
			bool listed = schema && head_listed(schema, deputy);

			value = deputy;
			sum = sum - REPAIR_COST;
			sum = listed && sum < NAME_CONFIDENCE ? NAME_CONFIDENCE : sum; /* office and deputy tell of each other */
			broken = false;
		}
	}
	if (!known && !strchr(value, '\n')) {
		char *whole = head_of(paper, value);

		value = whole ? whole : value;
		broken = broken || !whole;
		sum = whole ? sum - REPAIR_COST : sum;
	}
	/* KT. and TL. are signed by a deputy or a head whose own title follows: one line alone lost its second under the seal */
	field_fill(field, sum < NAME_CONFIDENCE || broken || (n == 1 && (!strncmp(text, "KT", 2) || !strncmp(text, "TL", 2))) ?
		   FIELD_UNREAD : FIELD_READ, text, value, sum, sheet->page, box);
	for (i = 0; i < sheet->nlines && sheet->lines + i != last; i++)
		;
	return i + 1;
}

/* The same name elsewhere on the paper ("PCN Nguyễn Sỹ Hiệp"): the second reading that sets a name under a seal right. */
static char *name_elsewhere(struct paper *paper, const struct line *name, float *confidence)
{
	int n;

	for (int s = 0; s < paper->nsheets; s++)
		for (int i = 0; i < paper->sheets[s]->nlines; i++) {
			const struct line *line = &paper->sheets[s]->lines[i];
			int at = line->page == name->page && line->words[0] == name->words[0] ? -1 : line_find(line, name->key, 0, &n);
			struct line other;
			char *text;

			if (at < 0)
				continue;
			other = line_slice(line, at, n, paper->arena);
			text = name_clean(paper->arena, other.text);
			if (other.confidence < NAME_CONFIDENCE + SECOND_READING_GAIN || !name_right(text) || n != name->nwords)
				continue;
			*confidence = other.confidence;
			return text;
		}
	return NULL;
}

/* The name under the signature: the first line on the right, below the position, that is a name. */
static void take_signer(struct paper *paper, const struct sheet *sheet, int i, const struct field *position, struct field *field)
{
	struct box top = upright_box(sheet->page, position->box);
	int limit = top.y + top.h + (int)(sheet->height * SIGNATURE_SHARE);

	for (; i < sheet->nlines && sheet->lines[i].middle < limit; i++) {
		const struct line *line = &sheet->lines[i];
		char *name = name_clean(paper->arena, line->text), *other;
		float sure = line->confidence;

		if (!on_the_right(sheet, line) || line->nwords < 2 || line->nwords > 7 || sure < 50)
			continue;
		other = line->words[0]->confidence < NAME_CONFIDENCE || !name_right(name) ||
				(line->words[0]->seen && !surname_known(line->words[0]->text)) /* the language made a word of what the seal left */ ?
			surname_again(paper, line, &sure) : NULL;
		if (other) {
			field_fill(field, FIELD_READ, line->text, other, sure - REPAIR_COST, sheet->page, line_evidence(line));
			return;
		}
		if (!name_right(name))
			continue;
		other = line->words[0]->seen && line->nwords > 2 ? surname_near(paper, line->words[0]) : NULL;
		if (other) { /* no surname, which the model wrote for what was seen: there is but one a letter off */
			name = arena_printf(paper->arena, "%s%s", other, name + strcspn(name, " "));
			sure = sure > NEAR_CONFIDENCE ? NEAR_CONFIDENCE : sure;
			field_fill(field, FIELD_READ, line->text, name, sure, sheet->page, line_evidence(line));
			return;
		}
		if (line->height * 2 < sheet->text_height || (line->capitals && !strncmp(line->key, "pho", 3)))
			continue; /* small print, or a deputy's title */
		other = name_elsewhere(paper, line, &sure);
		if (other) {
			bool same = !strcmp(other, name);

			sure = same && line->confidence > sure ? line->confidence : sure;
			field_fill(field, FIELD_READ, line->text, other, sure + (same ? SECOND_READING_GAIN : -REPAIR_COST), sheet->page,
				   line_evidence(line));
			field->how |= same ? HOW_CONFIRMED : HOW_REPAIRED;
			return;
		}
		for (int k = 0; k < line->nwords; k++) /* one syllable under the seal makes another name */
			if (line->words[k]->confidence < sure)
				sure = line->words[k]->confidence;
		sure = name_confidence(paper, line, sure);
		/* name and position stand on one axis (decree, box 7b): a name beside it has lost a syllable to the seal */
		if (abs(2 * line->box.x + line->box.w - 2 * top.x - top.w) > 2 * AXIS_SHARE * line->box.w)
			sure = sure > DOUBT_COST + 10 ? DOUBT_COST + 10 : sure;
		sure = sure > ALONE_CONFIDENCE ? ALONE_CONFIDENCE : sure;
		name = surname_right(paper, name, line->words[0]->confidence);
		sure = surname_doubt(paper, name, line->words[0]->confidence, sure);
		field_fill(field, sure < NAME_CONFIDENCE - 5 ? FIELD_UNREAD : FIELD_READ, line->text, name, sure, sheet->page,
			   line_evidence(line));
		return;
	}
}

/* "Lưu: VT" ends every list (Decree 30/2020, box 9b): a second letter of the office that was misread is a T. */
static char *keeping_line(struct paper *paper, char *text)
{
	char *at = strstr(text, "Lưu: V");
	size_t size = at ? strspn(at + strlen("Lưu: V"), "TIEFLYJ1Ũ") : 0;

	if (!at || !size || size > 3 || !strchr(" ,.;", at[strlen("Lưu: V") + size]))
		return text;
	return arena_printf(paper->arena, "%.*sT%s", (int)(at - text + (int)strlen("Lưu: V")), text, at + strlen("Lưu: V") + size);
}

static void take_recipients(struct paper *paper, const struct sheet *sheet, const struct line *anchor, int words, struct field *field)
{
	char *text = NULL;
	struct box box = line_evidence(anchor);
	float sum = 0;
	int n = 0, before = anchor->middle, column = anchor->box.x + sheet->width / 2;

	if (words < anchor->nwords && anchor->words[words]->box.w) { /* "Nơi nhận: - Như trên" in one line */
		struct line rest = line_slice(anchor, words, anchor->nwords - words, paper->arena);

		if (*rest.key && rest.box.x < column - sheet->width / 8) {
			text = rest.text;
			sum += rest.confidence;
			n++;
		}
	}
	for (int i = 0; i < sheet->nlines && n < 60; i++) {
		const struct line *line = &sheet->lines[i];

		if (line->middle <= anchor->middle + anchor->height / 2 || line->box.x > column - sheet->width / 10 ||
		    line->box.x + line->box.w / 2 > column || line->nwords < 2)
			continue;
		if (line->middle - before > 5 * line->height)
			break;
		text = text ? arena_printf(paper->arena, "%s\n%s", text, line->text) : line->text;
		box = box_union(box, line_evidence(line));
		sum += line->confidence;
		before = line->middle;
		n++;
	}
	if (n)
		sum = sum / (float)n > ALONE_CONFIDENCE ? ALONE_CONFIDENCE : sum / (float)n;
	if (n)
		field_fill(field, sum < 50 ? FIELD_UNREAD : FIELD_READ, text, keeping_line(paper, text), sum, sheet->page, box);
	else
		field_fill(field, FIELD_BLANK, anchor->text, NULL, anchor->confidence, sheet->page, box);
}

/* Ink on the right under the end of the text: a signature block is there, though no word of it was read. */
static void note_unread(struct paper *paper, const struct sheet *sheet, int top, struct field *field)
{
	struct box right = { sheet->width * 11 / 20, top, sheet->width * 2 / 5, (int)(sheet->height * SIGNATURE_SHARE) };

	for (int i = 0; field && i < sheet->page->nmarks; i++) {
		struct box mark = upright_box(sheet->page, sheet->page->marks[i].box);

		if (sheet->page->marks[i].kind != MARK_BANNER && box_intersect(mark, right).w) {
			field_fill(field, FIELD_UNREAD, NULL, NULL, 0, sheet->page, sheet->page->marks[i].box);
			return;
		}
	}
}

/* Where the block begins without "Nơi nhận": a power, or capitals on the right in the lower part of the last pages. */
static int find_block(const struct sheet *sheet, int from)
{
	for (int i = sheet->nlines - 1; i >= 0; i--) {
		const struct line *line = &sheet->lines[i];

		if (line->middle > from && on_the_right(sheet, line) && line->capitals && power_length(line->text))
			return i;
	}
	for (int i = 0; i < sheet->nlines; i++) {
		const struct line *line = &sheet->lines[i];

		if (line->middle > from && on_the_right(sheet, line) && line->capitals && line->nwords <= 10 &&
		    line->confidence >= (line->nwords > 1 ? FREE_CONFIDENCE : WORD_CONFIDENCE))
			return i;
	}
	return -1;
}

/* "Người yêu cầu", "Người làm đơn" over the signature of who hands a paper in, in small letters; the name stands under it. */
static bool applicant_read(struct paper *paper, struct field *signer)
{
	static const char *const captions[] = { "nguoiyeucau", "nguoikhai", "nguoilamdon", "nguoivietdon", "nguoidenghi", "nguoinop", NULL };

	for (int s = paper->nsheets - 1; signer && s >= 0; s--)
		for (int i = paper->sheets[s]->nlines - 1; i >= 0; i--) {
			const struct line *line = &paper->sheets[s]->lines[i];
			struct field caption = { .box = line_evidence(line) };

			for (int k = 0; captions[k] && on_the_right(paper->sheets[s], line); k++)
				if (key_begins(line->key, captions[k], NULL)) {
					take_signer(paper, paper->sheets[s], i + 1, &caption, signer);
					if (signer->state == FIELD_ABSENT)
						note_unread(paper, paper->sheets[s], line->middle, signer);
					return true;
				}
		}
	return false;
}

void foot_read(struct paper *paper, const struct schema_field *schema, struct field *position, struct field *signer, struct field *recipients)
{
	int s = -1, words = 0, at = -1, behind;
	const struct line *anchor = find_recipients(paper, &s, &words);
	struct field own = { 0 };

	if (paper->type->family == FAMILY_COMPONENT && applicant_read(paper, signer))
		return;
	if (anchor && recipients)
		take_recipients(paper, paper->sheets[s], anchor, words, recipients);
	if (anchor) {
		int from = anchor->middle - 3 * anchor->height;

		at = find_block(paper->sheets[s], from);
		if (at < 0) {
			note_unread(paper, paper->sheets[s], anchor->box.y, position);
			note_unread(paper, paper->sheets[s], anchor->box.y, signer);
		}
	}
	for (int k = paper->nsheets - 1; !anchor && k >= 0 && k >= paper->nsheets - 2 && at < 0; k--) {
		/* alone on the last page, the block stands at its top */
		int from = k && k == paper->nsheets - 1 && paper->sheets[k]->nlines <= BLOCK_ALONE ? 0 : paper->sheets[k]->height / 4;

		if (!k && paper->title >= 0)
			from = paper->sheets[0]->lines[paper->title].middle + paper->sheets[0]->height / 6;
		s = k;
		at = find_block(paper->sheets[k], from);
	}
	if (at < 0)
		return;
	behind = take_position(paper, schema, paper->sheets[s], at, position ? position : &own);
	if (behind > 0 && signer)
		take_signer(paper, paper->sheets[s], behind, position ? position : &own, signer);
	/* a name without a block of capitals over it would be any name */
	if (signer && signer->state == FIELD_ABSENT)
		note_unread(paper, paper->sheets[s], paper->sheets[s]->lines[at].middle, signer);
}
