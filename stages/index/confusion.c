#include "stages/index/confusion.h"

#include <math.h>
#include <string.h>

#include "stages/index/confusion_table.h"

/* A letter that was never seen to become another one, to be lost, or to be added. */
#define COST_OTHER 1.0f
#define COST_LOST 0.8f
#define COST_ADDED 0.8f
#define LETTERS_PER_ERROR 4 /* one error in a word of four letters is twice as unlike as in a word of eight */

struct pair_cost {
	char meant[4], read[4]; /* one or two letters; "" is none */
	float cost;
};

static const struct pair_cost costs[] = { CONFUSION_COSTS };
#define COUNT (sizeof costs / sizeof *costs)

/* The rows whose letters of the meant word end behind letter m; many candidates are weighed, and few rows are for one place. */
static int rows_ending(const char *meant, int m, const struct pair_cost *rows[COUNT])
{
	int n = 0;
	for (size_t i = 0; i < COUNT; i++) {
		int length = (int)strlen(costs[i].meant);
		if (length <= m && memcmp(meant + m - length, costs[i].meant, (size_t)length) == 0)
			rows[n++] = &costs[i];
	}
	return n;
}

/* The cheapest way to make the first r letters that were read of the first m of the meant word. */
static float step(const char *meant, int m, const char *read, int r, const struct pair_cost *const *rows, int nrows,
		  float table[][CONFUSION_LETTERS_MAX + 1])
{
	float best = HUGE_VALF;
	if (m && r)
		best = table[m - 1][r - 1] + (meant[m - 1] == read[r - 1] ? 0 : COST_OTHER);
	if (m)
		best = fminf(best, table[m - 1][r] + COST_LOST);
	if (r)
		best = fminf(best, table[m][r - 1] + COST_ADDED);
	for (int i = 0; i < nrows; i++) {
		int a = (int)strlen(rows[i]->meant), b = (int)strlen(rows[i]->read);
		if (b <= r && memcmp(read + r - b, rows[i]->read, (size_t)b) == 0)
			best = fminf(best, table[m - a][r - b] + rows[i]->cost);
	}
	return best;
}

float confusion_likeness(const char *meant, const char *read)
{
	float table[CONFUSION_LETTERS_MAX + 1][CONFUSION_LETTERS_MAX + 1];
	const struct pair_cost *rows[COUNT];
	size_t nm = strlen(meant), nr = strlen(read);
	if (nm == 0 || nm > CONFUSION_LETTERS_MAX || nr > CONFUSION_LETTERS_MAX)
		return 0;
	table[0][0] = 0;
	for (int m = 0; m <= (int)nm; m++) {
		int nrows = rows_ending(meant, m, rows);
		for (int r = 0; r <= (int)nr; r++)
			if (m || r)
				table[m][r] = step(meant, m, read, r, rows, nrows, table);
	}
	return expf(-table[nm][nr] * LETTERS_PER_ERROR / (float)(nm > LETTERS_PER_ERROR ? nm : LETTERS_PER_ERROR));
}
