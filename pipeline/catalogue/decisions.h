/*
 * decisions.h - what people decided about a paper: confirm, refuse, cancel, reinstate; append-only
 *
 * A decision names what was looked at by the hash of a reading (stages/reuse/reading.h): it says nothing about a paper that was read, cut or
 * corrected otherwise since. Who changes a page or a field of a paper calls decisions_void in the same transaction; what the decisions
 * together mean is judged by stages/reuse/standing.h.
 *
 * Each decision is an object of the store first, then one row and one entry of the audit log, in the caller's transaction.
 */
#ifndef SOHOA_DECISIONS_H
#define SOHOA_DECISIONS_H

#include <stdint.h>

struct arena;
struct catalogue;
struct error;

enum decision_kind {
	DECISION_CONFIRM,   /* what was read agrees with the paper: may be used as information (level 1), or in its place (2) */
	DECISION_REFUSE,    /* an officer found against it: `code` and `reason` */
	DECISION_CANCEL,    /* withdrawn by its agency (thu hồi, hủy): `reason`, `number`, `day` */
	DECISION_REPLACE,   /* a newer paper stands for it: `other` names it */
	DECISION_NATIONAL,  /* a national database holds the data: `other` names it */
	DECISION_REINSTATE, /* takes back a refusal, cancellation, replacement or national mark */
	DECISION_VOID       /* a page or field that the confirmation rested on was changed: `reason` says which */
};

/* Strings may be NULL where the kind has no use for them; reading and made never are. */
struct decision {
	int64_t id, document;
	enum decision_kind kind;
	int level;
	const char *who, *made; /* made: "2026-11-24T03:45:48Z" */
	const char *reading;
	const char *code, *reason, *number, *day, *other;
	const char *signed_copy; /* hash of the signed copy in the store */
	const char *object;      /* hash of the decision in the store */
};

/* Records a decision by catalogue_who and its object of `size` bytes; id and who are not looked at. signed_size: of the signed copy. With
 * audit entry; in a transaction. */
int decisions_add(struct catalogue *catalogue, const struct decision *decision, int64_t size, int64_t signed_size, struct error *err);

/* All of a document, oldest first, in the arena. */
int decisions_of(struct catalogue *catalogue, int64_t document, struct arena *arena, struct decision **list, int *n, struct error *err);

/* A page or field of the document was changed: a confirmation that stands falls, and the log says why ("field owner_name was set by
 * lan"). 1 when one fell, 0 when none stood, -1. In a transaction. */
int decisions_void(struct catalogue *catalogue, int64_t document, const char *why, struct error *err);
/* The same for every document of a dossier whose pages meet first..last of its run. How many fell, or -1. */
int decisions_void_pages(struct catalogue *catalogue, int64_t dossier, int first, int last, const char *why, struct error *err);

const char *decision_kind_name(enum decision_kind kind); /* "confirm", ...: the words of the catalogue and of the store */
int decision_kind_parse(const char *name);               /* -1 for another word */

#endif
