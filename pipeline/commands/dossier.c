/* dossier.c - a dossier that was taken in under a wrong code */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/intake.h"
#include "pipeline/commands/decide.h"
#include "pipeline/error.h"
#include "pipeline/runner.h"
#include "pipeline/text.h"

#define CODE_MAX_BYTES 200

static int code_read(const struct invocation *in, struct desk *desk, char **code)
{
	const char *text = in->args[2];

	if (!*text || strlen(text) > CODE_MAX_BYTES || !text_valid(text, strlen(text)) || strchr(text, '/'))
		return command_usage(in, _("a code is a text in UTF-8 of 1 to %d bytes without \"/\""), CODE_MAX_BYTES);
	for (const char *p = text; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return command_usage(in, _("a code is one line of text"));
	*code = text_nfc(desk->arena, text);
	return 0;
}

/* One transaction: the code, and the papers through the record rooms once more, which file them under it. What was confirmed stands on the papers
 * alone, and stays. */
static int rename_it(struct desk *desk, int64_t dossier, const char *called, const char *code, const char *reason, struct error *err)
{
	struct catalogue *c = desk->archive.catalogue;
	char hash[HASH_SIZE], made[21];
	struct intake_renaming renaming = { dossier, code, made, reason, hash };
	int64_t size;

	catalogue_now(made);
	if (desk_put(&desk->archive, json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s?}", "form", 1, "decision", "rename", "dossier", called,
					       "code", code, "who", desk->account.login, "name", desk->account.name, "made", made, "reason", reason),
		     hash, &size, err) < 0 ||
	    catalogue_begin(c, err) < 0)
		return -1;
	if (intake_rename(c, &renaming, size, err) < 0 || runner_walk_dossier(c, desk->archive.store, dossier, err) < 0) {
		catalogue_rollback(c);
		return -1;
	}
	return catalogue_commit(c, err);
}

static int find_and_rename(const struct invocation *in, struct desk *desk)
{
	struct error err = ERROR_INIT;
	struct papers_page *pages;
	const char *reason;
	int64_t dossier;
	char *code = NULL;
	int n, status = desk_text(in, "reason", &reason);

	if (!status && strcmp(in->args[0], "rename") != 0)
		status = command_usage(in, _("say: rename DOSSIER CODE"));
	if (!status)
		status = code_read(in, desk, &code);
	if (!status)
		status = desk_dossier(in, desk, in->args[1], &dossier, &pages, &n);
	if (status)
		return status;
	if (rename_it(desk, dossier, in->args[1], code, reason, &err) < 0)
		return command_fail(in, &err);
	printf(_("Dossier %s is called %s now; it is still found by the code it had.\n"), in->args[1], code);
	return EXIT_DONE;
}

static int run(const struct invocation *in)
{
	return desk_run(in, ACT_CORRECT, find_and_rename);
}

static const struct command_option options[] = {
	{ "reason", 'r', "TEXT", N_("why, in your own words; kept with the correction") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_dossier = {
	.name = "dossier",
	.arguments = "rename DOSSIER CODE",
	.summary = N_("give a dossier its right code"),
	.help = N_("A dossier bears the name of the folder that it came in. Where that is not its code, rename gives it the right one. The code before is kept with "
		   "who, when and why; the dossier is still found by it, and the same folder taken in again doubles nothing. Confirmations stay: they speak "
		   "of papers, not of the folder around them.\n\n"
		   "  sohoa dossier rename HS-0123 H06.12-240227-0001 --reason \"typing error on the cover\""),
	.options = options,
	.min_args = 3,
	.max_args = 3,
	.run = run,
};
