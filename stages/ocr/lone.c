#include "stages/ocr/lone.h"

#include <leptonica/allheaders.h>

#include "stages/image/ink.h"

/* Millimetres. Stamps have frames 8 high and 20 to 40 long, with capitals of 3 to 6 (the like of Decree 30/2020, box 10b); letters of drawings are 2.5 to 7 (ISO 3098). */
#define LETTER_LOW 2.2  /* capitals; those with marks above and below are higher, ... */
#define LETTER_HIGH 11.0 /* ... and stamps cut larger */
#define LETTER_WIDE 18.0 /* of letters that touch */
#define RULE 10.0        /* straight runs from here on are of frames and of the drawing */
#define LETTER_GAP 4.0  /* between letters and words of a line */
#define LINE_LEAST 6.0  /* MẬT in letters of 3 */
#define LINE_MOST 80.0  /* ĐỘ TUYỆT MẬT in letters of 6 */

/* Frames go first: what is left of a small one could be a letter by its size. */
static PIX *without_rules(PIX *mask, int dpi)
{
	PIX *across = pixOpenBrick(NULL, mask, MM(dpi, RULE), 1), *down = pixOpenBrick(NULL, mask, 1, MM(dpi, RULE)), *out = pixCopy(NULL, mask);

	if (out && across)
		pixSubtract(out, out, across);
	if (out && down)
		pixSubtract(out, out, down);
	pixDestroy(&across);
	pixDestroy(&down);
	return out;
}

/* What is as large as letters, and the marks above and below them. */
static PIX *letters_of(PIX *mask, int dpi)
{
	PIX *rest = without_rules(mask, dpi);
	PIX *small = rest ? pixSelectBySize(rest, MM(dpi, LETTER_WIDE), MM(dpi, LETTER_HIGH), 8, L_SELECT_IF_BOTH, L_SELECT_IF_LTE, NULL) : NULL;
	PIX *large = small ? pixSelectBySize(small, 0, MM(dpi, LETTER_LOW), 8, L_SELECT_HEIGHT, L_SELECT_IF_GTE, NULL) : NULL;
	int reach = 2 * MM(dpi, 1.0) + 1;
	PIX *near = large ? pixDilateBrick(NULL, large, 1, reach) : NULL, *out = near && pixAnd(near, near, small) ? pixSeedfillBinary(NULL, near, small, 8) : NULL;

	pixDestroy(&rest);
	pixDestroy(&small);
	pixDestroy(&large);
	pixDestroy(&near);
	return out;
}

struct Boxa *lone_lines_find(struct Pix *mask, int dpi, struct Pix **letters)
{
	PIX *found = letters_of(mask, dpi), *lines = found ? pixCloseSafeBrick(NULL, found, MM(dpi, LETTER_GAP) | 1, MM(dpi, 1.0) | 1) : NULL;
	BOXA *boxes = lines ? pixConnCompBB(lines, 8) : NULL, *fitting = boxes ? boxaCreate(0) : NULL, *sorted;

	for (int i = 0; fitting && i < boxaGetCount(boxes); i++) {
		int w, h;

		boxaGetBoxGeometry(boxes, i, NULL, NULL, &w, &h);
		if (h >= MM(dpi, LETTER_LOW) && h <= MM(dpi, LETTER_HIGH) && w >= MM(dpi, LINE_LEAST) && w <= MM(dpi, LINE_MOST) && w > h)
			boxaAddBox(fitting, boxaGetBox(boxes, i, L_CLONE), L_INSERT);
	}
	sorted = fitting ? boxaSort(fitting, L_SORT_BY_HEIGHT, L_SORT_DECREASING, NULL) : NULL;
	boxaDestroy(&boxes);
	boxaDestroy(&fitting);
	pixDestroy(&lines);
	*letters = found;
	return sorted;
}
