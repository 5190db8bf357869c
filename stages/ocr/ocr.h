/*
 * ocr.h - letters: lines by Tesseract's layout, read by the net reader of our own (net/), or by Tesseract itself
 */
#ifndef SOHOA_OCR_H
#define SOHOA_OCR_H

#include <stddef.h>

struct page_room;

extern const struct page_room ocr_room;

/* What makes the reading what it is (engine version, model name and hash, settings), for the recipe. Borrowed from self. */
const char *ocr_describe(const void *self);
/* For people: which engine reads, with which net and kernel; where it is libtesseract though the net was asked for, why. Borrowed from self. */
const char *ocr_engine(const void *self);

#endif
