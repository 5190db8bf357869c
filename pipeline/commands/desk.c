/* desk.c - what the commands share: options, opening the archive, failing politely */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/commands/command.h"
#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/lock.h"
#include "pipeline/store.h"

const char *option(const struct invocation *in, const char *name)
{
	for (int i = 0; in->command->options && in->command->options[i].name; i++)
		if (!strcmp(in->command->options[i].name, name))
			return in->values[i];
	return NULL;
}

long option_number(const struct invocation *in, const char *name, long low, long high, long otherwise)
{
	const char *text = option(in, name);
	char *end;
	long n;

	if (!text)
		return otherwise;
	errno = 0;
	n = strtol(text, &end, 10);
	if (!errno && *text && !*end && n >= low && n <= high)
		return n;
	command_usage(in, _("--%s takes a number from %ld to %ld, not \"%s\""), name, low, high, text);
	return -1;
}

int command_usage(const struct invocation *in, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "sohoa %s: ", in->command->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, _("\n`sohoa %s --help` explains it.\n"), in->command->name);
	return EXIT_USAGE;
}

int command_fail(const struct invocation *in, const struct error *err)
{
	bool later = err->reason && (!strcmp(err->reason, "disk-full") || !strcmp(err->reason, "busy"));

	fprintf(stderr, "%ssohoa %s:%s %s\n", sgr(stderr, "1;31"), in->command->name, sgr(stderr, "0"), err->text);
	if (later)
		return EXIT_BUSY;
	return err->reach == REACH_RUN ? EXIT_STOPPED : EXIT_SOME;
}

const char *sgr(FILE *to, const char *code)
{
	static char ring[4][16]; /* several in one printf */
	static unsigned next;
	char *out = ring[next++ % 4];

	if (getenv("NO_COLOR") || !isatty(fileno(to)))
		return "";
	snprintf(out, sizeof ring[0], "\033[%sm", code);
	return out;
}

/* The current directory or the nearest above it that holds sohoa.yaml. */
static char *find_archive(void)
{
	char dir[PATH_MAX], probe[PATH_MAX + 16];

	if (!getcwd(dir, sizeof dir))
		return NULL;
	for (;;) {
		char *slash;

		snprintf(probe, sizeof probe, "%s/sohoa.yaml", dir);
		if (access(probe, F_OK) == 0)
			return mem_strdup(dir);
		slash = strrchr(dir, '/');
		if (!slash || slash == dir)
			return NULL;
		*slash = '\0';
	}
}

/* The folder of trusted certificates is meant from the archive on, and workers do not know where that is. */
static void resolve_roots(struct archive *archive)
{
	const char *roots = config_text(archive->config, "signature", "roots", NULL);
	char path[PATH_MAX];

	if (roots && *roots != '/' && snprintf(path, sizeof path, "%s/%s", archive->dir, roots) < (int)sizeof path)
		config_set(archive->config, "signature", "roots", path);
}

int archive_open_store(const struct invocation *in, struct archive *archive)
{
	struct error err = ERROR_INIT;
	char path[PATH_MAX];

	*archive = (struct archive){ NULL, NULL, NULL, NULL };
	archive->dir = in->archive ? mem_strdup(in->archive) : find_archive();
	if (!archive->dir) {
		fprintf(stderr, _("sohoa %s: there is no archive here; name one with --archive, or make one with `sohoa init DIR`\n"),
			in->command->name);
		return EXIT_USAGE;
	}
	snprintf(path, sizeof path, "%s/sohoa.yaml", archive->dir);
	if (access(path, F_OK) < 0) {
		fprintf(stderr, _("sohoa %s: %s is no archive (it has no sohoa.yaml); `sohoa init %s` makes one\n"), in->command->name,
			archive->dir, archive->dir);
		archive_close(archive);
		return EXIT_USAGE;
	}
	archive->config = config_open(path, &err);
	if (archive->config)
		resolve_roots(archive);
	if (archive->config)
		archive->store = store_open(archive->dir, &err);
	if (archive->store)
		return 0;
	archive_close(archive);
	return command_fail(in, &err);
}

int archive_open(const struct invocation *in, bool writable, struct archive *archive)
{
	struct error err = ERROR_INIT;
	int status = archive_open_store(in, archive);

	if (status)
		return status;
	archive->catalogue = catalogue_open(archive->dir, writable, &err);
	if (archive->catalogue)
		return 0;
	archive_close(archive);
	return command_fail(in, &err);
}

struct lock *archive_run_lock(const struct invocation *in, const struct archive *archive, int *status)
{
	struct error err = ERROR_INIT;
	int busy = 0;
	struct lock *lock = lock_try(archive->dir, "run.lock", &busy, &err);

	if (lock)
		return lock;
	if (busy)
		err.reason = "busy";
	*status = command_fail(in, &err);
	return NULL;
}

void archive_close(struct archive *archive)
{
	catalogue_close(archive->catalogue);
	store_close(archive->store);
	config_close(archive->config);
	free(archive->dir);
	*archive = (struct archive){ NULL, NULL, NULL, NULL };
}
