#include "pipeline/text.h"

#include <string.h>
#include <utf8proc.h>

#include "pipeline/arena.h"

#define BROKEN 0xFFFDu

/* Longest run of combining marks that is kept. UAX #15 (stream-safe text) allows 30 and knows no language that needs more;
 * longer runs are hostile: they make canonical ordering quadratic. */
#define MARKS_MAX 30

/* --- characters ----------------------------------------------------------------------------------------------------------- */

/* Length of the well-formed sequence at p (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF), 0 where it is
 * broken. Reads no byte behind `end`. */
static int sequence(const unsigned char *p, const unsigned char *end, uint32_t *c)
{
	static const uint32_t smallest[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	int length;
	if (p[0] < 0x80) {
		*c = p[0];
		return 1;
	}
	if (p[0] >= 0xC2 && p[0] <= 0xDF) {
		length = 2;
		*c = p[0] & 0x1Fu;
	} else if (p[0] >= 0xE0 && p[0] <= 0xEF) {
		length = 3;
		*c = p[0] & 0x0Fu;
	} else if (p[0] >= 0xF0 && p[0] <= 0xF4) {
		length = 4;
		*c = p[0] & 0x07u;
	} else {
		return 0;
	}
	for (int i = 1; i < length; i++) {
		if (p + i >= end || (p[i] & 0xC0) != 0x80)
			return 0;
		*c = *c << 6 | (p[i] & 0x3Fu);
	}
	if (*c < smallest[length] || *c > 0x10FFFF || (*c >= 0xD800 && *c <= 0xDFFF))
		return 0;
	return length;
}

uint32_t text_next(const char **p)
{
	const unsigned char *at = (const unsigned char *)*p;
	uint32_t c;
	if (*at < 0x80) {
		*p += 1;
		return *at;
	}
	int length = sequence(at, at + 4, &c); /* the NUL continues no sequence: nothing behind it is read */
	if (length == 0) {
		*p += 1;
		return BROKEN;
	}
	*p += length;
	return c;
}

int text_put(char out[4], uint32_t c)
{
	if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		c = BROKEN;
	return (int)utf8proc_encode_char((utf8proc_int32_t)c, (utf8proc_uint8_t *)out);
}

size_t text_length(const char *text)
{
	size_t n = 0;
	while (*text) {
		text_next(&text);
		n++;
	}
	return n;
}

bool text_valid(const char *bytes, size_t size)
{
	const unsigned char *p = (const unsigned char *)bytes, *end = p + size;
	while (p < end) {
		uint32_t c;
		int length = sequence(p, end, &c);
		if (length == 0 || c == 0)
			return false;
		p += length;
	}
	return true;
}

bool text_is_letter(uint32_t c)
{
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

/* The ten that Vietnamese papers use: a caller may take c - '0'. */
bool text_is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

int text_count_letters(const char *text)
{
	int n = 0;

	while (*text) {
		uint32_t c = text_next(&text);

		n += text_is_letter(c) || text_is_digit(c);
	}
	return n;
}

bool text_is_upper(uint32_t c)
{
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
	return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT;
}

/* FTS5's unicode61 knows Unicode 6 and takes these few letters of New Tai Lue and Vedic for marks, so we do. */
static bool is_later_letter(uint32_t c)
{
	return (c >= 0x19B0 && c <= 0x19C0) || c == 0x19C8 || c == 0x19C9 || c == 0x1CF2 || c == 0x1CF3;
}

bool text_is_word(uint32_t c)
{
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || text_is_digit(c);
	if ((c >= 0xC0 && c < 0x250 && c != 0xD7 && c != 0xF7) || (c >= 0x1E00 && c < 0x1F00)) /* Latin, letters all */
		return true;
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
	return ((category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
		(category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO)) && !is_later_letter(c);
}

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

/* --- NFC ------------------------------------------------------------------------------------------------------------------ */

/* How many combining marks c adds to a run: itself, or those it is made of (U+0344 is two). */
static int marks_in(uint32_t c)
{
	if (c < 0x300)
		return 0;
	const utf8proc_property_t *property = utf8proc_get_property((utf8proc_int32_t)c);
	if (property->combining_class == 0 && property->decomp_seqindex == UINT16_MAX)
		return 0;
	utf8proc_int32_t parts[32];
	int boundary = 0;
	utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)c, parts, 32, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE,
						     &boundary);
	if (n < 1 || n > 32 || utf8proc_get_property(parts[0])->combining_class == 0)
		return 0;
	return (int)n;
}

/* A character as it may stand in our text; 0 where it goes. */
static uint32_t cleaned(uint32_t c)
{
	switch (c) {
	case '\n':
	case '\t':
		return c;
	case 0x00D0: /* Eth */
	case 0x0189: /* African D */
		return 0x0110;
	case 0x00F0:
	case 0x0256:
		return 0x0111;
	default:
		return is_control(c) ? 0 : c;
	}
}

/* Writes the cleaned text into out, which has room for 3 bytes for every byte of text, and a NUL. True when all is ASCII. */
static bool clean(char *out, const char *text, bool *long_run)
{
	bool ascii = true;
	int run = 0;
	*long_run = false;
	while (*text) {
		uint32_t c = cleaned(text_next(&text));
		if (!c)
			continue;
		int marks = marks_in(c);
		run = marks ? run + marks : 0;
		if (run > MARKS_MAX) {
			*long_run = true;
			continue;
		}
		if (c >= 0x80)
			ascii = false;
		out += text_put(out, c);
	}
	*out = '\0';
	return ascii;
}

static char *compose(struct arena *arena, const char *text)
{
	const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
	utf8proc_ssize_t length = (utf8proc_ssize_t)strlen(text);
	const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
	utf8proc_ssize_t n = utf8proc_decompose(bytes, length, NULL, 0, options);
	if (n < 0)
		return arena_strdup(arena, text);
	utf8proc_int32_t *buffer = arena_array(arena, (size_t)n + 1, sizeof *buffer); /* one more: reencode ends with NUL */
	n = utf8proc_decompose(bytes, length, buffer, n, options);
	if (n >= 0)
		n = utf8proc_reencode(buffer, n, options);
	return n < 0 ? arena_strdup(arena, text) : (char *)buffer;
}

/* ASCII and the Latin letters of Vietnamese without any mark behind them: nothing there is cleaned away, composes or is taken apart by NFC. It
 * is nearly all that is ever read, and ten times quicker to see than to compose. */
static bool is_plain_nfc(const char *text)
{
	while (*text) {
		uint32_t c = text_next(&text);
		bool latin = (c >= 0xA0 && c < 0x250) || (c >= 0x1E00 && c < 0x1F00);
		if (!(c < 0x80 || latin) || cleaned(c) != c)
			return false;
	}
	return true;
}

char *text_nfc(struct arena *arena, const char *text)
{
	bool long_run = false;
	if (is_plain_nfc(text))
		return arena_strdup(arena, text);
	char *out = NULL;
	/* A second round only where composing left a run that is still too long; each round takes characters away. */
	do {
		/* A broken byte becomes the three bytes of U+FFFD, no other change makes text longer. */
		char *copy = arena_array(arena, strlen(text) + 1, 3);
		bool ascii = clean(copy, text, &long_run);
		out = ascii ? copy : compose(arena, copy);
		text = out;
	} while (long_run);
	return out;
}

/* --- case, tone, fold ----------------------------------------------------------------------------------------------------- */

static char *map(struct arena *arena, const char *text, utf8proc_int32_t (*to)(utf8proc_int32_t))
{
	char *out = arena_array(arena, strlen(text) + 1, 4), *end = out;
	while (*text)
		end += text_put(end, (uint32_t)to((utf8proc_int32_t)text_next(&text)));
	*end = '\0';
	return text_nfc(arena, out);
}

char *text_lower(struct arena *arena, const char *text)
{
	return map(arena, text, utf8proc_tolower);
}

char *text_upper(struct arena *arena, const char *text)
{
	return map(arena, text, utf8proc_toupper);
}

/* The first letter of the canonical decomposition. */
static uint32_t base_of(uint32_t c)
{
	if (c < 0xC0)
		return c;
	utf8proc_int32_t parts[32];
	int boundary = 0;
	utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)c, parts, 32, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE,
						     &boundary);
	return n < 1 || n > 32 ? c : (uint32_t)parts[0];
}

static bool is_latin(uint32_t c)
{
	return text_is_letter(c) && (c < 0x250 || (c >= 0x1E00 && c <= 0x1EFF));
}

static bool is_mark(uint32_t c)
{
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
	return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ME;
}

/* The marks that compose with Latin letters somewhere in Unicode. FTS5's unicode61 takes exactly these as part of a word and
 * every other combining mark as a separator (sqlite3Fts5UnicodeIsdiacritic), so only these may go without joining words. */
bool text_is_word_mark(uint32_t c)
{
	if (c < 0x300 || c > 0x331)
		return false;
	return c < 0x320 ? 0x08029FDFu >> (c - 0x300) & 1 : 0x000361F8u >> (c - 0x320) & 1;
}

/*
 * Latin letters lose their marks and case. Letters of other scripts only change case, and not even that in front of a combining
 * mark: a small letter may compose with a mark that its capital leaves alone (Greek rho with psili), which would join two words.
 */
char *text_fold(struct arena *arena, const char *text)
{
	text = text_nfc(arena, text);
	char *out = arena_array(arena, strlen(text) + 1, 3), *end = out;
	bool latin = false; /* the letter in front, or the one that bears the marks in front */
	while (*text) {
		uint32_t c = text_next(&text), base = base_of(c);
		if (latin && text_is_word_mark(c))
			continue;
		if (latin && is_mark(c)) {
			end += text_put(end, c);
			continue;
		}
		latin = is_latin(base);
		if (latin) {
			c = (uint32_t)utf8proc_tolower((utf8proc_int32_t)base);
			if (c == 0x0111)
				c = 'd';
		} else {
			const char *ahead = text;
			if (!*ahead || !is_mark(text_next(&ahead)))
				c = (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
		}
		end += text_put(end, c);
	}
	*end = '\0';
	return out;
}

/* One row per letter that may bear the tone: level, grave, acute, hook, tilde, dot. */
static const uint32_t toned[][6] = {
	{ 'a', 0xE0, 0xE1, 0x1EA3, 0xE3, 0x1EA1 },	    { 'A', 0xC0, 0xC1, 0x1EA2, 0xC3, 0x1EA0 },
	{ 'e', 0xE8, 0xE9, 0x1EBB, 0x1EBD, 0x1EB9 },	    { 'E', 0xC8, 0xC9, 0x1EBA, 0x1EBC, 0x1EB8 },
	{ 'y', 0x1EF3, 0xFD, 0x1EF7, 0x1EF9, 0x1EF5 },	    { 'Y', 0x1EF2, 0xDD, 0x1EF6, 0x1EF8, 0x1EF4 },
	{ 'o', 0xF2, 0xF3, 0x1ECF, 0xF5, 0x1ECD },	    { 'O', 0xD2, 0xD3, 0x1ECE, 0xD5, 0x1ECC },
	{ 'u', 0xF9, 0xFA, 0x1EE7, 0x169, 0x1EE5 },	    { 'U', 0xD9, 0xDA, 0x1EE6, 0x168, 0x1EE4 },
};

static const uint32_t *row_of(uint32_t letter)
{
	for (size_t i = 0; i < sizeof toned / sizeof *toned; i++)
		if (toned[i][0] == letter)
			return toned[i];
	return NULL;
}

/* The tone 1..5 that the letter bears over one of a, e, y, and that letter; 0 for any other. */
static int tone_of(uint32_t c, uint32_t *letter)
{
	for (size_t i = 0; i < 6; i++)
		for (int tone = 1; tone < 6; tone++)
			if (toned[i][tone] == c) {
				*letter = toned[i][0];
				return tone;
			}
	return 0;
}

/*
 * Old and new spelling differ only in open syllables that end in oa, oe or uy: hoà / hòa, khoẻ / khỏe, thuỷ / thủy. The tone
 * moves to the first vowel. After q the u is part of the consonant and the tone stays (quý).
 */
char *text_canonical(struct arena *arena, const char *text)
{
	char *out = arena_array(arena, strlen(text) + 1, 3), *end = out, *previous = out;
	uint32_t before = 0, glide = 0; /* the two characters in front; `previous` is where the nearer one was written */
	while (*text) {
		uint32_t c = text_next(&text), letter = 0, next = 0;
		const char *ahead = text;
		if (*ahead)
			next = text_next(&ahead);
		int tone = c < 0x80 ? 0 : tone_of(c, &letter);
		bool y = letter == 'y' || letter == 'Y';
		bool pair = y ? (glide == 'u' || glide == 'U') && before != 'q' && before != 'Q'
			      : tone && (glide == 'o' || glide == 'O');
		if (pair && !text_is_letter(next) && !is_mark(next)) {
			end = previous + text_put(previous, row_of(glide)[tone]);
			c = letter;
		}
		before = glide;
		glide = c;
		previous = end;
		end += text_put(end, c);
	}
	*end = '\0';
	return out;
}

/* --- names ---------------------------------------------------------------------------------------------------------------- */

static bool is_hex(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

/* Beside controls: line and paragraph separators and the marks that turn the direction of writing, with which a name could
 * look like another one on the screen. */
static bool is_hidden(uint32_t c)
{
	return is_control(c) || c == 0x2028 || c == 0x2029 || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
	       (c >= 0x2066 && c <= 0x2069);
}

/* A backslash that reads like one of our own escapes is escaped too, so that two names never show alike. */
char *text_show_name(struct arena *arena, const unsigned char *bytes, size_t size)
{
	static const char digits[] = "0123456789ABCDEF";
	char *out = arena_array(arena, size + 1, 4), *end = out;
	for (size_t i = 0; i < size;) {
		uint32_t c;
		int length = sequence(bytes + i, bytes + size, &c);
		bool ours = bytes[i] == '\\' && i + 3 < size && bytes[i + 1] == 'x' && is_hex(bytes[i + 2]) &&
			    is_hex(bytes[i + 3]);
		bool escape = length == 0 || is_hidden(c) || ours;
		if (length == 0)
			length = 1;
		for (int k = 0; k < length; k++, i++) {
			if (!escape) {
				*end++ = (char)bytes[i];
				continue;
			}
			*end++ = '\\';
			*end++ = 'x';
			*end++ = digits[bytes[i] >> 4];
			*end++ = digits[bytes[i] & 15];
		}
	}
	*end = '\0';
	return out;
}

/* The end of a folder's name, then the dot before an ending, go before everything else: scan.tif, scan-2.tif, scan (3).tif. */
static int natural_rank(unsigned char c)
{
	return c == '/' ? 0 : c == '.' ? 1 : c + 2;
}

int text_natural_compare(const char *a, const char *b)
{
	const unsigned char *p = (const unsigned char *)a, *q = (const unsigned char *)b;
	while (*p && *q) {
		if (!text_is_digit(*p) || !text_is_digit(*q)) {
			if (*p != *q)
				return natural_rank(*p) < natural_rank(*q) ? -1 : 1;
			p++, q++;
			continue;
		}
		while (*p == '0')
			p++;
		while (*q == '0')
			q++;
		size_t m = 0, n = 0;
		while (text_is_digit(p[m]))
			m++;
		while (text_is_digit(q[n]))
			n++;
		if (m != n)
			return m < n ? -1 : 1;
		int order = memcmp(p, q, m);
		if (order)
			return order < 0 ? -1 : 1;
		p += m, q += n;
	}
	if (*p || *q)
		return *p ? 1 : -1;
	int order = strcmp(a, b);
	return order < 0 ? -1 : order > 0;
}
