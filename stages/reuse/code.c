#include "stages/reuse/code.h"

#include <stdio.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/ledger.h"
#include "pipeline/error.h"
#include "pipeline/schema.h"
#include "stages/reuse/reuse.h"

enum {
	SEQ_MAX = 100000, /* results of one owner and kind, or of one dossier */
	LEVEL_ELECTRONIC = 4
};

static int bad(struct error *err, const char *template, const char *what)
{
	return error_set(err, REACH_RUN, "settings", _("the template of result codes \"%s\": %s"), template, what);
}

static int put(const char *template, char out[CODE_SIZE], size_t *n, const char *text, size_t length, struct error *err)
{
	if (*n + length >= CODE_SIZE)
		return bad(err, template, _("the code is too long"));
	memcpy(out + *n, text, length);
	*n += length;
	return 0;
}

/* "seq" or "seq:02". False for anything else. */
static bool sequence(const char *name, size_t length, int seq, char out[16])
{
	int width = 0;

	if (length == 6 && !strncmp(name, "seq:0", 5) && name[5] >= '1' && name[5] <= '9')
		width = name[5] - '0';
	else if (length != 3 || strncmp(name, "seq", 3) != 0)
		return false;
	snprintf(out, 16, "%0*d", width, seq);
	return true;
}

static const char *value(const struct code_parts *parts, const char *name, size_t length)
{
	const struct {
		const char *name, *value;
	} all[] = { { "owner", parts->owner }, { "type", parts->type }, { "dossier", parts->dossier }, { "year", parts->year } };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (strlen(all[i].name) == length && !strncmp(all[i].name, name, length))
			return all[i].value ? all[i].value : "";
	return NULL;
}

int code_make(const char *template, const struct code_parts *parts, int seq, char out[CODE_SIZE], struct error *err)
{
	size_t n = 0;
	bool numbered = false;

	for (const char *p = template; *p;) {
		const char *end = *p == '{' ? strchr(p, '}') : NULL, *text;
		char number[16];

		if (*p == '{' && !end)
			return bad(err, template, _("a brace is not closed"));
		if (!end) {
			if (*p <= ' ' || *p > '~' || *p == '}')
				return bad(err, template, _("only printable ASCII without blanks may stand in it"));
			if (put(template, out, &n, p++, 1, err) < 0)
				return -1;
			continue;
		}
		text = value(parts, p + 1, (size_t)(end - p - 1));
		if (!text && sequence(p + 1, (size_t)(end - p - 1), seq, number)) {
			text = number;
			numbered = true;
		}
		if (!text)
			return bad(err, template, _("the names are {owner}, {type}, {dossier}, {year}, {seq} and {seq:02}"));
		if (put(template, out, &n, text, strlen(text), err) < 0)
			return -1;
		p = end + 1;
	}
	if (!numbered)
		return bad(err, template, _("without {seq} two papers could get one code"));
	out[n] = '\0';
	return 0;
}

static const char *first_part(struct arena *arena, const struct reuse_paper *paper, const char *name, size_t most)
{
	const struct field *field = field_find(&paper->document, name);
	size_t n;

	if (!field || field->state != FIELD_READ || !field->value)
		return NULL;
	n = strcspn(field->value, "\n");
	return arena_strndup(arena, field->value, n < most ? n : most);
}

int code_give(struct catalogue *catalogue, const struct reuse_paper *paper, const char *template, const char *electronic, struct arena *arena,
	      char **code, struct error *err)
{
	struct code_parts parts = { first_part(arena, paper, "owner_id", 20), paper->row.type, paper->row.dossier, first_part(arena, paper, "date", 4) };
	int found = ledger_code(catalogue, paper->row.id, arena, code, err);
	char made[CODE_SIZE];

	if (found || paper->schema->family != FAMILY_RESULT || !strcmp(paper->schema->code, "khac"))
		return found < 0 ? -1 : 0;
	if (paper->document.level >= LEVEL_ELECTRONIC)
		template = electronic;
	for (int seq = 1; seq < SEQ_MAX; seq++) {
		int given;

		if (code_make(template, &parts, seq, made, err) < 0)
			return -1;
		given = ledger_code_put(catalogue, paper->row.id, made, err);
		if (given < 0)
			return -1;
		if (given) {
			*code = arena_strdup(arena, made);
			return 0;
		}
	}
	return error_set(err, REACH_DOCUMENT, NULL, _("no new result code can be made for this paper"));
}
