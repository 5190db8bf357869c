/* AVX-512 with VNNI (Intel since 2019, AMD since 2022): 64 products of 8-bit numbers in one instruction. It wants one side without a sign: inputs
 * go in as 0..255, 128 above what they are, and the sum of a row's weights times 128 is taken off again. */
#include "stages/ocr/net/kernel.h"
#include "stages/ocr/net/packed.h"

#if defined __AVX512F__ && defined __AVX512VNNI__
#include <immintrin.h>

#define LANES 16
#define ROWS 6 /* 24 sums, 4 weights, 1 input of the 32 registers */
#define CHUNK 4
#define KERNEL_NAME "avx512"
#define FMADD(a, b, c) ((vfloat)_mm512_fmadd_ps((__m512)(a), (__m512)(b), (__m512)(c)))
#define LOOKUP(floats, index) ((vfloat)_mm512_i32gather_ps((__m512i)(index), (floats), 8))
typedef uint8_t element;

static inline void take(element *out, const int8_t *in, int n)
{
	for (int i = 0; i < n; i += 16)
		_mm_storeu_si128((__m128i *)(out + i), _mm_xor_si128(_mm_loadu_si128((const __m128i *)(in + i)), _mm_set1_epi8(-128)));
}

static inline int32_t offset(const int8_t *weights, int n)
{
	int32_t sum = 0;

	for (int i = 0; i < n; i++)
		sum += weights[i];
	return 128 * sum;
}

static inline void weight_put(struct packed *p, int i, int k, int8_t weight)
{
	size_t block = (size_t)i / (size_t)(p->groups * LANES), within = (size_t)i % (size_t)(p->groups * LANES);

	((int8_t *)p->weights)[((block * (size_t)p->chunks + (size_t)k / CHUNK) * (size_t)p->groups * LANES + within) * CHUNK + (size_t)k % CHUNK] = weight;
}

#include "stages/ocr/net/kernel_body.h"

INLINE void multiply(const element *weights, int chunks, const element *in, size_t stride, int rows, int groups, vint *sums)
{
	__m512i acc[ROWS * GATES];

	for (int i = 0; i < rows * groups; i++)
		acc[i] = _mm512_setzero_si512();
	for (int k = 0; k < chunks; k++) {
		const __m512i *w = (const __m512i *)weights + (size_t)k * (size_t)groups;

		for (int r = 0; r < rows; r++) {
			int32_t four;
			__m512i a;

			memcpy(&four, in + (size_t)r * stride + (size_t)k * CHUNK, sizeof four);
			a = _mm512_set1_epi32(four);
			for (int g = 0; g < groups; g++)
				acc[r * groups + g] = _mm512_dpbusd_epi32(acc[r * groups + g], a, _mm512_load_si512(w + g));
		}
	}
	for (int i = 0; i < rows * groups; i++)
		sums[i] = (vint)acc[i];
}

static const struct kernel avx512 = { KERNEL_NAME, pack, dense, lstm, apply, to_integers, softmax };
const struct kernel *const kernel_avx512 = &avx512;
#else
const struct kernel *const kernel_avx512 = NULL;
#endif
