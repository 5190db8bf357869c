/*
 * marks.c - what hands and machines leave on a paper beside print: seals, signatures, pen digits, stamps, QR codes, sketches
 */
#include "draw.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <qrencode.h>
#include <string.h>

#define RED 0.82, 0.10, 0.14
#define PEN 0.09, 0.16, 0.55

void draw_rule(struct leaf *leaf, double x0, double x1, double y, double thick)
{
	cairo_set_source_rgb(leaf->cr, 0, 0, 0);
	cairo_set_line_width(leaf->cr, thick);
	cairo_move_to(leaf->cr, x0, y);
	cairo_line_to(leaf->cr, x1, y);
	cairo_stroke(leaf->cr);
}

void draw_dots(struct leaf *leaf, double x0, double x1, double y)
{
	static const double dash[] = { 0.01, 2.2 };

	cairo_save(leaf->cr);
	cairo_set_line_cap(leaf->cr, CAIRO_LINE_CAP_ROUND);
	cairo_set_dash(leaf->cr, dash, 2, 0);
	draw_rule(leaf, x0, x1, y, 0.7);
	cairo_restore(leaf->cr);
}

static void star(cairo_t *cr, double x, double y, double r)
{
	cairo_new_path(cr);
	for (int i = 0; i < 10; i++) {
		double a = -M_PI / 2 + i * M_PI / 5, l = i % 2 ? r * 0.382 : r;

		cairo_line_to(cr, x + l * cos(a), y + l * sin(a));
	}
	cairo_close_path(cr);
	cairo_fill(cr);
}

/* Letters along a circle, upright towards its outside, spread around the top (up) or along the bottom. */
static void arc_text(struct leaf *leaf, double x, double y, double r, double size, const char *text, bool up)
{
	struct style s = { .size = size, .bold = true, .silent = true, .r = 0.82, .g = 0.10, .b = 0.14 };
	double total = text_width(text, s) * 1.12, a = (up ? -total : total) / (2 * r);

	for (const char *p = text; *p;) {
		char letter[8] = "";
		size_t n = (unsigned char)*p < 0x80 ? 1 : (unsigned char)*p < 0xe0 ? 2 : 3;
		double w;

		memcpy(letter, p, n);
		p += n;
		w = text_width(letter, s) * 1.12;
		a += (up ? w : -w) / (2 * r);
		cairo_save(leaf->cr);
		cairo_translate(leaf->cr, x + r * sin(a), y + (up ? -r : r) * cos(a));
		cairo_rotate(leaf->cr, up ? a : -a);
		text_draw(leaf, -w / 2.24, up ? -size * 0.62 : -size * 0.5, 0, letter, s);
		cairo_restore(leaf->cr);
		a += (up ? w : -w) / (2 * r);
	}
}

void draw_seal(struct leaf *leaf, double x, double y, double radius, const char *around, const char *middle)
{
	struct style s = { .size = radius * 0.17, .bold = true, .silent = true, .align = ALIGN_CENTRE,
			   .r = 0.82, .g = 0.10, .b = 0.14 };
	cairo_t *cr = leaf->cr;

	cairo_save(cr);
	cairo_translate(cr, x, y);
	cairo_rotate(cr, 0.06 * sin(x + y));
	cairo_push_group(cr);
	cairo_set_source_rgb(cr, RED);
	cairo_set_line_width(cr, radius * 0.055);
	cairo_arc(cr, 0, 0, radius * 0.97, 0, 2 * M_PI);
	cairo_stroke(cr);
	cairo_set_line_width(cr, radius * 0.02);
	cairo_arc(cr, 0, 0, radius * 0.89, 0, 2 * M_PI);
	cairo_stroke(cr);
	cairo_arc(cr, 0, 0, radius * 0.60, 0, 2 * M_PI);
	cairo_stroke(cr);
	star(cr, 0, -radius * 0.3, radius * 0.2);
	star(cr, 0, radius * 0.745, radius * 0.09);
	arc_text(leaf, 0, 0, radius * 0.70, radius * 0.165, around, true);
	text_draw(leaf, -radius * 0.56, -radius * 0.06, radius * 1.12, middle, s);
	cairo_pop_group_to_source(cr);
	cairo_set_operator(cr, CAIRO_OPERATOR_MULTIPLY); /* ink over ink darkens */
	cairo_paint_with_alpha(cr, 0.86);
	cairo_restore(cr);
	leaf_mark(leaf, "seal");
}

void draw_signature(struct leaf *leaf, double x, double y, double width, uint64_t seed)
{
	struct chance c = { seed };
	cairo_t *cr = leaf->cr;
	double px = x, py = y, h = width * 0.22;

	cairo_save(cr);
	cairo_set_source_rgb(cr, PEN);
	cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
	cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
	cairo_move_to(cr, px, py);
	for (int i = 0; i < 8; i++) { /* loops that run to the right, each smaller */
		double nx = x + width * (i + 1) / 9 + chance_between(&c, -4, 4), up = h * chance_between(&c, 0.5, 1.3) * (1 - i / 12.0);
		double ax = px + chance_between(&c, 0, 14), bx = nx + chance_between(&c, -14, 2), ny = y + chance_between(&c, -3, 5);

		cairo_curve_to(cr, ax, py - up, bx, y - up, nx, ny);
		px = nx;
		py = y;
	}
	cairo_curve_to(cr, px + 20, py + 12, x + width * 0.3, y + 16, x + width * 0.12, y + 8); /* the flourish back */
	cairo_curve_to(cr, x, y + 3, x + width * 0.6, y + 2, x + width * 1.05, y - 6);
	cairo_set_line_width(cr, 1.15);
	cairo_stroke(cr);
	cairo_restore(cr);
	leaf_mark(leaf, "signature");
}

/* One pen stroke each: points of a polyline through which a smooth curve runs, in a cell 6 wide and 10 high; -1 ends. */
static const signed char pen[10][26] = {
	{ 5,1, 2,0, 0,4, 1,9, 4,10, 6,6, 5,2, 3,0, -1 },
	{ 1,3, 4,0, 4,4, 3,10, -1 },
	{ 0,3, 2,0, 5,1, 5,4, 1,9, 0,10, 3,9, 6,10, -1 },
	{ 0,1, 4,0, 5,2, 2,4, 5,6, 5,9, 2,10, 0,9, -1 },
	{ 3,0, 1,4, 0,6, 3,6, 6,6, 4,6, 4,2, 4,6, 3,10, -1 },
	{ 6,0, 2,0, 1,4, 4,4, 6,7, 4,10, 0,9, -1 },
	{ 5,0, 2,3, 0,7, 2,10, 5,9, 5,6, 3,5, 1,7, -1 },
	{ 0,1, 3,0, 6,0, 4,5, 2,10, -1 },
	{ 5,1, 2,0, 1,2, 5,6, 5,9, 2,10, 0,8, 2,5, 5,2, 5,1, -1 },
	{ 5,2, 3,0, 1,2, 2,5, 5,3, 5,1, 5,5, 3,10, -1 },
};

void draw_digits(struct leaf *leaf, double x, double y, double height, const char *digits, uint64_t seed)
{
	struct chance c = { seed };
	cairo_t *cr = leaf->cr;
	double unit = height / 10;

	cairo_save(cr);
	cairo_set_source_rgb(cr, PEN);
	cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
	cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
	cairo_set_line_width(cr, 1.2);
	for (; *digits; digits++, x += unit * chance_between(&c, 7.2, 8.6)) {
		const signed char *p = pen[(*digits - '0') % 10];
		double lean = chance_between(&c, 0.08, 0.2), rise = chance_between(&c, -0.8, 0.8), ax = 0, ay = 0;

		for (int i = 0; p[i] >= 0; i += 2) {
			double py = p[i + 1] + chance_between(&c, -0.35, 0.35), px = p[i] + chance_between(&c, -0.3, 0.3);
			double dx = unit * chance_between(&c, -0.5, 0.5), dy = unit * chance_between(&c, -0.4, 0.4);

			px = x + unit * (px + lean * (10 - py));
			py = y + unit * (py + rise - 10);
			if (i)
				cairo_curve_to(cr, ax + (px - ax) * 0.4 + dx, ay + (py - ay) * 0.3,
					       ax + (px - ax) * 0.7, ay + (py - ay) * 0.7 + dy, px, py);
			else
				cairo_move_to(cr, px, py);
			ax = px;
			ay = py;
		}
		cairo_stroke(cr);
	}
	cairo_restore(cr);
	leaf_mark(leaf, "handwriting");
}

/* The stamp of arrival of Phụ lục IV NĐ 30/2020: 35 x 50 mm, agency, ĐẾN, Số, Ngày, Chuyển. */
void draw_arrival(struct leaf *leaf, double x, double y, const char *agency, const char *number, const char *date, uint64_t seed)
{
	struct style s = { .size = 8, .bold = true, .silent = true, .align = ALIGN_CENTRE, .r = 0.82, .g = 0.10, .b = 0.14 };
	cairo_t *cr = leaf->cr;
	double w = MM(46), h = MM(26);

	cairo_save(cr);
	cairo_translate(cr, x, y);
	cairo_rotate(cr, -0.035);
	cairo_set_source_rgb(cr, RED);
	cairo_set_line_width(cr, 1.1);
	cairo_rectangle(cr, 0, 0, w, h);
	cairo_stroke(cr);
	text_draw(leaf, 2, 2, w - 4, agency, s);
	s.size = 13;
	s.align = ALIGN_LEFT;
	text_draw(leaf, 5, 32, 0, "ĐẾN", s);
	s.size = 8.5;
	s.bold = false;
	text_draw(leaf, 44, 22, 0, "Số:........................", s);
	text_draw(leaf, 44, 38, 0, "Ngày:....................", s);
	text_draw(leaf, 5, 58, 0, "Chuyển:.........................................", s);
	cairo_restore(cr);
	draw_digits(leaf, x + 66, y + 27, 9, number, seed);
	draw_digits(leaf, x + 72, y + 43, 9, date, seed + 1);
	leaf_mark(leaf, "arrival stamp");
}

void draw_box_text(struct leaf *leaf, double x, double y, double w, double h, const char *text, bool silent)
{
	struct style s = { .size = h * 0.56, .bold = true, .align = ALIGN_CENTRE, .silent = silent, .r = 0.82, .g = 0.10, .b = 0.14 };

	cairo_save(leaf->cr);
	cairo_set_source_rgb(leaf->cr, RED);
	cairo_set_line_width(leaf->cr, 1.4);
	cairo_rectangle(leaf->cr, x, y, w, h);
	cairo_stroke(leaf->cr);
	text_draw(leaf, x, y + h * 0.17, w, text, s);
	cairo_restore(leaf->cr);
	leaf_mark(leaf, text);
}

int draw_qr(struct leaf *leaf, double x, double y, double size, const char *text)
{
	QRcode *qr = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	double unit;

	if (!qr)
		return -1;
	unit = size / qr->width;
	cairo_set_source_rgb(leaf->cr, 0, 0, 0);
	for (int row = 0; row < qr->width; row++)
		for (int column = 0; column < qr->width; column++)
			if (qr->data[row * qr->width + column] & 1)
				cairo_rectangle(leaf->cr, x + column * unit, y + row * unit, unit * 1.02, unit * 1.02);
	cairo_fill(leaf->cr);
	QRcode_free(qr);
	json_array_append_new(leaf->codes, json_string(text));
	return 0;
}

/* A star in a wreath inside a gear: not the national emblem, only something of its size and colours. */
void draw_emblem(struct leaf *leaf, double x, double y, double radius)
{
	cairo_t *cr = leaf->cr;

	cairo_save(cr);
	cairo_set_source_rgb(cr, 0.80, 0.12, 0.12);
	cairo_arc(cr, x, y, radius, 0, 2 * M_PI);
	cairo_fill(cr);
	cairo_set_source_rgb(cr, 0.93, 0.76, 0.16);
	star(cr, x, y - radius * 0.1, radius * 0.5);
	cairo_set_line_width(cr, radius * 0.13);
	cairo_arc(cr, x, y, radius * 0.86, 0.1 * M_PI, 0.9 * M_PI);
	cairo_stroke(cr);
	for (int i = 0; i < 15; i++) {
		double a = 0.05 * M_PI + i * 0.9 * M_PI / 14;

		cairo_save(cr);
		cairo_translate(cr, x + radius * 0.86 * cos(a), y + radius * 0.86 * sin(a));
		cairo_rotate(cr, a + 0.7);
		cairo_scale(cr, 0.18 * radius, 0.07 * radius);
		cairo_arc(cr, 0, 0, 1, 0, 2 * M_PI);
		cairo_restore(cr);
		cairo_fill(cr);
	}
	cairo_restore(cr);
}

void draw_plot(struct leaf *leaf, double x, double y, double w, double h, uint64_t seed)
{
	static const double corner[][2] = { { 0.22, 0.2 }, { 0.66, 0.14 }, { 0.74, 0.72 }, { 0.3, 0.8 } };
	struct style s = { .size = 9, .silent = true };
	struct chance c = { seed };
	cairo_t *cr = leaf->cr;
	double px[4], py[4];
	char length[32];

	cairo_new_path(cr);
	for (int i = 0; i < 4; i++) {
		px[i] = x + w * (corner[i][0] + chance_between(&c, -0.04, 0.04));
		py[i] = y + h * (corner[i][1] + chance_between(&c, -0.04, 0.04));
		cairo_line_to(cr, px[i], py[i]);
	}
	cairo_close_path(cr);
	cairo_set_source_rgb(cr, 0, 0, 0);
	cairo_set_line_width(cr, 1.2);
	cairo_stroke(cr);
	for (int i = 0; i < 4; i++) {
		int k = (i + 1) % 4;

		cairo_arc(cr, px[i], py[i], 1.8, 0, 2 * M_PI);
		cairo_fill(cr);
		snprintf(length, sizeof length, "%.2f", hypot(px[k] - px[i], py[k] - py[i]) / 6.5);
		text_draw(leaf, (px[i] + px[k]) / 2 + (i == 1 ? 5 : i == 3 ? -26 : -8), (py[i] + py[k]) / 2 + (i == 0 ? -13 : i == 2 ? 3 : -5),
			  0, length, s);
	}
	draw_rule(leaf, x + w * 0.08, x + w * 0.9, y + h * 0.93, 0.6);
	draw_rule(leaf, x + w * 0.08, x + w * 0.9, y + h * 0.995, 0.6);
	cairo_move_to(cr, x + w * 0.92, y + h * 0.32); /* north */
	cairo_line_to(cr, x + w * 0.92, y + h * 0.08);
	cairo_line_to(cr, x + w * 0.90, y + h * 0.14);
	cairo_move_to(cr, x + w * 0.92, y + h * 0.08);
	cairo_line_to(cr, x + w * 0.94, y + h * 0.14);
	cairo_stroke(cr);
}

void draw_portrait(struct leaf *leaf, double x, double y, double w, double h)
{
	cairo_t *cr = leaf->cr;

	cairo_save(cr);
	cairo_rectangle(cr, x, y, w, h);
	cairo_clip(cr);
	cairo_set_source_rgb(cr, 0.78, 0.86, 0.93);
	cairo_paint(cr);
	cairo_set_source_rgb(cr, 0.45, 0.5, 0.58);
	cairo_arc(cr, x + w / 2, y + h * 1.08, w * 0.46, 0, 2 * M_PI);
	cairo_fill(cr);
	cairo_set_source_rgb(cr, 0.72, 0.62, 0.55);
	cairo_arc(cr, x + w / 2, y + h * 0.42, w * 0.25, 0, 2 * M_PI);
	cairo_fill(cr);
	cairo_restore(cr);
}

void draw_copy_stamp(struct leaf *leaf, double x, double y, double w, double h, const char *text, const char *look, uint64_t seed)
{
	struct style s = { .size = 10.5, .bold = true, .silent = true, .align = ALIGN_CENTRE, .r = 0.82, .g = 0.10, .b = 0.14 };
	struct chance c = { seed };
	cairo_t *cr = leaf->cr;

	if (strchr(look, 'B'))
		s.r = 0.10, s.g = 0.18, s.b = 0.58;
	else if (strchr(look, 'K'))
		s.r = s.g = s.b = 0.08;
	cairo_save(cr);
	cairo_translate(cr, x, y);
	if (strchr(look, 't'))
		cairo_rotate(cr, chance_between(&c, -0.03, 0.03));
	cairo_set_source_rgb(cr, s.r, s.g, s.b);
	cairo_set_line_width(cr, 1.2);
	if (!strchr(look, 'n')) {
		cairo_rectangle(cr, 0, 0, w, h);
		cairo_stroke(cr);
	}
	text_draw(leaf, 3, 4, w - 6, text, s);
	cairo_restore(cr);
	leaf_mark(leaf, "copy stamp");
}

/* The pale pattern under certificates and cards. */
void draw_rosette(struct leaf *leaf, double x, double y, double w, double h, double r, double g, double b)
{
	cairo_t *cr = leaf->cr;

	cairo_save(cr);
	cairo_rectangle(cr, x, y, w, h);
	cairo_clip(cr);
	cairo_set_source_rgb(cr, r, g, b);
	cairo_set_line_width(cr, 0.35);
	for (int k = 0; k < 12; k++) {
		cairo_new_path(cr);
		for (int i = 0; i <= 240; i++) {
			double a = i * 2 * M_PI / 240, l = (h < w ? h : w) * (0.18 + 0.024 * k) * (1 + 0.16 * sin(10 * a + k * 0.3));

			cairo_line_to(cr, x + w / 2 + l * cos(a), y + h / 2 + l * sin(a));
		}
		cairo_stroke(cr);
	}
	cairo_restore(cr);
}
