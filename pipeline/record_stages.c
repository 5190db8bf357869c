#include "pipeline/stage.h"

#include <stddef.h>

#include "pipeline/error.h"
#include "stages/index/index.h"
#include "stages/reuse/reuse.h"

const struct record_stage record_stages[] = {
	{ "index", N_("make searchable"), &index_room },
	{ "reuse", N_("judge for reuse"), &reuse_room },
	{ NULL, NULL, NULL },
};
