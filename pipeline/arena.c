#include "pipeline/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_SIZE ((size_t)64 * 1024) /* holds the words of a dense page */
#define ALIGNMENT ((size_t)16)

struct block {
	struct block *next;
	size_t size, used;
	_Alignas(16) unsigned char bytes[];
};

struct arena {
	struct block *blocks; /* newest first */
};

static _Noreturn void no_memory(void)
{
	static const char text[] = "sohoa: out of memory\n";

	if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
		_exit(EXIT_NO_MEMORY);
	_exit(EXIT_NO_MEMORY);
}

void *mem_alloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (!p)
		no_memory();
	return p;
}

void *mem_realloc(void *old, size_t size)
{
	void *p = realloc(old, size ? size : 1);

	if (!p)
		no_memory();
	return p;
}

char *mem_strdup(const char *text)
{
	size_t n = strlen(text) + 1;

	return memcpy(mem_alloc(n), text, n);
}

struct arena *arena_new(void)
{
	return mem_alloc(sizeof(struct arena));
}

static void free_blocks(struct block *b)
{
	while (b) {
		struct block *next = b->next;

		free(b);
		b = next;
	}
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	free_blocks(arena->blocks);
	free(arena);
}

void arena_reset(struct arena *arena)
{
	struct block *first = arena->blocks;

	if (!first)
		return;
	free_blocks(first->next);
	first->next = NULL;
	if (first->size > BLOCK_SIZE) {
		free(first);
		arena->blocks = NULL;
		return;
	}
	memset(first->bytes, 0, first->used);
	first->used = 0;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct block *b = arena->blocks;
	void *p;

	if (size > SIZE_MAX - ALIGNMENT - sizeof *b)
		no_memory();
	size = (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	if (!b || b->size - b->used < size) {
		size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;

		b = mem_alloc(sizeof *b + room);
		b->size = room;
		b->next = arena->blocks;
		arena->blocks = b;
	}
	p = b->bytes + b->used;
	b->used += size;
	return p;
}

void *arena_array(struct arena *arena, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		no_memory();
	return arena_alloc(arena, n * size);
}

void *arena_grow(struct arena *arena, const void *array, size_t old_n, size_t new_n, size_t size)
{
	void *p = arena_array(arena, new_n, size);

	if (old_n)
		memcpy(p, array, old_n * size);
	return p;
}

void *arena_push(struct arena *arena, void *array_pointer, int *n, size_t size)
{
	void *array;
	size_t count = (size_t)*n;

	memcpy(&array, array_pointer, sizeof array);
	if (!(count & (count - 1))) { /* 0 or a power of two: full */
		array = arena_grow(arena, array, count, count ? 2 * count : 1, size);
		memcpy(array_pointer, &array, sizeof array);
	}
	++*n;
	return (unsigned char *)array + count * size;
}

char *arena_strndup(struct arena *arena, const char *text, size_t n)
{
	char *p = arena_alloc(arena, n + 1);

	if (n)
		memcpy(p, text, n);
	p[n] = '\0';
	return p;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return text ? arena_strndup(arena, text, strlen(text)) : NULL;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args, again;
	int n;
	char *p;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	p = arena_alloc(arena, (size_t)(n < 0 ? 0 : n) + 1);
	if (n >= 0)
		vsnprintf(p, (size_t)n + 1, format, again);
	va_end(again);
	return p;
}

void arena_text_add(struct arena_text *to, const char *bytes, size_t n)
{
	if (to->n + n + 1 > to->room) {
		size_t room = (to->n + n + 1) * 2;

		to->text = arena_grow(to->arena, to->text, to->room, room, 1);
		to->room = room;
	}
	memcpy(to->text + to->n, bytes, n);
	to->n += n;
	to->text[to->n] = '\0';
}
