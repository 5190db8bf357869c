/*
 * rules.h - the rules of reuse, read from schemas/reasons.yaml
 *
 * A rule says when a reason stands against the reuse of a paper, how grave it is, in which sentence it is told, from which law it
 * comes and for which days of use it holds. A rule that asks only for kind, copy, level or the state of fields is written
 * out in the file ("when"); one that needs arithmetic or other papers names a test that judge.c knows ("test").
 */
#ifndef SOHOA_REUSE_RULES_H
#define SOHOA_REUSE_RULES_H

#include <stdbool.h>

#include "pipeline/store.h"

struct error;

/* The tests that need code. The words in the file are the names below in small letters with '-'. */
enum reuse_test {
	TEST_WHEN,              /* none: the conditions of the rule decide */
	TEST_SECRET,            /* the paper or a page of it is restricted */
	TEST_EXPIRED,           /* the last day of validity is past, whatever the unknown parts of the dates are */
	TEST_VALIDITY_UNKNOWN,  /* it ends, but the day is not known or lies in the unknown part of a date */
	TEST_VALIDITY_PROCEDURE, /* each receiving procedure sets its own term */
	TEST_SUPERSEDED,        /* another paper took its place */
	TEST_SUPERSEDED_MAYBE,  /* the same, but which of the two is newer, or whether it is meant, is not certain */
	TEST_REVOKED,           /* another paper cancels it */
	TEST_WRONGLY_ISSUED,    /* another paper cancels it because it was issued in breach of the law */
	TEST_DATE_AHEAD,        /* issued after the day of use */
	TEST_OWNER_UNKNOWN,     /* neither number nor name with birth date of the owner is known */
	TEST_OWNER_NUMBER,      /* the owner's number does not fit the birth date */
	TEST_OWNER_MISMATCH,    /* the same number stands with another name on another paper */
	TEST_ILLEGIBLE,         /* a page was read with little confidence over all */
	TEST_PAGE_LOST,         /* a page inside the paper is set aside */
	TEST_PAGE_BESIDE,       /* a page next to the paper is set aside and may belong to it */
	TEST_PAGES_DECLARED,    /* the dossier holds fewer pages than its list declares */
	TEST_SIGNATURE_BROKEN,  /* an electronic signature does not fit the file any more */
	TEST_NO_SEAL,           /* a seal is asked for, can be recognised, and none was */
	TEST_NO_SIGNATURE,      /* a signature is asked for, can be recognised, and none was */
	TEST_STATUS_CHANGED,    /* a newer paper of the owner tells that what this one says is over */
	TEST_STATUS_MAYBE,      /* the same, but which of the two is newer is not certain */
	TEST_CANCELLED,         /* a person recorded that its agency withdrew it */
	TEST_REPLACED,          /* a person recorded the paper that stands for it */
	TEST_NATIONAL,          /* a person recorded that a national database holds the data */
	TEST_REFUSED,           /* a person refused it; the code is the person's */
	TEST_CONFIRMATION_STALE, /* confirmed, but changed since */
	TEST_CONFIRMATION_FEWER, /* confirmed by fewer people than the type asks for */
	TEST_NOT_CONFIRMED,
	TEST_TYPE_DRAFT,        /* the schema of its type was tried on no paper of its kind */
	/* Only where a receiving procedure is asked about: */
	TEST_PROCEDURE_DRAFT,   /* nobody has approved its list yet */
	TEST_PROCEDURE_DAY,     /* its list does not hold on the day of use */
	TEST_AGE,               /* older than the component allows, whatever the unknown parts of the date are */
	TEST_AGE_UNKNOWN,       /* it may be older, the date is not known for certain */
	TEST_PURPOSE,           /* made for another purpose than the component asks for */
	TEST_PURPOSE_UNKNOWN,   /* the purpose was not read */
	TEST_LEVEL              /* lower on the legal ladder than the component asks for */
};

struct reuse_rule {
	char *id;       /* "scope.process" */
	char *code;     /* "OUT_OF_SCOPE" */
	char *sentence; /* English, untranslated; "{detail}" stands for what the judge found */
	char *source;   /* the article, as a person would cite it */
	int from, to;   /* days of use it holds for, both included */
	bool blocks;    /* else a person must look */
	bool draft;     /* not approved yet: it asks for a look at most, and never lets pass */
	char *approved_by, *decision, *approved_on; /* name, number and day; NULL unless a person approved it */
	bool answered;  /* a person's confirmation answers it */
	enum reuse_test test;
	long below;     /* confidence 0..100 under which a reading counts as doubtful; 0 none */
	/* Conditions, all of which must hold; lists end with NULL, a NULL list asks nothing. */
	char **families, **types, **copies;
	char **fields;  /* any of these fields ... */
	int state;      /* ... is in this state; -1 any */
	int level;      /* legal ladder at most this; -1 any */
	char **words;   /* for "revoked" and "wrongly-issued": folded words in what the other paper says, any of them; or NULL */
};

struct reuse_rules {
	struct reuse_rule *rules; /* in the order of the file */
	int n;
	char version[HASH_SIZE];  /* of the text of the file */
};

/* Every message names file and line. A file without a rule for "secret" and for "not-confirmed" is refused: they are
 * what keeps the default at "not reusable". */
struct reuse_rules *reuse_rules_open(const char *path, struct error *err);
struct reuse_rules *reuse_rules_parse(const char *name, const char *text, struct error *err);
void reuse_rules_close(struct reuse_rules *rules); /* NULL is fine */

#endif
