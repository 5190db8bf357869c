#include "stages/ocr/seal.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "stages/ocr/tesseract.h"

/* Millimetres. Seals of agencies measure 32 to 42 across (Circular 42/2022/TT-BCA), with what a wrong resolution adds and takes. */
#define RADIUS_MIN 12.0
#define RADIUS_MAX 24.0
#define RING 2.0    /* the two circles of the ring and the white between: measured 1.1 to 1.8 */
#define BLEED 0.6   /* the ring's ragged outside */
#define CROSSING 0.6 /* a stroke that goes on this far beyond the ring crosses it; the ring's own raggedness is less */
#define THREAD 0.2  /* what is thinner, near the ring, is left over from it */
#define REACH 5.0   /* a line that ends this near to the disc may go on under it: a word that was cut has its rest beyond the ring */

#define DARK 140        /* grey below it is ink: seals lighter than this do not join letters */
#define COARSE 50       /* dpi at which rings are looked for */
#define RAYS 48         /* points of a circle that are looked at */
#define MISSES_MAX 3    /* of them: rings of 12 seals had none off, signatures and tables 4 and more */
#define BIG_GROUP 160    /* coarse pixels, 80 mm: tables and borders; a seal with signature and signer is flatter */
#define SEALS_MAX 4

static int mm(int dpi, double length)
{
	return (int)(dpi * length / 25.4 + 0.5);
}

static PIX *ink_of(PIX *pixels)
{
	return pixGetDepth(pixels) == 1 ? pixClone(pixels) : pixThresholdToBinary(pixels, DARK);
}

/* ---- finding ---- */

struct bits {
	const l_uint32 *data;
	int words, width, height;
};

static struct bits bits_of(PIX *pix)
{
	return (struct bits){ pixGetData(pix), pixGetWpl(pix), pixGetWidth(pix), pixGetHeight(pix) };
}

static bool is_set(const struct bits *b, int x, int y)
{
	return x >= 0 && y >= 0 && x < b->width && y < b->height && GET_DATA_BIT(b->data + (size_t)y * (size_t)b->words, x);
}

struct circle { /* unit vectors, so ordered that neighbours in the list lie far apart: most places fail after a few */
	float x[RAYS], y[RAYS];
};

static struct circle circle_new(void)
{
	struct circle c;

	for (int i = 0; i < RAYS; i++) {
		double angle = 2 * 3.14159265358979 * (i * 19 % RAYS) / RAYS;

		c.x[i] = (float)cos(angle);
		c.y[i] = (float)sin(angle);
	}
	return c;
}

static bool on_circle(const struct bits *b, const struct circle *c, int i, int x, int y, int r)
{
	return is_set(b, x + (int)lroundf((float)r * c->x[i]), y + (int)lroundf((float)r * c->y[i]));
}

/* Points of the circle without ink, at most MISSES_MAX + 1. Of the first eight one may be off: that settles most places. */
static int misses(const struct bits *b, const struct circle *c, int x, int y, int r)
{
	int n = 0;

	for (int i = 0; i < 8; i++)
		if (!on_circle(b, c, i, x, y, r) && n++)
			return MISSES_MAX + 1;
	for (int i = 8; i < RAYS && n <= MISSES_MAX; i++)
		n += !on_circle(b, c, i, x, y, r);
	return n;
}

/* The best ring inside a box of the coarse ink; r == 0 where there is none. thick: the same ink, widened by a pixel, since circles are walked in whole pixels. */
static struct seal ring_find(const struct bits *ink, const struct bits *thick, const struct circle *c, int left, int top, int right, int bottom)
{
	int least = MISSES_MAX + 1, low = mm(COARSE, RADIUS_MIN), high = mm(COARSE, RADIUS_MAX), paper = mm(COARSE, 2.5);
	int step = right - left > BIG_GROUP && bottom - top > BIG_GROUP ? 2 : 1; /* thick ink forgives a pixel */
	struct seal best = { 0, 0, 0 };

	for (int r = low; r <= high; r++)
		for (int y = top + r; y <= bottom - r; y += step)
			for (int x = left + r; x <= right - r; x += step) {
				int n = misses(thick, c, x, y, r), outside = 0;

				if (n > MISSES_MAX || n > least || (n == least && r < best.r))
					continue;
				for (int i = 0; i < RAYS; i++) /* a photograph is dark everywhere */
					outside += on_circle(ink, c, i, x, y, r + paper);
				if (2 * outside > RAYS)
					continue;
				least = n;
				best = (struct seal){ x, y, r };
			}
	return best;
}

static int by_size(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return x < y ? -1 : x > y;
}

/* The outer edge of the ring, seen from outside along each ray, corrects middle and radius. */
static void ring_refine(const struct bits *ink, const struct circle *c, int dpi, struct seal *seal)
{
	for (int round = 0; round < 3; round++) {
		float edge[RAYS], sorted[RAYS], dx = 0, dy = 0;
		int reach = mm(dpi, round ? 1.0 : 1.8), n = 0;

		for (int i = 0; i < RAYS; i++) {
			int r = seal->r + reach;

			while (r > seal->r - reach && !on_circle(ink, c, i, seal->x, seal->y, r))
				r--;
			edge[i] = sorted[i] = (float)r;
		}
		qsort(sorted, RAYS, sizeof *sorted, by_size);
		for (int i = 0; i < RAYS; i++)
			if (fabsf(edge[i] - sorted[RAYS / 2]) < (float)reach * 0.8F) { /* not where letters touch the ring */
				dx += (edge[i] - sorted[RAYS / 2]) * c->x[i];
				dy += (edge[i] - sorted[RAYS / 2]) * c->y[i];
				n++;
			}
		seal->r = (int)sorted[RAYS / 2];
		seal->x += n ? (int)lroundf(2 * dx / (float)n) : 0;
		seal->y += n ? (int)lroundf(2 * dy / (float)n) : 0;
	}
}

/* Between ring and emblem there is more paper than ink, else it is a picture. */
static bool is_seal(const struct bits *ink, const struct circle *c, int dpi, const struct seal *seal)
{
	int dark = 0, n = 0;

	for (int r = seal->r - mm(dpi, 6); r < seal->r - mm(dpi, RING); r++)
		for (int i = 0; i < RAYS; i++, n++)
			dark += on_circle(ink, c, i, seal->x, seal->y, r);
	return 2 * dark < n;
}

static void disc_paint(PIX *pix, const struct seal *s, int r, l_uint32 value)
{
	for (int y = s->y - r; y <= s->y + r; y++) {
		int half = (int)sqrt((double)r * r - (double)(y - s->y) * (y - s->y));

		for (int x = s->x - half; x <= s->x + half; x++)
			pixSetPixel(pix, x, y, value); /* ignores what lies outside */
	}
}

/* All rings within one group of ink. */
static void search_group(PIX *coarse, PIX *ink, BOX *group, int shrink, int dpi, struct arena *arena, struct seal **seals, int *n)
{
	struct circle c = circle_new();
	int x, y, w, h, side = 2 * mm(COARSE, RADIUS_MIN);

	boxGetGeometry(group, &x, &y, &w, &h);
	if (w < side || h < side)
		return;
	while (*n < SEALS_MAX) {
		PIX *wide = pixDilateBrick(NULL, coarse, 3, 3);
		struct bits thin, thick, fine = bits_of(ink);
		struct seal found;

		if (!wide)
			return;
		thin = bits_of(coarse);
		thick = bits_of(wide);
		found = ring_find(&thin, &thick, &c, x, y, x + w, y + h);
		pixDestroy(&wide);
		if (!found.r)
			return;
		disc_paint(coarse, &found, found.r + 1, 0);
		found = (struct seal){ found.x * shrink + shrink / 2, found.y * shrink + shrink / 2, found.r * shrink };
		ring_refine(&fine, &c, dpi, &found);
		if (is_seal(&fine, &c, dpi, &found))
			*(struct seal *)arena_push(arena, seals, n, sizeof found) = found;
	}
}

int seals_black(PIX *pixels, int dpi, struct arena *arena, struct seal **seals)
{
	PIX *ink = ink_of(pixels), *coarse = NULL;
	int shrink = 1, n = 0;
	BOXA *groups = NULL;

	*seals = NULL;
	for (coarse = ink ? pixClone(ink) : NULL; coarse && dpi / (2 * shrink) >= COARSE; shrink *= 2) {
		PIX *half = pixReduceRankBinary2(coarse, 2, NULL);

		pixDestroy(&coarse);
		coarse = half;
	}
	groups = coarse ? pixConnCompBB(coarse, 8) : NULL;
	for (int i = 0; groups && i < boxaGetCount(groups); i++) {
		BOX *group = boxaGetBox(groups, i, L_CLONE);

		search_group(coarse, ink, group, shrink, dpi, arena, seals, &n);
		boxDestroy(&group);
	}
	boxaDestroy(&groups);
	pixDestroy(&coarse);
	pixDestroy(&ink);
	return n;
}

PIX *seals_cover(PIX *pixels, int dpi, const struct seal *seals, int nseals)
{
	PIX *covered = pixCopy(NULL, pixels);

	for (int i = 0; covered && i < nseals; i++)
		disc_paint(covered, &seals[i], seals[i].r + mm(dpi, BLEED), pixGetDepth(pixels) == 1 ? 0 : 255);
	return covered;
}

/* ---- the strokes under a disc ---- */

/* Where the ring's ink lies: the distances from the middle at which most of the circle is dark. Letters at another distance are not touched. */
struct ring {
	const struct seal *seal;
	int outer;             /* squares of distances at or beyond it are outside */
	unsigned char *is_ink; /* by distance */
};

#define RING_SHARE 0.45 /* of a circle that is ink: thin rings are no perfect circles; words over the seal cover less */

static int distance(const struct seal *seal, int x, int y)
{
	double dx = x - seal->x, dy = y - seal->y;

	return (int)(sqrt(dx * dx + dy * dy) + 0.5);
}

static struct ring ring_measure(const struct bits *ink, int dpi, const struct seal *seal, struct arena *arena)
{
	struct ring ring = { seal, seal->r + mm(dpi, BLEED) + 1, NULL };
	int *dark = arena_array(arena, (size_t)ring.outer + 1, sizeof *dark), *all = arena_array(arena, (size_t)ring.outer + 1, sizeof *all);

	ring.is_ink = arena_array(arena, (size_t)ring.outer + 1, 1);
	for (int y = seal->y - ring.outer; y <= seal->y + ring.outer; y++)
		for (int x = seal->x - ring.outer; x <= seal->x + ring.outer; x++) {
			int d = distance(seal, x, y);

			if (d > ring.outer)
				continue;
			all[d]++;
			dark[d] += is_set(ink, x, y);
		}
	for (int d = seal->r - mm(dpi, RING); d <= ring.outer; d++)
		ring.is_ink[d] = dark[d] > RING_SHARE * all[d] || (d >= seal->r && dark[d] > 0.15 * all[d]);
	return ring;
}

static bool in_ring(const struct ring *ring, int x, int y)
{
	int d = distance(ring->seal, x, y);

	return d <= ring->outer && ring->is_ink[d];
}

/* How many pixels of ink go on from (x, y) in one direction and lie beyond the ring, at most `enough`. */
static int beyond(const struct bits *ink, const struct ring *ring, int x, int y, int dx, int dy, int enough)
{
	int n = 0;

	while (n < enough && is_set(ink, x, y)) {
		n += !in_ring(ring, x, y);
		x += dx;
		y += dy;
	}
	return n;
}

static bool crosses(const struct bits *ink, const struct ring *ring, int x, int y, int enough)
{
	return beyond(ink, ring, x, y, 0, -1, enough) >= enough || beyond(ink, ring, x, y, 0, 1, enough) >= enough ||
	       beyond(ink, ring, x, y, -1, 0, enough) >= enough || beyond(ink, ring, x, y, 1, 0, enough) >= enough;
}

/* Near the ring, threads of its edges remain; letters are thicker. */
static void drop_threads(PIX *disc, int dpi, const struct ring *ring)
{
	int side = mm(dpi, THREAD) > 1 ? mm(dpi, THREAD) : 2, inner = ring->seal->r - mm(dpi, RING), r = ring->outer;
	PIX *solid = pixOpenBrick(NULL, disc, side, side);

	for (int y = 0; solid && y <= 2 * r; y++)
		for (int x = 0; x <= 2 * r; x++) {
			l_uint32 kept = 1;

			if (distance(ring->seal, ring->seal->x - r + x, ring->seal->y - r + y) < inner)
				continue;
			pixGetPixel(solid, x, y, &kept);
			if (!kept)
				pixSetPixel(disc, x, y, 0);
		}
	pixDestroy(&solid);
}

/* The disc's ink without its ring, but with the strokes that cross it; *left and *top say where the picture lies. */
static PIX *disc_ink(const struct bits *ink, int dpi, const struct ring *ring, int *left, int *top)
{
	int r = ring->outer, enough = mm(dpi, CROSSING);
	PIX *disc = pixCreate(2 * r + 1, 2 * r + 1, 1);

	*left = ring->seal->x - r;
	*top = ring->seal->y - r;
	for (int y = 0; disc && y <= 2 * r; y++)
		for (int x = 0; x <= 2 * r; x++)
			if (is_set(ink, *left + x, *top + y) && distance(ring->seal, *left + x, *top + y) <= r &&
			    (!in_ring(ring, *left + x, *top + y) || crosses(ink, ring, *left + x, *top + y, enough)))
				pixSetPixel(disc, x, y, 1);
	if (disc)
		drop_threads(disc, dpi, ring);
	return disc;
}

/* A piece of the disc's ink, in pixels of the page. */
struct piece {
	PIX *pix;
	int left, top, right, bottom;
};

/* The part of a piece that lies in a line's rows, cut out; NULL where most of it lies outside: it is of the seal. */
static PIX *piece_within(const struct piece *p, int top, int bottom)
{
	int from = top > p->top ? top - p->top : 0, to = (bottom < p->bottom ? bottom : p->bottom) - p->top, all = 0, part = 0;
	BOX *rows;
	PIX *cut;

	if (to <= from)
		return NULL;
	rows = boxCreate(0, from, p->right - p->left, to - from);
	cut = pixClipRectangle(p->pix, rows, NULL);
	boxDestroy(&rows);
	pixCountPixels(p->pix, &all, NULL);
	if (cut)
		pixCountPixels(cut, &part, NULL);
	if (3 * part < 2 * all)
		pixDestroy(&cut);
	return cut;
}

/* The rows in which letters of a line stand, with room for marks above and below. */
struct band {
	int top, bottom;
};

/* From the ink of the line beside the disc: rows that hold a good part of what the fullest one holds reach from baseline to capitals. */
static struct band band_of(const struct bits *ink, const struct line_place *place, const struct seal *seal, int dpi)
{
	int clear = seal->r + mm(dpi, BLEED), n = place->bottom - place->top, most = 0, first = -1, last = -1;
	int *dark = calloc((size_t)(n > 0 ? n : 1), sizeof *dark);

	for (int i = 0; dark && i < n; i++) {
		for (int x = place->left; x < place->right; x++)
			dark[i] += is_set(ink, x, place->top + i) && distance(seal, x, place->top + i) > clear;
		most = dark[i] > most ? dark[i] : most;
	}
	for (int i = 0; dark && most && i < n; i++)
		if (4 * dark[i] >= most) {
			first = first < 0 ? i : first;
			last = i + 1;
		}
	free(dark);
	if (first < 0)
		return (struct band){ place->top, place->bottom };
	return (struct band){ place->top + first - (last - first) * 2 / 5, place->top + last + (last - first) / 3 };
}

/* Pieces wide and flat are arcs and pen strokes, tiny ones marks, which come along with their letter. */
static bool is_letter(const struct piece *p, const struct band *band)
{
	int high = band->bottom - band->top, w = p->right - p->left, h = p->bottom - p->top;

	return 4 * h >= high && w <= 3 * h && w <= 3 * high;
}

/* The line grows, word by word, over pieces at its end. */
static void line_grow(struct line_place *line, const struct band *band, const struct piece *pieces, int n, bool to_left)
{
	int gap = (band->bottom - band->top) / 2;

	for (bool grown = true; grown;) {
		grown = false;
		for (int i = 0; i < n; i++) {
			const struct piece *p = &pieces[i];
			PIX *within;

			if (!is_letter(p, band) ||
			    (to_left ? p->left - LINE_MARGIN >= line->left || p->right < line->left - gap :
				       p->right + LINE_MARGIN <= line->right || p->left > line->right + gap))
				continue;
			within = piece_within(p, band->top, band->bottom);
			if (!within)
				continue;
			pixDestroy(&within);
			if (to_left)
				line->left = p->left - LINE_MARGIN;
			else
				line->right = p->right + LINE_MARGIN;
			grown = true;
		}
	}
}

/* Half of the chord that a row cuts out of the disc; -1 where it passes by. */
static int half_chord(const struct seal *s, int y)
{
	double d = (double)s->r * s->r - (double)(y - s->y) * (y - s->y);

	return d > 0 ? (int)sqrt(d) : -1;
}

static void line_restore(struct found_line *line, const struct bits *ink, int dpi, const struct seal *seal, const struct piece *pieces, int n, PIX *mask)
{
	struct line_place *place = &line->place;
	int chord = half_chord(seal, (place->top + place->bottom) / 2), reach = mm(dpi, REACH);
	struct band band;

	if (place->turned || place->bottom < seal->y - seal->r - reach || place->top > seal->y + seal->r + reach)
		return;
	band = band_of(ink, place, seal, dpi);
	if (chord >= 0 && place->left > seal->x && place->left < seal->x + chord + reach)
		line_grow(place, &band, pieces, n, true);
	else if (chord >= 0 && place->right < seal->x && place->right > seal->x - chord - reach)
		line_grow(place, &band, pieces, n, false);
	for (int i = 0; i < n; i++) {
		PIX *within;

		if (pieces[i].right < place->left || pieces[i].left > place->right)
			continue;
		within = piece_within(&pieces[i], band.top, band.bottom);
		if (within)
			pixRasterop(mask, pieces[i].left, pieces[i].top > band.top ? pieces[i].top : band.top, pixGetWidth(within), pixGetHeight(within),
				    PIX_SRC | PIX_DST, within, 0, 0);
		pixDestroy(&within);
	}
}

static void seal_strokes(const struct bits *ink, int dpi, const struct seal *seal, struct found_line *lines, int nlines, PIX *mask, struct arena *arena)
{
	struct ring ring = ring_measure(ink, dpi, seal, arena);
	int left, top, n;
	PIX *disc = disc_ink(ink, dpi, &ring, &left, &top);
	PIXA *parts = NULL;
	BOXA *boxes = disc ? pixConnComp(disc, &parts, 8) : NULL;
	struct piece *pieces;

	n = boxes ? boxaGetCount(boxes) : 0;
	pieces = calloc((size_t)n + 1, sizeof *pieces);
	for (int i = 0; pieces && i < n; i++) {
		int x, y, w, h;

		boxaGetBoxGeometry(boxes, i, &x, &y, &w, &h);
		pieces[i] = (struct piece){ pixaGetPix(parts, i, L_CLONE), left + x, top + y, left + x + w, top + y + h };
	}
	for (int i = 0; pieces && i < nlines; i++)
		line_restore(&lines[i], ink, dpi, seal, pieces, n, mask);
	for (int i = 0; pieces && i < n; i++)
		pixDestroy(&pieces[i].pix);
	free(pieces);
	boxaDestroy(&boxes);
	pixaDestroy(&parts);
	pixDestroy(&disc);
}

PIX *seals_strokes(PIX *pixels, int dpi, const struct seal *seals, int nseals, struct found_line *lines, int nlines, struct arena *arena)
{
	PIX *ink = ink_of(pixels), *mask = pixCreate(pixGetWidth(pixels), pixGetHeight(pixels), 1);
	struct bits bits;

	if (ink && mask) {
		bits = bits_of(ink);
		for (int i = 0; i < nseals; i++)
			seal_strokes(&bits, dpi, &seals[i], lines, nlines, mask, arena);
	}
	pixDestroy(&ink);
	return mask;
}
