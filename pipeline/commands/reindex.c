/* reindex.c - makes the search index anew from the store */
#include <signal.h>
#include <stdio.h>

#include "pipeline/ahead.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/commands/command.h"
#include "pipeline/commands/progress.h"
#include "pipeline/error.h"
#include "pipeline/indexing.h"
#include "pipeline/lock.h"
#include "pipeline/reindex.h"

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	stop = 1;
}

static void watch(void *context, int64_t done, int64_t all)
{
	progress_follow(context, all, done, 0);
}

static int reindex(const struct invocation *in, struct archive *archive)
{
	struct progress progress = { .quiet = option(in, "quiet") != NULL };
	struct sigaction action = { .sa_handler = on_signal };
	struct text_source source;
	struct error err = ERROR_INIT;
	int ret;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (reindex_begin(archive->catalogue, &err) < 0)
		return command_fail(in, &err);
	indexing_source(&source, archive->store);
	ret = reindex_resume(archive->catalogue, &source, watch, &progress, &stop, &err);
	progress_end(&progress);
	if (ret < 0 || catalogue_checkpoint(archive->catalogue, 0, &err) < 0)
		return command_fail(in, &err);
	if (!ret) {
		puts(_("The index was made anew."));
		return EXIT_DONE;
	}
	fputs(_("interrupted; the same command, or the next `sohoa run`, goes on from here\n"), stderr);
	return EXIT_INTERRUPTED;
}

static int run(const struct invocation *in)
{
	struct archive archive;
	struct lock *lock;
	int status = archive_open(in, true, &archive);

	if (status)
		return status;
	lock = archive_run_lock(in, &archive, &status);
	status = lock ? reindex(in, &archive) : status;
	lock_release(lock);
	archive_close(&archive);
	return status;
}

static const struct command_option options[] = {
	{ "quiet", 'q', NULL, N_("no progress") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_reindex = {
	.name = "reindex",
	.arguments = "",
	.summary = N_("make the search index anew"),
	.help = N_("Takes the search index away and makes it anew from the texts in the store: after `sohoa verify` found it damaged, or when words are not found that "
		   "stand on a page. Nothing else is touched. Until it is through, a search finds only what was done so far and says so. When it was stopped, "
		   "the same command, or the next `sohoa run`, goes on from there. No run may go on meanwhile."),
	.options = options,
	.max_args = 0,
	.run = run,
};
