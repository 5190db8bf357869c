/*
 * letters.h - what a net can print, and how it spells it
 */
#ifndef SOHOA_NET_LETTERS_H
#define SOHOA_NET_LETTERS_H

#include <stdbool.h>

struct bytes;
struct error;
struct model;

/* The list of letters: text, one a line, the first line their number. */
int letters_load(struct model *model, struct bytes *bytes, struct error *err);
/* How they are spelt; without a recoder (bytes NULL) letter n is code n. noutputs and null must be set. */
int letters_spell(struct model *model, struct bytes *bytes, struct error *err);

#endif
