/*
 * scan.c - a scanner: a leaf becomes pixels, a little crooked, a little dirty
 *
 * Lines are turned as vectors, so a skewed page is as sharp as a straight one; blur, grain, specks, shadow and punch holes come
 * after, then the reduction to grey or to one bit at a fixed threshold as office scanners do.
 */
#include "draw.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define THRESHOLD 150 /* grey level under which a 1-bit scan is black */
#define LID 58        /* grey level of the lid around a crooked page */
#define SCATTER 0.2   /* millimetres that light spreads in a sheet of 70 g/m² */

/* dpi, tone, skew, rotation, grain, specks, blur, shadow, fade, holes, border, fold, through */
const struct scanner scanners[] = {
	{ 200, TONE_COLOUR, 0, 0, 0, 0, 0, 0, 0, false, false, 0, 0 },         /* clean-colour */
	{ 300, TONE_COLOUR, 0, 0, 0.8, 0, 0.1, 6, 0, false, false, 0, 0 },     /* fine-colour */
	{ 200, TONE_COLOUR, 0, 0, 2.0, 0.05, 0.35, 16, 0.05, false, false, 0, 0 }, /* colour */
	{ 300, TONE_BITONAL, 0, 0, 0, 0, 0, 0, 0, false, false, 0, 0 },        /* clean-300 */
	{ 300, TONE_BITONAL, 0, 0, 14, 0.5, 0.5, 10, 0.05, false, false, 0, 0 }, /* bitonal-300 */
	{ 200, TONE_BITONAL, 0, 0, 10, 0.5, 0.3, 10, 0.03, true, false, 0, 0 },  /* bitonal-200 */
	{ 200, TONE_GREY, 0, 0, 2.5, 0.1, 0.4, 14, 0.1, false, false, 0, 0 },    /* grey */
	{ 200, TONE_BITONAL, 0, 0, 34, 6, 0.9, 60, 0.22, true, true, 0, 0 },     /* bad-200 */
	{ 200, TONE_COLOUR, 0, 0, 5, 1.5, 0.9, 45, 0.25, true, true, 0, 0 },     /* bad-colour */
	{ 200, TONE_GREY, 0, 0, 3.0, 0.2, 0.4, 110, 0.1, false, false, 90, 0.3 },   /* thin-grey: a bound volume of thin paper */
	{ 200, TONE_COLOUR, 0, 0, 3.0, 0.2, 0.4, 80, 0.1, false, false, 70, 0.4 },  /* thin-colour */
};
const char *const scanner_names[] = { "clean-colour", "fine-colour", "colour", "clean-300", "bitonal-300", "bitonal-200", "grey",
				      "bad-200", "bad-colour", "thin-grey", "thin-colour", NULL };

const struct scanner *scanner_find(const char *name)
{
	for (int i = 0; scanner_names[i]; i++)
		if (!strcmp(scanner_names[i], name))
			return &scanners[i];
	return NULL;
}

/* mirrored: the leaf from behind */
static PIX *render(const struct leaf *leaf, const struct scanner *s, bool mirrored)
{
	int w = (int)lround(leaf->width * s->dpi / 72), h = (int)lround(leaf->height * s->dpi / 72), wpl;
	cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w, h);
	cairo_t *cr = cairo_create(image);
	double back = s->border ? LID / 255.0 : 1;
	const unsigned char *from;
	l_uint32 *to;
	PIX *pix;

	cairo_set_source_rgb(cr, back, back, back);
	cairo_paint(cr);
	cairo_translate(cr, w / 2.0, h / 2.0);
	cairo_rotate(cr, -s->skew * M_PI / 180 + (s->rotation == 180 ? M_PI : 0));
	cairo_scale(cr, (mirrored ? -1 : 1) * s->dpi / 72.0, s->dpi / 72.0);
	cairo_translate(cr, -leaf->width / 2, -leaf->height / 2);
	cairo_rectangle(cr, 0, 0, leaf->width, leaf->height);
	cairo_clip(cr);
	cairo_set_source_surface(cr, leaf->record, 0, 0);
	cairo_paint(cr);
	cairo_surface_flush(image);
	pix = pixCreate(w, h, 32);
	wpl = pixGetWpl(pix);
	to = pixGetData(pix);
	from = cairo_image_surface_get_data(image);
	for (int y = 0; y < h; y++) {
		const uint32_t *row = (const uint32_t *)(const void *)(from + (size_t)y * (size_t)cairo_image_surface_get_stride(image));

		for (int x = 0; x < w; x++)
			to[(size_t)y * (size_t)wpl + (size_t)x] = row[x] << 8; /* Cairo keeps 0RGB, Leptonica RGB0 */
	}
	cairo_destroy(cr);
	cairo_surface_destroy(image);
	pixSetResolution(pix, s->dpi, s->dpi);
	return pix;
}

/* Weights a, 1-2a, a in both directions. */
static void blur(PIX *pix, double amount)
{
	int w = pixGetWidth(pix), h = pixGetHeight(pix), wpl = pixGetWpl(pix), a = (int)(amount * 64);
	l_uint32 *data = pixGetData(pix), *line = malloc((size_t)(w > h ? w : h) * sizeof *line);

	for (int pass = 0; pass < 2; pass++) {
		int n = pass ? h : w, m = pass ? w : h;

		for (int j = 0; j < m; j++) {
			l_uint32 *p = pass ? data + j : data + (size_t)j * (size_t)wpl;
			int step = pass ? wpl : 1;

			for (int i = 0; i < n; i++)
				line[i] = p[(size_t)i * (size_t)step];
			for (int i = 1; i + 1 < n; i++) {
				l_uint32 out = 0;

				for (int shift = 8; shift <= 24; shift += 8)
					out |= ((((line[i - 1] >> shift) & 255) + ((line[i + 1] >> shift) & 255)) * (l_uint32)a +
						((line[i] >> shift) & 255) * (l_uint32)(256 - 2 * a)) / 256 << shift;
				p[(size_t)i * (size_t)step] = out;
			}
		}
	}
	free(line);
}

static int clamp(int v)
{
	return v < 0 ? 0 : v > 255 ? 255 : v;
}

/* Fade, paper colour, shadow at the binding edge, grain: one pass. */
static void tone(PIX *pix, const struct scanner *s, struct chance *c)
{
	static const int paper[2][3] = { { 255, 255, 255 }, { 251, 249, 243 } };
	int w = pixGetWidth(pix), h = pixGetHeight(pix), wpl = pixGetWpl(pix), reach = s->fold > 0 ? (int)(s->fold * s->dpi / 25.4) : s->dpi * 2 / 3;
	bool dirty = s->grain > 0 || s->shadow > 0 || s->fade > 0;
	const int *white = paper[s->tone == TONE_COLOUR && dirty];
	l_uint32 *data = pixGetData(pix);
	signed char noise[4096];

	for (size_t i = 0; i < sizeof noise; i++) {
		double v = chance_normal(c) * s->grain;

		noise[i] = (signed char)(v > 120 ? 120 : v < -120 ? -120 : v);
	}
	for (int y = 0; dirty && y < h; y++) {
		uint64_t bits = 0;

		for (int x = 0; x < w; x++) {
			l_uint32 *p = data + (size_t)y * (size_t)wpl + (size_t)x, out = 0;
			double near = x < reach ? 1 - (double)x / reach : 0;
			int dark = (int)(s->shadow * near * near), n;

			if (x % 4 == 0)
				bits = chance_next(c);
			n = noise[bits & 4095] - (s->fold > 0 ? 0 : dark);
			bits >>= 16;
			for (int k = 0; k < 3; k++) {
				int v = (int)(*p >> (24 - 8 * k) & 255);

				v = v + (int)((255 - v) * s->fade);
				if (s->fold > 0) /* light that falls short, so that ink and paper keep their relation */
					v = v * (255 - dark) / 255;
				out |= (l_uint32)clamp(v * white[k] / 255 + n) << (24 - 8 * k);
			}
			*p = out;
		}
	}
}

static void dot(PIX *pix, int x, int y, int r, l_uint32 colour)
{
	for (int j = -r; j <= r; j++)
		for (int i = -r; i <= r; i++)
			if (i * i + j * j <= r * r)
				pixSetPixel(pix, x + i, y + j, colour);
}

static void dirt(PIX *pix, const struct scanner *s, struct chance *c)
{
	int w = pixGetWidth(pix), h = pixGetHeight(pix), n = (int)(s->specks * w * h / s->dpi / s->dpi);

	for (int i = 0; i < n; i++) {
		int x = (int)(chance_unit(c) * w), y = (int)(chance_unit(c) * h);

		dot(pix, x, y, (int)(chance_unit(c) * 1.9), s->tone == TONE_COLOUR ? 0x6a605800 : 0x30303000);
	}
	if (!s->holes)
		return;
	for (int k = -1; k <= 1; k += 2) /* ISO 838: 80 mm apart, 12 mm from the edge, 6 mm wide */
		dot(pix, s->dpi * 12 * 10 / 254, h / 2 + k * s->dpi * 400 / 254, s->dpi * 30 / 254, 0x3a3a3a00);
}

/* Paper scatters light: what is printed on the back comes through pale, soft and mirrored. */
static void show_through(PIX *pix, const struct leaf *back, const struct scanner *s)
{
	PIX *behind = render(back, s, true), *grey = pixConvertRGBToGray(behind, 0.3f, 0.59f, 0.11f);
	PIX *soft = pixBlockconv(grey, (int)(SCATTER * s->dpi / 25.4), (int)(SCATTER * s->dpi / 25.4));
	int w = pixGetWidth(pix), h = pixGetHeight(pix);

	for (int y = 0; y < h && y < (int)pixGetHeight(soft); y++) {
		l_uint32 *row = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix), *from = pixGetData(soft) + (size_t)y * (size_t)pixGetWpl(soft);

		for (int x = 0; x < w && x < (int)pixGetWidth(soft); x++) {
			double left = 1 - s->through * (255 - (int)GET_DATA_BYTE(from, x)) / 255;
			l_uint32 out = 0;

			for (int shift = 8; shift <= 24; shift += 8)
				out |= (l_uint32)((row[x] >> shift & 255) * left) << shift;
			row[x] = out;
		}
	}
	pixDestroy(&behind);
	pixDestroy(&grey);
	pixDestroy(&soft);
}

PIX *scan_leaf(const struct leaf *leaf, const struct leaf *back, const struct scanner *s, uint64_t seed)
{
	struct chance c = { seed };
	PIX *pix = render(leaf, s, false);

	if (s->blur > 0)
		blur(pix, s->blur);
	if (back && s->through > 0)
		show_through(pix, back, s);
	dirt(pix, s, &c);
	tone(pix, s, &c);
	return scan_reduce(pix, s);
}

PIX *scan_reduce(PIX *pix, const struct scanner *s)
{
	PIX *grey, *bits;

	if (s->tone == TONE_COLOUR)
		return pix;
	grey = pixConvertRGBToGray(pix, 0.3f, 0.59f, 0.11f);
	pixDestroy(&pix);
	if (s->tone == TONE_GREY) {
		pixSetResolution(grey, s->dpi, s->dpi);
		return grey;
	}
	bits = pixThresholdToBinary(grey, THRESHOLD);
	pixDestroy(&grey);
	pixSetResolution(bits, s->dpi, s->dpi);
	return bits;
}
