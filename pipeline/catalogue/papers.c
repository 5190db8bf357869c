#include "pipeline/catalogue/papers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"
#include "pipeline/key.h"

#define TITLE_MAX 200 /* characters of a line in a list */

char *papers_key(struct arena *arena, const char *field, const char *value)
{
	return key_field(arena, field, value);
}

static int run(struct catalogue *catalogue, const char *sql, const struct db_value *args, int nargs, struct error *err)
{
	return catalogue_query(catalogue, sql, args, nargs, NULL, NULL, err);
}

/* --- writing ------------------------------------------------------------------------------------------------------- */

static const char *field_value(const struct document *d, const char *name)
{
	const struct field *f = field_find(d, name);

	return f && f->state == FIELD_READ ? f->value ? f->value : f->text : NULL;
}

/* What a person looks for in a list: the subject, else whom it concerns. */
static char *title_of(const struct document *d, struct arena *arena)
{
	const char *value = field_value(d, "subject");
	char *title, *end;
	int n = 0;

	if (!value)
		value = field_value(d, "owner_name");
	if (!value)
		return NULL;
	title = arena_strdup(arena, value);
	for (end = title; *end && n < TITLE_MAX; end++) {
		if (*end == '\n')
			*end = ' ';
		n += ((unsigned char)*end & 0xC0) != 0x80;
	}
	while (((unsigned char)*end & 0xC0) == 0x80)
		end++;
	*end = '\0';
	return title;
}

static int put_field(struct catalogue *catalogue, int64_t document, const struct field *f, int position, struct arena *arena,
		     struct error *err)
{
	const char *key = f->state == FIELD_READ ? papers_key(arena, f->name, f->value ? f->value : f->text) : NULL;
	char how[FIELD_HOW_SIZE];

	field_how_format(f->how, how);
	return run(catalogue,
		   "INSERT INTO field (document_id, name, value, text, state, confidence, page, x, y, w, h, source, position, key, how) "
		   "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
		   DB_ARGS(DB_I(document), DB_T(f->name), DB_T(f->value), DB_T(f->text), DB_T(field_state_name(f->state)),
			   DB_R(f->confidence), DB_I(f->page), DB_I(f->box.x), DB_I(f->box.y), DB_I(f->box.w), DB_I(f->box.h),
			   DB_T(field_source_name(f->source)), DB_I(position), DB_T(key), DB_T(*how ? how : NULL)),
		   err);
}

static int put_document(struct catalogue *catalogue, int64_t dossier, const struct document *d, struct arena *arena, struct error *err)
{
	int64_t id = dossier * DOCUMENTS_PER_DOSSIER + d->number, restricted;

	if (d->number < 1 || d->number >= DOCUMENTS_PER_DOSSIER)
		return error_set(err, REACH_DOCUMENT, "other", _("a dossier cannot hold paper number %d"), d->number);
	if (catalogue_int(catalogue, "SELECT 1 FROM page WHERE dossier_id = $1 AND number BETWEEN $2 AND $3 AND state = 'restricted' LIMIT 1",
			  DB_ARGS(DB_I(dossier), DB_I(d->first), DB_I(d->last)), 0, &restricted, err) < 0)
		return -1;
	if (run(catalogue,
		"INSERT INTO document (id, dossier_id, number, type, title, first_page, last_page, copy, level, state, cut_reason, cut_confidence, type_confidence) "
		"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO UPDATE SET type = excluded.type, "
		"title = excluded.title, first_page = excluded.first_page, last_page = excluded.last_page, copy = excluded.copy, "
		"cut_reason = excluded.cut_reason, cut_confidence = excluded.cut_confidence, type_confidence = excluded.type_confidence, "
		"level = excluded.level, state = excluded.state, verdict = NULL, rules = NULL, judged = NULL",
		DB_ARGS(DB_I(id), DB_I(dossier), DB_I(d->number), DB_T(restricted || !d->type ? "khac" : d->type),
			DB_T(restricted ? NULL : title_of(d, arena)), DB_I(d->first), DB_I(d->last), DB_T(restricted ? NULL : d->copy),
			DB_I(restricted ? 0 : d->level), DB_T(restricted ? "restricted" : "split"), DB_T(d->cut_reason),
			d->cut_reason ? DB_R(d->cut_confidence) : DB_N, restricted ? DB_N : DB_R(d->type_confidence)),
		err) < 0 ||
	    run(catalogue, "UPDATE page SET document_id = $2 WHERE dossier_id = $1 AND number BETWEEN $3 AND $4",
		DB_ARGS(DB_I(dossier), DB_I(id), DB_I(d->first), DB_I(d->last)), err) < 0)
		return -1;
	for (int i = 0; !restricted && i < d->nfields; i++)
		if (put_field(catalogue, id, &d->fields[i], i, arena, err) < 0)
			return -1;
	return 0;
}

/* A document that the new papers do not have any more goes. What a person decided about it stays. */
static int drop_rest(struct catalogue *catalogue, int64_t dossier, int last, struct error *err)
{
	return run(catalogue, "DELETE FROM document WHERE dossier_id = $1 AND number > $2", DB_ARGS(DB_I(dossier), DB_I(last)), err);
}

int papers_put(struct catalogue *catalogue, int64_t dossier, const struct dossier *papers, const char *hash, int64_t size, struct error *err)
{
	static const char *const clears[] = {
		"UPDATE page SET document_id = NULL WHERE dossier_id = $1",
		"DELETE FROM field WHERE document_id IN (SELECT id FROM document WHERE dossier_id = $1)",
		"DELETE FROM reason WHERE document_id IN (SELECT id FROM document WHERE dossier_id = $1)",
	};
	struct arena *arena = arena_new();
	int ret = -1, last = 0;

	for (size_t i = 0; i < sizeof clears / sizeof *clears; i++)
		if (run(catalogue, clears[i], DB_ARGS(DB_I(dossier)), err) < 0)
			goto out;
	if (run(catalogue, "INSERT INTO object (hash, size, kind) VALUES ($1, $2, 'papers') ON CONFLICT (hash) DO UPDATE SET withdrawal_id = NULL WHERE withdrawal_id IS NOT NULL",
		DB_ARGS(DB_T(hash), DB_I(size)), err) < 0)
		goto out;
	for (int i = 0; i < papers->ndocuments; i++) {
		if (put_document(catalogue, dossier, &papers->documents[i], arena, err) < 0)
			goto out;
		last = papers->documents[i].number > last ? papers->documents[i].number : last;
	}
	if (drop_rest(catalogue, dossier, last, err) < 0 ||
	    run(catalogue, "UPDATE page SET state = 'separator' WHERE dossier_id = $1 AND document_id IS NULL AND state = 'read'",
		DB_ARGS(DB_I(dossier)), err) < 0)
		goto out;
	ret = 0;
out:
	arena_free(arena);
	return ret;
}

/* --- reading ------------------------------------------------------------------------------------------------------- */

struct list {
	struct arena *arena;
	void *items;
	int n;
};

static int add_document(void *context, const struct db_row *row, struct error *err)
{
	struct list *l = context;
	struct papers_document *d = arena_push(l->arena, &l->items, &l->n, sizeof *d);
	char **texts[] = { &d->type, &d->title, &d->copy, &d->state, &d->verdict, &d->judged, &d->rules, &d->batch, &d->dossier,
			   &d->dossier_title, &d->box, &d->shelf, &d->papers, &d->cut_reason };

	d->id = db_column_int(row, 0);
	d->dossier_id = db_column_int(row, 1);
	d->batch_id = db_column_int(row, 2);
	d->number = (int)db_column_int(row, 3);
	d->first = (int)db_column_int(row, 4);
	d->last = (int)db_column_int(row, 5);
	d->level = (int)db_column_int(row, 6);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		*texts[i] = arena_strdup(l->arena, db_column_text(row, 7 + (int)i));
	d->cut_confidence = db_column_real(row, 21);
	d->type_confidence = row->columns[22].kind == DB_NULL ? -1 : db_column_real(row, 22);
	return 0;
}

#define DOCUMENT_COLUMNS \
	"SELECT e.id, e.dossier_id, d.batch_id, e.number, e.first_page, e.last_page, e.level, e.type, e.title, e.copy, e.state, e.verdict, " \
	"e.judged, e.rules, b.code, d.code, d.title, d.box, d.shelf, d.papers, e.cut_reason, e.cut_confidence, e.type_confidence FROM document e JOIN dossier d ON d.id = e.dossier_id " \
	"JOIN batch b ON b.id = d.batch_id "

int papers_document(struct catalogue *catalogue, int64_t id, struct arena *arena, struct papers_document *document, struct error *err)
{
	struct list l = { arena, NULL, 0 };

	if (catalogue_query(catalogue, DOCUMENT_COLUMNS "WHERE e.id = $1", DB_ARGS(DB_I(id)), add_document, &l, err) < 0)
		return -1;
	if (l.n)
		*document = *(struct papers_document *)l.items;
	return l.n;
}

int papers_documents(struct catalogue *catalogue, int64_t dossier, struct arena *arena, struct papers_document **documents, int *n,
		     struct error *err)
{
	struct list l = { arena, NULL, 0 };

	if (catalogue_query(catalogue, DOCUMENT_COLUMNS "WHERE e.dossier_id = $1 ORDER BY e.number", DB_ARGS(DB_I(dossier)), add_document,
			    &l, err) < 0)
		return -1;
	*documents = l.items;
	*n = l.n;
	return 0;
}

struct kept {
	struct arena *arena;
	struct papers_kept *kept;
};

static int take_kept(void *context, const struct db_row *row, struct error *err)
{
	const struct kept *k = context;

	k->kept->id = db_column_int(row, 0);
	k->kept->code = arena_strdup(k->arena, db_column_text(row, 1));
	k->kept->papers = arena_strdup(k->arena, db_column_text(row, 2));
	k->kept->npages = (int)db_column_int(row, 3);
	return 1;
}

int papers_kept_next(struct catalogue *catalogue, int64_t after, struct arena *arena, struct papers_kept *kept, struct error *err)
{
	struct kept k = { arena, kept };

	return catalogue_query(catalogue,
			       "SELECT id, code, papers, (SELECT count(*) FROM page WHERE dossier_id = d.id AND number > 0) FROM dossier d "
			       "WHERE id > $1 AND state IN ('split', 'done') ORDER BY id LIMIT 1",
			       DB_ARGS(DB_I(after)), take_kept, &k, err);
}

static int add_field(void *context, const struct db_row *row, struct error *err)
{
	struct list *l = context;
	struct field *f = arena_push(l->arena, &l->items, &l->n, sizeof *f);

	f->name = arena_strdup(l->arena, db_column_text(row, 0));
	f->value = arena_strdup(l->arena, db_column_text(row, 1));
	f->text = arena_strdup(l->arena, db_column_text(row, 2));
	f->state = (enum field_state)field_state_parse(db_column_text(row, 3));
	f->confidence = (float)db_column_real(row, 4);
	f->page = (int)db_column_int(row, 5);
	f->box = (struct box){ (int)db_column_int(row, 6), (int)db_column_int(row, 7), (int)db_column_int(row, 8),
			       (int)db_column_int(row, 9) };
	f->source = (enum field_source)field_source_parse(db_column_text(row, 10));
	f->how = field_how_parse(db_column_text(row, 11));
	return 0;
}

int papers_fields(struct catalogue *catalogue, int64_t document, struct arena *arena, struct field **fields, int *n, struct error *err)
{
	struct list l = { arena, NULL, 0 };

	if (catalogue_query(catalogue,
			    "SELECT name, value, text, state, confidence, page, x, y, w, h, source, how FROM field WHERE document_id = $1 "
			    "ORDER BY position, name",
			    DB_ARGS(DB_I(document)), add_field, &l, err) < 0)
		return -1;
	*fields = l.items;
	*n = l.n;
	return 0;
}

static int add_page(void *context, const struct db_row *row, struct error *err)
{
	struct list *l = context;
	struct papers_page *p = arena_push(l->arena, &l->items, &l->n, sizeof *p);

	p->id = db_column_int(row, 0);
	p->file_id = db_column_int(row, 1);
	p->number = (int)db_column_int(row, 2);
	p->file_page = (int)db_column_int(row, 3);
	p->file = arena_strdup(l->arena, db_column_text(row, 4));
	p->state = arena_strdup(l->arena, db_column_text(row, 5));
	p->original = arena_strdup(l->arena, db_column_text(row, 6));
	p->media = arena_strdup(l->arena, db_column_text(row, 7));
	p->text = arena_strdup(l->arena, db_column_text(row, 8));
	p->reason = arena_strdup(l->arena, db_column_text(row, 9));
	p->confidence = row->columns[10].kind == DB_NULL ? -1 : db_column_real(row, 10);
	p->grade = arena_strdup(l->arena, db_column_text(row, 11));
	p->faults = arena_strdup(l->arena, db_column_text(row, 12));
	return 0;
}

static int pages(struct catalogue *catalogue, const char *sql, int64_t id, struct arena *arena, struct papers_page **list, int *n,
		 struct error *err)
{
	struct list l = { arena, NULL, 0 };

	if (catalogue_query(catalogue, sql, DB_ARGS(DB_I(id)), add_page, &l, err) < 0)
		return -1;
	*list = l.items;
	*n = l.n;
	return 0;
}

#define PAGE_COLUMNS \
	"SELECT p.id, p.file_id, p.number, p.file_page, f.shown, p.state, f.hash, f.media, p.text, p.reason, p.confidence, p.grade, p.faults " \
	"FROM page p JOIN file f ON f.id = p.file_id "

int papers_pages(struct catalogue *catalogue, int64_t document, struct arena *arena, struct papers_page **list, int *n, struct error *err)
{
	return pages(catalogue, PAGE_COLUMNS "WHERE p.document_id = $1 ORDER BY p.number", document, arena, list, n, err);
}

int papers_dossier_pages(struct catalogue *catalogue, int64_t dossier, struct arena *arena, struct papers_page **list, int *n,
			 struct error *err)
{
	return pages(catalogue, PAGE_COLUMNS "WHERE p.dossier_id = $1 AND p.number > 0 ORDER BY p.number", dossier, arena, list, n, err);
}

static int one_dossier(struct catalogue *catalogue, const char *where, const struct db_value *args, int nargs, int64_t *id, struct error *err)
{
	char sql[300];

	snprintf(sql, sizeof sql, "SELECT CASE WHEN count(*) = 1 THEN max(d.id) END FROM dossier d JOIN batch b ON b.id = d.batch_id WHERE %s",
		 where);
	return catalogue_int(catalogue, sql, args, nargs, 0, id, err);
}

/* A code that is also a number is taken as a code first: codes stand on the folders, ids only on the screen. */
int64_t papers_find_dossier(struct catalogue *catalogue, const char *text, struct error *err)
{
	int64_t id = 0;

	if (one_dossier(catalogue, "d.code = $1", DB_ARGS(DB_T(text)), &id, err) < 0)
		return -1;
	if (!id && strchr(text, '/') && one_dossier(catalogue, "b.code || '/' || d.code = $1", DB_ARGS(DB_T(text)), &id, err) < 0)
		return -1;
	if (!id && *text && strlen(text) < 18 && strspn(text, "0123456789") == strlen(text) &&
	    one_dossier(catalogue, "d.id = $1", DB_ARGS(DB_I(strtoll(text, NULL, 10))), &id, err) < 0)
		return -1;
	if (!id && catalogue_int(catalogue,
				 "SELECT CASE WHEN count(DISTINCT dossier_id) = 1 THEN max(dossier_id) END FROM renaming WHERE before = $1",
				 DB_ARGS(DB_T(text)), 0, &id, err) < 0)
		return -1;
	return id;
}
