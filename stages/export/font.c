#include "stages/export/font.h"

#include <stdint.h>
#include <string.h>

enum { TABLES = 6, DIRECTORY = 12 + 16 * TABLES, GLYPHS = 2, HEAD_CHECKSUM = 8 };

struct bytes {
	unsigned char *at;
	size_t n;
};

static void u16(struct bytes *b, int value)
{
	unsigned bits = (unsigned)value; /* two's complement, as the format wants negative numbers */

	b->at[b->n++] = (unsigned char)(bits >> 8 & 0xff);
	b->at[b->n++] = (unsigned char)(bits & 0xff);
}

static void u32(struct bytes *b, uint32_t value)
{
	u16(b, (int)(value >> 16));
	u16(b, (int)(value & 0xffff));
}

static void zeros(struct bytes *b, int n16)
{
	for (int i = 0; i < n16; i++)
		u16(b, 0);
}

static void glyf(struct bytes *b) { u32(b, 0); } /* some readers refuse a table of no bytes */

static void head(struct bytes *b)
{
	u32(b, 0x00010000);
	u32(b, 0x00010000);
	u32(b, 0); /* HEAD_CHECKSUM: set at the end */
	u32(b, 0x5f0f3cf5);
	u16(b, 0);
	u16(b, 1000); /* units per em */
	zeros(b, 8);  /* made, changed */
	u16(b, 0);
	u16(b, -FONT_DESCENT);
	u16(b, FONT_ADVANCE);
	u16(b, FONT_ASCENT);
	u16(b, 0);
	u16(b, 8); /* smallest readable size */
	u16(b, 2);
	u16(b, 0); /* short loca */
	u16(b, 0);
}

static void hhea(struct bytes *b)
{
	u32(b, 0x00010000);
	u16(b, FONT_ASCENT);
	u16(b, -FONT_DESCENT);
	u16(b, 0);
	u16(b, FONT_ADVANCE);
	zeros(b, 3);
	u16(b, 1); /* caret stands upright */
	zeros(b, 7);
	u16(b, 1); /* one long metric, the other glyph repeats it */
}

static void hmtx(struct bytes *b)
{
	u16(b, FONT_ADVANCE);
	zeros(b, 2);
}

static void loca(struct bytes *b) { zeros(b, GLYPHS + 1); }

static void maxp(struct bytes *b)
{
	u32(b, 0x00010000);
	u16(b, GLYPHS);
	zeros(b, 4);
	u16(b, 2); /* zones */
	zeros(b, 8);
}

static uint32_t checksum(const unsigned char *bytes, size_t n) /* n is a multiple of 4 */
{
	uint32_t sum = 0;

	for (size_t i = 0; i < n; i += 4)
		sum += (uint32_t)bytes[i] << 24 | (uint32_t)bytes[i + 1] << 16 | (uint32_t)bytes[i + 2] << 8 | bytes[i + 3];
	return sum;
}

size_t font_build(unsigned char out[FONT_SIZE_MAX])
{
	static const struct {
		const char *tag;
		void (*build)(struct bytes *);
	} tables[TABLES] = { { "glyf", glyf }, { "head", head }, { "hhea", hhea },
			     { "hmtx", hmtx }, { "loca", loca }, { "maxp", maxp } };
	struct bytes directory = { out, 0 }, body = { out, DIRECTORY }, sum = { out, 0 };
	size_t head_at = 0;

	memset(out, 0, FONT_SIZE_MAX);
	u32(&directory, 0x00010000);
	u16(&directory, TABLES);
	u16(&directory, 64); /* search range of six tables: 4 * 16, selector 2, rest 32 */
	u16(&directory, 2);
	u16(&directory, 32);
	for (int i = 0; i < TABLES; i++) {
		size_t begin = body.n, length;

		tables[i].build(&body);
		length = body.n - begin;
		body.n = (body.n + 3) & ~(size_t)3;
		memcpy(out + directory.n, tables[i].tag, 4);
		directory.n += 4;
		u32(&directory, checksum(out + begin, body.n - begin));
		u32(&directory, (uint32_t)begin);
		u32(&directory, (uint32_t)length);
		if (!strcmp(tables[i].tag, "head"))
			head_at = begin;
	}
	sum.n = head_at + HEAD_CHECKSUM;
	u32(&sum, 0xb1b0afbaU - checksum(out, body.n));
	return body.n;
}
