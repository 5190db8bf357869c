/* Type and fields of made-up papers: the room itself over pages written in the test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>

#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/stage.h"
#include "stages/extract/extract.h"
#include "tests/paper.h"

#define MOTTO { 760, 150, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" }, { 880, 195, "Độc lập - Tự do - Hạnh phúc" }
#define MOTTO_MIDDLE { -827, 150, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" }, { -827, 195, "Độc lập - Tự do - Hạnh phúc" }
#define HEAD(number) { 200, 150, "UBND TỈNH BẮC HÀ" }, { 200, 195, "SỞ NỘI VỤ" }, MOTTO, { 300, 270, number }, \
	{ 850, 270, "Bắc Hà, ngày 05 tháng 02 năm 2024" }
#define FOOT { 240, 1700, "Nơi nhận:" }, { 240, 1750, "- Như trên;" }, { 240, 1795, "- Lưu: VŨ, SNV." }, \
	{ -1250, 1700, "KT. GIÁM ĐỐC" }, { -1250, 1750, "PHÓ GIÁM ĐỐC" }, { -1250, 1950, "Trần Thị Bích Hà" }
#define END_ROWS { 0, 0, NULL }

static void *room;

static int open_room(void **state)
{
	struct error err = ERROR_INIT;
	struct config *config = config_open(NULL, &err);

	room = extract_room.open(config, &err);
	config_close(config);
	if (!room)
		print_error("%s\n", err.text);
	return room ? 0 : -1;
}

static int close_room(void **state)
{
	extract_room.close(room);
	return 0;
}

static struct document *read_one(struct arena *arena, struct dossier *dossier)
{
	struct error err = ERROR_INIT;
	struct document *document = arena_alloc(arena, sizeof *document);

	*document = (struct document){ .number = 1, .first = 1, .last = dossier->npages };
	dossier->documents = document;
	dossier->ndocuments = 1;
	assert_int_equal(extract_room.run(room, dossier, arena, &err), 0);
	return document;
}

static struct document *read_rows(struct arena *arena, struct dossier *dossier, const struct row *rows)
{
	memset(dossier, 0, sizeof *dossier);
	paper_page(arena, dossier, rows);
	return read_one(arena, dossier);
}

static void expect(const struct document *document, const char *name, enum field_state state, const char *value)
{
	const struct field *field = field_find(document, name);

	if (!field)
		fail_msg("%s: no field %s", document->type, name);
	if (field->state != state)
		fail_msg("%s is %s, not %s (\"%s\")", name, field_state_name(field->state), field_state_name(state), field->text ? field->text : "");
	if (!value != !field->value || (value && strcmp(value, field->value)))
		fail_msg("%s is \"%s\", not \"%s\"", name, field->value ? field->value : "(none)", value ? value : "(none)");
	if (state != FIELD_ABSENT) {
		assert_int_equal(field->page, 1);
		assert_true(field->box.w > 0);
	}
}

static const struct row decision[] = { HEAD("Số: 12/QĐ-SNV"), { -827, 360, "QUYẾT ĐỊNH" },
	{ -827, 410, "Về việc công nhận kết quả kiểm tra hồ sơ của các phường, xã" }, { -827, 455, "trên địa bàn tỉnh năm 2024" },
	{ -827, 560, "GIÁM ĐỐC SỞ NỘI VỤ" }, { 300, 640, "Căn cứ Luật Lưu trữ;" },
	{ 300, 700, "Điều 1. Quyết định này thay thế Quyết định số 45/QĐ-SNV ngày 02/3/2020." }, FOOT, END_ROWS };

static void test_decision(void **state)
{
	struct arena *arena = arena_new();
	struct dossier dossier;
	struct document *d = read_rows(arena, &dossier, decision);
	struct box box;

	assert_string_equal(d->type, "quyet-dinh");
	assert_true(d->type_confidence > 90);
	assert_string_equal(d->copy, "original");
	assert_int_equal(d->level, 1);
	expect(d, "agency", FIELD_READ, "SỞ NỘI VỤ");
	expect(d, "number", FIELD_READ, "12/QĐ-SNV");
	expect(d, "date", FIELD_READ, "2024-02-05");
	expect(d, "place", FIELD_READ, "Bắc Hà");
	expect(d, "subject", FIELD_READ, "Về việc công nhận kết quả kiểm tra hồ sơ của các phường, xã trên địa bàn tỉnh năm 2024");
	expect(d, "position", FIELD_READ, "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC");
	expect(d, "signer", FIELD_READ, "Trần Thị Bích Hà");
	expect(d, "recipients", FIELD_READ, "- Như trên;\n- Lưu: VT, SNV.");
	expect(d, "replaces", FIELD_READ, "45/QĐ-SNV");
	assert_string_equal(field_find(d, "number")->text, "Số: 12/QĐ-SNV");
	box = field_find(d, "number")->box;
	assert_int_equal(box.x, 300);
	assert_int_equal(box.y, 270);
	arena_free(arena);
}

/* Number, its state and value; the type follows title and number. */
static void test_numbers(void **state)
{
	static const struct { const char *row, *title, *type; enum field_state state; const char *value; } rows[] = {
		{ "Số: 12/QĐ-SNV", "QUYẾT ĐỊNH", "quyet-dinh", FIELD_READ, "12/QĐ-SNV" },
		{ "Số: 05/2024/QĐ-UBND", "QUYẾT ĐỊNH", "quyet-dinh-quy-pham", FIELD_READ, "05/2024/QĐ-UBND" },
		{ "Số: 60/2021/NĐ-CP", "NGHỊ ĐỊNH", "nghi-dinh", FIELD_READ, "60/2021/NĐ-CP" },
		{ "Số: 33/2024/QH15", "NGHỊ QUYẾT", "nghi-quyet-quy-pham", FIELD_READ, "33/2024/QH15" },
		{ "Luật số: 33/2024/QH15", "LUẬT", "luat", FIELD_READ, "33/2024/QH15" },
		{ "Só: 12/QD-SNV", "QUYẾT ĐỊNH", "quyet-dinh", FIELD_READ, "12/QĐ-SNV" },
		{ "S6: 12/OĐ-SNV", "QUYẾT ĐỊNH", "quyet-dinh", FIELD_READ, "12/QĐ-SNV" },
		{ "Số: 1O/QĐ-SNV", "QUYẾT ĐỊNH", "quyet-dinh", FIELD_READ, "10/QĐ-SNV" },
		{ "Số: 26/TTr-SNV", "TỜ TRÌNH", "to-trinh", FIELD_READ, "26/TTr-SNV" },
		{ "Số: 12a/KH-BCĐ", "KẾ HOẠCH", "ke-hoach", FIELD_READ, "12a/KH-BCĐ" },
		{ "Số: ~ ~ /TB-UBND", "THÔNG BÁO", "thong-bao", FIELD_BLANK, NULL },
		{ "Số: /TB-UBND", "THÔNG BÁO", "thong-bao", FIELD_BLANK, NULL },
		{ "Số: ........ /TB-UBND", "THÔNG BÁO", "thong-bao", FIELD_BLANK, NULL },
		{ "Số:/TB-UBND", "THÔNG BÁO", "thong-bao", FIELD_BLANK, NULL },
		{ "Số: 435^53 /CĐ-TTg", "CÔNG ĐIỆN", "cong-dien", FIELD_UNREAD, NULL },
		{ "Số: 124^85 /CĐ-TTg", "CÔNG ĐIỆN", "cong-dien", FIELD_UNREAD, NULL },
		{ "Số: 124^82 /CĐ-TTg^100", "CÔNG ĐIỆN", "cong-dien", FIELD_UNREAD, NULL }, /* by pen, before a notation that was printed */
		{ "Số: 194^93 /CĐ-TTg", "CÔNG ĐIỆN", "cong-dien", FIELD_READ, "194/CĐ-TTg" },
		{ "Số: j()^0 /2025/TT-BKHCN", "THÔNG TƯ", "thong-tu", FIELD_UNREAD, NULL },
		{ "Số: lO/QĐ-SNV", "QUYẾT ĐỊNH", "quyet-dinh", FIELD_UNREAD, NULL }, /* letters alone make no number */
		{ "Số: 12/QĐ-SNV^40", "QUYẾT ĐỊNH", "quyet-dinh", FIELD_UNREAD, NULL },
		{ "Sở Nội vụ", "QUYẾT ĐỊNH", "quyet-dinh", FIELD_UNREAD, NULL },
		{ "Số: 12/QĐ-SNV", "QUYÉT D1NH", "quyet-dinh", FIELD_READ, "12/QĐ-SNV" },
		{ "Số: 12/QĐ-SNV", "điều lệ", "quyet-dinh", FIELD_READ, "12/QĐ-SNV" }, /* no title: by its notation */
		{ "Số: 12/SNV-VP", "THẺ LẠ", "cong-van", FIELD_READ, "12/SNV-VP" },
		{ "Số: 12/XYZ", "THẺ LẠ", "khac", FIELD_READ, "12/XYZ" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct row page[] = { HEAD("x"), { -827, 360, rows[i].title }, { -827, 410, "Về một việc" }, END_ROWS };
		struct arena *arena = arena_new();
		struct dossier dossier;
		struct document *d;

		page[4].text = rows[i].row;
		d = read_rows(arena, &dossier, page);
		if (strcmp(d->type, rows[i].type))
			fail_msg("row %zu (%s): %s, not %s", i, rows[i].row, d->type, rows[i].type);
		print_message("# %s\n", rows[i].row);
		expect(d, "number", rows[i].state, rows[i].value);
		arena_free(arena);
	}
}

/* Ink in the empty place is handwriting, never "blank". */
static void test_ink(void **state)
{
	static const struct row notice[] = { { 200, 150, "UBND TỈNH BẮC HÀ" }, MOTTO, { 300, 270, "Số: ~ ~ /TB-UBND" },
		{ 850, 270, "Bắc Hà, ngày ~ tháng 02 năm 2024" }, { -827, 360, "THÔNG BÁO" }, END_ROWS };
	struct arena *arena = arena_new();
	struct dossier dossier;
	struct document *d = read_rows(arena, &dossier, notice);
	struct mark marks[2] = { { MARK_INK, { 365, 265, 60, 38 }, 80 }, { MARK_INK, { 1035, 265, 30, 38 }, 80 } };

	expect(d, "number", FIELD_BLANK, NULL);
	expect(d, "date", FIELD_BLANK, NULL);
	assert_string_equal(field_find(d, "date")->text, "ngày tháng 02 năm 2024");
	memset(&dossier, 0, sizeof dossier);
	paper_page(arena, &dossier, notice);
	dossier.pages[0].marks = marks;
	dossier.pages[0].nmarks = 2;
	d = read_one(arena, &dossier);
	expect(d, "number", FIELD_UNREAD, NULL);
	expect(d, "date", FIELD_UNREAD, NULL);
	/* the ink of a banner is no handwriting */
	marks[0].kind = marks[1].kind = MARK_BANNER;
	d = read_one(arena, &dossier);
	expect(d, "number", FIELD_BLANK, NULL);
	arena_free(arena);
}

static void test_dates(void **state)
{
	static const struct { const char *row; enum field_state state; const char *date, *place; } rows[] = {
		{ "Hà Nội, ngày 05 tháng 01 năm 2020", FIELD_READ, "2020-01-05", "Hà Nội" },
		{ "Bà Rịa-Vũng Tàu, ngày 27 tháng 3 năm 2024", FIELD_READ, "2024-03-27", "Bà Rịa-Vũng Tàu" },
		{ "Hà Nội, ngày Ì0 tháng 1ô năm 2025", FIELD_READ, "2025-10-10", "Hà Nội" },
		{ "Hà Nội, ngày10 tháng10 năm2025", FIELD_READ, "2025-10-10", "Hà Nội" },
		{ "Hà Nội, ngày O6^82 tháng 40^85 năm 2025", FIELD_UNREAD, NULL, "Hà Nội" },
		{ "Hà Nội, ngày 1Í^37 tháng 1ô^37 năm 2025", FIELD_READ, "2025-10-11", "Hà Nội" }, /* a letter in a figure's place */
		{ "Hà Nội, ngày 1Í^27 tháng 10 năm 2025", FIELD_UNREAD, NULL, "Hà Nội" },
		{ "Hà Nội, ngày 30 tháng 02 năm 2024", FIELD_UNREAD, NULL, "Hà Nội" },
		{ "Hà Nội, ngày 12^20 tháng 02 năm 2024", FIELD_UNREAD, NULL, "Hà Nội" },
		{ "Hà Nội, ngày ..... tháng ..... năm 2024", FIELD_BLANK, NULL, "Hà Nội" },
		{ "Hà Nội, ngày tháng 02 năm 2024", FIELD_BLANK, NULL, "Hà Nội" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct row page[] = { HEAD("Số: 12/QĐ-SNV"), { -827, 360, "QUYẾT ĐỊNH" }, END_ROWS };
		struct arena *arena = arena_new();
		struct dossier dossier;
		struct document *d;

		page[5].text = rows[i].row;
		d = read_rows(arena, &dossier, page);
		print_message("# %s\n", rows[i].row);
		expect(d, "date", rows[i].state, rows[i].date);
		expect(d, "place", FIELD_READ, rows[i].place);
		arena_free(arena);
	}
}

static void test_agencies(void **state)
{
	static const struct { const char *lines[4]; const char *agency; } rows[] = {
		{ { "CHÍNH PHỦ" }, "CHÍNH PHỦ" },
		{ { "BỘ TÀI CHÍNH", "TỔNG CỤC THUẾ" }, "TỔNG CỤC THUẾ" },
		{ { "ỦY BAN NHÂN DÂN", "TỈNH BÀ RỊA - VŨNG TÀU" }, "ỦY BAN NHÂN DÂN TỈNH BÀ RỊA - VŨNG TÀU" },
		{ { "BỘ KHOA HỌC", "VÀ CÔNG NGHỆ" }, "BỘ KHOA HỌC VÀ CÔNG NGHỆ" },
		{ { "UBND TỈNH BẮC HÀ", "SỞ TƯPHÁP" }, "SỞ TƯ PHÁP" },
		{ { "BỘ TƯ PHÁP", "CỤC BỔỐ TRỢ TƯ PHÁP" }, "CỤC BỔ TRỢ TƯ PHÁP" },
		{ { "ỦY BẠN NHÂN DẬN", "XÃ TẤN LỘC" }, "ỦY BAN NHÂN DÂN XÃ TẤN LỘC" },
		{ { "UBND QUẬN BA ĐÌNH", "ỦY BAN NHÂN DÂN", "PHƯỜNG PHÚC XÁ" }, "ỦY BAN NHÂN DÂN PHƯỜNG PHÚC XÁ" },
		{ { "UBND TỈNH BẮC HÀ", "SỞ TÀI NGUYÊN VÀ MÔI", "TRƯỜNG" }, "SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG" },
		{ { "UBND QUẬN BA ĐÌNH", "TRƯỜNG TIỂU HỌC" }, "TRƯỜNG TIỂU HỌC" },
		{ { "ỦY BAN THƯỜNG VỤ", "QUỐC HỘI" }, "ỦY BAN THƯỜNG VỤ QUỐC HỘI" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct row page[] = { MOTTO, { 850, 300, "Hà Nội, ngày 05 tháng 02 năm 2024" }, { 250, 300, "Số: 12/QĐ-SNV" },
				      { -827, 400, "QUYẾT ĐỊNH" }, END_ROWS, END_ROWS, END_ROWS, END_ROWS };
		struct arena *arena = arena_new();
		struct dossier dossier;

		for (int k = 0; k < 4 && rows[i].lines[k]; k++)
			page[5 + k] = (struct row){ 150, 150 + 40 * k, rows[i].lines[k] };
		expect(read_rows(arena, &dossier, page), "agency", FIELD_READ, rows[i].agency);
		arena_free(arena);
	}
}

static void test_positions(void **state)
{
	static const struct { const char *first, *second, *name; enum field_state position; const char *value; enum field_state signer;
			      const char *who; } rows[] = {
		{ "CHỦ TỊCH", NULL, "Lê Văn Minh", FIELD_READ, "CHỦ TỊCH", FIELD_READ, "Lê Văn Minh" },
		{ "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Lê Văn Minh", FIELD_READ, "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH", FIELD_READ, "Lê Văn Minh" },
		{ "TL.CHỦ TỊCH", "CHÁNH VĂN PHÒNG", "Lê Văn Minh", FIELD_READ, "TL.CHỦ TỊCH\nCHÁNH VĂN PHÒNG", FIELD_READ, "Lê Văn Minh" },
		{ "TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG", "Lê Văn Minh", FIELD_READ, "TUQ. GIÁM ĐỐC\nTRƯỞNG PHÒNG", FIELD_READ, "Lê Văn Minh" },
		{ "Q. GIÁM ĐỐC", NULL, "Lê Văn Minh", FIELD_READ, "Q. GIÁM ĐỐC", FIELD_READ, "Lê Văn Minh" },
		{ "KT. THỦ TƯỚNG", "PHO THỦ TƯỜNG", "Lê Văn Minh", FIELD_READ, "KT. THỦ TƯỚNG\nPHÓ THỦ TƯỚNG", FIELD_READ, "Lê Văn Minh" },
		{ "KT. BỘ TRƯỞNG", "THỨ TRƯỞNG", "Lê Văn Minh", FIELD_READ, "KT. BỘ TRƯỞNG\nTHỨ TRƯỞNG", FIELD_READ, "Lê Văn Minh" },
		{ "KT. BỘ TRƯỞNG", NULL, "Lê Văn Minh", FIELD_UNREAD, NULL, FIELD_READ, "Lê Văn Minh" },
		{ "KT. THỦ TƯỚNG", "IÓ HỦ TƯƠNG", "Lê Văn Minh", FIELD_READ, "KT. THỦ TƯỚNG\nPHÓ THỦ TƯỚNG", FIELD_READ, "Lê Văn Minh" },
		{ "KT. BỘ TRƯỞNG, CHỦ NHIỆM", "ŒPHĐ NHIÊM", "Lê Văn Minh", FIELD_READ, "KT. BỘ TRƯỞNG, CHỦ NHIỆM\nPHÓ CHỦ NHIỆM", FIELD_READ, "Lê Văn Minh" },
		{ "KT. THỦ TƯỚNG", "BÙI SON", "Lê Văn Minh", FIELD_UNREAD, NULL, FIELD_READ, "Lê Văn Minh" },
		{ "TRƯỜNG PHÒNG TƯPHÁP", NULL, "Lê Văn Minh", FIELD_READ, "TRƯỞNG PHÒNG TƯ PHÁP", FIELD_READ, "Lê Văn Minh" },
		{ "0. GIÁM ĐỐC", NULL, "Đỉnh Văn Minh", FIELD_READ, "Q. GIÁM ĐỐC", FIELD_READ, "Đinh Văn Minh" },
		{ "NG PHÒNG", NULL, "Lê Văn Minh", FIELD_UNREAD, NULL, FIELD_READ, "Lê Văn Minh" },
		{ "CHỦ TỊCH", NULL, "NẾu^21 Văn Minh", FIELD_READ, "CHỦ TỊCH", FIELD_UNREAD, NULL },
		{ "CHỦ TỊCH", NULL, "Lê^~ Văn Minh", FIELD_READ, "CHỦ TỊCH", FIELD_UNREAD, NULL }, /* a changed name goes to a person */
		{ "CHỦ TỊCH", NULL, "Nguyễn^~Nguyên Văn Minh", FIELD_READ, "CHỦ TỊCH", FIELD_READ, "Nguyễn Văn Minh" }, /* the only marks it can have */
		{ "CHỦ TỊCH", NULL, "Tạm^~Thạm Văn Minh", FIELD_READ, "CHỦ TỊCH", FIELD_READ, "Phạm Văn Minh" },
		{ "CHỦ TỊCH", NULL, "Minh^80 Văn Chính", FIELD_READ, "CHỦ TỊCH", FIELD_UNREAD, NULL }, /* no surname */
		{ "CHỦ TỊCH", NULL, "Giàng^99 Seo Páo", FIELD_READ, "CHỦ TỊCH", FIELD_READ, "Giàng Seo Páo" },
		{ "KT. LN1^36 LRƯỞNG, CHỦ NHIỆM", "PHÓ CHỦ NHIỆM", "Lê Văn Minh", FIELD_READ, "KT. BỘ TRƯỞNG, CHỦ NHIỆM\nPHÓ CHỦ NHIỆM", FIELD_READ,
		  "Lê Văn Minh" }, /* the office nearest to it */
		{ "KT LRƯỞNG,^45 CHỦ NHIỆM", "“6NU^41 NHIỆM", "Lê Văn Minh", FIELD_READ, "KT. BỘ TRƯỞNG, CHỦ NHIỆM\nPHÓ CHỦ NHIỆM", FIELD_READ,
		  "Lê Văn Minh" }, /* both under the seal: each line tells of the other */
		{ "KT LRƯỞNG,^45 CHỦ NHIỆM", "ĐÀO^41 SONG", "Lê Văn Minh", FIELD_UNREAD, NULL, FIELD_READ, "Lê Văn Minh" },
		{ "TƯỚNG", NULL, "Lê Văn Minh", FIELD_UNREAD, NULL, FIELD_READ, "Lê Văn Minh" },
		{ "CHỦ TỊCH", NULL, "a8 o", FIELD_READ, "CHỦ TỊCH", FIELD_ABSENT, NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct row page[] = { HEAD("Số: 12/QĐ-SNV"), { -827, 360, "QUYẾT ĐỊNH" }, { 300, 640, "Căn cứ Luật Lưu trữ;" },
				      { 240, 1700, "Nơi nhận:" }, { 240, 1750, "- Như trên;" }, { -1250, 1700, rows[i].first },
				      { -1250, 1950, rows[i].name }, END_ROWS, END_ROWS };
		struct arena *arena = arena_new();
		struct dossier dossier;
		struct document *d;

		if (rows[i].second)
			page[12] = (struct row){ -1250, 1750, rows[i].second };
		print_message("# %s, %s\n", rows[i].first, rows[i].name);
		d = read_rows(arena, &dossier, page);
		expect(d, "position", rows[i].position, rows[i].value);
		expect(d, "signer", rows[i].signer, rows[i].who);
		arena_free(arena);
	}
}

/* Marks of capitals are told by the same name in small letters; agreement makes it sure, capitals read alike twice do not. */
static void test_read_again(void **state)
{
	static const struct { const char *agency, *body, *value; bool sure; } rows[] = {
		{ "XÃ PHƯỚC HAI", "Ủy ban nhân dân xã Phước Hải thông báo", "ỦY BAN NHÂN DÂN XÃ PHƯỚC HẢI", false },
		{ "XÃ PHƯỚC HẢI", "Ủy ban nhân dân xã Phước Hải thông báo", "ỦY BAN NHÂN DÂN XÃ PHƯỚC HẢI", true },
		{ "XÃ PHƯỚC HAI", "ỦY BAN NHÂN DÂN XÃ PHƯỚC HAI", "ỦY BAN NHÂN DÂN XÃ PHƯỚC HAI", false },
		{ "XÃ PHƯỚC HAI", "Ủy ban nhân dân xã Phước^40 Hải^40 thông báo", "ỦY BAN NHÂN DÂN XÃ PHƯỚC HAI", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row page[] = { { 200, 150, "ỦY BAN NHÂN DÂN" }, { 200, 195, rows[i].agency }, MOTTO, { 300, 270, "Số: 12/TB-UBND" },
					    { 850, 270, "Bắc Hà, ngày 05 tháng 02 năm 2024" }, { -827, 360, "THÔNG BÁO" },
					    { 200, 900, rows[i].body }, FOOT, END_ROWS };
		struct arena *arena = arena_new();
		struct dossier dossier;
		struct document *d = read_rows(arena, &dossier, page);

		expect(d, "agency", FIELD_READ, rows[i].value);
		if ((field_find(d, "agency")->confidence >= 90) != rows[i].sure)
			fail_msg("row %zu: %g", i, (double)field_find(d, "agency")->confidence);
		arena_free(arena);
	}
}

/* The surname is under the seal; the rest stands among the recipients behind one. */
static void test_surname_lost(void **state)
{
	static const struct row letter[] = { HEAD("Số: 12/SNV-VP"), { 200, 330, "V/ báo cáo kết quả" }, { 600, 500, "Kính gửi: Văn phòng UBND tỉnh." },
		{ 240, 1700, "Nơi nhận:" }, { 240, 1750, "- PGĐ Nguyễn Sỹ Lâm;" }, { -1250, 1700, "GIÁM ĐỐC" }, { -1250, 1950, "T7^30 Sỹ Lâm" }, END_ROWS };
	struct arena *arena = arena_new();
	struct dossier dossier;
	struct document *d = read_rows(arena, &dossier, letter);

	expect(d, "signer", FIELD_READ, "Nguyễn Sỹ Lâm");
	assert_true(field_find(d, "signer")->confidence < 90);
	expect(d, "subject", FIELD_READ, "V/v báo cáo kết quả");
	arena_free(arena);
}

/* Under the seal the language made a word of the surname's rest; a surname that is rare, but was read, stays. */
static void test_surname_changed(void **state)
{
	static const struct { const char *printed; enum field_state signer; const char *who; } rows[] = {
		{ "An^~aIm Minh Chính", FIELD_READ, "Phạm Minh Chính" }, { "Lò^96 Minh Chính", FIELD_READ, "Lò Minh Chính" },
		{ "Vũ^~Vu Minh Chính", FIELD_READ, "Vũ Minh Chính" }, { "An^~aIm Thị Hoa", FIELD_UNREAD, NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row letter[] = { HEAD("Số: 12/SNV-VP"), { 200, 330, "V/v báo cáo kết quả" }, { 300, 600, "Giám đốc Phạm Minh Chính chia buồn." },
			{ 240, 1700, "Nơi nhận:" }, { 240, 1750, "- Như trên;" }, { -1250, 1700, "GIÁM ĐỐC" }, { -1250, 1950, rows[i].printed }, END_ROWS };
		struct arena *arena = arena_new();
		struct dossier dossier;

		expect(read_rows(arena, &dossier, letter), "signer", rows[i].signer, rows[i].who);
		arena_free(arena);
	}
}

/* What a stamp or a misread mark took from the subject stands again in the body. */
static void test_subject_again(void **state)
{
	static const struct { const char *first, *second, *body, *value; bool stamp; } rows[] = {
		{ "Về việc quản lý doanh nghiệp", "có vân^73 nhà nước", "quản lý doanh nghiệp có vốn nhà nước;", "Về việc quản lý doanh nghiệp có vốn nhà nước", false },
		{ "Về việc quản lý doanh nghiệp", "có vân^95 nhà nước", "quản lý doanh nghiệp có vốn nhà nước;", "Về việc quản lý doanh nghiệp có vân nhà nước", false },
		{ "Về việc quản lý doanh nghiệp", "có vân^73 nhà nước", "quản lý doanh nghiệp có nhiều nhà nước;", "Về việc quản lý doanh nghiệp có vân nhà nước", false },
		{ "Về việc quản lý doanh nghiệp", "có vân^73 nhà nước", "nghiệp có vốn nhà nước; nghiệp có ván nhà nước;", "Về việc quản lý doanh nghiệp có vân nhà nước", false },
		{ "Kết luận về các công trình,", "án quan trọng quốc gia", "các công trình, dự án quan trọng quốc gia", "Kết luận về các công trình, dự án quan trọng quốc gia", true },
		{ "Kết luận về các công trình,", "án quan trọng quốc gia", "các công trình, dự án quan trọng quốc gia", "Kết luận về các công trình, án quan trọng quốc gia", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row paper[] = { HEAD("Số: 30/CT-TTg"), { -827, 400, "CHỈ THỊ" }, { -827, 450, rows[i].first }, { -827, 495, rows[i].second },
					     { 200, 700, rows[i].body }, FOOT, { 440, 500, "THỐNG^30" }, END_ROWS };
		struct arena *arena = arena_new();
		struct dossier dossier = { 0 };
		struct page *page = paper_page(arena, &dossier, paper);

		for (int k = 0; k < page->nwords; k++)
			if (page->words[k].box.x == 440 && page->words[k].box.y == 500) {
				page->words[k].role = ROLE_STAMP;
				page->words[k].box.w = rows[i].stamp ? 210 : 20;
			}
		expect(read_one(arena, &dossier), "subject", FIELD_READ, rows[i].value);
		arena_free(arena);
	}
}

/* Where a subject begins and ends, though a stamp took words of it or of what stands below. */
static void test_subject_ends(void **state)
{
	static const struct { const char *first, *below; int y; bool stamp; enum field_state state; const char *value; } rows[] = {
		{ "Thực hiện quy trình số hóa", "Căn cứ Luật Lưu trữ;", 560, false, FIELD_READ, "Thực hiện quy trình số hóa" },
		{ "Nâng cao chất lượng", "Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;", 520, false, FIELD_READ, "Nâng cao chất lượng" },
		{ "Tham dự cuộc họp", "hiện Thông tư số 01/2023/TT-VPCP ngày 05 tháng 4 năm 2023 của Bộ", 540, false, FIELD_READ, "Tham dự cuộc họp" },
		{ "Ì2^48 cao chất lượng phục vụ", "Kính gửi: Các xã", 560, true, FIELD_UNREAD, "Cao chất lượng phục vụ" },
		{ "Ì2^48 Nâng cao chất lượng", "Kính gửi: Các xã", 560, false, FIELD_READ, "Nâng cao chất lượng" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row paper[] = { HEAD("Số: 30/CT-TTg"), { -827, 400, "CHỈ THỊ" }, { -827, 450, rows[i].first }, { -827, rows[i].y, rows[i].below },
					     { 200, 700, "Điều 1. Thi hành." }, FOOT, { 440, 451, "ĐẾN^30" }, END_ROWS };
		struct arena *arena = arena_new();
		struct dossier dossier = { 0 };
		struct page *page = paper_page(arena, &dossier, paper);
		const struct field *field;

		for (int k = 0; k < page->nwords; k++)
			if (page->words[k].box.x == 440 && page->words[k].box.y == 451) {
				page->words[k].role = ROLE_STAMP;
				page->words[k].box.w = rows[i].stamp ? 230 : 20;
			}
		field = field_find(read_one(arena, &dossier), "subject");
		assert_int_equal(field->state, rows[i].state);
		if (rows[i].state == FIELD_READ)
			assert_string_equal(field->value, rows[i].value);
		arena_free(arena);
	}
}

/* The language knows no "V/v"; a letter about it has its subject all the same. */
static void test_reference_changed(void **state)
{
	static const struct row letter[] = { HEAD("Số: 2480/PTP-NV"), { 200, 330, "VÀ^~V xác minh thông tin hộ tịch" }, { 600, 500, "Kính gửi: Ủy ban nhân dân huyện" },
		FOOT, END_ROWS };
	struct arena *arena = arena_new();
	struct dossier dossier;

	expect(read_rows(arena, &dossier, letter), "subject", FIELD_READ, "V/v xác minh thông tin hộ tịch");
	arena_free(arena);
}

/* The block that alone went over to the next page stands at its top. */
static void test_block_alone(void **state)
{
	static const struct row first[] = { HEAD("Số: 12/QĐ-SNV"), { -827, 360, "QUYẾT ĐỊNH" }, { -827, 410, "Về một việc" }, { 200, 2100, "Điều 1. Thi hành." }, END_ROWS };
	static const struct row last[] = { { -1250, 220, "TRƯỞNG PHÒNG" }, { -1250, 500, "Hồ Đức Nghĩa" }, END_ROWS };
	struct arena *arena = arena_new();
	struct dossier dossier = { 0 };
	struct document *d;

	paper_page(arena, &dossier, first);
	paper_page(arena, &dossier, last);
	d = read_one(arena, &dossier);
	assert_string_equal(field_find(d, "position")->value, "TRƯỞNG PHÒNG");
	assert_string_equal(field_find(d, "signer")->value, "Hồ Đức Nghĩa");
	arena_free(arena);
}

/* Marks that were read as a line of their own, and the end of a row that the reader parted from it. */
static void test_subject_pieces(void **state)
{
	const struct row paper[] = { HEAD("Số: 30/CT-TTg"), { -827, 400, "CHỈ THỊ" }, { -827, 450, "Về việc tăng cường quản lý than và các" },
				     { 900, 472, "XÁ" }, { 540, 495, "công trình trọng điểm ngành năng" }, { 1020, 495, "lượng" }, { 200, 700, "Điều 1. Thi hành." }, FOOT, END_ROWS };
	struct arena *arena = arena_new();
	struct dossier dossier;

	expect(read_rows(arena, &dossier, paper), "subject", FIELD_READ, "Về việc tăng cường quản lý than và các công trình trọng điểm ngành năng lượng");
	arena_free(arena);
}

/* A stamp lies over title and subject, and the reader took their words for one line. */
static void test_two_rows_in_one(void **state)
{
	const struct row paper[] = { HEAD("Số: 30/CT-TTg"), { -827, 400, "CHỈ THỊ" }, { -827, 450, "Về việc tăng cường quản lý than sản xuẤt điện" },
				     { 200, 700, "Điều 1. Thi hành." }, FOOT, END_ROWS };
	struct arena *arena = arena_new();
	struct dossier dossier = { 0 };
	struct page *page = paper_page(arena, &dossier, paper);
	struct document *d;

	for (int i = 0; i < page->nwords; i++)
		if (page->words[i].box.y == 450)
			page->words[i].line--;
	d = read_one(arena, &dossier);
	assert_string_equal(d->type, "chi-thi");
	expect(d, "subject", FIELD_READ, "Về việc tăng cường quản lý than sản xuất điện");
	arena_free(arena);
}

/* A value that reached the end of its line goes on under it; what begins with a label or a number of its own does not belong to it. */
static void test_values_go_on(void **state)
{
	static const struct row permit[] = { HEAD("Số: 70GPXD-SXD"), { -827, 360, "GIẤY PHÉP XÂY DỰNG" },
		{ 240, 500, "1. Cấp cho: Công ty TNHH Thương mại và Dịch vụ Xuất nhập khẩu Đại Thuận" }, { 420, 550, "Phát" },
		{ 240, 600, "Vị trí xây dựng: thửa 79, tờ bản đồ 27, xã Bình Châu, huyện Châu" }, { 240, 650, "2. Công trình cấp III, nhà ở" }, FOOT, END_ROWS };
	struct arena *arena = arena_new();
	struct dossier dossier;
	struct document *d = read_rows(arena, &dossier, permit);

	expect(d, "number", FIELD_READ, "70/GPXD-SXD");
	expect(d, "owner_name", FIELD_READ, "Công ty TNHH Thương mại và Dịch vụ Xuất nhập khẩu Đại Thuận Phát");
	expect(d, "address", FIELD_READ, "thửa 79, tờ bản đồ 27, xã Bình Châu, huyện Châu");
	arena_free(arena);
}

/* Of a couple one number alone is nobody's. */
static void test_half_a_couple(void **state)
{
	static const struct row marriage[] = { { 200, 150, "ỦY BAN NHÂN DÂN" }, { 200, 195, "XÃ AN HÒA" }, MOTTO, { 300, 270, "Số: 12/2024" },
		{ -827, 360, "GIẤY CHỨNG NHẬN KẾT HÔN" }, { 240, 500, "Họ, chữ đệm, tên vợ: LÊ THỊ HOA" },
		{ 240, 560, "Họ, chữ đệm, tên chồng: TRẦN VĂN AN" }, { 240, 620, "Giấy tờ tùy thân: Căn cước công dân số 077093329368" }, END_ROWS };
	struct arena *arena = arena_new();
	struct dossier dossier;
	struct document *d = read_rows(arena, &dossier, marriage);

	expect(d, "owner_name", FIELD_READ, "LÊ THỊ HOA\nTRẦN VĂN AN");
	expect(d, "owner_id", FIELD_UNREAD, NULL);
	arena_free(arena);
}

/* Who hands a paper in signs under a caption in small letters. */
static void test_applicant(void **state)
{
	static const struct row form[] = { MOTTO_MIDDLE, { -827, 300, "TỜ KHAI ĐĂNG KÝ KHAI TỬ" }, { 240, 500, "Tôi tên là: Đinh Hữu Khải" },
		{ -1200, 900, "Người yêu cầu" }, { -1200, 950, "(Ký, ghi rõ họ, chữ đệm, tên)" }, { -1200, 1200, "Đinh Hữu Khải" }, END_ROWS };
	struct arena *arena = arena_new();
	struct dossier dossier;
	struct document *d = read_rows(arena, &dossier, form);

	assert_string_equal(d->type, "don-to-khai");
	expect(d, "signer", FIELD_READ, "Đinh Hữu Khải");
	expect(d, "owner_name", FIELD_READ, "Đinh Hữu Khải");
	arena_free(arena);
}

/* What a person said of the type stands over title and number. */
static void test_said_type(void **state)
{
	struct arena *arena = arena_new();
	struct dossier dossier = { 0 };
	struct document *d;

	paper_page(arena, &dossier, decision)->said_type = arena_strdup(arena, "thong-bao");
	d = read_one(arena, &dossier);
	assert_string_equal(d->type, "thong-bao");
	assert_true(d->type_confidence > 99);
	arena_free(arena);
}

/* A name under the seal is set right by the same name among the recipients. */
static void test_second_reading(void **state)
{
	static const struct row letter[] = { HEAD("Số: 12/SNV-VP"), { 200, 330, "V/v báo cáo kết quả" }, { 200, 370, "số hóa năm 2024" },
		{ 600, 500, "Kính gửi: Văn phòng UBND tỉnh." }, { 240, 1700, "Nơi nhận:" }, { 240, 1750, "- PGĐ Nguyễn Sỹ Lâm;" },
		{ -1250, 1700, "GIÁM ĐỐC" }, { -1250, 1950, "NẾuyễn^30 Sỹ Lâm" }, END_ROWS };
	struct arena *arena = arena_new();
	struct dossier dossier;
	struct document *d = read_rows(arena, &dossier, letter);

	assert_string_equal(d->type, "cong-van");
	expect(d, "subject", FIELD_READ, "V/v báo cáo kết quả số hóa năm 2024");
	expect(d, "signer", FIELD_READ, "Nguyễn Sỹ Lâm");
	expect(d, "recipient", FIELD_READ, "Văn phòng UBND tỉnh");
	arena_free(arena);
}

static void test_copies(void **state)
{
	static const struct { const char *line, *copy; int level; } rows[] = {
		{ "một dòng", "original", 1 }, { "SAO Y BẢN CHÍNH", "agency-copy", 1 }, { "TRÍCH SAO", "agency-copy", 1 },
		{ "SAO LỤC", "agency-copy", 1 }, { "(BẢN SAO)", "extract", 1 },
		{ "Chứng thực bản sao đúng với bản chính", "certified-copy", 0 }, { "BẢN PHOTO", "photocopy", 0 },
		{ "bản sao của giấy này nộp tại", "original", 1 }, { "quyển số 01/2024-SCT/BS", "certified-copy", 0 },
		{ "Số chứng thực: 146", "original", 1 }, { "SỞ Y TẾ", "original", 1 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct row page[] = { HEAD("Số: 12/QĐ-SNV"), { -827, 360, "QUYẾT ĐỊNH" }, { -827, 2000, rows[i].line }, END_ROWS };
		struct arena *arena = arena_new();
		struct dossier dossier;
		struct document *d = read_rows(arena, &dossier, page);

		if (strcmp(d->copy, rows[i].copy) || d->level != rows[i].level)
			fail_msg("%s: %s %d", rows[i].line, d->copy, d->level);
		arena_free(arena);
	}
}

static void test_birth(void **state)
{
	struct row rows[] = { MOTTO_MIDDLE, { -827, 300, "GIẤY KHAI SINH" }, { 1200, 360, "Số: 123/2020" },
		{ 200, 450, "Họ, chữ đệm, tên: NGUYỄN GIA HÂN" }, { 200, 510, "Ngày, tháng, năm sinh: 05/3/2020" },
		{ 200, 570, "ghi bằng chữ: Ngày năm tháng ba năm hai nghìn không trăm hai mươi" },
		{ 200, 630, "Giới tính: Nữ ~ Dân tộc: Kinh ~ Quốc tịch: Việt Nam" }, { 200, 690, "Số định danh cá nhân: 079320001234" },
		{ 200, 750, "Họ, chữ đệm, tên người mẹ: LÊ THỊ HOA" }, { 200, 810, "Quê quán: ............" },
		{ 200, 900, "Nơi đăng ký khai sinh: UBND phường Hòa Bình" }, { 200, 960, "Ngày, tháng, năm đăng ký: 12/3/2020" }, END_ROWS };
	struct arena *arena = arena_new();
	struct dossier dossier;
	struct document *d = read_rows(arena, &dossier, rows);

	assert_string_equal(d->type, "giay-khai-sinh");
	expect(d, "owner_name", FIELD_READ, "NGUYỄN GIA HÂN");
	expect(d, "owner_birth", FIELD_READ, "2020-03-05");
	expect(d, "owner_id", FIELD_READ, "079320001234");
	expect(d, "owner_sex", FIELD_READ, "Nữ");
	expect(d, "owner_ethnic", FIELD_READ, "Kinh");
	expect(d, "mother_name", FIELD_READ, "LÊ THỊ HOA");
	expect(d, "home_place", FIELD_BLANK, NULL);
	expect(d, "father_name", FIELD_ABSENT, NULL);
	expect(d, "number", FIELD_READ, "123/2020");
	expect(d, "date", FIELD_READ, "2020-03-12");
	rows[6].text = "ghi bằng chữ: Ngày sáu tháng ba năm hai nghìn không trăm hai mươi"; /* figures and words differ */
	d = read_rows(arena, &dossier, rows);
	expect(d, "owner_birth", FIELD_UNREAD, NULL);
	arena_free(arena);
}

/* The day in words goes on in the next line: its first line alone tells another day. */
static void test_birth_words(void **state)
{
	static const struct row rows[] = { MOTTO_MIDDLE, { -827, 300, "GIẤY KHAI SINH" }, { 1200, 360, "Số: 123/2025" },
		{ 200, 450, "Họ, chữ đệm, tên: NGUYỄN GIA HÂN" }, { 200, 510, "Ngày, tháng, năm sinh: 22/01/2025" },
		{ 200, 570, "Ghi bằng chữ: Ngày hai mươi hai tháng một năm hai nghìn không trăm hai mươi" }, { 200, 615, "lăm" },
		{ 200, 690, "Giới tính: Nữ" }, END_ROWS };
	struct arena *arena = arena_new();
	struct dossier dossier;

	expect(read_rows(arena, &dossier, rows), "owner_birth", FIELD_READ, "2025-01-22");
	arena_free(arena);
}

/* Over each other in the left block; and a subject of two parts. */
static void test_heads(void **state)
{
	static const struct { const char *above, *below, *place, *agency; } rows[] = {
		{ "SỞ Y TẾ CÀ MAU,", "TRUNG TÂM Y TẾ", "Cà Mau", "TRUNG TÂM Y TẾ" }, { "UBND XÃ TÂN LỘC,", "TRƯỜNG TIỂU HỌC", "Tân Lộc", "TRƯỜNG TIỂU HỌC" },
		{ "CỤC HỘ TỊCH, QUỐC TỊCH,", "CHỨNG THỰC", "Hà Nội", "CỤC HỘ TỊCH, QUỐC TỊCH, CHỨNG THỰC" },
		{ "ỦY BAN NHÂN DÂN", "TỈNH BÀ RỊA - VŨNG TÀU", "Bà Rịa-Vũng Tàu", "ỦY BAN NHÂN DÂN TỈNH BÀ RỊA - VŨNG TÀU" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_new();
		struct row page[] = { { 200, 150, rows[i].above }, { 200, 195, rows[i].below }, MOTTO, { 300, 270, "Số: 12/TB-UBND" },
			{ 850, 270, arena_printf(arena, "%s, ngày 05 tháng 02 năm 2024", rows[i].place) }, { -827, 360, "THÔNG BÁO" },
			{ -827, 410, "Kết luận của Chủ tịch tại Hội nghị tổng kết" }, { -827, 455, "công tác chuyển đổi số năm 2023;" },
			{ -827, 500, "Sơ kết hai năm thực hiện Đề án 06" }, { 200, 600, "Thực hiện Kế hoạch số 05/KH-UBND của tỉnh." }, FOOT, END_ROWS };
		struct dossier dossier;
		struct document *d = read_rows(arena, &dossier, page);

		expect(d, "agency", FIELD_READ, rows[i].agency);
		expect(d, "subject", FIELD_READ, "Kết luận của Chủ tịch tại Hội nghị tổng kết công tác chuyển đổi số năm 2023; Sơ kết hai năm thực hiện Đề án 06");
		arena_free(arena);
	}
}

/* The house of an enterprise is no row of the head, nor is "Đăng ký lần đầu, ngày ...": the title stands over them. */
static void test_certificate_head(void **state)
{
	static const struct row rows[] = { { 200, 150, "SỞ KẾ HOẠCH VÀ ĐẦU TƯ" }, { 200, 195, "PHÒNG ĐĂNG KÝ KINH DOANH" }, MOTTO,
		{ -827, 300, "GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP" }, { -827, 345, "CÔNG TY TRÁCH NHIỆM HỮU HẠN MỘT THÀNH VIÊN" }, { -827, 390, "Mã số doanh nghiệp: 0100109106" },
		{ -827, 435, "Đăng ký lần đầu, ngày 05 tháng 02 năm 2024" }, { 200, 520, "2. Địa chỉ trụ sở chính" }, { 200, 570, "Số 118, đường Lý Thường Kiệt" }, END_ROWS };
	struct arena *arena = arena_new();
	struct dossier dossier;
	struct document *d = read_rows(arena, &dossier, rows);

	expect(d, "agency", FIELD_READ, "PHÒNG ĐĂNG KÝ KINH DOANH");
	assert_string_equal(d->type, "dang-ky-doanh-nghiep");
	assert_true(d->type_confidence > 80);
	arena_free(arena);
}

static void test_marriage(void **state)
{
	static const struct row rows[] = { MOTTO_MIDDLE, { -827, 300, "GIẤY CHỨNG NHẬN KẾT HÔN" }, { 1200, 360, "Số: 25/2021" },
		{ 200, 450, "Họ, chữ đệm, tên vợ: LÊ THỊ HOA ~ Họ, chữ đệm, tên chồng: TRẦN VĂN NAM" },
		{ 200, 510, "Ngày, tháng, năm sinh: 02/9/1995 ~ Ngày, tháng, năm sinh: 15/10/1993" },
		{ 200, 570, "Giấy tờ tùy thân: 079195001234 ~ Giấy tờ tùy thân: 079093004321" }, END_ROWS };
	struct arena *arena = arena_new();
	struct dossier dossier;
	struct document *d = read_rows(arena, &dossier, rows);

	assert_string_equal(d->type, "giay-chung-nhan-ket-hon");
	expect(d, "owner_name", FIELD_READ, "LÊ THỊ HOA\nTRẦN VĂN NAM");
	expect(d, "owner_birth", FIELD_READ, "1995-09-02\n1993-10-15");
	expect(d, "owner_id", FIELD_READ, "079195001234\n079093004321");
	arena_free(arena);
}

static void test_card(void **state)
{
	static const struct row rows[] = { MOTTO_MIDDLE, { -827, 260, "CĂN CƯỚC CÔNG DÂN" }, { 500, 340, "Số / No.: 079190001234" },
		{ 500, 400, "Họ và tên / Full name:" }, { 500, 440, "PHẠM THU CÚC^80" }, { 300, 1500, "PHAM<<THU<CUC<<<<<<<<<<" },
		{ 500, 500, "Ngày sinh / Date of birth: 20/11/1990" }, { 500, 560, "Giới tính / Sex: Nữ" },
		{ 200, 700, "Có giá trị đến / Date of expiry: 20/11/2030" }, END_ROWS };
	struct arena *arena = arena_new();
	struct dossier dossier;
	struct document *d = read_rows(arena, &dossier, rows);

	assert_string_equal(d->type, "can-cuoc-cong-dan");
	expect(d, "owner_name", FIELD_READ, "PHẠM THU CÚC");
	expect(d, "owner_id", FIELD_READ, "079190001234");
	expect(d, "owner_birth", FIELD_READ, "1990-11-20");
	expect(d, "expires", FIELD_READ, "2030-11-20");
	arena_free(arena);
}

/* Two languages, the value under its label; the machine readable line stands in for days that were not read, confirms them, or contradicts. */
static void test_machine_lines(void **state)
{
	static const struct {
		const char *birth, *line;
		enum field_state birth_state, end_state;
	} rows[] = {
		{ "20/11/1990 ~ Nữ", "9011207F3011205VNM<<<<<<<<<<<4", FIELD_READ, FIELD_READ },
		{ "2OI11I199O", "9011207F3011205VNM<<<<<<<<<<<4", FIELD_READ, FIELD_READ },   /* the slashes were misread */
		{ "2OI11I199O", "9011287F3011205VNM<<<<<<<<<<<4", FIELD_UNREAD, FIELD_READ }, /* the check digit of the birth fails */
		{ "2OI11I199O", "9011207F3011265VNM<<<<<<<<<<<4", FIELD_UNREAD, FIELD_UNREAD },
		{ "21/11/1990", "9011207F3011205VNM<<<<<<<<<<<4", FIELD_UNREAD, FIELD_READ }, /* one of the two is wrong */
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row card[] = { MOTTO_MIDDLE, { -827, 260, "CĂN CƯỚC" }, { 500, 340, "Số định danh cá nhân / Personal identification number" },
			{ 500, 380, "079190001234" }, { 500, 440, "Họ, chữ đệm và tên khai sinh / Full name" }, { 500, 480, "PHẠM THU CÚC" },
			{ 500, 540, "Ngày, tháng, năm sinh / Date of birth ~ Giới tính / Sex" }, { 500, 580, rows[i].birth },
			{ 500, 640, "Ngày, tháng, năm hết hạn / Date of expiry" }, { 500, 680, "2OI11I2O3O" }, { 300, 900, rows[i].line }, END_ROWS };
		struct dossier dossier;
		struct document *d = read_rows(arena, &dossier, card);

		assert_string_equal(d->type, "can-cuoc");
		expect(d, "owner_birth", rows[i].birth_state, rows[i].birth_state == FIELD_READ ? "1990-11-20" : NULL);
		expect(d, "expires", rows[i].end_state, rows[i].end_state == FIELD_READ ? "2030-11-20" : NULL);
	}
	arena_free(arena);
}

/* The QR code of a card gives what print did not, agrees with it, or contradicts it; a code of anything else says nothing. */
static void test_card_code(void **state)
{
#define CODE_TEXT "079190001234|025123456|Phạm Thu Cúc|20111990|Nữ|Phường 1, Quận 3, TP. Hồ Chí Minh|15042021"
	static const struct {
		const char *name, *birth, *code, *field;
		enum field_state state;
		const char *value;
		enum field_source source;
		unsigned how;
	} rows[] = {
		{ "PHẠM THU CÚC", "20/11/1990", CODE_TEXT, "owner_name", FIELD_READ, "PHẠM THU CÚC", SOURCE_MACHINE, HOW_LABEL | HOW_CONFIRMED },
		{ "PHẠM THU CÚC", "20/11/1990", CODE_TEXT, "date", FIELD_READ, "2021-04-15", SOURCE_CODE, HOW_CODE },
		{ "PHẠM THU CÚC", "2OI11I199O", CODE_TEXT, "owner_birth", FIELD_READ, "1990-11-20", SOURCE_CODE, HOW_CODE },
		{ "PHẠM THỤ CÚC", "20/11/1990", CODE_TEXT, "owner_name", FIELD_UNREAD, NULL, SOURCE_MACHINE, HOW_LABEL | HOW_CONTRADICTED },
		{ "PHẠM THU CÚC", "21/11/1990", CODE_TEXT, "owner_birth", FIELD_UNREAD, NULL, SOURCE_MACHINE, HOW_LABEL | HOW_CONTRADICTED },
		{ "PHẠM THU CÚC", "20/11/1990", "https://dichvucong.gov.vn/079190001234", "owner_name", FIELD_READ, "PHẠM THU CÚC", SOURCE_MACHINE, HOW_LABEL },
		{ "PHẠM THU CÚC", "20/11/1990", "003190001234||Phạm Thu Hà|20111990|Nữ|TP. Hồ Chí Minh", "owner_name", FIELD_READ, "PHẠM THU CÚC", SOURCE_MACHINE,
		  HOW_LABEL }, /* 003 is no province */
		{ "PHẠM THU CÚC", "20/11/1990", "079190001234||Phạm Thu Hà|31111990|Nữ|TP. Hồ Chí Minh", "owner_name", FIELD_READ, "PHẠM THU CÚC", SOURCE_MACHINE,
		  HOW_LABEL }, /* no day */
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row card[] = { MOTTO_MIDDLE, { -827, 260, "CĂN CƯỚC CÔNG DÂN" }, { 500, 340, "Số / No.: 079190001234" },
			{ 500, 400, "Họ và tên / Full name:" }, { 500, 440, rows[i].name }, { 500, 500, "Ngày sinh / Date of birth:" }, { 500, 540, rows[i].birth },
			{ 500, 600, "Giới tính / Sex: Nữ" }, { 200, 700, "Có giá trị đến / Date of expiry: 20/11/2030" }, END_ROWS };
		struct code code = { (char *)"QR-Code", (char *)rows[i].code, { 1200, 300, 150, 150 } };
		struct dossier dossier = { 0 };
		struct page *page = paper_page(arena, &dossier, card);
		const struct field *field;
		struct document *d;

		page->codes = &code;
		page->ncodes = 1;
		d = read_one(arena, &dossier);
		assert_string_equal(d->type, "can-cuoc-cong-dan");
		expect(d, rows[i].field, rows[i].state, rows[i].value);
		field = field_find(d, rows[i].field);
		if (field->source != rows[i].source || field->how != rows[i].how)
			fail_msg("row %zu: source %d, how %x", i, (int)field->source, field->how);
	}
	arena_free(arena);
}

/* A mark of urgency stands alone on its line, in the words of the decree; "khẩn" in a sentence is none. */
static void test_urgency(void **state)
{
	static const struct { const char *mark; enum field_state state; const char *value; } rows[] = {
		{ "HỎA TỐC", FIELD_READ, "HỎA TỐC" }, { "HOẢ TỐC HẸN GIỜ", FIELD_READ, "HOẢ TỐC HẸN GIỜ" }, { "THƯỢNG KHẨN", FIELD_READ, "THƯỢNG KHẨN" },
		{ "KHẨN", FIELD_READ, "KHẨN" }, { "V/v triển khai KHẨN các việc", FIELD_ABSENT, NULL }, { "Khẩn", FIELD_ABSENT, NULL },
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row paper[] = { HEAD("Số: 12/QĐ-SNV"), { 330, 330, rows[i].mark }, { -827, 460, "QUYẾT ĐỊNH" },
			{ -827, 510, "Về việc công nhận kết quả kiểm tra hồ sơ" }, FOOT, END_ROWS };
		struct dossier dossier;

		expect(read_rows(arena, &dossier, paper), "urgency", rows[i].state, rows[i].value);
	}
	arena_free(arena);
}

/* The cover of a dossier: its code holds a day, the procedure has a number; an enterprise has its capital as a sum. */
static void test_codes(void **state)
{
	static const struct { const char *line, *field; enum field_state state; const char *value; } rows[] = {
		{ "Mã hồ sơ: 000.00.12.H06-240227-0001", "dossier_code", FIELD_READ, "000.00.12.H06-240227-0001" },
		{ "Mã hồ sơ: H06.12-240227-0001", "dossier_code", FIELD_READ, "H06.12-240227-0001" },
		{ "Mã hồ sơ: H06.12-241327-0001", "dossier_code", FIELD_ABSENT, NULL },
		{ "Mã thủ tục: 1.000948.H38", "procedure_code", FIELD_READ, "1.000948.H38" },
		{ "Mã thủ tục: 2.001218.000.00.00.H38", "procedure_code", FIELD_READ, "2.001218.000.00.00.H38" },
		{ "Lệ phí: 1.000.000 đồng", "procedure_code", FIELD_ABSENT, NULL },
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row paper[] = { HEAD("Số: 12/TTPVHCC"), { -827, 460, "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ" }, { 300, 640, rows[i].line },
			{ 300, 700, "Nội dung yêu cầu giải quyết: Đăng ký khai sinh" }, FOOT, END_ROWS };
		struct dossier dossier;
		struct document *d = read_rows(arena, &dossier, paper);

		assert_string_equal(d->type, "giay-tiep-nhan");
		expect(d, rows[i].field, rows[i].state, rows[i].value);
	}
	arena_free(arena);
}

/* What was put right says so, and the printed form stays beside it. */
static void test_how(void **state)
{
	static const struct {
		const char *number;
		unsigned how;
	} rows[] = {
		{ "Số: 12/QĐ-SNV", HOW_PLACE },
		{ "S6: 12/OĐ-SNV", HOW_PLACE | HOW_REPAIRED },
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row paper[] = { HEAD(rows[i].number), { -827, 360, "QUYẾT ĐỊNH" }, FOOT, END_ROWS };
		struct dossier dossier;
		struct document *d = read_rows(arena, &dossier, paper);
		const struct field *number = field_find(d, "number");

		expect(d, "number", FIELD_READ, "12/QĐ-SNV");
		assert_string_equal(number->text, rows[i].number);
		assert_int_equal(number->how, rows[i].how);
		assert_int_equal(field_find(d, "replaces")->how, 0); /* nothing was found */
	}
	arena_free(arena);
}

/* The number may stand on the line behind the verb; what replaces a part of a paper replaces no paper; what a ground says happened to the ground; and
 * a verb in the passive is done to this side. */
static void test_citations(void **state)
{
	static const struct {
		const char *first, *second, *kind, *value;
	} rows[] = {
		{ "Điều 4. Quyết định này thay thế Quyết định số 229/QĐ-UBND ngày 17/10/2022.", "Điều 5. Chánh Văn phòng thi hành.", "replaces", "229/QĐ-UBND" },
		{ "Điều 4. Quyết định này có hiệu lực kể từ ngày ký và thay thế Quyết định", "số 229/QĐ-UBND ngày 17/10/2022.", "replaces", "229/QĐ-UBND" },
		{ "Điều 4. Thay thế khoản 2 Điều 1 Quyết định số 229/QĐ-UBND ngày 17/10/2022.", "Điều 5. Thi hành.", NULL, NULL },
		{ "Điều 4. Bãi bỏ một phần Quyết định", "số 229/QĐ-UBND ngày 17/10/2022.", NULL, NULL },
		{ "Điều 1. Bãi bỏ Quyết định số 229/QĐ-UBND ngày 17/10/2022.", "Điều 2. Thi hành.", "abolishes", "229/QĐ-UBND" },
		{ "Điều 1. Thu hồi Giấy phép xây dựng số 70/GPXD-SXD ngày 17/10/2022.", "Điều 2. Thi hành.", "revokes", "70/GPXD-SXD" },
		{ "Điều 1. Sửa đổi, bổ sung một số điều của Quy chế kèm theo Quyết định số", "229/QĐ-UBND ngày 17/10/2022.", "amends", "229/QĐ-UBND" },
		{ "Điều 1. Đính chính Điều 3 Quyết định số 229/QĐ-UBND ngày 17/10/2022.", "Điều 2. Thi hành.", "corrects", "229/QĐ-UBND" },
		{ "Căn cứ Quyết định số 229/QĐ-UBND ngày 17/10/2022;", "Điều 5. Thi hành.", "based_on", "229/QĐ-UBND" },
		{ "Căn cứ Nghị định số 118/2025/NĐ-CP ngày 09/6/2025 được sửa đổi, bổ sung", "bởi Nghị định số 367/2025/NĐ-CP ngày 31/12/2025;", "based_on",
		  "118/2025/NĐ-CP\n367/2025/NĐ-CP" },
		{ "Điều 3. Các nội dung được sửa đổi tại Quyết định số 229/QĐ-UBND không áp dụng.", "Điều 4. Thi hành.", NULL, NULL },
		{ "Căn cứ Nghị định của Chính phủ số 43/2014/NĐ-", "CP ngày 15/5/2014; thủ tục hành chính", "based_on", "43/2014/NĐ-CP" },
		{ "Kết quả giải quyết thủ tục hành chính quý I", "theo Kế hoạch số 05/KH-UBND.", NULL, NULL },
		{ "Theo đề nghị của Giám đốc Sở Nội vụ tại Tờ trình", "số 15/TTr-SNV ngày 01/02/2024.", "based_on", "15/TTr-SNV" },
	};
	static const char *const kinds[] = { "replaces", "abolishes", "revokes", "amends", "corrects", "based_on" };
	struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row paper[] = { HEAD("Số: 158/QĐ-SNV"), { -827, 400, "QUYẾT ĐỊNH" }, { -827, 450, "Về việc kiện toàn Ban Chỉ đạo" },
			{ 200, 700, rows[i].first }, { 200, 750, rows[i].second }, FOOT, END_ROWS };
		struct dossier dossier;
		struct document *d = read_rows(arena, &dossier, paper);

		for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
			bool wanted = rows[i].kind && !strcmp(rows[i].kind, kinds[k]);

			expect(d, kinds[k], wanted ? FIELD_READ : FIELD_ABSENT, wanted ? rows[i].value : NULL);
		}
	}
	arena_free(arena);
}

/* Numbers of a whole paper in another order; not a misread number, nor one page of two. */
static void test_page_order(void **state)
{
	static const struct { const char *numbers[4]; const char *order; } rows[] = {
		{ { NULL, "3", "2" }, "1, 3, 2" }, { { "2", NULL, "3" }, "2, 1, 3" }, { { NULL, "2", "3" }, NULL }, { { NULL, "2", "8" }, NULL },
		{ { NULL, "3", "3" }, NULL }, { { NULL, "4", "2", "3" }, "1, 4, 2, 3" }, { { NULL, NULL, "2" }, NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_new();
		struct dossier dossier = { 0 };
		struct document *d;
		int n = rows[i].numbers[3] ? 4 : 3;

		for (int k = 0; k < n; k++) {
			const struct row first[] = { HEAD("Số: 12/QĐ-SNV"), { -827, 400, "QUYẾT ĐỊNH" }, { -827, 450, "Về một việc" }, END_ROWS };
			const struct row next[] = { { -827, 90, rows[i].numbers[k] }, { 200, 300, "Điều 2. Quyết định này có hiệu lực từ ngày ký." }, END_ROWS };

			paper_page(arena, &dossier, rows[i].numbers[k] ? next : first);
		}
		d = read_one(arena, &dossier);
		if (rows[i].order)
			assert_string_equal(field_find(d, "page_order")->value, rows[i].order);
		else
			assert_int_equal(field_find(d, "page_order")->state, FIELD_ABSENT);
		arena_free(arena);
	}
}

/* The entry in the register of certified copies, and the stamp of arrival: printed figures are read, a pen's never for sure. */
static void test_stamps(void **state)
{
	const struct row paper[] = { HEAD("Số: 12/QĐ-SNV"), { -827, 360, "QUYẾT ĐỊNH" }, { -827, 410, "Về một việc" },
		{ 200, 1900, "Số chứng thực: 146" }, { 200, 1945, "Quyển số: 01/2024 - SCT/BS" }, { 200, 1990, "Ngày 27/02/2024" }, FOOT,
		{ 150, 380, "ĐẾN Số: 45^95" }, { 150, 430, "Ngày: 3^40" }, END_ROWS };
	struct arena *arena = arena_new();
	struct dossier dossier = { 0 };
	struct page *page = paper_page(arena, &dossier, paper);
	struct document *d;

	for (int i = 0; i < page->nwords; i++)
		if (page->words[i].box.x < 400 && (page->words[i].box.y == 380 || page->words[i].box.y == 430))
			page->words[i].role = ROLE_STAMP;
	d = read_one(arena, &dossier);
	expect(d, "certified_number", FIELD_READ, "146");
	expect(d, "certified_book", FIELD_READ, "01/2024 - SCT/BS");
	expect(d, "certified_date", FIELD_READ, "2024-02-27");
	expect(d, "arrival_number", FIELD_READ, "45");
	assert_true(field_find(d, "arrival_number")->confidence < 90);
	expect(d, "arrival_date", FIELD_UNREAD, NULL);
	assert_string_equal(d->copy, "certified-copy");
	arena_free(arena);
}

/* The entry in a red frame is set aside with the stamps, and is read there; its register has one sign. */
static void test_entry_in_stamp(void **state)
{
	static const struct { const char *book; enum field_state state; const char *value; } rows[] = {
		{ "Quyển số: 01/2024 - SCT/BS", FIELD_READ, "01/2024 - SCT/BS" }, { "Quyển số: 01/2024 - SCTIBS", FIELD_READ, "01/2024 - SCT/BS" },
		{ "Quyển số: 01/2024 SCT/BS", FIELD_READ, "01/2024 - SCT/BS" }, { "Quyển số: 0112024 - SCT/BS", FIELD_UNREAD, NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row paper[] = { HEAD("Số: 12/QĐ-SNV"), { -827, 360, "QUYẾT ĐỊNH" }, { -827, 410, "Về một việc" },
			{ 200, 1900, "Số chứng thực: 146" }, { 200, 1945, rows[i].book }, { 200, 1990, "Ngày 27/02/2024" }, FOOT, END_ROWS };
		struct arena *arena = arena_new();
		struct dossier dossier = { 0 };
		struct page *page = paper_page(arena, &dossier, paper);
		struct document *d;
		const struct field *book;

		for (int k = 0; k < page->nwords; k++)
			if (page->words[k].box.y >= 1900 && page->words[k].box.y <= 1990 && page->words[k].box.x < 800)
				page->words[k].role = ROLE_STAMP;
		d = read_one(arena, &dossier);
		expect(d, "certified_number", FIELD_READ, "146");
		expect(d, "certified_date", FIELD_READ, "2024-02-27");
		book = field_find(d, "certified_book");
		assert_int_equal(book->state, rows[i].state);
		if (rows[i].value)
			assert_string_equal(book->value, rows[i].value);
		arena_free(arena);
	}
}

/* Entries as communes and notaries print and stamp them: in one row or several, figures by a pen, the office over or under it. */
static void test_entries(void **state)
{
	static const struct { const char *lines[5]; const char *number, *book, *date, *by; } rows[] = {
		{ { "CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH", "Số chứng thực: 146 Quyển số: 01/2024 - SCT/BS", "Ngày 27 tháng 02 năm 2024",
		    "VĂN PHÒNG CÔNG CHỨNG LÊ VĂN AN", "CÔNG CHỨNG VIÊN" }, "146", "01/2024 - SCT/BS", "2024-02-27", "VĂN PHÒNG CÔNG CHỨNG LÊ VĂN AN" },
		{ { "ỦY BAN NHÂN DÂN XÃ TÂN LỘC", "CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH", "Số chứng thực: ...146..., quyển số 02I2024 - SCT/", "Ngày: 27-02-2024" },
		  "146", "02/2024 - SCT/BS", "2024-02-27", "ỦY BAN NHÂN DÂN XÃ TÂN LỘC" },
		{ { "Chứng thực bản sao đúng với bản chính", "Số chứng thực 146 quyển số 01/2024-SCT/BS", "Ngày 27 tháng 02 năm 2024", "Tại: Ủy ban nhân dân xã Tân Lộc" },
		  "146", "01/2024 - SCT/BS", "2024-02-27", "Ủy ban nhân dân xã Tân Lộc" },
		{ { "CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH", "Số chứng thực: 146^70 quyển số: 01/2024 - SCT/BS", "Ngày 83 tháng 02 năm 2024", "TM. ỦY BAN NHÂN DÂN", "XÃ TÂN LỘC" },
		  NULL, "01/2024 - SCT/BS", NULL, "ỦY BAN NHÂN DÂN XÃ TÂN LỘC" },
		{ { "CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH", "Số chứng thực: 1 46 quyển số: 01/2024 - SCT/CK", "Ngày 27 tháng 02", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH" },
		  NULL, NULL, NULL, NULL },
		{ { "CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH", "quyển số: 01/2024 - SCT/BS", "Ngày 27 tháng 02 năm 2024", "CHỦ TỊCH UBND PHƯỜNG 2" },
		  NULL, "01/2024 - SCT/BS", "2024-02-27", "UBND PHƯỜNG 2" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct row paper[] = { HEAD("Số: 12/QĐ-SNV"), { -827, 360, "QUYẾT ĐỊNH" }, { -827, 410, "Về một việc" }, FOOT, END_ROWS, END_ROWS, END_ROWS, END_ROWS,
				       END_ROWS, END_ROWS };
		const char *values[] = { rows[i].number, rows[i].book, rows[i].date, rows[i].by };
		static const char *const names[] = { "certified_number", "certified_book", "certified_date", "certified_by" };
		struct arena *arena = arena_new();
		struct dossier dossier = { 0 };
		struct document *d;
		int end = 0;

		while (paper[end].text)
			end++;
		for (int k = 0; k < 5 && rows[i].lines[k]; k++)
			paper[end + k] = (struct row){ 200, 1900 + 45 * k, rows[i].lines[k] };
		paper_page(arena, &dossier, paper);
		d = read_one(arena, &dossier);
		assert_string_equal(d->copy, "certified-copy");
		for (int k = 0; k < 4; k++) {
			const struct field *field = field_find(d, names[k]);

			if (values[k])
				expect(d, names[k], FIELD_READ, values[k]);
			else
				assert_int_not_equal(field->state, FIELD_READ);
			assert_true(k > 0 || field->confidence < 90);
		}
		arena_free(arena);
	}
}

/* Marks of what a decree names are known; those of a place are not. */
static void test_official_names(void **state)
{
	static const struct { const char *printed, *value; } rows[] = {
		{ "ỦY BẠN NHÂN ĐÂN XÃ TÂN LOC", "ỦY BAN NHÂN DÂN XÃ TÂN LOC" },
		{ "SỞ THÔNG TIN VÀ TRUYEN THÔNG", "SỞ THÔNG TIN VÀ TRUYỀN THÔNG" },
		{ "SỞ NỘI VỤ", "SỞ NỘI VỤ" },
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row paper[] = { { 200, 150, rows[i].printed }, MOTTO, { 300, 270, "Số: 12/QĐ-UBND" },
			{ 850, 270, "Bắc Hà, ngày 05 tháng 02 năm 2024" }, { -827, 400, "QUYẾT ĐỊNH" }, FOOT, END_ROWS };
		struct dossier dossier;
		struct document *d = read_rows(arena, &dossier, paper);

		expect(d, "agency", FIELD_READ, rows[i].value);
		assert_string_equal(field_find(d, "agency")->text, rows[i].printed);
	}
	arena_free(arena);
}

/* A secret page has no words, a page may have none: the type is unknown and every field absent. */
static void test_nothing(void **state)
{
	struct arena *arena = arena_new();
	struct dossier dossier = { 0 };
	struct document *d;

	paper_page(arena, &dossier, decision)->secret = true;
	d = read_one(arena, &dossier);
	assert_string_equal(d->type, "khac");
	for (int i = 0; i < d->nfields; i++)
		assert_int_equal(d->fields[i].state, FIELD_ABSENT);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decision), cmocka_unit_test(test_numbers), cmocka_unit_test(test_ink), cmocka_unit_test(test_dates),
		cmocka_unit_test(test_agencies), cmocka_unit_test(test_positions), cmocka_unit_test(test_second_reading),
		cmocka_unit_test(test_read_again), cmocka_unit_test(test_surname_lost), cmocka_unit_test(test_values_go_on), cmocka_unit_test(test_two_rows_in_one),
		cmocka_unit_test(test_half_a_couple), cmocka_unit_test(test_applicant), cmocka_unit_test(test_said_type),
		cmocka_unit_test(test_copies), cmocka_unit_test(test_birth), cmocka_unit_test(test_marriage), cmocka_unit_test(test_card),
		cmocka_unit_test(test_machine_lines), cmocka_unit_test(test_card_code), cmocka_unit_test(test_how), cmocka_unit_test(test_urgency), cmocka_unit_test(test_codes), cmocka_unit_test(test_citations), cmocka_unit_test(test_stamps), cmocka_unit_test(test_entry_in_stamp), cmocka_unit_test(test_entries), cmocka_unit_test(test_birth_words), cmocka_unit_test(test_heads),
		cmocka_unit_test(test_certificate_head), cmocka_unit_test(test_page_order), cmocka_unit_test(test_official_names),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_surname_changed), cmocka_unit_test(test_subject_again), cmocka_unit_test(test_subject_pieces),
		cmocka_unit_test(test_subject_ends), cmocka_unit_test(test_reference_changed), cmocka_unit_test(test_block_alone),
	};

	return cmocka_run_group_tests(tests, open_room, close_room);
}
