/*
 * measured.h - sets of pages, each as read beside its truth
 */
#ifndef SOHOA_ACCURACY_MEASURED_H
#define SOHOA_ACCURACY_MEASURED_H

#include <stdbool.h>

#include "tests/accuracy/compare.h"
#include "pipeline/document.h"

struct arena;

struct measured {
	const char *name;
	const char *image; /* path */
	int image_page;    /* 1-based in it */
	bool found;        /* a text was there; else the page counts as missed, and `page` has no words */
	struct page page;
	struct score score;
	struct letters *truth; /* folded words */
	int ntruth;
	int *plain; /* which words of the page belong to its text: stamps, banners and margins do not */
	struct fate *fates;
	int nplain;
};

enum { FIGURE_CER, FIGURE_WER, FIGURE_RECALL, FIGURE_PRECISION, NFIGURES };

struct set {
	const char *name;
	struct measured *pages;
	int npages;
	struct score sum;
};

/*
 * Adds the pages of one truth (see truth.h) to the set. read: the folder of NAME.page.json that `sohoa read --to page` wrote; images: the folder of
 * their images. Returns how many, or -1 where there is no truth. Everything lies in the arena.
 */
int set_add(struct set *set, const char *truth, const char *read, const char *images, struct arena *arena);

void score_figures(const struct score *score, double figures[NFIGURES]); /* percent */
void set_mean(const struct set *set, double figures[NFIGURES]);          /* over pages */

/* Whether a word says something that can be right or wrong: it holds a letter or a digit. */
bool word_counts(const struct word *word);

#endif
