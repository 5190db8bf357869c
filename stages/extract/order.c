/*
 * order.c - pages of one paper that were scanned out of order, told by the numbers printed on them
 *
 * Reported only where the numbers are those of a whole paper, each once, and merely in another order: a number misread, an annex that counts anew, and a page that
 * is missing all look otherwise. The first page bears no number (Decree 30/2020, appendix I) and counts as 1.
 */
#include <stdlib.h>

#include "pipeline/arena.h"
#include "stages/extract/private.h"

#define PAGES_LEAST 3 /* of two pages the second alone bears a number */

void order_read(struct paper *paper, struct field *field)
{
	bool *seen = arena_array(paper->arena, (size_t)paper->nsheets + 1, sizeof *seen), ordered = true;
	char *text = NULL;
	int before = 0, unnumbered = 0;

	if (paper->nsheets < PAGES_LEAST || paper->document->last - paper->document->first >= 2 * paper->nsheets)
		return;
	for (int s = 0; s < paper->nsheets; s++) {
		int number = sheet_page_number(paper->sheets[s]);

		unnumbered += number < 0;
		number = number < 0 ? 1 : number;
		if (number < 1 || number > paper->nsheets || seen[number - 1] || unnumbered > 1)
			return;
		seen[number - 1] = true;
		ordered = ordered && number > before;
		before = number;
		text = text ? arena_printf(paper->arena, "%s, %d", text, number) : arena_printf(paper->arena, "%d", number);
	}
	if (!ordered)
		field_fill(field, FIELD_READ, text, text, ALONE_CONFIDENCE, paper->sheets[0]->page,
			   (struct box){ 0, 0, paper->sheets[0]->page->width, paper->sheets[0]->page->height });
}
