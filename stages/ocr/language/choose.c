#include "stages/ocr/language/choose.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/ocr/language/language.h"
#include "stages/ocr/language/ngrams.h"
#include "stages/ocr/net/model.h"
#include "stages/ocr/net/reader.h"
#include "stages/ocr/words.h"

/* ---- over a paragraph ---- */

#define READINGS_MAX 16
#define LETTERS_MAX 2000 /* of a line */

struct way {
	double sum;
	int from; /* reading of the line before */
	struct context context;
};

static double weigh(struct tongue *t, const struct reading *r, struct context *context)
{
	int letters[LETTERS_MAX], n = r->nsymbols < LETTERS_MAX ? r->nsymbols : LETTERS_MAX;

	for (int i = 0; i < n; i++)
		letters[i] = r->symbols[i].letter;
	return tongue_weigh(t, letters, n, context);
}

/* The best way to each reading of a line. */
static void line_ways(struct tongue *t, const struct read_line *line, int n, const struct way *before, int nbefore, struct way *ways)
{
	for (int i = 0; i < n; i++) {
		struct context entered = CONTEXT_NONE, left = CONTEXT_NONE;
		double weight = 0;

		for (int k = 0; k < nbefore; k++) {
			if (!k || before[k].context.a != entered.a || before[k].context.b != entered.b) { /* most lines end alike in all readings */
				entered = left = before[k].context;
				weight = weigh(t, &line->readings[i], &left);
			}
			if (!k || before[k].sum + weight > ways[i].sum)
				ways[i] = (struct way){ before[k].sum + weight, k, left };
		}
		ways[i].sum += line->readings[i].net;
	}
}

static void paragraph_choose(struct tongue *t, struct read_line *lines, int n)
{
	struct way (*ways)[READINGS_MAX] = mem_alloc((size_t)n * sizeof *ways), start = { 0, 0, tongue_edge(t) };
	const struct way *before = &start;
	int nbefore = 1, best = 0;

	for (int i = 0; i < n; i++) {
		int nreadings = lines[i].nreadings < READINGS_MAX ? lines[i].nreadings : READINGS_MAX;

		if (!nreadings)
			continue;
		line_ways(t, &lines[i], nreadings, before, nbefore, ways[i]);
		before = ways[i];
		nbefore = nreadings;
	}
	for (int k = 1; k < nbefore; k++)
		if (before[k].sum > before[best].sum)
			best = k;
	for (int i = n - 1; i >= 0; i--) {
		if (!lines[i].nreadings)
			continue;
		lines[i].chosen = best;
		best = ways[i][best].from;
	}
	free(ways);
}

void readings_choose(struct tongue *t, struct read_line *lines, const int *paragraphs, int n)
{
	for (int first = 0, end; first < n; first = end) {
		for (end = first + 1; end < n && paragraphs[end] == paragraphs[first]; end++)
			;
		paragraph_choose(t, lines + first, end - first);
	}
}

/* ---- word by word ---- */

/* The same, digit for digit? */
static bool same_digits(const char *a, const char *b)
{
	for (;;) {
		a += strcspn(a, "0123456789");
		b += strcspn(b, "0123456789");
		if (*a != *b)
			return false;
		if (!*a)
			return true;
		a++;
		b++;
	}
}

/* A number, a code or a notation: digits, or a sign of theirs between letters. */
static bool is_code(const char *word)
{
	bool behind_letter = false;

	for (const char *at = word; *at;) {
		uint32_t c = text_next(&at), next = 0;
		const char *ahead = at;

		if (*ahead)
			next = text_next(&ahead);
		if (text_is_digit(c) || (behind_letter && text_is_letter(next) && strchr("/-&@._", (int)c)))
			return true;
		behind_letter = text_is_letter(c);
	}
	return false;
}

/* The next run of letters at *p, as the tables write it, without what stands before; NULL at the end. */
static char *next_syllable(const char **p, bool *capitals, struct arena *arena)
{
	const char *from, *to;
	uint32_t c = 0;
	int uppers = 0, n = 0;

	for (from = to = *p; *to; from = to) {
		c = text_next(&to);
		if (text_is_letter(c))
			break;
	}
	if (!*from)
		return NULL;
	for (to = *p = from; *to; *p = to) {
		c = text_next(&to);
		if (!text_is_letter(c))
			break;
		uppers += text_is_upper(c);
		n++;
	}
	if (text_is_letter(c))
		*p = to;
	*capitals = uppers == n && n > 1;
	return text_canonical(arena, text_lower(arena, arena_strndup(arena, from, (size_t)(*p - from))));
}

/* Runs of letters that hold no vowel, or stand in the tables as an abbreviation: UBND, TMĐT, QLDA; and Roman numbers. */
static bool is_abbreviation(const struct ngrams *g, const char *syllable)
{
	int word = ngrams_find(g, syllable);

	if (!syllable[strspn(syllable, "ivxlcdm")])
		return true;
	return word >= 0 ? (g->flags[word] & NGRAMS_SHORT) && !(g->flags[word] & NGRAMS_VALID) : false;
}

static bool holds_abbreviation(const struct ngrams *g, const char *text, struct arena *arena)
{
	bool capitals;

	for (char *s; (s = next_syllable(&text, &capitals, arena));)
		if (capitals && is_abbreviation(g, s))
			return true;
	return false;
}

/* A word of the tables that is a syllable; the points of a list, single consonants, stand there as well. */
static bool is_syllable(const struct ngrams *g, int word, const char *text)
{
	return (g->flags[word] & NGRAMS_VALID) && (text[1] || strchr("aeiouy", *text));
}

/* Every run of letters is a word of the tables, and no abbreviation; all_syllables: and each is a syllable of Vietnamese. */
static bool is_known(const struct ngrams *g, const char *text, bool all_syllables, struct arena *arena)
{
	bool capitals;

	for (char *s; (s = next_syllable(&text, &capitals, arena));) {
		int word = ngrams_find(g, s);

		if (word < 0 || (capitals && !(g->flags[word] & NGRAMS_VALID)) || (all_syllables && !is_syllable(g, word, s)))
			return false;
	}
	return true;
}

/* Letters alone, in order; the rest is left out. */
static char *letters_of(const char *text, struct arena *arena)
{
	char *out = arena_alloc(arena, strlen(text) + 1), *end = out;

	while (*text) {
		const char *from = text;

		if (text_is_letter(text_next(&text))) {
			memcpy(end, from, (size_t)(text - from));
			end += text - from;
		}
	}
	return out;
}

/* Spaces between two letters. */
static int spaces_within(const char *text)
{
	uint32_t before = 0;
	int n = 0;

	while (*text) {
		uint32_t c = text_next(&text);
		const char *ahead = text;

		n += c == ' ' && text_is_letter(before) && *ahead && text_is_letter(text_next(&ahead));
		before = c;
	}
	return n;
}

/* A capital behind a small letter: no word is written so. */
static bool odd_case(const char *text)
{
	uint32_t before = 0;

	while (*text) {
		uint32_t c = text_next(&text);

		if (text_is_upper(c) && text_is_letter(before) && !text_is_upper(before))
			return true;
		before = c;
	}
	return false;
}

bool choice_allowed(const struct ngrams *g, const char *seen, const char *chosen, struct arena *arena)
{
	char *before = letters_of(seen, arena), *after = letters_of(chosen, arena);

	if (is_code(seen) || is_code(chosen) || !same_digits(seen, chosen))
		return false;
	if (!*before || !*after) /* signs for letters, or letters out of signs */
		return false;
	if (!strcmp(before, after) && spaces_within(seen) == spaces_within(chosen)) /* only signs differ: the language knows little of them */
		return false;
	if (strcmp(before, after) && !strcmp(text_lower(arena, before), text_lower(arena, after)) && (!odd_case(seen) || odd_case(chosen)))
		return false; /* large for small: it knows little of that, too */
	if (is_known(g, seen, true, arena) && !is_known(g, chosen, true, arena)) /* "(Ph" for "(Phụ": a syllable is no stump */
		return false;
	return !holds_abbreviation(g, seen, arena) && is_known(g, chosen, false, arena);
}

static bool meet(const struct line_word *a, const struct line_word *b)
{
	return a->first <= b->last && b->first <= a->last;
}

static char *joined(const struct line_word *words, int n, struct arena *arena)
{
	char *text = n ? words[0].text : arena_strdup(arena, "");

	for (int i = 1; i < n; i++)
		text = arena_printf(arena, "%s %s", text, words[i].text);
	return text;
}

static bool all_specks(const struct line_word *words, int n)
{
	for (int i = 0; i < n; i++)
		if (!words[i].speck)
			return false;
	return true;
}

static void add(const struct line_word *words, int n, char *seen, struct arena *arena, struct line_word **to, int *nto)
{
	for (int i = 0; i < n; i++) {
		struct line_word *w = arena_push(arena, to, nto, sizeof *w);

		*w = words[i];
		w->seen = seen;
		w->speck = false; /* the net saw something here, though not this */
	}
}

/* What stands in one place by both. */
static void merge_place(const struct ngrams *g, const struct line_word *chosen, int nchosen, const struct line_word *seen, int nseen, struct arena *arena, struct line_word **to, int *nto)
{
	char *before = joined(seen, nseen, arena), *after = joined(chosen, nchosen, arena);

	if (all_specks(seen, nseen))
		return;
	if (!strcmp(before, after))
		add(chosen, nchosen, NULL, arena, to, nto);
	else if (nchosen && choice_allowed(g, before, after, arena))
		add(chosen, nchosen, before, arena, to, nto);
	else
		for (int i = 0; i < nseen; i++)
			add(seen + i, seen[i].speck ? 0 : 1, NULL, arena, to, nto);
}

int words_merge(const struct ngrams *ngrams, const struct line_word *chosen, int nchosen, const struct line_word *seen, int nseen, struct arena *arena, struct line_word **words)
{
	int n = 0;

	*words = NULL;
	for (int c = 0, s = 0; c < nchosen || s < nseen;) {
		int c0 = c, s0 = s;

		/* begin with the one that comes first, then take in whatever meets what is there */
		if (s == nseen || (c < nchosen && chosen[c].first <= seen[s].first))
			c++;
		else
			s++;
		for (bool grown = true; grown;) {
			grown = false;
			while (c < nchosen && s > s0 && meet(&chosen[c], &seen[s - 1])) {
				c++;
				grown = true;
			}
			while (s < nseen && c > c0 && meet(&seen[s], &chosen[c - 1])) {
				s++;
				grown = true;
			}
		}
		merge_place(ngrams, chosen + c0, c - c0, seen + s0, s - s0, arena, words, &n);
	}
	return n;
}
