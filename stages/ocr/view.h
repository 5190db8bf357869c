/*
 * view.h - a part of a page that is read like a page of its own: the halves of a spread, the title block of a drawing
 */
#ifndef SOHOA_OCR_VIEW_H
#define SOHOA_OCR_VIEW_H

#include "pipeline/document.h"

struct arena;

/* A page without words for what lies at `place` in the upright frame of page: upright itself, of the same measures, with the marks that lie there. */
struct page view_of(const struct page *page, struct box place, struct arena *arena);

/* Appends the words and the new marks of a view to its page; numbers of blocks, paragraphs and lines go on from those of the page. */
void view_join(struct page *page, const struct page *view, struct box place, struct arena *arena);

/* Does a mark of that kind lie on more than half of the box? Received frame. */
bool page_has_mark(const struct page *page, enum mark_kind kind, struct box at);

#endif
