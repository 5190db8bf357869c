/*
 * missed.h - lines that layout passed over
 *
 * libtesseract's layout takes short text for noise (a page number, a number in a cell), and text that touches a stamp, a seal or a signature for a picture.
 * Here what it left is looked through: letters in a row, of the height that the page's lines have. Such a line is read like the others, but has to read well
 * to be text (MISSED_SURE).
 */
#ifndef SOHOA_OCR_MISSED_H
#define SOHOA_OCR_MISSED_H

#include <stdbool.h>

struct Pix;
struct arena;
struct found_line;

#define MISSED_SURE 80.0F /* mean confidence over letters: printed text reads above 85, pen and stamps mostly below */

/* Adds such lines where they belong in the order, marked `missed`. ink: the page in black and white as layout saw it. */
void missed_lines(struct Pix *ink, struct arena *arena, struct found_line **lines, int *nlines);

/* May a word make such a line text? A figure may, a page number; a lone letter or sign is a punch hole ("@"), a speck or a part of a stamp. */
bool missed_says(const char *word);

#endif
