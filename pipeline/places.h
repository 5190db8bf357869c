/*
 * places.h - the gazetteer: provinces, districts and communes before and after 1 July 2025, and names of agencies
 *
 * On that day 63 provinces became 34, districts ended, 10,035 communes became 3,321 (Nghị quyết 202/2025/QH15; QĐ 19/2025/QĐ-TTg for the codes). Old
 * papers keep their names and stay valid, so a printed name is never changed here: its successors stand beside it. Tables: models/places.tsv (how
 * it is made and what it does not know: models/README.md) and schemas/agencies.tsv (abbreviations, agencies that took over). Immutable after
 * places_open; whoever holds it may ask from several places.
 */
#ifndef SOHOA_PLACES_H
#define SOHOA_PLACES_H

#include <stdbool.h>

struct arena;
struct error;
struct places;

#define PLACES_CHANGED "2025-07-01" /* the first day of the new units */

enum place_level { PLACE_PROVINCE, PLACE_DISTRICT, PLACE_COMMUNE };

struct place {
	bool old;               /* of before the change */
	enum place_level level;
	const char *code, *parent; /* of the General Statistics Office; parent "" of a province */
	const char *type, *name;   /* "Phường", "Ba Đình" */
	const char *key;           /* the name folded, its tokens parted by ' ', digits without leading zeros */
	const char *successors;    /* codes of the new set, parted by ' '; "" of a new place, or where they are not known */
};

/* dir: the data folder (config_data_dir). NULL with err. */
struct places *places_open(const char *dir, struct error *err);
void places_close(struct places *places); /* NULL is fine */

/* How a place and its relative belong together. */
enum place_tie {
	TIE_OWN,     /* the new place was made of the old one */
	TIE_DISTRICT /* an old commune: its own successor is not known, these lie on the area of its district */
};

/* The successors of an old place, the predecessors of a new one: at most max, the number of all of them is returned. A place that kept type and name
 * is none. */
int places_related(const struct places *places, const struct place *place, const struct place **out, int max, enum place_tie *tie);
/* The place above; NULL where there is none. */
const struct place *places_parent(const struct places *places, const struct place *place);

/* A name of a place in a text, with the places that may be meant: those that fit what is said around it ("xã An Hòa, huyện An Dương"), old ones first. */
struct place_mention {
	int start, length;  /* bytes in the text: type and name */
	int name_start;     /* where the name begins */
	const struct place **places;
	int nplaces;        /* >= 1 */
	bool part;          /* names what another mention lies in: "huyện An Dương" above */
};
/* Finds names that have their type in front (tỉnh, TP., huyện, quận, P. ...), and, with bare, a text that is the name of a province alone. text is
 * NFC. Array in the arena. */
struct place_mention *places_find(const struct places *places, const char *text, bool bare, struct arena *arena, int *n);

/* What became of a place printed in `text`: its name of today, and in *what the place as printed; NULL where none is printed, it is not known which, its
 * successor is not known, or the name is current. At most three successors are named. */
const char *places_now(const struct places *places, const char *text, const char **what, struct arena *arena);
/* Whether the names that have a type in front are places of the gazetteer: 1 yes (or a text that is a province), 0 one is none, which is *unknown then, -1
 * there is no such name. */
int places_known(const struct places *places, const char *text, const char **unknown, struct arena *arena);

/* Names of agencies: an abbreviation and what it stands for, or one that took over from another. */
enum agency_tie { AGENCY_ABBREVIATION, AGENCY_SUCCESSOR };
struct agency_pair {
	enum agency_tie tie;
	const char *from, *to;
	const char *since;  /* ISO 8601; "" of an abbreviation */
	const char *from_key, *to_key; /* as place.key */
};
const struct agency_pair *places_agencies(const struct places *places, int *n);

#endif
