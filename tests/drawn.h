/* drawn.h - pages that a test draws for itself */
#ifndef SOHOA_TESTS_DRAWN_H
#define SOHOA_TESTS_DRAWN_H

#include <leptonica/allheaders.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "pipeline/document.h"

#define DRAWN_BODY \
	"Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;\n" \
	"Căn cứ Nghị định số 30/2020/NĐ-CP của Chính phủ về công tác văn thư;\n" \
	"Theo đề nghị của Trưởng phòng Nội vụ tại Tờ trình số 45/TTr-PNV.\n" \
	"Điều 1. Công nhận kết quả xét tuyển viên chức năm 2024 của huyện.\n" \
	"Điều 2. Quyết định này có hiệu lực kể từ ngày ký ban hành.\n" \
	"Điều 3. Chánh Văn phòng và các cá nhân có liên quan thi hành.\n"

/* A white sheet of 8 bits; the caller destroys it. */
static inline PIX *drawn_sheet(int width, int height, int dpi)
{
	PIX *pix = pixCreate(width, height, 8);

	pixSetAll(pix);
	pixSetResolution(pix, dpi, dpi);
	return pix;
}

/* Text at (x, y), points at the resolution of the sheet; the box of its ink. */
static inline struct box drawn_text(PIX *pix, int x, int y, double points, const char *text)
{
	int width = pixGetWidth(pix), height = pixGetHeight(pix), stride;
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
	cairo_t *cr = cairo_create(surface);
	PangoLayout *layout = pango_cairo_create_layout(cr);
	PangoFontDescription *font = pango_font_description_from_string("Liberation Serif");
	struct box ink = { width, height, 0, 0 };
	const unsigned char *data;
	int right = 0, bottom = 0;

	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	cairo_set_source_rgb(cr, 0, 0, 0);
	pango_font_description_set_absolute_size(font, points * pixGetXRes(pix) / 72 * PANGO_SCALE);
	pango_layout_set_font_description(layout, font);
	pango_layout_set_markup(layout, text, -1);
	cairo_move_to(cr, x, y);
	pango_cairo_show_layout(cr, layout);
	cairo_surface_flush(surface);
	data = cairo_image_surface_get_data(surface);
	stride = cairo_image_surface_get_stride(surface);
	for (int i = 0; i < height; i++)
		for (int k = 0; k < width; k++) {
			unsigned char grey = data[i * stride + 4 * k + 1];

			if (grey == 255)
				continue;
			pixSetPixel(pix, k, i, grey);
			ink.x = k < ink.x ? k : ink.x;
			ink.y = i < ink.y ? i : ink.y;
			right = k > right ? k : right;
			bottom = i > bottom ? i : bottom;
		}
	ink.w = right - ink.x + 1;
	ink.h = bottom - ink.y + 1;
	pango_font_description_free(font);
	g_object_unref(layout);
	cairo_destroy(cr);
	cairo_surface_destroy(surface);
	return ink;
}

/* A5 at 200 dpi with six lines of text. */
static inline PIX *drawn_page(void)
{
	PIX *pix = drawn_sheet(1165, 1650, 200);

	drawn_text(pix, 110, 200, 13, DRAWN_BODY);
	return pix;
}

/* Turned clockwise by quarters, then by degrees (text climbs to the right where positive). */
static inline PIX *drawn_turned(PIX *pix, int quarters, double degrees)
{
	PIX *turned = quarters ? pixRotateOrth(pix, quarters) : pixClone(pix), *out;

	out = degrees != 0 ? pixRotate(turned, (float)(-degrees * 3.14159265 / 180), L_ROTATE_AREA_MAP, L_BRING_IN_WHITE, 0, 0) :
			     pixCopy(NULL, turned);
	pixDestroy(&turned);
	return out;
}

static inline void drawn_specks(PIX *pix, int n, unsigned seed)
{
	for (int i = 0; i < n; i++) {
		seed = seed * 1103515245U + 12345U;
		unsigned x = seed >> 8;

		seed = seed * 1103515245U + 12345U;
		pixSetPixel(pix, (int)(x % (unsigned)pixGetWidth(pix)), (int)((seed >> 8) % (unsigned)pixGetHeight(pix)), 0);
	}
}

static inline void drawn_block(PIX *pix, int x, int y, int w, int h)
{
	for (int i = y; i < y + h; i++)
		for (int k = x; k < x + w; k++)
			pixSetPixel(pix, k, i, 0);
}

#endif
