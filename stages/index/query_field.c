#include "stages/index/query_field.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "pipeline/key.h"
#include "pipeline/schema.h"
#include "pipeline/text.h"
#include "pipeline/tokens.h"

#define NAME_BYTES 40  /* no name of a field is longer, marks and spaces included */
#define VALUE_BYTES 160 /* no title of a type is longer */
#define NEAR_LETTERS 4 /* a shorter name is one letter from too many words */
#define YEARS_MAX 120  /* so many years of a range are asked for by fact; a longer one is looked up page by page */
#define YEAR_LOW 1900
#define YEAR_HIGH 2199

static const struct {
	const char *name; /* folded */
	enum query_field_kind kind;
} names[] = {
	{ "so", BY_NUMBER },          { "so hieu", BY_NUMBER },  { "so van ban", BY_NUMBER }, { "number", BY_NUMBER },
	{ "ky hieu", BY_SYMBOL },     { "ki hieu", BY_SYMBOL },  { "symbol", BY_SYMBOL },      { "loai", BY_TYPE },         { "loai van ban", BY_TYPE },
	{ "loai giay to", BY_TYPE },  { "type", BY_TYPE },       { "co quan", BY_AGENCY },    { "agency", BY_AGENCY },
	{ "nguoi", BY_PERSON },       { "ho ten", BY_PERSON },   { "ho va ten", BY_PERSON },  { "person", BY_PERSON },
	{ "noi", BY_PLACE },          { "place", BY_PLACE },     { "cccd", BY_ID },           { "cmnd", BY_ID },
	{ "so cccd", BY_ID },         { "dinh danh", BY_ID },    { "id", BY_ID },             { "ngay", BY_DAY },
	{ "nam", BY_DAY },            { "date", BY_DAY },        { "year", BY_DAY },          { "truoc", BY_BEFORE },
	{ "truoc ngay", BY_BEFORE },  { "before", BY_BEFORE },   { "sau", BY_AFTER },         { "sau ngay", BY_AFTER },
	{ "after", BY_AFTER },        { "ho so", BY_DOSSIER },   { "dossier", BY_DOSSIER },   { "lo", BY_BATCH },
	{ "batch", BY_BATCH },        { "trang thai", BY_STATE }, { "state", BY_STATE },      { "hieu luc", BY_REUSE },
	{ "validity", BY_REUSE },     { "reuse", BY_REUSE },     { "ma ho so", BY_DOSSIER },  { "so ho so", BY_DOSSIER },
	{ "can cuoc", BY_ID },        { "so can cuoc", BY_ID },  { "so dinh danh", BY_ID },   { "thang", BY_DAY },
	{ "month", BY_DAY },          { "co quan ban hanh", BY_AGENCY }, { "nguoi ky", BY_PERSON },
};

/* The names that are shown, of each kind. */
static const char *const shown[] = {
	[BY_NUMBER] = "số", [BY_SYMBOL] = "ký hiệu", [BY_TYPE] = "loại", [BY_AGENCY] = "cơ quan", [BY_PERSON] = "người", [BY_PLACE] = "nơi",
	[BY_ID] = "cccd", [BY_DAY] = "ngày", [BY_BEFORE] = "trước", [BY_AFTER] = "sau", [BY_DOSSIER] = "hồ sơ", [BY_BATCH] = "lô",
	[BY_STATE] = "trạng thái", [BY_REUSE] = "hiệu lực",
};

/* What the words of a value mean; folded. */
static const struct {
	enum query_field_kind field;
	const char *word;
	enum texts_condition_kind kind;
	const char *value;
	bool negated;
} meanings[] = {
	{ BY_REUSE, "con", CONDITION_VERDICT, "eligible", false },
	{ BY_REUSE, "con hieu luc", CONDITION_VERDICT, "eligible", false },
	{ BY_REUSE, "dung lai duoc", CONDITION_VERDICT, "eligible", false },
	{ BY_REUSE, "du dieu kien", CONDITION_VERDICT, "eligible", false },
	{ BY_REUSE, "reusable", CONDITION_VERDICT, "eligible", false },
	{ BY_REUSE, "eligible", CONDITION_VERDICT, "eligible", false },
	{ BY_REUSE, "can kiem tra", CONDITION_VERDICT, "needs-check", false },
	{ BY_REUSE, "needs-check", CONDITION_VERDICT, "needs-check", false },
	{ BY_REUSE, "needs check", CONDITION_VERDICT, "needs-check", false },
	{ BY_REUSE, "check", CONDITION_VERDICT, "needs-check", false },
	{ BY_REUSE, "khong", CONDITION_VERDICT, "not-eligible", false },
	{ BY_REUSE, "khong du dieu kien", CONDITION_VERDICT, "not-eligible", false },
	{ BY_REUSE, "khong dung lai duoc", CONDITION_VERDICT, "not-eligible", false },
	{ BY_REUSE, "not-reusable", CONDITION_VERDICT, "not-eligible", false },
	{ BY_REUSE, "not reusable", CONDITION_VERDICT, "not-eligible", false },
	{ BY_REUSE, "not-eligible", CONDITION_VERDICT, "not-eligible", false },
	{ BY_REUSE, "not eligible", CONDITION_VERDICT, "not-eligible", false },
	{ BY_REUSE, "het han", CONDITION_REASON, "EXPIRED", false },
	{ BY_REUSE, "het hieu luc", CONDITION_REASON, "EXPIRED", false },
	{ BY_REUSE, "expired", CONDITION_REASON, "EXPIRED", false },
	{ BY_REUSE, "bi thay the", CONDITION_REASON, "SUPERSEDED", false },
	{ BY_REUSE, "thay the", CONDITION_REASON, "SUPERSEDED", false },
	{ BY_REUSE, "superseded", CONDITION_REASON, "SUPERSEDED", false },
	{ BY_STATE, "da xac nhan", CONDITION_CONFIRMED, NULL, false },
	{ BY_STATE, "confirmed", CONDITION_CONFIRMED, NULL, false },
	{ BY_STATE, "chua xac nhan", CONDITION_CONFIRMED, NULL, true },
	{ BY_STATE, "unconfirmed", CONDITION_CONFIRMED, NULL, true },
};

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

/* --- names and extents ---------------------------------------------------------------------------------------------------- */

/* Folded, white space as one space, none at the ends. */
static char *plain(struct arena *arena, const char *text, size_t n)
{
	char *name = key_name(arena, arena_strndup(arena, text, n));
	size_t length = strlen(name);
	return length && name[0] == ' ' ? name + 1 : name;
}

bool query_field_begins(const char *text, enum query_field_kind *kind, const char **after, struct arena *arena)
{
	size_t n = strcspn(text, ":\"()");
	if (text[n] != ':' || n == 0 || n > NAME_BYTES)
		return false;
	const char *name = plain(arena, text, n);
	for (int i = 0; i < COUNT(names); i++)
		if (!strcmp(name, names[i].name)) {
			*kind = names[i].kind;
			*after = text + n + 1;
			return true;
		}
	return false;
}

/* Whether one letter more, less or another one, or two changed places, makes b of a. */
static bool is_near(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), most = n > m ? n : m, least = n < m ? n : m, front = 0, back = 0;
	if (most < NEAR_LETTERS)
		return false;
	while (front < least && a[front] == b[front])
		front++;
	while (back < least - front && a[n - 1 - back] == b[m - 1 - back])
		back++;
	return front + back + 1 >= most || (n == m && front + back + 2 == n && a[front] == b[front + 1] && a[front + 1] == b[front]);
}

size_t query_field_unknown(const char *text, const char **like, struct arena *arena)
{
	const char *p = text, *end = text;
	int letters = 0;
	for (; *p; end = p, letters++)
		if (!text_is_letter(text_next(&p)))
			break;
	*like = NULL;
	if (*end != ':' || letters < 2 || end - text > NAME_BYTES || (end[1] && strchr(":/", end[1])))
		return 0;
	const char *name = plain(arena, text, (size_t)(end - text));
	for (int i = 0; i < COUNT(names) && !*like; i++)
		if (is_near(name, names[i].name))
			*like = shown[names[i].kind];
	return *like || (end[1] && end[1] != ' ') ? (size_t)(end - text) + 1 : 0;
}

static int word_length(const char *text, int room)
{
	int n = 0;
	while (n < room && !strchr(" \t\n", text[n]))
		n++;
	return n;
}

static int spaces_length(const char *text, int room)
{
	int n = 0;
	while (n < room && strchr(" \t\n", text[n]))
		n++;
	return n;
}

static bool is_day_word(const char *word)
{
	static const char *const words[] = { "ngay", "thang", "nam", "den", "tu", "..", "-" };
	for (int i = 0; i < COUNT(words); i++)
		if (!strcmp(word, words[i]))
			return true;
	return text_is_digit((unsigned char)*word) || !strncmp(word, "..", 2);
}

/* Words one after the other as long as each may belong to the value. */
static int words_extent(const char *text, int room, bool (*belongs)(const char *word), struct arena *arena)
{
	int end = 0;
	for (int at = 0; at < room;) {
		int n = word_length(text + at, room - at);
		if (!belongs(plain(arena, text + at, (size_t)n)))
			break;
		end = at + n;
		at = end + spaces_length(text + end, room - end);
	}
	return end ? end : word_length(text, room);
}

static bool is_digit_word(const char *word)
{
	return *word && strspn(word, "0123456789.") == strlen(word);
}

static bool schema_is(const struct schema *schema, const char *wanted, struct arena *arena);

static bool type_is_known(const struct schemas *schemas, const char *wanted, struct arena *arena)
{
	for (int i = 0; schemas && i < schemas_count(schemas); i++)
		if (schema_is(schemas_at(schemas, i), wanted, arena))
			return true;
	return false;
}

static bool meaning_is_known(enum query_field_kind kind, const char *wanted)
{
	for (int i = 0; i < COUNT(meanings); i++)
		if (meanings[i].field == kind && !strcmp(wanted, meanings[i].word))
			return true;
	return false;
}

/* The longest run of words from the begin that means something. Where none does: of a type all of them, they may be words of the paper; of the few
 * values of another field the first, the next ones may be words to look for. */
static int known_extent(enum query_field_kind kind, const char *text, int room, const struct schemas *schemas, struct arena *arena)
{
	int best = 0;
	for (int at = 0, end; at < room && at < VALUE_BYTES; at = end + spaces_length(text + end, room - end)) {
		end = at + word_length(text + at, room - at);
		const char *wanted = plain(arena, text, (size_t)end);
		if (kind == BY_TYPE ? type_is_known(schemas, wanted, arena) : meaning_is_known(kind, wanted))
			best = end;
	}
	return best ? best : kind == BY_TYPE ? room : word_length(text, room);
}

int query_field_extent(enum query_field_kind kind, const char *text, int room, const struct schemas *schemas, struct arena *arena)
{
	switch (kind) {
	case BY_DAY:
	case BY_BEFORE:
	case BY_AFTER:
		return words_extent(text, room, is_day_word, arena);
	case BY_ID:
		return words_extent(text, room, is_digit_word, arena);
	case BY_NUMBER:
	case BY_SYMBOL:
	case BY_DOSSIER:
	case BY_BATCH:
		return word_length(text, room);
	case BY_TYPE:
	case BY_STATE:
	case BY_REUSE:
		return known_extent(kind, text, room, schemas, arena);
	default:
		return room;
	}
}

/* --- facts ---------------------------------------------------------------------------------------------------------------- */

static struct texts_node *phrase(struct arena *arena, enum texts_fact fact, const char *value, bool prefix)
{
	int n;
	const char **terms = texts_fact_terms(arena, fact, value, &n);
	if (n == 0)
		return NULL;
	struct texts_node *node = arena_alloc(arena, sizeof *node);
	*node = (struct texts_node){ .kind = TEXTS_PHRASE, .terms = terms, .nterms = n, .prefix = prefix };
	return node;
}

static struct texts_node *either(struct arena *arena, struct texts_node *node, const struct texts_node *other)
{
	if (!other)
		return node;
	if (!node) {
		node = arena_alloc(arena, sizeof *node);
		node->kind = TEXTS_ANY;
	}
	*(struct texts_node *)arena_push(arena, &node->parts, &node->nparts, sizeof *node) = *other;
	return node;
}

static struct texts_node *number_words(struct arena *arena, const char *value)
{
	const char *key = key_number(arena, value);
	bool digits = strpbrk(key, "0123456789") != NULL;
	if (!*key)
		return NULL;
	if (!digits) /* QĐ-UBND and what goes on from there: QĐ-UBND-NC */
		return either(arena, either(arena, NULL, phrase(arena, FACT_SYMBOL, key, false)),
			      phrase(arena, FACT_SYMBOL, arena_printf(arena, "%s-", key), true));
	struct texts_node *node = either(arena, NULL, phrase(arena, FACT_NUMBER, key, false));
	if (!strchr(key, '/'))
		return either(arena, node, phrase(arena, FACT_HEAD, key, false));
	return either(arena, node, phrase(arena, FACT_NUMBER, arena_printf(arena, "%s-", key), true));
}

/* A name with both spellings of its syllables would be many phrases; papers and people agree on i and y in names. */
static struct texts_node *name_words(struct arena *arena, enum texts_fact fact, const char *value)
{
	return phrase(arena, fact, value, false);
}

/* --- types ---------------------------------------------------------------------------------------------------------------- */

static bool holds_words(const char *text, const char *words)
{
	size_t n = strlen(words);
	for (const char *at = strstr(text, words); at; at = strstr(at + 1, words))
		if ((at == text || at[-1] == ' ') && (at[n] == '\0' || at[n] == ' '))
			return true;
	return false;
}

/* Whether folded words name the type, or a part of its name: "khai sinh". */
static bool schema_is(const struct schema *schema, const char *wanted, struct arena *arena)
{
	const struct schema_list *lists[] = { &schema->titles, &schema->aliases };
	if (!*wanted)
		return false;
	if (!strcmp(wanted, schema->code) || holds_words(plain(arena, schema->name, strlen(schema->name)), wanted))
		return true;
	for (int k = 0; k < COUNT(lists); k++)
		for (int i = 0; i < lists[k]->n; i++)
			if (holds_words(plain(arena, lists[k]->items[i], strlen(lists[k]->items[i])), wanted))
				return true;
	return false;
}

/* Whether that is its whole name, its title or code. */
static bool schema_is_named(const struct schema *schema, const char *wanted, struct arena *arena)
{
	if (!strcmp(wanted, schema->code) || !strcmp(plain(arena, schema->name, strlen(schema->name)), wanted))
		return true;
	for (int i = 0; i < schema->titles.n; i++)
		if (!strcmp(plain(arena, schema->titles.items[i], strlen(schema->titles.items[i])), wanted))
			return true;
	return false;
}

/* The type of that very name, else all whose name holds the words: "quyết định" is not "quyết định quy phạm". */
static struct texts_node *type_words(struct arena *arena, const char *value, const struct schemas *schemas)
{
	const char *wanted = plain(arena, value, strlen(value));
	struct texts_node *node = NULL;
	if (!*wanted)
		return NULL;
	for (int i = 0; schemas && i < schemas_count(schemas); i++)
		if (schema_is_named(schemas_at(schemas, i), wanted, arena))
			return either(arena, NULL, phrase(arena, FACT_TYPE, schemas_at(schemas, i)->code, false));
	for (int i = 0; schemas && i < schemas_count(schemas); i++)
		if (schema_is(schemas_at(schemas, i), wanted, arena))
			node = either(arena, node, phrase(arena, FACT_TYPE, schemas_at(schemas, i)->code, false));
	return schemas ? node : either(arena, NULL, phrase(arena, FACT_TYPE, wanted, false));
}

/* --- days ----------------------------------------------------------------------------------------------------------------- */

static int days_of(int month, int year)
{
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return month == 2 ? 28 + leap : month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* Reads a day as people write it: 5/3/2024, 05.03.2024, 3/2024, 2024, 2024-03-05, "ngày 5 tháng 3 năm 2024". Writes it in ISO 8601 as far as
 * known; false where it is none. */
static bool day_read(const char *text, char iso[32])
{
	int parts[3], n = 0;
	for (const char *p = text; *p;) {
		if (!text_is_digit((unsigned char)*p)) {
			p++;
			continue;
		}
		char *end;
		long part = strtol(p, &end, 10);
		if (n == 3 || end - p > 4)
			return false;
		parts[n++] = (int)part;
		p = end;
	}
	if (n == 3 && parts[0] > 31) { /* year first */
		int year = parts[0];
		parts[0] = parts[2];
		parts[2] = year;
	} else if (n == 2 && parts[0] > 31) {
		int year = parts[0];
		parts[0] = parts[1];
		parts[1] = year;
	}
	int year = n ? parts[n - 1] : 0, month = n > 1 ? parts[n - 2] : 1, day = n > 2 ? parts[0] : 1;
	if (n == 0 || year < YEAR_LOW || year > YEAR_HIGH || month < 1 || month > 12 || day < 1 ||
	    day > days_of(month, year))
		return false;
	snprintf(iso, 32, n == 1 ? "%04d" : n == 2 ? "%04d-%02d" : "%04d-%02d-%02d", year, month, day);
	return true;
}

/* The first text behind every day of a year, month or day: '~' stands behind '-' and the figures. */
static const char *behind(struct arena *arena, const char *iso)
{
	return arena_printf(arena, "%s~", iso);
}

/* Where a range is parted: "2019..2021", "2019 đến 2021", and by a dash where a day stands on either side of it: "2019-2021". */
static const char *range_parts(const char *text, size_t *first, struct arena *arena)
{
	static const char *const between[] = { "..", " đến ", " den " }, *const dashes[] = { "-", "–" };
	char day[32];
	for (int i = 0; i < COUNT(between); i++) {
		const char *at = strstr(text, between[i]);
		if (at) {
			*first = (size_t)(at - text);
			return arena_strdup(arena, at + strlen(between[i]) + strspn(at + strlen(between[i]), "."));
		}
	}
	if (day_read(text, day))
		return NULL;
	for (int i = 0; i < COUNT(dashes); i++)
		for (const char *at = strstr(text, dashes[i]); at; at = strstr(at + 1, dashes[i]))
			if (day_read(arena_strndup(arena, text, (size_t)(at - text)), day) && day_read(at + strlen(dashes[i]), day)) {
				*first = (size_t)(at - text);
				return arena_strdup(arena, at + strlen(dashes[i]));
			}
	return NULL;
}

/* "2021" or "2021~": nothing of a year stands on the other side. */
static bool is_whole_year(const char *end)
{
	return !end || strlen(end) == 4 || end[4] == '~';
}

void query_field_years(struct query_field *field, int earliest, int latest, struct arena *arena)
{
	const char *low = field->condition.low, *high = field->condition.high;
	int first = low ? atoi(low) + (low[4] == '~') : earliest, last = high ? atoi(high) - (strlen(high) == 4) : latest;
	if (first > last || last - first >= YEARS_MAX)
		return;
	for (int year = first; year <= last; year++)
		field->words = either(arena, field->words, phrase(arena, FACT_YEAR, arena_printf(arena, "%04d", year), false));
	field->conditioned = !is_whole_year(low) || !is_whole_year(high);
}

static bool day_set(struct query_field *field, const char *value, struct arena *arena)
{
	char low[32] = "", high[32] = "";
	size_t first = 0;
	const char *second = range_parts(value, &first, arena);
	field->condition = (struct texts_condition){ .kind = CONDITION_DAY };
	field->conditioned = true;
	if (second && field->kind == BY_DAY) {
		bool from = day_read(arena_strndup(arena, value, first), low), to = day_read(second, high);
		if ((!from && first) || (!to && strpbrk(second, "0123456789")) || (!from && !to))
			return false;
		if (from && to && strcmp(low, behind(arena, high)) > 0) { /* 2023..2022 */
			char later[32];
			strcpy(later, low);
			strcpy(low, high);
			strcpy(high, later);
		}
	} else {
		if (!day_read(value, low))
			return false;
		strcpy(high, low);
	}
	if (field->kind == BY_BEFORE) {
		field->condition.high = arena_strdup(arena, low);
	} else if (field->kind == BY_AFTER) {
		field->condition.low = behind(arena, low);
	} else {
		field->condition.low = *low ? arena_strdup(arena, low) : NULL;
		field->condition.high = *high ? behind(arena, high) : NULL;
		if (field->condition.low && field->condition.high)
			query_field_years(field, 0, 0, arena);
	}
	return true;
}

/* --- values --------------------------------------------------------------------------------------------------------------- */

static bool meaning_set(struct query_field *field, const char *value, struct arena *arena)
{
	const char *word = plain(arena, value, strlen(value));
	for (int i = 0; i < COUNT(meanings); i++) {
		if (meanings[i].field != field->kind || strcmp(word, meanings[i].word) != 0)
			continue;
		const char **values = arena_alloc(arena, sizeof *values);
		values[0] = meanings[i].value;
		field->condition = (struct texts_condition){ .kind = meanings[i].kind, .negated = meanings[i].negated, .values = values, .nvalues = 1 };
		field->conditioned = true;
		return true;
	}
	return false;
}

static const char *note_of(enum query_field_kind kind)
{
	switch (kind) {
	case BY_DAY:
	case BY_BEFORE:
	case BY_AFTER:
		return _("\"%s\" is no day; write ngày:5/3/2024, ngày:3/2024, ngày:2024 or ngày:2019..2021. The rest was looked for without it.");
	case BY_TYPE:
		return _("\"%s\" is no type of paper; write it as the title says, as in loại:\"quyết định\". Its words were looked for instead.");
	case BY_STATE:
		return _("\"%s\" is no state; write trạng thái:\"đã xác nhận\" or trạng thái:\"chưa xác nhận\". The rest was looked for without it.");
	case BY_REUSE:
		return _("\"%s\" is no validity; write hiệu lực:còn, \"cần kiểm tra\", không, \"hết hạn\" or \"bị thay thế\". The rest was looked "
			 "for without it.");
	case BY_ID:
		return _("\"%s\" is no number of a person; write its digits, as in cccd:001204012345. The rest was looked for without it.");
	default:
		return _("\"%s\" names nothing to look for; write a value behind the ':', in double quotes if it has several words. The rest was "
			 "looked for without it.");
	}
}

static struct texts_node *words_of(const struct query_field *field, const char *value, const struct schemas *schemas, struct arena *arena)
{
	switch (field->kind) {
	case BY_NUMBER:
	case BY_SYMBOL:
		return number_words(arena, value);
	case BY_TYPE:
		return type_words(arena, value, schemas);
	case BY_AGENCY:
		return name_words(arena, FACT_AGENCY, value);
	case BY_PERSON:
		return name_words(arena, FACT_PERSON, value);
	case BY_PLACE:
		return name_words(arena, FACT_PLACE, value);
	case BY_DOSSIER:
		return name_words(arena, FACT_DOSSIER, value);
	case BY_BATCH:
		return name_words(arena, FACT_BATCH, value);
	case BY_ID:
		return strpbrk(value, "0123456789") ? phrase(arena, FACT_ID, key_number(arena, value), true) : NULL;
	default:
		return NULL;
	}
}

bool query_field_set(struct query_field *field, const char *value, const struct schemas *schemas, const char **note, struct arena *arena)
{
	bool meant;
	field->words = NULL;
	field->conditioned = false;
	if (field->kind == BY_DAY || field->kind == BY_BEFORE || field->kind == BY_AFTER)
		meant = day_set(field, value, arena);
	else if (field->kind == BY_STATE || field->kind == BY_REUSE)
		meant = meaning_set(field, value, arena);
	else
		meant = (field->words = words_of(field, value, schemas, arena)) != NULL;
	if (!meant)
		*note = arena_printf(arena, note_of(field->kind), field->typed);
	return meant;
}
