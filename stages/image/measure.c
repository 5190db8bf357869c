/* measure.c - ink, skew, orientation, quality: measured, never changed */
#include <leptonica/allheaders.h>
#include <math.h>

#include "stages/image/image.h"
#include "stages/image/ink.h"

#define PENCIL_STEP 28      /* grey levels below the paper that still are a mark: a 4H pencil on office paper measures 30 to 60 */
#define SKEW_CONFIDENCE 3.0F /* Leptonica's advice for pixFindSkew: below it the page has no clear lines */
#define SKEW_MAX 5.0F
#define ORIENTATION_CONFIDENCE 5.0F /* difference of ascenders and descenders in standard deviations; Leptonica proposes 8 for a page of 300 dpi */
#define ORIENTATION_RATIO 2.5F
#define ORIENTATION_DPI_MIN 130 /* pages beyond are looked at twice as large ... */
#define ORIENTATION_DPI_MAX 450 /* ... or half as large */

static PIX *grey_of(PIX *pix)
{
	return pixGetDepth(pix) == 8 ? pixClone(pix) : pixConvertTo8(pix, 0);
}

/* The level of the paper: the highest peak of the upper half of the histogram. */
static int paper_level(PIX *grey)
{
	NUMA *histogram = pixGetGrayHistogram(grey, 4);
	float best = -1, n;
	int level = 255;

	for (int i = 128; histogram && i < 256; i++) {
		numaGetFValue(histogram, i, &n);
		if (n > best) {
			best = n;
			level = i;
		}
	}
	numaDestroy(&histogram);
	return level;
}

int ink_threshold(struct Pix *grey)
{
	NUMA *histogram = pixGetGrayHistogram(grey, 4);
	int level = 128;

	if (!histogram || numaSplitDistribution(histogram, 0, &level, NULL, NULL, NULL, NULL, NULL))
		level = 128;
	numaDestroy(&histogram);
	return level > 0 ? level : 128;
}

struct Pix *ink_or_nothing(struct Pix *mask)
{
	int empty = 1;

	if (mask)
		pixZero(mask, &empty);
	if (empty)
		pixDestroy(&mask);
	return mask;
}

struct Pix *ink_mask(struct Pix *pix)
{
	PIX *grey, *mask;

	if (pixGetDepth(pix) == 1)
		return pixCopy(NULL, pix);
	grey = grey_of(pix);
	if (!grey)
		return NULL;
	mask = pixThresholdToBinary(grey, paper_level(grey) - PENCIL_STEP);
	pixDestroy(&grey);
	return mask;
}

float skew_find(struct Pix *bits)
{
	float angle = 0, confidence = 0;

	/* A sweep on a page reduced by 4, then a search on one reduced by 2: 10 ms for A4 at 200 dpi. */
	if (pixFindSkewSweepAndSearch(bits, &angle, &confidence, 4, 2, SKEW_MAX + 2, 1.0F, 0.02F) ||
	    confidence < SKEW_CONFIDENCE || fabsf(angle) > SKEW_MAX)
		return 0;
	return angle;
}

/* The measure knows letters of 150 to 300 dpi. */
static PIX *middling(PIX *bits, int dpi)
{
	if (dpi > ORIENTATION_DPI_MAX)
		return pixReduceRankBinary2(bits, 2, NULL);
	return dpi < ORIENTATION_DPI_MIN ? pixExpandReplicate(bits, 2) : pixClone(bits);
}

int orientation_find(struct Pix *bits, int dpi)
{
	float up = 0, left = 0;
	l_int32 orientation = L_TEXT_ORIENT_UNKNOWN;
	PIX *look = middling(bits, dpi);
	bool failed = !look || pixOrientDetect(look, &up, &left, 0, 0) ||
		      makeOrientDecision(up, left, ORIENTATION_CONFIDENCE, ORIENTATION_RATIO, &orientation, 0);

	pixDestroy(&look);
	if (failed)
		return -1;
	switch (orientation) {
	case L_TEXT_ORIENT_UP:
		return 0;
	case L_TEXT_ORIENT_LEFT: /* the tops point to the left: a quarter clockwise brings them up */
		return 90;
	case L_TEXT_ORIENT_DOWN:
		return 180;
	case L_TEXT_ORIENT_RIGHT:
		return 270;
	default:
		return -1;
	}
}

static float median_level(PIX *grey, PIX *mask)
{
	float level = 0;

	pixGetRankValueMasked(grey, mask, 0, 0, 4, 0.5F, &level, NULL);
	return level;
}

/* Most components of a text page are small letters without an accent of their own: the median height of what is neither speck nor block. */
float letter_height(struct Boxa *boxes)
{
	NUMA *heights = numaCreate(0);
	float median = 0;
	int n = boxes ? boxaGetCount(boxes) : 0;

	for (int i = 0; i < n; i++) {
		int w, h;

		boxaGetBoxGeometry(boxes, i, NULL, NULL, &w, &h);
		if (h >= 6 && h <= 200 && w <= 3 * h && h <= 6 * w)
			numaAddNumber(heights, (float)h);
	}
	if (numaGetCount(heights) >= 20)
		numaGetMedian(heights, &median);
	numaDestroy(&heights);
	return median;
}

void quality_find(struct Pix *pix, struct Pix *mask, struct quality *quality)
{
	BOXA *pieces = pixConnCompBB(mask, 8);
	int ink = 0;

	pixCountPixels(mask, &ink, NULL);
	quality->ink = (float)ink / ((float)pixGetWidth(mask) * (float)pixGetHeight(mask));
	quality->contrast = 255;
	if (pixGetDepth(pix) > 1 && ink) {
		PIX *grey = grey_of(pix), *paper = pixInvert(NULL, mask);

		if (grey && paper)
			quality->contrast = fabsf(median_level(grey, paper) - median_level(grey, mask));
		quality->sharpness = grey ? sharpness_find(grey, mask) : 0;
		pixDestroy(&grey);
		pixDestroy(&paper);
	}
	quality->x_height = letter_height(pieces);
	quality->cut = cut_find(pieces, pixGetWidth(mask), pixGetHeight(mask), quality->x_height);
	boxaDestroy(&pieces);
}
