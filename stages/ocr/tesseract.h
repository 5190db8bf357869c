/*
 * tesseract.h - what we ask of libtesseract, in one place
 *
 * Its layout analysis finds the lines of a page, for the reader of our own (net/reader.h); and it can read a page by itself, where the
 * settings ask for that or a model is of a kind our reader does not know.
 */
#ifndef SOHOA_OCR_TESSERACT_H
#define SOHOA_OCR_TESSERACT_H

#include <stdbool.h>

#include "stages/ocr/net/line.h"

struct Pix;
struct arena;
struct error;
struct tesseract;

struct tesseract_options {
	const char *folder, *language; /* FOLDER/LANGUAGE.traineddata */
	bool direct_lines, no_openmp;  /* interpose.h */
};

struct tesseract *tesseract_open(const struct tesseract_options *options, struct error *err);
void tesseract_close(struct tesseract *t); /* NULL is fine */
const char *tesseract_version(void);

/* Does this libtesseract let its lines be seen? Tried once, at open. */
bool tesseract_gives_lines(const struct tesseract *t);

/* A line as layout finds it, cut as libtesseract would cut it for its own recogniser. Numbers count from 1 over the page; a line of very unequal letters may come in several pieces with one number. */
struct found_line {
	struct line_place place;
	int block, paragraph, line;
	bool missed; /* not found by layout: missed.h */
};

/* Lines in reading order, in the arena. *ink: the page in black and white as layout saw it, the caller's to destroy, or NULL. */
int tesseract_lines(struct tesseract *t, struct Pix *pixels, int dpi, struct arena *arena, struct found_line **lines, int *nlines, struct Pix **ink,
		    int deadline, struct error *err);

struct found_word {
	char *text;       /* as libtesseract gives it */
	float confidence; /* 0..100, or not a number */
	int left, top, right, bottom;
	int block, paragraph, line;
};

/* Reads the page, or with one_line all of it as a single line. Words in reading order, in the arena. */
int tesseract_read(struct tesseract *t, struct Pix *pixels, int dpi, bool one_line, int deadline, struct arena *arena, struct found_word **words, int *nwords,
		   struct error *err);

#endif
