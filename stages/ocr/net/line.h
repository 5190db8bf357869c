/*
 * line.h - the picture of a text line as the net was trained to see it
 */
#ifndef SOHOA_NET_LINE_H
#define SOHOA_NET_LINE_H

#include <stdbool.h>

struct Pix;
struct model;

/* A line as layout finds it: pixels of the page picture, LINE_MARGIN of them around the letters (less at the edge of the page), and how it must be turned
 * clockwise to be read from left to right. */
struct line_place {
	int left, top, right, bottom; /* right and bottom are outside */
	int turned;                   /* 0, 90, 180, 270 */
};

/* A line is looked at twice, and the mean of the net's shares counts: what one view hides, the other may show, and the mean errs less than either. */
enum line_view {
	LINE_PLAIN,
	LINE_ROOMY, /* as wide, but lower, with white above and below, and softened */
	LINE_VIEWS,
};

struct line_picture {
	int width;                /* columns of each view; 0: too small or too long to be read */
	void *values[LINE_VIEWS]; /* each model->height * width, int8_t or float, with KERNEL_SLACK behind; see line_release */
	float scale;              /* columns of the picture for one pixel of the page */
	int left;                 /* page pixel of column 0 */
	bool dark;                /* more dark than light: may be white letters on black */
};

#define LINE_MARGIN 4         /* pixels around a line, as in training (Tesseract's kImagePadding) */
#define LINE_COLUMNS_MAX 20000 /* a longer picture is no line of text */

/* page: 1 or 8 bits. inverted: light for dark. The picture is cut out, scaled to the model's height and stretched between its own black and white: the lower quartile of
 * the local minima, and the upper of the maxima, along its middle row. */
struct line_picture line_take(struct Pix *page, struct line_place place, const struct model *model, bool inverted);
void line_release(struct line_picture *picture);

#endif
