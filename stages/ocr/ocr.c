#include "stages/ocr/ocr.h"

#include <errno.h>
#include <fcntl.h>
#include <leptonica/allheaders.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tesseract/capi.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/config.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/stage.h"
#include "pipeline/text.h"
#include "stages/image/frame.h"
#include "stages/image/image.h"
#include "stages/ocr/aside.h"
#include "stages/ocr/columns.h"
#include "stages/ocr/interpose.h"
#include "stages/ocr/secrecy.h"

#define SMALL_LETTERS 12.0F  /* pixels of letter height below which a page is enlarged (best: capitals of 20 to 30 pixels) ... */
#define GOOD_LETTERS 18.0F   /* ... to this */
#define ENLARGE_MAX 3.0F
#define PIXELS_MAX 40e6      /* larger pages are shrunk: 100 x 30,000 pixels kept the reader busy for days */
#define DOUBT 52.0F          /* mean confidence below which another position is tried: upright pages of any quality read above 60, upside-down ones below 45 */

struct ocr {
	TessBaseAPI *tess;
	int deadline; /* seconds */
	char *description;
};

/* ---- start ---- */

static int hash_file(const char *path, char hex[65])
{
	unsigned char buffer[1 << 16], digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;
	FILE *from = fopen(path, "re");
	size_t n;

	if (!from)
		return -1;
	crypto_hash_sha256_init(&state);
	while ((n = fread(buffer, 1, sizeof buffer, from)) > 0)
		crypto_hash_sha256_update(&state, buffer, n);
	fclose(from);
	crypto_hash_sha256_final(&state, digest);
	sodium_bin2hex(hex, 65, digest, sizeof digest);
	return 0;
}

/* A tiny picture with three letters, so that the direct ways can be seen to work and to give the same text. */
static PIX *test_line(void)
{
	static const char *const rows[] = {
		"..................................................", "..##########..##......##..##########..............",
		"......##......##......##......##..................", "......##......##......##......##..................",
		"......##......##########......##..................", "......##......##......##......##..................",
		"......##......##......##......##..................", "......##......##......##..##########..............",
		"..................................................",
	};
	PIX *small = pixCreate(50, 9, 1), *big;

	for (int y = 0; y < 9; y++)
		for (int x = 0; rows[y][x]; x++)
			if (rows[y][x] == '#')
				pixSetPixel(small, x, y, 1);
	big = pixExpandReplicate(small, 4);
	pixDestroy(&small);
	small = pixAddBorder(big, 20, 0);
	pixDestroy(&big);
	return small;
}

static char *read_test_line(TessBaseAPI *tess)
{
	PIX *pix = test_line();
	char *text, *copy;

	TessBaseAPISetPageSegMode(tess, PSM_SINGLE_LINE);
	TessBaseAPISetImage2(tess, pix);
	TessBaseAPISetSourceResolution(tess, 200);
	text = TessBaseAPIGetUTF8Text(tess);
	copy = mem_strdup(text ? text : "");
	TessDeleteText(text);
	TessBaseAPIClear(tess);
	interpose_release();
	pixDestroy(&pix);
	return copy;
}

/* Switches on what is live and changes nothing; the plain way stays otherwise. */
static void check_direct_ways(struct ocr *self, bool lines, bool openmp)
{
	char *plain = read_test_line(self->tess), *direct;
	unsigned long nlines = interpose_lines_count(), nregions = interpose_openmp_count();

	interpose_lines(lines);
	interpose_openmp(openmp);
	direct = read_test_line(self->tess);
	if (strcmp(plain, direct) || interpose_lines_count() == nlines)
		interpose_lines(false);
	if (strcmp(plain, direct) || interpose_openmp_count() == nregions)
		interpose_openmp(false);
	free(plain);
	free(direct);
}

static void ocr_close(void *opaque)
{
	struct ocr *self = opaque;

	if (self->tess) {
		TessBaseAPIEnd(self->tess);
		TessBaseAPIDelete(self->tess);
	}
	free(self->description);
	free(self);
}

static void *ocr_open(const struct config *config, struct error *err)
{
	const char *language = config_text(config, "ocr", "language", "vie");
	const char *folder = config_text(config, "ocr", "tessdata", "/usr/share/tesseract-ocr/5/tessdata");
	struct ocr *self = mem_alloc(sizeof *self);
	char path[4096], hash[65];

	self->deadline = (int)config_int(config, "ocr", "deadline", 120);
	snprintf(path, sizeof path, "%s/%s.traineddata", folder, language);
	if (hash_file(path, hash) < 0) {
		error_errno(err, REACH_RUN, "settings", _("cannot open the model %s (package tesseract-ocr-vie)"), path);
		ocr_close(self);
		return NULL;
	}
	self->tess = TessBaseAPICreate();
	if (TessBaseAPIInit2(self->tess, folder, language, OEM_LSTM_ONLY)) {
		error_set(err, REACH_RUN, "settings", _("Tesseract does not take the model %s"), path);
		ocr_close(self);
		return NULL;
	}
	check_direct_ways(self, config_bool(config, "ocr", "direct_lines", true), config_bool(config, "ocr", "no_openmp", true));
	self->description = mem_alloc(300);
	snprintf(self->description, 300, "tesseract %s, %s %s", TessVersion(), language, hash);
	return self;
}

const char *ocr_describe(const void *self)
{
	return ((const struct ocr *)self)->description;
}

/* ---- one page ---- */

/* Red ink lies over black letters on colour pages; in the red channel it is as light as the paper. */
static PIX *reader_pixels(PIX *pix, float scale)
{
	PIX *one = pixGetDepth(pix) == 32 ? pixGetRGBComponent(pix, COLOR_RED) : pixClone(pix), *other;

	if (one && scale != 1) {
		other = pixGetDepth(one) == 1 && scale > 1 ? pixConvertTo8(one, 0) : pixClone(one);
		pixDestroy(&one);
		one = other ? pixScale(other, scale, scale) : NULL;
		pixDestroy(&other);
	}
	return one;
}

static float reader_scale(const struct page *page, PIX *pix)
{
	float letters = page->quality.x_height, scale = 1;
	double pixels = (double)pixGetWidth(pix) * pixGetHeight(pix);

	if (letters > 0 && letters < SMALL_LETTERS)
		scale = GOOD_LETTERS / letters < ENLARGE_MAX ? GOOD_LETTERS / letters : ENLARGE_MAX;
	while (pixels * (double)scale * (double)scale > PIXELS_MAX)
		scale *= 0.9F;
	return scale;
}

static void take_word(TessResultIterator *at, struct page *page, float scale, const int numbers[3], struct arena *arena)
{
	const TessPageIterator *place = TessResultIteratorGetPageIteratorConst(at);
	char *text = TessResultIteratorGetUTF8Text(at, RIL_WORD), *nfc;
	int left, top, right, bottom, width, height;
	struct word *w;

	if (!text || !TessPageIteratorBoundingBox(place, RIL_WORD, &left, &top, &right, &bottom)) {
		TessDeleteText(text);
		return;
	}
	nfc = text_nfc(arena, text);
	TessDeleteText(text);
	nfc += strspn(nfc, " \t\n"); /* rules and specks come as words of blanks */
	nfc[strcspn(nfc, " \t\n")] = '\0';
	if (!*nfc)
		return;
	frame_upright_size(page, &width, &height);
	w = arena_push(arena, &page->words, &page->nwords, sizeof *w);
	*w = (struct word){ .text = nfc, .block = numbers[0], .paragraph = numbers[1], .line = numbers[2] };
	w->confidence = TessResultIteratorConfidence(at, RIL_WORD);
	if (!(w->confidence >= 0))
		w->confidence = 0;
	if (w->confidence > 100)
		w->confidence = 100;
	left = (int)((float)left / scale);
	top = (int)((float)top / scale);
	w->box = (struct box){ left, top, (int)((float)right / scale + 0.5F) - left, (int)((float)bottom / scale + 0.5F) - top };
	w->box = frame_to_received(page, box_intersect(w->box, (struct box){ 0, 0, width, height }));
}

static void take_words(TessBaseAPI *tess, struct page *page, float scale, struct arena *arena)
{
	TessResultIterator *at = TessBaseAPIGetIterator(tess);
	int numbers[3] = { 0, 0, 0 };

	page->words = NULL;
	page->nwords = 0;
	if (!at)
		return;
	do {
		const TessPageIterator *place = TessResultIteratorGetPageIteratorConst(at);

		if (TessPageIteratorIsAtBeginningOf(place, RIL_BLOCK))
			numbers[0]++;
		if (TessPageIteratorIsAtBeginningOf(place, RIL_PARA))
			numbers[1]++;
		if (TessPageIteratorIsAtBeginningOf(place, RIL_TEXTLINE))
			numbers[2]++;
		take_word(at, page, scale, numbers, arena);
	} while (TessResultIteratorNext(at, RIL_WORD));
	TessResultIteratorDelete(at);
}

static float mean_confidence(const struct page *page)
{
	double sum = 0, letters = 0;

	for (int i = 0; i < page->nwords; i++) {
		double n = (double)text_length(page->words[i].text);

		sum += n * (double)page->words[i].confidence;
		letters += n;
	}
	return letters > 0 ? (float)(sum / letters) : -1;
}

static int recognise(struct ocr *self, struct page *page, PIX *pix, struct arena *arena, struct error *err)
{
	float scale = reader_scale(page, pix);
	PIX *pixels = reader_pixels(pix, scale);
	ETEXT_DESC *monitor = TessMonitorCreate();
	int ret = -1;

	if (!pixels) {
		error_set(err, REACH_PAGE, "out-of-memory", _("no memory to read the page"));
		goto out;
	}
	TessBaseAPISetPageSegMode(self->tess, PSM_AUTO);
	TessBaseAPISetImage2(self->tess, pixels);
	TessBaseAPISetSourceResolution(self->tess, (int)((float)page->dpi * scale + 0.5F));
	TessMonitorSetDeadlineMSecs(monitor, self->deadline * 1000);
	if (TessBaseAPIRecognize(self->tess, monitor)) {
		error_set(err, REACH_PAGE, "timeout", _("not read within %d seconds"), self->deadline);
		goto out;
	}
	take_words(self->tess, page, scale, arena);
	page->quality.confidence = mean_confidence(page);
	ret = 0;
out:
	TessBaseAPIClear(self->tess);
	TessBaseAPIClearAdaptiveClassifier(self->tess);
	interpose_release();
	TessMonitorDelete(monitor);
	pixDestroy(&pixels);
	return ret;
}

/* A page that reads badly may lie the other way: the position that reads best is kept. */
static int try_positions(struct ocr *self, struct page *page, PIX **pix, struct arena *arena, struct error *err)
{
	static const int turns[] = { 180, 90, 270 };
	struct page best = *page;
	PIX *best_pix = pixClone(*pix);

	for (size_t i = 0; i < sizeof turns / sizeof *turns && best.quality.confidence < DOUBT; i++) {
		struct page other = *page;
		PIX *turned = pixRotateOrth(*pix, turns[i] / 90);

		other.rotation = (page->rotation + turns[i]) % 360;
		if (turned && recognise(self, &other, turned, arena, err) == 0 &&
		    other.quality.confidence > best.quality.confidence + 10 && other.nwords >= best.nwords / 3) {
			best = other;
			pixDestroy(&best_pix);
			best_pix = pixClone(turned);
		}
		pixDestroy(&turned);
	}
	*page = best;
	pixDestroy(pix);
	*pix = best_pix;
	return 0;
}

/* ---- secrecy stamps in red, which the reader's red channel does not show ---- */

#define STAMP_HIGH_MIN 5.0 /* millimetres: a stamp line in capitals (Circular 24/2020/TT-BCA draws 8 mm frames) */
#define STAMP_HIGH_MAX 16.0
#define STAMP_WIDE_MIN 12.0
#define STAMP_WIDE_MAX 70.0
#define STAMPS_MAX 6

static bool red_secrecy(struct ocr *self, struct page *page, PIX *pix, struct arena *arena, struct box *where)
{
	double mm = page->dpi / 25.4;
	PIX *upper, *red, *groups;
	BOXA *boxes;
	bool found = false;
	int looked = 0;

	if (pixGetDepth(pix) != 32)
		return false;
	BOX *zone = boxCreate(0, 0, pixGetWidth(pix), pixGetHeight(pix) / 2);
	upper = pixClipRectangle(pix, zone, NULL);
	boxDestroy(&zone);
	red = upper ? pixMakeArbMaskFromRGB(upper, 1.0F, -0.6F, -0.6F, 35.0F) : NULL;
	pixDestroy(&upper);
	if (!red)
		return false;
	groups = pixCloseBrick(NULL, red, (int)(4 * mm) | 1, (int)mm | 1);
	boxes = pixConnCompBB(groups, 8);
	for (int i = 0; !found && boxes && i < boxaGetCount(boxes) && looked < STAMPS_MAX; i++) {
		BOX *box = boxaGetBox(boxes, i, L_CLONE);
		PIX *stamp = NULL, *framed = NULL;
		int x, y, w, h;

		boxGetGeometry(box, &x, &y, &w, &h);
		if (h >= STAMP_HIGH_MIN * mm && h <= STAMP_HIGH_MAX * mm && w >= STAMP_WIDE_MIN * mm && w <= STAMP_WIDE_MAX * mm) {
			looked++;
			stamp = pixClipRectangle(red, box, NULL);
			/* the frame goes with what hangs on it, else it is read as letters */
			framed = stamp ? pixRemoveBorderConnComps(stamp, 8) : NULL;
			pixDestroy(&stamp);
			stamp = framed ? pixAddBorder(framed, (int)(3 * mm), 0) : NULL;
			pixDestroy(&framed);
		}
		if (stamp) {
			char *text;

			TessBaseAPISetPageSegMode(self->tess, PSM_SINGLE_LINE);
			TessBaseAPISetImage2(self->tess, stamp);
			TessBaseAPISetSourceResolution(self->tess, page->dpi);
			text = TessBaseAPIGetUTF8Text(self->tess);
			found = text && secrecy_line(arena, text_nfc(arena, text));
			TessDeleteText(text);
			TessBaseAPIClear(self->tess);
			interpose_release();
			if (found)
				*where = frame_to_received(page, (struct box){ x, y, w, h });
		}
		pixDestroy(&stamp);
		boxDestroy(&box);
	}
	boxaDestroy(&boxes);
	pixDestroy(&groups);
	pixDestroy(&red);
	return found;
}

static int ocr_run(void *opaque, struct page *page, struct Pix **pix, struct arena *arena, struct error *err)
{
	struct ocr *self = opaque;
	struct Pix *mask = NULL;
	struct box where;

	if (page->kind != PAGE_CONTENT)
		return 0;
	if (*pix) {
		if (recognise(self, page, *pix, arena, err) < 0)
			return -1;
		if (page->nwords >= 5 && page->quality.confidence < DOUBT && try_positions(self, page, pix, arena, err) < 0)
			return -1;
		if (red_secrecy(self, page, *pix, arena, &where)) {
			secrecy_wipe(page, where, arena);
			return 0;
		}
	} else {
		page->quality.confidence = mean_confidence(page);
	}
	if (secrecy_find(page, arena, &where)) {
		secrecy_wipe(page, where, arena);
		return 0;
	}
	mask = *pix ? ink_mask(*pix) : NULL;
	aside_mark(page, mask, arena);
	if (*pix)
		columns_order(page, arena);
	if (mask)
		unread_ink_find(page, mask, arena);
	pixDestroy(&mask);
	return 0;
}

const struct page_room ocr_room = { ocr_open, ocr_run, ocr_close };
