#include "stages/index/search.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/error.h"
#include "pipeline/plain.h"
#include "pipeline/serial.h"
#include "pipeline/store.h"
#include "pipeline/text.h"
#include "stages/index/query.h"
#include "stages/index/rank.h"
#include "stages/index/tokens.h"

#define BY_KEY_MAX 200 /* pages of one number: hundreds of offices begin again at 01 each year, few share a whole number */

static const char *const number_names[] = { "number", "owner_id", "change_number", "dossier_code" };
static const char *const name_names[] = { "owner_name" };

struct candidate {
	int64_t page, document;
	uint32_t keyed; /* rank.h */
	int number;
	double score;
	bool shown;
};

struct search {
	struct catalogue *catalogue;
	struct query query;
	struct arena *arena, *scratch; /* of the caller; of one page */
	struct candidate *candidates;
	int ncandidates;
	uint32_t keyed; /* what the pages coming in answer by a field */
	int64_t by_field_only;
	struct candidate *ranking;
	struct search_hit *hit;
};

/* --- candidates ----------------------------------------------------------------------------------------------------------- */

static int candidate_add(void *context, int64_t page, struct error *err)
{
	struct search *s = context;
	struct candidate *candidate = arena_push(s->arena, &s->candidates, &s->ncandidates, sizeof *candidate);
	candidate->page = page;
	candidate->keyed = s->keyed;
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

static int add_by_key(struct search *s, const char *const *names, int nnames, const char *key, uint32_t keyed, struct error *err)
{
	if (!key)
		return 0;
	s->keyed = keyed;
	int ret = texts_by_key(s->catalogue, names, nnames, key, BY_KEY_MAX, candidate_add, s, err);
	s->keyed = 0;
	return ret < 0 ? -1 : 0;
}

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

static int candidates_find(struct search *s, int64_t *total, struct error *err)
{
	const struct query *q = &s->query;
	struct texts_group *folded = query_groups(q, false, s->arena);
	if (texts_count(s->catalogue, folded, q->nterms, total, err) ||
	    texts_match(s->catalogue, folded, q->nterms, SEARCH_RANKED_MAX, candidate_add, s, err) < 0)
		return -1;
	if (q->marked && *total > SEARCH_RANKED_MAX &&
	    texts_match(s->catalogue, query_groups(q, true, s->arena), q->nterms, SEARCH_RANKED_MAX, candidate_add, s, err) < 0)
		return -1;
	for (int i = 0; i < q->nterms; i++)
		if (add_by_key(s, number_names, COUNT(number_names), q->terms[i].key, UINT32_C(1) << i, err))
			return -1;
	if (add_by_key(s, number_names, COUNT(number_names), q->key, RANK_ALL_TERMS, err) ||
	    add_by_key(s, name_names, COUNT(name_names), q->name, RANK_ALL_TERMS, err))
		return -1;
	candidates_merge(s);
	return 0;
}

/* --- order ---------------------------------------------------------------------------------------------------------------- */

static int score_row(void *context, const struct texts_hit *row, struct error *err)
{
	struct search *s = context;
	struct rank rank;
	arena_reset(s->scratch);
	rank_page(&rank, &s->query, s->ranking->keyed, row->exact, row->folded, s->scratch);
	s->ranking->shown = rank.whole;
	s->ranking->score = rank.score;
	s->ranking->document = row->document;
	s->ranking->number = row->number;
	s->by_field_only += rank.whole && !rank.by_text;
	return 0;
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
	return p->number < q->number ? -1 : p->number > q->number;
}

static int candidates_rank(struct search *s, int *ranked, struct error *err)
{
	*ranked = 0;
	for (int i = 0; i < s->ncandidates; i++) {
		s->ranking = &s->candidates[i];
		if (texts_hit(s->catalogue, s->ranking->page, score_row, s, err) < 0)
			return -1;
		*ranked += s->ranking->shown;
	}
	if (s->ncandidates)
		qsort(s->candidates, (size_t)s->ncandidates, sizeof *s->candidates, by_score);
	return 0;
}

/* --- hits ----------------------------------------------------------------------------------------------------------------- */

static int hit_row(void *context, const struct texts_hit *row, struct error *err)
{
	struct search *s = context;
	struct search_hit *hit = s->hit;
	struct arena *arena = s->arena;
	struct rank rank;
	arena_reset(s->scratch);
	rank_page(&rank, &s->query, 0, row->exact, row->folded, s->scratch);
	snippet_make(&hit->snippet, row->exact, &rank, arena);
	hit->document = row->document;
	hit->page_id = row->page;
	hit->page = row->in_document;
	hit->number = row->number;
	hit->file = arena_strdup(arena, row->file);
	hit->file_page = row->file_page;
	hit->dossier = arena_strdup(arena, row->dossier);
	hit->batch = arena_strdup(arena, row->batch);
	hit->box = arena_strdup(arena, row->box);
	hit->shelf = arena_strdup(arena, row->shelf);
	hit->type = arena_strdup(arena, row->type);
	hit->title = arena_strdup(arena, row->title);
	hit->verdict = arena_strdup(arena, row->verdict);
	return 0;
}

static int hits_make(struct search *s, const struct search_query *query, struct search_result *result, struct error *err)
{
	int first = query->offset < 0 ? 0 : query->offset;
	int n = first < result->ranked ? result->ranked - first : 0;
	if (n > query->limit)
		n = query->limit < 0 ? 0 : query->limit;
	result->hits = arena_array(s->arena, (size_t)n, sizeof *result->hits);
	for (int i = 0; i < n; i++) {
		s->hit = &result->hits[result->nhits];
		s->hit->page_id = 0;
		if (texts_hit(s->catalogue, s->candidates[first + i].page, hit_row, s, err) < 0)
			return -1;
		s->hit->score = s->candidates[first + i].score;
		result->nhits += s->hit->page_id != 0; /* gone meanwhile: another process may write */
	}
	return 0;
}

int index_search(struct catalogue *catalogue, const struct search_query *query, struct search_result *result, struct arena *arena,
		 struct error *err)
{
	struct search s = { .catalogue = catalogue, .arena = arena };
	*result = (struct search_result){ 0, 0, false, false, NULL, 0 };
	query_parse(&s.query, query->text, arena);
	result->cut = s.query.cut;
	result->empty = s.query.nterms == 0;
	if (result->empty)
		return 0;
	s.scratch = arena_new();
	int ret = -1;
	if (candidates_find(&s, &result->total, err) || candidates_rank(&s, &result->ranked, err) ||
	    hits_make(&s, query, result, err))
		goto out;
	result->total += s.by_field_only;
	ret = 0;
out:
	arena_free(s.scratch);
	return ret;
}

/* --- boxes ---------------------------------------------------------------------------------------------------------------- */

static int hash_row(void *context, const struct texts_hit *row, struct error *err)
{
	char *hash = context;
	if (row->hash && strlen(row->hash) == HASH_SIZE - 1)
		memcpy(hash, row->hash, HASH_SIZE);
	return 0;
}

/* The words of the page as one text, with the number of the word each token came from. */
static char *words_text(const struct page *page, struct arena *arena, int **owners, int *nowners)
{
	size_t size = 1;
	for (int i = 0; i < page->nwords; i++)
		size += strlen(page->words[i].text) + 1;
	char *text = arena_alloc(arena, size), *end = text;
	*owners = NULL;
	*nowners = 0;
	for (int i = 0; i < page->nwords; i++) {
		const struct word *word = &page->words[i];
		int n;
		if (!word_is_plain(word))
			continue;
		tokens_cut(arena, word->text, &n);
		for (int k = 0; k < n; k++)
			*(int *)arena_push(arena, owners, nowners, sizeof **owners) = i;
		end = stpcpy(end, word->text);
		*end++ = ' ';
	}
	*end = '\0';
	return text;
}

int index_hit_boxes(struct catalogue *catalogue, struct store *store, int64_t page_id, const char *query, struct box **boxes,
		    int *nboxes, struct arena *arena, struct error *err)
{
	char hash[HASH_SIZE] = "";
	struct query parsed;
	struct page page = { 0 };
	struct rank rank;
	size_t size;
	int *owners, nowners, ret = -1;
	*boxes = NULL;
	*nboxes = 0;
	query_parse(&parsed, query, arena);
	if (texts_hit(catalogue, page_id, hash_row, hash, err) < 0)
		return -1;
	if (!*hash || parsed.nterms == 0)
		return 0;
	char *object = store_get(store, hash, &size, err);
	if (!object)
		return -1;
	if (page_load(&page, object, size, arena, err))
		goto out;
	char *text = words_text(&page, arena, &owners, &nowners);
	rank_page(&rank, &parsed, 0, text, tokens_fold(arena, text), arena);
	bool *hit = arena_array(arena, (size_t)page.nwords + 1, sizeof *hit);
	for (int i = 0; i < rank.nplaces; i++)
		for (int k = 0; k < rank.places[i].ntokens; k++)
			if (owners && rank.places[i].first + k < nowners)
				hit[owners[rank.places[i].first + k]] = true;
	for (int i = 0; i < page.nwords; i++)
		if (hit[i])
			*(struct box *)arena_push(arena, boxes, nboxes, sizeof **boxes) = page.words[i].box;
	ret = 0;
out:
	free(object);
	return ret;
}
