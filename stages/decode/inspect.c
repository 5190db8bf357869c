/* inspect.c - what an original is and how many pages it has, opened as far as that needs; runs in a worker only */
#include <string.h>

#include "pipeline/document.h"
#include "pipeline/error.h"
#include "stages/decode/archive.h"
#include "stages/decode/decode.h"
#include "stages/decode/formats.h"
#include "stages/decode/limits.h"
#include "stages/decode/pdf.h"

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
