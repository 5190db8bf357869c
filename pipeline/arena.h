/*
 * arena.h - memory that dies with its document
 *
 * Everything inside a dossier or page comes from one arena and is given back by one call. Allocation never fails: when the
 * system has no memory left the process says so and exits 3, which inside a worker costs one page.
 */
#ifndef SOHOA_ARENA_H
#define SOHOA_ARENA_H

#include <stddef.h>

/* The exit status of a process that found no memory: that of a stopped run. */
#define EXIT_NO_MEMORY 3

struct arena;

struct arena *arena_new(void) __attribute__((returns_nonnull));
void arena_free(struct arena *arena); /* NULL is fine */
void arena_reset(struct arena *arena); /* forgets everything, keeps one block for the next document */

/* Zeroed, aligned for any type; size 0 gives a valid pointer. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((returns_nonnull));
/* n * size with the product checked. */
void *arena_array(struct arena *arena, size_t n, size_t size) __attribute__((returns_nonnull));
/* A larger copy of an array: new_n elements, the first old_n copied, the rest zero. */
void *arena_grow(struct arena *arena, const void *array, size_t old_n, size_t new_n, size_t size) __attribute__((returns_nonnull));
char *arena_strdup(struct arena *arena, const char *text); /* NULL stays NULL */
char *arena_strndup(struct arena *arena, const char *text, size_t n);
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3), returns_nonnull));

/* malloc family for what lives outside an arena, with the same promise: they return memory or end the process. */
void *mem_alloc(size_t size) __attribute__((returns_nonnull)); /* zeroed */
void *mem_realloc(void *old, size_t size) __attribute__((returns_nonnull));
char *mem_strdup(const char *text);

/* Adds one zeroed element to a growing arena array and returns it: `struct word *w = arena_push(a, &words, &n, sizeof *w)`.
 * The room doubles as needed: capacity is always the next power of two of the count. */
void *arena_push(struct arena *arena, void *array_pointer, int *n, size_t size) __attribute__((returns_nonnull));

/* A text that grows in an arena. Begin with { arena }; text is NULL while nothing was added, and ends in NUL from then on. */
struct arena_text {
	struct arena *arena;
	char *text;
	size_t n, room; /* bytes in it, and what there is room for */
};

void arena_text_add(struct arena_text *to, const char *bytes, size_t n);

#endif
