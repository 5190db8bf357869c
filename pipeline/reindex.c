#include "pipeline/reindex.h"

#include <stddef.h>
#include <string.h>

#include "pipeline/catalogue/audit.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/error.h"
#include "pipeline/stage.h"

#define AT_ONCE 20                 /* papers of one transaction: some 40 pages, less than the 100 ms that the write lock may be held */
#define LOG_MAX ((int64_t)64 << 20) /* the write-ahead log is moved into the database above this */

static const struct record_room *index_room_find(void)
{
	for (int i = 0; record_stages[i].name; i++)
		if (!strcmp(record_stages[i].name, "index"))
			return record_stages[i].record;
	return NULL;
}

int reindex_begin(struct catalogue *catalogue, struct error *err)
{
	int64_t done, all;
	int begun = texts_reindex_state(catalogue, &done, &all, err);

	if (begun)
		return begun < 0 ? -1 : 0;
	if (catalogue_begin(catalogue, err) < 0)
		return -1;
	if (texts_reindex_begin(catalogue, err) < 0 || audit_add(catalogue, "reindex", "archive", "", err) < 0) {
		catalogue_rollback(catalogue);
		return -1;
	}
	return catalogue_commit(catalogue, err);
}

/* 1 when some papers of so many pages were done, 0 when none is left, -1. */
static int step(struct catalogue *catalogue, struct store *store, int64_t *pages, struct error *err)
{
	const struct record_room *room = index_room_find();
	int64_t documents[AT_ONCE];
	int n = 0, ret;

	if (catalogue_begin(catalogue, err) < 0)
		return -1;
	ret = texts_reindex_next(catalogue, AT_ONCE, documents, &n, pages, err);
	for (int i = 0; i < n && !ret; i++)
		ret = room->run(catalogue, store, documents[i], err);
	if (!ret)
		ret = n ? texts_reindex_note(catalogue, documents[n - 1], err) : texts_reindex_end(catalogue, err);
	if (ret < 0) {
		catalogue_rollback(catalogue);
		return -1;
	}
	return catalogue_commit(catalogue, err) < 0 ? -1 : n > 0;
}

int reindex_resume(struct catalogue *catalogue, struct store *store, void (*watch)(void *context, int64_t done, int64_t all), void *context,
		   const volatile sig_atomic_t *stop, struct error *err)
{
	int64_t done, all, pages = 0;
	int more = texts_reindex_state(catalogue, &done, &all, err);

	while (more > 0) {
		if (watch)
			watch(context, done, all);
		if (stop && *stop)
			return 1;
		more = step(catalogue, store, &pages, err);
		done += pages;
		if (more >= 0 && catalogue_checkpoint(catalogue, LOG_MAX, err) < 0)
			return -1;
	}
	return more;
}
