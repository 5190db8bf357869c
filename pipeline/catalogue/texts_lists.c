/*
 * texts_lists.c - reads the lists of terms from the pages of FTS5 (texts_lists.h)
 *
 * The index is some segments, newest first; what a newer one has of a page, or that it was taken out there, is what counts. A segment is a row of leaves. A
 * leaf is: where the first page id on it stands (2 bytes), where its content ends (2 bytes), the content, and behind it how far each term on it is from the one before.
 * A term is followed by its list: for each page its id (the first one on a leaf as it is, others by how far they are from the one before), the length of its places
 * times two (plus one: what older segments have of the page is gone), and the places. Lists go on from leaf to leaf. Numbers are varints of SQLite.
 */
#include "pipeline/catalogue/texts_lists.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/bitmap.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"

#define VERSION 4           /* of the form of the index, in page_fts_config */
#define STRUCTURE_ROW 10    /* of page_fts_data */
#define SEGMENT_SHIFT 37    /* of the id of a leaf, its number in the lower bits */
#define LEAF_HEAD 4         /* bytes in front of the content */
#define TERM_SIGN '0'       /* in front of each term; other signs are those of indexes of prefixes */
#define COLUMN_SHIFT 32     /* of a place, the number of the word in the lower bits */
#define COLUMN_SIGN 1       /* in front of the number of a column; a place is 2 and how far it is from the one before */

/* --- bytes ---------------------------------------------------------------------------------------------------------------- */

struct bytes {
	const uint8_t *at, *end;
	bool broken; /* it was read beyond the end */
};

static uint64_t varint_long(struct bytes *bytes)
{
	uint64_t value = 0;
	for (int i = 0; i < 9; i++) {
		if (bytes->at >= bytes->end) {
			bytes->broken = true;
			return 0;
		}
		uint8_t byte = *bytes->at++;
		if (i == 8)
			return value << 8 | byte;
		value = value << 7 | (byte & 0x7F);
		if (byte < 0x80)
			break;
	}
	return value;
}

static inline uint64_t varint(struct bytes *bytes)
{
	if (bytes->at < bytes->end && *bytes->at < 0x80)
		return *bytes->at++;
	return varint_long(bytes);
}

static int64_t two_bytes(const uint8_t *bytes)
{
	return bytes[0] << 8 | bytes[1];
}

/* --- places that are left ---------------------------------------------------------------------------------------------------- */

/* Where a phrase may begin on a page, ascending. */
struct starts {
	int64_t *at;
	int n;
};

struct phrase {
	struct arena *arena;
	struct bitmap *left;    /* pages on which the terms so far stand one behind the other, the one that is read among them */
	struct bitmap *open;    /* of those that were left before it, the ones that no segment so far had an entry of */
	struct starts *starts;  /* of each page that was left at first; NULL: of one term, where any place will do */
	int *before;            /* how many of these stand in front of each 64 pages */
	const uint64_t *first;  /* their bits */
	int place;              /* of the term that is read */
	bool begun;             /* starts are told by one term at least */
	int64_t from;           /* pages in front of it are not asked for */
};

static struct starts *starts_of(const struct phrase *phrase, int64_t page)
{
	uint64_t below = phrase->first[page / 64] & ((UINT64_C(1) << page % 64) - 1);
	return &phrase->starts[phrase->before[page / 64] + __builtin_popcountll(below)];
}

/* The places of the term that is read first tell where the phrase may begin. */
static void places_begin(const struct phrase *phrase, struct starts *starts, struct bytes *places)
{
	int64_t place = 0;
	starts->at = arena_array(phrase->arena, (size_t)(places->end - places->at), sizeof *starts->at); /* a byte each at least */
	while (places->at < places->end) {
		uint64_t step = varint(places);
		if (step == COLUMN_SIGN)
			place = (int64_t)varint(places) << COLUMN_SHIFT;
		else
			starts->at[starts->n++] = (place += (int64_t)step - 2) - phrase->place;
	}
}

/* Of the places where it may begin, those that have this term so far behind. */
static void places_narrow(const struct phrase *phrase, struct starts *starts, struct bytes *places)
{
	int64_t place = 0;
	int from = 0, n = 0;
	while (places->at < places->end) {
		uint64_t step = varint(places);
		if (step == COLUMN_SIGN) {
			place = (int64_t)varint(places) << COLUMN_SHIFT;
			continue;
		}
		place += (int64_t)step - 2;
		while (from < starts->n && starts->at[from] < place - phrase->place)
			from++;
		if (from < starts->n && starts->at[from] == place - phrase->place)
			starts->at[n++] = starts->at[from++];
	}
	starts->n = n;
}

static bool places_take(struct phrase *phrase, int64_t page, const uint8_t *at, int64_t n)
{
	if (!phrase->starts) {
		bitmap_add(phrase->left, page);
		return true;
	}
	struct bytes places = { at, at + n, false };
	struct starts *starts = starts_of(phrase, page);
	if (phrase->begun)
		places_narrow(phrase, starts, &places);
	else
		places_begin(phrase, starts, &places);
	if (starts->n)
		bitmap_add(phrase->left, page);
	return !places.broken;
}

/* --- a list, leaf by leaf ------------------------------------------------------------------------------------------------------ */

struct list {
	struct phrase *phrase;
	const char *term;
	int64_t leaf;       /* id of the row that comes next */
	bool begun;         /* the term was found */
	bool ended;         /* what stands behind its list was reached, or the term is not there */
	bool joined;        /* the list is taken up on this leaf, with the first page id that stands there */
	bool broken;
	int64_t page;
	bool wanted;        /* its places */
	int64_t rest;       /* bytes of them that stand on the next leaf */
	struct arena_text kept; /* those in front of them, where they are wanted */
};

static void keep(struct list *list, const uint8_t *bytes, int64_t n)
{
	arena_text_add(&list->kept, (const char *)bytes, (size_t)n);
}

/* Places that began on the leaf before. */
static void rest_take(struct list *list, struct bytes *leaf)
{
	int64_t here = leaf->end - leaf->at < list->rest ? leaf->end - leaf->at : list->rest;
	if (list->wanted)
		keep(list, leaf->at, here);
	leaf->at += here;
	list->rest -= here;
	if (!list->rest && list->wanted)
		list->broken |= !places_take(list->phrase, list->page, (const uint8_t *)list->kept.text, (int64_t)list->kept.n);
}

/* Whether the places of a page are to be looked at. */
static bool page_take(const struct phrase *phrase, int64_t page)
{
	if ((uint64_t)page >= (uint64_t)phrase->open->size)
		return false;
	uint64_t *word = &phrase->open->words[(uint64_t)page / 64], bit = UINT64_C(1) << page % 64;
	bool wanted = *word & bit;
	if (wanted)
		*word &= ~bit;
	return wanted;
}

/* One page of the list, whose places are n bytes. */
static void entry_take(struct list *list, struct bytes *leaf, int64_t page, int64_t n)
{
	int64_t here = leaf->end - leaf->at < n ? leaf->end - leaf->at : n;
	list->page = page;
	list->wanted = page_take(list->phrase, page);
	list->rest = n - here;
	list->kept.n = 0;
	if (list->wanted && here == n && n)
		list->broken |= !places_take(list->phrase, page, leaf->at, n);
	if (list->wanted && list->rest)
		keep(list, leaf->at, here);
	leaf->at += here;
}

/* The entries of the list up to the end of the leaf, or of the list. Nearly all are two bytes and some places of a page that is not wanted: these are millions. */
static void entries_take(struct list *list, struct bytes *leaf)
{
	const uint64_t *open = list->phrase->open->words;
	uint64_t size = (uint64_t)list->phrase->open->size, page = 0; /* the first page id stands there as it is */
	while (leaf->at < leaf->end && !list->broken) {
		const uint8_t *at = leaf->at;
		for (; leaf->end - at > 2 + 0x7F / 2 && at[0] < 0x80 && at[1] < 0x80; at += 2 + at[1] / 2) {
			uint64_t next = page + at[0];
			if (next >= size || open[next / 64] >> next % 64 & 1)
				break;
			page = next;
		}
		leaf->at = at;
		page += varint(leaf);
		uint64_t n = varint(leaf) / 2;
		list->broken |= leaf->broken;
		entry_take(list, leaf, (int64_t)page, (int64_t)n);
	}
}

/* Looks for the term on a leaf, whose content ends at `end`; sets *start and *stop, where its list begins and what comes behind, if it ends there. Terms share the begin
 * with the one before: how many bytes that has in common with the term that is looked for is all that must be known of it. */
static bool term_find(const struct list *list, const uint8_t *leaf, int64_t size, int64_t end, int64_t *start, int64_t *stop, bool *ends)
{
	struct bytes index = { leaf + end, leaf + size, false };
	int64_t at = 0, wanted = (int64_t)strlen(list->term) + 1, same = 0;
	for (bool first = true; index.at < index.end; first = false) {
		at += (int64_t)varint(&index);
		if (index.broken || at >= end)
			return false;
		struct bytes text = { leaf + at, leaf + end, false };
		int64_t shared = first ? 0 : (int64_t)varint(&text), n = (int64_t)varint(&text);
		if (text.broken || n < 0 || n > text.end - text.at || shared < 0)
			return false;
		if (shared <= same)
			for (same = shared; same < wanted && same - shared < n && text.at[same - shared] == (uint8_t)(same ? list->term[same - 1] : TERM_SIGN);)
				same++;
		if (same != wanted || shared + n != wanted)
			continue;
		*start = text.at + n - leaf;
		*ends = index.at < index.end;
		*stop = *ends ? at + (int64_t)varint(&index) : end;
		return *start <= *stop && *stop <= end;
	}
	return false;
}

static int leaf_row(void *context, const struct db_row *row, struct error *err)
{
	struct list *list = context;
	const uint8_t *bytes = row->columns[1].bytes;
	int64_t size = row->columns[1].size, start = LEAF_HEAD, stop;
	bool ends;
	list->broken |= row->columns[1].kind != DB_BLOB || size < LEAF_HEAD || db_column_int(row, 0) != list->leaf++;
	if (list->broken)
		return 1;
	int64_t end = two_bytes(bytes + 2);
	if (end < LEAF_HEAD || end > size) {
		list->broken = true;
		return 1;
	}
	if (list->begun) {
		struct bytes index = { bytes + end, bytes + size, false };
		ends = end < size;
		stop = ends ? (int64_t)varint(&index) : end;
		list->broken |= index.broken || stop < LEAF_HEAD || stop > end;
	} else if (!term_find(list, bytes, size, end, &start, &stop, &ends)) {
		list->ended = true;
		return 1;
	}
	if (list->joined) {
		start = two_bytes(bytes);
		list->broken |= start < LEAF_HEAD || start > stop;
		list->joined = false;
	}
	if (list->broken)
		return 1;
	struct bytes leaf = { bytes + start, bytes + stop, false };
	if (list->rest)
		rest_take(list, &leaf);
	if (list->begun && leaf.at < leaf.end)
		list->broken |= two_bytes(bytes) != leaf.at - bytes;
	list->begun = true;
	if (!list->rest && !list->broken)
		entries_take(list, &leaf);
	list->broken |= ends && list->rest;
	list->ended = ends;
	return ends || list->broken;
}

/* --- segments -------------------------------------------------------------------------------------------------------------- */

struct segment {
	int64_t id, first, last; /* and the numbers of its leaves */
};

struct segments {
	struct arena *arena;
	struct segment *all; /* newest first */
	int n;
	bool broken;
};

/* The row of the structure: a number of four bytes that changes with it; how many levels and segments; how often it was written; and of each level, newest first, how
 * many of its segments are being merged, and its segments, oldest first. */
static int structure_row(void *context, const struct db_row *row, struct error *err)
{
	struct segments *segments = context;
	struct bytes bytes = { row->columns[0].bytes, NULL, false };
	segments->broken = row->columns[0].kind != DB_BLOB || row->columns[0].size < 7 || bytes.at[4] == 0xFF; /* behind 0xFF a later form */
	if (segments->broken)
		return 1;
	bytes.end = bytes.at + row->columns[0].size;
	bytes.at += 4;
	uint64_t levels = varint(&bytes);
	varint(&bytes);
	varint(&bytes);
	for (uint64_t level = 0; level < levels && !bytes.broken; level++) {
		varint(&bytes);
		uint64_t n = varint(&bytes);
		int first = segments->n;
		for (uint64_t i = 0; i < n && !bytes.broken; i++) {
			struct segment *segment = arena_push(segments->arena, &segments->all, &segments->n, sizeof *segment);
			segment->id = (int64_t)varint(&bytes);
			segment->first = (int64_t)varint(&bytes);
			segment->last = (int64_t)varint(&bytes);
		}
		for (int i = first, k = segments->n - 1; i < k; i++, k--) {
			struct segment other = segments->all[i];
			segments->all[i] = segments->all[k];
			segments->all[k] = other;
		}
	}
	segments->broken = bytes.broken;
	return 1;
}

static int64_t leaf_id(const struct segment *segment, int64_t leaf)
{
	return segment->id << SEGMENT_SHIFT | leaf;
}

/* Goes on with the list, up to a leaf. */
static int leaves_read(struct catalogue *catalogue, const struct segment *segment, struct list *list, int64_t last, struct error *err)
{
	return catalogue_query(catalogue, "SELECT id, block FROM page_fts_data WHERE id >= $1 AND id <= $2 ORDER BY id",
			       DB_ARGS(DB_I(list->leaf), DB_I(leaf_id(segment, last))), leaf_row, list, err) < 0 ? -1 : 0;
}

/* The first page id on a leaf; INT64_MAX where there is none. */
static int first_id_row(void *context, const struct db_row *row, struct error *err)
{
	struct bytes bytes = { row->columns[0].bytes, NULL, false };
	int64_t size = row->columns[0].kind == DB_BLOB ? row->columns[0].size : 0, at = size < LEAF_HEAD ? 0 : two_bytes(bytes.at);
	if (at >= LEAF_HEAD && at < size) {
		bytes.end = bytes.at + size;
		bytes.at += at;
		*(int64_t *)context = (int64_t)varint(&bytes);
	}
	return 1;
}

/* A list that goes on behind the leaf it begins on is taken up where page `from` may stand. Up to the next leaf on which a term begins, there is nothing but this list. */
static int list_skip(struct catalogue *catalogue, const struct segment *segment, struct list *list, const struct db_value *term, int64_t from, struct error *err)
{
	int64_t leaf = list->leaf & ((INT64_C(1) << SEGMENT_SHIFT) - 1), low = leaf - 1, next;
	if (catalogue_int(catalogue, "SELECT pgno >> 1 FROM page_fts_idx WHERE segid = $1 AND term > $2 ORDER BY term LIMIT 1", (struct db_value[]){ DB_I(segment->id), *term },
			  2, segment->last + 1, &next, err))
		return -1;
	for (int64_t high = next <= segment->last ? next : segment->last + 1; high - low > 1;) {
		int64_t middle = low + (high - low) / 2, first = INT64_MAX;
		if (catalogue_query(catalogue, "SELECT block FROM page_fts_data WHERE id = $1", DB_ARGS(DB_I(leaf_id(segment, middle))), first_id_row, &first, err) < 0)
			return -1;
		if (first <= from)
			low = middle;
		else
			high = middle;
	}
	if (low < leaf)
		return 0;
	list->leaf = leaf_id(segment, low);
	list->joined = true;
	list->rest = 0;
	return 0;
}

/* Reads the list of one term in one segment. */
static int list_read(struct catalogue *catalogue, const struct segment *segment, struct phrase *phrase, const char *term, bool *broken, struct error *err)
{
	struct list list = { .phrase = phrase, .term = term, .kept = { .arena = phrase->arena } };
	const char *signed_term = arena_printf(phrase->arena, "%c%s", TERM_SIGN, term);
	struct db_value key = DB_B(signed_term, strlen(signed_term));
	int64_t leaf;
	/* The index of a segment names the first leaf that may have a term; the lowest bit tells whether a long list has an index of its own. */
	if (catalogue_int(catalogue, "SELECT pgno >> 1 FROM page_fts_idx WHERE segid = $1 AND term <= $2 ORDER BY term DESC LIMIT 1",
			  (struct db_value[]){ DB_I(segment->id), key }, 2, 1, &leaf, err))
		return -1;
	leaf = leaf < segment->first ? segment->first : leaf;
	list.leaf = leaf_id(segment, leaf);
	if (phrase->from && leaves_read(catalogue, segment, &list, leaf, err))
		return -1;
	if (phrase->from && !list.ended && !list.broken && list_skip(catalogue, segment, &list, &key, phrase->from, err))
		return -1;
	if (!list.ended && !list.broken && leaves_read(catalogue, segment, &list, segment->last, err))
		return -1;
	*broken |= list.broken || list.rest;
	return 0;
}

static int segments_find(struct catalogue *catalogue, struct segments *segments, struct error *err)
{
	int64_t version;
	if (catalogue_int(catalogue, "SELECT v FROM page_fts_config WHERE k = 'version'", NULL, 0, 0, &version, err))
		return -1;
	segments->broken = version != VERSION || catalogue_in_transaction(catalogue); /* of which FTS5 may still have in memory what was put in */
	if (segments->broken)
		return 0;
	segments->broken = true; /* until there is a structure */
	return catalogue_query(catalogue, "SELECT block FROM page_fts_data WHERE id = $1", DB_ARGS(DB_I(STRUCTURE_ROW)), structure_row, segments, err) < 0 ? -1 : 0;
}

/* --- a phrase ----------------------------------------------------------------------------------------------------------------- */

static int term_read(struct catalogue *catalogue, const struct segments *segments, struct phrase *phrase, const char *term, bool *broken, struct error *err)
{
	for (int i = 0; i < segments->n && !*broken; i++)
		if (list_read(catalogue, &segments->all[i], phrase, term, broken, err))
			return -1;
	return 0;
}

static int phrase_read(struct catalogue *catalogue, const struct segments *segments, const struct texts_list *lists, int nlists, struct bitmap *pages, int *nread,
		       bool *known, struct error *err)
{
	struct phrase phrase = { .arena = segments->arena, .left = bitmap_new(pages->size), .open = bitmap_new(pages->size), .first = pages->words };
	bool broken = false;
	int n = 0, ret = 0;
	bitmap_copy(phrase.left, pages);
	phrase.before = arena_array(phrase.arena, (size_t)(pages->size / 64) + 1, sizeof *phrase.before);
	for (int64_t i = 0; i < pages->size / 64; i++) {
		phrase.before[i] = n;
		n += __builtin_popcountll(pages->words[i]);
	}
	phrase.starts = arena_array(phrase.arena, (size_t)n + 1, sizeof *phrase.starts);
	for (*nread = 0; *nread < nlists && !ret && !broken && bitmap_count(phrase.left) > lists[*nread].few; ++*nread) {
		bitmap_copy(phrase.open, phrase.left);
		bitmap_clear(phrase.left);
		phrase.place = lists[*nread].place;
		ret = term_read(catalogue, segments, &phrase, lists[*nread].term, &broken, err);
		phrase.begun = true;
	}
	*known = !ret && !broken;
	if (*known)
		bitmap_copy(pages, phrase.left);
	bitmap_free(phrase.left);
	bitmap_free(phrase.open);
	return ret;
}

int texts_lists_term(struct catalogue *catalogue, const char *term, int64_t from, struct bitmap *pages, bool *known, struct error *err)
{
	struct segments segments = { .arena = arena_new() };
	struct phrase phrase = { .arena = segments.arena, .left = bitmap_new(pages->size), .open = bitmap_new(pages->size), .from = from };
	for (int64_t i = from / 64; i < pages->size / 64; i++)
		phrase.open->words[i] = i > from / 64 ? UINT64_MAX : UINT64_MAX << from % 64;
	int ret = segments_find(catalogue, &segments, err);
	if (!ret && !segments.broken)
		ret = term_read(catalogue, &segments, &phrase, term, &segments.broken, err);
	*known = !ret && !segments.broken;
	if (*known)
		bitmap_or(pages, phrase.left);
	bitmap_free(phrase.left);
	bitmap_free(phrase.open);
	arena_free(segments.arena);
	return ret;
}

int texts_lists_phrase(struct catalogue *catalogue, const struct texts_list *lists, int nlists, struct bitmap *pages, int *nread, bool *known, struct error *err)
{
	struct segments segments = { .arena = arena_new() };
	*known = false;
	int ret = segments_find(catalogue, &segments, err);
	if (!ret && !segments.broken)
		ret = phrase_read(catalogue, &segments, lists, nlists, pages, nread, known, err);
	arena_free(segments.arena);
	return ret;
}
