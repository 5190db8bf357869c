#include "tests/search/drawn_text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"

#define SYLLABLES_MAX 65536
#define LINE_MAX_BYTES 512

struct syllable {
	char *text;
	uint32_t *next, *sum; /* followers, and the running sum of their counts */
	uint32_t nnext, room;
};

struct drawn_text {
	struct syllable *syllables;
	uint32_t n;
	uint32_t *slots; /* by hash of the text; 0 free, else index + 1 */
	char *surnames[512], *given[512];
	int nsurnames, ngiven;
};

uint64_t chance_next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

static uint32_t syllable_find(struct drawn_text *t, const char *text)
{
	uint32_t hash = 2166136261u, slot;
	for (const char *p = text; *p; p++)
		hash = (hash ^ (unsigned char)*p) * 16777619u;
	for (slot = hash % (2 * SYLLABLES_MAX); t->slots[slot]; slot = (slot + 1) % (2 * SYLLABLES_MAX))
		if (!strcmp(t->syllables[t->slots[slot] - 1].text, text))
			return t->slots[slot] - 1;
	if (t->n == SYLLABLES_MAX)
		return 0;
	t->syllables[t->n].text = mem_strdup(text);
	t->slots[slot] = ++t->n;
	return t->n - 1;
}

static void follower_add(struct syllable *s, uint32_t next, uint32_t count)
{
	if (s->nnext == s->room) {
		s->room = s->room ? s->room * 2 : 8;
		s->next = mem_realloc(s->next, s->room * sizeof *s->next);
		s->sum = mem_realloc(s->sum, s->room * sizeof *s->sum);
	}
	s->next[s->nnext] = next;
	s->sum[s->nnext] = count + (s->nnext ? s->sum[s->nnext - 1] : 0);
	s->nnext++;
}

static bool read_pairs(struct drawn_text *t, const char *language)
{
	char command[1024], line[LINE_MAX_BYTES];
	snprintf(command, sizeof command, "xz -dc '%s/bigrams.tsv.xz'", language);
	FILE *in = popen(command, "r");
	syllable_find(t, "<s>");
	while (in && fgets(line, sizeof line, in)) {
		char *save = NULL, *a = strtok_r(line, "\t", &save), *b = strtok_r(NULL, "\t", &save), *n = strtok_r(NULL, "\n", &save);
		if (!a || !b || !n || !strcmp(a, "<unk>") || !strcmp(b, "<unk>"))
			continue;
		uint32_t first = syllable_find(t, a), second = syllable_find(t, b);
		follower_add(&t->syllables[first], second, (uint32_t)strtoul(n, NULL, 10));
	}
	return in && pclose(in) == 0 && t->n > 1000;
}

static void read_names(struct drawn_text *t, const char *language)
{
	char path[1024], line[LINE_MAX_BYTES];
	snprintf(path, sizeof path, "%s/names.tsv", language);
	FILE *in = fopen(path, "re");
	while (in && fgets(line, sizeof line, in)) {
		char *save = NULL, *role = strtok_r(line, "\t", &save), *word = strtok_r(NULL, "\t", &save);
		if (!role || !word)
			continue;
		if (!strcmp(role, "surname") && t->nsurnames < 512)
			t->surnames[t->nsurnames++] = mem_strdup(word);
		else if (strcmp(role, "surname") != 0 && t->ngiven < 512)
			t->given[t->ngiven++] = mem_strdup(word);
	}
	if (in)
		fclose(in);
}

struct drawn_text *drawn_text_open(const char *language)
{
	struct drawn_text *t = mem_alloc(sizeof *t);
	t->syllables = mem_alloc(SYLLABLES_MAX * sizeof *t->syllables);
	t->slots = mem_alloc(2 * SYLLABLES_MAX * sizeof *t->slots);
	read_names(t, language);
	if (read_pairs(t, language) && t->nsurnames && t->ngiven)
		return t;
	fprintf(stderr, "%s: no bigrams.tsv.xz and names.tsv there; give LANGUAGE=DIR\n", language);
	drawn_text_close(t);
	return NULL;
}

void drawn_text_close(struct drawn_text *t)
{
	for (uint32_t i = 0; i < t->n; i++) {
		free(t->syllables[i].text);
		free(t->syllables[i].next);
		free(t->syllables[i].sum);
	}
	for (int i = 0; i < t->nsurnames; i++)
		free(t->surnames[i]);
	for (int i = 0; i < t->ngiven; i++)
		free(t->given[i]);
	free(t->syllables);
	free(t->slots);
	free(t);
}

static uint32_t follower(const struct syllable *s, uint64_t *chance)
{
	if (!s->nnext)
		return 0;
	uint32_t wanted = (uint32_t)(chance_next(chance) % s->sum[s->nnext - 1]), low = 0, high = s->nnext - 1;
	while (low < high) {
		uint32_t middle = (low + high) / 2;
		if (s->sum[middle] > wanted)
			high = middle;
		else
			low = middle + 1;
	}
	return s->next[low];
}

/* One ASCII letter becomes another one. */
static void damage(char *word, uint64_t *chance)
{
	size_t n = strlen(word), at = chance_next(chance) % n;
	if (word[at] >= 'a' && word[at] <= 'z')
		word[at] = (char)('a' + chance_next(chance) % 26);
}

static char *word_write(char *end, const char *syllable, uint64_t *chance)
{
	char word[128];
	if (!strcmp(syllable, "<punct>"))
		return stpcpy(end - (end[-1] == ' '), ", ");
	if (!strcmp(syllable, "<num>"))
		snprintf(word, sizeof word, "%u", (unsigned)(chance_next(chance) % 3000));
	else
		snprintf(word, sizeof word, "%s", syllable);
	if (chance_next(chance) % 100 == 0)
		damage(word, chance);
	return stpcpy(stpcpy(end, word), " ");
}

static void facts_make(const struct drawn_text *t, uint64_t *chance, struct drawn_page *out)
{
	static const char *const places[] = { "Đất Hồng", "Xuyên Sơn", "Châu Hải", "Long Mỹ", "Bình Châu", "Phước Hải", "Hòa Bình", "Tân Thành" };
	snprintf(out->number, sizeof out->number, "%u/QĐ-UBND", (unsigned)(chance_next(chance) % 3000 + 1));
	snprintf(out->name, sizeof out->name, "%s %s %s", t->surnames[chance_next(chance) % (uint64_t)t->nsurnames],
		 t->given[chance_next(chance) % (uint64_t)t->ngiven], t->given[chance_next(chance) % (uint64_t)t->ngiven]);
	snprintf(out->agency, sizeof out->agency, "Ủy ban nhân dân xã %s", places[chance_next(chance) % 8]);
	snprintf(out->day, sizeof out->day, "%04u-%02u-%02u", (unsigned)(2000 + chance_next(chance) % 25), (unsigned)(1 + chance_next(chance) % 12),
		 (unsigned)(1 + chance_next(chance) % 28));
	snprintf(out->id, sizeof out->id, "0%011llu", (unsigned long long)(chance_next(chance) % UINT64_C(100000000000)));
}

void drawn_page_make(const struct drawn_text *t, uint64_t page, struct drawn_page *out)
{
	uint64_t chance = page * UINT64_C(0xD1342543DE82EF95) + 1;
	uint32_t at = 0;
	facts_make(t, &chance, out);
	char *end = out->text + sprintf(out->text, "%s Số: %s Ông %s số %s. ", out->agency, out->number, out->name, out->id);
	for (int words = 0; words < DRAWN_WORDS && end - out->text < (long)sizeof out->text - 256;) {
		at = follower(&t->syllables[at], &chance);
		if (at == 0)
			continue;
		words += strcmp(t->syllables[at].text, "<punct>") != 0;
		end = word_write(end, t->syllables[at].text, &chance);
	}
}
