#include "stages/extract/value.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"

bool date_real(struct date d)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (d.year % 4 == 0 && d.year % 100) || d.year % 400 == 0;

	if (d.year < 1800 || d.year > 2200 || d.month < 0 || d.month > 12 || d.day < 0 || d.day > 31)
		return false;
	if (!d.month)
		return !d.day;
	return d.day <= lengths[d.month - 1] + (d.month == 2 && leap);
}

void date_write(struct date d, char iso[DATE_SIZE])
{
	unsigned y = (unsigned)d.year % 10000, m = (unsigned)d.month % 100, day = (unsigned)d.day % 100;

	if (!m)
		snprintf(iso, DATE_SIZE, "%04u", y);
	else if (!day)
		snprintf(iso, DATE_SIZE, "%04u-%02u", y, m);
	else
		snprintf(iso, DATE_SIZE, "%04u-%02u-%02u", y, m, day);
}

/* By shape: what a reader gives for a digit in italics or under a stamp (seen on scans: "Ì0", "1Í", "1ô", "l6", "O6"). */
static int digit_of(uint32_t c, bool *repaired)
{
	static const struct { const char *letters; int digit; } shapes[] = {
		{ "OoÔôÓóÒòØøỒồỐố", 0 }, { "IlÌìÍí|ỊịJ", 1 }, { "Zz", 2 }, { "Ss", 5 }, { "B", 8 },
	};

	if (c >= '0' && c <= '9')
		return (int)c - '0';
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		for (const char *p = shapes[i].letters; *p;)
			if (text_next(&p) == c) {
				*repaired = true;
				return shapes[i].digit;
			}
	return -1;
}

int digits_read(const char *token, int most, bool *repaired)
{
	int value = 0, n = 0, certain = 0;
	bool changed = false;

	for (const char *p = token; *p; n++) {
		uint32_t c = text_next(&p);
		int digit = digit_of(c, &changed);

		if (digit < 0 || n >= most)
			return -1;
		certain += c >= '0' && c <= '9';
		value = value * 10 + digit;
	}
	if (!certain) /* letters alone are no number */
		return -1;
	*repaired = *repaired || changed;
	return value;
}

/* Folded words of a text, at most `most`. */
static int split_words(struct arena *arena, const char *text, char **words, int most)
{
	char *folded = text_fold(arena, text), *save = NULL;
	int n = 0;

	for (char *word = strtok_r(folded, " \n\t,.;:()/-", &save); word && n < most; word = strtok_r(NULL, " \n\t,.;:()/-", &save))
		words[n++] = word;
	return n;
}

/* hai mươi mốt = 21; words[from..to); -1 for anything else. */
static int number_in_words(char **words, int from, int to)
{
	static const struct { const char *word; int value; } units[] = {
		{ "khong", 0 }, { "mot", 1 }, { "hai", 2 }, { "ba", 3 }, { "bon", 4 }, { "tu", 4 }, { "nam", 5 }, { "lam", 5 },
		{ "nham", 5 }, { "sau", 6 }, { "bay", 7 }, { "tam", 8 }, { "chin", 9 },
	};
	int total = 0, pending = -1;

	if (from >= to || to - from > 10)
		return -1;
	for (int i = from; i < to; i++) {
		const char *w = words[i];
		size_t u = 0;

		if (!strcmp(w, "le") || !strcmp(w, "linh") || !strcmp(w, "mung"))
			continue;
		if (!strcmp(w, "muoi") || !strcmp(w, "tram") || !strcmp(w, "nghin") || !strcmp(w, "ngan")) {
			if (w[0] == 'n')
				total = (total + (pending < 0 ? 0 : pending)) * 1000;
			else if (w[0] == 't')
				total += (pending < 0 ? 1 : pending) * 100;
			else
				total += (pending < 0 ? 1 : pending) * 10;
			pending = -1;
			continue;
		}
		while (u < sizeof units / sizeof *units && strcmp(units[u].word, w))
			u++;
		if (u == sizeof units / sizeof *units || pending >= 0)
			return -1;
		pending = units[u].value;
	}
	return total + (pending < 0 ? 0 : pending);
}

static int word_at(char **words, int n, int from, const char *word)
{
	for (int i = from; i < n; i++)
		if (!strcmp(words[i], word))
			return i;
	return -1;
}

/* "năm" is both year and five: the year is the words that end at "nghìn", so the word two before it is the "năm" of the year. */
enum grade date_in_words(struct arena *arena, const char *text, char iso[DATE_SIZE])
{
	char *words[64];
	int n = split_words(arena, text, words, 64);
	int day = word_at(words, n, 0, "ngay"), month = word_at(words, n, day + 1, "thang"), year, end;
	struct date d;

	if (day < 0 || month < 0)
		return GRADE_NONE;
	year = word_at(words, n, month, "nghin");
	if (year < 0)
		year = word_at(words, n, month, "ngan");
	if (year < month + 4 || strcmp(words[year - 2], "nam"))
		return GRADE_NONE;
	for (end = year + 1; end < n && number_in_words(words, year - 1, end + 1) >= 0; end++)
		;
	d.day = number_in_words(words, day + 1, month);
	d.month = number_in_words(words, month + 1, year - 2);
	d.year = number_in_words(words, year - 1, end);
	if (d.day < 1 || d.month < 1 || !date_real(d))
		return GRADE_NONE;
	date_write(d, iso);
	return GRADE_SURE;
}

/* Copies one run of characters up to one of the stop signs; returns what stands behind it. */
static const char *take(const char *p, const char *stops, char *out, size_t size)
{
	size_t n = 0;

	while (*p == ' ')
		p++;
	while (*p && !strchr(stops, *p) && n + 1 < size)
		out[n++] = *p++;
	out[n] = '\0';
	return p;
}

/* 27/02/2024 and its kin at p; the signs between must be equal. */
static enum grade date_figures(const char *p, char iso[DATE_SIZE])
{
	char parts[3][12], sign = 0;
	bool repaired = false;
	struct date d;

	for (int i = 0; i < 3; i++) {
		p = take(p, "/-. ,;:()", parts[i], sizeof parts[i]);
		while (i < 2 && *p == ' ')
			p++;
		if (i < 2 && (!*p || !strchr("/-.", *p) || (sign && sign != *p)))
			return GRADE_NONE;
		if (i < 2)
			sign = *p++;
	}
	d.day = digits_read(parts[0], 2, &repaired);
	d.month = digits_read(parts[1], 2, &repaired);
	d.year = digits_read(parts[2], 4, &repaired);
	if (d.day < 1 || d.month < 1 || strlen(parts[2]) < 4 || !date_real(d))
		return GRADE_NONE;
	date_write(d, iso);
	return repaired ? GRADE_REPAIRED : GRADE_SURE;
}

/* "25I02I2035", "27I0712025": ten characters, the strokes between read as letters or ones; at least one of them is no figure. */
static enum grade date_strokes(const char *p, char iso[DATE_SIZE])
{
	bool repaired = false;
	char parts[3][5] = { { p[0], p[1] }, { 0 }, { 0 } };
	struct date d;

	if (strspn(p, "0123456789Il|/") != 10 || !strchr("Il|/1", p[2]) || !strchr("Il|/1", p[5]) || (p[2] == '1' && p[5] == '1'))
		return GRADE_NONE;
	memcpy(parts[1], p + 3, 2);
	memcpy(parts[2], p + 6, 4);
	if (strspn(parts[0], "0123456789") != 2 || strspn(parts[1], "0123456789") != 2 || strspn(parts[2], "0123456789") != 4)
		return GRADE_NONE;
	d.day = digits_read(parts[0], 2, &repaired);
	d.month = digits_read(parts[1], 2, &repaired);
	d.year = digits_read(parts[2], 4, &repaired);
	if (d.day < 1 || d.month < 1 || !date_real(d))
		return GRADE_NONE;
	date_write(d, iso);
	return GRADE_REPAIRED;
}

/* "ngày 27 tháng 02 năm 2024", with or without "ngày". */
static enum grade date_sentence(struct arena *arena, const char *text, char iso[DATE_SIZE])
{
	char *words[64], *printed[64], *copy = arena_strdup(arena, text), *save = NULL;
	bool repaired = false;
	int n = 0;
	struct date d;

	for (char *w = strtok_r(copy, " \n\t,;:()", &save); w && n < 64; w = strtok_r(NULL, " \n\t,;:()", &save)) {
		printed[n] = w;
		words[n++] = text_fold(arena, w);
	}
	for (int m = 1; m + 3 < n + 0 || m + 3 == n; m++) {
		if (strcmp(words[m], "thang") || m + 3 >= n || strcmp(words[m + 2], "nam"))
			continue;
		d.day = digits_read(printed[m - 1], 2, &repaired);
		d.month = digits_read(printed[m + 1], 2, &repaired);
		printed[m + 3][strcspn(printed[m + 3], "./")] = '\0';
		d.year = digits_read(printed[m + 3], 4, &repaired);
		if (d.day < 1 || d.month < 1 || !date_real(d))
			return GRADE_NONE;
		date_write(d, iso);
		return repaired ? GRADE_REPAIRED : GRADE_SURE;
	}
	return GRADE_NONE;
}

static bool boundary(const char *text, const char *p)
{
	return p == text || !(isalnum((unsigned char)p[-1]) || ((unsigned char)p[-1] & 0x80) || strchr("/-.", p[-1]));
}

static enum grade year_alone(const char *text, char iso[DATE_SIZE])
{
	for (const char *p = text; *p; p++) {
		struct date d = { 0, 0, 0 };

		if (!isdigit((unsigned char)*p) || !boundary(text, p))
			continue;
		if (strspn(p, "0123456789") == 4 && (!p[4] || !strchr("/-", p[4]))) {
			d.year = atoi(p);
			if (d.year >= 1880 && d.year <= 2100) {
				date_write(d, iso);
				return GRADE_SURE;
			}
		}
	}
	return GRADE_NONE;
}

enum grade date_find(struct arena *arena, const char *text, char iso[DATE_SIZE])
{
	char *folded = text_fold(arena, text);
	enum grade grade;

	if (strstr(folded, "khong thoi han") || strstr(folded, "lau dai") || strstr(folded, "vo thoi han")) {
		memcpy(iso, "never", 6);
		return GRADE_SURE;
	}
	grade = date_sentence(arena, text, iso);
	for (const char *p = text; grade == GRADE_NONE && *p; p++)
		if (boundary(text, p) && (isalnum((unsigned char)*p) || ((unsigned char)*p & 0x80)))
			grade = date_figures(p, iso) != GRADE_NONE ? date_figures(p, iso) : date_strokes(p, iso);
	if (grade == GRADE_NONE)
		grade = date_in_words(arena, text, iso);
	return grade == GRADE_NONE ? year_alone(text, iso) : grade;
}

/* Digits with blanks or dots between groups ("079 190 001 234"), as many as stand together. */
static int gather(const char **p, char *out, int most)
{
	int n = 0;

	while (**p && n < most) {
		if (isdigit((unsigned char)**p))
			out[n++] = **p;
		else if (!(**p == ' ' && isdigit((unsigned char)(*p)[1])))
			break;
		++*p;
	}
	out[n] = '\0';
	return n;
}

/* Provinces of TT 07/2016/TT-BCA; the gaps are real. */
static const char provinces[] =
	"001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042 044 045 046 "
	"048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 089 091 092 093 094 095 "
	"096 ";

/* Below 100 the code is a Vietnamese province; above stands the country of birth. */
static bool province_right(const char *id)
{
	char code[5] = { id[0], id[1], id[2], ' ', '\0' };

	return id[0] != '0' || strstr(provinces, code);
}

enum grade person_id_find(const char *text, char out[13])
{
	enum grade best = GRADE_NONE;

	for (const char *p = text; *p; p++) {
		char digits[32];
		int n;

		if (!isdigit((unsigned char)*p) || !boundary(text, p))
			continue;
		n = gather(&p, digits, 31);
		if ((n == 12 && province_right(digits)) || (n == 9 && best == GRADE_NONE)) {
			memcpy(out, digits, (size_t)n + 1);
			best = GRADE_SURE;
			if (n == 12)
				return best;
		}
		if (!*p)
			break;
	}
	return best;
}

bool person_id_fits(const char *id, const char *birth, char sex)
{
	int g;

	if (strlen(id) != 12)
		return true;
	g = id[3] - '0';
	if (!province_right(id) || (sex == 'M' && g % 2) || (sex == 'F' && g % 2 == 0))
		return false;
	if (birth && strlen(birth) >= 4 && isdigit((unsigned char)birth[0])) {
		char year[5];

		snprintf(year, sizeof year, "%.4s", birth);
		return (atoi(year) - 1900) / 100 == g / 2 && !strncmp(year + 2, id + 4, 2);
	}
	return true;
}

bool tax_id_right(const char *digits)
{
	static const int weights[] = { 31, 29, 23, 19, 17, 13, 7, 5, 3 };
	int sum = 0;

	for (int i = 0; i < 9; i++)
		sum += (digits[i] - '0') * weights[i];
	return digits[9] - '0' == 10 - sum % 11;
}

enum grade tax_id_find(const char *text, char out[15])
{
	for (const char *p = text; *p; p++) {
		char digits[32];
		int n;

		if (!isdigit((unsigned char)*p) || !boundary(text, p))
			continue;
		n = gather(&p, digits, 31);
		if (n == 12 && province_right(digits)) {
			memcpy(out, digits, 13);
			return GRADE_SURE;
		}
		if (n == 10 && tax_id_right(digits)) {
			memcpy(out, digits, 11);
			if (p[0] == '-' && strspn(p + 1, "0123456789") == 3 && strncmp(p + 1, "000", 3))
				snprintf(out, 15, "%.10s-%.3s", digits, p + 1);
			return GRADE_SURE;
		}
		if (!*p)
			break;
	}
	return GRADE_NONE;
}

/* "đồng", "đ", "VNĐ", "VND" behind the sum, after blanks. */
static bool dong(const char *p)
{
	static const char *const names[] = { "đồng", "Đồng", "ĐỒNG", "VNĐ", "VND", "vnđ", "đ" };

	p += strspn(p, " ");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strncmp(p, names[i], strlen(names[i])))
			return true;
	return false;
}

enum grade money_find(const char *text, char out[MONEY_SIZE])
{
	for (const char *p = text; *p; p++) {
		char sign = 0;
		int n = 0, group = 0;
		bool right = true;

		if (!isdigit((unsigned char)*p) || !boundary(text, p) || (p > text + 1 && p[-1] == ',' && isdigit((unsigned char)p[-2])))
			continue;
		for (; isdigit((unsigned char)*p) || (strchr(". ,", *p) && *p && isdigit((unsigned char)p[1]) && (!sign || sign == *p)); p++) {
			if (isdigit((unsigned char)*p)) {
				if (n + 1 < MONEY_SIZE)
					out[n] = *p;
				n++;
				group++;
				continue;
			}
			right = right && (sign ? group == 3 : group <= 3);
			sign = *p;
			group = 0;
		}
		if (right && n < MONEY_SIZE && (!sign || group == 3) && dong(p)) {
			out[n] = '\0';
			return GRADE_SURE;
		}
		if (!*p)
			break;
	}
	return GRADE_NONE;
}

char *name_clean(struct arena *arena, const char *text)
{
	static const char signs[] = " .,;:-_()\"'*/|";
	char *out = arena_strdup(arena, text + strspn(text, signs));
	size_t n = strlen(out);

	while (n && strchr(signs, out[n - 1]))
		out[--n] = '\0';
	return out;
}

bool name_right(const char *text)
{
	bool start = true;
	int words = 0, letters = 0;

	for (const char *p = text; *p;) {
		uint32_t c = text_next(&p);

		if (c == ' ' || c == '\n') {
			start = true;
			continue;
		}
		if (start && !(text_is_letter(c) && text_is_upper(c)))
			return false;
		if (!start && !text_is_letter(c) && c != '\'' && c != '-')
			return false;
		words += start;
		letters++;
		start = false;
	}
	return words >= 2 && words <= 8 && letters >= 4 && letters <= 60;
}
