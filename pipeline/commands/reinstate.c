/* reinstate.c - a refusal or cancellation is taken back */
#include "pipeline/commands/decide.h"
#include "pipeline/error.h"

static int reinstate(const struct invocation *in, struct desk *desk)
{
	struct decision decision = { .kind = DECISION_REINSTATE };
	struct error err = ERROR_INIT;
	const struct standing *s;
	int status = desk_text(in, "reason", &decision.reason);

	if (!status)
		status = desk_text(in, "decision", &decision.number);
	if (!status && !decision.reason)
		status = command_usage(in, _("say why: --reason TEXT"));
	if (!status)
		status = desk_paper(in, desk);
	if (status)
		return status;
	s = &desk->paper->standing;
	if (!s->refused && !s->cancelled && !s->replaced && !s->national)
		return command_usage(in, _("document %s is neither refused nor cancelled: there is nothing to take back"), in->args[0]);
	if (desk_decide(desk, &decision, 0, &err) < 0)
		return command_fail(in, &err);
	printf(_("Document %s is reinstated by %s.\n"), in->args[0], desk->account.name);
	return desk_show(in, desk);
}

static int run(const struct invocation *in)
{
	return desk_run(in, ACT_CANCEL, reinstate);
}

static const struct command_option options[] = {
	{ "reason", 'r', "TEXT", N_("why it holds again") },
	{ "decision", 0, "NUMBER", N_("number of the paper that orders it") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_reinstate = {
	.name = "reinstate",
	.arguments = N_("DOCUMENT"),
	.summary = N_("take back a refusal, cancellation or replacement"),
	.help = N_("Records that a refusal, a cancellation, a replacement or the mark of a national database was taken back (role approver or archivist). "
		   "Both stay on record. A confirmation that was given before a cancellation counts again; one before a refusal does not.\n\n"
		   "  sohoa reinstate 12.3 --reason \"court set the cancellation aside\" --decision 5/2026/HC-PT"),
	.options = options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
