/* confirm.c - an officer confirms that a reading agrees with its paper */
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/signatures.h"
#include "pipeline/commands/decide.h"
#include "pipeline/error.h"
#include "pipeline/pool.h"
#include "pipeline/signing.h"
#include "pipeline/store.h"
#include "stages/export/signature.h"

#define SIGNED_BYTES_MAX ((size_t)256 << 20) /* a paper of some hundred pages */

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

static const struct signature *refused(struct error *err, const char *format, const char *what)
{
	error_set(err, REACH_DOCUMENT, NULL, format, what);
	return NULL;
}

/* The last one that is right and covers the file to its end, none that is wrong, and as many pages as the paper has. NULL with why not. Where roots are given,
 * they must vouch for it. */
static const struct signature *signer_of(const struct desk *desk, const struct signing_answer *answer, struct error *err)
{
	const struct signature *last = NULL;

	for (int i = 0; i < answer->n; i++) {
		const struct signature *s = &answer->list[i];

		if (s->timestamp)
			continue;
		if (strcmp(s->integrity, "valid") != 0)
			return refused(err, _("a signature of the file is not right: %s"), signature_integrity(s));
		last = s;
	}
	if (!last)
		return refused(err, "%s", _("the file bears no electronic signature"));
	if (strcmp(last->later, "none") != 0)
		return refused(err, "%s", _("something was added to the file after it was signed"));
	if (!strcmp(last->trust, "untrusted"))
		return refused(err, _("the certificate of the signature is not trusted: %s"), signature_trust(last));
	if (answer->pages != desk->paper->npages) {
		error_set(err, REACH_DOCUMENT, NULL, _("the file has %d pages, the paper %d"), answer->pages, desk->paper->npages);
		return NULL;
	}
	return last;
}

/* Fills in what a signed copy adds to the decision. 0, or the exit code. */
static int take_signed(const struct invocation *in, struct desk *desk, const char *path, char hash[HASH_SIZE], int64_t *size,
		       struct decision *decision, const struct signature **signer)
{
	struct signing signing = { desk->archive.config, desk->archive.store, desk->archive.catalogue, NULL };
	struct signing_answer answer;
	struct error err = ERROR_INIT;

	*signer = NULL;
	if (keep(&desk->archive, path, hash, size, &err) == 0 && signing_look(&signing, hash, desk->arena, &answer, &err) == 0)
		*signer = signer_of(desk, &answer, &err);
	pool_close(signing.pool);
	if (!*signer)
		return err.reach == REACH_RUN ? command_fail(in, &err) : command_usage(in, "%s: %s", path, err.text);
	decision->other = *(*signer)->name ? (*signer)->name : (*signer)->subject;
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
	const struct signature *signer;
	char hash[HASH_SIZE];
	int64_t size = 0;
	int status = desk_text(in, "note", &decision.reason);

	if (!status)
		status = desk_paper(in, desk);
	if (!status && path)
		status = take_signed(in, desk, path, hash, &size, &decision, &signer);
	if (status)
		return status;
	before = desk->paper->input.confirmation;
	if (desk_decide(desk, &decision, size, &err) < 0)
		return command_fail(in, &err);
	printf(before == CONFIRMATION_VALID ? _("Document %s was confirmed before; %s has confirmed it once more.\n")
					    : _("Document %s is confirmed by %s.\n"),
	       in->args[0], desk->account.name);
	if (path)
		printf(_("  signed by %s; certificate: %s\n"), decision.other, signature_trust(signer));
	if (desk->code)
		printf(_("  result code: %s\n"), desk->code);
	return desk_show(in, desk);
}

static int run(const struct invocation *in)
{
	return desk_run(in, ACT_CONFIRM, confirm);
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
		   "were signed, up to the end of the file, on as many pages as the paper has. Where the settings name a folder of roots (signature.roots), one of "
		   "them must vouch for the certificate; without it that is yours to say. The name on it is shown and kept.\n\n"
		   "  sohoa confirm 12.3 --note \"compared with the original in box 4\"\n  sohoa confirm 12.3 --signed 12.3-signed.pdf"),
	.options = options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
