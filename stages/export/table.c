#include "stages/export/table.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "pipeline/text.h"
#include "stages/export/form.h"

enum { WIDTH_MAX = 60 }; /* of a column on the screen; longer cells push the rest to the right */

static void add(struct arena_text *out, const char *text)
{
	arena_text_add(out, text, strlen(text));
}

static const char *cell(const struct table *table, int row, int column)
{
	const char *text = table->rows[row][column];

	return text ? text : "";
}

/* --- Text ----------------------------------------------------------------------------------------------------------- */

static void padded(struct arena_text *out, const char *text, size_t width)
{
	add(out, text);
	for (size_t n = text_length(text); n < width; n++)
		add(out, " ");
	add(out, "  ");
}

char *table_text(struct arena *arena, const struct table *table)
{
	struct arena_text out = { .arena = arena };
	size_t width[TABLE_COLUMNS_MAX] = { 0 };

	for (int c = 0; c < table->ncolumns; c++) {
		width[c] = text_length(table->heads[c]);
		for (int r = 0; r < table->nrows; r++) {
			size_t n = text_length(cell(table, r, c));

			width[c] = n > width[c] && n <= WIDTH_MAX ? n : width[c];
		}
	}
	add(&out, table->title);
	add(&out, "\n");
	for (int c = 0; c < table->ncolumns; c++)
		padded(&out, table->heads[c], c + 1 < table->ncolumns ? width[c] : 0);
	add(&out, "\n");
	for (int r = 0; r < table->nrows; r++) {
		for (int c = 0; c < table->ncolumns; c++)
			padded(&out, cell(table, r, c), c + 1 < table->ncolumns ? width[c] : 0);
		add(&out, "\n");
	}
	if (table->note)
		add(&out, arena_printf(arena, "%s\n", table->note));
	return out.text;
}

/* --- CSV ------------------------------------------------------------------------------------------------------------ */

static void csv_cell(struct arena_text *out, const char *text)
{
	bool formula = *text && strchr("=+-@\t", *text) != NULL;

	if (!formula && !strpbrk(text, ",;\"\r\n")) {
		add(out, text);
		return;
	}
	add(out, formula ? "\"'" : "\"");
	for (const char *p = text; *p; p++)
		add(out, *p == '"' ? "\"\"" : (char[]){ *p, '\0' });
	add(out, "\"");
}

char *table_csv(struct arena *arena, const struct table *table)
{
	struct arena_text out = { .arena = arena };

	for (int r = -1; r < table->nrows; r++) {
		for (int c = 0; c < table->ncolumns; c++) {
			add(&out, c ? "," : "");
			csv_cell(&out, r < 0 ? table->keys[c] : cell(table, r, c));
		}
		add(&out, "\r\n");
	}
	return out.text;
}

/* --- JSON ----------------------------------------------------------------------------------------------------------- */

/* Counts are numbers; what only looks like one (a code with a zero in front) stays text. */
static json_t *value_json(const char *text)
{
	size_t n = text ? strlen(text) : 0;

	if (!text)
		return json_null();
	if (n && n < 16 && strspn(text, "0123456789") == n && (n == 1 || *text != '0'))
		return json_integer(strtoll(text, NULL, 10));
	return json_string(text);
}

char *table_json(struct arena *arena, const struct table *table, const char *made)
{
	json_t *rows = json_array();
	char *text, *copy;

	for (int r = 0; r < table->nrows; r++) {
		json_t *row = json_object();

		for (int c = 0; c < table->ncolumns; c++)
			json_object_set_new(row, table->keys[c], value_json(table->rows[r][c]));
		json_array_append_new(rows, row);
	}
	text = form_dump(json_pack("{s:s, s:s, s:o}", "report", table->name, "made", made, "rows", rows));
	copy = arena_strdup(arena, text);
	free(text);
	return copy;
}

/* --- HTML ----------------------------------------------------------------------------------------------------------- */

static const char style[] = "@page{size:A4;margin:14mm}body{font:11pt/1.4 'Liberation Serif','Times New Roman',serif;max-width:190mm;margin:0 auto;padding:8mm}"
			    "h1{font-size:15pt;margin:0 0 2mm}table{border-collapse:collapse;width:100%}th,td{border:.5pt solid #000;padding:1mm 2mm;"
			    "text-align:left;vertical-align:top;font-size:10pt}thead{display:table-header-group}tr{break-inside:avoid}td.n{text-align:right}"
			    ".small{font-size:9pt;color:#444}";

static void escaped(struct arena_text *out, const char *text)
{
	for (const char *p = text; *p; p++)
		add(out, *p == '&' ? "&amp;" : *p == '<' ? "&lt;" : *p == '>' ? "&gt;" : *p == '"' ? "&quot;" : (char[]){ *p, '\0' });
}

char *table_html(struct arena *arena, const struct table *table, const char *made)
{
	struct arena_text out = { .arena = arena };

	add(&out, arena_printf(arena, "<!DOCTYPE html><html lang=\"%s\"><head><meta charset=\"utf-8\"><title>", _("en")));
	escaped(&out, table->title);
	add(&out, "</title><style>");
	add(&out, style);
	add(&out, "</style></head><body><h1>");
	escaped(&out, table->title);
	add(&out, "</h1><p class=small>");
	escaped(&out, made);
	add(&out, "</p><table><thead><tr>");
	for (int c = 0; c < table->ncolumns; c++) {
		add(&out, "<th>");
		escaped(&out, table->heads[c]);
		add(&out, "</th>");
	}
	add(&out, "</tr></thead><tbody>");
	for (int r = 0; r < table->nrows; r++) {
		add(&out, "<tr>");
		for (int c = 0; c < table->ncolumns; c++) {
			const char *text = cell(table, r, c);

			add(&out, *text && strspn(text, "0123456789.,% ") == strlen(text) ? "<td class=n>" : "<td>");
			escaped(&out, text);
			add(&out, "</td>");
		}
		add(&out, "</tr>");
	}
	add(&out, "</tbody></table>");
	if (table->note) {
		add(&out, "<p class=small>");
		escaped(&out, table->note);
		add(&out, "</p>");
	}
	add(&out, "</body></html>\n");
	return out.text;
}
