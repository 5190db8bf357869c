/*
 * paper.h - what show, reuse, confirm and export share: one paper on the screen, and its original opened by a worker
 */
#ifndef SOHOA_COMMAND_PAPER_H
#define SOHOA_COMMAND_PAPER_H

#include <stdio.h>

#include "pipeline/commands/command.h"
#include "stages/reuse/reuse.h"

struct arena;
struct error;
struct field;
struct page;
struct papers_page;
struct places;
struct pool;

/* The paper that a person named by "12.3", judged for day `on`. 0, or the exit code after telling what is wrong. */
int paper_open(const struct invocation *in, struct archive *archive, const char *text, int on, struct arena *arena,
	       struct reuse_paper *paper);

/* --on DATE, else today. 0, or the exit code. */
int paper_day(const struct invocation *in, int *on);

/* Why a restricted paper is not shown; for "document %s %s". */
const char *paper_withheld(const struct reuse_paper *paper);

void paper_print_head(const struct reuse_paper *paper, FILE *to);    /* id, type, dossier, pages, place */
void paper_print_verdict(const struct reuse_paper *paper, FILE *to); /* verdict and reasons */
void paper_print_fields(const struct reuse_paper *paper, const struct places *places, struct arena *arena, FILE *to);

/* A field that names places, held against the gazetteer. The printed name is never changed. */
struct field_place {
	const char *what, *now;  /* a place as printed and its name of today; NULL where that is the same or not known */
	const char *unknown;     /* a name as printed that no place has, or NULL */
};
/* False where the field names no place. */
bool paper_field_place(const struct places *places, const struct field *field, struct arena *arena, struct field_place *place);

/* The page with its words; a page without a text keeps number and place only. */
int paper_page(struct archive *archive, const struct papers_page *row, struct arena *arena, struct page *page, struct error *err);

/* Asks a worker about one page of an original: kind MESSAGE_PICTURE or MESSAGE_ENCODED; more: JSON members of the request
 * without braces ("\"boxes\":[]") or NULL. The answer is malloc'ed. */
int paper_ask(struct archive *archive, struct pool *pool, int kind, const struct papers_page *row, const char *more, char **answer,
	      size_t *size, struct error *err);

/* The boxes of the fields on that page of the run as members of such a request, malloc'ed. */
char *paper_boxes(const struct reuse_paper *paper, int number);
/* A whole file at once; what cannot be written whole is removed. */
int paper_write_file(const char *path, const char *bytes, size_t size, struct error *err);

#endif
