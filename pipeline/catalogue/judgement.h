/*
 * judgement.h - verdicts, their reasons, and who else bears the same key
 */
#ifndef SOHOA_JUDGEMENT_H
#define SOHOA_JUDGEMENT_H

#include <stdint.h>

struct arena;
struct catalogue;
struct error;

struct judgement_reason {
	const char *code, *rule, *field; /* field may be NULL */
	int page;
	const char *detail;
};

/* Replaces verdict and reasons of a document. judged is the day of use, ends the last day of validity or NULL, rules the version of the rule
 * set. In a transaction. */
int judgement_put(struct catalogue *catalogue, int64_t document, const char *verdict, const char *rules, const char *judged, const char *ends,
		  const struct judgement_reason *reasons, int nreasons, struct error *err);

/* The verdict a document has, its codes in their order parted by ' ', and the rules it was made with. 1 with strings in the arena (verdict and
 * rules NULL where it was not judged), 0, -1. */
struct judgement {
	char *verdict, *codes, *rules;
};
int judgement_kept(struct catalogue *catalogue, int64_t document, struct arena *arena, struct judgement *judgement, struct error *err);

/* Judged documents behind `after` whose verdict was made with other rules or for an earlier day, by id; at most `max`. */
int judgement_due(struct catalogue *catalogue, const char *rules, const char *day, int64_t after, int max, struct arena *arena, int64_t **documents,
		  int *n, struct error *err);

/* Keeps what a verdict became, with audit entry; in a transaction. */
int judgement_changed(struct catalogue *catalogue, int64_t document, const struct judgement *before, const struct judgement *after,
		      struct error *err);

/* Documents, restricted ones left out, with a field of that name and key (papers_key), by id, without `except`; at most `max`. A
 * field of several values counts for each of them. */
int judgement_bearers(struct catalogue *catalogue, const char *field, const char *key, int64_t except, int max,
		      struct arena *arena, int64_t **documents, int *n, struct error *err);

/* Pages of a dossier as its list declares them (0: it does not) and as found. */
int judgement_pages(struct catalogue *catalogue, int64_t dossier, int64_t *declared, int64_t *found, struct error *err);

#endif
