/*
 * reader - our reader of lines beside libtesseract's own: speed and sameness
 *
 *   reader FILE...          pictures of pages (PNG, TIFF, JPEG), or PDFs, which go through the decode and image rooms first
 *
 * Every page is laid out once; then the same lines are read by libtesseract with the same model without its word lists, and by our net with
 * every kernel of this machine. Printed are the milliseconds of processor time from lines to letters of each, the lines whose letters are the
 * same (DIFFERENCES=1 shows the others), and the speed of each kernel in billions of products a second on the largest layers.
 */
#include <leptonica/allheaders.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/config.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/stage.h"
#include "pipeline/text.h"
#include "stages/decode/decode.h"
#include "stages/ocr/net/kernel.h"
#include "stages/ocr/net/model.h"
#include "stages/ocr/net/packed.h"
#include "stages/ocr/net/reader.h"
#include "stages/ocr/tesseract.h"
#include "stages/ocr/words.h"

#define FOLDER "/usr/share/tesseract-ocr/5/tessdata"
#define KERNELS 3

static const char *const names[KERNELS] = { "plain", "avx2", "avx512" };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* A copy of the model without parts 18 to 20, the word lists: libtesseract loads them whatever its settings say. */
static void without_lists(const char *from, const char *to)
{
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	unsigned char *data = malloc(64 << 20);
	size_t n = in ? fread(data, 1, 64 << 20, in) : 0;
	int64_t none = -1;

	if (n < 4 + 24 * 8 || !out) {
		fprintf(stderr, "reader: cannot copy %s\n", from);
		exit(3);
	}
	for (int part = 18; part <= 20; part++)
		memcpy(data + 4 + part * 8, &none, 8); /* a part that is not there; its bytes become the tail of the one before, which nobody reads */
	fwrite(data, 1, n, out);
	fclose(in);
	fclose(out);
	free(data);
}

struct sums {
	double tesseract, layout, net[KERNELS];
	long pages, lines, same;
};

/* Rules and specks come from libtesseract as words of blanks. */
static bool blank(const struct found_word *w)
{
	return !w->text[strspn(w->text, " ")];
}

/* Letters of a line's words, as every page gets them (text_nfc), joined by spaces. */
static char *letters_of(struct arena *arena, const struct found_word *words, int n, int line)
{
	char *text = arena_strdup(arena, "");

	for (int i = 0; i < n; i++)
		if (words[i].line == line && !blank(&words[i]))
			text = arena_printf(arena, "%s%s%s", text, *text ? " " : "", words[i].text);
	return text_nfc(arena, text);
}

static long shared(const struct found_word *w, const struct line_place *p)
{
	int left = w->left > p->left ? w->left : p->left, right = w->right < p->right ? w->right : p->right;
	int top = w->top > p->top ? w->top : p->top, bottom = w->bottom < p->bottom ? w->bottom : p->bottom;

	return right > left && bottom > top ? (long)(right - left) * (bottom - top) : 0;
}

/* Lines of libtesseract that ours at the same place spell with the same letters. */
static void compare(struct sums *sums, struct arena *arena, const struct found_word *words, int nwords, const struct line_place *places, char **texts,
		    const int *numbers, int n)
{
	int lines = nwords ? words[nwords - 1].line : 0, most = n ? numbers[n - 1] : 0;

	for (int line = 1; line <= lines; line++) {
		char *theirs = letters_of(arena, words, nwords, line), *ours = arena_strdup(arena, "");
		long *areas = arena_array(arena, (size_t)most + 1, sizeof *areas);
		int number = 0;

		if (!*theirs)
			continue;
		for (int i = 0; i < n; i++)
			for (int w = 0; w < nwords; w++)
				if (words[w].line == line)
					areas[numbers[i]] += shared(&words[w], &places[i]);
		for (int i = 1; i <= most; i++)
			number = areas[i] > areas[number] ? i : number;
		for (int i = 0; i < n; i++)
			if (numbers[i] == number && *texts[i])
				ours = arena_printf(arena, "%s%s%s", ours, *ours ? " " : "", texts[i]);
		ours = text_nfc(arena, ours);
		sums->lines++;
		sums->same += !strcmp(ours, theirs);
		if (strcmp(ours, theirs) && getenv("DIFFERENCES"))
			printf("- %s\n+ %s\n", theirs, ours);
	}
}

static void page_read(struct sums *sums, struct tesseract *t, struct reader *const readers[KERNELS], PIX *page, int dpi)
{
	struct arena *arena = arena_new();
	PIX *pixels = pixGetDepth(page) == 32 ? pixGetRGBComponent(page, COLOR_RED) : pixClone(page), *ink = NULL;
	struct error err = ERROR_INIT;
	struct found_line *lines;
	struct found_word *words;
	struct line_place *places;
	double begun = now(), layout;
	int n, nwords, *numbers;
	char **texts;

	if (tesseract_lines(t, pixels, dpi, arena, &lines, &n, &ink, 120, &err) < 0) {
		printf("%s\n", err.text);
		goto out;
	}
	layout = now() - begun;
	begun = now();
	if (tesseract_read(t, pixels, dpi, false, 120, arena, &words, &nwords, &err) < 0)
		goto out;
	sums->tesseract += now() - begun - layout; /* its layout costs it what it cost us */
	sums->layout += layout;
	places = arena_array(arena, (size_t)n, sizeof *places);
	numbers = arena_array(arena, (size_t)n, sizeof *numbers);
	texts = arena_array(arena, (size_t)n, sizeof *texts);
	for (int i = 0; i < n; i++) {
		places[i] = lines[i].place;
		numbers[i] = lines[i].line;
	}
	for (int k = 0; k < KERNELS; k++) {
		struct read_line *read;

		if (!readers[k])
			continue;
		begun = now();
		read = reader_read(readers[k], pixels, places, n, NULL, arena);
		for (int i = 0; i < n; i++) {
			struct line_word *found;
			int nfound = line_words(reader_model(readers[k]), &places[i], &read[i], &read[i].seen, ink, arena, &found);

			texts[i] = arena_strdup(arena, "");
			for (int w = 0; w < nfound; w++)
				if (!found[w].speck)
					texts[i] = arena_printf(arena, "%s%s%s", texts[i], *texts[i] ? " " : "", found[w].text);
		}
		sums->net[k] += now() - begun;
	}
	compare(sums, arena, words, nwords, places, texts, numbers, n);
	sums->pages++;
out:
	pixDestroy(&ink);
	pixDestroy(&pixels);
	arena_free(arena);
}

/* A PDF's pages as the rooms before the reader hand them on. */
static void pdf_read(struct sums *sums, struct tesseract *t, struct reader *const readers[KERNELS], const char *path, void *const selves[2],
		     const struct config *config)
{
	static uint64_t serial;
	struct original original = { ++serial, NULL, 0, MEDIA_PDF };
	struct inspection found;
	struct error err = ERROR_INIT;
	size_t n = 0;
	unsigned char *data;
	FILE *in = fopen(path, "rb");
	struct stat st;

	if (!in || fstat(fileno(in), &st) < 0) {
		perror(path);
		exit(3);
	}
	data = malloc((size_t)st.st_size + 1);
	n = fread(data, 1, (size_t)st.st_size, in);
	fclose(in);
	original.data = data;
	original.size = n;
	if (decode_inspect(config, data, n, &found, &err) < 0)
		printf("%s: %s\n", path, err.text);
	for (int i = 1; !err.reach && i <= found.pages; i++) {
		struct arena *arena = arena_new();
		struct page page = { .number = i, .file_page = i, .file = arena_strdup(arena, path), .original = &original };
		struct Pix *pix = NULL;

		for (int r = 0, room = 0; stages[r].name && room < 2 && !err.reach; r++)
			if (stages[r].kind == STAGE_PAGE && stages[r].page->run(selves[room++], &page, &pix, arena, &err) < 0)
				break;
		if (pix && !err.reach)
			page_read(sums, t, readers, pix, page.dpi);
		pixDestroy(&pix);
		arena_free(arena);
	}
	free(data);
}

/* Products a second on the largest LSTM and on the softmax, many inputs at once. */
static void kernel_speed(const struct model *model, const struct kernel *kernel)
{
	const struct layer *largest = NULL, *softmax = model->root->children[model->root->nchildren - 1];
	enum { LINES = 36, STEPS = 300 };
	struct sequence sequences[LINES];
	struct packed *p;
	int8_t *in, *out;
	float *sums;
	double begun, lstm, dense;
	long runs;

	for (int i = 0; i < model->root->nchildren; i++)
		if (model->root->children[i]->kind == LAYER_LSTM && (!largest || model->root->children[i]->no > largest->no))
			largest = model->root->children[i];
	if (!largest || !model->integer)
		return;
	in = packed_room((size_t)LINES * STEPS * (size_t)largest->ni + KERNEL_SLACK);
	out = packed_room((size_t)LINES * STEPS * (size_t)largest->no + KERNEL_SLACK);
	sums = packed_room((size_t)STEPS * (size_t)softmax->no * sizeof *sums);
	for (size_t i = 0; i < (size_t)LINES * STEPS * (size_t)largest->ni; i++)
		in[i] = (int8_t)(i * 2654435761U >> 24);
	for (int i = 0; i < LINES; i++)
		sequences[i] = (struct sequence){ in + (size_t)i * STEPS * (size_t)largest->ni, out + (size_t)i * STEPS * (size_t)largest->no, STEPS };
	p = kernel->pack(largest->weights, GATES);
	for (runs = 0, begun = now(); now() - begun < 1000; runs++)
		kernel->lstm(p, sequences, LINES, false);
	lstm = (double)runs * LINES * STEPS * 4 * largest->no * (largest->ni + largest->no) / (now() - begun) / 1e6;
	packed_free(p);
	p = kernel->pack(softmax->weights, 1);
	for (runs = 0, begun = now(); now() - begun < 500; runs++)
		kernel->dense(p, out, (size_t)softmax->ni, STEPS, sums);
	dense = (double)runs * STEPS * softmax->no * softmax->ni / (now() - begun) / 1e6;
	packed_free(p);
	printf("kernel %-7s LSTM of %d cells %6.1f, %d outputs %6.1f billion products a second\n", kernel->name, largest->no, lstm, softmax->no, dense);
	free(sums);
	free(out);
	free(in);
}

int main(int argc, char **argv)
{
	char folder[] = "/tmp/reader.XXXXXX", path[100];
	struct tesseract_options options = { .language = "vie", .direct_lines = true, .no_openmp = true };
	struct reader *readers[KERNELS] = { NULL };
	struct error err = ERROR_INIT;
	struct config *config = config_open(NULL, &err);
	struct sums sums = { 0 };
	struct tesseract *t;
	void *selves[2];
	int room = 0;

	if (argc < 2 || !mkdtemp(folder) || !config) {
		fprintf(stderr, "usage: reader FILE...\n");
		return 2;
	}
	snprintf(path, sizeof path, "%s/vie.traineddata", folder);
	without_lists(FOLDER "/vie.traineddata", path);
	options.folder = folder;
	t = tesseract_open(&options, &err);
	if (!t || !tesseract_gives_lines(t)) {
		fprintf(stderr, "reader: %s\n", err.reach ? err.text : "this libtesseract does not let its lines be seen");
		return 3;
	}
	for (int k = 0; k < KERNELS; k++)
		if (kernel_choose(names[k]))
			readers[k] = reader_open(FOLDER "/vie.traineddata", names[k], &err);
	for (int i = 0; stages[i].name && room < 2; i++)
		if (stages[i].kind == STAGE_PAGE)
			selves[room++] = stages[i].page->open(config, &err);
	for (int i = 1; i < argc; i++) {
		size_t n = strlen(argv[i]);

		if (n > 4 && !strcasecmp(argv[i] + n - 4, ".pdf")) {
			pdf_read(&sums, t, readers, argv[i], selves, config);
		} else {
			PIX *pix = pixRead(argv[i]);

			if (pix)
				page_read(&sums, t, readers, pix, pixGetXRes(pix) > 0 ? pixGetXRes(pix) : 200);
			pixDestroy(&pix);
		}
	}
	unlink(path);
	rmdir(folder);
	if (!sums.pages)
		return 1;
	for (int k = 0; k < KERNELS; k++)
		if (readers[k])
			kernel_speed(reader_model(readers[k]), kernel_choose(names[k]));
	printf("%ld pages, milliseconds of processor time a page: layout %.1f; lines to letters: libtesseract %.1f", sums.pages, sums.layout / (double)sums.pages,
	       sums.tesseract / (double)sums.pages);
	for (int k = 0; k < KERNELS; k++)
		if (readers[k])
			printf(", %s %.1f (%.1f times)", names[k], sums.net[k] / (double)sums.pages, sums.tesseract / sums.net[k]);
	printf("\n%ld of %ld lines the same as libtesseract's without word lists: %.1f %%\n", sums.same, sums.lines, 100.0 * (double)sums.same / (double)sums.lines);
	for (int k = 0; k < KERNELS; k++)
		reader_close(readers[k]);
	tesseract_close(t);
	for (int i = 0, n = 0; stages[i].name && n < 2; i++)
		if (stages[i].kind == STAGE_PAGE)
			stages[i].page->close(selves[n++]);
	config_close(config);
	return 0;
}
