#include "stages/ocr/net/decode.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "stages/ocr/net/decoder.h"
#include "stages/ocr/net/model.h"

#define BEAM 16
#define SHARE_LEAST 1e-3F
#define READING_LEAST 1e-3 /* of the best: others are not worth a look */

/* Some models know a letter twice: Ð (U+00D0) and Đ (U+0110) look alike, and both came into the text they were trained on. text_nfc makes one of
 * them; left apart they would be read one behind the other where the net cannot tell them. */
static void find_twins(struct decoder *d)
{
	const struct model *m = d->model;

	d->twins = mem_alloc(((size_t)m->nletters + 1) * sizeof *d->twins);
	for (int i = 1; i < m->nletters; i++)
		for (int k = 0; k < i && m->letters[i].ncodes == 1 && m->letters[i].text[0] & 0x80; k++)
			if (m->letters[k].ncodes == 1 && m->letters[k].codes[0] != m->letters[i].codes[0] && !strcmp(m->letters[k].text, m->letters[i].text)) {
				d->twins[d->ntwins][0] = m->letters[k].codes[0];
				d->twins[d->ntwins++][1] = m->letters[i].codes[0];
				break;
			}
}

struct decoder *decoder_new(const struct model *model)
{
	struct decoder *d = mem_alloc(sizeof *d);
	size_t n = 1;

	d->model = model;
	for (int i = 0; i < model->nletters; i++)
		n += (size_t)model->letters[i].ncodes;
	d->spellings = mem_alloc(n * sizeof *d->spellings);
	d->starts = mem_alloc((size_t)model->noutputs * sizeof *d->starts);
	d->spellings[0].letter = -1;
	d->nspellings = 1;
	for (int i = 0; i < model->nletters; i++) {
		int at = 0;

		for (int k = 0; k < model->letters[i].ncodes; k++) {
			int code = model->letters[i].codes[k], child = spelling_child(d, at, code);

			if (!child) {
				child = d->nspellings++;
				d->spellings[child] = (struct spelling){ code, -1, 0, d->spellings[at].child };
				d->spellings[at].child = child;
				if (!at)
					d->starts[code] = child;
			}
			at = child;
		}
		if (at && d->spellings[at].letter < 0)
			d->spellings[at].letter = i;
	}
	find_twins(d);
	return d;
}

static void join_twins(const struct decoder *d, float *shares, int steps)
{
	for (int t = 0; t < steps && d->ntwins; t++, shares += d->model->noutputs)
		for (int i = 0; i < d->ntwins; i++) {
			shares[d->twins[i][0]] += shares[d->twins[i][1]];
			shares[d->twins[i][1]] = 0;
		}
}

/* Shares of a step still sum to one. */
static void count_priors(const struct decoder *d, float *shares, int steps, const float *priors)
{
	for (int t = 0; t < steps; t++, shares += d->model->noutputs) {
		const struct said *said = &d->said[t];
		float gone = 0;

		for (int i = 0; i < said->n; i++) {
			float *share = &shares[said->codes[i]];

			gone += *share * (1 - priors[said->codes[i]]);
			*share *= priors[said->codes[i]];
		}
		for (int i = 0; i < said->n && gone > 0 && gone < 1; i++)
			shares[said->codes[i]] /= 1 - gone;
	}
}

#define SURE_SHARE 0.3F /* from here on a code is what the net says */

static void add_confusions(struct decoder *d, float *shares, int steps, const struct language *language)
{
	for (int t = 0; t < steps; t++, shares += d->model->noutputs) {
		struct said *said = &d->said[t];

		for (int i = 0, n = said->n; i < n; i++) {
			int code = said->codes[i];

			for (int k = language->confusion_at[code]; shares[code] >= SURE_SHARE && k < language->confusion_at[code + 1]; k++) {
				const struct confusion *c = &language->confusions[k];
				bool there = shares[c->other] >= LOOK_LEAST;

				if (shares[c->other] >= shares[code] * c->part || (!there && said->n == CODES_STEP_MAX))
					continue;
				shares[c->other] = shares[code] * c->part;
				if (!there)
					said->codes[said->n++] = (short)c->other;
			}
		}
	}
}

static bool same_letters(const struct reading *a, const struct reading *b)
{
	bool same = a->nsymbols == b->nsymbols;

	for (int i = 0; same && i < a->nsymbols; i++)
		same = a->symbols[i].letter == b->symbols[i].letter;
	return same;
}

void decoder_free(struct decoder *d)
{
	if (!d)
		return;
	free(d->spellings);
	free(d->starts);
	free(d->twins);
	free(d->prefixes);
	free(d->said);
	free(d);
}

static void reading_make(const struct decoder *d, int prefix, struct reading *r, struct arena *arena)
{
	int n = 0, letter = -1;

	for (int p = prefix; p; p = d->prefixes[p].parent)
		n += d->prefixes[p].begins;
	r->symbols = arena_array(arena, (size_t)n, sizeof *r->symbols);
	r->nsymbols = n;
	for (int p = prefix; p; p = d->prefixes[p].parent) {
		/* from the end: the first code met of a letter is its last */
		if (letter < 0)
			letter = d->prefixes[p].letter;
		if (d->prefixes[p].begins) {
			r->symbols[--n].letter = letter;
			letter = -1;
		}
	}
	/* a last letter that was not finished is none */
	if (r->nsymbols && r->symbols[r->nsymbols - 1].letter < 0)
		r->nsymbols--;
}

int decode(struct decoder *d, float *shares, int steps, const struct decode_options *options, struct arena *arena, struct reading **readings,
	   struct reading *seen)
{
	int width = options && options->beam ? options->beam : BEAM, n = options && options->readings ? options->readings : 1, most;
	float least = options && options->share_least > 0 ? options->share_least : SHARE_LEAST;
	const struct language *language = options ? options->language : NULL;

	join_twins(d, shares, steps);
	steps_look(d, shares, steps);
	if (language && language->priors) {
		count_priors(d, shares, steps, language->priors);
		steps_look(d, shares, steps);
	}
	best_path_search(d, shares, steps);
	reading_make(d, d->now[0].prefix, seen, arena);
	reading_place(d, shares, steps, least, seen, arena);
	*readings = seen;
	if (!language && n == 1)
		return 1;
	if (language && language->confusions)
		add_confusions(d, shares, steps, language);
	width = width > BEAM_MAX ? BEAM_MAX : width;
	beam_search(d, shares, steps, width, least, language);
	most = n < d->nnow ? n : d->nnow;
	*readings = arena_array(arena, (size_t)most, sizeof **readings);
	for (n = 0; n < most && d->now[n].rank >= d->now[0].rank * READING_LEAST; n++) {
		struct reading *r = &(*readings)[n];

		reading_make(d, d->now[n].prefix, r, arena);
		if (same_letters(r, seen))
			*r = *seen;
		else
			reading_place(d, shares, steps, least, r, arena);
		r->net = log(d->now[n].null + d->now[n].letter);
	}
	return n;
}
