#include "pipeline/catalogue/withdrawals.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/audit.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/decisions.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/error.h"

static const char *const kinds[] = { "document", "dossier", "batch" };

const char *withdrawal_kind_name(enum withdrawal_kind kind)
{
	return kinds[kind];
}

static int run(struct catalogue *catalogue, const char *sql, const struct db_value *args, int nargs, struct error *err)
{
	return catalogue_query(catalogue, sql, args, nargs, NULL, NULL, err);
}

/* Statements over one withdrawal ($1), in their order. */
static int run_all(struct catalogue *catalogue, const char *const *sql, size_t n, int64_t withdrawal, struct error *err)
{
	for (size_t i = 0; i < n; i++)
		if (run(catalogue, sql[i], DB_ARGS(DB_I(withdrawal)), err) < 0)
			return -1;
	return 0;
}

int withdrawals_add(struct catalogue *catalogue, struct withdrawal *w, int64_t size, struct error *err)
{
	w->who = catalogue_who(catalogue);
	if (run(catalogue, "INSERT INTO object (hash, size, kind) VALUES ($1, $2, 'decision') ON CONFLICT (hash) DO NOTHING",
		DB_ARGS(DB_T(w->object), DB_I(size)), err) < 0 ||
	    run(catalogue, "INSERT INTO withdrawal (kind, subject, number, reason, who, made, state, object) VALUES ($1, $2, $3, $4, $5, $6, 'open', $7)",
		DB_ARGS(DB_T(kinds[w->kind]), DB_T(w->subject), DB_T(w->number), DB_T(w->reason), DB_T(w->who), DB_T(w->made), DB_T(w->object)), err) < 0)
		return -1;
	return catalogue_int(catalogue, "SELECT max(id) FROM withdrawal", NULL, 0, 0, &w->id, err);
}

/* --- marking -------------------------------------------------------------------------------------------------------------- */

#define IN_BATCH "dossier_id IN (SELECT id FROM dossier WHERE batch_id = $2)"

static int mark_target(struct catalogue *catalogue, int64_t withdrawal, const struct withdrawal_order *order, struct error *err)
{
	static const char *const pages[] = {
		[WITHDRAWAL_DOCUMENT] = "UPDATE page SET withdrawal_id = $1 WHERE withdrawal_id IS NULL AND document_id = $2",
		[WITHDRAWAL_DOSSIER] = "UPDATE page SET withdrawal_id = $1 WHERE withdrawal_id IS NULL AND dossier_id = $2",
		[WITHDRAWAL_BATCH] = ("UPDATE page SET withdrawal_id = $1 WHERE withdrawal_id IS NULL AND " IN_BATCH),
	};
	/* files that are set aside have no page and go with their dossier */
	static const char *const files[] = {
		[WITHDRAWAL_DOCUMENT] = NULL,
		[WITHDRAWAL_DOSSIER] = "UPDATE file SET withdrawal_id = $1 WHERE withdrawal_id IS NULL AND dossier_id = $2",
		[WITHDRAWAL_BATCH] = ("UPDATE file SET withdrawal_id = $1 WHERE withdrawal_id IS NULL AND " IN_BATCH),
	};

	/* the scans that a page of it took the place of, and those before */
	static const char replaced[] =
		"WITH RECURSIVE older (id) AS (SELECT id FROM page WHERE withdrawal_id = $1 UNION SELECT l.page_id FROM older o "
		"JOIN page p ON p.id = o.id JOIN placement l ON l.kind = 'replace' AND l.file_id = p.file_id) "
		"UPDATE page SET withdrawal_id = $1 WHERE withdrawal_id IS NULL AND id IN (SELECT id FROM older)";

	if (run(catalogue, pages[order->kind], DB_ARGS(DB_I(withdrawal), DB_I(order->target)), err) < 0 ||
	    run(catalogue, replaced, DB_ARGS(DB_I(withdrawal)), err) < 0)
		return -1;
	return files[order->kind] ? run(catalogue, files[order->kind], DB_ARGS(DB_I(withdrawal), DB_I(order->target)), err) : 0;
}

/* The same page of the same bytes in another place, then the whole paper it stands in there, and so on until nothing is new. */
static int mark_twins(struct catalogue *catalogue, int64_t withdrawal, struct error *err)
{
	static const char *const grow[] = {
		"UPDATE page SET withdrawal_id = $1 WHERE withdrawal_id IS NULL AND id IN (SELECT q.id FROM page p JOIN file f ON f.id = p.file_id "
		"JOIN file g ON g.hash = f.hash JOIN page q ON q.file_id = g.id AND q.file_page = p.file_page WHERE p.withdrawal_id = $1)",
		"UPDATE page SET withdrawal_id = $1 WHERE withdrawal_id IS NULL AND document_id IN "
		"(SELECT document_id FROM page WHERE withdrawal_id = $1 AND document_id IS NOT NULL)",
	};
	struct db *db = catalogue_db(catalogue);
	int64_t fresh;

	do {
		fresh = 0;
		for (size_t i = 0; i < 2; i++) {
			if (run(catalogue, grow[i], DB_ARGS(DB_I(withdrawal)), err) < 0)
				return -1;
			fresh += db->driver->changes(db);
		}
	} while (fresh);
	return run(catalogue, "UPDATE file SET withdrawal_id = $1 WHERE withdrawal_id IS NULL AND hash IN (SELECT hash FROM file WHERE withdrawal_id = $1)",
		   DB_ARGS(DB_I(withdrawal)), err);
}

/* A page that stays and has something to show. Blank pages and separators do not hold an original back. */
#define STAYING "SELECT count(*) FROM page s WHERE s.file_id = f.id AND s.withdrawal_id IS NULL AND s.state NOT IN ('blank', 'separator')"

int withdrawals_mark(struct catalogue *catalogue, const struct withdrawal *w, const struct withdrawal_order *order, struct error *err)
{
	static const char *const whole[] = {
		"UPDATE file SET withdrawal_id = $1 WHERE withdrawal_id IS NULL AND id IN (SELECT f.id FROM file f JOIN page p ON p.file_id = f.id "
		"WHERE p.withdrawal_id = $1 AND (" STAYING ") = 0)",
	};
	static const char *const torn[] = {
		"UPDATE file SET withdrawal_id = $1 WHERE withdrawal_id IS NULL AND id IN (SELECT file_id FROM page WHERE withdrawal_id = $1)",
	};
	static const char *const rest[] = {
		"UPDATE page SET state = 'restricted', reason = 'withdrawn', detail = NULL, confidence = NULL, grade = NULL, faults = NULL "
		"WHERE withdrawal_id = $1 AND reason IS NOT 'replaced'",
		"UPDATE object SET withdrawal_id = $1 WHERE withdrawal_id IS NULL AND hash IN (SELECT hash FROM file WHERE withdrawal_id = $1) "
		"AND hash NOT IN (SELECT hash FROM file WHERE withdrawal_id IS NULL AND hash IS NOT NULL)",
		/* who signed it is known no more, and nobody looks for signatures in what is gone */
		"INSERT INTO signed_file (hash, state, reason) SELECT hash, 'failed', 'withdrawn' FROM object WHERE withdrawal_id = $1 AND kind = 'original' "
		"ON CONFLICT (hash) DO UPDATE SET state = 'failed', reason = 'withdrawn', roots = NULL",
		"DELETE FROM signature WHERE hash IN (SELECT hash FROM object WHERE withdrawal_id = $1)",
		/* the list of a batch holds the titles of its dossiers; what it declares stands in their rows */
		"UPDATE object SET withdrawal_id = $1 WHERE kind = 'list' AND withdrawal_id IS NULL AND hash IN (SELECT l.hash FROM list l "
		"JOIN dossier d ON d.batch_id = l.batch_id JOIN file f ON f.dossier_id = d.id JOIN withdrawal w ON w.id = f.withdrawal_id "
		"WHERE w.id = $1 AND w.kind <> 'document')",
	};

	if (mark_target(catalogue, w->id, order, err) < 0 || (order->everywhere && mark_twins(catalogue, w->id, err) < 0) ||
	    run_all(catalogue, order->files ? torn : whole, 1, w->id, err) < 0 || (order->everywhere && mark_twins(catalogue, w->id, err) < 0) ||
	    run_all(catalogue, rest, sizeof rest / sizeof *rest, w->id, err) < 0)
		return -1;
	return audit_note(catalogue, "withdraw", kinds[order->kind], 0,
			  json_pack("{s:s, s:s, s:s}", "subject", w->subject, "number", w->number, "decision", w->object), err);
}

/* --- what it meets -------------------------------------------------------------------------------------------------------- */

struct list {
	struct arena *arena;
	void *items;
	int n;
};

static int add_file(void *context, const struct db_row *row, struct error *err)
{
	struct list *l = context;
	struct withdrawal_file *f = arena_push(l->arena, &l->items, &l->n, sizeof *f);

	f->id = db_column_int(row, 0);
	f->dossier = arena_strdup(l->arena, db_column_text(row, 1));
	f->shown = arena_strdup(l->arena, db_column_text(row, 2));
	f->hash = arena_strdup(l->arena, db_column_text(row, 3));
	f->goes = db_column_int(row, 4) != 0;
	f->staying = (int)db_column_int(row, 5);
	f->other = arena_strdup(l->arena, db_column_text(row, 6));
	f->twin = f->other != NULL;
	return 0;
}

static int add_id(void *context, const struct db_row *row, struct error *err)
{
	struct list *l = context;

	*(int64_t *)arena_push(l->arena, &l->items, &l->n, sizeof(int64_t)) = db_column_int(row, 0);
	return 0;
}

static int ids(struct catalogue *catalogue, const char *sql, int64_t withdrawal, struct arena *arena, int64_t **out, int *n, struct error *err)
{
	struct list l = { arena, NULL, 0 };

	if (catalogue_query(catalogue, sql, DB_ARGS(DB_I(withdrawal)), add_id, &l, err) < 0)
		return -1;
	*out = l.items;
	*n = l.n;
	return 0;
}

int withdrawals_scope(struct catalogue *catalogue, int64_t withdrawal, struct arena *arena, struct withdrawal_scope *scope, struct error *err)
{
	struct list files = { arena, NULL, 0 };

	*scope = (struct withdrawal_scope){ 0 };
	if (catalogue_int(catalogue, "SELECT count(*) FROM page WHERE withdrawal_id = $1", DB_ARGS(DB_I(withdrawal)), 0, &scope->pages, err) < 0 ||
	    catalogue_int(catalogue, "SELECT count(*) FROM object WHERE withdrawal_id = $1 AND kind = 'original'", DB_ARGS(DB_I(withdrawal)), 0,
			  &scope->originals, err) < 0 ||
	    ids(catalogue, "SELECT DISTINCT document_id FROM page WHERE withdrawal_id = $1 AND document_id IS NOT NULL ORDER BY 1", withdrawal, arena,
		&scope->documents, &scope->ndocuments, err) < 0 ||
	    catalogue_query(catalogue,
			    "SELECT f.id, b.code || '/' || d.code, f.shown, f.hash, o.withdrawal_id IS NOT NULL, (" STAYING "), "
			    "(SELECT c.code || '/' || e.code || '/' || g.shown FROM file g JOIN dossier e ON e.id = g.dossier_id "
			    "JOIN batch c ON c.id = e.batch_id WHERE g.hash = f.hash AND g.id <> f.id AND g.withdrawal_id IS NULL LIMIT 1) "
			    "FROM file f JOIN dossier d ON d.id = f.dossier_id JOIN batch b ON b.id = d.batch_id LEFT JOIN object o ON o.hash = f.hash "
			    "WHERE f.withdrawal_id = $1 OR f.id IN (SELECT file_id FROM page WHERE withdrawal_id = $1) ORDER BY f.id",
			    DB_ARGS(DB_I(withdrawal)), add_file, &files, err) < 0)
		return -1;
	scope->papers = scope->ndocuments;
	scope->files = files.items;
	scope->nfiles = files.n;
	return 0;
}

/* --- forgetting ----------------------------------------------------------------------------------------------------------- */

int withdrawals_dossiers(struct catalogue *catalogue, int64_t withdrawal, struct arena *arena, int64_t **dossiers, int *n, struct error *err)
{
	return ids(catalogue, "SELECT dossier_id FROM page WHERE withdrawal_id = $1 UNION SELECT dossier_id FROM file WHERE withdrawal_id = $1 ORDER BY 1",
		   withdrawal, arena, dossiers, n, err);
}

static int forget_texts(struct catalogue *catalogue, int64_t withdrawal, int64_t dossier, struct arena *arena, struct error *err)
{
	struct list l = { arena, NULL, 0 };

	if (catalogue_query(catalogue, "SELECT p.id FROM page p JOIN page_text t ON t.page_id = p.id WHERE p.withdrawal_id = $1 AND p.dossier_id = $2",
			    DB_ARGS(DB_I(withdrawal), DB_I(dossier)), add_id, &l, err) < 0)
		return -1;
	for (int i = 0; i < l.n; i++)
		if (texts_forget(catalogue, ((int64_t *)l.items)[i], err) < 0)
			return -1;
	return 0;
}

static int fall(struct catalogue *catalogue, const struct withdrawal *w, int64_t dossier, struct arena *arena, struct error *err)
{
	struct list l = { arena, NULL, 0 };
	const char *why = arena_printf(arena, "withdrawn by decision %s", w->number);

	if (catalogue_query(catalogue, "SELECT DISTINCT document_id FROM page WHERE withdrawal_id = $1 AND dossier_id = $2 AND document_id IS NOT NULL",
			    DB_ARGS(DB_I(w->id), DB_I(dossier)), add_id, &l, err) < 0)
		return -1;
	for (int i = 0; i < l.n; i++)
		if (decisions_void(catalogue, ((int64_t *)l.items)[i], why, err) < 0)
			return -1;
	return 0;
}

/* Withdrawn pages are parted as they were, however often the dossier is read again: papers keep their numbers, and what people decided its paper. */
static int keep_cuts(struct catalogue *catalogue, const struct withdrawal *w, int64_t dossier, struct error *err)
{
	return run(catalogue,
		   "INSERT INTO correction (dossier_id, page_id, kind, value, who, made, reason, object) "
		   "SELECT p.dossier_id, p.id, 'cut', CASE WHEN p.number = d.first_page THEN 'begins' ELSE 'goes-on' END, $3, $4, 'withdrawn', $5 "
		   "FROM page p JOIN document d ON d.id = p.document_id WHERE p.withdrawal_id = $1 AND p.dossier_id = $2 "
		   "AND NOT EXISTS (SELECT 1 FROM correction c WHERE c.page_id = p.id AND c.object = $5) ORDER BY p.number",
		   DB_ARGS(DB_I(w->id), DB_I(dossier), DB_T(w->who), DB_T(w->made), DB_T(w->object)), err);
}

/* $1 withdrawal, $2 dossier */
#define MARKED_DOCUMENTS "(SELECT document_id FROM page WHERE withdrawal_id = $1 AND dossier_id = $2 AND document_id IS NOT NULL)"

/* The papers themselves; those whose verdict rested on one of them wait to be judged again. */
static int forget_papers(struct catalogue *catalogue, int64_t withdrawal, int64_t dossier, struct error *err)
{
	static const char *const forget[] = {
		"UPDATE document SET state = 'indexed' WHERE state = 'judged' AND id IN (SELECT g.document_id FROM field f JOIN field g ON g.key = f.key "
		"AND (g.name = f.name AND f.name IN ('owner_id', 'parcel') OR g.name = 'number' AND f.name = 'supersedes' OR "
		"g.name = 'supersedes' AND f.name = 'number') WHERE f.key IS NOT NULL AND f.document_id IN " MARKED_DOCUMENTS ")",
		"UPDATE document SET state = 'restricted', type = 'khac', title = NULL, copy = NULL, level = 0, verdict = NULL, rules = NULL, judged = NULL, "
		"ends = NULL, type_confidence = NULL WHERE id IN " MARKED_DOCUMENTS,
		"DELETE FROM field WHERE document_id IN " MARKED_DOCUMENTS,
		"DELETE FROM reason WHERE document_id IN " MARKED_DOCUMENTS,
	};

	for (size_t i = 0; i < sizeof forget / sizeof *forget; i++)
		if (run(catalogue, forget[i], DB_ARGS(DB_I(withdrawal), DB_I(dossier)), err) < 0)
			return -1;
	return 0;
}

int withdrawals_forget(struct catalogue *catalogue, const struct withdrawal *w, int64_t dossier, struct error *err)
{
	/* page texts are named by no row then and go with those of older readings (withdrawals_stale), unless a page that stays has the same */
	static const char *const forget[] = {
		"UPDATE page SET text = NULL, recipe = NULL WHERE withdrawal_id = $1 AND dossier_id = $2",
		"UPDATE object SET withdrawal_id = $1 WHERE hash IN (SELECT c.object FROM correction c JOIN page p ON p.id = c.page_id "
		"WHERE c.kind = 'set' AND p.withdrawal_id = $1 AND p.dossier_id = $2)",
		"DELETE FROM correction WHERE kind = 'set' AND dossier_id = $2 AND page_id IN (SELECT id FROM page WHERE withdrawal_id = $1)",
		"UPDATE object SET withdrawal_id = $1 WHERE hash IN (SELECT signed FROM decision WHERE signed IS NOT NULL AND document_id IN "
		MARKED_DOCUMENTS ")",
		"DELETE FROM signature WHERE hash IN (SELECT hash FROM file WHERE withdrawal_id = $1 AND dossier_id = $2)", /* names of who signed */
		"UPDATE file SET detail = NULL WHERE withdrawal_id = $1 AND dossier_id = $2",
		"UPDATE dossier SET title = NULL, detail = NULL WHERE id = $2 AND EXISTS (SELECT 1 FROM withdrawal WHERE id = $1 AND kind <> 'document')",
	};
	struct arena *arena = arena_new();
	int ret = -1;

	if (forget_texts(catalogue, w->id, dossier, arena, err) < 0 || fall(catalogue, w, dossier, arena, err) < 0 ||
	    keep_cuts(catalogue, w, dossier, err) < 0 || forget_papers(catalogue, w->id, dossier, err) < 0)
		goto out;
	for (size_t i = 0; i < sizeof forget / sizeof *forget; i++)
		if (run(catalogue, forget[i], DB_ARGS(DB_I(w->id), DB_I(dossier)), err) < 0)
			goto out;
	ret = 0;
out:
	arena_free(arena);
	return ret;
}

int withdrawals_papers(struct catalogue *catalogue, int64_t withdrawal, int64_t dossier, const char *papers, int64_t size, struct error *err)
{
	if (run(catalogue, "UPDATE object SET withdrawal_id = $1 WHERE hash = (SELECT papers FROM dossier WHERE id = $2)",
		DB_ARGS(DB_I(withdrawal), DB_I(dossier)), err) < 0)
		return -1;
	if (papers && run(catalogue,
			  "INSERT INTO object (hash, size, kind) VALUES ($1, $2, 'papers') "
			  "ON CONFLICT (hash) DO UPDATE SET withdrawal_id = NULL WHERE withdrawal_id IS NOT NULL",
			  DB_ARGS(DB_T(papers), DB_I(size)), err) < 0)
		return -1;
	return run(catalogue, "UPDATE dossier SET papers = $2 WHERE id = $1", DB_ARGS(DB_I(dossier), DB_T(papers)), err);
}

static int take_dossier(void *context, const struct db_row *row, struct error *err)
{
	struct list *l = context;
	struct withdrawal_dossier *d = l->items;

	d->papers = arena_strdup(l->arena, db_column_text(row, 0));
	d->parted = db_column_int(row, 1) != 0;
	d->npages = (int)db_column_int(row, 2);
	return 1;
}

int withdrawals_dossier(struct catalogue *catalogue, int64_t dossier, struct arena *arena, struct withdrawal_dossier *out, struct error *err)
{
	struct list l = { arena, out, 0 };

	*out = (struct withdrawal_dossier){ 0 };
	return catalogue_query(catalogue,
			       "SELECT papers, state IN ('split', 'done'), (SELECT count(*) FROM page WHERE dossier_id = d.id AND number > 0) FROM dossier d "
			       "WHERE id = $1",
			       DB_ARGS(DB_I(dossier)), take_dossier, &l, err) < 0 ? -1 : 0;
}

int withdrawals_restricted(struct catalogue *catalogue, int64_t dossier, struct arena *arena, int64_t **documents, int *n, struct error *err)
{
	return ids(catalogue, "SELECT id FROM document WHERE dossier_id = $1 AND state = 'restricted' ORDER BY id", dossier, arena, documents, n, err);
}

int withdrawals_stale(struct catalogue *catalogue, int64_t withdrawal, struct error *err)
{
	return run(catalogue,
		   "UPDATE object SET withdrawal_id = $1 WHERE withdrawal_id IS NULL AND kind IN ('page', 'papers') "
		   "AND hash NOT IN (SELECT text FROM page WHERE text IS NOT NULL) AND hash NOT IN (SELECT papers FROM dossier WHERE papers IS NOT NULL)",
		   DB_ARGS(DB_I(withdrawal)), err);
}

struct hashes {
	struct arena *arena;
	const char **items;
	int n;
};

static int add_hash(void *context, const struct db_row *row, struct error *err)
{
	struct hashes *h = context;

	*(const char **)arena_push(h->arena, &h->items, &h->n, sizeof *h->items) = arena_strdup(h->arena, db_column_text(row, 0));
	return 0;
}

int withdrawals_objects(struct catalogue *catalogue, int64_t withdrawal, const char *after, int max, struct arena *arena, const char ***hashes,
			int *n, struct error *err)
{
	struct hashes h = { arena, NULL, 0 };

	if (catalogue_query(catalogue, "SELECT hash FROM object WHERE withdrawal_id = $1 AND hash > $2 ORDER BY hash LIMIT $3",
			    DB_ARGS(DB_I(withdrawal), DB_T(after), DB_I(max)), add_hash, &h, err) < 0)
		return -1;
	*hashes = h.items;
	*n = h.n;
	return 0;
}

int withdrawals_finish(struct catalogue *catalogue, int64_t withdrawal, struct error *err)
{
	if (run(catalogue, "UPDATE withdrawal SET state = 'done' WHERE id = $1", DB_ARGS(DB_I(withdrawal)), err) < 0)
		return -1;
	return audit_note(catalogue, "withdrawn", "withdrawal", withdrawal, NULL, err);
}

/* --- reading -------------------------------------------------------------------------------------------------------------- */

static int take_row(void *context, const struct db_row *row, struct error *err)
{
	struct list *l = context;
	struct withdrawal *w = l->items;
	const char **texts[] = { &w->subject, &w->number, &w->reason, &w->who, &w->made, &w->object };

	w->id = db_column_int(row, 0);
	w->kind = WITHDRAWAL_DOCUMENT;
	for (int i = 0; i < 3; i++)
		if (!strcmp(kinds[i], db_column_text(row, 1)))
			w->kind = (enum withdrawal_kind)i;
	w->done = !strcmp(db_column_text(row, 2), "done");
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		*texts[i] = arena_strdup(l->arena, db_column_text(row, 3 + (int)i));
	return 1;
}

#define COLUMNS "SELECT w.id, w.kind, w.state, w.subject, w.number, w.reason, w.who, w.made, w.object FROM withdrawal w "

static int one(struct catalogue *catalogue, const char *sql, struct db_value arg, struct arena *arena, struct withdrawal *withdrawal, struct error *err)
{
	struct list l = { arena, withdrawal, 0 };

	return catalogue_query(catalogue, sql, &arg, 1, take_row, &l, err);
}

int withdrawals_open(struct catalogue *catalogue, struct arena *arena, struct withdrawal *withdrawal, struct error *err)
{
	return one(catalogue, COLUMNS "WHERE w.state = 'open' AND $1 = 0 ORDER BY w.id LIMIT 1", DB_I(0), arena, withdrawal, err);
}

int withdrawals_of_document(struct catalogue *catalogue, int64_t document, struct arena *arena, struct withdrawal *withdrawal, struct error *err)
{
	return one(catalogue, COLUMNS "JOIN page p ON p.withdrawal_id = w.id WHERE p.document_id = $1 ORDER BY w.id LIMIT 1", DB_I(document), arena,
		   withdrawal, err);
}

int withdrawals_of_object(struct catalogue *catalogue, const char *hash, struct arena *arena, struct withdrawal *withdrawal, struct error *err)
{
	return one(catalogue, COLUMNS "JOIN object o ON o.withdrawal_id = w.id WHERE o.hash = $1 AND o.kind IN ('original', 'signed')", DB_T(hash), arena,
		   withdrawal, err);
}

struct each {
	int (*fn)(void *context, const char *hash);
	void *context;
};

static int each_hash(void *context, const struct db_row *row, struct error *err)
{
	const struct each *each = context;

	return each->fn(each->context, db_column_text(row, 0));
}

int withdrawals_each_object(struct catalogue *catalogue, int (*fn)(void *context, const char *hash), void *context, struct error *err)
{
	struct each each = { fn, context };

	return catalogue_query(catalogue, "SELECT hash FROM object WHERE withdrawal_id IS NOT NULL ORDER BY hash", NULL, 0, each_hash, &each, err);
}
