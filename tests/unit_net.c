/* The reader of Tesseract's nets: files, layers against numbers worked out here, kernels against each other, the search against sums over all paths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>
#include <cmocka.h>
#include <leptonica/allheaders.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "stages/ocr/net/decode.h"
#include "stages/ocr/net/kernel.h"
#include "stages/ocr/net/line.h"
#include "stages/ocr/net/model.h"
#include "stages/ocr/net/net.h"
#include "stages/ocr/net/reader.h"
#include "tests/tiny_model.h"

#define VIE "/usr/share/tesseract-ocr/5/tessdata/vie.traineddata"

#define STORED_DIGEST 0xa1c618d06bb4bef6U

static const char *const kernels[] = { "plain", "avx2", "avx512" };

static struct model *load(struct tiny file)
{
	struct error err = ERROR_INIT;
	struct model *model = model_open(file.data, file.n, &err);

	if (!model)
		print_error("%s\n", err.text);
	assert_non_null(model);
	free(file.data);
	return model;
}

static double rounded(double x)
{
	return x < 0 ? -floor(-x + 0.5) : floor(x + 0.5);
}

/* ---- layers against numbers worked out in doubles ---- */

/* [1,2 Reconfig 1x2 Tanh Softmax]: each step from two pixels, one above the other. */
static void test_plain_layers(void **state)
{
	static const int8_t hidden[] = { 100, -50, 10, /* bias */ 20, 90, -30 };
	static const int8_t out[] = { 127, 0, 0, -64, 100, 5, 0, -127, 60 };

	for (int integer = 0; integer < 2; integer++)
		for (size_t k = 0; k < 3; k++) {
			struct tiny net = { .integer = integer };
			const struct kernel *kernel = kernel_choose(kernels[k]);
			int8_t bytes[2 * 5 + KERNEL_SLACK] = { 127, -127, 60, 0, -30, -127, 127, 20, 0, 99 };
			float floats[2 * 5 + KERNEL_SLACK];
			struct net_line line = { .width = 5, .values = integer ? (void *)bytes : floats };
			struct model *model;
			struct net *run;

			if (!kernel)
				continue;
			tiny_group(&net, "Series", 4);
			tiny_input(&net, 2);
			tiny_pair(&net, "Reconfig", 1, 2, 1, 2);
			tiny_plain(&net, "Tanh", 2, 2, hidden, 1);
			tiny_plain(&net, "Softmax", 2, 3, out, 4);
			model = load(tiny_file(&net, "a"));
			free(net.data);
			for (int i = 0; i < 10; i++)
				floats[i] = (float)bytes[i] / 127;
			run = net_open(model, kernel);
			net_run(run, &line, 1);
			assert_int_equal(line.steps, 5);
			for (int x = 0; x < 5; x++) {
				double h[2], o[3], sum = 0;

				for (int j = 0; j < 2; j++) {
					h[j] = tanh((hidden[3 * j] * bytes[x] / 127.0 + hidden[3 * j + 1] * bytes[5 + x] / 127.0 + hidden[3 * j + 2]) / 127);
					if (integer)
						h[j] = rounded(h[j] * 127) / 127;
				}
				for (int j = 0; j < 3; j++)
					sum += o[j] = exp(4 * (out[3 * j] * h[0] + out[3 * j + 1] * h[1] + out[3 * j + 2]) / 127);
				for (int j = 0; j < 3; j++)
					assert_true(fabs(o[j] / sum - (double)line.shares[3 * x + j]) < 1e-4);
			}
			net_close(run);
			model_free(model);
		}
}

static double logistic(double x)
{
	return 1 / (1 + exp(-x));
}

/* [1,1-high picture by Reconfig, LSTM of one cell]: gates in the order of the file, its own last output as second input, from either end. */
static void test_lstm(void **state)
{
	static const int8_t ci[] = { 120, 30, 5 }, gi[] = { 60, -90, 10 }, gf[] = { -40, 70, 50 }, go[] = { 90, 20, -10 };
	static const int8_t *const gates[] = { ci, gi, gf, go };
	static const int8_t out[] = { 127, 0, -127, 0 };

	for (int reversed = 0; reversed < 2; reversed++)
		for (size_t k = 0; k < 3; k++) {
			enum { STEPS = 9 };
			struct tiny net = { .integer = false };
			const struct kernel *kernel = kernel_choose(kernels[k]);
			float pixels[2 * STEPS + KERNEL_SLACK] = { 0 };
			struct net_line line = { .width = STEPS, .values = pixels };
			double c = 0, h = 0;
			static const int8_t first[] = { 127, 0, 0 };
			struct model *model;
			struct net *run;

			if (!kernel)
				continue;
			tiny_group(&net, "Series", 5);
			tiny_input(&net, 2);
			tiny_pair(&net, "Reconfig", 1, 2, 1, 2);
			tiny_plain(&net, "Linear", 2, 1, first, 1);
			if (reversed)
				tiny_group(&net, "RTLReversed", 1);
			tiny_lstm(&net, "LSTM", 1, 1, gates, 2);
			tiny_plain(&net, "Softmax", 1, 2, out, 1);
			model = load(tiny_file(&net, ""));
			free(net.data);
			for (int i = 0; i < STEPS; i++)
				pixels[i] = (float)(((i * 7 + 3) % 11) - 5) / 5;
			run = net_open(model, kernel);
			net_run(run, &line, 1);
			assert_int_equal(line.steps, STEPS);
			for (int i = 0; i < STEPS; i++) {
				int at = reversed ? STEPS - 1 - i : i;
				double x = (double)pixels[at], v[4];

				for (int g = 0; g < 4; g++)
					v[g] = 2 * (gates[g][0] * x + gates[g][1] * h + gates[g][2]) / 127;
				c = c * logistic(v[2]) + tanh(v[0]) * logistic(v[1]);
				h = tanh(c) * logistic(v[3]);
				assert_true(fabs(logistic(2 * h) - (double)line.shares[2 * at]) < 1e-4);
			}
			net_close(run);
			model_free(model);
		}
}

/* Largest of three by three before or after the function: the same; the rows that fill no whole cell are left out. */
static void test_pooling(void **state)
{
	struct tiny file = tiny_whole(true, "abc");
	struct model *model = load(file);
	struct layer *root = model->root;
	int8_t pixels[12 * 20 + KERNEL_SLACK];
	struct net_line line = { .width = 20, .values = pixels };
	struct net *net = net_open(model, kernel_choose("plain"));
	float *once;

	assert_int_equal(root->children[3]->kind, LAYER_MAXPOOL);
	for (int i = 0; i < 12 * 20; i++)
		pixels[i] = (int8_t)(i * 37 % 255 - 127);
	net_run(net, &line, 1);
	assert_int_equal(line.steps, 6);
	once = malloc((size_t)line.steps * 5 * sizeof *once);
	memcpy(once, line.shares, (size_t)line.steps * 5 * sizeof *once);
	/* one by one: a softmax layer in the way of the short cut would do; here the pooling is told to be a parallel of one */
	struct layer *one[] = { root->children[3] };
	struct layer parallel = { .kind = LAYER_PARALLEL, .name = "", .ni = 4, .no = 4, .children = one, .nchildren = 1 };
	struct layer *const pooling = root->children[3];
	root->children[3] = &parallel;
	net_run(net, &line, 1);
	assert_memory_equal(once, line.shares, (size_t)line.steps * 5 * sizeof *once);
	root->children[3] = pooling;
	free(once);
	net_close(net);
	model_free(model);
}

/* ---- kernels ---- */

/* Random nets and lines of all widths: integer kernels agree to the last bit, floating ones within the stated bound; a line reads the same alone
 * and among others. */
static void test_kernels_agree(void **state)
{
	static const int widths[] = { 1, 2, 3, 4, 5, 7, 31, 64, 200, 3, 1 };
	enum { N = sizeof widths / sizeof *widths };

	for (int integer = 0; integer < 2; integer++) {
		struct model *model = load(tiny_whole(integer, "abcdefghijklmnopqrs"));
		float *reference[N] = { NULL };

		for (size_t k = 0; k < 3; k++) {
			const struct kernel *kernel = kernel_choose(kernels[k]);
			struct net_line lines[N];
			struct net *net;

			if (!kernel)
				continue;
			net = net_open(model, kernel);
			for (int i = 0; i < N; i++) {
				size_t n = 12U * (size_t)widths[i];
				char *values = calloc(1, n * 4 + KERNEL_SLACK);

				for (size_t p = 0; p < n; p++) {
					int v = (int)((p * 2654435761U + (size_t)i * 97) >> 7 & 0xff) - 127;

					v = v > 127 ? 127 : v;
					if (integer)
						((int8_t *)values)[p] = (int8_t)v;
					else
						((float *)(void *)values)[p] = (float)v / 127;
				}
				lines[i] = (struct net_line){ .width = widths[i], .values = values };
			}
			net_run(net, lines, N);
			for (int i = 0; i < N; i++) {
				size_t n = (size_t)lines[i].steps * 21;

				assert_int_equal(lines[i].steps, widths[i] / 3);
				if (!reference[i]) {
					reference[i] = malloc(n * sizeof(float) + 1);
					memcpy(reference[i], lines[i].shares, n * sizeof(float));
				}
				for (size_t p = 0; p < n; p++) {
					if (integer)
						assert_memory_equal(&reference[i][p], &lines[i].shares[p], sizeof(float));
					assert_true(fabs((double)reference[i][p] - (double)lines[i].shares[p]) < KERNEL_FLOAT_BOUND);
				}
			}
			for (int i = 0; i < N; i++) {
				struct net_line alone = lines[i];

				net_run(net, &alone, 1);
				for (size_t p = 0; p < (size_t)alone.steps * 21; p++)
					assert_true(fabs((double)reference[i][p] - (double)alone.shares[p]) < (integer ? 1e-9 : KERNEL_FLOAT_BOUND));
				free((void *)lines[i].values);
			}
			net_run(net, NULL, 0); /* an empty batch */
			net_close(net);
		}
		for (int i = 0; i < N; i++)
			free(reference[i]);
		model_free(model);
	}
}

/* The functions lie on straight lines between 256 points a unit, as Tesseract's tables do. */
static void test_functions(void **state)
{
	for (size_t k = 0; k < 3; k++) {
		const struct kernel *kernel = kernel_choose(kernels[k]);

		if (!kernel)
			continue;
		for (double x = -20; x < 20; x += 0.00917) {
			double units = fabs(x) * 256, low = floor(units), part = units - low;
			double t = tanh(low / 256) * (1 - part) + tanh((low + 1) / 256) * part, l = logistic(low / 256) * (1 - part) + logistic((low + 1) / 256) * part;
			float values[3] = { (float)x, (float)x, (float)x };
			int8_t bytes;

			kernel->apply(LAYER_TANH, values, 1);
			kernel->apply(LAYER_LOGISTIC, values + 1, 1);
			assert_true(fabs((x < 0 ? -t : t) - (double)values[0]) < 1e-6);
			assert_true(fabs((x < 0 ? 1 - l : l) - (double)values[1]) < 1e-6);
			kernel->to_integers(values, &bytes, 1);
			assert_int_equal(bytes, (int)rounded((double)(values[0] * 127.0F)));
		}
	}
}

/* ---- files ---- */

static void test_damaged_files(void **state)
{
	for (int integer = 0; integer < 2; integer++) {
		struct tiny file = tiny_whole(integer, "abc");

		for (size_t n = 0; n < file.n; n++) { /* cut anywhere */
			struct error err = ERROR_INIT;
			uint8_t *cut = malloc(n + 1);
			struct model *model;

			memcpy(cut, file.data, n);
			model = model_open(cut, n, &err);
			assert_null(model);
			assert_true(err.reach == REACH_RUN && err.text[0]);
			free(cut);
		}
		for (size_t i = 0; i < file.n; i += 3) { /* a byte that is another: refused, or sound */
			struct error err = ERROR_INIT;
			struct model *model;

			file.data[i] ^= 0xff;
			model = model_open(file.data, file.n, &err);
			assert_true(model || err.text[0]);
			model_free(model);
			file.data[i] ^= 0xff;
		}
		free(file.data);
	}
}

static void test_unknown_parts(void **state)
{
	static const struct { const char *type, *says; } rows[] = { { "TensorFlow", "TensorFlow" }, { "Par2dLSTM", "Par2dLSTM" }, { "Newest", "Newest" } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tiny net = { .integer = true }, file;
		struct error err = ERROR_INIT;

		tiny_group(&net, "Series", 2);
		tiny_input(&net, 2);
		tiny_group(&net, rows[i].type, 0);
		file = tiny_file(&net, "a");
		assert_null(model_open(file.data, file.n, &err));
		assert_non_null(strstr(err.text, rows[i].says));
		free(net.data);
		free(file.data);
	}
}

/* ---- search ---- */

/* Every text of up to three letters, its probability summed over all paths one by one. */
static double all_paths(const float *shares, int steps, int noutputs, int null, const char *text)
{
	double sum = 0;
	long paths = 1;

	for (int t = 0; t < steps; t++)
		paths *= noutputs;
	for (long p = 0; p < paths; p++) {
		char said[16];
		int n = 0, last = null;
		double share = 1;
		long rest = p;

		for (int t = 0; t < steps; t++, rest /= noutputs) {
			int code = (int)(rest % noutputs);

			share *= (double)shares[t * noutputs + code];
			if (code != null && code != last)
				said[n++] = code ? (char)('a' + code - 1) : ' ';
			last = code;
		}
		said[n] = '\0';
		if (!strcmp(said, text))
			sum += share;
	}
	return sum;
}

static void text_of(const struct model *model, const struct reading *r, char *out)
{
	*out = '\0';
	for (int i = 0; i < r->nsymbols; i++)
		strcat(out, model->letters[r->symbols[i].letter].text);
}

static void test_search(void **state)
{
	enum { STEPS = 6, OUTPUTS = 4 }; /* " ", a, b, null */
	struct model *model = load(tiny_whole(true, "ab"));
	struct decoder *decoder = decoder_new(model);
	struct decode_options options = { .readings = 200, .beam = 200, .share_least = 1e-9F };
	struct arena *arena = arena_new();
	struct reading seen;
	uint32_t random = 3;

	assert_int_equal(model->noutputs, OUTPUTS);
	for (int round = 0; round < 20; round++) {
		float shares[STEPS * OUTPUTS];
		struct reading *readings;
		double total = 0;
		int n;

		for (int t = 0; t < STEPS; t++) {
			float sum = 0;

			for (int c = 0; c < OUTPUTS; c++) {
				random = random * 1664525 + 1013904223;
				sum += shares[t * OUTPUTS + c] = powf((float)(random >> 9) / 8388608, 4) + 0.001F;
			}
			for (int c = 0; c < OUTPUTS; c++)
				shares[t * OUTPUTS + c] /= sum;
		}
		n = decode(decoder, shares, STEPS, &options, arena, &readings, &seen);
		assert_true(n > 10);
		for (int i = 0; i < n; i++) {
			char text[64];

			text_of(model, &readings[i], text);
			if (i < 10)
				assert_true(fabs(all_paths(shares, STEPS, OUTPUTS, model->null, text) - readings[i].probability) < 1e-5);
			assert_true(!i || readings[i].net <= readings[i - 1].net + 1e-9);
			total += readings[i].probability;
		}
		assert_true(total > 0.9 && total < 1.0001);
		for (int i = 0; i < readings->nsymbols; i++) {
			const struct symbol *s = &readings->symbols[i];
			float others = 0;

			assert_true(s->first <= s->last && s->begin < s->end && s->begin <= (float)s->first && s->end >= (float)s->last + 1);
			assert_true(!i || readings->symbols[i - 1].end <= s->begin + 1e-3F);
			for (int a = 0; a < s->nalternatives; a++) {
				others += s->alternatives[a].probability;
				assert_true(s->alternatives[a].letter != s->letter);
				assert_true(!a || s->alternatives[a].probability <= s->alternatives[a - 1].probability);
			}
			assert_true(s->probability > 0 && s->probability + others < 1.0001F);
		}
		/* the best path alone: one reading, with its probability over all paths */
		n = decode(decoder, shares, STEPS, NULL, arena, &readings, &seen);
		assert_int_equal(n, 1);
		char text[64];
		text_of(model, readings, text);
		assert_true(fabs(all_paths(shares, STEPS, OUTPUTS, model->null, text) - readings->probability) < 1e-5);
	}
	assert_int_equal(decode(decoder, NULL, 0, NULL, arena, &(struct reading *){ NULL }, &seen), 1); /* a line without a step */
	decoder_free(decoder);
	model_free(model);
	arena_free(arena);
}

static int nothing_before(void *self)
{
	return 0;
}

static void nothing_more(void *self, int state, double *bonus)
{
}

static int no_b_behind_a(void *self, int before, int letter, double *bonus)
{
	const struct model *model = self;
	bool a = !strcmp(model->letters[letter].text, "a"), b = !strcmp(model->letters[letter].text, "b");

	if (before == 1 && b)
		*bonus -= 50;
	return a;
}

/* A language inside the beam turns a reading that the shares alone prefer. */
static void test_language(void **state)
{
	static const float given[] = { 0, .98F, .01F, .01F, 0, .01F, .01F, .98F, 0, .40F, .58F, .02F, 0, .01F, .01F, .98F };
	struct model *model = load(tiny_whole(true, "ab"));
	struct decoder *decoder = decoder_new(model);
	struct language language = { .self = model, .start = nothing_before, .next = no_b_behind_a, .end = nothing_more };
	struct decode_options options = { .language = &language };
	struct arena *arena = arena_new();
	float shares[16];
	struct reading *readings, seen;
	char text[64];

	memcpy(shares, given, sizeof shares);
	decode(decoder, shares, 4, NULL, arena, &readings, &seen);
	text_of(model, readings, text);
	assert_string_equal(text, "ab");
	decode(decoder, shares, 4, &options, arena, &readings, &seen);
	text_of(model, readings, text);
	assert_string_equal(text, "aa");
	decoder_free(decoder);
	model_free(model);
	arena_free(arena);
}

/* ---- lines ---- */

static void test_line_pictures(void **state)
{
	struct model *model = load(tiny_whole(true, "ab"));
	PIX *page = pixCreate(15000, 40, 8);
	static const struct { struct line_place place; bool reads; } rows[] = {
		{ { 0, 0, 1, 40, 0 }, false },      /* one pixel of width: narrower than a step */
		{ { 10, 5, 200, 6, 0 }, true },     /* one pixel of height */
		{ { 0, 0, 15000, 40, 0 }, true },   /* 15,000 pixels */
		{ { 0, 0, 15000, 8, 0 }, false },   /* scaled up it is no line any more */
		{ { 300, 20, 200, 30, 0 }, false }, /* inside out */
		{ { -50, -50, 90, 90, 90 }, true }, /* beyond the page, turned */
	};

	pixSetAll(page);
	for (int x = 0; x < 15000; x += 9)
		for (int y = 8; y < 30; y++)
			pixSetPixel(page, x, y, 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct line_picture picture = line_take(page, rows[i].place, model, false);

		assert_int_equal(picture.width > 0, rows[i].reads);
		if (picture.width) {
			struct net *net = net_open(model, kernel_choose("auto"));
			struct net_line line = { .width = picture.width, .values = picture.values[LINE_PLAIN] };

			net_run(net, &line, 1);
			assert_int_equal(line.steps, picture.width / 3);
			net_close(net);
		}
		line_release(&picture);
	}
	pixDestroy(&page);
	model_free(model);
}

/* ---- the published model ---- */

static uint64_t digest(const float *shares, size_t n)
{
	uint64_t hash = 1469598103934665603U; /* FNV-1a over thousandths: what is stored here is the outputs, not their last bit */

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (uint64_t)lround((double)shares[i] * 1000)) * 1099511628211U;
	return hash;
}

/* The whole net against stored outputs: those of libtesseract 5.3.0 for the same picture, to which ours were equal bit by bit (docs/reader.md). */
static void test_published_model(void **state)
{
	struct error err = ERROR_INIT;
	struct reader *reader = reader_open(VIE, "plain", &err);
	const struct model *model;
	int8_t *pixels;

	assert_non_null(reader);
	model = reader_model(reader);
	assert_true(model->integer);
	assert_int_equal(model->height, 36);
	assert_int_equal(model->x_scale, 3);
	assert_int_equal(model->noutputs, 269);
	assert_int_equal(model->null, 268);
	assert_string_equal(model->spec, "[1,36,0,1Ct3,3,16Mp3,3Lfys48Lfx96Lrx96Lfx192O1c1]");
	assert_string_equal(model->letters[0].text, " ");
	pixels = calloc(1, 36 * 90 + KERNEL_SLACK);
	for (int y = 0; y < 36; y++)
		for (int x = 0; x < 90; x++)
			pixels[y * 90 + x] = (x / 6 % 3 == 0 && y > 6 && y < 30) || (y / 4 % 4 == 1 && x > 20 && x < 70) ? -127 : 127;
	for (size_t k = 0; k < 3; k++) {
		const struct kernel *kernel = kernel_choose(kernels[k]);
		struct net_line line = { .width = 90, .values = pixels };
		struct net *net;

		if (!kernel)
			continue;
		net = net_open(model, kernel);
		net_run(net, &line, 1);
		assert_int_equal(line.steps, 30);
		assert_int_equal(digest(line.shares, 30 * 269), STORED_DIGEST);
		net_close(net);
	}
	free(pixels);
	reader_close(reader);
	assert_null(reader_open(VIE, "abacus", &err));
	assert_null(reader_open("/nowhere/vie.traineddata", "auto", &err));
	assert_null(reader_open("/etc/passwd", "auto", &err));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_layers), cmocka_unit_test(test_lstm), cmocka_unit_test(test_pooling), cmocka_unit_test(test_kernels_agree),
		cmocka_unit_test(test_functions), cmocka_unit_test(test_damaged_files), cmocka_unit_test(test_unknown_parts), cmocka_unit_test(test_search),
		cmocka_unit_test(test_language), cmocka_unit_test(test_line_pictures), cmocka_unit_test(test_published_model),
	};

	setMsgSeverity(L_SEVERITY_NONE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
