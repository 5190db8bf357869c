#include "stages/ocr/twice.h"

#include <math.h>

#include "pipeline/text.h"

/* Shares of the smaller word. Readings of the same ink on ten scans shared 0.5 to 1 of its width and nearly all of its height; neighbours above and below whose
 * boxes ran into each other lay half a height and more apart, or one was twice as high. */
#define WIDTH_SHARE 0.5F
#define HEIGHT_SHARE 0.7F
#define MIDDLE_OFF 0.3F
#define HEIGHTS_APART 1.5F
/* From this difference on it is the surer reading that counts, not the longer. */
#define SURER 0.2F

static int overlap(int a0, int a1, int b0, int b1)
{
	int low = a0 > b0 ? a0 : b0, high = a1 < b1 ? a1 : b1;

	return high > low ? high - low : 0;
}

static bool same_ink(const struct line_word *a, const struct line_word *b)
{
	int ha = a->bottom - a->top, hb = b->bottom - b->top, wa = a->right - a->left, wb = b->right - b->left;
	float low = (float)(ha < hb ? ha : hb), high = (float)(ha < hb ? hb : ha), narrow = (float)(wa < wb ? wa : wb);
	float off = fabsf((float)(a->top + a->bottom - b->top - b->bottom)) / 2;

	return high <= HEIGHTS_APART * low && off <= MIDDLE_OFF * low && (float)overlap(a->left, a->right, b->left, b->right) >= WIDTH_SHARE * narrow &&
	       (float)overlap(a->top, a->bottom, b->top, b->bottom) >= HEIGHT_SHARE * low && narrow > 0;
}

/* Whether a stays and b goes. */
static bool better(const struct line_word *a, const struct line_word *b)
{
	size_t la = text_length(a->text), lb = text_length(b->text);

	if (fabsf(a->sure - b->sure) > SURER)
		return a->sure > b->sure;
	return la != lb ? la > lb : a->sure >= b->sure;
}

/* The rows that the words of a stretch take, from top to bottom. */
static void rows_of(const struct stretch_words *s, int *top, int *bottom)
{
	*top = s->n ? s->words[0].top : 0;
	*bottom = s->n ? s->words[0].bottom : 0;
	for (int i = 1; i < s->n; i++) {
		*top = s->words[i].top < *top ? s->words[i].top : *top;
		*bottom = s->words[i].bottom > *bottom ? s->words[i].bottom : *bottom;
	}
}

static void compare(struct stretch_words *a, struct stretch_words *b)
{
	for (int i = 0; i < a->n; i++)
		for (int k = 0; k < b->n && !a->words[i].speck; k++)
			if (!b->words[k].speck && same_ink(&a->words[i], &b->words[k])) {
				struct line_word *loses = better(&a->words[i], &b->words[k]) ? &b->words[k] : &a->words[i];

				loses->speck = true;
			}
}

void words_once(struct stretch_words *stretches, int n)
{
	for (int i = 0; i < n; i++) {
		int top, bottom;

		rows_of(&stretches[i], &top, &bottom);
		for (int k = i + 1; k < n && !stretches[i].turned; k++) {
			int other_top, other_bottom;

			rows_of(&stretches[k], &other_top, &other_bottom);
			if (!stretches[k].turned && overlap(top, bottom, other_top, other_bottom))
				compare(&stretches[i], &stretches[k]);
		}
	}
	for (int i = 0; i < n; i++) {
		int kept = 0;

		for (int k = 0; k < stretches[i].n; k++)
			if (!stretches[i].words[k].speck)
				stretches[i].words[kept++] = stretches[i].words[k];
		stretches[i].n = kept;
	}
}
