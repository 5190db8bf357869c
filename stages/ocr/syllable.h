/*
 * syllable.h - whether a word can be Vietnamese: beginning, rhyme and tone
 *
 * Every Vietnamese syllable is a beginning of at most three letters, a rhyme, and a tone; which rhymes there are, and which tones they take, is a closed table.
 * What passes need not exist ("nghuyễng" does not pass, "đuyết" does): the share of a page that fails tells a bad reading from a good one.
 */
#ifndef SOHOA_OCR_SYLLABLE_H
#define SOHOA_OCR_SYLLABLE_H

#include <stdbool.h>

enum syllable { SYLLABLE_NONE, SYLLABLE_INVALID, SYLLABLE_VALID };

/* word: NFC, signs at its ends do not count. NONE: it need not be one (figures, notations, abbreviations in capitals, a single letter). */
enum syllable syllable_judge(const char *word);

#endif
