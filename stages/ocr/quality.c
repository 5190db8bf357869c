#include "stages/ocr/quality.h"

#include <math.h>
#include <stdbool.h>

#include "pipeline/document.h"
#include "pipeline/plain.h"
#include "pipeline/text.h"
#include "stages/ocr/syllable.h"

#define DOUBTED 80.0F     /* confidence below which a word is doubted */
#define WORDS_LEAST 20    /* shares of fewer words say nothing */
#define DPI_LEAST 190     /* 200 by rule (01/2023/TT-VPCP, article 8, after 30/2020/NĐ-CP, annex I part II), and what rounding to inches takes off */
#define SKEW_USABLE 3.0F
#define CONTRAST_USABLE 70.0F
#define CONTRAST_RESCAN 40.0F
#define SHARPNESS_USABLE 0.35F
#define SHARPNESS_RESCAN 0.25F
#define CUT_RESCAN 16
#define DOUBTFUL_USABLE 0.08F
#define DOUBTFUL_RESCAN 0.25F
#define INVALID_USABLE 0.06F
#define INVALID_RESCAN 0.15F

static void share_find(struct page *page)
{
	int words = 0, doubted = 0, syllables = 0, invalid = 0;

	for (int i = 0; i < page->nwords; i++) {
		const struct word *word = &page->words[i];
		enum syllable syllable = syllable_judge(word->text);

		if (!word_is_plain(word))
			continue;
		words++;
		doubted += word->confidence < DOUBTED;
		syllables += syllable != SYLLABLE_NONE;
		invalid += syllable == SYLLABLE_INVALID;
	}
	page->quality.doubtful = words < WORDS_LEAST ? 0 : (float)doubted / (float)words;
	page->quality.invalid = syllables < WORDS_LEAST ? 0 : (float)invalid / (float)syllables;
}

/* usable, rescan: whether the fault is there, and whether it is too much. */
static void fault(struct quality *q, enum scan_fault fault, bool usable, bool rescan)
{
	enum scan_grade grade = rescan ? SCAN_RESCAN : usable ? SCAN_USABLE : SCAN_GOOD;

	if (grade == SCAN_GOOD)
		return;
	q->faults |= 1U << fault;
	q->grade = grade > q->grade ? grade : q->grade;
}

void quality_judge(struct page *page)
{
	struct quality *q = &page->quality;
	bool doubt;

	q->grade = SCAN_GOOD;
	q->faults = 0;
	if (page->source == WORDS_TEXT_LAYER)
		return;
	share_find(page);
	fault(q, FAULT_RESOLUTION, false, page->dpi < DPI_LEAST);
	fault(q, FAULT_SKEW, fabsf(page->skew) > SKEW_USABLE, false);
	fault(q, FAULT_CONTRAST, q->contrast < CONTRAST_USABLE, q->contrast < CONTRAST_RESCAN);
	fault(q, FAULT_BLUR, q->sharpness > 0 && q->sharpness < SHARPNESS_USABLE, q->sharpness > 0 && q->sharpness < SHARPNESS_RESCAN);
	fault(q, FAULT_CUT, false, q->cut >= CUT_RESCAN);
	fault(q, FAULT_DOUBT, q->doubtful > DOUBTFUL_USABLE, q->doubtful > DOUBTFUL_RESCAN || (page->noise && !page->nwords));
	/* a page in another language reads without doubt: the English half of an identity card is a fifth of its words */
	doubt = q->doubtful > DOUBTFUL_USABLE;
	fault(q, FAULT_SYLLABLES, doubt && q->invalid > INVALID_USABLE, doubt && q->invalid > INVALID_RESCAN);
}
