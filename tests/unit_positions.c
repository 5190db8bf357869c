/*
 * Pages in any position: turned by quarters, crooked, at any resolution and size, drawn here and read by the image and the ocr room. The character error rate is
 * compared with that of the same text upright at 300 dpi on A4.
 *
 * POSITIONS=all (make positions) walks the whole table and prints it; else those rows are walked that cost little.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "pipeline/arena.h"
#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/plain.h"
#include "pipeline/stage.h"
#include "stages/image/image.h"
#include "stages/ocr/ocr.h"
#include "tests/accuracy/compare.h"
#include "tests/drawn.h"

#define NEAR 0.5 /* points of CER that a position may cost ... */
#define COARSE 1.5 /* ... at 100 dpi */

struct position {
	const char *sheet;
	double wide, high; /* millimetres */
	int dpi, quarters;
	double skew;
	bool quick; /* walked by every make check */
};

#define A5 "A5", 148, 210
#define A5_LYING "A5 lying", 210, 148
#define A4 "A4", 210, 297
#define A4_LYING "A4 lying", 297, 210
#define A3 "A3", 297, 420

static const struct position positions[] = {
	{ A4, 300, 0, 0, true },
	{ A4, 300, 1, 0, false },  { A4, 300, 2, 0, false },  { A4, 300, 3, 0, false },
	{ A4, 200, 0, 0, false },  { A4, 200, 1, 0, false },  { A4, 200, 2, 0, false },	 { A4, 200, 3, 0, false },
	{ A4, 200, 0, -5, false }, { A4, 200, 0, -3, false }, { A4, 200, 0, -1, false }, { A4, 200, 0, -0.3, false },
	{ A4, 200, 0, 0.3, false }, { A4, 200, 0, 1, false }, { A4, 200, 0, 3, false },	 { A4, 200, 0, 5, false },
	{ A4, 300, 0, -4.8, false }, { A4, 300, 0, 4.8, false }, { A4, 200, 1, 2, false }, { A4, 200, 2, -2, false }, { A4, 200, 3, 4, false },
	{ A4, 100, 0, 0, false },  { A4, 100, 1, 0, false },  { A4, 100, 2, 1, false },	 { A4, 150, 0, 0, false },   { A4, 150, 3, -1, false },
	{ A4, 400, 0, 0, false },  { A4, 400, 2, 1, false },  { A4, 600, 0, 0, false },	 { A4, 600, 1, 1, false },
	{ A5, 100, 0, 0, true },   { A5, 150, 1, 0, true },   { A5, 200, 0, 5, true },	 { A5, 200, 2, -3, true },   { A5, 200, 3, 0, true },
	{ A5, 300, 0, 0, false },  { A5, 600, 0, 0, false },  { A5_LYING, 200, 0, 0, false }, { A5_LYING, 200, 1, 0, false },
	{ A4_LYING, 200, 0, 0, false }, { A4_LYING, 200, 1, 0, false }, { A4_LYING, 200, 2, 1, false }, { A4_LYING, 300, 3, 0, false },
	{ A3, 200, 0, 0, false },  { A3, 200, 3, 0, false },  { A3, 300, 0, 1, false },	 { A3, 600, 0, 0, false },
};

struct rooms {
	void *image, *ocr;
};

static PIX *draw(const struct position *p)
{
	PIX *upright = drawn_sheet((int)(p->wide * p->dpi / 25.4), (int)(p->high * p->dpi / 25.4), p->dpi), *pix;

	drawn_text(upright, p->dpi * 2 / 5, p->dpi, p->wide < 200 ? 12 : 13, DRAWN_BODY DRAWN_BODY); /* 12 points fit on A5 */
	pix = drawn_turned(upright, p->quarters, p->skew);
	pixSetResolution(pix, p->dpi, p->dpi);
	pixDestroy(&upright);
	return pix;
}

static double read_errors(const struct rooms *rooms, const struct position *p)
{
	struct arena *arena = arena_new();
	PIX *pix = draw(p);
	struct page page = { .number = 1, .width = pixGetWidth(pix), .height = pixGetHeight(pix), .dpi = p->dpi };
	struct error err = ERROR_INIT;
	struct score score;

	assert_int_equal(image_room.run(rooms->image, &page, &pix, arena, &err), 0);
	assert_int_equal(ocr_room.run(rooms->ocr, &page, &pix, arena, &err), 0);
	score = text_score(arena, DRAWN_BODY DRAWN_BODY, page_plain_text(arena, &page));
	if (page.rotation != (360 - 90 * p->quarters) % 360)
		print_error("turned by %d, found to stand upright after %d\n", 90 * p->quarters, page.rotation);
	pixDestroy(&pix);
	arena_free(arena);
	return percent(score.ce, score.cn);
}

static void test_positions(void **state)
{
	const char *which = getenv("POSITIONS");
	bool all = which && !strcmp(which, "all");
	struct error err = ERROR_INIT;
	struct config *config = config_open(NULL, &err);
	struct rooms rooms = { image_room.open(config, &err), ocr_room.open(config, &err) };
	double upright = -1;
	int failed = 0;

	assert_true(rooms.image && rooms.ocr);
	for (size_t i = 0; i < sizeof positions / sizeof *positions; i++) {
		const struct position *p = &positions[i];
		double errors;
		bool bad;

		if (!all && !p->quick)
			continue;
		errors = read_errors(&rooms, p);
		upright = upright < 0 ? errors : upright;
		bad = errors > upright + (p->dpi <= 100 ? COARSE : NEAR);
		failed += bad;
		if (all || bad)
			printf("# %-8s %3d dpi, turned %3d, skew %4.1f: CER %.2f %%%s\n", p->sheet, p->dpi, 90 * p->quarters, p->skew, errors,
			       bad ? " (too much)" : "");
	}
	image_room.close(rooms.image);
	ocr_room.close(rooms.ocr);
	config_close(config);
	assert_int_equal(failed, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_positions) };

	setMsgSeverity(L_SEVERITY_NONE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
