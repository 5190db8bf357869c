/* AVX-512 with VNNI (Intel since 2019, AMD since 2022): 64 products of 8-bit numbers in one instruction. It wants one side without a sign: inputs
 * go in as 0..255, 128 above what they are, and the sum of a row's weights times 128 is taken off again. */
#include "stages/ocr/net/kernel.h"
#include "stages/ocr/net/packed.h"

#if defined __AVX512F__ && defined __AVX512VNNI__
#include <immintrin.h>

#define LANES 16
#define ROWS 6 /* 24 sums, 4 weights, 1 input of the 32 registers */
#define CHUNK 4
#define INPUT_OFFSET 128
#define KERNEL_NAME "avx512"
#define FMADD(a, b, c) ((vfloat)_mm512_fmadd_ps((__m512)(a), (__m512)(b), (__m512)(c)))
/* Into a register of zeros: what it held before would have to be waited for. */
#define LOOKUP(floats, index) ((vfloat)_mm512_mask_i32gather_ps(_mm512_setzero_ps(), 0xffff, (__m512i)(index), (floats), 8))
typedef uint8_t element;

static inline void take(element *out, const int8_t *in, int n)
{
	for (int i = 0; i < n; i += 16)
		_mm_storeu_si128((__m128i *)(out + i), _mm_xor_si128(_mm_loadu_si128((const __m128i *)(in + i)), _mm_set1_epi8(-128)));
}

static inline void weight_put(struct packed *p, int i, int k, int weight)
{
	((int8_t *)p->weights)[packed_chunked(p, i, k, CHUNK)] = (int8_t)weight;
}

#include "stages/ocr/net/kernel_body.h"

/* _mm512_dpbusd_epi32, written out: gcc 12 stores the sum to memory behind every one. */
INLINE void add_products(__m512i *sum, __m512i in, __m512i weights)
{
	__asm__("vpdpbusd %2, %1, %0" : "+v"(*sum) : "v"(in), "v"(weights));
}

#define DECLARE(r) __m512i r##0 = _mm512_setzero_si512(), r##1 = r##0, r##2 = r##0, r##3 = r##0
#define MULTIPLY(r, n)                                           \
	do {                                                     \
		__m512i x = four(in + (n) * stride + k * CHUNK); \
		add_products(&r##0, x, w0);                      \
		add_products(&r##1, x, w1);                      \
		add_products(&r##2, x, w2);                      \
		add_products(&r##3, x, w3);                      \
	} while (0)
#define STORE(r, n)                                \
	do {                                       \
		sums[(n) * GATES] = (vint)r##0;    \
		sums[(n) * GATES + 1] = (vint)r##1; \
		sums[(n) * GATES + 2] = (vint)r##2; \
		sums[(n) * GATES + 3] = (vint)r##3; \
	} while (0)

INLINE __m512i four(const element *in)
{
	int32_t value;

	memcpy(&value, in, sizeof value);
	return _mm512_set1_epi32(value);
}

/* The sums of six inputs have names: in arrays gcc 12 moves them to memory and back, at half the speed (make bench-reader). */
INLINE void multiply_whole(const element *weights, size_t chunks, const element *in, size_t stride, vint *sums)
{
	const __m512i *w = (const __m512i *)weights;
	DECLARE(a);
	DECLARE(b);
	DECLARE(c);
	DECLARE(d);
	DECLARE(e);
	DECLARE(f);

	for (size_t k = 0; k < chunks; k++, w += GATES) {
		__m512i w0 = _mm512_load_si512(w), w1 = _mm512_load_si512(w + 1), w2 = _mm512_load_si512(w + 2), w3 = _mm512_load_si512(w + 3);

		MULTIPLY(a, 0);
		MULTIPLY(b, 1);
		MULTIPLY(c, 2);
		MULTIPLY(d, 3);
		MULTIPLY(e, 4);
		MULTIPLY(f, 5);
	}
	STORE(a, 0);
	STORE(b, 1);
	STORE(c, 2);
	STORE(d, 3);
	STORE(e, 4);
	STORE(f, 5);
}

INLINE void multiply(const element *weights, int chunks, const element *in, size_t stride, int rows, int groups, vint *sums)
{
	__m512i acc[ROWS * GATES];

	if (rows == ROWS && groups == GATES) {
		multiply_whole(weights, (size_t)chunks, in, stride, sums);
		return;
	}
	for (int i = 0; i < rows * groups; i++)
		acc[i] = _mm512_setzero_si512();
	for (int k = 0; k < chunks; k++) {
		const __m512i *w = (const __m512i *)weights + (size_t)k * (size_t)groups;

		for (int r = 0; r < rows; r++) {
			__m512i a = four(in + (size_t)r * stride + (size_t)k * CHUNK);

			for (int g = 0; g < groups; g++)
				add_products(&acc[r * groups + g], a, _mm512_load_si512(w + g));
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
