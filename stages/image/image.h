/*
 * image.h - how a page lies and what is on it besides letters; the stored image is never changed
 *
 * Each *_find measures and changes nothing; the room alone acts. Pixels: 1, 8 or 32 bits, dpi in page->dpi.
 */
#ifndef SOHOA_IMAGE_H
#define SOHOA_IMAGE_H

#include <stdbool.h>

#include "pipeline/document.h"

struct Boxa;
struct Pix;
struct arena;
struct page_room;

extern const struct page_room image_room;

/* What stands out from the paper as 1-bit pixels (1 is ink), whatever the depth; thin pencil too. The caller destroys it. NULL without memory. */
struct Pix *ink_mask(struct Pix *pix);

/* Degrees that the text lines climb to the right, 0 where that cannot be told. bits: 1-bit. */
float skew_find(struct Pix *bits);

/* 0, 90, 180 or 270: how far to turn clockwise; -1 where the letters do not tell. bits: 1-bit. */
int orientation_find(struct Pix *bits, int dpi);

/* True when nothing was put on the page: black borders of the scan, punch holes and specks are no content; a seal, a pen note, a
 * faint pencil number are. */
bool blank_find(struct Pix *mask, int dpi);

/* True for light letters on dark. mask: its ink. */
bool negative_find(struct Pix *pix, struct Pix *mask, int dpi);

/* Where the right one of two pages beside each other begins, in an upright mask, and the lower one of two lying pages above each other; 0 where it is one page. */
int gutter_find(struct Pix *mask, int dpi);
int fold_find(struct Pix *mask, int dpi);

/* True for A2 and larger. */
bool sheet_is_large(int width, int height, int dpi);

/* True for a sheet of A2 or larger that is no text; and its title block in the upright mask, w == 0 where none is found. */
bool drawing_find(struct Pix *mask, int dpi);
struct box title_block_find(struct Pix *mask, int dpi);

/* ink, contrast, x_height, sharpness, cut. */
void quality_find(struct Pix *pix, struct Pix *mask, struct quality *quality);
/* How much of the height of an edge its steepest step takes, over the edges of the ink in mask: 1 for letters drawn without grey. 0 where there are too few
 * edges. grey: 8 bits. */
float sharpness_find(struct Pix *grey, struct Pix *mask);
/* Pieces of ink as large as letters that touch the edge of the image, on the worst of its four sides. pieces: boxes of all ink; x_height in pixels, 0 gives 0. */
int cut_find(struct Boxa *pieces, int width, int height, float x_height);

/* Round red seals of a colour page, as marks in the frame of pix. */
void seals_find(struct Pix *pix, int dpi, struct arena *arena, struct mark **marks, int *nmarks);

/* QR codes and barcodes, in the frame of pix; mask: its ink. Only places that could be one are scanned: a scan of the whole page costs as
 * much as all other measures together. self: what codes_open gave. */
void *codes_open(void);
void codes_find(void *self, struct Pix *pix, struct Pix *mask, int dpi, struct arena *arena, struct code **codes, int *ncodes);
void codes_close(void *self);

/* The patch code of a separator sheet: kind "PATCH", text "T", "3" (a T upside down) or "2". */
void patch_find(struct Pix *mask, int dpi, struct arena *arena, struct code **codes, int *ncodes);

/* MARK_INK: groups of ink in an upright mask that no word covers, in the frame as received, added to page->marks. mask is used up as working
 * space. For the ocr room, once the words are known. */
void unread_ink_find(struct page *page, struct Pix *mask, struct arena *arena);

#endif
