/*
 * tiny_model.h - model files made byte by byte, small enough to reckon by hand
 *
 * The file format as stages/ocr/net/model.c and docs/reader.md tell it, from the writing side. Weights come from a function of the test.
 */
#ifndef SOHOA_TESTS_TINY_MODEL_H
#define SOHOA_TESTS_TINY_MODEL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tiny {
	uint8_t *data;
	size_t n, room;
	bool integer;
	uint32_t random;
};

static inline void tiny_bytes(struct tiny *t, const void *data, size_t n)
{
	if (t->n + n > t->room) {
		t->room = 2 * (t->n + n);
		t->data = realloc(t->data, t->room);
	}
	memcpy(t->data + t->n, data, n);
	t->n += n;
}

static inline void tiny_u8(struct tiny *t, unsigned v)
{
	uint8_t byte = (uint8_t)v;

	tiny_bytes(t, &byte, 1);
}

static inline void tiny_u32(struct tiny *t, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		tiny_u8(t, v >> (8 * i) & 0xff);
}

static inline void tiny_u64(struct tiny *t, uint64_t v)
{
	tiny_u32(t, (uint32_t)v);
	tiny_u32(t, (uint32_t)(v >> 32));
}

static inline void tiny_double(struct tiny *t, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof bits);
	tiny_u64(t, bits);
}

static inline void tiny_string(struct tiny *t, const char *text)
{
	tiny_u32(t, (uint32_t)strlen(text));
	tiny_bytes(t, text, strlen(text));
}

/* What every layer begins with. */
static inline void tiny_layer(struct tiny *t, const char *type, int ni, int no)
{
	tiny_u8(t, 0);
	tiny_string(t, type);
	tiny_u8(t, 0);
	tiny_u8(t, 0);
	tiny_u32(t, 0);
	tiny_u32(t, (uint32_t)ni);
	tiny_u32(t, (uint32_t)no);
	tiny_u32(t, 0);
	tiny_string(t, type);
}

static inline int tiny_random(struct tiny *t, int range)
{
	t->random = t->random * 1664525 + 1013904223;
	return (int)(t->random >> 8) % (2 * range + 1) - range;
}

/* weights: rows * (columns + 1) as whole numbers -127..127, the bias last; NULL: random. As floats they are taken times scale / 127. */
static inline void tiny_matrix(struct tiny *t, int rows, int columns, const int8_t *weights, double scale)
{
	int n = rows * (columns + 1);

	tiny_u8(t, 128U | t->integer);
	tiny_u32(t, (uint32_t)rows);
	tiny_u32(t, (uint32_t)columns + 1);
	if (t->integer)
		tiny_u8(t, 0);
	else
		tiny_double(t, 0);
	for (int i = 0; i < n; i++) {
		int w = weights ? weights[i] : tiny_random(t, 127);

		if (t->integer)
			tiny_u8(t, (unsigned)w & 0xff);
		else
			tiny_double(t, w * scale / 127);
	}
	if (t->integer) {
		tiny_u32(t, (uint32_t)rows);
		for (int i = 0; i < rows; i++)
			tiny_double(t, scale / 127);
	}
}

static inline void tiny_plain(struct tiny *t, const char *type, int ni, int no, const int8_t *weights, double scale)
{
	tiny_layer(t, type, ni, no);
	tiny_matrix(t, no, ni, weights, scale);
}

static inline void tiny_lstm(struct tiny *t, const char *type, int ni, int no, const int8_t *const gates[4], double scale)
{
	tiny_layer(t, type, ni, no);
	tiny_u32(t, (uint32_t)(ni + no));
	for (int g = 0; g < 4; g++)
		tiny_matrix(t, no, ni + no, gates ? gates[g] : NULL, scale);
}

static inline void tiny_input(struct tiny *t, int height)
{
	tiny_layer(t, "Input", height, 1);
	tiny_u32(t, 1);
	tiny_u32(t, (uint32_t)height);
	tiny_u32(t, 0);
	tiny_u32(t, 1);
	tiny_u32(t, 0);
}

static inline void tiny_pair(struct tiny *t, const char *type, int ni, int no, int a, int b)
{
	tiny_layer(t, type, ni, no);
	tiny_u32(t, (uint32_t)a);
	tiny_u32(t, (uint32_t)b);
}

/* A layer of layers: the children are written behind it. */
static inline void tiny_group(struct tiny *t, const char *type, int children)
{
	tiny_layer(t, type, 1, 1);
	tiny_u32(t, (uint32_t)children);
}

/* The whole file around a net: letters " " and then one each from `letters` (UTF-8, one byte each here), code for code; null is the last output. */
static inline struct tiny tiny_file(const struct tiny *net, const char *letters)
{
	struct tiny file = { 0 }, behind = { 0 };
	char line[200];
	int n = (int)strlen(letters) + 1;
	uint64_t at = 4 + 23 * 8;
	struct tiny list = { 0 }, recoder = { 0 };

	tiny_bytes(&behind, net->data, net->n);
	tiny_string(&behind, "tiny");
	tiny_u32(&behind, 64 | net->integer);
	tiny_u32(&behind, 1);
	tiny_u32(&behind, 7);
	tiny_u32(&behind, (uint32_t)n);
	for (int i = 0; i < 3; i++)
		tiny_u32(&behind, 0);
	snprintf(line, sizeof line, "%d\nNULL 0 Common 0\n", n);
	tiny_bytes(&list, line, strlen(line));
	tiny_u32(&recoder, (uint32_t)n);
	for (int i = 0; i < n; i++) {
		if (i) {
			snprintf(line, sizeof line, "%c 3 Latin 0\n", letters[i - 1]);
			tiny_bytes(&list, line, strlen(line));
		}
		tiny_u8(&recoder, 1);
		tiny_u32(&recoder, 1);
		tiny_u32(&recoder, (uint32_t)i);
	}
	tiny_u32(&file, 23);
	for (int i = 0; i < 23; i++) {
		uint64_t size = i == 17 ? behind.n : i == 21 ? list.n : i == 22 ? recoder.n : 0;

		tiny_u64(&file, size ? at : UINT64_MAX);
		at += size;
	}
	tiny_bytes(&file, behind.data, behind.n);
	tiny_bytes(&file, list.data, list.n);
	tiny_bytes(&file, recoder.data, recoder.n);
	free(behind.data);
	free(list.data);
	free(recoder.data);
	return file;
}

/* Every kind of layer that published models use, small: [1,12,0,1 Ct3,3,4 Mp3,3 Lfys5 Lfx6 Lrx5 (parallel) Lfx7 O]. Two letters are not printed. */
static inline struct tiny tiny_whole(bool integer, const char *letters)
{
	struct tiny net = { .integer = integer, .random = 5 };
	struct tiny file;

	tiny_group(&net, "Series", 7);
	tiny_input(&net, 12);
	tiny_group(&net, "Series", 2);
	tiny_pair(&net, "Convolve", 1, 9, 1, 1);
	tiny_plain(&net, "Tanh", 9, 4, NULL, 1);
	tiny_pair(&net, "Maxpool", 4, 4, 3, 3);
	tiny_group(&net, "XYTranspose", 1);
	tiny_lstm(&net, "SummLSTM", 4, 5, NULL, 1);
	tiny_group(&net, "Parallel", 2);
	tiny_lstm(&net, "LSTM", 5, 6, NULL, 1);
	tiny_group(&net, "RTLReversed", 1);
	tiny_lstm(&net, "LSTM", 5, 5, NULL, 1);
	tiny_lstm(&net, "LSTM", 11, 7, NULL, 1);
	tiny_plain(&net, "Softmax", 7, (int)strlen(letters) + 2, NULL, 3);
	file = tiny_file(&net, letters);
	free(net.data);
	return file;
}

#endif
