/*
 * picture.h - a page with the places drawn in where its fields were found
 *
 * Pure: pixels in, pixels out. A worker calls it after the decode room opened the page.
 */
#ifndef SOHOA_EXPORT_PICTURE_H
#define SOHOA_EXPORT_PICTURE_H

#include <stddef.h>

#include "pipeline/document.h"

struct Pix;
struct error;

#define PICTURE_BOXES_MAX 500

struct picture_box {
	struct box box;    /* pixels of the page as received; what lies beyond the page is cut off */
	const char *label; /* printable ASCII: the fonts at hand have no Vietnamese */
};

/* A new picture of 32 bits: washed boxes with a frame and a small label above. page stays the caller's. NULL with err. */
struct Pix *picture_draw(struct Pix *page, const struct picture_box *boxes, int n, struct error *err);

/* Makes it narrower where it is wider than `width` pixels; 0: leaves it. */
void picture_shrink(struct Pix **picture, int width);

/* As PNG, malloc'ed. NULL with err. */
char *picture_png(struct Pix *picture, size_t *size, struct error *err);

#endif
