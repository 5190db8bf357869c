/*
 * columns.h - the reading order of an administrative page
 *
 * Tesseract reads the two blocks of the head (agency | motto) and of the foot (recipients | signer) line by line, across the gap. Here the
 * lines are parted at the gap, and the cells of the head are read row by row, left before right: agency, motto, number, place and date, then the
 * subject of an official letter; in the foot the left block comes before the right one (Decree 30/2020, appendix I: boxes 1 to 5b and 7, 9).
 * A head is known by the national motto, a foot by "Nơi nhận". Words whose role says that they are no text come last.
 */
#ifndef SOHOA_COLUMNS_H
#define SOHOA_COLUMNS_H

struct arena;
struct page;

/* Sets order, block, paragraph, line and role of page->words. A page without such a head or foot keeps the order it has. */
void columns_order(struct page *page, struct arena *arena);

#endif
