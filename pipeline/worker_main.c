/*
 * worker_main.c - sohoa-worker KIND [SECTION.KEY=VALUE...], the program of the worker processes; the pool alone starts it
 *
 * A program of its own: the desk, which holds the archive, is not even linked with what opens the files of strangers, and starts in the time that
 * a question takes.
 */
#include <stdio.h>
#include <string.h>

#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/screen.h"
#include "pipeline/worker.h"

static int usage(const char *program)
{
	fprintf(stderr, _("%s: this is started by sohoa\n"), program);
	return 2;
}

/* "ocr.engine=net"; cut into its parts. False when it is no such thing. */
static bool take_setting(struct config *config, char *text)
{
	char *dot = strchr(text, '.'), *is = dot ? strchr(dot, '=') : NULL;

	if (!is)
		return false;
	*dot = *is = '\0';
	config_set(config, text, dot + 1, is + 1);
	return true;
}

int main(int argc, char **argv)
{
	static const char *const kinds[] = { [WORKER_FILES] = "files", [WORKER_PAGES] = "pages", [WORKER_SIGNATURES] = "signatures" };
	struct config *config = config_open(NULL, NULL);
	size_t kind = 0;

	screen_choose_language();
	while (argc > 1 && kind < sizeof kinds / sizeof *kinds && strcmp(kinds[kind], argv[1]) != 0)
		kind++;
	if (argc < 2 || kind == sizeof kinds / sizeof *kinds)
		return usage(argv[0]);
	for (int i = 2; i < argc; i++)
		if (!take_setting(config, argv[i]))
			return usage(argv[0]);
	return worker_serve(config, (enum worker_kind)kind);
}
