/*
 * command.h - the desk: how a command of sohoa is made
 *
 * A command is one file in this folder with one public `const struct command`, one line in main.c's table and one line in the
 * Makefile. argv, stdout and exit codes live here only. --help, the manual page and shell completion are all printed from
 * these tables, so a word is written once. Texts are English and untranslated in the tables (N_); they are passed through gettext when shown.
 */
#ifndef SOHOA_COMMAND_H
#define SOHOA_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

struct archive;
struct error;
struct invocation;
struct lock;

/* design: exit codes */
enum {
	EXIT_DONE = 0,        /* all done */
	EXIT_SOME = 1,        /* some items were set aside, or differ from what was declared */
	EXIT_USAGE = 2,       /* wrong usage */
	EXIT_STOPPED = 3,     /* disk, catalogue, configuration */
	EXIT_BUSY = 75,       /* another run holds the lock, or the disk is full: try later */
	EXIT_INTERRUPTED = 130
};

struct command_option {
	const char *name;     /* long name without dashes; NULL ends the table */
	char letter;          /* short form or 0 */
	const char *argument; /* "DIR", or NULL for a switch */
	const char *help;     /* one sentence */
};

struct command {
	const char *name;
	const char *arguments; /* "PATH..." as in the synopsis; "" for none */
	const char *summary;   /* one line, no full stop */
	const char *help;      /* paragraphs that teach, parted by "\n\n"; a paragraph that begins with a space is an example */
	const struct command_option *options; /* may be NULL */
	int min_args, max_args; /* max -1: any number */
	int (*run)(const struct invocation *); /* gives the exit code */
};

struct invocation {
	const struct command *command;
	const char *archive; /* --archive DIR, else $SOHOA_ARCHIVE, else NULL: the current directory or the nearest above it */
	const char *const *values; /* values[i] belongs to options[i]: NULL not given, "" for a switch, else its argument */
	int nargs;
	char **args;
};

/* Value of an option by its long name; NULL when not given. */
const char *option(const struct invocation *in, const char *name);
/* A decimal number between low and high, or `otherwise` when not given; prints and returns -1 when it is none. */
long option_number(const struct invocation *in, const char *name, long low, long high, long otherwise);

/* What most commands open. config, store, catalogue are never NULL after archive_open. */
struct archive {
	char *dir;
	struct config *config;
	struct store *store;
	struct catalogue *catalogue;
};
/* Finds and opens the archive of the invocation; prints why not and returns an exit code, 0 when open. */
int archive_open_store(const struct invocation *in, struct archive *archive); /* without its catalogue: catalogue is NULL */
int archive_open(const struct invocation *in, bool writable, struct archive *archive);
void archive_close(struct archive *archive);
/* What only one command at a time may hold: lock_release is the caller's. NULL with *status and a message when another one has it, or it cannot be had. */
struct lock *archive_run_lock(const struct invocation *in, const struct archive *archive, int *status);

/* Prints "sohoa COMMAND: text" to stderr and gives the exit code that fits the error's reach and reason. */
int command_fail(const struct invocation *in, const struct error *err);
/* Prints a sentence on wrong usage and where help is; EXIT_USAGE. */
int command_usage(const struct invocation *in, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Colours, only on a terminal: sgr(stdout, "1;31") gives the escape or "". */
const char *sgr(FILE *to, const char *code);

extern const struct command command_batch, command_cancel, command_completion, command_confirm, command_cut, command_dossier, command_export, command_import_status, command_init, command_intake,
	command_judge, command_man, command_page,
	command_read, command_refuse, command_rebuild, command_reindex, command_reinstate, command_report, command_retry, command_reuse, command_run, command_schema, command_search, command_set, command_show, command_status,
	command_use, command_user, command_verify, command_version, command_withdraw;

#endif
