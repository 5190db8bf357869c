/*
 * colour.c - coloured ink over black text
 *
 * Seals are red, pens blue, and both lie over black letters. A pixel of such ink is made as light as its lightest channel, and lighter by its
 * chroma: pure ink becomes paper, black print under it stays black. Print can be in colour itself (red titles of certificates, red numbers), so that only what is as
 * large as a seal, the frame of a stamp or the stroke of a signature is lifted, with what lies inside.
 */
#include <leptonica/allheaders.h>

#include "pipeline/document.h"
#include "stages/image/clean.h"
#include "stages/image/ink.h"

#define CHROMA 40   /* grey levels between the channels from which ink counts as coloured: black print in JPEG stays below 30 */
#define LIFT 0.6    /* of the chroma, added to the lightest channel: seal ink of (200, 60, 70) becomes white */
#define INK_STEP 60 /* grey levels of darkness that coloured ink adds */

/* millimetres */
#define TANGLE_LEAST 10.0 /* in either direction: letters of titles are up to 8 high */
#define TANGLE_HIGH 52.0  /* seals to 50 (Circular 42/2022/TT-BCA), stamps of arrival 35 x 50 (Decree 30/2020, appendix IV), ... */
#define TANGLE_WIDE 78.0  /* ... stamps of copies to 75; the frames of cards, 86 x 54, and certificates are larger */

static int chroma(l_uint32 pixel, int *most)
{
	int r = (int)(pixel >> 24), g = (int)(pixel >> 16 & 255), b = (int)(pixel >> 8 & 255);
	int least = r < g ? r : g;

	*most = r > g ? r : g;
	*most = b > *most ? b : *most;
	least = b < least ? b : least;
	return *most - least;
}

static int grey_level(l_uint32 pixel)
{
	return (77 * (int)(pixel >> 24) + 151 * (int)(pixel >> 16 & 255) + 28 * (int)(pixel >> 8 & 255)) >> 8;
}

struct Pix *coloured_ink_find(struct Pix *pix)
{
	int width = pixGetWidth(pix), height = pixGetHeight(pix), most;
	PIX *ink = pixCreate(width, height, 1);

	for (int y = 0; ink && y < height; y++) {
		const l_uint32 *row = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);
		l_uint32 *out = pixGetData(ink) + (size_t)y * (size_t)pixGetWpl(ink);

		for (int x = 0; x < width; x++)
			if (chroma(row[x], &most) >= CHROMA && most - grey_level(row[x]) > INK_STEP)
				SET_DATA_BIT(out, x);
	}
	return ink;
}

static void lift(PIX *grey, PIX *pix, struct box b)
{
	b = box_intersect(b, (struct box){ 0, 0, pixGetWidth(pix), pixGetHeight(pix) });
	for (int y = b.y; y < b.y + b.h; y++) {
		const l_uint32 *from = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);
		l_uint32 *to = pixGetData(grey) + (size_t)y * (size_t)pixGetWpl(grey);

		for (int x = b.x; x < b.x + b.w; x++) {
			int most, c = chroma(from[x], &most), level = most + (int)(LIFT * c);

			if (c >= CHROMA)
				SET_DATA_BYTE(to, x, level > 255 ? 255 : level);
		}
	}
}

void coloured_ink_lift(struct Pix *grey, struct Pix *pix, struct Pix *ink, int dpi)
{
	BOXA *boxes = pixConnCompBB(ink, 8);

	for (int i = 0; boxes && i < boxaGetCount(boxes); i++) {
		struct box b;

		boxaGetBoxGeometry(boxes, i, &b.x, &b.y, &b.w, &b.h);
		if ((b.w >= MM(dpi, TANGLE_LEAST) || b.h >= MM(dpi, TANGLE_LEAST)) && b.w <= MM(dpi, TANGLE_WIDE) && b.h <= MM(dpi, TANGLE_HIGH))
			lift(grey, pix, (struct box){ b.x - 2, b.y - 2, b.w + 4, b.h + 4 });
	}
	boxaDestroy(&boxes);
}
