/*
 * layers.h - the tree of layers in a model file
 */
#ifndef SOHOA_NET_LAYERS_H
#define SOHOA_NET_LAYERS_H

struct bytes;
struct error;
struct model;

/* Fills root, nweighted, integer, height, x_scale and noutputs of the model from the serialised net. */
int layers_load(struct model *model, struct bytes *bytes, struct error *err);

#endif
