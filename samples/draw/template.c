#include "draw.h"

#include <stdlib.h>
#include <string.h>

/* The text with every {filler} replaced; NULL with a line on stderr for one nobody knows. */
static char *fill(const char *name, const char *text, const struct cast *cast)
{
	char *out = NULL, filler[160], *value;
	size_t size = 0;
	FILE *f = open_memstream(&out, &size);
	const char *end;

	for (; *text; text++) {
		if (*text != '{' || !(end = strchr(text, '}')) || (size_t)(end - text) >= sizeof filler) {
			fputc(*text, f);
			continue;
		}
		snprintf(filler, sizeof filler, "%.*s", (int)(end - text - 1), text + 1);
		value = filler_text(cast, filler);
		if (!value) {
			fprintf(stderr, "draw: %s: no filler {%s}\n", name, filler);
			fclose(f);
			free(out);
			return NULL;
		}
		fputs(value, f);
		free(value);
		text = end;
	}
	fclose(f);
	return out;
}

struct template *template_load(const char *directory, const char *name, const struct cast *cast)
{
	char path[512], *row = NULL, *text;
	size_t size = 0;
	ssize_t got;
	struct template *t = calloc(1, sizeof *t);
	FILE *f;

	snprintf(path, sizeof path, "%s/%s.txt", directory, name);
	snprintf(t->name, sizeof t->name, "%s", name);
	f = fopen(path, "r");
	if (!f) {
		fprintf(stderr, "draw: cannot open %s\n", path);
		free(t);
		return NULL;
	}
	while ((got = getline(&row, &size, f)) > 0) {
		while (got && (row[got - 1] == '\n' || row[got - 1] == ' '))
			row[--got] = 0;
		if (!*row || *row == '#')
			continue;
		text = strchr(row, ' ');
		if (text)
			*text++ = 0;
		t->lines = realloc(t->lines, (size_t)(t->nlines + 1) * sizeof *t->lines);
		t->lines[t->nlines].kind = strdup(row);
		t->lines[t->nlines].text = fill(name, text ? text : "", cast);
		if (!t->lines[t->nlines++].text) {
			template_free(t);
			t = NULL;
			break;
		}
	}
	free(row);
	fclose(f);
	return t;
}

void template_free(struct template *t)
{
	for (int i = 0; t && i < t->nlines; i++) {
		free(t->lines[i].kind);
		free(t->lines[i].text);
	}
	if (t)
		free(t->lines);
	free(t);
}

const char *template_find(const struct template *t, const char *kind)
{
	for (int i = 0; i < t->nlines; i++)
		if (!strcmp(t->lines[i].kind, kind))
			return t->lines[i].text;
	return NULL;
}
