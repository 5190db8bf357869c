/* set.c - a clerk puts a value or the type of a paper right */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/corrections.h"
#include "pipeline/commands/decide.h"
#include "pipeline/error.h"
#include "pipeline/runner.h"
#include "pipeline/schema.h"
#include "pipeline/serial.h"
#include "pipeline/store.h"
#include "pipeline/text.h"
#include "stages/extract/value.h"
#include "stages/reuse/date.h"

#define VALUE_MAX_BYTES 2000

/* What FIELD=VALUE asks for. */
struct wish {
	const struct schema_field *field; /* NULL: the type */
	const char *value;                /* as it is kept; NULL: the paper has none */
};

/* A person is believed, but not that 31/02 is a day: the value as the field's check has it, or NULL. */
static const char *checked(const struct schema_field *field, const char *text, struct arena *arena)
{
	char *out = arena_alloc(arena, 2 * (size_t)DATE_SIZE);
	int day;

	switch (field->check) {
	case CHECK_DATE:
		if (date_parse_day(text, &day))
			return text;
		return date_find(arena, text, out) == GRADE_SURE ? out : NULL;
	case CHECK_PERSON_ID:
		return person_id_find(text, out) != GRADE_NONE ? out : NULL;
	case CHECK_TAX_ID:
		return tax_id_find(text, out) != GRADE_NONE ? out : NULL;
	case CHECK_MONEY:
		return money_find(text, out) != GRADE_NONE ? out : strspn(text, "0123456789") == strlen(text) ? text : NULL;
	case CHECK_DIGITS:
		return strspn(text, "0123456789") == strlen(text) ? text : NULL;
	case CHECK_NAME:
	case CHECK_NONE:
		break;
	}
	return text;
}

/* Each value of a field that holds several, as "A | B" is typed. */
static const char *checked_all(const struct schema_field *field, char *text, struct arena *arena)
{
	char *save = NULL, *all = NULL;

	if (!field->many)
		return checked(field, name_clean(arena, text), arena);
	for (char *part = strtok_r(text, "|", &save); part; part = strtok_r(NULL, "|", &save)) {
		const char *one = checked(field, name_clean(arena, part), arena);

		if (!one)
			return NULL;
		all = all ? arena_printf(arena, "%s\n%s", all, one) : arena_strdup(arena, one);
	}
	return all;
}

static int wish_read(const struct invocation *in, struct desk *desk, const char *text, struct wish *wish)
{
	const char *equals = strchr(text, '=');
	char *name = equals ? arena_strndup(desk->arena, text, (size_t)(equals - text)) : NULL;
	char *value = equals ? text_nfc(desk->arena, equals + 1) : NULL;

	if (!equals || !text_valid(text, strlen(text)) || strlen(text) > VALUE_MAX_BYTES)
		return command_usage(in, _("%s: FIELD=VALUE was expected"), text);
	if (!strcmp(name, CORRECTION_TYPE)) {
		const struct schema *type = schemas_find_name(reuse_book_get(NULL)->schemas, value);

		wish->value = type ? type->code : NULL;
		return type ? 0 : command_usage(in, _("there is no type of paper called \"%s\"; the folder schemas/documents holds them"), value);
	}
	wish->field = desk->paper->schema ? schema_field_find(desk->paper->schema, name) : NULL;
	if (!wish->field)
		return command_usage(in, _("a paper of type \"%s\" has no field \"%s\"; `sohoa show` lists them"), desk->paper->row.type, name);
	if (!*value) {
		wish->value = NULL;
		return 0;
	}
	wish->value = checked_all(wish->field, value, desk->arena);
	return wish->value ? 0 : command_usage(in, _("%s: \"%s\" cannot be right for this field (days as 2024-02-27 or 27/02/2024)"), name, equals + 1);
}

static const char *before(const struct desk *desk, const struct wish *wish)
{
	const struct field *field = wish->field ? field_find(&desk->paper->document, wish->field->name) : NULL;

	return wish->field ? field ? field->value : NULL : desk->paper->row.type;
}

/* The correction into the store. */
static int wish_store(struct desk *desk, const struct wish *wish, struct correction *c, char *hash, int64_t *size, struct error *err)
{
	char id[32];
	json_t *json;

	document_id_format(desk->paper->row.id, id);
	*c = (struct correction){ .dossier = desk->paper->row.dossier_id, .page_id = desk->paper->pages[0].id, .kind = CORRECTION_SET,
				  .field = wish->field ? wish->field->name : CORRECTION_TYPE, .value = wish->value, .before = before(desk, wish),
				  .reason = c->reason, .made = c->made, .object = hash };
	json = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:i, s:s, s:s?, s:s?, s:s, s:s, s:s, s:s?}", "form", 1, "decision", "set", "batch",
			 desk->paper->row.batch, "dossier", desk->paper->row.dossier, "document", id, "original", desk->paper->pages[0].original,
			 "page", desk->paper->pages[0].file_page, "field", c->field, "value", c->value, "before", c->before, "who",
			 desk->account.login, "name", desk->account.name, "made", c->made, "reason", c->reason);
	return desk_put(&desk->archive, json, hash, size, err);
}

/* The papers of the dossier with all corrections that hold, into store and catalogue, and once more through the record rooms. */
static int papers_renew(struct desk *desk, struct error *err)
{
	struct catalogue *c = desk->archive.catalogue;
	const struct papers_document *row = &desk->paper->row;
	struct dossier dossier = { 0 };
	struct correction *list;
	struct papers_page *pages;
	char hash[HASH_SIZE], *text = NULL;
	size_t size;
	int n, ret = -1;

	if (papers_dossier_pages(c, row->dossier_id, desk->arena, &pages, &dossier.npages, err) < 0 ||
	    corrections_of(c, row->dossier_id, desk->arena, &list, &n, err) < 0 ||
	    !(text = store_get(desk->archive.store, row->papers, &size, err)) || papers_load(&dossier, text, size, desk->arena, err) < 0)
		goto out;
	free(text);
	corrections_apply(list, n, &dossier);
	text = papers_save(&dossier, &size);
	if (store_put(desk->archive.store, text, size, hash, err) < 0 || papers_put(c, row->dossier_id, &dossier, hash, (int64_t)size, err) < 0 ||
	    corrections_keep(c, row->dossier_id, hash, err) < 0 ||
	    runner_walk_dossier(c, desk->archive.store, row->dossier_id, err) < 0)
		goto out;
	ret = 0;
out:
	free(text);
	return ret;
}

/* One transaction: the corrections, what they change, and the fall of a confirmation that rested on it. */
static int set(struct desk *desk, const struct wish *wishes, int n, const char *reason, bool *retyped, struct error *err)
{
	struct catalogue *c = desk->archive.catalogue;
	struct correction corrections[64];
	char hashes[64][HASH_SIZE], made[21];
	int64_t sizes[64];

	catalogue_now(made);
	for (int i = 0; i < n; i++) {
		corrections[i] = (struct correction){ .reason = reason, .made = made };
		if (wish_store(desk, &wishes[i], &corrections[i], hashes[i], &sizes[i], err) < 0)
			return -1;
	}
	if (catalogue_begin(c, err) < 0)
		return -1;
	for (int i = 0; i < n; i++) {
		const char *why = arena_printf(desk->arena, "field %s was set by %s", corrections[i].field, desk->account.login);

		if (corrections_add(c, &corrections[i], sizes[i], err) < 0 || decisions_void(c, desk->paper->row.id, why, err) < 0)
			goto out;
		*retyped = *retyped || !wishes[i].field;
	}
	if ((*retyped && corrections_reopen(c, desk->paper->row.dossier_id, err) < 0) || papers_renew(desk, err) < 0)
		goto out;
	return catalogue_commit(c, err);
out:
	catalogue_rollback(c);
	return -1;
}

static int set_all(const struct invocation *in, struct desk *desk)
{
	struct wish wishes[64] = { { NULL, NULL } };
	struct error err = ERROR_INIT;
	const char *reason;
	bool retyped = false;
	int n = in->nargs - 1, status = desk_text(in, "reason", &reason);

	if (n > 64)
		return command_usage(in, _("at most %d fields at a time"), 64);
	if (!status)
		status = desk_paper(in, desk);
	for (int i = 0; !status && i < n; i++)
		status = wish_read(in, desk, in->args[i + 1], &wishes[i]);
	if (status)
		return status;
	if (set(desk, wishes, n, reason, &retyped, &err) < 0)
		return command_fail(in, &err);
	for (int i = 0; i < n; i++)
		printf(_("Document %s: %s is \"%s\" now, set by %s.\n"), in->args[0], wishes[i].field ? wishes[i].field->name : CORRECTION_TYPE,
		       wishes[i].value ? wishes[i].value : "", desk->account.name);
	if (retyped)
		puts(_("The next `sohoa run` reads its fields as those of the new type."));
	return desk_show(in, desk);
}

static int run(const struct invocation *in)
{
	return desk_run(in, ACT_CORRECT, set_all);
}

static const struct command_option options[] = {
	{ "reason", 'r', "TEXT", N_("why, in your own words; kept with the correction") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_set = {
	.name = "set",
	.arguments = N_("DOCUMENT FIELD=VALUE..."),
	.summary = N_("put a value or the type of a paper right"),
	.help = N_("Puts the value of a field, or the type, as a person reads it on the paper. What the machine read stays in the store with who, when and "
		   "why; the correction survives every new reading, the paper and those that depend on it are judged anew, and a confirmation that "
		   "rested on the old value falls. FIELD= says that the paper has none. Values of both spouses are parted by |.\n\n"
		   "  sohoa set 12.3 number=123/QĐ-UBND date=27/02/2024 --reason \"written by pen\"\n"
		   "  sohoa set 12.4 type=\"giấy khai sinh\""),
	.options = options,
	.min_args = 2,
	.max_args = -1,
	.run = run,
};
