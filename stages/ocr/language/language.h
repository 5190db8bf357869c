/*
 * language.h - what the language says of letters that are being read: the hook of the search, over the figures of models/vi.ngrams
 *
 * A text is a row of tokens, as in the tables: syllables, numbers, signs; letters and digits part ("NĐ-CP" is nđ, a sign, cp). Each token counts
 * with ln p(token | the two before it); a syllable the tables do not have with p(<unk>) and a price for each letter, so that names and foreign words cost
 * something, and not the more the rarer they are. Capitals in the middle of a word of small letters cost as well: S and s look alike.
 *
 * Weights are ln, to be added to ln of the net's shares. They are damped by LANGUAGE_WEIGHT, because the shares of neighbouring steps are no
 * independent witnesses, nor the tables a picture of every paper.
 */
#ifndef SOHOA_LANGUAGE_H
#define SOHOA_LANGUAGE_H

#include "stages/ocr/net/decode.h"

struct model;
struct ngrams;
struct tongue;

#define LANGUAGE_WEIGHT 0.7

/* Both are borrowed and outlive it. */
struct tongue *tongue_new(const struct ngrams *ngrams, const struct model *model);
void tongue_free(struct tongue *tongue); /* NULL is fine */

/* For decode_options: borrowed, one line at a time. */
const struct language *tongue_language(const struct tongue *tongue);

/* The two tokens before; -1 where nothing is known. */
struct context {
	int a, b;
};
#define CONTEXT_NONE ((struct context){ -1, -1 })
struct context tongue_edge(const struct tongue *tongue); /* a paragraph begins */

/* ln of the weight of whole letters (of model->letters) behind *context, which moves on behind them. */
double tongue_weigh(struct tongue *tongue, const int *letters, int n, struct context *context);

#endif
