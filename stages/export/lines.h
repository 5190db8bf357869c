/*
 * lines.h - the printed lines of a page as they lie on it, turned and skewed
 *
 * Boxes stand upright in the frame of the page as received. A line that climbs makes them higher and wider than the ink's own
 * rectangle along the line; here that rectangle is found back.
 */
#ifndef SOHOA_EXPORT_LINES_H
#define SOHOA_EXPORT_LINES_H

struct box;
struct page;

/* Words first..last of the page. `along` grows in reading direction, `across` grows downwards from it, both in pixels of the frame:
 * x = along cos a + across sin a, y = -along sin a + across cos a. */
struct text_line {
	int first, last;
	double angle;       /* radians, anticlockwise: the page's rotation and skew */
	double top, bottom; /* across; of the middle word by height, so that one odd box moves nothing */
};

struct line_span {
	double from, to; /* along */
};

/* The line that begins with word `first`: words of one block, paragraph and line that stand together. */
void line_measure(const struct page *page, int first, struct text_line *line);
struct line_span line_span(const struct text_line *line, const struct box *box);

#endif
