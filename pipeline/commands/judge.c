/* judge.c - judges anew what was judged by other rules or for an earlier day, and lists the difference */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/judgement.h"
#include "pipeline/commands/decide.h"
#include "pipeline/error.h"
#include "pipeline/pool.h"
#include "pipeline/signing.h"
#include "stages/export/form.h"
#include "stages/reuse/date.h"

enum {
	LOAD_MAX = 500,  /* ids read at once */
	BATCH_MAX = 10   /* papers of one transaction: a judgement takes 1 to 5 ms, and the write lock is held for 100 ms at most */
};

struct judging {
	struct desk desk;
	const char *rules;
	bool json;
	json_t *changes;
	int judged, changed;
};

static void tell(struct judging *j, int64_t document, const struct judgement *before, const struct judgement *after)
{
	char id[32];

	document_id_format(document, id);
	j->changed++;
	if (j->json)
		json_array_append_new(j->changes, json_pack("{s:s, s:s?, s:s, s:s?, s:s}", "document", id, "before", before->verdict, "before_codes",
							    before->codes, "after", after->verdict, "after_codes", after->codes));
	else
		printf("%s: %s [%s] -> %s [%s]\n", id, before->verdict ? before->verdict : "-", before->codes, after->verdict, after->codes);
}

static int one(struct judging *j, int64_t document, struct arena *arena, struct error *err)
{
	struct catalogue *c = j->desk.archive.catalogue;
	struct judgement before, after;

	if (judgement_kept(c, document, arena, &before, err) < 0 || reuse_keep(c, j->desk.archive.store, document, err) < 0 ||
	    judgement_kept(c, document, arena, &after, err) < 0)
		return -1;
	j->judged++;
	if (before.verdict && after.verdict && !strcmp(before.verdict, after.verdict) && !strcmp(before.codes, after.codes))
		return 0;
	if (judgement_changed(c, document, &before, &after, err) < 0)
		return -1;
	tell(j, document, &before, &after);
	return 0;
}

static int batch(struct judging *j, const int64_t *ids, int n, struct error *err)
{
	struct arena *arena = arena_new();
	int ret = catalogue_begin(j->desk.archive.catalogue, err);

	for (int i = 0; i < n && !ret; i++)
		ret = one(j, ids[i], arena, err);
	if (ret)
		catalogue_rollback(j->desk.archive.catalogue);
	else
		ret = catalogue_commit(j->desk.archive.catalogue, err);
	arena_free(arena);
	return ret;
}

static int judge_all(struct judging *j, struct error *err)
{
	char today[DATE_SIZE];
	int64_t after = 0, *ids;
	int n = 1;

	date_format(date_today(), today);
	while (n > 0) {
		struct arena *arena = arena_new();
		int ret = judgement_due(j->desk.archive.catalogue, j->rules, today, after, LOAD_MAX, arena, &ids, &n, err);

		for (int i = 0; i < n && !ret; i += BATCH_MAX)
			ret = batch(j, ids + i, n - i < BATCH_MAX ? n - i : BATCH_MAX, err);
		if (!ret && n)
			after = ids[n - 1];
		arena_free(arena);
		if (ret)
			return -1;
	}
	return 0;
}

/* Other roots are trusted: certificates are held against them before anything is judged. */
static int check_certificates(struct judging *j, struct error *err)
{
	struct signing signing = { j->desk.archive.config, j->desk.archive.store, j->desk.archive.catalogue, NULL };
	int n, ret = signing_again(&signing, &n, err);

	pool_close(signing.pool);
	return ret;
}

static int judge(const struct invocation *in, struct judging *j)
{
	struct error err = ERROR_INIT;
	const struct reuse_book *book = reuse_book_get(&err);

	j->rules = book ? book->version : NULL;
	j->json = option(in, "json") != NULL;
	j->changes = json_array();
	if (!book || check_certificates(j, &err) < 0 || judge_all(j, &err) < 0) {
		json_decref(j->changes);
		return command_fail(in, &err);
	}
	if (j->json) {
		char *text = form_dump(json_pack("{s:s, s:i, s:i, s:o}", "rules", j->rules, "judged", j->judged, "changed", j->changed, "changes",
						 j->changes));

		fputs(text, stdout);
		free(text);
		return EXIT_DONE;
	}
	json_decref(j->changes);
	printf(_("Judged anew: %d papers; another verdict or other reasons: %d\n"), j->judged, j->changed);
	return EXIT_DONE;
}

static int run(const struct invocation *in)
{
	struct judging j = { .judged = 0 };
	int status = desk_open(in, ACT_JUDGE, &j.desk);

	if (!status)
		status = judge(in, &j);
	desk_close(&j.desk);
	return status;
}

static const struct command_option options[] = {
	{ "json", 0, NULL, N_("the differences as JSON") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_judge = {
	.name = "judge",
	.arguments = "",
	.summary = N_("judge anew after a change of the rules, and list the difference"),
	.help = N_("Judges every paper whose verdict was made with another version of the rules, or for an earlier day, and lists each one whose verdict "
		   "or reasons changed (role approver, archivist or admin). The difference is kept, with an entry of the audit log. Stopped in "
		   "between, it goes on where it was.\n\n"
		   "  sohoa judge\n  sohoa judge --json >difference.json"),
	.options = options,
	.max_args = 0,
	.run = run,
};
