/*
 * frame.h - the two frames of a page: as received, and upright
 *
 * The upright frame is the received one turned clockwise by page->rotation (90, 180, 270), then set straight about its middle by
 * page->skew degrees clockwise (text lines that climb to the right have positive skew). Deskewing keeps the size of the sheet.
 */
#ifndef SOHOA_FRAME_H
#define SOHOA_FRAME_H

#include "pipeline/document.h"

/* Width and height of the upright frame. */
void frame_upright_size(const struct page *page, int *width, int *height);

/* A box of one frame in the other. The turn by a right angle is exact; for the skew the middle of the box is moved and its size kept, which
 * at 5 degrees is off by less than a tenth of a word's height. Boxes are cut at the border of the sheet. */
struct box frame_to_upright(const struct page *page, struct box received);
struct box frame_to_received(const struct page *page, struct box upright);

#endif
