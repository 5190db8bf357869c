/*
 * paper.c - a template becomes leaves: the layout of administrative papers (NĐ 30/2020/NĐ-CP, Phụ lục I) and of forms
 *
 * A4; margins: top and bottom 20 mm, left 30 mm, right 15 mm; Times New Roman (its metric twin). Header in two columns, the
 * body 14 points, justified, first line 1.27 cm, 6 points between paragraphs; recipients left and signer right at the end;
 * the page number 13.5 points in the middle of the top margin from the second page on.
 */
#include "draw.h"

#include <stdlib.h>
#include <string.h>

#define GAP "\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0" /* the blank that a pen fills */
#define PITCH 1.15 /* line height over size */

/* What differs from office to office within the decree's limits; papers of the batch in samples/ all have the first. */
struct look {
	const char *family;  /* NULL: Times */
	double scale;        /* of all sizes: other families run wider */
	double size;         /* of the body, points; 0: the leaf's own */
	double spacing, after; /* of the body's lines; points between paragraphs */
	double left, right;  /* margins in millimetres more */
	double head;         /* where the motto's block begins, millimetres more */
	double foot;         /* where the signer's block begins, share of the column */
	double room;         /* for the signature, millimetres */
	bool dots;           /* values of forms stand on dotted leaders */
};

static const struct look usual = { NULL, 1, 0, 1.1, 6, 0, 0, 0, 0.46, 39, false };

struct setter { /* where the next thing goes */
	struct look look;
	struct paper *paper;
	const struct template *template;
	const struct cast *cast;
	struct leaf *leaf;
	double width, height, left, right, top, bottom, y, size;
	bool numbers;
	uint64_t seed;
};

static struct style plain(double size)
{
	struct style s = { .size = size };

	return s;
}

static struct style centred(double size, bool bold, bool italic)
{
	struct style s = { .size = size, .bold = bold, .italic = italic, .align = ALIGN_CENTRE };

	return s;
}

static double column(const struct setter *s)
{
	return s->width - s->left - s->right;
}

static void leaf_start(struct setter *s)
{
	struct paper *p = s->paper;
	char number[16];

	s->leaf = leaf_new(s->width, s->height);
	p->leaves = realloc(p->leaves, (size_t)(p->nleaves + 1) * sizeof *p->leaves);
	p->leaves[p->nleaves++] = s->leaf;
	s->y = s->top;
	if (p->nleaves == 1 || !s->numbers)
		return;
	snprintf(number, sizeof number, "%d", p->nleaves);
	text_draw(s->leaf, s->left, s->top - MM(9), column(s), number, centred(13.5, false, false));
}

static void room_for(struct setter *s, double need)
{
	if (s->y + need > s->height - s->bottom && s->y > s->top + 1)
		leaf_start(s);
}

/* Draws text in which '~' stands for a blank; digits written into it by pen when given. One line only. */
static double gap_draw(struct setter *s, double x, double width, const char *text, struct style style, const char *digits)
{
	char whole[512], before[256];
	const char *gap = strchr(text, '~');
	double start;

	if (!gap)
		return text_draw(s->leaf, x, s->y, width, text, style);
	snprintf(before, sizeof before, "%.*s", (int)(gap - text), text);
	snprintf(whole, sizeof whole, "%s" GAP "%s", before, gap + 1);
	start = x + (width - text_width(whole, style)) / 2 + text_width(before, style);
	if (digits)
		draw_digits(s->leaf, start + 3, s->y + style.size * 0.98, style.size * 0.88, digits, s->seed++);
	return text_draw(s->leaf, x, s->y, width, whole, style);
}

/* Every line of a kind, one under the other; the height used. */
static double stack(struct setter *s, const char *kind, double x, double y, double width, struct style style)
{
	double used = 0;

	for (int i = 0; i < s->template->nlines; i++)
		if (!strcmp(s->template->lines[i].kind, kind))
			used += text_draw(s->leaf, x, y + used, width, s->template->lines[i].text, style);
	return used;
}

static double stack_height(const struct setter *s, const char *kind, double width, struct style style)
{
	double used = 0;

	for (int i = 0; i < s->template->nlines; i++)
		if (!strcmp(s->template->lines[i].kind, kind))
			used += text_height(width, s->template->lines[i].text, style);
	return used;
}

/* Header, cells in the order they are read: agency, motto, number, place and date, subject line of an official letter. */
static void header_draw(struct setter *s)
{
	const struct template *t = s->template;
	const char *number = template_find(t, "number"), *place = template_find(t, "place"), *about = template_find(t, "about");
	double lx = s->left - MM(6), lw = MM(70), rx = s->left + MM(64), rw = s->width - s->right - rx + MM(5), y = s->y, left, right;
	double scale = (s->width < MM(200) ? 0.74 : 1) * s->look.scale;

	rx += MM(s->look.head);
	rw -= MM(s->look.head);
	lw += MM(s->look.head);
	if (s->width < MM(200)) {
		lx = s->left - MM(4);
		lw = MM(54);
		rx = s->left + MM(50);
		rw = s->width - s->right - rx + MM(4);
	}
	left = stack(s, "superior", lx, y, lw, centred(12.5 * scale, false, false));
	left += stack(s, "agency", lx, y + left, lw, centred(12.5 * scale, true, false));
	draw_rule(s->leaf, lx + lw * 0.3, lx + lw * 0.7, y + left + 3.5, 0.8); /* a third to a half of the line */
	if (template_find(t, "motto"))
		right = 0;
	else {
		struct style motto = centred(13 * scale, true, false);
		double w = text_width("Độc lập - Tự do - Hạnh phúc", motto);

		right = text_draw(s->leaf, rx, y, rw, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", centred(12.3 * scale, true, false));
		right += text_draw(s->leaf, rx, y + right, rw, "Độc lập - Tự do - Hạnh phúc", motto);
		draw_rule(s->leaf, rx + (rw - w) / 2, rx + (rw + w) / 2, y + right + 3.5, 0.8); /* as long as the line */
	}
	s->y = y + (left > right ? left : right) + 11;
	y = s->y;
	left = right = 0;
	if (number)
		left = gap_draw(s, lx, lw, number, centred(13 * scale, false, false), template_find(t, "numberpen"));
	if (place) {
		struct style italic = centred(13.5 * scale, false, true);

		right = gap_draw(s, rx, rw, place, italic, template_find(t, "daypen"));
	}
	if (about)
		left += text_draw(s->leaf, lx + MM(2), y + left + 2, lw - MM(4), about, centred(12 * scale, false, false)) + 2;
	if (template_find(t, "urgent")) {
		draw_box_text(s->leaf, lx + MM(14), y + left + 6, MM(32), MM(8), template_find(t, "urgent"), true);
		left += 34;
	}
	s->y = y + (left > right ? left : right) + 12;
}

static void paragraph(struct setter *s, const char *text, struct style style, double after)
{
	int from = 0;

	while (from >= 0) {
		if (s->height - s->bottom - s->y < style.size * PITCH * (style.spacing > 1.2 ? style.spacing : 1.2)) /* else no line fits, for ever */
			leaf_start(s);
		s->y += text_flow(s->leaf, s->left, s->y, column(s), s->height - s->bottom - s->y, text, style, &from);
		if (from > 0)
			leaf_start(s);
	}
	s->y += after;
}

/* "label | value | label | value": values start where their label ends and wrap there. Kinds: row bold, prow plain, drow dotted, hrow by hand on dots. */
static void row_draw(struct setter *s, const char *kind, const char *text)
{
	static const double stops[4][4] = { { 0 }, { 0, 0.56 }, { 0, 0.42, 0.70 }, { 0, 0.3, 0.52, 0.76 } };
	char copy[1024], *cell[8] = { 0 }, said[1024] = "", *save = NULL;
	bool by_hand = !strcmp(kind, "hrow");
	double used = 0;
	int ncells = 0, npairs;

	snprintf(copy, sizeof copy, "%s", text);
	for (char *c = strtok_r(copy, "|", &save); c && ncells < 8; c = strtok_r(NULL, "|", &save)) {
		while (*c == ' ')
			c++;
		for (size_t n = strlen(c); n && c[n - 1] == ' '; n--)
			c[n - 1] = 0;
		cell[ncells++] = c;
	}
	npairs = (ncells + 1) / 2;
	room_for(s, s->size * PITCH * 2);
	for (int k = 0; k < npairs; k++) {
		struct style label = plain(s->size), value = plain(s->size);
		double x = s->left + column(s) * stops[npairs - 1][k], w, h;
		double end = k + 1 < npairs ? s->left + column(s) * stops[npairs - 1][k + 1] - 6 : s->width - s->right;

		label.silent = value.silent = true;
		value.bold = !strcmp(kind, "row");
		w = text_width(cell[2 * k], label) + 4;
		h = text_draw(s->leaf, x, s->y, cell[2 * k + 1] ? 0 : end - x, cell[2 * k], label);
		if (cell[2 * k + 1]) {
			if (!strcmp(kind, "drow") || by_hand || s->look.dots)
				draw_dots(s->leaf, x + w, end, s->y + s->size * 1.05);
			if (by_hand)
				h += draw_hand(s->leaf, x + w + 4, s->y + s->size * 0.95, end, x, s->size, cell[2 * k + 1], s->cast->seed, s->seed++);
			else
				h = text_draw(s->leaf, x + w, s->y, end - x - w, cell[2 * k + 1], value);
		}
		used = h > used ? h : used;
		snprintf(said + strlen(said), sizeof said - strlen(said), "%s%s%s%s", k ? " " : "", cell[2 * k],
			 cell[2 * k + 1] && !by_hand ? " " : "", cell[2 * k + 1] && !by_hand ? cell[2 * k + 1] : "");
	}
	leaf_say(s->leaf, said);
	s->y += used + s->size * (by_hand ? 0.7 : 0.42);
}

/* "X Y W SIZE STYLE TEXT": millimetres; letters of STYLE: b bold, i italic, s sans, m mono, c centre, r right, R red, q silent. */
static void at_draw(struct setter *s, const char *text)
{
	double x, y, w, size;
	char letters[16], said[512];
	int skip = 0;
	struct style style = { .size = 10 };

	if (sscanf(text, "%lf %lf %lf %lf %15s %n", &x, &y, &w, &size, letters, &skip) < 5)
		return;
	style.size = size;
	style.bold = strchr(letters, 'b');
	style.italic = strchr(letters, 'i');
	style.sans = strchr(letters, 's');
	style.mono = strchr(letters, 'm');
	style.silent = strchr(letters, 'q');
	style.align = strchr(letters, 'c') ? ALIGN_CENTRE : strchr(letters, 'r') ? ALIGN_RIGHT : ALIGN_LEFT;
	if (strchr(letters, 'R'))
		style.r = 0.75, style.g = 0.08, style.b = 0.1;
	snprintf(said, sizeof said, "%s", text + skip);
	for (char *p = said; strchr(letters, 'm') && *p; p++) /* lines of a machine readable zone */
		*p = *p == '|' ? '\n' : *p;
	text_draw(s->leaf, MM(x), MM(y), MM(w), said, style);
}

static void frame_draw(struct setter *s, const char *text)
{
	double x, y, w, h, r = 0, g = 0, b = 0;

	if (sscanf(text, "%lf %lf %lf %lf %lf %lf %lf", &x, &y, &w, &h, &r, &g, &b) < 4)
		return;
	cairo_set_source_rgb(s->leaf->cr, r, g, b);
	cairo_set_line_width(s->leaf->cr, 1.6);
	cairo_rectangle(s->leaf->cr, MM(x), MM(y), MM(w), MM(h));
	cairo_stroke(s->leaf->cr);
}

static void tint_draw(struct setter *s, const char *text)
{
	double x, y, w, h, r, g, b;

	if (sscanf(text, "%lf %lf %lf %lf %lf %lf %lf", &x, &y, &w, &h, &r, &g, &b) < 7)
		return;
	cairo_set_source_rgb(s->leaf->cr, r, g, b);
	cairo_rectangle(s->leaf->cr, MM(x), MM(y), MM(w), MM(h));
	cairo_fill(s->leaf->cr);
	draw_rosette(s->leaf, MM(x), MM(y), MM(w), MM(h), r * 0.9, g * 0.9, b * 0.92);
}

/* Pictures at a place of their own: "X Y W H [text]" in millimetres. */
static bool picture_draw(struct setter *s, const char *kind, const char *text)
{
	double x = 0, y = 0, w = 0, h = 0;
	int skip = 0;
	char text1[256], *bar;

	if (sscanf(text, "%lf %lf %lf %lf %n", &x, &y, &w, &h, &skip) < 4)
		return false;
	snprintf(text1, sizeof text1, "%s", text + skip);
	bar = strchr(text1, '|');
	if (bar)
		*bar++ = 0;
	for (char *p = text1; *p; p++)
		*p = *p == ';' ? '\n' : *p;
	if (!strcmp(kind, "qr"))
		draw_qr(s->leaf, MM(x), MM(y), MM(w), text1);
	else if (!strcmp(kind, "emblem"))
		draw_emblem(s->leaf, MM(x), MM(y), MM(w));
	else if (!strcmp(kind, "portrait"))
		draw_portrait(s->leaf, MM(x), MM(y), MM(w), MM(h));
	else if (!strcmp(kind, "plot"))
		draw_plot(s->leaf, MM(x), MM(y), MM(w), MM(h), s->seed++);
	else if (!strcmp(kind, "sealat"))
		draw_seal(s->leaf, MM(x), MM(y), MM(w), text1, bar ? bar : "");
	else if (!strcmp(kind, "signat"))
		draw_signature(s->leaf, MM(x), MM(y), MM(w), s->seed++);
	else if (!strcmp(kind, "copystamp"))
		draw_copy_stamp(s->leaf, MM(x), MM(y), MM(w), MM(h), text1, bar ? bar : "", s->seed++);
	else if (!strcmp(kind, "arrival"))
		draw_arrival(s->leaf, MM(x), MM(y), text1, bar ? bar : "12", w > 1 ? "15" : "7", s->seed++);
	else if (!strcmp(kind, "pen"))
		draw_digits(s->leaf, MM(x), MM(y), MM(h), text1, s->seed++);
	else
		return false;
	return true;
}

/* Recipients left, who signs right, level with each other (ô 7, 9b); seal over the left third of the signature (ô 8). */
static void foot_draw(struct setter *s)
{
	const struct template *t = s->template;
	const char *seal = template_find(t, "seal"), *signer = template_find(t, "signer"), *note = template_find(t, "signnote"), *hand = template_find(t, "signerpen");
	double rx = s->left + column(s) * s->look.foot, rw = column(s) * (1 - s->look.foot), y, h;
	double room = template_find(t, "tight") ? MM(20) : MM(s->look.room), big = 13.5 * s->look.scale;
	struct style small = plain(11);
	char around[128], *bar;

	if (!signer && !hand && !template_find(t, "recipient"))
		return;
	h = stack_height(s, "recipient", rx - s->left - 6, small) + 14;
	y = stack_height(s, "capacity", rw, centred(big, true, false)) + room + 16;
	room_for(s, h > y ? h : y);
	y = s->y;
	if (template_find(t, "recipient")) {
		struct style head = { .size = 12, .bold = true, .italic = true };
		double used = text_draw(s->leaf, s->left, y, rx - s->left - 6, "Nơi nhận:", head);

		used += stack(s, "recipient", s->left, y + used, rx - s->left - 6, small);
		s->y = y + used;
	}
	h = stack(s, "capacity", rx, y, rw, centred(big, true, false));
	if (note)
		h += text_draw(s->leaf, rx, y + h, rw, note, centred(12, false, true));
	if (template_find(t, "sign"))
		draw_signature(s->leaf, rx + rw / 2 - 42, y + h + room * 0.6, 92, s->seed++);
	if (seal) {
		snprintf(around, sizeof around, "%s", seal);
		bar = strchr(around, '|');
		if (bar)
			*bar++ = 0;
		draw_seal(s->leaf, rx + rw / 2 - MM(17), y + h + room * 0.49, MM(17.5), around, bar ? bar : "");
	}
	h += room;
	if (hand)
		draw_hand(s->leaf, rx + rw * 0.25, y + h + big, rx + rw, rx, big, hand, s->cast->seed, s->seed++);
	h += text_draw(s->leaf, rx, y + h, rw, signer ? signer : "", centred(big, true, false));
	s->y = s->y > y + h ? s->y : y + h;
}

static void line_draw(struct setter *s, const struct line *l)
{
	struct style body = { .size = s->size, .align = ALIGN_JUSTIFY, .indent = MM(12.7), .spacing = s->look.spacing };
	const char *k = l->kind;

	if (!strcmp(k, "para"))
		paragraph(s, l->text, body, s->look.after);
	else if (!strcmp(k, "flat")) {
		body.indent = 0;
		paragraph(s, l->text, body, 4);
	} else if (!strcmp(k, "basis") || !strcmp(k, "italic")) {
		body.italic = true;
		paragraph(s, l->text, body, 5);
	} else if (!strcmp(k, "bold") || !strcmp(k, "bolditalic")) {
		body.bold = true;
		body.italic = !strcmp(k, "bolditalic");
		paragraph(s, l->text, body, 6);
	} else if (!strcmp(k, "title")) {
		room_for(s, 60);
		paragraph(s, l->text, centred(s->size + (s->size < 14 ? 1 : 0), true, false), 2);
	} else if (!strcmp(k, "bigtitle"))
		paragraph(s, l->text, centred(19 * s->look.scale, true, false), 4);
	else if (!strcmp(k, "subject"))
		paragraph(s, l->text, centred(s->size, true, false), 0);
	else if (!strcmp(k, "rule")) {
		draw_rule(s->leaf, s->width / 2 + MM(4) - MM(22), s->width / 2 + MM(4) + MM(22), s->y + 4, 0.8);
		s->y += 14;
	} else if (!strcmp(k, "centre"))
		paragraph(s, l->text, centred(s->size, false, false), 3);
	else if (!strcmp(k, "centrebold"))
		paragraph(s, l->text, centred(s->size, true, false), 6);
	else if (!strcmp(k, "centreitalic"))
		paragraph(s, l->text, centred(s->size - 1, false, true), 3);
	else if (!strcmp(k, "row") || !strcmp(k, "prow") || !strcmp(k, "drow") || !strcmp(k, "hrow"))
		row_draw(s, k, l->text);
	else if (!strcmp(k, "space"))
		s->y += MM(atof(l->text));
	else if (!strcmp(k, "move"))
		s->y = MM(atof(l->text));
	else if (!strcmp(k, "points"))
		s->size = atof(l->text) * s->look.scale;
	else if (!strcmp(k, "page"))
		leaf_start(s);
	else if (!strcmp(k, "at"))
		at_draw(s, l->text);
	else if (!strcmp(k, "frame"))
		frame_draw(s, l->text);
	else if (!strcmp(k, "tint"))
		tint_draw(s, l->text);
	else
		picture_draw(s, k, l->text);
}

static void size_set(struct setter *s)
{
	const char *size = template_find(s->template, "size");
	double w = 210, h = 297;

	if (size)
		sscanf(size, "%lf %lf", &w, &h);
	s->width = MM(w);
	s->height = MM(h);
	s->left = MM(w > 200 ? 30 : w > 140 ? 20 : 12);
	s->right = MM(w > 200 ? 15 : 12);
	s->top = MM(w > 200 ? 20 : 12);
	s->bottom = MM(w > 200 ? 20 : 10);
	if (template_find(s->template, "top"))
		s->top = MM(atof(template_find(s->template, "top")));
	s->size = (w > 200 ? s->look.size > 0 ? s->look.size : 14 : 11) * s->look.scale;
	if (w > 200) {
		s->left += MM(s->look.left);
		s->right += MM(s->look.right);
	}
}

/* Margins 30-35 and 15-20 mm, body 13-14 points, lines 1 to 1.5 high (NĐ 30/2020, Phụ lục I); older papers keep to none of it. */
static struct look look_choose(uint64_t seed)
{
	static const char *const families[] = { NULL, NULL, NULL, NULL, NULL, "Liberation Sans", "DejaVu Serif Condensed" };
	struct chance c = { hash_text(seed, "look") };
	struct look look = usual;

	look.family = families[chance_next(&c) % (sizeof families / sizeof *families)];
	look.scale = look.family ? 0.86 : 1;
	look.size = 13 + 0.5 * (double)(chance_next(&c) % 3);
	look.spacing = chance_between(&c, 1, 1.35);
	look.after = chance_between(&c, 3, 8);
	look.left = chance_between(&c, -5, 4);
	look.right = chance_between(&c, 0, 5);
	look.head = chance_between(&c, -2, 3);
	look.foot = chance_between(&c, 0.44, 0.5);
	look.room = chance_between(&c, 34, 42);
	look.dots = chance_unit(&c) < 0.35;
	return look;
}

struct paper *paper_draw(const struct template *t, const struct cast *cast)
{
	struct paper *p = calloc(1, sizeof *p);
	struct setter s = { .paper = p, .template = t, .cast = cast, .numbers = !template_find(t, "unnumbered"),
			    .look = cast->vary ? look_choose(cast->seed) : usual, .seed = hash_text(cast->seed, t->name) };

	text_family(s.look.family);
	size_set(&s);
	leaf_start(&s);
	if (template_find(t, "under"))
		tint_draw(&s, template_find(t, "under"));
	if (template_find(t, "agency"))
		header_draw(&s);
	for (int i = 0; i < t->nlines; i++)
		line_draw(&s, &t->lines[i]);
	foot_draw(&s);
	text_family(NULL);
	p->document = paper_truth(t);
	return p;
}

struct paper *paper_blank(void)
{
	struct paper *p = calloc(1, sizeof *p);

	p->leaves = calloc(1, sizeof *p->leaves);
	p->leaves[0] = leaf_new(MM(210), MM(297));
	p->leaves[0]->blank = true;
	p->nleaves = 1;
	return p;
}

void paper_free(struct paper *p)
{
	for (int i = 0; p && i < p->nleaves; i++)
		leaf_free(p->leaves[i]);
	if (p) {
		json_decref(p->document);
		free(p->leaves);
	}
	free(p);
}
