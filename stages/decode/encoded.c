#include "stages/decode/encoded.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"
#include "pipeline/encoded.h"
#include "pipeline/error.h"
#include "stages/decode/formats.h"
#include "stages/decode/limits.h"
#include "stages/decode/pdf.h"
#include "stages/decode/pdf_render.h"

enum {
	TAG_COMPRESSION = 259, TAG_PHOTOMETRIC = 262, TAG_FILL_ORDER = 266, TAG_STRIP_OFFSETS = 273, TAG_STRIP_COUNTS = 279,
	COMPRESSION_G4 = 4,
	PREDICTOR_UP = 12, /* PNG row filter 2: scans differ little from row to row */
	FILTER_UP = 2
};

static int keep(struct encoded_image *image, const unsigned char *data, size_t size)
{
	image->data = mem_alloc(size);
	memcpy(image->data, data, size);
	image->size = size;
	return 1;
}

/* --- JPEG ----------------------------------------------------------------------------------------------------------- */

static int copy_jpeg(const unsigned char *data, size_t size, struct encoded_image *image)
{
	struct image_facts facts;
	struct error ignored = ERROR_INIT;

	if (jpeg_facts(data, size, &facts, &ignored) < 0 || (facts.components != 1 && facts.components != 3))
		return 0; /* four components may be inverted or not: the pixels are sure */
	image->filter = IMAGE_DCT;
	image->colour = facts.components == 1 ? COLOUR_GRAY : COLOUR_RGB;
	image->width = (int)facts.width;
	image->height = (int)facts.height;
	image->bits = 8;
	image->orientation = facts.orientation;
	return keep(image, data, size);
}

/* --- TIFF ----------------------------------------------------------------------------------------------------------- */

struct tiff {
	const unsigned char *data;
	size_t size;
	bool big;
};

static uint32_t number(const struct tiff *t, size_t at, int bytes)
{
	uint32_t value = 0;

	if (at > t->size || t->size - at < (size_t)bytes)
		return 0;
	for (int i = 0; i < bytes; i++)
		value |= (uint32_t)t->data[at + (size_t)i] << 8 * (t->big ? bytes - 1 - i : i);
	return value;
}

/* The single value of a tag in the directory; `otherwise` where it is missing, UINT32_MAX where it holds several. */
static uint32_t tag(const struct tiff *t, size_t directory, unsigned wanted, uint32_t otherwise)
{
	uint32_t n = number(t, directory, 2);

	for (uint32_t i = 0; i < n; i++) {
		size_t at = directory + 2 + (size_t)i * 12;

		if (number(t, at, 2) != wanted)
			continue;
		if (number(t, at + 4, 4) != 1)
			return UINT32_MAX;
		return number(t, at + 8, number(t, at + 2, 2) == 3 ? 2 : 4); /* SHORT or LONG */
	}
	return otherwise;
}

static int copy_tiff(const struct config *config, const struct page *page, struct encoded_image *image)
{
	const struct original *o = page->original;
	struct tiff t = { o->data, o->size, o->size && o->data[0] == 'M' };
	struct error ignored = ERROR_INIT;
	struct image_facts facts;
	struct limits limits;
	size_t directory;
	uint32_t offset, count, photometric;

	limits_load(&limits, config);
	if (tiff_page(o->data, o->size, &limits, page->file_page, &facts, &directory, &ignored) < 0)
		return 0;
	offset = tag(&t, directory, TAG_STRIP_OFFSETS, UINT32_MAX);
	count = tag(&t, directory, TAG_STRIP_COUNTS, UINT32_MAX);
	photometric = tag(&t, directory, TAG_PHOTOMETRIC, 0);
	if (tag(&t, directory, TAG_COMPRESSION, 1) != COMPRESSION_G4 || tag(&t, directory, TAG_FILL_ORDER, 1) != 1 ||
	    photometric > 1 || offset > o->size || !count || count > o->size - offset)
		return 0;
	image->filter = IMAGE_CCITT;
	image->colour = COLOUR_GRAY;
	image->width = (int)facts.width;
	image->height = (int)facts.height;
	image->bits = 1;
	image->k = -1;
	image->invert = photometric == 1;
	image->orientation = facts.orientation;
	return keep(image, o->data + offset, count);
}

/* --- PDF ------------------------------------------------------------------------------------------------------------ */

static int key_int(qpdf_data q, qpdf_oh dict, const char *key, int otherwise)
{
	int value = otherwise;

	qpdf_oh_get_value_as_int(q, qpdf_oh_get_key_if_dict(q, dict, key), &value);
	return value;
}

static bool key_bool(qpdf_data q, qpdf_oh dict, const char *key)
{
	QPDF_BOOL value = QPDF_FALSE;

	qpdf_oh_get_value_as_bool(q, qpdf_oh_get_key_if_dict(q, dict, key), &value);
	return value;
}

/* A list of one is that one. */
static qpdf_oh only(qpdf_data q, qpdf_oh value)
{
	return qpdf_oh_is_array(q, value) && qpdf_oh_get_array_n_items(q, value) == 1 ? qpdf_oh_get_array_item(q, value, 0) : value;
}

/* How the unit square's way to the screen turns the raster: its rows run along (a, b), its columns along (-c, -d). */
static int orientation_of(struct matrix m)
{
	bool right, down;

	if (fabs(m.a) > fabs(m.b)) {
		right = m.a > 0;
		down = -m.d > 0;
		return right ? (down ? 1 : 4) : (down ? 2 : 3);
	}
	right = -m.c > 0;
	down = m.b > 0;
	return right ? (down ? 5 : 8) : (down ? 6 : 7);
}

static int stream_ccitt(qpdf_data q, qpdf_oh dict, struct encoded_image *image)
{
	qpdf_oh parameters = only(q, qpdf_oh_get_key(q, dict, "/DecodeParms")), decode = qpdf_oh_get_key(q, dict, "/Decode");
	double n[2] = { 0, 1 };

	if (!qpdf_oh_is_null(q, decode) && !pdf_numbers(q, decode, n, 2))
		return 0;
	if (!qpdf_oh_is_name(q, qpdf_oh_get_key(q, dict, "/ColorSpace")) || key_int(q, parameters, "/Columns", 1728) != image->width)
		return 0;
	image->filter = IMAGE_CCITT;
	image->colour = COLOUR_GRAY;
	image->bits = 1;
	image->k = key_int(q, parameters, "/K", 0);
	image->k = image->k < 0 ? -1 : image->k;
	image->black_is_1 = key_bool(q, parameters, "/BlackIs1");
	image->byte_align = key_bool(q, parameters, "/EncodedByteAlign");
	image->end_of_line = key_bool(q, parameters, "/EndOfLine");
	image->invert = n[0] == 1;
	return 1;
}

static int stream_dct(qpdf_data q, qpdf_oh dict, const unsigned char *data, size_t size, struct encoded_image *image)
{
	struct error ignored = ERROR_INIT;
	struct image_facts facts = { 0 };

	if (!qpdf_oh_is_null(q, qpdf_oh_get_key(q, dict, "/Decode")))
		return 0;
	jpeg_facts(data, size, &facts, &ignored);
	if (facts.width != image->width || facts.height != image->height || (facts.components != 1 && facts.components != 3))
		return 0;
	image->filter = IMAGE_DCT;
	image->colour = facts.components == 1 ? COLOUR_GRAY : COLOUR_RGB;
	image->bits = 8;
	return 1;
}

static int copy_stream(qpdf_data q, qpdf_oh stream, const struct page *page, struct encoded_image *image)
{
	qpdf_oh dict = qpdf_oh_get_dict(q, stream), filter = only(q, qpdf_oh_get_key(q, dict, "/Filter"));
	QPDF_BOOL filtered = QPDF_FALSE;
	unsigned char *data = NULL;
	size_t size = 0;
	int w, h, done = 0;

	image->width = key_int(q, dict, "/Width", 0);
	image->height = key_int(q, dict, "/Height", 0);
	w = image->orientation < 5 ? image->width : image->height;
	h = image->orientation < 5 ? image->height : image->width;
	/* an image that was cut to the CropBox is another picture; one side may have grown to make the pixels square */
	if (!((page->width == w && page->height >= h) || (page->height == h && page->width >= w)))
		return 0;
	if (!(qpdf_oh_get_stream_data(q, stream, qpdf_dl_none, &filtered, &data, &size) & QPDF_ERRORS) && size) {
		if (qpdf_oh_is_name_and_equals(q, filter, "/CCITTFaxDecode"))
			done = stream_ccitt(q, dict, image);
		else if (qpdf_oh_is_name_and_equals(q, filter, "/DCTDecode"))
			done = stream_dct(q, dict, data, size, image);
	}
	if (done)
		keep(image, data, size);
	free(data);
	return done;
}

static int copy_pdf(const struct page *page, struct encoded_image *image)
{
	struct error ignored = ERROR_INIT;
	qpdf_data q = page->rendered ? NULL : pdf_open(page->original->data, page->original->size, &ignored);
	struct matrix m;
	unsigned stream;
	int done = 0;

	if (!q)
		return 0;
	if (page->file_page <= qpdf_get_num_pages(q) &&
	    pdf_scanned(q, qpdf_get_page_n(q, (size_t)page->file_page - 1), &stream, &m)) {
		image->orientation = orientation_of(m);
		done = copy_stream(q, stream, page, image);
	}
	qpdf_oh_release_all(q);
	qpdf_cleanup(&q);
	return done;
}

struct Pix *encoded_draw(const struct page *page, struct error *err)
{
	qpdf_data q = pdf_open(page->original->data, page->original->size, err);
	struct pdf_geometry geometry;
	struct sheet *sheet = NULL;
	struct Pix *pix = NULL;
	unsigned char *copy;
	qpdf_oh dict;
	size_t size;

	if (!q)
		return NULL;
	dict = qpdf_get_page_n(q, (size_t)page->file_page - 1);
	pdf_geometry(q, dict, &geometry);
	copy = pdf_copy_page(q, dict, &size, err);
	if (copy)
		sheet = sheet_open(copy, size, err);
	if (sheet && sheet_check_fonts(sheet, err) == 0)
		pix = sheet_draw(sheet, page->width, page->height, page->dpi / 72.0 * geometry.unit, err);
	sheet_close(sheet);
	qpdf_oh_release_all(q);
	qpdf_cleanup(&q);
	return pix;
}

/* --- Pixels --------------------------------------------------------------------------------------------------------- */

static int pack_g4(struct Pix *pix, struct encoded_image *image, struct error *err)
{
	l_uint8 *bytes = NULL;
	size_t size = 0;
	struct tiff t;
	size_t directory;
	uint32_t offset, count;
	int failed = pixWriteMemTiff(&bytes, &size, pix, IFF_TIFF_G4);

	t = (struct tiff){ bytes, failed ? 0 : size, !failed && size && bytes[0] == 'M' };
	directory = number(&t, 4, 4);
	offset = tag(&t, directory, TAG_STRIP_OFFSETS, UINT32_MAX);
	count = tag(&t, directory, TAG_STRIP_COUNTS, UINT32_MAX);
	if (failed || offset > size || !count || count > size - offset) {
		lept_free(bytes);
		return error_set(err, REACH_PAGE, NULL, _("cannot pack the image of the page"));
	}
	image->filter = IMAGE_CCITT;
	image->colour = COLOUR_GRAY;
	image->bits = 1;
	image->k = -1;
	image->invert = tag(&t, directory, TAG_PHOTOMETRIC, 0) == 1;
	keep(image, bytes + offset, count);
	lept_free(bytes);
	return 0;
}

static bool only_grey(struct Pix *pix)
{
	int w = pixGetWidth(pix), h = pixGetHeight(pix);

	for (int y = 0; y < h; y++) {
		const l_uint32 *row = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);

		for (int x = 0; x < w; x++)
			if ((row[x] >> 24) != (row[x] >> 16 & 0xff) || (row[x] >> 24) != (row[x] >> 8 & 0xff))
				return false;
	}
	return true;
}

static void samples(struct Pix *pix, int y, int components, unsigned char *out)
{
	const l_uint32 *row = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);
	bool deep = pixGetDepth(pix) == 32;
	int w = pixGetWidth(pix);

	for (int x = 0; x < w; x++) {
		if (!deep) {
			*out++ = GET_DATA_BYTE(row, x);
			continue;
		}
		for (int c = 0; c < components; c++)
			*out++ = (unsigned char)(row[x] >> (24 - 8 * c) & 0xff);
	}
}

/* Row by row into zlib, each row as its difference to the one above. */
static int pack_flate(struct Pix *pix, struct encoded_image *image, struct error *err)
{
	int components = pixGetDepth(pix) == 32 && !only_grey(pix) ? 3 : 1, h = pixGetHeight(pix), status = Z_OK;
	size_t stride = (size_t)pixGetWidth(pix) * (size_t)components;
	unsigned char *row = mem_alloc(stride), *above = mem_alloc(stride), *line = mem_alloc(stride + 1);
	z_stream z = { 0 };

	if (deflateInit(&z, 6) != Z_OK)
		status = Z_MEM_ERROR;
	else
		image->data = mem_alloc(deflateBound(&z, (uLong)((stride + 1) * (size_t)h)));
	z.next_out = image->data;
	z.avail_out = status == Z_OK ? (uInt)deflateBound(&z, (uLong)((stride + 1) * (size_t)h)) : 0;
	for (int y = 0; y < h && status == Z_OK; y++) {
		unsigned char *swap = above;

		samples(pix, y, components, row);
		line[0] = FILTER_UP;
		for (size_t i = 0; i < stride; i++)
			line[i + 1] = (unsigned char)(row[i] - above[i]);
		z.next_in = line;
		z.avail_in = (uInt)stride + 1;
		status = deflate(&z, y == h - 1 ? Z_FINISH : Z_NO_FLUSH);
		above = row;
		row = swap;
	}
	image->size = z.total_out;
	deflateEnd(&z);
	free(row);
	free(above);
	free(line);
	image->filter = IMAGE_FLATE;
	image->colour = components == 3 ? COLOUR_RGB : COLOUR_GRAY;
	image->bits = 8;
	image->predictor = PREDICTOR_UP;
	return status == Z_STREAM_END ? 0 : error_set(err, REACH_PAGE, NULL, _("cannot pack the image of the page"));
}

static int pack(struct Pix *pix, struct encoded_image *image, struct error *err)
{
	image->width = pixGetWidth(pix);
	image->height = pixGetHeight(pix);
	if (pixGetDepth(pix) == 1)
		return pack_g4(pix, image, err);
	if (pixGetDepth(pix) == 8 || pixGetDepth(pix) == 32)
		return pack_flate(pix, image, err);
	return error_set(err, REACH_PAGE, NULL, _("cannot pack the image of the page"));
}

/* --- The door ------------------------------------------------------------------------------------------------------- */

static int copy(const struct config *config, const struct page *page, struct encoded_image *image)
{
	const struct original *o = page->original;

	if (!strcmp(o->media, MEDIA_PDF))
		return copy_pdf(page, image);
	if (!strcmp(o->media, MEDIA_TIFF))
		return copy_tiff(config, page, image);
	if (!strcmp(o->media, MEDIA_JPEG))
		return copy_jpeg(o->data, o->size, image);
	return 0;
}

static void start(struct encoded_image *image, const struct page *page)
{
	memset(image, 0, sizeof *image);
	image->orientation = 1;
	image->dpi = page->dpi > 0 ? page->dpi : 200; /* what offices scan at when nothing says otherwise */
}

int encoded_image_get(const struct config *config, const struct page *page, struct Pix *pix, struct encoded_image *image,
		      struct error *err)
{
	struct Pix *drawn = NULL;
	int status;

	start(image, page);
	if (copy(config, page, image))
		return 0;
	encoded_image_release(image);
	start(image, page);
	if (!pix && !strcmp(page->original->media, MEDIA_PDF))
		pix = drawn = encoded_draw(page, err);
	else if (!pix)
		return error_set(err, REACH_PAGE, NULL, _("the page has no image"));
	status = pix ? pack(pix, image, err) : -1;
	pixDestroy(&drawn);
	if (status < 0)
		encoded_image_release(image);
	return status;
}
