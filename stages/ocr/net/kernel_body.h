/*
 * kernel_body.h - what all kernels have in common, written once and compiled for each
 *
 * The file that includes it has said what its processor does:
 *
 *   LANES                   floats in a vector
 *   ROWS                    inputs taken together by one multiplication of a block
 *   CHUNK, element          inputs that one multiplication takes, and their form
 *   take(out, in, n)        n int8 inputs into that form, 16 at a time: up to 15 more are read and written behind them
 *   INPUT_OFFSET            what that form adds to each input
 *   weight_put(p, i, k, w)  puts weight k of output i (block, group and lane as one number) where multiply reads it
 *   multiply(...)           see below
 *   FMADD(a, b, c)          a * b + c, for floating models only
 *   LOOKUP(floats, index)   floats[2 * index], for a vector of indices
 *   KERNEL_NAME, KERNEL
 *
 * Vectors are the compiler's own (vector_size). Nothing here may be fused or reordered: it is compiled with -ffp-contract=off, so that the bits
 * are the same everywhere.
 */
#include <stdlib.h>
#include <string.h>

typedef float vfloat __attribute__((vector_size(LANES * 4)));
typedef int32_t vint __attribute__((vector_size(LANES * 4)));
typedef int8_t vbyte __attribute__((vector_size(LANES)));

#define INLINE static inline __attribute__((always_inline))
#define BATCH 48          /* sequences at a time: a multiple of every ROWS; their state stays in the second-level cache */
#define STATE_CLIP 100.0F /* of an LSTM's state (Tesseract's kStateClip) */

/* sums[r * groups + g] = weights of group g times input r, without offset. weights: of one block. */
INLINE void multiply(const element *weights, int chunks, const element *in, size_t stride, int rows, int groups, vint *sums);

INLINE vfloat splat(float x)
{
	return x - (vfloat){ 0 };
}

INLINE vfloat choose(vint mask, vfloat yes, vfloat no)
{
	return (vfloat)(((vint)yes & mask) | ((vint)no & ~mask));
}

INLINE vfloat clip(vfloat x, float low, float high)
{
	x = choose(x < splat(low), splat(low), x);
	return choose(x > splat(high), splat(high), x);
}

/* The functions as the nets were made with them: straight lines between 256 points a unit, up to 16. Nearer to the true curve would be further from
 * the net: outputs are rounded to 1/127, and of functions a millionth apart one output in a thousand falls on the other side, which is
 * enough for letters that are as good as equal to change places. */
INLINE vfloat between_points(const struct points *points, vfloat x)
{
	vint index;

	x = x * (float)POINTS_UNIT;
	x = choose(x > splat(POINTS - 1), splat(POINTS - 1), x); /* from there on it is 1, and the line is flat */
	index = __builtin_convertvector(x, vint);
	return LOOKUP(points->all, index) + LOOKUP(points->all + 1, index) * (x - __builtin_convertvector(index, vfloat));
}

INLINE vint sign_of(vfloat x)
{
	return (vint)x & (int32_t)0x80000000;
}

INLINE vfloat v_tanh(vfloat x)
{
	vint sign = sign_of(x);

	return (vfloat)((vint)between_points(&points_tanh, (vfloat)((vint)x ^ sign)) ^ sign);
}

INLINE vfloat v_logistic(vfloat x)
{
	vint sign = sign_of(x);
	vfloat y = between_points(&points_logistic, (vfloat)((vint)x ^ sign));

	return choose(sign < 0, 1.0F - y, y);
}

/* e^x for x of -86..0: 2^n times a polynomial of degree 6 in the rest. */
INLINE vfloat v_exp(vfloat x)
{
	vfloat n, r, p;
	vint whole;

	n = x * 1.44269504089F - 0.5F;
	whole = __builtin_convertvector(n, vint); /* toward zero: x is never positive */
	n = __builtin_convertvector(whole, vfloat);
	r = (x - n * 0.693359375F) + n * 2.12194440e-4F; /* ln 2 in two parts (Cody and Waite) */
	p = (((((1.0F / 720 * r + 1.0F / 120) * r + 1.0F / 24) * r + 1.0F / 6) * r + 0.5F) * r + 1.0F) * r + 1.0F;
	return p * (vfloat)((whole + 127) << 23);
}

INLINE vint v_round(vfloat x)
{
	vfloat half = choose(x < splat(0), splat(-0.5F), splat(0.5F));

	return __builtin_convertvector(x + half, vint);
}

INLINE void put_bytes(int8_t *out, vint values)
{
	vbyte bytes = __builtin_convertvector(values, vbyte);

	memcpy(out, &bytes, sizeof bytes);
}

INLINE vfloat get(const float *p)
{
	vfloat v;

	memcpy(&v, p, sizeof v);
	return v;
}

INLINE void put(float *p, vfloat v)
{
	memcpy(p, &v, sizeof v);
}

/* ---- weights ---- */

static struct packed *pack(const struct matrix *weights, int n)
{
	bool integer = weights->integers;
	struct packed *p = packed_new(weights, n, LANES, integer ? CHUNK : 1, integer ? sizeof(element) : sizeof(float));
	int outputs = p->blocks * p->groups * LANES;

	for (int i = 0; i < outputs; i++) {
		int block = i / (p->groups * LANES), group = i / LANES % p->groups, m, row;
		size_t from;

		if (!packed_row(p, block, group, i % LANES, &m, &row))
			continue;
		from = (size_t)row * ((size_t)p->columns + 1);
		if (!integer) {
			float *to = (float *)p->weights + ((size_t)block * (size_t)p->chunks * (size_t)p->groups + (size_t)group) * LANES + (size_t)(i % LANES);

			for (int k = 0; k < p->columns; k++)
				to[(size_t)k * (size_t)p->groups * LANES] = weights[m].floats[from + (size_t)k];
			continue;
		}
		p->offsets[i] = 127 * weights[m].integers[from + (size_t)p->columns];
		for (int k = 0; k < p->columns; k++) {
			weight_put(p, i, k, weights[m].integers[from + (size_t)k]);
			p->offsets[i] -= INPUT_OFFSET * weights[m].integers[from + (size_t)k];
		}
	}
	return p;
}

/* The block's outputs before any function, for `rows` inputs: integer sums made true, or floating sums. */
INLINE void block_run(const struct packed *p, bool integer, int block, const void *in, size_t stride, int rows, int groups, vfloat *out)
{
	size_t first = (size_t)block * (size_t)groups * LANES;

	if (integer) {
		vint sums[ROWS * GATES];

		multiply((const element *)p->weights + first * (size_t)p->chunks * CHUNK, p->chunks, in, stride, rows, groups, sums);
		for (int g = 0; g < groups; g++) {
			vint offsets;
			vfloat scales = get(p->scales + first + (size_t)g * LANES);

			memcpy(&offsets, p->offsets + first + (size_t)g * LANES, sizeof offsets);
			for (int r = 0; r < rows; r++)
				out[r * groups + g] = __builtin_convertvector(sums[r * groups + g] + offsets, vfloat) * scales;
		}
	} else {
		const float *w = (const float *)p->weights + first * (size_t)p->chunks;

		for (int g = 0; g < groups; g++)
			for (int r = 0; r < rows; r++)
				out[r * groups + g] = get(p->biases + first + (size_t)g * LANES);
		for (int k = 0; k < p->chunks; k++, w += groups * LANES)
			for (int r = 0; r < rows; r++) {
				vfloat a = splat(((const float *)in)[(size_t)r * stride + (size_t)k]);

				for (int g = 0; g < groups; g++)
					out[r * groups + g] = FMADD(get(w + g * LANES), a, out[r * groups + g]);
			}
	}
}

/* ---- plain layers ---- */

INLINE void dense_rows(const struct packed *p, bool integer, int block, const void *in, size_t stride, int rows, int groups, float *out)
{
	vfloat values[ROWS * GATES];

	block_run(p, integer, block, in, stride, rows, groups, values);
	for (int r = 0; r < rows; r++)
		for (int g = 0; g < groups; g++) {
			int first = (block * groups + g) * LANES, n = p->rows - first;

			if (n > 0)
				memcpy(out + (size_t)r * (size_t)p->rows + first, &values[r * groups + g], 4 * (size_t)(n < LANES ? n : LANES));
		}
}

INLINE void dense_all(const struct packed *p, bool integer, const void *in, size_t stride, int n, int groups, float *out)
{
	size_t element_size = integer ? sizeof(element) : sizeof(float);

	for (int block = 0; block < p->blocks; block++) {
		int r = 0;

		for (; r + ROWS <= n; r += ROWS)
			dense_rows(p, integer, block, (const char *)in + (size_t)r * stride * element_size, stride, ROWS, groups, out + (size_t)r * (size_t)p->rows);
		for (; r < n; r++)
			dense_rows(p, integer, block, (const char *)in + (size_t)r * stride * element_size, stride, 1, groups, out + (size_t)r * (size_t)p->rows);
	}
}

static void dense(const struct packed *p, const void *in, size_t in_stride, size_t n, float *out)
{
	size_t stride = (size_t)p->chunks * CHUNK;
	element *taken = p->integer ? packed_room(BATCH * stride * sizeof *taken) : NULL;

	for (size_t done = 0; done < n; done += BATCH) {
		int rows = n - done < BATCH ? (int)(n - done) : BATCH;
		float *to = out + done * (size_t)p->rows;

		if (!p->integer) {
			const float *from = (const float *)in + done * in_stride;

			if (p->groups == 1)
				dense_all(p, false, from, in_stride, rows, 1, to);
			else
				dense_all(p, false, from, in_stride, rows, GATES, to);
			continue;
		}
		for (int r = 0; r < rows; r++)
			take(taken + (size_t)r * stride, (const int8_t *)in + (done + (size_t)r) * in_stride, p->columns);
		if (p->groups == 1)
			dense_all(p, true, taken, stride, rows, 1, to);
		else
			dense_all(p, true, taken, stride, rows, GATES, to);
	}
	free(taken);
}

/* ---- LSTM ---- */

/* One step of `rows` cells' blocks: gates, state, output. */
INLINE void cell_rows(const struct packed *p, bool integer, int block, const void *in, size_t stride, int rows, float *state, float *out, int8_t *bytes,
		      size_t cells)
{
	vfloat v[ROWS * GATES];

	block_run(p, integer, block, in, stride, rows, GATES, v);
	for (int r = 0; r < rows; r++) {
		size_t at = (size_t)r * cells + (size_t)block * LANES;
		vfloat c = get(state + at), h;

		c = c * v_logistic(v[r * GATES + GATE_FORGET]) + v_tanh(v[r * GATES + GATE_INPUT]) * v_logistic(v[r * GATES + GATE_IN]);
		c = clip(c, -STATE_CLIP, STATE_CLIP);
		h = v_tanh(c) * v_logistic(v[r * GATES + GATE_OUT]);
		put(state + at, c);
		if (integer)
			put_bytes(bytes + at, v_round(h * 127.0F));
		else
			put(out + at, h);
	}
}

INLINE void step(const struct packed *p, bool integer, const void *in, size_t stride, int n, float *state, float *out, int8_t *bytes, size_t cells)
{
	size_t element_size = integer ? sizeof(element) : sizeof(float);

	for (int block = 0; block < p->blocks; block++) {
		int r = 0;

		for (; r + ROWS <= n; r += ROWS)
			cell_rows(p, integer, block, (const char *)in + (size_t)r * stride * element_size, stride, ROWS, state + (size_t)r * cells,
				  out + (size_t)r * cells, bytes + (size_t)r * cells, cells);
		for (; r + 2 <= n; r += 2)
			cell_rows(p, integer, block, (const char *)in + (size_t)r * stride * element_size, stride, 2, state + (size_t)r * cells,
				  out + (size_t)r * cells, bytes + (size_t)r * cells, cells);
		for (; r < n; r++)
			cell_rows(p, integer, block, (const char *)in + (size_t)r * stride * element_size, stride, 1, state + (size_t)r * cells,
				  out + (size_t)r * cells, bytes + (size_t)r * cells, cells);
	}
}

/* Inputs and last outputs of a step stand together, as the weights expect them. */
INLINE void lstm_batch(const struct packed *p, bool integer, const struct sequence *s, int n, bool summary, void *in, float *state, float *out,
		       int8_t *bytes, size_t cells)
{
	size_t ni = (size_t)(p->columns - p->rows), no = (size_t)p->rows, size = integer ? 1 : sizeof(float);
	size_t stride = integer ? (size_t)p->chunks * CHUNK : (size_t)p->columns;
	int active = n;

	memset(state, 0, (size_t)n * cells * sizeof *state);
	memset(bytes, 0, (size_t)n * cells);
	memset(out, 0, (size_t)n * cells * sizeof *out);
	for (int t = 0; active; t++) {
		for (int i = 0; i < active; i++) {
			const char *x = (const char *)s[i].in + (size_t)t * ni * size;

			if (integer) {
				element *row = (element *)in + (size_t)i * stride;

				take(row, (const int8_t *)x, (int)ni);
				take(row + ni, bytes + (size_t)i * cells, (int)no);
			} else {
				float *row = (float *)in + (size_t)i * stride;

				memcpy(row, x, ni * size);
				memcpy(row + ni, out + (size_t)i * cells, no * size);
			}
		}
		step(p, integer, in, stride, active, state, out, bytes, cells);
		for (int i = 0; i < active; i++)
			if (!summary || t + 1 == s[i].length)
				memcpy((char *)s[i].out + (summary ? 0 : (size_t)t * no * size),
				       integer ? (const void *)(bytes + (size_t)i * cells) : (const void *)(out + (size_t)i * cells), no * size);
		while (active && s[active - 1].length == t + 1)
			active--;
	}
}

static void lstm(const struct packed *p, const struct sequence *sequences, int n, bool summary)
{
	size_t cells = (size_t)p->blocks * LANES, stride = (size_t)p->chunks * CHUNK;
	void *in = packed_room(BATCH * stride * (sizeof(element) > sizeof(float) ? sizeof(element) : sizeof(float)));
	float *state = packed_room(BATCH * cells * sizeof *state), *out = packed_room(BATCH * cells * sizeof *out);
	int8_t *bytes = packed_room(BATCH * cells);

	for (int done = 0; done < n; done += BATCH) {
		int some = n - done < BATCH ? n - done : BATCH;

		if (p->integer)
			lstm_batch(p, true, sequences + done, some, summary, in, state, out, bytes, cells);
		else
			lstm_batch(p, false, sequences + done, some, summary, in, state, out, bytes, cells);
	}
	free(bytes);
	free(out);
	free(state);
	free(in);
}

/* ---- functions ---- */

/* Loads and stores that stop at the end: a vector filled up with zeros. */
#define EACH_VECTOR(values, n, v, ...)                                                                  \
	for (size_t at_ = 0; at_ < (n); at_ += LANES) {                                                 \
		size_t some_ = (n) - at_ < LANES ? (n) - at_ : LANES;                                   \
		vfloat v = { 0 };                                                                       \
		if (some_ == LANES)                                                                     \
			v = get((values) + at_);                                                        \
		else                                                                                    \
			memcpy(&v, (values) + at_, 4 * some_);                                          \
		__VA_ARGS__                                                                             \
	}
#define PUT_VECTOR(values, v)                                    \
	do {                                                     \
		if (some_ == LANES)                              \
			put((values) + at_, v);                  \
		else                                             \
			memcpy((values) + at_, &(v), 4 * some_); \
	} while (0)

static void apply(enum layer_kind kind, float *values, size_t n)
{
	switch (kind) {
	case LAYER_TANH:
		EACH_VECTOR(values, n, v, { v = v_tanh(v); PUT_VECTOR(values, v); })
		break;
	case LAYER_LOGISTIC:
		EACH_VECTOR(values, n, v, { v = v_logistic(v); PUT_VECTOR(values, v); })
		break;
	case LAYER_RELU:
		EACH_VECTOR(values, n, v, { v = choose(v > splat(0), v, splat(0)); PUT_VECTOR(values, v); })
		break;
	case LAYER_POSCLIP:
		EACH_VECTOR(values, n, v, { v = clip(v, 0, 1); PUT_VECTOR(values, v); })
		break;
	case LAYER_SYMCLIP:
		EACH_VECTOR(values, n, v, { v = clip(v, -1, 1); PUT_VECTOR(values, v); })
		break;
	default:
		break;
	}
}

static void to_integers(const float *values, int8_t *out, size_t n)
{
	EACH_VECTOR(values, n, v, {
		vbyte bytes = __builtin_convertvector(v_round(clip(v, -1, 1) * 127.0F), vbyte);

		memcpy(out + at_, &bytes, some_);
	})
}

/* The sum is taken in 16 parts, whatever the lanes are, and these one after the other: the same bits everywhere. */
static void softmax(float *values, int n)
{
	float parts[16] = { 0 }, largest = values[0], sum = 0;

	for (int i = 1; i < n; i++)
		largest = values[i] > largest ? values[i] : largest;
	EACH_VECTOR(values, (size_t)n, v, {
		v = v_exp(clip(v - splat(largest), -86.0F, 0));
		PUT_VECTOR(values, v);
	})
	for (int i = 0; i < n; i++)
		parts[i % 16] += values[i];
	for (int i = 0; i < 16; i++)
		sum += parts[i];
	EACH_VECTOR(values, (size_t)n, v, { v = v / splat(sum); PUT_VECTOR(values, v); })
}
