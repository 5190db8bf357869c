/* search_private.h - what the files of search.h share among themselves; nobody else includes it. */
#ifndef SOHOA_SEARCH_PRIVATE_H
#define SOHOA_SEARCH_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "stages/index/search.h"

struct bitmap;
struct texts_sets;

struct candidate {
	int64_t page, document;
	uint32_t keyed; /* rank.h */
	int number;     /* of the page in its dossier */
	double score;   /* of the index first, of rank.h then */
	bool shown;
};

struct search {
	struct catalogue *catalogue;
	const struct search_query *asked;
	struct search_result *result;
	struct query *query;           /* the result's */
	struct arena *arena, *scratch; /* of the caller; of one page */
	struct texts_sets *sets;
	struct texts_condition *conditions;
	int nconditions;
	struct candidate *candidates;
	int ncandidates;
	int64_t by_field_only;         /* pages that the index does not count */
	uint32_t keyed;                /* what the pages coming in answer by a field */
	double share;                  /* a page must have of the words: 1 all, by the tree */
	int npapers;                   /* in a run of pages */
	struct candidate *ranking;
	struct search_hit *hit;
	struct search_page page;       /* of that paper, being made */
};

void search_note(struct search *s, const char *note);
/* A step of how the index was asked. */
void search_plan(struct search *s, const char *step);
struct texts_question search_question(const struct search *s, const struct texts_node *words);

/* --- candidates.c --------------------------------------------------------------------------------------------------------- */

/* Of the pages that answer `words` the best become candidates, at most `most`: by `scored`, those that answer `exact` (may be NULL) first. *count: how many answer, of those
 * that are counted. */
int search_best_add(struct search *s, const struct texts_node *words, const struct texts_node *scored, const struct texts_node *exact, int most, int64_t *count,
		    struct error *err);
int search_candidate_add(void *context, const struct texts_match *match, struct error *err);
/* Reads the candidates and puts them in order; those that do not answer are left out. */
int search_rank(struct search *s, struct error *err);
/* Asks and ranks; the candidates that are there already stay among those that are ranked. */
int search_relevance(struct search *s, struct error *err);
/* The pages that answer, the first `most` of them or some more; *whole: all. The caller's to free. */
int search_answering(struct search *s, int64_t most, struct bitmap **pages, bool *whole, struct error *err);
/* The total, of pages that search_answering gave. */
void search_total(struct search *s, const struct bitmap *pages);

/* --- papers.c --------------------------------------------------------------------------------------------------------------- */

int search_papers_by_relevance(struct search *s, struct error *err);
int search_papers_by_intake(struct search *s, bool newest, struct error *err);
int search_papers_by_day(struct search *s, struct error *err);

#endif
