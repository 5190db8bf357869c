/*
 * drawn_text.h - pages of Vietnamese that nobody wrote, in any number
 *
 * Words follow each other as the pairs of LANGUAGE/bigrams.tsv.xz do (a Markov chain), so that common words are as common, and phrases as
 * frequent, as in written Vietnamese. A number of a paper, a name and a place stand on each page; one word in a hundred is damaged by one
 * letter, as a reader would, so that the vocabulary grows with the pages. The same seed and page give the same text.
 */
#ifndef SOHOA_TESTS_DRAWN_TEXT_H
#define SOHOA_TESTS_DRAWN_TEXT_H

#include <stddef.h>
#include <stdint.h>

#define DRAWN_WORDS 300

struct drawn_text;

/* NULL with a line on stderr where LANGUAGE cannot be read. */
struct drawn_text *drawn_text_open(const char *language);
void drawn_text_close(struct drawn_text *text);

struct drawn_page {
	char text[8192];     /* DRAWN_WORDS words */
	char number[32];     /* 123/QĐ-UBND */
	char name[64];       /* of a person */
	char agency[64];
	char day[16];        /* ISO 8601 */
	char id[16];         /* 12 digits */
};
void drawn_page_make(const struct drawn_text *text, uint64_t page, struct drawn_page *out);

/* Chance that is the same on every machine (splitmix64). */
uint64_t chance_next(uint64_t *state);

#endif
