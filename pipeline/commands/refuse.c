/* refuse.c - an officer finds against a paper */
#include <string.h>

#include "pipeline/commands/decide.h"
#include "pipeline/error.h"
#include "pipeline/schema.h"

static int refuse(const struct invocation *in, struct desk *desk)
{
	struct decision decision = { .kind = DECISION_REFUSE, .code = option(in, "code") };
	struct error err = ERROR_INIT;
	int status = desk_text(in, "reason", &decision.reason);

	if (!status && !decision.reason)
		status = command_usage(in, _("say why: --reason TEXT"));
	if (!status && decision.code && !schema_reason_known(decision.code))
		status = command_usage(in, _("there is no reason code \"%s\"; docs/reuse.md lists them"), decision.code);
	if (!status)
		status = desk_paper(in, desk);
	if (status)
		return status;
	if (desk_decide(desk, &decision, 0, &err) < 0)
		return command_fail(in, &err);
	printf(_("Document %s is refused by %s.\n"), in->args[0], desk->account.name);
	return desk_show(in, desk);
}

static int run(const struct invocation *in)
{
	return desk_run(in, ACT_CONFIRM, refuse);
}

static const struct command_option options[] = {
	{ "reason", 'r', "TEXT", N_("what was found, in your words") },
	{ "code", 0, "CODE", N_("its reason code: ALTERED, ILLEGIBLE, FOREIGN_NOT_LEGALISED, PRIVATE_UNCERTIFIED, ...; without it NOT_CHECKED") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_refuse = {
	.name = "refuse",
	.arguments = N_("DOCUMENT"),
	.summary = N_("record that a paper must not be reused, and why"),
	.help = N_("Records what an officer (role officer or approver) found against a paper that the program cannot see: erased or written over, "
		   "foreign and not legalised, private and not certified, not legible. A confirmation given before falls. A later confirmation, or "
		   "`sohoa reinstate`, takes it back; both stay on record.\n\n"
		   "  sohoa refuse 12.3 --code ALTERED --reason \"date of birth written over by hand\""),
	.options = options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
