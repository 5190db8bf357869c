/*
 * pdf_render.h - the only file that knows poppler
 */
#ifndef SOHOA_DECODE_PDF_RENDER_H
#define SOHOA_DECODE_PDF_RENDER_H

#include <stddef.h>

struct Pix;
struct arena;
struct error;

struct sheet; /* one page, open in poppler */

/* Reads font tables and the library's own data while files may still be opened: draws a built-in page. The sheet must stay open as
 * long as others are opened: poppler forgets its tables with the last document and would read them again. */
struct sheet *sheet_warm_up(struct error *err);

/* data is one PDF of one page and is taken over (freed by sheet_close, also on failure here). */
struct sheet *sheet_open(unsigned char *data, size_t size, struct error *err);
void sheet_close(struct sheet *sheet); /* NULL is fine */

/* Draws the page (width * height points) on white: 8 bits when all is grey, else 32. */
struct Pix *sheet_draw(struct sheet *sheet, int width, int height, double scale, struct error *err);

/* 0 when every font that is not in the file itself can be opened; else -1 with reason font-missing. */
int sheet_check_fonts(struct sheet *sheet, struct error *err);

/* The text in poppler's reading order, one box per character (points from the left top corner). UTF-8; n characters. */
struct sheet_text {
	char *text;
	struct { double x0, y0, x1, y1; } *boxes;
	int n;
};
void sheet_text(struct sheet *sheet, struct sheet_text *out, struct arena *arena);

/* Where pictures stand on the page, at most `max`; returns how many. */
struct sheet_picture {
	double x0, y0, x1, y1;
};
int sheet_pictures(struct sheet *sheet, struct sheet_picture *out, int max);

#endif
