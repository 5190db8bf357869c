/* best_path.c - what libtesseract looks for: the one most probable path */
#include <math.h>
#include <string.h>

#include "stages/ocr/net/decoder.h"
#include "stages/ocr/net/model.h"

/*
 * Without a language, and where one text is enough, the most probable path decides instead of the sum over all paths: the texts are as often right
 * (docs/reader.md has the figures), and are the letters that libtesseract reads. Its search (RecodeBeamSearch, without dictionary) follows null and the
 * two best codes of a step; where a code turns into null or into the other of the two, the step counts with what both have, and then the path is bound:
 * such a code must be said once more (HELD), or must not be (LEFT).
 */
enum bound { FREE, HELD, LEFT, BOUNDS };

#define PATHS 5            /* kept of each kind (kBeamWidths[0]) */
#define STEP_COST 0.085F   /* of every step (kCertOffset): a path has as many steps as any other, it changes nothing but what is out of the question */
#define LN_LEAST (-20.0F)  /* of a share that counts (kMinCertainty) */

struct path {
	int prefix, code; /* last code, null too */
	float score;
};

struct paths {
	struct path all[BOUNDS][PATHS];
	int n[BOUNDS];
};

static float ln_share(float share)
{
	return (share > 2.0611537e-9F ? logf(share) : LN_LEAST) - STEP_COST;
}

static void path_add(struct paths *to, enum bound bound, int prefix, int code, float score)
{
	struct path *all = to->all[bound];
	int worst = 0, n = to->n[bound];

	for (int i = 0; i < n; i++) {
		if (all[i].prefix == prefix && all[i].code == code) {
			all[i].score = score > all[i].score ? score : all[i].score;
			return;
		}
		if (all[i].score < all[worst].score)
			worst = i;
	}
	if (n < PATHS)
		all[to->n[bound]++] = (struct path){ prefix, code, score };
	else if (score > all[worst].score)
		all[worst] = (struct path){ prefix, code, score };
}

/* One path, one step on. codes: the two best; -1 in the place of null. */
static void path_continue(struct decoder *d, const struct path *p, enum bound bound, bool first, const float *shares, const int codes[2], struct paths *to)
{
	int null = d->model->null;

	if (!first && (p->code == null || p->code == codes[0] || p->code == codes[1])) {
		if (bound != LEFT)
			path_add(to, FREE, p->prefix, p->code, p->score + ln_share(shares[p->code]));
		if (bound == FREE && p->code != null)
			path_add(to, LEFT, p->prefix, p->code, p->score + ln_share(shares[p->code] + shares[null]));
	}
	if (bound == HELD)
		return;
	if (p->code != null)
		path_add(to, FREE, p->prefix, null, p->score + ln_share(shares[null]));
	for (int k = 0; k < 2; k++) {
		float ln, both;
		int longer;

		if (codes[k] < 0 || codes[k] == p->code)
			continue;
		ln = ln_share(shares[codes[k]]);
		longer = ln < LN_LEAST ? -1 : prefix_longer(d, p->prefix, codes[k], NULL);
		if (longer < 0)
			continue;
		path_add(to, FREE, longer, codes[k], p->score + ln);
		both = shares[codes[k]] + shares[null];
		if (!first && bound == FREE && p->code != null && p->code == codes[1 - k])
			both += shares[p->code];
		path_add(to, HELD, longer, codes[k], p->score + ln_share(both));
	}
}

void best_path_search(struct decoder *d, const float *shares, int steps)
{
	int noutputs = d->model->noutputs, null = d->model->null;
	struct paths now = { .all = { { { 0, -1, 0 } } }, .n = { 1 } }, then = { .n = { 0 } };
	const struct path *best = NULL;

	prefixes_begin(d, NULL);
	for (int t = 0; t < steps; t++, shares += noutputs) {
		int codes[2];

		for (int k = 0; k < 2; k++)
			codes[k] = d->said[t].best[k] == null ? -1 : d->said[t].best[k];
		memset(then.n, 0, sizeof then.n);
		for (int bound = FREE; bound < BOUNDS; bound++)
			for (int i = 0; i < now.n[bound]; i++)
				path_continue(d, &now.all[bound][i], (enum bound)bound, t == 0, shares, codes, &then);
		now = then;
	}
	for (int bound = FREE; bound < BOUNDS; bound++)
		for (int i = 0; bound != HELD && i < now.n[bound]; i++)
			if (!best || now.all[bound][i].score > best->score)
				best = &now.all[bound][i];
	d->now[0] = (struct entry){ .prefix = best ? best->prefix : 0, .null = 1, .rank = 1 };
	d->nnow = 1;
}
