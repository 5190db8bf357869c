/* query_words.h - an understood query as the words that the index is asked for */
#ifndef SOHOA_QUERY_WORDS_H
#define SOHOA_QUERY_WORDS_H

struct arena;
struct query;
struct texts_node;

/* Which form of the words the index is asked for. */
enum query_form {
	QUERY_FOLDED,
	QUERY_EXACT,   /* terms typed with marks by their exact form */
	QUERY_BOTH     /* as folded finds them; the exact form of a word, not of a phrase, is worth as much again */
};

/* The words for texts.h; NULL where the query has none. With fields, their facts are part of it. */
struct texts_node *query_words(const struct query *query, enum query_form form, struct arena *arena);

/* Pages that hold two of these terms (numbers into query->terms, n >= 2; of two terms, either), whatever the tree says, and the facts of the fields. */
struct texts_node *query_pairs(const struct query *query, const int *terms, int n, struct arena *arena);

#endif
