/* rebuild.c - makes the catalogue anew from the journal and the store */
#include <signal.h>
#include <stdio.h>

#include "pipeline/commands/command.h"
#include "pipeline/commands/progress.h"
#include "pipeline/error.h"
#include "pipeline/lock.h"
#include "pipeline/rebuild.h"

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	stop = 1;
}

static void watch(void *context, int64_t done, int64_t all)
{
	progress_follow(context, all, done, 0);
}

static void lost(void *context, const char *text)
{
	progress_line(context, "%s", text);
}

static int rebuild(const struct invocation *in, const struct archive *archive)
{
	struct progress progress = { .quiet = option(in, "quiet") != NULL };
	const struct rebuild_watch watching = { watch, lost, &progress, &stop };
	struct sigaction action = { .sa_handler = on_signal };
	struct error err = ERROR_INIT;
	struct rebuilt rebuilt;
	int ret;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	ret = rebuild_archive(archive->dir, archive->store, &watching, &rebuilt, &err);
	progress_end(&progress);
	if (ret < 0)
		return command_fail(in, &err);
	if (ret) {
		fputs(_("interrupted; the catalogue is as it was\n"), stderr);
		return EXIT_INTERRUPTED;
	}
	printf(_("The catalogue was made anew: %lld dossiers, %lld papers, %lld pages.\n"), (long long)rebuilt.dossiers, (long long)rebuilt.papers,
	       (long long)rebuilt.pages);
	if (rebuilt.waiting)
		printf(_("%lld dossiers wait to be read or parted; `sohoa run` does it.\n"), (long long)rebuilt.waiting);
	return rebuilt.lost ? EXIT_SOME : EXIT_DONE;
}

static int run(const struct invocation *in)
{
	struct archive archive;
	struct lock *lock;
	int status = archive_open_store(in, &archive);

	if (status)
		return status;
	lock = archive_run_lock(in, &archive, &status);
	status = lock ? rebuild(in, &archive) : status;
	lock_release(lock);
	archive_close(&archive);
	return status;
}

static const struct command_option options[] = {
	{ "quiet", 'q', NULL, N_("no progress") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_rebuild = {
	.name = "rebuild",
	.arguments = "",
	.summary = N_("make the catalogue anew from the journal and the store"),
	.help = N_("For when catalogue.db is lost, damaged, or an older copy than the rest of the archive. What came in, what people said and decided, the numbers of "
		   "papers, all times and the audit log come from the journal; papers, fields and texts from the store, where each object is read again and compared "
		   "with its hash; index and verdicts are made anew, verdicts for today.\n\n"
		   "The new catalogue is made beside the old one, checked, and takes its place only then; stopped or killed before, nothing has changed. Nobody can "
		   "write meanwhile. A dossier that waited for a run still does; one of which the store lost a text is named and waits too, and the exit code is 1."),
	.options = options,
	.max_args = 0,
	.run = run,
};
