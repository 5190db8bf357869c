/*
 * yaml.h - a thin reader over libyaml's document API for settings and schemas
 *
 * Nodes are borrowed from the file. Every message can name file and line: yaml_where. Numbers are decimal only; on, off,
 * yes, no are words, true and false are truth values.
 */
#ifndef SOHOA_YAML_H
#define SOHOA_YAML_H

#include <stdbool.h>

struct error;
struct yaml_file;
struct yaml_value; /* opaque: one node of a file */

struct yaml_file *yaml_open(const char *path, struct error *err);
struct yaml_file *yaml_parse(const char *name, const char *text, struct error *err); /* name is for messages */
void yaml_close(struct yaml_file *file); /* NULL is fine */

const char *yaml_name(const struct yaml_file *file); /* as it was opened; borrowed */

/* The root, or NULL for an empty file. */
struct yaml_value *yaml_root(struct yaml_file *file);

bool yaml_is_map(const struct yaml_value *value);
bool yaml_is_list(const struct yaml_value *value);
int yaml_count(const struct yaml_value *value); /* entries of a list or map; 0 for a scalar */

/* The value of a key in a map, or NULL. */
struct yaml_value *yaml_get(struct yaml_value *map, const char *key);
/* Element i of a list, or value i of a map. */
struct yaml_value *yaml_at(struct yaml_value *value, int i);
/* Key i of a map. */
const char *yaml_key(struct yaml_value *map, int i);

/* The scalar's text, or NULL when value is NULL or no scalar. */
const char *yaml_text(const struct yaml_value *value);
/* 0 and *out, or -1 when it is no decimal integer / no true or false. */
int yaml_int(const struct yaml_value *value, long *out);
int yaml_bool(const struct yaml_value *value, bool *out);

/* "schemas/documents/quyet-dinh.yaml:12", for messages; borrowed until the next call on the file. */
const char *yaml_where(struct yaml_value *value);

#endif
