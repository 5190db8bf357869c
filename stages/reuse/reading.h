/*
 * reading.h - what a person looked at when deciding about a paper, as one hash
 *
 * The originals by hash with the page in each, the kind of paper and copy, and every field's state and value. A paper read anew with the
 * same outcome keeps its hash; another page, cut or value gives another one, and a confirmation of the old one says nothing about it.
 * Confidence, boxes and the words beside the fields are no part of it: nobody confirms those.
 */
#ifndef SOHOA_REUSE_READING_H
#define SOHOA_REUSE_READING_H

#include "pipeline/store.h"

struct reuse_paper;

void reading_hash(const struct reuse_paper *paper, char hash[HASH_SIZE]);

#endif
