/* signature_fields.c - the signature fields of a PDF by libqpdf: what each covers, where its picture stands */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "stages/decode/pdf.h"
#include "stages/decode/signature.h"

enum { SIGNATURES_MAX = 100, FIELDS_MAX = 20000, DEPTH_MAX = 16 };
#define TOP 0.25 /* the share of a page's height that counts as its top: the head of a paper (NĐ 30/2020/NĐ-CP, Phụ lục I) ends above it */

struct walk {
	qpdf_data q;
	const unsigned char *bytes;
	size_t size;
	struct arena *arena;
	struct pdf_signatures *found;
	int fields;
};

/* --- What is covered ------------------------------------------------------------------------------------------------ */

static int hex(unsigned char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

/* The gap of the range must be the signature itself, "<hex>", and nothing else: else bytes could hide there that nobody signed. */
static bool gap_is_signature(const struct walk *w, const struct pdf_signature *s, size_t from, size_t to)
{
	if (to - from != 2 * s->cms_size + 2 || w->bytes[from] != '<' || w->bytes[to - 1] != '>')
		return false;
	for (size_t i = 0; i < s->cms_size; i++) {
		int high = hex(w->bytes[from + 1 + 2 * i]), low = hex(w->bytes[from + 2 + 2 * i]);

		if (high < 0 || low < 0 || (high << 4 | low) != s->cms[i])
			return false;
	}
	return true;
}

/* ISO 32000-1, 12.8.1: [0 a b c], the file without the signature's own bytes, up to b + c. */
static size_t covered(const struct walk *w, const struct pdf_signature *s, qpdf_oh range)
{
	long long n[4];

	if (!qpdf_oh_is_array(w->q, range) || qpdf_oh_get_array_n_items(w->q, range) != 4)
		return 0;
	for (int i = 0; i < 4; i++)
		if (!qpdf_oh_get_value_as_longlong(w->q, qpdf_oh_get_array_item(w->q, range, i), &n[i]) || n[i] < 0 || (size_t)n[i] > w->size)
			return 0;
	if (n[0] || n[1] >= n[2] || (size_t)(n[2] + n[3]) > w->size || !gap_is_signature(w, s, (size_t)n[1], (size_t)n[2]))
		return 0;
	return (size_t)(n[2] + n[3]);
}

/* --- When and where ------------------------------------------------------------------------------------------------- */

/* "D:20260302090000+07'00'" (ISO 32000-1, 7.9.4). */
static long long date(const char *text)
{
	struct tm tm = { 0 };
	int hours = 0, minutes = 0;
	char sign = 'Z';

	if (!text || sscanf(text, "D:%4d%2d%2d%2d%2d%2d%c%2d'%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &sign,
			    &hours, &minutes) < 6 || tm.tm_year < 1990 || tm.tm_year > 2200)
		return 0;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	return (long long)timegm(&tm) - (sign == '+' ? 1 : sign == '-' ? -1 : 0) * (hours * 3600 + minutes * 60);
}

static void find_place(const struct walk *w, qpdf_oh widget, struct pdf_signature *s)
{
	qpdf_oh page = qpdf_oh_get_key(w->q, widget, "/P");
	struct pdf_geometry g;
	struct rect r;
	int n = qpdf_get_num_pages(w->q);

	if (!qpdf_oh_is_dictionary(w->q, page) || !pdf_rect(w->q, qpdf_oh_get_key(w->q, widget, "/Rect"), &r) || rect_area(r) <= 0)
		return;
	for (int i = 0; i < n && !s->page; i++)
		if (qpdf_oh_get_object_id(w->q, qpdf_get_page_n(w->q, (size_t)i)) == qpdf_oh_get_object_id(w->q, page))
			s->page = i + 1;
	pdf_geometry(w->q, page, &g);
	r = matrix_rect(g.to_screen, r, NULL);
	if ((r.y0 + r.y1) / 2 > TOP * g.height)
		s->place = "elsewhere";
	else
		s->place = (r.x0 + r.x1) / 2 < g.width / 2 ? "top-left" : "top-right";
}

/* --- The tree of fields --------------------------------------------------------------------------------------------- */

static void add(struct walk *w, const char *name, qpdf_oh field, qpdf_oh value)
{
	struct pdf_signature *s = arena_push(w->arena, &w->found->list, &w->found->n, sizeof *s);
	qpdf_oh kids = qpdf_oh_get_key(w->q, field, "/Kids"), when = qpdf_oh_get_key(w->q, value, "/M");
	const char *cms;

	*s = (struct pdf_signature){ .field = name, .integrity = "unchecked", .later = "none", .place = "none", .signed_at = "",
				     .certificate = { "", "", "", "", "", "not-verified", "" } };
	cms = qpdf_oh_get_binary_string_value(w->q, qpdf_oh_get_key(w->q, value, "/Contents"), &s->cms_size);
	if (s->cms_size)
		s->cms = memcpy(arena_alloc(w->arena, s->cms_size), cms, s->cms_size);
	s->timestamp = qpdf_oh_is_name_and_equals(w->q, qpdf_oh_get_key(w->q, value, "/SubFilter"), "/ETSI.RFC3161");
	s->covers = s->cms ? covered(w, s, qpdf_oh_get_key(w->q, value, "/ByteRange")) : 0;
	if (!s->covers)
		s->integrity = "malformed";
	s->claimed = qpdf_oh_is_string(w->q, when) ? date(qpdf_oh_get_utf8_value(w->q, when)) : 0;
	find_place(w, qpdf_oh_is_array(w->q, kids) && qpdf_oh_get_array_n_items(w->q, kids) ? qpdf_oh_get_array_item(w->q, kids, 0) : field, s);
}

/* Kids without a name of their own are pictures of the field, no fields. */
static void walk_field(struct walk *w, qpdf_oh field, const char *above, bool signature, int depth) /* NOLINT(misc-no-recursion): DEPTH_MAX */
{
	qpdf_oh name = qpdf_oh_get_key_if_dict(w->q, field, "/T"), kids = qpdf_oh_get_key_if_dict(w->q, field, "/Kids");
	qpdf_oh type = qpdf_oh_get_key_if_dict(w->q, field, "/FT"), value = qpdf_oh_get_key_if_dict(w->q, field, "/V");
	int n = qpdf_oh_is_array(w->q, kids) ? qpdf_oh_get_array_n_items(w->q, kids) : 0;

	if (depth > DEPTH_MAX || ++w->fields > FIELDS_MAX || w->found->n >= SIGNATURES_MAX || !qpdf_oh_is_dictionary(w->q, field))
		return;
	if (qpdf_oh_is_string(w->q, name))
		above = arena_printf(w->arena, "%s%s%s", above, *above ? "." : "", qpdf_oh_get_utf8_value(w->q, name));
	if (qpdf_oh_is_name(w->q, type))
		signature = qpdf_oh_is_name_and_equals(w->q, type, "/Sig");
	if (signature && qpdf_oh_is_dictionary(w->q, value)) {
		add(w, above, field, value);
		return;
	}
	for (int i = 0; i < n; i++)
		walk_field(w, qpdf_oh_get_array_item(w->q, kids, i), above, signature, depth + 1);
}

static int by_cover(const void *a, const void *b)
{
	const struct pdf_signature *x = a, *y = b;

	return (x->covers > y->covers) - (x->covers < y->covers);
}

int pdf_signature_fields(const unsigned char *bytes, size_t size, struct arena *arena, struct pdf_signatures *found, struct error *err)
{
	struct walk w = { .q = pdf_open(bytes, size, err), .bytes = bytes, .size = size, .arena = arena, .found = found };
	qpdf_oh fields;
	int n;

	*found = (struct pdf_signatures){ 0 };
	if (!w.q)
		return -1;
	fields = qpdf_oh_get_key_if_dict(w.q, qpdf_oh_get_key_if_dict(w.q, qpdf_get_root(w.q), "/AcroForm"), "/Fields");
	n = qpdf_oh_is_array(w.q, fields) ? qpdf_oh_get_array_n_items(w.q, fields) : 0;
	for (int i = 0; i < n; i++)
		walk_field(&w, qpdf_oh_get_array_item(w.q, fields, i), "", false, 0);
	if (found->n) {
		found->pages = qpdf_get_num_pages(w.q);
		qsort(found->list, (size_t)found->n, sizeof *found->list, by_cover);
	}
	qpdf_cleanup(&w.q);
	return 0;
}
