/* place.c - a text laid along the steps: where each letter stands, and what else could stand there */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "stages/ocr/net/decode.h"
#include "stages/ocr/net/decoder.h"
#include "stages/ocr/net/model.h"

/* The best path of a text: states are null, code, null, code, ..., null. at[k]: first step of code k, until[k]: its last. Viterbi's algorithm in
 * plain shares, made large again at each step; beside it the sum over all paths of the text, which is given back. */
static double align(const struct decoder *d, const float *shares, int steps, const int *codes, int n, int *at, int *until)
{
	int states = 2 * n + 1, noutputs = d->model->noutputs, null = d->model->null, s;
	double *now = mem_alloc((size_t)states * sizeof *now), *then = mem_alloc((size_t)states * sizeof *then);
	double *sum = mem_alloc((size_t)states * sizeof *sum), *next = mem_alloc((size_t)states * sizeof *next), ln = 0, *swap;
	unsigned char *from = mem_alloc((size_t)states * (size_t)steps); /* states it came from: 0, 1 or 2 before */

	now[0] = (double)shares[null];
	if (states > 1)
		now[1] = (double)shares[codes[0]];
	memcpy(sum, now, (size_t)states * sizeof *sum);
	for (int t = 1; t < steps; t++) {
		const float *here = shares + (size_t)t * (size_t)noutputs;
		double best = 0;
		/* no state is reached before half its number of steps, nor left so late that the rest finds no room */
		int low = states - 2 * (steps - t), high = 2 * t + 2;

		low = low < 0 ? 0 : low;
		high = high > states ? states : high;
		memset(then, 0, (size_t)states * sizeof *then);
		memset(next, 0, (size_t)states * sizeof *next);
		for (s = low; s < high; s++) {
			double value = now[s], share = (double)here[s % 2 ? codes[s / 2] : null];
			unsigned char step = 0;
			bool skips = s > 1 && s % 2 && codes[s / 2] != codes[s / 2 - 1];

			if (s > 0 && now[s - 1] > value) {
				value = now[s - 1];
				step = 1;
			}
			if (skips && now[s - 2] > value) {
				value = now[s - 2];
				step = 2;
			}
			value *= share;
			then[s] = value;
			best = value > best ? value : best;
			next[s] = (sum[s] + (s ? sum[s - 1] : 0) + (skips ? sum[s - 2] : 0)) * share;
			from[(size_t)t * (size_t)states + (size_t)s] = step;
		}
		for (s = low; s < high && best > 0; s++) {
			then[s] /= best;
			next[s] /= best;
		}
		ln += best > 0 ? log(best) : -INFINITY;
		swap = now;
		now = then;
		then = swap;
		swap = sum;
		sum = next;
		next = swap;
	}
	ln += log(sum[states - 1] + (states > 1 ? sum[states - 2] : 0));
	s = states > 1 && now[states - 2] > now[states - 1] ? states - 2 : states - 1;
	for (int k = 0; k < n; k++)
		at[k] = until[k] = -1;
	for (int t = steps - 1; t >= 0; t--) {
		if (s % 2) {
			at[s / 2] = t;
			if (until[s / 2] < 0)
				until[s / 2] = t;
		}
		s -= from[(size_t)t * (size_t)states + (size_t)s];
		if (s < 0)
			s = 0;
	}
	for (int k = 0; k < n; k++) /* a text the steps have no room for cannot come out of the search; be safe all the same */
		if (at[k] < 0)
			at[k] = until[k] = k ? until[k - 1] : 0;
	free(from);
	free(next);
	free(sum);
	free(then);
	free(now);
	return exp(ln);
}

/* The share of the paths over steps from..to that say code and nothing else. */
static double alone(const float *shares, int noutputs, int null, int from, int to, int code)
{
	double before = 1, during = 0, after = 0;

	for (int t = from; t < to; t++) {
		double s = (double)shares[(size_t)t * (size_t)noutputs + (size_t)code], z = (double)shares[(size_t)t * (size_t)noutputs + (size_t)null];

		after = (after + during) * z;
		during = (during + before) * s;
		before *= z;
	}
	return during + after;
}

static int replaced(const struct decoder *d, const struct letter *letter, int k, int code)
{
	int at = 0;

	for (int i = 0; i < letter->ncodes; i++) {
		at = spelling_child(d, at, i == k ? code : letter->codes[i]);
		if (!at)
			return -1;
	}
	return d->spellings[at].letter;
}

static void add_alternative(struct symbol *s, int letter, double probability)
{
	int i = s->nalternatives < ALTERNATIVES_MAX ? s->nalternatives++ : ALTERNATIVES_MAX - 1;

	if (i == ALTERNATIVES_MAX - 1 && s->nalternatives == ALTERNATIVES_MAX && (double)s->alternatives[i].probability > probability)
		return;
	for (; i > 0 && (double)s->alternatives[i - 1].probability < probability; i--)
		s->alternatives[i] = s->alternatives[i - 1];
	s->alternatives[i] = (struct alternative){ letter, (float)probability };
}

/* What else could stand where code k of the symbol stands, and how probable each is. */
static double compare(const struct decoder *d, const float *shares, int from, int to, const struct letter *letter, int k, float least, struct symbol *s)
{
	int noutputs = d->model->noutputs, null = d->model->null, own = letter->codes[k], found[CODES_STEP_MAX], n = 0;
	double p[CODES_STEP_MAX], none = 1, itself = alone(shares, noutputs, null, from, to, own), sum;

	for (int t = from; t < to; t++) {
		int codes[CODES_STEP_MAX], ncodes = codes_likely(d, t, shares + (size_t)t * (size_t)noutputs, least, codes);

		none *= (double)shares[(size_t)t * (size_t)noutputs + (size_t)null];
		for (int i = 0; i < ncodes; i++) {
			int j;

			for (j = 0; j < n && found[j] != codes[i]; j++)
				;
			if (j == n && n < CODES_STEP_MAX && codes[i] != own)
				found[n++] = codes[i];
		}
	}
	sum = itself + none;
	for (int i = 0; i < n; i++) {
		p[i] = alone(shares, noutputs, null, from, to, found[i]);
		sum += p[i];
	}
	if (sum <= 0)
		return 0;
	for (int i = 0; i < n; i++) {
		int other = replaced(d, letter, k, found[i]);

		if (other >= 0 && p[i] / sum >= (double)least)
			add_alternative(s, other, p[i] / sum);
	}
	if (none / sum >= (double)least)
		add_alternative(s, -1, none / sum);
	return itself / sum;
}

/* The least share, over the steps it reaches over, of what the text says there: the code in the steps first..last, null around them. Where one turns into the other
 * both are said; so two neighbours where no others compete. -1: nothing before. */
static float weakest(const struct decoder *d, const float *shares, int from, int to, int first, int last, int code, int before)
{
	int noutputs = d->model->noutputs, null = d->model->null;
	float least = 1;

	for (int t = from; t < to; t++) {
		const float *here = shares + (size_t)t * (size_t)noutputs;
		const short *best = d->said[t].best;
		int other = t < first ? before : code;
		float fits;

		if (t < first || t > last) {
			fits = here[null];
			if (other >= 0 && (other == best[0] || other == best[1]))
				fits += here[other];
		} else {
			fits = here[code];
			if (null == best[0] || null == best[1])
				fits += here[null];
			else if (before >= 0 && before != code && (before == best[0] || before == best[1]))
				fits += here[before];
		}
		least = fits < least ? fits : least;
	}
	return least;
}

static bool is_space(const struct decoder *d, int letter)
{
	return !strcmp(d->model->letters[letter].text, " ");
}

void reading_place(const struct decoder *d, const float *shares, int steps, float least, struct reading *r, struct arena *arena)
{
	int n = 0, k = 0, *codes, *at, *until;

	for (int i = 0; i < r->nsymbols; i++)
		n += d->model->letters[r->symbols[i].letter].ncodes;
	if (!n)
		return;
	codes = arena_array(arena, (size_t)n * 3, sizeof *codes);
	at = codes + n;
	until = at + n;
	for (int i = 0; i < r->nsymbols; i++) {
		const struct letter *letter = &d->model->letters[r->symbols[i].letter];

		memcpy(codes + k, letter->codes, (size_t)letter->ncodes * sizeof *codes);
		k += letter->ncodes;
	}
	r->probability = align(d, shares, steps, codes, n, at, until);
	k = 0;
	for (int i = 0; i < r->nsymbols; i++) {
		struct symbol *s = &r->symbols[i];
		const struct letter *letter = &d->model->letters[s->letter];
		int last = k + letter->ncodes - 1;

		s->first = at[k];
		s->last = until[last];
		s->begin = k ? ((float)until[k - 1] + (float)at[k] + 1) / 2 : 0;
		s->end = last + 1 < n ? ((float)until[last] + (float)at[last + 1] + 1) / 2 : (float)steps;
		s->probability = s->weakest = 1;
		for (int c = 0; c < letter->ncodes; c++, k++) {
			int from = k ? (until[k - 1] + at[k]) / 2 + 1 : 0, to = k + 1 < n ? (until[k] + at[k + 1]) / 2 + 1 : steps;
			float least_share;

			/* between the steps of its neighbours, but for their own */
			from = from > at[k] ? at[k] : from;
			to = to <= until[k] ? until[k] + 1 : to;
			s->probability *= (float)compare(d, shares, from, to, letter, c, least, s);
			/* null before a letter speaks of that letter; before a space or the end, of the letter it follows */
			if (is_space(d, s->letter))
				from = at[k];
			else
				from = k ? until[k - 1] + 1 : 0;
			to = k + 1 == n ? steps : c + 1 == letter->ncodes && is_space(d, r->symbols[i + 1].letter) ? at[k + 1] : until[k] + 1;
			least_share = weakest(d, shares, from, to, at[k], until[k], codes[k], k ? codes[k - 1] : -1);
			s->weakest = least_share < s->weakest ? least_share : s->weakest;
		}
	}
}
