/* stages/reuse/marks.c: an empty place for a signature is told from one that was signed, and from one that was not found */
#include "tests/unit.h"

#include "pipeline/document.h"
#include "stages/reuse/marks.h"

/* A paper at 200 dpi: "CHỦ TỊCH" at the right below, the name 350 pixels under it. */
static struct field fields[] = {
	{ .name = "position", .state = FIELD_READ, .page = 2, .box = { 1060, 1400, 180, 40 } },
	{ .name = "signer", .state = FIELD_READ, .page = 2, .box = { 1020, 1790, 260, 36 } },
};
static const struct document document = { .fields = fields, .nfields = 2 };

static struct marks look(int rotation, struct mark *list, int n)
{
	struct page page = { .number = 2, .rotation = rotation, .marks = list, .nmarks = n };
	struct marks marks = { 0 };

	marks_add(&marks, &page, &document);
	return marks;
}

static void places(void **state)
{
	struct {
		const char *what;
		enum mark_kind kind;
		struct box box;
		bool signature, seal;
	} rows[] = {
		{ "nothing", MARK_INK, { 0, 0, 0, 0 }, false, false },
		{ "a pen in the place", MARK_INK, { 1040, 1500, 220, 150 }, true, false },
		{ "a pen that begins left of it", MARK_INK, { 800, 1550, 400, 100 }, true, false },
		{ "a speck", MARK_INK, { 1100, 1500, 12, 26 }, false, false },
		{ "a pen somewhere else", MARK_INK, { 200, 300, 220, 150 }, false, false },
		{ "a seal over it, under which a pen is not told apart", MARK_SEAL, { 906, 1450, 274, 274 }, true, true },
		{ "a seal somewhere else", MARK_SEAL, { 100, 100, 274, 274 }, false, true },
		{ "an electronic signature", MARK_BANNER, { 1000, 1500, 300, 120 }, true, true },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct mark mark = { rows[i].kind, rows[i].box, 100 };
		struct marks marks = look(0, &mark, 1);

		if (!marks.place || marks.signature != rows[i].signature || marks.seal != rows[i].seal)
			fail_msg("%s: place %d, signature %d, seal %d", rows[i].what, marks.place, marks.signature, marks.seal);
	}
}

static void no_place(void **state)
{
	struct field position = fields[0];

	fields[0].box.y = 1720; /* 30 pixels above the name */
	assert_false(look(0, NULL, 0).place);
	fields[0] = position;
	fields[0].page = 1;
	assert_false(look(0, NULL, 0).place);
	fields[0] = position;
	fields[0].state = FIELD_UNREAD;
	assert_false(look(0, NULL, 0).place);
	fields[0] = position;
	assert_true(look(0, NULL, 0).place);
}

/* The same page received upside down and on its side. */
static void turned(void **state)
{
	struct field position = fields[0], signer = fields[1];
	struct mark pen = { MARK_INK, { 400, 500, 220, 150 }, 100 };

	fields[0].box = (struct box){ 420, 800, 180, 40 };
	fields[1].box = (struct box){ 380, 400, 260, 36 };
	assert_true(look(180, &pen, 1).signature);
	assert_false(look(180, &pen, 0).signature);
	fields[0].box = (struct box){ 300, 420, 40, 180 };
	fields[1].box = (struct box){ 700, 380, 36, 260 };
	assert_true(look(270, &pen, 1).signature);
	assert_true(look(270, &pen, 0).place);
	fields[0] = position;
	fields[1] = signer;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places),
		cmocka_unit_test(no_place),
		cmocka_unit_test(turned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
