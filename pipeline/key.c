#include "pipeline/key.h"

#include <stdbool.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"

static bool is_dash(uint32_t c)
{
	return (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFF0D;
}

static bool is_space(uint32_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) || c == 0x202F || c == 0x3000;
}

char *key_number(struct arena *arena, const char *value)
{
	char *folded = text_upper(arena, text_fold(arena, value));
	char *out = arena_alloc(arena, strlen(folded) + 1), *end = out;
	bool letters = false;
	for (const char *p = folded; *p;) {
		uint32_t c = text_next(&p);
		if (is_space(c) || c == '.')
			continue;
		letters |= text_is_letter(c);
		end += text_put(end, is_dash(c) ? '-' : c);
	}
	*end = '\0';
	if (letters)
		while (out[0] == '0' && text_is_digit((unsigned char)out[1]))
			out++;
	return out;
}

char *key_name(struct arena *arena, const char *value)
{
	char *folded = text_fold(arena, value);
	char *out = arena_alloc(arena, strlen(folded) + 1), *end = out;
	for (const char *p = folded; *p;) {
		uint32_t c = text_next(&p);
		if (!is_space(c))
			end += text_put(end, c);
		else if (end > out && end[-1] != ' ')
			*end++ = ' ';
	}
	while (end > out && end[-1] == ' ')
		end--;
	*end = '\0';
	return out;
}

bool key_names_papers(const char *name)
{
	static const char *const names[] = { KEY_CITATIONS, NULL };

	for (int i = 0; names[i]; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static bool ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);
	return n >= m && !strcmp(name + n - m, end);
}

char *key_field(struct arena *arena, const char *name, const char *value)
{
	if (!value)
		return NULL;
	bool number = !strcmp(name, "number") || key_names_papers(name) || ends_in(name, "_id") || ends_in(name, "_number") ||
		      ends_in(name, "_code");
	/* A field of several values (both spouses) has a key of several lines. */
	char *key = arena_strdup(arena, "");
	for (const char *line = value, *end; *line; line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		char *one = arena_strndup(arena, line, (size_t)(end - line));
		one = number ? key_number(arena, one) : key_name(arena, one);
		if (*one)
			key = arena_printf(arena, *key ? "%s\n%s" : "%s%s", key, one);
	}
	return *key ? key : NULL;
}
