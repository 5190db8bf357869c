/*
 * bitmaps.h - which pages hold a term, as sets of bits (tables bitmap_term, bitmap)
 *
 * The index has a list of places for each term; a question goes through the lists of its words, page by page, and those of common words name every page
 * there is. So of the terms that stand on many pages it is kept once more which pages these are, one bit each, in parts of 8,192 pages: what
 * several words have in common, and how many pages that are, is told without the lists (P. O'Neil, D. Quass, Improved query performance with variant indexes, 1997).
 *
 * Which words follow each other is told by 8,192 more sets: every two words next to each other belong to one of them, by a hash, and a page is in the sets of its pairs. Where a
 * page is not in the set of a pair, the pair does not stand there; where it is, it probably does. (Pairs of the most frequent words have terms: TOKENS_PAIR.)
 *
 * The bitmaps follow from the index and say the same. They are made when the pieces of the index are merged, or while it is made anew, for all pages up to one (bitmaps_step); from then
 * on texts.c keeps them so (bitmaps_change). Pages behind, and terms that are too rare, are looked up in the index: bitmaps_read puts both together.
 */
#ifndef SOHOA_BITMAPS_H
#define SOHOA_BITMAPS_H

#include <stdbool.h>
#include <stdint.h>

struct bitmap;
struct catalogue;
struct error;

/* Pages below *upto have bitmaps. */
int bitmaps_upto(struct catalogue *catalogue, int64_t *upto, struct error *err);
/* Adds the pages that hold a term. upto: as bitmaps_upto told it in the same look at the catalogue. */
int bitmaps_read(struct catalogue *catalogue, const char *term, int64_t upto, struct bitmap *pages, struct error *err);

/* Takes away the pages on which the second word, folded as the first, does not stand behind it. */
int bitmaps_neighbours(struct catalogue *catalogue, const char *first, const char *second, int64_t upto, struct bitmap *pages, struct error *err);

/* A row of page_text as the index has it; exact NULL: none. */
struct bitmaps_row {
	const char *exact, *facts;
};
/* A row has become another one. Inside the transaction that changes it. */
int bitmaps_change(struct catalogue *catalogue, int64_t page, struct bitmaps_row old, struct bitmaps_row changed, struct error *err);
/* The row is gone and is to be forgotten: terms that no page holds any more are gone too. */
int bitmaps_forget(struct catalogue *catalogue, struct bitmaps_row old, struct error *err);

/* Makes the bitmaps of the next pages, where there are enough of them. 1 while there is more to do, 0, -1. Inside a transaction. */
int bitmaps_step(struct catalogue *catalogue, struct error *err);

/* on: from here on the texts of new pages are kept, and counted by another thread part by part, so that bitmaps_step need not read them again; up to 170 MB. Off at first. What the
 * bitmaps are does not depend on it. */
void bitmaps_collect(struct catalogue *catalogue, bool on);
/* Makes the bitmaps of eight parts that were counted, once there are as many; takes a transaction of its own then. */
int bitmaps_collected_step(struct catalogue *catalogue, struct error *err);
/* No more pages come: those of the last part are counted too. */
int bitmaps_collected_end(struct catalogue *catalogue, struct error *err);
/* What was kept is forgotten, after a rollback above all. NULL is fine. */
struct collected;
void bitmaps_collected_clear(struct collected *collected);

/* Takes all away: the index is made anew. Inside a transaction. */
int bitmaps_clear(struct catalogue *catalogue, struct error *err);
/* How many terms have bitmaps that tell something else than the index. Reads both. */
int bitmaps_check(struct catalogue *catalogue, int64_t *wrong, struct error *err);

#endif
