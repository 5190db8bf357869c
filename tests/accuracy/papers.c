/*
 * papers - how well stacks are cut into papers, and types and fields found, against the truth of drawn stacks
 *
 *   papers [-v] PAGES BATCH TRUTH
 *
 * BATCH/CODE/FILE are the stacks, TRUTH/CODE.json their truth (samples/README.md), PAGES a folder of page texts: pages that have none there
 * are read first, on all processors, and their texts kept. Split and extract then run over all stacks.
 *
 * Kind of copy: original, extract, certified copy ...; of all papers. Cut: where a paper begins, first pages of stacks left out. Type and fields: of the paper that begins on the page where the true one begins;
 * of a paper that was not cut out all is missed. A field counts as right when its value is that of the truth; a value where the truth has none
 * is wrong, and so is handwriting read as something else (unread is as good as right there, and neither counts). Recipients count as a field; fields the truth does not name are not judged. Confidently wrong: wrong at
 * a confidence of 90 or more, of all fields judged. -v names what is not right.
 */
#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <leptonica/allheaders.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/config.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/serial.h"
#include "pipeline/stage.h"
#include "pipeline/text.h"
#include "stages/decode/decode.h"
#include "tests/accuracy/plain.h"

enum { PAGE_ROOMS = 3, NAMES_MOST = 400, SURE = 90 };

struct count {
	char name[96]; /* "owner_name", or "giay-khai-sinh owner_name" */
	int wanted, given, right;
};

struct score {
	struct count counts[NAMES_MOST];
	int ncounts;
	int papers, types, copies, cuts_wanted, cuts_given, cuts_right, judged, sure_wrong, pages, lost_pages;
	double seconds;
	bool verbose;
};

static void die(const char *what, const char *why)
{
	fprintf(stderr, "papers: %s: %s\n", what, why);
	exit(2);
}

/* ---- page texts ---- */

struct reader {
	const struct page_room *doors[PAGE_ROOMS];
	void *selves[PAGE_ROOMS];
};

static void reader_open(struct reader *reader, const struct config *config)
{
	struct error err = ERROR_INIT;

	for (int i = 0, n = 0; stages[i].name && n < PAGE_ROOMS; i++)
		if (stages[i].kind == STAGE_PAGE) {
			reader->doors[n] = stages[i].page;
			reader->selves[n] = stages[i].page->open(config, &err);
			if (!reader->selves[n++])
				die(stages[i].name, err.text);
		}
}

static void text_keep(const char *path, const char *text, size_t size)
{
	char part[4200];
	FILE *to;

	snprintf(part, sizeof part, "%.4100s.%d", path, (int)getpid());
	to = fopen(part, "w");
	if (!to || fwrite(text, 1, size, to) != size || fclose(to) || rename(part, path) < 0)
		die(path, "cannot write");
}

/* The pages of one file that have no text yet. */
static void file_read(struct reader *reader, const struct config *config, const char *path, const char *stem)
{
	static uint64_t serial;
	struct original original = { ++serial, NULL, 0, NULL };
	struct inspection found;
	struct error err = ERROR_INIT;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) < 0)
		die(path, "cannot open");
	original.size = (size_t)st.st_size;
	original.data = mmap(NULL, original.size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (original.data == MAP_FAILED || decode_inspect(config, original.data, original.size, &found, &err) < 0)
		die(path, err.reach ? err.text : "cannot read");
	original.media = found.media;
	for (int n = 1; n <= found.pages; n++) {
		struct arena *arena = arena_new();
		struct page page = { .number = n, .file_page = n, .file = (char *)"ho-so.tif", .original = &original };
		struct Pix *pix = NULL;
		char name[4200], *text;
		size_t size;

		snprintf(name, sizeof name, "%s-%d.json", stem, n);
		if (access(name, R_OK)) {
			for (int i = 0; i < PAGE_ROOMS; i++)
				if (reader->doors[i]->run(reader->selves[i], &page, &pix, arena, &err) < 0)
					die(name, err.text);
			text = page_save(&page, &size);
			text_keep(name, text, size);
			free(text);
			pixDestroy(&pix);
		}
		arena_free(arena);
	}
	munmap((void *)original.data, original.size);
}

/* Each process takes every n-th stack: a reader holds models and a library that are one process's own. */
static void pages_read(const struct config *config, char **codes, int ncodes, const char *batch, const char *pages)
{
	int n = (int)sysconf(_SC_NPROCESSORS_ONLN), status, bad = 0;

	for (int k = 0; k < n; k++) {
		struct reader reader;

		fflush(stdout);
		if (fork())
			continue;
		reader_open(&reader, config);
		for (int i = k; i < ncodes; i += n) {
			char path[4096], stem[4096];

			snprintf(path, sizeof path, "%s/%s/ho-so.tif", batch, codes[i]);
			snprintf(stem, sizeof stem, "%s/%s", pages, codes[i]);
			file_read(&reader, config, path, stem);
		}
		_exit(0);
	}
	while (wait(&status) > 0)
		bad |= status;
	if (bad)
		die(pages, "a reader failed");
}

static void page_get(struct page *page, const char *path, int number, struct arena *arena)
{
	struct error err = ERROR_INIT;
	json_error_t why;
	size_t size;
	char *text = NULL;
	FILE *from = fopen(path, "r");

	if (!from || getdelim(&text, &size, 0, from) < 0)
		die(path, "cannot read");
	fclose(from);
	if (page_load(page, text, strlen(text), arena, &err) < 0)
		die(path, err.text);
	page->number = number;
	free(text);
	(void)why;
}

/* ---- scores ---- */

static struct count *count_of(struct score *score, const char *name)
{
	for (int i = 0; i < score->ncounts; i++)
		if (!strcmp(score->counts[i].name, name))
			return &score->counts[i];
	if (score->ncounts == NAMES_MOST)
		die(name, "too many fields");
	snprintf(score->counts[score->ncounts].name, sizeof score->counts[0].name, "%s", name);
	return &score->counts[score->ncounts++];
}

static double f1(int wanted, int given, int right)
{
	return wanted + given ? 2.0 * right / (wanted + given) : 1;
}

/* Lists of recipients are compared by their letters and figures: commas and full stops of 11 points are the reader's business. */
static const char *comparable(struct arena *arena, const char *name, const char *text)
{
	char *plain = text_plain(arena, text), *to = plain;

	if (!plain || strcmp(name, "recipients"))
		return plain;
	for (const char *p = plain; *p;) {
		uint32_t c = text_next(&p);

		if (text_is_letter(c) || text_is_digit(c))
			to += text_put(to, c);
	}
	*to = '\0';
	return plain;
}

static void field_judge(struct score *score, const char *where, const char *type, const char *name, json_t *truth, const struct field *field)
{
	struct arena *arena = arena_new();
	const char *state = json_string_value(json_object_get(truth, "state"));
	const char *want = comparable(arena, name, json_string_value(json_object_get(truth, "value")));
	const char *written = comparable(arena, name, json_string_value(json_object_get(truth, "written")));
	const char *got = field && field->state == FIELD_READ ? comparable(arena, name, field->value) : NULL;
	bool right = want && got && !strcmp(want, got);
	char both[96];

	if (written && got && !strcmp(written, got)) /* handwriting may be unread; read rightly it is no mistake */
		got = NULL;
	snprintf(both, sizeof both, "%.40s %.40s", type, name);
	for (int i = 0; i < 3; i++) {
		struct count *count = count_of(score, i == 0 ? "all" : i == 1 ? name : both);

		count->wanted += want != NULL;
		count->given += got != NULL;
		count->right += right;
	}
	score->judged++;
	if (got && !right && field->confidence >= SURE)
		score->sure_wrong++;
	if (score->verbose && !right && (want || got))
		printf("%s %s %s: %s%s \"%s\" (%.0f, text \"%s\"), truth \"%s\"\n", where, type, name, got ? "wrong" : "missed",
		       got && field->confidence >= SURE ? ", sure" : "", got ? got : field ? field_state_name(field->state) : "no field",
		       field ? (double)field->confidence : 0, field && field->text ? field->text : "", want ? want : state);
	arena_free(arena);
}

static void paper_judge(struct score *score, const char *where, json_t *truth, const struct document *document)
{
	const char *type = json_string_value(json_object_get(truth, "code")), *name;
	const char *copy = json_string_value(json_object_get(truth, "copy"));
	json_t *field;

	score->papers++;
	if (document && !strcmp(document->type, type))
		score->types++;
	else if (score->verbose)
		printf("%s %s: type \"%s\"\n", where, type, document ? document->type : "not cut");
	if (document && !strcmp(document->copy, copy))
		score->copies++;
	else if (score->verbose)
		printf("%s %s: copy \"%s\", truth \"%s\"\n", where, type, document ? document->copy : "not cut", copy);
	json_object_foreach(json_object_get(truth, "fields"), name, field)
		if (strcmp(name, "type"))
			field_judge(score, where, type, name, field, document ? field_find(document, name) : NULL);
}

/* Number in the run of the page that lies there; the drawn stacks have one file. */
static int paper_begins(json_t *truth)
{
	return (int)json_integer_value(json_object_get(json_array_get(json_object_get(truth, "pages"), 0), "page"));
}

static void stack_judge(struct score *score, const char *code, json_t *truth, const struct dossier *dossier)
{
	json_t *paper;
	size_t k;

	for (int i = 0; i < dossier->ndocuments; i++)
		score->cuts_given += dossier->documents[i].first > 1;
	json_array_foreach(json_object_get(truth, "documents"), k, paper) {
		int first = paper_begins(paper), found = 0;
		char where[128];

		while (found < dossier->ndocuments && dossier->documents[found].first != first)
			found++;
		score->cuts_wanted += first > 1;
		score->cuts_right += first > 1 && found < dossier->ndocuments;
		snprintf(where, sizeof where, "%s:%d", code, first);
		paper_judge(score, where, paper, found < dossier->ndocuments ? &dossier->documents[found] : NULL);
	}
	for (int i = 0; score->verbose && i < dossier->ndocuments; i++) {
		bool right = false;

		json_array_foreach(json_object_get(truth, "documents"), k, paper)
			right = right || paper_begins(paper) == dossier->documents[i].first;
		if (!right)
			printf("%s:%d cut in vain (%s)\n", code, dossier->documents[i].first, dossier->documents[i].cut_reason);
	}
	/* no page is ever lost: each page with writing lies in one paper */
	for (int p = 0; p < dossier->npages; p++) {
		int in = 0;

		for (int i = 0; i < dossier->ndocuments; i++)
			in += dossier->pages[p].number >= dossier->documents[i].first && dossier->pages[p].number <= dossier->documents[i].last;
		score->lost_pages += dossier->pages[p].kind == PAGE_CONTENT && in != 1;
	}
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void stack_walk(struct score *score, void *selves[2], const char *code, const char *pages, const char *truths)
{
	const struct paper_room *doors[2];
	struct arena *arena = arena_new();
	struct dossier dossier = { .code = arena_strdup(arena, code) };
	struct error err = ERROR_INIT;
	json_error_t why;
	char path[4200];
	json_t *truth;
	double begun;

	snprintf(path, sizeof path, "%s/%s.json", truths, code);
	truth = json_load_file(path, 0, &why);
	if (!truth)
		die(path, why.text);
	dossier.npages = (int)json_array_size(json_object_get(truth, "pages"));
	dossier.pages = arena_array(arena, (size_t)dossier.npages + 1, sizeof *dossier.pages);
	for (int i = 0; i < dossier.npages; i++) {
		snprintf(path, sizeof path, "%s/%s-%d.json", pages, code, i + 1);
		page_get(&dossier.pages[i], path, i + 1, arena);
	}
	for (int i = 0, n = 0; stages[i].name && n < 2; i++)
		if (stages[i].kind == STAGE_PAPER)
			doors[n++] = stages[i].paper;
	begun = now();
	for (int n = 0; n < 2; n++)
		if (doors[n]->run(selves[n], &dossier, arena, &err) < 0)
			die(code, err.text);
	score->seconds += now() - begun;
	score->pages += dossier.npages;
	stack_judge(score, code, truth, &dossier);
	json_decref(truth);
	arena_free(arena);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct count *)a)->name, ((const struct count *)b)->name);
}

static void score_print(struct score *s)
{
	qsort(s->counts, (size_t)s->ncounts, sizeof *s->counts, by_name);
	for (int pass = 0; pass < 2; pass++) {
		printf("%-52s %6s %6s %6s %9s %7s %7s\n", pass ? "type and field" : "field", "truth", "given", "right", "precision", "recall", "F1");
		for (int i = 0; i < s->ncounts; i++) {
			const struct count *c = &s->counts[i];

			if ((strchr(c->name, ' ') != NULL) != pass)
				continue;
			printf("%-52s %6d %6d %6d %9.3f %7.3f %7.3f\n", c->name, c->wanted, c->given, c->right,
			       c->given ? (double)c->right / c->given : 1, c->wanted ? (double)c->right / c->wanted : 1,
			       f1(c->wanted, c->given, c->right));
		}
	}
	struct count *all = count_of(s, "all");

	printf("%d papers, %d pages, %d pages lost; type %.4f; kind of copy %.4f; cut F1 %.4f (%d true, %d given, %d right); field F1 %.4f; confidently wrong %.4f (%d of %d); "
	       "split and extract %.2f ms a page\n", s->papers, s->pages, s->lost_pages, s->papers ? (double)s->types / s->papers : 0,
	       s->papers ? (double)s->copies / s->papers : 0,
	       f1(s->cuts_wanted, s->cuts_given, s->cuts_right), s->cuts_wanted, s->cuts_given, s->cuts_right,
	       f1(all->wanted, all->given, all->right), s->judged ? (double)s->sure_wrong / s->judged : 0, s->sure_wrong, s->judged,
	       s->pages ? 1000 * s->seconds / s->pages : 0);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(int argc, char **argv)
{
	struct score score = { .papers = 0 };
	struct error err = ERROR_INIT;
	struct config *config = config_open(NULL, &err);
	struct arena *arena = arena_new();
	void *selves[2] = { NULL, NULL };
	char **codes = NULL;
	int ncodes = 0, first = 1;
	struct dirent *entry;
	DIR *dir;

	if (argc > 1 && !strcmp(argv[1], "-v")) {
		score.verbose = true;
		first = 2;
	}
	if (argc != first + 3 || !config) {
		fprintf(stderr, "usage: papers [-v] PAGES BATCH TRUTH\n");
		return 2;
	}
	dir = opendir(argv[first + 1]);
	if (!dir)
		die(argv[first + 1], "cannot open");
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.') {
			char **slot = arena_push(arena, &codes, &ncodes, sizeof *slot);

			*slot = arena_strdup(arena, entry->d_name);
		}
	closedir(dir);
	qsort(codes, (size_t)ncodes, sizeof *codes, by_text);
	pages_read(config, codes, ncodes, argv[first + 1], argv[first]);
	for (int i = 0, n = 0; stages[i].name && n < 2; i++)
		if (stages[i].kind == STAGE_PAPER && !(selves[n++] = stages[i].paper->open(config, &err)))
			die(stages[i].name, err.text);
	for (int i = 0; i < ncodes; i++)
		stack_walk(&score, selves, codes[i], argv[first], argv[first + 2]);
	score_print(&score);
	for (int i = 0, n = 0; stages[i].name && n < 2; i++)
		if (stages[i].kind == STAGE_PAPER)
			stages[i].paper->close(selves[n++]);
	config_close(config);
	arena_free(arena);
	return score.lost_pages || !score.papers;
}
