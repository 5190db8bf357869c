#include "stages/index/search_private.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/bitmap.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/catalogue/texts_sets.h"
#include "pipeline/catalogue/words.h"
#include "pipeline/error.h"
#include "pipeline/text.h"
#include "pipeline/tokens.h"
#include "stages/index/fuzzy.h"
#include "stages/index/query_field.h"
#include "stages/index/query_words.h"
#include "stages/index/relation.h"
#include "stages/index/values.h"

#define WORTH_MIN 0.05   /* of a word that stands on every page, so that it counts a little */
#define PREFIX_WORDS 32  /* words that a prefix stands for, the most frequent ones */
#define FEW 10           /* pages, less than a screen of answers: then the query is widened */
#define PAIRED_MAX 6     /* rarest words whose pairs are looked for where no page has all words */
#define SHARE_MIN 0.5    /* of the words: a page with less is another one */

void search_note(struct search *s, const char *note)
{
	*(const char **)arena_push(s->arena, &s->result->notes, &s->result->nnotes, sizeof note) = note;
}

void search_plan(struct search *s, const char *step)
{
	s->result->plan = arena_printf(s->arena, *s->result->plan ? "%s; %s" : "%s%s", s->result->plan, step);
}

/* --- the question --------------------------------------------------------------------------------------------------------- */

static bool is_kind(const struct query_field *field, const struct query_field *of)
{
	return field->kind == of->kind && field->negated == of->negated && !field->dropped;
}

/* Fields of one kind are alternatives, also where the index knows all of some and the rest of others is a condition: then all are. What is to be left out is left out by
 * each. */
static void conditions_gather(struct search *s)
{
	const struct query_field *fields = s->query->fields;
	s->conditions = NULL;
	s->nconditions = 0;
	for (int i = 0; i < s->query->nfields; i++) {
		bool first = !fields[i].dropped, conditioned = false, either = false;
		for (int k = 0; k < s->query->nfields; k++) {
			first &= k >= i || !is_kind(&fields[k], &fields[i]);
			conditioned |= fields[k].conditioned && is_kind(&fields[k], &fields[i]);
		}
		for (int k = i; k < s->query->nfields && first && conditioned; k++) {
			if (!is_kind(&fields[k], &fields[i]) || (fields[k].negated && !fields[k].conditioned))
				continue;
			struct texts_condition *condition = arena_push(s->arena, &s->conditions, &s->nconditions, sizeof *condition);
			*condition = fields[k].condition;
			condition->negated ^= fields[k].negated;
			condition->either = either;
			either = !fields[k].negated;
		}
	}
}

/* How rare a word is, as BM25's idf (natural logarithm of pages in all over pages with it): the rarest token of a term says it. */
static int worths_find(struct search *s, struct error *err)
{
	int64_t npages;
	if (texts_size(s->catalogue, &npages, err))
		return -1;
	for (int i = 0; i < s->query->nterms; i++) {
		struct query_term *term = &s->query->terms[i];
		int least = 60;
		for (int k = 0; k < term->ntokens; k++) {
			int level;
			if (words_level(s->catalogue, term->tokens[k].folded, &level, err))
				return -1;
			least = level < least ? level : least;
		}
		term->worth = fmax(WORTH_MIN, log((double)npages / exp2(least + 0.5)));
	}
	return 0;
}

struct prefix {
	struct arena *arena;
	struct query_term *term;
	bool more;
};

static int prefix_word(void *context, const char *word, int level, struct error *err)
{
	struct prefix *prefix = context;
	struct query_term *term = prefix->term;
	if (term->nwords == PREFIX_WORDS)
		prefix->more = true;
	else
		*(const char **)arena_push(prefix->arena, &term->words, &term->nwords, sizeof *term->words) = arena_strdup(prefix->arena, word);
	return 0;
}

static int prefixes_find(struct search *s, struct error *err)
{
	for (int i = 0; i < s->query->nterms; i++) {
		struct query_term *term = &s->query->terms[i];
		struct prefix prefix = { s->arena, term, false };
		const char *typed = term->tokens[term->ntokens - 1].folded;
		if (!term->prefix)
			continue;
		if (words_begin(s->catalogue, typed, PREFIX_WORDS + 1, prefix_word, &prefix, err) < 0)
			return -1;
		if (prefix.more)
			search_note(s, arena_printf(s->arena, _("Very many words begin with \"%s\"; only the %d most frequent ones count."),
						 typed, PREFIX_WORDS));
	}
	return 0;
}

struct texts_question search_question(const struct search *s, const struct texts_node *words)
{
	return (struct texts_question){ .viewer = s->asked->viewer, .words = words, .conditions = s->conditions,
					.nconditions = s->nconditions, .first = !s->query->tree };
}

/* --- where little answers ------------------------------------------------------------------------------------------------- */

/* Words that stand in for those which were typed; true where there are any. */
static int alternatives_find(struct search *s, bool asked_only, bool *found, struct error *err)
{
	*found = false;
	for (int i = 0; i < s->query->nterms; i++) {
		struct query_term *term = &s->query->terms[i];
		if (asked_only && !term->fuzzy)
			continue;
		if (fuzzy_find(s->catalogue, s->sets, s->asked->viewer, term, s->arena, err))
			return -1;
		*found |= term->nalternatives > 0;
	}
	return 0;
}

static int by_worth(const void *a, const void *b)
{
	const double *p = a, *q = b;
	return *p < *q ? 1 : *p > *q ? -1 : 0;
}

/* The rarest words that some page has: numbers into terms, at most PAIRED_MAX. */
static int rarest(const struct query *query, int terms[PAIRED_MAX])
{
	struct {
		double worth;
		int term;
	} all[QUERY_TERMS_MAX] = { 0 };
	int n = 0;
	for (int i = 0; i < query->nterms; i++)
		if (!query->terms[i].negated && !query->terms[i].soft) {
			all[n].worth = query->terms[i].worth;
			all[n++].term = i;
		}
	qsort(all, (size_t)n, sizeof *all, by_worth);
	n = n < PAIRED_MAX ? n : PAIRED_MAX;
	for (int i = 0; i < n; i++)
		terms[i] = all[i].term;
	return n;
}

/* Pages that have most of the words. They stand behind those that have all. */
static int most_words(struct search *s, struct error *err)
{
	int terms[PAIRED_MAX], n = rarest(s->query, terms);
	int64_t all;
	if (n < 2 || !s->query->plain || (n == 2 && s->result->total + s->result->also))
		return 0;
	struct texts_node *words = query_pairs(s->query, terms, n, s->arena);
	s->share = SHARE_MIN;
	s->by_field_only = 0;
	if (search_best_add(s, words, words, NULL, SEARCH_RANKED_MAX / 2, &all, err) || search_rank(s, err))
		return -1;
	search_plan(s, arena_printf(s->arena, n == 2 ? _("pages with one of the words: %d") : _("pages with two of the rarest words: %d"), (int)all));
	s->result->lessened = s->ncandidates > s->result->total + s->result->also;
	if (s->result->lessened)
		s->result->also = s->ncandidates - s->result->total;
	return 0;
}

/* What is found so stands behind the pages that answer, and is no part of the total. */
static int widen(struct search *s, struct error *err)
{
	int64_t total = s->result->total;
	bool found;
	if (total >= FEW || !s->query->tree || s->asked->narrow)
		return 0;
	if (alternatives_find(s, false, &found, err) || (found && search_relevance(s, err)))
		return -1;
	s->result->also = s->result->total - total;
	s->result->total = total;
	s->result->widened = s->result->also > 0;
	return total + s->result->also < FEW ? most_words(s, err) : 0;
}

/* Nothing answers: which field is to blame? The first without which something does; else all of them. */
static int fields_leave(struct search *s, struct error *err)
{
	struct bitmap *pages;
	int64_t count = 0;
	int wanted = 0;
	bool whole;
	for (int i = 0; i < s->query->nfields; i++)
		wanted += !s->query->fields[i].negated;
	if (s->result->total + s->result->also || !wanted || s->asked->narrow)
		return 0;
	for (int i = 0; i < s->query->nfields && !count; i++) {
		struct query_field *field = &s->query->fields[i];
		if (field->negated) /* whoever says what not to show is not shown it */
			continue;
		field->dropped = true;
		conditions_gather(s);
		struct texts_question question = search_question(s, query_words(s->query, QUERY_FOLDED, s->arena));
		if (!question.words && !question.nconditions)
			return 0;
		if (search_answering(s, 1, &pages, &whole, err))
			return -1;
		count = bitmap_count(pages);
		bitmap_free(pages);
		field->dropped = count > 0;
		if (count)
			search_note(s, arena_printf(s->arena, _("No paper answers with %s; shown is what answers without it."), field->typed));
	}
	if (!count && s->query->tree) {
		for (int i = 0; i < s->query->nfields; i++)
			s->query->fields[i].dropped = !s->query->fields[i].negated;
		search_note(s, _("No paper answers with these fields; shown is what answers without them."));
	}
	conditions_gather(s);
	s->ncandidates = 0;
	return search_relevance(s, err) || widen(s, err) ? -1 : 0;
}

/* --- facets --------------------------------------------------------------------------------------------------------------- */

static int facet_row(void *context, enum texts_facet facet, const char *value, int64_t count, struct error *err)
{
	struct search *s = context;
	struct search_result *result = s->result;
	if (result->nfacets[facet] == SEARCH_FACET_ROWS) {
		result->facets_more[facet]++;
		return 0;
	}
	*(struct search_facet *)arena_push(s->arena, &result->facets[facet], &result->nfacets[facet], sizeof **result->facets) =
		(struct search_facet){ arena_strdup(s->arena, value), count };
	return 0;
}

static int facets_find(struct search *s, struct error *err)
{
	int64_t first[SEARCH_FACETS_MAX];
	struct bitmap *pages;
	bool whole;
	if (!s->asked->facets)
		return 0;
	if (search_answering(s, SEARCH_FACETS_MAX, &pages, &whole, err))
		return -1;
	s->result->facets_part = s->result->total > SEARCH_FACETS_MAX;
	int n = bitmap_first(pages, first, SEARCH_FACETS_MAX);
	bitmap_free(pages);
	return texts_facets(s->catalogue, s->asked->viewer, first, n, facet_row, s, err) < 0 ? -1 : 0;
}

/* The end of "before" and "after" that was left open is that of the papers there are. */
static int years_find(struct search *s, struct error *err)
{
	for (int i = 0; i < s->query->nfields; i++) {
		struct query_field *field = &s->query->fields[i];
		int first, last;
		if (!field->conditioned || field->words || field->condition.kind != CONDITION_DAY)
			continue;
		if (texts_years(s->catalogue, &first, &last, err))
			return -1;
		query_field_years(field, first, last, s->arena);
	}
	return 0;
}

/* --- the answer ----------------------------------------------------------------------------------------------------------- */

static int prepare(struct search *s, struct error *err)
{
	bool found;
	if (prefixes_find(s, err) || years_find(s, err) || alternatives_find(s, true, &found, err) || worths_find(s, err))
		return -1;
	conditions_gather(s);
	return 0;
}

static int by_relevance(struct search *s, struct error *err)
{
	if (search_relevance(s, err) || (s->result->total && facets_find(s, err)) || widen(s, err) || fields_leave(s, err) || search_papers_by_relevance(s, err))
		return -1;
	return s->result->total ? 0 : facets_find(s, err);
}

/* What is similar has no other order than relevance. */
static int answer(struct search *s, struct error *err)
{
	if (prepare(s, err))
		return -1;
	if (s->asked->sort == SORT_RELEVANCE)
		return by_relevance(s, err);
	if (s->asked->sort == SORT_DATE ? search_papers_by_day(s, err) : search_papers_by_intake(s, s->asked->sort == SORT_NEWEST, err))
		return -1;
	if (s->result->total)
		return facets_find(s, err);
	if (by_relevance(s, err))
		return -1;
	if (s->result->nhits)
		search_note(s, _("Nothing answers the whole query; what comes near it stands in the order of relevance."));
	return 0;
}

static int search_typed(struct catalogue *catalogue, const struct search_query *query, struct search_result *result, struct arena *arena,
			struct error *err)
{
	*result = (struct search_result){ .plan = "" };
	struct search s = { .catalogue = catalogue, .asked = query, .result = result, .query = &result->query, .arena = arena };
	query_parse(&result->query, query->text, query->schemas, arena);
	result->empty = !result->query.tree && result->query.nfields == 0;
	for (int i = 0; i < result->query.nnotes; i++)
		search_note(&s, result->query.notes[i]);
	if (result->query.cut)
		search_note(&s, _("The query is very long; only its first words count."));
	if (result->empty) {
		search_note(&s, _("The query holds no word."));
		return 0;
	}
	s.scratch = arena_new();
	s.sets = texts_sets_new(catalogue, err);
	int ret = s.sets ? answer(&s, err) : -1;
	texts_sets_free(s.sets);
	arena_free(s.scratch);
	return ret;
}

/* --- other names ---------------------------------------------------------------------------------------------------------- */

/* Every word stands there, none is only similar: such a paper stays in front. */
static bool is_whole(const struct search_hit *hit, const struct query *query)
{
	for (int i = 0; i < query->nterms; i++)
		if (!query->terms[i].negated && !query->terms[i].soft && (hit->pages[0].why[i] == WHY_MISSING || hit->pages[0].why[i] == WHY_ALIKE))
			return false;
	return true;
}

static int hit_find(const struct search_hit *hits, int n, int64_t document)
{
	for (int i = 0; i < n; i++)
		if (hits[i].document == document)
			return i;
	return -1;
}

struct related {
	struct search_hit *hits;
	int n, most;
};

/* Papers of one rewritten query that the typed one does not find whole. */
static int related_add(struct catalogue *catalogue, const struct search_query *query, const struct relation *relation, struct search_result *result,
		       struct related *related, struct arena *arena, struct error *err)
{
	struct search_query other = { .text = relation->text, .viewer = query->viewer, .schemas = query->schemas, .limit = query->limit,
				      .narrow = true };
	struct search_result *found = arena_alloc(arena, sizeof *found);
	int before = related->n;
	if (search_typed(catalogue, &other, found, arena, err))
		return -1;
	for (int i = 0; i < found->nhits && related->n < related->most; i++) {
		struct search_hit hit = found->hits[i];
		int there = hit_find(result->hits, result->nhits, hit.document);
		if ((there >= 0 && is_whole(&result->hits[there], &result->query)) || hit_find(related->hits, related->n, hit.document) >= 0)
			continue;
		hit.through = relation->through;
		hit.successor = relation->place;
		hit.query = &found->query;
		*(struct search_hit *)arena_push(arena, &related->hits, &related->n, sizeof hit) = hit;
	}
	result->plan = arena_printf(arena, "%s%s%s: %d", result->plan, *result->plan ? "; " : "", relation->through, related->n - before);
	return 0;
}

/* Papers with every word, then those through another name, then the rest. */
static void related_put(struct search_result *result, const struct related *related, struct arena *arena)
{
	struct search_hit *hits = arena_array(arena, (size_t)(result->nhits + related->n) + 1, sizeof *hits);
	int n = 0;
	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < result->nhits; i++)
			if (is_whole(&result->hits[i], &result->query) == !pass &&
			    hit_find(related->hits, related->n, result->hits[i].document) < 0)
				hits[n++] = result->hits[i];
		for (int i = 0; i < related->n && !pass; i++)
			hits[n++] = related->hits[i];
	}
	result->hits = hits;
	result->nhits = n;
	result->nrelated = related->n;
}

#define RELATED_MIN 5 /* papers through other names, also where the page of results is full */

static int others_add(struct catalogue *catalogue, const struct search_query *query, struct search_result *result, struct arena *arena,
		      struct error *err)
{
	struct related related = { NULL, 0, query->limit > RELATED_MIN ? query->limit : RELATED_MIN };
	struct relation *relations;
	const char **notes;
	int n, nnotes, whole = 0;
	relations_find(query->places, query->text, &relations, &n, &notes, &nnotes, arena);
	for (int i = 0; i < nnotes; i++)
		*(const char **)arena_push(arena, &result->notes, &result->nnotes, sizeof *notes) = notes[i];
	for (int i = 0; i < result->nhits; i++)
		whole += is_whole(&result->hits[i], &result->query);
	related.most = related.most - whole > RELATED_MIN ? related.most - whole : RELATED_MIN;
	for (int i = 0; i < n && related.n < related.most; i++)
		if (related_add(catalogue, query, &relations[i], result, &related, arena, err))
			return -1;
	if (related.n)
		related_put(result, &related, arena);
	return 0;
}

/* --- names that no paper has ---------------------------------------------------------------------------------------------- */

static bool answers(const struct search_result *result)
{
	if (result->empty || result->nrelated)
		return true;
	for (int i = 0; i < result->query.nfields; i++)
		if (result->query.fields[i].dropped)
			return false;
	return result->total + result->also > 0;
}

/* Asks again with the names of the query as papers have them; an answer that is no better is not taken. */
static int values_try(struct catalogue *catalogue, const struct search_query *query, struct search_result *result, struct arena *arena, struct error *err)
{
	struct search_query other = *query;
	struct search_result *found = arena_alloc(arena, sizeof *found);
	if (values_mend(catalogue, query->viewer, &result->query, &other.text, arena, err))
		return -1;
	if (!other.text)
		return 0;
	if (search_typed(catalogue, &other, found, arena, err))
		return -1;
	if (found->total == 0 && (found->also == 0 || result->total + result->also))
		return 0;
	*(const char **)arena_push(arena, &found->notes, &found->nnotes, sizeof *found->notes) =
		arena_printf(arena, _("No paper answers the field as it stands; looked for was: %s"), other.text);
	for (int i = 0; i < found->nhits; i++)
		found->hits[i].query = &result->query;
	*result = *found;
	return 0;
}

static int search_all(struct catalogue *catalogue, const struct search_query *query, struct search_result *result, struct arena *arena,
		      struct error *err)
{
	if (search_typed(catalogue, query, result, arena, err))
		return -1;
	for (int i = 0; i < result->nhits; i++)
		result->hits[i].query = &result->query;
	bool places = query->places && query->sort == SORT_RELEVANCE && !query->after && query->limit && !result->empty &&
		      strlen(query->text) <= QUERY_BYTES_MAX;
	if (places && others_add(catalogue, query, result, arena, err))
		return -1;
	return answers(result) ? 0 : values_try(catalogue, query, result, arena, err);
}

int index_search(struct catalogue *catalogue, const struct search_query *query, struct search_result *result, struct arena *arena,
		 struct error *err)
{
	if (catalogue_look(catalogue, err))
		return -1;
	int ret = search_all(catalogue, query, result, arena, err);
	catalogue_look_end(catalogue);
	return ret;
}
