#include "pipeline/catalogue/texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/catalogue/visible.h"
#include "pipeline/catalogue/words.h"
#include "pipeline/error.h"
#include "pipeline/key.h"
#include "pipeline/text.h"
#include "pipeline/tokens.h"

#define NAMES_MAX 8
#define ARGS_MAX 64 /* of a question: values of its conditions */

/* --- facts ---------------------------------------------------------------------------------------------------------------- */

static const struct {
	const char *field; /* name, or its end where it begins with '_' */
	enum texts_fact fact;
} facts[] = {
	{ "number", FACT_NUMBER },      { "change_number", FACT_NUMBER }, { "dossier_code", FACT_NUMBER }, { "_id", FACT_ID },
	{ "owner_name", FACT_PERSON },  { "signer", FACT_PERSON },        { "father_name", FACT_PERSON },  { "mother_name", FACT_PERSON },
	{ "recipient", FACT_PERSON },   { "agency", FACT_AGENCY },        { "register_place", FACT_AGENCY }, { "place", FACT_PLACE },
};

static bool is_verbatim(enum texts_fact fact)
{
	return fact == FACT_TYPE || fact == FACT_YEAR || fact == FACT_NUMBER || fact == FACT_HEAD || fact == FACT_SYMBOL || fact == FACT_ID;
}

const char **texts_fact_terms(struct arena *arena, enum texts_fact fact, const char *value, int *n)
{
	const char **terms = NULL;
	int ntokens;
	*n = 0;
	if (is_verbatim(fact)) { /* a key has no white space; a quote would end the phrase that asks for it */
		char *term = arena_printf(arena, "@%c%s", fact, value);
		for (char *p = term; *p; p++)
			if (*p == '"' || *p == ' ' || *p == '\n')
				*p = '\'';
		*(const char **)arena_push(arena, &terms, n, sizeof *terms) = term;
		return terms;
	}
	char *folded = text_fold(arena, value);
	struct token *tokens = tokens_cut(arena, folded, &ntokens);
	for (int i = 0; i < ntokens; i++)
		*(const char **)arena_push(arena, &terms, n, sizeof *terms) =
			arena_printf(arena, "@%c%.*s", fact, tokens[i].length, folded + tokens[i].start);
	return terms;
}

struct fact_list {
	struct arena *arena;
	FILE *out;
};

static void fact_write(struct fact_list *list, enum texts_fact fact, const char *value)
{
	int n;
	const char **terms = texts_fact_terms(list->arena, fact, value, &n);
	for (int i = 0; i < n; i++)
		fprintf(list->out, "%s ", terms[i]);
	fprintf(list->out, "@%c ", fact); /* no phrase goes from one value into the next */
}

/* A number of a paper is also found by its figures and by its symbol. */
static void number_write(struct fact_list *list, const char *key)
{
	const char *slash = strchr(key, '/');
	fact_write(list, FACT_NUMBER, key);
	fact_write(list, FACT_HEAD, slash ? arena_strndup(list->arena, key, (size_t)(slash - key)) : key);
	if (slash)
		fact_write(list, FACT_SYMBOL, slash + 1);
}

static int fact_row(void *context, const struct db_row *row, struct error *err)
{
	struct fact_list *list = context;
	const char *name = db_column_text(row, 0), *rest = db_column_text(row, 1);
	if (!strcmp(name, "date")) {
		if (rest && strlen(rest) >= 4)
			fact_write(list, FACT_YEAR, arena_strndup(list->arena, rest, 4));
		return 0;
	}
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
		size_t n = strlen(name), m = strlen(facts[i].field);
		if (*facts[i].field == '_' ? n < m || strcmp(name + n - m, facts[i].field) != 0 : strcmp(name, facts[i].field) != 0)
			continue;
		while (rest && *rest) { /* a line a value */
			const char *end = strchrnul(rest, '\n');
			char *value = arena_strndup(list->arena, rest, (size_t)(end - rest));
			if (facts[i].fact == FACT_NUMBER)
				number_write(list, value);
			else
				fact_write(list, facts[i].fact, value);
			rest = *end ? end + 1 : end;
		}
		return 0;
	}
	return 0;
}

static int document_row(void *context, const struct db_row *row, struct error *err)
{
	struct fact_list *list = context;
	static const enum texts_fact columns[] = { FACT_TYPE, FACT_BATCH, FACT_DOSSIER };
	for (int i = 0; i < 3; i++)
		fact_write(list, columns[i], db_column_text(row, i));
	return 1;
}

/* The facts of the document that a page belongs to, malloc'ed; NULL with err. */
static char *facts_of(struct catalogue *catalogue, int64_t page, struct error *err)
{
	char *text = NULL;
	size_t size;
	struct fact_list list = { arena_new(), open_memstream(&text, &size) };
	int ret = list.out ? 0 : error_errno(err, REACH_RUN, "catalogue", _("cannot index"));
	if (ret == 0) {
		fputc(TOKENS_READY, list.out);
		ret = catalogue_query(catalogue,
				      "SELECT d.type, b.code, s.code FROM page p JOIN document d ON d.id = p.document_id"
				      " JOIN dossier s ON s.id = d.dossier_id JOIN batch b ON b.id = s.batch_id WHERE p.id = $1",
				      DB_ARGS(DB_I(page)), document_row, &list, err);
	}
	if (ret >= 0)
		ret = catalogue_query(catalogue,
				      "SELECT f.name, CASE f.name WHEN 'date' THEN f.value ELSE f.key END FROM page p"
				      " JOIN field f ON f.document_id = p.document_id WHERE p.id = $1 AND f.state = 'read' ORDER BY f.name",
				      DB_ARGS(DB_I(page)), fact_row, &list, err);
	arena_free(list.arena);
	if (list.out && fclose(list.out) && ret >= 0)
		ret = error_errno(err, REACH_RUN, "catalogue", _("cannot index"));
	if (ret < 0) {
		free(text);
		return NULL;
	}
	return text;
}

/* --- writing -------------------------------------------------------------------------------------------------------------- */

struct old {
	char *exact, *facts; /* NULL: the page had no text */
};

static int keep_old(void *context, const struct db_row *row, struct error *err)
{
	struct old *old = context;
	old->exact = mem_strdup(db_column_text(row, 0));
	old->facts = mem_strdup(db_column_text(row, 1));
	return 1;
}

static int old_find(struct catalogue *catalogue, int64_t page, struct old *old, struct error *err)
{
	*old = (struct old){ NULL, NULL };
	int ret = catalogue_query(catalogue, "SELECT exact, facts FROM page_text WHERE page_id = $1", DB_ARGS(DB_I(page)), keep_old,
				  old, err);
	return ret < 0 ? -1 : 0;
}

static void old_release(struct old *old)
{
	free(old->exact);
	free(old->facts);
}

/* FTS5 takes a row out of an external-content index only by the values it was put in with; wrong ones damage it silently. */
static int take_out(struct catalogue *catalogue, int64_t page, const struct old *old, struct error *err)
{
	if (!old->exact)
		return 0;
	if (catalogue_query(catalogue, "INSERT INTO page_fts (page_fts, rowid, exact, facts) VALUES ('delete', $1, $2, $3)",
			    DB_ARGS(DB_I(page), DB_T(old->exact), DB_T(old->facts)), NULL, NULL, err) < 0)
		return -1;
	if (catalogue_query(catalogue, "DELETE FROM page_text WHERE page_id = $1", DB_ARGS(DB_I(page)), NULL, NULL, err) < 0)
		return -1;
	return catalogue_query(catalogue, "DELETE FROM hidden WHERE page_id = $1", DB_ARGS(DB_I(page)), NULL, NULL, err);
}

/* A page gets text that the view does not give (visible.h). */
static int hide(struct catalogue *catalogue, int64_t page, struct error *err)
{
	int64_t seen;
	if (catalogue_int(catalogue, "SELECT 1 FROM visible WHERE page_id = $1", DB_ARGS(DB_I(page)), 0, &seen, err))
		return -1;
	return seen ? 0 : catalogue_query(catalogue, "INSERT INTO hidden VALUES ($1)", DB_ARGS(DB_I(page)), NULL, NULL, err);
}

static int need_transaction(struct catalogue *catalogue, const char *verb, struct error *err)
{
	if (catalogue_in_transaction(catalogue))
		return 0;
	return error_set(err, REACH_RUN, "catalogue", "%s outside a transaction", verb);
}

struct noting {
	struct catalogue *catalogue;
	int64_t page;
	struct error *err;
};

static int note_word(void *context, const char *word)
{
	const struct noting *noting = context;
	return words_note(noting->catalogue, word, noting->page, noting->err);
}

static int words_of_page(struct catalogue *catalogue, int64_t page, const char *exact, struct error *err)
{
	struct noting noting = { catalogue, page, err };
	return terms_words(texts_terms(catalogue), exact, (int)strlen(exact), note_word, &noting);
}

static int put_in(struct catalogue *catalogue, int64_t page, const char *exact, const char *told, struct error *err)
{
	if (catalogue_query(catalogue, "INSERT INTO page_text (page_id, exact, facts) VALUES ($1, $2, $3)",
			    DB_ARGS(DB_I(page), DB_T(exact), DB_T(told)), NULL, NULL, err) < 0 ||
	    catalogue_query(catalogue, "INSERT INTO page_fts (rowid, exact, facts) VALUES ($1, $2, $3)",
			    DB_ARGS(DB_I(page), DB_T(exact), DB_T(told)), NULL, NULL, err) < 0 ||
	    hide(catalogue, page, err))
		return -1;
	return words_of_page(catalogue, page, exact, err);
}

int texts_put(struct catalogue *catalogue, int64_t page, const char *exact, struct error *err)
{
	struct old old;
	int ret = -1;
	if (need_transaction(catalogue, "texts_put", err) || old_find(catalogue, page, &old, err))
		return -1;
	char *told = facts_of(catalogue, page, err);
	if (!told)
		goto out;
	if (old.exact && !strcmp(old.exact, exact) && !strcmp(old.facts, told))
		ret = 0;
	else if (take_out(catalogue, page, &old, err) == 0)
		ret = put_in(catalogue, page, exact, told, err);
out:
	free(told);
	old_release(&old);
	return ret;
}

int texts_remove(struct catalogue *catalogue, int64_t page, struct error *err)
{
	struct old old;
	if (need_transaction(catalogue, "texts_remove", err) || old_find(catalogue, page, &old, err))
		return -1;
	int ret = take_out(catalogue, page, &old, err);
	old_release(&old);
	return ret;
}

struct forgetting {
	struct catalogue *catalogue;
	struct error *err;
};

/* A word that no page holds any more. Asked after the page was taken out; the vocabulary of FTS5 sees that at once. */
static int forget_word(void *context, const char *word)
{
	const struct forgetting *f = context;
	int64_t pages;
	if (catalogue_int(f->catalogue, "SELECT doc FROM page_words WHERE term = $1", DB_ARGS(DB_T(word)), 0, &pages, f->err))
		return -1;
	return pages ? 0 : words_drop(f->catalogue, word, f->err);
}

int texts_forget(struct catalogue *catalogue, int64_t page, struct error *err)
{
	struct forgetting forgetting = { catalogue, err };
	struct old old;
	if (need_transaction(catalogue, "texts_forget", err) || old_find(catalogue, page, &old, err))
		return -1;
	int ret = take_out(catalogue, page, &old, err);
	if (!ret && old.exact)
		ret = terms_words(texts_terms(catalogue), old.exact, (int)strlen(old.exact), forget_word, &forgetting);
	old_release(&old);
	return ret;
}

/* A deleted row is only marked in FTS5 until the pieces of the index that hold it are merged, and every piece is looked at for every word of a question.
 * The first merge, with a number below 0, makes all pieces take part; else those of one age do (FTS5, "merge" and "usermerge"). */
#define MERGE_PAGES 500 /* of 4 KB: some 50 ms */

int texts_compact(struct catalogue *catalogue, bool first, struct error *err)
{
	int64_t before, after;
	if (catalogue_begin(catalogue, err))
		return -1;
	if (catalogue_int(catalogue, "SELECT total_changes()", NULL, 0, 0, &before, err) ||
	    catalogue_query(catalogue, "INSERT INTO page_fts (page_fts, rank) VALUES ('merge', $1)", DB_ARGS(DB_I(first ? -MERGE_PAGES : MERGE_PAGES)),
			    NULL, NULL, err) < 0 ||
	    catalogue_int(catalogue, "SELECT total_changes()", NULL, 0, 0, &after, err)) {
		catalogue_rollback(catalogue);
		return -1;
	}
	if (catalogue_commit(catalogue, err))
		return -1;
	return after - before >= 2;
}

struct page_ids {
	struct arena *arena;
	int64_t *ids;
	int n;
};

static int keep_id(void *context, const struct db_row *row, struct error *err)
{
	struct page_ids *pages = context;
	*(int64_t *)arena_push(pages->arena, &pages->ids, &pages->n, sizeof *pages->ids) = db_column_int(row, 0);
	return 0;
}

int texts_refresh(struct catalogue *catalogue, int64_t document, struct error *err)
{
	struct page_ids pages = { arena_new(), NULL, 0 };
	int ret = catalogue_query(catalogue, "SELECT p.id FROM page p JOIN page_text t ON t.page_id = p.id WHERE p.document_id = $1",
				  DB_ARGS(DB_I(document)), keep_id, &pages, err);
	for (int i = 0; i < pages.n && ret == 0; i++) {
		struct old old;
		ret = old_find(catalogue, pages.ids[i], &old, err);
		if (ret == 0 && old.exact)
			ret = texts_put(catalogue, pages.ids[i], old.exact, err);
		old_release(&old);
	}
	arena_free(pages.arena);
	return ret;
}

/* rank = 1 also compares the index with page_text; without it only the index's own structure is checked. The command is an
 * INSERT, so it needs the write lock even though it changes nothing. */
int texts_check(struct catalogue *catalogue, struct error *err)
{
	bool ours = !catalogue_in_transaction(catalogue);
	if (ours && catalogue_begin(catalogue, err))
		return -1;
	struct error why = ERROR_INIT;
	int64_t wrong = 0;
	int ret = catalogue_query(catalogue, "INSERT INTO page_fts (page_fts, rank) VALUES ('integrity-check', 1)", NULL, 0, NULL,
				  NULL, &why);
	int hidden = catalogue_int(catalogue,
				   "SELECT count(*) FROM page_text t WHERE EXISTS (SELECT 1 FROM visible v WHERE v.page_id = t.page_id)"
				   " = EXISTS (SELECT 1 FROM hidden h WHERE h.page_id = t.page_id)", NULL, 0, 0, &wrong, err);
	if (ours)
		catalogue_rollback(catalogue);
	if (ret < 0)
		return error_set(err, REACH_RUN, "catalogue-damaged", _("the full text and its index differ (%s)"), why.text);
	if (wrong)
		return error_set(err, REACH_RUN, "catalogue-damaged", _("what may be seen and what a search counts differ for %lld pages"), (long long)wrong);
	return hidden;
}

int texts_rebuild(struct catalogue *catalogue, struct error *err)
{
	if (need_transaction(catalogue, "texts_rebuild", err))
		return -1;
	word_cache_clear(*catalogue_word_cache(catalogue));
	if (catalogue_query(catalogue, "INSERT INTO page_fts (page_fts) VALUES ('rebuild')", NULL, 0, NULL, NULL, err) < 0 ||
	    catalogue_query(catalogue, "DELETE FROM word", NULL, 0, NULL, NULL, err) < 0)
		return -1;
	return catalogue_query(catalogue,
			       "INSERT INTO word SELECT term, word_shape(term), CAST(log2(doc) AS INTEGER) FROM page_words"
			       " WHERE term >= '0' AND substr(term, 1, 1) NOT IN ('=', '@')", NULL, 0, NULL, NULL, err);
}

/* --- anew from the store -------------------------------------------------------------------------------------------------- */

#define REINDEX "'reindex'" /* key of meta: the last paper that was done, while the index is not whole */

int texts_reindex_begin(struct catalogue *catalogue, struct error *err)
{
	static const char *const sql[] = {
		"INSERT INTO page_fts (page_fts) VALUES ('delete-all')",
		"DELETE FROM page_text",
		"DELETE FROM word",
		"INSERT INTO meta (key, value) VALUES (" REINDEX ", '0') ON CONFLICT (key) DO UPDATE SET value = '0'",
	};
	if (need_transaction(catalogue, "texts_reindex_begin", err))
		return -1;
	word_cache_clear(*catalogue_word_cache(catalogue));
	for (size_t i = 0; i < sizeof sql / sizeof *sql; i++)
		if (catalogue_query(catalogue, sql[i], NULL, 0, NULL, NULL, err) < 0)
			return -1;
	return catalogue_query(catalogue, "DELETE FROM hidden", NULL, 0, NULL, NULL, err) < 0 ? -1 : 0;
}

struct next {
	int64_t *documents;
	int n;
	int64_t pages;
};

static int keep_next(void *context, const struct db_row *row, struct error *err)
{
	struct next *next = context;
	next->documents[next->n++] = db_column_int(row, 0);
	next->pages += db_column_int(row, 1);
	return 0;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): keep_next writes them */
int texts_reindex_next(struct catalogue *catalogue, int max, int64_t *documents, int *n, int64_t *pages, struct error *err)
{
	struct next next = { documents, 0, 0 };
	int ret = catalogue_query(catalogue,
				  "SELECT id, last_page - first_page + 1 FROM document WHERE id > (SELECT CAST(value AS INTEGER) FROM meta WHERE key = " REINDEX ")"
				  " AND state IN ('indexed', 'judged') ORDER BY id LIMIT $1", DB_ARGS(DB_I(max)), keep_next, &next, err);
	*n = next.n;
	*pages = next.pages;
	return ret;
}

int texts_reindex_note(struct catalogue *catalogue, int64_t document, struct error *err)
{
	char number[24];
	snprintf(number, sizeof number, "%lld", (long long)document);
	return catalogue_query(catalogue, "UPDATE meta SET value = $1 WHERE key = " REINDEX, DB_ARGS(DB_T(number)), NULL, NULL, err);
}

int texts_reindex_end(struct catalogue *catalogue, struct error *err)
{
	return catalogue_query(catalogue, "DELETE FROM meta WHERE key = " REINDEX, NULL, 0, NULL, NULL, err);
}

int texts_reindex_state(struct catalogue *catalogue, int64_t *done, int64_t *all, struct error *err)
{
	int64_t last;
	if (catalogue_int(catalogue, "SELECT CAST(value AS INTEGER) FROM meta WHERE key = " REINDEX, NULL, 0, -1, &last, err))
		return -1;
	if (last < 0)
		return 0;
	if (catalogue_int(catalogue, "SELECT sum(last_page - first_page + 1) FROM document WHERE state IN ('indexed', 'judged')", NULL, 0, 0, all, err) ||
	    catalogue_int(catalogue, "SELECT sum(last_page - first_page + 1) FROM document WHERE state IN ('indexed', 'judged') AND id <= $1", DB_ARGS(DB_I(last)), 0, done, err))
		return -1;
	return 1;
}

struct pages {
	int (*fn)(void *context, const struct texts_page *page, struct error *err);
	void *context;
};

static int page_row(void *context, const struct db_row *row, struct error *err)
{
	const struct pages *pages = context;
	struct texts_page page = { db_column_int(row, 0), db_column_text(row, 1), db_column_int(row, 2) != 0 };
	return pages->fn(pages->context, &page, err);
}

int texts_pages(struct catalogue *catalogue, int64_t document,
		int (*fn)(void *context, const struct texts_page *page, struct error *err), void *context, struct error *err)
{
	struct pages pages = { fn, context };
	return catalogue_query(catalogue,
			       "SELECT p.id, p.text, p.state = 'read' AND d.state <> 'restricted' FROM page p"
			       " JOIN document d ON d.id = p.document_id WHERE p.document_id = $1 ORDER BY p.number",
			       DB_ARGS(DB_I(document)), page_row, &pages, err);
}

/* --- the expression ------------------------------------------------------------------------------------------------------- */

struct asking {
	FILE *match;                   /* the expression of FTS5 */
	FILE *worths;                  /* a double for each phrase, as they come */
	struct db_value args[ARGS_MAX];
	int nargs;
};

static void phrase_write(struct asking *asking, const struct texts_node *node)
{
	fputc('"', asking->match);
	for (int i = 0; i < node->nterms; i++)
		fprintf(asking->match, i ? " %s" : "%s", node->terms[i]);
	fputs(node->prefix ? "\" *" : "\"", asking->match);
	fwrite(&node->worth, sizeof node->worth, 1, asking->worths);
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
	fputs(condition->negated ? " AND NOT (" : " AND (", sql);
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
		fputs("EXISTS (SELECT 1 FROM decision c WHERE c.document_id = v.document_id AND c.kind = 'confirm' AND NOT EXISTS"
		      " (SELECT 1 FROM decision l WHERE l.document_id = c.document_id AND l.id > c.id AND l.kind IN ('void', 'refuse', 'cancel')))",
		      sql);
		break;
	}
	fputc(')', sql);
}

/* Whether the rows of the view are needed, and not only the index: they cost a look-up for each page that answers. */
static bool needs_rows(const struct texts_question *question)
{
	return question->papers || question->first || question->nconditions || !question->words;
}

/* FROM ... WHERE ...: rows v of the view where they are needed, rows of the index when there are words. The index is asked first and its rows are looked up
 * (CROSS JOIN keeps SQLite from turning that round). */
static void from_write(struct asking *asking, FILE *sql, const struct texts_question *question, int match)
{
	if (!needs_rows(question)) {
		fprintf(sql, " FROM page_fts WHERE page_fts MATCH $%d AND ", match);
		visible_page_write(sql, question->viewer, "page_fts.rowid");
	} else {
		if (question->words)
			fprintf(sql, " FROM page_fts CROSS JOIN visible v ON v.page_id = page_fts.rowid WHERE page_fts MATCH $%d AND ", match);
		else
			fputs(" FROM visible v JOIN page_text t ON t.page_id = v.page_id WHERE ", sql);
		visible_write(sql, question->viewer, "v");
	}
	for (int i = 0; i < question->nconditions; i++)
		condition_write(asking, sql, &question->conditions[i]);
	if (question->first)
		fputs(" AND NOT EXISTS (SELECT 1 FROM page q JOIN page_text qt ON qt.page_id = q.id"
		      " WHERE q.document_id = v.document_id AND q.number < v.number)", sql);
	if (question->beyond)
		fprintf(sql, " AND %s %s $%d", question->words ? "page_fts.rowid" : "v.page_id", question->newest ? "<" : ">",
			argument_add(asking, DB_I(question->beyond)));
}

/* How the parts of a statement around FROM are written. */
struct asked {
	const char *select; /* "%s" in it: the score */
	const char *end;
	bool ordered;
	int64_t limit;
};

static int ask(struct catalogue *catalogue, const struct texts_question *question, const struct asked *asked, db_row_fn *fn, void *context,
	       struct error *err)
{
	char *match = NULL, *worths = NULL, *text = NULL;
	size_t sizes[3];
	struct asking asking = { .match = open_memstream(&match, &sizes[0]), .worths = open_memstream(&worths, &sizes[1]) };
	FILE *sql = open_memstream(&text, &sizes[2]);
	int ret = -1;
	if (!asking.match || !asking.worths || !sql) {
		error_errno(err, REACH_RUN, "catalogue", _("cannot ask the full text"));
		goto out;
	}
	if (question->words)
		node_write(&asking, question->words);
	fflush(asking.match);
	fflush(asking.worths);
	int match_at = argument_add(&asking, DB_T(match));
	argument_add(&asking, DB_B(worths, sizes[1])); /* $2 */
	fprintf(sql, asked->select, question->words ? "page_score(page_fts, $2)" : "0.0");
	from_write(&asking, sql, question, match_at);
	if (asked->ordered)
		fprintf(sql, " ORDER BY %s%s", question->words ? "page_fts.rowid" : "v.page_id", question->newest ? " DESC" : "");
	fprintf(sql, " LIMIT $%d%s", argument_add(&asking, DB_I(asked->limit)), asked->end);
	fflush(sql);
	ret = catalogue_query(catalogue, text, asking.args, asking.nargs, fn, context, err);
out:
	if (asking.match)
		fclose(asking.match);
	if (asking.worths)
		fclose(asking.worths);
	if (sql)
		fclose(sql);
	free(match);
	free(worths);
	free(text);
	return ret;
}

/* --- questions ------------------------------------------------------------------------------------------------------------ */

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
	return ask(catalogue, question, &(struct asked){ "SELECT count(*) FROM (SELECT 1", ")", false, most }, count_row, count, err) < 0 ? -1
																	 : 0;
}

struct matches {
	int (*fn)(void *context, const struct texts_match *match, struct error *err);
	void *context;
};

static int match_row(void *context, const struct db_row *row, struct error *err)
{
	const struct matches *matches = context;
	return matches->fn(matches->context, &(struct texts_match){ db_column_int(row, 0), db_column_int(row, 1), db_column_real(row, 2) },
			   err);
}

int texts_match(struct catalogue *catalogue, const struct texts_question *question, int limit,
		int (*fn)(void *context, const struct texts_match *match, struct error *err), void *context, struct error *err)
{
	struct matches matches = { fn, context };
	const char *select = !needs_rows(question) ? "SELECT page_fts.rowid, 0, %s" : "SELECT v.page_id, v.document_id, %s";
	return ask(catalogue, question, &(struct asked){ select, "", true, limit }, match_row, &matches, err);
}

/* One value of a facet while the papers are counted. The key tells values apart: an agency is printed in more than one way. */
struct facet_value {
	char *key, *value;
	int64_t count;
};

struct facets {
	struct arena *arena;
	struct facet_value *values[FACETS];
	int n[FACETS];
	int *slots[FACETS]; /* by hash of the key: 0 free, else index + 1; a power of two of them, at most half are used */
	int nslots[FACETS];
};

static unsigned hash_of(const char *text)
{
	unsigned hash = 2166136261u; /* FNV-1a */
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	return hash;
}

static int *facet_slot(const struct facets *facets, int facet, const char *key)
{
	unsigned mask = (unsigned)facets->nslots[facet] - 1, i = hash_of(key) & mask;
	while (facets->slots[facet][i] && strcmp(facets->values[facet][facets->slots[facet][i] - 1].key, key) != 0)
		i = (i + 1) & mask;
	return &facets->slots[facet][i];
}

static void facet_count(struct facets *facets, enum texts_facet facet, const char *key, const char *value)
{
	if (!value)
		return;
	key = key ? key : value;
	if (facets->n[facet] * 2 >= facets->nslots[facet]) {
		facets->nslots[facet] = facets->nslots[facet] ? facets->nslots[facet] * 2 : 64;
		facets->slots[facet] = arena_array(facets->arena, (size_t)facets->nslots[facet], sizeof **facets->slots);
		for (int i = 0; i < facets->n[facet]; i++)
			*facet_slot(facets, facet, facets->values[facet][i].key) = i + 1;
	}
	int *slot = facet_slot(facets, facet, key);
	if (!*slot) {
		struct facet_value *made = arena_push(facets->arena, &facets->values[facet], &facets->n[facet], sizeof *made);
		*made = (struct facet_value){ arena_strdup(facets->arena, key), arena_strdup(facets->arena, value), 0 };
		*slot = facets->n[facet];
	}
	struct facet_value *counted = &facets->values[facet][*slot - 1];
	counted->count++;
	if (strcmp(value, counted->value) > 0) /* of several ways to print it always the same one is shown */
		counted->value = arena_strdup(facets->arena, value);
}

/* A paper: type, year, agency, its key, verdict, batch. */
static int paper_row(void *context, const struct db_row *row, struct error *err)
{
	struct facets *facets = context;
	const char *day = db_column_text(row, 1);
	facet_count(facets, FACET_TYPE, NULL, db_column_text(row, 0));
	facet_count(facets, FACET_YEAR, NULL, day);
	facet_count(facets, FACET_AGENCY, db_column_text(row, 3), db_column_text(row, 2));
	facet_count(facets, FACET_VERDICT, NULL, db_column_text(row, 4));
	facet_count(facets, FACET_BATCH, NULL, db_column_text(row, 5));
	return 0;
}

static int by_count(const void *a, const void *b)
{
	const struct facet_value *p = a, *q = b;
	return p->count != q->count ? (p->count < q->count ? 1 : -1) : strcmp(p->value, q->value);
}

/* The papers are gone through once, each with its facts in one row, and counted here: SQL would go through them once for each facet. */
int texts_facets(struct catalogue *catalogue, const struct texts_question *question, int64_t most,
		 int (*fn)(void *context, enum texts_facet facet, const char *value, int64_t count, struct error *err), void *context,
		 struct error *err)
{
	static const char end[] =
		") SELECT d.type, substr(y.value, 1, 4), a.value, a.key, d.verdict, b.code FROM (SELECT DISTINCT document_id FROM m) AS m"
		" CROSS JOIN document d ON d.id = m.document_id JOIN dossier s ON s.id = d.dossier_id JOIN batch b ON b.id = s.batch_id"
		" LEFT JOIN field y ON y.document_id = d.id AND y.name = 'date' AND y.state = 'read'"
		" LEFT JOIN field a ON a.document_id = d.id AND a.name = 'agency' AND a.state = 'read'";
	struct texts_question rows = *question;
	struct facets facets = { .arena = arena_new() };
	rows.papers = true;
	int ret = ask(catalogue, &rows, &(struct asked){ "WITH m AS MATERIALIZED (SELECT v.document_id", end, false, most }, paper_row, &facets, err);
	for (int facet = 0; facet < FACETS && ret == 0; facet++) {
		if (facets.n[facet])
			qsort(facets.values[facet], (size_t)facets.n[facet], sizeof **facets.values, by_count);
		for (int i = 0; i < facets.n[facet] && ret == 0; i++)
			ret = fn(context, (enum texts_facet)facet, facets.values[facet][i].value, facets.values[facet][i].count, err);
	}
	arena_free(facets.arena);
	return ret;
}

struct day {
	struct arena *arena;
	const char *text;
};

static int day_row(void *context, const struct db_row *row, struct error *err)
{
	struct day *day = context;
	const char *text = db_column_text(row, 0);
	day->text = text ? arena_strdup(day->arena, text) : "";
	return 1;
}

int texts_day(struct catalogue *catalogue, int64_t document, struct arena *arena, const char **day, struct error *err)
{
	struct day found = { arena, "" };
	int ret = catalogue_query(catalogue, "SELECT value FROM field WHERE document_id = $1 AND name = 'date' AND state = 'read'",
				  DB_ARGS(DB_I(document)), day_row, &found, err);
	*day = found.text;
	return ret < 0 ? -1 : 0;
}

struct ids {
	int (*fn)(void *context, int64_t page, struct error *err);
	void *context;
};

static int id_row(void *context, const struct db_row *row, struct error *err)
{
	const struct ids *ids = context;
	return ids->fn(ids->context, db_column_int(row, 0), err);
}

/* The statement of a viewer: text before and behind what visible.h writes. malloc'ed; NULL with err. */
static char *viewed(const struct viewer *viewer, const char *before, const char *behind, struct error *err)
{
	char *text = NULL;
	size_t size;
	FILE *sql = open_memstream(&text, &size);
	if (sql) {
		fputs(before, sql);
		visible_write(sql, viewer, "v");
		fputs(behind, sql);
	}
	if (!sql || fclose(sql)) {
		error_errno(err, REACH_RUN, "catalogue", _("cannot ask the full text"));
		free(text);
		return NULL;
	}
	return text;
}

int texts_by_key(struct catalogue *catalogue, const struct viewer *viewer, const char *const *names, int nnames, const char *key, int limit,
		 int (*fn)(void *context, int64_t page, struct error *err), void *context, struct error *err)
{
	struct ids ids = { fn, context };
	struct db_value args[NAMES_MAX + 2];
	if (nnames > NAMES_MAX)
		return error_set(err, REACH_RUN, "catalogue", "texts_by_key: too many names");
	args[0] = DB_T(key);
	args[1] = DB_I(limit);
	for (int i = 0; i < NAMES_MAX; i++)
		args[i + 2] = i < nnames ? DB_T(names[i]) : DB_N;
	char *sql = viewed(viewer,
			   "SELECT DISTINCT t.page_id FROM field f JOIN document fd ON fd.id = f.document_id"
			   " JOIN page fp ON fp.dossier_id = fd.dossier_id"
			   "  AND fp.number = CASE WHEN f.page > 0 THEN f.page ELSE fd.first_page END"
			   " JOIN page_text t ON t.page_id = fp.id JOIN visible v ON v.page_id = t.page_id"
			   " WHERE f.key = $1 AND f.name IN ($3, $4, $5, $6, $7, $8, $9, $10) AND ", " ORDER BY t.page_id LIMIT $2", err);
	int ret = sql ? catalogue_query(catalogue, sql, args, NAMES_MAX + 2, id_row, &ids, err) : -1;
	free(sql);
	return ret;
}

struct text {
	int (*fn)(void *context, const struct texts_text *text, struct error *err);
	void *context;
};

static int text_row(void *context, const struct db_row *row, struct error *err)
{
	const struct text *text = context;
	struct texts_text out = { db_column_int(row, 0), (int)db_column_int(row, 1), db_column_text(row, 2) };
	return text->fn(text->context, &out, err);
}

int texts_text(struct catalogue *catalogue, const struct viewer *viewer, int64_t page,
	       int (*fn)(void *context, const struct texts_text *text, struct error *err), void *context, struct error *err)
{
	struct text text = { fn, context };
	char *sql = viewed(viewer,
			   "SELECT v.document_id, v.number, t.exact FROM page_text t JOIN visible v ON v.page_id = t.page_id"
			   " WHERE t.page_id = $1 AND ", "", err);
	int ret = sql ? catalogue_query(catalogue, sql, DB_ARGS(DB_I(page)), text_row, &text, err) : -1;
	free(sql);
	return ret;
}

struct hit {
	int (*fn)(void *context, const struct texts_hit *hit, struct error *err);
	void *context;
};

static int hit_row(void *context, const struct db_row *row, struct error *err)
{
	const struct hit *hit = context;
	struct texts_hit out = {
		.page = db_column_int(row, 0),
		.document = db_column_int(row, 1),
		.exact = db_column_text(row, 2),
		.hash = db_column_text(row, 3),
		.file = db_column_text(row, 4),
		.file_page = (int)db_column_int(row, 5),
		.number = (int)db_column_int(row, 6),
		.in_document = (int)db_column_int(row, 7),
		.dossier = db_column_text(row, 8),
		.batch = db_column_text(row, 9),
		.box = db_column_text(row, 10),
		.shelf = db_column_text(row, 11),
		.type = db_column_text(row, 12),
		.title = db_column_text(row, 13),
		.verdict = db_column_text(row, 14),
	};
	return hit->fn(hit->context, &out, err);
}

int texts_hit(struct catalogue *catalogue, const struct viewer *viewer, int64_t page,
	      int (*fn)(void *context, const struct texts_hit *hit, struct error *err), void *context, struct error *err)
{
	struct hit hit = { fn, context };
	char *sql = viewed(viewer,
			   "SELECT t.page_id, d.id, t.exact, p.text, f.shown, p.file_page, p.number,"
			   " p.number - d.first_page + 1, s.code, b.code, s.box, s.shelf, d.type, d.title, d.verdict"
			   " FROM page_text t JOIN visible v ON v.page_id = t.page_id JOIN page p ON p.id = v.page_id"
			   " JOIN document d ON d.id = v.document_id JOIN file f ON f.id = p.file_id JOIN dossier s ON s.id = p.dossier_id"
			   " JOIN batch b ON b.id = s.batch_id WHERE t.page_id = $1 AND ", "", err);
	int ret = sql ? catalogue_query(catalogue, sql, DB_ARGS(DB_I(page)), hit_row, &hit, err) : -1;
	free(sql);
	return ret;
}
