/* agency.c - who issued the paper: the left block of the head, or on land certificates the line over the signature */
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/extract/private.h"
#include "stages/extract/value.h"

/* The name with official words put right. What stands behind them is a place, which the paper names again: where both agree it is sure. */
void agency_put(struct paper *paper, const struct schema_field *schema, const struct line *own, const char *text, float sure, struct box box,
		struct field *field)
{
	bool begins, whole;
	int known = 0;
	char *name = spelling_right(paper, &schema->spellings, name_clean(paper->arena, text), &begins, &whole, &known);
	float place = ALONE_CONFIDENCE;

	if (begins && !whole)
		name = arena_printf(paper->arena, "%.*s%s", known, name, again_read(paper, own, arena_strdup(paper->arena, name + known), &place));
	if (!whole && sure > place)
		sure = place;
	field_fill(field, sure < NAME_CONFIDENCE ? FIELD_UNREAD : FIELD_READ, text, name, sure, own->page, box);
}

/* How many words of the line agencies begin with, 0 for none. Without tolerance: PHƯỜNG is no PHÒNG. */
static int begins_agency(const struct line *line, const struct schema_list *heads, struct arena *arena)
{
	int most = 0;

	for (int i = 0; i < heads->n; i++) {
		int n;

		if (line_find_within(line, text_key(arena, heads->items[i]), 0, 0, &n) == 0 && n > most)
			most = n;
	}
	return most;
}

/* "-" and "," at the end of the line before: the name goes on. Marks over the line's own letters are read as a comma there, and two words ("TRUNG TÂM") begin no
 * second half of a name; nor does a school. */
static bool is_joined(const char *before, const struct line *line, int head_words)
{
	size_t size = strlen(before);

	return size && (before[size - 1] == '-' || (before[size - 1] == ',' && head_words < 2 && strncmp(line->key, "truong", 6) != 0));
}

/* The same words elsewhere on the paper, read better: what the agency calls itself over the signature or in the body. */
static float read_elsewhere(struct paper *paper, const char *key, const struct line *own, float confidence)
{
	for (int s = 0; s < paper->nsheets; s++)
		for (int i = 0; i < paper->sheets[s]->nlines; i++) {
			const struct line *line = &paper->sheets[s]->lines[i];
			int n, at = line->page == own->page && line->middle <= own->middle ? -1 : line_find_within(line, key, 0, 0, &n);

			if (at >= 0) {
				struct line same = line_slice(line, at, n, paper->arena);

				if (same.confidence > confidence)
					confidence = same.confidence;
			}
		}
	return confidence;
}

/* "SỞ TÀI NGUYÊN VÀ MÔI" over "TRƯỜNG", "ỦY BAN THƯỜNG VỤ" over "QUỐC HỘI": both together are one official name, though the second could begin one. */
static bool one_name(struct paper *paper, const struct schema_field *schema, const char *above, const char *below)
{
	const char *key = text_key(paper->arena, arena_printf(paper->arena, "%s%s", above, below));

	for (int i = 0; i < schema->spellings.n; i++)
		if (!strcmp(text_key(paper->arena, schema->spellings.items[i]), key))
			return true;
	return false;
}

/* The last lines of the left block: from the last line that begins with a word that agencies begin with (schema), where the line before
 * does not end in the middle of a name. */
void agency_read(struct paper *paper, const struct schema_field *schema, struct field *field)
{
	int end, first = -1, n = 0;
	struct box box = { 0, 0, 0, 0 };
	char *text = NULL;
	float sum = 0;
	int bottom = paper->number_row >= 0 ? paper->left[paper->number_row].middle :
		     paper->date_row >= 0 ? paper->right[paper->date_row].middle : paper->head_bottom + paper->sheets[0]->text_height * 3;

	if (paper->centred || !paper->motto)
		return;
	/* the title never stands over the agency, whatever is over its number: "Đăng ký lần đầu, ngày ..." under the title of a certificate is no date row */
	if (paper->title >= 0 && paper->sheets[0]->lines[paper->title].middle < bottom)
		bottom = paper->sheets[0]->lines[paper->title].middle;
	for (end = 0; end < paper->nleft && paper->left[end].middle < bottom - paper->sheets[0]->text_height / 3; end++)
		;
	for (int i = 0; i < end; i++) {
		const struct line *line = &paper->left[i];
		const char *before = i ? paper->left[i - 1].text : "";
		int head;

		if (!line->capitals || (first >= 0 && first == i - 1 && one_name(paper, schema, before, line->text)))
			continue;
		head = begins_agency(line, &schema->labels, paper->arena);
		if (first < 0 || (head && !is_joined(before, line, head)))
			first = i;
	}
	for (int i = first; i >= 0 && i < end; i++) {
		if (!paper->left[i].capitals)
			continue;
		text = text ? arena_printf(paper->arena, "%s %s", text, paper->left[i].text) : arena_strdup(paper->arena, paper->left[i].text);
		box = box_union(box, line_evidence(&paper->left[i]));
		sum += paper->left[i].confidence;
		n++;
	}
	if (!text)
		return;
	sum /= (float)n;
	if (sum < NAME_CONFIDENCE + SECOND_READING_GAIN)
		sum = read_elsewhere(paper, text_key(paper->arena, text), &paper->left[first], sum);
	agency_put(paper, schema, &paper->left[first], text, sum, box, field);
}

/* Bodies that sign certificates in their own name, over the signature: Luật Đất đai 2013 Điều 105, 2024 Điều 136. */
bool agency_signs(const struct line *line)
{
	return line->capitals && (!strncmp(line->key, "uybannhandan", 12) || !strncmp(line->key, "sotainguyen", 11) ||
				  !strncmp(line->key, "vanphongdangky", 14));
}

void agency_at_foot(struct paper *paper, const struct schema_field *schema, const struct line *line, struct field *field)
{
	if (field->state == FIELD_ABSENT)
		agency_put(paper, schema, line, line->text, line->confidence, line_evidence(line), field);
}
