#include "pipeline/tokens.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "pipeline/tokens_common.h"

/* --- tokens --------------------------------------------------------------------------------------------------------------- */

#define HASH_FIRST UINT64_C(0xCBF29CE484222325) /* FNV-1a */
#define HASH_NEXT(hash, byte) (((hash) ^ (unsigned char)(byte)) * UINT64_C(0x100000001B3))

/* Length of the letter or figure at p, where it is one of those that Vietnamese is written with: ASCII, U+00C0 to U+023F, U+1E00 to U+1EFF. 0 for
 * anything else, which text_is_word knows. Words are cut three times while a page is put in, so this is worth its lines. */
static int quick_letter(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	if (p[0] < 0x80)
		return (unsigned char)((p[0] | 0x20) - 'a') < 26 || (unsigned char)(p[0] - '0') < 10;
	if (p[0] == 0xE1)
		return p[1] >= 0xB8 && p[1] <= 0xBB && (p[2] & 0xC0) == 0x80 ? 3 : 0;
	if (p[0] == 0xC3)
		return (p[1] & 0xC0) == 0x80 && (p[1] & 0xDF) != 0x97 ? 2 : 0; /* not the signs for times and divided by */
	return p[0] >= 0xC4 && p[0] <= 0xC8 && (p[1] & 0xC0) == 0x80 ? 2 : 0;
}

struct token *tokens_cut(struct arena *arena, const char *text, int *n)
{
	struct token *tokens = NULL, *open = NULL;
	const char *p = text;
	*n = 0;
	while (*p && p - text < INT_MAX - 4) {
		const char *start = p;
		int quick = quick_letter(p);
		p += quick;
		if (!quick) {
			uint32_t c = text_next(&p);
			if (c < 0x80 || !(text_is_word(c) || (open && text_is_word_mark(c)))) {
				open = NULL;
				continue;
			}
		}
		if (!open) {
			open = arena_push(arena, &tokens, n, sizeof *tokens);
			*open = (struct token){ .start = (int)(start - text), .hash = HASH_FIRST };
		}
		open->length = (int)(p - text) - open->start;
		for (; start < p; start++)
			open->hash = HASH_NEXT(open->hash, *start);
	}
	return tokens;
}

/* --- forms of a word ------------------------------------------------------------------------------------------------------ */

#define FORMS_MAX (1u << 16) /* forms kept: the syllables of Vietnamese in all cases, and as many misreadings; then it begins anew */
#define FORMS_FIRST 4096

#define COMMON_MAX 15 /* bytes of a syllable in tokens_common.h, and more */

const int terms_often[TERMS_OFTEN_LEVELS] = { 2, 4, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 22, 26, 32 };

/* A folded word, and how often it has stood on the page so far. */
struct folded {
	uint64_t page; /* the text it was seen in last, by terms.page */
	int times, size;
	bool common;   /* stands in tokens_common.h */
	char text[];
};

/* A word as it stands in a text; exact bears its sign, and is empty where the folded form says it all. */
struct form {
	uint64_t page; /* as of struct folded */
	struct folded *folded;
	const char *exact;
	int nexact, size;
	char word[]; /* no NUL behind it */
};

struct slot { /* of a table by hash; thing NULL: free */
	uint64_t hash;
	void *thing;
};

struct table {
	struct slot *slots;
	uint32_t room, used; /* room is a power of two */
};

struct terms {
	struct arena *arena; /* of one text */
	struct arena *kept;  /* what the tables hold */
	struct table forms, folded;
	uint64_t page;       /* grows with each text */
	const char *text;    /* the last one, a copy; NULL: its words are not known */
	int size;
	struct folded **words; /* of that text, each once, as it came up first */
	int nwords;
	const struct terms_ready *ready; /* or NULL */
};

struct terms *terms_new(void)
{
	struct terms *terms = mem_alloc(sizeof *terms);
	terms->arena = arena_new();
	terms->kept = arena_new();
	return terms;
}

void terms_free(struct terms *terms)
{
	if (!terms)
		return;
	arena_free(terms->arena);
	arena_free(terms->kept);
	free(terms->forms.slots);
	free(terms->folded.slots);
	free(terms);
}

/* Where to look first: the upper bits of FNV are the mixed ones. */
static uint32_t slot_at(uint64_t hash)
{
	return (uint32_t)(hash >> 32 ^ hash);
}

static struct slot *slot_free(struct table *table, uint64_t hash)
{
	uint32_t i = slot_at(hash) & (table->room - 1);
	while (table->slots[i].thing)
		i = (i + 1) & (table->room - 1);
	return &table->slots[i];
}

static void table_add(struct table *table, uint64_t hash, void *thing)
{
	if (table->used >= table->room / 2) {
		struct table old = *table;
		table->room = old.room ? old.room * 2 : FORMS_FIRST;
		table->slots = mem_alloc(table->room * sizeof *table->slots);
		for (uint32_t i = 0; i < old.room; i++)
			if (old.slots[i].thing)
				*slot_free(table, old.slots[i].hash) = old.slots[i];
		free(old.slots);
	}
	*slot_free(table, hash) = (struct slot){ hash, thing };
	table->used++;
}

/* The next thing of that hash, *i being slot_at(hash) at first; NULL where there is no more. */
static void *table_next(const struct table *table, uint64_t hash, uint32_t *i)
{
	while (table->room) {
		const struct slot *slot = &table->slots[(*i)++ & (table->room - 1)];
		if (!slot->thing)
			break;
		if (slot->hash == hash)
			return slot->thing;
	}
	return NULL;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, *(const char *const *)b);
}

static bool is_common(const char *folded)
{
	return bsearch(folded, tokens_common, sizeof tokens_common / sizeof *tokens_common, sizeof *tokens_common, by_text) != NULL;
}

static struct folded *folded_find(struct terms *terms, const char *text)
{
	size_t size = strlen(text);
	uint64_t hash = HASH_FIRST;
	for (size_t k = 0; k < size; k++)
		hash = HASH_NEXT(hash, text[k]);
	uint32_t i = slot_at(hash);
	struct folded *folded;
	while ((folded = table_next(&terms->folded, hash, &i)))
		if (!strcmp(folded->text, text))
			return folded;
	folded = arena_alloc(terms->kept, sizeof *folded + size + 1);
	folded->size = (int)size;
	folded->common = is_common(text);
	memcpy(folded->text, text, size + 1);
	table_add(&terms->folded, hash, folded);
	return folded;
}

static struct form *form_make(struct terms *terms, const char *text, size_t size)
{
	const char *word = arena_strndup(terms->arena, text, size), *folded = text_fold(terms->arena, word);
	const char *lower = text_canonical(terms->arena, text_lower(terms->arena, word));
	struct form *form = arena_alloc(terms->kept, sizeof *form + size);
	form->folded = folded_find(terms, folded);
	form->exact = strcmp(lower, folded) ? arena_printf(terms->kept, "%c%s", TOKENS_EXACT, lower) : "";
	form->nexact = (int)strlen(form->exact);
	form->size = (int)size;
	memcpy(form->word, text, size);
	return form;
}

static struct form *form_of(struct terms *terms, const char *text, const struct token *token)
{
	uint32_t i = slot_at(token->hash);
	struct form *form;
	while ((form = table_next(&terms->forms, token->hash, &i)))
		if (form->size == token->length && !memcmp(form->word, text + token->start, (size_t)token->length))
			return form;
	form = form_make(terms, text + token->start, (size_t)token->length);
	table_add(&terms->forms, token->hash, form);
	return form;
}

/* A new text: forgets the one before, and the forms too where they have become too many. */
static void text_begin(struct terms *terms)
{
	arena_reset(terms->arena);
	terms->page++;
	terms->text = NULL;
	terms->words = NULL;
	terms->nwords = 0;
	if (terms->forms.used < FORMS_MAX)
		return;
	arena_reset(terms->kept);
	free(terms->forms.slots);
	free(terms->folded.slots);
	terms->forms = terms->folded = (struct table){ NULL, 0, 0 };
}

/* The how-manyeth time the word stands on this page. */
static int times_of(struct terms *terms, struct folded *folded)
{
	folded->times = folded->page == terms->page ? folded->times + 1 : 1;
	folded->page = terms->page;
	if (folded->times == 1)
		*(struct folded **)arena_push(terms->arena, &terms->words, &terms->nwords, sizeof *terms->words) = folded;
	return folded->times;
}

/* --- terms ---------------------------------------------------------------------------------------------------------------- */

static bool is_number(const char *text, int size)
{
	for (int i = 0; i < size; i++)
		if (!text_is_digit((unsigned char)text[i]))
			return false;
	return size > 0;
}

/* Digits in groups that begin with token i: "001 204 012 345", "1.234.567". Gives the number of groups, 1 where there is no more. */
static int groups_of(const char *text, const struct token *tokens, int n, int i, char digits[TERMS_DIGITS_MAX + 2])
{
	int groups = 0, size = 0;
	for (int k = i; k < n; k++) {
		const struct token *token = &tokens[k], *before = token - 1;
		const char *gap = k > i ? text + before->start + before->length : " ";
		if (!is_number(text + token->start, token->length) || size + token->length > TERMS_DIGITS_MAX)
			break;
		if (k > i && (token->start - before->start - before->length != 1 || !strchr(" .", *gap)))
			break;
		memcpy(digits + 1 + size, text + token->start, (size_t)token->length);
		size += token->length;
		groups++;
	}
	digits[0] = TOKENS_NUMBER;
	digits[1 + size] = '\0';
	return size >= TERMS_DIGITS_MIN ? groups : groups > 0;
}

/* Once a word stands often enough, the step it has come to. */
static int often_term(struct terms *terms, struct folded *folded, const struct token *token, terms_fn *fn, void *context)
{
	int times = times_of(terms, folded), level = 0;
	while (level < TERMS_OFTEN_LEVELS && terms_often[level] < times)
		level++;
	if (times < terms_often[0] || level == TERMS_OFTEN_LEVELS || terms_often[level] != times)
		return 0;
	char *term = arena_alloc(terms->arena, (size_t)folded->size + 3);
	term[0] = TOKENS_OFTEN;
	term[1] = (char)('a' + level);
	memcpy(term + 2, folded->text, (size_t)folded->size + 1);
	return fn(context, true, term, folded->size + 2, token->start, token->start + token->length);
}

bool terms_is_word(const char *term)
{
	static const char other[] = { TOKENS_EXACT, TOKENS_OFTEN, TOKENS_NUMBER, TOKENS_PAIR, TOKENS_FACT, '\0' };
	return !strchr(other, *term);
}

const char *terms_pair(struct arena *arena, const char *first, const char *second)
{
	return is_common(first) && is_common(second) ? arena_printf(arena, "%c%s%c%s", TOKENS_PAIR, first, TOKENS_PAIR, second) : NULL;
}

bool terms_is_pair_with(const char *term, const char *second)
{
	const char *end = *term == TOKENS_PAIR ? strchr(term + 1, TOKENS_PAIR) : NULL;
	return end && !strcmp(end + 1, second);
}

/* As terms_pair makes it. */
static int pair_term(const struct folded *first, const struct folded *second, const struct token *token, terms_fn *fn, void *context)
{
	char term[2 * COMMON_MAX + 2];
	term[0] = term[first->size + 1] = TOKENS_PAIR;
	memcpy(term + 1, first->text, (size_t)first->size);
	memcpy(term + first->size + 2, second->text, (size_t)second->size);
	return fn(context, true, term, first->size + second->size + 2, token->start, token->start + token->length);
}

/* The terms of a word; next: the one behind it, or NULL. */
static int word_terms(struct terms *terms, struct form *form, const struct form *next, const struct token *token, terms_fn *fn, void *context)
{
	int start = token->start, end = start + token->length;
	bool first = form->page != terms->page;
	int ret = fn(context, false, form->folded->text, form->folded->size, start, end);
	form->page = terms->page;
	if (!ret && form->nexact && first)
		ret = fn(context, true, form->exact, form->nexact, start, end);
	if (!ret && next && form->folded->common && next->folded->common)
		ret = pair_term(form->folded, next->folded, token, fn, context);
	return ret ? ret : often_term(terms, form->folded, token, fn, context);
}

/* Keeps a copy of the text and gives its tokens. */
static struct token *text_take(struct terms *terms, const char *text, int size, int *n)
{
	text_begin(terms);
	terms->text = arena_strndup(terms->arena, text, (size_t)size);
	terms->size = size;
	return tokens_cut(terms->arena, terms->text, n);
}

/* Whether this is the text whose terms are there already. */
static bool is_ready(const struct terms *terms, const char *text, int size)
{
	return terms->ready && terms->ready->size == size && !memcmp(terms->ready->text, text, (size_t)size);
}

static int ready_each(const struct terms_ready *ready, terms_fn *fn, void *context)
{
	const char *term = ready->bytes;
	int ret = 0;
	for (int i = 0; i < ready->nterms && !ret; term += ready->terms[i++].size)
		ret = fn(context, ready->terms[i].beside, term, ready->terms[i].size, 0, 0);
	return ret;
}

int terms_split(const char *text, int size, terms_fn *fn, void *context)
{
	int ret = 0;
	for (int start = 0, end; start < size && !ret; start = end + 1) {
		for (end = start; end < size && text[end] != ' ' && text[end] != TOKENS_READY;)
			end++;
		if (end > start)
			ret = fn(context, false, text + start, end - start, start, end);
	}
	return ret;
}

int terms_each(struct terms *terms, const char *text, int size, terms_fn *fn, void *context)
{
	if (size && *text == TOKENS_READY)
		return terms_split(text, size, fn, context);
	if (is_ready(terms, text, size))
		return ready_each(terms->ready, fn, context);
	int n, ret = 0, grouped = 0; /* tokens that belong to a number already */
	struct token *tokens = text_take(terms, text, size, &n);
	struct form *form = n ? form_of(terms, terms->text, &tokens[0]) : NULL, *next;
	for (int i = 0; i < n && !ret; i++, form = next) {
		next = i + 1 < n ? form_of(terms, terms->text, &tokens[i + 1]) : NULL;
		ret = word_terms(terms, form, next, &tokens[i], fn, context);
		if (ret || grouped-- > 1 || !text_is_digit((unsigned char)terms->text[tokens[i].start]))
			continue;
		char digits[TERMS_DIGITS_MAX + 2];
		grouped = groups_of(terms->text, tokens, n, i, digits);
		if (grouped > 1)
			ret = fn(context, true, digits, (int)strlen(digits), tokens[i].start, tokens[i].start + tokens[i].length);
	}
	if (ret) /* not all of its words were seen */
		terms->text = NULL;
	return ret;
}

int terms_words(struct terms *terms, const char *text, int size, int (*fn)(void *context, const char *word), void *context)
{
	int n, ret = 0;
	if (!terms->text || terms->size != size || memcmp(terms->text, text, (size_t)size) != 0) {
		struct token *tokens = text_take(terms, text, size, &n);
		for (int i = 0; i < n; i++)
			times_of(terms, form_of(terms, terms->text, &tokens[i])->folded);
	}
	for (int i = 0; i < terms->nwords && !ret; i++)
		ret = fn(context, terms->words[i]->text);
	return ret;
}

struct making {
	struct arena *arena;
	struct terms_ready *ready;
	struct arena_text bytes;
};

static int make_term(void *context, bool beside, const char *term, int size, int start, int end)
{
	struct making *making = context;
	arena_text_add(&making->bytes, term, (size_t)size);
	*(struct ready_term *)arena_push(making->arena, &making->ready->terms, &making->ready->nterms, sizeof *making->ready->terms) =
		(struct ready_term){ size, beside };
	return 0;
}

void terms_make(struct terms *terms, const char *text, struct terms_ready *ready, struct arena *arena)
{
	struct making making = { arena, ready, { .arena = arena } };
	*ready = (struct terms_ready){ .text = arena_strdup(arena, text), .size = (int)strlen(text) };
	terms_each(terms, ready->text, ready->size, make_term, &making);
	ready->bytes = making.bytes.text;
}

void terms_give(struct terms *terms, const struct terms_ready *ready)
{
	terms->ready = ready;
}
