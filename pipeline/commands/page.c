/* page.c - a clerk brings a better scan, a late page, or a page into its place */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/intake.h"
#include "pipeline/catalogue/papers.h"
#include "pipeline/catalogue/placements.h"
#include "pipeline/commands/decide.h"
#include "pipeline/commands/withdrawn.h"
#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/pool.h"
#include "pipeline/reason.h"
#include "pipeline/text.h"
#include "stages/decode/decode.h"
#include "stages/intake/intake.h"

#define NAMES_MAX 100 /* scans of one name in one dossier */

/* What a person asks for. */
struct order {
	enum placement_kind kind;
	const char *called;      /* the dossier, by the person */
	int64_t dossier;
	struct papers_page *pages;
	int npages;
	int page, after;         /* indices in pages; after -1: in front of all */
	const char *path;        /* of the file, or NULL */
	const char *reason;
	struct arena *arena;
	struct catalogue *catalogue;
	struct intake_file file; /* what came, strings in the arena */
	int nfiles;
};

/* --- the file ---------------------------------------------------------------------------------------------------------- */

static int open_inspect(void *context, int fd, struct inspection *inspection, struct error *err)
{
	return pool_inspect(context, fd, inspection, err);
}

static int open_unpack(void *context, int fd, const struct unpack_sink *sink, struct error *err)
{
	return error_set(err, REACH_DOCUMENT, "not-a-document", _("this is an archive; `sohoa intake` takes it in"));
}

static int take_item(void *context, const struct intake_item *item, struct error *err)
{
	struct order *o = context;
	unsigned char *name = arena_alloc(o->arena, item->name_size + 1);

	memcpy(name, item->name, item->name_size);
	o->nfiles++;
	o->file = (struct intake_file){ name, item->name_size, arena_strdup(o->arena, item->shown), arena_strdup(o->arena, item->hash), item->size,
					arena_strdup(o->arena, item->media), item->pages, arena_strdup(o->arena, item->reason),
					arena_strdup(o->arena, item->detail), item->wrong_extension };
	return 0;
}

static int refused(void *context, const char *hash, struct error *why)
{
	return withdrawn_refused(((struct order *)context)->catalogue, hash, why);
}

static int pass_line(void *context, const struct intake_line *line, struct error *err)
{
	return 0;
}

static int pass_bad_line(void *context, const char *file, int number, const char *why, struct error *err)
{
	return 0;
}

static int pass_name(void *context, const char *name, struct error *err)
{
	return 0;
}

/* The file into the store; a worker says what it is and how many pages it has. */
static int take_file(struct desk *desk, struct order *o, struct error *err)
{
	struct pool *pool = pool_open(desk->archive.config, POOL_FILES, 1, err);
	struct intake_opener opener = { pool, open_inspect, open_unpack };
	struct intake_sink sink = { o, take_item, pass_line, pass_bad_line, pass_name, pass_name, NULL, refused };
	int ret;

	o->catalogue = desk->archive.catalogue;
	ret = pool ? intake_path(o->path, "page", desk->archive.store, desk->archive.config, &opener, &sink, err) : -1;

	pool_close(pool);
	if (ret < 0)
		return -1;
	if (o->nfiles != 1)
		return error_set(err, REACH_DOCUMENT, "not-a-document", _("%s: one scanned file was expected"), o->path);
	if (o->file.reason)
		return error_set(err, REACH_DOCUMENT, o->file.reason, "%s: %s%s%s; %s", o->path, reason_title(o->file.reason), o->file.detail ? ": " : "",
				 o->file.detail ? o->file.detail : "", reason_advice(o->file.reason));
	return 0;
}

/* "scan1 (2).jpg": a better scan often bears the name of the one before. */
static void name_again(struct order *o, const char *name, int nth)
{
	const char *dot = strrchr(name, '.');
	int stem = dot && dot > name ? (int)(dot - name) : (int)strlen(name);
	char *other = arena_printf(o->arena, "%.*s (%d)%s", stem, name, nth, name + stem);

	o->file.name = (const unsigned char *)other;
	o->file.name_size = strlen(other);
	o->file.shown = text_show_name(o->arena, o->file.name, o->file.name_size);
}

/* What came gets a name of its own in the dossier; nothing is written yet. */
static int file_name(struct desk *desk, struct order *o, struct error *err)
{
	const char *first = arena_strndup(o->arena, (const char *)o->file.name, o->file.name_size);
	int taken = 1;

	for (int i = 0; i < o->npages; i++)
		if (o->pages[i].original && !strcmp(o->pages[i].original, o->file.hash))
			return error_set(err, REACH_DOCUMENT, NULL, _("%s: the dossier holds this very file already, as %s"), o->path, o->pages[i].file);
	for (int nth = 2; (taken = intake_name_taken(desk->archive.catalogue, o->dossier, o->file.name, o->file.name_size, err)) > 0 && nth < NAMES_MAX; nth++)
		name_again(o, first, nth);
	return taken < 0 ? -1 : 0;
}

static int file_put(struct desk *desk, struct order *o, int64_t *file, struct error *err)
{
	int most = (int)config_int(desk->archive.config, "limits", "dossier_pages", 20000);
	enum intake_answer answer;
	bool duplicate;

	if (o->npages + o->file.pages > most)
		return error_set(err, REACH_DOCUMENT, "too-many-pages", "%s: %s; %s", o->path, reason_title("too-many-pages"), reason_advice("too-many-pages"));
	if (intake_file(desk->archive.catalogue, o->dossier, &o->file, most, &answer, &duplicate, file, err) < 0)
		return -1;
	return answer == INTAKE_NEW ? 0 : error_set(err, REACH_DOCUMENT, NULL, _("%s: the dossier has a file of that name already"), o->path);
}

/* --- the decision -------------------------------------------------------------------------------------------------------- */

static json_t *page_json(const struct papers_page *page)
{
	return json_pack("{s:s?, s:s, s:i, s:i}", "original", page->original, "file", page->file, "page", page->file_page, "number", page->number);
}

static int decision_put(struct desk *desk, const struct order *o, struct placement *p, char *hash, int64_t *size, struct error *err)
{
	json_t *json = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s?}", "form", 1, "decision", placement_kind_name(o->kind), "dossier",
				 o->called, "who", desk->account.login, "name", desk->account.name, "made", p->made, "reason", p->reason);

	if (o->kind != PLACEMENT_INSERT)
		json_object_set_new(json, "page", page_json(&o->pages[o->page]));
	if (o->kind != PLACEMENT_REPLACE)
		json_object_set_new(json, "after", o->after < 0 ? json_null() : page_json(&o->pages[o->after]));
	if (o->path)
		json_object_set_new(json, "file", json_pack("{s:s, s:s, s:s, s:i}", "original", o->file.hash, "name", o->file.shown, "media",
							    o->file.media, "pages", o->file.pages));
	p->object = hash;
	return desk_put(&desk->archive, json, hash, size, err);
}

/* The first page of the run whose paper may be another one now: numbers of papers behind it may change too. */
static int first_touched(const struct order *o)
{
	int first = o->kind == PLACEMENT_INSERT ? o->after : o->page;

	if (o->kind == PLACEMENT_MOVE && o->after < first)
		first = o->after;
	return first > 0 ? o->pages[first].number - (o->kind == PLACEMENT_REPLACE ? 0 : 1) : 1;
}

/* One transaction: the file, its place, the fall of what rested on the papers, and the new numbers. */
static int place(struct desk *desk, struct order *o, struct error *err)
{
	static const char *const whys[] = { "a page was put in by %s", "a page was replaced by %s", "a page was moved by %s" };
	struct catalogue *c = desk->archive.catalogue;
	char hash[HASH_SIZE], made[21];
	struct placement p = { o->dossier, o->kind, o->kind == PLACEMENT_INSERT ? 0 : o->pages[o->page].id, 0,
			       o->kind == PLACEMENT_REPLACE || o->after < 0 ? 0 : o->pages[o->after].id, made, o->reason, hash };
	const char *why = arena_printf(desk->arena, whys[o->kind], desk->account.login);
	int64_t size;
	int busy;

	catalogue_now(made);
	if (decision_put(desk, o, &p, hash, &size, err) < 0 || catalogue_begin(c, err) < 0)
		return -1;
	busy = placements_busy(c, o->dossier, err);
	if (busy > 0)
		error_set(err, REACH_DOCUMENT, "busy", _("a run is reading the dossier; try again when it has passed"));
	if (busy || (o->path && file_put(desk, o, &p.file, err) < 0) || desk_fall(desk, o->dossier, first_touched(o), o->npages, why, err) < 0 ||
	    placements_add(c, &p, size, err) < 0 || intake_finish_dossier(c, o->dossier, err) < 0) {
		catalogue_rollback(c);
		return -1;
	}
	return catalogue_commit(c, err);
}

/* --- the command --------------------------------------------------------------------------------------------------------- */

/* 0 stands in front of the first page. */
static int after_find(const struct invocation *in, const struct order *o, const char *text, int *after)
{
	*after = -1;
	if (!strcmp(text, "0"))
		return 0;
	*after = desk_page(in, o->pages, o->npages, text);
	return *after < 0 ? EXIT_USAGE : 0;
}

static int restricted(const struct invocation *in, const struct order *o, int at)
{
	struct error err = ERROR_INIT;

	if (at < 0 || strcmp(o->pages[at].state, "restricted") != 0)
		return 0;
	error_set(&err, REACH_DOCUMENT, "secret", _("page %d bears a secrecy mark or belongs to a paper that does; nothing can be decided about it here"),
		  o->pages[at].number);
	return command_fail(in, &err);
}

static int order_read(const struct invocation *in, struct desk *desk, struct order *o)
{
	int status = desk_text(in, "reason", &o->reason);
	int kind = 0;

	while (kind <= PLACEMENT_MOVE && strcmp(in->args[0], placement_kind_name((enum placement_kind)kind)) != 0)
		kind++;
	if (kind > PLACEMENT_MOVE)
		return command_usage(in, _("say: replace DOSSIER PAGE FILE, insert DOSSIER PAGE FILE or move DOSSIER PAGE BEHIND"));
	o->kind = (enum placement_kind)kind;
	o->called = in->args[1];
	o->page = o->after = -1;
	o->path = o->kind == PLACEMENT_MOVE ? NULL : in->args[3];
	if (!status)
		status = desk_dossier(in, desk, in->args[1], &o->dossier, &o->pages, &o->npages);
	if (!status && o->kind != PLACEMENT_INSERT && (o->page = desk_page(in, o->pages, o->npages, in->args[2])) < 0)
		status = EXIT_USAGE;
	if (!status && o->kind != PLACEMENT_REPLACE)
		status = after_find(in, o, in->args[o->kind == PLACEMENT_INSERT ? 2 : 3], &o->after);
	if (!status && o->kind == PLACEMENT_MOVE && (o->page == o->after || o->page == o->after + 1))
		status = command_usage(in, _("the page stands there already"));
	return status ? status : restricted(in, o, o->page);
}

static int act(const struct invocation *in, struct desk *desk)
{
	struct order o = { .arena = desk->arena };
	struct error err = ERROR_INIT;
	int status = order_read(in, desk, &o);

	if (status)
		return status;
	if ((o.path && (take_file(desk, &o, &err) < 0 || file_name(desk, &o, &err) < 0)) || place(desk, &o, &err) < 0)
		return command_fail(in, &err);
	if (o.kind == PLACEMENT_INSERT)
		printf(_("%d pages of %s stand in dossier %s now. The next `sohoa run` reads and parts it.\n"), o.file.pages, o.file.shown, in->args[1]);
	else if (o.kind == PLACEMENT_REPLACE)
		printf(_("%d pages of %s stand in the place of the old page of dossier %s. The next `sohoa run` reads and parts it.\n"), o.file.pages,
		       o.file.shown, in->args[1]);
	else
		printf(_("Page %d of %s was moved. The next `sohoa run` parts the dossier.\n"), o.pages[o.page].number, in->args[1]);
	return EXIT_DONE;
}

static int run(const struct invocation *in)
{
	return desk_run(in, ACT_CORRECT, act);
}

static const struct command_option options[] = {
	{ "reason", 'r', "TEXT", N_("why, in your own words; kept with the correction") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_page = {
	.name = "page",
	.arguments = "replace DOSSIER PAGE FILE | insert DOSSIER PAGE FILE | move DOSSIER PAGE BEHIND",
	.summary = N_("bring a better scan, a late page, or a page into its place"),
	.help = N_("replace puts the pages of a file in the place of a page that was scanned badly; insert puts them behind a page (0: in front of all); move puts a "
		   "page behind another one. PAGE is the number of the page in the dossier, or FILE:PAGE.\n\n"
		   "  sohoa page replace H06.12-240227-0001 7 scan7.tif --reason \"blurred\"\n"
		   "  sohoa page insert H06.12-240227-0001 3 phu-luc.pdf\n"
		   "  sohoa page move H06.12-240227-0001 9 3\n\n"
		   "The old page is kept with who, when and why, and counted as replaced. What a person said of it (type, cut, values) holds for the page that came. "
		   "The order holds over every later intake. Confirmations of the papers from there on fall, and the next run parts the dossier anew."),
	.options = options,
	.min_args = 4,
	.max_args = 4,
	.run = run,
};
