#include "pipeline/catalogue/signatures.h"

#include <jansson.h>
#include <stdio.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/audit.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"

static int take_hash(void *context, const struct db_row *row, struct error *err)
{
	snprintf(context, HASH_SIZE, "%s", db_column_text(row, 0));
	return 1;
}

int signatures_due(struct catalogue *catalogue, int64_t dossier, const char *roots, char hash[HASH_SIZE], struct error *err)
{
	if (roots)
		return catalogue_query(catalogue,
				       "SELECT hash FROM signed_file s WHERE state = 'checked' AND roots <> $1 AND "
				       "EXISTS (SELECT 1 FROM signature WHERE hash = s.hash) ORDER BY hash LIMIT 1",
				       DB_ARGS(DB_T(roots)), take_hash, hash, err);
	return catalogue_query(catalogue,
			       "SELECT f.hash FROM file f WHERE f.dossier_id = $1 AND f.state = 'accepted' AND f.media = 'application/pdf' AND f.hash IS NOT NULL AND "
			       "NOT EXISTS (SELECT 1 FROM signed_file WHERE hash = f.hash AND state <> 'waiting') ORDER BY f.position LIMIT 1",
			       DB_ARGS(DB_I(dossier)), take_hash, hash, err);
}

int signatures_begin(struct catalogue *catalogue, const char *hash, struct error *err)
{
	int64_t attempts;

	if (catalogue_query(catalogue, "INSERT INTO signed_file (hash, state, attempts) VALUES ($1, 'waiting', 1) "
				       "ON CONFLICT (hash) DO UPDATE SET attempts = attempts + 1",
			    DB_ARGS(DB_T(hash)), NULL, NULL, err) < 0 ||
	    catalogue_int(catalogue, "SELECT attempts FROM signed_file WHERE hash = $1", DB_ARGS(DB_T(hash)), 0, &attempts, err) < 0)
		return -1;
	if (attempts <= SIGNATURES_ATTEMPTS)
		return 1;
	if (catalogue_query(catalogue, "UPDATE signed_file SET state = 'failed' WHERE hash = $1", DB_ARGS(DB_T(hash)), NULL, NULL, err) < 0)
		return -1;
	return 0;
}

static int put_one(struct catalogue *catalogue, const char *hash, int position, const struct signature *s, struct error *err)
{
	return catalogue_query(catalogue,
			       "INSERT INTO signature (hash, position, integrity, trust, why, later, place, page, timestamp, signed_at, name, organisation, unit, "
			       "subject, issuer) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
			       DB_ARGS(DB_T(hash), DB_I(position), DB_T(s->integrity), DB_T(s->trust), DB_T(s->why), DB_T(s->later), DB_T(s->place),
				       DB_I(s->page), DB_I(s->timestamp), DB_T(s->signed_at), DB_T(s->name), DB_T(s->organisation), DB_T(s->unit),
				       DB_T(s->subject), DB_T(s->issuer)),
			       NULL, NULL, err);
}

int signatures_put(struct catalogue *catalogue, const char *hash, const char *roots, const struct signature *list, int n, struct error *err)
{
	if (catalogue_query(catalogue, "DELETE FROM signature WHERE hash = $1", DB_ARGS(DB_T(hash)), NULL, NULL, err) < 0 ||
	    catalogue_query(catalogue, "INSERT INTO signed_file (hash, state, roots) VALUES ($1, 'checked', $2) "
				       "ON CONFLICT (hash) DO UPDATE SET state = 'checked', attempts = 0, reason = NULL, roots = excluded.roots",
			    DB_ARGS(DB_T(hash), DB_T(roots)), NULL, NULL, err) < 0)
		return -1;
	/* papers that were judged by what was known before are due again (judgement.h) */
	if (catalogue_query(catalogue, "UPDATE document SET rules = '' WHERE rules IS NOT NULL AND id IN "
				       "(SELECT p.document_id FROM file f JOIN page p ON p.file_id = f.id WHERE f.hash = $1)",
			    DB_ARGS(DB_T(hash)), NULL, NULL, err) < 0)
		return -1;
	for (int i = 0; i < n; i++)
		if (put_one(catalogue, hash, i + 1, &list[i], err) < 0)
			return -1;
	return n ? audit_note(catalogue, "signatures", "archive", 0, json_pack("{s:s, s:s, s:i}", "original", hash, "roots", roots, "signatures", n), err) : 0;
}

int signatures_fail(struct catalogue *catalogue, const char *hash, const char *reason, struct error *err)
{
	return catalogue_query(catalogue, "UPDATE signed_file SET reason = $2, state = CASE WHEN attempts >= $3 THEN 'failed' ELSE state END WHERE hash = $1",
			       DB_ARGS(DB_T(hash), DB_T(reason), DB_I(SIGNATURES_ATTEMPTS)), NULL, NULL, err);
}

struct list {
	struct arena *arena;
	struct signature *items;
	int n;
};

static int take_signature(void *context, const struct db_row *row, struct error *err)
{
	struct list *l = context;
	struct signature *s = arena_push(l->arena, &l->items, &l->n, sizeof *s);
	const char **texts[] = { &s->integrity, &s->trust, &s->why, &s->later, &s->place, &s->signed_at, &s->name, &s->organisation, &s->unit, &s->subject,
				 &s->issuer };

	for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++)
		*texts[i] = arena_strdup(l->arena, db_column_text(row, i) ? db_column_text(row, i) : "");
	s->page = (int)db_column_int(row, 11);
	s->timestamp = db_column_int(row, 12) != 0;
	return 0;
}

int signatures_of(struct catalogue *catalogue, const char *hash, struct arena *arena, struct signature **list, int *n, struct error *err)
{
	struct list l = { arena, NULL, 0 };

	if (catalogue_query(catalogue,
			    "SELECT integrity, trust, why, later, place, signed_at, name, organisation, unit, subject, issuer, page, timestamp "
			    "FROM signature WHERE hash = $1 AND EXISTS (SELECT 1 FROM signed_file WHERE hash = $1 AND state = 'checked') ORDER BY position",
			    DB_ARGS(DB_T(hash)), take_signature, &l, err) < 0)
		return -1;
	*list = l.items;
	*n = l.n;
	return 0;
}
