/*
 * table.h - one table as text, CSV, JSON or a printable page: what the reports are made of
 */
#ifndef SOHOA_EXPORT_TABLE_H
#define SOHOA_EXPORT_TABLE_H

struct arena;

enum { TABLE_COLUMNS_MAX = 16 };

struct table {
	const char *name;    /* "shares" */
	const char *title;   /* as shown */
	const char *keys[TABLE_COLUMNS_MAX];    /* for CSV and JSON: "agency" */
	const char *heads[TABLE_COLUMNS_MAX];   /* as shown */
	int ncolumns;
	const char *(*rows)[TABLE_COLUMNS_MAX]; /* NULL: empty */
	int nrows;
	const char *note;    /* what the numbers mean, or NULL */
};

/* All in the arena. made: "2026-11-24T03:45:48Z". */
char *table_text(struct arena *arena, const struct table *table);
/* RFC 4180, UTF-8. A cell that a spreadsheet would take for a formula (= + - @ or a tab in front) gets an apostrophe in front. */
char *table_csv(struct arena *arena, const struct table *table);
char *table_json(struct arena *arena, const struct table *table, const char *made);
char *table_html(struct arena *arena, const struct table *table, const char *made);

#endif
