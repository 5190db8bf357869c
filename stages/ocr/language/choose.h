/*
 * choose.h - which of the readings counts: over a paragraph, and word by word
 *
 * The search gives each line a few readings; over a paragraph the row of readings is chosen whose sum of ln shares and weights of the language is
 * the best, so that a line's last syllable knows the next line's first (Viterbi).
 *
 * Then each word of the chosen reading is held against what the net alone saw, and the net is believed where the language has nothing to say: numbers,
 * codes, notations, abbreviations in capitals. What differs keeps both.
 */
#ifndef SOHOA_CHOOSE_H
#define SOHOA_CHOOSE_H

#include <stdbool.h>

struct arena;
struct line_word;
struct ngrams;
struct read_line;
struct tongue;

/* Sets `chosen` of each line. paragraphs[i]: lines one behind the other with one number make a paragraph. */
void readings_choose(struct tongue *tongue, struct read_line *lines, const int *paragraphs, int n);

/* May the language put `chosen` in the place of `seen`? Both are words, or several parted by a space. Never where either is a number, a code or a notation, where
 * the net saw an abbreviation, where only signs or spaces beside them differ, or large letters for small ones, nor for something that is no word of the tables. */
bool choice_allowed(const struct ngrams *ngrams, const char *seen, const char *chosen, struct arena *arena);

/* The words of a line, from those of the chosen reading and those the net alone saw, both in order along the line; in the arena. A word that was changed has `seen`. */
int words_merge(const struct ngrams *ngrams, const struct line_word *chosen, int nchosen, const struct line_word *seen, int nseen, struct arena *arena, struct line_word **words);

#endif
