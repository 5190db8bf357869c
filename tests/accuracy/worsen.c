/*
 * worsen - what a scan may be like before it is read worse: where the limits of stages/ocr/quality.c come from
 *
 *   worsen TRUTH IMAGES [TRUTH IMAGES]...
 *
 * Each page of a truth (truth.h) that is grey or in colour is made worse in steps: blurred, faded, coarser, turned, cut; each step is read anew and compared with
 * the truth. Printed, as means over pages: what the step measures (struct quality), how well it is read, and how many pages were graded good, usable, rescan.
 */
#include <fcntl.h>
#include <leptonica/allheaders.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/config.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/plain.h"
#include "pipeline/stage.h"
#include "stages/decode/decode.h"
#include "tests/accuracy/compare.h"
#include "tests/accuracy/truth.h"

enum harm { BLUR, FADE, COARSE, TURN, CUT };
static const char *const harms[] = { "blurred, pixels", "contrast left, levels", "dpi", "turned, degrees", "cut at the left, mm" };
static const struct step {
	enum harm harm;
	double amount;
} steps[] = {
	{ BLUR, 0 }, { BLUR, 1 }, { BLUR, 2 }, { BLUR, 3 }, { BLUR, 4 }, { FADE, 100 }, { FADE, 70 }, { FADE, 50 }, { FADE, 35 }, { FADE, 25 },
	{ COARSE, 150 }, { COARSE, 120 }, { COARSE, 100 }, { COARSE, 75 }, { TURN, 2 }, { TURN, 4 }, { TURN, 6 }, { CUT, 20 }, { CUT, 32 }, { CUT, 40 },
};
enum { STEPS = sizeof steps / sizeof *steps, ROOMS = 3, GRAIN = 6 };

struct sum {
	int pages, grades[3];
	double recall, cer, sharpness, contrast, cut, doubtful, invalid;
};

/* Black at 255 - amount, white stays; then grain of a few levels, as a scanner that turns up its gain. */
static PIX *fade(PIX *pix, double amount)
{
	PIX *out = pixConvertTo8(pix, 0);
	unsigned seed = 1;

	for (int y = 0; out && y < pixGetHeight(out); y++)
		for (int x = 0; x < pixGetWidth(out); x++) {
			l_uint32 level;
			int value;

			pixGetPixel(out, x, y, &level);
			seed = seed * 1103515245U + 12345U;
			value = 255 - (int)((255 - level) * amount / 255) + (int)(seed >> 16) % (2 * GRAIN + 1) - GRAIN;
			pixSetPixel(out, x, y, (l_uint32)(value < 0 ? 0 : value > 255 ? 255 : value));
		}
	return out;
}

static PIX *worse(PIX *pix, struct step step)
{
	int dpi = pixGetXRes(pix), edge = (int)(step.amount * dpi / 25.4);
	float scale = (float)step.amount / (float)dpi;
	PIX *out = NULL;
	BOX *box;

	switch (step.harm) {
	case BLUR:
		out = step.amount > 0 ? pixBlockconv(pix, (int)step.amount, (int)step.amount) : pixClone(pix);
		break;
	case FADE:
		out = fade(pix, step.amount);
		break;
	case COARSE:
		out = pixScale(pix, scale, scale);
		dpi = (int)step.amount;
		break;
	case TURN:
		out = pixRotate(pix, (float)(step.amount * 3.14159265 / 180), L_ROTATE_AREA_MAP, L_BRING_IN_WHITE, 0, 0);
		break;
	case CUT:
		box = boxCreate(edge, 0, pixGetWidth(pix) - edge, pixGetHeight(pix));
		out = pixClipRectangle(pix, box, NULL);
		boxDestroy(&box);
	}
	if (out)
		pixSetResolution(out, dpi, dpi);
	return out;
}

static void measure(const struct page_room *const rooms[ROOMS], void *const selves[ROOMS], PIX *pix, struct step step, const char *truth, struct sum *sum)
{
	struct arena *arena = arena_new();
	PIX *own = worse(pix, step);
	struct page page = { .number = 1, .file_page = 1 };
	struct error err = ERROR_INIT;

	if (!own)
		exit(3);
	page.width = pixGetWidth(own);
	page.height = pixGetHeight(own);
	page.dpi = pixGetXRes(own);
	if (rooms[1]->run(selves[1], &page, &own, arena, &err) == 0 && rooms[2]->run(selves[2], &page, &own, arena, &err) == 0) {
		struct score score = text_score(arena, truth, page_plain_text(arena, &page));

		sum->pages++;
		sum->grades[page.quality.grade]++;
		sum->recall += percent(score.common, score.wn);
		sum->cer += percent(score.ce, score.cn);
		sum->sharpness += (double)page.quality.sharpness;
		sum->contrast += (double)page.quality.contrast;
		sum->cut += page.quality.cut;
		sum->doubtful += 100 * (double)page.quality.doubtful;
		sum->invalid += 100 * (double)page.quality.invalid;
	}
	pixDestroy(&own);
	arena_free(arena);
}

/* The pixels as the decode room gives them; NULL where it cannot. */
static PIX *pixels(const struct page_room *decode, void *self, const struct config *config, const char *path, int number, struct arena *arena)
{
	static uint64_t serial;
	struct original original = { ++serial, NULL, 0, NULL };
	struct page page = { .number = number, .file_page = number, .original = &original };
	struct inspection found;
	struct error err = ERROR_INIT;
	struct stat st;
	PIX *pix = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) < 0)
		return NULL;
	original.size = (size_t)st.st_size;
	original.data = mmap(NULL, original.size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (original.data == MAP_FAILED)
		return NULL;
	if (decode_inspect(config, original.data, original.size, &found, &err) == 0) {
		original.media = found.media;
		if (decode->run(self, &page, &pix, arena, &err) < 0)
			pixDestroy(&pix);
	}
	munmap((void *)original.data, original.size);
	if (pix)
		pixSetResolution(pix, page.dpi, page.dpi);
	return pix;
}

static void print(const struct sum sums[STEPS])
{
	for (int i = 0; i < STEPS; i++) {
		const struct sum *s = &sums[i];
		double n = s->pages > 0 ? s->pages : 1;

		if (!i || steps[i].harm != steps[i - 1].harm)
			printf("%-22s recall    CER  sharpness  contrast    cut  doubtful  invalid   good usable rescan\n", harms[steps[i].harm]);
		printf("%22g %6.2f %6.2f  %9.2f  %8.0f %6.1f  %6.1f %%  %5.1f %%  %4d   %4d   %4d\n", steps[i].amount, s->recall / n, s->cer / n, s->sharpness / n,
		       s->contrast / n, s->cut / n, s->doubtful / n, s->invalid / n, s->grades[SCAN_GOOD], s->grades[SCAN_USABLE], s->grades[SCAN_RESCAN]);
	}
}

int main(int argc, char **argv)
{
	static struct sum sums[STEPS];
	const struct page_room *rooms[ROOMS];
	void *selves[ROOMS];
	struct error err = ERROR_INIT;
	struct config *config = config_open(NULL, &err);
	struct arena *arena = arena_new();

	if (argc < 3 || argc % 2 == 0 || !config) {
		fprintf(stderr, "usage: worsen TRUTH IMAGES [TRUTH IMAGES]...\n");
		return 2;
	}
	for (int i = 0, n = 0; stages[i].name && n < ROOMS; i++) {
		if (stages[i].kind != STAGE_PAGE)
			continue;
		rooms[n] = stages[i].page;
		selves[n] = rooms[n]->open(config, &err);
		if (!selves[n++]) {
			fprintf(stderr, "worsen: %s\n", err.text);
			return 3;
		}
	}
	for (int i = 1; i < argc; i += 2) {
		struct truth_page *pages;
		int n = truth_load(argv[i], arena, &pages);

		for (int k = 0; k < n; k++) {
			PIX *pix = pixels(rooms[0], selves[0], config, arena_printf(arena, "%s/%s", argv[i + 1], pages[k].file), pages[k].file_page, arena);

			for (int s = 0; pix && pixGetDepth(pix) > 1 && s < STEPS; s++)
				measure(rooms, selves, pix, steps[s], pages[k].text, &sums[s]);
			pixDestroy(&pix);
		}
	}
	print(sums);
	for (int i = 0; i < ROOMS; i++)
		rooms[i]->close(selves[i]);
	config_close(config);
	arena_free(arena);
	return sums[0].pages ? 0 : 1;
}
