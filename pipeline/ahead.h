/*
 * ahead.h - texts of pages made ready by other threads, while this one writes those before them
 *
 * Reading a page text out of the store and making its terms (pipeline/tokens.h) takes about as long as the database takes to put it in, and needs nothing
 * of the database. Pages are asked for in the order in which they will be taken; a thread for each processor makes them ready. What a text is
 * does not depend on who makes it: the index is the same with and without.
 */
#ifndef SOHOA_AHEAD_H
#define SOHOA_AHEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "pipeline/tokens.h"

struct ahead;
struct arena;
struct error;

/* Where texts come from. text is called by several threads at once: 0 with *text in the arena, NFC, or NULL where the page may have none; -1. */
struct text_source {
	int (*text)(void *context, int64_t page, const char *hash, char **text, struct arena *arena, struct error *err);
	void *context;
};

/* source must outlive it. */
struct ahead *ahead_start(const struct text_source *source);
void ahead_stop(struct ahead *ahead); /* NULL is fine; what was asked for and not taken is thrown away */

/* Asks for the text of a page, `hash` being its page text in the store; false where so many wait that there is no room. */
bool ahead_ask(struct ahead *ahead, int64_t page, const char *hash);
/* Waits for the page that was asked for first and not taken yet: 1 where it is this one, of this text, and 0 where it is not or where there is none; those asked
 * for before the one that is wanted are thrown away. -1 with the error of making it. *ready is valid until the next call; ready->text is NULL where the page may
 * have none. */
int ahead_take(struct ahead *ahead, int64_t page, const char *hash, const struct terms_ready **ready, struct error *err);

#endif
