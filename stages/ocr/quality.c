#include "stages/ocr/quality.h"

#include <math.h>
#include <stdbool.h>

#include "pipeline/document.h"
#include "pipeline/plain.h"
#include "pipeline/text.h"
#include "stages/ocr/syllable.h"

#define DOUBTED 80.0F     /* confidence below which a word is doubted */
#define WORDS_LEAST 20    /* shares of fewer words say nothing ... */
#define FEW_WORDS 5       /* ... unless there are so many and most are doubted */

/* 200 dpi by rule (Circular 01/2023/TT-VPCP, article 8, with Decree 30/2020/NĐ-CP), less what rounding to inches takes off. */
#define DPI_LEAST 190

/* From `make quality`, colour pages of 200 dpi made worse in steps: usable is where the word recall, 96 % on the clean pages, begins to fall; rescan where less than
 * about 80 % of the words were found. Blurred by 1, 2, 3 pixels: sharpness 0.37, 0.29, 0.25, recall 84, 86, 66; ink 33 levels darker than its paper: 97, 29: 79.
 * The doubted words were 2 % of the clean pages, 12 % where 86 % of the words were found, 30 % where it was 66; 10 to 20 % on the drawn 1-bit pages of much noise. */
#define SHARPNESS_USABLE 0.33F
#define SHARPNESS_RESCAN 0.27F
#define CONTRAST_USABLE 45.0F
#define CONTRAST_RESCAN 31.0F
#define DOUBTFUL_USABLE 0.08F
#define DOUBTFUL_RESCAN 0.25F
#define INVALID_USABLE 0.08F
#define INVALID_RESCAN 0.15F

/* Reads as well up to 5 degrees; what is kept stays askew. */
#define SKEW_USABLE 3.0F

/* Pieces of ink at one edge: the lid's noise on the drawn pages gives up to 10, a line cut through along its length 30 to 60. Words that begin or end at
 * the edge: on whole pages none did, a page cut through its lines has one for most lines. */
#define CUT_PIECES 16
#define CUT_WORDS 4
#define EDGE_MM 0.4

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
	page->quality.doubtful = words < WORDS_LEAST && (words < FEW_WORDS || 2 * doubted <= words) ? 0 : (float)doubted / (float)words;
	page->quality.invalid = syllables < WORDS_LEAST ? 0 : (float)invalid / (float)syllables;
}

/* Words that touch the worst edge of the image. */
static int words_at_edge(const struct page *page)
{
	int near = (int)(EDGE_MM * page->dpi / 25.4), touching[4] = { 0 }, worst = 0;

	for (int i = 0; i < page->nwords; i++) {
		struct box b = page->words[i].box;

		if (!word_is_plain(&page->words[i]) || !b.w || syllable_judge(page->words[i].text) == SYLLABLE_NONE)
			continue;
		touching[0] += b.x <= near;
		touching[1] += b.y <= near;
		touching[2] += b.x + b.w >= page->width - near;
		touching[3] += b.y + b.h >= page->height - near;
	}
	for (int i = 0; i < 4; i++)
		worst = touching[i] > worst ? touching[i] : worst;
	return worst;
}

static bool has_text(const struct page *page)
{
	for (int i = 0; i < page->nwords; i++)
		if (word_is_plain(&page->words[i]) && text_length(page->words[i].text) > 1)
			return true;
	return false;
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
	q->faults &= SCAN_STATES & ~(1U << FAULT_WORDLESS);
	if (page->source == WORDS_TEXT_LAYER)
		return;
	if (page->kind == PAGE_CONTENT && !page->noise && !(q->faults & 1U << FAULT_DRAWING) && !page->ncodes && !has_text(page))
		q->faults |= 1U << FAULT_WORDLESS;
	q->grade = q->faults ? SCAN_USABLE : SCAN_GOOD;
	share_find(page);
	fault(q, FAULT_RESOLUTION, false, page->dpi < DPI_LEAST);
	fault(q, FAULT_SKEW, fabsf(page->skew) > SKEW_USABLE, false);
	fault(q, FAULT_CONTRAST, q->contrast < CONTRAST_USABLE, q->contrast < CONTRAST_RESCAN);
	fault(q, FAULT_BLUR, q->sharpness > 0 && q->sharpness < SHARPNESS_USABLE, q->sharpness > 0 && q->sharpness < SHARPNESS_RESCAN);
	fault(q, FAULT_CUT, false, q->cut >= CUT_PIECES || words_at_edge(page) >= CUT_WORDS);
	fault(q, FAULT_DOUBT, q->doubtful > DOUBTFUL_USABLE, q->doubtful > DOUBTFUL_RESCAN || (page->noise && !page->nwords));
	/* a page in another language reads without doubt: the English half of an identity card is a fifth of its words */
	doubt = q->doubtful > DOUBTFUL_USABLE;
	fault(q, FAULT_SYLLABLES, doubt && q->invalid > INVALID_USABLE, doubt && q->invalid > INVALID_RESCAN);
}
