#include "pipeline/commands/help.h"

#include <stdio.h>
#include <string.h>

#include "pipeline/commands/command.h"
#include "pipeline/error.h"
#include "pipeline/text.h"

#define WIDTH 88 /* columns of a help text: narrow enough for two windows side by side */

/* Words of a text between two columns; the cursor stands at `at`. */
static void wrap(FILE *to, const char *text, int indent, int at)
{
	while (*text) {
		size_t n = strcspn(text, " \n");
		char word[400];
		int width;

		snprintf(word, sizeof word, "%.*s", (int)n, text);
		width = (int)text_length(word);
		if (at + width > WIDTH && at > indent) {
			fprintf(to, "\n%*s", indent, "");
			at = indent;
		}
		fputs(word, to);
		at += width;
		text += n;
		if (*text) {
			text++;
			if (*text && at < WIDTH) {
				fputc(' ', to);
				at++;
			}
		}
	}
	fputc('\n', to);
}

static void paragraphs(FILE *to, const char *text)
{
	while (*text) {
		const char *end = strstr(text, "\n\n");
		size_t n = end ? (size_t)(end - text) : strlen(text);

		fputc('\n', to);
		if (*text == ' ') { /* an example stands as it is */
			fprintf(to, "%.*s\n", (int)n, text);
		} else {
			char part[4000];

			snprintf(part, sizeof part, "%.*s", (int)n, text);
			wrap(to, part, 0, 0);
		}
		text += n;
		while (*text == '\n')
			text++;
	}
}

static void options(FILE *to, const struct command_option *list)
{
	for (const struct command_option *o = list; o && o->name; o++) {
		char head[100];
		int width;

		if (o->letter)
			snprintf(head, sizeof head, "  -%c, --%s%s%s", o->letter, o->name, o->argument ? " " : "",
				 o->argument ? _(o->argument) : "");
		else
			snprintf(head, sizeof head, "      --%s%s%s", o->name, o->argument ? " " : "",
				 o->argument ? _(o->argument) : "");
		width = (int)text_length(head);
		fprintf(to, "%s%*s", head, width < 26 ? 26 - width : 1, "");
		wrap(to, _(o->help), 26, width < 26 ? 26 : width + 1);
	}
}

void help_command(const struct command *command, FILE *to)
{
	fprintf(to, _("Usage: sohoa %s %s\n"), command->name, *command->arguments ? _(command->arguments) : "");
	fprintf(to, "\n%s.\n", _(command->summary));
	if (*command->help)
		paragraphs(to, _(command->help));
	fprintf(to, "\n%s\n", _("Options:"));
	options(to, command->options);
	options(to, common_options);
}

void help_overview(FILE *to)
{
	fputs(_("Usage: sohoa COMMAND ...\n\nScanned dossiers in; searchable records out, judged for reuse.\n"), to);
	fprintf(to, "\n%s\n", _("Commands:"));
	for (int i = 0; commands[i]; i++) {
		fprintf(to, "  %-12s", commands[i]->name);
		wrap(to, _(commands[i]->summary), 14, 14);
	}
	fprintf(to, "\n%s\n", _("A first archive:"));
	fputs("  sohoa init kho\n  sohoa intake -A kho lo-2026-01\n  sohoa run -A kho\n  sohoa search -A kho giay khai sinh\n", to);
	fprintf(to, "\n%s\n",
		_("`sohoa COMMAND --help` explains one. Exit codes: 0 all done, 1 some items set aside, 2 wrong usage, 3 stopped,\n"
		  "75 busy or disk full (try later), 130 interrupted (all that was acknowledged is kept)."));
}
