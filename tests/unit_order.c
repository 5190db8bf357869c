/* Reading order and roles over tables of words: what stands where decides, no pixels needed. */
#include "tests/unit.h"

#include <stdlib.h>

#include "pipeline/document.h"
#include "pipeline/plain.h"
#include "stages/ocr/aside.h"
#include "stages/ocr/columns.h"
#include "tests/paper.h"

static struct page *read_page(struct arena *arena, const struct row *rows)
{
	struct dossier *dossier = arena_alloc(arena, sizeof *dossier);

	return paper_page(arena, dossier, rows);
}

static void order(struct page *page, struct arena *arena)
{
	aside_mark(page, NULL, arena);
	columns_order(page, arena);
}

static const struct word *find(const struct page *page, const char *text)
{
	for (int i = 0; i < page->nwords; i++)
		if (!strcmp(page->words[i].text, text))
			return &page->words[i];
	print_error("no word \"%s\"\n", text);
	return NULL;
}

/* Lines that go across both blocks of head and foot come out cell by cell (Decree 30/2020, appendix I). */
static void test_blocks(void **state)
{
	static const struct row rows[] = {
		{ 180, 150, "ỦY BAN NHÂN DÂN ~ ~ ~ ~ ~ ~ CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" },
		{ 220, 195, "XÃ MAI HẠ ~ ~ ~ ~ ~ ~ ~ ~ Độc lập - Tự do - Hạnh phúc" },
		{ 180, 270, "Số: 12/UBND-VP ~ ~ ~ ~ ~ ~ ~ Mai Hạ, ngày 05 tháng 01 năm 2024" },
		{ 180, 320, "V/v sửa đường liên thôn" },
		{ 500, 420, "Kính gửi: Các thôn trong xã" },
		{ 240, 500, "Ủy ban nhân dân xã đề nghị các thôn góp công sửa đường trước mùa mưa." },
		{ 200, 700, "Nơi nhận: ~ ~ ~ ~ ~ ~ ~ ~ CHỦ TỊCH" },
		{ 200, 745, "- Như trên;" },
		{ 200, 790, "- Lưu: VT. ~ ~ ~ ~ ~ ~ ~ ~ Trần Văn Mẫu" },
		{ 0 },
	};
	struct arena *arena = arena_new();
	struct page *page = read_page(arena, rows);

	order(page, arena);
	assert_string_equal(page_plain_text(arena, page), "ỦY BAN NHÂN DÂN\nXÃ MAI HẠ\n\n"
							  "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\n"
							  "Số: 12/UBND-VP\n\nMai Hạ, ngày 05 tháng 01 năm 2024\n\n"
							  "V/v sửa đường liên thôn\n\n"
							  "Kính gửi: Các thôn trong xã\n"
							  "Ủy ban nhân dân xã đề nghị các thôn góp công sửa đường trước mùa mưa.\n\n"
							  "Nơi nhận:\n- Như trên;\n- Lưu: VT.\n\nCHỦ TỊCH\nTrần Văn Mẫu\n");
	assert_int_equal(find(page, "NGHĨA")->role, ROLE_HEADER);
	assert_int_equal(find(page, "đường")->role, ROLE_HEADER);
	assert_int_equal(find(page, "Kính")->role, ROLE_BODY);
	assert_int_equal(find(page, "Lưu:")->role, ROLE_FOOT);
	assert_int_equal(find(page, "Mẫu")->role, ROLE_FOOT);
	arena_free(arena);
}

/* A line that layout cut in two is one again; what pen and seal leave among the signer's lines is none of them. */
static void test_signer(void **state)
{
	static const struct row rows[] = {
		{ 240, 500, "Văn phòng thông báo để các đơn vị biết, thực hiện trong tháng này." },
		{ 200, 700, "Nơi nhận:" },
		{ 200, 745, "- Lưu: VT." },
		{ 1100, 704, "KT." },
		{ 1160, 698, "CHỦ TỊCH" },
		{ 1150, 760, "ˆ" },
		{ 1120, 800, "X{^20 ẫ»^30" },
		{ 1100, 950, "Lê Thị Mẫu" },
		{ 0 },
	};
	struct arena *arena = arena_new();
	struct page *page = read_page(arena, rows);

	order(page, arena);
	assert_string_equal(page_plain_text(arena, page), "Văn phòng thông báo để các đơn vị biết, thực hiện trong tháng này.\n\n"
							  "Nơi nhận:\n- Lưu: VT.\n\nKT. CHỦ TỊCH\nLê Thị Mẫu\n");
	assert_int_equal(find(page, "ẫ»")->role, ROLE_MARGIN);
	arena_free(arena);
}

/* Signers side by side are read one after the other; the rows of a table are not. */
static void test_signers(void **state)
{
	static const struct row form[] = {
		{ 240, 500, "Nơi đăng ký kết hôn: Ủy ban nhân dân xã Mai Hạ, huyện Đất Hồng, tỉnh Mẫu Sơn." },
		{ 200, 700, "Vợ ~ ~ ~ ~ ~ ~ ~ Chồng ~ ~ ~ ~ ~ ~ ~ NGƯỜI KÝ GIẤY" },
		{ 160, 745, "(Ký, họ tên) ~ ~ ~ ~ ~ (Ký, họ tên) ~ ~ ~ ~ CHỦ TỊCH" },
		{ 160, 950, "Bùi Thị Mẫu ~ ~ ~ ~ ~ ~ Lê Văn Mẫu" },
		{ 1080, 990, "Hồ Thị Mẫu" },
		{ 0 },
	};
	static const struct row table[] = {
		{ 240, 500, "Danh sách các hộ dân góp công sửa đường liên thôn của xã Mai Hạ, huyện Đất Hồng." },
		{ 200, 700, "Số ~ ~ ~ ~ ~ ~ ~ Họ tên ~ ~ ~ ~ ~ ~ ~ Ngày công" },
		{ 200, 745, "1 ~ ~ ~ ~ ~ ~ ~ Lê Mẫu ~ ~ ~ ~ ~ ~ ~ 12" },
		{ 0 },
	};
	struct arena *arena = arena_new();
	struct page *page = read_page(arena, form);

	order(page, arena);
	assert_string_equal(page_plain_text(arena, page), "Nơi đăng ký kết hôn: Ủy ban nhân dân xã Mai Hạ, huyện Đất Hồng, tỉnh Mẫu Sơn.\n\n"
							  "Vợ\n(Ký, họ tên)\nBùi Thị Mẫu\n\nChồng\n(Ký, họ tên)\nLê Văn Mẫu\n\n"
							  "NGƯỜI KÝ GIẤY\nCHỦ TỊCH\nHồ Thị Mẫu\n");
	page = read_page(arena, table);
	order(page, arena);
	assert_string_equal(page_plain_text(arena, page), "Danh sách các hộ dân góp công sửa đường liên thôn của xã Mai Hạ, huyện Đất Hồng.\n"
							  "Số Họ tên Ngày công\n1 Lê Mẫu 12\n");
	arena_free(arena);
}

static void test_page_numbers(void **state)
{
	static const struct {
		struct row row;
		enum role role;
	} cases[] = {
		{ { -SHEET_W / 2, 120, "2" }, ROLE_PAGE_NUMBER },
		{ { -SHEET_W / 2, 120, "- 12 -" }, ROLE_PAGE_NUMBER },
		{ { 1400, 2250, "7" }, ROLE_PAGE_NUMBER },
		{ { 1400, 120, "7" }, ROLE_BODY },              /* a pen note at the corner */
		{ { -SHEET_W / 2, 120, "2024." }, ROLE_BODY },
		{ { -SHEET_W / 2, 900, "2" }, ROLE_BODY },      /* a cell of a table */
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct row rows[] = { cases[i].row, { 240, 500, "Điều 3. Chánh Văn phòng chịu trách nhiệm thi hành quyết định này." }, { 0 } };
		struct arena *arena = arena_new();
		struct page *page = read_page(arena, rows);

		order(page, arena);
		for (int k = 0; k < page->nwords; k++)
			if (page->words[k].box.y == cases[i].row.y)
				assert_int_equal(page->words[k].role, cases[i].role);
		arena_free(arena);
	}
}

/* Footnotes come last, behind the foot; the number of the page at the bottom behind them. */
static void test_footnotes(void **state)
{
	static const struct row rows[] = {
		{ 240, 500, "Căn cứ các nghị quyết đã nêu, văn phòng trình Ủy ban nhân dân xã xem xét." },
		{ 200, 700, "Nơi nhận:" },
		{ 1100, 700, "CHỦ TỊCH" },
		{ 200, 2100, "1 Nghị quyết số 5 của Hội đồng nhân dân xã." },
		{ -SHEET_W / 2, 2260, "4" },
		{ 200, 745, "- Lưu: VT." },
		{ 1100, 950, "Lê Thị Mẫu" },
		{ 0 },
	};
	struct arena *arena = arena_new();
	struct page *page = read_page(arena, rows);

	for (int i = 0; i < page->nwords; i++)
		if (page->words[i].box.y >= 2100)
			page->words[i].role = ROLE_FOOTNOTE;
	order(page, arena);
	assert_string_equal(page_plain_text(arena, page), "Căn cứ các nghị quyết đã nêu, văn phòng trình Ủy ban nhân dân xã xem xét.\n\n"
							  "Nơi nhận:\n- Lưu: VT.\n\nCHỦ TỊCH\nLê Thị Mẫu\n\n"
							  "1 Nghị quyết số 5 của Hội đồng nhân dân xã.\n\n4\n");
	assert_int_equal(find(page, "Hội")->role, ROLE_FOOTNOTE);
	arena_free(arena);
}

/* What is set aside, and what is not. */
static void test_aside(void **state)
{
	static const struct {
		const char *line, *word;
		enum role role;
	} cases[] = {
		{ "SAO Y; Sở Nội vụ; 22/08/2025 18:44:57", "Nội", ROLE_BANNER },
		{ "SAO Y BẢN CHÍNH", "BẢN", ROLE_BODY },                     /* a heading, not the note of an electronic copy */
		{ "Kết quả ________", "________", ROLE_MARGIN },             /* a rule */
		{ "CÔNG NGHỆ_", "NGHỆ", ROLE_BODY },                         /* a rule that touches a word */
		{ "Họ tên:____", "tên:____", ROLE_BODY },                    /* a place to write in */
		{ "Biểu mẫu |", "|", ROLE_MARGIN },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct row rows[] = { { 500, 100, cases[i].line }, { 240, 500, "Điều 3. Các phòng chịu trách nhiệm thi hành quyết định này." }, { 0 } };
		struct arena *arena = arena_new();
		struct page *page = read_page(arena, rows);
		const struct word *word;

		aside_mark(page, NULL, arena);
		word = find(page, cases[i].word);
		assert_non_null(word);
		assert_int_equal(word->role, cases[i].role);
		arena_free(arena);
	}
}

/* A hook read as a line of its own over the word that bears it; and ink of a seal that was read, beside a word that reads well. */
static void test_leftovers(void **state)
{
	static const struct row rows[] = {
		{ 300, 500, "PHÓ CHỦ TỊCH" },
		{ 370, 495, "Ñ" },
		{ 800, 500, "Ñ" },
		{ 1000, 800, "VẪ{N^40 Đá^90" },
		{ 1200, 900, "“^40 Tlhạm^40 Mẫu^90" },
		{ 0 },
	};
	struct arena *arena = arena_new();
	struct page *page = read_page(arena, rows);
	struct mark seal = { MARK_SEAL, { 950, 700, 300, 300 }, 100 };

	page->marks = &seal;
	page->nmarks = 1;
	aside_mark(page, NULL, arena);
	assert_int_equal(page->words[3].role, ROLE_MARGIN);
	assert_int_equal(page->words[4].role, ROLE_BODY);
	assert_int_equal(find(page, "VẪ{N")->role, ROLE_STAMP);
	assert_int_equal(find(page, "Đá")->role, ROLE_BODY);
	assert_int_equal(find(page, "“")->role, ROLE_STAMP);
	assert_int_equal(find(page, "Tlhạm")->role, ROLE_BODY); /* its line goes on beside the seal */
	arena_free(arena);
}

/* A logo hides the first label of a signature banner: the pitch of its other lines tells where that line stands. The agency below is no part of it. */
static void test_banner(void **state)
{
	static const struct row rows[] = {
		{ 667, 14, "ký: CỔNG THÔNG TIN CHÍNH PHỦ" },
		{ 600, 44, "Email: thongtin@chinhphu.vn" },
		{ 600, 74, "Cơ quan: VĂN PHÒNG CHÍNH PHỦ" },
		{ 600, 104, "Thời gian ký: 10.10.2025 14:12:22" },
		{ 180, 170, "VĂN PHÒNG ~ ~ ~ ~ ~ ~ CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" },
		{ 240, 500, "Văn phòng thông báo để các Bộ biết, thực hiện trong năm nay." },
		{ 0 },
	};
	struct arena *arena = arena_new();
	struct page *page = read_page(arena, rows);

	order(page, arena);
	assert_int_equal(find(page, "CỔNG")->role, ROLE_BANNER);
	assert_int_equal(find(page, "14:12:22")->role, ROLE_BANNER);
	assert_int_equal(find(page, "NGHĨA")->role, ROLE_HEADER);
	assert_true(!strncmp(page_plain_text(arena, page), "VĂN PHÒNG\n", strlen("VĂN PHÒNG\n")));
	arena_free(arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks), cmocka_unit_test(test_signer), cmocka_unit_test(test_signers), cmocka_unit_test(test_page_numbers), cmocka_unit_test(test_footnotes),
		cmocka_unit_test(test_aside), cmocka_unit_test(test_leftovers), cmocka_unit_test(test_banner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
