#include <string.h>

#include "pipeline/commands/command.h"
#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/worker.h"

/* --set may stand many times, so the words are read here and not by the table; the pool alone writes them. */
static int run(const struct invocation *in)
{
	struct config *config;
	enum worker_kind kind;

	if (in->nargs < 1)
		return command_usage(in, _("this is started by the other commands"));
	config = config_open(NULL, NULL);
	kind = !strcmp(in->args[0], "pages") ? WORKER_PAGES : !strcmp(in->args[0], "signatures") ? WORKER_SIGNATURES : WORKER_FILES;
	for (int i = 1; i < in->nargs; i++) {
		char *dot = strchr(in->args[i], '.'), *is = dot ? strchr(dot, '=') : NULL;

		if (!is)
			return command_usage(in, _("expected SECTION.KEY=VALUE, not \"%s\""), in->args[i]);
		*dot = *is = '\0';
		config_set(config, in->args[i], dot + 1, is + 1);
	}
	return worker_serve(config, kind);
}

const struct command command_worker = {
	.name = "worker",
	.arguments = N_("files|pages|signatures [SECTION.KEY=VALUE...]"),
	.summary = N_("one worker process (started by the other commands)"),
	.help = "",
	.min_args = 1,
	.max_args = -1,
	.internal = true,
	.run = run,
};
