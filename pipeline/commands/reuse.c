/* reuse.c - what may be reused: one paper, or all results of a person */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/commands/command.h"
#include "pipeline/commands/counter.h"
#include "pipeline/commands/paper.h"
#include "pipeline/error.h"
#include "stages/export/form.h"
#include "stages/reuse/date.h"
#include "stages/reuse/reuse.h"

struct answer {
	const struct invocation *in;
	struct archive *archive;
	struct arena *arena;
	int on;
	bool json;
	json_t *papers;
	int shown, counts[3];
};

/* The place of the paper original goes with every answer. */
static json_t *answer_json(const struct reuse_paper *paper, const char *agrees)
{
	json_t *json = paper_json(paper);

	json_object_set_new(json, "box", paper->row.box ? json_string(paper->row.box) : json_null());
	json_object_set_new(json, "shelf", paper->row.shelf ? json_string(paper->row.shelf) : json_null());
	json_object_set_new(json, "confirmed_by", paper->input.confirmation == CONFIRMATION_VALID
							  ? json_string(paper->input.confirmed_by) : json_null());
	if (agrees)
		json_object_set_new(json, "agrees", json_string(agrees));
	return json;
}

static void tell(struct answer *answer, const struct reuse_paper *paper, const char *agrees)
{
	answer->shown++;
	answer->counts[paper->result.verdict]++;
	if (answer->json) {
		json_array_append_new(answer->papers, answer_json(paper, agrees));
		return;
	}
	if (answer->shown > 1)
		fputs("\n", stdout);
	paper_print_head(paper, stdout);
	if (agrees)
		printf(_("  agrees in: %s\n"), agrees);
	paper_print_verdict(paper, stdout);
}

static const char *signs(unsigned agrees)
{
	static const char *const words[] = { N_("nothing"), N_("name only"), N_("date of birth only"), N_("name and date of birth"),
					     N_("name of the mother only"), N_("name, and name of the mother"),
					     N_("date of birth, and name of the mother"), N_("name, date of birth and name of the mother") };

	return _(words[agrees]);
}

/* A result of a procedure, of a person: papers of other families are named with their verdict too, because why something cannot be
 * reused is an answer as well. */
static int person(struct answer *answer, const struct counter_person *who, struct error *err)
{
	int64_t *ids;
	int n;

	if (counter_papers(answer->archive->catalogue, who, answer->arena, &ids, &n, err) < 0)
		return -1;
	for (int i = 0; i < n; i++) {
		struct arena *arena = arena_new();
		struct reuse_paper *paper = arena_alloc(arena, sizeof *paper);
		unsigned agrees, differs;
		int found = reuse_look(answer->archive->catalogue, answer->archive->store, ids[i], answer->on, arena, paper, err);

		if (found > 0 && !paper->restricted && counter_signs(arena, paper, who, &agrees, &differs))
			tell(answer, paper, who->name ? signs(agrees) : NULL);
		arena_free(arena);
		if (found < 0)
			return -1;
	}
	return 0;
}

static int finish(struct answer *answer)
{
	char day[DATE_SIZE];

	date_format(answer->on, day);
	if (answer->json) {
		json_t *root = json_object();
		char *text;

		json_object_set_new(root, "on", json_string(day));
		json_object_set_new(root, "rules", json_string(reuse_book_get(NULL) ? reuse_book_get(NULL)->version : ""));
		json_object_set_new(root, "total", json_integer(answer->shown));
		json_object_set_new(root, "documents", answer->papers);
		text = form_dump(root);
		fputs(text, stdout);
		free(text);
		return EXIT_DONE;
	}
	if (!answer->shown)
		puts(_("No paper of that person was found."));
	else
		printf(_("\nPapers on %2$s: %1$d; eligible %3$d, needs check %4$d, not eligible %5$d\n"), answer->shown, day,
		       answer->counts[VERDICT_ELIGIBLE], answer->counts[VERDICT_NEEDS_CHECK], answer->counts[VERDICT_NOT_ELIGIBLE]);
	return EXIT_DONE;
}

static int one(struct answer *answer)
{
	struct reuse_paper *paper = arena_alloc(answer->arena, sizeof *paper);
	int status = paper_open(answer->in, answer->archive, answer->in->args[0], answer->on, answer->arena, paper);
	struct error err = ERROR_INIT;
	char *text;

	if (status)
		return status;
	if (counter_note(answer->in, answer->archive, answer->on, &err) < 0)
		return command_fail(answer->in, &err);
	if (!answer->json) {
		tell(answer, paper, NULL);
		return EXIT_DONE;
	}
	text = form_dump(answer_json(paper, NULL));
	fputs(text, stdout);
	free(text);
	return EXIT_DONE;
}

static int check(const struct invocation *in, struct answer *answer)
{
	int asked = (in->nargs == 1) + (option(in, "owner") != NULL) + (option(in, "name") != NULL);

	if (asked != 1)
		return command_usage(in, _("give a document, --owner or --name"));
	if (in->nargs && option(in, "procedure"))
		return command_usage(in, _("--procedure goes with --owner or --name"));
	if (option(in, "html") && !option(in, "procedure"))
		return command_usage(in, _("--html goes with --procedure"));
	return paper_day(in, &answer->on);
}

static int people(struct answer *answer)
{
	struct counter_person who = { NULL, NULL, NULL, NULL };
	struct error err = ERROR_INIT;
	int status = counter_applicant(answer->in, answer->arena, &who);

	if (status)
		return status;
	if (counter_note(answer->in, answer->archive, answer->on, &err) < 0)
		return command_fail(answer->in, &err);
	answer->papers = answer->json ? json_array() : NULL;
	if (person(answer, &who, &err) == 0)
		return finish(answer);
	json_decref(answer->papers);
	return command_fail(answer->in, &err);
}

static int run(const struct invocation *in)
{
	struct answer answer = { .in = in, .json = option(in, "json") != NULL };
	struct archive archive;
	int status = check(in, &answer);

	if (status)
		return status;
	status = archive_open(in, true, &archive);
	if (status)
		return status;
	answer.archive = &archive;
	answer.arena = arena_new();
	if (in->nargs)
		status = one(&answer);
	else if (option(in, "procedure"))
		status = counter_answer(in, &archive, answer.on);
	else
		status = people(&answer);
	arena_free(answer.arena);
	archive_close(&archive);
	return status;
}

static const struct command_option options[] = {
	{ "owner", 0, "ID", N_("the papers of the person with this number (identity number, tax code)") },
	{ "name", 0, "NAME", N_("the papers of persons of this name, with what agrees") },
	{ "born", 0, "DATE", N_("with --name: only where this date of birth stands on the paper") },
	{ "mother", 0, "NAME", N_("with --name: whether this mother's name stands on the paper") },
	{ "procedure", 0, "CODE", N_("the checklist of this procedure with the papers that fit each component") },
	{ "spouse", 0, "ID", N_("with --procedure: number of the spouse") },
	{ "parent", 0, "ID", N_("with --procedure: number of the parent") },
	{ "child", 0, "ID", N_("with --procedure: number of the child") },
	{ "enterprise", 0, "ID", N_("with --procedure: tax code of the enterprise") },
	{ "deceased", 0, "ID", N_("with --procedure: number of the person who died") },
	{ "html", 0, "FILE", N_("with --procedure: write the answer as one printable page with the pages and their evidence") },
	{ "on", 0, "DATE", N_("day of use, YYYY-MM-DD; without it today") },
	{ "json", 0, NULL, N_("JSON for scripts") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_reuse = {
	.name = "reuse",
	.arguments = N_("[DOCUMENT]"),
	.summary = N_("tell which papers of a person may be reused, and why not"),
	.help = N_("Gives for each paper a verdict (eligible, needs check, not eligible) with every reason: its sentence, the rule and "
		   "the article it comes from, and the place on the page. The verdict holds for a day of use; asking about another day "
		   "changes nothing in the archive. Nothing is eligible without the confirmation of an officer (`sohoa confirm`). "
		   "Who asked about whom stands in the audit log (`sohoa report questions`).\n\n"
		   "With --procedure the answer is the component list of that procedure, as its rules stand on the day of use: for each component "
		   "the best paper with its verdict and the next ones, or that the citizen must be asked. A procedure that nobody has approved "
		   "answers too, but says so and lets nothing pass.\n\n"
		   "  sohoa reuse --owner 001204012345\n  sohoa reuse --owner 001204012345 --procedure 1.000894 --spouse 001304054321 --html a.html\n"
		   "  sohoa reuse --name \"Lê Khắc Vượng\" --born 2024-03-01 --mother \"Đỗ Thị Hường\"\n"
		   "  sohoa reuse --owner 001204012345 --on 2023-05-01 --json\n  sohoa reuse 12.3"),
	.options = options,
	.min_args = 0,
	.max_args = 1,
	.run = run,
};
