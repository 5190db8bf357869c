#include "stages/ocr/missed.h"

#include <leptonica/allheaders.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/ocr/tesseract.h"

/* Shares of the height that a line of the page takes, from descender to ascender. */
#define LETTER_MIN 0.40 /* small letters fill 0.45 of it, ... */
#define LETTER_MAX 1.3  /* ... capitals with two marks 1.0; titles are larger */
#define LETTER_WIDE 3.0 /* letters that touch each other */
#define ASCENT 0.76     /* of it above the baseline */
#define MARK_REACH 0.35 /* marks above and below letters are no further away */
#define WORD_GAP 1.0    /* a row is parted where the gap is wider */

#define ROW_DRIFT 0.35  /* feet of one row differ by less */

#define LINES_FEWEST 2  /* as on a page with the signer alone; the height of one line says nothing */
#define MISSED_MAX 40   /* a drawing or a photograph has hundreds of pieces that look like letters */

static int by_value(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* The median height of the lines without their margin, 0 where there are too few. */
static int line_height(const struct found_line *lines, int n, struct arena *arena)
{
	int *heights = arena_array(arena, (size_t)n + 1, sizeof *heights), count = 0;

	for (int i = 0; i < n; i++)
		if (!lines[i].place.turned && lines[i].place.right - lines[i].place.left > 3 * (lines[i].place.bottom - lines[i].place.top))
			heights[count++] = lines[i].place.bottom - lines[i].place.top - 2 * LINE_MARGIN;
	if (count < LINES_FEWEST)
		return 0;
	qsort(heights, (size_t)count, sizeof *heights, by_value);
	return heights[(count - 1) / 2];
}

/* Ink that no line covers. */
static PIX *ink_left(PIX *ink, const struct found_line *lines, int n)
{
	PIX *left = pixCopy(NULL, ink);

	for (int i = 0; left && i < n; i++) {
		const struct line_place *p = &lines[i].place;

		pixRasterop(left, p->left, p->top, p->right - p->left, p->bottom - p->top, PIX_CLR, NULL, 0, 0);
	}
	return left;
}

struct piece {
	int left, top, right, bottom;
	bool letter; /* else a mark, or of another size */
};

static int by_left(const void *a, const void *b)
{
	const struct piece *p = a, *q = b;

	return p->left != q->left ? p->left - q->left : p->top - q->top;
}

static int list_pieces(PIX *left, int height, struct arena *arena, struct piece **pieces)
{
	BOXA *boxes = pixConnCompBB(left, 8);
	int n = boxes ? boxaGetCount(boxes) : 0, count = 0;

	*pieces = arena_array(arena, (size_t)n + 1, sizeof **pieces);
	for (int i = 0; i < n; i++) {
		struct piece *p = &(*pieces)[count];
		int x, y, w, h;

		boxaGetBoxGeometry(boxes, i, &x, &y, &w, &h);
		if (h > LETTER_MAX * height || w > LETTER_WIDE * height || (w < 0.08 * height && h < 0.08 * height))
			continue;
		*p = (struct piece){ x, y, x + w, y + h, h >= LETTER_MIN * height };
		count++;
	}
	qsort(*pieces, (size_t)count, sizeof **pieces, by_left);
	boxaDestroy(&boxes);
	return count;
}

/* A row being built from left to right. */
struct row {
	struct piece box; /* around its letters */
	int baseline, letters;
};

static bool joins(const struct row *row, const struct piece *p, int height)
{
	int reach = (int)(0.3 * height);

	return p->left - row->box.right <= WORD_GAP * height && abs(p->bottom - row->baseline) <= reach;
}

static void row_add(struct row *row, const struct piece *p)
{
	row->box.left = p->left < row->box.left ? p->left : row->box.left;
	row->box.top = p->top < row->box.top ? p->top : row->box.top;
	row->box.right = p->right > row->box.right ? p->right : row->box.right;
	row->box.bottom = p->bottom > row->box.bottom ? p->bottom : row->box.bottom;
	row->baseline = row->letters ? (row->baseline * row->letters + p->bottom) / (row->letters + 1) : p->bottom;
	row->letters++;
}

static int list_rows(const struct piece *pieces, int n, int height, struct arena *arena, struct row **rows)
{
	int count = 0;

	*rows = arena_array(arena, (size_t)n + 1, sizeof **rows);
	for (int i = 0; i < n; i++) {
		struct row *row = NULL;

		if (!pieces[i].letter)
			continue;
		for (int k = 0; k < count && !row; k++)
			if (joins(&(*rows)[k], &pieces[i], height))
				row = &(*rows)[k];
		if (!row) {
			row = &(*rows)[count++];
			row->box = pieces[i];
		}
		row_add(row, &pieces[i]);
	}
	return count;
}

static int by_height(const void *a, const void *b)
{
	const struct row *p = a, *q = b;

	return p->baseline != q->baseline ? p->baseline - q->baseline : p->box.left - q->box.left;
}

/* The place of a row as layout would cut it: from descender to ascender, marks included. */
static struct line_place row_place(const struct row *row, const struct piece *pieces, int n, int height)
{
	int reach = (int)(MARK_REACH * height), ascender = row->baseline - (int)(ASCENT * height), descender = ascender + height;
	struct line_place p = { row->box.left, row->box.top, row->box.right, row->box.bottom, 0 };

	for (int i = 0; i < n; i++) {
		const struct piece *q = &pieces[i];

		if (q->letter || q->left < row->box.left - reach || q->right > row->box.right + reach || q->bottom < row->box.top - reach ||
		    q->top > row->box.bottom + reach)
			continue;
		p.left = q->left < p.left ? q->left : p.left;
		p.right = q->right > p.right ? q->right : p.right;
		p.top = q->top < p.top ? q->top : p.top;
		p.bottom = q->bottom > p.bottom ? q->bottom : p.bottom;
	}
	p.top = (p.top < ascender ? p.top : ascender) - LINE_MARGIN;
	p.bottom = (p.bottom > descender ? p.bottom : descender) + LINE_MARGIN;
	p.left -= LINE_MARGIN;
	p.right += LINE_MARGIN;
	return p;
}

static int middle_of(const struct line_place *p)
{
	return (p->top + p->bottom) / 2;
}

/* Feet tell better than middles: specks and seals make lines taller, upwards mostly. */
static bool same_row(const struct line_place *a, const struct line_place *b, int height)
{
	return abs(a->bottom - b->bottom) < ROW_DRIFT * height && a->top < b->bottom && b->top < a->bottom;
}

/* Lines of very unequal letters come in pieces. */
static int first_of_line(const struct found_line *lines, int i)
{
	while (i > 0 && lines[i - 1].line == lines[i].line)
		i--;
	return i;
}

/* The nearest line below, of several in its row the one that stands under the place; -1 where there is none. */
static int next_below(const struct found_line *lines, int n, const struct line_place *place, int height)
{
	int best = -1;

	for (int i = 0; i < n; i++) {
		const struct line_place *p = &lines[i].place, *q = best < 0 ? NULL : &lines[best].place;

		if (p->turned || middle_of(p) <= middle_of(place))
			continue;
		if (!q || (same_row(p, q, height) ? p->left < place->right && p->right > place->left && q->right < place->left : middle_of(p) < middle_of(q)))
			best = i;
	}
	return best;
}

/* The index at which a new line belongs: behind or before its neighbour in the row, else before the next line below it. */
static int belongs_at(const struct found_line *lines, int n, const struct line_place *place, int height)
{
	int below;

	for (int i = 0; i < n; i++)
		if (same_row(&lines[i].place, place, height))
			return lines[i].place.left > place->left ? i : i + 1;
	below = next_below(lines, n, place, height);
	return below < 0 ? n : first_of_line(lines, below);
}

/* The neighbour in the row, so near that it is the same line; NULL where there is none. */
static const struct found_line *same_line(const struct found_line *lines, int n, const struct line_place *place, int height)
{
	for (int i = 0; i < n; i++) {
		const struct line_place *p = &lines[i].place;
		int gap = p->left > place->left ? p->left - place->right : place->left - p->right;

		if (!lines[i].missed && !p->turned && same_row(p, place, height) && gap < 2 * height)
			return &lines[i];
	}
	return NULL;
}

static void line_insert(struct found_line *lines, int *n, const struct line_place *place, int height, int *last)
{
	const struct found_line *beside = same_line(lines, *n, place, height);
	int at = belongs_at(lines, *n, place, height);
	struct found_line line = lines[at < *n ? at : *n - 1];

	if (beside)
		line = *beside;
	else
		line.line = ++*last;
	line.place = *place;
	line.missed = true;
	memmove(lines + at + 1, lines + at, (size_t)(*n - at) * sizeof *lines);
	lines[at] = line;
	++*n;
}

void missed_lines(PIX *ink, struct arena *arena, struct found_line **lines, int *nlines)
{
	int height = line_height(*lines, *nlines, arena), n, nrows, last = 0;
	PIX *left = height > 0 ? ink_left(ink, *lines, *nlines) : NULL;
	struct found_line *all;
	struct piece *pieces;
	struct row *rows;

	if (!left)
		return;
	n = list_pieces(left, height, arena, &pieces);
	pixDestroy(&left);
	nrows = list_rows(pieces, n, height, arena, &rows);
	if (!nrows || nrows > MISSED_MAX)
		return;
	all = arena_array(arena, (size_t)*nlines + (size_t)nrows, sizeof *all);
	memcpy(all, *lines, (size_t)*nlines * sizeof *all);
	for (int i = 0; i < *nlines; i++)
		last = all[i].line > last ? all[i].line : last;
	qsort(rows, (size_t)nrows, sizeof *rows, by_height);
	for (int i = 0; i < nrows; i++) {
		struct line_place place = row_place(&rows[i], pieces, n, height);

		line_insert(all, nlines, &place, height, &last);
	}
	*lines = all;
}

bool missed_says(const char *word)
{
	return text_count_letters(word) > 1 || strpbrk(word, "0123456789");
}
