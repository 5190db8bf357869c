#include "pipeline/runner.h"

#include <assert.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/ahead.h"
#include "pipeline/arena.h"
#include "pipeline/catalogue/anew.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/corrections.h"
#include "pipeline/catalogue/order.h"
#include "pipeline/catalogue/papers.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/catalogue/work.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/indexing.h"
#include "pipeline/job.h"
#include "pipeline/lock.h"
#include "pipeline/pool.h"
#include "pipeline/reindex.h"
#include "pipeline/serial.h"
#include "pipeline/signing.h"
#include "pipeline/stage.h"
#include "pipeline/store.h"
#include "pipeline/withdraw.h"

#define LOG_MAX ((int64_t)64 << 20) /* the write-ahead log is moved into the database above this */

/* One job in a worker's hands. */
struct hand {
	enum { HAND_EMPTY, HAND_PAGE, HAND_PAPERS } what;
	struct arena *arena; /* owns the strings of page and dossier */
	struct work_page page;
	struct work_dossier dossier;
};

/* A page that was read before one in front of it: it waits here, because what stands in front decides whether it is restricted. */
struct held {
	struct work_page page;
	struct arena *arena;
	char *text;
	size_t size;
};

struct run {
	const struct run_order *order;
	struct run_state *state;
	struct pool *pool;
	struct signing signing;
	const char *recipe;
	struct hand *hands;
	struct held *held;
	int nheld;
	bool pages_left, dossiers_left; /* until the catalogue says there is nothing to claim */
};

static bool stopping(const struct run *run)
{
	return run->order->stop && *run->order->stop;
}

static void watch(const struct run *run)
{
	if (run->order->watch)
		run->order->watch(run->order->context, run->state);
}

static void notice(const struct run *run, const char *text)
{
	if (run->order->notice)
		run->order->notice(run->order->context, text);
}

/* ---- outcomes of pages ---- */

/* Everything a change needs stands between begin and commit; on failure nothing of it counts. */
static int finish(struct run *run, const struct work_page *page, const struct work_result *result, struct error *err)
{
	struct catalogue *c = run->order->catalogue;
	bool again = result->outcome == WORK_AGAIN && page->attempts < WORK_ATTEMPTS;
	struct order_front all;

	if (catalogue_begin(c, err) < 0)
		return -1;
	if (work_finish_page(c, page->id, result, err) < 0) {
		catalogue_rollback(c);
		return -1;
	}
	if (catalogue_commit(c, err) < 0)
		return -1;
	if (result->outcome == WORK_AGAIN)
		run->state->failed_attempts++;
	if (again) {
		run->pages_left = true;
		return 0;
	}
	run->state->done++;
	run->state->set_aside += result->outcome == WORK_AGAIN;
	watch(run);
	if (order_front(c, page->dossier_id, INT_MAX, &all, err) < 0)
		return -1;
	run->dossiers_left |= !all.open; /* it was the last page of its dossier */
	return 0;
}

static int finish_failed(struct run *run, const struct work_page *page, const struct error *why, struct error *err)
{
	struct work_result result = { .outcome = WORK_AGAIN, .confidence = -1, .detail = why->text };
	char text[900];

	result.reason = why->reason ? why->reason : "other";
	if (page->attempts >= WORK_ATTEMPTS) {
		snprintf(text, sizeof text, _("%s, page %d: set aside: %s"), page->file, page->file_page, why->text);
		notice(run, text);
	}
	return finish(run, page, &result, err);
}

/* The text becomes an object first, unless it must be kept nowhere. */
static int finish_read(struct run *run, const struct held *held, bool restricted_before, struct error *err)
{
	struct work_result result = { .outcome = WORK_READ, .recipe = run->recipe, .confidence = -1 };
	struct arena *arena = arena_new();
	struct page page = { .number = held->page.number };
	struct error why = ERROR_INIT;
	char hash[HASH_SIZE], faults[SCAN_FAULTS_SIZE];
	int ret = -1;

	if (page_load(&page, held->text, held->size, arena, &why) < 0) { /* nothing a worker says is believed */
		ret = finish_failed(run, &held->page, &why, err);
		goto out;
	}
	if (page.kind != PAGE_CONTENT && !page.secret)
		result.outcome = page.kind == PAGE_BLANK ? WORK_BLANK : WORK_SEPARATOR;
	else if (page_restricted(restricted_before, &page))
		result.outcome = WORK_RESTRICTED;
	if (result.outcome == WORK_RESTRICTED) {
		result.reason = "secret";
	} else {
		if (store_put(run->order->store, held->text, held->size, hash, err) < 0)
			goto out;
		result.text = hash;
		result.text_size = (int64_t)held->size;
		result.confidence = (double)page.quality.confidence;
		result.grade = scan_grade_name(page.quality.grade);
		scan_faults_format(page.quality.faults, faults);
		result.faults = faults;
	}
	ret = finish(run, &held->page, &result, err);
out:
	arena_free(arena);
	return ret;
}

/* Marks every held page that nothing in front of it is open for any more. */
static int release_held(struct run *run, struct error *err)
{
	for (int i = 0; i < run->nheld;) {
		struct held h = run->held[i];
		struct order_front front;
		int ret;

		if (order_front(run->order->catalogue, h.page.dossier_id, h.page.number, &front, err) < 0)
			return -1;
		if (front.open) {
			i++;
			continue;
		}
		run->held[i] = run->held[--run->nheld];
		ret = finish_read(run, &h, front.restricted, err);
		arena_free(h.arena);
		free(h.text);
		if (ret < 0)
			return -1;
		i = 0; /* the one just marked may have been in front of any other */
	}
	return 0;
}

/* Takes the text and the hand's arena over. */
/* NOLINTNEXTLINE(readability-non-const-parameter): it is freed later */
static int hold(struct run *run, struct hand *hand, char *text, size_t size, struct error *err)
{
	run->held = mem_realloc(run->held, (size_t)(run->nheld + 1) * sizeof *run->held);
	run->held[run->nheld++] = (struct held){ hand->page, hand->arena, text, size };
	*hand = (struct hand){ .what = HAND_EMPTY };
	return release_held(run, err);
}

/* ---- papers ---- */

/* Where a paper stands between the record rooms: what a room leaves behind is what the next one looks for. */
static const char *const record_states[] = { "split", "indexed", "judged" };
#define RECORD_ROOMS ((int)(sizeof record_states / sizeof *record_states) - 1)

/* One paper through record room i, behind which it stands in the next state. Inside a transaction. */
static int record_step(int i, struct catalogue *catalogue, struct store *store, int64_t document, struct error *err)
{
	assert(i < RECORD_ROOMS);
	if (record_stages[i].record->run(catalogue, store, document, err) < 0 || work_mark_document(catalogue, document, record_states[i + 1], err) < 0)
		return error_prefix(err, "%s: ", record_stages[i].name);
	return 0;
}

/* Every paper walks through the record rooms, one transaction per room and paper; then its dossier is closed. */
int runner_walk_records(struct catalogue *c, struct store *store, struct error *err)
{
	for (int i = 0; i < RECORD_ROOMS && record_stages[i].name; i++) {
		int64_t document;
		int found;

		while ((found = work_next_document(c, record_states[i], &document, err)) > 0) {
			if (catalogue_begin(c, err) < 0)
				return -1;
			if (record_step(i, c, store, document, err) < 0) {
				catalogue_rollback(c);
				return -1;
			}
			if (catalogue_commit(c, err) < 0)
				return -1;
		}
		if (found < 0)
			return -1;
	}
	if (catalogue_begin(c, err) < 0)
		return -1;
	if (order_close_dossiers(c, err) < 0) {
		catalogue_rollback(c);
		return -1;
	}
	return catalogue_commit(c, err);
}

int runner_walk_dossier(struct catalogue *catalogue, struct store *store, int64_t dossier, struct error *err)
{
	struct arena *arena = arena_new();
	struct papers_document *documents = NULL;
	int n = 0, ret = -1;

	if (papers_documents(catalogue, dossier, arena, &documents, &n, err) < 0)
		goto out;
	for (int d = 0; d < n; d++) {
		for (int i = 0; record_stages[i].name && strcmp(documents[d].state, "restricted"); i++)
			if (record_step(i, catalogue, store, documents[d].id, err) < 0)
				goto out;
	}
	ret = 0;
out:
	arena_free(arena);
	return ret;
}

/* The pages of a dossier as the paper rooms saw them: enough to check what came back. */
static int load_pages(struct run *run, const struct work_dossier *d, struct dossier *dossier, struct arena *arena, struct error *err)
{
	struct work_page_text *pages;
	int n;

	if (work_pages_of(run->order->catalogue, d->id, arena, &pages, &n, err) < 0)
		return -1;
	dossier->code = arena_strdup(arena, d->code);
	dossier->npages = n;
	dossier->pages = arena_array(arena, (size_t)n, sizeof *dossier->pages);
	for (int i = 0; i < n; i++) {
		struct page *p = &dossier->pages[i];
		size_t size;
		char *text;
		int ret;

		p->secret = pages[i].state == WORK_RESTRICTED;
		if (pages[i].text) {
			text = store_get(run->order->store, pages[i].text, &size, err);
			ret = text ? page_load(p, text, size, arena, err) : -1;
			free(text);
			if (ret < 0)
				return error_prefix(err, _("%s, page %d: "), pages[i].file, pages[i].file_page);
		}
		p->number = i + 1;
		p->file = pages[i].file;
		p->file_page = pages[i].file_page;
	}
	return 0;
}

static int finish_papers(struct run *run, const struct work_dossier *d, const char *text, size_t size, struct error *err)
{
	struct catalogue *c = run->order->catalogue;
	struct arena *arena = arena_new();
	struct dossier dossier = { 0 };
	struct correction *corrections;
	char hash[HASH_SIZE], *corrected = NULL;
	int said, ret = -1;

	if (signing_dossier(&run->signing, d->id, err) < 0 || load_pages(run, d, &dossier, arena, err) < 0 || papers_load(&dossier, text, size, arena, err) < 0 ||
	    corrections_of(c, d->id, arena, &corrections, &said, err) < 0)
		goto out;
	if (corrections_apply(corrections, said, &dossier))
		text = corrected = papers_save(&dossier, &size);
	if (store_put(run->order->store, text, size, hash, err) < 0 || catalogue_begin(c, err) < 0)
		goto out;
	if (papers_put(c, d->id, &dossier, hash, (int64_t)size, err) < 0 || work_finish_dossier(c, d->id, hash, err) < 0) {
		catalogue_rollback(c);
		goto out;
	}
	if (catalogue_commit(c, err) < 0)
		goto out;
	ret = runner_walk_records(run->order->catalogue, run->order->store, err);
out:
	free(corrected);
	arena_free(arena);
	return ret;
}

static int fail_papers(struct run *run, const struct work_dossier *d, const struct error *why, struct error *err)
{
	struct catalogue *c = run->order->catalogue;
	char text[900];

	if (d->attempts >= WORK_ATTEMPTS) {
		snprintf(text, sizeof text, _("dossier %s: set aside: %s"), d->code, why->text);
		notice(run, text);
	}
	run->dossiers_left = true;
	if (catalogue_begin(c, err) < 0)
		return -1;
	if (work_fail_dossier(c, d->id, why->reason ? why->reason : "other", why->text, err) < 0) {
		catalogue_rollback(c);
		return -1;
	}
	return catalogue_commit(c, err);
}

/* ---- giving out ---- */

static int give_papers(struct run *run, int worker, const struct work_dossier *d, struct error *err)
{
	struct job_papers *job = job_papers_new(d->code, d->title);
	struct arena *arena = arena_new();
	struct dossier dossier = { 0 };
	struct correction *corrections;
	struct work_page_text *pages;
	char *request = NULL;
	size_t size;
	int n, said, ret = -1;

	if (work_pages_of(run->order->catalogue, d->id, arena, &pages, &n, err) < 0 ||
	    corrections_of(run->order->catalogue, d->id, arena, &corrections, &said, err) < 0)
		goto out;
	dossier.npages = n;
	dossier.pages = arena_array(arena, (size_t)n, sizeof *dossier.pages);
	corrections_prepare(corrections, said, &dossier);
	for (int i = 0; i < n; i++) {
		char *text = NULL;

		dossier.pages[i].file = pages[i].file;
		dossier.pages[i].file_page = pages[i].file_page;
		dossier.pages[i].secret = pages[i].state == WORK_RESTRICTED;
		size = 0;
		if (pages[i].text && !(text = store_get(run->order->store, pages[i].text, &size, err)))
			goto out;
		job_papers_add(job, &dossier.pages[i], text, size);
		free(text);
	}
	request = job_papers_finish(job, &size);
	job = NULL;
	ret = pool_give(run->pool, worker, MESSAGE_PAPERS, request, size, -1, pool_deadline_page(run->order->config), err);
out:
	job_papers_free(job);
	free(request);
	arena_free(arena);
	return ret;
}

static void hand_release(struct hand *hand)
{
	arena_free(hand->arena);
	*hand = (struct hand){ .what = HAND_EMPTY };
}

/* Claims in a transaction of its own: the attempt is on disk before the work starts. 1 claimed, 0 nothing to do, -1. */
static int claim(struct run *run, struct hand *hand, struct error *err)
{
	struct catalogue *c = run->order->catalogue;
	int found = 0;

	if (!run->dossiers_left && !run->pages_left)
		return 0;
	if (catalogue_begin(c, err) < 0)
		return -1;
	*hand = (struct hand){ .arena = arena_new() };
	if (run->dossiers_left) {
		found = work_next_dossier(c, hand->arena, &hand->dossier, err);
		hand->what = HAND_PAPERS;
		run->dossiers_left = found > 0;
	}
	if (!found && run->pages_left) {
		found = work_claim_page(c, hand->arena, &hand->page, err);
		hand->what = HAND_PAGE;
		run->pages_left = found > 0;
	}
	if (found <= 0) {
		hand_release(hand);
		catalogue_rollback(c);
		return found;
	}
	return catalogue_commit(c, err) < 0 ? -1 : 1;
}

static int start_page(struct run *run, int worker, struct hand *hand, struct error *err)
{
	struct work_text known;
	struct error why = ERROR_INIT;
	char *request, *text;
	size_t size;
	int fd, ret;

	/* Same original, same page, same recipe: the result is known. */
	ret = work_find_text(run->order->catalogue, &hand->page, run->recipe, &known, err);
	if (ret < 0)
		return -1;
	if (ret > 0 && (text = store_get(run->order->store, known.text, &size, &why)))
		return hold(run, hand, text, size, err);
	fd = store_fd(run->order->store, hand->page.hash, &why);
	if (fd < 0) {
		ret = finish_failed(run, &hand->page, &why, err);
		hand_release(hand);
		return ret;
	}
	request = job_page(hand->page.hash, hand->page.media, hand->page.file_page, &size);
	ret = pool_give(run->pool, worker, MESSAGE_PAGE, request, size, fd, pool_deadline_page(run->order->config), err);
	free(request);
	close(fd);
	return ret;
}

/* 1 when something was given out, 0 when there is nobody idle or nothing to do. */
static int give(struct run *run, struct error *err)
{
	int worker = pool_idle(run->pool), found;

	if (worker < 0 || stopping(run))
		return 0;
	found = claim(run, &run->hands[worker], err);
	if (found <= 0)
		return found;
	if (run->hands[worker].what == HAND_PAPERS)
		return give_papers(run, worker, &run->hands[worker].dossier, err) < 0 ? -1 : 1;
	return start_page(run, worker, &run->hands[worker], err) < 0 ? -1 : 1;
}

static int take_papers(struct run *run, const struct work_dossier *dossier, const struct pool_event *event, struct error *err)
{
	struct error why = event->error;

	if (why.reach == REACH_NONE && finish_papers(run, dossier, event->payload, event->size, &why) == 0)
		return 0;
	if (why.reach != REACH_RUN)
		return fail_papers(run, dossier, &why, err);
	*err = why;
	return -1;
}

static int take(struct run *run, struct pool_event *event, struct error *err)
{
	struct hand *hand = &run->hands[event->worker];
	int ret = 0;

	if (hand->what == HAND_PAGE && event->error.reach == REACH_NONE) {
		ret = hold(run, hand, event->payload, event->size, err);
		event->payload = NULL;
	} else if (hand->what == HAND_PAGE) {
		ret = finish_failed(run, &hand->page, &event->error, err);
		if (!ret)
			ret = release_held(run, err);
	} else if (hand->what == HAND_PAPERS) {
		ret = take_papers(run, &hand->dossier, event, err);
	}
	hand_release(hand);
	free(event->payload);
	return ret;
}

static int loop(struct run *run, struct error *err)
{
	for (;;) {
		struct pool_event event;
		int ret;

		do
			ret = give(run, err);
		while (ret > 0);
		if (ret < 0)
			return -1;
		if (!pool_busy(run->pool) && (stopping(run) || (!run->pages_left && !run->dossiers_left)))
			return 0;
		if (run->order->stop && *run->order->stop > 1)
			return 0;
		ret = pool_wait(run->pool, -1, &event, err);
		if (ret < 0)
			return -1;
		if (ret > 0 && (take(run, &event, err) < 0 || catalogue_checkpoint(run->order->catalogue, LOG_MAX, err) < 0))
			return -1;
	}
}

/* What is in hand when a run ends waits again, as if it had not been claimed. */
static void put_back(struct run *run)
{
	struct catalogue *c = run->order->catalogue;
	struct error err = ERROR_INIT;
	int ret = catalogue_begin(c, &err);

	for (int i = 0; run->hands && i < run->order->workers; i++) {
		if (!ret && run->hands[i].what == HAND_PAGE)
			ret = work_release_page(c, run->hands[i].page.id, &err);
		if (!ret && run->hands[i].what == HAND_PAPERS)
			ret = work_release_dossier(c, run->hands[i].dossier.id, &err);
		hand_release(&run->hands[i]);
	}
	for (int i = 0; i < run->nheld; i++) {
		if (!ret)
			ret = work_release_page(c, run->held[i].page.id, &err);
		arena_free(run->held[i].arena);
		free(run->held[i].text);
	}
	/* When even this fails the next run finds them running and takes them back itself. */
	if (ret < 0 || catalogue_commit(c, &err) < 0)
		catalogue_rollback(c);
	free(run->held);
	free(run->hands);
}

static int recover(struct run *run, struct error *err)
{
	const struct run_order *order = run->order;
	struct work_counts counts;
	struct text_source source;
	int found;

	indexing_source(&source, order->store);
	/* what a dead rebuild, a dead withdrawal or a dead reindex left, before anything is read */
	anew_clear(order->dir);
	if (store_sweep(order->store, err) < 0 || withdraw_resume(order->catalogue, order->store, err) < 0 ||
	    reindex_resume(order->catalogue, &source, NULL, NULL, order->stop, err) < 0 || catalogue_begin(order->catalogue, err) < 0)
		return -1;
	if (work_recover(order->catalogue, &found, err) < 0) {
		catalogue_rollback(order->catalogue);
		return -1;
	}
	if (catalogue_commit(order->catalogue, err) < 0 || work_counts(order->catalogue, &counts, err) < 0)
		return -1;
	run->state->done = counts.done + counts.restricted + counts.set_aside;
	run->state->total = run->state->done + counts.waiting + counts.running;
	run->state->set_aside = counts.set_aside;
	run->pages_left = counts.waiting > 0;
	run->dossiers_left = counts.dossiers_waiting > 0;
	return runner_walk_records(run->order->catalogue, run->order->store, err); /* what a dead run had parted but not judged */
}

/* Few pieces of the full text answer faster than many. */
static int compact(const struct run *run, struct error *err)
{
	int more = 1;

	while (more > 0 && !stopping(run)) {
		more = texts_compact(run->order->catalogue, false, err);
		if (more >= 0 && catalogue_checkpoint(run->order->catalogue, LOG_MAX, err) < 0)
			return -1;
	}
	return more < 0 ? -1 : 0;
}

int run_archive(const struct run_order *order, struct run_state *state, struct error *err)
{
	struct run run = { .order = order, .state = state, .signing = { order->config, order->store, order->catalogue, NULL } };
	struct lock *lock;
	int busy = 0, ret = -1;

	*state = (struct run_state){ 0 };
	lock = lock_try(order->dir, "run.lock", &busy, err);
	if (!lock) {
		if (busy)
			err->reason = "busy";
		return -1;
	}
	if (recover(&run, err) < 0)
		goto out;
	watch(&run);
	if (run.pages_left || run.dossiers_left) {
		run.hands = mem_alloc((size_t)order->workers * sizeof *run.hands);
		run.pool = pool_open(order->config, POOL_PAGES, order->workers, err);
		run.recipe = pool_recipe(run.pool, err);
		if (!run.recipe || loop(&run, err) < 0 || compact(&run, err) < 0)
			goto out;
	}
	ret = catalogue_checkpoint(order->catalogue, 0, err);
out:
	pool_close(run.pool);
	pool_close(run.signing.pool);
	put_back(&run);
	lock_release(lock);
	return ret;
}
