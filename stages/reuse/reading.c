#include "stages/reuse/reading.h"

#include <stdio.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"
#include "stages/reuse/reuse.h"

struct text {
	struct arena *arena;
	char *bytes;
	int n;
};

/* The length before each part keeps "ab"+"c" and "a"+"bc" apart. */
static void add(struct text *text, const char *part)
{
	char head[24];
	size_t nhead, npart = part ? strlen(part) : 0;

	snprintf(head, sizeof head, part ? "%zu:" : "-", npart);
	nhead = strlen(head);
	text->bytes = arena_grow(text->arena, text->bytes, (size_t)text->n, (size_t)text->n + nhead + npart + 1, 1);
	memcpy(text->bytes + text->n, head, nhead);
	if (npart)
		memcpy(text->bytes + text->n + nhead, part, npart);
	text->n += (int)(nhead + npart);
	text->bytes[text->n++] = '\n';
}

void reading_hash(const struct reuse_paper *paper, char hash[HASH_SIZE])
{
	struct text text = { arena_new(), NULL, 0 };

	add(&text, "reading 1");
	add(&text, paper->row.type);
	add(&text, paper->row.copy);
	for (int i = 0; i < paper->npages; i++) {
		char number[16];

		snprintf(number, sizeof number, "%d", paper->pages[i].file_page);
		add(&text, paper->pages[i].original);
		add(&text, number);
	}
	for (int i = 0; i < paper->document.nfields; i++) {
		const struct field *field = &paper->document.fields[i];

		if (field->state == FIELD_ABSENT) /* a schema that asks for one more changes nothing that was seen */
			continue;
		add(&text, field->name);
		add(&text, field_state_name(field->state));
		add(&text, field->state == FIELD_READ ? field->value : NULL);
	}
	hash_bytes(text.bytes, (size_t)text.n, hash);
	arena_free(text.arena);
}
