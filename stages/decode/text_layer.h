/*
 * text_layer.h - may the text of a born-digital page be taken instead of reading its picture?
 *
 * Only when the text covers what is painted: every word's place holds it, and outside the words there is no ink that looks like
 * letters and no picture that could hold some. "The page has text" is never a reason.
 */
#ifndef SOHOA_DECODE_TEXT_LAYER_H
#define SOHOA_DECODE_TEXT_LAYER_H

#include <stdbool.h>

struct arena;
struct error;
struct page;
struct sheet;

/* The sheet's text as words of the page, boxes in pixels at page->dpi; sets words, nwords, source. False when the text is not
 * to be trusted: *text is then what the layer says, or NULL when it says nothing. */
bool text_layer_take(struct sheet *sheet, struct page *page, double width, double height, char **text, struct arena *arena);

/* The whole text in NFC, or NULL when there is none. */
char *text_layer_plain(struct sheet *sheet, struct arena *arena);

#endif
