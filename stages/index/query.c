#include "stages/index/query.h"

#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/key.h"
#include "pipeline/text.h"
#include "stages/index/tokens.h"

#define WAYS_MAX 8   /* spellings of one phrase that are asked for: three words with two each */
#define KEY_MIN 3    /* characters: a shorter number is a word like any other */
#define KEY_MAX 100  /* bytes: no number of a paper is longer */

/* --- spelling ------------------------------------------------------------------------------------------------------------- */

static const struct {
	const char *y, *i;
} y_i[] = { { "y", "i" }, { "ỳ", "ì" }, { "ý", "í" }, { "ỷ", "ỉ" }, { "ỹ", "ĩ" }, { "ỵ", "ị" } };

static size_t onset_of(const char *token)
{
	return token[0] == 'q' && token[1] == 'u' ? 2 : token[0] && strchr("hklmst", token[0]) ? 1 : 0;
}

const char *query_same_sound(struct arena *arena, const char *token)
{
	size_t onset = onset_of(token);
	if (!onset)
		return token;
	for (size_t k = 0; k < sizeof y_i / sizeof *y_i; k++)
		if (!strcmp(token + onset, y_i[k].y))
			return arena_printf(arena, "%.*s%s", (int)onset, token, y_i[k].i);
	return token;
}

/* The other spelling of a folded token, NULL where there is none. */
static const char *other_spelling(struct arena *arena, const char *token)
{
	size_t onset = onset_of(token);
	if (!onset || token[onset] == '\0' || token[onset + 1])
		return NULL;
	char vowel = token[onset] == 'y' ? 'i' : token[onset] == 'i' ? 'y' : '\0';
	return vowel ? arena_printf(arena, "%.*s%c", (int)onset, token, vowel) : NULL;
}

/* The older placement of the tone (hòa -> hoà), by taking it off the first vowel and putting it on the second; NULL where
 * there is only one. The test of a right guess is that text_canonical brings it back. */
static const char *older_tone(struct arena *arena, const char *exact)
{
	static const struct {
		const char *vowel, *bare, *tone;
	} first[] = {
		{ "ò", "o", "\xCC\x80" }, { "ó", "o", "\xCC\x81" }, { "ỏ", "o", "\xCC\x89" }, { "õ", "o", "\xCC\x83" },
		{ "ọ", "o", "\xCC\xA3" }, { "ù", "u", "\xCC\x80" }, { "ú", "u", "\xCC\x81" }, { "ủ", "u", "\xCC\x89" },
		{ "ũ", "u", "\xCC\x83" }, { "ụ", "u", "\xCC\xA3" },
	};
	for (size_t k = 0; k < sizeof first / sizeof *first; k++) {
		const char *at = strstr(exact, first[k].vowel);
		if (!at)
			continue;
		const char *rest = at + strlen(first[k].vowel);
		if (strlen(rest) != 1)
			continue;
		char *older = text_nfc(arena, arena_printf(arena, "%.*s%s%s%s", (int)(at - exact), exact, first[k].bare, rest,
							    first[k].tone));
		if (!strcmp(text_canonical(arena, older), exact))
			return older;
	}
	return NULL;
}

/* --- parsing -------------------------------------------------------------------------------------------------------------- */

static bool is_white(uint32_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) || c == 0x202F || c == 0x3000;
}

static bool is_quote(uint32_t c)
{
	return c == '"' || (c >= 0x201C && c <= 0x201F) || c == 0xAB || c == 0xBB || c == 0xFF02;
}

static bool is_dash(uint32_t c)
{
	return c == '-' || (c >= 0x2010 && c <= 0x2015);
}

/* Takes the white space out of a number that was typed with some: "123 / QĐ - UBND". A word that begins with a digit goes on over
 * white space beside a '/', and beside a dash once it has a '/'. */
static char *numbers_join(struct arena *arena, const char *text)
{
	char *out = arena_alloc(arena, strlen(text) + 1), *end = out;
	uint32_t before = 0, first = 0; /* the last character, and the first one of the word */
	bool slash = false;
	while (*text) {
		const char *at = text;
		uint32_t c = text_next(&text);
		if (is_white(c)) {
			while (*text && is_white(c)) {
				at = text;
				c = text_next(&text);
			}
			bool joins = c == '/' || before == '/' || (slash && (is_dash(c) || is_dash(before)));
			if (!text_is_digit(first) || !joins) {
				*end++ = ' ';
				first = 0;
				slash = false;
			}
			if (is_white(c))
				break;
		}
		slash |= c == '/';
		first = first || is_quote(c) ? first : c;
		memcpy(end, at, (size_t)(text - at));
		end += text - at;
		before = c;
	}
	*end = '\0';
	return out;
}

static const char *number_key(struct arena *arena, const char *text)
{
	if (!strpbrk(text, "0123456789"))
		return NULL;
	const char *key = key_number(arena, text);
	return text_length(key) >= KEY_MIN && strlen(key) <= KEY_MAX ? key : NULL;
}

static void token_make(struct query_token *token, const char *piece, struct arena *arena)
{
	const char *lower = text_lower(arena, piece);
	token->exact = text_canonical(arena, lower);
	token->folded = text_fold(arena, piece);
	token->other = other_spelling(arena, token->folded);
	token->marked = strcmp(lower, token->folded) != 0;
}

/* One word or one quoted phrase. */
static void term_add(struct query *query, const char *piece, bool star, struct arena *arena)
{
	int n;
	struct token *cut = tokens_cut(arena, piece, &n);
	if (n == 0)
		return;
	if (query->nterms == QUERY_TERMS_MAX || query->ntokens + n > QUERY_TOKENS_MAX) {
		query->cut = true;
		n = query->nterms == QUERY_TERMS_MAX ? 0 : QUERY_TOKENS_MAX - query->ntokens;
		star = false;
		if (n == 0)
			return;
	}
	struct query_term *term = arena_push(arena, &query->terms, &query->nterms, sizeof *term);
	term->tokens = arena_array(arena, (size_t)n, sizeof *term->tokens);
	term->ntokens = n;
	query->ntokens += n;
	for (int i = 0; i < n; i++) {
		token_make(&term->tokens[i], arena_strndup(arena, piece + cut[i].start, (size_t)cut[i].length), arena);
		query->marked |= term->tokens[i].marked;
	}
	/* The star must stand right behind the word. */
	bool touches = cut[n - 1].start + cut[n - 1].length == (int)strlen(piece);
	term->prefix = star && touches && text_length(term->tokens[n - 1].folded) >= 2;
	term->key = term->prefix ? NULL : number_key(arena, piece);
}

void query_parse(struct query *query, const char *text, struct arena *arena)
{
	*query = (struct query){ NULL, 0, 0, false, false, NULL, NULL };
	size_t size = strnlen(text, QUERY_BYTES_MAX + 1);
	query->cut = size > QUERY_BYTES_MAX;
	text = numbers_join(arena, text_nfc(arena, arena_strndup(arena, text, query->cut ? QUERY_BYTES_MAX : size)));
	bool quoted = false, single = true;
	const char *start = text;
	for (const char *p = text;;) {
		const char *at = p;
		uint32_t c = *p ? text_next(&p) : 0;
		bool quote = is_quote(c), star = c == '*';
		if (c && !quote && !star && (quoted || !is_white(c)))
			continue;
		if (star && quoted) /* inside quotes a star is only a sign */
			continue;
		if (at > start)
			term_add(query, arena_strndup(arena, start, (size_t)(at - start)),
				 star || (quote && quoted && *p == '*'), arena);
		start = p;
		if (quote)
			quoted = !quoted;
		if (!c)
			break;
	}
	for (int i = 0; i < query->nterms; i++)
		single &= query->terms[i].ntokens == 1 && !query->terms[i].prefix;
	query->key = number_key(arena, text);
	query->name = single && query->nterms > 1 ? key_name(arena, text) : NULL;
}

/* --- groups --------------------------------------------------------------------------------------------------------------- */

/* The ways in which a token may stand in the form asked for. */
static int ways_of(const struct query_token *token, bool exact, const char *ways[2], struct arena *arena)
{
	ways[0] = exact ? token->exact : token->folded;
	ways[1] = exact ? older_tone(arena, token->exact) : token->other;
	return ways[1] ? 2 : 1;
}

static void group_make(struct texts_group *group, const struct query_term *term, bool exact, struct arena *arena)
{
	bool marked = false;
	int nphrases = 0;
	for (int i = 0; i < term->ntokens; i++)
		marked |= term->tokens[i].marked;
	exact &= marked;
	const char *(*ways)[2] = arena_array(arena, (size_t)term->ntokens, sizeof *ways);
	int *nways = arena_array(arena, (size_t)term->ntokens, sizeof *nways), total = 1;
	for (int i = 0; i < term->ntokens; i++) {
		bool last = i == term->ntokens - 1;
		nways[i] = ways_of(&term->tokens[i], exact, ways[i], arena);
		if (term->prefix && last)
			nways[i] = 1; /* ky* is no syllable yet */
		if (total * nways[i] > WAYS_MAX)
			nways[i] = 1;
		total *= nways[i];
	}
	struct texts_phrase *phrases = arena_array(arena, (size_t)total, sizeof *phrases);
	for (; nphrases < total; nphrases++) {
		const char **tokens = arena_array(arena, (size_t)term->ntokens, sizeof *tokens);
		int choice = nphrases;
		for (int i = 0; i < term->ntokens; i++) {
			tokens[i] = ways[i][choice % nways[i]];
			choice /= nways[i];
		}
		phrases[nphrases] = (struct texts_phrase){ tokens, term->ntokens, term->prefix, exact };
	}
	*group = (struct texts_group){ phrases, nphrases };
}

struct texts_group *query_groups(const struct query *query, bool exact, struct arena *arena)
{
	struct texts_group *groups = arena_array(arena, (size_t)query->nterms, sizeof *groups);
	for (int i = 0; i < query->nterms; i++)
		group_make(&groups[i], &query->terms[i], exact, arena);
	return groups;
}
