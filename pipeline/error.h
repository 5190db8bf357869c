/*
 * error.h - how a failure travels from the place that saw it to the person who must act
 *
 * A function that can fail returns 0 or -1 and takes a last `struct error *`, which stays untouched on success. The text says
 * what was being done, to what, and why it failed, in the language of the screen; callers may prefix it ("page 12: ").
 * Rooms set errors; the runner alone acts on them, commands alone print them.
 */
#ifndef SOHOA_ERROR_H
#define SOHOA_ERROR_H

#include <libintl.h>

#define _(text) gettext(text)
#define N_(text) text /* marks a text for translation where no call can stand, as in a table */

/* How far the harm goes. */
enum reach {
	REACH_NONE,     /* no error */
	REACH_PAGE,     /* this page only */
	REACH_DOCUMENT, /* this file or paper; others go on */
	REACH_RUN       /* nothing more can be done: disk, catalogue, configuration */
};

struct error {
	enum reach reach;
	const char *reason; /* a code of reason.h ("truncated"), or NULL; never owned */
	char text[600];     /* for a person, UTF-8, no newline at the end */
};

#define ERROR_INIT { REACH_NONE, NULL, "" }

/* Sets reach, reason and text; the text is cut on a character border if too long. Returns -1, so that
 * `return error_set(err, ...)` reads well. err may be NULL. */
int error_set(struct error *err, enum reach reach, const char *reason, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Puts words before the text ("page 12: "). Returns -1. */
int error_prefix(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As error_set with ": strerror(errno)" behind the text. */
int error_errno(struct error *err, enum reach reach, const char *reason, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* For writing, of an errno: "disk-full" where there is no room, "disk-error" else. */
const char *error_disk_reason(int number);

#ifdef __clang_analyzer__ /* it reads one file at a time: here it learns what these return */
#define error_set(...) (error_set(__VA_ARGS__), -1)
#define error_prefix(...) (error_prefix(__VA_ARGS__), -1)
#define error_errno(...) (error_errno(__VA_ARGS__), -1)
#endif

#endif
