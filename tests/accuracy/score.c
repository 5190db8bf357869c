/*
 * score - how well pages are read, against their true text
 *
 *   score TRUTH OUTPUT_DIRECTORY [TRUTH OUTPUT_DIRECTORY]...
 *
 * TRUTH is a directory of NAME.txt, each compared with OUTPUT_DIRECTORY/NAME.txt; or the truth of a drawn dossier, CODE.json, whose
 * pages are compared with what `sohoa read` writes for its files. Per page and in total:
 *   CER, WER   edit distance over characters / words in reading order, white space folded
 *   recall     share of the truth's words found anywhere on the page, whatever the order
 *   precision  share of the output's words that the truth has (stamps and banners, which the truth leaves out, pull it down)
 * Both sides are folded alike first, so that only reading errors count: NFC; one tone placement (oà -> òa, oè -> òe, uỳ -> ùy, not
 * after q); all dashes are '-', all quotes one; runs of four dots or more, of '…' and of '_' are one '…'. A page without output
 * counts as wholly missed.
 */
#include <dirent.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"

struct score {
	long ce, cn, we, wn, common, hn, pages;
};

struct letters {
	int32_t *c;
	size_t n;
};

/* ---- folding ---- */

static bool is_space(int32_t c)
{
	return (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
	       c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

static bool is_tone(int32_t c)
{
	return c == 0x300 || c == 0x301 || c == 0x303 || c == 0x309 || c == 0x323;
}

/* A letter, a number or an underscore; marks are none. */
static bool is_word(int32_t c)
{
	utf8proc_category_t k = utf8proc_category(c);

	return c == '_' || (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO) || (k >= UTF8PROC_CATEGORY_ND && k <= UTF8PROC_CATEGORY_NO);
}

static struct letters letters_of(struct arena *arena, const char *text)
{
	struct letters l = { arena_array(arena, strlen(text) + 1, sizeof *l.c), 0 };

	while (*text)
		l.c[l.n++] = (int32_t)text_next(&text);
	return l;
}

static struct letters decomposed(struct arena *arena, struct letters in)
{
	struct letters out = { arena_array(arena, 20 * in.n + 20, sizeof *out.c), 0 };

	for (size_t i = 0; i < in.n; i++) {
		utf8proc_ssize_t n = utf8proc_decompose_char(in.c[i], out.c + out.n, 20, UTF8PROC_DECOMPOSE, NULL);

		if (n > 0 && n <= 20)
			out.n += (size_t)n;
		else
			out.c[out.n++] = in.c[i];
	}
	/* canonical order of marks: insertion, runs are short */
	for (size_t i = 1; i < out.n; i++)
		for (size_t k = i; k > 0; k--) {
			int a = utf8proc_get_property(out.c[k - 1])->combining_class, b = utf8proc_get_property(out.c[k])->combining_class;
			int32_t c = out.c[k];

			if (!b || a <= b)
				break;
			out.c[k] = out.c[k - 1];
			out.c[k - 1] = c;
		}
	return out;
}

/* Final o + a|e + tone: the tone moves to the o; final u + y + tone: to the u. */
static void move_tone(struct letters l, const char *first, const char *second)
{
	for (size_t i = 0; i + 2 < l.n; i++) {
		int32_t before = i ? l.c[i - 1] : 0, after = i + 3 < l.n ? l.c[i + 3] : 0, tone = l.c[i + 2];

		if (l.c[i] > 127 || l.c[i + 1] > 127 || !strchr(first, l.c[i]) || !strchr(second, l.c[i + 1]) || !is_tone(tone) ||
		    before == 'q' || before == 'Q' || (after >= 0x300 && after <= 0x323) || (after && is_word(after)))
			continue;
		l.c[i + 2] = l.c[i + 1];
		l.c[i + 1] = tone;
		i += 2;
	}
}

static int32_t one_sign(int32_t c)
{
	if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212)
		return '-';
	if (c == 0x201C || c == 0x201D || c == 0x201E || c == 0xAB || c == 0xBB || c == 0x2018 || c == 0x2019 || c == 0x2BC || c == '\'')
		return '"';
	return c;
}

/* How many letters from `at` are a leader: four dots or more, blanks between; any '…'; three '_' or more. */
static size_t leader(struct letters l, size_t at)
{
	size_t i = at, dots = 0;

	while (i < l.n && l.c[i] == '.') {
		i++;
		dots++;
		if (i < l.n && is_space(l.c[i]))
			i++;
	}
	if (dots >= 4)
		return i - at;
	for (i = at; i < l.n && l.c[i] == 0x2026; i++)
		;
	if (i > at)
		return i - at;
	for (; i < l.n && l.c[i] == '_'; i++)
		;
	return i - at >= 3 ? i - at : 0;
}

static struct letters fold(struct arena *arena, const char *text)
{
	struct letters l = decomposed(arena, letters_of(arena, text)), out;
	utf8proc_ssize_t n;

	move_tone(l, "oO", "aeAE");
	move_tone(l, "uU", "yY");
	n = utf8proc_normalize_utf32(l.c, (utf8proc_ssize_t)l.n, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	l.n = n > 0 ? (size_t)n : 0;
	for (size_t i = 0; i < l.n; i++)
		l.c[i] = one_sign(l.c[i]);
	out = (struct letters){ arena_array(arena, l.n + 1, sizeof *out.c), 0 };
	for (size_t i = 0; i < l.n;) {
		size_t skip = leader(l, i);

		if (skip)
			out.c[out.n++] = 0x2026;
		else if (!is_space(l.c[i]))
			out.c[out.n++] = l.c[i];
		else if (out.n && out.c[out.n - 1] != ' ')
			out.c[out.n++] = ' ';
		i += skip ? skip : 1;
	}
	if (out.n && out.c[out.n - 1] == ' ')
		out.n--;
	return out;
}

/* ---- comparing ---- */

static long edits(struct arena *arena, struct letters a, struct letters b)
{
	long *row = arena_array(arena, b.n + 1, sizeof *row);

	for (size_t k = 0; k <= b.n; k++)
		row[k] = (long)k;
	for (size_t i = 1; i <= a.n; i++) {
		long corner = row[0];

		row[0] = (long)i;
		for (size_t k = 1; k <= b.n; k++) {
			long best = corner + (a.c[i - 1] != b.c[k - 1]);

			corner = row[k];
			if (row[k] + 1 < best)
				best = row[k] + 1;
			if (row[k - 1] + 1 < best)
				best = row[k - 1] + 1;
			row[k] = best;
		}
	}
	return row[b.n];
}

struct vocabulary {
	struct letters *words;
	int n;
};

static int32_t number_of(struct arena *arena, struct vocabulary *v, struct letters word)
{
	for (int i = 0; i < v->n; i++)
		if (v->words[i].n == word.n && !memcmp(v->words[i].c, word.c, word.n * sizeof *word.c))
			return i;
	*(struct letters *)arena_push(arena, &v->words, &v->n, sizeof word) = word;
	return v->n - 1;
}

/* A text as the numbers of its words. */
static struct letters words_of(struct arena *arena, struct vocabulary *v, struct letters text)
{
	struct letters out = { arena_array(arena, text.n / 2 + 1, sizeof *out.c), 0 };
	size_t start = 0;

	for (size_t i = 0; i <= text.n; i++)
		if (i == text.n || text.c[i] == ' ') {
			if (i > start)
				out.c[out.n++] = number_of(arena, v, (struct letters){ text.c + start, i - start });
			start = i + 1;
		}
	return out;
}

static long in_common(struct arena *arena, const struct vocabulary *v, struct letters a, struct letters b)
{
	long *left = arena_array(arena, (size_t)v->n + 1, sizeof *left), n = 0;

	for (size_t i = 0; i < a.n; i++)
		left[a.c[i]]++;
	for (size_t i = 0; i < b.n; i++)
		if (left[b.c[i]] > 0) {
			left[b.c[i]]--;
			n++;
		}
	return n;
}

static double percent(long part, long whole)
{
	return 100.0 * (double)part / (double)(whole > 1 ? whole : 1);
}

static void compare(const char *name, const char *truth, const char *output, struct score *sum)
{
	struct arena *arena = arena_new();
	struct vocabulary v = { NULL, 0 };
	struct letters g = fold(arena, truth), h = fold(arena, output), gw = words_of(arena, &v, g), hw = words_of(arena, &v, h);
	struct score s = { edits(arena, g, h), (long)g.n, edits(arena, gw, hw), (long)gw.n, in_common(arena, &v, gw, hw), (long)hw.n, 1 };

	printf("%-28s CER %6.2f%%  WER %6.2f%%  recall %6.2f%%  precision %6.2f%%\n", name, percent(s.ce, s.cn), percent(s.we, s.wn),
	       percent(s.common, s.wn), percent(s.common, s.hn));
	sum->ce += s.ce;
	sum->cn += s.cn;
	sum->we += s.we;
	sum->wn += s.wn;
	sum->common += s.common;
	sum->hn += s.hn;
	sum->pages++;
	arena_free(arena);
}

/* ---- files ---- */

/* The whole file; NULL where it cannot be opened. The caller frees. */
static char *slurp(const char *path)
{
	FILE *from = fopen(path, "r");
	char *text = NULL;
	size_t room = 0;

	if (!from)
		return NULL;
	if (getdelim(&text, &room, '\0', from) < 0) {
		free(text);
		text = calloc(1, 1);
	}
	fclose(from);
	return text;
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

static int directory_score(const char *truth, const char *output, struct score *sum)
{
	struct dirent **entries;
	int n = scandir(truth, &entries, is_truth, by_bytes);

	for (int i = 0; i < n; i++) {
		char path[4096], *want, *got;

		snprintf(path, sizeof path, "%s/%s", truth, entries[i]->d_name);
		want = slurp(path);
		snprintf(path, sizeof path, "%s/%s", output, entries[i]->d_name);
		got = slurp(path);
		entries[i]->d_name[strlen(entries[i]->d_name) - 4] = '\0';
		if (want)
			compare(entries[i]->d_name, want, got ? got : "", sum);
		free(want);
		free(got);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return n > 0 ? 0 : -1;
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

static int dossier_score(const char *truth, const char *output, struct score *sum)
{
	json_t *root = json_load_file(truth, 0, NULL), *pages = json_object_get(root, "pages"), *page;
	int ret = json_array_size(pages) ? 0 : -1;
	size_t i;

	json_array_foreach(pages, i, page) {
		const char *file = json_string_value(json_object_get(page, "file")), *text = json_string_value(json_object_get(page, "text"));
		const char *dot = file ? strrchr(file, '.') : NULL, *kind = json_string_value(json_object_get(page, "kind"));
		char name[256], path[4096], *got;

		if (!file || !text || (kind && !strcmp(kind, "blank")))
			continue;
		snprintf(name, sizeof name, "%.*s", (int)(dot ? dot - file : (long)strlen(file)), file);
		if (pages_of(pages, file) > 1)
			snprintf(name + strlen(name), sizeof name - strlen(name), "-%04d", (int)json_integer_value(json_object_get(page, "page")));
		snprintf(path, sizeof path, "%s/%s.txt", output, name);
		got = slurp(path);
		compare(name, text, got ? got : "", sum);
		free(got);
	}
	json_decref(root);
	return ret;
}

int main(int argc, char **argv)
{
	struct score sum = { 0 };

	if (argc < 3 || argc % 2 == 0) {
		fprintf(stderr, "usage: score TRUTH OUTPUT_DIRECTORY [TRUTH OUTPUT_DIRECTORY]...\n");
		return 2;
	}
	for (int i = 1; i < argc; i += 2) {
		size_t n = strlen(argv[i]);
		bool dossier = n > 5 && !strcmp(argv[i] + n - 5, ".json");

		if ((dossier ? dossier_score : directory_score)(argv[i], argv[i + 1], &sum) < 0) {
			fprintf(stderr, "score: no truth in %s\n", argv[i]);
			return 2;
		}
	}
	printf("TOTAL %ld pages  CER %.2f%%  WER %.2f%%  recall %.2f%%  precision %.2f%%\n", sum.pages, percent(sum.ce, sum.cn),
	       percent(sum.we, sum.wn), percent(sum.common, sum.wn), percent(sum.common, sum.hn));
	return 0;
}
