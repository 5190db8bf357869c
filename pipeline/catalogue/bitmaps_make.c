/*
 * bitmaps_make.c - makes bitmaps, part by part, from the texts of the pages (bitmaps.h), and checks them
 *
 * The index has the terms by their lists; taking the lists apart again takes longer than making the terms of the texts anew. Parts know nothing of each other: several
 * are counted at once, each by a thread of its own, while the database is the caller's alone.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/bitmaps_private.h"
#include "pipeline/error.h"

#define PARTS_MAX 4     /* at once; each takes about 60 MB */
#define PAGES_MIN 512   /* new pages for which the bitmaps of their part are made anew: fewer are soon looked up */
#define FREQUENT_OF 32  /* a word on one page in so many of a part has bitmaps from there on */
#define FREQUENT_OF_OTHERS 12 /* words with their marks, and pairs: they are asked for beside words */
#define TERMS_MAX 10000 /* that have bitmaps: about 3,500 of a drawn archive do (make bench-search) */

struct counted {
	uint64_t hash;
	char *term;      /* NULL: free */
	uint16_t *pages; /* of the part, each once */
	int n;
};

/* A part whose pages are counted. */
struct part {
	int64_t number;
	struct arena *arena;
	struct row {
		int page; /* of the part */
		struct bitmaps_row texts;
	} *rows;
	int nrows;
	int page;              /* that is being counted */
	struct counted *table; /* by hash; a power of two, at most half is used */
	int room, used;
	struct bitmap *pairs[PAIR_SETS];
	pthread_t thread;
	bool threaded;
};

static struct counted *counted_find(struct counted *table, int room, uint64_t hash, const char *term, int size)
{
	for (uint64_t i = hash;; i++) {
		struct counted *c = &table[i & (uint64_t)(room - 1)];
		if (!c->term || (c->hash == hash && !strncmp(c->term, term, (size_t)size) && !c->term[size]))
			return c;
	}
}

static void table_grow(struct part *part)
{
	int room = part->room ? part->room * 2 : 1 << 14;
	struct counted *table = mem_alloc((size_t)room * sizeof *table);
	for (int i = 0; i < part->room; i++) {
		const struct counted *c = &part->table[i];
		if (c->term)
			*counted_find(table, room, c->hash, c->term, (int)strlen(c->term)) = *c;
	}
	free(part->table);
	part->table = table;
	part->room = room;
}

static void term_count(void *context, const char *term, int size, int set)
{
	struct part *part = context;
	if (set >= 0) {
		bitmap_add(part->pairs[set], part->page);
		return;
	}
	if (part->used * 2 >= part->room)
		table_grow(part);
	uint64_t hash = bitmaps_hash(term, (size_t)size);
	struct counted *c = counted_find(part->table, part->room, hash, term, size);
	if (!c->term) {
		*c = (struct counted){ hash, arena_strndup(part->arena, term, (size_t)size), NULL, 0 };
		part->used++;
	}
	if (!c->n || c->pages[c->n - 1] != part->page)
		*(uint16_t *)arena_push(part->arena, &c->pages, &c->n, sizeof *c->pages) = (uint16_t)part->page;
}

static void *part_count(void *context)
{
	struct part *part = context;
	struct terms *terms = terms_new();
	for (int i = 0; i < part->nrows; i++) {
		part->page = part->rows[i].page;
		bitmaps_terms_of(terms, part->rows[i].texts, term_count, part);
	}
	terms_free(terms);
	return NULL;
}

static int keep_row(void *context, const struct db_row *row, struct error *err)
{
	struct part *part = context;
	struct row *kept = arena_push(part->arena, &part->rows, &part->nrows, sizeof *kept);
	kept->page = (int)(db_column_int(row, 0) % BITMAP_PART);
	kept->texts = (struct bitmaps_row){ arena_strdup(part->arena, db_column_text(row, 1)), arena_strdup(part->arena, db_column_text(row, 2)) };
	return 0;
}

/* Reads the pages of a part, up to page `end`, and begins to count them. part_wait before anything is done with it. */
static int part_begin(struct catalogue *catalogue, struct part *part, int64_t number, int64_t end, struct error *err)
{
	*part = (struct part){ .number = number, .arena = arena_new() };
	for (int i = 0; i < PAIR_SETS; i++)
		part->pairs[i] = bitmap_new(BITMAP_PART);
	int64_t first = number * BITMAP_PART, last = first + BITMAP_PART < end ? first + BITMAP_PART : end;
	if (catalogue_query(catalogue, "SELECT page_id, exact, facts FROM page_text WHERE page_id >= $1 AND page_id < $2", DB_ARGS(DB_I(first), DB_I(last)), keep_row,
			    part, err) < 0)
		return -1;
	part->threaded = pthread_create(&part->thread, NULL, part_count, part) == 0;
	if (!part->threaded)
		part_count(part);
	return 0;
}

static void part_wait(struct part *part)
{
	if (part->threaded)
		pthread_join(part->thread, NULL);
	part->threaded = false;
}

static void part_release(struct part *part)
{
	part_wait(part);
	for (int i = 0; i < PAIR_SETS; i++)
		bitmap_free(part->pairs[i]);
	free(part->table);
	arena_free(part->arena);
}

/* The pages of the part that hold a term, as bytes of a row; their number. */
static int part_bytes(const struct part *part, const char *term, struct bitmap *pages, uint8_t bytes[BITMAP_PART_BYTES])
{
	int size = (int)strlen(term);
	const struct counted *c = part->room ? counted_find(part->table, part->room, bitmaps_hash(term, (size_t)size), term, size) : NULL;
	bitmap_clear(pages);
	for (int i = 0; c && i < c->n; i++)
		bitmap_add(pages, c->pages[i]);
	return bitmap_part_write(pages, 0, bytes);
}

/* --- the terms that have bitmaps -------------------------------------------------------------------------------------------- */

struct known {
	struct arena *arena;
	struct known_term {
		int64_t id;
		const char *term;
	} *terms;
	int n;
};

static int keep_term(void *context, const struct db_row *row, struct error *err)
{
	struct known *known = context;
	struct known_term *term = arena_push(known->arena, &known->terms, &known->n, sizeof *term);
	*term = (struct known_term){ db_column_int(row, 0), arena_strdup(known->arena, db_column_text(row, 1)) };
	return 0;
}

static int known_find(struct catalogue *catalogue, struct known *known, struct error *err)
{
	return catalogue_query(catalogue, "SELECT id, term FROM bitmap_term", NULL, 0, keep_term, known, err);
}

static bool is_pair_set(const struct known_term *term, int *set)
{
	*set = *term->term == PAIR_SET ? (int)strtol(term->term + 1, NULL, 16) % PAIR_SETS : -1;
	return *set >= 0;
}

/* What the row of a term is for a part; `pages` is room for it. */
static int row_make(const struct part *part, const struct known_term *term, struct bitmap *pages, uint8_t bytes[BITMAP_PART_BYTES])
{
	int set;
	return is_pair_set(term, &set) ? bitmap_part_write(part->pairs[set], 0, bytes) : part_bytes(part, term->term, pages, bytes);
}

/* --- making ----------------------------------------------------------------------------------------------------------------- */

static bool is_frequent(const struct counted *c, int npages)
{
	bool other = c->term && (*c->term == TOKENS_EXACT || *c->term == TOKENS_PAIR);
	return c->term && c->n * (other ? FREQUENT_OF_OTHERS : FREQUENT_OF) >= npages;
}

static int term_note(struct catalogue *catalogue, const char *term, struct error *err)
{
	return catalogue_query(catalogue, "INSERT OR IGNORE INTO bitmap_term (term) VALUES ($1)", DB_ARGS(DB_T(term)), NULL, NULL, err) < 0 ? -1 : 0;
}

/* Terms that are frequent here have bitmaps from now on, and all sets of pairs. */
static int terms_note(struct catalogue *catalogue, const struct part *part, struct error *err)
{
	int64_t known;
	if (catalogue_int(catalogue, "SELECT count(*) FROM bitmap_term", NULL, 0, 0, &known, err))
		return -1;
	for (int i = 0; i < PAIR_SETS && !known; i++) {
		char name[PAIR_NAME_SIZE];
		bitmaps_pair_name(i, name);
		if (term_note(catalogue, name, err))
			return -1;
	}
	for (int i = 0; i < part->room && known < PAIR_SETS + TERMS_MAX; i++)
		if (is_frequent(&part->table[i], part->nrows) && term_note(catalogue, part->table[i].term, err))
			return -1;
	return 0;
}

static int part_put(struct catalogue *catalogue, const struct part *part, struct error *err)
{
	struct known known = { .arena = arena_new() };
	struct bitmap *pages = bitmap_new(BITMAP_PART);
	uint8_t bytes[BITMAP_PART_BYTES];
	int ret = terms_note(catalogue, part, err) || known_find(catalogue, &known, err) ? -1 : 0;
	for (int i = 0; i < known.n && !ret; i++) {
		int n = row_make(part, &known.terms[i], pages, bytes);
		ret = catalogue_query(catalogue, "INSERT OR REPLACE INTO bitmap (id, pages) VALUES ($1, $2)",
				      DB_ARGS(DB_I(bitmaps_row_id(known.terms[i].id, part->number)), DB_B(bytes, n)), NULL, NULL, err);
	}
	bitmap_free(pages);
	arena_free(known.arena);
	return ret;
}

static int upto_set(struct catalogue *catalogue, int64_t upto, struct error *err)
{
	char number[24];
	snprintf(number, sizeof number, "%lld", (long long)upto);
	return catalogue_query(catalogue, "INSERT INTO meta (key, value) VALUES ('bitmaps', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
			       DB_ARGS(DB_T(number)), NULL, NULL, err) < 0 ? -1 : 0;
}

int bitmaps_step(struct catalogue *catalogue, struct error *err)
{
	int64_t upto, all, most = sysconf(_SC_NPROCESSORS_ONLN);
	struct part *parts = NULL;
	if (bitmaps_upto(catalogue, &upto, err) || catalogue_int(catalogue, "SELECT max(page_id) + 1 FROM page_text", NULL, 0, 0, &all, err))
		return -1;
	if (all - upto < PAGES_MIN)
		return 0;
	most = most < 1 ? 1 : most < PARTS_MAX ? most : PARTS_MAX;
	int64_t first = upto / BITMAP_PART, end = (first + most) * BITMAP_PART < all ? (first + most) * BITMAP_PART : all;
	int n = 0, ret = 0;
	parts = mem_alloc((size_t)most * sizeof *parts);
	for (; (first + n) * BITMAP_PART < end && !ret; n++)
		ret = part_begin(catalogue, &parts[n], first + n, end, err);
	for (int i = 0; i < n; i++) {
		part_wait(&parts[i]);
		ret = ret ? ret : part_put(catalogue, &parts[i], err);
		part_release(&parts[i]);
	}
	free(parts);
	return ret || upto_set(catalogue, end, err) ? -1 : end < all;
}

/* --- checking --------------------------------------------------------------------------------------------------------------- */

static int part_check(struct catalogue *catalogue, const struct part *part, const struct known *known, bool *wrong, struct error *err)
{
	struct bitmap *pages = bitmap_new(BITMAP_PART);
	uint8_t bytes[BITMAP_PART_BYTES];
	int ret = 0;
	for (int i = 0; i < known->n && !ret; i++) {
		int64_t same;
		int n = row_make(part, &known->terms[i], pages, bytes);
		ret = catalogue_int(catalogue, "SELECT pages = $2 FROM bitmap WHERE id = $1", DB_ARGS(DB_I(bitmaps_row_id(known->terms[i].id, part->number)), DB_B(bytes, n)),
				    1, &same, err); /* without a row the index is asked */
		wrong[i] |= !ret && !same;
	}
	bitmap_free(pages);
	return ret;
}

int bitmaps_check(struct catalogue *catalogue, int64_t *wrong, struct error *err)
{
	struct known known = { .arena = arena_new() };
	int64_t upto = 0;
	int ret = known_find(catalogue, &known, err) || bitmaps_upto(catalogue, &upto, err) ? -1 : 0;
	bool *terms = arena_array(known.arena, (size_t)known.n + 1, sizeof *terms);
	for (int64_t number = 0; number * BITMAP_PART < upto && !ret; number++) {
		struct part part;
		ret = part_begin(catalogue, &part, number, upto, err);
		part_wait(&part);
		ret = ret ? ret : part_check(catalogue, &part, &known, terms, err);
		part_release(&part);
	}
	*wrong = 0;
	for (int i = 0; i < known.n; i++)
		*wrong += terms[i];
	arena_free(known.arena);
	return ret;
}
