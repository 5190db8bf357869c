#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/extract/private.h"

#define SUBJECT_LINES 14
/* A line below this is specks, rules or a stamp that lies over the title. */
#define SUBJECT_NOISE 72
/* The step to the next line of a subject never exceeded 1.35 times the first one on the scans; the rule and the body stood 1.55 and more below. */
#define STEP_LIMIT 1.5
#define PIECE_STEP 7 /* tenths of the page's text height: rows of print are never nearer to each other */
#define ROW_LIMIT 2.1 /* heights of words: with 1.35 lines of spacing rows of a subject stand 1.8 apart */
#define BODY_SHARE 0.6 /* of the page: a row of the body */
#define LINE_STEP 1.5 /* heights of words from line to line: single spacing */

/* Words that begin the body, a recipient or the deciding authority; and a legal ground, whose first words a stamp may have taken: each ends in ";". A
 * subject may begin "Thực hiện ...", the body too: it fills the column then. middle: of the title, or 0. */
static bool ends_subject(const struct sheet *sheet, const struct line *line, bool first, int middle)
{
	static const char *const starts[] = { "cancu", "kinhgui", "xetdenghi", "dieu1", "phan1", NULL };
	size_t size = strlen(line->text);

	for (int i = 0; starts[i]; i++)
		if (!strncmp(line->key, starts[i], strlen(starts[i])))
			return true;
	if (!strncmp(line->key, "thuchien", 8) && (!first || line->box.w > sheet->width * BODY_SHARE))
		return true;
	if (size && line->text[size - 1] == ';') /* exactly under the title: several things in one subject */
		return first || abs(2 * line->box.x + line->box.w - 2 * middle) > line->height;
	return line->capitals && line->nwords >= 2;
}

struct gathered {
	char *text;
	struct line *rows;
	int nrows;
	struct box box;
	float sum;
	int n;
	bool cut; /* a stamp lies over the begin of a row, and what was read there is none */
};

static void gather(struct paper *paper, struct gathered *all, const struct line *line)
{
	all->text = all->text ? arena_printf(paper->arena, "%s %s", all->text, line->text) : arena_strdup(paper->arena, line->text);
	*(struct line *)arena_push(paper->arena, &all->rows, &all->nrows, sizeof *all->rows) = *line;
	all->box = box_union(all->box, line_evidence(line));
	all->sum += line->confidence;
	all->n++;
}

/* "sản xuẤt": a capital inside a word that begins with a small letter is a misread mark; abbreviations and numbers begin otherwise. */
static char *small_inside(struct paper *paper, const char *text)
{
	char *out = arena_strdup(paper->arena, ""), *save = NULL;

	for (char *word = strtok_r(arena_strdup(paper->arena, text), " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		uint32_t first = text_next(&(const char *){ word });
		bool small = text_is_letter(first) && !text_is_upper(first) && !strpbrk(word, "0123456789/-");

		out = arena_printf(paper->arena, "%s%s%s", out, *out ? " " : "", small ? text_lower(paper->arena, word) : word);
	}
	return out;
}

/* The first letter is a capital in every subject, and "V/v" has one spelling (Decree 30/2020 appendix I, boxes 5a and 5b). */
static char *normal(struct paper *paper, const char *text)
{
	const char *rest = text;
	char first[5] = { 0 };

	if (!strncmp(text, "V⁄v", strlen("V⁄v")))
		return arena_printf(paper->arena, "V/v%s", text + strlen("V⁄v"));
	if (!strncmp(text, "V/ ", 3))
		return arena_printf(paper->arena, "V/v%s", text + 2);
	if (!strncmp(text, "VÀ ", strlen("VÀ ")) || !strncmp(text, "V ", 2))
		return arena_printf(paper->arena, "V/v%s", strchr(text, ' '));
	if (!strncmp(text, "V/V", 3) || !strncmp(text, "v/v", 3))
		return arena_printf(paper->arena, "V/v%s", text + 3);
	/* "Và việc", "Vẻ việc": there is one such opening */
	if (key_distance(text_key(paper->arena, arena_strndup(paper->arena, text, strcspn(text, " "))), "ve", 1) <= 1 &&
	    (rest = strchr(text, ' ')) && !strncmp(text_key(paper->arena, rest), "viec", 4))
		return arena_printf(paper->arena, "Về%s", rest);
	rest = text;
	text_put(first, text_next(&rest));
	return arena_printf(paper->arena, "%s%s", text_upper(paper->arena, first), rest);
}

static void done(struct paper *paper, const struct gathered *all, const char *lines, struct field *field)
{
	float sure = all->n ? all->sum / (float)all->n : 0;
	char *again = all->nrows ? repeated_right(paper, all->rows, all->nrows) : NULL;

	sure = sure > ALONE_CONFIDENCE ? ALONE_CONFIDENCE : sure;
	if (all->text)
		field_fill(field, sure < SUBJECT_NOISE || (all->cut && !again) ? FIELD_UNREAD : FIELD_READ, lines, normal(paper, small_inside(paper, again ? again : all->text)), sure,
			   paper->sheets[0]->page, all->box);
}

/* "V/v ..." under the number, in the left block. */
static void read_reference(struct paper *paper, struct field *field)
{
	struct gathered all = { 0 };
	int step = 0;
	char *lines = NULL;

	for (int i = paper->reference; i < paper->nleft && i < paper->reference + SUBJECT_LINES; i++) {
		const struct line *line = &paper->left[i];
		int gap = i > paper->reference ? line->middle - paper->left[i - 1].middle : 0;

		if (i > paper->reference && (ends_subject(paper->sheets[0], line, false, 0) || gap > 2 * line->height + line->height / 2 ||
					     (step && gap > step * STEP_LIMIT) || line->confidence < SUBJECT_NOISE))
			break;
		if (gap && (!step || gap > step))
			step = gap;
		gather(paper, &all, line);
		lines = lines ? arena_printf(paper->arena, "%s\n%s", lines, line->text) : line->text;
	}
	done(paper, &all, lines, field);
}

/* A line of a centred block: its middle is near that of the title, however long it is. */
static bool centred_with(const struct sheet *sheet, const struct line *line, int middle)
{
	return abs(line->box.x + line->box.w / 2 - middle) < sheet->width / 12;
}

/* Hardly read at all, or badly and set off from its neighbour by more than a blank. */
static bool is_noise(const struct line *line, int word, int next)
{
	struct box a = line->words[word]->box, b = next >= 0 && next < line->nwords ? line->words[next]->box : a;
	int gap = b.x > a.x ? b.x - a.x - a.w : a.x - b.x - b.w;

	return line->words[word]->confidence < 60 || !*line->keys[word] || (line->words[word]->confidence < 80 && gap > line->height);
}

/* A stamp beside the block may hang on a line of it: words of little confidence at either end go. */
static struct line without_noise(struct paper *paper, const struct line *line)
{
	int first = 0, last = line->nwords;

	while (first < last && is_noise(line, first, first + 1))
		first++;
	while (last > first && is_noise(line, last - 1, last - 2))
		last--;
	return first || last < line->nwords ? line_slice(line, first, last - first, paper->arena) : *line;
}

void subject_read(struct paper *paper, struct field *field)
{
	const struct sheet *sheet = paper->sheets[0];
	struct gathered all = { 0 };
	int before, step = 0, middle;
	char *lines = NULL;

	if (paper->title < 0) {
		if (paper->reference >= 0)
			read_reference(paper, field);
		return;
	}
	before = sheet->lines[paper->title + paper->title_lines - 1].middle;
	middle = sheet->lines[paper->title].box.x + sheet->lines[paper->title].box.w / 2;
	for (int i = paper->title + paper->title_lines; i < sheet->nlines && all.n < SUBJECT_LINES; i++) {
		struct line line = without_noise(paper, &sheet->lines[i]);
		int gap = line.middle - before;

		if (!line.nwords || line.confidence < SUBJECT_NOISE || !centred_with(sheet, &line, middle))
			continue;
		if (gap * 10 < PIECE_STEP * sheet->text_height) /* a piece of the same row, or a row of marks between two */
			continue;
		if (ends_subject(sheet, &line, !all.n, middle) || gap > (all.n ? ROW_LIMIT : 3) * line.height || (step && gap > step * STEP_LIMIT))
			break;
		if (!all.n) /* under the title there may be more room than between the lines, never much less */
			step = gap > LINE_STEP * line.height ? gap : (int)(LINE_STEP * line.height);
		else if (all.n == 1 || gap > step)
			step = gap;
		before = line.middle;
		all.cut = all.cut || (line.words[0] != sheet->lines[i].words[0] && stamp_beside(&line));
		gather(paper, &all, &line);
		lines = lines ? arena_printf(paper->arena, "%s\n%s", lines, line.text) : line.text;
	}
	done(paper, &all, lines, field);
}
