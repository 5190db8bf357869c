/*
 * ledger.h - each use of a paper for another dossier, and the codes of digitised results; append-only
 */
#ifndef SOHOA_LEDGER_H
#define SOHOA_LEDGER_H

#include <stdint.h>

struct arena;
struct catalogue;
struct error;

struct ledger_entry {
	int64_t id, document;
	const char *dossier, *procedure, *component; /* what it was used for */
	const char *who, *made, *day;                /* day of use, ISO 8601 */
	const char *verdict, *codes;                 /* of that moment; reason codes parted by ' ' */
	const char *rules, *reading;
	const char *override_reason;                 /* why it was used although it is not eligible, or NULL */
	const char *object;                          /* hash of the entry in the store */
};

/* Records a use by catalogue_who; id and who are not looked at. The same paper for the same component of the same dossier is one use:
 * 1 recorded, 0 it stands there already, -1. With audit entry; in a transaction. */
int ledger_add(struct catalogue *catalogue, const struct ledger_entry *entry, int64_t size, struct error *err);

/* Entries oldest first: of one document, or of all with 0; made from `since` on ("" all). Calls fn; a value other than 0 stops. */
int ledger_each(struct catalogue *catalogue, int64_t document, const char *since,
		int (*fn)(void *context, const struct ledger_entry *entry), void *context, struct error *err);

/* The code of a document into the arena; 1, 0 when it has none, -1. */
int ledger_code(struct catalogue *catalogue, int64_t document, struct arena *arena, char **code, struct error *err);
/* The document that bears the code, 0 when none does. */
int ledger_code_find(struct catalogue *catalogue, const char *code, int64_t *document, struct error *err);
/* Gives a document its code, once. 1 given, 0 when another document bears it, -1. In a transaction. */
int ledger_code_put(struct catalogue *catalogue, int64_t document, const char *code, struct error *err);

#endif
