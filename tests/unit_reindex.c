/* The index made anew: what a power cut leaves of it, and of a stop and an error in the middle. */
#include "tests/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pipeline/ahead.h"
#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/error.h"
#include "pipeline/reindex.h"
#include "pipeline/store.h"

#define PAGES 6000
#define FEW 400 /* pages that get no bitmaps, so that nothing is written behind the end */
#define PAGES_OF_DOCUMENT 10
#define PAGE_US 200 /* that a text takes: so that putting them in is several transactions */

static struct place {
	char dir[32], disk[40], again[40]; /* disk: what of dir is on the disk; again: a copy of that, to go on with */
	struct catalogue *catalogue;
	struct arena *arena;
	int64_t pages;
	int syncs;      /* of the log */
	int64_t broken; /* page whose text cannot be read, or 0 */
	useconds_t page_us;
} place;

static struct error err;

/* --- the disk --------------------------------------------------------------------------------------------------------------- */

/* Through the descriptor that is there: to open and close the database once more would give up SQLite's locks on it. */
static void copy(int fd, const char *to)
{
	char bytes[1 << 16];
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t n;
	assert_true(out >= 0);
	for (off_t at = 0; (n = pread(fd, bytes, sizeof bytes, at)) > 0; at += n)
		assert_int_equal(write(out, bytes, (size_t)n), n);
	assert_int_equal(n, 0);
	close(out);
}

/* SQLite's own calls come here: a file is on the disk as it was when it was last synced. What the system wrote by itself may be there too, which is what SIGKILL leaves
 * (t76-reindex.sh). */
int fdatasync(int fd)
{
	char link[40], path[128], to[200];
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t n = *place.disk ? readlink(link, path, sizeof path - 1) : -1;
	size_t dir = strlen(place.dir);
	path[n > 0 ? n : 0] = '\0';
	if (!strncmp(path, place.dir, dir) && path[dir] == '/' && strstr(path + dir, "catalogue.db")) {
		snprintf(to, sizeof to, "%s%s", place.disk, path + dir);
		copy(fd, to);
		place.syncs += strstr(path + dir, "-wal") != NULL;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

static void run(const char *command)
{
	assert_int_equal(system(command), 0);
}

/* --- an archive ------------------------------------------------------------------------------------------------------------- */

static int text_of(void *context, int64_t page, const char *hash, char **text, struct arena *arena, struct error *e)
{
	usleep(place.page_us);
	if (page == place.broken)
		return error_set(e, REACH_RUN, "disk-error", "page %d", (int)page);
	*text = arena_printf(arena, "của các đường %d %s", (int)page, page % 3 ? "quyết định" : "kỹ thuật");
	return 0;
}

static const struct text_source source = { text_of, NULL };

static void sql(struct catalogue *c, const char *text, const struct db_value *args, int nargs)
{
	OK(catalogue_query(c, text, args, nargs, NULL, NULL, &err));
}

static int64_t number(struct catalogue *c, const char *text)
{
	int64_t n;
	OK(catalogue_int(c, text, NULL, 0, -1, &n, &err));
	return n;
}

static struct catalogue *open_dir(const char *dir)
{
	struct catalogue *c = catalogue_open(dir, true, &err);
	if (!c)
		fail_msg("%s: %s", dir, err.text);
	return c;
}

static int setup(void **state)
{
	(void)state;
	place = (struct place){ .dir = "/tmp/unit_reindex.XXXXXX", .arena = arena_new(), .pages = PAGES, .page_us = PAGE_US };
	setenv("SOHOA_DATA", ".", 0);
	assert_non_null(mkdtemp(place.dir));
	OK(store_create(place.dir, &err));
	OK(catalogue_create(place.dir, &err));
	struct catalogue *c = place.catalogue = open_dir(place.dir);
	OK(catalogue_begin(c, &err));
	sql(c, "INSERT INTO batch VALUES (1, 'lo-01', 'scans', '2026-11-24T00:00:00Z', 'taken')", NULL, 0);
	sql(c, "INSERT INTO dossier (id, batch_id, code, state) VALUES (1, 1, 'HS-001', 'done')", NULL, 0);
	sql(c, "INSERT INTO file (id, dossier_id, position, name, shown, state) VALUES (1, 1, 1, 'a.pdf', 'a.pdf', 'accepted')", NULL, 0);
	sql(c, "INSERT INTO object (hash, size, kind) VALUES ('text', 0, 'page')", NULL, 0);
	for (int64_t page = 1; page <= PAGES; page++) {
		int64_t paper = (page - 1) / PAGES_OF_DOCUMENT + 1, document = DOCUMENTS_PER_DOSSIER + paper;
		if (page % PAGES_OF_DOCUMENT == 1)
			sql(c, "INSERT INTO document (id, dossier_id, number, type, first_page, last_page, state) VALUES ($1, 1, $2, 'khac', $3, $4, 'judged')",
			    DB_ARGS(DB_I(document), DB_I(paper), DB_I(page), DB_I(page + PAGES_OF_DOCUMENT - 1)));
		sql(c, "INSERT INTO page (id, dossier_id, file_id, file_page, number, state, text, document_id) VALUES ($1, 1, 1, $1, $1, 'read', 'text', $2)",
		    DB_ARGS(DB_I(page), DB_I(document)));
	}
	OK(catalogue_commit(c, &err));
	snprintf(place.disk, sizeof place.disk, "%s.disk", place.dir);
	snprintf(place.again, sizeof place.again, "%s.again", place.dir);
	run(arena_printf(place.arena, "cp -r '%s' '%s'", place.dir, place.disk));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	catalogue_close(place.catalogue);
	run(arena_printf(place.arena, "chmod -R u+w '%s'* && rm -rf '%s'*", place.dir, place.dir));
	arena_free(place.arena);
	return 0;
}

static void is_whole(struct catalogue *c)
{
	int64_t done, all;
	assert_int_equal(texts_reindex_state(c, &done, &all, &err), 0);
	assert_int_equal(number(c, "SELECT count(*) FROM page_text"), place.pages);
	assert_int_equal(number(c, "SELECT count(*) FROM word WHERE term IN ('cua', 'ky')"), 2);
	OK(texts_check(c, &err));
}

/* What a power cut leaves: `whole`, or something to go on with. */
static void cut(bool whole)
{
	int64_t done, all;
	run(arena_printf(place.arena, "rm -rf '%s' && cp -r '%s' '%s'", place.again, place.disk, place.again));
	struct catalogue *c = open_dir(place.again);
	assert_int_equal(texts_reindex_state(c, &done, &all, &err), !whole);
	assert_true(whole || done < all);
	if (!whole)
		OK(reindex_resume(c, &source, NULL, NULL, NULL, &err));
	is_whole(c);
	catalogue_close(c);
}

/* --- power cuts, stops, errors ------------------------------------------------------------------------------------------------ */

#define LAZY 1 /* PRAGMA synchronous */
#define FULL 2

static struct watched {
	bool cuts;
	int stop_at; /* 0: never */
	int times, syncs;
	volatile sig_atomic_t stop;
} watched;

static off_t log_size(void)
{
	struct stat st;
	assert_int_equal(stat(arena_printf(place.arena, "%s/catalogue.db-wal", place.dir), &st), 0);
	return st.st_size;
}

/* Above a size the log is written again from its begin; its file is cut off only where it is to be empty. */
static void log_is_moved(int64_t above)
{
	off_t size = log_size();
	assert_true(size > 0);
	OK(catalogue_checkpoint(place.catalogue, size, &err)); /* it is no larger */
	assert_int_equal(place.syncs, watched.syncs);
	OK(catalogue_checkpoint(place.catalogue, above, &err));
	assert_int_equal(place.syncs, watched.syncs + 1);
	assert_int_equal(log_size(), above ? size : 0);
	watched.syncs = place.syncs;
	OK(catalogue_checkpoint(place.catalogue, above, &err)); /* nothing waits */
	assert_int_equal(place.syncs, watched.syncs);
}

static void watch(void *context, int64_t done, int64_t all)
{
	int times = ++watched.times;
	assert_int_equal(number(place.catalogue, "PRAGMA synchronous"), LAZY);
	if (times == 1 || times == 3 || times == 4) /* a log that begins anew is synced once */
		watched.syncs = place.syncs;
	assert_int_equal(place.syncs, watched.syncs); /* no transaction waits for the disk */
	if (watched.cuts && (times == 2 || times == 3 || times == 5))
		cut(false);
	if (times == 2)
		log_is_moved(1);
	if (times == 3)
		log_is_moved(0);
	if (watched.cuts && times == 3)
		cut(false);
	watched.stop = watched.stop_at == times;
}

static int resume(bool cuts, int stop_at)
{
	watched = (struct watched){ .cuts = cuts, .stop_at = stop_at };
	return reindex_resume(place.catalogue, &source, watch, NULL, &watched.stop, &err);
}

static void test_power_cut(void **state)
{
	(void)state;
	OK(reindex_begin(place.catalogue, &err));
	cut(false);
	OK(resume(true, 0));
	assert_true(watched.times > 5);
	assert_int_equal(number(place.catalogue, "PRAGMA synchronous"), FULL);
	is_whole(place.catalogue);
	cut(true);
}

static void keep_only(int64_t pages)
{
	OK(catalogue_begin(place.catalogue, &err));
	sql(place.catalogue, "DELETE FROM page WHERE id > $1", DB_ARGS(DB_I(pages)));
	sql(place.catalogue, "DELETE FROM document WHERE first_page > $1", DB_ARGS(DB_I(pages)));
	OK(catalogue_commit(place.catalogue, &err));
	place.pages = pages;
}

static void test_end(void **state)
{
	(void)state;
	keep_only(FEW);
	OK(reindex_begin(place.catalogue, &err));
	cut(false);
	OK(resume(false, 0));
	cut(true);
}

static void test_stopped(void **state)
{
	(void)state;
	OK(reindex_begin(place.catalogue, &err));
	assert_int_equal(resume(false, 2), 1);
	assert_int_equal(number(place.catalogue, "PRAGMA synchronous"), FULL);
	place.broken = PAGES - 1;
	assert_int_equal(resume(false, 0), -1);
	assert_string_equal(err.text, "page 5999");
	assert_int_equal(number(place.catalogue, "PRAGMA synchronous"), FULL);
	place.broken = 0;
	OK(resume(false, 0));
	assert_int_equal(number(place.catalogue, "PRAGMA synchronous"), FULL);
	is_whole(place.catalogue);
}

/* --- what comes behind -------------------------------------------------------------------------------------------------------- */

static int64_t varint(const uint8_t **at)
{
	int64_t value = 0;
	do
		value = value << 7 | (**at & 0x7F);
	while (*(*at)++ & 0x80);
	return value;
}

/* The oldest piece of the index, by the number FTS5 gave it ("structure record", fts5_index.c: the highest level stands last, and the oldest piece first on it). */
static int oldest_piece(void *context, const struct db_row *row, struct error *e)
{
	const uint8_t *at = (const uint8_t *)row->columns[0].bytes + 4;
	int64_t levels = varint(&at), pieces, *oldest = context;
	varint(&at), varint(&at);
	while (levels-- > 0) {
		varint(&at);
		pieces = varint(&at);
		for (int64_t i = 0; i < pieces; i++) {
			int64_t piece = varint(&at);
			varint(&at), varint(&at);
			if (i == 0)
				*oldest = piece;
		}
	}
	return 1;
}

static int64_t oldest(void)
{
	int64_t piece = 0;
	assert_int_equal(catalogue_query(place.catalogue, "SELECT block FROM page_fts_data WHERE id = 10", NULL, 0, oldest_piece, &piece, &err), 1);
	return piece;
}

/* The index is not merged again as soon as some pages come. */
static void test_lifted(void **state)
{
	(void)state;
	keep_only(1500);
	place.page_us = 16000; /* so that a transaction is a small part of all, with four threads that read as well */
	OK(reindex_begin(place.catalogue, &err));
	OK(resume(false, 0));
	int64_t piece = oldest();
	for (int64_t page = 1; page <= 100; page++) {
		OK(catalogue_begin(place.catalogue, &err));
		OK(texts_put(place.catalogue, page, arena_printf(place.arena, "của %d", (int)page), "", &err));
		OK(catalogue_commit(place.catalogue, &err));
	}
	assert_int_equal(oldest(), piece);
	for (int more = 1; more;) {
		more = texts_compact(place.catalogue, false, &err);
		assert_true(more >= 0);
	}
	assert_int_equal(oldest(), piece);
	OK(texts_check(place.catalogue, &err));
}

/* Neither inside a transaction, nor of one that waits for nothing anyway. */
static void test_durable(void **state)
{
	(void)state;
	OK(catalogue_begin(place.catalogue, &err));
	assert_int_equal(catalogue_durable(place.catalogue, false, &err), -1);
	catalogue_rollback(place.catalogue);
	assert_int_equal(number(place.catalogue, "PRAGMA synchronous"), FULL);
	catalogue_close(place.catalogue);
	place.catalogue = catalogue_open_alone(place.dir, "catalogue.db", &err);
	assert_non_null(place.catalogue);
	sql(place.catalogue, "PRAGMA synchronous = OFF", NULL, 0);
	OK(catalogue_durable(place.catalogue, false, &err));
	OK(catalogue_durable(place.catalogue, true, &err));
	assert_int_equal(number(place.catalogue, "PRAGMA synchronous"), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_power_cut), TEST(test_end), TEST(test_stopped), TEST(test_lifted), TEST(test_durable) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
