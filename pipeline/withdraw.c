#include "pipeline/withdraw.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/serial.h"
#include "pipeline/store.h"

#define OBJECTS_AT_ONCE 50 /* destroyed under one hold of the write lock: 50 unlinks and fsyncs of a folder */
#define LOG_WAIT 30        /* seconds for a reader to let go of the log: a search lasts a second */

/* --- step 1 --------------------------------------------------------------------------------------------------------------- */

/* A row needs its object, and the object names what was marked: the looking is done with the object left out, and rolled back. */
int withdraw_look(struct catalogue *catalogue, const struct withdrawal *withdrawal, const struct withdrawal_order *order, struct arena *arena,
		  struct withdrawal_scope *scope, struct error *err)
{
	struct withdrawal look = *withdrawal;
	int ret = -1;

	look.object = "looking";
	if (catalogue_begin(catalogue, err) < 0)
		return -1;
	if (withdrawals_add(catalogue, &look, 0, err) == 0 && withdrawals_mark(catalogue, &look, order, err) == 0)
		ret = withdrawals_scope(catalogue, look.id, arena, scope, err);
	catalogue_rollback(catalogue);
	return ret;
}

/* What the store keeps: enough to make row and tombstones again. */
static char *decision_text(const struct withdrawal *w, const char *who, const char *name, const struct withdrawal_scope *scope)
{
	json_t *json = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "form", 1, "decision", "withdraw", "kind", withdrawal_kind_name(w->kind),
				 "subject", w->subject, "number", w->number, "reason", w->reason, "who", who, "name", name, "made", w->made);
	json_t *originals = json_array();
	char *text;

	for (int i = 0; i < scope->nfiles; i++) {
		bool first = scope->files[i].goes && scope->files[i].hash; /* of the places that hold the same bytes */

		for (int k = 0; k < i && first; k++)
			first = !scope->files[k].hash || strcmp(scope->files[k].hash, scope->files[i].hash) != 0;
		if (first)
			json_array_append_new(originals, json_string(scope->files[i].hash));
	}
	json_object_set_new(json, "originals", originals);
	text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	return text;
}

int withdraw_begin(struct catalogue *catalogue, struct store *store, struct withdrawal *w, const struct withdrawal_order *order, const char *name,
		   struct arena *arena, struct withdrawal_scope *scope, struct error *err)
{
	char *text = NULL, *hash = arena_alloc(arena, HASH_SIZE);
	size_t size;
	int ret = -1;

	if (withdraw_look(catalogue, w, order, arena, scope, err) < 0)
		return -1;
	text = decision_text(w, catalogue_who(catalogue), name, scope);
	if (!text)
		return error_set(err, REACH_RUN, "out-of-memory", _("out of memory"));
	size = strlen(text);
	if (store_put(store, text, size, hash, err) < 0 || catalogue_begin(catalogue, err) < 0)
		goto out;
	w->object = hash;
	if (withdrawals_add(catalogue, w, (int64_t)size, err) < 0 || withdrawals_mark(catalogue, w, order, err) < 0)
		catalogue_rollback(catalogue);
	else
		ret = catalogue_commit(catalogue, err);
out:
	free(text);
	return ret;
}

/* --- step 2 --------------------------------------------------------------------------------------------------------------- */

static void document_empty(struct document *document)
{
	document->type = (char *)"khac";
	document->type_confidence = 0;
	document->copy = NULL;
	document->level = 0;
	document->nfields = 0;
}

/* The papers of a dossier without those that are restricted: malloc'ed. NULL with err. */
static char *papers_without(struct catalogue *catalogue, struct store *store, int64_t id, const struct withdrawal_dossier *d, struct arena *arena,
			    size_t *size, struct error *err)
{
	struct dossier dossier = { .npages = d->npages };
	char *text = store_get(store, d->papers, size, err), *out = NULL;
	int64_t *gone;
	int n;

	if (text && papers_load(&dossier, text, *size, arena, err) == 0 && withdrawals_restricted(catalogue, id, arena, &gone, &n, err) == 0) {
		for (int i = 0; i < dossier.ndocuments; i++)
			for (int k = 0; k < n; k++)
				if (gone[k] % DOCUMENTS_PER_DOSSIER == dossier.documents[i].number)
					document_empty(&dossier.documents[i]);
		out = papers_save(&dossier, size);
	}
	free(text);
	return out;
}

/* A dossier that waits to be parted gets new papers in any case; until then it has none. */
static int renew_papers(struct catalogue *catalogue, struct store *store, int64_t withdrawal, int64_t id, struct arena *arena, struct error *err)
{
	struct withdrawal_dossier d;
	char hash[HASH_SIZE], *text;
	size_t size;
	int ret = -1;

	if (withdrawals_dossier(catalogue, id, arena, &d, err) < 0)
		return -1;
	if (!d.papers || !d.parted || !store_has(store, d.papers))
		return withdrawals_papers(catalogue, withdrawal, id, NULL, 0, err);
	text = papers_without(catalogue, store, id, &d, arena, &size, err);
	if (text && store_put(store, text, size, hash, err) == 0)
		ret = withdrawals_papers(catalogue, withdrawal, id, hash, (int64_t)size, err);
	free(text);
	return ret;
}

static int forget_dossier(struct catalogue *catalogue, struct store *store, const struct withdrawal *w, int64_t dossier, struct error *err)
{
	struct arena *arena = arena_new();
	int ret = -1;

	if (catalogue_begin(catalogue, err) < 0)
		goto out;
	if (withdrawals_forget(catalogue, w, dossier, err) < 0 || renew_papers(catalogue, store, w->id, dossier, arena, err) < 0)
		catalogue_rollback(catalogue);
	else
		ret = catalogue_commit(catalogue, err);
out:
	arena_free(arena);
	return ret;
}

/* --- step 3 --------------------------------------------------------------------------------------------------------------- */

static int mark_stale(struct catalogue *catalogue, int64_t withdrawal, struct error *err)
{
	if (catalogue_begin(catalogue, err) < 0)
		return -1;
	if (withdrawals_stale(catalogue, withdrawal, err) < 0) {
		catalogue_rollback(catalogue);
		return -1;
	}
	return catalogue_commit(catalogue, err);
}

/* Under the write lock: nobody puts an object back into the catalogue between the question and the unlink. */
static int destroy_some(struct catalogue *catalogue, struct store *store, int64_t withdrawal, char after[HASH_SIZE], int *n, struct error *err)
{
	struct arena *arena = arena_new();
	const char **hashes = NULL;
	int ret = -1;

	*n = 0;
	if (catalogue_begin(catalogue, err) < 0)
		goto out;
	ret = withdrawals_objects(catalogue, withdrawal, after, OBJECTS_AT_ONCE, arena, &hashes, n, err);
	for (int i = 0; i < *n && !ret; i++)
		ret = store_remove(store, hashes[i], err);
	catalogue_rollback(catalogue); /* nothing was written */
	if (!ret && *n)
		memcpy(after, hashes[*n - 1], HASH_SIZE);
out:
	arena_free(arena);
	return ret;
}

static int destroy_objects(struct catalogue *catalogue, struct store *store, int64_t withdrawal, struct error *err)
{
	char after[HASH_SIZE] = "";
	int n;

	do
		if (destroy_some(catalogue, store, withdrawal, after, &n, err) < 0)
			return -1;
	while (n);
	return 0;
}

/* --- steps 4 and 5 -------------------------------------------------------------------------------------------------------- */

static int wipe_database(struct catalogue *catalogue, struct error *err)
{
	int more = texts_compact(catalogue, true, err);

	while (more > 0)
		more = texts_compact(catalogue, false, err);
	return more < 0 ? -1 : catalogue_compact(catalogue, LOG_WAIT, err);
}

static int finish(struct catalogue *catalogue, int64_t withdrawal, struct error *err)
{
	if (catalogue_begin(catalogue, err) < 0)
		return -1;
	if (withdrawals_finish(catalogue, withdrawal, err) < 0) {
		catalogue_rollback(catalogue);
		return -1;
	}
	return catalogue_commit(catalogue, err);
}

static int take_out(struct catalogue *catalogue, struct store *store, const struct withdrawal *w, struct arena *arena, struct error *err)
{
	int64_t *dossiers;
	int n;

	if (withdrawals_dossiers(catalogue, w->id, arena, &dossiers, &n, err) < 0)
		return -1;
	for (int i = 0; i < n; i++)
		if (forget_dossier(catalogue, store, w, dossiers[i], err) < 0)
			return -1;
	if (mark_stale(catalogue, w->id, err) < 0 || destroy_objects(catalogue, store, w->id, err) < 0 || wipe_database(catalogue, err) < 0)
		return -1;
	return finish(catalogue, w->id, err);
}

int withdraw_resume(struct catalogue *catalogue, struct store *store, struct error *err)
{
	struct arena *arena = arena_new();
	struct withdrawal w;
	int found, ret = 0;

	while (!ret && (found = withdrawals_open(catalogue, arena, &w, err)) != 0)
		ret = found < 0 ? -1 : take_out(catalogue, store, &w, arena, err);
	arena_free(arena);
	return ret;
}
