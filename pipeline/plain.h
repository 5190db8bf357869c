/*
 * plain.h - the plain text of a page: what `read` prints and what is searched
 */
#ifndef SOHOA_PLAIN_H
#define SOHOA_PLAIN_H

#include <stdbool.h>

struct arena;
struct page;
struct word;

/* Words in reading order, lines ended by '\n', an empty line between blocks. Text out of seals, stamps, signature banners and margins is
 * left out. In the arena; "" for a page without words. */
char *page_plain_text(struct arena *arena, const struct page *page);

/* Whether the word is part of the plain text. */
bool word_is_plain(const struct word *word);

#endif
