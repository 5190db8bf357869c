#include "pipeline/csv.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "pipeline/text.h"

/* One cell as RFC 4180 writes it: "..." may hold separators, line ends and doubled quotes. */
static char *cell(struct csv *r)
{
	char *out = r->scratch, *o = out;
	bool quoted = r->p < r->end && *r->p == '"';

	if (quoted) {
		for (r->p++; r->p < r->end; r->p++) {
			if (*r->p == '"' && (r->p + 1 >= r->end || r->p[1] != '"')) {
				r->p++;
				break;
			}
			r->p += *r->p == '"';
			r->next += *r->p == '\n';
			*o++ = *r->p;
		}
	}
	while (r->p < r->end && *r->p != r->separator && *r->p != '\n')
		*o++ = *r->p++;
	while (o > out && (o[-1] == ' ' || o[-1] == '\r' || o[-1] == '\t'))
		o--;
	*o = '\0';
	while (*out == ' ' || *out == '\t')
		out++;
	return text_nfc(r->arena, out);
}

/* False at the end. */
bool csv_record(struct csv *r)
{
	if (r->p >= r->end)
		return false;
	r->line = r->next;
	r->ncells = 0;
	for (;;) {
		char *c = cell(r);

		if (r->ncells < CSV_COLUMNS_MAX)
			r->cells[r->ncells++] = c;
		if (r->p >= r->end)
			return true;
		if (*r->p++ == '\n') {
			r->next++;
			return true;
		}
	}
}

static char most_frequent(const char *p, const char *end)
{
	int comma = 0, semicolon = 0, tab = 0;

	for (; p < end && *p != '\n'; p++) {
		comma += *p == ',';
		semicolon += *p == ';';
		tab += *p == '\t';
	}
	return tab > comma && tab > semicolon ? '\t' : semicolon > comma ? ';' : ',';
}

const char *csv_open(struct csv *csv, const char *bytes, size_t size, struct arena *arena)
{
	*csv = (struct csv){ .p = bytes, .end = bytes + size, .next = 1, .arena = arena };
	if (size > CSV_BYTES_MAX)
		return N_("the list is larger than 16 MiB");
	if (size >= 2 && (!memcmp(bytes, "\xFF\xFE", 2) || !memcmp(bytes, "\xFE\xFF", 2)))
		return N_("the list is UTF-16; save it as CSV UTF-8");
	if (size >= 3 && !memcmp(bytes, "\xEF\xBB\xBF", 3))
		csv->p += 3;
	csv->separator = most_frequent(csv->p, csv->end);
	csv->scratch = mem_alloc(size + 1);
	return NULL;
}

bool csv_empty(const struct csv *csv)
{
	for (int i = 0; i < csv->ncells; i++)
		if (*csv->cells[i])
			return false;
	return true;
}

void csv_close(struct csv *csv)
{
	free(csv->scratch);
}
