/*
 * marks.h - what hand and stamp left on a scanned paper: is it signed, is it sealed?
 *
 * Pure: the page as it was read and the fields of the paper in. Whose signature it is nobody can tell from ink; what can be told is that the place for
 * it, between the position and the printed name of the signer (Nghị định 30/2020/NĐ-CP, Phụ lục I, ô 7b and 7c), is empty. A paper where that place was
 * not found says nothing.
 */
#ifndef SOHOA_REUSE_MARKS_H
#define SOHOA_REUSE_MARKS_H

#include <stdbool.h>

struct document;
struct page;

/* Of one paper: begin with { 0 } and add its pages. */
struct marks {
	bool place;  /* a place for a signature was found ... */
	bool signature; /* ... and holds ink, a seal or the appearance of an electronic signature */
	bool seal;   /* a seal or such an appearance stands somewhere on the paper */
};

void marks_add(struct marks *marks, const struct page *page, const struct document *document);

#endif
