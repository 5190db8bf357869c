/*
 * texts_narrow.c - conditions that few papers meet, told by those papers (texts.h)
 *
 * Whether a page meets a condition is looked up page by page (texts_meet). Where nearly none does, that is a long way: the papers that do are found from the other end then,
 * by the day they bear, their verdict, its reason, a decision or their batch.
 */
#include "pipeline/catalogue/texts_private.h"

#include <stdio.h>
#include <stdlib.h>

#include "pipeline/bitmap.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/visible.h"
#include "pipeline/error.h"

struct met {
	struct catalogue *catalogue;
	struct bitmap *pages;
	int64_t n, most;
};

static int met_page(void *context, const struct db_row *row, struct error *err)
{
	struct met *met = context;
	bitmap_add(met->pages, db_column_int(row, 0));
	met->n++;
	return 0;
}

/* Adds the pages p that `from` finds; args[0] is how many at most. */
static int pages_find(struct met *met, const char *from, struct db_value *args, int nargs, struct error *err)
{
	char *sql = NULL;
	if (asprintf(&sql, "SELECT p.id FROM %s LIMIT $1", from) < 0)
		return error_errno(err, REACH_RUN, "catalogue", _("cannot ask the full text"));
	args[0] = DB_I(met->most - met->n);
	int ret = catalogue_query(met->catalogue, sql, args, nargs, met_page, met, err);
	free(sql);
	return ret < 0 ? -1 : 0;
}

static int values_find(struct met *met, const char *from, const struct texts_condition *condition, struct error *err)
{
	struct db_value args[2];
	int ret = 0;
	for (int i = 0; i < condition->nvalues && !ret; i++) {
		args[1] = DB_T(condition->values[i]);
		ret = pages_find(met, from, args, 2, err);
	}
	return ret;
}

/* The pages of papers that meet a condition: what condition_write of texts_ask.c says, from the other end. */
static int condition_find(struct met *met, const struct texts_condition *condition, struct error *err)
{
	struct db_value args[3];
	switch (condition->kind) {
	case CONDITION_DAY:
		args[1] = DB_T(condition->low ? condition->low : "");
		args[2] = DB_T(condition->high ? condition->high : "~"); /* behind all figures */
		return pages_find(met, "field f CROSS JOIN page p ON p.document_id = f.document_id"
				       " WHERE f.name = 'date' AND f.state = 'read' AND f.value >= $2 AND f.value < $3", args, 3, err);
	case CONDITION_VERDICT:
		return values_find(met, "document d CROSS JOIN page p ON p.document_id = d.id WHERE d.verdict = $2", condition, err);
	case CONDITION_REASON:
		return values_find(met, "reason r CROSS JOIN page p ON p.document_id = r.document_id WHERE r.code = $2", condition, err);
	case CONDITION_CONFIRMED:
		return pages_find(met, "decision c CROSS JOIN page p ON p.document_id = c.document_id WHERE " TEXTS_CONFIRMS, args, 1, err);
	}
	return 0;
}

/* Those that a viewer's batches hold. */
static int viewer_find(struct met *met, const struct viewer *viewer, struct error *err)
{
	struct db_value args[2];
	int ret = 0;
	for (int i = 0; i < viewer->nbatches && !ret; i++) {
		args[1] = DB_I(viewer->batches[i]);
		ret = pages_find(met, "dossier s CROSS JOIN page p ON p.dossier_id = s.id WHERE s.batch_id = $2", args, 2, err);
	}
	return ret;
}

/* Alternatives that stand from *i on, which moves behind them. */
static int group_find(struct met *met, const struct texts_question *question, int *i, struct error *err)
{
	int ret = 0;
	do {
		if (question->conditions[*i].negated) /* nearly all papers meet it */
			met->n = met->most;
		else
			ret = condition_find(met, &question->conditions[*i], err);
	} while (++*i < question->nconditions && question->conditions[*i].either && !ret);
	return ret;
}

static void met_take(struct met *met, struct bitmap *pages, bool *all)
{
	if (met->n >= met->most)
		*all = false;
	else
		bitmap_and(pages, met->pages);
	met->n = 0;
	bitmap_clear(met->pages);
}

int texts_narrow(struct catalogue *catalogue, const struct texts_question *question, int64_t most, struct bitmap *pages, bool *all, struct error *err)
{
	struct met met = { catalogue, bitmap_new(pages->size), 0, most };
	int ret = question->viewer ? viewer_find(&met, question->viewer, err) : 0;
	*all = true;
	if (question->viewer)
		met_take(&met, pages, all);
	for (int i = 0; i < question->nconditions && !ret;) {
		ret = group_find(&met, question, &i, err);
		met_take(&met, pages, all);
	}
	bitmap_free(met.pages);
	return ret;
}
