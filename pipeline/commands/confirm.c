/* confirm.c - an officer confirms that a reading agrees with its paper */
#include <string.h>

#include "pipeline/commands/decide.h"
#include "pipeline/error.h"

static int confirm(const struct invocation *in, struct desk *desk)
{
	struct decision decision = { .kind = DECISION_CONFIRM, .level = 1 };
	struct error err = ERROR_INIT;
	enum confirmation_state before;
	int status = desk_text(in, "note", &decision.reason);

	if (!status)
		status = desk_paper(in, desk);
	if (status)
		return status;
	before = desk->paper->input.confirmation;
	if (desk_decide(desk, &decision, 0, &err) < 0)
		return command_fail(in, &err);
	printf(before == CONFIRMATION_VALID ? _("Document %s was confirmed before; %s has confirmed it once more.\n")
					    : _("Document %s is confirmed by %s.\n"),
	       in->args[0], desk->account.name);
	if (desk->code)
		printf(_("  result code: %s\n"), desk->code);
	return desk_show(in, desk);
}

static int run(const struct invocation *in)
{
	struct desk desk;
	int status = desk_open(in, ACT_CONFIRM, &desk);

	if (!status)
		status = confirm(in, &desk);
	desk_close(&desk);
	return status;
}

static const struct command_option options[] = {
	{ "note", 'n', "TEXT", N_("what was compared with what; it is kept with the confirmation") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_confirm = {
	.name = "confirm",
	.arguments = N_("DOCUMENT"),
	.summary = N_("confirm that a paper was read rightly and may be used as information"),
	.help = N_("Records that you, a user with the role officer or approver, compared the reading with the paper. Only then can a verdict become "
		   "eligible; what stands against the paper for other reasons still does. The confirmation names the originals by their hash: when "
		   "a page, the cut or a field of the paper is changed, it falls and the paper must be confirmed again.\n\n"
		   "  sohoa confirm 12.3 --note \"compared with the original in box 4\""),
	.options = options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
