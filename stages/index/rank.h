/*
 * rank.h - how well a page answers a query, in one number of ours
 *
 * Every database gives the same set of pages; the order is made here. For each word the best place on the page counts:
 *   as typed, marks included, or typed without marks    1.00   (đường -> đường; duong -> đường)
 *   other spelling of the same sound                    0.95   (kỹ -> kĩ)
 *   typed with marks, the page has none                 0.60   (đường -> duong: marks were lost)
 *   a word that a bad reading may have made of it       0.50 x likeness (confusion.h), where search.c has looked for such
 *   typed with marks, the page contradicts them         0.20   (đường -> Dương)
 * Of "a or b" the better one counts. The mean over the words, 0..100, is lowered by up to 0.3 of itself where words that were typed side by side stand apart on the page.
 * Up to 5 more points are given for how often the words stand on the page and, where that is not often, how early: less than the step between two
 * rows above for a query of one or two words. A field of the document that equals the query (its number, its owner) lifts the page above every
 * page that only speaks of it. The weights are ours, set on the ranking table of tests/unit_index.c.
 */
#ifndef SOHOA_RANK_H
#define SOHOA_RANK_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct query;
struct word_form;

/* Why a place answers, best first. */
enum rank_why { WHY_AS_TYPED, WHY_SAME_SOUND, WHY_MARKS_LOST, WHY_ALIKE, WHY_CONTRADICTED, WHY_FIELD, WHY_MISSING };

/* A place on the page that answers a term. */
struct rank_place {
	int term, first, ntokens; /* tokens of the page */
	float quality;
	enum rank_why why;
};

struct rank {
	double score;             /* rounded to 0.001, so that equal pages are equal everywhere */
	bool whole;               /* the query holds, by places and fields */
	bool by_text;             /* the query holds by places alone */
	double share;             /* 0..1: how much of the words the page has, for an answer with less than all */
	enum rank_why *why;       /* of each term of the query */
	struct word_form *tokens; /* of the text (pipeline/tokens.h) */
	int ntokens;
	struct rank_place *places; /* in the order of the page */
	int nplaces;
};

#define RANK_ALL_TERMS UINT32_MAX

/* text: as printed, NFC. keyed: bit i is set when a field of the page answers term i, RANK_ALL_TERMS when one answers the whole query. */
void rank_page(struct rank *rank, const struct query *query, uint32_t keyed, const char *text, struct arena *arena);

#endif
