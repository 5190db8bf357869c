#include "tests/accuracy/plain.h"

#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"

char *text_plain(struct arena *arena, const char *text)
{
	char *out, *to;

	if (!text)
		return NULL;
	text = text_canonical(arena, text_nfc(arena, text));
	out = to = arena_alloc(arena, 4 * strlen(text) + 1);
	while (*text) {
		uint32_t c = text_next(&text);

		if (c == ' ' || c == '\t' || c == '\n' || c == 0xA0) {
			if (to > out && to[-1] != ' ')
				*to++ = ' ';
		} else if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212) {
			*to++ = '-';
		} else {
			to += text_put(to, c);
		}
	}
	while (to > out && to[-1] == ' ')
		to--;
	*to = '\0';
	return out;
}
