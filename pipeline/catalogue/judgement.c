#include "pipeline/catalogue/judgement.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/audit.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"

int judgement_put(struct catalogue *catalogue, int64_t document, const char *verdict, const char *rules, const char *judged, const char *ends,
		  const struct judgement_reason *reasons, int nreasons, struct error *err)
{
	if (catalogue_query(catalogue, "UPDATE document SET verdict = $2, rules = $3, judged = $4, ends = $5 WHERE id = $1",
			    DB_ARGS(DB_I(document), DB_T(verdict), DB_T(rules), DB_T(judged), DB_T(ends)), NULL, NULL, err) < 0 ||
	    catalogue_query(catalogue, "DELETE FROM reason WHERE document_id = $1", DB_ARGS(DB_I(document)), NULL, NULL, err) < 0)
		return -1;
	for (int i = 0; i < nreasons; i++)
		if (catalogue_query(catalogue,
				    "INSERT INTO reason (document_id, code, rule, field, page, detail) "
				    "VALUES ($1, $2, $3, $4, $5, $6)",
				    DB_ARGS(DB_I(document), DB_T(reasons[i].code), DB_T(reasons[i].rule), DB_T(reasons[i].field),
					    DB_I(reasons[i].page), DB_T(reasons[i].detail)),
				    NULL, NULL, err) < 0)
			return -1;
	return 0;
}

struct bearers {
	struct arena *arena;
	int64_t *documents;
	int n;
};

static int take_bearer(void *context, const struct db_row *row, struct error *err)
{
	struct bearers *found = context;
	int64_t *id = arena_push(found->arena, &found->documents, &found->n, sizeof *id);

	*id = db_column_int(row, 0);
	return 0;
}

int judgement_bearers(struct catalogue *catalogue, const char *field, const char *key, int64_t except, int max,
		      struct arena *arena, int64_t **documents, int *n, struct error *err)
{
	struct bearers found = { arena, NULL, 0 };

	if (key && *key &&
	    catalogue_query(catalogue,
			    "SELECT d.id FROM document d WHERE d.state <> 'restricted' AND d.id <> $3 AND d.id IN ("
			    "SELECT document_id FROM field WHERE name = $1 AND key = $2 UNION "
			    "SELECT document_id FROM field_part WHERE name = $1 AND part = $2) ORDER BY d.id LIMIT $4",
			    DB_ARGS(DB_T(field), DB_T(key), DB_I(except), DB_I(max)), take_bearer, &found, err) < 0)
		return -1;
	*documents = found.documents;
	*n = found.n;
	return 0;
}

int judgement_pages(struct catalogue *catalogue, int64_t dossier, int64_t *declared, int64_t *found, struct error *err)
{
	if (catalogue_int(catalogue, "SELECT pages FROM dossier WHERE id = $1", DB_ARGS(DB_I(dossier)), 0, declared, err) < 0)
		return -1;
	return catalogue_int(catalogue, "SELECT count(*) FROM page WHERE dossier_id = $1 AND reason IS NOT 'replaced'", DB_ARGS(DB_I(dossier)), 0, found, err);
}

/* --- what other rules make of it ------------------------------------------------------------------------------------ */

struct kept {
	struct arena *arena;
	struct judgement *judgement;
	int found;
};

static int take_kept(void *context, const struct db_row *row, struct error *err)
{
	struct kept *k = context;

	k->judgement->verdict = arena_strdup(k->arena, db_column_text(row, 0));
	k->judgement->rules = arena_strdup(k->arena, db_column_text(row, 1));
	k->found = 1;
	return 0;
}

static int take_code(void *context, const struct db_row *row, struct error *err)
{
	struct kept *k = context;

	k->judgement->codes = arena_printf(k->arena, "%s%s%s", k->judgement->codes, *k->judgement->codes ? " " : "", db_column_text(row, 0));
	return 0;
}

int judgement_kept(struct catalogue *catalogue, int64_t document, struct arena *arena, struct judgement *judgement, struct error *err)
{
	struct kept kept = { arena, judgement, 0 };

	*judgement = (struct judgement){ NULL, arena_strdup(arena, ""), NULL };
	if (catalogue_query(catalogue, "SELECT verdict, rules FROM document WHERE id = $1", DB_ARGS(DB_I(document)), take_kept, &kept, err) < 0 ||
	    catalogue_query(catalogue, "SELECT code FROM reason WHERE document_id = $1 ORDER BY code", DB_ARGS(DB_I(document)), take_code, &kept,
			    err) < 0)
		return -1;
	return kept.found;
}

int judgement_due(struct catalogue *catalogue, const char *rules, const char *day, int64_t after, int max, struct arena *arena, int64_t **documents,
		  int *n, struct error *err)
{
	struct bearers found = { arena, NULL, 0 };

	if (catalogue_query(catalogue,
			    "SELECT id FROM document WHERE state = 'judged' AND id > $1 AND (rules IS NOT $2 OR judged < $3) ORDER BY id LIMIT $4",
			    DB_ARGS(DB_I(after), DB_T(rules), DB_T(day), DB_I(max)), take_bearer, &found, err) < 0)
		return -1;
	*documents = found.documents;
	*n = found.n;
	return 0;
}

int judgement_changed(struct catalogue *catalogue, int64_t document, const struct judgement *before, const struct judgement *after,
		      struct error *err)
{
	char id[32], subject[48], made[21], *text;
	json_t *detail = json_pack("{s:s?, s:s, s:s?, s:s}", "before", before->verdict, "before_codes", before->codes, "after", after->verdict,
				   "after_codes", after->codes);
	int ret;

	catalogue_now(made);
	document_id_format(document, id);
	snprintf(subject, sizeof subject, "document %s", id);
	text = json_dumps(detail, JSON_COMPACT);
	json_decref(detail);
	ret = catalogue_query(catalogue,
			      "INSERT INTO verdict_change (document_id, made, before, before_codes, before_rules, after, after_codes, after_rules) "
			      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
			      DB_ARGS(DB_I(document), DB_T(made), DB_T(before->verdict), DB_T(before->codes), DB_T(before->rules),
				      DB_T(after->verdict), DB_T(after->codes), DB_T(after->rules)),
			      NULL, NULL, err);
	if (!ret)
		ret = audit_add(catalogue, "judge", subject, text ? text : "", err);
	free(text);
	return ret;
}
