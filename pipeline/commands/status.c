/* status.c - what was received, what became of it, what must be looked at */
#include "pipeline/commands/command.h"
#include "pipeline/commands/report.h"
#include "pipeline/error.h"

static int run(const struct invocation *in)
{
	struct archive archive;
	int ret = archive_open(in, false, &archive);

	if (ret)
		return ret;
	ret = report_print(in, &archive, option(in, "json") != NULL);
	archive_close(&archive);
	return ret;
}

static const struct command_option options[] = {
	{ "json", 0, NULL, N_("the report as JSON, with every item") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_status = {
	.name = "status",
	.arguments = "",
	.summary = N_("show what was received and what became of it"),
	.help = N_("For each batch: files received, accepted and set aside; pages found and where they are; what differs from the list of the "
		   "batch; every item that was set aside, with the reason and what to do; and the pages that should be scanned again.\n\n"
		   "The counts must close, each in its own unit: files received = accepted + set aside; pages found = in papers + blank + "
		   "separators + restricted + set aside + still waiting.\n\n"
		   "It only reads and may be used while a run goes on. The exit code is 1 when something is set aside or differs."),
	.options = options,
	.max_args = 0,
	.run = run,
};
