/* query_words.h - an understood query as the words that the index is asked for */
#ifndef SOHOA_QUERY_WORDS_H
#define SOHOA_QUERY_WORDS_H

#include <stdbool.h>

struct arena;
struct query;
struct texts_node;

/* Which form of the words the index is asked for. */
enum query_form {
	QUERY_FOLDED,
	QUERY_EXACT,   /* terms typed with marks by their exact form */
	QUERY_BOTH,    /* as folded finds them; the exact form of a word, not of a phrase, counts in the score too */
	QUERY_OFTEN    /* folded; where the rarest word must stand often, the other words must stand more than once too, and nothing but that is asked of words, so
	                * that their lists are left alone: how often they stand is known by steps only (terms_often) */
};

/* The words for texts.h; NULL where the query has none. often >= 0: pages on which the rarest word (by worth) stands terms_often[often]
 * times and more; where all words stand on most pages, each of them; of "a or b" either. With fields, their facts are part of it. */
struct texts_node *query_words(const struct query *query, enum query_form form, int often, struct arena *arena);
/* Whether the query has words side by side of which one is rarer than those that stand on most pages: QUERY_OFTEN is worth asking. */
bool query_has_rarest(const struct query *query);

/* Pages that hold two of these terms (numbers into query->terms, n >= 2; of two terms, either), whatever the tree says, and the facts of the fields. */
struct texts_node *query_pairs(const struct query *query, const int *terms, int n, struct arena *arena);

#endif
