/* pipeline/key.c: two ways to write one value give one key. */
#include "tests/unit.h"

#include <stdlib.h>

#include "pipeline/arena.h"
#include "pipeline/key.h"

static void test_keys(void **state)
{
	(void)state;
	static const struct {
		const char *field, *value, *key;
	} rows[] = {
		{ "number", "123/QĐ-UBND", "123/QD-UBND" },
		{ "number", " 123 / qđ – ubnd", "123/QD-UBND" },
		{ "number", "05/KH-UBND", "5/KH-UBND" },
		{ "number", "0/QĐ", "0/QD" },
		{ "number", "60/2021/NĐ-CP", "60/2021/ND-CP" },
		{ "owner_id", "001 204 012 345", "001204012345" }, /* digits alone keep their zeros */
		{ "owner_id", "001204012345\n 001.305.067.891", "001204012345\n001305067891" },
		{ "owner_name", "  Nguyễn   Văn\tĐường ", "nguyen van duong" },
		{ "owner_name", "Lê Văn A\n\nTrần Thị B\n", "le van a\ntran thi b" },
		{ "owner_name", "Hoà", "hoa" },
		{ "number", " . ", NULL },
		{ "signer", "", NULL },
		{ "signer", NULL, NULL },
	};
	struct arena *arena = arena_new();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *key = key_field(arena, rows[i].field, rows[i].value);
		if (!rows[i].key)
			assert_null(key);
		else
			assert_string_equal(key, rows[i].key);
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_keys) };
	return cmocka_run_group_tests_name("key", tests, NULL, NULL);
}
