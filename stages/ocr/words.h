/*
 * words.h - the words of a line, from the letters that were read
 */
#ifndef SOHOA_OCR_WORDS_H
#define SOHOA_OCR_WORDS_H

struct Pix;
struct arena;
struct line_place;
struct model;
struct read_line;

struct line_word {
	char *text;       /* UTF-8, never empty, no white space */
	float confidence; /* 0..100, on the scale of libtesseract's word confidences, which the later rooms' limits were found with */
	int left, top, right, bottom; /* pixels of the page that was read, around the word's ink; right and bottom outside */
};

/* Words along the line as it is read, in the arena; their number. ink: that page in black and white, or NULL (boxes then reach from half-way to
 * half-way between words, and over the line's height). */
int line_words(const struct model *model, const struct line_place *place, const struct read_line *line, struct Pix *ink, struct arena *arena,
	       struct line_word **words);

#endif
