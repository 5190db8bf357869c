#include "stages/index/snippet.h"

#include <stdint.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/index/query.h"
#include "stages/index/rank.h"
#include "pipeline/tokens.h"

#define CLUSTER 20 /* tokens: about as many as a snippet holds */

/* What has no place in one line of text: controls, line ends, and marks that turn the direction of what follows. */
static bool is_hidden(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x200B || c == 0x200E || c == 0x200F ||
	       (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF || c == 0xFFFD;
}

static bool is_space(uint32_t c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x3000;
}

/* Finds the cluster of places worth showing: most terms, then best answered, then first on the page. Gives its tokens. */
static bool cluster_find(const struct rank *rank, int *first, int *last)
{
	double best = 0;
	for (int i = 0; i < rank->nplaces; i++) {
		uint32_t seen = 0;
		double worth = 0;
		int end = 0;
		for (int k = i; k < rank->nplaces && rank->places[k].first - rank->places[i].first < CLUSTER; k++) {
			const struct rank_place *place = &rank->places[k];
			if (seen >> place->term & 1)
				continue;
			seen |= UINT32_C(1) << place->term;
			worth += 1 + (double)place->quality * place->ntokens;
			end = place->first + place->ntokens - 1;
		}
		if (worth > best) {
			best = worth;
			*first = rank->places[i].first;
			*last = end;
		}
	}
	return best > 0;
}

/* Number of characters of exact[start..end) as they will be shown: white space in front is one, white space at the end none. */
static int shown_length(const char *exact, int start, int end)
{
	int n = 0;
	bool space = false;
	for (const char *p = exact + start; p < exact + end;) {
		uint32_t c = text_next(&p);
		if (is_space(c)) {
			space = true;
		} else if (!is_hidden(c)) {
			n += 1 + space;
			space = false;
		}
	}
	return n;
}

/* The word before `start` (white space goes with it); its start, or -1 at the begin of the page. */
static int word_before(const char *exact, int start)
{
	int i = start;
	while (i > 0 && (exact[i - 1] == ' ' || exact[i - 1] == '\n' || exact[i - 1] == '\t'))
		i--;
	if (i == 0)
		return -1;
	while (i > 0 && exact[i - 1] != ' ' && exact[i - 1] != '\n' && exact[i - 1] != '\t')
		i--;
	return i;
}

static int word_after(const char *exact, int end)
{
	int i = end;
	while (exact[i] == ' ' || exact[i] == '\n' || exact[i] == '\t')
		i++;
	if (!exact[i])
		return -1;
	while (exact[i] && exact[i] != ' ' && exact[i] != '\n' && exact[i] != '\t')
		i++;
	return i;
}

/* Grows [*start, *end) by whole words, the shorter side first, as long as they fit. */
static void grow(const char *exact, int *start, int *end)
{
	int before = 0, after = 0, total = shown_length(exact, *start, *end);
	bool left = true, right = true;
	while (left || right) {
		bool to_left = left && (!right || before <= after);
		int at = to_left ? word_before(exact, *start) : word_after(exact, *end);
		int cost = at < 0 ? 0 : to_left ? shown_length(exact, at, *start) + 1 : shown_length(exact, *end, at);
		if (at < 0 || total + cost > SNIPPET_MAX) {
			*(to_left ? &left : &right) = false;
			continue;
		}
		*(to_left ? start : end) = at;
		*(to_left ? &before : &after) += cost;
		total += cost;
	}
}

struct writer {
	char *out, *end;
	int nchars;
	bool space; /* a space is due before the next character */
};

static void write_character(struct writer *w, uint32_t c)
{
	if (is_space(c) || c == 0x2028 || c == 0x2029) {
		w->space = w->nchars > 0;
		return;
	}
	if (is_hidden(c))
		return;
	if (w->space) {
		*w->end++ = ' ';
		w->nchars++;
		w->space = false;
	}
	w->end += text_put(w->end, c);
	w->nchars++;
}

/* A place is marked from its first to its last token, so that a phrase is one span. Places may overlap. */
static bool *marked_tokens(const struct rank *rank, struct arena *arena)
{
	bool *marked = arena_array(arena, (size_t)rank->ntokens, sizeof *marked);
	for (int i = 0; i < rank->nplaces; i++)
		for (int k = 0; k < rank->places[i].ntokens; k++)
			marked[rank->places[i].first + k] = true;
	return marked;
}

static void spans_write(struct snippet *snippet, struct writer *w, const char *exact, int start, int end, const struct rank *rank,
			struct arena *arena)
{
	const bool *marked = marked_tokens(rank, arena);
	int token = 0;
	const char *p = exact + start;
	while (token < rank->ntokens && rank->tokens[token].start + rank->tokens[token].length <= start)
		token++;
	while (p < exact + end && w->nchars < SNIPPET_MAX) {
		int at = (int)(p - exact);
		while (token < rank->ntokens && rank->tokens[token].start + rank->tokens[token].length <= at)
			token++;
		bool inside = token < rank->ntokens && rank->tokens[token].start <= at && marked[token];
		int before = w->nchars;
		write_character(w, text_next(&p));
		if (!inside || w->nchars == before)
			continue;
		struct snippet_span *span = snippet->nspans ? &snippet->spans[snippet->nspans - 1] : NULL;
		if (!span || at == rank->tokens[token].start || span->start + span->length != w->nchars - 1) {
			span = arena_push(arena, &snippet->spans, &snippet->nspans, sizeof *span);
			span->start = w->nchars - 1;
		}
		span->length = w->nchars - span->start;
	}
}

void snippet_make(struct snippet *snippet, const char *exact, const struct rank *rank, struct arena *arena)
{
	int first = 0, last = 0, start = 0, end = 0;
	*snippet = (struct snippet){ "", NULL, 0, false, false };
	if (cluster_find(rank, &first, &last)) {
		start = rank->tokens[first].start;
		end = rank->tokens[last].start + rank->tokens[last].length;
		if (shown_length(exact, start, end) > SNIPPET_MAX) /* hits far apart: the first one in the middle */
			end = start + rank->tokens[first].length;
		/* from the begin of its printed word to the end of it, if that fits */
		int whole_end = start;
		while (whole_end < end)
			whole_end = word_after(exact, whole_end);
		int whole_start = word_before(exact, start + rank->tokens[first].length);
		if (whole_start >= 0 && whole_start <= start && shown_length(exact, whole_start, whole_end) <= SNIPPET_MAX) {
			start = whole_start;
			end = whole_end;
		}
	}
	grow(exact, &start, &end);
	struct writer w = { NULL, NULL, 0, false };
	w.out = w.end = arena_alloc(arena, (size_t)(end - start) * 2 + 4);
	spans_write(snippet, &w, exact, start, end, rank, arena);
	snippet->more_before = word_before(exact, start) >= 0;
	snippet->more_after = exact + end < exact + strlen(exact) && word_after(exact, end) >= 0;
	*w.end = '\0';
	snippet->text = w.out;
}
