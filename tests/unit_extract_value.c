/* Dates, numbers of persons and firms, names: tables of what is printed and what it means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "pipeline/arena.h"
#include "stages/extract/value.h"

static void test_dates(void **state)
{
	static const struct { const char *text, *iso; } rows[] = {
		{ "ngày 27 tháng 02 năm 2024", "2024-02-27" }, { "Hà Nội, ngày 5 tháng 10 năm 2025.", "2025-10-05" },
		{ "27/02/2024", "2024-02-27" }, { "27-02-2024", "2024-02-27" }, { "27.2.2024", "2024-02-27" }, { "21/6/2021", "2021-06-21" },
		{ "cấp ngày 01/9/2021 tại", "2021-09-01" }, { "05 / 3 / 2020", "2020-03-05" }, { "l5/O3/2020", "2020-03-15" },
		{ "Năm sinh: 1965", "1965" }, { "1965", "1965" },
		{ "ngày hai mươi bảy tháng hai năm hai nghìn không trăm hai mươi tư", "2024-02-27" },
		{ "Ngày năm tháng năm năm hai nghìn không trăm linh năm", "2005-05-05" },
		{ "ngày ba mươi mốt tháng mười hai năm một nghìn chín trăm chín mươi lăm", "1995-12-31" },
		{ "ngày mười tháng giêng năm hai nghìn", NULL },
		{ "Không thời hạn", "never" }, { "Lâu dài", "never" },
		{ "29/02/2024", "2024-02-29" }, { "29/02/2023", NULL }, { "32/01/2024", NULL }, { "12/13/2024", NULL }, { "27/02-2024", NULL },
		{ "25I02I2035", "2035-02-25" }, { "27I0712025", "2025-07-27" }, { "17|02/1995", "1995-02-17" }, { "2710712025", NULL }, { "31I02I2035", NULL },
		{ "27/02/24", NULL }, { "", NULL }, { "ngày tháng năm", NULL }, { "số 0790010012", NULL }, { "2/2", NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_new();
		char iso[DATE_SIZE] = "";
		enum grade grade = date_find(arena, rows[i].text, iso);

		if ((grade == GRADE_NONE) != !rows[i].iso || (rows[i].iso && strcmp(iso, rows[i].iso)))
			fail_msg("%s: %s, not %s", rows[i].text, grade == GRADE_NONE ? "(none)" : iso, rows[i].iso ? rows[i].iso : "(none)");
		arena_free(arena);
	}
}

static void test_digits(void **state)
{
	static const struct { const char *token; int most, value; bool repaired; } rows[] = {
		{ "05", 2, 5, false }, { "O6", 2, 6, true }, { "Ì0", 2, 10, true }, { "1ô", 2, 10, true }, { "l6", 2, 16, true },
		{ "123", 2, -1, false }, { "lO", 2, -1, false }, { "", 2, -1, false }, { "#2", 2, -1, false }, { "5a", 2, -1, false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		bool repaired = false;
		int value = digits_read(rows[i].token, rows[i].most, &repaired);

		if (value != rows[i].value || repaired != rows[i].repaired)
			fail_msg("%s: %d %d", rows[i].token, value, repaired);
	}
}

static void test_person(void **state)
{
	static const struct { const char *text, *id; } finds[] = {
		{ "079 190 001 234", "079190001234" }, { "CCCD số 001204012345 do", "001204012345" }, { "003190001234", NULL }, /* no province 003 */
		{ "CMND 024123456", "024123456" }, { "12345678", NULL }, { "0791900012345", NULL }, { "1.079190001234", NULL }, { "", NULL },
	};
	static const struct { const char *id, *birth; char sex; bool fits; } fits[] = {
		{ "079190001234", "1990-11-20", 'F', true }, { "079190001234", "1990", 'F', true }, { "079190001234", NULL, 0, true },
		{ "079190001234", "1991-01-01", 'F', false }, { "079190001234", "1990-11-20", 'M', false },
		{ "079320001234", "2020-03-05", 'F', true }, { "079220001234", "2020-03-05", 'M', true }, { "079020001234", "2020-03-05", 'M', false },
		{ "999190001234", NULL, 0, true }, { "024123456", "1990", 'F', true },
	};
	char id[13];

	for (size_t i = 0; i < sizeof finds / sizeof *finds; i++)
		if ((person_id_find(finds[i].text, id) == GRADE_NONE) != !finds[i].id || (finds[i].id && strcmp(id, finds[i].id)))
			fail_msg("%s", finds[i].text);
	for (size_t i = 0; i < sizeof fits / sizeof *fits; i++)
		if (person_id_fits(fits[i].id, fits[i].birth, fits[i].sex) != fits[i].fits)
			fail_msg("%s %s %c", fits[i].id, fits[i].birth ? fits[i].birth : "", fits[i].sex);
}

/* Five numbers in use, and what a wrong digit does. */
static void test_tax(void **state)
{
	static const struct { const char *text, *id; } rows[] = {
		{ "0100109106", "0100109106" }, { "0101248141", "0101248141" }, { "0300588569", "0300588569" }, { "0100686209", "0100686209" },
		{ "0301442989", "0301442989" }, { "0100109106-001", "0100109106-001" }, { "0100109106-000", "0100109106" },
		{ "0100109107", NULL }, { "0700109106", NULL }, { "079190001234", "079190001234" }, { "MST: 0100109106.", "0100109106" }, { "x", NULL },
	};
	char id[15];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if ((tax_id_find(rows[i].text, id) == GRADE_NONE) != !rows[i].id || (rows[i].id && strcmp(id, rows[i].id)))
			fail_msg("%s", rows[i].text);
}

/* A sum says its currency, and its groups are of three digits: where they are not, something was lost. */
static void test_money(void **state)
{
	static const struct { const char *text, *sum; } rows[] = {
		{ "1.900.000.000 đồng", "1900000000" }, { "2.000.000.000 đồng (Hai tỷ đồng)", "2000000000" }, { "200 000 000 VNĐ", "200000000" },
		{ "50,000,000đ", "50000000" }, { "500000 đồng", "500000" }, { "năm 2024 vốn 3.000.000 đồng", "3000000" },
		{ "1.90.000.000 đồng", NULL }, { "1900.000.000 đồng", NULL }, { "1.900.000.00 đồng", NULL }, { "1.900,000 đồng", NULL },
		{ "1.900.000.000", NULL }, { "12345678901234567890123 đồng", NULL }, { "đồng", NULL }, { "", NULL },
	};
	char sum[MONEY_SIZE];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if ((money_find(rows[i].text, sum) == GRADE_NONE) != !rows[i].sum || (rows[i].sum && strcmp(sum, rows[i].sum)))
			fail_msg("%s", rows[i].text);
}

static void test_names(void **state)
{
	static const struct { const char *text; bool right; } rows[] = {
		{ "Nguyễn Văn An", true }, { "NGUYỄN VĂN AN", true }, { "H'Mai Niê", true }, { "An", false }, { "nguyễn văn an", false },
		{ "Nguyễn 5ăn An", false }, { "", false }, { "Phòng Kế hoạch", false }, { "A B C D E F G H I", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (name_right(rows[i].text) != rows[i].right)
			fail_msg("%s", rows[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_dates), cmocka_unit_test(test_digits), cmocka_unit_test(test_person),
					    cmocka_unit_test(test_tax), cmocka_unit_test(test_money), cmocka_unit_test(test_names) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
