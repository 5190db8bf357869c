/*
 * key.h - the value of a field made comparable: what stands in the catalogue's column field.key and what a query asks it for
 *
 * Two ways to write one number must give one key: "123 / Qđ - UBND" and "123/QĐ-UBND", "001 204 012 345" and "001204012345".
 * Keys are ASCII capitals for Vietnamese text: marks go, because readers lose them (QĐ read as QD) and people do not type them.
 */
#ifndef SOHOA_KEY_H
#define SOHOA_KEY_H

#include <stdbool.h>

struct arena;

/* The fields whose values are numbers of other papers, and what this one does to them. Those that end a paper; "supersedes" held all of these in readings
 * made before they were told apart. And all of them. */
#define KEY_ENDING "replaces", "abolishes", "revokes", "supersedes"
#define KEY_CITATIONS KEY_ENDING, "amends", "corrects", "based_on"
bool key_names_papers(const char *name);

/* A number: folded, in capitals, without white space and dots, every kind of dash as '-', without zeros in front of another
 * digit at its begin when letters follow somewhere (05/KH-UBND and 5/KH-UBND are one number; Decree 30/2020 asks for the
 * zero, old papers lack it). "" when nothing is left. */
char *key_number(struct arena *arena, const char *value);

/* A name: folded, words parted by one space. */
char *key_name(struct arena *arena, const char *value);

/* The key of a field by its name in the schema: key_number for number, KEY_CITATIONS and whatever ends in _id, _number or _code;
 * key_name for every other. Several values, parted by '\n', give as many lines. NULL for NULL, or where nothing comparable is left. */
char *key_field(struct arena *arena, const char *name, const char *value);

#endif
