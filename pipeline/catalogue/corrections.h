/*
 * corrections.h - what a clerk put right, and how it outlives every re-reading
 *
 * A correction hangs on a page. Cuts and types go to the paper rooms with the pages (document.h: page.cut, page.said_type); values are put over what
 * the rooms found, with source human. The last correction of one thing holds; none is ever taken away. Each is an object of the store first, then
 * one row and one audit entry in the caller's transaction.
 */
#ifndef SOHOA_CORRECTIONS_H
#define SOHOA_CORRECTIONS_H

#include <stdint.h>

struct arena;
struct catalogue;
struct dossier;
struct error;

enum correction_kind { CORRECTION_SET, CORRECTION_CUT };

#define CORRECTION_TYPE "type" /* the field that names the type of a paper */

struct correction {
	int64_t dossier, page_id;
	int page;            /* number in the run of the dossier now; filled by corrections_of */
	enum correction_kind kind;
	const char *field;   /* set: name; cut: "" */
	const char *value;   /* set: NULL for "the paper has none"; cut: "begins" or "goes-on" */
	const char *before;  /* what stood there, or NULL */
	const char *reason;  /* or NULL */
	const char *who, *made; /* who: filled from the catalogue by corrections_add */
	const char *object;  /* hash of the correction in the store */
};

/* size: of the object. In a transaction. */
int corrections_add(struct catalogue *catalogue, const struct correction *correction, int64_t size, struct error *err);

/* Those that hold, by page; array and strings in the arena. */
int corrections_of(struct catalogue *catalogue, int64_t dossier, struct arena *arena, struct correction **list, int *n, struct error *err);

/* Cuts and types onto the pages, before the paper rooms. */
void corrections_prepare(const struct correction *list, int n, struct dossier *dossier);
/* Values onto the fields, after the paper rooms. A field that the paper's type does not have is left out. 1 when anything changed. */
int corrections_apply(const struct correction *list, int n, struct dossier *dossier);

/* The papers of the dossier are these now; its state stays. In a transaction. */
int corrections_keep(struct catalogue *catalogue, int64_t dossier, const char *papers, struct error *err);
/* The dossier waits to be parted once more by the next run. In a transaction. */
int corrections_reopen(struct catalogue *catalogue, int64_t dossier, struct error *err);

#endif
