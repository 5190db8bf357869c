#include "stages/reuse/date.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { YEAR_FIRST = 1900, YEAR_LAST = 2199 };

static bool leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_length(int year, int month) /* month 1..12 */
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && leap(year) ? 29 : lengths[month - 1];
}

/* Days since 1970-01-01 by whole years and months; the years here are few enough for plain sums. */
static int day_of(int year, int month, int day)
{
	int days = 0;

	for (int y = 1970; y < year; y++)
		days += leap(y) ? 366 : 365;
	for (int y = year; y < 1970; y++)
		days -= leap(y) ? 366 : 365;
	for (int m = 1; m < month; m++)
		days += month_length(year, m);
	return days + day - 1;
}

static void civil(int days, int *year, int *month, int *day)
{
	int y = 1970, m = 1;

	while (days < 0) {
		y--;
		days += leap(y) ? 366 : 365;
	}
	while (days >= (leap(y) ? 366 : 365)) {
		days -= leap(y) ? 366 : 365;
		y++;
	}
	while (days >= month_length(y, m)) {
		days -= month_length(y, m);
		m++;
	}
	*year = y;
	*month = m;
	*day = days + 1;
}

static bool digits(const char *text, int n, int *value)
{
	*value = 0;
	for (int i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		*value = *value * 10 + (text[i] - '0');
	}
	return true;
}

bool date_parse(const char *text, struct day_span *span)
{
	size_t length = text ? strlen(text) : 0;
	int year, month = 0, day = 0;

	if (length != 4 && length != 7 && length != 10)
		return false;
	if (!digits(text, 4, &year) || year < YEAR_FIRST || year > YEAR_LAST)
		return false;
	if (length >= 7 && (text[4] != '-' || !digits(text + 5, 2, &month) || month < 1 || month > 12))
		return false;
	if (length == 10 &&
	    (text[7] != '-' || !digits(text + 8, 2, &day) || day < 1 || day > month_length(year, month)))
		return false;
	span->first = day_of(year, month ? month : 1, day ? day : 1);
	span->last = day ? span->first
			 : day_of(year, month ? month : 12, month ? month_length(year, month) : 31);
	return true;
}

bool date_parse_day(const char *text, int *day)
{
	struct day_span span;

	if (!text || strlen(text) != 10 || !date_parse(text, &span))
		return false;
	*day = span.first;
	return true;
}

int date_add_months(int day, int months)
{
	int year, month, of_month, total;

	civil(day, &year, &month, &of_month);
	total = year * 12 + month - 1 + months;
	year = total / 12;
	month = total % 12 + 1;
	if (of_month > month_length(year, month))
		of_month = month_length(year, month);
	return day_of(year, month, of_month);
}

void date_format(int day, char out[DATE_SIZE])
{
	int year, month, of_month;

	civil(day, &year, &month, &of_month);
	snprintf(out, DATE_SIZE, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100, (unsigned)of_month % 100);
}

int date_today(void)
{
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	return day_of(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}
