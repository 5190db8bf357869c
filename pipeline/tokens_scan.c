/* tokens_scan.c - the folded words of a text, letter by letter: what an answer reads of some hundred pages needs no terms (tokens.h) */
#include "pipeline/tokens.h"

#include <limits.h>
#include <pthread.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"

/* What a character is to a word of ASCII letters and figures, besides one of these. */
#define PARTS '\1' /* it ends words */
#define OTHER '\2' /* a letter that folds to none of them */
#define MARK '\3'  /* goes with the letter it stands on */

#define LATIN_END 0x250 /* of Latin letters, and those that stand together from U+1E00 on */
#define MORE_FIRST 0x1E00
#define MORE_END 0x1F00

static char latin[LATIN_END], more[MORE_END - MORE_FIRST];

static char kind_of(struct arena *arena, uint32_t c)
{
	char letter[5] = { 0 };
	if (!text_is_word(c))
		return text_is_word_mark(c) ? MARK : PARTS;
	letter[text_put(letter, c)] = '\0';
	const char *folded = text_fold(arena, letter);
	return (unsigned char)*folded < 0x80 && !folded[1] ? *folded : OTHER;
}

static void kinds_make(void)
{
	struct arena *arena = arena_new();
	for (uint32_t c = 0; c < LATIN_END; c++)
		latin[c] = kind_of(arena, c);
	for (uint32_t c = MORE_FIRST; c < MORE_END; c++)
		more[c - MORE_FIRST] = kind_of(arena, c);
	arena_free(arena);
}

/* Letters outside the tables have no ASCII letter under their marks: those that Unicode takes apart into one are other letters in NFC. */
static char kind_of_rare(uint32_t c)
{
	return text_is_word(c) ? OTHER : text_is_word_mark(c) ? MARK : PARTS;
}

static char kind_next(const char **text)
{
	const unsigned char *p = (const unsigned char *)*text;
	if (p[0] < 0x80) {
		*text += 1;
		return latin[p[0]];
	}
	if (p[0] >= 0xC3 && p[0] <= 0xC8 && (p[1] & 0xC0) == 0x80) {
		*text += 2;
		return latin[(p[0] & 0x1F) << 6 | (p[1] & 0x3F)];
	}
	if (p[0] == 0xE1 && p[1] >= 0xB8 && p[1] <= 0xBB && (p[2] & 0xC0) == 0x80) {
		*text += 3;
		return more[(p[1] & 3) << 6 | (p[2] & 0x3F)];
	}
	uint32_t c = text_next(text);
	return c < LATIN_END ? latin[c] : kind_of_rare(c);
}

static void kinds_need(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, kinds_make);
}

/* --- words of a text ------------------------------------------------------------------------------------------------------ */

/* The word goes to p in the text, and its letters to `end`. */
static void form_end(struct word_form *form, const char *text, const char *p, bool other, char *end, struct arena *arena)
{
	form->length = (int)(p - text) - form->start;
	if (other)
		form->folded = text_fold(arena, arena_strndup(arena, text + form->start, (size_t)form->length));
	*end = '\0';
}

struct word_form *tokens_forms(struct arena *arena, const char *text, int *n)
{
	char *letters = arena_alloc(arena, strlen(text) + 1), *end = letters; /* a word folds to no more letters than it has bytes, and a byte parts it from the next */
	struct word_form *forms = NULL, *open = NULL;
	bool other = false;
	kinds_need();
	*n = 0;
	for (const char *p = text, *next = text; *p && p - text < INT_MAX - 4; p = next) {
		char kind = kind_next(&next);
		if (kind == PARTS || (kind == MARK && !open)) {
			if (open)
				form_end(open, text, p, other, end++, arena);
			open = NULL;
			continue;
		}
		if (!open) {
			open = arena_push(arena, &forms, n, sizeof *forms);
			*open = (struct word_form){ .start = (int)(p - text), .folded = end };
			other = false;
		}
		if (kind == OTHER)
			other = true;
		else if (kind != MARK)
			*end++ = kind;
	}
	if (open)
		form_end(open, text, strchr(text + open->start, '\0'), other, end, arena);
	return forms;
}

const char *tokens_exact(struct arena *arena, const char *text, const struct word_form *form)
{
	const char *exact = text_canonical(arena, text_lower(arena, arena_strndup(arena, text + form->start, (size_t)form->length)));
	return strcmp(exact, form->folded) ? exact : NULL;
}

/* --- words that follow each other ------------------------------------------------------------------------------------------- */

struct follow {
	const char *const *words;
	int n;
	uint64_t standing; /* bit i: words 0 to i stand in front of this place, in a row */
};

/* A word of the text has ended; whether it was the last one wanted. */
static bool word_take(struct follow *follow, const char *word)
{
	uint64_t here = 0;
	for (int i = 0; i < follow->n; i++)
		if ((i == 0 || follow->standing >> (i - 1) & 1) && !strcmp(follow->words[i], word))
			here |= UINT64_C(1) << i;
	follow->standing = here;
	return here >> (follow->n - 1) & 1;
}

#define WORD_MAX TOKENS_FOLLOW_LETTERS

bool tokens_follow(const char *text, const char *const *words, int n)
{
	struct follow follow = { words, n, 0 };
	char word[WORD_MAX + 2]; /* one letter too many makes it another word */
	int size = 0;
	bool other = false; /* a word that is none of those wanted, whatever its letters */
	kinds_need();
	for (;;) {
		char kind = *text ? kind_next(&text) : PARTS;
		bool open = size || other;
		if (kind == OTHER) {
			other = true;
		} else if (kind != PARTS && kind != MARK) {
			word[size] = kind;
			size += size <= WORD_MAX;
		} else if (kind == PARTS && open) {
			word[other ? 0 : size] = '\0';
			if (word_take(&follow, word))
				return true;
			size = 0;
			other = false;
		}
		if (!*text && kind == PARTS)
			return false;
	}
}
