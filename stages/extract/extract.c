#include "stages/extract/extract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/stage.h"
#include "stages/extract/private.h"
#include "stages/extract/value.h"

/* Pages of one paper that are read for fields: the head and the signature stand at its ends, and a book of a thousand pages
 * must not take the worker's time. */
#define FIRST_PAGES 20
#define LAST_PAGES 20

static int compile_patterns(struct extractor *extractor, struct error *err)
{
	int n = schemas_count(extractor->schemas);

	extractor->patterns = arena_array(extractor->arena, (size_t)n + 1, sizeof *extractor->patterns);
	for (int t = 0; t < n; t++) {
		const struct schema *type = schemas_at(extractor->schemas, t);

		extractor->patterns[t] = arena_array(extractor->arena, (size_t)type->nfields + 1, sizeof **extractor->patterns);
		for (int f = 0; f < type->nfields; f++) {
			if (!type->fields[f].pattern)
				continue;
			extractor->patterns[t][f] = pattern_new(type->fields[f].pattern);
			if (!extractor->patterns[t][f])
				return error_set(err, REACH_RUN, "settings", _("the pattern of %s in %s.yaml cannot be used"),
						 type->fields[f].name, type->code);
		}
	}
	return 0;
}

static void extract_close(void *self)
{
	struct extractor *extractor = self;

	if (!extractor)
		return;
	for (int t = 0; extractor->patterns && t < schemas_count(extractor->schemas); t++)
		for (int f = 0; extractor->patterns[t] && f < schemas_at(extractor->schemas, t)->nfields; f++)
			pattern_free(extractor->patterns[t][f]);
	schemas_close(extractor->schemas);
	arena_free(extractor->arena);
	free(extractor);
}

static void *extract_open(const struct config *config, struct error *err)
{
	struct extractor *extractor = mem_alloc(sizeof *extractor);

	extractor->arena = arena_new();
	extractor->schemas = schemas_open_config(config, err);
	if (!extractor->schemas || compile_patterns(extractor, err) < 0) {
		extract_close(extractor);
		return NULL;
	}
	return extractor;
}

struct pattern *paper_pattern(const struct paper *paper, const struct schema *type, const char *field)
{
	const struct extractor *extractor = paper->extractor;

	for (int t = 0; t < schemas_count(extractor->schemas); t++)
		for (int f = 0; schemas_at(extractor->schemas, t) == type && f < type->nfields; f++)
			if (!strcmp(type->fields[f].name, field))
				return extractor->patterns[t][f];
	return NULL;
}

static const struct schema_field *schema_at(struct paper *paper, enum schema_reader reader)
{
	const struct schema *types[] = { paper->type, schemas_other(paper->extractor->schemas) };

	for (int t = 0; t < 2; t++) /* a paper whose position is no field has one over its signature all the same */
		for (int f = 0; f < types[t]->nfields; f++)
			if (types[t]->fields[f].reader == reader)
				return &types[t]->fields[f];
	return NULL;
}

static struct field *field_at(struct paper *paper, enum schema_reader reader)
{
	for (int f = 0; f < paper->type->nfields; f++)
		if (paper->type->fields[f].reader == reader)
			return &paper->document->fields[f];
	return NULL;
}

/* Number of the owner against birth and sex: what does not fit is a reading error more often than a wrong paper. */
static void check_owner(struct paper *paper)
{
	struct field *id = field_find(paper->document, "owner_id"), *birth = field_find(paper->document, "owner_birth");
	struct field *sex = field_find(paper->document, "owner_sex");
	const char *day = birth && birth->state == FIELD_READ && !strchr(birth->value, '\n') ? birth->value : NULL;
	char letter = 0;

	if (!id || id->state != FIELD_READ || strchr(id->value, '\n') || strlen(id->value) != 12)
		return;
	if (sex && sex->state == FIELD_READ)
		letter = !strcmp(sex->value, "Nam") ? 'M' : !strcmp(sex->value, "Nữ") ? 'F' : 0;
	if (person_id_fits(id->value, day, letter)) {
		if (day) {
			id->confidence = id->confidence + SECOND_READING_GAIN > 100 ? 100 : id->confidence + SECOND_READING_GAIN;
			id->how |= HOW_CONFIRMED;
		}
		return;
	}
	id->how |= HOW_CONTRADICTED;
	id->confidence = id->confidence > DOUBT_COST ? id->confidence - DOUBT_COST : 0;
	if (id->confidence < SURE_CONFIDENCE) {
		id->state = FIELD_UNREAD;
		id->value = NULL;
	}
}

static int values_of(const struct field *field)
{
	int n = field->text ? 1 : 0;

	for (const char *p = field->text; p && (p = strchr(p, '\n')); p++)
		n++;
	return n;
}

/* Two people have two names, days and numbers: where one of them was not found, whose the other is nobody knows. */
static void check_couple(struct paper *paper)
{
	int most = 0;

	for (int f = 0; f < paper->type->nfields; f++)
		if (paper->type->fields[f].many && values_of(&paper->document->fields[f]) > most)
			most = values_of(&paper->document->fields[f]);
	for (int f = 0; f < paper->type->nfields; f++) {
		struct field *field = &paper->document->fields[f];

		if (!paper->type->fields[f].many || field->state != FIELD_READ || values_of(field) == most)
			continue;
		field->state = FIELD_UNREAD;
		field->value = NULL;
	}
}

static void read_fields(struct paper *paper)
{
	const struct schema *type = paper->type;
	struct field *fields = paper->document->fields;

	foot_read(paper, schema_at(paper, READER_POSITION), field_at(paper, READER_POSITION), field_at(paper, READER_SIGNER),
		  field_at(paper, READER_RECIPIENTS));
	for (int f = 0; f < type->nfields; f++)
		switch (type->fields[f].reader) {
		case READER_AGENCY:
			agency_read(paper, &type->fields[f], &fields[f]);
			if (paper->signing)
				agency_at_foot(paper, &type->fields[f], paper->signing, &fields[f]);
			break;
		case READER_NUMBER:
			number_read(paper, &type->fields[f], &fields[f]);
			break;
		case READER_DATE:
			head_date(paper, &type->fields[f], &fields[f]);
			break;
		case READER_PLACE:
			head_place(paper, &type->fields[f], &fields[f]);
			break;
		case READER_SUBJECT:
			subject_read(paper, &fields[f]);
			break;
		case READER_LABEL:
			label_read(paper, &type->fields[f], &fields[f]);
			break;
		case READER_PATTERN:
			pattern_read(paper, &type->fields[f], &fields[f]);
			break;
		case READER_CERTIFIED:
			certified_read(paper, &type->fields[f], &fields[f]);
			break;
		case READER_ORDER:
			order_read(paper, &fields[f]);
			break;
		case READER_ARRIVAL:
			arrival_read(paper, &fields[f]);
			break;
		case READER_CITES:
			cites_read(paper, &type->fields[f], &fields[f]);
			break;
		case READER_GROUNDS:
			grounds_read(paper, &type->fields[f], &fields[f]);
			break;
		case READER_POSITION:
		case READER_SIGNER:
		case READER_RECIPIENTS: /* by foot_read */
			break;
		}
	for (int f = 0; f < type->nfields; f++)
		if (fields[f].state > FIELD_BLANK && !(fields[f].how & (HOW_LABEL | HOW_PATTERN | HOW_CODE)))
			fields[f].how |= HOW_PLACE;
	mrz_read(paper);
	code_read(paper);
	check_couple(paper);
	check_owner(paper);
}

static void name_fields(struct paper *paper)
{
	struct document *document = paper->document;

	document->nfields = paper->type->nfields;
	document->fields = arena_array(paper->arena, (size_t)document->nfields + 1, sizeof *document->fields);
	for (int f = 0; f < document->nfields; f++)
		document->fields[f].name = arena_strdup(paper->arena, paper->type->fields[f].name);
}

/* The pages are looked at in an arena of their own: only type and fields stay with the dossier. */
static void keep(struct document *document, struct arena *arena)
{
	struct field *fields = arena_array(arena, (size_t)document->nfields + 1, sizeof *fields);

	for (int f = 0; f < document->nfields; f++) {
		fields[f] = document->fields[f];
		fields[f].name = arena_strdup(arena, fields[f].name);
		fields[f].text = arena_strdup(arena, fields[f].text);
		fields[f].value = arena_strdup(arena, fields[f].value);
	}
	document->fields = fields;
	document->type = arena_strdup(arena, document->type);
	document->copy = arena_strdup(arena, document->copy);
}

static void read_paper(struct extractor *extractor, struct dossier *dossier, struct document *document, struct arena *arena)
{
	struct paper paper = { .extractor = extractor, .document = document };

	paper.arena = arena_new();
	for (int i = 0; i < dossier->npages; i++) {
		const struct page *page = &dossier->pages[i];

		if (page->number < document->first || page->number > document->last || page->secret || !page->nwords)
			continue;
		if (page->number - document->first >= FIRST_PAGES && document->last - page->number >= LAST_PAGES)
			continue;
		struct sheet **slot = arena_push(paper.arena, &paper.sheets, &paper.nsheets, sizeof *slot);

		*slot = sheet_new(page, paper.arena);
	}
	paper.type = schemas_other(extractor->schemas);
	document->type = (char *)paper.type->code;
	document->type_confidence = 0;
	document->copy = (char *)"original";
	document->level = 1;
	if (paper.nsheets) {
		head_find(&paper);
		type_find(&paper);
		copy_find(&paper);
	}
	name_fields(&paper);
	if (paper.nsheets)
		read_fields(&paper);
	keep(document, arena);
	arena_free(paper.arena);
}

static int extract_run(void *self, struct dossier *dossier, struct arena *arena, struct error *err)
{
	for (int i = 0; i < dossier->ndocuments; i++)
		read_paper(self, dossier, &dossier->documents[i], arena);
	return 0;
}

const struct paper_room extract_room = { extract_open, extract_run, extract_close };
