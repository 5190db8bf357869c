/*
 * indexing.h - brings the full text up to date with a paper: the room stages/index, and what makes the index anew (reindex.h)
 */
#ifndef SOHOA_INDEXING_H
#define SOHOA_INDEXING_H

#include <stdint.h>

struct ahead;
struct catalogue;
struct error;
struct store;
struct text_source;

/* Texts out of the page texts in the store, as `read` prints them (plain.h), NFC; none for a page with a secrecy mark. */
void indexing_source(struct text_source *source, struct store *store);

/* The door of the room: indexing_document of what is in the store, nothing being ready. */
int indexing_run(struct catalogue *catalogue, struct store *store, int64_t document, struct error *err);

/* Every page of the document gets its text, or loses it. What was made ready of them is taken from `ahead`, which may be NULL. Inside a transaction. */
int indexing_document(struct catalogue *catalogue, int64_t document, const struct text_source *source, struct ahead *ahead, struct error *err);

#endif
