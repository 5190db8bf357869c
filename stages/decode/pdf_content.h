/*
 * pdf_content.h - what a PDF content stream paints, seen from far enough to tell a scanned page from any other
 *
 * A small reader of the content language (ISO 32000-1, 7.8.2 and annex A): it follows the graphics state as far as place, clip
 * and visibility go, and answers one question: is this page one opaque image with at most unseen text, and where does the
 * image lie? What it does not understand makes the answer "strange", and the page goes to the renderer. It knows no PDF
 * library: names are looked up through doors, so that it can be tested and fuzzed alone. Every loop is bounded by the size of its
 * input, a depth, or a count.
 */
#ifndef SOHOA_DECODE_PDF_CONTENT_H
#define SOHOA_DECODE_PDF_CONTENT_H

#include <stdbool.h>
#include <stddef.h>

/* x' = a x + c y + e, y' = b x + d y + f */
struct matrix {
	double a, b, c, d, e, f;
};

struct rect {
	double x0, y0, x1, y1; /* x0 <= x1, y0 <= y1 */
};

enum content_kind {
	CONTENT_NOTHING, /* no such name: paints nothing */
	CONTENT_IMAGE,
	CONTENT_FORM,
	CONTENT_STRANGE  /* known to paint in a way that only the renderer follows */
};

struct content_object {
	enum content_kind kind;
	unsigned handle;           /* image: the caller's own */
	bool opaque;               /* image: no mask of any kind lies over it */
	bool stencil;              /* image: one bit, painted in the fill colour (ImageMask) */
	struct matrix matrix;      /* form */
	struct rect bbox;          /* form */
	const unsigned char *data; /* form: its content */
	size_t size;
	unsigned resources;        /* form: what its names mean */
};

struct content_doors {
	void *context;
	/* Do /name */
	void (*object)(void *context, unsigned resources, const char *name, struct content_object *out);
	/* called once for every object that was handed out */
	void (*release)(void *context, struct content_object *object);
	/* gs /name: true when it leaves painting opaque and unblended */
	bool (*state_is_plain)(void *context, unsigned resources, const char *name);
	/* Tf /name: true when the font draws its glyphs by content streams (Type 3), which text mode 3 does not hide. shown
	 * fonts are reported by this call as well. */
	bool (*font_is_drawn)(void *context, unsigned resources, const char *name);
};

struct content_summary {
	int nimages;                /* images painted, inline ones too */
	unsigned image;             /* handle of the first */
	bool image_opaque;          /* a stencil counts when it paints in black */
	bool image_stencil;         /* what was painted before shows through it */
	struct matrix image_matrix; /* unit square to the page's user space */
	struct rect clip;           /* what the clip left of the page at that moment */
	bool painted_before;        /* something seen was painted before the first image */
	bool painted_after;         /* ... or after it */
	bool visible_text, hidden_text;
	const char *strange;        /* why only the renderer can tell, or NULL */
};

void content_scan(const unsigned char *data, size_t size, unsigned resources, const struct content_doors *doors,
		  struct content_summary *summary);

struct matrix matrix_multiply(struct matrix m, struct matrix n); /* first m, then n */
/* The box around a rectangle after the matrix; *square is false when the matrix turns it by anything but quarter turns. */
struct rect matrix_rect(struct matrix m, struct rect r, bool *square);
struct rect rect_intersect(struct rect a, struct rect b); /* area 0 where they do not meet */
double rect_area(struct rect r);

#endif
