/*
 * ngrams.h - how often Vietnamese syllables stand alone, in pairs and in triples: models/vi.ngrams
 *
 * An interpolated trigram with absolute discounting, written in the back-off form: the ln probability of a listed triple, else the back-off weight of
 * the pair before and what the pair says, and so on. Syllables are lower case, NFC, one tone placement (hòa, quý); their numbers are their places
 * in the list sorted by bytes. The file is mapped, never copied, and believed only after ngrams_open has checked every count and offset in it.
 */
#ifndef SOHOA_NGRAMS_H
#define SOHOA_NGRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

#define NGRAMS_MAGIC "sohoaN01"
#define NGRAMS_UNIT 12.0F /* stored bytes a nat: 255 stands for 21 nats, and rounding costs 0.04 */
#define NGRAMS_VALID 1    /* flag: a syllable of the Vietnamese language (hunspell-vi) */
#define NGRAMS_SHORT 2    /* flag: stands in capitals more often than not: an abbreviation (ubnd, qđ) */

/* The file: this, then each array in the order of the members, each begun at a multiple of 4. Little-endian. */
struct ngrams_header {
	char magic[8];
	uint32_t nwords, nbigrams, ntrigrams, nbytes; /* nbytes: of all syllables, each with its NUL */
};

struct ngrams {
	const struct ngrams_header *head;
	const uint32_t *text_at;      /* nwords: where the syllable begins in `text` */
	const char *text;             /* nbytes */
	const uint8_t *unigram;       /* nwords: -ln p */
	const uint8_t *backoff;       /* nwords: -ln of the weight that what follows alone has behind this syllable */
	const uint8_t *flags;         /* nwords */
	const uint32_t *bigram_at;    /* nwords + 1: pairs that begin with the syllable */
	const uint16_t *bigram_word;  /* nbigrams: the second syllable, rising within its first */
	const uint8_t *bigram;        /* nbigrams */
	const uint8_t *bigram_backoff; /* nbigrams */
	const uint32_t *trigram_at;   /* nbigrams + 1: triples that begin with the pair */
	const uint16_t *trigram_word; /* ntrigrams */
	const uint8_t *trigram;       /* ntrigrams */
	void *data;                   /* the file, mapped */
	size_t size;
	int edge, number, punct, unknown; /* <s>, <num>, <punct>, <unk> */
};

/* NULL when the file cannot be mapped or is not what it should be; the error says what. */
struct ngrams *ngrams_open(const char *path, struct error *err);
void ngrams_close(struct ngrams *ngrams); /* NULL is fine */

/* The stretch [*low, *high) of syllables that begin with n bytes already matched by it, narrowed to those whose next bytes are `text` (size bytes). Begin
 * with 0 and nwords. */
void ngrams_narrow(const struct ngrams *ngrams, int *low, int *high, size_t n, const char *text, size_t size);
/* The number of a syllable, or -1. */
int ngrams_find(const struct ngrams *ngrams, const char *syllable);
const char *ngrams_text(const struct ngrams *ngrams, int word);

/* ln p(c | a b). a or b of -1: nothing is known of it. */
float ngrams_ln(const struct ngrams *ngrams, int a, int b, int c);

#endif
