/*
 * truth.c - what a reader should find on a paper, from its template
 *
 * The header, the subject and the foot of an administrative paper give their fields by themselves; forms name theirs with
 * `field NAME VALUE` (several values parted by '|'). `written NAME VALUE` says that a field is written by hand (state "unread": what the pen wrote is kept as
 * "written"), `empty NAME KNOWN` that its place holds no ink (state "blank"; KNOWN is what is printed around the blank), `drop NAME` that what the layout gave is no field of this paper.
 */
#include "draw.h"

#include <stdlib.h>
#include <string.h>

static void field_set(json_t *fields, const char *name, const char *state, const char *key, const char *value)
{
	json_t *field = json_pack("{s:s, s:n}", "state", state, "value");

	if (value && *value)
		json_object_set_new(field, key, json_string(value));
	json_object_set_new(fields, name, field);
}

/* All lines of a kind, parted by `with`; NULL when there are none. The caller frees. */
static char *joined(const struct template *t, const char *kind, const char *with)
{
	char *out = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&out, &size);

	for (int i = 0; i < t->nlines; i++)
		if (!strcmp(t->lines[i].kind, kind))
			fprintf(f, "%s%s", ftell(f) > 0 ? with : "", t->lines[i].text);
	fclose(f);
	if (*out)
		return out;
	free(out);
	return NULL;
}

static void field_join(json_t *fields, const struct template *t, const char *name, const char *kind, const char *with)
{
	char *value = joined(t, kind, with);

	if (value)
		field_set(fields, name, "read", "value", value);
	free(value);
}

static void number_place_date(json_t *fields, const struct template *t)
{
	const char *number = template_find(t, "number"), *place = template_find(t, "place"), *iso = template_find(t, "iso"), *end;
	char name[128];

	if (number && !strchr(number, '~'))
		field_set(fields, "number", "read", "value", !strncmp(number, "Số: ", strlen("Số: ")) ? number + strlen("Số: ") : number);
	if (iso)
		field_set(fields, "date", "read", "value", iso);
	if (place && (end = strstr(place, ", ngày"))) {
		snprintf(name, sizeof name, "%.*s", (int)(end - place), place);
		field_set(fields, "place", "read", "value", name);
	}
}

json_t *paper_truth(const struct template *t)
{
	json_t *fields = json_object(), *reasons = json_array();
	const char *type = template_find(t, "type"), *code = template_find(t, "code"), *verdict = template_find(t, "verdict");
	char name[64], value[512];

	field_set(fields, "type", "read", "value", type);
	field_join(fields, t, "agency", "agency", " ");
	number_place_date(fields, t);
	field_join(fields, t, "subject", "subject", " ");
	field_join(fields, t, "subject", "about", " ");
	field_join(fields, t, "position", "capacity", "\n");
	field_join(fields, t, "signer", "signer", " ");
	field_join(fields, t, "recipients", "recipient", "\n");
	for (int i = 0; i < t->nlines; i++) {
		const char *kind = t->lines[i].kind;

		*value = 0;
		if (!strcmp(kind, "reason"))
			json_array_append_new(reasons, json_string(t->lines[i].text));
		if (sscanf(t->lines[i].text, "%63s %511[^\n]", name, value) < 1)
			continue;
		for (char *p = value; *p; p++) /* several values, as of both spouses */
			*p = *p == '|' ? '\n' : *p;
		if (!strcmp(kind, "field"))
			field_set(fields, name, "read", "value", value);
		else if (!strcmp(kind, "written"))
			field_set(fields, name, "unread", "written", value);
		else if (!strcmp(kind, "drop"))
			json_object_del(fields, name);
		else if (!strcmp(kind, "empty"))
			field_set(fields, name, "blank", "known", value);
	}
	return json_pack("{s:s, s:s, s:s, s:[], s:o, s:s, s:o}", "type", type ? type : "khác", "code", code ? code : "khac", "copy", template_find(t, "copy") ? template_find(t, "copy") : "original", "pages", "fields",
			 fields, "verdict", verdict ? verdict : "needs-check", "reasons", reasons);
}
