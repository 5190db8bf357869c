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
#include "pipeline/catalogue/texts.h"
#include "pipeline/error.h"
#include "pipeline/text.h"

#define PARTS_AT_ONCE 8 /* written in one transaction of some seconds; one by one each would touch every row of the tables' pages anew */
#define THREADS_MAX 4   /* each counts a part, which takes about 60 MB */
#define PAGES_MIN 512   /* new pages for which the bitmaps of their part are made anew: fewer are soon looked up */
#define FREQUENT_OF 32  /* a word on one page in so many of a part has bitmaps from there on */
#define FREQUENT_OF_OTHERS 12 /* words with their marks, and pairs: they are asked for beside words */
#define NUMBER_MAX 4    /* digits that many pages may have: a year */
#define TERMS_MAX 10000 /* that have bitmaps: about 2,500 of a drawn archive do (make bench-search) */

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

/* Oldest first. */
static int known_find(struct catalogue *catalogue, struct known *known, struct error *err)
{
	return catalogue_query(catalogue, "SELECT id, term FROM bitmap_term ORDER BY id", NULL, 0, keep_term, known, err);
}

/* --- counting a part ---------------------------------------------------------------------------------------------------------- */

struct counted {
	uint64_t hash;
	char *term;      /* NULL: free */
	uint16_t *pages; /* of the part, each once */
	int n, last;     /* how many, and the last one; 0, 0: none */
};

struct counting {
	struct arena *arena;
	struct counted *table; /* by hash; a power of two, at most half is used */
	int room, used;
	uint8_t (*pairs)[BITMAP_PART_BYTES]; /* bits of each set, side by side: they are hit by chance, where each step through memory counts */
	int page;              /* that is being counted */
};

/* What a row of table bitmap is to hold. */
struct made {
	const char *term;
	const uint8_t *bytes;
	int n;
	bool known; /* the term had bitmaps before */
};

struct part {
	int64_t number;
	const struct known *known;
	struct arena *texts; /* until they are counted */
	struct row {
		int page; /* of the part */
		struct bitmaps_row texts;
	} *rows;
	int nrows;
	struct arena *arena;
	struct made *made; /* by term, of those that are known or frequent here; a term that is known and not there stands on no page */
	int nmade;
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

static void table_grow(struct counting *counting)
{
	int room = counting->room ? counting->room * 2 : 1 << 14;
	struct counted *table = mem_alloc((size_t)room * sizeof *table);
	for (int i = 0; i < counting->room; i++) {
		const struct counted *c = &counting->table[i];
		if (c->term)
			*counted_find(table, room, c->hash, c->term, (int)strlen(c->term)) = *c;
	}
	free(counting->table);
	counting->table = table;
	counting->room = room;
}

/* Long numbers, and those of people and papers, stand on few pages each: a third of all terms there are. */
static bool may_be_frequent(const char *term, int size)
{
	if (*term == TOKENS_FACT && size > 1)
		return term[1] != FACT_ID && term[1] != FACT_NUMBER;
	return *term != TOKENS_NUMBER && (!text_is_digit((unsigned char)*term) || size <= NUMBER_MAX);
}

static void term_count(void *context, const char *term, int size, int set)
{
	struct counting *counting = context;
	if (set >= 0) {
		counting->pairs[set][counting->page / 8] |= (uint8_t)(1U << counting->page % 8);
		return;
	}
	if (!may_be_frequent(term, size))
		return;
	if (counting->used * 2 >= counting->room)
		table_grow(counting);
	uint64_t hash = bitmaps_hash(term, (size_t)size);
	struct counted *c = counted_find(counting->table, counting->room, hash, term, size);
	if (!c->term) {
		*c = (struct counted){ hash, arena_strndup(counting->arena, term, (size_t)size), NULL, 0, 0 };
		counting->used++;
	}
	if (c->n && c->last == counting->page)
		return;
	*(uint16_t *)arena_push(counting->arena, &c->pages, &c->n, sizeof *c->pages) = (uint16_t)counting->page;
	c->last = counting->page;
}

static void made_add(struct part *part, const char *term, const struct bitmap *pages, bool known)
{
	uint8_t bytes[BITMAP_PART_BYTES];
	int n = bitmap_part_write(pages, 0, bytes);
	uint8_t *kept = arena_alloc(part->arena, (size_t)n);
	memcpy(kept, bytes, (size_t)n);
	*(struct made *)arena_push(part->arena, &part->made, &part->nmade, sizeof *part->made) =
		(struct made){ arena_strdup(part->arena, term), kept, n, known };
}

static int by_term(const void *a, const void *b)
{
	return strcmp(((const struct made *)a)->term, ((const struct made *)b)->term);
}

static bool is_frequent(const struct counted *c, int npages)
{
	bool other = *c->term == TOKENS_EXACT || *c->term == TOKENS_PAIR;
	return c->n * (other ? FREQUENT_OF_OTHERS : FREQUENT_OF) >= npages;
}

/* Keeps what the part has to say of terms that are known or frequent here, and of all sets of pairs. */
static void made_keep(struct part *part, struct counting *counting)
{
	struct bitmap *pages = bitmap_new(BITMAP_PART);
	bool *wanted = arena_array(counting->arena, (size_t)counting->room + 1, sizeof *wanted);
	for (int i = 0; i < part->known->n && counting->room; i++) {
		const char *term = part->known->terms[i].term;
		if (*term != PAIR_SET)
			wanted[counted_find(counting->table, counting->room, bitmaps_hash(term, strlen(term)), term, (int)strlen(term)) - counting->table] = true;
	}
	for (int i = 0; i < counting->room; i++) {
		const struct counted *c = &counting->table[i];
		if (!c->term || !(wanted[i] || is_frequent(c, part->nrows)))
			continue;
		bitmap_clear(pages);
		for (int k = 0; k < c->n; k++)
			bitmap_add(pages, c->pages[k]);
		made_add(part, c->term, pages, wanted[i]);
	}
	for (int i = 0; i < PAIR_SETS; i++) {
		char name[PAIR_NAME_SIZE];
		bitmaps_pair_name(i, name);
		bitmap_clear(pages);
		bitmap_bits_add(pages, 0, counting->pairs[i], BITMAP_PART_BYTES);
		made_add(part, name, pages, part->known->n > 0); /* all sets come with the first part */
	}
	qsort(part->made, (size_t)part->nmade, sizeof *part->made, by_term);
	bitmap_free(pages);
}

static void *part_count(void *context)
{
	struct part *part = context;
	struct terms *terms = terms_new();
	struct counting counting = { .arena = arena_new() };
	counting.pairs = mem_alloc(PAIR_SETS * sizeof *counting.pairs);
	for (int i = 0; i < part->nrows; i++) {
		counting.page = part->rows[i].page;
		bitmaps_terms_of(terms, part->rows[i].texts, term_count, &counting);
	}
	made_keep(part, &counting);
	free(counting.pairs);
	free(counting.table);
	arena_free(counting.arena);
	terms_free(terms);
	return NULL;
}

static int keep_row(void *context, const struct db_row *row, struct error *err)
{
	struct part *part = context;
	struct row *kept = arena_push(part->texts, &part->rows, &part->nrows, sizeof *kept);
	kept->page = (int)(db_column_int(row, 0) % BITMAP_PART);
	kept->texts = (struct bitmaps_row){ arena_strdup(part->texts, db_column_text(row, 1)), arena_strdup(part->texts, db_column_text(row, 2)) };
	return 0;
}

/* Reads the pages of a part, up to page `end`, and begins to count them; part_wait ends it. */
static int part_begin(struct catalogue *catalogue, struct part *part, int64_t number, int64_t end, const struct known *known, struct error *err)
{
	*part = (struct part){ .number = number, .known = known, .texts = arena_new(), .arena = arena_new() };
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
	arena_free(part->texts);
	part->texts = NULL;
}

/* What the part has to say of a known term: NULL where that is not known, because the term is frequent in another part only. */
static const struct made *part_made(const struct part *part, const struct known_term *term, bool before)
{
	static const struct made none = { "", (const uint8_t *)"", 0, true };
	const struct made *made = bsearch(&(struct made){ .term = term->term }, part->made, (size_t)part->nmade, sizeof *part->made, by_term);
	return made || !before ? made : &none;
}

/* --- making ----------------------------------------------------------------------------------------------------------------- */

/* What stands in a part has bitmaps from now on. */
static int terms_note(struct catalogue *catalogue, const struct part *part, int nknown, struct error *err)
{
	for (int i = 0; i < part->nmade && nknown < PAIR_SETS + TERMS_MAX; i++)
		if (!part->made[i].known &&
		    catalogue_query(catalogue, "INSERT OR IGNORE INTO bitmap_term (term) VALUES ($1)", DB_ARGS(DB_T(part->made[i].term)), NULL, NULL, err) < 0)
			return -1;
	return 0;
}

/* The rows of one term lie side by side: so they are written. */
static int parts_put(struct catalogue *catalogue, const struct part *parts, int n, int nbefore, struct error *err)
{
	struct known known = { .arena = arena_new() };
	int ret = 0;
	for (int i = 0; i < n && !ret; i++)
		ret = terms_note(catalogue, &parts[i], nbefore, err);
	if (!ret)
		ret = known_find(catalogue, &known, err);
	for (int i = 0; i < known.n; i++)
		for (int k = 0; k < n && !ret; k++) {
			const struct made *made = part_made(&parts[k], &known.terms[i], i < nbefore);
			if (made)
				ret = catalogue_query(catalogue, "INSERT OR REPLACE INTO bitmap (id, pages) VALUES ($1, $2)",
						      DB_ARGS(DB_I(bitmaps_row_id(known.terms[i].id, parts[k].number)), DB_B(made->bytes, made->n)), NULL, NULL, err);
		}
	arena_free(known.arena);
	return ret;
}

static int upto_set(struct catalogue *catalogue, int64_t upto, struct error *err)
{
	char number[24];
	snprintf(number, sizeof number, "%lld", (long long)upto);
	return catalogue_meta_set(catalogue, "bitmaps", number, err);
}

/* Counts n parts, as many at once as there are processors. */
static int parts_count(struct catalogue *catalogue, struct part *parts, int n, int64_t first, int64_t end, const struct known *known, struct error *err)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	int threads = processors < 1 ? 1 : processors < THREADS_MAX ? (int)processors : THREADS_MAX, ret = 0, begun = 0;
	for (; begun < n && !ret; begun++) {
		if (begun >= threads)
			part_wait(&parts[begun - threads]);
		ret = part_begin(catalogue, &parts[begun], first + begun, end, known, err);
	}
	for (int i = begun > threads ? begun - threads : 0; i < begun; i++)
		part_wait(&parts[i]);
	return ret;
}

int bitmaps_step(struct catalogue *catalogue, struct error *err)
{
	int64_t upto, all;
	if (bitmaps_upto(catalogue, &upto, err) || catalogue_int(catalogue, "SELECT max(page_id) + 1 FROM page_text", NULL, 0, 0, &all, err))
		return -1;
	if (all - upto < PAGES_MIN)
		return 0;
	int64_t first = upto / BITMAP_PART, end = (first + PARTS_AT_ONCE) * BITMAP_PART < all ? (first + PARTS_AT_ONCE) * BITMAP_PART : all;
	int n = (int)((end + BITMAP_PART - 1) / BITMAP_PART - first);
	struct part *parts = mem_alloc((size_t)n * sizeof *parts);
	struct known known = { .arena = arena_new() };
	int ret = known_find(catalogue, &known, err);
	if (!ret)
		ret = parts_count(catalogue, parts, n, first, end, &known, err);
	if (!ret)
		ret = parts_put(catalogue, parts, n, known.n, err) || upto_set(catalogue, end, err) ? -1 : end < all;
	for (int i = 0; i < n; i++)
		arena_free(parts[i].arena);
	free(parts);
	arena_free(known.arena);
	return ret;
}

/* --- checking --------------------------------------------------------------------------------------------------------------- */

static int part_check(struct catalogue *catalogue, const struct part *part, bool *wrong, struct error *err)
{
	int ret = 0;
	for (int i = 0; i < part->known->n && !ret; i++) {
		const struct known_term *term = &part->known->terms[i];
		const struct made *made = part_made(part, term, true);
		int64_t same;
		ret = catalogue_int(catalogue, "SELECT pages = $2 FROM bitmap WHERE id = $1",
				    DB_ARGS(DB_I(bitmaps_row_id(term->id, part->number)), DB_B(made->bytes, made->n)), 1, &same, err); /* without a row the index is asked */
		wrong[i] |= !ret && !same;
	}
	return ret;
}

int bitmaps_check(struct catalogue *catalogue, int64_t *wrong, struct error *err)
{
	struct known known = { .arena = arena_new() };
	int64_t upto = 0;
	int ret = known_find(catalogue, &known, err) || bitmaps_upto(catalogue, &upto, err) ? -1 : 0;
	bool *terms = arena_array(known.arena, (size_t)known.n + 1, sizeof *terms);
	for (int64_t number = 0; number * BITMAP_PART < upto && !ret; number++) {
		struct part part = { 0 };
		ret = parts_count(catalogue, &part, 1, number, upto, &known, err);
		if (!ret)
			ret = part_check(catalogue, &part, terms, err);
		arena_free(part.arena);
	}
	*wrong = 0;
	for (int i = 0; i < known.n; i++)
		*wrong += terms[i];
	arena_free(known.arena);
	return ret;
}
