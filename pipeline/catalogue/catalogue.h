/*
 * catalogue.h - the safe: what exists, where, in which state
 *
 * Opened by commands and the runner, never by a worker. Verbs for one subject stand in one pair of files beside this one:
 * intake (batches, dossiers, files), work (claim and outcome of pages and dossiers), papers (documents and fields), texts
 * (full text), judgement (verdicts), decisions (of people), accounts (users), ledger (uses), withdrawals (what was taken out), audit (the hash-chained
 * log), counts (what must close).
 *
 * Every change stands between catalogue_begin and catalogue_commit. begin takes the write lock of the archive (design: at most
 * 100 ms are spent under it); COMMIT is the acknowledgement. Reading verbs need no transaction.
 */
#ifndef SOHOA_CATALOGUE_H
#define SOHOA_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct catalogue;
struct error;

/* dir is the archive; creates nothing. A catalogue of a newer program is refused, one of an older program is migrated
 * (writable) or refused with that advice (read-only). */
struct catalogue *catalogue_open(const char *dir, bool writable, struct error *err);
/* Makes the database of a new archive. */
int catalogue_create(const char *dir, struct error *err);
void catalogue_close(struct catalogue *catalogue); /* NULL is fine; rolls back what was not committed */

int catalogue_begin(struct catalogue *catalogue, struct error *err);
int catalogue_commit(struct catalogue *catalogue, struct error *err);
void catalogue_rollback(struct catalogue *catalogue); /* no error: what is not committed does not count */

/* Between these all reading verbs see the catalogue as it is at the first of them, whoever writes meanwhile. That is also much quicker: what a reader
 * has in memory is worth nothing after the next change, and many changes may lie between its questions. A transaction that is open does the same, and
 * such a look inside another is part of it. Not for long: the write-ahead log cannot be emptied meanwhile. */
int catalogue_look(struct catalogue *catalogue, struct error *err);
void catalogue_look_end(struct catalogue *catalogue);

/* Moves the write-ahead log into the database when more than `above` bytes of it wait for that; 0: its file is empty then. Takes the write lock. */
int catalogue_checkpoint(struct catalogue *catalogue, int64_t above, struct error *err);

/* false: COMMIT does not wait for the disk any more and acknowledges nothing. A power cut may take back the last transactions, whole ones, and harms nothing else: for work that goes
 * on from what it noted in those same transactions. Nor is wiped what is deleted. true: as it is at first; the next COMMIT that changes anything waits for all before it too. What other connections commit is durable
 * all the same. Nothing changes for one that is alone (anew.h), which waits for nothing. Outside a transaction. */
int catalogue_durable(struct catalogue *catalogue, bool durable, struct error *err);

/* Writes journal and database anew and empties the write-ahead log, so that nothing deleted is left in any of the files. Needs the run lock; takes the write lock, for as long as it
 * takes to write the whole database once or twice. -1 with reason "busy" when a reader would not let go of the log within `seconds`. */
int catalogue_compact(struct catalogue *catalogue, int seconds, struct error *err);

/* The name of who acts, for the audit log: the operating-system user unless set. Borrowed. */
const char *catalogue_who(const struct catalogue *catalogue);
void catalogue_set_who(struct catalogue *catalogue, const char *who);

/* "2026-11-24T03:45:48Z" of now into out[21]. */
void catalogue_now(char out[21]);

/* A document's number for people: "12.3" <-> 1200003. parse returns -1 for anything else. */
#define DOCUMENTS_PER_DOSSIER 100000
int64_t document_id_parse(const char *text);
void document_id_format(int64_t id, char out[32]);

#endif
