/* png.c - the chunks of a PNG file (ISO/IEC 15948) */
#include "stages/decode/formats.h"

#include <string.h>

#include "pipeline/error.h"

#define SIGNATURE_SIZE 8
#define CHUNK_FRAME 12 /* length, type, checksum */

static uint32_t get32be(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

int png_facts(const unsigned char *data, size_t size, struct image_facts *facts, struct error *err)
{
	size_t at = SIGNATURE_SIZE;

	*facts = (struct image_facts){ .orientation = 1 };
	while (at <= size && size - at >= CHUNK_FRAME) {
		uint32_t length = get32be(data + at);
		const unsigned char *type = data + at + 4, *body = data + at + 8;

		if (length > size - at - CHUNK_FRAME)
			break;
		if (!memcmp(type, "IHDR", 4) && length >= 13) {
			facts->width = get32be(body);
			facts->height = get32be(body + 4);
		} else if (!memcmp(type, "pHYs", 4) && length >= 9 && body[8] == 1) { /* pixels per metre */
			facts->xdpi = get32be(body) * 0.0254;
			facts->ydpi = get32be(body + 4) * 0.0254;
		} else if (!memcmp(type, "IEND", 4)) {
			if (facts->width < 1 || facts->height < 1)
				return error_set(err, REACH_DOCUMENT, "damaged",
						 _("the PNG file does not say how large its picture is"));
			return 0;
		}
		at += CHUNK_FRAME + (size_t)length;
	}
	return error_set(err, REACH_DOCUMENT, "truncated", _("the PNG file ends before its picture does"));
}
