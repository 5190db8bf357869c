/* The image room over pages drawn here: turns, skew, blank sheets, codes, measures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>
#include <cmocka.h>
#include <math.h>
#include <qrencode.h>

#include "pipeline/arena.h"
#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/stage.h"
#include "stages/image/clean.h"
#include "stages/image/frame.h"
#include "stages/image/image.h"
#include "tests/drawn.h"

static void *room;

static int open_room(void **state)
{
	struct error err = ERROR_INIT;
	struct config *config = config_open(NULL, &err);

	room = image_room.open(config, &err);
	config_close(config);
	return room ? 0 : -1;
}

static int close_room(void **state)
{
	image_room.close(room);
	return 0;
}

/* The room over a copy of pix. */
static struct page walk(PIX *pix, struct arena *arena)
{
	struct page page = { .number = 1, .width = pixGetWidth(pix), .height = pixGetHeight(pix), .dpi = pixGetXRes(pix) };
	PIX *own = pixCopy(NULL, pix);
	struct error err = ERROR_INIT;

	assert_int_equal(image_room.run(room, &page, &own, arena, &err), 0);
	pixDestroy(&own);
	return page;
}

static void test_orientation(void **state)
{
	struct arena *arena = arena_new();
	PIX *upright = drawn_page();

	for (int quarters = 0; quarters < 4; quarters++) {
		PIX *pix = drawn_turned(upright, quarters, 0);
		struct page page = walk(pix, arena);

		assert_int_equal(page.rotation, (360 - 90 * quarters) % 360);
		assert_int_equal(page.kind, PAGE_CONTENT);
		pixDestroy(&pix);
	}
	pixDestroy(&upright);
	arena_free(arena);
}

static void test_skew(void **state)
{
	static const double degrees[] = { -4, -1.5, -0.6, 0, 0.4, 1, 2.5, 4.7 };
	struct arena *arena = arena_new();
	PIX *upright = drawn_page();

	for (size_t i = 0; i < sizeof degrees / sizeof *degrees; i++) {
		PIX *pix = drawn_turned(upright, 0, degrees[i]);
		struct page page = walk(pix, arena);

		if (fabs((double)page.skew - degrees[i]) > 0.2)
			print_error("skew %g was measured as %g\n", degrees[i], (double)page.skew);
		assert_true(fabs((double)page.skew - degrees[i]) <= 0.2);
		pixDestroy(&pix);
	}
	pixDestroy(&upright);
	arena_free(arena);
}

/* A box goes to the upright frame and comes back to within what the skew allows. */
static void test_frames(void **state)
{
	static const int turns[] = { 0, 90, 180, 270 };
	static const float skews[] = { 0, -3, 1.5F };

	for (int t = 0; t < 4; t++)
		for (int s = 0; s < 3; s++) {
			struct page page = { .width = 1000, .height = 1400, .rotation = turns[t], .skew = skews[s] };
			struct box box = { 420, 610, 90, 24 }, back = frame_to_received(&page, frame_to_upright(&page, box));
			int limit = skews[s] != 0 ? 2 : 0, width, height;

			assert_in_range(back.x, box.x - limit, box.x + limit);
			assert_in_range(back.y, box.y - limit, box.y + limit);
			assert_in_range(back.w, box.w - limit, box.w + limit);
			assert_in_range(back.h, box.h - limit, box.h + limit);
			frame_upright_size(&page, &width, &height);
			assert_int_equal(width, turns[t] % 180 ? 1400 : 1000);
			assert_int_equal(height, turns[t] % 180 ? 1000 : 1400);
		}
}

enum dirt { CLEAN, SPECKS, HOLES, BORDER, FAINT_LINE, ONE_NUMBER, PAGE_OF_TEXT };

static void test_blank(void **state)
{
	static const struct {
		enum dirt dirt;
		enum page_kind kind;
	} rows[] = {
		{ CLEAN, PAGE_BLANK },	       { SPECKS, PAGE_BLANK },	      { HOLES, PAGE_BLANK },	       { BORDER, PAGE_BLANK },
		{ FAINT_LINE, PAGE_CONTENT },  { ONE_NUMBER, PAGE_CONTENT },  { PAGE_OF_TEXT, PAGE_CONTENT },
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		PIX *pix = rows[i].dirt == PAGE_OF_TEXT ? drawn_page() : drawn_sheet(1165, 1650, 200);

		if (rows[i].dirt == SPECKS)
			drawn_specks(pix, 300, 7);
		else if (rows[i].dirt == HOLES)
			drawn_block(pix, 60, 480, 45, 45), drawn_block(pix, 60, 1110, 45, 45);
		else if (rows[i].dirt == BORDER)
			drawn_block(pix, 0, 0, 30, 1650), drawn_block(pix, 0, 0, 1165, 12);
		else if (rows[i].dirt == FAINT_LINE) {
			drawn_text(pix, 150, 700, 13, "đã kiểm tra, lưu hồ sơ");
			pixAddConstantGray(pix, 110); /* a pencil's grey */
		} else if (rows[i].dirt == ONE_NUMBER)
			drawn_text(pix, 1000, 80, 14, "127");
		struct page page = walk(pix, arena);

		if (page.kind != rows[i].kind)
			print_error("row %zu\n", i);
		assert_int_equal(page.kind, rows[i].kind);
		pixDestroy(&pix);
	}
	arena_free(arena);
}

static void test_code(void **state)
{
	static const char text[] = "H06.12-240305-0002|Lê Xuân Nghĩa";
	QRcode *qr = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	struct arena *arena = arena_new();
	PIX *pix = drawn_page();
	struct page page;

	for (int y = 0; y < qr->width; y++)
		for (int x = 0; x < qr->width; x++)
			if (qr->data[y * qr->width + x] & 1)
				drawn_block(pix, 700 + 6 * x, 900 + 6 * y, 6, 6);
	page = walk(pix, arena);
	assert_int_equal(page.ncodes, 1);
	assert_string_equal(page.codes[0].text, text);
	assert_in_range(page.codes[0].box.x, 690, 720);
	assert_in_range(page.codes[0].box.y, 890, 920);
	QRcode_free(qr);
	pixDestroy(&pix);
	arena_free(arena);
}

/* Each blur takes sharpness away; a page of one bit has none to measure. */
static void test_sharpness(void **state)
{
	struct arena *arena = arena_new();
	PIX *pix = drawn_page(), *bits = pixThresholdToBinary(pix, 150);
	float before = walk(pix, arena).quality.sharpness;

	assert_true(before > 0.5F && before <= 1);
	assert_true(walk(bits, arena).quality.sharpness == 0);
	for (int radius = 1; radius <= 3; radius++) {
		PIX *blurred = pixBlockconv(pix, radius, radius);
		float now;

		pixSetResolution(blurred, 200, 200);
		now = walk(blurred, arena).quality.sharpness;
		if (!(now < 0.95F * before && now > 0))
			fail_msg("blurred by %d pixels: sharpness %g after %g", radius, (double)now, (double)before);
		before = now;
		pixDestroy(&blurred);
	}
	pixDestroy(&pix);
	pixDestroy(&bits);
	arena_free(arena);
}

/* The same page, whole and without a strip that goes through its text. */
static void test_cut(void **state)
{
	static const struct {
		int x, y, w, h;
		bool cut;
	} rows[] = {
		{ 0, 0, 1165, 1650, false },
		{ 100, 150, 1000, 1400, false }, /* close, but between the lines and beside them */
		{ 0, 222, 1165, 1400, true },	 /* through the first line */
		{ 140, 0, 1025, 1650, false },	 /* through the first letters of six lines: a paper may begin so, who knows */
	};
	struct arena *arena = arena_new();
	PIX *whole = drawn_page();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		BOX *box = boxCreate(rows[i].x, rows[i].y, rows[i].w, rows[i].h);
		PIX *pix = pixClipRectangle(whole, box, NULL);
		struct page page = walk(pix, arena);

		if ((page.quality.cut >= 16) != rows[i].cut)
			fail_msg("row %zu: %d pieces at the edge", i, page.quality.cut);
		boxDestroy(&box);
		pixDestroy(&pix);
	}
	pixDestroy(&whole);
	arena_free(arena);
}

/* Four bars down the sheet, or across it: T as Kodak draws it. Other bars are none. */
static void test_patch(void **state)
{
	static const struct { double bars[4]; const char *text; bool across; double skew; } rows[] = {
		{ { 2.03, 5.08, 2.03, 5.08 }, "T", false, 0 }, { { 2.03, 5.08, 2.03, 5.08 }, "T", true, 0 }, { { 2.03, 5.08, 2.03, 5.08 }, "T", false, 3 },
		{ { 5.08, 2.03, 5.08, 2.03 }, "3", false, 0 }, { { 5.08, 2.03, 2.03, 5.08 }, "2", false, -2 },
		{ { 2.03, 2.03, 2.03, 2.03 }, NULL, false, 0 }, { { 5.08, 5.08, 5.08, 5.08 }, NULL, false, 0 },
	};
	struct arena *arena = arena_new();

	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
		PIX *flat = drawn_sheet(1654, 2339, 200), *pix;
		struct page page;
		int at = 300;

		for (int k = 0; k < 4; k++) {
			int thick = (int)(rows[r].bars[k] * 200 / 25.4 + 0.5), length = 500;

			drawn_block(flat, rows[r].across ? at : 400, rows[r].across ? 400 : at, rows[r].across ? thick : length, rows[r].across ? length : thick);
			at += thick + 16;
		}
		pix = drawn_turned(flat, 0, rows[r].skew);
		pixSetResolution(pix, 200, 200);
		page = walk(pix, arena);
		if (page.ncodes != (rows[r].text != NULL))
			print_error("row %zu: %d codes\n", r, page.ncodes);
		assert_int_equal(page.ncodes, rows[r].text != NULL);
		if (rows[r].text) {
			assert_string_equal(page.codes[0].kind, "PATCH");
			assert_string_equal(page.codes[0].text, rows[r].text);
			assert_true(page.codes[0].box.w > 100 && page.codes[0].box.h > 100);
			assert_in_range(rows[r].across ? page.codes[0].box.x : page.codes[0].box.y, 260, 340);
		}
		pixDestroy(&pix);
		pixDestroy(&flat);
	}
	arena_free(arena);
}

/* Bars and spaces by turns, each digit a width in modules. */
static void draw_bars(PIX *pix, int x, int y, const char *widths, int module, int high)
{
	for (bool bar = true; *widths; widths++, bar = !bar) {
		int w = (*widths - '0') * module;

		if (bar)
			drawn_block(pix, x, y, w, high);
		x += w;
	}
}

/* "PATCHT" as separator sheets have it. Code 128 (ISO/IEC 15417), set B: start, letters, check (104 + sum of value times place, modulo 103 = 99), stop.
 * Code 39 (ISO/IEC 16388): a wide element is 3 narrow ones, one narrow space behind each character; '*' at both ends. */
static void test_barcodes(void **state)
{
	static const struct { const char *widths, *kind; int module, quarters; } rows[] = {
		{ "211214" "313121" "111323" "213311" "131321" "231113" "213311" "113141" "2331112", "CODE-128", 3, 0 },
		{ "211214" "313121" "111323" "213311" "131321" "231113" "213311" "113141" "2331112", "CODE-128", 2, 0 },
		{ "211214" "313121" "111323" "213311" "131321" "231113" "213311" "113141" "2331112", "CODE-128", 3, 1 },
		{ "1311313111" "1131311311" "3111131131" "1111313311" "3131131111" "3111133111" "1111313311" "131131311", "CODE-39", 3, 0 },
		{ "1311313111" "1131311311" "3111131131" "1111313311" "3131131111" "3111133111" "1111313311" "131131311", "CODE-39", 3, 2 },
	};
	struct arena *arena = arena_new();

	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
		PIX *upright = drawn_page(), *pix;
		struct page page;

		draw_bars(upright, 300, 900, rows[r].widths, rows[r].module, 110);
		pix = drawn_turned(upright, rows[r].quarters, 0);
		pixSetResolution(pix, 200, 200);
		page = walk(pix, arena);
		if (page.ncodes != 1)
			print_error("row %zu: %d codes\n", r, page.ncodes);
		assert_int_equal(page.ncodes, 1);
		assert_string_equal(page.codes[0].kind, rows[r].kind);
		assert_string_equal(page.codes[0].text, "PATCHT");
		if (!rows[r].quarters) {
			assert_in_range(page.codes[0].box.x, 280, 330);
			assert_in_range(page.codes[0].box.y, 880, 1010);
		}
		pixDestroy(&pix);
		pixDestroy(&upright);
	}
	arena_free(arena);
}

static void test_quality(void **state)
{
	struct arena *arena = arena_new();
	PIX *pix = drawn_page();
	struct page page = walk(pix, arena);

	assert_true(page.quality.ink > 0.005F && page.quality.ink < 0.2F);
	assert_true(page.quality.contrast > 150 && page.quality.contrast <= 255);
	assert_true(page.quality.x_height > 12 && page.quality.x_height < 22); /* 13 points at 200 dpi: 36 pixels, small letters 0.46 of it */
	pixDestroy(&pix);
	arena_free(arena);
}

static void squares(PIX *bits, int x, int y, int side, int step, int n)
{
	for (int i = 0; i < n; i++)
		for (int k = 0; k < side * side; k++)
			pixSetPixel(bits, x + i * step + k % side, y + k / side, 1);
}

static int ink(PIX *bits, int y, int h)
{
	BOX *box = boxCreate(0, y, pixGetWidth(bits), h);
	l_int32 n = 0;

	pixCountPixelsInRect(bits, box, &n, NULL);
	boxDestroy(&box);
	return n;
}

/* At 200 dpi: 4 pixels are 0.5 mm. A row of dots is found whole; full stops far apart, an ellipsis and a row of letters are left. */
static void test_leaders(void **state)
{
	PIX *bits = pixCreate(1200, 500, 1), *found;

	squares(bits, 100, 50, 4, 9, 40);
	squares(bits, 100, 150, 4, 60, 10);
	squares(bits, 100, 250, 4, 9, 3);
	squares(bits, 100, 350, 14, 20, 40);
	found = leaders_find(bits, 200);
	assert_non_null(found);
	assert_int_equal(ink(found, 40, 30), 40 * 16);
	assert_int_equal(ink(found, 100, 400), 0);
	pixDestroy(&found);
	pixDestroy(&bits);
}

/* Whatever the sides and depths: an answer, and nothing read beyond a row. */
static void test_strange_sizes(void **state)
{
	static const int sizes[][2] = { { 1, 1 }, { 2, 1 }, { 1, 3000 }, { 3000, 1 }, { 31, 33 }, { 8, 2000 }, { 300, 300 } };
	static const int depths[] = { 1, 8, 32 };
	struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		for (int d = 0; d < 3; d++)
			for (int full = 0; full < 2; full++) {
				PIX *pix = pixCreate(sizes[i][0], sizes[i][1], depths[d]);
				struct page page;

				if (full)
					pixSetAll(pix);
				pixSetResolution(pix, 300, 300);
				page = walk(pix, arena);
				assert_true(page.rotation % 90 == 0);
				pixDestroy(&pix);
			}
	arena_free(arena);
}

static unsigned states(PIX *pix, struct arena *arena)
{
	return walk(pix, arena).quality.faults;
}

/* Light letters on dark, in any depth; a sheet on a dark lid, a dark cover and a photograph are none. */
static void test_negative(void **state)
{
	struct arena *arena = arena_new();
	PIX *page = drawn_page(), *bits = pixThresholdToBinary(page, 128), *deep = pixConvertTo32(page), *lid = pixCreate(2330, 1650, 8), *cover = pixCreate(1165, 1650, 8);
	PIX *pale;
	struct page read;

	pixSetResolution(bits, 200, 200);
	assert_int_equal(states(page, arena) & SCAN_STATES, 0);
	pixInvert(page, page);
	read = walk(page, arena);
	assert_int_equal(read.quality.faults & SCAN_STATES, 1U << FAULT_NEGATIVE);
	assert_true(read.quality.ink < 0.2F && read.quality.x_height > 10);
	pale = pixCopy(NULL, page);
	pixMultConstantGray(pale, 0.5F); /* letters of 128 on black */
	assert_int_equal(states(pale, arena), 1U << FAULT_NEGATIVE);
	pixInvert(bits, bits);
	assert_int_equal(states(bits, arena), 1U << FAULT_NEGATIVE);
	pixInvert(deep, deep);
	assert_int_equal(states(deep, arena), 1U << FAULT_NEGATIVE);
	pixInvert(page, page);
	pixSetResolution(lid, 200, 200);
	drawn_onto(lid, page, 600, 0);
	assert_int_equal(states(lid, arena), 0);
	pixSetResolution(cover, 200, 200);
	assert_int_equal(states(cover, arena), 0);
	drawn_onto(cover, lid, 0, 0); /* its left half, black, and a strip of the sheet */
	assert_int_equal(states(cover, arena), 0);
	pixDestroy(&pale);
	pixDestroy(&page);
	pixDestroy(&bits);
	pixDestroy(&deep);
	pixDestroy(&lid);
	pixDestroy(&cover);
	arena_free(arena);
}

/* Two pages on one scan, also upside down, crooked and with the shadow of the fold; a lying page with a line or a table across its middle is one page. */
static void test_spread(void **state)
{
	struct arena *arena = arena_new();
	PIX *spread = drawn_spread(), *turned = drawn_turned(spread, 2, 0), *crooked = drawn_turned(spread, 0, 1.5), *other;

	assert_int_equal(states(spread, arena), 1U << FAULT_SPREAD);
	assert_int_equal(states(turned, arena), 1U << FAULT_SPREAD);
	assert_int_equal(states(crooked, arena), 1U << FAULT_SPREAD);
	other = pixCopy(NULL, spread);
	drawn_block(other, 1160, 0, 6, 1650);
	assert_int_equal(states(other, arena), 1U << FAULT_SPREAD);
	assert_in_range(walk(other, arena).gutter, 1100, 1230);
	pixDestroy(&other);
	other = pixCopy(NULL, spread);
	drawn_text(other, 500, 80, 13, "DANH SÁCH CÁN BỘ, CÔNG CHỨC ĐƯỢC NÂNG LƯƠNG TRƯỚC THỜI HẠN NĂM 2024");
	assert_int_equal(states(other, arena), 0);
	pixDestroy(&other);
	other = pixCopy(NULL, spread);
	drawn_block(other, 100, 600, 2100, 2);
	assert_int_equal(states(other, arena), 0);
	pixDestroy(&other);
	pixDestroy(&spread);
	pixDestroy(&turned);
	pixDestroy(&crooked);
	arena_free(arena);
}

/* Two lying pages above each other are told by their fold: not by a rule that ends at the margins, a picture, or a gap between paragraphs. */
static void test_stacked(void **state)
{
	struct arena *arena = arena_new();
	PIX *sheet = drawn_stacked(), *crooked = drawn_turned(sheet, 0, 1.5), *turned = drawn_turned(sheet, 1, 0), *other = pixCopy(NULL, sheet), *table = pixCopy(NULL, sheet);
	PIX *plain, *half;
	struct page page = walk(sheet, arena);

	assert_int_equal(page.quality.faults, 1U << FAULT_SPREAD);
	assert_true(page.stacked);
	assert_in_range(page.gutter, 900, 1340);
	assert_int_equal(states(crooked, arena), 1U << FAULT_SPREAD);
	assert_int_equal(states(turned, arena), 1U << FAULT_SPREAD);
	for (int i = 0; i < 3; i++)
		for (int x = 0; x < 1650; x++)
			if (x < 118 || x >= 1532)
				pixSetPixel(other, x, 1164 + i, 255);
	assert_int_equal(states(other, arena), 0);
	for (int x = 150; x < 1500; x += 300)
		drawn_block(table, x, 1000, 2, 330);
	assert_int_equal(states(table, arena), 0);
	plain = pixCopy(NULL, other);
	drawn_block(plain, 0, 1040, 1650, 240);
	assert_int_equal(states(plain, arena), 0);
	half = drawn_sheet(1650, 2330, 200);
	drawn_onto(half, sheet, 0, 0);
	for (int y = 1300; y < 2330; y++)
		for (int x = 0; x < 1650; x++)
			pixSetPixel(half, x, y, 255);
	assert_int_equal(states(half, arena), 0);
	pixDestroy(&half);
	pixDestroy(&plain);
	pixDestroy(&table);
	pixDestroy(&other);
	pixDestroy(&turned);
	pixDestroy(&crooked);
	pixDestroy(&sheet);
	arena_free(arena);
}

/* A plan of A2 is a drawing, its title block is found; a page of text as large is none, and no more a plan of A4. */
static void test_drawing(void **state)
{
	struct arena *arena = arena_new();
	PIX *plan = drawn_drawing(true), *bare = drawn_drawing(false), *small = pixCopy(NULL, plan), *text = drawn_sheet(2339, 1654, 100), *mask = ink_mask(plan);
	struct box block = title_block_find(mask, 100);

	assert_int_equal(states(plan, arena), 1U << FAULT_DRAWING);
	assert_in_range(block.x, 1590, 1610);
	assert_in_range(block.y, 1340, 1360);
	assert_in_range(block.x + block.w, 2290, 2300);
	assert_in_range(block.y + block.h, 1600, 1614);
	pixDestroy(&mask);
	mask = ink_mask(bare);
	assert_int_equal(states(bare, arena), 1U << FAULT_DRAWING);
	assert_int_equal(title_block_find(mask, 100).w, 0);
	pixDestroy(&mask);
	pixSetResolution(small, 200, 200);
	assert_int_equal(states(small, arena), 0);
	drawn_text(text, 200, 200, 24, DRAWN_BODY);
	assert_int_equal(states(text, arena), 0);
	pixDestroy(&plan);
	pixDestroy(&bare);
	pixDestroy(&small);
	pixDestroy(&text);
	arena_free(arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_orientation), cmocka_unit_test(test_skew), cmocka_unit_test(test_frames), cmocka_unit_test(test_blank),
		cmocka_unit_test(test_code), cmocka_unit_test(test_patch), cmocka_unit_test(test_barcodes), cmocka_unit_test(test_quality), cmocka_unit_test(test_leaders),
		cmocka_unit_test(test_strange_sizes),
		cmocka_unit_test(test_sharpness), cmocka_unit_test(test_cut), cmocka_unit_test(test_negative), cmocka_unit_test(test_spread), cmocka_unit_test(test_stacked),
		cmocka_unit_test(test_drawing),
	};

	setMsgSeverity(L_SEVERITY_NONE);
	return cmocka_run_group_tests(tests, open_room, close_room);
}
