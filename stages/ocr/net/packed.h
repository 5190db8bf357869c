/*
 * packed.h - weights as a kernel reads them; only kernels look inside
 *
 * Outputs stand in blocks of groups of lanes: the outputs of one block are computed together and meet in registers. An LSTM has its four gates
 * as the groups, so that a block holds all there is to know of `lanes` cells; a plain layer has consecutive outputs there. Within a block the
 * weights follow the inputs, `chunk` of them at a time (as many as one multiplication takes), so that they are read once, forwards.
 */
#ifndef SOHOA_NET_PACKED_H
#define SOHOA_NET_PACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct packed {
	bool integer, gates;
	int rows, columns; /* of one matrix */
	int lanes, groups, blocks, chunks;
	void *weights;     /* integers as the kernel wants them, or floats */
	int32_t *offsets;  /* [block][group][lane]: 127 * bias, and what the kernel's form of the inputs asks to be taken off again */
	float *scales;     /* [block][group][lane] */
	float *biases;     /* [block][group][lane], of a floating model */
};

/* A function over 0..16 as points: the value at 2 i, and at 2 i + 1 what lies between it and the next. Filled by kernel_choose. */
#define POINTS_UNIT 256
#define POINTS 4096
struct points {
	float all[2 * POINTS];
};
extern struct points points_tanh, points_logistic;

struct matrix;

/* What is common: sizes, scales, biases. element: bytes of a weight; chunk: inputs at a time. weights and offsets are zero. */
struct packed *packed_new(const struct matrix *weights, int n, int lanes, int chunk, size_t element);
/* The matrix and row behind a lane; false: none, the lane is padding. */
bool packed_row(const struct packed *p, int block, int group, int lane, int *matrix, int *row);

/* Where weight k of output i (block, group and lane as one number) stands, when `chunk` inputs of every output of a block stand together. */
static inline size_t packed_chunked(const struct packed *p, int i, int k, int chunk)
{
	size_t outputs = (size_t)p->groups * (size_t)p->lanes, block = (size_t)i / outputs, within = (size_t)i % outputs;

	return ((block * (size_t)p->chunks + (size_t)(k / chunk)) * outputs + within) * (size_t)chunk + (size_t)(k % chunk);
}

/* n int8 inputs as 16-bit numbers, 16 at a time: up to 15 more are read and written behind them. */
static inline void packed_words(int16_t *out, const int8_t *in, int n)
{
	typedef int8_t bytes __attribute__((vector_size(16)));
	typedef int16_t words __attribute__((vector_size(32)));

	for (int i = 0; i < n; i += 16) {
		bytes b;
		words w;

		memcpy(&b, in + i, sizeof b);
		w = __builtin_convertvector(b, words);
		memcpy(out + i, &w, sizeof w);
	}
}

/* Zeroed, aligned to 64 bytes. Freed with free. */
void *packed_room(size_t bytes);

#endif
