/* paper.c - one paper on the screen, and its original opened by a worker */
#include "pipeline/commands/paper.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/commands/faults.h"
#include "pipeline/error.h"
#include "pipeline/places.h"
#include "pipeline/pool.h"
#include "pipeline/schema.h"
#include "pipeline/serial.h"
#include "pipeline/store.h"
#include "stages/export/signature.h"
#include "stages/reuse/date.h"

int paper_day(const struct invocation *in, int *on)
{
	const char *text = option(in, "on");

	*on = date_today();
	if (text && !date_parse_day(text, on))
		return command_usage(in, _("--on takes a day as YYYY-MM-DD, not \"%s\""), text);
	if (*on > date_today())
		return command_usage(in, _("--on: %s lies in the future, and the rules of that day are not known yet"), text);
	return 0;
}

int paper_open(const struct invocation *in, struct archive *archive, const char *text, int on, struct arena *arena,
	       struct reuse_paper *paper)
{
	struct error err = ERROR_INIT;
	int64_t id = document_id_parse(text);
	int found;

	if (id < 0)
		return command_usage(in, _("a document is named as in 12.3 (dossier and number), not \"%s\""), text);
	found = reuse_look(archive->catalogue, archive->store, id, on, arena, paper, &err);
	if (found < 0)
		return command_fail(in, &err);
	if (found)
		return 0;
	error_set(&err, REACH_DOCUMENT, NULL, _("there is no document %s; `sohoa search` finds documents"), text);
	return command_fail(in, &err);
}

/* Pages that follow each other in one file stand together: "scan.pdf 1-3, b.tif 1". */
static void print_pages(const struct reuse_paper *paper, FILE *to)
{
	for (int i = 0; i < paper->npages;) {
		const struct papers_page *first = &paper->pages[i];
		int n = 1;

		while (i + n < paper->npages && !strcmp(first[n].file, first->file) && first[n].file_page == first->file_page + n)
			n++;
		fprintf(to, "%s%s %d", i ? ", " : "", first->file, first->file_page);
		if (n > 1)
			fprintf(to, "-%d", first->file_page + n - 1);
		i += n;
	}
}

/* The pages whose scans could be better. */
static void print_scans(const struct reuse_paper *paper, FILE *to)
{
	for (int i = 0; i < paper->npages; i++) {
		const struct papers_page *page = &paper->pages[i];

		if (!page->grade || !page->faults)
			continue;
		fputs("\n  ", to);
		fprintf(to, _("scan of page %d"), i + 1);
		fprintf(to, ": %s: ", strcmp(page->grade, "rescan") ? _("usable") : _("to scan again"));
		faults_print(page->faults, to);
	}
}

static bool is_withdrawn(const struct reuse_paper *paper)
{
	return paper->npages && paper->pages[0].reason && !strcmp(paper->pages[0].reason, "withdrawn");
}

const char *paper_withheld(const struct reuse_paper *paper)
{
	return is_withdrawn(paper) ? _("was withdrawn") : _("bears a secrecy mark");
}

#define TYPE_SURE 90 /* below it a person should know: the same that is asked of a field (accuracy: confidently wrong) */

/* Why a paper begins where it does, as stages/split has it. */
static const char *cut_shown(const char *reason)
{
	static const struct {
		const char *code, *text;
	} reasons[] = {
		{ "start", N_("the dossier begins") },
		{ "motto", N_("the national motto stands in its head") },
		{ "title", N_("a title stands in its head") },
		{ "number", N_("an agency and a number stand in its head") },
		{ "page-number", N_("page numbers begin anew") },
		{ "separator", N_("a separator sheet lies before it") },
		{ "secret", N_("nothing may hang on a restricted page") },
		{ "person", N_("a person said so") },
	};

	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (!strcmp(reasons[i].code, reason))
			return _(reasons[i].text);
	return reason;
}

void paper_print_head(const struct reuse_paper *paper, FILE *to)
{
	char id[32];

	document_id_format(paper->row.id, id);
	fprintf(to, "%s%s%s  %s", sgr(to, "1"), id, sgr(to, "0"),
		paper->restricted ? is_withdrawn(paper) ? _("withdrawn") : _("restricted") : paper->schema->name);
	if (paper->row.title && !paper->restricted)
		fprintf(to, "  %s", paper->row.title);
	fprintf(to, "\n  %s: %s/%s", _("dossier"), paper->row.batch, paper->row.dossier);
	if (!paper->restricted) {
		fprintf(to, "\n  %s: ", _("pages"));
		print_pages(paper, to);
	}
	if (!paper->restricted)
		print_scans(paper, to);
	if (!paper->restricted && paper->row.cut_reason)
		fprintf(to, _("\n  parted there: %s, %.0f %%"), cut_shown(paper->row.cut_reason), paper->row.cut_confidence);
	if (!paper->restricted && paper->row.type_confidence >= 0 && paper->row.type_confidence < TYPE_SURE)
		fprintf(to, _("; its type is sure to %.0f %%"), paper->row.type_confidence);
	if (paper->row.box || paper->row.shelf)
		fprintf(to, "\n  %s: %s%s%s%s%s", _("paper original"), paper->row.box ? _("box ") : "",
			paper->row.box ? paper->row.box : "", paper->row.box && paper->row.shelf ? ", " : "",
			paper->row.shelf ? _("shelf ") : "", paper->row.shelf ? paper->row.shelf : "");
	fputs("\n", to);
}

static const char *verdict_shown(enum reuse_verdict verdict)
{
	return verdict == VERDICT_ELIGIBLE ? _("eligible") : verdict == VERDICT_NEEDS_CHECK ? _("needs check") : _("not eligible");
}

static int by_date(const void *a, const void *b)
{
	const struct reuse_witness *x = a, *y = b;
	int order = strcmp(x->date ? x->date : "", y->date ? y->date : "");

	return order ? order : strcmp(x->document, y->document);
}

/* All that stand in one chain, oldest first, this one among them; a paper whose date is not known stands in front. */
static void print_chain(const struct reuse_paper *paper, FILE *to)
{
	static const char *const relations[] = { N_("same kind"), N_("takes the place of it"), N_("ends what it says"), N_("names it") };
	const struct reuse_input *in = &paper->input;
	const struct field *date = field_find(&paper->document, "date");
	struct reuse_witness *all;
	char id[32];

	if (!in->nwitnesses)
		return;
	document_id_format(paper->row.id, id);
	all = mem_alloc(((size_t)in->nwitnesses + 1) * sizeof *all);
	memcpy(all, in->witnesses, (size_t)in->nwitnesses * sizeof *all);
	all[in->nwitnesses] = (struct reuse_witness){ .document = id, .date = date && date->state == FIELD_READ ? date->value : NULL };
	qsort(all, (size_t)in->nwitnesses + 1, sizeof *all, by_date);
	fprintf(to, "    %s:", _("chain"));
	for (int i = 0; i <= in->nwitnesses; i++) {
		bool self = !strcmp(all[i].document, id);

		fprintf(to, "%s %s (%s%s%s, %s)", i ? " >" : "", all[i].document, all[i].date ? all[i].date : "?", all[i].order ? ", " : "",
			all[i].order ? all[i].order : "", self ? _("this one") : _(relations[all[i].kind]));
	}
	fputs("\n", to);
	free(all);
}

static void print_signatures(const struct reuse_paper *paper, FILE *to)
{
	struct arena *arena = arena_new();

	for (int i = 0; i < paper->nsignatures; i++)
		fprintf(to, _("    signature in %s: %s\n"), paper->signatures[i].file, signature_line(arena, &paper->signatures[i]));
	arena_free(arena);
}

void paper_print_verdict(const struct reuse_paper *paper, FILE *to)
{
	static const char *const colours[] = { "1;31", "1;33", "1;32" };
	const struct reuse_input *in = &paper->input;
	char day[DATE_SIZE], sentence[600];

	date_format(in->on, day);
	fprintf(to, _("  verdict for %s: %s%s%s\n"), day, sgr(to, colours[paper->result.verdict]),
		verdict_shown(paper->result.verdict), sgr(to, "0"));
	for (int i = 0; i < paper->result.nreasons; i++) {
		const struct reuse_reason *reason = &paper->result.reasons[i];

		reuse_sentence(reason, sentence, sizeof sentence);
		fprintf(to, "    %s %s%s%s: %s", reason->blocks ? "x" : "?", sgr(to, "1"), reason->code, sgr(to, "0"), sentence);
		if (reason->field || reason->page)
			fprintf(to, " (%s%s", reason->field ? reason->field : "", reason->field && reason->page ? ", " : "");
		if (reason->page)
			fprintf(to, _("page %d"), reason->page - paper->row.first + 1);
		fprintf(to, "%s\n      %s; %s\n", reason->field || reason->page ? ")" : "", reason->rule,
			reason->source ? reason->source : "");
	}
	if (in->confirmation == CONFIRMATION_VALID)
		fprintf(to, _("    confirmed by %s, %s\n"), in->confirmed_by, in->confirmed_on);
	if (!paper->restricted) {
		fprintf(to, "    L%d: %s\n", paper->document.level, signature_level(paper->document.level));
		print_signatures(paper, to);
		print_chain(paper, to);
	}
}

bool paper_field_place(const struct places *places, const struct field *field, struct arena *arena, struct field_place *place)
{
	static const char *const names[] = { "place", "register_place", "home_place", "birth_place", "address", "agency" };
	const char *text = field->text && *field->text ? field->text : field->value;
	bool named = false;

	*place = (struct field_place){ 0 };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		named = named || !strcmp(names[i], field->name);
	if (!named || field->state != FIELD_READ || !text)
		return false;
	place->now = places_now(places, text, &place->what, arena);
	return places_known(places, text, &place->unknown, arena) >= 0;
}

/* What a person should know of how it was read. */
static void print_how(const struct field *field, FILE *to)
{
	if (field->how & HOW_CONTRADICTED)
		fputs(_("\n                       a second reading says something else: look at it"), to);
	if (field->how & HOW_REPAIRED && field->text)
		fprintf(to, _("\n                       put right from \"%.*s\""), (int)strcspn(field->text, "\n"), field->text);
	if (field->source == SOURCE_CODE)
		fputs(_("\n                       from the QR code, not from print"), to);
	else if (field->how & HOW_CONFIRMED)
		fputs(_("\n                       a second reading agrees"), to);
}

static void print_place(const struct places *places, const struct field *field, struct arena *arena, FILE *to)
{
	struct field_place place;

	if (!paper_field_place(places, field, arena, &place))
		return;
	if (place.now)
		fprintf(to, _("\n                       %s is now: %s"), place.what, place.now);
	if (place.unknown)
		fprintf(to, _("\n                       no place is called \"%s\": look at it"), place.unknown);
}

void paper_print_fields(const struct reuse_paper *paper, const struct places *places, struct arena *arena, FILE *to)
{
	for (int i = 0; i < paper->document.nfields; i++) {
		const struct field *field = &paper->document.fields[i];
		const char *shown = field->state == FIELD_READ && field->value ? field->value : field->text;

		if (field->state == FIELD_ABSENT)
			continue;
		fprintf(to, "    %-14s %s%-7s%s", field->name, sgr(to, field->state == FIELD_READ ? "32" : "33"),
			field_state_name(field->state), sgr(to, "0"));
		if (field->state == FIELD_READ)
			fprintf(to, " %3.0f %%", (double)field->confidence);
		else
			fprintf(to, "      ");
		fputs("  ", to);
		for (const char *p = shown ? shown : ""; *p; p++)
			fputs(*p == '\n' ? " / " : (char[]){ *p, 0 }, to);
		print_place(places, field, arena, to);
		print_how(field, to);
		fputs("\n", to);
	}
}

int paper_page(struct archive *archive, const struct papers_page *row, struct arena *arena, struct page *page, struct error *err)
{
	size_t size;
	char *text;
	int result;

	*page = (struct page){ .number = row->number, .file = row->file, .file_page = row->file_page };
	if (!row->text)
		return 0;
	text = store_get(archive->store, row->text, &size, err);
	if (!text)
		return -1;
	result = page_load(page, text, size, arena, err);
	free(text);
	page->number = row->number;
	page->file = row->file;
	page->file_page = row->file_page;
	return result;
}

int paper_ask(struct archive *archive, struct pool *pool, int kind, const struct papers_page *row, const char *more, char **answer,
	      size_t *size, struct error *err)
{
	char request_head[300], *request;
	int fd, result;

	if (!row->original || !row->media)
		return error_set(err, REACH_PAGE, "unreadable", _("page %d has no original in the store"), row->number);
	fd = store_fd(archive->store, row->original, err);
	if (fd < 0)
		return -1;
	snprintf(request_head, sizeof request_head, "{\"original\":\"%.64s\",\"media\":\"%.64s\",\"file_page\":%d", row->original,
		 row->media, row->file_page);
	request = mem_alloc(strlen(request_head) + (more ? strlen(more) : 0) + 3);
	sprintf(request, "%s%s%s}", request_head, more ? "," : "", more ? more : "");
	result = pool_do(pool, (enum message_kind)kind, request, strlen(request), fd, pool_deadline_decode(archive->config), answer,
			 size, err);
	free(request);
	close(fd);
	return result;
}

char *paper_boxes(const struct reuse_paper *paper, int number)
{
	json_t *root = json_object(), *list = json_array();
	char *all, *members;

	for (int i = 0; i < paper->document.nfields; i++) {
		const struct field *field = &paper->document.fields[i];

		if (field->page == number && field->box.w > 0)
			json_array_append_new(list, json_pack("[i,i,i,i,s]", field->box.x, field->box.y, field->box.w, field->box.h,
							      field->name));
	}
	json_object_set_new(root, "boxes", list);
	all = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	if (!all)
		return NULL;
	all[strlen(all) - 1] = '\0'; /* members without braces */
	members = mem_strdup(all + 1);
	free(all);
	return members;
}

int paper_write_file(const char *path, const char *bytes, size_t size, struct error *err)
{
	FILE *to = fopen(path, "we");
	bool failed;

	if (!to)
		return error_errno(err, REACH_RUN, NULL, _("cannot write %s"), path);
	failed = fwrite(bytes, 1, size, to) != size;
	if (fclose(to) == EOF || failed) {
		error_errno(err, REACH_RUN, errno == ENOSPC ? "disk-full" : NULL, _("cannot write %s"), path);
		remove(path);
		return -1;
	}
	return 0;
}
