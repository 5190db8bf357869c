/*
 * snippet.h - the few words of a page that show why it was found
 *
 * The text is as printed: whole words, white space and line breaks as one space, no control or direction characters, at most
 * SNIPPET_MAX characters, with the best cluster of hits in the middle. A single word that is longer is cut.
 */
#ifndef SOHOA_SNIPPET_H
#define SOHOA_SNIPPET_H

#include <stdbool.h>

struct arena;
struct rank;

#define SNIPPET_MAX 160 /* characters: two lines of a screen */

struct snippet_span {
	int start, length; /* characters of the snippet */
};

struct snippet {
	const char *text;
	struct snippet_span *spans; /* matched words, in order, apart from each other */
	int nspans;
	bool more_before, more_after; /* the page goes on at that side */
};

/* exact is the text that rank was made from. Without a place the snippet is the begin of the page. */
void snippet_make(struct snippet *snippet, const char *exact, const struct rank *rank, struct arena *arena);

#endif
