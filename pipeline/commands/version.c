/* version.c - which sohoa this is, and what it reads with */
#include <jansson.h>
#include <stdio.h>

#include "pipeline/arena.h"
#include "pipeline/commands/command.h"
#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/stage.h"
#include "stages/ocr/ocr.h"

static int run(const struct invocation *in)
{
	struct arena *arena = arena_new();
	const char *path = option(in, "settings");
	struct error err = ERROR_INIT;
	struct config *config;
	void *ocr = NULL;
	int ret = EXIT_DONE;

	if (!path && in->archive)
		path = arena_printf(arena, "%s/sohoa.yaml", in->archive);
	config = config_open(path, &err);
	if (config)
		ocr = ocr_room.open(config, &err);
	if (!ocr) {
		ret = command_fail(in, &err);
	} else if (option(in, "json")) {
		json_t *root = json_pack("{s:s, s:s, s:s}", "version", SOHOA_VERSION, "engine", ocr_engine(ocr), "recipe", ocr_describe(ocr));

		json_dumpf(root, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(root);
	} else {
		printf("sohoa %s\n", SOHOA_VERSION);
		printf(_("engine: %s\n"), ocr_engine(ocr));
		printf(_("model: %s\n"), ocr_describe(ocr));
	}
	if (ocr)
		ocr_room.close(ocr);
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
