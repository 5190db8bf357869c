/* again.c - a second reading of a name: the same name elsewhere on the paper, and the surnames there are
 *
 * Marks on capitals are small and are lost first: the agency's "CHÂU HAI" is "Châu Hải" before the date and in the body. Of two readings whose letters
 * agree the better read one holds, and then it is no single reading any more. */
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/extract/private.h"
#include "stages/extract/value.h"

/* Surnames in three and more of 9,000 names (duyet/vietnamese-namedb 2129070d, MIT; models/README.md). */
static const char *const surnames[] = {
	"Nguyễn", "Trần", "Lê", "Phạm", "Võ", "Huỳnh", "Bùi", "Hoàng", "Phan", "Vũ", "Đỗ", "Trương", "Đặng", "Hồ", "Ngô", "Dương", "Đoàn", "Đinh", "Trịnh",
	"Cao", "Đào", "Mai", "Lương", "Lâm", "Lưu", "Hà", "Thái", "Phùng", "Tạ", "Lý", "Tô", "Văn", "Vương", "Châu", "Từ", "Chu", "Quách", "Tôn", "Tống",
	"Đồng", "Hứa", "Tăng", "Lã", "Đậu", "Diệp", "Đàm", "Kiều", "Lại", "Triệu", "La", "Thạch", "Dư", "Chung", "Hồng", "Lữ", "Nhan", "Trang", "Âu", "Bành",
	"Bạch", "Cáp", "Giang", "Nông", "Thân", "Cù", "Danh", "Hàn", "Khương", "Mã", "Mạc", "Nghiêm", "Phó", "Quang", "Sầm", "Trà", "Tưởng", "Ung", "Vi", "Ông",
	NULL
};

static bool is_capitals(const char *text)
{
	for (const char *p = text; *p;) {
		uint32_t c = text_next(&p);

		if (text_is_letter(c) && !text_is_upper(c))
			return false;
	}
	return true;
}

char *surname_right(struct paper *paper, char *name, float sure)
{
	size_t size = strcspn(name, " ");
	char *first = arena_strndup(paper->arena, name, size), *key = text_key(paper->arena, first);
	bool capitals = is_capitals(name);
	const char *found = NULL;

	if (sure >= SURNAME_SURE)
		return name;
	for (int i = 0; surnames[i]; i++) {
		const char *surname = capitals ? text_upper(paper->arena, surnames[i]) : surnames[i];

		if (!strcmp(surname, first))
			return name;
		if (strcmp(text_key(paper->arena, surnames[i]), key))
			continue;
		if (found) /* La and Lã: which it was nobody knows */
			return name;
		found = surname;
	}
	return found && name[size] ? arena_printf(paper->arena, "%s%s", found, name + size) : name;
}

static float least(const struct line *line)
{
	float sure = 100;

	for (int i = 0; i < line->nwords; i++)
		if (line->words[i]->confidence < sure)
			sure = line->words[i]->confidence;
	return sure;
}

bool surname_known(const char *word)
{
	for (int i = 0; surnames[i]; i++)
		if (!strcmp(surnames[i], word))
			return true;
	return false;
}

bool surname_alone(struct paper *paper, const char *word)
{
	const char *key = text_key(paper->arena, word);
	int same = 0;

	for (int i = 0; surnames[i]; i++)
		same += !strcmp(text_key(paper->arena, surnames[i]), key);
	return same == 1 && surname_known(word);
}

float surname_doubt(struct paper *paper, const char *name, float first, float sure)
{
	const char *word = arena_strndup(paper->arena, name, strcspn(name, " "));
	const char *small = text_lower(paper->arena, word);

	for (int i = 0; surnames[i]; i++)
		if (!strcmp(text_lower(paper->arena, surnames[i]), small))
			return sure;
	if (first < SURNAME_CONFIDENCE)
		return sure > CHANGED_CONFIDENCE ? CHANGED_CONFIDENCE : sure;
	return sure > NAME_CONFIDENCE ? NAME_CONFIDENCE : sure;
}

/* Letters of a word without signs around and in it. */
static char *letters_of(struct paper *paper, const char *word)
{
	char *out = arena_alloc(paper->arena, strlen(word) + 1), *end = out;

	for (const char *p = word; *p;) {
		const char *at = p;

		if (text_is_letter(text_next(&p))) {
			memcpy(end, at, (size_t)(p - at));
			end += p - at;
		}
	}
	*end = '\0';
	return out;
}

static bool same_letters(struct paper *paper, const char *a, const char *b)
{
	return !strcmp(letters_of(paper, a), letters_of(paper, b));
}

/* Whether one letter, marks and all, parts the two words. */
static bool one_letter_off(const char *a, const char *b)
{
	int off = 0;

	while (*a && *b)
		off += text_next(&a) != text_next(&b);
	return !*a && !*b && off == 1;
}

char *surname_near(struct paper *paper, const struct word *word)
{
	const char *seen = letters_of(paper, word->seen ? word->seen : word->text), *found = NULL;

	for (int i = 0; surnames[i]; i++) {
		if (!one_letter_off(seen, surnames[i]))
			continue;
		if (found)
			return NULL;
		found = surnames[i];
	}
	return found ? arena_strdup(paper->arena, found) : NULL;
}

static char *behind_surname(struct paper *paper, const struct line *own, int lost, float *sure)
{
	struct line rest = line_slice(own, lost, own->nwords - lost, paper->arena);
	int n;

	if (rest.nwords < 2 || least(&rest) < SURE_CONFIDENCE)
		return NULL;
	for (int s = 0; s < paper->nsheets; s++)
		for (int i = 0; i < paper->sheets[s]->nlines; i++) {
			const struct line *line = &paper->sheets[s]->lines[i];
			int at = line->page == own->page && line->words[0] == own->words[0] ? -1 : line_find_within(line, rest.key, 1, 0, &n);
			struct line name;

			if (at < 1 || n != rest.nwords || !surname_known(line->words[at - 1]->text))
				continue;
			name = line_slice(line, at - 1, n + 1, paper->arena);
			if (least(&name) < SURE_CONFIDENCE)
				continue;
			*sure = least(&name) > ALONE_CONFIDENCE ? ALONE_CONFIDENCE : least(&name);
			return name_clean(paper->arena, name.text);
		}
	return NULL;
}

/* The seal lies over the surname: "T7 Mạnh Cường" is "PCN Phạm Mạnh Cường" among the recipients. The seal's edge may have been read as a word too. */
char *surname_again(struct paper *paper, const struct line *own, float *sure)
{
	char *name = NULL;

	for (int lost = 1; lost <= 2 && !name && own->nwords - lost >= 2; lost++)
		name = behind_surname(paper, own, lost, sure);
	return name;
}

char *again_read(struct paper *paper, const struct line *own, char *text, float *sure)
{
	const char *key = text_key(paper->arena, text), *best = NULL;
	bool capitals = is_capitals(text), agrees = false;
	float best_sure = 0;

	if (strlen(key) < 5)
		return text;
	for (int s = 0; s < paper->nsheets; s++)
		for (int i = 0; i < paper->sheets[s]->nlines; i++) {
			const struct line *line = &paper->sheets[s]->lines[i];
			int n, at = line->page == own->page && abs(line->middle - own->middle) * 2 < own->height ? -1 : line_find_within(line, key, 0, 0, &n);
			struct line other;
			char *same;

			if (at < 0)
				continue;
			other = line_slice(line, at, n, paper->arena);
			same = name_clean(paper->arena, other.text);
			if (!text_is_upper(text_next(&(const char *){ same })) || strchr(same, '<')) /* machine lines have no marks */
				continue;
			same = capitals ? text_upper(paper->arena, same) : same;
			/* capitals read alike twice are lost alike: small letters are a reading of another kind */
			if (same_letters(paper, same, text)) { /* "Bà Rịa-Vũng Tàu": signs and blanks stay as they are printed here */
				agrees = agrees || !capitals || !is_capitals(other.text);
				same = text;
			}
			/* small letters tell their marks better than capitals */
			if (least(&other) + (is_capitals(other.text) ? 0 : 1) > best_sure && (capitals || !is_capitals(same))) {
				best_sure = least(&other) + (is_capitals(other.text) ? 0 : 1);
				best = same;
			}
		}
	if (agrees) {
		*sure = *sure + SECOND_READING_GAIN > 100 ? 100 : *sure + SECOND_READING_GAIN;
		return text;
	}
	if (!best || best_sure < SURE_CONFIDENCE || best_sure + SECOND_READING_GAIN < *sure)
		return text;
	*sure = *sure > ALONE_CONFIDENCE ? ALONE_CONFIDENCE : *sure; /* two readings that differ */
	return arena_strdup(paper->arena, best);
}
