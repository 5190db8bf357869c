/*
 * colour.c - coloured ink over black text
 *
 * Seals are red, pens blue, and both lie over black letters. A pixel of such ink is made as light as its lightest channel, and lighter by its
 * chroma: pure ink becomes paper, black print under it stays black. Print can be in colour itself (red titles of certificates, red numbers), so that only what is as
 * large as a seal, the frame of a stamp or the stroke of a signature is lifted: a seal or a signature with what lies inside, a frame alone, for in frames stands
 * what is to be read: the entry of a certified copy, the number of arrival.
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
#define TANGLE_WIDE 78.0
#define FRAME_WIDE 115.0  /* stamps of copies; larger frames are the paper's own */
#define FRAME_HIGH 80.0
#define FRAME_BAND 4.0    /* at the sides: within it a frame's side lies, however crooked */
#define FRAME_LEAST 8.0   /* stamps of one line */

/* Shares of a frame's width. Stamps are put on by hand, up to 3 degrees crooked. */
#define FRAME_SPAN 0.9
#define FRAME_LEAN 0.06
#define FRAME_RULED 0.85
#define FRAME_INK 0.25 /* of its box; a seal on it is as much as a tenth more */

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

static int row_span(PIX *part, int y)
{
	const l_uint32 *row = pixGetData(part) + (size_t)y * (size_t)pixGetWpl(part);
	int first = 0, last = pixGetWidth(part) - 1;

	while (first <= last && !GET_DATA_BIT(row, first))
		first++;
	while (last > first && !GET_DATA_BIT(row, last))
		last--;
	return last - first + 1;
}

/* Share of the columns that have ink in one of the rows [from, to). */
static double ruled(PIX *part, int from, int to)
{
	int width = pixGetWidth(part), height = pixGetHeight(part), n = 0;

	from = from < 0 ? 0 : from;
	to = to > height ? height : to;
	for (int x = 0; x < width; x++)
		for (int y = from; y < to; y++)
			if (GET_DATA_BIT(pixGetData(part) + (size_t)y * (size_t)pixGetWpl(part), x)) {
				n++;
				break;
			}
	return (double)n / width;
}

static void clear(PIX *part, int x, int y, int w, int h)
{
	BOX *box = boxCreate(x, y, w, h);

	pixClearInRect(part, box);
	boxDestroy(&box);
}

/* Rows that reach from side to side, a rule at their top and one at their bottom: a ring has no rules there. True for such a piece, whatever hangs on it above or
 * below; its four sides are cleared then. */
static bool frame_clear(PIX *part, int dpi)
{
	int width = pixGetWidth(part), height = pixGetHeight(part), first = -1, last = -1, lean = (int)(FRAME_LEAN * width), band = MM(dpi, FRAME_BAND);

	for (int y = 0; y < height; y++)
		if (row_span(part, y) >= FRAME_SPAN * width) {
			first = first < 0 ? y : first;
			last = y;
		}
	if (first < 0 || last - first < MM(dpi, FRAME_LEAST) || ruled(part, first - lean, first + lean / 2) < FRAME_RULED ||
	    ruled(part, last - lean / 2, last + lean + 1) < FRAME_RULED)
		return false;
	clear(part, 0, first - lean, width, lean + lean / 2);
	clear(part, 0, last - lean / 2, width, lean + lean / 2 + 1);
	clear(part, 0, 0, band, height);
	clear(part, width - band, 0, band, height);
	return true;
}

/* What hangs on the frame, without it; NULL for a piece that is none. */
static PIX *hung_on_frame(PIX *part, int dpi)
{
	int ink = 0;
	PIX *rest, *turned;

	pixCountPixels(part, &ink, NULL);
	if (ink > FRAME_INK * pixGetWidth(part) * pixGetHeight(part))
		return NULL;
	rest = pixCopy(NULL, part);
	if (!rest || frame_clear(rest, dpi))
		return rest;
	pixDestroy(&rest);
	turned = pixRotateOrth(part, 1);
	rest = turned && frame_clear(turned, dpi) ? pixRotateOrth(turned, 3) : NULL;
	pixDestroy(&turned);
	return rest;
}

static bool is_tangle(struct box b, int dpi, double wide, double high)
{
	return (b.w >= MM(dpi, TANGLE_LEAST) || b.h >= MM(dpi, TANGLE_LEAST)) && b.w <= MM(dpi, wide) && b.h <= MM(dpi, high);
}

/* Of a frame its own ink is lifted, and the seals that hang on it. part: its pixels; rest: the same without its sides. */
static void frame_lift(PIX *grey, PIX *pix, PIX *part, PIX *rest, struct box b, int dpi)
{
	PIX *rim = pixAddBorder(part, 2, 0);
	BOXA *boxes = pixConnCompBB(rest, 8);

	if (rim && pixDilateBrick(rim, rim, 5, 5))
		pixPaintThroughMask(grey, rim, b.x - 2, b.y - 2, 255);
	pixDestroy(&rim);
	for (int i = 0; boxes && i < boxaGetCount(boxes); i++) {
		struct box seal;

		boxaGetBoxGeometry(boxes, i, &seal.x, &seal.y, &seal.w, &seal.h);
		if (seal.w >= MM(dpi, TANGLE_LEAST) && seal.h >= MM(dpi, TANGLE_LEAST))
			lift(grey, pix, (struct box){ b.x + seal.x - 2, b.y + seal.y - 2, seal.w + 4, seal.h + 4 });
	}
	boxaDestroy(&boxes);
}

/* The one piece of ink that has this box, alone; NULL where there is none. */
static PIX *piece_at(PIX *ink, struct box b)
{
	BOX *box = boxCreate(b.x, b.y, b.w, b.h);
	PIX *clip = pixClipRectangle(ink, box, NULL), *found = NULL;
	PIXA *parts = NULL;
	BOXA *boxes = clip ? pixConnComp(clip, &parts, 8) : NULL;

	for (int i = 0; !found && boxes && i < boxaGetCount(boxes); i++) {
		int w, h;

		boxaGetBoxGeometry(boxes, i, NULL, NULL, &w, &h);
		if (w == b.w && h == b.h)
			found = pixaGetPix(parts, i, L_COPY);
	}
	boxaDestroy(&boxes);
	pixaDestroy(&parts);
	pixDestroy(&clip);
	boxDestroy(&box);
	return found;
}

void coloured_ink_lift(struct Pix *grey, struct Pix *pix, struct Pix *ink, int dpi)
{
	BOXA *boxes = pixConnCompBB(ink, 8);

	for (int i = 0; boxes && i < boxaGetCount(boxes); i++) {
		struct box b;
		PIX *part, *rest;

		boxaGetBoxGeometry(boxes, i, &b.x, &b.y, &b.w, &b.h);
		if (!is_tangle(b, dpi, FRAME_WIDE, FRAME_HIGH))
			continue;
		part = b.w >= MM(dpi, TANGLE_LEAST) && b.h >= MM(dpi, TANGLE_LEAST) ? piece_at(ink, b) : NULL;
		rest = part ? hung_on_frame(part, dpi) : NULL;
		if (rest)
			frame_lift(grey, pix, part, rest, b, dpi);
		else if (is_tangle(b, dpi, TANGLE_WIDE, TANGLE_HIGH))
			lift(grey, pix, (struct box){ b.x - 2, b.y - 2, b.w + 4, b.h + 4 });
		pixDestroy(&part);
		pixDestroy(&rest);
	}
	boxaDestroy(&boxes);
}
