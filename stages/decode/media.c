/* media.c - what an original is, by its bytes */
#include <string.h>

#include "pipeline/document.h"
#include "pipeline/error.h"
#include "stages/decode/archive.h"
#include "stages/decode/decode.h"
#include "stages/decode/formats.h"
#include "stages/decode/limits.h"
#include "stages/decode/pdf.h"

#define PDF_HEADER_WITHIN 1024 /* viewers accept junk before "%PDF-" up to here (ISO 32000-1, annex H.3) */

struct magic {
	const char *bytes;
	size_t size, at;
	const char *media;
};

static const struct magic magics[] = {
	{ "II*\0", 4, 0, MEDIA_TIFF },
	{ "MM\0*", 4, 0, MEDIA_TIFF },
	{ "\xff\xd8\xff", 3, 0, MEDIA_JPEG },
	{ "\x89PNG\r\n\x1a\n", 8, 0, MEDIA_PNG },
	{ "PK\3\4", 4, 0, MEDIA_ZIP },
	{ "PK\5\6", 4, 0, MEDIA_ZIP }, /* without any member */
	{ "7z\xbc\xaf\x27\x1c", 6, 0, MEDIA_7Z },
	{ "ustar", 5, 257, MEDIA_TAR },
	{ "\x1f\x8b\x08", 3, 0, MEDIA_TAR },
	{ "\xfd" "7zXZ\0", 6, 0, MEDIA_TAR },
	{ "\x28\xb5\x2f\xfd", 4, 0, MEDIA_TAR },
};

/* A tar from before POSIX has no mark; the checksum of its first header tells (sum of the bytes, its own field as spaces). */
static bool is_old_tar(const unsigned char *data, size_t size)
{
	unsigned sum = 0, told = 0;
	size_t at = 148;

	if (size < 512 || !data[0])
		return false;
	for (size_t i = 0; i < 512; i++)
		sum += i >= 148 && i < 156 ? ' ' : data[i];
	while (at < 156 && data[at] == ' ')
		at++;
	for (; at < 156 && data[at] >= '0' && data[at] <= '7'; at++)
		told = told * 8 + (unsigned)(data[at] - '0');
	return told == sum;
}

const char *decode_media(const unsigned char *data, size_t size)
{
	for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
		if (size >= magics[i].at + magics[i].size && !memcmp(data + magics[i].at, magics[i].bytes, magics[i].size))
			return magics[i].media;
	if (size >= 5 && memmem(data, size < PDF_HEADER_WITHIN ? size : PDF_HEADER_WITHIN, "%PDF-", 5))
		return MEDIA_PDF;
	return is_old_tar(data, size) ? MEDIA_TAR : NULL;
}

static int refuse_unknown(const unsigned char *data, size_t size, struct error *err)
{
	if (size >= 6 && !memcmp(data, "Rar!\x1a\x07", 6))
		return error_set(err, REACH_DOCUMENT, "rar",
				 _("RAR archives are not opened; unpack it and pack it again as zip"));
	if (size >= 4 && (!memcmp(data, "II+\0", 4) || !memcmp(data, "MM\0+", 4)))
		return error_set(err, REACH_DOCUMENT, "not-a-document",
				 _("it is a BigTIFF file, made for pictures beyond 4 GiB; save it as plain TIFF or PDF"));
	if (size >= 8 && !memcmp(data, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8))
		return error_set(err, REACH_DOCUMENT, "not-a-document",
				 _("it is an office file; print it to PDF and take that in"));
	return error_set(err, REACH_DOCUMENT, "not-a-document", _("its content is not PDF, TIFF, JPEG, PNG or an archive"));
}

/* A file of one page is refused at once when the page is too large; in a longer one only that page is, when its turn comes. */
static int check_single(const struct limits *limits, const struct image_facts *facts, size_t size, struct error *err)
{
	if (limits_page(limits, facts->width, facts->height, size, err) < 0) {
		if (err)
			err->reach = REACH_DOCUMENT;
		return -1;
	}
	return 0;
}

static int inspect_tiff(const unsigned char *data, size_t size, const struct limits *limits, int *pages, struct error *err)
{
	struct image_facts facts;
	size_t directory;

	if (tiff_count(data, size, limits, pages, err) < 0)
		return -1;
	if (*pages > 1)
		return 0;
	if (tiff_page(data, size, limits, 1, &facts, &directory, err) < 0)
		return -1;
	return check_single(limits, &facts, size, err);
}

static int inspect_picture(const char *media, const unsigned char *data, size_t size, const struct limits *limits,
			   struct error *err)
{
	struct image_facts facts;
	int status = !strcmp(media, MEDIA_JPEG) ? jpeg_facts(data, size, &facts, err) : png_facts(data, size, &facts, err);

	return status < 0 ? -1 : check_single(limits, &facts, size, err);
}

int decode_inspect(const struct config *config, const unsigned char *data, size_t size, struct inspection *inspection,
		   struct error *err)
{
	struct limits limits;
	const char *media;

	*inspection = (struct inspection){ NULL, false, 0 };
	limits_load(&limits, config);
	if (size == 0)
		return error_set(err, REACH_DOCUMENT, "empty", _("the file is empty"));
	if (size > limits.file)
		return error_set(err, REACH_DOCUMENT, "too-large", _("the file has %zu bytes; the limit is %llu"),
				 size, (unsigned long long)limits.file);
	media = decode_media(data, size);
	if (!media)
		return refuse_unknown(data, size, err);
	inspection->media = media;
	if (!strcmp(media, MEDIA_PDF))
		return pdf_inspect(data, size, &limits, &inspection->pages, err);
	if (!strcmp(media, MEDIA_TIFF))
		return inspect_tiff(data, size, &limits, &inspection->pages, err);
	if (!strcmp(media, MEDIA_JPEG) || !strcmp(media, MEDIA_PNG)) {
		inspection->pages = 1;
		return inspect_picture(media, data, size, &limits, err);
	}
	if (!strcmp(media, MEDIA_ZIP) && archive_is_program_file(data, size))
		return error_set(err, REACH_DOCUMENT, "not-a-document",
				 _("it is an office file; print it to PDF and take that in"));
	inspection->archive = true;
	return archive_inspect(media, data, size, err);
}
