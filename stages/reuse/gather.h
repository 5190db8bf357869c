/*
 * gather.h - what the judge must know about one paper, out of catalogue and store
 */
#ifndef SOHOA_REUSE_GATHER_H
#define SOHOA_REUSE_GATHER_H

#include <stdint.h>

struct arena;
struct catalogue;
struct error;
struct reuse_book;
struct reuse_paper;
struct store;

/* Fills all of paper but the result. 1, 0 when there is no such document, -1. */
int reuse_gather(struct catalogue *catalogue, struct store *store, const struct reuse_book *book, int64_t document, int on,
		 struct arena *arena, struct reuse_paper *paper, struct error *err);

/* The documents whose verdict may hang on this one, in the arena. */
int reuse_neighbours(struct catalogue *catalogue, const struct reuse_paper *paper, struct arena *arena, int64_t **documents,
		     int *n, struct error *err);

#endif
