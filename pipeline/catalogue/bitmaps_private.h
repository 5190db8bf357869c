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

/* The terms that have bitmaps, and the sets of pairs, oldest first. */
struct known {
	struct arena *arena;
	struct known_term {
		int64_t id;
		const char *term;
	} *terms;
	int n;
};
int bitmaps_known_find(struct catalogue *catalogue, struct known *known, struct error *err);

/* A part whose bitmaps are made: its rows are put in, counted, then asked. */
struct part;
struct part *bitmaps_part_new(int64_t number) __attribute__((returns_nonnull));
void bitmaps_part_free(struct part *part); /* NULL is fine */
int64_t bitmaps_part_number(const struct part *part);
/* Copies the row, whose page is in none yet; gives how many there are. */
int bitmaps_part_add(struct part *part, int64_t page, struct bitmaps_row row);
/* Begins to count them in a thread, which takes about 60 MB; wait ends it, where it was not ended before. known must stay until then. */
void bitmaps_part_count(struct part *part, const struct known *known);
void bitmaps_part_wait(struct part *part);

/* What a row of table bitmap is to hold. */
struct made {
	const char *term;
	const uint8_t *bytes;
	int n;
	bool known; /* the term was known when the part was counted */
};
/* What a counted part has to say, by term; *n of them. */
const struct made *bitmaps_part_all(const struct part *part, int *n);
/* And of one known term. The first of `known` are those of its count; NULL where it is none of these, and the part cannot tell. */
const struct made *bitmaps_part_made(const struct part *part, const struct known *known, int i);

/* What is collected (bitmaps_collect.c). A row of a page beyond `upto` has become another one. Inside the transaction that changes it. */
int bitmaps_collected_change(struct catalogue *catalogue, int64_t page, int64_t upto, struct bitmaps_row old, struct bitmaps_row changed, struct error *err);
/* *part, counted, which is the caller's from then on; NULL where there is none that is sure to say what the table of texts does. Inside a transaction. */
int bitmaps_collected_take(struct catalogue *catalogue, int64_t number, struct part **part, struct error *err);
/* Whether the next n parts seem to have all their pages, and the last of them has had time to be counted. */
bool bitmaps_collected(struct catalogue *catalogue, int n);

#endif
