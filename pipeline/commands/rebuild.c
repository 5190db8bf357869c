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

struct watcher {
	struct progress progress;
	bool begun, quiet;
};

static void watch(void *context, int64_t done, int64_t all)
{
	struct watcher *w = context;

	if (!w->begun)
		progress_begin(&w->progress, all, done, w->quiet);
	w->begun = true;
	progress_show(&w->progress, done, 0);
}

static void lost(void *context, const char *text)
{
	struct watcher *w = context;

	if (w->begun)
		progress_line(&w->progress, "%s", text);
	else
		fprintf(stderr, "%s\n", text);
}

static int rebuild(const struct invocation *in, const struct archive *archive)
{
	struct watcher watcher = { .quiet = option(in, "quiet") != NULL };
	const struct rebuild_watch watching = { watch, lost, &watcher, &stop };
	struct sigaction action = { .sa_handler = on_signal };
	struct error err = ERROR_INIT;
	struct rebuilt rebuilt;
	int ret;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	ret = rebuild_archive(archive->dir, archive->store, &watching, &rebuilt, &err);
	if (watcher.begun)
		progress_end(&watcher.progress);
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
	struct error err = ERROR_INIT;
	struct archive archive;
	struct lock *lock;
	int busy = 0, status = archive_open_store(in, &archive);

	if (status)
		return status;
	lock = lock_try(archive.dir, "run.lock", &busy, &err);
	if (!lock && busy)
		err.reason = "busy";
	status = lock ? rebuild(in, &archive) : command_fail(in, &err);
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
