/* withdrawn.c - what withdraw, batch and the commands that meet a withdrawn paper share */
#include "pipeline/commands/withdrawn.h"

#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/ledger.h"
#include "pipeline/error.h"
#include "pipeline/lock.h"
#include "pipeline/runner.h"
#include "pipeline/withdraw.h"

#define SHOWN_MAX 50 /* files on the screen */

/* --- what others ask ------------------------------------------------------------------------------------------------------ */

static char *by_decision(struct arena *arena, const struct withdrawal *w)
{
	return arena_printf(arena, _("by decision %s of %.10s"), w->number, w->made);
}

int withdrawn_refused(struct catalogue *catalogue, const char *hash, struct error *why)
{
	struct arena *arena = arena_new();
	struct withdrawal w;
	int found = withdrawals_of_object(catalogue, hash, arena, &w, why);

	if (found > 0)
		error_set(why, REACH_DOCUMENT, "withdrawn", "%s", by_decision(arena, &w));
	arena_free(arena);
	return found;
}

int withdrawn_by(struct catalogue *catalogue, int64_t document, struct arena *arena, const char **by, struct error *err)
{
	struct withdrawal w;
	int found = withdrawals_of_document(catalogue, document, arena, &w, err);

	*by = found > 0 ? by_decision(arena, &w) : NULL;
	return found;
}

/* --- the command ---------------------------------------------------------------------------------------------------------- */

static int order_read(const struct invocation *in, struct withdrawal_order *order, struct withdrawal *w)
{
	int status = desk_text(in, "decision", &w->number);

	if (!status)
		status = desk_text(in, "reason", &w->reason);
	if (!status && !w->number)
		status = command_usage(in, _("a withdrawal names the decision that orders it: --decision NUMBER"));
	if (!status && !w->reason)
		status = command_usage(in, _("say why: --reason TEXT"));
	order->everywhere = option(in, "everywhere") != NULL;
	order->files = option(in, "files") != NULL;
	return status;
}

/* Originals that hold papers of both kinds cannot be kept and destroyed at once: a person must say which. */
static int refuse_torn(const struct invocation *in, const struct withdrawal_scope *scope)
{
	int torn = 0;

	for (int i = 0; i < scope->nfiles; i++)
		if (scope->files[i].staying) {
			if (!torn++)
				fputs(_("These files also hold pages of papers that stay:\n"), stderr);
			if (torn <= SHOWN_MAX)
				fprintf(stderr, _("  %s/%s: %d pages that stay\n"), scope->files[i].dossier, scope->files[i].shown, scope->files[i].staying);
		}
	return torn ? command_usage(in, _("--files destroys the images of those pages too; their text stays, and they must be scanned again")) : 0;
}

static void print_scope(const struct withdrawal_scope *scope)
{
	int shown = 0;

	printf(_("%lld pages in %lld papers; %lld originals\n"), (long long)scope->pages, (long long)scope->papers, (long long)scope->originals);
	for (int i = 0; i < scope->nfiles && shown < SHOWN_MAX; i++) {
		const struct withdrawal_file *f = &scope->files[i];

		if (f->twin)
			printf(_("  %s/%s: the same bytes stay in %s; --everywhere withdraws them there too\n"), f->dossier, f->shown, f->other);
		else if (f->staying)
			printf(_("  %s/%s: %d pages of papers that stay have no image any more and must be scanned again\n"), f->dossier, f->shown, f->staying);
		shown += f->twin || f->staying;
	}
}

/* Whoever relied on the papers must be told. */
static int print_use(void *context, const struct ledger_entry *e)
{
	int *n = context;
	char id[32];

	document_id_format(e->document, id);
	if (!(*n)++)
		puts(_("They were used before, and these dossiers must be looked at:"));
	printf(_("  %s  document %s, dossier %s, procedure %s, %s, by %s\n"), e->made, id, e->dossier, e->procedure, e->component, e->who);
	return 0;
}

static int print_uses(struct catalogue *catalogue, const struct withdrawal_scope *scope, struct error *err)
{
	int uses = 0;

	for (int i = 0; i < scope->ndocuments; i++)
		if (ledger_each(catalogue, scope->documents[i], "", print_use, &uses, err) < 0)
			return -1;
	return 0;
}

static bool stays(const struct withdrawal_scope *scope)
{
	for (int i = 0; i < scope->nfiles; i++)
		if (scope->files[i].twin)
			return true;
	return false;
}

static int withdraw(const struct invocation *in, struct desk *desk, const struct withdrawal_order *order, struct withdrawal *w)
{
	struct catalogue *c = desk->archive.catalogue;
	struct withdrawal_scope scope;
	struct error err = ERROR_INIT;
	int status;

	if (withdraw_resume(c, desk->archive.store, &err) < 0 || withdraw_look(c, w, order, desk->arena, &scope, &err) < 0)
		return command_fail(in, &err);
	status = order->files ? 0 : refuse_torn(in, &scope);
	if (status)
		return status;
	if (!scope.pages && !scope.nfiles) {
		printf(_("%s was withdrawn before; nothing of it is left.\n"), w->subject);
		return EXIT_DONE;
	}
	if (option(in, "dry-run")) {
		print_scope(&scope);
		puts(_("Nothing was done."));
		return EXIT_DONE;
	}
	if (withdraw_begin(c, desk->archive.store, w, order, desk->account.name, desk->arena, &scope, &err) < 0 ||
	    withdraw_resume(c, desk->archive.store, &err) < 0 || runner_walk_records(c, desk->archive.store, &err) < 0)
		return command_fail(in, &err);
	print_scope(&scope);
	printf(_("%s is withdrawn by decision %s: nothing of it is left in the files of this archive. The folders it came from, exports and backups are "
		 "others' to clean.\n"), w->subject, w->number);
	if (print_uses(c, &scope, &err) < 0)
		return command_fail(in, &err);
	return stays(&scope) ? EXIT_SOME : EXIT_DONE;
}

int withdrawn_command(const struct invocation *in, struct desk *desk, struct withdrawal_order *order, const char *subject)
{
	struct withdrawal w = { .kind = order->kind, .subject = subject };
	char made[21];
	int status = order_read(in, order, &w);
	struct lock *lock;

	if (status)
		return status;
	catalogue_now(made);
	w.made = made;
	lock = archive_run_lock(in, &desk->archive, &status);
	if (!lock)
		return status;
	status = withdraw(in, desk, order, &w);
	lock_release(lock);
	return status;
}

const struct command_option withdrawn_options[] = {
	{ "decision", 'd', "NUMBER", N_("number of the decision that orders it") },
	{ "reason", 'r', "TEXT", N_("why, in your own words; kept with the withdrawal: name no secret in it") },
	{ "everywhere", 0, NULL, N_("also where the same bytes were received in other places") },
	{ "files", 0, NULL, N_("also originals that hold pages of papers that stay: those lose their images") },
	{ "dry-run", 'n', NULL, N_("only say what would be withdrawn") },
	{ NULL, 0, NULL, NULL },
};
