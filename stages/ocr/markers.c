#include "stages/ocr/markers.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"
#include "pipeline/text.h"

#define DOUBTED 95.0F /* a mark said with more is taken as it stands: amended laws quote points out of order */

static const char *const points[] = { "a", "b", "c", "d", "đ", "e", "g", "h", "i", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "x", "y" };
#define POINTS ((int)(sizeof points / sizeof *points))

/* What the net says for a mark, besides the letter itself as a capital or with other accents; met on printed pages. */
static const struct {
	const char *mark, *read;
} alike[] = {
	{ "a", "4" }, { "b", "6" }, { "c", "€" }, { "c", "¢" }, { "d", "đ" }, { "đ", "d" }, { "e", "€" }, { "g", "9" }, { "i", "1" }, { "l", "1" }, { "o", "0" },
	{ "1", "l" }, { "1", "!" }, { "2", "?" }, { "5", "S" }, { "8", "S" }, { "8", "§" }, { "8", "B" },
};

static bool looks_like(const char *read, const char *mark, struct arena *arena)
{
	for (size_t i = 0; i < sizeof alike / sizeof *alike; i++)
		if (!strcmp(alike[i].mark, mark) && !strcmp(alike[i].read, read))
			return true;
	return strcmp(mark, "đ") != 0 && !strcmp(text_fold(arena, read), mark);
}

static int point_index(const char *letter)
{
	for (int i = 0; i < POINTS; i++)
		if (!strcmp(points[i], letter))
			return i;
	return -1;
}

static void put(struct word *word, const char *mark, const char *rest, struct arena *arena)
{
	if (!word->seen)
		word->seen = word->text;
	word->text = arena_printf(arena, "%s%s", mark, rest);
}

/* One sign, then `closing`, then nothing but dots; the sign in the arena, else NULL. */
static char *marker(const char *text, char closing, const char **rest, struct arena *arena)
{
	const char *at = text;

	if (!*at)
		return NULL;
	text_next(&at);
	if (*at != closing || at[1 + strspn(at + 1, ".")])
		return NULL;
	*rest = at;
	return arena_strndup(arena, text, (size_t)(at - text));
}

/* The index of a point in its list; before: that of the point before, or -1. */
static int mend_point(struct word *word, const char *read, const char *rest, int before, struct arena *arena)
{
	int here = point_index(read), next = before + 1;

	if (word->confidence >= DOUBTED || here == next || !here)
		return here >= 0 ? here : before;
	if (next < POINTS && looks_like(read, points[next], arena))
		here = next;
	else if (looks_like(read, points[0], arena))
		here = 0;
	else
		return here >= 0 ? here : before;
	put(word, points[here], rest, arena);
	return here;
}

/* The number of a clause; before: that of the clause before, or 0. */
static int mend_clause(struct word *word, const char *read, const char *rest, int before, struct arena *arena)
{
	char next[2] = { (char)('1' + before), '\0' };

	if (read[0] >= '0' && read[0] <= '9')
		return read[0] - '0';
	if (before < 9 && word->confidence < DOUBTED && looks_like(read, next, arena)) {
		put(word, next, rest, arena);
		return before + 1;
	}
	return before;
}

static void mend_footnote(struct word *word, struct arena *arena)
{
	if (!strcmp(word->text, "!"))
		put(word, "1", "", arena);
	else if (!strcmp(word->text, "?"))
		put(word, "2", "", arena);
}

static bool begins_line(const struct page *page, int i)
{
	const struct word *word = &page->words[i], *before = i ? word - 1 : NULL;

	return !before || before->block != word->block || before->paragraph != word->paragraph || before->line != word->line;
}

static bool reads(const struct page *page, int i, const char *first, const char *second)
{
	return i + 1 < page->nwords && !strcmp(page->words[i].text, first) && !strcmp(page->words[i + 1].text, second);
}

/* The word before a recital ends the recital before it: a comma or colon there is a semicolon. */
static void mend_end(struct word *word, struct arena *arena)
{
	size_t n = strlen(word->text);

	if (word->role == ROLE_BODY && n > 1 && (word->text[n - 1] == ',' || word->text[n - 1] == ':'))
		put(word, arena_strndup(arena, word->text, n - 1), ";", arena);
}

/* From the first recital to the full stop behind the last. */
static void recitals_mend(struct page *page, struct arena *arena)
{
	bool among = false;

	for (int i = 0; i < page->nwords; i++) {
		const char *text = page->words[i].text;

		if (page->words[i].role != ROLE_BODY)
			continue;
		if (begins_line(page, i) && (reads(page, i, "Căn", "cứ") || (among && (reads(page, i, "Theo", "đề") || reads(page, i, "Xét", "đề"))))) {
			if (among && i)
				mend_end(&page->words[i - 1], arena);
			among = true;
		} else if (text[strlen(text) - 1] == '.') {
			among = false;
		}
	}
}

void markers_mend(struct page *page, struct arena *arena)
{
	int point = -1, clause = 0;

	for (int i = 0; i < page->nwords; i++) {
		struct word *word = &page->words[i];
		const char *rest, *read;

		if (!begins_line(page, i))
			continue;
		if (word->role == ROLE_FOOTNOTE)
			mend_footnote(word, arena);
		if (word->role != ROLE_BODY)
			continue;
		if ((read = marker(word->text, ')', &rest, arena)))
			point = mend_point(word, read, rest, point, arena);
		else if ((read = marker(word->text, '.', &rest, arena)))
			clause = mend_clause(word, read, rest, clause, arena);
		else if (word->text[0] >= '1' && word->text[0] <= '9' && word->text[1 + strspn(word->text + 1, "0123456789")] == '.')
			clause = atoi(word->text);
	}
	recitals_mend(page, arena);
}
