/* texts_facts.c - what is known of a paper, as terms beside the text of its pages (texts.h) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/error.h"
#include "pipeline/text.h"
#include "pipeline/tokens.h"

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

char *texts_facts(struct catalogue *catalogue, int64_t document, struct error *err)
{
	char *text = NULL;
	size_t size;
	struct fact_list list = { arena_new(), open_memstream(&text, &size) };
	int ret = list.out ? 0 : error_errno(err, REACH_RUN, "catalogue", _("cannot index"));
	if (ret == 0) {
		fputc(TOKENS_READY, list.out);
		ret = catalogue_query(catalogue,
				      "SELECT d.type, b.code, s.code FROM document d JOIN dossier s ON s.id = d.dossier_id"
				      " JOIN batch b ON b.id = s.batch_id WHERE d.id = $1", DB_ARGS(DB_I(document)), document_row, &list, err);
	}
	if (ret >= 0)
		ret = catalogue_query(catalogue,
				      "SELECT f.name, CASE f.name WHEN 'date' THEN f.value ELSE f.key END FROM field f"
				      " WHERE f.document_id = $1 AND f.state = 'read' ORDER BY f.name", DB_ARGS(DB_I(document)), fact_row, &list, err);
	arena_free(list.arena);
	if (list.out && fclose(list.out) && ret >= 0)
		ret = error_errno(err, REACH_RUN, "catalogue", _("cannot index"));
	if (ret < 0) {
		free(text);
		return NULL;
	}
	return text;
}
