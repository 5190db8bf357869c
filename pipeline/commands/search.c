/* search.c - sohoa search QUERY... */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/commands/command.h"
#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/places.h"
#include "pipeline/schema.h"
#include "pipeline/text.h"
#include "stages/index/search.h"

#define HITS 20       /* a screen or two */
#define HITS_MAX 1000

struct asking {
	const struct archive *archive;
	struct search_query query;
	struct search_result result;
};

/* A term as it was typed, but for case and the placing of tones; until the next call. */
static const char *term_text(const struct query_term *term)
{
	static char text[400];
	size_t at = 0;

	for (int i = 0; i < term->ntokens && at < sizeof text; i++)
		at += (size_t)snprintf(text + at, sizeof text - at, i ? " %s" : "%s", term->tokens[i].exact);
	for (size_t n = strlen(text); n && !text_valid(text, n); n--) /* cut inside a letter */
		text[n - 1] = '\0';
	return text;
}

/* --- how it was understood ------------------------------------------------------------------------------------------------ */

static void explain_node(FILE *out, const struct query *query, const struct query_node *node)
{
	if (node->negated)
		fputs("NOT ", out);
	if (node->kind == QUERY_TERM) {
		const struct query_term *term = &query->terms[node->term];

		fprintf(out, term->ntokens > 1 ? "\"%s\"%s%s" : "%s%s%s", term_text(term), term->prefix ? "*" : "", term->soft ? "?" : "");
		return;
	}
	if (node->nparts > 1)
		fputc('(', out);
	for (int i = 0; i < node->nparts; i++) {
		if (i)
			fputs(node->kind == QUERY_ALL ? " AND " : " OR ", out);
		explain_node(out, query, &node->parts[i]);
	}
	if (node->nparts > 1)
		fputc(')', out);
}

/* The query in one line, with every operator written out. */
static void explain_query(FILE *out, const struct query *query)
{
	if (query->tree)
		explain_node(out, query, query->tree);
	for (int i = 0; i < query->nfields; i++)
		fprintf(out, "%s%s%s", query->tree || i ? " AND " : "", query->fields[i].negated ? "NOT " : "", query->fields[i].typed);
}

/* --- JSON ----------------------------------------------------------------------------------------------------------------- */

static json_t *string_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

/* Why a term was found, in the words of scripts. */
static const char *why_name(enum rank_why why)
{
	static const char *const names[] = { "as-typed", "same-sound", "marks-lost", "alike", "marks-differ", "field", "missing" };

	return names[why];
}

static json_t *boxes_json(const struct asking *asking, const struct query *query, const struct search_page *page)
{
	struct arena *arena = arena_new();
	json_t *list = json_array();
	struct error err = ERROR_INIT; /* a text that is gone from the store shows no boxes; `sohoa verify` tells */
	struct box *boxes;
	int n;

	if (index_hit_boxes(asking->archive->catalogue, asking->archive->store, asking->query.viewer, page->page_id, query, &boxes,
			    &n, arena, &err) == 0)
		for (int i = 0; i < n; i++)
			json_array_append_new(list, json_pack("[i,i,i,i]", boxes[i].x, boxes[i].y, boxes[i].w, boxes[i].h));
	arena_free(arena);
	return list;
}

static json_t *whys_json(const struct query *query, const enum rank_why *why)
{
	json_t *whys = json_object();

	for (int i = 0; i < query->nterms; i++)
		if (!query->terms[i].negated)
			json_object_set_new(whys, term_text(&query->terms[i]), json_string(why_name(why[i])));
	return whys;
}

static json_t *page_json(const struct asking *asking, const struct query *query, const struct search_page *page)
{
	json_t *marks = json_array();

	for (int i = 0; i < page->snippet.nspans; i++)
		json_array_append_new(marks, json_pack("[i,i]", page->snippet.spans[i].start, page->snippet.spans[i].length));
	return json_pack("{s:s,s:i,s:i,s:i,s:f,s:s,s:o,s:o,s:o}", "file", page->file, "page", page->page, "file_page", page->file_page,
			 "dossier_page", page->number, "score", page->score, "snippet", page->snippet.text, "marks", marks, "boxes",
			 boxes_json(asking, query, page), "why", whys_json(query, page->why));
}

static json_t *hit_json(const struct asking *asking, const struct search_hit *hit)
{
	char id[32];
	json_t *pages = json_array();

	document_id_format(hit->document, id);
	for (int i = 0; i < hit->npages; i++)
		json_array_append_new(pages, page_json(asking, hit->query, &hit->pages[i]));
	return json_pack("{s:s,s:s,s:s,s:f,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:b}", "document", id, "dossier", hit->dossier, "batch", hit->batch, "score",
			 hit->score, "type", string_or_null(hit->type), "title", string_or_null(hit->title), "verdict",
			 string_or_null(hit->verdict), "box", string_or_null(hit->box), "shelf", string_or_null(hit->shelf), "pages", pages, "through",
			 string_or_null(hit->through), "successor", (int)hit->successor);
}

static const char *const facet_names[FACETS] = { "type", "year", "agency", "verdict", "batch" };

static json_t *facets_json(const struct search_result *result)
{
	json_t *facets = json_object();

	for (int f = 0; f < FACETS; f++) {
		json_t *rows = json_array();

		for (int i = 0; i < result->nfacets[f]; i++)
			json_array_append_new(rows, json_pack("{s:s,s:I}", "value", result->facets[f][i].value, "count",
							      (json_int_t)result->facets[f][i].count));
		json_object_set_new(facets, facet_names[f], rows);
	}
	return facets;
}

/* How many values of each facet are not among those shown. */
static json_t *facets_more_json(const struct search_result *result)
{
	json_t *more = json_object();

	for (int f = 0; f < FACETS; f++)
		json_object_set_new(more, facet_names[f], json_integer((json_int_t)result->facets_more[f]));
	return more;
}

static json_t *alike_json(const struct query *query)
{
	json_t *alike = json_object();

	for (int i = 0; i < query->nterms; i++) {
		const struct query_term *term = &query->terms[i];
		json_t *words = json_array();

		for (int k = 0; k < term->nalternatives; k++)
			json_array_append_new(words, json_string(term->alternatives[k].word));
		if (term->nalternatives)
			json_object_set(alike, term_text(term), words);
		json_decref(words);
	}
	return alike;
}

static json_t *understood_json(const struct query *query)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out) {
		explain_query(out, query);
		fclose(out);
	}
	json_t *understood = json_string(text ? text : "");
	free(text);
	return understood;
}

static void print_json(const struct asking *asking)
{
	const struct search_result *result = &asking->result;
	json_t *hits = json_array(), *notes = json_array();

	for (int i = 0; i < result->nhits; i++)
		json_array_append_new(hits, hit_json(asking, &result->hits[i]));
	for (int i = 0; i < result->nnotes; i++)
		json_array_append_new(notes, json_string(result->notes[i]));
	json_t *root = json_pack("{s:I,s:b,s:b,s:I,s:i,s:o,s:s,s:b,s:b,s:o,s:o,s:o,s:o}", "total", (json_int_t)result->total, "more", result->more, "part",
				 result->part, "also", (json_int_t)result->also, "related", result->nrelated, "understood",
				 understood_json(&result->query), "plan", result->plan, "widened",
				 result->widened, "lessened", result->lessened, "alike", alike_json(&result->query), "notes", notes, "hits", hits,
				 "next", string_or_null(result->next));
	if (asking->query.facets) {
		json_object_set_new(root, "facets", facets_json(result));
		json_object_set_new(root, "facets_part", json_boolean(result->facets_part));
		json_object_set_new(root, "facets_more", facets_more_json(result));
	}
	json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(7));
	putchar('\n');
	json_decref(root);
}

/* --- for a person --------------------------------------------------------------------------------------------------------- */

/* The snippet with the matched words in colour, or between « and » where there is none. */
static void print_snippet(const struct snippet *snippet)
{
	const char *on = sgr(stdout, "1;33"), *off = sgr(stdout, "0");
	bool colour = *on != '\0';
	const char *p = snippet->text;
	int at = 0, next = 0;
	bool inside = false;
	printf("   %s", snippet->more_before ? "… " : "");
	for (;; at++) {
		if (inside && at == snippet->spans[next].start + snippet->spans[next].length) {
			fputs(colour ? off : "»", stdout);
			inside = false;
			next++;
		}
		if (!inside && next < snippet->nspans && at == snippet->spans[next].start) {
			fputs(colour ? on : "«", stdout);
			inside = true;
		}
		if (!*p)
			break;
		const char *start = p;
		text_next(&p);
		fwrite(start, 1, (size_t)(p - start), stdout);
	}
	printf("%s\n", snippet->more_after ? " …" : "");
}

/* What differs from what was typed, of the best page. */
static void print_whys(const struct query *query, const enum rank_why *why)
{
	static const char *const texts[] = {
		[WHY_ALIKE] = N_("similar word"), [WHY_CONTRADICTED] = N_("other marks"), [WHY_MARKS_LOST] = N_("marks are missing"),
		[WHY_FIELD] = N_("as a field of the paper"), [WHY_MISSING] = N_("not on this page"), [WHY_SAME_SOUND] = N_("other spelling"),
	};
	bool any = false;

	for (int i = 0; i < query->nterms; i++) {
		if (query->terms[i].negated || query->terms[i].soft || why[i] == WHY_AS_TYPED)
			continue;
		printf("%s%s: %s", any ? "; " : "   ", term_text(&query->terms[i]), _(texts[why[i]]));
		any = true;
	}
	if (any)
		putchar('\n');
}

static void print_hit(const struct search_hit *hit, int number)
{
	const struct search_page *best = &hit->pages[0];
	char id[32];

	document_id_format(hit->document, id);
	printf("%s%3d. %s%s", sgr(stdout, "1"), number, id, sgr(stdout, "0"));
	if (hit->title)
		printf("  %s", hit->title);
	putchar('\n');
	printf(_("   %s/%s, %s, page %d of the paper (page %d of the file)\n"), hit->batch, hit->dossier, best->file, best->page,
	       best->file_page);
	if (hit->box || hit->shelf)
		printf(_("   paper original: box %s, shelf %s\n"), hit->box ? hit->box : "-", hit->shelf ? hit->shelf : "-");
	print_snippet(&best->snippet);
	if (hit->through)
		printf(hit->successor ? _("   found through its successor: %s\n") : _("   found through an abbreviation: %s\n"), hit->through);
	else
		print_whys(hit->query, best->why);
	if (hit->npages > 1) {
		printf("%s", _("   also on page"));
		for (int i = 1; i < hit->npages; i++)
			printf("%s %d", i > 1 ? "," : "", hit->pages[i].page);
		putchar('\n');
	}
	putchar('\n');
}

static void print_alike(const struct query *query)
{
	for (int i = 0; i < query->nterms; i++) {
		const struct query_term *term = &query->terms[i];

		if (!term->nalternatives)
			continue;
		printf(_("Also looked for, in place of %s:"), term_text(term));
		for (int k = 0; k < term->nalternatives; k++)
			printf("%s %s", k ? "," : "", term->alternatives[k].word);
		putchar('\n');
	}
}

static void print_facets(const struct search_result *result)
{
	static const char *const titles[FACETS] = { N_("Type"), N_("Year"), N_("Agency"), N_("Verdict"), N_("Batch") };

	for (int f = 0; f < FACETS; f++) {
		if (!result->nfacets[f])
			continue;
		printf("%s:", _(titles[f]));
		for (int i = 0; i < result->nfacets[f]; i++)
			printf("%s %s (%" PRId64 ")", i ? "," : "", result->facets[f][i].value, result->facets[f][i].count);
		if (result->facets_more[f])
			printf(ngettext(" and %" PRId64 " more", " and %" PRId64 " more", (unsigned long)result->facets_more[f]), result->facets_more[f]);
		putchar('\n');
	}
	if (result->facets_part)
		printf(_("(counted over the first %d pages only)\n"), SEARCH_FACETS_MAX);
	putchar('\n');
}

static void print_total(const struct search_result *result)
{
	if (!result->query.tree && result->more) /* fields alone: of each paper its first page was counted */
		printf(_("More than %" PRId64 " papers answer.\n"), result->total);
	else if (!result->query.tree)
		printf(ngettext("%" PRId64 " paper answers.\n", "%" PRId64 " papers answer.\n", (unsigned long)result->total), result->total);
	else if (result->more)
		printf(_("More than %" PRId64 " pages answer.\n"), result->total);
	else
		printf(ngettext("%" PRId64 " page answers.\n", "%" PRId64 " pages answer.\n", (unsigned long)result->total), result->total);
	if (result->nrelated)
		printf(ngettext("%d paper was found through another name of a place or an agency.\n",
				"%d papers were found through other names of places or agencies.\n", (unsigned long)result->nrelated), result->nrelated);
	if (result->also)
		printf(ngettext("%" PRId64 " more page has similar words, or most of the words.\n",
				"%" PRId64 " more pages have similar words, or most of the words.\n", (unsigned long)result->also), result->also);
}

static void print_people(const struct asking *asking)
{
	const struct search_result *result = &asking->result;

	for (int i = 0; i < result->nnotes; i++)
		fprintf(stderr, "%s\n", result->notes[i]);
	if (result->empty)
		return;
	if (result->total + result->also + result->nrelated == 0) {
		puts(_("No page answers."));
		return;
	}
	print_total(result);
	if (result->widened || result->lessened)
		print_alike(&result->query);
	putchar('\n');
	if (asking->query.facets)
		print_facets(result);
	for (int i = 0; i < result->nhits; i++)
		print_hit(&result->hits[i], i + 1);
	if (result->next)
		printf(_("More: add --after %s\n"), result->next);
	else if (result->part && result->nhits)
		puts(_("These were the best pages; all that answer are shown with --sort newest."));
}

static void print_explanation(const struct asking *asking)
{
	const struct query *query = &asking->result.query;

	printf("%s ", _("Understood:"));
	explain_query(stdout, query);
	putchar('\n');
	if (asking->result.plan && *asking->result.plan)
		printf("%s %s\n", _("Asked:"), asking->result.plan);
	print_alike(query);
	for (int i = 0; i < asking->result.nhits; i++) {
		const struct search_hit *hit = &asking->result.hits[i];
		char id[32];

		document_id_format(hit->document, id);
		printf("%3d. %s %.3f:", i + 1, id, hit->score);
		for (int k = 0; k < hit->query->nterms; k++)
			if (!hit->query->terms[k].negated)
				printf(" %s=%s", term_text(&hit->query->terms[k]), why_name(hit->pages[0].why[k]));
		if (hit->through)
			printf(" [%s]", hit->through);
		putchar('\n');
	}
	putchar('\n');
}

/* --- the command ---------------------------------------------------------------------------------------------------------- */

/* The arguments with a space between, as the shell took them apart. An argument with white space in it was quoted by the
 * person, but for the shell: it is no phrase unless it brings quotes of its own. */
static char *joined(struct arena *arena, int nargs, char **args)
{
	char *text = arena_strdup(arena, "");
	for (int i = 0; i < nargs; i++)
		text = arena_printf(arena, i ? "%s %s" : "%s%s", text, args[i]);
	return text;
}

static int parse_sort(const struct invocation *in, enum search_sort *sort)
{
	static const char *const names[] = { "relevance", "newest", "oldest", "date" };
	const char *name = option(in, "sort");

	*sort = SORT_RELEVANCE;
	if (!name)
		return 0;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(name, names[i])) {
			*sort = (enum search_sort)i;
			return 0;
		}
	return command_usage(in, _("an order is relevance, newest, oldest or date"));
}

/* An index that is being made anew does not hold every page yet. */
static void warn_unfinished(struct catalogue *catalogue)
{
	struct error err = ERROR_INIT;
	int64_t done, all;

	if (texts_reindex_state(catalogue, &done, &all, &err) > 0)
		fprintf(stderr, _("The index is being made anew: %lld of %lld pages are in it. `sohoa reindex` goes on with it.\n"), (long long)done,
			(long long)all);
}

static int run(const struct invocation *in)
{
	struct archive archive;
	struct error err = ERROR_INIT;
	struct asking asking = { .archive = &archive };
	long limit = option_number(in, "limit", 0, HITS_MAX, HITS);
	int ret = parse_sort(in, &asking.query.sort);

	if (limit < 0 || ret)
		return EXIT_USAGE;
	ret = archive_open(in, false, &archive);
	if (ret)
		return ret;
	warn_unfinished(archive.catalogue);
	struct arena *arena = arena_new();
	struct schemas *schemas = NULL;
	struct places *places = places_open(config_data_dir(), &err);
	if (!places)
		goto failed;
	asking.query.places = places;
	asking.query.text = joined(arena, in->nargs, in->args);
	asking.query.limit = (int)limit;
	asking.query.after = option(in, "after");
	asking.query.facets = option(in, "facets") != NULL;
	if (strchr(asking.query.text, ':')) { /* a field: names of types are needed */
		schemas = schemas_open_config(archive.config, &err);
		if (!schemas)
			goto failed;
	}
	asking.query.schemas = schemas;
	if (index_search(archive.catalogue, &asking.query, &asking.result, arena, &err))
		goto failed;
	if (option(in, "json"))
		print_json(&asking);
	else if (option(in, "explain"))
		print_explanation(&asking);
	else
		print_people(&asking);
out:
	places_close(places);
	schemas_close(schemas);
	arena_free(arena);
	archive_close(&archive);
	return ret;
failed:
	ret = command_fail(in, &err);
	goto out;
}

static const struct command_option options[] = {
	{ "limit", 'n', N_("NUMBER"), N_("show at most so many papers (20)") },
	{ "sort", 0, N_("ORDER"), N_("relevance; newest or oldest, as they came in; date, of the paper") },
	{ "after", 0, N_("PLACE"), N_("go on behind the last paper shown; the answer before says which place") },
	{ "facets", 0, NULL, N_("count the papers by type, year, agency, verdict and batch") },
	{ "explain", 0, NULL, N_("show how the query was understood and why each paper was found") },
	{ "json", 0, NULL, N_("print JSON") },
	{ NULL, 0, NULL, NULL }
};

const struct command command_search = {
	.name = "search",
	.arguments = N_("QUERY..."),
	.summary = N_("find papers by their words and fields"),
	.help = N_("Finds the papers with a page on which all words of the query stand, best first. A word is found with or without its marks: "
		   "nguyen finds Nguyễn. Where marks are typed, pages that bear them come first, pages that have lost them next, pages "
		   "that contradict them last.\n\n"
		   "Words in double quotes must follow each other. A star stands for the rest of a word that has two letters or more. "
		   "A number such as 123/QĐ-UBND, or the number of a person, also finds the paper that bears it as a field, however it "
		   "was spaced on the paper. OR (or: hoặc) stands between words of which one is enough, NOT (or: KHÔNG, KHÔNG CÓ, in capitals, or a '-' "
		   "that touches the word) before a word that must be missing, ( ) around what belongs together. Words that stand side by side are all looked "
		   "for, as with AND (or: và). Every other sign only parts words.\n\n"
		   "Fields have a name and a ':': số: ký hiệu: loại: cơ quan: người: cccd: nơi: ngày: trước: sau: hồ sơ: lô: trạng thái: hiệu lực:, in "
		   "English number: symbol: type: agency: person: id: place: date: before: after: dossier: batch: state: validity:. A value of several "
		   "words ends at the next field, or stands in double quotes. Days are 5/3/2024, 3/2024, 2024 or 2019..2021. trạng thái: is đã xác nhận or chưa xác nhận (confirmed, unconfirmed); hiệu lực: is "
		   "còn, cần kiểm tra, không, hết hạn or bị thay thế (reusable, needs-check, not-reusable, expired, superseded). What is no field or no value is "
		   "left out, and the answer says how to write it.\n\n"
		   "Where few pages answer, words that a bad scan may have made of the typed ones are looked for too, then pages with most of the "
		   "words; a word with ~ behind it asks for that at once. Restricted papers are never found.\n\n"
		   "Provinces, districts, communes and agencies are followed through the mergers of 2025: an old name finds the papers of what took its place "
		   "and a new one those of before, TP. and UBND find what is written out. Such papers stand behind those that have every word as typed, and each says "
		   "through which name it was found.\n\n"
		   "With --json: {total, more, part, also, related, understood, plan, widened, lessened, alike, notes, hits: [{document, dossier, batch, score, type, title, verdict, box, "
		   "shelf, through, successor, pages: [{file, page, file_page, dossier_page, score, snippet, marks, boxes, why}]}], next, facets, facets_part, facets_more}. page counts in the "
		   "document, file_page in the file. snippet is plain text; marks are the matched words in it as [start, length] in characters; boxes "
		   "are those words on the page image as [x, y, width, height]. more: there are more pages than total; also: pages with similar words, or most of the words, that follow them.\n\n"
		   " sohoa search giay chung nhan\n\n"
		   " sohoa search '\"quyết định\" nguyen*' --json\n\n"
		   " sohoa search 'loại:quyết định ngày:2023..2024 đất' --facets"),
	.options = options,
	.min_args = 1,
	.max_args = -1,
	.run = run,
};
