/*
 * decode_fixtures.h - files made on the spot for the tests of the decode room: pictures, PDFs by hand, PDFs by cairo
 */
#ifndef SOHOA_TESTS_DECODE_FIXTURES_H
#define SOHOA_TESTS_DECODE_FIXTURES_H

#include <cairo-pdf.h>
#include <leptonica/allheaders.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/config.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/stage.h"
#include "stages/decode/decode.h"

struct bytes {
	unsigned char *data;
	size_t size;
	size_t room; /* allocated; 0 where that is not known */
};

static inline void bytes_add(struct bytes *b, const void *data, size_t size)
{
	if (b->size + size + 1 > b->room) {
		b->room = 2 * (b->size + size) + 64;
		b->data = realloc(b->data, b->room);
	}
	if (size)
		memcpy(b->data + b->size, data, size);
	b->size += size;
	b->data[b->size] = '\0'; /* not counted */
}

static inline void bytes_print(struct bytes *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline void bytes_print(struct bytes *b, const char *format, ...)
{
	char *text;
	va_list list;
	int n;

	va_start(list, format);
	n = vasprintf(&text, format, list);
	va_end(list);
	if (n < 0)
		abort();
	bytes_add(b, text, (size_t)n);
	free(text);
}

static inline void bytes_release(struct bytes *b)
{
	free(b->data);
	*b = (struct bytes){ NULL, 0, 0 };
}

/* A page-like picture that looks different after every turn and mirror. depth 1, 8 or 32. */
static inline PIX *picture(int width, int height, int depth)
{
	PIX *one = pixCreate(width, height, 1), *out;

	pixRasterop(one, width / 10, height / 12, width / 2, height / 10, PIX_SET, NULL, 0, 0);
	pixRasterop(one, width / 10, height / 3, width / 12, height / 2, PIX_SET, NULL, 0, 0);
	for (int i = 0; i < 12; i++)
		pixRasterop(one, width / 3 + i * width / 24, height / 2 + i * 3, width / 48, height / 6, PIX_SET, NULL, 0, 0);
	if (depth == 1)
		return one;
	out = depth == 8 ? pixConvert1To8(NULL, one, 240, 20) : pixConvert1To32(NULL, one, 0xf0f0e000, 0x80204000);
	pixDestroy(&one);
	return out;
}

static inline struct bytes picture_file(PIX *pix, int dpi, int format)
{
	struct bytes b = { NULL, 0, 0 };
	l_uint8 *data = NULL;

	pixSetResolution(pix, dpi, dpi);
	if (pixWriteMem(&data, &b.size, pix, format))
		abort();
	b.data = malloc(b.size);
	memcpy(b.data, data, b.size);
	lept_free(data);
	return b;
}

/* --- PDF by hand --- */

struct pdf_writer {
	struct bytes out;
	size_t at[64];
	int n;
};

static inline void pdf_start_object(struct pdf_writer *w, int number)
{
	if (!w->out.size)
		bytes_print(&w->out, "%%PDF-1.7\n");
	if (number >= 64)
		abort();
	w->at[number] = w->out.size;
	w->n = number >= w->n ? number + 1 : w->n;
	bytes_print(&w->out, "%d 0 obj\n", number);
}

static inline void pdf_object(struct pdf_writer *w, int number, const char *text)
{
	pdf_start_object(w, number);
	bytes_print(&w->out, "%s\nendobj\n", text);
}

static inline void pdf_stream(struct pdf_writer *w, int number, const char *dict, const void *data, size_t size)
{
	pdf_start_object(w, number);
	bytes_print(&w->out, "<< %s /Length %zu >>\nstream\n", dict, size);
	bytes_add(&w->out, data, size);
	bytes_print(&w->out, "\nendstream\nendobj\n");
}

static inline struct bytes pdf_finish(struct pdf_writer *w)
{
	size_t xref = w->out.size;

	bytes_print(&w->out, "xref\n0 %d\n0000000000 65535 f \n", w->n);
	for (int i = 1; i < w->n; i++)
		bytes_print(&w->out, "%010zu 00000 %c \n", w->at[i], w->at[i] ? 'n' : 'f');
	bytes_print(&w->out, "trailer\n<< /Root 1 0 R /Size %d >>\nstartxref\n%zu\n%%%%EOF\n", w->n, xref);
	return w->out;
}

/* One page: 1 catalogue, 2 pages, 3 page, 4 content, 5 the image; 6 and on are the caller's. */
static inline void pdf_begin_page(struct pdf_writer *w, const char *page_keys, const char *resources, const char *content)
{
	struct bytes page = { NULL, 0, 0 };

	pdf_object(w, 1, "<< /Type /Catalog /Pages 2 0 R >>");
	pdf_object(w, 2, "<< /Type /Pages /Count 1 /Kids [3 0 R] >>");
	bytes_print(&page, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R %s /Resources << %s >> >>", page_keys, resources);
	pdf_object(w, 3, (char *)page.data);
	bytes_release(&page);
	pdf_stream(w, 4, "", content, strlen(content));
}

/* The picture as an image object. kind: 'c' CCITT G4, 'd' DCT, 'r' raw samples, 'i' raw with palette. */
static inline void pdf_image_object(struct pdf_writer *w, int number, PIX *pix, char kind, const char *more)
{
	int width = pixGetWidth(pix), height = pixGetHeight(pix), depth = pixGetDepth(pix);
	char dict[600], head[200];
	struct bytes data = { NULL, 0, 0 };

	snprintf(head, sizeof head, "/Type /XObject /Subtype /Image /Width %d /Height %d %s", width, height, more);
	if (kind == 'c') {
		struct bytes tiff = picture_file(pix, 200, IFF_TIFF_G4);
		size_t offset = 0, size = 0;
		unsigned ifd = tiff.data[4] | tiff.data[5] << 8 | tiff.data[6] << 16;

		/* libtiff on this machine writes little-endian; one strip, found through its directory */
		for (unsigned i = 0; i < (unsigned)(tiff.data[ifd] | tiff.data[ifd + 1] << 8); i++) {
			const unsigned char *e = tiff.data + ifd + 2 + 12 * i;
			size_t value = e[8] | e[9] << 8 | (size_t)e[10] << 16;

			if ((e[0] | e[1] << 8) == 273)
				offset = value;
			if ((e[0] | e[1] << 8) == 279)
				size = value;
		}
		snprintf(dict, sizeof dict,
			 "%s %s /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns %d /Rows %d >>", head,
			 strstr(more, "ImageMask") ? "" : "/ColorSpace /DeviceGray", width, height);
		bytes_add(&data, tiff.data + offset, size);
		bytes_release(&tiff);
	} else if (kind == 'd') {
		data = picture_file(pix, 0, IFF_JFIF_JPEG);
		snprintf(dict, sizeof dict, "%s /ColorSpace /%s /BitsPerComponent 8 /Filter /DCTDecode", head,
			 depth == 8 ? "DeviceGray" : "DeviceRGB");
	} else {
		for (int y = 0; y < height; y++)
			for (int x = 0; x < width; x += depth == 1 ? 8 : 1) {
				unsigned char samples[3] = { 0, 0, 0 };
				l_uint32 v;

				for (int i = 0; depth == 1 && i < 8; i++) {
					v = 0;
					if (x + i < width)
						pixGetPixel(pix, x + i, y, &v);
					/* sample 1 is white, with a palette it is entry 1: black */
					samples[0] = (unsigned char)(samples[0] << 1 | (kind == 'i' ? v : !v));
				}
				if (depth != 1) {
					pixGetPixel(pix, x, y, &v);
					samples[0] = (unsigned char)(depth == 8 ? v : v >> 24);
					samples[1] = (unsigned char)(v >> 16);
					samples[2] = (unsigned char)(v >> 8);
				}
				bytes_add(&data, samples, depth == 32 ? 3 : 1);
			}
		snprintf(dict, sizeof dict, "%s /ColorSpace %s /BitsPerComponent %d", head,
			 kind == 'i' ? "[/Indexed /DeviceRGB 1 <FFFFFF000000>]" :
			 depth == 32 ? "/DeviceRGB" : "/DeviceGray",
			 depth == 1 ? 1 : 8);
	}
	pdf_stream(w, number, dict, data.data, data.size);
	bytes_release(&data);
}

/* --- opening --- */

struct opened {
	struct arena *arena;
	struct page page;
	PIX *pix;
	struct error err;
	int status;
};

static uint64_t fixture_serial;
static bool fixture_new_room; /* set it after a change of the settings */

static inline struct opened open_page(const struct config *config, struct bytes file, int number)
{
	struct opened o = { .arena = arena_new(), .err = ERROR_INIT };
	static void *room;
	static struct original original;
	struct inspection inspection;

	if (!room || fixture_new_room) {
		decode_room.close(room);
		room = decode_room.open(config, &o.err);
		fixture_new_room = false;
	}
	if (!room)
		abort();
	o.status = decode_inspect(config, file.data, file.size, &inspection, &o.err);
	if (o.status < 0)
		return o;
	original = (struct original){ ++fixture_serial, file.data, file.size, inspection.media };
	o.page.number = o.page.file_page = number;
	o.page.original = &original;
	o.status = decode_room.run(room, &o.page, &o.pix, o.arena, &o.err);
	return o;
}

static inline void opened_release(struct opened *o)
{
	pixDestroy(&o->pix);
	arena_free(o->arena);
}

/* Mean difference of grey values, 0..255, after bringing both to the size of a; 255 when shapes differ. */
static inline double picture_distance(PIX *a, PIX *b)
{
	double ratio_a = (double)pixGetWidth(a) / pixGetHeight(a), ratio_b = (double)pixGetWidth(b) / pixGetHeight(b), sum = 0;
	PIX *ga = pixConvertTo8(a, 0), *gb = pixConvertTo8(b, 0), *sa = pixScaleToSize(ga, 120, 160),
	    *sb = pixScaleToSize(gb, 120, 160);

	for (int y = 0; y < 160; y++)
		for (int x = 0; x < 120; x++) {
			l_uint32 va, vb;

			pixGetPixel(sa, x, y, &va);
			pixGetPixel(sb, x, y, &vb);
			sum += va > vb ? va - vb : vb - va;
		}
	pixDestroy(&ga);
	pixDestroy(&gb);
	pixDestroy(&sa);
	pixDestroy(&sb);
	return ratio_a / ratio_b > 1.02 || ratio_b / ratio_a > 1.02 ? 255 : sum / (120 * 160);
}

/* fontconfig keeps patterns of fonts it has looked up until the process ends (seen with 2.14 under LeakSanitizer) */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}

#endif
