/* sqlite.c - the driver of SQLite; the only file that includes sqlite3.h */
#include "pipeline/catalogue/db.h"

#include <malloc.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "pipeline/shape.h"
#include "pipeline/tokens.h"

/* Debian 12's SQLite 3.40.1 can lose a committed write when a checkpoint of one connection races a commit of another (fixed in
 * 3.51.3). So nobody checkpoints by himself here: no automatic checkpoint, none at close; who calls checkpoint holds the write lock of
 * the archive, as every writer does. */

#define APPLICATION_ID 0x736F686F /* "soho" in the file's header: tells our databases from others */
#define BUSY_MS 10000             /* a foreign program, sqlite3 on the command line say, may hold the file for a moment */
#define CHECKPOINT_BUSY_MS 100    /* readers are not waited for longer than the write lock may be held */
#define PAGE_SIZE 8192            /* of a new database: the text of one page is 2 to 3 KB, so that 4 KB would be half empty (make bench-search) */
#define TEXT_MAX 1000000000       /* SQLite's own default limit */
#define STATEMENTS 64             /* more than the verbs of one run use */
#define MEMORY_KEPT (256 << 20)   /* the cache of a connection, and the sets of pages of an answer */
#define MEMORY_OF_HEAP (32 << 20) /* the most that malloc allows */

struct statement {
	sqlite3_stmt *stmt;
	const char *asked; /* where the text stood that it was asked for with last: most are constants, and found by that at once */
	unsigned long used;
	bool busy;
};

struct sqlite {
	struct db db; /* first */
	sqlite3 *handle;
	char *path;
	bool writable;
	int64_t waiting; /* bytes of the write-ahead log, as of our last COMMIT, that no checkpoint of ours has moved; twice as many where an older archive has pages of 4 KB */
	unsigned long clock;
	db_change_fn *changed;
	void *changed_context;
	struct statement cache[STATEMENTS];
};

static struct sqlite *sqlite_of(struct db *db)
{
	return (struct sqlite *)db;
}

static const char *reason_of(struct sqlite *s, int code)
{
	int number = sqlite3_system_errno(s->handle);

	switch (code & 0xFF) {
	case SQLITE_FULL:
		return "disk-full";
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		return error_disk_reason(number);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return "catalogue-damaged";
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return "busy";
	default:
		return "catalogue";
	}
}

/* The last failure of the connection as an error. */
static int failed(struct sqlite *s, int code, struct error *err)
{
	const char *reason = reason_of(s, code);

	if (!strcmp(reason, "catalogue-damaged"))
		return error_set(err, REACH_RUN, reason, _("the catalogue %s is damaged or no catalogue: %s"), s->path,
				 sqlite3_errmsg(s->handle));
	if (!strcmp(reason, "disk-full"))
		return error_set(err, REACH_RUN, reason, _("no space left on the disk of the catalogue %s"), s->path);
	return error_set(err, REACH_RUN, reason, _("catalogue %s: %s"), s->path, sqlite3_errmsg(s->handle));
}

static int bind_one(sqlite3_stmt *stmt, int i, const struct db_value *v)
{
	switch (v->kind) {
	case DB_INT:
		return sqlite3_bind_int64(stmt, i, v->i);
	case DB_REAL:
		return sqlite3_bind_double(stmt, i, v->real);
	case DB_TEXT:
		if (v->bytes && v->size > TEXT_MAX)
			return SQLITE_TOOBIG;
		return sqlite3_bind_text(stmt, i, v->bytes, (int)v->size, SQLITE_STATIC);
	case DB_BLOB: /* a NULL pointer would become SQL NULL */
		return sqlite3_bind_blob64(stmt, i, v->bytes ? v->bytes : "", (sqlite3_uint64)v->size, SQLITE_STATIC);
	default:
		return sqlite3_bind_null(stmt, i);
	}
}

/* SQLite numbers $n by first appearance in the text, so the name decides which argument belongs there. */
static int bind_all(struct sqlite *s, sqlite3_stmt *stmt, const struct db_value *args, int nargs, struct error *err)
{
	int n = sqlite3_bind_parameter_count(stmt);

	for (int i = 1; i <= n; i++) {
		const char *name = sqlite3_bind_parameter_name(stmt, i);
		long arg = name && *name == '$' ? strtol(name + 1, NULL, 10) : 0;
		int code;

		if (arg < 1 || arg > nargs)
			return error_set(err, REACH_RUN, "catalogue", "no argument for %s in: %.200s", name ? name : "?",
					 sqlite3_sql(stmt));
		code = bind_one(stmt, i, &args[arg - 1]);
		if (code != SQLITE_OK)
			return failed(s, code, err);
	}
	return 0;
}

static void column_get(sqlite3_stmt *stmt, int i, struct db_value *v)
{
	memset(v, 0, sizeof *v);
	switch (sqlite3_column_type(stmt, i)) {
	case SQLITE_INTEGER:
		v->kind = DB_INT;
		v->i = sqlite3_column_int64(stmt, i);
		break;
	case SQLITE_FLOAT:
		v->kind = DB_REAL;
		v->real = sqlite3_column_double(stmt, i);
		break;
	case SQLITE_TEXT:
		v->kind = DB_TEXT;
		v->bytes = sqlite3_column_text(stmt, i);
		if (!v->bytes) /* no memory */
			v->bytes = "";
		v->size = sqlite3_column_bytes(stmt, i);
		break;
	case SQLITE_BLOB:
		v->kind = DB_BLOB;
		v->bytes = sqlite3_column_blob(stmt, i);
		v->size = sqlite3_column_bytes(stmt, i);
		if (!v->bytes)
			v->bytes = "";
		break;
	default:
		v->kind = DB_NULL;
	}
}

static int step_all(struct sqlite *s, sqlite3_stmt *stmt, db_row_fn *fn, void *context, struct error *err)
{
	int ncolumns = sqlite3_column_count(stmt), ret = 0, code = SQLITE_DONE;
	struct db_value *columns = ncolumns ? mem_alloc((size_t)ncolumns * sizeof *columns) : NULL;

	while (!ret && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
		struct db_row row = { ncolumns, columns };

		for (int i = 0; i < ncolumns; i++)
			column_get(stmt, i, &columns[i]);
		ret = fn ? fn(context, &row, err) : 0;
	}
	if (!ret && code != SQLITE_DONE)
		ret = failed(s, code, err);
	free(columns);
	return ret;
}

/* The statement of this text that is at hand, or NULL; *oldest: the one to give up for another. */
static struct statement *statement_find(struct sqlite *s, const char *sql, struct statement **oldest)
{
	for (int i = 0; i < STATEMENTS; i++) {
		struct statement *c = &s->cache[i];

		if (c->asked == sql && !c->busy && c->stmt && !strcmp(sqlite3_sql(c->stmt), sql))
			return c;
	}
	for (int i = 0; i < STATEMENTS; i++) {
		struct statement *c = &s->cache[i];

		if (c->busy)
			continue;
		if (c->stmt && !strcmp(sqlite3_sql(c->stmt), sql))
			return c;
		if (!*oldest || c->used < (*oldest)->used)
			*oldest = c;
	}
	return NULL;
}

/* A prepared statement for this text, kept in the cache. *slot is NULL when the whole cache is in use further up the call chain: then the
 * statement is the caller's to finalize. */
static sqlite3_stmt *statement(struct sqlite *s, const char *sql, struct statement **slot, struct error *err)
{
	struct statement *oldest = NULL;
	sqlite3_stmt *stmt = NULL;
	int code;

	*slot = statement_find(s, sql, &oldest);
	if (*slot) {
		(*slot)->asked = sql;
		(*slot)->used = ++s->clock;
		return (*slot)->stmt;
	}
	code = sqlite3_prepare_v3(s->handle, sql, -1, oldest ? SQLITE_PREPARE_PERSISTENT : 0, &stmt, NULL);
	if (code != SQLITE_OK || !stmt) {
		failed(s, code, err);
		return NULL;
	}
	if (!oldest)
		return stmt;
	sqlite3_finalize(oldest->stmt);
	*oldest = (struct statement){ .stmt = stmt, .asked = sql, .used = ++s->clock };
	*slot = oldest;
	return stmt;
}

static int query(struct db *db, const char *sql, const struct db_value *args, int nargs, db_row_fn *fn, void *context,
		 struct error *err)
{
	struct sqlite *s = sqlite_of(db);
	struct statement *slot;
	sqlite3_stmt *stmt = statement(s, sql, &slot, err);
	int ret;

	if (!stmt)
		return -1;
	if (slot)
		slot->busy = true;
	ret = bind_all(s, stmt, args, nargs, err);
	if (!ret)
		ret = step_all(s, stmt, fn, context, err);
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
	if (slot)
		slot->busy = false;
	else
		sqlite3_finalize(stmt);
	return ret;
}

static int script(struct db *db, const char *sql, struct error *err)
{
	struct sqlite *s = sqlite_of(db);
	int code = sqlite3_exec(s->handle, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? 0 : failed(s, code, err);
}

static int64_t changes(struct db *db)
{
	return sqlite3_changes64(sqlite_of(db)->handle);
}

static int on_commit(void *context, sqlite3 *handle, const char *database, int frames)
{
	(void)handle, (void)database;
	((struct sqlite *)context)->waiting = (int64_t)frames * PAGE_SIZE;
	return SQLITE_OK;
}

/* A log that is written again from its begin is quicker than one that is cut off and grows anew: its pages are in memory and have their place on the disk. */
static int checkpoint(struct db *db, bool empty, struct error *err)
{
	struct sqlite *s = sqlite_of(db);
	int code;

	sqlite3_busy_timeout(s->handle, CHECKPOINT_BUSY_MS);
	code = sqlite3_wal_checkpoint_v2(s->handle, NULL, empty ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_RESTART, NULL, NULL);
	sqlite3_busy_timeout(s->handle, BUSY_MS);
	if (code == SQLITE_BUSY) /* a reader still looks at the log: what it does not need was moved, the rest waits for the next time */
		return 0;
	if (code != SQLITE_OK)
		return failed(s, code, err);
	s->waiting = 0;
	return 0;
}

/* secure_delete wipes rows and free pages, but a page that was rebalanced may keep a copy of a row between its cells: only a new file is sure. The copy
 * is too large for memory, and belongs on the disk of the archive rather than in /var/tmp. */
static int compact(struct db *db, const char *tmp, struct error *err)
{
	int ret;

	if (setenv("SQLITE_TMPDIR", tmp, 1) < 0)
		return error_set(err, REACH_RUN, "out-of-memory", _("out of memory"));
	ret = script(db, "PRAGMA temp_store = FILE; VACUUM", err);
	if (script(db, "PRAGMA temp_store = MEMORY", ret < 0 ? NULL : err) < 0)
		ret = -1;
	return ret;
}

/* A log that is not synced at each COMMIT still is before it is moved into the database, and its checksums end it where it was not written: "WAL mode is always
 * consistent with synchronous=NORMAL, but WAL mode does lose durability" (sqlite.org/pragma.html#pragma_synchronous). Who syncs it later syncs all that stands before.
 * Nor are free pages wiped meanwhile: these are pieces of the index that were merged, and wiping them would write as much as merging did. What must leave no byte is
 * withdrawn by writing the whole database anew (compact). */
static int durable(struct db *db, bool durable, struct error *err)
{
	return script(db, durable ? "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON" : "PRAGMA synchronous = NORMAL; PRAGMA secure_delete = OFF", err);
}

static int64_t log_size(struct db *db)
{
	const char *path = sqlite3_filename_wal(sqlite3_db_filename(sqlite_of(db)->handle, "main"));
	struct stat st;

	return path && stat(path, &st) == 0 ? st.st_size : 0;
}

static int64_t log_waiting(struct db *db)
{
	return sqlite_of(db)->waiting;
}

static void on_change(void *context, int operation, const char *database, const char *table, sqlite3_int64 row)
{
	const struct sqlite *s = context;

	s->changed(s->changed_context, table, row);
}

static void watch(struct db *db, db_change_fn *fn, void *context)
{
	struct sqlite *s = sqlite_of(db);

	s->changed = fn;
	s->changed_context = context;
	sqlite3_update_hook(s->handle, fn ? on_change : NULL, s);
}

static void sqlite_close(struct db *db)
{
	struct sqlite *s = sqlite_of(db);

	if (!s)
		return;
	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(s->cache[i].stmt);
	sqlite3_close(s->handle);
	terms_free(s->db.terms);
	free(s->path);
	free(s);
}

static int first_int(void *context, const struct db_row *row, struct error *err)
{
	*(int64_t *)context = db_column_int(row, 0);
	return 0;
}

static int pragma_int(struct sqlite *s, const char *sql, int64_t *out, struct error *err)
{
	*out = 0;
	return query(&s->db, sql, NULL, 0, first_int, out, err);
}

/* --- full text: the words of tokens.h ------------------------------------------------------------ */

/* The tokenizer of each table is the terms of the connection. */
static int words_create(void *context, const char **args, int nargs, Fts5Tokenizer **out)
{
	*out = context;
	return SQLITE_OK;
}

static void words_delete(Fts5Tokenizer *tokenizer)
{
}

struct words_call {
	void *context;
	int (*token)(void *context, int flags, const char *token, int size, int start, int end);
};

static int words_term(void *context, bool beside, const char *term, int size, int start, int end)
{
	const struct words_call *call = context;
	return call->token(call->context, beside ? FTS5_TOKEN_COLOCATED : 0, term, size, start, end);
}

static int words_tokenize(Fts5Tokenizer *tokenizer, void *context, int flags, const char *text, int size,
			  int (*token)(void *context, int flags, const char *token, int size, int start, int end))
{
	struct words_call call = { context, token };

	if (flags & FTS5_TOKENIZE_QUERY)
		return terms_split(text, size, words_term, &call);
	return terms_each((struct terms *)tokenizer, text, size, words_term, &call);
}

static void shape_of_value(sqlite3_context *result, int nargs, sqlite3_value **args)
{
	const char *word = (const char *)sqlite3_value_text(args[0]);
	char shape[SHAPE_MAX];

	shape_of(word ? word : "", shape);
	sqlite3_result_text(result, shape, -1, SQLITE_TRANSIENT);
}

/* bits_of(number, first, end): the numbers of [first, end) as one bit each, the first one the lowest bit of the first byte. A row for each page would cost twice what
 * the index takes to tell it. */
struct bits {
	int64_t first, end;
	unsigned char *bytes; /* NULL before the first number */
};

static void bits_step(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	struct bits *bits = sqlite3_aggregate_context(context, sizeof *bits);
	int64_t number = sqlite3_value_int64(args[0]);

	if (bits && !bits->bytes) {
		bits->first = sqlite3_value_int64(args[1]);
		bits->end = sqlite3_value_int64(args[2]);
		bits->bytes = bits->end > bits->first ? mem_alloc((size_t)(bits->end - bits->first + 7) / 8) : NULL;
	}
	if (!bits)
		sqlite3_result_error_nomem(context);
	else if (bits->bytes && number >= bits->first && number < bits->end)
		bits->bytes[(number - bits->first) / 8] |= (unsigned char)(1u << (number - bits->first) % 8);
}

static void bits_final(sqlite3_context *context)
{
	struct bits *bits = sqlite3_aggregate_context(context, 0);

	if (bits && bits->bytes)
		sqlite3_result_blob64(context, bits->bytes, (sqlite3_uint64)(bits->end - bits->first + 7) / 8, free);
}

static int full_text_set_up(struct sqlite *s, struct error *err)
{
	fts5_tokenizer words = { words_create, words_delete, words_tokenize };
	fts5_api *api = NULL;
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v2(s->handle, "SELECT fts5(?1)", -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_bind_pointer(stmt, 1, (void *)&api, "fts5_api_ptr", NULL) == SQLITE_OK)
		sqlite3_step(stmt);
	sqlite3_finalize(stmt);
	if (!api || api->xCreateTokenizer(api, "words", s->db.terms, &words, NULL) != SQLITE_OK ||
	    sqlite3_create_function(s->handle, "bits_of", 3, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, NULL, bits_step, bits_final) != SQLITE_OK ||
	    sqlite3_create_function(s->handle, "word_shape", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, shape_of_value, NULL,
				    NULL) != SQLITE_OK)
		return error_set(err, REACH_RUN, "catalogue", _("this SQLite (%s) has no full text"), sqlite3_libversion());
	return 0;
}

/* A database with tables but without our mark belongs to another program; an empty one gets the mark. */
static int check_owner(struct sqlite *s, struct error *err)
{
	int64_t id, tables;
	char sql[96];

	if (pragma_int(s, "PRAGMA application_id", &id, err) < 0 ||
	    pragma_int(s, "SELECT count(*) FROM sqlite_schema", &tables, err) < 0)
		return -1;
	if (id == APPLICATION_ID)
		return 0;
	if (id || tables || !s->writable)
		return error_set(err, REACH_RUN, "catalogue-damaged", _("%s is a database of another program, not a catalogue of sohoa"),
				 s->path);
	snprintf(sql, sizeof sql, "PRAGMA page_size = %d; PRAGMA application_id = %d", PAGE_SIZE, APPLICATION_ID);
	return script(&s->db, sql, err);
}

static int is_wal(void *context, const struct db_row *row, struct error *err)
{
	const char *mode = db_column_text(row, 0);

	*(bool *)context = mode && !strcmp(mode, "wal");
	return 0;
}

static int set_up(struct sqlite *s, struct error *err)
{
	static const char safe[] = "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;"
				   "PRAGMA cache_size = -131072;" /* 128 MB: the rows of a million pages and their papers, which every answer looks up, 80 MB */
				   "PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = FULL;";
	bool wal = false;

	if (sqlite3_db_config(s->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) != SQLITE_OK ||
	    sqlite3_db_config(s->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL) != SQLITE_OK ||
	    sqlite3_db_config(s->handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL) != SQLITE_OK)
		return error_set(err, REACH_RUN, "catalogue", _("this SQLite (%s) is too old"), sqlite3_libversion());
	sqlite3_busy_timeout(s->handle, BUSY_MS);
	if (full_text_set_up(s, err) < 0 || script(&s->db, safe, err) < 0 || check_owner(s, err) < 0)
		return -1;
	if (!s->writable)
		return 0;
	if (query(&s->db, "PRAGMA journal_mode = WAL", NULL, 0, is_wal, &wal, err) < 0)
		return -1;
	if (!wal)
		return error_set(err, REACH_RUN, "catalogue", _("catalogue %s: this file system allows no write-ahead log"), s->path);
	sqlite3_wal_hook(s->handle, on_commit, s);
	return 0;
}

/* A COMMIT of anybody empties the cache of every connection, and a set of a million pages is 125 KB: what an answer gives back the next one asks for again. Left to
 * itself malloc returns all of it to the system, and of a phrase beside a writer two thirds of the time go into getting pages of memory anew (make bench-search). */
static void memory_keep(void)
{
	mallopt(M_TRIM_THRESHOLD, MEMORY_KEPT);
	mallopt(M_MMAP_THRESHOLD, MEMORY_OF_HEAP);
}

static struct db *sqlite_open(const char *path, bool writable, struct error *err)
{
	struct sqlite *s = mem_alloc(sizeof *s);
	int code;

	memory_keep();
	s->db.driver = &db_sqlite;
	s->db.terms = terms_new();
	s->path = mem_strdup(path);
	s->writable = writable;
	code = sqlite3_open_v2(path, &s->handle, (writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
			       SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX, NULL); /* a catalogue is one thread's */
	if (!s->handle)
		error_set(err, REACH_RUN, "out-of-memory", _("no memory to open the catalogue %s"), path);
	else if (code != SQLITE_OK)
		failed(s, code, err);
	else if (set_up(s, err) == 0)
		return &s->db;
	sqlite_close(&s->db);
	return NULL;
}

static int is_plain(void *context, int ncolumns, char **values, char **names)
{
	*(bool *)context = values[0] && !strcmp(values[0], "delete");
	return 0;
}

/* To leave the mode with a write-ahead log SQLite moves the log into the file and deletes it, which it can only do alone. */
static int settle(const char *path, int seconds, struct error *err)
{
	struct sqlite s = { .path = (char *)path };
	int code = sqlite3_open_v2(path, &s.handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, NULL), ret = -1;
	bool plain = false;

	if (!s.handle) {
		error_set(err, REACH_RUN, "out-of-memory", _("no memory to open the catalogue %s"), path);
		return -1;
	}
	for (int tenth = 0; tenth < 10 * seconds && code == SQLITE_OK && !plain; tenth++) {
		sqlite3_busy_timeout(s.handle, 100);
		code = sqlite3_exec(s.handle, "PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE", is_plain, &plain, NULL);
		if ((code & 0xFF) == SQLITE_BUSY || (code & 0xFF) == SQLITE_LOCKED)
			code = SQLITE_OK;
		if (code == SQLITE_OK && !plain)
			sqlite3_sleep(100);
	}
	if (code != SQLITE_OK)
		failed(&s, code, err);
	else if (!plain)
		error_set(err, REACH_RUN, "busy", _("another process has been reading the catalogue for %d seconds; end it and give the command again"), seconds);
	else
		ret = 0;
	sqlite3_close(s.handle);
	return ret;
}

const struct db_driver db_sqlite = {
	.scheme = "sqlite",
	.open = sqlite_open,
	.query = query,
	.script = script,
	.changes = changes,
	.checkpoint = checkpoint,
	.compact = compact,
	.durable = durable,
	.log_size = log_size,
	.log_waiting = log_waiting,
	.watch = watch,
	.settle = settle,
	.close = sqlite_close,
};
