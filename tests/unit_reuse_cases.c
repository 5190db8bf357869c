/* What the law makes of a paper on a day: the table of tests/reuse/cases.tsv under the program's own schemas, rules and procedures; and what must
 * hold for every case of it. Run from the top of the tree. */
#include "tests/unit.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/decisions.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/key.h"
#include "pipeline/schema.h"
#include "stages/reuse/date.h"
#include "stages/reuse/judge.h"
#include "stages/reuse/procedure.h"
#include "stages/reuse/rules.h"

enum { COLUMNS = 8, FIELDS_MAX = 64, CASES_LEAST = 250, LATER_STEPS = 6 };
enum { TYPE, FIELDS, FACTS, DAY, PROCEDURE, VERDICT, CODES, SOURCE };

static struct schemas *schemas;
static struct reuse_rules *rules;
static struct procedures *procedures;
static struct error err;

struct fixture {
	struct arena *arena;
	struct document document;
	struct field fields[FIELDS_MAX];
	struct reuse_witness witness;
	struct decision cancel, replace, national, refuse;
	struct standing standing;
	struct procedure procedure; /* a copy, so that one may be approved */
	struct reuse_input in;
};

static int day(const char *text)
{
	int value;

	if (!date_parse_day(text, &value))
		fail_msg("no day: %s", text);
	return value;
}

static void set(struct fixture *f, const char *name, const char *value)
{
	struct field *field = field_find(&f->document, name);

	if (!field) /* the type has no such place */
		return;
	field->state = !strcmp(value, "-") ? FIELD_ABSENT : !strcmp(value, "!blank") ? FIELD_BLANK : !strcmp(value, "!unread") ? FIELD_UNREAD : FIELD_READ;
	field->value = field->text = field->state == FIELD_READ ? arena_strdup(f->arena, value) : NULL;
}

/* Every place of the schema, read where a case needs it; a paper of two owners holds two values. */
static void defaults(struct fixture *f)
{
	static const char *const read[][2] = { { "number", "123/QĐ-UBND" }, { "date", "2024-01-01" }, { "agency", "ỦY BAN NHÂN DÂN XÃ MẪU" },
					       { "owner_name", "Nguyễn Văn Mẫu" }, { "owner_id", "001090012345" }, { "owner_birth", "1990-05-01" },
					       { "signer", "Trần Thị Thử" }, { "expires", "never" } };

	for (int i = 0; i < f->in.schema->nfields; i++)
		f->fields[f->document.nfields++] = (struct field){ .name = f->in.schema->fields[i].name, .confidence = 95, .page = 1,
								   .box = { 1, 1, 9, 9 } };
	for (size_t i = 0; i < sizeof read / sizeof *read; i++)
		set(f, read[i][0], read[i][1]);
}

/* KIND:DATE:REST; of names the rest is same|other agency and what it says, of a chain the field that orders it. */
static void take_witness(struct fixture *f, char *text)
{
	char *kind = strsep(&text, ":"), *date = strsep(&text, ":"), *rest = strsep(&text, ":");

	f->witness = (struct reuse_witness){ .document = "9.9", .date = date && *date ? date : NULL, .said = "" };
	f->witness.kind = !strcmp(kind, "chain") ? WITNESS_CHAIN : !strcmp(kind, "by") ? WITNESS_BY : !strcmp(kind, "status") ? WITNESS_STATUS : WITNESS_NAMES;
	if (f->witness.kind == WITNESS_NAMES) {
		f->witness.agency = !strcmp(rest, "same") ? f->in.agency : "so khac";
		f->witness.said = text;
	} else {
		f->witness.order = rest && *rest ? rest : NULL;
	}
	f->in.witnesses = &f->witness;
	f->in.nwitnesses = 1;
}

/* A field that was read with little confidence. */
static void field_doubt(struct fixture *f, const char *name)
{
	struct field *field = field_find(&f->document, name);

	if (!field)
		fail_msg("no field %s", name);
	field->confidence = 50;
}

static void take_fact(struct fixture *f, const char *name, char *value)
{
	if (!strcmp(name, "copy"))
		f->document.copy = value;
	else if (!strcmp(name, "level"))
		f->document.level = atoi(value);
	else if (!strcmp(name, "secret"))
		f->in.restricted = true;
	else if (!strcmp(name, "confirm"))
		f->in.confirmation = !strcmp(value, "none") ? CONFIRMATION_NONE : !strcmp(value, "stale") ? CONFIRMATION_STALE : CONFIRMATION_FEWER;
	else if (!strcmp(name, "witness"))
		take_witness(f, value);
	else if (!strcmp(name, "unsigned"))
		f->in.signature_wanted = true;
	else if (!strcmp(name, "unsealed"))
		f->in.seal_wanted = true;
	else if (!strcmp(name, "namesake"))
		f->in.namesake = value;
	else if (!strcmp(name, "lost"))
		f->in.lost_page = atoi(value);
	else if (!strcmp(name, "beside"))
		f->in.beside_page = atoi(value);
	else if (!strcmp(name, "declared"))
		f->in.declared_pages = atoi(value);
	else if (!strcmp(name, "broken"))
		f->in.broken = value;
	else if (!strcmp(name, "doubt"))
		field_doubt(f, value);
	else if (!strcmp(name, "worst")) {
		f->in.worst_page = 1;
		f->in.worst_confidence = (float)atoi(value);
	}
	else {
		struct decision d = { .made = "2024-01-01T00:00:00Z", .day = value, .number = "1/QĐ", .other = "x", .reason = "seen" };
		struct decision list[1];
		struct standing s;

		d.reading = "r";
		d.kind = (enum decision_kind)decision_kind_parse(name);
		if (d.kind == DECISION_REFUSE) {
			d.day = NULL;
			d.code = *value ? value : NULL;
		}
		list[0] = d;
		standing_find(list, 1, "r", NULL, f->in.on, 1, &s);
		f->cancel = d;
		f->standing.cancelled = s.cancelled ? &f->cancel : NULL;
		f->standing.replaced = s.replaced ? &f->cancel : NULL;
		f->standing.national = s.national ? &f->cancel : NULL;
		f->standing.refused = s.refused ? &f->cancel : NULL;
	}
}

static void take_procedure(struct fixture *f, char *text)
{
	char *code = strsep(&text, "/");
	size_t n = text ? strlen(text) : 0;
	bool approved = n && text[n - 1] == '!';

	if (!n)
		return;
	if (approved)
		text[n - 1] = '\0';
	f->procedure = *procedures_find(procedures, code);
	f->procedure.approved = approved;
	f->in.procedure = &f->procedure;
	f->in.component = procedure_component_find(&f->procedure, text, f->in.on);
	if (!f->in.component)
		fail_msg("no component %s of %s", text, code);
	if (!procedure_component_takes(f->in.component, f->document.type))
		fail_msg("component %s takes no %s", text, f->document.type);
}

static void make(struct fixture *f, struct arena *arena, char **cells)
{
	char *fields = arena_strdup(arena, cells[FIELDS]), *facts = arena_strdup(arena, cells[FACTS]), *one;
	const struct field *purpose;

	memset(f, 0, sizeof *f);
	f->arena = arena;
	f->in.schema = schemas_find(schemas, cells[TYPE]);
	if (!f->in.schema)
		fail_msg("no type %s", cells[TYPE]);
	f->document = (struct document){ .type = cells[TYPE], .copy = (char *)"original", .level = 2, .fields = f->fields };
	defaults(f);
	f->in.document = &f->document;
	f->in.on = day(cells[DAY]);
	f->in.agency = "uy ban nhan dan xa mau";
	f->in.confirmation = CONFIRMATION_VALID;
	f->in.confirmed_by = "an";
	f->in.confirmed_on = "2024-01-01";
	f->in.standing = &f->standing;
	while ((one = strsep(&fields, ";")) && *one) {
		char *name = strsep(&one, "=");

		set(f, name, one);
	}
	while ((one = strsep(&facts, ";")) && *one) {
		char *name = strsep(&one, "=");

		take_fact(f, name, one);
	}
	purpose = field_find(&f->document, "purpose");
	f->in.purpose = purpose && purpose->state == FIELD_READ ? key_name(arena, purpose->value) : NULL;
	take_procedure(f, arena_strdup(arena, cells[PROCEDURE]));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void codes_of(const struct reuse_result *result, char out[400])
{
	const char *codes[REUSE_REASONS_MAX] = { 0 };

	for (int i = 0; i < result->nreasons; i++)
		codes[i] = result->reasons[i].code;
	qsort(codes, (size_t)result->nreasons, sizeof *codes, by_text);
	strcpy(out, result->nreasons ? "" : "-");
	for (int i = 0; i < result->nreasons; i++) {
		strcat(out, i ? " " : "");
		strcat(out, codes[i]);
	}
}

/* Calls fn with each case. */
static int each(void (*fn)(struct fixture *f, char **cells, int line))
{
	FILE *from = fopen("tests/reuse/cases.tsv", "r");
	char text[2000];
	int n = 0, line = 0;

	assert_non_null(from);
	while (fgets(text, sizeof text, from)) {
		struct arena *arena = arena_new();
		struct fixture *f = arena_alloc(arena, sizeof *f);
		char *cells[COLUMNS], *rest = text;
		int c = 0;

		line++;
		text[strcspn(text, "\n")] = '\0';
		if (*text == '#' || !*text) {
			arena_free(arena);
			continue;
		}
		while (c < COLUMNS && rest)
			cells[c++] = strsep(&rest, "\t");
		if (c != COLUMNS || !*cells[SOURCE])
			fail_msg("line %d has %d columns", line, c);
		make(f, arena, cells);
		fn(f, cells, line);
		n++;
		arena_free(arena);
	}
	fclose(from);
	return n;
}

static void as_the_table_says(struct fixture *f, char **cells, int line)
{
	struct reuse_result result;
	char codes[400];

	reuse_judge(rules, &f->in, &result);
	codes_of(&result, codes);
	if (strcmp(codes, cells[CODES]) != 0 || strcmp(reuse_verdict_name(result.verdict), cells[VERDICT]) != 0)
		fail_msg("line %d (%s, %s, %s, %s): %s %s, not %s %s", line, cells[TYPE], cells[FIELDS], cells[FACTS], cells[DAY], reuse_verdict_name(result.verdict),
			 codes, cells[VERDICT], cells[CODES]);
	for (int i = 0; i < result.nreasons; i++)
		assert_true(result.reasons[i].rule && *result.reasons[i].rule && result.reasons[i].source && *result.reasons[i].source &&
			    result.reasons[i].sentence && *result.reasons[i].sentence);
}

static void the_table(void **state)
{
	assert_true(each(as_the_table_says) >= CASES_LEAST);
}

/* The reasons of docs/reuse.md: each is reached by a case of the table. */
static const char *const codes[] = { "EXPIRED", "REVOKED", "CANCELLED", "SUPERSEDED", "DATA_CHANGED", "WRONGLY_ISSUED", "COPY_ONLY", "NO_NUMBER", "NO_DATE",
				     "NO_SIGNATURE", "NO_SEAL", "ALTERED", "ILLEGIBLE", "FOREIGN_NOT_LEGALISED", "PRIVATE_UNCERTIFIED", "SECRET", "OWNER_UNKNOWN",
				     "OWNER_MISMATCH", "OUT_OF_SCOPE", "LOW_CONFIDENCE", "INCOMPLETE", "NOT_CHECKED", "ALREADY_IN_NATIONAL_DB", "RULE_DRAFT" };
static bool reached[sizeof codes / sizeof *codes];
static bool fired[200]; /* by rule of schemas/reasons.yaml */

static void note_reached(struct fixture *f, char **cells, int line)
{
	struct reuse_result result;

	reuse_judge(rules, &f->in, &result);
	for (int i = 0; i < result.nreasons; i++) {
		for (size_t c = 0; c < sizeof codes / sizeof *codes; c++)
			reached[c] = reached[c] || !strcmp(codes[c], result.reasons[i].code);
		for (int r = 0; r < rules->n; r++)
			fired[r] = fired[r] || !strcmp(rules->rules[r].id, result.reasons[i].rule);
	}
}

/* Of two rules with one code the type's own is told; these four are reached where the type says nothing, as in an agency's own files. */
static void note_silent_types(void)
{
	static const char *const cases[][COLUMNS] = {
		{ "khac", "date=2020-05-15", "", "2024-06-01", "" },
		{ "giay-xac-nhan-hon-nhan", "date=2023-01-01;purpose=làm thủ tục đăng ký kết hôn", "", "2024-06-01", "1.000894/hon-nhan" },
		{ "giay-xac-nhan-hon-nhan", "date=-;purpose=-", "", "2024-06-01", "1.000894/hon-nhan" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena *arena = arena_new();
		struct fixture f = { 0 };
		struct schema silent;
		char *cells[COLUMNS];

		for (int c = 0; c < COLUMNS; c++)
			cells[c] = arena_strdup(arena, cases[i][c] ? cases[i][c] : "");
		make(&f, arena, cells);
		memcpy(&silent, f.in.schema, sizeof silent);
		silent.nrules = silent.nvalidity = 0;
		f.in.schema = &silent;
		note_reached(&f, cells, 0);
		arena_free(arena);
	}
}

static void every_reason_and_rule_is_reached(void **state)
{
	assert_true(rules->n <= (int)(sizeof fired / sizeof *fired));
	each(note_reached);
	note_silent_types();
	for (size_t c = 0; c < sizeof codes / sizeof *codes; c++)
		if (!reached[c])
			fail_msg("no case has the reason %s", codes[c]);
	for (int r = 0; r < rules->n; r++)
		if (!fired[r])
			print_error("no case fires the rule %s\n", rules->rules[r].id);
	for (int r = 0; r < rules->n; r++)
		assert_true(fired[r]);
}

static bool has(const struct reuse_result *result, const char *code, bool blocks)
{
	for (int i = 0; i < result->nreasons; i++)
		if (!strcmp(result->reasons[i].code, code) && result->reasons[i].blocks >= blocks)
			return true;
	return false;
}

static void never_valid_again(struct fixture *f, char **cells, int line)
{
	bool expired = false;

	for (int step = 0; step < LATER_STEPS; step++) {
		struct reuse_result result;

		reuse_judge(rules, &f->in, &result);
		if (expired && !has(&result, "EXPIRED", true))
			fail_msg("line %d: expired, and valid %d steps later", line, step);
		expired = expired || has(&result, "EXPIRED", true);
		f->in.on += 1 + step * 97;
	}
}

static void a_later_day_never_makes_an_expired_paper_valid(void **state)
{
	each(never_valid_again);
}

static void never_raised(struct fixture *f, char **cells, int line)
{
	struct reuse_result before, after;
	struct decision d = { .made = "2000-01-01T00:00:00Z", .day = "2000-01-01", .reading = "", .number = "1", .other = "x", .reason = "y" };
	const struct decision **ends[] = { &f->standing.cancelled, &f->standing.replaced, &f->standing.national, &f->standing.refused };

	reuse_judge(rules, &f->in, &before);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		struct standing kept = f->standing;

		*ends[i] = &d;
		reuse_judge(rules, &f->in, &after);
		if (after.verdict > before.verdict)
			fail_msg("line %d: a decision against the paper raised the verdict", line);
		f->standing = kept;
	}
}

static void what_speaks_against_a_paper_never_raises_its_verdict(void **state)
{
	each(never_raised);
}

static void never_eligible_unconfirmed(struct fixture *f, char **cells, int line)
{
	static const enum confirmation_state states[] = { CONFIRMATION_NONE, CONFIRMATION_STALE, CONFIRMATION_FEWER };
	struct reuse_result result;

	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		f->in.confirmation = states[i];
		reuse_judge(rules, &f->in, &result);
		if (result.verdict == VERDICT_ELIGIBLE)
			fail_msg("line %d: eligible without a person", line);
	}
}

static void nothing_is_eligible_without_a_person(void **state)
{
	each(never_eligible_unconfirmed);
}

/* The input is const; what could leak from one judgement into the next would show when others come between. */
static char first[2000][400]; /* codes, as text: what a result points at goes with its case */
static int nth;

static void remember(struct fixture *f, char **cells, int line)
{
	struct reuse_result result;

	assert_true(nth < (int)(sizeof first / sizeof *first));
	reuse_judge(rules, &f->in, &result);
	codes_of(&result, first[nth++]);
}

static void compare(struct fixture *f, char **cells, int line)
{
	struct reuse_result result;
	char now[400];

	reuse_judge(rules, &f->in, &result);
	codes_of(&result, now);
	assert_string_equal(now, first[nth++]);
}

static void judging_is_pure(void **state)
{
	nth = 0;
	each(remember);
	nth = 0;
	each(compare);
}

/* --- what several decisions together mean */

static struct decision made(enum decision_kind kind, const char *who, const char *reading, int level)
{
	return (struct decision){ .kind = kind, .who = who, .reading = reading, .level = level, .made = "2024-01-01T00:00:00Z" };
}

static void two_people_where_the_type_asks(void **state)
{
	const struct decision list[] = { made(DECISION_CONFIRM, "an", "r", 1), made(DECISION_CONFIRM, "an", "r", 1), made(DECISION_CONFIRM, "binh", "q", 1),
					 made(DECISION_CONFIRM, "binh", "r", 2), made(DECISION_VOID, "lan", "", 0), made(DECISION_CONFIRM, "an", "r", 1),
					 made(DECISION_CONFIRM, "chi", "r", 1) };
	static const enum confirmation_state wanted[] = { CONFIRMATION_NONE, CONFIRMATION_FEWER, CONFIRMATION_FEWER, CONFIRMATION_FEWER, CONFIRMATION_VALID,
							  CONFIRMATION_STALE, CONFIRMATION_FEWER, CONFIRMATION_VALID };

	for (int n = 0; n <= 7; n++) {
		struct standing s;

		standing_find(list, n, "r", NULL, day("2024-06-01"), 2, &s);
		assert_int_equal(s.confirmation, wanted[n]);
		assert_int_equal(s.level, n == 4 ? 2 : n == 7 ? 1 : 0);
	}
}

static int setup(void **state)
{
	schemas = schemas_open("schemas/documents", &err);
	rules = reuse_rules_open("schemas/reasons.yaml", &err);
	procedures = schemas ? procedures_open("schemas/procedures", NULL, schemas, &err) : NULL;
	if (!rules || !procedures)
		fprintf(stderr, "%s\n", err.text);
	return rules && procedures ? 0 : -1;
}

static int teardown(void **state)
{
	procedures_close(procedures);
	reuse_rules_close(rules);
	schemas_close(schemas);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table), cmocka_unit_test(every_reason_and_rule_is_reached),
		cmocka_unit_test(a_later_day_never_makes_an_expired_paper_valid),
		cmocka_unit_test(what_speaks_against_a_paper_never_raises_its_verdict), cmocka_unit_test(nothing_is_eligible_without_a_person),
		cmocka_unit_test(judging_is_pure), cmocka_unit_test(two_people_where_the_type_asks),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
