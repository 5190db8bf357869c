/* Whether a scan will do: from measures and words to grade and faults. */
#include "tests/unit.h"

#include "pipeline/document.h"
#include "stages/ocr/quality.h"

enum { WORDS = 100 };

static const struct {
	struct page page;
	int doubted, invalid; /* of 100 words */
	enum scan_grade grade;
	unsigned faults;
} rows[] = {
	{ { .dpi = 200, .quality = { .contrast = 255 } }, 0, 0, SCAN_GOOD, 0 },
	{ { .dpi = 199, .quality = { .contrast = 140, .sharpness = 0.6F } }, 5, 3, SCAN_GOOD, 0 },
	{ { .dpi = 150, .quality = { .contrast = 255 } }, 0, 0, SCAN_RESCAN, 1U << FAULT_RESOLUTION },
	{ { .dpi = 150, .quality = { .contrast = 255 }, .source = WORDS_TEXT_LAYER }, 0, 0, SCAN_GOOD, 0 },
	{ { .dpi = 200, .skew = -4, .quality = { .contrast = 255 } }, 0, 0, SCAN_USABLE, 1U << FAULT_SKEW },
	{ { .dpi = 200, .quality = { .contrast = 40 } }, 0, 0, SCAN_USABLE, 1U << FAULT_CONTRAST },
	{ { .dpi = 200, .quality = { .contrast = 20 } }, 0, 0, SCAN_RESCAN, 1U << FAULT_CONTRAST },
	{ { .dpi = 200, .quality = { .contrast = 255, .sharpness = 0.1F } }, 0, 0, SCAN_RESCAN, 1U << FAULT_BLUR },
	{ { .dpi = 200, .quality = { .contrast = 255, .cut = 40 } }, 0, 0, SCAN_RESCAN, 1U << FAULT_CUT },
	{ { .dpi = 200, .quality = { .contrast = 255, .cut = 5 } }, 0, 0, SCAN_GOOD, 0 },
	{ { .dpi = 200, .quality = { .contrast = 255 } }, 15, 0, SCAN_USABLE, 1U << FAULT_DOUBT },
	{ { .dpi = 200, .quality = { .contrast = 255 } }, 60, 0, SCAN_RESCAN, 1U << FAULT_DOUBT },
	{ { .dpi = 200, .quality = { .contrast = 255 } }, 15, 30, SCAN_RESCAN, 1U << FAULT_DOUBT | 1U << FAULT_SYLLABLES },
	{ { .dpi = 200, .quality = { .contrast = 255, .faults = 1U << FAULT_NEGATIVE | 1U << FAULT_CUT } }, 0, 0, SCAN_USABLE, 1U << FAULT_NEGATIVE }, /* the image room's stay */
	{ { .dpi = 150, .quality = { .contrast = 255, .faults = 1U << FAULT_SPREAD } }, 0, 0, SCAN_RESCAN, 1U << FAULT_SPREAD | 1U << FAULT_RESOLUTION },
	{ { .dpi = 200, .quality = { .contrast = 255 } }, 0, 30, SCAN_GOOD, 0 }, /* another language, read without doubt */
};

static void every_scan_has_its_grade(void **state)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct word words[WORDS];
		struct page page = rows[i].page;

		for (int k = 0; k < WORDS; k++)
			words[k] = (struct word){ .text = (char *)(k < rows[i].invalid ? "qhyêt" : "quyết"), .confidence = k < rows[i].doubted ? 40 : 98 };
		page.words = words;
		page.nwords = WORDS;
		quality_judge(&page);
		if (page.quality.grade != rows[i].grade || page.quality.faults != rows[i].faults)
			fail_msg("row %zu: %s, faults %x", i, scan_grade_name(page.quality.grade), page.quality.faults);
	}
}

/* Words that end at an edge of the image: the text goes on beyond it. */
static void a_cut_line_is_seen(void **state)
{
	static const struct box boxes[] = { { 300, 500, 60, 20 }, { 0, 500, 60, 20 }, { 300, 1, 60, 20 }, { 940, 500, 60, 20 }, { 300, 1380, 60, 20 } };

	for (int i = 0; i < 5; i++)
		for (int at_edge = 0; at_edge < 10; at_edge++) {
			struct word words[30];
			struct page page = { .dpi = 200, .width = 1000, .height = 1400, .quality = { .contrast = 255 }, .words = words, .nwords = 30 };

			for (int k = 0; k < 30; k++)
				words[k] = (struct word){ .text = (char *)"quyết", .confidence = 99, .box = boxes[k < at_edge ? i : 0] };
			quality_judge(&page);
			assert_int_equal(page.quality.grade, i && at_edge >= 4 ? SCAN_RESCAN : SCAN_GOOD);
			assert_int_equal(page.quality.faults, i && at_edge >= 4 ? 1U << FAULT_CUT : 0);
		}
}

/* A stamp's words are not the scan's fault; a few words say nothing, unless most of them are doubted. */
static void only_text_counts(void **state)
{
	struct word words[40];
	struct page page = { .dpi = 200, .quality = { .contrast = 255 }, .words = words, .nwords = 40 };

	for (int k = 0; k < 40; k++)
		words[k] = (struct word){ .text = (char *)"qhyêt", .confidence = k < 20 ? 10 : 98, .role = k < 20 ? ROLE_STAMP : ROLE_BODY };
	quality_judge(&page);
	assert_int_equal(page.quality.grade, SCAN_GOOD);
	for (int k = 0; k < 10; k++)
		words[k].role = ROLE_BODY;
	page.nwords = 4;
	quality_judge(&page);
	assert_int_equal(page.quality.grade, SCAN_GOOD);
	page.nwords = 10; /* all of them doubted */
	quality_judge(&page);
	assert_int_equal(page.quality.grade, SCAN_RESCAN);
	words[0].confidence = words[1].confidence = words[2].confidence = words[3].confidence = words[4].confidence = 98;
	quality_judge(&page);
	assert_int_equal(page.quality.grade, SCAN_GOOD);
}

/* A page of content without a word is told: a picture, handwriting; not so a drawing, which is told as that, nor a sheet that bears a code. */
static void a_page_without_words_is_told(void **state)
{
	struct word word = { .text = (char *)"quyết", .confidence = 99, .role = ROLE_STAMP };
	struct page page = { .dpi = 200, .quality = { .contrast = 255 }, .words = &word, .nwords = 1 };

	quality_judge(&page);
	assert_int_equal(page.quality.faults, 1U << FAULT_WORDLESS);
	assert_int_equal(page.quality.grade, SCAN_USABLE);
	word.role = ROLE_BODY;
	quality_judge(&page);
	assert_int_equal(page.quality.faults, 0);
	page.nwords = 0;
	page.ncodes = 1;
	quality_judge(&page);
	assert_int_equal(page.quality.faults, 0);
	page.ncodes = 0;
	page.quality.faults = 1U << FAULT_DRAWING;
	quality_judge(&page);
	assert_int_equal(page.quality.faults, 1U << FAULT_DRAWING);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_scan_has_its_grade), cmocka_unit_test(a_cut_line_is_seen),
					    cmocka_unit_test(only_text_counts), cmocka_unit_test(a_page_without_words_is_told) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
