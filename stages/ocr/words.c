#include "stages/ocr/words.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/ocr/net/line.h"
#include "stages/ocr/net/model.h"
#include "stages/ocr/net/reader.h"

#define WORD_LEAST 0.06F  /* below it nothing is a word: specks, rules and seals give such */
#define SIGN_LEAST 0.3F   /* below it a lone sign or letter is none: most are specks */
#define LETTERS_SURE 2

static int clamp(float value, int low, int high)
{
	int v = (int)floorf(value + 0.5F);

	return v < low ? low : v > high ? high : v;
}

/* From `begin` to `end` pixels along the line, on the page. */
static void span(const struct line_place *place, const struct read_line *line, float begin, float end, struct line_word *word)
{
	float from = line->step * begin, to = line->step * end;

	int margin = place->bottom - place->top > 4 * LINE_MARGIN ? LINE_MARGIN : 0; /* neighbours' ink may lie in it */

	word->left = place->left;
	word->top = place->top;
	word->right = place->right;
	word->bottom = place->bottom;
	if (place->turned % 180) {
		word->left += margin;
		word->right -= margin;
	} else {
		word->top += margin;
		word->bottom -= margin;
	}
	switch (place->turned) {
	case 90: /* read upwards */
		word->bottom = clamp((float)place->bottom - from, place->top, place->bottom);
		word->top = clamp((float)place->bottom - to, place->top, place->bottom);
		break;
	case 180:
		word->right = clamp((float)place->right - from, place->left, place->right);
		word->left = clamp((float)place->right - to, place->left, place->right);
		break;
	case 270:
		word->top = clamp((float)place->top + from, place->top, place->bottom);
		word->bottom = clamp((float)place->top + to, place->top, place->bottom);
		break;
	default:
		word->left = clamp(line->left + from, place->left, place->right);
		word->right = clamp(line->left + to, place->left, place->right);
	}
}

/* The box draws in to the ink within. */
static void to_ink(struct line_word *word, PIX *ink)
{
	BOX *box = boxCreate(word->left, word->top, word->right - word->left, word->bottom - word->top), *found = NULL;
	PIX *cut = box ? pixClipRectangle(ink, box, NULL) : NULL;
	int x, y, w, h;

	if (cut && pixClipToForeground(cut, NULL, &found) == 0 && found) {
		boxGetGeometry(found, &x, &y, &w, &h);
		word->left += x;
		word->top += y;
		word->right = word->left + w;
		word->bottom = word->top + h;
	}
	boxDestroy(&found);
	boxDestroy(&box);
	pixDestroy(&cut);
}

int line_words(const struct model *model, const struct line_place *place, const struct read_line *line, const struct reading *r, PIX *ink,
	       struct arena *arena, struct line_word **words)
{
	int n = 0;

	*words = NULL;
	for (int i = 0, first; i < r->nsymbols; i++) {
		struct line_word *word;
		float least = 1, sure = 1;
		size_t bytes = 1;

		if (!strcmp(model->letters[r->symbols[i].letter].text, " "))
			continue;
		for (first = i; i < r->nsymbols && strcmp(model->letters[r->symbols[i].letter].text, " "); i++)
			bytes += strlen(model->letters[r->symbols[i].letter].text);
		word = arena_push(arena, words, &n, sizeof *word);
		word->text = arena_alloc(arena, bytes);
		for (int k = first; k < i; k++) {
			strcat(word->text, model->letters[r->symbols[k].letter].text);
			least = fminf(least, r->symbols[k].weakest);
			sure = fminf(sure, r->symbols[k].probability);
		}
		if (text_count_letters(word->text) < LETTERS_SURE) { /* a lone sign is no surer than the spaces at its sides */
			least = fminf(least, first ? r->symbols[first - 1].weakest : 1);
			least = fminf(least, i < r->nsymbols ? r->symbols[i].weakest : 1);
		}
		word->speck = least < (text_count_letters(word->text) < LETTERS_SURE ? SIGN_LEAST : WORD_LEAST);
		word->first = r->symbols[first].first;
		word->last = r->symbols[i - 1].last;
		word->sure = sure;
		span(place, line, r->symbols[first].begin, r->symbols[i - 1].end, word);
		if (ink && word->right > word->left && word->bottom > word->top)
			to_ink(word, ink);
	}
	return n;
}

/* ---- what came apart ---- */

#define JOIN_GAP 0.3F    /* of the line's height, in a notation: a space of Times New Roman is 0.25 of it, more in justified lines */
#define DASH_WIDE 0.6F   /* of it: two hyphens are wider */
#define CLOSING_GAP 0.6F /* before a closing sign, which never has a space before it */

static bool is_closing(const char *text)
{
	while (*text) {
		uint32_t c = text_next(&text);

		if (c != 0x201D && c != 0x2019 && (c >= 0x80 || !strchr(")],.;:!?", (int)c)))
			return false;
	}
	return true;
}

/* Ends in a sign that joins the parts of a notation, behind a capital or a digit. */
static bool goes_on(const char *text)
{
	uint32_t before = 0, last = 0;

	while (*text) {
		before = last;
		last = text_next(&text);
	}
	return (last == '-' || last == '/') && (text_is_upper(before) || text_is_digit(before));
}

static bool belongs(const struct line_word *a, const struct line_word *b, int high)
{
	const char *text = b->text;
	uint32_t first = text_next(&text);
	float gap = (float)(b->left - a->right) / (float)high;

	if (b->left <= a->left || high <= 0)
		return false;
	if (is_closing(b->text))
		return gap <= CLOSING_GAP;
	return gap <= JOIN_GAP && goes_on(a->text) && (text_is_upper(first) || text_is_digit(first));
}

static void join(struct line_word *to, const struct line_word *w, struct arena *arena)
{
	if (to->seen || w->seen)
		to->seen = arena_printf(arena, "%s %s", to->seen ? to->seen : to->text, w->seen ? w->seen : w->text);
	to->text = arena_printf(arena, "%s%s", to->text, w->text);
	to->sure = fminf(to->sure, w->sure);
	to->top = w->top < to->top ? w->top : to->top;
	to->bottom = w->bottom > to->bottom ? w->bottom : to->bottom;
	to->right = w->right;
	to->last = w->last;
}

/* "—-", where the paper has room for one: a dash of the middle length, as in "Độc lập – Tự do". */
static void one_dash(struct line_word *word, int high)
{
	int n = 0;

	for (const char *at = word->text; *at; n++) {
		uint32_t c = text_next(&at);

		if (c != '-' && c != 0x2013 && c != 0x2014)
			return;
	}
	if (n != 2 || (float)(word->right - word->left) > DASH_WIDE * (float)high)
		return;
	word->seen = word->seen ? word->seen : word->text;
	word->text = (char *)"\u2013";
}

int words_join(struct line_word *words, int n, int high, struct arena *arena)
{
	int kept = 0;

	for (int i = 0; i < n; i++) {
		one_dash(&words[i], high);
		if (kept && belongs(&words[kept - 1], &words[i], high))
			join(&words[kept - 1], &words[i], arena);
		else
			words[kept++] = words[i];
	}
	return kept;
}
