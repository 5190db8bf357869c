#include "pipeline/rebuild.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/ahead.h"
#include "pipeline/arena.h"
#include "pipeline/catalogue/anew.h"
#include "pipeline/catalogue/audit.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/check.h"
#include "pipeline/catalogue/corrections.h"
#include "pipeline/catalogue/counts.h"
#include "pipeline/catalogue/journal.h"
#include "pipeline/catalogue/papers.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/catalogue/work.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/indexing.h"
#include "pipeline/lock.h"
#include "pipeline/reindex.h"
#include "pipeline/runner.h"
#include "pipeline/serial.h"
#include "pipeline/store.h"

#define WRITE_WAIT 30 /* seconds: as catalogue.c */

struct rebuilding {
	struct catalogue *catalogue; /* the new one */
	struct store *store;
	const struct rebuild_watch *watch;
	struct rebuilt *rebuilt;
};

static bool stopped(const struct rebuilding *r)
{
	return r->watch->stop && *r->watch->stop;
}

/* --- step 1 ---------------------------------------------------------------------------------------------------------- */

/* An old catalogue that is whole writes its journal where it has none yet. One that is damaged, older than the journal or gone is what we are here for. */
static int journal_ready(const char *dir, struct error *err)
{
	struct error why = ERROR_INIT;
	struct catalogue *old = catalogue_open(dir, true, &why);
	bool expected = why.reason && (!strcmp(why.reason, "journal-ahead") || !strcmp(why.reason, "catalogue-damaged") || !strcmp(why.reason, "catalogue"));

	catalogue_close(old);
	if (old || (expected && journal_exists(dir)))
		return 0;
	if (expected)
		return error_set(err, REACH_RUN, why.reason, _("%s has no journal to make a catalogue from: %s"), dir, why.text);
	*err = why;
	return -1;
}

/* --- step 3 ---------------------------------------------------------------------------------------------------------- */

static void tell_lost(const struct rebuilding *r, const struct papers_kept *d, const struct error *why)
{
	struct arena *arena = arena_new();

	r->rebuilt->lost++;
	if (r->watch->lost)
		r->watch->lost(r->watch->context, arena_printf(arena, _("dossier %s: %s; the next run reads it again"), d->code, why->text));
	arena_free(arena);
}

/* Pages whose text is not there as it was written wait to be read. How many, or -1. */
static int texts_check_all(const struct rebuilding *r, const struct papers_kept *d, struct error *why, struct error *err)
{
	struct arena *arena = arena_new();
	struct work_page_text *pages;
	int n, gone = 0;

	if (work_pages_of(r->catalogue, d->id, arena, &pages, &n, err) < 0)
		gone = -1;
	for (int i = 0; i < n && gone >= 0; i++) {
		if (!pages[i].text || store_check(r->store, pages[i].text, why) == 0)
			continue;
		gone = work_lost_text(r->catalogue, pages[i].id, err) < 0 ? -1 : gone + 1;
	}
	arena_free(arena);
	return gone;
}

/* 1 when the papers are there, 0 when the object is not what it was (why). */
static int papers_again(const struct rebuilding *r, const struct papers_kept *d, struct error *why, struct error *err)
{
	struct arena *arena = arena_new();
	struct dossier dossier = { .npages = d->npages };
	struct papers_document *documents;
	size_t size = 0;
	char *text = store_check(r->store, d->papers, why) == 0 ? store_get(r->store, d->papers, &size, why) : NULL;
	int n = 0, ret = 0;

	if (!text || papers_load(&dossier, text, size, arena, why) < 0)
		goto out;
	ret = -1;
	if (papers_put(r->catalogue, d->id, &dossier, d->papers, (int64_t)size, err) < 0 || papers_documents(r->catalogue, d->id, arena, &documents, &n, err) < 0)
		goto out;
	for (int i = 0; i < n; i++)
		if (!strcmp(documents[i].state, "split") && work_mark_document(r->catalogue, documents[i].id, "indexed", err) < 0) /* reindex fills the index */
			goto out;
	r->rebuilt->papers += n;
	ret = 1;
out:
	free(text);
	arena_free(arena);
	return ret;
}

static int dossier_again(const struct rebuilding *r, const struct papers_kept *d, struct error *err)
{
	struct error why = ERROR_INIT;
	int gone = texts_check_all(r, d, &why, err), there = 0;

	if (!gone && d->papers)
		there = papers_again(r, d, &why, err);
	if (gone < 0 || there < 0)
		return -1;
	r->rebuilt->dossiers += there;
	r->rebuilt->pages += there ? d->npages : 0;
	if (gone || (d->papers && !there))
		tell_lost(r, d, &why);
	return there ? 0 : corrections_reopen(r->catalogue, d->id, err);
}

static int dossiers_again(const struct rebuilding *r, struct error *err)
{
	int64_t after = 0;
	int more = 1;

	while (more > 0 && !stopped(r)) {
		struct arena *arena = arena_new();
		struct papers_kept d;

		more = papers_kept_next(r->catalogue, after, arena, &d, err);
		if (more > 0 && catalogue_begin(r->catalogue, err) < 0)
			more = -1;
		if (more > 0 && (dossier_again(r, &d, err) < 0 || catalogue_commit(r->catalogue, err) < 0)) {
			catalogue_rollback(r->catalogue);
			more = -1;
		}
		after = more > 0 ? d.id : after;
		arena_free(arena);
	}
	return more;
}

/* --- steps 4 and 5 --------------------------------------------------------------------------------------------------- */

static int index_again(const struct rebuilding *r, struct error *err)
{
	struct text_source source;
	int ret;

	if (reindex_begin(r->catalogue, err) < 0)
		return -1;
	indexing_source(&source, r->store);
	ret = reindex_resume(r->catalogue, &source, r->watch->pages, r->watch->context, r->watch->stop, err);
	return ret ? ret : runner_walk_records(r->catalogue, r->store, err);
}

static int first_finding(void *context, const char *finding)
{
	return error_set(context, REACH_RUN, "catalogue-damaged", _("the new catalogue is not whole: %s"), finding);
}

static int check(struct catalogue *catalogue, struct error *err)
{
	struct counts counts;
	int64_t entries;

	if (check_database(catalogue, first_finding, err, err) < 0 || counts_read(catalogue, 0, &counts, err) < 0 || audit_verify(catalogue, &entries, err) < 0 ||
	    texts_check(catalogue, err) < 0)
		return -1;
	return counts_close(&counts) ? 0 : first_finding(err, _("the counts of files and pages do not close"));
}

/* --- the whole -------------------------------------------------------------------------------------------------------- */

/* 0 with the new one filled and checked, 1 stopped, -1. */
static int fill(const struct rebuilding *r, struct error *err)
{
	struct work_counts counts;
	int ret = dossiers_again(r, err);

	if (!ret)
		ret = stopped(r) ? 1 : index_again(r, err);
	if (!ret)
		ret = check(r->catalogue, err);
	if (!ret)
		ret = work_counts(r->catalogue, &counts, err);
	if (!ret)
		r->rebuilt->waiting = counts.dossiers_waiting;
	return ret;
}

/* In the log of the archive, which goes on. */
static int note(const char *dir, const struct rebuilt *rebuilt, struct error *err)
{
	struct catalogue *catalogue = catalogue_open(dir, true, err);
	int ret = catalogue ? catalogue_begin(catalogue, err) : -1;

	if (!ret && audit_note(catalogue, "rebuild", "archive", 0, json_pack("{s:I, s:I, s:I}", "dossiers", (json_int_t)rebuilt->dossiers, "papers",
									     (json_int_t)rebuilt->papers, "lost", (json_int_t)rebuilt->lost), err) == 0)
		ret = catalogue_commit(catalogue, err);
	else
		ret = -1;
	catalogue_close(catalogue);
	return ret;
}

int rebuild_archive(const char *dir, struct store *store, const struct rebuild_watch *watch, struct rebuilt *rebuilt, struct error *err)
{
	struct rebuilding r = { NULL, store, watch, rebuilt };
	struct lock *lock = NULL;
	int ret = -1;

	*rebuilt = (struct rebuilt){ 0 };
	if (journal_ready(dir, err) < 0 || !(lock = lock_open(dir, "write.lock", err)) || lock_take(lock, WRITE_WAIT, err) < 0 ||
	    !(r.catalogue = anew_open(dir, err)))
		goto out;
	ret = fill(&r, err);
	if (ret)
		catalogue_close(r.catalogue);
	else
		ret = anew_place(r.catalogue, dir, err);
	if (ret)
		anew_clear(dir);
out:
	lock_release(lock);
	return ret ? ret : note(dir, rebuilt, err);
}
