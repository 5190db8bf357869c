#include "stages/reuse/standing.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "pipeline/catalogue/decisions.h"
#include "stages/reuse/date.h"

#define BEFORE_SCHEMA_2 "papers:"

static bool same_reading(const struct decision *d, const char *reading, const char *papers)
{
	size_t n = strlen(BEFORE_SCHEMA_2);

	if (!strncmp(d->reading, BEFORE_SCHEMA_2, n))
		return papers && !strcmp(d->reading + n, papers);
	return !strcmp(d->reading, reading);
}

/* The first day a decision holds for: the one it names, else the day it was made. */
static int first_day(const struct decision *d)
{
	char made[DATE_SIZE] = "";
	int day = INT_MIN;

	if (d->day && date_parse_day(d->day, &day))
		return day;
	strncpy(made, d->made, DATE_SIZE - 1);
	date_parse_day(made, &day);
	return day;
}

static bool said_before(const struct decision *list, int from, int i)
{
	for (int k = from; k < i; k++)
		if (list[k].kind == DECISION_CONFIRM && !strcmp(list[k].reading, list[i].reading) && !strcmp(list[k].who, list[i].who))
			return true;
	return false;
}

/* Confirmations after the last change or refusal, of this reading, one per person. */
static void count_confirmations(const struct decision *list, int n, const char *reading, const char *papers, int wanted,
				struct standing *standing)
{
	int from = 0;

	for (int i = 0; i < n; i++)
		if (list[i].kind == DECISION_VOID || list[i].kind == DECISION_REFUSE)
			from = i + 1;
	for (int i = 0; i < n; i++) {
		if (list[i].kind != DECISION_CONFIRM)
			continue;
		standing->confirmed = &list[i];
		if (i < from || !same_reading(&list[i], reading, papers))
			continue;
		standing->people += !said_before(list, from, i);
		if (list[i].level > standing->level)
			standing->level = list[i].level;
	}
	if (!standing->confirmed)
		standing->confirmation = CONFIRMATION_NONE;
	else if (!standing->people)
		standing->confirmation = CONFIRMATION_STALE;
	else
		standing->confirmation = standing->people < wanted ? CONFIRMATION_FEWER : CONFIRMATION_VALID;
	if (standing->confirmation != CONFIRMATION_VALID)
		standing->level = 0;
}

void standing_find(const struct decision *list, int n, const char *reading, const char *papers, int on, int wanted, struct standing *standing)
{
	memset(standing, 0, sizeof *standing);
	count_confirmations(list, n, reading, papers, wanted, standing);
	for (int i = 0; i < n; i++) {
		const struct decision *d = &list[i];

		if (d->kind == DECISION_REINSTATE)
			standing->refused = standing->cancelled = standing->replaced = standing->national = NULL;
		if (d->kind == DECISION_CONFIRM && same_reading(d, reading, papers))
			standing->refused = NULL; /* somebody looked again */
		if (d->kind == DECISION_REFUSE)
			standing->refused = d;
		if (d->kind == DECISION_CANCEL && first_day(d) <= on)
			standing->cancelled = d;
		if (d->kind == DECISION_REPLACE && first_day(d) <= on)
			standing->replaced = d;
		if (d->kind == DECISION_NATIONAL && first_day(d) <= on)
			standing->national = d;
	}
}
