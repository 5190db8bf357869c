/* man.c - the manual page, printed from the same tables as --help */
#include <stdio.h>
#include <string.h>

#include "pipeline/commands/command.h"
#include "pipeline/commands/help.h"
#include "pipeline/error.h"

/* roff reads a backslash as an escape and a dot or quote at the start of a line as a request. */
static void roff(const char *text)
{
	bool line_start = true;

	for (; *text; text++) {
		if (line_start && (*text == '.' || *text == '\''))
			fputs("\\&", stdout);
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else
			putchar(*text);
		line_start = *text == '\n';
	}
}

static void paragraphs(const char *text)
{
	while (*text) {
		const char *end = strstr(text, "\n\n");
		size_t n = end ? (size_t)(end - text) : strlen(text);
		char part[4000];

		snprintf(part, sizeof part, "%.*s", (int)n, text);
		puts(*part == ' ' ? ".PP\n.nf" : ".PP");
		roff(part);
		puts(*part == ' ' ? "\n.fi" : "");
		text += n;
		while (*text == '\n')
			text++;
	}
}

static void options(const struct command_option *list)
{
	for (const struct command_option *o = list; o && o->name; o++) {
		puts(".TP");
		if (o->letter)
			printf("\\fB\\-%c\\fR, ", o->letter);
		printf("\\fB\\-\\-%s\\fR", o->name);
		if (o->argument)
			printf(" \\fI%s\\fR", _(o->argument));
		putchar('\n');
		roff(_(o->help));
		putchar('\n');
	}
}

static int run(const struct invocation *in)
{
	printf(".\\\" printed by `sohoa man`\n.TH SOHOA 1 \"\" \"sohoa %s\"\n", SOHOA_VERSION);
	printf(".SH %s\nsohoa \\- ", _("NAME"));
	roff(_("scanned dossiers in; searchable records out, judged for reuse"));
	printf("\n.SH %s\n\\fBsohoa\\fR \\fI%s\\fR ...\n", _("SYNOPSIS"), _("COMMAND"));
	printf(".SH %s\n", _("COMMANDS"));
	for (int i = 0; commands[i]; i++) {
		const struct command *c = commands[i];

		printf(".SS \"sohoa %s ", c->name);
		roff(*c->arguments ? _(c->arguments) : "");
		puts("\"");
		roff(_(c->summary));
		puts(".");
		if (*c->help)
			paragraphs(_(c->help));
		options(c->options);
	}
	printf(".SH %s\n", _("OPTIONS OF EVERY COMMAND"));
	options(common_options);
	printf(".SH %s\n", _("ENVIRONMENT"));
	printf(".TP\n.B SOHOA_ARCHIVE\n");
	roff(_("the archive, where --archive does not name one"));
	printf("\n.TP\n.B SOHOA_DATA\n");
	roff(_("the folder that holds schemas, where the program is not installed as usual"));
	printf("\n.TP\n.B LANG\\fR, \\fBLC_ALL\\fR, \\fBLC_MESSAGES\n");
	roff(_("the language of the screen: vi_VN shows Vietnamese, others English"));
	printf("\n.SH %s\n", _("EXIT STATUS"));
	printf(".TP\n.B 0\n%s\n.TP\n.B 1\n%s\n.TP\n.B 2\n%s\n.TP\n.B 3\n%s\n.TP\n.B 75\n%s\n.TP\n.B 130\n%s\n", _("all done"),
	       _("some items were set aside, or differ from what was declared"), _("wrong usage"),
	       _("stopped: disk, catalogue, configuration"), _("another run holds the lock, or the disk is full: try later"),
	       _("interrupted; everything acknowledged is kept"));
	return EXIT_DONE;
}

const struct command command_man = {
	.name = "man",
	.arguments = "",
	.summary = N_("print the manual page"),
	.help = N_("  sohoa man | man -l -"),
	.run = run,
};
