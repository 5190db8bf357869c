#include "pipeline/catalogue/statistics.h"

#include <inttypes.h>
#include <stdio.h>

#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"

enum { CELLS_MAX = 16 };

/* The agency stands in front of the dossier's code: H06.12-240227-0001, or 000.00.12.H06-240227-0001 before 2020; a dossier with another code
 * has none. */
#define AGENCY "CASE WHEN instr(d.code, '-') > 1 THEN substr(d.code, 1, instr(d.code, '-') - 1) ELSE '' END"
#define DOCUMENT(id) "(" id " / 100000) || '.' || (" id " % 100000)"

/* $1 since, $2 until, $3 results. */
static const char *const texts[] = {
	[STATISTICS_SHARES] =
		"SELECT agency, work, month, sum(1), sum(whole), sum(results), sum(coded), sum(used) FROM (SELECT " AGENCY " AS agency, substr(b.taken, 1, 7) AS month, "
		"coalesce((SELECT $3 ->> ('$.\"' || e.type || '\"') AS work FROM document e WHERE e.dossier_id = d.id AND work <> '' ORDER BY e.number DESC LIMIT 1), '') "
		"AS work, "
		"d.state IN ('split', 'done') AND EXISTS (SELECT 1 FROM page p WHERE p.dossier_id = d.id) AND NOT EXISTS (SELECT 1 FROM page p "
		"WHERE p.dossier_id = d.id AND p.state IN ('waiting', 'running', 'set-aside') AND p.reason IS NOT 'replaced') AS whole, "
		"(SELECT count(*) FROM document e WHERE e.dossier_id = d.id AND $3 -> ('$.\"' || e.type || '\"') IS NOT NULL) AS results, "
		"(SELECT count(*) FROM document e JOIN result_code c ON c.document_id = e.id WHERE e.dossier_id = d.id) AS coded, "
		"(SELECT count(*) FROM document e JOIN result_code c ON c.document_id = e.id WHERE e.dossier_id = d.id AND EXISTS (SELECT 1 FROM ledger l "
		"WHERE l.document_id = e.id)) AS used FROM dossier d JOIN batch b ON b.id = d.batch_id "
		"WHERE ($1 = '' OR b.taken >= $1) AND ($2 = '' OR substr(b.taken, 1, 10) <= $2)) GROUP BY agency, work, month ORDER BY agency, work, month",
	[STATISTICS_USES] =
		"SELECT procedure, substr(made, 1, 7), count(*), count(DISTINCT document_id), count(DISTINCT dossier) FROM ledger "
		"WHERE ($1 = '' OR made >= $1) AND ($2 = '' OR substr(made, 1, 10) <= $2) AND $3 = $3 GROUP BY 1, 2 ORDER BY 1, 2",
	[STATISTICS_VERDICTS] =
		"SELECT coalesce(verdict, 'not-judged'), count(*) FROM document WHERE $1 = $1 AND $2 = $2 AND $3 = $3 GROUP BY 1 ORDER BY 1",
	[STATISTICS_REASONS] =
		"SELECT r.code, e.verdict, count(*) FROM reason r JOIN document e ON e.id = r.document_id WHERE $1 = $1 AND $2 = $2 AND $3 = $3 "
		"GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
	[STATISTICS_EXPIRING] =
		"SELECT " DOCUMENT("e.id") ", e.type, e.ends, d.code FROM document e JOIN dossier d ON d.id = e.dossier_id WHERE e.ends IS NOT NULL AND "
		"e.ends >= $1 AND e.ends <= $2 AND $3 = $3 ORDER BY e.ends, e.id",
	[STATISTICS_CHAINS] =
		"SELECT " DOCUMENT("e.id") ", e.type, r.code, r.detail FROM reason r JOIN document e ON e.id = r.document_id WHERE r.code IN "
		"('SUPERSEDED', 'REVOKED', 'WRONGLY_ISSUED', 'DATA_CHANGED') AND r.detail IS NOT NULL AND $1 = $1 AND $2 = $2 AND $3 = $3 ORDER BY e.id, r.code",
	[STATISTICS_OVERRIDES] =
		"SELECT made, who, " DOCUMENT("document_id") ", dossier, procedure, component, verdict, override FROM ledger WHERE override IS NOT NULL "
		"AND ($1 = '' OR made >= $1) AND ($2 = '' OR substr(made, 1, 10) <= $2) AND $3 = $3 ORDER BY id",
	[STATISTICS_LEDGER] =
		"SELECT l.made, l.day, l.who, " DOCUMENT("l.document_id") ", c.code, l.dossier, l.procedure, l.component, l.verdict, l.codes, l.override, "
		"(SELECT w.number FROM page p JOIN withdrawal w ON w.id = p.withdrawal_id WHERE p.document_id = l.document_id LIMIT 1) "
		"FROM ledger l LEFT JOIN result_code c ON c.document_id = l.document_id WHERE ($1 = '' OR l.made >= $1) AND "
		"($2 = '' OR substr(l.made, 1, 10) <= $2) AND $3 = $3 ORDER BY l.id",
	[STATISTICS_QUESTIONS] =
		"SELECT made, who, coalesce(detail ->> 'document', '...' || substr(detail ->> 'owner', -4), '...'), detail ->> 'procedure', detail ->> 'on' FROM audit "
		"WHERE act = 'ask' AND ($1 = '' OR made >= $1) AND ($2 = '' OR substr(made, 1, 10) <= $2) AND $3 = $3 ORDER BY id",
	[STATISTICS_CHANGES] =
		"SELECT made, " DOCUMENT("document_id") ", before, before_codes, after, after_codes FROM verdict_change WHERE ($1 = '' OR made >= $1) "
		"AND ($2 = '' OR substr(made, 1, 10) <= $2) AND $3 = $3 ORDER BY id",
};

struct rows {
	statistics_row_fn *fn;
	void *context;
};

static int take_row(void *context, const struct db_row *row, struct error *err)
{
	struct rows *rows = context;
	const char *cells[CELLS_MAX];
	char numbers[CELLS_MAX][24];

	for (int i = 0; i < row->ncolumns && i < CELLS_MAX; i++) {
		cells[i] = db_column_text(row, i);
		if (row->columns[i].kind != DB_INT)
			continue;
		snprintf(numbers[i], sizeof numbers[i], "%" PRId64, db_column_int(row, i));
		cells[i] = numbers[i];
	}
	return rows->fn(rows->context, cells, row->ncolumns);
}

int statistics_read(struct catalogue *catalogue, enum statistics what, const char *since, const char *until, const char *results,
		    statistics_row_fn *fn, void *context, struct error *err)
{
	struct rows rows = { fn, context };

	return catalogue_query(catalogue, texts[what], DB_ARGS(DB_T(since), DB_T(until), DB_T(results)), take_row, &rows, err);
}
