#include "stages/reuse/gather.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/accounts.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/decisions.h"
#include "pipeline/catalogue/judgement.h"
#include "pipeline/catalogue/papers.h"
#include "pipeline/catalogue/signatures.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/key.h"
#include "pipeline/schema.h"
#include "pipeline/serial.h"
#include "pipeline/store.h"
#include "pipeline/text.h"
#include "stages/reuse/ladder.h"
#include "stages/reuse/marks.h"
#include "stages/reuse/reading.h"
#include "stages/reuse/reuse.h"

enum {
	WITNESSES_MAX = 50,   /* papers that may speak about one; more of one owner and kind is a mistake in the key */
	NAMESAKE_SURE = 80,   /* confidence from which two names that differ are two persons, not two readings */
	NAMESAKES_MAX = 5000, /* papers of one name, or of one date of birth: enough for an archive of millions */
	PARTS_MAX = 50        /* numbers one paper may say it replaces */
};

static const struct field *sure(const struct field *fields, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(fields[i].name, name))
			return fields[i].state == FIELD_READ && fields[i].value && *fields[i].value ? &fields[i] : NULL;
	return NULL;
}

static const char *value_of(const struct field *fields, int n, const char *name)
{
	const struct field *field = sure(fields, n, name);

	return field ? field->value : NULL;
}

/* The values of a field that may hold several, parted by '\n'. */
static int parts(struct arena *arena, const char *value, char *out[PARTS_MAX])
{
	int n = 0;

	while (value && *value && n < PARTS_MAX) {
		size_t length = strcspn(value, "\n");

		if (length)
			out[n++] = arena_strndup(arena, value, length);
		value += length + (value[length] == '\n');
	}
	return n;
}

/* --- Pages ---------------------------------------------------------------------------------------------------------- */

static int look_at_pages(struct catalogue *catalogue, struct arena *arena, struct reuse_paper *paper, struct error *err)
{
	struct reuse_input *in = &paper->input;
	struct papers_page *pages;
	struct papers_document *all;
	int64_t declared, found;
	int n, nall;

	in->worst_confidence = 100;
	for (int i = 0; i < paper->npages; i++) {
		const struct papers_page *page = &paper->pages[i];

		paper->restricted = paper->restricted || !strcmp(page->state, "restricted");
		if (!strcmp(page->state, "read") && page->confidence >= 0 && (float)page->confidence < in->worst_confidence) {
			in->worst_confidence = (float)page->confidence;
			in->worst_page = page->number;
		}
	}
	if (papers_dossier_pages(catalogue, paper->row.dossier_id, arena, &pages, &n, err) < 0 ||
	    papers_documents(catalogue, paper->row.dossier_id, arena, &all, &nall, err) < 0 ||
	    judgement_pages(catalogue, paper->row.dossier_id, &declared, &found, err) < 0)
		return -1;
	for (int i = 0; i < n; i++) {
		int number = pages[i].number;
		bool taken = false;

		if (strcmp(pages[i].state, "set-aside"))
			continue;
		for (int j = 0; j < nall; j++)
			taken = taken || (number >= all[j].first && number <= all[j].last);
		if (number >= paper->row.first && number <= paper->row.last && !in->lost_page)
			in->lost_page = number;
		if (!taken && (number == paper->row.first - 1 || number == paper->row.last + 1))
			in->beside_page = number;
	}
	in->declared_pages = (int)declared;
	in->found_pages = (int)found;
	return 0;
}

/* A signature is missed where its place was found; a seal where something stands in that place: what nobody signed nobody seals. */
static int look_at_marks(struct store *store, struct arena *arena, struct reuse_paper *paper, struct error *err)
{
	struct reuse_input *in = &paper->input;
	struct marks marks = { .place = false };

	for (int i = 0; i < paper->npages; i++) {
		struct page page = { .number = paper->pages[i].number };
		size_t size;
		char *text;

		if (!paper->pages[i].text || strcmp(paper->pages[i].state, "read"))
			continue;
		text = store_get(store, paper->pages[i].text, &size, err);
		if (!text)
			return -1;
		if (page_load(&page, text, size, arena, err) < 0) {
			free(text);
			return -1;
		}
		free(text);
		if (page.source == WORDS_TEXT_LAYER)
			continue; /* written as text: its signatures are electronic */
		paper->scanned = true;
		marks_add(&marks, &page, &paper->document);
	}
	in->signature_wanted = marks.place;
	in->signature_seen = marks.signature;
	in->seal_wanted = marks.signature && paper->schema->family == FAMILY_RESULT;
	in->seal_seen = marks.seal;
	return 0;
}

/* --- Electronic signatures ------------------------------------------------------------------------------------------ */

static void add_signature(struct arena *arena, struct reuse_paper *paper, const struct papers_page *page, const struct signature *found, int *level)
{
	struct reuse_signature *s = arena_push(arena, &paper->signatures, &paper->nsignatures, sizeof *s);
	int lifts;

	*s = (struct reuse_signature){ found, page->file, ladder_signer(arena, found, paper->input.agency) };
	if (strcmp(found->integrity, "unchecked") != 0 && (strcmp(found->integrity, "valid") != 0 || !strcmp(found->later, "unsigned")))
		paper->input.broken = *found->name ? found->name : "?";
	if (!ladder_stands(found))
		return;
	paper->input.seal_seen = paper->input.seal_seen || s->signer == SIGNER_AGENCY;
	paper->input.signature_seen = paper->input.signature_seen || s->signer == SIGNER_AGENCY;
	lifts = ladder_level(paper->row.copy, paper->scanned, s->signer);
	*level = lifts > *level ? lifts : *level;
}

/* Every file that holds a page of the paper must bear the signature: the lowest of them counts. */
static int look_at_signatures(struct catalogue *catalogue, struct arena *arena, struct reuse_paper *paper, struct error *err)
{
	int lowest = 4;

	for (int i = 0; i < paper->npages; i++) {
		const struct papers_page *page = &paper->pages[i];
		struct signature *found;
		bool seen = false;
		int n, level = 0;

		for (int k = 0; k < i; k++)
			seen = seen || (page->original && paper->pages[k].original && !strcmp(paper->pages[k].original, page->original));
		if (seen)
			continue;
		if (page->original && page->media && !strcmp(page->media, MEDIA_PDF)) {
			if (signatures_of(catalogue, page->original, arena, &found, &n, err) < 0)
				return -1;
			for (int k = 0; k < n; k++)
				add_signature(arena, paper, page, &found[k], &level);
		}
		lowest = level < lowest ? level : lowest;
	}
	if (paper->npages && lowest > paper->document.level)
		paper->document.level = lowest;
	return 0;
}

/* --- Other papers --------------------------------------------------------------------------------------------------- */

static const char *folded(struct arena *arena, const char *text)
{
	return text ? key_name(arena, text) : NULL;
}

static bool in_list(const struct schema_list *list, const char *word)
{
	for (int i = 0; i < list->n; i++)
		if (!strcmp(list->items[i], word))
			return true;
	return false;
}

/* Fields that hold the numbers of papers which this one ends. */
static const char *const ending[] = { KEY_ENDING, NULL };

static bool ends_papers(const char *name)
{
	for (int i = 0; ending[i]; i++)
		if (!strcmp(ending[i], name))
			return true;
	return false;
}

static void add_witness(struct reuse_paper *paper, struct arena *arena, enum witness_kind kind, int64_t id,
			const struct field *fields, int n)
{
	struct reuse_witness *witness;
	const struct reuse_witness *list = paper->input.witnesses;
	const char *order = paper->schema->supersession.order;
	char text[32];

	document_id_format(id, text);
	for (int i = 0; i < paper->input.nwitnesses; i++)
		if (list[i].kind == kind && !strcmp(list[i].document, text))
			return;
	witness = arena_push(arena, &list, &paper->input.nwitnesses, sizeof *witness);
	paper->input.witnesses = list;
	witness->kind = kind;
	witness->document = arena_strdup(arena, text);
	witness->date = value_of(fields, n, "date");
	witness->order = order ? value_of(fields, n, order) : NULL;
	witness->agency = folded(arena, value_of(fields, n, "agency"));
	witness->said = "";
	for (int i = 0; i < n; i++)
		if (fields[i].state == FIELD_BLANK && (!strcmp(fields[i].name, "number") || !strcmp(fields[i].name, "date")))
			witness->draft = true;
	for (int i = 0; i < n; i++)
		if ((!strcmp(fields[i].name, "subject") || ends_papers(fields[i].name)) && fields[i].text)
			witness->said = arena_printf(arena, "%s %s", witness->said, folded(arena, fields[i].text));
}

/* Equal in every key field of the chain. */
static bool same_chain(struct arena *arena, const struct reuse_paper *paper, const struct field *fields, int n)
{
	const struct schema_list *key = &paper->schema->supersession.key;

	for (int i = 0; i < key->n; i++) {
		const char *ours = value_of(paper->document.fields, paper->document.nfields, key->items[i]);
		const char *theirs = value_of(fields, n, key->items[i]);

		if (!ours || !theirs || strcmp(key_field(arena, key->items[i], ours), key_field(arena, key->items[i], theirs)))
			return false;
	}
	return true;
}

/* The owner of this paper is one of the owners of the other: equal in every key field at one place of its lists (the first spouse's name
 * stands with the first spouse's date of birth). A key field that the other paper does not have says nothing. */
static bool one_of_owners(struct arena *arena, const struct reuse_paper *paper, const struct field *fields, int n)
{
	const struct schema_list *key = &paper->schema->supersession.key;

	for (int place = 0; place < PARTS_MAX; place++) {
		bool same = true, any = false;

		for (int i = 0; i < key->n && same; i++) {
			const char *ours = value_of(paper->document.fields, paper->document.nfields, key->items[i]);
			char *theirs[PARTS_MAX];
			int ntheirs = parts(arena, value_of(fields, n, key->items[i]), theirs);

			if (!ours || !ntheirs)
				continue;
			same = place < ntheirs && !strcmp(key_field(arena, key->items[i], ours), key_field(arena, key->items[i], theirs[place]));
			any = any || place < ntheirs;
		}
		if (same && any)
			return true;
		if (!any)
			return false;
	}
	return false;
}

static int find_chain(struct catalogue *catalogue, struct arena *arena, struct reuse_paper *paper, struct error *err)
{
	const struct schema_supersession *rule = &paper->schema->supersession;
	const char *value;
	int64_t *ids;
	int n;

	if (!rule->key.n)
		return 0;
	value = value_of(paper->document.fields, paper->document.nfields, rule->key.items[0]);
	if (!value || judgement_bearers(catalogue, rule->key.items[0], key_field(arena, rule->key.items[0], value),
					paper->row.id, WITNESSES_MAX, arena, &ids, &n, err) < 0)
		return value ? -1 : 0;
	for (int i = 0; i < n; i++) {
		struct papers_document other;
		struct field *fields;
		int nfields, found = papers_document(catalogue, ids[i], arena, &other, err);

		if (found <= 0 || papers_fields(catalogue, ids[i], arena, &fields, &nfields, err) < 0)
			return -1;
		if (in_list(&rule->ended_by, other.type) && one_of_owners(arena, paper, fields, nfields))
			add_witness(paper, arena, WITNESS_STATUS, ids[i], fields, nfields);
		if (!same_chain(arena, paper, fields, nfields))
			continue;
		if (!strcmp(other.type, paper->row.type))
			add_witness(paper, arena, WITNESS_CHAIN, ids[i], fields, nfields);
		else if (in_list(&rule->by, other.type))
			add_witness(paper, arena, WITNESS_BY, ids[i], fields, nfields);
	}
	return 0;
}

static int find_naming_by(struct catalogue *catalogue, struct arena *arena, struct reuse_paper *paper, const char *name, const char *number, struct error *err)
{
	int64_t *ids;
	int n;

	if (judgement_bearers(catalogue, name, key_number(arena, number), paper->row.id, WITNESSES_MAX, arena, &ids, &n, err) < 0)
		return -1;
	for (int i = 0; i < n; i++) {
		struct field *fields;
		int nfields;

		if (papers_fields(catalogue, ids[i], arena, &fields, &nfields, err) < 0)
			return -1;
		add_witness(paper, arena, WITNESS_NAMES, ids[i], fields, nfields);
	}
	return 0;
}

static int find_naming(struct catalogue *catalogue, struct arena *arena, struct reuse_paper *paper, struct error *err)
{
	const char *number = value_of(paper->document.fields, paper->document.nfields, "number");

	for (int i = 0; number && ending[i]; i++)
		if (find_naming_by(catalogue, arena, paper, ending[i], number, err) < 0)
			return -1;
	return 0;
}

static int find_namesake(struct catalogue *catalogue, struct arena *arena, struct reuse_paper *paper, struct error *err)
{
	const struct field *id = sure(paper->document.fields, paper->document.nfields, "owner_id");
	const struct field *name = sure(paper->document.fields, paper->document.nfields, "owner_name");
	int64_t *ids;
	int n;

	/* Papers of two persons hold two names and two numbers, and which belongs to which is not said. */
	if (!id || !name || strchr(id->value, '\n') || strchr(name->value, '\n') || name->confidence < NAMESAKE_SURE)
		return 0;
	if (judgement_bearers(catalogue, "owner_id", key_number(arena, id->value), paper->row.id, WITNESSES_MAX, arena, &ids, &n,
			      err) < 0)
		return -1;
	for (int i = 0; i < n && !paper->input.namesake; i++) {
		const struct field *other;
		struct field *fields;
		int nfields;
		char text[32];

		if (papers_fields(catalogue, ids[i], arena, &fields, &nfields, err) < 0)
			return -1;
		other = sure(fields, nfields, "owner_name");
		if (!other || strchr(other->value, '\n') || other->confidence < NAMESAKE_SURE ||
		    !strcmp(key_name(arena, other->value), key_name(arena, name->value)))
			continue;
		document_id_format(ids[i], text);
		paper->input.namesake = arena_strdup(arena, text);
	}
	return 0;
}

/* --- All together --------------------------------------------------------------------------------------------------- */

/* What people decided; a paper shown in answers under the name of who confirmed it. */
static int find_decisions(struct catalogue *catalogue, struct arena *arena, struct reuse_paper *paper, struct error *err)
{
	struct standing *s = &paper->standing;
	struct account account;
	int found;

	reading_hash(paper, paper->reading);
	if (decisions_of(catalogue, paper->row.id, arena, &paper->decisions, &paper->ndecisions, err) < 0)
		return -1;
	standing_find(paper->decisions, paper->ndecisions, paper->reading, paper->row.papers, paper->input.on, paper->schema->people, s);
	paper->input.standing = s;
	paper->input.confirmation = s->confirmation;
	if (s->level > paper->document.level)
		paper->document.level = s->level;
	if (!s->confirmed)
		return 0;
	found = accounts_find(catalogue, s->confirmed->who, arena, &account, err);
	paper->input.confirmed_by = found > 0 ? account.name : s->confirmed->who;
	paper->input.confirmed_on = s->confirmed->made;
	return found < 0 ? -1 : 0;
}

int reuse_gather(struct catalogue *catalogue, struct store *store, const struct reuse_book *book, int64_t document, int on,
		 struct arena *arena, struct reuse_paper *paper, struct error *err)
{
	int found;

	memset(paper, 0, sizeof *paper);
	found = papers_document(catalogue, document, arena, &paper->row, err);
	if (found <= 0)
		return found;
	if (papers_pages(catalogue, document, arena, &paper->pages, &paper->npages, err) < 0)
		return -1;
	paper->schema = schemas_find(book->schemas, paper->row.type);
	if (!paper->schema)
		paper->schema = schemas_other(book->schemas);
	paper->document = (struct document){ .number = paper->row.number, .first = paper->row.first, .last = paper->row.last,
					     .type = paper->row.type, .copy = paper->row.copy, .level = paper->row.level };
	paper->restricted = !strcmp(paper->row.state, "restricted");
	paper->input.on = on;
	paper->input.schema = paper->schema;
	paper->input.document = &paper->document;
	if (look_at_pages(catalogue, arena, paper, err) < 0)
		return -1;
	paper->input.restricted = paper->restricted;
	if (paper->restricted)
		return 1;
	if (papers_fields(catalogue, document, arena, &paper->document.fields, &paper->document.nfields, err) < 0)
		return -1;
	paper->input.purpose = folded(arena, value_of(paper->document.fields, paper->document.nfields, "purpose"));
	paper->input.agency = folded(arena, value_of(paper->document.fields, paper->document.nfields, "agency"));
	if (look_at_marks(store, arena, paper, err) < 0 || look_at_signatures(catalogue, arena, paper, err) < 0 || find_chain(catalogue, arena, paper, err) < 0 ||
	    find_naming(catalogue, arena, paper, err) < 0 || find_namesake(catalogue, arena, paper, err) < 0 ||
	    find_decisions(catalogue, arena, paper, err) < 0)
		return -1;
	return 1;
}

/* Papers that bear both a name and a date of birth of this one: names alone are shared by too many. */
static int same_person(struct catalogue *catalogue, const struct reuse_paper *paper, struct arena *arena, int64_t **documents, int *n,
		       struct error *err)
{
	char *names[PARTS_MAX], *births[PARTS_MAX];
	int nnames = parts(arena, value_of(paper->document.fields, paper->document.nfields, "owner_name"), names);
	int nbirths = parts(arena, value_of(paper->document.fields, paper->document.nfields, "owner_birth"), births);

	for (int i = 0; i < nnames && i < nbirths; i++) {
		int64_t *by_name, *by_birth;
		int nby_name, nby_birth, b = 0;

		if (judgement_bearers(catalogue, "owner_name", key_field(arena, "owner_name", names[i]), paper->row.id, NAMESAKES_MAX, arena,
				      &by_name, &nby_name, err) < 0 ||
		    judgement_bearers(catalogue, "owner_birth", key_field(arena, "owner_birth", births[i]), paper->row.id, NAMESAKES_MAX, arena,
				      &by_birth, &nby_birth, err) < 0)
			return -1;
		for (int a = 0; a < nby_name; a++) { /* both come by id */
			while (b < nby_birth && by_birth[b] < by_name[a])
				b++;
			if (b < nby_birth && by_birth[b] == by_name[a])
				*(int64_t *)arena_push(arena, documents, n, sizeof **documents) = by_name[a];
		}
	}
	return 0;
}

int reuse_neighbours(struct catalogue *catalogue, const struct reuse_paper *paper, struct arena *arena, int64_t **documents,
		     int *n, struct error *err)
{
	static const struct {
		const char *ours, *theirs;
	} ties[] = { { "owner_id", "owner_id" }, { "parcel", "parcel" }, { "replaces", "number" }, { "abolishes", "number" },
		   { "revokes", "number" }, { "supersedes", "number" } };

	*documents = NULL;
	*n = 0;
	if (same_person(catalogue, paper, arena, documents, n, err) < 0)
		return -1;
	for (size_t t = 0; t < sizeof ties / sizeof *ties; t++) {
		char *values[PARTS_MAX];
		int nvalues = parts(arena, value_of(paper->document.fields, paper->document.nfields, ties[t].ours), values);

		for (int v = 0; v < nvalues; v++) {
			int64_t *ids;
			int nids;

			if (judgement_bearers(catalogue, ties[t].theirs, key_field(arena, ties[t].theirs, values[v]), paper->row.id,
					      WITNESSES_MAX, arena, &ids, &nids, err) < 0)
				return -1;
			for (int i = 0; i < nids; i++)
				*(int64_t *)arena_push(arena, documents, n, sizeof **documents) = ids[i];
		}
	}
	return 0;
}
