/* jpeg.c - the segments of a JPEG file (ITU T.81, annex B) and its EXIF orientation (CIPA DC-008, 4.6) */
#include "stages/decode/formats.h"

#include <string.h>

#include "pipeline/error.h"

#define EXIF_ENTRIES_MAX 500 /* cameras write a dozen or two */

static unsigned get16be(const unsigned char *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

struct exif {
	const unsigned char *data; /* behind "Exif\0\0" */
	size_t size;
	bool big;
};

static uint32_t exif16(const struct exif *e, size_t at)
{
	const unsigned char *p = e->data + at;

	return e->big ? get16be(p) : (unsigned)p[1] << 8 | p[0];
}

static uint32_t exif32(const struct exif *e, size_t at)
{
	return e->big ? exif16(e, at) << 16 | exif16(e, at + 2) : exif16(e, at + 2) << 16 | exif16(e, at);
}

static double exif_rational(const struct exif *e, size_t at)
{
	size_t where = exif32(e, at + 8);
	uint32_t below;

	if (exif16(e, at + 2) != 5 || where > e->size || e->size - where < 8)
		return 0;
	below = exif32(e, where + 4);
	return below ? (double)exif32(e, where) / below : 0;
}

/* The first directory. A broken EXIF block is no reason to refuse a picture: what cannot be read is not said. */
static void read_exif(const unsigned char *data, size_t size, struct image_facts *facts)
{
	struct exif e = { data, size, size > 0 && data[0] == 'M' };
	double x = 0, y = 0;
	unsigned unit = 2, n;
	size_t at;

	if (size < 14 || (memcmp(data, "II*\0", 4) && memcmp(data, "MM\0*", 4)))
		return;
	at = exif32(&e, 4);
	if (at > size || size - at < 2)
		return;
	n = exif16(&e, at);
	at += 2;
	for (unsigned i = 0; i < n && i < EXIF_ENTRIES_MAX && size - at >= 12; i++, at += 12) {
		unsigned tag = exif16(&e, at), value = exif16(&e, at + 8);

		if (tag == 0x0112 && value >= 1 && value <= 8)
			facts->orientation = (int)value;
		else if (tag == 0x011a)
			x = exif_rational(&e, at);
		else if (tag == 0x011b)
			y = exif_rational(&e, at);
		else if (tag == 0x0128)
			unit = value;
	}
	if (facts->xdpi <= 0 && (unit == 2 || unit == 3)) {
		facts->xdpi = unit == 3 ? x * 2.54 : x;
		facts->ydpi = unit == 3 ? y * 2.54 : y;
	}
}

static void read_jfif(const unsigned char *p, size_t n, struct image_facts *facts)
{
	if (n < 12 || memcmp(p, "JFIF", 5) || p[7] < 1 || p[7] > 2)
		return;
	facts->xdpi = get16be(p + 8) * (p[7] == 2 ? 2.54 : 1);
	facts->ydpi = get16be(p + 10) * (p[7] == 2 ? 2.54 : 1);
}

static bool is_frame(unsigned marker)
{
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

static void read_segment(unsigned marker, const unsigned char *p, size_t n, struct image_facts *facts)
{
	if (is_frame(marker) && n >= 6 && !facts->width) {
		facts->height = get16be(p + 1);
		facts->width = get16be(p + 3);
		facts->components = p[5];
	} else if (marker == 0xe0) {
		read_jfif(p, n, facts);
	} else if (marker == 0xe1 && n > 6 && !memcmp(p, "Exif\0", 6)) {
		read_exif(p + 6, n - 6, facts);
	}
}

/* Behind a start of scan: the next marker that is neither a stuffed byte nor a restart. */
static size_t skip_scan(const unsigned char *data, size_t size, size_t at)
{
	while (at + 1 < size) {
		const unsigned char *p = memchr(data + at, 0xff, size - at - 1);

		if (!p)
			break;
		at = (size_t)(p - data);
		if (p[1] != 0 && p[1] != 0xff && !(p[1] >= 0xd0 && p[1] <= 0xd7))
			return at;
		at += p[1] == 0xff ? 1 : 2;
	}
	return size;
}

static int check_facts(const struct image_facts *facts, struct error *err)
{
	if (!facts->width || !facts->height || facts->components < 1)
		return error_set(err, REACH_DOCUMENT, "damaged", _("the JPEG file does not say how large its picture is"));
	return 0;
}

int jpeg_facts(const unsigned char *data, size_t size, struct image_facts *facts, struct error *err)
{
	size_t at = 2;

	*facts = (struct image_facts){ .orientation = 1 };
	while (at + 1 < size) {
		unsigned marker = data[at + 1];
		size_t length;

		if (data[at] != 0xff)
			return error_set(err, REACH_DOCUMENT, "damaged", _("the JPEG file is damaged at byte %zu"), at);
		if (marker == 0xff) { /* fill bytes may stand before a marker */
			at++;
			continue;
		}
		if (marker == 0xd9)
			return check_facts(facts, err);
		if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
			at += 2;
			continue;
		}
		if (size - at < 4)
			break;
		length = get16be(data + at + 2);
		if (length < 2)
			return error_set(err, REACH_DOCUMENT, "damaged", _("the JPEG file is damaged at byte %zu"), at);
		if (length > size - at - 2)
			break;
		read_segment(marker, data + at + 4, length - 2, facts);
		at += 2 + length;
		if (marker == 0xda)
			at = skip_scan(data, size, at);
	}
	return error_set(err, REACH_DOCUMENT, "truncated", _("the JPEG file ends before its picture does"));
}
