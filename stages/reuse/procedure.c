#include "stages/reuse/procedure.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "pipeline/schema.h"
#include "pipeline/store.h"
#include "pipeline/text.h"
#include "pipeline/yaml.h"
#include "stages/reuse/date.h"

enum {
	FILES_MAX = 2000,     /* the national list holds about 6,000 procedures; an office receives a few hundred */
	COMPONENTS_MAX = 100,
	LIST_MAX = 50,
	FILE_MAX_BYTES = 1 << 20,
	LEVEL_PAPER = 2       /* L2: the least that takes the place of a paper (domain 1.6; NĐ 137/2024/NĐ-CP Điều 4) */
};

struct procedures {
	struct arena *arena;
	struct procedure *list;
	int n;
	char version[HASH_SIZE];
};

static const char *const whose_names[WHOSE_COUNT + 1] = { "applicant", "spouse", "parent", "child", "enterprise", "deceased", NULL };

const char *whose_name(enum whose whose)
{
	return whose_names[whose];
}

/* --- one file ------------------------------------------------------------------------------------------------------ */

struct reading {
	struct arena *arena;
	const struct schemas *schemas;
	struct error *err;
};

static int bad(struct reading *r, struct yaml_value *value, const char *what)
{
	return error_set(r->err, REACH_RUN, "settings", "%s: %s", yaml_where(value), what);
}

static int known_keys(struct reading *r, struct yaml_value *map, const char *const *keys)
{
	if (!yaml_is_map(map))
		return bad(r, map, _("keys with values are needed"));
	for (int i = 0; i < yaml_count(map); i++) {
		int k = 0;

		while (keys[k] && strcmp(keys[k], yaml_key(map, i)) != 0)
			k++;
		if (!keys[k])
			return error_set(r->err, REACH_RUN, "settings", _("%s: unknown key \"%s\""), yaml_where(yaml_at(map, i)), yaml_key(map, i));
	}
	return 0;
}

static int take_text(struct reading *r, struct yaml_value *map, const char *key, bool needed, char **out)
{
	struct yaml_value *value = yaml_get(map, key);
	const char *text = yaml_text(value);

	if (!value && !needed)
		return 0;
	if (!text || !*text)
		return error_set(r->err, REACH_RUN, "settings", _("%s: a text for \"%s\" is needed"), yaml_where(value ? value : map), key);
	*out = arena_strdup(r->arena, text);
	return 0;
}

static int take_day(struct reading *r, struct yaml_value *map, const char *key, int *day)
{
	struct yaml_value *value = yaml_get(map, key);

	return value && !date_parse_day(yaml_text(value), day) ? bad(r, value, _("a day is written YYYY-MM-DD")) : 0;
}

static int take_number(struct reading *r, struct yaml_value *map, const char *key, long low, long high, int *out)
{
	struct yaml_value *value = yaml_get(map, key);
	long n;

	if (!value)
		return 0;
	if (yaml_int(value, &n) < 0 || n < low || n > high)
		return error_set(r->err, REACH_RUN, "settings", _("%s: \"%s\" takes a number from %ld to %ld"), yaml_where(value), key, low, high);
	*out = (int)n;
	return 0;
}

/* A list of words, which may be empty; folded: as text_fold leaves them. */
static int take_list(struct reading *r, struct yaml_value *map, const char *key, bool folded, char ***out)
{
	struct yaml_value *value = yaml_get(map, key);
	int n = yaml_count(value);

	if (!value)
		return 0;
	if (!yaml_is_list(value) || n > LIST_MAX)
		return error_set(r->err, REACH_RUN, "settings", _("%s: \"%s\" is a list"), yaml_where(value), key);
	*out = arena_array(r->arena, (size_t)n + 1, sizeof **out);
	for (int i = 0; i < n; i++) {
		const char *word = yaml_text(yaml_at(value, i));

		if (!word || !*word)
			return bad(r, yaml_at(value, i), _("a word is needed"));
		(*out)[i] = folded ? text_fold(r->arena, word) : arena_strdup(r->arena, word);
	}
	return 0;
}

static int take_component(struct reading *r, struct procedure *p, struct yaml_value *map)
{
	static const char *const keys[] = { "code", "name", "types", "months", "purpose", "whose", "level", "optional", "note", "source", "from",
					    "to", NULL };
	struct procedure_component *c = arena_push(r->arena, &p->components, &p->n, sizeof *c);
	struct yaml_value *whose = yaml_get(map, "whose"), *optional = yaml_get(map, "optional");
	int k = 0;

	*c = (struct procedure_component){ .level = LEVEL_PAPER, .from = INT_MIN, .to = INT_MAX };
	if (known_keys(r, map, keys) < 0 || take_text(r, map, "code", true, &c->code) < 0 || take_text(r, map, "name", true, &c->name) < 0 ||
	    take_list(r, map, "types", false, &c->types) < 0 || take_number(r, map, "months", 1, 1200, &c->months) < 0 ||
	    take_list(r, map, "purpose", true, &c->purposes) < 0 || take_number(r, map, "level", 0, 4, &c->level) < 0 ||
	    take_text(r, map, "note", false, &c->note) < 0 || take_text(r, map, "source", true, &c->source) < 0 ||
	    take_day(r, map, "from", &c->from) < 0 || take_day(r, map, "to", &c->to) < 0)
		return -1;
	while (whose && whose_names[k] && (!yaml_text(whose) || strcmp(whose_names[k], yaml_text(whose)) != 0))
		k++;
	if (k == WHOSE_COUNT)
		return bad(r, whose, _("\"whose\" is applicant, spouse, parent, child, enterprise or deceased"));
	c->whose = (enum whose)k;
	if (optional && yaml_bool(optional, &c->optional) < 0)
		return bad(r, optional, _("true or false is needed"));
	if (!c->types)
		return bad(r, map, _("\"types\" is a list of paper types, [] where none of ours will do"));
	for (int i = 0; c->types[i]; i++)
		if (!schemas_find(r->schemas, c->types[i]))
			return error_set(r->err, REACH_RUN, "settings", _("%s: there is no paper type \"%s\""), yaml_where(map), c->types[i]);
	for (int i = 0; i < p->n - 1; i++)
		if (!strcmp(p->components[i].code, c->code) && p->components[i].from <= c->to && c->from <= p->components[i].to)
			return bad(r, map, _("the code stands twice for the same days"));
	return 0;
}

static int take_approval(struct reading *r, struct procedure *p, struct yaml_value *map)
{
	static const char *const keys[] = { "by", "decision", "date", NULL };
	struct yaml_value *approved = yaml_get(map, "approved");
	int day;

	if (!approved)
		return 0;
	if (known_keys(r, approved, keys) < 0 || take_text(r, approved, "by", true, &p->approved_by) < 0 ||
	    take_text(r, approved, "decision", true, &p->decision) < 0 || take_text(r, approved, "date", true, &p->approved_on) < 0)
		return -1;
	if (!date_parse_day(p->approved_on, &day))
		return bad(r, yaml_get(approved, "date"), _("a day is written YYYY-MM-DD"));
	if (!p->source)
		return bad(r, approved, _("a procedure without a source cannot be approved"));
	p->approved = true;
	return 0;
}

static int take_procedure(struct reading *r, struct procedure *p, struct yaml_value *map)
{
	static const char *const keys[] = { "code", "name", "field", "agency", "source", "approved", "from", "to", "components", NULL };
	struct yaml_value *list = yaml_get(map, "components");

	*p = (struct procedure){ .from = INT_MIN, .to = INT_MAX };
	if (!map)
		return error_set(r->err, REACH_RUN, "settings", _("the file is empty"));
	if (known_keys(r, map, keys) < 0 || take_text(r, map, "code", true, &p->code) < 0 || take_text(r, map, "name", true, &p->name) < 0 ||
	    take_text(r, map, "field", true, &p->field) < 0 || take_text(r, map, "agency", true, &p->agency) < 0 ||
	    take_text(r, map, "source", false, &p->source) < 0 || take_day(r, map, "from", &p->from) < 0 || take_day(r, map, "to", &p->to) < 0 ||
	    take_approval(r, p, map) < 0)
		return -1;
	if (!yaml_is_list(list) || yaml_count(list) > COMPONENTS_MAX)
		return bad(r, map, _("a procedure needs a list \"components\", [] for a draft"));
	if (yaml_count(list) && !p->source)
		return bad(r, list, _("a list of components needs its source; without one it stays empty"));
	for (int i = 0; i < yaml_count(list); i++)
		if (take_component(r, p, yaml_at(list, i)) < 0)
			return -1;
	return 0;
}

/* --- all files ----------------------------------------------------------------------------------------------------- */

static int by_code(const void *a, const void *b)
{
	return strcmp(((const struct procedure *)a)->code, ((const struct procedure *)b)->code);
}

/* malloc'ed, with a NUL behind; room for what is there and no more: the room is zeroed, and there are many files. */
static char *slurp(const char *path, struct error *err)
{
	FILE *in = fopen(path, "re");
	char *text;
	struct stat st;
	size_t n, room;

	if (!in) {
		error_errno(err, REACH_RUN, "settings", _("cannot open %s"), path);
		return NULL;
	}
	room = fstat(fileno(in), &st) == 0 && st.st_size < FILE_MAX_BYTES ? (size_t)st.st_size + 1 : FILE_MAX_BYTES;
	text = mem_alloc(room + 1);
	n = fread(text, 1, room, in);
	if (ferror(in) || n == room) {
		error_set(err, REACH_RUN, "settings", _("cannot read %s"), path);
		free(text);
		text = NULL;
	}
	fclose(in);
	return text;
}

static int read_file(struct procedures *ps, const char *path, const struct schemas *schemas, struct error *err)
{
	struct reading r = { ps->arena, schemas, err };
	char *text = slurp(path, err), both[2 * HASH_SIZE];
	struct yaml_file *file = text ? yaml_parse(path, text, err) : NULL;
	struct procedure one, *place = NULL;
	int ret = -1;

	if (!file || take_procedure(&r, &one, yaml_root(file)) < 0)
		goto out;
	for (int i = 0; i < ps->n; i++)
		if (!strcmp(ps->list[i].code, one.code))
			place = &ps->list[i]; /* the archive's own */
	if (!place)
		place = arena_push(ps->arena, &ps->list, &ps->n, sizeof *place);
	*place = one;
	snprintf(both, sizeof both, "%s", ps->version);
	hash_bytes(text, strlen(text), both + strlen(both));
	hash_bytes(both, strlen(both), ps->version);
	ret = 0;
out:
	yaml_close(file);
	free(text);
	return ret < 0 && file ? error_prefix(err, "%s: ", path) : ret;
}

static int is_procedure(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 5 && entry->d_name[0] != '.' && !strcmp(entry->d_name + n - 5, ".yaml");
}

/* In the order of the names, so that the version is the same on every machine. */
static int read_dir(struct procedures *ps, const char *dir, const struct schemas *schemas, struct error *err)
{
	struct dirent **entries;
	int n = scandir(dir, &entries, is_procedure, alphasort), ret = 0;

	if (n < 0)
		return error_errno(err, REACH_RUN, "settings", _("cannot read %s"), dir);
	if (n > FILES_MAX)
		ret = error_set(err, REACH_RUN, "settings", _("%s holds too many files"), dir);
	for (int i = 0; i < n; i++) {
		char path[PATH_MAX];

		if (!ret && snprintf(path, sizeof path, "%s/%s", dir, entries[i]->d_name) >= (int)sizeof path)
			ret = error_set(err, REACH_RUN, "settings", _("the path of %s is too long"), entries[i]->d_name);
		if (!ret)
			ret = read_file(ps, path, schemas, err);
		free(entries[i]);
	}
	free(entries);
	return ret;
}

struct procedures *procedures_open(const char *dir, const char *more, const struct schemas *schemas, struct error *err)
{
	struct procedures *ps = mem_alloc(sizeof *ps);
	DIR *there = more ? opendir(more) : NULL;

	ps->arena = arena_new();
	hash_bytes("", 0, ps->version);
	if (there)
		closedir(there);
	if (read_dir(ps, dir, schemas, err) < 0 || (there && read_dir(ps, more, schemas, err) < 0)) {
		procedures_close(ps);
		return NULL;
	}
	if (ps->n)
		qsort(ps->list, (size_t)ps->n, sizeof *ps->list, by_code);
	return ps;
}

void procedures_close(struct procedures *procedures)
{
	if (!procedures)
		return;
	arena_free(procedures->arena);
	free(procedures);
}

int procedures_count(const struct procedures *procedures)
{
	return procedures->n;
}

const struct procedure *procedures_at(const struct procedures *procedures, int i)
{
	return &procedures->list[i];
}

const char *procedures_version(const struct procedures *procedures)
{
	return procedures->version;
}

/* "1.000894" and what may follow: the code of an agency, in the old way with two empty parts (domain 1.4). */
static bool same_code(const char *asked, const char *code)
{
	size_t n = strlen(code);
	const char *rest = asked + n;

	if (strncmp(asked, code, n) != 0)
		return false;
	if (!strncmp(rest, ".000.00.00", 10))
		rest += 10;
	return !*rest || (rest[0] == '.' && rest[1] >= 'A' && rest[1] <= 'Z' && rest[2] >= '0' && rest[2] <= '9' && rest[3] >= '0' &&
			  rest[3] <= '9' && !rest[4]);
}

const struct procedure *procedures_find(const struct procedures *procedures, const char *code)
{
	for (int i = 0; i < procedures->n; i++)
		if (same_code(code, procedures->list[i].code))
			return &procedures->list[i];
	return NULL;
}

const struct procedure_component *procedure_component_find(const struct procedure *procedure, const char *code, int on)
{
	for (int i = 0; i < procedure->n; i++) {
		const struct procedure_component *c = &procedure->components[i];

		if (!strcmp(c->code, code) && on >= c->from && on <= c->to)
			return c;
	}
	return NULL;
}

bool procedure_component_takes(const struct procedure_component *component, const char *type)
{
	for (int i = 0; component->types[i]; i++)
		if (!strcmp(component->types[i], type))
			return true;
	return false;
}
