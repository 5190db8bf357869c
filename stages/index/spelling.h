/*
 * spelling.h - the two spellings of one sound: i and y behind a single consonant
 *
 * In a syllable of one consonant (h k l m s t, or qu) and the vowel both are written: kỹ = kĩ, lý = lí, quy = qui (domain: i/y).
 */
#ifndef SOHOA_SPELLING_H
#define SOHOA_SPELLING_H

struct arena;

/* The token with i for such a y; for lower case, with or without marks. The token itself where nothing changes. */
const char *spelling_of_sound(struct arena *arena, const char *token);

/* The other spelling of a folded token, NULL where there is none. */
const char *spelling_other(struct arena *arena, const char *token);

#endif
