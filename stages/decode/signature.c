#include "stages/decode/signature.h"

#include <poppler.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"

static const char *state_name(PopplerSignatureStatus status)
{
	switch (status) {
	case POPPLER_SIGNATURE_VALID: return "valid";
	case POPPLER_SIGNATURE_INVALID: return "invalid";
	case POPPLER_SIGNATURE_DIGEST_MISMATCH: return "changed";
	case POPPLER_SIGNATURE_DECODING_ERROR: return "malformed";
	default: return "unchecked";
	}
}

/* Two fields of one name: which of them poppler means cannot be told. */
static struct pdf_signature *find(struct pdf_signatures *found, const char *name)
{
	struct pdf_signature *one = NULL;

	for (int i = 0; name && i < found->n; i++) {
		if (strcmp(found->list[i].field, name) != 0)
			continue;
		if (one)
			return NULL;
		one = &found->list[i];
	}
	return one;
}

static const char *format(struct arena *arena, gint64 seconds)
{
	GDateTime *time = seconds > 0 ? g_date_time_new_from_unix_utc(seconds) : NULL;
	char *text = time ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ") : NULL;
	const char *copy = arena_strdup(arena, text ? text : "");

	g_free(text);
	if (time)
		g_date_time_unref(time);
	return copy;
}

/* The time inside the signature is signed with it; the one in the file's dictionary is only said. */
static void check(struct arena *arena, struct pdf_signature *s, PopplerFormField *field)
{
	PopplerSignatureInfo *info = poppler_form_field_signature_validate_sync(field, 0, NULL, NULL);
	GDateTime *time = info ? poppler_signature_info_get_local_signing_time(info) : NULL;
	gint64 seconds = time && g_date_time_to_unix(time) > 0 ? g_date_time_to_unix(time) : s->claimed;

	if (info && strcmp(s->integrity, "malformed") != 0)
		s->integrity = state_name(poppler_signature_info_get_signature_status(info));
	s->signed_at = format(arena, seconds);
	certificate_read(s->cms, s->cms_size, seconds, arena, &s->certificate);
	if (info)
		poppler_signature_info_free(info);
}

static void look_at_page(struct arena *arena, struct pdf_signatures *found, PopplerDocument *document, int number)
{
	PopplerPage *page = poppler_document_get_page(document, number);
	GList *mapping = page ? poppler_page_get_form_field_mapping(page) : NULL;

	for (GList *m = mapping; m; m = m->next) {
		PopplerFormField *field = ((PopplerFormFieldMapping *)m->data)->field;
		char *name;
		struct pdf_signature *s;

		if (poppler_form_field_get_field_type(field) != POPPLER_FORM_FIELD_SIGNATURE)
			continue;
		name = poppler_form_field_get_name(field);
		s = find(found, name);
		if (s && s->cms && !*s->certificate.subject)
			check(arena, s, field);
		g_free(name);
	}
	if (mapping)
		poppler_page_free_form_field_mapping(mapping);
	if (page)
		g_object_unref(page);
}

/* The list is in the order of what is covered: behind the last right one that reaches the end nothing was added. */
static void find_later(struct pdf_signatures *found, size_t size)
{
	bool whole = false;

	for (int i = 0; i < found->n; i++)
		whole = whole || (found->list[i].covers == size && !strcmp(found->list[i].integrity, "valid"));
	for (int i = 0; i < found->n; i++)
		found->list[i].later = found->list[i].covers == size ? "none" : whole ? "signed" : "unsigned";
}

int pdf_signatures_check(const unsigned char *bytes, size_t size, struct arena *arena, struct pdf_signatures *found, struct error *err)
{
	PopplerDocument *document;
	GBytes *copy;
	GError *why = NULL;

	if (pdf_signature_fields(bytes, size, arena, found, err) < 0)
		return -1;
	if (!found->n)
		return 0;
	copy = g_bytes_new_static(bytes, size);
	document = poppler_document_new_from_bytes(copy, NULL, &why);
	if (document) {
		for (int i = 0; i < found->pages; i++)
			look_at_page(arena, found, document, i);
		find_later(found, size);
		g_object_unref(document);
	} else {
		error_set(err, REACH_DOCUMENT, "damaged", _("the file is no PDF that can be opened: %s"), why ? why->message : "?");
	}
	g_clear_error(&why);
	g_bytes_unref(copy);
	return document ? 0 : -1;
}
