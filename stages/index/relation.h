/*
 * relation.h - the same question in other words: an old place or agency by its successor's name and the other way round, an abbreviation by its words
 *
 * A query is rewritten as text, so that its operators, fields and quotes keep their meaning. What a rewritten query finds stands behind what the typed
 * one finds and says through which name it was found.
 */
#ifndef SOHOA_RELATION_H
#define SOHOA_RELATION_H

#include "pipeline/places.h"

struct arena;

#define RELATIONS_MAX 12 /* rewritten queries; each costs as much as the typed one */

struct relation {
	const char *text;    /* the query in other words */
	const char *through; /* for the person: "Tỉnh Bà Rịa - Vũng Tàu → Thành phố Hồ Chí Minh (2025-07-01)" */
	bool place;          /* through a place or an agency that took over; else an abbreviation */
};

/* At most RELATIONS_MAX, in the arena; notes: sentences about what was too much or not known. */
void relations_find(const struct places *places, const char *query, struct relation **relations, int *n, const char ***notes, int *nnotes,
		    struct arena *arena);

#endif
