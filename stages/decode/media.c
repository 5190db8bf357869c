/* media.c - what an original is, by its first bytes alone; nothing is opened, so that the desk may ask too */
#include <stdbool.h>
#include <string.h>

#include "pipeline/document.h"
#include "stages/decode/decode.h"

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
