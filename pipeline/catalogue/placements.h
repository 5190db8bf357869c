/*
 * placements.h - pages that a clerk replaced, put in or moved, and how that outlives every new intake
 *
 * The run of a dossier is its files in natural order of their names; what people placed since stands over that order, one placement after the
 * other, each relative to a page. Page numbers are made from both by intake_finish_dossier, so a file that comes later undoes nothing. A
 * replaced page keeps its row, its text and its place among the pages it was counted with, but has no number any more: its state is set
 * aside with the reason "replaced". None of these verbs begins or commits.
 */
#ifndef SOHOA_PLACEMENTS_H
#define SOHOA_PLACEMENTS_H

#include <stdbool.h>
#include <stdint.h>

struct catalogue;
struct error;

enum placement_kind {
	PLACEMENT_INSERT,  /* the pages of `file` stand behind `after` */
	PLACEMENT_REPLACE, /* the pages of `file` stand where `page` stood */
	PLACEMENT_MOVE     /* `page` stands behind `after` */
};

/* Ids of rows; after 0: in front of all pages. reason may be NULL. */
struct placement {
	int64_t dossier;
	enum placement_kind kind;
	int64_t page, file, after;
	const char *made, *reason;
	const char *object; /* hash of the decision in the store */
};

/* size: of the object. Row and audit entry by catalogue_who. A replaced page leaves the run and the index; what was said of it (type, cut, values) is
 * said of the first page of the file from now on. The dossier is being taken in until intake_finish_dossier, which must follow. */
int placements_add(struct catalogue *catalogue, const struct placement *placement, int64_t size, struct error *err);

/* Numbers the pages anew by the files' positions and all placements; every number of the dossier is below 0 when it begins. Nothing to do where
 * nobody placed anything: *any tells. */
int placements_number(struct catalogue *catalogue, int64_t dossier, bool *any, struct error *err);

/* 1 when a run has a page of the dossier, or the dossier, in hand: its order must not change now. 0, -1. */
int placements_busy(struct catalogue *catalogue, int64_t dossier, struct error *err);

const char *placement_kind_name(enum placement_kind kind); /* "insert" "replace" "move" */

#endif
