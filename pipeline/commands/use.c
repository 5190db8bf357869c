/* use.c - a paper is put to another dossier: who, for what, with which verdict */
#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/ledger.h"
#include "pipeline/commands/counter.h"
#include "pipeline/commands/decide.h"
#include "pipeline/commands/paper.h"
#include "pipeline/error.h"
#include "pipeline/key.h"
#include "stages/reuse/date.h"
#include "stages/reuse/rules.h"

struct use {
	const struct invocation *in;
	struct desk desk;
	struct procedures *procedures;
	const struct procedure *procedure;
	const struct procedure_component *component;
	const char *dossier, *reason; /* for which dossier; why although it is not eligible */
	int on;
	struct reuse_result result;   /* for that component */
	char *codes;
};

/* --- What is asked -------------------------------------------------------------------------------------------------- */

static bool digits(const char *text, size_t least, size_t most, size_t *n)
{
	*n = strspn(text, "0123456789");
	return *n >= least && *n <= most;
}

/* Mã hồ sơ (domain 1.4): 000.00.12.H06-240227-0001 of TT 01/2018/TT-VPCP, H06.12-240227-0001 after QĐ 20/2020/QĐ-TTg; the six digits are the
 * day it was received. */
static bool dossier_right(const char *text)
{
	char day[DATE_SIZE];
	const char *p = text;
	size_t n;
	int number;

	if (isdigit((unsigned char)*p)) {
		if (strlen(p) < 11 || strspn(p, "0123456789.") != 10 || p[3] != '.' || p[6] != '.' || p[9] != '.')
			return false;
		p += 10;
	}
	if (*p < 'A' || *p > 'Z' || !isdigit((unsigned char)p[1]) || !isdigit((unsigned char)p[2]))
		return false;
	for (p += 3; *p == '.'; p += n + 1)
		if (!digits(p + 1, 1, 3, &n))
			return false;
	if (*p++ != '-' || !digits(p, 6, 6, &n) || p[6] != '-' || !digits(p + 7, 4, 5, &n) || p[7 + n])
		return false;
	snprintf(day, sizeof day, "20%.2s-%.2s-%.2s", p, p + 2, p + 4);
	return date_parse_day(day, &number) && number <= date_today();
}

static int find_component(struct use *use)
{
	const char *code = option(use->in, "component");
	const char *type = use->desk.paper->row.type;
	int takers = 0;

	for (int i = 0; i < use->procedure->n; i++) {
		const struct procedure_component *c = &use->procedure->components[i];

		if (use->on < c->from || use->on > c->to || (code ? strcmp(code, c->code) != 0 : !procedure_component_takes(c, type)))
			continue;
		use->component = c;
		takers++;
	}
	if (code && !takers)
		return command_usage(use->in, _("procedure %s has no component \"%s\" on that day"), use->procedure->code, code);
	if (code && !procedure_component_takes(use->component, type))
		return command_usage(use->in, _("the component \"%s\" takes no paper of this kind"), code);
	if (!takers)
		return command_usage(use->in, _("procedure %s asks for no paper of this kind on that day"), use->procedure->code);
	return takers == 1 ? 0 : command_usage(use->in, _("several components of procedure %s take this kind: name one with --component"), use->procedure->code);
}

/* The paper must be of the person it is used for. */
static int check_owner(struct use *use)
{
	const struct field *field = field_find(&use->desk.paper->document, "owner_id");
	const char *text = option(use->in, "owner"), *key, *value;

	if (!text)
		return 0;
	key = counter_number(use->in, use->desk.arena, "owner", text);
	if (!key)
		return EXIT_USAGE;
	value = field && field->state == FIELD_READ ? key_field(use->desk.arena, "owner_id", field->value) : NULL;
	while (value && *value) {
		size_t n = strcspn(value, "\n");

		if (strlen(key) == n && !strncmp(value, key, n))
			return 0;
		value += n + (value[n] == '\n');
	}
	return command_usage(use->in, _("document %s is no paper of %s"), use->in->args[0], text);
}

static int check(struct use *use)
{
	const char *code = option(use->in, "procedure");
	int status = desk_text(use->in, "override", &use->reason);

	use->dossier = option(use->in, "for");
	if (!status)
		status = paper_day(use->in, &use->on);
	if (status)
		return status;
	if (!use->dossier || !code)
		return command_usage(use->in, _("say for which dossier and procedure: --for CODE --procedure CODE"));
	if (!dossier_right(use->dossier))
		return command_usage(use->in, _("\"%s\" is no code of a dossier, as H06.12-240227-0001, received on a day up to today"), use->dossier);
	use->procedures = counter_procedures(use->in, &use->desk.archive);
	if (!use->procedures)
		return EXIT_STOPPED;
	use->procedure = procedures_find(use->procedures, code);
	if (!use->procedure)
		return command_usage(use->in, _("there is no procedure \"%s\"; schemas/procedures and the archive's folder procedures hold them"), code);
	status = desk_paper(use->in, &use->desk);
	if (!status)
		status = check_owner(use);
	return status ? status : find_component(use);
}

/* --- The verdict of that moment ------------------------------------------------------------------------------------- */

static int judge(struct use *use, struct reuse_result *result, char **codes, struct error *err)
{
	const struct reuse_book *book = reuse_book_get(err);
	struct reuse_paper *paper = use->desk.paper;
	int found;

	if (!book)
		return -1;
	found = reuse_look(use->desk.archive.catalogue, use->desk.archive.store, paper->row.id, use->on, use->desk.arena, paper, err);
	if (found <= 0)
		return found < 0 ? -1 : error_set(err, REACH_DOCUMENT, NULL, _("the paper is gone"));
	paper->input.procedure = use->procedure;
	paper->input.component = use->component;
	reuse_judge(book->rules, &paper->input, result);
	*codes = arena_strdup(use->desk.arena, "");
	for (int i = 0; i < result->nreasons; i++)
		*codes = arena_printf(use->desk.arena, "%s%s%s", *codes, i ? " " : "", result->reasons[i].code);
	return 0;
}

static void print_reasons(const struct use *use, FILE *to)
{
	char sentence[700];

	for (int i = 0; i < use->result.nreasons; i++) {
		reuse_sentence(&use->result.reasons[i], sentence, sizeof sentence);
		fprintf(to, "  %s %s: %s\n", use->result.reasons[i].blocks ? "x" : "?", use->result.reasons[i].code, sentence);
	}
}

/* What is not eligible, or was confirmed by nobody, is refused; who may override says why. */
static int allowed(struct use *use)
{
	bool barred = use->result.verdict == VERDICT_NOT_ELIGIBLE || use->desk.paper->input.confirmation != CONFIRMATION_VALID;
	struct error err = ERROR_INIT;
	int may;

	if (!barred) {
		use->reason = NULL;
		return 0;
	}
	if (!use->reason) {
		command_usage(use->in, use->result.verdict == VERDICT_NOT_ELIGIBLE
					       ? _("document %s is not eligible for this; nothing was recorded")
					       : _("document %s is confirmed by nobody as it stands; confirm it first. Nothing was recorded"),
			      use->in->args[0]);
		print_reasons(use, stderr);
		return EXIT_USAGE;
	}
	may = accounts_may(use->desk.archive.catalogue, ACT_OVERRIDE, use->desk.arena, NULL, &err);
	if (may < 0)
		return command_fail(use->in, &err);
	return may ? 0 : command_usage(use->in, _("only an approver may use a paper that is not eligible"));
}

/* --- Recording ------------------------------------------------------------------------------------------------------ */

static json_t *use_json(const struct use *use, const struct ledger_entry *e)
{
	char id[32];

	document_id_format(e->document, id);
	return json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s?}", "form", 2, "decision", "use", "document", id, "dossier",
			 e->dossier, "procedure", e->procedure, "component", e->component, "who", use->desk.account.login, "name",
			 use->desk.account.name, "made", e->made, "day", e->day, "verdict", e->verdict, "codes", e->codes, "reading", e->reading,
			 "override", e->override_reason);
}

/* 1 recorded, 0 it stands there already, -1. Judged again inside the transaction: between the two somebody may have cancelled the paper. */
static int record(struct use *use, struct error *err)
{
	struct catalogue *catalogue = use->desk.archive.catalogue;
	struct ledger_entry e = { .document = use->desk.paper->row.id, .dossier = use->dossier, .procedure = use->procedure->code,
				  .component = use->component->code, .override_reason = use->reason,
				  .verdict = reuse_verdict_name(use->result.verdict), .codes = use->codes };
	char hash[HASH_SIZE], reading[HASH_SIZE], made[21], day[DATE_SIZE], *codes;
	struct reuse_result now;
	int64_t size;
	int done;

	catalogue_now(made);
	date_format(use->on, day);
	memcpy(reading, use->desk.paper->reading, sizeof reading);
	e.made = made;
	e.day = day;
	e.reading = reading;
	e.rules = reuse_book_get(err)->version;
	if (desk_put(&use->desk.archive, use_json(use, &e), hash, &size, err) < 0 || catalogue_begin(catalogue, err) < 0)
		return -1;
	e.object = hash;
	done = judge(use, &now, &codes, err);
	if (!done && (now.verdict != use->result.verdict || strcmp(codes, use->codes) != 0 || strcmp(reading, use->desk.paper->reading) != 0))
		done = error_set(err, REACH_DOCUMENT, NULL, _("the paper was changed in this very moment; ask again"));
	if (!done)
		done = ledger_add(catalogue, &e, size, err);
	if (done <= 0) {
		catalogue_rollback(catalogue);
		return done;
	}
	return catalogue_commit(catalogue, err) < 0 ? -1 : 1;
}

static int use_it(struct use *use)
{
	struct error err = ERROR_INIT;
	int status = check(use), done;

	if (status)
		return status;
	if (judge(use, &use->result, &use->codes, &err) < 0)
		return command_fail(use->in, &err);
	status = allowed(use);
	if (status)
		return status;
	done = record(use, &err);
	if (done < 0)
		return command_fail(use->in, &err);
	printf(done ? _("Document %s is used for dossier %s, %s: %s\n") : _("Document %s stands there already for dossier %s, %s: %s\n"),
	       use->in->args[0], use->dossier, use->procedure->name, use->component->name);
	print_reasons(use, stdout);
	return EXIT_DONE;
}

static int run(const struct invocation *in)
{
	struct use use = { .in = in };
	int status = desk_open(in, ACT_USE, &use.desk);

	if (!status)
		status = use_it(&use);
	procedures_close(use.procedures);
	desk_close(&use.desk);
	return status;
}

static const struct command_option options[] = {
	{ "for", 0, "DOSSIER", N_("code of the dossier that takes the paper, as H06.12-240227-0001") },
	{ "procedure", 0, "CODE", N_("the receiving procedure") },
	{ "component", 0, "CODE", N_("which of its components; needed where several take this kind of paper") },
	{ "owner", 0, "ID", N_("number of the person it is used for; another person's paper is refused") },
	{ "on", 0, "DATE", N_("day of use, YYYY-MM-DD; without it today") },
	{ "override", 0, "REASON", N_("use it although it is not eligible (role approver); listed in the reports") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_use = {
	.name = "use",
	.arguments = N_("DOCUMENT"),
	.summary = N_("record that a paper is used for another dossier"),
	.help = N_("Writes into the ledger who used which paper for which component of which dossier, with the verdict and the reasons of that moment "
		   "(role reception, officer or approver). A paper that is not eligible, or that nobody has confirmed as it stands, is refused. A "
		   "later cancellation lists every use it touches. Given twice, the same use is recorded once.\n\n"
		   "  sohoa use 12.3 --for H06.12-240227-0001 --procedure 2.001263 --component khai-sinh-con"),
	.options = options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
