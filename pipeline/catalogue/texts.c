/* texts.c - writes the full text of the pages (texts.h) */
#include "pipeline/catalogue/texts_private.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/bitmaps.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/words.h"
#include "pipeline/error.h"
#include "pipeline/tokens.h"

struct old {
	char *exact, *facts; /* NULL: the page had no text */
};

static int keep_old(void *context, const struct db_row *row, struct error *err)
{
	struct old *old = context;
	old->exact = mem_strdup(db_column_text(row, 0));
	old->facts = mem_strdup(db_column_text(row, 1));
	return 1;
}

static int old_find(struct catalogue *catalogue, int64_t page, struct old *old, struct error *err)
{
	*old = (struct old){ NULL, NULL };
	int ret = catalogue_query(catalogue, "SELECT exact, facts FROM page_text WHERE page_id = $1", DB_ARGS(DB_I(page)), keep_old,
				  old, err);
	return ret < 0 ? -1 : 0;
}

static struct bitmaps_row row_of(const struct old *old)
{
	return (struct bitmaps_row){ old->exact, old->facts };
}

static void old_release(struct old *old)
{
	free(old->exact);
	free(old->facts);
}

/* FTS5 takes a row out of an external-content index only by the values it was put in with; wrong ones damage it silently. */
static int take_out(struct catalogue *catalogue, int64_t page, const struct old *old, struct error *err)
{
	if (!old->exact)
		return 0;
	if (catalogue_query(catalogue, "INSERT INTO page_fts (page_fts, rowid, exact, facts) VALUES ('delete', $1, $2, $3)",
			    DB_ARGS(DB_I(page), DB_T(old->exact), DB_T(old->facts)), NULL, NULL, err) < 0)
		return -1;
	if (catalogue_query(catalogue, "DELETE FROM page_text WHERE page_id = $1", DB_ARGS(DB_I(page)), NULL, NULL, err) < 0)
		return -1;
	return catalogue_query(catalogue, "DELETE FROM hidden WHERE page_id = $1", DB_ARGS(DB_I(page)), NULL, NULL, err);
}

/* A page gets text that the view does not give (visible.h). */
static int hide(struct catalogue *catalogue, int64_t page, struct error *err)
{
	int64_t seen;
	if (catalogue_int(catalogue, "SELECT 1 FROM visible WHERE page_id = $1", DB_ARGS(DB_I(page)), 0, &seen, err))
		return -1;
	return seen ? 0 : catalogue_query(catalogue, "INSERT INTO hidden VALUES ($1)", DB_ARGS(DB_I(page)), NULL, NULL, err);
}

int texts_need_transaction(struct catalogue *catalogue, const char *verb, struct error *err)
{
	if (catalogue_in_transaction(catalogue))
		return 0;
	return error_set(err, REACH_RUN, "catalogue", "%s outside a transaction", verb);
}

struct noting {
	struct catalogue *catalogue;
	int64_t page;
	struct error *err;
};

static int note_word(void *context, const char *word)
{
	const struct noting *noting = context;
	return words_note(noting->catalogue, word, noting->page, noting->err);
}

static int words_of_page(struct catalogue *catalogue, int64_t page, const char *exact, struct error *err)
{
	struct noting noting = { catalogue, page, err };
	return terms_words(texts_terms(catalogue), exact, (int)strlen(exact), note_word, &noting);
}

static int put_in(struct catalogue *catalogue, int64_t page, const char *exact, const char *facts, bool words, struct error *err)
{
	if (catalogue_query(catalogue, "INSERT INTO page_text (page_id, exact, facts) VALUES ($1, $2, $3)",
			    DB_ARGS(DB_I(page), DB_T(exact), DB_T(facts)), NULL, NULL, err) < 0 ||
	    catalogue_query(catalogue, "INSERT INTO page_fts (rowid, exact, facts) VALUES ($1, $2, $3)",
			    DB_ARGS(DB_I(page), DB_T(exact), DB_T(facts)), NULL, NULL, err) < 0 ||
	    hide(catalogue, page, err))
		return -1;
	return words ? words_of_page(catalogue, page, exact, err) : 0;
}

static int put(struct catalogue *catalogue, int64_t page, const char *exact, const char *facts, bool words, struct error *err)
{
	struct old old;
	int ret = -1;
	if (texts_need_transaction(catalogue, "texts_put", err) || old_find(catalogue, page, &old, err))
		return -1;
	if (old.exact && !strcmp(old.exact, exact) && !strcmp(old.facts, facts))
		ret = 0;
	else if (take_out(catalogue, page, &old, err) == 0 && put_in(catalogue, page, exact, facts, words, err) == 0)
		ret = bitmaps_change(catalogue, page, row_of(&old), (struct bitmaps_row){ exact, facts }, err);
	old_release(&old);
	return ret;
}

int texts_put(struct catalogue *catalogue, int64_t page, const char *exact, const char *facts, struct error *err)
{
	return put(catalogue, page, exact, facts, true, err);
}

int texts_put_anew(struct catalogue *catalogue, int64_t page, const char *exact, const char *facts, struct error *err)
{
	return put(catalogue, page, exact, facts, false, err);
}

int texts_remove(struct catalogue *catalogue, int64_t page, struct error *err)
{
	struct old old;
	if (texts_need_transaction(catalogue, "texts_remove", err) || old_find(catalogue, page, &old, err))
		return -1;
	int ret = take_out(catalogue, page, &old, err);
	if (!ret)
		ret = bitmaps_change(catalogue, page, row_of(&old), (struct bitmaps_row){ NULL, NULL }, err);
	old_release(&old);
	return ret;
}

struct forgetting {
	struct catalogue *catalogue;
	struct error *err;
};

/* A word that no page holds any more. Asked after the page was taken out; the vocabulary of FTS5 sees that at once. */
static int forget_word(void *context, const char *word)
{
	const struct forgetting *f = context;
	int64_t pages;
	if (catalogue_int(f->catalogue, "SELECT doc FROM page_words WHERE term = $1", DB_ARGS(DB_T(word)), 0, &pages, f->err))
		return -1;
	return pages ? 0 : words_drop(f->catalogue, word, f->err);
}

int texts_forget(struct catalogue *catalogue, int64_t page, struct error *err)
{
	struct forgetting forgetting = { catalogue, err };
	struct old old;
	if (texts_need_transaction(catalogue, "texts_forget", err) || old_find(catalogue, page, &old, err))
		return -1;
	int ret = take_out(catalogue, page, &old, err);
	if (!ret && old.exact)
		ret = bitmaps_change(catalogue, page, row_of(&old), (struct bitmaps_row){ NULL, NULL }, err) || bitmaps_forget(catalogue, row_of(&old), err) ? -1 : 0;
	if (!ret && old.exact)
		ret = terms_words(texts_terms(catalogue), old.exact, (int)strlen(old.exact), forget_word, &forgetting);
	old_release(&old);
	return ret;
}

/* A deleted row is only marked in FTS5 until the pieces of the index that hold it are merged, and every piece is looked at for every word of a question.
 * The first merge, with a number below 0, makes all pieces take part; else those of one age do (FTS5, "merge" and "usermerge"). */
#define MERGE_PAGES 500 /* of 4 KB: some 50 ms */

int texts_merge(struct catalogue *catalogue, int pages, struct error *err)
{
	int64_t before, after;
	if (catalogue_int(catalogue, "SELECT total_changes()", NULL, 0, 0, &before, err) ||
	    catalogue_query(catalogue, "INSERT INTO page_fts (page_fts, rank) VALUES ('merge', $1)", DB_ARGS(DB_I(pages)), NULL, NULL, err) < 0 ||
	    catalogue_int(catalogue, "SELECT total_changes()", NULL, 0, 0, &after, err))
		return -1;
	return after - before >= 2;
}

int texts_compact(struct catalogue *catalogue, bool first, struct error *err)
{
	if (catalogue_begin(catalogue, err))
		return -1;
	int more = texts_merge(catalogue, first ? -MERGE_PAGES : MERGE_PAGES, err);
	if (!more)
		more = bitmaps_step(catalogue, err);
	if (more < 0) {
		catalogue_rollback(catalogue);
		return -1;
	}
	return catalogue_commit(catalogue, err) ? -1 : more;
}

struct page_ids {
	struct arena *arena;
	int64_t *ids;
	int n;
};

static int keep_id(void *context, const struct db_row *row, struct error *err)
{
	struct page_ids *pages = context;
	*(int64_t *)arena_push(pages->arena, &pages->ids, &pages->n, sizeof *pages->ids) = db_column_int(row, 0);
	return 0;
}

int texts_refresh(struct catalogue *catalogue, int64_t document, struct error *err)
{
	struct page_ids pages = { arena_new(), NULL, 0 };
	char *facts = texts_facts(catalogue, document, err);
	int ret = !facts ? -1 : catalogue_query(catalogue, "SELECT p.id FROM page p JOIN page_text t ON t.page_id = p.id WHERE p.document_id = $1",
				  DB_ARGS(DB_I(document)), keep_id, &pages, err);
	for (int i = 0; i < pages.n && ret == 0; i++) {
		struct old old;
		ret = old_find(catalogue, pages.ids[i], &old, err);
		if (ret == 0 && old.exact)
			ret = texts_put(catalogue, pages.ids[i], old.exact, facts, err);
		old_release(&old);
	}
	arena_free(pages.arena);
	free(facts);
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
	int64_t wrong = 0, bitmaps = 0;
	int ret = catalogue_query(catalogue, "INSERT INTO page_fts (page_fts, rank) VALUES ('integrity-check', 1)", NULL, 0, NULL,
				  NULL, &why);
	int hidden = catalogue_int(catalogue,
				   "SELECT count(*) FROM page_text t WHERE EXISTS (SELECT 1 FROM visible v WHERE v.page_id = t.page_id)"
				   " = EXISTS (SELECT 1 FROM hidden h WHERE h.page_id = t.page_id)", NULL, 0, 0, &wrong, err);
	int counted = ret < 0 ? 0 : bitmaps_check(catalogue, &bitmaps, err);
	if (ours)
		catalogue_rollback(catalogue);
	if (ret < 0)
		return error_set(err, REACH_RUN, "catalogue-damaged", _("the full text and its index differ (%s)"), why.text);
	if (wrong)
		return error_set(err, REACH_RUN, "catalogue-damaged", _("what may be seen and what a search counts differ for %lld pages"), (long long)wrong);
	if (bitmaps)
		return error_set(err, REACH_RUN, "catalogue-damaged", _("the index and the sets of pages beside it differ for %lld terms"), (long long)bitmaps);
	return hidden || counted ? -1 : 0;
}

int texts_rebuild(struct catalogue *catalogue, struct error *err)
{
	if (texts_need_transaction(catalogue, "texts_rebuild", err))
		return -1;
	if (bitmaps_clear(catalogue, err) || catalogue_query(catalogue, "INSERT INTO page_fts (page_fts) VALUES ('rebuild')", NULL, 0, NULL, NULL, err) < 0)
		return -1;
	struct arena *arena = arena_new();
	const char *last = "";
	int more;
	do
		more = words_list(catalogue, last, &last, arena, err);
	while (more > 0);
	arena_free(arena);
	return more;
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
