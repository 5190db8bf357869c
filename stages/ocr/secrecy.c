#include "stages/ocr/secrecy.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/image/frame.h"

#define ZONE 0.45 /* share of the page's height, from the top, in which box 10a lies (with a long agency name above it) */

/* The letters of a line, folded, nothing between; false when a letter is small or a digit stands in it. */
static bool capitals(struct arena *arena, const char *line, char *out, size_t size)
{
	size_t n = 0;

	for (const char *p = line; *p;) {
		uint32_t c = text_next(&p);

		if (text_is_digit(c) || (text_is_letter(c) && !text_is_upper(c)))
			return false;
	}
	for (const char *p = text_fold(arena, line); *p; p++)
		if (*p >= 'a' && *p <= 'z' && n + 1 < size)
			out[n++] = *p;
	out[n] = '\0';
	return true;
}

/* One letter may have been misread in the longer forms; MẬT itself is too short for that. */
static bool nearly(const char *a, const char *b, int limit)
{
	int differ = 0;

	if (strlen(a) != strlen(b))
		return false;
	for (; *a; a++, b++)
		differ += *a != *b;
	return differ <= limit;
}

bool secrecy_line(struct arena *arena, const char *line)
{
	char letters[40];

	if (strlen(line) > 60 || !capitals(arena, line, letters, sizeof letters))
		return false;
	return !strcmp(letters, "mat") || nearly(letters, "toimat", 1) || nearly(letters, "tuyetmat", 1) || !strcmp(letters, "domat") ||
	       !strcmp(letters, "domatmat") || nearly(letters, "domattoimat", 1) || nearly(letters, "domattuyetmat", 1);
}

/* In the upper part of the sheet, or of the lower one of two pages on it. */
static bool in_head(const struct page *page, int y, int height)
{
	return y < ZONE * height || (page->stacked && y >= page->gutter && y - page->gutter < ZONE * (height - page->gutter));
}

bool secrecy_find(const struct page *page, struct arena *arena, struct box *box)
{
	int width, height;

	frame_upright_size(page, &width, &height);
	for (int i = 0; i < page->nwords;) {
		struct box around = { 0, 0, 0, 0 };
		char line[64] = "";
		int k = i;
		bool fits = true;

		/* a stretch of one line without a gap wider than three letters: a stamp beside other text is a stretch of its own */
		do {
			const struct word *w = &page->words[k];

			fits = fits && strlen(line) + strlen(w->text) + 2 < sizeof line;
			if (fits) {
				strcat(line, w->text);
				strcat(line, " ");
			}
			around = box_union(around, w->box);
			k++;
		} while (k < page->nwords && page->words[k].line == page->words[i].line && page->words[k].block == page->words[i].block &&
			 page->words[k].paragraph == page->words[i].paragraph &&
			 abs(frame_to_upright(page, page->words[k].box).x - frame_to_upright(page, page->words[k - 1].box).x -
			     frame_to_upright(page, page->words[k - 1].box).w) < 2 * frame_to_upright(page, page->words[k - 1].box).h);
		if (fits && in_head(page, frame_to_upright(page, around).y, height) && secrecy_line(arena, line)) {
			*box = around;
			return true;
		}
		i = k;
	}
	return false;
}

void secrecy_wipe(struct page *page, struct box box, struct arena *arena)
{
	struct mark *mark = arena_alloc(arena, sizeof *mark);

	for (int i = 0; i < page->nwords; i++)
		memset(page->words[i].text, 0, strlen(page->words[i].text));
	if (page->other_text)
		memset(page->other_text, 0, strlen(page->other_text));
	*mark = (struct mark){ MARK_SECRET, box, 100 };
	page->marks = mark;
	page->nmarks = 1;
	page->words = NULL;
	page->codes = NULL;
	page->other_text = NULL;
	page->nwords = page->ncodes = 0;
	page->quality.confidence = -1;
	page->secret = true;
}
