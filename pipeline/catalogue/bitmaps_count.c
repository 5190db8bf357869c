/*
 * bitmaps_count.c - counts which pages of a part hold which term, from their texts (bitmaps_private.h)
 *
 * The index has the terms by their lists; taking the lists apart again takes longer than making the terms of the texts anew. Parts know nothing of each other: each is counted by
 * a thread of its own, while the database is the caller's alone.
 */
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/bitmaps_private.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/text.h"

#define FREQUENT_OF 32  /* a word on one page in so many of a part has bitmaps from there on */
#define FREQUENT_OF_OTHERS 12 /* words with their marks, and pairs: they are asked for beside words */
#define NUMBER_MAX 4    /* digits that many pages may have: a year */

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

struct part {
	int64_t number;
	const struct known *known; /* until it is counted */
	int nknown;
	struct arena *texts;       /* as long */
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

static void part_count(struct part *part)
{
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
	arena_free(part->texts);
	part->texts = NULL;
	malloc_trim(0); /* else what counting took stays with the heap of the thread, below what it has made */
}

static void *work(void *context)
{
	part_count(context);
	return NULL;
}

/* --- parts ------------------------------------------------------------------------------------------------------------------ */

struct part *bitmaps_part_new(int64_t number)
{
	struct part *part = mem_alloc(sizeof *part);
	*part = (struct part){ .number = number, .texts = arena_new(), .arena = arena_new() };
	return part;
}

void bitmaps_part_free(struct part *part)
{
	if (!part)
		return;
	bitmaps_part_wait(part);
	arena_free(part->texts);
	arena_free(part->arena);
	free(part);
}

int64_t bitmaps_part_number(const struct part *part)
{
	return part->number;
}

int bitmaps_part_add(struct part *part, int64_t page, struct bitmaps_row row)
{
	struct row *kept = arena_push(part->texts, &part->rows, &part->nrows, sizeof *kept);
	kept->page = (int)(page % BITMAP_PART);
	kept->texts = (struct bitmaps_row){ arena_strdup(part->texts, row.exact), arena_strdup(part->texts, row.facts) };
	return part->nrows;
}

void bitmaps_part_count(struct part *part, const struct known *known)
{
	part->known = known;
	part->nknown = known->n;
	part->threaded = pthread_create(&part->thread, NULL, work, part) == 0;
	if (!part->threaded)
		part_count(part);
}

void bitmaps_part_wait(struct part *part)
{
	if (part->threaded)
		pthread_join(part->thread, NULL);
	part->threaded = false;
}

const struct made *bitmaps_part_all(const struct part *part, int *n)
{
	*n = part->nmade;
	return part->made;
}

const struct made *bitmaps_part_made(const struct part *part, const struct known *known, int i)
{
	static const struct made none = { "", (const uint8_t *)"", 0, true };
	const struct made *made = bsearch(&(struct made){ .term = known->terms[i].term }, part->made, (size_t)part->nmade, sizeof *part->made, by_term);
	return made || i >= part->nknown ? made : &none;
}
