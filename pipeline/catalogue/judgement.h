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

/* Documents, restricted ones left out, with a field of that name and key (papers_key), by id, without `except`; at most `max`. A
 * field of several values counts for each of them. */
int judgement_bearers(struct catalogue *catalogue, const char *field, const char *key, int64_t except, int max,
		      struct arena *arena, int64_t **documents, int *n, struct error *err);

/* Pages of a dossier as its list declares them (0: it does not) and as found. */
int judgement_pages(struct catalogue *catalogue, int64_t dossier, int64_t *declared, int64_t *found, struct error *err);

#endif
