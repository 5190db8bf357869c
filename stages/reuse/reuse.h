/*
 * reuse.h - may a paper of the archive be used again? the verdict of every document, kept and asked for
 *
 * judge.h judges; this gathers what it needs from catalogue and store, and keeps what it said. Asking about another day
 * changes nothing.
 */
#ifndef SOHOA_REUSE_H
#define SOHOA_REUSE_H

#include <stdint.h>

#include "pipeline/catalogue/papers.h"
#include "pipeline/document.h"
#include "pipeline/store.h"
#include "stages/reuse/judge.h"
#include "stages/reuse/ladder.h"
#include "stages/reuse/standing.h"

struct arena;
struct catalogue;
struct decision;
struct error;
struct record_room;
struct reuse_rules;
struct schemas;
struct store;

/* Judges the document for today, stores verdict and reasons, and judges again those that it may have changed: the same
 * owner, or a number that it says it replaces. Inside the caller's transaction. */
extern const struct record_room reuse_room;

/* The rules as they stand in the program's data: read on first use, kept until the program ends. */
struct reuse_book {
	struct schemas *schemas;
	struct reuse_rules *rules;
	char version[HASH_SIZE]; /* of all of them together; stored with every verdict */
};
const struct reuse_book *reuse_book_get(struct error *err);

/* An electronic signature of a file that holds pages of the paper. */
struct reuse_signature {
	const struct signature *found; /* what the worker said */
	const char *file;              /* name of the file as shown */
	enum ladder_signer signer;
};

/* One paper with all that was asked for. Everything lives in the arena. */
struct reuse_paper {
	struct papers_document row;
	struct document document;  /* type, copy, level, fields */
	struct papers_page *pages;
	int npages;
	const struct schema *schema;
	bool restricted;
	char reading[HASH_SIZE];   /* what a decision of today would name (reading.h); "" of a restricted paper */
	struct decision *decisions; /* of people, oldest first */
	int ndecisions;
	struct standing standing;
	struct reuse_signature *signatures; /* by file, in the order they were put on */
	int nsignatures;
	bool scanned;              /* some page is a picture, not text that was written as text */
	struct reuse_input input;
	struct reuse_result result;
};

/* Judges in memory for the day of use `on`. 1, 0 when there is no such document, -1. */
int reuse_look(struct catalogue *catalogue, struct store *store, int64_t document, int on, struct arena *arena,
	       struct reuse_paper *paper, struct error *err);

/* Judges for today and stores. Inside the caller's transaction. */
int reuse_keep(struct catalogue *catalogue, struct store *store, int64_t document, struct error *err);

#endif
