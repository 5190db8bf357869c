#include "tests/unit.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/serial.h"

static struct page *sample(struct arena *arena)
{
	static struct word words[] = {
		{ (char *)"Quyết", 93.126F, { 10, 20, 30, 12 }, 1, 1, 1, ROLE_BODY, (char *)"Quyét" },
		{ (char *)"\"định\"\\", 0, { 45, 20, 30, 12 }, 1, 1, 1, ROLE_HEADER, NULL },
	};
	static struct mark marks[] = { { MARK_SEAL, { 50, 60, 40, 40 }, 80 } };
	static struct code codes[] = { { (char *)"QR-Code", (char *)"H06.12-240227-0001", { 1, 1, 50, 50 } } };
	struct page *p = arena_alloc(arena, sizeof *p);

	*p = (struct page){ .width = 1000, .height = 2000, .dpi = 200, .rotation = 270, .skew = -1.25F, .begins = true };
	p->quality = (struct quality){ 0.0312F, 200, 17.5F, 88.25F, 0.62F, 3, 0.0312F, 0.02F, SCAN_USABLE, 1U << FAULT_BLUR | 1U << FAULT_CUT };
	p->words = words;
	p->nwords = 2;
	p->marks = marks;
	p->nmarks = 1;
	p->codes = codes;
	p->ncodes = 1;
	return p;
}

static void a_page_comes_back(void **state)
{
	struct arena *arena = arena_new();
	struct page back = { 0 };
	struct error err = ERROR_INIT;
	size_t size, again;
	char *text = page_save(sample(arena), &size), *second;

	assert_int_equal(page_load(&back, text, size, arena, &err), 0);
	assert_int_equal(back.nwords, 2);
	assert_string_equal(back.words[0].text, "Quyết");
	assert_string_equal(back.words[1].text, "\"định\"\\");
	assert_int_equal(back.words[1].role, ROLE_HEADER);
	assert_string_equal(back.words[0].seen, "Quyét");
	assert_null(back.words[1].seen);
	assert_int_equal(back.rotation, 270);
	assert_true(back.begins);
	assert_int_equal(back.quality.grade, SCAN_USABLE);
	assert_int_equal(back.quality.faults, 1U << FAULT_BLUR | 1U << FAULT_CUT);
	assert_int_equal(back.quality.cut, 3);
	assert_int_equal(back.marks[0].kind, MARK_SEAL);
	assert_string_equal(back.codes[0].text, "H06.12-240227-0001");
	second = page_save(&back, &again);
	assert_int_equal(size, again);
	assert_memory_equal(text, second, size); /* equal content is equal bytes */
	assert_int_equal(text[size - 1], '\n');
	assert_ptr_equal(memchr(text, '\n', size), text + size - 1); /* one line */
	free(text);
	free(second);
	arena_free(arena);
}

/* One replacement in a good text makes it a lie; each must be refused. */
static const struct {
	const char *from, *to;
} lies[] = {
	{ "\"width\":1000", "\"width\":0" },
	{ "\"width\":1000", "\"width\":20" },
	{ "\"width\":1000", "\"width\":999999999" },
	{ "\"width\":1000", "\"width\":\"1000\"" },
	{ "\"rotation\":270", "\"rotation\":45" },
	{ "[10,20,30,12]", "[-1,20,30,12]" },
	{ "[10,20,30,12]", "[10,20,2147483647,12]" },
	{ "[10,20,30,12]", "[10,20,30]" },
	{ "Quyết", "" },
	{ "Quyết", "a b" },
	{ "Quyết", "\\u001b[31m" },
	{ "\"body\"", "\"nobody\"" },
	{ "\"seal\"", "\"whale\"" },
	{ "\"secret\":false", "\"secret\":true" },
	{ "\"form\":1", "\"form\":2" },
	{ "\"words\":[", "\"words\":7,\"x\":[" },
	{ "\"ink\":0.0312", "\"ink\":1e999" },
	{ "\"confidence\":88.25", "\"confidence\":1000" },
	{ "\"kind\":\"content\"", "\"kind\":null" },
	{ "\"grade\":\"usable\"", "\"grade\":\"fine\"" },
	{ "\"faults\":[\"blur\",\"cut\"]", "\"faults\":[\"blue\"]" },
	{ "\"sharpness\":0.62", "\"sharpness\":2" },
	{ "\"cut\":3", "\"cut\":-3" },
};

static void a_lie_is_refused(void **state)
{
	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
		struct arena *arena = arena_new();
		struct page back = { 0 };
		struct error err = ERROR_INIT;
		size_t size;
		char *text = page_save(sample(arena), &size), *at = strstr(text, lies[i].from), *bad;

		if (!at)
			fail_msg("the sample does not hold %s", lies[i].from);
		bad = arena_printf(arena, "%.*s%s%s", (int)(at - text), text, lies[i].to, at + strlen(lies[i].from));
		if (page_load(&back, bad, strlen(bad), arena, &err) == 0)
			fail_msg("believed: %s", lies[i].to);
		assert_string_equal(err.reason, "damaged");
		free(text);
		arena_free(arena);
	}
}

static void every_cut_is_refused(void **state)
{
	struct arena *arena = arena_new();
	size_t size;
	char *text = page_save(sample(arena), &size);

	for (size_t n = 0; n < size - 1; n++) {
		struct page back = { 0 };
		struct error err = ERROR_INIT;

		assert_int_equal(page_load(&back, text, n, arena, &err), -1);
	}
	free(text);
	arena_free(arena);
}

static struct dossier papers(struct arena *arena)
{
	static struct field fields[] = {
		{ "number", (char *)"Số: 12/QĐ-UBND", (char *)"12/QĐ-UBND", FIELD_READ, 91, 1, { 10, 10, 90, 20 }, SOURCE_MACHINE, HOW_CODE | HOW_CONFIRMED },
		{ "date", (char *)"ngày    tháng 02 năm 2024", NULL, FIELD_BLANK, 0, 1, { 200, 10, 90, 20 }, SOURCE_MACHINE, 0 },
	};
	static struct document documents[] = {
		{ 1, 1, 2, 95, (char *)"start", (char *)"quyet-dinh", 90, (char *)"original", 1, fields, 2 },
		{ 2, 3, 3, 80, (char *)"motto", (char *)"khac", 0, NULL, 0, NULL, 0 },
	};
	struct dossier d = { .npages = 3, .documents = documents, .ndocuments = 2 };

	d.pages = arena_array(arena, 3, sizeof *d.pages);
	for (int i = 0; i < 3; i++)
		d.pages[i] = (struct page){ .width = 1000, .height = 1400 };
	return d;
}

static void papers_come_back(void **state)
{
	struct arena *arena = arena_new();
	struct dossier d = papers(arena), back = { .npages = 3, .pages = d.pages };
	struct error err = ERROR_INIT;
	size_t size, again;
	char *text = papers_save(&d, &size), *second;

	assert_int_equal(papers_load(&back, text, size, arena, &err), 0);
	assert_int_equal(back.ndocuments, 2);
	assert_int_equal(back.documents[0].nfields, 2);
	assert_null(field_find(&back.documents[0], "date")->value);
	assert_int_equal(field_find(&back.documents[0], "date")->state, FIELD_BLANK);
	assert_int_equal(field_find(&back.documents[0], "number")->how, HOW_CODE | HOW_CONFIRMED);
	second = papers_save(&back, &again);
	assert_int_equal(size, again);
	assert_memory_equal(text, second, size);
	free(text);
	free(second);
	arena_free(arena);
}

static const struct {
	const char *from, *to;
} paper_lies[] = {
	{ "\"first\":1", "\"first\":0" },
	{ "\"last\":2", "\"last\":4" },
	{ "\"first\":3", "\"first\":2" },    /* overlaps the paper before */
	{ "\"number\":2", "\"number\":7" },
	{ "\"level\":1", "\"level\":5" },
	{ "\"state\":\"read\"", "\"state\":\"unread\"" }, /* a value without having been read */
	{ "[10,10,90,20]", "[10,10,2000,20]" },
	{ "\"page\":1", "\"page\":9" },
};

static void paper_lies_are_refused(void **state)
{
	for (size_t i = 0; i < sizeof paper_lies / sizeof *paper_lies; i++) {
		struct arena *arena = arena_new();
		struct dossier d = papers(arena), back = { .npages = 3, .pages = d.pages };
		struct error err = ERROR_INIT;
		size_t size;
		char *text = papers_save(&d, &size), *at = strstr(text, paper_lies[i].from), *bad;

		assert_non_null(at);
		bad = arena_printf(arena, "%.*s%s%s", (int)(at - text), text, paper_lies[i].to, at + strlen(paper_lies[i].from));
		if (papers_load(&back, bad, strlen(bad), arena, &err) == 0)
			fail_msg("believed: %s", paper_lies[i].to);
		free(text);
		arena_free(arena);
	}
}

static void restriction_goes_on_to_the_next_beginning(void **state)
{
	const struct page secret = { .secret = true }, plain = { 0 }, begins = { .begins = true };

	assert_true(page_restricted(false, &secret));
	assert_true(page_restricted(true, &plain));
	assert_false(page_restricted(true, &begins));
	assert_false(page_restricted(false, &plain));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_comes_back),	 cmocka_unit_test(a_lie_is_refused),
		cmocka_unit_test(every_cut_is_refused),	 cmocka_unit_test(papers_come_back),
		cmocka_unit_test(paper_lies_are_refused), cmocka_unit_test(restriction_goes_on_to_the_next_beginning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
