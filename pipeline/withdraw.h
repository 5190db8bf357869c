/*
 * withdraw.h - takes papers out of the archive so that no file holds them any more
 *
 * For a secret paper or a wrong intake, by a decision that has a number. The steps, each safe to be killed behind and to be taken again:
 *
 * 1. withdraw_begin: the decision as an object, then one transaction: its row, pages and files marked. From here on nobody sees them.
 * 2. dossier by dossier, one transaction each: texts, words, fields, typed values, signed copies are forgotten, the papers object is made anew.
 * 3. every object of it is destroyed, and with them page texts of older readings, which no row names.
 * 4. the index is merged into one piece, the database written anew, the log emptied: what was deleted is in no file.
 * 5. the withdrawal is done.
 *
 * The decision, the hashes of what was destroyed, the audit log, decisions and uses of the paper stay. Every verb needs the run lock.
 */
#ifndef SOHOA_WITHDRAW_H
#define SOHOA_WITHDRAW_H

#include "pipeline/catalogue/withdrawals.h"

struct store;

/* Marks as ordered inside a transaction that is rolled back: what would be withdrawn, in the arena. */
int withdraw_look(struct catalogue *catalogue, const struct withdrawal *withdrawal, const struct withdrawal_order *order, struct arena *arena,
		  struct withdrawal_scope *scope, struct error *err);

/* Step 1. withdrawal: kind, subject, number, reason and made are set; who, id and object are filled in. name: of the person. */
int withdraw_begin(struct catalogue *catalogue, struct store *store, struct withdrawal *withdrawal, const struct withdrawal_order *order, const char *name,
		   struct arena *arena, struct withdrawal_scope *scope, struct error *err);

/* Steps 2 to 5 of every withdrawal that is open. Reason "busy" when a reader keeps the log of the database from being emptied. */
int withdraw_resume(struct catalogue *catalogue, struct store *store, struct error *err);

#endif
