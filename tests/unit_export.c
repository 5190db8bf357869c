/* The two-layer PDF, the picture, the forms for scripts, and the encoded image on its way. */
#include "tests/unit.h"

#include <jansson.h>
#include <leptonica/allheaders.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"
#include "pipeline/encoded.h"
#include "pipeline/error.h"
#include "stages/export/form.h"
#include "stages/export/pdf.h"
#include "stages/export/picture.h"

enum { WIDTH = 1654, HEIGHT = 2339, DPI = 200 }; /* A4 */

static struct word words[] = {
	{ (char *)"QUYẾT", 95, { 600, 300, 160, 40 }, 1, 1, 1, ROLE_BODY, NULL },
	{ (char *)"ĐỊNH", 94, { 780, 302, 130, 38 }, 1, 1, 1, ROLE_BODY, NULL },
	{ (char *)"đường", 90, { 200, 500, 120, 36 }, 2, 1, 1, ROLE_BODY, NULL },
	{ (char *)"(\\)", 90, { 340, 500, 40, 36 }, 2, 1, 1, ROLE_BODY, NULL },
	{ (char *)"123/QĐ-UBND", 91, { 400, 500, 260, 36 }, 2, 1, 1, ROLE_BODY, NULL },
};

static struct page sheet(void)
{
	return (struct page){ .number = 1, .file_page = 1, .width = WIDTH, .height = HEIGHT, .dpi = DPI, .words = words,
			      .nwords = sizeof words / sizeof *words };
}

static struct encoded_image grey(int w, int h, int orientation)
{
	struct encoded_image image = { .filter = IMAGE_FLATE, .colour = COLOUR_GRAY, .width = w, .height = h, .bits = 8,
				       .dpi = DPI, .orientation = orientation };
	unsigned char *plain = mem_alloc((size_t)w * (size_t)h);
	uLongf size = compressBound((uLong)w * (uLong)h);

	memset(plain, 255, (size_t)w * (size_t)h);
	for (int y = 0; y < h / 4; y++) /* the first quarter of the rows, left half: black */
		memset(plain + (size_t)y * (size_t)w, 0, (size_t)w / 2);
	image.data = mem_alloc(size);
	assert_int_equal(compress2(image.data, &size, plain, (uLong)w * (uLong)h, 6), Z_OK);
	image.size = size;
	free(plain);
	return image;
}

struct memory {
	char *bytes;
	size_t n;
};

static int collect(void *context, const void *bytes, size_t size, struct error *err)
{
	struct memory *m = context;

	m->bytes = mem_realloc(m->bytes, m->n + size + 1);
	memcpy(m->bytes + m->n, bytes, size);
	m->n += size;
	m->bytes[m->n] = '\0';
	return 0;
}

static struct memory make(const struct encoded_image *image, const struct page *page)
{
	struct memory m = { NULL, 0 };
	struct error err = ERROR_INIT;
	struct pdf_writer *pdf = pdf_writer_begin(collect, &m, "Quyết định 123", &err);

	assert_non_null(pdf);
	assert_int_equal(pdf_writer_page(pdf, image, page, &err), 0);
	assert_int_equal(pdf_writer_end(pdf, &err), 0);
	return m;
}

/* Output of a program over the PDF; its exit code must be 0. */
static char *ask(const struct memory *pdf, const char *format)
{
	static char out[100000];
	char path[] = "/tmp/sohoa-export-XXXXXX", command[300];
	int fd = mkstemp(path);
	size_t n;
	FILE *from;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, pdf->bytes, pdf->n), pdf->n);
	close(fd);
	snprintf(command, sizeof command, format, path);
	from = popen(command, "r");
	assert_non_null(from);
	n = fread(out, 1, sizeof out - 1, from);
	out[n] = '\0';
	assert_int_equal(pclose(from), 0);
	unlink(path);
	return out;
}

static void words_come_back(void **state)
{
	struct page page = sheet();
	struct encoded_image image = grey(WIDTH, HEIGHT, 1);
	struct memory pdf = make(&image, &page);

	ask(&pdf, "qpdf --check %s 2>&1");
	assert_string_equal(ask(&pdf, "pdftotext -layout %s - | tr -s ' \\n\\f' ' '"), " QUYẾT ĐỊNH đường (\\) 123/QĐ-UBND ");
	assert_non_null(strstr(ask(&pdf, "pdfinfo %s"), "595.44 x 842.04 pts"));
	free(pdf.bytes);
	encoded_image_release(&image);
}

static void same_bytes(void **state)
{
	struct page page = sheet();
	struct encoded_image image = grey(100, 140, 1);
	struct memory a = make(&image, &page), b = make(&image, &page);

	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.bytes, b.bytes, a.n);
	page.nwords--;
	free(b.bytes);
	b = make(&image, &page);
	assert_true(a.n != b.n || memcmp(a.bytes, b.bytes, a.n));
	free(a.bytes);
	free(b.bytes);
	encoded_image_release(&image);
}

/* The word's box in points as the text program sees it. */
static void find_box(const char *html, const char *word, double box[4])
{
	char mark[100];
	const char *at, *line;

	snprintf(mark, sizeof mark, ">%s</word>", word);
	at = strstr(html, mark);
	assert_non_null(at);
	for (line = at; strncmp(line, "<word", 5); line--)
		assert_true(line > html);
	assert_int_equal(sscanf(line, "<word xMin=\"%lf\" yMin=\"%lf\" xMax=\"%lf\" yMax=\"%lf\"", &box[0], &box[1], &box[2],
				&box[3]), 4);
}

/* Turned pages are told upright by the program, so the expected box is turned too. */
static struct box upright(struct box b, int rotation)
{
	switch (rotation) {
	case 90: return (struct box){ HEIGHT - b.y - b.h, b.x, b.h, b.w };
	case 180: return (struct box){ WIDTH - b.x - b.w, HEIGHT - b.y - b.h, b.w, b.h };
	case 270: return (struct box){ b.y, WIDTH - b.x - b.w, b.h, b.w };
	default: return b;
	}
}

static struct box turned(struct box b, int rotation) /* an upright box as it lies on the page as received */
{
	switch (rotation) {
	case 90: return (struct box){ b.y, HEIGHT - b.x - b.w, b.h, b.w };
	case 180: return (struct box){ WIDTH - b.x - b.w, HEIGHT - b.y - b.h, b.w, b.h };
	case 270: return (struct box){ WIDTH - b.y - b.h, b.x, b.h, b.w };
	default: return b;
	}
}

static void boxes_lie_on_ink(void **state)
{
	for (int rotation = 0; rotation < 360; rotation += 90) {
		struct word on_page[sizeof words / sizeof *words];
		struct page page = sheet();
		struct memory pdf;
		char *html;

		memcpy(on_page, words, sizeof words);
		for (int i = 0; i < page.nwords; i++)
			on_page[i].box = turned(words[i].box, rotation);
		page.words = on_page;
		page.rotation = rotation;
		pdf = make(NULL, &page);
		html = ask(&pdf, "pdftotext -bbox %s -");
		for (int i = 0; i < page.nwords; i++) {
			struct box want = upright(on_page[i].box, rotation);
			double box[4];

			find_box(html, words[i].text, box);
			assert_true(box[0] * DPI / 72 > want.x - 3 && box[0] * DPI / 72 < want.x + 3);
			assert_true(box[2] * DPI / 72 > want.x + want.w - 3 && box[2] * DPI / 72 < want.x + want.w + 3);
			assert_true(box[1] * DPI / 72 > want.y - 6 && box[1] * DPI / 72 < want.y + 6);
			assert_true(box[3] * DPI / 72 > want.y + want.h - 6 && box[3] * DPI / 72 < want.y + want.h + 6);
		}
		free(pdf.bytes);
	}
}

static void secret_is_refused(void **state)
{
	struct page page = sheet();
	struct memory m = { NULL, 0 };
	struct error err = ERROR_INIT;
	struct pdf_writer *pdf = pdf_writer_begin(collect, &m, NULL, &err);

	page.secret = true;
	assert_int_equal(pdf_writer_page(pdf, NULL, &page, &err), -1);
	assert_string_equal(err.reason, "secret");
	assert_int_equal(pdf_writer_end(pdf, &err), -1); /* no page */
	free(m.bytes);
}

/* The dark quarter of the raster must come to lie where the orientation says. */
static void raster_is_turned(void **state)
{
	static const struct {
		int orientation, x, y; /* middle of the dark part, in hundredths of the page */
	} rows[] = { { 1, 25, 12 }, { 2, 75, 12 }, { 3, 75, 87 }, { 4, 25, 87 }, { 5, 12, 25 }, { 6, 87, 25 }, { 7, 87, 75 }, { 8, 12, 75 } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct encoded_image image = grey(80, 120, rows[i].orientation);
		struct page page = { .number = 1, .width = rows[i].orientation < 5 ? 80 : 120,
				     .height = rows[i].orientation < 5 ? 120 : 80, .dpi = 72 };
		struct memory pdf = make(&image, &page);
		char path[] = "/tmp/sohoa-raster-XXXXXX", command[200], png[64];
		struct Pix *pix;
		l_uint32 dark, light;
		int fd = mkstemp(path);

		assert_true(fd >= 0);
		close(fd);
		snprintf(command, sizeof command, "pdftoppm -r 72 -png -singlefile %%s %s", path);
		ask(&pdf, command);
		snprintf(png, sizeof png, "%s.png", path);
		pix = pixRead(png);
		assert_non_null(pix);
		assert_int_equal(pixGetWidth(pix), page.width);
		pixGetPixel(pix, page.width * rows[i].x / 100, page.height * rows[i].y / 100, &dark);
		pixGetPixel(pix, page.width * (100 - rows[i].x) / 100, page.height * (100 - rows[i].y) / 100, &light);
		assert_in_range(dark >> 24, 0, 20);
		assert_in_range(light >> 24, 235, 255);
		pixDestroy(&pix);
		unlink(png);
		unlink(path);
		free(pdf.bytes);
		encoded_image_release(&image);
	}
}

static void encoded_travels(void **state)
{
	struct encoded_image image = grey(30, 40, 6), back;
	struct error err = ERROR_INIT;
	size_t size;
	char *bytes = encoded_image_save(&image, &size);

	assert_int_equal(encoded_image_load(&back, bytes, size, &err), 0);
	assert_int_equal(back.width, 30);
	assert_int_equal(back.orientation, 6);
	assert_int_equal(back.size, image.size);
	assert_memory_equal(back.data, image.data, image.size);
	encoded_image_release(&back);
	for (size_t n = 0; n < size; n++)
		assert_int_equal(encoded_image_load(&back, bytes, n, &err), -1);
	bytes[12] = bytes[13] = bytes[14] = bytes[15] = (char)0xff;
	assert_int_equal(encoded_image_load(&back, bytes, size, &err), -1);
	free(bytes);
	encoded_image_release(&image);
}

static void picture_marks_the_place(void **state)
{
	struct Pix *page = pixCreate(WIDTH, HEIGHT, 1), *picture;
	struct picture_box boxes[] = { { { 600, 300, 310, 40 }, "type" }, { { 200, 500, 460, 36 }, "number" },
				       { { -50, -50, 100, 100 }, "h\xe1" }, { { 1600, 2300, 500, 500 }, "signer" } };
	struct error err = ERROR_INIT;
	l_uint32 inside, outside;
	size_t size;
	char *png;

	picture = picture_draw(page, boxes, 4, &err);
	assert_non_null(picture);
	pixGetPixel(picture, 700, 320, &inside);
	pixGetPixel(picture, 700, 900, &outside);
	assert_int_equal(outside >> 8, 0xffffff);
	assert_true((inside >> 24) < 230 && (inside >> 24) > 150); /* washed, still readable */
	png = picture_png(picture, &size, &err);
	assert_non_null(png);
	assert_memory_equal(png, "\x89PNG", 4);
	if (getenv("SOHOA_KEEP"))
		pixWrite(getenv("SOHOA_KEEP"), picture, IFF_PNG);
	free(png);
	pixDestroy(&picture);
	pixDestroy(&page);
}

static void tsv_has_tesseracts_columns(void **state)
{
	struct arena *arena = arena_new();
	struct page page = sheet();
	const char *text = page_tsv(arena, &page);

	assert_non_null(strstr(text, "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
				     "1\t1\t0\t0\t0\t0\t0\t0\t1654\t2339\t-1\t\n2\t1\t1\t0\t0\t0\t600\t300\t310\t40\t-1\t\n"
				     "3\t1\t1\t1\t0\t0\t600\t300\t310\t40\t-1\t\n4\t1\t1\t1\t1\t0\t600\t300\t310\t40\t-1\t\n"
				     "5\t1\t1\t1\t1\t1\t600\t300\t160\t40\t95.000000\tQUYẾT\n5\t1\t1\t1\t1\t2\t780\t302\t130\t38\t94.000000\tĐỊNH\n"));
	arena_free(arena);
}

static void json_has_the_shape(void **state)
{
	struct field fields[] = { { "number", (char *)"123/QĐ-UBND", (char *)"123/QĐ-UBND", FIELD_READ, 91.5f, 2, { 400, 500, 260, 36 }, SOURCE_MACHINE, 0 },
				  { "date", NULL, NULL, FIELD_BLANK, 80, 0, { 0, 0, 0, 0 }, SOURCE_MACHINE, 0 } };
	struct document document = { .number = 1, .first = 2, .last = 3, .type = (char *)"quyet-dinh", .fields = fields, .nfields = 2 };
	struct page pages[3] = { { .file_page = 1 }, { .file_page = 2 }, { .file_page = 3 } };
	struct dossier dossier = { .pages = pages, .npages = 3, .documents = &document, .ndocuments = 1 };
	char *text = file_json("a.pdf", &dossier);
	json_t *root = json_loads(text, 0, NULL), *paper = json_array_get(json_object_get(root, "documents"), 0), *number, *date;

	assert_string_equal(json_string_value(json_object_get(root, "file")), "a.pdf");
	assert_int_equal(json_integer_value(json_object_get(json_array_get(json_object_get(paper, "pages"), 0), "page")), 2);
	number = json_object_get(json_object_get(paper, "fields"), "number");
	assert_string_equal(json_string_value(json_object_get(number, "value")), "123/QĐ-UBND");
	assert_string_equal(json_string_value(json_object_get(number, "state")), "read");
	assert_int_equal(json_integer_value(json_object_get(number, "page")), 1); /* place in the document's own list */
	assert_int_equal(json_integer_value(json_array_get(json_object_get(number, "box"), 2)), 260);
	date = json_object_get(json_object_get(paper, "fields"), "date");
	assert_true(json_is_null(json_object_get(date, "value")) && json_is_null(json_object_get(date, "page")));
	assert_true(json_is_null(json_object_get(paper, "verdict")));
	json_decref(root);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_come_back),    cmocka_unit_test(same_bytes),
		cmocka_unit_test(boxes_lie_on_ink),   cmocka_unit_test(secret_is_refused),
		cmocka_unit_test(raster_is_turned),   cmocka_unit_test(encoded_travels),
		cmocka_unit_test(picture_marks_the_place), cmocka_unit_test(tsv_has_tesseracts_columns),
		cmocka_unit_test(json_has_the_shape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
