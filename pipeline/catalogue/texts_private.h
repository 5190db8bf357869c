/* texts_private.h - what the files of texts.h share among themselves; nobody else includes it. */
#ifndef SOHOA_TEXTS_PRIVATE_H
#define SOHOA_TEXTS_PRIVATE_H

#include <stdbool.h>

#include "pipeline/catalogue/private.h"
#include "pipeline/catalogue/texts.h"

/* -1 with err, naming the verb, outside a transaction. */
int texts_need_transaction(struct catalogue *catalogue, const char *verb, struct error *err);

/* One step of FTS5's "merge": pages of 4 KB, below 0 so that all pieces take part. 1 where it did something, 0, -1. */
int texts_merge(struct catalogue *catalogue, int pages, struct error *err);

/* How the parts of a statement around FROM are written. */
struct texts_asked {
	const char *select;
	const char *end;
	bool ordered;
	int64_t limit;
};

/* Whether the rows of the view are needed, and not only the index: they cost a look-up for each page that answers. */
bool texts_needs_rows(const struct texts_question *question);
/* SELECT ... FROM ... WHERE ... of a question: rows v of the view where they are needed, rows of page_fts when there are words. */
int texts_ask(struct catalogue *catalogue, const struct texts_question *question, const struct texts_asked *asked, db_row_fn *fn, void *context,
	      struct error *err);

/* The decision c confirms its paper still: no later one took that back. */
#define TEXTS_CONFIRMS \
	"c.kind = 'confirm' AND NOT EXISTS" \
	" (SELECT 1 FROM decision l WHERE l.document_id = c.document_id AND l.id > c.id AND l.kind IN ('void', 'refuse', 'cancel'))"

#endif
