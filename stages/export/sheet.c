#include "stages/export/sheet.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/error.h"
#include "pipeline/schema.h"
#include "stages/export/signature.h"
#include "stages/reuse/counter.h"
#include "stages/reuse/date.h"

enum { NEXT_MAX = 5 }; /* candidates behind the best that are listed in one line each */

/* Black on white, so that it prints; a verdict is told by its word and its frame, not by colour alone. */
static const char style[] =
	"@page{size:A4;margin:14mm}"
	"body{font:11pt/1.45 'Liberation Serif','Times New Roman',serif;color:#000;max-width:190mm;margin:0 auto;padding:8mm}"
	"h1{font-size:15pt;margin:0 0 2mm}h2{font-size:12pt;margin:0}"
	"header{border-bottom:1.5pt solid #000;padding-bottom:3mm;margin-bottom:4mm}"
	"dl{display:grid;grid-template-columns:max-content 1fr;gap:0 4mm;margin:0}dt{color:#444}dd{margin:0}"
	"section{border-top:.5pt solid #888;padding:3mm 0;break-inside:avoid-page}"
	".note{border:1pt solid #000;padding:2mm 3mm;margin:3mm 0;font-weight:bold}"
	".row{display:flex;justify-content:space-between;gap:6mm;align-items:baseline}"
	".v{font-weight:bold;white-space:nowrap;border:1pt solid #000;padding:0 2mm}"
	".v2{border-color:#0a6b3b;color:#0a6b3b}.v1{border-style:dashed;border-color:#8a5a00;color:#8a5a00}"
	".v0{border-style:double;border-width:3pt;border-color:#a3123a;color:#a3123a}"
	".small{font-size:9pt;color:#444}ul{margin:1mm 0 1mm 5mm;padding:0}li{margin:0 0 1mm}"
	"figure{margin:3mm 0;break-inside:avoid}figcaption{font-size:9pt}img{max-width:100%;max-height:150mm;border:.5pt solid #888}"
	".box{display:inline-block;width:3.2mm;height:3.2mm;border:1pt solid #000;margin-right:2mm}"
	"footer{border-top:1.5pt solid #000;margin-top:6mm;padding-top:2mm;display:flex;justify-content:space-between}";

const char *sheet_verdict(int verdict)
{
	return verdict == VERDICT_ELIGIBLE ? _("eligible") : verdict == VERDICT_NEEDS_CHECK ? _("needs check") : _("not eligible");
}

const char *sheet_whose(int whose)
{
	switch ((enum whose)whose) {
	case WHOSE_APPLICANT: return _("applicant");
	case WHOSE_SPOUSE: return _("spouse");
	case WHOSE_PARENT: return _("parent");
	case WHOSE_CHILD: return _("child");
	case WHOSE_ENTERPRISE: return _("enterprise");
	default: return _("deceased");
	}
}

/* --- Writing -------------------------------------------------------------------------------------------------------- */

static void html(struct arena_text *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Markup of ours; what comes from outside goes through text(). */
static void html(struct arena_text *out, const char *format, ...)
{
	char line[1000];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line, sizeof line, format, args);
	va_end(args);
	arena_text_add(out, line, n < (int)sizeof line ? (size_t)n : sizeof line - 1);
}

static void text(struct arena_text *out, const char *from)
{
	for (const char *p = from ? from : ""; *p; p++) {
		switch (*p) {
		case '&': arena_text_add(out, "&amp;", 5); break;
		case '<': arena_text_add(out, "&lt;", 4); break;
		case '>': arena_text_add(out, "&gt;", 4); break;
		case '"': arena_text_add(out, "&quot;", 6); break;
		case '\'': arena_text_add(out, "&#39;", 5); break;
		case '\n': arena_text_add(out, " / ", 3); break;
		default: arena_text_add(out, p, 1);
		}
	}
}

static void pair(struct arena_text *out, const char *term, const char *value)
{
	arena_text_add(out, "<dt>", 4);
	text(out, term);
	arena_text_add(out, "</dt><dd>", 9);
	text(out, value);
	arena_text_add(out, "</dd>", 5);
}

/* --- One candidate -------------------------------------------------------------------------------------------------- */

static void reasons(struct arena_text *out, const struct counter_candidate *c)
{
	char sentence[700];

	arena_text_add(out, "<ul>", 4);
	for (int i = 0; i < c->result.nreasons; i++) {
		const struct reuse_reason *r = &c->result.reasons[i];

		reuse_sentence(r, sentence, sizeof sentence);
		html(out, "<li><b>%s %s</b>: ", r->blocks ? "&#10007;" : "?", r->code);
		text(out, sentence);
		if (r->field || r->page) {
			html(out, " (");
			text(out, r->field ? _(r->field) : "");
			html(out, "%s", r->field && r->page ? ", " : "");
			if (r->page)
				html(out, _("page %d"), r->page - c->paper->row.first + 1);
			html(out, ")");
		}
		arena_text_add(out, "<br><span class=small>", 22);
		text(out, r->rule);
		text(out, "; ");
		text(out, r->source);
		arena_text_add(out, "</span></li>", 12);
	}
	arena_text_add(out, "</ul>", 5);
}

static void signs(struct arena_text *out, const char *words, unsigned signs)
{
	static const struct {
		unsigned sign;
		const char *name;
	} all[] = { { SIGN_NAME, N_("name") }, { SIGN_BIRTH, N_("date of birth") }, { SIGN_MOTHER, N_("name of the mother") } };
	bool first = true;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		if (!(signs & all[i].sign))
			continue;
		text(out, first ? words : ", ");
		text(out, _(all[i].name));
		first = false;
	}
	if (!first)
		arena_text_add(out, "<br>", 4);
}

static void facts(struct arena_text *out, const struct counter_candidate *c)
{
	const struct reuse_paper *p = c->paper;
	char id[32];

	document_id_format(p->row.id, id);
	arena_text_add(out, "<p class=small>", 15);
	text(out, _("document "));
	html(out, "%s, ", id);
	text(out, _("dossier"));
	text(out, " ");
	text(out, p->row.batch);
	text(out, "/");
	text(out, p->row.dossier);
	if (p->row.box || p->row.shelf) {
		text(out, "; ");
		text(out, _("paper original"));
		text(out, ": ");
		text(out, p->row.box);
		text(out, p->row.box && p->row.shelf ? ", " : "");
		text(out, p->row.shelf);
	}
	html(out, "; L%d: ", p->document.level);
	text(out, signature_level(p->document.level));
	arena_text_add(out, "<br>", 4);
	for (int i = 0; i < p->nsignatures; i++) {
		text(out, _("signature: "));
		text(out, signature_line(out->arena, &p->signatures[i]));
		arena_text_add(out, "<br>", 4);
	}
	if (p->input.confirmation == CONFIRMATION_VALID) {
		text(out, _("confirmed by "));
		text(out, p->input.confirmed_by);
		text(out, ", ");
		text(out, p->input.confirmed_on);
		arena_text_add(out, "<br>", 4);
	}
	signs(out, _("agrees in: "), c->agrees);
	signs(out, _("differs in: "), c->differs);
	arena_text_add(out, "</p>", 4);
}

static void pictures(struct arena_text *out, const struct sheet *sheet, const struct counter_candidate *c)
{
	for (int i = 0; i < sheet->npictures; i++) {
		const struct sheet_picture *p = &sheet->pictures[i];
		size_t n = sodium_base64_encoded_len(p->size, sodium_base64_VARIANT_ORIGINAL);
		char *base64;

		if (p->document != c->paper->row.id)
			continue;
		base64 = arena_alloc(out->arena, n);
		sodium_bin2base64(base64, n, (const unsigned char *)p->png, p->size, sodium_base64_VARIANT_ORIGINAL);
		arena_text_add(out, "<figure><img alt=\"\" src=\"data:image/png;base64,", strlen("<figure><img alt=\"\" src=\"data:image/png;base64,"));
		arena_text_add(out, base64, strlen(base64));
		arena_text_add(out, "\"><figcaption>", 14);
		html(out, _("page %d"), p->page);
		text(out, _(", with the places where its fields were read"));
		arena_text_add(out, "</figcaption></figure>", 22);
	}
}

static void best(struct arena_text *out, const struct sheet *sheet, const struct counter_candidate *c)
{
	html(out, "<div class=row><h2>");
	text(out, c->paper->schema->name);
	html(out, "</h2><span class=\"v v%d\">", (int)c->result.verdict);
	text(out, sheet_verdict((int)c->result.verdict));
	arena_text_add(out, "</span></div>", 13);
	facts(out, c);
	reasons(out, c);
	pictures(out, sheet, c);
}

static void next(struct arena_text *out, const struct counter_row *row)
{
	if (row->n < 2)
		return;
	arena_text_add(out, "<p class=small>", 15);
	text(out, _("also found: "));
	for (int i = 1; i < row->n && i <= NEXT_MAX; i++) {
		char id[32];

		document_id_format(row->candidates[i].paper->row.id, id);
		html(out, "%s%s (", i > 1 ? ", " : "", id);
		text(out, row->candidates[i].paper->schema->name);
		text(out, ", ");
		text(out, sheet_verdict((int)row->candidates[i].result.verdict));
		arena_text_add(out, ")", 1);
	}
	if (row->n > NEXT_MAX + 1)
		html(out, ", ... (%d)", row->n - 1);
	arena_text_add(out, "</p>", 4);
}

/* --- The page ------------------------------------------------------------------------------------------------------- */

static void component(struct arena_text *out, const struct sheet *sheet, const struct counter_row *row)
{
	const struct procedure_component *c = row->component;

	arena_text_add(out, "<section><p><span class=box></span><b>", 38);
	text(out, c->name);
	arena_text_add(out, "</b> (", 6);
	text(out, sheet_whose((int)c->whose));
	if (c->optional)
		text(out, _("; only in a certain case"));
	arena_text_add(out, ")<br><span class=small>", 23);
	if (c->note) {
		text(out, c->note);
		text(out, ". ");
	}
	text(out, c->source);
	arena_text_add(out, "</span></p>", 11);
	if (row->n) {
		best(out, sheet, &row->candidates[0]);
		next(out, row);
	} else {
		arena_text_add(out, "<p><b>", 6);
		text(out, row->unnamed ? _("not looked for: say whose papers these are") : _("not found: ask the citizen"));
		arena_text_add(out, "</b></p>", 8);
	}
	arena_text_add(out, "</section>", 10);
}

static void head(struct arena_text *out, const struct sheet *sheet)
{
	const struct procedure *p = sheet->question->procedure;
	char day[DATE_SIZE];

	date_format(sheet->question->on, day);
	html(out, "<!DOCTYPE html><html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>", _("en"));
	text(out, p->name);
	arena_text_add(out, "</title><style>", 15);
	arena_text_add(out, style, sizeof style - 1);
	arena_text_add(out, "</style></head><body><header><h1>", 33);
	text(out, _("What may be used again"));
	arena_text_add(out, "</h1><dl>", 9);
	pair(out, _("procedure"), p->code);
	pair(out, "", p->name);
	for (int i = 0; i < WHOSE_COUNT; i++)
		if (sheet->people[i])
			pair(out, sheet_whose(i), sheet->people[i]);
	pair(out, _("day of use"), day);
	pair(out, _("asked by"), sheet->officer);
	pair(out, _("asked at"), sheet->asked);
	arena_text_add(out, "</dl></header>", 14);
	if (p->approved)
		return;
	arena_text_add(out, "<p class=note>", 14);
	text(out, _("The rule of this procedure has not been approved: every paper must be checked by a person."));
	arena_text_add(out, "</p>", 4);
}

char *sheet_html(struct arena *arena, const struct sheet *sheet)
{
	struct arena_text out = { .arena = arena };

	head(&out, sheet);
	for (int i = 0; i < sheet->nrows; i++)
		component(&out, sheet, &sheet->rows[i]);
	if (!sheet->nrows) {
		arena_text_add(&out, "<p><b>", 6);
		text(&out, _("The component list of this procedure is not known: no source is at hand."));
		arena_text_add(&out, "</b></p>", 8);
	}
	arena_text_add(&out, "<footer><span>", 14);
	text(&out, _("The machine proposes; the officer decides."));
	html(&out, "</span><span class=small>");
	text(&out, _("rules "));
	html(&out, "%.12s</span></footer></body></html>\n", sheet->rules);
	return out.text;
}
