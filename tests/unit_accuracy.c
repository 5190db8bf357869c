/* The scorer: what is folded, what counts, and what becomes of a word. */
#include "tests/unit.h"

#include <string.h>

#include "pipeline/arena.h"
#include "tests/accuracy/compare.h"

static const struct {
	const char *truth, *read;
	long ce, we, common;
} scores[] = {
	{ "Căn cứ Luật", "Căn cứ Luật", 0, 0, 3 },
	{ "Căn cứ Luật", "", 11, 3, 0 },
	{ "", "Luật", 4, 1, 0 },
	{ "hoà  khoẻ\nthuỷ", "hòa khỏe thủy", 0, 0, 3 },      /* one tone placement, white space is one */
	{ "quý", "qúy", 2, 1, 0 },                           /* but not behind q */
	{ "a – b “c”", "a - b \"c\"", 0, 0, 4 },
	{ "Số:.......... ngày", "Số:.... ngày", 0, 0, 1 },
	{ "phố bổ", "phó bồ", 2, 2, 0 },
	{ "một hai ba", "ba một hai", 6, 2, 3 },             /* out of order, but all there */
	{ "a a b", "a b b", 1, 1, 2 },
};

static void pages_are_scored(void **state)
{
	for (size_t i = 0; i < sizeof scores / sizeof *scores; i++) {
		struct arena *arena = arena_new();
		struct score s = text_score(arena, scores[i].truth, scores[i].read);

		if (s.ce != scores[i].ce || s.we != scores[i].we || s.common != scores[i].common)
			fail_msg("\"%s\" as \"%s\": %ld letters, %ld words, %ld in common", scores[i].truth, scores[i].read, s.ce, s.we, s.common);
		arena_free(arena);
	}
}

static const struct {
	const char *truth, *read, *fates; /* r right, m moved, w wrong, x extra */
} lots[] = {
	{ "giao quyền sử dụng", "giao quyền sử dụng", "rrrr" },
	{ "giao quyền sử dụng", "giao quyên sử dụng", "rwrr" },
	{ "giao quyền sử dụng", "giao sử dụng", "rrr" },
	{ "giao quyền", "giao KHẨN quyền", "rxr" },
	{ "một hai ba bốn", "ba bốn một hai", "mmrr" },
	{ "", "giao", "x" },
	{ "quyền", "xyz", "x" }, /* too unlike to be a misreading */
};

static void every_word_has_its_fate(void **state)
{
	for (size_t i = 0; i < sizeof lots / sizeof *lots; i++) {
		struct arena *arena = arena_new();
		char got[40] = "";
		int nt, nr;
		struct letters *truth = letters_words(arena, letters_fold(arena, lots[i].truth), &nt);
		struct letters *read = letters_words(arena, letters_fold(arena, lots[i].read), &nr);
		struct fate *fates = words_fates(arena, truth, nt, read, nr);

		assert_int_equal(nr, (int)strlen(lots[i].fates));
		for (int k = 0; k < nr; k++) {
			got[k] = "rmwx"[fates[k].kind];
			assert_true((fates[k].truth < 0) == (fates[k].kind == FATE_EXTRA));
		}
		assert_string_equal(got, lots[i].fates);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(pages_are_scored), cmocka_unit_test(every_word_has_its_fate) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
