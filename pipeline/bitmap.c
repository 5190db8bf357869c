#include "pipeline/bitmap.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"

#define WORD 64
#define PART_WORDS (BITMAP_PART / WORD)

struct bitmap *bitmap_new(int64_t size)
{
	struct bitmap *bitmap = mem_alloc(sizeof *bitmap);
	int64_t nwords = (size + WORD - 1) / WORD;
	bitmap->size = nwords * WORD;
	bitmap->words = mem_alloc((size_t)nwords * sizeof *bitmap->words);
	return bitmap;
}

void bitmap_free(struct bitmap *bitmap)
{
	if (!bitmap)
		return;
	free(bitmap->words);
	free(bitmap);
}

static bool is_inside(const struct bitmap *bitmap, int64_t number)
{
	return number >= 0 && number < bitmap->size;
}

void bitmap_add(struct bitmap *bitmap, int64_t number)
{
	if (is_inside(bitmap, number))
		bitmap->words[number / WORD] |= UINT64_C(1) << number % WORD;
}

void bitmap_remove(struct bitmap *bitmap, int64_t number)
{
	if (is_inside(bitmap, number))
		bitmap->words[number / WORD] &= ~(UINT64_C(1) << number % WORD);
}

bool bitmap_has(const struct bitmap *bitmap, int64_t number)
{
	return is_inside(bitmap, number) && bitmap->words[number / WORD] >> number % WORD & 1;
}

void bitmap_clear(struct bitmap *bitmap)
{
	memset(bitmap->words, 0, (size_t)(bitmap->size / 8));
}

void bitmap_and(struct bitmap *a, const struct bitmap *b)
{
	for (int64_t i = 0; i < a->size / WORD; i++)
		a->words[i] &= b->words[i];
}

void bitmap_or(struct bitmap *a, const struct bitmap *b)
{
	for (int64_t i = 0; i < a->size / WORD; i++)
		a->words[i] |= b->words[i];
}

void bitmap_and_not(struct bitmap *a, const struct bitmap *b)
{
	for (int64_t i = 0; i < a->size / WORD; i++)
		a->words[i] &= ~b->words[i];
}

void bitmap_copy(struct bitmap *a, const struct bitmap *b)
{
	memcpy(a->words, b->words, (size_t)(a->size / 8));
}

int64_t bitmap_count(const struct bitmap *bitmap)
{
	int64_t n = 0;
	for (int64_t i = 0; i < bitmap->size / WORD; i++)
		n += __builtin_popcountll(bitmap->words[i]);
	return n;
}

int64_t bitmap_count_of_both(const struct bitmap *a, const struct bitmap *b)
{
	int64_t n = 0;
	for (int64_t i = 0; i < a->size / WORD; i++)
		n += __builtin_popcountll(a->words[i] & b->words[i]);
	return n;
}

/* What is left of a word of 64 when the numbers below `from` are taken away. */
static uint64_t from_on(uint64_t word, int64_t i, int64_t from)
{
	return i == from / WORD ? word & (UINT64_MAX << from % WORD) : word;
}

int64_t bitmap_next(const struct bitmap *bitmap, int64_t from)
{
	from = from < 0 ? 0 : from;
	for (int64_t i = from / WORD; i < bitmap->size / WORD; i++) {
		uint64_t word = from_on(bitmap->words[i], i, from);
		if (word)
			return i * WORD + __builtin_ctzll(word);
	}
	return -1;
}

int bitmap_first(const struct bitmap *bitmap, int64_t *numbers, int most)
{
	int n = 0;
	for (int64_t number = bitmap_next(bitmap, 0); number >= 0 && n < most; number = bitmap_next(bitmap, number + 1))
		numbers[n++] = number;
	return n;
}

int64_t bitmap_before(const struct bitmap *bitmap, int64_t end)
{
	end = end < bitmap->size ? end : bitmap->size;
	for (int64_t i = (end + WORD - 1) / WORD - 1; i >= 0; i--) {
		uint64_t word = (i + 1) * WORD > end ? bitmap->words[i] & ~(UINT64_MAX << end % WORD) : bitmap->words[i];
		if (word)
			return i * WORD + WORD - 1 - __builtin_clzll(word);
	}
	return -1;
}

void bitmap_bits_add(struct bitmap *bitmap, int64_t first, const uint8_t *bytes, int64_t length)
{
	for (int64_t i = 0; i < length && first + i * 8 < bitmap->size; i += 8) {
		uint64_t word = 0;
		memcpy(&word, bytes + i, (size_t)(length - i < 8 ? length - i : 8));
		bitmap->words[first / WORD + i / 8] |= le64toh(word);
	}
}

/* Gaps: -1 where they would take as much room as all bits. */
static int gaps_write(const struct bitmap *bitmap, int64_t first, uint8_t bytes[BITMAP_PART_BYTES])
{
	int64_t last = first - 1, end = first + BITMAP_PART;
	int n = 0;
	for (int64_t number = bitmap_next(bitmap, first); number >= 0 && number < end; last = number, number = bitmap_next(bitmap, number + 1)) {
		int64_t gap = number - last;
		if (n + 2 >= BITMAP_PART_BYTES)
			return -1;
		if (gap > 0x7F)
			bytes[n++] = (uint8_t)(0x80 | (gap & 0x7F));
		bytes[n++] = (uint8_t)(gap > 0x7F ? gap >> 7 : gap);
	}
	return n;
}

int bitmap_part_write(const struct bitmap *bitmap, int64_t part, uint8_t bytes[BITMAP_PART_BYTES])
{
	int64_t first = part * BITMAP_PART, at = first / WORD;
	int n = gaps_write(bitmap, first, bytes);
	if (n >= 0)
		return n;
	memset(bytes, 0, BITMAP_PART_BYTES);
	for (int64_t i = 0; i < PART_WORDS && at + i < bitmap->size / WORD; i++) {
		uint64_t word = htole64(bitmap->words[at + i]);
		memcpy(bytes + i * 8, &word, sizeof word);
	}
	return BITMAP_PART_BYTES;
}

bool bitmap_part_read(struct bitmap *bitmap, int64_t part, const uint8_t *bytes, int64_t length)
{
	int64_t number = part * BITMAP_PART - 1;
	if (length == BITMAP_PART_BYTES) {
		bitmap_bits_add(bitmap, part * BITMAP_PART, bytes, length);
		return true;
	}
	if (length > BITMAP_PART_BYTES)
		return false;
	for (int64_t i = 0; i < length; i++) {
		int64_t gap = bytes[i] & 0x7F;
		if (bytes[i] & 0x80 && ++i < length)
			gap |= bytes[i] << 7;
		number += gap;
		bitmap_add(bitmap, number);
	}
	return number < (part + 1) * BITMAP_PART;
}
