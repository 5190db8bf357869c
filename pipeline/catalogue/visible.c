#include "pipeline/catalogue/visible.h"

#include <inttypes.h>

void visible_write(FILE *sql, const struct viewer *viewer, const char *alias)
{
	if (!viewer) {
		fputs("1", sql);
		return;
	}
	fprintf(sql, "%s.batch_id IN (", alias);
	for (int i = 0; i < viewer->nbatches; i++)
		fprintf(sql, "%s%" PRId64, i ? ", " : "", viewer->batches[i]);
	fputc(')', sql);
}

void visible_page_write(FILE *sql, const struct viewer *viewer, const char *page)
{
	if (!viewer) {
		fprintf(sql, "%s NOT IN (SELECT page_id FROM hidden)", page);
		return;
	}
	fprintf(sql, "EXISTS (SELECT 1 FROM visible seen WHERE seen.page_id = %s AND ", page);
	visible_write(sql, viewer, "seen");
	fputc(')', sql);
}
