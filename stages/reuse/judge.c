#include "stages/reuse/judge.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/catalogue/decisions.h"
#include "pipeline/error.h"
#include "pipeline/schema.h"
#include "stages/reuse/date.h"
#include "stages/reuse/procedure.h"
#include "stages/reuse/rules.h"

/* What a test found: the evidence it would stand on. */
struct finding {
	const struct field *field;
	int page;
	char detail[128];
	const char *source; /* of the schema's own row, or NULL: the rule's */
	const char *code;   /* a person's own, or NULL: the rule's */
};

static void say(struct finding *found, const char *text)
{
	snprintf(found->detail, sizeof found->detail, "%s", text ? text : "");
}

static bool listed(char *const *list, const char *word)
{
	for (int i = 0; list && word && list[i]; i++)
		if (!strcmp(list[i], word))
			return true;
	return false;
}

static const struct field *read_field(const struct reuse_input *in, const char *name)
{
	const struct field *field = name ? field_find(in->document, name) : NULL;

	return field && field->state == FIELD_READ && field->value && *field->value ? field : NULL;
}

/* --- Validity ------------------------------------------------------------------------------------------------------- */

enum ends { ENDS_NEVER, ENDS_KNOWN, ENDS_UNKNOWN };

/* Identity cards: a card issued on `issued` holds to the owner's next birthday in `ages`, or to the one after where that one was so near
 * (Luật Căn cước 26/2023/QH15, Điều 21 khoản 2). INT_MAX: without end. */
static int milestone(const struct schema_validity *row, int birth, int issued)
{
	for (int i = 0; row->ages[i]; i++) {
		int birthday = date_add_months(birth, 12 * row->ages[i]);

		if (issued < date_add_months(birthday, -row->ahead))
			return birthday;
	}
	return INT_MAX;
}

/* Over the unknown parts of both dates. */
static enum ends milestone_end(const struct reuse_input *in, const struct schema_validity *row, struct day_span *last, struct finding *found)
{
	const struct field *date = read_field(in, "date"), *birth = read_field(in, "owner_birth");
	struct day_span born, issued;

	if (!date || !birth || !date_parse(date->value, &issued) || !date_parse(birth->value, &born))
		return ENDS_UNKNOWN;
	found->field = birth;
	found->page = birth->page;
	*last = (struct day_span){ INT_MAX, INT_MIN };
	for (int i = 0; i < 4; i++) {
		int day = milestone(row, i & 1 ? born.last : born.first, i & 2 ? issued.last : issued.first);

		last->first = day < last->first ? day : last->first;
		last->last = day > last->last ? day : last->last;
	}
	if (last->first == INT_MAX)
		return ENDS_NEVER;
	return last->last == INT_MAX ? ENDS_UNKNOWN : ENDS_KNOWN;
}

/* The last day of validity as a span of days. The printed day wins over a counted one: it is what the agency wrote. */
static enum ends validity_end(const struct reuse_input *in, struct day_span *last, struct finding *found)
{
	const struct field *date = read_field(in, "date"), *expires = field_find(in->document, "expires");
	const struct schema_validity *row = schema_validity_on(in->schema, date ? date->value : NULL);
	struct day_span from;

	found->source = row ? row->source : NULL;
	if (row && row->kind == VALIDITY_ENDED && row->ended && date_parse(row->ended, last)) {
		last->first--;
		last->last--;
		return ENDS_KNOWN;
	}
	if (row && row->kind == VALIDITY_MILESTONES && !read_field(in, "expires"))
		return milestone_end(in, row, last, found);
	if (expires && expires->state != FIELD_ABSENT) {
		found->field = expires;
		found->page = expires->page;
		if (read_field(in, "expires") && !strcmp(expires->value, "never"))
			return ENDS_NEVER;
		return read_field(in, "expires") && date_parse(expires->value, last) ? ENDS_KNOWN : ENDS_UNKNOWN;
	}
	if (!row || row->kind == VALIDITY_NONE || row->kind == VALIDITY_PROCEDURE)
		return ENDS_NEVER;
	if (row->kind != VALIDITY_MONTHS)
		return ENDS_UNKNOWN;
	found->field = field_find(in->document, row->counts_from ? row->counts_from : "date");
	found->page = found->field ? found->field->page : 0;
	date = read_field(in, row->counts_from ? row->counts_from : "date");
	if (!date || !date_parse(date->value, &from))
		return ENDS_UNKNOWN;
	last->first = date_add_months(from.first, row->months);
	last->last = date_add_months(from.last, row->months);
	return ENDS_KNOWN;
}

static void say_day(struct finding *found, int day)
{
	char text[DATE_SIZE];

	date_format(day, text);
	say(found, text);
}

static bool expired(const struct reuse_input *in, struct finding *found)
{
	struct day_span last;

	if (validity_end(in, &last, found) != ENDS_KNOWN || in->on <= last.last)
		return false;
	say_day(found, last.last);
	return true;
}

static bool validity_unknown(const struct reuse_input *in, struct finding *found)
{
	struct day_span last;
	enum ends ends = validity_end(in, &last, found);

	return ends == ENDS_UNKNOWN || (ends == ENDS_KNOWN && in->on > last.first && in->on <= last.last);
}

static bool validity_procedure(const struct reuse_input *in, struct finding *found)
{
	const struct field *date = read_field(in, "date");
	const struct schema_validity *row = schema_validity_on(in->schema, date ? date->value : NULL);

	if (!row || row->kind != VALIDITY_PROCEDURE || read_field(in, "expires") || (in->component && in->component->months))
		return false;
	found->source = row->source;
	return true;
}

static bool date_ahead(const struct reuse_input *in, struct finding *found)
{
	const struct field *date = read_field(in, "date");
	struct day_span issued;

	if (!date || !date_parse(date->value, &issued) || issued.first <= in->on)
		return false;
	found->field = date;
	found->page = date->page;
	say(found, date->value);
	return true;
}

/* --- Other papers --------------------------------------------------------------------------------------------------- */

enum newer { NEWER_NO, NEWER_MAYBE, NEWER_YES };

static enum newer compare_dates(const char *theirs, const char *ours)
{
	struct day_span a, b;

	if (!theirs || !ours || !date_parse(theirs, &a) || !date_parse(ours, &b))
		return NEWER_MAYBE;
	if (a.first > b.last)
		return NEWER_YES;
	if (a.last < b.first || (a.first == a.last && b.first == b.last))
		return NEWER_NO; /* older, or of the same known day: a second copy */
	return NEWER_MAYBE;
}

/* "Đăng ký thay đổi lần thứ n": the highest n is current; the first registration has none. */
static enum newer compare_numbers(const char *theirs, const char *ours)
{
	long a, b;
	char *end_a, *end_b;

	if (!theirs || !ours)
		return NEWER_MAYBE;
	if (strlen(theirs) >= 4 || strlen(ours) >= 4) /* a field such as "expires" puts cards in order too */
		return compare_dates(theirs, ours);
	a = strtol(theirs, &end_a, 10);
	b = strtol(ours, &end_b, 10);
	if (end_a == theirs || *end_a || end_b == ours || *end_b)
		return NEWER_MAYBE;
	return a > b ? NEWER_YES : NEWER_NO;
}

static enum newer witness_newer(const struct reuse_input *in, const struct reuse_witness *witness)
{
	const char *order = in->schema->supersession.order;
	const struct field *date = read_field(in, "date"), *ours;
	struct day_span issued;

	if (witness->date && date_parse(witness->date, &issued) && issued.first > in->on)
		return NEWER_NO; /* not yet issued on the day of use */
	if (witness->kind == WITNESS_CHAIN && order && strcmp(order, "date")) {
		ours = read_field(in, order);
		return compare_numbers(witness->order, ours ? ours->value : NULL);
	}
	return compare_dates(witness->date, date ? date->value : NULL);
}

/* A number alone is not unique: (number, notation, agency, year) is (NĐ 30/2020, Phụ lục VI). Another agency's paper of the same
 * number is meant by nobody; where an agency was not read the match stays a guess. */
static enum newer named(const struct reuse_input *in, const struct reuse_witness *witness)
{
	enum newer newer = witness_newer(in, witness);

	if (newer == NEWER_NO || !witness->agency || !in->agency || strcmp(witness->agency, in->agency))
		return newer == NEWER_NO ? NEWER_NO : NEWER_MAYBE;
	/* its day is written by hand and was not read: it names what was there before it */
	if (!witness->date)
		return witness->draft ? NEWER_MAYBE : NEWER_YES;
	return newer;
}

static enum newer witness_weight(const struct reuse_input *in, const struct reuse_witness *witness)
{
	return witness->kind == WITNESS_NAMES ? named(in, witness) : witness_newer(in, witness);
}

static bool says(const struct reuse_witness *witness, char *const *words)
{
	for (int i = 0; words && words[i]; i++)
		if (strstr(witness->said, words[i]))
			return true;
	return !words;
}

static bool status_paper(const struct reuse_input *in, enum newer wanted, struct finding *found)
{
	for (int i = 0; i < in->nwitnesses; i++) {
		if (in->witnesses[i].kind != WITNESS_STATUS || witness_newer(in, &in->witnesses[i]) != wanted)
			continue;
		found->field = read_field(in, "owner_name");
		found->page = found->field ? found->field->page : 0;
		say(found, in->witnesses[i].document);
		return true;
	}
	return false;
}

static bool other_paper(const struct reuse_input *in, const struct reuse_rule *rule, enum newer wanted, bool names_only,
			struct finding *found)
{
	for (int i = 0; i < in->nwitnesses; i++) {
		const struct reuse_witness *witness = &in->witnesses[i];

		if (witness->kind == WITNESS_STATUS)
			continue;
		if (names_only && (witness->kind != WITNESS_NAMES || !says(witness, rule->words)))
			continue;
		if (witness_weight(in, witness) != wanted)
			continue;
		found->field = read_field(in, witness->kind == WITNESS_NAMES ? "number" : "owner_id");
		found->page = found->field ? found->field->page : 0;
		say(found, witness->document);
		return true;
	}
	return false;
}

/* --- Owner ---------------------------------------------------------------------------------------------------------- */

/* Only papers that have a place for an owner can miss one. */
static bool owner_unknown(const struct reuse_input *in, struct finding *found)
{
	if (!schema_field_find(in->schema, "owner_id") && !schema_field_find(in->schema, "owner_name"))
		return false;
	if (read_field(in, "owner_id") || (read_field(in, "owner_name") && read_field(in, "owner_birth")))
		return false;
	found->field = field_find(in->document, read_field(in, "owner_name") ? "owner_birth" : "owner_name");
	found->page = found->field ? found->field->page : 0;
	return true;
}

/* PPP G YY NNNNNN: G gives century and sex, YY the year of birth (TT 07/2016/TT-BCA). A mismatch is doubt about the reading,
 * no proof against the paper. */
static bool owner_number(const struct reuse_input *in, struct finding *found)
{
	const struct field *id = read_field(in, "owner_id"), *birth = read_field(in, "owner_birth");
	struct day_span span;
	char year[8];

	if (!id || !birth || strlen(id->value) != 12 || strspn(id->value, "0123456789") != 12 ||
	    !date_parse(birth->value, &span))
		return false;
	snprintf(year, sizeof year, "%d%c%c", 19 + (id->value[3] - '0') / 2, id->value[4], id->value[5]);
	if (!strncmp(year, birth->value, 4))
		return false;
	found->field = id;
	found->page = id->page;
	say(found, year);
	return true;
}

/* --- Pages ---------------------------------------------------------------------------------------------------------- */

static bool page_found(struct finding *found, int page)
{
	found->page = page;
	snprintf(found->detail, sizeof found->detail, "%d", page);
	return page > 0;
}

/* --- People --------------------------------------------------------------------------------------------------------- */

/* The day it holds from, with what else names it. */
static bool decided(const struct decision *d, const char *detail, struct finding *found)
{
	if (d && detail)
		snprintf(found->detail, sizeof found->detail, "%.80s, %.10s", detail, d->day ? d->day : d->made);
	else if (d)
		snprintf(found->detail, sizeof found->detail, "%.10s", d->day ? d->day : d->made);
	return d != NULL;
}

static bool people_test(enum reuse_test test, const struct reuse_input *in, struct finding *found)
{
	const struct standing *s = in->standing;

	if (!s)
		return false;
	switch (test) {
	case TEST_CANCELLED: return decided(s->cancelled, s->cancelled ? s->cancelled->number : NULL, found);
	case TEST_REPLACED: return decided(s->replaced, s->replaced ? s->replaced->other : NULL, found);
	case TEST_NATIONAL: return decided(s->national, s->national ? s->national->other : NULL, found);
	default:
		found->code = s->refused ? s->refused->code : NULL;
		return decided(s->refused, s->refused ? s->refused->reason : NULL, found);
	}
}

/* --- The receiving procedure ---------------------------------------------------------------------------------------- */

/* The last day on which the component still takes a paper of this date. */
static enum ends age_end(const struct reuse_input *in, struct day_span *last, struct finding *found)
{
	const struct field *date = read_field(in, "date");
	struct day_span issued;

	if (!in->component->months)
		return ENDS_NEVER;
	found->source = in->component->source;
	found->field = field_find(in->document, "date");
	found->page = found->field ? found->field->page : 0;
	snprintf(found->detail, sizeof found->detail, "%d", in->component->months);
	if (!date || !date_parse(date->value, &issued))
		return ENDS_UNKNOWN;
	last->first = date_add_months(issued.first, in->component->months);
	last->last = date_add_months(issued.last, in->component->months);
	return ENDS_KNOWN;
}

static bool too_old(const struct reuse_input *in, struct finding *found)
{
	struct day_span last;

	return age_end(in, &last, found) == ENDS_KNOWN && in->on > last.last;
}

static bool maybe_too_old(const struct reuse_input *in, struct finding *found)
{
	struct day_span last;
	enum ends ends = age_end(in, &last, found);

	return ends == ENDS_UNKNOWN || (ends == ENDS_KNOWN && in->on > last.first && in->on <= last.last);
}

static bool purpose_differs(const struct reuse_input *in, struct finding *found)
{
	if (!in->component->purposes || !in->purpose)
		return false;
	found->source = in->component->source;
	found->field = field_find(in->document, "purpose");
	found->page = found->field ? found->field->page : 0;
	say(found, found->field ? found->field->value : in->purpose);
	for (int i = 0; in->component->purposes[i]; i++)
		if (strstr(in->purpose, in->component->purposes[i]))
			return false;
	return true;
}

static bool purpose_unknown(const struct reuse_input *in, struct finding *found)
{
	if (!in->component->purposes || in->purpose)
		return false;
	found->source = in->component->source;
	found->field = field_find(in->document, "purpose");
	found->page = found->field ? found->field->page : 0;
	return true;
}

static bool procedure_draft(const struct reuse_input *in, struct finding *found)
{
	say(found, in->procedure->code);
	if (in->procedure->source)
		found->source = in->procedure->source;
	return !in->procedure->approved;
}

static bool level_low(const struct reuse_input *in, struct finding *found)
{
	snprintf(found->detail, sizeof found->detail, "L%d", in->document->level);
	return in->document->level < in->component->level;
}

static bool procedure_test(enum reuse_test test, const struct reuse_input *in, struct finding *found)
{
	if (!in->procedure || !in->component)
		return false;
	switch (test) {
	case TEST_PROCEDURE_DRAFT: return procedure_draft(in, found);
	case TEST_PROCEDURE_DAY: return in->on < in->procedure->from || in->on > in->procedure->to;
	case TEST_AGE: return too_old(in, found);
	case TEST_AGE_UNKNOWN: return maybe_too_old(in, found);
	case TEST_PURPOSE: return purpose_differs(in, found);
	case TEST_PURPOSE_UNKNOWN: return purpose_unknown(in, found);
	default: return level_low(in, found);
	}
}

/* --- Rules ---------------------------------------------------------------------------------------------------------- */

static bool field_condition(const struct reuse_rule *rule, const struct reuse_input *in, struct finding *found)
{
	if (!rule->fields)
		return true;
	for (int i = 0; rule->fields[i]; i++) {
		const struct field *field = field_find(in->document, rule->fields[i]);

		if (!field || (int)field->state != rule->state)
			continue;
		if (rule->below && field->confidence >= (float)rule->below)
			continue;
		found->field = field;
		found->page = field->page;
		return true;
	}
	return false;
}

static bool known_type(const struct reuse_input *in)
{
	return strcmp(in->schema->code, "khac") != 0;
}

static bool conditions(const struct reuse_rule *rule, const struct reuse_input *in, struct finding *found)
{
	const struct document *document = in->document;

	/* a paper whose type nobody knows has no family either */
	if (rule->families && (!known_type(in) || !listed(rule->families, schema_family_name(in->schema->family))))
		return false;
	if (rule->types && !listed(rule->types, document->type))
		return false;
	if (rule->copies && !listed(rule->copies, document->copy ? document->copy : "unknown"))
		return false;
	if (rule->level >= 0 && document->level > rule->level)
		return false;
	return field_condition(rule, in, found);
}

static bool test(const struct reuse_rule *rule, const struct reuse_input *in, struct finding *found)
{
	switch (rule->test) {
	case TEST_WHEN: return conditions(rule, in, found);
	case TEST_SECRET: return in->restricted;
	case TEST_EXPIRED: return expired(in, found);
	case TEST_VALIDITY_UNKNOWN: return validity_unknown(in, found);
	case TEST_VALIDITY_PROCEDURE: return validity_procedure(in, found);
	case TEST_SUPERSEDED: return other_paper(in, rule, NEWER_YES, false, found);
	case TEST_SUPERSEDED_MAYBE: return other_paper(in, rule, NEWER_MAYBE, false, found);
	case TEST_REVOKED:
	case TEST_WRONGLY_ISSUED: return other_paper(in, rule, NEWER_YES, true, found);
	case TEST_DATE_AHEAD: return date_ahead(in, found);
	case TEST_OWNER_UNKNOWN: return owner_unknown(in, found);
	case TEST_OWNER_NUMBER: return owner_number(in, found);
	case TEST_OWNER_MISMATCH:
		found->field = read_field(in, "owner_id");
		found->page = found->field ? found->field->page : 0;
		say(found, in->namesake);
		return in->namesake != NULL;
	case TEST_ILLEGIBLE:
		return in->worst_page && in->worst_confidence < (float)rule->below && page_found(found, in->worst_page);
	case TEST_PAGE_LOST: return page_found(found, in->lost_page);
	case TEST_PAGE_BESIDE: return page_found(found, in->beside_page);
	case TEST_PAGES_DECLARED:
		snprintf(found->detail, sizeof found->detail, "%d/%d", in->found_pages, in->declared_pages);
		return in->declared_pages > in->found_pages;
	case TEST_SIGNATURE_BROKEN:
		say(found, in->broken);
		return in->broken != NULL;
	case TEST_NO_SEAL: return in->seal_wanted && !in->seal_seen;
	case TEST_NO_SIGNATURE: return in->signature_wanted && !in->signature_seen;
	case TEST_STATUS_CHANGED: return status_paper(in, NEWER_YES, found);
	case TEST_STATUS_MAYBE: return status_paper(in, NEWER_MAYBE, found);
	case TEST_CANCELLED:
	case TEST_REPLACED:
	case TEST_NATIONAL:
	case TEST_REFUSED: return people_test(rule->test, in, found);
	case TEST_PROCEDURE_DRAFT:
	case TEST_PROCEDURE_DAY:
	case TEST_AGE:
	case TEST_AGE_UNKNOWN:
	case TEST_PURPOSE:
	case TEST_PURPOSE_UNKNOWN:
	case TEST_LEVEL: return procedure_test(rule->test, in, found);
	case TEST_CONFIRMATION_FEWER:
		snprintf(found->detail, sizeof found->detail, "%d/%d", in->standing ? in->standing->people : 0, in->schema->people);
		return in->confirmation == CONFIRMATION_FEWER;
	case TEST_CONFIRMATION_STALE:
		snprintf(found->detail, sizeof found->detail, "%.60s, %.20s", in->confirmed_by ? in->confirmed_by : "?",
			 in->confirmed_on ? in->confirmed_on : "?");
		return in->confirmation == CONFIRMATION_STALE;
	case TEST_NOT_CONFIRMED: return in->confirmation == CONFIRMATION_NONE;
	case TEST_TYPE_DRAFT: return in->schema->draft;
	}
	return false;
}

/* The conditions that a type's own rule may name (SCHEMA_CONDITIONS). */
static bool schema_condition(const struct schema_rule *rule, const struct reuse_input *in, struct finding *found)
{
	const struct field *field = rule->field ? field_find(in->document, rule->field) : NULL;
	enum field_state state = field ? field->state : FIELD_ABSENT;
	const struct reuse_rule any = { .words = NULL };

	if (!strncmp(rule->when, "field-", 6)) {
		found->field = field;
		found->page = field ? field->page : 0;
		if (!strcmp(rule->when, "field-missing"))
			return state != FIELD_READ;
		return !strcmp(rule->when + 6, field_state_name(state));
	}
	if (!strcmp(rule->when, "always"))
		return true;
	if (!strcmp(rule->when, "copy"))
		return in->document->copy && (!strcmp(in->document->copy, "photocopy") ||
					      !strcmp(in->document->copy, "certified-copy"));
	if (!strcmp(rule->when, "expired"))
		return expired(in, found);
	if (!strcmp(rule->when, "superseded"))
		return other_paper(in, &any, NEWER_YES, false, found);
	if (!strcmp(rule->when, "family-not-result"))
		return known_type(in) && in->schema->family != FAMILY_RESULT;
	return !strcmp(rule->when, "type-unknown") && !known_type(in);
}

/* --- The verdict ---------------------------------------------------------------------------------------------------- */

/* One reason per code: the graver one, then the first. */
static void add(struct reuse_result *result, const struct reuse_reason *reason)
{
	for (int i = 0; i < result->nreasons; i++) {
		if (strcmp(result->reasons[i].code, reason->code))
			continue;
		if (reason->blocks && !result->reasons[i].blocks)
			result->reasons[i] = *reason;
		return;
	}
	if (result->nreasons < REUSE_REASONS_MAX)
		result->reasons[result->nreasons++] = *reason;
}

static void add_found(struct reuse_result *result, struct reuse_reason *reason, const struct finding *found)
{
	reason->field = found->field ? found->field->name : NULL;
	reason->page = found->page;
	if (found->field && found->field->page == found->page)
		reason->box = found->field->box;
	memcpy(reason->detail, found->detail, sizeof reason->detail);
	add(result, reason);
}

static void judge_general(const struct reuse_rules *rules, const struct reuse_input *in, struct reuse_result *result)
{
	for (int i = 0; i < rules->n; i++) {
		const struct reuse_rule *rule = &rules->rules[i];
		struct finding found = { 0 };

		if (in->on < rule->from || in->on > rule->to || (in->restricted && rule->test != TEST_SECRET))
			continue;
		if (rule->answered && !rule->draft && in->confirmation == CONFIRMATION_VALID)
			continue;
		if (!test(rule, in, &found))
			continue;
		add_found(result,
			  &(struct reuse_reason){ .code = found.code ? found.code : rule->code, .rule = rule->id, .sentence = rule->sentence,
						  .source = found.source ? found.source : rule->source,
						  .blocks = rule->blocks && !rule->draft, .draft = rule->draft, .from = rule->from,
						  .to = rule->to },
			  &found);
	}
}

static int day_or(const char *text, int otherwise)
{
	int day;

	return date_parse_day(text, &day) ? day : otherwise;
}

/* A check that a type asks for is answered by the person who looked; a draft is not: it was approved by nobody. */
static void judge_type(const struct reuse_input *in, struct reuse_result *result)
{
	char day[DATE_SIZE];

	date_format(in->on, day);
	for (int i = 0; i < in->schema->nrules && !in->restricted; i++) {
		const struct schema_rule *rule = &in->schema->rules[i];
		struct finding found = { 0 };
		bool bars = rule->verdict == RULE_BAR && rule->approved;

		if (!schema_rule_on(rule, day) || !schema_condition(rule, in, &found))
			continue;
		if (!bars && rule->approved && in->confirmation == CONFIRMATION_VALID)
			continue;
		add_found(result,
			  &(struct reuse_reason){ .code = rule->reason, .rule = rule->id, .sentence = rule->text,
						  .source = rule->source, .blocks = bars, .draft = !rule->approved,
						  .from = day_or(rule->from, INT_MIN), .to = day_or(rule->to, INT_MAX) },
			  &found);
	}
}

/* What blocks goes first, in the order found. */
static void sort_reasons(struct reuse_result *result)
{
	struct reuse_reason sorted[REUSE_REASONS_MAX] = { { .code = NULL } };
	int n = 0;

	for (int blocks = 1; blocks >= 0; blocks--)
		for (int i = 0; i < result->nreasons; i++)
			if (result->reasons[i].blocks == (blocks == 1))
				sorted[n++] = result->reasons[i];
	memcpy(result->reasons, sorted, (size_t)n * sizeof *sorted);
}

void reuse_judge(const struct reuse_rules *rules, const struct reuse_input *input, struct reuse_result *result)
{
	struct finding found = { 0 };
	struct day_span last;

	memset(result, 0, sizeof *result);
	result->ends = INT_MAX;
	if (!input->restricted && validity_end(input, &last, &found) == ENDS_KNOWN)
		result->ends = last.last;
	judge_type(input, result);
	judge_general(rules, input, result);
	sort_reasons(result);
	if (input->restricted || (result->nreasons && result->reasons[0].blocks))
		result->verdict = VERDICT_NOT_ELIGIBLE;
	else if (result->nreasons || input->confirmation != CONFIRMATION_VALID)
		result->verdict = VERDICT_NEEDS_CHECK;
	else
		result->verdict = VERDICT_ELIGIBLE;
}

const char *reuse_verdict_name(enum reuse_verdict verdict)
{
	static const char *const names[] = { "not-eligible", "needs-check", "eligible" };

	return names[verdict];
}

void reuse_sentence(const struct reuse_reason *reason, char *out, int size)
{
	const char *sentence = reason->sentence && *reason->sentence ? _(reason->sentence) : "";
	const char *at = strstr(sentence, "{detail}");

	const char *draft = reason->draft ? _(" (this rule has not been approved)") : "";

	if (at)
		snprintf(out, (size_t)size, "%.*s%s%s%s", (int)(at - sentence), sentence, reason->detail,
			 at + strlen("{detail}"), draft);
	else
		snprintf(out, (size_t)size, "%s%s", sentence, draft);
}
