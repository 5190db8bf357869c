/*
 * pdf.h - what the files of the PDF reader share: one open file, one page's geometry
 *
 * libqpdf knows the structure and hands out streams; poppler draws. Handles (unsigned, qpdf_oh) live until the page is done:
 * pdf_release gives them back together.
 */
#ifndef SOHOA_DECODE_PDF_H
#define SOHOA_DECODE_PDF_H

#include <qpdf/qpdf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/decode/pdf_content.h"

struct Pix;
struct arena;
struct error;
struct limits;
struct page;

struct pdf; /* the last file, kept open between its pages */

struct pdf *pdf_new(void);
void pdf_free(struct pdf *pdf); /* NULL is fine */

/* Opens page->file_page of page->original. *pix stays NULL when the page's text layer was taken. */
int pdf_page(struct pdf *pdf, const struct limits *limits, struct page *page, struct Pix **pix, struct arena *arena,
	     struct error *err);

/* Counts pages; refuses what needs a password, holds no page, or lost some. Reach document. */
int pdf_inspect(const unsigned char *data, size_t size, const struct limits *limits, int *pages, struct error *err);

/* --- among the files of the PDF reader --- */

/* Where a page lies: user space in points, turned as a reader sees it. */
struct pdf_geometry {
	struct rect crop;       /* CropBox within MediaBox, user space */
	int rotate;             /* 0, 90, 180, 270 clockwise */
	double unit;            /* points per unit of user space / 1 */
	double width, height;   /* points on the screen, after rotate and unit */
	struct matrix to_screen; /* user space -> points from the left top corner, y downwards */
};

/* Opens a PDF in memory (borrowed until qpdf_cleanup) without a word on stderr; NULL with reach document. */
qpdf_data pdf_open(const unsigned char *data, size_t size, struct error *err);

/* A value of a page that may stand in a parent; an uninitialised or null object when nowhere. */
qpdf_oh pdf_inherited(qpdf_data q, qpdf_oh page, const char *key);
void pdf_geometry(qpdf_data q, qpdf_oh page, struct pdf_geometry *geometry);
bool pdf_rect(qpdf_data q, qpdf_oh array, struct rect *out);
bool pdf_numbers(qpdf_data q, qpdf_oh array, double *out, int n);

/* pdf_image.c: the image's own stream as pixels; packed is the size of the file. NULL with *failed 0: only the renderer can show
 * it; with *failed -1: it is beyond a limit (err). */
struct Pix *pdf_image(qpdf_data q, qpdf_oh stream, size_t packed, const struct limits *limits, struct error *err,
		      int *failed);

/* pdf_scan.c: what the page paints, with all fonts of shown text looked at. */
struct pdf_paint {
	struct content_summary content;
	bool legacy_font;  /* a font whose letters are not what they say: .VnTime, VNI-Times */
	bool readable;     /* the content streams could be decoded */
};
void pdf_scan(qpdf_data q, qpdf_oh page, struct pdf_paint *paint);

/* True when the page is one scanned image: its stream, and how the unit square lies on the screen (points, y downwards). */
bool pdf_scanned(qpdf_data q, qpdf_oh page, qpdf_oh *image, struct matrix *to_screen);

/* pdf_copy.c: one page as a PDF of its own, without annotations, malloc'ed; NULL with reach page. */
unsigned char *pdf_copy_page(qpdf_data q, qpdf_oh page, size_t *size, struct error *err);

#endif
