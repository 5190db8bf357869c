/* prefix.c - the texts in hand, as a tree of codes, and how codes spell letters */
#include <stddef.h>

#include "pipeline/arena.h"
#include "stages/ocr/net/decode.h"
#include "stages/ocr/net/decoder.h"
#include "stages/ocr/net/model.h"

int spelling_child(const struct decoder *d, int at, int code)
{
	if (!at)
		return d->starts[code];
	for (int c = d->spellings[at].child; c; c = d->spellings[c].next)
		if (d->spellings[c].code == code)
			return c;
	return 0;
}

static int prefix_new(struct decoder *d)
{
	if (d->nprefixes == d->room) {
		d->room = d->room ? 2 * d->room : 1024;
		d->prefixes = mem_realloc(d->prefixes, (size_t)d->room * sizeof *d->prefixes);
	}
	return d->nprefixes++;
}

void prefixes_begin(struct decoder *d, const struct language *language)
{
	d->nprefixes = 0;
	prefix_new(d);
	d->prefixes[0] = (struct prefix){ .code = -1, .letter = -1, .slot = -1, .scored = true, .state = language ? language->start(language->self) : 0 };
}

static void score(struct prefix *p, int letter, const struct language *language)
{
	if (language)
		p->state = language->next(language->self, p->state, letter, &p->bonus);
}

void prefix_score(struct prefix *p, const struct language *language)
{
	if (p->letter < 0 || p->scored)
		return;
	score(p, p->letter, language);
	p->scored = true;
}

int prefix_longer(struct decoder *d, int from, int code, const struct language *language)
{
	int at = d->prefixes[from].spelling, child, made;
	bool begins = false;

	for (made = d->prefixes[from].child; made; made = d->prefixes[made].next)
		if (d->prefixes[made].code == code)
			return made;
	child = at ? spelling_child(d, at, code) : 0;
	if (!child && (!at || d->spellings[at].letter >= 0)) {
		child = spelling_child(d, 0, code);
		begins = true;
	}
	if (!child)
		return -1;
	made = prefix_new(d);
	struct prefix *p = &d->prefixes[made], *parent = &d->prefixes[from];
	*p = (struct prefix){ .parent = from, .next = parent->child, .code = code, .spelling = child, .letter = d->spellings[child].letter, .begins = begins,
			      .state = parent->state, .bonus = parent->bonus, .slot = -1 };
	parent->child = made;
	if (begins && parent->letter >= 0 && !parent->scored)
		score(p, parent->letter, language); /* the letter before turns out to be whole */
	if (!d->spellings[child].child)
		prefix_score(p, language);
	return made;
}

/* ---- what the steps say ---- */

static void look(struct said *said, const float *shares, int n)
{
	said->n = 0;
	said->best[0] = said->best[1] = -1;
	for (int c = 0; c < n; c++) {
		if (shares[c] < LOOK_LEAST)
			continue;
		if (said->best[0] < 0 || shares[c] > shares[said->best[0]]) {
			said->best[1] = said->best[0];
			said->best[0] = (short)c;
		} else if (said->best[1] < 0 || shares[c] > shares[said->best[1]]) {
			said->best[1] = (short)c;
		}
		if (said->n < CODES_STEP_MAX)
			said->codes[said->n++] = (short)c;
	}
}

void steps_look(struct decoder *d, const float *shares, int steps)
{
	if (steps > d->nsaid) {
		d->said = mem_realloc(d->said, (size_t)steps * sizeof *d->said);
		d->nsaid = steps;
	}
	for (int t = 0; t < steps; t++)
		look(&d->said[t], shares + (size_t)t * (size_t)d->model->noutputs, d->model->noutputs);
}

int codes_likely(const struct decoder *d, int step, const float *shares, float least, int *codes)
{
	const struct said *said = &d->said[step];
	int found = 0, null = d->model->null, best = said->best[said->best[0] == null];

	for (int i = 0; i < said->n; i++)
		if (said->codes[i] != null && shares[said->codes[i]] >= least)
			codes[found++] = said->codes[i];
	if (!found && best >= 0 && shares[best] > shares[null])
		codes[found++] = best;
	return found;
}
