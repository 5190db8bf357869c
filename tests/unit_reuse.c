/* The judge: paper, dates, confirmations and other papers in, verdict and reasons out. Run from the top of the tree. */
#include "tests/unit.h"

#include <stdio.h>
#include <string.h>

#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/schema.h"
#include "stages/reuse/date.h"
#include "stages/reuse/judge.h"
#include "stages/reuse/rules.h"

static struct reuse_rules *rules;

static int open_rules(void **state)
{
	struct error err = ERROR_INIT;

	rules = reuse_rules_open("schemas/reasons.yaml", &err);
	if (!rules)
		fprintf(stderr, "%s\n", err.text);
	return rules ? 0 : -1;
}

static int close_rules(void **state)
{
	reuse_rules_close(rules);
	return 0;
}

static int day(const char *text)
{
	int value;

	assert_true(date_parse_day(text, &value));
	return value;
}

/* --- dates */

static void dates_are_spans(void **state)
{
	static const char *const wrong[] = { "", "24", "2023-02-29", "2024-13", "2024-00", "2024-2-01", "1899", "2024-02-30", "never", "2024-02-", NULL };
	struct day_span span;

	assert_true(date_parse("2024-02", &span));
	assert_int_equal(span.last - span.first, 28);
	assert_true(date_parse("2023", &span));
	assert_int_equal(span.last - span.first, 364);
	assert_true(date_parse("1970-01-01", &span));
	assert_int_equal(span.first, 0);
	for (int i = 0; wrong[i]; i++)
		assert_false(date_parse(wrong[i], &span));
}

static void months_end_on_the_last_day(void **state)
{
	static const struct {
		const char *from;
		int months;
		const char *end;
	} rows[] = { { "2024-01-05", 6, "2024-07-05" },	 { "2024-08-31", 6, "2025-02-28" }, { "2023-08-31", 6, "2024-02-29" },
		     { "2024-12-31", 2, "2025-02-28" },	 { "2024-11-30", 1, "2024-12-30" }, { "2024-02-29", 12, "2025-02-28" },
		     { "1969-12-31", 12, "1970-12-31" }, { "2024-06-15", 0, "2024-06-15" } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[DATE_SIZE];

		date_format(date_add_months(day(rows[i].from), rows[i].months), text);
		assert_string_equal(text, rows[i].end);
	}
}

/* --- the judge */

static struct schema_field owner_fields[] = { { .name = "owner_id" }, { .name = "owner_name" } };
static struct schema_validity six_months[] = { { .kind = VALIDITY_MONTHS, .months = 6, .source = "six" } };
static struct schema_validity printed[] = { { .kind = VALIDITY_PRINTED } };
static struct schema_validity ended[] = { { .kind = VALIDITY_ENDED, .ended = "2025-01-01" } };
static struct schema_validity procedure[] = { { .kind = VALIDITY_PROCEDURE } };

/* One paper that is eligible as it stands; each row changes something. */
struct paper {
	struct schema schema;
	struct document document;
	struct field fields[8];
	struct reuse_input in;
};

static struct field field(const char *name, const char *value)
{
	return (struct field){ .name = name, .text = (char *)value, .value = (char *)value, .state = FIELD_READ, .confidence = 95, .page = 1,
			       .box = { 10, 10, 50, 20 } };
}

static void good(struct paper *p)
{
	memset(p, 0, sizeof *p);
	p->schema = (struct schema){ .code = "giay-x", .name = "giấy x", .family = FAMILY_RESULT, .fields = owner_fields, .nfields = 2 };
	p->fields[0] = field("number", "123/QĐ-UBND");
	p->fields[1] = field("date", "2024-08-31");
	p->fields[2] = field("owner_name", "Nguyễn Văn Mẫu");
	p->fields[3] = field("owner_id", "001090012345");
	p->fields[4] = field("owner_birth", "1990-05-01");
	p->fields[5] = field("expires", NULL);
	p->fields[5].state = FIELD_ABSENT;
	p->fields[6] = field("signer", "Trần Thị Thử");
	p->document = (struct document){ .type = (char *)"giay-x", .copy = (char *)"original", .level = 1, .fields = p->fields, .nfields = 7 };
	p->in = (struct reuse_input){ .on = day("2025-01-15"), .schema = &p->schema, .document = &p->document, .agency = "ubnd xa mau",
				      .confirmation = CONFIRMATION_VALID, .confirmed_by = "an", .confirmed_on = "2025-01-01" };
}

/* Codes parted by blanks, in order. */
static void expect(struct paper *p, enum reuse_verdict verdict, const char *codes)
{
	struct reuse_result result, again;
	char have[400] = "";

	reuse_judge(rules, &p->in, &result);
	reuse_judge(rules, &p->in, &again);
	assert_memory_equal(&result, &again, sizeof result);
	for (int i = 0; i < result.nreasons; i++) {
		strcat(have, i ? " " : "");
		strcat(have, result.reasons[i].code);
		assert_true(*result.reasons[i].rule && *result.reasons[i].source && *result.reasons[i].sentence);
	}
	assert_string_equal(have, codes);
	assert_string_equal(reuse_verdict_name(result.verdict), reuse_verdict_name(verdict));
}

static void nothing_without_a_person(void **state)
{
	struct paper p;

	good(&p);
	expect(&p, VERDICT_ELIGIBLE, "");
	p.in.confirmation = CONFIRMATION_NONE;
	expect(&p, VERDICT_NEEDS_CHECK, "NOT_CHECKED");
	p.in.confirmation = CONFIRMATION_STALE;
	expect(&p, VERDICT_NEEDS_CHECK, "NOT_CHECKED");
}

static void secret_hides_all(void **state)
{
	struct paper p;

	good(&p);
	p.in.restricted = true;
	p.document.copy = (char *)"photocopy";
	expect(&p, VERDICT_NOT_ELIGIBLE, "SECRET");
}

static void copies(void **state)
{
	static const struct {
		const char *copy;
		enum reuse_verdict verdict;
		const char *codes;
	} rows[] = { { "original", VERDICT_ELIGIBLE, "" },		  { "extract", VERDICT_ELIGIBLE, "" },
		     { "agency-copy", VERDICT_ELIGIBLE, "" },		  { "photocopy", VERDICT_NOT_ELIGIBLE, "COPY_ONLY" },
		     { "certified-copy", VERDICT_NOT_ELIGIBLE, "COPY_ONLY" }, { NULL, VERDICT_ELIGIBLE, "" } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct paper p;

		good(&p);
		p.document.copy = (char *)rows[i].copy;
		expect(&p, rows[i].verdict, rows[i].codes);
	}
}

static void kinds(void **state)
{
	struct paper p;

	good(&p);
	p.schema.family = FAMILY_PROCESS;
	expect(&p, VERDICT_NOT_ELIGIBLE, "OUT_OF_SCOPE");
	p.schema.family = FAMILY_COPY;
	expect(&p, VERDICT_NOT_ELIGIBLE, "COPY_ONLY");
	p.schema.code = p.document.type = (char *)"khac";
	p.schema.family = FAMILY_PROCESS;
	expect(&p, VERDICT_NEEDS_CHECK, "OUT_OF_SCOPE"); /* unknown is not known to be none */
}

static void states_of_fields(void **state)
{
	static const struct {
		int field;
		enum field_state state;
		enum reuse_verdict verdict;
		const char *codes;
	} rows[] = { { 0, FIELD_BLANK, VERDICT_NOT_ELIGIBLE, "NO_NUMBER" }, { 0, FIELD_UNREAD, VERDICT_NEEDS_CHECK, "LOW_CONFIDENCE" },
		     { 0, FIELD_ABSENT, VERDICT_ELIGIBLE, "" },		    { 1, FIELD_BLANK, VERDICT_NOT_ELIGIBLE, "NO_DATE" },
		     { 1, FIELD_UNREAD, VERDICT_NEEDS_CHECK, "LOW_CONFIDENCE" }, { 6, FIELD_BLANK, VERDICT_NOT_ELIGIBLE, "NO_SIGNATURE" } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct paper p;

		good(&p);
		p.fields[rows[i].field].state = rows[i].state;
		p.fields[rows[i].field].value = NULL;
		expect(&p, rows[i].verdict, rows[i].codes);
	}
}

static void doubt_is_answered_by_a_person(void **state)
{
	struct paper p;

	good(&p);
	p.fields[0].confidence = 69;
	expect(&p, VERDICT_ELIGIBLE, "");
	p.in.confirmation = CONFIRMATION_NONE;
	expect(&p, VERDICT_NEEDS_CHECK, "LOW_CONFIDENCE NOT_CHECKED");
	p.fields[0].confidence = 70;
	expect(&p, VERDICT_NEEDS_CHECK, "NOT_CHECKED");
	p.fields[4].value = (char *)"1991-05-01"; /* the number says 1990 */
	expect(&p, VERDICT_NEEDS_CHECK, "LOW_CONFIDENCE NOT_CHECKED");
}

static void validity(void **state)
{
	static const struct {
		struct schema_validity *row;
		const char *date, *expires, *on;
		enum reuse_verdict verdict;
		const char *codes;
	} rows[] = {
		{ six_months, "2024-08-31", NULL, "2025-02-28", VERDICT_ELIGIBLE, "" },
		{ six_months, "2024-08-31", NULL, "2025-03-01", VERDICT_NOT_ELIGIBLE, "EXPIRED" },
		{ six_months, "2023-08-31", NULL, "2024-02-29", VERDICT_ELIGIBLE, "" },
		{ six_months, "2023-08-31", NULL, "2024-03-01", VERDICT_NOT_ELIGIBLE, "EXPIRED" },
		{ six_months, "2024-08", NULL, "2025-02-01", VERDICT_ELIGIBLE, "" },
		{ six_months, "2024-08", NULL, "2025-02-02", VERDICT_NEEDS_CHECK, "EXPIRED" },
		{ six_months, "2024-08", NULL, "2025-02-28", VERDICT_NEEDS_CHECK, "EXPIRED" },
		{ six_months, "2024-08", NULL, "2025-03-01", VERDICT_NOT_ELIGIBLE, "EXPIRED" },
		{ six_months, NULL, NULL, "2025-01-01", VERDICT_NEEDS_CHECK, "EXPIRED LOW_CONFIDENCE" },
		{ printed, "2020-01-01", "2025-01-15", "2025-01-15", VERDICT_ELIGIBLE, "" },
		{ printed, "2020-01-01", "2025-01-15", "2025-01-16", VERDICT_NOT_ELIGIBLE, "EXPIRED" },
		{ printed, "2020-01-01", "never", "2090-01-16", VERDICT_ELIGIBLE, "" },
		{ printed, "2020-01-01", NULL, "2025-01-15", VERDICT_NEEDS_CHECK, "EXPIRED" },
		{ NULL, "2020-01-01", "2025-01-15", "2025-01-16", VERDICT_NOT_ELIGIBLE, "EXPIRED" },
		{ NULL, "1985-01-01", NULL, "2025-01-16", VERDICT_ELIGIBLE, "" },
		{ ended, "2020-01-01", NULL, "2024-12-31", VERDICT_ELIGIBLE, "" },
		{ ended, "2020-01-01", NULL, "2025-01-01", VERDICT_NOT_ELIGIBLE, "EXPIRED" },
		{ procedure, "2024-12-01", NULL, "2025-01-01", VERDICT_NEEDS_CHECK, "OUT_OF_SCOPE" },
		{ NULL, "2025-01-02", NULL, "2025-01-01", VERDICT_NEEDS_CHECK, "LOW_CONFIDENCE" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct paper p;

		good(&p);
		p.schema.validity = rows[i].row;
		p.schema.nvalidity = rows[i].row ? 1 : 0;
		p.fields[1].value = (char *)rows[i].date;
		p.fields[1].state = rows[i].date ? FIELD_READ : FIELD_UNREAD;
		p.fields[5].value = (char *)rows[i].expires;
		p.fields[5].state = rows[i].expires ? FIELD_READ : FIELD_ABSENT;
		p.in.on = day(rows[i].on);
		expect(&p, rows[i].verdict, rows[i].codes);
	}
}

static void other_papers(void **state)
{
	static const struct {
		struct reuse_witness witness;
		enum reuse_verdict verdict;
		const char *codes;
	} rows[] = {
		{ { WITNESS_CHAIN, "1.2", "2024-09-01", NULL, NULL, "", false }, VERDICT_NOT_ELIGIBLE, "SUPERSEDED" },
		{ { WITNESS_CHAIN, "1.2", "2024-08-30", NULL, NULL, "", false }, VERDICT_ELIGIBLE, "" },
		{ { WITNESS_CHAIN, "1.2", "2024-08-31", NULL, NULL, "", false }, VERDICT_ELIGIBLE, "" }, /* a second scan */
		{ { WITNESS_CHAIN, "1.2", "2024", NULL, NULL, "", false }, VERDICT_NEEDS_CHECK, "SUPERSEDED" },
		{ { WITNESS_CHAIN, "1.2", NULL, NULL, NULL, "", false }, VERDICT_NEEDS_CHECK, "SUPERSEDED" },
		{ { WITNESS_CHAIN, "1.2", "2025-02-01", NULL, NULL, "", false }, VERDICT_ELIGIBLE, "" }, /* after the day of use */
		{ { WITNESS_BY, "1.2", "2024-09-01", NULL, NULL, "", false }, VERDICT_NOT_ELIGIBLE, "SUPERSEDED" },
		{ { WITNESS_NAMES, "1.2", "2024-09-01", NULL, "ubnd xa mau", "thay the quyet dinh", false }, VERDICT_NOT_ELIGIBLE, "SUPERSEDED" },
		{ { WITNESS_NAMES, "1.2", "2024-09-01", NULL, "ubnd xa khac", "thay the", false }, VERDICT_NEEDS_CHECK, "SUPERSEDED" },
		{ { WITNESS_NAMES, "1.2", NULL, NULL, "ubnd xa mau", "thay the", false }, VERDICT_NOT_ELIGIBLE, "SUPERSEDED" },
		{ { WITNESS_NAMES, "1.2", NULL, NULL, "ubnd xa khac", "thay the", false }, VERDICT_NEEDS_CHECK, "SUPERSEDED" },
		{ { WITNESS_NAMES, "1.2", NULL, NULL, "ubnd xa mau", "thay the", true }, VERDICT_NEEDS_CHECK, "SUPERSEDED" }, /* a draft */
		{ { WITNESS_NAMES, "1.2", "2024-08-01", NULL, "ubnd xa mau", "thay the", false }, VERDICT_ELIGIBLE, "" },
		{ { WITNESS_NAMES, "1.2", "2024-09-01", NULL, "ubnd xa mau", "ve viec thu hoi", false }, VERDICT_NOT_ELIGIBLE, "REVOKED SUPERSEDED" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct paper p;

		good(&p);
		p.in.witnesses = &rows[i].witness;
		p.in.nwitnesses = 1;
		expect(&p, rows[i].verdict, rows[i].codes);
	}
}

static void change_numbers(void **state)
{
	struct reuse_witness witness = { WITNESS_CHAIN, "1.2", "2024-09-01", "3", NULL, "", false };
	struct paper p;

	good(&p);
	p.schema.supersession.order = "change_number";
	p.fields[7] = field("change_number", "2");
	p.document.nfields = 8;
	p.in.witnesses = &witness;
	p.in.nwitnesses = 1;
	expect(&p, VERDICT_NOT_ELIGIBLE, "SUPERSEDED");
	witness.order = "1";
	expect(&p, VERDICT_ELIGIBLE, "");
}

static void pages_and_owner(void **state)
{
	struct paper p;

	good(&p);
	p.in.lost_page = 2;
	expect(&p, VERDICT_NOT_ELIGIBLE, "INCOMPLETE");
	good(&p);
	p.in.beside_page = 4;
	p.in.worst_page = 1;
	p.in.worst_confidence = 30;
	p.in.seal_wanted = true;
	p.in.namesake = "4.1";
	expect(&p, VERDICT_ELIGIBLE, "");
	p.in.confirmation = CONFIRMATION_NONE;
	expect(&p, VERDICT_NEEDS_CHECK, "NO_SEAL OWNER_MISMATCH ILLEGIBLE INCOMPLETE NOT_CHECKED");
	good(&p);
	p.fields[3].state = FIELD_ABSENT;
	expect(&p, VERDICT_ELIGIBLE, ""); /* name and birth date are known */
	p.fields[4].state = FIELD_ABSENT;
	expect(&p, VERDICT_NEEDS_CHECK, "OWNER_UNKNOWN");
	p.schema.nfields = 0;
	expect(&p, VERDICT_ELIGIBLE, "");
}

static void rules_of_the_type(void **state)
{
	struct schema_rule rule = { .id = "X-1", .reason = "DATA_CHANGED", .verdict = RULE_BAR, .when = "always", .text = "Look.", .source = "law" };
	struct paper p;

	good(&p);
	p.schema.rules = &rule;
	p.schema.nrules = 1;
	expect(&p, VERDICT_NEEDS_CHECK, "DATA_CHANGED"); /* a draft never refuses and never lets pass */
	rule.approved = true;
	expect(&p, VERDICT_NOT_ELIGIBLE, "DATA_CHANGED");
	rule.verdict = RULE_CHECK;
	expect(&p, VERDICT_ELIGIBLE, "");
	rule.from = "2026-01-01";
	rule.verdict = RULE_BAR;
	expect(&p, VERDICT_ELIGIBLE, ""); /* not in force on the day of use */
}

static void broken_rules_are_refused(void **state)
{
#define HEAD "rules:\n- {id: s, code: SECRET, severity: blocks, test: secret, sentence: s, source: l, status: law}\n"
#define TAIL "- {id: n, code: NOT_CHECKED, severity: check, test: not-confirmed, sentence: s, source: l, status: law}\n"
	static const char *const texts[] = {
		"", "rules: []\n", HEAD, "rules:\n" TAIL, HEAD TAIL TAIL,
		HEAD TAIL "- {id: x, code: X, severity: perhaps, test: expired, sentence: s, source: l, status: draft}\n",
		HEAD TAIL "- {id: x, code: X, severity: check, test: guess, sentence: s, source: l, status: draft}\n",
		HEAD TAIL "- {id: x, code: X, severity: check, when: {colour: red}, sentence: s, source: l, status: draft}\n",
		HEAD TAIL "- {id: x, code: X, severity: check, when: {field: number}, sentence: s, source: l, status: draft}\n",
		HEAD TAIL "- {id: x, code: X, severity: blocks, answered-by-confirmation: true, test: expired, sentence: s, source: l, status: draft}\n",
		HEAD TAIL "- {id: x, code: X, severity: check, test: expired, sentence: s, source: l, status: draft, from: 2023-02-30}\n",
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct error err = ERROR_INIT;

		assert_null(reuse_rules_parse("test.yaml", texts[i], &err));
		assert_true(*err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_are_spans),   cmocka_unit_test(months_end_on_the_last_day), cmocka_unit_test(nothing_without_a_person),
		cmocka_unit_test(secret_hides_all),  cmocka_unit_test(copies),			   cmocka_unit_test(kinds),
		cmocka_unit_test(states_of_fields),  cmocka_unit_test(doubt_is_answered_by_a_person), cmocka_unit_test(validity),
		cmocka_unit_test(other_papers),	     cmocka_unit_test(change_numbers),		   cmocka_unit_test(pages_and_owner),
		cmocka_unit_test(rules_of_the_type), cmocka_unit_test(broken_rules_are_refused),
	};

	return cmocka_run_group_tests(tests, open_rules, close_rules);
}
