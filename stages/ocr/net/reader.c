#include "stages/ocr/net/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "stages/ocr/net/kernel.h"
#include "stages/ocr/net/model.h"
#include "stages/ocr/net/net.h"

#define SURE 0.7F /* mean of the best shares from which a line of dark ground is believed as it is (Tesseract's invert_threshold) */

struct reader {
	struct model *model;
	const struct kernel *kernel;
	struct net *net;
	struct decoder *decoder;
};

struct reader *reader_open(const char *path, const char *kernel, struct error *err)
{
	struct reader *r = mem_alloc(sizeof *r);
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *data = MAP_FAILED;

	if (fd < 0 || fstat(fd, &st) < 0 || (data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0)) == MAP_FAILED)
		error_errno(err, REACH_RUN, "settings", _("cannot open the model %s"), path);
	else
		r->model = model_open(data, (size_t)st.st_size, err);
	if (data != MAP_FAILED)
		munmap(data, (size_t)st.st_size);
	if (fd >= 0)
		close(fd);
	if (r->model) {
		r->kernel = kernel_choose(kernel);
		if (!r->kernel)
			error_set(err, REACH_RUN, "settings", _("ocr.kernel: \"%s\" is not one this machine runs (auto, plain, avx2, avx512)"), kernel);
	}
	if (!r->kernel) {
		reader_close(r);
		return NULL;
	}
	r->net = net_open(r->model, r->kernel);
	r->decoder = decoder_new(r->model);
	return r;
}

void reader_close(struct reader *r)
{
	if (!r)
		return;
	net_close(r->net);
	decoder_free(r->decoder);
	model_free(r->model);
	free(r);
}

const struct model *reader_model(const struct reader *r)
{
	return r->model;
}

const char *reader_kernel(const struct reader *r)
{
	return r->kernel->name;
}

/* ---- one page ---- */

struct piece {
	int number; /* of the line */
	bool inverted;
	struct line_picture picture;
	float sure;
};

static int wider(const void *a, const void *b)
{
	const struct piece *p = a, *q = b;

	if (p->picture.width != q->picture.width)
		return p->picture.width < q->picture.width ? 1 : -1;
	return p->number - q->number;
}

/* Mean of the best share over the steps that say something. */
static float how_sure(const float *shares, int steps, int noutputs, int null)
{
	float sum = 0;
	int n = 0;

	for (int t = 0; t < steps; t++, shares += noutputs) {
		int best = null;

		for (int c = 0; c < noutputs; c++)
			if (shares[c] > shares[best])
				best = c;
		if (best != null) {
			sum += shares[best];
			n++;
		}
	}
	return n ? sum / (float)n : 0;
}

/* The mean of the views' shares, in the first. */
static void mean_shares(struct net_line *views, int noutputs)
{
	for (int v = 1; v < LINE_VIEWS; v++)
		for (size_t i = 0; i < (size_t)views->steps * (size_t)noutputs; i++)
			views->shares[i] += views[v].shares[i];
	for (size_t i = 0; i < (size_t)views->steps * (size_t)noutputs; i++)
		views->shares[i] /= LINE_VIEWS;
}

/* Runs the pieces in batches of like width; `done` takes the shares of each. */
static void run(struct reader *r, struct piece *pieces, int n, void (*done)(struct reader *, struct piece *, const struct net_line *, void *), void *with)
{
	struct net_line *lines = mem_alloc((size_t)(n + 1) * LINE_VIEWS * sizeof *lines);

	qsort(pieces, (size_t)n, sizeof *pieces, wider);
	for (int first = 0, some; first < n; first += some) {
		long columns = 0;

		for (some = 0; first + some < n && (!some || columns + LINE_VIEWS * (long)pieces[first + some].picture.width <= READER_COLUMNS); some++)
			for (int v = 0; v < LINE_VIEWS; v++) {
				const struct line_picture *p = &pieces[first + some].picture;

				lines[some * LINE_VIEWS + v] = (struct net_line){ .width = p->width, .values = p->values[v] };
				columns += p->width;
			}
		net_run(r->net, lines, some * LINE_VIEWS);
		for (int i = 0; i < some; i++) {
			mean_shares(&lines[i * LINE_VIEWS], r->model->noutputs);
			done(r, &pieces[first + i], &lines[i * LINE_VIEWS], with);
		}
	}
	free(lines);
}

struct wanted {
	struct read_line *lines;
	float *sure; /* of each line's readings so far */
	const struct decode_options *options;
	struct arena *arena;
};

static void take(struct reader *r, struct piece *piece, const struct net_line *line, void *with)
{
	struct wanted *w = with;
	struct read_line *to = &w->lines[piece->number];

	if (piece->picture.dark || piece->inverted) {
		piece->sure = how_sure(line->shares, line->steps, r->model->noutputs, r->model->null);
		if (piece->inverted && piece->sure <= w->sure[piece->number]) /* the surer of the two */
			return;
	}
	w->sure[piece->number] = piece->sure;
	to->nreadings = line->steps ? decode(r->decoder, line->shares, line->steps, w->options, w->arena, &to->readings, &to->seen) : 0;
}

struct read_line *reader_read(struct reader *r, struct Pix *page, const struct line_place *places, int n, const struct decode_options *options,
			      struct arena *arena)
{
	struct wanted wanted = { arena_array(arena, (size_t)n + 1, sizeof(struct read_line)), mem_alloc((size_t)(n + 1) * sizeof(float)), options, arena };
	struct piece *pieces = mem_alloc((size_t)(n + 1) * sizeof *pieces);
	int npieces = 0, nagain = 0;

	for (int i = 0; i < n; i++) {
		struct piece piece = { i, false, line_take(page, places[i], r->model, false), 1 };

		wanted.lines[i].left = (float)piece.picture.left;
		wanted.lines[i].step = piece.picture.scale > 0 ? (float)r->model->x_scale / piece.picture.scale : 0;
		if (piece.picture.width)
			pieces[npieces++] = piece;
	}
	run(r, pieces, npieces, take, &wanted);
	for (int i = 0; i < npieces; i++) {
		struct piece piece = pieces[i];

		line_release(&piece.picture);
		if (!piece.picture.dark || piece.sure >= SURE)
			continue;
		piece.inverted = true;
		piece.picture = line_take(page, places[piece.number], r->model, true);
		pieces[nagain++] = piece;
	}
	run(r, pieces, nagain, take, &wanted);
	for (int i = 0; i < nagain; i++)
		line_release(&pieces[i].picture);
	free(wanted.sure);
	free(pieces);
	return wanted.lines;
}
