#include "pipeline/commands/report.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/counts.h"
#include "pipeline/commands/command.h"
#include "pipeline/commands/faults.h"
#include "pipeline/error.h"
#include "pipeline/reason.h"

#define SHOWN_MAX 50 /* lines of one list on the screen; --json has them all */

struct batch_report {
	struct batch_row *batch;
	struct counts counts;
	struct difference *differences;
	int ndifferences;
	struct set_aside *aside;
	int naside;
	struct scan_told *rescan, *states;
	int nrescan, nstates;
};

static int load(struct archive *archive, struct batch_row *batch, struct arena *arena, struct batch_report *report, struct error *err)
{
	*report = (struct batch_report){ .batch = batch };
	if (counts_read(archive->catalogue, batch->id, &report->counts, err) < 0 ||
	    counts_differences(archive->catalogue, batch->id, arena, &report->differences, &report->ndifferences, err) < 0 ||
	    counts_set_aside(archive->catalogue, batch->id, arena, &report->aside, &report->naside, err) < 0 ||
	    counts_to_rescan(archive->catalogue, batch->id, arena, &report->rescan, &report->nrescan, err) < 0 ||
	    counts_scan_states(archive->catalogue, batch->id, arena, &report->states, &report->nstates, err) < 0)
		return -1;
	return 0;
}

static const char *difference_text(enum difference_kind kind)
{
	switch (kind) {
	case DIFFERENCE_PAGES:
		return _("pages declared %lld, found %lld");
	case DIFFERENCE_SHEETS:
		return _("sheets declared %lld, which does not fit %lld pages");
	case DIFFERENCE_MISSING:
		return _("stands in the list, but nothing was received");
	default:
		return _("was received, but does not stand in the list");
	}
}

static const char *difference_name(enum difference_kind kind)
{
	static const char *const names[] = { "pages", "sheets", "missing", "unlisted" };

	return names[kind];
}

static void print_aside(const struct set_aside *a)
{
	printf("    %s", a->code ? a->code : "");
	if (a->name)
		printf("/%s", a->name);
	if (a->kind == 'p')
		printf(_(", page %d"), a->file_page);
	printf(": %s%s%s; %s\n", reason_title(a->reason), a->detail && *a->detail ? ": " : "", a->detail ? a->detail : "",
	       reason_advice(a->reason));
}

static void print_scan(const struct scan_told *r)
{
	printf("    %s/%s", r->code, r->name);
	printf(_(", page %d"), r->file_page);
	fputs(": ", stdout);
	faults_print(r->faults, stdout);
	putchar('\n');
}

static void print_sum(const char *name, int64_t total, bool closes)
{
	printf("  %s %lld = ", name, (long long)total);
	if (!closes)
		printf("%s%s%s ", sgr(stdout, "1;31"), _("(does not close)"), sgr(stdout, "0"));
}

static void print(const struct batch_report *r)
{
	const struct counts *c = &r->counts;
	bool pages_close = c->pages == c->in_papers + c->blank + c->separators + c->restricted + c->set_aside + c->replaced + c->waiting;

	printf(_("%sBatch %s%s, taken in %s: %lld dossiers, %lld papers\n"), sgr(stdout, "1"), r->batch->code, sgr(stdout, "0"),
	       r->batch->taken, (long long)c->dossiers, (long long)c->documents);
	print_sum(_("files received"), c->files, c->files == c->files_accepted + c->files_set_aside);
	printf(_("%lld accepted + %lld set aside"), (long long)c->files_accepted, (long long)c->files_set_aside);
	if (c->files_duplicate)
		printf(_(" (%lld received before: noted)"), (long long)c->files_duplicate);
	putchar('\n');
	print_sum(_("pages found"), c->pages, pages_close && counts_close(c));
	printf(_("%lld in papers + %lld blank + %lld separators + %lld restricted + %lld set aside"), (long long)c->in_papers,
	       (long long)c->blank, (long long)c->separators, (long long)c->restricted, (long long)c->set_aside);
	if (c->replaced)
		printf(_(" + %lld replaced"), (long long)c->replaced);
	if (c->waiting)
		printf(_(" + %lld waiting"), (long long)c->waiting);
	putchar('\n');
	if (r->ndifferences)
		printf(_("  differences from the list: %d\n"), r->ndifferences);
	for (int i = 0; i < r->ndifferences && i < SHOWN_MAX; i++) {
		const struct difference *d = &r->differences[i];

		printf("    %s: ", d->code);
		printf(difference_text(d->kind), (long long)d->declared, (long long)d->found);
		putchar('\n');
	}
	if (r->naside)
		printf(_("  to look at: %d\n"), r->naside);
	for (int i = 0; i < r->naside && i < SHOWN_MAX; i++)
		print_aside(&r->aside[i]);
	if (c->good + c->usable + c->rescan)
		printf(_("  scans: %lld good, %lld usable, %lld to scan again\n"), (long long)c->good, (long long)c->usable, (long long)c->rescan);
	for (int i = 0; i < r->nrescan && i < SHOWN_MAX; i++)
		print_scan(&r->rescan[i]);
	if (r->nstates)
		printf(_("  scans that are not simply a page: %d\n"), r->nstates);
	for (int i = 0; i < r->nstates && i < SHOWN_MAX; i++)
		print_scan(&r->states[i]);
	if (r->naside > SHOWN_MAX || r->ndifferences > SHOWN_MAX || r->nrescan > SHOWN_MAX || r->nstates > SHOWN_MAX)
		printf(_("    ... `sohoa status --json` lists all\n"));
}

static json_t *counts_json(const struct counts *c)
{
	return json_pack("{s:{s:I,s:I,s:I}, s:{s:I,s:I}, s:{s:I,s:I,s:I,s:I}, s:{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}, s:b}",
			 "dossiers", "total", (json_int_t)c->dossiers, "done", (json_int_t)c->dossiers_done, "set_aside",
			 (json_int_t)c->dossiers_set_aside, "documents", "total", (json_int_t)c->documents, "restricted",
			 (json_int_t)c->documents_restricted, "files", "received", (json_int_t)c->files, "accepted",
			 (json_int_t)c->files_accepted, "set_aside", (json_int_t)c->files_set_aside, "duplicate",
			 (json_int_t)c->files_duplicate, "pages", "found", (json_int_t)c->pages, "in_papers", (json_int_t)c->in_papers,
			 "blank", (json_int_t)c->blank, "separators", (json_int_t)c->separators, "restricted",
			 (json_int_t)c->restricted, "set_aside", (json_int_t)c->set_aside, "replaced", (json_int_t)c->replaced, "waiting", (json_int_t)c->waiting,
			 "closes", (int)counts_close(c));
}

static json_t *scans_json(const struct scan_told *scans, int n)
{
	json_t *list = json_array();

	for (int i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{s:s,s:s,s:i,s:o}", "dossier", scans[i].code, "file", scans[i].name, "page", scans[i].file_page,
						      "faults", faults_json(scans[i].faults)));
	return list;
}

static json_t *report_json(const struct batch_report *r)
{
	json_t *json = counts_json(&r->counts), *differences = json_array(), *aside = json_array();

	json_object_set_new(json, "batch", json_string(r->batch->code));
	json_object_set_new(json, "taken", json_string(r->batch->taken));
	json_object_set_new(json, "state", json_string(r->batch->state));
	for (int i = 0; i < r->ndifferences; i++) {
		const struct difference *d = &r->differences[i];

		json_array_append_new(differences, json_pack("{s:s,s:s,s:I,s:I}", "dossier", d->code, "kind", difference_name(d->kind),
							     "declared", (json_int_t)d->declared, "found", (json_int_t)d->found));
	}
	json_object_set_new(json, "differences", differences);
	for (int i = 0; i < r->naside; i++) {
		const struct set_aside *a = &r->aside[i];
		json_t *row = json_pack("{s:s,s:s?,s:s?,s:s?,s:s?,s:s,s:s}", "kind",
					a->kind == 'f' ? "file" : a->kind == 'p' ? "page" : "dossier", "dossier", a->code, "file",
					a->name, "reason", a->reason, "detail", a->detail, "title", reason_title(a->reason), "advice",
					reason_advice(a->reason));

		if (a->kind == 'p')
			json_object_set_new(row, "page", json_integer(a->file_page));
		json_array_append_new(aside, row);
	}
	json_object_set_new(json, "set_aside", aside);
	json_object_set_new(json, "scans", json_pack("{s:I,s:I,s:I}", "good", (json_int_t)r->counts.good, "usable", (json_int_t)r->counts.usable, "rescan",
						     (json_int_t)r->counts.rescan));
	json_object_set_new(json, "rescan", scans_json(r->rescan, r->nrescan));
	json_object_set_new(json, "states", scans_json(r->states, r->nstates));
	return json;
}

int report_print(const struct invocation *in, struct archive *archive, bool json)
{
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	struct batch_row *batches;
	json_t *list = json_array();
	int n, status = EXIT_DONE;

	if (counts_batches(archive->catalogue, arena, &batches, &n, &err) < 0)
		status = command_fail(in, &err);
	for (int i = 0; i < n && status <= EXIT_SOME; i++) {
		struct batch_report report;

		if (load(archive, &batches[i], arena, &report, &err) < 0) {
			status = command_fail(in, &err);
			break;
		}
		if (report.naside || report.ndifferences || !counts_close(&report.counts))
			status = EXIT_SOME;
		if (json)
			json_array_append_new(list, report_json(&report));
		else
			print(&report);
	}
	if (!json && !n && status == EXIT_DONE)
		puts(_("Nothing was taken in yet; `sohoa intake PATH` does that."));
	if (json) {
		json_dumpf(list, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	json_decref(list);
	arena_free(arena);
	return status;
}
