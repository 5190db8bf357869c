/* run.c - reads, parts, judges everything that waits */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/commands/command.h"
#include "pipeline/commands/progress.h"
#include "pipeline/commands/report.h"
#include "pipeline/error.h"
#include "pipeline/runner.h"

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	stop = stop + 1;
}

static void watch(void *context, const struct run_state *state)
{
	progress_follow(context, state->total, state->done, state->set_aside);
}

static void notice(void *context, const char *text)
{
	progress_line(context, "%s", text);
}

static int run(const struct invocation *in)
{
	long jobs = option_number(in, "jobs", 1, 256, sysconf(_SC_NPROCESSORS_ONLN));
	struct progress progress = { .quiet = option(in, "quiet") != NULL };
	struct sigaction action = { .sa_handler = on_signal };
	struct error err = ERROR_INIT;
	struct run_state state;
	struct archive archive;
	int ret;

	if (jobs < 0)
		return EXIT_USAGE;
	ret = archive_open(in, true, &archive);
	if (ret)
		return ret;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	ret = run_archive(&(struct run_order){ archive.dir, archive.config, archive.store, archive.catalogue, (int)jobs, &stop,
					       watch, notice, &progress },
			  &state, &err);
	progress_end(&progress);
	if (ret < 0)
		ret = command_fail(in, &err);
	else
		ret = report_print(in, &archive, option(in, "json") != NULL);
	if (stop && ret <= EXIT_SOME) {
		fprintf(stderr, _("interrupted; everything acknowledged is kept, `sohoa run` goes on from here\n"));
		ret = EXIT_INTERRUPTED;
	}
	archive_close(&archive);
	return ret;
}

static const struct command_option options[] = {
	{ "jobs", 'j', N_("N"), N_("pages read at the same time; else one per processor") },
	{ "json", 0, NULL, N_("the batch report as JSON") },
	{ "quiet", 'q', NULL, N_("no progress") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_run = {
	.name = "run",
	.arguments = "",
	.summary = N_("read what waits, part it into papers, judge them"),
	.help = N_("Works until nothing waits any more, then shows the batch report with the counts that must close. A page that cannot be read is "
		   "tried three times and then set aside with the reason; the others go on.\n\n"
		   "Ctrl-C finishes the pages in hand and ends; a second one ends at once. After a power cut the next run goes on by itself. Only one "
		   "run works on an archive at a time: a second one ends with exit code 75 and says who holds the lock.\n\n"
		   "  sohoa run -A kho -j 2"),
	.options = options,
	.run = run,
};
