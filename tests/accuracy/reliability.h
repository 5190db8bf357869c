/*
 * reliability.h - what was said of words beside what became of them
 */
#ifndef SOHOA_ACCURACY_RELIABILITY_H
#define SOHOA_ACCURACY_RELIABILITY_H

#include "tests/accuracy/measured.h"

enum { RELIABILITY_BINS = 11 };

struct reliability {
	struct reliability_bin {
		float from, below; /* confidence, percent */
		long right, wrong, extra;
		double said;       /* sum of the confidences of right and wrong words */
	} bins[RELIABILITY_BINS];
};

void reliability_begin(struct reliability *r);
/* Words with a letter or a digit. Words of which the truth has nothing (stamps, pen) are counted apart: they may have been read right. */
void reliability_add(struct reliability *r, const struct set *set);
void reliability_sum(const struct reliability *r, float from, struct reliability_bin *sum); /* bins from that confidence on; one must begin there */
double bin_right(const struct reliability_bin *bin); /* percent of those that the truth has */

#endif
