/* decode.c - the door of the room: one page of one original */
#include "stages/decode/decode.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/stage.h"
#include "stages/decode/archive.h"
#include "stages/decode/image_file.h"
#include "stages/decode/limits.h"
#include "stages/decode/pdf.h"
#include "stages/decode/pdf_render.h"

struct room {
	struct limits limits;
	struct pdf *pdf;
	struct sheet *warm; /* keeps poppler's tables in memory */
};

/* Everything that a library reads from files is read here: afterwards the worker may open none. */
static void *room_open(const struct config *config, struct error *err)
{
	struct sheet *warm;
	struct room *room;

	setMsgSeverity(L_SEVERITY_NONE); /* Leptonica explains every refusal on stderr */
	archive_warm_up();
	warm = sheet_warm_up(err);
	if (!warm)
		return NULL;
	room = mem_alloc(sizeof *room);
	room->warm = warm;
	limits_load(&room->limits, config);
	room->pdf = pdf_new();
	return room;
}

static int room_run(void *self, struct page *page, struct Pix **pix, struct arena *arena, struct error *err)
{
	struct room *room = self;
	const struct original *original = page->original;

	*pix = NULL;
	if (original->size == 0)
		return error_set(err, REACH_DOCUMENT, "empty", _("the file is empty"));
	if (!strcmp(original->media, MEDIA_PDF))
		return pdf_page(room->pdf, &room->limits, page, pix, arena, err);
	if (!strcmp(original->media, MEDIA_TIFF) || !strcmp(original->media, MEDIA_JPEG) ||
	    !strcmp(original->media, MEDIA_PNG))
		return image_file_page(&room->limits, page, pix, err);
	return error_set(err, REACH_DOCUMENT, "not-a-document", _("a file of type %s has no pages"), original->media);
}

static void room_close(void *self)
{
	struct room *room = self;

	if (!room)
		return;
	pdf_free(room->pdf);
	sheet_close(room->warm);
	free(room);
}

const struct page_room decode_room = { room_open, room_run, room_close };
