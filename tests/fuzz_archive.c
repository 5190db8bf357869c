/*
 * fuzz_archive.c - any bytes as an archive
 *
 * Begin, bytes and end must come in turn, names must be such as are only names, and no more comes out than the limits say.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "pipeline/config.h"
#include "pipeline/error.h"
#include "stages/decode/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	bool inside;
	size_t bytes;
	int members;
};

static int begin(void *context, const unsigned char *name, size_t name_size, struct error *err)
{
	struct seen *seen = context;

	assert(!seen->inside && name_size > 0 && name[0] != '/');
	for (size_t i = 0; i < name_size; i++) {
		assert(name[i] != '\0');
		if (name[i] == '.' && i + 1 < name_size && name[i + 1] == '.')
			assert((i && name[i - 1] != '/') || (i + 2 < name_size && name[i + 2] != '/'));
	}
	seen->inside = true;
	seen->members++;
	return 0;
}

static int bytes(void *context, const void *data, size_t size, struct error *err)
{
	struct seen *seen = context;

	assert(seen->inside && data);
	seen->bytes += size;
	return 0;
}

static int end(void *context, struct error *err)
{
	struct seen *seen = context;

	assert(seen->inside);
	seen->inside = false;
	return 0;
}

static int refuse(void *context, const unsigned char *name, size_t name_size, const struct error *why, struct error *err)
{
	struct seen *seen = context;

	assert(why && why->reach != REACH_NONE && why->text[0]);
	seen->inside = false;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config *config;
	struct seen seen = { false, 0, 0 };
	const struct unpack_sink sink = { &seen, begin, bytes, end, refuse };
	struct inspection inspection;
	struct error err = ERROR_INIT;

	if (!config) {
		config = config_open(NULL, NULL);
		config_set(config, "limits", "archive_entries", "500");
		config_set(config, "limits", "archive_bytes", "20000000");
	}
	if (decode_inspect(config, data, size, &inspection, &err) < 0)
		assert(err.reach != REACH_NONE && err.text[0]);
	decode_unpack(config, data, size, &sink, &err);
	assert(seen.members <= 500 && seen.bytes <= 20000000);
	return 0;
}
