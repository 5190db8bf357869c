/*
 * ink.h - what the files of this room share
 */
#ifndef SOHOA_IMAGE_INK_H
#define SOHOA_IMAGE_INK_H

struct Boxa;
struct Pix;

#define MM(dpi, mm) ((int)((double)(dpi) * (mm) / 25.4 + 0.5)) /* millimetres in pixels */

/* mask (1-bit) where it has ink; else it is destroyed and NULL comes back. NULL is fine. */
struct Pix *ink_or_nothing(struct Pix *mask);

/* The level between paper and ink, by Otsu's method over a sixteenth of the pixels. grey: 8 bits. */
int ink_threshold(struct Pix *grey);

/* The median height of small letters among pieces of ink, in pixels; 0 where there are too few. */
float letter_height(struct Boxa *boxes);

#endif
