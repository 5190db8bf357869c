#include "stages/index/search.h"

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
#include "stages/index/best.h"
#include "stages/index/fuzzy.h"
#include "stages/index/query_words.h"
#include "stages/index/relation.h"
#include "stages/index/values.h"

#define MEETING_MAX 2000 /* of the best pages, looked at for viewer and conditions where not all that answer are */
#define MEETING_STEP 200 /* pages asked about at once */
#define WORTH_MIN 0.05   /* of a word that stands on every page, so that it counts a little */
#define BY_KEY_MAX 200   /* pages of one number: hundreds of offices begin again at 01 each year, few share a whole number */
#define PREFIX_WORDS 32  /* words that a prefix stands for, the most frequent ones */
#define DOSSIER_WORDS_MIN 2 /* of a code that is looked for unasked: HS-01 */
#define FEW 10           /* pages, less than a screen of answers: then the query is widened */
#define PAIRED_MAX 6     /* rarest words whose pairs are looked for where no page has all words */
#define SHARE_MIN 0.5    /* of the words: a page with less is another one */
#define PAGES_SHOWN 10   /* of one paper */

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

static const char *const number_names[] = { "number", "owner_id", "change_number", "dossier_code" };
static const char *const name_names[] = { "owner_name" };

struct candidate {
	int64_t page, document;
	uint32_t keyed; /* rank.h */
	int number;     /* of the page in its dossier */
	double score;   /* of the index first, of rank.h then */
	bool shown;
};

struct search {
	struct catalogue *catalogue;
	const struct search_query *asked;
	struct search_result *result;
	struct query *query;           /* the result's */
	struct arena *arena, *scratch; /* of the caller; of one page */
	struct terms *terms;
	struct texts_sets *sets;
	struct texts_condition *conditions;
	int nconditions;
	struct candidate *candidates;
	int ncandidates;
	int64_t by_field_only;         /* pages that the index does not count */
	uint32_t keyed;                /* what the pages coming in answer by a field */
	double share;                  /* a page must have of the words: 1 all, by the tree */
	int npapers;                   /* in a run of pages */
	struct candidate *ranking;
	struct search_hit *hit;
	struct search_page page;       /* of that paper, being made */
};

static void note_add(struct search *s, const char *note)
{
	*(const char **)arena_push(s->arena, &s->result->notes, &s->result->nnotes, sizeof note) = note;
}

static void plan_add(struct search *s, const char *step)
{
	s->result->plan = arena_printf(s->arena, *s->result->plan ? "%s; %s" : "%s%s", s->result->plan, step);
}

/* --- the question --------------------------------------------------------------------------------------------------------- */

static void conditions_gather(struct search *s)
{
	s->conditions = NULL;
	s->nconditions = 0;
	for (int i = 0; i < s->query->nfields; i++) {
		const struct query_field *field = &s->query->fields[i];
		if (!field->conditioned || field->dropped)
			continue;
		struct texts_condition *condition = arena_push(s->arena, &s->conditions, &s->nconditions, sizeof *condition);
		*condition = field->condition;
		condition->negated ^= field->negated && !field->words;
	}
}

static struct texts_question question_of(const struct search *s, const struct texts_node *words)
{
	return (struct texts_question){ .viewer = s->asked->viewer, .words = words, .conditions = s->conditions,
					.nconditions = s->nconditions, .first = !s->query->tree };
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
			note_add(s, arena_printf(s->arena, _("Very many words begin with \"%s\"; only the %d most frequent ones count."),
						 typed, PREFIX_WORDS));
	}
	return 0;
}

/* --- candidates ----------------------------------------------------------------------------------------------------------- */

static struct candidate *candidate_push(struct search *s, int64_t page)
{
	struct candidate *candidate = arena_push(s->arena, &s->candidates, &s->ncandidates, sizeof *candidate);
	candidate->page = page;
	return candidate;
}

static int candidate_add(void *context, const struct texts_match *match, struct error *err)
{
	candidate_push(context, match->page)->document = match->document;
	return 0;
}

static int keyed_add(void *context, int64_t page, struct error *err)
{
	struct search *s = context;
	candidate_push(s, page)->keyed = s->keyed;
	return 0;
}

static int by_page(const void *a, const void *b)
{
	const struct candidate *p = a, *q = b;
	return p->page < q->page ? -1 : p->page > q->page;
}

/* One entry a page, with all that its fields answer. */
static void candidates_merge(struct search *s)
{
	int n = 0;
	if (s->ncandidates)
		qsort(s->candidates, (size_t)s->ncandidates, sizeof *s->candidates, by_page);
	for (int i = 0; i < s->ncandidates; i++) {
		if (n && s->candidates[n - 1].page == s->candidates[i].page)
			s->candidates[n - 1].keyed |= s->candidates[i].keyed;
		else
			s->candidates[n++] = s->candidates[i];
	}
	s->ncandidates = n;
}

static int by_score(const void *a, const void *b)
{
	const struct candidate *p = a, *q = b;
	if (p->shown != q->shown)
		return p->shown ? -1 : 1;
	if (p->score > q->score || p->score < q->score)
		return p->score > q->score ? -1 : 1;
	if (p->document != q->document)
		return p->document < q->document ? -1 : 1;
	return p->number != q->number ? p->number - q->number : by_page(a, b);
}

/* Whether pages may be asked for by the marks that were typed: a prefix stands for its words. */
static bool has_exact(const struct query *query)
{
	for (int i = 0; i < query->nterms; i++)
		for (int k = 0; k < query->terms[i].ntokens && !query->terms[i].prefix; k++)
			if (query->terms[i].tokens[k].marked)
				return true;
	return false;
}

/* Whether not everything that decides about a page is known to the index. */
static bool has_conditions(const struct search *s)
{
	return s->asked->viewer || s->nconditions;
}

/* Of n pages those that meet viewer and conditions, in their order, at most `most`; *kept of them. */
static int pages_meet(struct search *s, int64_t *pages, int n, int most, int *kept, struct error *err)
{
	struct texts_question question = question_of(s, NULL);
	bool meets[MEETING_STEP];
	*kept = 0;
	for (int i = 0, step; i < n && *kept < most; i += step) {
		step = n - i < MEETING_STEP ? n - i : MEETING_STEP;
		if (texts_meet(s->catalogue, &question, pages + i, step, meets, err))
			return -1;
		for (int k = 0; k < step && *kept < most; k++)
			if (meets[k])
				pages[(*kept)++] = pages[i + k];
	}
	return 0;
}

/* The first pages of a set that meet viewer and conditions, at most one more than are counted; in *met, which is of the same size. */
static int set_meet(struct search *s, const struct bitmap *pages, struct bitmap *met, struct error *err)
{
	int64_t some[MEETING_STEP];
	int kept = 0, all = 0;
	for (int64_t page = bitmap_next(pages, 0); page >= 0 && all <= SEARCH_TOTAL_MAX; all += kept) {
		int n = 0;
		for (; page >= 0 && n < MEETING_STEP; page = bitmap_next(pages, page + 1))
			some[n++] = page;
		if (pages_meet(s, some, n, SEARCH_TOTAL_MAX + 1 - all, &kept, err))
			return -1;
		for (int i = 0; i < kept; i++)
			bitmap_add(met, some[i]);
	}
	return 0;
}

/* Pages that answer words, and of them those that are counted. */
struct answering {
	struct texts_set set;
	struct bitmap *met; /* where viewer and conditions are asked for page by page, the first that meet them; else set.pages */
	int64_t count;      /* of met */
};

static int answering_find(struct search *s, const struct texts_node *words, struct answering *found, struct error *err)
{
	*found = (struct answering){ .count = 0 };
	if (texts_sets_find(s->sets, words, has_conditions(s) ? INT64_MAX : SEARCH_TOTAL_MAX, &found->set, err))
		return -1;
	found->met = found->set.pages;
	if (has_conditions(s)) {
		found->met = texts_sets_empty(s->sets);
		if (set_meet(s, found->set.pages, found->met, err))
			return -1;
	}
	found->count = bitmap_count(found->met);
	return 0;
}

static void answering_release(struct answering *found)
{
	if (found->met != found->set.pages)
		bitmap_free(found->met);
	texts_set_release(&found->set);
}

/* The best of the pages `among` become candidates, at most `most`; of so many they are looked for that meet viewer and conditions, where `asked` is more. */
static int best_add(struct search *s, const struct texts_node *words, const struct texts_node *exact, const struct bitmap *among, int asked, int most,
		    struct error *err)
{
	int64_t *best;
	int n;
	if (best_pages(s->sets, words, exact, among, asked, &best, &n, s->arena, err) || (asked > most && pages_meet(s, best, n, most, &n, err)))
		return -1;
	for (int i = 0; i < n; i++)
		candidate_push(s, best[i]);
	return 0;
}

/* The best of the pages that answer become candidates. Where not all were looked at for viewer and conditions, first those that the words alone put in front; where phrases
 * were not looked for on all pages, also some that have their words often: whether they answer is seen when they are read. */
static int answering_add(struct search *s, const struct answering *found, const struct texts_node *words, const struct texts_node *exact, int most,
			 struct error *err)
{
	if (found->set.rest)
		return best_add(s, words, exact, found->met, most * 2 / 3, most * 2 / 3, err) ||
		       best_add(s, words, exact, found->set.rest, most / 3, most / 3, err) ? -1 : 0;
	if (found->count > SEARCH_TOTAL_MAX && found->met != found->set.pages && best_add(s, words, exact, found->set.pages, MEETING_MAX, most, err))
		return -1;
	return best_add(s, words, exact, found->met, most, most, err);
}

static void total_set(struct search *s, int64_t count)
{
	s->result->more = count > SEARCH_TOTAL_MAX;
	s->result->total = s->result->more ? SEARCH_TOTAL_MAX : count;
}

static int count_all(struct search *s, struct error *err)
{
	struct texts_node *words = query_words(s->query, QUERY_FOLDED, s->arena);
	struct texts_question question = question_of(s, words);
	struct answering found = { .count = 0 };
	bool sets = words && !question.first;
	int ret = sets ? answering_find(s, words, &found, err) : texts_count(s->catalogue, &question, SEARCH_TOTAL_MAX + 1, &found.count, err);
	if (!ret)
		total_set(s, found.count);
	answering_release(&found);
	return ret;
}

/* Without words: the first pages of the papers that have the fields, as they came in. */
static int papers_add(struct search *s, struct error *err)
{
	struct texts_question question = question_of(s, query_words(s->query, QUERY_FOLDED, s->arena));
	int first = s->ncandidates;
	if (texts_match(s->catalogue, &question, SEARCH_TOTAL_MAX + 1, candidate_add, s, err) < 0)
		return -1;
	total_set(s, s->ncandidates - first);
	if (s->ncandidates - first > SEARCH_RANKED_MAX)
		s->ncandidates = first + SEARCH_RANKED_MAX;
	return 0;
}

static int words_add(struct search *s, struct error *err)
{
	struct answering found;
	int ret;
	if (s->query->tree) {
		ret = answering_find(s, query_words(s->query, QUERY_FOLDED, s->arena), &found, err);
		if (!ret)
			total_set(s, found.count);
		if (!ret)
			ret = answering_add(s, &found, query_words(s->query, QUERY_BOTH, s->arena),
					    has_exact(s->query) ? query_words(s->query, QUERY_EXACT, s->arena) : NULL, SEARCH_RANKED_MAX, err);
		answering_release(&found);
	} else {
		ret = papers_add(s, err);
	}
	if (ret)
		return -1;
	s->result->part |= s->result->total > SEARCH_RANKED_MAX;
	plan_add(s, s->result->more ? arena_printf(s->arena, _("more than %d pages answer"), SEARCH_TOTAL_MAX)
				    : arena_printf(s->arena, _("pages that answer: %d"), (int)s->result->total));
	return 0;
}

static int add_by_key(struct search *s, const char *const *names, int nnames, const char *key, uint32_t keyed, struct error *err)
{
	if (!key)
		return 0;
	s->keyed = keyed;
	return texts_by_key(s->catalogue, s->asked->viewer, names, nnames, key, BY_KEY_MAX, keyed_add, s, err) < 0 ? -1 : 0;
}

static int dossier_page(void *context, const struct texts_match *match, struct error *err)
{
	return keyed_add(context, match->page, err);
}

/* The papers of the dossier whose whole code was typed, in any spacing: it may stand on none of them. A code of one word is a word or a number like any other. */
static int dossier_add(struct search *s, struct error *err)
{
	int n = 0;
	const char **code = s->query->key ? texts_fact_terms(s->arena, FACT_DOSSIER, text_nfc(s->arena, s->asked->text), &n) : NULL;
	if (n < DOSSIER_WORDS_MIN)
		return 0;
	const char **terms = arena_array(s->arena, (size_t)n + 2, sizeof *terms);
	terms[0] = arena_printf(s->arena, "@%c", FACT_BATCH); /* where the fact before ends, and where this one does (texts.h) */
	memcpy(terms + 1, code, (size_t)n * sizeof *terms);
	terms[n + 1] = arena_printf(s->arena, "@%c", FACT_DOSSIER);
	struct texts_node words = { .kind = TEXTS_PHRASE, .terms = terms, .nterms = n + 2 };
	struct texts_question question = { .viewer = s->asked->viewer, .words = &words, .first = true };
	s->keyed = RANK_ALL_TERMS;
	return texts_match(s->catalogue, &question, BY_KEY_MAX, dossier_page, s, err) < 0 ? -1 : 0;
}

/* A paper is also found by a field, where its reading lacks the words. Only plain queries: elsewhere a field has its name. */
static int fields_add(struct search *s, struct error *err)
{
	const struct query *q = s->query;
	if (!q->plain || q->nfields)
		return 0;
	for (int i = 0; i < q->nterms; i++)
		if (add_by_key(s, number_names, COUNT(number_names), q->terms[i].key, UINT32_C(1) << i, err))
			return -1;
	return add_by_key(s, number_names, COUNT(number_names), q->key, RANK_ALL_TERMS, err) ||
	       add_by_key(s, name_names, COUNT(name_names), q->name, RANK_ALL_TERMS, err) || dossier_add(s, err) ? -1 : 0;
}

/* --- order ---------------------------------------------------------------------------------------------------------------- */

static int score_row(void *context, const struct texts_text *row, struct error *err)
{
	struct search *s = context;
	struct rank rank;
	arena_reset(s->scratch);
	rank_page(&rank, s->query, s->ranking->keyed, row->exact, s->terms, s->scratch);
	s->ranking->shown = s->share < 1 ? rank.share >= s->share : rank.whole;
	s->ranking->score = rank.score;
	s->ranking->document = row->document;
	s->ranking->number = row->number;
	s->by_field_only += rank.whole && !rank.by_text;
	return 0;
}

static int candidates_rank(struct search *s, struct error *err)
{
	int n = 0;
	candidates_merge(s);
	for (int i = 0; i < s->ncandidates; i++) {
		s->ranking = &s->candidates[i];
		s->ranking->shown = false;
		if (texts_text(s->catalogue, s->asked->viewer, s->ranking->page, score_row, s, err) < 0)
			return -1;
	}
	if (s->ncandidates)
		qsort(s->candidates, (size_t)s->ncandidates, sizeof *s->candidates, by_score);
	while (n < s->ncandidates && s->candidates[n].shown)
		n++;
	s->ncandidates = n;
	return 0;
}

/* Asks and ranks; the candidates that are there already stay among those that are ranked. */
static int relevance(struct search *s, struct error *err)
{
	s->by_field_only = 0;
	s->share = 1;
	if (words_add(s, err) || fields_add(s, err) || candidates_rank(s, err))
		return -1;
	s->result->total += s->by_field_only;
	return 0;
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
		if (fuzzy_find(s->catalogue, s->asked->viewer, term, s->arena, err))
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
	struct answering found;
	if (n < 2 || !s->query->plain || (n == 2 && s->result->total + s->result->also))
		return 0;
	struct texts_node *words = query_pairs(s->query, terms, n, s->arena);
	int ret = answering_find(s, words, &found, err) || answering_add(s, &found, words, NULL, SEARCH_RANKED_MAX / 2, err) ? -1 : 0;
	answering_release(&found);
	s->share = SHARE_MIN;
	s->by_field_only = 0;
	if (ret || candidates_rank(s, err))
		return -1;
	plan_add(s, arena_printf(s->arena, n == 2 ? _("pages with one of the words: %d") : _("pages with two of the rarest words: %d"), (int)found.count));
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
	if (alternatives_find(s, false, &found, err) || (found && relevance(s, err)))
		return -1;
	s->result->also = s->result->total - total;
	s->result->total = total;
	s->result->widened = s->result->also > 0;
	return total + s->result->also < FEW ? most_words(s, err) : 0;
}

/* Nothing answers: which field is to blame? The first without which something does; else all of them. */
static int fields_leave(struct search *s, struct error *err)
{
	int64_t count = 0;
	int wanted = 0;
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
		struct texts_question question = question_of(s, query_words(s->query, QUERY_FOLDED, s->arena));
		if (!question.words && !question.nconditions)
			return 0;
		if (texts_count(s->catalogue, &question, 1, &count, err))
			return -1;
		field->dropped = count > 0;
		if (count)
			note_add(s, arena_printf(s->arena, _("No paper answers with %s; shown is what answers without it."), field->typed));
	}
	if (!count && s->query->tree) {
		for (int i = 0; i < s->query->nfields; i++)
			s->query->fields[i].dropped = !s->query->fields[i].negated;
		note_add(s, _("No paper answers with these fields; shown is what answers without them."));
	}
	conditions_gather(s);
	s->ncandidates = 0;
	return relevance(s, err) || widen(s, err) ? -1 : 0;
}

/* --- papers --------------------------------------------------------------------------------------------------------------- */

static int page_row(void *context, const struct texts_hit *row, struct error *err)
{
	struct search *s = context;
	struct search_hit *hit = s->hit;
	struct search_page *page = &s->page;
	struct arena *arena = s->arena;
	struct rank rank;
	arena_reset(s->scratch);
	rank_page(&rank, s->query, s->ranking->keyed, row->exact, s->terms, s->scratch);
	snippet_make(&page->snippet, row->exact, &rank, arena);
	page->why = arena_array(arena, (size_t)s->query->nterms + 1, sizeof *page->why);
	memcpy(page->why, rank.why, (size_t)s->query->nterms * sizeof *page->why);
	page->page_id = row->page;
	page->page = row->in_document;
	page->number = row->number;
	page->file = arena_strdup(arena, row->file);
	page->file_page = row->file_page;
	page->score = rank.score;
	hit->document = row->document;
	if (hit->npages)
		return 0;
	hit->dossier = arena_strdup(arena, row->dossier);
	hit->batch = arena_strdup(arena, row->batch);
	hit->box = arena_strdup(arena, row->box);
	hit->shelf = arena_strdup(arena, row->shelf);
	hit->type = arena_strdup(arena, row->type);
	hit->title = arena_strdup(arena, row->title);
	hit->verdict = arena_strdup(arena, row->verdict);
	return 0;
}

/* Adds a page to its paper; a new paper is made where it is the first of it. False in *added: the answer is full. */
static int page_add(struct search *s, struct candidate *candidate, bool *full, struct error *err)
{
	struct search_result *result = s->result;
	int at = 0;
	while (at < result->nhits && result->hits[at].document != candidate->document)
		at++;
	*full = at == s->asked->limit;
	if (*full || (at < result->nhits && result->hits[at].npages == PAGES_SHOWN))
		return 0;
	if (at == result->nhits)
		arena_push(s->arena, &result->hits, &result->nhits, sizeof *result->hits);
	s->hit = &result->hits[at];
	s->page = (struct search_page){ 0 };
	s->ranking = candidate;
	if (texts_hit(s->catalogue, s->asked->viewer, candidate->page, page_row, s, err) < 0)
		return -1;
	if (!s->page.page_id && !s->hit->npages) { /* gone meanwhile: another process may write */
		result->nhits--;
		return 0;
	}
	if (s->page.page_id) {
		*(struct search_page *)arena_push(s->arena, &s->hit->pages, &s->hit->npages, sizeof s->page) = s->page;
		s->hit->score = fmax(s->hit->score, s->page.score);
	}
	return 0;
}

/* The place behind the last paper, for the next page of results: its score, number or day, and its number. */
static bool behind_cursor(const char *after, double score, int64_t document)
{
	double last;
	int64_t last_document;
	if (!after || sscanf(after, "r%lf:%" SCNd64, &last, &last_document) != 2)
		return true;
	return score < last || (score <= last && document > last_document);
}

/* Papers in the order of their best page. */
static int papers_by_relevance(struct search *s, struct error *err)
{
	struct search_result *result = s->result;
	bool full = false;
	int64_t *left = arena_array(s->arena, (size_t)s->ncandidates + 1, sizeof *left);
	int nleft = 0, rest = 0;
	for (int i = 0; i < s->ncandidates; i++) {
		struct candidate *candidate = &s->candidates[i];
		bool seen = false;
		for (int k = 0; k < nleft && !seen; k++)
			seen = left[k] == candidate->document;
		if (seen)
			continue;
		if (!behind_cursor(s->asked->after, candidate->score, candidate->document)) {
			bool shown = false;
			for (int k = 0; k < result->nhits && !shown; k++)
				shown = result->hits[k].document == candidate->document;
			if (!shown)
				left[nleft++] = candidate->document; /* stood on a page of results before, with all its pages */
			continue;
		}
		if (page_add(s, candidate, &full, err))
			return -1;
		rest += full;
	}
	if (rest && result->nhits) {
		const struct search_hit *last = &result->hits[result->nhits - 1];
		result->next = arena_printf(s->arena, "r%.3f:%" PRId64, last->score, last->document);
	}
	return 0;
}

/* Pages of a run, until one belongs to a paper more than is wanted. */
static int run_add(void *context, const struct texts_match *match, struct error *err)
{
	struct search *s = context;
	int64_t last = s->ncandidates ? s->candidates[s->ncandidates - 1].document : 0;
	if (match->document != last && s->npapers++ == s->asked->limit)
		return 1;
	return candidate_add(s, match, err);
}

/* Papers as they came in: the pages of one stand side by side, and the next page of results begins behind the last page shown. */
static int papers_by_intake(struct search *s, bool newest, struct error *err)
{
	struct texts_node *words = query_words(s->query, QUERY_FOLDED, s->arena);
	struct texts_question question = question_of(s, words);
	bool full;
	question.newest = newest;
	question.papers = true;
	if (s->asked->after && sscanf(s->asked->after, "n%" SCNd64, &question.beyond) != 1)
		question.beyond = 0;
	s->ncandidates = 0;
	if (count_all(s, err))
		return -1;
	int more = texts_match(s->catalogue, &question, SEARCH_TOTAL_MAX, run_add, s, err);
	if (more < 0)
		return -1;
	for (int i = 0; i < s->ncandidates; i++)
		if (page_add(s, &s->candidates[i], &full, err))
			return -1;
	if (more && s->ncandidates)
		s->result->next = arena_printf(s->arena, "n%" PRId64, s->candidates[s->ncandidates - 1].page);
	return 0;
}

struct dated {
	int64_t document;
	const char *day;
	struct candidate *candidate; /* its first page that answers */
};

static int by_day(const void *a, const void *b)
{
	const struct dated *p = a, *q = b;
	int order = strcmp(q->day, p->day);
	return order ? order : p->document < q->document ? -1 : p->document > q->document;
}

static int papers_by_day(struct search *s, struct error *err)
{
	struct texts_node *words = query_words(s->query, QUERY_FOLDED, s->arena);
	struct texts_question question = question_of(s, words);
	struct dated *papers = NULL, last = { 0, "", NULL };
	char day[40] = "";
	int n = 0, shown = 0;
	bool full, after = s->asked->after && sscanf(s->asked->after, "d%39[^:]:%" SCNd64, day, &last.document) == 2;
	question.papers = true;
	last.day = strcmp(day, "-") ? day : "";
	s->ncandidates = 0;
	if (count_all(s, err) || texts_match(s->catalogue, &question, SEARCH_TOTAL_MAX, candidate_add, s, err) < 0)
		return -1;
	for (int i = 0; i < s->ncandidates; i++) {
		if (n && papers[n - 1].document == s->candidates[i].document)
			continue;
		struct dated *paper = arena_push(s->arena, &papers, &n, sizeof *paper);
		*paper = (struct dated){ s->candidates[i].document, "", &s->candidates[i] };
		if (texts_day(s->catalogue, paper->document, s->arena, &paper->day, err))
			return -1;
	}
	if (n)
		qsort(papers, (size_t)n, sizeof *papers, by_day);
	for (int i = 0; i < n; i++) {
		if (after && by_day(&papers[i], &last) <= 0)
			continue;
		if (shown == s->asked->limit) {
			const struct dated *before = &papers[i - 1];
			s->result->next = arena_printf(s->arena, "d%s:%" PRId64, *before->day ? before->day : "-", before->document);
			break;
		}
		shown++;
		struct candidate *end = s->candidates + s->ncandidates;
		for (struct candidate *c = papers[i].candidate; c < end && c->document == papers[i].document; c++)
			if (page_add(s, c, &full, err))
				return -1;
	}
	if (s->result->more)
		note_add(s, arena_printf(s->arena, _("Very many pages answer; only the first %d are in the order of their day."), SEARCH_TOTAL_MAX));
	return 0;
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
	if (!s->asked->facets)
		return 0;
	struct texts_question question = question_of(s, query_words(s->query, QUERY_FOLDED, s->arena));
	s->result->facets_part = s->result->total > SEARCH_FACETS_MAX;
	return texts_facets(s->catalogue, &question, SEARCH_FACETS_MAX, facet_row, s, err) < 0 ? -1 : 0;
}

/* --- the answer ----------------------------------------------------------------------------------------------------------- */

static int prepare(struct search *s, struct error *err)
{
	bool found;
	if (prefixes_find(s, err) || alternatives_find(s, true, &found, err) || worths_find(s, err))
		return -1;
	conditions_gather(s);
	return 0;
}

static int by_relevance(struct search *s, struct error *err)
{
	if (relevance(s, err) || (s->result->total && facets_find(s, err)) || widen(s, err) || fields_leave(s, err) || papers_by_relevance(s, err))
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
	if (s->asked->sort == SORT_DATE ? papers_by_day(s, err) : papers_by_intake(s, s->asked->sort == SORT_NEWEST, err))
		return -1;
	if (s->result->total)
		return facets_find(s, err);
	if (by_relevance(s, err))
		return -1;
	if (s->result->nhits)
		note_add(s, _("Nothing answers the whole query; what comes near it stands in the order of relevance."));
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
		note_add(&s, result->query.notes[i]);
	if (result->query.cut)
		note_add(&s, _("The query is very long; only its first words count."));
	if (result->empty) {
		note_add(&s, _("The query holds no word."));
		return 0;
	}
	s.scratch = arena_new();
	s.terms = texts_terms(catalogue);
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
