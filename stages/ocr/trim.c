#include "stages/ocr/trim.h"

#include <leptonica/allheaders.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "stages/ocr/tesseract.h"

/* Times New Roman and its like, in heights of small letters without ascender. A line of capitals, 1.45 high, measures these, and so comes out roomier. */
#define ABOVE 1.75F     /* the baseline: a letter with circumflex and tone; capitals with two marks are 2.0 high: what stands out lines_stretch finds */
#define BELOW 0.6F      /* it: descenders, and the dot under a letter */
#define LOW 0.75F       /* lower than this a row of dots or a rule stands out, and nothing is known of the letters */
#define GROUPS_FEWEST 3 /* with fewer lines their letters say nothing */
#define GROUP_GAP 2.0F  /* heights between stretches of one line that are looked at together */
#define ROW_FULL 2      /* a full row of letters holds this part of the fullest one's ink, or more, ... */
#define ROW_SHARE 4     /* ... and any row of them this part */

/* Rows of the page that a group of stretches takes, and the ink in each. */
struct profile {
	int top, bottom, *ink;
};

static struct profile profile_of(PIX *ink, const struct found_line *group, int n)
{
	struct profile p = { group[0].place.top, group[0].place.bottom, NULL };

	for (int i = 1; i < n; i++) {
		p.top = group[i].place.top < p.top ? group[i].place.top : p.top;
		p.bottom = group[i].place.bottom > p.bottom ? group[i].place.bottom : p.bottom;
	}
	p.top = p.top < 0 ? 0 : p.top;
	p.bottom = p.bottom > pixGetHeight(ink) ? pixGetHeight(ink) : p.bottom;
	p.ink = mem_alloc((size_t)(p.bottom > p.top ? p.bottom - p.top : 1) * sizeof *p.ink);
	for (int i = 0; i < n; i++) {
		const struct line_place *at = &group[i].place;
		BOX *box = boxCreate(at->left, at->top, at->right - at->left, at->bottom - at->top);
		PIX *cut = box ? pixClipRectangle(ink, box, NULL) : NULL;
		NUMA *rows = cut ? pixCountPixelsByRow(cut, NULL) : NULL;

		for (int y = 0; rows && y < numaGetCount(rows); y++) {
			int row = (at->top > 0 ? at->top : 0) + y - p.top, count = 0;

			if (numaGetIValue(rows, y, &count) == 0 && row >= 0 && row < p.bottom - p.top)
				p.ink[row] += count;
		}
		numaDestroy(&rows);
		pixDestroy(&cut);
		boxDestroy(&box);
	}
	return p;
}

/* The rows from the tops of the small letters, or of the capitals where there are more of them, to the baseline. Other lines may stand in the box, near its edges: of
 * the full rows the one nearest to the middle counts, and those around it. */
static void letters_of(const struct profile *p, int *first, int *last)
{
	int n = p->bottom - p->top, most = 0, full = n / 2;

	for (int i = 0; i < n; i++)
		most = p->ink[i] > most ? p->ink[i] : most;
	for (int off = 0; off <= n / 2; off++) {
		int below = n / 2 + off, above = n / 2 - off;

		if (below < n && ROW_FULL * p->ink[below] >= most) {
			full = below;
			break;
		}
		if (ROW_FULL * p->ink[above] >= most) {
			full = above;
			break;
		}
	}
	*first = *last = full;
	while (*first > 0 && ROW_SHARE * p->ink[*first - 1] >= most)
		--*first;
	while (*last + 1 < n && ROW_SHARE * p->ink[*last + 1] >= most)
		++*last;
}

/* A line, or what of it stands close together. */
struct group {
	struct found_line *stretches;
	int n, wide;          /* wide: pixels */
	int baseline, letters; /* row of the page; height of its small letters or capitals */
};

static struct group group_measure(struct found_line *stretches, int n, PIX *ink)
{
	struct profile p = profile_of(ink, stretches, n);
	struct group group = { stretches, n, stretches[n - 1].place.right - stretches[0].place.left, 0, 0 };
	int first, last;

	letters_of(&p, &first, &last);
	group.baseline = p.top + last + 1;
	group.letters = last + 1 - first;
	free(p.ink);
	return group;
}

static int by_letters(const void *a, const void *b)
{
	return ((const struct group *)a)->letters - ((const struct group *)b)->letters;
}

/* The height of letters that half of the page's text stands below. */
static int usual_letters(const struct group *groups, int n)
{
	struct group *sorted = mem_alloc((size_t)(n + 1) * sizeof *sorted);
	long all = 0, part = 0;
	int usual = 0;

	memcpy(sorted, groups, (size_t)n * sizeof *sorted);
	qsort(sorted, (size_t)n, sizeof *sorted, by_letters);
	for (int i = 0; i < n; i++)
		all += sorted[i].wide;
	for (int i = 0; i < n && 2 * part <= all; i++) {
		part += sorted[i].wide;
		usual = sorted[i].letters;
	}
	free(sorted);
	return n < GROUPS_FEWEST ? 0 : usual;
}

static void trim(const struct group *group, int usual)
{
	float letters = (float)group->letters;
	int above = (int)(ABOVE * letters + 0.5F) + LINE_MARGIN, below = (int)(BELOW * letters + 0.5F) + LINE_MARGIN;

	if (letters < LOW * (float)usual)
		return;
	for (int i = 0; i < group->n; i++) {
		struct line_place *at = &group->stretches[i].place;

		if (at->top < group->baseline - above)
			at->top = group->baseline - above;
		if (at->bottom > group->baseline + below)
			at->bottom = group->baseline + below;
	}
}

static bool goes_on(const struct found_line *a, const struct found_line *b)
{
	return a->line == b->line && !b->place.turned && (float)(b->place.left - a->place.right) < GROUP_GAP * (float)(b->place.bottom - b->place.top);
}

void lines_trim(struct found_line *lines, int n, PIX *ink)
{
	struct group *groups = mem_alloc((size_t)(n + 1) * sizeof *groups);
	int ngroups = 0, usual;

	for (int i = 0, many; i < n; i += many) {
		for (many = 1; i + many < n && goes_on(&lines[i + many - 1], &lines[i + many]);)
			many++;
		if (!lines[i].place.turned)
			groups[ngroups++] = group_measure(&lines[i], many, ink);
	}
	usual = usual_letters(groups, ngroups);
	for (int i = 0; usual > 0 && i < ngroups; i++)
		trim(&groups[i], usual);
	free(groups);
}
