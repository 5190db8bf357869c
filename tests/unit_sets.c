/* Sets of pages: bits, the bitmaps of frequent terms beside the index, and what they answer, against the index alone. */
#include "tests/unit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/bitmap.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/catalogue/texts_lists.h"
#include "pipeline/catalogue/texts_private.h"
#include "pipeline/catalogue/texts_sets.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/store.h"
#include "pipeline/tokens.h"
#include "stages/index/best.h"
#include "stages/index/query.h"
#include "stages/index/query_words.h"

#define PAGES 9000 /* more than a part */

static struct place {
	char dir[32];
	struct catalogue *catalogue;
	struct arena *arena;
	uint32_t seed;
} place;

static struct error err;

static uint32_t chance(uint32_t n)
{
	place.seed = place.seed * 1664525u + 1013904223u;
	return (place.seed >> 8) % n;
}

static void sql(const char *text, const struct db_value *args, int nargs)
{
	OK(catalogue_query(place.catalogue, text, args, nargs, NULL, NULL, &err));
}

/* Words of very different frequency; those of one line often follow each other. */
static const char *text_draw(struct arena *arena)
{
	static const char *const words[] = { "của", "và", "các", "ủy ban nhân dân", "quyết định", "đường", "Dương", "duong", "kỹ thuật", "kĩ", "hòa", "an",
					     "thửa", "xã", "nguyễn", "văn", "lê", "123/QĐ-UBND", "001 204 012 345", "hiếm" };
	char *text = arena_strdup(arena, "");
	for (int i = 3 + (int)chance(12); i > 0; i--) {
		uint32_t limit = chance(3) ? 6 : sizeof words / sizeof *words;
		text = arena_printf(arena, "%s %s", text, words[chance(chance(40) ? limit : sizeof words / sizeof *words)]);
	}
	return text;
}

static void page_put(int64_t page, struct arena *arena)
{
	OK(texts_put(place.catalogue, page, text_draw(arena), chance(3) ? "\x02@tquyet-dinh @t " : "\x02@tcong-van @t ", &err));
}

static void row_add(int64_t page)
{
	sql("INSERT INTO page (id, dossier_id, file_id, file_page, number, state, document_id) VALUES ($1, 1, 1, $1, $1, 'read', $2)",
	    DB_ARGS(DB_I(page), DB_I(1 * DOCUMENTS_PER_DOSSIER + 1)));
}

static void pages_add(int64_t first, int64_t end)
{
	struct arena *arena = arena_new();
	OK(catalogue_begin(place.catalogue, &err));
	for (int64_t page = first; page < end; page++) {
		row_add(page);
		page_put(page, arena);
		arena_reset(arena);
	}
	OK(catalogue_commit(place.catalogue, &err));
	arena_free(arena);
}

static void compact(void)
{
	int more = 1;
	while (more > 0)
		OK(more = texts_compact(place.catalogue, false, &err));
}

static int setup(void **state)
{
	(void)state;
	place = (struct place){ .dir = "/tmp/unit_sets.XXXXXX", .arena = arena_new(), .seed = 3 };
	setenv("SOHOA_DATA", ".", 0);
	assert_non_null(mkdtemp(place.dir));
	OK(store_create(place.dir, &err));
	OK(catalogue_create(place.dir, &err));
	place.catalogue = catalogue_open(place.dir, true, &err);
	if (!place.catalogue)
		fail_msg("%s", err.text);
	OK(catalogue_begin(place.catalogue, &err));
	sql("INSERT INTO batch VALUES (1, 'lo-01', 'scans', '2026-11-24T00:00:00Z', 'taken')", NULL, 0);
	sql("INSERT INTO dossier (id, batch_id, code, state) VALUES (1, 1, 'HS-001', 'split')", NULL, 0);
	sql("INSERT INTO file (id, dossier_id, position, name, shown, state) VALUES (1, 1, 1, 'a.pdf', 'a.pdf', 'accepted')", NULL, 0);
	sql("INSERT INTO document (id, dossier_id, number, type, first_page, last_page, state) VALUES ($1, 1, 1, 'khac', 1, 1, 'judged')",
	    DB_ARGS(DB_I(1 * DOCUMENTS_PER_DOSSIER + 1)));
	OK(catalogue_commit(place.catalogue, &err));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	char command[128];
	catalogue_close(place.catalogue);
	arena_free(place.arena);
	snprintf(command, sizeof command, "chmod -R u+w '%s' && rm -rf '%s'", place.dir, place.dir);
	return system(command);
}

static int64_t number(const char *text)
{
	int64_t n;
	OK(catalogue_int(place.catalogue, text, NULL, 0, -1, &n, &err));
	return n;
}

/* --- bits ----------------------------------------------------------------------------------------------------------------- */

static void test_bits(void **state)
{
	(void)state;
	struct bitmap *a = bitmap_new(200), *b = bitmap_new(200), *both = bitmap_new(200);
	assert_int_equal(a->size, 256);
	assert_int_equal(bitmap_next(a, 0), -1);
	static const int64_t numbers[] = { 0, 63, 64, 127, 199, 255 };
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		bitmap_add(a, numbers[i]);
	bitmap_add(a, 256); /* beyond */
	bitmap_add(a, -1);
	assert_int_equal(bitmap_count(a), 6);
	int64_t at = -1;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		assert_int_equal(at = bitmap_next(a, at + 1), numbers[i]);
	assert_int_equal(bitmap_next(a, 256), -1);
	at = 1000;
	for (size_t i = sizeof numbers / sizeof *numbers; i-- > 0;)
		assert_int_equal(at = bitmap_before(a, at), numbers[i]);
	assert_int_equal(bitmap_before(a, at), -1);
	assert_int_equal(bitmap_before(a, 65), 64);
	assert_int_equal(bitmap_before(a, 63), 0);
	assert_false(bitmap_has(a, 256) || bitmap_has(a, -1) || bitmap_has(a, 1));
	bitmap_add(b, 64);
	bitmap_add(b, 65);
	assert_int_equal(bitmap_count_of_both(a, b), 1);
	bitmap_copy(both, b);
	bitmap_and(both, a);
	assert_int_equal(bitmap_next(both, 0), 64);
	bitmap_free(both);
	bitmap_or(b, a);
	assert_int_equal(bitmap_count(b), 7);
	bitmap_and_not(b, a);
	assert_int_equal(bitmap_count(b), 1);
	bitmap_and(a, b);
	assert_int_equal(bitmap_count(a), 0);
	bitmap_remove(b, 65);
	bitmap_clear(b);
	assert_int_equal(bitmap_count(b), 0);
	bitmap_bits_add(b, 64, (const uint8_t *)"\x01\x80\x00\x00\x00\x00\x00\x00\x02", 9);
	assert_true(bitmap_has(b, 64) && bitmap_has(b, 79) && bitmap_has(b, 129) && bitmap_count(b) == 3);
	bitmap_free(a);
	bitmap_free(b);
}

/* A part is read as it was written, however many numbers it has, and takes no more room than its bits. */
static void test_parts(void **state)
{
	(void)state;
	static const int shares[] = { 0, 1, 2, 3, 7, 8, 9, 16, 100, 127, 128, 129, 1000, 8191, 8192, 100000 };
	for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
		struct bitmap *written = bitmap_new(3 * BITMAP_PART), *read = bitmap_new(3 * BITMAP_PART);
		uint8_t bytes[BITMAP_PART_BYTES];
		if (shares[i] > 0)
			for (int64_t n = 0; n < 3 * BITMAP_PART; n++)
				if (chance((uint32_t)shares[i]) == 0)
					bitmap_add(written, n);
		for (int64_t part = 0; part < 3; part++) {
			int n = bitmap_part_write(written, part, bytes);
			assert_true(n >= 0 && n <= BITMAP_PART_BYTES);
			int64_t next = bitmap_next(written, part * BITMAP_PART);
			assert_int_equal(n == 0, next < 0 || next >= (part + 1) * BITMAP_PART);
			assert_true(bitmap_part_read(read, part, bytes, n));
		}
		bitmap_and_not(read, written);
		assert_int_equal(bitmap_count(read), 0);
		bitmap_clear(read);
		for (int64_t part = 0; part < 3; part++)
			bitmap_part_read(read, part, bytes, bitmap_part_write(written, part, bytes));
		assert_int_equal(bitmap_count(read), bitmap_count(written));
		bitmap_free(written);
		bitmap_free(read);
	}
	/* bytes of a damaged catalogue change nothing beyond the part, and are told where they can be */
	struct bitmap *pages = bitmap_new(3 * BITMAP_PART);
	uint8_t noise[BITMAP_PART_BYTES + 2];
	memset(noise, 0xFF, sizeof noise);
	assert_false(bitmap_part_read(pages, 1, noise, BITMAP_PART_BYTES - 2));
	assert_false(bitmap_part_read(pages, 1, noise, BITMAP_PART_BYTES + 2));
	bitmap_free(pages);
}

/* --- bitmaps beside the index ------------------------------------------------------------------------------------------------ */

static const char *const queries[] = {
	"của", "hiếm", "của các", "của NOT các", "đường", "kỹ", "kỹ OR hiếm", "(và OR các) thửa", "của -(xã OR thửa)", "\"ủy ban\"", "\"ủy ban nhân dân\"",
	"\"nhân dân của\"", "\"của và\" các", "\"của các\" OR \"xã an\"", "của NOT \"ủy ban\"", "\"nguyễn văn\"", "ngu*", "\"của ng\"*", "khongco", "\"của khongco\"",
	"\"kỹ thuật\"", "\"hiếm thửa\"", "\"hiếm lê xã\"", "\"hiếm hiếm hiếm\"", "\"thửa 123/QĐ-UBND hiếm\"", "\"lê 001 204 012 345 an\"", "\"kĩ của các\"", "123/QĐ-UBND", "001204012345", "loại:quyet-dinh của", "\"quyết định\" loại:cong-van", "a b c d e f g h",
};

static int is_same(void *context, const struct texts_match *match, struct error *e)
{
	struct bitmap *pages = context;
	if (!bitmap_has(pages, match->page))
		return 1;
	bitmap_remove(pages, match->page);
	return 0;
}

static int add_page(void *context, const struct texts_match *match, struct error *e)
{
	bitmap_add(context, match->page);
	return 0;
}

static const struct texts_node *words_of(const char *text, enum query_form form)
{
	struct query *query = arena_alloc(place.arena, sizeof *query);
	query_parse(query, text, NULL, place.arena);
	return query_words(query, form, place.arena);
}

/* Every query answered by sets and by the index alone. */
static void compare(const char *when)
{
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
		struct texts_question question = { .words = words_of(queries[i], QUERY_FOLDED) };
		struct texts_sets *sets = texts_sets_new(place.catalogue, &err);
		assert_non_null(sets);
		struct bitmap *pages = texts_sets_find(sets, question.words, &err);
		assert_non_null(pages);
		int ret = texts_match(place.catalogue, &question, INT32_MAX, is_same, pages, &err);
		if (ret || bitmap_count(pages))
			fail_msg("%s: %s: a page is %s", when, queries[i], ret ? "missing" : "too many");
		bitmap_free(pages);
		texts_sets_free(sets);
	}
}

static void test_bitmaps(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	compare("without a page");
	pages_add(1, PAGES);
	OK(catalogue_begin(place.catalogue, &err));
	OK(texts_put(place.catalogue, 77, "của mộtmình", "", &err));
	OK(catalogue_commit(place.catalogue, &err));
	assert_int_equal(number("SELECT count(*) FROM bitmap"), 0);
	compare("before");
	compact();
	assert_int_equal(number("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'bitmaps'"), PAGES);
	assert_true(number("SELECT count(*) FROM bitmap_term WHERE term IN ('cua', '=của', '+acua', '&cua&va', '@tcong-van')") == 5);
	assert_int_equal(number("SELECT count(*) FROM bitmap_term WHERE term = 'motminh'"), 0);
	OK(texts_check(place.catalogue, &err));
	compare("made");
	/* pages behind them, changed ones, ones that go and come back */
	pages_add(PAGES, PAGES + 300);
	OK(catalogue_begin(place.catalogue, &err));
	for (int i = 0; i < 200; i++)
		page_put(1 + chance(PAGES - 1), arena);
	for (int i = 0; i < 50; i++)
		OK(texts_remove(place.catalogue, 100 + i, &err));
	for (int i = 0; i < 20; i++)
		page_put(100 + i, arena);
	OK(catalogue_commit(place.catalogue, &err));
	OK(texts_check(place.catalogue, &err));
	compare("changed");
	OK(catalogue_begin(place.catalogue, &err));
	page_put(7, arena);
	catalogue_rollback(place.catalogue);
	OK(texts_check(place.catalogue, &err));
	sql("UPDATE document SET state = 'restricted'", NULL, 0);
	compare("restricted");
	sql("UPDATE document SET state = 'judged'", NULL, 0);
	pages_add(PAGES + 300, PAGES + 900);
	compact();
	assert_int_equal(number("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'bitmaps'"), PAGES + 900);
	OK(texts_check(place.catalogue, &err));
	compare("made further");
	/* the check sees what is wrong, and the index made anew is right */
	sql("UPDATE bitmap SET pages = x'01' WHERE id = (SELECT max(id) FROM bitmap)", NULL, 0);
	assert_int_equal(texts_check(place.catalogue, &err), -1);
	assert_string_equal(err.reason, "catalogue-damaged");
	OK(catalogue_begin(place.catalogue, &err));
	OK(texts_rebuild(place.catalogue, &err));
	OK(catalogue_commit(place.catalogue, &err));
	assert_int_equal(number("SELECT count(*) FROM bitmap"), 0);
	compare("made anew");
	compact();
	OK(texts_check(place.catalogue, &err));
	compare("made anew, with bitmaps");
	arena_free(arena);
}

/* What no page holds any more is not even a name. */
static void test_forget(void **state)
{
	(void)state;
	pages_add(1, 700);
	OK(catalogue_begin(place.catalogue, &err));
	for (int64_t page = 1; page < 700; page += 7)
		OK(texts_put(place.catalogue, page, "của tuyệtmật", "", &err));
	OK(catalogue_commit(place.catalogue, &err));
	compact();
	assert_int_equal(number("SELECT count(*) FROM bitmap_term WHERE term IN ('tuyetmat', '=tuyệtmật')"), 2);
	OK(catalogue_begin(place.catalogue, &err));
	for (int64_t page = 1; page < 700; page += 7)
		OK(texts_forget(place.catalogue, page, &err));
	OK(catalogue_commit(place.catalogue, &err));
	assert_int_equal(number("SELECT count(*) FROM bitmap_term WHERE term LIKE '%tuy_tm_t'"), 0);
	assert_int_equal(number("SELECT count(*) FROM bitmap WHERE id >> 24 NOT IN (SELECT id FROM bitmap_term)"), 0);
	assert_int_equal(number("SELECT count(*) FROM bitmap_term WHERE term = 'cua'"), 1);
	OK(texts_check(place.catalogue, &err));
}

/* --- the lists of the index ----------------------------------------------------------------------------------------------------- */

static const char *const phrases[][4] = {
	{ "cua", "cac" }, { "uy", "ban" }, { "uy", "ban", "nhan", "dan" }, { "cua", "cua", "cua" }, { "hiem", "thua" }, { "khongco", "cua" }, { "&cua&va", "va" },
	{ "&cua&va", "va", "cac" }, { "123", "qd", "ubnd" }, { "ky", "thuat" }, { "@tcong-van", "@t" }, { "@t", "cua" }, { "an" }, { "lan", "lan" }, { "dau", "lan" }, { "lan", "cuoi" },
};

/* The pages of a term from one on, by its list and by FTS5; whether the list was known. */
static bool list_compare(const char *when, const char *term, int64_t from, int64_t size)
{
	struct texts_node node = { .kind = TEXTS_PHRASE, .terms = &term, .nterms = 1 };
	struct texts_question question = { .words = &node, .beyond = from - 1 };
	struct bitmap *pages = bitmap_new(size), *found = bitmap_new(size);
	bool known;
	OK(texts_lists_term(place.catalogue, term, from, pages, &known, &err));
	OK(texts_match(place.catalogue, &question, INT32_MAX, add_page, found, &err));
	if (known && (bitmap_count(found) != bitmap_count(pages) || bitmap_count_of_both(found, pages) != bitmap_count(pages)))
		fail_msg("%s: \"%s\" from %d: %d pages by FTS5, %d by the list", when, term, (int)from, (int)bitmap_count(found), (int)bitmap_count(pages));
	assert_true(known || !bitmap_count(pages));
	bitmap_free(pages);
	bitmap_free(found);
	return known;
}

/* Every phrase by the lists and by FTS5, of all pages and of some; how often the lists were known. */
static int lists_compare(const char *when)
{
	int64_t size = number("SELECT max(page_id) FROM page_text") + 1;
	int nknown = 0;
	for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
		for (uint32_t share = 1; share < 30; share *= 20) {
			struct texts_node node = { .kind = TEXTS_PHRASE, .terms = (const char **)phrases[i] };
			struct texts_question question = { .words = &node };
			struct bitmap *pages = bitmap_new(size), *wanted = bitmap_new(size), *found = bitmap_new(size);
			struct texts_list lists[4];
			int nlists = 0, nread = 0;
			bool known;
			for (; node.nterms < 4 && phrases[i][node.nterms]; node.nterms++)
				if (!node.nterms || !terms_is_pair_with(phrases[i][node.nterms - 1], phrases[i][node.nterms]))
					lists[nlists++] = (struct texts_list){ phrases[i][node.nterms], node.nterms, 0, -1 };
			if (nlists > 1) { /* whichever comes first */
				int k = (int)chance((uint32_t)nlists);
				struct texts_list other = lists[0];
				lists[0] = lists[k];
				lists[k] = other;
			}
			for (int64_t page = 0; page < size; page++)
				if (chance(share) == 0)
					bitmap_add(pages, page);
			bitmap_copy(wanted, pages);
			OK(texts_lists_phrase(place.catalogue, lists, nlists, pages, &nread, &known, &err));
			assert_true(!known || nread == nlists);
			assert_int_equal(list_compare(when, phrases[i][0], 0, size), known);
			assert_int_equal(list_compare(when, phrases[i][0], chance((uint32_t)size + 1), size), known);
			OK(texts_match(place.catalogue, &question, INT32_MAX, add_page, found, &err));
			if (known)
				bitmap_and(wanted, found);
			nknown += known;
			assert_int_equal(bitmap_count(wanted), bitmap_count(pages));
			bitmap_and_not(wanted, pages);
			if (bitmap_count(wanted))
				fail_msg("%s: \"%s %s\" of one page in %u: page %d", when, phrases[i][0], phrases[i][1], share, (int)bitmap_next(wanted, 0));
			bitmap_free(pages);
			bitmap_free(wanted);
			bitmap_free(found);
		}
	return nknown;
}

/* Bytes of a damaged index: an answer or none, never a step beyond them. */
static void lists_damage(void)
{
	char path[64];
	sqlite3 *db;
	snprintf(path, sizeof path, "%s/catalogue.db", place.dir);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK); /* a connection of ours may not write these rows */
	int64_t rows = number("SELECT count(*) FROM page_fts_data");
	for (int i = 0; i < 500; i++) {
		char *text = sqlite3_mprintf("UPDATE page_fts_data SET block = CAST(substr(block, 1, %d) || x'%02x%02x' || substr(block, %d) AS BLOB)"
					     " WHERE id = (SELECT id FROM page_fts_data ORDER BY id LIMIT 1 OFFSET %d)", i % 3 ? chance(60) : chance(4000),
					     chance(256), chance(256), i % 3 ? chance(60) : chance(4000), chance((uint32_t)rows));
		assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
		sqlite3_free(text);
		for (size_t k = 0; k < 3; k++) {
			struct bitmap *pages = bitmap_new(5000);
			int nread;
			bool known;
			for (int64_t page = 0; page < 5000; page++)
				bitmap_add(pages, page);
			OK(texts_lists_phrase(place.catalogue, (struct texts_list[]){ { phrases[k][0], 0, 0, -1 }, { phrases[k][1], 1, 0, -1 } }, 2, pages, &nread, &known,
					      &err));
			OK(texts_lists_term(place.catalogue, phrases[k][1], i % 2 ? chance(5000) : 0, pages, &known, &err));
			bitmap_free(pages);
		}
	}
	sqlite3_close(db);
}

static void test_lists(void **state)
{
	(void)state;
	int all = 2 * (int)(sizeof phrases / sizeof *phrases);
	struct arena *arena = arena_new();
	struct arena_text text = { .arena = arena };
	assert_int_equal(lists_compare("without a page"), all);
	/* a page whose places fill leaves of their own, and words far behind the begin of one */
	arena_text_add(&text, "đầu", strlen("đầu"));
	for (int i = 0; i < 9000; i++)
		arena_text_add(&text, i % 500 ? " lần" : " lần của các", strlen(i % 500 ? " lần" : " lần của các"));
	arena_text_add(&text, " cuối", strlen(" cuối"));
	pages_add(1, 3000);
	OK(catalogue_begin(place.catalogue, &err));
	for (int i = 0; i < 4; i++)
		OK(texts_put(place.catalogue, 1000 + i, text.text, "", &err));
	assert_int_equal(lists_compare("inside a transaction"), 0); /* what was put in may wait in memory */
	OK(catalogue_commit(place.catalogue, &err));
	assert_int_equal(lists_compare("one segment"), all);
	for (int i = 0; i < 5; i++) { /* segments that take pages out and put them in again */
		pages_add(3000 + i * 300, 3000 + (i + 1) * 300);
		OK(catalogue_begin(place.catalogue, &err));
		for (int k = 0; k < 100; k++)
			page_put(1 + chance(2999), arena);
		for (int k = 0; k < 50; k++)
			OK(texts_remove(place.catalogue, 1 + chance(2999), &err));
		OK(catalogue_commit(place.catalogue, &err));
		assert_int_equal(lists_compare("several segments"), all);
	}
	for (int more = 1, i = 0; more > 0; i++) { /* segments of which the begin was merged already */
		OK(catalogue_begin(place.catalogue, &err));
		OK(more = texts_merge(place.catalogue, i ? 1 : -1, &err));
		OK(catalogue_commit(place.catalogue, &err));
		if (i % 20 == 0)
			assert_int_equal(lists_compare("while they are merged"), all);
	}
	assert_int_equal(lists_compare("merged"), all);
	lists_damage();
	arena_free(arena);
}

/* --- bitmaps counted while pages are put in ----------------------------------------------------------------------------------- */

#define OTHER "khác hẳn một hai ba"

static void put_one(struct catalogue *c, int64_t page, const char *text)
{
	OK(catalogue_begin(c, &err));
	OK(texts_put(c, page, text, "", &err));
	OK(catalogue_commit(c, &err));
}

static void collected_are_true(const char *when)
{
	int64_t all = number("SELECT max(page_id) + 1 FROM page_text");
	OK(texts_reindex_collected(place.catalogue, true, &err));
	compact();
	assert_int_equal(number("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'bitmaps'"), all);
	if (texts_check(place.catalogue, &err) < 0)
		fail_msg("%s: %s", when, err.text);
	texts_reindex_collect(place.catalogue, false);
}

static int collecting(void **state)
{
	int ret = setup(state);
	texts_reindex_collect(place.catalogue, true);
	return ret;
}

/* They are made of what was kept, and not of the table: it is empty by then. */
static void test_collected(void **state)
{
	(void)state;
	pages_add(1, PAGES);
	int64_t want = number("SELECT count(*) FROM page_fts WHERE page_fts MATCH 'cua' AND rowid < 8192");
	sql("DELETE FROM page_text WHERE page_id < $1", DB_ARGS(DB_I(PAGES - 1)));
	compact();
	struct texts_sets *sets = texts_sets_new(place.catalogue, &err);
	struct bitmap *set = texts_sets_find(sets, words_of("của", QUERY_FOLDED), &err), *first = bitmap_new(8192);
	assert_non_null(set);
	for (int64_t page = bitmap_next(set, 0); page >= 0; page = bitmap_next(set, page + 1))
		bitmap_add(first, page);
	assert_true(want > PAGES / 4);
	assert_int_equal(bitmap_count(first), want);
	assert_int_equal(number("SELECT count(*) FROM bitmap b JOIN bitmap_term t ON b.id >> 24 = t.id WHERE t.term = 'cua'"), 2);
	bitmap_free(first);
	bitmap_free(set);
	texts_sets_free(sets);
}

static void test_collected_in_order(void **state)
{
	(void)state;
	pages_add(1, PAGES);
	collected_are_true("in order");
	compare("collected");
}

/* A page of a part that was counted already, which has 2 of them here; one of a part far away. */
static void test_collected_late(void **state)
{
	(void)state;
	pages_add(1, 100);
	pages_add(40000, 40010);
	pages_add(101, PAGES);
	OK(catalogue_begin(place.catalogue, &err));
	row_add(100);
	OK(texts_put(place.catalogue, 100, "của hiếm", "", &err));
	OK(catalogue_commit(place.catalogue, &err));
	collected_are_true("late");
	compare("a late page");
}

/* Rows that become others, or go, before their part is counted and behind that. */
static void test_collected_changed(void **state)
{
	(void)state;
	static const int64_t changed[] = { 7, PAGES - 5 };
	for (int removed = 0; removed < 2; removed++)
		for (size_t i = 0; i < sizeof changed / sizeof *changed; i++) {
			texts_reindex_collect(place.catalogue, true);
			pages_add(1, PAGES);
			OK(catalogue_begin(place.catalogue, &err));
			if (removed)
				OK(texts_remove(place.catalogue, changed[i], &err));
			else
				OK(texts_put(place.catalogue, changed[i], OTHER, "", &err));
			OK(catalogue_commit(place.catalogue, &err));
			collected_are_true(removed ? "removed" : "changed");
			OK(teardown(state));
			OK(setup(state));
		}
}

/* Somebody else corrects a page that was counted, one that was not, and one that was not there. */
static void test_collected_by_others(void **state)
{
	(void)state;
	static const int64_t changed[] = { 7, PAGES - 5, 100 };
	for (size_t i = 0; i < sizeof changed / sizeof *changed; i++) {
		texts_reindex_collect(place.catalogue, true);
		pages_add(1, 100);
		OK(catalogue_begin(place.catalogue, &err));
		row_add(100);
		OK(catalogue_commit(place.catalogue, &err));
		pages_add(101, PAGES);
		struct catalogue *other = catalogue_open(place.dir, true, &err);
		assert_non_null(other);
		put_one(other, changed[i], OTHER);
		catalogue_close(other);
		collected_are_true("by others");
		OK(teardown(state));
		OK(setup(state));
	}
}

/* What was rolled back never was: the same page gets another text. */
static void test_collected_rolled_back(void **state)
{
	(void)state;
	pages_add(1, 300);
	OK(catalogue_begin(place.catalogue, &err));
	for (int64_t page = 300; page < 900; page++) {
		row_add(page);
		OK(texts_put(place.catalogue, page, OTHER, "", &err));
	}
	catalogue_rollback(place.catalogue);
	pages_add(300, 900);
	collected_are_true("rolled back");
	compare("rolled back");
}

/* One that begins in the middle of a part, as after a kill. */
static void test_collected_from_the_middle(void **state)
{
	(void)state;
	texts_reindex_collect(place.catalogue, false);
	pages_add(1, 300);
	texts_reindex_collect(place.catalogue, true);
	pages_add(300, PAGES);
	collected_are_true("from the middle");
	compare("from the middle");
}

/* A part knows the terms that had bitmaps when it was counted by their number: when one of them goes, what was counted goes too. */
static void test_collected_forgotten(void **state)
{
	(void)state;
	texts_reindex_collect(place.catalogue, false);
	pages_add(1, 8192);
	OK(catalogue_begin(place.catalogue, &err));
	for (int64_t page = 1; page < 8192; page += 16)
		OK(texts_put(place.catalogue, page, "của tuyệtmật bímật", "", &err));
	OK(catalogue_commit(place.catalogue, &err));
	compact();
	assert_int_equal(number("SELECT count(*) FROM bitmap_term WHERE term IN ('tuyetmat', 'bimat')"), 2);
	texts_reindex_collect(place.catalogue, true);
	pages_add(8192, 8200);
	OK(catalogue_begin(place.catalogue, &err));
	for (int64_t page = 8200; page < 8210; page++) {
		row_add(page);
		OK(texts_put(place.catalogue, page, "của lạlùng", "", &err));
	}
	OK(catalogue_commit(place.catalogue, &err));
	pages_add(8210, 16384);
	OK(catalogue_begin(place.catalogue, &err));
	for (int64_t page = 16384; page < 17000; page++) {
		row_add(page);
		OK(texts_put(place.catalogue, page, "của lạlùng", "", &err));
	}
	for (int64_t page = 1; page < 8192; page += 16)
		OK(texts_forget(place.catalogue, page, &err));
	OK(catalogue_commit(place.catalogue, &err));
	assert_int_equal(number("SELECT count(*) FROM bitmap_term WHERE term IN ('tuyetmat', 'bimat')"), 0);
	collected_are_true("forgotten");
}

/* Eight parts are written while pages still come and the ninth is counted; what they have in common with those behind is known then. */
static void test_collected_step(void **state)
{
	(void)state;
	static const char *const texts[] = { "của các", "kỹ thuật", "đường", "của hiếm" };
	for (int64_t first = 1; first < 80000; first += 5000) {
		OK(catalogue_begin(place.catalogue, &err));
		for (int64_t page = first; page < first + 5000; page++) {
			row_add(page);
			OK(texts_put_anew(place.catalogue, page, texts[chance(4)], page > 40000 ? "\x02@tquyet-dinh" : "", &err));
		}
		OK(catalogue_commit(place.catalogue, &err));
		OK(texts_reindex_collected(place.catalogue, false, &err));
		assert_int_equal(number("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'bitmaps'"), first + 5000 <= 9 * 8192 + 512 ? -1 : 8 * 8192);
	}
	OK(catalogue_begin(place.catalogue, &err)); /* pages that are in bitmaps already */
	OK(texts_put_anew(place.catalogue, 50, OTHER, "", &err));
	OK(texts_remove(place.catalogue, 51, &err));
	OK(catalogue_commit(place.catalogue, &err));
	collected_are_true("by steps");
	compare("by steps");
}

/* --- the best of them -------------------------------------------------------------------------------------------------------- */

static void test_best(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"hòa", "hóa hóa hóa", "hòa hòa", "hoa", "hòa hòa hòa hòa hòa", "hòa bình", "hòa hòa hòa bình", "bình", "hòa hòa xa bình",
	};
	static const struct {
		const char *query;
		int most, enough;
		int64_t pages[9];
	} rows[] = {
		{ "hoa", 9, 0, { 5, 2, 3, 7, 9, 1, 4, 6 } },       /* how often, in steps, then which came first */
		{ "hoa", 3, 3, { 5, 2, 3 } },
		{ "hoa", 9, 5, { 2, 3, 5, 7, 9, 1, 4, 6 } },       /* five have it twice: they are read, in whatever order */
		{ "hòa", 9, 0, { 5, 3, 7, 9, 1, 6, 2, 4 } },       /* marks as typed first */
		{ "hoa binh", 9, 0, { 7, 9, 6 } },
		{ "hoa binh", 9, 3, { 6, 7, 9 } },
		{ "\"hòa bình\"", 9, 0, { 7, 6 } },
		{ "khongco", 9, 0, { 0 } },
	};
	OK(catalogue_begin(place.catalogue, &err));
	for (int64_t page = 1; page <= (int64_t)(sizeof texts / sizeof *texts); page++) {
		sql("INSERT INTO page (id, dossier_id, file_id, file_page, number, state, document_id) VALUES ($1, 1, 1, $1, $1, 'read', $2)",
		    DB_ARGS(DB_I(page), DB_I(1 * DOCUMENTS_PER_DOSSIER + 1)));
		OK(texts_put(place.catalogue, page, texts[page - 1], "", &err));
	}
	OK(catalogue_commit(place.catalogue, &err));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct texts_sets *sets = texts_sets_new(place.catalogue, &err);
		int64_t *best;
		int n;
		struct bitmap *pages = texts_sets_find(sets, words_of(rows[i].query, QUERY_FOLDED), &err);
		OK(best_pages(sets, words_of(rows[i].query, QUERY_BOTH), words_of(rows[i].query, QUERY_EXACT), pages, rows[i].most, rows[i].enough, &best, &n,
			      place.arena, &err));
		for (int k = 0; k < 9; k++)
			if ((k < n ? best[k] : 0) != rows[i].pages[k])
				fail_msg("%s: place %d is %d", rows[i].query, k + 1, k < n ? (int)best[k] : 0);
		bitmap_free(pages);
		texts_sets_free(sets);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define COLLECTING(f) cmocka_unit_test_setup_teardown(f, collecting, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_bits), TEST(test_parts), TEST(test_bitmaps), TEST(test_forget), TEST(test_lists),
		COLLECTING(test_collected), COLLECTING(test_collected_in_order), COLLECTING(test_collected_late), TEST(test_collected_changed),
		TEST(test_collected_by_others), COLLECTING(test_collected_rolled_back), COLLECTING(test_collected_from_the_middle), COLLECTING(test_collected_forgotten),
		COLLECTING(test_collected_step), TEST(test_best) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
