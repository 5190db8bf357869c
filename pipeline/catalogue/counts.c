#include "pipeline/catalogue/counts.h"

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"

static int take_dossiers(void *context, const struct db_row *row, struct error *err)
{
	struct counts *c = context;

	c->dossiers = db_column_int(row, 0);
	c->dossiers_done = db_column_int(row, 1);
	c->dossiers_set_aside = db_column_int(row, 2);
	return 1;
}

static int take_documents(void *context, const struct db_row *row, struct error *err)
{
	struct counts *c = context;

	c->documents = db_column_int(row, 0);
	c->documents_restricted = db_column_int(row, 1);
	return 1;
}

static int take_files(void *context, const struct db_row *row, struct error *err)
{
	struct counts *c = context;

	c->files = db_column_int(row, 0);
	c->files_accepted = db_column_int(row, 1);
	c->files_set_aside = db_column_int(row, 2);
	c->files_duplicate = db_column_int(row, 3);
	c->pages_promised = db_column_int(row, 4);
	return 1;
}

static int take_pages(void *context, const struct db_row *row, struct error *err)
{
	struct counts *c = context;

	c->pages = db_column_int(row, 0);
	c->in_papers = db_column_int(row, 1);
	c->blank = db_column_int(row, 2);
	c->separators = db_column_int(row, 3);
	c->restricted = db_column_int(row, 4);
	c->set_aside = db_column_int(row, 5);
	c->waiting = db_column_int(row, 6);
	c->good = db_column_int(row, 7);
	c->usable = db_column_int(row, 8);
	c->rescan = db_column_int(row, 9);
	c->replaced = db_column_int(row, 10);
	return 1;
}

/* Each sum is asked for by itself, none is made from another: else they would always close. A read page counts as waiting until its dossier is
 * parted; when the paper rooms gave the dossier up it is set aside with it. */
int counts_read(struct catalogue *catalogue, int64_t batch, struct counts *counts, struct error *err)
{
	*counts = (struct counts){ 0 };
	if (catalogue_query(catalogue,
			    "SELECT sum(EXISTS (SELECT 1 FROM file WHERE dossier_id = d.id)), sum(state IN ('split', 'done')), "
			    "sum(state = 'set-aside') FROM dossier d WHERE $1 IN (0, batch_id)",
			    DB_ARGS(DB_I(batch)), take_dossiers, counts, err) < 0 ||
	    catalogue_query(catalogue,
			    "SELECT count(*), sum(e.state = 'restricted') FROM document e JOIN dossier d ON d.id = e.dossier_id "
			    "WHERE $1 IN (0, d.batch_id)",
			    DB_ARGS(DB_I(batch)), take_documents, counts, err) < 0 ||
	    /* a blank page is the same everywhere: files of blank pages alone are no duplicates worth a word */
	    catalogue_query(catalogue,
			    "SELECT count(*), sum(f.state = 'accepted'), sum(f.state = 'set-aside'), "
			    "sum(',' || coalesce(f.note, '') || ',' LIKE '%,duplicate,%' AND f.state = 'accepted' AND EXISTS "
			    "(SELECT 1 FROM page WHERE file_id = f.id AND state <> 'blank')), "
			    "sum(CASE WHEN f.state = 'accepted' THEN f.pages END) "
			    "FROM file f JOIN dossier d ON d.id = f.dossier_id WHERE $1 IN (0, d.batch_id)",
			    DB_ARGS(DB_I(batch)), take_files, counts, err) < 0)
		return -1;
	if (catalogue_query(catalogue,
			    "SELECT count(*), sum(p.state = 'read' AND p.document_id IS NOT NULL AND d.state IN ('split', 'done')), "
			    "sum(p.state = 'blank'), sum(p.state = 'separator'), sum(p.state = 'restricted'), "
			    "sum((p.state = 'set-aside' AND p.reason IS NOT 'replaced') OR (p.state = 'read' AND d.state = 'set-aside')), "
			    "sum(p.state IN ('waiting', 'running') OR (p.state = 'read' AND d.state IN ('taking', 'waiting', 'reading'))), "
			    "sum(p.grade = 'good' AND p.number > 0), sum(p.grade = 'usable' AND p.number > 0), sum(p.grade = 'rescan' AND p.number > 0), "
			    "sum(p.state = 'set-aside' AND p.reason IS 'replaced') "
			    "FROM page p JOIN dossier d ON d.id = p.dossier_id WHERE $1 IN (0, d.batch_id)",
			    DB_ARGS(DB_I(batch)), take_pages, counts, err) < 0)
		return -1;
	return 0;
}

bool counts_close(const struct counts *c)
{
	return c->files == c->files_accepted + c->files_set_aside && c->pages == c->pages_promised &&
	       c->pages == c->in_papers + c->blank + c->separators + c->restricted + c->set_aside + c->replaced + c->waiting;
}

/* --- lists --------------------------------------------------------------------------------------------------------- */

struct list {
	struct arena *arena;
	void *items;
	int n;
};

static void add(struct list *l, const struct db_row *row, enum difference_kind kind, int64_t declared, int64_t found)
{
	struct difference *d = arena_push(l->arena, &l->items, &l->n, sizeof *d);

	d->dossier = db_column_int(row, 0);
	d->code = arena_strdup(l->arena, db_column_text(row, 1));
	d->box = arena_strdup(l->arena, db_column_text(row, 2));
	d->kind = kind;
	d->declared = declared;
	d->found = found;
}

static int add_difference(void *context, const struct db_row *row, struct error *err)
{
	struct list *l = context;
	bool has_pages = row->columns[3].kind == DB_INT, has_sheets = row->columns[4].kind == DB_INT;
	int64_t pages = db_column_int(row, 3), sheets = db_column_int(row, 4), found = db_column_int(row, 7);
	bool listed = db_column_int(row, 5) != 0, batch_has_list = db_column_int(row, 8) != 0;

	if (!db_column_int(row, 6)) { /* no file */
		if (listed)
			add(l, row, DIFFERENCE_MISSING, has_pages ? pages : sheets, 0);
		return 0;
	}
	if (batch_has_list && !listed)
		add(l, row, DIFFERENCE_UNLISTED, 0, found);
	if (has_pages && pages != found)
		add(l, row, DIFFERENCE_PAGES, pages, found);
	/* one sheet carries one or two pages */
	if (has_sheets && (found < sheets || found > 2 * sheets))
		add(l, row, DIFFERENCE_SHEETS, sheets, found);
	return 0;
}

int counts_differences(struct catalogue *catalogue, int64_t batch, struct arena *arena, struct difference **list, int *n,
		       struct error *err)
{
	struct list l = { arena, NULL, 0 };

	if (catalogue_query(catalogue,
			    "SELECT d.id, d.code, d.box, d.pages, d.sheets, d.listed, EXISTS (SELECT 1 FROM file WHERE dossier_id = d.id), "
			    "(SELECT count(*) FROM page WHERE dossier_id = d.id AND state <> 'separator' AND reason IS NOT 'replaced'), "
			    "EXISTS (SELECT 1 FROM dossier o WHERE o.batch_id = d.batch_id AND o.listed) "
			    "FROM dossier d WHERE $1 IN (0, d.batch_id) ORDER BY d.id",
			    DB_ARGS(DB_I(batch)), add_difference, &l, err) < 0)
		return -1;
	*list = l.items;
	*n = l.n;
	return 0;
}

static int add_aside(void *context, const struct db_row *row, struct error *err)
{
	struct list *l = context;
	struct set_aside *a = arena_push(l->arena, &l->items, &l->n, sizeof *a);

	a->kind = *db_column_text(row, 0);
	a->id = db_column_int(row, 1);
	a->dossier = db_column_int(row, 2);
	a->code = arena_strdup(l->arena, db_column_text(row, 3));
	a->name = arena_strdup(l->arena, db_column_text(row, 4));
	a->number = (int)db_column_int(row, 5);
	a->file_page = (int)db_column_int(row, 6);
	a->reason = arena_strdup(l->arena, db_column_text(row, 7) ? db_column_text(row, 7) : "other");
	a->detail = arena_strdup(l->arena, db_column_text(row, 8));
	return 0;
}

int counts_set_aside(struct catalogue *catalogue, int64_t batch, struct arena *arena, struct set_aside **list, int *n, struct error *err)
{
	struct list l = { arena, NULL, 0 };

	if (catalogue_query(catalogue,
			    "SELECT 'f', f.id, d.id, d.code, f.shown, 0, 0, f.reason, f.detail FROM file f JOIN dossier d ON d.id = f.dossier_id "
			    "WHERE f.state = 'set-aside' AND $1 IN (0, d.batch_id) UNION ALL "
			    "SELECT 'p', p.id, d.id, d.code, f.shown, p.number, p.file_page, p.reason, p.detail FROM page p "
			    "JOIN file f ON f.id = p.file_id JOIN dossier d ON d.id = p.dossier_id "
			    "WHERE p.state IN ('set-aside', 'restricted') AND p.reason IS NOT 'replaced' AND $1 IN (0, d.batch_id) UNION ALL "
			    "SELECT 'd', d.id, d.id, d.code, NULL, 0, 0, d.reason, d.detail FROM dossier d "
			    "WHERE d.state = 'set-aside' AND $1 IN (0, d.batch_id) ORDER BY 3, 1, 2",
			    DB_ARGS(DB_I(batch)), add_aside, &l, err) < 0)
		return -1;
	*list = l.items;
	*n = l.n;
	return 0;
}

static int add_scan(void *context, const struct db_row *row, struct error *err)
{
	struct list *l = context;
	struct scan_told *r = arena_push(l->arena, &l->items, &l->n, sizeof *r);

	r->dossier = db_column_int(row, 0);
	r->code = arena_strdup(l->arena, db_column_text(row, 1));
	r->name = arena_strdup(l->arena, db_column_text(row, 2));
	r->number = (int)db_column_int(row, 3);
	r->file_page = (int)db_column_int(row, 4);
	r->faults = arena_strdup(l->arena, db_column_text(row, 5) ? db_column_text(row, 5) : "");
	return 0;
}

#define SCANS_WHERE(which) \
	"SELECT d.id, d.code, f.shown, p.number, p.file_page, p.faults FROM page p JOIN file f ON f.id = p.file_id " \
	"JOIN dossier d ON d.id = p.dossier_id WHERE " which " AND p.number > 0 AND $1 IN (0, d.batch_id) ORDER BY d.id, p.number"

static int list_scans(struct catalogue *catalogue, const char *sql, int64_t batch, struct arena *arena, struct scan_told **list, int *n, struct error *err)
{
	struct list l = { arena, NULL, 0 };

	if (catalogue_query(catalogue, sql, DB_ARGS(DB_I(batch)), add_scan, &l, err) < 0)
		return -1;
	*list = l.items;
	*n = l.n;
	return 0;
}

int counts_to_rescan(struct catalogue *catalogue, int64_t batch, struct arena *arena, struct scan_told **list, int *n, struct error *err)
{
	return list_scans(catalogue, SCANS_WHERE("p.grade = 'rescan'"), batch, arena, list, n, err);
}

int counts_scan_states(struct catalogue *catalogue, int64_t batch, struct arena *arena, struct scan_told **list, int *n, struct error *err)
{
	return list_scans(catalogue,
			  SCANS_WHERE("p.grade = 'usable' AND (p.faults LIKE '%negative%' OR p.faults LIKE '%spread%' OR p.faults LIKE '%drawing%' "
				      "OR p.faults LIKE '%reduced%' OR p.faults LIKE '%wordless%')"),
			  batch, arena, list, n, err);
}

static int add_batch(void *context, const struct db_row *row, struct error *err)
{
	struct list *l = context;
	struct batch_row *b = arena_push(l->arena, &l->items, &l->n, sizeof *b);

	b->id = db_column_int(row, 0);
	b->code = arena_strdup(l->arena, db_column_text(row, 1));
	b->source = arena_strdup(l->arena, db_column_text(row, 2));
	b->taken = arena_strdup(l->arena, db_column_text(row, 3));
	b->state = arena_strdup(l->arena, db_column_text(row, 4));
	return 0;
}

int counts_batches(struct catalogue *catalogue, struct arena *arena, struct batch_row **list, int *n, struct error *err)
{
	struct list l = { arena, NULL, 0 };

	if (catalogue_query(catalogue, "SELECT id, code, source, taken, state FROM batch ORDER BY id", NULL, 0, add_batch, &l, err) < 0)
		return -1;
	*list = l.items;
	*n = l.n;
	return 0;
}
