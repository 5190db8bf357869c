/*
 * fuzzy.h - words of the index that a bad reading may have made of a typed one
 *
 * Of the words with the shape of the typed one, or a shape one letter away, those are taken whose likeness (confusion.h) is large
 * enough. That is some hundreds of look-ups however many words there are: about a millisecond.
 */
#ifndef SOHOA_INDEX_FUZZY_H
#define SOHOA_INDEX_FUZZY_H

struct arena;
struct catalogue;
struct error;
struct query_term;
struct texts_sets;
struct viewer;

#define FUZZY_MAX 12 /* words that stand in for one */

/* Sets the alternatives of a term of one word that is no number, best first; only words that stand on a page the viewer may see. */
int fuzzy_find(struct catalogue *catalogue, struct texts_sets *sets, const struct viewer *viewer, struct query_term *term, struct arena *arena,
	       struct error *err);

#endif
