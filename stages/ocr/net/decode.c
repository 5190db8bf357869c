#include "stages/ocr/net/decode.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "stages/ocr/net/decoder.h"
#include "stages/ocr/net/model.h"

#define BEAM 16
#define SHARE_LEAST 1e-3F

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

void decoder_free(struct decoder *d)
{
	if (!d)
		return;
	free(d->spellings);
	free(d->starts);
	free(d->twins);
	free(d->prefixes);
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

int decode(struct decoder *d, float *shares, int steps, const struct decode_options *options, struct arena *arena, struct reading **readings)
{
	int width = options && options->beam ? options->beam : BEAM, n = options && options->readings ? options->readings : 1;
	float least = options && options->share_least > 0 ? options->share_least : SHARE_LEAST;
	const struct language *language = options ? options->language : NULL;
	double sum = 0, share;

	join_twins(d, shares, steps);
	width = width > BEAM_MAX ? BEAM_MAX : width;
	if (language || n > 1)
		beam_search(d, shares, steps, width, least, language);
	else
		best_path_search(d, shares, steps);
	for (int i = 0; i < d->nnow; i++)
		sum += d->now[i].rank;
	n = n > d->nnow ? d->nnow : n;
	*readings = arena_array(arena, (size_t)n, sizeof **readings);
	for (int i = 0; i < n; i++) {
		reading_make(d, d->now[i].prefix, &(*readings)[i], arena);
		(*readings)[i].probability = sum > 0 ? d->now[i].rank / sum : 0;
	}
	share = (*readings)->probability;
	reading_place(d, shares, steps, least, *readings, arena);
	for (int i = 1; i < n; i++)
		(*readings)[i].probability *= share > 0 ? (*readings)->probability / share : 0;
	return n;
}
