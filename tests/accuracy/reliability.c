#include "tests/accuracy/reliability.h"

static const float edges[RELIABILITY_BINS + 1] = { 0, 30, 50, 60, 70, 80, 85, 90, 95, 97, 99, 101 };

void reliability_begin(struct reliability *r)
{
	for (int i = 0; i < RELIABILITY_BINS; i++)
		r->bins[i] = (struct reliability_bin){ .from = edges[i], .below = edges[i + 1] };
}

static void add(struct reliability *r, const struct word *word, enum fate_kind fate)
{
	int i = 0;

	while (word->confidence >= edges[i + 1])
		i++;
	if (fate == FATE_EXTRA) {
		r->bins[i].extra++;
		return;
	}
	r->bins[i].said += (double)word->confidence;
	if (fate == FATE_WRONG)
		r->bins[i].wrong++;
	else
		r->bins[i].right++;
}

void reliability_add(struct reliability *r, const struct set *set)
{
	for (int i = 0; i < set->npages; i++) {
		const struct measured *m = &set->pages[i];

		for (int k = 0; k < m->nplain; k++)
			if (word_counts(&m->page.words[m->plain[k]]))
				add(r, &m->page.words[m->plain[k]], m->fates[k].kind);
	}
}

void reliability_sum(const struct reliability *r, float from, struct reliability_bin *sum)
{
	*sum = (struct reliability_bin){ .from = from, .below = 101 };
	for (int i = 0; i < RELIABILITY_BINS; i++) {
		if (r->bins[i].from < from)
			continue;
		sum->right += r->bins[i].right;
		sum->wrong += r->bins[i].wrong;
		sum->extra += r->bins[i].extra;
		sum->said += r->bins[i].said;
	}
}

double bin_right(const struct reliability_bin *bin)
{
	return percent(bin->right, bin->right + bin->wrong);
}
