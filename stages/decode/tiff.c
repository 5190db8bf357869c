/* tiff.c - the directories of a TIFF file (TIFF 6.0, section 2), walked before Leptonica and libtiff see them */
#include "stages/decode/formats.h"

#include <string.h>

#include "pipeline/error.h"
#include "stages/decode/limits.h"

enum { /* TIFF 6.0, section 8 */
	TAG_WIDTH = 256,
	TAG_HEIGHT = 257,
	TAG_COMPRESSION = 259,
	TAG_STRIP_OFFSETS = 273,
	TAG_STRIP_COUNTS = 279,
	TAG_XRESOLUTION = 282,
	TAG_YRESOLUTION = 283,
	TAG_RESOLUTION_UNIT = 296,
	TAG_TILE_OFFSETS = 324,
	TAG_TILE_COUNTS = 325
};

#define ENTRY_SIZE 12
#define STRIPS_MAX (1u << 20) /* a strip per line of the tallest page is 30000 */

struct tiff {
	const unsigned char *data;
	size_t size;
	bool big; /* byte order "MM" */
};

struct entry {
	unsigned tag, type;
	uint32_t count;
	size_t value; /* where the value itself lies; inside the file for count values */
};

struct directory {
	struct image_facts facts;
	struct entry offsets, counts;
	unsigned unit;
	uint32_t next;
};

static unsigned get16(const struct tiff *t, size_t at)
{
	const unsigned char *p = t->data + at;

	return t->big ? (unsigned)p[0] << 8 | p[1] : (unsigned)p[1] << 8 | p[0];
}

static uint32_t get32(const struct tiff *t, size_t at)
{
	return t->big ? (uint32_t)get16(t, at) << 16 | get16(t, at + 2) : (uint32_t)get16(t, at + 2) << 16 | get16(t, at);
}

static bool inside(const struct tiff *t, size_t at, size_t length)
{
	return at <= t->size && length <= t->size - at;
}

static int truncated(struct error *err)
{
	return error_set(err, REACH_DOCUMENT, "truncated", _("the TIFF file ends before its data do"));
}

static size_t type_size(unsigned type)
{
	static const size_t sizes[] = { 0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8 };

	return type < sizeof sizes / sizeof sizes[0] ? sizes[type] : 0;
}

static int read_entry(const struct tiff *t, size_t at, struct entry *entry, struct error *err)
{
	size_t length;

	entry->tag = get16(t, at);
	entry->type = get16(t, at + 2);
	entry->count = get32(t, at + 4);
	length = type_size(entry->type) * (size_t)entry->count;
	entry->value = length > 4 ? get32(t, at + 8) : at + 8;
	if (!inside(t, entry->value, length))
		return truncated(err);
	return 0;
}

/* Element i of a SHORT or LONG value. */
static uint32_t element(const struct tiff *t, const struct entry *entry, uint32_t i)
{
	if (i >= entry->count)
		return 0;
	if (entry->type == 3)
		return get16(t, entry->value + 2 * (size_t)i);
	return entry->type == 4 ? get32(t, entry->value + 4 * (size_t)i) : 0;
}

static double rational(const struct tiff *t, const struct entry *entry)
{
	uint32_t below;

	if (entry->type != 5 || entry->count < 1)
		return 0;
	below = get32(t, entry->value + 4);
	return below ? (double)get32(t, entry->value) / below : 0;
}

static void keep_entry(const struct tiff *t, const struct entry *entry, struct directory *d)
{
	switch (entry->tag) {
	case TAG_WIDTH:
		d->facts.width = element(t, entry, 0);
		break;
	case TAG_HEIGHT:
		d->facts.height = element(t, entry, 0);
		break;
	case TAG_STRIP_OFFSETS:
	case TAG_TILE_OFFSETS:
		d->offsets = *entry;
		break;
	case TAG_STRIP_COUNTS:
	case TAG_TILE_COUNTS:
		d->counts = *entry;
		break;
	case TAG_XRESOLUTION:
		d->facts.xdpi = rational(t, entry);
		break;
	case TAG_YRESOLUTION:
		d->facts.ydpi = rational(t, entry);
		break;
	case TAG_RESOLUTION_UNIT:
		d->unit = element(t, entry, 0);
		break;
	default:
		break;
	}
}

/* Every strip must lie inside the file: this is where a copy that stopped early shows. */
static int check_strips(const struct tiff *t, const struct directory *d, struct error *err)
{
	if (d->facts.width < 1 || d->facts.height < 1 || d->offsets.count < 1)
		return error_set(err, REACH_DOCUMENT, "damaged", _("a page of the TIFF file has no size or no data"));
	if (d->offsets.count > STRIPS_MAX || (d->counts.count && d->counts.count < d->offsets.count))
		return error_set(err, REACH_DOCUMENT, "damaged", _("a page of the TIFF file contradicts itself"));
	for (uint32_t i = 0; i < d->offsets.count; i++)
		if (!inside(t, element(t, &d->offsets, i), element(t, &d->counts, i)) ||
		    element(t, &d->offsets, i) >= t->size)
			return truncated(err);
	return 0;
}

static int read_directory(const struct tiff *t, size_t at, struct directory *d, struct error *err)
{
	unsigned n;

	*d = (struct directory){ .facts = { .orientation = 1 }, .unit = 2 };
	if (!inside(t, at, 2))
		return truncated(err);
	n = get16(t, at);
	if (!inside(t, at + 2, (size_t)n * ENTRY_SIZE + 4))
		return truncated(err);
	for (unsigned i = 0; i < n; i++) {
		struct entry entry;

		if (read_entry(t, at + 2 + (size_t)i * ENTRY_SIZE, &entry, err) < 0)
			return -1;
		keep_entry(t, &entry, d);
	}
	d->next = get32(t, at + 2 + (size_t)n * ENTRY_SIZE);
	if (d->unit == 3) { /* centimetres */
		d->facts.xdpi *= 2.54;
		d->facts.ydpi *= 2.54;
	} else if (d->unit != 2) { /* only the ratio of the sides is told */
		d->facts.xdpi = d->facts.ydpi = 0;
	}
	return check_strips(t, d, err);
}

static int open_tiff(const unsigned char *data, size_t size, struct tiff *t, struct error *err)
{
	*t = (struct tiff){ data, size, size && data[0] == 'M' };
	if (size < 8)
		return truncated(err);
	return 0;
}

/* Walks to page `stop`, or to the end when stop is 0. Leptonica's and libtiff's own walks follow a loop for ever: here a second
 * pointer walks at half the speed, and meeting it is a loop (Floyd). */
static int walk(const struct tiff *t, const struct limits *limits, int stop, int *pages, struct directory *d, size_t *at,
		struct error *err)
{
	uint32_t next = get32(t, 4), slow = next;

	for (*pages = 0; next; *pages += 1) {
		if (*pages == limits->pages)
			return error_set(err, REACH_DOCUMENT, "too-many-pages",
					 _("the TIFF file has more than %d pages"), limits->pages);
		if (*pages > 0 && *pages % 2 == 0) {
			struct directory behind;

			if (read_directory(t, slow, &behind, err) < 0)
				return -1;
			slow = behind.next;
		}
		if (*pages > 0 && next == slow)
			return error_set(err, REACH_DOCUMENT, "damaged", _("the pages of the TIFF file run in a circle"));
		if (read_directory(t, next, d, err) < 0)
			return -1;
		*at = next;
		next = d->next;
		if (stop && *pages + 1 == stop) {
			*pages += 1;
			return 0;
		}
	}
	return 0;
}

int tiff_count(const unsigned char *data, size_t size, const struct limits *limits, int *pages, struct error *err)
{
	struct tiff t;
	struct directory d;
	size_t at;

	if (open_tiff(data, size, &t, err) < 0 || walk(&t, limits, 0, pages, &d, &at, err) < 0)
		return -1;
	if (*pages == 0)
		return error_set(err, REACH_DOCUMENT, "no-pages", _("the TIFF file holds no page"));
	return 0;
}

int tiff_page(const unsigned char *data, size_t size, const struct limits *limits, int number, struct image_facts *facts,
	      size_t *directory, struct error *err)
{
	struct tiff t;
	struct directory d;
	int pages;

	if (open_tiff(data, size, &t, err) < 0 || walk(&t, limits, number, &pages, &d, directory, err) < 0)
		return -1;
	if (pages < number)
		return error_set(err, REACH_PAGE, "other", _("the file has no page %d"), number);
	*facts = d.facts;
	return 0;
}
