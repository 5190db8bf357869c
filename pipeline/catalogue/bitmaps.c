#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/bitmaps_private.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/catalogue/texts_lists.h"
#include "pipeline/error.h"
#include "pipeline/text.h"

#define PARTS_MAX (INT64_C(1) << 24) /* of one term */

int bitmaps_upto(struct catalogue *catalogue, int64_t *upto, struct error *err)
{
	return catalogue_int(catalogue, "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'bitmaps'", NULL, 0, 0, upto, err);
}

int64_t bitmaps_row_id(int64_t term, int64_t part)
{
	return term * PARTS_MAX + part;
}

int bitmaps_term_id(struct catalogue *catalogue, const char *term, int64_t *id, struct error *err)
{
	return catalogue_int(catalogue, "SELECT id FROM bitmap_term WHERE term = $1", DB_ARGS(DB_T(term)), 0, id, err);
}

/* --- reading -------------------------------------------------------------------------------------------------------------- */

struct from_index {
	struct bitmap *pages;
	int64_t first; /* the first page that is told */
};

static int index_bits(void *context, const struct db_row *row, struct error *err)
{
	const struct from_index *from = context;
	if (row->columns[0].kind == DB_BLOB)
		bitmap_bits_add(from->pages, from->first, row->columns[0].bytes, row->columns[0].size);
	return 0;
}

/* Adds the pages [first, end) on which a term stands, by the index. Terms hold no '"'. */
static int index_read(struct catalogue *catalogue, const char *term, int64_t first, int64_t end, struct bitmap *pages, struct error *err)
{
	struct from_index from = { pages, first / 64 * 64 };
	size_t size = strlen(term) + 3;
	char *match = mem_alloc(size);
	end = end < pages->size ? end : pages->size;
	snprintf(match, size, "\"%s\"", term);
	int ret = catalogue_query(catalogue, "SELECT bits_of(rowid, $4, $3) FROM page_fts WHERE page_fts MATCH $1 AND rowid >= $2 AND rowid < $3",
				  DB_ARGS(DB_T(match), DB_I(first), DB_I(end), DB_I(from.first)), index_bits, &from, err);
	free(match);
	return ret < 0 ? -1 : 0;
}

struct parts {
	struct bitmap *pages;
	struct bitmap *there; /* parts that have a row */
};

static int part_row(void *context, const struct db_row *row, struct error *err)
{
	const struct parts *parts = context;
	int64_t part = db_column_int(row, 0) % PARTS_MAX;
	bitmap_add(parts->there, part);
	if (!bitmap_part_read(parts->pages, part, row->columns[1].bytes, row->columns[1].size))
		return error_set(err, REACH_RUN, "catalogue-damaged", _("the catalogue is damaged: a set of pages cannot be read"));
	return 0;
}

static int parts_read(struct catalogue *catalogue, int64_t id, const struct parts *parts, struct error *err)
{
	return catalogue_query(catalogue, "SELECT id, pages FROM bitmap WHERE id >= $1 AND id < $2",
			       DB_ARGS(DB_I(bitmaps_row_id(id, 0)), DB_I(bitmaps_row_id(id + 1, 0))), part_row, (void *)parts, err);
}

/* What FTS5 takes to be asked for a run of pages, and for those of a part that has no row, which are few; and what an entry of the whole list takes (make bench-search). */
#define RUN_NS 60000
#define PART_NS 25000
#define ENTRY_NS 10

/* Whether the pages that no part tells, runs of parts without a row and what stands behind all parts, are found sooner by the whole list of the term. */
static bool list_is_cheaper(const struct parts *parts, int64_t nparts)
{
	int64_t runs = 1, missing = nparts - bitmap_count(parts->there);
	if (missing == nparts || !missing)
		return missing == nparts;
	for (int64_t part = 1; part < nparts; part++)
		runs += bitmap_has(parts->there, part - 1) && !bitmap_has(parts->there, part);
	return bitmap_count(parts->pages) * ENTRY_NS < runs * RUN_NS + missing * PART_NS;
}

/* The pages from one on, by the list of the term or, where that cannot be read, by FTS5. */
static int rest_read(struct catalogue *catalogue, const char *term, int64_t from, struct bitmap *pages, struct error *err)
{
	bool known;
	if (texts_lists_term(catalogue, term, from, pages, &known, err))
		return -1;
	return known ? 0 : index_read(catalogue, term, from, INT64_MAX, pages, err);
}

static int gaps_read(struct catalogue *catalogue, const char *term, int64_t upto, const struct parts *parts, int64_t nparts, struct error *err)
{
	int64_t from = -1; /* the first page of parts without a row */
	int ret = 0;
	for (int64_t part = 0; part < nparts && ret >= 0; part++) {
		bool there = bitmap_has(parts->there, part);
		if (there && from >= 0)
			ret = index_read(catalogue, term, from, part * BITMAP_PART, parts->pages, err);
		from = there ? -1 : from < 0 ? part * BITMAP_PART : from;
	}
	return ret < 0 ? -1 : rest_read(catalogue, term, from < 0 ? upto : from, parts->pages, err);
}

int bitmaps_read(struct catalogue *catalogue, const char *term, int64_t upto, struct bitmap *pages, struct error *err)
{
	int64_t id = 0, nparts = (upto + BITMAP_PART - 1) / BITMAP_PART;
	struct parts parts = { pages, bitmap_new(nparts) };
	int ret = upto ? bitmaps_term_id(catalogue, term, &id, err) : 0;
	if (!ret && id)
		ret = parts_read(catalogue, id, &parts, err);
	if (ret >= 0)
		ret = list_is_cheaper(&parts, nparts) ? rest_read(catalogue, term, 0, pages, err) : gaps_read(catalogue, term, upto, &parts, nparts, err);
	bitmap_free(parts.there);
	return ret < 0 ? -1 : 0;
}

/* --- words next to each other ------------------------------------------------------------------------------------------------- */

#define HASH_FIRST UINT64_C(0xCBF29CE484222325)

static uint64_t hash_on(uint64_t hash, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) /* FNV-1a */
		hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001B3);
	return hash;
}

uint64_t bitmaps_hash(const char *bytes, size_t n)
{
	return hash_on(HASH_FIRST, bytes, n);
}

/* The set of two words, of which the first one is known by what hash_first made of it. */
static int pair_set(uint64_t first, const char *second, size_t size)
{
	uint64_t hash = hash_on(first, second, size);
	return (int)((hash ^ hash >> 32) % PAIR_SETS);
}

static uint64_t hash_first(const char *word, size_t size)
{
	return hash_on(bitmaps_hash(word, size), " ", 1);
}

/* Numbers stand on few pages, whatever is next to them. */
static bool may_pair(const char *word)
{
	return !text_is_digit((unsigned char)*word);
}

void bitmaps_pair_name(int set, char name[PAIR_NAME_SIZE])
{
	snprintf(name, PAIR_NAME_SIZE, "%c%04x", PAIR_SET, (unsigned)set);
}

int bitmaps_neighbours(struct catalogue *catalogue, const char *first, const char *second, int64_t upto, struct bitmap *pages, struct error *err)
{
	char name[PAIR_NAME_SIZE];
	int64_t id = 0;
	struct arena *arena = arena_new();
	int ret = 0;
	bitmaps_pair_name(pair_set(hash_first(first, strlen(first)), second, strlen(second)), name);
	if (upto && may_pair(first) && may_pair(second) && !terms_pair(arena, first, second))
		ret = bitmaps_term_id(catalogue, name, &id, err);
	arena_free(arena);
	if (ret || !id)
		return ret;
	struct parts parts = { bitmap_new(pages->size), bitmap_new(pages->size / BITMAP_PART + 1) };
	ret = parts_read(catalogue, id, &parts, err);
	for (int64_t i = 0; i < pages->size / 64; i++) /* where nothing is known, they may */
		if (i >= upto / 64 || !bitmap_has(parts.there, i * 64 / BITMAP_PART))
			parts.pages->words[i] = UINT64_MAX;
	bitmap_and(pages, parts.pages);
	bitmap_free(parts.pages);
	bitmap_free(parts.there);
	return ret;
}

/* --- the terms of a row ----------------------------------------------------------------------------------------------------- */

struct row_terms {
	bitmaps_term_fn *fn;
	void *context;
	uint64_t before; /* hash of the word before, as the first of two; 0: there is none */
	bool paired;     /* it and the next one have a term */
};

static int row_term(void *context, bool beside, const char *term, int size, int start, int end)
{
	struct row_terms *row = context;
	row->fn(row->context, term, size, -1);
	if (beside) {
		row->paired |= *term == TOKENS_PAIR;
		return 0;
	}
	if (row->before && !row->paired && may_pair(term))
		row->fn(row->context, NULL, 0, pair_set(row->before, term, (size_t)size));
	row->before = may_pair(term) ? hash_first(term, (size_t)size) : 0;
	row->paired = false;
	return 0;
}

static int fact_term(void *context, bool beside, const char *term, int size, int start, int end)
{
	const struct row_terms *row = context;
	row->fn(row->context, term, size, -1);
	return 0;
}

void bitmaps_terms_of(struct terms *terms, struct bitmaps_row row, bitmaps_term_fn *fn, void *context)
{
	struct row_terms each = { fn, context, 0, false };
	if (!row.exact)
		return;
	terms_each(terms, row.exact, (int)strlen(row.exact), row_term, &each);
	terms_each(terms, row.facts, (int)strlen(row.facts), fact_term, &each);
}

struct term_list {
	struct arena *arena;
	const char **terms; /* in order, each once */
	int n;
};

static void term_keep(void *context, const char *term, int size, int set)
{
	struct term_list *list = context;
	char name[PAIR_NAME_SIZE];
	if (set >= 0)
		bitmaps_pair_name(set, name);
	*(const char **)arena_push(list->arena, &list->terms, &list->n, sizeof *list->terms) =
		set >= 0 ? arena_strdup(list->arena, name) : arena_strndup(list->arena, term, (size_t)size);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct term_list list_of_row(struct catalogue *catalogue, struct bitmaps_row row, struct arena *arena)
{
	struct term_list list = { arena, NULL, 0 };
	int n = 0;
	bitmaps_terms_of(texts_terms(catalogue), row, term_keep, &list);
	if (list.n)
		qsort(list.terms, (size_t)list.n, sizeof *list.terms, by_text);
	for (int i = 0; i < list.n; i++)
		if (!n || strcmp(list.terms[n - 1], list.terms[i]) != 0)
			list.terms[n++] = list.terms[i];
	list.n = n;
	return list;
}

/* --- keeping ---------------------------------------------------------------------------------------------------------------- */

/* Whether a term stands on a page has changed. */
static int bit_change(struct catalogue *catalogue, const char *term, int64_t page, bool there, struct error *err)
{
	int64_t id, part = page / BITMAP_PART;
	uint8_t bytes[BITMAP_PART_BYTES];
	if (bitmaps_term_id(catalogue, term, &id, err))
		return -1;
	if (!id)
		return 0;
	struct parts parts = { bitmap_new((part + 1) * BITMAP_PART), bitmap_new(part + 1) };
	int ret = catalogue_query(catalogue, "SELECT id, pages FROM bitmap WHERE id = $1", DB_ARGS(DB_I(bitmaps_row_id(id, part))), part_row, &parts, err);
	if (!ret && bitmap_has(parts.there, part)) {
		if (there)
			bitmap_add(parts.pages, page);
		else
			bitmap_remove(parts.pages, page);
		int n = bitmap_part_write(parts.pages, part, bytes);
		ret = catalogue_query(catalogue, "UPDATE bitmap SET pages = $2 WHERE id = $1", DB_ARGS(DB_I(bitmaps_row_id(id, part)), DB_B(bytes, n)), NULL, NULL,
				      err);
	}
	bitmap_free(parts.pages);
	bitmap_free(parts.there);
	return ret < 0 ? -1 : 0;
}

int bitmaps_change(struct catalogue *catalogue, int64_t page, struct bitmaps_row old, struct bitmaps_row changed, struct error *err)
{
	int64_t upto;
	if (bitmaps_upto(catalogue, &upto, err))
		return -1;
	if (page >= upto)
		return bitmaps_collected_change(catalogue, page, upto, old, changed, err);
	struct arena *arena = arena_new();
	struct term_list before = list_of_row(catalogue, old, arena), after = list_of_row(catalogue, changed, arena);
	int ret = 0;
	for (int i = 0, k = 0; (i < before.n || k < after.n) && !ret;) {
		int order = i == before.n ? 1 : k == after.n ? -1 : strcmp(before.terms[i], after.terms[k]);
		if (order)
			ret = bit_change(catalogue, order < 0 ? before.terms[i] : after.terms[k], page, order > 0, err);
		i += order <= 0;
		k += order >= 0;
	}
	arena_free(arena);
	return ret;
}

static int term_drop(struct catalogue *catalogue, int64_t id, struct error *err)
{
	bitmaps_collected_clear(*catalogue_collected(catalogue)); /* which counts terms by their place among all */
	if (catalogue_query(catalogue, "DELETE FROM bitmap WHERE id >= $1 AND id < $2", DB_ARGS(DB_I(bitmaps_row_id(id, 0)), DB_I(bitmaps_row_id(id + 1, 0))), NULL, NULL,
			    err) < 0)
		return -1;
	return catalogue_query(catalogue, "DELETE FROM bitmap_term WHERE id = $1", DB_ARGS(DB_I(id)), NULL, NULL, err);
}

int bitmaps_forget(struct catalogue *catalogue, struct bitmaps_row old, struct error *err)
{
	struct arena *arena = arena_new();
	struct term_list list = list_of_row(catalogue, old, arena);
	int ret = 0;
	for (int i = 0; i < list.n && !ret; i++) {
		int64_t id, pages = 1;
		if (*list.terms[i] == PAIR_SET)
			continue;
		ret = bitmaps_term_id(catalogue, list.terms[i], &id, err);
		if (!ret && id)
			ret = catalogue_int(catalogue, "SELECT doc FROM page_words WHERE term = $1", DB_ARGS(DB_T(list.terms[i])), 0, &pages, err);
		if (!ret && id && !pages)
			ret = term_drop(catalogue, id, err);
	}
	arena_free(arena);
	return ret;
}

int bitmaps_clear(struct catalogue *catalogue, struct error *err)
{
	bitmaps_collected_clear(*catalogue_collected(catalogue));
	if (catalogue_query(catalogue, "DELETE FROM bitmap", NULL, 0, NULL, NULL, err) < 0 ||
	    catalogue_query(catalogue, "DELETE FROM bitmap_term", NULL, 0, NULL, NULL, err) < 0)
		return -1;
	return catalogue_query(catalogue, "DELETE FROM meta WHERE key = 'bitmaps'", NULL, 0, NULL, NULL, err);
}
