/* decide.c - what confirm, refuse, cancel and reinstate share */
#include "pipeline/commands/decide.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/commands/paper.h"
#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/store.h"
#include "pipeline/text.h"
#include "stages/reuse/code.h"
#include "stages/reuse/date.h"

#define TEXT_MAX_BYTES 2000

static int may_not(const struct invocation *in, struct desk *desk, int64_t accounts)
{
	const char *who = catalogue_who(desk->archive.catalogue);

	if (!accounts)
		return command_usage(in, _("this archive has no users yet; `sohoa user add %s --name NAME --role admin,officer` makes the first"), who);
	if (!desk->account.login)
		return command_usage(in, _("%s is no user of this archive; its admin adds users (`sohoa user add`)"), who);
	return command_usage(in, _("%s may not do this: the roles are %s"), who, desk->account.roles);
}

int desk_open(const struct invocation *in, enum act act, struct desk *desk)
{
	struct error err = ERROR_INIT;
	int64_t accounts = 0;
	int status, may;

	memset(desk, 0, sizeof *desk);
	desk->arena = arena_new();
	status = archive_open(in, true, &desk->archive);
	if (status)
		return status;
	may = accounts_may(desk->archive.catalogue, act, desk->arena, &desk->account, &err);
	if (may < 0 || accounts_count(desk->archive.catalogue, &accounts, &err) < 0)
		return command_fail(in, &err);
	return may ? 0 : may_not(in, desk, accounts);
}

int desk_paper(const struct invocation *in, struct desk *desk)
{
	struct error err = ERROR_INIT;
	int status;

	desk->paper = arena_alloc(desk->arena, sizeof *desk->paper);
	status = paper_open(in, &desk->archive, in->args[0], date_today(), desk->arena, desk->paper);
	if (status)
		return status;
	if (desk->paper->restricted)
		error_set(&err, REACH_DOCUMENT, "secret", _("document %s %s; nothing can be decided about it here"), in->args[0],
			  paper_withheld(desk->paper));
	else if (!desk->paper->row.papers)
		error_set(&err, REACH_DOCUMENT, NULL, _("document %s has not been read yet; `sohoa run` reads it"), in->args[0]);
	return err.reach == REACH_NONE ? 0 : command_fail(in, &err);
}

void desk_close(struct desk *desk)
{
	archive_close(&desk->archive);
	arena_free(desk->arena);
}

int desk_run(const struct invocation *in, enum act act, int (*work)(const struct invocation *in, struct desk *desk))
{
	struct desk desk;
	int status = desk_open(in, act, &desk);

	if (!status)
		status = work(in, &desk);
	desk_close(&desk);
	return status;
}

int desk_text(const struct invocation *in, const char *name, const char **text)
{
	*text = option(in, name);
	if (!*text)
		return 0;
	if (!**text || strlen(*text) > TEXT_MAX_BYTES || !text_valid(*text, strlen(*text)))
		return command_usage(in, _("--%s takes a text in UTF-8 of 1 to %d bytes"), name, TEXT_MAX_BYTES);
	for (const char *p = *text; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return command_usage(in, _("--%s takes one line of text"), name);
	return 0;
}

int desk_day(const struct invocation *in, const char *name, const char **day)
{
	int number;

	*day = option(in, name);
	if (!*day)
		return 0;
	if (!date_parse_day(*day, &number))
		return command_usage(in, _("--%s takes a day as YYYY-MM-DD, not \"%s\""), name, *day);
	if (number > date_today())
		return command_usage(in, _("--%s: %s lies in the future"), name, *day);
	return 0;
}

static void set(json_t *json, const char *key, const char *text)
{
	if (text)
		json_object_set_new(json, key, json_string(text));
}

json_t *desk_decision_json(const struct desk *desk, const struct decision *d)
{
	const struct reuse_paper *paper = desk->paper;
	json_t *json = json_pack("{s:i, s:s}", "form", 2, "decision", decision_kind_name(d->kind)), *originals = json_array();
	char id[32];

	document_id_format(paper->row.id, id);
	set(json, "batch", paper->row.batch);
	set(json, "dossier", paper->row.dossier);
	set(json, "document", id);
	set(json, "reading", d->reading);
	for (int i = 0; i < paper->npages; i++)
		json_array_append_new(originals, json_pack("{s:s?, s:i}", "original", paper->pages[i].original, "page", paper->pages[i].file_page));
	json_object_set_new(json, "originals", originals);
	set(json, "who", desk->account.login);
	set(json, "name", desk->account.name);
	set(json, "made", d->made);
	if (d->level)
		json_object_set_new(json, "level", json_integer(d->level));
	set(json, "code", d->code);
	set(json, "reason", d->reason);
	set(json, "number", d->number);
	set(json, "day", d->day);
	set(json, "other", d->other);
	set(json, "signed", d->signed_copy);
	return json;
}

int desk_put(struct archive *archive, json_t *json, char *hash, int64_t *size, struct error *err)
{
	char *text = json_dumps(json, JSON_COMPACT);
	int ret;

	json_decref(json);
	if (!text)
		return error_set(err, REACH_RUN, NULL, _("out of memory"));
	*size = (int64_t)strlen(text);
	ret = store_put(archive->store, text, (size_t)*size, hash, err);
	free(text);
	return ret;
}

/* The third step of digitising (TT 01/2023/TT-VPCP, Điều 7) comes with the confirmation of the second. */
static int give_code(struct desk *desk, struct error *err)
{
	const struct config *config = desk->archive.config;

	return code_give(desk->archive.catalogue, desk->paper, config_text(config, "reuse", "code", CODE_TEMPLATE),
			 config_text(config, "reuse", "code_electronic", CODE_TEMPLATE_ELECTRONIC), desk->arena, &desk->code, err);
}

int desk_decide(struct desk *desk, struct decision *decision, int64_t signed_size, struct error *err)
{
	struct catalogue *catalogue = desk->archive.catalogue;
	char hash[HASH_SIZE], made[21];
	int64_t size;

	catalogue_now(made);
	decision->document = desk->paper->row.id;
	decision->made = made;
	decision->reading = desk->paper->reading;
	if (desk_put(&desk->archive, desk_decision_json(desk, decision), hash, &size, err) < 0 || catalogue_begin(catalogue, err) < 0)
		return -1;
	decision->object = hash;
	if (decisions_add(catalogue, decision, size, signed_size, err) < 0 ||
	    (decision->kind == DECISION_CONFIRM && give_code(desk, err) < 0) ||
	    reuse_keep(catalogue, desk->archive.store, decision->document, err) < 0) {
		catalogue_rollback(catalogue);
		return -1;
	}
	return catalogue_commit(catalogue, err);
}

int desk_dossier(const struct invocation *in, struct desk *desk, const char *text, int64_t *dossier, struct papers_page **pages, int *n)
{
	struct error err = ERROR_INIT;

	*dossier = papers_find_dossier(desk->archive.catalogue, text, &err);
	if (*dossier < 0 || (*dossier && papers_dossier_pages(desk->archive.catalogue, *dossier, desk->arena, pages, n, &err) < 0))
		return command_fail(in, &err);
	return *dossier ? 0 : command_usage(in, _("no dossier is called \"%s\", or several are: BATCH/DOSSIER names one"), text);
}

int desk_page(const struct invocation *in, const struct papers_page *pages, int n, const char *text)
{
	const char *colon = strrchr(text, ':');
	char *end;
	long number = strtol(colon ? colon + 1 : text, &end, 10);

	for (int i = 0; i < n && !*end; i++)
		if (colon ? pages[i].file_page == number && strlen(pages[i].file) == (size_t)(colon - text) &&
			    !strncmp(pages[i].file, text, (size_t)(colon - text)) : pages[i].number == number)
			return i;
	command_usage(in, _("the dossier has no page %s; it is a number from 1 to %d, or FILE:PAGE"), text, n);
	return -1;
}

int desk_fall(struct desk *desk, int64_t dossier, int first, int last, const char *why, struct error *err)
{
	struct catalogue *c = desk->archive.catalogue;
	struct papers_document *papers;
	int n;

	if (decisions_void_pages(c, dossier, first, last, why, err) < 0 || papers_documents(c, dossier, desk->arena, &papers, &n, err) < 0)
		return -1;
	for (int i = 0; i < n; i++)
		if (!strcmp(papers[i].state, "judged") && reuse_keep(c, desk->archive.store, papers[i].id, err) < 0)
			return -1;
	return 0;
}

int desk_show(const struct invocation *in, struct desk *desk)
{
	int status = paper_open(in, &desk->archive, in->args[0], date_today(), desk->arena, desk->paper);

	if (!status)
		paper_print_verdict(desk->paper, stdout);
	return status;
}
