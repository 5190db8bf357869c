/*
 * texts.h - the full text of the pages: the verbs that write it, and the questions a search asks
 *
 * Of every page the printed text is kept (NFC) and the facts of its paper (TEXTS_FACT). The index holds the terms of both
 * (pipeline/tokens.h) and is external to them, so an old row must be taken out of it with the very values it was put in with: texts_put and
 * texts_remove do that, and nobody else writes page_text, page_fts or word. Pages and documents in state restricted have no row,
 * and every question below goes through visible.h once more.
 */
#ifndef SOHOA_TEXTS_H
#define SOHOA_TEXTS_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct bitmap;
struct catalogue;
struct error;
struct terms;
struct viewer;

/* Sets the text of a page, valid UTF-8, and the facts of its document (texts_facts); nothing is written when both are already so. Inside a transaction. */
int texts_put(struct catalogue *catalogue, int64_t page, const char *exact, const char *facts, struct error *err);
/* The same while the index is made anew: the words of the page are not noted, because texts_reindex_words lists all at the end. */
int texts_put_anew(struct catalogue *catalogue, int64_t page, const char *exact, const char *facts, struct error *err);
/* Takes the text of a page away; no error when it has none. Inside a transaction. */
int texts_remove(struct catalogue *catalogue, int64_t page, struct error *err);
/* The same, and words that stood on that page alone are gone from the list of words too. Inside a transaction. */
int texts_forget(struct catalogue *catalogue, int64_t page, struct error *err);
/* One step of merging the pieces of the index: 1 while there is more to do, 0, -1. first: the first step of writing it anew as one piece, without what was
 * deleted; else pieces of one age are merged, so that few are left. Behind that the bitmaps of new pages are made (bitmaps.h). Takes a transaction of its own: a short
 * one, but for some seconds where there are tens of thousands of new pages. */
int texts_compact(struct catalogue *catalogue, bool first, struct error *err);
/* The fields of a document have changed: its pages get the new facts. Inside a transaction. */
int texts_refresh(struct catalogue *catalogue, int64_t document, struct error *err);

/* Index and texts tell the same: 0, or -1 with err (reach run, reason "catalogue-damaged"). Reads everything. Needs a writable
 * catalogue; takes a transaction of its own unless one is open. */
int texts_check(struct catalogue *catalogue, struct error *err);
/* Empties the index and makes its words anew from page_text. Inside a transaction. */
int texts_rebuild(struct catalogue *catalogue, struct error *err);

/* Making the index anew from the store, one paper after the other (pipeline/reindex.h). begin takes every text, word and fact away and notes that
 * the index is not whole; next gives the papers behind one, and how many pages they have, 0 of them at the end; note says how far it has come, noted tells it again;
 * merge is one step of merging its pieces, 1 while there is more to do: all, or those of one age where they are many, so that FTS5 has room for more;
 * words, when all papers are in, lists the next words that the index has, some 100 ms of them, 1 while there are more; end takes the note away. Inside a transaction, but
 * for next and noted. Between transactions, and of use to the time alone: collect keeps the pages to come until their bitmaps are made (bitmaps_collect), or ends that; collected makes
 * the bitmaps of those that are ready, and with `last`, when all papers are in, begins to count what is left, so that texts_compact finds it. */
struct texts_reindex_paper {
	int64_t document, pages;
};
int texts_reindex_begin(struct catalogue *catalogue, struct error *err);
int texts_reindex_next(struct catalogue *catalogue, int64_t after, int max, struct texts_reindex_paper *papers, int *n, struct error *err);
int texts_reindex_noted(struct catalogue *catalogue, int64_t *last, struct error *err);
int texts_reindex_note(struct catalogue *catalogue, int64_t document, struct error *err);
int texts_reindex_merge(struct catalogue *catalogue, bool all, struct error *err);
void texts_reindex_collect(struct catalogue *catalogue, bool on);
int texts_reindex_collected(struct catalogue *catalogue, bool last, struct error *err);
int texts_reindex_words(struct catalogue *catalogue, struct error *err);
int texts_reindex_end(struct catalogue *catalogue, struct error *err);
/* 1 while the index is not whole, with the pages done and all in *done and *all; 0, -1. */
int texts_reindex_state(struct catalogue *catalogue, int64_t *done, int64_t *all, struct error *err);

/* What makes the terms of texts (pipeline/tokens.h), with the forms of the words it has seen; for one text at a time. Borrowed. */
struct terms *texts_terms(struct catalogue *catalogue);

/* The pages of a document as the index room needs them. Texts are valid during the call only. */
struct texts_page {
	int64_t id;
	const char *hash; /* of the page text in the store, or NULL */
	bool readable;    /* state read, and the document is not restricted */
};
int texts_pages(struct catalogue *catalogue, int64_t document,
		int (*fn)(void *context, const struct texts_page *page, struct error *err), void *context, struct error *err);

/* --- facts ---------------------------------------------------------------------------------------------------------------- */

/* What is known of the paper stands beside the text of each of its pages, as terms "@" LETTER VALUE. A fact of several words is as many terms
 * one after the other, so that a phrase finds it; a fact of several values has "@" LETTER between them. */
enum texts_fact {
	FACT_TYPE = 't',    /* code of the schema */
	FACT_YEAR = 'y',    /* of the field date */
	FACT_BATCH = 'b',   /* folded code, words */
	FACT_DOSSIER = 'd', /* folded code, words */
	FACT_NUMBER = 'n',  /* key of a field that names the paper: 123/QD-UBND */
	FACT_HEAD = 'h',    /* the figures in front of it: 123 */
	FACT_SYMBOL = 'k',  /* what stands behind the '/': QD-UBND */
	FACT_ID = 'i',      /* number of a person */
	FACT_PERSON = 'p',  /* words of a name: owner, parent, signer, recipient */
	FACT_AGENCY = 'a',  /* words of the name */
	FACT_PLACE = 'l'    /* words of the place of issue */
};

/* The facts of a document as they are now, for each of its pages; malloc'ed, NULL with err. */
char *texts_facts(struct catalogue *catalogue, int64_t document, struct error *err);

/* The terms of a fact, folded here; *n of them. Value is a code, a key or a name. */
const char **texts_fact_terms(struct arena *arena, enum texts_fact fact, const char *value, int *n);

/* --- questions ------------------------------------------------------------------------------------------------------------ */

enum texts_kind {
	TEXTS_PHRASE, /* terms that follow each other on a page */
	TEXTS_ALL,    /* every part */
	TEXTS_ANY     /* one of the parts */
};

struct texts_node {
	enum texts_kind kind;
	const char *const *terms; /* of a phrase; hold no white space and no '"' */
	int nterms;               /* >= 1 */
	bool prefix;              /* the last term may go on */
	double worth;             /* of a phrase: what a page gains that has it (stages/index/best.h); 0: nothing */
	struct texts_node *parts; /* of all and any */
	int nparts;               /* >= 1 */
	const struct texts_node *but; /* not on the same page; NULL: nothing */
};

/* What the index does not know. The values of one condition are alternatives. */
enum texts_condition_kind {
	CONDITION_DAY,     /* the field date lies in [low, high): ISO 8601, as far as known; NULL is open */
	CONDITION_VERDICT, /* values: verdicts */
	CONDITION_REASON,  /* values: codes of reasons */
	CONDITION_CONFIRMED /* a person has confirmed the reading */
};
struct texts_condition {
	enum texts_condition_kind kind;
	bool negated;
	bool either; /* this one or the one before it */
	const char *low, *high;
	const char *const *values;
	int nvalues;
};

struct texts_question {
	const struct viewer *viewer;    /* NULL: everybody's */
	const struct texts_node *words; /* NULL: every page that meets the conditions */
	const struct texts_condition *conditions;
	int nconditions;
	int64_t beyond; /* page: only those behind it in the order asked for; 0: from the begin */
	bool newest;    /* by page id downwards; else upwards */
	bool first;     /* only the first page of each paper that has text */
	bool papers;    /* texts_match tells the document of each page as well, which is a look-up for each */
};

/* The number of pages that have ever been, for how rare a word is. */
int texts_size(struct catalogue *catalogue, int64_t *npages, struct error *err);
/* Number of pages that answer; stops counting at most. */
int texts_count(struct catalogue *catalogue, const struct texts_question *question, int64_t most, int64_t *count, struct error *err);

struct texts_match {
	int64_t page, document; /* document 0: not asked for */
};
/* Those pages by id, the first `limit` of them. */
int texts_match(struct catalogue *catalogue, const struct texts_question *question, int limit,
		int (*fn)(void *context, const struct texts_match *match, struct error *err), void *context, struct error *err);

/* Tells each of n pages that the viewer may see, in their order, with its document. */
int texts_papers(struct catalogue *catalogue, const struct viewer *viewer, const int64_t *pages, int n,
		 int (*fn)(void *context, const struct texts_match *match, struct error *err), void *context, struct error *err);
/* Whether each of n pages meets what is no word: viewer and conditions of the question. */
int texts_meet(struct catalogue *catalogue, const struct texts_question *question, const int64_t *pages, int n, bool *meets, struct error *err);

/* Takes away of a set those pages that do not meet viewer or conditions, as far as fewer than `most` pages of all meet one of them: these are found from there. *all: that
 * was so of each, and all that are left meet them. */
int texts_narrow(struct catalogue *catalogue, const struct texts_question *question, int64_t most, struct bitmap *pages, bool *all, struct error *err);

/* How many papers of each kind n pages belong to, as far as the viewer may see them. */
enum texts_facet { FACET_TYPE, FACET_YEAR, FACET_AGENCY, FACET_VERDICT, FACET_BATCH, FACETS };
int texts_facets(struct catalogue *catalogue, const struct viewer *viewer, const int64_t *pages, int n,
		 int (*fn)(void *context, enum texts_facet facet, const char *value, int64_t count, struct error *err), void *context,
		 struct error *err);

/* The years of the first and the last day that some paper bears; 0, 0: none does. */
int texts_years(struct catalogue *catalogue, int *first, int *last, struct error *err);
/* The day a paper bears, for an order by it; "" where none was read. *day in the arena. */
int texts_day(struct catalogue *catalogue, int64_t document, struct arena *arena, const char **day, struct error *err);

/* The pages that bear a field with that key (pipeline/key.h) under any of the names; the first page of the document where a
 * field names none. By page id, at most limit. */
int texts_by_key(struct catalogue *catalogue, const struct viewer *viewer, const char *const *names, int nnames, const char *key, int limit,
		 int (*fn)(void *context, int64_t page, struct error *err), void *context, struct error *err);

/* The text of a page, to put it in order. Valid during the call only. fn is called once; 0 without a call when the page has no text, or is not
 * visible. */
struct texts_text {
	int64_t document;
	int number; /* of the page in the run of the dossier */
	const char *exact;
};
int texts_text(struct catalogue *catalogue, const struct viewer *viewer, int64_t page,
	       int (*fn)(void *context, const struct texts_text *text, struct error *err), void *context, struct error *err);

/* What a hit shows, and its text. Texts are valid during the call only. */
struct texts_hit {
	int64_t page, document;
	const char *exact;
	const char *hash;                 /* of the page text in the store, or NULL */
	const char *file;                 /* shown name */
	int file_page, number, in_document; /* 1-based in the file, in the run of the dossier, in the document */
	const char *dossier, *batch;      /* codes */
	const char *box, *shelf;          /* NULL where not listed */
	const char *type, *title;         /* of the document; title may be NULL */
	const char *verdict;              /* or NULL */
};
/* fn is called once; 0 without a call when the page has no text, or is not visible. */
int texts_hit(struct catalogue *catalogue, const struct viewer *viewer, int64_t page,
	      int (*fn)(void *context, const struct texts_hit *hit, struct error *err), void *context, struct error *err);

#endif
