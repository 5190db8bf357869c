/* private.h - what the verb files of the catalogue share among themselves; nobody else includes it. */
#ifndef SOHOA_CATALOGUE_PRIVATE_H
#define SOHOA_CATALOGUE_PRIVATE_H

#include "pipeline/catalogue/db.h"

struct catalogue;
struct collected;
struct word_cache;

struct db *catalogue_db(struct catalogue *catalogue);
const char *catalogue_dir(const struct catalogue *catalogue); /* the archive */
bool catalogue_in_transaction(const struct catalogue *catalogue);
struct word_cache **catalogue_word_cache(struct catalogue *catalogue); /* words.h */
struct collected **catalogue_collected(struct catalogue *catalogue); /* bitmaps.h */

/* For anew.c: the database of that name in dir, which must be there, unmigrated, without locks, journal or entries of the audit log: nobody else knows it. */
struct catalogue *catalogue_open_alone(const char *dir, const char *name, struct error *err);
bool catalogue_alone(const struct catalogue *catalogue);
/* Brings it to schema `upto`, 0: the newest. An empty one begins at nothing. */
int catalogue_migrate(struct catalogue *catalogue, int upto, struct error *err);

#define CATALOGUE_FILE "catalogue.db"

/* Runs SQL; fn may be NULL. Returns 0, -1, or what fn returned. */
int catalogue_query(struct catalogue *catalogue, const char *sql, const struct db_value *args, int nargs, db_row_fn *fn,
		    void *context, struct error *err);
/* The first column of the first row as an integer; `otherwise` when there is no row or it is NULL. -1 and err on failure. */
int catalogue_int(struct catalogue *catalogue, const char *sql, const struct db_value *args, int nargs, int64_t otherwise,
		  int64_t *out, struct error *err);
/* Sets a key of table meta. */
int catalogue_meta_set(struct catalogue *catalogue, const char *key, const char *value, struct error *err);

#endif
