#include "stages/ocr/view.h"

#include "pipeline/arena.h"
#include "stages/image/frame.h"

static struct box moved(struct box b, int dx, int dy)
{
	return (struct box){ b.x + dx, b.y + dy, b.w, b.h };
}

struct page view_of(const struct page *page, struct box place, struct arena *arena)
{
	struct page view = { .number = page->number, .width = place.w, .height = place.h, .dpi = page->dpi, .quality = page->quality };

	for (int i = 0; i < page->nmarks; i++) {
		struct mark mark = page->marks[i];

		mark.box = box_intersect(frame_to_upright(page, mark.box), place);
		if (!mark.box.w)
			continue;
		mark.box = moved(mark.box, -place.x, -place.y);
		*(struct mark *)arena_push(arena, &view.marks, &view.nmarks, sizeof mark) = mark;
	}
	return view;
}

bool page_has_mark(const struct page *page, enum mark_kind kind, struct box at)
{
	for (int i = 0; i < page->nmarks; i++)
		if (page->marks[i].kind == kind && 2 * box_area(box_intersect(page->marks[i].box, at)) > box_area(at))
			return true;
	return false;
}

void view_join(struct page *page, const struct page *view, struct box place, struct arena *arena)
{
	const struct word *last = page->nwords ? &page->words[page->nwords - 1] : NULL;
	int block = last ? last->block : 0, paragraph = last ? last->paragraph : 0, line = last ? last->line : 0;

	page->quality.faults |= view->quality.faults;
	for (int i = 0; i < view->nmarks; i++) {
		struct mark mark = view->marks[i];
		struct box at = frame_to_received(page, moved(mark.box, place.x, place.y));

		if (page_has_mark(page, mark.kind, at)) /* the view was given it */
			continue;
		mark.box = at;
		*(struct mark *)arena_push(arena, &page->marks, &page->nmarks, sizeof mark) = mark;
	}
	for (int i = 0; i < view->nwords; i++) {
		struct word word = view->words[i];

		word.box = frame_to_received(page, moved(frame_to_upright(view, word.box), place.x, place.y));
		word.block += block;
		word.paragraph += paragraph;
		word.line += line;
		*(struct word *)arena_push(arena, &page->words, &page->nwords, sizeof word) = word;
	}
}
