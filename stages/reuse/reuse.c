#include "stages/reuse/reuse.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/judgement.h"
#include "pipeline/catalogue/papers.h"
#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/schema.h"
#include "pipeline/stage.h"
#include "stages/reuse/date.h"
#include "stages/reuse/gather.h"
#include "stages/reuse/rules.h"

const struct reuse_book *reuse_book_get(struct error *err)
{
	static struct reuse_book book; /* the rules are part of the program: read once, kept to its end */
	char path[PATH_MAX], both[2 * HASH_SIZE];

	if (book.rules)
		return &book;
	if (!book.schemas)
		book.schemas = schemas_open_config(NULL, err);
	if (!book.schemas)
		return NULL;
	snprintf(path, sizeof path, "%s/schemas/reasons.yaml", config_data_dir());
	book.rules = reuse_rules_open(path, err);
	if (!book.rules)
		return NULL;
	snprintf(both, sizeof both, "%s\n%s", schemas_version(book.schemas), book.rules->version);
	hash_bytes(both, strlen(both), book.version);
	return &book;
}

int reuse_look(struct catalogue *catalogue, struct store *store, int64_t document, int on, struct arena *arena,
	       struct reuse_paper *paper, struct error *err)
{
	const struct reuse_book *book = reuse_book_get(err);
	int found;

	if (!book)
		return -1;
	found = reuse_gather(catalogue, store, book, document, on, arena, paper, err);
	if (found <= 0)
		return found;
	reuse_judge(book->rules, &paper->input, &paper->result);
	return 1;
}

static int keep(struct catalogue *catalogue, const struct reuse_paper *paper, struct error *err)
{
	struct judgement_reason reasons[REUSE_REASONS_MAX];
	const struct reuse_book *book = reuse_book_get(err);
	char day[DATE_SIZE], ends[DATE_SIZE];

	if (!book)
		return -1;
	date_format(paper->input.on, day);
	if (paper->result.ends != INT_MAX)
		date_format(paper->result.ends, ends);
	for (int i = 0; i < paper->result.nreasons; i++) {
		const struct reuse_reason *from = &paper->result.reasons[i];

		reasons[i] = (struct judgement_reason){ from->code, from->rule, from->field, from->page,
							*from->detail ? from->detail : NULL };
	}
	return judgement_put(catalogue, paper->row.id, reuse_verdict_name(paper->result.verdict), book->version, day,
			     paper->result.ends != INT_MAX ? ends : NULL, reasons, paper->result.nreasons, err);
}

int reuse_keep(struct catalogue *catalogue, struct store *store, int64_t document, struct error *err)
{
	struct arena *arena = arena_new();
	struct reuse_paper *paper = arena_alloc(arena, sizeof *paper);
	int found = reuse_look(catalogue, store, document, date_today(), arena, paper, err);
	int result = found > 0 ? keep(catalogue, paper, err) : found;

	arena_free(arena);
	return result;
}

static int run(struct catalogue *catalogue, struct store *store, int64_t document, struct error *err)
{
	struct arena *arena = arena_new();
	struct reuse_paper *paper = arena_alloc(arena, sizeof *paper);
	int64_t *others;
	int n, result = -1, found = reuse_look(catalogue, store, document, date_today(), arena, paper, err);

	if (found <= 0 || keep(catalogue, paper, err) < 0)
		goto out;
	if (!paper->restricted) {
		if (reuse_neighbours(catalogue, paper, arena, &others, &n, err) < 0)
			goto out;
		for (int i = 0; i < n; i++)
			if (reuse_keep(catalogue, store, others[i], err) < 0)
				goto out;
	}
	result = 0;
out:
	arena_free(arena);
	return found == 0 ? 0 : result;
}

const struct record_room reuse_room = { run };
