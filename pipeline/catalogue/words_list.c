/* words_list.c - the table of words made from the index (words.h) */
#include "pipeline/catalogue/words.h"

#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/clock.h"
#include "pipeline/error.h"
#include "pipeline/shape.h"

#define LIST_WORDS 16384 /* at once: what they change in the table and in the order of shapes is some 50 MB of a long list */
#define LIST_MS 80       /* of reading; the lists of the commonest words are as long as the archive */

struct listed {
	const char *term;
	int level;
};

struct reading {
	struct arena *arena;
	struct listed *words;
	int n;
	int64_t end; /* milliseconds */
};

static int keep_word(void *context, const struct db_row *row, struct error *err)
{
	struct reading *reading = context;
	struct listed *word = arena_push(reading->arena, &reading->words, &reading->n, sizeof *word);
	word->term = arena_strdup(reading->arena, db_column_text(row, 0));
	word->level = 63 - __builtin_clzll((unsigned long long)db_column_int(row, 1) | 1);
	return reading->n == LIST_WORDS || clock_ms() >= reading->end;
}

/* Terms that are no words begin with a sign (tokens.h): '#', '&' and '+' stand before the figures, '=' and '@' between figures and letters. 1 where there may be more. */
static int words_read(struct catalogue *catalogue, const char *after, struct reading *reading, struct error *err)
{
	static const struct {
		const char *first, *end;
	} ranges[] = { { "0", "=" }, { "A", "\xF4\x8F\xBF\xBF" /* U+10FFFF stands behind every letter */ } };
	const char *from = arena_printf(reading->arena, "%s\x01", after); /* the first string behind it that may be a word */
	int ret = 0;
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges && !ret; i++)
		ret = catalogue_query(catalogue, "SELECT term, doc FROM page_words WHERE term >= $1 AND term < $2",
				      DB_ARGS(DB_T(strcmp(from, ranges[i].first) < 0 ? ranges[i].first : from), DB_T(ranges[i].end)), keep_word, reading, err);
	return ret;
}

int words_list(struct catalogue *catalogue, const char *after, const char **last, struct arena *arena, struct error *err)
{
	struct reading reading = { arena, NULL, 0, clock_ms() + LIST_MS };
	char shape[SHAPE_MAX];
	word_cache_clear(*catalogue_word_cache(catalogue));
	int more = words_read(catalogue, after, &reading, err);
	if (more < 0)
		return -1;
	*last = more ? reading.words[reading.n - 1].term : NULL;
	if (catalogue_query(catalogue, "DELETE FROM word WHERE term > $1 AND term <= coalesce($2, char(1114111))", DB_ARGS(DB_T(after), DB_T(*last)), NULL, NULL,
			    err) < 0)
		return -1;
	for (int i = 0; i < reading.n; i++) {
		shape_of(reading.words[i].term, shape);
		if (catalogue_query(catalogue, "INSERT INTO word (term, shape, pages) VALUES ($1, $2, $3)",
				    DB_ARGS(DB_T(reading.words[i].term), DB_T(shape), DB_I(reading.words[i].level)), NULL, NULL, err) < 0)
			return -1;
	}
	return more;
}
