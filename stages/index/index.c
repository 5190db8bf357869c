#include "stages/index/index.h"

#include <stdlib.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/plain.h"
#include "pipeline/serial.h"
#include "pipeline/stage.h"
#include "pipeline/store.h"
#include "pipeline/text.h"

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

static int index_page(struct catalogue *catalogue, struct store *store, const struct noted *noted, struct error *err)
{
	struct arena *arena = arena_new();
	struct page page = { 0 };
	char *object = NULL;
	size_t size;
	int ret = -1;
	if (!noted->hash) {
		ret = texts_remove(catalogue, noted->id, err);
		goto out;
	}
	object = store_get(store, noted->hash, &size, err);
	if (!object || page_load(&page, object, size, arena, err))
		goto out;
	/* A page with a secrecy mark carries no words; should its state not tell yet, it has no text all the same. */
	if (page.secret) {
		ret = texts_remove(catalogue, noted->id, err);
		goto out;
	}
	char *exact = text_nfc(arena, page_plain_text(arena, &page));
	ret = texts_put(catalogue, noted->id, exact, err);
out:
	free(object);
	arena_free(arena);
	return ret;
}

static int index_run(struct catalogue *catalogue, struct store *store, int64_t document, struct error *err)
{
	struct notes notes = { arena_new(), NULL, 0 };
	int ret = texts_pages(catalogue, document, note_page, &notes, err);
	for (int i = 0; i < notes.npages && ret == 0; i++)
		ret = index_page(catalogue, store, &notes.pages[i], err);
	arena_free(notes.arena);
	return ret;
}

const struct record_room index_room = { index_run };
