/*
 * font.h - a font without ink, for text that is selected and copied but never seen
 *
 * Two empty glyphs of half an em (TrueType, ISO/IEC 14496-22; the tables that PDF asks of an embedded CIDFontType2: ISO 32000-1,
 * 9.9). Every character of the text layer is drawn with it.
 */
#ifndef SOHOA_EXPORT_FONT_H
#define SOHOA_EXPORT_FONT_H

#include <stddef.h>

#define FONT_ADVANCE 500 /* thousandths of an em */
#define FONT_ASCENT 800
#define FONT_DESCENT 200 /* below the baseline */

/* The bytes of the font, always the same; out holds FONT_SIZE_MAX. Returns their number. */
#define FONT_SIZE_MAX 512
size_t font_build(unsigned char out[FONT_SIZE_MAX]);

#endif
