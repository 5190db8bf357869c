/*
 * pdf_image.c - the stream of one PDF image becomes pixels without being drawn (ISO 32000-1, 7.4 and 8.9)
 *
 * CCITT data are put behind a TIFF header and read by Leptonica; DCT data are a JPEG file; all else that qpdf can unpack is a
 * raster. What this file is not sure to show right - CMYK, Lab, 16 bits, JBIG2, JPX - is left to the renderer.
 */
#include "stages/decode/pdf.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "stages/decode/formats.h"
#include "stages/decode/image_file.h"
#include "stages/decode/limits.h"

#define FILTERS_MAX 8

struct image {
	qpdf_data q;
	qpdf_oh stream, dict;
	int width, height, bits;
	int components;              /* samples a pixel: 1 or 3; 1 for a palette */
	unsigned char (*palette)[3]; /* 256 entries, or NULL */
	bool inverted;               /* Decode turns 0 and 1 round */
	char codec;                  /* 'c' CCITT, 'd' DCT, 'r' raster */
	qpdf_oh parameters;          /* of the codec */
	unsigned char *data;         /* malloc'ed by qpdf */
	size_t size;
};

static int key_int(struct image *im, qpdf_oh dict, const char *key, int otherwise)
{
	int value = otherwise;

	qpdf_oh_get_value_as_int(im->q, qpdf_oh_get_key_if_dict(im->q, dict, key), &value);
	return value;
}

static bool key_bool(struct image *im, qpdf_oh dict, const char *key, bool otherwise)
{
	QPDF_BOOL value = otherwise;

	qpdf_oh_get_value_as_bool(im->q, qpdf_oh_get_key_if_dict(im->q, dict, key), &value);
	return value;
}

static bool name_is(struct image *im, qpdf_oh name, const char *a, const char *b)
{
	return qpdf_oh_is_name_and_equals(im->q, name, a) || (b && qpdf_oh_is_name_and_equals(im->q, name, b));
}

/* --- colour --- */

/* 1 or 3 for a plain grey or RGB space, 0 for any other. */
static int space_components(struct image *im, qpdf_oh space)
{
	qpdf_oh kind = space;

	if (name_is(im, space, "/DeviceGray", "/CalGray"))
		return 1;
	if (name_is(im, space, "/DeviceRGB", "/CalRGB"))
		return 3;
	if (!qpdf_oh_is_array(im->q, space) || qpdf_oh_get_array_n_items(im->q, space) < 1)
		return 0;
	kind = qpdf_oh_get_array_item(im->q, space, 0);
	if (name_is(im, kind, "/DeviceGray", "/CalGray"))
		return 1;
	if (name_is(im, kind, "/DeviceRGB", "/CalRGB"))
		return 3;
	if (name_is(im, kind, "/ICCBased", NULL) && qpdf_oh_get_array_n_items(im->q, space) > 1) {
		qpdf_oh profile = qpdf_oh_get_array_item(im->q, space, 1);
		int n = qpdf_oh_is_stream(im->q, profile) ?
				key_int(im, qpdf_oh_get_dict(im->q, profile), "/N", 0) : 0;

		return n == 1 || n == 3 ? n : 0;
	}
	return 0;
}

static bool read_palette(struct image *im, qpdf_oh space)
{
	qpdf_oh table = qpdf_oh_get_array_item(im->q, space, 3);
	int base = space_components(im, qpdf_oh_get_array_item(im->q, space, 1)), high = 0;
	unsigned char *bytes = NULL;
	const unsigned char *from;
	size_t size = 0;
	QPDF_BOOL filtered = QPDF_FALSE;

	if (!base || !qpdf_oh_get_value_as_int(im->q, qpdf_oh_get_array_item(im->q, space, 2), &high) || high < 0 ||
	    high > 255)
		return false;
	if (qpdf_oh_is_stream(im->q, table)) {
		if ((qpdf_oh_get_stream_data(im->q, table, qpdf_dl_all, &filtered, &bytes, &size) & QPDF_ERRORS) ||
		    !filtered)
			size = 0;
		from = bytes;
	} else {
		from = (const unsigned char *)qpdf_oh_get_binary_string_value(im->q, table, &size);
	}
	if (!from || size < (size_t)(high + 1) * (size_t)base) {
		free(bytes);
		return false;
	}
	im->palette = mem_alloc(256 * sizeof *im->palette); /* entries beyond `high` are black, as viewers show them */
	for (int i = 0; i <= high; i++)
		for (int c = 0; c < 3; c++)
			im->palette[i][c] = from[base == 3 ? 3 * i + c : i];
	free(bytes);
	return true;
}

static bool read_colour(struct image *im)
{
	qpdf_oh space = qpdf_oh_get_key(im->q, im->dict, "/ColorSpace"), decode;
	double n[6];

	if (qpdf_oh_is_array(im->q, space) && qpdf_oh_get_array_n_items(im->q, space) == 4 &&
	    name_is(im, qpdf_oh_get_array_item(im->q, space, 0), "/Indexed", "/I")) {
		im->components = 1;
		if (im->codec == 'd' || !read_palette(im, space))
			return false;
	} else if (key_bool(im, im->dict, "/ImageMask", false)) {
		im->components = im->bits == 1 && im->codec != 'd'; /* painted black where the sample is 0: a grey image of one bit */
	} else {
		im->components = space_components(im, space);
	}
	if (!im->components)
		return false;
	decode = qpdf_oh_get_key(im->q, im->dict, "/Decode");
	if (qpdf_oh_is_null(im->q, decode))
		return true;
	if (im->palette || !pdf_numbers(im->q, decode, n, 2 * im->components))
		return false;
	im->inverted = n[0] == 1;
	for (int i = 0; i < im->components; i++)
		if (n[2 * i] != im->inverted || n[2 * i + 1] != !im->inverted)
			return false;
	return true;
}

/* --- filters --- */

static qpdf_oh filter_at(struct image *im, int i)
{
	qpdf_oh filter = qpdf_oh_get_key(im->q, im->dict, "/Filter");

	return qpdf_oh_is_array(im->q, filter) ? qpdf_oh_get_array_item(im->q, filter, i) : filter;
}

static qpdf_oh parameters_at(struct image *im, int i)
{
	qpdf_oh p = qpdf_oh_get_key(im->q, im->dict, "/DecodeParms");

	return qpdf_oh_is_array(im->q, p) ? qpdf_oh_get_array_item(im->q, p, i) : p;
}

static int count_filters(struct image *im)
{
	qpdf_oh filter = qpdf_oh_get_key(im->q, im->dict, "/Filter");

	if (qpdf_oh_is_null(im->q, filter))
		return 0;
	return qpdf_oh_is_array(im->q, filter) ? qpdf_oh_get_array_n_items(im->q, filter) : 1;
}

/* The bytes before the last filter: qpdf unpacks a whole chain or nothing, so the outer filters get a stream of their own. */
static bool read_behind(struct image *im, int nouter)
{
	QPDF_BOOL filtered = QPDF_FALSE;
	qpdf_oh outer, filters, parameters;
	unsigned char *raw = NULL;
	size_t size = 0;

	if (qpdf_oh_get_stream_data(im->q, im->stream, qpdf_dl_none, &filtered, &raw, &size) & QPDF_ERRORS) {
		free(raw);
		return false;
	}
	if (nouter == 0) {
		im->data = raw;
		im->size = size;
		return true;
	}
	filters = qpdf_oh_new_array(im->q);
	parameters = qpdf_oh_new_array(im->q);
	for (int i = 0; i < nouter; i++) {
		qpdf_oh_append_item(im->q, filters, filter_at(im, i));
		qpdf_oh_append_item(im->q, parameters, parameters_at(im, i));
	}
	outer = qpdf_oh_new_stream(im->q);
	qpdf_oh_replace_stream_data(im->q, outer, raw, size, filters, parameters);
	free(raw);
	return !(qpdf_oh_get_stream_data(im->q, outer, qpdf_dl_all, &filtered, &im->data, &im->size) & QPDF_ERRORS) &&
	       filtered;
}

static bool read_raster(struct image *im)
{
	QPDF_BOOL filtered = QPDF_FALSE;

	return !(qpdf_oh_get_stream_data(im->q, im->stream, qpdf_dl_specialized, &filtered, &im->data, &im->size) &
		 QPDF_ERRORS) &&
	       filtered;
}

static bool find_codec(struct image *im)
{
	int n = count_filters(im);
	qpdf_oh last;

	im->codec = 'r';
	if (n > FILTERS_MAX)
		return false;
	if (n == 0)
		return true;
	last = filter_at(im, n - 1);
	im->parameters = parameters_at(im, n - 1);
	if (name_is(im, last, "/CCITTFaxDecode", "/CCF"))
		im->codec = 'c';
	else if (name_is(im, last, "/DCTDecode", "/DCT"))
		im->codec = 'd';
	return true; /* a filter that qpdf does not know shows when it is asked to unpack it */
}

/* --- CCITT --- */

static void put16(unsigned char **p, unsigned v)
{
	*(*p)++ = (unsigned char)v;
	*(*p)++ = (unsigned char)(v >> 8);
}

static void put_entry(unsigned char **p, unsigned tag, uint32_t value)
{
	put16(p, tag);
	put16(p, 4); /* LONG */
	put16(p, 1);
	put16(p, 0);
	put16(p, value & 0xffff);
	put16(p, value >> 16);
}

/* Group 3 lines in a TIFF must begin with an end-of-line code (TIFF 6.0, section 11). */
static bool begins_with_eol(const unsigned char *data, size_t size)
{
	size_t at = 0;

	while (at < size && data[at] == 0) /* fill bits may stand before it */
		at++;
	return at < size && (at >= 2 || (at == 1 && data[1] < 0x20)); /* eleven zeros and a one */
}

/* TIFF's number for the coding, or 0 when a TIFF cannot say it; *options is T4Options. */
static unsigned ccitt_scheme(struct image *im, uint32_t *options)
{
	int k = key_int(im, im->parameters, "/K", 0);
	bool aligned = key_bool(im, im->parameters, "/EncodedByteAlign", false);

	*options = 0;
	if (k < 0)
		return aligned ? 0 : 4;
	if (begins_with_eol(im->data, im->size)) {
		*options = k > 0 ? 1 : 0;
		return 3;
	}
	return k == 0 && aligned ? 2 : 0;
}

#define CCITT_HEADER 160 /* 8 + 2 + 11 * 12 + 4, rounded up */

static struct Pix *read_ccitt(struct image *im)
{
	uint32_t options;
	unsigned scheme = ccitt_scheme(im, &options);
	unsigned char *tiff, *p;
	struct Pix *pix;

	if (!scheme || im->bits != 1 || im->components != 1 || im->size > UINT32_MAX - CCITT_HEADER ||
	    key_int(im, im->parameters, "/Columns", 1728) != im->width)
		return NULL;
	tiff = p = mem_alloc(CCITT_HEADER + im->size);
	memcpy(p, "II*\0\10\0\0\0", 8); /* NOLINT(bugprone-not-null-terminated-result): bytes, no text */
	p += 8;
	put16(&p, 10);
	put_entry(&p, 256, (uint32_t)im->width);
	put_entry(&p, 257, (uint32_t)im->height);
	put_entry(&p, 258, 1);
	put_entry(&p, 259, scheme);
	put_entry(&p, 262, 0); /* 0 is white: a black run is ink */
	put_entry(&p, 273, CCITT_HEADER);
	put_entry(&p, 277, 1);
	put_entry(&p, 278, (uint32_t)im->height);
	put_entry(&p, 279, (uint32_t)im->size);
	put_entry(&p, 292, options);
	memcpy(tiff + CCITT_HEADER, im->data, im->size);
	pix = pixReadMemTiff(tiff, CCITT_HEADER + im->size, 0);
	free(tiff);
	/* a black run is sample 0, or 1 with BlackIs1; sample 0 is black, or white with Decode [1 0] */
	if (pix && key_bool(im, im->parameters, "/BlackIs1", false) != im->inverted && !im->palette)
		pixInvert(pix, pix);
	return pix;
}

/* --- rasters --- */

static struct Pix *raster_1(struct image *im, size_t stride)
{
	struct Pix *pix = pixCreate(im->width, im->height, 1);
	l_uint32 *out;
	int wpl;

	if (!pix)
		return NULL;
	out = pixGetData(pix);
	wpl = pixGetWpl(pix);
	for (int y = 0; y < im->height; y++)
		memcpy(out + (size_t)y * (size_t)wpl, im->data + (size_t)y * stride, stride);
	pixEndianByteSwap(pix); /* Leptonica keeps bytes in words, the first one highest */
	pixSetPadBits(pix, 0);
	if (!im->inverted && !im->palette) /* sample 1 is white; Leptonica's 1 is ink */
		pixInvert(pix, pix);
	return pix;
}

static unsigned sample(const struct image *im, const unsigned char *line, int x)
{
	int per_byte = 8 / im->bits;

	return line[x / per_byte] >> (8 - im->bits * (x % per_byte + 1)) & ((1u << im->bits) - 1);
}

static struct Pix *raster_8(struct image *im, size_t stride)
{
	struct Pix *pix = pixCreate(im->width, im->height, 8);
	unsigned high = (1u << im->bits) - 1;

	for (int y = 0; pix && y < im->height; y++) {
		l_uint32 *out = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);
		const unsigned char *line = im->data + (size_t)y * stride;

		for (int x = 0; x < im->width; x++) {
			unsigned v = im->bits == 8 ? line[x] : sample(im, line, x) * 255 / high;

			SET_DATA_BYTE(out, x, im->inverted ? 255 - v : v);
		}
	}
	return pix;
}

static struct Pix *raster_32(struct image *im, size_t stride)
{
	struct Pix *pix = pixCreate(im->width, im->height, 32);
	unsigned turn = im->inverted ? 255 : 0;

	for (int y = 0; pix && y < im->height; y++) {
		l_uint32 *out = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);
		const unsigned char *line = im->data + (size_t)y * stride;

		for (int x = 0; x < im->width; x++) {
			const unsigned char *rgb = im->palette ? im->palette[sample(im, line, x)] : line + 3 * (size_t)x;

			composeRGBPixel((int)(rgb[0] ^ turn), (int)(rgb[1] ^ turn), (int)(rgb[2] ^ turn), &out[x]);
		}
	}
	return pix;
}

/* A palette of one bit that is black and white stays one bit; one of greys becomes 8 bits. */
static struct Pix *apply_palette_1(struct image *im, struct Pix *pix)
{
	int low = im->palette[0][0] + im->palette[0][1] + im->palette[0][2];
	int high = im->palette[1][0] + im->palette[1][1] + im->palette[1][2];

	if (!((low == 0 && high == 765) || (low == 765 && high == 0)))
		pixDestroy(&pix);
	else if (low == 0) /* sample 1 is white */
		pixInvert(pix, pix);
	return pix;
}

static struct Pix *read_pixels(struct image *im)
{
	size_t stride = ((size_t)im->width * (size_t)im->bits * (size_t)im->components + 7) / 8;

	if (im->size < stride * (size_t)im->height)
		return NULL;
	if (im->bits == 1 && im->components == 1) {
		struct Pix *pix = raster_1(im, stride);

		return pix && im->palette ? apply_palette_1(im, pix) : pix;
	}
	if (im->components == 1 && !im->palette)
		return raster_8(im, stride);
	return im->palette || im->bits == 8 ? raster_32(im, stride) : NULL;
}

static struct Pix *read_dct(struct image *im)
{
	struct error ignored = ERROR_INIT;
	struct image_facts facts = { 0 };
	struct Pix *pix;

	/* a truncated JPEG inside a PDF still has its frame: the decoder fills the rest with grey as viewers do */
	jpeg_facts(im->data, im->size, &facts, &ignored);
	if (facts.width != im->width || facts.height != im->height || facts.components != im->components)
		return NULL;
	pix = image_plain(pixReadMemJpeg(im->data, im->size, 0, 1, NULL, 0));
	if (pix && im->inverted)
		pixInvert(pix, pix);
	return pix;
}

static struct Pix *read_stream(struct image *im)
{
	int n = count_filters(im);

	if (im->codec == 'r')
		return read_raster(im) ? read_pixels(im) : NULL;
	if (!read_behind(im, n - 1))
		return NULL;
	if (im->codec == 'd')
		return read_dct(im);
	return im->palette ? NULL : read_ccitt(im);
}

struct Pix *pdf_image(qpdf_data q, qpdf_oh stream, size_t packed, const struct limits *limits, struct error *err,
		      int *failed)
{
	struct image im = { .q = q, .stream = stream, .dict = qpdf_oh_get_dict(q, stream) };
	struct Pix *pix = NULL;

	im.width = key_int(&im, im.dict, "/Width", 0);
	im.height = key_int(&im, im.dict, "/Height", 0);
	im.bits = key_int(&im, im.dict, "/BitsPerComponent", 0);
	*failed = 0;
	if (im.width < 1 || im.height < 1)
		return NULL;
	if (limits_page(limits, im.width, im.height, packed, err) < 0) {
		*failed = -1;
		return NULL;
	}
	if (find_codec(&im)) {
		if (im.bits == 0 && (im.codec == 'c' || key_bool(&im, im.dict, "/ImageMask", false)))
			im.bits = 1;
		if ((im.bits == 1 || im.bits == 2 || im.bits == 4 || im.bits == 8) && read_colour(&im))
			pix = read_stream(&im);
	}
	free(im.data);
	free(im.palette);
	return pix;
}
