/* spelling.c - words of agencies and positions, put as the law writes them
 *
 * Readers lose marks on capitals ("NHÂN DẬN") and letters under a seal. Where the letters agree with a spelling of the schema but for few, all of
 * it is known. Names of places are left as read: many differ by a mark or a letter alone. */
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/extract/private.h"

#define WORDS_MOST 40

/* Letters that may differ: none in a short word, for PHÒNG and PHƯỜNG are two. */
static int tolerance(size_t letters)
{
	return letters < 6 ? 0 : letters < 12 ? 1 : letters < 20 ? 2 : 3;
}

static int words_of(const char *text)
{
	int n = 0;

	for (const char *p = text; *p; p += *p == ' ')
		if (strcspn(p, " ")) {
			n++;
			p += strcspn(p, " ");
		}
	return n;
}

struct match {
	const char *spelling;
	int words, errors, letters;
};

/* The longest spelling that stands at words[from]; of two, the one with fewer errors. Words may have been joined or parted. */
static struct match match_at(struct paper *paper, const struct schema_list *spellings, char *const *keys, int n, int from)
{
	struct match best = { NULL, 0, 0, 0 };

	for (int k = 0; k < spellings->n; k++) {
		const char *want = text_key(paper->arena, spellings->items[k]);
		int letters = (int)strlen(want), limit = tolerance((size_t)letters), own = words_of(spellings->items[k]);
		char *joined = arena_strdup(paper->arena, "");

		if (*want != *keys[from]) /* BỘ, SỞ: the first letter tells agencies of one field apart */
			continue;
		for (int i = from; i < n && i <= from + own && (int)strlen(joined) <= letters + limit; i++) {
			int errors;

			joined = arena_printf(paper->arena, "%s%s", joined, keys[i]);
			errors = key_distance(joined, want, limit);
			if (errors > limit || (best.spelling && (letters - 3 * errors < best.letters - 3 * best.errors ||
							  (letters - 3 * errors == best.letters - 3 * best.errors && best.words >= i - from + 1))))
				continue;
			best = (struct match){ spellings->items[k], i - from + 1, errors, letters };
		}
	}
	return best;
}

char *spelling_right(struct paper *paper, const struct schema_list *spellings, const char *text, bool *begins, bool *whole, int *known)
{
	char *words[WORDS_MOST], *keys[WORDS_MOST], *save = NULL, *out = NULL;
	int n = 0;

	*begins = *whole = false;
	*known = 0;
	if (words_of(text) > WORDS_MOST)
		return arena_strdup(paper->arena, text);
	for (char *word = strtok_r(arena_strdup(paper->arena, text), " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		words[n] = word;
		keys[n++] = text_key(paper->arena, word);
	}
	*whole = n > 0;
	for (int i = 0; i < n;) {
		struct match found = *keys[i] ? match_at(paper, spellings, keys, n, i) : (struct match){ NULL, 0, 0, 0 };
		const char *put = found.spelling ? found.spelling : words[i];
		/* a comma behind it stays */
		size_t size = found.spelling ? strlen(words[i + found.words - 1]) : 0;
		const char *sign = size && strchr(",;", words[i + found.words - 1][size - 1]) ? words[i + found.words - 1] + size - 1 : "";

		out = arena_printf(paper->arena, "%s%s%s%s", out ? out : "", out ? " " : "", put, sign);
		*begins = *begins || (!i && found.spelling);
		*whole = *whole && (found.spelling || !*keys[i]);
		i += found.spelling ? found.words : 1;
		if (found.spelling)
			*known = (int)strlen(out) + (i < n);
	}
	return out ? out : arena_strdup(paper->arena, "");
}
