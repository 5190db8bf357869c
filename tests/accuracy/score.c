/*
 * score - how well pages are read, against their true text
 *
 *   score TRUTH OUTPUT_DIRECTORY [TRUTH OUTPUT_DIRECTORY]...
 *
 * TRUTH is a directory of NAME.txt, each compared with OUTPUT_DIRECTORY/NAME.txt; or the truth of a drawn dossier, CODE.json, whose
 * pages are compared with what `sohoa read` writes for its files. Per page, and in total over all characters and words; compare.h says what the
 * figures are. A page without output counts as wholly missed.
 */
#include <stdio.h>

#include "pipeline/arena.h"
#include "tests/accuracy/compare.h"
#include "tests/accuracy/truth.h"

static void print(const char *form, const struct score *s)
{
	printf(form, percent(s->ce, s->cn), percent(s->we, s->wn), percent(s->common, s->wn), percent(s->common, s->hn));
}

static int pages_score(const char *truth, const char *output, struct score *sum)
{
	struct arena *arena = arena_new();
	struct truth_page *pages;
	int n = truth_load(truth, arena, &pages);

	for (int i = 0; i < n; i++) {
		struct arena *scratch = arena_new();
		const char *read = file_text(arena_printf(scratch, "%s/%s.txt", output, pages[i].name), scratch);
		struct score s = text_score(scratch, pages[i].text, read ? read : "");

		printf("%-28s", pages[i].name);
		print(" CER %6.2f%%  WER %6.2f%%  recall %6.2f%%  precision %6.2f%%\n", &s);
		score_add(sum, &s);
		arena_free(scratch);
	}
	arena_free(arena);
	return n;
}

int main(int argc, char **argv)
{
	struct score sum = { 0 };

	if (argc < 3 || argc % 2 == 0) {
		fprintf(stderr, "usage: score TRUTH OUTPUT_DIRECTORY [TRUTH OUTPUT_DIRECTORY]...\n");
		return 2;
	}
	for (int i = 1; i < argc; i += 2)
		if (pages_score(argv[i], argv[i + 1], &sum) < 0) {
			fprintf(stderr, "score: no truth in %s\n", argv[i]);
			return 2;
		}
	printf("TOTAL %ld pages", sum.pages);
	print("  CER %.2f%%  WER %.2f%%  recall %.2f%%  precision %.2f%%\n", &sum);
	return 0;
}
