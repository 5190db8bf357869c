#include "stages/ocr/columns.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"
#include "pipeline/plain.h"
#include "pipeline/text.h"
#include "stages/image/frame.h"

/* Shares of the upright page, from the layout of Decree 30/2020 (margins 30 and 15 mm of 210, two blocks of about 40 and 60 %). */
#define HEAD_BOTTOM 0.45  /* the head never reaches further down, even with three lines of agency */
#define MIDDLE_LOW 0.30   /* the gap between the blocks lies between these */
#define MIDDLE_HIGH 0.64
#define CENTRED 0.08      /* a line whose middle is nearer than this to the page's middle, and crosses it, is no block of the head */
#define NUMBER_TOP 0.10   /* page numbers stand in the top margin */
#define GAP 1.6           /* in line heights: wider than any blank between words of a justified line in the head */

#define PEN_DOUBT 60.0F   /* above the head stand printed lines, which read better than this, and notes by pen */

/* A piece of a line: words [first, first + n). */
struct piece {
	int first, n;
	struct box box; /* upright */
	bool left, right;
	bool aside;     /* no part of the paper's text */
	int order;      /* as it was read, for ties */
};

struct sheet {
	struct page *page;
	int width, height;
	struct box *boxes; /* upright, per word */
	struct piece *pieces;
	int npieces;
	int motto;         /* first word of the national motto, -1 where none was found; ... */
	int wish;          /* ... of the line "Độc lập - Tự do - Hạnh phúc" */
};

static bool same_line(const struct word *a, const struct word *b)
{
	return a->block == b->block && a->paragraph == b->paragraph && a->line == b->line;
}

/* How many of the words from i on, in its line, are those of a list; damaged ones are passed over. */
static int agreement(const struct page *page, int i, const char *const *list, int n, struct arena *arena)
{
	int found = 0;

	for (int k = 0; k < n && i + k < page->nwords && same_line(&page->words[i], &page->words[i + k]); k++)
		found += !strcmp(text_fold(arena, page->words[i + k].text), list[k]);
	return found;
}

/* CỘNG, not Cộng: the words of the motto stand in running text, too. */
static bool is_capital(const char *word)
{
	text_next(&word);
	return *word && text_is_upper(text_next(&word));
}

/* Where the two lines of the national motto begin. */
static void find_motto(struct sheet *s, struct arena *arena)
{
	static const char *const motto[] = { "cong", "hoa", "xa", "hoi", "chu", "nghia", "viet", "nam" };
	static const char *const wish[] = { "doc", "lap", "-", "tu", "do", "-", "hanh", "phuc" };

	s->motto = s->wish = -1;
	for (int i = 0; i < s->page->nwords; i++) {
		if (s->boxes[i].y > HEAD_BOTTOM * s->height)
			continue;
		if (s->motto < 0 && is_capital(s->page->words[i].text) && agreement(s->page, i, motto, 8, arena) >= 5)
			s->motto = i;
		if (s->wish < 0 && agreement(s->page, i, wish, 8, arena) >= 4)
			s->wish = i;
	}
}

static void add_piece(struct sheet *s, int first, int n, struct arena *arena)
{
	struct piece *p = arena_push(arena, &s->pieces, &s->npieces, sizeof *p);

	*p = (struct piece){ .first = first, .n = n, .order = s->npieces, .aside = !word_is_plain(&s->page->words[first]) };
	for (int k = first; k < first + n; k++)
		p->box = box_union(p->box, s->boxes[k]);
	p->left = p->box.x + p->box.w <= MIDDLE_HIGH * s->width && p->box.x + p->box.w / 2.0 < 0.44 * s->width;
	p->right = p->box.x >= MIDDLE_LOW * s->width && p->box.x + p->box.w / 2.0 > 0.54 * s->width;
}

/* The words of one line from left to right, cut where the gap of the two blocks runs through, where the motto begins, and around words that are no text. */
static void cut_line(struct sheet *s, int first, int n, struct arena *arena)
{
	int start = first, high = 1;

	for (int i = first; i < first + n; i++)
		if (word_is_plain(&s->page->words[i]) && s->boxes[i].h > high)
			high = s->boxes[i].h;
	for (int i = first; i < first + n; i++) {
		bool last = i + 1 == first + n, cut = last;

		if (!last) {
			int gap = s->boxes[i + 1].x - s->boxes[i].x - s->boxes[i].w, middle = s->boxes[i].x + s->boxes[i].w + gap / 2;

			cut = (gap >= GAP * high && middle >= MIDDLE_LOW * s->width && middle <= MIDDLE_HIGH * s->width) || i + 1 == s->motto ||
			      i + 1 == s->wish || word_is_plain(&s->page->words[i]) != word_is_plain(&s->page->words[i + 1]);
		}
		if (!cut)
			continue;
		add_piece(s, start, i + 1 - start, arena);
		start = i + 1;
	}
}

static void cut_lines(struct sheet *s, struct arena *arena)
{
	struct page *page = s->page;
	int first = 0;

	s->boxes = arena_array(arena, (size_t)page->nwords, sizeof *s->boxes);
	for (int i = 0; i < page->nwords; i++)
		s->boxes[i] = frame_to_upright(page, page->words[i].box);
	find_motto(s, arena);
	for (int i = 1; i <= page->nwords; i++)
		if (i == page->nwords || !same_line(&page->words[i], &page->words[first])) {
			cut_line(s, first, i - first, arena);
			first = i;
		}
}

static int centre_y(const struct piece *p)
{
	return p->box.y + p->box.h / 2;
}

/* The folded letters of a piece, nothing between, at most 15. */
static void piece_letters(const struct sheet *s, const struct piece *p, char letters[16], struct arena *arena)
{
	size_t n = 0;

	for (int i = p->first; i < p->first + p->n; i++)
		for (const char *c = text_fold(arena, s->page->words[i].text); *c && n < 15; c++)
			if (*c >= 'a' && *c <= 'z')
				letters[n++] = *c;
	letters[n] = '\0';
}

static bool begins(const struct sheet *s, const struct piece *p, const char *key, struct arena *arena)
{
	char letters[16];

	piece_letters(s, p, letters, arena);
	return !strncmp(letters, key, strlen(key));
}

/* "Nơi nhận:" as printed or damaged: what is left when marks and signs go. */
static bool is_recipients(const struct sheet *s, const struct piece *p, struct arena *arena)
{
	return begins(s, p, "noinhan", arena) || begins(s, p, "noinhn", arena) || begins(s, p, "nainhan", arena);
}

static bool has_sign(const struct sheet *s, const struct piece *p, const char *signs)
{
	for (int i = p->first; i < p->first + p->n; i++)
		if (strpbrk(s->page->words[i].text, signs))
			return true;
	return false;
}

/* "Số: 12/QĐ-UBND", "Luật số: ..."; not "SỞ XÂY DỰNG". */
static bool is_number(const struct sheet *s, const struct piece *p, struct arena *arena)
{
	return (begins(s, p, "so", arena) || begins(s, p, "luatso", arena)) && has_sign(s, p, ":/0123456789");
}

/* "Hà Nội, ngày 05 tháng 01 năm 2020": two of the three words suffice. */
static bool is_date(const struct sheet *s, const struct piece *p, struct arena *arena)
{
	int found = 0;

	for (int i = p->first; i < p->first + p->n; i++) {
		const char *word = text_fold(arena, s->page->words[i].text);

		found += !strncmp(word, "ngay", 4) || !strcmp(word, "thang") || !strcmp(word, "nam");
	}
	return found >= 2;
}

static bool is_page_number(const struct sheet *s, const struct piece *p)
{
	const char *text = s->page->words[p->first].text;

	if (p->n != 1 || centre_y(p) > NUMBER_TOP * s->height || strlen(text) > 4)
		return false;
	return strspn(text, "0123456789-") == strlen(text);
}

static bool is_centred(const struct sheet *s, const struct piece *p)
{
	int middle = s->width / 2, own = p->box.x + p->box.w / 2;

	return p->box.x < middle && p->box.x + p->box.w > middle && abs(own - middle) < CENTRED * s->width;
}

/* The lines of a head, as y of the upright page. */
struct head {
	int top;    /* its first line; what stands above is no part of it */
	int row;    /* where number, place and date begin */
	int about;  /* "V/v ...": the subject of an official letter stands under its number */
	int bottom; /* 0: no head of two blocks */
};

/* A head is where the motto stands at the right and something at its left; it ends with the first line that is of neither block. */
static struct head head_find(const struct sheet *s, struct arena *arena)
{
	struct head head = { s->height, s->height, s->height, (int)(HEAD_BOTTOM * s->height) };
	int anchor = s->motto >= 0 ? s->motto : s->wish, below = 0;
	bool left = false, right = false;

	if (anchor < 0)
		return (struct head){ 0, 0, 0, 0 };
	below = s->boxes[s->wish >= 0 ? s->wish : s->motto].y + s->boxes[anchor].h;
	for (int i = 0; i < s->npieces; i++) {
		const struct piece *p = &s->pieces[i];
		bool full = p->box.x < 0.30 * s->width && p->box.x + p->box.w > 0.70 * s->width;

		if (!p->aside && p->box.y > below && p->box.y < head.bottom &&
		    (full || is_centred(s, p) || (!p->left && !p->right) || begins(s, p, "kinhgui", arena)))
			head.bottom = p->box.y;
	}
	for (int i = 0; i < s->npieces; i++) {
		const struct piece *p = &s->pieces[i];

		if (p->aside || centre_y(p) >= head.bottom)
			continue;
		left |= p->left && centre_y(p) > s->boxes[anchor].y - 2 * s->boxes[anchor].h;
		right |= p->right && p->first == anchor;
		if (p->first == anchor || (p->left && abs(centre_y(p) - s->boxes[anchor].y) < 2 * s->boxes[anchor].h))
			head.top = p->box.y < head.top ? p->box.y : head.top;
		if ((p->left && is_number(s, p, arena)) || (p->right && is_date(s, p, arena)))
			head.row = p->box.y < head.row ? p->box.y : head.row;
		if (p->left && !strncasecmp(s->page->words[p->first].text, "V/", 2) && p->box.y > s->boxes[anchor].y)
			head.about = p->box.y;
	}
	return left && right ? head : (struct head){ 0, 0, 0, 0 };
}

/* The y from which the foot counts; the height of the page when there is none. */
static int foot_top(const struct sheet *s, struct arena *arena)
{
	for (int i = s->npieces - 1; i >= 0; i--) {
		const struct piece *p = &s->pieces[i];
		int top = p->box.y;

		if (p->aside || !p->left || !is_recipients(s, p, arena))
			continue;
		/* the signer's first line may stand up to three lines higher */
		for (int k = 0; k < s->npieces; k++) {
			const struct piece *q = &s->pieces[k];

			if (!q->aside && q->right && !q->left && centre_y(q) > p->box.y - 4 * p->box.h && q->box.y < top && q->box.x > 0.42 * s->width)
				top = q->box.y;
		}
		/* unless a line of the body reaches down there */
		for (int k = 0; k < s->npieces; k++) {
			const struct piece *q = &s->pieces[k];

			if (!q->aside && !q->left && !q->right && q->box.y + q->box.h / 2 > top && q->box.y < p->box.y)
				top = q->box.y + q->box.h;
		}
		return top;
	}
	return s->height;
}

/* In reading order: the head cell by cell (agency, motto, number, place and date, subject of a letter). */
enum zone { ABOVE, AGENCY, MOTTO, NUMBER, DATE, ABOUT, BODY, FOOT_LEFT, FOOT_RIGHT, ASIDE };

struct placed {
	enum zone zone;
	const struct piece *piece;
};

static int by_zone(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->zone != y->zone)
		return x->zone < y->zone ? -1 : 1;
	if (x->zone == ASIDE || x->zone == ABOVE)
		return x->piece->order - y->piece->order;
	if (x->zone != BODY && abs(centre_y(x->piece) - centre_y(y->piece)) > (x->piece->box.h + y->piece->box.h) / 4)
		return centre_y(x->piece) < centre_y(y->piece) ? -1 : 1;
	if (x->zone != BODY && x->piece->box.x != y->piece->box.x)
		return x->piece->box.x < y->piece->box.x ? -1 : 1;
	return x->piece->order < y->piece->order ? -1 : 1;
}

/* Numbers lines anew: the blocks of head and foot are blocks of their own; those of the body keep the reader's parting. */
static void rebuild(struct sheet *s, const struct placed *placed, struct arena *arena)
{
	struct page *page = s->page;
	struct word *words = arena_array(arena, (size_t)page->nwords, sizeof *words);
	int n = 0, block = 0, paragraph = 0, line = 0;

	for (int i = 0; i < s->npieces; i++) {
		const struct piece *p = placed[i].piece;
		const struct word *first = &page->words[p->first];
		const struct word *before = i ? &page->words[placed[i - 1].piece->first] : NULL;
		bool new_block = !before || placed[i].zone != placed[i - 1].zone || (placed[i].zone == BODY && before->block != first->block);
		bool new_paragraph = new_block || (placed[i].zone == BODY && before->paragraph != first->paragraph);
		bool new_line = new_paragraph || placed[i].zone != BODY || !same_line(before, first);

		block += new_block;
		paragraph += new_paragraph;
		line += new_line;
		for (int k = p->first; k < p->first + p->n; k++) {
			struct word *w = &words[n++];

			*w = page->words[k];
			w->block = block;
			w->paragraph = paragraph;
			w->line = line;
			if (placed[i].zone == ABOVE && w->confidence < PEN_DOUBT)
				w->role = ROLE_MARGIN;
			else if (is_page_number(s, p) && page->number != 1)
				w->role = ROLE_PAGE_NUMBER;
			else if (placed[i].zone <= ABOUT)
				w->role = ROLE_HEADER;
			else if (placed[i].zone == FOOT_LEFT || placed[i].zone == FOOT_RIGHT)
				w->role = ROLE_FOOT;
		}
	}
	page->words = words;
}

static enum zone zone_of(const struct sheet *s, const struct piece *p, struct head head, int foot)
{
	bool left = p->box.x + p->box.w / 2 < s->width / 2;
	int y = centre_y(p);

	if (p->aside)
		return ASIDE;
	if (y < head.top || (head.bottom && is_page_number(s, p)))
		return ABOVE;
	if (y < head.bottom)
		return y >= head.about && left ? ABOUT : y >= head.row ? (left ? NUMBER : DATE) : left ? AGENCY : MOTTO;
	if (y > foot)
		return left ? FOOT_LEFT : FOOT_RIGHT;
	return BODY;
}

void columns_order(struct page *page, struct arena *arena)
{
	struct sheet s = { .page = page };
	struct placed *placed;
	struct head head;
	int foot;

	if (!page->nwords)
		return;
	frame_upright_size(page, &s.width, &s.height);
	cut_lines(&s, arena);
	head = head_find(&s, arena);
	foot = foot_top(&s, arena);
	placed = arena_array(arena, (size_t)s.npieces, sizeof *placed);
	for (int i = 0; i < s.npieces; i++)
		placed[i] = (struct placed){ zone_of(&s, &s.pieces[i], head, foot), &s.pieces[i] };
	qsort(placed, (size_t)s.npieces, sizeof *placed, by_zone);
	rebuild(&s, placed, arena);
}
