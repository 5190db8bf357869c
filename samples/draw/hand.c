/*
 * hand.c - writing by hand: letters of a script face, marks by strokes of a pen
 *
 * No script face of Debian 12 holds Vietnamese letters, so each is put together as a hand does it: the bare letter, then its marks. Size, lean, height and distance
 * of letters waver, each writing by its seed.
 */
#include "draw.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

static const char *const faces[] = { "Dancing Script", "Steve", "Breip" };
/* Letters of equal height: sizes differ from face to face. */
static const double sizes[] = { 1.18, 1.32, 1.12 };

struct hand {
	cairo_t *cr;
	double size, thick;
	struct chance chance;
};

/* Combining marks of NFD (Unicode): what stands above, in order from the letter upwards. */
enum { GRAVE = 0x300, ACUTE = 0x301, CIRCUMFLEX = 0x302, TILDE = 0x303, BREVE = 0x306, HOOK = 0x309, HORN = 0x31b, DOT = 0x323 };

static void stroke(const struct hand *h, double x0, double y0, double cx, double cy, double x1, double y1)
{
	cairo_move_to(h->cr, x0, y0);
	cairo_curve_to(h->cr, x0 + (cx - x0) * 0.7, y0 + (cy - y0) * 0.7, x1 + (cx - x1) * 0.7, y1 + (cy - y1) * 0.7, x1, y1);
	cairo_stroke(h->cr);
}

/* One mark around the letter's ink [left, right] x [top, 0]; gives the new top, for a second one. */
static double mark_draw(struct hand *h, gunichar mark, double left, double right, double top)
{
	double u = h->size * 0.1, x = (left + right) / 2 + chance_between(&h->chance, -0.4, 0.6) * u, y = top - u * chance_between(&h->chance, 0.5, 1.1);

	switch (mark) {
	case GRAVE:
		stroke(h, x - u, y - 1.2 * u, x, y - 0.6 * u, x + u, y);
		break;
	case ACUTE:
		stroke(h, x + 1.2 * u, y - 1.3 * u, x + 0.4 * u, y - 0.7 * u, x - 0.8 * u, y);
		break;
	case HOOK:
		stroke(h, x - 0.7 * u, y - 1.3 * u, x + 1.8 * u, y - 1.8 * u, x, y);
		break;
	case TILDE:
		stroke(h, x - 1.4 * u, y, x - 0.7 * u, y - 1.6 * u, x, y - 0.5 * u);
		stroke(h, x, y - 0.5 * u, x + 0.8 * u, y + 0.5 * u, x + 1.4 * u, y - 0.9 * u);
		break;
	case CIRCUMFLEX:
		stroke(h, x - 1.3 * u, y, x - 0.5 * u, y - 0.9 * u, x, y - 1.2 * u);
		stroke(h, x, y - 1.2 * u, x + 0.6 * u, y - 0.8 * u, x + 1.2 * u, y);
		break;
	case BREVE:
		stroke(h, x - 1.2 * u, y - u, x, y + 0.9 * u, x + 1.3 * u, y - 1.1 * u);
		break;
	case HORN:
		stroke(h, right - 0.4 * u, top + 0.6 * u, right + 1.4 * u, top + 0.6 * u, right + 1.1 * u, top - 0.9 * u);
		return top;
	case DOT:
		stroke(h, x - 0.1 * u, 1.3 * u, x + 0.1 * u, 1.4 * u, x + 0.15 * u, 1.5 * u);
		return top;
	default:
		return top;
	}
	return y - 0.9 * u;
}

/* A letter with its marks at the origin; how far the pen moves on. draw is false to measure: chance is then left alone. */
static double letter_draw(struct hand *h, gunichar base, const gunichar *marks, int nmarks, bool draw)
{
	bool barred = base == 0x111 || base == 0x110;
	char text[8] = "";
	cairo_text_extents_t e;
	cairo_matrix_t shape = { 0 };
	double top;

	g_unichar_to_utf8(base == 0x111 ? 'd' : base == 0x110 ? 'D' : base, text);
	cairo_text_extents(h->cr, text, &e);
	if (!draw)
		return e.x_advance;
	cairo_save(h->cr);
	cairo_rotate(h->cr, chance_between(&h->chance, -0.04, 0.04));
	shape.xx = chance_between(&h->chance, 0.93, 1.07);
	shape.xy = chance_between(&h->chance, -0.08, 0.08);
	shape.yy = chance_between(&h->chance, 0.93, 1.07);
	cairo_transform(h->cr, &shape);
	cairo_move_to(h->cr, 0, 0);
	cairo_show_text(h->cr, text);
	cairo_set_line_width(h->cr, h->thick);
	if (barred) {
		double y = base == 0x110 ? e.y_bearing / 2 : e.y_bearing * 0.72, x = base == 0x110 ? e.x_bearing : e.x_bearing + e.width * 0.75;

		stroke(h, x - h->size * 0.12, y, x, y - h->size * 0.02, x + h->size * 0.2, y - h->size * 0.01);
	}
	top = e.y_bearing;
	for (int i = 0; i < nmarks; i++)
		top = mark_draw(h, marks[i], e.x_bearing, e.x_bearing + e.width, top);
	cairo_restore(h->cr);
	return e.x_advance;
}

/* The text from the origin on along a line; its width. */
static double text_write(struct hand *h, const char *text, bool draw)
{
	gchar *apart = g_utf8_normalize(text, -1, G_NORMALIZE_NFD);
	double x = 0;

	for (const gchar *p = apart ? apart : ""; *p;) {
		gunichar base = g_utf8_get_char(p), marks[4];
		int n = 0;

		for (p = g_utf8_next_char(p); *p && g_unichar_combining_class(g_utf8_get_char(p)) && n < 4; p = g_utf8_next_char(p))
			marks[n++] = g_utf8_get_char(p);
		if (draw) {
			cairo_save(h->cr);
			cairo_translate(h->cr, x, chance_between(&h->chance, -0.03, 0.03) * h->size);
		}
		x += letter_draw(h, base, marks, n, draw);
		if (draw) {
			cairo_restore(h->cr);
			x += chance_between(&h->chance, -0.02, 0.03) * h->size;
		}
	}
	g_free(apart);
	return x;
}

double draw_hand(struct leaf *leaf, double x, double y, double end, double left, double size, const char *text, uint64_t writer, uint64_t seed)
{
	struct hand h = { leaf->cr, size, size * 0.06, { seed } };
	size_t face = hash_text(writer, "hand") % (sizeof faces / sizeof *faces);
	double from = x, lines = 0, blank = size * 0.35;
	char copy[512], *save = NULL;

	snprintf(copy, sizeof copy, "%s", text);
	cairo_save(leaf->cr);
	cairo_set_source_rgb(leaf->cr, 0.09, 0.16, 0.55);
	cairo_set_line_cap(leaf->cr, CAIRO_LINE_CAP_ROUND);
	cairo_select_font_face(leaf->cr, faces[face], CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
	cairo_set_font_size(leaf->cr, size * sizes[face]);
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		double w = text_write(&h, word, false);

		if (x + w > end && x > from) {
			x = from = left;
			lines++;
		}
		cairo_save(leaf->cr);
		cairo_translate(leaf->cr, x, y + lines * size * 1.6 + chance_between(&h.chance, -0.06, 0.06) * size);
		x += text_write(&h, word, true) + blank * chance_between(&h.chance, 0.8, 1.4);
		cairo_restore(leaf->cr);
	}
	cairo_restore(leaf->cr);
	leaf_mark(leaf, "handwriting");
	return lines * size * 1.6;
}
