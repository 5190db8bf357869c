/* The confidence of a word: what raises it, what lowers it. The weights are fitted; their signs are not. */
#include "tests/unit.h"

#include "stages/ocr/confidence.h"

static float confidence(const char *text, float sure, bool changed)
{
	struct word_signs signs = word_signs(text, sure, changed);

	return word_confidence(&signs);
}

static void surer_letters_make_surer_words(void **state)
{
	static const char *const words[] = { "quyết", "qhyết", "30/2020/NĐ-CP", "a", "UBND" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		for (int k = 0; k < 100; k++) {
			float before = confidence(words[i], (float)k / 100, false), now = confidence(words[i], (float)(k + 1) / 100, false);

			assert_true(before >= 0 && now <= 100);
			if (now < before)
				fail_msg("%s: %g at %d, %g at %d", words[i], (double)before, k, (double)now, k + 1);
		}
}

static void signs_count(void **state)
{
	struct word_signs signs = word_signs("(12a)", 0.5F, true);

	assert_int_equal(signs.letters, 3);
	assert_int_equal(signs.syllable, SYLLABLE_NONE);
	assert_true(confidence("quyết", 1, false) >= 98);
	assert_true(confidence("quyết", 0.5F, false) < 80);
	assert_true(confidence("quyết", 0, false) < 30);
	assert_true(confidence("qhyết", 0.9F, false) < confidence("quyết", 0.9F, false));   /* no Vietnamese syllable */
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(surer_letters_make_surer_words), cmocka_unit_test(signs_count) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
