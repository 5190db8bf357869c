/*
 * report.h - what the accuracy report is made of: report.c measures and prints, html.c writes the page
 */
#ifndef SOHOA_ACCURACY_REPORT_H
#define SOHOA_ACCURACY_REPORT_H

#include <stdbool.h>

#include "tests/accuracy/measured.h"

struct arena;
struct config;

enum { SETS_MAX = 8 };

struct target {
	const char *set;
	int figure;
	double stock, must, aim; /* percent; < 0: none */
};

struct report {
	struct set sets[SETS_MAX];
	int nsets;
	const char *engine;   /* what read: lines of `sohoa version` */
	const char *fields;   /* what the fields program printed, or NULL */
	const char *ablation; /* TSV with a line of titles, or NULL: what each step of cleaning brings and costs */
	const char *bench;    /* TSV of name and figure that the last `make bench` left, or NULL */
	const char *before;   /* figures.tsv of the run before, or NULL */
	struct arena *arena;
};

extern const char *const figure_names[NFIGURES];

const struct target *target_find(const char *set, int figure); /* NULL where none is set */
bool figure_meets(int figure, double value, double target);    /* error rates fall, the others rise */
bool set_is_drawn(const struct set *set);
void drawn_mean(const struct report *report, double figures[NFIGURES]); /* over the levels of noise, each with the same weight */
bool figure_before(const struct report *report, const char *set, int figure, double *value);

/* 0, or -1 with errno. */
int html_write(const struct report *report, const struct config *config, const char *path);

#endif
