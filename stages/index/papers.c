/* papers.c - the papers of an answer, with their pages, in the order that was asked for (search_private.h) */
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
#include "pipeline/error.h"
#include "stages/index/query_words.h"

#define PAGES_SHOWN 10   /* of one paper */

static int page_row(void *context, const struct texts_hit *row, struct error *err)
{
	struct search *s = context;
	struct search_hit *hit = s->hit;
	struct search_page *page = &s->page;
	struct arena *arena = s->arena;
	struct rank rank;
	arena_reset(s->scratch);
	rank_page(&rank, s->query, s->ranking->keyed, row->exact, s->scratch);
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
int search_papers_by_relevance(struct search *s, struct error *err)
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
	return search_candidate_add(s, match, err);
}

#define RUN_STEP 64 /* pages that are looked up at once; a page of results is some twenty papers */

/* Candidates from pages of a set, in the order of their ids or the other way round, from `beyond` on (0: all), until they are enough; 1 then. */
static int run_take(struct search *s, const struct bitmap *pages, bool newest, int64_t beyond, struct error *err)
{
	int64_t page = newest ? bitmap_before(pages, beyond ? beyond : INT64_MAX) : bitmap_next(pages, beyond + 1), step[RUN_STEP];
	int ret = 0;
	while (page >= 0 && !ret) {
		int n = 0;
		for (; page >= 0 && n < RUN_STEP; page = newest ? bitmap_before(pages, page) : bitmap_next(pages, page + 1))
			step[n++] = page;
		ret = texts_papers(s->catalogue, s->asked->viewer, step, n, run_add, s, err);
	}
	return ret;
}

/* Where not all pages that answer are known, those in front are many, and so are the others. */
static int run_ask(struct search *s, bool newest, int64_t beyond, struct error *err)
{
	struct texts_question question = search_question(s, query_words(s->query, QUERY_FOLDED, s->arena));
	question.newest = newest;
	question.papers = true;
	question.beyond = beyond;
	return texts_match(s->catalogue, &question, SEARCH_TOTAL_MAX, run_add, s, err);
}

/* Papers as they came in: the pages of one stand side by side, and the next page of results begins behind the last page shown. */
int search_papers_by_intake(struct search *s, bool newest, struct error *err)
{
	struct bitmap *pages;
	int64_t beyond = 0;
	bool full, whole;
	if (s->asked->after && sscanf(s->asked->after, "n%" SCNd64, &beyond) != 1)
		beyond = 0;
	s->ncandidates = 0;
	if (search_answering(s, SEARCH_TOTAL_MAX + 1, &pages, &whole, err))
		return -1;
	search_total(s, pages);
	int more = whole ? run_take(s, pages, newest, beyond, err) : run_ask(s, newest, beyond, err);
	bitmap_free(pages);
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

/* The first pages of a set become candidates, as many as are counted. */
static int first_take(struct search *s, const struct bitmap *pages, struct error *err)
{
	int64_t *first = arena_array(s->arena, SEARCH_TOTAL_MAX, sizeof *first);
	int n = bitmap_first(pages, first, SEARCH_TOTAL_MAX);
	return texts_papers(s->catalogue, s->asked->viewer, first, n, search_candidate_add, s, err);
}

int search_papers_by_day(struct search *s, struct error *err)
{
	struct bitmap *pages;
	struct dated *papers = NULL, last = { 0, "", NULL };
	char day[40] = "";
	int n = 0, shown = 0;
	bool full, whole, after = s->asked->after && sscanf(s->asked->after, "d%39[^:]:%" SCNd64, day, &last.document) == 2;
	last.day = strcmp(day, "-") ? day : "";
	s->ncandidates = 0;
	if (search_answering(s, SEARCH_TOTAL_MAX + 1, &pages, &whole, err))
		return -1;
	search_total(s, pages);
	int ret = first_take(s, pages, err);
	bitmap_free(pages);
	if (ret < 0)
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
		search_note(s, arena_printf(s->arena, _("Very many pages answer; only the first %d are in the order of their day."), SEARCH_TOTAL_MAX));
	return 0;
}
