#include "pipeline/commands/schema_try.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/commands/command.h"
#include "pipeline/config.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/job.h"
#include "pipeline/pool.h"
#include "pipeline/schema.h"
#include "pipeline/serial.h"
#include "stages/decode/decode.h"

struct trial {
	const struct invocation *in;
	const char *scan;
	char file[PATH_MAX];
	struct config *config;
	struct schemas *schemas;
	const struct schema *type; /* that of the file */
	struct pool *pool;
	struct arena *arena;
	struct page *pages;
	const char **texts; /* as page_save made them; NULL for a page that was not read */
	int npages;
};

static int open_type(struct trial *t, const char *file, struct error *err)
{
	const char *slash;

	if (!realpath(file, t->file))
		return error_errno(err, REACH_RUN, "settings", _("cannot open %s"), file);
	t->config = config_open(NULL, err);
	config_set(t->config, "schemas", "trial", t->file);
	t->schemas = schemas_open_config(t->config, err);
	if (!t->schemas)
		return -1;
	slash = strrchr(t->file, '/');
	t->type = schemas_find(t->schemas, arena_strndup(t->arena, slash + 1, strlen(slash + 1) - strlen(".yaml")));
	return 0;
}

static void read_page(struct trial *t, int i, int fd, const char *media)
{
	struct page *page = &t->pages[i];
	char *request, *answer;
	struct error err = ERROR_INIT;
	size_t size;

	*page = (struct page){ .number = i + 1, .file_page = i + 1, .file = (char *)t->scan };
	request = job_page("", media, i + 1, &size);
	if (pool_do(t->pool, MESSAGE_PAGE, request, size, fd, pool_deadline_page(t->config), &answer, &size, &err) < 0) {
		fprintf(stderr, _("%s, page %d: %s%s%s"), t->scan, i + 1, err.text, "", "");
		fputc('\n', stderr);
	} else {
		t->texts[i] = arena_strdup(t->arena, answer);
		page_load(page, answer, size, t->arena, &err);
		free(answer);
	}
	free(request);
}

/* What belongs to a paper with a secrecy mark is not shown here either. */
static void withhold(struct trial *t)
{
	bool before = false;

	for (int i = 0; i < t->npages; i++) {
		struct page *page = &t->pages[i];

		if (!t->texts[i] || page->kind != PAGE_CONTENT)
			continue;
		before = page->secret = page_restricted(before, page);
	}
}

static int read_pages(struct trial *t, struct error *err)
{
	struct inspection found;
	int fd = open(t->scan, O_RDONLY | O_CLOEXEC | O_NONBLOCK), ret = -1;

	if (fd < 0)
		return error_errno(err, REACH_DOCUMENT, "unreadable", _("cannot open %s"), t->scan);
	if (pool_inspect(t->pool, fd, &found, err) < 0)
		goto out;
	if (found.archive) {
		error_set(err, REACH_DOCUMENT, "not-a-document", _("this is an archive; `sohoa intake` takes it in"));
		goto out;
	}
	t->npages = found.pages;
	t->pages = arena_array(t->arena, (size_t)t->npages + 1, sizeof *t->pages);
	t->texts = arena_array(t->arena, (size_t)t->npages + 1, sizeof *t->texts);
	for (int i = 0; i < t->npages; i++)
		read_page(t, i, fd, found.media);
	withhold(t);
	ret = 0;
out:
	close(fd);
	return ret;
}

static int part(struct trial *t, struct dossier *dossier, struct error *err)
{
	struct job_papers *job = job_papers_new("", NULL);
	char *request, *answer = NULL;
	size_t size;
	int ret;

	for (int i = 0; i < t->npages; i++)
		job_papers_add(job, &t->pages[i], t->texts[i], t->texts[i] ? strlen(t->texts[i]) : 0);
	request = job_papers_finish(job, &size);
	*dossier = (struct dossier){ .pages = t->pages, .npages = t->npages };
	ret = pool_do(t->pool, MESSAGE_PAPERS, request, size, -1, pool_deadline_page(t->config), &answer, &size, err);
	if (!ret)
		ret = papers_load(dossier, answer, size, t->arena, err);
	free(request);
	free(answer);
	return ret;
}

/* What the field looks for, for who must change it. */
static void print_wanted(const struct schema_field *field)
{
	if (field->reader != READER_LABEL && field->pattern)
		printf(_(" no text fits %s"), field->pattern);
	if (field->reader != READER_LABEL)
		return;
	fputs(_(" none of these labels was found:"), stdout);
	for (int i = 0; i < field->labels.n; i++)
		printf("%s \"%s\"", i ? "," : "", field->labels.items[i]);
}

static void print_field(const struct schema_field *wanted, const struct field *field)
{
	printf("    %-16s %s%-7s%s", field->name, sgr(stdout, field->state == FIELD_READ ? "32" : "33"), field_state_name(field->state), sgr(stdout, "0"));
	if (field->state == FIELD_READ)
		printf(" %3.0f %%  ", (double)field->confidence);
	else
		fputs("        ", stdout);
	for (const char *p = field->state == FIELD_READ ? field->value : field->text; p && *p; p++)
		fputs(*p == '\n' ? " / " : (char[]){ *p, 0 }, stdout);
	if (field->state == FIELD_ABSENT)
		print_wanted(wanted);
	if (field->page)
		printf(_("  (page %d)"), field->page);
	puts(field->state != FIELD_READ && wanted->required ? _("  required") : "");
}

static void print_paper(const struct trial *t, const struct document *paper)
{
	printf(_("  paper on pages %d to %d: %s, %.0f %%\n"), paper->first, paper->last,
	       schemas_find(t->schemas, paper->type) ? schemas_find(t->schemas, paper->type)->name : paper->type, (double)paper->type_confidence);
	if (strcmp(paper->type, t->type->code) != 0)
		return;
	for (int i = 0; i < paper->nfields; i++) {
		const struct schema_field *wanted = schema_field_find(t->type, paper->fields[i].name);

		if (wanted)
			print_field(wanted, &paper->fields[i]);
	}
}

static void print_papers(const struct trial *t, const struct dossier *dossier)
{
	for (int i = 0; i < dossier->ndocuments; i++)
		print_paper(t, &dossier->documents[i]);
}

static bool any(const struct trial *t, const struct dossier *dossier)
{
	for (int i = 0; i < dossier->ndocuments; i++)
		if (!strcmp(dossier->documents[i].type, t->type->code))
			return true;
	return false;
}

/* A paper that is not taken for the type is read once more as if a person had said that it is one: title and labels are two things to write. */
static int try_it(struct trial *t, struct error *err)
{
	struct dossier dossier;

	if (read_pages(t, err) < 0 || part(t, &dossier, err) < 0)
		return -1;
	printf(_("%s as \"%s\":\n"), t->scan, t->type->name);
	if (t->type->draft)
		puts(_("  The type is a draft: it was never tried on papers of its kind."));
	print_papers(t, &dossier);
	if (any(t, &dossier))
		return EXIT_DONE;
	fputs(_("No paper was taken for this type: none of its titles was found in large letters in the upper part of a first page:"), stdout);
	for (int i = 0; i < t->type->titles.n; i++)
		printf("%s \"%s\"", i ? "," : "", t->type->titles.items[i]);
	puts(_("\nRead as this type all the same:"));
	for (int i = 0; i < dossier.ndocuments; i++)
		t->pages[dossier.documents[i].first - 1].said_type = (char *)t->type->code;
	if (part(t, &dossier, err) < 0)
		return -1;
	print_papers(t, &dossier);
	return EXIT_SOME;
}

int schema_try(const struct invocation *in, const char *file, const char *scan)
{
	struct trial t = { .in = in, .scan = scan, .arena = arena_new() };
	struct error err = ERROR_INIT;
	int status = -1;

	if (open_type(&t, file, &err) == 0) {
		t.pool = pool_open(t.config, POOL_PAGES, 1, &err);
		status = t.pool ? try_it(&t, &err) : -1;
	}
	pool_close(t.pool);
	schemas_close(t.schemas);
	config_close(t.config);
	arena_free(t.arena);
	return status < 0 ? command_fail(in, &err) : status;
}
