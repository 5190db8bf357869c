/*
 * limits.h - how large a thing may be before this room refuses it (settings, section "limits"; table in docs/limits.md)
 */
#ifndef SOHOA_DECODE_LIMITS_H
#define SOHOA_DECODE_LIMITS_H

#include <stddef.h>
#include <stdint.h>

struct config;
struct error;

struct limits {
	uint64_t file;          /* bytes of one original */
	int pages;              /* pages of one file */
	int side;               /* pixels of the longer side of a page */
	int64_t pixels;         /* pixels of a page */
	int64_t ratio;          /* pixels a byte of the file may stand for ... */
	int64_t ratio_above;    /* ... on pages above this many pixels: blank G4 pages pack hugely */
	int entries;            /* entries of one archive */
	uint64_t archive_total; /* bytes that an archive may unpack to, counted as they come out */
	uint64_t archive_entry; /* bytes of one member */
	uint64_t archive_ratio; /* unpacked bytes per packed byte ... */
	uint64_t archive_ratio_above; /* ... beyond this many unpacked bytes */
	size_t name;            /* bytes of a member's name */
};

void limits_load(struct limits *limits, const struct config *config);

/* Refuses a page of width * height pixels from `size` bytes before anything decodes it. Reach is page, reason page-too-large. */
int limits_page(const struct limits *limits, int64_t width, int64_t height, size_t size, struct error *err);

#endif
