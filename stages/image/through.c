/*
 * through.c - print of the back that shows through thin paper
 *
 * Light goes twice through the sheet, so that the back is never as dark as what is printed on this side: pieces of ink are of two kinds, dark and pale, with nothing
 * between. All that is as pale goes, beside dark strokes too: to leave them their grey rim leaves scraps of the back on both sides of it, and reads worse. Faint print of
 * this side, beside print that is not, looks the same: so the reader reads both copies of such a page and keeps what it is surer of.
 */
#include <leptonica/allheaders.h>

#include "stages/image/clean.h"
#include "stages/image/ink.h"

#define WEAK 0.88        /* of the level of the paper: darker is ink, however pale */
#define BIN 8            /* grey levels */
#define BINS (256 / BIN)
#define VALLEY 3         /* bins that are nearly empty between the two kinds */
#define VALLEY_FROM 64   /* grey levels: full ink lies below */
#define VALLEY_MOST 0.05 /* of the pale pieces */
#define PALE_LEAST 30    /* pieces: fewer disturb little */
#define PALE_FIRST 0.05  /* of the pale pieces are darker than what is taken for the darkest of the back: two strokes that cross, dirt */

/* Millimetres: pieces of ink as large as letters are. */
#define LETTER_LOW 0.8
#define LETTER_HIGH 9.0
#define LETTER_WIDE 15.0

static int paper_of(PIX *grey)
{
	NUMA *histogram = pixGetGrayHistogram(grey, 4);
	int level = 0;

	if (!histogram || numaGetMax(histogram, NULL, &level))
		level = 0;
	numaDestroy(&histogram);
	return level;
}

static int darkest(PIX *grey, PIX *piece, int x0, int y0)
{
	int level = 255;

	for (int y = 0; y < (int)pixGetHeight(piece); y++) {
		const l_uint32 *bits = pixGetData(piece) + (size_t)y * (size_t)pixGetWpl(piece);
		const l_uint32 *row = pixGetData(grey) + (size_t)(y0 + y) * (size_t)pixGetWpl(grey);

		for (int x = 0; x < (int)pixGetWidth(piece); x++)
			if (GET_DATA_BIT(bits, x) && (int)GET_DATA_BYTE(row, x0 + x) < level)
				level = GET_DATA_BYTE(row, x0 + x);
	}
	return level;
}

/* How many pieces like letters have their darkest pixel in each bin. */
static void count_pieces(PIX *grey, PIX *ink, int dpi, int counts[BINS])
{
	PIXA *parts = NULL;
	BOXA *boxes = pixConnComp(ink, &parts, 8);

	for (int i = 0; boxes && i < boxaGetCount(boxes); i++) {
		PIX *part;
		int x, y, w, h;

		boxaGetBoxGeometry(boxes, i, &x, &y, &w, &h);
		if (h < MM(dpi, LETTER_LOW) || h > MM(dpi, LETTER_HIGH) || w > MM(dpi, LETTER_WIDE))
			continue;
		part = pixaGetPix(parts, i, L_CLONE);
		counts[darkest(grey, part, x, y) / BIN]++;
		pixDestroy(&part);
	}
	boxaDestroy(&boxes);
	pixaDestroy(&parts);
}

/* The level from which on pieces are of the back; 0 where there are no two kinds. */
static int pale_from(const int counts[BINS])
{
	int pale = 0, valley = 0, sum = 0, best = 0, level;

	for (int i = BINS - 1; i >= VALLEY_FROM / BIN + VALLEY; i--) {
		int between = 0;

		pale += counts[i];
		for (int k = 1; k <= VALLEY; k++)
			between += counts[i - k];
		if (pale >= PALE_LEAST && between <= VALLEY_MOST * pale && (!valley || between <= best)) {
			valley = i;
			best = between;
			sum = pale;
		}
	}
	if (!valley)
		return 0;
	for (level = valley, pale = counts[valley]; pale < PALE_FIRST * sum; level++)
		pale += counts[level + 1];
	return level * BIN;
}

struct Pix *through_find(struct Pix *grey, int dpi)
{
	PIX *ink = pixGetDepth(grey) == 8 ? pixThresholdToBinary(grey, (int)(WEAK * paper_of(grey))) : NULL, *dark;
	int counts[BINS] = { 0 }, from;

	if (!ink)
		return NULL;
	count_pieces(grey, ink, dpi, counts);
	from = pale_from(counts);
	dark = from ? pixThresholdToBinary(grey, from) : NULL;
	if (dark)
		pixSubtract(ink, ink, dark);
	else
		pixDestroy(&ink);
	pixDestroy(&dark);
	return ink_or_nothing(ink);
}

void through_lift(struct Pix *grey, struct Pix *mask)
{
	pixSetMasked(grey, mask, 255);
}
