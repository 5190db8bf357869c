/*
 * counts.h - what must close, each in its own unit
 *
 * files received = accepted + set aside (an archive stands for its members; one that cannot be read is one file set aside)
 * pages found    = in papers + blank + separators + restricted + set aside + replaced + still waiting
 * sheets, pages  declared = found, or listed as a difference
 */
#ifndef SOHOA_COUNTS_H
#define SOHOA_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct catalogue;
struct error;

struct counts {
	int64_t dossiers, dossiers_done, dossiers_set_aside; /* done: split into papers */
	int64_t documents, documents_restricted;
	int64_t files, files_accepted, files_set_aside, files_duplicate;
	int64_t pages; /* rows of the page table */
	int64_t pages_promised; /* sum of the page counts of the accepted files */
	int64_t in_papers, blank, separators, restricted, set_aside;
	int64_t replaced; /* by a clerk, with a better scan: no part of the run any more */
	int64_t waiting; /* waiting, running, or read and not split yet */
	int64_t good, usable, rescan; /* what the scans of the read pages are worth */
};

/* batch 0: the whole archive. */
int counts_read(struct catalogue *catalogue, int64_t batch, struct counts *counts, struct error *err);
/* True when the sums above hold and every promised page has its row. */
bool counts_close(const struct counts *counts);

enum difference_kind {
	DIFFERENCE_PAGES,    /* declared pages != found */
	DIFFERENCE_SHEETS,   /* declared sheets: fewer or more pages than so many sheets can carry */
	DIFFERENCE_MISSING,  /* stands in the list, nothing was received */
	DIFFERENCE_UNLISTED  /* was received, does not stand in the list of its batch */
};

/* Pages count without separators; blank backs count: a sheet carries one or two pages. */
struct difference {
	int64_t dossier;
	char *code, *box; /* in the arena; box may be NULL */
	enum difference_kind kind;
	int64_t declared, found;
};
int counts_differences(struct catalogue *catalogue, int64_t batch, struct arena *arena, struct difference **list, int *n,
		       struct error *err);

/* What is set aside in a batch (0: everywhere): files, pages (restricted ones too) and dossiers, in order. */
struct set_aside {
	char kind;          /* 'f' file, 'p' page, 'd' dossier */
	int64_t id, dossier; /* dossier 0: the file belongs to none */
	char *code;         /* of the dossier */
	char *name;         /* of the file as shown; NULL for a dossier */
	int number, file_page; /* of a page */
	char *reason, *detail; /* code of reason.h; detail may be NULL */
};
int counts_set_aside(struct catalogue *catalogue, int64_t batch, struct arena *arena, struct set_aside **list, int *n, struct error *err);

/* A page whose scan is worth a word. */
struct scan_told {
	int64_t dossier;
	char *code; /* of the dossier */
	char *name; /* of the file as shown */
	int number, file_page;
	char *faults; /* names of enum scan_fault, parted by ' ' */
};
/* The pages of a batch (0: everywhere) that must be scanned again, in order; and of the others those that are more or less than a page (SCAN_STATES). */
int counts_to_rescan(struct catalogue *catalogue, int64_t batch, struct arena *arena, struct scan_told **list, int *n, struct error *err);
int counts_scan_states(struct catalogue *catalogue, int64_t batch, struct arena *arena, struct scan_told **list, int *n, struct error *err);

/* The batches, oldest first. */
struct batch_row {
	int64_t id;
	char *code, *source, *taken, *state;
};
int counts_batches(struct catalogue *catalogue, struct arena *arena, struct batch_row **list, int *n, struct error *err);

#endif
