/*
 * file.c - pages become files: TIFF (G4 or JPEG inside), JPEG, PNG, image-only PDF, and a zip of stored members
 */
#include "draw.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>
#include <string.h>

#define QUALITY 75 /* of JPEG: letters of 11 points stay clean, a colour page at 200 dpi takes about 300 kB */

static int pdf_write(const char *path, PIX **pages, int npages, int dpi)
{
	PIXA *pixa = pixaCreate(npages);
	int bad;

	for (int i = 0; i < npages; i++)
		pixaAddPix(pixa, pages[i], L_CLONE);
	bad = pixaConvertToPdf(pixa, dpi, 1.0f, pixGetDepth(pages[0]) == 1 ? L_G4_ENCODE : L_JPEG_ENCODE, QUALITY, "", path);
	pixaDestroy(&pixa);
	return bad ? -1 : 0;
}

int file_write_pages(const char *path, PIX **pages, int npages, int dpi)
{
	const char *end = strrchr(path, '.');

	if (!end || npages < 1)
		return -1;
	if (!strcmp(end, ".pdf"))
		return pdf_write(path, pages, npages, dpi);
	if (!strcmp(end, ".tif")) {
		for (int i = 0; i < npages; i++)
			if (pixWriteTiff(path, pages[i], pixGetDepth(pages[i]) == 1 ? IFF_TIFF_G4 : IFF_TIFF_JPEG, i ? "a" : "w"))
				return -1;
		return 0;
	}
	if (npages > 1)
		return -1;
	if (!strcmp(end, ".jpg"))
		return pixWriteJpeg(path, pages[0], QUALITY, 0) ? -1 : 0;
	if (!strcmp(end, ".png"))
		return pixWrite(path, pages[0], IFF_PNG) ? -1 : 0;
	return -1;
}

static uint32_t crc32_of(const unsigned char *data, size_t size)
{
	uint32_t crc = 0xffffffffu;

	for (size_t i = 0; i < size; i++) {
		crc ^= data[i];
		for (int k = 0; k < 8; k++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

static void put(FILE *f, uint32_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		fputc((int)(value >> 8 * i & 255), f);
}

/* The fields that a local header and the central directory share; the date is 15/01/2026 08:00. */
static void zip_member(FILE *f, const char *name, uint32_t crc, size_t size)
{
	put(f, 20, 2);
	put(f, 0x0800, 2); /* names are UTF-8 */
	put(f, 0, 2);      /* stored: scans are packed already */
	put(f, 8 << 11, 2);
	put(f, (2026 - 1980) << 9 | 1 << 5 | 15, 2);
	put(f, crc, 4);
	put(f, (uint32_t)size, 4);
	put(f, (uint32_t)size, 4);
	put(f, (uint32_t)strlen(name), 2);
	put(f, 0, 2);
}

int zip_write(const char *path, const char *const *names, const char *const *files, int n)
{
	uint32_t offset[64], crc[64], start;
	size_t size[64];
	FILE *f = fopen(path, "wb");

	if (!f || n > 64)
		return -1;
	for (int i = 0; i < n; i++) {
		l_uint8 *data = l_binaryRead(files[i], &size[i]);

		offset[i] = (uint32_t)ftell(f);
		crc[i] = crc32_of(data, size[i]);
		fwrite("PK\3\4", 1, 4, f);
		zip_member(f, names[i], crc[i], size[i]);
		fputs(names[i], f);
		fwrite(data, 1, size[i], f);
		lept_free(data);
	}
	start = (uint32_t)ftell(f);
	for (int i = 0; i < n; i++) {
		fwrite("PK\1\2", 1, 4, f);
		put(f, 20, 2);
		zip_member(f, names[i], crc[i], size[i]);
		put(f, 0, 2);
		put(f, 0, 2);
		put(f, 0, 2);
		put(f, 0, 4);
		put(f, offset[i], 4);
		fputs(names[i], f);
	}
	put(f, 0x06054b50, 4);
	put(f, 0, 4);
	put(f, (uint32_t)n, 2);
	put(f, (uint32_t)n, 2);
	put(f, (uint32_t)ftell(f) - start - 12, 4);
	put(f, start, 4);
	put(f, 0, 2);
	return fclose(f) ? -1 : 0;
}
