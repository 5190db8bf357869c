/* clean.c - the order of cleaning, and the one place that erases */
#include "stages/image/clean.h"

#include <leptonica/allheaders.h>

#include "pipeline/config.h"
#include "pipeline/document.h"
#include "stages/image/image.h"
#include "stages/image/ink.h"

#define LEADER_LEVEL 160 /* grey below it is ink of a dotted line */

void cleaning_load(struct cleaning *on, const struct config *config)
{
	on->colour = config_bool(config, "clean", "colour", true);
	on->enlarge = config_bool(config, "clean", "enlarge", true);
	on->missed = config_bool(config, "clean", "missed", true);
	on->leaders = config_bool(config, "clean", "leaders", true);
	on->paper = config_bool(config, "clean", "paper", true);
	on->seals = config_bool(config, "clean", "seals", true);
	on->specks = config_bool(config, "clean", "specks", true);
	on->through = config_bool(config, "clean", "through", true);
}

/* A colour page in grey. */
static PIX *grey_of_colour(const struct cleaning *on, const struct page *page, PIX *pix)
{
	PIX *grey = pixConvertRGBToLuminance(pix), *ink = grey && on->colour ? coloured_ink_find(pix) : NULL;

	if (ink)
		coloured_ink_lift(grey, pix, ink, page->dpi);
	pixDestroy(&ink);
	return grey;
}

/* Dots of dotted lines, on a copy of its own. */
static PIX *without_leaders(PIX *pix, int dpi)
{
	PIX *bits = pixGetDepth(pix) == 1 ? pixClone(pix) : pixThresholdToBinary(pix, LEADER_LEVEL), *dots = bits ? leaders_find(bits, dpi) : NULL;
	PIX *out = dots ? pixCopy(NULL, pix) : pixClone(pix);

	if (dots && out && pixGetDepth(out) == 1)
		pixSubtract(out, out, dots);
	else if (dots && out && pixDilateBrick(dots, dots, 5, 5)) /* the grey rim of a dot too */
		pixSetMasked(out, dots, 255);
	pixDestroy(&dots);
	pixDestroy(&bits);
	return out;
}

struct Pix *page_letters(const struct cleaning *on, const struct page *page, struct Pix *pix)
{
	PIX *out, *map, *undotted;

	if (pixGetDepth(pix) == 32)
		out = grey_of_colour(on, page, pix);
	else
		out = pixGetDepth(pix) == 8 && on->paper ? pixCopy(NULL, pix) : pixClone(pix);
	map = out && on->paper && pixGetDepth(out) == 8 ? paper_find(out, page->dpi) : NULL;
	if (map)
		paper_level(out, map);
	pixDestroy(&map);
	if (!out || !on->leaders)
		return out;
	undotted = without_leaders(out, page->dpi);
	pixDestroy(&out);
	return undotted;
}

struct Pix *page_ink(const struct cleaning *on, struct Pix *letters, int dpi)
{
	PIX *bits = pixGetDepth(letters) == 1 ? pixCopy(NULL, letters) : pixThresholdToBinary(letters, ink_threshold(letters));
	PIX *specks = bits && on->specks ? specks_find(bits, dpi) : NULL;

	if (specks)
		pixSubtract(bits, bits, specks);
	pixDestroy(&specks);
	return bits;
}
