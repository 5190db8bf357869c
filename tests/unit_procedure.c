/* The receiving procedures as data: the program's own, an archive's, and slips of the pen. Run from the top of the tree. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/error.h"
#include "pipeline/schema.h"
#include "stages/reuse/date.h"
#include "stages/reuse/procedure.h"

static struct schemas *schemas;
static struct error err;
static char dir[40];

static int setup(void **state)
{
	strcpy(dir, "/tmp/unit_procedure.XXXXXX");
	schemas = schemas_open("schemas/documents", &err);
	return schemas && mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	char command[80];

	schemas_close(schemas);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command);
}

static int day(const char *text)
{
	int value;

	assert_true(date_parse_day(text, &value));
	return value;
}

static void write_file(const char *name, const char *text)
{
	char path[80];
	FILE *to;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	to = fopen(path, "w");
	assert_non_null(to);
	fputs(text, to);
	fclose(to);
}

static void the_programs_own_name_their_sources(void **state)
{
	struct procedures *ps = procedures_open("schemas/procedures", NULL, schemas, &err);
	int sourced = 0;

	if (!ps)
		fail_msg("%s", err.text);
	for (int i = 0; i < procedures_count(ps); i++) {
		const struct procedure *p = procedures_at(ps, i);

		assert_false(p->approved); /* nobody has approved what the program brings along */
		assert_true(p->source || !p->n);
		sourced += p->n > 0;
		for (int c = 0; c < p->n; c++)
			assert_non_null(p->components[c].source);
	}
	assert_true(sourced >= 6);
	procedures_close(ps);
}

static void codes_of_agencies_are_understood(void **state)
{
	struct procedures *ps = procedures_open("schemas/procedures", NULL, schemas, &err);
	static const char *const same[] = { "1.000894", "1.000894.H38", "1.000894.000.00.00.H38", NULL };
	static const char *const other[] = { "1.00089", "1.0008940", "1.000894.H3", "1.000894.h38", "1.000894x", "", NULL };

	assert_non_null(ps);
	for (int i = 0; same[i]; i++)
		assert_string_equal(procedures_find(ps, same[i])->name, "đăng ký kết hôn");
	for (int i = 0; other[i]; i++)
		assert_null(procedures_find(ps, other[i]));
	procedures_close(ps);
}

static void rules_of_a_day(void **state)
{
	struct procedures *ps = procedures_open("schemas/procedures", NULL, schemas, &err);
	const struct procedure *p;
	const struct procedure_component *c;

	assert_non_null(ps);
	p = procedures_find(ps, "1.000894");
	c = procedure_component_find(p, "hon-nhan", day("2023-05-01"));
	assert_non_null(c);
	assert_int_equal(c->months, 6);
	assert_string_equal(c->purposes[0], "ket hon");
	assert_true(procedure_component_takes(c, "giay-xac-nhan-hon-nhan"));
	assert_false(procedure_component_takes(c, "giay-khai-sinh"));
	assert_non_null(procedure_component_find(p, "hon-nhan", day("2025-12-31")));
	assert_null(procedure_component_find(p, "hon-nhan", day("2026-01-01"))); /* NQ 66.7/2025 */
	procedures_close(ps);
}

/* An agency approves by a file of its own. */
static void an_archive_has_its_own(void **state)
{
	struct procedures *plain = procedures_open("schemas/procedures", NULL, schemas, &err), *own;

	write_file("1.000894.yaml",
		   "code: \"1.000894\"\nname: kết hôn\nfield: hộ tịch\nagency: xã\nsource: s\n"
		   "approved: {by: Nguyễn Thị Lan, decision: 12/QĐ-UBND, date: 2026-03-02}\ncomponents: []\n");
	own = procedures_open("schemas/procedures", dir, schemas, &err);
	if (!own)
		fail_msg("%s", err.text);
	assert_int_equal(procedures_count(own), procedures_count(plain));
	assert_true(procedures_find(own, "1.000894")->approved);
	assert_string_equal(procedures_find(own, "1.000894")->decision, "12/QĐ-UBND");
	assert_string_not_equal(procedures_version(own), procedures_version(plain));
	procedures_close(plain);
	procedures_close(own);
}

static void slips_of_the_pen(void **state)
{
#define HEAD "code: \"9.999999\"\nname: n\nfield: f\nagency: xã\n"
	static const char *const texts[] = {
		"", "code: x\n", HEAD, HEAD "components: [{code: a, name: b, types: [], source: s}]\n", /* a list without its source */
		HEAD "approved: {by: a, decision: b, date: 2026-01-01}\ncomponents: []\n",
		HEAD "source: s\napproved: {by: a, date: 2026-01-01}\ncomponents: []\n",
		HEAD "source: s\napproved: {by: a, decision: b, date: 2026-02-30}\ncomponents: []\n",
		HEAD "source: s\ncomponents: [{code: a, name: b, source: s}]\n",
		HEAD "source: s\ncomponents: [{code: a, name: b, types: [no-such], source: s}]\n",
		HEAD "source: s\ncomponents: [{code: a, name: b, types: []}]\n",
		HEAD "source: s\ncomponents: [{code: a, name: b, types: [], source: s, whose: nobody}]\n",
		HEAD "source: s\ncomponents: [{code: a, name: b, types: [], source: s, months: 0}]\n",
		HEAD "source: s\ncomponents: [{code: a, name: b, types: [], source: s, level: 5}]\n",
		HEAD "source: s\ncomponents: [{code: a, name: b, types: [], source: s}, {code: a, name: b, types: [], source: s}]\n",
		HEAD "source: s\ncomponents: [{code: a, name: b, types: [], source: s, colour: red}]\n",
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct procedures *ps;

		write_file("1.000894.yaml", texts[i]);
		err = (struct error)ERROR_INIT;
		ps = procedures_open("schemas/procedures", dir, schemas, &err);
		if (ps)
			fail_msg("taken: %s", texts[i]);
		assert_non_null(strstr(err.text, "1.000894.yaml"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_programs_own_name_their_sources), cmocka_unit_test(codes_of_agencies_are_understood),
		cmocka_unit_test(rules_of_a_day), cmocka_unit_test(an_archive_has_its_own), cmocka_unit_test(slips_of_the_pen),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
