/* completion.c - shell completion, printed from the same tables as --help */
#include <stdio.h>
#include <string.h>

#include "pipeline/commands/command.h"
#include "pipeline/commands/help.h"
#include "pipeline/error.h"

static void words(const struct command_option *list)
{
	for (const struct command_option *o = list; o && o->name; o++)
		printf(" --%s", o->name);
}

static int run(const struct invocation *in)
{
	fputs("# bash completion for sohoa; printed by `sohoa completion`\n"
	      "_sohoa()\n{\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} words\n\tif ((COMP_CWORD == 1)); then\n\t\twords='", stdout);
	for (int i = 0; commands[i]; i++)
		printf("%s ", commands[i]->name);
	fputs("--help --version'\n\telse\n\t\tcase ${COMP_WORDS[1]} in\n", stdout);
	for (int i = 0; commands[i]; i++) {
		printf("\t\t%s) words='", commands[i]->name);
		words(commands[i]->options);
		words(common_options);
		fputs("' ;;\n", stdout);
	}
	fputs("\t\tesac\n\tfi\n\tif [[ $cur == -* || $COMP_CWORD == 1 ]]; then\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	      "\telse\n\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n\tfi\n}\n"
	      "complete -o filenames -F _sohoa sohoa\n", stdout);
	return EXIT_DONE;
}

const struct command command_completion = {
	.name = "completion",
	.arguments = "",
	.summary = N_("print completion for bash"),
	.help = N_("  source <(sohoa completion)"),
	.run = run,
};
