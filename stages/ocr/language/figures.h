/*
 * figures.h - figures and letters that the net takes for one another, where only one of them can stand
 *
 * - "I" or "l" behind "Điều" and "khoản" is the figure 1: articles and clauses bear Arabic figures, parts and chapters Roman ones (Decree 30/2020/NĐ-CP,
 *   appendix I, part II).
 * - "7" before a syllable's letters with marks is T, as in "7iếp": behind a number stand units, which have none (kg, ha, m2).
 * - "I" between capitals and the figures that end a notation is the figure 1, as in "QHI5": the National Assembly's and its bodies' notations end in
 *   the number of the term, in Arabic figures ("QH15", "UBTVQH15": Decree 30/2020/NĐ-CP, appendix I; Law 80/2015/QH13).
 */
#ifndef SOHOA_FIGURES_H
#define SOHOA_FIGURES_H

struct arena;
struct line_word;
struct ngrams;

/* Words of a line, in order. What is changed keeps what the net saw in `seen`. */
void figures_mend(const struct ngrams *ngrams, struct line_word *words, int n, struct arena *arena);

#endif
