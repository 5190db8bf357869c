#include "stages/split/split.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/config.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/schema.h"
#include "pipeline/stage.h"
#include "stages/split/layout.h"

/* Where a head may stand: motto and number within the first third (Decree 30/2020 appendix I), titles of forms a little lower. */
#define MOTTO_SHARE 0.35
#define TITLE_SHARE 0.45
/* A separator says how it is to be used in fewer words than this; with more, the code stands on the first page of a form. */
#define SEPARATOR_WORDS 40
/* A page whose sides differ by more than this from those of the page before is another sheet. */
#define SIZE_CHANGE 0.15

/* What a page says about beginning a paper. */
struct signs {
	bool motto, agency_number, title, annex, secret, separator;
	int errors;         /* letters amiss in the motto or the title */
	int page_number;    /* printed at the top, or -1 */
};

struct splitter {
	struct schemas *schemas;
	struct arena *arena;
	const char **titles; /* keys of all titles */
	int ntitles;
};

static bool on_top(const struct sheet *sheet, const struct line *line, double share)
{
	return line->middle < sheet->height * share;
}

/* "Số: 12/QĐ-UBND" near the top: the number of a paper, not a citation in a sentence. */
static bool is_number_line(const struct line *line)
{
	bool anchor = !strncmp(line->key, "so", 2) || !strncmp(line->key, "s6", 2) || !strncmp(line->key, "luatso", 6);

	return anchor && line->nwords && strpbrk(line->words[0]->text, ":;") && strchr(line->text, '/');
}

static void look(const struct sheet *sheet, struct signs *signs)
{
	bool capitals = false, number = false;

	for (int i = 0; i < sheet->nlines && on_top(sheet, &sheet->lines[i], MOTTO_SHARE); i++) {
		const struct line *line = &sheet->lines[i];
		int n, at = line_find(line, "conghoaxahoichunghiavietnam", 0, &n);

		if (at < 0)
			at = line_find(line, "doclaptudohanhphuc", 0, &n);
		/* in a sentence of the body others stand in front: "nước Cộng hòa xã hội chủ nghĩa Việt Nam" */
		if (at >= 0 && !(at > 0 && !strcmp(line->keys[at - 1], "nuoc")))
			signs->motto = true;
		if (key_begins(line->key, "phuluc", NULL) && line->capitals && !signs->motto)
			signs->annex = true;
		if (line_find(line, "kemtheo", 0, &n) >= 0 && !signs->motto)
			signs->annex = true;
		number = number || is_number_line(line);
		capitals = capitals || (line->capitals && line->nwords >= 2 && line->box.x < sheet->width / 2 && i < 3);
	}
	signs->agency_number = capitals && number;
}

bool split_begins(const struct page *page)
{
	struct signs signs = { 0 };
	struct arena *arena;

	if (page->kind != PAGE_CONTENT)
		return false;
	if (page->secret)
		return true;
	if (!page->nwords)
		return false;
	arena = arena_new();
	look(sheet_new(page, arena), &signs);
	arena_free(arena);
	return signs.motto || (signs.agency_number && !signs.annex);
}

/* A known title alone on its lines, in capitals, in the middle of the upper part. */
static bool has_title(const struct splitter *splitter, const struct sheet *sheet, struct arena *arena, int *errors)
{
	for (int i = 0; i < sheet->nlines && on_top(sheet, &sheet->lines[i], TITLE_SHARE); i++) {
		const struct line *line = &sheet->lines[i];
		int middle = line->box.x + line->box.w / 2;
		char *two = i + 1 < sheet->nlines ? arena_printf(arena, "%s%s", line->key, sheet->lines[i + 1].key) : line->key;

		if (!line->capitals || middle < sheet->width / 4 || middle > sheet->width * 3 / 4)
			continue;
		for (int t = 0; t < splitter->ntitles; t++)
			if (key_equal(line->key, splitter->titles[t], errors) || key_equal(two, splitter->titles[t], errors))
				/* "QUYẾT ĐỊNH:" in the middle of a decision ends in a colon */
				if (!strchr(line->text, ':'))
					return true;
	}
	return false;
}

/* Our own sheets; the sheets that paperless and NAPS2 print, as Code 128 or 39; the bars of a patch code. */
static bool parts_papers(const struct code *code)
{
	if (!code->text || !code->kind)
		return false;
	return !strncmp(code->text, "SOHOA-SEPARATOR", 15) || !strcmp(code->text, "PATCHT") || !strcmp(code->kind, "PATCH");
}

static bool is_separator(const struct page *page)
{
	if (page->kind == PAGE_SEPARATOR)
		return true;
	for (int i = 0; i < page->ncodes; i++)
		if (page->nwords < SEPARATOR_WORDS && parts_papers(&page->codes[i]))
			return true;
	return false;
}

static bool size_changed(const struct page *a, const struct page *b)
{
	double wa = (a->rotation % 180 ? a->height : a->width) / (double)(a->dpi > 0 ? a->dpi : 200);
	double wb = (b->rotation % 180 ? b->height : b->width) / (double)(b->dpi > 0 ? b->dpi : 200);
	double ha = (a->rotation % 180 ? a->width : a->height) / (double)(a->dpi > 0 ? a->dpi : 200);
	double hb = (b->rotation % 180 ? b->width : b->height) / (double)(b->dpi > 0 ? b->dpi : 200);

	return wa > wb * (1 + SIZE_CHANGE) || wb > wa * (1 + SIZE_CHANGE) || ha > hb * (1 + SIZE_CHANGE) || hb > ha * (1 + SIZE_CHANGE);
}

/* Confidence and reason that a paper begins at this page; 0 when none does. */
static float judge(const struct splitter *splitter, const struct page *page, const struct page *before, const struct signs *last,
		   struct signs *signs, const char **reason, struct arena *arena)
{
	struct sheet *sheet = sheet_new(page, arena);

	look(sheet, signs);
	signs->title = page->nwords && has_title(splitter, sheet, arena, &signs->errors);
	signs->page_number = sheet_page_number(sheet);
	*reason = "motto";
	if (signs->motto && (signs->title || signs->agency_number))
		return 98;
	if (signs->motto)
		return signs->annex ? 60 : 90;
	if (signs->annex) /* an annex stays with its paper, whatever its head looks like */
		return 0;
	*reason = "title";
	if (signs->title && (signs->agency_number || (before && size_changed(page, before))))
		return 85;
	/* a title on a page that bears a number above 1 is a chapter */
	if (signs->title && signs->page_number <= 1)
		return 70;
	*reason = "number";
	if (signs->agency_number && signs->page_number <= 1)
		return 75;
	/* a decree begins its page numbers anew with each paper and prints none on the first page */
	*reason = "page-number";
	if (last && last->page_number > 2 && signs->page_number == 1)
		return 60;
	return 0;
}

static void begin(struct dossier *dossier, const struct page *page, float confidence, const char *reason, struct arena *arena)
{
	struct document *document = arena_push(arena, &dossier->documents, &dossier->ndocuments, sizeof *document);

	document->number = dossier->ndocuments;
	document->first = document->last = page->number;
	document->cut_confidence = confidence;
	document->cut_reason = arena_strdup(arena, reason);
}

/* Blank pages go with the paper before them; those before the first paper belong to none. A separator belongs to none and ends
 * the paper before it. */
static int split_run(void *self, struct dossier *dossier, struct arena *arena, struct error *err)
{
	struct arena *scratch = arena_new();
	const struct page *before = NULL; /* the content page before */
	struct signs last = { .page_number = -1 };
	bool parted = false;

	dossier->documents = NULL;
	dossier->ndocuments = 0;
	for (int i = 0; i < dossier->npages; i++) {
		struct page *page = &dossier->pages[i];
		struct document *now = dossier->ndocuments ? &dossier->documents[dossier->ndocuments - 1] : NULL;
		struct signs signs = { .page_number = -1 };
		const char *reason = "start";
		float confidence;

		if (page->kind == PAGE_CONTENT && is_separator(page))
			page->kind = PAGE_SEPARATOR;
		if (page->kind == PAGE_SEPARATOR) {
			parted = true;
			page->begins = false;
			continue;
		}
		if (page->kind == PAGE_BLANK) {
			if (now && !parted)
				now->last = page->number;
			continue;
		}
		confidence = page->secret ? 100 : judge(self, page, before, before ? &last : NULL, &signs, &reason, scratch);
		if (page->secret)
			reason = "secret";
		else if (parted)
			confidence = 99, reason = "separator";
		else if (!now)
			confidence = 100, reason = "start";
		else if (before && before->secret) /* nothing of a secret paper is known, so nothing may hang on it */
			confidence = confidence > 50 ? confidence : 50, reason = "secret";
		if (page->cut != CUT_FREE) { /* what a person said holds; the first page of a dossier begins one in any case */
			confidence = page->cut == CUT_BEGINS || !now ? 100 : 0;
			reason = "person";
		}
		if (confidence > 0)
			begin(dossier, page, confidence, reason, arena);
		else if (now)
			now->last = page->number;
		page->begins = confidence > 0;
		before = page;
		last = signs;
		parted = false;
		arena_reset(scratch);
	}
	arena_free(scratch);
	return 0;
}

static void split_close(void *self)
{
	struct splitter *splitter = self;

	if (!splitter)
		return;
	schemas_close(splitter->schemas);
	arena_free(splitter->arena);
	free(splitter);
}

static void *split_open(const struct config *config, struct error *err)
{
	struct splitter *splitter = mem_alloc(sizeof *splitter);

	splitter->arena = arena_new();
	splitter->schemas = schemas_open_config(config, err);
	if (!splitter->schemas) {
		split_close(splitter);
		return NULL;
	}
	for (int t = 0; t < schemas_count(splitter->schemas); t++)
		for (int k = 0; k < schemas_at(splitter->schemas, t)->titles.n; k++) {
			const char **title = arena_push(splitter->arena, &splitter->titles, &splitter->ntitles, sizeof *title);

			*title = text_key(splitter->arena, schemas_at(splitter->schemas, t)->titles.items[k]);
		}
	return splitter;
}

const struct paper_room split_room = { split_open, split_run, split_close };
