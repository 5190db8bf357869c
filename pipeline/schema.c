#include "pipeline/schema.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "pipeline/schema_private.h"
#include "pipeline/text.h"

#define OTHER "khac"
#define TYPES_MAX 1000

struct schemas {
	struct arena *arena;
	struct schema *types; /* in order of code */
	int ntypes;
	const struct schema *other;
	char version[2 * crypto_hash_sha256_BYTES + 1];
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int is_schema(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 5 && entry->d_name[0] != '.' && !strcmp(entry->d_name + n - 5, ".yaml");
}

/* The names without ".yaml", sorted by bytes: the order of a directory says nothing. */
static int list_files(struct schemas *schemas, const char *dir, char ***names, int *n, struct error *err)
{
	DIR *open = opendir(dir);
	struct dirent *entry;

	if (!open)
		return error_errno(err, REACH_RUN, "settings", _("cannot open the schemas in %s"), dir);
	*n = 0;
	*names = NULL;
	while (*n < TYPES_MAX && (entry = readdir(open)))
		if (is_schema(entry)) {
			char **name = arena_push(schemas->arena, names, n, sizeof *name);

			*name = arena_strndup(schemas->arena, entry->d_name, strlen(entry->d_name) - 5);
		}
	closedir(open);
	if (*n)
		qsort(*names, (size_t)*n, sizeof **names, compare_names);
	return 0;
}

/* Name and bytes of every file, bases included, in one fixed order. */
static int hash_file(crypto_hash_sha256_state *state, const char *dir, const char *name, struct error *err)
{
	char path[PATH_MAX], piece[8192];
	FILE *from;
	size_t n;
	int failed;

	snprintf(path, sizeof path, "%s/%s.yaml", dir, name);
	from = fopen(path, "re");
	if (!from)
		return error_errno(err, REACH_RUN, "settings", _("cannot open %s"), path);
	crypto_hash_sha256_update(state, (const unsigned char *)name, strlen(name) + 1);
	while ((n = fread(piece, 1, sizeof piece, from)) > 0)
		crypto_hash_sha256_update(state, (const unsigned char *)piece, n);
	failed = ferror(from);
	fclose(from);
	if (failed)
		return error_set(err, REACH_RUN, "settings", _("cannot read %s"), path);
	crypto_hash_sha256_update(state, (const unsigned char *)"", 1);
	return 0;
}

/* Rules of one base come with every type that stands on it; else an id must be unique over all files. */
static int check_rules(const struct schemas *schemas, const char *dir, struct error *err)
{
	for (int i = 0; i < schemas->ntypes; i++)
		for (int k = 0; k < schemas->types[i].nrules; k++)
			for (int j = i + 1; j < schemas->ntypes; j++)
				for (int l = 0; l < schemas->types[j].nrules; l++) {
					const struct schema_rule *a = &schemas->types[i].rules[k], *b = &schemas->types[j].rules[l];

					if (!strcmp(a->id, b->id) && strcmp(a->text, b->text))
						return error_set(err, REACH_RUN, "settings",
								 _("%s: %s.yaml and %s.yaml have different rules with the id \"%s\""),
								 dir, schemas->types[i].code, schemas->types[j].code, a->id);
				}
	return 0;
}

static int check_links(const struct schemas *schemas, const char *dir, struct error *err)
{
	for (int i = 0; i < schemas->ntypes; i++) {
		const struct schema_list *by = &schemas->types[i].supersession.by;

		for (int k = 0; k < by->n; k++)
			if (!schemas_find(schemas, by->items[k]))
				return error_set(err, REACH_RUN, "settings",
						 _("%s/%s.yaml: \"by\" names the type \"%s\", which has no file"), dir,
						 schemas->types[i].code, by->items[k]);
	}
	return 0;
}

static int load(struct schemas *schemas, const char *dir, struct error *err)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;
	char **names;
	int n;

	if (list_files(schemas, dir, &names, &n, err) < 0)
		return -1;
	crypto_hash_sha256_init(&state);
	for (int i = 0; i < n; i++) {
		if (hash_file(&state, dir, names[i], err) < 0)
			return -1;
		if (names[i][0] == '_')
			continue;
		if (schema_read(arena_push(schemas->arena, &schemas->types, &schemas->ntypes, sizeof *schemas->types), dir,
				names[i], schemas->arena, err) < 0)
			return -1;
	}
	crypto_hash_sha256_final(&state, digest);
	sodium_bin2hex(schemas->version, sizeof schemas->version, digest, sizeof digest);
	schemas->other = schemas_find(schemas, OTHER);
	if (!schemas->other)
		return error_set(err, REACH_RUN, "settings", _("%s: the type for all other papers (%s.yaml) is missing"), dir, OTHER);
	return check_rules(schemas, dir, err) < 0 ? -1 : check_links(schemas, dir, err);
}

struct schemas *schemas_open(const char *dir, struct error *err)
{
	struct schemas *schemas = mem_alloc(sizeof *schemas);

	schemas->arena = arena_new();
	if (load(schemas, dir, err) < 0) {
		schemas_close(schemas);
		return NULL;
	}
	return schemas;
}

void schemas_close(struct schemas *schemas)
{
	if (!schemas)
		return;
	arena_free(schemas->arena);
	free(schemas);
}

int schemas_count(const struct schemas *schemas)
{
	return schemas->ntypes;
}

const struct schema *schemas_at(const struct schemas *schemas, int i)
{
	return i >= 0 && i < schemas->ntypes ? &schemas->types[i] : NULL;
}

const struct schema *schemas_find(const struct schemas *schemas, const char *code)
{
	for (int i = 0; code && i < schemas->ntypes; i++)
		if (!strcmp(schemas->types[i].code, code))
			return &schemas->types[i];
	return NULL;
}

static bool list_has(const struct schema_list *list, const char *folded, struct arena *arena)
{
	for (int i = 0; i < list->n; i++)
		if (!strcmp(text_fold(arena, list->items[i]), folded))
			return true;
	return false;
}

const struct schema *schemas_find_name(const struct schemas *schemas, const char *name)
{
	const struct schema *found = schemas_find(schemas, name);
	struct arena *arena;
	char *folded;

	if (found || !name)
		return found;
	arena = arena_new();
	folded = text_fold(arena, text_nfc(arena, name));
	for (int i = 0; i < schemas->ntypes; i++) {
		const struct schema *type = &schemas->types[i];

		if (found && found->rank >= type->rank) /* of two types with one name the one that stands first in rank */
			continue;
		if (!strcmp(text_fold(arena, type->name), folded) || list_has(&type->titles, folded, arena) ||
		    list_has(&type->aliases, folded, arena))
			found = type;
	}
	arena_free(arena);
	return found;
}

const struct schema *schemas_other(const struct schemas *schemas)
{
	return schemas->other;
}

const char *schemas_version(const struct schemas *schemas)
{
	return schemas->version;
}

const struct schema_field *schema_field_find(const struct schema *schema, const char *name)
{
	for (int i = 0; i < schema->nfields; i++)
		if (!strcmp(schema->fields[i].name, name))
			return &schema->fields[i];
	return NULL;
}

/* ISO dates compare as texts; "2024" and "2024-02" stand for their first day. */
static bool day_between(const char *day, const char *from, const char *to)
{
	char full[24];

	if (!day || !*day)
		return !to;
	snprintf(full, sizeof full, "%.10s%s", day, strlen(day) == 4 ? "-01-01" : strlen(day) == 7 ? "-01" : "");
	return (!from || strcmp(full, from) >= 0) && (!to || strcmp(full, to) <= 0);
}

const struct schema_validity *schema_validity_on(const struct schema *schema, const char *issued)
{
	for (int i = 0; i < schema->nvalidity; i++)
		if (day_between(issued, schema->validity[i].from, schema->validity[i].to))
			return &schema->validity[i];
	return NULL;
}

bool schema_rule_on(const struct schema_rule *rule, const char *day)
{
	return day_between(day, rule->from, rule->to);
}
