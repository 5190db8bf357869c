#include "stages/split/layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"

/* A gap wider than this many word heights parts columns: justified body lines of ten scans stayed below 1.3, the two columns of
 * the page foot were never nearer than 3. */
#define COLUMN_GAP 2.2
#define NUMBER_SHARE 0.08 /* of the height: the top margin, where the number of a page stands (Decree 30/2020 appendix I) */
#define ROW_GAP 0.8 /* heights between the middles of neighbouring words that part two printed lines */
#define LEVEL_PART 3 /* part of a height by which the middles of two pieces of one row may differ */
#define PIECE_GAP 1  /* heights between them: a blank of a justified line */
#define KEY_MAX 400 /* bytes compared of one key; titles and labels are below 100 */

static struct box turned(const struct page *page, struct box b)
{
	switch (page->rotation) {
	case 90:
		return (struct box){ page->height - b.y - b.h, b.x, b.h, b.w };
	case 180:
		return (struct box){ page->width - b.x - b.w, page->height - b.y - b.h, b.w, b.h };
	case 270:
		return (struct box){ b.y, page->width - b.x - b.w, b.h, b.w };
	default:
		return b;
	}
}

/* Small angles only: a shift down along x puts a climbing line straight; the widths stay. */
struct box upright_box(const struct page *page, struct box box)
{
	struct box b = turned(page, box);

	if (page->skew > -20 && page->skew < 20) {
		double t = tan(page->skew * 3.14159265358979 / 180);

		b.y += (int)lround((b.x + b.w / 2.0) * t);
		b.x -= (int)lround((b.y + b.h / 2.0) * t);
	}
	return b;
}

char *text_key(struct arena *arena, const char *text)
{
	char *key = text_fold(arena, text), *to = key;

	for (const char *from = key; *from;) {
		const char *start = from;
		uint32_t c = text_next(&from);

		if (text_is_letter(c) || text_is_digit(c)) {
			memmove(to, start, (size_t)(from - start));
			to += from - start;
		}
	}
	*to = '\0';
	return key;
}

int key_distance(const char *a, const char *b, int limit)
{
	int la = (int)strlen(a), lb = (int)strlen(b);
	int row[KEY_MAX + 1];

	if (abs(la - lb) > limit || la > KEY_MAX || lb > KEY_MAX)
		return limit + 1;
	for (int j = 0; j <= lb; j++)
		row[j] = j;
	for (int i = 1; i <= la; i++) {
		int corner = row[0], best;

		row[0] = best = i;
		for (int j = 1; j <= lb; j++) {
			int above = row[j];
			int cost = corner + (a[i - 1] != b[j - 1]);

			if (above + 1 < cost)
				cost = above + 1;
			if (row[j - 1] + 1 < cost)
				cost = row[j - 1] + 1;
			corner = above;
			row[j] = cost;
			if (cost < best)
				best = cost;
		}
		if (best > limit)
			return limit + 1;
	}
	return row[lb];
}

int key_tolerance(const char *key)
{
	int n = (int)strlen(key);

	return n < 4 ? 0 : n < 6 ? 1 : (n + 3) / 6;
}

bool key_equal(const char *key, const char *other, int *errors)
{
	int limit = key_tolerance(other);
	int d = key_distance(key, other, limit);

	if (errors)
		*errors = d;
	return d <= limit;
}

bool key_begins(const char *key, const char *start, int *errors)
{
	int limit = key_tolerance(start), best = limit + 1;
	int n = (int)strlen(start), have = (int)strlen(key);
	char head[KEY_MAX + 1];

	if (n + limit > KEY_MAX)
		return false;
	for (int len = n - limit; len <= n + limit && len <= have; len++) {
		int d;

		if (len < 1)
			continue;
		memcpy(head, key, (size_t)len);
		head[len] = '\0';
		d = key_distance(head, start, limit);
		if (d < best)
			best = d;
	}
	if (errors)
		*errors = best;
	return best <= limit;
}

static int compare_ints(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

static int median(int *values, int n)
{
	if (!n)
		return 0;
	qsort(values, (size_t)n, sizeof *values, compare_ints);
	return values[n / 2];
}

/* Text, key, boxes and measures of a line whose words are set. */
static void finish(struct line *line, struct arena *arena)
{
	int *heights = arena_array(arena, (size_t)line->nwords + 1, sizeof *heights);
	int *middles = arena_array(arena, (size_t)line->nwords + 1, sizeof *middles);
	int letters = 0, capitals = 0, weight = 0;
	size_t size = 1;
	double sum = 0;
	char *end;

	line->box = (struct box){ 0, 0, 0, 0 };
	line->keys = arena_array(arena, (size_t)line->nwords + 1, sizeof *line->keys);
	for (int i = 0; i < line->nwords; i++) {
		struct box b = upright_box(line->page, line->words[i]->box);
		int n = 0;

		line->keys[i] = text_key(arena, line->words[i]->text);
		line->box = box_union(line->box, b);
		heights[i] = b.h;
		middles[i] = b.y + b.h / 2;
		size += strlen(line->words[i]->text) + 1;
		for (const char *p = line->words[i]->text; *p;) {
			uint32_t c = text_next(&p);

			n++;
			letters += text_is_letter(c);
			capitals += text_is_letter(c) && text_is_upper(c);
		}
		sum += (double)line->words[i]->confidence * n;
		weight += n;
	}
	line->height = median(heights, line->nwords);
	line->middle = median(middles, line->nwords);
	line->confidence = weight ? (float)(sum / weight) : 0;
	line->capitals = letters >= 3 && capitals * 10 >= letters * 8;
	line->text = end = arena_alloc(arena, size);
	for (int i = 0; i < line->nwords; i++) {
		size_t n = strlen(line->words[i]->text);

		if (i)
			*end++ = ' ';
		memcpy(end, line->words[i]->text, n);
		end += n;
	}
	*end = '\0';
	line->key = text_key(arena, line->text);
}

struct line line_slice(const struct line *line, int first, int n, struct arena *arena)
{
	struct line slice = { .page = line->page, .words = line->words + first, .nwords = n };

	finish(&slice, arena);
	return slice;
}

struct box line_evidence(const struct line *line)
{
	struct box all = { 0, 0, 0, 0 };

	for (int i = 0; i < line->nwords; i++)
		all = box_union(all, line->words[i]->box);
	return all;
}

/* A rule or speck that the reader took for a word: no letter, no digit, and no sign that stands between words. */
static bool is_speck(const struct word *word)
{
	static const char *const signs[] = { "-", "–", "/", "&", "./.", ":", ";", ",", ".", "\"", "+", "%", "(", ")", NULL };
	bool dots = true;

	for (const char *p = word->text; *p;) {
		uint32_t c = text_next(&p);

		if (text_is_letter(c) || text_is_digit(c))
			return false;
		dots = dots && (c == '.' || c == 0x2026 || c == '_');
	}
	for (int i = 0; signs[i]; i++)
		if (!strcmp(word->text, signs[i]))
			return word->confidence < 30;
	return !dots; /* a row of dots is a place to write in */
}

static bool is_outside(const struct word *word)
{
	return word->role == ROLE_STAMP || word->role == ROLE_BANNER || word->role == ROLE_MARGIN ||
	       word->role == ROLE_PAGE_NUMBER || !word->box.w || is_speck(word);
}

static bool same_line(const struct word *a, const struct word *b)
{
	return a->block == b->block && a->paragraph == b->paragraph && a->line == b->line;
}

struct placed {
	const struct word *word;
	struct box box;
	int order;
};

static int compare_x(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->box.x != y->box.x)
		return x->box.x < y->box.x ? -1 : 1;
	return x->order - y->order;
}

static int compare_lines(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->middle != y->middle)
		return x->middle < y->middle ? -1 : 1;
	if (x->box.x != y->box.x)
		return x->box.x < y->box.x ? -1 : 1;
	return x->words[0] < y->words[0] ? -1 : 1;
}

static int compare_middles(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	int dx = 2 * x->box.y + x->box.h, dy = 2 * y->box.y + y->box.h;

	if (dx != dy)
		return dx < dy ? -1 : 1;
	return x->order - y->order;
}

static void add_row(struct sheet *sheet, struct placed *placed, int n, int height, struct arena *arena);

/* One line of the reader. Where it took words of two printed lines for one (a stamp lies over both), the middles of its words have a gap: signs above
 * and below the letters lie half a height off. */
static void add_line(struct sheet *sheet, struct placed *placed, int n, struct arena *arena)
{
	int *heights = arena_array(arena, (size_t)n, sizeof *heights);
	int height, first = 0;

	for (int i = 0; i < n; i++)
		heights[i] = placed[i].box.h;
	height = median(heights, n);
	qsort(placed, (size_t)n, sizeof *placed, compare_middles);
	for (int i = 1; i <= n; i++)
		if (i == n || (2 * placed[i].box.y + placed[i].box.h) - (2 * placed[i - 1].box.y + placed[i - 1].box.h) > 2 * ROW_GAP * height) {
			add_row(sheet, placed + first, i - first, height, arena);
			first = i;
		}
}

/* "KT." and its kin never stand alone: behind them comes the office, however far (Decree 30/2020 appendix I, box 7a). */
static bool is_power(const struct word *word)
{
	static const char *const powers[] = { "TM", "KT", "TL", "TUQ", "TM.", "KT.", "TL.", "TUQ.", NULL };

	for (int i = 0; powers[i]; i++)
		if (!strcmp(powers[i], word->text))
			return true;
	return false;
}

/* Words of one row, in order of x, parted at column gaps. */
static void add_row(struct sheet *sheet, struct placed *placed, int n, int height, struct arena *arena)
{
	int first = 0;

	qsort(placed, (size_t)n, sizeof *placed, compare_x);
	for (int i = 1; i <= n; i++) {
		struct line *line;

		if (i < n && placed[i].box.x - (placed[i - 1].box.x + placed[i - 1].box.w) <= height * COLUMN_GAP * (is_power(placed[i - 1].word) ? 2 : 1))
			continue;
		line = arena_push(arena, &sheet->lines, &sheet->nlines, sizeof *line);
		line->page = sheet->page;
		line->words = arena_array(arena, (size_t)(i - first), sizeof *line->words);
		for (int k = first; k < i; k++)
			line->words[line->nwords++] = placed[k].word;
		finish(line, arena);
		first = i;
	}
}

/* Pieces of one printed row that the reader took for lines of their own: level with each other, and no more than a blank apart. */
static bool is_piece(const struct line *a, const struct line *b)
{
	int height = a->height < b->height ? a->height : b->height, gap = b->box.x - (a->box.x + a->box.w);

	return abs(a->middle - b->middle) * LEVEL_PART < height && gap > -height / PIECE_GAP && gap < height * PIECE_GAP;
}

static void join_pieces(struct sheet *sheet, struct arena *arena)
{
	for (int i = 0; i < sheet->nlines; i++)
		for (int k = 0; k < sheet->nlines && sheet->lines[k].middle - sheet->lines[i].middle < sheet->lines[i].height;) {
			struct line *a = &sheet->lines[i], *b = &sheet->lines[k], both = { .page = sheet->page, .nwords = a->nwords + b->nwords };

			if (k == i || !is_piece(a, b)) {
				k++;
				continue;
			}
			both.words = arena_array(arena, (size_t)both.nwords, sizeof *both.words);
			memcpy(both.words, a->words, (size_t)a->nwords * sizeof *both.words);
			memcpy(both.words + a->nwords, b->words, (size_t)b->nwords * sizeof *both.words);
			finish(&both, arena);
			*a = both;
			memmove(b, b + 1, (size_t)(sheet->nlines - k - 1) * sizeof *b);
			sheet->nlines--;
			i -= k < i;
			k = 0;
		}
}

static bool is_outside_stamp(const struct word *word)
{
	return word->role != ROLE_STAMP || !word->box.w || is_speck(word);
}

static struct sheet *sheet_without(const struct page *page, bool (*outside)(const struct word *), struct arena *arena)
{
	struct sheet *sheet = arena_alloc(arena, sizeof *sheet);
	struct placed *placed = arena_array(arena, (size_t)page->nwords + 1, sizeof *placed);
	int *heights = arena_array(arena, (size_t)page->nwords + 1, sizeof *heights);
	int n = 0, all = 0;

	sheet->page = page;
	sheet->width = page->rotation % 180 ? page->height : page->width;
	sheet->height = page->rotation % 180 ? page->width : page->height;
	for (int i = 0; i <= page->nwords; i++) {
		const struct word *word = i < page->nwords ? &page->words[i] : NULL;

		if (word && outside(word))
			continue;
		if (n && (!word || !same_line(placed[0].word, word))) {
			add_line(sheet, placed, n, arena);
			n = 0;
		}
		if (!word)
			break;
		placed[n] = (struct placed){ word, upright_box(page, word->box), i };
		heights[all++] = placed[n++].box.h;
	}
	sheet->text_height = median(heights, all);
	if (sheet->nlines)
		qsort(sheet->lines, (size_t)sheet->nlines, sizeof *sheet->lines, compare_lines);
	join_pieces(sheet, arena);
	return sheet;
}

int line_find_within(const struct line *line, const char *key, int from, int limit, int *n)
{
	int want = (int)strlen(key);
	int best = limit + 1, found = -1;
	char joined[KEY_MAX + 1];

	for (int i = from; i < line->nwords && best && want; i++) {
		int have = 0;

		/* a word of a label has at least one letter, so want + limit words are the most it can have */
		for (int k = i; k < line->nwords && k <= i + want + limit && have < want + limit; k++) {
			int size = (int)strlen(line->keys[k]), d;

			if (have + size > want + limit || have + size > KEY_MAX)
				break;
			memcpy(joined + have, line->keys[k], (size_t)size + 1);
			have += size;
			if (!size || have < want - limit)
				continue;
			d = key_distance(joined, key, limit);
			if (d < best) {
				best = d;
				found = i;
				*n = k - i + 1;
			}
		}
	}
	return found;
}

int line_find(const struct line *line, const char *key, int from, int *n)
{
	return line_find_within(line, key, from, key_tolerance(key), n);
}

struct sheet *sheet_new(const struct page *page, struct arena *arena)
{
	return sheet_without(page, is_outside, arena);
}

struct sheet *sheet_of_stamps(const struct page *page, struct arena *arena)
{
	return sheet_without(page, is_outside_stamp, arena);
}

int sheet_page_number(const struct sheet *sheet)
{
	const struct page *page = sheet->page;

	for (int i = 0; i < page->nwords; i++)
		if (page->words[i].role == ROLE_PAGE_NUMBER && strspn(page->words[i].text, "0123456789") == strlen(page->words[i].text) &&
		    strlen(page->words[i].text) < 5)
			return atoi(page->words[i].text);
	for (int i = 0; i < sheet->nlines && i < 2 && sheet->lines[i].middle < sheet->height * NUMBER_SHARE; i++) {
		const char *text = sheet->lines[i].text;

		if (sheet->lines[i].nwords == 1 && strlen(text) < 5 && *text && strspn(text, "0123456789") == strlen(text))
			return atoi(text);
	}
	return -1;
}
