#include "pipeline/yaml.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <yaml.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"

#define FILE_MAX ((size_t)1 << 20) /* settings and schemas are written by people */

/* A node with the way back to its file, which messages need. */
struct yaml_value {
	struct yaml_file *file;
	yaml_node_t *node;
};

struct yaml_file {
	yaml_document_t document;
	char *name;
	char *text;
	struct yaml_value *values; /* one per node of the document, in its order */
	int nvalues;
	char where[PATH_MAX];
};

static struct yaml_value *value_of(struct yaml_file *file, int id) /* libyaml counts nodes from 1 */
{
	return id >= 1 && id <= file->nvalues ? &file->values[id - 1] : NULL;
}

/* A key that stands twice in one map is a mistake that would silently win; the second is named. */
static int refuse_twins(struct yaml_file *file, struct error *err)
{
	for (int i = 0; i < file->nvalues; i++) {
		struct yaml_value *map = &file->values[i];

		for (int k = 1; yaml_is_map(map) && k < yaml_count(map); k++) {
			const char *key = yaml_key(map, k);

			for (int j = 0; key && j < k; j++)
				if (yaml_key(map, j) && !strcmp(yaml_key(map, j), key))
					return error_set(err, REACH_RUN, "settings", _("%s: the key \"%s\" stands twice"),
							 yaml_where(yaml_at(map, k)), key);
		}
	}
	return 0;
}

/* Takes text over. */
static struct yaml_file *parse(const char *name, char *text, size_t size, struct error *err)
{
	struct yaml_file *file = mem_alloc(sizeof *file);
	yaml_parser_t parser;
	int loaded;

	file->name = mem_strdup(name);
	file->text = text;
	if (!yaml_parser_initialize(&parser)) {
		error_set(err, REACH_RUN, NULL, _("out of memory"));
		goto fail;
	}
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
	loaded = yaml_parser_load(&parser, &file->document);
	if (!loaded)
		error_set(err, REACH_RUN, "settings", _("%s:%zu: this is no YAML: %s"), name, parser.problem_mark.line + 1,
			  parser.problem ? parser.problem : "?");
	yaml_parser_delete(&parser);
	if (!loaded)
		goto fail;
	file->nvalues = (int)(file->document.nodes.top - file->document.nodes.start);
	file->values = mem_alloc((size_t)file->nvalues * sizeof *file->values);
	for (int i = 0; i < file->nvalues; i++)
		file->values[i] = (struct yaml_value){ file, &file->document.nodes.start[i] };
	if (refuse_twins(file, err) < 0) {
		yaml_close(file);
		return NULL;
	}
	return file;
fail:
	free(file->name);
	free(file->text);
	free(file);
	return NULL;
}

struct yaml_file *yaml_parse(const char *name, const char *text, struct error *err)
{
	return parse(name, mem_strdup(text), strlen(text), err);
}

struct yaml_file *yaml_open(const char *path, struct error *err)
{
	FILE *from = fopen(path, "re");
	struct stat st;
	char *text;
	size_t n, room;
	int failed;

	if (!from) {
		error_errno(err, REACH_RUN, "settings", _("cannot open %s"), path);
		return NULL;
	}
	/* room for what is there and no more: it is zeroed, and the schemas are a hundred files */
	room = fstat(fileno(from), &st) == 0 && (size_t)st.st_size < FILE_MAX ? (size_t)st.st_size : FILE_MAX;
	text = mem_alloc(room + 1);
	n = fread(text, 1, room + 1, from);
	failed = ferror(from);
	fclose(from);
	if (failed || n > room) {
		error_set(err, REACH_RUN, "settings", failed ? _("cannot read %s") : _("%s is larger than 1 MiB"), path);
		free(text);
		return NULL;
	}
	return parse(path, text, n, err);
}

void yaml_close(struct yaml_file *file)
{
	if (!file)
		return;
	yaml_document_delete(&file->document);
	free(file->values);
	free(file->name);
	free(file->text);
	free(file);
}

const char *yaml_name(const struct yaml_file *file)
{
	return file->name;
}

struct yaml_value *yaml_root(struct yaml_file *file)
{
	return value_of(file, 1);
}

bool yaml_is_map(const struct yaml_value *value)
{
	return value && value->node->type == YAML_MAPPING_NODE;
}

bool yaml_is_list(const struct yaml_value *value)
{
	return value && value->node->type == YAML_SEQUENCE_NODE;
}

int yaml_count(const struct yaml_value *value)
{
	if (yaml_is_map(value))
		return (int)(value->node->data.mapping.pairs.top - value->node->data.mapping.pairs.start);
	if (yaml_is_list(value))
		return (int)(value->node->data.sequence.items.top - value->node->data.sequence.items.start);
	return 0;
}

const char *yaml_key(struct yaml_value *map, int i)
{
	if (!yaml_is_map(map) || i < 0 || i >= yaml_count(map))
		return NULL;
	return yaml_text(value_of(map->file, map->node->data.mapping.pairs.start[i].key));
}

struct yaml_value *yaml_at(struct yaml_value *value, int i)
{
	if (!value || i < 0 || i >= yaml_count(value))
		return NULL;
	if (yaml_is_map(value))
		return value_of(value->file, value->node->data.mapping.pairs.start[i].value);
	return value_of(value->file, value->node->data.sequence.items.start[i]);
}

struct yaml_value *yaml_get(struct yaml_value *map, const char *key)
{
	for (int i = 0; yaml_is_map(map) && i < yaml_count(map); i++) {
		const char *k = yaml_key(map, i);

		if (k && !strcmp(k, key))
			return yaml_at(map, i);
	}
	return NULL;
}

const char *yaml_text(const struct yaml_value *value)
{
	if (!value || value->node->type != YAML_SCALAR_NODE)
		return NULL;
	return (const char *)value->node->data.scalar.value;
}

int yaml_int(const struct yaml_value *value, long *out)
{
	const char *text = yaml_text(value);
	char *end;
	long n;

	if (!text || !*text || (text[0] != '-' && (text[0] < '0' || text[0] > '9')))
		return -1;
	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || *end || end == text)
		return -1;
	*out = n;
	return 0;
}

int yaml_bool(const struct yaml_value *value, bool *out)
{
	const char *text = yaml_text(value);

	if (!text || (strcmp(text, "true") && strcmp(text, "false")))
		return -1;
	*out = text[0] == 't';
	return 0;
}

const char *yaml_where(struct yaml_value *value)
{
	struct yaml_file *file = value->file;

	snprintf(file->where, sizeof file->where, "%s:%zu", file->name, value->node->start_mark.line + 1);
	return file->where;
}
