/* export.c - a document, or all of a dossier, as text, TSV, JSON or two-layer PDF */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/audit.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/papers.h"
#include "pipeline/commands/command.h"
#include "pipeline/commands/paper.h"
#include "pipeline/document.h"
#include "pipeline/encoded.h"
#include "pipeline/error.h"
#include "pipeline/plain.h"
#include "pipeline/pool.h"
#include "stages/export/form.h"
#include "stages/export/pdf.h"
#include "stages/reuse/date.h"

struct export {
	const struct invocation *in;
	struct archive *archive;
	struct pool *pool; /* only for PDF: workers open the originals */
	const char *to;
};

static int to_file(void *context, const void *bytes, size_t size, struct error *err)
{
	if (fwrite(bytes, 1, size, context) == size)
		return 0;
	return error_errno(err, REACH_RUN, errno == ENOSPC ? "disk-full" : NULL, _("cannot write the export"));
}

static int write_text(struct export *e, const struct reuse_paper *paper, FILE *to, struct arena *arena, struct error *err)
{
	bool tsv = !strcmp(e->to, "tsv");

	for (int i = 0; i < paper->npages; i++) {
		struct page page;
		const char *text;

		if (paper_page(e->archive, &paper->pages[i], arena, &page, err) < 0)
			return -1;
		text = tsv ? page_tsv(arena, &page) : page_plain_text(arena, &page);
		if (tsv && i) /* one head line for all pages */
			text = strchr(text, '\n') + 1;
		if (to_file(to, text, strlen(text), err) < 0)
			return -1;
	}
	return 0;
}

/* As show --json, and the words of each page beside its place. */
static int write_json(struct export *e, const struct reuse_paper *paper, FILE *to, struct arena *arena, struct error *err)
{
	json_t *json = paper_json(paper), *pages = json_object_get(json, "pages");
	char *text;
	int result;

	for (int i = 0; i < paper->npages; i++) {
		json_t *row = json_array_get(pages, (size_t)i);
		struct page page;

		if (paper_page(e->archive, &paper->pages[i], arena, &page, err) < 0) {
			json_decref(json);
			return -1;
		}
		json_object_set_new(row, "width", json_integer(page.width));
		json_object_set_new(row, "height", json_integer(page.height));
		json_object_set_new(row, "dpi", json_integer(page.dpi));
		json_object_set_new(row, "rotation", json_integer(page.rotation));
		json_object_set_new(row, "words", words_json(&page));
	}
	text = form_dump(json);
	result = to_file(to, text, strlen(text), err);
	free(text);
	return result;
}

static int add_page(struct export *e, struct pdf_writer *pdf, const struct papers_page *row, struct arena *arena, struct error *err)
{
	struct encoded_image image;
	struct page page;
	char *bytes = NULL;
	size_t size;
	int result;

	if (paper_page(e->archive, row, arena, &page, err) < 0 ||
	    paper_ask(e->archive, e->pool, MESSAGE_ENCODED, row, NULL, &bytes, &size, err) < 0)
		return -1;
	result = encoded_image_load(&image, bytes, size, err);
	free(bytes);
	if (result < 0)
		return -1;
	if (page.width <= 0 || page.height <= 0) { /* a page without a text: its image says how large it is */
		page.width = image.orientation < 5 ? image.width : image.height;
		page.height = image.orientation < 5 ? image.height : image.width;
		page.dpi = image.dpi;
	}
	result = pdf_writer_page(pdf, &image, &page, err);
	encoded_image_release(&image);
	return result;
}

static int write_pdf(struct export *e, const struct reuse_paper *paper, FILE *to, struct arena *arena, struct error *err)
{
	struct pdf_writer *pdf = pdf_writer_begin(to_file, to, paper->row.title, err);

	if (!pdf)
		return -1;
	for (int i = 0; i < paper->npages; i++) {
		if (!strcmp(paper->pages[i].state, "set-aside"))
			continue; /* INCOMPLETE tells of it; what could not be opened has no image to show */
		if (add_page(e, pdf, &paper->pages[i], arena, err) < 0) {
			pdf_writer_abandon(pdf);
			return error_prefix(err, _("page %d: "), i + 1);
		}
	}
	return pdf_writer_end(pdf, err);
}

/* What leaves the archive is logged before it leaves. */
static int log_export(struct export *e, int64_t document, struct error *err)
{
	char id[32], subject[48], detail[40];
	struct catalogue *c = e->archive->catalogue;

	document_id_format(document, id);
	snprintf(subject, sizeof subject, "document %s", id);
	snprintf(detail, sizeof detail, "{\"to\":\"%.8s\"}", e->to);
	if (catalogue_begin(c, err) < 0)
		return -1;
	if (audit_add(c, "export", subject, detail, err) < 0) {
		catalogue_rollback(c);
		return -1;
	}
	return catalogue_commit(c, err);
}

static int write_paper(struct export *e, const struct reuse_paper *paper, FILE *to, struct arena *arena, struct error *err)
{
	if (!strcmp(e->to, "pdf"))
		return write_pdf(e, paper, to, arena, err);
	return strcmp(e->to, "json") ? write_text(e, paper, to, arena, err) : write_json(e, paper, to, arena, err);
}

/* path NULL: standard output. */
static int export_one(struct export *e, int64_t document, const char *path, struct error *err)
{
	struct arena *arena = arena_new();
	struct reuse_paper *paper = arena_alloc(arena, sizeof *paper);
	char id[32];
	FILE *to = stdout;
	int unwritten, result = -1, found = reuse_look(e->archive->catalogue, e->archive->store, document, date_today(), arena, paper, err);

	document_id_format(document, id);
	if (found == 0)
		error_set(err, REACH_DOCUMENT, NULL, _("there is no document %s; `sohoa search` finds documents"), id);
	if (found <= 0)
		goto out;
	if (paper->restricted) {
		error_set(err, REACH_DOCUMENT, "secret", _("document %s %s and is not exported"), id, paper_withheld(paper));
		goto out;
	}
	if (log_export(e, document, err) < 0)
		goto out;
	if (path && !(to = fopen(path, "we"))) {
		error_errno(err, REACH_RUN, NULL, _("cannot write %s"), path);
		goto out;
	}
	result = write_paper(e, paper, to, arena, err);
	if (to != stdout)
		unwritten = fclose(to);
	else
		unwritten = fflush(stdout);
	if (unwritten == EOF && !result)
		result = error_errno(err, REACH_RUN, errno == ENOSPC ? "disk-full" : NULL, _("cannot write the export"));
	if (result && path)
		remove(path);
out:
	arena_free(arena);
	return result;
}

static const char *ending(const struct export *e)
{
	return !strcmp(e->to, "text") ? "txt" : e->to;
}

static int export_dossier(struct export *e, int64_t dossier, const char *dir)
{
	struct arena *arena = arena_new();
	struct papers_document *documents;
	struct error err = ERROR_INIT;
	int n, status = EXIT_DONE;

	if (mkdir(dir, 0777) < 0 && errno != EEXIST) {
		error_errno(&err, REACH_RUN, NULL, _("cannot make %s"), dir);
		status = command_fail(e->in, &err);
	} else if (papers_documents(e->archive->catalogue, dossier, arena, &documents, &n, &err) < 0) {
		status = command_fail(e->in, &err);
	} else {
		for (int i = 0; i < n && status != EXIT_STOPPED && status != EXIT_BUSY; i++) {
			char id[32], path[PATH_MAX];
			struct error one = ERROR_INIT;

			document_id_format(documents[i].id, id);
			snprintf(path, sizeof path, "%s/%s.%s", dir, id, ending(e));
			if (export_one(e, documents[i].id, path, &one) < 0)
				status = command_fail(e->in, &one);
		}
	}
	arena_free(arena);
	return status;
}

static int export_named(struct export *e)
{
	const char *text = e->in->args[0], *output = option(e->in, "output");
	struct error err = ERROR_INIT;
	int64_t id = document_id_parse(text), dossier;

	if (id > 0) {
		if (!strcmp(e->to, "pdf") && !output && isatty(STDOUT_FILENO))
			return command_usage(e->in, _("a PDF is not written to a terminal; give -o FILE"));
		return export_one(e, id, output, &err) < 0 ? command_fail(e->in, &err) : EXIT_DONE;
	}
	dossier = papers_find_dossier(e->archive->catalogue, text, &err);
	if (dossier < 0)
		return command_fail(e->in, &err);
	if (!dossier) {
		error_set(&err, REACH_DOCUMENT, NULL, _("there is no dossier %s, or several bear that code; name it as batch/code"), text);
		return command_fail(e->in, &err);
	}
	if (!output)
		return command_usage(e->in, _("a dossier goes to a directory; give -o DIR"));
	return export_dossier(e, dossier, output);
}

static int run(const struct invocation *in)
{
	static const char *const forms[] = { "text", "tsv", "json", "pdf", NULL };
	struct export e = { .in = in, .to = option(in, "to") ? option(in, "to") : "pdf" };
	struct error err = ERROR_INIT;
	struct archive archive;
	int status, form = 0;

	while (forms[form] && strcmp(forms[form], e.to))
		form++;
	if (!forms[form])
		return command_usage(in, _("--to takes text, tsv, json or pdf, not \"%s\""), e.to);
	status = archive_open(in, true, &archive);
	if (status)
		return status;
	e.archive = &archive;
	if (!strcmp(e.to, "pdf"))
		e.pool = pool_open(archive.config, POOL_FILES, 1, &err);
	status = err.reach == REACH_NONE ? export_named(&e) : command_fail(in, &err);
	pool_close(e.pool);
	archive_close(&archive);
	return status;
}

static const struct command_option options[] = {
	{ "to", 't', "FORM", N_("text, tsv, json or pdf; without it pdf") },
	{ "output", 'o', "FILE|DIR", N_("where to; a document without it goes to the standard output") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_export = {
	.name = "export",
	.arguments = N_("DOCUMENT|DOSSIER"),
	.summary = N_("write a document or a dossier as text, TSV, JSON or PDF"),
	.help = N_("A document (12.3) goes to a file or the standard output; a dossier (its code, or batch/code) to a directory with one "
		   "file per paper, named by document. The PDF has two layers: the image of each page exactly as received, and under it "
		   "the words, unseen, so that they are found and copied. The same paper gives the same bytes each time. A paper with a "
		   "secrecy mark is not exported.\n\n"
		   "  sohoa export 12.3 -o paper.pdf\n  sohoa export lot-7/H06-240227-0001 --to json -o out"),
	.options = options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
