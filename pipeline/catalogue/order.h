/*
 * order.h - what stands in front of a page in the run of its dossier, and which dossiers have come to their end
 *
 * The runner acknowledges the pages of a dossier in order, because a secrecy mark holds for what follows it.
 */
#ifndef SOHOA_ORDER_H
#define SOHOA_ORDER_H

#include <stdbool.h>
#include <stdint.h>

struct catalogue;
struct error;

struct order_front {
	bool open;       /* a page in front still waits or is being read */
	bool restricted; /* the nearest page in front that has content (no blank, separator or page set aside) is restricted */
};

int order_front(struct catalogue *catalogue, int64_t dossier, int number, struct order_front *front, struct error *err);

/* Closes every dossier that is split and has no paper left to index or to judge. Inside the caller's transaction. */
int order_close_dossiers(struct catalogue *catalogue, struct error *err);

#endif
