/*
 * bytes.h - taking numbers and strings off untrusted bytes
 *
 * A cursor that cannot leave its bytes: what would leave them sets `bad`, gives zeros, and every later call does so too. The caller checks once.
 */
#ifndef SOHOA_NET_BYTES_H
#define SOHOA_NET_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const uint8_t *at, *end;
	bool bad;
};

/* n bytes, or NULL. */
static inline const uint8_t *bytes_take(struct bytes *b, size_t n)
{
	const uint8_t *at = b->at;

	if (b->bad || (size_t)(b->end - b->at) < n) {
		b->bad = true;
		return NULL;
	}
	b->at += n;
	return at;
}

static inline uint8_t bytes_u8(struct bytes *b)
{
	const uint8_t *p = bytes_take(b, 1);

	return p ? p[0] : 0;
}

static inline uint32_t bytes_u32(struct bytes *b)
{
	const uint8_t *p = bytes_take(b, 4);

	return p ? p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24 : 0;
}

static inline int32_t bytes_i32(struct bytes *b)
{
	return (int32_t)bytes_u32(b);
}

static inline uint64_t bytes_u64(struct bytes *b)
{
	uint64_t low = bytes_u32(b);

	return low | (uint64_t)bytes_u32(b) << 32;
}

static inline double bytes_double(struct bytes *b)
{
	uint64_t bits = bytes_u64(b);
	double value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

#endif
