/* repeated.c - words of the subject that the body says again
 *
 * Nearly every paper says in its body what its subject says, in the same words. Where a word of the subject was read badly, or a stamp at the side of its row took
 * one, the words around it are looked for in the body: what stands there between the same neighbours, at every place alike and read for sure, is a second
 * reading. A word that was read well is never changed, and none comes in where no stamp touches the row. */
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/extract/private.h"

#define REPEATED_SURE 90 /* of the body's word; and below it a word of the subject is asked about */
#define NEIGHBOURS 2     /* on each side; three together must be there */
#define STAMP_REACH 2    /* heights from the row's end within which a stamp may have taken a word */

/* A word with its letters alone, in small ones. */
struct saying {
	const struct word *word;
	const char *plain;
	const struct line *begins; /* the row that begins with it, or NULL */
};

/* First and last byte of the letters and figures in a word; false where it has none. */
static bool letters_in(const char *text, const char **from, const char **to)
{
	*from = *to = NULL;
	for (const char *p = text; *p;) {
		const char *at = p;
		uint32_t c = text_next(&p);

		if (!text_is_letter(c) && !text_is_digit(c))
			continue;
		*from = *from ? *from : at;
		*to = p;
	}
	return *from != NULL;
}

static void say(struct arena *arena, struct saying **all, int *n, const struct line *line)
{
	for (int i = 0; i < line->nwords; i++) {
		struct saying *saying = arena_push(arena, all, n, sizeof *saying);
		const char *from, *to;

		*saying = (struct saying){ line->words[i], "", i ? NULL : line };
		if (letters_in(line->words[i]->text, &from, &to))
			saying->plain = text_lower(arena, arena_strndup(arena, from, (size_t)(to - from)));
	}
}

/* All that stands under the rows, as it is read. */
static int body_of(struct paper *paper, const struct line *last, struct saying **body)
{
	int n = 0;

	for (int s = 0; s < paper->nsheets; s++)
		for (int i = 0; i < paper->sheets[s]->nlines; i++)
			if (s || paper->sheets[s]->lines[i].middle > last->middle + last->height)
				say(paper->arena, body, &n, &paper->sheets[s]->lines[i]);
	return n;
}

/* Whether subject[k - 1], subject[k - 2] stand before body[at], as far as there are such. */
static int same_before(const struct saying *subject, int k, const struct saying *body, int at)
{
	int n = 0;

	for (int d = 1; d <= NEIGHBOURS && k - d >= 0; d++, n++)
		if (at - d < 0 || !*subject[k - d].plain || strcmp(subject[k - d].plain, body[at - d].plain))
			return -1;
	return n;
}

static int same_behind(const struct saying *subject, int nsubject, int k, const struct saying *body, int nbody, int at)
{
	int n = 0;

	for (int d = 1; d <= NEIGHBOURS && k + d < nsubject; d++, n++)
		if (at + d >= nbody || !*subject[k + d].plain || strcmp(subject[k + d].plain, body[at + d].plain))
			return -1;
	return n;
}

/* What stands in the body between the neighbours of a place of the subject: behind word `before` - 1 and before word `behind` + 1. NULL where it is not
 * there, read badly, or not everywhere the same. */
static const struct saying *between(const struct saying *subject, int nsubject, int before, int behind, const struct saying *body, int nbody)
{
	const struct saying *found = NULL;

	for (int at = 0; at < nbody; at++) {
		int left = same_before(subject, before, body, at), right = left < 0 ? -1 : same_behind(subject, nsubject, behind, body, nbody, at);

		if (left < 1 || right < 1 || left + right <= NEIGHBOURS)
			continue;
		if (!*body[at].plain || body[at].word->confidence < REPEATED_SURE || (found && strcmp(found->plain, body[at].plain)))
			return NULL;
		found = &body[at];
	}
	return found;
}

/* Half of the letters and marks at most are others. */
static bool alike(struct arena *arena, const char *a, const char *b)
{
	const char *ka = text_key(arena, a), *kb = text_key(arena, b);
	int limit = (int)(strlen(kb) < 2 ? 1 : strlen(kb) / 2);

	return key_distance(ka, kb, limit) <= limit;
}

/* The letters of the body's word in the place of those that were read; signs around them, and a capital that begins them, stay. */
static char *put_in(struct arena *arena, const char *read, const struct saying *said)
{
	const char *from, *to, *first, *last;
	char *letters;

	if (!letters_in(read, &from, &to) || !letters_in(said->word->text, &first, &last))
		return NULL;
	letters = arena_strndup(arena, first, (size_t)(last - first));
	if (text_is_upper(text_next(&(const char *){ from })) != text_is_upper(text_next(&(const char *){ letters })))
		return NULL;
	return arena_printf(arena, "%.*s%s%s", (int)(from - read), read, letters, to);
}

bool stamp_beside(const struct line *row)
{
	struct box zone = { row->box.x - STAMP_REACH * row->height, row->box.y, STAMP_REACH * row->height, row->box.h };

	for (int i = 0; i < row->page->nwords; i++)
		if (row->page->words[i].role == ROLE_STAMP && box_intersect(upright_box(row->page, row->page->words[i].box), zone).w)
			return true;
	return false;
}

char *repeated_right(struct paper *paper, const struct line *rows, int nrows)
{
	struct saying *subject = NULL, *body = NULL;
	int n = 0, nbody = 0;
	char *out = NULL;
	bool changed = false;

	for (int i = 0; i < nrows; i++)
		say(paper->arena, &subject, &n, &rows[i]);
	if (nrows)
		nbody = body_of(paper, &rows[nrows - 1], &body);
	for (int k = 0; k < n; k++) {
		const struct saying *lost = k && subject[k].begins && stamp_beside(subject[k].begins) ? between(subject, n, k, k - 1, body, nbody) : NULL;
		const struct saying *other = subject[k].word->confidence < REPEATED_SURE ? between(subject, n, k, k, body, nbody) : NULL;
		char *right = other && strcmp(other->plain, subject[k].plain) && alike(paper->arena, subject[k].plain, other->plain) ?
			      put_in(paper->arena, subject[k].word->text, other) : NULL;
		const char *word = right ? right : subject[k].word->text;

		out = lost ? arena_printf(paper->arena, "%s %s %s", out, lost->word->text, word) :
		      out ? arena_printf(paper->arena, "%s %s", out, word) : arena_strdup(paper->arena, word);
		changed = changed || lost || right;
	}
	return changed ? out : NULL;
}
