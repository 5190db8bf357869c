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
#include "pipeline/catalogue/journal_form.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"
#include "pipeline/store.h"

#define FRESH_NAME "journal.new"
#define PIECE ((size_t)1 << 20) /* of a journal that is written anew: so much is held in memory */

struct change {
	int table;
	int64_t row;
};

struct columns {
	int n;
	char *names[JOURNAL_COLUMNS];
	char *select; /* "SELECT id, code, ... FROM batch" */
};

struct journal {
	struct catalogue *catalogue;
	char path[PATH_MAX], fresh[PATH_MAX];
	struct columns columns[JOURNAL_TABLES];
	struct change *changes;
	size_t nchanges, room;
	struct journal_position position; /* of this transaction */
	bool renew, defer;
	bool strike; /* behind the position stands what was never committed: a transaction, an empty one if need be, must pass it over */
};

/* --- what changed ---------------------------------------------------------------------------------------------------- */

static void note_change(void *context, const char *table, int64_t row)
{
	struct journal *j = context;
	int at = journal_table_find(table);

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

/* Takes the JSON over. */
static int body_line(struct journal_body *b, json_t *json, struct error *err)
{
	char *line = json ? json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;

	json_decref(json);
	if (!line)
		return error_set(err, REACH_RUN, "out-of-memory", _("out of memory"));
	journal_body_add(b, line, strlen(line));
	journal_body_add(b, "\n", 1);
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
	return !strcmp(journal_tables[table], "page") && !strcmp(column, "document_id");
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
	if (n->columns->n == JOURNAL_COLUMNS)
		return error_set(err, REACH_RUN, "catalogue", "%s has too many columns", journal_tables[n->table]);
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
	if (catalogue_query(j->catalogue, "SELECT name FROM pragma_table_info($1) ORDER BY cid", DB_ARGS(DB_T(journal_tables[table])), take_name, &naming, err) < 0)
		return -1;
	arena = arena_new();
	list = c->n ? c->names[0] : NULL;
	for (int i = 1; i < c->n; i++)
		list = arena_printf(arena, "%s, %s", list, c->names[i]);
	if (list)
		c->select = mem_strdup(arena_printf(arena, "SELECT %s FROM %s", list, journal_tables[table]));
	arena_free(arena);
	return 0;
}

static void columns_forget(struct journal *j)
{
	for (int t = 0; t < JOURNAL_TABLES; t++) {
		for (int i = 0; i < j->columns[t].n; i++)
			free(j->columns[t].names[i]);
		free(j->columns[t].select);
		j->columns[t] = (struct columns){ 0 };
	}
}

struct writing {
	struct journal *journal;
	int table;
	struct journal_body *body;
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
	if (body_line(w->body, json_pack("[s,o]", journal_tables[w->table], object), err) < 0)
		return -1;
	return w->full && w->body->size >= PIECE ? w->full(w->context, err) : 0;
}

static int changed_row(struct journal *j, const struct change *change, struct journal_body *body, struct error *err)
{
	struct writing w = { .journal = j, .table = change->table, .body = body };
	size_t before = body->size;
	char sql[2000];

	if (columns_find(j, change->table, err) < 0)
		return -1;
	snprintf(sql, sizeof sql, "%s WHERE rowid = $1", j->columns[change->table].select);
	if (catalogue_query(j->catalogue, sql, DB_ARGS(DB_I(change->row)), take_row, &w, err) < 0)
		return -1;
	return body->size > before ? 0 : body_line(body, json_pack("[s,I]", journal_tables[change->table], (json_int_t)change->row), err);
}

/* --- writing ---------------------------------------------------------------------------------------------------------- */

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
static int write_transaction(int fd, const char *path, struct journal_body *body, struct journal_position *at, struct error *err)
{
	char hash[HASH_SIZE], line[2 * HASH_SIZE + 32];

	journal_hash(at->hash, body->text ? body->text : "", body->size, hash);
	snprintf(line, sizeof line, "[\"commit\",\"%s\",\"%s\"]\n", at->hash, hash);
	journal_body_add(body, line, strlen(line));
	if (write_all(fd, body->text, body->size) < 0)
		return error_errno(err, REACH_RUN, error_disk_reason(errno), _("cannot write %s"), path);
	at->end += (int64_t)body->size;
	memcpy(at->hash, hash, HASH_SIZE);
	body->size = 0;
	return 0;
}

/* A write that failed in the middle leaves lines without a commit, which the next transaction cuts off. */
static int append(struct journal *j, struct error *err)
{
	struct journal_body body = { 0 };
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
		error_errno(err, REACH_RUN, error_disk_reason(errno), _("cannot write %s to the disk"), j->path);
		goto out;
	}
	ret = journal_position_note(j->catalogue, &j->position, err);
out:
	if (fd >= 0)
		close(fd);
	free(body.text);
	return ret;
}

struct whole {
	struct journal *journal;
	int fd;
	struct journal_body body;
	struct journal_position at;
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
	snprintf(line, sizeof line, "[\"sohoa journal\",%d,%" PRId64 "]\n", JOURNAL_FORM, schema);
	if (write_all(w->fd, line, strlen(line)) < 0)
		return error_errno(err, REACH_RUN, error_disk_reason(errno), _("cannot write %s"), w->journal->fresh);
	w->at.end = (int64_t)strlen(line);
	journal_hash("", line, strlen(line), w->at.hash);
	return 0;
}

static int write_tables(struct whole *w, struct error *err)
{
	for (int t = 0; t < JOURNAL_TABLES; t++) {
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
		return error_errno(err, REACH_RUN, error_disk_reason(errno), _("cannot write %s to the disk"), j->path);
	snprintf(dir, sizeof dir, "%.*s", (int)(strlen(j->path) - strlen("/" JOURNAL_FILE)), j->path);
	at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (at < 0 || fsync(at) < 0) {
		error_errno(err, REACH_RUN, error_disk_reason(errno), _("cannot write the directory %s to the disk"), dir);
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
		return error_errno(err, REACH_RUN, error_disk_reason(errno), _("cannot make %s"), j->fresh);
	if (write_header(&w, err) < 0 || write_tables(&w, err) < 0 || take_place(j, w.fd, err) < 0 || journal_position_note(j->catalogue, &w.at, err) < 0)
		goto out;
	j->position = w.at;
	ret = 0;
out:
	close(w.fd);
	free(w.body.text);
	return ret;
}

/* --- in step ---------------------------------------------------------------------------------------------------------- */

/* The hash that the bytes up to `end` close with. */
static bool ends_with(int fd, const struct journal_position *at)
{
	char tail[HASH_SIZE + 2]; /* HASH"]\n */

	return at->end >= (int64_t)sizeof tail && pread(fd, tail, sizeof tail, at->end - (int64_t)sizeof tail) == (ssize_t)sizeof tail &&
	       !memcmp(tail, at->hash, HASH_SIZE - 1) && !memcmp(tail + HASH_SIZE - 1, "\"]\n", 3);
}

/* Behind the position stand transactions that were not committed, each following what was, or lines of one: 1, and where they end. 0: it is something else. */
static int tail_read(struct journal *j, struct error *err)
{
	struct journal_reader r = { .file = fopen(j->path, "re"), .path = j->path, .offset = j->position.end };
	struct error why = ERROR_INIT;
	int found = -1;

	if (!r.file || fseeko(r.file, j->position.end, SEEK_SET) < 0) {
		error_errno(err, REACH_RUN, "disk-error", _("cannot read %s"), j->path);
		goto out;
	}
	while ((found = journal_reader_next(&r, &why)) > 0 && !strcmp(r.after, j->position.hash)) {
		j->position.end = r.offset;
		j->strike = true;
	}
	if (found < 0 && strcmp(why.reason, "journal") != 0)
		*err = why;
	else
		found = !found; /* one that follows another was committed, by a catalogue that is not this one; a damaged one helps nobody */
out:
	journal_reader_close(&r);
	return found;
}

static int cut_off(struct journal *j, int64_t size, struct error *err)
{
	if (j->position.end < size && truncate(j->path, j->position.end) < 0)
		return error_errno(err, REACH_RUN, error_disk_reason(errno), _("cannot write %s"), j->path);
	return 0;
}

/* The last entry of the audit log that it knows. */
static int last_entry(const char *path, int64_t *last, struct error *err)
{
	char hash[HASH_SIZE];
	struct journal_reader r;
	int schema, found = journal_reader_open(&r, path, &schema, hash, err);

	*last = 0;
	while (!found && (found = journal_reader_next(&r, err)) > 0) {
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
	journal_reader_close(&r);
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
	if (journal_position_read(j->catalogue, &j->position, err) < 0)
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
	snprintf(j->path, sizeof j->path, "%s/" JOURNAL_FILE, dir);
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
