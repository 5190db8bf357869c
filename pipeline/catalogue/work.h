/*
 * work.h - claim and outcome of pages and dossiers: how a run moves on
 *
 * Called by the runner alone, which holds run.lock. None of these verbs begins or commits: the caller does, so that the outcome
 * of one page and the claim of the next can stand in one transaction. A claim must be committed before the work starts: that is how a
 * page that kills its reader is counted.
 *
 * A page walks  waiting -> running -> read | blank | separator | restricted | set-aside, or back to waiting.
 * A dossier walks  waiting -> split (its papers are in the catalogue) or set-aside; record rooms take documents from there.
 */
#ifndef SOHOA_WORK_H
#define SOHOA_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "pipeline/store.h"

struct arena;
struct catalogue;
struct error;

#define WORK_ATTEMPTS 3       /* starts that ended in a failure of the worker */
#define WORK_INTERRUPTIONS 10 /* starts that ended because the runner itself ended */

enum work_outcome {
	WORK_READ,
	WORK_BLANK,
	WORK_SEPARATOR,
	WORK_RESTRICTED, /* carries a secrecy mark: text must be NULL */
	WORK_SET_ASIDE,
	WORK_AGAIN /* failed this time: waits again, or is set aside with this reason after WORK_ATTEMPTS */
};

struct work_page {
	int64_t id, dossier_id;
	int number;    /* in the run of the dossier */
	int file_page; /* in the file */
	int attempts;  /* this one included */
	char hash[HASH_SIZE]; /* of the original */
	char *media, *file;   /* file: name as shown; both in the arena */
};

/* At the start of a run: pages that a dead runner left running wait again, one interruption more; a page interrupted
 * WORK_INTERRUPTIONS times is set aside. An interrupted start is no failed attempt. *npages: how many were found running. */
int work_recover(struct catalogue *catalogue, int *npages, struct error *err);

/* The next waiting page in the order of dossiers and their runs: state running, attempts + 1. 1 with the page, 0 when none waits. */
int work_claim_page(struct catalogue *catalogue, struct arena *arena, struct work_page *page, struct error *err);

/* The same page of the same original, read by the same recipe in another place: its outcome (read, blank or separator), text and confidence. 1, 0. */
struct work_text {
	enum work_outcome outcome;
	char text[HASH_SIZE];
	double confidence; /* < 0: no word */
};
int work_find_text(struct catalogue *catalogue, const struct work_page *page, const char *recipe, struct work_text *found, struct error *err);

/* Marks the outcome of a running page. text: hash of the stored page text, or NULL; confidence < 0: no word; reason and detail may be NULL.
 * The object row of the text is made here. WORK_SET_ASIDE and the last WORK_AGAIN write an audit entry. */
struct work_result {
	enum work_outcome outcome;
	const char *text;
	int64_t text_size;
	const char *recipe;
	double confidence;
	const char *grade, *faults; /* of a read page: as document.h names them, faults parted by ' '; else NULL */
	const char *reason, *detail;
};
int work_finish_page(struct catalogue *catalogue, int64_t page, const struct work_result *result, struct error *err);

/* Puts a running page back as if it had not been claimed: Ctrl-C, a stopping run. */
int work_release_page(struct catalogue *catalogue, int64_t page, struct error *err);

/* A waiting dossier whose pages are all final, in order of id. 1, 0. attempts + 1. */
struct work_dossier {
	int64_t id;
	char *code, *title; /* in the arena; title may be NULL */
	int npages, attempts;
};
int work_next_dossier(struct catalogue *catalogue, struct arena *arena, struct work_dossier *dossier, struct error *err);

/* The pages of a dossier in order, array in the arena. */
struct work_page_text {
	int64_t id;
	int number, file_page;
	char *file;
	enum work_outcome state; /* WORK_AGAIN: not final yet */
	char *text;              /* hash, or NULL */
};
int work_pages_of(struct catalogue *catalogue, int64_t dossier, struct arena *arena, struct work_page_text **pages, int *npages,
		  struct error *err);

/* The papers were stored and put into the catalogue (papers.h, in the same transaction): split. */
int work_finish_dossier(struct catalogue *catalogue, int64_t dossier, const char *papers, struct error *err);
/* The paper rooms failed: waits again, or is set aside with this reason after WORK_ATTEMPTS. */
int work_fail_dossier(struct catalogue *catalogue, int64_t dossier, const char *reason, const char *detail, struct error *err);
/* As work_release_page: the start is not counted. */
int work_release_dossier(struct catalogue *catalogue, int64_t dossier, struct error *err);
/* All record rooms are done with its documents. */
int work_close_dossier(struct catalogue *catalogue, int64_t dossier, struct error *err);

/* A document that a record room has not seen yet: state 'split' (for index) or 'indexed' (for reuse), by id. 1, 0. */
int work_next_document(struct catalogue *catalogue, const char *state, int64_t *document, struct error *err);
int work_mark_document(struct catalogue *catalogue, int64_t document, const char *state, struct error *err);

/* The text of a page is not in the store any more: it waits to be read again. */
int work_lost_text(struct catalogue *catalogue, int64_t page, struct error *err);

/* For progress: pages of the whole archive, or of the dossiers that are not done yet. */
struct work_counts {
	int64_t waiting, running, done, set_aside, restricted; /* pages; done: read, blank, separator */
	int64_t dossiers_waiting;                              /* not split yet */
};
int work_counts(struct catalogue *catalogue, struct work_counts *counts, struct error *err);

/* Puts pages that were read with another recipe, and their dossiers, back to waiting. Only when a person asks. */
int work_restart(struct catalogue *catalogue, const char *recipe, int64_t *npages, struct error *err);

/* Puts what was set aside back to waiting, attempts 0, with an audit entry. kind: 'a' all, 'd' dossier, 'f' file, 'p' page; id is
 * ignored for 'a'. Files that could not be taken in do not change here: they are taken in again. */
int work_retry(struct catalogue *catalogue, char kind, int64_t id, int64_t *npages, int64_t *ndossiers, struct error *err);

#endif
