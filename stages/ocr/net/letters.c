#include "stages/ocr/net/letters.h"

#include <stdlib.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "pipeline/text.h"
#include "stages/ocr/net/bytes.h"
#include "stages/ocr/net/model.h"

#define LETTERS_MAX 200000
#define LETTER_BYTES 64

static int damaged(struct error *err)
{
	return error_set(err, REACH_RUN, "settings", _("the model's list of letters is damaged"));
}

/* One line without its end, or NULL. */
static const char *take_line(struct model *model, struct bytes *b)
{
	const uint8_t *from = b->at, *end;

	if (b->bad || b->at == b->end)
		return NULL;
	end = memchr(from, '\n', (size_t)(b->end - from));
	if (!end)
		end = b->end;
	b->at = end < b->end ? end + 1 : end;
	return arena_strndup(model->arena, (const char *)from, (size_t)(end - from));
}

int letters_load(struct model *model, struct bytes *bytes, struct error *err)
{
	const char *line = take_line(model, bytes);
	long n = line ? strtol(line, NULL, 10) : 0;

	if (n < 1 || n > LETTERS_MAX || (size_t)n > (size_t)(bytes->end - bytes->at))
		return damaged(err);
	model->letters = arena_array(model->arena, (size_t)n, sizeof *model->letters);
	for (model->nletters = 0; model->nletters < n; model->nletters++) {
		size_t length;

		line = take_line(model, bytes);
		if (!line)
			return damaged(err);
		length = strcspn(line, " \t");
		if (!length || length > LETTER_BYTES || !text_valid(line, length))
			return damaged(err);
		model->letters[model->nletters].text =
			!strncmp(line, "NULL ", 5) ? " " : text_nfc(model->arena, arena_strndup(model->arena, line, length));
	}
	return 0;
}

int letters_spell(struct model *model, struct bytes *bytes, struct error *err)
{
	if (!bytes) {
		for (int i = 0; i < model->nletters && i < model->noutputs; i++) {
			model->letters[i].ncodes = i != model->null;
			model->letters[i].codes[0] = i;
		}
	} else {
		uint32_t n = bytes_u32(bytes);

		if (bytes->bad || n < (uint32_t)model->nletters || n > (uint32_t)model->nletters + 1)
			return damaged(err);
		for (uint32_t i = 0; i < n; i++) {
			uint8_t itself = bytes_u8(bytes); /* "stands for itself": of no use here */
			uint32_t ncodes = bytes_u32(bytes);

			(void)itself;
			if (bytes->bad || ncodes > CODES_MAX)
				return damaged(err);
			for (uint32_t k = 0; k < ncodes; k++) {
				int32_t code = bytes_i32(bytes);

				if (code < 0 || code >= model->noutputs)
					return damaged(err);
				if (i < (uint32_t)model->nletters)
					model->letters[i].codes[k] = code;
			}
			if (i < (uint32_t)model->nletters)
				model->letters[i].ncodes = (int)ncodes;
		}
		if (bytes->bad)
			return damaged(err);
	}
	/* what is spelt with the code that prints nothing is no letter: "Joined", "|Broken|0|1" of older engines */
	for (int i = 0; i < model->nletters; i++)
		for (int k = 0; k < model->letters[i].ncodes; k++)
			if (model->letters[i].codes[k] == model->null)
				model->letters[i].ncodes = 0;
	return 0;
}
