/* pdf_scan.c - the doors between the content reader and libqpdf: what names in a content stream mean */
#include "stages/decode/pdf.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FONT_NAME_MAX 128

struct scan {
	qpdf_data q;
	struct pdf_paint *paint;
};

static qpdf_oh resource(struct scan *s, unsigned resources, const char *kind, const char *name)
{
	char key[FONT_NAME_MAX + 2] = "/";

	strncat(key, name, FONT_NAME_MAX);
	return qpdf_oh_get_key_if_dict(s->q, qpdf_oh_get_key_if_dict(s->q, resources, kind), key);
}

/* True when the key is there and says something other than the default. */
static bool has(struct scan *s, qpdf_oh dict, const char *key)
{
	qpdf_oh value = qpdf_oh_get_key_if_dict(s->q, dict, key);

	return !qpdf_oh_is_null(s->q, value) && !qpdf_oh_is_name_and_equals(s->q, value, "/None");
}

static void look_at_form(struct scan *s, unsigned resources, qpdf_oh stream, qpdf_oh dict, struct content_object *out)
{
	qpdf_oh own = qpdf_oh_get_key(s->q, dict, "/Resources");
	double n[6] = { 1, 0, 0, 1, 0, 0 };
	unsigned char *data = NULL;
	QPDF_BOOL filtered = QPDF_FALSE;
	size_t size = 0;

	pdf_numbers(s->q, qpdf_oh_get_key(s->q, dict, "/Matrix"), n, 6);
	if (has(s, dict, "/OC") || !pdf_rect(s->q, qpdf_oh_get_key(s->q, dict, "/BBox"), &out->bbox))
		return;
	if ((qpdf_oh_get_stream_data(s->q, stream, qpdf_dl_generalized, &filtered, &data, &size) & QPDF_ERRORS) ||
	    !filtered) {
		free(data);
		return;
	}
	out->kind = CONTENT_FORM;
	out->matrix = (struct matrix){ n[0], n[1], n[2], n[3], n[4], n[5] };
	out->data = data;
	out->size = size;
	out->resources = qpdf_oh_is_dictionary(s->q, own) ? own : resources;
}

static void look_at_object(void *context, unsigned resources, const char *name, struct content_object *out)
{
	struct scan *s = context;
	qpdf_oh stream = resource(s, resources, "/XObject", name), dict;

	if (!qpdf_oh_is_stream(s->q, stream))
		return;
	dict = qpdf_oh_get_dict(s->q, stream);
	out->kind = CONTENT_STRANGE;
	if (qpdf_oh_is_name_and_equals(s->q, qpdf_oh_get_key(s->q, dict, "/Subtype"), "/Form")) {
		look_at_form(s, resources, stream, dict, out);
	} else if (qpdf_oh_is_name_and_equals(s->q, qpdf_oh_get_key(s->q, dict, "/Subtype"), "/Image")) {
		QPDF_BOOL stencil = QPDF_FALSE;

		qpdf_oh_get_value_as_bool(s->q, qpdf_oh_get_key(s->q, dict, "/ImageMask"), &stencil);
		out->kind = has(s, dict, "/OC") ? CONTENT_STRANGE : CONTENT_IMAGE;
		out->handle = stream;
		out->stencil = stencil;
		out->opaque = !has(s, dict, "/SMask") && !has(s, dict, "/Mask");
	}
}

static void release_object(void *context, struct content_object *object)
{
	if (object->kind == CONTENT_FORM)
		free((void *)(uintptr_t)object->data); /* NOLINT(performance-no-int-to-ptr): the reader hands it back */
}

static bool state_is_plain(void *context, unsigned resources, const char *name)
{
	struct scan *s = context;
	qpdf_oh state = resource(s, resources, "/ExtGState", name), blend;
	double stroke = 1, fill = 1;

	if (!qpdf_oh_is_dictionary(s->q, state))
		return true; /* an unknown name changes nothing */
	qpdf_oh_get_value_as_number(s->q, qpdf_oh_get_key(s->q, state, "/CA"), &stroke);
	qpdf_oh_get_value_as_number(s->q, qpdf_oh_get_key(s->q, state, "/ca"), &fill);
	blend = qpdf_oh_get_key(s->q, state, "/BM");
	return stroke >= 1 && fill >= 1 && !has(s, state, "/SMask") &&
	       (qpdf_oh_is_null(s->q, blend) || qpdf_oh_is_name_and_equals(s->q, blend, "/Normal") ||
		qpdf_oh_is_name_and_equals(s->q, blend, "/Compatible"));
}

/* TCVN3 fonts are named .VnTime, .VnArialH ...; VNI fonts VNI-Times ...: their letters stand at places where Unicode has others. */
static bool is_legacy_font(const char *name)
{
	const char *plus = strchr(name, '+');

	name += *name == '/';
	if (plus && plus - name == 6)
		name = plus + 1;
	return !strncasecmp(name, ".Vn", 3) || !strncasecmp(name, "VNI-", 4) || !strncasecmp(name, "VNI ", 4) ||
	       !strncasecmp(name, "VNtimes", 7) || strcasestr(name, "TCVN") || !strncasecmp(name, "VNU-", 4);
}

static bool font_is_drawn(void *context, unsigned resources, const char *name)
{
	struct scan *s = context;
	qpdf_oh font = resource(s, resources, "/Font", name), base;

	if (!qpdf_oh_is_dictionary(s->q, font))
		return false;
	base = qpdf_oh_get_key(s->q, font, "/BaseFont");
	if (qpdf_oh_is_name(s->q, base) && is_legacy_font(qpdf_oh_get_name(s->q, base)))
		s->paint->legacy_font = true;
	return qpdf_oh_is_name_and_equals(s->q, qpdf_oh_get_key(s->q, font, "/Subtype"), "/Type3");
}

void pdf_scan(qpdf_data q, qpdf_oh page, struct pdf_paint *paint)
{
	struct scan s = { q, paint };
	struct content_doors doors = { &s, look_at_object, release_object, state_is_plain, font_is_drawn };
	unsigned char *data = NULL;
	size_t size = 0;

	*paint = (struct pdf_paint){ .readable = false };
	if (!(qpdf_oh_get_page_content_data(q, page, &data, &size) & QPDF_ERRORS)) {
		paint->readable = true;
		content_scan(data, size, pdf_inherited(q, page, "/Resources"), &doors, &paint->content);
	}
	free(data);
}
