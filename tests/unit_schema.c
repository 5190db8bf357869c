/* The schemas of the house load, and every mistake in a file is named with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/error.h"
#include "pipeline/schema.h"

static char dir[] = "/tmp/sohoa-schema-XXXXXX";

static void put(const char *name, const char *text)
{
	char path[200];
	FILE *to;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	to = fopen(path, "w");
	assert_non_null(to);
	fputs(text, to);
	assert_int_equal(fclose(to), 0);
}

static int setup(void **state)
{
	if (!mkdtemp(dir))
		return -1;
	put("khac.yaml", "code: khac\nname: khác\nsource: none\n");
	return 0;
}

static int teardown(void **state)
{
	char command[200];

	snprintf(command, sizeof command, "rm -r %s", dir);
	return system(command);
}

static void test_house(void **state)
{
	struct error err = ERROR_INIT;
	struct schemas *schemas = schemas_open("schemas/documents", &err);
	const struct schema *type;

	if (!schemas)
		fail_msg("%s", err.text);
	assert_true(schemas_count(schemas) >= 50);
	assert_int_equal(strlen(schemas_version(schemas)), 64);
	type = schemas_find(schemas, "quyet-dinh");
	assert_non_null(type);
	assert_string_equal(type->name, "quyết định");
	assert_non_null(strstr(schema_field_find(type, "number")->pattern, "(?:QĐ)"));
	assert_true(schema_field_find(type, "number")->required);
	assert_string_equal(schemas_find_name(schemas, "Quyet Dinh")->code, "quyet-dinh");
	assert_string_equal(schemas_find_name(schemas, "sổ đỏ")->code, "giay-chung-nhan-qsdd");
	assert_null(schemas_find_name(schemas, "giấy không có"));
	assert_null(schemas_find(schemas, "_header"));
	assert_string_equal(schemas_other(schemas)->code, "khac");
	for (int i = 1; i < schemas_count(schemas); i++)
		assert_true(strcmp(schemas_at(schemas, i - 1)->code, schemas_at(schemas, i)->code) < 0);
	/* every row of validity and every rule names its source */
	for (int i = 0; i < schemas_count(schemas); i++)
		for (int k = 0; k < schemas_at(schemas, i)->nrules; k++)
			assert_non_null(schemas_at(schemas, i)->rules[k].source);
	/* what was never tried says so */
	assert_true(schemas_find(schemas, "giay-chung-sinh")->draft);
	assert_false(schemas_find(schemas, "giay-khai-sinh")->draft);
	schemas_close(schemas);
}

/* The 29 types of Decree 30/2020 article 7, and the legal documents. */
static void test_types(void **state)
{
	static const char *const names[] = {
		"nghị quyết", "quyết định", "chỉ thị", "quy chế", "quy định", "thông cáo", "thông báo", "hướng dẫn", "chương trình",
		"kế hoạch", "phương án", "đề án", "dự án", "báo cáo", "biên bản", "tờ trình", "hợp đồng", "công điện",
		"bản ghi nhớ", "bản thỏa thuận", "giấy ủy quyền", "giấy mời", "giấy giới thiệu", "giấy nghỉ phép", "phiếu gửi",
		"phiếu chuyển", "phiếu báo", "công văn", "thư công", "luật", "pháp lệnh", "nghị định", "thông tư" };
	struct error err = ERROR_INIT;
	struct schemas *schemas = schemas_open("schemas/documents", &err);

	assert_non_null(schemas);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!schemas_find_name(schemas, names[i]))
			fail_msg("no type named %s", names[i]);
	schemas_close(schemas);
}

static void test_validity(void **state)
{
	static const struct { const char *code, *day; int kind, months; } rows[] = {
		{ "giay-xac-nhan-hon-nhan", "2024-05-01", VALIDITY_MONTHS, 6 },
		{ "xac-nhan-cu-tru", "2023-05-01", VALIDITY_MONTHS, 6 },
		{ "xac-nhan-cu-tru", "2024-05", VALIDITY_MONTHS, 12 },
		{ "xac-nhan-cu-tru", NULL, VALIDITY_MONTHS, 12 },
		{ "giay-phep-xay-dung", "2026-06-30", VALIDITY_MONTHS, 12 },
		{ "giay-phep-xay-dung", "2026-07-01", VALIDITY_PROCEDURE, 0 },
		{ "giay-phep-xay-dung", "2010-01-01", -1, 0 },
		{ "chung-minh-nhan-dan", "2005-01-01", VALIDITY_ENDED, 0 },
		{ "can-cuoc", "2024-08-01", VALIDITY_MILESTONES, 0 },
		{ "giay-khai-sinh", "1990", VALIDITY_NONE, 0 },
		{ "cong-van", "2024-01-01", -1, 0 },
	};
	struct error err = ERROR_INIT;
	struct schemas *schemas = schemas_open("schemas/documents", &err);

	assert_non_null(schemas);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct schema_validity *v = schema_validity_on(schemas_find(schemas, rows[i].code), rows[i].day);

		if (rows[i].kind < 0) {
			assert_null(v);
			continue;
		}
		assert_non_null(v);
		assert_int_equal(v->kind, rows[i].kind);
		assert_int_equal(v->months, rows[i].months);
	}
	schemas_close(schemas);
}

static void test_mistakes(void **state)
{
	static const struct { const char *text, *where, *said; } rows[] = {
		{ "code: moi\nname: mới\n", "moi.yaml:1", "\"source:\"" },
		{ "code: khac\nname: mới\nsource: x\n", "moi.yaml:1", "code: moi" },
		{ "code: moi\nname: mới\nsource: x\nfamly: result\n", "moi.yaml:4", "famly" },
		{ "code: moi\nname: mới\nsource: x\nfamily: results\n", "moi.yaml:4", "results" },
		{ "code: moi\nname: mới\nsource: x\nlegal: maybe\n", "moi.yaml:4", "true or false" },
		{ "code: moi\nname: mới\nsource: x\nfields:\n  - name: a\n    read: pattern\n    pattern: '(a'\n", "moi.yaml:7", "pattern is wrong" },
		{ "code: moi\nname: mới\nsource: x\nfields:\n  - name: a\n    read: label\n", "moi.yaml:5", "labels" },
		{ "code: moi\nname: mới\nsource: x\nfields:\n  - name: a\n", "moi.yaml:5", "read:" },
		{ "code: moi\nname: mới\nsource: x\nfields:\n  - name: a\n    read: smell\n", "moi.yaml:6", "smell" },
		{ "code: moi\nname: mới\nsource: x\nvalidity:\n  - kind: months\n    source: y\n", "moi.yaml:5", "months:" },
		{ "code: moi\nname: mới\nsource: x\nvalidity:\n  - kind: months\n    months: 0\n", "moi.yaml:6", "1 to 1200" },
		{ "code: moi\nname: mới\nsource: x\nvalidity:\n  - kind: none\n    source: y\n    issued_from: 2025-13-01\n", "moi.yaml:7", "a day as" },
		{ "code: moi\nname: mới\nsource: x\nvalidity:\n  - kind: none\n", "moi.yaml:5", "source:" },
		{ "code: moi\nname: mới\nsource: x\nrules:\n  - id: M-1\n    reason: OLD\n", "moi.yaml:6", "OLD" },
		{ "code: moi\nname: mới\nsource: x\nrules:\n  - {id: A, reason: EXPIRED, when: expired, text: t, source: s, status: approved}\n", "moi.yaml:5", "approved_by" },
		{ "code: moi\nname: mới\nsource: x\nsupersession:\n  key: [owner]\n  source: y\n", "moi.yaml:5", "owner" },
		{ "code: moi\nname: mới\nsource: x\nbase: header\n", "moi.yaml:4", "begins with" },
		{ "code: moi\nname: mới\nsource: x\nbase: _none\n", "_none.yaml", "cannot open" },
		{ "code: moi\nname: mới\nsource: x\ntitles: {a: b}\n", "moi.yaml:4", "a list of texts" },
		{ "code: moi\nname: mới\nsource: x\nname: y\n", "moi.yaml:4", "twice" },
		{ "- a\n- b\n", "moi.yaml:1", "keys" },
		{ "", "moi.yaml", "empty" },
		{ "code: [\n", "moi.yaml:", "no YAML" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct error err = ERROR_INIT;
		struct schemas *schemas;

		put("moi.yaml", rows[i].text);
		schemas = schemas_open(dir, &err);
		if (schemas)
			fail_msg("row %zu was taken: %s", i, rows[i].text);
		if (!strstr(err.text, rows[i].where) || !strstr(err.text, rows[i].said))
			fail_msg("row %zu: \"%s\" does not name %s and %s", i, err.text, rows[i].where, rows[i].said);
		assert_int_equal(err.reach, REACH_RUN);
	}
}

/* A new type needs a file and nothing else; a change in any file changes the version. */
static void test_new_type(void **state)
{
	struct error err = ERROR_INIT;
	struct schemas *schemas;
	char version[65];

	put("_dau.yaml", "fields:\n  - {name: number, read: number, pattern: '\\d+/{notation}-X', required: true}\n  - {name: place, read: place}\n");
	put("moi.yaml", "code: moi\nname: giấy mới\nbase: _dau\nsource: x\nnotation: [GM, PM]\ntitles: GIẤY MỚI\nwithout: place\n"
			"fields:\n  - {name: number, required: false}\n");
	schemas = schemas_open(dir, &err);
	if (!schemas)
		fail_msg("%s", err.text);
	snprintf(version, sizeof version, "%s", schemas_version(schemas));
	assert_int_equal(schemas_find(schemas, "moi")->nfields, 1);
	assert_string_equal(schemas_find(schemas, "moi")->fields[0].pattern, "\\d+/(?:GM|PM)-X");
	assert_false(schemas_find(schemas, "moi")->fields[0].required);
	assert_string_equal(schemas_find_name(schemas, "giay moi")->code, "moi");
	schemas_close(schemas);
	put("_dau.yaml", "# changed\nfields:\n  - {name: number, read: number}\n");
	schemas = schemas_open(dir, &err);
	assert_non_null(schemas);
	assert_string_not_equal(version, schemas_version(schemas));
	schemas_close(schemas);
	put("_dau.yaml", "base: _dau\n");
	assert_null(schemas_open(dir, &err));
	assert_non_null(strstr(err.text, "_dau.yaml:1"));
}

static void test_rule_days(void **state)
{
	struct schema_rule rule = { .from = "2023-05-25", .to = "2025-06-30" };

	assert_false(schema_rule_on(&rule, "2023-05-24"));
	assert_true(schema_rule_on(&rule, "2023-05-25"));
	assert_true(schema_rule_on(&rule, "2025-06-30"));
	assert_false(schema_rule_on(&rule, "2025-07-01"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_house), cmocka_unit_test(test_types), cmocka_unit_test(test_validity),
		cmocka_unit_test(test_mistakes), cmocka_unit_test(test_new_type), cmocka_unit_test(test_rule_days),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
