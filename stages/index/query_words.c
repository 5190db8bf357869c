#include "stages/index/query_words.h"

#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/tokens.h"
#include "stages/index/query.h"

#define WAYS_MAX 8        /* spellings of one phrase that are asked for: three words with two each */

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
static void prefix_add(struct arena *arena, struct texts_node *any, const struct query_term *term)
{
	for (int k = 0; k < term->nwords; k++) {
		const char **tokens = arena_array(arena, (size_t)term->ntokens, sizeof *tokens);
		for (int i = 0; i < term->ntokens - 1; i++)
			tokens[i] = term->tokens[i].folded;
		tokens[term->ntokens - 1] = term->words[k];
		phrase_add(arena, any, tokens, term->ntokens, false, term->worth);
	}
}

/* Every way in which the term may stand. */
static struct texts_node term_node(const struct query *query, int number, enum query_form form, struct arena *arena)
{
	const struct query_term *term = &query->terms[number];
	struct texts_node any = { .kind = TEXTS_ANY };
	if (term->prefix && term->nwords)
		prefix_add(arena, &any, term);
	else
		spellings_add(arena, &any, term, form);
	if (term->digits) {
		word_phrase(arena, &any, term->digits, term->worth);
		word_phrase(arena, &any, arena_printf(arena, "%c%s", TOKENS_NUMBER, term->digits), term->worth);
	}
	for (int i = 0; i < term->nalternatives; i++)
		word_phrase(arena, &any, term->alternatives[i].word, term->worth * (double)term->alternatives[i].likeness);
	return any;
}

static struct texts_node tree_node(const struct query *query, const struct query_node *node, enum query_form form, struct arena *arena);

/* Without the words that may be missing; what must be missing hangs on `but`. */
static struct texts_node all_node(const struct query *query, const struct query_node *node, enum query_form form, struct arena *arena)
{
	struct texts_node all = { .kind = TEXTS_ALL }, but = { .kind = TEXTS_ANY };
	for (int i = 0; i < node->nparts; i++) {
		const struct query_node *part = &node->parts[i];
		if (part->kind == QUERY_TERM && query->terms[part->term].soft)
			continue;
		struct texts_node made = tree_node(query, part, part->negated ? QUERY_FOLDED : form, arena);
		*node_add(arena, part->negated ? &but : &all) = made;
	}
	if (but.nparts) {
		struct texts_node *kept = arena_alloc(arena, sizeof *kept);
		*kept = but;
		all.but = kept;
	}
	return all;
}

static struct texts_node tree_node(const struct query *query, const struct query_node *node, enum query_form form, struct arena *arena)
{
	struct texts_node any = { .kind = TEXTS_ANY };
	if (node->kind == QUERY_TERM)
		return term_node(query, node->term, form, arena);
	if (node->kind == QUERY_ALL)
		return all_node(query, node, form, arena);
	for (int i = 0; i < node->nparts; i++)
		*node_add(arena, &any) = tree_node(query, &node->parts[i], form, arena);
	return any;
}

/* What the index knows of a field; NULL: nothing. Of a day that is to be left out it knows the year only, of which the rest stays. */
static const struct texts_node *facts_of(const struct query_field *field)
{
	return field->dropped || (field->negated && field->conditioned) ? NULL : field->words;
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
			const struct texts_node *facts = facts_of(other);
			if (other->kind != field->kind || other->negated != field->negated || !facts)
				continue;
			first &= k >= i;
			*node_add(arena, &any) = *facts;
		}
		if (facts_of(field) && first)
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

struct texts_node *query_words(const struct query *query, enum query_form form, struct arena *arena)
{
	struct texts_node words;
	if (query->tree)
		words = tree_node(query, query->tree, form, arena);
	return with_facts(query, query->tree ? &words : NULL, arena);
}

struct texts_node *query_pairs(const struct query *query, const int *terms, int n, struct arena *arena)
{
	struct texts_node any = { .kind = TEXTS_ANY };
	for (int i = 0; i < n && n == 2; i++)
		*node_add(arena, &any) = term_node(query, terms[i], QUERY_FOLDED, arena);
	for (int i = 0; i < n && n > 2; i++)
		for (int k = i + 1; k < n; k++) {
			struct texts_node *both = node_add(arena, &any);
			*both = (struct texts_node){ .kind = TEXTS_ALL };
			*node_add(arena, both) = term_node(query, terms[i], QUERY_FOLDED, arena);
			*node_add(arena, both) = term_node(query, terms[k], QUERY_FOLDED, arena);
		}
	return with_facts(query, &any, arena);
}
