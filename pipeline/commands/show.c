/* show.c - one document: fields, verdict, pages; as text, JSON or picture */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/commands/command.h"
#include "pipeline/commands/paper.h"
#include "pipeline/commands/withdrawn.h"
#include "pipeline/config.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/places.h"
#include "pipeline/plain.h"
#include "pipeline/pool.h"
#include "pipeline/schema.h"
#include "stages/export/form.h"
#include "stages/reuse/date.h"
#include "stages/reuse/links.h"
#include "stages/reuse/people.h"

static int show_text(struct archive *archive, const struct reuse_paper *paper, struct arena *arena, struct error *err)
{
	for (int i = 0; i < paper->npages; i++) {
		struct page page;

		if (paper_page(archive, &paper->pages[i], arena, &page, err) < 0)
			return -1;
		fputs(page_plain_text(arena, &page), stdout);
	}
	return 0;
}

static int show_picture(struct archive *archive, const struct reuse_paper *paper, long number, const char *path, struct error *err)
{
	const struct papers_page *page = &paper->pages[number - 1];
	struct pool *pool = pool_open(archive->config, POOL_FILES, 1, err);
	char *request, *png = NULL;
	size_t size;
	int result = -1;

	if (!pool)
		return -1;
	request = paper_boxes(paper, page->number);
	if (paper_ask(archive, pool, MESSAGE_PICTURE, page, request, &png, &size, err) == 0)
		result = paper_write_file(path, png, size, err);
	free(request);
	free(png);
	pool_close(pool);
	return result;
}

/* Other papers that have to do with this one. */
struct beside {
	struct link *links;
	struct person_link *people;
	int nlinks, npeople;
};

static json_t *link_json(const struct link *link)
{
	char id[32] = "";

	if (link->document)
		document_id_format(link->document, id);
	return json_pack("{s:s, s:b, s:s, s:s?}", "kind", link->kind, "named_by", (int)link->from, "number", link->number, "document", *id ? id : NULL);
}

/* Beside each field that names a place: whether the gazetteer knows it, and its name of today. */
static void places_json(json_t *json, const struct reuse_paper *paper, const struct places *places, struct arena *arena)
{
	for (int i = 0; i < paper->document.nfields && !paper->restricted; i++) {
		const struct field *field = &paper->document.fields[i];
		json_t *there = json_object_get(json_object_get(json, "fields"), field->name);
		struct field_place place;

		if (!there || !paper_field_place(places, field, arena, &place))
			continue;
		json_object_set_new(there, "place", json_pack("{s:b, s:s?, s:s?, s:s?}", "known", !place.unknown, "unknown", place.unknown, "printed",
							      place.now ? place.what : NULL, "now", place.now));
	}
}

static json_t *person_json(const struct person_link *link)
{
	char id[32];

	document_id_format(link->document, id);
	return json_pack("{s:s?, s:s, s:b, s:s?}", "name", link->name, "document", id, "certain", (int)link->certain, "sign", link->sign);
}

static void show_json(const struct reuse_paper *paper, const struct places *places, const struct beside *beside, struct arena *arena)
{
	json_t *json = paper_json(paper), *links = json_array(), *people = json_array();
	char *text;

	for (int i = 0; i < beside->nlinks; i++)
		json_array_append_new(links, link_json(&beside->links[i]));
	for (int i = 0; i < beside->npeople; i++)
		json_array_append_new(people, person_json(&beside->people[i]));
	json_object_set_new(json, "links", links);
	json_object_set_new(json, "people", people);
	places_json(json, paper, places, arena);
	text = form_dump(json);
	fputs(text, stdout);
	free(text);
}

static const char *type_name(const char *code)
{
	const struct reuse_book *book = reuse_book_get(NULL);
	const struct schema *type = book ? schemas_find(book->schemas, code) : NULL;

	return type ? type->name : code;
}

/* What is done to the paper that is named, and how that reads from its side. */
static void print_link(const struct link *link)
{
	static const struct {
		const char *kind, *from_here, *from_there;
	} phrases[] = {
		{ "replaces", N_("replaces %s"), N_("is replaced by") }, { "abolishes", N_("abolishes %s"), N_("is abolished by") },
		{ "revokes", N_("revokes %s"), N_("is revoked by") }, { "supersedes", N_("takes the place of %s"), N_("gives its place to") },
		{ "amends", N_("amends %s"), N_("is amended by") }, { "corrects", N_("corrects %s"), N_("is corrected by") },
		{ "based_on", N_("rests on %s"), N_("is a ground of") },
	};
	char id[32];
	size_t i = 0;

	while (i + 1 < sizeof phrases / sizeof *phrases && strcmp(phrases[i].kind, link->kind) != 0)
		i++;
	fputs("    ", stdout);
	if (link->from)
		fputs(_(phrases[i].from_there), stdout);
	else
		printf(_(phrases[i].from_here), link->number);
	if (!link->document) {
		printf(": %s\n", _("not in this archive"));
		return;
	}
	document_id_format(link->document, id);
	printf(": %s  %s%s%s\n", id, type_name(link->type), link->title ? "  " : "", link->title ? link->title : "");
}

static void print_person(const struct person_link *link)
{
	char id[32];

	document_id_format(link->document, id);
	printf("    %s: %s  %s, ", link->name ? link->name : "?", id, type_name(link->type));
	if (link->certain)
		puts(_("by the number"));
	else
		printf(_("probably the same person: name, date of birth and %s agree\n"), _(link->sign));
}

static void show_beside(const struct beside *beside)
{
	if (beside->nlinks)
		printf("  %s:\n", _("links"));
	for (int i = 0; i < beside->nlinks; i++)
		print_link(&beside->links[i]);
	if (beside->npeople)
		printf("  %s:\n", _("other papers of its people"));
	for (int i = 0; i < beside->npeople; i++)
		print_person(&beside->people[i]);
}

static int print_paper(struct archive *archive, const struct reuse_paper *paper, const struct places *places, const struct beside *beside,
		       struct arena *arena, struct error *err)
{
	const char *by;

	paper_print_head(paper, stdout);
	if (withdrawn_by(archive->catalogue, paper->row.id, arena, &by, err) < 0)
		return -1;
	if (by)
		printf(_("  withdrawn %s\n"), by);
	else
		paper_print_verdict(paper, stdout);
	if (paper->restricted)
		return 0;
	printf("  %s:\n", _("fields"));
	paper_print_fields(paper, places, arena, stdout);
	show_beside(beside);
	return 0;
}

/* All that is known of it. */
static int show_paper(struct archive *archive, const struct reuse_paper *paper, bool json, struct arena *arena, struct error *err)
{
	struct beside beside = { NULL, NULL, 0, 0 };
	struct places *places = places_open(config_data_dir(), err);
	int result = places ? 0 : -1;

	if (!result && !paper->restricted)
		result = links_find(archive->catalogue, paper, arena, &beside.links, &beside.nlinks, err);
	if (!result && !paper->restricted)
		result = people_find(archive->catalogue, paper, arena, &beside.people, &beside.npeople, err);
	if (!result && json)
		show_json(paper, places, &beside, arena);
	else if (!result)
		result = print_paper(archive, paper, places, &beside, arena, err);
	places_close(places);
	return result;
}

static int show(const struct invocation *in, struct archive *archive, struct reuse_paper *paper, struct arena *arena)
{
	const char *picture = option(in, "picture");
	bool text = option(in, "text") != NULL, json = option(in, "json") != NULL;
	struct error err = ERROR_INIT;
	long page = option_number(in, "page", 1, paper->npages > 0 ? paper->npages : 1, 1);
	int result = 0;

	if (page < 0)
		return EXIT_USAGE;
	if (paper->restricted && (picture || text)) {
		error_set(&err, REACH_DOCUMENT, "secret", _("document %s %s and is not shown"), in->args[0], paper_withheld(paper));
		return command_fail(in, &err);
	}
	if (picture && !paper->npages) {
		error_set(&err, REACH_DOCUMENT, NULL, _("document %s has no page"), in->args[0]);
		return command_fail(in, &err);
	}
	if (picture)
		result = show_picture(archive, paper, page, picture, &err);
	if (!result && text)
		result = show_text(archive, paper, arena, &err);
	else if (!result && (json || !picture))
		result = show_paper(archive, paper, json, arena, &err);
	return result < 0 ? command_fail(in, &err) : EXIT_DONE;
}

static int run(const struct invocation *in)
{
	struct archive archive;
	struct arena *arena;
	struct reuse_paper *paper;
	int status = archive_open(in, false, &archive);

	if (status)
		return status;
	arena = arena_new();
	paper = arena_alloc(arena, sizeof *paper);
	status = paper_open(in, &archive, in->args[0], date_today(), arena, paper);
	if (!status)
		status = show(in, &archive, paper, arena);
	arena_free(arena);
	archive_close(&archive);
	return status;
}

static const struct command_option options[] = {
	{ "json", 0, NULL, N_("JSON for scripts") },
	{ "text", 0, NULL, N_("the plain text of its pages") },
	{ "picture", 0, "FILE.png", N_("draw a page with the boxes where the fields were found") },
	{ "page", 0, "N", N_("which page of the document to draw; without it the first") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_show = {
	.name = "show",
	.arguments = N_("DOCUMENT"),
	.summary = N_("show a document: type, fields, verdict, pages"),
	.help = N_("Shows what was read from a paper, how sure the reading is, what may be done with it and where the paper original "
		   "lies. A field is read, blank (its place holds no ink), unread (ink is there that was not read for certain) or "
		   "absent. In JSON, the page of a field is its place in the document's own list of pages and its box is left, top, "
		   "width and height in pixels of the page as received. A place that got another name on 1 July 2025 "
		   "is shown as printed, with its name of today where that is known. Links lead to the papers that this one names by number and to those that name it, with "
		   "what the one does to the other; a number that several papers bear leads to all of them. Other papers of the same people are named: by "
		   "their number, or as probably the same where name, date of birth and one more agree.\n\n"
		   "  sohoa show 12.3\n  sohoa show 12.3 --picture page.png --page 2"),
	.options = options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
