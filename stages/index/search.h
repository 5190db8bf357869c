/*
 * search.h - ask the archive: pages that answer a query, best first
 *
 * Called by the desk, the reading room and whoever looks for a paper. Any text is a query (query.h), never an error; errors are
 * those of the disk and the catalogue. A hit is a page. Restricted papers and pages are never among them, not in the total
 * either. The order is ours (rank.h) and always the same: score, then document, then page.
 */
#ifndef SOHOA_SEARCH_H
#define SOHOA_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "pipeline/document.h"
#include "stages/index/snippet.h"

struct arena;
struct catalogue;
struct error;
struct store;

/* So many pages are put in order at most: the best by bm25 of the exact form and as many of the folded form. The total counts
 * all; a page behind the ranked ones is not shown. */
#define SEARCH_RANKED_MAX 1000

struct search_query {
	const char *text;
	int limit;  /* hits wanted; 0 gives the total only */
	int offset; /* hits to skip */
};

struct search_hit {
	int64_t document;      /* document_id_format shows it */
	int64_t page_id;       /* of the catalogue: for index_hit_boxes */
	int page;              /* 1-based in the document */
	int number;            /* 1-based in the run of the dossier */
	const char *file;      /* shown name */
	int file_page;         /* 1-based in the file */
	const char *dossier, *batch;
	const char *box, *shelf; /* where the paper original lies; NULL where not listed */
	const char *type;      /* schema code */
	const char *title;     /* of the document, or NULL */
	const char *verdict;   /* or NULL: not judged yet */
	double score;
	struct snippet snippet;
};

struct search_result {
	int64_t total;           /* pages that answer */
	int ranked;              /* pages put in order: offsets below it have hits */
	bool cut;                /* the query was too long, its end was left out */
	bool empty;              /* the query holds no word */
	struct search_hit *hits;
	int nhits;
};

/* Fills *result from the arena. */
int index_search(struct catalogue *catalogue, const struct search_query *query, struct search_result *result, struct arena *arena,
		 struct error *err);

/* Where on the page image the words stand that answer the query: boxes in the frame of the page as received, in reading order.
 * *nboxes 0 when there are none, or the page may not be shown. */
int index_hit_boxes(struct catalogue *catalogue, struct store *store, int64_t page_id, const char *query, struct box **boxes,
		    int *nboxes, struct arena *arena, struct error *err);

#endif
