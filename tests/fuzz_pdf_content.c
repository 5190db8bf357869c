/*
 * fuzz_pdf_content.c - any bytes through the content reader and through inspection
 *
 * clang -std=c11 -D_GNU_SOURCE -I. -g -O1 -fsanitize=fuzzer,address,undefined $(pkg-config --cflags lept libarchive poppler-glib
 *   libqpdf yaml-0.1 libutf8proc) -DSOHOA_VERSION='"fuzz"' -DSOHOA_PREFIX='"/usr"' -o build/fuzz_pdf_content
 *   tests/fuzz_pdf_content.c stages/decode/[a-z]*.c pipeline/{arena,config,document,error,text,yaml}.c
 *   $(pkg-config --libs lept libarchive poppler-glib libqpdf yaml-0.1 libutf8proc) -lm
 *
 * The first byte chooses: even, the rest is a content stream; odd, it is a whole file. A run of a night begins with
 * build/fuzz_pdf_content -max_len=65536 -rss_limit_mb=2048 -timeout=20 CORPUS/
 */
#include <stdint.h>
#include <string.h>

#include "pipeline/config.h"
#include "pipeline/error.h"
#include "stages/decode/decode.h"
#include "stages/decode/pdf_content.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *whole;
static size_t whole_size;

/* Names that begin with a capital up to M are images, others forms with the same bytes: so forms nest and call themselves. */
static void object(void *context, unsigned resources, const char *name, struct content_object *out)
{
	out->kind = name[0] <= 'M' ? CONTENT_IMAGE : CONTENT_FORM;
	out->opaque = name[0] != 'A';
	out->matrix = (struct matrix){ 1, 0, 0, 1, 3, 4 };
	out->bbox = (struct rect){ 0, 0, 100, 100 };
	out->data = whole;
	out->size = whole_size < 64 ? whole_size : 64;
}

static void release(void *context, struct content_object *out)
{
}

static bool is_plain(void *context, unsigned resources, const char *name)
{
	return name[0] != 'B';
}

static bool is_drawn(void *context, unsigned resources, const char *name)
{
	return name[0] == 'C';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config *config;
	struct content_doors doors = { NULL, object, release, is_plain, is_drawn };
	struct content_summary summary;
	struct inspection inspection;
	struct error err = ERROR_INIT;

	if (size == 0)
		return 0;
	whole = data + 1;
	whole_size = size - 1;
	if (data[0] % 2 == 0) {
		content_scan(whole, whole_size, 0, &doors, &summary);
		return 0;
	}
	if (!config)
		config = config_open(NULL, NULL);
	decode_inspect(config, whole, whole_size, &inspection, &err);
	return 0;
}
