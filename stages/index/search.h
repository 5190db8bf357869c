/*
 * search.h - ask the archive: papers that answer a query, best first
 *
 * Called by the desk, the reading room and whoever looks for a paper. Any text is a query (query.h), never an error; errors are those of the
 * disk and the catalogue. What a viewer may not see is in nothing of the answer: hits, totals, facets, suggestions (visible.h).
 *
 * Where few pages answer, the answer is widened, and says so: words that a bad scan may have made of the typed ones (fuzzy.h), then pages that
 * have most of the words; where no paper answers, fields that nothing answers are left out. A name that took in the words behind it is cut where some paper
 * has it, and one that no paper has is looked for as words (values.h).
 *
 * With a gazetteer, papers are also found by the name that a place or an agency had before or after its merger, and by the words of an abbreviation; they
 * stand behind those that have all words as typed, marked with the name (first page of an answer by relevance).
 *
 * Order: relevance is ours (rank.h) and always the same: score, then document, then page. Where very many pages answer, those are put
 * in order on which the words stand most often (SEARCH_RANKED_MAX); every other order goes through all of them.
 */
#ifndef SOHOA_SEARCH_H
#define SOHOA_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "pipeline/catalogue/texts.h"
#include "pipeline/document.h"
#include "stages/index/query.h"
#include "stages/index/rank.h"
#include "stages/index/snippet.h"

struct arena;
struct catalogue;
struct error;
struct places;
struct schemas;
struct store;
struct viewer;

#define SEARCH_TOTAL_MAX 10000  /* pages that are counted; above it the total is "more than" */
#define SEARCH_FACETS_MAX 2000  /* pages whose papers are counted by type, year ...: each is five rows to look up, which are read anew beside a writer */
#define SEARCH_RANKED_MAX 120   /* pages that are read to put them in order */
#define SEARCH_FACET_ROWS 12    /* values shown of one facet */

enum search_sort {
	SORT_RELEVANCE,
	SORT_NEWEST, /* as they came in, last first */
	SORT_OLDEST,
	SORT_DATE    /* by the day on the paper, latest first; of the first SEARCH_TOTAL_MAX pages */
};

struct search_query {
	const char *text;
	const struct viewer *viewer;   /* NULL: everything that is not restricted */
	const struct schemas *schemas; /* for names of types; NULL: codes only */
	const struct places *places;   /* to follow places and agencies through their mergers; NULL: they are not */
	enum search_sort sort;
	int limit;                     /* papers wanted; 0 gives the totals only */
	const char *after;             /* search_result.next of the page of results before, or NULL */
	bool facets;
	bool narrow;                   /* nothing but what was asked for: no similar words, no field left out */
};

/* A page of a paper that answers. */
struct search_page {
	int64_t page_id;       /* of the catalogue: for index_hit_boxes */
	int page;              /* 1-based in the document */
	int number;            /* 1-based in the run of the dossier */
	const char *file;      /* shown name */
	int file_page;         /* 1-based in the file */
	double score;
	struct snippet snippet;
	enum rank_why *why;    /* of each term of the query */
};

struct search_hit {
	int64_t document;        /* document_id_format shows it */
	const char *dossier, *batch;
	const char *box, *shelf; /* where the paper original lies; NULL where not listed */
	const char *type;        /* schema code */
	const char *title;       /* of the document, or NULL */
	const char *verdict;     /* or NULL: not judged yet */
	double score;            /* of its best page */
	struct search_page *pages; /* best first */
	int npages;
	const char *through;     /* relation.h: by which other name it was found; NULL: by the query as it was typed */
	bool successor;          /* that name is of a place or an agency that took over, or that it took over from */
	const struct query *query; /* as which it was found: page.why belongs to its terms */
};

struct search_facet {
	const char *value;
	int64_t count;         /* papers */
};

struct search_result {
	struct query query;      /* as it was understood and widened */
	int64_t total;           /* pages that answer, at most SEARCH_TOTAL_MAX */
	bool more;               /* there are more than total */
	int64_t also;            /* pages behind them: with similar words, or with less than all words */
	bool part;               /* relevance: not all pages that answer were put in order */
	bool empty;              /* the query holds nothing to look for */
	bool widened, lessened;  /* some of those have similar words; less than all words */
	struct search_hit *hits;
	int nhits;
	int nrelated;            /* of them were found through another name; no part of the totals */
	const char *next;        /* for search_query.after; NULL where this is the end */
	struct search_facet *facets[FACETS];
	int nfacets[FACETS];
	int64_t facets_more[FACETS]; /* values that are not shown */
	bool facets_part;        /* only the first SEARCH_FACETS_MAX pages were looked at */
	const char **notes;      /* sentences for the person */
	int nnotes;
	const char *plan;        /* how the index was asked, for --explain */
};

/* Fills *result from the arena. */
int index_search(struct catalogue *catalogue, const struct search_query *query, struct search_result *result, struct arena *arena,
		 struct error *err);

/* Where on the page image the words stand that answer the query of a result: boxes in the frame of the page as received, in reading order.
 * *nboxes 0 when there are none, or the page may not be shown to the viewer. */
int index_hit_boxes(struct catalogue *catalogue, struct store *store, const struct viewer *viewer, int64_t page_id, const struct query *query,
		    struct box **boxes, int *nboxes, struct arena *arena, struct error *err);

#endif
