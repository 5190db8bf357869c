#include "stages/ocr/confidence.h"

#include <math.h>

#include "pipeline/text.h"
#include "stages/ocr/calibration.h"

#define SURE_MOST 0.9999F /* beyond it the page's text form and the net's sums are too coarse to tell */
#define SURE_LEAST 0.0001F

struct word_signs word_signs(const char *text, float sure, bool changed)
{
	return (struct word_signs){ .sure = sure, .letters = text_count_letters(text), .syllable = syllable_judge(text), .changed = changed };
}

void word_signs_numbers(const struct word_signs *signs, double numbers[CONFIDENCE_SIGNS])
{
	double sure = (double)fminf(fmaxf(signs->sure, SURE_LEAST), SURE_MOST);

	numbers[0] = 1;
	numbers[1] = log(sure / (1 - sure));
	numbers[2] = signs->syllable == SYLLABLE_INVALID;
	numbers[3] = signs->syllable == SYLLABLE_NONE;
	numbers[4] = signs->letters < 2;
	numbers[5] = signs->changed;
}

float word_confidence(const struct word_signs *signs)
{
	static const double weights[CONFIDENCE_SIGNS] = CALIBRATION;
	double numbers[CONFIDENCE_SIGNS], sum = 0;

	word_signs_numbers(signs, numbers);
	for (int i = 0; i < CONFIDENCE_SIGNS; i++)
		sum += weights[i] * numbers[i];
	return (float)(100 / (1 + exp(-sum)));
}
