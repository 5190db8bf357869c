/*
 * confusion.h - how likely a reader makes one word out of another
 *
 * A weighted edit distance over folded words. What a substitution, a lost or an added letter, or two letters read as one cost comes from
 * counts: `make confusions` reads drawn pages of the noise level "bad", lays what was read along what was drawn, and writes
 * confusion_table.h. Diacritics cost nothing here, because both words are folded.
 */
#ifndef SOHOA_INDEX_CONFUSION_H
#define SOHOA_INDEX_CONFUSION_H

#define CONFUSION_LETTERS_MAX 24 /* of a word; longer ones are unlike everything */

/* 1 where the words are one, towards 0 the less likely `read` is a reading of `meant`. Both folded. */
float confusion_likeness(const char *meant, const char *read);

#endif
