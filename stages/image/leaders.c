/* leaders.c - dotted lines that forms are filled in on
 *
 * Rows of dots under and behind what was typed draw the lines of letters apart and together: on a birth certificate with dots the layout lost
 * ten of twenty lines. Specks that stand in a row nearer to one another than letters do are such a line. A dot that touches a letter stays.
 */
#include <leptonica/allheaders.h>

#include "stages/image/image.h"

#define MM(dpi, mm) ((int)((double)(dpi) * (mm) / 25.4 + 0.5))

#define DOT 0.75  /* millimetres at most: the full stop of 16 points */
#define GAP 1.0   /* between two dots; those of 14 points stand 0.9 apart, dots under vowels of capitals 2 and more */
#define LENGTH 7.0 /* of the whole row: shorter ones are an ellipsis */

struct Pix *leaders_find(struct Pix *bits, int dpi)
{
	int gap = MM(dpi, GAP) + 1;
	PIX *dots = pixSelectBySize(bits, MM(dpi, DOT), MM(dpi, DOT), 8, L_SELECT_IF_BOTH, L_SELECT_IF_LTE, NULL), *rows = NULL, *out = NULL;

	if (!dots)
		return NULL;
	rows = pixDilateBrick(NULL, dots, 1, 3); /* a row may climb by a pixel */
	if (rows && pixCloseSafeBrick(rows, rows, gap, 1) && pixOpenBrick(rows, rows, MM(dpi, LENGTH), 1)) {
		pixAnd(rows, rows, dots);
		out = pixSeedfillBinary(NULL, rows, dots, 8);
	}
	pixDestroy(&rows);
	pixDestroy(&dots);
	return out;
}
