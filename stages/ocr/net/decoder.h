/*
 * decoder.h - what the files of the search share: decode.c calls the others, who calls from outside sees decode.h
 */
#ifndef SOHOA_NET_DECODER_H
#define SOHOA_NET_DECODER_H

#include <stdbool.h>

#define BEAM_MAX 256
#define CODES_STEP_MAX 32 /* codes followed in one step */
#define LOOK_LEAST 1e-6F  /* smaller shares never decide: the beam lets go of what is below 1e-7 of its best */

struct arena;
struct language;
struct letter;
struct model;
struct reading;

/* Codes to letters: a tree of codes. */
struct spelling {
	int code, letter; /* letter -1: not one yet */
	int child, next;  /* first child, next sibling; 0: none (0 is the root) */
};

struct prefix {
	int parent, child, next; /* tree of prefixes; 0: none (0 is the empty prefix) */
	int code;
	int spelling;            /* where in the tree of codes the letter in hand is */
	int letter;              /* that this code completes, or -1 */
	bool begins;             /* a letter begins with this code */
	int state;               /* of the language, behind the letters that were scored */
	bool scored;
	double bonus;            /* sum of ln weights */
	int slot;                /* in the beam being made, or -1 */
};

struct entry {
	int prefix;
	double null, letter; /* share of its paths that end in null, and in its last code */
	double rank;
};

/* What a step says, found once for all that ask: most steps say one thing. */
struct said {
	short codes[CODES_STEP_MAX]; /* that have a share worth a look, null too, by code */
	short best[2];               /* the two largest, null too; -1 where there is but one */
	int n;
};

struct decoder {
	const struct model *model;
	struct said *said; /* of each step of the line in hand */
	int nsaid;         /* room, steps */
	struct spelling *spellings;
	int nspellings;
	int *starts; /* child of the root for each code: the one place where there are many */
	int (*twins)[2]; /* codes of letters that are one letter to us: the second's share goes to the first */
	int ntwins;
	struct prefix *prefixes;
	int nprefixes, room;
	struct entry now[BEAM_MAX], then[BEAM_MAX * (CODES_STEP_MAX + 1)];
	int nnow, nthen;
};

/* prefix.c */

/* The node below `at` for that code; 0: none. */
int spelling_child(const struct decoder *d, int at, int code);
/* Forgets all prefixes but the empty one. language may be NULL, here and below. */
void prefixes_begin(struct decoder *d, const struct language *language);
/* The prefix one code longer, or -1 where no letter is spelt so. Where a letter's codes may be the beginning of a longer one, the longer one wins. */
int prefix_longer(struct decoder *d, int from, int code, const struct language *language);
/* The language scores the letter that the prefix ends in, once. */
void prefix_score(struct prefix *p, const struct language *language);

/* Fills d->said. */
void steps_look(struct decoder *d, const float *shares, int steps);
/* The codes of a step worth following: those with at least that share, else the best, where it is more than null. shares: of that step. */
int codes_likely(const struct decoder *d, int step, const float *shares, float least, int *codes);

/* The two searches leave the best prefixes in d->now, by falling rank: beam.c ... */
void beam_search(struct decoder *d, const float *shares, int steps, int width, float least, const struct language *language);
/* ... and best_path.c. */
void best_path_search(struct decoder *d, const float *shares, int steps);

/* place.c: fills all but `letter` of the reading's symbols, and its probability. A reading without symbols stays as it is. */
void reading_place(const struct decoder *d, const float *shares, int steps, float least, struct reading *reading, struct arena *arena);

#endif
