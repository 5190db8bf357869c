/* texts_show.c - what an answer shows of one page or paper (texts.h) */
#include <stdio.h>
#include <stdlib.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/catalogue/visible.h"
#include "pipeline/error.h"

#define NAMES_MAX 8

struct day {
	struct arena *arena;
	const char *text;
};

static int day_row(void *context, const struct db_row *row, struct error *err)
{
	struct day *day = context;
	const char *text = db_column_text(row, 0);
	day->text = text ? arena_strdup(day->arena, text) : "";
	return 1;
}

int texts_day(struct catalogue *catalogue, int64_t document, struct arena *arena, const char **day, struct error *err)
{
	struct day found = { arena, "" };
	int ret = catalogue_query(catalogue, "SELECT value FROM field WHERE document_id = $1 AND name = 'date' AND state = 'read'",
				  DB_ARGS(DB_I(document)), day_row, &found, err);
	*day = found.text;
	return ret < 0 ? -1 : 0;
}

int texts_years(struct catalogue *catalogue, int *first, int *last, struct error *err)
{
	int64_t low = 0, high = 0;
	if (catalogue_int(catalogue, "SELECT CAST(min(value) AS INTEGER) FROM field WHERE name = 'date'", NULL, 0, 0, &low, err) ||
	    catalogue_int(catalogue, "SELECT CAST(max(value) AS INTEGER) FROM field WHERE name = 'date'", NULL, 0, 0, &high, err))
		return -1;
	*first = (int)low;
	*last = (int)high;
	return 0;
}

struct ids {
	int (*fn)(void *context, int64_t page, struct error *err);
	void *context;
};

static int id_row(void *context, const struct db_row *row, struct error *err)
{
	const struct ids *ids = context;
	return ids->fn(ids->context, db_column_int(row, 0), err);
}

/* The statement of a viewer: text before and behind what visible.h writes, by the view v or by a page. malloc'ed; NULL with err. */
static char *viewed(void (*write)(FILE *sql, const struct viewer *viewer, const char *name), const struct viewer *viewer, const char *before, const char *name,
		    const char *behind, struct error *err)
{
	char *text = NULL;
	size_t size;
	FILE *sql = open_memstream(&text, &size);
	if (sql) {
		fputs(before, sql);
		write(sql, viewer, name);
		fputs(behind, sql);
	}
	if (!sql || fclose(sql)) {
		error_errno(err, REACH_RUN, "catalogue", _("cannot ask the full text"));
		free(text);
		return NULL;
	}
	return text;
}

int texts_by_key(struct catalogue *catalogue, const struct viewer *viewer, const char *const *names, int nnames, const char *key, int limit,
		 int (*fn)(void *context, int64_t page, struct error *err), void *context, struct error *err)
{
	struct ids ids = { fn, context };
	struct db_value args[NAMES_MAX + 2];
	if (nnames > NAMES_MAX)
		return error_set(err, REACH_RUN, "catalogue", "texts_by_key: too many names");
	args[0] = DB_T(key);
	args[1] = DB_I(limit);
	for (int i = 0; i < NAMES_MAX; i++)
		args[i + 2] = i < nnames ? DB_T(names[i]) : DB_N;
	char *sql = viewed(visible_write, viewer,
			   "SELECT DISTINCT t.page_id FROM field f JOIN document fd ON fd.id = f.document_id"
			   " JOIN page fp ON fp.dossier_id = fd.dossier_id"
			   "  AND fp.number = CASE WHEN f.page > 0 THEN f.page ELSE fd.first_page END"
			   " JOIN page_text t ON t.page_id = fp.id JOIN visible v ON v.page_id = t.page_id"
			   " WHERE f.key = $1 AND f.name IN ($3, $4, $5, $6, $7, $8, $9, $10) AND ", "v", " ORDER BY t.page_id LIMIT $2", err);
	int ret = sql ? catalogue_query(catalogue, sql, args, NAMES_MAX + 2, id_row, &ids, err) : -1;
	free(sql);
	return ret;
}

struct text {
	int (*fn)(void *context, const struct texts_text *text, struct error *err);
	void *context;
};

static int text_row(void *context, const struct db_row *row, struct error *err)
{
	const struct text *text = context;
	struct texts_text out = { db_column_int(row, 0), (int)db_column_int(row, 1), db_column_text(row, 2) };
	return text->fn(text->context, &out, err);
}

int texts_text(struct catalogue *catalogue, const struct viewer *viewer, int64_t page,
	       int (*fn)(void *context, const struct texts_text *text, struct error *err), void *context, struct error *err)
{
	struct text text = { fn, context };
	char *sql = viewed(visible_page_write, viewer,
			   "SELECT p.document_id, p.number, t.exact FROM page_text t JOIN page p ON p.id = t.page_id WHERE t.page_id = $1 AND ", "t.page_id", "", err);
	int ret = sql ? catalogue_query(catalogue, sql, DB_ARGS(DB_I(page)), text_row, &text, err) : -1;
	free(sql);
	return ret;
}

struct hit {
	int (*fn)(void *context, const struct texts_hit *hit, struct error *err);
	void *context;
};

static int hit_row(void *context, const struct db_row *row, struct error *err)
{
	const struct hit *hit = context;
	struct texts_hit out = {
		.page = db_column_int(row, 0),
		.document = db_column_int(row, 1),
		.exact = db_column_text(row, 2),
		.hash = db_column_text(row, 3),
		.file = db_column_text(row, 4),
		.file_page = (int)db_column_int(row, 5),
		.number = (int)db_column_int(row, 6),
		.in_document = (int)db_column_int(row, 7),
		.dossier = db_column_text(row, 8),
		.batch = db_column_text(row, 9),
		.box = db_column_text(row, 10),
		.shelf = db_column_text(row, 11),
		.type = db_column_text(row, 12),
		.title = db_column_text(row, 13),
		.verdict = db_column_text(row, 14),
	};
	return hit->fn(hit->context, &out, err);
}

int texts_hit(struct catalogue *catalogue, const struct viewer *viewer, int64_t page,
	      int (*fn)(void *context, const struct texts_hit *hit, struct error *err), void *context, struct error *err)
{
	struct hit hit = { fn, context };
	char *sql = viewed(visible_write, viewer,
			   "SELECT t.page_id, d.id, t.exact, p.text, f.shown, p.file_page, p.number,"
			   " p.number - d.first_page + 1, s.code, b.code, s.box, s.shelf, d.type, d.title, d.verdict"
			   " FROM page_text t JOIN visible v ON v.page_id = t.page_id JOIN page p ON p.id = v.page_id"
			   " JOIN document d ON d.id = v.document_id JOIN file f ON f.id = p.file_id JOIN dossier s ON s.id = p.dossier_id"
			   " JOIN batch b ON b.id = s.batch_id WHERE t.page_id = $1 AND ", "v", "", err);
	int ret = sql ? catalogue_query(catalogue, sql, DB_ARGS(DB_I(page)), hit_row, &hit, err) : -1;
	free(sql);
	return ret;
}
