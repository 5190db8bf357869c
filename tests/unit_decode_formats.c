/* What a file is, whether it is whole, and the pages of TIFF, JPEG and PNG. */
#include "tests/unit.h"

#include <unistd.h>

#include "tests/decode_fixtures.h"

static struct config *config;

static const char *inspect(struct bytes file, int *pages)
{
	struct inspection inspection;
	struct error err = ERROR_INIT;
	int status = decode_inspect(config, file.data, file.size, &inspection, &err);

	if (pages)
		*pages = inspection.pages;
	if (status < 0) {
		assert_true(err.text[0] && err.reason);
		assert_int_equal(err.reach, REACH_DOCUMENT);
	}
	return status < 0 ? err.reason : "fine";
}

static struct bytes from_text(const char *text, size_t size)
{
	struct bytes b = { NULL, 0, 0 };

	bytes_add(&b, text, size);
	return b;
}

static void test_not_documents(void **state)
{
	static const struct { const char *bytes; size_t size; const char *reason; } rows[] = {
		{ "", 0, "empty" },
		{ "hello", 5, "not-a-document" },
		{ "II*\0", 4, "truncated" },
		{ "II*\0\0\0\0\0", 8, "no-pages" },
		{ "II*\0\xff\xff\0\0", 8, "truncated" },
		{ "\xff\xd8\xff", 3, "truncated" },
		{ "\xff\xd8\xff\xd9", 4, "damaged" },
		{ "\x89PNG\r\n\x1a\n", 8, "truncated" },
		{ "Rar!\x1a\x07\x01\0", 8, "rar" },
		{ "PK\3\4", 4, "truncated" },
		{ "7z\xbc\xaf\x27\x1c", 6, "truncated" },
		{ "%PDF-1.4\n", 9, "truncated" },
		{ "GIF89a", 6, "not-a-document" },
		{ "\x1f\x8b\x08\0\0\0\0\0\0\3\3\0\0\0\0\0\0\0\0\0", 20, "not-a-document" }, /* packed nothing */
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bytes b = from_text(rows[i].bytes, rows[i].size);

		assert_string_equal(inspect(b, NULL), rows[i].reason);
		bytes_release(&b);
	}
}

static void test_pictures(void **state)
{
	static const struct { int depth, format; int dpi; double tolerance; } rows[] = {
		{ 1, IFF_TIFF_G4, 300, 0 },   { 1, IFF_TIFF_G3, 200, 0 }, { 1, IFF_TIFF_LZW, 200, 0 }, { 1, IFF_TIFF_ZIP, 200, 0 },
		{ 1, IFF_TIFF, 200, 0 },      { 1, IFF_TIFF_PACKBITS, 200, 0 }, { 8, IFF_TIFF_LZW, 150, 0 }, { 8, IFF_TIFF_ZIP, 300, 0 },
		{ 8, IFF_TIFF_JPEG, 300, 6 }, { 32, IFF_TIFF_LZW, 300, 0 }, { 32, IFF_TIFF_ZIP, 300, 0 }, { 32, IFF_TIFF, 300, 0 },
		{ 32, IFF_TIFF_JPEG, 300, 8 }, { 8, IFF_JFIF_JPEG, 300, 6 }, { 32, IFF_JFIF_JPEG, 150, 8 }, { 1, IFF_PNG, 300, 0 },
		{ 8, IFF_PNG, 200, 0 },       { 32, IFF_PNG, 200, 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		PIX *pix = picture(620, 877, rows[i].depth);
		struct bytes file = picture_file(pix, rows[i].dpi, rows[i].format);
		struct opened o;
		int pages;

		assert_string_equal(inspect(file, &pages), "fine");
		assert_int_equal(pages, 1);
		o = open_page(config, file, 1);
		if (o.status)
			fail_msg("row %zu: %s", i, o.err.text);
		assert_int_equal(o.page.width, 620);
		assert_int_equal(o.page.height, 877);
		assert_int_equal(o.page.dpi, rows[i].dpi);
		assert_int_equal(pixGetDepth(o.pix), rows[i].depth);
		assert_true(picture_distance(pix, o.pix) <= rows[i].tolerance);
		opened_release(&o);
		bytes_release(&file);
		pixDestroy(&pix);
	}
}

/* Cut anywhere in its last part, every file is found out by inspection. */
static void test_truncated(void **state)
{
	static const int formats[] = { IFF_TIFF_G4, IFF_JFIF_JPEG, IFF_PNG };

	for (size_t i = 0; i < 3; i++) {
		PIX *pix = picture(620, 877, formats[i] == IFF_JFIF_JPEG ? 8 : 1);
		struct bytes file = picture_file(pix, 200, formats[i]);

		for (size_t part = 1; part < 20; part++) {
			struct bytes cut = { file.data, file.size * part / 20, 0 };

			if (cut.size > 10)
				assert_string_equal(inspect(cut, NULL), "truncated");
		}
		bytes_release(&file);
		pixDestroy(&pix);
	}
}

static void test_many_pages(void **state)
{
	char path[] = "/tmp/sohoa-unit-XXXXXX";
	int fd = mkstemp(path), pages;
	struct bytes file = { NULL, 0, 0 };
	unsigned first, second;
	size_t size;
	l_uint8 *data;

	for (int i = 0; i < 3; i++) {
		PIX *pix = picture(300 + i, 400, i == 1 ? 8 : 1);

		pixSetResolution(pix, 200, 200);
		assert_int_equal(pixWriteTiff(path, pix, i == 1 ? IFF_TIFF_LZW : IFF_TIFF_G4, i ? "a" : "w"), 0);
		pixDestroy(&pix);
	}
	data = l_binaryRead(path, &size);
	bytes_add(&file, data, size);
	lept_free(data);
	close(fd);
	unlink(path);
	assert_string_equal(inspect(file, &pages), "fine");
	assert_int_equal(pages, 3);
	for (int i = 0; i < 3; i++) {
		struct opened o = open_page(config, file, i + 1);

		assert_int_equal(o.status, 0);
		assert_int_equal(o.page.width, 300 + i);
		assert_int_equal(pixGetDepth(o.pix), i == 1 ? 8 : 1);
		opened_release(&o);
	}
	{
		struct opened o = open_page(config, file, 4);

		assert_int_equal(o.status, -1);
		assert_int_equal(o.err.reach, REACH_PAGE);
		opened_release(&o);
	}
	/* the limit: 3 pages are fine, 2 are not enough */
	config_set(config, "limits", "file_pages", "3");
	assert_string_equal(inspect(file, NULL), "fine");
	config_set(config, "limits", "file_pages", "2");
	assert_string_equal(inspect(file, NULL), "too-many-pages");
	config_set(config, "limits", "file_pages", "5000");
	/* the second directory points back to the first, then to itself */
	first = file.data[4] | file.data[5] << 8 | file.data[6] << 16;
	size = first + 2 + 12 * (size_t)(file.data[first] | file.data[first + 1] << 8);
	second = file.data[size] | file.data[size + 1] << 8 | file.data[size + 2] << 16;
	size = second + 2 + 12 * (size_t)(file.data[second] | file.data[second + 1] << 8);
	memcpy(file.data + size, file.data + 4, 4);
	assert_string_equal(inspect(file, NULL), "damaged");
	file.data[size] = (unsigned char)second;
	file.data[size + 1] = (unsigned char)(second >> 8);
	file.data[size + 2] = (unsigned char)(second >> 16);
	assert_string_equal(inspect(file, NULL), "damaged");
	bytes_release(&file);
}

/* The eight EXIF orientations: what is stored is the upright picture turned the other way. */
static void test_exif(void **state)
{
	static const struct { int turns; bool mirror_first; } store[9] = {
		[1] = { 0, false }, [2] = { 0, true }, [3] = { 2, false }, [4] = { 2, true },
		[5] = { 3, true },  [6] = { 3, false }, [7] = { 1, true }, [8] = { 1, false },
	};

	for (int orientation = 1; orientation <= 8; orientation++) {
		PIX *upright = picture(480, 640, 8), *stored = pixCopy(NULL, upright), *turned;
		unsigned char exif[] = "\xff\xe1\0\x22" "Exif\0\0" "MM\0*\0\0\0\x08" "\0\1" "\1\x12\0\3\0\0\0\1\0\1\0\0" "\0\0\0\0";
		struct bytes plain, file = { NULL, 0, 0 };
		struct opened o;

		if (store[orientation].mirror_first)
			pixFlipLR(stored, stored);
		turned = pixRotateOrth(stored, store[orientation].turns);
		plain = picture_file(turned, 100, IFF_JFIF_JPEG);
		exif[29] = (unsigned char)orientation;
		bytes_add(&file, plain.data, 2);
		bytes_add(&file, exif, 36);
		bytes_add(&file, plain.data + 2, plain.size - 2);
		o = open_page(config, file, 1);
		assert_int_equal(o.status, 0);
		assert_int_equal(o.page.width, 480);
		assert_int_equal(o.page.height, 640);
		if (picture_distance(upright, o.pix) > 6)
			fail_msg("orientation %d: distance %f", orientation, picture_distance(upright, o.pix));
		opened_release(&o);
		bytes_release(&plain);
		bytes_release(&file);
		pixDestroy(&upright);
		pixDestroy(&stored);
		pixDestroy(&turned);
	}
}

static void test_resolution(void **state)
{
	static const struct { int width, height, told, dpi; } rows[] = {
		{ 1654, 2339, 200, 200 }, { 2480, 3508, 0, 300 },   { 1654, 2339, 0, 200 },  { 3508, 4961, 0, 300 },
		{ 1240, 1748, 0, 150 },   { 2480, 3508, 72, 300 },  { 1748, 2480, 0, 300 },  { 2480, 3508, 3000, 300 },
		{ 595, 842, 72, 72 },     { 3000, 3508, 0, 300 },   { 1240, 1754, 150, 150 },
		{ 1670, 2431, 0, 202 },   { 1600, 2339, 0, 200 }, /* 12 mm of the scanner's bed below; 6 mm cut at the side */
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		PIX *pix = picture(rows[i].width, rows[i].height, 1);
		struct bytes file = picture_file(pix, rows[i].told, IFF_PNG);
		struct opened o = open_page(config, file, 1);

		assert_int_equal(o.status, 0);
		if (abs(o.page.dpi - rows[i].dpi) > 1)
			fail_msg("row %zu: %d dpi", i, o.page.dpi);
		opened_release(&o);
		bytes_release(&file);
		pixDestroy(&pix);
	}
}

static void put16le(struct bytes *b, unsigned v)
{
	unsigned char p[2] = { (unsigned char)v, (unsigned char)(v >> 8) };

	bytes_add(b, p, 2);
}

static void put_tag(struct bytes *b, unsigned tag, unsigned type, unsigned value)
{
	put16le(b, tag);
	put16le(b, type);
	put16le(b, 1);
	put16le(b, 0);
	put16le(b, value);
	put16le(b, value >> 16);
}

/* 64 x 96 pixels, one bit, a block of ink in the first corner as stored; 80 dots a centimetre. */
static struct bytes plain_tiff(unsigned photometric, unsigned orientation)
{
	struct bytes b = { NULL, 0, 0 };

	bytes_add(&b, "II*\0\x08\0\0\0", 8);
	put16le(&b, 13);
	put_tag(&b, 256, 4, 64);
	put_tag(&b, 257, 4, 96);
	put_tag(&b, 258, 3, 1);
	put_tag(&b, 259, 3, 1);
	put_tag(&b, 262, 3, photometric);
	put_tag(&b, 273, 4, 200);
	put_tag(&b, 274, 3, orientation);
	put_tag(&b, 277, 3, 1);
	put_tag(&b, 278, 4, 96);
	put_tag(&b, 279, 4, 8 * 96);
	put_tag(&b, 282, 5, 184);
	put_tag(&b, 283, 5, 184);
	put_tag(&b, 296, 3, 3);
	while (b.size < 184)
		bytes_add(&b, "", 1);
	bytes_add(&b, "\x50\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0", 16);
	for (int i = 0; i < 8 * 96; i++) {
		bool ink = i % 8 < 2 && i / 8 < 20;
		unsigned char v = ink == (photometric == 0) ? 0xff : 0;

		bytes_add(&b, &v, 1);
	}
	return b;
}

/* Ink is ink whether the file says 0 is white or 0 is black, and a turned page stands upright. */
static void test_tiff_tags(void **state)
{
	for (unsigned photometric = 0; photometric < 2; photometric++) {
		for (int turned = 0; turned < 2; turned++) {
			struct bytes file = plain_tiff(photometric, turned ? 6 : 1);
			struct opened o = open_page(config, file, 1);
			l_uint32 v = 0;

			assert_int_equal(o.status, 0);
			assert_int_equal(o.page.width, turned ? 96 : 64);
			assert_int_equal(pixGetDepth(o.pix), 1);
			pixGetPixel(o.pix, turned ? 90 : 5, 5, &v);
			assert_int_equal(v, 1);
			pixGetPixel(o.pix, turned ? 5 : 60, 60, &v);
			assert_int_equal(v, 0);
			opened_release(&o);
			bytes_release(&file);
		}
	}
}

/* A fax has 204 x 98 pixels an inch: letters must keep their shape. */
static void test_fax(void **state)
{
	PIX *pix = picture(864, 500, 1);
	struct bytes file;
	struct opened o;
	l_uint8 *data = NULL;

	pixSetResolution(pix, 204, 98);
	file = (struct bytes){ NULL, 0, 0 };
	assert_int_equal(pixWriteMem(&data, &file.size, pix, IFF_TIFF_G3), 0);
	file.data = malloc(file.size);
	memcpy(file.data, data, file.size);
	lept_free(data);
	o = open_page(config, file, 1);
	assert_int_equal(o.status, 0);
	assert_int_equal(o.page.width, 864);
	assert_in_range(o.page.height, 1038, 1044);
	assert_int_equal(o.page.dpi, 204);
	assert_int_equal(pixGetDepth(o.pix), 1);
	opened_release(&o);
	bytes_release(&file);
	pixDestroy(&pix);
}

static void put32be(unsigned char *p, unsigned v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(v >> (24 - 8 * i));
}

/* Sizes are judged from the header, before anything is decoded; the limits hold at limit - 1, limit, limit + 1. */
static void test_sizes(void **state)
{
	static const struct { unsigned width, height; const char *reason; } rows[] = {
		{ 29999, 100, "fine" }, { 30000, 100, "fine" }, { 30001, 100, "page-too-large" },
		{ 15000, 9999, "page-too-large" }, /* nearly 150 million pixels out of a few bytes: the ratio */
		{ 15000, 10001, "page-too-large" }, { 67108864, 2, "page-too-large" }, { 0, 5, "damaged" },
	};
	PIX *pix = picture(100, 100, 1);
	struct bytes file = picture_file(pix, 200, IFF_PNG);

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		put32be(file.data + 16, rows[i].width);
		put32be(file.data + 20, rows[i].height);
		assert_string_equal(inspect(file, NULL), rows[i].reason);
	}
	config_set(config, "limits", "page_pixels", "1000000");
	for (unsigned side = 999; side <= 1001; side++) {
		put32be(file.data + 16, 1000);
		put32be(file.data + 20, side);
		assert_string_equal(inspect(file, NULL), side > 1000 ? "page-too-large" : "fine");
	}
	config_set(config, "limits", "page_pixels", "150000000");
	config_set(config, "limits", "page_ratio_from", "1000000");
	config_set(config, "limits", "page_ratio", "100");
	put32be(file.data + 16, 1001);
	put32be(file.data + 20, 1000);
	assert_string_equal(inspect(file, NULL), "page-too-large");
	put32be(file.data + 16, 1000); /* not above the border */
	assert_string_equal(inspect(file, NULL), "fine");
	config_set(config, "limits", "page_ratio_from", "50000000");
	config_set(config, "limits", "page_ratio", "10000");
	bytes_release(&file);
	pixDestroy(&pix);
}

static void test_file_size(void **state)
{
	struct bytes file = { calloc(1, (1 << 20) + 1), (1 << 20) - 1, 0 };

	config_set(config, "limits", "file_bytes", "1048576");
	assert_string_equal(inspect(file, NULL), "not-a-document");
	file.size++;
	assert_string_equal(inspect(file, NULL), "not-a-document");
	file.size++;
	assert_string_equal(inspect(file, NULL), "too-large");
	config_set(config, "limits", "file_bytes", "2147483648");
	bytes_release(&file);
}

/* Paper is white under a transparent picture. */
static void test_alpha(void **state)
{
	PIX *pix = pixCreate(400, 500, 32);
	struct bytes file;
	struct opened o;
	l_uint32 v = 0;

	pixSetSpp(pix, 4); /* all zero: black and wholly transparent */
	file = picture_file(pix, 200, IFF_PNG);
	o = open_page(config, file, 1);
	assert_int_equal(o.status, 0);
	pixGetPixel(o.pix, 50, 50, &v);
	assert_int_equal(v >> 8, 0xffffff);
	opened_release(&o);
	bytes_release(&file);
	pixDestroy(&pix);
}

/* Flipped bytes: any answer is right, but there must be one. */
static void test_damage(void **state)
{
	static const int formats[] = { IFF_TIFF_G4, IFF_TIFF_LZW, IFF_JFIF_JPEG, IFF_PNG };
	unsigned seed = 12345;

	for (size_t i = 0; i < 4; i++) {
		PIX *pix = picture(200, 280, formats[i] == IFF_JFIF_JPEG ? 8 : 1);
		struct bytes file = picture_file(pix, 200, formats[i]);

		for (int round = 0; round < 150; round++) {
			struct bytes bad = from_text((char *)file.data, file.size);
			struct opened o;

			for (int n = 0; n < 4; n++) {
				seed = seed * 1103515245 + 12345;
				bad.data[(seed >> 8) % bad.size] ^= (unsigned char)(1u << (seed & 7));
			}
			o = open_page(config, bad, 1);
			assert_true(o.status == 0 ? o.pix != NULL : o.err.text[0] != 0);
			opened_release(&o);
			bytes_release(&bad);
		}
		bytes_release(&file);
		pixDestroy(&pix);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_not_documents), cmocka_unit_test(test_pictures), cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_many_pages),    cmocka_unit_test(test_exif),     cmocka_unit_test(test_resolution),
		cmocka_unit_test(test_fax),           cmocka_unit_test(test_sizes),    cmocka_unit_test(test_file_size),
		cmocka_unit_test(test_alpha),         cmocka_unit_test(test_tiff_tags),
		cmocka_unit_test(test_damage),
	};
	int status;

	config = config_open(NULL, NULL);
	status = cmocka_run_group_tests_name("decode: files", tests, NULL, NULL);
	config_close(config);
	return status;
}
