/*
 * faulty_stages.c - the list of rooms with a decoder that is made to fail
 *
 * Linked instead of pipeline/stages.c into build/tests/sohoa-faulty-worker, the worker of build/tests/sohoa-faulty. An original that holds one of the
 * marks below makes the decoder crash, hang, take memory without end, or try to break out; every other one is read as usual.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/stage.h"
#include "stages/decode/decode.h"
#include "stages/extract/extract.h"
#include "stages/image/image.h"
#include "stages/ocr/ocr.h"
#include "stages/split/split.h"

static bool holds(const struct page *page, const char *mark)
{
	return memmem(page->original->data, page->original->size, mark, strlen(mark)) != NULL;
}

static int faulty_run(void *self, struct page *page, struct Pix **pix, struct arena *arena, struct error *err)
{
	if (holds(page, "FAULT-CRASH")) {
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
	}
	while (holds(page, "FAULT-HANG"))
		;
	if (holds(page, "FAULT-MEMORY"))
		for (int i = 0; i < 64; i++) /* 4 GiB, where nothing stops it; not touched, which on a busy machine takes longer than the deadline */
			mem_alloc((size_t)64 << 20);
	if (holds(page, "FAULT-SOCKET"))
		socket(AF_INET, SOCK_STREAM, 0);
	if (holds(page, "FAULT-EXIT"))
		_exit(0);
	if (holds(page, "FAULT-FORK"))
		fork();
	if (holds(page, "FAULT-EXEC"))
		execl("/bin/true", "true", (char *)NULL);
	if (holds(page, "FAULT-KILL"))
		kill(getppid(), SIGKILL);
	if (holds(page, "FAULT-TRACE"))
		ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
	/* These are answered with an error; a worker that gets through ends in a way the test sees. */
	if (holds(page, "FAULT-FILES") &&
	    (open("/etc/passwd", O_RDONLY) >= 0 || open("/tmp/sohoa-escaped", O_WRONLY | O_CREAT, 0600) >= 0 ||
	     open("/proc/self/maps", O_RDONLY) >= 0 || open("/usr/share/fonts/sohoa", O_RDWR | O_CREAT, 0600) >= 0 ||
	     open("/", O_TMPFILE | O_WRONLY, 0600) >= 0))
		_exit(42);
	return decode_room.run(self, page, pix, arena, err);
}

static void *faulty_open(const struct config *config, struct error *err)
{
	return decode_room.open(config, err);
}

static void faulty_close(void *self)
{
	decode_room.close(self);
}

static const struct page_room faulty_room = { faulty_open, faulty_run, faulty_close };

const struct stage stages[] = {
	{ "decode", "open the page", STAGE_PAGE, .page = &faulty_room },
	{ "image", "turn and measure", STAGE_PAGE, .page = &image_room },
	{ "ocr", "read the letters", STAGE_PAGE, .page = &ocr_room },
	{ "split", "part into papers", STAGE_PAPER, .paper = &split_room },
	{ "extract", "find type and fields", STAGE_PAPER, .paper = &extract_room },
	{ NULL, NULL, STAGE_PAGE, NULL, NULL },
};
