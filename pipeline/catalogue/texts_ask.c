/* texts_ask.c - questions to the full text: the expression, how many pages answer, and which (texts.h) */
#include "pipeline/catalogue/texts_private.h"

#include <stdio.h>
#include <stdlib.h>

#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/visible.h"
#include "pipeline/error.h"

#define ARGS_MAX 64 /* of a question: values of its conditions */

struct asking {
	FILE *match;                   /* the expression of FTS5 */
	struct db_value args[ARGS_MAX];
	int nargs;
};

static void phrase_write(struct asking *asking, const struct texts_node *node)
{
	fputc('"', asking->match);
	for (int i = 0; i < node->nterms; i++)
		fprintf(asking->match, i ? " %s" : "%s", node->terms[i]);
	fputs(node->prefix ? "\" *" : "\"", asking->match);
}

/* Terms stand in double quotes and hold none, so no term is ever read as syntax. */
static void node_write(struct asking *asking, const struct texts_node *node)
{
	fputc('(', asking->match);
	if (node->kind == TEXTS_PHRASE)
		phrase_write(asking, node);
	for (int i = 0; i < node->nparts; i++) {
		if (i)
			fputs(node->kind == TEXTS_ALL ? " AND " : " OR ", asking->match);
		node_write(asking, &node->parts[i]);
	}
	fputc(')', asking->match);
	if (!node->but)
		return;
	fputs(" NOT ", asking->match);
	node_write(asking, node->but);
}

static int argument_add(struct asking *asking, struct db_value value)
{
	asking->args[asking->nargs] = value;
	return ++asking->nargs;
}

static void values_write(struct asking *asking, FILE *sql, const struct texts_condition *condition)
{
	fputc('(', sql);
	for (int i = 0; i < condition->nvalues && asking->nargs < ARGS_MAX; i++)
		fprintf(sql, i ? ", $%d" : "$%d", argument_add(asking, DB_T(condition->values[i])));
	fputc(')', sql);
}

static void condition_write(struct asking *asking, FILE *sql, const struct texts_condition *condition)
{
	fputs(condition->negated ? "NOT (" : "(", sql);
	switch (condition->kind) {
	case CONDITION_DAY:
		fputs("EXISTS (SELECT 1 FROM field f WHERE f.document_id = v.document_id AND f.name = 'date' AND f.state = 'read'", sql);
		if (condition->low && asking->nargs < ARGS_MAX)
			fprintf(sql, " AND f.value >= $%d", argument_add(asking, DB_T(condition->low)));
		if (condition->high && asking->nargs < ARGS_MAX)
			fprintf(sql, " AND f.value < $%d", argument_add(asking, DB_T(condition->high)));
		fputc(')', sql);
		break;
	case CONDITION_VERDICT:
		fputs("v.verdict IN ", sql);
		values_write(asking, sql, condition);
		break;
	case CONDITION_REASON:
		fputs("EXISTS (SELECT 1 FROM reason r WHERE r.document_id = v.document_id AND r.code IN ", sql);
		values_write(asking, sql, condition);
		fputc(')', sql);
		break;
	case CONDITION_CONFIRMED:
		fputs("EXISTS (SELECT 1 FROM decision c WHERE c.document_id = v.document_id AND " TEXTS_CONFIRMS ")", sql);
		break;
	}
	fputc(')', sql);
}

/* " AND ..." where there are any. */
static void conditions_write(struct asking *asking, FILE *sql, const struct texts_question *question)
{
	for (int i = 0; i < question->nconditions; i++) {
		fputs(question->conditions[i].either ? " OR " : i ? ") AND (" : " AND (", sql);
		condition_write(asking, sql, &question->conditions[i]);
	}
	fputs(question->nconditions ? ")" : "", sql);
}

bool texts_needs_rows(const struct texts_question *question)
{
	return question->papers || question->first || question->nconditions || !question->words;
}

/* FROM ... WHERE ... The index is asked first and its rows are looked up
 * (CROSS JOIN keeps SQLite from turning that round). */
static void from_write(struct asking *asking, FILE *sql, const struct texts_question *question, int match)
{
	if (!texts_needs_rows(question)) {
		fprintf(sql, " FROM page_fts WHERE page_fts MATCH $%d AND ", match);
		visible_page_write(sql, question->viewer, "page_fts.rowid");
	} else {
		if (question->words)
			fprintf(sql, " FROM page_fts CROSS JOIN visible v ON v.page_id = page_fts.rowid WHERE page_fts MATCH $%d AND ", match);
		else
			fputs(" FROM visible v JOIN page_text t ON t.page_id = v.page_id WHERE ", sql);
		visible_write(sql, question->viewer, "v");
	}
	conditions_write(asking, sql, question);
	if (question->first)
		fputs(" AND NOT EXISTS (SELECT 1 FROM page q JOIN page_text qt ON qt.page_id = q.id"
		      " WHERE q.document_id = v.document_id AND q.number < v.number)", sql);
	if (question->beyond)
		fprintf(sql, " AND %s %s $%d", question->words ? "page_fts.rowid" : "v.page_id", question->newest ? "<" : ">",
			argument_add(asking, DB_I(question->beyond)));
}

int texts_ask(struct catalogue *catalogue, const struct texts_question *question, const struct texts_asked *asked, db_row_fn *fn, void *context,
	      struct error *err)
{
	char *match = NULL, *text = NULL;
	size_t sizes[2];
	struct asking asking = { .match = open_memstream(&match, &sizes[0]) };
	FILE *sql = open_memstream(&text, &sizes[1]);
	int ret = -1;
	if (!asking.match || !sql) {
		error_errno(err, REACH_RUN, "catalogue", _("cannot ask the full text"));
		goto out;
	}
	if (question->words)
		node_write(&asking, question->words);
	fflush(asking.match);
	int match_at = argument_add(&asking, DB_T(match));
	fputs(asked->select, sql);
	from_write(&asking, sql, question, match_at);
	if (asked->ordered)
		fprintf(sql, " ORDER BY %s%s", question->words ? "page_fts.rowid" : "v.page_id", question->newest ? " DESC" : "");
	fprintf(sql, " LIMIT $%d%s", argument_add(&asking, DB_I(asked->limit)), asked->end);
	fflush(sql);
	ret = catalogue_query(catalogue, text, asking.args, asking.nargs, fn, context, err);
out:
	if (asking.match)
		fclose(asking.match);
	if (sql)
		fclose(sql);
	free(match);
	free(text);
	return ret;
}

/* --- answers -------------------------------------------------------------------------------------------------------------- */

static int count_row(void *context, const struct db_row *row, struct error *err)
{
	*(int64_t *)context = db_column_int(row, 0);
	return 1;
}

int texts_size(struct catalogue *catalogue, int64_t *npages, struct error *err)
{
	return catalogue_int(catalogue, "SELECT max(page_id) FROM page_text", NULL, 0, 0, npages, err);
}

int texts_count(struct catalogue *catalogue, const struct texts_question *question, int64_t most, int64_t *count, struct error *err)
{
	*count = 0;
	return texts_ask(catalogue, question, &(struct texts_asked){ "SELECT count(*) FROM (SELECT 1", ")", false, most }, count_row, count, err) < 0 ? -1
																	 : 0;
}

struct matches {
	int (*fn)(void *context, const struct texts_match *match, struct error *err);
	void *context;
};

static int match_row(void *context, const struct db_row *row, struct error *err)
{
	const struct matches *matches = context;
	return matches->fn(matches->context, &(struct texts_match){ db_column_int(row, 0), db_column_int(row, 1) }, err);
}

int texts_match(struct catalogue *catalogue, const struct texts_question *question, int limit,
		int (*fn)(void *context, const struct texts_match *match, struct error *err), void *context, struct error *err)
{
	struct matches matches = { fn, context };
	const char *select = !texts_needs_rows(question) ? "SELECT page_fts.rowid, 0" : "SELECT v.page_id, v.document_id";
	return texts_ask(catalogue, question, &(struct texts_asked){ select, "", true, limit }, match_row, &matches, err);
}

int texts_papers(struct catalogue *catalogue, const struct viewer *viewer, const int64_t *pages, int n,
		 int (*fn)(void *context, const struct texts_match *match, struct error *err), void *context, struct error *err)
{
	struct matches matches = { fn, context };
	char *text = NULL;
	size_t size;
	FILE *sql = open_memstream(&text, &size);
	int ret = 0;
	if (!sql)
		return error_errno(err, REACH_RUN, "catalogue", _("cannot ask the full text"));
	fputs("SELECT v.page_id, v.document_id FROM visible v WHERE v.page_id = $1 AND ", sql);
	visible_write(sql, viewer, "v");
	if (fclose(sql))
		ret = error_errno(err, REACH_RUN, "catalogue", _("cannot ask the full text"));
	for (int i = 0; i < n && !ret; i++)
		ret = catalogue_query(catalogue, text, DB_ARGS(DB_I(pages[i])), match_row, &matches, err);
	free(text);
	return ret;
}

static int meets_row(void *context, const struct db_row *row, struct error *err)
{
	*(bool *)context = true;
	return 1;
}

int texts_meet(struct catalogue *catalogue, const struct texts_question *question, const int64_t *pages, int n, bool *meets, struct error *err)
{
	char *text = NULL;
	size_t size;
	struct asking asking = { .nargs = 1 }; /* the page */
	FILE *sql = open_memstream(&text, &size);
	int ret = 0;
	if (!sql)
		return error_errno(err, REACH_RUN, "catalogue", _("cannot ask the full text"));
	fputs("SELECT 1 FROM visible v WHERE v.page_id = $1 AND ", sql);
	visible_write(sql, question->viewer, "v");
	conditions_write(&asking, sql, question);
	if (fclose(sql))
		ret = error_errno(err, REACH_RUN, "catalogue", _("cannot ask the full text"));
	for (int i = 0; i < n && ret >= 0; i++) {
		meets[i] = false;
		asking.args[0] = DB_I(pages[i]);
		ret = catalogue_query(catalogue, text, asking.args, asking.nargs, meets_row, &meets[i], err);
	}
	free(text);
	return ret < 0 ? -1 : 0;
}
