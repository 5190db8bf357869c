/*
 * withdrawals.h - papers taken out of the archive by a decision: what the catalogue knows of it, and what it forgets
 *
 * pipeline/withdraw.h tells the steps and calls these verbs. From withdrawals_mark on the pages are restricted for the reason 'withdrawn', so nobody sees
 * them; what they held goes dossier by dossier (withdrawals_forget). Rows of objects stay: an object with a withdrawal is a tombstone.
 */
#ifndef SOHOA_CATALOGUE_WITHDRAWALS_H
#define SOHOA_CATALOGUE_WITHDRAWALS_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct catalogue;
struct error;

enum withdrawal_kind { WITHDRAWAL_DOCUMENT, WITHDRAWAL_DOSSIER, WITHDRAWAL_BATCH };

struct withdrawal {
	int64_t id;
	enum withdrawal_kind kind;
	const char *subject;      /* "12.3", "lo-01/HS-0001", "lo-01" */
	const char *number;       /* of the decision that orders it */
	const char *reason;
	const char *who, *made;
	const char *object;       /* hash of the withdrawal in the store */
	bool done;
};

/* What is to be withdrawn. */
struct withdrawal_order {
	enum withdrawal_kind kind;
	int64_t target;  /* id of the document, dossier or batch */
	bool everywhere; /* the same bytes in other places too, with the papers they stand in there */
	bool files;      /* also originals that hold pages of papers that stay */
};

/* Records the withdrawal by catalogue_who and gives it an id; the object, of `size` bytes, with it. In a transaction. */
int withdrawals_add(struct catalogue *catalogue, struct withdrawal *withdrawal, int64_t size, struct error *err);
/* Marks pages and files of the order, and the originals that no place needs any more, with audit entry. In a transaction. */
int withdrawals_mark(struct catalogue *catalogue, const struct withdrawal *withdrawal, const struct withdrawal_order *order, struct error *err);

/* What was marked. Arrays and strings in the arena. */
struct withdrawal_file {
	int64_t id;
	const char *dossier, *shown, *hash; /* hash NULL: nothing was kept */
	bool goes;     /* its original is destroyed */
	bool twin;     /* not: the same bytes are needed in another place, `other` names it */
	int staying;   /* pages of papers that stay, with the original destroyed or not */
	const char *other;
};
struct withdrawal_scope {
	int64_t pages, papers, originals;
	struct withdrawal_file *files;
	int nfiles;
	int64_t *documents;
	int ndocuments;
};
int withdrawals_scope(struct catalogue *catalogue, int64_t withdrawal, struct arena *arena, struct withdrawal_scope *scope, struct error *err);

/* The dossiers that hold marked pages, by id, in the arena. */
int withdrawals_dossiers(struct catalogue *catalogue, int64_t withdrawal, struct arena *arena, int64_t **dossiers, int *n, struct error *err);
/* What the steps need to know of one. */
struct withdrawal_dossier {
	const char *papers; /* hash, or NULL */
	bool parted;        /* its papers are those of its pages as they stand now */
	int npages;
};
int withdrawals_dossier(struct catalogue *catalogue, int64_t dossier, struct arena *arena, struct withdrawal_dossier *out, struct error *err);
/* The restricted documents of a dossier, by id, in the arena. */
int withdrawals_restricted(struct catalogue *catalogue, int64_t dossier, struct arena *arena, int64_t **documents, int *n, struct error *err);

/* Forgets what the marked pages of a dossier held: texts, words, papers and fields, what was typed from them, signed copies; confirmations fall, and papers
 * whose verdict rested on one wait to be judged again. May be called again. In a transaction. */
int withdrawals_forget(struct catalogue *catalogue, const struct withdrawal *withdrawal, int64_t dossier, struct error *err);
/* The papers object of a dossier is a tombstone; `papers` of `size` bytes is there for it, or NULL for none. In a transaction. */
int withdrawals_papers(struct catalogue *catalogue, int64_t withdrawal, int64_t dossier, const char *papers, int64_t size, struct error *err);
/* Page texts and papers of older readings, which no row names any more: they may hold words of the withdrawn pages. In a transaction. */
int withdrawals_stale(struct catalogue *catalogue, int64_t withdrawal, struct error *err);

/* Tombstones of the withdrawal behind `after`, by hash, at most `max`. */
int withdrawals_objects(struct catalogue *catalogue, int64_t withdrawal, const char *after, int max, struct arena *arena, const char ***hashes,
			int *n, struct error *err);
/* Nothing of it lies in a file any more. With audit entry; in a transaction. */
int withdrawals_finish(struct catalogue *catalogue, int64_t withdrawal, struct error *err);

/* One row into the arena: 1, 0 when there is none, -1. */
int withdrawals_open(struct catalogue *catalogue, struct arena *arena, struct withdrawal *withdrawal, struct error *err); /* the first open one */
int withdrawals_of_document(struct catalogue *catalogue, int64_t document, struct arena *arena, struct withdrawal *withdrawal, struct error *err);
/* The withdrawal that destroyed an original of that hash. */
int withdrawals_of_object(struct catalogue *catalogue, const char *hash, struct arena *arena, struct withdrawal *withdrawal, struct error *err);

/* Every tombstone: fn(context, hash). */
int withdrawals_each_object(struct catalogue *catalogue, int (*fn)(void *context, const char *hash), void *context, struct error *err);

const char *withdrawal_kind_name(enum withdrawal_kind kind); /* "document", "dossier", "batch" */

#endif
