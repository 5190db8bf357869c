#include "pipeline/catalogue/intake.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/audit.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/placements.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"
#include "pipeline/text.h"

static int run(struct catalogue *catalogue, const char *sql, const struct db_value *args, int nargs, struct error *err)
{
	return catalogue_query(catalogue, sql, args, nargs, NULL, NULL, err);
}

int intake_batch(struct catalogue *catalogue, const char *code, const char *source, int64_t *batch, struct error *err)
{
	char now[21];

	if (catalogue_int(catalogue, "SELECT id FROM batch WHERE code = $1", DB_ARGS(DB_T(code)), 0, batch, err) < 0)
		return -1;
	if (*batch)
		return 0;
	catalogue_now(now);
	if (run(catalogue, "INSERT INTO batch (code, source, taken, state) VALUES ($1, $2, $3, 'taking')",
		DB_ARGS(DB_T(code), DB_T(source), DB_T(now)), err) < 0 ||
	    catalogue_int(catalogue, "SELECT id FROM batch WHERE code = $1", DB_ARGS(DB_T(code)), 0, batch, err) < 0)
		return -1;
	return audit_note(catalogue, "intake", "batch", *batch, json_pack("{s:s,s:s}", "code", code, "source", source), err);
}

/* A dossier is also known by the codes it bore before: the folder it came in is still called so. */
int intake_dossier(struct catalogue *catalogue, int64_t batch, const char *code, int64_t *dossier, struct error *err)
{
	const char *find = "SELECT coalesce((SELECT id FROM dossier WHERE batch_id = $1 AND code = $2), (SELECT d.id FROM renaming r "
			   "JOIN dossier d ON d.id = r.dossier_id WHERE d.batch_id = $1 AND r.before = $2 ORDER BY r.id DESC LIMIT 1))";

	if (catalogue_int(catalogue, find, DB_ARGS(DB_I(batch), DB_T(code)), 0, dossier, err) < 0)
		return -1;
	if (*dossier)
		return 0;
	if (run(catalogue, "INSERT INTO dossier (batch_id, code, state) VALUES ($1, $2, 'taking')", DB_ARGS(DB_I(batch), DB_T(code)),
		err) < 0 ||
	    catalogue_int(catalogue, find, DB_ARGS(DB_I(batch), DB_T(code)), 0, dossier, err) < 0)
		return -1;
	return audit_note(catalogue, "intake", "dossier", *dossier, json_pack("{s:s,s:I}", "code", code, "batch", (json_int_t)batch), err);
}

int intake_rename(struct catalogue *catalogue, const struct intake_renaming *r, int64_t size, struct error *err)
{
	int64_t taken;

	if (catalogue_int(catalogue, "SELECT 1 FROM dossier o JOIN dossier d ON d.batch_id = o.batch_id WHERE d.id = $1 AND o.code = $2",
			  DB_ARGS(DB_I(r->dossier), DB_T(r->code)), 0, &taken, err) < 0)
		return -1;
	if (taken)
		return error_set(err, REACH_DOCUMENT, NULL, _("another dossier of the batch is called \"%s\" already"), r->code);
	if (run(catalogue, "INSERT INTO object (hash, size, kind) VALUES ($1, $2, 'decision') ON CONFLICT (hash) DO NOTHING",
		DB_ARGS(DB_T(r->object), DB_I(size)), err) < 0 ||
	    run(catalogue, "INSERT INTO renaming (dossier_id, before, code, who, made, reason, object) SELECT id, code, $2, $3, $4, $5, $6 "
			   "FROM dossier WHERE id = $1",
		DB_ARGS(DB_I(r->dossier), DB_T(r->code), DB_T(catalogue_who(catalogue)), DB_T(r->made), DB_T(r->reason), DB_T(r->object)), err) < 0 ||
	    run(catalogue, "UPDATE dossier SET code = $2 WHERE id = $1", DB_ARGS(DB_I(r->dossier), DB_T(r->code)), err) < 0)
		return -1;
	return audit_note(catalogue, "rename", "dossier", r->dossier, json_pack("{s:s,s:s}", "code", r->code, "decision", r->object), err);
}

int intake_declare(struct catalogue *catalogue, int64_t batch, const struct intake_declared *d, struct error *err)
{
	int64_t dossier, same;
	struct db_value sheets = d->sheets < 0 ? DB_N : DB_I(d->sheets), pages = d->pages < 0 ? DB_N : DB_I(d->pages);

	if (intake_dossier(catalogue, batch, d->code, &dossier, err) < 0 ||
	    catalogue_int(catalogue, "SELECT 1 FROM dossier WHERE id = $1 AND listed AND title IS $2 AND box IS $3 AND shelf IS $4 "
				     "AND retention IS $5 AND sheets IS $6 AND pages IS $7",
			  DB_ARGS(DB_I(dossier), DB_T(d->title), DB_T(d->box), DB_T(d->shelf), DB_T(d->retention), sheets, pages), 0, &same,
			  err) < 0)
		return -1;
	if (same)
		return 0;
	if (run(catalogue, "UPDATE dossier SET listed = 1, title = $2, box = $3, shelf = $4, retention = $5, sheets = $6, pages = $7 "
			   "WHERE id = $1",
		DB_ARGS(DB_I(dossier), DB_T(d->title), DB_T(d->box), DB_T(d->shelf), DB_T(d->retention), sheets, pages), err) < 0)
		return -1;
	return audit_note(catalogue, "declare", "dossier", dossier,
			  json_pack("{s:s*,s:s*,s:I,s:I}", "box", d->box, "shelf", d->shelf, "sheets", (json_int_t)d->sheets, "pages",
				    (json_int_t)d->pages), err);
}

int intake_list_kept(struct catalogue *catalogue, int64_t batch, const char *hash, int64_t size, struct error *err)
{
	struct db *db = catalogue_db(catalogue);

	if (run(catalogue, "INSERT INTO object (hash, size, kind) VALUES ($1, $2, 'list') ON CONFLICT (hash) DO UPDATE SET withdrawal_id = NULL "
			   "WHERE kind = 'list' AND withdrawal_id IS NOT NULL", DB_ARGS(DB_T(hash), DB_I(size)), err) < 0 ||
	    run(catalogue, "INSERT INTO list (batch_id, hash) VALUES ($1, $2) ON CONFLICT DO NOTHING", DB_ARGS(DB_I(batch), DB_T(hash)), err) < 0)
		return -1;
	return db->driver->changes(db) ? audit_note(catalogue, "list", "batch", batch, json_pack("{s:s}", "object", hash), err) : 0;
}

/* --- files --------------------------------------------------------------------------------------------------------- */

struct known {
	int64_t id;
	bool accepted, has_hash, same;
	const char *hash;
};

static int take_known(void *context, const struct db_row *row, struct error *err)
{
	struct known *k = context;
	const char *hash = db_column_text(row, 1);

	k->id = db_column_int(row, 0);
	k->has_hash = hash != NULL;
	k->same = hash && k->hash && !strcmp(hash, k->hash);
	k->accepted = !strcmp(db_column_text(row, 2), "accepted");
	return 1;
}

/* Numbers below 0 until the dossier is complete: minus the row's own id is free for sure. */
static int add_pages(struct catalogue *catalogue, int64_t dossier, int64_t file, int pages, struct error *err)
{
	for (int i = 1; i <= pages; i++)
		if (run(catalogue,
			"INSERT INTO page (id, dossier_id, file_id, file_page, number, state) "
			"SELECT n, $1, $2, $3, -n, 'waiting' FROM (SELECT coalesce(max(id), 0) + 1 AS n FROM page)",
			DB_ARGS(DB_I(dossier), DB_I(file), DB_I(i)), err) < 0)
			return -1;
	return 0;
}

static int reopen(struct catalogue *catalogue, int64_t dossier, struct error *err)
{
	return run(catalogue, "UPDATE dossier SET state = 'taking' WHERE id = $1", DB_ARGS(DB_I(dossier)), err);
}

static const char *note_of(bool duplicate, bool wrong_extension)
{
	return duplicate ? wrong_extension ? "duplicate,wrong-extension" : "duplicate" : wrong_extension ? "wrong-extension" : NULL;
}

/* Writes the row, new or in the place of one that could not be kept before. */
static int put_row(struct catalogue *catalogue, int64_t dossier, const struct intake_file *in, int64_t old, bool *duplicate, int64_t *file,
		   struct error *err)
{
	int64_t twin = 0;

	if (in->hash && (run(catalogue, "INSERT INTO object (hash, size, kind) VALUES ($1, $2, 'original') ON CONFLICT (hash) DO NOTHING",
			     DB_ARGS(DB_T(in->hash), DB_I(in->size)), err) < 0 ||
			 catalogue_int(catalogue, "SELECT 1 FROM file WHERE hash = $1 AND state = 'accepted' AND id <> $2 LIMIT 1",
				       DB_ARGS(DB_T(in->hash), DB_I(old)), 0, &twin, err) < 0))
		return -1;
	*duplicate = twin && !in->reason;
	if (old && run(catalogue, "DELETE FROM file WHERE id = $1", DB_ARGS(DB_I(old)), err) < 0)
		return -1;
	if (run(catalogue, "INSERT INTO file (id, dossier_id, position, name, shown, hash, media, pages, state, reason, detail, note) "
			   "VALUES ($1, $2, 0, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
		DB_ARGS(old ? DB_I(old) : DB_N, DB_I(dossier), DB_B(in->name, in->name_size), DB_T(in->shown), DB_T(in->hash), DB_T(in->media),
			DB_I(in->reason ? 0 : in->pages), DB_T(in->reason ? "set-aside" : "accepted"), DB_T(in->reason), DB_T(in->detail),
			DB_T(note_of(*duplicate, in->wrong_extension && !in->reason))),
		err) < 0 ||
	    catalogue_int(catalogue, "SELECT id FROM file WHERE dossier_id = $1 AND name = $2",
			  DB_ARGS(DB_I(dossier), DB_B(in->name, in->name_size)), 0, file, err) < 0)
		return -1;
	if (!in->reason && add_pages(catalogue, dossier, *file, in->pages, err) < 0)
		return -1;
	if (reopen(catalogue, dossier, err) < 0)
		return -1;
	return audit_note(catalogue, in->reason ? "set-aside" : "intake", "file", *file,
			  json_pack("{s:s,s:s*,s:i,s:s*}", "name", in->shown, "object", in->hash, "pages", in->reason ? 0 : in->pages, "reason",
				    in->reason), err);
}

static int put_beside(struct catalogue *catalogue, int64_t dossier, const struct intake_file *in, enum intake_answer *answer, int64_t *file,
		      struct error *err)
{
	struct intake_file beside = *in;
	struct arena *arena = arena_new();
	struct known known = { .hash = in->hash };
	char *name = arena_alloc(arena, in->name_size + 12);
	bool duplicate;
	int ret;

	memcpy(name, in->name, in->name_size);
	snprintf(name + in->name_size, 12, " #%.8s", in->hash);
	beside.name = (unsigned char *)name;
	beside.name_size += 10;
	beside.shown = arena_printf(arena, "%s #%.8s", in->shown, in->hash);
	beside.reason = "name-taken";
	beside.detail = NULL;
	*answer = INTAKE_NAME_TAKEN;
	ret = catalogue_query(catalogue, "SELECT id, hash, state FROM file WHERE dossier_id = $1 AND name = $2",
			      DB_ARGS(DB_I(dossier), DB_B(beside.name, beside.name_size)), take_known, &known, err);
	if (ret == 0)
		ret = put_row(catalogue, dossier, &beside, 0, &duplicate, file, err);
	else if (ret > 0)
		*file = known.id;
	arena_free(arena);
	return ret < 0 ? -1 : 0;
}

int intake_file(struct catalogue *catalogue, int64_t dossier, const struct intake_file *in, int max_pages, enum intake_answer *answer,
		bool *duplicate, int64_t *file, struct error *err)
{
	struct known known = { .hash = in->hash };
	struct intake_file checked = *in;
	int64_t pages;
	int ret = catalogue_query(catalogue, "SELECT id, hash, state FROM file WHERE dossier_id = $1 AND name = $2",
				  DB_ARGS(DB_I(dossier), DB_B(in->name, in->name_size)), take_known, &known, err);

	*duplicate = false;
	*file = known.id;
	*answer = INTAKE_KNOWN;
	if (ret < 0)
		return -1;
	if (ret && known.accepted && (known.same || !in->hash))
		return 0; /* also when it cannot be read any more: we have it */
	if (ret && !known.accepted && known.same && in->reason)
		return 0;
	if (ret && known.has_hash && !known.same && in->hash)
		return put_beside(catalogue, dossier, in, answer, file, err);
	if (ret && !known.has_hash && !in->hash)
		return 0;
	if (catalogue_int(catalogue, "SELECT count(*) FROM page WHERE dossier_id = $1", DB_ARGS(DB_I(dossier)), 0, &pages, err) < 0)
		return -1;
	if (!checked.reason && pages + in->pages > max_pages) {
		checked.reason = "too-many-pages";
		checked.detail = NULL;
	}
	*answer = INTAKE_NEW;
	return put_row(catalogue, dossier, &checked, known.id, duplicate, file, err);
}

int intake_name_taken(struct catalogue *catalogue, int64_t dossier, const unsigned char *name, size_t size, struct error *err)
{
	int64_t taken;

	if (catalogue_int(catalogue, "SELECT 1 FROM file WHERE dossier_id = $1 AND name = $2", DB_ARGS(DB_I(dossier), DB_B(name, size)), 0, &taken, err) < 0)
		return -1;
	return (int)taken;
}

/* --- order and numbers --------------------------------------------------------------------------------------------- */

struct named {
	int64_t id, pages;
	char *shown;
	unsigned char *name;
	size_t size;
};

struct list {
	struct arena *arena;
	void *items;
	int n;
};

static int add_named(void *context, const struct db_row *row, struct error *err)
{
	struct list *l = context;
	struct named *f = arena_push(l->arena, &l->items, &l->n, sizeof *f);

	f->id = db_column_int(row, 0);
	f->shown = arena_strdup(l->arena, db_column_text(row, 1));
	f->size = (size_t)row->columns[2].size;
	f->name = arena_alloc(l->arena, f->size + 1);
	memcpy(f->name, db_column_text(row, 2), f->size);
	f->pages = db_column_int(row, 3);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int order = text_natural_compare(x->shown, y->shown);

	if (order)
		return order;
	order = memcmp(x->name, y->name, x->size < y->size ? x->size : y->size);
	return order ? order : (x->size > y->size) - (x->size < y->size);
}

static int number_pages(struct catalogue *catalogue, int64_t dossier, const struct named *files, int n, struct error *err)
{
	int64_t before = 0;
	bool placed;

	for (int i = 0; i < n; i++)
		if (run(catalogue, "UPDATE file SET position = $2 WHERE id = $1", DB_ARGS(DB_I(files[i].id), DB_I(i + 1)), err) < 0)
			return -1;
	if (placements_number(catalogue, dossier, &placed, err) < 0)
		return -1;
	for (int i = 0; i < n && !placed; i++) {
		if (run(catalogue, "UPDATE page SET number = $2 + file_page WHERE file_id = $1", DB_ARGS(DB_I(files[i].id), DB_I(before)),
			err) < 0)
			return -1;
		before += files[i].pages;
	}
	return 0;
}

int intake_finish_dossier(struct catalogue *catalogue, int64_t dossier, struct error *err)
{
	struct list l = { arena_new(), NULL, 0 };
	int64_t taking;
	int ret = -1;

	if (catalogue_int(catalogue, "SELECT state = 'taking' FROM dossier WHERE id = $1", DB_ARGS(DB_I(dossier)), 0, &taking, err) < 0)
		goto out;
	if (!taking) {
		ret = 0;
		goto out;
	}
	/* every number out of the way first: two pages may not bear one number even for a moment */
	if (run(catalogue, "UPDATE page SET number = -id WHERE dossier_id = $1", DB_ARGS(DB_I(dossier)), err) < 0 ||
	    catalogue_query(catalogue, "SELECT id, shown, name, pages FROM file WHERE dossier_id = $1", DB_ARGS(DB_I(dossier)), add_named, &l,
			    err) < 0)
		goto out;
	if (l.n)
		qsort(l.items, (size_t)l.n, sizeof(struct named), by_name);
	if (number_pages(catalogue, dossier, l.items, l.n, err) < 0 ||
	    run(catalogue, "UPDATE dossier SET state = 'waiting', attempts = 0, reason = NULL, detail = NULL WHERE id = $1",
		DB_ARGS(DB_I(dossier)), err) < 0)
		goto out;
	ret = audit_note(catalogue, "complete", "dossier", dossier, json_pack("{s:i}", "files", l.n), err);
out:
	arena_free(l.arena);
	return ret;
}

static int add_id(void *context, const struct db_row *row, struct error *err)
{
	struct list *l = context;

	*(int64_t *)arena_push(l->arena, &l->items, &l->n, sizeof(int64_t)) = db_column_int(row, 0);
	return 0;
}

int intake_open_dossiers(struct catalogue *catalogue, int64_t batch, struct arena *arena, int64_t **dossiers, int *n, struct error *err)
{
	struct list l = { arena, NULL, 0 };

	if (catalogue_query(catalogue, "SELECT id FROM dossier WHERE batch_id = $1 AND state = 'taking' ORDER BY id", DB_ARGS(DB_I(batch)),
			    add_id, &l, err) < 0)
		return -1;
	*dossiers = l.items;
	*n = l.n;
	return 0;
}

/* --- the receipt --------------------------------------------------------------------------------------------------- */

static int add_receipt_file(void *context, const struct db_row *row, struct error *err)
{
	json_t *file = json_pack("{s:s,s:s,s:s?,s:s?,s:I,s:s?,s:s?}", "dossier", db_column_text(row, 0), "name", db_column_text(row, 1), "object",
				 db_column_text(row, 2), "media", db_column_text(row, 3), "pages", (json_int_t)db_column_int(row, 4),
				 "set_aside", db_column_text(row, 5), "note", db_column_text(row, 6));

	return json_array_append_new(context, file) < 0 ? error_set(err, REACH_RUN, "out-of-memory", _("no memory for the receipt")) : 0;
}

static int add_receipt_batch(void *context, const struct db_row *row, struct error *err)
{
	json_object_set_new(context, "batch", json_string(db_column_text(row, 0)));
	json_object_set_new(context, "source", json_string(db_column_text(row, 1)));
	json_object_set_new(context, "taken", json_string(db_column_text(row, 2)));
	return 1;
}

char *intake_receipt(struct catalogue *catalogue, int64_t batch, size_t *size, struct error *err)
{
	json_t *root = json_object(), *files = json_array();
	char *text = NULL;

	json_object_set_new(root, "files", files);
	if (catalogue_query(catalogue, "SELECT code, source, taken FROM batch WHERE id = $1", DB_ARGS(DB_I(batch)), add_receipt_batch, root,
			    err) < 0 ||
	    catalogue_query(catalogue,
			    "SELECT d.code, f.shown, f.hash, f.media, f.pages, f.reason, f.note FROM file f JOIN dossier d ON d.id = f.dossier_id "
			    "WHERE d.batch_id = $1 ORDER BY d.id, f.position, f.id",
			    DB_ARGS(DB_I(batch)), add_receipt_file, files, err) < 0)
		goto out;
	text = json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS);
	if (!text)
		error_set(err, REACH_RUN, "out-of-memory", _("no memory for the receipt"));
	else
		*size = strlen(text);
out:
	json_decref(root);
	return text;
}

int intake_finish_batch(struct catalogue *catalogue, int64_t batch, const char *receipt, int64_t size, struct error *err)
{
	if (run(catalogue, "INSERT INTO object (hash, size, kind) VALUES ($1, $2, 'receipt') ON CONFLICT (hash) DO NOTHING",
		DB_ARGS(DB_T(receipt), DB_I(size)), err) < 0 ||
	    run(catalogue, "UPDATE batch SET state = 'taken' WHERE id = $1", DB_ARGS(DB_I(batch)), err) < 0)
		return -1;
	return audit_note(catalogue, "receipt", "batch", batch, json_pack("{s:s}", "object", receipt), err);
}

/* --- again --------------------------------------------------------------------------------------------------------- */

static int add_again(void *context, const struct db_row *row, struct error *err)
{
	struct list *l = context;
	struct intake_again *a = arena_push(l->arena, &l->items, &l->n, sizeof *a);

	a->id = db_column_int(row, 0);
	a->dossier_id = db_column_int(row, 1);
	a->hash = arena_strdup(l->arena, db_column_text(row, 2));
	a->shown = arena_strdup(l->arena, db_column_text(row, 3));
	return 0;
}

int intake_set_aside(struct catalogue *catalogue, char kind, int64_t id, struct arena *arena, struct intake_again **list, int *n,
		     struct error *err)
{
	struct list l = { arena, NULL, 0 };
	char letter[2] = { kind, '\0' };

	if (catalogue_query(catalogue,
			    "SELECT id, dossier_id, hash, shown FROM file WHERE state = 'set-aside' AND hash IS NOT NULL AND reason NOT IN ('name-taken', 'withdrawn') "
			    "AND ($1 = 'a' OR ($1 = 'd' AND dossier_id = $2) OR ($1 = 'f' AND id = $2)) ORDER BY id",
			    DB_ARGS(DB_T(letter), DB_I(id)), add_again, &l, err) < 0)
		return -1;
	*list = l.items;
	*n = l.n;
	return 0;
}

int intake_accept(struct catalogue *catalogue, int64_t file, const char *media, int pages, struct error *err)
{
	int64_t dossier;

	if (catalogue_int(catalogue, "SELECT dossier_id FROM file WHERE id = $1 AND state = 'set-aside'", DB_ARGS(DB_I(file)), 0, &dossier,
			  err) < 0)
		return -1;
	if (!dossier)
		return 0;
	if (run(catalogue, "UPDATE file SET state = 'accepted', reason = NULL, detail = NULL, media = $2, pages = $3 WHERE id = $1",
		DB_ARGS(DB_I(file), DB_T(media), DB_I(pages)), err) < 0 ||
	    add_pages(catalogue, dossier, file, pages, err) < 0 || reopen(catalogue, dossier, err) < 0)
		return -1;
	return audit_note(catalogue, "intake", "file", file, json_pack("{s:i}", "pages", pages), err);
}
