/*
 * patch.c - patch codes: the bars of separator sheets
 *
 * Four bars, 50 mm long, with narrow spaces between: narrow ones of 0.08 inch and two wide ones of 0.20. Their order is the code (Kodak, Patch Code Information
 * A-61599): T is NWNW, 3 is WNWN (a T upside down, and a separator as well), 2 is WNNW. Lines across the bars are measured one beside the other; where enough neighbours
 * agree, it is a patch code. A skew of 5 degrees lengthens a run by less than a hundredth.
 */
#include <leptonica/allheaders.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"
#include "stages/image/image.h"
#include "stages/image/ink.h"

#define PATCH_LOOK 75    /* dpi: a narrow bar has 6 pixels */
#define NARROW_MIN 1.2   /* millimetres: nominal 2.0; ... */
#define NARROW_MAX 3.2
#define WIDE_MIN 4.0     /* ... nominal 5.1; copies thicken and thin bars */
#define WIDE_MAX 6.6
#define PATCH_LENGTH 15.0 /* of the bars that must agree; the shortest allowed are 19 mm */

static const struct {
	char bars[5];
	const char *text;
} patches[] = { { "NWNW", "T" }, { "WNWN", "3" }, { "WNNW", "2" } };

enum { NPATCHES = sizeof patches / sizeof *patches };

static bool ink_at(PIX *bits, int line, int at, bool down)
{
	const l_uint32 *row = pixGetData(bits) + (size_t)(down ? at : line) * (size_t)pixGetWpl(bits);

	return GET_DATA_BIT(row, down ? line : at);
}

static char kind_of(int run, int dpi)
{
	if (run >= MM(dpi, NARROW_MIN) && run <= MM(dpi, NARROW_MAX))
		return 'N';
	return run >= MM(dpi, WIDE_MIN) && run <= MM(dpi, WIDE_MAX) ? 'W' : '?';
}

/* Number of the patch that this line crosses, from where to where; -1 for none. */
static int cross(PIX *bits, int line, bool down, int dpi, int *from, int *to)
{
	int length = down ? pixGetHeight(bits) : pixGetWidth(bits), n = 0, begun = 0, starts[7] = { 0 };
	char runs[8] = "???????"; /* the last seven, bars and spaces by turns; a bar is the newest */
	bool ink = false;

	for (int at = 0; at <= length; at++) {
		bool here = at < length && ink_at(bits, line, at, down);

		if (here == ink)
			continue;
		memmove(runs, runs + 1, 6);
		memmove(starts, starts + 1, 6 * sizeof *starts);
		runs[6] = kind_of(at - begun, dpi);
		starts[6] = begun;
		n++;
		if (ink && n >= 7 && runs[1] == 'N' && runs[3] == 'N' && runs[5] == 'N') {
			const char bars[5] = { runs[0], runs[2], runs[4], runs[6], '\0' };

			for (int p = 0; p < NPATCHES; p++)
				if (!strcmp(bars, patches[p].bars)) {
					*from = starts[0];
					*to = at;
					return p;
				}
		}
		ink = here;
		begun = at;
	}
	return -1;
}

static bool look(PIX *bits, bool down, int dpi, int *patch, struct box *box)
{
	int lines = down ? pixGetWidth(bits) : pixGetHeight(bits), agree = 0, last = -1, from = 0, to = 0;

	for (int line = 0; line <= lines; line++) {
		int a = 0, b = 0, p = line < lines ? cross(bits, line, down, dpi, &a, &b) : -1;

		if (p >= 0 && p == last) {
			agree++;
			from = a < from ? a : from;
			to = b > to ? b : to;
			continue;
		}
		if (agree >= MM(dpi, PATCH_LENGTH)) {
			*patch = last;
			*box = down ? (struct box){ line - agree, from, agree, to - from } : (struct box){ from, line - agree, to - from, agree };
			return true;
		}
		last = p;
		agree = p >= 0;
		from = a;
		to = b;
	}
	return false;
}

void patch_find(struct Pix *mask, int dpi, struct arena *arena, struct code **codes, int *ncodes)
{
	float reduce = dpi > PATCH_LOOK ? (float)PATCH_LOOK / (float)dpi : 1;
	int at = (int)((float)dpi * reduce + 0.5F), patch = 0;
	PIX *grey = pixScaleToGray(mask, reduce < 1 ? reduce : 0.99F), *bits = grey ? pixThresholdToBinary(grey, 128) : NULL;
	struct box b;

	pixDestroy(&grey);
	if (bits && (look(bits, true, at, &patch, &b) || look(bits, false, at, &patch, &b))) {
		struct code *c = arena_push(arena, codes, ncodes, sizeof *c);

		c->kind = arena_strdup(arena, "PATCH");
		c->text = arena_strdup(arena, patches[patch].text);
		c->box = box_intersect((struct box){ (int)((float)b.x / reduce), (int)((float)b.y / reduce), (int)((float)b.w / reduce),
						     (int)((float)b.h / reduce) },
				       (struct box){ 0, 0, pixGetWidth(mask), pixGetHeight(mask) });
	}
	pixDestroy(&bits);
}
