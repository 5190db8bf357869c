#include "stages/index/tokens.h"

#include <limits.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"

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

char *tokens_fold(struct arena *arena, const char *text)
{
	char *folded = text_fold(arena, text);
	int n;
	struct token *tokens = tokens_cut(arena, folded, &n);
	char *out = arena_alloc(arena, strlen(folded) + 2), *end = out; /* one space behind each token, the last goes */
	for (int i = 0; i < n; i++) {
		memcpy(end, folded + tokens[i].start, (size_t)tokens[i].length);
		end += tokens[i].length;
		*end++ = ' ';
	}
	end[n ? -1 : 0] = '\0';
	return out;
}
