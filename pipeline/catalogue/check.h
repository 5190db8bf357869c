/*
 * check.h - is the catalogue sound, and does it agree with the store? For `verify`.
 */
#ifndef SOHOA_CATALOGUE_CHECK_H
#define SOHOA_CATALOGUE_CHECK_H

#include <stdint.h>

struct catalogue;
struct error;

/* Every finding of the engine's own check and of the references between rows, as a sentence. Returns 0, -1, or what fn returned. */
int check_database(struct catalogue *catalogue, int (*fn)(void *context, const char *finding), void *context, struct error *err);

/* Every object the catalogue knows, by hash. */
int check_objects(struct catalogue *catalogue, int (*fn)(void *context, const char *hash, int64_t size, const char *kind), void *context,
		  struct error *err);

/* 1 when the catalogue knows the object, 0, -1. */
int check_known(struct catalogue *catalogue, const char *hash, struct error *err);

#endif
