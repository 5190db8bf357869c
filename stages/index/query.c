#include "stages/index/query.h"

#include <math.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "pipeline/key.h"
#include "pipeline/text.h"
#include "pipeline/tokens.h"
#include "stages/index/query_field.h"

#define WAYS_MAX 8   /* spellings of one phrase that are asked for: three words with two each */
#define KEY_MIN 3    /* characters: a shorter number is a word like any other */
#define KEY_MAX 100  /* bytes: no number of a paper is longer */
#define DEPTH_MAX 16 /* parentheses in each other; deeper ones part words only */
#define PREFIX_MIN 2 /* letters */
#define COMMON_WORTH 0.69  /* of a word on half of the pages: ln 2 */
#define OFTEN_WORDS_MAX 8 /* of those that begin with a prefix: they stand on nearly all of its pages */

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

/* --- signs ---------------------------------------------------------------------------------------------------------------- */

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

/* --- signs of a query ----------------------------------------------------------------------------------------------------- */

enum sign_kind { SIGN_END, SIGN_TERM, SIGN_AND, SIGN_OR, SIGN_NOT, SIGN_OPEN, SIGN_CLOSE, SIGN_FIELD };

struct sign {
	enum sign_kind kind;
	int term, field; /* SIGN_TERM, SIGN_FIELD */
};

struct reading {
	struct query *query;
	const struct schemas *schemas;
	struct arena *arena;
	struct sign *signs;
	int nsigns, at;
	bool capitals; /* no small letter in the whole text: operators of Vietnamese are words then */
	int depth;
};

static void sign_add(struct reading *r, enum sign_kind kind, int term, int field)
{
	*(struct sign *)arena_push(r->arena, &r->signs, &r->nsigns, sizeof *r->signs) = (struct sign){ kind, term, field };
}

static void note_add(struct reading *r, const char *note)
{
	*(const char **)arena_push(r->arena, &r->query->notes, &r->query->nnotes, sizeof note) = note;
}

/* Digits that make one long number: a person's (9, 12), a phone or tax number (10, 13). */
static bool is_long_number(size_t ndigits)
{
	return ndigits == 9 || ndigits == 10 || ndigits == 12 || ndigits == 13;
}

/* The digits of a term of digits only that is long enough to be a number of its own. */
static const char *digits_of(struct arena *arena, const struct query_term *term)
{
	const char *digits = "";
	for (int i = 0; i < term->ntokens; i++) {
		const char *token = term->tokens[i].folded;
		if (strspn(token, "0123456789") != strlen(token))
			return NULL;
		digits = arena_printf(arena, "%s%s", digits, token);
	}
	size_t n = strlen(digits);
	return n >= TERMS_DIGITS_MIN && n <= TERMS_DIGITS_MAX ? digits : NULL;
}

/* One word or one quoted phrase; -1 where it holds no token. */
static int term_add(struct reading *r, const char *piece, bool star, bool fuzzy)
{
	struct query *query = r->query;
	struct arena *arena = r->arena;
	int n;
	struct token *cut = tokens_cut(arena, piece, &n);
	if (n == 0)
		return -1;
	if (query->nterms == QUERY_TERMS_MAX || query->ntokens + n > QUERY_TOKENS_MAX) {
		query->cut = true;
		n = query->nterms == QUERY_TERMS_MAX ? 0 : QUERY_TOKENS_MAX - query->ntokens;
		star = false;
		if (n == 0)
			return -1;
	}
	struct query_term *term = arena_push(arena, &query->terms, &query->nterms, sizeof *term);
	term->tokens = arena_array(arena, (size_t)n, sizeof *term->tokens);
	term->ntokens = n;
	term->worth = 1;
	query->ntokens += n;
	for (int i = 0; i < n; i++) {
		token_make(&term->tokens[i], arena_strndup(arena, piece + cut[i].start, (size_t)cut[i].length), arena);
		query->marked |= term->tokens[i].marked;
	}
	/* The star must stand right behind the word. */
	bool touches = cut[n - 1].start + cut[n - 1].length == (int)strlen(piece);
	term->prefix = star && touches && text_length(term->tokens[n - 1].folded) >= PREFIX_MIN;
	if (star && touches && !term->prefix)
		note_add(r, arena_printf(arena, _("\"%s*\" would be nearly every word; write two letters at least in front of the '*'."), piece));
	term->fuzzy = fuzzy && !term->prefix && n == 1;
	term->key = term->prefix ? NULL : number_key(arena, piece);
	term->digits = term->prefix ? NULL : digits_of(arena, term);
	return query->nterms - 1;
}

/* The operator that a word is, SIGN_TERM where it is none. "hoặc" in any case: whoever looks for the word itself gets its pages too. "và" is a
 * word that may be missing, see soft. "không" is far too common a word to be an operator unless it stands out in capitals. */
static enum sign_kind operator_of(const struct reading *r, const char *word)
{
	if (!strcmp(word, "AND") || !strcmp(word, "&&"))
		return SIGN_AND;
	if (!strcmp(word, "OR") || !strcmp(word, "||") || !strcmp(word, "|"))
		return SIGN_OR;
	if (!strcmp(word, "NOT"))
		return SIGN_NOT;
	if (!strcmp(text_lower(r->arena, word), "hoặc"))
		return SIGN_OR;
	if (!r->capitals && (!strcmp(word, "KHÔNG") || !strcmp(word, "KHONG")))
		return SIGN_NOT;
	if (!r->capitals && !strcmp(word, "VÀ"))
		return SIGN_AND;
	return SIGN_TERM;
}

static void word_add(struct reading *r, const char *word, bool star, bool fuzzy)
{
	enum sign_kind kind = star || fuzzy ? SIGN_TERM : operator_of(r, word);
	if (kind != SIGN_TERM) {
		sign_add(r, kind, 0, 0);
		return;
	}
	int term = term_add(r, word, star, fuzzy);
	if (term < 0)
		return;
	struct query_term *t = &r->query->terms[term];
	t->soft = t->ntokens == 1 && !strcmp(t->tokens[0].exact, "và");
	sign_add(r, SIGN_TERM, term, 0);
}

/* Words of digits side by side that make one long number become one term: "001 204 012 345". Years in a row do not. */
static void numbers_group(struct reading *r)
{
	for (int i = 0; i < r->nsigns; i++) {
		size_t ndigits = 0;
		int end = i;
		bool years = true;
		for (; end < r->nsigns && r->signs[end].kind == SIGN_TERM; end++) {
			const struct query_term *term = &r->query->terms[r->signs[end].term];
			const char *word = term->tokens[0].folded;
			if (term->ntokens != 1 || term->prefix || term->fuzzy || strspn(word, "0123456789") != strlen(word))
				break;
			ndigits += strlen(word);
			years &= strlen(word) == 4 && (word[0] == '1' || word[0] == '2');
		}
		if (end - i < 2 || !is_long_number(ndigits) || years)
			continue;
		struct query_term *first = &r->query->terms[r->signs[i].term];
		struct query_token *tokens = arena_array(r->arena, (size_t)(end - i), sizeof *tokens);
		for (int k = i; k < end; k++)
			tokens[k - i] = r->query->terms[r->signs[k].term].tokens[0];
		first->tokens = tokens;
		first->ntokens = end - i;
		first->digits = digits_of(r->arena, first);
		first->key = first->digits;
		int gone = end - i - 1, at = r->signs[i].term; /* the terms stand side by side as the signs do */
		memmove(&r->query->terms[at + 1], &r->query->terms[at + 1 + gone],
			(size_t)(r->query->nterms - at - 1 - gone) * sizeof *r->query->terms);
		r->query->nterms -= gone;
		memmove(&r->signs[i + 1], &r->signs[end], (size_t)(r->nsigns - end) * sizeof *r->signs);
		r->nsigns -= gone;
		for (int k = i + 1; k < r->nsigns; k++)
			if (r->signs[k].kind == SIGN_TERM)
				r->signs[k].term -= gone;
	}
}

/* --- fields --------------------------------------------------------------------------------------------------------------- */

/* Where the value at text ends at the latest: at the next field, an operator, a quote, a parenthesis, a comma or ';'. */
static int value_room(struct reading *r, const char *text)
{
	enum query_field_kind kind;
	const char *after;
	size_t end = strcspn(text, "\"(),;\n");
	for (size_t at = 0; at < end;) {
		size_t n = strcspn(text + at, " ");
		if (at + n > end)
			n = end - at;
		if (at && (query_field_begins(text + at, &kind, &after, r->arena) ||
			   operator_of(r, arena_strndup(r->arena, text + at, n)) != SIGN_TERM)) {
			end = at;
			break;
		}
		at += n;
		while (text[at] == ' ')
			at++;
	}
	while (end && text[end - 1] == ' ')
		end--;
	return (int)end;
}

/* Takes the field that begins at text; gives how much of the text it is, 0 when none begins there. */
static size_t field_take(struct reading *r, const char *text)
{
	enum query_field_kind kind;
	const char *value, *note = NULL, *from;
	size_t length;
	if (r->query->nfields == QUERY_FIELDS_MAX || !query_field_begins(text, &kind, &value, r->arena))
		return 0;
	value += strspn(value, " ");
	from = value;
	if (*value == '"') {
		from = value + 1;
		length = strcspn(from, "\"");
		value = from + length + (from[length] == '"');
	} else {
		length = (size_t)query_field_extent(kind, value, value_room(r, value), r->schemas, r->arena);
		value += length;
	}
	struct query_field field = { .kind = kind, .typed = arena_strndup(r->arena, text, (size_t)(value - text)) };
	if (!query_field_set(&field, arena_strndup(r->arena, from, length), r->schemas, &note, r->arena)) {
		note_add(r, note);
		return (size_t)(value - text);
	}
	*(struct query_field *)arena_push(r->arena, &r->query->fields, &r->query->nfields, sizeof field) = field;
	sign_add(r, SIGN_FIELD, 0, r->query->nfields - 1);
	return (size_t)(value - text);
}

/* --- cutting -------------------------------------------------------------------------------------------------------------- */

static bool is_bound(uint32_t c)
{
	return c == 0 || is_white(c) || is_quote(c) || c == '*' || c == '~' || c == '(' || c == ')';
}

/* One word from text on, with what touches it behind; gives its length. */
static size_t word_take(struct reading *r, const char *text)
{
	const char *end = text, *p = text;
	while (*p) {
		uint32_t c = text_next(&p);
		if (is_bound(c))
			break;
		end = p;
	}
	if (end == text)
		text_next(&end);
	else
		word_add(r, arena_strndup(r->arena, text, (size_t)(end - text)), *end == '*', *end == '~');
	return (size_t)(end - text);
}

static size_t quoted_take(struct reading *r, const char *text)
{
	const char *start = text, *end, *p;
	text_next(&start);
	for (p = end = start; *p; end = p)
		if (is_quote(text_next(&p)))
			break;
	if (end > start) {
		int term = term_add(r, arena_strndup(r->arena, start, (size_t)(end - start)), *end && *p == '*', false);
		if (term >= 0)
			sign_add(r, SIGN_TERM, term, 0);
	}
	return (size_t)((*end ? p : end) - text);
}

static void signs_cut(struct reading *r, const char *text)
{
	bool begins = true; /* a word may begin here, and with it a field */
	while (*text) {
		const char *next = text;
		uint32_t c = text_next(&next);
		size_t n = begins && !is_bound(c) ? field_take(r, text) : 0;
		if (n) {
			text += n;
			continue;
		}
		begins = is_bound(c) && c != '*' && c != '~';
		if (is_quote(c))
			text += quoted_take(r, text);
		else if (c == '(' || c == ')')
			sign_add(r, c == '(' ? SIGN_OPEN : SIGN_CLOSE, 0, 0), text = next;
		else if (is_bound(c))
			text = next;
		else
			text += word_take(r, text);
		begins |= *text && is_bound((unsigned char)text[0]);
	}
	sign_add(r, SIGN_END, 0, 0);
}

/* --- the tree ------------------------------------------------------------------------------------------------------------- */

static bool any_take(struct reading *r, struct query_node *node);

static void part_add(struct reading *r, struct query_node *node, const struct query_node *part)
{
	*(struct query_node *)arena_push(r->arena, &node->parts, &node->nparts, sizeof *part) = *part;
}

/* What NOT, parentheses and words stand for; false where nothing did. A field belongs to the whole query. */
static bool part_take(struct reading *r, struct query_node *node)
{
	struct sign sign = r->signs[r->at];
	bool negated = false;
	for (; sign.kind == SIGN_NOT; sign = r->signs[r->at]) {
		negated = !negated;
		r->at++;
	}
	memset(node, 0, sizeof *node);
	node->negated = negated;
	if (sign.kind == SIGN_TERM) {
		r->at++;
		node->kind = QUERY_TERM;
		node->term = sign.term;
		return true;
	}
	if (sign.kind == SIGN_FIELD) {
		r->at++;
		r->query->fields[sign.field].negated = negated;
		return false;
	}
	if (sign.kind != SIGN_OPEN)
		return false;
	r->at++;
	if (r->depth >= DEPTH_MAX)
		return false;
	r->depth++;
	bool found = any_take(r, node);
	node->negated = negated;
	r->depth--;
	if (r->signs[r->at].kind == SIGN_CLOSE)
		r->at++;
	return found;
}

static bool all_take(struct reading *r, struct query_node *node)
{
	*node = (struct query_node){ .kind = QUERY_ALL };
	for (;;) {
		struct query_node part;
		enum sign_kind kind = r->signs[r->at].kind;
		if (kind == SIGN_END || kind == SIGN_OR || (kind == SIGN_CLOSE && r->depth))
			break;
		if (kind == SIGN_AND || kind == SIGN_CLOSE) { /* a ')' too many parts words */
			r->at++;
			continue;
		}
		if (part_take(r, &part))
			part_add(r, node, &part);
	}
	return node->nparts > 0;
}

static bool any_take(struct reading *r, struct query_node *node)
{
	*node = (struct query_node){ .kind = QUERY_ANY };
	for (;;) {
		struct query_node part;
		if (all_take(r, &part))
			part_add(r, node, &part);
		if (r->signs[r->at].kind != SIGN_OR)
			break;
		r->at++;
	}
	return node->nparts > 0;
}

/* Whether a page can be asked for by this node: some word must stand on it. Parts of "either" that only say what must be missing go. */
static bool can_be_asked(struct reading *r, struct query_node *node)
{
	if (node->kind == QUERY_TERM)
		return true;
	int n = 0, wanted = 0, firm = 0;
	for (int i = 0; i < node->nparts; i++) {
		struct query_node *part = &node->parts[i];
		if (!can_be_asked(r, part))
			continue;
		wanted += !part->negated;
		firm += !part->negated && !(part->kind == QUERY_TERM && r->query->terms[part->term].soft);
		node->parts[n++] = *part;
	}
	node->nparts = n;
	for (int i = 0; i < n && wanted && !firm; i++) /* nothing but "và" */
		if (node->parts[i].kind == QUERY_TERM)
			r->query->terms[node->parts[i].term].soft = false;
	return wanted > 0;
}

static void mark_missing(struct query *query, const struct query_node *node, bool negated)
{
	if (node->kind == QUERY_TERM)
		query->terms[node->term].negated = negated != node->negated;
	for (int i = 0; i < node->nparts; i++)
		mark_missing(query, &node->parts[i], negated != node->negated);
}

static void tree_make(struct reading *r)
{
	struct query *query = r->query;
	struct query_node *node = arena_alloc(r->arena, sizeof *node);
	bool some = any_take(r, node);
	query->plain = true;
	for (int i = 0; i < r->nsigns; i++)
		query->plain &= r->signs[i].kind == SIGN_TERM || r->signs[i].kind == SIGN_FIELD || r->signs[i].kind == SIGN_END;
	if (!some)
		return;
	mark_missing(query, node, false);
	if (can_be_asked(r, node))
		query->tree = node;
	else
		note_add(r, _("A query must say what to look for, not only what must be missing; write a word before NOT."));
}

static bool has_small_letter(struct arena *arena, const char *text)
{
	return strcmp(text, text_upper(arena, text)) != 0;
}

void query_parse(struct query *query, const char *text, const struct schemas *schemas, struct arena *arena)
{
	*query = (struct query){ 0 };
	size_t size = strnlen(text, QUERY_BYTES_MAX + 1);
	query->cut = size > QUERY_BYTES_MAX;
	text = numbers_join(arena, text_nfc(arena, arena_strndup(arena, text, query->cut ? QUERY_BYTES_MAX : size)));
	struct reading reading = { .query = query, .schemas = schemas, .arena = arena, .capitals = !has_small_letter(arena, text) };
	signs_cut(&reading, text);
	numbers_group(&reading);
	tree_make(&reading);
	bool single = query->plain && query->nfields == 0;
	for (int i = 0; i < query->nterms; i++)
		single &= query->terms[i].ntokens == 1 && !query->terms[i].prefix && !query->terms[i].fuzzy;
	query->key = query->plain && query->nfields == 0 ? number_key(arena, text) : NULL;
	query->name = single && query->nterms > 1 ? key_name(arena, text) : NULL;
}

/* --- words for the index -------------------------------------------------------------------------------------------------- */

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

/* The words of a phrase, by their pairs where each is among the most frequent ones: their lists are long. */
static void folded_phrase(struct arena *arena, struct texts_node *any, const char **words, const struct query_term *term)
{
	int n = term->prefix ? 0 : term->ntokens;
	const char **pairs = arena_array(arena, (size_t)term->ntokens, sizeof *pairs);
	bool common = n > 1;
	for (int i = 0; i + 1 < n && common; i++)
		common = (pairs[i] = terms_pair(arena, words[i], words[i + 1])) != NULL;
	if (common)
		phrase_add(arena, any, pairs, n - 1, false, term->worth);
	else
		phrase_add(arena, any, words, term->ntokens, term->prefix, term->worth);
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

/* The first word of the term so many times on the page; of a prefix the most frequent words that begin so. */
static struct texts_node often_node(const struct query_term *term, int often, struct arena *arena)
{
	struct texts_node any = { .kind = TEXTS_ANY };
	bool open = term->prefix && term->ntokens == 1;
	for (int k = 0; k < (open ? term->nwords : 1) && k < OFTEN_WORDS_MAX; k++)
		word_phrase(arena, &any, arena_printf(arena, "%c%c%s", TOKENS_OFTEN, 'a' + often, open ? term->words[k] : term->tokens[0].folded), 0);
	return any;
}

/* The term, and in the forms that often asks for: its first word so many times on the page. */
static struct texts_node term_node(const struct query *query, int number, enum query_form form, int often, struct arena *arena)
{
	const struct query_term *term = &query->terms[number];
	struct texts_node any = { .kind = TEXTS_ANY };
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
	*node_add(arena, &all) = often_node(term, often, arena);
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

/* Without the words that may be missing; what must be missing hangs on `but`. */
static struct texts_node all_node(const struct query *query, const struct query_node *node, enum query_form form, int often,
				  struct arena *arena)
{
	struct texts_node all = { .kind = TEXTS_ALL }, but = { .kind = TEXTS_ANY };
	for (int i = 0; i < node->nparts; i++) {
		const struct query_node *part = &node->parts[i];
		if (part->kind == QUERY_TERM && query->terms[part->term].soft)
			continue;
		struct texts_node made = tree_node(query, part, part->negated ? QUERY_FOLDED : form, decides(query, node, i) ? often : -1, arena);
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
	for (int i = 0; i < n; i++)
		for (int k = i + 1; k < n; k++) {
			struct texts_node *both = node_add(arena, &any);
			*both = (struct texts_node){ .kind = TEXTS_ALL };
			*node_add(arena, both) = term_node(query, terms[i], QUERY_FOLDED, -1, arena);
			*node_add(arena, both) = term_node(query, terms[k], QUERY_FOLDED, -1, arena);
		}
	return with_facts(query, &any, arena);
}
