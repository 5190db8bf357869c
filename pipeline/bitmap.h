/*
 * bitmap.h - a set of small numbers, one bit each
 *
 * For sets of pages: a million of them are 125 KB, and what two sets have in common is found in some microseconds. Parts of a set are kept as bytes, short
 * where few bits are set.
 */
#ifndef SOHOA_BITMAP_H
#define SOHOA_BITMAP_H

#include <stdbool.h>
#include <stdint.h>

struct bitmap {
	int64_t size;    /* numbers 0..size-1; a multiple of 64 */
	uint64_t *words;
};

/* An empty set of at least so many numbers; the caller's to free. */
struct bitmap *bitmap_new(int64_t size) __attribute__((returns_nonnull));
void bitmap_free(struct bitmap *bitmap); /* NULL is fine */

/* A number beyond the size is left out, and is in no set. */
void bitmap_add(struct bitmap *bitmap, int64_t number);
void bitmap_remove(struct bitmap *bitmap, int64_t number);
bool bitmap_has(const struct bitmap *bitmap, int64_t number);
void bitmap_clear(struct bitmap *bitmap);

/* a becomes what it says; both are of one size. */
void bitmap_and(struct bitmap *a, const struct bitmap *b);
void bitmap_or(struct bitmap *a, const struct bitmap *b);
void bitmap_and_not(struct bitmap *a, const struct bitmap *b);
void bitmap_copy(struct bitmap *a, const struct bitmap *b);

int64_t bitmap_count(const struct bitmap *bitmap);
/* How many both have. */
int64_t bitmap_count_of_both(const struct bitmap *a, const struct bitmap *b);
/* The first number of the set from `from` on, -1 where there is none. */
int64_t bitmap_next(const struct bitmap *bitmap, int64_t from);
/* The first numbers of the set, at most `most` of them; how many. */
int bitmap_first(const struct bitmap *bitmap, int64_t *numbers, int most);
/* The last number of the set below `end`, -1 where there is none. */
int64_t bitmap_before(const struct bitmap *bitmap, int64_t end);

/* Adds numbers from `first` on, a multiple of 64, which stand as bits, the first one the lowest bit of the first byte. */
void bitmap_bits_add(struct bitmap *bitmap, int64_t first, const uint8_t *bytes, int64_t length);

/* A part of BITMAP_PART numbers that begins with a multiple of it, as bytes: how far each number is from the one before (seven bits a byte, least first, the eighth bit
 * where another byte follows), or where that would be as long all bits. */
#define BITMAP_PART 8192
#define BITMAP_PART_BYTES (BITMAP_PART / 8)
/* Writes the part and gives its length, 0 for an empty one. */
int bitmap_part_write(const struct bitmap *bitmap, int64_t part, uint8_t bytes[BITMAP_PART_BYTES]);
/* Adds a part that was written; false where the bytes are none. */
bool bitmap_part_read(struct bitmap *bitmap, int64_t part, const uint8_t *bytes, int64_t length);

#endif
