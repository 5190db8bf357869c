/*
 * links.h - what a paper names by number, which papers name it, and how
 *
 * A number alone is not unique: agencies number anew each year. A link leads to every paper of the archive that bears the number, and a person sees which.
 */
#ifndef SOHOA_REUSE_LINKS_H
#define SOHOA_REUSE_LINKS_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct catalogue;
struct error;
struct reuse_paper;

struct link {
	const char *kind;   /* field of KEY_CITATIONS (key.h): "replaces" */
	bool from;          /* the other paper names this one */
	const char *number; /* the one that is named, as printed */
	int64_t document;   /* the other paper; 0: the archive holds none with that number */
	const char *type, *title; /* of the other paper; title may be NULL */
};

/* Those this paper names first, in the order of its fields; of each kind at most LINKS_MAX that name it. Restricted papers are no part of it. In the arena. */
#define LINKS_MAX 50
int links_find(struct catalogue *catalogue, const struct reuse_paper *paper, struct arena *arena, struct link **links, int *n, struct error *err);

#endif
