#include "pipeline/catalogue/corrections.h"

#include <jansson.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/audit.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/document.h"
#include "pipeline/error.h"

static const char *kind_name(enum correction_kind kind)
{
	return kind == CORRECTION_SET ? "set" : "cut";
}

int corrections_add(struct catalogue *catalogue, const struct correction *c, int64_t size, struct error *err)
{
	if (catalogue_query(catalogue, "INSERT INTO object (hash, size, kind) VALUES ($1, $2, 'decision') ON CONFLICT (hash) DO NOTHING",
			    DB_ARGS(DB_T(c->object), DB_I(size)), NULL, NULL, err) < 0 ||
	    catalogue_query(catalogue,
			    "INSERT INTO correction (dossier_id, page_id, kind, field, value, before, who, made, reason, object) "
			    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
			    DB_ARGS(DB_I(c->dossier), DB_I(c->page_id), DB_T(kind_name(c->kind)), DB_T(c->field ? c->field : ""), DB_T(c->value),
				    DB_T(c->before), DB_T(catalogue_who(catalogue)), DB_T(c->made), DB_T(c->reason), DB_T(c->object)),
			    NULL, NULL, err) < 0)
		return -1;
	/* values stand in the object: the log names the field alone */
	return audit_note(catalogue, kind_name(c->kind), "page", c->page_id,
			  json_pack("{s:s, s:s}", c->kind == CORRECTION_SET ? "field" : "cut", c->kind == CORRECTION_SET ? c->field : c->value, "decision",
				    c->object), err);
}

struct list {
	struct arena *arena;
	struct correction *items;
	int n;
};

static int take(void *context, const struct db_row *row, struct error *err)
{
	struct list *l = context;
	struct correction *c = arena_push(l->arena, &l->items, &l->n, sizeof *c);

	c->dossier = db_column_int(row, 0);
	c->page_id = db_column_int(row, 1);
	c->page = (int)db_column_int(row, 2);
	c->kind = strcmp(db_column_text(row, 3), "cut") ? CORRECTION_SET : CORRECTION_CUT;
	c->field = arena_strdup(l->arena, db_column_text(row, 4));
	c->value = arena_strdup(l->arena, db_column_text(row, 5));
	c->before = arena_strdup(l->arena, db_column_text(row, 6));
	c->who = arena_strdup(l->arena, db_column_text(row, 7));
	c->made = arena_strdup(l->arena, db_column_text(row, 8));
	c->reason = arena_strdup(l->arena, db_column_text(row, 9));
	c->object = arena_strdup(l->arena, db_column_text(row, 10));
	return 0;
}

int corrections_of(struct catalogue *catalogue, int64_t dossier, struct arena *arena, struct correction **list, int *n, struct error *err)
{
	struct list l = { arena, NULL, 0 };

	if (catalogue_query(catalogue,
			    "SELECT c.dossier_id, c.page_id, p.number, c.kind, c.field, c.value, c.before, c.who, c.made, c.reason, c.object "
			    "FROM correction c JOIN page p ON p.id = c.page_id WHERE c.dossier_id = $1 AND c.id = "
			    "(SELECT max(id) FROM correction l WHERE l.page_id = c.page_id AND l.kind = c.kind AND l.field = c.field) "
			    "ORDER BY p.number, c.id",
			    DB_ARGS(DB_I(dossier)), take, &l, err) < 0)
		return -1;
	*list = l.items;
	*n = l.n;
	return 0;
}

void corrections_prepare(const struct correction *list, int n, struct dossier *dossier)
{
	for (int i = 0; i < n; i++) {
		struct page *page = list[i].page > 0 && list[i].page <= dossier->npages ? &dossier->pages[list[i].page - 1] : NULL;

		if (page && list[i].kind == CORRECTION_CUT)
			page->cut = !strcmp(list[i].value, "begins") ? CUT_BEGINS : CUT_GOES_ON;
		else if (page && !strcmp(list[i].field, CORRECTION_TYPE))
			page->said_type = (char *)list[i].value;
	}
}

static struct document *document_of(struct dossier *dossier, int page)
{
	for (int i = 0; i < dossier->ndocuments; i++)
		if (page >= dossier->documents[i].first && page <= dossier->documents[i].last)
			return &dossier->documents[i];
	return NULL;
}

int corrections_apply(const struct correction *list, int n, struct dossier *dossier)
{
	int changed = 0;

	for (int i = 0; i < n; i++) {
		struct document *document = list[i].kind == CORRECTION_SET ? document_of(dossier, list[i].page) : NULL;
		struct field *field = document ? field_find(document, list[i].field) : NULL;

		if (!field)
			continue;
		field->value = (char *)list[i].value;
		field->state = list[i].value ? FIELD_READ : FIELD_ABSENT;
		field->confidence = 100;
		field->source = SOURCE_HUMAN;
		changed = 1;
	}
	return changed;
}

int corrections_keep(struct catalogue *catalogue, int64_t dossier, const char *papers, struct error *err)
{
	return catalogue_query(catalogue, "UPDATE dossier SET papers = $2 WHERE id = $1", DB_ARGS(DB_I(dossier), DB_T(papers)), NULL, NULL, err);
}

int corrections_reopen(struct catalogue *catalogue, int64_t dossier, struct error *err)
{
	return catalogue_query(catalogue, "UPDATE dossier SET state = 'waiting', attempts = 0 WHERE id = $1 AND state IN ('split', 'done', 'set-aside')",
			       DB_ARGS(DB_I(dossier)), NULL, NULL, err);
}
