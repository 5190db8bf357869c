/*
 * fields - how well the fields of papers are read, against truth keyed by eye
 *
 *   fields TRUTH.jsonl DIRECTORY [SCHEMAS]
 *
 * TRUTH holds one object a line: {"file": "NAME.pdf", "type": ..., "agency": ..., ..., "handwritten": ["number", "day"]}.
 * DIRECTORY holds NAME.json as `sohoa read --to json` writes them; the first paper of each is compared. Per field:
 *   right     the value is that of the truth, or a field with handwriting is "unread"
 *   wrong     another value: the worst outcome
 *   missed    no value where the truth has one
 *   invented  a value where the truth has none
 * White space, dashes and tone placement do not count. Exit 1 where a file is missing or anything is wrong or invented in a field
 * other than the subject, whose letters are the reader's.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "pipeline/schema.h"
#include "tests/accuracy/plain.h"

static const char *const names[] = { "type", "agency", "number", "date", "place", "subject", "position", "signer" };
#define NNAMES (int)(sizeof names / sizeof *names)

struct count {
	int right, wrong, missed, invented;
};

static bool handwritten(json_t *truth, const char *name)
{
	json_t *list = json_object_get(truth, "handwritten"), *item;
	size_t i;

	json_array_foreach(list, i, item) {
		const char *what = json_string_value(item);

		if (what && (!strcmp(what, name) || (!strcmp(name, "date") && (!strcmp(what, "day") || !strcmp(what, "month")))))
			return true;
	}
	return false;
}

static void compare(json_t *truth, json_t *paper, const struct schemas *schemas, struct count *counts, struct arena *arena)
{
	const char *file = json_string_value(json_object_get(truth, "file"));

	for (int i = 0; i < NNAMES; i++) {
		json_t *field = json_object_get(json_object_get(paper, "fields"), names[i]);
		const char *want = text_plain(arena, json_string_value(json_object_get(truth, names[i])));
		const char *got = json_string_value(json_object_get(field, "value"));
		const char *state = json_string_value(json_object_get(field, "state"));
		const char *printed = json_string_value(json_object_get(field, "text"));

		if (!i) { /* a code or a name */
			const struct schema *type;

			got = json_string_value(json_object_get(paper, "type"));
			type = got && schemas ? schemas_find(schemas, got) : NULL;
			got = type ? type->name : got;
		}
		got = text_plain(arena, got);
		if (want && got && !strcmp(want, got)) {
			counts[i].right++;
		} else if (!got && handwritten(truth, names[i]) && state && !strcmp(state, "unread")) {
			counts[i].right++;
		} else if (want && !got) {
			counts[i].missed++;
			printf("%s: %s missed (%s, \"%s\"), truth \"%s\"\n", file, names[i], state ? state : "no field",
			       printed ? printed : "", want);
		} else if (want) {
			counts[i].wrong++;
			printf("%s: %s wrong \"%s\", truth \"%s\"\n", file, names[i], got, want);
		} else if (got) {
			counts[i].invented++;
			printf("%s: %s invented \"%s\"\n", file, names[i], got);
		} else {
			counts[i].right++;
		}
	}
}

/* DIRECTORY/NAME.json for "NAME.pdf"; NULL where there is none. */
static json_t *load_paper(const char *dir, const char *file, json_t **whole)
{
	const char *dot = strrchr(file, '.');
	char path[4096];
	json_error_t why;

	snprintf(path, sizeof path, "%s/%.*s.json", dir, (int)(dot ? dot - file : (long)strlen(file)), file);
	*whole = json_load_file(path, 0, &why);
	if (!*whole)
		fprintf(stderr, "fields: %s: %s\n", path, why.text);
	return json_array_get(json_object_get(*whole, "documents"), 0);
}

int main(int argc, char **argv)
{
	struct count counts[NNAMES] = { { 0 } };
	struct error err = ERROR_INIT;
	struct schemas *schemas;
	FILE *truths;
	char *line = NULL;
	size_t room = 0;
	int files = 0, lost = 0, bad = 0;

	if (argc < 3) {
		fprintf(stderr, "usage: fields TRUTH.jsonl DIRECTORY [SCHEMAS]\n");
		return 2;
	}
	truths = fopen(argv[1], "r");
	schemas = schemas_open(argc > 3 ? argv[3] : "schemas/documents", &err);
	if (!truths || !schemas) {
		fprintf(stderr, "fields: %s\n", truths ? err.text : "cannot open the truth");
		return 2;
	}
	while (getline(&line, &room, truths) > 0) {
		json_t *truth = json_loads(line, 0, NULL), *whole = NULL, *paper;
		const char *file = json_string_value(json_object_get(truth, "file"));
		struct arena *arena = arena_new();

		if (file) {
			files++;
			paper = load_paper(argv[2], file, &whole);
			lost += !paper;
			compare(truth, paper, schemas, counts, arena);
		}
		json_decref(whole);
		json_decref(truth);
		arena_free(arena);
	}
	free(line);
	fclose(truths);
	schemas_close(schemas);
	printf("\n%-10s %6s %6s %7s %9s   of %d files\n", "field", "right", "wrong", "missed", "invented", files);
	for (int i = 0; i < NNAMES; i++) {
		printf("%-10s %6d %6d %7d %9d\n", names[i], counts[i].right, counts[i].wrong, counts[i].missed, counts[i].invented);
		if (strcmp(names[i], "subject"))
			bad += counts[i].wrong + counts[i].invented;
	}
	return lost || bad || !files;
}
