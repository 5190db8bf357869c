/* specks.c - dirt that stands alone */
#include <leptonica/allheaders.h>

#include "stages/image/clean.h"
#include "stages/image/ink.h"

/* millimetres */
#define SPECK 0.3       /* dust; the full stop of 11 points is 0.5 */
#define SPECK_ALONE 1.0 /* nothing else this near: dots and accents belong to a letter */
#define DOT 0.9         /* larger dirt, ... */
#define DOT_ALONE 4.0   /* ... far from all print */

/* Small components with nothing of another kind within reach. */
static PIX *lone(PIX *bits, int size, int reach)
{
	PIX *small = pixSelectBySize(bits, size, size, 8, L_SELECT_IF_BOTH, L_SELECT_IF_LTE, NULL);
	PIX *others, *near;

	if (!(small = ink_or_nothing(small)))
		return NULL;
	others = pixSubtract(NULL, bits, small);
	near = others ? pixDilateBrick(NULL, others, 2 * reach + 1, 2 * reach + 1) : NULL;
	if (near) {
		pixAnd(near, near, small);
		near = pixSeedfillBinary(near, near, small, 8);
		pixSubtract(small, small, near);
	}
	pixDestroy(&others);
	pixDestroy(&near);
	return ink_or_nothing(small);
}

struct Pix *specks_find(struct Pix *bits, int dpi)
{
	PIX *small = lone(bits, MM(dpi, SPECK), MM(dpi, SPECK_ALONE)), *large = lone(bits, MM(dpi, DOT), MM(dpi, DOT_ALONE));

	if (small && large)
		pixOr(small, small, large);
	else if (large)
		return large;
	pixDestroy(&large);
	return small;
}
