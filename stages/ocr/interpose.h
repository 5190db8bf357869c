/*
 * interpose.h - two wastes of libtesseract taken away, and its lines caught before it reads them
 *
 * libtesseract compresses every line image to PNG and decompresses it again (pixWriteMem, pixReadMem), 5 to 35 % of a page's time; and
 * libgomp keeps books on parallel regions even with one thread, 4 to 7 %. Both are calls into other libraries, which a definition of the
 * same name in the program takes over by the ordinary rules of dynamic linking. Here such a line image is handed over as it is, and a
 * parallel region is simply called.
 *
 * And for the reader of our own: libtesseract hands each line, as it wants it cut, to LSTMRecognizer::RecognizeLine. A definition of that name notes
 * the box and reads nothing while lines are collected. No public call gives these boxes: they hang on the curve of the baseline.
 *
 * The text is the same byte for byte (tests/unit_ocr.c, and the self-check at open). Where the linker's rules do not hold, the
 * check finds it and the plain way remains: our definitions are then simply never called. Each can be switched off in the settings
 * (ocr.direct_lines, ocr.no_openmp).
 */
#ifndef SOHOA_INTERPOSE_H
#define SOHOA_INTERPOSE_H

#include <stdbool.h>

/* Off until switched on: until then calls go to the libraries. */
void interpose_lines(bool on);
void interpose_openmp(bool on);

/* One line as libtesseract would have read it: pixels from the left and from the bottom of the page, margin included. */
struct interposed_line {
	int left, bottom, right, top;
};

/* From now on, until switched off, lines are noted and not read. */
void interpose_collect(bool on);
/* Those noted since. Borrowed until the next collecting. */
const struct interposed_line *interpose_collected(int *n);

/* How often a line image went the direct way, and a parallel region was called directly, since the start. */
unsigned long interpose_lines_count(void);
unsigned long interpose_openmp_count(void);

/* Gives back the line images of the page that is done. */
void interpose_release(void);

#endif
