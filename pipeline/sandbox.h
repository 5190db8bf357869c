/*
 * sandbox.h - what a worker may still do once it is warm
 *
 * Called by the worker on itself, in this order: sandbox_limits at its start, sandbox_lock when models and fonts are loaded. After
 * the lock: no network, no new program, no write anywhere but to descriptors already open; files are opened read-only and only
 * under the font, poppler and model directories, where the kernel has Landlock; without Landlock none at all.
 */
#ifndef SOHOA_SANDBOX_H
#define SOHOA_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

struct error;

/* Address space in bytes (0: no limit), no core dumps, no new files, dies with its parent. */
int sandbox_limits(size_t memory, struct error *err);

/* readable: directories, NULL-terminated; those that do not exist are passed over. threads: may start threads of its own, which are locked in as it
 * is (poppler checks signatures in one). *landlock tells whether the kernel holds the directories closed (1) or openat is refused altogether (0). */
int sandbox_lock(const char *const *readable, bool threads, int *landlock, struct error *err);

#endif
