/* import_status.c - what other systems say about our papers: cancelled, replaced, held by a national database */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/judgement.h"
#include "pipeline/catalogue/ledger.h"
#include "pipeline/commands/decide.h"
#include "pipeline/csv.h"
#include "pipeline/error.h"
#include "pipeline/key.h"
#include "pipeline/text.h"
#include "stages/reuse/date.h"

enum column { DOCUMENT, CODE, NUMBER, AGENCY, DATE, STATUS, REASON, DECISION, DAY, OTHER, NCOLUMNS };

/* Names of columns, folded. */
static const struct {
	const char *name;
	enum column column;
} names[] = {
	{ "document", DOCUMENT }, { "giay to", DOCUMENT }, { "ma giay to", DOCUMENT },
	{ "code", CODE }, { "ma ket qua", CODE }, { "ma ket qua so hoa", CODE },
	{ "number", NUMBER }, { "so", NUMBER }, { "so ky hieu", NUMBER }, { "so, ky hieu", NUMBER },
	{ "agency", AGENCY }, { "co quan cap", AGENCY }, { "co quan", AGENCY },
	{ "date", DATE }, { "ngay cap", DATE },
	{ "status", STATUS }, { "trang thai", STATUS }, { "tinh trang", STATUS },
	{ "reason", REASON }, { "ly do", REASON },
	{ "decision", DECISION }, { "so quyet dinh", DECISION }, { "quyet dinh", DECISION },
	{ "day", DAY }, { "tu ngay", DAY }, { "ngay het hieu luc", DAY },
	{ "other", OTHER }, { "thay bang", OTHER }, { "co so du lieu", OTHER }, { "csdl", OTHER },
};

static const struct {
	const char *name; /* folded */
	enum decision_kind kind;
} statuses[] = {
	{ "cancelled", DECISION_CANCEL }, { "thu hoi", DECISION_CANCEL }, { "huy", DECISION_CANCEL }, { "huy bo", DECISION_CANCEL },
	{ "replaced", DECISION_REPLACE }, { "thay the", DECISION_REPLACE }, { "cap doi", DECISION_REPLACE }, { "cap lai", DECISION_REPLACE },
	{ "national", DECISION_NATIONAL }, { "csdl quoc gia", DECISION_NATIONAL }, { "da co trong csdl quoc gia", DECISION_NATIONAL },
};

struct import {
	const struct invocation *in;
	struct desk desk;
	struct csv csv;
	struct arena *arena; /* of one line */
	int at[NCOLUMNS];
	bool dry;
	int done, stood, bad;
};

static const char *value(const struct import *im, enum column column)
{
	int i = im->at[column];

	return i >= 0 && i < im->csv.ncells && *im->csv.cells[i] ? im->csv.cells[i] : NULL;
}

static void read_header(struct import *im)
{
	for (int i = 0; i < NCOLUMNS; i++)
		im->at[i] = -1;
	for (int i = 0; i < im->csv.ncells; i++) {
		const char *folded = text_fold(im->arena, im->csv.cells[i]);

		for (size_t k = 0; k < sizeof names / sizeof *names; k++)
			if (!strcmp(folded, names[k].name) && im->at[names[k].column] < 0)
				im->at[names[k].column] = i;
	}
}

/* --- Which paper ---------------------------------------------------------------------------------------------------- */

static bool holds(struct import *im, int64_t document, const char *field, const char *text, struct error *err)
{
	int64_t *ids;
	int n;
	bool found = false;

	if (judgement_bearers(im->desk.archive.catalogue, field, key_field(im->arena, field, text), 0, 5000, im->arena, &ids, &n, err) < 0)
		return false;
	for (int i = 0; i < n; i++)
		found = found || ids[i] == document;
	return found;
}

/* By number, and by agency and date where the line gives them: a number alone is not unique (NĐ 30/2020, Phụ lục VI). */
static int64_t by_number(struct import *im, const char *number, struct error *err)
{
	int64_t *ids, one = 0;
	int n, fit = 0;

	if (judgement_bearers(im->desk.archive.catalogue, "number", key_number(im->arena, number), 0, 50, im->arena, &ids, &n, err) < 0)
		return -1;
	for (int i = 0; i < n; i++) {
		if ((value(im, AGENCY) && !holds(im, ids[i], "agency", value(im, AGENCY), err)) ||
		    (value(im, DATE) && !holds(im, ids[i], "date", value(im, DATE), err)))
			continue;
		one = ids[i];
		fit++;
	}
	if (err->reach != REACH_NONE)
		return -1;
	if (fit == 1)
		return one;
	return error_set(err, REACH_DOCUMENT, NULL, fit ? _("several papers have the number %s; give agency and date, or the document")
							: _("no paper has the number %s"), number);
}

static int64_t find_document(struct import *im, struct error *err)
{
	const char *document = value(im, DOCUMENT), *code = value(im, CODE), *number = value(im, NUMBER);
	int64_t id;

	if (document) {
		id = document_id_parse(document);
		return id > 0 ? id : error_set(err, REACH_DOCUMENT, NULL, _("\"%s\" is no document, as 12.3"), document);
	}
	if (code) {
		if (ledger_code_find(im->desk.archive.catalogue, code, &id, err) < 0)
			return -1;
		return id ? id : error_set(err, REACH_DOCUMENT, NULL, _("no paper has the result code %s"), code);
	}
	return number ? by_number(im, number, err) : error_set(err, REACH_DOCUMENT, NULL, _("it names no document, code or number"));
}

/* --- What is said about it ------------------------------------------------------------------------------------------ */

static int fill(struct import *im, struct decision *d, struct error *err)
{
	const char *status = value(im, STATUS), *folded = status ? text_fold(im->arena, status) : "";
	size_t k = 0;
	int day;

	while (k < sizeof statuses / sizeof *statuses && strcmp(statuses[k].name, folded) != 0)
		k++;
	if (k == sizeof statuses / sizeof *statuses)
		return error_set(err, REACH_DOCUMENT, NULL, _("the status is cancelled, replaced or national, not \"%s\""), status ? status : "");
	*d = (struct decision){ .kind = statuses[k].kind, .reason = value(im, REASON), .number = value(im, DECISION), .day = value(im, DAY),
				.other = value(im, OTHER) };
	if (d->day && !date_parse_day(d->day, &day))
		return error_set(err, REACH_DOCUMENT, NULL, _("\"%s\" is no day as YYYY-MM-DD"), d->day);
	if (d->day && day > date_today())
		return error_set(err, REACH_DOCUMENT, NULL, _("%s lies in the future"), d->day);
	if (d->kind == DECISION_CANCEL && !d->number)
		return error_set(err, REACH_DOCUMENT, NULL, _("a cancellation names the decision that orders it"));
	if (d->kind != DECISION_CANCEL && !d->other)
		return error_set(err, REACH_DOCUMENT, NULL, _("it does not say which paper or database stands for it"));
	if (!d->reason)
		d->reason = status;
	return 0;
}

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* The same was recorded before and still stands. */
static bool stands(const struct reuse_paper *paper, const struct decision *d)
{
	const struct standing *s = &paper->standing;
	const struct decision *old = d->kind == DECISION_CANCEL ? s->cancelled : d->kind == DECISION_REPLACE ? s->replaced : s->national;

	return old && same(old->number, d->number) && same(old->other, d->other) && (!d->day || same(old->day, d->day));
}

static int one_line(struct import *im, struct error *err)
{
	struct reuse_paper *paper = arena_alloc(im->arena, sizeof *paper);
	struct decision d;
	int64_t id;
	int found;

	if (fill(im, &d, err) < 0 || (id = find_document(im, err)) < 0)
		return -1;
	found = reuse_look(im->desk.archive.catalogue, im->desk.archive.store, id, date_today(), im->arena, paper, err);
	if (found < 0)
		return -1;
	if (!found || paper->restricted)
		return error_set(err, REACH_DOCUMENT, NULL, _("there is no such paper here"));
	im->desk.paper = paper;
	if (stands(paper, &d)) {
		im->stood++;
		return 0;
	}
	if (!im->dry && desk_decide(&im->desk, &d, 0, err) < 0)
		return -1;
	im->done++;
	return 0;
}

/* A line that cannot be taken is told and stays out; the others are taken. What stops the whole archive stops here too. */
static int each_line(struct import *im, struct error *err)
{
	while (csv_record(&im->csv)) {
		struct error why = ERROR_INIT;

		if (!csv_empty(&im->csv) && one_line(im, &why) < 0) {
			if (why.reach == REACH_RUN) {
				*err = why;
				return -1;
			}
			im->bad++;
			printf(_("line %d: %s\n"), im->csv.line, why.text);
		}
		arena_reset(im->arena);
	}
	return 0;
}

static char *slurp(const char *path, size_t *size, struct error *err)
{
	FILE *from = fopen(path, "re");
	char *bytes = NULL;

	if (!from) {
		error_errno(err, REACH_RUN, NULL, _("cannot open %s"), path);
		return NULL;
	}
	bytes = mem_alloc(CSV_BYTES_MAX + 2);
	*size = fread(bytes, 1, CSV_BYTES_MAX + 1, from);
	if (ferror(from)) {
		error_errno(err, REACH_RUN, NULL, _("cannot read %s"), path);
		free(bytes);
		bytes = NULL;
	}
	fclose(from);
	return bytes;
}

static int take(struct import *im, const char *bytes, size_t size)
{
	const char *why = csv_open(&im->csv, bytes, size, im->arena);
	struct error err = ERROR_INIT;

	if (why)
		return command_usage(im->in, "%s", _(why));
	if (!csv_record(&im->csv))
		return command_usage(im->in, _("%s is empty"), im->in->args[0]);
	read_header(im);
	if (im->at[STATUS] < 0 || (im->at[DOCUMENT] < 0 && im->at[CODE] < 0 && im->at[NUMBER] < 0))
		return command_usage(im->in, _("the list needs a column \"status\" and one of \"document\", \"code\", \"number\""));
	arena_reset(im->arena);
	if (each_line(im, &err) < 0)
		return command_fail(im->in, &err);
	printf(im->dry ? _("Dry run: %d lines would be recorded, %d stand already, %d cannot be taken\n")
		       : _("%d lines recorded, %d stand already, %d cannot be taken\n"), im->done, im->stood, im->bad);
	return im->bad ? EXIT_SOME : EXIT_DONE;
}

static int run(const struct invocation *in)
{
	struct import im = { .in = in, .dry = option(in, "dry-run") != NULL, .arena = arena_new() };
	struct error err = ERROR_INIT;
	size_t size;
	char *bytes = NULL;
	int status = desk_open(in, ACT_IMPORT, &im.desk);

	if (!status) {
		bytes = slurp(in->args[0], &size, &err);
		status = bytes ? take(&im, bytes, size) : command_usage(in, "%s", err.text);
	}
	csv_close(&im.csv);
	free(bytes);
	arena_free(im.arena);
	desk_close(&im.desk);
	return status;
}

static const struct command_option options[] = {
	{ "dry-run", 0, NULL, N_("only tell line by line what would happen") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_import_status = {
	.name = "import-status",
	.arguments = N_("FILE.csv"),
	.summary = N_("take in a list of cancelled or replaced papers"),
	.help = N_("Reads a list from another system (role approver or archivist) and records one decision per line. Columns, in any order: document "
		   "(12.3), code (of the result) or number with agency and date; status (cancelled, replaced, national, or thu hồi, hủy, thay thế, "
		   "CSDL quốc gia); reason; decision (its number); day (YYYY-MM-DD); other (the newer paper, or the database). A line that cannot be "
		   "taken is told with its number and stays out. The same list given again changes nothing.\n\n"
		   "  sohoa import-status thu-hoi.csv --dry-run\n  sohoa import-status thu-hoi.csv"),
	.options = options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
