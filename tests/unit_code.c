/* Codes of digitised results: templates, what is filled in, slips of the pen. */
#include "tests/unit.h"

#include <string.h>

#include "pipeline/error.h"
#include "stages/reuse/code.h"

static void templates(void **state)
{
	static const struct {
		const char *template, *owner, *code;
		int seq;
	} rows[] = {
		{ CODE_TEMPLATE, "001090012345", "001090012345.giay-khai-sinh.01", 1 },
		{ CODE_TEMPLATE, NULL, ".giay-khai-sinh.12", 12 }, /* an owner that is not known leaves its part empty */
		{ CODE_TEMPLATE_ELECTRONIC, NULL, "H06.12-240227-0001-KQ(3)", 3 },
		{ "{year}/{seq:04}", NULL, "2024/0007", 7 }, { "{seq:02}", NULL, "123", 123 }, { "KQ{seq}", NULL, "KQ1", 1 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct code_parts parts = { rows[i].owner, "giay-khai-sinh", "H06.12-240227-0001", "2024" };
		struct error err = ERROR_INIT;
		char code[CODE_SIZE];

		if (code_make(rows[i].template, &parts, rows[i].seq, code, &err) < 0)
			fail_msg("%s", err.text);
		assert_string_equal(code, rows[i].code);
	}
}

static void slips_of_the_pen(void **state)
{
	static const char *const wrong[] = { "", "{owner}", "{seq", "{seq} x", "{seq:}", "{seq:00}", "{seq:2}", "{colour}{seq}", "{seq}}", "mã{seq}", "{}" };

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct error err = ERROR_INIT;
		char code[CODE_SIZE];

		if (code_make(wrong[i], &(struct code_parts){ .owner = NULL }, 1, code, &err) == 0)
			fail_msg("taken: %s", wrong[i]);
		assert_true(*err.text);
	}
}

static void no_longer_than_its_room(void **state)
{
	struct error err = ERROR_INIT;
	char owner[CODE_SIZE + 1], code[CODE_SIZE];

	memset(owner, '1', CODE_SIZE);
	owner[CODE_SIZE] = '\0';
	assert_int_equal(code_make("{owner}{seq}", &(struct code_parts){ .owner = owner }, 1, code, &err), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(templates), cmocka_unit_test(slips_of_the_pen), cmocka_unit_test(no_longer_than_its_room) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
