#include "stages/decode/signature.h"

#include <ctype.h>
#include <poppler.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"

enum { SIGNATURES_MAX = 100, PAGES_MAX = 5000 };

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

static void add(struct arena *arena, struct pdf_signatures *found, PopplerFormField *field)
{
	PopplerSignatureInfo *info = poppler_form_field_signature_validate_sync(field, 0, NULL, NULL);
	struct pdf_signature *s = arena_push(arena, &found->list, &found->n, sizeof *s);
	GDateTime *time = info ? poppler_signature_info_get_local_signing_time(info) : NULL, *utc = time ? g_date_time_to_utc(time) : NULL;
	const char *name = info ? poppler_signature_info_get_signer_name(info) : NULL;
	char *text = utc ? g_date_time_format(utc, "%Y-%m-%dT%H:%M:%SZ") : NULL;

	s->state = info ? state_name(poppler_signature_info_get_signature_status(info)) : "unchecked";
	s->right = info && poppler_signature_info_get_signature_status(info) == POPPLER_SIGNATURE_VALID;
	s->signer = arena_strdup(arena, name ? name : "");
	s->signed_at = arena_strdup(arena, text ? text : "");
	g_free(text);
	if (utc)
		g_date_time_unref(utc);
	if (info)
		poppler_signature_info_free(info);
}

static void look_at_page(struct arena *arena, struct pdf_signatures *found, PopplerDocument *document, int number)
{
	PopplerPage *page = poppler_document_get_page(document, number);
	GList *mapping = page ? poppler_page_get_form_field_mapping(page) : NULL;

	for (GList *m = mapping; m && found->n < SIGNATURES_MAX; m = m->next) {
		PopplerFormField *field = ((PopplerFormFieldMapping *)m->data)->field;

		if (poppler_form_field_get_field_type(field) == POPPLER_FORM_FIELD_SIGNATURE)
			add(arena, found, field);
	}
	if (mapping)
		poppler_page_free_form_field_mapping(mapping);
	if (page)
		g_object_unref(page);
}

/* "/ByteRange [0 a b c]" with b + c the size of the file: nothing was added behind what was signed. */
static bool covers(const char *text, const char *end, size_t size)
{
	unsigned long long n[4] = { 1, 0, 0, 0 };
	int i = 0;

	while (text < end && (isspace((unsigned char)*text) || *text == '['))
		text++;
	for (; i < 4 && text < end && isdigit((unsigned char)*text); i++) {
		n[i] = 0;
		for (; text < end && isdigit((unsigned char)*text) && n[i] < 1ULL << 40; text++)
			n[i] = n[i] * 10 + (unsigned)(*text - '0');
		while (text < end && isspace((unsigned char)*text))
			text++;
	}
	return i == 4 && n[0] == 0 && n[2] + n[3] == size;
}

static bool whole(const unsigned char *bytes, size_t size)
{
	static const char key[] = "/ByteRange";
	const unsigned char *p = bytes, *end = bytes + size;

	while ((p = memmem(p, (size_t)(end - p), key, sizeof key - 1))) {
		p += sizeof key - 1;
		if (covers((const char *)p, (const char *)end, size))
			return true;
	}
	return false;
}

int pdf_signatures_check(const unsigned char *bytes, size_t size, struct arena *arena, struct pdf_signatures *found, struct error *err)
{
	GBytes *copy = g_bytes_new_static(bytes, size);
	GError *why = NULL;
	PopplerDocument *document = poppler_document_new_from_bytes(copy, NULL, &why);

	*found = (struct pdf_signatures){ .whole = whole(bytes, size) };
	if (document) {
		found->pages = poppler_document_get_n_pages(document);
		for (int i = 0; i < found->pages && i < PAGES_MAX; i++)
			look_at_page(arena, found, document, i);
		g_object_unref(document);
	} else {
		error_set(err, REACH_DOCUMENT, "damaged", _("the file is no PDF that can be opened: %s"), why ? why->message : "?");
	}
	g_clear_error(&why);
	g_bytes_unref(copy);
	return document ? 0 : -1;
}
