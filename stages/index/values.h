/*
 * values.h - names in a query that no paper has
 *
 * "người:duyên kết hôn" is read as one name, because names have several words. Where no paper has it, the longest begin of it that some paper has is the
 * name, and the rest are words to look for: "người:duyên; kết hôn". Where none has its first word either, all of it is looked for as words.
 */
#ifndef SOHOA_VALUES_H
#define SOHOA_VALUES_H

struct arena;
struct catalogue;
struct error;
struct query;
struct viewer;

/* Sets *text to the query with such names cut or turned into words, NULL where there are none. */
int values_mend(struct catalogue *catalogue, const struct viewer *viewer, const struct query *query, const char **text, struct arena *arena,
		struct error *err);

#endif
