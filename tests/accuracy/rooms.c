/*
 * rooms - what each room costs a page, and what it reads
 *
 *   rooms [-o DIRECTORY] [-s SETTINGS] FILE...
 *
 * Walks every page of the files through decode, image and ocr, and the pages of each file, as a dossier, through split and extract, in this very process,
 * without workers, store or catalogue, and prints the milliseconds of each room per page; of the ocr room, what passes inside Tesseract apart (its calls are timed at the border, by a
 * definition of the same names here). With -o the plain text of each page is written as `sohoa read` names it; -s takes
 * the settings of a file.
 * All that is not Tesseract is the last figure; our own reader of its net is part of it.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <leptonica/allheaders.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/config.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/plain.h"
#include "pipeline/stage.h"
#include "stages/decode/decode.h"

enum { ROOMS = 3, PAPER_ROOMS = 2 };

static double inside; /* milliseconds within Tesseract since the start */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); /* of this process alone: other work on the machine does not count */
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Declared as in Tesseract's C interface, whose header belongs to the ocr room. */
int TessBaseAPIRecognize(void *api, void *monitor);
char *TessBaseAPIGetUTF8Text(void *api);
void *TessBaseAPIAnalyseLayout(void *api);

void *TessBaseAPIAnalyseLayout(void *api)
{
	static void *(*real)(void *);
	double begun = now();
	void *at;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "TessBaseAPIAnalyseLayout");
	at = real(api);
	inside += now() - begun;
	return at;
}

int TessBaseAPIRecognize(void *api, void *monitor)
{
	static int (*real)(void *, void *);
	double begun = now();
	int ret;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "TessBaseAPIRecognize");
	ret = real(api, monitor);
	inside += now() - begun;
	return ret;
}

char *TessBaseAPIGetUTF8Text(void *api)
{
	static char *(*real)(void *);
	double begun = now();
	char *text;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "TessBaseAPIGetUTF8Text");
	text = real(api);
	inside += now() - begun;
	return text;
}

struct rooms {
	const struct page_room *doors[ROOMS];
	const char *names[ROOMS];
	void *selves[ROOMS];
	double spent[ROOMS];
	const struct paper_room *paper_doors[PAPER_ROOMS];
	void *paper_selves[PAPER_ROOMS];
	double papers_spent;
	int pages, failed;
};

static void text_write(const char *dir, const char *path, int number, int pages, const char *text)
{
	const char *base = strrchr(path, '/'), *dot;
	char name[4096];
	FILE *to;

	base = base ? base + 1 : path;
	dot = strrchr(base, '.');
	snprintf(name, sizeof name, "%s/%.*s", dir, (int)(dot && dot != base ? dot - base : (long)strlen(base)), base);
	if (pages > 1)
		snprintf(name + strlen(name), sizeof name - strlen(name), "-%04d", number);
	strncat(name, ".txt", sizeof name - strlen(name) - 1);
	to = fopen(name, "w");
	if (!to || fputs(text, to) == EOF || fclose(to) == EOF) {
		perror(name);
		exit(3);
	}
}

static void walk(struct rooms *r, const struct original *original, const char *path, int number, int pages, const char *dir, struct page *page,
		 struct arena *arena)
{
	struct error err = ERROR_INIT;
	struct Pix *pix = NULL;
	double cost[ROOMS] = { 0 }, reader = inside;
	int i;

	*page = (struct page){ .number = number, .file_page = number, .file = arena_strdup(arena, path), .original = original };
	for (i = 0; i < ROOMS; i++) {
		double begun = now();
		int ret = r->doors[i]->run(r->selves[i], page, &pix, arena, &err);

		cost[i] = now() - begun;
		if (ret < 0)
			break;
	}
	reader = inside - reader;
	if (i < ROOMS) {
		printf("%s, page %d: %s\n", path, number, err.text);
		r->failed++;
	} else {
		const char *base = strrchr(path, '/');

		printf("%-26.26s %3d  %4d dpi  decode %6.1f  image %6.1f  Tesseract %7.1f  around it %6.1f\n", base ? base + 1 : path, number,
		       page->dpi, cost[0], cost[1], reader, cost[2] - reader);
		r->pages++;
		for (i = 0; i < ROOMS; i++)
			r->spent[i] += cost[i];
		if (dir)
			text_write(dir, path, number, pages, page_plain_text(arena, page));
	}
	pixDestroy(&pix);
}

static void papers_walk(struct rooms *r, struct page *pages, int npages, const char *path, struct arena *arena)
{
	struct dossier dossier = { .code = arena_strdup(arena, ""), .pages = pages, .npages = npages };
	struct error err = ERROR_INIT;
	double begun = now();
	int ret = 0;

	for (int i = 0; i < PAPER_ROOMS && !ret; i++)
		ret = r->paper_doors[i]->run(r->paper_selves[i], &dossier, arena, &err);
	r->papers_spent += now() - begun;
	if (!ret)
		return;
	printf("%s: %s\n", path, err.text);
	r->failed++;
}

static void file_walk(struct rooms *r, const struct config *config, const char *path, const char *dir)
{
	static uint64_t serial;
	struct original original = { ++serial, NULL, 0, NULL };
	struct inspection found;
	struct error err = ERROR_INIT;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || !st.st_size) {
		fprintf(stderr, "rooms: cannot read %s\n", path);
		exit(2);
	}
	original.size = (size_t)st.st_size;
	original.data = mmap(NULL, original.size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (original.data == MAP_FAILED) {
		perror(path);
		exit(3);
	}
	if (decode_inspect(config, original.data, original.size, &found, &err) < 0 || found.archive) {
		printf("%s: %s\n", path, err.reach ? err.text : "an archive");
		r->failed++;
	} else {
		struct arena *arena = arena_new();
		struct page *pages = arena_array(arena, (size_t)found.pages + 1, sizeof *pages);

		original.media = found.media;
		for (int i = 1; i <= found.pages; i++)
			walk(r, &original, path, i, found.pages, dir, &pages[i - 1], arena);
		papers_walk(r, pages, found.pages, path, arena);
		arena_free(arena);
	}
	munmap((void *)original.data, original.size);
}

static int rooms_open(struct rooms *r, const struct config *config, struct error *err)
{
	int n = 0, papers = 0;

	for (int i = 0; stages[i].name; i++) {
		if (stages[i].kind == STAGE_PAGE && n < ROOMS) {
			r->names[n] = stages[i].name;
			r->doors[n] = stages[i].page;
			if (!(r->selves[n++] = stages[i].page->open(config, err)))
				return -1;
		} else if (stages[i].kind == STAGE_PAPER && papers < PAPER_ROOMS) {
			r->paper_doors[papers] = stages[i].paper;
			if (!(r->paper_selves[papers++] = stages[i].paper->open(config, err)))
				return -1;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct rooms r = { .pages = 0 };
	struct error err = ERROR_INIT;
	struct config *config;
	const char *dir = NULL, *settings = NULL;
	double all = 0, outside;
	int first;

	for (int option; (option = getopt(argc, argv, "o:s:")) != -1;) {
		if (option == 'o')
			dir = optarg;
		else if (option == 's')
			settings = optarg;
	}
	first = optind;
	if (first >= argc) {
		fprintf(stderr, "usage: rooms [-o DIRECTORY] [-s SETTINGS] FILE...\n");
		return 2;
	}
	config = config_open(settings, &err);
	if (!config) {
		fprintf(stderr, "rooms: %s\n", err.text);
		return 3;
	}
	if (rooms_open(&r, config, &err) < 0) {
		fprintf(stderr, "rooms: %s\n", err.text);
		return 3;
	}
	inside = 0; /* the self-checks at the start are no page */
	for (int i = first; i < argc; i++)
		file_walk(&r, config, argv[i], dir);
	for (int i = 0; i < ROOMS; i++) {
		all += r.spent[i];
		if (r.selves[i])
			r.doors[i]->close(r.selves[i]);
	}
	for (int i = 0; i < PAPER_ROOMS; i++)
		r.paper_doors[i]->close(r.paper_selves[i]);
	config_close(config);
	if (!r.pages)
		return 1;
	outside = all - inside;
	printf("%d pages, milliseconds of processor time each: decode %.1f  image %.1f  Tesseract %.1f  around it %.1f  all %.1f; split and extract %.2f\n", r.pages,
	       r.spent[0] / r.pages, r.spent[1] / r.pages, inside / r.pages, (r.spent[2] - inside) / r.pages, all / r.pages, r.papers_spent / r.pages);
	printf("shares: decode %.1f %%  image %.1f %%  Tesseract %.1f %%  around it %.1f %%\n", 100 * r.spent[0] / all, 100 * r.spent[1] / all,
	       100 * inside / all, 100 * (r.spent[2] - inside) / all);
	printf("all that is not Tesseract: %.1f %%\n", 100 * outside / all);
	return r.failed ? 1 : 0;
}
