#include "pipeline/encoded.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"

/* The head: 16 numbers of 32 bits, little end first, then palette, globals and data. */
enum { NUMBERS = 16, HEAD = NUMBERS * 4, MAGIC = 0x31474d49 /* "IMG1" */, SIDE_MAX = 100000, DPI_MAX = 4800 };

void encoded_image_release(struct encoded_image *image)
{
	free(image->palette);
	free(image->globals);
	free(image->data);
	memset(image, 0, sizeof *image);
}

static void put(char *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (char)(value >> (8 * i) & 0xff);
}

static uint32_t get(const char *at)
{
	uint32_t value = 0;

	for (int i = 3; i >= 0; i--)
		value = value << 8 | (unsigned char)at[i];
	return value;
}

char *encoded_image_save(const struct encoded_image *image, size_t *size)
{
	uint32_t flags = (uint32_t)(image->invert | image->black_is_1 << 1 | image->byte_align << 2 | image->end_of_line << 3);
	const uint32_t numbers[NUMBERS] = { MAGIC, image->filter, image->colour, (uint32_t)image->width,
					    (uint32_t)image->height, (uint32_t)image->bits, (uint32_t)image->dpi,
					    (uint32_t)image->orientation, flags, (uint32_t)image->k,
					    (uint32_t)image->predictor, (uint32_t)image->palette_size,
					    (uint32_t)image->globals_size, (uint32_t)image->size,
					    (uint32_t)((uint64_t)image->size >> 32), 0 };
	char *bytes, *at;

	*size = HEAD + image->palette_size + image->globals_size + image->size;
	bytes = at = mem_alloc(*size);
	for (int i = 0; i < NUMBERS; i++, at += 4)
		put(at, numbers[i]);
	if (image->palette_size)
		memcpy(at, image->palette, image->palette_size);
	at += image->palette_size;
	if (image->globals_size)
		memcpy(at, image->globals, image->globals_size);
	at += image->globals_size;
	if (image->size)
		memcpy(at, image->data, image->size);
	return bytes;
}

static bool sane(const struct encoded_image *image)
{
	bool bits = image->bits == 1 || image->bits == 2 || image->bits == 4 || image->bits == 8 || image->bits == 16;

	return (unsigned)image->filter <= IMAGE_FLATE && (unsigned)image->colour <= COLOUR_INDEXED && bits &&
	       image->width > 0 && image->width <= SIDE_MAX && image->height > 0 && image->height <= SIDE_MAX &&
	       image->dpi > 0 && image->dpi <= DPI_MAX && image->orientation >= 1 && image->orientation <= 8 &&
	       image->k >= -1 && image->k <= SIDE_MAX && image->predictor >= 0 && image->predictor <= 15 &&
	       image->palette_size % 3 == 0 && image->palette_size <= 768 && image->size > 0 &&
	       (image->colour == COLOUR_INDEXED) == (image->palette_size > 0);
}

static unsigned char *copy(const char *bytes, size_t size)
{
	unsigned char *out;

	if (!size)
		return NULL;
	out = mem_alloc(size);
	memcpy(out, bytes, size);
	return out;
}

int encoded_image_load(struct encoded_image *image, const char *bytes, size_t size, struct error *err)
{
	const char *at = bytes + HEAD;
	uint32_t flags;

	memset(image, 0, sizeof *image);
	if (size < HEAD || get(bytes) != MAGIC)
		goto broken;
	image->filter = (enum image_filter)get(bytes + 4);
	image->colour = (enum image_colour)get(bytes + 8);
	image->width = (int)get(bytes + 12);
	image->height = (int)get(bytes + 16);
	image->bits = (int)get(bytes + 20);
	image->dpi = (int)get(bytes + 24);
	image->orientation = (int)get(bytes + 28);
	flags = get(bytes + 32);
	image->invert = flags & 1;
	image->black_is_1 = flags & 2;
	image->byte_align = flags & 4;
	image->end_of_line = flags & 8;
	image->k = (int)get(bytes + 36);
	image->predictor = (int)get(bytes + 40);
	image->palette_size = get(bytes + 44);
	image->globals_size = get(bytes + 48);
	image->size = (size_t)((uint64_t)get(bytes + 52) | (uint64_t)get(bytes + 56) << 32);
	if (!sane(image) || image->globals_size > size || image->size > size ||
	    HEAD + image->palette_size + image->globals_size + image->size != size)
		goto broken;
	image->palette = copy(at, image->palette_size);
	at += image->palette_size;
	image->globals = copy(at, image->globals_size);
	at += image->globals_size;
	image->data = copy(at, image->size);
	return 0;
broken:
	memset(image, 0, sizeof *image);
	return error_set(err, REACH_PAGE, "damaged", _("the worker's answer is no image"));
}
