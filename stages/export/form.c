#include "stages/export/form.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/signatures.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/schema.h"
#include "stages/reuse/date.h"
#include "stages/reuse/reuse.h"

/* --- TSV ------------------------------------------------------------------------------------------------------------ */

static void add(struct arena_text *rows, const char *text)
{
	arena_text_add(rows, text, strlen(text));
}

/* %f would write the decimal comma of the locale. */
static void add_row(struct arena_text *rows, const int level[6], struct box box, double confidence, const char *text)
{
	long long millionths = confidence < 0 ? -1000000 : llround(confidence * 1000000);
	char head[200];

	snprintf(head, sizeof head, "%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t", level[0], level[1], level[2], level[3],
		 level[4], level[5], box.x, box.y, box.w, box.h);
	add(rows, head);
	if (confidence < 0)
		snprintf(head, sizeof head, "-1\t");
	else
		snprintf(head, sizeof head, "%lld.%06lld\t", millionths / 1000000, millionths % 1000000);
	add(rows, head);
	add(rows, text);
	add(rows, "\n");
}

/* Word i and its neighbours share what the level counts: 2 block, 3 paragraph, 4 line. */
static bool together(const struct word *a, const struct word *b, int level)
{
	return a->block == b->block && (level < 3 || a->paragraph == b->paragraph) && (level < 4 || a->line == b->line);
}

static void open_level(struct arena_text *rows, const struct page *page, int i, int level)
{
	const struct word *word = &page->words[i];
	int numbers[6] = { level, page->file_page, word->block, level > 2 ? word->paragraph : 0, level > 3 ? word->line : 0, 0 };
	struct box box = word->box;

	for (int j = i + 1; j < page->nwords && together(word, &page->words[j], level); j++)
		box = box_union(box, page->words[j].box);
	add_row(rows, numbers, box, -1, "");
}

char *page_tsv(struct arena *arena, const struct page *page)
{
	struct arena_text rows = { .arena = arena };
	const int whole[6] = { 1, page->file_page, 0, 0, 0, 0 };
	int number = 0;

	add(&rows, "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n");
	add_row(&rows, whole, (struct box){ 0, 0, page->width, page->height }, -1, "");
	for (int i = 0; i < page->nwords; i++) {
		const struct word *word = &page->words[i];

		for (int level = 2; level <= 4; level++)
			if (!i || !together(word, &page->words[i - 1], level)) {
				open_level(&rows, page, i, level);
				number = 0;
			}
		add_row(&rows, (const int[6]){ 5, page->file_page, word->block, word->paragraph, word->line, ++number }, word->box,
			(double)word->confidence, word->text);
	}
	return rows.text;
}

/* --- JSON ----------------------------------------------------------------------------------------------------------- */

static json_t *text_json(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *box_json(struct box box)
{
	return box.w > 0 ? json_pack("[i,i,i,i]", box.x, box.y, box.w, box.h) : json_null();
}

static json_t *confidence_json(float confidence)
{
	return json_real(round((double)confidence * 100) / 100);
}

/* Where the page of the run stands in the document's own list. */
static json_t *place_json(int page, int first, int last)
{
	return page >= first && page <= last && page > 0 ? json_integer(page - first + 1) : json_null();
}

static json_t *how_json(unsigned how)
{
	json_t *list = json_array();
	char names[FIELD_HOW_SIZE], *save = NULL;

	field_how_format(how, names);
	for (char *name = strtok_r(names, " ", &save); name; name = strtok_r(NULL, " ", &save))
		json_array_append_new(list, json_string(name));
	return list;
}

static json_t *field_json(const struct field *field, const struct document *document)
{
	json_t *json = json_object();

	json_object_set_new(json, "value", text_json(field->state == FIELD_READ ? field->value : NULL));
	json_object_set_new(json, "text", text_json(field->text));
	json_object_set_new(json, "state", json_string(field_state_name(field->state)));
	json_object_set_new(json, "confidence", confidence_json(field->confidence));
	json_object_set_new(json, "page", place_json(field->page, document->first, document->last));
	json_object_set_new(json, "box", field->page > 0 ? box_json(field->box) : json_null());
	json_object_set_new(json, "source", json_string(field_source_name(field->source)));
	json_object_set_new(json, "how", how_json(field->how));
	return json;
}

static json_t *fields_json(const struct document *document)
{
	json_t *json = json_object();

	for (int i = 0; i < document->nfields; i++)
		json_object_set_new(json, document->fields[i].name, field_json(&document->fields[i], document));
	return json;
}

/* The type as the outputs name it, "quyết định"; its code where the schemas cannot be read. */
static json_t *type_json(const char *code)
{
	const struct reuse_book *book = reuse_book_get(NULL);
	const struct schema *schema = book && code ? schemas_find(book->schemas, code) : NULL;

	return text_json(schema ? schema->name : code);
}

char *file_json(const char *file, const struct dossier *dossier)
{
	json_t *root = json_object(), *documents = json_array();

	json_object_set_new(root, "file", json_string(file));
	for (int i = 0; i < dossier->ndocuments; i++) {
		const struct document *document = &dossier->documents[i];
		json_t *json = json_object(), *pages = json_array();
		char id[16];

		snprintf(id, sizeof id, "%d", document->number);
		json_object_set_new(json, "id", json_string(id));
		json_object_set_new(json, "dossier", json_null());
		json_object_set_new(json, "batch", json_null());
		for (int p = document->first; p <= document->last && p <= dossier->npages; p++)
			json_array_append_new(pages, json_pack("{s:s, s:i}", "file", file, "page", dossier->pages[p - 1].file_page));
		json_object_set_new(json, "pages", pages);
		json_object_set_new(json, "type", type_json(document->type));
		json_object_set_new(json, "fields", fields_json(document));
		json_object_set_new(json, "verdict", json_null());
		json_object_set_new(json, "reasons", json_array());
		json_array_append_new(documents, json);
	}
	json_object_set_new(root, "documents", documents);
	return form_dump(root);
}

/* A day a rule holds from or to; null where it is open. */
static json_t *day_json(int day)
{
	char text[DATE_SIZE];

	if (day == INT_MIN || day == INT_MAX)
		return json_null();
	date_format(day, text);
	return json_string(text);
}

/* The papers that stand with this one: of its chain, and those that speak about it. */
static json_t *chain_json(const struct reuse_paper *paper)
{
	static const char *const relations[] = { "chain", "supersedes", "ends", "names" };
	json_t *list = json_array();

	for (int i = 0; i < paper->input.nwitnesses; i++) {
		const struct reuse_witness *w = &paper->input.witnesses[i];

		json_array_append_new(list, json_pack("{s:s, s:s?, s:s?, s:s}", "document", w->document, "date", w->date, "order", w->order, "relation",
						      relations[w->kind]));
	}
	return list;
}

static json_t *reason_json(const struct reuse_reason *reason, const struct reuse_paper *paper)
{
	json_t *json = json_object();
	char sentence[600];

	reuse_sentence(reason, sentence, sizeof sentence);
	json_object_set_new(json, "code", json_string(reason->code));
	json_object_set_new(json, "severity", json_string(reason->blocks ? "blocks" : "check"));
	json_object_set_new(json, "rule", json_string(reason->rule));
	json_object_set_new(json, "source", text_json(reason->source));
	json_object_set_new(json, "from", day_json(reason->from));
	json_object_set_new(json, "to", day_json(reason->to));
	json_object_set_new(json, "draft", json_boolean(reason->draft));
	json_object_set_new(json, "sentence", json_string(sentence));
	json_object_set_new(json, "field", text_json(reason->field));
	json_object_set_new(json, "page", place_json(reason->page, paper->row.first, paper->row.last));
	json_object_set_new(json, "box", reason->page > 0 ? box_json(reason->box) : json_null());
	json_object_set_new(json, "detail", text_json(*reason->detail ? reason->detail : NULL));
	return json;
}

static json_t *signatures_json(const struct reuse_paper *paper)
{
	json_t *list = json_array();

	for (int i = 0; i < paper->nsignatures; i++) {
		const struct reuse_signature *s = &paper->signatures[i];
		const struct signature *f = s->found;

		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i}", "file", s->file, "signer",
						      ladder_signer_name(s->signer), "integrity", f->integrity, "trust", f->trust, "why", f->why, "later",
						      f->later, "name", f->name, "organisation", f->organisation, "subject", f->subject, "issuer", f->issuer,
						      "signed_at", f->signed_at, "place", f->place, "page", f->page));
	}
	return list;
}

/* Why it begins at its first page, and how sure that and its type are; null where it was read before that was kept. */
static json_t *begins_json(const struct papers_document *row)
{
	return json_pack("{s:o, s:o, s:o}", "because", text_json(row->cut_reason), "confidence",
			 row->cut_reason ? confidence_json((float)row->cut_confidence) : json_null(), "type_confidence",
			 row->type_confidence < 0 ? json_null() : confidence_json((float)row->type_confidence));
}

json_t *paper_json(const struct reuse_paper *paper)
{
	json_t *json = json_object(), *pages = json_array(), *reasons = json_array();
	char id[32];

	document_id_format(paper->row.id, id);
	json_object_set_new(json, "id", json_string(id));
	json_object_set_new(json, "dossier", text_json(paper->row.dossier));
	json_object_set_new(json, "batch", text_json(paper->row.batch));
	for (int i = 0; i < paper->npages && !paper->restricted; i++)
		json_array_append_new(pages, json_pack("{s:s?, s:i, s:s?}", "file", paper->pages[i].file, "page", paper->pages[i].file_page, "scan",
						       paper->pages[i].grade));
	json_object_set_new(json, "pages", pages);
	json_object_set_new(json, "type", paper->restricted ? json_null() : type_json(paper->row.type));
	json_object_set_new(json, "fields", paper->restricted ? json_object() : fields_json(&paper->document));
	json_object_set_new(json, "verdict", json_string(reuse_verdict_name(paper->result.verdict)));
	for (int i = 0; i < paper->result.nreasons; i++)
		json_array_append_new(reasons, reason_json(&paper->result.reasons[i], paper));
	json_object_set_new(json, "reasons", reasons);
	json_object_set_new(json, "chain", chain_json(paper));
	json_object_set_new(json, "level", json_integer(paper->document.level));
	if (!paper->restricted)
		json_object_set_new(json, "begins", begins_json(&paper->row));
	json_object_set_new(json, "signatures", signatures_json(paper));
	return json;
}

json_t *words_json(const struct page *page)
{
	json_t *words = json_array();

	for (int i = 0; i < page->nwords; i++) {
		const struct word *word = &page->words[i];

		json_array_append_new(words, json_pack("{s:s, s:s*, s:o, s:o, s:[i,i,i]}", "text", word->text, "seen", word->seen, "confidence",
						       confidence_json(word->confidence), "box", box_json(word->box), "line",
						       word->block, word->paragraph, word->line));
	}
	return words;
}

char *form_dump(json_t *json)
{
	char *text = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(7));
	size_t n = text ? strlen(text) : 0;

	json_decref(json);
	text = mem_realloc(text, n + 2);
	text[n] = '\n';
	text[n + 1] = '\0';
	return text;
}
