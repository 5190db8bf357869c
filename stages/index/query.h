/*
 * query.h - what a person typed, understood
 *
 * Any text is a query, and the plain reading of plain words is never lost:
 *
 *   giấy khai sinh             all words on one page, in any order; marks that were typed decide the order only (rank.h)
 *   "khai sinh"                words that follow each other
 *   nguy*   nguyen~            every word that begins so (two letters at least); words that a bad scan may have made of it
 *   123 / qđ-ubnd              a word that the index cuts into several tokens is a phrase, and white space inside such a number
 *                              does not part it; so are the groups of a person's number
 *   a OR b, a hoặc b           either, in any case; binds weaker than words side by side. A page that holds "a hoặc b" is among them
 *   a NOT b, a KHÔNG CÓ b      without b. In Vietnamese only in capitals, and not where the whole query is in capitals: "không" is a word
 *   a -b, a !b                 the same; the sign touches a letter, a quote or '(', and a note says it
 *   a AND b, a và b            both. "và" is looked for as well, but may be missing
 *   ( )                        group
 *   loại:quyết định            a field of the paper: names of query_field.c; its value ends at the next field, operator, comma or ';'. A name that is
 *                              none is left out, and what follows looked for as words
 *
 * All other signs part words. A part that cannot be understood is left out, with a note that says how to write it.
 */
#ifndef SOHOA_QUERY_H
#define SOHOA_QUERY_H

#include <stdbool.h>

#include "pipeline/catalogue/texts.h"

struct arena;
struct schemas;

/* More is cut off: a page of 64 words is a quotation already, and every word costs the index a list. */
#define QUERY_TERMS_MAX 32
#define QUERY_TOKENS_MAX 64
#define QUERY_FIELDS_MAX 12
#define QUERY_BYTES_MAX 20000
#define QUERY_NOTES_MAX 8 /* sentences; nobody reads more */

struct query_token {
	const char *exact;  /* lower case, one tone placement */
	const char *folded;
	const char *other;  /* folded, the other spelling of the same sound (ky, ki), or NULL */
	bool marked;        /* typed with marks, or with đ */
};

/* A word of the index that stands in for the one that was typed. */
struct query_alternative {
	const char *word;   /* folded */
	float likeness;     /* 0..1: 1 would be the word itself */
	int level;          /* how often it stands (words.h) */
};

struct query_term {
	struct query_token *tokens;
	int ntokens;        /* >= 1 */
	bool prefix;        /* the last token may go on */
	bool fuzzy;         /* asked for with '~' */
	bool soft;          /* may be missing */
	bool negated;           /* must be missing */
	const char *digits; /* all of them together, where the term is a long number; else NULL */
	const char *key;    /* pipeline/key.h, when the word looks like a number; else NULL */
	double worth;       /* in the order of candidates; 1 until search.c has asked how rare it is */
	const char **words; /* of a prefix: the words of the index that begin so; search.c */
	int nwords;
	struct query_alternative *alternatives; /* search.c */
	int nalternatives;
};

enum query_kind { QUERY_TERM, QUERY_ALL, QUERY_ANY };

struct query_node {
	enum query_kind kind;
	bool negated;           /* only as a part of QUERY_ALL */
	int term;           /* QUERY_TERM */
	struct query_node *parts;
	int nparts;
};

enum query_field_kind {
	BY_NUMBER, BY_SYMBOL, BY_TYPE, BY_AGENCY, BY_PERSON, BY_PLACE, BY_ID, BY_DAY, BY_BEFORE, BY_AFTER,
	BY_DOSSIER, BY_BATCH, BY_STATE, BY_REUSE
};

struct query_field {
	enum query_field_kind kind;
	bool negated;
	bool dropped;                /* search.c: nothing was found with it */
	const char *typed;           /* "loại:quyết định" */
	int value, length;           /* where its value stands in query.text, without quotes */
	int name;                    /* bytes in front of it: the name, the ':' and a quote */
	bool open;                   /* it is a name and was typed without quotes: words behind it may have come into it */
	struct texts_node *words;    /* facts, or NULL */
	struct texts_condition condition;
	bool conditioned;            /* condition counts */
};

struct query {
	const char *text; /* as it was read: NFC, white space as one space, numbers joined */
	struct query_term *terms;
	int nterms;
	int ntokens;      /* of all terms */
	struct query_node *tree; /* NULL: no word to look for */
	struct query_field *fields;
	int nfields;
	const char **notes; /* sentences about what was left out, in the language of the screen */
	int nnotes;
	bool marked;      /* some token is */
	bool plain;       /* words and phrases only, all of them wanted */
	bool cut;         /* longer than the limits */
	const char *key;  /* of the whole query as one number, when it has digits; else NULL */
	const char *name; /* of the whole query as a name; NULL when a term is a phrase or a prefix */
};

/* Fills *query from any bytes that end with NUL. Without schemas (NULL) types are known by code only. */
void query_parse(struct query *query, const char *text, const struct schemas *schemas, struct arena *arena);

#endif
