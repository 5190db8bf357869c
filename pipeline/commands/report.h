/*
 * report.h - the batch report: what was received, what became of it, what must be looked at; the counts close or it says so
 *
 * `run` shows it at its end, `status` at any time, both in the same words.
 */
#ifndef SOHOA_REPORT_H
#define SOHOA_REPORT_H

#include <stdbool.h>

struct archive;
struct invocation;

/* To stdout, as text or JSON. EXIT_DONE, or EXIT_SOME when something is set aside or differs from what was declared, or the
 * counts do not close. */
int report_print(const struct invocation *in, struct archive *archive, bool json);

#endif
