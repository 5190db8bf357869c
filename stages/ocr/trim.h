/*
 * trim.h - lines are as high as their letters
 *
 * What touches a line or hangs near it, the ink of a seal, a pen stroke, specks, makes libtesseract draw its box higher, over the lines above and below: the letters
 * then become small in the picture that the net sees, and parts of other lines stand in it. Here such boxes are cut down to the rows in which the letters of
 * the line stand, which its baseline tells.
 */
#ifndef SOHOA_OCR_TRIM_H
#define SOHOA_OCR_TRIM_H

struct Pix;
struct found_line;

/* lines: in order, the stretches of a line one behind the other. ink: 1-bit, of the page they stand on. Turned lines stay as they are, and so do all where there
 * are too few to tell how high a line of the page is. */
void lines_trim(struct found_line *lines, int n, struct Pix *ink);

#endif
