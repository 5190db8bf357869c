/* candidates.c - the pages that are read to be put in order, and that order (search_private.h) */
#include "stages/index/search_private.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/bitmap.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/catalogue/texts_sets.h"
#include "pipeline/error.h"
#include "pipeline/text.h"
#include "stages/index/best.h"
#include "stages/index/query_words.h"

#define MEETING_MAX 2000 /* of the best pages, looked at for viewer and conditions where not all that answer are */
#define MEETING_STEP 200 /* pages asked about at once */
#define MEETING_FIRST 1000 /* pages that are asked about before it is known how many meet viewer and conditions */
#define MEETING_FEWER 4  /* times as many pages would be asked about than there may be that meet one of them: then these are found from the other end */
#define BY_KEY_MAX 200   /* pages of one number: hundreds of offices begin again at 01 each year, few share a whole number */
#define DOSSIER_WORDS_MIN 2 /* of a code that is looked for unasked: HS-01 */

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

static const char *const number_names[] = { "number", "owner_id", "change_number", "dossier_code" };
static const char *const name_names[] = { "owner_name" };

static struct candidate *candidate_push(struct search *s, int64_t page)
{
	struct candidate *candidate = arena_push(s->arena, &s->candidates, &s->ncandidates, sizeof *candidate);
	candidate->page = page;
	return candidate;
}

int search_candidate_add(void *context, const struct texts_match *match, struct error *err)
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
	struct texts_question question = search_question(s, NULL);
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

/* Moves the next pages of a set that meet viewer and conditions from *left, of which MEETING_STEP are asked about, to *met; how many they are. */
static int step_meet(struct search *s, struct bitmap *left, struct bitmap *met, int *kept, struct error *err)
{
	int64_t some[MEETING_STEP];
	int n = bitmap_first(left, some, MEETING_STEP);
	for (int i = 0; i < n; i++)
		bitmap_remove(left, some[i]);
	if (pages_meet(s, some, n, MEETING_STEP, kept, err))
		return -1;
	for (int i = 0; i < *kept; i++)
		bitmap_add(met, some[i]);
	return 0;
}

/* How many pages of a set will be asked about until enough are found, when so many were of the first ones. */
static int64_t asked_most(const struct bitmap *left, int64_t most, int64_t found)
{
	int64_t all = bitmap_count(left), enough = found ? most * MEETING_FIRST / found : all;
	return enough < all ? enough : all;
}

/* The first pages of a set that meet viewer and conditions, at least `most`, or all; in *met, which is of the same size. */
static int set_meet(struct search *s, const struct bitmap *pages, int64_t most, struct bitmap *met, bool *whole, struct error *err)
{
	struct texts_question question = search_question(s, NULL);
	struct bitmap *left = texts_sets_empty(s->sets);
	int kept = 0, asked = 0, ret = 0;
	int64_t found = 0;
	bool all = false;
	bitmap_copy(left, pages);
	while (!ret && !all && found < most && bitmap_next(left, 0) >= 0) {
		ret = step_meet(s, left, met, &kept, err);
		found += kept;
		asked += MEETING_STEP;
		if (!ret && asked == MEETING_FIRST)
			ret = texts_narrow(s->catalogue, &question, asked_most(left, most, found) / MEETING_FEWER, left, &all, err);
	}
	if (all)
		bitmap_or(met, left);
	*whole = all || bitmap_next(left, 0) < 0;
	bitmap_free(left);
	return ret;
}

/* Pages that answer words, and of them those that are counted. */
struct answering {
	struct bitmap *pages;
	struct bitmap *met; /* where viewer and conditions are asked for page by page, the first that meet them, or all; else the pages */
	bool whole;         /* all */
	int64_t count;      /* of met */
};

static int answering_find(struct search *s, const struct texts_node *words, int64_t most, struct answering *found, struct error *err)
{
	*found = (struct answering){ .whole = true };
	found->pages = found->met = texts_sets_find(s->sets, words, err);
	if (!found->pages)
		return -1;
	if (has_conditions(s)) {
		found->met = texts_sets_empty(s->sets);
		if (set_meet(s, found->pages, most, found->met, &found->whole, err))
			return -1;
	}
	found->count = bitmap_count(found->met);
	return 0;
}

static void answering_release(struct answering *found)
{
	if (found->met != found->pages)
		bitmap_free(found->met);
	bitmap_free(found->pages);
}

/* The best of the pages `among` become candidates, at most `most`; of so many they are looked for that meet viewer and conditions, where `asked` is more. */
static int best_add(struct search *s, const struct texts_node *words, const struct texts_node *exact, const struct bitmap *among, int asked, int most,
		    struct error *err)
{
	int64_t *best;
	int n;
	if (best_pages(s->sets, words, exact, among, asked, most, &best, &n, s->arena, err) || (asked > most && pages_meet(s, best, n, most, &n, err)))
		return -1;
	for (int i = 0; i < n; i++)
		candidate_push(s, best[i]);
	return 0;
}

/* The best of the pages that answer become candidates. Where not all were looked at for viewer and conditions, first those that the words alone put in front. */
static int answering_add(struct search *s, const struct answering *found, const struct texts_node *words, const struct texts_node *exact, int most,
			 struct error *err)
{
	if (!found->whole && best_add(s, words, exact, found->pages, MEETING_MAX, most, err))
		return -1;
	return best_add(s, words, exact, found->met, most, most, err);
}

int search_best_add(struct search *s, const struct texts_node *words, const struct texts_node *scored, const struct texts_node *exact, int most, int64_t *count,
		    struct error *err)
{
	struct answering found;
	int ret = answering_find(s, words, SEARCH_TOTAL_MAX + 1, &found, err);
	if (!ret)
		ret = answering_add(s, &found, scored, exact, most, err);
	*count = found.count;
	answering_release(&found);
	return ret;
}

static void total_set(struct search *s, int64_t count)
{
	s->result->more = count > SEARCH_TOTAL_MAX;
	s->result->total = s->result->more ? SEARCH_TOTAL_MAX : count;
}

static int answering_add_page(void *context, const struct texts_match *match, struct error *err)
{
	bitmap_add(context, match->page);
	return 0;
}

int search_answering(struct search *s, int64_t most, struct bitmap **pages, bool *whole, struct error *err)
{
	struct texts_node *words = query_words(s->query, QUERY_FOLDED, s->arena);
	struct texts_question question = search_question(s, words);
	struct answering found;
	*pages = NULL;
	if (words && !question.first) {
		int ret = answering_find(s, words, most, &found, err);
		*whole = found.whole;
		if (!ret && found.met != found.pages) {
			*pages = found.met;
			found.met = found.pages;
		} else if (!ret) {
			*pages = found.pages;
			found.pages = found.met = NULL;
		}
		answering_release(&found);
		return ret;
	}
	*pages = texts_sets_empty(s->sets);
	int ret = texts_match(s->catalogue, &question, (int)most, answering_add_page, *pages, err);
	*whole = bitmap_count(*pages) < most;
	if (ret >= 0)
		return 0;
	bitmap_free(*pages);
	*pages = NULL;
	return -1;
}

void search_total(struct search *s, const struct bitmap *pages)
{
	total_set(s, bitmap_count(pages));
}

/* Without words: the first pages of the papers that have the fields, as they came in. */
static int papers_add(struct search *s, struct error *err)
{
	struct texts_question question = search_question(s, query_words(s->query, QUERY_FOLDED, s->arena));
	int first = s->ncandidates;
	if (texts_match(s->catalogue, &question, SEARCH_TOTAL_MAX + 1, search_candidate_add, s, err) < 0)
		return -1;
	total_set(s, s->ncandidates - first);
	if (s->ncandidates - first > SEARCH_RANKED_MAX)
		s->ncandidates = first + SEARCH_RANKED_MAX;
	return 0;
}

static int words_add(struct search *s, struct error *err)
{
	int64_t count = 0;
	if (!s->query->tree ? papers_add(s, err)
			    : search_best_add(s, query_words(s->query, QUERY_FOLDED, s->arena), query_words(s->query, QUERY_BOTH, s->arena),
					      has_exact(s->query) ? query_words(s->query, QUERY_EXACT, s->arena) : NULL, SEARCH_RANKED_MAX, &count, err))
		return -1;
	if (s->query->tree)
		total_set(s, count);
	s->result->part |= s->result->total > SEARCH_RANKED_MAX;
	search_plan(s, s->result->more ? arena_printf(s->arena, _("more than %d pages answer"), SEARCH_TOTAL_MAX)
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
	rank_page(&rank, s->query, s->ranking->keyed, row->exact, s->scratch);
	s->ranking->shown = s->share < 1 ? rank.share >= s->share : rank.whole;
	s->ranking->score = rank.score;
	s->ranking->document = row->document;
	s->ranking->number = row->number;
	s->by_field_only += rank.whole && !rank.by_text;
	return 0;
}

int search_rank(struct search *s, struct error *err)
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
int search_relevance(struct search *s, struct error *err)
{
	s->by_field_only = 0;
	s->share = 1;
	if (words_add(s, err) || fields_add(s, err) || search_rank(s, err))
		return -1;
	s->result->total += s->by_field_only;
	return 0;
}
