/* The reuse room over a real catalogue and store: verdicts kept, confirmations bound to the reading, older papers judged again. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/decisions.h"
#include "pipeline/catalogue/judgement.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"
#include "pipeline/key.h"
#include "pipeline/stage.h"
#include "pipeline/store.h"
#include "stages/export/form.h"
#include "stages/reuse/date.h"
#include "stages/reuse/people.h"
#include "stages/reuse/reuse.h"

#define DOCUMENT(n) (1 * DOCUMENTS_PER_DOSSIER + (n))
#define PAPERS_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define PAPERS_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static char dir[40];
static struct store *store;
static struct catalogue *catalogue;
static struct arena *arena;
static struct error err;

static void sql(const char *text, const struct db_value *args, int nargs)
{
	OK(catalogue_begin(catalogue, &err));
	OK(catalogue_query(catalogue, text, args, nargs, NULL, NULL, &err));
	OK(catalogue_commit(catalogue, &err));
}

static int setup(void **state)
{
	strcpy(dir, "/tmp/unit_reuse.XXXXXX");
	arena = arena_new();
	setenv("SOHOA_DATA", ".", 0);
	assert_non_null(mkdtemp(dir));
	OK(store_create(dir, &err));
	OK(catalogue_create(dir, &err));
	store = store_open(dir, &err);
	catalogue = catalogue_open(dir, true, &err);
	if (!store || !catalogue)
		fail_msg("%s", err.text);
	sql("INSERT INTO batch VALUES (1, 'lo-01', 'scans', '2026-11-24T00:00:00Z', 'taken')", NULL, 0);
	sql("INSERT INTO dossier (id, batch_id, code, box, shelf, state, papers) VALUES (1, 1, 'HS-001', '5', 'K2', 'split', '" PAPERS_A "')",
	    NULL, 0);
	sql("INSERT INTO file (id, dossier_id, position, name, shown, state) VALUES (1, 1, 1, 'a.pdf', 'a.pdf', 'accepted')", NULL, 0);
	return 0;
}

static int teardown(void **state)
{
	char command[128];

	catalogue_close(catalogue);
	store_close(store);
	arena_free(arena);
	snprintf(command, sizeof command, "chmod -R u+w '%s' && rm -rf '%s'", dir, dir);
	return system(command);
}

static void paper(int n, const char *type, const char *document_state)
{
	sql("INSERT INTO document (id, dossier_id, number, type, copy, level, first_page, last_page, state) "
	    "VALUES ($1, 1, $2, $3, 'original', 1, $2, $2, $4)",
	    DB_ARGS(DB_I(DOCUMENT(n)), DB_I(n), DB_T(type), DB_T(document_state)));
	sql("INSERT INTO page (id, dossier_id, file_id, file_page, number, state, document_id) VALUES ($1, 1, 1, $1, $1, $3, $2)",
	    DB_ARGS(DB_I(n), DB_I(DOCUMENT(n)), DB_T(strcmp(document_state, "restricted") ? "read" : "restricted")));
}

static void field(int n, const char *name, const char *value)
{
	sql("INSERT INTO field (document_id, name, value, text, state, confidence, page, x, y, w, h, source, position, key)"
	    " VALUES ($1, $2, $3, $3, 'read', 90, $5, 1, 2, 3, 4, 'machine', 0, $4)",
	    DB_ARGS(DB_I(DOCUMENT(n)), DB_T(name), DB_T(value), DB_T(key_field(arena, name, value)), DB_I(n)));
}

static void decision(int n, const char *number, const char *date)
{
	paper(n, "quyet-dinh", "indexed");
	field(n, "number", number);
	field(n, "date", date);
	field(n, "agency", "ỦY BAN NHÂN DÂN XÃ MẪU");
}

static void judge(int n)
{
	OK(catalogue_begin(catalogue, &err));
	OK(reuse_room.run(catalogue, store, DOCUMENT(n), &err));
	OK(catalogue_commit(catalogue, &err));
}

static int take(void *context, const struct db_row *row, struct error *e)
{
	char *out = context;

	if (*out)
		strcat(out, " ");
	strcat(out, db_column_text(row, 0) ? db_column_text(row, 0) : "-");
	return 0;
}

/* "verdict CODE CODE" as the catalogue keeps it. */
static char *kept(int n)
{
	static char out[400];

	*out = '\0';
	OK(catalogue_query(catalogue, "SELECT verdict FROM document WHERE id = $1", DB_ARGS(DB_I(DOCUMENT(n))), take, out, &err));
	OK(catalogue_query(catalogue, "SELECT code FROM reason WHERE document_id = $1 ORDER BY code", DB_ARGS(DB_I(DOCUMENT(n))), take,
			   out, &err));
	return out;
}

static void decide(int n, enum decision_kind kind, const char *reason)
{
	struct reuse_paper *p = arena_alloc(arena, sizeof *p);
	struct decision d = { .document = DOCUMENT(n), .kind = kind, .level = kind == DECISION_CONFIRM, .made = "2026-11-24T00:00:00Z",
			      .reason = reason, .code = kind == DECISION_REFUSE ? "ALTERED" : NULL, .object = PAPERS_A };

	assert_int_equal(reuse_look(catalogue, store, DOCUMENT(n), date_today(), arena, p, &err), 1);
	d.reading = p->reading;
	OK(catalogue_begin(catalogue, &err));
	OK(decisions_add(catalogue, &d, 1, 0, &err));
	OK(reuse_keep(catalogue, store, DOCUMENT(n), &err));
	OK(catalogue_commit(catalogue, &err));
}

static void set_field(int n, const char *name, const char *value)
{
	sql("UPDATE field SET value = $3, text = $3, key = $4, source = 'human' WHERE document_id = $1 AND name = $2",
	    DB_ARGS(DB_I(DOCUMENT(n)), DB_T(name), DB_T(value), DB_T(key_field(arena, name, value))));
}

static void a_person_makes_it_eligible(void **state)
{
	struct decision *list;
	int nlist;

	decision(1, "12/QĐ-UBND", "2024-01-01");
	judge(1);
	assert_string_equal(kept(1), "needs-check NOT_CHECKED");
	decide(1, DECISION_CONFIRM, "seen");
	assert_string_equal(kept(1), "eligible");
	decide(1, DECISION_CONFIRM, NULL);
	OK(decisions_of(catalogue, DOCUMENT(1), arena, &list, &nlist, &err));
	assert_int_equal(nlist, 2);
	assert_string_equal(list[0].reason, "seen");
	assert_string_equal(list[0].who, catalogue_who(catalogue));
	sql("UPDATE dossier SET papers = '" PAPERS_B "'", NULL, 0); /* read anew with the same outcome for this paper */
	judge(1);
	assert_string_equal(kept(1), "eligible");
	set_field(1, "agency", "ỦY BAN NHÂN DÂN XÃ KHÁC");
	judge(1);
	assert_string_equal(kept(1), "needs-check NOT_CHECKED");
	set_field(1, "agency", "ỦY BAN NHÂN DÂN XÃ MẪU");
	judge(1);
	assert_string_equal(kept(1), "eligible");
}

static void a_change_voids_the_confirmation(void **state)
{
	OK(catalogue_begin(catalogue, &err));
	assert_int_equal(decisions_void(catalogue, DOCUMENT(1), "field date was set", &err), 1);
	assert_int_equal(decisions_void(catalogue, DOCUMENT(1), "field date was set", &err), 0); /* none stands */
	OK(reuse_keep(catalogue, store, DOCUMENT(1), &err));
	OK(catalogue_commit(catalogue, &err));
	assert_string_equal(kept(1), "needs-check NOT_CHECKED");
	decide(1, DECISION_CONFIRM, NULL);
	assert_string_equal(kept(1), "eligible");
	OK(catalogue_begin(catalogue, &err));
	assert_int_equal(decisions_void_pages(catalogue, 1, 2, 9, "page 2 was replaced", &err), 0);
	assert_int_equal(decisions_void_pages(catalogue, 1, 1, 9, "page 1 was replaced", &err), 1);
	OK(catalogue_commit(catalogue, &err));
	decide(1, DECISION_CONFIRM, NULL);
	assert_string_equal(kept(1), "eligible");
}

static void decisions_are_kept_and_follow_each_other(void **state)
{
	decide(1, DECISION_REFUSE, "erased");
	assert_string_equal(kept(1), "not-eligible ALTERED NOT_CHECKED");
	decide(1, DECISION_REINSTATE, "looked again");
	assert_string_equal(kept(1), "needs-check NOT_CHECKED");
	decide(1, DECISION_CONFIRM, NULL);
	decide(1, DECISION_CANCEL, "withdrawn");
	assert_string_equal(kept(1), "not-eligible CANCELLED");
	decide(1, DECISION_REINSTATE, "by mistake");
	assert_string_equal(kept(1), "eligible");
	OK(catalogue_begin(catalogue, &err));
	assert_true(catalogue_query(catalogue, "DELETE FROM decision", NULL, 0, NULL, NULL, &err) < 0);
	assert_true(catalogue_query(catalogue, "UPDATE decision SET who = 'x'", NULL, 0, NULL, NULL, &err) < 0);
	catalogue_rollback(catalogue);
	err = (struct error)ERROR_INIT;
}

static void a_new_paper_judges_the_old_one(void **state)
{
	decision(2, "20/QĐ-UBND", "2024-06-01");
	field(2, "replaces", "11/QĐ-UBND\n12/QĐ-UBND");
	judge(2);
	assert_string_equal(kept(2), "needs-check NOT_CHECKED");
	assert_string_equal(kept(1), "not-eligible SUPERSEDED");
}

static void another_day_changes_nothing(void **state)
{
	struct reuse_paper *p = arena_alloc(arena, sizeof *p);
	int day;

	assert_true(date_parse_day("2024-05-31", &day)); /* before the newer paper */
	assert_int_equal(reuse_look(catalogue, store, DOCUMENT(1), day, arena, p, &err), 1);
	assert_int_equal(p->result.verdict, VERDICT_ELIGIBLE);
	assert_string_equal(kept(1), "not-eligible SUPERSEDED");
	assert_int_equal(reuse_look(catalogue, store, DOCUMENT(99), day, arena, p, &err), 0);
}

static void owners_are_found(void **state)
{
	int64_t *ids;
	int n;

	paper(3, "giay-chung-nhan-ket-hon", "indexed");
	field(3, "owner_id", "001090012345\n001192054321");
	paper(4, "giay-khai-sinh", "indexed");
	field(4, "owner_id", "001192054321");
	OK(judgement_bearers(catalogue, "owner_id", key_number(arena, "001 192 054 321"), 0, 10, arena, &ids, &n, &err));
	assert_int_equal(n, 2);
	assert_int_equal(ids[0], DOCUMENT(3));
	OK(judgement_bearers(catalogue, "owner_id", "0011920543", 0, 10, arena, &ids, &n, &err));
	assert_int_equal(n, 0);
}

/* A number is certain; name, date of birth and one more are probable; anything less, or another number, is nobody's. */
static void people_are_linked(void **state)
{
	static const struct { const char *name, *birth, *id, *mother; } people[] = {
		{ "LÊ KHẮC VƯỢNG", "1990-03-05", "077090003500", "BÙI THỊ QUYÊN" },
		{ "LÊ KHẮC VƯỢNG", NULL, "077090003500", NULL },                       /* the number */
		{ "Lê Khắc Vượng", "1990-03-05", NULL, "Bùi Thị Quyên" },              /* and the mother */
		{ "LÊ KHẮC VƯỢNG", "1990-03-05", NULL, NULL },                         /* no third sign */
		{ "LÊ KHẮC VƯỢNG", NULL, NULL, "BÙI THỊ QUYÊN" },                      /* no date */
		{ "LÊ KHẮC VƯỢNG", "1990-03-05", "077090009999", "BÙI THỊ QUYÊN" },    /* another number */
		{ "LÊ KHẮC VƯỢNG", "1990-03-05", "273123456", "BÙI THỊ QUYÊN" },       /* an old number */
		{ "ĐỖ THỊ AN\nLê Khắc Vượng", "1991-01-01\n1990-03-05", NULL, "BÙI THỊ QUYÊN" }, /* the second of two owners */
	};
	struct reuse_paper *p = arena_alloc(arena, sizeof *p);
	struct person_link *links;
	char got[200] = "";
	int n;

	for (int i = 0; i < 8; i++) {
		paper(60 + i, "giay-khai-sinh", "indexed");
		field(60 + i, "owner_name", people[i].name);
		if (people[i].birth)
			field(60 + i, "owner_birth", people[i].birth);
		if (people[i].id)
			field(60 + i, "owner_id", people[i].id);
		if (people[i].mother)
			field(60 + i, "mother_name", people[i].mother);
	}
	assert_int_equal(reuse_look(catalogue, store, DOCUMENT(60), date_today(), arena, p, &err), 1);
	OK(people_find(catalogue, p, arena, &links, &n, &err));
	for (int i = 0; i < n; i++)
		snprintf(got + strlen(got), sizeof got - strlen(got), "%d%s ", (int)(links[i].document - DOCUMENT(0)), links[i].certain ? "" : links[i].sign);
	assert_string_equal(got, "61 62mother_name 66mother_name 67mother_name ");
}

static void secret_says_nothing(void **state)
{
	struct reuse_paper *p = arena_alloc(arena, sizeof *p);
	char *text;

	paper(5, "quyet-dinh", "restricted");
	judge(5);
	assert_string_equal(kept(5), "not-eligible SECRET");
	assert_int_equal(reuse_look(catalogue, store, DOCUMENT(5), date_today(), arena, p, &err), 1);
	text = form_dump(paper_json(p));
	assert_null(strstr(text, "a.pdf"));
	assert_null(strstr(text, "quy"));
	free(text);
}

static void shown_as_json(void **state)
{
	struct reuse_paper *p = arena_alloc(arena, sizeof *p);
	json_t *json, *reason;

	assert_int_equal(reuse_look(catalogue, store, DOCUMENT(1), date_today(), arena, p, &err), 1);
	json = paper_json(p);
	assert_string_equal(json_string_value(json_object_get(json, "id")), "1.1");
	assert_string_equal(json_string_value(json_object_get(json, "type")), "quyết định");
	assert_string_equal(json_string_value(json_object_get(json, "verdict")), "not-eligible");
	reason = json_array_get(json_object_get(json, "reasons"), 0);
	assert_string_equal(json_string_value(json_object_get(reason, "code")), "SUPERSEDED");
	assert_string_equal(json_string_value(json_object_get(reason, "sentence")), "Paper 1.2 took its place.");
	assert_string_equal(json_string_value(json_object_get(reason, "field")), "number");
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_person_makes_it_eligible), cmocka_unit_test(a_change_voids_the_confirmation),
		cmocka_unit_test(decisions_are_kept_and_follow_each_other), cmocka_unit_test(a_new_paper_judges_the_old_one),
		cmocka_unit_test(another_day_changes_nothing), cmocka_unit_test(owners_are_found),
		cmocka_unit_test(people_are_linked), cmocka_unit_test(secret_says_nothing), cmocka_unit_test(shown_as_json),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
