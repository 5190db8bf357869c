/*
 * people.h - other papers of the people of a paper, and how sure it is that they are theirs
 *
 * Only a number says that two papers are of one person. Name and date of birth with one more sign that agrees say "probably", and never more; a name alone, or
 * with the date, says nothing: half the country shares a few hundred names. Two different numbers are two people; an old number of nine digits and one of
 * twelve may be one person's, which a person must say. Nothing is merged here or anywhere: links are found anew each time they are asked for.
 */
#ifndef SOHOA_REUSE_PEOPLE_H
#define SOHOA_REUSE_PEOPLE_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct catalogue;
struct error;
struct reuse_paper;

struct person_link {
	const char *name;    /* as on this paper; NULL where only the number was read */
	int64_t document;    /* the other paper */
	const char *type;    /* its type */
	bool certain;        /* by the number; else probably */
	const char *sign;    /* the field that agrees besides name and date of birth: "mother_name"; NULL where certain */
};

/* By person in the order of the paper, the certain ones first; at most PEOPLE_MAX of each person. In the arena. */
#define PEOPLE_MAX 50
int people_find(struct catalogue *catalogue, const struct reuse_paper *paper, struct arena *arena, struct person_link **links, int *n, struct error *err);

#endif
