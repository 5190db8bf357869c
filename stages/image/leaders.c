/* leaders.c - dotted lines that forms are filled in on
 *
 * Rows of dots under and behind what was typed draw the lines of letters apart and together: on a birth certificate with dots the layout lost
 * ten of twenty lines. Specks that stand in a row nearer to one another than letters do are such a line. A dot that touches a letter stays.
 */
#include <leptonica/allheaders.h>

#include "stages/image/clean.h"
#include "stages/image/ink.h"

#define DOT 0.75  /* millimetres at most: the full stop of 16 points */
#define GAP 1.0   /* between two dots; those of 14 points stand 0.9 apart, dots under vowels of capitals 2 and more */
#define LENGTH 7.0 /* of the whole row: shorter ones are an ellipsis */
#define PIECE 40.0 /* a piece of a row is no farther than this from a long one */

/* Where specks stand in long rows, the gaps between them filled. */
static PIX *rows_find(PIX *dots, int dpi)
{
	PIX *rows = pixDilateBrick(NULL, dots, 1, 3); /* a row may climb by a pixel */

	if (rows && (!pixCloseSafeBrick(rows, rows, MM(dpi, GAP) + 1, 1) || !pixOpenBrick(rows, rows, MM(dpi, LENGTH), 1)))
		pixDestroy(&rows);
	return rows;
}

/* The specks that a mask touches. */
static PIX *touched(PIX *dots, PIX *mask)
{
	PIX *seed = mask ? pixAnd(NULL, mask, dots) : NULL, *out = seed ? pixSeedfillBinary(NULL, seed, dots, 8) : NULL;

	pixDestroy(&seed);
	return out;
}

static int median_side(PIX *dots)
{
	BOXA *boxes = pixConnComp(dots, NULL, 8);
	int w = 0, h = 0;

	if (boxes && boxaGetCount(boxes))
		boxaGetMedianVals(boxes, NULL, NULL, NULL, NULL, &w, &h);
	boxaDestroy(&boxes);
	return w > h ? w : h;
}

struct Pix *leaders_find(struct Pix *bits, int dpi)
{
	PIX *dots = pixSelectBySize(bits, MM(dpi, DOT), MM(dpi, DOT), 8, L_SELECT_IF_BOTH, L_SELECT_IF_LTE, NULL), *rows, *found, *alike, *out;
	int side;

	if (!dots)
		return NULL;
	rows = rows_find(dots, dpi);
	found = touched(dots, rows);
	pixDestroy(&rows);
	side = found ? median_side(found) : 0;
	if (!side) {
		pixDestroy(&dots);
		return found;
	}
	/* dots of one size: the larger one under a vowel is none of theirs; and short pieces between two letters that lie on the row */
	alike = pixSelectBySize(dots, side + 1, side + 1, 8, L_SELECT_IF_BOTH, L_SELECT_IF_LTE, NULL);
	rows = alike ? rows_find(alike, dpi) : NULL;
	if (rows)
		pixDilateBrick(rows, rows, 2 * MM(dpi, PIECE) + 1, 1);
	out = alike ? touched(alike, rows) : NULL;
	pixDestroy(&rows);
	pixDestroy(&alike);
	pixDestroy(&found);
	pixDestroy(&dots);
	return ink_or_nothing(out);
}
