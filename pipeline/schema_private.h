/*
 * schema_private.h - between schema.c (the set, finding, version) and schema_read.c (one file into one struct schema)
 */
#ifndef SOHOA_SCHEMA_PRIVATE_H
#define SOHOA_SCHEMA_PRIVATE_H

struct arena;
struct error;
struct schema;
struct schema_bases;

/* The bases of one folder that were read so far: sixty types stand on four of them. */
struct schema_bases *schema_bases_new(const char *dir);
void schema_bases_free(struct schema_bases *bases); /* NULL is fine */

/* Reads NAME.yaml of the bases' folder, or the file at path where that is not NULL, over the bases it names into *schema; every text is copied
 * into the arena. */
int schema_read(struct schema *schema, const char *name, const char *path, struct schema_bases *bases, struct arena *arena, struct error *err);

#endif
