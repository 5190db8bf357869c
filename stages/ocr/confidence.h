/*
 * confidence.h - how sure a word is: the chance that every letter of it is right
 *
 * The net's own probabilities are too sure of themselves, most of all where a neighbouring letter decides. What a word shows of itself is weighed by a logistic
 * function whose weights are fitted on drawn pages (`make calibrate` writes them, calibration.h, and tries them on pages that were not fitted): of words said to be
 * right with 95 %, at least 98 % are. See Platt, Probabilistic outputs for support vector machines (1999); Guo and others, On calibration of modern
 * neural networks (2017).
 */
#ifndef SOHOA_OCR_CONFIDENCE_H
#define SOHOA_OCR_CONFIDENCE_H

#include <stdbool.h>

#include "stages/ocr/syllable.h"

/* What a word shows of itself. */
struct word_signs {
	float sure;      /* 0..1: the least probability of its letters, that this one stands there and no other */
	int letters;     /* letters and digits in it */
	enum syllable syllable;
	bool changed;    /* the language chose it over what the net saw */
};

#define CONFIDENCE_SIGNS 6
/* The signs as the numbers that are weighed; the first is 1. */
void word_signs_numbers(const struct word_signs *signs, double numbers[CONFIDENCE_SIGNS]);

/* Signs that are seen in the word itself: letters, syllable; sure and changed are the caller's. */
struct word_signs word_signs(const char *text, float sure, bool changed);

/* 0..100. */
float word_confidence(const struct word_signs *signs);

#endif
