#include "stages/index/rank.h"

#include <math.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/index/query.h"
#include "stages/index/spelling.h"
#include "pipeline/tokens.h"

#define AS_TYPED 1.0f
#define SAME_SOUND 0.95f
#define MARKS_LOST 0.6f
#define ALIKE 0.5f
#define CONTRADICTED 0.2f

#define APART 0.3     /* share of the score that words standing apart lose */
#define NEAR_TOKENS 8 /* words within one line of a page still count in part as neighbours */
#define NEAR 0.4
#define NEAR_BACKWARDS 0.2
#define OFTEN 5.0     /* points of a page that holds nothing else */
#define EARLY 5.0     /* points; a quarter of them for a word that stands once, at the very begin, see points_of */
#define EARLY_HALF 60 /* tokens: the head and title of an administrative page hold about as many */
#define BY_FIELD 100.0

#define PLACES_MAX 5000 /* a page of one word over and over; more places change no score */

struct page_words {
	const char *text;
	const struct word_form *words;
	int n;
	struct arena *arena;
};

static bool folded_is(const struct page_words *page, int i, const char *wanted, bool prefix)
{
	const char *folded = page->words[i].folded;
	return *folded == *wanted && (prefix ? !strncmp(folded, wanted, strlen(wanted)) : !strcmp(folded, wanted));
}

/* How the printed token answers the typed one, both with equal folded forms. */
static float marks_quality(const struct page_words *page, int i, const struct query_token *wanted, bool prefix)
{
	if (!wanted->marked)
		return AS_TYPED;
	const char *printed = tokens_exact(page->arena, page->text, &page->words[i]);
	if (!printed)
		return MARKS_LOST;
	if (prefix ? !strncmp(printed, wanted->exact, strlen(wanted->exact)) : !strcmp(printed, wanted->exact))
		return AS_TYPED;
	if (!prefix && wanted->other &&
	    !strcmp(spelling_of_sound(page->arena, printed), spelling_of_sound(page->arena, wanted->exact)))
		return SAME_SOUND;
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

/* Digits that stand in groups from token i on: how many tokens make exactly `digits`; 0 where they do not. */
static int digits_at(const struct page_words *page, int i, const char *digits)
{
	int n = 0;
	for (; *digits && i + n < page->n; n++) {
		size_t length = strlen(page->words[i + n].folded);
		if (strncmp(digits, page->words[i + n].folded, length) != 0)
			return 0;
		digits += length;
	}
	return *digits ? 0 : n;
}

static enum rank_why why_of(float quality)
{
	return quality >= AS_TYPED ? WHY_AS_TYPED : quality >= SAME_SOUND ? WHY_SAME_SOUND : quality >= MARKS_LOST ? WHY_MARKS_LOST
													   : WHY_CONTRADICTED;
}

/* A word that stands in for a term of one. */
static bool alternative_is(const struct page_words *page, int i, const struct query_term *term, struct rank_place *place)
{
	for (int k = 0; k < term->nalternatives; k++)
		if (folded_is(page, i, term->alternatives[k].word, false)) {
			place->ntokens = 1;
			place->quality = ALIKE * term->alternatives[k].likeness;
			place->why = WHY_ALIKE;
			return true;
		}
	return false;
}

/* Whether the term stands at token i; fills *place. */
static bool place_is(const struct page_words *page, int i, const struct query_term *term, struct rank_place *place)
{
	float sum = 0, worst = AS_TYPED;
	int groups = term->digits ? digits_at(page, i, term->digits) : 0;
	if (groups) {
		place->ntokens = groups;
		place->quality = AS_TYPED;
		place->why = WHY_AS_TYPED;
		return true;
	}
	for (int k = 0; k < term->ntokens; k++) {
		float quality = i + term->ntokens > page->n ? 0
			: token_quality(page, i + k, &term->tokens[k], term->prefix && k == term->ntokens - 1);
		if (quality <= 0)
			return alternative_is(page, i, term, place);
		sum += quality;
		worst = quality < worst ? quality : worst;
	}
	place->ntokens = term->ntokens;
	place->quality = sum / (float)term->ntokens;
	place->why = why_of(worst);
	return true;
}

static void places_find(struct rank *rank, const struct page_words *page, const struct query *query)
{
	for (int i = 0; i < page->n; i++)
		for (int t = 0; t < query->nterms && rank->nplaces < PLACES_MAX; t++) {
			struct rank_place found = { .term = t, .first = i };
			if (query->terms[t].negated || !place_is(page, i, &query->terms[t], &found))
				continue;
			struct rank_place *place = arena_push(page->arena, &rank->places, &rank->nplaces, sizeof *place);
			*place = found;
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
	int pairs = 0;
	for (int t = 1; t < query->nterms; t++) {
		if (query->terms[t].negated || query->terms[t - 1].negated)
			continue;
		sum += near[t];
		pairs++;
	}
	return pairs ? sum / pairs : 1;
}

/* What a part of the query comes to on a page. */
struct worth {
	double sum, weight; /* quality is sum / weight */
	double found;       /* of the weight */
	bool whole, by_text;
};

static struct worth worth_of_term(const struct query *query, int t, double best, bool by_field)
{
	const struct query_term *term = &query->terms[t];
	double weight = term->soft ? 0 : term->ntokens;
	bool there = best > 0 || by_field;
	return (struct worth){ weight * (by_field ? 1 : best), weight, there ? weight : 0, there || term->soft, best > 0 || term->soft };
}

static struct worth worth_of(const struct query *query, const struct query_node *node, const double *best, uint32_t keyed)
{
	struct worth worth = { 0, 0, 0, node->kind == QUERY_ALL, node->kind == QUERY_ALL };
	if (node->kind == QUERY_TERM)
		return worth_of_term(query, node->term, best[node->term], keyed >> node->term & 1);
	for (int i = 0; i < node->nparts; i++) {
		if (node->parts[i].negated) /* the index has seen to it */
			continue;
		struct worth part = worth_of(query, &node->parts[i], best, keyed);
		if (node->kind == QUERY_ALL) {
			worth.sum += part.sum;
			worth.weight += part.weight;
			worth.found += part.found;
			worth.whole &= part.whole;
			worth.by_text &= part.by_text;
		} else if (worth.weight <= 0 || part.whole > worth.whole ||
			   (part.whole == worth.whole && part.sum * worth.weight > worth.sum * part.weight)) {
			bool by_text = worth.by_text || part.by_text;
			worth = part;
			worth.by_text = by_text;
		}
	}
	return worth;
}

static void whys_find(struct rank *rank, const struct query *query, uint32_t keyed, struct arena *arena)
{
	rank->why = arena_array(arena, (size_t)query->nterms + 1, sizeof *rank->why);
	for (int t = 0; t < query->nterms; t++)
		rank->why[t] = keyed >> t & 1 ? WHY_FIELD : WHY_MISSING;
	for (int i = 0; i < rank->nplaces; i++)
		if (rank->places[i].why < rank->why[rank->places[i].term])
			rank->why[rank->places[i].term] = rank->places[i].why;
}

/* How often and how early. A word that stands all over the page stands early by chance, so that counts the less the more often it stands; with it,
 * one more place is never worth less. */
static double points_of(const struct rank *rank, const struct query *query)
{
	if (!rank->nplaces)
		return 0;
	double often = 1 - query->nterms / (double)(query->nterms + rank->nplaces);
	double early = EARLY_HALF / (double)(EARLY_HALF + rank->places[0].first);
	return OFTEN * often + EARLY * early * (1 - often) * (1 - often);
}

void rank_page(struct rank *rank, const struct query *query, uint32_t keyed, const char *text, struct arena *arena)
{
	*rank = (struct rank){ .whole = true, .by_text = true, .share = 1 };
	rank->tokens = tokens_forms(arena, text, &rank->ntokens);
	struct page_words page = { text, rank->tokens, rank->ntokens, arena };
	places_find(rank, &page, query);
	whys_find(rank, query, keyed, arena);

	double best[QUERY_TERMS_MAX] = { 0 };
	for (int i = 0; i < rank->nplaces; i++)
		best[rank->places[i].term] = fmax(best[rank->places[i].term], (double)rank->places[i].quality);
	struct worth worth = { 0, 0, 0, true, true };
	if (query->tree)
		worth = worth_of(query, query->tree, best, keyed);
	rank->whole = worth.whole;
	rank->by_text = worth.by_text;
	rank->share = worth.weight > 0 ? worth.found / worth.weight : 1;
	double quality = worth.weight > 0 ? worth.sum / worth.weight : 1;
	double score = 100 * quality * (1 - APART + APART * neighbours(rank, query)) + points_of(rank, query) + (keyed ? BY_FIELD : 0);
	rank->score = round(score * 1000) / 1000;
}
