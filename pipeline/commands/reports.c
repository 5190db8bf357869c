/* reports.c - the figures an agency answers for: shares, uses, reasons, what runs out */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/statistics.h"
#include "pipeline/commands/command.h"
#include "pipeline/commands/counter.h"
#include "pipeline/commands/paper.h"
#include "pipeline/error.h"
#include "pipeline/schema.h"
#include "stages/export/table.h"
#include "stages/reuse/date.h"

enum { DAYS_AHEAD = 90 }; /* of papers that run out, where --days does not say otherwise */

struct report {
	const char *name;
	enum statistics what;
	const char *title;
	const char *keys[TABLE_COLUMNS_MAX];
	const char *heads[TABLE_COLUMNS_MAX];
	const char *note;
};

static const struct report reports[] = {
	{ "shares", STATISTICS_SHARES, N_("The three shares of digitising and reuse (QĐ 766/QĐ-TTg)"),
	  { "agency", "field", "month", "dossiers", "dossiers_digitised", "dossiers_share", "results", "results_digitised", "results_share", "reused", "reused_share" },
	  { N_("agency"), N_("field of work"), N_("month"), N_("dossiers"), N_("digitised"), N_("share"), N_("results"), N_("digitised"), N_("share"), N_("used again"), N_("share") },
	  N_("Dossiers digitised: every page read. Results digitised: confirmed, with a result code (TT 01/2023/TT-VPCP, Điều 7). Used again: digitised results "
	     "that stand in the ledger at least once. Month: in which the batch was taken in. Field of work: of the last result in the dossier.") },
	{ "uses", STATISTICS_USES, N_("Uses by procedure, field and month"),
	  { "procedure", "field", "name", "month", "uses", "papers", "dossiers" },
	  { N_("procedure"), N_("field of work"), N_("name"), N_("month"), N_("uses"), N_("papers"), N_("dossiers") }, NULL },
	{ "verdicts", STATISTICS_VERDICTS, N_("Papers by verdict"), { "verdict", "papers" }, { N_("verdict"), N_("papers") }, NULL },
	{ "why-not", STATISTICS_REASONS, N_("Why papers cannot be used again"), { "code", "verdict", "papers" },
	  { N_("reason"), N_("verdict"), N_("papers") }, N_("A paper counts once for each of its reasons.") },
	{ "expiring", STATISTICS_EXPIRING, N_("Papers that run out"), { "document", "type", "last_day", "dossier" },
	  { N_("document"), N_("type"), N_("last day"), N_("dossier") }, NULL },
	{ "chains", STATISTICS_CHAINS, N_("Papers that others took the place of"), { "document", "type", "code", "by" },
	  { N_("document"), N_("type"), N_("reason"), N_("by") }, NULL },
	{ "overrides", STATISTICS_OVERRIDES, N_("Uses of papers that were not eligible"),
	  { "made", "who", "document", "dossier", "procedure", "component", "verdict", "override" },
	  { N_("made"), N_("who"), N_("document"), N_("dossier"), N_("procedure"), N_("component"), N_("verdict"), N_("why") }, NULL },
	{ "ledger", STATISTICS_LEDGER, N_("The ledger of uses"),
	  { "made", "day", "who", "document", "code", "dossier", "procedure", "component", "verdict", "codes", "override", "withdrawn" },
	  { N_("made"), N_("day of use"), N_("who"), N_("document"), N_("result code"), N_("dossier"), N_("procedure"), N_("component"), N_("verdict"),
	    N_("reasons"), N_("why"), N_("withdrawn by") }, NULL },
	{ "questions", STATISTICS_QUESTIONS, N_("Questions at the counter"), { "made", "who", "about", "procedure", "on" },
	  { N_("made"), N_("who"), N_("about"), N_("procedure"), N_("day of use") },
	  N_("Of numbers of persons the last four digits are shown, of names none; the audit log holds the whole question.") },
	{ "changes", STATISTICS_CHANGES, N_("Verdicts that changed with the rules"),
	  { "made", "document", "before", "codes_before", "after", "codes_after" },
	  { N_("made"), N_("document"), N_("before"), N_("reasons before"), N_("after"), N_("reasons after") }, NULL },
};

struct filling {
	struct arena *arena;
	struct table *table;
	const struct report *report;
	const struct procedures *procedures;
	const struct reuse_book *book;
};

/* "12,5 %" as people here write it; nothing of nothing has no share. */
static const char *share(struct arena *arena, const char *part, const char *whole)
{
	long a = strtol(part, NULL, 10), b = strtol(whole, NULL, 10), tenths;

	if (b <= 0)
		return "";
	tenths = (a * 1000 + b / 2) / b;
	return arena_printf(arena, "%ld,%ld %%", tenths / 10, tenths % 10);
}

static const char *shown_type(const struct filling *f, const char *code)
{
	const struct schema *schema = code ? schemas_find(f->book->schemas, code) : NULL;

	return schema ? schema->name : code;
}

/* What the catalogue counted becomes the row of the report: shares worked out, codes named. */
static int take_row(void *context, const char *const *cells, int n)
{
	struct filling *f = context;
	const char **row = (const char **)arena_push(f->arena, &f->table->rows, &f->table->nrows, sizeof *f->table->rows);
	const struct procedure *p;

	for (int i = 0; i < n && i < TABLE_COLUMNS_MAX; i++)
		row[i] = arena_strdup(f->arena, cells[i]);
	switch (f->report->what) {
	case STATISTICS_SHARES:
		row[10] = share(f->arena, cells[7], cells[6]);
		row[9] = arena_strdup(f->arena, cells[7]);
		row[8] = share(f->arena, cells[6], cells[5]);
		row[7] = arena_strdup(f->arena, cells[6]);
		row[6] = arena_strdup(f->arena, cells[5]);
		row[5] = share(f->arena, cells[4], cells[3]);
		break;
	case STATISTICS_USES:
		p = procedures_find(f->procedures, cells[0]);
		row[6] = row[4];
		row[5] = row[3];
		row[4] = row[2];
		row[3] = row[1];
		row[1] = p ? p->field : NULL;
		row[2] = p ? p->name : NULL;
		break;
	case STATISTICS_EXPIRING:
	case STATISTICS_CHAINS:
		row[1] = shown_type(f, row[1]);
		break;
	default:
		break;
	}
	return 0;
}

/* The types that are results of procedures, with their fields of work. */
static const char *result_types(struct arena *arena, const struct schemas *schemas)
{
	json_t *all = json_object();
	char *text, *copy;

	for (int i = 0; i < schemas_count(schemas); i++) {
		const struct schema *schema = schemas_at(schemas, i);

		if (schema->family == FAMILY_RESULT)
			json_object_set_new(all, schema->code, json_string(schema->work ? schema->work : ""));
	}
	text = json_dumps(all, JSON_COMPACT);
	copy = arena_strdup(arena, text ? text : "{}");
	free(text);
	json_decref(all);
	return copy;
}

/* --- Which, and how ------------------------------------------------------------------------------------------------- */

struct request {
	const struct invocation *in;
	const struct report *report;
	const char *to;
	char since[DATE_SIZE], until[DATE_SIZE];
};

static int check(struct request *q)
{
	static const char *const forms[] = { "text", "csv", "json", "html", NULL };
	const char *name = q->in->nargs ? q->in->args[0] : "shares", *since = option(q->in, "since"), *until = option(q->in, "until");
	long days = option_number(q->in, "days", 0, 36500, DAYS_AHEAD);
	int form = 0, day;

	q->to = option(q->in, "to") ? option(q->in, "to") : "text";
	for (size_t i = 0; i < sizeof reports / sizeof *reports; i++)
		if (!strcmp(reports[i].name, name))
			q->report = &reports[i];
	if (!q->report)
		return command_usage(q->in, _("there is no report \"%s\"; shares, uses, verdicts, why-not, expiring, chains, overrides, ledger, questions, changes"), name);
	while (forms[form] && strcmp(forms[form], q->to) != 0)
		form++;
	if (!forms[form])
		return command_usage(q->in, _("--to takes text, csv, json or html, not \"%s\""), q->to);
	if ((since && !date_parse_day(since, &day)) || (until && !date_parse_day(until, &day)))
		return command_usage(q->in, _("--since and --until take a day as YYYY-MM-DD"));
	if (days < 0)
		return EXIT_USAGE;
	snprintf(q->since, sizeof q->since, "%s", since ? since : "");
	snprintf(q->until, sizeof q->until, "%s", until ? until : "");
	if (q->report->what == STATISTICS_EXPIRING && !since)
		date_format(date_today(), q->since);
	if (q->report->what == STATISTICS_EXPIRING && !until)
		date_format(date_today() + (int)days, q->until);
	return 0;
}

static int write_out(const struct request *q, struct arena *arena, const struct table *table)
{
	struct error err = ERROR_INIT;
	const char *path = option(q->in, "output");
	char made[21], *text;

	catalogue_now(made);
	text = !strcmp(q->to, "csv") ? table_csv(arena, table) : !strcmp(q->to, "json") ? table_json(arena, table, made)
		: !strcmp(q->to, "html") ? table_html(arena, table, made) : table_text(arena, table);
	if (!path) {
		fputs(text, stdout);
		return EXIT_DONE;
	}
	return paper_write_file(path, text, strlen(text), &err) < 0 ? command_fail(q->in, &err) : EXIT_DONE;
}

static int report(const struct request *q, struct archive *archive, const struct procedures *procedures, struct arena *arena)
{
	struct error err = ERROR_INIT;
	const struct report *r = q->report;
	struct table table = { .name = r->name, .title = _(r->title), .note = r->note ? _(r->note) : NULL };
	struct filling filling = { arena, &table, r, procedures, reuse_book_get(&err) };

	if (!filling.book)
		return command_fail(q->in, &err);
	for (; table.ncolumns < TABLE_COLUMNS_MAX && r->keys[table.ncolumns]; table.ncolumns++) {
		table.keys[table.ncolumns] = r->keys[table.ncolumns];
		table.heads[table.ncolumns] = _(r->heads[table.ncolumns]);
	}
	if (statistics_read(archive->catalogue, r->what, q->since, q->until, result_types(arena, filling.book->schemas), take_row, &filling, &err) < 0)
		return command_fail(q->in, &err);
	return write_out(q, arena, &table);
}

static int run(const struct invocation *in)
{
	struct request q = { .in = in };
	struct archive archive;
	struct procedures *procedures;
	struct arena *arena;
	int status = check(&q);

	if (status)
		return status;
	status = archive_open(in, false, &archive);
	if (status)
		return status;
	arena = arena_new();
	procedures = counter_procedures(in, &archive);
	status = procedures ? report(&q, &archive, procedures, arena) : EXIT_STOPPED;
	procedures_close(procedures);
	arena_free(arena);
	archive_close(&archive);
	return status;
}

static const struct command_option options[] = {
	{ "to", 't', "FORM", N_("text, csv, json or html (made for printing); without it text") },
	{ "output", 'o', "FILE", N_("where to; without it the standard output") },
	{ "since", 0, "DATE", N_("from this day on, YYYY-MM-DD") },
	{ "until", 0, "DATE", N_("up to this day") },
	{ "days", 0, "N", N_("expiring: papers whose last day comes within so many days; without it 90") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_report = {
	.name = "report",
	.arguments = N_("[NAME]"),
	.summary = N_("the figures of digitising and reuse, for the office and for inspection"),
	.help = N_("Reports: shares (dossiers digitised, results digitised, digitised results used again; by agency and month), uses (by procedure, field and "
		   "month), verdicts, why-not (counts of reasons), expiring, chains (what took the place of what), overrides, ledger (every use) and "
		   "changes (verdicts that became others with the rules). Names of persons stand in none of them.\n\n"
		   "  sohoa report\n  sohoa report why-not --to csv -o why-not.csv\n  sohoa report expiring --days 30 --to html -o expiring.html\n"
		   "  sohoa report ledger --since 2026-01-01 --to json"),
	.options = options,
	.max_args = 1,
	.run = run,
};
