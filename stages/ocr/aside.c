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
#define SPECK_WIDE 0.2     /* ... and what is narrower than this a speck */
#define SWOLLEN 2.0        /* text heights; seen on drawn papers: 2.3 to 2.6 */
#define SWOLLEN_TOP 0.4    /* share of the page's height: above it stand titles */
#define GARBAGE 25.0F      /* confidence: signs below it that hold no two letters are specks and pen strokes */

/* Millimetres. Arrival stamps: 35 x 50 mm in Circular 07/2012/TT-BNV, wider and flatter ones are in use. */
#define FRAME_WIDE_MIN 32.0
#define FRAME_WIDE_MAX 85.0
#define FRAME_HIGH_MIN 12.0
#define FRAME_HIGH_MAX 45.0
#define ENTRY_WORDS 3 /* words of the entry of a certified copy, which has four to seven: CHỨNG THỰC twice, CÔNG CHỨNG, SCT/BS */
#define STAMP_DOUBT 85.0F /* mean confidence inside a stamp: stamps read below it, boxes and tables of text above */
#define SEAL_MIN 26.0 /* outer diameter of agencies' round seals, 30 to 45 mm, with what a scan adds and takes */
#define SEAL_MAX 50.0
#define SEAL_DOUBT 85.0F  /* a word under a seal's ring that reads better than this is the paper's own */
#define OWN_SURE 88.0F    /* a word beside or under an arrival stamp that reads so well ... */
#define FIGURE_MIN 10.0   /* arrows and other drawn stamps: both sides at least this */
#define FIGURE_MAX 90.0
#define FIGURE_DOUBT 65.0F

/* Millimetres. The rule above footnotes is 2 inches long in word processors, 50 mm, and begins at the text's left edge. */
#define NOTE_RULE_MIN 40.0
#define NOTE_RULE_MAX 62.0
#define NOTE_TOP 0.4      /* share of the page's height: above it no footnotes begin */
#define NOTE_SMALL 0.93   /* of the text's height: footnotes are set two points smaller */

#define DOUBLE_SIGN 0.5   /* share of a lone sign's box under words of another line: it is one of their marks */
#define DOUBLE_WORD 0.35  /* ... of a doubtful word's */
#define DOUBLE_DOUBT 80.0F

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

/* Accents with no letter under them: specks. */
static bool is_accent(const char *text)
{
	return strspn(text, "`^~") == strlen(text) || !strcmp(text, "ˆ") || !strcmp(text, "´") || !strcmp(text, "¬");
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

		if ((rule && (boxes[i].w > RULE_WIDE * height || boxes[i].w < SPECK_WIDE * height || upright_rule || w->confidence < GARBAGE)) || is_accent(w->text) ||
		    (letters < 2 && !digits && w->confidence < GARBAGE))
			w->role = ROLE_MARGIN;
	}
}

static bool same_line(const struct word *a, const struct word *b)
{
	return a->block == b->block && a->paragraph == b->paragraph && a->line == b->line;
}

/* A signature with a seal under it, of which the language made a word: alone in its line, far higher than print, and not what the net saw. Ornamental titles are as high. */
static void mark_swollen(struct page *page, const struct box *boxes, int height, int page_height)
{
	for (int i = 0; i < page->nwords; i++) {
		struct word *w = &page->words[i];
		bool alone = !(i && same_line(w - 1, w)) && !(i + 1 < page->nwords && same_line(w, w + 1));

		if (alone && w->seen && boxes[i].h > SWOLLEN * height && boxes[i].y > SWOLLEN_TOP * page_height)
			w->role = ROLE_STAMP;
	}
}

/* Layout takes the marks above capitals for a line of their own at times: what is read of it lies over the words they belong to. */
static void mark_doubles(struct page *page, const struct box *boxes)
{
	for (int i = 0; i < page->nwords; i++) {
		struct word *w = &page->words[i];
		int digits, letters = count_letters(w->text, &digits);
		int64_t covered = 0;

		if (digits || (letters > 1 && w->confidence >= DOUBLE_DOUBT))
			continue;
		for (int k = 0; k < page->nwords; k++)
			if (!same_line(w, &page->words[k]) && box_area(boxes[k]) > box_area(boxes[i]) && count_letters(page->words[k].text, &digits) > 1)
				covered += box_area(box_intersect(boxes[i], boxes[k]));
		if ((double)covered > (letters > 1 ? DOUBLE_WORD : DOUBLE_SIGN) * (double)box_area(boxes[i]))
			w->role = ROLE_MARGIN;
	}
}

/* Rules that touch a word are read as its first or last letter. */
static void trim_rules(struct page *page)
{
	for (int i = 0; i < page->nwords; i++) {
		char *text = page->words[i].text;
		size_t from = strspn(text, "_|"), to = strlen(text);
		int digits;

		while (to > from && strchr("_|", text[to - 1]))
			to--;
		if (to - from == strlen(text) || from > 1 || strlen(text) - to > 1 || count_letters(text, &digits) < 2)
			continue; /* several are a place to write in */
		memmove(text, text + from, to - from);
		text[to - from] = '\0';
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

/* The box around all four lines, of which those with a middle in ys (0: not found) were read: a logo or a stamp hides the labels of the others. */
static struct box whole_banner(struct box found, const int ys[4])
{
	int first = -1, last = -1, pitch, top, bottom;

	for (int i = 0; i < 4; i++)
		if (ys[i]) {
			first = first < 0 ? i : first;
			last = i;
		}
	if (first < 0 || last == first)
		return found;
	pitch = (ys[last] - ys[first]) / (last - first);
	if (pitch <= 0)
		return found;
	top = ys[first] - first * pitch - pitch / 2;
	bottom = ys[last] + (3 - last) * pitch + pitch / 2;
	return box_union(found, (struct box){ found.x, top > 0 ? top : 0, 1, bottom - (top > 0 ? top : 0) });
}

static void mark_banner(struct page *page, const struct box *boxes, int page_height, int height, struct arena *arena)
{
	struct box banner = { 0, 0, 0, 0 };
	int lines = 0, ys[4] = { 0 };

	for (int i = 0; i < page->nwords; i++) {
		int line;

		if (boxes[i].y > BANNER_BOTTOM * page_height || !(line = banner_line(page, i, arena)))
			continue;
		if (banner.w && (boxes[i].y > banner.y + BANNER_ROWS * height || boxes[i].y < banner.y + banner.h - BANNER_ROWS * height))
			continue;
		lines |= line;
		for (int k = 0; k < 4; k++)
			if (line == 1 << k)
				ys[k] = boxes[i].y + boxes[i].h / 2;
		banner = box_union(banner, boxes[i]);
	}
	if (lines == 0 || (lines & (lines - 1)) == 0) /* one label alone may stand in any letter head */
		return;
	banner = whole_banner(banner, ys);
	for (int i = 0; i < page->nwords; i++) {
		int middle = boxes[i].y + boxes[i].h / 2;

		if (middle >= banner.y && middle <= banner.y + banner.h)
			page->words[i].role = ROLE_BANNER;
	}
}

static bool has_time(const char *text)
{
	for (const char *c = text; *c; c++)
		if (*c == ':' && c > text && c[-1] >= '0' && c[-1] <= '9' && c[1] >= '0' && c[1] <= '9')
			return true;
	return false;
}

/* "SAO Y; agency; time of signing": what an agency puts on its electronic copy of a paper (Decree 30/2020, appendix I, part II and box 14). */
static void mark_copy_note(struct page *page, const struct box *boxes, int page_height, struct arena *arena)
{
	static const char *const forms[] = { "saoy", "saoluc", "trichsao" };

	for (int i = 0, n; i < page->nwords; i += n) {
		bool time = false, form = false;
		char letters[16];

		for (n = 0; i + n < page->nwords && same_line(&page->words[i], &page->words[i + n]); n++)
			time |= has_time(page->words[i + n].text);
		line_letters(page, i, letters, sizeof letters, arena);
		for (size_t k = 0; k < sizeof forms / sizeof *forms; k++)
			form |= !strncmp(letters, forms[k], strlen(forms[k]));
		for (int k = i; form && time && boxes[i].y < BANNER_BOTTOM * page_height && k < i + n; k++)
			page->words[k].role = ROLE_BANNER;
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

/* The entry of a certified copy (Decree 23/2015, article 20) is framed too: text of the paper, whatever of "CÔNG CHỨNG" and "Ngày" stands in it. */
static bool is_entry(const char *word)
{
	return !strncmp(word, "chung", 5) || !strncmp(word, "thuc", 4) || !strncmp(word, "sct", 3);
}

/* At least two of the words printed in arrival stamps ("CÔNG VĂN ĐẾN", "Giờ", "Ngày", "Chuyển"), as small stamp letters are read; or one, and the rest
 * reads as badly as stamps and what is written into them do. */
static bool is_arrival(const struct page *page, const struct box *boxes, struct box frame, struct arena *arena)
{
	static const struct {
		const char *start;
		int what;
	} parts[] = { { "den", 1 }, { "ben", 1 }, { "en", 1 }, { "gio", 2 }, { "nga", 4 }, { "chuyen", 8 }, { "cong", 16 }, { "gong", 16 } };
	float confidence = 0;
	int found = 0, n = 0, entry = 0;

	for (int i = 0; i < page->nwords; i++) {
		if (!inside(boxes[i], frame))
			continue;
		entry += is_entry(text_fold(arena, page->words[i].text));
		confidence += page->words[i].confidence;
		n++;
		for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
			if (!strncmp(text_fold(arena, page->words[i].text), parts[k].start, strlen(parts[k].start)))
				found |= parts[k].what;
	}
	if (entry >= ENTRY_WORDS)
		return false;
	return (found & (found - 1)) != 0 || (found && confidence < STAMP_DOUBT * (float)n);
}

/* How many corners of its box a component leaves empty: a ring all, an arrow or a signature some, a frame none. */
static int empty_corners(PIX *mask, struct box b)
{
	int corner = (b.w < b.h ? b.w : b.h) / 8, n = 0;
	const int xs[] = { b.x, b.x + b.w - corner }, ys[] = { b.y, b.y + b.h - corner };

	for (int i = 0; i < 4; i++) {
		BOX *box = boxCreate(xs[i % 2], ys[i / 2], corner, corner);
		PIX *clip = pixClipRectangle(mask, box, NULL);
		int ink = 0;

		if (clip && pixCountPixels(clip, &ink, NULL) == 0)
			n += 12 * ink < corner * corner; /* specks */
		pixDestroy(&clip);
		boxDestroy(&box);
	}
	return n;
}

/* A word that reads well and whose line goes on outside the frame, at word's distance: a crooked stamp's box reaches over the paper's own line. */
static bool goes_on_outside(const struct page *page, const struct box *boxes, int i, struct box frame)
{
	for (int step = -1; step <= 1; step += 2)
		for (int k = i, next = i + step; next >= 0 && next < page->nwords && same_line(&page->words[i], &page->words[next]); k = next, next += step) {
			int gap = step > 0 ? boxes[next].x - boxes[k].x - boxes[k].w : boxes[k].x - boxes[next].x - boxes[next].w;

			if (gap > boxes[i].h || page->words[k].confidence < OWN_SURE || page->words[next].confidence < OWN_SURE)
				break;
			if (!box_intersect(boxes[next], frame).w)
				return true;
		}
	return false;
}

static bool is_list_sign(const char *text)
{
	return !strcmp(text, "-") || !strcmp(text, "+") || !strcmp(text, "–") || !strcmp(text, "•") || !strcmp(text, "*");
}

static void mark_component(struct page *page, const struct box *boxes, PIX *mask, struct box b, struct arena *arena)
{
	double mm = page->dpi / 25.4, w = b.w / mm, h = b.h / mm;
	bool frame = w >= FRAME_WIDE_MIN && w <= FRAME_WIDE_MAX && h >= FRAME_HIGH_MIN && h <= FRAME_HIGH_MAX && w > h &&
		     is_arrival(page, boxes, b, arena);
	int corners = empty_corners(mask, b);
	bool seal = w >= SEAL_MIN && w <= SEAL_MAX && h >= SEAL_MIN && h <= SEAL_MAX && abs(b.w - b.h) * 5 < b.w && corners == 4;

	for (int i = 0; i < page->nwords; i++) {
		struct word *word = &page->words[i];
		int digits, letters = count_letters(word->text, &digits);

		if (word->role == ROLE_BANNER || !inside(boxes[i], b))
			continue;
		if ((frame && !goes_on_outside(page, boxes, i, b)) || (seal && word->confidence < SEAL_DOUBT) ||
		    (letters < 3 && !digits && word->confidence < FIGURE_DOUBT) || (corners >= 2 && letters + digits < 2 && !is_list_sign(word->text)))
			word->role = ROLE_STAMP;
	}
}

static bool in_seal(const struct page *page, const struct word *w)
{
	for (int k = 0; k < page->nmarks; k++)
		if (page->marks[k].kind == MARK_SEAL && 2 * box_area(box_intersect(w->box, page->marks[k].box)) > box_area(w->box))
			return true;
	return false;
}

/* What is read out of a seal alone. A line that goes on beside the seal is the paper's own, however badly its beginning reads: a name without it would be
 * another name. */
static void mark_seals(struct page *page)
{
	for (int i = 0, n; i < page->nwords; i += n) {
		bool within = true;

		for (n = 0; i + n < page->nwords && same_line(&page->words[i], &page->words[i + n]); n++)
			within = within && in_seal(page, &page->words[i + n]);
		for (int k = i; k < i + n; k++) {
			struct word *w = &page->words[k];
			int digits, letters = count_letters(w->text, &digits);

			if (w->role == ROLE_BODY && w->confidence < SEAL_DOUBT && (within || (letters < 2 && !digits && in_seal(page, w))))
				w->role = ROLE_STAMP;
		}
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

/* ---- footnotes ---- */

/* Words below a rule at y are notes when they are smaller than the text. */
static void mark_notes(struct page *page, const struct box *boxes, struct box rule, int height, struct arena *arena)
{
	int *heights = arena_array(arena, (size_t)page->nwords, sizeof *heights), n = 0, digits, median;

	for (int i = 0; i < page->nwords; i++)
		if (boxes[i].y > rule.y && count_letters(page->words[i].text, &digits) > 1)
			heights[n++] = boxes[i].h;
	if (!n)
		return;
	qsort(heights, (size_t)n, sizeof *heights, by_number);
	median = heights[n / 2];
	if (median > NOTE_SMALL * height)
		return;
	for (int i = 0; i < page->nwords; i++)
		if (boxes[i].y + boxes[i].h / 2 > rule.y && page->words[i].role == ROLE_BODY)
			page->words[i].role = ROLE_FOOTNOTE;
}

/* The left edge of the text: a twentieth of the words begins further left. */
static int text_left(const struct page *page, const struct box *boxes, struct arena *arena)
{
	int *lefts = arena_array(arena, (size_t)page->nwords, sizeof *lefts);

	for (int i = 0; i < page->nwords; i++)
		lefts[i] = boxes[i].x;
	qsort(lefts, (size_t)page->nwords, sizeof *lefts, by_number);
	return lefts[page->nwords / 20];
}

static void mark_footnotes(struct page *page, const struct box *boxes, PIX *mask, int height, struct arena *arena)
{
	double mm = page->dpi / 25.4;
	int top = (int)(NOTE_TOP * pixGetHeight(mask));
	BOX *zone = boxCreate(0, top, pixGetWidth(mask), pixGetHeight(mask) - top);
	PIX *lower = page->nwords ? pixClipRectangle(mask, zone, NULL) : NULL, *rules = lower ? pixOpenBrick(NULL, lower, (int)(15 * mm), 1) : NULL;
	BOXA *found = NULL;

	if (rules && pixCloseBrick(rules, rules, (int)(2 * mm) | 1, (int)mm | 1)) /* a skewed rule is a staircase of runs */
		found = pixConnCompBB(rules, 8);
	for (int i = 0, left = found ? text_left(page, boxes, arena) : 0; found && i < boxaGetCount(found); i++) {
		struct box b;

		boxaGetBoxGeometry(found, i, &b.x, &b.y, &b.w, &b.h);
		b.y += top;
		if (b.w >= NOTE_RULE_MIN * mm && b.w <= NOTE_RULE_MAX * mm && b.h < 2 * mm && abs(b.x - left) < 6 * mm)
			mark_notes(page, boxes, b, height, arena);
	}
	boxaDestroy(&found);
	pixDestroy(&rules);
	pixDestroy(&lower);
	boxDestroy(&zone);
}

void aside_mark(struct page *page, struct Pix *upright, struct arena *arena)
{
	struct box *boxes = arena_array(arena, (size_t)page->nwords, sizeof *boxes);
	int width, page_height, height;

	for (int i = 0; i < page->nwords; i++)
		boxes[i] = frame_to_upright(page, page->words[i].box);
	frame_upright_size(page, &width, &page_height);
	height = text_height(page, boxes, arena);
	trim_rules(page);
	mark_rules(page, boxes, height);
	mark_doubles(page, boxes);
	mark_swollen(page, boxes, height, page_height);
	mark_copy_note(page, boxes, page_height, arena);
	mark_banner(page, boxes, page_height, height, arena);
	mark_appearances(page);
	mark_seals(page);
	if (!upright)
		return;
	mark_stamps(page, boxes, upright, arena);
	mark_footnotes(page, boxes, upright, height, arena);
}
