/* sharpness.c - how sharp the letters are, and whether the sheet was cut: measured, never changed */
#include <leptonica/allheaders.h>

#include "stages/image/image.h"

#define ROWS_APART 4   /* every fourth row says enough: some 20,000 edges on a page of text */
#define EDGE_REACH 8   /* pixels at each side of a change of ink in which its edge rises from ink to paper, however blurred */
#define EDGE_LEAST 60  /* grey levels: lower edges are shadows, grain and show-through */
#define EDGES_LEAST 200 /* with fewer the page says nothing */

/* The largest step between neighbours as a share of the whole rise, around the change of ink between x and x + 1; < 0: no edge. */
static float edge_steepness(const l_uint32 *row, int x, int width)
{
	int from = x > EDGE_REACH ? x - EDGE_REACH : 0, to = x + EDGE_REACH < width - 1 ? x + EDGE_REACH : width - 1;
	int low = 255, high = 0, steepest = 0, before = 0;

	for (int i = from; i <= to; i++) {
		int level = GET_DATA_BYTE(row, i), step = i > from ? level - before : 0;

		before = level;
		low = level < low ? level : low;
		high = level > high ? level : high;
		step = step < 0 ? -step : step;
		steepest = step > steepest ? step : steepest;
	}
	return high - low < EDGE_LEAST ? -1 : (float)steepest / (float)(high - low);
}

float sharpness_find(struct Pix *grey, struct Pix *mask)
{
	int width = pixGetWidth(mask), height = pixGetHeight(mask), n = 0;
	double sum = 0;

	for (int y = 0; y < height; y += ROWS_APART) {
		const l_uint32 *row = pixGetData(grey) + (size_t)y * (size_t)pixGetWpl(grey), *ink = pixGetData(mask) + (size_t)y * (size_t)pixGetWpl(mask);

		for (int x = 0; x + 1 < width; x++) {
			float steep;

			if (GET_DATA_BIT(ink, x) == GET_DATA_BIT(ink, x + 1))
				continue;
			steep = edge_steepness(row, x, width);
			if (steep < 0)
				continue;
			sum += (double)steep;
			n++;
		}
	}
	return n < EDGES_LEAST ? 0 : (float)(sum / n);
}

/* A scan that ends in the middle of the text has a row of letters at its edge; lids, holes and shadows are larger, specks smaller. */
#define LETTER_LOW 0.5F /* of the height of small letters: what is left of one that was cut through */
#define LETTER_HIGH 2.2F

int cut_find(struct Boxa *pieces, int width, int height, float x_height)
{
	int n = pieces && x_height > 0 ? boxaGetCount(pieces) : 0, touching[4] = { 0 }, worst = 0;

	for (int i = 0; i < n; i++) {
		int x, y, w, h;

		boxaGetBoxGeometry(pieces, i, &x, &y, &w, &h);
		if ((float)h > LETTER_HIGH * x_height || (float)w > LETTER_HIGH * x_height || (float)(w > h ? w : h) < LETTER_LOW * x_height)
			continue;
		touching[0] += x == 0;
		touching[1] += y == 0;
		touching[2] += x + w == width;
		touching[3] += y + h == height;
	}
	for (int i = 0; i < 4; i++)
		worst = touching[i] > worst ? touching[i] : worst;
	return worst;
}
