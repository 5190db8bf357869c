/* content.c - what lies on a page besides letters: is there anything at all, seals, codes, ink that was not read */
#include <leptonica/allheaders.h>
#include <stdlib.h>
#include <string.h>
#include <zbar.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/image/frame.h"
#include "stages/image/image.h"
#include "stages/image/ink.h"

/* Blank pages, in millimetres. */
#define SPECK 0.45        /* dust and JPEG noise are smaller than this in both directions; a full stop of 11 pt is 0.5 */
#define HOLE_MIN 4.0      /* punch holes: ISO 838 says 6 mm, worn and copied ones are 4 to 8 */
#define HOLE_MAX 9.0
#define HOLE_EDGE 25.0    /* their middle lies 12 mm from the edge, within this of it on a crooked scan */
#define BORDER_EDGE 3.0   /* what touches this strip at the edge of the scan is its shadow */

/* Seals: outer diameter 30 to 45 mm for agencies (Circular 42/2022/TT-BCA: 32 to 42), measured on skewed scans. */
#define SEAL_MIN 26.0
#define SEAL_MAX 50.0

/* Unread ink. */
#define RULE_LENGTH 8.0   /* longer straight lines are rules, boxes, underlines */
#define GROUP_GAP 1.5     /* strokes nearer than this belong together */
#define INK_MIN 1.4       /* a group smaller than this in both directions is no writing */
#define INK_MARKS_MAX 300

/* Straight runs longer than RULE_LENGTH, a little widened so that their ragged edges go with them. */
static void drop_rules(PIX *mask, int dpi)
{
	int length = MM(dpi, RULE_LENGTH);
	PIX *across = pixOpenBrick(NULL, mask, length, 1), *down = pixOpenBrick(NULL, mask, 1, length);

	if (across && down) {
		pixDilateBrick(across, across, 3, 3);
		pixDilateBrick(down, down, 3, 3);
		pixSubtract(mask, mask, across);
		pixSubtract(mask, mask, down);
	}
	pixDestroy(&across);
	pixDestroy(&down);
}

/* A punch hole is a filled disc near an edge. */
static bool is_hole(const BOX *box, PIX *component, int width, int height, int dpi)
{
	int x, y, w, h, area = 0, edge = MM(dpi, HOLE_EDGE);

	boxGetGeometry((BOX *)box, &x, &y, &w, &h);
	if (w < MM(dpi, HOLE_MIN) || w > MM(dpi, HOLE_MAX) || h < MM(dpi, HOLE_MIN) || h > MM(dpi, HOLE_MAX))
		return false;
	if (x > edge && y > edge && x + w < width - edge && y + h < height - edge)
		return false;
	pixCountPixels(component, &area, NULL);
	return area > 0.7 * w * h; /* a disc fills 0.785 of its box */
}

bool blank_find(struct Pix *mask, int dpi)
{
	int width = pixGetWidth(mask), height = pixGetHeight(mask), least = width < height ? width : height;
	int strip = MM(dpi, BORDER_EDGE) < least / 8 ? MM(dpi, BORDER_EDGE) : least / 8, speck = MM(dpi, SPECK);
	PIX *inner = pixCopy(NULL, mask);
	PIXA *components = NULL;
	BOXA *boxes = NULL;
	bool blank = true;

	if (!inner)
		return false;
	/* join the strip at the edge to one frame, so that everything hanging on it goes with it */
	pixSetOrClearBorder(inner, strip, strip, strip, strip, PIX_SET);
	{
		PIX *kept = pixRemoveBorderConnComps(inner, 8);

		pixDestroy(&inner);
		inner = kept;
	}
	if (!inner)
		return false;
	boxes = pixConnComp(inner, &components, 8);
	for (int i = 0; blank && boxes && i < boxaGetCount(boxes); i++) {
		BOX *box = boxaGetBox(boxes, i, L_CLONE);
		PIX *component = pixaGetPix(components, i, L_CLONE);
		int w, h;

		boxGetGeometry(box, NULL, NULL, &w, &h);
		if ((w > speck || h > speck) && !is_hole(box, component, width, height, dpi))
			blank = false;
		boxDestroy(&box);
		pixDestroy(&component);
	}
	boxaDestroy(&boxes);
	pixaDestroy(&components);
	pixDestroy(&inner);
	return blank;
}

void seals_find(struct Pix *pix, int dpi, struct arena *arena, struct mark **marks, int *nmarks)
{
	PIX *small, *red;
	BOXA *boxes;
	double reduce = dpi > 75 ? 75.0 / dpi : 1; /* a seal needs no more than 75 dpi to be seen */
	int at = (int)(dpi * reduce + 0.5);

	if (pixGetDepth(pix) != 32)
		return;
	small = pixScaleAreaMap(pix, (float)reduce, (float)reduce);
	red = small ? pixMakeArbMaskFromRGB(small, 1.0F, -0.6F, -0.6F, 35.0F) : NULL;
	if (!red) {
		pixDestroy(&small);
		return;
	}
	pixCloseBrick(red, red, MM(at, 3), MM(at, 3)); /* ring, star and letters become one */
	boxes = pixConnCompBB(red, 8);
	for (int i = 0; boxes && i < boxaGetCount(boxes); i++) {
		struct mark *m;
		int x, y, w, h;

		boxaGetBoxGeometry(boxes, i, &x, &y, &w, &h);
		if (w < MM(at, SEAL_MIN) || w > MM(at, SEAL_MAX) || h < MM(at, SEAL_MIN) || h > MM(at, SEAL_MAX) || 4 * abs(w - h) > w + h)
			continue;
		m = arena_push(arena, marks, nmarks, sizeof *m);
		m->kind = MARK_SEAL;
		m->box = box_intersect((struct box){ (int)(x / reduce), (int)(y / reduce), (int)(w / reduce), (int)(h / reduce) },
				       (struct box){ 0, 0, pixGetWidth(pix), pixGetHeight(pix) });
		m->confidence = 100 - 100.0F * (float)abs(w - h) / (float)(w + h);
	}
	boxaDestroy(&boxes);
	pixDestroy(&red);
	pixDestroy(&small);
}

/* ---- codes ---- */

#define CODE_DPI 200     /* a module of a printed QR is at least 0.33 mm: 2.6 pixels here */
#define CODE_LOOK 50     /* dpi at which places are looked for */
#define CODE_SIDE_MIN 7.0  /* millimetres: the smallest codes on papers, height of a barcode */
#define CODE_SIDE_MAX 75.0
#define CODE_RATIO 7     /* a barcode is at most this much wider than high */
#define CODE_QUIET 3.0   /* millimetres of paper around that belong to it */
#define CODE_PLACES 12   /* a page with more dense places is a picture */

void *codes_open(void)
{
	zbar_image_scanner_t *scanner = zbar_image_scanner_create();

	zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
	/* its own guess of the encoding takes Vietnamese UTF-8 for Big5 */
	zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
	zbar_image_scanner_set_config(scanner, ZBAR_CODE128, ZBAR_CFG_ENABLE, 1);
	zbar_image_scanner_set_config(scanner, ZBAR_CODE39, ZBAR_CFG_ENABLE, 1);
	zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_X_DENSITY, 2);
	zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_Y_DENSITY, 2);
	return scanner;
}

void codes_close(void *self)
{
	zbar_image_scanner_destroy(self);
}

/* Eight bits without padding, as zbar wants them. */
static unsigned char *plain_grey(PIX *pix, int *width, int *height)
{
	int w = pixGetWidth(pix), h = pixGetHeight(pix), wpl = pixGetWpl(pix);
	unsigned char *bytes = mem_alloc((size_t)w * (size_t)h);
	const l_uint32 *data = pixGetData(pix);

	for (int y = 0; y < h; y++)
		for (int x = 0; x < w; x++)
			bytes[(size_t)y * (size_t)w + (size_t)x] = (unsigned char)GET_DATA_BYTE(data + (size_t)y * (size_t)wpl, x);
	*width = w;
	*height = h;
	return bytes;
}

static struct box code_box(const zbar_symbol_t *symbol, double scale, struct box place)
{
	struct box b = { 0, 0, 0, 0 };

	for (unsigned i = 0; i < zbar_symbol_get_loc_size(symbol); i++) {
		struct box point = { place.x + (int)(zbar_symbol_get_loc_x(symbol, i) / scale),
				     place.y + (int)(zbar_symbol_get_loc_y(symbol, i) / scale), 1, 1 };

		b = box_union(b, point);
	}
	return box_intersect(b, place);
}

/* Other bytes than UTF-8 are kept as \xNN. */
static char *code_text(struct arena *arena, const char *bytes, size_t size)
{
	return text_valid(bytes, size) ? text_nfc(arena, arena_strndup(arena, bytes, size)) :
					 text_show_name(arena, (const unsigned char *)bytes, size);
}

static void scan(zbar_image_scanner_t *scanner, PIX *pix, struct box place, int dpi, struct arena *arena, struct code **codes, int *ncodes)
{
	double scale = dpi > CODE_DPI ? (double)CODE_DPI / dpi : 1;
	BOX *box = boxCreate(place.x, place.y, place.w, place.h);
	PIX *clip = pixClipRectangle(pix, box, NULL), *grey = clip ? pixConvertTo8(clip, 0) : NULL;
	PIX *small = grey ? pixScale(grey, (float)scale, (float)scale) : NULL;

	boxDestroy(&box);
	pixDestroy(&clip);
	pixDestroy(&grey);
	if (small) {
		zbar_image_t *image = zbar_image_create();
		int w, h;
		unsigned char *bytes = plain_grey(small, &w, &h);

		zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
		zbar_image_set_size(image, (unsigned)w, (unsigned)h);
		zbar_image_set_data(image, bytes, (unsigned long)w * (unsigned long)h, NULL);
		zbar_scan_image(scanner, image);
		for (const zbar_symbol_t *s = zbar_image_first_symbol(image); s; s = zbar_symbol_next(s)) {
			struct code *c = arena_push(arena, codes, ncodes, sizeof *c);

			c->kind = arena_strdup(arena, zbar_get_symbol_name(zbar_symbol_get_type(s)));
			c->text = code_text(arena, zbar_symbol_get_data(s), zbar_symbol_get_data_length(s));
			c->box = code_box(s, scale, place);
		}
		zbar_image_destroy(image);
		free(bytes);
	}
	pixDestroy(&small);
}

void codes_find(void *self, struct Pix *pix, struct Pix *mask, int dpi, struct arena *arena, struct code **codes, int *ncodes)
{
	struct box page = { 0, 0, pixGetWidth(pix), pixGetHeight(pix) };
	float reduce = dpi > CODE_LOOK ? (float)CODE_LOOK / (float)dpi : 1;
	int at = (int)((float)dpi * reduce + 0.5F), places = 0;
	PIX *small = pixScaleToGray(mask, reduce < 1 ? reduce : 0.99F), *dense = small ? pixThresholdToBinary(small, 200) : NULL;
	BOXA *boxes;

	pixDestroy(&small);
	if (!dense)
		return;
	pixCloseBrick(dense, dense, MM(at, 1.5), MM(at, 1.5));
	boxes = pixConnCompBB(dense, 8);
	for (int i = 0; boxes && i < boxaGetCount(boxes) && places < CODE_PLACES; i++) {
		struct box b;
		int quiet = MM(dpi, CODE_QUIET);

		boxaGetBoxGeometry(boxes, i, &b.x, &b.y, &b.w, &b.h);
		if (b.h < MM(at, CODE_SIDE_MIN) || b.h > MM(at, CODE_SIDE_MAX) || b.w < MM(at, CODE_SIDE_MIN) || b.w > CODE_RATIO * b.h ||
		    b.h > CODE_RATIO * b.w)
			continue;
		places++;
		b = (struct box){ (int)((float)b.x / reduce) - quiet, (int)((float)b.y / reduce) - quiet,
				  (int)((float)b.w / reduce) + 2 * quiet, (int)((float)b.h / reduce) + 2 * quiet };
		scan(self, pix, box_intersect(b, page), dpi, arena, codes, ncodes);
	}
	boxaDestroy(&boxes);
	pixDestroy(&dense);
}

/* ---- ink that no word covers ---- */

static int by_area(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;
	int64_t d = box_area(y->box) - box_area(x->box);

	if (d)
		return d < 0 ? -1 : 1;
	return x->box.y != y->box.y ? x->box.y - y->box.y : x->box.x - y->box.x; /* equal pages give equal lists */
}

void unread_ink_find(struct page *page, struct Pix *mask, struct arena *arena)
{
	int dpi = page->dpi, gap = MM(dpi, GROUP_GAP) | 1, least = MM(dpi, INK_MIN), n = 0;
	struct mark *found = NULL;
	PIX *strokes = NULL;
	BOXA *boxes;

	for (int i = 0; i < page->nwords; i++) {
		const struct word *w = &page->words[i];
		struct box b = frame_to_upright(page, w->box);

		/* what was read out of pen strokes is not read; pieces of rules are covered, they are no writing */
		if (w->role == ROLE_MARGIN && strcspn(w->text, "_-|=~") == strlen(w->text))
			continue;
		int around = b.h / 6 + 1; /* a hook or dot that the reader's box leaves out */

		pixRasterop(mask, b.x - around, b.y - around, b.w + 2 * around, b.h + 2 * around, PIX_CLR, NULL, 0, 0);
	}
	drop_rules(mask, dpi);
	strokes = pixSelectBySize(mask, MM(dpi, 0.7), MM(dpi, 0.7), 8, L_SELECT_IF_EITHER, L_SELECT_IF_GT, NULL); /* specks, dotted leaders */
	if (!strokes)
		return;
	pixCloseBrick(strokes, strokes, gap, gap);
	boxes = pixConnCompBB(strokes, 8);
	for (int i = 0; boxes && i < boxaGetCount(boxes); i++) {
		struct mark *m;
		struct box b;

		boxaGetBoxGeometry(boxes, i, &b.x, &b.y, &b.w, &b.h);
		if (b.w < least && b.h < least)
			continue;
		m = arena_push(arena, &found, &n, sizeof *m);
		*m = (struct mark){ MARK_INK, frame_to_received(page, b), 100 };
	}
	if (n)
		qsort(found, (size_t)n, sizeof *found, by_area);
	for (int i = 0; i < n && i < INK_MARKS_MAX; i++)
		*(struct mark *)arena_push(arena, &page->marks, &page->nmarks, sizeof *found) = found[i];
	boxaDestroy(&boxes);
	pixDestroy(&strokes);
}
