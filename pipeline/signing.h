/*
 * signing.h - has the electronic signatures of PDFs looked at by a worker of their kind, and keeps what it found
 *
 * The runner calls it before the papers of a dossier are judged, `judge` when other roots are trusted, `confirm --signed` for the copy at hand.
 */
#ifndef SOHOA_SIGNING_H
#define SOHOA_SIGNING_H

#include <stdint.h>

struct arena;
struct catalogue;
struct config;
struct error;
struct pool;
struct signature;
struct store;

struct signing {
	const struct config *config;
	struct store *store;
	struct catalogue *catalogue;
	struct pool *pool; /* opened when there is something to look at; pool_close gives it back */
};

/* What the worker found, in the arena: the pages of the PDF (0 where it bears no signature), the roots it knows, the signatures in the order they were
 * put on. */
struct signing_answer {
	int pages, n;
	const char *roots;
	struct signature *list;
};

/* Looks at one object of the store; keeps nothing. */
int signing_look(struct signing *signing, const char *hash, struct arena *arena, struct signing_answer *answer, struct error *err);
/* All PDFs of a dossier that nobody has looked at. A file that cannot be looked at is marked so and does no other harm. Transactions of its own. */
int signing_dossier(struct signing *signing, int64_t dossier, struct error *err);
/* All files that were held against other roots than those of the settings now. *n: how many. */
int signing_again(struct signing *signing, int *n, struct error *err);

#endif
