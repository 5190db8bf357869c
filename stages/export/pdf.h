/*
 * pdf.h - a two-layer PDF: the image of each page as received, and under it the words, unseen, where their ink is
 *
 * Encoded images are copied. Words are written in text render mode 3 (unseen) with a font without ink, line by line, each
 * word stretched to its box, turned with the page and with its skew, so that what is selected lies on the ink; a ToUnicode map makes
 * copied text come out as it was read. The same input gives the same bytes: no date, and an identifier made from the content.
 */
#ifndef SOHOA_EXPORT_PDF_H
#define SOHOA_EXPORT_PDF_H

#include <stddef.h>

struct encoded_image;
struct error;
struct page;
struct pdf_writer;

/* Where the bytes go: 0, or -1 with err to stop. */
typedef int pdf_sink(void *context, const void *bytes, size_t size, struct error *err);

/* title is shown by viewers, UTF-8, may be NULL. */
struct pdf_writer *pdf_writer_begin(pdf_sink *sink, void *context, const char *title, struct error *err);
/* One page after the other. page gives frame (width, height, dpi), rotation, skew and words; a page with a secrecy mark is refused.
 * image may be NULL (text only). Nothing is kept of either. */
int pdf_writer_page(struct pdf_writer *pdf, const struct encoded_image *image, const struct page *page, struct error *err);
/* Writes what is left and frees the writer, also on failure. A PDF without pages is an error. */
int pdf_writer_end(struct pdf_writer *pdf, struct error *err);
void pdf_writer_abandon(struct pdf_writer *pdf); /* NULL is fine */

#endif
