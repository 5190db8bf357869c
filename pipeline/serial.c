#include "pipeline/serial.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"
#include "pipeline/error.h"

#define FORM 1          /* raised when the meaning of a key changes */
#define SIDE_MAX 100000 /* pixels; far above limits.page_side */
#define WORDS_MAX 200000
#define MARKS_MAX 5000
#define CODES_MAX 100
#define FIELDS_MAX 200
#define DOCUMENTS_MAX 20000
#define WORD_BYTES_MAX 4000
#define TEXT_BYTES_MAX 1000000

/* Two decimals are enough for every measure here and keep equal pages equal. */
static json_t *rounded(double value)
{
	return json_real(isfinite(value) ? round(value * 100) / 100 : 0);
}

static json_t *box_json(struct box b)
{
	return json_pack("[i,i,i,i]", b.x, b.y, b.w, b.h);
}

static char *dump(json_t *json, size_t *size)
{
	char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(7));
	size_t n;

	json_decref(json);
	n = text ? strlen(text) : 0;
	text = mem_realloc(text, n + 2);
	text[n++] = '\n';
	text[n] = '\0';
	*size = n;
	return text;
}

static json_t *text_json(const char *text)
{
	return text ? json_string(text) : json_null();
}

char *page_save(const struct page *page, size_t *size)
{
	json_t *root = json_object(), *words = json_array(), *marks = json_array(), *codes = json_array(), *faults = json_array();
	const struct quality *q = &page->quality;

	json_object_set_new(root, "form", json_integer(FORM));
	json_object_set_new(root, "width", json_integer(page->width));
	json_object_set_new(root, "height", json_integer(page->height));
	json_object_set_new(root, "dpi", json_integer(page->dpi));
	json_object_set_new(root, "rendered", json_boolean(page->rendered));
	json_object_set_new(root, "text_layer", json_boolean(page->source == WORDS_TEXT_LAYER));
	json_object_set_new(root, "rotation", json_integer(page->rotation));
	json_object_set_new(root, "skew", rounded((double)page->skew));
	json_object_set_new(root, "kind", json_string(page_kind_name(page->kind)));
	json_object_set_new(root, "secret", json_boolean(page->secret));
	json_object_set_new(root, "begins", json_boolean(page->begins));
	json_object_set_new(root, "ink", json_real(round((double)q->ink * 1e6) / 1e6));
	json_object_set_new(root, "contrast", rounded((double)q->contrast));
	json_object_set_new(root, "x_height", rounded((double)q->x_height));
	json_object_set_new(root, "confidence", rounded((double)q->confidence));
	json_object_set_new(root, "sharpness", rounded((double)q->sharpness));
	json_object_set_new(root, "cut", json_integer(q->cut));
	json_object_set_new(root, "doubtful", json_real(round((double)q->doubtful * 1e4) / 1e4));
	json_object_set_new(root, "invalid", json_real(round((double)q->invalid * 1e4) / 1e4));
	json_object_set_new(root, "grade", json_string(scan_grade_name(q->grade)));
	for (int i = 0; i < NFAULTS; i++)
		if (q->faults & 1U << i)
			json_array_append_new(faults, json_string(scan_fault_name((enum scan_fault)i)));
	json_object_set_new(root, "faults", faults);
	for (int i = 0; i < page->nmarks; i++) {
		const struct mark *m = &page->marks[i];

		json_array_append_new(marks, json_pack("[s,o,o]", mark_kind_name(m->kind), box_json(m->box),
						       rounded((double)m->confidence)));
	}
	json_object_set_new(root, "marks", marks);
	for (int i = 0; i < page->ncodes; i++) {
		const struct code *c = &page->codes[i];

		json_array_append_new(codes, json_pack("[s,s,o]", c->kind, c->text, box_json(c->box)));
	}
	json_object_set_new(root, "codes", codes);
	json_object_set_new(root, "other_text", text_json(page->other_text));
	for (int i = 0; i < page->nwords; i++) {
		const struct word *w = &page->words[i];

		json_array_append_new(words, json_pack("[s,o,o,i,i,i,s,s*]", w->text, rounded((double)w->confidence), box_json(w->box), w->block,
						       w->paragraph, w->line, role_name(w->role), w->seen));
	}
	json_object_set_new(root, "words", words);
	return dump(root, size);
}

/* ---- loading: nothing is believed ---- */

struct loader {
	struct arena *arena;
	const char *broken; /* the first thing that broke the form, or NULL */
};

static void *broke(struct loader *l, const char *what)
{
	if (!l->broken)
		l->broken = what;
	return NULL;
}

static int whole(struct loader *l, json_t *json, int low, int high, const char *what)
{
	json_int_t n = json_integer_value(json);

	if (!json_is_integer(json) || n < low || n > high) {
		broke(l, what);
		return low;
	}
	return (int)n;
}

static float real(struct loader *l, json_t *json, double low, double high, const char *what)
{
	double n = json_number_value(json);

	if (!json_is_number(json) || !(n >= low && n <= high)) {
		broke(l, what);
		return (float)low;
	}
	return (float)n;
}

static bool truth(struct loader *l, json_t *json, const char *what)
{
	if (!json_is_boolean(json))
		broke(l, what);
	return json_is_true(json);
}

/* Control characters other than line ends and tabs have no business in a text (terminals obey them). */
static char *string(struct loader *l, json_t *json, size_t max, bool may_be_null, const char *what)
{
	const char *text = json_string_value(json);
	size_t n = json_string_length(json);

	if (may_be_null && json_is_null(json))
		return NULL;
	if (!text || n > max || strlen(text) != n)
		return broke(l, what);
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)text[i] < 0x20 && text[i] != '\n' && text[i] != '\t') || text[i] == 0x7F)
			return broke(l, what);
	return arena_strndup(l->arena, text, n);
}

static int named(struct loader *l, json_t *json, int (*parse)(const char *), const char *what)
{
	int n = parse(json_string_value(json));

	if (n < 0)
		broke(l, what);
	return n < 0 ? 0 : n;
}

static struct box box_load(struct loader *l, json_t *json, int width, int height)
{
	struct box b = { 0, 0, 0, 0 };

	if (json_array_size(json) != 4) {
		broke(l, "box");
		return b;
	}
	b.x = whole(l, json_array_get(json, 0), 0, width, "box");
	b.y = whole(l, json_array_get(json, 1), 0, height, "box");
	b.w = whole(l, json_array_get(json, 2), 0, width, "box");
	b.h = whole(l, json_array_get(json, 3), 0, height, "box");
	if (b.x + b.w > width || b.y + b.h > height)
		broke(l, "box");
	return b;
}

static json_t *array(struct loader *l, json_t *root, const char *key, size_t max)
{
	json_t *json = json_object_get(root, key);

	if (!json_is_array(json) || json_array_size(json) > max)
		broke(l, key);
	return json;
}

static void words_load(struct loader *l, struct page *page, json_t *words)
{
	size_t n = json_array_size(words);

	page->words = arena_array(l->arena, n, sizeof *page->words);
	for (size_t i = 0; i < n && !l->broken; i++) {
		json_t *json = json_array_get(words, i);
		struct word *w = &page->words[i];

		w->text = string(l, json_array_get(json, 0), WORD_BYTES_MAX, false, "word");
		if (w->text && (!*w->text || strpbrk(w->text, " \n\t")))
			broke(l, "word");
		w->confidence = real(l, json_array_get(json, 1), 0, 100, "confidence");
		w->box = box_load(l, json_array_get(json, 2), page->width, page->height);
		w->block = whole(l, json_array_get(json, 3), 0, WORDS_MAX, "block");
		w->paragraph = whole(l, json_array_get(json, 4), 0, WORDS_MAX, "paragraph");
		w->line = whole(l, json_array_get(json, 5), 0, WORDS_MAX, "line");
		w->role = (enum role)named(l, json_array_get(json, 6), role_parse, "role");
		if (json_array_size(json) > 7)
			w->seen = string(l, json_array_get(json, 7), WORD_BYTES_MAX, false, "seen");
		page->nwords++;
	}
}

static void marks_load(struct loader *l, struct page *page, json_t *marks)
{
	size_t n = json_array_size(marks);

	page->marks = arena_array(l->arena, n, sizeof *page->marks);
	for (size_t i = 0; i < n && !l->broken; i++) {
		json_t *json = json_array_get(marks, i);
		struct mark *m = &page->marks[i];

		m->kind = (enum mark_kind)named(l, json_array_get(json, 0), mark_kind_parse, "mark");
		m->box = box_load(l, json_array_get(json, 1), page->width, page->height);
		m->confidence = real(l, json_array_get(json, 2), 0, 100, "mark");
		page->nmarks++;
	}
}

static void codes_load(struct loader *l, struct page *page, json_t *codes)
{
	size_t n = json_array_size(codes);

	page->codes = arena_array(l->arena, n, sizeof *page->codes);
	for (size_t i = 0; i < n && !l->broken; i++) {
		json_t *json = json_array_get(codes, i);
		struct code *c = &page->codes[i];

		c->kind = string(l, json_array_get(json, 0), 40, false, "code");
		c->text = string(l, json_array_get(json, 1), 8000, false, "code");
		c->box = box_load(l, json_array_get(json, 2), page->width, page->height);
		page->ncodes++;
	}
}

/* What the scan is worth; the texts of 0.1 do not say. */
static void grade_load(struct loader *l, struct quality *q, json_t *root)
{
	json_t *faults;

	if (!json_object_get(root, "grade"))
		return;
	q->sharpness = real(l, json_object_get(root, "sharpness"), 0, 1, "sharpness");
	q->cut = whole(l, json_object_get(root, "cut"), 0, SIDE_MAX, "cut");
	q->doubtful = real(l, json_object_get(root, "doubtful"), 0, 1, "doubtful");
	q->invalid = real(l, json_object_get(root, "invalid"), 0, 1, "invalid");
	q->grade = (enum scan_grade)named(l, json_object_get(root, "grade"), scan_grade_parse, "grade");
	faults = array(l, root, "faults", NFAULTS);
	for (size_t i = 0; i < json_array_size(faults); i++)
		q->faults |= 1U << named(l, json_array_get(faults, i), scan_fault_parse, "faults");
}

static json_t *root_of(const char *text, size_t size, struct error *err)
{
	json_error_t why;
	json_t *root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &why);

	if (!root)
		error_set(err, REACH_DOCUMENT, "damaged", _("the text form is no JSON: %s"), why.text);
	else if (json_integer_value(json_object_get(root, "form")) != FORM) {
		error_set(err, REACH_DOCUMENT, "damaged", _("the text form is of another version"));
		json_decref(root);
		root = NULL;
	}
	return root;
}

static int finish(struct loader *l, json_t *root, struct error *err)
{
	json_decref(root);
	if (l->broken)
		return error_set(err, REACH_DOCUMENT, "damaged", _("the text form is broken at \"%s\""), l->broken);
	return 0;
}

int page_load(struct page *page, const char *text, size_t size, struct arena *arena, struct error *err)
{
	struct loader l = { arena, NULL };
	json_t *root = root_of(text, size, err);
	struct quality *q = &page->quality;

	if (!root)
		return -1;
	page->width = whole(&l, json_object_get(root, "width"), 1, SIDE_MAX, "width");
	page->height = whole(&l, json_object_get(root, "height"), 1, SIDE_MAX, "height");
	page->dpi = whole(&l, json_object_get(root, "dpi"), 1, 10000, "dpi");
	page->rendered = truth(&l, json_object_get(root, "rendered"), "rendered");
	page->source = truth(&l, json_object_get(root, "text_layer"), "text_layer") ? WORDS_TEXT_LAYER : WORDS_OCR;
	page->rotation = whole(&l, json_object_get(root, "rotation"), 0, 270, "rotation");
	if (page->rotation % 90)
		broke(&l, "rotation");
	page->skew = real(&l, json_object_get(root, "skew"), -90, 90, "skew");
	page->kind = (enum page_kind)named(&l, json_object_get(root, "kind"), page_kind_parse, "kind");
	page->secret = truth(&l, json_object_get(root, "secret"), "secret");
	page->begins = truth(&l, json_object_get(root, "begins"), "begins");
	q->ink = real(&l, json_object_get(root, "ink"), 0, 1, "ink");
	q->contrast = real(&l, json_object_get(root, "contrast"), 0, 255, "contrast");
	q->x_height = real(&l, json_object_get(root, "x_height"), 0, SIDE_MAX, "x_height");
	q->confidence = real(&l, json_object_get(root, "confidence"), -1, 100, "confidence");
	grade_load(&l, q, root);
	page->other_text = string(&l, json_object_get(root, "other_text"), TEXT_BYTES_MAX, true, "other_text");
	page->nwords = page->nmarks = page->ncodes = 0;
	marks_load(&l, page, array(&l, root, "marks", MARKS_MAX));
	codes_load(&l, page, array(&l, root, "codes", CODES_MAX));
	words_load(&l, page, array(&l, root, "words", WORDS_MAX));
	if (page->secret && (page->nwords || page->other_text || page->ncodes))
		broke(&l, "secret");
	return finish(&l, root, err);
}

/* ---- papers ---- */

static json_t *field_json(const struct field *f)
{
	char how[FIELD_HOW_SIZE];

	field_how_format(f->how, how);
	return json_pack("{s:s,s:o,s:o,s:s,s:o,s:i,s:o,s:s,s:s*}", "name", f->name, "text", text_json(f->text), "value",
			 text_json(f->value), "state", field_state_name(f->state), "confidence",
			 rounded((double)f->confidence), "page", f->page, "box", box_json(f->box), "source",
			 field_source_name(f->source), "how", *how ? how : NULL);
}

char *papers_save(const struct dossier *dossier, size_t *size)
{
	json_t *root = json_object(), *list = json_array();

	json_object_set_new(root, "form", json_integer(FORM));
	for (int i = 0; i < dossier->ndocuments; i++) {
		const struct document *d = &dossier->documents[i];
		json_t *fields = json_array();
		json_t *json = json_pack("{s:i,s:i,s:i,s:o,s:o,s:s,s:o,s:o,s:i}", "number", d->number, "first", d->first,
					 "last", d->last, "cut_confidence", rounded((double)d->cut_confidence), "cut_reason",
					 text_json(d->cut_reason), "type", d->type ? d->type : "khac", "type_confidence",
					 rounded((double)d->type_confidence), "copy", text_json(d->copy), "level", d->level);

		for (int k = 0; k < d->nfields; k++)
			json_array_append_new(fields, field_json(&d->fields[k]));
		json_object_set_new(json, "fields", fields);
		json_array_append_new(list, json);
	}
	json_object_set_new(root, "documents", list);
	return dump(root, size);
}

static void field_load(struct loader *l, struct field *f, json_t *json, const struct dossier *dossier)
{
	int width = SIDE_MAX, height = SIDE_MAX;

	f->name = string(l, json_object_get(json, "name"), 60, false, "field name");
	f->text = string(l, json_object_get(json, "text"), TEXT_BYTES_MAX, true, "field text");
	f->value = string(l, json_object_get(json, "value"), TEXT_BYTES_MAX, true, "field value");
	f->state = (enum field_state)named(l, json_object_get(json, "state"), field_state_parse, "field state");
	f->confidence = real(l, json_object_get(json, "confidence"), 0, 100, "field confidence");
	f->page = whole(l, json_object_get(json, "page"), 0, dossier->npages, "field page");
	if (f->page && dossier->pages && dossier->pages[f->page - 1].width) {
		width = dossier->pages[f->page - 1].width;
		height = dossier->pages[f->page - 1].height;
	}
	f->box = box_load(l, json_object_get(json, "box"), width, height);
	f->source = (enum field_source)named(l, json_object_get(json, "source"), field_source_parse, "field source");
	f->how = field_how_parse(json_string_value(json_object_get(json, "how"))); /* older papers have none */
	if (f->value && f->state != FIELD_READ)
		broke(l, "field value");
}

static void document_load(struct loader *l, struct document *d, json_t *json, const struct dossier *dossier, int number)
{
	json_t *fields = json_object_get(json, "fields");
	size_t n = json_array_size(fields);

	d->number = whole(l, json_object_get(json, "number"), number, number, "number");
	d->first = whole(l, json_object_get(json, "first"), 1, dossier->npages, "first");
	d->last = whole(l, json_object_get(json, "last"), d->first, dossier->npages, "last");
	d->cut_confidence = real(l, json_object_get(json, "cut_confidence"), 0, 100, "cut_confidence");
	d->cut_reason = string(l, json_object_get(json, "cut_reason"), 200, true, "cut_reason");
	d->type = string(l, json_object_get(json, "type"), 100, false, "type");
	d->type_confidence = real(l, json_object_get(json, "type_confidence"), 0, 100, "type_confidence");
	d->copy = string(l, json_object_get(json, "copy"), 40, true, "copy");
	d->level = whole(l, json_object_get(json, "level"), 0, 4, "level");
	if (!json_is_array(fields) || n > FIELDS_MAX) {
		broke(l, "fields");
		return;
	}
	d->fields = arena_array(l->arena, n, sizeof *d->fields);
	for (size_t i = 0; i < n && !l->broken; i++, d->nfields++)
		field_load(l, &d->fields[i], json_array_get(fields, i), dossier);
}

int papers_load(struct dossier *dossier, const char *text, size_t size, struct arena *arena, struct error *err)
{
	struct loader l = { arena, NULL };
	json_t *root = root_of(text, size, err), *list;
	int before = 0;
	size_t n;

	if (!root)
		return -1;
	list = array(&l, root, "documents", DOCUMENTS_MAX);
	n = json_array_size(list);
	dossier->documents = arena_array(arena, n, sizeof *dossier->documents);
	dossier->ndocuments = 0;
	for (size_t i = 0; i < n && !l.broken; i++) {
		struct document *d = &dossier->documents[i];

		document_load(&l, d, json_array_get(list, i), dossier, (int)i + 1);
		if (d->first <= before)
			broke(&l, "first");
		before = d->last;
		dossier->ndocuments++;
	}
	return finish(&l, root, err);
}
