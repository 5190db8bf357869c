/*
 * signatures.h - the electronic signatures of received PDFs: which files to look at, and what was found
 */
#ifndef SOHOA_SIGNATURES_H
#define SOHOA_SIGNATURES_H

#include <stdbool.h>
#include <stdint.h>

#include "pipeline/store.h"

struct arena;
struct catalogue;
struct error;

#define SIGNATURES_ATTEMPTS 3 /* looks that ended with the worker */

/* Four findings that say nothing of each other: integrity, trust, later, and who signed. The words are those of stages/decode/signature.h; no
 * pointer is NULL. */
struct signature {
	const char *integrity; /* "valid" "invalid" "changed" "malformed" "unchecked" */
	const char *trust;     /* "trusted" "untrusted" "not-verified" */
	const char *why;       /* untrusted: "issuer" "time" "other"; else "" */
	const char *later;     /* "none" "signed" "unsigned" */
	const char *place;     /* "none" "top-left" "top-right" "elsewhere" */
	int page;
	bool timestamp;
	const char *signed_at;
	const char *name, *organisation, *unit, *subject, *issuer;
};

/* A PDF of the dossier (0: of any) that nobody has looked at, or with `roots` not NULL one that bears a signature and was held against other
 * roots. 1 with its hash, 0, -1. */
int signatures_due(struct catalogue *catalogue, int64_t dossier, const char *roots, char hash[HASH_SIZE], struct error *err);
/* Counts an attempt: committed before the work starts. 1, 0 when there were enough of them, and the file counts as failed. In a transaction. */
int signatures_begin(struct catalogue *catalogue, const char *hash, struct error *err);
/* What was found; replaces what was known. In a transaction, with audit entry where there is a signature. */
int signatures_put(struct catalogue *catalogue, const char *hash, const char *roots, const struct signature *list, int n, struct error *err);
/* This look failed. In a transaction. */
int signatures_fail(struct catalogue *catalogue, const char *hash, const char *reason, struct error *err);

/* In the order they were put on, in the arena; none for a file that bears none or was not looked at. */
int signatures_of(struct catalogue *catalogue, const char *hash, struct arena *arena, struct signature **list, int *n, struct error *err);

#endif
