/*
 * resolution.h - how many pixels an inch has, believed or estimated
 */
#ifndef SOHOA_DECODE_RESOLUTION_H
#define SOHOA_DECODE_RESOLUTION_H

#include <stdint.h>

struct Pix;

#define RENDER_DPI 300 /* what a page without pixels of its own is drawn at: what readers of print are trained for */

/* The resolution to record for a page of width * height pixels whose file says `told` (0: nothing). */
int resolution_judge(int64_t width, int64_t height, double told);

/* A page whose pixels are not square (fax: 204 x 98) is stretched along its coarser side, so that letters keep their shape; the
 * result is the page as received. *pix may be replaced. Returns the resolution to record. */
int resolution_square(struct Pix **pix, double xdpi, double ydpi);

#endif
