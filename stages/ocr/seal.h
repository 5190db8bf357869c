/*
 * seal.h - round seals in black, and the words they lie on
 *
 * The signer's seal covers a third of the signature and so the beginnings of the lines above and below it (Decree 30/2020, appendix I, box 8). Where it came
 * out black, its ring joins those letters, and layout takes all of it for a picture: the signer is lost. So layout sees the page without
 * the seal's disc; then strokes under the disc that continue a line beside it are put back, and the line grows by them. What is of the seal alone, its ring
 * and the text around its arms, is never read.
 */
#ifndef SOHOA_OCR_SEAL_H
#define SOHOA_OCR_SEAL_H

struct Pix;
struct arena;
struct found_line;

struct seal {
	int x, y, r; /* middle and outer radius of its ring, in pixels of the picture */
};

/* Whole rings of 24 to 48 mm in a picture of 1 or 8 bits, in the arena; their number. */
int seals_black(struct Pix *pixels, int dpi, struct arena *arena, struct seal **seals);

/* A copy of the picture with the discs white. The caller destroys it; NULL without memory. */
struct Pix *seals_cover(struct Pix *pixels, int dpi, const struct seal *seals, int nseals);

/* The strokes under the discs that belong to lines, as 1-bit mask of the picture's size; lines that end at a disc are widened to hold them. pixels: the picture as
 * it was. The caller destroys it; NULL without memory. */
struct Pix *seals_strokes(struct Pix *pixels, int dpi, const struct seal *seals, int nseals, struct found_line *lines, int nlines,
			  struct arena *arena);

#endif
