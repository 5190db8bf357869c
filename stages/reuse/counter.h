/*
 * counter.h - the question of the counter: which papers of these people fit the components of that procedure, on that day?
 *
 * Asks the catalogue for the papers of each person, judges every one against every component that takes its type, and puts the best first.
 * Nothing is stored.
 */
#ifndef SOHOA_REUSE_COUNTER_H
#define SOHOA_REUSE_COUNTER_H

#include "stages/reuse/procedure.h"
#include "stages/reuse/reuse.h"

struct arena;
struct catalogue;
struct error;
struct store;

/* A person or enterprise: by number, else by name with what else is known. Keys as the catalogue holds them (key.h); NULL: not known. */
struct counter_person {
	const char *number;
	const char *name, *mother;
	const char *born;       /* ISO 8601 as far as known */
};

struct counter_question {
	const struct procedure *procedure;
	int on;
	struct counter_person people[WHOSE_COUNT]; /* whose papers are whose; a person nobody named has no number and no name */
};

/* A paper for one component. agrees and differs: words of enum counter_sign, for people asked for by name. */
enum counter_sign { SIGN_NAME = 1, SIGN_BIRTH = 2, SIGN_MOTHER = 4 };
struct counter_candidate {
	const struct reuse_paper *paper;
	struct reuse_result result; /* for this component */
	unsigned agrees, differs;
};

struct counter_row {
	const struct procedure_component *component;
	struct counter_candidate *candidates; /* best first: verdict, what agrees, the newer date, the lower number */
	int n;
	bool unnamed;                         /* nobody said who the spouse, parent, child ... is */
};

enum { COUNTER_PAPERS_MAX = 500 }; /* of one person: far beyond any */

/* One row per component that is asked for on the day, in the order of the file; in the arena. */
int counter_ask(struct catalogue *catalogue, struct store *store, const struct counter_question *question, struct arena *arena,
		struct counter_row **rows, int *n, struct error *err);

/* The same papers without a procedure: what agrees for a person asked for by name. False when a sign rules the paper out: another name, or a
 * date of birth that cannot be the same. */
bool counter_signs(struct arena *arena, const struct reuse_paper *paper, const struct counter_person *person, unsigned *agrees,
		   unsigned *differs);
/* The papers of a person, restricted ones left out, by id. */
int counter_papers(struct catalogue *catalogue, const struct counter_person *person, struct arena *arena, int64_t **ids, int *n,
		   struct error *err);

#endif
