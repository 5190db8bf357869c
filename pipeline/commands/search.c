/* search.c - sohoa search QUERY... */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/commands/command.h"
#include "pipeline/error.h"
#include "pipeline/text.h"
#include "stages/index/search.h"

#define HITS 20       /* a screen or two */
#define HITS_MAX 1000 /* what is put in order, see search.h */

/* --- JSON ----------------------------------------------------------------------------------------------------------------- */

static json_t *string_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *hit_json(const struct search_hit *hit)
{
	char id[32];
	json_t *marks = json_array();
	document_id_format(hit->document, id);
	for (int i = 0; i < hit->snippet.nspans; i++)
		json_array_append_new(marks, json_pack("[i,i]", hit->snippet.spans[i].start, hit->snippet.spans[i].length));
	return json_pack("{s:s,s:s,s:s,s:s,s:i,s:i,s:i,s:f,s:s,s:o,s:o,s:o,s:o,s:o,s:o}", "document", id, "file", hit->file, "dossier",
			 hit->dossier, "batch", hit->batch, "page", hit->page, "file_page", hit->file_page, "dossier_page", hit->number,
			 "score", hit->score, "snippet", hit->snippet.text, "marks", marks, "type", string_or_null(hit->type), "title",
			 string_or_null(hit->title), "verdict", string_or_null(hit->verdict), "box", string_or_null(hit->box), "shelf",
			 string_or_null(hit->shelf));
}

static void print_json(const struct search_result *result)
{
	json_t *hits = json_array();
	for (int i = 0; i < result->nhits; i++)
		json_array_append_new(hits, hit_json(&result->hits[i]));
	json_t *root = json_pack("{s:I,s:o}", "total", (json_int_t)result->total, "hits", hits);
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

static void print_hit(const struct search_hit *hit, int number)
{
	char id[32];
	document_id_format(hit->document, id);
	printf("%s%3d. %s%s", sgr(stdout, "1"), number, id, sgr(stdout, "0"));
	if (hit->title)
		printf("  %s", hit->title);
	putchar('\n');
	printf(_("   %s/%s, %s, page %d of the paper (page %d of the file)\n"), hit->batch, hit->dossier, hit->file, hit->page,
	       hit->file_page);
	if (hit->box || hit->shelf)
		printf(_("   paper original: box %s, shelf %s\n"), hit->box ? hit->box : "-", hit->shelf ? hit->shelf : "-");
	print_snippet(&hit->snippet);
	putchar('\n');
}

static void print_people(const struct search_result *result, int offset)
{
	if (result->empty) {
		puts(_("The query holds no word."));
		return;
	}
	if (result->cut)
		fputs(_("The query is very long; only its first words count.\n"), stderr);
	if (result->total == 0) {
		puts(_("No page answers."));
		return;
	}
	printf(ngettext("%" PRId64 " page answers.\n\n", "%" PRId64 " pages answer.\n\n", (unsigned long)result->total), result->total);
	for (int i = 0; i < result->nhits; i++)
		print_hit(&result->hits[i], offset + i + 1);
	int64_t rest = (int64_t)result->ranked - offset - result->nhits;
	if (result->nhits && rest > 0)
		printf(_("More: add --offset %d\n"), offset + result->nhits);
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

static int run(const struct invocation *in)
{
	struct archive archive;
	struct error err = ERROR_INIT;
	struct search_result result;
	struct search_query query;
	long limit = option_number(in, "limit", 0, HITS_MAX, HITS);
	long offset = option_number(in, "offset", 0, 1000000000, 0);
	if (limit < 0 || offset < 0)
		return EXIT_USAGE;
	int ret = archive_open(in, false, &archive);
	if (ret)
		return ret;
	struct arena *arena = arena_new();
	query = (struct search_query){ joined(arena, in->nargs, in->args), (int)limit, (int)offset };
	if (index_search(archive.catalogue, &query, &result, arena, &err))
		ret = command_fail(in, &err);
	else if (option(in, "json"))
		print_json(&result);
	else
		print_people(&result, (int)offset);
	arena_free(arena);
	archive_close(&archive);
	return ret;
}

static const struct command_option options[] = {
	{ "limit", 'n', N_("NUMBER"), N_("show at most so many hits (20)") },
	{ "offset", 0, N_("NUMBER"), N_("skip so many hits") },
	{ "json", 0, NULL, N_("print JSON") },
	{ NULL, 0, NULL, NULL }
};

const struct command command_search = {
	.name = "search",
	.arguments = N_("QUERY..."),
	.summary = N_("find pages by their words"),
	.help = N_("Finds the pages on which all words of the query stand, best first. A word is found with or without its marks: "
		   "nguyen finds Nguyễn. Where marks are typed, pages that bear them come first, pages that have lost them next, pages "
		   "that contradict them last.\n\n"
		   "Words in double quotes must follow each other. A star stands for the rest of a word that has two letters or more. "
		   "A number such as 123/QĐ-UBND, or the number of a person, also finds the paper that bears it as a field, however it "
		   "was spaced on the paper. Every other sign only parts words.\n\n"
		   "Each hit names the document, its file and page, and where the paper original lies. Restricted papers are never "
		   "found.\n\n"
		   "With --json: {total, hits: [{document, file, dossier, batch, page, file_page, dossier_page, score, snippet, marks, "
		   "type, title, verdict, box, shelf}]}. page counts in the document, file_page in the file. snippet is plain text; "
		   "marks are the matched words in it as [start, length] in characters.\n\n"
		   " sohoa search giay chung nhan\n\n"
		   " sohoa search '\"quyết định\" nguyen*' --json"),
	.options = options,
	.min_args = 1,
	.max_args = -1,
	.run = run,
};
