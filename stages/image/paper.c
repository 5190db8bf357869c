/*
 * paper.c - uneven paper: shadows of the binding, yellowed sheets, grey copies
 *
 * The level of the paper is measured in tiles of a few millimetres, where it is what most of the lighter pixels show; between the tiles it runs straight. Each
 * pixel is then set in relation to the paper around it.
 */
#include <leptonica/allheaders.h>
#include <stdbool.h>

#include "stages/image/clean.h"
#include "stages/image/ink.h"

#define TILE 4.0        /* millimetres: wider than a stroke of a headline, narrower than a shadow */
#define PAPER_SHARE 0.8 /* of a tile's pixels are darker than its paper: text covers a fifth, the rest is paper and its grain */
#define PAPER_LEAST 128 /* darker is no paper: lids, photographs, seals */
#define UNEVEN 50       /* grey levels between the lightest and the darkest twentieth of the paper: the reader, line by line, lives well with less */

static int tile_level(PIX *grey, int x0, int y0, int side)
{
	int counts[256] = { 0 }, n = 0, sum = 0, level;

	for (int y = y0; y < y0 + side && y < (int)pixGetHeight(grey); y += 2) {
		const l_uint32 *row = pixGetData(grey) + (size_t)y * (size_t)pixGetWpl(grey);

		for (int x = x0; x < x0 + side && x < (int)pixGetWidth(grey); x += 2, n++)
			counts[GET_DATA_BYTE(row, x)]++;
	}
	for (level = 255; level > PAPER_LEAST; level--)
		if ((sum += counts[level]) > (1 - PAPER_SHARE) * n)
			break;
	return level;
}

static bool uneven(PIX *map)
{
	int counts[256] = { 0 }, width = pixGetWidth(map), height = pixGetHeight(map), twentieth = width * height / 20, low = 0, high = 255;

	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++)
			counts[GET_DATA_BYTE(pixGetData(map) + (size_t)y * (size_t)pixGetWpl(map), x)]++;
	for (int sum = counts[0]; low < 255 && sum < twentieth;)
		sum += counts[++low];
	for (int sum = counts[255]; high > 0 && sum < twentieth;)
		sum += counts[--high];
	return high - low > UNEVEN;
}

struct Pix *paper_find(struct Pix *grey, int dpi)
{
	int side = MM(dpi, TILE) < 8 ? 8 : MM(dpi, TILE), width = pixGetWidth(grey) / side, height = pixGetHeight(grey) / side;
	PIX *tiles, *map;

	if (width < 5 || height < 5)
		return NULL;
	tiles = pixCreate(width, height, 8);
	for (int y = 0; tiles && y < height; y++)
		for (int x = 0; x < width; x++)
			pixSetPixel(tiles, x, y, (l_uint32)tile_level(grey, x * side, y * side, side));
	/* a tile full of ink is bridged by its neighbours */
	map = tiles ? pixCloseGray(tiles, 5, 5) : NULL;
	pixDestroy(&tiles);
	if (map && !uneven(map))
		pixDestroy(&map);
	return map;
}

void paper_level(struct Pix *grey, struct Pix *map)
{
	int width = pixGetWidth(grey), height = pixGetHeight(grey);
	PIX *wide = pixScaleGrayLI(map, (float)width / (float)pixGetWidth(map), (float)height / (float)pixGetHeight(map));
	int share[256]; /* 255 / level in 16 bits of fraction */

	for (int v = 0; v < 256; v++)
		share[v] = (255 << 16) / (v ? v : 1);
	for (int y = 0; wide && y < height && y < (int)pixGetHeight(wide); y++) {
		l_uint32 *row = pixGetData(grey) + (size_t)y * (size_t)pixGetWpl(grey);
		const l_uint32 *paper = pixGetData(wide) + (size_t)y * (size_t)pixGetWpl(wide);

		for (int x = 0; x < width && x < (int)pixGetWidth(wide); x++) {
			int level = (GET_DATA_BYTE(row, x) * share[GET_DATA_BYTE(paper, x)]) >> 16;

			SET_DATA_BYTE(row, x, level > 255 ? 255 : level);
		}
	}
	pixDestroy(&wide);
}
