/*
 * date.h - days of the calendar as the judge needs them
 *
 * A date on a paper is known to the day, to the month or to the year only ("2024-02-27", "2024-02", "2024"). It is therefore a
 * span of days: the truth lies somewhere in it, and a rule is certain only when it holds for the whole span.
 */
#ifndef SOHOA_REUSE_DATE_H
#define SOHOA_REUSE_DATE_H

#include <stdbool.h>

#define DATE_SIZE 11 /* "2024-02-27" and NUL */

struct day_span {
	int first, last; /* days since 1970-01-01, both included */
};

/* A whole ISO 8601 date, or one cut after the month or the year. False for anything else, also for 2023-02-29; years 1900
 * to 2199 are dates, all others are misread. */
bool date_parse(const char *text, struct day_span *span);

/* As date_parse, but the day must be known. */
bool date_parse_day(const char *text, int *day);

/* The day that ends a term of months counted from `day`: the same day of the last month, or the last day of that month where it has
 * no such day; the first day is not counted (Bộ luật Dân sự 2015, Điều 147 khoản 2 and Điều 148 khoản 3 and 4). No working-day
 * extension is added. */
int date_add_months(int day, int months);

void date_format(int day, char out[DATE_SIZE]);

/* Today on the clock of the machine, in its time zone. */
int date_today(void);

#endif
