/*
 * calibrate - fits the weights of word confidences (stages/ocr/confidence.h), and tries them
 *
 *   calibrate [-o CALIBRATION.H] SET TRUTH READ IMAGES [SET TRUTH READ IMAGES]...
 *
 * The page texts of READ were made with `ocr.confidence: raw`, so that a word's confidence is its net probability. Sets whose name begins with "fit" are fitted,
 * a logistic regression by Newton's method over the words that the truth has; all sets are tried, with the weights as they were
 * and with those that were fitted. A new scale is worth keeping where its loss, the mean of -ln of the chance that was given to what happened, is the smaller on sets that
 * were not fitted. -o writes the weights as a header.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "stages/ocr/calibration.h"
#include "stages/ocr/confidence.h"
#include "tests/accuracy/measured.h"

enum { N = CONFIDENCE_SIGNS, SETS_MAX = 12, ROUNDS = 30 };
#define RIDGE 1e-3 /* keeps the weight of a sign that never shows at 0 */

struct sample {
	double numbers[N];
	bool right;
};
struct samples {
	const char *name;
	struct sample *list;
	int n;
};

static void collect(struct samples *samples, const struct set *set, struct arena *arena)
{
	samples->name = set->name;
	for (int i = 0; i < set->npages; i++) {
		const struct measured *m = &set->pages[i];

		for (int k = 0; k < m->nplain; k++) {
			const struct word *word = &m->page.words[m->plain[k]];
			struct word_signs signs = word_signs(word->text, word->confidence / 100, word->seen != NULL);
			struct sample *s;

			if (m->fates[k].kind == FATE_EXTRA || !word_counts(word))
				continue;
			s = arena_push(arena, &samples->list, &samples->n, sizeof *s);
			word_signs_numbers(&signs, s->numbers);
			s->right = m->fates[k].kind != FATE_WRONG;
		}
	}
}

static double chance(const double weights[N], const double numbers[N])
{
	double sum = 0;

	for (int i = 0; i < N; i++)
		sum += weights[i] * numbers[i];
	return 1 / (1 + exp(-sum));
}

/* Solves a x = b in place, x in b; a is positive definite. */
static void solve(double a[N][N], double b[N])
{
	for (int i = 0; i < N; i++)
		for (int k = i + 1; k < N; k++) {
			double f = a[k][i] / a[i][i];

			for (int c = i; c < N; c++)
				a[k][c] -= f * a[i][c];
			b[k] -= f * b[i];
		}
	for (int i = N - 1; i >= 0; i--) {
		for (int c = i + 1; c < N; c++)
			b[i] -= a[i][c] * b[c];
		b[i] /= a[i][i];
	}
}

/* One step of Newton's method towards the weights that make what happened most likely. */
static double newton(const struct samples *sets, int nsets, double weights[N])
{
	double a[N][N] = { { 0 } }, b[N] = { 0 }, step = 0;

	for (int i = 0; i < N; i++) {
		a[i][i] = RIDGE;
		b[i] = -RIDGE * weights[i];
	}
	for (int s = 0; s < nsets; s++)
		for (int k = 0; k < sets[s].n && !strncmp(sets[s].name, "fit", 3); k++) {
			const struct sample *sample = &sets[s].list[k];
			double p = chance(weights, sample->numbers);

			for (int i = 0; i < N; i++) {
				b[i] += ((double)sample->right - p) * sample->numbers[i];
				for (int c = 0; c < N; c++)
					a[i][c] += p * (1 - p) * sample->numbers[i] * sample->numbers[c];
			}
		}
	solve(a, b);
	for (int i = 0; i < N; i++) {
		weights[i] += b[i];
		step = fmax(step, fabs(b[i]));
	}
	return step;
}

static void try(const struct samples *set, const double weights[N])
{
	static const double edges[] = { 0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.01 };
	enum { BINS = sizeof edges / sizeof *edges - 1 };
	long n[BINS] = { 0 }, right[BINS] = { 0 }, sure = 0, sure_right = 0;
	double loss = 0;

	for (int k = 0; k < set->n; k++) {
		double p = chance(weights, set->list[k].numbers);
		int bin = 0;

		while (p >= edges[bin + 1])
			bin++;
		n[bin]++;
		right[bin] += set->list[k].right;
		loss -= log(fmax(set->list[k].right ? p : 1 - p, 1e-9));
		sure += p >= 0.95;
		sure_right += p >= 0.95 && set->list[k].right;
	}
	printf("%-14s %6d words, %5.1f %% said >= 95, %6.2f %% of them right, loss %.4f;", set->name, set->n, percent(sure, set->n), percent(sure_right, sure),
	       set->n ? loss / set->n : 0);
	for (int i = 0; i < BINS; i++)
		if (n[i])
			printf("  %g-%g: %.1f (%ld)", 100 * edges[i], fmin(100, 100 * edges[i + 1]), percent(right[i], n[i]), n[i]);
	putchar('\n');
}

static int weights_write(const char *path, const double weights[N], const struct samples *sets, int nsets)
{
	FILE *to = fopen(path, "w");

	if (!to)
		return -1;
	fprintf(to, "/* calibration.h - written by `make calibrate`; see confidence.h. Fitted on");
	for (int s = 0; s < nsets; s++)
		if (!strncmp(sets[s].name, "fit", 3))
			fprintf(to, " %d words of %s,", sets[s].n, sets[s].name + 4);
	fprintf(to, "\n * drawn pages that no test uses. */\n#ifndef SOHOA_OCR_CALIBRATION_H\n#define SOHOA_OCR_CALIBRATION_H\n\n"
		    "/* 1, ln of the odds of the least sure letter, no syllable though it should be one, need not be one, fewer than two letters, changed by the language */\n"
		    "#define CALIBRATION { ");
	for (int i = 0; i < N; i++)
		fprintf(to, "%.3f%s", weights[i], i < N - 1 ? ", " : " }\n\n#endif\n");
	return fclose(to) == EOF ? -1 : 0;
}

int main(int argc, char **argv)
{
	struct arena *arena = arena_new();
	struct set sets[SETS_MAX] = { { 0 } };
	struct samples samples[SETS_MAX] = { { 0 } };
	static const double before[N] = CALIBRATION;
	double weights[N] = { 0 };
	const char *header = NULL;
	int c, n = 0, ret = 0;

	while ((c = getopt(argc, argv, "o:")) == 'o')
		header = optarg;
	if (c != -1 || argc == optind || (argc - optind) % 4) {
		fprintf(stderr, "usage: calibrate [-o CALIBRATION.H] SET TRUTH READ IMAGES [SET TRUTH READ IMAGES]...\n");
		return 2;
	}
	for (int i = optind; i < argc; i += 4) {
		if (!n || strcmp(sets[n - 1].name, argv[i])) {
			if (n == SETS_MAX)
				return 2;
			sets[n++].name = argv[i];
		}
		if (set_add(&sets[n - 1], argv[i + 1], argv[i + 2], argv[i + 3], arena) < 0) {
			fprintf(stderr, "calibrate: no truth in %s\n", argv[i + 1]);
			return 2;
		}
	}
	for (int i = 0; i < n; i++)
		collect(&samples[i], &sets[i], arena);
	for (int i = 0; i < ROUNDS && newton(samples, n, weights) > 1e-6; i++)
		;
	puts("as it was:");
	for (int i = 0; i < n; i++)
		try(&samples[i], before);
	puts("fitted:");
	for (int i = 0; i < n; i++)
		try(&samples[i], weights);
	printf("weights:");
	for (int i = 0; i < N; i++)
		printf(" %.3f", weights[i]);
	putchar('\n');
	if (header && weights_write(header, weights, samples, n) < 0) {
		perror(header);
		ret = 3;
	}
	arena_free(arena);
	return ret;
}
