#include "stages/reuse/links.h"

#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/judgement.h"
#include "pipeline/catalogue/papers.h"
#include "pipeline/document.h"
#include "pipeline/key.h"
#include "stages/reuse/reuse.h"

struct list {
	struct arena *arena;
	struct link *items;
	int n;
};

static int add(struct catalogue *catalogue, struct list *list, struct link link, struct error *err)
{
	struct papers_document other;
	int found = link.document ? papers_document(catalogue, link.document, list->arena, &other, err) : 0;

	if (found < 0)
		return -1;
	if (found) {
		link.type = other.type;
		link.title = other.title;
	}
	*(struct link *)arena_push(list->arena, &list->items, &list->n, sizeof link) = link;
	return 0;
}

/* One link for each paper with the number; one that leads nowhere where there is none. */
static int add_all(struct catalogue *catalogue, struct list *list, const struct reuse_paper *paper, const char *field, struct link link, struct error *err)
{
	int64_t *ids;
	int n;

	if (judgement_bearers(catalogue, field, key_number(list->arena, link.number), paper->row.id, LINKS_MAX, list->arena, &ids, &n, err) < 0)
		return -1;
	if (!n && !link.from)
		return add(catalogue, list, link, err);
	for (int i = 0; i < n; i++) {
		link.document = ids[i];
		if (add(catalogue, list, link, err) < 0)
			return -1;
	}
	return 0;
}

int links_find(struct catalogue *catalogue, const struct reuse_paper *paper, struct arena *arena, struct link **links, int *n, struct error *err)
{
	static const char *const kinds[] = { KEY_CITATIONS, NULL };
	const struct field *number = field_find(&paper->document, "number");
	struct list list = { arena, NULL, 0 };

	for (int i = 0; i < paper->document.nfields; i++) {
		const struct field *field = &paper->document.fields[i];

		if (!key_names_papers(field->name) || field->state != FIELD_READ)
			continue;
		for (const char *at = field->value; *at;) {
			size_t size = strcspn(at, "\n");

			if (add_all(catalogue, &list, paper, "number", (struct link){ .kind = field->name, .number = arena_strndup(arena, at, size) }, err) < 0)
				return -1;
			at += size + (at[size] == '\n');
		}
	}
	for (int i = 0; kinds[i] && number && number->state == FIELD_READ; i++)
		if (add_all(catalogue, &list, paper, kinds[i], (struct link){ .kind = kinds[i], .from = true, .number = number->value }, err) < 0)
			return -1;
	*links = list.items;
	*n = list.n;
	return 0;
}
