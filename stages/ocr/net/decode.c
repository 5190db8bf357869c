#include "stages/ocr/net/decode.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "stages/ocr/net/model.h"

#define BEAM 16
#define BEAM_MAX 256
#define SHARE_LEAST 1e-3F
#define PREFIX_LEAST 1e-7 /* of the best prefix: smaller ones are let go */
#define CODES_STEP_MAX 32 /* codes followed in one step */

/* ---- spelling: codes to letters, a tree of codes ---- */

struct spelling {
	int code, letter; /* letter -1: not one yet */
	int child, next;  /* first child, next sibling; 0: none (0 is the root) */
};

/* ---- prefixes ---- */

struct prefix {
	int parent, child, next; /* tree of prefixes; 0: none (0 is the empty prefix) */
	int code;
	int spelling;            /* where in the tree of codes the letter in hand is */
	int letter;              /* that this code completes, or -1 */
	bool begins;             /* a letter begins with this code */
	int state;               /* of the language, behind the letters that were scored */
	bool scored;
	double bonus;            /* sum of ln weights */
	int slot;                /* in the beam being made, or -1 */
};

struct entry {
	int prefix;
	double null, letter; /* share of its paths that end in null, and in its last code */
	double rank;
};

struct decoder {
	const struct model *model;
	struct spelling *spellings;
	int nspellings;
	int *starts; /* child of the root for each code: the one place where there are many */
	int (*twins)[2]; /* codes of letters that are one letter to us: the second's share goes to the first */
	int ntwins;
	struct prefix *prefixes;
	int nprefixes, room;
	struct entry now[BEAM_MAX], then[BEAM_MAX * (CODES_STEP_MAX + 1)];
	int nnow, nthen;
};

static int spelling_child(const struct decoder *d, int at, int code)
{
	if (!at)
		return d->starts[code];
	for (int c = d->spellings[at].child; c; c = d->spellings[c].next)
		if (d->spellings[c].code == code)
			return c;
	return 0;
}

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

static int prefix_new(struct decoder *d)
{
	if (d->nprefixes == d->room) {
		d->room = d->room ? 2 * d->room : 1024;
		d->prefixes = mem_realloc(d->prefixes, (size_t)d->room * sizeof *d->prefixes);
	}
	return d->nprefixes++;
}

static void prefixes_begin(struct decoder *d, const struct language *language)
{
	d->nprefixes = 0;
	prefix_new(d);
	d->prefixes[0] = (struct prefix){ .code = -1, .letter = -1, .slot = -1, .scored = true, .state = language ? language->start : 0 };
}

static void score(struct prefix *p, int letter, const struct language *language)
{
	if (language)
		p->state = language->next(language->self, p->state, letter, &p->bonus);
	p->scored = true;
}

/* The prefix one code longer, or -1 where no letter is spelt so. Where a letter's codes may be the beginning of a longer one, the longer one wins. */
static int prefix_longer(struct decoder *d, int from, int code, const struct language *language)
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
	p->scored = false;
	if (p->letter >= 0 && !d->spellings[child].child)
		score(p, p->letter, language);
	return made;
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

/* The best of `then` become `now`, with shares that sum to about one. */
static void beam_turn(struct decoder *d, int width, const struct language *language)
{
	double sum = 0, best = 0;

	for (int i = 0; i < d->nthen; i++) {
		struct entry *e = &d->then[i];

		d->prefixes[e->prefix].slot = -1;
		e->rank = e->null + e->letter;
		if (language)
			e->rank *= exp(d->prefixes[e->prefix].bonus - d->prefixes[d->then[0].prefix].bonus);
		best = e->rank > best ? e->rank : best;
	}
	if (d->nthen > 1)
		qsort(d->then, (size_t)d->nthen, sizeof *d->then, better);
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

/* The codes worth following: more than the least share, and the best in any case. */
static int codes_find(const float *shares, int n, int null, float least, int *codes)
{
	int found = 0, best = -1;

	for (int c = 0; c < n; c++) {
		if (shares[c] < least && (best >= 0 && shares[c] <= shares[best]))
			continue;
		if (c == null)
			continue;
		if (best < 0 || shares[c] > shares[best])
			best = c;
		if (shares[c] >= least && found < CODES_STEP_MAX)
			codes[found++] = c;
	}
	if (!found && best >= 0 && shares[best] > shares[null])
		codes[found++] = best;
	return found;
}

static void search(struct decoder *d, const float *shares, int steps, int width, float least, const struct language *language)
{
	int noutputs = d->model->noutputs, null = d->model->null;

	prefixes_begin(d, language);
	d->now[0] = (struct entry){ .prefix = 0, .null = 1 };
	d->nnow = 1;
	for (int t = 0; t < steps; t++, shares += noutputs) {
		int codes[CODES_STEP_MAX], n = codes_find(shares, noutputs, null, least, codes);

		d->nthen = 0;
		for (int i = 0; i < d->nnow; i++) {
			const struct entry from = d->now[i];
			double all = from.null + from.letter;
			struct entry *to = entry_for(d, from.prefix);
			int last = d->prefixes[from.prefix].code;

			to->null += all * (double)shares[null];
			if (last >= 0)
				to->letter += from.letter * (double)shares[last];
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
}

/* ---- the best path: what libtesseract looks for ---- */

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

static void search_best_path(struct decoder *d, const float *shares, int steps)
{
	int noutputs = d->model->noutputs, null = d->model->null;
	struct paths now = { .all = { { { 0, -1, 0 } } }, .n = { 1 } }, then = { .n = { 0 } };
	const struct path *best = NULL;

	prefixes_begin(d, NULL);
	for (int t = 0; t < steps; t++, shares += noutputs) {
		int codes[2] = { 0, -1 };

		for (int c = 1; c < noutputs; c++) {
			if (shares[c] > shares[codes[0]]) {
				codes[1] = codes[0];
				codes[0] = c;
			} else if (codes[1] < 0 || shares[c] > shares[codes[1]]) {
				codes[1] = c;
			}
		}
		for (int k = 0; k < 2; k++)
			codes[k] = codes[k] == null ? -1 : codes[k];
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
	d->now[0] = (struct entry){ .prefix = best ? best->prefix : 0, .null = 1 };
	d->nnow = 1;
}

/* ---- along the steps ---- */

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
		int codes[CODES_STEP_MAX], ncodes = codes_find(shares + (size_t)t * (size_t)noutputs, noutputs, null, least, codes);

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
		int best = 0, second = -1, other = t < first ? before : code;
		float fits;

		for (int c = 1; c < noutputs; c++) {
			if (here[c] > here[best]) {
				second = best;
				best = c;
			} else if (second < 0 || here[c] > here[second]) {
				second = c;
			}
		}
		if (t < first || t > last) {
			fits = here[null];
			if (other >= 0 && (other == best || other == second))
				fits += here[other];
		} else {
			fits = here[code];
			if (null == best || null == second)
				fits += here[null];
			else if (before >= 0 && before != code && (before == best || before == second))
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

static void place(const struct decoder *d, const float *shares, int steps, float least, struct reading *r, struct arena *arena)
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
	if (language || n > 1 )
		search(d, shares, steps, width, least, language);
	else
		search_best_path(d, shares, steps);
	for (int i = 0; i < d->nnow; i++) {
		struct entry *e = &d->now[i];
		struct prefix *p = &d->prefixes[e->prefix];

		if (p->letter >= 0 && !p->scored)
			score(p, p->letter, language);
		e->rank = e->null + e->letter;
		if (language)
			e->rank *= exp(p->bonus - d->prefixes[d->now[0].prefix].bonus);
		sum += e->rank;
	}
	qsort(d->now, (size_t)d->nnow, sizeof *d->now, better);
	n = n > d->nnow ? d->nnow : n;
	*readings = arena_array(arena, (size_t)n, sizeof **readings);
	for (int i = 0; i < n; i++) {
		reading_make(d, d->now[i].prefix, &(*readings)[i], arena);
		(*readings)[i].probability = sum > 0 ? d->now[i].rank / sum : 0;
	}
	share = (*readings)->probability;
	place(d, shares, steps, least, *readings, arena);
	for (int i = 1; i < n; i++)
		(*readings)[i].probability *= share > 0 ? (*readings)->probability / share : 0;
	return n;
}
