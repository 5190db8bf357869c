/*
 * formats.h - what the bytes of an image file say about it, read before any decoder sees them
 *
 * Our own short readers of the outer form of TIFF, JPEG and PNG. They find truncation, loops and absurd sizes where the
 * format tells, and the things that Leptonica does not: EXIF orientation, the resolution in EXIF, where the nth page of a TIFF
 * lies. Every read is checked against the size, every walk is bounded. Errors have reach document.
 */
#ifndef SOHOA_DECODE_FORMATS_H
#define SOHOA_DECODE_FORMATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct limits;

struct image_facts {
	int64_t width, height;
	int components;      /* JPEG: 1, 3 or 4 */
	int orientation;     /* EXIF 1..8; 1 where nothing is said */
	double xdpi, ydpi;   /* 0 where the file says nothing */
};

int jpeg_facts(const unsigned char *data, size_t size, struct image_facts *facts, struct error *err);
int png_facts(const unsigned char *data, size_t size, struct image_facts *facts, struct error *err);

/* Counts the pages, every strip or tile of every page lies inside the file. */
int tiff_count(const unsigned char *data, size_t size, const struct limits *limits, int *pages, struct error *err);
/* Page `number` (1-based): its facts and the offset of its directory. */
int tiff_page(const unsigned char *data, size_t size, const struct limits *limits, int number, struct image_facts *facts,
	      size_t *directory, struct error *err);

#endif
