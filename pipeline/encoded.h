/*
 * encoded.h - the image of a page as it stands encoded in its original, on its way into an exported PDF
 *
 * A worker takes it out of the original (stages/decode/encoded.c); the export room copies its bytes and never decodes
 * them. Encoded images are copied, not compressed again, so an export loses nothing.
 */
#ifndef SOHOA_ENCODED_H
#define SOHOA_ENCODED_H

#include <stdbool.h>
#include <stddef.h>

struct error;

/* Named as the PDF filter that decodes the bytes. */
enum image_filter {
	IMAGE_DCT,   /* JPEG, the whole file */
	IMAGE_CCITT, /* one strip of CCITT data */
	IMAGE_JPX,   /* JPEG 2000 */
	IMAGE_JBIG2, /* embedded stream; globals hold what it shares with others */
	IMAGE_FLATE  /* zlib over samples, rows padded to whole bytes */
};

enum image_colour { COLOUR_GRAY, COLOUR_RGB, COLOUR_CMYK, COLOUR_INDEXED };

struct encoded_image {
	enum image_filter filter;
	enum image_colour colour; /* for IMAGE_JPX ignored: the stream knows */
	int width, height;        /* of the encoded raster, before orientation */
	int bits;                 /* per sample: 1, 2, 4, 8, 16 */
	int dpi;                  /* of the page; > 0 */
	int orientation;          /* 1..8 as in TIFF and EXIF: how the raster is turned to become the page as received */
	bool invert;              /* samples run the other way: 0 is white (gray), or a CMYK JPEG as Adobe writes it */
	/* IMAGE_CCITT */
	int k;                    /* -1 G4, 0 G3 in one dimension, > 0 G3 in two */
	bool black_is_1, byte_align, end_of_line;
	/* IMAGE_FLATE */
	int predictor;            /* 1 none, 2 TIFF, 10..15 PNG */
	/* COLOUR_INDEXED: RGB triples */
	unsigned char *palette;
	size_t palette_size;      /* bytes, at most 768 */
	unsigned char *globals;   /* IMAGE_JBIG2, or NULL */
	size_t globals_size;
	unsigned char *data;
	size_t size;
};

/* palette, globals and data are malloc'ed and belong to the struct. */
void encoded_image_release(struct encoded_image *image);

/* As bytes for the way from the worker; malloc'ed. */
char *encoded_image_save(const struct encoded_image *image, size_t *size);
/* Trusts nothing: every number is checked. The image owns copies. */
int encoded_image_load(struct encoded_image *image, const char *bytes, size_t size, struct error *err);

#endif
