#include "stages/ocr/tesseract.h"

#include <dlfcn.h>
#include <leptonica/allheaders.h>
#include <stdlib.h>
#include <string.h>
#include <tesseract/capi.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "stages/ocr/interpose.h"

struct tesseract {
	TessBaseAPI *api;
};

/* ---- start ---- */

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

static char *read_test_line(TessBaseAPI *api)
{
	PIX *pix = test_line();
	char *text, *copy;

	TessBaseAPISetPageSegMode(api, PSM_SINGLE_LINE);
	TessBaseAPISetImage2(api, pix);
	TessBaseAPISetSourceResolution(api, 200);
	text = TessBaseAPIGetUTF8Text(api);
	copy = mem_strdup(text ? text : "");
	TessDeleteText(text);
	TessBaseAPIClear(api);
	interpose_release();
	pixDestroy(&pix);
	return copy;
}

/* Switches on what is live and changes nothing; the plain way stays otherwise. */
static void check_direct_ways(struct tesseract *t, bool lines, bool openmp)
{
	char *plain = read_test_line(t->api), *direct;
	unsigned long nlines = interpose_lines_count(), nregions = interpose_openmp_count();

	interpose_lines(lines);
	interpose_openmp(openmp);
	direct = read_test_line(t->api);
	if (strcmp(plain, direct) || interpose_lines_count() == nlines)
		interpose_lines(false);
	if (strcmp(plain, direct) || interpose_openmp_count() == nregions)
		interpose_openmp(false);
	free(plain);
	free(direct);
}

struct tesseract *tesseract_open(const struct tesseract_options *options, struct error *err)
{
	static char *no_lists[] = { (char *)"load_system_dawg", (char *)"load_freq_dawg", (char *)"load_punc_dawg", (char *)"load_number_dawg" };
	static char *off[] = { (char *)"0", (char *)"0", (char *)"0", (char *)"0" };
	struct tesseract *t = mem_alloc(sizeof *t);

	t->api = TessBaseAPICreate();
	if (TessBaseAPIInit4(t->api, options->folder, options->language, OEM_LSTM_ONLY, NULL, 0, no_lists, off,
			     options->dictionary ? 0 : sizeof no_lists / sizeof *no_lists, false)) {
		error_set(err, REACH_RUN, "settings", _("Tesseract does not take the model %s/%s.traineddata"), options->folder, options->language);
		tesseract_close(t);
		return NULL;
	}
	check_direct_ways(t, options->direct_lines, options->no_openmp);
	return t;
}

void tesseract_close(struct tesseract *t)
{
	if (!t)
		return;
	TessBaseAPIEnd(t->api);
	TessBaseAPIDelete(t->api);
	free(t);
}

const char *tesseract_version(void)
{
	return TessVersion();
}

static void page_begin(struct tesseract *t, PIX *pixels, int dpi, bool one_line)
{
	TessBaseAPISetPageSegMode(t->api, one_line ? PSM_SINGLE_LINE : PSM_AUTO);
	TessBaseAPISetImage2(t->api, pixels);
	TessBaseAPISetSourceResolution(t->api, dpi);
}

static void page_end(struct tesseract *t)
{
	TessBaseAPIClear(t->api);
	TessBaseAPIClearAdaptiveClassifier(t->api);
	interpose_release();
}

/* ---- lines ---- */

/* TessBaseAPI::AnalyseLayout(bool merge_similar_words) and PageIterator::RowAttributes(float *, float *, float *) const: public in the C++
 * headers, absent from capi.h. Called as the Itanium C++ ABI says for member functions: the object comes first. */
static struct {
	TessPageIterator *(*analyse)(TessBaseAPI *, bool merge);
	void (*row_attributes)(const TessPageIterator *, float *height, float *descenders, float *ascenders);
} more;

bool tesseract_gives_lines(void)
{
	if (!more.analyse) {
		*(void **)&more.analyse = dlsym(RTLD_DEFAULT, "_ZN9tesseract11TessBaseAPI13AnalyseLayoutEb");
		*(void **)&more.row_attributes = dlsym(RTLD_DEFAULT, "_ZNK9tesseract12PageIterator13RowAttributesEPfS1_S1_");
	}
	return more.analyse && more.row_attributes;
}

/* The net was trained on lines as high as their row: from the descenders to the ascenders even where none stands there
 * (Tesseract::LSTMRecognizeWord). Distances grow downwards here, upwards in Tesseract, which cuts off fractions. */
static void stretch(const TessPageIterator *at, int height, struct line_place *place)
{
	float row, descenders, ascenders, baseline, top, bottom;
	int x1, y1, x2, y2;

	if (!TessPageIteratorBaseline(at, RIL_WORD, &x1, &y1, &x2, &y2))
		return;
	more.row_attributes(at, &row, &descenders, &ascenders);
	baseline = (float)height - (float)(y1 + y2) / 2;
	bottom = baseline + descenders;
	top = baseline + row + descenders; /* row: from descenders to ascenders; baseline + letter height + ascenders */
	if (bottom < (float)(height - place->bottom))
		place->bottom = height - (int)bottom;
	if (top > (float)(height - place->top))
		place->top = height - (int)top;
}

static int turned(TessPageIterator *at)
{
	TessOrientation orientation;
	TessWritingDirection direction;
	TessTextlineOrder order;
	float skew;

	TessPageIteratorOrientation(at, &orientation, &direction, &order, &skew);
	switch (orientation) {
	case ORIENTATION_PAGE_RIGHT:
		return 270;
	case ORIENTATION_PAGE_DOWN:
		return 180;
	case ORIENTATION_PAGE_LEFT:
		return 90;
	default:
		return 0;
	}
}

int tesseract_lines(struct tesseract *t, PIX *pixels, int dpi, struct arena *arena, struct found_line **lines, int *nlines, PIX **ink, struct error *err)
{
	TessPageIterator *at;
	struct found_line number = { .block = 0 };

	*lines = NULL;
	*nlines = 0;
	*ink = NULL;
	if (!tesseract_gives_lines())
		return error_set(err, REACH_RUN, "settings", _("this libtesseract does not give its lines"));
	page_begin(t, pixels, dpi, false);
	at = more.analyse(t->api, true);
	if (at) {
		do {
			struct line_place place = { 0 };
			struct found_line *line;

			if (TessPageIteratorIsAtBeginningOf(at, RIL_BLOCK))
				number.block++;
			if (TessPageIteratorIsAtBeginningOf(at, RIL_PARA))
				number.paragraph++;
			if (TessPageIteratorIsAtBeginningOf(at, RIL_TEXTLINE))
				number.line++;
			if (!TessPageIteratorBoundingBox(at, RIL_WORD, &place.left, &place.top, &place.right, &place.bottom))
				continue;
			place.turned = turned(at);
			if (!place.turned)
				stretch(at, pixGetHeight(pixels), &place);
			line = arena_push(arena, lines, nlines, sizeof **lines);
			*line = number;
			line->place = place;
		} while (TessPageIteratorNext(at, RIL_WORD));
		TessPageIteratorDelete(at);
		*ink = TessBaseAPIGetThresholdedImage(t->api);
	}
	page_end(t);
	return 0;
}

/* ---- reading ---- */

static void take_words(TessBaseAPI *api, struct arena *arena, struct found_word **words, int *nwords)
{
	TessResultIterator *at = TessBaseAPIGetIterator(api);
	struct found_word number = { .block = 0 };

	if (!at)
		return;
	do {
		const TessPageIterator *place = TessResultIteratorGetPageIteratorConst(at);
		struct found_word word;
		char *text;

		if (TessPageIteratorIsAtBeginningOf(place, RIL_BLOCK))
			number.block++;
		if (TessPageIteratorIsAtBeginningOf(place, RIL_PARA))
			number.paragraph++;
		if (TessPageIteratorIsAtBeginningOf(place, RIL_TEXTLINE))
			number.line++;
		word = number;
		text = TessResultIteratorGetUTF8Text(at, RIL_WORD);
		if (text && TessPageIteratorBoundingBox(place, RIL_WORD, &word.left, &word.top, &word.right, &word.bottom)) {
			word.text = arena_strdup(arena, text);
			word.confidence = TessResultIteratorConfidence(at, RIL_WORD);
			*(struct found_word *)arena_push(arena, words, nwords, sizeof word) = word;
		}
		TessDeleteText(text);
	} while (TessResultIteratorNext(at, RIL_WORD));
	TessResultIteratorDelete(at);
}

int tesseract_read(struct tesseract *t, PIX *pixels, int dpi, bool one_line, int deadline, struct arena *arena, struct found_word **words, int *nwords,
		   struct error *err)
{
	ETEXT_DESC *monitor = TessMonitorCreate();
	int ret = 0;

	*words = NULL;
	*nwords = 0;
	page_begin(t, pixels, dpi, one_line);
	TessMonitorSetDeadlineMSecs(monitor, deadline * 1000);
	if (TessBaseAPIRecognize(t->api, monitor))
		ret = error_set(err, REACH_PAGE, "timeout", _("not read within %d seconds"), deadline);
	else
		take_words(t->api, arena, words, nwords);
	page_end(t);
	TessMonitorDelete(monitor);
	return ret;
}
