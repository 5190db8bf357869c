#include "pipeline/catalogue/ledger.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/audit.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"

static int log_use(struct catalogue *catalogue, const struct ledger_entry *e, struct error *err)
{
	char id[32], subject[48];
	json_t *detail = json_pack("{s:s, s:s, s:s, s:s, s:s}", "dossier", e->dossier, "procedure", e->procedure, "component", e->component,
				   "verdict", e->verdict, "decision", e->object);
	char *text;
	int ret;

	document_id_format(e->document, id);
	snprintf(subject, sizeof subject, "document %s", id);
	if (e->override_reason)
		json_object_set_new(detail, "override", json_true());
	text = json_dumps(detail, JSON_COMPACT);
	json_decref(detail);
	ret = text ? audit_add(catalogue, "use", subject, text, err)
		   : error_set(err, REACH_RUN, "catalogue", "audit entry of %s has no detail", subject);
	free(text);
	return ret;
}

int ledger_add(struct catalogue *catalogue, const struct ledger_entry *e, int64_t size, struct error *err)
{
	struct db *db = catalogue_db(catalogue);

	if (catalogue_query(catalogue, "INSERT INTO object (hash, size, kind) VALUES ($1, $2, 'decision') ON CONFLICT (hash) DO NOTHING",
			    DB_ARGS(DB_T(e->object), DB_I(size)), NULL, NULL, err) < 0 ||
	    catalogue_query(catalogue,
			    "INSERT INTO ledger (document_id, dossier, procedure, component, who, made, day, verdict, codes, rules, reading, "
			    "override, object) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) "
			    "ON CONFLICT (document_id, dossier, component) DO NOTHING",
			    DB_ARGS(DB_I(e->document), DB_T(e->dossier), DB_T(e->procedure), DB_T(e->component),
				    DB_T(catalogue_who(catalogue)), DB_T(e->made), DB_T(e->day), DB_T(e->verdict), DB_T(e->codes),
				    DB_T(e->rules), DB_T(e->reading), DB_T(e->override_reason), DB_T(e->object)),
			    NULL, NULL, err) < 0)
		return -1;
	if (!db->driver->changes(db))
		return 0;
	return log_use(catalogue, e, err) < 0 ? -1 : 1;
}

struct each {
	int (*fn)(void *context, const struct ledger_entry *entry);
	void *context;
};

static int take_entry(void *context, const struct db_row *row, struct error *err)
{
	struct each *each = context;
	struct ledger_entry e = { .id = db_column_int(row, 0), .document = db_column_int(row, 1) };
	const char **texts[] = { &e.dossier, &e.procedure, &e.component, &e.who, &e.made, &e.day, &e.verdict, &e.codes, &e.rules, &e.reading,
				 &e.override_reason, &e.object };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		*texts[i] = db_column_text(row, 2 + (int)i);
	return each->fn(each->context, &e);
}

int ledger_each(struct catalogue *catalogue, int64_t document, const char *since,
		int (*fn)(void *context, const struct ledger_entry *entry), void *context, struct error *err)
{
	struct each each = { fn, context };

	return catalogue_query(catalogue,
			       "SELECT id, document_id, dossier, procedure, component, who, made, day, verdict, codes, rules, reading, override, "
			       "object FROM ledger WHERE ($1 = 0 OR document_id = $1) AND made >= $2 ORDER BY id",
			       DB_ARGS(DB_I(document), DB_T(since)), take_entry, &each, err);
}

struct code {
	struct arena *arena;
	char *text;
};

static int take_code(void *context, const struct db_row *row, struct error *err)
{
	struct code *code = context;

	code->text = arena_strdup(code->arena, db_column_text(row, 0));
	return 0;
}

int ledger_code(struct catalogue *catalogue, int64_t document, struct arena *arena, char **code, struct error *err)
{
	struct code found = { arena, NULL };

	if (catalogue_query(catalogue, "SELECT code FROM result_code WHERE document_id = $1", DB_ARGS(DB_I(document)), take_code, &found, err) < 0)
		return -1;
	*code = found.text;
	return found.text != NULL;
}

int ledger_code_find(struct catalogue *catalogue, const char *code, int64_t *document, struct error *err)
{
	return catalogue_int(catalogue, "SELECT document_id FROM result_code WHERE code = $1", DB_ARGS(DB_T(code)), 0, document, err);
}

int ledger_code_put(struct catalogue *catalogue, int64_t document, const char *code, struct error *err)
{
	struct db *db = catalogue_db(catalogue);
	char made[21], id[32], subject[48], *detail;
	json_t *json;
	int ret;

	catalogue_now(made);
	if (catalogue_query(catalogue, "INSERT INTO result_code (code, document_id, made) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
			    DB_ARGS(DB_T(code), DB_I(document), DB_T(made)), NULL, NULL, err) < 0)
		return -1;
	if (!db->driver->changes(db))
		return 0;
	document_id_format(document, id);
	snprintf(subject, sizeof subject, "document %s", id);
	detail = json_dumps(json = json_pack("{s:s}", "code", code), JSON_COMPACT);
	json_decref(json);
	ret = audit_add(catalogue, "code", subject, detail ? detail : "", err);
	free(detail);
	return ret < 0 ? -1 : 1;
}
