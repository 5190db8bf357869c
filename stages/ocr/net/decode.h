/*
 * decode.h - from shares a step to letters: a prefix beam over the codes, with or without a language model
 *
 * At each step the net gives every code its share, and one share to "nothing new" (null). Many paths spell one text: a letter may hold for one step or for
 * five, with nulls before and behind. A prefix beam search adds up the shares of all paths of a text (Graves and others, 2006; Hannun and others,
 * 2014), keeps the best prefixes, and so gives true probabilities of whole texts: with a language model, or where several texts are asked for. Without
 * either the most probable path decides, as it does in libtesseract. Each letter is then laid along the steps of the
 * best path of that text, which says where it stands, and compared with what else could stand there.
 */
#ifndef SOHOA_NET_DECODE_H
#define SOHOA_NET_DECODE_H

#include <stddef.h>

struct arena;
struct decoder;
struct model;

/* A language model inside the beam: asked once for each letter of each prefix, in order. */
struct language {
	void *self;
	int (*start)(void *self); /* a new line: the state before its first letter; states given before are gone */
	/* Adds ln of the weight of `letter` (of model->letters) after `state` to *bonus; gives the state behind it. */
	int (*next)(void *self, int state, int letter, double *bonus);
	void (*end)(void *self, int state, double *bonus); /* the same of the end of the line */
	const float *priors; /* for each code what its shares count, at most 1: letters hardly ever printed; NULL: all alike */
	/* What the net is known to take for another, and is sure of: where it says `code`, `other` has at least that part of its share. */
	const struct confusion {
		int other;
		float part;
	} *confusions; /* in the order of their codes, or NULL */
	const int *confusion_at; /* for each code and one more: where its confusions begin */
};

struct decode_options {
	int beam;          /* prefixes kept a step; 0: 16 */
	int readings;      /* texts given back; 0: 1 */
	float share_least; /* codes with a smaller share are not followed; 0: 0.001 */
	const struct language *language; /* NULL: none */
};

struct alternative {
	int letter;        /* of model->letters, or -1: nothing stands here */
	float probability;
};

#define ALTERNATIVES_MAX 5

struct symbol {
	int letter;        /* of model->letters */
	int first, last;   /* steps in which the net says it */
	float begin, end;  /* steps it reaches over: half way to its neighbours */
	float probability; /* that this letter stands here and no other, its neighbours given: 0..1; with those of the alternatives it makes at most 1 */
	float weakest;     /* the least share, over the steps it reaches over, of what fits with the text: itself, its neighbours, null; 0..1 */
	struct alternative alternatives[ALTERNATIVES_MAX]; /* most probable first, without the letter itself */
	int nalternatives;
};

struct reading {
	struct symbol *symbols;
	int nsymbols;
	double probability; /* share of all paths that spell it: 0..1 */
	double net;         /* ln of the share that the beam gave it, without the language, up to one constant for all readings of a line */
};

struct decoder *decoder_new(const struct model *model); /* borrowed, outlives it */
void decoder_free(struct decoder *decoder);             /* NULL is fine */

/* shares: steps * model->noutputs; those of codes that spell the same letter are added up in place. Readings in the arena, best first; gives their
 * number: at least 1, also where nothing was read. seen: what the net alone reads, by the best path, with the priors if any; a reading of the same letters has its symbols; without a language and where one reading is asked for, that
 * is the reading. */
int decode(struct decoder *decoder, float *shares, int steps, const struct decode_options *options, struct arena *arena, struct reading **readings,
	   struct reading *seen);

#endif
