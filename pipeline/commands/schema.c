/* schema.c - for who writes types of papers: what is wrong in a file, and what it finds on a scan */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "pipeline/commands/command.h"
#include "pipeline/commands/schema_try.h"
#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/schema.h"
#include "stages/reuse/procedure.h"
#include "stages/reuse/rules.h"

static void tell(void *context, const char *text)
{
	puts(text);
}

/* The last word on a file or folder, as an exit code. */
static int verdict(const char *what, int mistakes)
{
	if (mistakes)
		printf(_("%s: mistakes: %d\n"), what, mistakes);
	else
		printf(_("%s: no mistake.\n"), what);
	return mistakes ? EXIT_SOME : EXIT_DONE;
}

static int check_types(const struct invocation *in, const char *dir, const char *file)
{
	struct error err = ERROR_INIT;
	int mistakes = schemas_check(dir, file, tell, NULL, &err);

	return mistakes < 0 ? command_fail(in, &err) : verdict(file ? file : dir, mistakes);
}

/* Procedures name types, and so they can be read only where the types hold. */
static int check_procedures(const struct invocation *in, const char *documents, const char *dir)
{
	struct error err = ERROR_INIT;
	struct schemas *schemas = schemas_open(documents, &err);
	struct procedures *procedures = schemas ? procedures_open(dir, NULL, schemas, &err) : NULL;
	bool good = procedures;

	procedures_close(procedures);
	schemas_close(schemas);
	if (!good)
		tell(NULL, err.text);
	return verdict(dir, !good);
}

static int check_reasons(const char *path)
{
	struct error err = ERROR_INIT;
	struct reuse_rules *rules = reuse_rules_open(path, &err);
	bool good = rules;

	reuse_rules_close(rules);
	if (!good)
		tell(NULL, err.text);
	return verdict(path, !good);
}

/* What the program brings along: "documents", "procedures", "reasons.yaml". */
static void house_path(const char *name, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/schemas/%s", config_data_dir(), name);
}

/* All of it. */
static int check_house(const struct invocation *in)
{
	char documents[PATH_MAX], procedures[PATH_MAX], reasons[PATH_MAX];
	int status;

	house_path("documents", documents);
	house_path("procedures", procedures);
	house_path("reasons.yaml", reasons);
	status = check_types(in, documents, NULL);
	if (status)
		return status;
	status = check_procedures(in, documents, procedures);
	return check_reasons(reasons) ? EXIT_SOME : status;
}

static int check(const struct invocation *in)
{
	char documents[PATH_MAX];
	struct stat what;
	int status = EXIT_DONE;

	if (in->nargs == 1)
		return check_house(in);
	house_path("documents", documents);
	for (int i = 1; i < in->nargs; i++) {
		bool folder = stat(in->args[i], &what) == 0 && S_ISDIR(what.st_mode);
		int one = check_types(in, folder ? in->args[i] : documents, folder ? NULL : in->args[i]);

		status = one > status ? one : status;
	}
	return status;
}

static int run(const struct invocation *in)
{
	if (!strcmp(in->args[0], "check"))
		return check(in);
	if (strcmp(in->args[0], "try") != 0 || in->nargs != 3)
		return command_usage(in, _("say: check [FILE|DIR]... or try FILE SCAN"));
	return schema_try(in, in->args[1], in->args[2]);
}

const struct command command_schema = {
	.name = "schema",
	.arguments = "check [FILE|DIR]... | try FILE SCAN",
	.summary = N_("check a type of papers, or try it on a scan"),
	.help = N_("A type of papers is one file, CODE.yaml: its titles, its fields and their labels, how long it holds. check names every mistake with file, "
		   "line and what was expected there: of a file of yours, read as if it lay among the types of the program; of a folder; or, without one, of "
		   "all that the program brings along. It names one mistake of each file at a time.\n\n"
		   "try reads a scan with your file among the other types and shows whether its papers are taken for the new type, what each field finds, and "
		   "of a field that finds nothing what it looks for. Nothing is kept and no archive is needed.\n\n"
		   "  sohoa schema check giay-chung-sinh.yaml\n  sohoa schema try giay-chung-sinh.yaml scan.pdf"),
	.min_args = 1,
	.max_args = -1,
	.run = run,
};
