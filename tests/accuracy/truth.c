#include "tests/accuracy/truth.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"

char *file_text(const char *path, struct arena *arena)
{
	FILE *from = fopen(path, "r");
	char *text = NULL, *kept;
	size_t room = 0;

	if (!from)
		return NULL;
	kept = arena_strdup(arena, getdelim(&text, &room, '\0', from) < 0 ? "" : text);
	free(text);
	fclose(from);
	return kept;
}

static int is_truth(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return e->d_name[0] != '.' && n > 4 && !strcmp(e->d_name + n - 4, ".txt") && (n < 11 || strcmp(e->d_name + n - 11, ".layout.txt"));
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int load_folder(const char *path, struct arena *arena, struct truth_page **pages)
{
	struct dirent **entries;
	int n = scandir(path, &entries, is_truth, by_bytes), npages = 0;

	for (int i = 0; i < n; i++) {
		struct truth_page *page = arena_push(arena, pages, &npages, sizeof *page);

		page->name = arena_strndup(arena, entries[i]->d_name, strlen(entries[i]->d_name) - 4);
		page->file = arena_printf(arena, "%s.png", page->name);
		page->file_page = 1;
		page->text = file_text(arena_printf(arena, "%s/%s", path, entries[i]->d_name), arena);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return npages ? npages : -1;
}

/* How many pages of the dossier come from that file: a file of one page gives NAME.txt. */
static int pages_of(json_t *pages, const char *file)
{
	json_t *page;
	size_t i;
	int n = 0;

	json_array_foreach(pages, i, page) {
		const char *own = json_string_value(json_object_get(page, "file"));

		n += own && !strcmp(own, file);
	}
	return n;
}

static int load_dossier(const char *path, struct arena *arena, struct truth_page **pages)
{
	json_t *root = json_load_file(path, 0, NULL), *list = json_object_get(root, "pages"), *json;
	int npages = 0;
	size_t i;

	json_array_foreach(list, i, json) {
		const char *file = json_string_value(json_object_get(json, "file")), *text = json_string_value(json_object_get(json, "text"));
		const char *dot = file ? strrchr(file, '.') : NULL, *kind = json_string_value(json_object_get(json, "kind"));
		struct truth_page *page;

		if (!file || !text || (kind && !strcmp(kind, "blank")))
			continue;
		page = arena_push(arena, pages, &npages, sizeof *page);
		page->file = arena_strdup(arena, file);
		page->file_page = (int)json_integer_value(json_object_get(json, "page"));
		page->text = arena_strdup(arena, text);
		page->name = arena_strndup(arena, file, dot ? (size_t)(dot - file) : strlen(file));
		if (pages_of(list, file) > 1)
			page->name = arena_printf(arena, "%s-%04d", page->name, page->file_page);
	}
	json_decref(root);
	return npages ? npages : -1;
}

int truth_load(const char *path, struct arena *arena, struct truth_page **pages)
{
	size_t n = strlen(path);

	*pages = NULL;
	return n > 5 && !strcmp(path + n - 5, ".json") ? load_dossier(path, arena, pages) : load_folder(path, arena, pages);
}
