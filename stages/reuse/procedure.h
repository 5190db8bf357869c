/*
 * procedure.h - the receiving procedures, read from the files of schemas/procedures
 *
 * What a procedure asks for, as data: the component list of its dossier, which paper types each component takes, whose papers they are,
 * how old they may be, for which purpose they must have been made, and for which days all this holds. A file of the same name in the
 * folder "procedures" of an archive takes the place of the program's: that is how an agency approves a list or writes its own.
 *
 * A procedure is a draft until it names who approved it. A draft answers, and never lets a paper pass by itself.
 */
#ifndef SOHOA_REUSE_PROCEDURE_H
#define SOHOA_REUSE_PROCEDURE_H

#include <stdbool.h>

struct error;
struct procedures;
struct schemas;

enum whose { WHOSE_APPLICANT, WHOSE_SPOUSE, WHOSE_PARENT, WHOSE_CHILD, WHOSE_ENTERPRISE, WHOSE_DECEASED, WHOSE_COUNT };

struct procedure_component {
	char *code;      /* "xac-nhan-hon-nhan", unique in its procedure */
	char *name;      /* as the checklist shows it */
	char **types;    /* codes of document schemas, ended by NULL; empty: no paper type of ours, it must be asked for */
	int months;      /* how old it may be on the day of use, counted from its date of issue; 0: any age */
	char **purposes; /* folded words, one of which must stand in the paper's field "purpose"; NULL: any */
	enum whose whose;
	int level;       /* the least rung of the legal ladder that takes the place of the paper (domain L0-L4) */
	bool optional;   /* only in the case that `note` names */
	char *note;      /* in which case, or what else to know; or NULL */
	char *source;    /* the article */
	int from, to;    /* days of use it is asked for, both included */
};

struct procedure {
	char *code;      /* "1.000894", without the agency's ending */
	char *name;
	char *field;     /* lĩnh vực: "hộ tịch" */
	char *agency;    /* who receives: "xã", "tỉnh", "bộ" */
	char *source;    /* where the list stands; NULL: nobody knows, and the list is empty */
	bool approved;
	char *approved_by, *decision, *approved_on; /* name, number and day; NULL for a draft */
	int from, to;    /* days of use the file holds for, both included */
	struct procedure_component *components;
	int n;
};

/* dir is the program's folder, more the archive's (may be NULL or missing). Every message names file and line. */
struct procedures *procedures_open(const char *dir, const char *more, const struct schemas *schemas, struct error *err);
void procedures_close(struct procedures *procedures); /* NULL is fine */

int procedures_count(const struct procedures *procedures);
const struct procedure *procedures_at(const struct procedures *procedures, int i); /* in order of code */
/* "1.000894", "1.000894.H38" or "1.000894.000.00.00.H38" (domain 1.4). NULL where none has that code. */
const struct procedure *procedures_find(const struct procedures *procedures, const char *code);
const char *procedures_version(const struct procedures *procedures); /* SHA-256 over all files, 64 hex digits */

/* Borrowed; NULL where there is none, or none on that day. */
const struct procedure_component *procedure_component_find(const struct procedure *procedure, const char *code, int on);
bool procedure_component_takes(const struct procedure_component *component, const char *type);
const char *whose_name(enum whose whose); /* "applicant" "spouse" "parent" "child" "enterprise" "deceased" */

#endif
