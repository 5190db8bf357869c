#include "tests/accuracy/worst.h"

#include <fcntl.h>
#include <leptonica/allheaders.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "pipeline/stage.h"
#include "stages/decode/decode.h"

#define OF_A_PAGE 2
#define PICTURE_WIDE 1100 /* pixels: a line of A4 at 200 dpi is 1,300 wide */
#define PICTURE_HIGH 140

/* ---- which lines ---- */

static bool same_line(const struct word *a, const struct word *b)
{
	return a->block == b->block && a->paragraph == b->paragraph && a->line == b->line;
}

static void add_piece(struct worst_line *line, const char *read, const char *truth, bool right, struct arena *arena)
{
	struct piece *last = line->npieces ? &line->pieces[line->npieces - 1] : NULL;

	if (last && last->right == right) {
		last->read = arena_printf(arena, "%s%s%s", last->read, *last->read && *read ? " " : "", read);
		last->truth = arena_printf(arena, "%s%s%s", last->truth, *last->truth && *truth ? " " : "", truth);
		return;
	}
	*(struct piece *)arena_push(arena, &line->pieces, &line->npieces, sizeof *last) = (struct piece){ read, truth, right };
}

/* Words of the truth that nobody read, from `from` on: they belong to the line before. */
static int add_missed(struct worst_line *line, const struct measured *m, const bool *read, int from, struct arena *arena)
{
	for (; from < m->ntruth && !read[from]; from++) {
		add_piece(line, "", letters_text(arena, m->truth[from]), false, arena);
		line->letters += (long)m->truth[from].n;
	}
	return from;
}

static void add_word(struct worst_line *line, const struct measured *m, int k, struct arena *arena)
{
	const struct word *word = &m->page.words[m->plain[k]];
	struct letters letters = letters_fold(arena, word->text);
	const char *text = letters_text(arena, letters);
	const struct fate *fate = &m->fates[k];

	line->box = box_union(line->box, word->box);
	if (fate->kind == FATE_WRONG) {
		add_piece(line, text, letters_text(arena, m->truth[fate->truth]), false, arena);
		line->letters += letters_edits(arena, letters, m->truth[fate->truth]);
	} else if (fate->kind == FATE_EXTRA) {
		add_piece(line, text, "", false, arena);
		line->letters += (long)letters.n;
	} else {
		add_piece(line, text, text, true, arena);
	}
}

static struct worst_line *page_lines(const struct measured *m, struct arena *arena, int *n)
{
	bool *read = arena_array(arena, (size_t)m->ntruth, sizeof *read);
	struct worst_line *lines = NULL, *line = NULL;
	int next = 0;

	*n = 0;
	for (int k = 0; k < m->nplain; k++)
		if (m->fates[k].truth >= 0)
			read[m->fates[k].truth] = true;
	for (int k = 0; k < m->nplain; k++) {
		if (!k || !same_line(&m->page.words[m->plain[k - 1]], &m->page.words[m->plain[k]])) {
			line = arena_push(arena, &lines, n, sizeof *line);
			line->page = m;
			if (!k)
				next = add_missed(line, m, read, 0, arena);
		}
		add_word(line, m, k, arena);
		if (m->fates[k].truth >= 0 && m->fates[k].kind != FATE_MOVED)
			next = add_missed(line, m, read, m->fates[k].truth + 1 > next ? m->fates[k].truth + 1 : next, arena);
	}
	return lines;
}

static int by_letters(const void *a, const void *b)
{
	const struct worst_line *x = a, *y = b;

	return x->letters < y->letters ? 1 : x->letters > y->letters ? -1 : 0;
}

int worst_find(const struct set *set, int most, struct arena *arena, struct worst_line **lines)
{
	struct worst_line *all = NULL;
	int nall = 0, n = 0;

	for (int i = 0; i < set->npages; i++) {
		int nlines, kept = 0;
		struct worst_line *of_page = page_lines(&set->pages[i], arena, &nlines);

		if (nlines)
			qsort(of_page, (size_t)nlines, sizeof *of_page, by_letters);
		for (; kept < nlines && kept < OF_A_PAGE && of_page[kept].letters; kept++)
			*(struct worst_line *)arena_push(arena, &all, &nall, sizeof *all) = of_page[kept];
	}
	if (nall)
		qsort(all, (size_t)nall, sizeof *all, by_letters);
	n = nall < most ? nall : most;
	*lines = all;
	return n;
}

/* ---- what they look like ---- */

static PIX *page_pixels(const struct config *config, const struct measured *m)
{
	struct original original = { (uint64_t)(uintptr_t)m, NULL, 0, NULL };
	struct page page = { .number = m->image_page, .file_page = m->image_page, .original = &original };
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	struct inspection found;
	struct stat st;
	PIX *pix = NULL;
	void *self = decode_room.open(config, &err);
	int fd = open(m->image, O_RDONLY | O_CLOEXEC);

	if (self && fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0) {
		original.size = (size_t)st.st_size;
		original.data = mmap(NULL, original.size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (original.data != MAP_FAILED && decode_inspect(config, original.data, original.size, &found, &err) == 0) {
			original.media = found.media;
			if (decode_room.run(self, &page, &pix, arena, &err) < 0)
				pixDestroy(&pix);
		}
	}
	if (self)
		decode_room.close(self);
	if (original.data && original.data != MAP_FAILED)
		munmap((void *)original.data, original.size);
	if (fd >= 0)
		close(fd);
	arena_free(arena);
	return pix;
}

/* The line with a little of its surroundings, grey or in colour, upright, at most so wide and high. */
static PIX *line_pixels(PIX *pix, struct box b, int rotation)
{
	int edge = (b.h < b.w ? b.h : b.w) / 3 + 4;
	BOX *box = boxCreate(b.x - edge, b.y - edge, b.w + 2 * edge, b.h + 2 * edge);
	PIX *cut = box ? pixClipRectangle(pix, box, NULL) : NULL, *deep = NULL, *turned = NULL, *scaled = NULL;

	if (cut)
		deep = pixGetDepth(cut) == 32 ? pixClone(cut) : pixConvertTo8(cut, 0);
	if (deep)
		turned = rotation ? pixRotateOrth(deep, rotation / 90) : pixClone(deep);
	if (turned) {
		float across = (float)PICTURE_WIDE / (float)pixGetWidth(turned), down = (float)PICTURE_HIGH / (float)pixGetHeight(turned);
		float scale = across < down ? across : down;

		scaled = scale < 1 ? pixScale(turned, scale, scale) : pixClone(turned);
	}
	boxDestroy(&box);
	pixDestroy(&cut);
	pixDestroy(&deep);
	pixDestroy(&turned);
	return scaled;
}

char *worst_picture(const struct worst_line *line, const struct config *config)
{
	PIX *page = page_pixels(config, line->page), *pix = page ? line_pixels(page, line->box, line->page->page.rotation) : NULL;
	l_uint8 *png = NULL;
	char *text = NULL;
	size_t size = 0;

	if (pix && pixWriteMem(&png, &size, pix, IFF_PNG) == 0) {
		size_t room = sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL);

		text = mem_alloc(room);
		sodium_bin2base64(text, room, png, size, sodium_base64_VARIANT_ORIGINAL);
	}
	lept_free(png);
	pixDestroy(&pix);
	pixDestroy(&page);
	return text;
}
