/*
 * worst.h - the lines that were read worst, as they were read, as they should be, and as they look
 */
#ifndef SOHOA_ACCURACY_WORST_H
#define SOHOA_ACCURACY_WORST_H

#include "tests/accuracy/measured.h"

struct arena;
struct config;

/* A piece of a line: words that agree, or what was read beside what should have been. */
struct piece {
	const char *read, *truth; /* UTF-8; "" where one side has nothing */
	bool right;
};
struct worst_line {
	const struct measured *page;
	struct box box;  /* as received */
	long letters;    /* wrong, missed or too many */
	struct piece *pieces;
	int npieces;
};

/* The worst lines of a set, at most `most` and two of a page, worst first. In the arena. */
int worst_find(const struct set *set, int most, struct arena *arena, struct worst_line **lines);

/* The line as a PNG in base64, turned upright; NULL where the page cannot be opened. The caller frees. */
char *worst_picture(const struct worst_line *line, const struct config *config);

#endif
