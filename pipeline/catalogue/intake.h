/*
 * intake.h - batches, dossiers and files as they come in
 *
 * Called by the intake command with what the room stages/intake found. None of these verbs begins or commits. Each may be called again with
 * the same: nothing is doubled. A dossier is in state 'taking' from its first new file on until intake_finish_dossier gives its
 * pages their numbers; only then can a run claim them.
 */
#ifndef SOHOA_CATALOGUE_INTAKE_H
#define SOHOA_CATALOGUE_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct catalogue;
struct error;

/* Finds the batch of that code or makes it. */
int intake_batch(struct catalogue *catalogue, const char *code, const char *source, int64_t *batch, struct error *err);
int intake_dossier(struct catalogue *catalogue, int64_t batch, const char *code, int64_t *dossier, struct error *err);

/* A line of lo.csv: what was declared of a dossier. Strings may be NULL; sheets and pages -1 where nothing was declared. */
struct intake_declared {
	const char *code, *title, *box, *shelf, *retention;
	int64_t sheets, pages;
};
int intake_declare(struct catalogue *catalogue, int64_t batch, const struct intake_declared *declared, struct error *err);

/* The list itself, an object of the store, with audit entry when it is new. In a transaction. */
int intake_list_kept(struct catalogue *catalogue, int64_t batch, const char *hash, int64_t size, struct error *err);

struct intake_file {
	const unsigned char *name; /* relative to the dossier, bytes as received */
	size_t name_size;
	const char *shown;
	const char *hash;   /* NULL: nothing could be kept */
	int64_t size;
	const char *media;  /* may be NULL when set aside */
	int pages;
	const char *reason; /* NULL: accepted */
	const char *detail;
	bool wrong_extension;
};

enum intake_answer {
	INTAKE_NEW,       /* accepted, or set aside, for the first time */
	INTAKE_KNOWN,     /* is there already with these bytes */
	INTAKE_NAME_TAKEN /* the name holds other bytes: kept beside it, set aside with that reason */
};
/* *duplicate: the same bytes stand in another place too; *file: the row. */
int intake_file(struct catalogue *catalogue, int64_t dossier, const struct intake_file *in, int max_pages, enum intake_answer *answer,
		bool *duplicate, int64_t *file, struct error *err);

/* 1 when a file of the dossier bears the name, 0, -1. */
int intake_name_taken(struct catalogue *catalogue, int64_t dossier, const unsigned char *name, size_t size, struct error *err);

/* A dossier gets another code; it stays known by the one before, to intake and to papers_find_dossier. Reach document when another dossier of its
 * batch bears the code. size: of the object. reason may be NULL. */
struct intake_renaming {
	int64_t dossier;
	const char *code, *made, *reason;
	const char *object; /* hash of the decision in the store */
};
int intake_rename(struct catalogue *catalogue, const struct intake_renaming *renaming, int64_t size, struct error *err);

/* Puts the files in natural name order and over it what people placed (placements.h), numbers the pages, opens the dossier for reading if something new came. */
int intake_finish_dossier(struct catalogue *catalogue, int64_t dossier, struct error *err);

/* The dossiers of a batch that are still being taken: a kill may have left them so. Array in the arena. */
int intake_open_dossiers(struct catalogue *catalogue, int64_t batch, struct arena *arena, int64_t **dossiers, int *n, struct error *err);

/* What was received, as JSON; malloc'ed. */
char *intake_receipt(struct catalogue *catalogue, int64_t batch, size_t *size, struct error *err);
int intake_finish_batch(struct catalogue *catalogue, int64_t batch, const char *receipt, int64_t size, struct error *err);

/* Files that were kept and set aside for a reason that may pass (crash, deadline, memory): for `retry`. */
struct intake_again {
	int64_t id, dossier_id;
	char *hash, *shown;
};
int intake_set_aside(struct catalogue *catalogue, char kind, int64_t id, struct arena *arena, struct intake_again **list, int *n,
		     struct error *err);
/* The file could be inspected after all: accepted, its pages made; intake_finish_dossier follows. */
int intake_accept(struct catalogue *catalogue, int64_t file, const char *media, int pages, struct error *err);

#endif
