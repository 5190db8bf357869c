/* The image and the ocr room one after the other over pages drawn here: where words lie, what is taken from libtesseract's way, secrecy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>
#include <cmocka.h>
#include <time.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/stage.h"
#include "pipeline/text.h"
#include "stages/image/frame.h"
#include "stages/image/image.h"
#include "stages/ocr/interpose.h"
#include "stages/ocr/missed.h"
#include "stages/ocr/ocr.h"
#include "stages/ocr/seal.h"
#include "stages/ocr/tesseract.h"
#include "stages/ocr/trim.h"
#include "stages/ocr/twice.h"
#include "tests/drawn.h"

struct rooms {
	void *image, *ocr;
};

static struct rooms rooms_open(const char *settings)
{
	char path[] = "/tmp/unit_ocr.XXXXXX";
	struct error err = ERROR_INIT;
	int fd = mkstemp(path);
	struct config *config;
	struct rooms rooms;

	assert_true(fd >= 0 && write(fd, settings, strlen(settings)) == (ssize_t)strlen(settings));
	config = config_open(path, &err);
	assert_non_null(config);
	rooms.image = image_room.open(config, &err);
	rooms.ocr = ocr_room.open(config, &err);
	if (!rooms.ocr)
		print_error("%s\n", err.text);
	assert_true(rooms.image && rooms.ocr);
	config_close(config);
	close(fd);
	unlink(path);
	return rooms;
}

static void rooms_close(struct rooms *rooms)
{
	image_room.close(rooms->image);
	ocr_room.close(rooms->ocr);
}

static struct page walk(const struct rooms *rooms, PIX *pix, struct arena *arena)
{
	struct page page = { .number = 1, .width = pixGetWidth(pix), .height = pixGetHeight(pix), .dpi = pixGetXRes(pix) };
	PIX *own = pixCopy(NULL, pix);
	struct error err = ERROR_INIT;

	assert_int_equal(image_room.run(rooms->image, &page, &own, arena, &err), 0);
	assert_int_equal(ocr_room.run(rooms->ocr, &page, &own, arena, &err), 0);
	pixDestroy(&own);
	return page;
}

static const struct word *find(const struct page *page, const char *text)
{
	for (int i = 0; i < page->nwords; i++)
		if (!strcmp(page->words[i].text, text))
			return &page->words[i];
	print_error("\"%s\" was not read\n", text);
	return NULL;
}

/* A word's box is that of its ink in the frame as received, however the page lies. */
static void test_boxes(void **state)
{
	static const struct { int quarters; double degrees; int limit; } rows[] = {
		{ 0, 0, 4 }, { 1, 0, 4 }, { 2, 0, 4 }, { 3, 0, 4 }, { 0, 2, 14 },
	};
	struct rooms rooms = rooms_open("");
	struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		PIX *upright = drawn_page(), *pix;
		struct box ink = drawn_text(upright, 400, 1000, 20, "CHỨNG");
		/* the page that would have this box upright: its own frame gives the box as received */
		struct page frame = { .width = rows[i].quarters % 2 ? 1650 : 1165, .height = rows[i].quarters % 2 ? 1165 : 1650,
				      .rotation = (360 - 90 * rows[i].quarters) % 360, .skew = (float)rows[i].degrees };
		struct box wanted = frame_to_received(&frame, ink);
		const struct word *word;
		struct page page;

		pix = drawn_turned(upright, rows[i].quarters, rows[i].degrees);
		page = walk(&rooms, pix, arena);
		word = find(&page, "CHỨNG");
		assert_non_null(word);
		assert_true(word->confidence > 50 && word->confidence <= 100);
		assert_true(text_valid(word->text, strlen(word->text)));
		assert_true(abs(word->box.x - wanted.x) <= rows[i].limit && abs(word->box.y - wanted.y) <= rows[i].limit);
		assert_true(abs(word->box.w - wanted.w) <= rows[i].limit && abs(word->box.h - wanted.h) <= rows[i].limit);
		pixDestroy(&upright);
		pixDestroy(&pix);
	}
	rooms_close(&rooms);
	arena_free(arena);
}

/* A card that was turned the wrong way before it was read shows no word at all, lines that stand upright not being looked for: it is read the other ways. */
static void test_turned_wrongly(void **state)
{
	struct rooms rooms = rooms_open("");
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	PIX *card = pixRead("samples/lo-2026-01/H06.23-240311-0007/04-can-cuoc.jpg");

	assert_non_null(card);
	for (int quarters = 1; quarters < 4; quarters += 2) {
		struct page page = { .number = 1, .width = pixGetWidth(card), .height = pixGetHeight(card), .dpi = pixGetXRes(card), .kind = PAGE_CONTENT,
				     .rotation = 90 * quarters };
		PIX *own = pixRotateOrth(card, quarters);

		assert_int_equal(ocr_room.run(rooms.ocr, &page, &own, arena, &err), 0);
		assert_int_equal(page.rotation, 0);
		assert_non_null(find(&page, "CƯỚC"));
		pixDestroy(&own);
	}
	pixDestroy(&card);
	rooms_close(&rooms);
	arena_free(arena);
}

/* Without the PNG round trip and without libgomp's books: the same words, boxes and confidences; both ways are really taken. */
static void test_interposition(void **state)
{
	static const char *const settings[] = { "ocr:\n  engine: tesseract\n", "ocr:\n  engine: tesseract\n  direct_lines: false\n  no_openmp: false\n" };
	struct arena *arena = arena_new();
	unsigned long lines[2], regions[2];
	PIX *pix = drawn_page();
	struct page pages[2];

	for (int i = 0; i < 2; i++) {
		struct rooms rooms = rooms_open(settings[i]);
		unsigned long before = interpose_lines_count(), parallel = interpose_openmp_count();

		pages[i] = walk(&rooms, pix, arena);
		lines[i] = interpose_lines_count() - before;
		regions[i] = interpose_openmp_count() - parallel;
		rooms_close(&rooms);
	}
	assert_true(lines[0] >= 6 && regions[0] > 0);
	assert_true(lines[1] == 0 && regions[1] == 0);
	assert_true(pages[0].nwords > 50);
	assert_int_equal(pages[0].nwords, pages[1].nwords);
	for (int i = 0; i < pages[0].nwords; i++) {
		const struct word *a = &pages[0].words[i], *b = &pages[1].words[i];

		assert_string_equal(a->text, b->text);
		assert_memory_equal(&a->box, &b->box, sizeof a->box);
		assert_true(fabsf(a->confidence - b->confidence) < 0.01F);
	}
	pixDestroy(&pix);
	arena_free(arena);
}

/* The head is read cell by cell (NĐ 30/2020, Phụ lục I: agency, motto, then number, place and date), never across both columns. */
static void test_columns(void **state)
{
	static const char *const order[] = { "HUYỆN", "CỘNG", "Độc", "Số:", "ngày", "Điều" };
	struct rooms rooms = rooms_open("");
	struct arena *arena = arena_new();
	PIX *pix = drawn_sheet(1654, 2339, 200);
	struct page page;
	int last = -1;

	drawn_text(pix, 180, 150, 13, "ỦY BAN NHÂN DÂN\n  HUYỆN ĐẤT HỒNG\n\n  Số: 229/QĐ-UBND");
	drawn_text(pix, 760, 150, 13, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n          Độc lập - Tự do - Hạnh phúc\n\n"
				      "    Đất Hồng, ngày 17 tháng 10 năm 2022");
	drawn_text(pix, 220, 500, 13, DRAWN_BODY);
	page = walk(&rooms, pix, arena);
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		const struct word *word = find(&page, order[i]);

		assert_non_null(word);
		assert_true(word - page.words > last);
		last = (int)(word - page.words);
	}
	pixDestroy(&pix);
	rooms_close(&rooms);
	arena_free(arena);
}

static void draw_ring(PIX *pix, int x, int y, int from, int to)
{
	for (int dy = -to; dy <= to; dy++)
		for (int dx = -to; dx <= to; dx++)
			if (dx * dx + dy * dy <= to * to && dx * dx + dy * dy >= from * from)
				pixSetPixel(pix, x + dx, y + dy, 0);
}

/* A black seal lies over the beginnings of the signer's lines (Decree 30/2020, appendix I, box 8): they are read, and nothing of the seal is. */
static void test_seal(void **state)
{
	static const char *const wanted[] = { "KT.", "CHỦ", "PHÓ", "TỊCH", "Văn", "Mẫu" };
	struct rooms rooms = rooms_open("");
	struct arena *arena = arena_new();
	PIX *grey = drawn_sheet(1654, 1200, 200), *pix;
	struct page page;
	int seals = 0;

	drawn_text(grey, 220, 150, 13, DRAWN_BODY);
	drawn_text(grey, 240, 560, 12, "Nơi nhận:\n- Như Điều 3;\n- Lưu: VT.");
	drawn_text(grey, 1000, 560, 14, "<b>KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH</b>");
	drawn_text(grey, 1030, 880, 14, "<b>Trần Văn Mẫu</b>");
	draw_ring(grey, 960, 760, 135, 142); /* 36 mm across: two circles, letters between them, a star within */
	draw_ring(grey, 960, 760, 128, 130);
	drawn_text(grey, 900, 650, 9, "U B N D X A");
	drawn_text(grey, 930, 730, 30, "★");
	pix = pixThresholdToBinary(grey, 128);
	pixSetResolution(pix, 200, 200);
	page = walk(&rooms, pix, arena);
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		assert_non_null(find(&page, wanted[i]));
	for (int i = 0; i < page.nmarks; i++)
		if (page.marks[i].kind == MARK_SEAL) {
			seals++;
			assert_true(abs(page.marks[i].box.x - 818) < 6 && abs(page.marks[i].box.y - 618) < 6 && abs(page.marks[i].box.w - 284) < 10);
		}
	assert_int_equal(seals, 1);
	for (int i = 0; i < page.nwords; i++)
		if (page.words[i].role == ROLE_BODY || page.words[i].role == ROLE_FOOT)
			assert_true(page.words[i].box.x + page.words[i].box.w < 830 || page.words[i].box.y < 620 || page.words[i].box.x > 900);
	pixDestroy(&pix);
	pixDestroy(&grey);
	rooms_close(&rooms);
	arena_free(arena);
}

/* Lines, tables and pages full of ink hold no seals. */
static void test_no_seal(void **state)
{
	struct arena *arena = arena_new();
	PIX *pages[3] = { drawn_page(), drawn_sheet(1165, 1650, 200), drawn_sheet(1165, 1650, 200) };
	struct seal *seals;

	for (int i = 0; i < 12; i++) { /* a table of squares, 25 mm each */
		drawn_block(pages[1], 100, 100 + 80 * i, 880, 3);
		drawn_block(pages[1], 100 + 80 * i, 100, 3, 880);
	}
	drawn_block(pages[2], 0, 0, 1165, 900);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(seals_black(pages[i], 200, arena, &seals), 0);
		pixDestroy(&pages[i]);
	}
	arena_free(arena);
}

/* Lines that were drawn too high come down to their letters, with all their marks; those that fit, large ones and capitals lose nothing. */
static void test_trim(void **state)
{
	static const struct { int y, points, above, below; bool cut; const char *text; } rows[] = {
		{ 100, 13, 3, 3, false, "Bộ trưởng Bộ Công Thương" }, { 150, 13, 30, 30, true, "sửa đổi, bổ sung một số điều" },
		{ 200, 13, 3, 3, false, "quy định về kinh doanh" },   { 250, 13, 30, 3, true, "xăng dầu, ngày 13 tháng 3" },
		{ 330, 13, 4, 4, false, "QUYẾT ĐỊNH PHẪU THUẬT" },    { 420, 20, 4, 4, false, "Giấy chứng nhận" },
		{ 500, 13, 4, 30, true, "Căn cứ Nghị định số 80" },
	};
	enum { N = sizeof rows / sizeof *rows };
	PIX *pix = drawn_sheet(1165, 1650, 200), *ink;
	struct found_line lines[N];
	struct box boxes[N];

	for (int i = 0; i < N; i++) {
		boxes[i] = drawn_text(pix, 110, rows[i].y, rows[i].points, rows[i].text);
		lines[i] = (struct found_line){ .line = i, .place = { boxes[i].x - LINE_MARGIN, boxes[i].y - LINE_MARGIN - rows[i].above, boxes[i].x + boxes[i].w + LINE_MARGIN,
								      boxes[i].y + boxes[i].h + LINE_MARGIN + rows[i].below, 0 } };
	}
	ink = pixThresholdToBinary(pix, 128);
	lines_trim(lines, N, ink);
	for (int i = 0; i < N; i++) {
		struct line_place p = lines[i].place;

		if (p.top > boxes[i].y || p.bottom < boxes[i].y + boxes[i].h)
			fail_msg("\"%s\", rows %d to %d: cut into, %d to %d", rows[i].text, boxes[i].y, boxes[i].y + boxes[i].h, p.top, p.bottom);
		if (rows[i].cut && (p.top < boxes[i].y - 20 || p.bottom > boxes[i].y + boxes[i].h + 20))
			fail_msg("\"%s\", rows %d to %d: cut to %d to %d", rows[i].text, boxes[i].y, boxes[i].y + boxes[i].h, p.top, p.bottom);
	}
	lines_trim(lines, 0, ink);
	pixDestroy(&ink);
	pixDestroy(&pix);
}

/* Lines that layout left out are found again, at their place in the order and cut like the others; a rule, a blot and specks are no lines. */
static void test_missed(void **state)
{
	static const struct { int x, y; const char *text; } rows[] = {
		{ 560, 60, "2" }, { 110, 200, "Điều 1. Công nhận kết quả" }, { 110, 250, "xét tuyển viên chức năm" }, { 110, 300, "2024 của huyện Đất Hồng." },
		{ 110, 350, "Điều 2." },
	};
	enum { N = sizeof rows / sizeof *rows };
	PIX *pix = drawn_sheet(1165, 1650, 200), *ink;
	struct arena *arena = arena_new();
	struct found_line *lines = arena_array(arena, N, sizeof *lines);
	struct box boxes[N];
	int n = 0;

	for (int i = 0; i < N; i++) {
		boxes[i] = drawn_text(pix, rows[i].x, rows[i].y, 13, rows[i].text);
		if (i >= 1 && i <= 3)
			lines[n++] = (struct found_line){ { boxes[i].x - 4, rows[i].y - 2, boxes[i].x + boxes[i].w + 4, rows[i].y + 50, 0 }, 1, 1, i, false };
	}
	drawn_block(pix, 110, 600, 700, 3);
	drawn_block(pix, 300, 800, 200, 200);
	drawn_specks(pix, 60, 5);
	ink = pixThresholdToBinary(pix, 128);
	missed_lines(ink, arena, &lines, &n);
	assert_int_equal(n, 5);
	for (int i = 0; i < n; i++) {
		struct line_place p = lines[i].place;

		assert_int_equal(lines[i].missed, i == 0 || i == 4);
		assert_true(p.left <= boxes[i].x && p.top <= boxes[i].y && p.right >= boxes[i].x + boxes[i].w && p.bottom >= boxes[i].y + boxes[i].h);
		if (lines[i].missed)
			assert_true(abs(p.bottom - p.top - 50) < 14);
	}
	pixDestroy(&ink);
	pixDestroy(&pix);
	arena_free(arena);
}

static void test_missed_says(void **state)
{
	static const struct { const char *text; bool says; } rows[] = {
		{ "2", true }, { "22.30", true }, { "Đã", true }, { "@", false }, { "*", false }, { "m", false }, { "€", false }, { "/W", false }, { "", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (missed_says(rows[i].text) != rows[i].says)
			fail_msg("\"%s\"", rows[i].text);
}

/* No word of a page with a secrecy mark leaves the room; the word inside a sentence is no mark. */
static void test_secrecy(void **state)
{
	static const struct { const char *stamp; bool secret; } rows[] = {
		{ "MẬT", true }, { "TỐI MẬT", true }, { "TUYỆT MẬT", true }, { "KHẨN", false }, { "Mật độ xây dựng: 40 phần trăm", false },
	};
	struct rooms rooms = rooms_open("");
	struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		PIX *pix = drawn_page();
		struct page page;

		drawn_text(pix, 120, 90, 14, rows[i].stamp);
		page = walk(&rooms, pix, arena);
		assert_int_equal(page.secret, rows[i].secret);
		assert_int_equal(page.nwords == 0, rows[i].secret);
		pixDestroy(&pix);
	}
	rooms_close(&rooms);
	arena_free(arena);
}

static void test_nothing_to_read(void **state)
{
	struct rooms rooms = rooms_open("");
	struct arena *arena = arena_new();
	PIX *pix = drawn_sheet(1165, 1650, 200);
	struct page page = walk(&rooms, pix, arena);

	assert_int_equal(page.kind, PAGE_BLANK);
	assert_int_equal(page.nwords, 0);
	pixDestroy(&pix);
	rooms_close(&rooms);
	arena_free(arena);
}

/* A shadow that falls to a third across the page: one threshold for all of it would lose a side. */
static void test_shadow(void **state)
{
	static const char *const words[] = { "Chánh", "Nghị", "hiệu", "huyện." };
	struct rooms rooms = rooms_open("");
	struct arena *arena = arena_new();
	PIX *pix = drawn_page();
	l_uint32 level;
	struct page page;

	for (int y = 0; y < 1650; y++)
		for (int x = 0; x < 1165; x++) {
			pixGetPixel(pix, x, y, &level);
			pixSetPixel(pix, x, y, level * (l_uint32)(255 - 170 * (1165 - x) / 1165) / 255);
		}
	page = walk(&rooms, pix, arena);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		assert_non_null(find(&page, words[i]));
	pixDestroy(&pix);
	rooms_close(&rooms);
	arena_free(arena);
}

/* The back of a thin sheet is not read: not over the text of this side, and not where this side is empty. Faint print of this side is. */
static void test_through(void **state)
{
	struct rooms rooms = rooms_open(""), without = rooms_open("clean:\n  through: false\n");
	struct arena *arena = arena_new();
	PIX *pix = drawn_page(), *back = drawn_sheet(1165, 1650, 200), *empty = drawn_sheet(1165, 1650, 200), *faint;
	struct page page;
	int n;

	drawn_text(back, 60, 190, 13, DRAWN_BODY);
	drawn_text(back, 110, 800, 13, DRAWN_BODY);
	page = walk(&rooms, pix, arena);
	n = page.nwords;
	drawn_behind(pix, back, 0.5);
	page = walk(&without, pix, arena);
	assert_true(page.nwords > n + 20 && page.quality.confidence < 70);
	page = walk(&rooms, pix, arena);
	assert_in_range(page.nwords, n - 2, n + 2);
	assert_true(page.quality.confidence > 93);
	drawn_behind(empty, back, 0.4);
	page = walk(&without, empty, arena);
	assert_true(page.nwords > 20);
	page = walk(&rooms, empty, arena);
	assert_int_equal(page.nwords, 0);
	faint = drawn_sheet(1165, 1650, 200);
	drawn_text(faint, 110, 800, 13, DRAWN_BODY);
	for (int y = 0; y < 1650; y++)
		for (int x = 0; x < 1165; x++) {
			l_uint32 level;

			pixGetPixel(faint, x, y, &level);
			pixSetPixel(faint, x, y, 255 - (255 - level) * 2 / 5);
		}
	page = walk(&rooms, faint, arena);
	assert_in_range(page.nwords, n - 2, n + 2);
	pixDestroy(&pix);
	pix = drawn_page();
	pixRasterop(faint, 0, 0, 1165, 700, PIX_SRC, pix, 0, 0); /* dark above, faint below */
	page = walk(&rooms, faint, arena);
	assert_in_range(page.nwords, 2 * n - 4, 2 * n + 4);
	pixDestroy(&faint);
	pixDestroy(&empty);
	pixDestroy(&back);
	pixDestroy(&pix);
	rooms_close(&without);
	rooms_close(&rooms);
	arena_free(arena);
}

#define SCRIPT_TEXT "Об утверждении правил учёта документов\nи порядка их хранения в архиве области\nНастоящие правила вступают в силу завтра.\n"

enum bad { NOISE, PHOTOGRAPH, POINT, RIBBON, SCRIPT, GREETING };

/* Smooth light and dark, as of a face, with some grain; no line in it. */
static void photograph(PIX *pix)
{
	unsigned seed = 5;

	for (int y = 0; y < (int)pixGetHeight(pix); y++)
		for (int x = 0; x < (int)pixGetWidth(pix); x++) {
			seed = seed * 1103515245U + 12345U;
			pixSetPixel(pix, x, y, (l_uint32)(128 + 70 * sin(x / 90.0) * cos(y / 130.0) + 30 * sin((x + y) / 31.0) + (seed >> 16) % 12));
		}
}

#define BAD_SECONDS 40 /* of processor time, with sanitizers too */

/* What no paper is ends in time, with a state that says so: hardly a word that is believed, and no error. */
static void test_bad_input(void **state)
{
	static const struct { enum bad bad; int width, height; enum page_kind kind; unsigned fault; } rows[] = {
		{ NOISE, 1165, 1650, PAGE_CONTENT, 1U << FAULT_DOUBT },
		{ NOISE, 1654, 2339, PAGE_CONTENT, 1U << FAULT_DOUBT }, /* cleaning it took two minutes */
		{ GREETING, 1165, 1650, PAGE_CONTENT, 1U << FAULT_DOUBT },
		{ PHOTOGRAPH, 1165, 1650, PAGE_CONTENT, 1U << FAULT_WORDLESS },
		{ POINT, 1, 1, PAGE_BLANK, 0 },
		{ RIBBON, 30000, 40, PAGE_CONTENT, 1U << FAULT_WORDLESS },
		{ SCRIPT, 1165, 1650, PAGE_CONTENT, 1U << FAULT_DOUBT },
	};
	struct rooms rooms = rooms_open("ocr:\n  deadline: 30\n");

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_new();
		PIX *pix = drawn_sheet(rows[i].width, rows[i].height, 200);
		struct page page;
		clock_t began;
		int believed = 0;

		if (rows[i].bad == NOISE)
			drawn_specks(pix, rows[i].width * rows[i].height / 5, 3);
		else if (rows[i].bad == PHOTOGRAPH)
			photograph(pix);
		else if (rows[i].bad == RIBBON)
			drawn_block(pix, 100, 15, 29000, 3);
		else if (rows[i].bad == SCRIPT)
			drawn_text(pix, 110, 200, 13, SCRIPT_TEXT SCRIPT_TEXT SCRIPT_TEXT);
		else if (rows[i].bad == GREETING)
			drawn_text(pix, 110, 200, 13, SCRIPT_TEXT);
		began = clock();
		page = walk(&rooms, pix, arena);
		assert_true((clock() - began) / CLOCKS_PER_SEC < BAD_SECONDS);
		for (int k = 0; k < page.nwords; k++)
			believed += page.words[k].confidence >= 90 && strlen(page.words[k].text) > 3;
		if (page.kind != rows[i].kind || believed > 2)
			print_error("row %zu: kind %d, %d words believed\n", i, page.kind, believed);
		assert_int_equal(page.kind, rows[i].kind);
		assert_true(believed <= 2);
		if ((page.quality.faults & rows[i].fault) != rows[i].fault)
			print_error("row %zu: faults %x\n", i, page.quality.faults);
		assert_int_equal(page.quality.faults & rows[i].fault, rows[i].fault);
		if (rows[i].bad == NOISE || rows[i].bad == SCRIPT)
			assert_int_equal(page.quality.grade, SCAN_RESCAN);
		pixDestroy(&pix);
		arena_free(arena);
	}
	rooms_close(&rooms);
}

/* More than 40 million pixels are read from a reduced picture, which is told; boxes are those of the page as received. */
static void test_reduced(void **state)
{
	struct rooms rooms = rooms_open("");
	struct arena *arena = arena_new();
	PIX *pix = drawn_sheet(6000, 7000, 600), *part = drawn_sheet(3600, 2000, 600);
	struct page page;

	drawn_text(part, 20, 20, 13, DRAWN_BODY);
	drawn_onto(pix, part, 600, 3000);
	page = walk(&rooms, pix, arena);
	assert_int_equal(page.quality.faults, 1U << FAULT_REDUCED);
	assert_int_equal(page.quality.grade, SCAN_USABLE);
	assert_true(page.quality.confidence > 90);
	assert_in_range(find(&page, "Căn")->box.x, 610, 640);
	pixDestroy(&part);
	part = drawn_sheet(5500, 4000, 600); /* 22 million */
	drawn_text(part, 600, 1000, 13, DRAWN_BODY);
	pixSetResolution(part, 600, 600);
	page = walk(&rooms, part, arena);
	assert_int_equal(page.quality.faults, 0);
	pixDestroy(&part);
	pixDestroy(&pix);
	rooms_close(&rooms);
	arena_free(arena);
}

static int place_of(const struct page *page, const char *text)
{
	const struct word *word = find(page, text);

	assert_non_null(word);
	return (int)(word - page->words);
}

/* Two columns of running text are read one after the other, a ruled table row by row, cell by cell. */
static void test_columns_and_tables(void **state)
{
	static const char *const cells[3][3] = { { "Mục", "Họ và tên", "Đơn vị công tác" }, { "1", "Nguyễn Văn An", "Phòng Nội vụ" }, { "2", "Trần Thị Bình", "Phòng Tài chính" } };
	static const char *const rows[] = { "tên", "Đơn", "An", "Nội", "Bình", "chính" }, *const columns[] = { "Căn", "huyện", "viên", "nhận", "Hồ", "chính.", "mắc", "mười" };
	struct rooms rooms = rooms_open("");
	struct arena *arena = arena_new();
	PIX *pix = drawn_sheet(1654, 2339, 200);
	struct page page;

	drawn_text(pix, 500, 120, 13, "THÔNG BÁO CHUNG");
	drawn_text(pix, 120, 300, 12, "Căn cứ Luật Tổ chức chính quyền\nđịa phương ngày 19 tháng 6 năm\n2015 và Nghị định số 30 của Chính\nphủ về công tác văn thư, huyện\n"
		   "thông báo kết quả xét tuyển viên\nchức năm 2024 như sau đây.\nNgười trúng tuyển đến nhận việc\ntrước ngày 15 tháng 8 năm 2024.");
	drawn_text(pix, 880, 300, 12, "Hồ sơ gồm bản sao văn bằng và\ngiấy khám sức khỏe do cơ quan y\ntế cấp trong sáu tháng gần nhất.\nNơi nộp hồ sơ là bộ phận một cửa\n"
		   "của huyện, trong giờ hành chính.\nMọi thắc mắc xin gửi về phòng\nNội vụ để được trả lời bằng văn\nbản trong mười ngày làm việc.");
	page = walk(&rooms, pix, arena);
	for (size_t i = 0; i + 1 < sizeof columns / sizeof *columns; i++)
		assert_true(place_of(&page, columns[i]) < place_of(&page, columns[i + 1]));
	pixDestroy(&pix);
	pix = drawn_sheet(1654, 1200, 200);
	for (int r = 0; r < 3; r++)
		for (int c = 0; c < 3; c++) {
			drawn_frame(pix, 120 + 450 * c, 300 + 110 * r, 452, 112, 2);
			drawn_text(pix, 140 + 450 * c, 320 + 110 * r, 13, cells[r][c]);
		}
	page = walk(&rooms, pix, arena);
	for (size_t i = 0; i + 1 < sizeof rows / sizeof *rows; i++)
		assert_true(place_of(&page, rows[i]) < place_of(&page, rows[i + 1]));
	pixDestroy(&pix);
	rooms_close(&rooms);
	arena_free(arena);
}

/* A negative is read, with the boxes of what was received; its picture as received stays dark. */
static void test_negative(void **state)
{
	struct rooms rooms = rooms_open("");
	struct arena *arena = arena_new();
	PIX *pix = drawn_page();
	struct page page;

	pixInvert(pix, pix);
	page = walk(&rooms, pix, arena);
	assert_int_equal(page.quality.faults, 1U << FAULT_NEGATIVE);
	assert_int_equal(page.quality.grade, SCAN_USABLE);
	assert_true(page.nwords > 60 && page.quality.confidence > 90);
	assert_in_range(find(&page, "Căn")->box.x, 105, 118);
	pixDestroy(&pix);
	rooms_close(&rooms);
	arena_free(arena);
}

/* The left page is read to its end before the right one begins, however the scan lies. */
static void test_spread(void **state)
{
	struct rooms rooms = rooms_open("");
	struct arena *arena = arena_new();
	PIX *upright = drawn_spread();

	for (int quarters = 0; quarters < 4; quarters++) {
		PIX *pix = drawn_turned(upright, quarters, 0);
		struct page page = walk(&rooms, pix, arena);

		assert_int_equal(page.quality.faults, 1U << FAULT_SPREAD);
		assert_int_equal(page.rotation, (360 - 90 * quarters) % 360);
		assert_true(place_of(&page, "3.") < place_of(&page, "liên") && place_of(&page, "liên") < place_of(&page, "4."));
		assert_true(place_of(&page, "4.") < place_of(&page, "5.") && place_of(&page, "6.") < place_of(&page, "12/QĐ-UBND."));
		assert_true(find(&page, "4.")->line > find(&page, "3.")->line);
		assert_in_range(frame_to_upright(&page, find(&page, "12/QĐ-UBND.")->box).x, 1700, 2200);
		pixDestroy(&pix);
	}
	pixDestroy(&upright);
	rooms_close(&rooms);
	arena_free(arena);
}

/* The upper page is read to its end before the lower one begins, however the scan lies; a secrecy mark at the head of the lower one is seen. */
static void test_stacked(void **state)
{
	struct rooms rooms = rooms_open("");
	struct arena *arena = arena_new();
	PIX *upright = drawn_stacked();
	struct page page;

	for (int quarters = 0; quarters < 4; quarters++) {
		PIX *pix = drawn_turned(upright, quarters, 0);

		page = walk(&rooms, pix, arena);
		assert_int_equal(page.quality.faults, 1U << FAULT_SPREAD);
		assert_int_equal(page.rotation, (360 - 90 * quarters) % 360);
		assert_true(place_of(&page, "3.") < place_of(&page, "4.") && place_of(&page, "6.") < place_of(&page, "12/QĐ-UBND."));
		assert_true(find(&page, "4.")->block > find(&page, "3.")->block);
		assert_in_range(frame_to_upright(&page, find(&page, "4.")->box).y, 1340, 1380);
		pixDestroy(&pix);
	}
	drawn_text(upright, 200, 1250, 13, "<b>MẬT</b>");
	page = walk(&rooms, upright, arena);
	assert_true(page.secret);
	pixDestroy(&upright);
	rooms_close(&rooms);
	arena_free(arena);
}

/* Of a drawing the title block is read, however it lies; without one nothing is, and it is an image with that state. */
static void test_drawing(void **state)
{
	struct rooms rooms = rooms_open("");
	struct arena *arena = arena_new();
	PIX *plan = drawn_drawing(true), *bare = drawn_drawing(false);
	struct page page;

	for (int quarters = 0; quarters < 4; quarters++) {
		PIX *pix = drawn_turned(plan, quarters, 0);

		page = walk(&rooms, pix, arena);
		assert_int_equal(page.quality.faults & SCAN_STATES, 1U << FAULT_DRAWING);
		assert_int_equal(page.kind, PAGE_CONTENT);
		assert_int_equal(page.rotation, (360 - 90 * quarters) % 360);
		assert_true(find(&page, "TẦNG") && find(&page, "1:100") && find(&page, "Bình"));
		assert_in_range(frame_to_upright(&page, find(&page, "TẦNG")->box).x, 2050, 2300);
		assert_in_range(frame_to_upright(&page, find(&page, "TẦNG")->box).y, 1350, 1420);
		pixDestroy(&pix);
	}
	page = walk(&rooms, bare, arena);
	assert_int_equal(page.quality.faults & SCAN_STATES, 1U << FAULT_DRAWING);
	assert_int_equal(page.nwords, 0);
	assert_int_equal(page.kind, PAGE_CONTENT);
	pixDestroy(&plan);
	pixDestroy(&bare);
	rooms_close(&rooms);
	arena_free(arena);
}

/* A secrecy mark in black is seen wherever it stands on a drawing, with a title block and without, framed and not; other words of capitals are none. */
static void test_secret_drawing(void **state)
{
	static const struct { const char *stamp; int x, y; bool title, framed, secret; } rows[] = {
		{ "MẬT", 300, 60, true, true, true }, { "TỐI MẬT", 1700, 1000, true, false, true }, { "TUYỆT MẬT", 300, 1500, false, true, true },
		{ "MẶT BẰNG", 300, 60, true, true, false }, { "MẶT CẮT", 1700, 1000, false, false, false },
	};
	struct rooms rooms = rooms_open("");

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (int quarters = 0; quarters < 4; quarters += rows[i].title ? 2 : 1) {
			struct arena *arena = arena_new();
			PIX *plan = drawn_drawing(rows[i].title), *pix;
			char text[64];
			struct page page;
			struct box ink;

			snprintf(text, sizeof text, "<b>%s</b>", rows[i].stamp);
			ink = drawn_text(plan, rows[i].x, rows[i].y, 18, text);
			if (rows[i].framed)
				drawn_frame(plan, ink.x - 12, ink.y - 8, ink.w + 24, ink.h + 16, 3);
			pix = drawn_turned(plan, quarters, 0);
			page = walk(&rooms, pix, arena);
			if (page.secret != rows[i].secret)
				print_error("\"%s\", turned by %d\n", rows[i].stamp, 90 * quarters);
			assert_int_equal(page.secret, rows[i].secret);
			if (page.secret) {
				assert_int_equal(page.nwords, 0);
				assert_true(page.marks[0].kind == MARK_SECRET && page.marks[0].box.w > 0);
			}
			pixDestroy(&plan);
			pixDestroy(&pix);
			arena_free(arena);
		}
	rooms_close(&rooms);
}

/* Stretches of one line that overlap say the same ink twice; words of one stretch, and of neighbouring lines, are of their own. */
static void test_twice(void **state)
{
	static const struct { struct line_word a[3], b[3]; const char *left, *right; int turned; } rows[] = {
		{ { { .text = "PHÓ", .sure = 0.99F, .left = 1137, .top = 1110, .right = 1211, .bottom = 1147 }, { .text = "T", .sure = 0.96F, .left = 1229, .top = 1121, .right = 1253, .bottom = 1147 } },
		  { { .text = "HÓ", .sure = 0.99F, .left = 1168, .top = 1111, .right = 1218, .bottom = 1147 }, { .text = "THỦ", .sure = 0.99F, .left = 1241, .top = 1112, .right = 1311, .bottom = 1148 } },
		  "PHÓ", "THỦ", 0 },
		{ { { .text = "Chính", .sure = 0.8F, .left = 367, .top = 676, .right = 441, .bottom = 707 } },
		  { { .text = "Chnh", .sure = 0.55F, .left = 367, .top = 684, .right = 441, .bottom = 707 } }, "Chính", "", 0 },
		{ { { .text = "bío)", .sure = 0.3F, .left = 554, .top = 685, .right = 605, .bottom = 713 } },
		  { { .text = "b/c", .sure = 0.9F, .left = 554, .top = 685, .right = 600, .bottom = 713 } }, "", "b/c", 0 },
		{ { { .text = "hố", .sure = 0.9F, .left = 504, .top = 785, .right = 616, .bottom = 850 }, { .text = "để", .sure = 0.8F, .left = 585, .top = 785, .right = 634, .bottom = 850 } },
		  { { 0 } }, "hố để", "", 0 },
		{ { { .text = "Nhân:", .sure = 0.8F, .left = 211, .top = 649, .right = 342, .bottom = 706 } },
		  { { .text = "Thủ", .sure = 0.99F, .left = 236, .top = 684, .right = 276, .bottom = 706 } }, "Nhân:", "Thủ", 0 }, /* the line above, too high */
		{ { { .text = "các", .sure = 0.9F, .left = 565, .top = 436, .right = 612, .bottom = 482 } },
		  { { .text = "những", .sure = 0.9F, .left = 538, .top = 459, .right = 620, .bottom = 511 } }, "các", "những", 0 },
		{ { { .text = "HÓ", .sure = 0.9F, .left = 10, .top = 10, .right = 40, .bottom = 40 } },
		  { { .text = "PHÓ", .sure = 0.9F, .left = 5, .top = 10, .right = 40, .bottom = 40 } }, "HÓ", "PHÓ", 90 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct line_word a[3], b[3];
		struct stretch_words s[] = { { a, 0, rows[i].turned }, { b, 0, 0 } };

		memcpy(a, rows[i].a, sizeof a);
		memcpy(b, rows[i].b, sizeof b);
		while (s[0].n < 3 && a[s[0].n].text)
			s[0].n++;
		while (s[1].n < 3 && b[s[1].n].text)
			s[1].n++;
		words_once(s, 2);
		for (int k = 0; k < 2; k++) {
			char said[64] = "";

			for (int w = 0; w < s[k].n; w++) {
				strcat(said, w ? " " : "");
				strcat(said, s[k].words[w].text);
			}
			assert_string_equal(said, k ? rows[i].right : rows[i].left);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_boxes), cmocka_unit_test(test_turned_wrongly), cmocka_unit_test(test_interposition), cmocka_unit_test(test_columns), cmocka_unit_test(test_seal), cmocka_unit_test(test_no_seal),
		cmocka_unit_test(test_secrecy), cmocka_unit_test(test_nothing_to_read), cmocka_unit_test(test_bad_input), cmocka_unit_test(test_shadow), cmocka_unit_test(test_through),
		cmocka_unit_test(test_missed), cmocka_unit_test(test_negative), cmocka_unit_test(test_spread), cmocka_unit_test(test_stacked), cmocka_unit_test(test_drawing), cmocka_unit_test(test_secret_drawing), cmocka_unit_test(test_reduced), cmocka_unit_test(test_columns_and_tables),
		cmocka_unit_test(test_twice), cmocka_unit_test(test_trim), cmocka_unit_test(test_missed_says),
	};

	setMsgSeverity(L_SEVERITY_NONE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
