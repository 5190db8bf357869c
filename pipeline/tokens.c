#include "pipeline/tokens.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"

/* --- tokens --------------------------------------------------------------------------------------------------------------- */

struct token *tokens_cut(struct arena *arena, const char *text, int *n)
{
	struct token *tokens = NULL, *open = NULL;
	const char *p = text;
	*n = 0;
	while (*p && p - text < INT_MAX - 4) {
		const char *start = p;
		uint32_t c = text_next(&p);
		if (!text_is_word(c) && !(open && text_is_word_mark(c))) {
			open = NULL;
			continue;
		}
		if (!open) {
			open = arena_push(arena, &tokens, n, sizeof *tokens);
			open->start = (int)(start - text);
		}
		open->length = (int)(p - text) - open->start;
	}
	return tokens;
}

/* --- forms of a word ------------------------------------------------------------------------------------------------------ */

#define FORM_BYTES 30  /* a longer word is no word of a language: its forms are made each time */
#define FORMS (1 << 15) /* the syllables of Vietnamese and as many misreadings */

const int terms_often[TERMS_OFTEN_LEVELS] = { 2, 3, 4, 6, 8, 11, 16, 23 };

struct form {
	char word[FORM_BYTES + 1];       /* as it stands in the text */
	char folded[FORM_BYTES + 1];
	char exact[FORM_BYTES + 2];      /* behind its sign; "" where the folded form says it all */
};

struct seen { /* how often a word has stood on the page so far */
	uint64_t hash;
	int times;
};

struct terms {
	struct arena *arena; /* of one text */
	struct form *forms;
	struct form spare;   /* for a word that is too long to keep */
	struct seen *seen;
	size_t room;         /* of seen, a power of two */
};

struct terms *terms_new(void)
{
	struct terms *terms = mem_alloc(sizeof *terms);
	terms->arena = arena_new();
	terms->forms = mem_alloc(FORMS * sizeof *terms->forms);
	return terms;
}

void terms_free(struct terms *terms)
{
	if (!terms)
		return;
	arena_free(terms->arena);
	free(terms->forms);
	free(terms->seen);
	free(terms);
}

static uint64_t hash_of(const char *bytes, size_t size) /* FNV-1a */
{
	uint64_t hash = UINT64_C(0xCBF29CE484222325);
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001B3);
	return hash ^ hash >> 29;
}

struct pair {
	const char *folded, *exact; /* exact "" where the folded form says it all */
};

static struct pair forms_make(struct arena *arena, const char *word)
{
	const char *lower = text_canonical(arena, text_lower(arena, word)), *folded = text_fold(arena, word);
	bool same = !strcmp(lower, folded);
	return (struct pair){ folded, same ? "" : arena_printf(arena, "%c%s", TOKENS_EXACT, lower) };
}

/* The forms of text[0..size). */
static struct pair forms_of(struct terms *terms, const char *text, size_t size)
{
	if (size > FORM_BYTES)
		return forms_make(terms->arena, arena_strndup(terms->arena, text, size));
	struct form *form = &terms->forms[hash_of(text, size) % FORMS];
	if (!memcmp(form->word, text, size) && form->word[size] == '\0' && size)
		return (struct pair){ form->folded, form->exact };
	struct pair made = forms_make(terms->arena, arena_strndup(terms->arena, text, size));
	if (strlen(made.folded) > FORM_BYTES || strlen(made.exact) > FORM_BYTES + 1)
		return made;
	memcpy(form->word, text, size);
	form->word[size] = '\0';
	strcpy(form->folded, made.folded);
	strcpy(form->exact, made.exact);
	return (struct pair){ form->folded, form->exact };
}

/* --- terms ---------------------------------------------------------------------------------------------------------------- */

/* Room for twice the words of a text, so that looking up stays short; forgets the text before. */
static void seen_reset(struct terms *terms, int nwords)
{
	size_t room = 1024;
	while (room < (size_t)nwords * 2)
		room *= 2;
	if (room != terms->room) {
		free(terms->seen);
		terms->seen = mem_alloc(room * sizeof *terms->seen);
		terms->room = room;
		return;
	}
	memset(terms->seen, 0, room * sizeof *terms->seen);
}

static int seen_again(struct terms *terms, const char *folded)
{
	uint64_t hash = hash_of(folded, strlen(folded)) | 1;
	size_t i = hash >> 7 & (terms->room - 1);
	while (terms->seen[i].hash && terms->seen[i].hash != hash)
		i = (i + 1) & (terms->room - 1);
	terms->seen[i].hash = hash;
	return ++terms->seen[i].times;
}

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

static int often_term(struct terms *terms, const struct pair *forms, const struct token *token, terms_fn *fn, void *context)
{
	int times = seen_again(terms, forms->folded);
	for (int level = 0; level < TERMS_OFTEN_LEVELS; level++) {
		if (terms_often[level] != times)
			continue;
		char *term = arena_printf(terms->arena, "%c%c%s", TOKENS_OFTEN, 'a' + level, forms->folded);
		return fn(context, true, term, (int)strlen(term), token->start, token->start + token->length);
	}
	return 0;
}

int terms_each(struct terms *terms, const char *text, int size, terms_fn *fn, void *context)
{
	int n, ret = 0, grouped = 0; /* tokens that belong to a number already */
	arena_reset(terms->arena);
	text = arena_strndup(terms->arena, text, (size_t)size);
	struct token *tokens = tokens_cut(terms->arena, text, &n);
	seen_reset(terms, n);
	for (int i = 0; i < n && !ret; i++) {
		const struct token *token = &tokens[i];
		int start = token->start, end = start + token->length;
		struct pair forms = forms_of(terms, text + start, (size_t)token->length);
		ret = fn(context, false, forms.folded, (int)strlen(forms.folded), start, end);
		if (!ret && *forms.exact)
			ret = fn(context, true, forms.exact, (int)strlen(forms.exact), start, end);
		if (!ret)
			ret = often_term(terms, &forms, token, fn, context);
		if (ret || grouped-- > 1 || !text_is_digit((unsigned char)text[start]))
			continue;
		char digits[TERMS_DIGITS_MAX + 2];
		grouped = groups_of(text, tokens, n, i, digits);
		if (grouped > 1)
			ret = fn(context, true, digits, (int)strlen(digits), start, end);
	}
	return ret;
}

int terms_words(struct terms *terms, const char *text, int size, int (*fn)(void *context, const char *word), void *context)
{
	int n, ret = 0;
	arena_reset(terms->arena);
	text = arena_strndup(terms->arena, text, (size_t)size);
	struct token *tokens = tokens_cut(terms->arena, text, &n);
	seen_reset(terms, n);
	for (int i = 0; i < n && !ret; i++) {
		struct pair forms = forms_of(terms, text + tokens[i].start, (size_t)tokens[i].length);
		if (seen_again(terms, forms.folded) == 1)
			ret = fn(context, forms.folded);
	}
	return ret;
}

struct word_form *terms_forms(struct terms *terms, const char *text, int *n, struct arena *arena)
{
	arena_reset(terms->arena);
	struct token *tokens = tokens_cut(terms->arena, text, n);
	struct word_form *words = arena_array(arena, (size_t)*n, sizeof *words);
	for (int i = 0; i < *n; i++) {
		struct pair forms = forms_of(terms, text + tokens[i].start, (size_t)tokens[i].length);
		words[i] = (struct word_form){ tokens[i].start, tokens[i].length, arena_strdup(arena, forms.folded),
					       *forms.exact ? arena_strdup(arena, forms.exact + 1) : NULL };
	}
	return words;
}
