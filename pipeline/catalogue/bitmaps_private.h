/* bitmaps_private.h - what the files of bitmaps.h share among themselves; nobody else includes it. */
#ifndef SOHOA_BITMAPS_PRIVATE_H
#define SOHOA_BITMAPS_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipeline/bitmap.h"
#include "pipeline/catalogue/bitmaps.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/tokens.h"

/* Words next to each other: a page of 300 words is in about 190 of the sets, so that one in 43 pages is in a set by chance. */
#define PAIR_SETS 8192
#define PAIR_SET '~' /* "~03ff" in place of the term: no term begins so */
#define PAIR_NAME_SIZE 12
void bitmaps_pair_name(int set, char name[PAIR_NAME_SIZE]);

/* What a row of page_text puts into bitmaps: its terms, and the sets of the words that follow each other (set -1: a term). One may come more than once. */
typedef void bitmaps_term_fn(void *context, const char *term, int size, int set);
void bitmaps_terms_of(struct terms *terms, struct bitmaps_row row, bitmaps_term_fn *fn, void *context);

uint64_t bitmaps_hash(const char *bytes, size_t n);
/* The row of one part of a term. */
int64_t bitmaps_row_id(int64_t term, int64_t part);
/* *id 0: the term has no bitmaps. */
int bitmaps_term_id(struct catalogue *catalogue, const char *term, int64_t *id, struct error *err);

#endif
