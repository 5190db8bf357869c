#include "stages/decode/resolution.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdbool.h>

#define CREDIBLE_LOW 70
#define CREDIBLE_HIGH 2400
/* Cameras and screens write 72 or 96 for "nobody knows". Up to here a claim is believed only when the sheet is no larger
 * than A3 with a margin for the scanner's bed. */
#define NOBODY_KNOWS 100
#define A3_LONG_INCHES (420 / 25.4)
#define BED_MARGIN 1.1
#define SHEET_MAX_INCHES 100 /* 2.5 m: nothing longer goes through a scanner */
#define SHEET_MIN_INCHES 1   /* a stub of a receipt */
#define ROOT2_TOLERANCE 0.08 /* an A sheet with a cut edge is still one */
#define STRETCH_FROM 1.05    /* below, the difference is rounding (200 x 196) */

/* The sheet is not known when the file does not tell. Offices scan A4 first, then A3 and A5: of these, the one of which a side makes
 * the resolution closest to one that scanners offer; the other side may be cut, or show the scanner's bed: A4 with 12 mm of bed at 200 dpi has the long side of A5 at 294.
 * Any other shape counts as A4 long. */
static int estimate(int64_t width, int64_t height)
{
	static const double sheets[][2] = { { 297 / 25.4, 210 / 25.4 }, { 420 / 25.4, 297 / 25.4 }, { 210 / 25.4, 148 / 25.4 } };
	static const int offered[] = { 100, 150, 200, 240, 300, 400, 600 };
	double longer = (double)(width > height ? width : height), shorter = (double)(width > height ? height : width);
	double best = INFINITY, dpi = longer / sheets[0][0];
	bool is_a_sheet = fabs(longer / shorter / M_SQRT2 - 1) <= ROOT2_TOLERANCE;

	for (int i = 0; is_a_sheet && i < 2 * 3; i++)
		for (int j = 0; j < (int)(sizeof offered / sizeof offered[0]); j++) {
			double found = (i % 2 ? shorter : longer) / sheets[i / 2][i % 2];
			/* A3 at 150 dpi has the pixels of A5 at 300: the likelier resolution is the one nearer to 300 */
			double off = fabs(found / offered[j] - 1) + (i / 2 ? 0.02 : 0) + 0.02 * fabs(log(offered[j] / 300.0));

			if (off < best) {
				best = off;
				dpi = found;
			}
		}
	return (int)lround(fmin(fmax(dpi, CREDIBLE_LOW), CREDIBLE_HIGH));
}

int resolution_judge(int64_t width, int64_t height, double told)
{
	double longer = (double)(width > height ? width : height);

	if (!(told >= CREDIBLE_LOW && told <= CREDIBLE_HIGH))
		return estimate(width, height);
	if (told <= NOBODY_KNOWS && longer / told > A3_LONG_INCHES * BED_MARGIN)
		return estimate(width, height);
	if (longer / told > SHEET_MAX_INCHES || longer / told < SHEET_MIN_INCHES)
		return estimate(width, height);
	return (int)lround(told);
}

static bool credible(double dpi)
{
	return dpi >= CREDIBLE_LOW && dpi <= CREDIBLE_HIGH;
}

int resolution_square(struct Pix **pix, double xdpi, double ydpi)
{
	double ratio = credible(xdpi) && credible(ydpi) ? xdpi / ydpi : 1;
	struct Pix *square = NULL;

	if (ratio >= STRETCH_FROM && ratio < 5)
		square = pixScale(*pix, 1, (float)ratio);
	else if (ratio <= 1 / STRETCH_FROM && ratio > 0.2)
		square = pixScale(*pix, (float)(1 / ratio), 1);
	if (square) {
		pixDestroy(pix);
		*pix = square;
	}
	return resolution_judge(pixGetWidth(*pix), pixGetHeight(*pix), fmax(xdpi, ydpi));
}
