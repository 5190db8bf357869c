/*
 * words.h - the words that stand on the pages, each with its shape and about how often (table word)
 *
 * texts.c notes them while it writes a page. A word's count is a level: n stands for 2^n to 2^(n+1) pages, and goes up by chance, so that a
 * page of known words costs no write (R. Morris, Counting large numbers of events in small registers, 1978). A word stays after its last page
 * has gone, until words_drop: who shows words asks first whether a visible page has them.
 */
#ifndef SOHOA_CATALOGUE_WORDS_H
#define SOHOA_CATALOGUE_WORDS_H

#include <stdint.h>

struct arena;
struct catalogue;
struct error;

/* Words whose level is known in memory, so that the table need not be asked; one for each open catalogue. */
struct word_cache;
void word_cache_free(struct word_cache *cache);  /* NULL is fine */
void word_cache_clear(struct word_cache *cache); /* after a rollback; NULL is fine */

/* One folded word of a page, once for each page. Inside a transaction. */
int words_note(struct catalogue *catalogue, const char *word, int64_t page, struct error *err);
/* Lists the words that the index has behind `after`, in their order, with how often each stands, in place of what was listed there: as many as some 100 ms allow, and *last is
 * the one to go on from, in the arena. 1 while there are more, 0 with *last NULL, -1. Inside a transaction. */
int words_list(struct catalogue *catalogue, const char *after, const char **last, struct arena *arena, struct error *err);
/* Takes a word away that no page holds any more. Inside a transaction. */
int words_drop(struct catalogue *catalogue, const char *word, struct error *err);

/* About how often a word stands: its level, -1 where no page holds it. */
int words_level(struct catalogue *catalogue, const char *word, int *level, struct error *err);
/* The words that begin with a prefix, most frequent first, at most limit. */
int words_begin(struct catalogue *catalogue, const char *prefix, int limit,
		int (*fn)(void *context, const char *word, int level, struct error *err), void *context, struct error *err);
/* The words of one shape (pipeline/shape.h), most frequent first, at most limit. */
int words_shaped(struct catalogue *catalogue, const char *shape, int limit,
		 int (*fn)(void *context, const char *word, int level, struct error *err), void *context, struct error *err);

#endif
