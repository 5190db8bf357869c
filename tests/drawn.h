/* drawn.h - pages that a test draws for itself */
#ifndef SOHOA_TESTS_DRAWN_H
#define SOHOA_TESTS_DRAWN_H

#include <leptonica/allheaders.h>
#include <pango/pangocairo.h>
#include <stdbool.h>
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

/* A sheet that lies within a larger one, as received: at (x, y). */
static inline void drawn_onto(PIX *pix, PIX *part, int x, int y)
{
	pixRasterop(pix, x, y, pixGetWidth(part), pixGetHeight(part), PIX_SRC, part, 0, 0);
}

/* Two pages of A5 beside each other at 200 dpi, the right one with a text of its own. */
static inline PIX *drawn_spread(void)
{
	PIX *pix = drawn_sheet(2330, 1650, 200), *left = drawn_page(), *right = drawn_sheet(1165, 1650, 200);

	drawn_text(right, 110, 160, 13,
		   "Điều 4. Thủ trưởng các cơ quan chịu trách nhiệm tổ chức thực hiện.\n"
		   "Điều 5. Phòng Tài chính bảo đảm kinh phí theo dự toán được giao.\n"
		   "Điều 6. Quyết định này thay thế Quyết định số 12/QĐ-UBND.\n");
	drawn_onto(pix, left, 0, 0);
	drawn_onto(pix, right, 1165, 0);
	pixDestroy(&left);
	pixDestroy(&right);
	return pix;
}

/* Two lying pages of A5 above each other at 200 dpi, the line of the fold between them; the lower one with a text of its own. */
static inline PIX *drawn_stacked(void)
{
	PIX *pix = drawn_sheet(1650, 2330, 200);

	drawn_text(pix, 150, 200, 13, DRAWN_BODY);
	drawn_block(pix, 0, 1164, 1650, 3);
	drawn_text(pix, 150, 1340, 13,
		   "Điều 4. Thủ trưởng các cơ quan chịu trách nhiệm tổ chức thực hiện.\n"
		   "Điều 5. Phòng Tài chính bảo đảm kinh phí theo dự toán được giao.\n"
		   "Điều 6. Quyết định này thay thế Quyết định số 12/QĐ-UBND.\n");
	return pix;
}

/* The print of `back` shows through a sheet of 8 bits: mirrored, soft, with a share of its darkness. */
static inline void drawn_behind(PIX *pix, PIX *back, double share)
{
	PIX *mirrored = pixFlipLR(NULL, back), *soft = pixBlockconv(mirrored, 1, 1);

	for (int y = 0; y < (int)pixGetHeight(pix); y++)
		for (int x = 0; x < (int)pixGetWidth(pix); x++) {
			l_uint32 level, behind;

			pixGetPixel(pix, x, y, &level);
			pixGetPixel(soft, x, y, &behind);
			pixSetPixel(pix, x, y, (l_uint32)(level * (1 - share * (255 - (int)behind) / 255)));
		}
	pixDestroy(&mirrored);
	pixDestroy(&soft);
}

/* A frame of ink, `thick` pixels wide. */
static inline void drawn_frame(PIX *pix, int x, int y, int w, int h, int thick)
{
	drawn_block(pix, x, y, w, thick);
	drawn_block(pix, x, y + h - thick, w, thick);
	drawn_block(pix, x, y, thick, h);
	drawn_block(pix, x + w - thick, y, thick, h);
}

/* A plan on A2, lying, at 100 dpi: frame, walls, measures; and where asked for, a title block in the corner. */
static inline PIX *drawn_drawing(bool title)
{
	PIX *pix = drawn_sheet(2339, 1654, 100), *block = drawn_sheet(700, 270, 100);

	drawn_frame(pix, 80, 40, 2220, 1574, 4);
	for (int i = 0; i < 9; i++) {
		drawn_frame(pix, 200 + 150 * i, 200 + 60 * (i % 3), 170, 400 + 70 * (i % 4), 3);
		drawn_block(pix, 180 + 160 * i, 900, 2, 500);
	}
	if (title) {
		for (int i = 0; i <= 4; i++)
			drawn_block(block, 0, 65 * i, 700, 2);
		for (int i = 0; i < 3; i++)
			drawn_block(block, i == 0 ? 0 : 220 * i, 0, 2, 262);
		drawn_text(block, 20, 20, 13, "Chủ trì");
		drawn_text(block, 20, 85, 13, "Thiết kế");
		drawn_text(block, 20, 150, 13, "Kiểm tra");
		drawn_text(block, 240, 20, 13, "Nguyễn Văn An");
		drawn_text(block, 240, 85, 13, "Trần Thị Bình");
		drawn_text(block, 240, 150, 13, "Lê Minh Đức");
		drawn_text(block, 460, 20, 13, "MẶT BẰNG TẦNG 1");
		drawn_text(block, 460, 85, 13, "Trường tiểu học");
		drawn_text(block, 460, 150, 13, "Tỷ lệ 1:100");
		drawn_onto(pix, block, 2300 - 700, 1614 - 264);
		drawn_frame(pix, 80, 40, 2220, 1574, 4);
	}
	pixDestroy(&block);
	return pix;
}

#endif
