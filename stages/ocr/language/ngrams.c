#include "stages/ocr/language/ngrams.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"

/* ---- opening ---- */

struct cutter {
	const unsigned char *data;
	size_t size, at;
	bool short_of;
};

static const void *cut(struct cutter *c, size_t n, size_t element)
{
	size_t begin = (c->at + 3) & ~(size_t)3;

	if (begin > c->size || n > (c->size - begin) / element) {
		c->short_of = true;
		return c->data;
	}
	c->at = begin + n * element;
	return c->data + begin;
}

static bool rises(const uint32_t *at, size_t n, uint32_t end)
{
	for (size_t i = 0; i < n; i++)
		if (at[i] > at[i + 1])
			return false;
	return at[0] == 0 && at[n] == end;
}

static bool words_known(const uint16_t *words, size_t n, uint32_t nwords)
{
	for (size_t i = 0; i < n; i++)
		if (words[i] >= nwords)
			return false;
	return true;
}

/* Every syllable ends inside the text, and each is greater than the one before it. */
static bool texts_sorted(const struct ngrams *g)
{
	uint32_t nbytes = g->head->nbytes, n = g->head->nwords;

	if (!nbytes || g->text[nbytes - 1])
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (g->text_at[i] >= nbytes || (i && strcmp(g->text + g->text_at[i - 1], g->text + g->text_at[i]) >= 0))
			return false;
	return true;
}

static bool lay_out(struct ngrams *g, const void *data)
{
	struct cutter c = { data, g->size, 0, false };
	const struct ngrams_header *h = cut(&c, 1, sizeof *h);

	g->head = h;
	if (c.short_of || memcmp(h->magic, NGRAMS_MAGIC, sizeof h->magic) != 0 || !h->nwords || h->nwords > 0xFFFF)
		return false;
	g->text_at = cut(&c, h->nwords, sizeof *g->text_at);
	g->text = cut(&c, h->nbytes, 1);
	g->unigram = cut(&c, h->nwords, 1);
	g->backoff = cut(&c, h->nwords, 1);
	g->flags = cut(&c, h->nwords, 1);
	g->bigram_at = cut(&c, (size_t)h->nwords + 1, sizeof *g->bigram_at);
	g->bigram_word = cut(&c, h->nbigrams, sizeof *g->bigram_word);
	g->bigram = cut(&c, h->nbigrams, 1);
	g->bigram_backoff = cut(&c, h->nbigrams, 1);
	g->trigram_at = cut(&c, (size_t)h->nbigrams + 1, sizeof *g->trigram_at);
	g->trigram_word = cut(&c, h->ntrigrams, sizeof *g->trigram_word);
	g->trigram = cut(&c, h->ntrigrams, 1);
	return !c.short_of && texts_sorted(g) && rises(g->bigram_at, h->nwords, h->nbigrams) && rises(g->trigram_at, h->nbigrams, h->ntrigrams) &&
	       words_known(g->bigram_word, h->nbigrams, h->nwords) && words_known(g->trigram_word, h->ntrigrams, h->nwords);
}

struct ngrams *ngrams_open(const char *path, struct error *err)
{
	struct ngrams *g = mem_alloc(sizeof *g);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *data = MAP_FAILED;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || (data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0)) == MAP_FAILED) {
		error_errno(err, REACH_RUN, "settings", _("cannot open the language model %s"), path);
	} else {
		g->data = data;
		g->size = (size_t)st.st_size;
		if (lay_out(g, data)) {
			g->edge = ngrams_find(g, "<s>");
			g->number = ngrams_find(g, "<num>");
			g->punct = ngrams_find(g, "<punct>");
			g->unknown = ngrams_find(g, "<unk>");
		}
		if (g->unknown <= 0) /* "<unk>" is never the first of the four */
			error_set(err, REACH_RUN, "settings", _("%s is not a language model of this program, or it is damaged"), path);
	}
	if (fd >= 0)
		close(fd);
	if (g->unknown > 0)
		return g;
	ngrams_close(g);
	return NULL;
}

void ngrams_close(struct ngrams *ngrams)
{
	if (!ngrams)
		return;
	if (ngrams->size)
		munmap(ngrams->data, ngrams->size);
	free(ngrams);
}

/* ---- syllables ---- */

/* How the bytes of a syllable behind the first n stand to text; a syllable that goes on behind it equals it. */
static int compare(const struct ngrams *g, int word, size_t n, const char *text, size_t size)
{
	return strncmp(g->text + g->text_at[word] + n, text, size);
}

void ngrams_narrow(const struct ngrams *ngrams, int *low, int *high, size_t n, const char *text, size_t size)
{
	int from = *low, to = *high, end = *high;

	while (from < to) {
		int middle = from + (to - from) / 2;

		if (compare(ngrams, middle, n, text, size) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	*low = from;
	for (to = end; from < to;) {
		int middle = from + (to - from) / 2;

		if (compare(ngrams, middle, n, text, size) <= 0)
			from = middle + 1;
		else
			to = middle;
	}
	*high = from;
}

int ngrams_find(const struct ngrams *ngrams, const char *syllable)
{
	int low = 0, high = (int)ngrams->head->nwords;

	ngrams_narrow(ngrams, &low, &high, 0, syllable, strlen(syllable) + 1);
	return low < high ? low : -1;
}

const char *ngrams_text(const struct ngrams *ngrams, int word)
{
	return ngrams->text + ngrams->text_at[word];
}

/* ---- probabilities ---- */

/* Where word stands in words[from..to), or -1. */
static long stands(const uint16_t *words, uint32_t from, uint32_t to, int word)
{
	while (from < to) {
		uint32_t middle = from + (to - from) / 2;

		if (words[middle] == word)
			return middle;
		if (words[middle] < word)
			from = middle + 1;
		else
			to = middle;
	}
	return -1;
}

float ngrams_ln(const struct ngrams *ngrams, int a, int b, int c)
{
	int sum = 0;
	long pair;

	if (a >= 0 && b >= 0 && (pair = stands(ngrams->bigram_word, ngrams->bigram_at[a], ngrams->bigram_at[a + 1], b)) >= 0) {
		long triple = stands(ngrams->trigram_word, ngrams->trigram_at[pair], ngrams->trigram_at[pair + 1], c);

		if (triple >= 0)
			return -(float)ngrams->trigram[triple] / NGRAMS_UNIT;
		sum = ngrams->bigram_backoff[pair];
	}
	if (b >= 0) {
		pair = stands(ngrams->bigram_word, ngrams->bigram_at[b], ngrams->bigram_at[b + 1], c);
		if (pair >= 0)
			return -(float)(sum + ngrams->bigram[pair]) / NGRAMS_UNIT;
		sum += ngrams->backoff[b];
	}
	return -(float)(sum + ngrams->unigram[c]) / NGRAMS_UNIT;
}
