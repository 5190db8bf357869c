/* counter.c - the checklist of a procedure with the papers that fit */
#include "pipeline/commands/counter.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/accounts.h"
#include "pipeline/catalogue/audit.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/commands/paper.h"
#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/key.h"
#include "pipeline/pool.h"
#include "pipeline/schema.h"
#include "pipeline/text.h"
#include "stages/export/form.h"
#include "stages/export/sheet.h"
#include "stages/reuse/date.h"

enum {
	PICTURES_MAX = 40,      /* on one printed page; a checklist has about ten papers of one or two pages */
	PAGES_EACH = 3,         /* pages of one paper */
	PICTURE_WIDTH = 1100    /* pixels: 150 dpi on the width of A4 */
};

struct counter {
	const struct invocation *in;
	struct archive *archive;
	struct arena *arena;
	struct counter_question question;
	struct counter_row *rows;
	int nrows;
	const char *version; /* of rules and procedures together */
};

/* --- The question --------------------------------------------------------------------------------------------------- */

/* 9 or 12 digits of a person; 10, with a branch 10-3, or 12 of an enterprise (domain 5). */
const char *counter_number(const struct invocation *in, struct arena *arena, const char *name, const char *text)
{
	char *key = text_valid(text, strlen(text)) ? key_number(arena, text_nfc(arena, text)) : NULL;
	size_t n = key ? strspn(key, "0123456789") : 0, length = key ? strlen(key) : 0;

	if (key && ((length == n && (n == 9 || n == 10 || n == 12)) ||
		    (length == 14 && n == 10 && key[10] == '-' && strspn(key + 11, "0123456789") == 3)))
		return key;
	command_usage(in, _("--%s takes 12 or 9 digits of a person, or 10 digits (10-3 of a branch) of an enterprise, not \"%s\""), name, text);
	return NULL;
}

static int take_name(const struct invocation *in, struct arena *arena, const char *option_name, const char **key)
{
	const char *text = option(in, option_name);

	if (!text)
		return 0;
	if (!text_valid(text, strlen(text)))
		return command_usage(in, _("--%s takes a name in UTF-8"), option_name);
	*key = key_name(arena, text_nfc(arena, text));
	return **key ? 0 : command_usage(in, _("--%s takes a name in UTF-8"), option_name);
}

int counter_applicant(const struct invocation *in, struct arena *arena, struct counter_person *person)
{
	const char *owner = option(in, "owner");
	struct day_span born;
	int status;

	if (owner && !(person->number = counter_number(in, arena, "owner", owner)))
		return EXIT_USAGE;
	status = take_name(in, arena, "name", &person->name);
	if (!status)
		status = take_name(in, arena, "mother", &person->mother);
	if (status)
		return status;
	person->born = option(in, "born");
	if (person->born && (!person->name || !date_parse(person->born, &born)))
		return command_usage(in, _("--born goes with --name and is a date, YYYY-MM-DD or YYYY"));
	if (person->mother && !person->name)
		return command_usage(in, _("--mother goes with --name"));
	return 0;
}

int counter_note(const struct invocation *in, struct archive *archive, int on, struct error *err)
{
	static const char *const asked[] = { "owner", "name", "born", "mother", "procedure", "spouse", "parent", "child", "enterprise", "deceased" };
	json_t *json = json_object();
	char day[DATE_SIZE];

	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
		if (option(in, asked[i]))
			json_object_set_new(json, asked[i], json_string(option(in, asked[i])));
	if (in->nargs)
		json_object_set_new(json, "document", json_string(in->args[0]));
	date_format(on, day);
	json_object_set_new(json, "on", json_string(day));
	if (catalogue_begin(archive->catalogue, err) < 0) {
		json_decref(json);
		return -1;
	}
	if (audit_note(archive->catalogue, "ask", "archive", 0, json, err) < 0) {
		catalogue_rollback(archive->catalogue);
		return -1;
	}
	return catalogue_commit(archive->catalogue, err);
}

struct procedures *counter_procedures(const struct invocation *in, struct archive *archive)
{
	struct error err = ERROR_INIT;
	const struct reuse_book *book = reuse_book_get(&err);
	char dir[PATH_MAX], own[PATH_MAX];
	struct procedures *procedures = NULL;

	snprintf(dir, sizeof dir, "%s/schemas/procedures", config_data_dir());
	snprintf(own, sizeof own, "%s/procedures", archive->dir);
	if (book)
		procedures = procedures_open(dir, own, book->schemas, &err);
	if (!procedures)
		command_fail(in, &err);
	return procedures;
}

static int take_people(struct counter *c)
{
	int status = counter_applicant(c->in, c->arena, &c->question.people[WHOSE_APPLICANT]);

	for (int i = WHOSE_SPOUSE; i < WHOSE_COUNT && !status; i++) {
		const char *text = option(c->in, whose_name((enum whose)i));

		if (text && !(c->question.people[i].number = counter_number(c->in, c->arena, whose_name((enum whose)i), text)))
			return EXIT_USAGE;
	}
	return status;
}

/* --- As text -------------------------------------------------------------------------------------------------------- */

static void print_signs(const char *words, unsigned signs)
{
	if (!signs)
		return;
	printf("      %s", words);
	printf("%s", signs & SIGN_NAME ? _("name") : "");
	printf("%s%s", signs & SIGN_NAME && signs & SIGN_BIRTH ? ", " : "", signs & SIGN_BIRTH ? _("date of birth") : "");
	printf("%s%s\n", signs & (SIGN_NAME | SIGN_BIRTH) && signs & SIGN_MOTHER ? ", " : "", signs & SIGN_MOTHER ? _("name of the mother") : "");
}

static void print_candidate(const struct counter_candidate *c)
{
	static const char *const colours[] = { "1;31", "1;33", "1;32" };
	char id[32], sentence[700];

	document_id_format(c->paper->row.id, id);
	printf("    %s%s%s  %s, %s/%s, L%d: %s%s%s\n", sgr(stdout, "1"), id, sgr(stdout, "0"), c->paper->schema->name, c->paper->row.batch,
	       c->paper->row.dossier, c->paper->document.level, sgr(stdout, colours[c->result.verdict]), sheet_verdict((int)c->result.verdict),
	       sgr(stdout, "0"));
	print_signs(_("agrees in: "), c->agrees);
	print_signs(_("differs in: "), c->differs);
	for (int i = 0; i < c->result.nreasons; i++) {
		const struct reuse_reason *r = &c->result.reasons[i];

		reuse_sentence(r, sentence, sizeof sentence);
		printf("      %s %s: %s", r->blocks ? "x" : "?", r->code, sentence);
		if (r->page)
			printf(_(" (page %d)"), r->page - c->paper->row.first + 1);
		printf("\n        %s; %s\n", r->rule, r->source ? r->source : "");
	}
}

static void print_row(const struct counter_row *row)
{
	const struct procedure_component *c = row->component;
	const char *mark = !row->n ? " " : row->candidates[0].result.verdict == VERDICT_ELIGIBLE ? "+"
					 : row->candidates[0].result.verdict == VERDICT_NEEDS_CHECK ? "?" : "x";

	printf("  [%s] %s%s%s (%s%s)\n", mark, sgr(stdout, "1"), c->name, sgr(stdout, "0"), sheet_whose((int)c->whose),
	       c->optional ? _("; only in a certain case") : "");
	printf("      %s%s%s\n", c->note ? c->note : "", c->note ? "; " : "", c->source);
	if (row->n)
		print_candidate(&row->candidates[0]);
	else if (row->unnamed)
		printf(_("    not looked for: name the person with --%s ID\n"), whose_name(c->whose));
	else
		printf("    %s\n", _("not found: ask the citizen"));
	for (int i = 1; i < row->n; i++) {
		char id[32];

		document_id_format(row->candidates[i].paper->row.id, id);
		printf(_("    also %s: %s, %s\n"), id, row->candidates[i].paper->schema->name,
		       sheet_verdict((int)row->candidates[i].result.verdict));
	}
}

static void print_all(const struct counter *c)
{
	const struct procedure *p = c->question.procedure;
	char day[DATE_SIZE];

	date_format(c->question.on, day);
	printf(_("%s%s%s %s (%s), day of use %s\n"), sgr(stdout, "1"), p->code, sgr(stdout, "0"), p->name, p->agency, day);
	if (p->approved)
		printf(_("  approved by %s, %s, %s\n"), p->approved_by, p->decision, p->approved_on);
	else
		printf("  %s\n", _("The rule of this procedure has not been approved: every paper must be checked by a person."));
	if (!c->nrows)
		printf("  %s\n", _("The component list of this procedure is not known: no source is at hand."));
	for (int i = 0; i < c->nrows; i++)
		print_row(&c->rows[i]);
}

/* --- As JSON -------------------------------------------------------------------------------------------------------- */

static json_t *signs_json(unsigned signs)
{
	json_t *list = json_array();

	if (signs & SIGN_NAME)
		json_array_append_new(list, json_string("name"));
	if (signs & SIGN_BIRTH)
		json_array_append_new(list, json_string("born"));
	if (signs & SIGN_MOTHER)
		json_array_append_new(list, json_string("mother"));
	return list;
}

static json_t *candidate_json(const struct counter_candidate *c)
{
	struct reuse_paper paper = *c->paper;
	json_t *json;

	paper.result = c->result;
	json = paper_json(&paper);
	json_object_set_new(json, "agrees", signs_json(c->agrees));
	json_object_set_new(json, "differs", signs_json(c->differs));
	return json;
}

static json_t *row_json(const struct counter_row *row)
{
	const struct procedure_component *c = row->component;
	json_t *json = json_pack("{s:s, s:s, s:s, s:b, s:s?, s:s, s:i}", "code", c->code, "name", c->name, "whose", whose_name(c->whose), "optional",
				 (int)c->optional, "note", c->note, "source", c->source, "level", c->level);
	json_t *list = json_array();

	json_object_set_new(json, "months", c->months ? json_integer(c->months) : json_null());
	for (int i = 0; i < row->n; i++)
		json_array_append_new(list, candidate_json(&row->candidates[i]));
	json_object_set_new(json, "advice", row->n ? json_null() : json_string(row->unnamed ? "name-the-person" : "ask-the-citizen"));
	json_object_set_new(json, "candidates", list);
	return json;
}

static void print_json(const struct counter *c)
{
	const struct procedure *p = c->question.procedure;
	json_t *root, *list = json_array();
	char day[DATE_SIZE], *text;

	date_format(c->question.on, day);
	root = json_pack("{s:s, s:s, s:{s:s, s:s, s:s, s:s, s:s?, s:b, s:s?, s:s?, s:s?}}", "on", day, "rules", c->version, "procedure", "code", p->code,
			 "name", p->name, "field", p->field, "agency", p->agency, "source", p->source, "approved", (int)p->approved,
			 "approved_by", p->approved_by, "decision", p->decision, "approved_on", p->approved_on);
	for (int i = 0; i < c->nrows; i++)
		json_array_append_new(list, row_json(&c->rows[i]));
	json_object_set_new(root, "components", list);
	text = form_dump(root);
	fputs(text, stdout);
	free(text);
}

/* --- As a page ------------------------------------------------------------------------------------------------------ */

static int draw(struct counter *c, struct pool *pool, const struct reuse_paper *paper, int page, struct sheet_picture *picture, struct error *err)
{
	char *boxes = paper_boxes(paper, paper->pages[page].number), more[64], *request, *png = NULL;
	int ret;

	snprintf(more, sizeof more, "\"width\":%d%s", PICTURE_WIDTH, boxes ? "," : "");
	request = arena_printf(c->arena, "%s%s", more, boxes ? boxes : "");
	free(boxes);
	ret = paper_ask(c->archive, pool, MESSAGE_PICTURE, &paper->pages[page], request, &png, &picture->size, err);
	if (ret < 0)
		return -1;
	picture->png = memcpy(arena_alloc(c->arena, picture->size), png, picture->size);
	picture->document = paper->row.id;
	picture->page = page + 1;
	free(png);
	return 0;
}

/* The pages of the best paper of each component, once each. */
static int draw_all(struct counter *c, struct sheet_picture *pictures, int *n, struct error *err)
{
	struct pool *pool = pool_open(c->archive->config, POOL_FILES, 1, err);
	int ret = pool ? 0 : -1;

	*n = 0;
	for (int i = 0; i < c->nrows && !ret; i++) {
		const struct reuse_paper *paper = c->rows[i].n ? c->rows[i].candidates[0].paper : NULL;
		bool drawn = false;

		for (int k = 0; paper && k < *n; k++)
			drawn = drawn || pictures[k].document == paper->row.id;
		for (int p = 0; paper && !drawn && p < paper->npages && p < PAGES_EACH && *n < PICTURES_MAX && !ret; p++) {
			if (strcmp(paper->pages[p].state, "read") != 0)
				continue;
			ret = draw(c, pool, paper, p, &pictures[*n], err);
			*n += !ret;
		}
	}
	pool_close(pool);
	return ret;
}

static int write_page(struct counter *c, const char *path)
{
	struct sheet_picture pictures[PICTURES_MAX];
	struct sheet sheet = { .question = &c->question, .rows = c->rows, .nrows = c->nrows, .pictures = pictures, .rules = c->version };
	struct error err = ERROR_INIT;
	struct account account;
	char asked[21], *page;
	int found;

	if (draw_all(c, pictures, &sheet.npictures, &err) < 0)
		return command_fail(c->in, &err);
	found = accounts_find(c->archive->catalogue, catalogue_who(c->archive->catalogue), c->arena, &account, &err);
	if (found < 0)
		return command_fail(c->in, &err);
	sheet.officer = found ? account.name : catalogue_who(c->archive->catalogue);
	catalogue_now(asked);
	sheet.asked = asked;
	sheet.people[WHOSE_APPLICANT] = option(c->in, "owner") ? option(c->in, "owner") : option(c->in, "name");
	for (int i = WHOSE_SPOUSE; i < WHOSE_COUNT; i++)
		sheet.people[i] = option(c->in, whose_name((enum whose)i));
	page = sheet_html(c->arena, &sheet);
	return paper_write_file(path, page, strlen(page), &err) < 0 ? command_fail(c->in, &err) : EXIT_DONE;
}

/* --- All together --------------------------------------------------------------------------------------------------- */

static int ask(struct counter *c, const struct procedures *procedures)
{
	struct error err = ERROR_INIT;
	const char *code = option(c->in, "procedure");
	const struct reuse_book *book = reuse_book_get(&err);
	char both[2 * HASH_SIZE], *version = arena_alloc(c->arena, HASH_SIZE);
	int status = take_people(c);

	if (status)
		return status;
	c->question.procedure = procedures_find(procedures, code);
	if (!c->question.procedure)
		return command_usage(c->in, _("there is no procedure \"%s\"; schemas/procedures and the archive's folder procedures hold them"), code);
	if (!book || counter_note(c->in, c->archive, c->question.on, &err) < 0 || counter_ask(c->archive->catalogue, c->archive->store, &c->question, c->arena, &c->rows, &c->nrows, &err) < 0)
		return command_fail(c->in, &err);
	snprintf(both, sizeof both, "%s\n%s", book->version, procedures_version(procedures));
	hash_bytes(both, strlen(both), version);
	c->version = version;
	if (option(c->in, "html"))
		return write_page(c, option(c->in, "html"));
	if (option(c->in, "json"))
		print_json(c);
	else
		print_all(c);
	return EXIT_DONE;
}

int counter_answer(const struct invocation *in, struct archive *archive, int on)
{
	struct counter c = { .in = in, .archive = archive, .arena = arena_new(), .question = { .on = on } };
	struct procedures *procedures = counter_procedures(in, archive);
	int status = procedures ? ask(&c, procedures) : EXIT_STOPPED;

	procedures_close(procedures);
	arena_free(c.arena);
	return status;
}
