#include "stages/decode/image_file.h"

#include <leptonica/allheaders.h>
#include <string.h>

#include "pipeline/document.h"
#include "pipeline/error.h"
#include "stages/decode/formats.h"
#include "stages/decode/limits.h"
#include "stages/decode/resolution.h"

static struct Pix *replace(struct Pix *pix, struct Pix *by)
{
	pixDestroy(&pix);
	return by;
}

struct Pix *image_plain(struct Pix *pix)
{
	if (pix && pixGetColormap(pix))
		pix = replace(pix, pixRemoveColormap(pix, REMOVE_CMAP_BASED_ON_SRC));
	if (pix && pixGetDepth(pix) == 32 && pixGetSpp(pix) == 4)
		pix = replace(pix, pixAlphaBlendUniform(pix, 0xffffff00));
	if (pix && pixGetDepth(pix) == 16)
		pix = replace(pix, pixConvert16To8(pix, L_MS_BYTE));
	if (pix && (pixGetDepth(pix) == 2 || pixGetDepth(pix) == 4))
		pix = replace(pix, pixConvertTo8(pix, 0));
	if (pix && pixGetDepth(pix) == 24)
		pix = replace(pix, pixConvert24To32(pix));
	return pix;
}

struct Pix *image_orient(struct Pix *pix, int orientation)
{
	/* CIPA DC-008, tag 0x0112: clockwise quarter turns, then a mirror from left to right */
	static const struct { int turns; bool mirror; } turn[9] = {
		[1] = { 0, false }, [2] = { 0, true }, [3] = { 2, false }, [4] = { 2, true },
		[5] = { 1, true },  [6] = { 1, false }, [7] = { 3, true }, [8] = { 3, false },
	};

	if (!pix || orientation < 2 || orientation > 8)
		return pix;
	if (turn[orientation].turns)
		pix = replace(pix, pixRotateOrth(pix, turn[orientation].turns));
	if (pix && turn[orientation].mirror)
		pixFlipLR(pix, pix);
	return pix;
}

static struct Pix *read_tiff(const struct original *o, size_t directory)
{
	size_t offset = directory;

	return pixReadMemFromMultipageTiff(o->data, o->size, &offset);
}

static int facts_of(const struct limits *limits, const struct page *page, struct image_facts *facts, size_t *directory,
		    struct error *err)
{
	const struct original *o = page->original;

	if (!strcmp(o->media, MEDIA_TIFF))
		return tiff_page(o->data, o->size, limits, page->file_page, facts, directory, err);
	if (page->file_page != 1)
		return error_set(err, REACH_PAGE, "other", _("the file has no page %d"), page->file_page);
	if (!strcmp(o->media, MEDIA_JPEG))
		return jpeg_facts(o->data, o->size, facts, err);
	return png_facts(o->data, o->size, facts, err);
}

int image_file_page(const struct limits *limits, struct page *page, struct Pix **pix, struct error *err)
{
	const struct original *o = page->original;
	struct image_facts facts;
	size_t directory = 0;
	struct Pix *read;

	if (facts_of(limits, page, &facts, &directory, err) < 0)
		return -1;
	if (limits_page(limits, facts.width, facts.height, o->size, err) < 0)
		return -1;
	if (!strcmp(o->media, MEDIA_TIFF))
		read = read_tiff(o, directory);
	else if (!strcmp(o->media, MEDIA_JPEG))
		read = pixReadMemJpeg(o->data, o->size, 0, 1, NULL, 0);
	else
		read = pixReadMemPng(o->data, o->size);
	read = image_orient(image_plain(read), facts.orientation);
	if (!read)
		return error_set(err, REACH_PAGE, "damaged", _("the picture cannot be decoded"));
	if (facts.orientation >= 5) { /* the quarter turns swap the sides */
		double x = facts.xdpi;

		facts.xdpi = facts.ydpi;
		facts.ydpi = x;
	}
	page->dpi = resolution_square(&read, facts.xdpi, facts.ydpi);
	page->width = pixGetWidth(read);
	page->height = pixGetHeight(read);
	*pix = read;
	return 0;
}
