#include "stages/index/spelling.h"

#include <string.h>

#include "pipeline/arena.h"

static const struct {
	const char *y, *i;
} y_i[] = { { "y", "i" }, { "ỳ", "ì" }, { "ý", "í" }, { "ỷ", "ỉ" }, { "ỹ", "ĩ" }, { "ỵ", "ị" } };

static size_t onset_of(const char *token)
{
	return token[0] == 'q' && token[1] == 'u' ? 2 : token[0] && strchr("hklmst", token[0]) ? 1 : 0;
}

const char *spelling_of_sound(struct arena *arena, const char *token)
{
	size_t onset = onset_of(token);
	if (!onset)
		return token;
	for (size_t k = 0; k < sizeof y_i / sizeof *y_i; k++)
		if (!strcmp(token + onset, y_i[k].y))
			return arena_printf(arena, "%.*s%s", (int)onset, token, y_i[k].i);
	return token;
}

const char *spelling_other(struct arena *arena, const char *token)
{
	size_t onset = onset_of(token);
	if (!onset || token[onset] == '\0' || token[onset + 1])
		return NULL;
	char vowel = token[onset] == 'y' ? 'i' : token[onset] == 'i' ? 'y' : '\0';
	return vowel ? arena_printf(arena, "%.*s%c", (int)onset, token, vowel) : NULL;
}
