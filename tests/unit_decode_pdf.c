/* PDF pages: the scan as it is, the trusted text, the drawing; and what must not be mistaken for one another. */
#include "tests/unit.h"

#include <math.h>
#include <qpdf/qpdf-c.h>

#include "tests/decode_fixtures.h"

static struct config *config;

/* A4 in points, the picture at 100 dpi */
#define PAGE "/MediaBox [0 0 595 842]"
#define IMAGE "/XObject << /Im 5 0 R >>"
#define WHOLE "q 595 0 0 842 0 0 cm /Im Do Q\n"
#define WIDE 827
#define TALL 1169

static struct bytes page_with(const char *keys, const char *content, PIX *pix, char kind, const char *more)
{
	struct pdf_writer w = { .n = 0 };

	pdf_begin_page(&w, keys, IMAGE " /Font << /F 6 0 R /T3 7 0 R >> /ExtGState << /Half << /ca 0.5 >> /Plain << /LW 1 >> >>",
		       content);
	pdf_image_object(&w, 5, pix, kind, more);
	pdf_object(&w, 6, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
	pdf_object(&w, 7, "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /CharProcs << >> "
			  "/Encoding << /Differences [] >> /FirstChar 0 /LastChar 0 /Widths [1] >>");
	return pdf_finish(&w);
}

static void test_streams(void **state)
{
	static const struct { int depth; char kind; double tolerance; } rows[] = {
		{ 1, 'c', 0 }, { 1, 'r', 0 }, { 1, 'i', 0 }, { 8, 'r', 0 }, { 8, 'd', 6 }, { 32, 'r', 0 }, { 32, 'd', 8 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		PIX *pix = picture(WIDE, TALL, rows[i].depth);
		struct bytes file = page_with(PAGE, WHOLE, pix, rows[i].kind, "");
		struct opened o = open_page(config, file, 1);

		if (o.status)
			fail_msg("row %zu: %s", i, o.err.text);
		assert_false(o.page.rendered);
		assert_int_equal(o.page.width, WIDE);
		assert_int_equal(o.page.height, TALL);
		assert_int_equal(o.page.dpi, 100);
		assert_int_equal(pixGetDepth(o.pix), rows[i].depth);
		if (picture_distance(pix, o.pix) > rows[i].tolerance)
			fail_msg("row %zu: distance %f", i, picture_distance(pix, o.pix));
		opened_release(&o);
		bytes_release(&file);
		pixDestroy(&pix);
	}
}

/* The scan as it is must look as the renderer shows the page: the same page with a speck in its corner is drawn. */
static void test_scan_equals_drawing(void **state)
{
	static const char *const places[] = {
		WHOLE, "q 595 0 0 -842 0 842 cm /Im Do Q ", "q -595 0 0 842 595 0 cm /Im Do Q ",
		"q 0 842 595 0 0 0 cm /Im Do Q ", "q 0 842 -595 0 595 0 cm /Im Do Q ", "q 0 -842 595 0 0 842 cm /Im Do Q ",
		"q 0 -842 -595 0 595 842 cm /Im Do Q ", "q 2 0 0 2 0 0 cm 297.5 0 0 421 0 0 cm /Im Do Q ",
		"q -50 -50 700 950 re W n 595 0 0 842 0 0 cm /Im Do Q ",
	};
	static const int turns[] = { 0, 90, 180, 270, -90 };
	static const struct { char kind; int depth; const char *more; } images[] = {
		{ 'c', 1, "" }, { 'c', 1, "/Decode [1 0]" }, { 'r', 1, "/Decode [1 0]" }, { 'r', 8, "/Decode [1 0]" },
		{ 'd', 8, "" }, { 'i', 1, "" }, { 'c', 1, "/ImageMask true" }, { 'c', 1, "/ImageMask true /Decode [1 0]" },
	};

	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
		for (size_t t = 0; t < sizeof turns / sizeof turns[0]; t++) {
			size_t k = (i + t) % (sizeof images / sizeof images[0]);
			PIX *pix = picture(WIDE, TALL, images[k].depth);
			char keys[100], content[300];
			struct bytes scan, drawn;
			struct opened a, b;

			snprintf(keys, sizeof keys, PAGE " /Rotate %d", turns[t]);
			snprintf(content, sizeof content, "%s 1 g 0 0 0.1 0.1 re f", places[i]);
			scan = page_with(keys, places[i], pix, images[k].kind, images[k].more);
			drawn = page_with(keys, content, pix, images[k].kind, images[k].more);
			a = open_page(config, scan, 1);
			b = open_page(config, drawn, 1);
			assert_int_equal(a.status, 0);
			assert_int_equal(b.status, 0);
			assert_false(a.page.rendered);
			assert_true(b.page.rendered);
			assert_int_equal(b.page.dpi, 300);
			if (picture_distance(a.pix, b.pix) > 8)
				fail_msg("place %zu turn %d image %zu: distance %f", i, turns[t], k,
					 picture_distance(a.pix, b.pix));
			opened_release(&a);
			opened_release(&b);
			bytes_release(&scan);
			bytes_release(&drawn);
			pixDestroy(&pix);
		}
}

/* What makes a page more than its scan, and what does not. */
static void test_what_is_a_scan(void **state)
{
	static const struct { const char *content, *more; bool scan; } rows[] = {
		{ WHOLE, "", true },
		{ WHOLE "0 0 m 100 100 l S", "", false },               /* a drawing over it */
		{ WHOLE "BT /F 12 Tf 100 100 Td (x) Tj ET", "", false }, /* text over it */
		{ WHOLE "BT /F 12 Tf 3 Tr 100 100 Td (x) Tj ET", "", true },
		{ WHOLE "BT /T3 12 Tf 3 Tr 100 100 Td (x) Tj ET", "", false }, /* mode 3 does not hide Type 3 */
		{ "BT /F 12 Tf 100 100 Td (x) Tj ET " WHOLE, "", true }, /* wholly under the image */
		{ "0 0 100 100 re f " WHOLE, "", true },
		{ WHOLE WHOLE, "", false },
		{ WHOLE, "/SMask 6 0 R", false },
		{ WHOLE, "/Mask [0 0]", false },
		{ WHOLE, "/ImageMask true", true },                       /* a stencil painted in black is a scan too */
		{ "0 0 0 rg " WHOLE, "/ImageMask true", true },
		{ "1 0 0 rg " WHOLE, "/ImageMask true", false },
		{ "1 g 0 0 595 842 re f 0 g " WHOLE, "/ImageMask true", false }, /* what lies under it shows */
		{ "/Half gs " WHOLE, "", false },
		{ "/Plain gs " WHOLE, "", true },
		{ "q 595 0 0 780 0 0 cm /Im Do Q", "", false },           /* 92.6 % */
		{ "q 595 0 0 810 0 16 cm /Im Do Q", "", true },           /* 96.2 % */
		{ "0 0 m 9 9 l 9 0 l W n " WHOLE, "", false },            /* clipped to a triangle */
		{ "0 0 300 842 re W n " WHOLE, "", false },               /* clipped to a half */
		{ "q 594 20 -20 842 0 0 cm /Im Do Q", "", false },        /* askew */
		{ WHOLE "0 0 10 10 re n", "", true },                     /* a path that paints nothing */
		{ WHOLE "BT ET q Q % a comment /Im Do\n", "", true },
		{ WHOLE "BT /F 12 Tf (x) ' ET", "", false },
		{ WHOLE "BI /W 1 /H 1 /BPC 8 /CS /G ID x EI", "", false },
		{ WHOLE "/OC /Layer BDC EMC", "", false },
		{ "/Im#20 Do /I#6d Do", "", false },                      /* one point large */
		{ "q 595 0 0 842 0 0 cm /I#6d Do Q", "", true },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		PIX *pix = picture(WIDE / 2, TALL / 2, 1);
		struct bytes file = page_with(PAGE, rows[i].content, pix, 'c', rows[i].more);
		struct opened o = open_page(config, file, 1);

		if (o.status)
			fail_msg("row %zu: %s", i, o.err.text);
		if (o.page.rendered == rows[i].scan)
			fail_msg("row %zu: rendered is %d", i, o.page.rendered);
		assert_non_null(o.pix);
		opened_release(&o);
		bytes_release(&file);
		pixDestroy(&pix);
	}
}

static void test_form(void **state)
{
	struct pdf_writer w = { .n = 0 };
	PIX *pix = picture(WIDE, TALL, 1);
	struct bytes file;
	struct opened o;

	/* the image inside a form; a form that calls itself must end */
	pdf_begin_page(&w, PAGE, "/XObject << /Fm 6 0 R >>", "q 2 0 0 2 0 0 cm /Fm Do Q");
	pdf_image_object(&w, 5, pix, 'c', "");
	pdf_stream(&w, 6, "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Matrix [0.5 0 0 0.5 0 0] /Resources << " IMAGE " >>",
		   WHOLE, strlen(WHOLE));
	file = pdf_finish(&w);
	o = open_page(config, file, 1);
	assert_int_equal(o.status, 0);
	assert_false(o.page.rendered);
	assert_true(picture_distance(pix, o.pix) <= 0);
	opened_release(&o);
	bytes_release(&file);

	w = (struct pdf_writer){ .n = 0 };
	pdf_begin_page(&w, PAGE, "/XObject << /Fm 6 0 R >>", "/Fm Do");
	pdf_image_object(&w, 5, pix, 'c', "");
	pdf_stream(&w, 6, "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /Im 5 0 R /Fm 6 0 R >> >>",
		   "/Fm Do /Fm Do", 13);
	file = pdf_finish(&w);
	o = open_page(config, file, 1);
	assert_true(o.status == 0 ? o.page.rendered : o.err.text[0] != 0);
	opened_release(&o);
	bytes_release(&file);
	pixDestroy(&pix);
}

/* The appearance of a signature is a mark, no part of what is read, on scans and on drawn pages alike. */
static void test_banner(void **state)
{
	for (int drawn = 0; drawn < 2; drawn++) {
		struct pdf_writer w = { .n = 0 };
		PIX *pix = picture(WIDE, TALL, 1);
		l_uint32 v = 0;
		struct bytes file;
		struct opened o;

		pdf_begin_page(&w, PAGE " /Rotate 90 /Annots [6 0 R 8 0 R]", IMAGE, drawn ? WHOLE "1 g 0 0 0.1 0.1 re f" : WHOLE);
		pdf_image_object(&w, 5, pix, 'c', "");
		pdf_object(&w, 6, "<< /Type /Annot /Subtype /Widget /FT /Sig /F 132 /Rect [59.5 84.2 119 168.4] /AP << /N 7 0 R >> "
				  "/P 3 0 R >>");
		pdf_stream(&w, 7, "/Type /XObject /Subtype /Form /BBox [0 0 10 10]", "0 0 10 10 re f", 14);
		pdf_object(&w, 8, "<< /Type /Annot /Subtype /Widget /F 2 /Rect [0 0 119 168.4] /AP << /N 7 0 R >> >>");
		file = pdf_finish(&w);
		o = open_page(config, file, 1);
		assert_int_equal(o.status, 0);
		assert_int_equal(o.page.rendered, drawn);
		assert_int_equal(o.page.nmarks, 1);
		assert_int_equal(o.page.marks[0].kind, MARK_BANNER);
		/* turned clockwise, x runs along the old y: 10 % to 20 % of both */
		assert_in_range(o.page.marks[0].box.x, o.page.width / 10 - 2, o.page.width / 10 + 2);
		assert_in_range(o.page.marks[0].box.y, o.page.height / 10 - 2, o.page.height / 10 + 2);
		assert_in_range(o.page.marks[0].box.w, o.page.width / 10 - 2, o.page.width / 10 + 2);
		pixGetPixel(o.pix, o.page.width * 15 / 100, o.page.height * 15 / 100, &v);
		assert_int_equal(v, drawn ? 255 : 0); /* white in 8 bits, and in 1 bit */
		opened_release(&o);
		bytes_release(&file);
		pixDestroy(&pix);
	}
}

/* A scanner's own reading is kept aside and never taken. */
static void test_hidden_text(void **state)
{
	PIX *pix = picture(WIDE, TALL, 1);
	struct bytes file = page_with(PAGE, WHOLE "BT /F 12 Tf 3 Tr 100 400 Td (quyet dinh) Tj ET", pix, 'c', "");
	struct opened o = open_page(config, file, 1);

	assert_int_equal(o.status, 0);
	assert_false(o.page.rendered);
	assert_int_equal(o.page.source, WORDS_OCR);
	assert_int_equal(o.page.nwords, 0);
	assert_non_null(o.page.other_text);
	assert_non_null(strstr(o.page.other_text, "quyet dinh"));
	assert_non_null(o.pix);
	opened_release(&o);
	bytes_release(&file);
	pixDestroy(&pix);
}

/* --- born-digital --- */

static cairo_status_t add_bytes(void *to, const unsigned char *data, unsigned size)
{
	bytes_add(to, data, size);
	return CAIRO_STATUS_SUCCESS;
}

static const char *const lines[] = {
	"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: 15/QĐ-UBND",
	"Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
	"Xét đề nghị của Chánh Văn phòng Ủy ban nhân dân tỉnh,", "QUYẾT ĐỊNH:",
	"Điều 1. Phê duyệt kế hoạch số hóa hồ sơ lưu trữ của các cơ quan.", "Điều 2. Quyết định này có hiệu lực kể từ ngày ký.",
};

enum extra { NOTHING, RULES, LETTERS_DRAWN, PICTURE_BESIDE, PICTURE_UNDER, WHITE_TEXT, RED_SEAL };

static struct bytes digital_page(const char *const *text, int n, enum extra extra)
{
	struct bytes file = { NULL, 0, 0 };
	cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(add_bytes, &file, 595, 842);
	cairo_t *cr = cairo_create(surface);
	cairo_surface_t *grey = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 300, 300);
	cairo_t *on_grey = cairo_create(grey);

	cairo_set_source_rgb(on_grey, 0.9, 0.9, 0.9);
	cairo_paint(on_grey);
	cairo_set_source_rgb(on_grey, 0.1, 0.1, 0.1);
	cairo_rectangle(on_grey, 50, 50, 150, 120);
	cairo_fill(on_grey);
	cairo_destroy(on_grey);
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	if (extra == PICTURE_UNDER || extra == PICTURE_BESIDE) {
		cairo_save(cr);
		cairo_translate(cr, extra == PICTURE_UNDER ? 0 : 100, extra == PICTURE_UNDER ? 0 : 500);
		cairo_scale(cr, extra == PICTURE_UNDER ? 2 : 1, extra == PICTURE_UNDER ? 2.8 : 1);
		cairo_set_source_surface(cr, grey, 0, 0);
		cairo_paint(cr);
		cairo_restore(cr);
	}
	cairo_set_source_rgb(cr, extra == WHITE_TEXT, extra == WHITE_TEXT, extra == WHITE_TEXT);
	cairo_select_font_face(cr, "DejaVu Serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
	cairo_set_font_size(cr, 12);
	for (int i = 0; i < n; i++) {
		cairo_move_to(cr, 60, 80 + 40 * i);
		cairo_show_text(cr, text[i]);
	}
	cairo_set_source_rgb(cr, 0, 0, 0);
	for (int i = 0; i < 3 && extra == RULES; i++) {
		cairo_rectangle(cr, 60, 500 + 40 * i, 400, 40);
		cairo_set_line_width(cr, 0.7);
		cairo_stroke(cr);
	}
	if (extra == LETTERS_DRAWN) {
		cairo_move_to(cr, 60, 600);
		cairo_text_path(cr, "Ngày 05 tháng 01 năm 2020");
		cairo_fill(cr);
	}
	if (extra == RED_SEAL) {
		cairo_set_source_rgb(cr, 0.8, 0.1, 0.1);
		cairo_set_line_width(cr, 2);
		cairo_arc(cr, 400, 600, 40, 0, 6.2832);
		cairo_stroke(cr);
	}
	cairo_surface_destroy(grey);
	cairo_destroy(cr);
	cairo_surface_finish(surface);
	cairo_surface_destroy(surface);
	return file;
}

static void test_text_layer(void **state)
{
	static const struct { enum extra extra; bool taken; } rows[] = {
		{ NOTHING, true }, { RULES, true }, { RED_SEAL, true }, { LETTERS_DRAWN, false }, { PICTURE_BESIDE, false },
		{ PICTURE_UNDER, false }, { WHITE_TEXT, false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bytes file = digital_page(lines, 8, rows[i].extra);
		struct opened o = open_page(config, file, 1);

		if (o.status)
			fail_msg("row %zu: %s", i, o.err.text);
		if ((o.page.source == WORDS_TEXT_LAYER) != rows[i].taken)
			fail_msg("row %zu: source %d", i, o.page.source);
		assert_int_equal(o.page.dpi, 300);
		assert_int_equal(o.page.width, 2480);
		assert_int_equal(o.page.height, 3509);
		assert_true((o.pix == NULL) == rows[i].taken);
		if (!rows[i].taken) {
			assert_int_equal(o.page.nwords, 0);
			assert_non_null(o.page.other_text);
		}
		opened_release(&o);
		bytes_release(&file);
	}
}

static void test_words(void **state)
{
	struct bytes file = digital_page(lines, 8, NOTHING);
	struct opened o = open_page(config, file, 1);
	const struct word *word = o.page.words;

	assert_int_equal(o.status, 0);
	assert_true(o.page.nwords > 50);
	assert_string_equal(word[0].text, "CỘNG");
	assert_string_equal(word[1].text, "HÒA");
	assert_string_equal(word[8].text, "Độc");
	assert_int_equal(word[8].line, word[7].line + 1);
	assert_true(word[0].confidence == 100);
	/* baseline at 80 points, 60 from the left: 250 and 333 pixels */
	assert_in_range(word[0].box.x, 245, 256);
	assert_in_range(word[0].box.y, 270, 300);
	assert_in_range(word[0].box.y + word[0].box.h, 333, 355);
	opened_release(&o);
	bytes_release(&file);
}

static void test_legacy(void **state)
{
	static const char *const tcvn3[] = { "céng hoµ x· héi chñ nghÜa viÖt nam", "§éc lËp - Tù do - H¹nh phóc",
					     "QuyÕt ®Þnh cña ñy ban nh©n d©n tØnh" };
	static const char *const vni[] = { "COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM", "Ñoäc laäp - Töï do - Haïnh phuùc" };
	struct bytes file = digital_page(tcvn3, 3, NOTHING);
	struct opened o = open_page(config, file, 1);
	struct pdf_writer w = { .n = 0 };

	assert_int_equal(o.status, 0);
	assert_int_equal(o.page.source, WORDS_OCR);
	assert_non_null(o.pix);
	opened_release(&o);
	bytes_release(&file);

	file = digital_page(vni, 2, NOTHING);
	o = open_page(config, file, 1);
	assert_int_equal(o.page.source, WORDS_OCR);
	opened_release(&o);
	bytes_release(&file);

	/* the name of the font alone: nothing in the letters gives it away */
	for (int legacy = 0; legacy < 2; legacy++) {
		char font[200];

		w = (struct pdf_writer){ .n = 0 };
		pdf_begin_page(&w, PAGE, "/Font << /F 5 0 R >>", "BT /F 12 Tf 100 400 Td (Quyet dinh so 15) Tj ET");
		snprintf(font, sizeof font, "<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>",
			 legacy ? "ABCDEF+.VnTime" : "Helvetica");
		pdf_object(&w, 5, font);
		file = pdf_finish(&w);
		o = open_page(config, file, 1);
		assert_int_equal(o.status, 0);
		assert_int_equal(o.page.source, legacy ? WORDS_OCR : WORDS_TEXT_LAYER);
		opened_release(&o);
		bytes_release(&file);
	}
}

/* --- whole files --- */

static const char *inspect(struct bytes file, int *pages)
{
	struct inspection inspection;
	struct error err = ERROR_INIT;
	int status = decode_inspect(config, file.data, file.size, &inspection, &err);

	if (pages)
		*pages = inspection.pages;
	assert_true(status == 0 || (err.text[0] && err.reach == REACH_DOCUMENT));
	return status ? err.reason : "fine";
}

static struct bytes with_password(struct bytes file, const char *user)
{
	qpdf_data q = qpdf_init();
	struct bytes out = { NULL, 0, 0 };

	qpdf_read_memory(q, "test", (char *)file.data, file.size, NULL);
	qpdf_init_write_memory(q);
	qpdf_set_r6_encryption_parameters2(q, user, "owner", 1, 1, 1, 1, 1, 1, qpdf_r3p_full, 1);
	qpdf_write(q);
	bytes_add(&out, qpdf_get_buffer(q), qpdf_get_buffer_length(q));
	qpdf_cleanup(&q);
	return out;
}

static void test_whole_files(void **state)
{
	PIX *pix = picture(WIDE, TALL, 1);
	struct bytes good = page_with(PAGE, WHOLE, pix, 'c', ""), locked = with_password(good, "secret"),
		     open_to_all = with_password(good, "");
	struct pdf_writer w = { .n = 0 };
	struct bytes empty, promising, broken = { NULL, 0, 0 };
	struct opened o;
	int pages;

	assert_string_equal(inspect(good, &pages), "fine");
	assert_int_equal(pages, 1);
	assert_string_equal(inspect(locked, NULL), "encrypted");
	assert_string_equal(inspect(open_to_all, NULL), "fine");
	o = open_page(config, open_to_all, 1); /* only the owner's password is missing: everybody may read it */
	assert_int_equal(o.status, 0);
	assert_false(o.page.rendered);
	assert_true(picture_distance(pix, o.pix) <= 0);
	opened_release(&o);
	for (size_t part = 1; part < 20; part++) {
		struct bytes cut = { good.data, good.size * part / 20, 0 };

		assert_string_equal(inspect(cut, NULL), "truncated");
	}
	pdf_object(&w, 1, "<< /Type /Catalog /Pages 2 0 R >>");
	pdf_object(&w, 2, "<< /Type /Pages /Count 0 /Kids [] >>");
	empty = pdf_finish(&w);
	assert_string_equal(inspect(empty, NULL), "no-pages");
	w = (struct pdf_writer){ .n = 0 };
	pdf_begin_page(&w, PAGE, "", "");
	pdf_object(&w, 2, "<< /Type /Pages /Count 3 /Kids [3 0 R] >>");
	promising = pdf_finish(&w);
	assert_string_equal(inspect(promising, NULL), "damaged");
	bytes_print(&broken, "%%PDF-1.4\nnothing of use\nstartxref\n0\n%%%%EOF\n");
	assert_string_equal(inspect(broken, NULL), "damaged");
	/* a wrong cross-reference is a warning, no refusal */
	memcpy(memmem(good.data, good.size, "startxref\n", 10), "startxref\n1", 11);
	assert_string_equal(inspect(good, NULL), "fine");
	bytes_release(&good);
	bytes_release(&locked);
	bytes_release(&open_to_all);
	bytes_release(&empty);
	bytes_release(&promising);
	bytes_release(&broken);
	pixDestroy(&pix);
}

static void test_limits(void **state)
{
	PIX *pix = picture(1000, 1001, 1);
	struct bytes file = page_with("/MediaBox [0 0 1000 1001]", "1000 0 0 1001 0 0 cm /Im Do", pix, 'c', ""), sheet;
	struct pdf_writer w = { .n = 0 };
	struct opened o;

	config_set(config, "limits", "page_pixels", "1000000");
	fixture_new_room = true;
	o = open_page(config, file, 1);
	assert_int_equal(o.status, -1);
	assert_int_equal(o.err.reach, REACH_PAGE);
	assert_string_equal(o.err.reason, "page-too-large");
	opened_release(&o);
	config_set(config, "limits", "page_pixels", "150000000");

	/* a sheet of 1.4 x 1.4 m is drawn coarser, one of 50 m not at all */
	pdf_begin_page(&w, "/MediaBox [0 0 4000 4000]", "", "0 0 100 100 re f");
	sheet = pdf_finish(&w);
	config_set(config, "limits", "page_pixels", "25000000");
	fixture_new_room = true;
	o = open_page(config, sheet, 1);
	assert_int_equal(o.status, 0);
	assert_int_equal(o.page.dpi, 89);
	assert_int_equal(o.page.width, pixGetWidth(o.pix));
	assert_true((int64_t)o.page.width * o.page.height <= 25000000);
	opened_release(&o);
	bytes_release(&sheet);
	w = (struct pdf_writer){ .n = 0 };
	pdf_begin_page(&w, "/MediaBox [0 0 140000 100]", "", "0 0 100 100 re f");
	sheet = pdf_finish(&w);
	o = open_page(config, sheet, 1);
	assert_int_equal(o.status, -1);
	assert_string_equal(o.err.reason, "page-too-large");
	opened_release(&o);
	bytes_release(&sheet);
	config_set(config, "limits", "page_pixels", "150000000");
	fixture_new_room = true;
	bytes_release(&file);
	pixDestroy(&pix);
}

static void test_damage(void **state)
{
	PIX *pix = picture(200, 280, 1);
	struct bytes file = page_with(PAGE, WHOLE, pix, 'c', "");
	unsigned seed = 99;

	for (int round = 0; round < 300; round++) {
		struct bytes bad = { NULL, 0, 0 };
		struct opened o;

		bytes_add(&bad, file.data, file.size);
		for (int n = 0; n < 3; n++) {
			seed = seed * 1103515245 + 12345;
			bad.data[(seed >> 8) % bad.size] ^= (unsigned char)(1u << (seed & 7));
		}
		o = open_page(config, bad, 1);
		assert_true(o.status == 0 ? o.pix != NULL || o.page.nwords > 0 : o.err.text[0] != 0);
		opened_release(&o);
		bytes_release(&bad);
	}
	bytes_release(&file);
	pixDestroy(&pix);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_streams),     cmocka_unit_test(test_scan_equals_drawing),
		cmocka_unit_test(test_what_is_a_scan), cmocka_unit_test(test_form),
		cmocka_unit_test(test_banner),      cmocka_unit_test(test_hidden_text),
		cmocka_unit_test(test_text_layer),  cmocka_unit_test(test_words),
		cmocka_unit_test(test_legacy),      cmocka_unit_test(test_whole_files),
		cmocka_unit_test(test_limits),      cmocka_unit_test(test_damage),
	};
	int status;

	config = config_open(NULL, NULL);
	status = cmocka_run_group_tests_name("decode: pdf", tests, NULL, NULL);
	config_close(config);
	return status;
}
