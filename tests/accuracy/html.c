/* html.c - the accuracy report as one page that needs nothing else and prints well */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "tests/accuracy/language.h"
#include "tests/accuracy/reliability.h"
#include "tests/accuracy/report.h"
#include "tests/accuracy/worst.h"

#define WORST_LINES 30

static const char style[] =
	":root{--ink:#1c1b19;--soft:#6b675f;--rule:#d9d5cc;--good:#1d6b3a;--bad:#a32020;--paper:#fdfcf9;--tint:#f4f1ea}"
	"body{font:15px/1.5 'Noto Sans','Liberation Sans',system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:68rem;margin:2.5rem auto;padding:0 1.5rem}"
	"h1{font-size:1.7rem;margin:0 0 .3rem}h2{font-size:1.15rem;margin:2.6rem 0 .6rem}p{max-width:46rem;margin:.4rem 0 .8rem}.soft{color:var(--soft);font-size:.87rem}.engine{white-space:pre-line}"
	"table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.9rem}th,td{padding:.22rem .8rem .22rem 0;text-align:right;white-space:nowrap}"
	"th{font-weight:600;color:var(--soft);border-bottom:1px solid var(--ink);vertical-align:bottom}td{border-bottom:1px solid var(--rule)}"
	"th:first-child,td:first-child,.l{text-align:left}tr.group td{border-top:1px solid var(--ink)}"
	".good{color:var(--good);font-weight:600}.bad{color:var(--bad);font-weight:600}.now{font-weight:600}"
	"pre{font:12.5px/1.45 'Liberation Mono',monospace;white-space:pre-wrap;background:var(--tint);padding:.8rem 1rem}"
	"figure{margin:1.1rem 0;padding:.7rem .9rem;border:1px solid var(--rule);break-inside:avoid}figure img{max-width:100%;display:block;margin:0 0 .5rem;border:1px solid var(--rule)}"
	"figcaption{font-size:.87rem}.t{display:grid;grid-template-columns:4.2rem 1fr;gap:.1rem .6rem}.t span:nth-child(odd){color:var(--soft)}"
	"del{color:var(--bad);text-decoration:none;background:#f8e3e0;padding:0 .15em}ins{color:var(--good);text-decoration:none;background:#e2f0e5;padding:0 .15em}"
	"nav{font-size:.87rem;margin:.8rem 0}nav a{margin-right:1.1rem;color:var(--ink)}svg text{font:11px 'Noto Sans','Liberation Sans',sans-serif;fill:var(--soft)}"
	".side{display:flex;gap:2.5rem;flex-wrap:wrap;align-items:flex-start}"
	"@media print{body{max-width:none;margin:0;font-size:11px;background:#fff}nav{display:none}h2{break-after:avoid}tr{break-inside:avoid}}";

static void escape(FILE *to, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '<': fputs("&lt;", to); break;
		case '>': fputs("&gt;", to); break;
		case '&': fputs("&amp;", to); break;
		case '"': fputs("&quot;", to); break;
		default: fputc(*text, to);
		}
}

static void cell(FILE *to, double value, const char *class)
{
	if (value < 0)
		fputs("<td>", to);
	else
		fprintf(to, "<td class='%s'>%.2f", class, value);
}

/* ---- figures beside their targets ---- */

static void target_rows(FILE *to, const struct report *report, const char *set, const char *note, const double figures[NFIGURES])
{
	for (int k = 0; k < NFIGURES; k++) {
		const struct target *t = target_find(set, k);
		bool judged = t && t->must >= 0;
		double before;

		fprintf(to, "<tr%s><td>", k ? "" : " class=group");
		if (!k) {
			fprintf(to, "<b>%s</b> <span class=soft>%s</span>", set, note);
		}
		fprintf(to, "<td class=l>%s", figure_names[k]);
		cell(to, t ? t->stock : -1, "");
		cell(to, t ? t->must : -1, "");
		cell(to, t ? t->aim : -1, "");
		cell(to, figures[k], "now");
		if (figure_before(report, set, k, &before) && fabs(figures[k] - before) >= 0.005)
			fprintf(to, "<td class=%s>%+.2f", figure_meets(k, figures[k], before) ? "good" : "bad", figures[k] - before);
		else
			fputs("<td>", to);
		if (judged)
			fprintf(to, "<td class='l %s'>%s", figure_meets(k, figures[k], t->must) ? "good" : "bad",
				figure_meets(k, figures[k], t->aim)  ? "aim reached" :
				figure_meets(k, figures[k], t->must) ? "reached" :
								       "missed");
		else
			fputs("<td>", to);
	}
}

static void write_targets(FILE *to, const struct report *report)
{
	double figures[NFIGURES];
	int drawn = 0;

	fputs("<h2 id=targets>Targets</h2><p>Means over pages, in percent. CER and WER are edit distances over letters and words in reading order; recall is the "
	      "share of the truth's words found anywhere on the page, precision the share of the read words that the truth has. Stamps and banners are not in the "
	      "truth. <i>Stock</i> is Tesseract 5.3.0 with Debian’s Vietnamese model.</p>"
	      "<table><tr><th>pages<th class=l>figure<th>stock<th>must<th>aim<th>now<th>change<th>",
	      to);
	for (int i = 0; i < report->nsets; i++) {
		char note[40];

		snprintf(note, sizeof note, "%d pages", report->sets[i].npages);
		set_mean(&report->sets[i], figures);
		target_rows(to, report, report->sets[i].name, note, figures);
		drawn += set_is_drawn(&report->sets[i]);
	}
	if (drawn > 1) {
		drawn_mean(report, figures);
		target_rows(to, report, "drawn", "all levels, equal weight", figures);
	}
	fputs("</table><p class=soft><i>Change</i> is against the run before this one.</p>", to);
	if (report->bench) {
		fputs("<p>Speed, as the last <code>make bench</code> on this machine measured it:</p><pre>", to);
		escape(to, report->bench);
		fputs("</pre>", to);
	}
}

static void write_fields(FILE *to, const struct report *report)
{
	if (!report->fields)
		return;
	fputs("<h2 id=fields>Fields</h2><p>The fields of the scanned papers, against truth keyed by eye. <i>Wrong</i> and <i>invented</i> are the worst "
	      "outcomes; a field written by pen is right when it is left unread.</p><pre>",
	      to);
	escape(to, report->fields);
	fputs("</pre>", to);
}

/* ---- any table of the bench, as it is ---- */

static void write_tsv(FILE *to, const char *tsv)
{
	bool first = true;

	fputs("<table>", to);
	while (*tsv) {
		size_t line = strcspn(tsv, "\n");

		fputs("<tr>", to);
		for (size_t at = 0; at <= line;) {
			size_t n = strcspn(tsv + at, "\t\n");
			char text[400];

			snprintf(text, sizeof text, "%.*s", (int)n, tsv + at);
			fputs(first ? "<th>" : "<td>", to);
			escape(to, text);
			at += n + 1;
		}
		first = false;
		tsv += line + (tsv[line] == '\n');
	}
	fputs("</table>", to);
}

static void write_ablation(FILE *to, const struct report *report)
{
	if (!report->ablation)
		return;
	fputs("<h2 id=ablation>What each step earns</h2><p>The same pages read with one step switched off at a time.</p>", to);
	write_tsv(to, report->ablation);
}

/* ---- confidence ---- */

enum { CURVE_WIDE = 430, CURVE_HIGH = 330, CURVE_LEFT = 44, CURVE_TOP = 12, CURVE_FROM = 30, CURVE_LEAST = 20 };

static double curve_x(double said)
{
	return CURVE_LEFT + (said - CURVE_FROM) * (CURVE_WIDE - CURVE_LEFT - 10) / (100 - CURVE_FROM);
}

static double curve_y(double right)
{
	return CURVE_TOP + (100 - right) * (CURVE_HIGH - CURVE_TOP - 40) / (100 - CURVE_FROM);
}

static void write_line(FILE *to, const struct reliability *r, const char *colour, const char *dashes)
{
	fprintf(to, "<polyline fill=none stroke='%s' stroke-width=1.8 stroke-dasharray='%s' points='", colour, dashes);
	for (int i = 0; i < RELIABILITY_BINS; i++) {
		const struct reliability_bin *b = &r->bins[i];

		if (b->right + b->wrong >= CURVE_LEAST)
			fprintf(to, "%.1f,%.1f ", curve_x(fmax(CURVE_FROM, b->said / (double)(b->right + b->wrong))), curve_y(fmax(CURVE_FROM, bin_right(b))));
	}
	fputs("'/>", to);
}

static void write_curve(FILE *to, const struct reliability *curves, const char *const *names, int n)
{
	static const char *const colours[] = { "#a32020", "#1f5f8b", "#1d6b3a", "#8a6d1f", "#5b3a8c", "#333333" }, *const dashes[] = { "", "6 3", "2 3", "9 3 2 3", "1 2", "12 4" };

	fprintf(to, "<svg width=%d height=%d viewBox='0 0 %d %d' role=img aria-label='reliability curve'>", CURVE_WIDE, CURVE_HIGH, CURVE_WIDE, CURVE_HIGH);
	for (int v = CURVE_FROM; v <= 100; v += 10) {
		fprintf(to, "<line x1=%d x2=%d y1=%.1f y2=%.1f stroke='#e4e0d6'/><text x=%d y=%.1f text-anchor=end>%d</text>", CURVE_LEFT, CURVE_WIDE - 10, curve_y(v),
			curve_y(v), CURVE_LEFT - 6, curve_y(v) + 4, v);
		fprintf(to, "<text x=%.1f y=%d text-anchor=middle>%d</text>", curve_x(v), CURVE_HIGH - 24, v);
	}
	fprintf(to, "<line x1=%.1f y1=%.1f x2=%.1f y2=%.1f stroke='#b9b4a8'/>", curve_x(CURVE_FROM), curve_y(CURVE_FROM), curve_x(100), curve_y(100));
	fprintf(to, "<text x=%.1f y=%d text-anchor=middle>said, %%</text><text x=%d y=%d>right, %%</text>", curve_x(65), CURVE_HIGH - 6, CURVE_LEFT + 6, CURVE_TOP + 10);
	for (int i = 0; i < n; i++) {
		write_line(to, &curves[i], colours[i % 6], dashes[i % 6]);
		fprintf(to, "<line x1=%d x2=%d y1=%d y2=%d stroke='%s' stroke-width=1.8 stroke-dasharray='%s'/><text x=%d y=%d>%s</text>", CURVE_WIDE - 140,
			CURVE_WIDE - 112, CURVE_HIGH - 120 + 16 * i, CURVE_HIGH - 120 + 16 * i, colours[i % 6], dashes[i % 6], CURVE_WIDE - 106,
			CURVE_HIGH - 116 + 16 * i, names[i]);
	}
	fputs("</svg>", to);
}

static void write_bins(FILE *to, const struct reliability *curves, const char *const *names, int n)
{
	fputs("<table><tr><th>said", to);
	for (int i = 0; i < n; i++)
		fprintf(to, "<th>%s<br>words<th>right<br>%%<th class=soft>not in<br>truth", names[i]);
	for (int b = RELIABILITY_BINS - 1; b >= 0; b--) {
		fprintf(to, "<tr><td>%g–%g", (double)curves->bins[b].from, fmin(100, (double)curves->bins[b].below));
		for (int i = 0; i < n; i++) {
			const struct reliability_bin *bin = &curves[i].bins[b];

			fprintf(to, "<td>%ld", bin->right + bin->wrong);
			if (bin->right + bin->wrong)
				fprintf(to, "<td>%.1f", bin_right(bin));
			else
				fputs("<td>", to);
			fprintf(to, "<td class=soft>%ld", bin->extra);
		}
	}
	fputs("</table>", to);
}

static void write_confidence(FILE *to, const struct report *report)
{
	struct reliability curves[SETS_MAX] = { 0 };
	const char *names[SETS_MAX];

	fputs("<h2 id=confidence>Confidence</h2><p>Of words said to be right with 95 % or more, at least 98 % must be right. A word is right when it is the truth’s, letter for "
	      "letter, at its place or elsewhere on the page. Words that the truth does not have (stamps, pen) are counted apart, for they may be well read.</p>"
	      "<table><tr><th>pages<th>words<th>said ≥ 95 %<th>of them right<th>",
	      to);
	for (int i = 0; i < report->nsets; i++) {
		struct reliability_bin sure, all;

		names[i] = report->sets[i].name;
		reliability_begin(&curves[i]);
		reliability_add(&curves[i], &report->sets[i]);
		reliability_sum(&curves[i], 95, &sure);
		reliability_sum(&curves[i], 0, &all);
		fprintf(to, "<tr><td><b>%s</b><td>%ld<td>%.1f %%<td class=now>%.2f %%<td class='l %s'>%s", names[i], all.right + all.wrong,
			percent(sure.right + sure.wrong, all.right + all.wrong), bin_right(&sure), bin_right(&sure) >= 98 ? "good" : "bad",
			bin_right(&sure) >= 98 ? "reached" : "missed");
	}
	fputs("</table><div class=side style='margin-top:1.2rem'><div>", to);
	write_curve(to, curves, names, report->nsets);
	fputs("</div></div>", to);
	write_bins(to, curves, names, report->nsets);
}

/* ---- the language model ---- */

static void write_damage(void *context, const struct measured *page, const char *seen, const char *chosen)
{
	FILE *to = context;

	fputs("<tr><td>", to);
	escape(to, page->name);
	fputs("<td class=l><ins>", to);
	escape(to, seen);
	fputs("</ins><td class=l><del>", to);
	escape(to, chosen);
	fputs("</del>", to);
}

static void write_language(FILE *to, const struct report *report)
{
	fputs("<h2 id=language>Language</h2><p>Words that the language model changed: what the net alone had seen is kept with each. At most 5 words may be damaged for 100 "
	      "mended.</p><table><tr><th>pages<th>mended<th>damaged<th>in vain<th class=soft>not in<br>truth<th>damaged<br>per 100 mended",
	      to);
	for (int i = 0; i < report->nsets; i++) {
		struct language_work w = language_work(&report->sets[i], report->arena);

		fprintf(to, "<tr><td><b>%s</b><td>%ld<td>%ld<td>%ld<td class=soft>%ld<td class='%s'>%.1f", report->sets[i].name, w.mended, w.damaged, w.vain, w.beside,
			20 * w.damaged <= w.mended ? "good" : "bad", percent(w.damaged, w.mended));
	}
	fputs("</table><p>Damaged:</p><table><tr><th>page<th class=l>seen, right<th class=l>chosen", to);
	for (int i = 0; i < report->nsets; i++)
		language_damages(&report->sets[i], report->arena, write_damage, to);
	fputs("</table>", to);
}

/* ---- what the scans are worth ---- */

static void write_scans(FILE *to, const struct report *report)
{
	fputs("<h2 id=scans>Scans</h2><p>What each scan was said to be worth before anybody knew how it would be read, and the mean word recall of the pages that were "
	      "said so. What speaks against a scan stands with its page below.</p><table><tr><th>pages<th>good<th>recall<th>usable<th>recall<th>to scan again<th>recall",
	      to);
	for (int i = 0; i < report->nsets; i++) {
		const struct set *set = &report->sets[i];
		int n[SCAN_RESCAN + 1] = { 0 };
		double recall[SCAN_RESCAN + 1] = { 0 };

		for (int k = 0; k < set->npages; k++) {
			const struct measured *m = &set->pages[k];

			if (!m->found)
				continue;
			n[m->page.quality.grade]++;
			recall[m->page.quality.grade] += percent(m->score.common, m->score.wn);
		}
		fprintf(to, "<tr><td><b>%s</b>", set->name);
		for (int g = SCAN_GOOD; g <= SCAN_RESCAN; g++) {
			fprintf(to, "<td>%d", n[g]);
			if (n[g])
				fprintf(to, "<td>%.1f", recall[g] / n[g]);
			else
				fputs("<td>", to);
		}
	}
	fputs("</table>", to);
}

/* ---- the worst lines ---- */

static void write_pieces(FILE *to, const struct worst_line *line, bool read)
{
	for (int i = 0; i < line->npieces; i++) {
		const struct piece *p = &line->pieces[i];
		const char *text = read ? p->read : p->truth, *tag = read ? "del" : "ins";

		if (p->right) {
			escape(to, text);
		} else if (*text) {
			fprintf(to, "<%s>", tag);
			escape(to, text);
			fprintf(to, "</%s>", tag);
		}
		fputc(' ', to);
	}
}

static void write_worst(FILE *to, const struct report *report, const struct config *config)
{
	int share = WORST_LINES / report->nsets;

	fprintf(to, "<h2 id=worst>The worst lines</h2><p>%d of each kind of page, at most two of one page, by letters that are wrong, missed or too many.</p>", share);
	for (int i = 0; i < report->nsets; i++) {
		struct worst_line *lines;
		int n = worst_find(&report->sets[i], share, report->arena, &lines);

		for (int k = 0; k < n; k++) {
			char *png = worst_picture(&lines[k], config);

			fputs("<figure>", to);
			if (png)
				fprintf(to, "<img alt='' src='data:image/png;base64,%s'>", png);
			free(png);
			fprintf(to, "<figcaption><div class=soft>%s · %s · %ld letters</div><div class=t><span>read</span><span>", report->sets[i].name,
				lines[k].page->name, lines[k].letters);
			write_pieces(to, &lines[k], true);
			fputs("</span><span>truth</span><span>", to);
			write_pieces(to, &lines[k], false);
			fputs("</span></div></figcaption></figure>", to);
		}
	}
}

/* ---- page by page ---- */

static void write_pages(FILE *to, const struct report *report)
{
	fputs("<h2 id=pages>Page by page</h2><table><tr><th>page<th>CER<th>WER<th>recall<th>precision<th>dpi<th>skew<th>letters<br>px<th>contrast<th>sharpness<th>confidence<th class=l>scan", to);
	for (int i = 0; i < report->nsets; i++) {
		fprintf(to, "<tr class=group><td><b>%s</b><td><td><td><td><td><td><td><td><td><td><td>", report->sets[i].name);
		for (int k = 0; k < report->sets[i].npages; k++) {
			const struct measured *m = &report->sets[i].pages[k];
			char faults[SCAN_FAULTS_SIZE];
			double figures[NFIGURES];

			score_figures(&m->score, figures);
			fputs("<tr><td>", to);
			escape(to, m->name);
			for (int f = 0; f < NFIGURES; f++)
				fprintf(to, "<td>%.2f", figures[f]);
			if (!m->found) {
				fputs("<td class=bad>not read<td><td><td><td><td><td>", to);
				continue;
			}
			scan_faults_format(m->page.quality.faults, faults);
			fprintf(to, "<td>%d<td>%.1f<td>%.0f<td>%.0f<td>%.2f<td>%.1f<td class=l>%s %s", m->page.dpi, (double)m->page.skew, (double)m->page.quality.x_height,
				(double)m->page.quality.contrast, (double)m->page.quality.sharpness, (double)m->page.quality.confidence,
				scan_grade_name(m->page.quality.grade), faults);
		}
	}
	fputs("</table>", to);
}

int html_write(const struct report *report, const struct config *config, const char *path)
{
	FILE *to = fopen(path, "w");

	if (!to)
		return -1;
	fprintf(to, "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'><title>sohoa: how well pages are read</title><style>%s</style>"
		    "<h1>How well pages are read</h1><div class='soft engine'>",
		style);
	escape(to, report->engine);
	fputs("</div><nav><a href=#targets>Targets</a>", to);
	fputs(report->fields ? "<a href=#fields>Fields</a>" : "", to);
	fputs(report->ablation ? "<a href=#ablation>What each step earns</a>" : "", to);
	fputs("<a href=#confidence>Confidence</a><a href=#language>Language</a><a href=#scans>Scans</a><a href=#worst>Worst lines</a><a href=#pages>Page by page</a></nav>", to);
	write_targets(to, report);
	write_fields(to, report);
	write_ablation(to, report);
	write_confidence(to, report);
	write_language(to, report);
	write_scans(to, report);
	write_worst(to, report, config);
	write_pages(to, report);
	return fclose(to) == EOF ? -1 : 0;
}
