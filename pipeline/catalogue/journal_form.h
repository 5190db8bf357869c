/*
 * journal_form.h - what writing and reading the journal share: the form of its file (journal.h), and how far the catalogue says it has come
 *
 * Only for the files of the journal.
 */
#ifndef SOHOA_JOURNAL_FORM_H
#define SOHOA_JOURNAL_FORM_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "pipeline/store.h"

struct catalogue;
struct error;

#define JOURNAL_FILE "journal"
#define JOURNAL_FORM 1
#define JOURNAL_COLUMNS 32

#define JOURNAL_TABLES 18
extern const char *const journal_tables[JOURNAL_TABLES]; /* that are kept, parents first */
int journal_table_find(const char *name);                /* -1: not kept */

/* Text that grows. Free text. */
struct journal_body {
	char *text;
	size_t size, room;
};
void journal_body_add(struct journal_body *b, const char *text, size_t size);

/* SHA-256 of AFTER and the lines of a transaction. */
void journal_hash(const char *after, const char *text, size_t size, char hash[HASH_SIZE]);

struct journal_position {
	int64_t end; /* bytes of the file that count; -1: the catalogue has no journal yet */
	char hash[HASH_SIZE];
};
/* What the catalogue says, in meta. */
int journal_position_read(struct catalogue *catalogue, struct journal_position *at, struct error *err);
int journal_position_note(struct catalogue *catalogue, const struct journal_position *at, struct error *err);

struct journal_reader {
	FILE *file;
	const char *path;
	int64_t offset; /* behind the last whole transaction */
	struct journal_body body;
	char after[HASH_SIZE], hash[HASH_SIZE]; /* of the transaction in body */
	char *line;
	size_t line_room;
};
/* Reads the first line: its schema, and the hash that the first transaction follows. -1: reader_close all the same. */
int journal_reader_open(struct journal_reader *r, const char *path, int *schema, char hash[HASH_SIZE], struct error *err);
/* 1 with the next whole transaction, 0 at the end or before lines without a commit, -1. */
int journal_reader_next(struct journal_reader *r, struct error *err);
void journal_reader_close(struct journal_reader *r);
/* Says where, reason "journal"; -1. */
int journal_damaged(const struct journal_reader *r, struct error *err);

#endif
