#include "draw.h"

#include <math.h>

uint64_t chance_next(struct chance *c)
{
	uint64_t z = (c->state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

double chance_unit(struct chance *c)
{
	return (double)(chance_next(c) >> 11) / 9007199254740992.0; /* 2^53 */
}

double chance_between(struct chance *c, double low, double high)
{
	return low + (high - low) * chance_unit(c);
}

/* Twelve uniforms less six: near enough to a bell for grain on paper, and exact on every machine. */
double chance_normal(struct chance *c)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
		sum += chance_unit(c);
	return sum;
}

uint64_t hash_bytes(uint64_t seed, const void *data, size_t size)
{
	const unsigned char *p = data;
	uint64_t h = 0xcbf29ce484222325u ^ (seed * 0x9e3779b97f4a7c15u);

	for (size_t i = 0; i < size; i++)
		h = (h ^ p[i]) * 0x100000001b3u;
	return h;
}

uint64_t hash_text(uint64_t seed, const char *text)
{
	size_t n = 0;

	while (text[n])
		n++;
	return hash_bytes(seed, text, n);
}
