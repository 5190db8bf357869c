/*
 * texts_sets.h - which pages answer, all at once, as a set
 *
 * texts_match and texts_count (texts.h) go through the pages that answer one by one and may stop early. Here the whole set is made, from the bitmaps of frequent
 * terms (bitmaps.h) and the lists of the others: how many answer is told exactly, and parts of the set can be taken by further terms. Only for a
 * phrase, whose words must follow each other, the places are compared.
 *
 * A struct texts_sets is one look at the catalogue (catalogue_look); what it has read stays until it is freed, about 125 KB for each term of a question to a
 * million pages. Members of a set are page ids.
 */
#ifndef SOHOA_TEXTS_SETS_H
#define SOHOA_TEXTS_SETS_H

#include <stdbool.h>
#include <stdint.h>

struct bitmap;
struct catalogue;
struct error;
struct texts_node;
struct texts_sets;
struct viewer;

/* NULL with err. */
struct texts_sets *texts_sets_new(struct catalogue *catalogue, struct error *err);
void texts_sets_free(struct texts_sets *sets); /* NULL is fine */

/* A set that no page is in, for pages of this look; the caller's to free. */
struct bitmap *texts_sets_empty(const struct texts_sets *sets) __attribute__((returns_nonnull));

/* Adds the pages that hold a term. Nothing is kept of it. */
int texts_sets_term(struct texts_sets *sets, const char *term, struct bitmap *pages, struct error *err);
/* The pages that hold a phrase, whoever may see them; lent by `sets`. NULL with err. */
const struct bitmap *texts_sets_phrase(struct texts_sets *sets, const struct texts_node *phrase, struct error *err);
/* Whether a word stands on a page that the viewer (NULL: whoever may search) may see. */
int texts_sets_seen(struct texts_sets *sets, const struct viewer *viewer, const struct texts_node *word, bool *seen, struct error *err);

/* The pages that answer and are visible to everybody who may search; the caller's to free. NULL with err. */
struct bitmap *texts_sets_find(struct texts_sets *sets, const struct texts_node *words, struct error *err);

#endif
