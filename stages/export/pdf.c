#include "stages/export/pdf.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"
#include "pipeline/encoded.h"
#include "pipeline/error.h"
#include "pipeline/store.h"
#include "pipeline/text.h"
#include "stages/export/font.h"
#include "stages/export/lines.h"

enum {
	CHARACTERS_MAX = 65534, /* two-byte codes; code 0 is .notdef */
	SIDE_MAX_PT = 14400,    /* ISO 32000-1, annex C: largest page in default user space */
	DPI_UNKNOWN = 200       /* the resolution scans of offices have when nothing says otherwise */
};

/* Objects with fixed numbers; pages come behind them. */
enum { OBJECT_CATALOG = 1, OBJECT_PAGES, OBJECT_INFO, OBJECT_FONT, OBJECT_CID_FONT, OBJECT_DESCRIPTOR, OBJECT_FONT_FILE,
       OBJECT_GIDS, OBJECT_UNICODE, OBJECT_FREE };

struct buffer {
	char *bytes;
	size_t n, room;
};

struct pdf_writer {
	pdf_sink *sink;
	void *context;
	size_t written;
	size_t *offsets; /* of object i, 0 while unknown */
	int nobjects, room;
	int *pages;      /* object numbers */
	int npages, pages_room;
	uint32_t *characters; /* code - 1 -> character, in the order of first use */
	int ncharacters, characters_room;
	int codes[0x10000];   /* character of the basic plane -> code, 0 none */
	char seed[HASH_SIZE]; /* hash of all pages so far */
	char *title;
};

/* --- Bytes ---------------------------------------------------------------------------------------------------------- */

static void buffer_add(struct buffer *b, const void *bytes, size_t n)
{
	if (b->n + n + 1 > b->room) {
		b->room = (b->n + n + 1) * 2;
		b->bytes = mem_realloc(b->bytes, b->room);
	}
	if (n)
		memcpy(b->bytes + b->n, bytes, n);
	b->n += n;
	b->bytes[b->n] = '\0';
}

static void buffer_print(struct buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void buffer_print(struct buffer *b, const char *format, ...)
{
	char text[512];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	buffer_add(b, text, n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

/* A number with up to four decimals and a space behind; printf would write the decimal comma of the locale. */
static void buffer_number(struct buffer *b, double value)
{
	long long scaled = isfinite(value) && fabs(value) < 1e9 ? llround(value * 10000) : 0;
	unsigned long long size = (unsigned long long)(scaled < 0 ? -scaled : scaled);
	char text[40];
	int n = snprintf(text, sizeof text, "%s%llu.%04llu", scaled < 0 ? "-" : "", size / 10000, size % 10000);

	while (text[n - 1] == '0')
		n--;
	if (text[n - 1] == '.')
		n--;
	buffer_add(b, text, (size_t)n);
	buffer_add(b, " ", 1);
}

static int put(struct pdf_writer *pdf, const void *bytes, size_t n, struct error *err)
{
	if (n && pdf->sink(pdf->context, bytes, n, err))
		return -1;
	pdf->written += n;
	return 0;
}

static int put_buffer(struct pdf_writer *pdf, struct buffer *b, struct error *err)
{
	int result = put(pdf, b->bytes, b->n, err);

	free(b->bytes);
	*b = (struct buffer){ NULL, 0, 0 };
	return result;
}

static int object_new(struct pdf_writer *pdf)
{
	if (pdf->nobjects == pdf->room) {
		pdf->room = pdf->room ? pdf->room * 2 : 64;
		pdf->offsets = mem_realloc(pdf->offsets, (size_t)pdf->room * sizeof *pdf->offsets);
	}
	pdf->offsets[pdf->nobjects] = 0;
	return pdf->nobjects++;
}

static void object_begin(struct pdf_writer *pdf, int object, struct buffer *b)
{
	pdf->offsets[object] = pdf->written;
	buffer_print(b, "%d 0 obj\n", object);
}

/* A whole stream object: dictionary text (without << and >>), then the bytes. */
static int put_stream(struct pdf_writer *pdf, int object, const char *dictionary, const void *bytes, size_t n,
		      struct error *err)
{
	struct buffer b = { NULL, 0, 0 };

	object_begin(pdf, object, &b);
	buffer_add(&b, "<<", 2);
	buffer_add(&b, dictionary, strlen(dictionary));
	buffer_print(&b, "/Length %zu>>\nstream\n", n);
	if (put_buffer(pdf, &b, err) || put(pdf, bytes, n, err))
		return -1;
	return put(pdf, "\nendstream\nendobj\n", 18, err);
}

static int put_packed(struct pdf_writer *pdf, int object, const char *dictionary, const struct buffer *plain,
		      struct error *err)
{
	uLongf size = compressBound(plain->n);
	unsigned char *packed = mem_alloc(size);
	struct buffer all = { NULL, 0, 0 };
	int result;

	if (compress2(packed, &size, plain->n ? (const Bytef *)plain->bytes : (const Bytef *)"", plain->n, 6) != Z_OK) {
		free(packed);
		return error_set(err, REACH_RUN, NULL, _("cannot pack a part of the PDF"));
	}
	buffer_add(&all, dictionary, strlen(dictionary));
	buffer_print(&all, "/Filter/FlateDecode");
	result = put_stream(pdf, object, all.bytes, packed, size, err);
	free(all.bytes);
	free(packed);
	return result;
}

/* --- Text ----------------------------------------------------------------------------------------------------------- */

/* The code of a character; codes are given in the order of first use. Characters beyond the basic plane are looked for one
 * by one: they are almost never printed on a paper. */
static int code_of(struct pdf_writer *pdf, uint32_t c)
{
	if (c < 0x10000 && pdf->codes[c])
		return pdf->codes[c];
	for (int i = 0; c >= 0x10000 && i < pdf->ncharacters; i++)
		if (pdf->characters[i] == c)
			return i + 1;
	if (pdf->ncharacters == CHARACTERS_MAX)
		return 0;
	if (pdf->ncharacters == pdf->characters_room) {
		pdf->characters_room = pdf->characters_room ? pdf->characters_room * 2 : 256;
		pdf->characters = mem_realloc(pdf->characters, (size_t)pdf->characters_room * sizeof *pdf->characters);
	}
	pdf->characters[pdf->ncharacters++] = c;
	if (c < 0x10000)
		pdf->codes[c] = pdf->ncharacters;
	return pdf->ncharacters;
}

static int text_codes(struct pdf_writer *pdf, struct buffer *b, const char *text)
{
	int n = 0;

	for (const char *p = text; *p; n++)
		buffer_print(b, "%04x", (unsigned)code_of(pdf, text_next(&p)));
	return n;
}

/* Shows text so that it fills `length` points from the point (x, y) on, along the direction of the line. */
static void show(struct pdf_writer *pdf, struct buffer *b, const char *text, double length, double size)
{
	struct buffer codes = { NULL, 0, 0 };
	int n = text_codes(pdf, &codes, text);

	if (n && length > 0) {
		buffer_number(b, 100 * length / (n * size * FONT_ADVANCE / 1000));
		buffer_print(b, "Tz<");
		buffer_add(b, codes.bytes, codes.n);
		buffer_print(b, ">Tj\n");
	}
	free(codes.bytes);
}

/* All words of a line share size and baseline, as a printed line does; a space between two words fills their gap. */
static void put_line(struct pdf_writer *pdf, struct buffer *b, const struct text_line *line, const struct page *page,
		     double scale, double height)
{
	double cosine = cos(line->angle), sine = sin(line->angle);
	double size = (line->bottom - line->top) * scale;
	double across = line->bottom - (line->bottom - line->top) * FONT_DESCENT / (FONT_ASCENT + FONT_DESCENT);

	buffer_print(b, "/F ");
	buffer_number(b, size);
	buffer_print(b, "Tf\n");
	for (int i = line->first; i <= line->last; i++) {
		struct line_span span = line_span(line, &page->words[i].box), next;
		double x = span.from * cosine + across * sine, y = -span.from * sine + across * cosine;

		buffer_number(b, cosine);
		buffer_number(b, sine);
		buffer_number(b, -sine);
		buffer_number(b, cosine);
		buffer_number(b, x * scale);
		buffer_number(b, height - y * scale);
		buffer_print(b, "Tm ");
		show(pdf, b, page->words[i].text, (span.to - span.from) * scale, size);
		if (i == line->last)
			continue;
		next = line_span(line, &page->words[i + 1].box);
		show(pdf, b, " ", (next.from - span.to) * scale, size);
	}
}

static void put_text(struct pdf_writer *pdf, struct buffer *b, const struct page *page, double scale, double height)
{
	struct text_line line;

	if (!page->nwords)
		return;
	buffer_print(b, "BT 3 Tr\n");
	for (int i = 0; i < page->nwords; i = line.last + 1) {
		line_measure(page, i, &line);
		put_line(pdf, b, &line, page, scale, height);
	}
	buffer_print(b, "ET\n");
}

/* --- Image ---------------------------------------------------------------------------------------------------------- */

/* The raster is shown turned and mirrored as TIFF and EXIF number it: page place (U, V) of raster place (u, v), both from the top
 * left corner, U = p0 + p1 u + p2 v and V = q0 + q1 u + q2 v. */
static void put_placement(struct buffer *b, int orientation, double width, double height)
{
	static const int p[8][3] = { { 0, 1, 0 }, { 1, -1, 0 }, { 1, -1, 0 }, { 0, 1, 0 },
				     { 0, 0, 1 }, { 1, 0, -1 }, { 1, 0, -1 }, { 0, 0, 1 } };
	static const int q[8][3] = { { 0, 0, 1 }, { 0, 0, 1 }, { 1, 0, -1 }, { 1, 0, -1 },
				     { 0, 1, 0 }, { 0, 1, 0 }, { 1, -1, 0 }, { 1, -1, 0 } };
	const int *u = p[orientation - 1], *v = q[orientation - 1];

	buffer_print(b, "q ");
	buffer_number(b, width * u[1]);
	buffer_number(b, -height * v[1]);
	buffer_number(b, -width * u[2]);
	buffer_number(b, height * v[2]);
	buffer_number(b, width * (u[0] + u[2]));
	buffer_number(b, height * (1 - v[0] - v[2]));
	buffer_print(b, "cm/Im Do Q\n");
}

static void hex(struct buffer *b, const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buffer_print(b, "%02x", bytes[i]);
}

static int components(const struct encoded_image *image)
{
	return image->colour == COLOUR_RGB ? 3 : image->colour == COLOUR_CMYK ? 4 : 1;
}

static void image_filter(struct buffer *b, const struct encoded_image *image, int globals)
{
	switch (image->filter) {
	case IMAGE_DCT: buffer_print(b, "/Filter/DCTDecode"); return;
	case IMAGE_JPX: buffer_print(b, "/Filter/JPXDecode"); return;
	case IMAGE_CCITT:
		buffer_print(b, "/Filter/CCITTFaxDecode/DecodeParms<</K %d/Columns %d/Rows %d%s%s%s>>", image->k,
			     image->width, image->height, image->black_is_1 ? "/BlackIs1 true" : "",
			     image->byte_align ? "/EncodedByteAlign true" : "", image->end_of_line ? "/EndOfLine true" : "");
		return;
	case IMAGE_JBIG2:
		buffer_print(b, "/Filter/JBIG2Decode");
		if (globals)
			buffer_print(b, "/DecodeParms<</JBIG2Globals %d 0 R>>", globals);
		return;
	case IMAGE_FLATE:
		buffer_print(b, "/Filter/FlateDecode");
		if (image->predictor > 1)
			buffer_print(b, "/DecodeParms<</Predictor %d/Colors %d/BitsPerComponent %d/Columns %d>>",
				     image->predictor, components(image), image->bits, image->width);
		return;
	}
}

static void image_colour(struct buffer *b, const struct encoded_image *image)
{
	if (image->filter == IMAGE_JPX)
		return;
	buffer_print(b, "/BitsPerComponent %d/ColorSpace", image->bits);
	switch (image->colour) {
	case COLOUR_GRAY: buffer_print(b, "/DeviceGray"); break;
	case COLOUR_RGB: buffer_print(b, "/DeviceRGB"); break;
	case COLOUR_CMYK: buffer_print(b, "/DeviceCMYK"); break;
	case COLOUR_INDEXED:
		buffer_print(b, "[/Indexed/DeviceRGB %zu<", image->palette_size / 3 - 1);
		hex(b, image->palette, image->palette_size);
		buffer_print(b, ">]");
		break;
	}
	if (!image->invert)
		return;
	buffer_print(b, "/Decode[");
	for (int i = 0; i < components(image); i++)
		buffer_print(b, "1 0 ");
	buffer_print(b, "]");
}

static int put_image(struct pdf_writer *pdf, int object, const struct encoded_image *image, struct error *err)
{
	struct buffer b = { NULL, 0, 0 };
	int globals = 0, result;

	if (image->globals_size) {
		globals = object_new(pdf);
		if (put_stream(pdf, globals, "", image->globals, image->globals_size, err))
			return -1;
	}
	buffer_print(&b, "/Type/XObject/Subtype/Image/Width %d/Height %d", image->width, image->height);
	image_colour(&b, image);
	image_filter(&b, image, globals);
	result = put_stream(pdf, object, b.bytes, image->data, image->size, err);
	free(b.bytes);
	return result;
}

/* --- Pages ---------------------------------------------------------------------------------------------------------- */

struct pdf_writer *pdf_writer_begin(pdf_sink *sink, void *context, const char *title, struct error *err)
{
	struct pdf_writer *pdf = mem_alloc(sizeof *pdf);

	pdf->sink = sink;
	pdf->context = context;
	pdf->title = mem_strdup(title ? title : "");
	while (pdf->nobjects < OBJECT_FREE)
		object_new(pdf);
	hash_bytes("", 0, pdf->seed);
	/* four bytes above 127 tell programs that move files that this is no text */
	if (put(pdf, "%PDF-1.5\n%\xe2\xe3\xcf\xd3\n", 15, err)) {
		pdf_writer_abandon(pdf);
		return NULL;
	}
	return pdf;
}

static int page_add(struct pdf_writer *pdf)
{
	if (pdf->npages == pdf->pages_room) {
		pdf->pages_room = pdf->pages_room ? pdf->pages_room * 2 : 16;
		pdf->pages = mem_realloc(pdf->pages, (size_t)pdf->pages_room * sizeof *pdf->pages);
	}
	pdf->pages[pdf->npages] = object_new(pdf);
	return pdf->pages[pdf->npages++];
}

/* The file's identifier follows from the content: text and image of all pages. */
static void seed_add(struct pdf_writer *pdf, const struct buffer *content, const struct encoded_image *image)
{
	char hashes[3][HASH_SIZE];

	memcpy(hashes[0], pdf->seed, HASH_SIZE);
	hash_bytes(content->bytes, content->n, hashes[1]);
	hash_bytes(image ? image->data : (const unsigned char *)"", image ? image->size : 0, hashes[2]);
	hash_bytes(hashes, sizeof hashes, pdf->seed);
}

static int put_page(struct pdf_writer *pdf, double width, double height, int rotation, int content, int image,
		    struct error *err)
{
	struct buffer b = { NULL, 0, 0 };
	int object = page_add(pdf);

	object_begin(pdf, object, &b);
	buffer_print(&b, "<</Type/Page/Parent %d 0 R/MediaBox[0 0 ", OBJECT_PAGES);
	buffer_number(&b, width);
	buffer_number(&b, height);
	buffer_print(&b, "]/Rotate %d/Contents %d 0 R/Resources<</Font<</F %d 0 R>>", rotation, content, OBJECT_FONT);
	if (image)
		buffer_print(&b, "/XObject<</Im %d 0 R>>", image);
	buffer_print(&b, ">>>>\nendobj\n");
	return put_buffer(pdf, &b, err);
}

int pdf_writer_page(struct pdf_writer *pdf, const struct encoded_image *image, const struct page *page, struct error *err)
{
	struct buffer content = { NULL, 0, 0 };
	int dpi = page->dpi > 0 ? page->dpi : image ? image->dpi : DPI_UNKNOWN;
	int content_object, image_object = 0, result = -1;
	double longer = page->width > page->height ? page->width : page->height, scale, width, height;

	if (page->secret)
		return error_set(err, REACH_DOCUMENT, "secret", _("a paper with a secrecy mark is not exported"));
	if (page->width <= 0 || page->height <= 0)
		return error_set(err, REACH_PAGE, NULL, _("a page without size cannot be exported"));
	scale = 72.0 / dpi;
	if (longer * scale > SIDE_MAX_PT)
		scale = SIDE_MAX_PT / longer;
	width = page->width * scale;
	height = page->height * scale;
	buffer_add(&content, "", 0);
	if (image)
		put_placement(&content, image->orientation, width, height);
	put_text(pdf, &content, page, scale, height);
	seed_add(pdf, &content, image);
	content_object = object_new(pdf);
	if (put_packed(pdf, content_object, "", &content, err))
		goto out;
	if (image) {
		image_object = object_new(pdf);
		if (put_image(pdf, image_object, image, err))
			goto out;
	}
	result = put_page(pdf, width, height, page->rotation, content_object, image_object, err);
out:
	free(content.bytes);
	return result;
}

/* --- The end -------------------------------------------------------------------------------------------------------- */

static void utf16(struct buffer *b, uint32_t c)
{
	if (c < 0x10000) {
		buffer_print(b, "%04x", (unsigned)c);
		return;
	}
	c -= 0x10000;
	buffer_print(b, "%04x%04x", (unsigned)(0xd800 + (c >> 10)), (unsigned)(0xdc00 + (c & 0x3ff)));
}

static int put_unicode(struct pdf_writer *pdf, struct error *err)
{
	struct buffer b = { NULL, 0, 0 };
	int result;

	buffer_print(&b, "/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n"
			 "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
			 "/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n"
			 "1 begincodespacerange\n<0000><ffff>\nendcodespacerange\n");
	for (int i = 0; i < pdf->ncharacters; i += 100) { /* at most 100 in a block: ISO 32000-1, 9.10.3 by way of the CMap rules */
		int n = pdf->ncharacters - i < 100 ? pdf->ncharacters - i : 100;

		buffer_print(&b, "%d beginbfchar\n", n);
		for (int j = i; j < i + n; j++) {
			buffer_print(&b, "<%04x><", (unsigned)j + 1);
			utf16(&b, pdf->characters[j]);
			buffer_print(&b, ">\n");
		}
		buffer_print(&b, "endbfchar\n");
	}
	buffer_print(&b, "endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n");
	result = put_packed(pdf, OBJECT_UNICODE, "", &b, err);
	free(b.bytes);
	return result;
}

static int put_font(struct pdf_writer *pdf, struct error *err)
{
	unsigned char font[FONT_SIZE_MAX];
	struct buffer b = { NULL, 0, 0 }, gids = { NULL, 0, 0 };
	char length[40];
	size_t size = font_build(font);
	int result;

	object_begin(pdf, OBJECT_FONT, &b);
	buffer_print(&b,
		     "<</Type/Font/Subtype/Type0/BaseFont/SohoaNoInk/Encoding/Identity-H/DescendantFonts[%d 0 R]"
		     "/ToUnicode %d 0 R>>\nendobj\n", OBJECT_CID_FONT, OBJECT_UNICODE);
	if (put_buffer(pdf, &b, err))
		return -1;
	object_begin(pdf, OBJECT_CID_FONT, &b);
	buffer_print(&b,
		     "<</Type/Font/Subtype/CIDFontType2/BaseFont/SohoaNoInk/CIDSystemInfo<</Registry(Adobe)/Ordering"
		     "(Identity)/Supplement 0>>/FontDescriptor %d 0 R/DW %d/CIDToGIDMap %d 0 R>>\nendobj\n",
		     OBJECT_DESCRIPTOR, FONT_ADVANCE, OBJECT_GIDS);
	if (put_buffer(pdf, &b, err))
		return -1;
	object_begin(pdf, OBJECT_DESCRIPTOR, &b);
	buffer_print(&b,
		     "<</Type/FontDescriptor/FontName/SohoaNoInk/Flags 4/FontBBox[0 %d %d %d]/ItalicAngle 0/Ascent %d"
		     "/Descent %d/CapHeight %d/StemV 80/FontFile2 %d 0 R>>\nendobj\n", -FONT_DESCENT, FONT_ADVANCE,
		     FONT_ASCENT, FONT_ASCENT, -FONT_DESCENT, FONT_ASCENT, OBJECT_FONT_FILE);
	if (put_buffer(pdf, &b, err))
		return -1;
	snprintf(length, sizeof length, "/Length1 %zu", size);
	if (put_stream(pdf, OBJECT_FONT_FILE, length, font, size, err))
		return -1;
	buffer_add(&gids, "\0\0", 2);
	for (int i = 0; i < pdf->ncharacters; i++)
		buffer_add(&gids, "\0\1", 2);
	result = put_packed(pdf, OBJECT_GIDS, "", &gids, err);
	free(gids.bytes);
	return result ? result : put_unicode(pdf, err);
}

static int put_tree(struct pdf_writer *pdf, struct error *err)
{
	struct buffer b = { NULL, 0, 0 };

	object_begin(pdf, OBJECT_CATALOG, &b);
	buffer_print(&b, "<</Type/Catalog/Pages %d 0 R/Lang(vi)>>\nendobj\n", OBJECT_PAGES);
	if (put_buffer(pdf, &b, err))
		return -1;
	object_begin(pdf, OBJECT_PAGES, &b);
	buffer_print(&b, "<</Type/Pages/Count %d/Kids[", pdf->npages);
	for (int i = 0; i < pdf->npages; i++)
		buffer_print(&b, "%d 0 R\n", pdf->pages[i]);
	buffer_print(&b, "]>>\nendobj\n");
	if (put_buffer(pdf, &b, err))
		return -1;
	object_begin(pdf, OBJECT_INFO, &b);
	buffer_print(&b, "<</Producer(sohoa %s)/Title<feff", SOHOA_VERSION);
	for (const char *p = pdf->title; *p;)
		utf16(&b, text_next(&p));
	buffer_print(&b, ">>>\nendobj\n");
	return put_buffer(pdf, &b, err);
}

static int put_trailer(struct pdf_writer *pdf, struct error *err)
{
	struct buffer b = { NULL, 0, 0 };
	size_t start = pdf->written;

	buffer_print(&b, "xref\n0 %d\n0000000000 65535 f \n", pdf->nobjects);
	for (int i = 1; i < pdf->nobjects; i++)
		buffer_print(&b, "%010zu 00000 n \n", pdf->offsets[i]);
	buffer_print(&b, "trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%.32s><%.32s>]>>\nstartxref\n%zu\n%%%%EOF\n",
		     pdf->nobjects, OBJECT_CATALOG, OBJECT_INFO, pdf->seed, pdf->seed, start);
	return put_buffer(pdf, &b, err);
}

int pdf_writer_end(struct pdf_writer *pdf, struct error *err)
{
	int result;

	if (!pdf->npages)
		result = error_set(err, REACH_DOCUMENT, NULL, _("there is no page to export"));
	else
		result = put_font(pdf, err) || put_tree(pdf, err) || put_trailer(pdf, err) ? -1 : 0;
	pdf_writer_abandon(pdf);
	return result;
}

void pdf_writer_abandon(struct pdf_writer *pdf)
{
	if (!pdf)
		return;
	free(pdf->offsets);
	free(pdf->pages);
	free(pdf->characters);
	free(pdf->title);
	free(pdf);
}
