/*
 * papers.h - documents and their fields in the catalogue
 *
 * The stored papers object (serial.h) is the truth; these rows are what search, reuse and export look things up by. A document's id is
 * dossier * DOCUMENTS_PER_DOSSIER + number and the same in every run.
 */
#ifndef SOHOA_PAPERS_H
#define SOHOA_PAPERS_H

#include <stdbool.h>
#include <stdint.h>

#include "pipeline/document.h"
#include "pipeline/store.h"

struct arena;
struct catalogue;
struct error;

/* Replaces the documents and fields of a dossier and tells each page its document. Inside the caller's transaction. A document with a
 * restricted page becomes restricted: no title, no field. A read page that belongs to no document becomes a separator. papers is the
 * hash of the stored papers, size its size. Every document begins anew at state
 * split, without a verdict. */
int papers_put(struct catalogue *catalogue, int64_t dossier, const struct dossier *papers, const char *hash, int64_t size, struct error *err);

/* The next dossier behind `after`, by id, that was parted and waits for no new parting: 1, 0 at the end. Strings in the arena. */
struct papers_kept {
	int64_t id;
	char *code, *papers; /* papers: hash of the stored papers */
	int npages;          /* of its run */
};
int papers_kept_next(struct catalogue *catalogue, int64_t after, struct arena *arena, struct papers_kept *kept, struct error *err);

struct papers_document {
	int64_t id, dossier_id, batch_id;
	int number, first, last; /* pages in the run of the dossier */
	char *type, *title, *copy, *state, *verdict, *judged, *rules; /* title, copy, verdict, judged, rules may be NULL */
	int level;
	char *batch, *dossier, *dossier_title, *box, *shelf, *papers; /* codes and place; papers: hash */
	char *cut_reason;                       /* why it begins at `first` (document.h); NULL: not kept */
	double cut_confidence, type_confidence; /* 0..100; type < 0: not kept */
};
/* 1, 0 when there is none. Strings in the arena. */
int papers_document(struct catalogue *catalogue, int64_t id, struct arena *arena, struct papers_document *document, struct error *err);
/* The documents of a dossier, by number. */
int papers_documents(struct catalogue *catalogue, int64_t dossier, struct arena *arena, struct papers_document **documents, int *n,
		     struct error *err);

/* The fields as in document.h, in the order they were put. */
int papers_fields(struct catalogue *catalogue, int64_t document, struct arena *arena, struct field **fields, int *n, struct error *err);

/* The pages of a document in order, restricted and lost ones too. */
struct papers_page {
	int64_t id, file_id;
	int number, file_page;
	char *file, *state;   /* file: name as shown */
	char *original, *media; /* hash and media type of the file */
	char *text;           /* hash of the page text, or NULL */
	char *reason;         /* why it was set aside, or NULL */
	double confidence;    /* < 0: no word */
	char *grade, *faults; /* what the scan is worth, and what speaks against it, parted by ' '; or NULL */
};
int papers_pages(struct catalogue *catalogue, int64_t document, struct arena *arena, struct papers_page **list, int *n, struct error *err);
/* All pages of the run of a dossier; replaced ones are none of it. */
int papers_dossier_pages(struct catalogue *catalogue, int64_t dossier, struct arena *arena, struct papers_page **list, int *n,
			 struct error *err);

/* "12", "batch/code" or "code" (if only one dossier bears it, or bore it before): the id; 0 when none or several, -1. */
int64_t papers_find_dossier(struct catalogue *catalogue, const char *text, struct error *err);

/* A value made comparable, as field.key holds it: key_field of pipeline/key.h. NULL when nothing is left. In the arena. */
char *papers_key(struct arena *arena, const char *field, const char *value);

#endif
