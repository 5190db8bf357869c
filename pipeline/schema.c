#include "pipeline/schema.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/config.h"
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
	struct schema_bases *bases; /* while they are read */
	schemas_tell *tell; /* NULL: the first mistake ends the reading */
	void *context;
	char **told;
	int ntold;
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
static int hash_file(crypto_hash_sha256_state *state, const char *path, const char *name, struct error *err)
{
	char piece[8192];
	FILE *from = fopen(path, "re");
	size_t n;
	int failed;

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

/* A mistake ends the reading, or is told once and passed over: one in a base comes back with every type that stands on it. */
static int refuse(struct schemas *schemas, struct error *err)
{
	if (!schemas->tell)
		return -1;
	for (int i = 0; i < schemas->ntold; i++)
		if (!strcmp(schemas->told[i], err->text))
			goto out;
	*(char **)arena_push(schemas->arena, &schemas->told, &schemas->ntold, sizeof *schemas->told) = arena_strdup(schemas->arena, err->text);
	schemas->tell(schemas->context, err->text);
out:
	*err = (struct error)ERROR_INIT;
	return 0;
}

/* Rules of one base come with every type that stands on it; else an id must be unique over all files. */
static int check_rules(struct schemas *schemas, struct error *err)
{
	for (int i = 0; i < schemas->ntypes; i++)
		for (int k = 0; k < schemas->types[i].nrules; k++)
			for (int j = i + 1; j < schemas->ntypes; j++)
				for (int l = 0; l < schemas->types[j].nrules; l++) {
					const struct schema_rule *a = &schemas->types[i].rules[k], *b = &schemas->types[j].rules[l];

					if (strcmp(a->id, b->id) || !strcmp(a->text, b->text))
						continue;
					error_set(err, REACH_RUN, "settings", _("%s: expected an id that no other rule has, found \"%s\", which stands at %s too"),
						  b->where, b->id, a->where);
					if (refuse(schemas, err) < 0)
						return -1;
				}
	return 0;
}

static int check_codes(struct schemas *schemas, const struct schema *type, const char *key, const struct schema_list *codes, struct error *err)
{
	for (int k = 0; k < codes->n; k++) {
		if (schemas_find(schemas, codes->items[k]))
			continue;
		error_set(err, REACH_RUN, "settings", _("%s: expected codes of types in \"%s\", found \"%s\", which has no file"),
			  type->supersession.where, key, codes->items[k]);
		if (refuse(schemas, err) < 0)
			return -1;
	}
	return 0;
}

static int check_links(struct schemas *schemas, struct error *err)
{
	for (int i = 0; i < schemas->ntypes; i++)
		if (check_codes(schemas, &schemas->types[i], "by", &schemas->types[i].supersession.by, err) < 0 ||
		    check_codes(schemas, &schemas->types[i], "ended_by", &schemas->types[i].supersession.ended_by, err) < 0)
			return -1;
	return 0;
}

static int read_type(struct schemas *schemas, const char *name, const char *path, struct error *err)
{
	struct schema *type = arena_push(schemas->arena, &schemas->types, &schemas->ntypes, sizeof *type);

	if (schema_read(type, name, path, schemas->bases, schemas->arena, err) == 0)
		return 0;
	memset(type, 0, sizeof *type);
	schemas->ntypes--;
	return refuse(schemas, err);
}

/* "moi" of "drafts/moi.yaml"; NULL where the path names no file of a type. */
static char *trial_name(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	size_t n = strlen(base);

	return n > 5 && *base != '_' && *base != '.' && !strcmp(base + n - 5, ".yaml") ? arena_strndup(arena, base, n - 5) : NULL;
}

static int compare_types(const void *a, const void *b)
{
	return strcmp(((const struct schema *)a)->code, ((const struct schema *)b)->code);
}

static int load(struct schemas *schemas, const char *dir, const char *trial, struct error *err)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;
	char **names, *tried = trial ? trial_name(schemas->arena, trial) : NULL;
	int n;

	if (trial && !tried)
		return error_set(err, REACH_RUN, "settings", _("%s: expected a file named CODE.yaml, which is no base (those begin with \"_\")"), trial);
	if (list_files(schemas, dir, &names, &n, err) < 0)
		return -1;
	crypto_hash_sha256_init(&state);
	for (int i = 0; i < n; i++) {
		if (tried && !strcmp(names[i], tried))
			continue;
		if (hash_file(&state, arena_printf(schemas->arena, "%s/%s.yaml", dir, names[i]), names[i], err) < 0)
			return -1;
		if (names[i][0] != '_' && read_type(schemas, names[i], NULL, err) < 0)
			return -1;
	}
	if (tried && (hash_file(&state, trial, tried, err) < 0 || read_type(schemas, tried, trial, err) < 0))
		return -1;
	if (tried && schemas->ntypes)
		qsort(schemas->types, (size_t)schemas->ntypes, sizeof *schemas->types, compare_types);
	crypto_hash_sha256_final(&state, digest);
	sodium_bin2hex(schemas->version, sizeof schemas->version, digest, sizeof digest);
	if (schemas->ntold) /* types are missing: what names them is no mistake of its own */
		return 0;
	schemas->other = schemas_find(schemas, OTHER);
	if (!schemas->other) {
		error_set(err, REACH_RUN, "settings", _("%s: the type for all other papers (%s.yaml) is missing"), dir, OTHER);
		if (refuse(schemas, err) < 0)
			return -1;
	}
	return check_rules(schemas, err) < 0 ? -1 : check_links(schemas, err);
}

static struct schemas *open_with(const char *dir, const char *trial, schemas_tell *tell, void *context, struct error *err)
{
	struct schemas *schemas = mem_alloc(sizeof *schemas);
	int rc;

	schemas->arena = arena_new();
	schemas->bases = schema_bases_new(dir);
	schemas->tell = tell;
	schemas->context = context;
	rc = load(schemas, dir, trial, err);
	schema_bases_free(schemas->bases);
	schemas->bases = NULL;
	if (rc < 0) {
		schemas_close(schemas);
		return NULL;
	}
	return schemas;
}

struct schemas *schemas_open(const char *dir, struct error *err)
{
	return open_with(dir, NULL, NULL, NULL, err);
}

struct schemas *schemas_open_config(const struct config *config, struct error *err)
{
	char house[PATH_MAX];

	snprintf(house, sizeof house, "%s/schemas/documents", config_data_dir());
	return open_with(config_text(config, "schemas", "documents", house), config_text(config, "schemas", "trial", NULL), NULL, NULL, err);
}

int schemas_check(const char *dir, const char *trial, schemas_tell *tell, void *context, struct error *err)
{
	struct schemas *schemas = open_with(dir, trial, tell, context, err);
	int n = schemas ? schemas->ntold : -1;

	schemas_close(schemas);
	return n;
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
