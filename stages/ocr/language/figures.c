#include "stages/ocr/language/figures.h"

#include <stdbool.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/ocr/language/ngrams.h"
#include "stages/ocr/words.h"

static bool numbers_follow(const char *word, struct arena *arena)
{
	char *lower = text_lower(arena, word);

	return !strcmp(lower, "điều") || !strcmp(lower, "khoản");
}

/* "I", "l" and such with a sign of the sentence behind. */
static bool is_lone_stroke(const char *word)
{
	return (word[0] == 'I' || word[0] == 'l') && !word[1 + strspn(word + 1, ".,;:)")];
}

/* Letters of one syllable of Vietnamese, with marks, that a T completes; then signs or the end. */
static bool lacks_t(const struct ngrams *g, const char *text, struct arena *arena)
{
	const char *to = text, *ahead;
	bool marks = false;
	int word;

	while (*to) {
		ahead = to;
		uint32_t c = text_next(&ahead);

		if (!text_is_letter(c))
			break;
		if (text_is_upper(c))
			return false;
		marks |= c >= 0x80;
		to = ahead;
	}
	if (!marks)
		return false;
	word = ngrams_find(g, text_canonical(arena, arena_printf(arena, "t%.*s", (int)(to - text), text)));
	return word >= 0 && (g->flags[word] & NGRAMS_VALID);
}

/* Where an I stands between capitals and the last figures of a notation; -1 where none does. */
static int stroke_in_notation(const char *text)
{
	for (int i = 2; text[i]; i++) {
		size_t figures = text[i] == 'I' ? strspn(text + i + 1, "0123456789") : 0;

		if ((figures == 1 || figures == 2) && !text[(size_t)i + 1 + figures + strspn(text + i + 1 + figures, ".,;:)")] && text[i - 1] >= 'A' && text[i - 1] <= 'Z' &&
		    text[i - 2] >= 'A' && text[i - 2] <= 'Z')
			return i;
	}
	return -1;
}

static void put(struct line_word *word, size_t at, char figure, struct arena *arena)
{
	if (!word->seen)
		word->seen = word->text;
	word->text = arena_strdup(arena, word->text);
	word->text[at] = figure;
}

void figures_mend(const struct ngrams *ngrams, struct line_word *words, int n, struct arena *arena)
{
	for (int i = 0; i < n; i++) {
		size_t opening = strcspn(words[i].text, "7");
		const char *text = words[i].text;
		int stroke = strlen(text) > 2 ? stroke_in_notation(text) : -1;

		if (stroke >= 0) {
			put(&words[i], (size_t)stroke, '1', arena);
			continue;
		}
		if (i && is_lone_stroke(text) && numbers_follow(words[i - 1].text, arena)) {
			put(&words[i], 0, '1', arena);
			continue;
		}
		for (const char *at = text; at < text + opening;) { /* only signs may stand before it */
			uint32_t c = text_next(&at);

			if (text_is_letter(c) || text_is_digit(c))
				opening = strlen(text);
		}
		if (text[opening] == '7' && lacks_t(ngrams, text + opening + 1, arena))
			put(&words[i], opening, 'T', arena);
	}
}
