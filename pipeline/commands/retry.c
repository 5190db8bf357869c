/* retry.c - puts what was set aside back to waiting */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/counts.h"
#include "pipeline/catalogue/intake.h"
#include "pipeline/catalogue/papers.h"
#include "pipeline/catalogue/work.h"
#include "pipeline/commands/command.h"
#include "pipeline/error.h"
#include "pipeline/pool.h"
#include "pipeline/reason.h"
#include "pipeline/store.h"
#include "stages/decode/decode.h"

struct choice {
	char kind; /* as work_retry: 'a', 'd', 'f', 'p' */
	int64_t id;
};

/* What a person copies from the report: "dossier", "batch/dossier", "dossier/file", "dossier/file:3". */
static int choose(struct archive *archive, const char *text, struct choice *choice, struct error *err)
{
	struct arena *arena = arena_new();
	struct set_aside *list;
	int n, ret = -1;

	*choice = (struct choice){ 0, 0 };
	if (counts_set_aside(archive->catalogue, 0, arena, &list, &n, err) < 0)
		goto out;
	for (int i = 0; i < n; i++) {
		char *file, *page;

		if (!list[i].name)
			continue;
		file = arena_printf(arena, "%s/%s", list[i].code, list[i].name);
		page = arena_printf(arena, "%s:%d", file, list[i].file_page);
		if (list[i].kind == 'p' && !strcmp(text, page))
			*choice = (struct choice){ 'p', list[i].id };
		else if (list[i].kind == 'f' && (!strcmp(text, file) || !strcmp(text, list[i].name)))
			*choice = (struct choice){ 'f', list[i].id };
		if (choice->kind)
			break;
	}
	if (!choice->kind) {
		choice->id = papers_find_dossier(archive->catalogue, text, err);
		if (choice->id < 0)
			goto out;
		choice->kind = choice->id ? 'd' : 0;
	}
	ret = choice->kind ? 0 : error_set(err, REACH_DOCUMENT, NULL,
					   _("nothing that is set aside is called \"%s\"; `sohoa status` shows the names (DOSSIER, DOSSIER/FILE or "
					     "DOSSIER/FILE:PAGE)"), text);
out:
	arena_free(arena);
	return ret;
}

static int accept_file(struct archive *archive, const struct intake_again *file, const struct inspection *found, struct error *err)
{
	struct catalogue *c = archive->catalogue;

	if (catalogue_begin(c, err) < 0)
		return -1;
	if (intake_accept(c, file->id, found->media, found->pages, err) < 0 || intake_finish_dossier(c, file->dossier_id, err) < 0) {
		catalogue_rollback(c);
		return -1;
	}
	return catalogue_commit(c, err);
}

/* Files that were kept but could not be opened are inspected once more. */
static int retry_files(struct archive *archive, const struct choice *choice, int *accepted, struct error *err)
{
	struct arena *arena = arena_new();
	struct intake_again *list;
	struct pool *pool = NULL;
	int n, ret = -1;

	if (intake_set_aside(archive->catalogue, choice->kind, choice->id, arena, &list, &n, err) < 0)
		goto out;
	if (n && !(pool = pool_open(archive->config, POOL_FILES, 1, err)))
		goto out;
	for (int i = 0; i < n; i++) {
		struct inspection found = { 0 };
		struct error why = ERROR_INIT;
		int fd = store_fd(archive->store, list[i].hash, &why), got = -1;

		if (fd >= 0)
			got = pool_inspect(pool, fd, &found, &why);
		if (fd >= 0)
			close(fd);
		if (got < 0 && why.reach == REACH_RUN) {
			*err = why;
			goto out;
		}
		if (got < 0 || found.archive) {
			printf(_("%s: still set aside: %s\n"), list[i].shown, got < 0 ? reason_title(why.reason) : _("take the archive in again"));
			continue;
		}
		if (accept_file(archive, &list[i], &found, err) < 0)
			goto out;
		++*accepted;
	}
	ret = 0;
out:
	pool_close(pool);
	arena_free(arena);
	return ret;
}

static int retry_rows(struct archive *archive, const struct choice *choice, int64_t *pages, int64_t *dossiers, struct error *err)
{
	if (catalogue_begin(archive->catalogue, err) < 0)
		return -1;
	if (work_retry(archive->catalogue, choice->kind, choice->id, pages, dossiers, err) < 0) {
		catalogue_rollback(archive->catalogue);
		return -1;
	}
	return catalogue_commit(archive->catalogue, err);
}

static int run(const struct invocation *in)
{
	struct error err = ERROR_INIT;
	struct archive archive;
	int64_t pages = 0, dossiers = 0;
	int files = 0, ret = archive_open(in, true, &archive);

	if (ret)
		return ret;
	for (int i = 0; !ret && i < (in->nargs ? in->nargs : 1); i++) {
		struct choice choice = { 'a', 0 };
		int64_t some_pages = 0, some_dossiers = 0;

		if ((in->nargs && choose(&archive, in->args[i], &choice, &err) < 0) ||
		    retry_rows(&archive, &choice, &some_pages, &some_dossiers, &err) < 0 ||
		    (choice.kind != 'p' && retry_files(&archive, &choice, &files, &err) < 0))
			ret = command_fail(in, &err);
		pages += some_pages;
		dossiers += some_dossiers;
	}
	if (!ret)
		printf(pages || dossiers || files ? _("Waiting again: %lld pages, %lld dossiers, %d files. `sohoa run` reads them.\n") :
						    _("Nothing to try again.\n"),
		       (long long)pages, (long long)dossiers, files);
	archive_close(&archive);
	return ret;
}

const struct command command_retry = {
	.name = "retry",
	.arguments = "[PAGE|FILE|DOSSIER...]",
	.summary = N_("try again what was set aside"),
	.help = N_("Puts pages, files and dossiers that were set aside back to waiting, with their attempts at zero; without an argument, all of them. "
		   "Nothing is read here: `sohoa run` does that. Files that were kept but could not be opened are inspected once more.\n\n"
		   "What never came in (unreadable, changing) is taken in again with `sohoa intake`; restricted papers stay restricted. The names are "
		   "those of `sohoa status`.\n\n"
		   "  sohoa retry\n  sohoa retry HS-0123\n  sohoa retry HS-0123/scan-4.tif:2"),
	.min_args = 0,
	.max_args = -1,
	.run = run,
};
