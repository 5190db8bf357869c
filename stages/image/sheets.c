/* sheets.c - what a scan shows when it is no page: two pages side by side, a drawing */
#include <leptonica/allheaders.h>
#include <stdlib.h>

#include "stages/image/image.h"
#include "stages/image/ink.h"

/* ---- two pages ---- */

#define SPREAD_WIDE 1.2   /* width to height of two upright pages beside each other: two of A5 or A4 have 1.41 */
#define SPREAD_WIDEST 2.0
#define GUTTER_LOW 0.42   /* shares of the width between which it lies */
#define GUTTER_HIGH 0.58
#define GUTTER 8.0        /* millimetres: two inner margins and the fold; columns of one page stand 4 to 7 apart */
#define HALF_LETTERS 60   /* fewer on a half are no page of text: a heading, a seal, a photograph */
#define RULE 25.0         /* millimetres: a longer straight run over the gutter is a table's or a frame's */

/* Millimetres: pieces of ink as large as letters are, marks left out. */
#define LETTER_LOW 0.8
#define LETTER_HIGH 9.0
#define LETTER_WIDE 15.0

struct span {
	int from, to;
};

/* For each column how many letters it cuts; and how many stand left and right of the middle. */
static int *letters_by_column(PIX *mask, int dpi, int *left, int *right)
{
	int width = pixGetWidth(mask);
	BOXA *pieces = pixConnCompBB(mask, 8);
	int *counts = calloc((size_t)width + 1, sizeof *counts);

	*left = *right = 0;
	for (int i = 0; counts && pieces && i < boxaGetCount(pieces); i++) {
		int x, y, w, h;

		boxaGetBoxGeometry(pieces, i, &x, &y, &w, &h);
		if (h < MM(dpi, LETTER_LOW) || h > MM(dpi, LETTER_HIGH) || w > MM(dpi, LETTER_WIDE))
			continue;
		*(x + w / 2 < width / 2 ? left : right) += 1;
		for (int k = x; k < x + w; k++)
			counts[k]++;
	}
	boxaDestroy(&pieces);
	return counts;
}

/* The widest run of columns between the two bounds that no letter reaches into. */
static struct span widest_gap(const int *counts, int from, int to)
{
	struct span best = { 0, 0 };

	for (int x = from, start = from; x <= to; x++)
		if (x == to || counts[x]) {
			if (x - start > best.to - best.from)
				best = (struct span){ start, x };
			start = x + 1;
		}
	return best;
}

/* Do straight runs cross it? */
static bool is_ruled_over(PIX *mask, int dpi, int x)
{
	int reach = MM(dpi, RULE), ink = 0;
	BOX *box = boxCreate(x - reach, 0, 2 * reach, pixGetHeight(mask));
	PIX *strip = pixClipRectangle(mask, box, NULL), *rules = strip ? pixOpenBrick(NULL, strip, reach, 1) : NULL;
	BOX *middle = boxCreate(reach - 1, 0, 3, pixGetHeight(mask));

	if (rules)
		pixCountPixelsInRect(rules, middle, &ink, NULL);
	boxDestroy(&box);
	boxDestroy(&middle);
	pixDestroy(&strip);
	pixDestroy(&rules);
	return ink > 0;
}

static bool is_as_two(int wide, int high)
{
	return wide >= SPREAD_WIDE * high && wide <= SPREAD_WIDEST * high;
}

/* Where the right half begins when both hold text and nothing crosses the middle; 0 where not. */
static int two_halves(PIX *mask, int dpi)
{
	int width = pixGetWidth(mask), left, right, *counts, middle;
	struct span gap = { 0, 0 };

	counts = letters_by_column(mask, dpi, &left, &right);
	if (counts && left >= HALF_LETTERS && right >= HALF_LETTERS)
		gap = widest_gap(counts, (int)(GUTTER_LOW * width), (int)(GUTTER_HIGH * width));
	free(counts);
	middle = (gap.from + gap.to) / 2;
	return gap.to - gap.from >= MM(dpi, GUTTER) && !is_ruled_over(mask, dpi, middle) ? middle : 0;
}

int gutter_find(struct Pix *mask, int dpi)
{
	return is_as_two(pixGetWidth(mask), pixGetHeight(mask)) ? two_halves(mask, dpi) : 0;
}

/* Above each other two pages look like one with a gap between its paragraphs. What tells them is the fold or the edges of the sheets: a line over the whole width of the
 * scan. Rules end at the margins, which are 15 mm and more (Decree 30/2020, appendix I). */
#define FOLD_LENGTH 0.93 /* of the width; between the margins of A4 lies 0.83 */
#define FOLD_BEND 1.0    /* millimetres that it may wander up or down */
#define FOLD_THICK 12.0  /* with its shadow; thicker is a picture */

static bool is_folded(PIX *mask, int dpi)
{
	int width = pixGetWidth(mask), height = pixGetHeight(mask), rows = 0, n;
	BOX *box = boxCreate(0, (int)(GUTTER_LOW * height), width, (int)((GUTTER_HIGH - GUTTER_LOW) * height));
	PIX *strip = pixClipRectangle(mask, box, NULL), *wide = strip ? pixDilateBrick(NULL, strip, 1, 2 * MM(dpi, FOLD_BEND) + 1) : NULL;
	NUMA *counts = wide ? pixCountPixelsByRow(wide, NULL) : NULL;

	for (int y = 0; counts && y < numaGetCount(counts); y++) {
		numaGetIValue(counts, y, &n);
		rows += n >= FOLD_LENGTH * width;
	}
	boxDestroy(&box);
	pixDestroy(&strip);
	pixDestroy(&wide);
	numaDestroy(&counts);
	return rows > 0 && rows <= MM(dpi, FOLD_THICK + 2 * FOLD_BEND);
}

int fold_find(struct Pix *mask, int dpi)
{
	int height = pixGetHeight(mask), fold = 0;
	PIX *lying;

	if (!is_as_two(height, pixGetWidth(mask)) || !is_folded(mask, dpi))
		return 0;
	lying = pixRotateOrth(mask, 3); /* counter-clockwise: the upper page comes to the left */
	if (lying)
		fold = two_halves(lying, dpi);
	pixDestroy(&lying);
	return fold;
}

/* ---- drawings ---- */

/* Millimetres: A2 is 420 x 594 (ISO 216), less what a scan cuts off. */
#define DRAWING_HIGH 410.0
#define DRAWING_WIDE 580.0
#define TEXT_INK 0.5 /* share of the ink that lies in pieces like letters, from which a large sheet is text: a register, a poster */

static bool is_text(PIX *mask, int dpi)
{
	PIXA *parts = NULL;
	BOXA *pieces = pixConnComp(mask, &parts, 8);
	double letters = 0;
	int all = 0;

	pixCountPixels(mask, &all, NULL);
	for (int i = 0; pieces && i < boxaGetCount(pieces); i++) {
		PIX *part;
		int w, h, n = 0;

		boxaGetBoxGeometry(pieces, i, NULL, NULL, &w, &h);
		if (h < MM(dpi, LETTER_LOW) || h > MM(dpi, LETTER_HIGH) || w > MM(dpi, LETTER_WIDE))
			continue;
		part = pixaGetPix(parts, i, L_CLONE);
		pixCountPixels(part, &n, NULL);
		pixDestroy(&part);
		letters += n;
	}
	boxaDestroy(&pieces);
	pixaDestroy(&parts);
	return letters >= TEXT_INK * all;
}

bool sheet_is_large(int width, int height, int dpi)
{
	int high = width < height ? width : height, wide = width < height ? height : width;

	return high >= MM(dpi, DRAWING_HIGH) && wide >= MM(dpi, DRAWING_WIDE);
}

bool drawing_find(struct Pix *mask, int dpi)
{
	return sheet_is_large(pixGetWidth(mask), pixGetHeight(mask), dpi) && !is_text(mask, dpi);
}

/* The title block stands in the bottom right corner of the frame (ISO 5457) and is at most 180 mm wide (ISO 7200): a grid of rules, joined to the frame. Of a strip
 * along the whole right edge, as on many construction drawings, the lowest part is taken. */
#define CORNER_WIDE 200.0
#define CORNER_HIGH 150.0
#define EDGE_MOST 30.0      /* millimetres between the frame and the edge of the sheet */
#define BLOCK_WIDE 80.0     /* at least */
#define BLOCK_HIGH 20.0
#define RULE_ACROSS 25.0
#define RULE_DOWN 6.0
#define BLOCK_RULES 3       /* in each direction; a plan's axis lines and measures do not make a grid */

/* Long straight runs of a picture, those of one direction. */
static BOXA *rules_of(PIX *pix, int w, int h, int gap)
{
	PIX *rules = pixOpenBrick(NULL, pix, w, h);
	BOXA *boxes;

	if (rules)
		pixCloseSafeBrick(rules, rules, w > h ? gap : 1, w > h ? 1 : gap);
	boxes = rules ? pixConnCompBB(rules, 8) : NULL;
	pixDestroy(&rules);
	return boxes;
}

/* The box around the rules across that end at the corner's frame, in the frame of the corner; w == 0 where they are too few. */
static struct box grid_find(PIX *corner, int dpi)
{
	int gap = MM(dpi, 1.0), right = 0, bottom = 0, nacross = 0, ndown = 0;
	BOXA *across = rules_of(corner, MM(dpi, RULE_ACROSS), 1, gap), *down = rules_of(corner, 1, MM(dpi, RULE_DOWN), gap);
	struct box grid = { 0, 0, 0, 0 };

	for (int i = 0; across && i < boxaGetCount(across); i++) {
		struct box b;

		boxaGetBoxGeometry(across, i, &b.x, &b.y, &b.w, &b.h);
		right = b.x > 0 && b.x + b.w > right ? b.x + b.w : right; /* from 0: of the frame, or of the sheet's edge */
		bottom = b.y + b.h > bottom ? b.y + b.h : bottom;
	}
	for (int i = 0; across && i < boxaGetCount(across); i++) {
		struct box b;

		boxaGetBoxGeometry(across, i, &b.x, &b.y, &b.w, &b.h);
		if (b.x == 0 || b.x + b.w < right - MM(dpi, 3.0)) /* the frame itself, or a line of the drawing */
			continue;
		grid = box_union(grid, b);
		nacross++;
	}
	grid.h = bottom - grid.y;
	for (int i = 0; grid.w && down && i < boxaGetCount(down); i++) {
		struct box b;

		boxaGetBoxGeometry(down, i, &b.x, &b.y, &b.w, &b.h);
		ndown += b.x >= grid.x - gap && 2 * box_area(box_intersect(b, grid)) > box_area(b);
	}
	boxaDestroy(&across);
	boxaDestroy(&down);
	return nacross >= BLOCK_RULES && ndown >= BLOCK_RULES && grid.w >= MM(dpi, BLOCK_WIDE) && grid.h >= MM(dpi, BLOCK_HIGH) ? grid :
																 (struct box){ 0, 0, 0, 0 };
}

struct box title_block_find(struct Pix *mask, int dpi)
{
	int w = MM(dpi, CORNER_WIDE + EDGE_MOST), h = MM(dpi, CORNER_HIGH + EDGE_MOST), x = pixGetWidth(mask) - w, y = pixGetHeight(mask) - h;
	BOX *box = boxCreate(x, y, w, h);
	PIX *corner = pixClipRectangle(mask, box, NULL);
	struct box grid = corner ? grid_find(corner, dpi) : (struct box){ 0, 0, 0, 0 };

	boxDestroy(&box);
	pixDestroy(&corner);
	if (!grid.w)
		return grid;
	return (struct box){ x + grid.x, y + grid.y, grid.w, grid.h };
}
