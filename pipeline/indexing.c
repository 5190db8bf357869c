#include "pipeline/indexing.h"

#include <stdlib.h>

#include "pipeline/ahead.h"
#include "pipeline/arena.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/document.h"
#include "pipeline/plain.h"
#include "pipeline/serial.h"
#include "pipeline/store.h"
#include "pipeline/text.h"

static int stored_text(void *context, int64_t id, const char *hash, char **text, struct arena *arena, struct error *err)
{
	struct page page = { 0 };
	size_t size;
	char *object = store_get(context, hash, &size, err);
	int ret = object ? page_load(&page, object, size, arena, err) : -1;
	free(object);
	if (ret == 0) /* should the state of a secret page not tell yet, it has no text all the same */
		*text = page.secret ? NULL : text_nfc(arena, page_plain_text(arena, &page));
	return ret;
}

void indexing_source(struct text_source *source, struct store *store)
{
	*source = (struct text_source){ stored_text, store };
}

/* Pages are noted first: no verb writes while a question is still open. */
struct noted {
	int64_t id;
	char *hash; /* NULL: no text may stand in the index */
};

struct notes {
	struct arena *arena;
	struct noted *pages;
	int npages;
};

static int note_page(void *context, const struct texts_page *page, struct error *err)
{
	struct notes *notes = context;
	struct noted *noted = arena_push(notes->arena, &notes->pages, &notes->npages, sizeof *noted);
	noted->id = page->id;
	noted->hash = page->readable ? arena_strdup(notes->arena, page->hash) : NULL;
	return 0;
}

static int text_keep(struct catalogue *catalogue, int64_t page, const char *text, const char *facts, bool anew, struct error *err)
{
	if (!text)
		return texts_remove(catalogue, page, err);
	return anew ? texts_put_anew(catalogue, page, text, facts, err) : texts_put(catalogue, page, text, facts, err);
}

static int page_put(struct catalogue *catalogue, const struct noted *noted, const char *facts, const struct text_source *source, struct ahead *ahead,
		    struct error *err)
{
	const struct terms_ready *ready = NULL;
	int ret = noted->hash && ahead ? ahead_take(ahead, noted->id, noted->hash, &ready, err) : 0;
	if (ret > 0) {
		terms_give(texts_terms(catalogue), ready);
		ret = text_keep(catalogue, noted->id, ready->text, facts, true, err);
		terms_give(texts_terms(catalogue), NULL);
		return ret;
	}
	struct arena *arena = arena_new();
	char *text = NULL;
	if (ret == 0 && noted->hash)
		ret = source->text(source->context, noted->id, noted->hash, &text, arena, err);
	if (ret == 0)
		ret = text_keep(catalogue, noted->id, text, facts, ahead != NULL, err);
	arena_free(arena);
	return ret;
}

int indexing_document(struct catalogue *catalogue, int64_t document, const struct text_source *source, struct ahead *ahead, struct error *err)
{
	struct notes notes = { arena_new(), NULL, 0 };
	char *facts = texts_facts(catalogue, document, err);
	int ret = facts ? texts_pages(catalogue, document, note_page, &notes, err) : -1;
	for (int i = 0; i < notes.npages && ret == 0; i++)
		ret = page_put(catalogue, &notes.pages[i], facts, source, ahead, err);
	arena_free(notes.arena);
	free(facts);
	return ret;
}

int indexing_run(struct catalogue *catalogue, struct store *store, int64_t document, struct error *err)
{
	struct text_source source;
	indexing_source(&source, store);
	return indexing_document(catalogue, document, &source, NULL, err);
}
