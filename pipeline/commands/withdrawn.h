/*
 * withdrawn.h - what withdraw, batch and the commands that meet a withdrawn paper share
 */
#ifndef SOHOA_COMMAND_WITHDRAWN_H
#define SOHOA_COMMAND_WITHDRAWN_H

#include <stdio.h>

#include "pipeline/catalogue/withdrawals.h"
#include "pipeline/commands/decide.h"

struct catalogue;
struct error;

extern const struct command_option withdrawn_options[]; /* of both commands */

/* The whole command for what the order names: looks, refuses or withdraws, and says what was done and what stays. subject: as the log names it. The exit
 * code. */
int withdrawn_command(const struct invocation *in, struct desk *desk, struct withdrawal_order *order, const char *subject);

/* For intake_sink.refused: 1 with the decision in *why when an original of that hash was withdrawn. */
int withdrawn_refused(struct catalogue *catalogue, const char *hash, struct error *why);

/* When the document was withdrawn: 1 with "by decision 12/QĐ of 2026-11-28" in *by, in the arena; 0, -1. */
int withdrawn_by(struct catalogue *catalogue, int64_t document, struct arena *arena, const char **by, struct error *err);

#endif
