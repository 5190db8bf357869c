#include "stages/reuse/marks.h"

#include <string.h>

#include "pipeline/document.h"

#define ROOM 3 /* heights of the printed name: a place is left for signing where the position stands at least so far from it; forms leave 4 to 10 */

static const struct field *read_here(const struct document *document, const char *name, int page)
{
	const struct field *field = field_find(document, name);

	return field && field->state == FIELD_READ && field->page == page && field->box.w > 0 ? field : NULL;
}

/* The box between two others, one above the other as the page is read; w == 0 where there is no room to sign. Pages that lie on their side have
 * boxes that stand side by side. */
static struct box between(struct box position, struct box name, int rotation)
{
	bool lying = rotation == 90 || rotation == 270;
	struct box all = box_union(position, name), none = { 0, 0, 0, 0 };
	int from = lying ? position.x : position.y, size = lying ? position.w : position.h;
	int other = lying ? name.x : name.y, height = lying ? name.w : name.h;
	int begin = from < other ? from + size : other + height, end = from < other ? other : from;

	if (end - begin < ROOM * height)
		return none;
	return lying ? (struct box){ begin, all.y, end - begin, all.h } : (struct box){ all.x, begin, all.w, end - begin };
}

/* Specks and accents that no word covers are smaller than a letter is high. */
static bool strokes(const struct mark *mark, struct box place, int letter)
{
	return box_area(box_intersect(mark->box, place)) >= (int64_t)letter * letter;
}

void marks_add(struct marks *marks, const struct page *page, const struct document *document)
{
	const struct field *position = read_here(document, "position", page->number), *name = read_here(document, "signer", page->number);
	struct box place = position && name ? between(position->box, name->box, page->rotation) : (struct box){ 0, 0, 0, 0 };
	int letter = 0;

	if (place.w) {
		marks->place = true;
		letter = name->box.h < name->box.w ? name->box.h : name->box.w;
	}
	for (int i = 0; i < page->nmarks; i++) {
		const struct mark *mark = &page->marks[i];
		bool seal = mark->kind == MARK_SEAL || mark->kind == MARK_BANNER;

		marks->seal = marks->seal || seal;
		if (place.w && (seal || mark->kind == MARK_INK) && strokes(mark, place, letter))
			marks->signature = true;
	}
}
