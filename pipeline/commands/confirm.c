/* confirm.c - an officer confirms that a reading agrees with its paper */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/commands/decide.h"
#include "pipeline/error.h"
#include "pipeline/pool.h"
#include "pipeline/store.h"

#define SIGNED_BYTES_MAX ((size_t)256 << 20) /* a paper of some hundred pages */
#define SIGNED_SECONDS 60

/* --- The signed copy ------------------------------------------------------------------------------------------------ */

/* Into the store as it is: what was signed must not change by a byte. */
static int keep(struct archive *archive, const char *path, char hash[HASH_SIZE], int64_t *size, struct error *err)
{
	FILE *from = fopen(path, "re");
	struct store_writer *writer;
	char *bytes;
	size_t n;
	int ret = 0;

	if (!from)
		return error_errno(err, REACH_DOCUMENT, NULL, _("cannot open %s"), path);
	writer = store_begin(archive->store, err);
	bytes = mem_alloc(1 << 16);
	*size = 0;
	while (writer && !ret && (n = fread(bytes, 1, 1 << 16, from)) > 0) {
		*size += (int64_t)n;
		ret = *size > (int64_t)SIGNED_BYTES_MAX ? error_set(err, REACH_DOCUMENT, NULL, _("%s is too large"), path)
							: store_write(writer, bytes, n, err);
	}
	if (writer && !ret && ferror(from))
		ret = error_errno(err, REACH_DOCUMENT, NULL, _("cannot read %s"), path);
	if (writer && ret)
		store_abandon(writer);
	else if (writer)
		ret = store_commit(writer, hash, NULL, err);
	free(bytes);
	fclose(from);
	return writer ? ret : -1;
}

static json_t *ask(struct archive *archive, const char *hash, struct error *err)
{
	struct pool *pool = pool_open(archive->config, POOL_SIGNATURES, 1, err);
	int fd = pool ? store_fd(archive->store, hash, err) : -1;
	char *answer = NULL;
	size_t size;
	json_t *json = NULL;

	if (fd >= 0 && pool_do(pool, MESSAGE_SIGNATURES, NULL, 0, fd, SIGNED_SECONDS, &answer, &size, err) == 0) {
		json = json_loadb(answer, size, 0, NULL);
		if (!json)
			error_set(err, REACH_RUN, NULL, _("the worker gave no answer that can be read"));
	}
	free(answer);
	if (fd >= 0)
		close(fd);
	pool_close(pool);
	return json;
}

/* One right signature over the whole file, none that is wrong, and as many pages as the paper has. NULL with why not. */
static const char *signer_of(struct desk *desk, json_t *answer, struct error *err)
{
	json_t *list = json_object_get(answer, "signatures"), *one;
	const char *signer = NULL;
	int pages = (int)json_integer_value(json_object_get(answer, "pages"));
	size_t i;

	json_array_foreach(list, i, one) {
		const char *state = json_string_value(json_object_get(one, "state"));

		if (!json_is_true(json_object_get(one, "right"))) {
			error_set(err, REACH_DOCUMENT, NULL, _("a signature of the file is not right: %s"), state ? state : "?");
			return NULL;
		}
		signer = json_string_value(json_object_get(one, "signer"));
	}
	if (!signer)
		error_set(err, REACH_DOCUMENT, NULL, _("the file bears no electronic signature"));
	else if (!json_is_true(json_object_get(answer, "whole")))
		error_set(err, REACH_DOCUMENT, NULL, _("something was added to the file after it was signed"));
	else if (pages != desk->paper->npages)
		error_set(err, REACH_DOCUMENT, NULL, _("the file has %d pages, the paper %d"), pages, desk->paper->npages);
	else
		return arena_strdup(desk->arena, signer);
	return NULL;
}

/* Fills in what a signed copy adds to the decision. 0, or the exit code. */
static int take_signed(const struct invocation *in, struct desk *desk, const char *path, char hash[HASH_SIZE], int64_t *size,
		       struct decision *decision)
{
	struct error err = ERROR_INIT;
	json_t *answer = keep(&desk->archive, path, hash, size, &err) < 0 ? NULL : ask(&desk->archive, hash, &err);

	decision->other = answer ? signer_of(desk, answer, &err) : NULL;
	json_decref(answer);
	if (!decision->other)
		return err.reach == REACH_RUN ? command_fail(in, &err) : command_usage(in, "%s: %s", path, err.text);
	decision->signed_copy = hash;
	decision->level = 2;
	return 0;
}

/* --- The decision --------------------------------------------------------------------------------------------------- */


static int confirm(const struct invocation *in, struct desk *desk)
{
	struct decision decision = { .kind = DECISION_CONFIRM, .level = 1 };
	struct error err = ERROR_INIT;
	enum confirmation_state before;
	const char *path = option(in, "signed");
	char hash[HASH_SIZE];
	int64_t size = 0;
	int status = desk_text(in, "note", &decision.reason);

	if (!status)
		status = desk_paper(in, desk);
	if (!status && path)
		status = take_signed(in, desk, path, hash, &size, &decision);
	if (status)
		return status;
	before = desk->paper->input.confirmation;
	if (desk_decide(desk, &decision, size, &err) < 0)
		return command_fail(in, &err);
	printf(before == CONFIRMATION_VALID ? _("Document %s was confirmed before; %s has confirmed it once more.\n")
					    : _("Document %s is confirmed by %s.\n"),
	       in->args[0], desk->account.name);
	if (path)
		printf(_("  signed by %s; the certificate itself was not asked about\n"), decision.other);
	if (desk->code)
		printf(_("  result code: %s\n"), desk->code);
	return desk_show(in, desk);
}

static int run(const struct invocation *in)
{
	struct desk desk;
	int status = desk_open(in, ACT_CONFIRM, &desk);

	if (!status)
		status = confirm(in, &desk);
	desk_close(&desk);
	return status;
}

static const struct command_option options[] = {
	{ "note", 'n', "TEXT", N_("what was compared with what; it is kept with the confirmation") },
	{ "signed", 0, "FILE.pdf", N_("the paper as a PDF that was signed elsewhere: then it may take the paper's place (level L2)") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_confirm = {
	.name = "confirm",
	.arguments = N_("DOCUMENT"),
	.summary = N_("confirm that a paper was read rightly and may be used as information"),
	.help = N_("Records that you, a user with the role officer or approver, compared the reading with the paper. Only then can a verdict become "
		   "eligible; what stands against the paper for other reasons still does. The confirmation names the originals by their hash: when "
		   "a page, the cut or a field of the paper is changed, it falls and the paper must be confirmed again.\n\n"
		   "With --signed the copy that the agency signed elsewhere is kept beside it, after a look at its signatures: the bytes must be those that "
		   "were signed, up to the end of the file, on as many pages as the paper has. Whether the certificate is to be trusted is yours to say; the "
		   "name on it is shown and kept.\n\n"
		   "  sohoa confirm 12.3 --note \"compared with the original in box 4\"\n  sohoa confirm 12.3 --signed 12.3-signed.pdf"),
	.options = options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
