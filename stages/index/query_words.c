#include "stages/index/query_words.h"

#include <math.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/tokens.h"
#include "stages/index/query.h"

#define WAYS_MAX 8        /* spellings of one phrase that are asked for: three words with two each */
#define COMMON_WORTH 0.69 /* of a word on half of the pages: ln 2 */
#define OFTEN_WORDS_MAX 8 /* of those that begin with a prefix: they stand on nearly all of its pages */

static struct texts_node *node_add(struct arena *arena, struct texts_node *node)
{
	return arena_push(arena, &node->parts, &node->nparts, sizeof *node);
}

static void phrase_add(struct arena *arena, struct texts_node *any, const char **terms, int nterms, bool prefix, double worth)
{
	*node_add(arena, any) = (struct texts_node){ .kind = TEXTS_PHRASE, .terms = terms, .nterms = nterms, .prefix = prefix, .worth = worth };
}

static void word_phrase(struct arena *arena, struct texts_node *any, const char *word, double worth)
{
	const char **terms = arena_alloc(arena, sizeof *terms);
	terms[0] = word;
	phrase_add(arena, any, terms, 1, false, worth);
}

/* The ways in which a token may stand in the form asked for. */
static int ways_of(const struct query_token *token, enum query_form form, const char *ways[2], struct arena *arena)
{
	ways[0] = token->folded;
	ways[1] = token->other;
	if (form == QUERY_EXACT && token->marked) {
		ways[0] = arena_printf(arena, "%c%s", TOKENS_EXACT, token->exact);
		ways[1] = NULL;
	}
	return ways[1] ? 2 : 1;
}

/* As it was typed, beside its folded form, which stands at the same places: it finds nothing more and counts in the score. A phrase would cost as
 * much again as it does. */
static void typed_add(struct arena *arena, struct texts_node *any, const struct query_term *term)
{
	const char *ways[2];
	if (term->ntokens > 1 || term->prefix || !term->tokens[0].marked)
		return;
	ways_of(&term->tokens[0], QUERY_EXACT, ways, arena);
	word_phrase(arena, any, ways[0], term->worth);
}

/* The words of a phrase; instead of a word of the most frequent ones, whose list is long, its pair with the next one, where that is one too. A pair knows the
 * place of its first word and tells of the second: behind one the last word need not be asked for. */
static void folded_phrase(struct arena *arena, struct texts_node *any, const char **words, const struct query_term *term)
{
	const char **asked = arena_array(arena, (size_t)term->ntokens, sizeof *asked);
	int n = term->ntokens;
	bool paired = false;
	for (int i = 0; i < term->ntokens; i++) {
		bool open = term->prefix && i + 2 >= term->ntokens; /* what goes on is no word yet */
		const char *pair = i + 1 < term->ntokens && !open ? terms_pair(arena, words[i], words[i + 1]) : NULL;
		n = i + 1 == term->ntokens && paired ? i : n;
		asked[i] = pair ? pair : words[i];
		paired = pair != NULL;
	}
	phrase_add(arena, any, asked, n, term->prefix, term->worth);
}

/* A phrase with the marks that were typed: as the folded words follow each other, on a page that has each of them so somewhere. */
static void exact_phrase(struct arena *arena, struct texts_node *any, const char **words, const struct query_term *term)
{
	struct texts_node all = { .kind = TEXTS_ALL };
	folded_phrase(arena, &all, words, term);
	for (int i = 0; i < term->ntokens; i++) {
		const char *ways[2];
		if (!term->tokens[i].marked || (term->prefix && i == term->ntokens - 1))
			continue;
		ways_of(&term->tokens[i], QUERY_EXACT, ways, arena);
		word_phrase(arena, &all, ways[0], 0);
	}
	*node_add(arena, any) = all;
}

/* Every spelling of the term, as phrases. */
static void spellings_add(struct arena *arena, struct texts_node *any, const struct query_term *term, enum query_form form)
{
	const char *(*ways)[2] = arena_array(arena, (size_t)term->ntokens, sizeof *ways);
	int *nways = arena_array(arena, (size_t)term->ntokens, sizeof *nways), total = 1;
	bool phrase = term->ntokens > 1; /* its marks are asked for beside it: the index has them once on a page only */
	for (int i = 0; i < term->ntokens; i++) {
		nways[i] = ways_of(&term->tokens[i], phrase ? QUERY_FOLDED : form, ways[i], arena);
		if (term->prefix && i == term->ntokens - 1)
			nways[i] = 1; /* ky* is no syllable yet */
		if (total * nways[i] > WAYS_MAX)
			nways[i] = 1;
		total *= nways[i];
	}
	for (int k = 0; k < total; k++) {
		const char **tokens = arena_array(arena, (size_t)term->ntokens, sizeof *tokens);
		int choice = k;
		for (int i = 0; i < term->ntokens; i++) {
			tokens[i] = ways[i][choice % nways[i]];
			choice /= nways[i];
		}
		if (phrase && form == QUERY_EXACT)
			exact_phrase(arena, any, tokens, term);
		else
			folded_phrase(arena, any, tokens, term);
	}
	if (form == QUERY_BOTH)
		typed_add(arena, any, term);
}

/* A prefix is asked for by the words of the index that begin so. */
static void prefix_add(struct arena *arena, struct texts_node *any, const struct query_term *term, int most)
{
	for (int k = 0; k < term->nwords && k < most; k++) {
		const char **tokens = arena_array(arena, (size_t)term->ntokens, sizeof *tokens);
		for (int i = 0; i < term->ntokens - 1; i++)
			tokens[i] = term->tokens[i].folded;
		tokens[term->ntokens - 1] = term->words[k];
		phrase_add(arena, any, tokens, term->ntokens, false, term->worth);
	}
}

/* What the score of BM25 gains when a word comes to that level from the one below it, per unit of worth (page_score, which tells a term of one place 1). */
static double level_gain(int level, int lowest)
{
	const double k1 = 1.2;
	double at = terms_often[level] * (k1 + 1) / (terms_often[level] + k1);
	return level == lowest ? at : at - terms_often[level - 1] * (k1 + 1) / (terms_often[level - 1] + k1);
}

/* The first word of the term so many times on the page; of a prefix the most frequent words that begin so. With worth the levels above are asked for beside it, which
 * hold some of the same pages: they tell how often it stands without going through the list of the word. */
static struct texts_node often_node(const struct query_term *term, int often, double worth, struct arena *arena)
{
	struct texts_node any = { .kind = TEXTS_ANY };
	bool open = term->prefix && term->ntokens == 1;
	for (int k = 0; k < (open ? term->nwords : 1) && k < OFTEN_WORDS_MAX; k++)
		for (int level = often; level < (worth > 0 ? TERMS_OFTEN_LEVELS : often + 1); level++)
			word_phrase(arena, &any, arena_printf(arena, "%c%c%s", TOKENS_OFTEN, 'a' + level, open ? term->words[k] : term->tokens[0].folded),
				    worth * level_gain(level, often));
	return any;
}

/* The term, and in the forms that often asks for: its first word so many times on the page. */
static struct texts_node term_node(const struct query *query, int number, enum query_form form, int often, struct arena *arena)
{
	const struct query_term *term = &query->terms[number];
	struct texts_node any = { .kind = TEXTS_ANY };
	if (often >= 0 && term->ntokens == 1 && form == QUERY_OFTEN && !(term->prefix && !term->nwords))
		return often_node(term, often, term->worth, arena);
	if (term->prefix && term->nwords)
		prefix_add(arena, &any, term, often < 0 ? term->nwords : OFTEN_WORDS_MAX);
	else
		spellings_add(arena, &any, term, form);
	if (term->digits) {
		word_phrase(arena, &any, term->digits, term->worth);
		word_phrase(arena, &any, arena_printf(arena, "%c%s", TOKENS_NUMBER, term->digits), term->worth);
	}
	for (int i = 0; i < term->nalternatives; i++)
		word_phrase(arena, &any, term->alternatives[i].word, term->worth * (double)term->alternatives[i].likeness);
	if (often < 0 || (term->prefix && !term->nwords))
		return any;
	struct texts_node all = { .kind = TEXTS_ALL };
	*node_add(arena, &all) = often_node(term, often, 0, arena);
	*node_add(arena, &all) = any;
	return all;
}

static struct texts_node tree_node(const struct query *query, const struct query_node *node, enum query_form form, int often,
				   struct arena *arena);

/* How rare the rarest word is that every page of the node has. */
static double node_worth(const struct query *query, const struct query_node *node)
{
	double worth = node->kind == QUERY_TERM ? query->terms[node->term].worth : node->kind == QUERY_ALL ? 0 : INFINITY;
	if (node->kind == QUERY_TERM && query->terms[node->term].soft)
		return 0;
	for (int i = 0; i < node->nparts; i++) {
		double part = node->parts[i].negated ? 0 : node_worth(query, &node->parts[i]);
		if (node->kind == QUERY_ALL)
			worth = fmax(worth, part);
		else
			worth = fmin(worth, part);
	}
	return worth;
}

/* The parts that decide which pages speak of the query most: the rarest one; where all of them stand on most pages, each. */
static bool decides(const struct query *query, const struct query_node *node, int part)
{
	double worth = node_worth(query, node), own = node_worth(query, &node->parts[part]);
	if (node->parts[part].negated || own < worth)
		return worth < COMMON_WORTH && !node->parts[part].negated;
	for (int i = 0; i < part && worth >= COMMON_WORTH; i++)
		if (!node->parts[i].negated && node_worth(query, &node->parts[i]) >= worth)
			return false; /* one is enough */
	return true;
}

/* The level of a part that does not decide. */
static int other_level(const struct query *query, const struct query_node *part, enum query_form form, int often)
{
	bool single = part->kind == QUERY_TERM && query->terms[part->term].ntokens == 1 && !query->terms[part->term].prefix;
	return form == QUERY_OFTEN && often >= 0 && single && !part->negated ? 0 : -1;
}

/* Without the words that may be missing; what must be missing hangs on `but`. */
static struct texts_node all_node(const struct query *query, const struct query_node *node, enum query_form form, int often,
				  struct arena *arena)
{
	struct texts_node all = { .kind = TEXTS_ALL }, but = { .kind = TEXTS_ANY };
	for (int i = 0; i < node->nparts; i++) {
		const struct query_node *part = &node->parts[i];
		if (part->kind == QUERY_TERM && query->terms[part->term].soft)
			continue;
		int level = decides(query, node, i) ? often : other_level(query, part, form, often);
		struct texts_node made = tree_node(query, part, part->negated ? QUERY_FOLDED : form, level, arena);
		*node_add(arena, part->negated ? &but : &all) = made;
	}
	if (but.nparts) {
		struct texts_node *kept = arena_alloc(arena, sizeof *kept);
		*kept = but;
		all.but = kept;
	}
	return all;
}

static struct texts_node tree_node(const struct query *query, const struct query_node *node, enum query_form form, int often,
				   struct arena *arena)
{
	struct texts_node any = { .kind = TEXTS_ANY };
	if (node->kind == QUERY_TERM)
		return term_node(query, node->term, form, often, arena);
	if (node->kind == QUERY_ALL)
		return all_node(query, node, form, often, arena);
	for (int i = 0; i < node->nparts; i++)
		*node_add(arena, &any) = tree_node(query, &node->parts[i], form, often, arena);
	return any;
}

/* Fields of one kind are alternatives; fields of several kinds must all hold. */
static void facts_add(const struct query *query, struct texts_node *all, struct texts_node *but, struct arena *arena)
{
	for (int i = 0; i < query->nfields; i++) {
		const struct query_field *field = &query->fields[i];
		struct texts_node any = { .kind = TEXTS_ANY };
		bool first = true;
		for (int k = 0; k < query->nfields; k++) {
			const struct query_field *other = &query->fields[k];
			if (other->kind != field->kind || other->negated != field->negated || other->dropped || !other->words)
				continue;
			first &= k >= i;
			*node_add(arena, &any) = *other->words;
		}
		if (!field->dropped && field->words && first)
			*node_add(arena, field->negated ? but : all) = any;
	}
}

/* words (may be NULL) with the facts of the fields; NULL when there is neither. */
static struct texts_node *with_facts(const struct query *query, const struct texts_node *words, struct arena *arena)
{
	struct texts_node *all = arena_alloc(arena, sizeof *all), *but = arena_alloc(arena, sizeof *but);
	*all = (struct texts_node){ .kind = TEXTS_ALL };
	*but = (struct texts_node){ .kind = TEXTS_ANY };
	if (words)
		*node_add(arena, all) = *words;
	facts_add(query, all, but, arena);
	if (but->nparts)
		all->but = but;
	if (but->nparts && !all->nparts) /* every page of a paper knows its batch */
		word_phrase(arena, all, arena_printf(arena, "@%c", FACT_BATCH), 0);
	return all->nparts ? all : NULL;
}

bool query_has_rarest(const struct query *query)
{
	const struct query_node *node = query->tree;
	while (node && node->kind != QUERY_TERM && node->nparts == 1)
		node = &node->parts[0];
	return node && node->kind == QUERY_ALL && node_worth(query, node) >= COMMON_WORTH;
}

struct texts_node *query_words(const struct query *query, enum query_form form, int often, struct arena *arena)
{
	struct texts_node words;
	if (query->tree)
		words = tree_node(query, query->tree, form, often, arena);
	return with_facts(query, query->tree ? &words : NULL, arena);
}

struct texts_node *query_pairs(const struct query *query, const int *terms, int n, struct arena *arena)
{
	struct texts_node any = { .kind = TEXTS_ANY };
	for (int i = 0; i < n && n == 2; i++)
		*node_add(arena, &any) = term_node(query, terms[i], QUERY_FOLDED, -1, arena);
	for (int i = 0; i < n && n > 2; i++)
		for (int k = i + 1; k < n; k++) {
			struct texts_node *both = node_add(arena, &any);
			*both = (struct texts_node){ .kind = TEXTS_ALL };
			*node_add(arena, both) = term_node(query, terms[i], QUERY_FOLDED, -1, arena);
			*node_add(arena, both) = term_node(query, terms[k], QUERY_FOLDED, -1, arena);
		}
	return with_facts(query, &any, arena);
}
