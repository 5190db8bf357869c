/* boxes.c - where on the picture of a page the words stand that a search found (search.h) */
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/plain.h"
#include "pipeline/serial.h"
#include "pipeline/store.h"
#include "pipeline/tokens.h"
#include "stages/index/query.h"
#include "stages/index/rank.h"
#include "stages/index/search.h"

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

int index_hit_boxes(struct catalogue *catalogue, struct store *store, const struct viewer *viewer, int64_t page_id, const struct query *query,
		    struct box **boxes, int *nboxes, struct arena *arena, struct error *err)
{
	char hash[HASH_SIZE] = "";
	struct page page = { 0 };
	struct rank rank;
	size_t size;
	int *owners, nowners, ret = -1;
	*boxes = NULL;
	*nboxes = 0;
	if (texts_hit(catalogue, viewer, page_id, hash_row, hash, err) < 0)
		return -1;
	if (!*hash || !query->tree)
		return 0;
	char *object = store_get(store, hash, &size, err);
	if (!object)
		return -1;
	if (page_load(&page, object, size, arena, err))
		goto out;
	char *text = words_text(&page, arena, &owners, &nowners);
	rank_page(&rank, query, 0, text, arena);
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
