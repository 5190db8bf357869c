/*
 * rebuild.h - makes the catalogue anew from the journal and the store
 *
 * The steps, each on a second catalogue that nobody knows, so that a kill at any moment leaves the old one as it was:
 *
 * 1. the old catalogue, where it can still be opened, brings the journal into step; one that cannot, or is none, is not needed.
 * 2. the rows of the journal (catalogue/journal.h).
 * 3. dossier by dossier the papers, fields and pages from the objects, each of which is read again and compared with its hash. A dossier whose texts or papers
 *    are missing or damaged waits to be read again by the next run; one that waited before goes on waiting, and its papers come with that run.
 * 4. the index, and the verdict of each paper, for today and by the rules of today.
 * 5. the new one is checked: the database itself, all references, the sums of pages and files, the audit log, the index.
 * 6. it takes the place of the old one.
 *
 * What a person said, the numbers of papers, the audit log and all times are as they were. Needs the run lock; nobody can write meanwhile.
 */
#ifndef SOHOA_REBUILD_H
#define SOHOA_REBUILD_H

#include <signal.h>
#include <stdint.h>

struct error;
struct store;

struct rebuilt {
	int64_t dossiers, papers, pages; /* that are there again */
	int64_t waiting;                 /* dossiers that wait for a run, those that lost something among them */
	int64_t lost;                    /* dossiers of which a text or the papers were missing or damaged */
};

struct rebuild_watch {
	void (*pages)(void *context, int64_t done, int64_t all); /* of the index, the longest step; may be NULL */
	void (*lost)(void *context, const char *text);           /* what is missing, and of which dossier; may be NULL */
	void *context;
	const volatile sig_atomic_t *stop;                       /* may be NULL */
};

/* 0; 1 when *stop ended it; -1. In both the archive is as it was. */
int rebuild_archive(const char *dir, struct store *store, const struct rebuild_watch *watch, struct rebuilt *rebuilt, struct error *err);

#endif
