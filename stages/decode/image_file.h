/*
 * image_file.h - pages of TIFF, JPEG and PNG files
 */
#ifndef SOHOA_DECODE_IMAGE_FILE_H
#define SOHOA_DECODE_IMAGE_FILE_H

#include <stddef.h>

struct Pix;
struct error;
struct limits;
struct page;

/* Opens page->file_page of page->original (MEDIA_TIFF, MEDIA_JPEG or MEDIA_PNG) into *pix; sets width, height, dpi. */
int image_file_page(const struct limits *limits, struct page *page, struct Pix **pix, struct error *err);

/* What every room gets: 1, 8 or 32 bits a pixel, no colour map, no transparency (paper is white), 1 bit: 1 is ink. Takes pix,
 * NULL when there is no memory. */
struct Pix *image_plain(struct Pix *pix);

/* Turns as EXIF orientation 1..8 asks. Takes pix. */
struct Pix *image_orient(struct Pix *pix, int orientation);

#endif
