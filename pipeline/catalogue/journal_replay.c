/* journal_replay.c - the journal read back: into a catalogue, and to see that it is whole */
#include "pipeline/catalogue/journal.h"

#include <jansson.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/journal_form.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"

static char *path_of(const char *dir, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/" JOURNAL_FILE, dir);
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
	struct journal_reader r;
	int ret = journal_reader_open(&r, path_of(dir, path), schema, hash, err);

	journal_reader_close(&r);
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
	struct db_value values[JOURNAL_COLUMNS];
	char *names = NULL, *places = NULL;
	const char *name;
	json_t *value;
	int n = 0, ret = -1;

	json_object_foreach(row, name, value) {
		if (n == JOURNAL_COLUMNS || !is_name(name))
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

	if (table && journal_table_find(table) >= 0 && json_is_object(row) && json_object_size(row)) {
		ret = row_put(catalogue, table, row, err);
	} else if (table && journal_table_find(table) >= 0 && json_is_integer(row)) {
		snprintf(sql, sizeof sql, "DELETE FROM %s WHERE rowid = $1", table);
		ret = catalogue_query(catalogue, sql, DB_ARGS(DB_I(json_integer_value(row))), NULL, NULL, err);
	}
	json_decref(json);
	return ret;
}

static int body_put(struct catalogue *catalogue, const struct journal_reader *r, const struct journal_body *body, struct error *err)
{
	char *line = body->text, *end = body->size ? body->text + body->size : body->text;
	int ret = catalogue_begin(catalogue, err);

	for (char *next; !ret && line < end; line = next + 1) {
		next = memchr(line, '\n', (size_t)(end - line));
		if (!next)
			break;
		ret = line_put(catalogue, line, (size_t)(next - line), err);
		if (ret < 0 && err->reach == REACH_NONE)
			journal_damaged(r, err);
	}
	if (ret < 0) {
		catalogue_rollback(catalogue);
		return -1;
	}
	return catalogue_commit(catalogue, err);
}

/* A transaction, held until the next one tells whether it was committed. */
struct held {
	struct journal_body body;
	char after[HASH_SIZE], hash[HASH_SIZE];
	bool any;
};

/* The reader's transaction is held now, and the one before it in the reader's place. */
static void hold(struct held *h, struct journal_reader *r)
{
	struct journal_body body = h->body;

	h->body = r->body;
	r->body = body;
	memcpy(h->after, r->after, HASH_SIZE);
	memcpy(h->hash, r->hash, HASH_SIZE);
	h->any = true;
}

/* fn for each transaction that counts; may be NULL. `end` stands behind the last one. */
static int each(struct journal_reader *r, const char *first, int64_t until, int (*fn)(void *context, const struct journal_reader *r, const struct journal_body *body, struct error *err),
		void *context, struct journal_position *end, struct error *err)
{
	struct held h = { .any = false };
	int more = 1, ret = 0;

	*end = (struct journal_position){ r->offset, "" };
	memcpy(end->hash, first, HASH_SIZE);
	while (!ret && (until < 0 || r->offset < until) && (more = journal_reader_next(r, err)) > 0) {
		if (h.any && !strcmp(r->after, h.hash))
			ret = fn ? fn(context, r, &h.body, err) : 0;
		else if (strcmp(r->after, h.any ? h.after : first) != 0)
			ret = journal_damaged(r, err);
		if (!ret)
			hold(&h, r);
	}
	if (more < 0)
		ret = -1;
	if (!ret && h.any) {
		ret = fn ? fn(context, r, &h.body, err) : 0;
		*end = (struct journal_position){ r->offset, "" };
		memcpy(end->hash, h.hash, HASH_SIZE);
	}
	free(h.body.text);
	return ret;
}

static int put_each(void *context, const struct journal_reader *r, const struct journal_body *body, struct error *err)
{
	return body_put(context, r, body, err);
}

int journal_replay(struct catalogue *catalogue, const char *dir, struct error *err)
{
	char path[PATH_MAX], hash[HASH_SIZE];
	struct journal_position end;
	struct journal_reader r;
	int schema, ret = journal_reader_open(&r, path_of(dir, path), &schema, hash, err);

	if (!ret)
		ret = each(&r, hash, -1, put_each, catalogue, &end, err);
	if (!ret)
		ret = catalogue_begin(catalogue, err);
	if (!ret) {
		ret = journal_position_note(catalogue, &end, err);
		if (ret < 0)
			catalogue_rollback(catalogue);
		else
			ret = catalogue_commit(catalogue, err);
	}
	journal_reader_close(&r);
	return ret;
}

/* --- checking ---------------------------------------------------------------------------------------------------------- */

/* It may be written anew while we read: then it is read once more. */
#define TIMES 3

int journal_verify(struct catalogue *catalogue, struct error *err)
{
	char path[PATH_MAX], hash[HASH_SIZE];
	struct journal_position want, got;
	struct error why = ERROR_INIT;

	path_of(catalogue_dir(catalogue), path);
	for (int i = 0; i < TIMES; i++) {
		struct journal_reader r;
		int schema, ret;

		why = (struct error)ERROR_INIT;
		if (journal_position_read(catalogue, &want, err) < 0)
			return -1;
		ret = journal_reader_open(&r, path, &schema, hash, &why);
		if (!ret)
			ret = each(&r, hash, want.end, NULL, NULL, &got, &why);
		journal_reader_close(&r);
		if (!ret && got.end == want.end && !strcmp(got.hash, want.hash))
			return 0;
		if (!ret)
			error_set(&why, REACH_RUN, "journal", _("%s does not end where the catalogue does"), path);
	}
	*err = why;
	err->reason = "journal";
	return -1;
}
