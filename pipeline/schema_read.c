#include "pipeline/schema_private.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <limits.h>
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "pipeline/schema.h"
#include "pipeline/yaml.h"

#define LIST_MAX 200    /* entries of one list; real files hold below 40 */
#define BASE_DEPTH 4    /* a base may have a base; more is a circle */
#define PATTERN_MAX 2000

struct reading {
	struct arena *arena;
	struct error *err;
	const char *path; /* of the type itself where it does not lie beside its bases; or NULL */
	struct schema_bases *bases;
};

struct schema_bases {
	const char *dir;
	struct {
		char *name;
		struct schema schema;
	} *list;
	int n;
};

static int mistake(struct reading *r, struct yaml_value *at, const char *expected, const char *found)
{
	if (found)
		return error_set(r->err, REACH_RUN, "settings", _("%s: expected %s, found \"%s\""), yaml_where(at), expected, found);
	return error_set(r->err, REACH_RUN, "settings", _("%s: expected %s"), yaml_where(at), expected);
}

/* The words of the files, in the order of the enums. */
static const char *const families[] = { "result", "component", "process", "copy", NULL };
static const char *const zones[] = { "any", "head-left", "head-right", "title", "body", "foot-left", "foot-right", NULL };
static const char *const readers[] = { "agency", "number", "date", "place", "subject", "position", "signer", "recipients",
				       "label", "pattern", "certified", "order", "arrival", "cites", "grounds", NULL };
static const char *const checks[] = { "none", "name", "date", "person-id", "tax-id", "digits", "money", NULL };
static const char *const kinds[] = { "none", "printed", "months", "procedure", "ended", "milestones", NULL };
static const char *const verdicts[] = { "check", "bar", NULL };
static const char *const statuses[] = { "draft", "approved", NULL };
static const char *const conditions[] = { SCHEMA_CONDITIONS, NULL };
/* Why a paper may not be reused; domain 1.7 after NĐ 45/2020, NĐ 23/2015 article 22. */
static const char *const reasons[] = {
	"EXPIRED", "REVOKED", "CANCELLED", "SUPERSEDED", "WRONGLY_ISSUED", "COPY_ONLY", "NO_SIGNATURE", "NO_SEAL", "NO_NUMBER",
	"NO_DATE", "ALTERED", "ILLEGIBLE", "SECRET", "FOREIGN_NOT_LEGALISED", "PRIVATE_UNCERTIFIED", "OWNER_UNKNOWN",
	"OWNER_MISMATCH", "DATA_CHANGED", "OUT_OF_SCOPE", "LOW_CONFIDENCE", "NOT_CHECKED", "INCOMPLETE", "ALREADY_IN_NATIONAL_DB",
	NULL };

bool schema_reason_known(const char *code)
{
	for (int i = 0; reasons[i]; i++)
		if (!strcmp(reasons[i], code))
			return true;
	return false;
}

const char *schema_family_name(enum schema_family family)
{
	return families[family];
}

static const char *join_words(struct reading *r, const char *const *words)
{
	char *all = arena_strdup(r->arena, words[0]);

	for (int i = 1; words[i]; i++)
		all = arena_printf(r->arena, "%s, %s", all, words[i]);
	return all;
}

/* Every key of the map must be known: a key with a slip of the pen would silently do nothing. */
static int known_keys(struct reading *r, struct yaml_value *map, const char *const *keys)
{
	if (!yaml_is_map(map))
		return mistake(r, map, _("keys with values (\"key: value\")"), yaml_text(map));
	for (int i = 0; i < yaml_count(map); i++) {
		const char *key = yaml_key(map, i);
		int k = 0;

		while (keys[k] && (!key || strcmp(keys[k], key)))
			k++;
		if (!keys[k])
			return mistake(r, yaml_at(map, i), join_words(r, keys), key ? key : "?");
	}
	return 0;
}

/* The text of a key, copied; stays *out where the key is missing. */
static int get_text(struct reading *r, struct yaml_value *map, const char *key, const char **out)
{
	struct yaml_value *value = yaml_get(map, key);
	const char *text = yaml_text(value);

	if (!value)
		return 0;
	if (!text || !*text)
		return mistake(r, value, arena_printf(r->arena, _("a text for \"%s\""), key), NULL);
	*out = arena_strdup(r->arena, text);
	return 0;
}

static int get_word(struct reading *r, struct yaml_value *map, const char *key, const char *const *words, int *out)
{
	struct yaml_value *value = yaml_get(map, key);
	const char *text = yaml_text(value);

	if (!value)
		return 0;
	for (int i = 0; text && words[i]; i++)
		if (!strcmp(words[i], text)) {
			*out = i;
			return 0;
		}
	return mistake(r, value, arena_printf(r->arena, _("one of %s for \"%s\""), join_words(r, words), key), text);
}

static int get_flag(struct reading *r, struct yaml_value *map, const char *key, bool *out)
{
	struct yaml_value *value = yaml_get(map, key);

	if (value && yaml_bool(value, out) < 0)
		return mistake(r, value, arena_printf(r->arena, _("true or false for \"%s\""), key), yaml_text(value));
	return 0;
}

static int get_number(struct reading *r, struct yaml_value *map, const char *key, long low, long high, int *out)
{
	struct yaml_value *value = yaml_get(map, key);
	long n;

	if (!value)
		return 0;
	if (yaml_int(value, &n) < 0 || n < low || n > high)
		return mistake(r, value, arena_printf(r->arena, _("a number from %ld to %ld for \"%s\""), low, high, key),
			       yaml_text(value));
	*out = (int)n;
	return 0;
}

static int get_day(struct reading *r, struct yaml_value *map, const char *key, const char **out)
{
	static const int lengths[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	struct yaml_value *value = yaml_get(map, key);
	const char *text = yaml_text(value);
	int y, m, d, end = 0;

	if (!value)
		return 0;
	if (!text || sscanf(text, "%4d-%2d-%2d%n", &y, &m, &d, &end) != 3 || end != 10 || text[10] || y < 1900 || m < 1 ||
	    m > 12 || d < 1 || d > lengths[m - 1])
		return mistake(r, value, arena_printf(r->arena, _("a day as 2025-07-01 for \"%s\""), key), text);
	*out = arena_strdup(r->arena, text);
	return 0;
}

/* A list of texts; one text alone counts as a list of one. */
static int get_list(struct reading *r, struct yaml_value *map, const char *key, struct schema_list *out)
{
	struct yaml_value *value = yaml_get(map, key);
	int n = yaml_is_list(value) ? yaml_count(value) : 1;
	const char **items;

	if (!value)
		return 0;
	if (yaml_is_map(value) || n > LIST_MAX)
		return mistake(r, value, arena_printf(r->arena, _("a list of texts for \"%s\""), key), NULL);
	items = arena_array(r->arena, (size_t)n + 1, sizeof *items);
	for (int i = 0; i < n; i++) {
		struct yaml_value *item = yaml_is_list(value) ? yaml_at(value, i) : value;
		const char *text = yaml_text(item);

		if (!text || !*text)
			return mistake(r, item, arena_printf(r->arena, _("a text in the list \"%s\""), key), NULL);
		items[i] = arena_strdup(r->arena, text);
	}
	*out = (struct schema_list){ items, n };
	return 0;
}

/* A list of maps under `key`, or NULL where the key is missing; *n is set. */
static int get_rows(struct reading *r, struct yaml_value *map, const char *key, struct yaml_value **rows, int *n)
{
	*rows = yaml_get(map, key);
	*n = *rows ? yaml_count(*rows) : 0;
	if (*rows && (!yaml_is_list(*rows) || *n > LIST_MAX))
		return mistake(r, *rows, arena_printf(r->arena, _("a list (lines that begin with \"- \") for \"%s\""), key), NULL);
	return 0;
}

static struct schema_field *field_of(struct schema *schema, const char *name)
{
	for (int i = 0; i < schema->nfields; i++)
		if (!strcmp(schema->fields[i].name, name))
			return &schema->fields[i];
	return NULL;
}

static int check_pattern(struct reading *r, struct yaml_value *at, const char *pattern)
{
	PCRE2_UCHAR why[120];
	PCRE2_SIZE offset;
	int code;
	pcre2_code *compiled;

	if (strlen(pattern) > PATTERN_MAX)
		return mistake(r, at, _("a shorter pattern"), NULL);
	compiled = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_UCP, &code, &offset, NULL);
	if (compiled) {
		pcre2_code_free(compiled);
		return 0;
	}
	pcre2_get_error_message(code, why, sizeof why);
	return error_set(r->err, REACH_RUN, "settings", _("%s: the pattern is wrong at character %zu: %s"), yaml_where(at),
			 (size_t)offset + 1, (const char *)why);
}

/* {notation} in a pattern stands for the abbreviations of the type. Letters, digits and '&' only: nothing to escape. */
static const char *fill_notation(struct reading *r, const char *pattern, const struct schema_list *notation)
{
	const char *hole = strstr(pattern, "{notation}");
	char *words = arena_strdup(r->arena, "");

	if (!hole)
		return pattern;
	for (int i = 0; i < notation->n; i++)
		words = arena_printf(r->arena, "%s%s%s", words, i ? "|" : "", notation->items[i]);
	if (!notation->n)
		words = arena_strdup(r->arena, "\\p{L}[\\p{L}\\d&]*");
	return arena_printf(r->arena, "%.*s(?:%s)%s", (int)(hole - pattern), pattern, words,
			    fill_notation(r, hole + strlen("{notation}"), notation));
}

static int read_field(struct reading *r, struct schema *schema, struct yaml_value *row)
{
	static const char *const keys[] = { "name", "read", "zone", "check", "labels", "spellings", "confirm", "pattern", "required", "many", "parts",
					    "source", NULL };
	const char *name = NULL;
	struct schema_field *field;
	int reader, zone, check;
	bool fresh;

	if (known_keys(r, row, keys) < 0 || get_text(r, row, "name", &name) < 0)
		return -1;
	if (!name)
		return mistake(r, row, _("\"name:\" in a field"), NULL);
	field = field_of(schema, name);
	fresh = !field;
	if (fresh) {
		field = arena_push(r->arena, &schema->fields, &schema->nfields, sizeof *field);
		field->name = name;
	}
	reader = fresh ? -1 : (int)field->reader;
	zone = (int)field->zone;
	check = (int)field->check;
	if (get_word(r, row, "read", readers, &reader) < 0 || get_word(r, row, "zone", zones, &zone) < 0 ||
	    get_word(r, row, "check", checks, &check) < 0 || get_list(r, row, "labels", &field->labels) < 0 ||
	    get_list(r, row, "spellings", &field->spellings) < 0 || get_list(r, row, "confirm", &field->confirm) < 0 || get_text(r, row, "pattern", &field->pattern) < 0 ||
	    get_flag(r, row, "required", &field->required) < 0 || get_flag(r, row, "many", &field->many) < 0 || get_flag(r, row, "parts", &field->parts) < 0 ||
	    get_text(r, row, "source", &field->source) < 0)
		return -1;
	if (reader < 0)
		return mistake(r, row, arena_printf(r->arena, _("\"read:\" in the field \"%s\""), name), NULL);
	field->reader = (enum schema_reader)reader;
	field->zone = (enum schema_zone)zone;
	field->check = (enum schema_check)check;
	if ((field->reader == READER_LABEL || field->reader >= READER_CITES) && !field->labels.n)
		return mistake(r, row, arena_printf(r->arena, _("\"labels:\" in the field \"%s\""), name), NULL);
	if (field->reader == READER_PATTERN && !field->pattern)
		return mistake(r, row, arena_printf(r->arena, _("\"pattern:\" in the field \"%s\""), name), NULL);
	if (yaml_get(row, "pattern"))
		return check_pattern(r, yaml_get(row, "pattern"), fill_notation(r, field->pattern, &schema->notation));
	return 0;
}

static int read_ages(struct reading *r, struct schema_validity *v, struct yaml_value *row)
{
	struct yaml_value *list = yaml_get(row, "ages");

	for (int i = 0; i < yaml_count(list); i++) {
		long age;

		if (i >= SCHEMA_AGES - 1 || yaml_int(yaml_at(list, i), &age) < 0 || age < 1 || age > 150 || (i && age <= v->ages[i - 1]))
			return mistake(r, list, _("at most seven ages in years, rising"), NULL);
		v->ages[i] = (int)age;
	}
	return 0;
}

static int read_validity(struct reading *r, struct schema *schema, struct yaml_value *row)
{
	static const char *const keys[] = { "kind", "months", "counts_from", "ended", "ages", "ahead", "issued_from", "issued_to",
					    "note", "source", NULL };
	struct schema_validity *v = arena_push(r->arena, &schema->validity, &schema->nvalidity, sizeof *v);
	int kind = -1;

	if (known_keys(r, row, keys) < 0 || get_word(r, row, "kind", kinds, &kind) < 0 ||
	    get_number(r, row, "months", 1, 1200, &v->months) < 0 || get_text(r, row, "counts_from", &v->counts_from) < 0 ||
	    get_day(r, row, "ended", &v->ended) < 0 || read_ages(r, v, row) < 0 || get_number(r, row, "ahead", 0, 120, &v->ahead) < 0 || get_day(r, row, "issued_from", &v->from) < 0 ||
	    get_day(r, row, "issued_to", &v->to) < 0 || get_text(r, row, "note", &v->note) < 0 ||
	    get_text(r, row, "source", &v->source) < 0)
		return -1;
	if (kind < 0)
		return mistake(r, row, _("\"kind:\" in a row of \"validity\""), NULL);
	v->kind = (enum validity_kind)kind;
	if (v->kind == VALIDITY_MONTHS && !v->months)
		return mistake(r, row, _("\"months:\" beside \"kind: months\""), NULL);
	if (v->kind == VALIDITY_MILESTONES && !v->ages[0])
		return mistake(r, row, _("\"ages:\" beside \"kind: milestones\""), NULL);
	if (v->kind == VALIDITY_ENDED && !v->ended)
		return mistake(r, row, _("\"ended:\" beside \"kind: ended\""), NULL);
	if (!v->source)
		return mistake(r, row, _("\"source:\" in a row of \"validity\""), NULL);
	if (!v->counts_from)
		v->counts_from = "date";
	return 0;
}

static int read_rule(struct reading *r, struct schema *schema, struct yaml_value *row)
{
	static const char *const keys[] = { "id", "reason", "verdict", "when", "field", "text", "source", "from", "to", "status",
					    "approved_by", "decision", "approved_on", NULL };
	struct schema_rule *rule = arena_push(r->arena, &schema->rules, &schema->nrules, sizeof *rule);
	int reason = -1, verdict = RULE_CHECK, condition = -1, status = 0;

	if (known_keys(r, row, keys) < 0 || get_text(r, row, "id", &rule->id) < 0 ||
	    get_word(r, row, "reason", reasons, &reason) < 0 || get_word(r, row, "verdict", verdicts, &verdict) < 0 ||
	    get_word(r, row, "when", conditions, &condition) < 0 || get_text(r, row, "field", &rule->field) < 0 ||
	    get_text(r, row, "text", &rule->text) < 0 || get_text(r, row, "source", &rule->source) < 0 ||
	    get_day(r, row, "from", &rule->from) < 0 || get_day(r, row, "to", &rule->to) < 0 ||
	    get_word(r, row, "status", statuses, &status) < 0 || get_text(r, row, "approved_by", &rule->approved_by) < 0 ||
	    get_text(r, row, "decision", &rule->decision) < 0 || get_day(r, row, "approved_on", &rule->approved_on) < 0)
		return -1;
	rule->where = arena_strdup(r->arena, yaml_where(row));
	if (!rule->id || reason < 0 || condition < 0 || !rule->text || !rule->source)
		return mistake(r, row, _("\"id:\", \"reason:\", \"when:\", \"text:\" and \"source:\" in a rule"), NULL);
	rule->reason = reasons[reason];
	rule->when = conditions[condition];
	rule->verdict = (enum rule_verdict)verdict;
	rule->approved = status == 1;
	if (rule->approved && (!rule->approved_by || !rule->decision || !rule->approved_on))
		return mistake(r, row, _("\"approved_by:\", \"decision:\" and \"approved_on:\" beside \"status: approved\""), NULL);
	if (!strncmp(rule->when, "field-", 6) && !rule->field)
		return mistake(r, row, arena_printf(r->arena, _("\"field:\" beside \"when: %s\""), rule->when), NULL);
	for (int i = 0; i < schema->nrules - 1; i++)
		if (!strcmp(schema->rules[i].id, rule->id))
			return mistake(r, row, _("an id that no other rule has"), rule->id);
	return 0;
}

static int read_supersession(struct reading *r, struct schema *schema, struct yaml_value *map)
{
	static const char *const keys[] = { "key", "by", "ended_by", "order", "source", NULL };
	struct schema_supersession *s = &schema->supersession;

	if (known_keys(r, map, keys) < 0 || get_list(r, map, "key", &s->key) < 0 || get_list(r, map, "by", &s->by) < 0 ||
	    get_list(r, map, "ended_by", &s->ended_by) < 0 ||
	    get_text(r, map, "order", &s->order) < 0 || get_text(r, map, "source", &s->source) < 0)
		return -1;
	s->where = arena_strdup(r->arena, yaml_where(map));
	if (!s->key.n || !s->source)
		return mistake(r, map, _("\"key:\" and \"source:\" in \"supersession\""), NULL);
	return 0;
}

/* A rule of the base that asks about a dropped field goes with it. */
static void drop_fields(struct schema *schema, const struct schema_list *names)
{
	for (int i = 0; i < names->n; i++) {
		struct schema_field *field = field_of(schema, names->items[i]);
		int kept = 0;

		if (!field)
			continue;
		memmove(field, field + 1, (size_t)(schema->fields + schema->nfields - (field + 1)) * sizeof *field);
		schema->nfields--;
		memset(&schema->fields[schema->nfields], 0, sizeof *field); /* the next arena_push hands it out again, as zeroed */
		for (int k = 0; k < schema->nrules; k++)
			if (!schema->rules[k].field || strcmp(schema->rules[k].field, names->items[i]))
				schema->rules[kept++] = schema->rules[k];
		for (int k = kept; k < schema->nrules; k++)
			memset(&schema->rules[k], 0, sizeof *schema->rules);
		schema->nrules = kept;
	}
}

static int read_rows(struct reading *r, struct schema *schema, struct yaml_value *root, const char *key,
		     int (*read)(struct reading *, struct schema *, struct yaml_value *))
{
	struct yaml_value *rows;
	int n;

	if (get_rows(r, root, key, &rows, &n) < 0)
		return -1;
	for (int i = 0; i < n; i++)
		if (read(r, schema, yaml_at(rows, i)) < 0)
			return -1;
	return 0;
}

/* The list that speaks of the name where the file has it, else its begin: the base said so. */
static struct yaml_value *place(struct yaml_value *root, const char *key)
{
	struct yaml_value *value = yaml_get(root, key);

	return value ? value : root;
}

/* The names that a file speaks of must be fields of the type; asked when the whole type is known. */
static int check_names(struct reading *r, const struct schema *schema, struct yaml_value *root)
{
	const struct schema_supersession *s = &schema->supersession;

	for (int i = 0; i < s->key.n; i++)
		if (!schema_field_find(schema, s->key.items[i]))
			return mistake(r, place(root, "supersession"), _("names of fields in \"supersession\""), s->key.items[i]);
	if (s->order && !schema_field_find(schema, s->order))
		return mistake(r, place(root, "supersession"), _("the name of a field for \"order\""), s->order);
	for (int i = 0; i < schema->nvalidity; i++)
		if (schema->validity[i].kind == VALIDITY_MONTHS && !schema_field_find(schema, schema->validity[i].counts_from))
			return mistake(r, place(root, "validity"), _("the name of a field for \"counts_from\""), schema->validity[i].counts_from);
	for (int i = 0; i < schema->nrules; i++)
		if (schema->rules[i].field && !schema_field_find(schema, schema->rules[i].field))
			return error_set(r->err, REACH_RUN, "settings", _("%s: expected the name of a field for a rule, found \"%s\""),
					 schema->rules[i].where, schema->rules[i].field);
	return 0;
}

static int take_base(struct reading *r, struct schema *schema, const char *name, int depth);

/* What the file says over what its base said. */
static int read_root(struct reading *r, struct schema *schema, struct yaml_value *root, const char *name, int depth)
{
	static const char *const keys[] = { "code", "name", "base", "titles", "aliases", "notation", "untitled", "legal", "rank",
					    "draft", "family", "work", "people", "restricted", "source", "without", "fields", "validity", "supersession",
					    "rules", NULL };
	const char *base = NULL;
	struct schema_list without = { NULL, 0 };
	int family = (int)schema->family;

	if (known_keys(r, root, keys) < 0 || get_text(r, root, "base", &base) < 0)
		return -1;
	if (base && (base[0] != '_' || strchr(base, '/')))
		return mistake(r, yaml_get(root, "base"), _("a file name that begins with \"_\", without \".yaml\""), base);
	if (base && depth >= BASE_DEPTH)
		return mistake(r, yaml_get(root, "base"), _("a base that does not lead back here"), base);
	if (base && take_base(r, schema, base, depth + 1) < 0)
		return -1;
	family = (int)schema->family;
	if (get_text(r, root, "code", &schema->code) < 0 || get_text(r, root, "name", &schema->name) < 0 ||
	    get_list(r, root, "titles", &schema->titles) < 0 || get_list(r, root, "aliases", &schema->aliases) < 0 ||
	    get_list(r, root, "notation", &schema->notation) < 0 || get_flag(r, root, "untitled", &schema->untitled) < 0 ||
	    get_flag(r, root, "legal", &schema->legal) < 0 || get_flag(r, root, "draft", &schema->draft) < 0 || get_number(r, root, "rank", -9, 9, &schema->rank) < 0 ||
	    get_word(r, root, "family", families, &family) < 0 || get_number(r, root, "people", 1, 9, &schema->people) < 0 || get_flag(r, root, "restricted", &schema->restricted) < 0 ||
	    get_text(r, root, "source", &schema->source) < 0 || get_text(r, root, "work", &schema->work) < 0 || get_list(r, root, "without", &without) < 0)
		return -1;
	schema->family = (enum schema_family)family;
	drop_fields(schema, &without);
	if (yaml_get(root, "validity")) /* a type's own rows stand for those of its base */
		schema->nvalidity = 0, schema->validity = NULL;
	if (read_rows(r, schema, root, "fields", read_field) < 0 || read_rows(r, schema, root, "validity", read_validity) < 0 ||
	    read_rows(r, schema, root, "rules", read_rule) < 0)
		return -1;
	if (yaml_get(root, "supersession") && read_supersession(r, schema, yaml_get(root, "supersession")) < 0)
		return -1;
	if (depth)
		return 0;
	if (!schema->code || strcmp(schema->code, name))
		return mistake(r, root, arena_printf(r->arena, _("\"code: %s\", as the file is named"), name), schema->code);
	if (!schema->name || !schema->source)
		return mistake(r, root, _("\"name:\" and \"source:\""), NULL);
	return check_names(r, schema, root);
}

struct schema_bases *schema_bases_new(const char *dir)
{
	struct schema_bases *bases = mem_alloc(sizeof *bases);

	bases->dir = dir;
	return bases;
}

void schema_bases_free(struct schema_bases *bases)
{
	for (int i = 0; bases && i < bases->n; i++)
		free(bases->list[i].name);
	if (bases)
		free(bases->list);
	free(bases);
}

static struct yaml_file *open_beside(struct reading *r, const char *name)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof path, "%s/%s.yaml", r->bases->dir, name) < (int)sizeof path)
		return yaml_open(path, r->err);
	error_set(r->err, REACH_RUN, "settings", _("the path of %s is too long"), name);
	return NULL;
}

static int read_file(struct reading *r, struct schema *schema, const char *name, int depth)
{
	struct yaml_file *file = r->path && !depth ? yaml_open(r->path, r->err) : open_beside(r, name);
	int rc;

	if (!file)
		return -1;
	if (yaml_root(file))
		rc = read_root(r, schema, yaml_root(file), name, depth);
	else
		rc = error_set(r->err, REACH_RUN, "settings", _("%s: the file is empty"), yaml_name(file));
	yaml_close(file);
	return rc;
}

/* Rows of a base that the type may change and add to. */
static void *own_rows(struct arena *arena, const void *rows, int n, size_t size)
{
	char *copy = NULL;
	int have = 0;

	for (int i = 0; i < n; i++)
		memcpy(arena_push(arena, &copy, &have, size), (const char *)rows + (size_t)i * size, size);
	return copy;
}

/* What a base says hangs on no type that stands on it: it is read once. */
static int take_base(struct reading *r, struct schema *schema, const char *name, int depth)
{
	struct schema_bases *bases = r->bases;
	struct schema read = { .code = NULL };
	int i = 0;

	while (i < bases->n && strcmp(bases->list[i].name, name) != 0)
		i++;
	if (i == bases->n) {
		if (read_file(r, &read, name, depth) < 0)
			return -1;
		i = bases->n++; /* a base of this one may have come in between */
		bases->list = mem_realloc(bases->list, (size_t)bases->n * sizeof *bases->list);
		bases->list[i].name = mem_strdup(name);
		bases->list[i].schema = read;
	}
	*schema = bases->list[i].schema;
	schema->fields = own_rows(r->arena, schema->fields, schema->nfields, sizeof *schema->fields);
	schema->validity = own_rows(r->arena, schema->validity, schema->nvalidity, sizeof *schema->validity);
	schema->rules = own_rows(r->arena, schema->rules, schema->nrules, sizeof *schema->rules);
	return 0;
}

int schema_read(struct schema *schema, const char *name, const char *path, struct schema_bases *bases, struct arena *arena, struct error *err)
{
	struct reading r = { arena, err, path, bases };

	memset(schema, 0, sizeof *schema);
	if (read_file(&r, schema, name, 0) < 0)
		return -1;
	if (!schema->people)
		schema->people = 1;
	if (!schema->supersession.order)
		schema->supersession.order = "date";
	for (int i = 0; i < schema->nfields; i++)
		if (schema->fields[i].pattern)
			schema->fields[i].pattern = fill_notation(&r, schema->fields[i].pattern, &schema->notation);
	return 0;
}
