/*
 * form.h - the forms for scripts: the columns of Tesseract's TSV, and the JSON of papers
 *
 * A document is {id, dossier, batch, pages: [{file, page, scan}], type, fields: {name: {value, text, state, confidence, page, box, source}},
 * verdict, reasons: [{code, severity, rule, source, from, to, draft, sentence, field, page, box, detail}], chain: [{document, date, order,
 * relation}]}. from and to are the days the rule holds for; relation is chain (same kind, same key), supersedes, ends or names. `page` of pages is 1-based in the file; `page`
 * of a field or reason is the 1-based place in the document's own list of pages, null where there is none; box is [x, y, w, h] in pixels
 * of the page as received, or null. Keys stand in that order; what is not known is null.
 */
#ifndef SOHOA_EXPORT_FORM_H
#define SOHOA_EXPORT_FORM_H

#include <jansson.h>
#include <stdbool.h>

struct arena;
struct dossier;
struct page;
struct reuse_paper;

/* Tesseract's own columns, with their head line: level page_num block_num par_num line_num word_num left top width height conf text;
 * rows of level 1 (page), 2 block, 3 paragraph, 4 line (conf -1, no text) and 5 word. page_num is the page in its file. */
char *page_tsv(struct arena *arena, const struct page *page);

/* {file, documents: [...]} of papers that stand in no archive: verdict null, reasons empty. malloc'ed, with a newline at the end. */
char *file_json(const char *file, const struct dossier *dossier);

/* A paper of the archive; a restricted one has no type, no field and no file name. The caller gives it back (json_decref). */
json_t *paper_json(const struct reuse_paper *paper);

/* The words of a page, for `export --to json`: [{text, confidence, box, line: [block, paragraph, line]}], and with `seen` behind the text where
 * the language chose another word than the net saw. */
json_t *words_json(const struct page *page);

/* One text form for all of them: indented, newline at the end, malloc'ed. Gives json back. */
char *form_dump(json_t *json);

#endif
