/*
 * pdf.c - one page of a PDF: its scanned image as it is, or its trusted text, or a drawing of it
 */
#include "stages/decode/pdf.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "stages/decode/limits.h"
#include "stages/decode/pdf_render.h"
#include "stages/decode/resolution.h"
#include "stages/decode/text_layer.h"

#define SCAN_COVERS 0.95    /* of the CropBox: the project's rule for "the page is this image" */
#define SCAN_HIDES 0.999    /* from here on nothing under the image can be seen */
#define CROP_SLACK 0.005    /* of a side: an image may stand over the CropBox by this much before it is cut */
#define ANNOTATIONS_MAX 1000
#define RENDER_DPI_LOW 72   /* a sheet too large for this is refused */

struct pdf {
	uint64_t serial;
	qpdf_data q; /* NULL: none open */
};

/* The page as received while it is made: how user space lies in its pixels. */
struct frame {
	struct matrix to_pixels;
};

struct pdf *pdf_new(void)
{
	return mem_alloc(sizeof(struct pdf));
}

static void close_file(struct pdf *pdf)
{
	if (pdf->q)
		qpdf_cleanup(&pdf->q);
	pdf->q = NULL;
}

void pdf_free(struct pdf *pdf)
{
	if (!pdf)
		return;
	close_file(pdf);
	free(pdf);
}

static int open_file(struct pdf *pdf, const struct original *original, struct error *err)
{
	if (pdf->q && pdf->serial == original->serial)
		return 0;
	close_file(pdf);
	pdf->q = pdf_open(original->data, original->size, err);
	pdf->serial = original->serial;
	return pdf->q ? 0 : -1;
}

/* --- annotations --- */

static bool is_shown(qpdf_data q, qpdf_oh annotation)
{
	qpdf_oh looks = qpdf_oh_get_key_if_dict(q, qpdf_oh_get_key_if_dict(q, annotation, "/AP"), "/N");
	int flags = 0;

	qpdf_oh_get_value_as_int(q, qpdf_oh_get_key_if_dict(q, annotation, "/F"), &flags);
	if (flags & (2 | 32)) /* Hidden, NoView: ISO 32000-1, table 165 */
		return false;
	if (qpdf_oh_is_name_and_equals(q, qpdf_oh_get_key_if_dict(q, annotation, "/Subtype"), "/Popup"))
		return false;
	return qpdf_oh_is_stream(q, looks) || qpdf_oh_is_dictionary(q, looks);
}

static void mark_annotations(qpdf_data q, qpdf_oh dict, const struct frame *frame, struct page *page, struct arena *arena)
{
	qpdf_oh list = qpdf_oh_get_key(q, dict, "/Annots");
	int n = qpdf_oh_is_array(q, list) ? qpdf_oh_get_array_n_items(q, list) : 0;
	struct rect whole = { 0, 0, page->width, page->height };

	for (int i = 0; i < n && i < ANNOTATIONS_MAX; i++) {
		qpdf_oh annotation = qpdf_oh_get_array_item(q, list, i);
		struct rect r;
		struct mark *mark;

		if (!is_shown(q, annotation) || !pdf_rect(q, qpdf_oh_get_key_if_dict(q, annotation, "/Rect"), &r))
			continue;
		r = rect_intersect(matrix_rect(frame->to_pixels, r, NULL), whole);
		if (r.x1 - r.x0 < 1 || r.y1 - r.y0 < 1)
			continue;
		mark = arena_push(arena, &page->marks, &page->nmarks, sizeof *mark);
		mark->kind = MARK_BANNER;
		mark->confidence = 100;
		mark->box.x = (int)r.x0;
		mark->box.y = (int)r.y0;
		mark->box.w = (int)r.x1 - mark->box.x;
		mark->box.h = (int)r.y1 - mark->box.y;
	}
}

/* --- the scanned image as it is --- */

/* True when the page is one opaque image; *place is where it lies on the screen, in points. */
static bool is_scan(const struct pdf_paint *paint, const struct pdf_geometry *g, struct rect *place)
{
	const struct content_summary *c = &paint->content;
	struct rect unit = { 0, 0, 1, 1 }, user, seen;
	double share;
	bool square;

	if (!paint->readable || c->strange || c->nimages != 1 || !c->image_opaque || c->painted_after)
		return false;
	user = matrix_rect(c->image_matrix, unit, &square);
	seen = rect_intersect(user, g->crop);
	share = rect_area(seen) / rect_area(g->crop);
	if (!square || share < SCAN_COVERS || (c->painted_before && (c->image_stencil || share < SCAN_HIDES)))
		return false;
	/* a clip that takes something off what would be seen makes another picture of it */
	if (rect_area(rect_intersect(seen, c->clip)) < SCAN_HIDES * rect_area(seen))
		return false;
	*place = matrix_rect(matrix_multiply(c->image_matrix, g->to_screen), unit, NULL);
	return true;
}

bool pdf_scanned(qpdf_data q, qpdf_oh page, qpdf_oh *image, struct matrix *to_screen)
{
	struct pdf_geometry geometry;
	struct pdf_paint paint;
	struct rect place;

	pdf_geometry(q, page, &geometry);
	pdf_scan(q, page, &paint);
	if (!is_scan(&paint, &geometry, &place))
		return false;
	*image = paint.content.image;
	*to_screen = matrix_multiply(paint.content.image_matrix, geometry.to_screen);
	return true;
}

static struct Pix *replace(struct Pix *pix, struct Pix *by)
{
	pixDestroy(&pix);
	return by;
}

/* Turns the image as the page shows it. m takes the unit square to the screen: the image's rows run along (a, b), its columns, first
 * line on top, along (-c, -d). */
static struct Pix *turn(struct Pix *pix, struct matrix m)
{
	if (fabs(m.a) > fabs(m.b)) {
		if (m.a < 0)
			pixFlipLR(pix, pix);
		if (-m.d < 0)
			pixFlipTB(pix, pix);
		return pix;
	}
	pix = replace(pix, pixRotate90(pix, m.b > 0 ? 1 : -1));
	if (pix && (m.b > 0) == (-m.c > 0))
		pixFlipLR(pix, pix);
	return pix;
}

/* An image that stands over the CropBox is cut to what is seen. */
static struct Pix *cut(struct Pix *pix, const struct pdf_geometry *g, struct rect *place)
{
	double xs = pixGetWidth(pix) / (place->x1 - place->x0), ys = pixGetHeight(pix) / (place->y1 - place->y0);
	struct rect page = { 0, 0, g->width, g->height }, seen = rect_intersect(*place, page);
	int x0 = (int)floor((seen.x0 - place->x0) * xs), x1 = (int)ceil((seen.x1 - place->x0) * xs);
	int y0 = (int)floor((seen.y0 - place->y0) * ys), y1 = (int)ceil((seen.y1 - place->y0) * ys);
	struct Pix *part;
	BOX *box;

	if (place->x0 >= -CROP_SLACK * g->width && place->x1 <= (1 + CROP_SLACK) * g->width &&
	    place->y0 >= -CROP_SLACK * g->height && place->y1 <= (1 + CROP_SLACK) * g->height)
		return pix;
	box = boxCreate(x0, y0, x1 - x0, y1 - y0);
	part = pixClipRectangle(pix, box, NULL);
	boxDestroy(&box);
	pixDestroy(&pix);
	*place = (struct rect){ place->x0 + x0 / xs, place->y0 + y0 / ys, place->x0 + x1 / xs, place->y0 + y1 / ys };
	return part;
}

static void frame_image(struct frame *frame, const struct pdf_geometry *g, struct rect place, const struct Pix *pix)
{
	double xs = pixGetWidth(pix) / (place.x1 - place.x0), ys = pixGetHeight(pix) / (place.y1 - place.y0);

	frame->to_pixels = matrix_multiply(g->to_screen,
					   (struct matrix){ xs, 0, 0, ys, -place.x0 * xs, -place.y0 * ys });
}

/* 1 when *pix is the scan, 0 when only the renderer can show the page, -1 with err. */
static int take_scan(qpdf_data q, const struct pdf_paint *paint, const struct pdf_geometry *g, struct rect place,
		     const struct limits *limits, struct page *page, struct Pix **pix, struct frame *frame,
		     struct error *err)
{
	int failed;
	struct Pix *scan = pdf_image(q, paint->content.image, page->original->size, limits, err, &failed);

	if (!scan)
		return failed;
	scan = turn(scan, matrix_multiply(paint->content.image_matrix, g->to_screen));
	if (scan)
		scan = cut(scan, g, &place);
	if (!scan)
		return 0;
	page->dpi = resolution_square(&scan, pixGetWidth(scan) / (place.x1 - place.x0) * 72,
				      pixGetHeight(scan) / (place.y1 - place.y0) * 72);
	page->width = pixGetWidth(scan);
	page->height = pixGetHeight(scan);
	frame_image(frame, g, place, scan);
	*pix = scan;
	return 1;
}

/* --- every other page --- */

/* 300 dpi, or less when the sheet would pass the limits. */
static int render_dpi(const struct limits *limits, const struct pdf_geometry *g, struct error *err)
{
	double longer = fmax(g->width, g->height) / 72, area = g->width * g->height / (72.0 * 72.0);
	double dpi = fmin(RENDER_DPI, fmin((limits->side - 1) / longer, sqrt((double)limits->pixels / area) - 1));

	if (dpi < RENDER_DPI_LOW)
		return error_set(err, REACH_PAGE, "page-too-large", _("the sheet is %.0f x %.0f mm"), g->width / 72 * 25.4,
				 g->height / 72 * 25.4);
	return (int)dpi;
}

static int draw(qpdf_data q, qpdf_oh dict, const struct pdf_paint *paint, const struct pdf_geometry *g, struct page *page,
		struct Pix **pix, struct arena *arena, struct error *err)
{
	size_t size;
	unsigned char *copy = pdf_copy_page(q, dict, &size, err);
	struct sheet *sheet = copy ? sheet_open(copy, size, err) : NULL;
	bool text_may_be_all = paint->readable && paint->content.visible_text && !paint->content.hidden_text &&
			       !paint->legacy_font;
	char *text = NULL;
	int status = -1;

	if (!sheet || sheet_check_fonts(sheet, err) < 0)
		goto out;
	status = 0;
	page->rendered = true;
	if (text_may_be_all && text_layer_take(sheet, page, g->width, g->height, &text, arena))
		goto out;
	*pix = sheet_draw(sheet, page->width, page->height, page->dpi / 72.0 * g->unit, err);
	if (!*pix)
		status = -1;
	page->other_text = text || text_may_be_all ? text : text_layer_plain(sheet, arena);
out:
	sheet_close(sheet);
	return status;
}

static int draw_page(qpdf_data q, qpdf_oh dict, const struct pdf_paint *paint, const struct pdf_geometry *g,
		     const struct limits *limits, struct page *page, struct Pix **pix, struct frame *frame,
		     struct arena *arena, struct error *err)
{
	page->dpi = render_dpi(limits, g, err);
	if (page->dpi < 0)
		return -1;
	page->width = (int)ceil(g->width * page->dpi / 72);
	page->height = (int)ceil(g->height * page->dpi / 72);
	frame->to_pixels = matrix_multiply(g->to_screen, (struct matrix){ page->dpi / 72.0, 0, 0, page->dpi / 72.0, 0, 0 });
	return draw(q, dict, paint, g, page, pix, arena, err);
}

/* A scanner's own reading stands unseen over or under the image: read again, theirs kept as an alternative. */
static void keep_hidden_text(qpdf_data q, qpdf_oh dict, const struct content_summary *c, struct page *page,
			     struct arena *arena)
{
	struct error ignored = ERROR_INIT;
	unsigned char *copy;
	struct sheet *sheet;
	size_t size;

	if (!c->hidden_text && !c->visible_text)
		return;
	copy = pdf_copy_page(q, dict, &size, &ignored);
	sheet = copy ? sheet_open(copy, size, &ignored) : NULL;
	if (sheet)
		page->other_text = text_layer_plain(sheet, arena);
	sheet_close(sheet);
}

static int read_page(qpdf_data q, qpdf_oh dict, const struct limits *limits, struct page *page, struct Pix **pix,
		     struct arena *arena, struct error *err)
{
	struct pdf_geometry geometry;
	struct pdf_paint paint;
	struct frame frame = { 0 };
	struct rect place;
	int taken = 0;

	pdf_geometry(q, dict, &geometry);
	pdf_scan(q, dict, &paint);
	if (is_scan(&paint, &geometry, &place))
		taken = take_scan(q, &paint, &geometry, place, limits, page, pix, &frame, err);
	if (taken < 0)
		return -1;
	if (taken)
		keep_hidden_text(q, dict, &paint.content, page, arena);
	else if (draw_page(q, dict, &paint, &geometry, limits, page, pix, &frame, arena, err) < 0)
		return -1;
	mark_annotations(q, dict, &frame, page, arena);
	return 0;
}

int pdf_page(struct pdf *pdf, const struct limits *limits, struct page *page, struct Pix **pix, struct arena *arena,
	     struct error *err)
{
	int pages, status;

	if (open_file(pdf, page->original, err) < 0)
		return -1;
	pages = qpdf_get_num_pages(pdf->q);
	if (page->file_page < 1 || page->file_page > pages)
		return error_set(err, REACH_PAGE, "other", _("the file has no page %d"), page->file_page);
	status = read_page(pdf->q, qpdf_get_page_n(pdf->q, (size_t)page->file_page - 1), limits, page, pix, arena, err);
	qpdf_oh_release_all(pdf->q);
	return status;
}
