/*
 * reader.h - lines of a page in, their letters out: the reader of our own
 */
#ifndef SOHOA_NET_READER_H
#define SOHOA_NET_READER_H

#include <stddef.h>

#include "stages/ocr/net/decode.h"
#include "stages/ocr/net/line.h"

struct Pix;
struct arena;
struct error;
struct reader;

/* kernel: see kernel_choose. The file is read once and closed. NULL: the file cannot be read, or holds a model of a kind not read here
 * (the error says which part); libtesseract may still take it. */
struct reader *reader_open(const char *path, const char *kernel, struct error *err);
void reader_close(struct reader *reader); /* NULL is fine */

/* Borrowed. */
const struct model *reader_model(const struct reader *reader);
const char *reader_kernel(const struct reader *reader);

struct read_line {
	struct reading *readings; /* best first */
	int nreadings;
	int chosen;               /* the first, until somebody chooses another */
	struct reading seen;      /* what the net alone reads */
	float left, step;         /* page pixels: where step 0 begins, and how wide a step is, along the line as it is read */
};

/* One read_line for each place, in the same order, in the arena. options as in decode.h, or NULL. Narrow lines are read together, at most
 * READER_COLUMNS columns at a time, which bounds the memory to about 40 MB for the published nets. Lines of white letters on black are
 * read both ways, and the surer one counts. */
#define READER_COLUMNS 49152
struct read_line *reader_read(struct reader *reader, struct Pix *page, const struct line_place *places, int n, const struct decode_options *options,
			      struct arena *arena);

#endif
