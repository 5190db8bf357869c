/* pipeline/places.c and stages/index/relation.c: names of before and after 1 July 2025 */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "pipeline/places.h"
#include "pipeline/text.h"
#include "pipeline/tokens.h"
#include "stages/index/relation.h"

static struct places *places;
static struct arena *arena;

static int open_places(void **state)
{
	struct error err = ERROR_INIT;
	(void)state;
	places = places_open(".", &err);
	arena = arena_new();
	return places ? 0 : -1;
}

static int close_places(void **state)
{
	(void)state;
	places_close(places);
	arena_free(arena);
	return 0;
}

static const struct place *the_one(const char *text)
{
	int n;
	const struct place_mention *mentions = places_find(places, text, true, arena, &n);
	assert_true(n >= 1);
	for (int i = 0; i < n; i++)
		if (!mentions[i].part)
			return mentions[i].places[0];
	return NULL;
}

/* All 63 provinces: Nghị quyết 202/2025/QH15. */
static void test_provinces(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "Hà Nội", "Hà Nội" }, { "Cao Bằng", "Cao Bằng" }, { "Tuyên Quang", "Tuyên Quang" }, { "Hà Giang", "Tuyên Quang" },
		{ "Điện Biên", "Điện Biên" }, { "Lai Châu", "Lai Châu" }, { "Sơn La", "Sơn La" }, { "Lào Cai", "Lào Cai" }, { "Yên Bái", "Lào Cai" },
		{ "Thái Nguyên", "Thái Nguyên" }, { "Bắc Kạn", "Thái Nguyên" }, { "Lạng Sơn", "Lạng Sơn" }, { "Quảng Ninh", "Quảng Ninh" },
		{ "Bắc Ninh", "Bắc Ninh" }, { "Bắc Giang", "Bắc Ninh" }, { "Phú Thọ", "Phú Thọ" }, { "Vĩnh Phúc", "Phú Thọ" }, { "Hòa Bình", "Phú Thọ" },
		{ "Hải Phòng", "Hải Phòng" }, { "Hải Dương", "Hải Phòng" }, { "Hưng Yên", "Hưng Yên" }, { "Thái Bình", "Hưng Yên" },
		{ "Ninh Bình", "Ninh Bình" }, { "Hà Nam", "Ninh Bình" }, { "Nam Định", "Ninh Bình" }, { "Thanh Hóa", "Thanh Hóa" },
		{ "Nghệ An", "Nghệ An" }, { "Hà Tĩnh", "Hà Tĩnh" }, { "Quảng Trị", "Quảng Trị" }, { "Quảng Bình", "Quảng Trị" }, { "Huế", "Huế" },
		{ "Đà Nẵng", "Đà Nẵng" }, { "Quảng Nam", "Đà Nẵng" }, { "Quảng Ngãi", "Quảng Ngãi" }, { "Kon Tum", "Quảng Ngãi" },
		{ "Gia Lai", "Gia Lai" }, { "Bình Định", "Gia Lai" }, { "Khánh Hòa", "Khánh Hòa" }, { "Ninh Thuận", "Khánh Hòa" },
		{ "Đắk Lắk", "Đắk Lắk" }, { "Phú Yên", "Đắk Lắk" }, { "Lâm Đồng", "Lâm Đồng" }, { "Đắk Nông", "Lâm Đồng" }, { "Bình Thuận", "Lâm Đồng" },
		{ "Đồng Nai", "Đồng Nai" }, { "Bình Phước", "Đồng Nai" }, { "Hồ Chí Minh", "Hồ Chí Minh" }, { "Bình Dương", "Hồ Chí Minh" },
		{ "Bà Rịa - Vũng Tàu", "Hồ Chí Minh" }, { "Tây Ninh", "Tây Ninh" }, { "Long An", "Tây Ninh" }, { "Đồng Tháp", "Đồng Tháp" },
		{ "Tiền Giang", "Đồng Tháp" }, { "Vĩnh Long", "Vĩnh Long" }, { "Bến Tre", "Vĩnh Long" }, { "Trà Vinh", "Vĩnh Long" },
		{ "An Giang", "An Giang" }, { "Kiên Giang", "An Giang" }, { "Cần Thơ", "Cần Thơ" }, { "Sóc Trăng", "Cần Thơ" }, { "Hậu Giang", "Cần Thơ" },
		{ "Cà Mau", "Cà Mau" }, { "Bạc Liêu", "Cà Mau" },
	};
	assert_int_equal(sizeof rows / sizeof *rows, 63);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct place *old = the_one(rows[i][0]), *next[2];
		enum place_tie tie;
		assert_true(old->old);
		int n = places_related(places, old, next, 2, &tie);
		assert_true(n == 1 || !strcmp(rows[i][0], rows[i][1])); /* it kept its name: nothing to follow, but a new type (Thành phố Đồng Nai) */
		if (n)
			assert_string_equal(next[0]->name, rows[i][1]);
	}
}

static void test_communes(void **state)
{
	(void)state;
	static const struct {
		const char *text, *next; /* first related place */
		enum place_tie tie;
		int n;
	} rows[] = {
		{ "phường Trúc Bạch, quận Ba Đình, Hà Nội", "Ba Đình", TIE_OWN, 1 },
		{ "Phường Ngọc Khánh, Q. Ba Đình", "Giảng Võ", TIE_OWN, 1 },
		{ "P. Giảng Võ, quận Ba Đình", NULL, TIE_OWN, 0 },          /* kept its name */
		{ "quận Ba Đình, thành phố Hà Nội", "Ba Đình", TIE_OWN, 3 },
		{ "phường Phúc Xá, quận Ba Đình", "Ba Đình", TIE_DISTRICT, 3 }, /* its own is not in the table */
		{ "huyện Côn Đảo", "Côn Đảo", TIE_OWN, 1 },                   /* an island without communes */
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct place *next[30];
		enum place_tie tie;
		int n = places_related(places, the_one(rows[i].text), next, 30, &tie);
		assert_int_equal(n, rows[i].n);
		assert_int_equal(tie, rows[i].tie);
		if (n)
			assert_string_equal(next[0]->name, rows[i].next);
	}
}

static void test_mentions(void **state)
{
	(void)state;
	static const struct {
		const char *text, *found; /* what is found, '|' between; '-' in front of a part */
	} rows[] = {
		{ "xã hội chủ nghĩa", "" }, /* no place */
		{ "UBND TP. Hồ Chí Minh giao", "TP. Hồ Chí Minh" },
		{ "tỉnh Bà Rịa-Vũng Tàu", "tỉnh Bà Rịa-Vũng Tàu" },
		{ "TINH BA RIA VUNG TAU", "TINH BA RIA VUNG TAU" },
		{ "Phường 01, Quận 3, TP Hồ Chí Minh", "Phường 01|-Quận 3|-TP Hồ Chí Minh" },
		{ "hòa bình", "hòa bình" },
		{ "hòa bình thế giới", "" },
		{ "phường Văn Miếu - Quốc Tử Giám", "phường Văn Miếu - Quốc Tử Giám" },
		{ "xã Phước Hải Đông", "" },
		{ "phường Trúc Bạch Hà Nội", "phường Trúc Bạch" },
		{ "xã Phước Hải giao đất", "xã Phước Hải" },
		{ "q 3", "" }, /* a letter alone is no type */
		{ "", "" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int n;
		const struct place_mention *m = places_find(places, rows[i].text, true, arena, &n);
		char *found = arena_strdup(arena, "");
		for (int k = 0; k < n; k++)
			found = arena_printf(arena, "%s%s%s%.*s", found, k ? "|" : "", m[k].part ? "-" : "", m[k].length, rows[i].text + m[k].start);
		assert_string_equal(found, rows[i].found);
	}
}

static void test_now(void **state)
{
	(void)state;
	static const struct {
		const char *text, *now;
		int known;
	} rows[] = {
		{ "tỉnh Bà Rịa - Vũng Tàu", "Thành phố Hồ Chí Minh", 1 },
		{ "Xã Nhà Bè, Huyện Nhà Bè, Thành phố Hồ Chí Minh", NULL, 1 },
		{ "phường Trúc Bạch, quận Ba Đình, Hà Nội", "Phường Ba Đình, Thành phố Hà Nội", 1 },
		{ "phường Phúc Xá, quận Ba Đình, Hà Nội", NULL, 1 }, /* not known which: nothing is said */
		{ "Hà Nội", NULL, 1 },
		{ "huyện Châu Thành", NULL, 1 },                        /* one of many */
		{ "xã Không Có Tên Này", NULL, 0 },
		{ "Xã Phước Hải Đông, tỉnh Bà Rịa - Vũng Tàu", "Thành phố Hồ Chí Minh", 0 }, /* not Phước Hải, which there is */
		{ "BẢO HIỂM XÃ HỘI TỈNH LONG AN", "Tỉnh Tây Ninh", 1 },
		{ "Bộ Nội vụ", NULL, -1 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *what, *unknown, *now = places_now(places, rows[i].text, &what, arena);
		assert_int_equal(places_known(places, rows[i].text, &unknown, arena), rows[i].known);
		assert_true((rows[i].known == 0) == (unknown != NULL));
		if (rows[i].now)
			assert_string_equal(now, rows[i].now);
		else
			assert_null(now);
	}
}

static void test_relations(void **state)
{
	(void)state;
	static const struct {
		const char *query, *text; /* the first rewritten query; NULL: none */
	} rows[] = {
		{ "giao đất tỉnh Hà Giang", "giao đất (\"Tỉnh Tuyên Quang\")" },
		{ "\"tỉnh Hà Giang\" giao đất", "\"Tỉnh Tuyên Quang\" giao đất" },
		{ "cơ quan: UBND tỉnh Hà Giang", "cơ quan: UBND Tỉnh Tuyên Quang" },
		{ "xã An Hòa, huyện An Dương, tỉnh Hà Giang giao đất", NULL }, /* no such commune there: not followed */
		{ "giấy khai sinh", NULL },
		{ "ubnd", "(\"Ủy ban nhân dân\")" },
		{ "", NULL },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct relation *relations;
		const char **notes;
		int n, nnotes;
		relations_find(places, rows[i].query, &relations, &n, &notes, &nnotes, arena);
		assert_true(n <= RELATIONS_MAX);
		if (rows[i].text) {
			assert_true(n > 0);
			assert_string_equal(relations[0].text, rows[i].text);
		} else if (i != 3)
			assert_int_equal(n, 0);
	}
}

/* The keys in the table are those that the program makes of names. */
static void test_keys(void **state)
{
	(void)state;
	FILE *table = fopen("models/places.tsv", "re");
	char *line = NULL;
	size_t room = 0;
	int rows = 0;
	assert_non_null(table);
	while (getline(&line, &room, table) > 0) {
		char *rest = line, *columns[8] = { NULL }, *key;
		int n;
		if (*line == '#')
			continue;
		for (int i = 0; i < 8; i++)
			columns[i] = strsep(&rest, "\t\n");
		char *folded = text_fold(arena, columns[5]);
		struct token *tokens = tokens_cut(arena, folded, &n);
		key = arena_strdup(arena, "");
		for (int i = 0; i < n; i++)
			key = arena_printf(arena, "%s%s%.*s", key, i ? " " : "", tokens[i].length, folded + tokens[i].start);
		while (*key == '0')
			key++;
		assert_string_equal(columns[7], key);
		rows++;
	}
	free(line);
	fclose(table);
	assert_int_equal(rows, 63 + 696 + 10035 + 34 + 3321);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_provinces), cmocka_unit_test(test_communes), cmocka_unit_test(test_mentions),
					    cmocka_unit_test(test_now), cmocka_unit_test(test_keys), cmocka_unit_test(test_relations) };
	return cmocka_run_group_tests_name("places", tests, open_places, close_places);
}
