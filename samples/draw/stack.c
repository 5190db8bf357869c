/*
 * stack.c - stacks of papers as a clerk scans them in one go: any papers in any order, empty backs, separator sheets
 *
 * Each paper has people, places, days, wording and a layout of its own. A stack is one TIFF of 1 to 40 pages, scanned on one machine.
 */
#include "draw.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PAGES_MOST 40
#define SEPARATOR "SOHOA-SEPARATOR"

/* Papers as often as dossiers of a one-stop shop hold them (weights by sight of the domain's list, not counted). */
static const struct {
	const char *template;
	int weight;
} papers[] = {
	{ "van-ban", 34 }, { "van-ban-cong-van", 6 }, { "van-ban-phap-quy", 5 }, { "giay-khai-sinh", 5 }, { "trich-luc-khai-sinh", 4 },
	{ "trich-luc-khai-tu", 3 }, { "trich-luc-ket-hon", 3 }, { "trich-luc-cai-chinh", 3 }, { "giay-chung-nhan-ket-hon", 4 },
	{ "giay-xac-nhan-hon-nhan", 4 }, { "giay-chung-nhan-qsdd", 4 }, { "giay-phep-xay-dung", 4 }, { "giay-chung-nhan-dkdn", 4 },
	{ "ho-kinh-doanh", 4 }, { "the-can-cuoc", 2 }, { "the-can-cuoc-cong-dan", 2 }, { "ly-lich-tu-phap", 4 }, { "xac-nhan-cu-tru", 4 },
	{ "giay-tiep-nhan", 4 }, { "to-khai", 4 }, { "to-khai-tay", 3 }, { "giay-khai-sinh-tay", 2 }, { "ban-sao-chung-thuc", 2 }, { "quyet-dinh-moi", 1 }, { "thong-bao", 1 },
};

static const struct level {
	const char *name;
	double skew; /* degrees at most */
	const char *scanners[4];
} levels[] = {
	{ "clean", 0, { "clean-colour", "clean-300", "clean-300", "clean-colour" } },
	{ "office", 1, { "bitonal-300", "bitonal-200", "grey", "colour" } },
	{ "bad", 2, { "bad-200", "bad-200", "bad-colour", "bad-colour" } },
};

struct stack {
	const char *text, *path, *file; /* file: its name in the truth */
	struct chance chance, dust; /* dust: of the scanner, apart, so that every level has the same papers */
	struct scanner scanner;
	double skew; /* at most */
	int npages;
	json_t *pages, *documents;
};

static const char *paper_choose(struct chance *c)
{
	int all = 0, at;

	for (size_t i = 0; i < sizeof papers / sizeof *papers; i++)
		all += papers[i].weight;
	at = (int)(chance_next(c) % (uint64_t)all);
	for (size_t i = 0; i < sizeof papers / sizeof *papers; i++)
		if ((at -= papers[i].weight) < 0)
			return papers[i].template;
	return papers[0].template;
}

static int leaf_add(struct stack *stack, const struct leaf *leaf, json_t *document)
{
	struct scanner s = stack->scanner;
	PIX *pix;
	int bad;

	s.skew = chance_between(&stack->dust, -stack->skew, stack->skew);
	s.rotation = stack->skew > 0 && chance_unit(&stack->dust) < 0.03 ? 180 : 0;
	pix = scan_leaf(leaf, NULL, &s, chance_next(&stack->dust));
	bad = pixWriteTiff(stack->path, pix, pixGetDepth(pix) == 1 ? IFF_TIFF_G4 : IFF_TIFF_JPEG, stack->npages ? "a" : "w");
	stack->npages++;
	json_array_append_new(stack->pages, page_truth(leaf, stack->file, stack->npages, pix, &s));
	if (document)
		json_array_append_new(json_object_get(document, "pages"), json_pack("{s:s, s:i}", "file", stack->file, "page", stack->npages));
	pixDestroy(&pix);
	return bad;
}

static int separator_add(struct stack *stack)
{
	struct leaf *leaf = leaf_new(MM(210), MM(297));
	int bad;

	draw_qr(leaf, MM(80), MM(100), MM(50), SEPARATOR);
	bad = leaf_add(stack, leaf, NULL);
	json_object_set_new(json_array_get(stack->pages, (size_t)stack->npages - 1), "kind", json_string("separator"));
	leaf_free(leaf);
	return bad;
}

/* A paper with all its pages; on a machine that scans both sides each sheet has a back, empty where the paper ends on its front. */
static int paper_add(struct stack *stack, const char *name, int day, const char *dossier, bool backs)
{
	struct cast cast = { .seed = chance_next(&stack->chance), .day = day, .dossier = dossier, .vary = true };
	struct template *t = template_load(stack->text, name, &cast);
	struct paper *paper, *blank;
	int bad = 0;

	if (!t)
		return -1;
	paper = paper_draw(t, &cast);
	template_free(t);
	for (int i = 0; !bad && i < paper->nleaves; i++)
		bad = leaf_add(stack, paper->leaves[i], paper->document);
	if (!bad && backs && paper->nleaves % 2) {
		blank = paper_blank();
		bad = leaf_add(stack, blank->leaves[0], NULL);
		paper_free(blank);
	}
	json_array_append(stack->documents, paper->document);
	paper_free(paper);
	return bad;
}

static int stack_draw(const struct place *place, const char *code, uint64_t seed, const struct level *level, const char *only)
{
	struct stack stack = { .text = place->text, .file = "ho-so.tif", .chance = { seed }, .dust = { ~seed }, .skew = level->skew, .pages = json_array(),
			       .documents = json_array() };
	char path[640];
	bool backs, separators;
	int want, bad = 0;
	json_t *truth;

	stack.scanner = *scanner_find(level->scanners[chance_next(&stack.chance) % 4]);
	backs = chance_unit(&stack.chance) < 0.25;
	separators = chance_unit(&stack.chance) < 0.1;
	want = 1 + (int)(chance_next(&stack.chance) % 9); /* papers: five in the mean */
	snprintf(path, sizeof path, "%s/%s", place->batch, code);
	mkdir(path, 0777);
	snprintf(path, sizeof path, "%s/%s/%s", place->batch, code, stack.file);
	stack.path = path;
	for (int i = 0; !bad && i < want && stack.npages < PAGES_MOST - 8; i++) { /* no paper is longer than 8 pages with its back */
		int day = day_from_date(2024, 1, 1) + (int)(chance_next(&stack.chance) % 500);

		if (i && separators)
			bad = separator_add(&stack);
		if (!bad)
			bad = paper_add(&stack, only ? only : paper_choose(&stack.chance), day, code, backs);
	}
	truth = json_pack("{s:s, s:s, s:s, s:O, s:O}", "batch", place->name, "dossier", code, "scanner", level->name, "pages", stack.pages,
			  "documents", stack.documents);
	snprintf(path, sizeof path, "%s/%s.json", place->truth, code);
	if (!bad)
		bad = json_dump_file(truth, path, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
	json_decref(truth);
	json_decref(stack.pages);
	json_decref(stack.documents);
	return bad ? -1 : stack.npages;
}

int stacks_draw(const char *text, const char *out, int nstacks, uint64_t seed, const char *noise, const char *only)
{
	char batch[512], truth[512], top[512], name[64], code[64];
	struct place place = { text, batch, truth, name };
	const struct level *level = NULL;
	int npages = 0, n;

	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		if (!strcmp(levels[i].name, noise))
			level = &levels[i];
	if (!level)
		return -1;
	snprintf(name, sizeof name, "chong-%llu", (unsigned long long)seed);
	snprintf(top, sizeof top, "%s/truth", out);
	snprintf(batch, sizeof batch, "%s/%s", out, name);
	snprintf(truth, sizeof truth, "%s/truth/%s", out, name);
	mkdir(out, 0777);
	mkdir(top, 0777);
	mkdir(batch, 0777);
	mkdir(truth, 0777);
	for (int i = 0; i < nstacks; i++) {
		uint64_t own = hash_text(seed + (uint64_t)i, "stack"); /* the same papers at every level of noise */

		snprintf(code, sizeof code, "H06.%02d-24%02d%02d-%04d", 1 + i % 40, 1 + i % 12, 1 + i % 28, 1 + i % 9999);
		n = stack_draw(&place, code, own, level, only);
		if (n < 0)
			return -1;
		npages += n;
	}
	printf("%d stacks, %d pages\n", nstacks, npages);
	return 0;
}
