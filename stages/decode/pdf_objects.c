/* pdf_objects.c - opening a PDF and reading what every page has: boxes, turns, inherited values */
#include "stages/decode/pdf.h"

#include <math.h>
#include <string.h>

#include "pipeline/error.h"
#include "stages/decode/limits.h"

#define TREE_DEPTH 64   /* parents of a page: a balanced tree of a million pages has four */
#define TAIL_SIZE 65536 /* some stations pad files to blocks */
#define LETTER_WIDTH 612.0 /* what viewers take for a page that has no size */
#define LETTER_HEIGHT 792.0

static bool is_truncated(const unsigned char *data, size_t size)
{
	size_t tail = size < TAIL_SIZE ? size : TAIL_SIZE;

	return !memmem(data + size - tail, tail, "%%EOF", 5) && !memmem(data + size - tail, tail, "startxref", 9);
}

static int fail_open(qpdf_data q, const unsigned char *data, size_t size, struct error *err)
{
	qpdf_error e = qpdf_has_error(q) ? qpdf_get_error(q) : NULL;

	if (e && qpdf_get_error_code(q, e) == qpdf_e_password)
		return error_set(err, REACH_DOCUMENT, "encrypted", _("the PDF file needs a password"));
	if (is_truncated(data, size))
		return error_set(err, REACH_DOCUMENT, "truncated", _("the PDF file ends too early"));
	return error_set(err, REACH_DOCUMENT, "damaged", _("the PDF file is damaged: %s"),
			 e ? qpdf_get_error_message_detail(q, e) : "?");
}

qpdf_data pdf_open(const unsigned char *data, size_t size, struct error *err)
{
	qpdf_data q = qpdf_init();

	qpdf_silence_errors(q);
	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	/* a warning is no refusal: real scans carry wrong offsets, and qpdf finds its way */
	if (qpdf_read_memory(q, "pdf", (const char *)data, size, NULL) & QPDF_ERRORS) {
		fail_open(q, data, size, err);
		qpdf_cleanup(&q);
		return NULL;
	}
	return q;
}

/* Pages that the tree promises and that are not there are lost pages, not fewer pages. */
static int check_count(qpdf_data q, const unsigned char *data, size_t size, int found, struct error *err)
{
	qpdf_oh tree = qpdf_oh_get_key_if_dict(q, qpdf_get_root(q), "/Pages");
	qpdf_oh count = qpdf_oh_get_key_if_dict(q, tree, "/Count");
	int promised = 0;

	if (!qpdf_oh_get_value_as_int(q, count, &promised))
		promised = 0;
	if (is_truncated(data, size))
		return error_set(err, REACH_DOCUMENT, "truncated",
				 _("the PDF file ends too early (%d of %d pages found)"), found,
				 promised > found ? promised : found);
	if (found == 0)
		return error_set(err, REACH_DOCUMENT, "no-pages", _("the PDF file holds no page"));
	if (promised > found)
		return error_set(err, REACH_DOCUMENT, "damaged", _("the PDF file promises %d pages and holds %d"), promised,
				 found);
	return 0;
}

int pdf_inspect(const unsigned char *data, size_t size, const struct limits *limits, int *pages, struct error *err)
{
	qpdf_data q = pdf_open(data, size, err);
	int status = -1;

	if (!q)
		return -1;
	*pages = qpdf_get_num_pages(q);
	if (*pages < 0)
		fail_open(q, data, size, err);
	else if (*pages > limits->pages)
		error_set(err, REACH_DOCUMENT, "too-many-pages", _("the PDF file has %d pages; the limit is %d"), *pages,
			  limits->pages);
	else
		status = check_count(q, data, size, *pages, err);
	qpdf_cleanup(&q);
	return status;
}

qpdf_oh pdf_inherited(qpdf_data q, qpdf_oh page, const char *key)
{
	qpdf_oh at = page;

	for (int depth = 0; depth < TREE_DEPTH && qpdf_oh_is_dictionary(q, at); depth++) {
		qpdf_oh value = qpdf_oh_get_key(q, at, key);

		if (!qpdf_oh_is_null(q, value))
			return value;
		at = qpdf_oh_get_key(q, at, "/Parent");
	}
	return qpdf_oh_new_null(q);
}

bool pdf_numbers(qpdf_data q, qpdf_oh array, double *out, int n)
{
	if (!qpdf_oh_is_array(q, array) || qpdf_oh_get_array_n_items(q, array) < n)
		return false;
	for (int i = 0; i < n; i++)
		if (!qpdf_oh_get_value_as_number(q, qpdf_oh_get_array_item(q, array, i), &out[i]) || !isfinite(out[i]))
			return false;
	return true;
}

bool pdf_rect(qpdf_data q, qpdf_oh array, struct rect *out)
{
	double n[4];

	if (!pdf_numbers(q, array, n, 4))
		return false;
	*out = (struct rect){ fmin(n[0], n[2]), fmin(n[1], n[3]), fmax(n[0], n[2]), fmax(n[1], n[3]) };
	return true;
}

static struct matrix screen_matrix(struct rect crop, int rotate, double unit)
{
	struct matrix m;

	switch (rotate) {
	case 90:
		m = (struct matrix){ 0, 1, 1, 0, -crop.y0, -crop.x0 };
		break;
	case 180:
		m = (struct matrix){ -1, 0, 0, 1, crop.x1, -crop.y0 };
		break;
	case 270:
		m = (struct matrix){ 0, -1, -1, 0, crop.y1, crop.x1 };
		break;
	default:
		m = (struct matrix){ 1, 0, 0, -1, -crop.x0, crop.y1 };
		break;
	}
	return matrix_multiply(m, (struct matrix){ unit, 0, 0, unit, 0, 0 });
}

void pdf_geometry(qpdf_data q, qpdf_oh page, struct pdf_geometry *g)
{
	struct rect media = { 0, 0, LETTER_WIDTH, LETTER_HEIGHT }, crop;
	double turn = 0, unit = 1;

	if (!pdf_rect(q, pdf_inherited(q, page, "/MediaBox"), &media) || rect_area(media) <= 0)
		media = (struct rect){ 0, 0, LETTER_WIDTH, LETTER_HEIGHT };
	g->crop = media;
	if (pdf_rect(q, pdf_inherited(q, page, "/CropBox"), &crop) && rect_area(rect_intersect(crop, media)) > 0)
		g->crop = rect_intersect(crop, media);
	qpdf_oh_get_value_as_number(q, pdf_inherited(q, page, "/Rotate"), &turn);
	g->rotate = fabs(turn) < 1e6 ? (((int)turn % 360 + 360) % 360) / 90 * 90 : 0;
	qpdf_oh_get_value_as_number(q, qpdf_oh_get_key(q, page, "/UserUnit"), &unit);
	g->unit = unit >= 0.01 && unit <= 1000 ? unit : 1;
	g->to_screen = screen_matrix(g->crop, g->rotate, g->unit);
	g->width = (g->rotate % 180 ? g->crop.y1 - g->crop.y0 : g->crop.x1 - g->crop.x0) * g->unit;
	g->height = (g->rotate % 180 ? g->crop.x1 - g->crop.x0 : g->crop.y1 - g->crop.y0) * g->unit;
}
