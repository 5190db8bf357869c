/* confirm.c - a named person confirms that a reading agrees with its paper */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/audit.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/judgement.h"
#include "pipeline/commands/command.h"
#include "pipeline/commands/paper.h"
#include "pipeline/error.h"
#include "pipeline/store.h"
#include "pipeline/text.h"
#include "stages/reuse/date.h"
#include "stages/reuse/reuse.h"

#define NAME_MAX_BYTES 200
#define NOTE_MAX_BYTES 2000

/* The decision as the store keeps it: enough to make the catalogue's row again. */
static char *decision(struct archive *archive, const struct reuse_paper *paper, const char *made, const char *note, size_t *size)
{
	char id[32];
	json_t *json = json_object();
	char *text;

	document_id_format(paper->row.id, id);
	json_object_set_new(json, "form", json_integer(1));
	json_object_set_new(json, "decision", json_string("confirm"));
	json_object_set_new(json, "batch", json_string(paper->row.batch));
	json_object_set_new(json, "dossier", json_string(paper->row.dossier));
	json_object_set_new(json, "document", json_string(id));
	json_object_set_new(json, "papers", json_string(paper->row.papers));
	json_object_set_new(json, "who", json_string(catalogue_who(archive->catalogue)));
	json_object_set_new(json, "made", json_string(made));
	json_object_set_new(json, "note", note ? json_string(note) : json_null());
	text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	*size = text ? strlen(text) : 0;
	return text;
}

/* Store first, then one transaction. */
static int confirm(struct archive *archive, const struct reuse_paper *paper, const char *note, struct error *err)
{
	char hash[HASH_SIZE], made[21], *text;
	size_t size;
	int result;

	catalogue_now(made);
	text = decision(archive, paper, made, note, &size);
	result = text ? store_put(archive->store, text, size, hash, err) : error_set(err, REACH_RUN, NULL, _("out of memory"));
	free(text);
	if (result < 0 || catalogue_begin(archive->catalogue, err) < 0)
		return -1;
	if (judgement_confirm(archive->catalogue, paper->row.id, paper->row.papers, hash, (int64_t)size, made, note, err) < 0 ||
	    reuse_keep(archive->catalogue, archive->store, paper->row.id, err) < 0) {
		catalogue_rollback(archive->catalogue);
		return -1;
	}
	return catalogue_commit(archive->catalogue, err);
}

static int check(const struct invocation *in, const struct reuse_paper *paper)
{
	struct error err = ERROR_INIT;

	if (paper->restricted)
		error_set(&err, REACH_DOCUMENT, "secret", _("document %s bears a secrecy mark and cannot be confirmed"), in->args[0]);
	else if (!paper->row.papers)
		error_set(&err, REACH_DOCUMENT, NULL, _("document %s has not been read yet; `sohoa run` reads it"), in->args[0]);
	return err.reach == REACH_NONE ? 0 : command_fail(in, &err);
}

static int run(const struct invocation *in)
{
	const char *who = option(in, "as"), *note = option(in, "note");
	struct arena *arena = arena_new();
	struct reuse_paper *paper = arena_alloc(arena, sizeof *paper);
	struct error err = ERROR_INIT;
	struct archive archive;
	enum confirmation_state before;
	int status;

	if ((who && (!*who || strlen(who) > NAME_MAX_BYTES || !text_valid(who, strlen(who)))) ||
	    (note && (strlen(note) > NOTE_MAX_BYTES || !text_valid(note, strlen(note))))) {
		arena_free(arena);
		return command_usage(in, _("a name and a note are UTF-8 of at most %d and %d bytes"), NAME_MAX_BYTES, NOTE_MAX_BYTES);
	}
	status = archive_open(in, true, &archive);
	if (status)
		goto no_archive;
	if (who)
		catalogue_set_who(archive.catalogue, who);
	status = paper_open(in, &archive, in->args[0], date_today(), arena, paper);
	if (!status)
		status = check(in, paper);
	if (status)
		goto out;
	before = paper->input.confirmation;
	if (confirm(&archive, paper, note, &err) < 0) {
		status = command_fail(in, &err);
		goto out;
	}
	status = paper_open(in, &archive, in->args[0], date_today(), arena, paper);
	if (status)
		goto out;
	printf(before == CONFIRMATION_VALID ? _("Document %s was confirmed before; %s has confirmed it once more.\n")
					    : _("Document %s is confirmed by %s.\n"),
	       in->args[0], catalogue_who(archive.catalogue));
	paper_print_verdict(paper, stdout);
out:
	archive_close(&archive);
no_archive:
	arena_free(arena);
	return status;
}

static const struct command_option options[] = {
	{ "as", 0, "NAME", N_("who confirms; without it the operating-system user") },
	{ "note", 'n', "TEXT", N_("a remark that is kept with the confirmation") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_confirm = {
	.name = "confirm",
	.arguments = N_("DOCUMENT"),
	.summary = N_("confirm that a paper was read rightly and may be reused"),
	.help = N_("Records that a named person compared the reading with the paper. Only then can a verdict become eligible; what stands "
		   "against the paper for other reasons still does. The confirmation holds for this reading: when the paper is read anew "
		   "and the result differs, it must be confirmed again.\n\n"
		   "  sohoa confirm 12.3 --note \"compared with the original in box 4\""),
	.options = options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
