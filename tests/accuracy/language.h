/*
 * language.h - what the language model did to the words: mended, damaged
 */
#ifndef SOHOA_ACCURACY_LANGUAGE_H
#define SOHOA_ACCURACY_LANGUAGE_H

#include "tests/accuracy/measured.h"

struct arena;

struct language_work {
	long mended;  /* right, and the net alone read something else */
	long damaged; /* the net alone had it right */
	long vain;    /* wrong before and after */
	long beside;  /* of words that the truth does not have */
};
struct language_work language_work(const struct set *set, struct arena *arena);

/* Calls for every damaged word, with what the net had seen, what was chosen instead, and its page. */
void language_damages(const struct set *set, struct arena *arena, void (*each)(void *context, const struct measured *page, const char *seen, const char *chosen),
		      void *context);

#endif
