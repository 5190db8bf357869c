/* agency.c - who issued the paper: the left block of the head, or on land certificates the line over the signature */
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/extract/private.h"
#include "stages/extract/value.h"

/* What agencies are called by decree: NĐ 24/2014/NĐ-CP Điều 8, 9 and NĐ 37/2014/NĐ-CP Điều 7 (departments of provinces and districts),
 * Luật Tổ chức chính quyền địa phương 2015. Readers lose marks on capitals ("NHÂN DẬN"); where all letters agree with such a name, its
 * marks are known. Names of places are left as read: many differ by marks alone. */
static const char *const names[] = {
	"ỦY BAN NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN", "VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI", "TÀI NGUYÊN VÀ MÔI TRƯỜNG", "NÔNG NGHIỆP VÀ MÔI TRƯỜNG",
	"NÔNG NGHIỆP VÀ PHÁT TRIỂN NÔNG THÔN", "THÔNG TIN VÀ TRUYỀN THÔNG", "KHOA HỌC VÀ CÔNG NGHỆ", "KẾ HOẠCH VÀ ĐẦU TƯ",
	"LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI", "GIÁO DỤC VÀ ĐÀO TẠO", "VĂN HÓA, THỂ THAO VÀ DU LỊCH", "VĂN HÓA VÀ THÔNG TIN",
	"GIAO THÔNG VẬN TẢI", "TÀI CHÍNH - KẾ HOẠCH", "QUẢN LÝ ĐÔ THỊ", "KINH TẾ VÀ HẠ TẦNG", "ĐĂNG KÝ KINH DOANH",
	"TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG", NULL
};

/* Words of a text, borrowed places in it. */
struct span {
	const char *at;
	size_t size;
	char *folded;
};

static int spans(struct arena *arena, const char *text, struct span *out, int most)
{
	int n = 0;

	for (const char *p = text; *p && n < most;) {
		size_t size = strcspn(p, " ");

		if (size)
			out[n++] = (struct span){ p, size, text_fold(arena, arena_strndup(arena, p, size)) };
		p += size + (p[size] == ' ');
	}
	return n;
}

static bool stands_at(const struct span *words, const struct span *name, int n)
{
	for (int i = 0; i < n; i++)
		if (strcmp(words[i].folded, name[i].folded))
			return false;
	return true;
}

/* Each official name in the text with the marks it has by decree. */
static char *official(struct arena *arena, char *text)
{
	struct span words[64] = { { .at = NULL } }, name[16] = { { .at = NULL } };

	for (int k = 0; names[k]; k++) {
		int n = spans(arena, text, words, 64), m = spans(arena, names[k], name, 16);

		for (int i = 0; i + m <= n; i++) {
			if (!stands_at(words + i, name, m))
				continue;
			text = arena_printf(arena, "%.*s%s%s", (int)(words[i].at - text), text, names[k],
					    words[i + m - 1].at + words[i + m - 1].size);
			break;
		}
	}
	return text;
}

/* Without tolerance: PHƯỜNG is no PHÒNG. */
static bool begins_agency(const struct line *line, const struct schema_list *heads, struct arena *arena)
{
	for (int i = 0; i < heads->n; i++) {
		int n;

		if (line_find_within(line, text_key(arena, heads->items[i]), 0, 0, &n) == 0)
			return true;
	}
	return false;
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
	for (end = 0; end < paper->nleft && paper->left[end].middle < bottom - paper->sheets[0]->text_height / 3; end++)
		;
	for (int i = 0; i < end; i++) {
		const struct line *line = &paper->left[i];
		const char *before = i ? paper->left[i - 1].text : "";
		size_t size = strlen(before);

		if (!line->capitals)
			continue;
		if (first < 0 || (begins_agency(line, &schema->labels, paper->arena) && !(size && strchr("-,", before[size - 1]))))
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
	field_fill(field, sum < NAME_CONFIDENCE ? FIELD_UNREAD : FIELD_READ, text, official(paper->arena, name_clean(paper->arena, text)), sum,
		   paper->sheets[0]->page, box);
}

/* Bodies that sign certificates in their own name, over the signature: Luật Đất đai 2013 Điều 105, 2024 Điều 136. */
bool agency_signs(const struct line *line)
{
	return line->capitals && (!strncmp(line->key, "uybannhandan", 12) || !strncmp(line->key, "sotainguyen", 11) ||
				  !strncmp(line->key, "vanphongdangky", 14));
}

void agency_at_foot(struct paper *paper, const struct line *line, struct field *field)
{
	if (field->state == FIELD_ABSENT)
		field_fill(field, line->confidence < NAME_CONFIDENCE ? FIELD_UNREAD : FIELD_READ, line->text,
			   official(paper->arena, name_clean(paper->arena, line->text)), line->confidence, line->page, line_evidence(line));
}
