#include "stages/decode/limits.h"

#include "pipeline/config.h"
#include "pipeline/error.h"

#define MIB (1L << 20)
#define GIB (1L << 30)
#define MEGAPIXEL 1000000L

/* A setting below 1 would refuse everything, one beyond `high` would overflow what is computed from it. */
static long limit(const struct config *config, const char *key, long otherwise, long high)
{
	long value = config_int(config, "limits", key, otherwise);

	return value < 1 ? 1 : value > high ? high : value;
}

void limits_load(struct limits *limits, const struct config *config)
{
	limits->file = (uint64_t)limit(config, "file_bytes", 2 * GIB, 1024 * GIB);
	limits->pages = (int)limit(config, "file_pages", 5000, 1000000);
	/* Tesseract takes 32767; 30000 px are 2.5 m at 300 dpi */
	limits->side = (int)limit(config, "page_side", 30000, 32767);
	/* A0 at 300 dpi has 139 million; Leptonica refuses 2^31 bytes, which four bytes a pixel reach at 536 million */
	limits->pixels = limit(config, "page_pixels", 150 * MEGAPIXEL, 500 * MEGAPIXEL);
	limits->ratio = limit(config, "page_ratio", 10000, 1L << 30);
	limits->ratio_above = limit(config, "page_ratio_from", 50 * MEGAPIXEL, 500 * MEGAPIXEL);
	limits->entries = (int)limit(config, "archive_entries", 20000, 10000000);
	limits->archive_total = (uint64_t)limit(config, "archive_bytes", 20 * GIB, 1024 * 1024 * GIB);
	limits->archive_entry = (uint64_t)limit(config, "entry_bytes", 2 * GIB, 1024 * GIB);
	limits->archive_ratio = (uint64_t)limit(config, "archive_ratio", 200, 1L << 20);
	limits->archive_ratio_above = (uint64_t)limit(config, "archive_ratio_from", 100 * MIB, 1024 * GIB);
	limits->name = (size_t)limit(config, "name_bytes", 1024, 1L << 16);
}

int limits_page(const struct limits *limits, int64_t width, int64_t height, size_t size, struct error *err)
{
	if (width < 1 || height < 1)
		return error_set(err, REACH_PAGE, "damaged", _("the page says it is %lld x %lld pixels"), (long long)width,
				 (long long)height);
	if (width > limits->side || height > limits->side)
		return error_set(err, REACH_PAGE, "page-too-large",
				 _("the page is %lld x %lld pixels; the limit is %d pixels a side"), (long long)width,
				 (long long)height, limits->side);
	if (width * height > limits->pixels)
		return error_set(err, REACH_PAGE, "page-too-large",
				 _("the page is %lld x %lld pixels; the limit is %lld pixels in all"), (long long)width,
				 (long long)height, (long long)limits->pixels);
	if (width * height > limits->ratio_above && width * height / limits->ratio > (int64_t)size)
		return error_set(err, REACH_PAGE, "page-too-large",
				 _("the page is %lld x %lld pixels out of only %zu bytes"), (long long)width,
				 (long long)height, size);
	return 0;
}
