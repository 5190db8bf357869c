#include "stages/ocr/tesseract.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>
#include <string.h>
#include <tesseract/capi.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "stages/ocr/interpose.h"
#include "stages/ocr/trim.h"

struct tesseract {
	TessBaseAPI *api;
	bool gives_lines;
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

/* Is a line caught, with a box that can be one, and nothing read? */
static void check_lines(struct tesseract *t)
{
	const struct interposed_line *line;
	char *text;
	int n;

	interpose_collect(true);
	text = read_test_line(t->api);
	interpose_collect(false);
	line = interpose_collected(&n);
	/* the letters fill 28 to 164 of 240 pixels across and 24 to 52 of 76 from the bottom */
	t->gives_lines = n == 1 && line->left >= 0 && line->left <= 28 && line->right >= 164 && line->right <= 240 && line->bottom >= 0 &&
			 line->bottom <= 24 && line->top >= 52 && line->top <= 76;
	free(text);
}

bool tesseract_gives_lines(const struct tesseract *t)
{
	return t->gives_lines;
}

struct tesseract *tesseract_open(const struct tesseract_options *options, struct error *err)
{
	struct tesseract *t = mem_alloc(sizeof *t);

	t->api = TessBaseAPICreate();
	if (TessBaseAPIInit2(t->api, options->folder, options->language, OEM_LSTM_ONLY)) {
		error_set(err, REACH_RUN, "settings", _("Tesseract does not take the model %s/%s.traineddata"), options->folder, options->language);
		tesseract_close(t);
		return NULL;
	}
	check_direct_ways(t, options->direct_lines, options->no_openmp);
	check_lines(t);
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

/* Rules and pictures come as blocks of one line. */
static bool is_text(const TessPageIterator *at)
{
	switch (TessPageIteratorBlockType(at)) {
	case PT_FLOWING_IMAGE:
	case PT_HEADING_IMAGE:
	case PT_PULLOUT_IMAGE:
	case PT_HORZ_LINE:
	case PT_VERT_LINE:
	case PT_NOISE:
		return false;
	default:
		return true;
	}
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

/* The words of the layout, each with the line it belongs to: the lines that are caught are stretches of them, in the same order. */
static int list_words(TessPageIterator *at, struct arena *arena, struct found_line **words)
{
	struct found_line number = { .block = 0 };
	int n = 0;

	do {
		struct line_place place = { 0 };
		struct found_line *word;

		if (TessPageIteratorIsAtBeginningOf(at, RIL_BLOCK))
			number.block++;
		if (TessPageIteratorIsAtBeginningOf(at, RIL_PARA))
			number.paragraph++;
		if (TessPageIteratorIsAtBeginningOf(at, RIL_TEXTLINE))
			number.line++;
		if (!is_text(at) || !TessPageIteratorBoundingBox(at, RIL_WORD, &place.left, &place.top, &place.right, &place.bottom))
			continue;
		place.turned = turned(at);
		word = arena_push(arena, words, &n, sizeof *word);
		*word = number;
		word->place = place;
	} while (TessPageIteratorNext(at, RIL_WORD));
	return n;
}

static long overlap(const struct line_place *a, const struct line_place *b)
{
	int left = a->left > b->left ? a->left : b->left, right = a->right < b->right ? a->right : b->right;
	int top = a->top > b->top ? a->top : b->top, bottom = a->bottom < b->bottom ? a->bottom : b->bottom;

	return right > left && bottom > top ? (long)(right - left) * (bottom - top) : 0;
}

/* How well a word fits into a line: the part of it that lies there, and nothing where that is less than half. Some words are drawn around half a page. */
static long fits(const struct line_place *line, const struct line_place *word)
{
	long area = (long)(word->right - word->left) * (word->bottom - word->top), part = overlap(line, word);

	return 2 * part >= area ? part : 0;
}

/* Each line that was caught, with the numbers of the word that fits best. */
static void add_caught(const struct found_line *words, int nwords, int height, struct arena *arena, struct found_line **lines, int *nlines)
{
	const struct interposed_line *caught;
	bool any_turned = false;
	int n, from = 0; /* both go through the page in one order */

	for (int i = 0; i < nwords; i++)
		any_turned |= words[i].place.turned != 0;
	caught = interpose_collected(&n);
	for (int i = 0; i < n; i++) {
		struct line_place place = { caught[i].left, height - caught[i].top, caught[i].right, height - caught[i].bottom, 0 };
		const struct found_line *best = *nlines ? *lines + *nlines - 1 : NULL;
		struct found_line *line, number = { .block = 1, .paragraph = 1, .line = 1 };
		long most = 0;

		for (int k = from; k < nwords; k++) {
			long area = words[k].place.turned ? 0 : fits(&place, &words[k].place);

			if (area > most) {
				most = area;
				best = &words[k];
				from = k;
			}
		}
		if (!most && any_turned)
			continue; /* a turned line, whose box is turned too: taken from its words */
		if (best)
			number = *best;
		line = arena_push(arena, lines, nlines, sizeof *line);
		*line = number;
		line->place = place;
	}
}

static void place_unite(struct line_place *to, const struct line_place *p)
{
	to->left = to->left < p->left ? to->left : p->left;
	to->top = to->top < p->top ? to->top : p->top;
	to->right = to->right > p->right ? to->right : p->right;
	to->bottom = to->bottom > p->bottom ? to->bottom : p->bottom;
}

/* Turned lines are cut around their words. */
static void add_turned(const struct found_line *words, int nwords, struct arena *arena, struct found_line **lines, int *nlines)
{
	for (int i = 0; i < nwords; i++) {
		struct found_line *line = *nlines ? *lines + *nlines - 1 : NULL;
		struct line_place p = words[i].place;

		if (!p.turned)
			continue;
		p = (struct line_place){ p.left - LINE_MARGIN, p.top - LINE_MARGIN, p.right + LINE_MARGIN, p.bottom + LINE_MARGIN, p.turned };
		if (line && line->line == words[i].line && line->place.turned) {
			place_unite(&line->place, &p);
		} else {
			line = arena_push(arena, lines, nlines, sizeof *line);
			*line = words[i];
			line->place = p;
		}
	}
}

static int earlier(const void *a, const void *b)
{
	const struct found_line *p = a, *q = b;

	if (p->line != q->line)
		return p->line - q->line;
	return p->place.left - q->place.left;
}

#define STRETCH_GAP 1.0F   /* of the height: further apart are cells of a table, or what stands at the two sides of a page */
#define STRETCH_MEET 0.6F  /* of the lower one's height that both share */
#define STRETCH_GROWN 1.4F /* together they may be so much higher than the lower one: beyond that the letters would become too small */

/* Does b go on where a ends, in the same line? */
static bool goes_on(const struct found_line *a, const struct found_line *b)
{
	const struct line_place *p = &a->place, *q = &b->place;
	int high = p->bottom - p->top < q->bottom - q->top ? p->bottom - p->top : q->bottom - q->top;
	int top = p->top < q->top ? p->top : q->top, bottom = p->bottom > q->bottom ? p->bottom : q->bottom;
	int meet = (p->bottom < q->bottom ? p->bottom : q->bottom) - (p->top > q->top ? p->top : q->top);

	return a->line == b->line && !p->turned && !q->turned && q->left > p->left && (float)(q->left - p->right) < STRETCH_GAP * (float)high &&
	       (float)meet >= STRETCH_MEET * (float)high && (float)(bottom - top) <= STRETCH_GROWN * (float)high;
}

/* libtesseract reads a line in stretches of a few words. The net was trained on whole lines, and reads them better: each word knows its neighbours. */
static int join_stretches(struct found_line *lines, int n)
{
	int kept = 0;

	for (int i = 0; i < n; i++) {
		if (kept && goes_on(&lines[kept - 1], &lines[i]))
			place_unite(&lines[kept - 1].place, &lines[i].place);
		else
			lines[kept++] = lines[i];
	}
	return kept;
}

int tesseract_lines(struct tesseract *t, PIX *pixels, int dpi, struct arena *arena, struct found_line **lines, int *nlines, PIX **ink, int deadline,
		    struct error *err)
{
	ETEXT_DESC *monitor = TessMonitorCreate();
	struct found_line *words = NULL;
	TessPageIterator *at;
	int nwords, ret = 0;

	*lines = NULL;
	*nlines = 0;
	*ink = NULL;
	page_begin(t, pixels, dpi, false);
	at = TessBaseAPIAnalyseLayout(t->api);
	if (!at)
		goto out;
	nwords = list_words(at, arena, &words);
	TessPageIteratorDelete(at);
	*ink = TessBaseAPIGetThresholdedImage(t->api);
	TessMonitorSetDeadlineMSecs(monitor, deadline * 1000);
	interpose_collect(true); /* the layout stays; what would be read is only noted */
	if (TessBaseAPIRecognize(t->api, monitor))
		ret = error_set(err, REACH_PAGE, "timeout", _("not read within %d seconds"), deadline);
	interpose_collect(false);
	add_caught(words, nwords, pixGetHeight(pixels), arena, lines, nlines);
	add_turned(words, nwords, arena, lines, nlines);
	if (*nlines)
		qsort(*lines, (size_t)*nlines, sizeof **lines, earlier);
	if (*ink)
		lines_trim(*lines, *nlines, *ink);
	*nlines = join_stretches(*lines, *nlines);
out:
	page_end(t);
	TessMonitorDelete(monitor);
	return ret;
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
