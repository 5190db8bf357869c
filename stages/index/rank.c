#include "stages/index/rank.h"

#include <math.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/index/query.h"
#include "stages/index/tokens.h"

#define AS_TYPED 1.0f
#define SAME_SOUND 0.95f
#define MARKS_LOST 0.6f
#define CONTRADICTED 0.2f

#define APART 0.3     /* share of the score that words standing apart lose */
#define NEAR_TOKENS 8 /* words within one line of a page still count in part as neighbours */
#define NEAR 0.4
#define NEAR_BACKWARDS 0.2
#define OFTEN 3.0     /* points */
#define EARLY 2.0     /* points */
#define EARLY_HALF 60 /* tokens: the head and title of an administrative page hold about as many */
#define BY_FIELD 100.0

#define PLACES_MAX 5000 /* a page of one word over and over; more places change no score */

struct page_words {
	const char *exact, *folded;
	const struct token *e, *f;
	int n;
	struct arena *arena;
};

static bool folded_is(const struct page_words *page, int i, const char *wanted, bool prefix)
{
	size_t n = strlen(wanted), length = (size_t)page->f[i].length;
	return (prefix ? length >= n : length == n) && !memcmp(page->folded + page->f[i].start, wanted, n);
}

/* How the printed token answers the typed one, both with equal folded forms. */
static float marks_quality(const struct page_words *page, int i, const struct query_token *wanted, bool prefix)
{
	if (!wanted->marked)
		return AS_TYPED;
	const struct token *token = &page->e[i];
	char *printed = text_lower(page->arena, arena_strndup(page->arena, page->exact + token->start, (size_t)token->length));
	char *one = text_canonical(page->arena, printed);
	size_t n = strlen(wanted->exact);
	if (prefix ? !strncmp(one, wanted->exact, n) || !strncmp(printed, wanted->exact, n) : !strcmp(one, wanted->exact))
		return AS_TYPED;
	if (!prefix && wanted->other &&
	    !strcmp(query_same_sound(page->arena, one), query_same_sound(page->arena, wanted->exact)))
		return SAME_SOUND;
	if (strlen(printed) == (size_t)page->f[i].length && !memcmp(printed, page->folded + page->f[i].start, strlen(printed)))
		return MARKS_LOST;
	return CONTRADICTED;
}

/* 0 when the token does not answer. */
static float token_quality(const struct page_words *page, int i, const struct query_token *wanted, bool prefix)
{
	if (folded_is(page, i, wanted->folded, prefix))
		return marks_quality(page, i, wanted, prefix);
	if (prefix || !wanted->other || !folded_is(page, i, wanted->other, false))
		return 0;
	float quality = marks_quality(page, i, wanted, false);
	return quality < SAME_SOUND ? quality : SAME_SOUND;
}

static float term_quality(const struct page_words *page, int i, const struct query_term *term)
{
	float sum = 0;
	if (i + term->ntokens > page->n)
		return 0;
	for (int k = 0; k < term->ntokens; k++) {
		float quality = token_quality(page, i + k, &term->tokens[k], term->prefix && k == term->ntokens - 1);
		if (quality <= 0)
			return 0;
		sum += quality;
	}
	return sum / (float)term->ntokens;
}

static void places_find(struct rank *rank, const struct page_words *page, const struct query *query)
{
	for (int i = 0; i < page->n; i++)
		for (int t = 0; t < query->nterms && rank->nplaces < PLACES_MAX; t++) {
			float quality = term_quality(page, i, &query->terms[t]);
			if (quality <= 0)
				continue;
			struct rank_place *place = arena_push(page->arena, &rank->places, &rank->nplaces, sizeof *place);
			*place = (struct rank_place){ t, i, query->terms[t].ntokens, quality };
		}
}

/* 0..1: how near the terms that were typed side by side stand to each other, as typed counting full. */
static double neighbours(const struct rank *rank, const struct query *query)
{
	int last[QUERY_TERMS_MAX]; /* where the newest place of each term ends; -1 none */
	double near[QUERY_TERMS_MAX] = { 0 }, sum = 0;
	if (query->nterms < 2)
		return 1;
	for (int t = 0; t < query->nterms; t++)
		last[t] = -1;
	for (int i = 0; i < rank->nplaces; i++) {
		const struct rank_place *place = &rank->places[i];
		int before = place->term ? last[place->term - 1] : -1;
		int after = place->term + 1 < query->nterms ? last[place->term + 1] : -1;
		if (before >= 0 && place->first >= before && place->first - before <= NEAR_TOKENS) {
			double now = place->first == before ? 1 : NEAR;
			near[place->term] = fmax(near[place->term], now);
		}
		/* the other way round, close by, is near as well */
		if (after >= 0 && place->first >= after && place->first - after <= NEAR_TOKENS)
			near[place->term + 1] = fmax(near[place->term + 1], NEAR_BACKWARDS);
		last[place->term] = place->first + place->ntokens;
	}
	for (int t = 1; t < query->nterms; t++)
		sum += near[t];
	return sum / (query->nterms - 1);
}

void rank_page(struct rank *rank, const struct query *query, uint32_t keyed, const char *exact, const char *folded,
	       struct arena *arena)
{
	*rank = (struct rank){ 0, true, true, NULL, 0, NULL, 0 };
	struct page_words page = { exact, folded, NULL, NULL, 0, arena };
	int nfolded;
	rank->tokens = tokens_cut(arena, exact, &rank->ntokens);
	page.e = rank->tokens;
	page.f = tokens_cut(arena, folded, &nfolded);
	page.n = rank->ntokens < nfolded ? rank->ntokens : nfolded; /* equal, unless the catalogue was changed by hand */
	places_find(rank, &page, query);

	double best[QUERY_TERMS_MAX] = { 0 }, sum = 0;
	for (int i = 0; i < rank->nplaces; i++)
		best[rank->places[i].term] = fmax(best[rank->places[i].term], (double)rank->places[i].quality);
	for (int t = 0; t < query->nterms; t++) {
		bool by_field = keyed >> t & 1;
		rank->by_text &= best[t] > 0;
		rank->whole &= best[t] > 0 || by_field;
		sum += (by_field ? 1 : best[t]) * query->terms[t].ntokens;
	}
	double quality = query->ntokens ? sum / query->ntokens : 0;
	double often = rank->nplaces ? OFTEN * (1 - query->nterms / (double)(query->nterms + rank->nplaces)) : 0;
	double early = rank->nplaces ? EARLY * EARLY_HALF / (EARLY_HALF + rank->places[0].first) : 0;
	double score = 100 * quality * (1 - APART + APART * neighbours(rank, query)) + often + early + (keyed ? BY_FIELD : 0);
	rank->score = round(score * 1000) / 1000;
}
