/*
 * db.h - the seam between the catalogue's verbs and a database engine
 *
 * Only the files of pipeline/catalogue/ hold this key. SQL is written with $1, $2 ... and read by both engines; the few texts whose
 * dialect truly differs stand in the driver.
 */
#ifndef SOHOA_DB_H
#define SOHOA_DB_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct terms;

enum db_kind { DB_NULL, DB_INT, DB_REAL, DB_TEXT, DB_BLOB };

struct db_value {
	enum db_kind kind;
	int64_t i;
	double real;
	const void *bytes; /* text or blob; text need not end with NUL when size >= 0 */
	int64_t size;      /* -1: text ends with NUL */
};

struct db_row {
	int ncolumns;
	const struct db_value *columns; /* valid during the call only; text always ends with NUL */
};

/* Called per row; a value other than 0 stops the query, which then returns that value. */
typedef int db_row_fn(void *context, const struct db_row *row, struct error *err);

/* A row of `table` changed. */
typedef void db_change_fn(void *context, const char *table, int64_t row);

struct db {
	const struct db_driver *driver; /* first member of every driver's own struct */
	struct terms *terms; /* of the full text (pipeline/tokens.h): what the driver indexes with, so that a word is looked at once; the driver's */
};

struct db_driver {
	const char *scheme; /* "sqlite" */
	struct db *(*open)(const char *path, bool writable, struct error *err);
	/* Runs one statement with args bound by name ($1 is args[0]). Returns 0, -1, or what fn returned. */
	int (*query)(struct db *, const char *sql, const struct db_value *args, int nargs, db_row_fn *fn, void *context,
		     struct error *err);
	/* Runs a text of several statements without arguments (a migration). */
	int (*script)(struct db *, const char *sql, struct error *err);
	int64_t (*changes)(struct db *); /* rows of the last INSERT, UPDATE or DELETE */
	/* Moves the write-ahead log into the database; a no-op elsewhere. empty: its file is empty then, unless somebody still reads it. */
	int (*checkpoint)(struct db *, bool empty, struct error *err);
	/* Writes the whole database anew, so that no byte of what was deleted stays in it. Outside a transaction. tmp: a folder for the copy. */
	int (*compact)(struct db *, const char *tmp, struct error *err);
	/* Whether COMMIT waits until it is on the disk (catalogue_durable); it does at first. Outside a transaction. */
	int (*durable)(struct db *, bool durable, struct error *err);
	int64_t (*log_size)(struct db *);    /* bytes of the file of the write-ahead log */
	int64_t (*log_waiting)(struct db *); /* those that are to be moved, as of the last COMMIT of this connection, which counts what others wrote before */
	/* From here on fn is told the table and the number of each row that is put, changed or taken away; it must not ask the database anything. */
	void (*watch)(struct db *, db_change_fn *fn, void *context);
	/* Leaves the database at path as one file that nobody has open: no log beside it. Reason "busy" when somebody keeps it open for so long. */
	int (*settle)(const char *path, int seconds, struct error *err);
	void (*close)(struct db *);
};

extern const struct db_driver db_sqlite;

/* Arguments and columns in short. */
#define DB_I(v) ((struct db_value){ DB_INT, (int64_t)(v), 0, NULL, 0 })
#define DB_R(v) ((struct db_value){ DB_REAL, 0, (double)(v), NULL, 0 })
#define DB_T(v) db_text(v) /* NULL becomes SQL NULL */
#define DB_B(p, n) ((struct db_value){ DB_BLOB, 0, 0, (p), (int64_t)(n) })
#define DB_N ((struct db_value){ DB_NULL, 0, 0, NULL, 0 })

static inline struct db_value db_text(const char *text)
{
	return (struct db_value){ text ? DB_TEXT : DB_NULL, 0, 0, text, -1 };
}

#define DB_ARGS(...) ((const struct db_value[]){ __VA_ARGS__ }), \
	(int)(sizeof((const struct db_value[]){ __VA_ARGS__ }) / sizeof(struct db_value))

static inline const char *db_column_text(const struct db_row *row, int i) /* NULL for SQL NULL */
{
	return row->columns[i].kind == DB_TEXT || row->columns[i].kind == DB_BLOB ? row->columns[i].bytes : NULL;
}

static inline int64_t db_column_int(const struct db_row *row, int i)
{
	assert(row->columns);
	return row->columns[i].i;
}

static inline double db_column_real(const struct db_row *row, int i)
{
	return row->columns[i].kind == DB_INT ? (double)row->columns[i].i : row->columns[i].real;
}

#endif
