/*
 * stretch.h - lines reach over all their marks
 *
 * libtesseract draws a line from its letters' usual tops: a tone above a circumflex (tần, suất, phố) stands higher and is cut away where the letters are
 * large for their line, and so may be the dot below (ị, ọ). Then the net reads "tân", and is sure of it. Here each line is stretched to the marks that
 * belong to it: small pieces of ink near its letters, and nearer to them than to the line beyond.
 */
#ifndef SOHOA_OCR_STRETCH_H
#define SOHOA_OCR_STRETCH_H

struct Pix;
struct found_line;

/* ink: 1-bit, of the page the lines stand on. Turned lines stay as they are. */
void lines_stretch(struct found_line *lines, int n, struct Pix *ink);

#endif
