/*
 * page.c - draws small scans for the tests of the whole house
 *
 * usage: page OUT.tif|OUT.png|OUT.jpg|OUT.pdf|OUT.text.pdf [DPI [WIDTH_MM HEIGHT_MM]] < TEXT
 *
 * TEXT is Pango markup, one paragraph a line; a form feed begins a new page (TIFF and PDF); a page without text is blank; a line
 * that begins with ">" is centred, with "|" split in a left and a right half at the next "|", with "#" a red stamp at the left: text in a
 * box. A page with a stamp is in colour where the format has colour.
 */
#include <cairo-pdf.h>
#include <cairo.h>
#include <leptonica/allheaders.h>
#include <pango/pangocairo.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARGIN_MM 12

static double scale; /* pixels per millimetre */

static int draw_text(cairo_t *cr, const char *text, double x, double y, double width, PangoAlignment align)
{
	PangoLayout *layout = pango_cairo_create_layout(cr);
	PangoFontDescription *font = pango_font_description_from_string("Liberation Serif");
	int height;

	pango_font_description_set_absolute_size(font, 13 * 25.4 / 72 * scale * PANGO_SCALE);
	pango_layout_set_font_description(layout, font);
	pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
	pango_layout_set_alignment(layout, align);
	pango_layout_set_markup(layout, text, -1);
	cairo_move_to(cr, x, y);
	pango_cairo_show_layout(cr, layout);
	pango_layout_get_pixel_size(layout, NULL, &height);
	pango_font_description_free(font);
	g_object_unref(layout);
	return height;
}

/* As it is stamped: red capitals in a box (TT 24/2020/TT-BCA). */
static double draw_stamp(cairo_t *cr, const char *text, double left, double y)
{
	double w = 30 * scale, h = 8 * scale;

	cairo_set_source_rgb(cr, 0.8, 0.1, 0.1);
	cairo_set_line_width(cr, 0.6 * scale);
	cairo_rectangle(cr, left, y, w, h);
	cairo_stroke(cr);
	draw_text(cr, text, left, y + 1.5 * scale, w, PANGO_ALIGN_CENTER);
	cairo_set_source_rgb(cr, 0, 0, 0);
	return h + scale;
}

static double draw_line(cairo_t *cr, char *line, double y, double width)
{
	double left = MARGIN_MM * scale, inner = width - 2 * left;
	char *middle;
	int a, b;

	if (*line == '#')
		return draw_stamp(cr, line + 1, left, y);
	if (*line == '>')
		return draw_text(cr, line + 1, left, y, inner, PANGO_ALIGN_CENTER);
	if (*line == '|' && (middle = strchr(line + 1, '|'))) {
		*middle = '\0';
		a = draw_text(cr, line + 1, left / 2, y, inner * 0.45, PANGO_ALIGN_CENTER);
		b = draw_text(cr, middle + 1, left / 2 + inner * 0.48, y, inner * 0.58, PANGO_ALIGN_CENTER);
		return a > b ? a : b;
	}
	return draw_text(cr, line, left, y, inner, PANGO_ALIGN_LEFT);
}

static void draw_lines(cairo_t *cr, char *text, int width)
{
	double y = MARGIN_MM * scale;
	char *line, *rest = text;

	while ((line = strsep(&rest, "\n")))
		y += *line ? draw_line(cr, line, y, width) + 1.5 * scale : 4 * scale;
}

/* A page of letters, as a program writes it: no picture. */
static int write_text(const char *out, char *text, double width_mm, double height_mm)
{
	cairo_surface_t *surface;
	cairo_t *cr;
	int failed;

	scale = 72 / 25.4;
	surface = cairo_pdf_surface_create(out, width_mm * scale, height_mm * scale);
	cr = cairo_create(surface);
	draw_lines(cr, text, (int)(width_mm * scale));
	cairo_destroy(cr);
	cairo_surface_finish(surface);
	failed = cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS;
	cairo_surface_destroy(surface);
	return failed;
}

static PIX *draw_page(char *text, int width, int height)
{
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
	cairo_t *cr = cairo_create(surface);
	bool colour = strstr(text, "\n#") != NULL;
	const unsigned char *data;
	PIX *pix;
	int stride;

	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	cairo_set_source_rgb(cr, 0, 0, 0);
	draw_lines(cr, text, width);
	cairo_surface_flush(surface);
	data = cairo_image_surface_get_data(surface);
	stride = cairo_image_surface_get_stride(surface);
	pix = pixCreate(width, height, colour ? 32 : 8);
	for (int i = 0; i < height; i++)
		for (int k = 0; k < width; k++) {
			const unsigned char *bgr = data + i * stride + 4 * k;

			if (colour)
				pixSetRGBPixel(pix, k, i, bgr[2], bgr[1], bgr[0]);
			else
				pixSetPixel(pix, k, i, bgr[1]);
		}
	cairo_destroy(cr);
	cairo_surface_destroy(surface);
	return pix;
}

int main(int argc, char **argv)
{
	int dpi = argc > 2 ? atoi(argv[2]) : 200;
	double w = argc > 3 ? atof(argv[3]) : 148, h = argc > 4 ? atof(argv[4]) : 105;
	static char text[1 << 20];
	const char *out = argc > 1 ? argv[1] : NULL, *end = out ? strrchr(out, '.') : NULL;
	char *page, *rest = text;
	PIXA *pages = pixaCreate(4);
	int failed = 0;

	if (!end || !dpi) {
		fprintf(stderr, "usage: page OUT.tif|OUT.png|OUT.jpg|OUT.pdf|OUT.text.pdf [DPI [WIDTH_MM HEIGHT_MM]] < TEXT\n");
		return 2;
	}
	text[fread(text, 1, sizeof text - 1, stdin)] = '\0';
	if (strstr(out, ".text.pdf"))
		return write_text(out, text, w, h);
	scale = dpi / 25.4;
	setMsgSeverity(L_SEVERITY_ERROR);
	while ((page = strsep(&rest, "\f"))) {
		PIX *pix = draw_page(page, (int)(w * scale), (int)(h * scale));

		pixSetResolution(pix, dpi, dpi);
		pixaAddPix(pages, pix, L_INSERT);
	}
	for (int i = 0; i < pixaGetCount(pages); i++) {
		PIX *pix = pixaGetPix(pages, i, L_CLONE), *grey = pixConvertTo8(pix, 0);
		PIX *bits = pixThresholdToBinary(grey, 128);

		pixDestroy(&grey);

		pixSetResolution(bits, dpi, dpi);
		if (!strcmp(end, ".tif"))
			failed |= pixWriteTiff(out, bits, IFF_TIFF_G4, i ? "a" : "w");
		else if (!strcmp(end, ".png"))
			failed |= pixWrite(out, pix, IFF_PNG);
		else if (!strcmp(end, ".jpg"))
			failed |= pixWriteJpeg(out, pix, 85, 0);
		pixDestroy(&pix);
		pixDestroy(&bits);
	}
	if (!strcmp(end, ".pdf"))
		failed |= pixaConvertToPdf(pages, dpi, 1.0F, L_JPEG_ENCODE, 85, NULL, out);
	pixaDestroy(&pages);
	return failed ? 1 : 0;
}
