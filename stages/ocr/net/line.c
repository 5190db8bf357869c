#include "stages/ocr/net/line.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdlib.h>

#include "pipeline/arena.h"
#include "stages/ocr/net/kernel.h"
#include "stages/ocr/net/model.h"

/* The value below which `share` of the counted ones lie, between whole values where it falls within one (as Tesseract's STATS::ile). */
static double quantile(const int *counts, double share)
{
	int total = 0, sum = 0, i;
	double target;

	for (i = 0; i < 256; i++)
		total += counts[i];
	target = share * total;
	target = target < 1 ? 1 : target;
	for (i = 0; i < 256 && sum < target; i++)
		sum += counts[i];
	return i - (sum - target) / counts[i - 1];
}

static void black_and_white(PIX *pix, float *black, float *white)
{
	int minima[256] = { 0 }, maxima[256] = { 0 }, nminima = 0, nmaxima = 0, width = pixGetWidth(pix);
	const l_uint32 *row = pixGetData(pix) + (size_t)pixGetWpl(pix) * (size_t)(pixGetHeight(pix) / 2);

	for (int x = 1; x + 1 < width; x++) {
		int before = GET_DATA_BYTE(row, x - 1), here = GET_DATA_BYTE(row, x), next = GET_DATA_BYTE(row, x + 1);

		if ((here < before && here <= next) || (here <= before && here < next)) {
			minima[here]++;
			nminima++;
		}
		if ((here > before && here >= next) || (here >= before && here > next)) {
			maxima[here]++;
			nmaxima++;
		}
	}
	if (!nminima)
		minima[0]++;
	if (!nmaxima)
		maxima[255]++;
	*black = (float)quantile(minima, 0.25);
	*white = (float)quantile(maxima, 0.75);
}

/* The values of a picture; *dark is how many of them are darker than the middle. */
static void *values_of(PIX *pix, const struct model *model, size_t *dark)
{
	float black, white, contrast, floats[256];
	int8_t integers[256];
	size_t width = (size_t)pixGetWidth(pix), n = (size_t)model->height * width;
	void *values = mem_alloc(n * (model->integer ? 1 : sizeof(float)) + KERNEL_SLACK);
	int middle;

	black_and_white(pix, &black, &white);
	contrast = (white - black) / 2;
	if (contrast <= 0)
		contrast = 1;
	middle = (int)(black + contrast);
	for (int v = 0; v < 256; v++) {
		float value = ((float)v - black) / contrast - 1, scaled = 128 * value;

		floats[v] = value;
		scaled = scaled < -127 ? -127 : scaled > 127 ? 127 : scaled;
		integers[v] = (int8_t)(scaled + (scaled < 0 ? -0.5F : 0.5F));
	}
	*dark = 0;
	for (int y = 0; y < model->height; y++) {
		const l_uint32 *row = pixGetData(pix) + (size_t)pixGetWpl(pix) * (size_t)y;

		for (size_t x = 0; x < width; x++) {
			int v = GET_DATA_BYTE(row, x);
			size_t at = (size_t)y * width + x;

			*dark += v < middle;
			if (model->integer)
				((int8_t *)values)[at] = integers[v];
			else
				((float *)values)[at] = floats[v];
		}
	}
	return values;
}

#define ROOM 0.08F /* of the line's height, above it and below: printed pages read alike from 0.06 to 0.12 */
#define SOFT 1     /* pixels of the page around each that count as much as it: letters of one bit are ragged, as are those in noise */

static PIX *roomy(PIX *cut, int width, int height)
{
	int room = (int)(ROOM * (float)pixGetHeight(cut) + 0.5F);
	PIX *soft = pixBlockconv(cut, SOFT, SOFT), *bordered = soft ? pixAddBorderGeneral(soft, 0, 0, room, room, 255) : NULL;
	PIX *out = bordered ? pixScaleToSize(bordered, width, height) : NULL;

	pixDestroy(&soft);
	pixDestroy(&bordered);
	return out;
}

static void fill(struct line_picture *picture, PIX *cut, const struct model *model)
{
	PIX *plain = pixGetHeight(cut) == model->height ? pixClone(cut) : pixScale(cut, picture->scale, picture->scale), *room = NULL;
	size_t dark, ignored;

	if (plain && pixGetHeight(plain) == model->height && pixGetWidth(plain) >= model->x_scale)
		room = roomy(cut, pixGetWidth(plain), model->height);
	if (room) {
		picture->width = pixGetWidth(plain);
		picture->values[LINE_PLAIN] = values_of(plain, model, &dark);
		picture->values[LINE_ROOMY] = values_of(room, model, &ignored);
		picture->dark = 2 * dark > (size_t)model->height * (size_t)picture->width;
	}
	pixDestroy(&plain);
	pixDestroy(&room);
}

void line_release(struct line_picture *picture)
{
	for (int v = 0; v < LINE_VIEWS; v++)
		free(picture->values[v]);
}

struct line_picture line_take(PIX *page, struct line_place place, const struct model *model, bool inverted)
{
	struct line_picture picture = { .left = place.left };
	int right = place.right, bottom = place.bottom, top = place.top;
	PIX *cut, *next;
	BOX *box;

	picture.left = picture.left < 0 ? 0 : picture.left;
	top = top < 0 ? 0 : top;
	right = right > pixGetWidth(page) ? pixGetWidth(page) : right;
	bottom = bottom > pixGetHeight(page) ? pixGetHeight(page) : bottom;
	if (right <= picture.left || bottom <= top)
		return picture;
	box = boxCreate(picture.left, top, right - picture.left, bottom - top);
	cut = pixClipRectangle(page, box, NULL);
	boxDestroy(&box);
	if (cut && place.turned) {
		next = pixRotateOrth(cut, place.turned / 90);
		pixDestroy(&cut);
		cut = next;
	}
	if (cut && pixGetDepth(cut) != 8) {
		next = pixConvertTo8(cut, 0);
		pixDestroy(&cut);
		cut = next;
	}
	if (!cut)
		return picture;
	picture.scale = (float)model->height / (float)pixGetHeight(cut);
	if ((double)picture.scale * pixGetWidth(cut) > LINE_COLUMNS_MAX) {
		pixDestroy(&cut);
		return picture;
	}
	if (inverted)
		pixInvert(cut, cut);
	fill(&picture, cut, model);
	pixDestroy(&cut);
	return picture;
}
