#include "pipeline/stage.h"

#include <stddef.h>

#include "pipeline/error.h"
#include "stages/decode/decode.h"
#include "stages/extract/extract.h"
#include "stages/image/image.h"
#include "stages/ocr/ocr.h"
#include "stages/split/split.h"

const struct stage stages[] = {
	{ "decode", N_("open the page"), STAGE_PAGE, .page = &decode_room },
	{ "image", N_("turn and measure"), STAGE_PAGE, .page = &image_room },
	{ "ocr", N_("read the letters"), STAGE_PAGE, .page = &ocr_room },
	{ "split", N_("part into papers"), STAGE_PAPER, .paper = &split_room },
	{ "extract", N_("find type and fields"), STAGE_PAPER, .paper = &extract_room },
	{ NULL, NULL, STAGE_PAGE, NULL, NULL },
};
