/* Papers out of runs of pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>

#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/stage.h"
#include "stages/split/layout.h"
#include "stages/split/split.h"
#include "tests/paper.h"

#define MOTTO { 760, 150, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" }, { 880, 195, "Độc lập - Tự do - Hạnh phúc" }

static const struct row decision[] = { { 240, 150, "ỦY BAN NHÂN DÂN" }, MOTTO, { 300, 260, "Số: 12/QĐ-UBND" },
	{ 850, 260, "Hà Nội, ngày 05 tháng 01 năm 2024" }, { -827, 360, "QUYẾT ĐỊNH" }, { 240, 500, "Căn cứ Luật;" }, { 0, 0, NULL } };
static const struct row damaged[] = { { 240, 150, "ỦY BAN NHÂN DÂN" }, { 760, 150, "CÔNG H0A XA HỘI CHU NGHIA VIÊT NAM" },
	{ 240, 500, "Điều 1. Giao" }, { 0, 0, NULL } };
static const struct row body[] = { { -827, 100, "2" }, { 240, 200, "Điều 3. Quyết định này có hiệu lực kể từ ngày ký." },
	{ 240, 260, "Công dân nước Cộng hòa xã hội chủ nghĩa Việt Nam" }, { 0, 0, NULL } };
static const struct row middle_title[] = { { -827, 100, "2" }, { -827, 300, "QUYẾT ĐỊNH:" }, { 240, 500, "Điều 1. Giao" }, { 0, 0, NULL } };
static const struct row annex[] = { { -827, 200, "PHỤ LỤC I" }, { -827, 260, "DANH SÁCH" },
	{ -827, 320, "(Kèm theo Quyết định số 12/QĐ-UBND ngày 05/01/2024)" }, { 0, 0, NULL } };
static const struct row card[] = { { -827, 200, "CĂN CƯỚC CÔNG DÂN" }, { 240, 300, "Số / No.: 001190001234" }, { 0, 0, NULL } };
static const struct row plain_text[] = { { 240, 200, "một trang chữ không có đầu" }, { 0, 0, NULL } };
static const struct row party[] = { { 240, 150, "TỈNH ỦY BẮC NINH" }, { 240, 260, "Số: 12-CV/TU" }, { 240, 500, "Kính gửi các đồng chí" }, { 0, 0, NULL } };

enum { END, PAPER, DAMAGED, BODY, MIDDLE, ANNEX, CARD, PLAIN, PARTY, BLANK, SEPARATOR, SECRET };

static const struct row *const sheets[] = { NULL, decision, damaged, body, middle_title, annex, card, plain_text, party, NULL, NULL, NULL };

static void test_runs(void **state)
{
	static const struct { int pages[10], papers[10][2]; } rows[] = {
		{ { PAPER }, { { 1, 1 } } },
		{ { PAPER, BODY, BODY }, { { 1, 3 } } },
		{ { PAPER, BODY, PAPER, BODY }, { { 1, 2 }, { 3, 4 } } },
		{ { PAPER, DAMAGED }, { { 1, 1 }, { 2, 2 } } },
		{ { PLAIN, PLAIN, PAPER }, { { 1, 2 }, { 3, 3 } } },       /* pages before the first head are a paper too */
		{ { PAPER, BLANK, BODY }, { { 1, 3 } } },                  /* blank inside */
		{ { PAPER, BLANK, PAPER }, { { 1, 2 }, { 3, 3 } } },       /* blank at a border: the paper before */
		{ { BLANK, PAPER }, { { 2, 2 } } },
		{ { PAPER, MIDDLE, ANNEX }, { { 1, 3 } } },
		{ { PAPER, CARD, PAPER }, { { 1, 1 }, { 2, 2 }, { 3, 3 } } },
		{ { PAPER, PARTY }, { { 1, 1 }, { 2, 2 } } },
		{ { PAPER, SEPARATOR, PLAIN }, { { 1, 1 }, { 3, 3 } } },
		{ { PAPER, SEPARATOR, BLANK, PLAIN }, { { 1, 1 }, { 4, 4 } } },
		{ { PAPER, SECRET, BODY }, { { 1, 1 }, { 2, 2 }, { 3, 3 } } },
		{ { SECRET, SECRET }, { { 1, 1 }, { 2, 2 } } },
		{ { BLANK, BLANK }, { { 0, 0 } } },
	};
	struct error err = ERROR_INIT;
	struct config *config = config_open(NULL, &err);
	void *room = split_room.open(config, &err);

	if (!room)
		fail_msg("%s", err.text);
	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
		struct arena *arena = arena_new();
		struct dossier dossier = { 0 };
		int n = 0;

		for (int i = 0; i < 10 && rows[r].pages[i]; i++) {
			struct page *page = paper_page(arena, &dossier, sheets[rows[r].pages[i]]);

			page->kind = rows[r].pages[i] == BLANK ? PAGE_BLANK : rows[r].pages[i] == SEPARATOR ? PAGE_SEPARATOR : PAGE_CONTENT;
			page->secret = rows[r].pages[i] == SECRET;
		}
		assert_int_equal(split_room.run(room, &dossier, arena, &err), 0);
		while (n < 10 && rows[r].papers[n][0])
			n++;
		if (dossier.ndocuments != n)
			fail_msg("row %zu: %d papers, not %d", r, dossier.ndocuments, n);
		for (int i = 0; i < n; i++) {
			const struct document *d = &dossier.documents[i];

			if (d->first != rows[r].papers[i][0] || d->last != rows[r].papers[i][1])
				fail_msg("row %zu: paper %d is %d..%d (%s)", r, i, d->first, d->last, d->cut_reason);
			assert_int_equal(d->number, i + 1);
			assert_true(d->cut_confidence > 0 && d->cut_confidence <= 100);
			assert_non_null(d->cut_reason);
		}
		/* every content page is in exactly one paper */
		for (int p = 1; p <= dossier.npages; p++) {
			int in = 0;

			for (int i = 0; i < dossier.ndocuments; i++)
				in += p >= dossier.documents[i].first && p <= dossier.documents[i].last;
			if (dossier.pages[p - 1].kind == PAGE_CONTENT)
				assert_int_equal(in, 1);
			assert_true(in <= 1);
		}
		arena_free(arena);
	}
	split_room.close(room);
	config_close(config);
}

/* What a person said of a page stands over its head; the first page begins a paper in any case. */
static void test_said(void **state)
{
	static const struct { int pages[4]; enum page_cut cuts[4]; int papers[4][2]; } rows[] = {
		{ { PAPER, PAPER }, { CUT_FREE, CUT_GOES_ON }, { { 1, 2 } } },
		{ { PAPER, BODY, BODY }, { CUT_FREE, CUT_FREE, CUT_BEGINS }, { { 1, 2 }, { 3, 3 } } },
		{ { PAPER, PAPER }, { CUT_GOES_ON, CUT_FREE }, { { 1, 1 }, { 2, 2 } } },
		{ { PAPER, SEPARATOR, PLAIN }, { CUT_FREE, CUT_FREE, CUT_GOES_ON }, { { 1, 3 } } },
	};
	struct error err = ERROR_INIT;
	struct config *config = config_open(NULL, &err);
	void *room = split_room.open(config, &err);

	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
		struct arena *arena = arena_new();
		struct dossier dossier = { 0 };
		int n = 0;

		for (int i = 0; i < 4 && rows[r].pages[i]; i++) {
			struct page *page = paper_page(arena, &dossier, sheets[rows[r].pages[i]]);

			page->kind = rows[r].pages[i] == SEPARATOR ? PAGE_SEPARATOR : PAGE_CONTENT;
			page->cut = rows[r].cuts[i];
		}
		assert_int_equal(split_room.run(room, &dossier, arena, &err), 0);
		while (n < 4 && rows[r].papers[n][0])
			n++;
		assert_int_equal(dossier.ndocuments, n);
		for (int i = 0; i < n; i++)
			if (dossier.documents[i].first != rows[r].papers[i][0] || dossier.documents[i].last != rows[r].papers[i][1])
				fail_msg("row %zu: paper %d is %d..%d", r, i, dossier.documents[i].first, dossier.documents[i].last);
		arena_free(arena);
	}
	split_room.close(room);
	config_close(config);
}

static void test_begins(void **state)
{
	static const bool expected[] = { [PAPER] = true, [DAMAGED] = true, [PARTY] = true, [SECRET] = true, [BODY] = false, [MIDDLE] = false,
					 [ANNEX] = false, [PLAIN] = false, [BLANK] = false };

	for (int k = PAPER; k <= SECRET; k++) {
		struct arena *arena = arena_new();
		struct dossier dossier = { 0 };
		struct page *page = paper_page(arena, &dossier, sheets[k]);

		page->kind = k == BLANK ? PAGE_BLANK : PAGE_CONTENT;
		page->secret = k == SECRET;
		if (k != CARD && k != SEPARATOR && split_begins(page) != expected[k])
			fail_msg("page %d", k);
		arena_free(arena);
	}
}

/* A page on its head gives the same lines as upright. */
static void test_turned(void **state)
{
	struct arena *arena = arena_new();
	struct dossier dossier = { 0 };
	struct page *page = paper_page(arena, &dossier, decision);

	for (int i = 0; i < page->nwords; i++) {
		struct box *b = &page->words[i].box;

		*b = (struct box){ SHEET_W - b->x - b->w, SHEET_H - b->y - b->h, b->w, b->h };
	}
	assert_false(split_begins(page));
	page->rotation = 180;
	assert_true(split_begins(page));
	arena_free(arena);
}

static void test_keys(void **state)
{
	static const struct { const char *a, *b; bool equal; } rows[] = {
		{ "quyetdinh", "quyetdinh", true }, { "9uyetdinh", "quyetdinh", true }, { "quyetd1nk", "quyetdinh", true },
		{ "quydinh", "quyetdinh", true }, { "quyche", "quydinh", false }, { "so", "sa", false }, { "", "quyetdinh", false },
		{ "thongtu", "thongbao", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (key_equal(rows[i].a, rows[i].b, NULL) != rows[i].equal)
			fail_msg("%s and %s", rows[i].a, rows[i].b);
	assert_int_equal(key_distance("kitten", "sitting", 5), 3);
	assert_int_equal(key_distance("kitten", "sitting", 2), 3);
}

/* A sheet that only parts papers is told by its code; a code on a page full of words is that page's own. */
static void test_separators(void **state)
{
	static const struct { const char *kind, *text; int words; enum page_kind wanted; } rows[] = {
		{ "QR-Code", "SOHOA-SEPARATOR", 3, PAGE_SEPARATOR }, { "CODE-128", "PATCHT", 0, PAGE_SEPARATOR }, { "CODE-39", "PATCHT", 12, PAGE_SEPARATOR },
		{ "PATCH", "T", 0, PAGE_SEPARATOR }, { "PATCH", "3", 30, PAGE_SEPARATOR }, { "PATCH", "2", 100, PAGE_CONTENT },
		{ "CODE-128", "H06.12-240227-0001", 0, PAGE_CONTENT }, { "CODE-128", "PATCHT-2", 0, PAGE_CONTENT },
	};
	struct error err = ERROR_INIT;
	struct config *config = config_open(NULL, &err);
	void *room = split_room.open(config, &err);

	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
		struct arena *arena = arena_new();
		struct code code = { arena_strdup(arena, rows[r].kind), arena_strdup(arena, rows[r].text), { 10, 10, 100, 100 } };
		struct word *words = arena_array(arena, 100, sizeof *words);
		struct page page = { .number = 1, .width = 1654, .height = 2339, .dpi = 200, .codes = &code, .ncodes = 1, .words = words, .nwords = rows[r].words };
		struct dossier dossier = { .pages = &page, .npages = 1 };

		for (int i = 0; i < 100; i++)
			words[i] = (struct word){ .text = arena_strdup(arena, "lời"), .box = { 100 + i % 10 * 60, 400 + i / 10 * 50, 40, 25 }, .line = 1 + i / 10 };
		assert_int_equal(split_room.run(room, &dossier, arena, &err), 0);
		if (page.kind != rows[r].wanted)
			print_error("row %zu\n", r);
		assert_int_equal(page.kind, rows[r].wanted);
		arena_free(arena);
	}
	split_room.close(room);
	config_close(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_separators), cmocka_unit_test(test_runs), cmocka_unit_test(test_said),
					    cmocka_unit_test(test_begins), cmocka_unit_test(test_turned),
					    cmocka_unit_test(test_keys) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
