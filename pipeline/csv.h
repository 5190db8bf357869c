/*
 * csv.h - tables as people's programs write them: RFC 4180 with the separator found by itself (, ; tab), UTF-8 with or without mark
 *
 * A spreadsheet saved as UTF-16 is refused with that advice. Cells come in NFC without white space at their ends.
 */
#ifndef SOHOA_CSV_H
#define SOHOA_CSV_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

#define CSV_COLUMNS_MAX 64
#define CSV_BYTES_MAX ((size_t)16 << 20) /* 16 MiB: some hundred thousand lines */

struct csv {
	const char *p, *end;
	char separator;
	int line;  /* of the record read last: where it begins */
	int next;
	char *cells[CSV_COLUMNS_MAX]; /* of the record read last, in the arena */
	int ncells;
	struct arena *arena;
	char *scratch; /* as large as the table: no cell is larger */
};

/* Why the bytes cannot be a table, as a sentence (untranslated), or NULL when they can: csv_close must follow then. Cells lie in the arena,
 * which the caller may reset between records. bytes stay the caller's. */
const char *csv_open(struct csv *csv, const char *bytes, size_t size, struct arena *arena);
/* False at the end. */
bool csv_record(struct csv *csv);
bool csv_empty(const struct csv *csv); /* the record has no text at all */
void csv_close(struct csv *csv);

#endif
