#include "pipeline/plain.h"

#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"

bool word_is_plain(const struct word *word)
{
	return word->role != ROLE_STAMP && word->role != ROLE_BANNER && word->role != ROLE_MARGIN;
}

char *page_plain_text(struct arena *arena, const struct page *page)
{
	const struct word *before = NULL;
	size_t size = 1;
	char *text, *at;

	for (int i = 0; i < page->nwords; i++)
		size += strlen(page->words[i].text) + 2;
	at = text = arena_alloc(arena, size);
	for (int i = 0; i < page->nwords; i++) {
		const struct word *w = &page->words[i];
		size_t n = strlen(w->text);

		if (!word_is_plain(w))
			continue;
		if (before && (before->block != w->block || before->paragraph != w->paragraph || before->line != w->line))
			*at++ = '\n';
		else if (before)
			*at++ = ' ';
		if (before && before->block != w->block)
			*at++ = '\n';
		memcpy(at, w->text, n);
		at += n;
		before = w;
	}
	if (before)
		*at++ = '\n';
	*at = '\0';
	return text;
}
