#include "stages/index/fuzzy.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/catalogue/texts_sets.h"
#include "pipeline/catalogue/words.h"
#include "pipeline/error.h"
#include "pipeline/shape.h"
#include "pipeline/text.h"
#include "stages/index/confusion.h"
#include "stages/index/query.h"

#define SHAPED_MAX 300   /* words of one shape that are looked at, the most frequent ones */
#define LETTERS_MIN 2    /* one letter may be read as any other */
#define LIKENESS_MIN 0.40f /* less is another word; set by `make search-recall` */

struct finding {
	struct arena *arena;
	const char *meant;
	struct query_alternative *found;
	int nfound;
};

static int weigh(void *context, const char *word, int level, struct error *err)
{
	struct finding *f = context;
	float likeness = strcmp(word, f->meant) ? confusion_likeness(f->meant, word) : 0;
	if (likeness < LIKENESS_MIN)
		return 0;
	for (int i = 0; i < f->nfound; i++)
		if (!strcmp(f->found[i].word, word))
			return 0;
	*(struct query_alternative *)arena_push(f->arena, &f->found, &f->nfound, sizeof *f->found) =
		(struct query_alternative){ arena_strdup(f->arena, word), likeness, level };
	return 0;
}

static int look(struct catalogue *catalogue, const char *shape, struct finding *f, struct error *err)
{
	return words_shaped(catalogue, shape, SHAPED_MAX, weigh, f, err) < 0 ? -1 : 0;
}

/* The shape itself, and every shape with one letter less, more, or other. */
static int shapes_around(struct catalogue *catalogue, const char *shape, struct finding *f, struct error *err)
{
	char near[SHAPE_MAX + 1];
	int n = (int)strlen(shape);
	if (look(catalogue, shape, f, err))
		return -1;
	for (int i = 0; i <= n; i++) {
		if (i < n && n > 1) {
			memcpy(near, shape, (size_t)i);
			memcpy(near + i, shape + i + 1, (size_t)(n - i));
			if (look(catalogue, near, f, err))
				return -1;
		}
		for (const char *letter = shape_letters; *letter; letter++) {
			memcpy(near, shape, (size_t)n + 1);
			near[i] = *letter;
			if (i < n && *letter != shape[i] && look(catalogue, near, f, err))
				return -1;
			if (n + 1 >= SHAPE_MAX)
				continue;
			memcpy(near + i + 1, shape + i, (size_t)(n - i) + 1);
			if (look(catalogue, near, f, err))
				return -1;
		}
	}
	return 0;
}

static int by_likeness(const void *a, const void *b)
{
	const struct query_alternative *p = a, *q = b;
	if (p->likeness > q->likeness || p->likeness < q->likeness)
		return p->likeness > q->likeness ? -1 : 1;
	return p->level != q->level ? q->level - p->level : strcmp(p->word, q->word);
}

static int is_visible(struct texts_sets *sets, const struct viewer *viewer, const char *word, bool *visible, struct error *err)
{
	const char *terms[] = { word };
	struct texts_node node = { .kind = TEXTS_PHRASE, .terms = terms, .nterms = 1 };
	return texts_sets_seen(sets, viewer, &node, visible, err);
}

static bool is_number(const char *word)
{
	return strpbrk(word, "0123456789") && strspn(word, "0123456789") == strlen(word);
}

int fuzzy_find(struct catalogue *catalogue, struct texts_sets *sets, const struct viewer *viewer, struct query_term *term, struct arena *arena,
	       struct error *err)
{
	const char *word = term->tokens[0].folded;
	struct finding f = { arena, word, NULL, 0 };
	char shape[SHAPE_MAX];
	if (term->ntokens != 1 || term->prefix || term->negated || is_number(word) || text_length(word) < LETTERS_MIN)
		return 0;
	shape_of(word, shape);
	if (shapes_around(catalogue, shape, &f, err))
		return -1;
	if (f.nfound)
		qsort(f.found, (size_t)f.nfound, sizeof *f.found, by_likeness);
	term->nalternatives = 0;
	term->alternatives = arena_array(arena, FUZZY_MAX, sizeof *term->alternatives);
	for (int i = 0; i < f.nfound && term->nalternatives < FUZZY_MAX; i++) {
		bool visible;
		if (is_visible(sets, viewer, f.found[i].word, &visible, err))
			return -1;
		if (visible)
			term->alternatives[term->nalternatives++] = f.found[i];
	}
	return 0;
}
