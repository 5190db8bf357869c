/* verify.c - reads everything again: objects, rows, counts, the audit log */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "pipeline/catalogue/audit.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/check.h"
#include "pipeline/catalogue/counts.h"
#include "pipeline/catalogue/journal.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/catalogue/withdrawals.h"
#include "pipeline/commands/command.h"
#include "pipeline/error.h"
#include "pipeline/store.h"

#define SHOWN_MAX 100 /* findings on the screen; --json has them all */

struct check {
	struct archive *archive;
	struct error err;
	json_t *findings;
	int64_t objects, entries, loose;
};

static int add(void *context, const char *finding)
{
	struct check *c = context;

	return json_array_append_new(c->findings, json_string(finding)) < 0 ? -1 : 0;
}

static int check_object(void *context, const char *hash, int64_t size, const char *kind)
{
	struct check *c = context;
	struct error why = ERROR_INIT;

	c->objects++;
	return store_check(c->archive->store, hash, &why) < 0 ? add(c, why.text) : 0;
}

/* What was withdrawn must not be there again. */
static int check_tombstone(void *context, const char *hash)
{
	struct check *c = context;
	char text[160];

	if (!store_has(c->archive->store, hash))
		return 0;
	snprintf(text, sizeof text, _("object %s was withdrawn and lies in the store"), hash);
	return add(c, text);
}

/* An object without a row is what a kill leaves between the store and the COMMIT: harmless, and used when the file comes again. */
static int check_stored(void *context, const char *hash, int64_t size)
{
	struct check *c = context;
	int known = check_known(c->archive->catalogue, hash, &c->err);

	c->loose += known == 0;
	return known < 0 ? -1 : 0;
}

static int check_counts(struct check *c)
{
	struct counts counts;

	if (counts_read(c->archive->catalogue, 0, &counts, &c->err) < 0)
		return -1;
	return counts_close(&counts) ? 0 : add(c, _("the counts of files and pages do not close; `sohoa status` shows them"));
}

/* A broken chain or index is a finding; that it could not be looked at is a failure. */
static int finding_or_failure(struct check *c, const struct error *why, const char *reason)
{
	if (why->reason && !strcmp(why->reason, reason))
		return add(c, why->text);
	c->err = *why;
	return -1;
}

static int check_all(struct check *c)
{
	struct catalogue *catalogue = c->archive->catalogue;
	struct error why = ERROR_INIT;

	if (check_database(catalogue, add, c, &c->err) < 0 || check_objects(catalogue, check_object, c, &c->err) < 0 ||
	    withdrawals_each_object(catalogue, check_tombstone, c, &c->err) < 0 || store_each(c->archive->store, check_stored, c, &c->err) < 0 || check_counts(c) < 0)
		return -1;
	if (audit_verify(catalogue, &c->entries, &why) < 0 && finding_or_failure(c, &why, "audit") < 0)
		return -1;
	why = (struct error)ERROR_INIT;
	if (journal_verify(catalogue, &why) < 0 && finding_or_failure(c, &why, "journal") < 0)
		return -1;
	why = (struct error)ERROR_INIT;
	if (texts_check(catalogue, &why) < 0 && finding_or_failure(c, &why, "catalogue-damaged") < 0)
		return -1;
	return 0;
}

static void print(const struct check *c)
{
	size_t n = json_array_size(c->findings);

	printf(_("%lld objects and %lld entries of the audit log read again\n"), (long long)c->objects, (long long)c->entries);
	if (c->loose)
		printf(_("%lld objects belong to nothing yet: an intake or a run was stopped there; they do no harm\n"), (long long)c->loose);
	for (size_t i = 0; i < n && i < SHOWN_MAX; i++)
		printf("  %s\n", json_string_value(json_array_get(c->findings, i)));
	if (n > SHOWN_MAX)
		printf(_("  ... `sohoa verify --json` lists all %zu\n"), n);
	puts(n ? _("Something is wrong.") : _("Everything is as it should be."));
}

static int run(const struct invocation *in)
{
	struct check check = { .err = ERROR_INIT };
	struct archive archive;
	int ret = archive_open(in, true, &archive);

	if (ret)
		return ret;
	check.archive = &archive;
	check.findings = json_array();
	if (check_all(&check) < 0) {
		ret = command_fail(in, &check.err);
	} else {
		ret = json_array_size(check.findings) ? EXIT_SOME : EXIT_DONE;
		if (option(in, "json")) {
			json_t *json = json_pack("{s:b,s:I,s:I,s:I,s:O}", "right", ret == EXIT_DONE, "objects", (json_int_t)check.objects,
						 "audit_entries", (json_int_t)check.entries, "objects_without_row",
						 (json_int_t)check.loose, "findings", check.findings);

			json_dumpf(json, stdout, JSON_INDENT(2));
			putchar('\n');
			json_decref(json);
		} else {
			print(&check);
		}
	}
	json_decref(check.findings);
	archive_close(&archive);
	return ret;
}

static const struct command_option options[] = {
	{ "json", 0, NULL, N_("the findings as JSON") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_verify = {
	.name = "verify",
	.arguments = "",
	.summary = N_("check everything that was kept"),
	.help = N_("Reads every object again and compares its hash, checks the catalogue and its index, that every row has its object, that the counts "
		   "close, that the journal is whole and ends where the catalogue does, and that no entry of the audit log was changed, taken out or put in.\n\n"
		   "The exit code is 0 when all is right and 1 with a list of findings. An object that belongs to nothing is only noted: a kill between "
		   "writing and acknowledging leaves one. The log cannot show by itself that its newest entries were cut off: keep the last "
		   "hash outside of this machine."),
	.options = options,
	.max_args = 0,
	.run = run,
};
