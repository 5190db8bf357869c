#include "stages/reuse/rules.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/yaml.h"
#include "stages/reuse/date.h"

enum {
	RULES_MAX = 500,
	LIST_MAX = 200,
	FILE_MAX_BYTES = 1 << 20
};

static const struct {
	const char *name;
	enum reuse_test test;
} tests[] = {
	{ "secret", TEST_SECRET },
	{ "expired", TEST_EXPIRED },
	{ "validity-unknown", TEST_VALIDITY_UNKNOWN },
	{ "validity-procedure", TEST_VALIDITY_PROCEDURE },
	{ "superseded", TEST_SUPERSEDED },
	{ "superseded-maybe", TEST_SUPERSEDED_MAYBE },
	{ "revoked", TEST_REVOKED },
	{ "wrongly-issued", TEST_WRONGLY_ISSUED },
	{ "date-ahead", TEST_DATE_AHEAD },
	{ "owner-unknown", TEST_OWNER_UNKNOWN },
	{ "owner-number", TEST_OWNER_NUMBER },
	{ "owner-mismatch", TEST_OWNER_MISMATCH },
	{ "illegible", TEST_ILLEGIBLE },
	{ "page-lost", TEST_PAGE_LOST },
	{ "page-beside", TEST_PAGE_BESIDE },
	{ "pages-declared", TEST_PAGES_DECLARED },
	{ "signature-broken", TEST_SIGNATURE_BROKEN },
	{ "no-seal", TEST_NO_SEAL },
	{ "no-signature", TEST_NO_SIGNATURE },
	{ "status-changed", TEST_STATUS_CHANGED },
	{ "status-maybe", TEST_STATUS_MAYBE },
	{ "cancelled", TEST_CANCELLED },
	{ "replaced", TEST_REPLACED },
	{ "national", TEST_NATIONAL },
	{ "refused", TEST_REFUSED },
	{ "confirmation-stale", TEST_CONFIRMATION_STALE },
	{ "confirmation-fewer", TEST_CONFIRMATION_FEWER },
	{ "not-confirmed", TEST_NOT_CONFIRMED },
	{ "type-draft", TEST_TYPE_DRAFT },
	{ "procedure-draft", TEST_PROCEDURE_DRAFT },
	{ "procedure-day", TEST_PROCEDURE_DAY },
	{ "age", TEST_AGE },
	{ "age-unknown", TEST_AGE_UNKNOWN },
	{ "purpose", TEST_PURPOSE },
	{ "purpose-unknown", TEST_PURPOSE_UNKNOWN },
	{ "level", TEST_LEVEL },
};

static int bad(struct yaml_value *value, struct error *err, const char *what)
{
	return error_set(err, REACH_RUN, "settings", "%s: %s", yaml_where(value), what);
}

static int take_text(struct yaml_value *map, const char *key, char **out, struct error *err)
{
	const char *text = yaml_text(yaml_get(map, key));

	if (!text || !*text)
		return error_set(err, REACH_RUN, "settings", _("%s: a rule needs \"%s\""), yaml_where(map), key);
	*out = mem_strdup(text);
	return 0;
}

/* A word or a list of words; absent leaves *out NULL. */
static int take_list(struct yaml_value *map, const char *key, char ***out, struct error *err)
{
	struct yaml_value *value = yaml_get(map, key);
	int n;

	if (!value)
		return 0;
	n = yaml_is_list(value) ? yaml_count(value) : 1;
	if (n < 1 || n > LIST_MAX)
		return bad(value, err, _("a list of one or more words is needed"));
	*out = mem_alloc(((size_t)n + 1) * sizeof **out);
	for (int i = 0; i < n; i++) {
		const char *word = yaml_text(yaml_is_list(value) ? yaml_at(value, i) : value);

		if (!word || !*word)
			return bad(value, err, _("a list of one or more words is needed"));
		(*out)[i] = mem_strdup(word);
	}
	return 0;
}

static int take_when(struct yaml_value *when, struct reuse_rule *rule, struct error *err)
{
	static const char *const keys[] = { "family", "type", "copy", "field", "state", "level", NULL };
	struct yaml_value *state = yaml_get(when, "state"), *level = yaml_get(when, "level");
	long number;

	if (!yaml_is_map(when) || !yaml_count(when))
		return bad(when, err, _("\"when\" needs conditions"));
	for (int i = 0; i < yaml_count(when); i++) {
		int k = 0;

		while (keys[k] && strcmp(keys[k], yaml_key(when, i)))
			k++;
		if (!keys[k])
			return error_set(err, REACH_RUN, "settings", _("%s: unknown condition \"%s\""),
					 yaml_where(yaml_at(when, i)), yaml_key(when, i));
	}
	if (take_list(when, "family", &rule->families, err) || take_list(when, "type", &rule->types, err) ||
	    take_list(when, "copy", &rule->copies, err) || take_list(when, "field", &rule->fields, err))
		return -1;
	if (state && (rule->state = field_state_parse(yaml_text(state))) < 0)
		return bad(state, err, _("a state is absent, blank, unread or read"));
	if (!state != !rule->fields)
		return bad(when, err, _("\"field\" and \"state\" stand together"));
	if (level && (yaml_int(level, &number) || number < 0 || number > 4))
		return bad(level, err, _("a level is 0 to 4"));
	if (level)
		rule->level = (int)number;
	return 0;
}

static int take_test(struct yaml_value *map, struct reuse_rule *rule, struct error *err)
{
	struct yaml_value *test = yaml_get(map, "test"), *when = yaml_get(map, "when");

	if (!test == !when)
		return bad(map, err, _("a rule needs either \"when\" or \"test\""));
	if (when)
		return take_when(when, rule, err);
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		if (yaml_text(test) && !strcmp(tests[i].name, yaml_text(test))) {
			rule->test = tests[i].test;
			return 0;
		}
	return bad(test, err, _("no such test"));
}

static int take_day(struct yaml_value *map, const char *key, int *day, struct error *err)
{
	struct yaml_value *value = yaml_get(map, key);

	if (value && !date_parse_day(yaml_text(value), day))
		return bad(value, err, _("a day is written YYYY-MM-DD"));
	return 0;
}

/* One of two words. */
static int take_choice(struct yaml_value *map, const char *key, const char *no, const char *yes, bool *out,
		       struct error *err)
{
	const char *word = yaml_text(yaml_get(map, key));

	if (!word || (strcmp(word, no) && strcmp(word, yes)))
		return error_set(err, REACH_RUN, "settings", _("%s: \"%s\" is %s or %s"), yaml_where(map), key, no, yes);
	*out = !strcmp(word, yes);
	return 0;
}

/* law: it says no more than its source, or only makes the program more careful; approved: a person answers for it, by name, number and day
 * of the decision. */
static int take_status(struct yaml_value *map, struct reuse_rule *rule, struct error *err)
{
	const char *word = yaml_text(yaml_get(map, "status"));
	int day;

	if (!word || (strcmp(word, "law") != 0 && strcmp(word, "approved") != 0 && strcmp(word, "draft") != 0))
		return error_set(err, REACH_RUN, "settings", _("%s: \"status\" is law, approved or draft"), yaml_where(map));
	rule->draft = !strcmp(word, "draft");
	if (strcmp(word, "approved") != 0)
		return 0;
	if (take_text(map, "approved_by", &rule->approved_by, err) || take_text(map, "decision", &rule->decision, err) ||
	    take_text(map, "approved_on", &rule->approved_on, err))
		return -1;
	return date_parse_day(rule->approved_on, &day) ? 0 : bad(yaml_get(map, "approved_on"), err, _("a day is written YYYY-MM-DD"));
}

static int take_rule(struct yaml_value *map, struct reuse_rule *rule, struct error *err)
{
	struct yaml_value *below = yaml_get(map, "below"), *answered = yaml_get(map, "answered-by-confirmation");

	rule->state = rule->level = -1;
	rule->from = INT_MIN;
	rule->to = INT_MAX;
	if (!yaml_is_map(map))
		return bad(map, err, _("a rule is a map"));
	if (take_text(map, "id", &rule->id, err) || take_text(map, "code", &rule->code, err) ||
	    take_text(map, "sentence", &rule->sentence, err) || take_text(map, "source", &rule->source, err))
		return -1;
	if (take_choice(map, "severity", "check", "blocks", &rule->blocks, err) ||
	    take_status(map, rule, err))
		return -1;
	if (take_day(map, "from", &rule->from, err) || take_day(map, "to", &rule->to, err))
		return -1;
	if (answered && yaml_bool(answered, &rule->answered))
		return bad(answered, err, _("true or false is needed"));
	if (rule->answered && rule->blocks)
		return bad(map, err, _("what blocks cannot be answered by a confirmation"));
	if (take_list(map, "words", &rule->words, err))
		return -1;
	if (below && (yaml_int(below, &rule->below) || rule->below < 1 || rule->below > 100))
		return bad(below, err, _("a confidence is 1 to 100"));
	return take_test(map, rule, err);
}

static int take_rules(struct yaml_file *file, struct reuse_rules *rules, struct error *err)
{
	struct yaml_value *list = yaml_get(yaml_root(file), "rules");
	bool secret = false, confirmed = false;

	if (!yaml_is_list(list) || yaml_count(list) < 1 || yaml_count(list) > RULES_MAX)
		return error_set(err, REACH_RUN, "settings", _("the rules of reuse need a list \"rules\""));
	rules->rules = mem_alloc((size_t)yaml_count(list) * sizeof *rules->rules);
	for (int i = 0; i < yaml_count(list); i++) {
		struct reuse_rule *rule = &rules->rules[i];

		rules->n = i + 1;
		if (take_rule(yaml_at(list, i), rule, err))
			return -1;
		for (int j = 0; j < i; j++)
			if (!strcmp(rules->rules[j].id, rule->id))
				return bad(yaml_at(list, i), err, _("the id stands twice"));
		secret = secret || (rule->test == TEST_SECRET && rule->blocks && !rule->draft);
		confirmed = confirmed || rule->test == TEST_NOT_CONFIRMED;
	}
	if (!secret || !confirmed)
		return error_set(err, REACH_RUN, "settings",
				 _("the rules of reuse must hold one for \"secret\" that blocks and one for \"not-confirmed\""));
	return 0;
}

struct reuse_rules *reuse_rules_parse(const char *name, const char *text, struct error *err)
{
	struct yaml_file *file = yaml_parse(name, text, err);
	struct reuse_rules *rules;

	if (!file)
		return NULL;
	rules = mem_alloc(sizeof *rules);
	hash_bytes(text, strlen(text), rules->version);
	if (take_rules(file, rules, err)) {
		error_prefix(err, "%s: ", name);
		reuse_rules_close(rules);
		rules = NULL;
	}
	yaml_close(file);
	return rules;
}

static char *slurp(const char *path, struct error *err)
{
	FILE *in = fopen(path, "re");
	char *text = NULL;
	size_t n;

	if (!in) {
		error_errno(err, REACH_RUN, "settings", _("cannot open the rules of reuse %s"), path);
		return NULL;
	}
	text = mem_alloc(FILE_MAX_BYTES + 1);
	n = fread(text, 1, FILE_MAX_BYTES, in);
	if (ferror(in) || n == FILE_MAX_BYTES) {
		error_set(err, REACH_RUN, "settings", _("cannot read the rules of reuse %s"), path);
		free(text);
		text = NULL;
	}
	fclose(in);
	return text;
}

struct reuse_rules *reuse_rules_open(const char *path, struct error *err)
{
	char *text = slurp(path, err);
	struct reuse_rules *rules;

	if (!text)
		return NULL;
	rules = reuse_rules_parse("schemas/reasons.yaml", text, err);
	free(text);
	return rules;
}

static void list_free(char **list)
{
	for (int i = 0; list && list[i]; i++)
		free(list[i]);
	free(list);
}

void reuse_rules_close(struct reuse_rules *rules)
{
	if (!rules)
		return;
	for (int i = 0; i < rules->n; i++) {
		struct reuse_rule *rule = &rules->rules[i];

		free(rule->id);
		free(rule->code);
		free(rule->sentence);
		free(rule->source);
		free(rule->approved_by);
		free(rule->decision);
		free(rule->approved_on);
		list_free(rule->families);
		list_free(rule->types);
		list_free(rule->copies);
		list_free(rule->fields);
		list_free(rule->words);
	}
	free(rules->rules);
	free(rules);
}
