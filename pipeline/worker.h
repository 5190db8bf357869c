/*
 * worker.h - the inside of a worker process: warm up, lock in, answer jobs
 *
 * Called by `sohoa worker` alone. The pool (pool.h) is at the other end of descriptor 3.
 */
#ifndef SOHOA_WORKER_H
#define SOHOA_WORKER_H

#include <stdbool.h>

struct config;

/* pages: load the reading rooms (else only inspect and unpack). Answers until the parent hangs up; the exit status. */
int worker_serve(const struct config *config, bool pages);

#endif
