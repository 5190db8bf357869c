/*
 * encoded.h - the image of a page for an export: its own encoded bytes where they can be copied, else its pixels packed without loss
 */
#ifndef SOHOA_DECODE_ENCODED_H
#define SOHOA_DECODE_ENCODED_H

struct Pix;
struct config;
struct encoded_image;
struct error;
struct page;

/* page as the decode room left it (original, size, dpi, rendered); pix as it left it, may be NULL where the words came from a text
 * layer. Copied are: a JPEG file, a G4 TIFF page of one strip, the CCITT or DCT stream of a scanned PDF page; 1-bit pixels become G4,
 * all others Flate. The image is released by encoded_image_release. Runs in a worker only. */
int encoded_image_get(const struct config *config, const struct page *page, struct Pix *pix, struct encoded_image *image,
		      struct error *err);

/* The pixels of a PDF page whose words came from its text layer: the decode room never drew it. NULL with err. */
struct Pix *encoded_draw(const struct page *page, struct error *err);

#endif
