/*
 * value.h - from what is printed to a value, or to nothing: dates, identity numbers, tax numbers, names
 *
 * Pure functions over text. A repair replaces a letter by the digit it looks like (O for 0, l for 1) where only a digit can stand;
 * it never adds one. What cannot be right (month 13, 30 February) is no value. Forms: Decree 30/2020 appendix I, Decree
 * 123/2015, domain 5.
 */
#ifndef SOHOA_EXTRACT_VALUE_H
#define SOHOA_EXTRACT_VALUE_H

#include <stdbool.h>

struct arena;

enum grade {
	GRADE_NONE,     /* no value */
	GRADE_REPAIRED, /* a value after a repair */
	GRADE_SURE      /* a value as printed */
};

#define DATE_SIZE 11 /* "2024-02-27" and NUL; "2024-02", "2024" and "never" are shorter */

struct date {
	int year, month, day; /* 0: not known */
};

/* The first date in the text: "ngày 27 tháng 02 năm 2024", 27/02/2024, 27-02-2024, 27.2.2024, in words, "năm 1965" or a year
 * alone, "không thời hạn" and "lâu dài" (gives "never"). */
enum grade date_find(struct arena *arena, const char *text, char iso[DATE_SIZE]);
/* In words only: "ngày hai mươi bảy tháng hai năm hai nghìn không trăm hai mươi tư". */
enum grade date_in_words(struct arena *arena, const char *text, char iso[DATE_SIZE]);
bool date_real(struct date date); /* day 0 or month 0 count as not known */
void date_write(struct date date, char iso[DATE_SIZE]);

/* A token that must be digits: O 0, I l | 1 and the like by shape; -1 when it is none or has no true digit at all. *repaired is set,
 * never cleared. */
int digits_read(const char *token, int most, bool *repaired);

/* The first personal number in the text: 12 digits (TT 07/2016/TT-BCA) or 9 (identity card before 2016). out holds 13 bytes. */
enum grade person_id_find(const char *text, char out[13]);
/* The 12-digit number against what the paper says; birth is ISO or NULL, sex 'M', 'F' or 0. False: a reading error is likely. */
bool person_id_fits(const char *id, const char *birth, char sex);
/* Tax number: 10 digits with check digit, with a branch "-001", or 12 digits. out holds 15 bytes. */
enum grade tax_id_find(const char *text, char out[15]);
bool tax_id_right(const char *digits); /* 10 digits */
/* The first sum of dong in the text: "1.900.000.000 đồng", "200 000 000 VNĐ". Digits without separators; out holds MONEY_SIZE bytes. Groups that are not
 * of three digits are no sum: a digit or a dot was lost. */
#define MONEY_SIZE 20
enum grade money_find(const char *text, char out[MONEY_SIZE]);

/* Two to eight words of letters, each with a capital in front, no digit. */
bool name_right(const char *text);
/* NGUYỄN VĂN AN stays; signs at both ends go. */
char *name_clean(struct arena *arena, const char *text);

#endif
