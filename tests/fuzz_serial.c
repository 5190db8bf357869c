/*
 * fuzz_serial.c - any bytes as the text form that a worker hands over
 *
 * The first byte chooses: even, a page; odd, the papers of a dossier of nine pages. What is taken must be saved, loaded and saved again as
 * the same bytes: a form that changes on its way would break recipes and hashes.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/serial.h"

#define PAGES 9

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(const char *a, size_t a_size, const char *b, size_t b_size)
{
	assert(a && b && a_size == b_size && !memcmp(a, b, a_size));
}

static void page(const char *text, size_t size, struct arena *arena)
{
	struct page first = { .number = 1, .file_page = 1 }, second = { .number = 1, .file_page = 1 };
	struct error err = ERROR_INIT;
	size_t a_size, b_size;
	char *a, *b;

	if (page_load(&first, text, size, arena, &err) < 0)
		return;
	a = page_save(&first, &a_size);
	assert(a && page_load(&second, a, a_size, arena, &err) == 0);
	b = page_save(&second, &b_size);
	same(a, a_size, b, b_size);
	free(a);
	free(b);
}

static void papers(const char *text, size_t size, struct arena *arena)
{
	struct dossier first = { .npages = PAGES }, second = { .npages = PAGES };
	struct error err = ERROR_INIT;
	size_t a_size, b_size;
	char *a, *b;

	first.pages = second.pages = arena_array(arena, PAGES, sizeof *first.pages);
	if (papers_load(&first, text, size, arena, &err) < 0)
		return;
	a = papers_save(&first, &a_size);
	assert(a && papers_load(&second, a, a_size, arena, &err) == 0);
	b = papers_save(&second, &b_size);
	same(a, a_size, b, b_size);
	free(a);
	free(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();

	if (size)
		(data[0] % 2 ? papers : page)((const char *)data + 1, size - 1, arena);
	arena_free(arena);
	return 0;
}
