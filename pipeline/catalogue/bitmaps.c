#include "pipeline/catalogue/bitmaps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/bitmap.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/error.h"
#include "pipeline/tokens.h"

#define PARTS_MAX (INT64_C(1) << 24) /* of one term */
#define PARTS_AT_ONCE 4  /* made in one transaction: about a second */
#define PAGES_MIN 512    /* new pages for which the bitmaps of their part are made anew: fewer are soon looked up */
#define SAMPLE 512       /* pages that tell which terms are frequent */
#define FREQUENT_OF 32   /* a term on one page in so many of the sample */
#define TERMS_MAX 10000  /* that have bitmaps: about 2,800 of a drawn archive do (make bench-search) */

int bitmaps_upto(struct catalogue *catalogue, int64_t *upto, struct error *err)
{
	return catalogue_int(catalogue, "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'bitmaps'", NULL, 0, 0, upto, err);
}

static int upto_set(struct catalogue *catalogue, int64_t upto, struct error *err)
{
	char number[24];
	snprintf(number, sizeof number, "%lld", (long long)upto);
	return catalogue_query(catalogue, "INSERT INTO meta (key, value) VALUES ('bitmaps', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
			       DB_ARGS(DB_T(number)), NULL, NULL, err);
}

static int64_t row_id(int64_t term, int64_t part)
{
	return term * PARTS_MAX + part;
}

static int term_id(struct catalogue *catalogue, const char *term, int64_t *id, struct error *err)
{
	return catalogue_int(catalogue, "SELECT id FROM bitmap_term WHERE term = $1", DB_ARGS(DB_T(term)), 0, id, err);
}

/* --- reading -------------------------------------------------------------------------------------------------------------- */

struct from_index {
	struct bitmap *pages;
	int64_t first; /* the number in the set of the first page that was asked for */
};

static int index_bits(void *context, const struct db_row *row, struct error *err)
{
	const struct from_index *from = context;
	if (row->columns[0].kind == DB_BLOB)
		bitmap_bits_add(from->pages, from->first, row->columns[0].bytes, row->columns[0].size);
	return 0;
}

/* Adds the pages [first, end) on which a term stands, by the index; page `zero`, a multiple of 64, is number 0 of the set. Terms hold no '"'. */
static int index_read(struct catalogue *catalogue, const char *term, int64_t first, int64_t end, int64_t zero, struct bitmap *pages, struct error *err)
{
	int64_t from = first / 64 * 64, most = zero + pages->size;
	struct from_index to = { pages, from - zero };
	size_t size = strlen(term) + 3;
	char *match = mem_alloc(size);
	end = end < most ? end : most;
	snprintf(match, size, "\"%s\"", term);
	int ret = catalogue_query(catalogue, "SELECT bits_of(rowid, $4, $3) FROM page_fts WHERE page_fts MATCH $1 AND rowid >= $2 AND rowid < $3",
				  DB_ARGS(DB_T(match), DB_I(first), DB_I(end), DB_I(from)), index_bits, &to, err);
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
			       DB_ARGS(DB_I(row_id(id, 0)), DB_I(row_id(id + 1, 0))), part_row, (void *)parts, err);
}

int bitmaps_read(struct catalogue *catalogue, const char *term, int64_t upto, struct bitmap *pages, struct error *err)
{
	int64_t id = 0, nparts = (upto + BITMAP_PART - 1) / BITMAP_PART;
	struct parts parts = { pages, bitmap_new(nparts) };
	int ret = upto ? term_id(catalogue, term, &id, err) : 0;
	if (!ret && id)
		ret = parts_read(catalogue, id, &parts, err);
	for (int64_t part = 0; part < nparts && ret >= 0; part++) {
		int64_t first = part;
		while (part < nparts && !bitmap_has(parts.there, part))
			part++;
		if (part > first && part < nparts)
			ret = index_read(catalogue, term, first * BITMAP_PART, part * BITMAP_PART, 0, pages, err);
		else if (part > first) {
			ret = index_read(catalogue, term, first * BITMAP_PART, INT64_MAX, 0, pages, err);
			upto = INT64_MAX;
		}
	}
	if (ret >= 0 && upto < INT64_MAX)
		ret = index_read(catalogue, term, upto, INT64_MAX, 0, pages, err);
	bitmap_free(parts.there);
	return ret < 0 ? -1 : 0;
}

/* --- the terms of a row ----------------------------------------------------------------------------------------------------- */

struct term_list {
	struct arena *arena;
	const char **terms; /* in order, each once */
	int n;
};

static int term_keep(void *context, bool beside, const char *term, int size, int start, int end)
{
	struct term_list *list = context;
	*(const char **)arena_push(list->arena, &list->terms, &list->n, sizeof *list->terms) = arena_strndup(list->arena, term, (size_t)size);
	return 0;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct term_list terms_of_row(struct catalogue *catalogue, struct bitmaps_row row, struct arena *arena)
{
	struct term_list list = { arena, NULL, 0 };
	struct terms *terms = texts_terms(catalogue);
	int n = 0;
	if (!row.exact)
		return list;
	terms_each(terms, row.exact, (int)strlen(row.exact), term_keep, &list);
	terms_each(terms, row.facts, (int)strlen(row.facts), term_keep, &list);
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
	if (term_id(catalogue, term, &id, err))
		return -1;
	if (!id)
		return 0;
	struct parts parts = { bitmap_new((part + 1) * BITMAP_PART), bitmap_new(part + 1) };
	int ret = catalogue_query(catalogue, "SELECT id, pages FROM bitmap WHERE id = $1", DB_ARGS(DB_I(row_id(id, part))), part_row, &parts, err);
	if (!ret && bitmap_has(parts.there, part)) {
		if (there)
			bitmap_add(parts.pages, page);
		else
			bitmap_remove(parts.pages, page);
		int n = bitmap_part_write(parts.pages, part, bytes);
		ret = catalogue_query(catalogue, "UPDATE bitmap SET pages = $2 WHERE id = $1", DB_ARGS(DB_I(row_id(id, part)), DB_B(bytes, n)), NULL, NULL,
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
		return 0;
	struct arena *arena = arena_new();
	struct term_list before = terms_of_row(catalogue, old, arena), after = terms_of_row(catalogue, changed, arena);
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
	if (catalogue_query(catalogue, "DELETE FROM bitmap WHERE id >= $1 AND id < $2", DB_ARGS(DB_I(row_id(id, 0)), DB_I(row_id(id + 1, 0))), NULL, NULL,
			    err) < 0)
		return -1;
	return catalogue_query(catalogue, "DELETE FROM bitmap_term WHERE id = $1", DB_ARGS(DB_I(id)), NULL, NULL, err);
}

int bitmaps_forget(struct catalogue *catalogue, struct bitmaps_row old, struct error *err)
{
	struct arena *arena = arena_new();
	struct term_list list = terms_of_row(catalogue, old, arena);
	int ret = 0;
	for (int i = 0; i < list.n && !ret; i++) {
		int64_t id, pages = 1;
		ret = term_id(catalogue, list.terms[i], &id, err);
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
	if (catalogue_query(catalogue, "DELETE FROM bitmap", NULL, 0, NULL, NULL, err) < 0 ||
	    catalogue_query(catalogue, "DELETE FROM bitmap_term", NULL, 0, NULL, NULL, err) < 0)
		return -1;
	return catalogue_query(catalogue, "DELETE FROM meta WHERE key = 'bitmaps'", NULL, 0, NULL, NULL, err);
}

/* --- making ----------------------------------------------------------------------------------------------------------------- */

/* How many pages of the sample hold each term. */
struct counted {
	uint64_t hash;
	char *term; /* NULL: free */
	int page, pages;
};

struct counting {
	struct catalogue *catalogue;
	struct arena *arena;
	struct counted *table; /* by hash; a power of two, at most half is used */
	int room, used, page;
};

static uint64_t hash_of(const char *term, int size)
{
	uint64_t hash = UINT64_C(0xCBF29CE484222325); /* FNV-1a */
	for (int i = 0; i < size; i++)
		hash = (hash ^ (unsigned char)term[i]) * UINT64_C(0x100000001B3);
	return hash;
}

static struct counted *counted_find(struct counted *table, int room, uint64_t hash, const char *term, int size)
{
	for (uint64_t i = hash;; i++) {
		struct counted *c = &table[i & (uint64_t)(room - 1)];
		if (!c->term || (c->hash == hash && !strncmp(c->term, term, (size_t)size) && !c->term[size]))
			return c;
	}
}

static void counting_grow(struct counting *counting)
{
	int room = counting->room ? counting->room * 2 : 1 << 14;
	struct counted *table = mem_alloc((size_t)room * sizeof *table);
	for (int i = 0; i < counting->room; i++)
		if (counting->table[i].term)
			*counted_find(table, room, counting->table[i].hash, counting->table[i].term, (int)strlen(counting->table[i].term)) =
				counting->table[i];
	free(counting->table);
	counting->table = table;
	counting->room = room;
}

static int term_count(void *context, bool beside, const char *term, int size, int start, int end)
{
	struct counting *counting = context;
	if (counting->used * 2 >= counting->room)
		counting_grow(counting);
	uint64_t hash = hash_of(term, size);
	struct counted *c = counted_find(counting->table, counting->room, hash, term, size);
	if (!c->term) {
		*c = (struct counted){ hash, arena_strndup(counting->arena, term, (size_t)size), 0, 0 };
		counting->used++;
	}
	c->pages += c->page != counting->page;
	c->page = counting->page;
	return 0;
}

static int sample_row(void *context, const struct db_row *row, struct error *err)
{
	struct counting *counting = context;
	struct terms *terms = texts_terms(counting->catalogue);
	counting->page++;
	for (int i = 0; i < 2; i++)
		terms_each(terms, db_column_text(row, i), (int)row->columns[i].size, term_count, counting);
	return 0;
}

/* Notes the terms that are frequent on the pages [first, end). */
static int frequent_add(struct catalogue *catalogue, int64_t first, int64_t end, struct error *err)
{
	struct counting counting = { .catalogue = catalogue, .arena = arena_new() };
	int64_t known = 0, step = (end - first + SAMPLE - 1) / SAMPLE;
	int ret = catalogue_query(catalogue, "SELECT exact, facts FROM page_text WHERE page_id >= $1 AND page_id < $2"
				  " AND (page_id * 2654435761 >> 20) % $3 = 0", /* by chance: what papers have comes round like their pages */
				  DB_ARGS(DB_I(first), DB_I(end), DB_I(step)), sample_row, &counting, err);
	if (!ret)
		ret = catalogue_int(catalogue, "SELECT count(*) FROM bitmap_term", NULL, 0, 0, &known, err);
	for (int i = 0; i < counting.room && !ret && known < TERMS_MAX; i++) {
		const struct counted *c = &counting.table[i];
		if (!c->term || c->pages * FREQUENT_OF < counting.page)
			continue;
		ret = catalogue_query(catalogue, "INSERT OR IGNORE INTO bitmap_term (term) VALUES ($1)", DB_ARGS(DB_T(c->term)), NULL, NULL, err);
		known++;
	}
	free(counting.table);
	arena_free(counting.arena);
	return ret;
}

struct known_terms {
	struct arena *arena;
	struct known_term {
		int64_t id;
		const char *term;
	} *terms;
	int n;
};

static int keep_term(void *context, const struct db_row *row, struct error *err)
{
	struct known_terms *known = context;
	struct known_term *term = arena_push(known->arena, &known->terms, &known->n, sizeof *term);
	*term = (struct known_term){ db_column_int(row, 0), arena_strdup(known->arena, db_column_text(row, 1)) };
	return 0;
}

static struct known_terms terms_known(struct catalogue *catalogue, struct arena *arena, int *ret, struct error *err)
{
	struct known_terms known = { .arena = arena };
	*ret = catalogue_query(catalogue, "SELECT id, term FROM bitmap_term", NULL, 0, keep_term, &known, err);
	return known;
}

/* The parts from `first` on of one term; `pages` is room for them. */
static int parts_write(struct catalogue *catalogue, const struct known_term *term, int64_t first, int64_t end, struct bitmap *pages, struct error *err)
{
	uint8_t bytes[BITMAP_PART_BYTES];
	int64_t zero = first * BITMAP_PART;
	bitmap_clear(pages);
	if (index_read(catalogue, term->term, zero, end, zero, pages, err))
		return -1;
	for (int64_t part = 0; part * BITMAP_PART < end - zero; part++) {
		int n = bitmap_part_write(pages, part, bytes);
		if (catalogue_query(catalogue, "INSERT OR REPLACE INTO bitmap (id, pages) VALUES ($1, $2)",
				    DB_ARGS(DB_I(row_id(term->id, first + part)), DB_B(bytes, n)), NULL, NULL, err) < 0)
			return -1;
	}
	return 0;
}

int bitmaps_step(struct catalogue *catalogue, struct error *err)
{
	int64_t upto, all, ret;
	if (bitmaps_upto(catalogue, &upto, err) || catalogue_int(catalogue, "SELECT max(page_id) + 1 FROM page_text", NULL, 0, 0, &all, err))
		return -1;
	if (all - upto < PAGES_MIN)
		return 0;
	int64_t first = upto / BITMAP_PART, end = (first + PARTS_AT_ONCE) * BITMAP_PART < all ? (first + PARTS_AT_ONCE) * BITMAP_PART : all;
	if (frequent_add(catalogue, first * BITMAP_PART, end, err))
		return -1;
	struct arena *arena = arena_new();
	struct bitmap *pages = bitmap_new(PARTS_AT_ONCE * BITMAP_PART);
	int failed;
	struct known_terms known = terms_known(catalogue, arena, &failed, err);
	for (int i = 0; i < known.n && !failed; i++)
		failed = parts_write(catalogue, &known.terms[i], first, end, pages, err);
	ret = failed || upto_set(catalogue, end, err) ? -1 : end < all;
	bitmap_free(pages);
	arena_free(arena);
	return (int)ret;
}

/* --- checking --------------------------------------------------------------------------------------------------------------- */

static int term_check(struct catalogue *catalogue, const struct known_term *term, int64_t upto, bool *same, struct error *err)
{
	struct parts parts = { bitmap_new(upto), bitmap_new(upto / BITMAP_PART + 1) };
	struct bitmap *index = bitmap_new(upto);
	int ret = parts_read(catalogue, term->id, &parts, err) || index_read(catalogue, term->term, 0, upto, 0, index, err) ? -1 : 0;
	*same = true;
	for (int64_t i = 0; i < index->size / 64; i++)
		*same &= index->words[i] == parts.pages->words[i] || !bitmap_has(parts.there, i * 64 / BITMAP_PART);
	bitmap_free(index);
	bitmap_free(parts.pages);
	bitmap_free(parts.there);
	return ret;
}

int bitmaps_check(struct catalogue *catalogue, int64_t *wrong, struct error *err)
{
	struct arena *arena = arena_new();
	int64_t upto = 0;
	int ret;
	struct known_terms known = terms_known(catalogue, arena, &ret, err);
	*wrong = 0;
	if (!ret)
		ret = bitmaps_upto(catalogue, &upto, err);
	for (int i = 0; i < known.n && !ret; i++) {
		bool same;
		ret = term_check(catalogue, &known.terms[i], upto, &same, err);
		*wrong += !ret && !same;
	}
	arena_free(arena);
	return ret;
}
