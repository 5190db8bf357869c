#include "draw.h"

#include <stdlib.h>
#include <string.h>

/* One variable of a template: `set NAME VALUE`, asked for as {set:NAME}. */
static const char *set_find(const struct template *t, const char *name)
{
	for (int i = t->nlines - 1; i >= 0; i--)
		if (!strcmp(t->lines[i].kind, "set") && !strncmp(t->lines[i].text, name, strlen(name)) && t->lines[i].text[strlen(name)] == ' ')
			return t->lines[i].text + strlen(name) + 1;
	return NULL;
}

/* The text with every {filler} replaced; NULL with a line on stderr for one nobody knows. */
static char *fill(const struct template *t, const char *text, const struct cast *cast)
{
	char *out = NULL, filler[160], *value;
	size_t size = 0;
	FILE *f = open_memstream(&out, &size);
	const char *end, *set;

	for (; *text; text++) {
		if (*text != '{' || !(end = strchr(text, '}')) || (size_t)(end - text) >= sizeof filler) {
			fputc(*text, f);
			continue;
		}
		snprintf(filler, sizeof filler, "%.*s", (int)(end - text - 1), text + 1);
		set = !strncmp(filler, "set:", 4) ? set_find(t, filler + 4) : NULL;
		value = set ? strdup(set) : filler_text(cast, filler);
		if (!value) {
			fprintf(stderr, "draw: %s: no filler {%s}\n", t->name, filler);
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

/* The rows of a file, without comments and empty ones; NULL-terminated, or NULL with a line on stderr. */
static char **rows_read(const char *directory, const char *name)
{
	char path[512], *row = NULL, **rows = calloc(1, sizeof *rows), **grown;
	size_t size = 0;
	ssize_t got;
	int n = 0;
	FILE *f;

	snprintf(path, sizeof path, "%s/%s.txt", directory, name);
	f = fopen(path, "r");
	if (!f) {
		fprintf(stderr, "draw: cannot open %s\n", path);
		free(rows);
		return NULL;
	}
	while ((got = getline(&row, &size, f)) > 0) {
		while (got && (row[got - 1] == '\n' || row[got - 1] == ' '))
			row[--got] = 0;
		if (!*row || *row == '#')
			continue;
		grown = realloc(rows, (size_t)(n + 2) * sizeof *rows);
		if (!grown)
			abort();
		rows = grown;
		rows[n++] = strdup(row);
		rows[n] = NULL;
	}
	free(row);
	fclose(f);
	return rows;
}

static void rows_free(char **rows)
{
	for (int i = 0; rows && rows[i]; i++)
		free(rows[i]);
	free(rows);
}

static int add(struct template *t, const char *row, const struct cast *cast)
{
	const char *text = strchr(row, ' ');
	struct line *line;

	t->lines = realloc(t->lines, (size_t)(t->nlines + 1) * sizeof *t->lines);
	line = &t->lines[t->nlines];
	line->kind = text ? strndup(row, (size_t)(text - row)) : strdup(row);
	line->text = fill(t, text ? text + 1 : "", cast);
	if (!line->text) {
		free(line->kind);
		return -1;
	}
	t->nlines++; /* a subject that is nothing but '~' is none */
	if (!strcmp(line->kind, "subject") && !strcmp(line->text, "~")) {
		free(line->kind);
		free(line->text);
		t->nlines--;
	}
	return 0;
}

/* `pool MIN MAX FILE`: so many different rows of the file as paragraphs. */
static int add_pool(struct template *t, const char *directory, const char *text, const struct cast *cast, struct chance *c)
{
	char name[64];
	char **rows;
	int low, high, n = 0, want, bad = 0;

	if (sscanf(text, "%d %d %63s", &low, &high, name) != 3 || !(rows = rows_read(directory, name)))
		return -1;
	while (rows[n])
		n++;
	want = low + (int)(chance_next(c) % (uint64_t)(high - low + 1));
	for (int left = n; left > 0 && want > 0 && !bad; left--, want--) {
		int k = (int)(chance_next(c) % (uint64_t)left);
		char *row = rows[k];

		bad = add(t, row, cast);
		rows[k] = rows[left - 1];
		rows[left - 1] = row;
	}
	rows_free(rows);
	return bad;
}

/* `alt` ... `alt` ... `end`: one block of several, by chance where the cast varies, else the first. Blocks do not nest. Gives the row of
 * the chosen block's `alt`. */
static int block_choose(char **rows, int first, const struct cast *cast, struct chance *c)
{
	int starts[80] = { first }, n = 0;

	for (int i = first; rows[i] && strcmp(rows[i], "end"); i++)
		if (!strncmp(rows[i], "alt", 3) && n < 80)
			starts[n++] = i;
	return starts[cast->vary && n > 1 ? chance_next(c) % (uint64_t)n : 0];
}

static int add_rows(struct template *t, const char *directory, const char *name, const struct cast *cast, struct chance *c)
{
	char **rows = rows_read(directory, name);
	int bad = rows ? 0 : -1;

	for (int i = 0; !bad && rows[i]; i++) {
		if (!strncmp(rows[i], "use ", 4)) {
			bad = add_rows(t, directory, rows[i] + 4, cast, c);
		} else if (!strncmp(rows[i], "pool ", 5)) {
			bad = add_pool(t, directory, rows[i] + 5, cast, c);
		} else if (!strncmp(rows[i], "alt", 3)) {
			int chosen = block_choose(rows, i, cast, c);

			for (int k = chosen + 1; !bad && rows[k] && strncmp(rows[k], "alt", 3) && strcmp(rows[k], "end"); k++)
				bad = !strncmp(rows[k], "pool ", 5) ? add_pool(t, directory, rows[k] + 5, cast, c) : add(t, rows[k], cast);
			while (rows[i + 1] && strcmp(rows[i], "end"))
				i++;
		} else {
			bad = add(t, rows[i], cast);
		}
	}
	rows_free(rows);
	return bad;
}

struct template *template_load(const char *directory, const char *name, const struct cast *cast)
{
	struct template *t = calloc(1, sizeof *t);
	struct chance c = { hash_text(cast->seed, "blocks") };

	snprintf(t->name, sizeof t->name, "%s", name);
	if (!add_rows(t, directory, name, cast, &c))
		return t;
	template_free(t);
	return NULL;
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
