/*
 * capitals.h - letters of the right shape and the wrong size
 *
 * Vowels that bear two marks look alike in both sizes ("bỘ", "VỀ việc", "SỞ Tư pháp"), and so do c and C ("để b/C"). A Vietnamese word is written in small letters, with
 * a capital in front, or in capitals; in capitals never alone between others that are not, unless it is an abbreviation, which has no marks on its vowels.
 */
#ifndef SOHOA_OCR_CAPITALS_H
#define SOHOA_OCR_CAPITALS_H

struct arena;
struct page;

/* Words of a page that are in order. What is changed keeps what the net saw in `seen`. */
void capitals_mend(struct page *page, struct arena *arena);

#endif
