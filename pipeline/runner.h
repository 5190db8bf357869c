/*
 * runner.h - claim work, give it to workers, mark the outcome
 *
 * The runner is the only one that marks pages and dossiers, and it opens no untrusted format. It needs no clock and no memory of
 * earlier runs: what is to be done stands in the catalogue, and whatever ended in the middle is simply done again.
 */
#ifndef SOHOA_RUNNER_H
#define SOHOA_RUNNER_H

#include <signal.h>
#include <stdint.h>

struct catalogue;
struct config;
struct error;
struct store;

struct run_state { /* for who watches; pages of the whole archive */
	int64_t total, done, set_aside;
	int64_t failed_attempts; /* of this run */
};

struct run_order {
	const char *dir; /* the archive, for its run.lock */
	const struct config *config;
	struct store *store;
	struct catalogue *catalogue;
	int workers;
	const volatile sig_atomic_t *stop; /* 1: finish the pages in hand and end; 2: end now */
	void (*watch)(void *context, const struct run_state *state); /* after each page; may be NULL */
	void (*notice)(void *context, const char *text);             /* something a person should see at once; may be NULL */
	void *context;
};

/* Works until nothing is left to do or *stop is set. 0, or -1 when the run cannot go on. Reason "busy" when another run holds the
 * lock. What was acknowledged is kept in every case. */
int run_archive(const struct run_order *order, struct run_state *state, struct error *err);

/* Takes the papers of one dossier through the record rooms inside the caller's transaction: for whoever changed a field. */
int runner_walk_dossier(struct catalogue *catalogue, struct store *store, int64_t dossier, struct error *err);

/* Takes every paper that waits for a record room through it, a transaction for each room and paper. Under the run lock. */
int runner_walk_records(struct catalogue *catalogue, struct store *store, struct error *err);

#endif
