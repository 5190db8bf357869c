#include "pipeline/catalogue/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"
#include "pipeline/store.h"

#define FILE_NAME "journal"
#define FRESH_NAME "journal.new"
#define FORM 1
#define COLUMNS_MAX 32
#define PIECE ((size_t)1 << 20) /* of a journal that is written anew: so much is held in memory */

/* What is kept, parents first. All other tables follow from these and the objects: document, field, field_part, reason, page_text, word, hidden, the index. */
static const char *const tables[] = { "batch", "dossier", "object", "file", "page", "account", "decision", "ledger", "result_code", "verdict_change",
				      "correction", "placement", "renaming", "withdrawal", "list", "signed_file", "signature", "audit" };
#define TABLES ((int)(sizeof tables / sizeof *tables))

struct change {
	int table;
	int64_t row;
};

struct columns {
	int n;
	char *names[COLUMNS_MAX];
	char *select; /* "SELECT id, code, ... FROM batch" */
};

/* Text that grows. */
struct body {
	char *text;
	size_t size, room;
};

struct position {
	int64_t end; /* bytes of the file that count; -1: the catalogue has no journal yet */
	char hash[HASH_SIZE];
};

struct journal {
	struct catalogue *catalogue;
	char path[PATH_MAX], fresh[PATH_MAX];
	struct columns columns[TABLES];
	struct change *changes;
	size_t nchanges, room;
	struct position position; /* of this transaction */
	bool renew, defer;
	bool strike; /* behind the position stands what was never committed: a transaction, an empty one if need be, must pass it over */
};

static int table_find(const char *name)
{
	for (int i = 0; i < TABLES; i++)
		if (!strcmp(tables[i], name))
			return i;
	return -1;
}

static const char *disk_reason(void)
{
	return errno == ENOSPC || errno == EDQUOT ? "disk-full" : "disk-error";
}

/* --- what changed ---------------------------------------------------------------------------------------------------- */

static void note_change(void *context, const char *table, int64_t row)
{
	struct journal *j = context;
	int at = table_find(table);

	if (at < 0)
		return;
	if (j->nchanges && j->changes[j->nchanges - 1].table == at && j->changes[j->nchanges - 1].row == row)
		return;
	if (j->nchanges == j->room) {
		j->room = j->room ? 2 * j->room : 64;
		j->changes = mem_realloc(j->changes, j->room * sizeof *j->changes);
	}
	j->changes[j->nchanges++] = (struct change){ at, row };
}

static int by_row(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	if (x->table != y->table)
		return x->table - y->table;
	return (x->row > y->row) - (x->row < y->row);
}

static void changes_sort(struct journal *j)
{
	size_t n = 0;

	qsort(j->changes, j->nchanges, sizeof *j->changes, by_row);
	for (size_t i = 0; i < j->nchanges; i++)
		if (!n || by_row(&j->changes[n - 1], &j->changes[i]) != 0)
			j->changes[n++] = j->changes[i];
	j->nchanges = n;
}

/* --- rows as lines --------------------------------------------------------------------------------------------------- */

static void body_add(struct body *b, const char *text, size_t size)
{
	if (!b->text || b->size + size > b->room) {
		b->room = 2 * (b->size + size);
		b->text = mem_realloc(b->text, b->room);
	}
	memcpy(b->text + b->size, text, size);
	b->size += size;
}

/* Takes the JSON over. */
static int body_line(struct body *b, json_t *json, struct error *err)
{
	char *line = json ? json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;

	json_decref(json);
	if (!line)
		return error_set(err, REACH_RUN, "out-of-memory", _("out of memory"));
	body_add(b, line, strlen(line));
	body_add(b, "\n", 1);
	free(line);
	return 0;
}

static json_t *bytes_json(const void *bytes, size_t size)
{
	char *hex = mem_alloc(2 * size + 1);
	json_t *json;

	sodium_bin2hex(hex, 2 * size + 1, bytes, size);
	json = json_pack("{s:s}", "hex", hex);
	free(hex);
	return json;
}

static json_t *value_json(const struct db_value *v)
{
	json_t *text = NULL;

	switch (v->kind) {
	case DB_INT:
		return json_integer(v->i);
	case DB_REAL:
		return json_real(v->real);
	case DB_TEXT:
		text = json_stringn(v->bytes, (size_t)v->size);
		return text ? text : bytes_json(v->bytes, (size_t)v->size);
	case DB_BLOB:
		return bytes_json(v->bytes, (size_t)v->size);
	default:
		return json_null();
	}
}

/* Which paper a page belongs to follows from the papers of its dossier. */
static bool follows(int table, const char *column)
{
	return !strcmp(tables[table], "page") && !strcmp(column, "document_id");
}

struct naming {
	int table;
	struct columns *columns;
};

static int take_name(void *context, const struct db_row *row, struct error *err)
{
	struct naming *n = context;
	const char *name = db_column_text(row, 0);

	if (follows(n->table, name))
		return 0;
	if (n->columns->n == COLUMNS_MAX)
		return error_set(err, REACH_RUN, "catalogue", "%s has too many columns", tables[n->table]);
	n->columns->names[n->columns->n++] = mem_strdup(name);
	return 0;
}

static int columns_find(struct journal *j, int table, struct error *err)
{
	struct columns *c = &j->columns[table];
	struct naming naming = { table, c };
	struct arena *arena;
	char *list;

	if (c->select)
		return 0;
	if (catalogue_query(j->catalogue, "SELECT name FROM pragma_table_info($1) ORDER BY cid", DB_ARGS(DB_T(tables[table])), take_name, &naming, err) < 0)
		return -1;
	arena = arena_new();
	list = c->n ? c->names[0] : NULL;
	for (int i = 1; i < c->n; i++)
		list = arena_printf(arena, "%s, %s", list, c->names[i]);
	if (list)
		c->select = mem_strdup(arena_printf(arena, "SELECT %s FROM %s", list, tables[table]));
	arena_free(arena);
	return 0;
}

static void columns_forget(struct journal *j)
{
	for (int t = 0; t < TABLES; t++) {
		for (int i = 0; i < j->columns[t].n; i++)
			free(j->columns[t].names[i]);
		free(j->columns[t].select);
		j->columns[t] = (struct columns){ 0 };
	}
}

struct writing {
	struct journal *journal;
	int table;
	struct body *body;
	int (*full)(void *context, struct error *err); /* may be NULL: called behind a row when the body has grown to a piece */
	void *context;
};

static int take_row(void *context, const struct db_row *row, struct error *err)
{
	struct writing *w = context;
	const struct columns *c = &w->journal->columns[w->table];
	json_t *object = json_object();

	for (int i = 0; i < row->ncolumns; i++)
		json_object_set_new(object, c->names[i], value_json(&row->columns[i]));
	if (body_line(w->body, json_pack("[s,o]", tables[w->table], object), err) < 0)
		return -1;
	return w->full && w->body->size >= PIECE ? w->full(w->context, err) : 0;
}

static int changed_row(struct journal *j, const struct change *change, struct body *body, struct error *err)
{
	struct writing w = { .journal = j, .table = change->table, .body = body };
	size_t before = body->size;
	char sql[2000];

	if (columns_find(j, change->table, err) < 0)
		return -1;
	snprintf(sql, sizeof sql, "%s WHERE rowid = $1", j->columns[change->table].select);
	if (catalogue_query(j->catalogue, sql, DB_ARGS(DB_I(change->row)), take_row, &w, err) < 0)
		return -1;
	return body->size > before ? 0 : body_line(body, json_pack("[s,I]", tables[change->table], (json_int_t)change->row), err);
}

/* --- writing ---------------------------------------------------------------------------------------------------------- */

static void hash_of(const char *after, const char *text, size_t size, char hash[HASH_SIZE])
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const unsigned char *)after, strlen(after));
	crypto_hash_sha256_update(&state, (const unsigned char *)text, size);
	crypto_hash_sha256_final(&state, digest);
	sodium_bin2hex(hash, HASH_SIZE, digest, sizeof digest);
}

static int write_all(int fd, const char *text, size_t size)
{
	while (size) {
		ssize_t n = write(fd, text, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		text += n;
		size -= (size_t)n;
	}
	return 0;
}

/* The rows with their commit line; the body is empty then, and the position behind it. */
static int write_transaction(int fd, const char *path, struct body *body, struct position *at, struct error *err)
{
	char hash[HASH_SIZE], line[2 * HASH_SIZE + 32];

	hash_of(at->hash, body->text ? body->text : "", body->size, hash);
	snprintf(line, sizeof line, "[\"commit\",\"%s\",\"%s\"]\n", at->hash, hash);
	body_add(body, line, strlen(line));
	if (write_all(fd, body->text, body->size) < 0)
		return error_errno(err, REACH_RUN, disk_reason(), _("cannot write %s"), path);
	at->end += (int64_t)body->size;
	memcpy(at->hash, hash, HASH_SIZE);
	body->size = 0;
	return 0;
}

static int note_position(struct journal *j, const struct position *at, struct error *err)
{
	char text[HASH_SIZE + 24];

	snprintf(text, sizeof text, "%" PRId64 " %s", at->end, at->hash);
	return catalogue_query(j->catalogue, "INSERT INTO meta (key, value) VALUES ('journal', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
			       DB_ARGS(DB_T(text)), NULL, NULL, err);
}

/* A write that failed in the middle leaves lines without a commit, which the next transaction cuts off. */
static int append(struct journal *j, struct error *err)
{
	struct body body = { 0 };
	int fd = -1, ret = -1;

	changes_sort(j);
	for (size_t i = 0; i < j->nchanges; i++)
		if (changed_row(j, &j->changes[i], &body, err) < 0)
			goto out;
	if (!body.size && !j->strike) {
		ret = 0;
		goto out;
	}
	fd = open(j->path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0) {
		error_errno(err, REACH_RUN, "disk-error", _("cannot open %s"), j->path);
		goto out;
	}
	if (write_transaction(fd, j->path, &body, &j->position, err) < 0)
		goto out;
	if (fdatasync(fd) < 0) {
		error_errno(err, REACH_RUN, disk_reason(), _("cannot write %s to the disk"), j->path);
		goto out;
	}
	ret = note_position(j, &j->position, err);
out:
	if (fd >= 0)
		close(fd);
	free(body.text);
	return ret;
}

struct whole {
	struct journal *journal;
	int fd;
	struct body body;
	struct position at;
};

static int write_piece(void *context, struct error *err)
{
	struct whole *w = context;

	return write_transaction(w->fd, w->journal->fresh, &w->body, &w->at, err);
}

static int write_header(struct whole *w, struct error *err)
{
	int64_t schema;
	char line[64];

	if (catalogue_int(w->journal->catalogue, "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'version'", NULL, 0, 0, &schema, err) < 0)
		return -1;
	snprintf(line, sizeof line, "[\"sohoa journal\",%d,%" PRId64 "]\n", FORM, schema);
	if (write_all(w->fd, line, strlen(line)) < 0)
		return error_errno(err, REACH_RUN, disk_reason(), _("cannot write %s"), w->journal->fresh);
	w->at.end = (int64_t)strlen(line);
	hash_of("", line, strlen(line), w->at.hash);
	return 0;
}

static int write_tables(struct whole *w, struct error *err)
{
	for (int t = 0; t < TABLES; t++) {
		struct writing writing = { w->journal, t, &w->body, write_piece, w };
		char sql[2000];

		if (columns_find(w->journal, t, err) < 0)
			return -1;
		if (!w->journal->columns[t].select) /* not in this schema yet */
			continue;
		snprintf(sql, sizeof sql, "%s ORDER BY rowid", w->journal->columns[t].select);
		if (catalogue_query(w->journal->catalogue, sql, NULL, 0, take_row, &writing, err) < 0)
			return -1;
	}
	return w->body.size ? write_piece(w, err) : 0;
}

static int take_place(struct journal *j, int fd, struct error *err)
{
	char dir[PATH_MAX];
	int at;

	if (fsync(fd) < 0 || rename(j->fresh, j->path) < 0)
		return error_errno(err, REACH_RUN, disk_reason(), _("cannot write %s to the disk"), j->path);
	snprintf(dir, sizeof dir, "%.*s", (int)(strlen(j->path) - strlen("/" FILE_NAME)), j->path);
	at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (at < 0 || fsync(at) < 0) {
		error_errno(err, REACH_RUN, disk_reason(), _("cannot write the directory %s to the disk"), dir);
		if (at >= 0)
			close(at);
		return -1;
	}
	close(at);
	return 0;
}

/* All rows as they are in this transaction. */
static int write_anew(struct journal *j, struct error *err)
{
	struct whole w = { .journal = j };
	int ret = -1;

	w.fd = open(j->fresh, O_CREAT | O_TRUNC | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0660);
	if (w.fd < 0)
		return error_errno(err, REACH_RUN, disk_reason(), _("cannot make %s"), j->fresh);
	if (write_header(&w, err) < 0 || write_tables(&w, err) < 0 || take_place(j, w.fd, err) < 0 || note_position(j, &w.at, err) < 0)
		goto out;
	j->position = w.at;
	ret = 0;
out:
	close(w.fd);
	free(w.body.text);
	return ret;
}

/* --- reading ---------------------------------------------------------------------------------------------------------- */

struct reader {
	FILE *file;
	const char *path;
	int64_t offset; /* behind the last whole transaction */
	struct body body;
	char after[HASH_SIZE], hash[HASH_SIZE]; /* of the transaction in body */
	char *line;
	size_t line_room;
};

static int damaged(const struct reader *r, struct error *err)
{
	return error_set(err, REACH_RUN, "journal", _("%s is damaged behind byte %" PRId64), r->path, r->offset);
}

static int header_read(struct reader *r, int *schema, char hash[HASH_SIZE], struct error *err)
{
	ssize_t n = getline(&r->line, &r->line_room, r->file);
	int form = 0;

	if (n <= 0 || sscanf(r->line, "[\"sohoa journal\",%d,%d]", &form, schema) != 2 || form != FORM || r->line[n - 1] != '\n')
		return error_set(err, REACH_RUN, "journal", _("%s is no journal of this sohoa"), r->path);
	hash_of("", r->line, (size_t)n, hash);
	r->offset = n;
	return 0;
}

static int reader_open(struct reader *r, const char *path, int *schema, char hash[HASH_SIZE], struct error *err)
{
	*r = (struct reader){ .file = fopen(path, "re"), .path = path };
	if (!r->file)
		return error_errno(err, REACH_RUN, "disk-error", _("cannot open %s"), path);
	return header_read(r, schema, hash, err);
}

static void reader_close(struct reader *r)
{
	if (r->file)
		fclose(r->file);
	free(r->body.text);
	free(r->line);
}

/* "[\"commit\",\"AFTER\",\"HASH\"]\n" */
static bool commit_line(struct reader *r, size_t n)
{
	static const char head[] = "[\"commit\",\"";
	const size_t at = sizeof head - 1, digits = HASH_SIZE - 1;

	if (n != at + 2 * digits + 6 || memcmp(r->line, head, at) != 0 || memcmp(r->line + at + digits, "\",\"", 3) != 0)
		return false;
	snprintf(r->after, HASH_SIZE, "%s", r->line + at);
	snprintf(r->hash, HASH_SIZE, "%s", r->line + at + digits + 3);
	return true;
}

/* 1 with the next whole transaction, 0 at the end or before lines without a commit, -1. */
static int reader_next(struct reader *r, struct error *err)
{
	int64_t offset = r->offset;
	ssize_t n;

	r->body.size = 0;
	while ((n = getline(&r->line, &r->line_room, r->file)) > 0 && r->line[n - 1] == '\n') {
		char hash[HASH_SIZE];

		offset += n;
		if (!commit_line(r, (size_t)n)) {
			body_add(&r->body, r->line, (size_t)n);
			continue;
		}
		hash_of(r->after, r->body.text ? r->body.text : "", r->body.size, hash);
		if (strcmp(hash, r->hash) != 0)
			return damaged(r, err);
		r->offset = offset;
		return 1;
	}
	return ferror(r->file) ? error_errno(err, REACH_RUN, "disk-error", _("cannot read %s"), r->path) : 0;
}

/* --- in step ---------------------------------------------------------------------------------------------------------- */

static int take_position(void *context, const struct db_row *row, struct error *err)
{
	struct position *at = context;

	if (sscanf(db_column_text(row, 0), "%" SCNd64 " %64s", &at->end, at->hash) != 2)
		at->end = -1;
	return 1;
}

static int position_read(struct catalogue *catalogue, struct position *at, struct error *err)
{
	*at = (struct position){ .end = -1 };
	return catalogue_query(catalogue, "SELECT value FROM meta WHERE key = 'journal'", NULL, 0, take_position, at, err) < 0 ? -1 : 0;
}

/* The hash that the bytes up to `end` close with. */
static bool ends_with(int fd, const struct position *at)
{
	char tail[HASH_SIZE + 2]; /* HASH"]\n */

	return at->end >= (int64_t)sizeof tail && pread(fd, tail, sizeof tail, at->end - (int64_t)sizeof tail) == (ssize_t)sizeof tail &&
	       !memcmp(tail, at->hash, HASH_SIZE - 1) && !memcmp(tail + HASH_SIZE - 1, "\"]\n", 3);
}

/* Behind the position stand transactions that were not committed, each following what was, or lines of one: 1, and where they end. 0: it is something else. */
static int tail_read(struct journal *j, struct error *err)
{
	struct reader r = { .file = fopen(j->path, "re"), .path = j->path, .offset = j->position.end };
	struct error why = ERROR_INIT;
	int found = -1;

	if (!r.file || fseeko(r.file, j->position.end, SEEK_SET) < 0) {
		error_errno(err, REACH_RUN, "disk-error", _("cannot read %s"), j->path);
		goto out;
	}
	while ((found = reader_next(&r, &why)) > 0 && !strcmp(r.after, j->position.hash)) {
		j->position.end = r.offset;
		j->strike = true;
	}
	if (found < 0 && strcmp(why.reason, "journal") != 0)
		*err = why;
	else
		found = !found; /* one that follows another was committed, by a catalogue that is not this one; a damaged one helps nobody */
out:
	reader_close(&r);
	return found;
}

static int cut_off(struct journal *j, int64_t size, struct error *err)
{
	if (j->position.end < size && truncate(j->path, j->position.end) < 0)
		return error_errno(err, REACH_RUN, disk_reason(), _("cannot write %s"), j->path);
	return 0;
}

/* The last entry of the audit log that it knows. */
static int last_entry(const char *path, int64_t *last, struct error *err)
{
	char hash[HASH_SIZE];
	struct reader r;
	int schema, found = reader_open(&r, path, &schema, hash, err);

	*last = 0;
	while (!found && (found = reader_next(&r, err)) > 0) {
		static const char head[] = "[\"audit\",{\"id\":";
		char *line = r.body.text, *end = r.body.text + r.body.size;

		for (char *next; line < end; line = next + 1) {
			next = memchr(line, '\n', (size_t)(end - line));
			if (!next)
				break;
			if ((size_t)(next - line) > sizeof head && !memcmp(line, head, sizeof head - 1) && strtoll(line + sizeof head - 1, NULL, 10) > *last)
				*last = strtoll(line + sizeof head - 1, NULL, 10);
		}
		found = 0;
	}
	reader_close(&r);
	return found < 0 ? -1 : 0;
}

/* File and catalogue are not of one line. Who knows more of the audit log is right. */
static int settle(struct journal *j, struct error *err)
{
	struct error why = ERROR_INIT;
	int64_t ours, theirs;

	if (catalogue_int(j->catalogue, "SELECT max(id) FROM audit", NULL, 0, 0, &ours, err) < 0)
		return -1;
	if (last_entry(j->path, &theirs, &why) < 0) {
		if (j->position.end >= 0) { /* a damaged one helps nobody while the catalogue is there */
			j->renew = true;
			return 0;
		}
		*err = why;
		return -1;
	}
	if (theirs > ours)
		return error_set(err, REACH_RUN, "journal-ahead",
				 _("the catalogue is older than %s, a copy put back perhaps: `sohoa rebuild` makes it anew from that"), j->path);
	j->renew = true;
	return 0;
}

int journal_begin(struct journal *j, struct error *err)
{
	struct stat st;
	int fd, ret = -1;

	j->nchanges = 0;
	if (position_read(j->catalogue, &j->position, err) < 0)
		return -1;
	fd = open(j->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno != ENOENT)
		return error_errno(err, REACH_RUN, "disk-error", _("cannot open %s"), j->path);
	if (fd < 0) {
		j->renew = true;
		return 0;
	}
	if (fstat(fd, &st) < 0) {
		error_errno(err, REACH_RUN, "disk-error", _("cannot open %s"), j->path);
	} else if (j->position.end >= 0 && j->position.end <= st.st_size && ends_with(fd, &j->position)) {
		int right = j->position.end == st.st_size ? 1 : tail_read(j, err);

		ret = right > 0 ? cut_off(j, st.st_size, err) : right < 0 ? -1 : settle(j, err);
	} else {
		ret = settle(j, err);
	}
	close(fd);
	return ret;
}

int journal_commit(struct journal *j, struct error *err)
{
	int ret;

	if (j->defer)
		ret = catalogue_query(j->catalogue, "DELETE FROM meta WHERE key = 'journal'", NULL, 0, NULL, NULL, err);
	else if (j->renew)
		ret = write_anew(j, err);
	else
		ret = j->nchanges || j->strike ? append(j, err) : 0;
	if (!ret)
		journal_rollback(j);
	return ret;
}

void journal_rollback(struct journal *j)
{
	j->nchanges = 0;
	j->renew = j->defer = j->strike = false;
}

void journal_renew(struct journal *j)
{
	j->renew = true;
}

void journal_defer(struct journal *j)
{
	j->defer = true;
}

struct journal *journal_new(struct catalogue *catalogue, const char *dir)
{
	struct journal *j = mem_alloc(sizeof *j);
	struct db *db = catalogue_db(catalogue);

	j->catalogue = catalogue;
	snprintf(j->path, sizeof j->path, "%s/" FILE_NAME, dir);
	snprintf(j->fresh, sizeof j->fresh, "%s/" FRESH_NAME, dir);
	db->driver->watch(db, note_change, j);
	return j;
}

void journal_free(struct journal *j)
{
	if (!j)
		return;
	columns_forget(j);
	free(j->changes);
	free(j);
}

/* --- back into a catalogue --------------------------------------------------------------------------------------------- */

static char *path_of(const char *dir, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/" FILE_NAME, dir);
	return path;
}

bool journal_exists(const char *dir)
{
	char path[PATH_MAX];

	return access(path_of(dir, path), F_OK) == 0;
}

int journal_schema(const char *dir, int *schema, struct error *err)
{
	char path[PATH_MAX], hash[HASH_SIZE];
	struct reader r;
	int ret = reader_open(&r, path_of(dir, path), schema, hash, err);

	reader_close(&r);
	return ret;
}

static bool is_name(const char *text)
{
	return *text && strspn(text, "abcdefghijklmnopqrstuvwxyz_") == strlen(text);
}

/* Strings are borrowed from the JSON, bytes stand in the arena. */
static struct db_value value_of(const json_t *json, struct arena *arena)
{
	const char *hex;
	unsigned char *bytes;
	size_t size;

	switch (json_typeof(json)) {
	case JSON_INTEGER:
		return DB_I(json_integer_value(json));
	case JSON_REAL:
		return DB_R(json_real_value(json));
	case JSON_STRING:
		return (struct db_value){ DB_TEXT, 0, 0, json_string_value(json), (int64_t)json_string_length(json) };
	case JSON_OBJECT:
		hex = json_string_value(json_object_get(json, "hex"));
		bytes = arena_alloc(arena, hex ? strlen(hex) / 2 + 1 : 1);
		if (hex && sodium_hex2bin(bytes, strlen(hex) / 2, hex, strlen(hex), NULL, &size, NULL) == 0)
			return DB_B(bytes, size);
		return DB_N;
	default:
		return DB_N;
	}
}

static int row_put(struct catalogue *catalogue, const char *table, json_t *row, struct error *err)
{
	struct arena *arena = arena_new();
	struct db_value values[COLUMNS_MAX];
	char *names = NULL, *places = NULL;
	const char *name;
	json_t *value;
	int n = 0, ret = -1;

	json_object_foreach(row, name, value) {
		if (n == COLUMNS_MAX || !is_name(name))
			goto out;
		values[n++] = value_of(value, arena);
		names = names ? arena_printf(arena, "%s, %s", names, name) : arena_strdup(arena, name);
		places = places ? arena_printf(arena, "%s, $%d", places, n) : arena_strdup(arena, "$1");
	}
	/* a row that stood in the way of this one was changed or taken away by the same transaction: it comes, or does not, by itself */
	ret = catalogue_query(catalogue, arena_printf(arena, "INSERT OR REPLACE INTO %s (%s) VALUES (%s)", table, names, places), values, n, NULL, NULL, err);
out:
	arena_free(arena);
	return ret;
}

static int line_put(struct catalogue *catalogue, const char *line, size_t size, struct error *err)
{
	json_t *json = json_loadb(line, size, JSON_ALLOW_NUL, NULL), *row = json_array_get(json, 1);
	const char *table = json_string_value(json_array_get(json, 0));
	char sql[64];
	int ret = -1;

	if (table && table_find(table) >= 0 && json_is_object(row) && json_object_size(row)) {
		ret = row_put(catalogue, table, row, err);
	} else if (table && table_find(table) >= 0 && json_is_integer(row)) {
		snprintf(sql, sizeof sql, "DELETE FROM %s WHERE rowid = $1", table);
		ret = catalogue_query(catalogue, sql, DB_ARGS(DB_I(json_integer_value(row))), NULL, NULL, err);
	}
	json_decref(json);
	return ret;
}

static int body_put(struct catalogue *catalogue, const struct reader *r, const struct body *body, struct error *err)
{
	char *line = body->text, *end = body->size ? body->text + body->size : body->text;
	int ret = catalogue_begin(catalogue, err);

	for (char *next; !ret && line < end; line = next + 1) {
		next = memchr(line, '\n', (size_t)(end - line));
		if (!next)
			break;
		ret = line_put(catalogue, line, (size_t)(next - line), err);
		if (ret < 0 && err->reach == REACH_NONE)
			damaged(r, err);
	}
	if (ret < 0) {
		catalogue_rollback(catalogue);
		return -1;
	}
	return catalogue_commit(catalogue, err);
}

/* A transaction, held until the next one tells whether it was committed. */
struct held {
	struct body body;
	char after[HASH_SIZE], hash[HASH_SIZE];
	bool any;
};

/* The reader's transaction is held now, and the one before it in the reader's place. */
static void hold(struct held *h, struct reader *r)
{
	struct body body = h->body;

	h->body = r->body;
	r->body = body;
	memcpy(h->after, r->after, HASH_SIZE);
	memcpy(h->hash, r->hash, HASH_SIZE);
	h->any = true;
}

/* fn for each transaction that counts; may be NULL. `end` stands behind the last one. */
static int each(struct reader *r, const char *first, int64_t until, int (*fn)(void *context, const struct reader *r, const struct body *body, struct error *err),
		void *context, struct position *end, struct error *err)
{
	struct held h = { .any = false };
	int more = 1, ret = 0;

	*end = (struct position){ r->offset, "" };
	memcpy(end->hash, first, HASH_SIZE);
	while (!ret && (until < 0 || r->offset < until) && (more = reader_next(r, err)) > 0) {
		if (h.any && !strcmp(r->after, h.hash))
			ret = fn ? fn(context, r, &h.body, err) : 0;
		else if (strcmp(r->after, h.any ? h.after : first) != 0)
			ret = damaged(r, err);
		if (!ret)
			hold(&h, r);
	}
	if (more < 0)
		ret = -1;
	if (!ret && h.any) {
		ret = fn ? fn(context, r, &h.body, err) : 0;
		*end = (struct position){ r->offset, "" };
		memcpy(end->hash, h.hash, HASH_SIZE);
	}
	free(h.body.text);
	return ret;
}

static int put_each(void *context, const struct reader *r, const struct body *body, struct error *err)
{
	return body_put(context, r, body, err);
}

int journal_replay(struct catalogue *catalogue, const char *dir, struct error *err)
{
	char path[PATH_MAX], hash[HASH_SIZE];
	struct journal here = { .catalogue = catalogue };
	struct position end;
	struct reader r;
	int schema, ret = reader_open(&r, path_of(dir, path), &schema, hash, err);

	if (!ret)
		ret = each(&r, hash, -1, put_each, catalogue, &end, err);
	if (!ret)
		ret = catalogue_begin(catalogue, err);
	if (!ret) {
		ret = note_position(&here, &end, err);
		if (ret < 0)
			catalogue_rollback(catalogue);
		else
			ret = catalogue_commit(catalogue, err);
	}
	reader_close(&r);
	return ret;
}

/* --- checking ---------------------------------------------------------------------------------------------------------- */

/* It may be written anew while we read: then it is read once more. */
#define TIMES 3

int journal_verify(struct catalogue *catalogue, struct error *err)
{
	char path[PATH_MAX], hash[HASH_SIZE];
	struct position want, got;
	struct error why = ERROR_INIT;

	path_of(catalogue_dir(catalogue), path);
	for (int i = 0; i < TIMES; i++) {
		struct reader r;
		int schema, ret;

		why = (struct error)ERROR_INIT;
		if (position_read(catalogue, &want, err) < 0)
			return -1;
		ret = reader_open(&r, path, &schema, hash, &why);
		if (!ret)
			ret = each(&r, hash, want.end, NULL, NULL, &got, &why);
		reader_close(&r);
		if (!ret && got.end == want.end && !strcmp(got.hash, want.hash))
			return 0;
		if (!ret)
			error_set(&why, REACH_RUN, "journal", _("%s does not end where the catalogue does"), path);
	}
	*err = why;
	err->reason = "journal";
	return -1;
}
