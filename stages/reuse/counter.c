#include "stages/reuse/counter.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/judgement.h"
#include "pipeline/catalogue/papers.h"
#include "pipeline/error.h"
#include "pipeline/key.h"
#include "stages/reuse/gather.h"
#include "stages/reuse/rules.h"

/* --- Whose ---------------------------------------------------------------------------------------------------------- */

/* One of the lines of a value, made comparable by `key`. */
static bool holds(struct arena *arena, const struct field *field, const char *wanted, char *(*key)(struct arena *, const char *))
{
	const char *value = field->value;

	while (value && *value) {
		size_t n = strcspn(value, "\n");

		if (!strcmp(key(arena, arena_strndup(arena, value, n)), wanted))
			return true;
		value += n + (value[n] == '\n');
	}
	return false;
}

/* Dates agree as far as both are known: 1990 agrees with 1990-05-01. */
static bool same_date(const struct field *field, const char *born)
{
	const char *value = field->value;

	while (value && *value) {
		size_t n = strcspn(value, "\n"), known = strlen(born) < n ? strlen(born) : n;

		if (n && !strncmp(value, born, known))
			return true;
		value += n + (value[n] == '\n');
	}
	return false;
}

static const struct field *read_one(const struct reuse_paper *paper, const char *name)
{
	const struct field *field = field_find(&paper->document, name);

	return field && field->state == FIELD_READ && field->value && *field->value ? field : NULL;
}

bool counter_signs(struct arena *arena, const struct reuse_paper *paper, const struct counter_person *person, unsigned *agrees,
		   unsigned *differs)
{
	const struct field *name = read_one(paper, "owner_name"), *birth = read_one(paper, "owner_birth"), *mother = read_one(paper, "mother_name");

	*agrees = *differs = 0;
	if (person->name && name)
		*(holds(arena, name, person->name, key_name) ? agrees : differs) |= SIGN_NAME;
	if (person->born && birth)
		*(same_date(birth, person->born) ? agrees : differs) |= SIGN_BIRTH;
	if (person->mother && mother)
		*(holds(arena, mother, person->mother, key_name) ? agrees : differs) |= SIGN_MOTHER;
	return !(*differs & (SIGN_NAME | SIGN_BIRTH));
}

int counter_papers(struct catalogue *catalogue, const struct counter_person *person, struct arena *arena, int64_t **ids, int *n,
		   struct error *err)
{
	if (person->number)
		return judgement_bearers(catalogue, "owner_id", person->number, 0, COUNTER_PAPERS_MAX, arena, ids, n, err);
	return judgement_bearers(catalogue, "owner_name", person->name, 0, COUNTER_PAPERS_MAX, arena, ids, n, err);
}

/* --- Candidates ----------------------------------------------------------------------------------------------------- */

struct search {
	struct catalogue *catalogue;
	struct store *store;
	const struct counter_question *question;
	const struct reuse_book *book;
	struct arena *arena;
	struct counter_row *rows;
	int nrows;
};

static bool wanted(const struct search *s, enum whose whose, const char *type)
{
	for (int i = 0; i < s->nrows; i++)
		if (s->rows[i].component->whose == whose && procedure_component_takes(s->rows[i].component, type))
			return true;
	return false;
}

static void judge_for(const struct search *s, struct counter_row *row, const struct reuse_paper *paper, unsigned agrees, unsigned differs)
{
	struct counter_candidate *c = arena_push(s->arena, &row->candidates, &row->n, sizeof *c);
	struct reuse_input input = paper->input;

	input.procedure = s->question->procedure;
	input.component = row->component;
	c->paper = paper;
	c->agrees = agrees;
	c->differs = differs;
	reuse_judge(s->book->rules, &input, &c->result);
}

/* Papers of one person, each gathered once and only when a component takes its type. */
static int search_person(const struct search *s, enum whose whose, struct error *err)
{
	const struct counter_person *person = &s->question->people[whose];
	int64_t *ids;
	int n;

	if (counter_papers(s->catalogue, person, s->arena, &ids, &n, err) < 0)
		return -1;
	for (int i = 0; i < n; i++) {
		struct papers_document row;
		struct reuse_paper *paper;
		unsigned agrees, differs;
		int found = papers_document(s->catalogue, ids[i], s->arena, &row, err);

		if (found < 0)
			return -1;
		if (!found || !wanted(s, whose, row.type))
			continue;
		paper = arena_alloc(s->arena, sizeof *paper);
		if (reuse_gather(s->catalogue, s->store, s->book, ids[i], s->question->on, s->arena, paper, err) < 0)
			return -1;
		if (paper->restricted || !counter_signs(s->arena, paper, person, &agrees, &differs))
			continue;
		for (int r = 0; r < s->nrows; r++)
			if (s->rows[r].component->whose == whose && procedure_component_takes(s->rows[r].component, row.type))
				judge_for(s, &s->rows[r], paper, agrees, differs);
	}
	return 0;
}

static int bits(unsigned signs)
{
	return (signs & SIGN_NAME ? 1 : 0) + (signs & SIGN_BIRTH ? 1 : 0) + (signs & SIGN_MOTHER ? 1 : 0);
}

static int better(const void *a, const void *b)
{
	const struct counter_candidate *x = a, *y = b;
	const struct field *dx = read_one(x->paper, "date"), *dy = read_one(y->paper, "date");
	int dates;

	if (x->result.verdict != y->result.verdict)
		return x->result.verdict > y->result.verdict ? -1 : 1;
	if (bits(x->agrees) - bits(x->differs) != bits(y->agrees) - bits(y->differs))
		return bits(x->agrees) - bits(x->differs) > bits(y->agrees) - bits(y->differs) ? -1 : 1;
	dates = strcmp(dx ? dx->value : "", dy ? dy->value : "");
	if (dates)
		return dates > 0 ? -1 : 1;
	return x->paper->row.id < y->paper->row.id ? -1 : 1;
}

int counter_ask(struct catalogue *catalogue, struct store *store, const struct counter_question *question, struct arena *arena,
		struct counter_row **rows, int *n, struct error *err)
{
	struct search s = { .catalogue = catalogue, .store = store, .question = question, .book = reuse_book_get(err), .arena = arena };

	if (!s.book)
		return -1;
	for (int i = 0; i < question->procedure->n; i++) {
		const struct procedure_component *c = &question->procedure->components[i];
		const struct counter_person *person = &question->people[c->whose];
		struct counter_row *row;

		if (question->on < c->from || question->on > c->to)
			continue;
		row = arena_push(arena, &s.rows, &s.nrows, sizeof *row);
		row->component = c;
		row->unnamed = *c->types && !person->number && !person->name;
	}
	for (int whose = 0; whose < WHOSE_COUNT; whose++)
		if ((question->people[whose].number || question->people[whose].name) && search_person(&s, (enum whose)whose, err) < 0)
			return -1;
	for (int i = 0; i < s.nrows; i++)
		if (s.rows[i].n)
			qsort(s.rows[i].candidates, (size_t)s.rows[i].n, sizeof *s.rows[i].candidates, better);
	*rows = s.rows;
	*n = s.nrows;
	return 0;
}
