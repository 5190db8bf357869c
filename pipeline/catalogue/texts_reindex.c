/* texts_reindex.c - the index made anew from the store: what is noted of how far it has come (texts.h) */
#include "pipeline/catalogue/texts_private.h"

#include <stdio.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/bitmaps.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/words.h"
#include "pipeline/error.h"

#define REINDEX "reindex" /* key of meta: the last paper that was done, while the index is not whole */
#define LISTED "reindex-words" /* and the last word that was listed, when all papers are in */
#define NOTED "SELECT CAST(value AS INTEGER) FROM meta WHERE key = '" REINDEX "'"

/* How FTS5 merges the pieces of its index while all is written anew: not by itself, but at the end, hundreds of pieces into one (texts_reindex_merge). Every
 * merge of a page writes it twice more, and takes as long as putting it in (make bench-search). Answers look into more pieces meanwhile. What
 * stands second is for the rest of the time. Words wait in memory to the end of a transaction, so that it makes one piece. */
static const struct setting {
	const char *name;
	int64_t anew, daily;
} settings[] = {
	{ "automerge", 0, 4 },
	{ "crisismerge", 1999, 16 }, /* FTS5 has room for 2,000 pieces */
	{ "usermerge", 16, 2 },
	{ "hashsize", 32 << 20, 1 << 20 },
};

static int settings_set(struct catalogue *catalogue, bool anew, struct error *err)
{
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		if (catalogue_query(catalogue, "INSERT INTO page_fts (page_fts, rank) VALUES ($1, $2)",
				    DB_ARGS(DB_T(settings[i].name), DB_I(anew ? settings[i].anew : settings[i].daily)), NULL, NULL, err) < 0)
			return -1;
	return 0;
}

int texts_reindex_begin(struct catalogue *catalogue, struct error *err)
{
	static const char *const sql[] = {
		"INSERT INTO page_fts (page_fts) VALUES ('delete-all')",
		"DELETE FROM page_text",
		"DELETE FROM word",
		"DELETE FROM meta WHERE key = '" LISTED "'",
	};
	if (texts_need_transaction(catalogue, "texts_reindex_begin", err))
		return -1;
	word_cache_clear(*catalogue_word_cache(catalogue));
	if (bitmaps_clear(catalogue, err))
		return -1;
	for (size_t i = 0; i < sizeof sql / sizeof *sql; i++)
		if (catalogue_query(catalogue, sql[i], NULL, 0, NULL, NULL, err) < 0)
			return -1;
	return catalogue_meta_set(catalogue, REINDEX, "0", err) || catalogue_query(catalogue, "DELETE FROM hidden", NULL, 0, NULL, NULL, err) < 0
		       ? -1 : settings_set(catalogue, true, err);
}

struct next {
	struct texts_reindex_paper *papers;
	int n;
};

static int keep_next(void *context, const struct db_row *row, struct error *err)
{
	struct next *next = context;
	next->papers[next->n++] = (struct texts_reindex_paper){ db_column_int(row, 0), db_column_int(row, 1) };
	return 0;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): keep_next writes them */
int texts_reindex_next(struct catalogue *catalogue, int64_t after, int max, struct texts_reindex_paper *papers, int *n, struct error *err)
{
	struct next next = { papers, 0 };
	int ret = catalogue_query(catalogue,
				  "SELECT id, last_page - first_page + 1 FROM document WHERE id > $1 AND state IN ('indexed', 'judged') ORDER BY id LIMIT $2",
				  DB_ARGS(DB_I(after), DB_I(max)), keep_next, &next, err);
	*n = next.n;
	return ret;
}

int texts_reindex_noted(struct catalogue *catalogue, int64_t *last, struct error *err)
{
	return catalogue_int(catalogue, NOTED, NULL, 0, 0, last, err);
}

int texts_reindex_note(struct catalogue *catalogue, int64_t document, struct error *err)
{
	char number[24];
	snprintf(number, sizeof number, "%lld", (long long)document);
	return catalogue_query(catalogue, "UPDATE meta SET value = $1 WHERE key = '" REINDEX "'", DB_ARGS(DB_T(number)), NULL, NULL, err);
}

#define MERGE_PAGES 4000 /* of 4 KB: some 400 ms. Each step writes a page of every piece again, of which there may be 1,900: small steps would be those pages above all */

int texts_reindex_merge(struct catalogue *catalogue, bool all, struct error *err)
{
	if (texts_need_transaction(catalogue, "texts_reindex_merge", err))
		return -1;
	return texts_merge(catalogue, all ? -MERGE_PAGES : MERGE_PAGES, err);
}

void texts_reindex_collect(struct catalogue *catalogue, bool on)
{
	bitmaps_collect(catalogue, on);
}

int texts_reindex_collected(struct catalogue *catalogue, bool last, struct error *err)
{
	return last ? bitmaps_collected_end(catalogue, err) : bitmaps_collected_step(catalogue, err);
}

static int keep_text(void *context, const struct db_row *row, struct error *err)
{
	struct arena_text *text = context;
	arena_text_add(text, db_column_text(row, 0), strlen(db_column_text(row, 0)));
	return 1;
}

/* Words are not noted page by page here: nearly each page brings one that nobody has seen, and each of those changes two pages of the database at
 * places of their own, which came to as much writing as all the rest. The index knows them all, in order, when it is one piece. */
int texts_reindex_words(struct catalogue *catalogue, struct error *err)
{
	struct arena *arena = arena_new();
	struct arena_text after = { .arena = arena };
	const char *last;
	int more = -1;
	if (texts_need_transaction(catalogue, "texts_reindex_words", err))
		goto out;
	arena_text_add(&after, "", 0);
	if (catalogue_query(catalogue, "SELECT value FROM meta WHERE key = '" LISTED "'", NULL, 0, keep_text, &after, err) < 0)
		goto out;
	more = words_list(catalogue, after.text, &last, arena, err);
	if (more > 0 && catalogue_meta_set(catalogue, LISTED, last, err) < 0)
		more = -1;
out:
	arena_free(arena);
	return more;
}

int texts_reindex_end(struct catalogue *catalogue, struct error *err)
{
	if (settings_set(catalogue, false, err))
		return -1;
	return catalogue_query(catalogue, "DELETE FROM meta WHERE key IN ('" REINDEX "', '" LISTED "')", NULL, 0, NULL, NULL, err);
}

int texts_reindex_state(struct catalogue *catalogue, int64_t *done, int64_t *all, struct error *err)
{
	int64_t last;
	if (catalogue_int(catalogue, NOTED, NULL, 0, -1, &last, err))
		return -1;
	if (last < 0)
		return 0;
	if (catalogue_int(catalogue, "SELECT sum(last_page - first_page + 1) FROM document WHERE state IN ('indexed', 'judged')", NULL, 0, 0, all, err) ||
	    catalogue_int(catalogue, "SELECT sum(last_page - first_page + 1) FROM document WHERE state IN ('indexed', 'judged') AND id <= $1", DB_ARGS(DB_I(last)), 0, done, err))
		return -1;
	return 1;
}
