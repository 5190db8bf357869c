/* cut.c - a clerk says where papers begin */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/corrections.h"
#include "pipeline/commands/decide.h"
#include "pipeline/error.h"

static int cut_store(struct desk *desk, const struct papers_page *page, struct correction *c, char *hash, int64_t *size, struct error *err)
{
	json_t *json = json_pack("{s:i, s:s, s:s, s:i, s:i, s:s, s:s, s:s, s:s, s:s?}", "form", 1, "decision", "cut", "original", page->original, "page",
				 page->file_page, "number", page->number, "value", c->value, "who", desk->account.login, "name",
				 desk->account.name, "made", c->made, "reason", c->reason);

	c->object = hash;
	return desk_put(&desk->archive, json, hash, size, err);
}

/* Papers behind the cut get other numbers: what was confirmed from its page on must be looked at again. */
static int cut(struct desk *desk, int64_t dossier, const struct papers_page *page, int npages, const char *value, const char *reason, struct error *err)
{
	struct catalogue *c = desk->archive.catalogue;
	char hash[HASH_SIZE], made[21];
	struct correction correction = { .dossier = dossier, .page_id = page->id, .kind = CORRECTION_CUT, .value = value, .reason = reason, .made = made };
	const char *why = arena_printf(desk->arena, "the papers from page %d on were parted by %s", page->number, desk->account.login);
	int first = page->number > 1 ? page->number - 1 : 1; /* the paper before it loses or gains the page */
	int64_t size;

	catalogue_now(made);
	if (cut_store(desk, page, &correction, hash, &size, err) < 0 || catalogue_begin(c, err) < 0)
		return -1;
	if (corrections_add(c, &correction, size, err) < 0 || desk_fall(desk, dossier, first, npages, why, err) < 0 ||
	    corrections_reopen(c, dossier, err) < 0) {
		catalogue_rollback(c);
		return -1;
	}
	return catalogue_commit(c, err);
}

static int find_and_cut(const struct invocation *in, struct desk *desk)
{
	struct error err = ERROR_INIT;
	struct papers_page *pages;
	const char *reason, *value = option(in, "join") ? "goes-on" : "begins";
	int64_t dossier;
	int n, at, status = desk_text(in, "reason", &reason);

	if (status)
		return status;
	status = desk_dossier(in, desk, in->args[0], &dossier, &pages, &n);
	if (status)
		return status;
	at = desk_page(in, pages, n, in->args[1]);
	if (at < 0)
		return EXIT_USAGE;
	if (!at && *value == 'g')
		return command_usage(in, _("the first page begins a paper in any case"));
	if (cut(desk, dossier, &pages[at], n, value, reason, &err) < 0)
		return command_fail(in, &err);
	printf(*value == 'b' ? _("Page %d of %s begins a paper. The next `sohoa run` parts the dossier.\n")
			     : _("Page %d of %s belongs to the paper before it. The next `sohoa run` parts the dossier.\n"),
	       pages[at].number, in->args[0]);
	return EXIT_DONE;
}

static int run(const struct invocation *in)
{
	return desk_run(in, ACT_CORRECT, find_and_cut);
}

static const struct command_option options[] = {
	{ "join", 'j', NULL, N_("the page begins no paper: it belongs to the one before it") },
	{ "reason", 'r', "TEXT", N_("why, in your own words; kept with the correction") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_cut = {
	.name = "cut",
	.arguments = N_("DOSSIER PAGE"),
	.summary = N_("say that a paper begins at a page, or does not"),
	.help = N_("What a person says about where papers begin stands over what the machine finds, and over every new reading. PAGE is the number of the page in "
		   "the dossier, or FILE:PAGE. Confirmations of the papers from that page on fall, for their numbers may change.\n\n"
		   "  sohoa cut H06.12-240227-0001 7\n"
		   "  sohoa cut H06.12-240227-0001 ho-so.tif:3 --join --reason \"annex of the decision\""),
	.options = options,
	.min_args = 2,
	.max_args = 2,
	.run = run,
};
