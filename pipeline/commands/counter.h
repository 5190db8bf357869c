/*
 * counter.h - `sohoa reuse --procedure`: the checklist of a procedure with the papers that fit, as text, JSON or a printable page
 */
#ifndef SOHOA_COMMAND_COUNTER_H
#define SOHOA_COMMAND_COUNTER_H

#include "pipeline/commands/command.h"
#include "stages/reuse/counter.h"

/* A number of a person or enterprise as people write it: its key, or NULL after saying what is wrong with it. */
const char *counter_number(const struct invocation *in, struct arena *arena, const char *name, const char *text);
/* --owner, --name, --born, --mother: the person asked about. 0, or the exit code. */
int counter_applicant(const struct invocation *in, struct arena *arena, struct counter_person *person);
/* The procedures of the program and of the archive. NULL after telling why. */
struct procedures *counter_procedures(const struct invocation *in, struct archive *archive);

/* Answers and gives the exit code. */
int counter_answer(const struct invocation *in, struct archive *archive, int on);

/* Who asked about whom, when: into the audit log, before anything is answered and after what was typed was checked; where it cannot be written nothing
 * is answered (NĐ 30/2020/NĐ-CP, Phụ lục VI: access is logged). Only what was typed goes in. A transaction of its own; the archive is open for writing. */
int counter_note(const struct invocation *in, struct archive *archive, int on, struct error *err);

#endif
