#include "stages/index/best.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/bitmap.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/catalogue/texts_sets.h"
#include "pipeline/tokens.h"

#define K1 1.2           /* of BM25 */
#define COUNTED_MAX 16   /* words whose times are counted: a prefix stands for 32, the most frequent ones first */
#define MANY 50000       /* pages of which not all are scored, but those on which the rarest word stands often */
#define OFTEN_OF 10      /* so many times the pages that are wanted must be among those */
#define OTHERS_LEVELS 6  /* of the other words then: ten times */
#define TELLING 0.02     /* of all points a page can have: what gives less decides nothing */

/* A phrase that gives a page points. */
struct part {
	const struct texts_node *phrase;
	bool exact;
	bool counted; /* how often it stands is known */
	int first, end; /* levels that the pages to score may differ in */
};

struct scoring {
	struct texts_sets *sets;
	struct arena *arena;
	struct part *parts;
	int nparts, ncounted;
	struct bitmap *among;   /* the pages to score */
	struct bitmap *level;   /* of one term at a time */
	double exact_gain;      /* more than all other points together */
	int most, enough;       /* pages that are wanted, best.h */
	float *scores;          /* by page */
};

/* What a page has of a word's worth when it stands so often there. */
static double gain_of(int times)
{
	return times * (K1 + 1) / (times + K1);
}

static bool same_phrase(const struct texts_node *a, const struct texts_node *b)
{
	if (a->nterms != b->nterms || a->prefix != b->prefix)
		return false;
	for (int i = 0; i < a->nterms; i++)
		if (strcmp(a->terms[i], b->terms[i]) != 0)
			return false;
	return true;
}

/* Whether a term is a word that the index counts on each page. */
static bool is_counted(const struct texts_node *phrase)
{
	return phrase->nterms == 1 && !phrase->prefix && terms_is_word(phrase->terms[0]);
}

static void part_add(struct scoring *s, const struct texts_node *phrase)
{
	for (int i = 0; i < s->nparts; i++)
		if (same_phrase(s->parts[i].phrase, phrase))
			return;
	struct part *part = arena_push(s->arena, &s->parts, &s->nparts, sizeof *part);
	part->phrase = phrase;
	part->exact = phrase->terms[0][0] == TOKENS_EXACT;
	part->counted = is_counted(phrase) && s->ncounted < COUNTED_MAX;
	part->end = part->counted ? TERMS_OFTEN_LEVELS : 0;
	s->ncounted += part->counted;
	s->exact_gain += part->exact ? 0 : phrase->worth * (K1 + 1);
}

/* How often a phrase stands on a page is not known, but of its words. */
static void words_of_phrase_add(struct scoring *s, const struct texts_node *phrase)
{
	for (int i = 0; i < phrase->nterms - phrase->prefix; i++) {
		struct texts_node word = { .kind = TEXTS_PHRASE, .terms = &phrase->terms[i], .nterms = 1, .worth = phrase->worth / phrase->nterms };
		struct texts_node *kept = arena_alloc(s->arena, sizeof *kept);
		*kept = word;
		if (is_counted(kept))
			part_add(s, kept);
	}
}

static void parts_gather(struct scoring *s, const struct texts_node *node)
{
	for (int i = 0; i < node->nparts; i++)
		parts_gather(s, &node->parts[i]);
	if (node->kind != TEXTS_PHRASE || node->worth <= 0)
		return;
	part_add(s, node);
	if (node->nterms > 1)
		words_of_phrase_add(s, node);
}

/* The pages on which a word stands terms_often[level] times and more, into s->level. */
static int level_find(struct scoring *s, const struct part *part, int level, struct error *err)
{
	bitmap_clear(s->level);
	return texts_sets_term(s->sets, arena_printf(s->arena, "%c%c%s", TOKENS_OFTEN, 'a' + level, part->phrase->terms[0]), s->level, err);
}

/* Where very many pages are to be scored, those that cannot be among the best are left out: without the marks that were typed where enough have them, and with the rarest
 * word fewer times than enough have it. */
static int narrow(struct scoring *s, const struct bitmap *exact, struct error *err)
{
	struct part *rarest = NULL;
	if (exact && bitmap_count_of_both(s->among, exact) >= s->most)
		bitmap_and(s->among, exact);
	if (bitmap_count(s->among) <= MANY)
		return 0;
	for (int i = 0; i < s->nparts; i++)
		if (s->parts[i].counted && (!rarest || s->parts[i].phrase->worth > rarest->phrase->worth))
			rarest = &s->parts[i];
	for (int level = TERMS_OFTEN_LEVELS - 1; level >= 0 && rarest; level--) {
		if (level_find(s, rarest, level, err))
			return -1;
		if (bitmap_count_of_both(s->among, s->level) < (int64_t)s->most * OFTEN_OF)
			continue;
		bitmap_and(s->among, s->level);
		rarest->first = level + 1; /* all of them have it so often */
		break;
	}
	for (int i = 0; i < s->nparts; i++)
		if (&s->parts[i] != rarest && s->parts[i].end > OTHERS_LEVELS)
			s->parts[i].end = OTHERS_LEVELS;
	return 0;
}

/* Gives points to the pages of a set; to how many. */
static int64_t points_give(struct scoring *s, const struct bitmap *pages, double points)
{
	int64_t n = 0;
	for (int64_t i = 0; i < s->among->size / 64; i++)
		for (uint64_t word = s->among->words[i] & pages->words[i]; word; word &= word - 1) {
			s->scores[i * 64 + __builtin_ctzll(word)] += (float)points;
			n++;
		}
	return n;
}

/* How often a word stands is asked for step by step, as long as more pages have it so often than are enough, and more times can still put one page in front of
 * another. */
static int part_score(struct scoring *s, const struct part *part, struct error *err)
{
	const struct bitmap *pages = texts_sets_phrase(s->sets, part->phrase, err);
	double worth = part->phrase->worth, had = gain_of(part->first ? terms_often[part->first - 1] : 1), all = gain_of(terms_often[TERMS_OFTEN_LEVELS - 1]);
	if (!pages)
		return -1;
	int64_t n = points_give(s, pages, part->exact ? s->exact_gain : worth * had);
	for (int level = part->first; level < part->end && n > s->enough && worth * (all - had) >= s->exact_gain * TELLING; level++) {
		double gain = gain_of(terms_often[level]);
		if (level_find(s, part, level, err))
			return -1;
		n = points_give(s, s->level, worth * (gain - had));
		had = gain;
	}
	return 0;
}

struct scored {
	int64_t page;
	float score;
};

static bool is_better(const struct scored *a, const struct scored *b)
{
	return a->score > b->score || (!(a->score < b->score) && a->page < b->page);
}

static int by_score(const void *a, const void *b)
{
	return is_better(a, b) ? -1 : 1;
}

/* The worst of the best stands at the root, and none is better than those below it. */
static void heap_sink(struct scored *heap, int n, int at)
{
	for (int child; (child = 2 * at + 1) < n; at = child) {
		if (child + 1 < n && is_better(&heap[child], &heap[child + 1]))
			child++;
		if (!is_better(&heap[at], &heap[child]))
			return;
		struct scored moved = heap[at];
		heap[at] = heap[child];
		heap[child] = moved;
	}
}

static void best_take(const struct scoring *s, int64_t **best, int *nbest)
{
	int most = s->most;
	struct scored *heap = arena_array(s->arena, (size_t)most + 1, sizeof *heap);
	int n = 0;
	for (int64_t page = bitmap_next(s->among, 0); page >= 0; page = bitmap_next(s->among, page + 1)) {
		struct scored next = { page, s->scores[page] };
		if (n < most) {
			heap[n++] = next;
			for (int i = n / 2 - 1; n == most && i >= 0; i--)
				heap_sink(heap, n, i);
		} else if (is_better(&next, &heap[0])) {
			heap[0] = next;
			heap_sink(heap, n, 0);
		}
	}
	if (n)
		qsort(heap, (size_t)n, sizeof *heap, by_score);
	*best = arena_array(s->arena, (size_t)n + 1, sizeof **best);
	*nbest = n;
	for (int i = 0; i < n; i++)
		(*best)[i] = heap[i].page;
}

static int score_all(struct scoring *s, const struct bitmap *exact, struct error *err)
{
	if (bitmap_count(s->among) > MANY && narrow(s, exact, err))
		return -1;
	s->scores = mem_alloc((size_t)s->among->size * sizeof *s->scores);
	if (exact)
		points_give(s, exact, s->exact_gain);
	for (int i = 0; i < s->nparts; i++)
		if (part_score(s, &s->parts[i], err))
			return -1;
	return 0;
}

int best_pages(struct texts_sets *sets, const struct texts_node *words, const struct texts_node *exact, const struct bitmap *among, int most, int enough,
	       int64_t **best, int *nbest, struct arena *arena, struct error *err)
{
	struct scoring s = { .sets = sets, .arena = arena, .among = texts_sets_empty(sets), .level = texts_sets_empty(sets), .most = most,
			     .enough = enough };
	struct bitmap *with_marks = exact ? texts_sets_find(sets, exact, err) : NULL;
	int ret = exact && !with_marks ? -1 : 0;
	bitmap_copy(s.among, among);
	parts_gather(&s, words);
	if (!ret)
		ret = score_all(&s, with_marks, err);
	if (!ret)
		best_take(&s, best, nbest);
	free(s.scores);
	bitmap_free(s.among);
	bitmap_free(s.level);
	bitmap_free(with_marks);
	return ret;
}
