#include "stages/decode/pdf_render.h"

#include <fcntl.h>
#include <leptonica/allheaders.h>
#include <poppler.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"

struct sheet {
	GBytes *bytes;
	PopplerDocument *document;
	PopplerPage *page;
};

struct sheet *sheet_open(unsigned char *data, size_t size, struct error *err)
{
	struct sheet *sheet = mem_alloc(sizeof *sheet);
	GError *why = NULL;

	sheet->bytes = g_bytes_new_with_free_func(data, size, free, data);
	sheet->document = poppler_document_new_from_bytes(sheet->bytes, NULL, &why);
	if (sheet->document && poppler_document_get_n_pages(sheet->document) >= 1)
		sheet->page = poppler_document_get_page(sheet->document, 0);
	if (!sheet->page)
		error_set(err, REACH_PAGE, "damaged", _("the page cannot be drawn: %s"), why ? why->message : "?");
	g_clear_error(&why);
	if (sheet->page)
		return sheet;
	sheet_close(sheet);
	return NULL;
}

void sheet_close(struct sheet *sheet)
{
	if (!sheet)
		return;
	g_clear_object(&sheet->page);
	g_clear_object(&sheet->document);
	g_bytes_unref(sheet->bytes);
	free(sheet);
}

/* cairo leaves 0x00RRGGBB in each word; Leptonica wants 0xRRGGBB00. True when no pixel has a colour. */
static bool turn_words(struct Pix *pix)
{
	l_uint32 *word = pixGetData(pix);
	size_t n = (size_t)pixGetWpl(pix) * (size_t)pixGetHeight(pix);
	l_uint32 coloured = 0;

	for (size_t i = 0; i < n; i++) {
		l_uint32 v = word[i];

		coloured |= ((v >> 8) ^ v) & 0xffff; /* red against green, green against blue */
		word[i] = v << 8;
	}
	return !coloured;
}

struct Pix *sheet_draw(struct sheet *sheet, int width, int height, double scale, struct error *err)
{
	struct Pix *pix = pixCreateNoInit(width, height, 32);
	cairo_surface_t *surface = NULL;
	cairo_t *cairo = NULL;
	bool drawn = false;

	if (!pix)
		goto out;
	/* drawn into the memory of the Pix: a page of 140 million pixels must not exist twice */
	memset(pixGetData(pix), 0xff, 4 * (size_t)pixGetWpl(pix) * (size_t)height);
	surface = cairo_image_surface_create_for_data((unsigned char *)pixGetData(pix), CAIRO_FORMAT_RGB24, width, height,
						      4 * pixGetWpl(pix));
	cairo = cairo_create(surface);
	cairo_scale(cairo, scale, scale);
	poppler_page_render(sheet->page, cairo);
	drawn = cairo_status(cairo) == CAIRO_STATUS_SUCCESS;
	cairo_surface_flush(surface);
out:
	if (cairo)
		cairo_destroy(cairo);
	if (surface)
		cairo_surface_destroy(surface);
	if (!drawn) {
		error_set(err, REACH_PAGE, "damaged", _("the page cannot be drawn"));
		pixDestroy(&pix);
		return NULL;
	}
	if (turn_words(pix)) {
		struct Pix *grey = pixConvertRGBToGrayFast(pix);

		pixDestroy(&pix);
		pix = grey;
	}
	return pix;
}

int sheet_check_fonts(struct sheet *sheet, struct error *err)
{
	PopplerFontInfo *info = poppler_font_info_new(sheet->document);
	PopplerFontsIter *fonts = NULL;
	int status = 0;

	if (poppler_font_info_scan(info, 1, &fonts) && fonts)
		do {
			const char *file = poppler_fonts_iter_get_file_name(fonts);
			int fd;

			if (poppler_fonts_iter_is_embedded(fonts) || !file)
				continue;
			fd = open(file, O_RDONLY | O_CLOEXEC);
			if (fd >= 0)
				close(fd);
			else
				status = error_set(err, REACH_PAGE, "font-missing",
						   _("the page needs the font %s, which is not in the file"),
						   poppler_fonts_iter_get_name(fonts));
		} while (!status && poppler_fonts_iter_next(fonts));
	if (fonts)
		poppler_fonts_iter_free(fonts);
	g_object_unref(info);
	return status;
}

void sheet_text(struct sheet *sheet, struct sheet_text *out, struct arena *arena)
{
	char *text = poppler_page_get_text(sheet->page);
	PopplerRectangle *boxes = NULL;
	guint n = 0;

	memset(out, 0, sizeof *out);
	if (text && poppler_page_get_text_layout(sheet->page, &boxes, &n) && n < INT32_MAX) {
		out->text = arena_strdup(arena, text);
		out->n = (int)n;
		out->boxes = arena_array(arena, n, sizeof *out->boxes);
		for (guint i = 0; i < n; i++) {
			out->boxes[i].x0 = boxes[i].x1;
			out->boxes[i].y0 = boxes[i].y1;
			out->boxes[i].x1 = boxes[i].x2;
			out->boxes[i].y1 = boxes[i].y2;
		}
	}
	g_free(boxes);
	g_free(text);
}

int sheet_pictures(struct sheet *sheet, struct sheet_picture *out, int max)
{
	GList *list = poppler_page_get_image_mapping(sheet->page);
	int n = 0;

	for (GList *at = list; at && n < max; at = at->next) {
		const PopplerImageMapping *image = at->data;

		out[n++] = (struct sheet_picture){ image->area.x1, image->area.y1, image->area.x2, image->area.y2 };
	}
	poppler_page_free_image_mapping(list);
	return n;
}

/* A page with text in fonts that are not embedded, so that fontconfig and poppler read their tables. Written by hand; poppler
 * rebuilds the cross-reference that is missing. */
static const char warm_page[] =
	"%PDF-1.4\n"
	"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
	"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
	"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<<"
	"/A<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
	"/B<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding/WinAnsiEncoding>>"
	"/C<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>"
	"/D<</Type/Font/Subtype/Type1/BaseFont/Symbol>>"
	"/E<</Type/Font/Subtype/Type1/BaseFont/ZapfDingbats>>>>>>>>endobj\n"
	"4 0 obj<</Length 121>>stream\n"
	"BT /A 12 Tf 10 70 Td (Aa) Tj /B 12 Tf (Bb) Tj /C 12 Tf (Cc) Tj /D 12 Tf (Dd) Tj /E 12 Tf (Ee) Tj ET 10 10 50 20 re f      \n"
	"endstream endobj\n"
	"trailer<</Root 1 0 R/Size 5>>\n%%EOF\n";

struct sheet *sheet_warm_up(struct error *err)
{
	unsigned char *copy = mem_alloc(sizeof warm_page);
	struct sheet_text text;
	struct sheet *sheet;
	struct arena *arena;
	struct Pix *pix;

	memcpy(copy, warm_page, sizeof warm_page);
	sheet = sheet_open(copy, sizeof warm_page - 1, err);
	if (!sheet)
		return NULL;
	arena = arena_new();
	sheet_text(sheet, &text, arena);
	arena_free(arena);
	pix = sheet_draw(sheet, 200, 100, 1, err);
	if (!pix) {
		sheet_close(sheet);
		return NULL;
	}
	pixDestroy(&pix);
	return sheet;
}
