/* Plain C: any machine. The compiler makes of it what the oldest processor of its kind can do. */
#include "stages/ocr/net/kernel.h"
#include "stages/ocr/net/packed.h"

#define LANES 4
#define ROWS 2
#define CHUNK 16 /* so that a row of weights has no ragged end */
#define INPUT_OFFSET 0
#define KERNEL_NAME "plain"
#define FMADD(a, b, c) ((a) * (b) + (c))
#define LOOKUP(floats, index) ((vfloat){ (floats)[2 * (index)[0]], (floats)[2 * (index)[1]], (floats)[2 * (index)[2]], (floats)[2 * (index)[3]] })
typedef int16_t element;
#define take packed_words

/* Each output's weights stand together. */
static inline void weight_put(struct packed *p, int i, int k, int weight)
{
	((element *)p->weights)[(size_t)i * (size_t)p->chunks * CHUNK + (size_t)k] = (element)weight;
}

#include "stages/ocr/net/kernel_body.h"

INLINE void multiply(const element *weights, int chunks, const element *in, size_t stride, int rows, int groups, vint *sums)
{
	int n = chunks * CHUNK;

	for (int r = 0; r < rows; r++) {
		const element *a = in + (size_t)r * stride;

		for (int g = 0; g < groups; g++) {
			const element *w = weights + (size_t)g * LANES * (size_t)n;
			int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;

			for (int k = 0; k < n; k++) { /* four sums that share their input: compilers turn this into multiply-and-add of pairs */
				s0 += a[k] * w[k];
				s1 += a[k] * w[n + k];
				s2 += a[k] * w[2 * n + k];
				s3 += a[k] * w[3 * n + k];
			}
			sums[r * groups + g] = (vint){ s0, s1, s2, s3 };
		}
	}
}

const struct kernel kernel_plain = { KERNEL_NAME, pack, dense, lstm, apply, to_integers, softmax };
