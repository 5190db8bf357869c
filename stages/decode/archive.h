/*
 * archive.h - what inspect and the room need of the archive reader; decode_unpack itself stands in decode.h
 */
#ifndef SOHOA_DECODE_ARCHIVE_H
#define SOHOA_DECODE_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>

struct error;

/* Loads the UTF-8 locale in which libarchive hands out names, while files may still be opened. */
void archive_warm_up(void);

/* A whole zip or 7z has its directory at its end; a packed stream must hold a tar. Reach document. */
int archive_inspect(const char *media, const unsigned char *data, size_t size, struct error *err);

/* True when a zip is an office document, a book or a program rather than a bundle of scans. */
bool archive_is_program_file(const unsigned char *data, size_t size);

#endif
