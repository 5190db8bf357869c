/* AVX2 (Intel since 2013, AMD since 2015): inputs and weights as 16-bit pairs, which one instruction multiplies and adds without overflow. */
#include <string.h>

#include "stages/ocr/net/kernel.h"
#include "stages/ocr/net/packed.h"

#if defined __AVX2__ && defined __FMA__
#include <immintrin.h>

#define LANES 8
#define ROWS 3 /* 12 sums, 4 weights: all 16 registers */
#define CHUNK 2
#define INPUT_OFFSET 0
#define KERNEL_NAME "avx2"
#define FMADD(a, b, c) ((vfloat)_mm256_fmadd_ps((__m256)(a), (__m256)(b), (__m256)(c)))
/* Into a register of zeros: what it held before would have to be waited for. */
#define LOOKUP(floats, index) \
	((vfloat)_mm256_mask_i32gather_ps(_mm256_setzero_ps(), (floats), (__m256i)(index), (__m256)_mm256_set1_epi32(-1), 8))
typedef int16_t element;
#define take packed_words

static inline void weight_put(struct packed *p, int i, int k, int weight)
{
	((element *)p->weights)[packed_chunked(p, i, k, CHUNK)] = (element)weight;
}

#include "stages/ocr/net/kernel_body.h"

INLINE void multiply(const element *weights, int chunks, const element *in, size_t stride, int rows, int groups, vint *sums)
{
	__m256i acc[ROWS * GATES];

	for (int i = 0; i < rows * groups; i++)
		acc[i] = _mm256_setzero_si256();
	for (int k = 0; k < chunks; k++) {
		const __m256i *w = (const __m256i *)weights + (size_t)k * (size_t)groups;

		for (int r = 0; r < rows; r++) {
			int32_t pair;
			__m256i a;

			memcpy(&pair, in + (size_t)r * stride + (size_t)k * CHUNK, sizeof pair);
			a = _mm256_set1_epi32(pair);
			for (int g = 0; g < groups; g++)
				acc[r * groups + g] = _mm256_add_epi32(acc[r * groups + g], _mm256_madd_epi16(a, _mm256_load_si256(w + g)));
		}
	}
	for (int i = 0; i < rows * groups; i++)
		sums[i] = (vint)acc[i];
}

static const struct kernel avx2 = { KERNEL_NAME, pack, dense, lstm, apply, to_integers, softmax };
const struct kernel *const kernel_avx2 = &avx2;
#else
const struct kernel *const kernel_avx2 = NULL;
#endif
