/*
 * pool.h - worker processes: start, feed, time out, reap
 *
 * A worker is the program sohoa-worker, started with posix_spawn. It gets one job at a time over a socket pair; the original comes as an open
 * descriptor. A worker that crashes, hangs or runs out of memory costs its job only: the pool reports why and starts another.
 *
 * Two ways to use it: give/wait for many jobs at once (the runner), and the pool_* calls below them that do one thing and wait.
 */
#ifndef SOHOA_POOL_H
#define SOHOA_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipeline/error.h"
#include "pipeline/message.h"

struct config;
struct inspection;
struct pool;
struct unpack_sink;

enum pool_kind {
	POOL_SIGNATURES, /* checks electronic signatures of PDFs, and nothing else */
	POOL_FILES, /* inspect, unpack, pictures, encoded images: starts in milliseconds */
	POOL_PAGES  /* reads pages and parts papers too: loads the models */
};

/* Starts no process yet. A worker that cannot even get ready is an error of the run, reported by the first wait. */
struct pool *pool_open(const struct config *config, enum pool_kind kind, int nworkers, struct error *err);
void pool_close(struct pool *pool); /* kills what still works; NULL is fine */

/* What the workers' readings are made by; waits for the first worker. Borrowed. NULL with err. */
const char *pool_recipe(struct pool *pool, struct error *err);

/* The number of an idle worker, or -1. */
int pool_idle(const struct pool *pool);
int pool_busy(const struct pool *pool); /* how many */

/* Hands a job to an idle worker. fd may be -1; it stays the caller's. deadline in seconds: between two signs of life. */
int pool_give(struct pool *pool, int worker, enum message_kind kind, const void *payload, size_t size, int fd, int deadline,
	      struct error *err);

struct pool_event {
	int worker;
	char *payload; /* the result, malloc'ed for the receiver; NULL when it failed */
	size_t size;
	struct error error; /* reach REACH_NONE on success */
	bool died;          /* the worker is gone: crash, deadline, memory, refused system call */
};

/* Waits up to `milliseconds` (-1: for ever) for one job to end. 1 with the event, 0 when time passed or a signal came, -1. */
int pool_wait(struct pool *pool, int milliseconds, struct pool_event *event, struct error *err);

/* One job, waited for. The payload is malloc'ed. */
int pool_do(struct pool *pool, enum message_kind kind, const void *payload, size_t size, int fd, int deadline, char **result,
	    size_t *result_size, struct error *err);
int pool_inspect(struct pool *pool, int fd, struct inspection *inspection, struct error *err);
int pool_unpack(struct pool *pool, int fd, const struct unpack_sink *sink, struct error *err);

/* Deadlines in seconds, from the settings (design: decode 30 s, OCR 120 s a page). */
int pool_deadline_decode(const struct config *config);
int pool_deadline_page(const struct config *config);

#endif
