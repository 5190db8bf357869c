/*
 * judge.h - may this paper be reused on that day?
 *
 * A pure function: what is known about one paper goes in, a verdict with every reason that applies comes out. The same input
 * gives the same result. The machine only proposes: nothing is eligible without the confirmation of a named person that is bound to
 * the reading as it stands now (TT 01/2023/TT-VPCP, Điều 7 to 9: the officer answers for completeness and accuracy).
 *
 * Two sources of rules: schemas/reasons.yaml (rules.h) for all papers, and the rules of the paper's own type (pipeline/schema.h),
 * which go first because they say more.
 */
#ifndef SOHOA_REUSE_JUDGE_H
#define SOHOA_REUSE_JUDGE_H

#include <stdbool.h>

#include "pipeline/document.h"
#include "stages/reuse/standing.h"

struct procedure;
struct procedure_component;
struct reuse_rule;
struct reuse_rules;
struct schema;

enum reuse_verdict { VERDICT_NOT_ELIGIBLE, VERDICT_NEEDS_CHECK, VERDICT_ELIGIBLE };

/* Another paper of the archive that speaks about this one. */
enum witness_kind {
	WITNESS_CHAIN, /* stands in the same chain: equal key fields, same type (supersession of the schema) */
	WITNESS_BY,    /* the same owner, and a type that supersedes this one by its nature */
	WITNESS_STATUS, /* the same owner, and a type that ends what this one says (ended_by of the schema) */
	WITNESS_NAMES  /* one of its fields KEY_ENDING holds this paper's number */
};

struct reuse_witness {
	enum witness_kind kind;
	const char *document; /* "12.3" */
	const char *date;     /* its date of issue as far as known, or NULL */
	const char *order;    /* WITNESS_CHAIN: value of the field that orders the chain, or NULL */
	const char *agency;   /* WITNESS_NAMES: folded agency, or NULL where not read */
	const char *said;     /* WITNESS_NAMES: folded subject and the lines with those numbers; never NULL */
	bool draft;           /* its place for the number or the day holds no ink: it has not been issued */
};

/* All strings are borrowed. */
struct reuse_input {
	int on;                      /* day of use (date.h) */
	const struct schema *schema; /* of the paper's type, never NULL */
	const struct document *document; /* type, copy, level, fields */
	const char *agency;          /* folded agency of the paper, or NULL */
	const char *purpose;         /* folded field "purpose", or NULL where it was not read */
	bool restricted;             /* paper or page bears a secrecy mark: nothing else is looked at */
	int lost_page;               /* number of the first page inside the paper that is set aside; 0 none */
	int beside_page;             /* number of a page next to it that is set aside and belongs to no paper; 0 none */
	int declared_pages, found_pages; /* of the dossier; declared 0: nothing was declared */
	int worst_page;              /* number of the page read with the lowest confidence; 0 none */
	float worst_confidence;      /* 0..100 */
	bool seal_wanted, seal_seen; /* wanted: the paper should bear one and the program could have seen it */
	bool signature_wanted, signature_seen;
	const char *broken;          /* name of who signed a file that was changed since; or NULL */
	const char *namesake;        /* "12.3": another paper with this owner's number and another name; or NULL */
	const struct reuse_witness *witnesses;
	int nwitnesses;
	enum confirmation_state confirmation;
	const char *confirmed_by;    /* last confirmation, valid or stale; or NULL */
	const char *confirmed_on;
	const struct standing *standing; /* what else people decided, or NULL */
	const struct procedure *procedure; /* the receiving procedure and which of its components, or both NULL */
	const struct procedure_component *component;
};

enum { REUSE_REASONS_MAX = 32 };

struct reuse_reason {
	const char *code;     /* domain code, "EXPIRED" */
	const char *rule;     /* id of the rule */
	const char *source;   /* article */
	const char *sentence; /* untranslated, "{detail}" stands for detail */
	bool blocks;
	bool draft;           /* the rule has not been approved by anybody */
	int from, to;         /* days of use the rule holds for, both included; INT_MIN, INT_MAX where open */
	const char *field;    /* the evidence: name of the field, or NULL */
	int page;             /* page number in the run of the dossier, 0 none */
	struct box box;
	char detail[128];     /* a date, a number, the id of another paper; "" none */
};

struct reuse_result {
	enum reuse_verdict verdict;
	struct reuse_reason reasons[REUSE_REASONS_MAX]; /* what blocks first; one reason per code */
	int nreasons;
	int ends;             /* last day of validity (date.h), the latest where it is not certain; INT_MAX: no end, or none known */
};

void reuse_judge(const struct reuse_rules *rules, const struct reuse_input *input, struct reuse_result *result);

const char *reuse_verdict_name(enum reuse_verdict verdict); /* "not-eligible" "needs-check" "eligible" */

/* The sentence in the language of the screen with the detail filled in. */
void reuse_sentence(const struct reuse_reason *reason, char *out, int size);

#endif
