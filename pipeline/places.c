#include "pipeline/places.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "pipeline/text.h"
#include "pipeline/tokens.h"

#define PLACES_TABLE "models/places.tsv"
#define AGENCIES_TABLE "schemas/agencies.tsv"
#define FILE_MAX (4 << 20)
#define COLUMNS_MAX 8
#define BUCKETS 16384       /* about as many as there are places */
#define NAME_TOKENS_MAX 8   /* "Văn Miếu - Quốc Tử Giám" has 6 */
#define MANY 200            /* more places of one name than there are */
#define NAMED_SUCCESSORS 3

/* Places by one of their texts. Two sorted lists of 14,000 would cost each search more than the search itself. */
struct names {
	int *first; /* by hash: a place, or -1 */
	int *next;  /* by place: the next one with that hash, or -1 */
};

struct places {
	struct arena *arena;
	struct place *all;
	int n;
	struct names keys, codes; /* of all */
	struct agency_pair *agencies;
	int nagencies;
};

/* --- tables --------------------------------------------------------------------------------------------------------------- */

/* Tokens with one space between; "Phường 01" and "Phường 1" are one. */
static char *key_of(struct arena *arena, const char *text)
{
	char *folded = text_fold(arena, text), *key = arena_alloc(arena, strlen(folded) + 2), *end = key;
	int n;
	struct token *tokens = tokens_cut(arena, folded, &n);

	*key = '\0';
	for (int i = 0; i < n; i++) {
		const char *word = folded + tokens[i].start;
		int length = tokens[i].length;

		while (length > 1 && *word == '0') {
			word++;
			length--;
		}
		if (i)
			*end++ = ' ';
		memcpy(end, word, (size_t)length);
		end += length;
		*end = '\0';
	}
	return key;
}

static char *file_read(const char *dir, const char *name, struct arena *arena, struct error *err)
{
	char path[PATH_MAX], *text = NULL;
	struct stat st;
	FILE *file;
	size_t n;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	file = fopen(path, "re");
	if (!file) {
		error_errno(err, REACH_RUN, "settings", _("cannot open %s"), path);
		return NULL;
	}
	if (fstat(fileno(file), &st) == 0 && st.st_size <= FILE_MAX) {
		text = arena_alloc(arena, (size_t)st.st_size + 1);
		n = fread(text, 1, (size_t)st.st_size, file);
		text[n] = '\0';
	}
	if (!text || ferror(file)) {
		error_set(err, REACH_RUN, "settings", _("cannot read %s"), path);
		text = NULL;
	}
	fclose(file);
	return text;
}

/* The text up to the mark, cut off there; *text goes behind it, or becomes NULL. NULL at the end. As strsep, which looks for any of a set of marks and
 * would cost 5 million instructions more where loading the whole table costs 12 (callgrind on tests/unit_places). */
static char *cut(char **text, char mark)
{
	char *begin = *text, *end = begin ? strchr(begin, mark) : NULL;

	*text = end ? end + 1 : NULL;
	if (end)
		*end = '\0';
	return begin;
}

/* Takes the next line apart in place: the number of its columns, 0 at the end. Lines that begin with '#' are passed over. */
static int line_next(char **text, char *columns[COLUMNS_MAX])
{
	char *line = cut(text, '\n');
	int n = 0;

	while (line && (!*line || *line == '#'))
		line = cut(text, '\n');
	while (line && n < COLUMNS_MAX)
		columns[n++] = cut(&line, '\t');
	return n;
}

static unsigned hash_of(const char *text)
{
	unsigned hash = 2166136261u; /* FNV-1a */

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	return hash % BUCKETS;
}

/* From the last to the first, so that those of one text stand in the order of the table. */
static void names_make(struct names *names, const struct places *p, const char *(*text)(const struct place *))
{
	names->first = arena_array(p->arena, BUCKETS, sizeof *names->first);
	names->next = arena_array(p->arena, (size_t)p->n, sizeof *names->next);
	memset(names->first, -1, BUCKETS * sizeof *names->first);
	for (int i = p->n - 1; i >= 0; i--) {
		unsigned hash = hash_of(text(&p->all[i]));

		names->next[i] = names->first[hash];
		names->first[hash] = i;
	}
}

static const char *key_text(const struct place *place)
{
	return place->key;
}

static const char *code_text(const struct place *place)
{
	return place->code;
}

static int level_parse(const char *name)
{
	static const char *const names[] = { "province", "district", "commune" };

	for (int i = 0; i < 3; i++)
		if (!strcmp(name, names[i]))
			return i;
	return -1;
}

static int places_load(struct places *p, const char *dir, struct error *err)
{
	char *text = file_read(dir, PLACES_TABLE, p->arena, err), *columns[COLUMNS_MAX];

	if (!text)
		return -1;
	for (int n; (n = line_next(&text, columns)) > 0;) {
		struct place *place;

		if (n < 8 || level_parse(columns[1]) < 0)
			return error_set(err, REACH_RUN, "settings", _("%s/%s: a line has %d columns, 8 were expected"), dir, PLACES_TABLE, n);
		place = arena_push(p->arena, &p->all, &p->n, sizeof *place);
		*place = (struct place){ !strcmp(columns[0], "old"), (enum place_level)level_parse(columns[1]), columns[2], columns[3],
					 columns[4], columns[5], columns[7], columns[6] };
	}
	if (!p->n)
		return error_set(err, REACH_RUN, "settings", _("%s/%s holds no place"), dir, PLACES_TABLE);
	names_make(&p->keys, p, key_text);
	names_make(&p->codes, p, code_text);
	return 0;
}

static int agencies_load(struct places *p, const char *dir, struct error *err)
{
	char *text = file_read(dir, AGENCIES_TABLE, p->arena, err), *columns[COLUMNS_MAX];

	if (!text)
		return -1;
	for (int n; (n = line_next(&text, columns)) > 0;) {
		struct agency_pair *pair;

		if (n < 3)
			return error_set(err, REACH_RUN, "settings", _("%s/%s: a line has %d columns, 3 were expected"), dir, AGENCIES_TABLE, n);
		pair = arena_push(p->arena, &p->agencies, &p->nagencies, sizeof *pair);
		*pair = (struct agency_pair){ strcmp(columns[0], "successor") ? AGENCY_ABBREVIATION : AGENCY_SUCCESSOR, columns[1], columns[2],
					      n > 3 ? columns[3] : "", key_of(p->arena, columns[1]), key_of(p->arena, columns[2]) };
	}
	return 0;
}

struct places *places_open(const char *dir, struct error *err)
{
	struct arena *arena = arena_new();
	struct places *p = arena_alloc(arena, sizeof *p);

	*p = (struct places){ .arena = arena };
	if (places_load(p, dir, err) == 0 && agencies_load(p, dir, err) == 0)
		return p;
	arena_free(arena);
	return NULL;
}

void places_close(struct places *places)
{
	if (places)
		arena_free(places->arena);
}

const struct agency_pair *places_agencies(const struct places *places, int *n)
{
	*n = places->nagencies;
	return places->agencies;
}

/* --- relations ------------------------------------------------------------------------------------------------------------ */

static const struct place *find(const struct places *p, bool old, enum place_level level, const char *code)
{
	for (int i = p->codes.first[hash_of(code)]; i >= 0; i = p->codes.next[i])
		if (p->all[i].old == old && p->all[i].level == level && !strcmp(p->all[i].code, code))
			return &p->all[i];
	return NULL;
}

const struct place *places_parent(const struct places *p, const struct place *place)
{
	if (place->level == PLACE_PROVINCE)
		return NULL;
	return find(p, place->old, place->old && place->level == PLACE_COMMUNE ? PLACE_DISTRICT : PLACE_PROVINCE, place->parent);
}

static bool same_name(const struct place *a, const struct place *b)
{
	return !strcmp(a->type, b->type) && !strcmp(a->key, b->key);
}

static bool holds_code(const char *list, const char *code)
{
	size_t n = strlen(code);

	for (const char *at = strstr(list, code); at; at = strstr(at + 1, code))
		if ((at == list || at[-1] == ' ') && (!at[n] || at[n] == ' '))
			return true;
	return false;
}

static int successors(const struct places *p, const struct place *place, const char *codes, const struct place **out, int max)
{
	enum place_level level = place->level == PLACE_PROVINCE ? PLACE_PROVINCE : PLACE_COMMUNE;
	char code[16];
	int n = 0;

	while (sscanf(codes, "%15s", code) == 1) {
		const struct place *next = find(p, false, level, code);

		codes = strstr(codes, code) + strlen(code);
		if (!next || same_name(next, place))
			continue;
		if (n < max)
			out[n] = next;
		n++;
	}
	return n;
}

int places_related(const struct places *p, const struct place *place, const struct place **out, int max, enum place_tie *tie)
{
	const struct place *district;
	int n = 0;

	*tie = TIE_OWN;
	if (place->old && *place->successors)
		return successors(p, place, place->successors, out, max);
	if (place->old) {
		*tie = TIE_DISTRICT;
		district = places_parent(p, place);
		return district ? successors(p, place, district->successors, out, max) : 0;
	}
	for (int i = 0; i < p->n; i++) {
		const struct place *before = &p->all[i];

		if (!before->old || (before->level == PLACE_PROVINCE) != (place->level == PLACE_PROVINCE) ||
		    !holds_code(before->successors, place->code) || same_name(before, place))
			continue;
		if (n < max)
			out[n] = before;
		n++;
	}
	return n;
}

/* --- names in a text ------------------------------------------------------------------------------------------------------ */

struct word {
	const char *text; /* folded */
	int start, end;   /* bytes in the text */
	bool dot;         /* a dot follows it: an abbreviation */
	bool capital;
	bool joined;      /* nothing but one space or a hyphen between it and the word before */
};

/* Types as they are written, folded. short ones count only with a dot behind ("P. Ba Đình"). */
static const struct {
	const char *words, *type;
	bool dotted;
} types[] = {
	{ "tinh", "tinh", false },          { "thanh pho", "thanh pho", false }, { "tp", "thanh pho", false },
	{ "quan", "quan", false },          { "huyen", "huyen", false },         { "thi xa", "thi xa", false },
	{ "tx", "thi xa", false },          { "thi tran", "thi tran", false },   { "xa", "xa", false },
	{ "phuong", "phuong", false },      { "dac khu", "dac khu", false },     { "t", "tinh", true },
	{ "q", "quan", true },              { "h", "huyen", true },              { "tt", "thi tran", true },
	{ "x", "xa", true },                { "p", "phuong", true },
};

static bool is_capital(const char *text)
{
	return text_is_upper(text_next(&text));
}

static bool is_join(const char *from, const char *to)
{
	for (; from < to; from++)
		if (*from != ' ' && *from != '-')
			return false;
	return true;
}

static struct word *words_cut(const char *text, struct arena *arena, int *n)
{
	struct token *tokens = tokens_cut(arena, text, n);
	struct word *words = arena_array(arena, (size_t)*n + 1, sizeof *words);

	for (int i = 0; i < *n; i++) {
		int end = tokens[i].start + tokens[i].length;

		words[i] = (struct word){ key_of(arena, arena_strndup(arena, text + tokens[i].start, (size_t)tokens[i].length)), tokens[i].start, end,
					  text[end] == '.', is_capital(text + tokens[i].start), i && is_join(text + words[i - 1].end, text + tokens[i].start) };
	}
	return words;
}

/* How many words of the type stand at words[at], 0 when none does. */
static int type_at(const struct word *words, int at, int n, const char **type)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		const char *space = strchr(types[i].words, ' ');
		size_t first = space ? (size_t)(space - types[i].words) : strlen(types[i].words);

		if (strlen(words[at].text) != first || strncmp(words[at].text, types[i].words, first) != 0 || (types[i].dotted && !words[at].dot) ||
		    (space && (at + 1 == n || strcmp(words[at + 1].text, space + 1) != 0)))
			continue;
		*type = types[i].type;
		return space ? 2 : 1;
	}
	return 0;
}

static char *words_key(const struct word *words, int at, int length, struct arena *arena)
{
	char *key = arena_strdup(arena, "");

	for (int i = 0; i < length; i++)
		key = arena_printf(arena, "%s%s%s", key, i ? " " : "", words[at + i].text);
	return key;
}

/* The places of that name, and type where it is not NULL. */
static int named(const struct places *p, const char *key, const char *type, const struct place **out, struct arena *arena)
{
	int n = 0;

	for (int i = p->keys.first[hash_of(key)]; i >= 0 && n < MANY; i = p->keys.next[i]) {
		const struct place *place = &p->all[i];

		if (!strcmp(place->key, key) && (type ? !strcmp(text_fold(arena, place->type), type) : place->level == PLACE_PROVINCE))
			out[n++] = place;
	}
	return n;
}

/* "Xã Phước Hải Đông" is not "Phước Hải": the name goes on where a capital follows, unless a place of its own begins there. Provinces are all
 * known: what follows them is something else. */
static bool goes_on(const struct places *p, const struct word *words, int at, int end, int n, struct arena *arena)
{
	const struct place *province[MANY];
	const char *type;

	if (end == n || !words[at].capital || !words[end].capital || !words[end].joined || type_at(words, end, n, &type))
		return false;
	for (int length = 1; length <= NAME_TOKENS_MAX && end + length <= n; length++)
		if (named(p, words_key(words, end, length, arena), NULL, province, arena))
			return false;
	return true;
}

/* The longest name that begins at words[at]: its words, 0 when none does. */
static int name_at(const struct places *p, const struct word *words, int at, int n, const char *type, const struct place **out, int *nout,
		   struct arena *arena)
{
	for (int length = n - at < NAME_TOKENS_MAX ? n - at : NAME_TOKENS_MAX; length > 0; length--) {
		*nout = named(p, words_key(words, at, length, arena), type, out, arena);
		if (*nout)
			return out[0]->level != PLACE_PROVINCE && goes_on(p, words, at, at + length, n, arena) ? 0 : length;
	}
	return 0;
}

static bool lies_in(const struct places *p, const struct place *place, const struct place_mention *other)
{
	for (const struct place *above = places_parent(p, place); above; above = places_parent(p, above))
		for (int i = 0; i < other->nplaces; i++)
			if (other->places[i] == above)
				return true;
	return false;
}

/* "xã Tân Hòa, tỉnh Tây Ninh": of all communes of that name those in that province, if it has one. */
static void choose(const struct places *p, struct place_mention *mentions, int n)
{
	for (int i = 0; i < n; i++)
		for (int k = 0; k < n; k++) {
			int kept = 0;

			for (int c = 0; c < mentions[i].nplaces && k != i; c++)
				if (lies_in(p, mentions[i].places[c], &mentions[k])) {
					const struct place *place = mentions[i].places[c];

					mentions[i].places[c] = mentions[i].places[kept];
					mentions[i].places[kept++] = place;
				}
			if (kept) {
				mentions[i].nplaces = kept;
				mentions[k].part = true;
			}
		}
}

struct place_mention *places_find(const struct places *p, const char *text, bool bare, struct arena *arena, int *n)
{
	const struct place *found[MANY];
	struct place_mention *mentions = NULL;
	int nwords, nfound;
	struct word *words = words_cut(text, arena, &nwords);

	*n = 0;
	for (int i = 0; i < nwords; i++) {
		const char *type;
		int ntype = type_at(words, i, nwords, &type), nname;
		struct place_mention *mention;

		if (!ntype && (!bare || i))
			continue;
		nname = name_at(p, words, i + ntype, nwords, ntype ? type : NULL, found, &nfound, arena);
		if (!nname || (!ntype && nname != nwords))
			continue;
		mention = arena_push(arena, &mentions, n, sizeof *mention);
		mention->start = words[i].start;
		mention->name_start = words[i + ntype].start;
		mention->length = words[i + ntype + nname - 1].end - mention->start;
		mention->places = arena_array(arena, (size_t)nfound, sizeof(struct place *));
		memcpy(mention->places, found, (size_t)nfound * sizeof(struct place *));
		mention->nplaces = nfound;
		i += ntype + nname - 1;
	}
	choose(p, mentions, *n);
	return mentions;
}

/* Words that make no name of a type in front of them: xã hội, tỉnh ủy, huyện đoàn, xã đội. */
static bool is_no_name(const char *word)
{
	static const char *const words[] = { "hoi", "uy", "doan", "doi", "truong" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(word, words[i]))
			return true;
	return false;
}

int places_known(const struct places *p, const char *text, const char **unknown, struct arena *arena)
{
	int nwords, n;
	struct word *words = words_cut(text, arena, &nwords);
	const struct place_mention *mentions = places_find(p, text, true, arena, &n);

	*unknown = NULL;
	for (int i = 0; i < nwords; i++) {
		const char *type;
		int ntype = type_at(words, i, nwords, &type), end = i + ntype;
		bool found = false;

		if (!ntype || end == nwords || !words[end].capital || !words[end].joined || is_no_name(words[end].text))
			continue;
		for (int k = 0; k < n; k++)
			found = found || mentions[k].start == words[i].start;
		while (end < nwords && words[end].capital && words[end].joined)
			end++;
		if (!found) {
			*unknown = arena_strndup(arena, text + words[i].start, (size_t)(words[end - 1].end - words[i].start));
			return 0;
		}
	}
	return n ? 1 : -1;
}

const char *places_now(const struct places *p, const char *text, const char **what, struct arena *arena)
{
	const struct place *next[NAMED_SUCCESSORS];
	const struct place_mention *mentions, *mention = NULL;
	const struct place *province;
	char *now = arena_strdup(arena, "");
	enum place_tie tie;
	int n, nnext;

	mentions = places_find(p, text, true, arena, &n);
	for (int i = 0; i < n; i++)
		if (!mentions[i].part && !mention)
			mention = &mentions[i];
	if (!mention || mention->nplaces > 2 || !mention->places[0]->old || (mention->nplaces == 2 && mention->places[1]->old))
		return NULL; /* none, or it is not said which of several */
	nnext = places_related(p, mention->places[0], next, NAMED_SUCCESSORS, &tie);
	if (!nnext || tie != TIE_OWN || nnext > NAMED_SUCCESSORS)
		return NULL;
	for (int i = 0; i < nnext; i++)
		now = arena_printf(arena, "%s%s%s %s", now, i ? "; " : "", next[i]->type, next[i]->name);
	*what = arena_strndup(arena, text + mention->start, (size_t)mention->length);
	province = places_parent(p, next[0]);
	return province ? arena_printf(arena, "%s, %s %s", now, province->type, province->name) : now;
}
