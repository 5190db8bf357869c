/* The reader of content streams alone, and the judge of Vietnamese text. */
#include "tests/unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stages/decode/pdf_content.h"
#include "stages/decode/resolution.h"
#include "stages/decode/vietnamese.h"

static int handed, released;

/* /Im is an image, /Fm a form that paints /Im, /Loop a form that paints itself twice, /Odd strange. */
static void object(void *context, unsigned resources, const char *name, struct content_object *out)
{
	handed++;
	out->matrix = (struct matrix){ 1, 0, 0, 1, 10, 20 };
	out->bbox = (struct rect){ 0, 0, 1000, 1000 };
	if (!strcmp(name, "Im")) {
		out->kind = CONTENT_IMAGE;
		out->handle = 7;
		out->opaque = true;
	} else if (!strcmp(name, "Fm") || !strcmp(name, "Loop")) {
		out->kind = CONTENT_FORM;
		out->data = (const unsigned char *)(*name == 'F' ? "/Im Do" : "/Loop Do /Loop Do");
		out->size = strlen((const char *)out->data);
	} else if (!strcmp(name, "Odd")) {
		out->kind = CONTENT_STRANGE;
	}
}

static void release(void *context, struct content_object *out)
{
	released++;
}

static bool is_plain(void *context, unsigned resources, const char *name)
{
	return strcmp(name, "Half") != 0;
}

static bool is_drawn(void *context, unsigned resources, const char *name)
{
	return !strcmp(name, "T3");
}

static struct content_summary scan(const char *text)
{
	struct content_doors doors = { NULL, object, release, is_plain, is_drawn };
	struct content_summary s;

	handed = released = 0;
	content_scan((const unsigned char *)text, strlen(text), 0, &doors, &s);
	assert_int_equal(handed, released);
	return s;
}

static void test_place(void **state)
{
	struct content_summary s = scan("q 2 0 0 3 5 7 cm q 10 0 0 10 1 1 cm /Im Do Q Q");

	assert_int_equal(s.nimages, 1);
	assert_int_equal(s.image, 7);
	assert_true(s.image_opaque && !s.strange);
	assert_true(s.image_matrix.a == 20 && s.image_matrix.d == 30 && s.image_matrix.e == 7 && s.image_matrix.f == 10);
	s = scan("/Fm Do");
	assert_true(s.image_matrix.e == 10 && s.image_matrix.f == 20);
	s = scan("Q Q Q 3 0 0 3 0 0 cm /Im Do"); /* more Q than q */
	assert_true(s.image_matrix.a == 3);
	s = scan("10 10 20 20 re W n /Im Do");
	assert_true(s.clip.x0 == 10 && s.clip.x1 == 30);
	s = scan("q 10 10 20 20 re W n Q /Im Do");
	assert_true(s.clip.x0 < -1000);
}

static void test_tokens(void **state)
{
	static const struct { const char *text; int images; bool before, after, visible, hidden, strange; } rows[] = {
		{ "", 0, 0, 0, 0, 0, 0 },
		{ "/Im Do", 1, 0, 0, 0, 0, 0 },
		{ "/I#6D Do%/Im Do\n/Im Do", 2, 0, 0, 0, 0, 0 },
		{ "(/Im Do) <2F> [ /Im (x) ] << /Im 3 /B true >> Do", 0, 0, 0, 0, 0, 0 },
		{ "(a(b)c\\)) Tj /Im Do", 1, 1, 0, 1, 0, 0 },
		{ "() Tj [ 3 () ] TJ <> Tj", 0, 0, 0, 0, 0, 0 },
		{ "3 Tr [(a) -3 <41>] TJ", 0, 0, 0, 0, 1, 0 },
		{ "/T3 1 Tf 3 Tr (a) Tj", 0, 1, 0, 1, 0, 0 },
		{ "3 Tr q 0 Tr (a) Tj Q (b) Tj", 0, 1, 0, 1, 1, 0 },
		{ "7 Tr (a) Tj", 0, 1, 0, 1, 0, 1 },
		{ "/Im Do 1 1 5 5 re f", 1, 0, 1, 0, 0, 0 },
		{ "f /Im Do S", 1, 0, 0, 0, 0, 0 },
		{ "/Im Do sh", 1, 0, 1, 0, 0, 0 },
		{ "/Half gs /Im Do", 1, 0, 0, 0, 0, 1 },
		{ "q /Half gs Q /Im Do", 1, 0, 0, 0, 0, 0 },
		{ "BI /W 1 ID xEI y\nEI /Im Do", 2, 0, 0, 0, 0, 1 },
		{ "BI ID", 1, 0, 0, 0, 0, 1 },
		{ "/OC /L BDC EMC", 0, 0, 0, 0, 0, 1 },
		{ "/Span << /MCID 0 /X true >> BDC EMC", 0, 0, 0, 0, 0, 0 },
		{ "/Odd Do", 0, 0, 0, 0, 0, 1 },
		{ "/Nothing Do", 0, 0, 0, 0, 0, 0 },
		{ "/Loop Do", 0, 0, 0, 0, 0, 1 },
		{ "((((", 0, 0, 0, 0, 0, 0 },
		{ "<4", 0, 0, 0, 0, 0, 0 },
		{ "/", 0, 0, 0, 0, 0, 0 },
		{ "1e9 --5 +.5 1.2.3 - . cm", 0, 0, 0, 0, 0, 0 },
		{ "99999999999999999999 0 0 1 0 0 cm /Im Do", 1, 0, 0, 0, 0, 1 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct content_summary s = scan(rows[i].text);

		if (s.nimages != rows[i].images || s.painted_before != rows[i].before || s.painted_after != rows[i].after ||
		    s.visible_text != rows[i].visible || s.hidden_text != rows[i].hidden || (s.strange != NULL) != rows[i].strange)
			fail_msg("%s: images %d before %d after %d visible %d hidden %d strange %s", rows[i].text, s.nimages,
				 s.painted_before, s.painted_after, s.visible_text, s.hidden_text, s.strange ? s.strange : "-");
	}
}

/* Any bytes at all must end, within the bounds. */
static void test_noise(void **state)
{
	static const char pieces[] = "q Q cm /Im /Fm /Loop Do ( ) [ ] << >> < > BT ET 3 Tr (x) Tj re W n f BI ID EI 1 -2.5 % \n \\ # ";
	unsigned seed = 1;

	for (int round = 0; round < 3000; round++) {
		char text[200];

		for (size_t i = 0; i < sizeof text - 1; i++) {
			seed = seed * 1103515245 + 12345;
			text[i] = pieces[(seed >> 16) % (sizeof pieces - 1)];
		}
		text[sizeof text - 1] = '\0';
		scan(text);
	}
}

static void test_syllables(void **state)
{
	static const char *const good[] = { "Nguyễn", "QUYẾT", "nghĩa", "Việt", "giữa", "gì", "giếng", "khuya", "thuở", "quốc", "ướt",
					    "rượu", "nghiêng", "Đắc", "ương", "y", "hoà", "hòa", "khuỷu", "xoong", "huyện", "kỳ", "gì",
					    "ủy", "Ủy", "uỷ", "của", "được", "tuổi", "tươi", "mười", "ngoéo", "quyển", "quý" };
	static const char *const bad[] = { "céng", "héi", "chñ", "viÖt", "COÄNG", "XAÕ", "HOÄI", "nghê1", "bcd", "ngè", "hàm̀", "köln",
					   "señor", "tôt", "được1", "qạ", "lËp", "" };

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		if (!vietnamese_syllable(good[i], strlen(good[i])))
			fail_msg("%s is a syllable", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (vietnamese_syllable(bad[i], strlen(bad[i])))
			fail_msg("%s is none", bad[i]);
}

static void test_plausible(void **state)
{
	static const struct { const char *text; bool fine; } rows[] = {
		{ "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc", true },
		{ "Số: 15/QĐ-UBND, ngày 05/01/2024; m², 30°C, “trích”, § 5, 12 %, €", true },
		{ "céng hoµ x· héi chñ nghÜa viÖt nam §éc lËp Tù do H¹nh phóc", false },
		{ "COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM", false },
		{ "The quick brown fox jumps over the lazy dog and runs away", true },
		{ "1 2 3 4 5", true },
		{ "", true },
		{ "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd abc", false },
		{ "\xef\x82\xb7 mục một \xef\x82\xb7 mục hai là một dòng đủ dài để dấu đầu dòng không làm hỏng cả trang", true },
		{ "7KLV LVWK WHVW RFVK LIWHG WHJW ZKFK KDVQ RYZH WKHU PRUH QRWK LQJG RLQJ LVSO WKFK GHDS RRUO WZZZ BCDF GHJK", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (vietnamese_plausible(rows[i].text) != rows[i].fine)
			fail_msg("row %zu: %s", i, rows[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_place),     cmocka_unit_test(test_tokens),    cmocka_unit_test(test_noise),
		cmocka_unit_test(test_syllables), cmocka_unit_test(test_plausible),
	};

	return cmocka_run_group_tests_name("decode: content", tests, NULL, NULL);
}
