#include "stages/ocr/aside.h"

#include <leptonica/allheaders.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"
#include "pipeline/text.h"
#include "stages/image/frame.h"

#define BANNER_BOTTOM 0.25 /* share of the page's height: signature banners stand in the top margin (Decree 30/2020, box 14) */
#define BANNER_ROWS 10     /* text heights that its four lines span */
#define RULE_WIDE 1.6      /* in text heights: a longer "-" or "—" is a rule, a shorter one a dash */
#define GARBAGE 30.0F      /* confidence: signs below it that hold no two letters are specks and pen strokes */

/* Millimetres. Arrival stamps: 35 x 50 mm in Circular 07/2012/TT-BNV, wider and flatter ones are in use. */
#define FRAME_WIDE_MIN 32.0
#define FRAME_WIDE_MAX 85.0
#define FRAME_HIGH_MIN 12.0
#define FRAME_HIGH_MAX 45.0
#define SEAL_MIN 26.0 /* outer diameter of agencies' round seals, 30 to 45 mm, with what a scan adds and takes */
#define SEAL_MAX 50.0
#define SEAL_DOUBT 75.0F  /* a word under a seal's ring that reads better than this is the paper's own */
#define FIGURE_MIN 10.0   /* arrows and other drawn stamps: both sides at least this */
#define FIGURE_MAX 90.0
#define FIGURE_DOUBT 80.0F

/* ---- words ---- */

static int count_letters(const char *text, int *digits)
{
	int n = 0;

	*digits = 0;
	while (*text) {
		uint32_t c = text_next(&text);

		n += text_is_letter(c);
		*digits += text_is_digit(c);
	}
	return n;
}

/* Nothing but what a straight line is read as. */
static bool is_line_sign(const char *text)
{
	while (*text) {
		uint32_t c = text_next(&text);

		if (c != '_' && c != '-' && c != '|' && c != '=' && c != '~' && !(c >= 0x2010 && c <= 0x2015) && c != 0xAC)
			return false;
	}
	return true;
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* The median height of words with letters, 0 without. */
static int text_height(const struct page *page, const struct box *boxes, struct arena *arena)
{
	int *heights = arena_array(arena, (size_t)page->nwords, sizeof *heights), n = 0, digits;

	for (int i = 0; i < page->nwords; i++)
		if (count_letters(page->words[i].text, &digits) > 1)
			heights[n++] = boxes[i].h;
	if (!n)
		return 0;
	qsort(heights, (size_t)n, sizeof *heights, by_number);
	return heights[n / 2];
}

static void mark_rules(struct page *page, const struct box *boxes, int height)
{
	for (int i = 0; i < page->nwords; i++) {
		struct word *w = &page->words[i];
		int digits, letters = count_letters(w->text, &digits);
		bool rule = is_line_sign(w->text);
		bool upright_rule = !strcmp(w->text, "|") || !strcmp(w->text, "_") || !strcmp(w->text, "=");

		if ((rule && (boxes[i].w > RULE_WIDE * height || upright_rule || w->confidence < GARBAGE)) ||
		    (letters < 2 && !digits && w->confidence < GARBAGE))
			w->role = ROLE_MARGIN;
	}
}

/* ---- signature banners ---- */

/* The folded letters of the words from i on in its line, at most `size`. */
static void line_letters(const struct page *page, int i, char *out, size_t size, struct arena *arena)
{
	const struct word *first = &page->words[i];
	size_t n = 0;

	for (; i < page->nwords && page->words[i].line == first->line && page->words[i].block == first->block; i++)
		for (const char *c = text_fold(arena, page->words[i].text); *c && n + 1 < size; c++)
			if (*c >= 'a' && *c <= 'z')
				out[n++] = *c;
	out[n] = '\0';
}

/* Bit of the banner's line that begins at word i, 0 for none. The labels are those of the signing services for state documents. */
static int banner_line(const struct page *page, int i, struct arena *arena)
{
	static const char *const labels[] = { "nguoiky", "email", "coquan", "thoigianky" };
	const char *text = page->words[i].text;
	char letters[16];

	line_letters(page, i, letters, sizeof letters, arena);
	for (int k = 0; k < 4; k++) /* the logo before the last line is often read into its first word */
		if (!strncmp(letters, labels[k], strlen(labels[k])) || (k == 3 && strstr(text, "Thời") && !strncmp(text_fold(arena, page->words[i + 1 < page->nwords ? i + 1 : i].text), "gian", 4)))
			return 1 << k;
	return 0;
}

static void mark_banner(struct page *page, const struct box *boxes, int page_height, int height, struct arena *arena)
{
	struct box banner = { 0, 0, 0, 0 };
	int lines = 0;

	for (int i = 0; i < page->nwords; i++) {
		int line;

		if (boxes[i].y > BANNER_BOTTOM * page_height || !(line = banner_line(page, i, arena)))
			continue;
		if (banner.w && (boxes[i].y > banner.y + BANNER_ROWS * height || boxes[i].y < banner.y + banner.h - BANNER_ROWS * height))
			continue;
		lines |= line;
		banner = box_union(banner, boxes[i]);
	}
	if (lines == 0 || (lines & (lines - 1)) == 0) /* one label alone may stand in any letter head */
		return;
	for (int i = 0; i < page->nwords; i++) {
		int middle = boxes[i].y + boxes[i].h / 2;

		if (middle >= banner.y && middle <= banner.y + banner.h)
			page->words[i].role = ROLE_BANNER;
	}
}

static void mark_appearances(struct page *page)
{
	for (int i = 0; i < page->nwords; i++)
		for (int k = 0; k < page->nmarks; k++)
			if (page->marks[k].kind == MARK_BANNER &&
			    2 * box_area(box_intersect(page->words[i].box, page->marks[k].box)) > box_area(page->words[i].box))
				page->words[i].role = ROLE_BANNER;
}

/* ---- stamps and seals in the ink itself ---- */

static bool inside(struct box word, struct box around)
{
	return 10 * box_area(box_intersect(word, around)) >= 7 * box_area(word);
}

/* At least two of the words printed in arrival stamps ("CÔNG VĂN ĐẾN", "Giờ", "Ngày", "Chuyển"), as small stamp letters are read. */
static bool is_arrival(const struct page *page, const struct box *boxes, struct box frame, struct arena *arena)
{
	static const struct {
		const char *start;
		int what;
	} parts[] = { { "den", 1 }, { "ben", 1 }, { "gio", 2 }, { "nga", 4 }, { "chuyen", 8 }, { "cong", 16 }, { "gong", 16 } };
	int found = 0;

	for (int i = 0; i < page->nwords; i++)
		for (size_t k = 0; inside(boxes[i], frame) && k < sizeof parts / sizeof *parts; k++)
			if (!strncmp(text_fold(arena, page->words[i].text), parts[k].start, strlen(parts[k].start)))
				found |= parts[k].what;
	return (found & (found - 1)) != 0;
}

/* A ring fills the middle of its sides and leaves the corners of its box empty. */
static bool is_round(PIX *mask, struct box b)
{
	int corner = b.w / 10, ink = 0, sum = 0;
	const int xs[] = { b.x, b.x + b.w - corner }, ys[] = { b.y, b.y + b.h - corner };

	for (int i = 0; i < 4; i++) {
		BOX *box = boxCreate(xs[i % 2], ys[i / 2], corner, corner);
		PIX *clip = pixClipRectangle(mask, box, NULL);

		if (clip && pixCountPixels(clip, &ink, NULL) == 0)
			sum += ink;
		pixDestroy(&clip);
		boxDestroy(&box);
	}
	return sum < 4 * corner * corner / 12;
}

static void mark_component(struct page *page, const struct box *boxes, PIX *mask, struct box b, struct arena *arena)
{
	double mm = page->dpi / 25.4, w = b.w / mm, h = b.h / mm;
	bool frame = w >= FRAME_WIDE_MIN && w <= FRAME_WIDE_MAX && h >= FRAME_HIGH_MIN && h <= FRAME_HIGH_MAX && w > h &&
		     is_arrival(page, boxes, b, arena);
	bool seal = w >= SEAL_MIN && w <= SEAL_MAX && h >= SEAL_MIN && h <= SEAL_MAX && abs(b.w - b.h) * 5 < b.w && is_round(mask, b);

	for (int i = 0; i < page->nwords; i++) {
		struct word *word = &page->words[i];
		int digits, letters = count_letters(word->text, &digits);

		if (word->role == ROLE_BANNER || !inside(boxes[i], b))
			continue;
		if (frame || (seal && word->confidence < SEAL_DOUBT) || (letters < 3 && !digits && word->confidence < FIGURE_DOUBT))
			word->role = ROLE_STAMP;
	}
}

static void mark_stamps(struct page *page, const struct box *boxes, PIX *mask, struct arena *arena)
{
	BOXA *components = pixConnCompBB(mask, 8);
	double mm = page->dpi / 25.4;

	for (int i = 0; components && i < boxaGetCount(components); i++) {
		struct box b;

		boxaGetBoxGeometry(components, i, &b.x, &b.y, &b.w, &b.h);
		if (b.w >= FIGURE_MIN * mm && b.h >= FIGURE_MIN * mm && b.w <= FIGURE_MAX * mm && b.h <= FIGURE_MAX * mm)
			mark_component(page, boxes, mask, b, arena);
	}
	boxaDestroy(&components);
}

void aside_mark(struct page *page, struct Pix *upright, struct arena *arena)
{
	struct box *boxes = arena_array(arena, (size_t)page->nwords, sizeof *boxes);
	int width, page_height, height;

	for (int i = 0; i < page->nwords; i++)
		boxes[i] = frame_to_upright(page, page->words[i].box);
	frame_upright_size(page, &width, &page_height);
	height = text_height(page, boxes, arena);
	mark_rules(page, boxes, height);
	mark_banner(page, boxes, page_height, height, arena);
	mark_appearances(page);
	if (upright)
		mark_stamps(page, boxes, upright, arena);
}
