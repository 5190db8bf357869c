/*
 * worker.h - the inside of a worker process: warm up, lock in, answer jobs
 *
 * Called by the program sohoa-worker alone. The pool (pool.h) is at the other end of descriptor 3.
 */
#ifndef SOHOA_WORKER_H
#define SOHOA_WORKER_H

struct config;

enum worker_kind {
	WORKER_FILES,     /* inspect, unpack, pictures, encoded images */
	WORKER_PAGES,     /* reads: loads the reading rooms */
	WORKER_SIGNATURES /* checks signatures of PDFs only; less locked in, because NSS opens its modules when it is asked */
};

/* Answers until the parent hangs up; the exit status. */
int worker_serve(const struct config *config, enum worker_kind kind);

#endif
