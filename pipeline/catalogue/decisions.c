#include "pipeline/catalogue/decisions.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/audit.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"

static const char *const names[] = { "confirm", "refuse", "cancel", "replace", "national", "reinstate", "void" };

const char *decision_kind_name(enum decision_kind kind)
{
	return names[kind];
}

int decision_kind_parse(const char *name)
{
	for (int i = 0; i < (int)(sizeof names / sizeof *names); i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

static int put_object(struct catalogue *catalogue, const char *hash, int64_t size, const char *kind, struct error *err)
{
	return hash ? catalogue_query(catalogue, "INSERT INTO object (hash, size, kind) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING",
				      DB_ARGS(DB_T(hash), DB_I(size), DB_T(kind)), NULL, NULL, err)
		    : 0;
}

static int put_row(struct catalogue *catalogue, const struct decision *d, struct error *err)
{
	return catalogue_query(catalogue,
			       "INSERT INTO decision (document_id, kind, level, who, made, reading, code, reason, number, day, other, signed, "
			       "object) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
			       DB_ARGS(DB_I(d->document), DB_T(names[d->kind]), DB_I(d->level), DB_T(catalogue_who(catalogue)), DB_T(d->made),
				       DB_T(d->reading), DB_T(d->code), DB_T(d->reason), DB_T(d->number), DB_T(d->day), DB_T(d->other),
				       DB_T(d->signed_copy), DB_T(d->object)),
			       NULL, NULL, err);
}

/* The log tells which decision; what was decided in words stands in the object. */
static int log_it(struct catalogue *catalogue, const struct decision *d, struct error *err)
{
	char id[32], subject[48];
	json_t *detail = json_object();
	char *text;
	int ret;

	document_id_format(d->document, id);
	snprintf(subject, sizeof subject, "document %s", id);
	if (d->object)
		json_object_set_new(detail, "decision", json_string(d->object));
	if (*d->reading)
		json_object_set_new(detail, "reading", json_string(d->reading));
	if (d->level)
		json_object_set_new(detail, "level", json_integer(d->level));
	if (d->kind == DECISION_VOID)
		json_object_set_new(detail, "reason", json_string(d->reason));
	text = json_dumps(detail, JSON_COMPACT);
	json_decref(detail);
	ret = text ? audit_add(catalogue, names[d->kind], subject, text, err)
		   : error_set(err, REACH_RUN, "catalogue", "audit entry of %s has no detail", subject);
	free(text);
	return ret;
}

int decisions_add(struct catalogue *catalogue, const struct decision *decision, int64_t size, int64_t signed_size, struct error *err)
{
	if (put_object(catalogue, decision->object, size, "decision", err) < 0 ||
	    put_object(catalogue, decision->signed_copy, signed_size, "signed", err) < 0 || put_row(catalogue, decision, err) < 0)
		return -1;
	return log_it(catalogue, decision, err);
}

/* --- reading ------------------------------------------------------------------------------------------------------- */

struct list {
	struct arena *arena;
	struct decision *items;
	int n;
};

static int take_decision(void *context, const struct db_row *row, struct error *err)
{
	struct list *l = context;
	struct decision *d = arena_push(l->arena, &l->items, &l->n, sizeof *d);
	const char **texts[] = { &d->who, &d->made, &d->reading, &d->code, &d->reason, &d->number, &d->day, &d->other, &d->signed_copy,
				 &d->object };

	d->id = db_column_int(row, 0);
	d->document = db_column_int(row, 1);
	d->kind = (enum decision_kind)decision_kind_parse(db_column_text(row, 2));
	d->level = (int)db_column_int(row, 3);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		*texts[i] = arena_strdup(l->arena, db_column_text(row, 4 + (int)i));
	return 0;
}

int decisions_of(struct catalogue *catalogue, int64_t document, struct arena *arena, struct decision **list, int *n, struct error *err)
{
	struct list l = { arena, NULL, 0 };

	if (catalogue_query(catalogue,
			    "SELECT id, document_id, kind, level, who, made, reading, code, reason, number, day, other, signed, object "
			    "FROM decision WHERE document_id = $1 ORDER BY id",
			    DB_ARGS(DB_I(document)), take_decision, &l, err) < 0)
		return -1;
	*list = l.items;
	*n = l.n;
	return 0;
}

/* --- voiding ------------------------------------------------------------------------------------------------------- */

int decisions_void(struct catalogue *catalogue, int64_t document, const char *why, struct error *err)
{
	struct decision d = { .document = document, .kind = DECISION_VOID, .reading = "", .reason = why };
	int64_t standing;
	char made[21];

	if (catalogue_int(catalogue,
			  "SELECT 1 FROM decision WHERE document_id = $1 AND kind = 'confirm' AND id > (SELECT coalesce(max(id), 0) "
			  "FROM decision WHERE document_id = $1 AND kind IN ('void', 'refuse')) LIMIT 1",
			  DB_ARGS(DB_I(document)), 0, &standing, err) < 0)
		return -1;
	if (!standing)
		return 0;
	catalogue_now(made);
	d.made = made;
	return decisions_add(catalogue, &d, 0, 0, err) < 0 ? -1 : 1;
}

struct ids {
	struct arena *arena;
	int64_t *items;
	int n;
};

static int take_id(void *context, const struct db_row *row, struct error *err)
{
	struct ids *l = context;
	int64_t *id = arena_push(l->arena, &l->items, &l->n, sizeof *id);

	*id = db_column_int(row, 0);
	return 0;
}

int decisions_void_pages(struct catalogue *catalogue, int64_t dossier, int first, int last, const char *why, struct error *err)
{
	struct ids l = { arena_new(), NULL, 0 };
	int fell = 0;

	if (catalogue_query(catalogue,
			    "SELECT id FROM document WHERE dossier_id = $1 AND first_page <= $3 AND last_page >= $2 ORDER BY id",
			    DB_ARGS(DB_I(dossier), DB_I(first), DB_I(last)), take_id, &l, err) < 0)
		fell = -1;
	for (int i = 0; i < l.n && fell >= 0; i++) {
		int one = decisions_void(catalogue, l.items[i], why, err);

		fell = one < 0 ? -1 : fell + one;
	}
	arena_free(l.arena);
	return fell;
}
