#include "stages/export/lines.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"

/* Beyond this the two sides of a box no longer tell length from height; no deskew goes that far either. Degrees. */
#define SKEW_MAX 20.0

static const double degree = 3.14159265358979323846 / 180;

static bool same_line(const struct word *a, const struct word *b)
{
	return a->block == b->block && a->paragraph == b->paragraph && a->line == b->line;
}

/* What is left of the angle when whole quarter turns are taken out. */
static double slant(const struct text_line *line)
{
	return remainder(line->angle, 90 * degree);
}

/* Length along and height across of the rectangle that a box was drawn around: w = l cos + h sin, h = l sin + h cos. */
static void rectangle(const struct text_line *line, const struct box *box, double *length, double *height)
{
	bool upright = fabs(cos(line->angle)) > fabs(sin(line->angle));
	double w = upright ? box->w : box->h, h = upright ? box->h : box->w;
	double c = cos(slant(line)), s = fabs(sin(slant(line)));
	double det = c * c - s * s;

	*length = (w * c - h * s) / det;
	*height = (h * c - w * s) / det;
	/* A box tighter than the skew says is no such rectangle (a dash, a dot): keep what can be kept of it. */
	if (*height < h * 0.25)
		*height = h * 0.25;
	if (*length < w * 0.25)
		*length = w * 0.25;
}

static void centre(const struct text_line *line, const struct box *box, double *along, double *across)
{
	double x = box->x + box->w / 2.0, y = box->y + box->h / 2.0;

	*along = x * cos(line->angle) - y * sin(line->angle);
	*across = x * sin(line->angle) + y * cos(line->angle);
}

struct line_span line_span(const struct text_line *line, const struct box *box)
{
	double along, across, length, height;

	centre(line, box, &along, &across);
	rectangle(line, box, &length, &height);
	return (struct line_span){ along - length / 2, along + length / 2 };
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

void line_measure(const struct page *page, int first, struct text_line *line)
{
	double skew = fabs((double)page->skew) <= SKEW_MAX ? (double)page->skew : 0;
	double *tops, *bottoms;
	int n;

	line->first = line->last = first;
	line->angle = (page->rotation + skew) * degree;
	while (line->last + 1 < page->nwords && same_line(&page->words[first], &page->words[line->last + 1]))
		line->last++;
	n = line->last - first + 1;
	tops = mem_alloc((size_t)n * 2 * sizeof *tops);
	bottoms = tops + n;
	for (int i = 0; i < n; i++) {
		double along, across, length, height;

		centre(line, &page->words[first + i].box, &along, &across);
		rectangle(line, &page->words[first + i].box, &length, &height);
		tops[i] = across - height / 2;
		bottoms[i] = across + height / 2;
	}
	qsort(tops, (size_t)n, sizeof *tops, ascending);
	qsort(bottoms, (size_t)n, sizeof *bottoms, ascending);
	line->top = tops[n / 2];
	line->bottom = bottoms[n / 2];
	if (line->bottom < line->top + 1)
		line->bottom = line->top + 1;
	free(tops);
}
