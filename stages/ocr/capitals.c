#include "stages/ocr/capitals.h"

#include <stdbool.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"
#include "pipeline/text.h"
#include "stages/ocr/syllable.h"

#define SHORT_MOST 3 /* letters: in longer words the net sees from the others which size it is */

struct shape {
	int letters, capitals, marked; /* marked: capital vowels with marks */
	bool small_first, others;      /* others: figures or signs inside, as in notations */
};

static bool is_marked_vowel(uint32_t c)
{
	return c > 0x7F && c != 0x110 && c != 0x111; /* Đ is a consonant */
}

/* Of the word without the signs at its ends. */
static struct shape shape_of(const char *text)
{
	struct shape shape = { 0 };
	bool sign = false;

	while (*text) {
		uint32_t c = text_next(&text);

		if (!text_is_letter(c)) {
			sign = shape.letters || text_is_digit(c);
			shape.others = shape.others || text_is_digit(c);
			continue;
		}
		shape.others = shape.others || sign;
		shape.small_first = shape.small_first || (!shape.letters && !text_is_upper(c));
		shape.letters++;
		shape.capitals += text_is_upper(c);
		shape.marked += text_is_upper(c) && is_marked_vowel(c);
	}
	return shape;
}

static bool in_capitals(struct shape shape)
{
	return shape.letters > 1 && shape.capitals == shape.letters;
}

static bool same_line(const struct word *a, const struct word *b)
{
	return a->block == b->block && a->paragraph == b->paragraph && a->line == b->line;
}

/* The next word with letters of the line, in steps of one; its shape. */
static struct shape neighbour(const struct page *page, int i, int step)
{
	for (int k = i + step; k >= 0 && k < page->nwords && same_line(&page->words[i], &page->words[k]); k += step) {
		struct shape shape = shape_of(page->words[k].text);

		if (shape.letters)
			return shape;
	}
	return (struct shape){ 0 };
}

static void put(struct word *word, char *text)
{
	if (!word->seen)
		word->seen = word->text;
	word->text = text;
}

/* Small letters from the first letter on, or from the second. */
static void make_small(struct word *word, bool keep_first, struct arena *arena)
{
	const char *rest = word->text, *at = rest;

	while (*rest) {
		at = rest;
		if (text_is_letter(text_next(&rest)))
			break;
	}
	at = keep_first ? rest : at;
	put(word, arena_printf(arena, "%.*s%s", (int)(at - word->text), word->text, text_lower(arena, at)));
}

/* "(để b/c)", "để báo cáo", closes names in the list of recipients. */
static void mend_report(struct word *word, const char *before, struct arena *arena)
{
	static const char *const read[] = { "b/C", "bíc", "b/ć", "b/e" };

	for (size_t i = 0; i < sizeof read / sizeof *read; i++) {
		size_t n = strlen(read[i]);

		if (!strncmp(word->text, read[i], n) && !text_is_letter(text_next(&(const char *){ word->text + n })) && strstr(before, "để"))
			put(word, arena_printf(arena, "b/c%s", word->text + n));
	}
}

void capitals_mend(struct page *page, struct arena *arena)
{
	for (int i = 0; i < page->nwords; i++) {
		struct word *word = &page->words[i];
		struct shape shape = shape_of(word->text), next;

		if (i && same_line(word - 1, word))
			mend_report(word, word[-1].text, arena);
		if (!shape.marked || shape.others || word->role == ROLE_STAMP)
			continue;
		if (shape.small_first) {
			make_small(word, false, arena);
			continue;
		}
		if (!in_capitals(shape) || shape.letters > SHORT_MOST || syllable_judge(word->text) == SYLLABLE_INVALID)
			continue;
		next = neighbour(page, i, 1);
		if (next.letters > 1 && !in_capitals(next) && !next.others && !in_capitals(neighbour(page, i, -1)))
			make_small(word, true, arena);
	}
}
