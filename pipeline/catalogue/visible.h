/*
 * visible.h - what somebody may see: the one place that decides it
 *
 * Every question about texts goes through here: hits, totals, facets, suggestions, snippets, boxes. A restricted paper is visible to
 * nobody (view `visible`, schemas/catalogue); on top of that a viewer may be held to some batches. What is shown of a page always comes out of a row of
 * the view. What is only counted or put in order may ask by the page alone, which is quicker: the table `hidden` holds the pages with text that the view
 * does not give (triggers keep it so, texts_check compares).
 */
#ifndef SOHOA_CATALOGUE_VISIBLE_H
#define SOHOA_CATALOGUE_VISIBLE_H

#include <stdint.h>
#include <stdio.h>

/* Who asks. Where a pointer to one is NULL, whoever holds the archive asks, and sees every paper that is not restricted. */
struct viewer {
	const int64_t *batches; /* ids of the batches that may be seen */
	int nbatches;           /* 0: none at all */
};

/* Writes a condition of SQL over a row of the view, known as `alias`; always a whole condition ("1" where all may be seen). */
void visible_write(FILE *sql, const struct viewer *viewer, const char *alias);
/* The same over `page`, an expression of SQL that gives the id of a page with text. */
void visible_page_write(FILE *sql, const struct viewer *viewer, const char *page);

#endif
