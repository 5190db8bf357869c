#include "stages/index/relation.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "pipeline/text.h"
#include "pipeline/tokens.h"

#define NAMES_MAX 24    /* names in the place of one: a district became up to some 20 communes */
#define MEANT_MAX 3     /* places of one name that are all followed; of more it must be said which */
#define NAMED_MAX 3     /* in the sentence */

struct rewriting {
	const struct places *places;
	const char *query;
	struct arena *arena;
	struct relation *relations;
	int n;
	const char **notes;
	int nnotes;
};

/* One name that may stand in the place of another. */
struct name {
	const char *text;  /* as it is asked for */
	const char *shown;
};

static void note_add(struct rewriting *r, const char *note)
{
	*(const char **)arena_push(r->arena, &r->notes, &r->nnotes, sizeof note) = note;
}

static void relation_add(struct rewriting *r, const char *text, const char *through, bool place)
{
	if (r->n < RELATIONS_MAX)
		*(struct relation *)arena_push(r->arena, &r->relations, &r->n, sizeof *r->relations) = (struct relation){ text, through, place };
}

/* Inside quotes, or in the value of a field, no group can stand: each name is asked for by itself. */
static bool groups_fit(const char *query, int at)
{
	int quotes = 0;

	for (int i = 0; i < at; i++)
		quotes += query[i] == '"';
	return quotes % 2 == 0 && !strchr(query, ':');
}

/* The query with other words from `start` on for `length` bytes. */
static char *put(struct rewriting *r, const char *query, int start, int length, const char *words)
{
	return arena_printf(r->arena, "%.*s%s%s", start, query, words, query + start + length);
}

static const char *listed(struct rewriting *r, const struct name *names, int n)
{
	char *list = arena_strdup(r->arena, "");

	int named = 0;

	for (int i = 0; i < n; i++)
		if (i && !strcmp(names[i].shown, names[i - 1].shown)) /* one place, written in two ways */
			continue;
		else if (named++ == NAMED_MAX)
			return arena_printf(r->arena, "%s ...", list);
		else
			list = arena_printf(r->arena, "%s%s%s", list, named > 1 ? ", " : "", names[i].shown);
	return list;
}

/* Writes the names into the place of what stands there: all of them as one group, or one after the other. */
static void rewrite(struct rewriting *r, const char *query, int start, int length, const struct name *names, int n, const char *what, const char *since,
		    bool place)
{
	char *group = arena_strdup(r->arena, "(");
	const char *arrow = *since ? arena_printf(r->arena, " (%s)", since) : "";

	if (!n)
		return;
	if (!groups_fit(query, start)) {
		for (int i = 0; i < n; i++)
			relation_add(r, put(r, query, start, length, names[i].text), arena_printf(r->arena, "%s → %s%s", what, names[i].shown, arrow), place);
		return;
	}
	for (int i = 0; i < n; i++)
		group = arena_printf(r->arena, "%s%s\"%s\"", group, i ? " OR " : "", names[i].text);
	relation_add(r, put(r, query, start, length, arena_printf(r->arena, "%s)", group)),
		     arena_printf(r->arena, "%s → %s%s", what, listed(r, names, n), arrow), place);
}

/* --- places --------------------------------------------------------------------------------------------------------------- */

static void name_add(struct name *names, int *n, const char *text, const char *shown)
{
	for (int i = 0; i < *n; i++)
		if (!strcmp(names[i].text, text))
			return;
	if (*n < NAMES_MAX)
		names[(*n)++] = (struct name){ text, shown };
}

/* "Thành phố" is also printed "TP.". */
static void place_add(struct rewriting *r, struct name *names, int *n, const struct place *place)
{
	const char *shown = arena_printf(r->arena, "%s %s", place->type, place->name);

	name_add(names, n, shown, shown);
	if (!strcmp(place->type, "Thành phố"))
		name_add(names, n, arena_printf(r->arena, "TP %s", place->name), shown);
}

/* What it lies in goes: its successor lies elsewhere, or there is no district any more. Backwards, so that places in front stay where they are. */
static char *without_parts(struct rewriting *r, const struct place_mention *mentions, int n, const struct place_mention *kept, int *start)
{
	char *query = arena_strdup(r->arena, r->query);

	*start = kept->start;
	for (int i = n - 1; i >= 0; i--)
		if (mentions[i].part) {
			query = put(r, query, mentions[i].start, mentions[i].length, "");
			if (mentions[i].start < kept->start)
				*start -= mentions[i].length;
		}
	return query;
}

static void place_follow(struct rewriting *r, const struct place_mention *mentions, int n, const struct place_mention *mention)
{
	const struct place *next[NAMES_MAX];
	struct name names[NAMES_MAX];
	int nnames = 0, nold = 0, nnew = 0, start;
	enum place_tie tie = TIE_OWN, one;
	const char *what = arena_strndup(r->arena, r->query + mention->start, (size_t)mention->length);

	for (int i = 0; i < mention->nplaces; i++) {
		nold += mention->places[i]->old;
		nnew += !mention->places[i]->old;
	}
	if (nold > MEANT_MAX || nnew > MEANT_MAX) {
		note_add(r, arena_printf(r->arena, _("%d places are called \"%s\"; with the province behind the name, its successor is looked for too."),
					 nold > nnew ? nold : nnew, what));
		return;
	}
	for (int i = 0; i < mention->nplaces; i++) {
		int all = places_related(r->places, mention->places[i], next, NAMES_MAX, &one);

		tie = one == TIE_DISTRICT ? one : tie;
		for (int k = 0; k < all && k < NAMES_MAX; k++)
			place_add(r, names, &nnames, next[k]);
	}
	if (tie == TIE_DISTRICT)
		note_add(r, arena_printf(r->arena, _("Which commune took the place of \"%s\" is not known here; those on the area of its district are looked for."),
					 what));
	char *query = without_parts(r, mentions, n, mention, &start);
	rewrite(r, query, start, mention->length, names, nnames, what,
		tie == TIE_DISTRICT ? arena_printf(r->arena, _("on the area of its district, %s"), PLACES_CHANGED) : PLACES_CHANGED, true);
}

/* "TP. Hồ Chí Minh" is also printed with its words. */
static void place_spell_out(struct rewriting *r, const struct place_mention *mention)
{
	const struct place *place = mention->places[mention->nplaces - 1];
	size_t typed = (size_t)(mention->name_start - mention->start);
	const char *type = text_fold(r->arena, place->type), *written = text_fold(r->arena, arena_strndup(r->arena, r->query + mention->start, typed));
	const char *what = arena_strndup(r->arena, r->query + mention->start, (size_t)mention->length);
	const char *words = arena_printf(r->arena, "%s %s", place->type, place->name);

	if (typed && strncmp(written, type, strlen(type)) != 0)
		rewrite(r, r->query, mention->start, mention->length, &(struct name){ words, words }, 1, what, "", false);
}

static void places_follow(struct rewriting *r)
{
	int n;
	const struct place_mention *mentions = places_find(r->places, r->query, true, r->arena, &n);

	for (int i = 0; i < n; i++)
		if (!mentions[i].part) {
			place_spell_out(r, &mentions[i]);
			place_follow(r, mentions, n, &mentions[i]);
		}
}

/* --- agencies and abbreviations ------------------------------------------------------------------------------------------- */

/* Whether the words of the key stand at tokens[at]; *length: the bytes they take. */
static bool stands(const char *folded, const struct token *tokens, int ntokens, int at, const char *key, int *length)
{
	int i = at;

	for (const char *p = key; *p; i++) {
		size_t word = strcspn(p, " ");

		if (i == ntokens || (size_t)tokens[i].length != word || strncmp(folded + tokens[i].start, p, word) != 0)
			return false;
		p += word + (p[word] == ' ');
	}
	*length = tokens[i - 1].start + tokens[i - 1].length - tokens[at].start;
	return true;
}

/* The pair's other side in the place of this one, everywhere its words stand. */
static void pair_follow(struct rewriting *r, const struct agency_pair *pair, const char *here, const char *there)
{
	char *folded = text_fold(r->arena, r->query);
	int ntokens, length;
	struct token *tokens = tokens_cut(r->arena, folded, &ntokens), *shown;
	int nshown;

	shown = tokens_cut(r->arena, r->query, &nshown); /* as many (text_fold) */
	for (int i = 0; i < ntokens && nshown == ntokens; i++)
		if (stands(folded, tokens, ntokens, i, here, &length)) {
			int last = i;

			while (last + 1 < ntokens && tokens[last].start + tokens[last].length < tokens[i].start + length)
				last++;
			int start = shown[i].start, end = shown[last].start + shown[last].length;
			const char *what = arena_strndup(r->arena, r->query + start, (size_t)(end - start));

			rewrite(r, r->query, start, end - start, &(struct name){ there, there }, 1, what, pair->since, pair->tie == AGENCY_SUCCESSOR);
			return;
		}
}

static void agencies_follow(struct rewriting *r)
{
	int n;
	const struct agency_pair *pairs = places_agencies(r->places, &n);

	for (int i = 0; i < n; i++) {
		pair_follow(r, &pairs[i], pairs[i].from_key, pairs[i].to);
		pair_follow(r, &pairs[i], pairs[i].to_key, pairs[i].from);
	}
}

/* A place that was followed is printed with "UBND" or with "Ủy ban nhân dân": both, one step further. */
static void abbreviations_of_relations(struct rewriting *r)
{
	int n = r->n;

	for (int i = 0; i < n; i++) {
		struct relation relation = r->relations[i];
		struct rewriting step = { .places = r->places, .query = relation.text, .arena = r->arena };

		agencies_follow(&step);
		for (int k = 0; k < step.n; k++)
			if (!step.relations[k].place)
				relation_add(r, step.relations[k].text, relation.through, true);
	}
}

void relations_find(const struct places *places, const char *query, struct relation **relations, int *n, const char ***notes, int *nnotes,
		    struct arena *arena)
{
	struct rewriting r = { .places = places, .query = text_nfc(arena, query), .arena = arena };

	places_follow(&r);
	abbreviations_of_relations(&r);
	agencies_follow(&r);
	*relations = r.relations;
	*n = r.n;
	*notes = r.notes;
	*nnotes = r.nnotes;
}
