#include "pipeline/catalogue/order.h"

#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"

int order_front(struct catalogue *catalogue, int64_t dossier, int number, struct order_front *front, struct error *err)
{
	int64_t open, restricted;

	/* both answered by the index of waiting pages and the key (dossier, number) */
	if (catalogue_int(catalogue,
			  "SELECT 1 FROM page WHERE dossier_id = $1 AND number < $2 AND state IN ('waiting', 'running') LIMIT 1",
			  DB_ARGS(DB_I(dossier), DB_I(number)), 0, &open, err) < 0 ||
	    catalogue_int(catalogue,
			  "SELECT state = 'restricted' AND withdrawal_id IS NULL FROM page WHERE dossier_id = $1 AND number < $2 "
			  "AND state NOT IN ('blank', 'separator', 'set-aside') ORDER BY number DESC LIMIT 1",
			  DB_ARGS(DB_I(dossier), DB_I(number)), 0, &restricted, err) < 0)
		return -1;
	*front = (struct order_front){ open != 0, restricted != 0 };
	return 0;
}

int order_close_dossiers(struct catalogue *catalogue, struct error *err)
{
	return catalogue_query(catalogue,
			       "UPDATE dossier SET state = 'done' WHERE state = 'split' AND NOT EXISTS "
			       "(SELECT 1 FROM document WHERE document.dossier_id = dossier.id AND document.state IN ('split', 'indexed'))",
			       NULL, 0, NULL, NULL, err);
}
