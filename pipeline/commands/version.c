/* version.c - which sohoa this is, and what it reads with */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "pipeline/arena.h"
#include "pipeline/commands/command.h"
#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/pool.h"

/* {engine, model} of a worker that would read pages now; NULL with err. */
static json_t *ask_worker(const struct config *config, struct error *err)
{
	struct pool *pool = pool_open(config, POOL_PAGES, 1, err);
	json_t *answer = NULL;
	char *text;
	size_t size;

	if (pool && pool_do(pool, MESSAGE_ENGINE, NULL, 0, -1, pool_deadline_page(config), &text, &size, err) == 0) {
		answer = json_loadb(text, size, 0, NULL);
		free(text);
		if (!answer)
			error_set(err, REACH_RUN, NULL, _("the job makes no sense"));
	}
	pool_close(pool);
	return answer;
}

static int run(const struct invocation *in)
{
	struct arena *arena = arena_new();
	const char *path = option(in, "settings"), *engine, *model;
	struct error err = ERROR_INIT;
	struct config *config;
	json_t *read_with = NULL;
	int ret = EXIT_DONE;

	if (!path && in->archive)
		path = arena_printf(arena, "%s/sohoa.yaml", in->archive);
	config = config_open(path, &err);
	if (config)
		read_with = ask_worker(config, &err);
	engine = json_string_value(json_object_get(read_with, "engine"));
	model = json_string_value(json_object_get(read_with, "model"));
	if (!read_with) {
		ret = command_fail(in, &err);
	} else if (option(in, "json")) {
		json_t *root = json_pack("{s:s, s:s?, s:s?}", "version", SOHOA_VERSION, "engine", engine, "recipe", model);

		json_dumpf(root, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(root);
	} else {
		printf("sohoa %s\n", SOHOA_VERSION);
		printf(_("engine: %s\n"), engine);
		printf(_("model: %s\n"), model);
	}
	json_decref(read_with);
	config_close(config);
	arena_free(arena);
	return ret;
}

static const struct command_option options[] = {
	{ "settings", 's', "FILE", N_("settings as in an archive's sohoa.yaml") },
	{ "json", 0, NULL, N_("as JSON, for a script") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_version = {
	.name = "version",
	.arguments = "",
	.summary = N_("show the version, and what pages are read with"),
	.help = N_("Names the version of sohoa, the engine that reads, its net and the arithmetic this processor allows (the kernel), and the model with its "
		   "hash, as they stand in the recipe of every page.\n\n"
		   "With --archive, what that archive's settings ask for: ocr.engine is net (our own reader, the default) or tesseract; ocr.kernel is auto, "
		   "plain, avx2 or avx512, which read the same letters at different speeds. Where the net cannot read a model, the engine is tesseract and the "
		   "reason stands beside it."),
	.options = options,
	.max_args = 0,
	.run = run,
};
