/*
 * texts.h - the full text of the pages: the one verb that writes it, and the questions a search asks
 *
 * Every page has two forms of its text: exact (NFC, as printed) and folded (stages/index/tokens.h). The index is external to
 * them, so an old row must be taken out of it with the very values it was put in with: texts_put and texts_remove do that, and
 * nobody else writes page_text or page_fts. Pages and documents in state restricted have no row, and every question below
 * leaves them out once more.
 */
#ifndef SOHOA_TEXTS_H
#define SOHOA_TEXTS_H

#include <stdbool.h>
#include <stdint.h>

struct catalogue;
struct error;

/* Sets the text of a page; nothing is written when it is already that. Both forms are valid UTF-8. Inside a transaction. */
int texts_put(struct catalogue *catalogue, int64_t page, const char *exact, const char *folded, struct error *err);
/* Takes the text of a page away; no error when it has none. Inside a transaction. */
int texts_remove(struct catalogue *catalogue, int64_t page, struct error *err);

/* Index and texts tell the same: 0, or -1 with err (reach run, reason "catalogue-damaged"). Reads everything. Needs a writable
 * catalogue; takes a transaction of its own unless one is open. */
int texts_check(struct catalogue *catalogue, struct error *err);
/* Builds the index anew from page_text. Inside a transaction. */
int texts_rebuild(struct catalogue *catalogue, struct error *err);

/* The pages of a document as the index room needs them. Texts are valid during the call only. */
struct texts_page {
	int64_t id;
	const char *hash; /* of the page text in the store, or NULL */
	bool readable;    /* state read, and the document is not restricted */
};
int texts_pages(struct catalogue *catalogue, int64_t document,
		int (*fn)(void *context, const struct texts_page *page, struct error *err), void *context, struct error *err);

/* --- questions ------------------------------------------------------------------------------------------------------------ */

/* Words that follow each other on a page. Tokens hold letters, digits and marks only. */
struct texts_phrase {
	const char *const *tokens;
	int ntokens;
	bool prefix; /* the last token may go on */
	bool exact;  /* ask the exact form; else the folded one */
};

/* One of these phrases must stand on the page. */
struct texts_group {
	const struct texts_phrase *phrases;
	int nphrases;
};

/* Number of pages on which every group holds. ngroups >= 1. */
int texts_count(struct catalogue *catalogue, const struct texts_group *groups, int ngroups, int64_t *count, struct error *err);
/* Those pages, best bm25 first, ties by page id, at most limit. */
int texts_match(struct catalogue *catalogue, const struct texts_group *groups, int ngroups, int limit,
		int (*fn)(void *context, int64_t page, struct error *err), void *context, struct error *err);
/* The pages that bear a field with that key (pipeline/key.h) under any of the names; the first page of the document where a
 * field names none. By page id, at most limit. */
int texts_by_key(struct catalogue *catalogue, const char *const *names, int nnames, const char *key, int limit,
		 int (*fn)(void *context, int64_t page, struct error *err), void *context, struct error *err);

/* What a hit shows, and both texts. Texts are valid during the call only. */
struct texts_hit {
	int64_t page, document;
	const char *exact, *folded;
	const char *hash;                 /* of the page text in the store, or NULL */
	const char *file;                 /* shown name */
	int file_page, number, in_document; /* 1-based in the file, in the run of the dossier, in the document */
	const char *dossier, *batch;      /* codes */
	const char *box, *shelf;          /* NULL where not listed */
	const char *type, *title;         /* of the document; title may be NULL */
	const char *verdict;              /* or NULL */
};
/* fn is called once; 0 without a call when the page has no text, is restricted or belongs to no document. */
int texts_hit(struct catalogue *catalogue, int64_t page,
	      int (*fn)(void *context, const struct texts_hit *hit, struct error *err), void *context, struct error *err);

#endif
