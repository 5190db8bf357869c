#include "stages/ocr/net/packed.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "stages/ocr/net/kernel.h"
#include "stages/ocr/net/model.h"

void *packed_room(size_t bytes)
{
	size_t rounded = (bytes + 63) / 64 * 64 + 64; /* a vector may be read behind the last value */
	void *room = aligned_alloc(64, rounded);

	if (!room)
		_Exit(EXIT_NO_MEMORY); /* as pipeline/arena.h promises: it costs a page */
	return memset(room, 0, rounded);
}

bool packed_row(const struct packed *p, int block, int group, int lane, int *matrix, int *row)
{
	*matrix = p->gates ? group : 0;
	*row = p->gates ? block * p->lanes + lane : (block * p->groups + group) * p->lanes + lane;
	return *row < p->rows;
}

struct packed *packed_new(const struct matrix *weights, int n, int lanes, int chunk, size_t element)
{
	struct packed *p = mem_alloc(sizeof *p);
	size_t outputs;

	p->integer = weights->integers;
	p->gates = n == GATES;
	p->rows = weights->rows;
	p->columns = weights->columns;
	p->lanes = lanes;
	p->groups = p->gates || p->rows > lanes ? GATES : 1;
	p->blocks = p->gates ? (p->rows + lanes - 1) / lanes : (p->rows + p->groups * lanes - 1) / (p->groups * lanes);
	p->chunks = (p->columns + chunk - 1) / chunk;
	outputs = (size_t)p->blocks * (size_t)p->groups * (size_t)lanes;
	p->weights = packed_room(outputs * (size_t)p->chunks * (size_t)chunk * element);
	p->offsets = packed_room(outputs * sizeof *p->offsets);
	p->scales = packed_room(outputs * sizeof *p->scales);
	p->biases = packed_room(outputs * sizeof *p->biases);
	for (size_t i = 0; i < outputs; i++) {
		int block = (int)(i / (size_t)(p->groups * lanes)), group = (int)(i / (size_t)lanes) % p->groups, lane = (int)(i % (size_t)lanes), m, row;

		if (!packed_row(p, block, group, lane, &m, &row))
			continue;
		if (p->integer)
			p->scales[i] = weights[m].scales[row];
		else
			p->biases[i] = weights[m].floats[(size_t)row * ((size_t)p->columns + 1) + (size_t)p->columns];
	}
	return p;
}

void packed_free(struct packed *p)
{
	if (!p)
		return;
	free(p->weights);
	free(p->offsets);
	free(p->scales);
	free(p->biases);
	free(p);
}
