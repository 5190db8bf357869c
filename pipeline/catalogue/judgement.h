/*
 * judgement.h - verdicts, their reasons, the confirmations of persons, and who else bears the same key
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

/* Replaces verdict and reasons of a document. judged is the day of use, rules the version of the rule set. In a transaction. */
int judgement_put(struct catalogue *catalogue, int64_t document, const char *verdict, const char *rules, const char *judged,
		  const struct judgement_reason *reasons, int nreasons, struct error *err);

/* The last confirmation. 1 with strings in the arena, 0 when there is none. */
struct judgement_confirmation {
	int64_t times; /* how often it was confirmed */
	char *who, *made, *papers, *note; /* note may be NULL */
};
int judgement_confirmation(struct catalogue *catalogue, int64_t document, struct arena *arena,
			   struct judgement_confirmation *confirmation, struct error *err);

/* Records a confirmation by catalogue_who; its decision lies in the store as `object` of `size` bytes. With audit entry; in a
 * transaction. papers: hash of the reading that was confirmed. */
int judgement_confirm(struct catalogue *catalogue, int64_t document, const char *papers, const char *object, int64_t size,
		      const char *made, const char *note, struct error *err);

/* Documents, restricted ones left out, with a field of that name and key (papers_key), by id, without `except`; at most `max`. A
 * field of several values counts for each of them. */
int judgement_bearers(struct catalogue *catalogue, const char *field, const char *key, int64_t except, int max,
		      struct arena *arena, int64_t **documents, int *n, struct error *err);

/* Pages of a dossier as its list declares them (0: it does not) and as found. */
int judgement_pages(struct catalogue *catalogue, int64_t dossier, int64_t *declared, int64_t *found, struct error *err);

#endif
