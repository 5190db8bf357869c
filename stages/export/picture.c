#include "stages/export/picture.h"

#include <leptonica/allheaders.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"

/* Okabe and Ito's colours: told apart by colour-blind readers too. */
static const unsigned char colours[][3] = { { 0, 114, 178 }, { 213, 94, 0 },   { 0, 158, 115 },
					    { 204, 121, 167 }, { 230, 159, 0 }, { 86, 180, 233 } };

enum { NCOLOURS = sizeof colours / sizeof *colours, LABEL_MAX = 40 };

#define WASH 0.22          /* share of colour over the paper: print stays readable */
#define PAGE_PER_LINE 700  /* a frame is as thick as this part of the longer side */
#define INK_BELOW 130      /* grey of what counts as print */
#define PAGE_PER_FONT 360  /* pixels of the longer side for one point of the font: 4 to 20 are at hand */

static int within(int value, int low, int high)
{
	return value < low ? low : value > high ? high : value;
}

static void fill(struct Pix *pix, struct box b, const unsigned char colour[3], float share)
{
	BOX *box = boxCreate(b.x, b.y, b.w, b.h);

	pixBlendInRect(pix, box, (l_uint32)colour[0] << 24 | (l_uint32)colour[1] << 16 | (l_uint32)colour[2] << 8, share);
	boxDestroy(&box);
}

/* What the label may show: one line of printable ASCII. */
static void label_copy(char out[LABEL_MAX + 1], const char *label)
{
	int n = 0;

	for (; label && *label && n < LABEL_MAX; label++)
		out[n++] = *label >= ' ' && *label <= '~' ? *label : '?';
	out[n] = '\0';
}

/* Dark pixels under a tab, and all of the tabs and boxes it would cover: the less the better. */
static int64_t cost(struct Pix *ink, struct box tab, const struct box *taken, int ntaken)
{
	BOX *box = boxCreate(tab.x, tab.y, tab.w, tab.h);
	int64_t sum = 0;
	l_int32 dark = 0;

	pixCountPixelsInRect(ink, box, &dark, NULL);
	boxDestroy(&box);
	for (int i = 0; i < ntaken; i++)
		sum += box_area(box_intersect(tab, taken[i]));
	return sum + 4 * (int64_t)dark; /* print is thin: a quarter of a covered word is dark */
}

/* The place for a label round its box that hides least. */
static struct box place(struct Pix *ink, struct box b, int w, int h, const struct box *taken, int ntaken)
{
	const struct box sheet = { 0, 0, pixGetWidth(ink), pixGetHeight(ink) };
	const struct box places[] = { { b.x, b.y - h, w, h },	      { b.x + b.w, b.y + (b.h - h) / 2, w, h },
				      { b.x - w, b.y + (b.h - h) / 2, w, h }, { b.x + b.w - w, b.y - h, w, h },
				      { b.x, b.y + b.h, w, h },	      { b.x + b.w - w, b.y + b.h, w, h } };
	struct box best = { within(b.x, 0, sheet.w > w ? sheet.w - w : 0), within(b.y, 0, sheet.h > h ? sheet.h - h : 0), w, h };
	int64_t least = INT64_MAX;

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		int64_t c;

		if (box_area(box_intersect(places[i], sheet)) < box_area(places[i]))
			continue;
		c = cost(ink, places[i], taken, ntaken);
		if (c < least) {
			least = c;
			best = places[i];
		}
	}
	return box_intersect(best, sheet);
}

/* Gives where the label went, so that the next ones keep off. */
static struct box put_label(struct Pix *pix, struct Pix *ink, L_BMF *font, struct box b, const unsigned char colour[3],
			    const char *label, const struct box *taken, int ntaken)
{
	char text[LABEL_MAX + 1];
	l_int32 width = 0, baseline = 0;
	int pad = 2 + font->lineheight / 6;
	struct box tab = { 0, 0, 0, 0 };

	label_copy(text, label);
	if (!*text || bmfGetStringWidth(font, text, &width) || bmfGetBaseline(font, 'a', &baseline))
		return tab;
	tab = place(ink, b, width + 2 * pad, font->lineheight + pad, taken, ntaken);
	if (!tab.w)
		return tab;
	fill(pix, tab, colour, 1);
	pixSetTextline(pix, font, text, 0xffffff00, tab.x + pad, tab.y + pad / 2 + baseline, NULL, NULL);
	return tab;
}

static void frame(struct Pix *pix, struct box b, int line, const unsigned char colour[3])
{
	line = within(line, 1, b.w < b.h ? (b.w + 1) / 2 : (b.h + 1) / 2);
	fill(pix, (struct box){ b.x, b.y, b.w, line }, colour, 1);
	fill(pix, (struct box){ b.x, b.y + b.h - line, b.w, line }, colour, 1);
	fill(pix, (struct box){ b.x, b.y, line, b.h }, colour, 1);
	fill(pix, (struct box){ b.x + b.w - line, b.y, line, b.h }, colour, 1);
}

/* Boxes first, labels over all of them, so that no wash hides one. */
static void draw_all(struct Pix *pix, struct Pix *ink, L_BMF *font, const struct picture_box *boxes, int n)
{
	const struct box sheet = { 0, 0, pixGetWidth(pix), pixGetHeight(pix) };
	int line = within((sheet.w > sheet.h ? sheet.w : sheet.h) / PAGE_PER_LINE, 1, 12), air = 2 * line;
	struct box *taken = mem_alloc(((size_t)n * 2 + 1) * sizeof *taken);

	for (int i = 0; i < n; i++) {
		struct box b = box_intersect(boxes[i].box, sheet);

		if (!b.w)
			continue;
		fill(pix, b, colours[i % NCOLOURS], (float)WASH);
		taken[i] = box_intersect((struct box){ b.x - air, b.y - air, b.w + 2 * air, b.h + 2 * air }, sheet);
		frame(pix, taken[i], line, colours[i % NCOLOURS]);
	}
	for (int i = 0; i < n; i++)
		if (taken[i].w)
			taken[n + i] = put_label(pix, ink, font, taken[i], colours[i % NCOLOURS], boxes[i].label, taken, n + i);
	free(taken);
}

struct Pix *picture_draw(struct Pix *page, const struct picture_box *boxes, int n, struct error *err)
{
	struct Pix *pix = page ? pixConvertTo32(page) : NULL, *ink = page ? pixConvertTo1(page, INK_BELOW) : NULL;
	int longer = pix ? (pixGetWidth(pix) > pixGetHeight(pix) ? pixGetWidth(pix) : pixGetHeight(pix)) : 0;
	L_BMF *font = pix ? bmfCreate(NULL, within(longer / PAGE_PER_FONT / 2 * 2, 4, 20)) : NULL;

	if (pix && ink && font) {
		draw_all(pix, ink, font, boxes, within(n, 0, PICTURE_BOXES_MAX));
	} else {
		pixDestroy(&pix);
		error_set(err, REACH_PAGE, "out-of-memory", _("cannot draw the page"));
	}
	bmfDestroy(&font);
	pixDestroy(&ink);
	return pix;
}

void picture_shrink(struct Pix **picture, int width)
{
	struct Pix *narrow;

	if (width < 1 || pixGetWidth(*picture) <= width)
		return;
	narrow = pixScaleToSize(*picture, width, 0);
	if (!narrow)
		return; /* too little memory: the large one serves as well */
	pixDestroy(picture);
	*picture = narrow;
}

char *picture_png(struct Pix *picture, size_t *size, struct error *err)
{
	l_uint8 *bytes = NULL;
	size_t n = 0;
	char *copy;

	if (pixWriteMemPng(&bytes, &n, picture, 0) || !n) {
		lept_free(bytes);
		error_set(err, REACH_PAGE, "out-of-memory", _("cannot write the picture"));
		return NULL;
	}
	copy = mem_alloc(n);
	memcpy(copy, bytes, n);
	lept_free(bytes);
	*size = n;
	return copy;
}
