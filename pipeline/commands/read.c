/* read.c - files in, texts out, without an archive: as one would use `tesseract` */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/commands/command.h"
#include "pipeline/commands/progress.h"
#include "pipeline/config.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/job.h"
#include "pipeline/plain.h"
#include "pipeline/pool.h"
#include "pipeline/reason.h"
#include "pipeline/serial.h"
#include "pipeline/text.h"
#include "stages/decode/decode.h"
#include "stages/export/form.h"

enum page_outcome { PAGE_WAITS, PAGE_READ, PAGE_LOST, PAGE_WITHHELD };

struct page_in {
	enum page_outcome outcome;
	char *text; /* as page_save made it */
	size_t size;
};

struct file_in {
	const char *path;
	char *name; /* of the outputs, without ending */
	int fd;
	const char *media;
	struct page_in *pages;
	int npages, ndone;
	bool failed; /* nothing of it could be read */
};

struct reading {
	const struct invocation *in;
	const char *dir, *form;
	struct config *config;
	struct pool *pool;
	struct file_in *files;
	int nfiles;
	int next_file, next_page; /* what is given out next */
	int (*jobs)[2];           /* per worker: file and page in hand */
	struct progress progress;
	int64_t done, lost;
	int status;
};

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	stop = 1;
}

static void complain(struct reading *r, const struct file_in *f, int page, const struct error *err)
{
	const char *advice = err->reason ? reason_advice(err->reason) : NULL;

	r->status = EXIT_SOME;
	if (page)
		progress_line(&r->progress, _("%s, page %d: %s%s%s"), f->path, page, err->text, advice ? "; " : "", advice ? advice : "");
	else
		progress_line(&r->progress, _("%s: %s%s%s"), f->path, err->text, advice ? "; " : "", advice ? advice : "");
}

/* NAME of the outputs: the file's own name without its ending; with it where two files would meet. */
static void name_outputs(struct reading *r)
{
	for (int i = 0; i < r->nfiles; i++) {
		const char *base = strrchr(r->files[i].path, '/');
		char *dot;

		r->files[i].name = mem_strdup(base ? base + 1 : r->files[i].path);
		dot = strrchr(r->files[i].name, '.');
		if (dot && dot != r->files[i].name)
			*dot = '\0';
		for (int k = 0; k < i; k++)
			if (!strcmp(r->files[k].name, r->files[i].name)) {
				free(r->files[i].name);
				r->files[i].name = mem_strdup(base ? base + 1 : r->files[i].path);
			}
	}
}

static int64_t inspect_all(struct reading *r)
{
	int64_t pages = 0;

	for (int i = 0; i < r->nfiles && !stop; i++) {
		struct file_in *f = &r->files[i];
		struct inspection found;
		struct error err = ERROR_INIT;

		f->failed = true;
		f->fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		if (f->fd < 0) {
			error_errno(&err, REACH_DOCUMENT, "unreadable", _("cannot open the file"));
		} else if (pool_inspect(r->pool, f->fd, &found, &err) == 0) {
			if (found.archive) {
				error_set(&err, REACH_DOCUMENT, "not-a-document", _("this is an archive; `sohoa intake` takes it in"));
			} else {
				f->failed = false;
				f->media = found.media;
				f->npages = found.pages;
				f->pages = mem_alloc((size_t)f->npages * sizeof *f->pages);
				pages += f->npages;
			}
		}
		if (!f->failed)
			continue;
		complain(r, f, 0, &err);
		if (err.reach == REACH_RUN) {
			r->status = EXIT_STOPPED;
			return -1;
		}
	}
	return pages;
}

static FILE *output(struct reading *r, const struct file_in *f, int page, const char *ending, char path[PATH_MAX])
{
	FILE *to;

	if (!r->dir)
		return stdout;
	if (page)
		snprintf(path, PATH_MAX, "%s/%s-%04d.%s", r->dir, f->name, page, ending);
	else
		snprintf(path, PATH_MAX, "%s/%s.%s", r->dir, f->name, ending);
	to = fopen(path, "we");
	if (!to) {
		fprintf(stderr, _("sohoa read: cannot write %s: %s\n"), path, strerror(errno));
		r->status = EXIT_STOPPED;
	}
	return to;
}

static void close_output(struct reading *r, FILE *to, const char *path)
{
	bool failed = ferror(to);

	if (to == stdout)
		return;
	if (fclose(to) == EOF || failed) {
		fprintf(stderr, _("sohoa read: cannot write %s: %s\n"), path, strerror(errno));
		r->status = EXIT_STOPPED;
	}
}

static int load(const struct file_in *f, int i, struct page *page, struct arena *arena)
{
	struct error err = ERROR_INIT;

	*page = (struct page){ .number = i + 1, .file_page = i + 1, .file = text_show_name(arena, (const unsigned char *)f->path, strlen(f->path)) };
	return page_load(page, f->pages[i].text, f->pages[i].size, arena, &err);
}

static void write_pages(struct reading *r, struct file_in *f)
{
	bool tsv = !strcmp(r->form, "tsv"), stored = !strcmp(r->form, "page");

	for (int i = 0; i < f->npages; i++) {
		struct arena *arena = arena_new();
		char path[PATH_MAX];
		struct page page;
		FILE *to;

		if (f->pages[i].outcome == PAGE_READ && load(f, i, &page, arena) == 0) {
			to = output(r, f, f->npages > 1 ? i + 1 : 0, stored ? "page.json" : tsv ? "tsv" : "txt", path);
			if (to) {
				fputs(stored ? f->pages[i].text : tsv ? page_tsv(arena, &page) : page_plain_text(arena, &page), to);
				close_output(r, to, path);
			}
		}
		arena_free(arena);
	}
}

/* The papers of one file: a job of its own once all its pages are there and no other job is under way. */
static int write_papers(struct reading *r, struct file_in *f, struct error *err)
{
	struct job_papers *job = job_papers_new(f->name, NULL);
	struct arena *arena = arena_new();
	struct dossier dossier = { .code = f->name, .npages = f->npages };
	char path[PATH_MAX], *request, *answer = NULL;
	const char *base = strrchr(f->path, '/');
	size_t size;
	FILE *to;
	int ret = -1;

	for (int i = 0; i < f->npages; i++) {
		const struct page page = { .file = (char *)f->name, .file_page = i + 1, .secret = f->pages[i].outcome == PAGE_WITHHELD };

		job_papers_add(job, &page, f->pages[i].text, f->pages[i].size);
	}
	request = job_papers_finish(job, &size);
	if (pool_do(r->pool, MESSAGE_PAPERS, request, size, -1, pool_deadline_page(r->config), &answer, &size, err) < 0)
		goto out;
	dossier.pages = arena_array(arena, (size_t)f->npages, sizeof *dossier.pages);
	for (int i = 0; i < f->npages; i++)
		if (f->pages[i].outcome != PAGE_READ || load(f, i, &dossier.pages[i], arena) < 0)
			dossier.pages[i] = (struct page){ .number = i + 1, .file_page = i + 1, .secret = f->pages[i].outcome == PAGE_WITHHELD };
	if (papers_load(&dossier, answer, size, arena, err) < 0)
		goto out;
	ret = 0;
	to = output(r, f, 0, "json", path);
	if (to) {
		char *json = file_json(text_show_name(arena, (const unsigned char *)(base ? base + 1 : f->path), strlen(base ? base + 1 : f->path)), &dossier);

		fputs(json, to);
		free(json);
		close_output(r, to, path);
	}
out:
	free(request);
	free(answer);
	arena_free(arena);
	return ret;
}

/* Withholds what belongs to a paper with a secrecy mark; says so once per paper. */
static void withhold(struct reading *r, struct file_in *f)
{
	bool before = false;

	for (int i = 0; i < f->npages; i++) {
		struct arena *arena = arena_new();
		struct page page;

		if (f->pages[i].outcome == PAGE_READ && load(f, i, &page, arena) == 0 && page.kind == PAGE_CONTENT) {
			bool now = page_restricted(before, &page);

			if (now) {
				struct error err = ERROR_INIT;

				error_set(&err, REACH_PAGE, "secret", "%s", reason_title("secret"));
				if (!before || page.secret)
					complain(r, f, i + 1, &err);
				free(f->pages[i].text);
				f->pages[i].text = NULL;
				f->pages[i].size = 0;
				f->pages[i].outcome = PAGE_WITHHELD;
			}
			before = now;
		}
		arena_free(arena);
	}
}

static void finish_file(struct reading *r, struct file_in *f)
{
	struct error err = ERROR_INIT;

	withhold(r, f);
	if (strcmp(r->form, "json"))
		write_pages(r, f);
	else if (write_papers(r, f, &err) < 0)
		complain(r, f, 0, &err);
	for (int i = 0; i < f->npages; i++)
		free(f->pages[i].text);
	free(f->pages);
	f->pages = NULL;
	close(f->fd);
	f->fd = -1;
}

static bool give_next(struct reading *r, struct error *err)
{
	int worker = pool_idle(r->pool);
	struct file_in *f;
	char *request;
	size_t size;

	while (r->next_file < r->nfiles && (r->files[r->next_file].failed || r->next_page >= r->files[r->next_file].npages)) {
		r->next_file++;
		r->next_page = 0;
	}
	if (worker < 0 || r->next_file >= r->nfiles || stop)
		return false;
	f = &r->files[r->next_file];
	r->jobs[worker][0] = r->next_file;
	r->jobs[worker][1] = r->next_page++;
	request = job_page(f->path, f->media, r->next_page, &size);
	pool_give(r->pool, worker, MESSAGE_PAGE, request, size, f->fd, pool_deadline_page(r->config), err);
	free(request);
	return true;
}

static void take(struct reading *r, const struct pool_event *event)
{
	struct file_in *f = &r->files[r->jobs[event->worker][0]];
	int page = r->jobs[event->worker][1];

	f->ndone++;
	r->done++;
	if (event->error.reach == REACH_NONE) {
		f->pages[page] = (struct page_in){ PAGE_READ, event->payload, event->size };
	} else {
		f->pages[page].outcome = PAGE_LOST;
		r->lost++;
		complain(r, f, page + 1, &event->error);
	}
	progress_show(&r->progress, r->done, r->lost);
}

static int read_all(struct reading *r, struct error *err)
{
	bool papers = !strcmp(r->form, "json");

	for (;;) {
		struct pool_event event;
		int ret;

		while (give_next(r, err))
			;
		if (!pool_busy(r->pool) && (stop || r->next_file >= r->nfiles))
			break;
		ret = pool_wait(r->pool, -1, &event, err);
		if (ret < 0)
			return -1;
		if (ret == 0)
			continue;
		take(r, &event);
		if (!papers && r->files[r->jobs[event.worker][0]].ndone == r->files[r->jobs[event.worker][0]].npages)
			finish_file(r, &r->files[r->jobs[event.worker][0]]);
	}
	for (int i = 0; papers && i < r->nfiles && !stop; i++)
		if (!r->files[i].failed && r->files[i].ndone == r->files[i].npages)
			finish_file(r, &r->files[i]);
	return 0;
}

static int run(const struct invocation *in)
{
	struct reading r = { .in = in, .dir = option(in, "output"), .form = option(in, "to") };
	long jobs = option_number(in, "jobs", 1, 256, sysconf(_SC_NPROCESSORS_ONLN));
	struct sigaction action = { .sa_handler = on_signal };
	struct error err = ERROR_INIT;
	int64_t pages;

	if (!r.form)
		r.form = "text";
	if (jobs < 0)
		return EXIT_USAGE;
	if (strcmp(r.form, "text") && strcmp(r.form, "tsv") && strcmp(r.form, "page") && strcmp(r.form, "json"))
		return command_usage(in, _("--to takes text, tsv, page or json, not \"%s\""), r.form);
	if (r.dir && access(r.dir, W_OK) < 0)
		return command_usage(in, _("cannot write into %s: %s"), r.dir, strerror(errno));
	r.config = config_open(option(in, "settings"), &err);
	if (!r.config)
		return command_fail(in, &err);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	r.nfiles = in->nargs;
	r.files = mem_alloc((size_t)r.nfiles * sizeof *r.files);
	for (int i = 0; i < r.nfiles; i++)
		r.files[i] = (struct file_in){ .path = in->args[i], .fd = -1 };
	name_outputs(&r);
	r.jobs = mem_alloc((size_t)jobs * sizeof *r.jobs);
	r.pool = pool_open(r.config, POOL_PAGES, (int)jobs, &err);
	pages = inspect_all(&r);
	progress_begin(&r.progress, pages, 0, option(in, "quiet") != NULL);
	if (pages >= 0 && read_all(&r, &err) < 0)
		r.status = command_fail(in, &err);
	progress_end(&r.progress);
	pool_close(r.pool);
	config_close(r.config);
	for (int i = 0; i < r.nfiles; i++) {
		for (int k = 0; r.files[i].pages && k < r.files[i].npages; k++)
			free(r.files[i].pages[k].text);
		free(r.files[i].pages);
		free(r.files[i].name);
		if (r.files[i].fd >= 0)
			close(r.files[i].fd);
	}
	free(r.files);
	free(r.jobs);
	return stop ? EXIT_INTERRUPTED : r.status;
}

static const struct command_option options[] = {
	{ "output", 'o', N_("DIR"), N_("where the texts go; without it they go to standard output") },
	{ "to", 't', N_("FORM"), N_("text (plain text, one file per page), tsv (words with boxes, as tesseract writes it), page (all that is known of a page, as an archive keeps it) or json (papers and fields, one file per file)") },
	{ "jobs", 'j', N_("N"), N_("pages read at the same time; else one per processor") },
	{ "settings", 's', N_("FILE"), N_("settings as in an archive's sohoa.yaml") },
	{ "quiet", 'q', NULL, N_("no progress") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_read = {
	.name = "read",
	.arguments = N_("FILE..."),
	.summary = N_("read files without an archive"),
	.help = N_("Reads PDF, TIFF, JPEG and PNG files and writes what stands on them. A file of one page gives NAME.txt, a file of more "
		   "pages NAME-0001.txt, NAME-0002.txt and so on.\n\n"
		   "  sohoa read -o texts scan.pdf letter.tif\n  sohoa read --to json -o fields *.pdf\n\n"
		   "A page that cannot be read is named with the reason and the others go on; the exit code is then 1. The text of a paper "
		   "with a secrecy mark is not written."),
	.options = options,
	.min_args = 1,
	.max_args = -1,
	.run = run,
};
