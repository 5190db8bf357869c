#include "stages/image/image.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdlib.h>

#include "pipeline/arena.h"
#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/stage.h"
#include "stages/image/frame.h"

#define SKEW_WORTH 0.35F /* degrees: the reader follows gentler slopes by itself, and every turn of 1-bit pixels frays the letters */

struct image {
	void *codes; /* NULL: not looked for */
	bool deskew, orientation;
};

static void *image_open(const struct config *config, struct error *err)
{
	struct image *self = mem_alloc(sizeof *self);

	self->deskew = config_bool(config, "image", "deskew", true);
	self->orientation = config_bool(config, "image", "orientation", true);
	if (config_bool(config, "image", "codes", true))
		self->codes = codes_open();
	return self;
}

static void image_close(void *self)
{
	struct image *image = self;

	if (image->codes)
		codes_close(image->codes);
	free(image);
}

static int replace(struct Pix **pix, struct Pix *by, struct error *err)
{
	if (!by)
		return error_set(err, REACH_PAGE, "out-of-memory", _("no memory to turn the page"));
	pixDestroy(pix);
	*pix = by;
	return 0;
}

/* Turned pixels for the reader; the page remembers how, so that boxes find their way back. */
static int set_upright(const struct image *self, struct page *page, struct Pix **pix, struct Pix **mask, struct error *err)
{
	int turn = self->orientation ? orientation_find(*mask, page->dpi) : 0;

	if (turn > 0) {
		page->rotation = turn;
		if (replace(pix, pixRotateOrth(*pix, turn / 90), err) < 0 || replace(mask, pixRotateOrth(*mask, turn / 90), err) < 0)
			return -1;
	}
	page->skew = self->deskew ? skew_find(*mask) : 0;
	if (fabsf(page->skew) < SKEW_WORTH) {
		page->skew = 0;
		return 0;
	}
	page->skew = roundf(page->skew * 100) / 100; /* as it is stored: the way back must be the way there */
	return replace(pix, pixRotate(*pix, page->skew * (float)(M_PI / 180),
				      pixGetDepth(*pix) == 1 ? L_ROTATE_SHEAR : L_ROTATE_AREA_MAP, L_BRING_IN_WHITE, 0, 0),
		       err);
}

/* A negative is read inverted: what was received stays dark, this copy of it becomes paper and ink. */
static int set_positive(struct page *page, struct Pix **pix, struct Pix **mask, struct error *err)
{
	if (!negative_find(*pix, *mask, page->dpi))
		return 0;
	page->quality.faults |= 1U << FAULT_NEGATIVE;
	pixInvert(*pix, *pix);
	return replace(mask, ink_mask(*pix), err);
}

/* What the scan shows when it is no single page. The ink is looked at anew where the page was set straight. mask: its ink before that. */
static int find_sheets(struct page *page, struct Pix *pix, struct Pix *mask, struct error *err)
{
	struct Pix *now = page->skew != 0 ? ink_mask(pix) : pixClone(mask);

	if (!now)
		return error_set(err, REACH_PAGE, "out-of-memory", _("no memory to look at the page"));
	page->stacked = false;
	if (drawing_find(now, page->dpi))
		page->quality.faults |= 1U << FAULT_DRAWING;
	else if (!(page->gutter = gutter_find(now, page->dpi)))
		page->stacked = (page->gutter = fold_find(now, page->dpi)) > 0;
	if (page->gutter)
		page->quality.faults |= 1U << FAULT_SPREAD;
	pixDestroy(&now);
	return 0;
}

static int image_run(void *self, struct page *page, struct Pix **pix, struct arena *arena, struct error *err)
{
	const struct image *image = self;
	struct Pix *mask;
	int ret = -1;

	if (!*pix) /* a text layer was trusted */
		return 0;
	mask = ink_mask(*pix);
	if (!mask)
		return error_set(err, REACH_PAGE, "out-of-memory", _("no memory to look at the page"));
	if (set_positive(page, pix, &mask, err) < 0)
		goto out;
	quality_find(*pix, mask, &page->quality);
	if (blank_find(mask, page->dpi)) {
		page->kind = PAGE_BLANK;
		ret = 0;
		goto out;
	}
	seals_find(*pix, page->dpi, arena, &page->marks, &page->nmarks);
	if (image->codes) {
		codes_find(image->codes, *pix, mask, page->dpi, arena, &page->codes, &page->ncodes);
		patch_find(mask, page->dpi, arena, &page->codes, &page->ncodes);
	}
	ret = set_upright(image, page, pix, &mask, err);
	if (ret == 0)
		ret = find_sheets(page, *pix, mask, err);
out:
	pixDestroy(&mask);
	return ret;
}

const struct page_room image_room = { image_open, image_run, image_close };
