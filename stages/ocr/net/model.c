#include "stages/ocr/net/model.h"

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "stages/ocr/net/bytes.h"
#include "stages/ocr/net/layers.h"
#include "stages/ocr/net/letters.h"

/* Places of the parts in the table of a .traineddata file (Tesseract's tessdatamanager.h). */
enum { PART_NET = 17, PART_LETTERS = 21, PART_RECODER = 22, PARTS_MAX = 64 };

#define FLAG_RECODING 64 /* of the training flags: letters are spelt by a recoder (TF_COMPRESS_UNICHARSET) */

/* false: the part is not there. */
static bool part_find(const uint8_t *data, size_t size, const int64_t *offsets, uint32_t n, uint32_t part, struct bytes *out)
{
	int64_t end = (int64_t)size;

	if (part >= n || offsets[part] < 0)
		return false;
	for (uint32_t i = part + 1; i < n; i++) /* up to the next part that is there */
		if (offsets[i] >= 0) {
			end = offsets[i];
			break;
		}
	if (offsets[part] > end || end > (int64_t)size)
		return false;
	*out = (struct bytes){ data + offsets[part], data + end, false };
	return true;
}

static int load(struct model *model, const uint8_t *data, size_t size, struct error *err)
{
	struct bytes all = { data, data + size, false }, net, letters, recoder;
	int64_t offsets[PARTS_MAX];
	uint32_t n = bytes_u32(&all), spec, flags, sample;

	if (n < PART_NET + 1 || n > PARTS_MAX)
		return error_set(err, REACH_RUN, "settings", _("this is no model of Tesseract"));
	for (uint32_t i = 0; i < n; i++)
		offsets[i] = (int64_t)bytes_u64(&all);
	if (all.bad || !part_find(data, size, offsets, n, PART_NET, &net))
		return error_set(err, REACH_RUN, "settings", _("the model holds no net (models from before Tesseract 4 do not)"));
	if (layers_load(model, &net, err) < 0)
		return -1;
	if (!part_find(data, size, offsets, n, PART_LETTERS, &letters) || !part_find(data, size, offsets, n, PART_RECODER, &recoder))
		return error_set(err, REACH_RUN, "settings", _("the model has a part that is not read here: %s (%s)"),
				 _("letters inside the net"), "before 4.0");
	spec = bytes_u32(&net);
	const uint8_t *text = bytes_take(&net, spec);
	flags = bytes_u32(&net);
	bytes_u32(&net); /* training iterations */
	sample = bytes_u32(&net);
	model->null = bytes_i32(&net);
	if (net.bad || model->null < 0 || model->null >= model->noutputs)
		return error_set(err, REACH_RUN, "settings", _("the model is cut short or damaged"));
	model->spec = arena_strndup(model->arena, (const char *)text, spec);
	model->seed = (uint64_t)((int64_t)(int32_t)sample * 0x10000001LL);
	if (letters_load(model, &letters, err) < 0)
		return -1;
	return letters_spell(model, flags & FLAG_RECODING ? &recoder : NULL, err);
}

struct model *model_open(const void *data, size_t size, struct error *err)
{
	struct arena *arena = arena_new();
	struct model *model = arena_alloc(arena, sizeof *model);

	model->arena = arena;
	if (load(model, data, size, err) < 0) {
		arena_free(arena);
		return NULL;
	}
	return model;
}

void model_free(struct model *model)
{
	if (model)
		arena_free(model->arena);
}
