#include "stages/ocr/net/net.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "stages/ocr/net/kernel.h"
#include "stages/ocr/net/model.h"
#include "stages/ocr/net/packed.h"

/* What lies between two layers: for each line rows by columns of cells, a cell being `values` numbers; row after row. */
struct map {
	int n, values;
	int *rows, *columns; /* of each line */
	size_t *first;       /* its first cell; first[n]: all cells */
	size_t size;         /* bytes of a number */
	void *data;
};

/* Noise around the picture, the same for each line however it is batched: the multiplicative generator of the C++ library (minstd_rand,
 * Park and Miller, multiplier 48271), which Tesseract draws from. */
struct noise {
	uint32_t state;
};

struct net {
	const struct model *model;
	const struct kernel *kernel;
	struct packed **packed;
	struct noise *noise; /* one a line while a batch runs */
	struct map shares;
};

/* ---- maps ---- */

static void map_init(struct map *map, int n, int values, size_t size)
{
	*map = (struct map){ .n = n, .values = values, .size = size };
	map->rows = mem_alloc((size_t)n * sizeof *map->rows + 1);
	map->columns = mem_alloc((size_t)n * sizeof *map->columns + 1);
	map->first = mem_alloc(((size_t)n + 1) * sizeof *map->first);
}

/* Once rows and columns are set. */
static void map_fill(struct map *map)
{
	for (int i = 0; i < map->n; i++)
		map->first[i + 1] = map->first[i] + (size_t)map->rows[i] * (size_t)map->columns[i];
	map->data = packed_room(map->first[map->n] * (size_t)map->values * map->size + KERNEL_SLACK);
}

static void map_release(struct map *map)
{
	free(map->rows);
	free(map->columns);
	free(map->first);
	free(map->data);
	*map = (struct map){ 0 };
}

/* A map of the same shape with other cells. */
static void map_like(struct map *map, const struct map *shape, int values, size_t size)
{
	map_init(map, shape->n, values, size);
	memcpy(map->rows, shape->rows, (size_t)shape->n * sizeof *shape->rows);
	memcpy(map->columns, shape->columns, (size_t)shape->n * sizeof *shape->columns);
	map_fill(map);
}

static size_t cell_bytes(const struct map *map)
{
	return (size_t)map->values * map->size;
}

static char *cell(const struct map *map, int line, int row, int column)
{
	return (char *)map->data +
	       (map->first[line] + (size_t)row * (size_t)map->columns[line] + (size_t)column) * cell_bytes(map);
}

/* ---- noise ---- */

#define NOISE_MODULUS 2147483647U

static struct noise noise_start(uint64_t seed)
{
	struct noise noise = { (uint32_t)(seed % NOISE_MODULUS) };

	if (!noise.state)
		noise.state = 1;
	noise.state = (uint32_t)(noise.state * 48271ULL % NOISE_MODULUS); /* the first number is thrown away */
	return noise;
}

static void noise_draw(struct noise *noise, char *out, size_t n, size_t size)
{
	for (size_t i = 0; i < n; i++) {
		double value;

		noise->state = (uint32_t)(noise->state * 48271ULL % NOISE_MODULUS);
		value = 2.0 * noise->state / 2147483647.0 - 1;
		if (size == 1) {
			((int8_t *)out)[i] = (int8_t)(127 * value + (value < 0 ? -0.5 : 0.5));
		} else {
			float f = (float)value;

			memcpy(out + i * size, &f, sizeof f);
		}
	}
}

/* ---- convolution ---- */

/* The neighbours of one cell: column after column, each from top to bottom; noise where the map ends. */
static void stack(const struct layer *layer, const struct map *in, int line, int y, int x, struct noise *noise, char *out)
{
	size_t bytes = cell_bytes(in);
	int high = 2 * layer->half_y + 1;

	for (int dx = -layer->half_x; dx <= layer->half_x; dx++) {
		if (x + dx < 0 || x + dx >= in->columns[line]) {
			noise_draw(noise, out, (size_t)high * (size_t)in->values, in->size);
			out += (size_t)high * bytes;
			continue;
		}
		for (int dy = -layer->half_y; dy <= layer->half_y; dy++, out += bytes) {
			if (y + dy < 0 || y + dy >= in->rows[line])
				noise_draw(noise, out, (size_t)in->values, in->size);
			else
				memcpy(out, cell(in, line, y + dy, x + dx), bytes);
		}
	}
}

static void convolve(struct net *net, const struct layer *layer, const struct map *in, struct map *out)
{
	map_like(out, in, layer->no, in->size);
	for (int i = 0; i < in->n; i++)
		for (int y = 0; y < in->rows[i]; y++)
			for (int x = 0; x < in->columns[i]; x++)
				stack(layer, in, i, y, x, &net->noise[i], cell(out, i, y, x));
}

static void pool(const struct layer *layer, const struct map *in, struct map *out)
{
	map_init(out, in->n, layer->no, in->size);
	for (int i = 0; i < in->n; i++) {
		out->rows[i] = in->rows[i] / layer->y_scale;
		out->columns[i] = in->columns[i] / layer->x_scale;
	}
	map_fill(out);
	for (int i = 0; i < in->n; i++)
		for (int y = 0; y < out->rows[i]; y++)
			for (int x = 0; x < out->columns[i]; x++) {
				char *to = cell(out, i, y, x);

				for (int dx = 0; dx < layer->x_scale; dx++)
					for (int dy = 0; dy < layer->y_scale; dy++) {
						const char *from = cell(in, i, y * layer->y_scale + dy, x * layer->x_scale + dx);
						size_t bytes = cell_bytes(in);

						if (layer->kind == LAYER_RECONFIG) {
							memcpy(to + (size_t)(dx * layer->y_scale + dy) * bytes, from, bytes);
						} else if (!dx && !dy) {
							memcpy(to, from, bytes);
						} else if (in->size == 1) {
							for (size_t k = 0; k < bytes; k++)
								if (((int8_t *)to)[k] < ((const int8_t *)from)[k])
									to[k] = from[k];
						} else {
							float *a = (float *)(void *)to;
							const float *b = (const float *)(const void *)from;

							for (int k = 0; k < in->values; k++)
								a[k] = a[k] < b[k] ? b[k] : a[k];
						}
					}
			}
}

/* One row of cells, each with its neighbours, ready for dense: returns the values from one to the next. Inside the map the neighbours of two cells
 * overlap, and stand only once; a row at the edge has noise of its own for each cell. room: columns + 2 half_x cells' worth of either. */
static size_t stack_row(struct net *net, const struct layer *layer, const struct map *in, int line, int y, char *room)
{
	int columns = in->columns[line], high = 2 * layer->half_y + 1;
	size_t bytes = cell_bytes(in), column_bytes = (size_t)high * bytes;
	bool edge = y < layer->half_y || y + layer->half_y >= in->rows[line];

	if (edge || layer->half_x != 1 || columns < 3) {
		for (int x = 0; x < columns; x++)
			stack(layer, in, line, y, x, &net->noise[line], room + (size_t)x * (size_t)layer->no * in->size);
		return (size_t)layer->no;
	}
	noise_draw(&net->noise[line], room, (size_t)high * (size_t)in->values, in->size);
	if (bytes == 1 && high == 3) {
		const char *above = cell(in, line, y - 1, 0), *here = cell(in, line, y, 0), *below = cell(in, line, y + 1, 0);
		char *to = room + 3;

		for (int x = 0; x < columns; x++, to += 3) {
			to[0] = above[x];
			to[1] = here[x];
			to[2] = below[x];
		}
	} else {
		for (int x = 0; x < columns; x++)
			for (int dy = 0; dy < high; dy++)
				memcpy(room + (size_t)(x + 1) * column_bytes + (size_t)dy * bytes, cell(in, line, y - layer->half_y + dy, x), bytes);
	}
	noise_draw(&net->noise[line], room + (size_t)(columns + 1) * column_bytes, (size_t)high * (size_t)in->values, in->size);
	return (size_t)high * (size_t)in->values;
}

static bool grows(enum layer_kind kind)
{
	return kind >= LAYER_TANH && kind <= LAYER_SYMCLIP;
}

/* Convolution, weights, function and pooling in one walk, a band of rows at a time. The functions never fall where their argument grows, so
 * that the largest is taken before the function: it is then worked out for one cell of x_scale by y_scale. */
static void convolve_and_pool(struct net *net, struct layer *const layers[3], const struct map *in, struct map *out)
{
	const struct layer *convolution = layers[0], *weights = layers[1], *pooling = layers[2];
	size_t no = (size_t)weights->no;
	int widest = 0;
	char *room;
	float *sums, *largest;

	map_init(out, in->n, pooling->no, in->size);
	for (int i = 0; i < in->n; i++) {
		out->rows[i] = in->rows[i] / pooling->y_scale;
		out->columns[i] = in->columns[i] / pooling->x_scale;
		widest = in->columns[i] > widest ? in->columns[i] : widest;
	}
	map_fill(out);
	room = packed_room((size_t)(widest + 2) * (size_t)convolution->no * in->size + KERNEL_SLACK);
	sums = packed_room((size_t)widest * no * sizeof *sums);
	largest = packed_room((size_t)(widest + 1) * no * sizeof *largest);
	for (int i = 0; i < in->n; i++)
		for (int y = 0; y < out->rows[i] * pooling->y_scale; y++) {
			size_t stride = stack_row(net, convolution, in, i, y, room), columns = (size_t)out->columns[i];

			net->kernel->dense(net->packed[weights->number], room, stride, columns * (size_t)pooling->x_scale, sums);
			for (size_t x = 0; x < columns; x++) {
				float *to = largest + x * no;
				const float *from = sums + x * (size_t)pooling->x_scale * no;

				if (y % pooling->y_scale == 0)
					memcpy(to, from, no * sizeof *to);
				for (size_t dx = 0; dx < (size_t)pooling->x_scale; dx++, from += no)
					for (size_t k = 0; k < no; k++)
						to[k] = to[k] < from[k] ? from[k] : to[k];
			}
			if (y % pooling->y_scale != pooling->y_scale - 1)
				continue;
			net->kernel->apply(weights->kind, largest, columns * no);
			if (in->size == 1)
				net->kernel->to_integers(largest, (int8_t *)cell(out, i, y / pooling->y_scale, 0), columns * no);
			else
				memcpy(cell(out, i, y / pooling->y_scale, 0), largest, columns * no * sizeof *largest);
		}
	free(largest);
	free(sums);
	free(room);
}

/* ---- weights and functions ---- */

#define DENSE_CELLS 4096 /* at a time: their sums stay in the cache */

static void dense(struct net *net, const struct layer *layer, const struct map *in, struct map *out)
{
	bool last = layer->kind == LAYER_SOFTMAX, integers = in->size == 1 && !last;
	size_t cells = in->first[in->n], no = (size_t)layer->no;
	float *sums = integers ? packed_room(DENSE_CELLS * no * sizeof *sums) : NULL;

	map_like(out, in, layer->no, last ? sizeof(float) : in->size);
	for (size_t done = 0; done < cells; done += DENSE_CELLS) {
		size_t some = cells - done < DENSE_CELLS ? cells - done : DENSE_CELLS;
		float *to = integers ? sums : (float *)out->data + done * no;

		net->kernel->dense(net->packed[layer->number], (char *)in->data + done * cell_bytes(in), (size_t)in->values, some, to);
		if (last)
			for (size_t i = 0; i < some; i++)
				net->kernel->softmax(to + i * no, layer->no);
		else
			net->kernel->apply(layer->kind, to, some * no);
		if (integers)
			net->kernel->to_integers(to, (int8_t *)out->data + done * no, some * no);
	}
	free(sums);
}

static int longer(const void *a, const void *b)
{
	const struct sequence *p = a, *q = b;

	if (p->length != q->length)
		return p->length < q->length ? 1 : -1;
	return p->in < q->in ? -1 : p->in > q->in; /* qsort is not stable; the result is the same, the way there too */
}

static void lstm(struct net *net, const struct layer *layer, const struct map *in, struct map *out)
{
	bool summary = layer->kind == LAYER_LSTM_SUMMARY;
	struct sequence *all;
	size_t nrows = 0;
	int n = 0;

	map_init(out, in->n, layer->no, in->size);
	for (int i = 0; i < in->n; i++) {
		out->rows[i] = in->rows[i];
		out->columns[i] = summary && in->columns[i] ? 1 : in->columns[i];
		nrows += (size_t)in->rows[i];
	}
	map_fill(out);
	all = mem_alloc((nrows + 1) * sizeof *all);
	for (int i = 0; i < in->n; i++)
		for (int y = 0; y < in->rows[i] && in->columns[i]; y++)
			all[n++] = (struct sequence){ cell(in, i, y, 0), cell(out, i, y, 0), in->columns[i] };
	qsort(all, (size_t)n, sizeof *all, longer);
	net->kernel->lstm(net->packed[layer->number], all, n, summary);
	free(all);
}

/* ---- turning ---- */

static void reverse(const struct map *in, bool rows, struct map *out)
{
	map_like(out, in, in->values, in->size);
	for (int i = 0; i < in->n; i++)
		for (int y = 0; y < in->rows[i]; y++)
			for (int x = 0; x < in->columns[i]; x++)
				memcpy(rows ? cell(out, i, in->rows[i] - 1 - y, x) : cell(out, i, y, in->columns[i] - 1 - x), cell(in, i, y, x),
				       cell_bytes(in));
}

static void transpose(const struct map *in, struct map *out)
{
	map_init(out, in->n, in->values, in->size);
	memcpy(out->rows, in->columns, (size_t)in->n * sizeof *in->columns);
	memcpy(out->columns, in->rows, (size_t)in->n * sizeof *in->rows);
	map_fill(out);
	for (int i = 0; i < in->n; i++)
		for (int x = 0; x < in->columns[i]; x++) /* written in order, read across: the rows are few */
			for (int y = 0; y < in->rows[i]; y++)
				memcpy(cell(out, i, x, y), cell(in, i, y, x), cell_bytes(in));
}

/* ---- the tree ---- */

static void run_layer(struct net *net, const struct layer *layer, const struct map *in, struct map *out);

static void run_series(struct net *net, const struct layer *series, int from, const struct map *in, struct map *out)
{
	struct map now = *in, next;
	bool own = false;

	for (int i = from; i < series->nchildren; i++) {
		struct layer *const *l = series->children + i;

		if (i + 2 < series->nchildren && l[0]->kind == LAYER_CONVOLVE && grows(l[1]->kind) && l[2]->kind == LAYER_MAXPOOL) {
			convolve_and_pool(net, l, &now, &next);
			i += 2;
		} else {
			run_layer(net, *l, &now, &next);
		}
		if (own)
			map_release(&now);
		now = next;
		own = true;
	}
	*out = now;
}

static void run_turned(struct net *net, const struct layer *layer, const struct map *in, struct map *out)
{
	struct map turned, done;

	if (layer->kind == LAYER_TRANSPOSED)
		transpose(in, &turned);
	else
		reverse(in, layer->kind == LAYER_YREVERSED, &turned);
	run_layer(net, layer->children[0], &turned, &done);
	map_release(&turned);
	if (layer->kind == LAYER_TRANSPOSED)
		transpose(&done, out);
	else
		reverse(&done, layer->kind == LAYER_YREVERSED, out);
	map_release(&done);
}

static void run_parallel(struct net *net, const struct layer *layer, const struct map *in, struct map *out)
{
	size_t done = 0;

	for (int i = 0; i < layer->nchildren; i++) {
		struct map part;

		run_layer(net, layer->children[i], in, &part);
		if (!i)
			map_like(out, &part, layer->no, part.size);
		for (size_t c = 0; c < out->first[out->n]; c++)
			memcpy((char *)out->data + c * cell_bytes(out) + done, (char *)part.data + c * cell_bytes(&part), cell_bytes(&part));
		done += cell_bytes(&part);
		map_release(&part);
	}
}

static void run_layer(struct net *net, const struct layer *layer, const struct map *in, struct map *out)
{
	switch (layer->kind) {
	case LAYER_SERIES:
		run_series(net, layer, 0, in, out);
		break;
	case LAYER_PARALLEL:
		run_parallel(net, layer, in, out);
		break;
	case LAYER_XREVERSED:
	case LAYER_YREVERSED:
	case LAYER_TRANSPOSED:
		run_turned(net, layer, in, out);
		break;
	case LAYER_CONVOLVE:
		convolve(net, layer, in, out);
		break;
	case LAYER_MAXPOOL:
	case LAYER_RECONFIG:
		pool(layer, in, out);
		break;
	case LAYER_LSTM:
	case LAYER_LSTM_SUMMARY:
		lstm(net, layer, in, out);
		break;
	default:
		dense(net, layer, in, out);
	}
}

void net_run(struct net *net, struct net_line *lines, int n)
{
	struct map in;

	map_init(&in, n, 1, net->model->integer ? 1 : sizeof(float));
	for (int i = 0; i < n; i++) {
		in.rows[i] = net->model->height;
		in.columns[i] = lines[i].width;
	}
	map_fill(&in);
	net->noise = mem_alloc(((size_t)n + 1) * sizeof *net->noise);
	for (int i = 0; i < n; i++) {
		net->noise[i] = noise_start(net->model->seed);
		memcpy(cell(&in, i, 0, 0), lines[i].values, (size_t)in.rows[i] * (size_t)in.columns[i] * in.size);
	}
	map_release(&net->shares);
	run_series(net, net->model->root, 1, &in, &net->shares);
	for (int i = 0; i < n; i++) {
		lines[i].steps = net->shares.columns[i];
		lines[i].shares = (float *)net->shares.data + net->shares.first[i] * (size_t)net->shares.values;
	}
	free(net->noise);
	net->noise = NULL;
	map_release(&in);
}

/* ---- start ---- */

static void pack(struct net *net, const struct layer *layer)
{
	for (int i = 0; i < layer->nchildren; i++)
		pack(net, layer->children[i]);
	if (layer->kind == LAYER_LSTM || layer->kind == LAYER_LSTM_SUMMARY)
		net->packed[layer->number] = net->kernel->pack(layer->weights, GATES);
	else if (layer->kind >= LAYER_TANH)
		net->packed[layer->number] = net->kernel->pack(layer->weights, 1);
}

struct net *net_open(const struct model *model, const struct kernel *kernel)
{
	struct net *net = mem_alloc(sizeof *net);

	net->model = model;
	net->kernel = kernel;
	net->packed = mem_alloc(((size_t)model->nweighted + 1) * sizeof(struct packed *));
	pack(net, model->root);
	return net;
}

void net_close(struct net *net)
{
	if (!net)
		return;
	for (int i = 0; i < net->model->nweighted; i++)
		packed_free(net->packed[i]);
	free(net->packed);
	map_release(&net->shares);
	free(net);
}
