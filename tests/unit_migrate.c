/* A catalogue made by schema 1 opens under the newest one, in one transaction a file, and keeps what people decided. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/accounts.h"
#include "pipeline/catalogue/audit.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/decisions.h"
#include "pipeline/catalogue/judgement.h"
#include "pipeline/catalogue/ledger.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"
#include "pipeline/store.h"

#define PAPERS "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static char dir[40];
static struct error err;

static void shell(const char *format)
{
	char command[300];

	snprintf(command, sizeof command, format, dir, dir, dir);
	assert_int_equal(system(command), 0);
}

static int setup(void **state)
{
	strcpy(dir, "/tmp/unit_migrate.XXXXXX");
	assert_non_null(mkdtemp(dir));
	shell("mkdir -p %s/data/schemas/catalogue %s/kho && cp schemas/catalogue/0001-first.sql %s/data/schemas/catalogue/");
	return 0;
}

static int teardown(void **state)
{
	shell("rm -rf %s");
	return 0;
}

static void sql(struct catalogue *c, const char *text)
{
	OK(catalogue_begin(c, &err));
	OK(catalogue_query(c, text, NULL, 0, NULL, NULL, &err));
	OK(catalogue_commit(c, &err));
}

static struct catalogue *open_with(const char *data, bool writable)
{
	char path[80], kho[80];

	snprintf(path, sizeof path, "%s/data", dir);
	snprintf(kho, sizeof kho, "%s/kho", dir);
	setenv("SOHOA_DATA", data ? data : path, 1);
	return catalogue_open(kho, writable, &err);
}

static void an_old_archive_is_brought_up(void **state)
{
	struct arena *arena = arena_new();
	struct catalogue *c;
	struct decision *list;
	int64_t *ids, entries;
	char kho[80], path[80];
	int n;

	snprintf(kho, sizeof kho, "%s/kho", dir);
	snprintf(path, sizeof path, "%s/data", dir);
	setenv("SOHOA_DATA", path, 1);
	OK(store_create(kho, &err));
	OK(catalogue_create(kho, &err));
	c = open_with(NULL, true);
	assert_non_null(c);
	sql(c, "INSERT INTO object VALUES ('" PAPERS "', 1, 'decision')");
	sql(c, "INSERT INTO batch VALUES (1, 'lo', 'lo', '2026-01-01T00:00:00Z', 'taken')");
	sql(c, "INSERT INTO dossier (id, batch_id, code, state, papers) VALUES (1, 1, 'HS', 'done', '" PAPERS "')");
	sql(c, "INSERT INTO document (id, dossier_id, number, type, first_page, last_page, state) VALUES (100001, 1, 1, 'giay-khai-sinh', 1, 1, 'judged')");
	sql(c, "INSERT INTO field VALUES (100001, 'owner_id', 'a', 'a', 'read', 90, 1, 0, 0, 0, 0, 'machine', 0, '001' || char(10) || '00\"2')");
	sql(c, "INSERT INTO confirmation (document_id, who, made, papers, object, note) VALUES (100001, 'lan', '2026-01-02T00:00:00Z', '" PAPERS
	       "', '" PAPERS "', 'seen')");
	catalogue_close(c);

	assert_null(open_with(".", false)); /* somebody who may only read is told */
	assert_non_null(strstr(err.text, "older"));
	c = open_with(".", true);
	if (!c)
		fail_msg("%s", err.text);
	OK(decisions_of(c, 100001, arena, &list, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(list[0].kind, DECISION_CONFIRM);
	assert_int_equal(list[0].level, 1);
	assert_string_equal(list[0].who, "lan");
	assert_string_equal(list[0].reason, "seen");
	assert_string_equal(list[0].reading, "papers:" PAPERS);
	OK(judgement_bearers(c, "owner_id", "00\"2", 0, 10, arena, &ids, &n, &err));
	assert_int_equal(n, 1);
	sql(c, "DELETE FROM field WHERE document_id = 100001");
	OK(judgement_bearers(c, "owner_id", "00\"2", 0, 10, arena, &ids, &n, &err));
	assert_int_equal(n, 0);
	OK(audit_verify(c, &entries, &err));
	assert_true(entries >= 2); /* init, migrate */
	catalogue_close(c);
	arena_free(arena);
}

/* A file that breaks halfway leaves nothing behind. */
static void a_broken_migration_changes_nothing(void **state)
{
	struct catalogue *c;
	int64_t tables;

	shell("mkdir -p %s/broken/schemas && cp -r schemas/catalogue %s/broken/schemas/ && rm -f %s/broken/schemas/catalogue/0099*");
	shell("n=$(ls %s/broken/schemas/catalogue | wc -l) && printf 'CREATE TABLE half (x);\\nCREATE TABLE half (x);\\n' > "
	      "%s/broken/schemas/catalogue/$(printf %%04d $((n + 1)))-broken.sql");
	{
		char path[80];

		snprintf(path, sizeof path, "%s/broken", dir);
		assert_null(open_with(path, true));
	}
	c = open_with(".", true);
	assert_non_null(c);
	OK(catalogue_int(c, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'", NULL, 0, 0, &tables, &err));
	assert_int_equal(tables, 0);
	catalogue_close(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(an_old_archive_is_brought_up), cmocka_unit_test(a_broken_migration_changes_nothing) };

	return cmocka_run_group_tests(tests, setup, teardown);
}
