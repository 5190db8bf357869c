/*
 * best.h - of many pages that answer, those that speak of the words most
 *
 * Not every page that answers can be read to be put in order (rank.h). Here the sets of pages of each word tell which to read: BM25 (S. Robertson, H. Zaragoza, The
 * probabilistic relevance framework, 2009) with how often a word stands on a page known in steps (terms_often in pipeline/tokens.h), k1 as in FTS5 and b = 0: sheets of
 * paper are about as long as each other. What stands with the marks that were typed goes before what does not, as in rank.h.
 */
#ifndef SOHOA_BEST_H
#define SOHOA_BEST_H

#include <stdint.h>

struct arena;
struct bitmap;
struct error;
struct texts_node;
struct texts_sets;

/* The best `most` of the pages `among`, best first, and of equal ones that which came first; in the arena. enough: so many of them will be read; where no more have a word
 * so many times, still more times do not count. words: what is counted, each phrase by its worth. exact:
 * pages that answer it have all marks as typed; NULL: no marks were typed. */
int best_pages(struct texts_sets *sets, const struct texts_node *words, const struct texts_node *exact, const struct bitmap *among, int most, int enough,
	       int64_t **best, int *nbest, struct arena *arena, struct error *err);

#endif
