/*
 * statistics.h - what the reports count: shares, verdicts, reasons, uses, what runs out
 *
 * Each verb gives rows of text cells, one call per row; a NULL cell is empty. No name of a person is among them.
 */
#ifndef SOHOA_STATISTICS_H
#define SOHOA_STATISTICS_H

struct catalogue;
struct error;

typedef int statistics_row_fn(void *context, const char *const *cells, int n);

enum statistics {
	STATISTICS_SHARES,   /* agency, field of work, month, dossiers, read whole, results found, results digitised, of these used again */
	STATISTICS_USES,     /* procedure, month, uses, papers, dossiers */
	STATISTICS_VERDICTS, /* verdict, papers */
	STATISTICS_REASONS,  /* code, severity as judged, papers */
	STATISTICS_EXPIRING, /* document, type, last day, dossier */
	STATISTICS_CHAINS,   /* older document, type, code, newer document or what names it */
	STATISTICS_OVERRIDES, /* made, who, document, dossier, procedure, component, verdict, reason */
	STATISTICS_LEDGER,   /* made, day, who, document, code, dossier, procedure, component, verdict, codes, override */
	STATISTICS_QUESTIONS, /* made, who, about: a document or a number of which the end is shown, procedure, day of use */
	STATISTICS_CHANGES   /* made, document, before, codes before, after, codes after */
};

/* since, until: ISO days, both included ("" open): of the month for shares, of the entry for what people did, of the last day for what runs out.
 * results: the paper types that are results of procedures with their fields of work, as JSON {"giay-khai-sinh": "hộ tịch"}; "" where none is known. */
int statistics_read(struct catalogue *catalogue, enum statistics what, const char *since, const char *until, const char *results,
		    statistics_row_fn *fn, void *context, struct error *err);

#endif
