/*
 * words.h - the words of a line, from the letters that were read
 */
#ifndef SOHOA_OCR_WORDS_H
#define SOHOA_OCR_WORDS_H

#include <stdbool.h>

struct Pix;
struct arena;
struct line_place;
struct model;
struct read_line;
struct reading;

struct line_word {
	char *text;       /* UTF-8, never empty, no white space */
	char *seen;       /* what the net alone read, where the language chose otherwise; else NULL */
	float sure;       /* 0..1: the least probability of its letters (confidence.h) */
	int left, top, right, bottom; /* pixels of the page that was read, around the word's ink; right and bottom outside */
	int first, last;  /* steps of the line */
	bool speck;       /* so improbable that no word stands there */
};

/* Words of a reading along the line as it is read, in the arena; their number. ink: that page in black and white, or NULL (boxes then reach from half-way to
 * half-way between words, and over the line's height). */
int line_words(const struct model *model, const struct line_place *place, const struct read_line *line, const struct reading *reading, struct Pix *ink,
	       struct arena *arena, struct line_word **words);

/* Puts together what is written without a space and came apart: closing signs go to the word before them, and the parts of a notation ("07/QĐ-" "TTg") to
 * each other (Decree 30/2020, appendix I: no spaces in a notation), where little room lies between. high: of the line, pixels. Gives the new number. */
int words_join(struct line_word *words, int n, int high, struct arena *arena);

#endif
