/* negative.c - light letters on dark: microfilm, photostats, blueprints
 *
 * Most of such a page is dark, and what is light on it are thin strokes, of letters among others. A sheet on a dark lid, a photograph and a dark cover have light that
 * is wide, or none.
 */
#include <leptonica/allheaders.h>

#include "stages/image/image.h"
#include "stages/image/ink.h"

#define DARK_LEAST 0.65  /* share of the page that is dark; a photograph of 0.6 is common, a page of print seen as a negative has 0.9 and more */
#define LIGHT_MOST 0.30  /* ... that is light strokes */
#define STROKE 2.5       /* millimetres: strokes of headings are up to 1.5 wide */
#define WIDE_MOST 0.2    /* of the light, what is wider than a stroke */

static double ink_share(PIX *bits)
{
	int n = 0;

	pixCountPixels(bits, &n, NULL);
	return (double)n / pixGetWidth(bits) / pixGetHeight(bits);
}

/* What is light and does not hang on the edge of the scan. */
static PIX *light_of(PIX *pix)
{
	PIX *grey = pixGetDepth(pix) == 1 ? NULL : pixConvertTo8(pix, 0);
	PIX *light = grey ? pixThresholdToBinary(grey, ink_threshold(grey)) : pixCopy(NULL, pix), *inner;

	pixDestroy(&grey);
	if (light)
		pixInvert(light, light);
	inner = light ? pixRemoveBorderConnComps(light, 8) : NULL;
	pixDestroy(&light);
	return inner;
}

static bool is_writing(PIX *light, int dpi)
{
	double share = ink_share(light);
	int side = MM(dpi, STROKE) > 2 ? MM(dpi, STROKE) : 2;
	PIX *wide = share > 0 && share <= LIGHT_MOST ? pixOpenBrick(NULL, light, side, side) : NULL;
	BOXA *pieces = wide && ink_share(wide) <= WIDE_MOST * share ? pixConnCompBB(light, 8) : NULL;
	bool letters = pieces && letter_height(pieces) > 0;

	boxaDestroy(&pieces);
	pixDestroy(&wide);
	return letters;
}

bool negative_find(struct Pix *pix, struct Pix *mask, int dpi)
{
	PIX *light = ink_share(mask) >= DARK_LEAST ? light_of(pix) : NULL;
	bool negative = light && is_writing(light, dpi);

	pixDestroy(&light);
	return negative;
}
