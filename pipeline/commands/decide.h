/*
 * decide.h - what confirm, refuse, cancel and reinstate share: who may, about which paper, and the writing of the decision
 *
 * Order of writing: the decision into the store, then one transaction with its row, its audit entry and the new verdict. A kill between
 * the two leaves an object that belongs to nothing; after the COMMIT everything is there.
 */
#ifndef SOHOA_COMMAND_DECIDE_H
#define SOHOA_COMMAND_DECIDE_H

#include <jansson.h>
#include <stdint.h>

#include "pipeline/catalogue/accounts.h"
#include "pipeline/catalogue/decisions.h"
#include "pipeline/commands/command.h"
#include "stages/reuse/reuse.h"

struct arena;

struct desk {
	struct archive archive;
	struct arena *arena;
	struct account account; /* of who acts */
	struct reuse_paper *paper;
	char *code;             /* of the digitised result, after a confirmation; or NULL */
};

/* Opens the archive for writing and asks whether the person at the terminal may do this. 0, or the exit code after saying why not; desk_close
 * must follow in either case. */
int desk_open(const struct invocation *in, enum act act, struct desk *desk);
/* The paper that args[0] names, for today; a restricted or unread one is refused. 0, or the exit code. */
int desk_paper(const struct invocation *in, struct desk *desk);
void desk_close(struct desk *desk);
/* The whole of it: opened, the work done where that is allowed, closed. The exit code. */
int desk_run(const struct invocation *in, enum act act, int (*work)(const struct invocation *in, struct desk *desk));

/* The option's text when it is UTF-8 of a bearable length without control characters; *text NULL where not given. 0, or the exit code. */
int desk_text(const struct invocation *in, const char *name, const char **text);
/* --day, not in the future; *day NULL where not given. 0, or the exit code. */
int desk_day(const struct invocation *in, const char *name, const char **day);

/* What was decided as the store keeps it: enough to make the row again. */
json_t *desk_decision_json(const struct desk *desk, const struct decision *decision);
/* Writes it. decision: made, reading and object are filled in here. Judges the paper anew inside the same transaction. */
int desk_decide(struct desk *desk, struct decision *decision, int64_t signed_size, struct error *err);

/* The dossier that a person named, and its pages in order. 0, or the exit code after saying that there is none. */
int desk_dossier(const struct invocation *in, struct desk *desk, const char *text, int64_t *dossier, struct papers_page **pages, int *n);
/* "7", or "FILE:7" with the page of that file: index in the list, or -1 after saying so. */
int desk_page(const struct invocation *in, const struct papers_page *pages, int n, const char *text);
/* Papers that meet first..last of the run are not what was confirmed any more: confirmations of them fall (why: for the log), and every paper of the
 * dossier is judged anew. In a transaction. */
int desk_fall(struct desk *desk, int64_t dossier, int first, int last, const char *why, struct error *err);

/* Shows the paper's verdict after the decision. The exit code. */
int desk_show(const struct invocation *in, struct desk *desk);

/* Puts an object of JSON into the store; gives json back. */
int desk_put(struct archive *archive, json_t *json, char *hash, int64_t *size, struct error *err);

#endif
