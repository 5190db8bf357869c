#include "stages/decode/vietnamese.h"

#include <stdint.h>
#include <string.h>

#include "pipeline/text.h"

#define SYLLABLE_MAX 8      /* letters: "nghiêng" has seven */
#define MARKED_MIN 5        /* words with marks needed to judge */
#define MARKED_GOOD 0.70    /* share of them that are syllables; real pages have > 0.97, TCVN3 and VNI < 0.4 */
#define ODD_SHARE 0.03      /* characters no Vietnamese page prints */
#define MIXED_SHARE 0.05    /* words with a digit between letters ("Vi6t") */
#define VOWELLESS_SHARE 0.5 /* long words without a vowel: a shifted encoding; abbreviations stay far below */
#define WORDS_MIN 20

/* The twelve vowels with their six tones in NFC; the index / 6 is the vowel, the index % 6 the tone: none, huyền, hỏi, ngã,
 * sắc, nặng. */
static const uint32_t vowels[12][6] = {
	{ 'a', 0xe0, 0x1ea3, 0xe3, 0xe1, 0x1ea1 },       { 0x103, 0x1eb1, 0x1eb3, 0x1eb5, 0x1eaf, 0x1eb7 },
	{ 0xe2, 0x1ea7, 0x1ea9, 0x1eab, 0x1ea5, 0x1ead }, { 'e', 0xe8, 0x1ebb, 0x1ebd, 0xe9, 0x1eb9 },
	{ 0xea, 0x1ec1, 0x1ec3, 0x1ec5, 0x1ebf, 0x1ec7 }, { 'i', 0xec, 0x1ec9, 0x129, 0xed, 0x1ecb },
	{ 'o', 0xf2, 0x1ecf, 0xf5, 0xf3, 0x1ecd },        { 0xf4, 0x1ed3, 0x1ed5, 0x1ed7, 0x1ed1, 0x1ed9 },
	{ 0x1a1, 0x1edd, 0x1edf, 0x1ee1, 0x1edb, 0x1ee3 }, { 'u', 0xf9, 0x1ee7, 0x169, 0xfa, 0x1ee5 },
	{ 0x1b0, 0x1eeb, 0x1eed, 0x1eef, 0x1ee9, 0x1ef1 }, { 'y', 0x1ef3, 0x1ef7, 0x1ef9, 0xfd, 0x1ef5 },
};

/* Written with one byte per letter: a A(ă) 2(â) e E(ê) i o O(ô) 0(ơ) u U(ư) y. */
static const char plain_vowels[] = "aA2eEioO0uUy";

static const char *const onsets[] = { "", "b", "c", "ch", "d", "D", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng",
				      "ngh", "nh", "p", "ph", "q", "qu", "r", "s", "t", "th", "tr", "v", "x", NULL };
/* nucleus with the codas it may take: 0 none, then c ch m n ng nh p t */
static const struct { const char *nucleus; const char *codas; } rimes[] = {
	{ "a", "- c ch m n ng nh p t" }, { "ai", "-" }, { "ao", "-" }, { "au", "-" }, { "ay", "-" },
	{ "A", "c m n ng p t" }, { "2", "c m n ng p t" }, { "2u", "-" }, { "2y", "-" },
	{ "e", "- c m n ng p t" }, { "eo", "-" }, { "E", "- ch m n nh p t" }, { "Eu", "-" },
	{ "i", "- ch m n nh p t" }, { "ia", "-" }, { "iu", "-" }, { "iE", "c m n ng p t" }, { "iEu", "-" },
	{ "yE", "c m n ng p t" }, { "yEu", "-" }, { "y", "- ch m n nh p t" },
	{ "o", "- c m n ng p t" }, { "oa", "- c ch m n ng nh p t" }, { "oai", "-" }, { "oao", "-" }, { "oay", "-" },
	{ "oA", "c m n ng p t" }, { "oe", "- n t m ng" }, { "oeo", "-" }, { "oi", "-" }, { "oo", "c ng n" },
	{ "O", "- c m n ng p t" }, { "Oi", "-" }, { "0", "- m n p t" }, { "0i", "-" },
	{ "u", "- c m n ng p t" }, { "ua", "-" }, { "ui", "-" }, { "uE", "- ch n nh" }, { "uO", "c m n ng p t" },
	{ "uOi", "-" }, { "u0", "-" }, { "uy", "- ch n nh p t" }, { "uya", "-" }, { "uyE", "n t" }, { "uyu", "-" },
	{ "u2", "n ng t" }, { "u2y", "-" }, { "uA", "n t" }, { "uao", "-" }, { "ue", "- n" }, { "ui", "-" },
	{ "U", "- c m n ng t" }, { "Ua", "-" }, { "Ui", "-" }, { "Uu", "-" }, { "U0", "c m n ng p t" }, { "U0i", "-" },
	{ "U0u", "-" },
};

/* One letter as one byte, its tone into *tone (0 for none); 0 for a letter Vietnamese has not. c is lower case. */
static char letter(uint32_t c, int *tone)
{
	*tone = 0;
	if (c == 0x111)
		return 'D';
	for (int v = 0; v < 12; v++)
		for (int t = 0; t < 6; t++)
			if (vowels[v][t] == c) {
				*tone = t;
				return plain_vowels[v];
			}
	return c >= 'a' && c <= 'z' && c != 'f' && c != 'j' && c != 'w' && c != 'z' ? (char)c : 0;
}

static uint32_t lower(uint32_t c)
{
	if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7))
		return c + 32;
	if ((c >= 0x100 && c <= 0x137) || (c >= 0x1ea0 && c <= 0x1eff))
		return c | 1;
	if (c == 0x168 || c == 0x1a0 || c == 0x1af)
		return c + 1;
	return c;
}

static bool listed(const char *word, size_t n, const char *list)
{
	for (const char *p = list; *p; p += strcspn(p, " "), p += *p == ' ')
		if (strcspn(p, " ") == n && !memcmp(p, word, n))
			return true;
	return false;
}

/* Stop codas carry sắc or nặng only. */
static bool tone_fits(const char *coda, int tone)
{
	return !listed(coda, strlen(coda), "c ch p t") || tone == 4 || tone == 5;
}

static bool rime_fits(const char *rime, int tone)
{
	for (size_t i = 0; i < sizeof rimes / sizeof rimes[0]; i++) {
		size_t n = strlen(rimes[i].nucleus);
		const char *coda = rime + n;

		if (strncmp(rime, rimes[i].nucleus, n))
			continue;
		if (listed(*coda ? coda : "-", *coda ? strlen(coda) : 1, rimes[i].codas) && tone_fits(coda, tone))
			return true;
	}
	return false;
}

/* c, g, ng stand before dark vowels, k, gh, ngh before e, ê, i, y. */
static bool onset_fits(const char *onset, const char *rime)
{
	bool front = strchr("eEiy", *rime) != NULL;

	if (!strcmp(onset, "c") || !strcmp(onset, "ng"))
		return !front;
	if (!strcmp(onset, "g"))
		return !front || rime[0] == 'i';
	if (!strcmp(onset, "gh") || !strcmp(onset, "ngh"))
		return front;
	if (!strcmp(onset, "k"))
		return front || *rime == 'a' || *rime == 'o' || *rime == 'u'; /* Kon Tum, Đắk Lắk */
	if (!strcmp(onset, "q"))
		return *rime == 'u' || *rime == 'o';
	return true;
}

/* A glide that closes a syllable never carries its tone: "xão", not "xaõ" as VNI bytes read. */
static bool tone_on_glide(const char *word, int n, int tone_at)
{
	char last = word[n - 1], before = n > 1 ? word[n - 2] : 0;

	if (tone_at != n - 1 || !strchr("iyuo", last) || !before || !strchr(plain_vowels, before))
		return false;
	if (before == 'u' && (last == 'y' || word[0] == 'q')) /* ủy, quỉ */
		return false;
	return !(before == 'i' && word[0] == 'g' && n == 3); /* gió: the i belongs to the onset */
}

bool vietnamese_syllable(const char *text, size_t size)
{
	char word[SYLLABLE_MAX + 1];
	const char *p = text, *end = text + size;
	int n = 0, tone = 0, tone_at = -1;

	while (p < end && *p) {
		int t;
		char c = letter(lower(text_next(&p)), &t);

		if (!c || n == SYLLABLE_MAX || (t && tone))
			return false;
		tone = t ? t : tone;
		tone_at = t ? n : tone_at;
		word[n++] = c;
	}
	word[n] = '\0';
	if (n && tone_on_glide(word, n, tone_at))
		return false;
	for (int i = 0; n && onsets[i]; i++) {
		size_t length = strlen(onsets[i]);
		const char *rime = word + length;

		if (length < (size_t)n && !strncmp(word, onsets[i], length) && *rime && onset_fits(onsets[i], rime) && rime_fits(rime, tone))
			return true;
	}
	return listed(word, (size_t)n, "gi gin gim gich giEc giEng giEt"); /* gì, gìn: the onset lends its i */
}

struct tally {
	int characters, odd;
	int words, mixed;     /* words of letters; with a digit between letters */
	int marked, good;     /* words with a letter beyond ASCII; those that are syllables */
	int longer, vowelless; /* ASCII words of four letters or more; without a vowel */
};

/* Printed by nobody on a Vietnamese paper: other alphabets' letters, private use, replacement characters. */
static bool is_odd(uint32_t c)
{
	int tone;

	if (c < 0x80)
		return c < 0x20 && c != '\n' && c != '\t' && c != '\f';
	if (c == 0xfffd || (c >= 0xe000 && c <= 0xf8ff) || (c >= 0x80 && c < 0xa0))
		return true;
	return text_is_letter(c) && !letter(lower(c), &tone) && !(c >= 0x370 && c < 0x400); /* Greek stands in formulas */
}

static void count_word(struct tally *t, const char *word, size_t size)
{
	const char *p = word;
	int letters = 0, vowel = 0, n = 0, state = 0;
	bool marked = false, mixed = false;

	while (p < word + size) {
		uint32_t c = text_next(&p);

		letters += text_is_letter(c);
		n++;
		marked = marked || (c >= 0x80 && text_is_letter(c));
		vowel += c < 0x80 && strchr("aeiouyAEIOUY", (int)c) != NULL;
		/* letter, digit, letter: 0 -> 1 -> 2 -> mixed */
		if (text_is_letter(c)) {
			mixed = mixed || state == 2;
			state = 1;
		} else {
			state = text_is_digit(c) && state >= 1 ? 2 : 0;
		}
	}
	if (!letters)
		return;
	t->words++;
	t->mixed += mixed && n > 3;
	if (marked) {
		t->marked++;
		t->good += vietnamese_syllable(word, size);
	} else if (letters == n && n >= 4) {
		t->longer++;
		t->vowelless += !vowel;
	}
}

static bool parts_words(uint32_t c)
{
	return !text_is_letter(c) && !text_is_digit(c) && !(c >= 0xa0 && c < 0xc0) && c != 0xfffd &&
	       !(c >= 0xe000 && c <= 0xf8ff);
}

static void count_text(struct tally *t, const char *text)
{
	const char *word = text;

	for (const char *p = text; *p;) {
		const char *here = p;
		uint32_t c = text_next(&p);

		t->characters += c > ' ';
		t->odd += is_odd(c);
		if (!parts_words(c))
			continue;
		if (here > word)
			count_word(t, word, (size_t)(here - word));
		word = p;
	}
	if (*word)
		count_word(t, word, strlen(word));
}

bool vietnamese_plausible(const char *text)
{
	struct tally t = { 0 };

	count_text(&t, text);
	if (t.odd > 2 && t.odd > ODD_SHARE * t.characters)
		return false;
	if (t.marked >= MARKED_MIN && t.good < MARKED_GOOD * t.marked)
		return false;
	if (t.words >= WORDS_MIN && t.mixed > MIXED_SHARE * t.words)
		return false;
	return !(t.longer >= WORDS_MIN / 2 && t.vowelless > VOWELLESS_SHARE * t.longer);
}
