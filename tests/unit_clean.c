/* Cleaning for the reader over pages drawn here: what each step finds, what it leaves, and that the page itself stays as it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>
#include <cmocka.h>
#include <math.h>

#include "pipeline/arena.h"
#include "pipeline/config.h"
#include "pipeline/error.h"
#include "stages/image/clean.h"
#include "tests/drawn.h"

static int ink_of(PIX *bits, int x, int y, int w, int h)
{
	BOX *box = boxCreate(x, y, w, h);
	int n = 0;

	pixCountPixelsInRect(bits, box, &n, NULL);
	boxDestroy(&box);
	return n;
}

static PIX *bits_of(PIX *pix)
{
	PIX *grey = pixConvertTo8(pix, 0), *bits = pixThresholdToBinary(grey, 160);

	pixDestroy(&grey);
	return bits;
}

/* Specks between the lines and in the margin go; full stops, accents and the dots of i stay. */
static void test_specks(void **state)
{
	PIX *pix = drawn_page(), *clean = bits_of(pix), *bits, *found;

	assert_null(specks_find(clean, 200));
	drawn_block(pix, 40, 40, 2, 2);
	drawn_block(pix, 600, 1200, 6, 6);
	drawn_block(pix, 900, 1500, 5, 3);
	bits = bits_of(pix);
	found = specks_find(bits, 200);
	assert_non_null(found);
	pixSubtract(bits, bits, found);
	assert_int_equal(ink_of(bits, 0, 0, 1165, 1650), ink_of(clean, 0, 0, 1165, 1650));
	pixDestroy(&found);
	pixDestroy(&bits);
	pixDestroy(&clean);
	pixDestroy(&pix);
}

/* Shades of one page: black print, a red ring over it, a red title, a blue signature. */
static void test_colour(void **state)
{
	const struct cleaning on = { .colour = true }, off = { .colour = false };
	struct page page = { .dpi = 200 };
	PIX *grey = drawn_page(), *pix = pixConvertTo32(grey), *before, *clean, *plain;
	l_uint32 level;
	int same = 0;

	for (int i = 0; i < 40 * 12; i++) /* letters of a red title, 4 mm high, apart */
		for (int k = 0; k < 6; k++)
			pixSetRGBPixel(pix, 200 + 30 * k + i % 12, 700 + i / 12, 200, 30, 40);
	for (int i = 0; i < 1165; i++) /* blue strokes of 60 mm */
		if (i >= 300 && i < 770)
			for (int k = 0; k < 5; k++)
				pixSetRGBPixel(pix, i, 1400 + k, 30, 40, 140);
	for (int a = 0; a < 4000; a++) { /* a red ring of 36 mm whose top runs through the lines */
		double t = a * 2 * M_PI / 4000;

		for (int k = 0; k < 7; k++) {
			int x = (int)(600 + (142 - k) * cos(t)), y = (int)(420 + (142 - k) * sin(t));

			pixGetPixel(pix, x, y, &level);
			if (level >> 24 > 128)
				pixSetRGBPixel(pix, x, y, 205, 60, 70);
		}
	}
	before = pixCopy(NULL, pix);
	clean = page_letters(&on, &page, pix);
	plain = page_letters(&off, &page, pix);
	assert_int_equal(pixGetDepth(clean), 8);
	pixGetPixel(clean, 600 + 140, 420, &level);
	assert_true(level > 240); /* the ring has gone */
	pixGetPixel(plain, 600 + 140, 420, &level);
	assert_true(level < 160);
	pixGetPixel(clean, 500, 1402, &level);
	assert_true(level > 180); /* the signature has gone */
	pixGetPixel(clean, 206, 710, &level);
	assert_true(level < 130); /* the title has stayed */
	pixEqual(before, pix, &same);
	assert_true(same);
	pixDestroy(&clean);
	pixDestroy(&plain);
	pixDestroy(&before);
	pixDestroy(&pix);
	pixDestroy(&grey);
}

static void red_block(PIX *pix, int x, int y, int w, int h)
{
	for (int i = 0; i < w * h; i++)
		pixSetRGBPixel(pix, x + i % w, y + i / w, 205, 40, 50);
}

/* The entry of a certified copy in its red frame, 72 x 32 mm and a little crooked, a seal of 34 mm hanging on it: what is written in the frame stays; the frame,
 * the seal and what is written in the seal go. */
static void test_frame(void **state)
{
	static const struct { int x, y; bool stays; } places[] = {
		{ 306, 406, true }, { 696, 436, true }, { 306, 556, true }, { 500, 352, false }, { 204, 470, false }, { 600, 730, false }, { 605, 595, false },
	};
	const struct cleaning on = { .colour = true };
	struct page page = { .dpi = 200 };
	PIX *pix = pixCreate(1165, 1650, 32), *clean;
	l_uint32 level;

	pixSetAll(pix);
	for (int x = 0; x < 567; x++) { /* 1.5 degrees */
		red_block(pix, 200 + x, 345 + 26 * x / 1000, 1, 5);
		red_block(pix, 200 + x, 590 + 26 * x / 1000, 1, 5);
	}
	for (int y = 0; y < 245; y++) {
		red_block(pix, 204 - 26 * y / 1000, 345 + y, 5, 1);
		red_block(pix, 763 - 26 * y / 1000, 360 + y, 5, 1);
	}
	red_block(pix, 300, 400, 12, 20); /* letters of the entry */
	red_block(pix, 690, 430, 12, 20);
	red_block(pix, 300, 550, 12, 20);
	for (int a = 0; a < 4000; a++) {
		double t = a * 2 * M_PI / 4000;

		red_block(pix, (int)(600 + 134 * cos(t)), (int)(600 + 134 * sin(t)), 5, 5);
	}
	red_block(pix, 594, 640, 14, 14); /* a letter of the seal */
	clean = page_letters(&on, &page, pix);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		pixGetPixel(clean, places[i].x, places[i].y, &level);
		assert_true(places[i].stays ? level < 130 : level > 240);
	}
	pixGetPixel(clean, 600, 646, &level);
	assert_true(level > 240);
	pixDestroy(&clean);
	pixDestroy(&pix);
}

/* A shadow that falls to half across the sheet: afterwards paper is white everywhere, and ink dark. An even sheet, white or grey, is left alone. */
static void test_paper(void **state)
{
	PIX *pix = drawn_page(), *map;
	l_uint32 level;

	assert_null(paper_find(pix, 200));
	for (int y = 0; y < 1650; y++)
		for (int x = 0; x < 1165; x++) {
			pixGetPixel(pix, x, y, &level);
			pixSetPixel(pix, x, y, level * (l_uint32)(255 - 120 * (1165 - x) / 1165) / 255);
		}
	map = paper_find(pix, 200);
	assert_non_null(map);
	paper_level(pix, map);
	for (int x = 20; x < 1165; x += 60) {
		pixGetPixel(pix, x, 1200, &level);
		assert_true(level > 225);
	}
	for (int i = 0, dark = 255; i < 1165; i++) { /* the darkest of a row through the first line */
		pixGetPixel(pix, i, 215, &level);
		dark = (int)level < dark ? (int)level : dark;
		if (i == 1164)
			assert_true(dark < 60);
	}
	pixDestroy(&map);
	pixDestroy(&pix);
	pix = drawn_page();
	pixMultConstantGray(pix, 0.7F);
	assert_null(paper_find(pix, 200));
	pixDestroy(&pix);
}

/* What shows through from the back goes, the letters of this side stay as dark as they were; where nothing shows through, nothing is found. */
static void test_through(void **state)
{
	PIX *pix = drawn_page(), *back = drawn_sheet(1165, 1650, 200), *clean, *mask;
	l_uint32 level;
	int same = 0;

	assert_null(through_find(pix, 200));
	drawn_text(back, 110, 800, 13, DRAWN_BODY);
	clean = pixCopy(NULL, pix);
	drawn_behind(pix, back, 0.35);
	mask = through_find(pix, 200);
	assert_non_null(mask);
	through_lift(pix, mask);
	for (int y = 700; y < 1500; y++)
		for (int x = 0; x < 1165; x++) {
			pixGetPixel(pix, x, y, &level);
			if (level < 200)
				fail_msg("(%d, %d) is %u", x, y, level);
		}
	pixDestroy(&mask);
	mask = pixThresholdToBinary(clean, 100);
	pixSetMasked(clean, mask, 0);
	pixSetMasked(pix, mask, 0);
	pixDestroy(&mask);
	for (int y = 0; y < 700; y++)
		for (int x = 0; x < 1165; x++) {
			l_uint32 before;

			pixGetPixel(clean, x, y, &before);
			pixGetPixel(pix, x, y, &level);
			same += (before < 100) == (level < 100);
		}
	assert_int_equal(same, 700 * 1165);
	pixDestroy(&clean);
	pixDestroy(&back);
	pixDestroy(&pix);
}

/* Each step has its switch, and the ink for the finding of lines is of one bit whatever the page is. */
static void test_switches(void **state)
{
	static const char *const steps[] = { "colour", "enlarge", "leaders", "missed", "paper", "seals", "specks", "through" };
	struct error err = ERROR_INIT;

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		struct config *config = config_open(NULL, &err);
		struct cleaning on;

		cleaning_load(&on, config);
		assert_true(on.colour && on.enlarge && on.leaders && on.missed && on.paper && on.seals && on.specks && on.through);
		config_set(config, "clean", steps[i], "false");
		cleaning_load(&on, config);
		assert_int_equal(on.colour + on.enlarge + on.leaders + on.missed + on.paper + on.seals + on.specks + on.through, 7);
		config_close(config);
	}
	for (int depth = 1; depth <= 32; depth = depth == 1 ? 8 : depth * 4) {
		const struct cleaning on = { .colour = true, .leaders = true, .paper = true, .specks = true, .seals = true };
		struct page page = { .dpi = 200, .width = 1165, .height = 1650 };
		PIX *grey = drawn_page(), *pix = depth == 1 ? bits_of(grey) : depth == 8 ? pixClone(grey) : pixConvertTo32(grey);
		PIX *letters = page_letters(&on, &page, pix), *ink = page_ink(&on, letters, 200);

		assert_int_equal(pixGetDepth(letters), depth == 1 ? 1 : 8);
		assert_int_equal(pixGetDepth(ink), 1);
		assert_true(ink_of(ink, 0, 0, 1165, 1650) > 5000);
		pixDestroy(&ink);
		pixDestroy(&letters);
		pixDestroy(&pix);
		pixDestroy(&grey);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_specks), cmocka_unit_test(test_colour), cmocka_unit_test(test_frame),
		cmocka_unit_test(test_paper), cmocka_unit_test(test_through), cmocka_unit_test(test_switches),
	};

	setMsgSeverity(L_SEVERITY_NONE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
