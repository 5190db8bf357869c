#include "pipeline/catalogue/check.h"

#include <stdio.h>
#include <string.h>

#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"

struct findings {
	int (*fn)(void *context, const char *finding);
	void *context;
};

static int take_integrity(void *context, const struct db_row *row, struct error *err)
{
	struct findings *f = context;
	const char *text = db_column_text(row, 0);

	return text && strcmp(text, "ok") ? f->fn(f->context, text) : 0;
}

static int take_reference(void *context, const struct db_row *row, struct error *err)
{
	struct findings *f = context;
	char text[200];

	snprintf(text, sizeof text, _("a row of %.60s names a row of %.60s that is not there"), db_column_text(row, 0), db_column_text(row, 2));
	return f->fn(f->context, text);
}

/* Objects named where no foreign key can stand. */
static int take_lost(void *context, const struct db_row *row, struct error *err)
{
	struct findings *f = context;
	char text[200];

	snprintf(text, sizeof text, _("dossier %lld names papers that are no known object"), (long long)db_column_int(row, 0));
	return f->fn(f->context, text);
}

int check_database(struct catalogue *catalogue, int (*fn)(void *context, const char *finding), void *context, struct error *err)
{
	struct findings f = { fn, context };
	int ret = catalogue_query(catalogue, "PRAGMA integrity_check", NULL, 0, take_integrity, &f, err);

	if (!ret)
		ret = catalogue_query(catalogue, "PRAGMA foreign_key_check", NULL, 0, take_reference, &f, err);
	if (!ret)
		ret = catalogue_query(catalogue, "SELECT id FROM dossier WHERE papers IS NOT NULL AND papers NOT IN (SELECT hash FROM object)",
				      NULL, 0, take_lost, &f, err);
	return ret;
}

struct objects {
	int (*fn)(void *context, const char *hash, int64_t size, const char *kind);
	void *context;
};

static int take_object(void *context, const struct db_row *row, struct error *err)
{
	struct objects *o = context;

	return o->fn(o->context, db_column_text(row, 0), db_column_int(row, 1), db_column_text(row, 2));
}

int check_objects(struct catalogue *catalogue, int (*fn)(void *context, const char *hash, int64_t size, const char *kind), void *context,
		  struct error *err)
{
	struct objects o = { fn, context };

	return catalogue_query(catalogue, "SELECT hash, size, kind FROM object WHERE withdrawal_id IS NULL ORDER BY hash", NULL, 0, take_object, &o, err);
}

int check_known(struct catalogue *catalogue, const char *hash, struct error *err)
{
	int64_t known;

	if (catalogue_int(catalogue, "SELECT 1 FROM object WHERE hash = $1 AND withdrawal_id IS NULL", DB_ARGS(DB_T(hash)), 0, &known, err) < 0)
		return -1;
	return (int)known;
}
