/*
 * serial.h - the one text form of pages and papers, as JSON (UTF-8, keys in a fixed order, so equal content is equal bytes)
 *
 * A worker answers with it, the store keeps it, every later room reads it. Loading trusts nothing: a text that breaks the form
 * (wrong types, boxes off the page, text that is not NFC-clean UTF-8, absurd counts) is an error, because a worker may have
 * been taken over by the file it read.
 */
#ifndef SOHOA_SERIAL_H
#define SOHOA_SERIAL_H

#include <stddef.h>

struct arena;
struct dossier;
struct error;
struct page;

/* One page with words, marks and codes. The result is malloc'ed and ends with '\n' and a NUL that *size does not count. */
char *page_save(const struct page *page, size_t *size);
int page_load(struct page *page, const char *text, size_t size, struct arena *arena, struct error *err);

/* The papers of a dossier (documents and fields, not the pages). */
char *papers_save(const struct dossier *dossier, size_t *size);
/* Fills dossier->documents; page numbers are checked against dossier->npages. */
int papers_load(struct dossier *dossier, const char *text, size_t size, struct arena *arena, struct error *err);

#endif
