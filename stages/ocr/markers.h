/*
 * markers.h - the marks of lists, footnotes and recitals that the net took for something else, where their order allows one reading
 *
 * Clauses bear 1. 2. 3., points the letters of the Vietnamese alphabet, a) b) c) d) đ) (Decree 30/2020/NĐ-CP, appendix I, part II, 6): what stands at
 * the beginning of a line, was doubted, and looks like the one that comes next or begins a new list, is that one. "€)" behind "b)" is "c)", "§." behind "7."
 * is "8.". The mark of a footnote is a small raised figure, which the net reads as "!" or "?".
 * Each recital ("Căn cứ ...") but the last ends in a semicolon (the same, 6: "cuối dòng có dấu chấm phẩy"), of which an italic one in a scan looks like a comma.
 */
#ifndef SOHOA_MARKERS_H
#define SOHOA_MARKERS_H

struct arena;
struct page;

/* Words of a page that are in order and have their roles. What is changed keeps what the net saw in `seen`. */
void markers_mend(struct page *page, struct arena *arena);

#endif
