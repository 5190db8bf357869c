/*
 * vietnamese.h - does a text read like Vietnamese, or like bytes of another encoding?
 *
 * Legacy fonts (TCVN3, VNI) and broken character maps give a text layer of plausible characters and impossible syllables: "céng
 * hoµ x· héi", "COÄNG HOØA XAÕ HOÄI". A Vietnamese syllable is onset + nucleus + coda + one tone, all from short lists, so
 * a letter with a mark in a wrong syllable gives it away without any word list.
 */
#ifndef SOHOA_DECODE_VIETNAMESE_H
#define SOHOA_DECODE_VIETNAMESE_H

#include <stdbool.h>
#include <stddef.h>

/* One syllable, NFC, any case, no punctuation. */
bool vietnamese_syllable(const char *text, size_t size);

/* False when the text is mojibake: NFC in, any length. A text without Vietnamese (English, figures) is fine. */
bool vietnamese_plausible(const char *text);

#endif
