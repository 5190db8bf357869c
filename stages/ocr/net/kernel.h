/*
 * kernel.h - the arithmetic of a net, for one kind of processor
 *
 * A kernel holds the weights in its own order ("packed") and runs the two things that cost: dense (weights times many inputs) and lstm (many
 * sequences at once, one step after the other). Three are built: plain C for any machine, AVX2, and AVX-512 with VNNI.
 *
 * All give the same bits for an integer model: the products are summed as integers, exactly, and what follows (tanh, logistic, softmax) is one text for
 * all of them (kernel_body.h) without fused operations, so that every machine reads the same letters. For a floating model the sums are taken in the same order,
 * but with fused multiply-add where there is one: outputs differ by less than KERNEL_FLOAT_BOUND.
 */
#ifndef SOHOA_NET_KERNEL_H
#define SOHOA_NET_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/ocr/net/model.h"

#define KERNEL_FLOAT_BOUND 1e-4

/* Inputs are read in whole vectors: up to KERNEL_SLACK bytes behind their end must be readable, whatever they hold. */
#define KERNEL_SLACK 64

struct packed;

struct sequence {
	const void *in; /* length cells of ni values, one behind the other: int8_t or float, as the model is */
	void *out;      /* length cells of no values, or one for a summary */
	int length;     /* at least 1 */
};

struct kernel {
	const char *name;
	/* n: 1, or GATES matrices of equal size. Freed with packed_free. */
	struct packed *(*pack)(const struct matrix *weights, int n);
	/* out[i][j] = weights[j] * in[i] + bias[j] for n inputs, the next `stride` values behind the last (they may overlap); no function applied. */
	void (*dense)(const struct packed *packed, const void *in, size_t stride, size_t n, float *out);
	/* Sequences sorted by length, longest first; each starts from nothing. The input is that of the first columns of the weights. */
	void (*lstm)(const struct packed *packed, const struct sequence *sequences, int n, bool summary);
	/* In place; kind is one of LAYER_TANH .. LAYER_SYMCLIP. */
	void (*apply)(enum layer_kind kind, float *values, size_t n);
	/* To -127..127 for -1..1, rounded half away from zero. */
	void (*to_integers)(const float *values, int8_t *out, size_t n);
	/* In place: n values become shares of one. */
	void (*softmax)(float *values, int n);
};

/* NULL where the compiler does not know the processor. Only kernel_choose may hand them out. */
extern const struct kernel kernel_plain;
extern const struct kernel *const kernel_avx2, *const kernel_avx512;

/* name: "auto" (the fastest this machine runs), "plain", "avx2", "avx512". NULL: not known, or not on this machine. */
const struct kernel *kernel_choose(const char *name);

void packed_free(struct packed *packed); /* NULL is fine */

#endif
