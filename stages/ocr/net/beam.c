/* beam.c - the sum over all paths of a text */
#include <math.h>

#include "stages/ocr/net/decode.h"
#include "stages/ocr/net/decoder.h"
#include "stages/ocr/net/model.h"

#define PREFIX_LEAST 1e-7 /* of the best prefix: smaller ones are let go */

/* The share of a letter that goes on: a code taken for another is confused once, where it begins, in however many steps the net says the other. */
static double held(const struct decoder *d, int step, const float *shares, int code, const struct language *language)
{
	const struct said *said = &d->said[step];
	float share = shares[code];

	for (int i = 0; language && language->confusions && i < said->n; i++) {
		int other = said->codes[i];

		for (int k = language->confusion_at[other]; shares[other] > share && k < language->confusion_at[other + 1]; k++)
			if (language->confusions[k].other == code)
				share = shares[other];
	}
	return (double)share;
}

static struct entry *entry_for(struct decoder *d, int prefix)
{
	struct prefix *p = &d->prefixes[prefix];

	if (p->slot < 0) {
		p->slot = d->nthen++;
		d->then[p->slot] = (struct entry){ .prefix = prefix };
	}
	return &d->then[p->slot];
}

static int better(const void *a, const void *b)
{
	const struct entry *p = a, *q = b;

	if (p->rank != q->rank)
		return p->rank < q->rank ? 1 : -1;
	return p->prefix - q->prefix;
}

/* What a prefix is worth: its share, and what the language says of it beside another. */
static double rank(const struct decoder *d, const struct entry *e, int beside, const struct language *language)
{
	double share = e->null + e->letter;

	return language ? share * exp(d->prefixes[e->prefix].bonus - d->prefixes[beside].bonus) : share;
}

/* Few, and mostly in order already. */
static void sort(struct entry *entries, int n)
{
	for (int i = 1; i < n; i++) {
		struct entry e = entries[i];
		int k = i;

		for (; k > 0 && better(&entries[k - 1], &e) > 0; k--)
			entries[k] = entries[k - 1];
		entries[k] = e;
	}
}

/* The best of `then` become `now`, with shares that sum to about one. */
static void beam_turn(struct decoder *d, int width, const struct language *language)
{
	double sum = 0, best = 0;

	for (int i = 0; i < d->nthen; i++) {
		struct entry *e = &d->then[i];

		d->prefixes[e->prefix].slot = -1;
		e->rank = rank(d, e, d->then[0].prefix, language);
		best = e->rank > best ? e->rank : best;
	}
	sort(d->then, d->nthen);
	d->nnow = 0;
	for (int i = 0; i < d->nthen && d->nnow < width && d->then[i].rank >= best * PREFIX_LEAST; i++) {
		sum += d->then[i].null + d->then[i].letter;
		d->now[d->nnow++] = d->then[i];
	}
	for (int i = 0; i < d->nnow; i++) {
		d->now[i].null /= sum;
		d->now[i].letter /= sum;
	}
}

void beam_search(struct decoder *d, const float *shares, int steps, int width, float least, const struct language *language)
{
	int null = d->model->null;

	prefixes_begin(d, language);
	d->now[0] = (struct entry){ .prefix = 0, .null = 1 };
	d->nnow = 1;
	for (int t = 0; t < steps; t++, shares += d->model->noutputs) {
		int codes[CODES_STEP_MAX], n = codes_likely(d, t, shares, least, codes);

		d->nthen = 0;
		for (int i = 0; i < d->nnow; i++) {
			const struct entry from = d->now[i];
			double all = from.null + from.letter;
			struct entry *to = entry_for(d, from.prefix);
			int last = d->prefixes[from.prefix].code;

			to->null += all * (double)shares[null];
			if (last >= 0)
				to->letter += from.letter * held(d, t, shares, last, language);
			for (int k = 0; k < n; k++) {
				/* the same code once more is a new letter only behind a null */
				double share = (codes[k] == last ? from.null : all) * (double)shares[codes[k]];
				int longer = share > 0 ? prefix_longer(d, from.prefix, codes[k], language) : -1;

				if (longer >= 0)
					entry_for(d, longer)->letter += share;
			}
		}
		beam_turn(d, width, language);
	}
	/* the last letters are whole now */
	for (int i = 0; i < d->nnow; i++) {
		struct prefix *p = &d->prefixes[d->now[i].prefix];

		prefix_score(p, language);
		if (language)
			language->end(language->self, p->state, &p->bonus);
	}
	for (int i = 0, beside = d->nnow ? d->now[0].prefix : 0; i < d->nnow; i++)
		d->now[i].rank = rank(d, &d->now[i], beside, language);
	sort(d->now, d->nnow);
}
