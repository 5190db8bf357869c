/* cancel.c - its agency withdrew a paper, or another paper stands for it */
#include <stdio.h>
#include <string.h>

#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/ledger.h"
#include "pipeline/commands/decide.h"
#include "pipeline/error.h"

/* Who relied on the paper must be told: each use that the cancellation touches. */
static int print_use(void *context, const struct ledger_entry *e)
{
	int *n = context;

	if (!(*n)++)
		puts(_("It was used before, and these dossiers must be looked at:"));
	printf(_("  %s  dossier %s, procedure %s, %s, by %s\n"), e->made, e->dossier, e->procedure, e->component, e->who);
	return 0;
}

static int check(const struct invocation *in, struct desk *desk, struct decision *decision)
{
	int status = desk_text(in, "reason", &decision->reason);

	if (!status)
		status = desk_text(in, "decision", &decision->number);
	if (!status)
		status = desk_text(in, "by", &decision->other);
	if (!status)
		status = desk_day(in, "day", &decision->day);
	if (!status && !decision->reason)
		status = command_usage(in, _("say why: --reason TEXT"));
	if (!status && !decision->other && !decision->number)
		status = command_usage(in, _("a cancellation names the decision that orders it: --decision NUMBER"));
	return status ? status : desk_paper(in, desk);
}

static int cancel(const struct invocation *in, struct desk *desk)
{
	struct decision decision = { .kind = option(in, "by") ? DECISION_REPLACE : DECISION_CANCEL };
	struct error err = ERROR_INIT;
	int status = check(in, desk, &decision), uses = 0;

	if (status)
		return status;
	if (desk_decide(desk, &decision, 0, &err) < 0 ||
	    ledger_each(desk->archive.catalogue, desk->paper->row.id, "", print_use, &uses, &err) < 0)
		return command_fail(in, &err);
	printf(_("Document %s is cancelled by %s; it stays to be looked up, marked.\n"), in->args[0], desk->account.name);
	return desk_show(in, desk);
}

static int run(const struct invocation *in)
{
	return desk_run(in, ACT_CANCEL, cancel);
}

static const struct command_option options[] = {
	{ "reason", 'r', "TEXT", N_("why it was withdrawn (thu hồi, hủy)") },
	{ "decision", 0, "NUMBER", N_("number of the paper that orders it") },
	{ "day", 0, "DATE", N_("first day without effect, YYYY-MM-DD; without it today") },
	{ "by", 0, "DOCUMENT", N_("the paper that stands for it now: number or document of this archive") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_cancel = {
	.name = "cancel",
	.arguments = N_("DOCUMENT"),
	.summary = N_("record that a paper was withdrawn or replaced"),
	.help = N_("Records a cancellation (role approver or archivist): reason, number of the decision, first day without effect. Nothing is "
		   "deleted: the paper stays to be found and is marked in every answer. Each use of the paper for another dossier is listed, so that "
		   "who relied on it can be told (Nghị định 45/2020/NĐ-CP, Điều 15).\n\n"
		   "  sohoa cancel 12.3 --reason \"cấp sai thẩm quyền\" --decision 77/QĐ-UBND --day 2026-03-02\n"
		   "  sohoa cancel 12.3 --reason \"cấp đổi\" --by 45.1"),
	.options = options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
