#include "stages/ocr/net/kernel.h"

#include <math.h>
#include <string.h>

#include "stages/ocr/net/packed.h"

struct points points_tanh, points_logistic;

/* As Tesseract's tables: rounded to float, the rise worked out of the rounded ones, and 1 from the last point on. */
static void points_fill(void)
{
	for (int i = 0; i < POINTS; i++) {
		double x = (double)i / POINTS_UNIT, next = (double)(i + 1) / POINTS_UNIT;
		bool last = i == POINTS - 1;

		points_tanh.all[2 * i] = last ? 1 : (float)tanh(x);
		points_tanh.all[2 * i + 1] = last ? 0 : (float)tanh(next) - points_tanh.all[2 * i];
		points_logistic.all[2 * i] = last ? 1 : (float)(1 / (1 + exp(-x)));
		points_logistic.all[2 * i + 1] = last ? 0 : (float)(1 / (1 + exp(-next))) - points_logistic.all[2 * i];
	}
}

static bool runs_avx2(void)
{
#if defined __x86_64__
	return kernel_avx2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
	return false;
#endif
}

static bool runs_avx512(void)
{
#if defined __x86_64__
	return kernel_avx512 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
	       __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni");
#else
	return false;
#endif
}

const struct kernel *kernel_choose(const char *name)
{
	bool any = !strcmp(name, "auto");

	if (points_tanh.all[2 * (POINTS - 1)] == 0)
		points_fill();
	if ((any || !strcmp(name, "avx512")) && runs_avx512())
		return kernel_avx512;
	if ((any || !strcmp(name, "avx2")) && runs_avx2())
		return kernel_avx2;
	return any || !strcmp(name, "plain") ? &kernel_plain : NULL;
}
