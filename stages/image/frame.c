#include "stages/image/frame.h"

#include <math.h>

static const double degree = 3.14159265358979323846 / 180;

void frame_upright_size(const struct page *page, int *width, int *height)
{
	bool lying = page->rotation % 180 != 0;

	*width = lying ? page->height : page->width;
	*height = lying ? page->width : page->height;
}

static struct box cut(struct box b, int width, int height)
{
	return box_intersect(b, (struct box){ 0, 0, width, height });
}

/* Turns a box of a sheet clockwise by a right angle, quarter by quarter. */
static struct box turn(struct box b, int width, int height, int degrees)
{
	switch (degrees) {
	case 90:
		return (struct box){ height - b.y - b.h, b.x, b.h, b.w };
	case 180:
		return (struct box){ width - b.x - b.w, height - b.y - b.h, b.w, b.h };
	case 270:
		return (struct box){ b.y, width - b.x - b.w, b.h, b.w };
	default:
		return b;
	}
}

/* Moves the middle of the box by a turn of the sheet about its own middle, clockwise positive. */
static struct box swing(struct box b, int width, int height, double angle)
{
	double c = cos(angle * degree), s = sin(angle * degree);
	double x = b.x + b.w / 2.0 - width / 2.0, y = b.y + b.h / 2.0 - height / 2.0;

	b.x = (int)lround(x * c - y * s + width / 2.0 - b.w / 2.0);
	b.y = (int)lround(x * s + y * c + height / 2.0 - b.h / 2.0);
	return cut(b, width, height);
}

struct box frame_to_upright(const struct page *page, struct box received)
{
	struct box b;
	int width, height;

	frame_upright_size(page, &width, &height);
	b = turn(received, page->width, page->height, page->rotation);
	if (page->skew != 0)
		b = swing(b, width, height, (double)page->skew);
	return cut(b, width, height);
}

struct box frame_to_received(const struct page *page, struct box upright)
{
	struct box b = upright;
	int width, height;

	frame_upright_size(page, &width, &height);
	if (page->skew != 0)
		b = swing(b, width, height, (double)-page->skew);
	b = turn(b, width, height, (360 - page->rotation) % 360);
	return cut(b, page->width, page->height);
}
