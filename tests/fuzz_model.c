/*
 * fuzz_model.c - any bytes as a model file
 *
 *   clang -fsanitize=fuzzer,address,undefined ... gives a libFuzzer program; its seeds are the small models in tests/fuzz/model.
 *
 * Whatever model_open accepts must run: two lines go through the net and the search, with every kernel of this machine, which must agree
 * where the model is of integers.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "stages/ocr/net/decode.h"
#include "stages/ocr/net/kernel.h"
#include "stages/ocr/net/model.h"
#include "stages/ocr/net/net.h"

#define WIDTH 40
#define WORK_MAX 20000 /* outputs and cells of a net that is still run: larger ones are sound too, and slow */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static long work(const struct layer *layer)
{
	long sum = layer->no;

	for (int i = 0; i < layer->nchildren; i++)
		sum += work(layer->children[i]);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "plain", "avx2", "avx512" };
	struct error err = ERROR_INIT;
	struct model *model = model_open(data, size, &err);
	float *first = NULL;

	if (!model) {
		assert(err.reach && err.text[0]);
		return 0;
	}
	for (int k = 0; k < 3 && work(model->root) < WORK_MAX; k++) {
		const struct kernel *kernel = kernel_choose(names[k]);
		size_t bytes = (size_t)model->height * WIDTH * (model->integer ? 1 : 4);
		struct net *net;
		struct net_line lines[2];
		char *values;

		if (!kernel)
			continue;
		net = net_open(model, kernel);
		values = calloc(1, bytes + KERNEL_SLACK);
		lines[0] = (struct net_line){ .width = WIDTH, .values = values };
		lines[1] = (struct net_line){ .width = 7, .values = values };
		net_run(net, lines, 2);
		if (lines[0].steps) {
			size_t n = (size_t)lines[0].steps * (size_t)model->noutputs;
			struct decoder *decoder = decoder_new(model);
			struct arena *arena = arena_new();
			struct reading *readings;
			struct decode_options options = { .readings = 3 };

			if (!first) {
				first = malloc(n * sizeof *first);
				memcpy(first, lines[0].shares, n * sizeof *first);
			} else if (model->integer) {
				assert(!memcmp(first, lines[0].shares, n * sizeof *first));
			}
			decode(decoder, lines[0].shares, lines[0].steps, NULL, arena, &readings);
			decode(decoder, lines[0].shares, lines[0].steps, &options, arena, &readings);
			arena_free(arena);
			decoder_free(decoder);
		}
		net_close(net);
		free(values);
	}
	free(first);
	model_free(model);
	return 0;
}
