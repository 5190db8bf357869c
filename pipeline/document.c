#include "pipeline/document.h"

#include <stdio.h>
#include <string.h>

struct box box_union(struct box a, struct box b)
{
	int right, bottom;

	if (!a.w)
		return b;
	if (!b.w)
		return a;
	right = a.x + a.w > b.x + b.w ? a.x + a.w : b.x + b.w;
	bottom = a.y + a.h > b.y + b.h ? a.y + a.h : b.y + b.h;
	if (b.x < a.x)
		a.x = b.x;
	if (b.y < a.y)
		a.y = b.y;
	a.w = right - a.x;
	a.h = bottom - a.y;
	return a;
}

struct box box_intersect(struct box a, struct box b)
{
	int left = a.x > b.x ? a.x : b.x;
	int top = a.y > b.y ? a.y : b.y;
	int right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
	int bottom = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;

	if (right <= left || bottom <= top)
		return (struct box){ 0, 0, 0, 0 };
	return (struct box){ left, top, right - left, bottom - top };
}

int64_t box_area(struct box b)
{
	return (int64_t)b.w * b.h;
}

bool page_restricted(bool before, const struct page *page)
{
	return page->secret || (before && !page->begins);
}

struct field *field_find(const struct document *document, const char *name)
{
	for (int i = 0; i < document->nfields; i++)
		if (!strcmp(document->fields[i].name, name))
			return &document->fields[i];
	return NULL;
}

static const char *const field_states[] = { "absent", "blank", "unread", "read", NULL };
static const char *const field_sources[] = { "machine", "code", "human", NULL };
static const char *const field_hows[] = { "place", "label", "pattern", "code", "repaired", "confirmed", "contradicted", NULL };
static const char *const mark_kinds[] = { "ink", "seal", "stamp", "signature", "banner", "secret", NULL };
static const char *const roles[] = { "body",   "header", "foot",        "footnote", "stamp",
				     "banner", "margin", "page-number", NULL };
static const char *const page_kinds[] = { "content", "blank", "separator", NULL };

static const char *const scan_grades[] = { "good", "usable", "rescan", NULL };
static const char *const scan_faults[] = { "resolution", "skew", "contrast", "blur", "cut", "doubt", "syllables",
					   "negative", "spread", "drawing", "reduced", "wordless", NULL };

static int parse(const char *const *names, const char *name)
{
	for (int i = 0; name && names[i]; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

const char *field_state_name(enum field_state state) { return field_states[state]; }
int field_state_parse(const char *name) { return parse(field_states, name); }
const char *field_source_name(enum field_source source) { return field_sources[source]; }
int field_source_parse(const char *name) { return parse(field_sources, name); }

void field_how_format(unsigned how, char text[FIELD_HOW_SIZE])
{
	size_t n = 0;

	*text = '\0';
	for (int i = 0; field_hows[i]; i++)
		if (how & 1U << i)
			n += (size_t)snprintf(text + n, FIELD_HOW_SIZE - n, "%s%s", n ? " " : "", field_hows[i]);
}

unsigned field_how_parse(const char *text)
{
	unsigned how = 0;

	for (int i = 0; text && field_hows[i]; i++) {
		const char *at = strstr(text, field_hows[i]);

		how |= at ? 1U << i : 0;
	}
	return how;
}

const char *mark_kind_name(enum mark_kind kind) { return mark_kinds[kind]; }
int mark_kind_parse(const char *name) { return parse(mark_kinds, name); }
const char *role_name(enum role role) { return roles[role]; }
int role_parse(const char *name) { return parse(roles, name); }
const char *page_kind_name(enum page_kind kind) { return page_kinds[kind]; }
int page_kind_parse(const char *name) { return parse(page_kinds, name); }
const char *scan_grade_name(enum scan_grade grade) { return scan_grades[grade]; }
int scan_grade_parse(const char *name) { return parse(scan_grades, name); }
const char *scan_fault_name(enum scan_fault fault) { return scan_faults[fault]; }
int scan_fault_parse(const char *name) { return parse(scan_faults, name); }

void scan_faults_format(unsigned faults, char text[SCAN_FAULTS_SIZE])
{
	size_t n = 0;

	*text = '\0';
	for (int i = 0; i < NFAULTS; i++)
		if (faults & 1U << i)
			n += (size_t)snprintf(text + n, SCAN_FAULTS_SIZE - n, "%s%s", n ? " " : "", scan_faults[i]);
}
