/*
 * stage.h - the three doors of the rooms
 *
 * A room is one folder under stages/, one line in a list below and one line in the Makefile. Two programs walk, each its part of the way and
 * with nothing of the other's in it: the worker opens what strangers made, the desk holds the catalogue. So the way stands in two lists, and
 * nowhere else: stages.c is the worker's, record_stages.c the desk's, both in walking order.
 *
 * run returns 0, or -1 with the error set. open may return NULL with the error set only; a room without state returns any
 * non-NULL pointer. close takes what open gave.
 */
#ifndef SOHOA_STAGE_H
#define SOHOA_STAGE_H

#include <stdint.h>

struct Pix;
struct arena;
struct catalogue;
struct config;
struct dossier;
struct error;
struct page;
struct store;

/* decode, image, ocr: one page at a time, in a worker. Pixels pass between them in memory and never leave the worker: decode
 * makes *pix, image and ocr may replace it (each room destroys what it replaces); the worker destroys what is left. *pix is
 * NULL where a page needs no pixels any more: its words came from a text layer. */
struct page_room {
	void *(*open)(const struct config *, struct error *); /* once per worker: load models */
	int (*run)(void *self, struct page *, struct Pix **, struct arena *, struct error *);
	void (*close)(void *self);
};

/* split, extract: words in, papers and fields out; no pixel, no file, no database. They run in a worker too, because
 * the words come from strangers. */
struct paper_room {
	void *(*open)(const struct config *, struct error *);
	int (*run)(void *self, struct dossier *, struct arena *, struct error *);
	void (*close)(void *self);
};

/* index, reuse: over the catalogue and the store, in the runner, inside one transaction per document. */
struct record_room {
	int (*run)(struct catalogue *, struct store *, int64_t document, struct error *);
};

enum stage_kind { STAGE_PAGE, STAGE_PAPER };

struct stage {
	const char *name;  /* the word in settings and messages: "ocr" */
	const char *title; /* what a person sees; untranslated, pass through gettext */
	enum stage_kind kind;
	const struct page_room *page;   /* the one door that fits the kind is set */
	const struct paper_room *paper;
};

struct record_stage {
	const char *name, *title;
	const struct record_room *record;
};

/* The rooms in the order the data walk; each ended by a row without a name. */
extern const struct stage stages[];
extern const struct record_stage record_stages[];

#endif
