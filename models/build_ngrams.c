/*
 * build_ngrams - models/vi.ngrams from counts of syllables, pairs and triples (make models LANGUAGE=DIR)
 *
 *   build_ngrams SYLLABLES.tsv BIGRAMS.tsv TRIGRAMS.tsv OUT
 *
 * The tables and where they come from are told in models/README.md; stages/ocr/language/ngrams.h tells the file. The 65,535 heaviest syllables are kept.
 * Probabilities by absolute discounting, interpolated (Ney, Essen and Kneser, 1994): p(c|ab) = (n(abc) - D) / n(ab) + w(ab) p(c|b), where w(ab) is
 * what the discounts and the triples left out of the table leave over.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "stages/ocr/language/ngrams.h"

#define DISCOUNT 0.75
#define WORDS_MAX 65535

struct syllable {
	char text[48];
	double weight;
	int flags;
};

struct pair {
	int a, b;
	double n;
};

struct triple {
	int a, b, c;
	double n;
};

static struct syllable *syllables;
static struct pair *pairs;
static struct triple *triples;
static int nsyllables, npairs, ntriples;

static FILE *open_or_end(const char *path, const char *mode)
{
	FILE *f = fopen(path, mode);

	if (!f) {
		perror(path);
		exit(1);
	}
	return f;
}

static void *room_for(void *array, int n, size_t element)
{
	return n & (n - 1) ? array : mem_realloc(array, (size_t)(n ? 2 * n : 1) * element); /* doubled at each power of two */
}

static int by_weight(const void *a, const void *b)
{
	const struct syllable *p = a, *q = b;

	return p->weight != q->weight ? (p->weight < q->weight ? 1 : -1) : strcmp(p->text, q->text);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct syllable *)a)->text, ((const struct syllable *)b)->text);
}

static int by_pair(const void *a, const void *b)
{
	const struct pair *p = a, *q = b;

	return p->a != q->a ? p->a - q->a : p->b - q->b;
}

static int by_triple(const void *a, const void *b)
{
	const struct triple *p = a, *q = b;

	return p->a != q->a ? p->a - q->a : p->b != q->b ? p->b - q->b : p->c - q->c;
}

static int number_of(const char *text)
{
	struct syllable key = { .weight = 0 }, *found;

	snprintf(key.text, sizeof key.text, "%s", text);
	found = bsearch(&key, syllables, (size_t)nsyllables, sizeof key, by_text);
	return found ? (int)(found - syllables) : -1;
}

/* syllable, count, capitalised, all capitals, in hunspell-vi, count in law; the tables of pairs and triples count law four times. */
static void read_syllables(const char *path)
{
	FILE *f = open_or_end(path, "r");
	double count, capitalised, capitals, law;
	char text[200];
	int valid;

	while (fscanf(f, "%199[^\t]\t%lf\t%lf\t%lf\t%d\t%lf\n", text, &count, &capitalised, &capitals, &valid, &law) == 6) {
		struct syllable *s;

		if (strlen(text) >= sizeof s->text)
			continue;
		syllables = room_for(syllables, nsyllables, sizeof *syllables);
		s = &syllables[nsyllables++];
		memset(s, 0, sizeof *s);
		snprintf(s->text, sizeof s->text, "%s", text);
		s->weight = count + 3 * law;
		s->flags = (valid ? NGRAMS_VALID : 0) | (capitals > count / 2 ? NGRAMS_SHORT : 0);
	}
	fclose(f);
	qsort(syllables, (size_t)nsyllables, sizeof *syllables, by_weight);
	nsyllables = nsyllables > WORDS_MAX ? WORDS_MAX : nsyllables;
	qsort(syllables, (size_t)nsyllables, sizeof *syllables, by_text);
}

static void read_pairs(const char *path)
{
	FILE *f = open_or_end(path, "r");
	char a[200], b[200];
	double n;

	while (fscanf(f, "%199[^\t]\t%199[^\t]\t%lf\n", a, b, &n) == 3) {
		struct pair pair = { number_of(a), number_of(b), n };

		if (pair.a < 0 || pair.b < 0)
			continue;
		pairs = room_for(pairs, npairs, sizeof *pairs);
		pairs[npairs++] = pair;
	}
	fclose(f);
	qsort(pairs, (size_t)npairs, sizeof *pairs, by_pair);
}

static void read_triples(const char *path)
{
	FILE *f = open_or_end(path, "r");
	char a[200], b[200], c[200];
	double n;

	while (fscanf(f, "%199[^\t]\t%199[^\t]\t%199[^\t]\t%lf\n", a, b, c, &n) == 4) {
		struct triple triple = { number_of(a), number_of(b), number_of(c), n };
		struct pair key = { triple.a, triple.b, 0 };

		/* a triple whose pair is not listed could not be found again */
		if (triple.a < 0 || triple.b < 0 || triple.c < 0 || !bsearch(&key, pairs, (size_t)npairs, sizeof key, by_pair))
			continue;
		triples = room_for(triples, ntriples, sizeof *triples);
		triples[ntriples++] = triple;
	}
	fclose(f);
	qsort(triples, (size_t)ntriples, sizeof *triples, by_triple);
}

static uint8_t stored(double p)
{
	double v = p > 0 ? -log(p) * (double)NGRAMS_UNIT + 0.5 : 255;

	return v < 0 ? 0 : v > 255 ? 255 : (uint8_t)v;
}

static void put(FILE *f, const void *array, size_t n, size_t element)
{
	static const char zeros[4];
	long at = ftell(f);

	fwrite(zeros, 1, (size_t)(-at & 3), f);
	if (fwrite(array, element, n, f) != n) {
		perror("write");
		exit(1);
	}
}

/* Probabilities of the pairs, the weights they leave, and the same of the triples. */
static void write_all(const char *path)
{
	FILE *f = open_or_end(path, "wb");
	struct ngrams_header head = { NGRAMS_MAGIC, (uint32_t)nsyllables, (uint32_t)npairs, (uint32_t)ntriples, 0 };
	size_t nw = (size_t)nsyllables, np = (size_t)npairs, nt = (size_t)ntriples;
	uint32_t *text_at = mem_alloc(nw * 4), *pair_at = mem_alloc((nw + 1) * 4), *triple_at = mem_alloc((np + 1) * 4);
	uint16_t *pair_word = mem_alloc(np * 2), *triple_word = mem_alloc(nt * 2);
	uint8_t *unigram = mem_alloc(nw), *weight = mem_alloc(nw), *flags = mem_alloc(nw), *pair_p = mem_alloc(np), *pair_weight = mem_alloc(np),
		*triple_p = mem_alloc(nt);
	double *p1 = mem_alloc(nw * sizeof *p1), *p2 = mem_alloc(np * sizeof *p2), total = 0;
	char *text;

	for (size_t i = 0; i < nw; i++) {
		text_at[i] = head.nbytes;
		head.nbytes += (uint32_t)strlen(syllables[i].text) + 1;
		total += syllables[i].weight;
		flags[i] = (uint8_t)syllables[i].flags;
	}
	text = mem_alloc(head.nbytes);
	for (size_t i = 0; i < nw; i++) {
		snprintf(text + text_at[i], head.nbytes - text_at[i], "%s", syllables[i].text);
		p1[i] = syllables[i].weight / total;
		unigram[i] = stored(p1[i]);
	}
	for (size_t i = 0, k = 0; i < nw; i++) {
		double sum = 0, left = 1;
		size_t first = k;

		pair_at[i] = (uint32_t)k;
		for (size_t e = k; e < np && pairs[e].a == (int)i; e++)
			sum += pairs[e].n;
		sum = sum > syllables[i].weight ? sum : syllables[i].weight;
		for (; k < np && pairs[k].a == (int)i; k++)
			left -= (pairs[k].n - DISCOUNT) / sum;
		weight[i] = stored(left);
		for (size_t e = first; e < k; e++) {
			pair_word[e] = (uint16_t)pairs[e].b;
			p2[e] = (pairs[e].n - DISCOUNT) / sum + left * p1[pairs[e].b];
			pair_p[e] = stored(p2[e]);
		}
	}
	pair_at[nw] = (uint32_t)np;
	for (size_t i = 0, k = 0; i < np; i++) {
		double sum = 0, left = 1;
		size_t first = k;

		triple_at[i] = (uint32_t)k;
		for (size_t e = k; e < nt && triples[e].a == pairs[i].a && triples[e].b == pairs[i].b; e++)
			sum += triples[e].n;
		sum = sum > pairs[i].n ? sum : pairs[i].n;
		for (; k < nt && triples[k].a == pairs[i].a && triples[k].b == pairs[i].b; k++)
			left -= (triples[k].n - DISCOUNT) / sum;
		pair_weight[i] = stored(left);
		for (size_t e = first; e < k; e++) {
			struct pair key = { triples[e].b, triples[e].c, 0 }, *shorter = bsearch(&key, pairs, np, sizeof key, by_pair);
			double below = shorter ? p2[shorter - pairs] : p1[triples[e].c];

			triple_word[e] = (uint16_t)triples[e].c;
			triple_p[e] = stored((triples[e].n - DISCOUNT) / sum + left * below);
		}
	}
	triple_at[np] = (uint32_t)nt;
	put(f, &head, 1, sizeof head);
	put(f, text_at, nw, 4);
	put(f, text, head.nbytes, 1);
	put(f, unigram, nw, 1);
	put(f, weight, nw, 1);
	put(f, flags, nw, 1);
	put(f, pair_at, nw + 1, 4);
	put(f, pair_word, np, 2);
	put(f, pair_p, np, 1);
	put(f, pair_weight, np, 1);
	put(f, triple_at, np + 1, 4);
	put(f, triple_word, nt, 2);
	put(f, triple_p, nt, 1);
	printf("%s: %d syllables, %d pairs, %d triples, %.1f MB\n", path, nsyllables, npairs, ntriples, (double)ftell(f) / 1e6);
	if (fclose(f)) {
		perror(path);
		exit(1);
	}
}

int main(int argc, char **argv)
{
	if (argc != 5) {
		fputs("usage: build_ngrams SYLLABLES.tsv BIGRAMS.tsv TRIGRAMS.tsv OUT\n", stderr);
		return 2;
	}
	read_syllables(argv[1]);
	read_pairs(argv[2]);
	read_triples(argv[3]);
	write_all(argv[4]);
	return 0;
}
