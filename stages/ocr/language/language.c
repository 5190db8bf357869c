#include "stages/ocr/language/language.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/ocr/language/ngrams.h"
#include "stages/ocr/net/model.h"

/* Nats. Chosen on drawn pages and the printed pages of the evaluation (docs/reader.md): anything within a third of them reads as well. */
#define LETTER_COST 2.5 /* of each letter of a syllable the tables do not have */
#define SYLLABLE_MAX 7  /* letters of the longest syllable, nghiêng */
#define JOINED_COST 3.0 /* ... and of each letter beyond it more: else one strange word would swallow its neighbours */
#define SIGN_COST 1.0   /* of each further sign in a row of signs */
#define CASE_COST 4.0   /* of a capital behind a small letter, and of a small one behind two capitals */

/* Shares. */
#define RARE_SIGN 0.01F    /* what a sign counts that Vietnamese papers hardly print: "§" is an 8, "©" a c, "€" an e */
#define RARE_LETTER 0.002F /* ... a letter that is not Vietnamese */
#define CONFUSED 3e-3F     /* a letter with another mark, where the net is sure: one mark of a circumflex, breve or horn letter */
#define CONFUSED_MORE 2e-4F /* two marks, or the tone of a plain letter */

#define BYTES_MAX 40 /* of a syllable; the longest in the tables has 21 letters */

enum kind { SPACE, LETTERS, NUMBER, NUMBER_SIGN, SIGN }; /* NUMBER_SIGN: a sign that belongs to the number if a digit follows */

struct spelt { /* a letter of the model */
	enum kind kind;
	char lower[8];
	unsigned char size;
	bool upper;
	bool joins; /* a sign that may stand inside a number */
};

struct state {
	int a, b;          /* tokens before the one in hand */
	enum kind kind;    /* of the token in hand */
	int low, high;     /* syllables that begin with its letters */
	unsigned char bytes, letters, uppers;
	bool odd;          /* capitals where none should be */
	char text[BYTES_MAX];
};

struct tongue {
	const struct ngrams *ngrams;
	struct spelt *letters;
	struct language language;
	float *priors;
	struct confusion *confusions;
	int *confusion_at;
	struct arena *scratch;
	struct state *states;
	int nstates, room;
};

static int state_new(struct tongue *t)
{
	if (t->nstates == t->room) {
		t->room = t->room ? 2 * t->room : 1024;
		t->states = mem_realloc(t->states, (size_t)t->room * sizeof *t->states);
	}
	return t->nstates++;
}

static void push(struct state *s, int token)
{
	s->a = s->b;
	s->b = token;
}

/* A syllable is whole. */
static double syllable(struct tongue *t, struct state *s)
{
	const struct ngrams *g = t->ngrams;
	int word = -1;
	double ln;

	s->text[s->bytes] = '\0';
	if (s->low < s->high && !strcmp(ngrams_text(g, s->low), s->text)) { /* the shortest of those that begin so comes first */
		word = s->low;
	} else if (s->bytes > 2) {
		const char *other = text_canonical(t->scratch, s->text);

		if (strcmp(other, s->text) != 0)
			word = ngrams_find(g, other);
	}
	ln = (double)ngrams_ln(g, s->a, s->b, word >= 0 ? word : g->unknown);
	if (word < 0)
		ln -= LETTER_COST * s->letters + (s->letters > SYLLABLE_MAX ? JOINED_COST * (s->letters - SYLLABLE_MAX) : 0);
	if (s->odd && (word < 0 || !(g->flags[word] & NGRAMS_SHORT)))
		ln -= CASE_COST;
	push(s, word >= 0 ? word : g->unknown);
	return ln;
}

/* The token in hand is whole; what is known behind it. */
static double finish(struct tongue *t, struct state *s)
{
	double ln = 0;

	if (s->kind == LETTERS) {
		ln = syllable(t, s);
	} else if (s->kind == NUMBER_SIGN) {
		ln = (double)ngrams_ln(t->ngrams, s->a, s->b, t->ngrams->punct);
		push(s, t->ngrams->punct);
	}
	s->kind = SPACE;
	s->bytes = s->letters = s->uppers = 0;
	s->odd = false;
	s->low = 0;
	s->high = (int)t->ngrams->head->nwords;
	return ln;
}

static void add_letter(struct tongue *t, struct state *s, const struct spelt *l)
{
	if (l->upper ? s->letters > s->uppers : s->uppers > 1)
		s->odd = true;
	s->letters += s->letters < 255;
	s->uppers += l->upper && s->uppers < 255;
	if (s->low < s->high)
		ngrams_narrow(t->ngrams, &s->low, &s->high, s->bytes, l->lower, l->size);
	if (s->bytes + l->size < BYTES_MAX) {
		memcpy(s->text + s->bytes, l->lower, l->size);
		s->bytes = (unsigned char)(s->bytes + l->size);
	} else {
		s->high = s->low; /* no syllable is as long */
	}
}

/* One letter more. */
static double step(struct tongue *t, struct state *s, const struct spelt *l)
{
	double ln = 0;

	if (l->kind == SPACE)
		return finish(t, s);
	if (l->kind == LETTERS) {
		if (s->kind != LETTERS)
			ln = finish(t, s);
		s->kind = LETTERS;
		add_letter(t, s, l);
	} else if (l->kind == NUMBER) {
		if (s->kind != NUMBER && s->kind != NUMBER_SIGN) {
			ln = finish(t, s) + (double)ngrams_ln(t->ngrams, s->a, s->b, t->ngrams->number);
			push(s, t->ngrams->number);
		}
		s->kind = NUMBER;
	} else if (s->kind == NUMBER && l->joins) {
		s->kind = NUMBER_SIGN;
	} else if (s->kind == SIGN) {
		ln = -SIGN_COST;
	} else if (s->kind == NUMBER_SIGN) {
		ln = finish(t, s) - SIGN_COST;
		s->kind = SIGN;
	} else {
		ln = finish(t, s) + (double)ngrams_ln(t->ngrams, s->a, s->b, t->ngrams->punct);
		push(s, t->ngrams->punct);
		s->kind = SIGN;
	}
	return ln;
}

/* ---- the hook ---- */

static int hook_start(void *self)
{
	struct tongue *t = self;
	int first;

	t->nstates = 0;
	arena_reset(t->scratch);
	first = state_new(t);
	t->states[first] = (struct state){ .a = -1, .b = -1, .high = (int)t->ngrams->head->nwords };
	return first;
}

static int hook_next(void *self, int state, int letter, double *bonus)
{
	struct tongue *t = self;
	int made = state_new(t);
	struct state *s = &t->states[made];

	*s = t->states[state];
	*bonus += LANGUAGE_WEIGHT * step(t, s, &t->letters[letter]);
	return made;
}

static void hook_end(void *self, int state, double *bonus)
{
	struct tongue *t = self;
	struct state s = t->states[state];

	*bonus += LANGUAGE_WEIGHT * finish(t, &s);
}

double tongue_weigh(struct tongue *t, const int *letters, int n, struct context *context)
{
	struct state s = { .a = context->a, .b = context->b, .high = (int)t->ngrams->head->nwords };
	double ln = 0;

	for (int i = 0; i < n; i++)
		ln += step(t, &s, &t->letters[letters[i]]);
	ln += finish(t, &s);
	*context = (struct context){ s.a, s.b };
	return LANGUAGE_WEIGHT * ln;
}

struct context tongue_edge(const struct tongue *t)
{
	return (struct context){ -1, t->ngrams->edge };
}

/* ---- start ---- */

static void spell(struct tongue *t, struct spelt *to, const char *text)
{
	const char *at = text, *lower = text_lower(t->scratch, text);
	uint32_t c = text_next(&at);

	to->size = (unsigned char)(strlen(lower) < sizeof to->lower ? strlen(lower) : sizeof to->lower - 1);
	memcpy(to->lower, lower, to->size);
	to->upper = text_is_upper(c);
	to->joins = !text[1] && strchr(".,/:-", *text);
	to->kind = !strcmp(text, " ") ? SPACE : text_is_digit(c) ? NUMBER : text_is_letter(c) ? LETTERS : SIGN;
}

/* ---- letters that look alike ---- */

/* A row for each shape of a vowel, with its tones; rows of one group differ in shape. */
static const struct {
	int group;
	const char *lower, *upper;
} vowels[] = {
	{ 0, "aàáảãạ", "AÀÁẢÃẠ" }, { 0, "ăằắẳẵặ", "ĂẰẮẲẴẶ" }, { 0, "âầấẩẫậ", "ÂẦẤẨẪẬ" }, { 1, "eèéẻẽẹ", "EÈÉẺẼẸ" },
	{ 1, "êềếểễệ", "ÊỀẾỂỄỆ" }, { 2, "iìíỉĩị", "IÌÍỈĨỊ" }, { 3, "oòóỏõọ", "OÒÓỎÕỌ" }, { 3, "ôồốổỗộ", "ÔỒỐỔỖỘ" },
	{ 3, "ơờớởỡợ", "ƠỜỚỞỠỢ" }, { 4, "uùúủũụ", "UÙÚỦŨỤ" }, { 4, "ưừứửữự", "ƯỪỨỬỮỰ" }, { 5, "yỳýỷỹỵ", "YỲÝỶỸỴ" },
	{ 6, "d", "D" }, { 6, "đ", "Đ" }, { 4, "v", "V" }, /* Ư in "khóa XƯ" */
};
#define VOWELS ((int)(sizeof vowels / sizeof *vowels))

struct shape {
	int group, row, tone;
	bool upper, plain; /* plain: no circumflex, breve, horn */
};

/* group -1: no such letter. */
static struct shape shape_of(const char *letter)
{
	for (int row = 0; row < VOWELS; row++)
		for (int upper = 0; upper < 2; upper++) {
			const char *at = upper ? vowels[row].upper : vowels[row].lower;

			for (int tone = 0; *at; tone++) {
				const char *from = at;

				text_next(&at);
				if (strlen(letter) == (size_t)(at - from) && !strncmp(letter, from, (size_t)(at - from)))
					return (struct shape){ vowels[row].group, row, tone, upper, !row || vowels[row - 1].group != vowels[row].group };
			}
		}
	return (struct shape){ .group = -1 };
}

static float confused(struct shape a, struct shape b)
{
	if (a.group < 0 || a.group != b.group || a.upper != b.upper || (a.row == b.row && a.tone == b.tone))
		return 0;
	if (a.row != b.row)
		return a.tone == b.tone ? CONFUSED : CONFUSED_MORE;
	return a.plain ? CONFUSED_MORE : CONFUSED;
}

static int single_code(const struct model *model, int letter)
{
	return model->letters[letter].ncodes == 1 ? model->letters[letter].codes[0] : -1;
}

static void find_confusions(struct tongue *t, const struct model *model)
{
	struct shape *shapes = mem_alloc((size_t)model->noutputs * sizeof *shapes);
	int n = 0;

	for (int c = 0; c < model->noutputs; c++)
		shapes[c].group = -1;
	for (int i = 0; i < model->nletters; i++)
		if (single_code(model, i) >= 0)
			shapes[single_code(model, i)] = shape_of(model->letters[i].text);
	t->confusion_at = mem_alloc(((size_t)model->noutputs + 1) * sizeof *t->confusion_at);
	for (int c = 0; c < model->noutputs; c++) {
		t->confusion_at[c] = n;
		for (int other = 0; other < model->noutputs; other++) {
			float part = confused(shapes[c], shapes[other]);

			if (part <= 0)
				continue;
			t->confusions = mem_realloc(t->confusions, (size_t)(n + 1) * sizeof *t->confusions);
			t->confusions[n++] = (struct confusion){ other, part };
		}
	}
	t->confusion_at[model->noutputs] = n;
	free(shapes);
	t->language.confusions = t->confusions;
	t->language.confusion_at = t->confusion_at;
}

/* Beside ASCII and Vietnamese: what papers print all the same. */
static bool is_printed(uint32_t c)
{
	static const uint32_t signs[] = { 0xB0, 0x2014, 0x2013, 0x201C, 0x201D, 0x2018, 0x2019, 0x2026, 0xAB, 0xBB, 0xD0, 0 };

	for (int i = 0; signs[i]; i++)
		if (signs[i] == c)
			return true;
	return c < 0x80 && c != '^' && c != '~' && c != '`' && c != '\\' && c != '{' && c != '}' && c != '|';
}

static void find_priors(struct tongue *t, const struct model *model)
{
	t->priors = mem_alloc((size_t)model->noutputs * sizeof *t->priors);
	for (int c = 0; c < model->noutputs; c++)
		t->priors[c] = 1;
	for (int i = 0; i < model->nletters; i++) {
		const char *at = model->letters[i].text;
		uint32_t c = text_next(&at);

		if (single_code(model, i) >= 0 && !*at && !is_printed(c) && shape_of(model->letters[i].text).group < 0)
			t->priors[single_code(model, i)] = text_is_letter(c) ? RARE_LETTER : RARE_SIGN;
	}
	t->language.priors = t->priors;
}

struct tongue *tongue_new(const struct ngrams *ngrams, const struct model *model)
{
	struct tongue *t = mem_alloc(sizeof *t);

	t->ngrams = ngrams;
	t->scratch = arena_new();
	t->letters = mem_alloc((size_t)model->nletters * sizeof *t->letters);
	for (int i = 0; i < model->nletters; i++)
		spell(t, &t->letters[i], model->letters[i].text);
	t->language = (struct language){ .self = t, .start = hook_start, .next = hook_next, .end = hook_end };
	find_priors(t, model);
	find_confusions(t, model);
	return t;
}

void tongue_free(struct tongue *t)
{
	if (!t)
		return;
	arena_free(t->scratch);
	free(t->letters);
	free(t->priors);
	free(t->confusions);
	free(t->confusion_at);
	free(t->states);
	free(t);
}

const struct language *tongue_language(const struct tongue *t)
{
	return &t->language;
}
