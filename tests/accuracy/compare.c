#include "tests/accuracy/compare.h"

#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"

/* ---- folding ---- */

static bool is_space(int32_t c)
{
	return (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
	       c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

static bool is_tone(int32_t c)
{
	return c == 0x300 || c == 0x301 || c == 0x303 || c == 0x309 || c == 0x323;
}

/* A letter, a number or an underscore; marks are none. */
static bool is_word(int32_t c)
{
	utf8proc_category_t k = utf8proc_category(c);

	return c == '_' || (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO) || (k >= UTF8PROC_CATEGORY_ND && k <= UTF8PROC_CATEGORY_NO);
}

static struct letters letters_of(struct arena *arena, const char *text)
{
	struct letters l = { arena_array(arena, strlen(text) + 1, sizeof *l.c), 0 };

	while (*text)
		l.c[l.n++] = (int32_t)text_next(&text);
	return l;
}

static struct letters decomposed(struct arena *arena, struct letters in)
{
	struct letters out = { arena_array(arena, 20 * in.n + 20, sizeof *out.c), 0 };

	for (size_t i = 0; i < in.n; i++) {
		utf8proc_ssize_t n = utf8proc_decompose_char(in.c[i], out.c + out.n, 20, UTF8PROC_DECOMPOSE, NULL);

		if (n > 0 && n <= 20)
			out.n += (size_t)n;
		else
			out.c[out.n++] = in.c[i];
	}
	/* canonical order of marks: insertion, runs are short */
	for (size_t i = 1; i < out.n; i++)
		for (size_t k = i; k > 0; k--) {
			int a = utf8proc_get_property(out.c[k - 1])->combining_class, b = utf8proc_get_property(out.c[k])->combining_class;
			int32_t c = out.c[k];

			if (!b || a <= b)
				break;
			out.c[k] = out.c[k - 1];
			out.c[k - 1] = c;
		}
	return out;
}

/* Final o + a|e + tone: the tone moves to the o; final u + y + tone: to the u. */
static void move_tone(struct letters l, const char *first, const char *second)
{
	for (size_t i = 0; i + 2 < l.n; i++) {
		int32_t before = i ? l.c[i - 1] : 0, after = i + 3 < l.n ? l.c[i + 3] : 0, tone = l.c[i + 2];

		if (l.c[i] > 127 || l.c[i + 1] > 127 || !strchr(first, l.c[i]) || !strchr(second, l.c[i + 1]) || !is_tone(tone) ||
		    before == 'q' || before == 'Q' || (after >= 0x300 && after <= 0x323) || (after && is_word(after)))
			continue;
		l.c[i + 2] = l.c[i + 1];
		l.c[i + 1] = tone;
		i += 2;
	}
}

static int32_t one_sign(int32_t c)
{
	if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212)
		return '-';
	if (c == 0x201C || c == 0x201D || c == 0x201E || c == 0xAB || c == 0xBB || c == 0x2018 || c == 0x2019 || c == 0x2BC || c == '\'')
		return '"';
	return c;
}

/* How many letters from `at` are a leader: four dots or more, blanks between; any '…'; three '_' or more. */
static size_t leader(struct letters l, size_t at)
{
	size_t i = at, dots = 0;

	while (i < l.n && l.c[i] == '.') {
		i++;
		dots++;
		if (i < l.n && is_space(l.c[i]))
			i++;
	}
	if (dots >= 4)
		return i - at;
	for (i = at; i < l.n && l.c[i] == 0x2026; i++)
		;
	if (i > at)
		return i - at;
	for (; i < l.n && l.c[i] == '_'; i++)
		;
	return i - at >= 3 ? i - at : 0;
}

struct letters letters_fold(struct arena *arena, const char *text)
{
	struct letters l = decomposed(arena, letters_of(arena, text)), out;
	utf8proc_ssize_t n;

	move_tone(l, "oO", "aeAE");
	move_tone(l, "uU", "yY");
	n = utf8proc_normalize_utf32(l.c, (utf8proc_ssize_t)l.n, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	l.n = n > 0 ? (size_t)n : 0;
	for (size_t i = 0; i < l.n; i++)
		l.c[i] = one_sign(l.c[i]);
	out = (struct letters){ arena_array(arena, l.n + 1, sizeof *out.c), 0 };
	for (size_t i = 0; i < l.n;) {
		size_t skip = leader(l, i);

		if (skip)
			out.c[out.n++] = 0x2026;
		else if (!is_space(l.c[i]))
			out.c[out.n++] = l.c[i];
		else if (out.n && out.c[out.n - 1] != ' ')
			out.c[out.n++] = ' ';
		i += skip ? skip : 1;
	}
	if (out.n && out.c[out.n - 1] == ' ')
		out.n--;
	return out;
}

/* ---- comparing ---- */

long letters_edits(struct arena *arena, struct letters a, struct letters b)
{
	long *row = arena_array(arena, b.n + 1, sizeof *row);

	for (size_t k = 0; k <= b.n; k++)
		row[k] = (long)k;
	for (size_t i = 1; i <= a.n; i++) {
		long corner = row[0];

		row[0] = (long)i;
		for (size_t k = 1; k <= b.n; k++) {
			long best = corner + (a.c[i - 1] != b.c[k - 1]);

			corner = row[k];
			if (row[k] + 1 < best)
				best = row[k] + 1;
			if (row[k - 1] + 1 < best)
				best = row[k - 1] + 1;
			row[k] = best;
		}
	}
	return row[b.n];
}

struct vocabulary {
	struct letters *words;
	int n;
};

static int32_t number_of(struct arena *arena, struct vocabulary *v, struct letters word)
{
	for (int i = 0; i < v->n; i++)
		if (v->words[i].n == word.n && !memcmp(v->words[i].c, word.c, word.n * sizeof *word.c))
			return i;
	*(struct letters *)arena_push(arena, &v->words, &v->n, sizeof word) = word;
	return v->n - 1;
}

/* A text as the numbers of its words. */
static struct letters words_of(struct arena *arena, struct vocabulary *v, struct letters text)
{
	struct letters out = { arena_array(arena, text.n / 2 + 1, sizeof *out.c), 0 };
	size_t start = 0;

	for (size_t i = 0; i <= text.n; i++)
		if (i == text.n || text.c[i] == ' ') {
			if (i > start)
				out.c[out.n++] = number_of(arena, v, (struct letters){ text.c + start, i - start });
			start = i + 1;
		}
	return out;
}

static long in_common(struct arena *arena, const struct vocabulary *v, struct letters a, struct letters b)
{
	long *left = arena_array(arena, (size_t)v->n + 1, sizeof *left), n = 0;

	for (size_t i = 0; i < a.n; i++)
		left[a.c[i]]++;
	for (size_t i = 0; i < b.n; i++)
		if (left[b.c[i]] > 0) {
			left[b.c[i]]--;
			n++;
		}
	return n;
}

struct score text_score(struct arena *arena, const char *truth, const char *output)
{
	struct vocabulary v = { NULL, 0 };
	struct letters g = letters_fold(arena, truth), h = letters_fold(arena, output), gw = words_of(arena, &v, g), hw = words_of(arena, &v, h);

	return (struct score){ letters_edits(arena, g, h), (long)g.n, letters_edits(arena, gw, hw), (long)gw.n, in_common(arena, &v, gw, hw),
			       (long)hw.n, 1 };
}

void score_add(struct score *sum, const struct score *s)
{
	sum->ce += s->ce;
	sum->cn += s->cn;
	sum->we += s->we;
	sum->wn += s->wn;
	sum->common += s->common;
	sum->hn += s->hn;
	sum->pages += s->pages;
}

double percent(long part, long whole)
{
	return 100.0 * (double)part / (double)(whole > 1 ? whole : 1);
}

/* ---- words laid beside words ---- */

#define APART 80         /* cost of a word without a partner: two of them weigh as much as a partner of another word's letters */
#define PARTNER_LEAST 40 /* cost of a partner that differs in almost nothing */
#define PARTNER_MORE 190 /* what it costs beyond that where every letter differs: with four of five wrong it is a partner no more */

static bool same(struct letters a, struct letters b)
{
	return a.n == b.n && !memcmp(a.c, b.c, a.n * sizeof *a.c);
}

static int partner_cost(struct arena *arena, struct letters a, struct letters b)
{
	size_t longer = a.n > b.n ? a.n : b.n, shorter = a.n > b.n ? b.n : a.n;

	if (same(a, b))
		return 0;
	if (2 * shorter < longer) /* too far apart for a misreading */
		return 2 * APART + 1;
	return PARTNER_LEAST + PARTNER_MORE * (int)letters_edits(arena, a, b) / (int)(longer + 1);
}

/* The cheapest way through the table of truth against read words; the moves are left in `way`, a row of nread + 1 for each word of the truth and one before. */
enum { WAY_PAIR, WAY_TRUTH, WAY_READ };

static unsigned char *find_way(struct arena *arena, const struct letters *truth, int ntruth, const struct letters *read, int nread)
{
	size_t wide = (size_t)nread + 1;
	unsigned char *way = arena_array(arena, ((size_t)ntruth + 1) * wide, 1);
	int *row = arena_array(arena, wide, sizeof *row);
	struct arena *scratch = arena_new();

	for (int k = 0; k <= nread; k++) {
		row[k] = k * APART;
		way[k] = WAY_READ;
	}
	for (int i = 1; i <= ntruth; i++) {
		int corner = row[0];

		row[0] = i * APART;
		way[(size_t)i * wide] = WAY_TRUTH;
		for (int k = 1; k <= nread; k++) {
			int pair = corner + partner_cost(scratch, truth[i - 1], read[k - 1]), best = pair;

			corner = row[k];
			if (row[k] + APART < best)
				best = row[k] + APART;
			if (row[k - 1] + APART < best)
				best = row[k - 1] + APART;
			way[(size_t)i * wide + (size_t)k] = best == pair ? WAY_PAIR : best == row[k] + APART ? WAY_TRUTH : WAY_READ;
			row[k] = best;
		}
		arena_reset(scratch);
	}
	arena_free(scratch);
	return way;
}

/* A word that stands elsewhere on the page was read right: order is another matter. */
static void find_moved(const struct letters *truth, int ntruth, const struct letters *read, int nread, struct fate *fates, bool *taken)
{
	for (int k = 0; k < nread; k++)
		for (int i = 0; fates[k].kind != FATE_RIGHT && i < ntruth; i++)
			if (!taken[i] && same(truth[i], read[k])) {
				fates[k] = (struct fate){ FATE_MOVED, i };
				taken[i] = true;
				break;
			}
}

struct fate *words_fates(struct arena *arena, const struct letters *truth, int ntruth, const struct letters *read, int nread)
{
	struct fate *fates = arena_array(arena, (size_t)nread, sizeof *fates);
	bool *taken = arena_array(arena, (size_t)ntruth, sizeof *taken);
	unsigned char *way = find_way(arena, truth, ntruth, read, nread);
	int i = ntruth, k = nread;

	for (int n = 0; n < nread; n++)
		fates[n] = (struct fate){ FATE_EXTRA, -1 };
	while (i > 0 || k > 0) {
		switch (way[(size_t)i * ((size_t)nread + 1) + (size_t)k]) {
		case WAY_PAIR:
			i--;
			k--;
			taken[i] = same(truth[i], read[k]);
			fates[k] = (struct fate){ taken[i] ? FATE_RIGHT : FATE_WRONG, i };
			break;
		case WAY_TRUTH:
			i--;
			break;
		default:
			k--;
		}
	}
	find_moved(truth, ntruth, read, nread, fates, taken);
	for (int n = 0; n < nread; n++) /* its partner turned out to be another's word */
		if (fates[n].kind == FATE_WRONG && taken[fates[n].truth])
			fates[n] = (struct fate){ FATE_EXTRA, -1 };
	return fates;
}

struct letters *letters_words(struct arena *arena, struct letters text, int *n)
{
	struct letters *words = NULL;
	size_t start = 0;

	*n = 0;
	for (size_t i = 0; i <= text.n; i++)
		if (i == text.n || text.c[i] == ' ') {
			if (i > start)
				*(struct letters *)arena_push(arena, &words, n, sizeof *words) = (struct letters){ text.c + start, i - start };
			start = i + 1;
		}
	return words;
}

char *letters_text(struct arena *arena, struct letters l)
{
	char *text = arena_alloc(arena, 4 * l.n + 1), *to = text;

	for (size_t i = 0; i < l.n; i++)
		to += text_put(to, (uint32_t)l.c[i]);
	return text;
}
