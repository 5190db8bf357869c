#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/yaml.h"

static struct config *open_text(const char *text, struct error *err)
{
	char path[] = "/tmp/sohoa-config-XXXXXX";
	int fd = mkstemp(path);
	struct config *config;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	config = config_open(path, err);
	unlink(path);
	return config;
}

static void defaults_stand_where_used(void **state)
{
	struct error err = ERROR_INIT;
	struct config *config = config_open("/nonexistent/sohoa.yaml", &err);

	assert_non_null(config);
	assert_int_equal(config_int(config, "ocr", "deadline", 120), 120);
	assert_string_equal(config_text(config, "ocr", "language", "vie"), "vie");
	assert_true(config_bool(config, "worker", "sandbox", true));
	config_close(config);
}

static void values_are_read(void **state)
{
	struct error err = ERROR_INIT;
	struct config *config = open_text("# comment\nocr:\n  deadline: 30\n  language: vie\nworker:\n  sandbox: false\nlimits:\n", &err);

	assert_non_null(config);
	assert_int_equal(config_int(config, "ocr", "deadline", 120), 30);
	assert_false(config_bool(config, "worker", "sandbox", true));
	assert_int_equal(config_count(config), 3);
	config_set(config, "ocr", "deadline", "5");
	assert_int_equal(config_int(config, "ocr", "deadline", 120), 5);
	config_close(config);
}

static const struct {
	const char *text, *line; /* the message must hold this */
} mistakes[] = {
	{ "ocr:\n  deadline: soon\n", ":2" },
	{ "ocr:\n  deadline: 0x10\n", "decimal" },
	{ "ocr:\n  deadline: -3\n", "decimal" },
	{ "worker:\n\n  sandbox: maybe\n", ":3" },
	{ "ocr:\n  languge: vie\n", "ocr.languge" },
	{ "ocr: 5\n", "key: value" },
	{ "- a\n", "sections" },
	{ "ocr:\n  deadline: 1\n  deadline: 2\n", "twice" },
	{ "ocr: [\n", "no YAML" },
	{ "ocr:\n  deadline: [1]\n", "single value" },
};

static void mistakes_name_their_line(void **state)
{
	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		struct error err = ERROR_INIT;

		assert_null(open_text(mistakes[i].text, &err));
		assert_int_equal(err.reach, REACH_RUN);
		if (!strstr(err.text, mistakes[i].line))
			fail_msg("\"%s\" does not hold \"%s\"", err.text, mistakes[i].line);
	}
}

static void numbers_are_decimal(void **state)
{
	struct error err = ERROR_INIT;
	struct yaml_file *file = yaml_parse("x", "a: 010\nb: 1_000\nc: 12 \nd: '7'\ne: 99999999999999999999\nf: no\n", &err);
	struct yaml_value *root = yaml_root(file);
	bool truth;
	long n;

	assert_int_equal(yaml_int(yaml_get(root, "a"), &n), 0);
	assert_int_equal(n, 10);
	assert_int_equal(yaml_int(yaml_get(root, "b"), &n), -1);
	assert_int_equal(yaml_int(yaml_get(root, "c"), &n), 0);
	assert_int_equal(yaml_int(yaml_get(root, "d"), &n), 0);
	assert_int_equal(yaml_int(yaml_get(root, "e"), &n), -1);
	assert_int_equal(yaml_bool(yaml_get(root, "f"), &truth), -1);
	assert_string_equal(yaml_text(yaml_get(root, "f")), "no");
	assert_string_equal(yaml_where(yaml_get(root, "d")), "x:4");
	assert_null(yaml_get(root, "z"));
	yaml_close(file);
}

static void an_empty_file_has_no_root(void **state)
{
	struct error err = ERROR_INIT;
	struct yaml_file *file = yaml_parse("x", "", &err);

	assert_non_null(file);
	assert_null(yaml_root(file));
	yaml_close(file);
}

static void long_messages_end_on_a_character(void **state)
{
	struct error err = ERROR_INIT;
	char text[2000] = "x";

	for (int i = 0; i < 600; i++)
		strcat(text, "ế");
	error_set(&err, REACH_PAGE, NULL, "%s", text);
	assert_int_equal((unsigned char)err.text[strlen(err.text) - 1] & 0xC0, 0x80);
	error_prefix(&err, "page %d: ", 3);
	assert_memory_equal(err.text, "page 3: x", 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_stand_where_used), cmocka_unit_test(values_are_read),
		cmocka_unit_test(mistakes_name_their_line),  cmocka_unit_test(numbers_are_decimal),
		cmocka_unit_test(an_empty_file_has_no_root), cmocka_unit_test(long_messages_end_on_a_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
