/*
 * tokens.h - words of a text, and the terms under which the full text knows them
 *
 * A token is a run of letters and numbers with the marks on them (text_is_word). It is cut here and not by the database, so that a
 * hit in the index and a word of the page are the same thing everywhere. The index holds up to five terms for one token, all at
 * the token's place, so that phrases may mix them:
 *
 *   duong         the folded form: a word is found by it
 *   =đường        as typed, lower case, one tone placement; only where it bears marks, and only the first time that it stands so on the page.
 *                 It decides the order
 *   &cua&cac      the word and the one behind it, where both are among the most frequent ones there are (tokens_common.h): a phrase of such words is found
 *                 without going through the long lists of each
 *   +bduong       the fourth (2nd, 8th, 9th: terms_often) time that the word stands on this page: the pages that speak of a common
 *                 word most are found without looking at all that hold it
 *   #001204012345 digits that were parted in groups by single spaces or dots, at the place of the first group
 *
 * What terms a text has is a function of the text alone: the full text takes a row out of its index by making them again.
 */
#ifndef SOHOA_TOKENS_H
#define SOHOA_TOKENS_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct terms;

#define TOKENS_EXACT '='
#define TOKENS_OFTEN '+'
#define TOKENS_NUMBER '#'
#define TOKENS_PAIR '&'
#define TOKENS_FACT '@' /* catalogue/texts.h, facts */

/* What begins so is made of terms already, parted by spaces (catalogue/texts.h, facts). No text does: it has no control characters. */
#define TOKENS_READY '\x02'

/* How often a word must stand on a page to get a term of its own each time. Most words stand once to four times, where each step costs the index most; above, the steps are
 * finer, because of very many pages only those are wanted on which a word stands most often. terms_often[i] is written as the letter 'a' + i behind the '+'. */
#define TERMS_OFTEN_LEVELS 16
extern const int terms_often[TERMS_OFTEN_LEVELS];

/* Fewer digits are no number of a person, a paper or a dossier. */
#define TERMS_DIGITS_MIN 6
#define TERMS_DIGITS_MAX 20

struct token {
	int start, length; /* bytes in the text */
	uint64_t hash;     /* of the bytes */
};

/* The tokens of NFC text in order; *n of them, in the arena. */
struct token *tokens_cut(struct arena *arena, const char *text, int *n);

/* The same with their folded forms. */
struct word_form {
	int start, length; /* bytes in the text */
	const char *folded;
};
struct word_form *tokens_forms(struct arena *arena, const char *text, int *n);
/* A word as it stands there, lower case, one tone placement; NULL where the folded form is that. */
const char *tokens_exact(struct arena *arena, const char *text, const struct word_form *form);

/* Makes terms; keeps the forms of words that were seen before, at most about 12 MB. One text at a time. */
struct terms *terms_new(void);
void terms_free(struct terms *terms); /* NULL is fine */

/* Called for each term; beside: at the place of the term before. start and end are bytes of the text. Another value than 0 stops. */
typedef int terms_fn(void *context, bool beside, const char *term, int size, int start, int end);

/* The terms of NFC text of `size` bytes, or of what begins with TOKENS_READY. Returns 0 or what fn returned. */
int terms_each(struct terms *terms, const char *text, int size, terms_fn *fn, void *context);

/* The terms of a question or of facts, which are terms already, parted by spaces. */
int terms_split(const char *text, int size, terms_fn *fn, void *context);

/* The terms of a text, made beforehand: another thread makes them with terms of its own while this one writes what came before. */
struct terms_ready {
	const char *text; /* a copy */
	int size;
	const char *bytes; /* the terms, one behind the other */
	struct ready_term {
		int size;
		bool beside;
	} *terms;
	int nterms;
};

/* Makes them of NFC text; all in the arena. */
void terms_make(struct terms *terms, const char *text, struct terms_ready *ready, struct arena *arena);
/* What terms_each has to tell of that very text is taken from there, until another is given, or NULL. Borrowed. */
void terms_give(struct terms *terms, const struct terms_ready *ready);

/* Whether a term is a folded word, and none of the other kinds or a fact. */
bool terms_is_word(const char *term);
/* The term of two folded words that follow each other, in the arena; NULL where one of them is not among the most frequent ones. */
const char *terms_pair(struct arena *arena, const char *first, const char *second);
/* Whether a term is that of two words, and this folded one is the second. */
bool terms_is_pair_with(const char *term, const char *second);

/* The folded words of NFC text, each once, as it comes up first. Costs nearly nothing for the text that was given last. */
int terms_words(struct terms *terms, const char *text, int size, int (*fn)(void *context, const char *word), void *context);

/* Whether folded words, of at most so many letters, all ASCII, stand one behind the other in NFC text; n is 1 to 64. A tenth of what the terms of the text would take. */
#define TOKENS_FOLLOW_LETTERS 30
bool tokens_follow(const char *text, const char *const *words, int n);

#endif
