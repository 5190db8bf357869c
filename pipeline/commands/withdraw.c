/* withdraw.c - takes a paper or a dossier out of the archive, by a decision, so that no file holds it any more */
#include <stdio.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/papers.h"
#include "pipeline/commands/withdrawn.h"
#include "pipeline/error.h"

/* "12.3" is a document, everything else a dossier. */
static int target_find(const struct invocation *in, struct desk *desk, struct withdrawal_order *order, const char **subject)
{
	struct error err = ERROR_INIT;
	struct papers_document *row = arena_alloc(desk->arena, sizeof *row);
	int64_t id = document_id_parse(in->args[0]);
	int found;

	if (id < 0) {
		struct papers_page *pages;
		int n, status = desk_dossier(in, desk, in->args[0], &order->target, &pages, &n);

		*order = (struct withdrawal_order){ .kind = WITHDRAWAL_DOSSIER, .target = order->target };
		*subject = in->args[0];
		return status;
	}
	found = papers_document(desk->archive.catalogue, id, desk->arena, row, &err);
	if (!found)
		error_set(&err, REACH_DOCUMENT, NULL, _("there is no document %s; `sohoa search` finds documents"), in->args[0]);
	if (found <= 0)
		return command_fail(in, &err);
	*order = (struct withdrawal_order){ .kind = WITHDRAWAL_DOCUMENT, .target = id };
	*subject = in->args[0];
	return 0;
}

static int find_and_withdraw(const struct invocation *in, struct desk *desk)
{
	struct withdrawal_order order = { 0 };
	const char *subject = NULL;
	int status = target_find(in, desk, &order, &subject);

	return status ? status : withdrawn_command(in, desk, &order, subject);
}

static int run(const struct invocation *in)
{
	return desk_run(in, ACT_WITHDRAW, find_and_withdraw);
}

const struct command command_withdraw = {
	.name = "withdraw",
	.arguments = N_("DOCUMENT | DOSSIER"),
	.summary = N_("take a secret or wrongly received paper out, for good"),
	.help = N_("For a paper that must not be here: a state secret, or a wrong intake. Its images, text, fields and index entries are destroyed in the store and "
		   "in the catalogue, so that no byte of them is left in any file of the archive. A cancelled paper is something else: it stays to be looked up "
		   "(`sohoa cancel`).\n\n"
		   "What stays: who withdrew it, when, why, the number of the decision, the hashes of the destroyed originals, the audit log, and that it was "
		   "confirmed or used; a confirmation falls. The same file is not taken in again. Names of files and dossiers stay in the log.\n\n"
		   "An original that also holds papers that stay is only destroyed with --files; those keep their text, lose their image and must be scanned "
		   "again. Where the same bytes were received in several places, only this one is cleaned and the original stays for the others, "
		   "unless --everywhere is given; the exit code is then 1.\n\n"
		   "It waits for no run and none may go on meanwhile. The database is written anew, which takes minutes where it is large. When it was stopped, the "
		   "same command, or the next `sohoa run`, goes on from there. --dry-run shows what it would do. Needs the role approver or archivist.\n\n"
		   "  sohoa withdraw 12.3 --decision 05/QĐ-VPUB --reason \"tài liệu mật\" --everywhere\n"
		   "  sohoa withdraw lo-01/HS-0007 --decision 06/QĐ-VPUB --reason \"nhận nhầm\""),
	.options = withdrawn_options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
