#include "stages/ocr/stretch.h"

#include <leptonica/allheaders.h>
#include <stdbool.h>

#include "stages/ocr/tesseract.h"

/* Parts of a line's height (letters with ascender and descender): in Times New Roman a tone above a circumflex is 0.2 high and ends 0.3 above the letters'
 * tops; other fonts less. */
#define REACH 0.40F     /* how far a mark may stand out */
#define MARK_HIGH 0.32F
#define MARK_WIDE 0.45F
#define MARK_GAP 0.22F  /* between the mark and its letter */
#define MARK_LEAST 0.04F /* smaller ones are specks */

/* Rows of a strip that are empty above y (or below, by `by` 1) in columns [x0, x1), up to `most`. */
static int empty_rows(PIX *strip, int x0, int x1, int y, int by, int most)
{
	int height = pixGetHeight(strip), n;

	for (n = 0; n < most && y >= 0 && y < height; n++, y += by)
		for (int x = x0; x < x1; x++) {
			l_uint32 bit;

			if (pixGetPixel(strip, x, y, &bit) == 0 && bit)
				return n;
		}
	return n;
}

/* A small piece beyond the letters, nearer to a letter of this line than to anything else. */
static bool is_mark(PIX *strip, int x, int y, int w, int h, int high)
{
	int below = empty_rows(strip, x, x + w, y + h, 1, pixGetHeight(strip)), above = empty_rows(strip, x, x + w, y - 1, -1, y);

	if ((float)h > MARK_HIGH * (float)high || (float)w > MARK_WIDE * (float)high || (float)h < MARK_LEAST * (float)high ||
	    (float)w < MARK_LEAST * (float)high)
		return false;
	return (float)below <= MARK_GAP * (float)high && (above > below || above == y);
}

/* How many rows the marks stand out of a strip's edge. The strip runs from `reach` rows beyond the line's letters to their middle; it is looked at with the beyond
 * on top. Where other ink lies about, as under a seal, nothing can be told: 0. */
static int marks_reach(PIX *strip, int reach, int high)
{
	BOXA *boxes = pixConnCompBB(strip, 8);
	int height = pixGetHeight(strip), most = 0, marks = 0, others = 0;

	for (int i = 0; boxes && i < boxaGetCount(boxes); i++) {
		int x, y, w, h;
		bool letter;

		boxaGetBoxGeometry(boxes, i, &x, &y, &w, &h);
		if (y >= reach || y == 0)
			continue; /* inside the line; or it goes on beyond: a letter of the next line */
		letter = y + h == height && (float)w < 3 * (float)high;
		if (letter || is_mark(strip, x, y, w, h, high)) {
			marks++;
			most = reach - y > most ? reach - y : most;
		} else {
			others++;
		}
	}
	boxaDestroy(&boxes);
	return 2 * others > marks ? 0 : most;
}

static PIX *strip_of(PIX *ink, int left, int right, int from, int to, bool upside_down)
{
	BOX *box = boxCreate(left, from, right - left, to - from);
	PIX *strip = box ? pixClipRectangle(ink, box, NULL) : NULL;

	boxDestroy(&box);
	if (strip && upside_down)
		pixFlipTB(strip, strip);
	return strip;
}

static void stretch(struct line_place *place, PIX *ink)
{
	int top = place->top + LINE_MARGIN, bottom = place->bottom - LINE_MARGIN, high = bottom - top, reach = (int)(REACH * (float)high);
	int left = place->left < 0 ? 0 : place->left, right = place->right, up = top < reach ? top : reach, down = pixGetHeight(ink) - bottom;
	PIX *strip;

	right = right > pixGetWidth(ink) ? pixGetWidth(ink) : right;
	down = down < reach ? down : reach;
	if (high < 2 * LINE_MARGIN || right <= left)
		return;
	if (up > 0 && (strip = strip_of(ink, left, right, top - up, top + high / 2, false))) {
		place->top -= marks_reach(strip, up, high);
		pixDestroy(&strip);
	}
	if (down > 0 && (strip = strip_of(ink, left, right, bottom - high / 2, bottom + down, true))) {
		place->bottom += marks_reach(strip, down, high);
		pixDestroy(&strip);
	}
}

void lines_stretch(struct found_line *lines, int n, PIX *ink)
{
	for (int i = 0; i < n; i++)
		if (!lines[i].place.turned)
			stretch(&lines[i].place, ink);
}
