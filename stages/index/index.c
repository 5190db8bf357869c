#include "stages/index/index.h"

#include "pipeline/indexing.h"
#include "pipeline/stage.h"

/* The same that makes the whole index anew. */
const struct record_room index_room = { indexing_run };
