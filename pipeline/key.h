/*
 * key.h - the value of a field made comparable: what stands in the catalogue's column field.key and what a query asks it for
 *
 * Two ways to write one number must give one key: "123 / Qđ - UBND" and "123/QĐ-UBND", "001 204 012 345" and "001204012345".
 * Keys are ASCII capitals for Vietnamese text: marks go, because readers lose them (QĐ read as QD) and people do not type them.
 */
#ifndef SOHOA_KEY_H
#define SOHOA_KEY_H

struct arena;

/* A number: folded, in capitals, without white space and dots, every kind of dash as '-', without zeros in front of another
 * digit at its begin when letters follow somewhere (05/KH-UBND and 5/KH-UBND are one number; Decree 30/2020 asks for the
 * zero, old papers lack it). "" when nothing is left. */
char *key_number(struct arena *arena, const char *value);

/* A name: folded, words parted by one space. */
char *key_name(struct arena *arena, const char *value);

/* The key of a field by its name in the schema: key_number for number, supersedes and whatever ends in _id, _number or _code;
 * key_name for every other. Several values, parted by '\n', give as many lines. NULL for NULL, or where nothing comparable is left. */
char *key_field(struct arena *arena, const char *name, const char *value);

#endif
