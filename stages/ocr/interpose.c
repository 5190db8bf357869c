#include "stages/ocr/interpose.h"

#include <assert.h>
#include <dlfcn.h>
#include <leptonica/allheaders.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"

/* What stands in the place of PNG bytes: no PNG begins like this (its first byte is 0x89). */
struct ticket {
	char magic[8];
	uint64_t number; /* of the line image in `lines` */
};

static const char magic[8] = { 's', 'o', 'h', 'o', 'a', 'p', 'i', 'x' };

static struct {
	bool lines, openmp;
	unsigned long nlines, nregions;
	PIX **images;
	size_t n, room;
	bool collect;
	struct interposed_line *collected;
	int ncollected;
} state;

void interpose_lines(bool on) { state.lines = on; }
void interpose_openmp(bool on) { state.openmp = on; }
unsigned long interpose_lines_count(void) { return state.nlines; }
unsigned long interpose_openmp_count(void) { return state.nregions; }

void interpose_release(void)
{
	for (size_t i = 0; i < state.n; i++)
		pixDestroy(&state.images[i]);
	state.n = 0;
}

/* The next definition of a name: the library's own. A program without it cannot have been linked. */
static void *next(const char *name)
{
	void *f = dlsym(RTLD_NEXT, name);

	assert(f);
	return f;
}

/* Leptonica's: encodes a picture into memory. Tesseract asks for PNG of a line image only. */
l_ok pixWriteMem(l_uint8 **pdata, size_t *psize, PIX *pix, l_int32 format)
{
	static l_ok (*real)(l_uint8 **, size_t *, PIX *, l_int32);
	struct ticket *ticket;

	if (!(state.lines || state.collect) || format != IFF_PNG || !pix || !pdata || !psize) {
		if (!real)
			*(void **)&real = next("pixWriteMem");
		return real(pdata, psize, pix, format);
	}
	if (state.n == state.room) {
		state.room = state.room ? 2 * state.room : 64;
		state.images = mem_realloc(state.images, state.room * sizeof *state.images);
	}
	ticket = mem_alloc(sizeof *ticket); /* freed by the caller with free(), as Leptonica's own */
	memcpy(ticket->magic, magic, sizeof magic);
	ticket->number = state.n;
	state.images[state.n++] = state.collect ? NULL : pixCopy(NULL, pix);
	*pdata = (l_uint8 *)ticket;
	*psize = sizeof *ticket;
	state.nlines += !state.collect;
	return 0;
}

PIX *pixReadMem(const l_uint8 *data, size_t size)
{
	static PIX *(*real)(const l_uint8 *, size_t);
	struct ticket ticket;

	if (size == sizeof ticket && !memcmp(data, magic, sizeof magic)) {
		memcpy(&ticket, data, sizeof ticket);
		return ticket.number < state.n && state.images[ticket.number] ? pixCopy(NULL, state.images[ticket.number]) : NULL;
	}
	if (!real)
		*(void **)&real = next("pixReadMem");
	return real(data, size);
}

void interpose_collect(bool on)
{
	state.collect = on;
	if (on)
		state.ncollected = 0;
}

const struct interposed_line *interpose_collected(int *n)
{
	*n = state.ncollected;
	return state.collected;
}

/* void tesseract::LSTMRecognizer::RecognizeLine(const ImageData &, float invert_threshold, bool debug, double worst_dict_cert, const TBOX &,
 * PointerVector<WERD_RES> *, int lstm_choice_mode, int lstm_choice_amount) of libtesseract 5, as the Itanium C++ ABI calls it: the object comes
 * first, references are pointers. A TBOX is two corners, left bottom and right top, of two 16-bit numbers each. Other versions have another name here,
 * and never call this one: tesseract_open finds that out. */
#define RECOGNIZE_LINE _ZN9tesseract14LSTMRecognizer13RecognizeLineERKNS_9ImageDataEfbdRKNS_4TBOXEPNS_13PointerVectorINS_8WERD_RESEEEii
#define TEXT_OF(name) #name
#define NAME_TEXT(name) TEXT_OF(name)

void RECOGNIZE_LINE(void *self, const void *image, float invert, bool debug, double worst, const int16_t *box, void *words, int mode, int amount);

void RECOGNIZE_LINE(void *self, const void *image, float invert, bool debug, double worst, const int16_t *box, void *words, int mode, int amount)
{
	static void (*real)(void *, const void *, float, bool, double, const int16_t *, void *, int, int);

	if (state.collect) {
		state.collected = mem_realloc(state.collected, (size_t)(state.ncollected + 1) * sizeof *state.collected);
		state.collected[state.ncollected++] = (struct interposed_line){ box[0], box[1], box[2], box[3] };
		return;
	}
	if (!real)
		*(void **)&real = next(NAME_TEXT(RECOGNIZE_LINE));
	real(self, image, invert, debug, worst, box, words, mode, amount);
}

/* libgomp's, as GCC calls them for `#pragma omp parallel` and `sections` (libgomp ABI, section "Implementing ... "): with one thread a
 * region is a call, and its sections are handed out one after the other. */
static struct {
	unsigned next, count;
} sections;

void GOMP_parallel(void (*fn)(void *), void *data, unsigned threads, unsigned flags);
void GOMP_parallel_sections(void (*fn)(void *), void *data, unsigned threads, unsigned count, unsigned flags);
unsigned GOMP_sections_next(void);
void GOMP_sections_end_nowait(void);

static bool inside; /* a region of ours is being worked on: its sections are asked of us */

void GOMP_parallel(void (*fn)(void *), void *data, unsigned threads, unsigned flags)
{
	static void (*real)(void (*)(void *), void *, unsigned, unsigned);

	if (state.openmp) {
		state.nregions++;
		fn(data);
		return;
	}
	if (!real)
		*(void **)&real = next("GOMP_parallel");
	real(fn, data, threads, flags);
}

void GOMP_parallel_sections(void (*fn)(void *), void *data, unsigned threads, unsigned count, unsigned flags)
{
	static void (*real)(void (*)(void *), void *, unsigned, unsigned, unsigned);

	if (state.openmp) {
		unsigned saved_next = sections.next, saved_count = sections.count;
		bool saved = inside;

		state.nregions++;
		inside = true;
		sections.next = 0;
		sections.count = count;
		fn(data);
		sections.next = saved_next; /* regions may stand inside sections */
		sections.count = saved_count;
		inside = saved;
		return;
	}
	if (!real)
		*(void **)&real = next("GOMP_parallel_sections");
	real(fn, data, threads, count, flags);
}

unsigned GOMP_sections_next(void)
{
	static unsigned (*real)(void);

	if (inside)
		return sections.next < sections.count ? ++sections.next : 0;
	if (!real)
		*(void **)&real = next("GOMP_sections_next");
	return real();
}

void GOMP_sections_end_nowait(void)
{
	static void (*real)(void);

	if (inside)
		return;
	if (!real)
		*(void **)&real = next("GOMP_sections_end_nowait");
	real();
}
