/*
 * help.h - --help, the manual page and shell completion, all printed from the command tables
 */
#ifndef SOHOA_HELP_H
#define SOHOA_HELP_H

#include <stdio.h>

#include "pipeline/commands/command.h"

extern const struct command *const commands[]; /* main.c */
extern const struct command_option common_options[];

void help_overview(FILE *to);
void help_command(const struct command *command, FILE *to);

#endif
