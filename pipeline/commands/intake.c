/* intake.c - takes files, folders and archives in; carries what the room found into the catalogue */
#include <jansson.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/counts.h"
#include "pipeline/catalogue/intake.h"
#include "pipeline/commands/command.h"
#include "pipeline/commands/withdrawn.h"
#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/pool.h"
#include "pipeline/reason.h"
#include "pipeline/store.h"
#include "pipeline/text.h"
#include "stages/decode/decode.h"
#include "stages/intake/intake.h"

#define LOG_MAX ((int64_t)64 << 20) /* the write-ahead log is moved into the database above this */

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	stop = 1;
}

/* What one batch of this call brought. */
struct receipt {
	const struct invocation *in;
	struct archive *archive;
	struct pool *pool;
	int64_t batch;
	const char *code;
	int received, accepted, aside, known, duplicates, renamed, skipped, lines, bad_lines;
	int64_t pages;
	json_t *items, *bad, *passed_over; /* lists for the report */
	int max_pages;
};

static int open_inspect(void *context, int fd, struct inspection *inspection, struct error *err)
{
	return pool_inspect(context, fd, inspection, err);
}

static int open_unpack(void *context, int fd, const struct unpack_sink *sink, struct error *err)
{
	return pool_unpack(context, fd, sink, err);
}

/* --- the sink: one transaction per item, and its COMMIT is the acknowledgement -------------------------------------- */

static void count_item(struct receipt *r, const struct intake_item *item, enum intake_answer answer, bool duplicate)
{
	const char *reason = answer == INTAKE_NAME_TAKEN ? "name-taken" : item->reason;

	r->received++;
	r->aside += reason != NULL;
	r->accepted += !reason;
	r->known += answer == INTAKE_KNOWN && !reason;
	r->pages += reason ? 0 : item->pages;
	r->duplicates += duplicate;
	r->renamed += !reason && item->wrong_extension;
	if (!reason && !duplicate && !item->wrong_extension)
		return;
	json_array_append_new(r->items, json_pack("{s:s,s:s,s:s?,s:s?,s:b,s:b}", "dossier", item->dossier, "file", item->shown, "reason", reason,
						  "detail", reason == item->reason ? item->detail : NULL, "duplicate", (int)duplicate,
						  "wrong_extension", (int)(!reason && item->wrong_extension)));
}

static int take_item(void *context, const struct intake_item *item, struct error *err)
{
	struct receipt *r = context;
	struct catalogue *c = r->archive->catalogue;
	struct intake_file file = { item->name, item->name_size, item->shown, item->hash, item->size, item->media, item->pages, item->reason,
				    item->detail, item->wrong_extension };
	enum intake_answer answer;
	int64_t dossier, row;
	bool duplicate;

	if (stop)
		return error_set(err, REACH_RUN, "interrupted", _("interrupted"));
	if (catalogue_begin(c, err) < 0)
		return -1;
	if (intake_dossier(c, r->batch, item->dossier, &dossier, err) < 0 ||
	    intake_file(c, dossier, &file, r->max_pages, &answer, &duplicate, &row, err) < 0) {
		catalogue_rollback(c);
		return -1;
	}
	if (catalogue_commit(c, err) < 0)
		return -1;
	count_item(r, item, answer, duplicate);
	return catalogue_checkpoint(c, LOG_MAX, err);
}

static int take_line(void *context, const struct intake_line *line, struct error *err)
{
	struct receipt *r = context;
	struct catalogue *c = r->archive->catalogue;
	struct intake_declared declared = { line->code, line->title, line->box, line->shelf, line->retention, line->sheets, line->pages };

	if (catalogue_begin(c, err) < 0)
		return -1;
	if (intake_declare(c, r->batch, &declared, err) < 0) {
		catalogue_rollback(c);
		return -1;
	}
	r->lines++;
	return catalogue_commit(c, err);
}

static int take_list(void *context, const char *hash, int64_t size, struct error *err)
{
	struct receipt *r = context;
	struct catalogue *c = r->archive->catalogue;

	if (catalogue_begin(c, err) < 0)
		return -1;
	if (intake_list_kept(c, r->batch, hash, size, err) < 0) {
		catalogue_rollback(c);
		return -1;
	}
	return catalogue_commit(c, err);
}

static int bad_line(void *context, const char *file, int number, const char *why, struct error *err)
{
	struct receipt *r = context;

	r->bad_lines++;
	json_array_append_new(r->bad, json_pack("{s:s,s:i,s:s}", "file", file, "line", number, "why", why));
	return 0;
}

static int skipped(void *context, const char *shown, struct error *err)
{
	struct receipt *r = context;

	r->skipped++;
	json_array_append_new(r->passed_over, json_string(shown));
	return 0;
}

static int finish_dossier(struct receipt *r, int64_t dossier, struct error *err)
{
	struct catalogue *c = r->archive->catalogue;

	if (catalogue_begin(c, err) < 0)
		return -1;
	if (intake_finish_dossier(c, dossier, err) < 0) {
		catalogue_rollback(c);
		return -1;
	}
	return catalogue_commit(c, err);
}

static int refused(void *context, const char *hash, struct error *why)
{
	return withdrawn_refused(((struct receipt *)context)->archive->catalogue, hash, why);
}

static int dossier_end(void *context, const char *code, struct error *err)
{
	struct receipt *r = context;

	if (isatty(STDERR_FILENO) && !option(r->in, "quiet")) {
		fputs("\r\033[K", stderr);
		fprintf(stderr, _("%s: %s, %d files, %lld pages"), r->code, code, r->received, (long long)r->pages);
	}
	return 0;
}

/* --- a batch ---------------------------------------------------------------------------------------------------------- */

/* Only when everything was taken in are the dossiers complete: their pages get their numbers, and a run may begin with them. */
static int finish_batch(struct receipt *r, struct error *err)
{
	struct catalogue *c = r->archive->catalogue;
	struct arena *arena = arena_new();
	char hash[HASH_SIZE], *text = NULL;
	int64_t *dossiers;
	size_t size;
	int n, ret = -1;

	if (intake_open_dossiers(c, r->batch, arena, &dossiers, &n, err) < 0)
		goto out;
	for (int i = 0; i < n; i++)
		if (finish_dossier(r, dossiers[i], err) < 0)
			goto out;
	text = intake_receipt(c, r->batch, &size, err);
	if (!text || store_put(r->archive->store, text, size, hash, err) < 0 || catalogue_begin(c, err) < 0)
		goto out;
	if (intake_finish_batch(c, r->batch, hash, (int64_t)size, err) < 0) {
		catalogue_rollback(c);
		goto out;
	}
	ret = catalogue_commit(c, err);
out:
	free(text);
	arena_free(arena);
	return ret;
}

static int begin_batch(struct receipt *r, const char *source, struct error *err)
{
	struct catalogue *c = r->archive->catalogue;

	if (catalogue_begin(c, err) < 0)
		return -1;
	if (intake_batch(c, r->code, source, &r->batch, err) < 0) {
		catalogue_rollback(c);
		return -1;
	}
	return catalogue_commit(c, err);
}

static int take_batch(struct receipt *r, char *const *paths, int npaths, struct error *err)
{
	struct intake_opener opener = { r->pool, open_inspect, open_unpack };
	struct intake_sink sink = { r, take_item, take_line, bad_line, skipped, dossier_end, take_list, refused };
	struct arena *arena = arena_new();
	char *full = realpath(paths[0], NULL);
	const char *source = text_show_name(arena, (const unsigned char *)(full ? full : paths[0]), strlen(full ? full : paths[0]));
	int ret = begin_batch(r, source, err);

	for (int i = 0; !ret && i < npaths; i++)
		ret = intake_path(paths[i], r->code, r->archive->store, r->archive->config, &opener, &sink, err);
	arena_free(arena);
	free(full);
	if (isatty(STDERR_FILENO) && !option(r->in, "quiet"))
		fputs("\r\033[K", stderr);
	return ret < 0 ? -1 : finish_batch(r, err);
}

/* --- the report ------------------------------------------------------------------------------------------------------- */

static void print_items(const struct receipt *r)
{
	size_t i;
	json_t *item;

	json_array_foreach(r->items, i, item) {
		const char *reason = json_string_value(json_object_get(item, "reason"));
		const char *detail = json_string_value(json_object_get(item, "detail"));

		printf("  %s/%s: ", json_string_value(json_object_get(item, "dossier")), json_string_value(json_object_get(item, "file")));
		if (reason)
			printf(_("set aside: %s%s%s%s; %s\n"), reason_title(reason), detail && *detail ? " (" : "", detail ? detail : "",
			       detail && *detail ? ")" : "", reason_advice(reason));
		else if (json_is_true(json_object_get(item, "duplicate")))
			puts(_("noted: the same bytes were received before"));
		else
			puts(_("noted: its ending does not fit what it is"));
	}
	json_array_foreach(r->bad, i, item)
		printf(_("  %s, line %lld: %s\n"), json_string_value(json_object_get(item, "file")),
		       (long long)json_integer_value(json_object_get(item, "line")), json_string_value(json_object_get(item, "why")));
	json_array_foreach(r->passed_over, i, item)
		printf(_("  %s: passed over by its name\n"), json_string_value(item));
}

static const char *difference_name(enum difference_kind kind)
{
	static const char *const names[] = { "pages", "sheets", "missing", "unlisted" };

	return names[kind];
}

static void print_differences(const struct difference *d, int n)
{
	for (int i = 0; i < n; i++)
		if (d[i].kind == DIFFERENCE_PAGES)
			printf(_("  %s: pages declared %lld, found %lld\n"), d[i].code, (long long)d[i].declared, (long long)d[i].found);
		else if (d[i].kind == DIFFERENCE_SHEETS)
			printf(_("  %s: sheets declared %lld, which does not fit %lld pages\n"), d[i].code, (long long)d[i].declared,
			       (long long)d[i].found);
		else if (d[i].kind == DIFFERENCE_MISSING)
			printf(_("  %s: stands in the list, but nothing was received\n"), d[i].code);
		else
			printf(_("  %s: was received, but does not stand in the list\n"), d[i].code);
}

static json_t *differences_json(const struct difference *d, int n)
{
	json_t *list = json_array();

	for (int i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{s:s,s:s,s:I,s:I}", "dossier", d[i].code, "kind", difference_name(d[i].kind), "declared",
						      (json_int_t)d[i].declared, "found", (json_int_t)d[i].found));
	return list;
}

static int report(struct receipt *r, json_t *json, struct error *err)
{
	struct arena *arena = arena_new();
	struct difference *differences;
	int n, ret = counts_differences(r->archive->catalogue, r->batch, arena, &differences, &n, err);

	if (ret < 0)
		goto out;
	ret = r->aside || r->bad_lines || n ? EXIT_SOME : EXIT_DONE;
	if (json) {
		json_array_append_new(json, json_pack("{s:s,s:{s:i,s:i,s:i,s:i,s:i,s:i},s:I,s:O,s:o,s:i,s:O,s:O}", "batch", r->code, "files",
						      "received", r->received, "accepted", r->accepted, "set_aside", r->aside, "known", r->known,
						      "duplicate", r->duplicates, "wrong_extension", r->renamed, "pages", (json_int_t)r->pages,
						      "items", r->items, "differences", differences_json(differences, n), "list_lines", r->lines,
						      "bad_lines", r->bad, "skipped", r->passed_over));
		goto out;
	}
	printf(_("%sBatch %s%s: files received %d = %d accepted + %d set aside; %lld pages\n"), sgr(stdout, "1"), r->code, sgr(stdout, "0"),
	       r->received, r->accepted, r->aside, (long long)r->pages);
	if (r->known)
		printf(_("  %d of them were taken in before\n"), r->known);
	print_items(r);
	print_differences(differences, n);
out:
	arena_free(arena);
	return ret;
}

/* --- the command ------------------------------------------------------------------------------------------------------ */

static bool is_plain_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static size_t folder_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Files given side by side from one folder belong together: they are that folder's dossier. Everything else is a batch of its own. */
static int group(char *const *args, int nargs)
{
	int n = 1;

	if (!is_plain_file(args[0]))
		return 1;
	while (n < nargs && is_plain_file(args[n]) && folder_length(args[n]) == folder_length(args[0]) &&
	       !memcmp(args[n], args[0], folder_length(args[0])))
		n++;
	return n;
}

static void group_code(char *const *args, int n, char *out, size_t size)
{
	char folder[PATH_MAX];

	if (n == 1) {
		intake_code(args[0], out, size);
		return;
	}
	snprintf(folder, sizeof folder, "%.*s", (int)folder_length(args[0]), folder_length(args[0]) ? args[0] : "");
	intake_code(*folder ? folder : ".", out, size);
}

static int take_group(const struct invocation *in, struct archive *archive, struct pool *pool, char *const *args, int n, json_t *json,
		      struct error *err)
{
	char code[600];
	struct receipt r = { .in = in, .archive = archive, .pool = pool, .code = code };
	int ret;

	group_code(args, n, code, sizeof code);
	r.items = json_array();
	r.bad = json_array();
	r.passed_over = json_array();
	r.max_pages = (int)config_int(archive->config, "limits", "dossier_pages", 20000);
	ret = take_batch(&r, args, n, err);
	if (!ret)
		ret = report(&r, json, err);
	json_decref(r.items);
	json_decref(r.bad);
	json_decref(r.passed_over);
	return ret;
}

static int take_all(const struct invocation *in, struct archive *archive, json_t *json)
{
	struct error err = ERROR_INIT;
	struct pool *pool = pool_open(archive->config, POOL_FILES, 1, &err);
	int status = EXIT_DONE;

	for (int i = 0, n; pool && i < in->nargs; i += n) {
		int ret;

		n = group(in->args + i, in->nargs - i);
		ret = take_group(in, archive, pool, in->args + i, n, json, &err);
		if (ret > 0)
			status = ret;
		if (ret >= 0)
			continue;
		if (err.reach == REACH_RUN)
			break;
		status = command_fail(in, &err); /* this path; the others go on */
		err = (struct error)ERROR_INIT;
	}
	pool_close(pool);
	if (stop) {
		fprintf(stderr, _("interrupted; what was acknowledged is kept, the same command goes on from here\n"));
		return EXIT_INTERRUPTED;
	}
	return err.reach == REACH_NONE ? status : command_fail(in, &err);
}

static int run(const struct invocation *in)
{
	struct sigaction action = { .sa_handler = on_signal };
	json_t *json = option(in, "json") ? json_array() : NULL;
	struct archive archive;
	int ret = archive_open(in, true, &archive);

	if (!ret) {
		sigaction(SIGINT, &action, NULL);
		sigaction(SIGTERM, &action, NULL);
		ret = take_all(in, &archive, json);
		if (json) {
			json_dumpf(json, stdout, JSON_INDENT(2));
			putchar('\n');
		}
		archive_close(&archive);
	}
	json_decref(json);
	return ret;
}

static const struct command_option options[] = {
	{ "json", 0, NULL, N_("the report as JSON") },
	{ "quiet", 'q', NULL, N_("no progress") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_intake = {
	.name = "intake",
	.arguments = "PATH...",
	.summary = N_("take scanned files, folders and archives in"),
	.help = N_("Copies every file into the archive, makes sure that it lies on the disk, and notes what it is. The sources are not touched. When the "
		   "command has ended (or was stopped, or the power went) the same command may be given again: nothing is doubled, and it goes on "
		   "where it was.\n\n"
		   "A folder is a batch, the folders in it are dossiers, the files in those belong together as one run of pages in natural order of "
		   "their names (2 before 10); deeper folders belong to their dossier. Files that lie beside the folders, or alone, form a dossier "
		   "that bears the name of the batch. One file given by itself is a dossier; several from one folder are the dossier of that folder.\n\n"
		   "  lo-01/HS-0001/scan-1.tif\n  lo-01/HS-0001/scan-2.tif\n  lo-01/HS-0002/all.pdf\n  lo-01/lo.csv\n\n"
		   "An archive (zip, tar, tar.gz, tar.xz, tar.zst, 7z) is taken as if it were a folder of its name. When all its files lie in one "
		   "folder and at least one folder deeper (lo-01/HS-0001/scan-1.tif), that folder is the batch; else its folders are dossiers, and "
		   "files outside of folders form one that bears the name of the archive.\n\n"
		   "lo.csv beside the dossiers is the list of what should be there, with columns in any order, called hộp or box, hồ sơ or dossier, tiêu đề "
		   "or title, số tờ or sheets, số trang or pages, giá or shelf, thời hạn or retention. Every difference is reported.\n\n"
		   "What cannot be accepted is set aside with its reason, and everything else goes on. The exit code is then 1. Hidden and temporary "
		   "files are passed over."),
	.options = options,
	.min_args = 1,
	.max_args = -1,
	.run = run,
};
