/*
 * bitmaps_collect.c - parts of bitmaps that are counted while their pages are put in, so that bitmaps_step need not read them again (bitmaps.h)
 *
 * What is here is only a copy of what stands in page_text, and thrown away whenever that cannot be said for sure: bitmaps_step reads and counts whatever is missing. So a part
 * is kept from its first page on only, while the table has no other page of it; it is spoilt by a page that comes after it was counted, or that had a text before or loses it, and by any
 * commit of another connection since it began; and a rollback leaves nothing at all.
 */
#include <stdlib.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/bitmaps_private.h"
#include "pipeline/error.h"

#define WINDOW 11       /* parts behind the last one that has bitmaps: those of one step of making them, one that is being counted, the next one, and one for pages that come early */
#define LATE 512        /* pages of a part that come before those below are counted: papers lie in the order of pages, but for files that were taken at the same time */

enum state { PART_NONE, PART_OPEN, PART_COUNTED /* or is being counted */, PART_SPOILT };

struct slot {
	enum state state;
	int64_t number, version; /* of the part, and of the catalogue as its first page came */
	struct part *part;       /* of one that is open or counted */
	struct known known;      /* when it was counted */
};

struct collected {
	int64_t first;  /* parts below have bitmaps */
	int64_t closed; /* parts below have all their pages, as far as can be told */
	struct slot slots[WINDOW]; /* part n: n % WINDOW, of first..first + WINDOW - 1 */
};

static struct slot *slot_of(struct collected *collected, int64_t number)
{
	return &collected->slots[number % WINDOW];
}

static void slot_clear(struct slot *slot, enum state state)
{
	bitmaps_part_free(slot->part);
	arena_free(slot->known.arena);
	*slot = (struct slot){ .state = state, .number = slot->number };
}

void bitmaps_collected_clear(struct collected *collected)
{
	if (!collected)
		return;
	for (int i = 0; i < WINDOW; i++)
		slot_clear(&collected->slots[i], PART_NONE);
	collected->first = collected->closed = 0;
}

void bitmaps_collect(struct catalogue *catalogue, bool on)
{
	struct collected **collected = catalogue_collected(catalogue);
	bitmaps_collected_clear(*collected);
	free(*collected);
	*collected = on ? mem_alloc(sizeof **collected) : NULL;
}

/* Changes with each commit of another connection. */
static int version_read(struct catalogue *catalogue, int64_t *version, struct error *err)
{
	return catalogue_int(catalogue, "PRAGMA data_version", NULL, 0, 0, version, err);
}

static int slot_open(struct catalogue *catalogue, struct slot *slot, int64_t page, struct error *err)
{
	int64_t number = page / BITMAP_PART, others;
	if (catalogue_int(catalogue, "SELECT 1 FROM page_text WHERE page_id >= $1 AND page_id < $2 AND page_id <> $3 LIMIT 1",
			  DB_ARGS(DB_I(number * BITMAP_PART), DB_I((number + 1) * BITMAP_PART), DB_I(page)), 0, &others, err) ||
	    version_read(catalogue, &slot->version, err))
		return -1;
	slot->number = number;
	slot->state = others ? PART_SPOILT : PART_OPEN;
	slot->part = others ? NULL : bitmaps_part_new(number);
	return 0;
}

/* One at a time, which takes 80 MB with its texts, and a third of the time in which the next part is put in. */
static int slot_count(struct catalogue *catalogue, struct collected *collected, struct slot *slot, struct error *err)
{
	slot->known.arena = arena_new();
	if (bitmaps_known_find(catalogue, &slot->known, err))
		return -1;
	for (int i = 0; i < WINDOW; i++)
		if (collected->slots[i].state == PART_COUNTED)
			bitmaps_part_wait(collected->slots[i].part);
	slot->state = PART_COUNTED;
	bitmaps_part_count(slot->part, &slot->known);
	return 0;
}

static int count_below(struct catalogue *catalogue, struct collected *collected, int64_t number, struct error *err)
{
	for (int64_t i = collected->first; i < number; i++)
		if (slot_of(collected, i)->state == PART_OPEN && slot_count(catalogue, collected, slot_of(collected, i), err))
			return -1;
	return 0;
}

int bitmaps_collected_change(struct catalogue *catalogue, int64_t page, int64_t upto, struct bitmaps_row old, struct bitmaps_row changed, struct error *err)
{
	struct collected *collected = *catalogue_collected(catalogue);
	int64_t number = page / BITMAP_PART;
	if (!collected)
		return 0;
	collected->first = upto / BITMAP_PART;
	if (number >= collected->first + WINDOW)
		return 0;
	struct slot *slot = slot_of(collected, number);
	if (slot->number != number)
		slot_clear(slot, PART_NONE);
	if (slot->state == PART_NONE && slot_open(catalogue, slot, page, err))
		return -1;
	if (old.exact || !changed.exact || slot->state == PART_COUNTED)
		slot_clear(slot, PART_SPOILT);
	if (slot->state != PART_OPEN || bitmaps_part_add(slot->part, page, changed) != LATE)
		return 0;
	if (collected->closed < number)
		collected->closed = number;
	return count_below(catalogue, collected, number, err);
}

int bitmaps_collected_end(struct catalogue *catalogue, struct error *err)
{
	struct collected *collected = *catalogue_collected(catalogue);
	return collected ? count_below(catalogue, collected, collected->first + WINDOW, err) : 0;
}

bool bitmaps_collected(struct catalogue *catalogue, int n)
{
	const struct collected *collected = *catalogue_collected(catalogue);
	return collected && collected->closed - collected->first > n; /* the last one that is closed has only begun to be counted */
}

int bitmaps_collected_take(struct catalogue *catalogue, int64_t number, struct part **part, struct error *err)
{
	struct collected *collected = *catalogue_collected(catalogue);
	int64_t version;
	*part = NULL;
	if (!collected)
		return 0;
	struct slot *slot = slot_of(collected, number);
	collected->first = number + 1;
	if (slot->number != number)
		return 0;
	if (slot->state == PART_OPEN && slot_count(catalogue, collected, slot, err))
		return -1;
	if (slot->state == PART_COUNTED && version_read(catalogue, &version, err))
		return -1;
	if (slot->state == PART_COUNTED && version == slot->version) {
		bitmaps_part_wait(slot->part);
		*part = slot->part;
		slot->part = NULL;
	}
	slot_clear(slot, PART_NONE);
	return 0;
}
