/*
 * progress.h - how far long work has come: pages done, pages per minute, time left, set aside
 *
 * One line that renews itself on a terminal; elsewhere a plain line every now and then. Written to stderr, so that stdout stays
 * for results.
 */
#ifndef SOHOA_PROGRESS_H
#define SOHOA_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	int64_t total, done, set_aside; /* pages */
	int64_t begun_ms, shown_ms;
	int64_t done_at_begin; /* what an earlier run had done: does not count for the speed */
	bool terminal, quiet;
};

void progress_begin(struct progress *progress, int64_t total, int64_t done, bool quiet);
void progress_show(struct progress *progress, int64_t done, int64_t set_aside);
/* For work that tells only on the way how much there is: begins where nothing has begun, with progress->quiet as it was set, and shows. Everything else of
 * *progress is 0 before; then progress_end does nothing. */
void progress_follow(struct progress *progress, int64_t total, int64_t done, int64_t set_aside);
/* A line of its own between two states of the progress line. */
void progress_line(struct progress *progress, const char *format, ...) __attribute__((format(printf, 2, 3)));
void progress_end(struct progress *progress);

#endif
