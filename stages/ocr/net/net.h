/*
 * net.h - running a model over the pictures of many lines at once
 */
#ifndef SOHOA_NET_NET_H
#define SOHOA_NET_NET_H

#include <stddef.h>
#include <stdint.h>

struct kernel;
struct model;
struct net;

/* The picture of one line as the net was trained on it: model->height rows of width values each, -127..127 as int8_t or -1..1 as float (outside
 * them too, for float), black lowest. KERNEL_SLACK bytes behind the last must be readable. */
struct net_line {
	int width;
	const void *values;
	/* filled by net_run: width / model->x_scale steps of model->noutputs shares that sum to 1 */
	int steps;
	float *shares;
};

/* Both are borrowed and outlive the net. */
struct net *net_open(const struct model *model, const struct kernel *kernel);
void net_close(struct net *net); /* NULL is fine */

/* All lines together. The shares are the net's own until the next call. A line narrower than x_scale has no steps.
 * Memory: for the published Vietnamese net about 500 bytes a column of the pictures, half of it shares. */
void net_run(struct net *net, struct net_line *lines, int n);

#endif
