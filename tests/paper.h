/* Pages of a paper written down in a test: rows of text at places of an A4 sheet at 200 dpi. */
#ifndef TESTS_PAPER_H
#define TESTS_PAPER_H

#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"
#include "pipeline/text.h"

#define SHEET_W 1654
#define SHEET_H 2339
#define LETTER 15 /* width of a letter in pixels */
#define ROW 32    /* height of a word */

struct row {
	int x, y;         /* left edge of the first word, top; x < 0: centred on -x */
	const char *text; /* words parted by blanks; '~' is 60 px of empty paper; "word^40" has confidence 40, "word^~wort" was seen as "wort" */
};

/* Without what says how a word was read. */
static int letters_shown(const char *text)
{
	int n = 0;
	bool shown = true;

	while (*text) {
		uint32_t c = text_next(&text);

		shown = c == ' ' || (shown && c != '^');
		n += shown;
	}
	return n;
}

static void paper_row(struct arena *arena, struct page *page, const struct row *row, int line)
{
	char *copy = arena_strdup(arena, row->text), *save = NULL;
	int x = row->x;

	if (x < 0)
		x = -x - letters_shown(row->text) * LETTER / 2;
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		char *mark = strchr(w, '^');
		struct word *word;
		int width;

		if (!strcmp(w, "~")) {
			x += 60;
			continue;
		}
		word = arena_push(arena, &page->words, &page->nwords, sizeof *word);
		word->confidence = 95;
		if (mark) {
			if (mark[1] == '~') /* the language model chose it */
				word->seen = text_nfc(arena, mark[2] ? mark + 2 : "?");
			else
				word->confidence = (float)atoi(mark + 1);
			*mark = '\0';
		}
		width = (int)text_length(w) * LETTER - 3;
		word->text = text_nfc(arena, w);
		word->box = (struct box){ x, row->y, width, ROW };
		word->block = 1;
		word->paragraph = 1;
		word->line = line + 1;
		x += width + LETTER;
	}
}

/* Rows end with one whose text is NULL. */
static struct page *paper_page(struct arena *arena, struct dossier *dossier, const struct row *rows)
{
	struct page *page = arena_push(arena, &dossier->pages, &dossier->npages, sizeof *page);

	page->number = dossier->npages;
	page->file_page = page->number;
	page->file = arena_strdup(arena, "a.pdf");
	page->width = SHEET_W;
	page->height = SHEET_H;
	page->dpi = 200;
	for (int i = 0; rows && rows[i].text; i++)
		paper_row(arena, page, &rows[i], i);
	return page;
}

#endif
