/*
 * standing.h - what the decisions about a paper together mean for the reading as it is now
 *
 * Pure: the list of decisions in, the state of affairs out. A confirmation counts only for the reading it names, and not once a change or a
 * refusal came after it. What ends a paper (cancelled, replaced) counts from its day on and until it is taken back.
 */
#ifndef SOHOA_REUSE_STANDING_H
#define SOHOA_REUSE_STANDING_H

struct decision;

enum confirmation_state {
	CONFIRMATION_NONE,
	CONFIRMATION_STALE,  /* confirmed, and changed since */
	CONFIRMATION_FEWER,  /* confirmed by fewer people than the paper type asks for */
	CONFIRMATION_VALID
};

/* Borrowed from the list; NULL where there is none. */
struct standing {
	enum confirmation_state confirmation;
	int level;                          /* 0, or what the confirmations that count give: 1 as information, 2 with a signed copy */
	int people;                         /* how many of them confirmed this reading */
	const struct decision *confirmed;   /* the last confirmation, counting or stale */
	const struct decision *refused;
	const struct decision *cancelled;
	const struct decision *replaced;
	const struct decision *national;
};

/* reading: of the paper now; papers: hash of the dossier's stored papers, for confirmations before schema 2, or NULL; on: day of use;
 * wanted: how many people must confirm. */
void standing_find(const struct decision *list, int n, const char *reading, const char *papers, int on, int wanted, struct standing *standing);

#endif
