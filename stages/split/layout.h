/*
 * layout.h - the words of a page as printed lines in upright position, and comparing of damaged text
 *
 * For split and extract, which look at where words stand. A line is what the reader called one, parted where a gap between two
 * words is too wide for a blank: two columns that the reader merged come out as two lines. Text out of seals, stamps,
 * banners, margins and page numbers is left out.
 */
#ifndef SOHOA_SPLIT_LAYOUT_H
#define SOHOA_SPLIT_LAYOUT_H

#include <stdbool.h>

#include "pipeline/document.h"

struct arena;

struct line {
	const struct page *page;
	const struct word **words; /* left to right */
	char **keys;               /* text_key of each word; empty for signs alone */
	int nwords;
	struct box box;            /* in the upright frame of the sheet */
	int middle;                /* y of the median word middle, upright: steadier than box.y, which accents move */
	int height;                /* median height of its words */
	char *text;                /* the words with one blank between */
	char *key;                 /* text_key of the text */
	float confidence;          /* mean over letters, 0..100 */
	bool capitals;             /* at least 80 % of its letters are capitals, and there are 3 */
};

struct sheet {
	const struct page *page;
	int width, height;         /* upright */
	struct line *lines;        /* from top to bottom, then left to right */
	int nlines;
	int text_height;           /* median height of all words; 0 without words */
};

/* Never NULL; a page without words gives no lines. */
struct sheet *sheet_new(const struct page *page, struct arena *arena);
/* The same of what was read in stamps and seals, and nothing else. */
struct sheet *sheet_of_stamps(const struct page *page, struct arena *arena);

/* The number printed alone at the top of a page, or -1; first pages bear none (Decree 30/2020 appendix I). */
int sheet_page_number(const struct sheet *sheet);

/* A box of the page as received in the upright frame: turned by page->rotation, then set straight by page->skew. */
struct box upright_box(const struct page *page, struct box box);

/* A line over words [first, first + n) of another, with all members made anew. */
struct line line_slice(const struct line *line, int first, int n, struct arena *arena);
/* The union of the words' boxes as received: the evidence. */
struct box line_evidence(const struct line *line);

/* Folded letters and digits only, nothing between: what damaged texts are compared by. */
char *text_key(struct arena *arena, const char *text);

/* Edit distance of two keys (bytes), or limit + 1 when it is larger. */
int key_distance(const char *a, const char *b, int limit);
/* Errors that a key of this length may hold and still count as the same: one in six letters, none below four. */
int key_tolerance(const char *key);
/* key begins with start, with errors within the tolerance of start; *errors (may be NULL) tells how many. */
bool key_begins(const char *key, const char *start, int *errors);
bool key_equal(const char *key, const char *other, int *errors);

/* Looks for a text in a line, whole words, with at most `limit` errors: index of its first word, or -1; *n its words. line_find
 * takes key_tolerance for the limit. */
int line_find_within(const struct line *line, const char *key, int from, int limit, int *n);
int line_find(const struct line *line, const char *key, int from, int *n);

#endif
