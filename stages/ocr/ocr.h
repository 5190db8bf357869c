/*
 * ocr.h - letters: the only room that knows Tesseract
 */
#ifndef SOHOA_OCR_H
#define SOHOA_OCR_H

#include <stddef.h>

struct page_room;

extern const struct page_room ocr_room;

/* What makes the reading what it is (engine version, model name and hash, settings), for the recipe. Borrowed from self. */
const char *ocr_describe(const void *self);

#endif
