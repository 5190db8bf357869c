/*
 * dossier.c - one dossier: its papers drawn, scanned into its files, its truth beside
 *
 * A file's papers are named in reading order: "quyet-dinh" all leaves of that template, "quyet-dinh:2" one of them, "trang" an
 * empty page. A paper is drawn once and may lie in several files. Only one file's pages are in memory at a time.
 */
#include "draw.h"

#include <errno.h>
#include <leptonica/allheaders.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_PAPERS 16
#define MAX_LEAVES 64 /* in one file */
#define TRUTH_DAY "2026-01-20" /* the day of use that the verdicts hold for */

struct desk { /* the papers of the dossier drawn so far */
	const struct dossier_plan *plan;
	const struct place *place;
	struct cast cast;
	char names[MAX_PAPERS][64];
	struct paper *papers[MAX_PAPERS];
	int npapers;
	json_t *pages, *documents;
};

static int folder_make(const char *path)
{
	if (!mkdir(path, 0777) || errno == EEXIST)
		return 0;
	fprintf(stderr, "draw: cannot make %s: %s\n", path, strerror(errno));
	return -1;
}

static struct paper *paper_get(struct desk *desk, const char *name)
{
	struct template *t;

	for (int i = 0; i < desk->npapers; i++)
		if (!strcmp(desk->names[i], name) && strcmp(name, "trang"))
			return desk->papers[i];
	if (desk->npapers == MAX_PAPERS)
		return NULL;
	snprintf(desk->names[desk->npapers], sizeof desk->names[0], "%s", name);
	if (!strcmp(name, "trang"))
		return desk->papers[desk->npapers++] = paper_blank();
	t = template_load(desk->place->text, name, &desk->cast);
	if (!t)
		return NULL;
	desk->papers[desk->npapers] = paper_draw(t, &desk->cast);
	template_free(t);
	json_array_append(desk->documents, desk->papers[desk->npapers]->document);
	return desk->papers[desk->npapers++];
}

json_t *page_truth(const struct leaf *leaf, const char *file, int number, PIX *pix, const struct scanner *s)
{
	static const char *const tones[] = { "1-bit", "grey", "colour" };
	char hash[20];

	snprintf(hash, sizeof hash, "%016llx", (unsigned long long)hash_bytes(0, pixGetData(pix),
		 (size_t)pixGetWpl(pix) * (size_t)pixGetHeight(pix) * 4));
	return json_pack("{s:s, s:i, s:s, s:s, s:i, s:i, s:i, s:i, s:f, s:O, s:O, s:s, s:s}", "file", file, "page", number, "kind",
			 leaf->blank ? "blank" : "content", "tone", tones[s->tone], "dpi", s->dpi, "width", pixGetWidth(pix), "height",
			 pixGetHeight(pix), "rotation", s->rotation, "skew", s->skew, "marks", leaf->marks, "codes", leaf->codes, "text",
			 leaf->text, "pixels", hash);
}

static void page_tell(struct desk *desk, struct paper *paper, const struct leaf *leaf, const char *file, int number, PIX *pix,
		      const struct scanner *s)
{
	json_array_append_new(desk->pages, page_truth(leaf, file, number, pix, s));
	if (paper->document)
		json_array_append_new(json_object_get(paper->document, "pages"), json_pack("{s:s, s:i}", "file", file, "page", number));
}

/* JPEG and PNG hold one page: a paper that runs over goes on in NAME-2.jpg. Gives the number of the page in its file. */
static int file_name(const char *name, int n, char *out, size_t size)
{
	const char *end = strrchr(name, '.');
	bool single = end && (!strcmp(end, ".jpg") || !strcmp(end, ".png"));

	if (single && n > 1)
		snprintf(out, size, "%.*s-%d%s", (int)(end - name), name, n, end);
	else
		snprintf(out, size, "%s", name);
	return single ? 1 : n;
}

static int pages_write(const struct file_plan *plan, const char *folder, PIX **pages, int n, int dpi)
{
	char path[1024], name[256];

	for (int i = 0; i < n; i++) {
		bool single = file_name(plan->name, 2, name, sizeof name) == 1;

		file_name(plan->name, i + 1, name, sizeof name);
		snprintf(path, sizeof path, "%s/%s", folder, name);
		if (file_write_pages(path, pages + i, single ? 1 : n, dpi)) {
			fprintf(stderr, "draw: cannot write %s\n", path);
			return -1;
		}
		if (!single)
			break;
	}
	return 0;
}

static int file_draw(struct desk *desk, const struct file_plan *plan, const char *folder)
{
	const struct scanner *found = scanner_find(plan->scanner);
	struct scanner s;
	char papers[256], name_out[256], *save = NULL;
	PIX *pages[MAX_LEAVES];
	int n = 0, bad = -1, number;

	if (!found)
		return -1;
	s = *found;
	s.skew = plan->skew;
	s.rotation = plan->rotation;
	snprintf(papers, sizeof papers, "%s", plan->papers);
	for (char *name = strtok_r(papers, " ", &save); name; name = strtok_r(NULL, " ", &save)) {
		char *colon = strchr(name, ':');
		int only = colon ? atoi(colon + 1) : 0;
		struct paper *paper;

		if (colon)
			*colon = 0;
		paper = paper_get(desk, name);
		if (!paper)
			goto out;
		for (int i = 0; i < paper->nleaves && n < MAX_LEAVES; i++) {
			if (only && only != i + 1)
				continue;
			pages[n] = scan_leaf(paper->leaves[i], paper->leaves[(i + 1) % paper->nleaves], &s, hash_text(desk->cast.seed + (uint64_t)n, plan->name));
			n++;
			number = file_name(plan->name, n, name_out, sizeof name_out);
			page_tell(desk, paper, paper->leaves[i], name_out, number, pages[n - 1], &s);
			s.skew = -s.skew * 0.8; /* no two sheets lie alike */
		}
	}
	bad = pages_write(plan, folder, pages, n, s.dpi);
out:
	while (n > 0)
		pixDestroy(&pages[--n]);
	return bad;
}

static int archive_make(const struct desk *desk, const char *folder)
{
	const struct dossier_plan *plan = desk->plan;
	char names[16][256], paths[16][1024], archive[1024];
	const char *name[16], *path[16];
	int n = 0;

	for (; n < 16 && plan->files[n].name; n++) {
		snprintf(names[n], sizeof names[n], "%s/%s", plan->code, plan->files[n].name);
		snprintf(paths[n], sizeof paths[n], "%s/%s", folder, plan->files[n].name);
		name[n] = names[n];
		path[n] = paths[n];
	}
	snprintf(archive, sizeof archive, "%s/%s", desk->place->batch, plan->archive);
	if (zip_write(archive, name, path, n))
		return -1;
	for (int i = 0; i < n; i++)
		remove(paths[i]);
	return remove(folder);
}

static int truth_write(struct desk *desk)
{
	char path[1024];
	json_t *truth = json_pack("{s:s, s:s, s:s, s:s, s:O, s:O}", "batch", desk->place->name, "dossier", desk->plan->code, "title",
				  desk->plan->title, "date", TRUTH_DAY, "pages", desk->pages, "documents", desk->documents);
	int bad;

	snprintf(path, sizeof path, "%s/%s.json", desk->place->truth, desk->plan->code);
	bad = json_dump_file(truth, path, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
	json_decref(truth);
	return bad;
}

/* The day a dossier was received stands in its code: ...-YYMMDD-NNNN (TT 01/2018/TT-VPCP, Điều 19). */
static int code_day(const char *code)
{
	const char *dash = strchr(code, '-');
	int ymd = dash ? atoi(dash + 1) : 240101;

	return day_from_date(2000 + ymd / 10000, ymd / 100 % 100, ymd % 100);
}

int dossier_draw(const struct dossier_plan *plan, const struct place *place, uint64_t seed, int *npages)
{
	struct desk desk = { .plan = plan, .place = place, .pages = json_array(), .documents = json_array(),
			     .cast = { .seed = seed, .day = code_day(plan->code), .dossier = plan->code } };
	char folder[512];
	int bad;

	snprintf(folder, sizeof folder, "%s/%s", place->batch, plan->code);
	bad = folder_make(place->batch) || folder_make(place->truth) || folder_make(folder);
	for (const struct file_plan *f = plan->files; !bad && f->name; f++)
		bad = file_draw(&desk, f, folder);
	if (!bad && plan->archive)
		bad = archive_make(&desk, folder);
	if (!bad)
		bad = truth_write(&desk);
	*npages += (int)json_array_size(desk.pages);
	for (int i = 0; i < desk.npapers; i++)
		paper_free(desk.papers[i]);
	json_decref(desk.pages);
	json_decref(desk.documents);
	return bad ? -1 : 0;
}
