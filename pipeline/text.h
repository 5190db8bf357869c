/*
 * text.h - Vietnamese text: UTF-8, NFC, and the folded form for search
 *
 * Text is NFC from the border inwards; names are kept as printed. Only for search there is a second form, made here and
 * never by a database: text_fold.
 */
#ifndef SOHOA_TEXT_H
#define SOHOA_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* True when the bytes are well-formed UTF-8 without NUL. */
bool text_valid(const char *bytes, size_t size);

/* NFC; the Đ look-alikes U+00D0 and U+0189 (and their small forms U+00F0, U+0256) become Đ/đ; bytes that are no UTF-8 become
 * U+FFFD; control characters but '\n' and '\t' go. Idempotent. */
char *text_nfc(struct arena *arena, const char *text);

/* Lower case of NFC text, Vietnamese letters included. */
char *text_lower(struct arena *arena, const char *text);
char *text_upper(struct arena *arena, const char *text);

/* For search only: lower case, no marks, đ -> d. Every separator stays where it was, so the number of tokens is that of the
 * input (a tested invariant) and a folded hit marks the exact text. Idempotent; hòa and hoà fold alike. */
char *text_fold(struct arena *arena, const char *text);

/* One tone placement (hoà -> hòa, thuỷ -> thủy; not after q) in NFC text, for comparing accented forms. */
char *text_canonical(struct arena *arena, const char *text);

/* Reads one character at *p (must not be at NUL), moves *p behind it; 0xFFFD for a broken byte. */
uint32_t text_next(const char **p);
/* Writes one character, returns its length 1..4. */
int text_put(char out[4], uint32_t c);
size_t text_length(const char *text); /* characters, not bytes */
int text_count_letters(const char *text); /* letters and digits in it */
bool text_is_letter(uint32_t c);
bool text_is_digit(uint32_t c);
bool text_is_upper(uint32_t c);
/* What a word is made of for the full text: letters and numbers of every script, and behind one of them a mark of Latin letters.
 * Everything else parts words. */
bool text_is_word(uint32_t c);
bool text_is_word_mark(uint32_t c);

/* A file name as shown to people: valid UTF-8 stays, other bytes and control characters become \xNN. */
char *text_show_name(struct arena *arena, const unsigned char *bytes, size_t size);

/* Natural order of names: digit runs by value, so that 2 stands before 10, and scan.tif before scan-2.tif; ties by bytes. <0, 0, >0. */
int text_natural_compare(const char *a, const char *b);

#endif
