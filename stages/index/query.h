/*
 * query.h - what a person typed, understood
 *
 * Any text is a query. Words are parted by white space and all of them must stand on the page; "words in quotes" must follow
 * each other; nguy* stands for every word that begins so (two letters at least). A word that the index cuts into several tokens,
 * such as 123/QĐ-UBND, is a phrase, and white space inside such a number does not part it. There are no operators: AND, OR, NEAR, ( ) : ^ - are words or nothing.
 *
 * A word is found by its folded form. Marks that were typed decide the order only (rank.h).
 */
#ifndef SOHOA_QUERY_H
#define SOHOA_QUERY_H

#include <stdbool.h>

struct arena;
struct texts_group;

/* More is cut off: a page of 64 words is a quotation already, and every word costs the index a list. */
#define QUERY_TERMS_MAX 32
#define QUERY_TOKENS_MAX 64
#define QUERY_BYTES_MAX 20000

struct query_token {
	const char *exact;  /* lower case, one tone placement */
	const char *folded;
	const char *other;  /* folded, the other spelling of the same sound (ky, ki), or NULL */
	bool marked;        /* typed with marks, or with đ */
};

struct query_term {
	struct query_token *tokens;
	int ntokens;     /* >= 1 */
	bool prefix;     /* the last token may go on */
	const char *key; /* pipeline/key.h, when the word looks like a number; else NULL */
};

struct query {
	struct query_term *terms;
	int nterms;       /* 0: nothing to look for */
	int ntokens;      /* of all terms */
	bool marked;      /* some token is */
	bool cut;         /* longer than the limits */
	const char *key;  /* of the whole query as one number, when it has digits; else NULL */
	const char *name; /* of the whole query as a name; NULL when a term is a phrase or a prefix */
};

/* Fills *query from any bytes that end with NUL. */
void query_parse(struct query *query, const char *text, struct arena *arena);

/* The groups to ask the index for, nterms of them: by folded form; with exact, marked terms by their exact form. */
struct texts_group *query_groups(const struct query *query, bool exact, struct arena *arena);

/* i for y in a syllable of one consonant (h k l m s t, or qu) and the vowel: kỹ = kĩ, lý = lí, quy = qui (domain: i/y). For
 * lower case, with or without marks; returns the text itself where nothing changes. */
const char *query_same_sound(struct arena *arena, const char *token);

#endif
