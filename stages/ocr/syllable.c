#include "stages/ocr/syllable.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "pipeline/text.h"

/* Vowels by tone: none, grave, hook, tilde, acute, dot below. */
static const char *const vowels[] = { "aàảãáạ", "ăằẳẵắặ", "âầẩẫấậ", "eèẻẽéẹ", "êềểễếệ", "iìỉĩíị", "oòỏõóọ", "ôồổỗốộ", "ơờởỡớợ", "uùủũúụ", "ưừửữứự", "yỳỷỹýỵ" };
enum { TONE_ACUTE = 4, TONE_DOT = 5 };

/* Đoàn Thiện Thuật, Ngữ âm tiếng Việt (1977): 22 beginnings, the rhymes by their nucleus. With "q" the u is written with the beginning. */
static const char *const beginnings[] = { "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", "b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p",
					  "r",	 "s",  "t",  "v",  "x",	 "",   NULL };
static const char rhymes[] =
	" a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et ê êch êm ên ênh êp êt êu "
	"i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om "
	"on ong oong ooc op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh uơ ui um un ung uôc uôi uôm uôn uông uôt up ut uy uya "
	"uych uyên uyêt uynh uyt uyu uyn uyp ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y yêm yên yêng yêt yêu ynh yt ych ";

#define SYLLABLE_BYTES 24 /* "nghiêng" has 8 letters */

/* The letter without its tone; *tone is set where it bears one. */
static uint32_t letter_plain(uint32_t c, int *tone)
{
	for (size_t i = 0; i < sizeof vowels / sizeof *vowels; i++) {
		const char *at = vowels[i];
		uint32_t base = text_next(&at);

		if (c == base)
			return base;
		for (int t = 1; *at; t++)
			if (text_next(&at) == c) {
				*tone = t;
				return base;
			}
	}
	return c;
}

/* "k", "gh" and "ngh" stand before i, y, e and ê, where "c", "g" and "ng" do not; "k" also in names of places (Bắc Kạn). */
static bool spelt_right(const char *beginning, const char *rhyme)
{
	bool front = *rhyme == 'i' || *rhyme == 'y' || *rhyme == 'e' || !strncmp(rhyme, "ê", strlen("ê"));

	if (!strcmp(beginning, "gh") || !strcmp(beginning, "ngh"))
		return front;
	if (!strcmp(beginning, "g")) /* gì, giếng */
		return !front || *rhyme == 'i';
	return !front || (strcmp(beginning, "c") && strcmp(beginning, "ng"));
}

static bool is_rhyme(const char *rhyme, int tone)
{
	char framed[SYLLABLE_BYTES + 3];
	size_t n = strlen(rhyme);
	char last = n ? rhyme[n - 1] : ' ';
	bool stopped = last == 'c' || last == 'p' || last == 't' || (n > 1 && last == 'h' && rhyme[n - 2] == 'c');

	snprintf(framed, sizeof framed, " %s ", rhyme);
	return n && strstr(rhymes, framed) && (!stopped || tone == TONE_ACUTE || tone == TONE_DOT);
}

static bool is_syllable(const char *plain, int tone)
{
	for (int i = 0; beginnings[i]; i++) {
		const char *rhyme = plain + strlen(beginnings[i]);

		if (!strncmp(plain, beginnings[i], strlen(beginnings[i])) && spelt_right(beginnings[i], rhyme) && is_rhyme(rhyme, tone))
			return true;
	}
	return false;
}

static uint32_t lower(uint32_t c)
{
	return text_is_upper(c) ? c + (c < 0x100 ? 32 : 1) : c; /* Latin-1 keeps its small letters 32 further on, all other Latin letters next door */
}

/* The first character of the text that is a letter or a digit, or its end. */
static const char *skip_signs(const char *text)
{
	while (*text) {
		const char *at = text;

		if (text_is_word(text_next(&at)))
			break;
		text = at;
	}
	return text;
}

enum syllable syllable_judge(const char *word)
{
	char plain[SYLLABLE_BYTES + 1];
	int tone = 0, letters = 0, small = 0, marked = 0;
	size_t n = 0;

	for (word = skip_signs(word); *word; letters++) {
		const char *at = word;
		uint32_t c = text_next(&at), base;

		if (!text_is_letter(c))
			break;
		base = letter_plain(lower(c), &tone);
		small += !text_is_upper(c);
		marked += base >= 0x80 || tone;
		if (n + 4 <= SYLLABLE_BYTES)
			n += (size_t)text_put(plain + n, base);
		word = at;
	}
	plain[n] = '\0';
	if (letters < 2 || (!small && !marked) || *skip_signs(word)) /* one letter, an abbreviation, a notation */
		return SYLLABLE_NONE;
	return is_syllable(plain, tone) ? SYLLABLE_VALID : SYLLABLE_INVALID;
}
