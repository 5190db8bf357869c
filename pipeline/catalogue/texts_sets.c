#include "pipeline/catalogue/texts_sets.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/bitmap.h"
#include "pipeline/catalogue/bitmaps.h"
#include "pipeline/catalogue/texts_lists.h"
#include "pipeline/catalogue/texts_private.h"
#include "pipeline/error.h"
#include "pipeline/tokens.h"

/* What a phrase costs, in nanoseconds (make bench-search): to step over an entry in the list of a word, and to read a page that has all words. */
#define ENTRY_NS 6
#define PAGE_NS 17000

struct kept {
	const char *phrase; /* as FTS5 is asked for it */
	struct bitmap *pages;
};

struct texts_sets {
	struct catalogue *catalogue;
	struct arena *arena;
	int64_t size, upto;     /* page ids there are, a multiple of 64; those with bitmaps */
	struct bitmap *hidden;
	struct kept *kept;
	int nkept;
};

static int page_add(void *context, const struct db_row *row, struct error *err)
{
	bitmap_add(context, db_column_int(row, 0));
	return 0;
}

struct bitmap *texts_sets_empty(const struct texts_sets *sets)
{
	return bitmap_new(sets->size);
}

struct texts_sets *texts_sets_new(struct catalogue *catalogue, struct error *err)
{
	struct texts_sets *sets = mem_alloc(sizeof *sets);
	sets->catalogue = catalogue;
	sets->arena = arena_new();
	if (texts_size(catalogue, &sets->size, err) == 0 && bitmaps_upto(catalogue, &sets->upto, err) == 0) {
		sets->size = (sets->size + 64) / 64 * 64;
		sets->hidden = texts_sets_empty(sets);
		if (catalogue_query(catalogue, "SELECT page_id FROM hidden", NULL, 0, page_add, sets->hidden, err) >= 0)
			return sets;
	}
	texts_sets_free(sets);
	return NULL;
}

void texts_sets_free(struct texts_sets *sets)
{
	if (!sets)
		return;
	for (int i = 0; i < sets->nkept; i++)
		bitmap_free(sets->kept[i].pages);
	bitmap_free(sets->hidden);
	arena_free(sets->arena);
	free(sets);
}

int texts_sets_term(struct texts_sets *sets, const char *term, struct bitmap *pages, struct error *err)
{
	return bitmaps_read(sets->catalogue, term, sets->upto, pages, err);
}

/* Terms stand in double quotes and hold none, so no term is ever read as syntax. */
static const char *match_of(struct texts_sets *sets, const struct texts_node *phrase)
{
	struct arena_text match = { .arena = sets->arena };
	arena_text_add(&match, "\"", 1);
	for (int i = 0; i < phrase->nterms; i++) {
		arena_text_add(&match, " ", i > 0);
		arena_text_add(&match, phrase->terms[i], strlen(phrase->terms[i]));
	}
	arena_text_add(&match, phrase->prefix ? "\" *" : "\"", phrase->prefix ? 3 : 1);
	return match.text;
}

static struct texts_node part_of(const struct texts_node *phrase, int first, int n)
{
	return (struct texts_node){ .kind = TEXTS_PHRASE, .terms = &phrase->terms[first], .nterms = n };
}

/* Adds what FTS5 answers. */
static int index_ask(struct texts_sets *sets, const char *match, struct bitmap *pages, struct error *err)
{
	return catalogue_query(sets->catalogue, "SELECT rowid FROM page_fts WHERE page_fts MATCH $1", DB_ARGS(DB_T(match)), page_add, pages, err) < 0 ? -1 : 0;
}

/* --- a phrase by the texts of the pages ------------------------------------------------------------------------------------- */

#define PHRASE_MAX 64 /* terms of a phrase that is looked for so */

struct reading {
	const struct texts_node *phrase;
	const char **words; /* of it, where it is nothing but words; else NULL, and its terms are looked for */
	int nwords;
	struct terms *terms;
	uint64_t standing; /* bit i: the first i + 1 terms stand in front of this place, in a row */
	uint64_t here;     /* the same up to this place */
	bool found;
};

static int read_term(void *context, bool beside, const char *term, int size, int start, int end)
{
	struct reading *reading = context;
	if (!beside) {
		reading->standing = reading->here;
		reading->here = 0;
	}
	for (int i = 0; i < reading->phrase->nterms; i++) {
		const char *wanted = reading->phrase->terms[i];
		if ((i == 0 || reading->standing >> (i - 1) & 1) && !strncmp(wanted, term, (size_t)size) && !wanted[size])
			reading->here |= UINT64_C(1) << i;
	}
	reading->found = reading->here >> (reading->phrase->nterms - 1) & 1;
	return reading->found;
}

/* The word of a term of a phrase, of a pair the first one; NULL: it is no word. In the arena. */
static const char *word_of(struct texts_sets *sets, const char *term)
{
	if (*term == TOKENS_PAIR)
		return arena_strndup(sets->arena, term + 1, strcspn(term + 1, (const char[]){ TOKENS_PAIR, '\0' }));
	return terms_is_word(term) ? term : NULL;
}

static int read_row(void *context, const struct db_row *row, struct error *err)
{
	struct reading *reading = context;
	if (reading->words) {
		reading->found = tokens_follow(db_column_text(row, 0), reading->words, reading->nwords);
		return 1;
	}
	for (int i = 0; i < 2 && !reading->found; i++) {
		reading->standing = reading->here = 0;
		terms_each(reading->terms, db_column_text(row, i), (int)row->columns[i].size, read_term, reading);
	}
	return 1;
}

static bool is_followed(const char *word)
{
	size_t n = strlen(word);
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)word[i] >= 0x80)
			return false;
	return n <= TOKENS_FOLLOW_LETTERS;
}

/* The words of a phrase of words and pairs; none where it has other terms, or letters other than ASCII. In the arena. */
static const char **words_of(struct texts_sets *sets, const struct texts_node *phrase, int *n)
{
	const char **words = arena_array(sets->arena, (size_t)phrase->nterms + 1, sizeof *words), *second = NULL;
	*n = 0;
	for (int i = 0; i < phrase->nterms; i++) {
		const char *term = phrase->terms[i], *word = word_of(sets, term);
		if (!word || !is_followed(word) || (second && strcmp(second, word) != 0))
			return NULL;
		words[(*n)++] = word;
		second = *term == TOKENS_PAIR ? term + 1 + strlen(word) + 1 : NULL;
	}
	if (second)
		words[(*n)++] = second;
	return *n <= PHRASE_MAX ? words : NULL;
}

/* Adds those of the pages `all` that hold a phrase. */
static int pages_read(struct texts_sets *sets, const struct texts_node *phrase, const struct bitmap *all, struct bitmap *pages, struct error *err)
{
	struct reading reading = { .phrase = phrase, .terms = texts_terms(sets->catalogue) };
	reading.words = words_of(sets, phrase, &reading.nwords);
	for (int64_t page = bitmap_next(all, 0); page >= 0; page = bitmap_next(all, page + 1)) {
		reading.found = false;
		if (catalogue_query(sets->catalogue, "SELECT exact, facts FROM page_text WHERE page_id = $1", DB_ARGS(DB_I(page)), read_row, &reading, err) < 0)
			return -1;
		if (reading.found)
			bitmap_add(pages, page);
	}
	return 0;
}

/* --- a phrase ----------------------------------------------------------------------------------------------------------------- */

/* Leaves of `all` the pages on which the words of a phrase may follow each other. */
static int neighbours_narrow(struct texts_sets *sets, const struct texts_node *phrase, struct bitmap *all, struct error *err)
{
	for (int i = 0; i + 1 < phrase->nterms; i++) {
		const char *first = *phrase->terms[i] == TOKENS_PAIR ? NULL : word_of(sets, phrase->terms[i]);
		const char *second = word_of(sets, phrase->terms[i + 1]);
		if (first && second && bitmaps_neighbours(sets->catalogue, first, second, sets->upto, all, err))
			return -1;
	}
	return 0;
}

/* The pages on which a phrase may stand: they have all its words; and the lists that tell where these stand. Behind two words that have a term the second one always
 * stands, and need not be looked for. */
static int words_find(struct texts_sets *sets, const struct texts_node *phrase, struct bitmap *all, struct texts_list *lists, int *nlists, struct error *err)
{
	*nlists = 0;
	for (int i = 0; i < phrase->nterms; i++) {
		struct texts_node word = part_of(phrase, i, 1);
		const struct bitmap *one = texts_sets_phrase(sets, &word, err);
		if (!one)
			return -1;
		if (i)
			bitmap_and(all, one);
		else
			bitmap_copy(all, one);
		if (!i || !terms_is_pair_with(phrase->terms[i - 1], phrase->terms[i]))
			lists[(*nlists)++] = (struct texts_list){ phrase->terms[i], i, bitmap_count(one), 0 };
	}
	return neighbours_narrow(sets, phrase, all, err);
}

static int by_entries(const void *a, const void *b)
{
	const struct texts_list *p = a, *q = b;
	return p->entries != q->entries ? (p->entries < q->entries ? -1 : 1) : p->place - q->place;
}

/* Where the words stand is told by their lists, the short ones first; as soon as so few pages are left that their texts cost less than the lists to come, by those. */
static int places_compare(struct texts_sets *sets, const struct texts_node *phrase, const char *match, struct bitmap *all, struct bitmap *pages, struct error *err)
{
	struct texts_list lists[PHRASE_MAX];
	int64_t entries = 0;
	int nlists, nread = 0;
	bool known = true; /* but for lists that were asked and could not tell */
	if (words_find(sets, phrase, all, lists, &nlists, err))
		return -1;
	qsort(lists, (size_t)nlists, sizeof *lists, by_entries);
	for (int i = nlists - 1; i >= 0; i--) {
		entries += lists[i].entries;
		lists[i].few = entries * ENTRY_NS / PAGE_NS;
	}
	if (bitmap_count(all) > lists[0].few && texts_lists_phrase(sets->catalogue, lists, nlists, all, &nread, &known, err))
		return -1;
	if (!known)
		return index_ask(sets, match, pages, err);
	if (nread < nlists)
		return pages_read(sets, phrase, all, pages, err);
	bitmap_or(pages, all);
	return 0;
}

static int phrase_read(struct texts_sets *sets, const struct texts_node *phrase, const char *match, struct bitmap *pages, struct error *err)
{
	if (phrase->prefix || phrase->nterms > PHRASE_MAX) /* what the last term of a prefix will be is not known */
		return index_ask(sets, match, pages, err);
	struct bitmap *all = texts_sets_empty(sets);
	int ret = places_compare(sets, phrase, match, all, pages, err);
	bitmap_free(all);
	return ret;
}

const struct bitmap *texts_sets_phrase(struct texts_sets *sets, const struct texts_node *phrase, struct error *err)
{
	const char *match = match_of(sets, phrase);
	for (int i = 0; i < sets->nkept; i++)
		if (!strcmp(sets->kept[i].phrase, match))
			return sets->kept[i].pages;
	struct bitmap *pages = texts_sets_empty(sets);
	if (phrase->nterms == 1 && !phrase->prefix ? texts_sets_term(sets, phrase->terms[0], pages, err) : phrase_read(sets, phrase, match, pages, err)) {
		bitmap_free(pages);
		return NULL;
	}
	*(struct kept *)arena_push(sets->arena, &sets->kept, &sets->nkept, sizeof *sets->kept) = (struct kept){ match, pages };
	return pages;
}

int texts_sets_seen(struct texts_sets *sets, const struct viewer *viewer, const struct texts_node *word, bool *seen, struct error *err)
{
	struct texts_question question = { .viewer = viewer, .words = word };
	int64_t count = 0;
	if (viewer) {
		if (texts_count(sets->catalogue, &question, 1, &count, err))
			return -1;
	} else {
		const struct bitmap *pages = texts_sets_phrase(sets, word, err);
		if (!pages)
			return -1;
		count = bitmap_count(pages) - bitmap_count_of_both(pages, sets->hidden);
	}
	*seen = count > 0;
	return 0;
}

/* Without a look at what is hidden. NULL with err. */
static struct bitmap *node_find(struct texts_sets *sets, const struct texts_node *node, struct error *err)
{
	struct bitmap *pages = texts_sets_empty(sets);
	const struct bitmap *phrase = node->kind == TEXTS_PHRASE ? texts_sets_phrase(sets, node, err) : NULL;
	int ret = node->kind == TEXTS_PHRASE && !phrase ? -1 : 0;
	if (phrase)
		bitmap_copy(pages, phrase);
	for (int i = 0; i < node->nparts && !ret; i++) {
		struct bitmap *part = node_find(sets, &node->parts[i], err);
		ret = part ? 0 : -1;
		if (part && node->kind == TEXTS_ALL && i)
			bitmap_and(pages, part);
		else if (part)
			bitmap_or(pages, part);
		bitmap_free(part);
	}
	if (node->but && !ret) {
		struct bitmap *but = node_find(sets, node->but, err);
		ret = but ? 0 : -1;
		if (but)
			bitmap_and_not(pages, but);
		bitmap_free(but);
	}
	if (!ret)
		return pages;
	bitmap_free(pages);
	return NULL;
}

struct bitmap *texts_sets_find(struct texts_sets *sets, const struct texts_node *words, struct error *err)
{
	struct bitmap *pages = node_find(sets, words, err);
	if (pages)
		bitmap_and_not(pages, sets->hidden);
	return pages;
}
