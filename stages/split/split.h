/*
 * split.h - one run of pages becomes papers
 */
#ifndef SOHOA_SPLIT_H
#define SOHOA_SPLIT_H

#include <stdbool.h>

struct page;
struct paper_room;

extern const struct paper_room split_room;

/* True when the page by itself says that it begins a paper: national motto, or agency and number, in its head; a page with a
 * secrecy mark always does. The worker asks right after a page was read; the answer travels in page->begins. The room asks
 * more: the titles of schemas/documents, separators, the pages around. */
bool split_begins(const struct page *page);

#endif
