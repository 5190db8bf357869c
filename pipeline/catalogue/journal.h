/*
 * journal.h - what the catalogue knows that nothing in the store says, in a file beside it, so that it can be made again
 *
 * Objects are bytes without a name: which dossier a file came in, which page has which text, who decided what and when, the audit log. Each
 * transaction writes the rows of those tables that it changed to DIR/journal, on the disk before its COMMIT; what follows from them and the objects (papers,
 * fields, index, verdicts) is not written. The catalogue notes how far it has come (meta, key 'journal'). pipeline/rebuild.h reads it back.
 *
 * Form: lines of JSON in UTF-8. The first is ["sohoa journal",1,SCHEMA], SCHEMA the number of the migration its columns are of. Then for each
 * transaction its rows, ["TABLE",{"column":value,...}] as they are at its end or ["TABLE",ROW] where the row is gone, and ["commit","AFTER","HASH"]:
 * HASH = SHA-256(AFTER, the lines of the rows), AFTER the HASH of the transaction before, of the first line for the first one. Bytes that are no text
 * are {"hex":"..."}. A transaction counts unless the next one, which may have no rows, names the same AFTER: then it was never committed. Lines at the
 * end without a commit are what a kill left.
 *
 * It only grows, but for two moments: a migration writes it anew, for its columns are others then, and so does catalogue_compact, for nothing that was
 * withdrawn may stay in it.
 */
#ifndef SOHOA_JOURNAL_H
#define SOHOA_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

struct catalogue;
struct error;
struct journal;

/* For catalogue.c: one for each connection that writes; every change from here on is followed. */
struct journal *journal_new(struct catalogue *catalogue, const char *dir);
void journal_free(struct journal *journal); /* NULL is fine */
/* Behind BEGIN, under the write lock: brings file and catalogue into step. What was written and never committed is passed over; a file that is not there or
 * is behind (one from before there were journals, a disk that lost it) is made from the catalogue. -1 with reason "journal-ahead" when it knows more than the
 * catalogue does: that one is an old copy. */
int journal_begin(struct journal *journal, struct error *err);
/* Before COMMIT. */
int journal_commit(struct journal *journal, struct error *err);
void journal_rollback(struct journal *journal);
/* The commit of this transaction writes the whole journal anew. */
void journal_renew(struct journal *journal);
/* A migration: its commit writes nothing, and the next transaction everything. */
void journal_defer(struct journal *journal);

bool journal_exists(const char *dir);
/* The number of the migration that its columns are of. */
int journal_schema(const char *dir, int *schema, struct error *err);
/* Puts the rows into a catalogue of that schema that has none, some in each transaction. Nothing in it is believed but its hashes. */
int journal_replay(struct catalogue *catalogue, const char *dir, struct error *err);

/* Reads it all again: 0 when every hash holds and it ends where the catalogue does; -1, reason "journal" for a finding. */
int journal_verify(struct catalogue *catalogue, struct error *err);

#endif
