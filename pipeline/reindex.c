#include "pipeline/reindex.h"

#include <stdbool.h>
#include <stddef.h>

#include "pipeline/ahead.h"
#include "pipeline/catalogue/audit.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/clock.h"
#include "pipeline/error.h"
#include "pipeline/indexing.h"

#define AT_ONCE 1024                /* papers of one transaction at most */
#define WRITE_MS 100                /* of one transaction; what it writes at its end takes as long again, and other writers wait for that */
#define PIECES_MAX 1900             /* transactions, each of which makes a piece of the index, before pieces are merged: FTS5 has room for 2,000, and each merge writes all of them twice again */
#define LIFTS 8                     /* transactions behind which the index is made one piece, from the second on */
#define LIFTS_OF 20                 /* they are no more than this part of all pages: so they take some hundredth of the time */
#define LOG_MAX ((int64_t)64 << 20) /* the write-ahead log is moved into the database above this; pages are looked up in a larger one for longer than it saves (256 MB: 3,600 pages a second of the thread that writes instead of 4,260) */

struct reindexing {
	struct catalogue *catalogue;
	const struct text_source *source;
	struct ahead *ahead;
	int64_t done, asked; /* the last paper that was put in, and the last one whose pages were asked for */
	int pieces;          /* of the index, that were not merged; PIECES_MAX where an earlier one, which was killed, may have left as many */
};

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

static int ask_page(void *context, const struct texts_page *page, struct error *err)
{
	struct ahead *ahead = context;

	return page->readable && page->hash && !ahead_ask(ahead, page->id, page->hash);
}

/* Asks for the pages of papers to come, as many as there is room for. A paper that was asked for in part is not asked for again: the rest of it is read when its
 * turn has come. */
static int ask_ahead(struct reindexing *r, struct error *err)
{
	struct texts_reindex_paper papers[AT_ONCE];
	int n, ret = 0;

	if (r->asked < r->done)
		r->asked = r->done;
	do {
		if (texts_reindex_next(r->catalogue, r->asked, AT_ONCE, papers, &n, err) < 0)
			return -1;
		for (int i = 0; i < n && !ret; i++) {
			ret = texts_pages(r->catalogue, papers[i].document, ask_page, r->ahead, err);
			r->asked = papers[i].document;
		}
	} while (n && !ret);
	return ret < 0 ? -1 : 0;
}

/* Papers until the time is over, inside the transaction; *pages of them. 1 when there were any. */
static int papers_put(struct reindexing *r, int64_t *pages, struct error *err)
{
	struct texts_reindex_paper papers[AT_ONCE];
	int64_t end = clock_ms() + WRITE_MS;
	int n;

	*pages = 0;
	if (texts_reindex_next(r->catalogue, r->done, AT_ONCE, papers, &n, err) < 0)
		return -1;
	for (int i = 0; i < n && (i == 0 || clock_ms() < end); i++) {
		if (indexing_document(r->catalogue, papers[i].document, r->source, r->ahead, err) < 0)
			return -1;
		r->done = papers[i].document;
		*pages += papers[i].pages;
	}
	if (!n)
		return 0;
	return texts_reindex_note(r->catalogue, r->done, err) < 0 ? -1 : 1;
}

/* 1 when some papers of so many pages were done, 0 when none is left, -1. */
static int step(struct reindexing *r, int64_t *pages, struct error *err)
{
	int ret;

	if (catalogue_begin(r->catalogue, err) < 0)
		return -1;
	ret = ask_ahead(r, err) < 0 ? -1 : papers_put(r, pages, err);
	if (ret < 0) {
		catalogue_rollback(r->catalogue);
		return -1;
	}
	return catalogue_commit(r->catalogue, err) < 0 ? -1 : ret;
}

static bool stopping(const volatile sig_atomic_t *stop)
{
	return stop && *stop;
}

static int merge_all(struct catalogue *catalogue, struct error *err)
{
	return texts_reindex_merge(catalogue, true, err);
}

static int merge_some(struct catalogue *catalogue, struct error *err)
{
	return texts_reindex_merge(catalogue, false, err);
}

/* Takes a step in a transaction of its own as long as there is one to take; 1 when it is to stop before. */
static int steps(struct catalogue *catalogue, int (*take)(struct catalogue *catalogue, struct error *err), const volatile sig_atomic_t *stop, struct error *err)
{
	int more = 1;

	while (more > 0 && !stopping(stop)) {
		if (catalogue_begin(catalogue, err) < 0)
			return -1;
		more = take(catalogue, err);
		if (more < 0) {
			catalogue_rollback(catalogue);
			return -1;
		}
		if (catalogue_commit(catalogue, err) < 0 || catalogue_checkpoint(catalogue, LOG_MAX, err) < 0)
			return -1;
	}
	return more;
}

/* What texts_compact does beside merging. The index is whole without: a run does the rest of it. */
static int compact(struct catalogue *catalogue, const volatile sig_atomic_t *stop, struct error *err)
{
	int more = texts_compact(catalogue, true, err);

	while (more > 0 && !stopping(stop)) {
		more = texts_compact(catalogue, false, err);
		if (more >= 0 && catalogue_checkpoint(catalogue, LOG_MAX, err) < 0)
			return -1;
	}
	return more < 0 ? -1 : 0;
}

struct watcher {
	void (*watch)(void *context, int64_t done, int64_t all); /* or NULL */
	void *context;
	const volatile sig_atomic_t *stop;
};

/* FTS5 keeps pieces on levels: four of one level are merged into one of the next, by whoever writes, little by little, and sixteen at once. A whole index that stood on the first
 * level would be merged again, for minutes, as soon as a few dozen pages came behind it. But a merge of all there is puts its piece above all levels that ever were ("optimize", fts5_index.c), so that a few
 * small ones at the beginning lift the last one as high as its size belongs. They must be larger than the pieces behind them: else FTS5 takes them down again. */
static bool lifting(const struct reindexing *r, int64_t done, int64_t all)
{
	return r->pieces > 1 && r->pieces <= LIFTS && done * LIFTS_OF <= all;
}

/* All papers, as many pieces of the index; 0, 1 when it is to stop before, -1. */
static int put_all(struct reindexing *r, const struct watcher *watcher, int64_t done, int64_t all, struct error *err)
{
	int64_t pages = 0;
	int more = 1;

	while (more > 0 && !stopping(watcher->stop)) {
		if (watcher->watch)
			watcher->watch(watcher->context, done, all);
		if (r->pieces++ == PIECES_MAX) {
			more = steps(r->catalogue, merge_some, watcher->stop, err);
			if (more)
				break;
			r->pieces = 0;
		}
		more = step(r, &pages, err);
		done += pages;
		if (more >= 0 && (texts_reindex_collected(r->catalogue, !more, err) < 0 || catalogue_checkpoint(r->catalogue, LOG_MAX, err) < 0))
			more = -1;
		if (more > 0 && lifting(r, done, all) && steps(r->catalogue, merge_all, watcher->stop, err) < 0)
			more = -1;
	}
	return more;
}

/* Everything but the note that the index is whole. Each transaction notes how far it has come, so that what a power cut takes back is made again: none of them waits for the disk. */
static int make(struct reindexing *r, const struct watcher *watcher, int64_t done, int64_t all, struct error *err)
{
	int more;

	if (catalogue_durable(r->catalogue, false, err) < 0)
		return -1;
	r->ahead = ahead_start(r->source);
	more = put_all(r, watcher, done, all, err);
	ahead_stop(r->ahead);
	if (!more)
		more = steps(r->catalogue, merge_all, watcher->stop, err);
	if (!more)
		more = steps(r->catalogue, texts_reindex_words, watcher->stop, err);
	return catalogue_durable(r->catalogue, true, more < 0 ? NULL : err) < 0 ? -1 : more;
}

int reindex_resume(struct catalogue *catalogue, const struct text_source *source, void (*watch)(void *context, int64_t done, int64_t all), void *context,
		   const volatile sig_atomic_t *stop, struct error *err)
{
	struct reindexing r = { .catalogue = catalogue, .source = source };
	struct watcher watcher = { watch, context, stop };
	int64_t done, all;
	int more = texts_reindex_state(catalogue, &done, &all, err);

	if (more <= 0)
		return more;
	if (texts_reindex_noted(catalogue, &r.done, err) < 0)
		return -1;
	r.pieces = r.done ? PIECES_MAX : 0;
	texts_reindex_collect(catalogue, true);
	more = make(&r, &watcher, done, all, err);
	if (!more)
		more = steps(catalogue, texts_reindex_end, stop, err);
	if (!more)
		more = compact(catalogue, stop, err);
	texts_reindex_collect(catalogue, false);
	return more;
}
