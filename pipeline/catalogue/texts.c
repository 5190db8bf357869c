#include "pipeline/catalogue/texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"

/* A page whose text may be looked at. A page without a document (a loose blank) has no text anyway. */
#define OPEN_PAGES                                                                                                                \
	" JOIN page p ON p.id = t.page_id AND p.state = 'read'"                                                                   \
	" JOIN document d ON d.id = p.document_id AND d.state <> 'restricted' "

#define NAMES_MAX 8

/* --- writing -------------------------------------------------------------------------------------------------------------- */

struct old {
	char *exact, *folded; /* NULL: the page had no text */
};

static int keep_old(void *context, const struct db_row *row, struct error *err)
{
	struct old *old = context;
	old->exact = mem_strdup(db_column_text(row, 0));
	old->folded = mem_strdup(db_column_text(row, 1));
	return 1;
}

static int old_find(struct catalogue *catalogue, int64_t page, struct old *old, struct error *err)
{
	*old = (struct old){ NULL, NULL };
	int ret = catalogue_query(catalogue, "SELECT exact, folded FROM page_text WHERE page_id = $1", DB_ARGS(DB_I(page)), keep_old,
				  old, err);
	return ret < 0 ? -1 : 0;
}

static void old_release(struct old *old)
{
	free(old->exact);
	free(old->folded);
}

/* FTS5 takes a row out of an external-content index only by the values it was put in with; wrong ones damage it silently. */
static int take_out(struct catalogue *catalogue, int64_t page, const struct old *old, struct error *err)
{
	if (!old->exact)
		return 0;
	if (catalogue_query(catalogue, "INSERT INTO page_fts (page_fts, rowid, exact, folded) VALUES ('delete', $1, $2, $3)",
			    DB_ARGS(DB_I(page), DB_T(old->exact), DB_T(old->folded)), NULL, NULL, err) < 0)
		return -1;
	return catalogue_query(catalogue, "DELETE FROM page_text WHERE page_id = $1", DB_ARGS(DB_I(page)), NULL, NULL, err);
}

static int need_transaction(struct catalogue *catalogue, const char *verb, struct error *err)
{
	if (catalogue_in_transaction(catalogue))
		return 0;
	return error_set(err, REACH_RUN, "catalogue", "%s outside a transaction", verb);
}

int texts_put(struct catalogue *catalogue, int64_t page, const char *exact, const char *folded, struct error *err)
{
	struct old old;
	int ret = -1;
	if (need_transaction(catalogue, "texts_put", err) || old_find(catalogue, page, &old, err))
		return -1;
	if (old.exact && !strcmp(old.exact, exact) && !strcmp(old.folded, folded)) {
		ret = 0;
		goto out;
	}
	if (take_out(catalogue, page, &old, err) ||
	    catalogue_query(catalogue, "INSERT INTO page_text (page_id, exact, folded) VALUES ($1, $2, $3)",
			    DB_ARGS(DB_I(page), DB_T(exact), DB_T(folded)), NULL, NULL, err) < 0 ||
	    catalogue_query(catalogue, "INSERT INTO page_fts (rowid, exact, folded) VALUES ($1, $2, $3)",
			    DB_ARGS(DB_I(page), DB_T(exact), DB_T(folded)), NULL, NULL, err) < 0)
		goto out;
	ret = 0;
out:
	old_release(&old);
	return ret;
}

int texts_remove(struct catalogue *catalogue, int64_t page, struct error *err)
{
	struct old old;
	if (need_transaction(catalogue, "texts_remove", err) || old_find(catalogue, page, &old, err))
		return -1;
	int ret = take_out(catalogue, page, &old, err);
	old_release(&old);
	return ret;
}

/* rank = 1 also compares the index with page_text; without it only the index's own structure is checked. The command is an
 * INSERT, so it needs the write lock even though it changes nothing. */
int texts_check(struct catalogue *catalogue, struct error *err)
{
	bool ours = !catalogue_in_transaction(catalogue);
	if (ours && catalogue_begin(catalogue, err))
		return -1;
	struct error why = ERROR_INIT;
	int ret = catalogue_query(catalogue, "INSERT INTO page_fts (page_fts, rank) VALUES ('integrity-check', 1)", NULL, 0, NULL,
				  NULL, &why);
	if (ours)
		catalogue_rollback(catalogue);
	if (ret < 0)
		return error_set(err, REACH_RUN, "catalogue-damaged", _("the full text and its index differ (%s)"), why.text);
	return 0;
}

int texts_rebuild(struct catalogue *catalogue, struct error *err)
{
	if (need_transaction(catalogue, "texts_rebuild", err))
		return -1;
	return catalogue_query(catalogue, "INSERT INTO page_fts (page_fts) VALUES ('rebuild')", NULL, 0, NULL, NULL, err);
}

struct pages {
	int (*fn)(void *context, const struct texts_page *page, struct error *err);
	void *context;
};

static int page_row(void *context, const struct db_row *row, struct error *err)
{
	const struct pages *pages = context;
	struct texts_page page = { db_column_int(row, 0), db_column_text(row, 1), db_column_int(row, 2) != 0 };
	return pages->fn(pages->context, &page, err);
}

int texts_pages(struct catalogue *catalogue, int64_t document,
		int (*fn)(void *context, const struct texts_page *page, struct error *err), void *context, struct error *err)
{
	struct pages pages = { fn, context };
	return catalogue_query(catalogue,
			       "SELECT p.id, p.text, p.state = 'read' AND d.state <> 'restricted' FROM page p"
			       " JOIN document d ON d.id = p.document_id WHERE p.document_id = $1 ORDER BY p.number",
			       DB_ARGS(DB_I(document)), page_row, &pages, err);
}

/* --- the expression ------------------------------------------------------------------------------------------------------- */

static void write_phrase(FILE *out, const struct texts_phrase *phrase)
{
	fputs(phrase->exact ? "exact : \"" : "folded : \"", out);
	for (int i = 0; i < phrase->ntokens; i++)
		fprintf(out, i ? " %s" : "%s", phrase->tokens[i]);
	fputs(phrase->prefix ? "\" *" : "\"", out);
}

/* A text for FTS5's MATCH. Tokens stand in double quotes and hold none, so no token is ever read as syntax. malloc'ed. */
static char *expression(const struct texts_group *groups, int ngroups)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	for (int i = 0; i < ngroups; i++) {
		fputs(i ? " AND (" : "(", out);
		for (int k = 0; k < groups[i].nphrases; k++) {
			fputs(k ? " OR " : "", out);
			write_phrase(out, &groups[i].phrases[k]);
		}
		fputc(')', out);
	}
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

static int ask(struct catalogue *catalogue, const char *sql, const struct texts_group *groups, int ngroups, int limit,
	       db_row_fn *fn, void *context, struct error *err)
{
	char *text = expression(groups, ngroups);
	if (!text)
		return error_errno(err, REACH_RUN, "catalogue", _("cannot ask the full text"));
	int ret = catalogue_query(catalogue, sql, DB_ARGS(DB_T(text), DB_I(limit)), fn, context, err);
	free(text);
	return ret;
}

/* --- questions ------------------------------------------------------------------------------------------------------------ */

static int count_row(void *context, const struct db_row *row, struct error *err)
{
	*(int64_t *)context = db_column_int(row, 0);
	return 1;
}

int texts_count(struct catalogue *catalogue, const struct texts_group *groups, int ngroups, int64_t *count, struct error *err)
{
	*count = 0;
	int ret = ask(catalogue,
		      "SELECT count(*) FROM (SELECT rowid AS page_id FROM page_fts WHERE page_fts MATCH $1 LIMIT $2) t" OPEN_PAGES,
		      groups, ngroups, -1, count_row, count, err);
	return ret < 0 ? -1 : 0;
}

struct ids {
	int (*fn)(void *context, int64_t page, struct error *err);
	void *context;
};

static int id_row(void *context, const struct db_row *row, struct error *err)
{
	const struct ids *ids = context;
	return ids->fn(ids->context, db_column_int(row, 0), err);
}

int texts_match(struct catalogue *catalogue, const struct texts_group *groups, int ngroups, int limit,
		int (*fn)(void *context, int64_t page, struct error *err), void *context, struct error *err)
{
	struct ids ids = { fn, context };
	return ask(catalogue,
		   "SELECT t.page_id FROM (SELECT rowid AS page_id, bm25(page_fts) AS score FROM page_fts WHERE page_fts MATCH $1) t"
		   OPEN_PAGES "ORDER BY t.score, t.page_id LIMIT $2", groups, ngroups, limit, id_row, &ids, err);
}

int texts_by_key(struct catalogue *catalogue, const char *const *names, int nnames, const char *key, int limit,
		 int (*fn)(void *context, int64_t page, struct error *err), void *context, struct error *err)
{
	struct ids ids = { fn, context };
	struct db_value args[NAMES_MAX + 2];
	if (nnames > NAMES_MAX)
		return error_set(err, REACH_RUN, "catalogue", "texts_by_key: too many names");
	args[0] = DB_T(key);
	args[1] = DB_I(limit);
	for (int i = 0; i < NAMES_MAX; i++)
		args[i + 2] = i < nnames ? DB_T(names[i]) : DB_N;
	return catalogue_query(catalogue,
			       "SELECT DISTINCT t.page_id FROM field f JOIN document fd ON fd.id = f.document_id"
			       " JOIN page fp ON fp.dossier_id = fd.dossier_id"
			       "  AND fp.number = CASE WHEN f.page > 0 THEN f.page ELSE fd.first_page END"
			       " JOIN page_text t ON t.page_id = fp.id" OPEN_PAGES
			       "WHERE f.key = $1 AND f.name IN ($3, $4, $5, $6, $7, $8, $9, $10)"
			       " ORDER BY t.page_id LIMIT $2", args, NAMES_MAX + 2, id_row, &ids, err);
}

struct hit {
	int (*fn)(void *context, const struct texts_hit *hit, struct error *err);
	void *context;
};

static int hit_row(void *context, const struct db_row *row, struct error *err)
{
	const struct hit *hit = context;
	struct texts_hit out = {
		.page = db_column_int(row, 0),
		.document = db_column_int(row, 1),
		.exact = db_column_text(row, 2),
		.folded = db_column_text(row, 3),
		.hash = db_column_text(row, 4),
		.file = db_column_text(row, 5),
		.file_page = (int)db_column_int(row, 6),
		.number = (int)db_column_int(row, 7),
		.in_document = (int)db_column_int(row, 8),
		.dossier = db_column_text(row, 9),
		.batch = db_column_text(row, 10),
		.box = db_column_text(row, 11),
		.shelf = db_column_text(row, 12),
		.type = db_column_text(row, 13),
		.title = db_column_text(row, 14),
		.verdict = db_column_text(row, 15),
	};
	return hit->fn(hit->context, &out, err);
}

int texts_hit(struct catalogue *catalogue, int64_t page,
	      int (*fn)(void *context, const struct texts_hit *hit, struct error *err), void *context, struct error *err)
{
	struct hit hit = { fn, context };
	return catalogue_query(catalogue,
			       "SELECT t.page_id, d.id, t.exact, t.folded, p.text, f.shown, p.file_page, p.number,"
			       " p.number - d.first_page + 1, s.code, b.code, s.box, s.shelf, d.type, d.title, d.verdict"
			       " FROM page_text t" OPEN_PAGES
			       "JOIN file f ON f.id = p.file_id JOIN dossier s ON s.id = p.dossier_id JOIN batch b ON b.id = s.batch_id"
			       " WHERE t.page_id = $1", DB_ARGS(DB_I(page)), hit_row, &hit, err);
}
