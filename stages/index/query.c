#include "stages/index/query.h"

#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "pipeline/key.h"
#include "pipeline/text.h"
#include "pipeline/tokens.h"
#include "stages/index/query_field.h"
#include "stages/index/spelling.h"

#define KEY_MIN 3    /* characters: a shorter number is a word like any other */
#define KEY_MAX 100  /* bytes: no number of a paper is longer */
#define DEPTH_MAX 16 /* parentheses in each other; deeper ones part words only */
#define PREFIX_MIN 2 /* letters */

/* --- signs ---------------------------------------------------------------------------------------------------------------- */

static bool is_white(uint32_t c)
{
	return c == ' ' || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
	       c == 0x3000;
}

/* What a copied text brings along unseen: soft hyphens, joiners, marks of direction, the byte order mark (Unicode: Default_Ignorable_Code_Point). */
static bool is_unseen(uint32_t c)
{
	return c == 0xAD || (c >= 0x200C && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
	       (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF;
}

static bool is_quote(uint32_t c)
{
	return c == '"' || (c >= 0x201C && c <= 0x201F) || c == 0xAB || c == 0xBB || c == 0xFF02;
}

static bool is_dash(uint32_t c)
{
	return c == '-' || (c >= 0x2010 && c <= 0x2015);
}

/* NFC, without what is not seen. A control character parts words. */
static char *seen(struct arena *arena, char *text)
{
	for (unsigned char *p = (unsigned char *)text; *p; p++)
		if (*p < ' ' || *p == 0x7F)
			*p = ' ';
	text = text_nfc(arena, text);

	char *out = arena_alloc(arena, strlen(text) + 1), *end = out;
	for (const char *p = text, *at = text; *p; at = p) {
		if (is_unseen(text_next(&p)))
			continue;
		memcpy(end, at, (size_t)(p - at));
		end += p - at;
	}
	*end = '\0';
	return out;
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
	token->other = spelling_other(arena, token->folded);
	token->marked = strcmp(lower, token->folded) != 0;
}

/* --- signs of a query ----------------------------------------------------------------------------------------------------- */

enum sign_kind { SIGN_END, SIGN_TERM, SIGN_AND, SIGN_OR, SIGN_NOT, SIGN_OPEN, SIGN_CLOSE, SIGN_FIELD };

struct sign {
	enum sign_kind kind;
	int term, field; /* SIGN_TERM, SIGN_FIELD */
	bool spoken;     /* SIGN_NOT: KHÔNG, which "CÓ" may follow */
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
	*(struct sign *)arena_push(r->arena, &r->signs, &r->nsigns, sizeof *r->signs) = (struct sign){ kind, term, field, false };
}

/* Each sentence once. */
static void note_add(struct reading *r, const char *note)
{
	for (int i = 0; i < r->query->nnotes; i++)
		if (!strcmp(r->query->notes[i], note))
			return;
	if (r->query->nnotes == QUERY_NOTES_MAX)
		return;
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

/* One word or one quoted phrase; -1 where it holds no token, or would be nearly every word. */
static int term_add(struct reading *r, const char *piece, bool star, bool fuzzy)
{
	struct query *query = r->query;
	struct arena *arena = r->arena;
	int n;
	struct token *cut = tokens_cut(arena, piece, &n);
	if (n == 0)
		return -1;
	/* The star must stand right behind the word. */
	star = star && cut[n - 1].start + cut[n - 1].length == (int)strlen(piece);
	if (star && n == 1 && text_length(piece + cut[0].start) < PREFIX_MIN) {
		note_add(r, arena_printf(arena, _("\"%s*\" would be nearly every word and was left out; write two letters at least in front of the '*'."),
					 piece));
		return -1;
	}
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
	term->prefix = star;
	term->fuzzy = fuzzy && !term->prefix && n == 1;
	term->key = term->prefix ? NULL : number_key(arena, piece);
	term->digits = term->prefix ? NULL : digits_of(arena, term);
	return query->nterms - 1;
}

/* The operator that a word is, SIGN_TERM where it is none. "hoặc" in any case and without marks: whoever looks for the word itself gets its pages too;
 * "and" and "or" are no words of Vietnamese. "và" is a word that may be missing, see soft. "không" is far too common a word to be an operator unless it
 * stands out in capitals. */
static enum sign_kind operator_of(const struct reading *r, const char *word)
{
	const char *lower = text_lower(r->arena, word);
	if (!strcmp(lower, "and") || !strcmp(word, "&&") || !strcmp(word, "&"))
		return SIGN_AND;
	if (!strcmp(lower, "or") || !strcmp(word, "||") || !strcmp(word, "|") || !strcmp(lower, "hoặc") || !strcmp(lower, "hoac"))
		return SIGN_OR;
	if (!strcmp(word, "NOT"))
		return SIGN_NOT;
	if (!r->capitals && (!strcmp(word, "KHÔNG") || !strcmp(word, "KHONG")))
		return SIGN_NOT;
	if (!r->capitals && !strcmp(word, "VÀ"))
		return SIGN_AND;
	return SIGN_TERM;
}

/* "KHÔNG CÓ" is one operator. */
static bool belongs_to_not(const struct reading *r, const char *word)
{
	return r->nsigns && r->signs[r->nsigns - 1].spoken && (!strcmp(word, "CÓ") || !strcmp(word, "CO"));
}

static void word_add(struct reading *r, const char *word, bool star, bool fuzzy)
{
	enum sign_kind kind = star || fuzzy ? SIGN_TERM : operator_of(r, word);
	if (kind != SIGN_TERM) {
		sign_add(r, kind, 0, 0);
		r->signs[r->nsigns - 1].spoken = kind == SIGN_NOT && *word == 'K';
		return;
	}
	if (belongs_to_not(r, word)) {
		r->signs[r->nsigns - 1].spoken = false;
		return;
	}
	int term = term_add(r, word, star, fuzzy);
	if (term < 0)
		return;
	struct query_term *t = &r->query->terms[term];
	t->soft = t->ntokens == 1 && !t->prefix && (!strcmp(t->tokens[0].exact, "và") || !strcmp(t->tokens[0].exact, "va"));
	sign_add(r, SIGN_TERM, term, 0);
}

/* "va" is "và" where no marks were typed at all. */
static void soft_words_settle(struct query *query)
{
	for (int i = 0; i < query->nterms; i++)
		query->terms[i].soft &= !query->marked || query->terms[i].tokens[0].marked;
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

/* How far the text goes before a quote, or one of these signs. */
static size_t until(const char *text, const char *signs)
{
	const char *end = text, *p = text;
	for (; *p; end = p) {
		uint32_t c = text_next(&p);
		if (is_quote(c) || (c < 0x80 && strchr(signs, (int)c)))
			break;
	}
	return (size_t)(end - text);
}

/* Where the value at text ends at the latest: at the next field, an operator, a quote, a parenthesis, a comma or ';'. */
static int value_room(struct reading *r, const char *text)
{
	enum query_field_kind kind;
	const char *after;
	size_t end = until(text, "(),;");
	for (size_t at = 0; at < end;) {
		size_t n = strcspn(text + at, " ");
		if (at + n > end)
			n = end - at;
		if (query_field_begins(text + at, &kind, &after, r->arena) ||
		    (at && operator_of(r, arena_strndup(r->arena, text + at, n)) != SIGN_TERM)) {
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

/* "giờ:12": somebody meant a field that there is none of. Its name is left out; gives how much that is of the text. */
static size_t unknown_take(struct reading *r, const char *text)
{
	const char *like;
	size_t n = query_field_unknown(text, &like, r->arena);
	if (!n)
		return 0;
	note_add(r, like ? arena_printf(r->arena, _("There is no field \"%.*s\"; did you mean %s:? Its value was looked for as words."), (int)n, text, like)
			 : arena_printf(r->arena, _("There is no field \"%.*s\"; its value was looked for as words. Fields are số, ký hiệu, loại, cơ quan, người, cccd, "
						    "nơi, ngày, trước, sau, hồ sơ, lô, trạng thái and hiệu lực."), (int)n, text));
	return n;
}

/* Takes the field that begins at text; gives how much of the text it is, 0 when none begins there. */
static size_t field_take(struct reading *r, const char *text)
{
	enum query_field_kind kind;
	const char *value, *note = NULL, *begin, *from;
	size_t length;
	if (!query_field_begins(text, &kind, &value, r->arena))
		return unknown_take(r, text);
	if (r->query->nfields == QUERY_FIELDS_MAX)
		return 0;
	value += strspn(value, " ");
	begin = from = value;
	if (*value && is_quote(text_next(&from))) {
		length = until(from, "");
		value = from + length;
		if (*value)
			text_next(&value);
	} else {
		from = value;
		length = (size_t)query_field_extent(kind, value, value_room(r, value), r->schemas, r->arena);
		value += length;
	}
	size_t typed = (size_t)(value - text);
	while (text[typed - 1] == ' ')
		typed--;
	struct query_field field = { .kind = kind, .typed = arena_strndup(r->arena, text, typed), .value = (int)(from - r->query->text),
				     .length = (int)length, .name = (int)(from - text) };
	field.open = from == begin && (kind == BY_AGENCY || kind == BY_PERSON || kind == BY_PLACE);
	if (!query_field_set(&field, arena_strndup(r->arena, from, length), r->schemas, &note, r->arena)) {
		note_add(r, note);
		return (size_t)((kind == BY_TYPE ? begin : value) - text);
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

/* A '-' or '!' in front of a word, a phrase or a group, with something before it and white space between: "đất -nhà". */
static bool excludes(const struct reading *r, const char *text)
{
	const char *next = text + 1;
	uint32_t c = *next ? text_next(&next) : 0;
	return r->nsigns && (*text == '-' || *text == '!') && text[-1] == ' ' && (text_is_letter(c) || is_quote(c) || c == '(');
}

static void exclude(struct reading *r, const char *text)
{
	sign_add(r, SIGN_NOT, 0, 0);
	note_add(r, arena_printf(r->arena, _("Pages with \"%.*s\" are left out; a '%c' with a space behind it only parts words."),
				 (int)strcspn(text + 1, " "), text + 1, *text));
}

static void signs_cut(struct reading *r, const char *text)
{
	bool begins = true; /* a word may begin here, and with it a field */
	while (*text) {
		const char *next = text;
		uint32_t c = text_next(&next);
		if (begins && excludes(r, text)) {
			exclude(r, text++);
			continue;
		}
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

static const struct sign *beside(const struct reading *r, int at, int step)
{
	do
		at += step;
	while (at >= 0 && at < r->nsigns - 1 && (r->signs[at].kind == SIGN_OPEN || r->signs[at].kind == SIGN_CLOSE || r->signs[at].kind == SIGN_NOT));
	return at >= 0 ? &r->signs[at] : &r->signs[r->nsigns - 1];
}

/* "đất OR loại:quyết định" cannot be asked: a field belongs to the whole query, only those of one kind are alternatives. */
static void fields_check(struct reading *r)
{
	const struct query_field *fields = r->query->fields;
	for (int i = 0; i < r->nsigns; i++) {
		const struct sign *left = beside(r, i, -1), *right = beside(r, i, 1);
		if (r->signs[i].kind != SIGN_OR || left->kind == SIGN_END || right->kind == SIGN_END)
			continue;
		if (left->kind == SIGN_FIELD && right->kind == SIGN_FIELD && fields[left->field].kind == fields[right->field].kind)
			continue;
		const struct sign *field = left->kind == SIGN_FIELD ? left : right;
		if (field->kind == SIGN_FIELD)
			note_add(r, arena_printf(r->arena, _("OR stands between words, or between two values of one field; %s holds for the whole query."),
						 fields[field->field].typed));
	}
}

static void tree_make(struct reading *r)
{
	struct query *query = r->query;
	struct query_node *node = arena_alloc(r->arena, sizeof *node);
	bool some = any_take(r, node);
	query->plain = true;
	for (int i = 0; i < r->nsigns; i++)
		query->plain &= r->signs[i].kind != SIGN_AND && r->signs[i].kind != SIGN_OR && r->signs[i].kind != SIGN_NOT;
	fields_check(r);
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
	text = numbers_join(arena, seen(arena, arena_strndup(arena, text, query->cut ? QUERY_BYTES_MAX : size)));
	query->text = text;
	struct reading reading = { .query = query, .schemas = schemas, .arena = arena, .capitals = !has_small_letter(arena, text) };
	signs_cut(&reading, text);
	soft_words_settle(query);
	numbers_group(&reading);
	tree_make(&reading);
	bool single = query->plain && query->nfields == 0;
	for (int i = 0; i < query->nterms; i++)
		single &= query->terms[i].ntokens == 1 && !query->terms[i].prefix && !query->terms[i].fuzzy;
	query->key = query->plain && query->nfields == 0 ? number_key(arena, text) : NULL;
	query->name = single && query->nterms > 1 ? key_name(arena, text) : NULL;
}
