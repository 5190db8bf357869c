#include "pipeline/catalogue/work.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/audit.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"

static const char *const state_names[] = {
	[WORK_READ] = "read",
	[WORK_BLANK] = "blank",
	[WORK_SEPARATOR] = "separator",
	[WORK_RESTRICTED] = "restricted",
	[WORK_SET_ASIDE] = "set-aside",
	[WORK_AGAIN] = "waiting",
};

static enum work_outcome state_parse(const char *name)
{
	for (int i = 0; name && i < WORK_AGAIN; i++)
		if (!strcmp(state_names[i], name))
			return (enum work_outcome)i;
	return WORK_AGAIN;
}

static int change(struct catalogue *catalogue, const char *sql, const struct db_value *args, int nargs, int64_t *n, struct error *err)
{
	struct db *db = catalogue_db(catalogue);

	if (catalogue_query(catalogue, sql, args, nargs, NULL, NULL, err) < 0)
		return -1;
	if (n)
		*n = db->driver->changes(db);
	return 0;
}

/* A start that never came to an end is no failed attempt, so the one that was counted beforehand is taken back; that a page ends the
 * runner itself each time is counted apart. */
int work_recover(struct catalogue *catalogue, int *npages, struct error *err)
{
	int64_t found, lost, dossiers;

	if (change(catalogue, "UPDATE page SET state = 'waiting', attempts = max(attempts - 1, 0), interruptions = interruptions + 1 "
			      "WHERE state IN ('waiting', 'running') AND state = 'running'", NULL, 0, &found, err) < 0 ||
	    change(catalogue, "UPDATE page SET state = 'set-aside', reason = 'interrupted', detail = NULL "
			      "WHERE state IN ('waiting', 'running') AND state = 'waiting' AND interruptions >= $1",
		   DB_ARGS(DB_I(WORK_INTERRUPTIONS)), &lost, err) < 0 ||
	    change(catalogue, "UPDATE dossier SET state = 'waiting', attempts = max(attempts - 1, 0) WHERE state = 'reading'", NULL, 0,
		   &dossiers, err) < 0)
		return -1;
	*npages = (int)found;
	if (!found && !dossiers)
		return 0;
	return audit_note(catalogue, "recover", "archive", 0,
			  json_pack("{s:I,s:I,s:I}", "pages", (json_int_t)found, "set_aside", (json_int_t)lost, "dossiers",
				    (json_int_t)dossiers), err);
}

/* --- pages --------------------------------------------------------------------------------------------------------- */

struct claim {
	struct arena *arena;
	struct work_page *page;
};

static int take_page(void *context, const struct db_row *row, struct error *err)
{
	struct claim *c = context;
	struct work_page *p = c->page;

	p->id = db_column_int(row, 0);
	p->dossier_id = db_column_int(row, 1);
	p->number = (int)db_column_int(row, 2);
	p->file_page = (int)db_column_int(row, 3);
	p->attempts = (int)db_column_int(row, 4) + 1;
	snprintf(p->hash, sizeof p->hash, "%s", db_column_text(row, 5) ? db_column_text(row, 5) : "");
	p->media = arena_strdup(c->arena, db_column_text(row, 6));
	p->file = arena_strdup(c->arena, db_column_text(row, 7));
	return 1;
}

int work_claim_page(struct catalogue *catalogue, struct arena *arena, struct work_page *page, struct error *err)
{
	struct claim c = { arena, page };
	/* The first condition on the state is that of the index page_waiting, word for word, or it would not be used. CROSS JOIN keeps
	 * the pages outermost, in the order of that index. */
	int ret = catalogue_query(catalogue,
				  "SELECT p.id, p.dossier_id, p.number, p.file_page, p.attempts, f.hash, f.media, f.shown "
				  "FROM page p CROSS JOIN dossier d ON d.id = p.dossier_id CROSS JOIN file f ON f.id = p.file_id "
				  "WHERE p.state IN ('waiting', 'running') AND p.state = 'waiting' AND d.state = 'waiting' "
				  "ORDER BY p.dossier_id, p.number LIMIT 1",
				  NULL, 0, take_page, &c, err);

	if (ret <= 0)
		return ret;
	if (change(catalogue, "UPDATE page SET state = 'running', attempts = attempts + 1 WHERE id = $1", DB_ARGS(DB_I(page->id)), NULL,
		   err) < 0)
		return -1;
	return 1;
}

static int take_text(void *context, const struct db_row *row, struct error *err)
{
	struct work_text *t = context;

	t->outcome = state_parse(db_column_text(row, 0));
	snprintf(t->text, sizeof t->text, "%s", db_column_text(row, 1));
	t->confidence = row->columns[2].kind == DB_NULL ? -1 : db_column_real(row, 2);
	return 1;
}

int work_find_text(struct catalogue *catalogue, const struct work_page *page, const char *recipe, struct work_text *found, struct error *err)
{
	return catalogue_query(catalogue,
			       "SELECT p.state, p.text, p.confidence FROM file f CROSS JOIN page p ON p.file_id = f.id AND p.file_page = $2 "
			       "WHERE f.hash = $1 AND p.recipe = $3 AND p.text IS NOT NULL AND p.state IN ('read', 'blank', 'separator') "
			       "ORDER BY p.id LIMIT 1",
			       DB_ARGS(DB_T(page->hash), DB_I(page->file_page), DB_T(recipe)), take_text, found, err);
}

static int put_object(struct catalogue *catalogue, const char *hash, int64_t size, const char *kind, struct error *err)
{
	return change(catalogue, "INSERT INTO object (hash, size, kind) VALUES ($1, $2, $3) ON CONFLICT (hash) DO UPDATE SET withdrawal_id = NULL WHERE withdrawal_id IS NOT NULL",
		      DB_ARGS(DB_T(hash), DB_I(size), DB_T(kind)), NULL, err);
}

static int is_running(struct catalogue *catalogue, int64_t page, int64_t *attempts, struct error *err)
{
	if (catalogue_int(catalogue, "SELECT attempts FROM page WHERE id = $1 AND state = 'running'", DB_ARGS(DB_I(page)), -1, attempts,
			  err) < 0)
		return -1;
	if (*attempts < 0)
		return error_set(err, REACH_RUN, "catalogue", "page %" PRId64 " has an outcome but was not claimed", page);
	return 0;
}

int work_finish_page(struct catalogue *catalogue, int64_t page, const struct work_result *r, struct error *err)
{
	enum work_outcome outcome = r->outcome;
	bool failed = outcome == WORK_AGAIN || outcome == WORK_SET_ASIDE || outcome == WORK_RESTRICTED;
	const char *text = outcome == WORK_READ || outcome == WORK_BLANK || outcome == WORK_SEPARATOR ? r->text : NULL;
	int64_t attempts;

	if (is_running(catalogue, page, &attempts, err) < 0)
		return -1;
	if (outcome == WORK_AGAIN && attempts >= WORK_ATTEMPTS)
		outcome = WORK_SET_ASIDE;
	if (text && put_object(catalogue, text, r->text_size, "page", err) < 0)
		return -1;
	if (change(catalogue, "UPDATE page SET state = $2, text = $3, recipe = $4, confidence = $5, reason = $6, detail = $7, "
			      "grade = $8, faults = $9, document_id = NULL WHERE id = $1",
		   DB_ARGS(DB_I(page), DB_T(state_names[outcome]), DB_T(text), DB_T(r->recipe),
			   text && r->confidence >= 0 ? DB_R(r->confidence) : DB_N, DB_T(failed ? r->reason : NULL),
			   /* a sentence about a restricted page might quote it */
			   DB_T(failed && outcome != WORK_RESTRICTED ? r->detail : NULL), DB_T(outcome == WORK_READ ? r->grade : NULL),
			   DB_T(outcome == WORK_READ && r->faults && *r->faults ? r->faults : NULL)),
		   NULL, err) < 0)
		return -1;
	if (outcome == WORK_AGAIN) /* not final: nothing to tell yet */
		return 0;
	return audit_note(catalogue, state_names[outcome], "page", page,
			  json_pack("{s:s*,s:s*}", "text", text, "reason", failed ? r->reason : NULL), err);
}

int work_release_page(struct catalogue *catalogue, int64_t page, struct error *err)
{
	return change(catalogue, "UPDATE page SET state = 'waiting', attempts = max(attempts - 1, 0) WHERE id = $1 AND state = 'running'",
		      DB_ARGS(DB_I(page)), NULL, err);
}

/* --- dossiers ------------------------------------------------------------------------------------------------------ */

struct dossier_claim {
	struct arena *arena;
	struct work_dossier *dossier;
};

static int take_dossier(void *context, const struct db_row *row, struct error *err)
{
	struct dossier_claim *c = context;

	c->dossier->id = db_column_int(row, 0);
	c->dossier->code = arena_strdup(c->arena, db_column_text(row, 1));
	c->dossier->title = arena_strdup(c->arena, db_column_text(row, 2));
	c->dossier->npages = (int)db_column_int(row, 3);
	c->dossier->attempts = (int)db_column_int(row, 4) + 1;
	return 1;
}

int work_next_dossier(struct catalogue *catalogue, struct arena *arena, struct work_dossier *dossier, struct error *err)
{
	struct dossier_claim c = { arena, dossier };
	int ret = catalogue_query(catalogue,
				  "SELECT d.id, d.code, d.title, (SELECT count(*) FROM page WHERE dossier_id = d.id AND number > 0), d.attempts FROM dossier d "
				  "WHERE d.state = 'waiting' AND EXISTS (SELECT 1 FROM page WHERE dossier_id = d.id) AND NOT EXISTS "
				  "(SELECT 1 FROM page WHERE dossier_id = d.id AND state IN ('waiting', 'running')) ORDER BY d.id LIMIT 1",
				  NULL, 0, take_dossier, &c, err);

	if (ret <= 0)
		return ret;
	if (change(catalogue, "UPDATE dossier SET state = 'reading', attempts = attempts + 1 WHERE id = $1", DB_ARGS(DB_I(dossier->id)),
		   NULL, err) < 0)
		return -1;
	return 1;
}

struct page_list {
	struct arena *arena;
	struct work_page_text *pages;
	int n;
};

static int add_page(void *context, const struct db_row *row, struct error *err)
{
	struct page_list *l = context;
	struct work_page_text *p = arena_push(l->arena, &l->pages, &l->n, sizeof *p);

	p->id = db_column_int(row, 0);
	p->number = (int)db_column_int(row, 1);
	p->file_page = (int)db_column_int(row, 2);
	p->file = arena_strdup(l->arena, db_column_text(row, 3));
	p->state = state_parse(db_column_text(row, 4));
	p->text = arena_strdup(l->arena, db_column_text(row, 5));
	return 0;
}

int work_pages_of(struct catalogue *catalogue, int64_t dossier, struct arena *arena, struct work_page_text **pages, int *npages,
		  struct error *err)
{
	struct page_list l = { arena, NULL, 0 };

	if (catalogue_query(catalogue,
			    "SELECT p.id, p.number, p.file_page, f.shown, p.state, p.text FROM page p JOIN file f ON f.id = p.file_id "
			    "WHERE p.dossier_id = $1 AND p.number > 0 ORDER BY p.number",
			    DB_ARGS(DB_I(dossier)), add_page, &l, err) < 0)
		return -1;
	*pages = l.pages;
	*npages = l.n;
	return 0;
}

int work_finish_dossier(struct catalogue *catalogue, int64_t dossier, const char *papers, struct error *err)
{
	/* a dossier to which files came in the meantime stays open: it is parted once more */
	if (change(catalogue, "UPDATE dossier SET papers = $2, reason = NULL, detail = NULL, "
			      "state = CASE WHEN state = 'reading' THEN 'split' ELSE state END WHERE id = $1",
		   DB_ARGS(DB_I(dossier), DB_T(papers)), NULL, err) < 0)
		return -1;
	return audit_note(catalogue, "split", "dossier", dossier, json_pack("{s:s*}", "papers", papers), err);
}

int work_fail_dossier(struct catalogue *catalogue, int64_t dossier, const char *reason, const char *detail, struct error *err)
{
	int64_t last;

	if (change(catalogue, "UPDATE dossier SET state = CASE WHEN attempts >= $2 THEN 'set-aside' ELSE 'waiting' END, reason = $3, "
			      "detail = $4 WHERE id = $1 AND state = 'reading'",
		   DB_ARGS(DB_I(dossier), DB_I(WORK_ATTEMPTS), DB_T(reason), DB_T(detail)), NULL, err) < 0 ||
	    catalogue_int(catalogue, "SELECT state = 'set-aside' FROM dossier WHERE id = $1", DB_ARGS(DB_I(dossier)), 0, &last, err) < 0)
		return -1;
	return last ? audit_note(catalogue, "set-aside", "dossier", dossier, json_pack("{s:s*}", "reason", reason), err) : 0;
}

int work_release_dossier(struct catalogue *catalogue, int64_t dossier, struct error *err)
{
	return change(catalogue, "UPDATE dossier SET state = 'waiting', attempts = max(attempts - 1, 0) WHERE id = $1 AND state = 'reading'",
		      DB_ARGS(DB_I(dossier)), NULL, err);
}

int work_close_dossier(struct catalogue *catalogue, int64_t dossier, struct error *err)
{
	return change(catalogue, "UPDATE dossier SET state = 'done' WHERE id = $1 AND state = 'split'", DB_ARGS(DB_I(dossier)), NULL, err);
}

/* --- documents ----------------------------------------------------------------------------------------------------- */

int work_next_document(struct catalogue *catalogue, const char *state, int64_t *document, struct error *err)
{
	int64_t id;

	if (catalogue_int(catalogue, "SELECT id FROM document WHERE state = $1 ORDER BY id LIMIT 1", DB_ARGS(DB_T(state)), 0, &id, err) < 0)
		return -1;
	*document = id;
	return id != 0;
}

int work_mark_document(struct catalogue *catalogue, int64_t document, const char *state, struct error *err)
{
	return change(catalogue, "UPDATE document SET state = $2 WHERE id = $1 AND state <> 'restricted'",
		      DB_ARGS(DB_I(document), DB_T(state)), NULL, err);
}

/* --- counts, restart, retry ---------------------------------------------------------------------------------------- */

static int take_counts(void *context, const struct db_row *row, struct error *err)
{
	struct work_counts *c = context;

	c->waiting = db_column_int(row, 0);
	c->running = db_column_int(row, 1);
	c->done = db_column_int(row, 2);
	c->restricted = db_column_int(row, 3);
	c->set_aside = db_column_int(row, 4);
	return 1;
}

int work_counts(struct catalogue *catalogue, struct work_counts *counts, struct error *err)
{
	*counts = (struct work_counts){ 0 };
	if (catalogue_query(catalogue,
			    "SELECT sum(state = 'waiting'), sum(state = 'running'), sum(state IN ('read', 'blank', 'separator')), "
			    "sum(state = 'restricted'), sum(state = 'set-aside') FROM page",
			    NULL, 0, take_counts, counts, err) < 0)
		return -1;
	return catalogue_int(catalogue,
			     "SELECT count(*) FROM dossier d WHERE d.state IN ('waiting', 'reading') AND EXISTS "
			     "(SELECT 1 FROM page WHERE dossier_id = d.id)",
			     NULL, 0, 0, &counts->dossiers_waiting, err);
}

int work_lost_text(struct catalogue *catalogue, int64_t page, struct error *err)
{
	return change(catalogue, "UPDATE page SET state = 'waiting', attempts = 0, interruptions = 0, text = NULL, recipe = NULL WHERE id = $1",
		      DB_ARGS(DB_I(page)), NULL, err);
}

/* A dossier with a waiting page is read and parted anew, once that page is final. */
static int reopen_dossiers(struct catalogue *catalogue, int64_t *n, struct error *err)
{
	return change(catalogue, "UPDATE dossier SET state = 'waiting', attempts = 0, reason = NULL, detail = NULL "
				 "WHERE state IN ('split', 'done', 'set-aside') AND id IN "
				 "(SELECT dossier_id FROM page WHERE state IN ('waiting', 'running'))", NULL, 0, n, err);
}

int work_restart(struct catalogue *catalogue, const char *recipe, int64_t *npages, struct error *err)
{
	int64_t ndossiers;

	if (change(catalogue, "UPDATE page SET state = 'waiting', attempts = 0, interruptions = 0, reason = NULL, detail = NULL, "
			      "document_id = NULL WHERE state IN ('read', 'blank', 'separator') AND recipe IS NOT $1 "
			      /* its original was destroyed with another paper: it cannot be read again */
			      "AND NOT EXISTS (SELECT 1 FROM file f JOIN object o ON o.hash = f.hash WHERE f.id = page.file_id AND o.withdrawal_id IS NOT NULL)",
		   DB_ARGS(DB_T(recipe)), npages, err) < 0 ||
	    reopen_dossiers(catalogue, &ndossiers, err) < 0)
		return -1;
	return audit_note(catalogue, "restart", "archive", 0,
			  json_pack("{s:I,s:I}", "pages", (json_int_t)*npages, "dossiers", (json_int_t)ndossiers), err);
}

int work_retry(struct catalogue *catalogue, char kind, int64_t id, int64_t *npages, int64_t *ndossiers, struct error *err)
{
	const char *pages = "UPDATE page SET state = 'waiting', attempts = 0, interruptions = 0, reason = NULL, detail = NULL "
			    "WHERE state = 'set-aside' AND reason IS NOT 'replaced' AND ($1 = 'a' OR ($1 = 'd' AND dossier_id = $2) OR ($1 = 'f' AND file_id = $2) "
			    "OR ($1 = 'p' AND id = $2))";
	const char *name = kind == 'a' ? "archive" : kind == 'd' ? "dossier" : kind == 'f' ? "file" : "page";
	char letter[2] = { kind, '\0' };
	int64_t alone, with_pages;

	if (change(catalogue, pages, DB_ARGS(DB_T(letter), DB_I(id)), npages, err) < 0 ||
	    change(catalogue, "UPDATE dossier SET state = 'waiting', attempts = 0, reason = NULL, detail = NULL "
			      "WHERE state = 'set-aside' AND ($1 = 'a' OR ($1 = 'd' AND id = $2))",
		   DB_ARGS(DB_T(letter), DB_I(id)), &alone, err) < 0 ||
	    reopen_dossiers(catalogue, &with_pages, err) < 0)
		return -1;
	*ndossiers = alone + with_pages;
	if (!*npages && !*ndossiers)
		return 0;
	return audit_note(catalogue, "retry", name, kind == 'a' ? 0 : id,
			  json_pack("{s:I,s:I}", "pages", (json_int_t)*npages, "dossiers", (json_int_t)*ndossiers), err);
}
