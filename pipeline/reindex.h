/*
 * reindex.h - makes the search index anew from the store
 *
 * Everything in the index is taken away first, so that nothing of a damaged one is built upon; then every paper is put in once more as the room stages/index
 * does (indexing.h), some in each transaction, their texts made ready by other threads (ahead.h); then its pieces are merged, and its words are listed. How far
 * it has come stands in the catalogue: after a kill, or a power cut, which takes back the last of it, it goes on from there, by the same command or by the next run. Until it is through, a search finds only what
 * was done, and no begins of words or similar ones. Needs the run lock.
 */
#ifndef SOHOA_REINDEX_H
#define SOHOA_REINDEX_H

#include <signal.h>
#include <stdint.h>

struct catalogue;
struct error;
struct text_source;

/* Takes the index away, unless an earlier reindex was not finished. */
int reindex_begin(struct catalogue *catalogue, struct error *err);
/* Goes on to the end, or until *stop is set (1 then); 0 when the index is whole. watch may be NULL; it is told the pages done and all. */
int reindex_resume(struct catalogue *catalogue, const struct text_source *source, void (*watch)(void *context, int64_t done, int64_t all), void *context,
		   const volatile sig_atomic_t *stop, struct error *err);

#endif
