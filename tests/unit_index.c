/* The index room, the full-text verbs and the search over a real catalogue and store. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/ahead.h"
#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/catalogue/visible.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/key.h"
#include "pipeline/serial.h"
#include "pipeline/stage.h"
#include "pipeline/store.h"
#include "pipeline/text.h"
#include "stages/index/index.h"
#include "stages/index/search.h"

#define DOCUMENT(n) (1 * DOCUMENTS_PER_DOSSIER + (n))

static struct place {
	char dir[32];
	struct store *store;
	struct catalogue *catalogue;
	struct arena *arena;
	int npages;
} place;

static struct error err;

static void sql(const char *text, const struct db_value *args, int nargs)
{
	OK(catalogue_query(place.catalogue, text, args, nargs, NULL, NULL, &err));
}

static int setup(void **state)
{
	(void)state;
	place = (struct place){ .dir = "/tmp/unit_index.XXXXXX", .arena = arena_new() };
	setenv("SOHOA_DATA", ".", 0);
	assert_non_null(mkdtemp(place.dir));
	OK(store_create(place.dir, &err));
	OK(catalogue_create(place.dir, &err));
	place.store = store_open(place.dir, &err);
	place.catalogue = catalogue_open(place.dir, true, &err);
	if (!place.store || !place.catalogue)
		fail_msg("%s", err.text);
	OK(catalogue_begin(place.catalogue, &err));
	sql("INSERT INTO batch VALUES (1, 'lô-01', 'scans', '2026-11-24T00:00:00Z', 'taken')", NULL, 0);
	sql("INSERT INTO dossier (id, batch_id, code, box, shelf, state) VALUES (1, 1, 'HS-001', 'Hộp 5', 'K2', 'split')", NULL, 0);
	sql("INSERT INTO file (id, dossier_id, position, name, shown, state) VALUES (1, 1, 1, 'a.pdf', 'a.pdf', 'accepted')", NULL, 0);
	OK(catalogue_commit(place.catalogue, &err));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	char command[128];
	OK(texts_check(place.catalogue, &err));
	catalogue_close(place.catalogue);
	store_close(place.store);
	arena_free(place.arena);
	snprintf(command, sizeof command, "chmod -R u+w '%s' && rm -rf '%s'", place.dir, place.dir);
	return system(command);
}

/* A page text in the store: one box a word, 100 pixels apart, words of the form =x in a stamp. */
static void page_store(const char *text, char hash[HASH_SIZE])
{
	struct page page = { .number = 1, .file_page = 1, .file = "a.pdf", .width = 100000, .height = 3000, .dpi = 300 };
	char *copy = arena_strdup(place.arena, text), *save = NULL;
	page.quality.confidence = -1;
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		struct word *w = arena_push(place.arena, &page.words, &page.nwords, sizeof *w);
		w->role = *word == '=' ? ROLE_STAMP : ROLE_BODY;
		w->text = text_nfc(place.arena, word + (*word == '='));
		w->confidence = 90;
		w->box = (struct box){ page.nwords * 100, 10, 90, 20 };
		w->block = w->paragraph = w->line = 1;
	}
	size_t size;
	char *object = page_save(&page, &size);
	OK(store_put(place.store, object, size, hash, &err));
	free(object);
	sql("INSERT OR IGNORE INTO object (hash, size, kind) VALUES ($1, 1, 'page')", DB_ARGS(DB_T(hash)));
}

/* A document of one page, indexed. Gives its number in the dossier, which is also the page's number and row. */
static int document_add(const char *text, const char *document_state)
{
	char hash[HASH_SIZE];
	int n = ++place.npages;
	OK(catalogue_begin(place.catalogue, &err));
	page_store(text, hash);
	sql("INSERT INTO document (id, dossier_id, number, type, first_page, last_page, state) VALUES ($1, 1, $2, 'khac', $2, $2, $3)",
	    DB_ARGS(DB_I(DOCUMENT(n)), DB_I(n), DB_T(document_state)));
	sql("INSERT INTO page (id, dossier_id, file_id, file_page, number, state, text, document_id)"
	    " VALUES ($1, 1, 1, $1, $1, 'read', $2, $3)", DB_ARGS(DB_I(n), DB_T(hash), DB_I(DOCUMENT(n))));
	OK(index_room.run(place.catalogue, place.store, DOCUMENT(n), &err));
	OK(catalogue_commit(place.catalogue, &err));
	return n;
}

static void field_add(int document, const char *name, const char *value)
{
	OK(catalogue_begin(place.catalogue, &err));
	sql("INSERT INTO field (document_id, name, value, text, state, confidence, page, x, y, w, h, source, position, key)"
	    " VALUES ($1, $2, $3, $3, 'read', 90, 0, 0, 0, 0, 0, 'machine', 0, $4)",
	    DB_ARGS(DB_I(DOCUMENT(document)), DB_T(name), DB_T(value), DB_T(key_field(place.arena, name, value))));
	OK(catalogue_commit(place.catalogue, &err));
}

static struct search_result ask(const char *text)
{
	struct search_query query = { .text = text, .limit = 20, .facets = true };
	struct search_result result;
	OK(index_search(place.catalogue, &query, &result, place.arena, &err));
	return result;
}

/* The documents found, in order: "3 1 2" */
static char *found(const char *text)
{
	struct search_result result = ask(text);
	char *out = arena_strdup(place.arena, "");
	assert_true(result.total <= result.nhits);
	for (int i = 0; i < result.total; i++)
		out = arena_printf(place.arena, i ? "%s %d" : "%s%d", out, (int)(result.hits[i].document % DOCUMENTS_PER_DOSSIER));
	return out;
}

static void test_find(void **state)
{
	(void)state;
	document_add("Ông Nguyễn Văn Đường ngụ tại thửa đất số 7", "split");                    /* 1 */
	document_add("QUYẾT ĐỊNH Số: 123/QĐ-UBND về việc giấy chứng nhận", "split");           /* 2 */
	document_add("Cộng hoà xã hội chủ nghĩa; bà Dương Thị Đạt", "split");                  /* 3 */
	document_add("duong di vao nha", "split");                                             /* 4 */
	document_add("định cư, quyết toán, kĩ thuật", "split");                                /* 5 */
	static const struct {
		const char *query, *documents;
	} rows[] = {
		{ "nguyen", "1" }, { "Nguyễn", "1" }, { "NGUYỄN", "1" }, { "Nguye\xCC\x82\xCC\x83n", "1" }, { "nguy*", "1" },
		{ "đường", "1 4 3" },           /* as typed, marks lost, contradicted */
		{ "Dương", "3 4 1" },
		{ "dat", "1 3" }, { "đất", "1 3" }, { "đạt", "3 1" }, { "\xC3\x90\xE1\xBA\xA5t", "1 3" }, { "\xC6\x89" "at", "1 3" },
		{ "dinh", "5 2" }, { "định", "5 2" }, /* equal but for the place: document 5 begins with it */
		{ "giay chung nhan", "2" }, { "\"giay chung nhan\"", "2" }, { "\"chung giay\"", "" },
		{ "hoà", "3" }, { "hòa", "3" }, { "HOÀ", "3" }, { "hoa", "3" },
		{ "\"quyết định\"", "2" }, { "quyết định", "2 5" }, { "“quyet dinh”", "2" },
		{ "123/QĐ-UBND", "2" }, { "123/qd-ubnd", "2" }, { "123 / QĐ - UBND", "2" }, { "QĐ-UBND", "2" },
		{ "kỹ", "5" }, { "ki", "5" },
		{ "nguyen duong", "1" }, { "nguyen dat", "1" }, { "nguyen khong", "" },
		{ "", "" }, { "...", "" }, { "n*", "" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (strcmp(found(rows[i].query), rows[i].documents))
			print_message("query: %s\n", rows[i].query);
		assert_string_equal(found(rows[i].query), rows[i].documents);
	}
}

static void test_hit(void **state)
{
	(void)state;
	document_add("Ông Nguyễn Văn Đường", "split");
	struct search_result result = ask("nguyen duong");
	assert_int_equal(result.nhits, 1);
	const struct search_hit *hit = &result.hits[0];
	const struct search_page *page = &hit->pages[0];
	assert_int_equal(hit->npages, 1);
	assert_string_equal(page->file, "a.pdf");
	assert_string_equal(hit->dossier, "HS-001");
	assert_string_equal(hit->batch, "lô-01");
	assert_string_equal(hit->box, "Hộp 5");
	assert_string_equal(hit->shelf, "K2");
	assert_int_equal(page->page, 1);
	assert_string_equal(page->snippet.text, "Ông Nguyễn Văn Đường");
	assert_int_equal(page->snippet.nspans, 2);
	assert_int_equal(page->snippet.spans[0].start, 4);
	assert_int_equal(page->snippet.spans[0].length, 6);
	assert_int_equal(page->snippet.spans[1].start, 15);
	struct box *boxes;
	int n;
	OK(index_hit_boxes(place.catalogue, place.store, NULL, page->page_id, &result.query, &boxes, &n, place.arena, &err));
	assert_int_equal(n, 2);
	assert_int_equal(boxes[0].x, 200);
	assert_int_equal(boxes[1].x, 400);
	OK(index_hit_boxes(place.catalogue, place.store, NULL, 999, &result.query, &boxes, &n, place.arena, &err));
	assert_int_equal(n, 0);
}

/* A field finds its paper where the reading of the page lacks it, and stands above pages that only speak of it. */
static void test_fields(void **state)
{
	(void)state;
	document_add("theo Quyết định số 123/QĐ-UBND 123/QĐ-UBND", "split"); /* 1 */
	document_add("QUYẾT ĐỊNH Số: 1Z3 QD-UBNO đất đai", "split");         /* 2 */
	document_add("đất của ông Lê Văn Thử", "split");                     /* 3 */
	field_add(2, "number", "123 /QĐ-UBND");
	field_add(3, "owner_id", "001 204 012 345");
	field_add(3, "owner_name", "Lê Văn Thử");
	assert_string_equal(found("123/QĐ-UBND"), "2 1");
	assert_string_equal(found("123 / qđ - ubnd"), "2 1");
	assert_string_equal(found("123/qd-ubnd đất"), "2");
	assert_string_equal(found("123/QĐ-UBND nhà"), "");
	assert_string_equal(found("001204012345"), "3");
	assert_string_equal(found("001 204 012 345"), "3");
	assert_string_equal(found("le van thu"), "3");
	assert_string_equal(found("HS-001"), "1 2 3"); /* the code of the dossier, though no page bears it */
	assert_string_equal(found("hs 001"), "1 2 3");
	assert_string_equal(found("HS-00"), "");
	assert_string_equal(found("001"), ""); /* a number like any other */
}

static void test_restricted(void **state)
{
	(void)state;
	document_add("chuyện kín", "restricted");
	int open = document_add("chuyện thường =dấu", "split");
	field_add(1, "number", "99/TM-BM");
	assert_string_equal(found("chuyện"), "2");
	assert_string_equal(found("kín"), "");
	assert_string_equal(found("99/TM-BM"), "");
	assert_string_equal(found("dấu"), ""); /* the words of a stamp are no part of the paper */
	OK(catalogue_begin(place.catalogue, &err));
	sql("UPDATE document SET state = 'restricted' WHERE id = $1", DB_ARGS(DB_I(DOCUMENT(open))));
	OK(catalogue_commit(place.catalogue, &err));
	assert_string_equal(found("chuyện"), ""); /* at once, before the index room has come by */
	OK(catalogue_begin(place.catalogue, &err));
	OK(index_room.run(place.catalogue, place.store, DOCUMENT(open), &err));
	OK(catalogue_commit(place.catalogue, &err));
	int64_t rows;
	OK(catalogue_int(place.catalogue, "SELECT count(*) FROM page_text", NULL, 0, -1, &rows, &err));
	assert_int_equal(rows, 0);
	OK(catalogue_int(place.catalogue, "SELECT count(*) FROM page_fts WHERE page_fts MATCH 'chuyen'", NULL, 0, -1, &rows,
			 &err));
	assert_int_equal(rows, 0);
}

/* Whatever changes what may be seen of a page that has text, what is counted changes with it: the total has no row of the view to hold on to. */
static void test_hidden(void **state)
{
	(void)state;
	static const struct {
		const char *change;
		int seen; /* afterwards, of the two pages */
	} rows[] = {
		{ "UPDATE page SET state = 'set-aside' WHERE id = 1", 1 },
		{ "UPDATE page SET state = 'read' WHERE id = 1", 2 },
		{ "UPDATE page SET document_id = NULL WHERE id = 2", 1 },
		{ "UPDATE page SET document_id = 100002 WHERE id = 2", 2 },
		{ "UPDATE document SET state = 'restricted'", 0 },
		{ "UPDATE page SET state = 'restricted' WHERE id = 1", 0 },
		{ "UPDATE document SET state = 'indexed'", 1 },
		{ "UPDATE page SET state = 'read'", 2 },
		{ "UPDATE page SET document_id = NULL WHERE id = 1", 1 },
		{ "DELETE FROM document WHERE id = 100001", 1 },
		{ "INSERT INTO document (id, dossier_id, number, type, first_page, last_page, state) VALUES (100001, 1, 1, 'khac', 1, 1, 'split')", 1 },
		{ "UPDATE page SET document_id = 100001 WHERE id = 1", 2 },
		{ "INSERT INTO document (id, dossier_id, number, type, first_page, last_page, state) VALUES (100001, 1, 1, 'khac', 1, 1, 'restricted')"
		  " ON CONFLICT (id) DO UPDATE SET state = excluded.state", 1 },
		{ "DELETE FROM hidden", -1 }, /* no row of the catalogue may say otherwise than the view: the check finds it */
	};
	document_add("chuyện kín", "split");
	document_add("chuyện thường", "split");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		OK(catalogue_begin(place.catalogue, &err));
		sql(rows[i].change, NULL, 0);
		OK(catalogue_commit(place.catalogue, &err));
		if (rows[i].seen < 0) {
			struct error why = ERROR_INIT;
			assert_int_equal(texts_check(place.catalogue, &why), -1);
			assert_string_equal(why.reason, "catalogue-damaged");
			continue;
		}
		OK(texts_check(place.catalogue, &err));
		struct search_query query = { .text = "chuyện", .narrow = true };
		struct search_result result;
		OK(index_search(place.catalogue, &query, &result, place.arena, &err));
		if (result.total != rows[i].seen)
			fail_msg("%s: %d pages counted", rows[i].change, (int)result.total);
	}
	OK(catalogue_begin(place.catalogue, &err)); /* text that comes to a page of a restricted paper by whatever way */
	OK(texts_remove(place.catalogue, 1, &err));
	OK(texts_put(place.catalogue, 1, "chuyện kín", "", &err));
	OK(catalogue_commit(place.catalogue, &err));
	assert_string_equal(found("kín"), "");
}

static void test_changes_keep_integrity(void **state)
{
	(void)state;
	static const char *const texts[] = { "một hai ba", "", "hai hai hai", "Ba Hoà đường", "một hai ba" };
	int n = document_add("một hai ba", "split");
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char hash[HASH_SIZE];
		OK(catalogue_begin(place.catalogue, &err));
		page_store(texts[i], hash);
		sql("UPDATE page SET text = $1 WHERE id = $2", DB_ARGS(DB_T(hash), DB_I(n)));
		OK(index_room.run(place.catalogue, place.store, DOCUMENT(n), &err));
		OK(texts_check(place.catalogue, &err));
		OK(catalogue_commit(place.catalogue, &err));
		assert_string_equal(found("ba"), strstr(texts[i], "a") && !strstr(texts[i], "hai hai hai") ? "1" : "");
	}
	int more = 1;
	for (int steps = 0; more > 0 && steps < 100; steps++) /* what the commits above left in pieces */
		more = texts_compact(place.catalogue, false, &err);
	assert_int_equal(more, 0);
	OK(texts_check(place.catalogue, &err));
	assert_string_equal(found("ba"), "1");
	OK(catalogue_begin(place.catalogue, &err));
	OK(texts_remove(place.catalogue, n, &err));
	OK(texts_remove(place.catalogue, n, &err)); /* twice is no error */
	OK(catalogue_commit(place.catalogue, &err));
	OK(texts_check(place.catalogue, &err));
	assert_string_equal(found("ba"), "");
	/* outside a transaction nothing is written */
	assert_int_equal(texts_put(place.catalogue, n, "a", "", &err), -1);
	/* and a text changed behind the index's back is seen */
	document_add("bốn năm", "split");
	OK(catalogue_begin(place.catalogue, &err));
	sql("UPDATE page_text SET exact = 'sau bay'", NULL, 0);
	assert_int_equal(texts_check(place.catalogue, &err), -1);
	OK(texts_rebuild(place.catalogue, &err));
	OK(texts_check(place.catalogue, &err));
	OK(catalogue_commit(place.catalogue, &err));
}

/* Whatever is typed is a query. */
static void test_hostile(void **state)
{
	(void)state;
	document_add("một NEAR or not and exact folded \" * ( 😀 trang; drop table page", "split");
	static const char *const rows[] = {
		"\"", "\"\"\"", "'", "''; DROP TABLE page; --", "NEAR", "NEAR(a b, 3)", "a OR", "OR", "AND AND", "NOT", "*", "**", "a**", "(", ")",
		"((((", "^", "^a", "a:b", "exact:một", "{exact folded}: x", "-", "--", "+", "\\", "%", "_", "\\0", "%00", ";", "rank", "page_fts",
		"\x01\x02", "\xFF\xFE\xFD", "\xF0\x9F", "\xED\xA0\x80", "😀", "😀*", "\xE2\x80\x8B", "$1", "?1", "@a", "#", "a\nb", "\t", "1e999", "0x10",
		"\"a", "a\"", "\"a\" \"b", "*\"a\"*", "a*b*", "\"*\"", ".", "...", "!!!", "\xCC\x81", "a\xCC\x81", "''", "NULL", "null*",
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		ask(rows[i]);
	char *long_one = arena_alloc(place.arena, 10241);
	for (int kind = 0; kind < 5; kind++) {
		for (int i = 0; i < 10240; i++)
			long_one[i] = kind == 0 ? 'a' : kind == 1 ? "a "[i % 2] : kind == 2 ? '"' : kind == 3 ? "k/"[i % 2] : "\"hi\" "[i % 5];
		ask(long_one);
	}
	uint32_t seed = 11;
	for (int row = 0; row < 500; row++) {
		char text[48];
		for (int i = 0; i < 47; i++) {
			seed = seed * 1664525u + 1013904223u;
			text[i] = (char)(seed >> 24 ? seed >> 24 : 1);
		}
		text[47] = '\0';
		ask(text);
	}
	assert_string_equal(found("not and near"), "1");
	assert_string_equal(found("exact"), "1");
}

static void test_pages_of_results(void **state)
{
	(void)state;
	for (int i = 0; i < 7; i++)
		document_add("cùng một chữ", "split");
	struct search_result result;
	static const enum search_sort sorts[] = { SORT_RELEVANCE, SORT_OLDEST, SORT_NEWEST, SORT_DATE };
	for (size_t k = 0; k < sizeof sorts / sizeof *sorts; k++) {
		struct search_query query = { .text = "chữ", .limit = 3, .sort = sorts[k] };
		char *order = arena_strdup(place.arena, "");
		do {
			OK(index_search(place.catalogue, &query, &result, place.arena, &err));
			assert_int_equal(result.total, 7);
			assert_true(result.nhits <= 3);
			for (int i = 0; i < result.nhits; i++)
				order = arena_printf(place.arena, "%s%d", order, (int)(result.hits[i].document % DOCUMENTS_PER_DOSSIER));
			query.after = result.next;
		} while (result.next);
		assert_string_equal(order, sorts[k] == SORT_NEWEST ? "7654321" : "1234567"); /* equal scores and days: by document */
	}
	struct search_query query = { .text = "chữ", .limit = 0 };
	OK(index_search(place.catalogue, &query, &result, place.arena, &err));
	assert_int_equal(result.total, 7);
	assert_int_equal(result.nhits, 0);
	query = (struct search_query){ .text = "chữ", .limit = 10, .after = "r-1.0:0" };
	OK(index_search(place.catalogue, &query, &result, place.arena, &err));
	assert_int_equal(result.nhits, 0);
}

/* Where little answers, the answer goes on with similar words, then with most of the words; the total does not count them. */
static void test_widened(void **state)
{
	(void)state;
	document_add("Ông Nguyễn Văn 1iêm ở ấp Đông", "split");          /* 1: a misread name */
	document_add("Bà Trần Thị Liêm, tổ dân phố số ba", "split");     /* 2 */
	document_add("Về việc cấp giấy phép xây dựng nhà ở", "split");   /* 3 */
	document_add("Công ty trách nhiệm hữu hạn", "split");            /* 4 */
	struct search_result result = ask("nguyễn văn liêm");
	assert_int_equal(result.total, 0);
	assert_true(result.widened && result.also >= 1);
	assert_int_equal(result.hits[0].document, DOCUMENT(1));
	assert_int_equal(result.hits[0].pages[0].why[2], WHY_ALIKE);
	result = ask("liêm");
	assert_int_equal(result.total, 1);
	assert_int_equal(result.also, 1);
	assert_int_equal(result.hits[0].document, DOCUMENT(2));
	assert_int_equal(result.hits[1].document, DOCUMENT(1));
	result = ask("liêm~");
	assert_int_equal(result.total, 2);
	result = ask("giấy phép xây dựng chung cư"); /* two words are on no page */
	assert_int_equal(result.total, 0);
	assert_true(result.lessened);
	assert_int_equal(result.hits[0].document, DOCUMENT(3));
	assert_int_equal(ask("zzz").nhits, 0);
	result = ask("zzz phép"); /* of two words, one is better than nothing */
	assert_int_equal(result.total, 0);
	assert_true(result.lessened);
	assert_int_equal(result.hits[0].document, DOCUMENT(3));
	result = ask("(giấy phép) (xây dựng) chung cư");
	assert_int_equal(result.hits[0].document, DOCUMENT(3));
	assert_false(ask("zzz AND phép").lessened); /* both were asked for */
	struct search_query query = { .text = "giấy phép xây dựng chung cư", .limit = 20, .sort = SORT_NEWEST };
	OK(index_search(place.catalogue, &query, &result, place.arena, &err));
	assert_int_equal(result.hits[0].document, DOCUMENT(3)); /* what is similar, by relevance, and it says so */
	assert_int_equal(result.nnotes, 1);
	assert_int_equal(ask("()").nnotes, 1);
}

/* A field that nothing answers is left out, with a sentence; the rest is answered. */
static void test_fields_left_out(void **state)
{
	(void)state;
	document_add("đất của ông Lê Văn Thử", "split");
	field_add(1, "owner_name", "Lê Văn Thử");
	field_add(1, "date", "2021-03-05");
	field_add(1, "number", "12/QĐ-UBND");
	OK(catalogue_begin(place.catalogue, &err));
	OK(texts_refresh(place.catalogue, DOCUMENT(1), &err));
	OK(catalogue_commit(place.catalogue, &err));
	static const struct {
		const char *query;
		int total, notes;
	} rows[] = {
		{ "đất người:thử", 1, 0 }, { "người:\"lê văn\"", 1, 0 }, { "ngày:2021", 1, 0 }, { "ngày:3/2021", 1, 0 }, { "ngày:5/3/2021", 1, 0 },
		{ "ngày:6/3/2021", 0, 0 }, { "trước:2022 đất", 1, 0 }, { "trước:5/3/2021", 0, 0 }, { "sau:4/3/2021", 1, 0 }, { "sau:2021", 0, 0 },
		{ "ngày:1960..2021", 1, 0 }, { "số:12", 1, 0 }, { "số:12/qđ", 1, 0 }, { "ký hiệu:qđ", 1, 0 }, { "loại:khac", 1, 0 },
		{ "lô:01", 1, 0 }, { "hồ sơ:001", 1, 0 }, { "hồ sơ:002", 0, 0 }, { "trạng thái:confirmed", 0, 0 }, { "state:unconfirmed", 1, 0 },
		{ "người:thử đất", 1, 1 }, { "người:lê văn của ông", 1, 1 }, { "người:đất của", 1, 1 }, { "số:\"của ông\"", 1, 1 },
		{ "đất -người:thử", 0, 1 }, { "người:zzz", 0, 0 },
		/* fields of one kind are alternatives, whether the index knows all of them or not */
		{ "đất ngày:4/2021 ngày:3/2021", 1, 0 }, { "đất ngày:2021 ngày:3/2019", 1, 0 }, { "đất ngày:3/2021 ngày:2019", 1, 0 }, { "đất ngày:4/2021 ngày:2019", 1, 1 },
		{ "trạng thái:confirmed trạng thái:unconfirmed đất", 1, 0 }, { "đất -ngày:4/2021", 1, 1 }, { "đất -ngày:3/2021", 0, 1 }, { "đất -ngày:4/2021 -ngày:3/2021", 0, 2 },
		{ "đất -ngày:2021 -ngày:4/2020", 0, 2 },
		{ "đất người:bình", 1, 1 }, { "ngày:99/99/2021 đất", 1, 1 }, { "đất NOT người:thử", 0, 0 }, { "hiệu lực:còn đất", 1, 1 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct search_result result = ask(rows[i].query);
		if (result.total != rows[i].total || result.nnotes != rows[i].notes)
			print_message("query: %s\n", rows[i].query);
		assert_int_equal(result.total, rows[i].total);
		assert_int_equal(result.nnotes, rows[i].notes);
	}
	assert_string_equal(ask("người:lê văn của ông").notes[0], "No paper answers the field as it stands; looked for was: người:lê văn; của ông");
	assert_string_equal(ask("người:\"đất của\"").notes[0], "No paper answers the field as it stands; looked for was: \"đất của\"");
	struct search_result result = ask("đất");
	assert_int_equal(result.nfacets[FACET_YEAR], 1);
	assert_string_equal(result.facets[FACET_YEAR][0].value, "2021");
	assert_string_equal(result.facets[FACET_TYPE][0].value, "khac");
	assert_string_equal(result.facets[FACET_BATCH][0].value, "lô-01");
	assert_int_equal(result.facets[FACET_BATCH][0].count, 1);
}

/* What a viewer may not see is in nothing of the answer. */
static void test_viewer(void **state)
{
	(void)state;
	document_add("ông Lê Văn Liêm có đất", "split");     /* 1 */
	int hidden = document_add("bà Lê Thị 1iêm", "split"); /* 2: goes to another batch */
	field_add(hidden, "number", "77/QĐ-UBND");
	OK(catalogue_begin(place.catalogue, &err));
	sql("INSERT INTO batch VALUES (2, 'lô-02', 'scans', '2026-11-24T00:00:00Z', 'taken')", NULL, 0);
	sql("INSERT INTO dossier (id, batch_id, code, state) VALUES (2, 2, 'HS-002', 'split')", NULL, 0);
	sql("INSERT INTO document (id, dossier_id, number, type, first_page, last_page, state) VALUES (200001, 2, 1, 'khac', 1, 1, 'split')", NULL,
	    0);
	sql("INSERT INTO file (id, dossier_id, position, name, shown, state) VALUES (2, 2, 1, 'b.pdf', 'b.pdf', 'accepted')", NULL, 0);
	sql("UPDATE field SET document_id = 200001", NULL, 0);
	sql("UPDATE page SET dossier_id = 2, file_id = 2, number = 1, document_id = 200001 WHERE id = 2", NULL, 0);
	OK(texts_refresh(place.catalogue, 200001, &err));
	OK(catalogue_commit(place.catalogue, &err));
	static const int64_t first[] = { 1 };
	static const struct viewer one = { first, 1 }, none = { NULL, 0 };
	static const char *const queries[] = { "lê", "liêm", "liêm~", "1iêm", "77/QĐ-UBND", "số:77", "lê NOT đất", "lê* ngày:2020", "lô:02",
					       "thị liêm nhà" };
	static const enum search_sort sorts[] = { SORT_RELEVANCE, SORT_NEWEST, SORT_OLDEST, SORT_DATE };
	for (size_t i = 0; i < sizeof queries / sizeof *queries * 4; i++) {
		struct search_query query = { .text = queries[i / 4], .limit = 9, .facets = true, .viewer = &one, .sort = sorts[i % 4] };
		struct search_result result;
		struct box *boxes;
		int n;
		OK(index_search(place.catalogue, &query, &result, place.arena, &err));
		assert_true(result.total + result.also <= 1);
		for (int k = 0; k < result.nhits; k++)
			assert_int_equal(result.hits[k].document, DOCUMENT(1));
		for (int f = 0; f < FACETS; f++)
			for (int k = 0; k < result.nfacets[f]; k++) {
				assert_int_equal(result.facets[f][k].count, 1);
				assert_string_not_equal(result.facets[f][k].value, "lô-02");
			}
		for (int t = 0; t < result.query.nterms; t++)
			for (int k = 0; k < result.query.terms[t].nalternatives; k++)
				assert_string_not_equal(result.query.terms[t].alternatives[k].word, "1iem");
		OK(index_hit_boxes(place.catalogue, place.store, &one, 2, &result.query, &boxes, &n, place.arena, &err));
		assert_int_equal(n, 0);
		query.viewer = &none;
		OK(index_search(place.catalogue, &query, &result, place.arena, &err));
		assert_int_equal(result.total + result.also + result.nhits, 0);
	}
	assert_string_equal(found("lê"), "1 1"); /* whoever holds the archive sees both: first of dossier 1, first of dossier 2 */
}

#define MANY_PAPERS 2400

/* Papers 1 to MANY_PAPERS, all with one word, each 10th in March 2021, each 400th reusable no more, each 600th of a second batch. */
static void many_add(void)
{
	OK(catalogue_begin(place.catalogue, &err));
	sql("INSERT INTO batch VALUES (2, 'lô-02', 'scans', '2026-11-24T00:00:00Z', 'taken')", NULL, 0);
	sql("INSERT INTO dossier (id, batch_id, code, state) VALUES (2, 2, 'HS-002', 'split')", NULL, 0);
	for (int n = 1; n <= MANY_PAPERS; n++) {
		int64_t id = n % 600 ? DOCUMENT(n) : 200000 + n;
		sql("INSERT INTO document (id, dossier_id, number, type, first_page, last_page, state, verdict) VALUES ($1, $2, $3, 'khac', $3, $3, 'judged', $4)",
		    DB_ARGS(DB_I(id), DB_I(n % 600 ? 1 : 2), DB_I(n), DB_T(n % 400 ? "needs-check" : "not-eligible")));
		sql("INSERT INTO page (id, dossier_id, file_id, file_page, number, state, document_id) VALUES ($1, $2, 1, $1, $1, 'read', $3)",
		    DB_ARGS(DB_I(n), DB_I(n % 600 ? 1 : 2), DB_I(id)));
		sql("INSERT INTO field (document_id, name, value, text, state, confidence, page, x, y, w, h, source, position)"
		    " VALUES ($1, 'date', $2, $2, 'read', 90, 0, 0, 0, 0, 0, 'machine', 0)",
		    DB_ARGS(DB_I(id), DB_T(n % 400 == 0 ? "2021-03-05" : n % 10 ? "2021-07-01" : "2021-03-20")));
		sql(n % 400 ? "SELECT $1" : "INSERT INTO reason (document_id, code, rule) VALUES ($1, 'EXPIRED', 'test')", DB_ARGS(DB_I(id)));
		sql(n % 800 ? "SELECT $1" : "INSERT INTO decision (document_id, kind, who, made) VALUES ($1, 'confirm', 'lan', '2026-11-24T00:00:00Z')", DB_ARGS(DB_I(id)));
		char *facts = texts_facts(place.catalogue, id, &err);
		OK(texts_put(place.catalogue, n, n % 7 ? "đất nền" : "đất nền cũ", facts, &err));
		free(facts);
	}
	OK(catalogue_commit(place.catalogue, &err));
}

/* Where few of many papers with a word meet a condition, all of them are found, in any order, with their facets, and none besides. */
static void test_few_meet(void **state)
{
	(void)state;
	static const int64_t second[] = { 2 };
	static const struct viewer of_second = { second, 1 };
	static const struct {
		const char *query;
		int step; /* each so manyeth paper answers */
		const struct viewer *viewer;
	} rows[] = {
		{ "đất", 1, NULL }, { "đất ngày:3/2021", 10, NULL }, { "đất ngày:5/3/2021", 400, NULL }, { "đất trước:6/3/2021", 400, NULL }, { "đất ngày:5/3/2021 ngày:8/3/2021", 400, NULL },
		{ "đất hiệu lực:không", 400, NULL }, { "đất hiệu lực:hết hạn", 400, NULL }, { "đất trạng thái:confirmed", 800, NULL },
		{ "đất hiệu lực:không ngày:3/2021", 400, NULL }, { "đất hiệu lực:không hiệu lực:superseded", 400, NULL }, { "đất cũ hiệu lực:không", 2800, NULL },
		{ "đất", 600, &of_second }, { "đất hiệu lực:không", 1200, &of_second }, { "đất sau:2020 ngày:5/3/2021", 400, NULL }, { "ngày:5/3/2021", 400, NULL },
		{ "hiệu lực:hết hạn", 400, NULL },
	};
	static const enum search_sort sorts[] = { SORT_RELEVANCE, SORT_NEWEST, SORT_OLDEST, SORT_DATE };
	many_add();
	for (size_t i = 0; i < sizeof rows / sizeof *rows * 4; i++) {
		struct search_query query = { .text = rows[i / 4].query, .limit = 20, .facets = true, .narrow = true, .viewer = rows[i / 4].viewer, .sort = sorts[i % 4] };
		struct search_result result;
		int step = rows[i / 4].step, total = MANY_PAPERS / step;
		int64_t counted = 0;
		OK(index_search(place.catalogue, &query, &result, place.arena, &err));
		if (result.total != total)
			fail_msg("%s: %d of %d", query.text, (int)result.total, total);
		assert_int_equal(result.nhits, total < 20 ? total : 20);
		for (int k = 0; k < result.nhits; k++) {
			int n = (int)result.hits[k].pages[0].page_id;
			assert_int_equal(n % step, 0);
			if (query.sort == SORT_NEWEST)
				assert_int_equal(n, (total - k) * step);
			if (query.sort == SORT_OLDEST)
				assert_int_equal(n, (k + 1) * step);
		}
		for (int k = 0; k < result.nfacets[FACET_VERDICT]; k++)
			counted += result.facets[FACET_VERDICT][k].count;
		assert_int_equal(counted, total < SEARCH_FACETS_MAX ? total : SEARCH_FACETS_MAX);
	}
}

#define AHEAD_PAGES 3000 /* more than ahead.c holds at once */

static int numbered_text(void *context, int64_t page, const char *hash, char **text, struct arena *arena, struct error *why)
{
	(void)context;
	if (!strcmp(hash, "broken"))
		return error_set(why, REACH_RUN, "damaged", "page %d", (int)page);
	*text = strcmp(hash, "secret") ? arena_printf(arena, "trang %d", (int)page) : NULL;
	return 0;
}

/* Texts that were made ready come in order, each for its page and its text alone, and bring the error of the making. */
static void test_ahead(void **state)
{
	(void)state;
	struct text_source source = { numbered_text, NULL };
	struct ahead *ahead = ahead_start(&source);
	const struct terms_ready *ready;
	char want[32];
	int asked = 1, taken = 1;
	assert_int_equal(ahead_take(ahead, 1, "a", &ready, &err), 0); /* nothing was asked for */
	for (; taken <= AHEAD_PAGES; taken++) {
		while (asked <= AHEAD_PAGES && ahead_ask(ahead, asked, asked % 7 ? "a" : "secret"))
			asked++;
		assert_true(asked > taken);
		if (taken % 5 == 0) /* not wanted: thrown away */
			continue;
		if (taken % 11 == 0) { /* its text is another one now */
			assert_int_equal(ahead_take(ahead, taken, "b", &ready, &err), 0);
			continue;
		}
		assert_int_equal(ahead_take(ahead, taken, taken % 7 ? "a" : "secret", &ready, &err), 1);
		snprintf(want, sizeof want, "trang %d", taken);
		if (taken % 7)
			assert_string_equal(ready->text, want);
		else
			assert_null(ready->text);
	}
	assert_true(ahead_ask(ahead, 1, "broken"));
	assert_int_equal(ahead_take(ahead, 2, "a", &ready, &err), 0); /* was not asked for; the others wait on */
	assert_int_equal(ahead_take(ahead, 1, "broken", &ready, &err), -1);
	assert_string_equal(err.text, "page 1");
	for (int i = 0; i < 100; i++)
		ahead_ask(ahead, i, "a");
	ahead_stop(ahead); /* with work that nobody takes */
	err = (struct error)ERROR_INIT;
}

/* Why the folded form is made here: the same pages under FTS5's own folding, its best setting. */
static int64_t number(const char *text)
{
	int64_t n;
	OK(catalogue_int(place.catalogue, text, NULL, 0, -1, &n, &err));
	return n;
}

/* The list of words that the index gives, in steps, is the one that was noted page by page. */
static void test_words_listed(void **state)
{
	(void)state;
	enum { PAGES = 20, WORDS = 1000 };
	static char text[WORDS * 16];
	char one[16];
	for (int i = 0; i < PAGES; i++) {
		size_t at = (size_t)sprintf(text, "Đường 12 01.02.03.04 %s", i % 2 ? "Zzz của các" : "001");
		for (int k = 0; k < WORDS; k++) {
			sprintf(one, " %c%dừ", "0aqz"[k % 4], i * WORDS + k);
			at = (size_t)(stpcpy(text + at, one) - text);
		}
		int page = document_add("một", "split");
		OK(catalogue_begin(place.catalogue, &err));
		OK(texts_put(place.catalogue, page, text, "\x02@tkhac @nHS 001 ", &err));
		OK(catalogue_commit(place.catalogue, &err));
	}
	sql("CREATE TEMP TABLE noted AS SELECT * FROM word WHERE term <> 'mot'", NULL, 0); /* a word stays after its last page has gone */
	assert_true(number("SELECT count(*) FROM noted") > PAGES * WORDS);
	sql("INSERT INTO word VALUES ('!', '', 0), ('zbayba', '', 9), ('zzzz', '', 1), ('😀', '', 3)", NULL, 0);
	sql("DELETE FROM word WHERE term LIKE '%7%'", NULL, 0);
	int more = 1, steps = 0;
	while (more > 0) {
		OK(catalogue_begin(place.catalogue, &err));
		more = texts_reindex_words(place.catalogue, &err);
		OK(catalogue_commit(place.catalogue, &err));
		steps++;
		if (steps == 1) { /* one that is killed leaves what is behind as it was, and goes on there */
			assert_int_equal(number("SELECT count(*) FROM word WHERE term > (SELECT value FROM meta WHERE key = 'reindex-words') AND pages = 9"), 1);
			OK(catalogue_begin(place.catalogue, &err));
			assert_true(texts_reindex_words(place.catalogue, &err) >= 0);
			catalogue_rollback(place.catalogue);
		}
	}
	assert_int_equal(more, 0);
	assert_true(steps > 1);
	assert_int_equal(number("SELECT count(*) FROM (SELECT term, shape FROM word EXCEPT SELECT term, shape FROM noted)"), 0);
	assert_int_equal(number("SELECT count(*) FROM (SELECT term, shape FROM noted EXCEPT SELECT term, shape FROM word)"), 0);
	assert_int_equal(number("SELECT pages FROM word WHERE term = 'duong'"), 4); /* 16 to 31 */
	assert_int_equal(number("SELECT pages FROM word WHERE term = 'zzz'"), 3);
	assert_int_equal(number("SELECT count(*) FROM word w WHERE pages <> (SELECT CAST(log2(doc) AS INTEGER) FROM page_words p WHERE p.term = w.term)"), 0);
	OK(catalogue_begin(place.catalogue, &err));
	OK(texts_reindex_end(place.catalogue, &err));
	OK(catalogue_commit(place.catalogue, &err));
	assert_int_equal(number("SELECT count(*) FROM meta WHERE key LIKE 'reindex%'"), 0);
}

/* While all is written anew FTS5 merges nothing by itself; then some of it, where pieces are many, and all of it. */
static void test_pieces_merged(void **state)
{
	(void)state;
	int pages[40], more;
	for (int i = 0; i < 40; i++)
		pages[i] = document_add("một", "split");
	OK(catalogue_begin(place.catalogue, &err));
	OK(texts_reindex_begin(place.catalogue, &err));
	OK(catalogue_commit(place.catalogue, &err));
	for (int i = 0; i < 40; i++) {
		OK(catalogue_begin(place.catalogue, &err));
		OK(texts_put_anew(place.catalogue, pages[i], "một hai", "", &err));
		OK(catalogue_commit(place.catalogue, &err));
		if (i == 29 || i == 35) /* 30 pieces become one, 6 more stay as they are */
			do {
				OK(catalogue_begin(place.catalogue, &err));
				more = texts_reindex_merge(place.catalogue, false, &err);
				OK(catalogue_commit(place.catalogue, &err));
			} while (more > 0);
		assert_int_equal(number("SELECT count(DISTINCT segid) FROM page_fts_idx"), i < 29 ? i + 1 : i - 28);
	}
	do {
		OK(catalogue_begin(place.catalogue, &err));
		more = texts_reindex_merge(place.catalogue, true, &err);
		OK(catalogue_commit(place.catalogue, &err));
	} while (more > 0);
	assert_int_equal(more, 0);
	assert_int_equal(number("SELECT count(DISTINCT segid) FROM page_fts_idx"), 1);
	assert_int_equal(number("SELECT count(*) FROM word"), 0); /* not noted page by page */
	assert_int_equal(number("SELECT count(*) FROM page_fts WHERE page_fts MATCH 'hai'"), 40);
	assert_int_equal(texts_reindex_words(place.catalogue, &err), -1); /* outside a transaction nothing is written */
	assert_int_equal(texts_reindex_merge(place.catalogue, true, &err), -1);
}

static void test_against_plain_unicode61(void **state)
{
	(void)state;
	static const char *const pages[] = { "Nguyễn Thị Định", "Dương Văn Đất", "Quyết định", "Giấy chứng nhận kết hôn", "Đường số 5" };
	static const char *const queries[] = { "nguyen", "dinh", "duong", "dat", "don", "giay chung nhan", "Đường" };
	static const int wanted[] = { 1, 2, 2, 1, 0, 1, 2 };
	int ours = 0, theirs = 0, all = 0;
	sql("CREATE VIRTUAL TABLE temp.plain USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2')", NULL, 0);
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		document_add(pages[i], "split");
		sql("INSERT INTO plain (text) VALUES ($1)", DB_ARGS(DB_T(pages[i])));
	}
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
		int64_t n;
		OK(catalogue_int(place.catalogue, "SELECT count(*) FROM plain WHERE plain MATCH $1", DB_ARGS(DB_T(queries[i])), 0, &n, &err));
		int mine = (int)ask(queries[i]).total;
		assert_int_equal(mine, wanted[i]);
		ours += mine;
		theirs += (int)n;
		all += wanted[i];
	}
	print_message("found of %d: %d, unicode61 remove_diacritics 2: %d\n", all, ours, theirs);
	assert_int_equal(ours, all);
	assert_true(theirs < ours);
	sql("DROP TABLE temp.plain", NULL, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_find), TEST(test_hit), TEST(test_fields), TEST(test_restricted), TEST(test_hidden), TEST(test_changes_keep_integrity),
		TEST(test_hostile), TEST(test_pages_of_results), TEST(test_widened),
		TEST(test_fields_left_out), TEST(test_viewer), TEST(test_few_meet), TEST(test_ahead), TEST(test_words_listed), TEST(test_pieces_merged), TEST(test_against_plain_unicode61),
	};
	return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
