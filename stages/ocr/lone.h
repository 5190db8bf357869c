/*
 * lone.h - short lines of large letters that stand alone on a drawing
 *
 * Of a drawing nothing but its title block is read. A stamp of secrecy may stand anywhere on it: the places where one could be are few.
 */
#ifndef SOHOA_OCR_LONE_H
#define SOHOA_OCR_LONE_H

struct Pix;
struct Boxa;

/* Boxes of such lines, the highest first; the caller destroys them, NULL without memory. *letters (the caller destroys it): what in the mask is as large as letters,
 * without frames and rules. mask: 1-bit, the lines level. */
struct Boxa *lone_lines_find(struct Pix *mask, int dpi, struct Pix **letters);

#endif
