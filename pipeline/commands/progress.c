#include "pipeline/commands/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "pipeline/clock.h"
#include "pipeline/error.h"

#define TERMINAL_EVERY_MS 200
#define PLAIN_EVERY_MS 10000

void progress_begin(struct progress *progress, int64_t total, int64_t done, bool quiet)
{
	const char *term = getenv("TERM");

	*progress = (struct progress){ .total = total, .done = done, .done_at_begin = done, .quiet = quiet };
	progress->begun_ms = progress->shown_ms = clock_ms();
	progress->terminal = isatty(STDERR_FILENO) && term && *term;
}

/* "1:05:09" or "5:09" */
static void clock_text(int64_t seconds, char *out, size_t size)
{
	if (seconds >= 3600)
		snprintf(out, size, "%d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
	else
		snprintf(out, size, "%d:%02d", (int)(seconds / 60), (int)(seconds % 60));
}

static void print(struct progress *p)
{
	int64_t elapsed = clock_ms() - p->begun_ms, fresh = p->done - p->done_at_begin;
	double per_minute = elapsed > 0 ? (double)fresh * 60000 / (double)elapsed : 0;
	char left[32] = "-";

	if (fresh > 0 && elapsed > 0)
		clock_text((p->total - p->done) * elapsed / fresh / 1000, left, sizeof left);
	fprintf(stderr, p->terminal ? "\r\033[K" : "");
	fprintf(stderr, _("%lld of %lld pages, %.0f pages/min, time left %s, set aside %lld"), (long long)p->done,
		(long long)p->total, per_minute, left, (long long)p->set_aside);
	fputs(p->terminal ? "" : "\n", stderr);
	p->shown_ms = clock_ms();
}

void progress_show(struct progress *p, int64_t done, int64_t set_aside)
{
	p->done = done;
	p->set_aside = set_aside;
	if (p->quiet || clock_ms() - p->shown_ms < (p->terminal ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS))
		return;
	print(p);
}

void progress_follow(struct progress *p, int64_t total, int64_t done, int64_t set_aside)
{
	if (!p->begun_ms)
		progress_begin(p, total, done, p->quiet);
	progress_show(p, done, set_aside);
}

void progress_line(struct progress *p, const char *format, ...)
{
	va_list args;

	if (p->terminal && !p->quiet)
		fputs("\r\033[K", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

void progress_end(struct progress *p)
{
	if (p->quiet || !p->total)
		return;
	print(p);
	if (p->terminal)
		fputc('\n', stderr);
}
