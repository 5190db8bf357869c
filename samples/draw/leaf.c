/*
 * leaf.c - a leaf of paper and the text on it
 *
 * Text is laid out in points with hinting off, so that lines break at the same words at every resolution.
 */
#include "draw.h"

#include <pango/pangocairo.h>
#include <stdlib.h>
#include <string.h>

struct leaf *leaf_new(double width, double height)
{
	struct leaf *leaf = calloc(1, sizeof *leaf);
	cairo_rectangle_t extents = { 0, 0, width, height };

	leaf->record = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &extents);
	leaf->cr = cairo_create(leaf->record);
	leaf->width = width;
	leaf->height = height;
	leaf->text = strdup("");
	leaf->marks = json_array();
	leaf->codes = json_array();
	cairo_set_source_rgb(leaf->cr, 1, 1, 1);
	cairo_paint(leaf->cr);
	cairo_set_source_rgb(leaf->cr, 0, 0, 0);
	return leaf;
}

void leaf_free(struct leaf *leaf)
{
	cairo_destroy(leaf->cr);
	cairo_surface_destroy(leaf->record);
	json_decref(leaf->marks);
	json_decref(leaf->codes);
	free(leaf->text);
	free(leaf);
}

void leaf_say(struct leaf *leaf, const char *text)
{
	size_t start = leaf->ntext, n = start;
	char *out;

	leaf->text = out = realloc(leaf->text, leaf->ntext + strlen(text) + 2);
	while (*text) { /* a run of white space, the no-break space among it, is one space */
		size_t space = *text == ' ' || *text == '\n' ? 1 : !strncmp(text, "\u00a0", 2) ? 2 : 0;

		if (!space)
			out[n++] = *text++;
		else if (n > start && out[n - 1] != ' ')
			out[n++] = ' ';
		text += space;
	}
	while (n > start && out[n - 1] == ' ')
		n--;
	if (n > start)
		out[n++] = '\n';
	out[n] = 0;
	leaf->ntext = n;
}

void leaf_mark(struct leaf *leaf, const char *mark)
{
	json_array_append_new(leaf->marks, json_string(mark));
}

static const char *serif = "Liberation Serif"; /* the metric twin of Times New Roman */

void text_family(const char *family)
{
	serif = family ? family : "Liberation Serif";
}

/* One context for measuring and drawing: 72 dpi, no hinting, so a point is a unit. */
static PangoLayout *layout_new(double width, const char *text, struct style s)
{
	static PangoContext *context;
	PangoLayout *layout;
	PangoFontDescription *font;

	if (!context) {
		cairo_font_options_t *options = cairo_font_options_create();
		PangoFontMap *map = pango_cairo_font_map_new();

		pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map), 72);
		context = pango_font_map_create_context(map);
		cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
		cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
		cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
		pango_cairo_context_set_font_options(context, options);
		pango_context_set_round_glyph_positions(context, FALSE);
		cairo_font_options_destroy(options);
	}
	layout = pango_layout_new(context);
	font = pango_font_description_new();
	pango_font_description_set_family(font, s.mono ? "Liberation Mono" : s.sans ? "Liberation Sans" : serif);
	pango_font_description_set_absolute_size(font, s.size * PANGO_SCALE);
	pango_font_description_set_weight(font, s.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_style(font, s.italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	if (width > 0)
		pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD);
	pango_layout_set_alignment(layout, s.align == ALIGN_CENTRE ? PANGO_ALIGN_CENTER
				   : s.align == ALIGN_RIGHT ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
	pango_layout_set_justify(layout, s.align == ALIGN_JUSTIFY);
	pango_layout_set_indent(layout, (int)(s.indent * PANGO_SCALE));
	pango_layout_set_text(layout, text, -1);
	return layout;
}

double text_width(const char *text, struct style s)
{
	PangoLayout *layout = layout_new(0, text, s);
	int w;

	pango_layout_get_size(layout, &w, NULL);
	g_object_unref(layout);
	return (double)w / PANGO_SCALE;
}

double text_flow(struct leaf *leaf, double x, double y, double width, double room, const char *text, struct style s, int *from)
{
	PangoLayout *layout = layout_new(width, text, s);
	/* Times New Roman's own line is 1.15 times its size */
	double pitch = s.size * 1.15 * (s.spacing > 0 ? s.spacing : 1), used = 0;
	int n = pango_layout_get_line_count(layout), i = *from;
	PangoLayoutIter *iter = pango_layout_get_iter(layout);

	for (int k = 0; k < i; k++)
		pango_layout_iter_next_line(iter);
	for (; i < n && used + pitch <= room + 0.01; i++, used += pitch) {
		PangoLayoutLine *line = pango_layout_iter_get_line_readonly(iter);
		PangoRectangle logical;
		char *said;

		pango_layout_iter_get_line_extents(iter, NULL, &logical);
		if (leaf) {
			cairo_set_source_rgb(leaf->cr, s.r, s.g, s.b);
			cairo_move_to(leaf->cr, x + (double)logical.x / PANGO_SCALE, y + used + s.size * 0.95);
			pango_cairo_show_layout_line(leaf->cr, line);
			said = strndup(text + line->start_index, (size_t)line->length);
			if (!s.silent)
				leaf_say(leaf, said);
			free(said);
		}
		pango_layout_iter_next_line(iter);
	}
	*from = i < n ? i : -1;
	pango_layout_iter_free(iter);
	g_object_unref(layout);
	return used;
}

double text_draw(struct leaf *leaf, double x, double y, double width, const char *text, struct style s)
{
	int from = 0;

	return text_flow(leaf, x, y, width, 1e6, text, s, &from);
}

double text_height(double width, const char *text, struct style s)
{
	return text_draw(NULL, 0, 0, width, text, s);
}
