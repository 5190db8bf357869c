/* main.c - the table of commands, and how argv becomes an invocation */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/commands/command.h"
#include "pipeline/commands/help.h"
#include "pipeline/error.h"
#include "pipeline/screen.h"

/* In the order of a day's work. */
const struct command *const commands[] = {
	&command_init,    &command_intake, &command_run,    &command_status, &command_retry,      &command_search,
	&command_show,    &command_set,    &command_cut,    &command_page, &command_dossier, &command_reuse,  &command_confirm, &command_refuse, &command_cancel,    &command_reinstate, &command_use, &command_judge, &command_import_status, &command_report, &command_user,
	&command_export,  &command_read,   &command_schema, &command_withdraw, &command_batch, &command_reindex, &command_rebuild, &command_verify, &command_version,
	&command_man,     &command_completion, NULL,
};

/* What every command takes. */
const struct command_option common_options[] = {
	{ "archive", 'A', N_("DIR"), N_("the archive to work on; else $SOHOA_ARCHIVE, else the folder we are in or the nearest above it") },
	{ "help", 'h', NULL, N_("show this help and end") },
	{ NULL, 0, NULL, NULL },
};

enum { COMMON_ARCHIVE, COMMON_HELP };

#define OPTIONS_MAX 32
#define FIRST_CODE 1000 /* getopt values of ours; above every letter */

static const struct command *find(const char *name)
{
	for (int i = 0; commands[i]; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

/* Fills getopt's two tables from ours. */
static void tables(const struct command *command, struct option *longs, char *shorts)
{
	int n = 0;

	*shorts++ = ':'; /* a missing value is told apart from an unknown option */
	for (const struct command_option *o = common_options; o->name; o++, n++) {
		longs[n] = (struct option){ o->name, o->argument ? required_argument : no_argument, NULL, FIRST_CODE + n };
		*shorts++ = o->letter;
		if (o->argument)
			*shorts++ = ':';
	}
	for (const struct command_option *o = command->options; o && o->name && n < OPTIONS_MAX - 1; o++, n++) {
		longs[n] = (struct option){ o->name, o->argument ? required_argument : no_argument, NULL, FIRST_CODE + n };
		if (!o->letter)
			continue;
		*shorts++ = o->letter;
		if (o->argument)
			*shorts++ = ':';
	}
	longs[n] = (struct option){ NULL, 0, NULL, 0 };
	*shorts = '\0';
}

static int index_of(const struct command *command, int code)
{
	int n = 0;

	if (code >= FIRST_CODE)
		return code - FIRST_CODE;
	for (const struct command_option *o = common_options; o->name; o++, n++)
		if (o->letter == code)
			return n;
	for (const struct command_option *o = command->options; o && o->name; o++, n++)
		if (o->letter == code)
			return n;
	return -1;
}

/* The argument that getopt stopped at: it goes on to the next one only behind the last letter of "-xyz". */
static const char *unknown_option(char **argv)
{
	const char *last = argv[optind - 1];

	if (optopt && optopt < FIRST_CODE && (last[0] != '-' || last[1] == '-' || last[strlen(last) - 1] != (char)optopt))
		return argv[optind];
	return last;
}

static int invoke(const struct command *command, int argc, char **argv)
{
	struct option longs[OPTIONS_MAX];
	char shorts[2 * OPTIONS_MAX + 2];
	const char *values[OPTIONS_MAX] = { NULL };
	struct invocation in = { command, getenv("SOHOA_ARCHIVE"), values, 0, NULL };
	int code, ncommon = 2;

	tables(command, longs, shorts);
	opterr = 0;
	while ((code = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		int i = index_of(command, code);

		if (code == '?')
			return command_usage(&in, _("there is no option %s"), unknown_option(argv));
		if (code == ':')
			return command_usage(&in, _("the option %s needs a value"), argv[optind - 1]);
		if (i == COMMON_HELP) {
			help_command(command, stdout);
			return EXIT_DONE;
		}
		if (i == COMMON_ARCHIVE)
			in.archive = optarg;
		else
			values[i - ncommon] = optarg ? optarg : "";
	}
	in.nargs = argc - optind;
	in.args = argv + optind;
	if (in.nargs < command->min_args)
		return command_usage(&in, _("something is missing: sohoa %s %s"), command->name, command->arguments);
	if (command->max_args >= 0 && in.nargs > command->max_args)
		return command_usage(&in, _("too much: %s"), in.args[command->max_args]);
	return command->run(&in);
}

int main(int argc, char **argv)
{
	const struct command *command;
	int ret;

	screen_choose_language();
	if (argc < 2 || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		command = argc > 2 ? find(argv[2]) : NULL;
		if (command)
			help_command(command, stdout);
		else
			help_overview(argc < 2 ? stderr : stdout);
		return argc < 2 ? EXIT_USAGE : EXIT_DONE;
	}
	if (!strcmp(argv[1], "--version")) {
		printf("sohoa %s\n", SOHOA_VERSION);
		return EXIT_DONE;
	}
	command = find(argv[1]);
	if (!command) {
		fprintf(stderr, _("sohoa: there is no command \"%s\"; sohoa --help lists them\n"), argv[1]);
		return EXIT_USAGE;
	}
	ret = invoke(command, argc - 1, argv + 1);
	if (fflush(stdout) == EOF && ret == EXIT_DONE) { /* a full disk behind a redirect */
		fprintf(stderr, _("sohoa %s: the output could not be written\n"), command->name);
		ret = EXIT_STOPPED;
	}
	return ret;
}
