/*
 * audit.h - the hash-chained log of every change, from record 1
 *
 * hash(n) = SHA-256( hash(n-1) as 64 hex digits, then for made, who, act, subject, detail: the length in decimal, ':', the
 * bytes, '\n' ); hash(0) is 64 zeros. An entry is written in the transaction of the change it tells of.
 */
#ifndef SOHOA_AUDIT_H
#define SOHOA_AUDIT_H

#include <stdint.h>

struct catalogue;
struct error;
struct json_t;

/* detail is JSON or "". Must stand inside a transaction. */
int audit_add(struct catalogue *catalogue, const char *act, const char *subject, const char *detail, struct error *err);

/* The same with subject "KIND ID" (id 0: "KIND") and a JSON object as detail, which is taken over; NULL is "". */
int audit_note(struct catalogue *catalogue, const char *act, const char *kind, int64_t id, struct json_t *detail, struct error *err);

/* Recomputes the chain from the entries. 0 and *entries when it holds; -1 with the first broken entry named. */
int audit_verify(struct catalogue *catalogue, int64_t *entries, struct error *err);

#endif
