/* What can be a Vietnamese syllable, and what need not be one. */
#include "tests/unit.h"

#include <stdio.h>
#include <string.h>

#include "stages/ocr/syllable.h"

static const struct {
	const char *words;
	enum syllable judged;
} rows[] = {
	{ "Quyết định về việc giao quyền sử dụng con dấu và thay thế quyết định phân công nhiệm vụ", SYLLABLE_VALID },
	{ "ỦY NHÂN DÂN HUYỆN Nghiêng nghỉ gì giếng gìn gỉa quốc quý quỳnh khuỷu ngoằn ngoèo nguyễn thuở hươu ướp xoong oong yếm yêu lý", SYLLABLE_VALID },
	{ "hòa hoà khỏe khoẻ thủy thuỷ đuyết kiểng Kạn", SYLLABLE_VALID },
	{ "(Bộ trưởng) \"trưởng\" phòng, vụ; ngày: bàn.", SYLLABLE_VALID },
	{ "quyêt sưr dụnq vlệc phươg nghuyễng nhữmg côing hàmh cên gế ngê tòap mộtf thàc", SYLLABLE_INVALID },
	{ "cat hoc tich", SYLLABLE_INVALID }, /* a stop bears the acute tone or the dot */
	{ "UBND TTHC 2024 30/2020/NĐ-CP a A ; ... 12a QĐ-UBND (1)", SYLLABLE_NONE },
};

static void every_word_is_judged(void **state)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[400], *word, *rest = text;

		snprintf(text, sizeof text, "%s", rows[i].words);
		while ((word = strsep(&rest, " ")))
			if (syllable_judge(word) != rows[i].judged)
				fail_msg("%s: judged %d, not %d", word, (int)syllable_judge(word), (int)rows[i].judged);
	}
}

/* Longer than any syllable, and of letters that no Vietnamese word has. */
static void anything_may_come(void **state)
{
	assert_int_equal(syllable_judge(""), SYLLABLE_NONE);
	assert_int_equal(syllable_judge("nghiêngnghiêngnghiêngnghiêngnghiêng"), SYLLABLE_INVALID);
	assert_int_equal(syllable_judge("ßßßß"), SYLLABLE_INVALID);
	assert_int_equal(syllable_judge("漢字"), SYLLABLE_INVALID);
	assert_int_equal(syllable_judge("((((((((((("), SYLLABLE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_word_is_judged), cmocka_unit_test(anything_may_come) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
