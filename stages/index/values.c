#include "stages/index/values.h"

#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/texts.h"
#include "stages/index/query.h"
#include "stages/index/query_field.h"

struct mending {
	struct catalogue *catalogue;
	const struct viewer *viewer;
	struct arena *arena;
	char *text; /* so far */
	int shift;  /* of what stands behind, against query->text */
};

/* Whether a paper that the viewer may see has the first bytes of the value in that field. */
static int is_held(const struct mending *m, const struct query_field *field, const char *value, int length, bool *held, struct error *err)
{
	struct query_field part = { .kind = field->kind, .typed = field->typed };
	const char *note;
	int64_t count = 0;
	*held = false;
	if (!query_field_set(&part, arena_strndup(m->arena, value, (size_t)length), NULL, &note, m->arena) || !part.words)
		return 0;
	struct texts_question question = { .viewer = m->viewer, .words = part.words, .first = true };
	if (texts_count(m->catalogue, &question, 1, &count, err))
		return -1;
	*held = count > 0;
	return 0;
}

/* The least words that name it: somebody is "Duyên", but "UBND" alone is no agency. */
static int names_least(const struct query_field *field, const char *value)
{
	const char *space = memchr(value, ' ', (size_t)field->length);
	return field->kind == BY_PERSON || !space ? 1 : (int)(space - value) + 1;
}

/* How much of the value, in whole words, some paper has; 0: nothing. */
static int held_length(const struct mending *m, const struct query_field *field, const char *value, int *length, struct error *err)
{
	bool held = false;
	int least = names_least(field, value);
	for (*length = field->length; *length > 0;) {
		if (is_held(m, field, value, *length, &held, err))
			return -1;
		if (held)
			break;
		do
			--*length;
		while (*length > 0 && (!field->open || value[*length] != ' '));
		if (*length < least)
			*length = 0;
	}
	return 0;
}

static void field_cut(struct mending *m, const struct query_field *field, int length)
{
	int begin = field->value + m->shift, before = (int)strlen(m->text);
	const char *quote = m->text[begin - 1] == ':' || m->text[begin - 1] == ' ' ? "" : "\""; /* it ends with one */
	if (length)
		m->text = arena_printf(m->arena, "%.*s;%s", begin + length, m->text, m->text + begin + length);
	else
		m->text = arena_printf(m->arena, "%.*s%s%s", begin - field->name, m->text, quote, m->text + begin);
	m->shift += (int)strlen(m->text) - before;
}

int values_mend(struct catalogue *catalogue, const struct viewer *viewer, const struct query *query, const char **text, struct arena *arena,
		struct error *err)
{
	struct mending mending = { catalogue, viewer, arena, arena_strdup(arena, query->text), 0 };
	bool changed = false;
	for (int i = 0; i < query->nfields; i++) {
		const struct query_field *field = &query->fields[i];
		const char *value = query->text + field->value;
		int length;
		if (field->negated || !field->words || field->kind == BY_TYPE || field->kind == BY_DAY)
			continue;
		if (held_length(&mending, field, value, &length, err))
			return -1;
		if (length == field->length)
			continue;
		field_cut(&mending, field, length);
		changed = true;
	}
	*text = changed ? mending.text : NULL;
	return 0;
}
