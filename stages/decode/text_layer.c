#include "stages/decode/text_layer.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/text.h"
#include "stages/decode/pdf_render.h"
#include "stages/decode/resolution.h"
#include "stages/decode/vietnamese.h"

#define CHECK_DPI 100       /* enough to tell a letter (8 px) from a rule (1 px); 9 times cheaper than 300 */
#define INK_BELOW 180       /* grey that a reader takes for ink */
#define RULE_LENGTH 25      /* a straight run of 6 mm is a rule, not a letter */
#define RULE_THICK 6        /* 1.5 mm */
#define LETTER_LOW 4        /* height of what may be a letter: 1 mm ... */
#define LETTER_HIGH 32      /* ... to 8 mm */
#define LETTER_INK 6        /* pixels: less is a dot of a leader */
#define LETTERS_MAX 3       /* letter-like shapes outside the words: a bullet or two and a logo's mark */
#define NEUTRAL_SHARE 0.02  /* black and grey ink outside the words: more is a picture or a drawing */
#define COLOUR_SHARE 0.20   /* seals and pen signatures are pictures of colour; more is an illustration */
#define COLOUR_RANGE 60     /* between the largest and smallest of R, G, B */
#define UNSEEN_SHARE 0.10   /* words without ink where they stand */
#define IN_PICTURE_SHARE 0.10 /* words that stand in a picture: a scan with its reading over it */
#define PICTURES_MAX 200
#define BOX_REACH 0.25      /* of the height: stacked marks (Ễ) rise above the box the font states */
#define BLOCK_GAP 1.0       /* of the line height: more white between lines parts blocks */
#define TEXT_MAX 2000000    /* characters of a page */

char *text_layer_plain(struct sheet *sheet, struct arena *arena)
{
	struct sheet_text text;
	char *plain;

	sheet_text(sheet, &text, arena);
	if (!text.text)
		return NULL;
	plain = text_nfc(arena, text.text);
	return plain[strspn(plain, " \t\n\f\r")] ? plain : NULL;
}

/* --- words --- */

struct building {
	struct page *page;
	struct arena *arena;
	double scale;       /* points to pixels */
	int block, line;
	struct box last_line, this_line;
	const char *start;  /* of the word being built, or NULL */
	double x0, y0, x1, y1;
};

static void end_word(struct building *b, const char *end)
{
	struct page *page = b->page;
	struct word *word;
	struct box box, whole = { 0, 0, page->width, page->height };
	char *text;

	if (!b->start)
		return;
	text = text_nfc(b->arena, arena_strndup(b->arena, b->start, (size_t)(end - b->start)));
	b->start = NULL;
	box.x = (int)floor(b->x0 * b->scale);
	box.y = (int)floor(b->y0 * b->scale);
	box.w = (int)ceil(b->x1 * b->scale) - box.x;
	box.h = (int)ceil(b->y1 * b->scale) - box.y;
	box = box_intersect(box, whole);
	if (!*text || box.w < 1 || box.h < 1) /* stands off the page */
		return;
	word = arena_push(b->arena, &page->words, &page->nwords, sizeof *word);
	word->text = text;
	word->confidence = 100;
	word->box = box;
	word->block = b->block;
	word->paragraph = 1;
	word->line = b->line;
	b->this_line = box_union(b->this_line, box);
}

/* poppler gives lines; a new block begins where the next line stands higher (another column) or far below. It is only known when
 * the line is complete, so its words are renumbered. */
static void end_line(struct building *b, int first_word)
{
	struct box last = b->last_line, line = b->this_line;

	if (b->page->nwords == first_word)
		return;
	if (last.w && (line.y + line.h / 2 < last.y || line.y - (last.y + last.h) > BLOCK_GAP * last.h)) {
		b->block++;
		for (int i = first_word; i < b->page->nwords; i++)
			b->page->words[i].block = b->block;
	}
	b->last_line = line;
	b->this_line = (struct box){ 0, 0, 0, 0 };
	b->line++;
}

static bool is_white(uint32_t c)
{
	return c <= ' ' || c == 0xa0 || c == 0x200b || c == 0xad || (c >= 0x2000 && c <= 0x200a) || c == 0x202f ||
	       c == 0x3000 || c == 0xfeff || (c >= 0x7f && c < 0xa0);
}

static bool build_words(struct building *b, const struct sheet_text *text)
{
	const char *p = text->text;
	int i = 0, first_word = b->page->nwords;

	for (; *p && i < text->n; i++) {
		const char *here = p;
		uint32_t c = text_next(&p);

		if (is_white(c)) {
			end_word(b, here);
			if (c == '\n' || c == '\f') {
				end_line(b, first_word);
				first_word = b->page->nwords;
			}
			continue;
		}
		if (!b->start) {
			b->start = here;
			b->x0 = b->y0 = INFINITY;
			b->x1 = b->y1 = -INFINITY;
		}
		b->x0 = fmin(b->x0, fmin(text->boxes[i].x0, text->boxes[i].x1));
		b->y0 = fmin(b->y0, fmin(text->boxes[i].y0, text->boxes[i].y1));
		b->x1 = fmax(b->x1, fmax(text->boxes[i].x0, text->boxes[i].x1));
		b->y1 = fmax(b->y1, fmax(text->boxes[i].y0, text->boxes[i].y1));
	}
	end_word(b, p);
	end_line(b, first_word);
	return !*p && i == text->n;
}

/* --- does the text cover what is painted? --- */

static bool stand_in_pictures(struct sheet *sheet, const struct page *page, double scale)
{
	struct sheet_picture pictures[PICTURES_MAX];
	int n = sheet_pictures(sheet, pictures, PICTURES_MAX), inside = 0;

	for (int i = 0; i < page->nwords; i++) {
		double x = (page->words[i].box.x + page->words[i].box.w / 2.0) / scale;
		double y = (page->words[i].box.y + page->words[i].box.h / 2.0) / scale;

		for (int j = 0; j < n; j++)
			if (x > fmin(pictures[j].x0, pictures[j].x1) && x < fmax(pictures[j].x0, pictures[j].x1) &&
			    y > fmin(pictures[j].y0, pictures[j].y1) && y < fmax(pictures[j].y0, pictures[j].y1)) {
				inside++;
				break;
			}
	}
	return inside > IN_PICTURE_SHARE * page->nwords;
}

static struct Pix *find_ink(struct Pix *drawn)
{
	struct Pix *grey = pixGetDepth(drawn) == 32 ? pixConvertRGBToGrayMinMax(drawn, L_CHOOSE_MIN) : pixClone(drawn);
	struct Pix *ink = grey ? pixThresholdToBinary(grey, INK_BELOW) : NULL;

	pixDestroy(&grey);
	return ink;
}

static int count_ink(struct Pix *ink)
{
	l_int32 n = 0;

	pixCountPixels(ink, &n, NULL);
	return n;
}

/* Takes the words' places out of the ink; tells how many words had none. */
static int clear_words(struct Pix *ink, const struct page *page)
{
	double scale = (double)CHECK_DPI / page->dpi;
	int unseen = 0;

	for (int i = 0; i < page->nwords; i++) {
		const struct box *w = &page->words[i].box;
		double reach = w->h * BOX_REACH * scale + 1;
		BOX *box = boxCreate((int)floor(w->x * scale) - 1, (int)floor(w->y * scale - reach),
				     (int)ceil(w->w * scale) + 2, (int)ceil(w->h * scale + 2 * reach));
		l_int32 n = 0;

		pixCountPixelsInRect(ink, box, &n, NULL);
		unseen += n == 0;
		boxDestroy(&box);
	}
	for (int i = 0; i < page->nwords; i++) { /* only now: boxes of neighbours overlap */
		const struct box *w = &page->words[i].box;
		double reach = w->h * BOX_REACH * scale + 1;
		BOX *box = boxCreate((int)floor(w->x * scale) - 1, (int)floor(w->y * scale - reach),
				     (int)ceil(w->w * scale) + 2, (int)ceil(w->h * scale + 2 * reach));

		pixClearInRect(ink, box);
		boxDestroy(&box);
	}
	return unseen;
}

/* Long thin runs; what is as thick as it is long is a block of a picture and stays. */
static void clear_rules(struct Pix *ink)
{
	struct Pix *thick = pixOpenBrick(NULL, ink, RULE_THICK, RULE_THICK);
	struct Pix *across = pixOpenBrick(NULL, ink, RULE_LENGTH, 1), *down = pixOpenBrick(NULL, ink, 1, RULE_LENGTH);

	if (thick && across && down) {
		pixOr(across, across, down);
		pixSubtract(across, across, thick);
		pixSubtract(ink, ink, across);
	}
	pixDestroy(&thick);
	pixDestroy(&across);
	pixDestroy(&down);
}

/* Takes the pixels of clear colour out of the ink and counts them. */
static int clear_colour(struct Pix *ink, struct Pix *drawn)
{
	int n = 0, width = pixGetWidth(ink), height = pixGetHeight(ink);

	if (pixGetDepth(drawn) != 32)
		return 0;
	for (int y = 0; y < height; y++) {
		l_uint32 *bits = pixGetData(ink) + (size_t)y * (size_t)pixGetWpl(ink);
		const l_uint32 *line = pixGetData(drawn) + (size_t)y * (size_t)pixGetWpl(drawn);

		for (int x = 0; x < width; x++) {
			l_int32 r, g, b;

			if (!GET_DATA_BIT(bits, x))
				continue;
			extractRGBValues(line[x], &r, &g, &b);
			if (L_MAX(r, L_MAX(g, b)) - L_MIN(r, L_MIN(g, b)) < COLOUR_RANGE)
				continue;
			CLEAR_DATA_BIT(bits, x);
			n++;
		}
	}
	return n;
}

static int count_letters(struct Pix *ink)
{
	PIXA *shapes = NULL;
	BOXA *boxes = pixConnComp(ink, &shapes, 8);
	int letters = 0, n = boxes ? boxaGetCount(boxes) : 0;

	for (int i = 0; i < n; i++) {
		l_int32 x, y, w, h;
		struct Pix *shape = pixaGetPix(shapes, i, L_CLONE);

		boxaGetBoxGeometry(boxes, i, &x, &y, &w, &h);
		letters += h >= LETTER_LOW && h <= LETTER_HIGH && w <= 2 * LETTER_HIGH && count_ink(shape) >= LETTER_INK;
		pixDestroy(&shape);
	}
	boxaDestroy(&boxes);
	pixaDestroy(&shapes);
	return letters;
}

static bool covers(struct Pix *drawn, const struct page *page)
{
	struct Pix *ink = find_ink(drawn);
	int all, unseen, coloured, neutral;
	bool good = false;

	if (!ink)
		return false;
	all = count_ink(ink);
	unseen = clear_words(ink, page);
	coloured = clear_colour(ink, drawn);
	clear_rules(ink);
	neutral = count_ink(ink);
	if (all > 0 && unseen <= UNSEEN_SHARE * page->nwords && coloured <= COLOUR_SHARE * all &&
	    neutral <= NEUTRAL_SHARE * all)
		good = count_letters(ink) <= LETTERS_MAX;
	pixDestroy(&ink);
	return good;
}

static bool is_covered(struct sheet *sheet, const struct page *page, double width, double height)
{
	struct error ignored = ERROR_INIT;
	struct Pix *drawn = sheet_draw(sheet, (int)ceil(width * CHECK_DPI / 72), (int)ceil(height * CHECK_DPI / 72),
				       CHECK_DPI / 72.0, &ignored);
	bool good = drawn && covers(drawn, page);

	pixDestroy(&drawn);
	return good;
}

bool text_layer_take(struct sheet *sheet, struct page *page, double width, double height, char **text, struct arena *arena)
{
	struct building b = { .page = page, .arena = arena, .block = 1, .line = 1 };
	struct sheet_text layer;

	*text = NULL;
	sheet_text(sheet, &layer, arena);
	if (!layer.text || layer.n < 1 || layer.n > TEXT_MAX)
		return false;
	*text = text_nfc(arena, layer.text);
	if (!vietnamese_plausible(*text))
		return false;
	b.scale = page->dpi / 72.0;
	if (build_words(&b, &layer) && page->nwords > 0 && !stand_in_pictures(sheet, page, b.scale) &&
	    is_covered(sheet, page, width, height)) {
		page->source = WORDS_TEXT_LAYER;
		return true;
	}
	page->words = NULL;
	page->nwords = 0;
	return false;
}
