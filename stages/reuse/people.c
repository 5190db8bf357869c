#include "stages/reuse/people.h"

#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/judgement.h"
#include "pipeline/catalogue/papers.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/key.h"
#include "stages/reuse/reuse.h"

#define NAMESAKES_MAX 5000 /* papers of one name, or of one date of birth: enough for an archive of millions */
#define DAY_LENGTH 10      /* of a date that is known to its day: a year alone is shared by too many */

/* What may agree besides name and date of birth. */
static const char *const signs[] = { "mother_name", "father_name", "home_place", "birth_place", NULL };

/* One owner of this paper; NULL where it was not read. */
struct owner {
	const char *name, *birth, *id;
};

struct list {
	struct arena *arena;
	struct person_link *items;
	int n, first; /* first: of the person at hand */
};

static const char *read_value(const struct field *fields, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(fields[i].name, name))
			return fields[i].state == FIELD_READ ? fields[i].value : NULL;
	return NULL;
}

/* The part of a value that stands at that place of its lines, or NULL. */
static const char *part_at(struct arena *arena, const char *value, int place)
{
	while (value && place-- > 0) {
		value = strchr(value, '\n');
		value = value ? value + 1 : NULL;
	}
	return value && *value && *value != '\n' ? arena_strndup(arena, value, strcspn(value, "\n")) : NULL;
}

static struct owner owner_at(struct arena *arena, const struct field *fields, int n, int place)
{
	return (struct owner){ part_at(arena, read_value(fields, n, "owner_name"), place), part_at(arena, read_value(fields, n, "owner_birth"), place),
			       part_at(arena, read_value(fields, n, "owner_id"), place) };
}

static bool same(struct arena *arena, const char *field, const char *a, const char *b)
{
	const char *x = a ? key_field(arena, field, a) : NULL, *y = b ? key_field(arena, field, b) : NULL;

	return x && y && !strcmp(x, y);
}

static bool known(const struct list *list, int64_t document)
{
	for (int i = list->first; i < list->n; i++)
		if (list->items[i].document == document)
			return true;
	return false;
}

static int add(struct catalogue *catalogue, struct list *list, struct person_link link, struct error *err)
{
	struct papers_document other;
	int found = known(list, link.document) || list->n - list->first >= PEOPLE_MAX ? 0 : papers_document(catalogue, link.document, list->arena, &other, err);

	if (found <= 0)
		return found;
	link.type = other.type;
	*(struct person_link *)arena_push(list->arena, &list->items, &list->n, sizeof link) = link;
	return 0;
}

/* Two numbers of one kind that differ are two people; an old one of nine digits beside one of twelve says nothing. */
static bool numbers_differ(struct arena *arena, const char *a, const char *b)
{
	return a && b && strlen(a) == strlen(b) && !same(arena, "owner_id", a, b);
}

/* The third sign that agrees where one of the other paper's owners has this name and date of birth; NULL where none does. */
static const char *third_sign(struct catalogue *catalogue, const struct reuse_paper *paper, const struct owner *owner, int64_t document, struct arena *arena,
			      struct error *err)
{
	struct field *fields;
	int n;

	if (papers_fields(catalogue, document, arena, &fields, &n, err) < 0)
		return NULL;
	for (int place = 0;; place++) {
		struct owner other = owner_at(arena, fields, n, place);

		if (!other.name && !other.birth && !other.id)
			return NULL;
		if (!same(arena, "owner_name", owner->name, other.name) || !same(arena, "owner_birth", owner->birth, other.birth))
			continue;
		if (numbers_differ(arena, owner->id, other.id))
			return NULL;
		for (int i = 0; signs[i]; i++)
			if (same(arena, signs[i], read_value(paper->document.fields, paper->document.nfields, signs[i]), read_value(fields, n, signs[i])))
				return signs[i];
	}
}

static int by_number(struct catalogue *catalogue, const struct reuse_paper *paper, const struct owner *owner, struct list *list, struct error *err)
{
	int64_t *ids;
	int n;

	if (judgement_bearers(catalogue, "owner_id", key_field(list->arena, "owner_id", owner->id), paper->row.id, PEOPLE_MAX, list->arena, &ids, &n, err) < 0)
		return -1;
	for (int i = 0; i < n; i++)
		if (add(catalogue, list, (struct person_link){ .name = owner->name, .document = ids[i], .certain = true }, err) < 0)
			return -1;
	return 0;
}

static int by_signs(struct catalogue *catalogue, const struct reuse_paper *paper, const struct owner *owner, struct list *list, struct error *err)
{
	struct arena *arena = list->arena;
	int64_t *names, *births;
	int nnames, nbirths, b = 0;

	if (judgement_bearers(catalogue, "owner_name", key_field(arena, "owner_name", owner->name), paper->row.id, NAMESAKES_MAX, arena, &names, &nnames,
			      err) < 0 ||
	    judgement_bearers(catalogue, "owner_birth", key_field(arena, "owner_birth", owner->birth), paper->row.id, NAMESAKES_MAX, arena, &births, &nbirths,
			      err) < 0)
		return -1;
	for (int a = 0; a < nnames; a++) { /* both come by id */
		const char *sign;

		while (b < nbirths && births[b] < names[a])
			b++;
		if (b >= nbirths || births[b] != names[a] || known(list, names[a]))
			continue;
		sign = third_sign(catalogue, paper, owner, names[a], arena, err);
		if (err->reach != REACH_NONE ||
		    (sign && add(catalogue, list, (struct person_link){ .name = owner->name, .document = names[a], .sign = sign }, err) < 0))
			return -1;
	}
	return 0;
}

int people_find(struct catalogue *catalogue, const struct reuse_paper *paper, struct arena *arena, struct person_link **links, int *n, struct error *err)
{
	struct list list = { arena, NULL, 0, 0 };

	for (int place = 0;; place++) {
		struct owner owner = owner_at(arena, paper->document.fields, paper->document.nfields, place);

		if (!owner.name && !owner.birth && !owner.id)
			break;
		list.first = list.n;
		if ((owner.id && by_number(catalogue, paper, &owner, &list, err) < 0) ||
		    (owner.name && owner.birth && strlen(owner.birth) == DAY_LENGTH && by_signs(catalogue, paper, &owner, &list, err) < 0))
			return -1;
	}
	*links = list.items;
	*n = list.n;
	return 0;
}
