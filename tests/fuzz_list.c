/* fuzz_list.c - any bytes as lo.csv: no crash, and every line that is told names a dossier in valid text */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "pipeline/error.h"
#include "pipeline/text.h"
#include "stages/intake/intake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void text(const char *text)
{
	assert(!text || text_valid(text, strlen(text)));
}

static int line(void *context, const struct intake_line *line, struct error *err)
{
	assert(line->code && *line->code && line->sheets >= -1 && line->pages >= -1);
	text(line->code);
	text(line->box);
	text(line->title);
	text(line->shelf);
	text(line->retention);
	return 0;
}

static int bad_line(void *context, const char *file, int number, const char *why, struct error *err)
{
	assert(number > 0 && why && *why);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct intake_sink sink = { .line = line, .bad_line = bad_line };
	struct error err = ERROR_INIT;

	intake_list("lo.csv", (const char *)data, size, &sink, &err);
	return 0;
}
