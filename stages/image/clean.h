/*
 * clean.h - what disturbs the reader is taken off the reader's own copy of a page; what was received stays as it is
 *
 * The reader looks twice: lines are found in black and white, letters are read from the grey page.
 *
 * Each *_find measures and changes nothing; page_letters, page_ink and through_lift alone act, by *_lift, *_level and by erasing the masks that were found. Masks: 1-bit, 1 is
 * what disturbs, in the frame of what was given; the caller destroys them; NULL where nothing was found. bits: 1-bit, 1 is ink. dpi: of these pixels.
 */
#ifndef SOHOA_IMAGE_CLEAN_H
#define SOHOA_IMAGE_CLEAN_H

#include <stdbool.h>

struct Pix;
struct config;
struct page;

/* Which operations are on: settings, section "clean". What each is worth: docs/reader.md, "Cleaning". */
struct cleaning {
	bool colour, leaders, paper, specks;
	bool enlarge, missed; /* by the ocr room: small letters; lines that layout passed over (stages/ocr/missed.h) */
	bool through; /* print of the back: by the ocr room, which reads the page with and without it */
	bool seals; /* black seals: by the ocr room (stages/ocr/seal.h), which knows the lines that run under them */
};

void cleaning_load(struct cleaning *on, const struct config *config);

/* The page for the reader: 1 or 8 bits, in the frame of pix, which is upright and is not changed: letters are to be read from it. NULL without memory. */
struct Pix *page_letters(const struct cleaning *on, const struct page *page, struct Pix *pix);

/* Its ink where lines are to be found: 1-bit, without specks. letters: what page_letters gave, at any scale. NULL without memory. */
struct Pix *page_ink(const struct cleaning *on, struct Pix *letters, int dpi);

/* Red, blue and other ink of a 32-bit page; and its lifting off the grey page where it is a seal, a stamp, a signature. */
struct Pix *coloured_ink_find(struct Pix *pix);
void coloured_ink_lift(struct Pix *grey, struct Pix *pix, struct Pix *ink, int dpi);

/* The level of the paper over an 8-bit page, some millimetres a pixel; NULL where it is even. paper_level sets grey in relation to it. */
struct Pix *paper_find(struct Pix *grey, int dpi);
void paper_level(struct Pix *grey, struct Pix *map);

/* Print of the back in an 8-bit page, and its lifting. The page may only look like it: see through.c. */
struct Pix *through_find(struct Pix *grey, int dpi);
void through_lift(struct Pix *grey, struct Pix *mask);

struct Pix *leaders_find(struct Pix *bits, int dpi); /* the dots of dotted lines that forms are filled in on */
struct Pix *specks_find(struct Pix *bits, int dpi);  /* lone dots */

#endif
