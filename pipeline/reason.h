/*
 * reason.h - why an item was set aside, as a short code and as sentences for a person
 *
 * The catalogue keeps the code; the sentence is made when it is shown, in the language of the screen. A new reason is one
 * row in reason.c.
 */
#ifndef SOHOA_REASON_H
#define SOHOA_REASON_H

struct reason {
	const char *code;   /* "truncated" */
	const char *title;  /* what is wrong: "the file ends too early" (untranslated; pass through gettext) */
	const char *advice; /* what to do: "copy or scan it again" (untranslated) */
};

/* The row of a code, or the row "other" for a code nobody knows; never NULL. Borrowed. */
const struct reason *reason_find(const char *code);

/* Title and advice in the language of the screen. Borrowed. */
const char *reason_title(const char *code);
const char *reason_advice(const char *code);

#endif
