#include "stages/ocr/net/layers.h"

#include <math.h>
#include <stdio.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "stages/ocr/net/bytes.h"
#include "stages/ocr/net/model.h"

#define DEPTH_MAX 12        /* of layers within layers; published nets have four */
#define VALUES_MAX 65536    /* of one cell: the largest published net has 512, its softmax a few thousand */
#define CHILDREN_MAX 64
#define FLAG_RATES 64       /* learning rates stand behind the children (NF_LAYER_SPECIFIC_LR) */
#define MATRIX_INTEGERS 1   /* bits of a matrix's mode */
#define MATRIX_CURRENT 128  /* the format since Tesseract 4.0: sizes, an unused element, the elements; scales as doubles */

static const struct {
	const char *name;
	enum layer_kind kind;
} names[] = {
	{ "Input", LAYER_INPUT }, { "Convolve", LAYER_CONVOLVE }, { "Maxpool", LAYER_MAXPOOL }, { "Reconfig", LAYER_RECONFIG },
	{ "Series", LAYER_SERIES }, { "Parallel", LAYER_PARALLEL }, { "Replicated", LAYER_PARALLEL }, { "ParBidiLSTM", LAYER_PARALLEL },
	{ "DepParUDLSTM", LAYER_PARALLEL }, { "RTLReversed", LAYER_XREVERSED }, { "TTBReversed", LAYER_YREVERSED },
	{ "XYTranspose", LAYER_TRANSPOSED }, { "LSTM", LAYER_LSTM }, { "SummLSTM", LAYER_LSTM_SUMMARY }, { "Tanh", LAYER_TANH },
	{ "Logistic", LAYER_LOGISTIC }, { "Relu", LAYER_RELU }, { "Linear", LAYER_LINEAR }, { "LinLogistic", LAYER_POSCLIP },
	{ "LinTanh", LAYER_SYMCLIP }, { "Softmax", LAYER_SOFTMAX }, { "SoftmaxNoCTC", LAYER_SOFTMAX },
};

static int damaged(struct error *err)
{
	return error_set(err, REACH_RUN, "settings", _("the model is cut short or damaged"));
}

static int unsupported(struct error *err, const char *what, const char *name)
{
	return error_set(err, REACH_RUN, "settings", _("the model has a part that is not read here: %s (%s)"), what, name);
}

static const char *take_string(struct model *model, struct bytes *b)
{
	uint32_t n = bytes_u32(b);
	const uint8_t *at = bytes_take(b, n);

	return at ? arena_strndup(model->arena, (const char *)at, n) : "";
}

static int load_matrix(struct model *model, struct bytes *b, const struct layer *layer, int rows, int columns, struct matrix *m, struct error *err)
{
	uint8_t mode = bytes_u8(b);
	uint32_t nrows = bytes_u32(b), ncolumns = bytes_u32(b);
	bool integer = mode & MATRIX_INTEGERS;
	size_t n = (size_t)rows * ((size_t)columns + 1);

	if (b->bad)
		return damaged(err);
	if (!(mode & MATRIX_CURRENT))
		return unsupported(err, _("weights in the format before Tesseract 4.0"), layer->name);
	if (nrows != (uint32_t)rows || ncolumns != (uint32_t)columns + 1)
		return damaged(err);
	if (model->nweighted && integer != model->integer)
		return unsupported(err, _("integer and floating weights in one net"), layer->name);
	model->integer = integer;
	m->rows = rows;
	m->columns = columns;
	if (integer) {
		const uint8_t *at;
		int8_t *w;
		float *scales;
		uint32_t nscales;

		bytes_u8(b); /* the unused element */
		at = bytes_take(b, n);
		nscales = bytes_u32(b);
		if (!at || nscales < (uint32_t)rows || nscales > (uint32_t)rows + 64 || (size_t)(b->end - b->at) < nscales * 8ULL)
			return damaged(err);
		w = arena_alloc(model->arena, n);
		scales = arena_array(model->arena, (size_t)rows, sizeof *scales);
		for (size_t i = 0; i < n; i++)
			w[i] = at[i] == 0x80 ? -127 : (int8_t)at[i]; /* -128 is never written; the kernels rely on it */
		for (uint32_t i = 0; i < nscales; i++) {
			/* The file's scale is for inputs of -1..1; ours are 127 times that. As Tesseract: divided as a double, kept as a float. */
			double scale = bytes_double(b) / 127;

			if (!isfinite(scale) || fabs(scale) > 1e6)
				return damaged(err);
			if (i < (uint32_t)rows)
				scales[i] = (float)scale;
		}
		m->integers = w;
		m->scales = scales;
	} else {
		float *w;

		bytes_double(b);
		if (b->bad || (size_t)(b->end - b->at) / 8 < n)
			return damaged(err);
		w = arena_array(model->arena, n, sizeof *w);
		for (size_t i = 0; i < n; i++) {
			double value = bytes_double(b);

			if (!isfinite(value) || fabs(value) > 1e6)
				return damaged(err);
			w[i] = (float)value;
		}
		m->floats = w;
	}
	return b->bad ? damaged(err) : 0;
}

static int load_layer(struct model *model, struct bytes *b, int depth, struct layer *layer, struct error *err);

static int load_children(struct model *model, struct bytes *b, int depth, uint32_t flags, struct layer *layer, struct error *err)
{
	uint32_t n = bytes_u32(b);

	if (b->bad || n < 1 || n > CHILDREN_MAX)
		return damaged(err);
	layer->children = arena_array(model->arena, n, sizeof *layer->children);
	for (uint32_t i = 0; i < n; i++) {
		struct layer *child = arena_alloc(model->arena, sizeof *child);

		if (load_layer(model, b, depth + 1, child, err) < 0)
			return -1;
		layer->children[layer->nchildren++] = child;
	}
	if (flags & FLAG_RATES)
		bytes_take(b, 4 * (size_t)bytes_u32(b));
	return b->bad ? damaged(err) : 0;
}

static int load_lstm(struct model *model, struct bytes *b, struct layer *layer, struct error *err)
{
	int32_t na = bytes_i32(b);

	if (b->bad)
		return damaged(err);
	if (na != layer->ni + layer->no)
		return unsupported(err, _("an LSTM over two dimensions"), layer->name);
	for (int gate = 0; gate < GATES; gate++)
		if (load_matrix(model, b, layer, layer->no, na, &layer->weights[gate], err) < 0)
			return -1;
	layer->number = model->nweighted++;
	return 0;
}

static int load_layer(struct model *model, struct bytes *b, int depth, struct layer *layer, struct error *err)
{
	const char *type;
	uint32_t flags;
	size_t i;

	if (depth > DEPTH_MAX)
		return damaged(err);
	if (bytes_u8(b) != 0) /* a type by number: before 4.0 */
		return damaged(err);
	type = take_string(model, b);
	bytes_take(b, 2); /* training, back-propagation */
	flags = bytes_u32(b);
	layer->ni = bytes_i32(b);
	layer->no = bytes_i32(b);
	bytes_u32(b); /* number of weights */
	layer->name = take_string(model, b);
	if (b->bad)
		return damaged(err);
	for (i = 0; i < sizeof names / sizeof *names && strcmp(names[i].name, type); i++)
		;
	if (i == sizeof names / sizeof *names)
		return unsupported(err, type, layer->name);
	layer->kind = names[i].kind;
	if (layer->ni < 1 || layer->ni > VALUES_MAX || layer->no < 1 || layer->no > VALUES_MAX)
		return damaged(err);
	switch (layer->kind) {
	case LAYER_INPUT: {
		int32_t shape[4];

		for (i = 0; i < 4; i++)
			shape[i] = bytes_i32(b); /* batch, height, width, depth */
		bytes_u32(b);            /* the loss, for training */
		if (shape[1] < 2 || shape[1] > 256 || shape[2] != 0 || shape[3] != 1)
			return unsupported(err, _("pictures that are not grey with a height of their own"), layer->name);
		layer->height = shape[1];
		layer->ni = layer->no = 1;
		break;
	}
	case LAYER_CONVOLVE:
		layer->half_x = bytes_i32(b);
		layer->half_y = bytes_i32(b);
		if (layer->half_x < 0 || layer->half_x > 8 || layer->half_y < 0 || layer->half_y > 8)
			return damaged(err);
		layer->no = layer->ni * (2 * layer->half_x + 1) * (2 * layer->half_y + 1);
		break;
	case LAYER_MAXPOOL:
	case LAYER_RECONFIG:
		layer->x_scale = bytes_i32(b);
		layer->y_scale = bytes_i32(b);
		if (layer->x_scale < 1 || layer->x_scale > 16 || layer->y_scale < 1 || layer->y_scale > 16)
			return damaged(err);
		layer->no = layer->kind == LAYER_MAXPOOL ? layer->ni : layer->ni * layer->x_scale * layer->y_scale;
		break;
	case LAYER_SERIES:
	case LAYER_PARALLEL:
	case LAYER_XREVERSED:
	case LAYER_YREVERSED:
	case LAYER_TRANSPOSED:
		return load_children(model, b, depth, flags, layer, err);
	case LAYER_LSTM:
	case LAYER_LSTM_SUMMARY:
		return load_lstm(model, b, layer, err);
	default:
		if (load_matrix(model, b, layer, layer->no, layer->ni, &layer->weights[0], err) < 0)
			return -1;
		layer->number = model->nweighted++;
	}
	return b->bad ? damaged(err) : 0;
}

/* ---- do the layers fit together? ---- */

/* What stands between two layers: rows, values a cell; columns differ from line to line, and are divided by x_scale so far. Transposed maps
 * have columns for rows: then `turned`. */
struct shape {
	int height, values, x_scale;
	bool turned, summed, softmax;
};

static int check_layer(struct layer *layer, struct shape *s, struct error *err)
{
	if (s->softmax)
		return unsupported(err, _("layers behind the softmax"), layer->name);
	if (layer->kind != LAYER_SERIES && layer->kind != LAYER_PARALLEL && layer->kind != LAYER_XREVERSED && layer->kind != LAYER_YREVERSED &&
	    layer->kind != LAYER_TRANSPOSED && layer->kind != LAYER_INPUT && layer->ni != s->values)
		return damaged(err);
	switch (layer->kind) {
	case LAYER_INPUT:
		return unsupported(err, _("an input that is not the first layer"), layer->name);
	case LAYER_MAXPOOL:
	case LAYER_RECONFIG:
		if (s->turned)
			return unsupported(err, _("pooling of columns for rows"), layer->name);
		s->height /= layer->y_scale;
		s->x_scale *= layer->x_scale;
		if (s->height < 1 || s->x_scale > 64)
			return damaged(err);
		s->values = layer->no;
		break;
	case LAYER_SERIES:
		for (int i = 0; i < layer->nchildren; i++)
			if (check_layer(layer->children[i], s, err) < 0)
				return -1;
		break;
	case LAYER_PARALLEL: {
		struct shape first = *s, next;
		int values = 0;

		for (int i = 0; i < layer->nchildren; i++) {
			next = *s;
			if (check_layer(layer->children[i], &next, err) < 0)
				return -1;
			if (next.softmax || (i && (next.height != first.height || next.x_scale != first.x_scale || next.summed != first.summed)))
				return damaged(err);
			first = next;
			values += next.values;
		}
		*s = first;
		layer->no = s->values = values;
		break;
	}
	case LAYER_TRANSPOSED:
		if (layer->nchildren != 1 || s->turned)
			return damaged(err);
		s->turned = true;
		if (check_layer(layer->children[0], s, err) < 0)
			return -1;
		s->turned = false;
		break;
	case LAYER_XREVERSED:
	case LAYER_YREVERSED:
		if (layer->nchildren != 1)
			return damaged(err);
		return check_layer(layer->children[0], s, err);
	case LAYER_LSTM_SUMMARY:
		if (!s->turned)
			return unsupported(err, _("a sum over the whole line"), layer->name);
		s->height = 1;
		s->values = layer->no;
		break;
	case LAYER_SOFTMAX:
		if (s->turned)
			return unsupported(err, _("a softmax of columns for rows"), layer->name);
		s->softmax = true;
		s->values = layer->no;
		break;
	default:
		s->values = layer->no;
	}
	if (s->values > VALUES_MAX)
		return damaged(err);
	return 0;
}

static int count(const struct layer *series)
{
	int n = 0;

	for (int i = 0; i < series->nchildren; i++)
		n += series->children[i]->kind == LAYER_SERIES ? count(series->children[i]) : 1;
	return n;
}

static int gather(const struct layer *series, struct layer **out)
{
	int n = 0;

	for (int i = 0; i < series->nchildren; i++) {
		if (series->children[i]->kind == LAYER_SERIES)
			n += gather(series->children[i], out + n);
		else
			out[n++] = series->children[i];
	}
	return n;
}

/* A series within a series is one. */
static void flatten(struct model *model, struct layer *layer)
{
	if (layer->kind == LAYER_SERIES) {
		struct layer **all = arena_array(model->arena, (size_t)count(layer), sizeof(struct layer *));

		layer->nchildren = gather(layer, all);
		layer->children = all;
	}
	for (int i = 0; i < layer->nchildren; i++)
		flatten(model, layer->children[i]);
}

int layers_load(struct model *model, struct bytes *bytes, struct error *err)
{
	struct layer *root = arena_alloc(model->arena, sizeof *root);
	struct shape shape = { 0 };

	if (load_layer(model, bytes, 0, root, err) < 0)
		return -1;
	if (root->kind != LAYER_SERIES)
		return unsupported(err, _("a net that is no series"), root->name);
	flatten(model, root);
	if (root->nchildren < 2 || root->children[0]->kind != LAYER_INPUT)
		return unsupported(err, _("a net without an input"), root->name);
	shape = (struct shape){ .height = root->children[0]->height, .values = 1, .x_scale = 1 };
	model->height = shape.height;
	for (int i = 1; i < root->nchildren; i++)
		if (check_layer(root->children[i], &shape, err) < 0)
			return -1;
	if (!shape.softmax || shape.height != 1)
		return unsupported(err, _("a net that does not end in one softmax a step"), root->name);
	model->root = root;
	model->x_scale = shape.x_scale;
	model->noutputs = shape.values;
	return 0;
}
