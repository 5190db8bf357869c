/*
 * fuzz_query.c - any bytes as a query, and as a page
 *
 *   clang -fsanitize=fuzzer,address,undefined ... gives a libFuzzer program; built with -DFUZZ_MAIN it reads files instead:
 *   what was found once stays a test.
 *
 * The input is a query, a line end, and the text of a page. No crash, no endless loop; snippets keep their limits.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/index/query.h"
#include "stages/index/query_words.h"
#include "stages/index/rank.h"
#include "stages/index/snippet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	char *text = arena_strndup(arena, (const char *)data, size), *end = memchr(text, '\n', size);
	struct query query;
	struct rank rank;
	struct snippet snippet;
	if (end)
		*end = '\0';
	const char *page = text_nfc(arena, end ? end + 1 : text);
	query_parse(&query, text, NULL, arena);
	assert(query.nterms <= QUERY_TERMS_MAX && query.ntokens <= QUERY_TOKENS_MAX);
	query_words(&query, QUERY_FOLDED, arena);
	query_words(&query, QUERY_EXACT, arena);
	rank_page(&rank, &query, 0, page, arena);
	snippet_make(&snippet, page, &rank, arena);
	assert(text_length(snippet.text) <= SNIPPET_MAX);
	assert(text_valid(snippet.text, strlen(snippet.text)));
	arena_free(arena);
	return 0;
}

#ifdef FUZZ_MAIN
int main(int argc, char **argv)
{
	static uint8_t data[1 << 20];
	for (int i = 1; i < argc; i++) {
		FILE *file = fopen(argv[i], "rb");
		if (!file) {
			perror(argv[i]);
			return 1;
		}
		size_t size = fread(data, 1, sizeof data, file);
		fclose(file);
		LLVMFuzzerTestOneInput(data, size);
	}
	return 0;
}
#endif
