/*
 * texts_lists.h - on which pages a term or a phrase stands, from the lists as FTS5 keeps them
 *
 * FTS5 steps through the lists of a phrase entry by entry, and takes some 18 ns for each; where the words are common, these are millions. But which pages have all
 * the words is known already (bitmaps.h). So here the lists are read as they stand in page_fts_data, and only the places on those pages are looked at, which takes a third of
 * the time (make bench-search). The form of these rows is that of FTS5's version 4 (SQLite, ext/fts5/fts5_index.c, "On-disk format"); it is only read. Where anything
 * is otherwise than known, nothing is told, and FTS5 is to be asked.
 */
#ifndef SOHOA_TEXTS_LISTS_H
#define SOHOA_TEXTS_LISTS_H

#include <stdbool.h>
#include <stdint.h>

struct bitmap;
struct catalogue;
struct error;

/* The list of a term of a phrase. */
struct texts_list {
	const char *term;
	int place;       /* of the term in the phrase, 0 the first */
	int64_t entries; /* pages it names */
	int64_t few;     /* where no more pages are left, this list is not read, nor those behind it */
};
/* Leaves of `pages` those on which the terms stand one behind the other, as far as the first *nread lists tell. *known false: that cannot be told here, and pages are as they
 * were. */
int texts_lists_phrase(struct catalogue *catalogue, const struct texts_list *lists, int nlists, struct bitmap *pages, int *nread, bool *known, struct error *err);

/* Adds the pages from `from` on, 0 for all, on which a term stands. *known as above. */
int texts_lists_term(struct catalogue *catalogue, const char *term, int64_t from, struct bitmap *pages, bool *known, struct error *err);

#endif
