/*
 * fuzz_extract.c - any words at any places through split and extract
 *
 *   clang -fsanitize=fuzzer,address,undefined ... gives a libFuzzer program; built with -DFUZZ_MAIN it reads files instead:
 *   what was found once stays a test.
 *
 * The input is words parted by white space; a byte below 9 in front of a word moves the pen, 0x0B begins a page, 0x0C turns it. No
 * crash, no endless loop; every content page is in one paper, a value stands only in a field that was read.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/config.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/stage.h"
#include "pipeline/text.h"
#include "stages/extract/extract.h"
#include "stages/split/split.h"

#define PAGES_MAX 20
#define WORDS_MAX 4000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct page *new_page(struct dossier *dossier, struct arena *arena)
{
	struct page *page = arena_push(arena, &dossier->pages, &dossier->npages, sizeof *page);

	*page = (struct page){ .number = dossier->npages, .width = 1654, .height = 2339, .dpi = 200 };
	return page;
}

/* The pen: x and y of the next word, its line, its confidence. */
struct pen {
	int x, y, line;
	float confidence;
};

static void move(struct pen *pen, struct page *page, uint8_t byte)
{
	switch (byte) {
	case 1: pen->x = 200; pen->y += 45; pen->line++; break;
	case 2: pen->x = 850; pen->line++; break;
	case 3: pen->x += 300; break;
	case 4: pen->confidence = pen->confidence > 50 ? 20 : 95; break;
	case 5: page->kind = PAGE_BLANK; break;
	case 6: page->secret = true; break;
	case 7: page->skew += 1; break;
	default: pen->y += 300; break;
	}
}

static void fill(struct dossier *dossier, const uint8_t *data, size_t size, struct arena *arena)
{
	struct pen pen = { 200, 150, 1, 95 };
	struct page *page = new_page(dossier, arena);

	for (size_t i = 0; i < size;) {
		size_t n = 0;
		struct word *word;
		char *text;

		if (data[i] == 0x0B && dossier->npages < PAGES_MAX) {
			page = new_page(dossier, arena);
			pen = (struct pen){ 200, 150, 1, 95 };
		} else if (data[i] == 0x0C) {
			page->rotation = (page->rotation + 90) % 360;
		} else if (data[i] < 9) {
			move(&pen, page, data[i]);
		}
		if (data[i] <= ' ') {
			i++;
			continue;
		}
		while (i + n < size && data[i + n] > ' ')
			n++;
		text = text_nfc(arena, arena_strndup(arena, (const char *)data + i, n));
		i += n;
		if (!*text || page->nwords >= WORDS_MAX)
			continue;
		word = arena_push(arena, &page->words, &page->nwords, sizeof *word);
		*word = (struct word){ text, pen.confidence, { pen.x, pen.y, (int)text_length(text) * 15, 32 }, 1, 1, pen.line, ROLE_BODY };
		pen.x += word->box.w + 15;
	}
}

static void check(const struct dossier *dossier)
{
	for (int p = 1; p <= dossier->npages; p++) {
		int in = 0;

		for (int d = 0; d < dossier->ndocuments; d++)
			in += p >= dossier->documents[d].first && p <= dossier->documents[d].last;
		assert(in == 1 || (in == 0 && dossier->pages[p - 1].kind != PAGE_CONTENT));
	}
	for (int d = 0; d < dossier->ndocuments; d++)
		for (int f = 0; f < dossier->documents[d].nfields; f++) {
			const struct field *field = &dossier->documents[d].fields[f];

			assert(!field->value == (field->state != FIELD_READ));
			assert(field->confidence >= 0 && field->confidence <= 100);
			assert(!field->value || text_valid(field->value, strlen(field->value)));
			assert(!field->text || text_valid(field->text, strlen(field->text)));
			assert(field->state == FIELD_ABSENT || (field->page >= 1 && field->page <= dossier->npages));
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void *split, *extract; /* opened once: the schemas are not what is tried here */
	struct arena *arena = arena_new();
	struct dossier dossier = { 0 };
	struct error err = ERROR_INIT;

	if (!split) {
		struct config *config = config_open(NULL, &err);

		split = split_room.open(config, &err);
		extract = extract_room.open(config, &err);
		config_close(config);
		assert(split && extract);
	}
	fill(&dossier, data, size, arena);
	assert(split_room.run(split, &dossier, arena, &err) == 0);
	assert(extract_room.run(extract, &dossier, arena, &err) == 0);
	check(&dossier);
	arena_free(arena);
	return 0;
}

#ifdef FUZZ_MAIN
int main(int argc, char **argv)
{
	static uint8_t data[1 << 20];

	for (int i = 1; i < argc; i++) {
		FILE *file = fopen(argv[i], "rb");
		size_t size;

		if (!file) {
			perror(argv[i]);
			return 1;
		}
		size = fread(data, 1, sizeof data, file);
		fclose(file);
		LLVMFuzzerTestOneInput(data, size);
	}
	return 0;
}
#endif
