/*
 * model.h - a .traineddata file: the net, its letters, and how both are spelt
 *
 * A model is a tree of layers whose leaves hold weights, a list of letters (unichars: what the net can print), and a recoder that spells each
 * letter as one or more of the net's outputs ("codes"). docs/reader.md tells the file format and what each layer does.
 *
 * Loading believes nothing: every count, size and name is checked against the bytes that are there and against its neighbours, so that whatever
 * model_open accepts can be run without a further check. Little-endian files only, which is what all published models are.
 */
#ifndef SOHOA_NET_MODEL_H
#define SOHOA_NET_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct error;

enum layer_kind {
	LAYER_INPUT,      /* the picture of a line: height rows of one value */
	LAYER_CONVOLVE,   /* stacks each cell's neighbours: no = ni * (2 half_x + 1) * (2 half_y + 1); the weights follow in a layer of their own */
	LAYER_MAXPOOL,    /* the largest of x_scale by y_scale cells */
	LAYER_RECONFIG,   /* x_scale by y_scale cells stacked into one */
	LAYER_SERIES,     /* children one after the other; never inside another series once loaded */
	LAYER_PARALLEL,   /* children beside each other, outputs joined */
	LAYER_XREVERSED,  /* its child reads from right to left */
	LAYER_YREVERSED,  /* ... from bottom to top */
	LAYER_TRANSPOSED, /* ... columns for rows */
	LAYER_LSTM,       /* one output a step */
	LAYER_LSTM_SUMMARY, /* one output a row: the last */
	LAYER_TANH,       /* from here on: weights, bias, function */
	LAYER_LOGISTIC,
	LAYER_RELU,
	LAYER_LINEAR,
	LAYER_POSCLIP,    /* clipped to 0..1 */
	LAYER_SYMCLIP,    /* clipped to -1..1 */
	LAYER_SOFTMAX
};

/* rows outputs by columns inputs, and a bias behind the inputs of each row. Either int8 with a scale a row, where
 * output = scale * (sum of weight * input + 127 * bias) for inputs -127..127 that stand for -1..1, or float. */
struct matrix {
	int rows, columns;
	const int8_t *integers; /* rows * (columns + 1), or NULL */
	const float *scales;    /* rows */
	const float *floats;    /* rows * (columns + 1), or NULL */
};

enum { GATE_INPUT, GATE_IN, GATE_FORGET, GATE_OUT, GATES }; /* cell input, input gate, forget gate, output gate: their order in the file */

struct layer {
	enum layer_kind kind;
	const char *name; /* for messages */
	int ni, no;       /* values a cell in and out */
	int height;       /* input: rows of the picture */
	int half_x, half_y, x_scale, y_scale;
	struct matrix weights[GATES]; /* one for a plain layer, four for an LSTM whose columns are ni inputs, then no of its own last outputs */
	struct layer **children;
	int nchildren;
	int number; /* of the layers that hold weights, from 0: where the kernel keeps its own form of them */
};

#define CODES_MAX 9 /* of one letter, as in the file format */

struct letter {
	const char *text; /* UTF-8, never empty; " " for the space */
	int codes[CODES_MAX];
	int ncodes;       /* 0: the net cannot print it */
};

struct model {
	struct arena *arena;
	struct layer *root; /* a series from input to softmax */
	int nweighted;      /* layers with weights */
	bool integer;       /* int8 weights and activations */
	int height;         /* rows of a line's picture */
	int x_scale;        /* picture columns of one step */
	int noutputs, null; /* codes; the one that prints nothing */
	uint64_t seed;      /* of the noise around a picture */
	struct letter *letters;
	int nletters;
	const char *spec;   /* the net in the language of its makers: "[1,36,0,1Ct3,3,16Mp3,3..." */
};

/* From the bytes of a file, which may go afterwards. NULL with a reason a person can act on: damaged, or of a kind we do not read.
 * Freed with model_free. */
struct model *model_open(const void *data, size_t size, struct error *err);
void model_free(struct model *model); /* NULL is fine */

#endif
