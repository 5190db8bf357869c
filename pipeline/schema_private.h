/*
 * schema_private.h - between schema.c (the set, finding, version) and schema_read.c (one file into one struct schema)
 */
#ifndef SOHOA_SCHEMA_PRIVATE_H
#define SOHOA_SCHEMA_PRIVATE_H

struct arena;
struct error;
struct schema;

/* Reads DIR/NAME.yaml, or the file at path where that is not NULL, with the bases it names in DIR into *schema; every text is copied into the arena. */
int schema_read(struct schema *schema, const char *dir, const char *name, const char *path, struct arena *arena, struct error *err);

#endif
