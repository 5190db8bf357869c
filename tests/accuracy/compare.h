/*
 * compare.h - a page as read beside its truth: letters, words, and what became of each word
 *
 * Both sides are folded alike first, so that only reading errors count: NFC; one tone placement (oà -> òa, oè -> òe, uỳ -> ùy, not
 * after q); all dashes are '-', all quotes one; runs of four dots or more, of '…' and of '_' are one '…'; white space is one blank.
 * Everything returned lies in the arena.
 */
#ifndef SOHOA_ACCURACY_COMPARE_H
#define SOHOA_ACCURACY_COMPARE_H

#include <stddef.h>
#include <stdint.h>

struct arena;

struct letters {
	int32_t *c;
	size_t n;
};

struct letters letters_fold(struct arena *arena, const char *text);
long letters_edits(struct arena *arena, struct letters a, struct letters b);
struct letters *letters_words(struct arena *arena, struct letters text, int *n); /* of folded text; borrowed from it */
char *letters_text(struct arena *arena, struct letters l);                       /* UTF-8 */

/*
 *   CER     ce / cn      edit distance over characters, in reading order, by the truth's characters
 *   WER     we / wn      the same over words
 *   recall  common / wn  share of the truth's words found anywhere on the page, whatever the order
 *   precision  common / hn  share of the read words that the truth has (stamps and banners, which the truth leaves out, pull it down)
 */
struct score {
	long ce, cn, we, wn, common, hn, pages;
};
struct score text_score(struct arena *arena, const char *truth, const char *output);
void score_add(struct score *sum, const struct score *s);
double percent(long part, long whole); /* of at least 1 */

/* What became of a word as read. */
enum fate_kind {
	FATE_RIGHT, /* it stands where the truth has it */
	FATE_MOVED, /* the truth has it elsewhere on the page: read right, out of order */
	FATE_WRONG, /* the truth has another word there, not unlike it */
	FATE_EXTRA  /* the truth has nothing like it there: a stamp's, a pen's, a speck's */
};
struct fate {
	enum fate_kind kind;
	int truth; /* number of the truth's word, or -1 */
};
/* One for each word read. Words are laid beside each other at the least cost, alike words as partners; then equal ones left over meet. */
struct fate *words_fates(struct arena *arena, const struct letters *truth, int ntruth, const struct letters *read, int nread);

#endif
