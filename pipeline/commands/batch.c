/* batch.c - takes a whole batch out of the archive */
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/counts.h"
#include "pipeline/commands/withdrawn.h"
#include "pipeline/error.h"

static int batch_find(const struct invocation *in, struct desk *desk, const char *code, int64_t *batch)
{
	struct error err = ERROR_INIT;
	struct batch_row *list;
	int n;

	*batch = 0;
	if (counts_batches(desk->archive.catalogue, desk->arena, &list, &n, &err) < 0)
		return command_fail(in, &err);
	for (int i = 0; i < n; i++)
		if (!strcmp(list[i].code, code))
			*batch = list[i].id;
	return *batch ? 0 : command_usage(in, _("there is no batch \"%s\"; `sohoa status` lists them"), code);
}

static int find_and_withdraw(const struct invocation *in, struct desk *desk)
{
	struct withdrawal_order order = { .kind = WITHDRAWAL_BATCH };
	int status = batch_find(in, desk, in->args[1], &order.target);

	return status ? status : withdrawn_command(in, desk, &order, in->args[1]);
}

static int run(const struct invocation *in)
{
	if (strcmp(in->args[0], "withdraw") != 0)
		return command_usage(in, _("say: withdraw BATCH"));
	return desk_run(in, ACT_WITHDRAW, find_and_withdraw);
}

const struct command command_batch = {
	.name = "batch",
	.arguments = "withdraw BATCH",
	.summary = N_("take a wrongly received batch out, for good"),
	.help = N_("Destroys every page, text and field of a batch, as `sohoa withdraw` does with one paper; its help tells what stays. Originals that were "
		   "received in other batches too stay for those, unless --everywhere is given.\n\n"
		   "  sohoa batch withdraw lo-07 --decision 07/QĐ-VPUB --reason \"lô của huyện khác\""),
	.options = withdrawn_options,
	.min_args = 2,
	.max_args = 2,
	.run = run,
};
