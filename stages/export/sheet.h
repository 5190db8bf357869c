/*
 * sheet.h - the answer of the counter as one printable page of HTML: the checklist, the verdicts with their reasons, the pages with their
 * evidence boxes
 *
 * One file that needs nothing else: styles and pictures stand in it, no script. Every text that comes from a paper or a person is escaped.
 * The pictures are drawn by a worker and handed in.
 */
#ifndef SOHOA_EXPORT_SHEET_H
#define SOHOA_EXPORT_SHEET_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct counter_question;
struct counter_row;

struct sheet_picture {
	int64_t document;
	int page;         /* 1-based in the document's own list of pages */
	const char *png;
	size_t size;
};

struct sheet {
	const struct counter_question *question;
	const struct counter_row *rows;
	int nrows;
	const char *people[8];   /* who each of enum whose is, as shown; NULL: not named */
	const char *officer;     /* who asks, as shown */
	const char *asked;       /* "2026-11-24T03:45:48Z" */
	const char *rules;       /* version of the rule set */
	const struct sheet_picture *pictures;
	int npictures;
};

/* In the language of the screen; in the arena. */
char *sheet_html(struct arena *arena, const struct sheet *sheet);

/* The words of a verdict and of who is meant, in the language of the screen. */
const char *sheet_verdict(int verdict);
const char *sheet_whose(int whose);

#endif
