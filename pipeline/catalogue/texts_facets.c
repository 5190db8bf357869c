/* texts_facets.c - how many papers of each type, year, agency, verdict and batch answer (texts.h) */
#include "pipeline/catalogue/texts_private.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"

/* One value of a facet while the papers are counted. The key tells values apart: an agency is printed in more than one way. */
struct facet_value {
	char *key, *value;
	int64_t count;
};

struct facets {
	struct arena *arena;
	int64_t *documents;
	int ndocuments;
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

static int document_add(void *context, const struct texts_match *match, struct error *err)
{
	struct facets *facets = context;
	*(int64_t *)arena_push(facets->arena, &facets->documents, &facets->ndocuments, sizeof *facets->documents) = match->document;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	const int64_t *p = a, *q = b;
	return *p < *q ? -1 : *p > *q;
}

/* Each paper once, with its facts in one row. */
static int papers_count(struct catalogue *catalogue, struct facets *facets, struct error *err)
{
	static const char sql[] =
		"SELECT d.type, substr(y.value, 1, 4), a.value, a.key, d.verdict, b.code FROM document d"
		" JOIN dossier s ON s.id = d.dossier_id JOIN batch b ON b.id = s.batch_id"
		" LEFT JOIN field y ON y.document_id = d.id AND y.name = 'date' AND y.state = 'read'"
		" LEFT JOIN field a ON a.document_id = d.id AND a.name = 'agency' AND a.state = 'read' WHERE d.id = $1";
	int ret = 0;
	if (facets->ndocuments)
		qsort(facets->documents, (size_t)facets->ndocuments, sizeof *facets->documents, by_number);
	for (int i = 0; i < facets->ndocuments && !ret; i++)
		if (!i || facets->documents[i] != facets->documents[i - 1])
			ret = catalogue_query(catalogue, sql, DB_ARGS(DB_I(facets->documents[i])), paper_row, facets, err);
	return ret;
}

int texts_facets(struct catalogue *catalogue, const struct viewer *viewer, const int64_t *pages, int n,
		 int (*fn)(void *context, enum texts_facet facet, const char *value, int64_t count, struct error *err), void *context,
		 struct error *err)
{
	struct facets facets = { .arena = arena_new() };
	int ret = texts_papers(catalogue, viewer, pages, n, document_add, &facets, err);
	if (!ret)
		ret = papers_count(catalogue, &facets, err);
	for (int facet = 0; facet < FACETS && ret == 0; facet++) {
		if (facets.n[facet])
			qsort(facets.values[facet], (size_t)facets.n[facet], sizeof **facets.values, by_count);
		for (int i = 0; i < facets.n[facet] && ret == 0; i++)
			ret = fn(context, (enum texts_facet)facet, facets.values[facet][i].value, facets.values[facet][i].count, err);
	}
	arena_free(facets.arena);
	return ret;
}
