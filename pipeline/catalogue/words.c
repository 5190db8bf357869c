#include "pipeline/catalogue/words.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"
#include "pipeline/shape.h"

#define CACHE_FIRST (1u << 14)
#define CACHE_MAX (1u << 20) /* entries: 16 MB; then it begins anew */
#define LEVEL_MAX 40
#define UNKNOWN (-1)

struct known {
	uint64_t hash; /* of the word; 0: free */
	int level;
};

struct word_cache {
	struct known *known;
	uint32_t room, used;
};

static uint64_t hash_of(const char *word)
{
	uint64_t hash = UINT64_C(0xCBF29CE484222325);
	for (; *word; word++)
		hash = (hash ^ (unsigned char)*word) * UINT64_C(0x100000001B3);
	return hash | 1;
}

/* Bits of chance that are the same each time for one word and one page (splitmix64). */
static uint64_t chance(uint64_t hash, int64_t page)
{
	uint64_t z = hash + (uint64_t)page * UINT64_C(0x9E3779B97F4A7C15);
	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

void word_cache_free(struct word_cache *cache)
{
	if (cache)
		free(cache->known);
	free(cache);
}

void word_cache_clear(struct word_cache *cache)
{
	if (!cache)
		return;
	memset(cache->known, 0, cache->room * sizeof *cache->known);
	cache->used = 0;
}

static struct known *slot_of(struct known *known, uint32_t room, uint64_t hash)
{
	uint32_t i = (uint32_t)(hash >> 20) & (room - 1);
	while (known[i].hash && known[i].hash != hash)
		i = (i + 1) & (room - 1);
	return &known[i];
}

static void grow(struct word_cache *cache)
{
	uint32_t room = cache->room ? cache->room * 2 : CACHE_FIRST;
	if (room > CACHE_MAX) {
		word_cache_clear(cache);
		return;
	}
	struct known *known = mem_alloc(room * sizeof *known);
	for (uint32_t i = 0; i < cache->room; i++)
		if (cache->known[i].hash)
			*slot_of(known, room, cache->known[i].hash) = cache->known[i];
	free(cache->known);
	cache->known = known;
	cache->room = room;
}

static struct known *cache_find(struct catalogue *catalogue, uint64_t hash)
{
	struct word_cache **cache = catalogue_word_cache(catalogue);
	if (!*cache)
		*cache = mem_alloc(sizeof **cache);
	if ((*cache)->used >= (*cache)->room / 2)
		grow(*cache);
	struct known *known = slot_of((*cache)->known, (*cache)->room, hash);
	if (!known->hash) {
		*known = (struct known){ hash, UNKNOWN };
		(*cache)->used++;
	}
	return known;
}

int words_level(struct catalogue *catalogue, const char *word, int *level, struct error *err)
{
	int64_t found;
	if (catalogue_int(catalogue, "SELECT pages FROM word WHERE term = $1", DB_ARGS(DB_T(word)), UNKNOWN, &found, err))
		return -1;
	*level = (int)found;
	return 0;
}

int words_note(struct catalogue *catalogue, const char *word, int64_t page, struct error *err)
{
	uint64_t hash = hash_of(word);
	struct known *known = cache_find(catalogue, hash);
	char shape[SHAPE_MAX];
	if (known->level == UNKNOWN && words_level(catalogue, word, &known->level, err))
		return -1;
	if (known->level == UNKNOWN) {
		shape_of(word, shape);
		known->level = 0;
		return catalogue_query(catalogue, "INSERT INTO word (term, shape, pages) VALUES ($1, $2, 0)",
				       DB_ARGS(DB_T(word), DB_T(shape)), NULL, NULL, err);
	}
	if (known->level >= LEVEL_MAX || chance(hash, page) & ((UINT64_C(1) << known->level) - 1))
		return 0;
	known->level++;
	return catalogue_query(catalogue, "UPDATE word SET pages = $2 WHERE term = $1", DB_ARGS(DB_T(word), DB_I(known->level)), NULL,
			       NULL, err);
}

int words_drop(struct catalogue *catalogue, const char *word, struct error *err)
{
	cache_find(catalogue, hash_of(word))->level = UNKNOWN;
	return catalogue_query(catalogue, "DELETE FROM word WHERE term = $1", DB_ARGS(DB_T(word)), NULL, NULL, err);
}

struct listing {
	int (*fn)(void *context, const char *word, int level, struct error *err);
	void *context;
};

static int word_row(void *context, const struct db_row *row, struct error *err)
{
	const struct listing *listing = context;
	return listing->fn(listing->context, db_column_text(row, 0), (int)db_column_int(row, 1), err);
}

int words_begin(struct catalogue *catalogue, const char *prefix, int limit,
		int (*fn)(void *context, const char *word, int level, struct error *err), void *context, struct error *err)
{
	struct listing listing = { fn, context };
	/* U+10FFFF stands behind every letter. */
	return catalogue_query(catalogue,
			       "SELECT term, pages FROM word WHERE term >= $1 AND term < $1 || char(1114111)"
			       " ORDER BY pages DESC, term LIMIT $2", DB_ARGS(DB_T(prefix), DB_I(limit)), word_row, &listing, err);
}

int words_shaped(struct catalogue *catalogue, const char *shape, int limit,
		 int (*fn)(void *context, const char *word, int level, struct error *err), void *context, struct error *err)
{
	struct listing listing = { fn, context };
	return catalogue_query(catalogue, "SELECT term, pages FROM word WHERE shape = $1 ORDER BY pages DESC, term LIMIT $2",
			       DB_ARGS(DB_T(shape), DB_I(limit)), word_row, &listing, err);
}
