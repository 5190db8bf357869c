/*
 * pdf_copy.c - one page as a PDF of its own
 *
 * The renderer gets only this copy. So it never sees the rest of a hostile file, a password is already solved, and the
 * annotations are gone: poppler-glib 22.12 draws form widgets - electronic signatures - whatever it is asked to
 * leave out (poppler-page.cc, poppler_print_annot_cb).
 */
#include "stages/decode/pdf.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"

/* A dictionary beside the page's own, with what it inherits and without what only a viewer acts on. */
static qpdf_oh plain_page(qpdf_data q, qpdf_oh page)
{
	static const char *const keys[] = { "/Type", "/Contents", "/UserUnit", "/Group" };
	static const char *const inherited[] = { "/Resources", "/MediaBox", "/CropBox", "/Rotate" };
	qpdf_oh copy = qpdf_oh_new_dictionary(q);

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		qpdf_oh_replace_or_remove_key(q, copy, keys[i], qpdf_oh_get_key(q, page, keys[i]));
	for (size_t i = 0; i < sizeof inherited / sizeof inherited[0]; i++)
		qpdf_oh_replace_or_remove_key(q, copy, inherited[i], pdf_inherited(q, page, inherited[i]));
	return qpdf_make_indirect_object(q, copy);
}

/* Layers: which of them are on stands in the catalogue. */
static void copy_layers(qpdf_data to, qpdf_data from)
{
	qpdf_oh layers = qpdf_oh_get_key_if_dict(from, qpdf_get_root(from), "/OCProperties"), copy;

	if (!qpdf_oh_is_dictionary(from, layers))
		return;
	copy = qpdf_oh_copy_foreign_object(to, from, qpdf_make_indirect_object(from, layers));
	if (!qpdf_has_error(to))
		qpdf_oh_replace_key(to, qpdf_get_root(to), "/OCProperties", copy);
}

unsigned char *pdf_copy_page(qpdf_data q, qpdf_oh page, size_t *size, struct error *err)
{
	qpdf_data to = qpdf_init();
	unsigned char *out = NULL;

	qpdf_silence_errors(to);
	qpdf_set_suppress_warnings(to, QPDF_TRUE);
	if (qpdf_empty_pdf(to) & QPDF_ERRORS)
		goto out;
	copy_layers(to, q);
	if ((qpdf_add_page(to, q, plain_page(q, page), QPDF_FALSE) & QPDF_ERRORS) ||
	    (qpdf_init_write_memory(to) & QPDF_ERRORS))
		goto out;
	qpdf_set_stream_data_mode(to, qpdf_s_preserve);
	qpdf_set_object_stream_mode(to, qpdf_o_disable);
	qpdf_set_static_ID(to, QPDF_TRUE); /* or it reads the clock and random numbers for an id that nobody sees */
	if (qpdf_write(to) & QPDF_ERRORS)
		goto out;
	*size = qpdf_get_buffer_length(to);
	out = mem_alloc(*size);
	memcpy(out, qpdf_get_buffer(to), *size);
out:
	if (!out)
		error_set(err, REACH_PAGE, "damaged", _("the page cannot be taken out of the PDF file"));
	qpdf_cleanup(&to);
	return out;
}
