/* pipeline/text.c: NFC, fold, tone placement, names, natural order; the fold is measured against FTS5 itself. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"

static struct arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	arena = NULL;
	return 0;
}

struct pair {
	const char *in, *out;
};

static void check_pairs(char *(*function)(struct arena *, const char *), const struct pair *pairs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *out = function(arena, pairs[i].in);
		if (strcmp(out, pairs[i].out))
			print_message("row %zu: '%s'\n", i, pairs[i].in);
		assert_string_equal(out, pairs[i].out);
		assert_string_equal(function(arena, out), pairs[i].out); /* idempotent */
	}
}

#define CHECK(function, pairs) check_pairs(function, pairs, sizeof(pairs) / sizeof *(pairs))

static void test_valid(void **state)
{
	(void)state;
	assert_true(text_valid("Số hóa", strlen("Số hóa")));
	assert_true(text_valid("", 0));
	assert_false(text_valid("a\0b", 3));
	assert_false(text_valid("\xC0\x80", 2));         /* overlong NUL */
	assert_false(text_valid("\xE0\x80\xAF", 3));     /* overlong */
	assert_false(text_valid("\xED\xA0\x80", 3));     /* surrogate */
	assert_false(text_valid("\xF4\x90\x80\x80", 4)); /* beyond U+10FFFF */
	assert_false(text_valid("\xE1\xBA", 2));         /* cut off */
	assert_false(text_valid("\xE1\xBA\x9F", 2));     /* whole, but behind the size */
}

static void test_nfc(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
		{ "Nguye\xCC\x82\xCC\x83n", "Nguyễn" },
		{ "Nguye\xCC\x83\xCC\x82n", "Nguy\xE1\xBA\xBD\xCC\x82n" }, /* marks of one class keep their order */
		{ "e\xCC\xA3\xCC\x82", "ệ" },
		{ "e\xCC\x82\xCC\xA3", "ệ" },
		{ "\xC3\x90\xC6\x89\xC4\x90 \xC3\xB0\xC9\x96\xC4\x91", "ĐĐĐ đđđ" },
		{ "a\x01" "b\x7F" "c\xC2\x85" "d\r\n\te", "abcd\n\te" },
		{ "a\x01\xCC\x81", "á" }, /* what a control character kept apart */
		{ "\xFF" "a\xE1\xBA", "\xEF\xBF\xBD" "a\xEF\xBF\xBD\xEF\xBF\xBD" },
		{ "\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
		{ "", "" },
	};
	CHECK(text_nfc, pairs);
}

/* The quick way of plain text gives what the long way gives, which a Chinese letter behind it forces. */
static void test_nfc_plain(void **state)
{
	(void)state;
	for (uint32_t c = 1; c < 0x2000; c++) {
		char quick[8] = "", slow[16];
		quick[text_put(quick, c)] = '\0';
		snprintf(slow, sizeof slow, "%s\xE4\xB8\x80", quick);
		char *composed = text_nfc(arena, slow);
		composed[strlen(composed) - 3] = '\0';
		assert_string_equal(text_nfc(arena, quick), composed);
		arena_reset(arena);
	}
}

/* A long run of marks would take quadratic time; it is cut and the result is stable. */
static void test_nfc_long_runs(void **state)
{
	(void)state;
	static const char *const marks[] = { "\xCC\x81", "\xCC\xA3", "\xCD\x84" /* U+0344: two marks in one */ };
	size_t size = 1000000;
	char *text = malloc(size + 2), *end = text;
	*end++ = 'a';
	for (size_t i = 0; end + 2 < text + size; i++) {
		memcpy(end, marks[i % 3], 2);
		end += 2;
	}
	*end = '\0';
	char *once = text_nfc(arena, text);
	assert_true(text_length(once) < 40);
	assert_string_equal(text_nfc(arena, once), once);
	free(text);
}

static void test_case(void **state)
{
	(void)state;
	assert_string_equal(text_lower(arena, "CỘNG HÒA XÃ HỘI ĐƯỜNG Ỹ Ợ"), "cộng hòa xã hội đường ỹ ợ");
	assert_string_equal(text_upper(arena, "Độc lập - Tự do, ươ ẵ"), "ĐỘC LẬP - TỰ DO, ƯƠ Ẵ");
	assert_true(text_is_upper(0x110));
	assert_false(text_is_upper(0x111));
	assert_true(text_is_letter(0x1EBF));
	assert_false(text_is_letter('7'));
	assert_true(text_is_digit('7'));
	assert_false(text_is_digit(0x0667));
}

static void test_fold(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
		{ "Nguyễn Thị Đường", "nguyen thi duong" },
		{ "hoà hòa Hoà HÒA", "hoa hoa hoa hoa" },
		{ "Nguye\xCC\x82\xCC\x83n", "nguyen" },
		{ "\xC3\x90\xC6\x89\xC4\x90", "ddd" },
		{ "123/QĐ-UBND ngày 05/01/2024.", "123/qd-ubnd ngay 05/01/2024." },
		{ "ẮẰẲẴẶ ấầẩẫậ ƠỚỜỞỠỢ ưứừửữự ỳýỷỹỵ", "aaaaa aaaaa oooooo uuuuuu yyyyy" },
		{ "\xCC\x81 a", "\xCC\x81 a" },                        /* a mark alone is no letter's */
		{ "a\xCC\x85" "b", "a\xCC\x85" "b" },                  /* a mark at which FTS5 cuts stays */
		{ "Ω Я й が क\xE0\xA4\xBC 漢字", "ω я й が क\xE0\xA4\xBC 漢字" }, /* other scripts keep their marks */
		{ "\xCE\xA1\xCC\x93x", "\xCE\xA1\xCC\x93x" },          /* the small rho would compose and join two words */
		{ "İI", "ii" },
		{ "a\nb\tc", "a\nb\tc" },
	};
	CHECK(text_fold, pairs);
}

static void test_canonical(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
		{ "hoà", "hòa" }, { "HOÀ", "HÒA" }, { "Hoà bình", "Hòa bình" }, { "hoá.", "hóa." }, { "hoả", "hỏa" },
		{ "thoã", "thõa" }, { "hoạ", "họa" }, { "khoẻ", "khỏe" }, { "xoè", "xòe" }, { "thuỷ", "thủy" },
		{ "UỶ BAN", "ỦY BAN" }, { "uý", "úy" }, { "tuỵ", "tụy" }, { "luỹ", "lũy" }, { "goá phụ", "góa phụ" },
		/* closed syllables and q stay */
		{ "hoàn", "hoàn" }, { "toán", "toán" }, { "huỳnh", "huỳnh" }, { "quý quỳ QUỶ", "quý quỳ QUỶ" },
		{ "quà quả", "quà quả" }, { "hoài", "hoài" }, { "hòa thủy", "hòa thủy" }, { "à y ý", "à y ý" },
		{ "loè loẹt", "lòe loẹt" }, { "oà", "òa" }, { "", "" },
	};
	CHECK(text_canonical, pairs);
}

static void test_show_name(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t size;
		const char *shown;
	} rows[] = {
		{ "quyết định 2.pdf", sizeof "quyết định 2.pdf" - 1, "quyết định 2.pdf" },
		{ "a\xFF" "b", 3, "a\\xFFb" },
		{ "a\nb\x1B[2J", 7, "a\\x0Ab\\x1B[2J" },
		{ "a\0b", 3, "a\\x00b" },
		{ "\xC2\x85", 2, "\\xC2\\x85" },
		{ "fdp\xE2\x80\xAE.exe", 10, "fdp\\xE2\\x80\\xAE.exe" }, /* right-to-left override */
		{ "a\\xFFb", 6, "a\\x5CxFFb" },                         /* not the name two rows up */
		{ "a\\b", 3, "a\\b" },
		{ "\xE1\xBA", 2, "\\xE1\\xBA" },
		{ "", 0, "" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(text_show_name(arena, (const unsigned char *)rows[i].bytes, rows[i].size), rows[i].shown);
}

static void test_natural(void **state)
{
	(void)state;
	static const char *const ordered[] = { "", "1", "01", "001", "2", "10", "10a", "a", "a/1", "a/2", "a/10", "a0", "a00",
					       "a01b", "a1c", "a99999999999999999999998", "a99999999999999999999999",
					       "aa", "b", "trang-2.tif", "trang-10.tif", "đ" };
	size_t n = sizeof ordered / sizeof *ordered;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++) {
			int order = text_natural_compare(ordered[i], ordered[k]);
			assert_int_equal(order, -text_natural_compare(ordered[k], ordered[i]));
			assert_true((order == 0) == (i == k));
		}
	assert_true(text_natural_compare("2.tif", "10.tif") < 0);
	assert_true(text_natural_compare("scan.tif", "scan-2.tif") < 0 && text_natural_compare("scan.tif", "scan (2).tif") < 0);
	assert_true(text_natural_compare("a/9.tif", "a-1/1.tif") < 0);
	assert_true(text_natural_compare("001", "01") < 0 && text_natural_compare("01", "1") < 0);
	assert_true(text_natural_compare("a9", "a10b") < 0 && text_natural_compare("a10", "a10b") < 0);
	assert_true(text_natural_compare("a99999999999999999999998", "a99999999999999999999999") < 0);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++)
			for (size_t m = 0; m < n; m++)
				if (text_natural_compare(ordered[i], ordered[k]) < 0 &&
				    text_natural_compare(ordered[k], ordered[m]) < 0)
					assert_true(text_natural_compare(ordered[i], ordered[m]) < 0);
}

/* --- the fold against FTS5's own tokenizer -------------------------------------------------------------------------------- */

static sqlite3 *db;
static sqlite3_stmt *put;

static int fts_setup(void **state)
{
	(void)state;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				      "CREATE VIRTUAL TABLE t USING fts5 (a, b, tokenize = 'unicode61 remove_diacritics 0');"
				      "CREATE VIRTUAL TABLE v USING fts5vocab (t, instance);"
				      "BEGIN", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "INSERT INTO t (rowid, a, b) VALUES (?1, ?2, ?3)", -1, &put, NULL), SQLITE_OK);
	return 0;
}

static int fts_teardown(void **state)
{
	(void)state;
	sqlite3_finalize(put);
	sqlite3_close(db);
	arena_reset(arena);
	return 0;
}

static void fts_put(int64_t id, const char *text)
{
	char *fold = text_fold(arena, text);
	assert_string_equal(text_fold(arena, fold), fold);
	sqlite3_bind_int64(put, 1, id);
	sqlite3_bind_text(put, 2, text, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(put, 3, fold, -1, SQLITE_TRANSIENT);
	assert_int_equal(sqlite3_step(put), SQLITE_DONE);
	sqlite3_reset(put);
}

/* No row has more or fewer tokens in b than in a. */
static void fts_compare(void)
{
	sqlite3_stmt *query;
	assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db,
					    "SELECT doc, sum(col = 'a') AS na, sum(col = 'b') AS nb, (SELECT a FROM t WHERE rowid = doc)"
					    " FROM v GROUP BY doc HAVING na <> nb", -1, &query, NULL), SQLITE_OK);
	int differ = 0;
	while (sqlite3_step(query) == SQLITE_ROW && differ++ < 10)
		print_message("row %lld: %d tokens, folded %d: '%s'\n", (long long)sqlite3_column_int64(query, 0),
			      sqlite3_column_int(query, 1), sqlite3_column_int(query, 2), sqlite3_column_text(query, 3));
	sqlite3_finalize(query);
	assert_int_equal(differ, 0);
}

/* Every character of Unicode, alone and between letters. */
static void test_fold_every_character(void **state)
{
	(void)state;
	for (uint32_t c = 0xA0; c < 0x32000; c++) {
		char text[32], *end = text;
		if (c >= 0xD800 && c < 0xE000)
			continue;
		*end++ = 'a';
		end += text_put(end, c);
		*end++ = 'B';
		*end++ = ' ';
		end += text_put(end, c);
		end += text_put(end, 0x1EBF);
		*end = '\0';
		fts_put(c, text_nfc(arena, text));
		if (c % 1000 == 0)
			arena_reset(arena);
	}
	fts_compare();
}

static void test_fold_random(void **state)
{
	(void)state;
	static const uint32_t pool[] = { 'a', 'B', 'e', 'o', 'U', 'y', 'd', '7', ' ', '-', '/', '\n', 0x300, 0x301, 0x302, 0x303,
					 0x305, 0x306, 0x309, 0x30A, 0x313, 0x31B, 0x323, 0x327, 0x338, 0x342, 0x345, 0x110, 0x111,
					 0xD0, 0x1EBF, 0x1ED9, 0x3A1, 0x3C9, 0x419, 0x434, 0x4F, 0x915, 0x93C, 0x304B, 0x3099, 0x1100,
					 0x1161, 0xAC00, 0x11A8, 0x4E2D, 0xE01, 0xE34, 0x200B, 0x1F600, 0x2168, 0x24B6, 0xFB01, 0x130,
					 0x131, 0xDF, 0x1E9E, 0x17F, 0xFFFD, 0x653, 0x627 };
	uint32_t seed = 20261124;
	for (int row = 1; row <= 20000; row++) {
		char text[128], *end = text;
		for (int i = 0; i < 20; i++) {
			seed = seed * 1664525u + 1013904223u;
			end += text_put(end, pool[(seed >> 8) % (sizeof pool / sizeof *pool)]);
		}
		*end = '\0';
		fts_put(row, text_nfc(arena, text));
		if (row % 1000 == 0)
			arena_reset(arena);
	}
	fts_compare();
}

/* Every Vietnamese vowel with every tone, in both placements, composed and decomposed: one syllable is one token and one fold. */
static void test_fold_syllables(void **state)
{
	(void)state;
	static const char *const onsets[] = { "", "b", "ch", "đ", "gi", "h", "kh", "ngh", "nh", "ph", "qu", "th", "tr", "Đ", "NG" };
	static const char *const vowels[] = { "a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y" };
	static const char *const tones[] = { "", "\xCC\x80", "\xCC\x81", "\xCC\x89", "\xCC\x83", "\xCC\xA3" };
	static const char *const codas[] = { "", "a", "n", "ng", "o", "y", "ch" };
	int64_t id = 1;
	for (size_t o = 0; o < sizeof onsets / sizeof *onsets; o++)
		for (size_t v = 0; v < sizeof vowels / sizeof *vowels; v++)
			for (size_t t = 0; t < sizeof tones / sizeof *tones; t++)
				for (size_t k = 0; k < sizeof codas / sizeof *codas; k++, id++) {
					char raw[64];
					snprintf(raw, sizeof raw, "%s%s%s%s", onsets[o], vowels[v], tones[t], codas[k]);
					char *composed = text_nfc(arena, raw);
					fts_put(id, composed);
					char *fold = text_fold(arena, raw);
					assert_string_equal(fold, text_fold(arena, composed));
					assert_string_equal(fold, text_fold(arena, text_canonical(arena, composed)));
					for (const char *p = fold; *p; p++)
						assert_true(*p >= 'a' && *p <= 'z');
				}
	fts_compare();
}

/* Broken bytes anywhere: no call reads behind the end, every result is clean. */
static void test_garbage(void **state)
{
	(void)state;
	uint32_t seed = 7;
	for (int row = 0; row < 5000; row++) {
		char text[40];
		int size = row % 39;
		for (int i = 0; i < size; i++) {
			seed = seed * 1664525u + 1013904223u;
			text[i] = (char)(seed >> 24 ? seed >> 24 : 1);
		}
		text[size] = '\0';
		char *copy = malloc((size_t)size + 1); /* for the sanitizer: exactly as long */
		memcpy(copy, text, (size_t)size + 1);
		char *results[] = { text_nfc(arena, copy), text_lower(arena, copy), text_upper(arena, copy), text_fold(arena, copy),
				    text_show_name(arena, (unsigned char *)copy, (size_t)size) };
		for (size_t i = 0; i < sizeof results / sizeof *results; i++)
			assert_true(text_valid(results[i], strlen(results[i])));
		assert_string_equal(text_nfc(arena, results[0]), results[0]);
		text_canonical(arena, copy);
		text_length(copy);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_nfc),
		cmocka_unit_test(test_nfc_plain),
		cmocka_unit_test(test_nfc_long_runs),
		cmocka_unit_test(test_case),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_canonical),
		cmocka_unit_test(test_show_name),
		cmocka_unit_test(test_natural),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test_setup_teardown(test_fold_every_character, fts_setup, fts_teardown),
		cmocka_unit_test_setup_teardown(test_fold_random, fts_setup, fts_teardown),
		cmocka_unit_test_setup_teardown(test_fold_syllables, fts_setup, fts_teardown),
	};
	return cmocka_run_group_tests_name("text", tests, setup, teardown);
}
