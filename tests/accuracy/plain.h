/*
 * plain.h - texts as they are compared: what a person would call the same
 *
 * White space of any kind is one blank, every dash is '-', and tones have one placement.
 */
#ifndef SOHOA_TESTS_PLAIN_H
#define SOHOA_TESTS_PLAIN_H

struct arena;

/* In the arena; NULL of NULL. */
char *text_plain(struct arena *arena, const char *text);

#endif
