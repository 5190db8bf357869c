#include "stages/ocr/net/kernel.h"

#include <string.h>

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

	if ((any || !strcmp(name, "avx512")) && runs_avx512())
		return kernel_avx512;
	if ((any || !strcmp(name, "avx2")) && runs_avx2())
		return kernel_avx2;
	return any || !strcmp(name, "plain") ? &kernel_plain : NULL;
}
