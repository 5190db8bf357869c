/*
 * schema.h - what a records officer says about each paper type: schemas/documents/TYPE.yaml
 *
 * split asks for titles, extract for fields, reuse for validity, supersession, family and rules, the desk for names. A rule of
 * law is data here, dated and with its source, never C. schemas/README.md explains the files to who writes them; a mistake in
 * a file is an error that names file, line and what was expected. Adding a type needs a file and no C.
 *
 * Everything is read once by schemas_open, belongs to the struct schemas and is constant until schemas_close.
 */
#ifndef SOHOA_SCHEMA_H
#define SOHOA_SCHEMA_H

#include <stdbool.h>

struct config;
struct error;
struct schemas;

/* A list of texts; n may be 0. */
struct schema_list {
	const char **items;
	int n;
};

/* What kind of thing the paper is in a procedure (domain: what must be digitised, TT 01/2023/TT-VPCP article 4). */
enum schema_family {
	FAMILY_RESULT,    /* the result of a procedure: may be reused by a later one */
	FAMILY_COMPONENT, /* what a person hands in: one dossier only */
	FAMILY_PROCESS,   /* made on the way: receipt slips, letters, reports */
	FAMILY_COPY       /* a copy of another paper */
};

/* Where on the paper a field stands. */
enum schema_zone {
	ZONE_ANY,
	ZONE_HEAD_LEFT,  /* left block of the head: agency, number (Decree 30/2020, boxes 2 and 3) */
	ZONE_HEAD_RIGHT, /* right block: motto, place and date (boxes 1 and 4) */
	ZONE_TITLE,      /* under the head: name of the type and subject (box 5) */
	ZONE_BODY,
	ZONE_FOOT_LEFT,  /* recipients (box 9b) */
	ZONE_FOOT_RIGHT  /* position and signer (box 7) */
};

/* Which reading of the extract room fills the field (key "read"). */
enum schema_reader {
	READER_AGENCY, READER_NUMBER, READER_DATE, READER_PLACE, READER_SUBJECT, READER_POSITION, READER_SIGNER,
	READER_RECIPIENTS,
	READER_LABEL,     /* the value stands behind, or under, one of the labels */
	READER_PATTERN,   /* the first match of the pattern in the zone; group 1 where it has one */
	READER_CERTIFIED, /* the entry of a certified copy in its register: certified_number, certified_book, certified_date, certified_by */
	READER_ORDER,     /* the printed page numbers, where they are not in order: "1, 3, 2" */
	READER_ARRIVAL,   /* the arrival stamp: arrival_number, arrival_date */
	READER_CITES,     /* numbers of papers behind one of the labels, which are verbs: "thay thế"; parted by '\n' */
	READER_GROUNDS    /* numbers in the clauses that begin with one of the labels: "Căn cứ"; parted by '\n' */
};

/* What a value must be before it is believed (key "check"). A failed check makes the field unread, never another value. */
enum schema_check {
	CHECK_NONE,
	CHECK_NAME,      /* a person's name: words with a capital, no digit */
	CHECK_DATE,      /* a date; value is ISO 8601 as far as known, or "never" (khong thoi han) */
	CHECK_PERSON_ID, /* 12 digits by TT 07/2016/TT-BCA, or 9 digits (identity card before 2016) */
	CHECK_TAX_ID,    /* 10 digits with check digit, 10-3, or 12 digits */
	CHECK_DIGITS,    /* digits only */
	CHECK_MONEY      /* dong: digits without separators */
};

struct schema_field {
	const char *name;           /* "number", "owner_name": also the key in the output */
	enum schema_reader reader;
	enum schema_zone zone;
	enum schema_check check;
	struct schema_list labels;  /* anchors as printed; compared without marks and with tolerance */
	struct schema_list spellings; /* words of agencies and positions as the law writes them: what was read with few letters amiss is put right */
	struct schema_list confirm; /* labels of a second reading of the same value (a date in words); agreement raises confidence */
	const char *pattern;        /* PCRE2 (UTF, UCP) that the whole value must match; for READER_PATTERN what to look for; or NULL */
	bool required;              /* a paper without it is incomplete */
	bool parts;                 /* READER_CITES: the verb may speak of a part of the paper ("khoản 2 Điều 1") */
	bool many;                  /* each label gives one value, parted by '\n' (both spouses) */
	const char *source;         /* where the rule stands, or NULL */
};

/* How long a paper says true. Several may stand in one type; the one whose from..to holds the date of issue counts. */
enum validity_kind {
	VALIDITY_NONE,      /* no end */
	VALIDITY_PRINTED,   /* until the field "expires" */
	VALIDITY_MONTHS,    /* `months` from the field `counts_from` */
	VALIDITY_PROCEDURE, /* the receiving procedure says how long: a person decides */
	VALIDITY_ENDED,     /* dead since `ended` whatever the paper says */
	VALIDITY_MILESTONES /* identity cards: to the next of the owner's birthdays in `ages` */
};

enum { SCHEMA_AGES = 8 };

struct schema_validity {
	enum validity_kind kind;
	int months;              /* VALIDITY_MONTHS */
	const char *counts_from; /* VALIDITY_MONTHS: a date field, "date" where not said */
	const char *ended;       /* VALIDITY_ENDED: first day without effect, ISO 8601 */
	int ages[SCHEMA_AGES];   /* VALIDITY_MILESTONES: years of age, rising; 0 ends them; past the last one without end */
	int ahead;               /* VALIDITY_MILESTONES: issued so many months or less before a milestone it holds to the one after */
	const char *from, *to;   /* dates of issue the row is for, ISO 8601, inclusive; NULL: open */
	const char *note;        /* what also ends it ("change of marital status"), or NULL */
	const char *source;
};

/* When a newer paper takes the place of an older one. Papers with equal values in all `key` fields and a type that is this one or in
 * `by` stand in one chain; the latest by `order` is current. nkey 0: the type is never superseded that way. */
struct schema_supersession {
	struct schema_list key;  /* field names: "owner_id" */
	struct schema_list by;   /* codes of other types that supersede this one: "trich-luc-cai-chinh" */
	const char *order;       /* field that puts them in order: "date" where not said, or "change_number" */
	struct schema_list ended_by; /* codes of types that end its truth when a newer one of the same owner is there: a marriage ends a
				      * confirmation of being single */
	const char *source;
	const char *where;       /* "quyet-dinh.yaml:12" with its path, for messages */
};

/* A numbered rule that speaks about reuse: it adds a reason to the verdict when its condition holds. */
enum rule_verdict { RULE_CHECK, RULE_BAR }; /* a person must look / not eligible */

struct schema_rule {
	const char *id;        /* "XNHN-2": unique over all files */
	const char *reason;    /* code of domain 1.7: "OUT_OF_SCOPE" */
	enum rule_verdict verdict;
	const char *when;      /* condition, one of SCHEMA_CONDITIONS */
	const char *field;     /* the field that the condition asks about, or NULL */
	const char *text;      /* what the rule says, for a person */
	const char *source;    /* law and article */
	const char *from, *to; /* dates of use it is in force for, ISO 8601, inclusive; NULL: open */
	bool approved;         /* status: approved by a named officer; a draft can only ask for a check */
	const char *approved_by; /* who approved it, or NULL */
	const char *decision, *approved_on; /* number and day (ISO 8601) of the approval */
	const char *where;     /* file and line, for messages */
};

/* Conditions a rule may name (key "when"):
 *   always            whatever the paper holds
 *   field-absent, field-blank, field-unread, field-missing (any of the three), field-read   state of `field`
 *   copy              the paper is a photocopy or a paper certified copy
 *   expired           its validity has passed on the day of use
 *   superseded        a newer paper stands in its chain, or another says that it replaces it
 *   family-not-result the type is no result of a procedure
 *   type-unknown      type "khac" */
#define SCHEMA_CONDITIONS "always", "field-absent", "field-blank", "field-unread", "field-missing", "field-read", "copy", \
	"expired", "superseded", "family-not-result", "type-unknown"

struct schema {
	const char *code;          /* "quyet-dinh", also the file's name */
	const char *name;          /* "quyết định": lower case, as shown and as in outputs */
	struct schema_list titles; /* as printed, in capitals; a title of two lines stands as one text */
	struct schema_list aliases; /* other words for the type, for finding by name */
	struct schema_list notation; /* abbreviations in the number: "QĐ" */
	bool untitled;             /* the paper has no title and is known by its number and "V/v" (công văn) */
	bool legal;                /* a legal document: its number carries the year */
	bool draft;                /* written after the law and never tried on papers */
	int rank;                  /* of two types with one title and fitting numbers the higher one is taken; 0 */
	enum schema_family family;
	const char *work;                 /* field of work (lĩnh vực) of the procedures it is a result of: "hộ tịch"; or NULL */
	int people;                /* how many people must confirm a paper of this type before it counts; 1 where not said */
	bool restricted;           /* only for the person and the competent agency (lý lịch tư pháp số 2) */
	const char *source;
	struct schema_field *fields; /* those of the base first, then its own */
	int nfields;
	struct schema_validity *validity;
	int nvalidity;             /* 0: no end is known */
	struct schema_supersession supersession;
	struct schema_rule *rules; /* those of the base first */
	int nrules;
};

/* Reads every TYPE.yaml of the directory (a name that begins with '_' is a base for others). The type "khac" must be there.
 * NULL with err (reach run) on the first mistake. */
struct schemas *schemas_open(const char *dir, struct error *err);
/* Those of the settings: the folder "schemas.documents", where it is not said the program's own, and with them the file "schemas.trial" in place of the
 * one with its name. */
struct schemas *schemas_open_config(const struct config *config, struct error *err);
void schemas_close(struct schemas *schemas); /* NULL is fine */

/* Tells the mistakes of the folder, and of a file (may be NULL) read as if it lay there: one of each file at most, each once, as a text with file, line
 * and what was expected. How many; -1 with err where the folder or the file cannot be read at all. */
typedef void schemas_tell(void *context, const char *text);
int schemas_check(const char *dir, const char *trial, schemas_tell *tell, void *context, struct error *err);

int schemas_count(const struct schemas *schemas);
const struct schema *schemas_at(const struct schemas *schemas, int i); /* in order of code */
/* By code, NULL where there is none. */
const struct schema *schemas_find(const struct schemas *schemas, const char *code);
/* By code, name, title or alias, compared without marks and case; NULL where there is none. */
const struct schema *schemas_find_name(const struct schemas *schemas, const char *name);
/* The type "khac"; never NULL. */
const struct schema *schemas_other(const struct schemas *schemas);
/* Version of the rule set: SHA-256 (64 hex digits) over all files, for recipes and verdicts. */
const char *schemas_version(const struct schemas *schemas);

/* Borrowed; NULL where there is none. */
const struct schema_field *schema_field_find(const struct schema *schema, const char *name);
/* The row whose from..to holds the day of issue (ISO 8601, "2024-02" and "2024" count as their first day; NULL or "" takes the row
 * that is open at its end); NULL where none does. */
const struct schema_validity *schema_validity_on(const struct schema *schema, const char *issued);
/* True when the rule is in force on that day of use (ISO 8601). */
bool schema_rule_on(const struct schema_rule *rule, const char *day);

/* Whether it is a reason code that rules and officers may give (domain 1.7). */
bool schema_reason_known(const char *code);

/* The words of the files: "result" "component" "process" "copy". */
const char *schema_family_name(enum schema_family family);

#endif
