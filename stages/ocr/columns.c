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
#define NUMBER_TOP 0.10   /* page numbers stand in the top margin, at its middle, ... */
#define NUMBER_BOTTOM 0.92 /* ... or, against the decree, in the bottom margin */
#define GAP 1.6           /* in line heights: wider than any blank between words of a justified line in the head */

#define WIDE_GAP 4.0      /* ... wider than any, wherever it lies: columns of signers, cells */
#define SIGNER_WIDE 0.48  /* share of the page's width that no line of a signer's block fills */
#define SIGNERS_MAX 4     /* side by side */
#define STRAY_DOUBT 70.0F /* a short line below it among head or signer: seals, signatures; damaged names read above 50 */
#define PEN_DOUBT 75.0F   /* above the head stand printed lines, which read better than this, and notes by pen */

/* A piece of a line: words [first, first + n). */
struct piece {
	int first, n;
	struct box box; /* upright */
	bool left, right;
	bool running;   /* in a column of running text */
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

/* "Số: 12/UBND-VP Mai Hạ, ngày ...": an official number and a date in one line stand in two blocks, however near; cut before the word behind the widest gap
 * between them. 0 where the line is no such. */
static int date_begins(const struct sheet *s, int first, int n, struct arena *arena)
{
	int widest = 0, at = 0;

	if (s->boxes[first].y > HEAD_BOTTOM * s->height || strcmp(text_fold(arena, s->page->words[first].text), "so:"))
		return 0;
	for (int i = first + 1; i < first + n; i++) {
		int gap = s->boxes[i].x - s->boxes[i - 1].x - s->boxes[i - 1].w;

		if (!strcmp(text_fold(arena, s->page->words[i].text), "ngay"))
			return at;
		if (gap > widest && s->boxes[i].x > MIDDLE_LOW * s->width) {
			widest = gap;
			at = i;
		}
	}
	return 0;
}

/* The words of one line from left to right, cut where the gap of the two blocks runs through, where the motto begins, and around words that are no text. */
static void cut_line(struct sheet *s, int first, int n, struct arena *arena)
{
	int start = first, high = 1, date = date_begins(s, first, n, arena);

	for (int i = first; i < first + n; i++)
		if (word_is_plain(&s->page->words[i]) && s->boxes[i].h > high)
			high = s->boxes[i].h;
	for (int i = first; i < first + n; i++) {
		bool last = i + 1 == first + n, cut = last;

		if (!last) {
			int gap = s->boxes[i + 1].x - s->boxes[i].x - s->boxes[i].w, middle = s->boxes[i].x + s->boxes[i].w + gap / 2;

			cut = (gap >= GAP * high && middle >= MIDDLE_LOW * s->width && middle <= MIDDLE_HIGH * s->width) || i + 1 == s->motto ||
			      i + 1 == s->wish || i + 1 == date || gap >= WIDE_GAP * high || word_is_plain(&s->page->words[i]) != word_is_plain(&s->page->words[i + 1]);
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

static bool is_centred(const struct sheet *s, const struct piece *p)
{
	int middle = s->width / 2, own = p->box.x + p->box.w / 2;

	return p->box.x < middle && p->box.x + p->box.w > middle && abs(own - middle) < CENTRED * s->width;
}

/* "2", "- 2 -": alone in the top margin at its middle (Decree 30/2020, appendix I), or in the bottom margin. */
static bool is_page_number(const struct sheet *s, const struct piece *p)
{
	int y = centre_y(p);
	bool digits = false;

	if (p->n > 3 || (y > NUMBER_TOP * s->height && y < NUMBER_BOTTOM * s->height) || (y <= NUMBER_TOP * s->height && abs(p->box.x + p->box.w / 2 - s->width / 2) > CENTRED * s->width))
		return false;
	for (int i = p->first; i < p->first + p->n; i++) {
		const char *text = s->page->words[i].text;

		if (strlen(text) > 4 || strspn(text, "0123456789-") != strlen(text))
			return false;
		digits |= strspn(text, "-") != strlen(text);
	}
	return digits;
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
enum zone { ABOVE, AGENCY, MOTTO, NUMBER, DATE, ABOUT, BODY, FOOT_LEFT, FOOT_RIGHT, SIGNERS, NOTES, BOTTOM, ASIDE };

struct placed {
	enum zone zone;
	int column; /* of SIGNERS */
	const struct piece *piece;
};

static int by_zone(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->zone != y->zone)
		return x->zone < y->zone ? -1 : 1;
	if (x->column != y->column)
		return x->column - y->column;
	if (x->zone == ASIDE || x->zone == ABOVE)
		return x->piece->order - y->piece->order;
	if (x->zone != BODY && abs(centre_y(x->piece) - centre_y(y->piece)) > (x->piece->box.h + y->piece->box.h) / 4)
		return centre_y(x->piece) < centre_y(y->piece) ? -1 : 1;
	if (x->zone != BODY && x->piece->box.x != y->piece->box.x)
		return x->piece->box.x < y->piece->box.x ? -1 : 1;
	return x->piece->order < y->piece->order ? -1 : 1;
}

/* Two letters or three by themselves above the head: a clerk's mark by pen ("TTĐT", read as "TH"). */
static bool is_small_note(const struct sheet *s, const struct piece *p)
{
	return p->n == 1 && strlen(s->page->words[p->first].text) <= 4;
}

/* By pen, or specks: nothing that a head or a signer's block would hold in a line of its own. */
static bool is_stray(const struct sheet *s, const struct piece *p)
{
	float confidence = 0;
	int letters = 0, digits = 0;

	for (int i = p->first; i < p->first + p->n; i++) {
		const char *text = s->page->words[i].text;

		confidence += s->page->words[i].confidence / (float)p->n;
		while (*text) {
			uint32_t c = text_next(&text);

			letters += text_is_letter(c);
			digits += text_is_digit(c);
		}
	}
	return !digits && (letters < 2 || (p->n <= 3 && confidence < STRAY_DOUBT));
}

static enum role role_of(const struct sheet *s, const struct placed *placed, float confidence)
{
	enum zone zone = placed->zone;

	if (is_page_number(s, placed->piece))
		return ROLE_PAGE_NUMBER;
	if (zone == ABOVE && (confidence < PEN_DOUBT || is_small_note(s, placed->piece)))
		return ROLE_MARGIN;
	if (zone <= ABOUT || zone == FOOT_RIGHT) {
		if (is_stray(s, placed->piece))
			return ROLE_MARGIN;
		return zone == FOOT_RIGHT ? ROLE_FOOT : ROLE_HEADER;
	}
	return zone == FOOT_LEFT || zone == SIGNERS ? ROLE_FOOT : zone == NOTES ? ROLE_FOOTNOTE : ROLE_BODY;
}

static bool same_row(const struct piece *a, const struct piece *b)
{
	return abs(centre_y(a) - centre_y(b)) <= (a->box.h + b->box.h) / 4;
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
		bool new_block = !before || placed[i].zone != placed[i - 1].zone || placed[i].column != placed[i - 1].column || (placed[i].zone == BODY && before->block != first->block);
		bool new_paragraph = new_block || (placed[i].zone == BODY && before->paragraph != first->paragraph);
		bool new_line = new_paragraph || (placed[i].zone == BODY || placed[i].zone == NOTES ? !same_line(before, first) : !same_row(placed[i - 1].piece, p));

		block += new_block;
		paragraph += new_paragraph;
		line += new_line;
		for (int k = p->first; k < p->first + p->n; k++) {
			struct word *w = &words[n++];

			*w = page->words[k];
			w->block = block;
			w->paragraph = paragraph;
			w->line = line;
			if (w->role == ROLE_BODY)
				w->role = role_of(s, &placed[i], w->confidence);
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
	if (s->page->words[p->first].role == ROLE_FOOTNOTE)
		return is_page_number(s, p) ? BOTTOM : NOTES;
	if (is_page_number(s, p))
		return y < s->height / 2 ? ABOVE : BOTTOM;
	if (y < head.top)
		return ABOVE;
	if (y < head.bottom)
		return y >= head.about && left ? ABOUT : y >= head.row ? (left ? NUMBER : DATE) : left ? AGENCY : MOTTO;
	if (y > foot)
		return left ? FOOT_LEFT : FOOT_RIGHT;
	return BODY;
}

/* ---- several signers side by side ---- */

/* What stands in signers' blocks of forms and contracts, and of papers without "Nơi nhận". */
static bool is_signer(const struct sheet *s, const struct piece *p, struct arena *arena)
{
	static const char *const keys[] = { "kyghiro", "kyten", "kyvaghi", "nguoi", "daidien", "giamdoc", "chutich", "thutruong", "tmuyban", "ktchutich", "truong" };

	for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
		if (begins(s, p, keys[k], arena))
			return true;
	return false;
}

/* The y below which only short pieces stand; the last line of the body ends there. */
static int tail_top(const struct sheet *s, const struct placed *placed)
{
	int top = 0;

	for (int i = 0; i < s->npieces; i++) {
		const struct box *b = &placed[i].piece->box;

		if (placed[i].zone <= BODY && (b->w > SIGNER_WIDE * s->width || placed[i].piece->running) && b->y + b->h > top)
			top = b->y + b->h;
	}
	return top;
}

/* Where the first row of several signers begins: two pieces or more beside each other, one of which says so. The height of the page when there is none. */
static int signers_top(const struct sheet *s, const struct placed *placed, int tail, struct arena *arena)
{
	int top = s->height;

	for (int i = 0; i < s->npieces; i++) {
		const struct piece *p = placed[i].piece;
		bool beside = false;

		if (placed[i].zone != BODY || p->box.y < tail || !is_signer(s, p, arena))
			continue;
		for (int k = 0; k < s->npieces; k++)
			if (k != i && placed[k].zone == BODY && abs(placed[k].piece->box.y - p->box.y) < 2 * p->box.h &&
			    (placed[k].piece->box.x > p->box.x + p->box.w || placed[k].piece->box.x + placed[k].piece->box.w < p->box.x)) {
				beside = true;
				top = placed[k].piece->box.y < top ? placed[k].piece->box.y : top;
			}
		if (beside && p->box.y < top)
			top = p->box.y;
	}
	return top;
}

static int by_left(const void *a, const void *b)
{
	const struct box *x = a, *y = b;

	return x->x - y->x;
}

/* The columns that the pieces below `top` fill, as boxes from left to right; their number, 0 when they are not apart. */
static int signer_columns(const struct sheet *s, const struct placed *placed, int top, struct box *columns, struct arena *arena)
{
	struct box *boxes = arena_array(arena, (size_t)s->npieces + 1, sizeof *boxes);
	int nboxes = 0, n = 0;

	for (int i = 0; i < s->npieces; i++)
		if (placed[i].zone == BODY && placed[i].piece->box.y >= top)
			boxes[nboxes++] = placed[i].piece->box;
	qsort(boxes, (size_t)nboxes, sizeof *boxes, by_left);
	for (int i = 0; i < nboxes; i++) {
		if (n && boxes[i].x < columns[n - 1].x + columns[n - 1].w) {
			columns[n - 1] = box_union(columns[n - 1], boxes[i]);
			continue;
		}
		if (n == SIGNERS_MAX)
			return 0;
		columns[n++] = boxes[i];
	}
	return n > 1 ? n : 0;
}

/* Each block is read to its end before the next one: title, "(Ký, ghi rõ họ tên)", name. */
static void signers_find(const struct sheet *s, struct placed *placed, struct arena *arena)
{
	int top = signers_top(s, placed, tail_top(s, placed), arena);
	struct box columns[SIGNERS_MAX];
	int n = top < s->height ? signer_columns(s, placed, top, columns, arena) : 0;

	for (int i = 0; n && i < s->npieces; i++) {
		const struct box *b = &placed[i].piece->box;

		if (placed[i].zone != BODY || b->y < top)
			continue;
		placed[i].zone = SIGNERS;
		for (int k = 0; k < n; k++)
			if (b->x >= columns[k].x)
				placed[i].column = k;
	}
}

/* ---- columns of running text ---- */

#define COLUMN_LINES 6    /* a signer's block has fewer: office, name, what is written between */
#define COLUMN_WIDE 0.25  /* share of the page's width: narrower is no running text */

/* Pieces one after the other that layout took for one block. */
struct run {
	int first, n;
	struct box box;
};

static struct run run_join(struct run a, struct run b)
{
	return (struct run){ a.first, a.n + b.n, box_union(a.box, b.box) };
}

static int list_runs(const struct sheet *s, struct arena *arena, struct run **runs)
{
	int n = 0;

	*runs = arena_array(arena, (size_t)s->npieces + 1, sizeof **runs);
	for (int i = 0; i < s->npieces; i++) {
		const struct piece *p = &s->pieces[i];
		struct run one = { i, 1, p->box };

		if (n && s->page->words[s->pieces[i - 1].first].block == s->page->words[p->first].block)
			(*runs)[n - 1] = run_join((*runs)[n - 1], one);
		else
			(*runs)[n++] = one;
	}
	return n;
}

static bool stand_beside(const struct sheet *s, const struct run *left, const struct run *right)
{
	return left->n >= COLUMN_LINES && right->n >= COLUMN_LINES && left->box.w >= COLUMN_WIDE * s->width && right->box.w >= COLUMN_WIDE * s->width &&
	       left->box.x + left->box.w < right->box.x && left->box.y < right->box.y + right->box.h && right->box.y < left->box.y + left->box.h;
}

/* Where blocks of running text stand beside each other, no signers do. */
static void mark_columns(struct sheet *s, struct arena *arena)
{
	struct run *runs;
	int n = list_runs(s, arena, &runs);

	for (int i = 0; i + 1 < n; i++)
		if (stand_beside(s, &runs[i], &runs[i + 1]))
			for (int k = runs[i].first; k < runs[i].first + runs[i].n + runs[i + 1].n; k++)
				s->pieces[k].running = true;
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
	mark_columns(&s, arena);
	head = head_find(&s, arena);
	foot = foot_top(&s, arena);
	placed = arena_array(arena, (size_t)s.npieces, sizeof *placed);
	for (int i = 0; i < s.npieces; i++)
		placed[i] = (struct placed){ zone_of(&s, &s.pieces[i], head, foot), 0, &s.pieces[i] };
	if (foot == s.height)
		signers_find(&s, placed, arena);
	qsort(placed, (size_t)s.npieces, sizeof *placed, by_zone);
	rebuild(&s, placed, arena);
}
