/*
 * report - the accuracy report: tables on the screen, and a page to look at
 *
 *   report [-e ENGINE] [-f FIELDS] [-a ABLATION] [-b BENCH] -o DIRECTORY SET TRUTH READ IMAGES [SET TRUTH READ IMAGES]...
 *
 * SET is a name; sets that begin with "drawn-" are levels of noise. TRUTH, READ, IMAGES: see measured.h; a set may come in several. Writes
 * DIRECTORY/index.html and DIRECTORY/figures.tsv, with which the next run compares itself.
 */
#include "tests/accuracy/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/config.h"
#include "pipeline/error.h"
#include "tests/accuracy/language.h"
#include "tests/accuracy/reliability.h"
#include "tests/accuracy/truth.h"

const char *const figure_names[NFIGURES] = { "CER", "WER", "word recall", "word precision" };

/* What Tesseract 5.3.0 with Debian's `vie` gives on these pages, what a reader of ours must give, and what it aims for: means over pages. */
static const struct target targets[] = {
	{ "real", FIGURE_CER, 11.47, 3.5, 2.0 },      { "real", FIGURE_WER, 13.40, -1, -1 },
	{ "real", FIGURE_RECALL, 93.58, 97.5, 98.8 }, { "real", FIGURE_PRECISION, 89.36, 95, 98 },
	{ "printed", FIGURE_CER, 1.76, 0.8, 0.4 },    { "printed", FIGURE_WER, 4.98, 1.8, 1.0 },
	{ "printed", FIGURE_RECALL, 96.02, 98.8, 99.4 }, { "printed", FIGURE_PRECISION, 95.81, -1, -1 },
};

const struct target *target_find(const char *set, int figure)
{
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
		if (!strcmp(targets[i].set, set) && targets[i].figure == figure)
			return &targets[i];
	return NULL;
}

bool figure_meets(int figure, double value, double target)
{
	return figure == FIGURE_CER || figure == FIGURE_WER ? value <= target : value >= target;
}

bool set_is_drawn(const struct set *set)
{
	return !strncmp(set->name, "drawn", 5);
}

void drawn_mean(const struct report *report, double figures[NFIGURES])
{
	int n = 0;

	memset(figures, 0, NFIGURES * sizeof *figures);
	for (int i = 0; i < report->nsets; i++) {
		double one[NFIGURES];

		if (!set_is_drawn(&report->sets[i]))
			continue;
		set_mean(&report->sets[i], one);
		n++;
		for (int k = 0; k < NFIGURES; k++)
			figures[k] += one[k];
	}
	for (int k = 0; n && k < NFIGURES; k++)
		figures[k] /= n;
}

bool figure_before(const struct report *report, const char *set, int figure, double *value)
{
	char key[200];
	const char *at;

	snprintf(key, sizeof key, "%s\t%s\t", set, figure_names[figure]);
	at = report->before ? strstr(report->before, key) : NULL;
	if (!at)
		return false;
	*value = strtod(at + strlen(key), NULL);
	return true;
}

/* ---- the screen ---- */

static void print_pages(const struct set *set)
{
	printf("== %s\n", set->name);
	for (int i = 0; i < set->npages; i++) {
		const struct score *s = &set->pages[i].score;

		printf("%-28s  CER %6.2f%%  WER %6.2f%%  recall %6.2f%%  precision %6.2f%%%s\n", set->pages[i].name, percent(s->ce, s->cn),
		       percent(s->we, s->wn), percent(s->common, s->wn), percent(s->common, s->hn), set->pages[i].found ? "" : "  not read");
	}
	printf("TOTAL %ld pages  CER %.2f%%  WER %.2f%%  recall %.2f%%  precision %.2f%%\n\n", set->sum.pages, percent(set->sum.ce, set->sum.cn),
	       percent(set->sum.we, set->sum.wn), percent(set->sum.common, set->sum.wn), percent(set->sum.common, set->sum.hn));
}

static void print_number(double value)
{
	if (value < 0)
		printf(" %8s", "");
	else
		printf(" %8.2f", value);
}

static void print_rows(const struct report *report, const char *set, const double figures[NFIGURES])
{
	for (int k = 0; k < NFIGURES; k++) {
		const struct target *t = target_find(set, k);
		double before;

		printf("%-12s  %-14s", k ? "" : set, figure_names[k]);
		print_number(t ? t->stock : -1);
		print_number(t ? t->must : -1);
		print_number(t ? t->aim : -1);
		print_number(figures[k]);
		if (figure_before(report, set, k, &before))
			printf("  %+6.2f", figures[k] - before);
		else
			printf("  %6s", "");
		if (t && t->must >= 0)
			printf("  %s", figure_meets(k, figures[k], t->aim)  ? "aim reached" :
				       figure_meets(k, figures[k], t->must) ? "reached" :
									      "missed");
		putchar('\n');
	}
}

static void print_table(const struct report *report)
{
	double figures[NFIGURES];
	int drawn = 0;

	printf("means over pages, %%              stock     must      aim      now  change\n");
	for (int i = 0; i < report->nsets; i++) {
		set_mean(&report->sets[i], figures);
		print_rows(report, report->sets[i].name, figures);
		drawn += set_is_drawn(&report->sets[i]);
	}
	if (drawn > 1) {
		drawn_mean(report, figures);
		print_rows(report, "drawn", figures);
	}
	if (report->bench)
		printf("\nspeed, as the last `make bench` measured it: %s", report->bench);
}

static void print_reliability(const struct report *report)
{
	printf("\nwords said to be right with 95 %% or more\n");
	for (int i = 0; i < report->nsets; i++) {
		struct reliability r;
		struct reliability_bin sure, all;

		reliability_begin(&r);
		reliability_add(&r, &report->sets[i]);
		reliability_sum(&r, 95, &sure);
		reliability_sum(&r, 0, &all);
		printf("%-12s  %ld of %ld words; %.2f %% of them right; %ld more that the truth does not have\n", report->sets[i].name,
		       sure.right + sure.wrong, all.right + all.wrong, bin_right(&sure), sure.extra);
	}
}

static void print_language(const struct report *report)
{
	printf("\nwords changed by the language model\n");
	for (int i = 0; i < report->nsets; i++) {
		struct language_work w = language_work(&report->sets[i], report->arena);

		printf("%-12s  %ld mended, %ld damaged (%.1f of 100), %ld in vain, %ld that the truth does not have\n", report->sets[i].name, w.mended, w.damaged,
		       percent(w.damaged, w.mended), w.vain, w.beside);
	}
}

/* ---- files ---- */

static int figures_write(const struct report *report, const char *path)
{
	FILE *to = fopen(path, "w");
	double figures[NFIGURES];

	if (!to)
		return -1;
	for (int i = 0; i < report->nsets; i++) {
		set_mean(&report->sets[i], figures);
		for (int k = 0; k < NFIGURES; k++)
			fprintf(to, "%s\t%s\t%.4f\n", report->sets[i].name, figure_names[k], figures[k]);
	}
	drawn_mean(report, figures);
	for (int k = 0; k < NFIGURES; k++)
		fprintf(to, "drawn\t%s\t%.4f\n", figure_names[k], figures[k]);
	return fclose(to) == EOF ? -1 : 0;
}

static int load_sets(struct report *report, char **argv, int n)
{
	for (int i = 0; i + 3 < n; i += 4) {
		struct set *set = report->nsets ? &report->sets[report->nsets - 1] : NULL;

		if (!set || strcmp(set->name, argv[i])) {
			if (report->nsets == SETS_MAX)
				return -1;
			set = &report->sets[report->nsets++];
			set->name = argv[i];
		}
		if (set_add(set, argv[i + 1], argv[i + 2], argv[i + 3], report->arena) < 0) {
			fprintf(stderr, "report: no truth in %s\n", argv[i + 1]);
			return -1;
		}
	}
	return 0;
}

static int usage(void)
{
	fprintf(stderr, "usage: report [-e ENGINE] [-f FIELDS] [-a ABLATION] [-b BENCH] -o DIRECTORY SET TRUTH READ IMAGES...\n");
	return 2;
}

int main(int argc, char **argv)
{
	struct report report = { .arena = arena_new(), .engine = "" };
	struct error err = ERROR_INIT;
	struct config *config = config_open(NULL, &err);
	const char *dir = NULL, *figures;
	int c, ret = 3;

	while ((c = getopt(argc, argv, "e:f:a:b:o:")) != -1) {
		switch (c) {
		case 'e': report.engine = optarg; break;
		case 'f': report.fields = file_text(optarg, report.arena); break;
		case 'a': report.ablation = file_text(optarg, report.arena); break;
		case 'b': report.bench = file_text(optarg, report.arena); break;
		case 'o': dir = optarg; break;
		default: return usage();
		}
	}
	if (!dir || !config || argc == optind || (argc - optind) % 4)
		return usage();
	figures = arena_printf(report.arena, "%s/figures.tsv", dir);
	report.before = file_text(figures, report.arena);
	if (load_sets(&report, argv + optind, argc - optind) == 0) {
		const char *page = arena_printf(report.arena, "%s/index.html", dir);

		for (int i = 0; i < report.nsets; i++)
			print_pages(&report.sets[i]);
		if (report.fields)
			printf("== fields\n%s\n", report.fields);
		print_table(&report);
		print_reliability(&report);
		print_language(&report);
		if (html_write(&report, config, page) < 0 || figures_write(&report, figures) < 0)
			perror(dir);
		else
			ret = 0;
		printf("\n%s\n", page);
	}
	config_close(config);
	arena_free(report.arena);
	return ret;
}
