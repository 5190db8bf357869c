/*
 * bitmaps_make.c - makes bitmaps of counted parts (bitmaps.h), and checks them
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/bitmaps_private.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/error.h"

#define PARTS_AT_ONCE 8 /* written in one transaction; one by one each would touch every row of the tables' pages anew */
#define THREADS_MAX 4   /* each counts a part */
#define PAGES_MIN 512   /* new pages for which the bitmaps of their part are made anew: fewer are soon looked up */
#define TERMS_MAX 10000 /* that have bitmaps: about 2,500 of a drawn archive do (make bench-search) */

/* --- making ----------------------------------------------------------------------------------------------------------------- */

static int keep_term(void *context, const struct db_row *row, struct error *err)
{
	struct known *known = context;
	struct known_term *term = arena_push(known->arena, &known->terms, &known->n, sizeof *term);
	*term = (struct known_term){ db_column_int(row, 0), arena_strdup(known->arena, db_column_text(row, 1)) };
	return 0;
}

int bitmaps_known_find(struct catalogue *catalogue, struct known *known, struct error *err)
{
	return catalogue_query(catalogue, "SELECT id, term FROM bitmap_term ORDER BY id", NULL, 0, keep_term, known, err);
}

/* What stands in a part has bitmaps from now on. */
static int terms_note(struct catalogue *catalogue, const struct part *part, int nknown, struct error *err)
{
	int n;
	const struct made *made = bitmaps_part_all(part, &n);
	for (int i = 0; i < n && nknown < PAIR_SETS + TERMS_MAX; i++)
		if (!made[i].known &&
		    catalogue_query(catalogue, "INSERT OR IGNORE INTO bitmap_term (term) VALUES ($1)", DB_ARGS(DB_T(made[i].term)), NULL, NULL, err) < 0)
			return -1;
	return 0;
}

/* The rows of one term lie side by side: so they are written. */
static int parts_put(struct catalogue *catalogue, struct part *const *parts, int n, int nbefore, struct error *err)
{
	struct known known = { .arena = arena_new() };
	int ret = 0;
	for (int i = 0; i < n && !ret; i++)
		ret = terms_note(catalogue, parts[i], nbefore, err);
	if (!ret)
		ret = bitmaps_known_find(catalogue, &known, err);
	for (int i = 0; i < known.n; i++)
		for (int k = 0; k < n && !ret; k++) {
			const struct made *made = bitmaps_part_made(parts[k], &known, i);
			if (made)
				ret = catalogue_query(catalogue, "INSERT OR REPLACE INTO bitmap (id, pages) VALUES ($1, $2)",
						      DB_ARGS(DB_I(bitmaps_row_id(known.terms[i].id, bitmaps_part_number(parts[k]))), DB_B(made->bytes, made->n)), NULL, NULL, err);
		}
	arena_free(known.arena);
	return ret;
}

static int upto_set(struct catalogue *catalogue, int64_t upto, struct error *err)
{
	char number[24];
	snprintf(number, sizeof number, "%lld", (long long)upto);
	return catalogue_meta_set(catalogue, "bitmaps", number, err);
}

static int keep_row(void *context, const struct db_row *row, struct error *err)
{
	bitmaps_part_add(context, db_column_int(row, 0), (struct bitmaps_row){ db_column_text(row, 1), db_column_text(row, 2) });
	return 0;
}

/* Reads the pages of a part, up to page `end`, and begins to count them. */
static int part_begin(struct catalogue *catalogue, struct part *part, int64_t end, const struct known *known, struct error *err)
{
	int64_t first = bitmaps_part_number(part) * BITMAP_PART, last = first + BITMAP_PART < end ? first + BITMAP_PART : end;
	if (catalogue_query(catalogue, "SELECT page_id, exact, facts FROM page_text WHERE page_id >= $1 AND page_id < $2", DB_ARGS(DB_I(first), DB_I(last)), keep_row,
			    part, err) < 0)
		return -1;
	bitmaps_part_count(part, known);
	return 0;
}

/* Counts n parts, as many at once as there are processors, but for those that were collected. */
static int parts_count(struct catalogue *catalogue, struct part **parts, int n, int64_t first, int64_t end, const struct known *known, struct error *err)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	int threads = processors < 1 ? 1 : processors < THREADS_MAX ? (int)processors : THREADS_MAX, ret = 0, begun = 0;
	for (; begun < n && !ret; begun++) {
		if (begun >= threads)
			bitmaps_part_wait(parts[begun - threads]);
		if (parts[begun])
			continue;
		parts[begun] = bitmaps_part_new(first + begun);
		ret = part_begin(catalogue, parts[begun], end, known, err);
	}
	for (int i = begun > threads ? begun - threads : 0; i < begun; i++)
		bitmaps_part_wait(parts[i]);
	return ret;
}

/* The parts from that of page `upto` up to page `end`, PARTS_AT_ONCE at most. */
static int parts_make(struct catalogue *catalogue, int64_t upto, int64_t end, struct error *err)
{
	int64_t first = upto / BITMAP_PART;
	int n = (int)((end + BITMAP_PART - 1) / BITMAP_PART - first);
	struct part *parts[PARTS_AT_ONCE] = { NULL };
	struct known known = { .arena = arena_new() };
	int ret = bitmaps_known_find(catalogue, &known, err);
	for (int i = 0; i < n && !ret; i++)
		ret = bitmaps_collected_take(catalogue, first + i, &parts[i], err);
	if (!ret)
		ret = parts_count(catalogue, parts, n, first, end, &known, err);
	if (!ret)
		ret = parts_put(catalogue, parts, n, known.n, err) || upto_set(catalogue, end, err) ? -1 : 0;
	for (int i = 0; i < n; i++)
		bitmaps_part_free(parts[i]);
	arena_free(known.arena);
	return ret;
}

int bitmaps_step(struct catalogue *catalogue, struct error *err)
{
	int64_t upto, all, most;
	if (bitmaps_upto(catalogue, &upto, err) || catalogue_int(catalogue, "SELECT max(page_id) + 1 FROM page_text", NULL, 0, 0, &all, err))
		return -1;
	if (all - upto < PAGES_MIN)
		return 0;
	most = (upto / BITMAP_PART + PARTS_AT_ONCE) * BITMAP_PART;
	return parts_make(catalogue, upto, most < all ? most : all, err) < 0 ? -1 : most < all;
}

int bitmaps_collected_step(struct catalogue *catalogue, struct error *err)
{
	int64_t upto;
	if (!bitmaps_collected(catalogue, PARTS_AT_ONCE))
		return 0;
	if (catalogue_begin(catalogue, err))
		return -1;
	if (bitmaps_upto(catalogue, &upto, err) || parts_make(catalogue, upto, (upto / BITMAP_PART + PARTS_AT_ONCE) * BITMAP_PART, err)) {
		catalogue_rollback(catalogue);
		return -1;
	}
	return catalogue_commit(catalogue, err);
}

/* --- checking --------------------------------------------------------------------------------------------------------------- */

static int part_check(struct catalogue *catalogue, const struct part *part, const struct known *known, bool *wrong, struct error *err)
{
	int ret = 0;
	for (int i = 0; i < known->n && !ret; i++) {
		const struct made *made = bitmaps_part_made(part, known, i);
		int64_t same;
		ret = catalogue_int(catalogue, "SELECT pages = $2 FROM bitmap WHERE id = $1",
				    DB_ARGS(DB_I(bitmaps_row_id(known->terms[i].id, bitmaps_part_number(part))), DB_B(made->bytes, made->n)), 1, &same, err); /* without a row the index is asked */
		wrong[i] |= !ret && !same;
	}
	return ret;
}

int bitmaps_check(struct catalogue *catalogue, int64_t *wrong, struct error *err)
{
	struct known known = { .arena = arena_new() };
	int64_t upto = 0;
	int ret = bitmaps_known_find(catalogue, &known, err) || bitmaps_upto(catalogue, &upto, err) ? -1 : 0;
	bool *terms = arena_array(known.arena, (size_t)known.n + 1, sizeof *terms);
	for (int64_t number = 0; number * BITMAP_PART < upto && !ret; number++) {
		struct part *part = NULL;
		ret = parts_count(catalogue, &part, 1, number, upto, &known, err);
		if (!ret)
			ret = part_check(catalogue, part, &known, terms, err);
		bitmaps_part_free(part);
	}
	*wrong = 0;
	for (int i = 0; i < known.n; i++)
		*wrong += terms[i];
	arena_free(known.arena);
	return ret;
}
