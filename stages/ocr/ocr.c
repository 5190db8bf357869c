#include "stages/ocr/ocr.h"

#include <errno.h>
#include <fcntl.h>
#include <leptonica/allheaders.h>
#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/config.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/stage.h"
#include "pipeline/text.h"
#include "stages/image/clean.h"
#include "stages/image/frame.h"
#include "stages/image/image.h"
#include "stages/image/ink.h"
#include "stages/ocr/aside.h"
#include "stages/ocr/capitals.h"
#include "stages/ocr/columns.h"
#include "stages/ocr/confidence.h"
#include "stages/ocr/language/choose.h"
#include "stages/ocr/language/figures.h"
#include "stages/ocr/language/language.h"
#include "stages/ocr/language/ngrams.h"
#include "stages/ocr/lone.h"
#include "stages/ocr/markers.h"
#include "stages/ocr/missed.h"
#include "stages/ocr/net/kernel.h"
#include "stages/ocr/net/model.h"
#include "stages/ocr/net/reader.h"
#include "stages/ocr/quality.h"
#include "stages/ocr/seal.h"
#include "stages/ocr/secrecy.h"
#include "stages/ocr/stretch.h"
#include "stages/ocr/tesseract.h"
#include "stages/ocr/twice.h"
#include "stages/ocr/view.h"
#include "stages/ocr/words.h"

/* Pixels of letter height below which a page is enlarged, and to which. Measured on 11 printed pages brought to 100 and to 150 dpi, CER: enlarged below 12 to 18
 * pixels 2.39 and 0.90 %, below 16 to 18: 1.39 and 0.86, to 20: 1.01 and 0.97, to 22: 0.87 and 0.93, below 18 to 20: 1.01 and 0.87, to 24: 1.17 and 0.90. Crooked pages of 100 dpi
 * measure up to 14. */
#define SMALL_LETTERS 16.0F
#define GOOD_LETTERS 20.0F
#define ENLARGE_MAX 3.0F
#define READINGS 6           /* of a line, from which a paragraph chooses */
#define BEAM 48              /* with the language: wider finds nothing more */
#define SHARE_LEAST 1e-4F    /* of the net's, below which the language is not asked */
#define PIXELS_MAX 40e6      /* larger pages are reduced, and say so: 100 x 30,000 pixels kept the reader busy for days */
#define NOISE_INK 0.10F      /* share of ink from which a page may be noise; a page of dense print has 0.08 */
#define NOISE_PIECES 500     /* of ink in a square inch; dense print of 8 points has about 200, its accents counted */
#define WORDS_FEW 5          /* fewer do not tell that a page lies the other way */
#define GRAIN_PIECES 1000    /* ... before cleaning, which takes some of them away */
#define TITLE_WORDS 3        /* fewer in a title block are none */
#define DOUBT 70.0F          /* mean confidence below which another position is tried: upright pages of any quality read above 85, all upside-down ones tried below 60 */

struct ocr {
	struct tesseract *tesseract; /* finds the lines; reads them where there is no reader */
	struct reader *reader;       /* of our own, or NULL */
	struct cleaning cleaning;
	struct ngrams *ngrams;       /* of Vietnamese, or NULL */
	char ngrams_hash[65];
	struct tongue *tongue;       /* what the language says of its letters, or NULL */
	int deadline;                /* seconds */
	bool raw;                    /* confidences as the net has them, for fitting */
	char *description, *engine;
};

/* ---- start ---- */

static int hash_file(const char *path, char hex[65])
{
	unsigned char buffer[1 << 16], digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;
	FILE *from = fopen(path, "re");
	size_t n;

	if (!from)
		return -1;
	crypto_hash_sha256_init(&state);
	while ((n = fread(buffer, 1, sizeof buffer, from)) > 0)
		crypto_hash_sha256_update(&state, buffer, n);
	fclose(from);
	crypto_hash_sha256_final(&state, digest);
	sodium_bin2hex(hex, 65, digest, sizeof digest);
	return 0;
}

static void ocr_close(void *opaque)
{
	struct ocr *self = opaque;

	tesseract_close(self->tesseract);
	tongue_free(self->tongue);
	ngrams_close(self->ngrams);
	reader_close(self->reader);
	free(self->description);
	free(self->engine);
	free(self);
}

/* The reader of our own, unless the settings or the model say otherwise: then why not stands in `engine`. */
static int choose_engine(struct ocr *self, const struct config *config, const char *path, struct error *err)
{
	const char *given = getenv("SOHOA_ENGINE"); /* for the tests: the whole house with either engine */
	const char *engine = config_text(config, "ocr", "engine", given && *given ? given : "net"), *kernel = config_text(config, "ocr", "kernel", "auto");
	struct error why = ERROR_INIT;

	self->engine = mem_alloc(800);
	if (strcmp(engine, "net") && strcmp(engine, "tesseract"))
		return error_set(err, REACH_RUN, "settings", _("ocr.engine is net or tesseract, not \"%s\""), engine);
	if (!kernel_choose(kernel))
		return error_set(err, REACH_RUN, "settings", _("ocr.kernel: \"%s\" is not one this machine runs (auto, plain, avx2, avx512)"), kernel);
	if (!strcmp(engine, "tesseract")) {
		snprintf(self->engine, 800, "tesseract");
		return 0;
	}
	if (tesseract_gives_lines(self->tesseract))
		self->reader = reader_open(path, kernel, &why);
	else
		error_set(&why, REACH_RUN, "settings", _("this libtesseract does not let its lines be seen"));
	if (self->reader)
		snprintf(self->engine, 800, "net %s, kernel %s", reader_model(self->reader)->spec, reader_kernel(self->reader));
	else
		snprintf(self->engine, 800, "tesseract (%s)", why.text);
	return 0;
}

/* The figures of Vietnamese, for models that read Vietnamese. */
static int open_language(struct ocr *self, const struct config *config, const char *language, struct error *err)
{
	bool vietnamese = !strcmp(language, "vie") || strstr(language, "Vietnamese");
	unsigned char digest[crypto_hash_sha256_BYTES];
	char path[4096];

	if (!self->reader || !config_bool(config, "ocr", "language_model", vietnamese))
		return 0;
	snprintf(path, sizeof path, "%s/models/vi.ngrams", config_data_dir());
	self->ngrams = ngrams_open(path, err);
	if (!self->ngrams)
		return -1;
	crypto_hash_sha256(digest, (const unsigned char *)self->ngrams->head, self->ngrams->size); /* of what is mapped, not read anew */
	sodium_bin2hex(self->ngrams_hash, sizeof self->ngrams_hash, digest, sizeof digest);
	self->tongue = tongue_new(self->ngrams, reader_model(self->reader));
	return 0;
}

static void *ocr_open(const struct config *config, struct error *err)
{
	struct tesseract_options options = {
		.language = config_text(config, "ocr", "language", "vie"),
		.folder = config_text(config, "ocr", "tessdata", "/usr/share/tesseract-ocr/5/tessdata"),
		.direct_lines = config_bool(config, "ocr", "direct_lines", true),
		.no_openmp = config_bool(config, "ocr", "no_openmp", true),
	};
	struct ocr *self = mem_alloc(sizeof *self);
	const char *confidence = config_text(config, "ocr", "confidence", "calibrated");
	char path[4096], hash[65];

	if (strcmp(confidence, "raw") && strcmp(confidence, "calibrated")) {
		error_set(err, REACH_RUN, "settings", _("ocr.confidence is calibrated or raw, not \"%s\""), confidence);
		goto failed;
	}
	self->raw = !strcmp(confidence, "raw");
	cleaning_load(&self->cleaning, config);
	self->deadline = (int)config_int(config, "ocr", "deadline", 120);
	snprintf(path, sizeof path, "%s/%s.traineddata", options.folder, options.language);
	if (hash_file(path, hash) < 0) {
		error_errno(err, REACH_RUN, "settings", _("cannot open the model %s (package tesseract-ocr-vie)"), path);
		goto failed;
	}
	self->tesseract = tesseract_open(&options, err);
	if (!self->tesseract || choose_engine(self, config, path, err) < 0 || open_language(self, config, options.language, err) < 0)
		goto failed;
	/* The kernel is no part of it: an integer model reads the same letters with each of them. */
	self->description = mem_alloc(500);
	snprintf(self->description, 500, "%s, tesseract %s, %s %s%s%s%s%s", self->reader ? "net" : "tesseract", tesseract_version(), options.language, hash,
		 self->reader && !reader_model(self->reader)->integer ? ", " : "",
		 self->reader && !reader_model(self->reader)->integer ? reader_kernel(self->reader) : "", self->ngrams ? ", vi.ngrams " : "",
		 self->ngrams_hash);
	return self;
failed:
	ocr_close(self);
	return NULL;
}

const char *ocr_describe(const void *self)
{
	return ((const struct ocr *)self)->description;
}

const char *ocr_engine(const void *self)
{
	return ((const struct ocr *)self)->engine;
}

/* ---- one page ---- */

/* Takes pix. */
static PIX *scaled(PIX *pix, float scale)
{
	PIX *deep, *out;

	if (!pix || scale == 1)
		return pix;
	deep = pixGetDepth(pix) == 1 && scale > 1 ? pixConvertTo8(pix, 0) : pixClone(pix);
	pixDestroy(&pix);
	out = deep ? pixScale(deep, scale, scale) : NULL;
	pixDestroy(&deep);
	return out;
}

static float reader_scale(const struct ocr *self, const struct page *page, PIX *pix)
{
	float letters = page->quality.x_height, scale = 1;
	double pixels = (double)pixGetWidth(pix) * pixGetHeight(pix);

	if (self->cleaning.enlarge && letters > 0 && letters < SMALL_LETTERS)
		scale = GOOD_LETTERS / letters < ENLARGE_MAX ? GOOD_LETTERS / letters : ENLARGE_MAX;
	while (pixels * (double)scale * (double)scale > PIXELS_MAX)
		scale *= 0.9F;
	return scale;
}

/* A word as read, its box in the pixels the reader saw. */
static void take_word(struct page *page, const char *text, const char *seen, float confidence, int left, int top, int right, int bottom, float scale, const int numbers[3],
		      struct arena *arena)
{
	char *nfc = text_nfc(arena, text);
	int width, height;
	struct word *w;

	nfc += strspn(nfc, " \t\n"); /* rules and specks come as words of blanks */
	nfc[strcspn(nfc, " \t\n")] = '\0';
	if (!*nfc)
		return;
	frame_upright_size(page, &width, &height);
	w = arena_push(arena, &page->words, &page->nwords, sizeof *w);
	*w = (struct word){ .text = nfc, .seen = seen ? text_nfc(arena, seen) : NULL, .block = numbers[0], .paragraph = numbers[1], .line = numbers[2] };
	w->confidence = confidence >= 0 ? confidence : 0;
	if (w->confidence > 100)
		w->confidence = 100;
	left = (int)((float)left / scale);
	top = (int)((float)top / scale);
	w->box = (struct box){ left, top, (int)((float)right / scale + 0.5F) - left, (int)((float)bottom / scale + 0.5F) - top };
	w->box = frame_to_received(page, box_intersect(w->box, (struct box){ 0, 0, width, height }));
}

static float mean_confidence(const struct page *page)
{
	double sum = 0, letters = 0;

	for (int i = 0; i < page->nwords; i++) {
		double n = (double)text_length(page->words[i].text);

		sum += n * (double)page->words[i].confidence;
		letters += n;
	}
	return letters > 0 ? (float)(sum / letters) : -1;
}

static float said(const struct ocr *self, const char *text, float sure, const char *seen)
{
	struct word_signs signs = word_signs(text, sure, seen != NULL);

	return self->raw ? 100 * sure : word_confidence(&signs);
}

/* libtesseract says 100 + s (ln p - 0.085) of a word whose weakest step has share p (its certainty and kCertOffset, times kCertaintyScale 7, times 5), with s = 35
 * for words of its lists and 79 for others (kDictRatio 2.25); between them lies: */
#define TESSERACT_SLOPE 70.0F
#define TESSERACT_OFFSET 0.085F

/* By libtesseract alone. */
static int read_by_tesseract(struct ocr *self, struct page *page, PIX *pixels, int dpi, float scale, struct arena *arena, struct error *err)
{
	struct found_word *words;
	int n;

	if (tesseract_read(self->tesseract, pixels, dpi, false, self->deadline, arena, &words, &n, err) < 0)
		return -1;
	for (int i = 0; i < n; i++) {
		const int numbers[3] = { words[i].block, words[i].paragraph, words[i].line };
		float sure = expf((fmaxf(0, words[i].confidence) - 100) / TESSERACT_SLOPE + TESSERACT_OFFSET); /* fmaxf: it may be no number */

		take_word(page, words[i].text, NULL, said(self, words[i].text, sure, NULL), words[i].left, words[i].top, words[i].right, words[i].bottom,
			  scale, numbers, arena);
	}
	return 0;
}

/* A page picture without its black seals, and lines that go on under them. */
struct unsealed {
	const struct seal *seals;
	int nseals;
	PIX *pixels; /* to be read; destroyed by the caller */
};

static struct unsealed unseal(const struct ocr *self, PIX *pixels, int dpi, struct arena *arena)
{
	struct seal *seals = NULL;
	int n = self->cleaning.seals ? seals_black(pixels, dpi, arena, &seals) : 0;

	return (struct unsealed){ seals, n, n ? seals_cover(pixels, dpi, seals, n) : pixClone(pixels) };
}

static void unseal_lines(struct unsealed *u, PIX *pixels, int dpi, struct found_line *lines, int n, PIX *ink, struct arena *arena)
{
	PIX *strokes = u->nseals ? seals_strokes(pixels, dpi, u->seals, u->nseals, lines, n, arena) : NULL;

	if (!strokes)
		return;
	pixCombineMasked(u->pixels, pixels, strokes);
	if (ink)
		pixOr(ink, ink, strokes);
	pixDestroy(&strokes);
}

/* A page is read in several positions at times, and the image room has seen the red ones. */
static void add_seals(struct page *page, const struct unsealed *u, float scale, struct arena *arena)
{
	for (int i = 0; i < u->nseals; i++) {
		int left = (int)((float)(u->seals[i].x - u->seals[i].r) / scale), top = (int)((float)(u->seals[i].y - u->seals[i].r) / scale);
		int side = (int)(2 * (float)u->seals[i].r / scale);
		struct box box = frame_to_received(page, (struct box){ left, top, side, side });

		if (!page_has_mark(page, MARK_SEAL, box))
			*(struct mark *)arena_push(arena, &page->marks, &page->nmarks, sizeof(struct mark)) = (struct mark){ MARK_SEAL, box, 100 };
	}
}

/* The words of a line: what the language chose beside what the net saw. */
static int read_words(struct ocr *self, const struct line_place *place, const struct read_line *line, PIX *ink, struct arena *arena, struct line_word **words)
{
	const struct model *model = reader_model(self->reader);
	struct line_word *chosen, *seen;
	const struct reading *reading = &line->readings[line->chosen];
	int n = 0, nseen = line_words(model, place, line, &line->seen, ink, arena, &seen), nchosen;

	if (reading->symbols != line->seen.symbols) { /* most lines read as they were seen: decode gives them the same symbols */
		nchosen = line_words(model, place, line, reading, ink, arena, &chosen);
		nseen = words_merge(self->ngrams, chosen, nchosen, seen, nseen, arena, &seen);
	}
	for (int i = 0; i < nseen; i++)
		if (!seen[i].speck)
			seen[n++] = seen[i];
	if (self->ngrams)
		figures_mend(self->ngrams, seen, n, arena);
	*words = seen;
	return place->turned ? n : words_join(seen, n, place->bottom - place->top - 2 * LINE_MARGIN, arena);
}

/* Grain, half-tones and the like: more pieces of ink than letters could be. Such a page keeps layout busy for minutes and gives nothing. */
static bool is_noise(PIX *bits, int dpi, int most)
{
	double inches = (double)pixGetWidth(bits) * pixGetHeight(bits) / dpi / dpi;
	int ink = 0, pieces = 0;

	if (dpi <= 0 || pixCountPixels(bits, &ink, NULL) || ink < NOISE_INK * pixGetWidth(bits) * pixGetHeight(bits))
		return false;
	return pixCountConnComp(bits, 8, &pieces) == 0 && pieces > most * (inches > 1 ? inches : 1);
}

/* The worst of it is known before anything is done with the page: cleaning alone takes minutes over a million pieces. */
static bool is_grain(const struct page *page, PIX *pix)
{
	PIX *grey = page->quality.ink >= NOISE_INK && pixGetDepth(pix) > 1 ? pixConvertTo8(pix, 0) : NULL;
	PIX *bits = page->quality.ink < NOISE_INK ? NULL : grey ? pixThresholdToBinary(grey, ink_threshold(grey)) : pixClone(pix);
	bool grain = bits && is_noise(bits, page->dpi, GRAIN_PIECES);

	pixDestroy(&grey);
	pixDestroy(&bits);
	return grain;
}

/* Is it text after all? */
static bool reads_well(const struct line_word *words, int n)
{
	double sum = 0, letters = 0;
	bool says = false;

	for (int i = 0; i < n; i++) {
		double count = (double)text_length(words[i].text);

		says |= missed_says(words[i].text);
		sum += count * fmax(1, 100 + (double)TESSERACT_SLOPE * (log((double)words[i].sure) - (double)TESSERACT_OFFSET));
		letters += count;
	}
	return says && sum / letters >= (double)MISSED_SURE;
}

/* Lines by libtesseract's layout, letters by our own reader. */
static int read_by_net(struct ocr *self, struct page *page, PIX *pixels, int dpi, float scale, struct arena *arena, struct error *err)
{
	const struct decode_options with_language = { .language = self->tongue ? tongue_language(self->tongue) : NULL, .readings = READINGS, .beam = BEAM,
						      .share_least = SHARE_LEAST };
	struct found_line *lines;
	struct line_place *places;
	struct read_line *read;
	struct stretch_words *stretches;
	struct unsealed unsealed = unseal(self, pixels, dpi, arena);
	PIX *bits = unsealed.pixels ? page_ink(&self->cleaning, unsealed.pixels, dpi) : NULL, *ink = NULL;
	int n, *paragraphs, ret = -1;

	if (!bits) {
		error_set(err, REACH_PAGE, "out-of-memory", _("no memory to read the page"));
		goto out;
	}
	if (is_noise(bits, dpi, NOISE_PIECES)) {
		page->noise = true;
		ret = 0;
		goto out;
	}
	if (tesseract_lines(self->tesseract, bits, dpi, arena, &lines, &n, &ink, self->deadline, err) < 0)
		goto out;
	unseal_lines(&unsealed, pixels, dpi, lines, n, ink, arena);
	add_seals(page, &unsealed, scale, arena);
	if (ink) {
		lines_stretch(lines, n, ink);
		if (self->cleaning.missed)
			missed_lines(ink, arena, &lines, &n);
	}
	places = arena_array(arena, (size_t)n, sizeof *places);
	paragraphs = arena_array(arena, (size_t)n, sizeof *paragraphs);
	for (int i = 0; i < n; i++) {
		places[i] = lines[i].place;
		paragraphs[i] = lines[i].paragraph;
	}
	read = reader_read(self->reader, unsealed.pixels, places, n, self->tongue ? &with_language : NULL, arena);
	if (self->tongue)
		readings_choose(self->tongue, read, paragraphs, n);
	stretches = arena_array(arena, (size_t)n + 1, sizeof *stretches);
	for (int i = 0; i < n; i++) {
		stretches[i].turned = places[i].turned;
		if (read[i].nreadings)
			stretches[i].n = read_words(self, &places[i], &read[i], ink, arena, &stretches[i].words);
		if (lines[i].missed && !reads_well(stretches[i].words, stretches[i].n))
			stretches[i].n = 0;
	}
	words_once(stretches, n);
	for (int i = 0; i < n; i++) {
		const int numbers[3] = { lines[i].block, lines[i].paragraph, lines[i].line };
		const struct line_word *words = stretches[i].words;

		for (int k = 0; k < stretches[i].n; k++)
			take_word(page, words[k].text, words[k].seen, said(self, words[k].text, words[k].sure, words[k].seen), words[k].left, words[k].top,
				  words[k].right, words[k].bottom, scale, numbers, arena);
	}
	ret = 0;
out:
	pixDestroy(&unsealed.pixels);
	pixDestroy(&bits);
	pixDestroy(&ink);
	return ret;
}

/* A page of the same marks, to be read once more: each may add marks of its own. */
static struct page to_read_again(const struct page *page, struct arena *arena)
{
	struct page other = *page;

	other.marks = NULL;
	other.nmarks = 0;
	for (int i = 0; i < page->nmarks; i++)
		*(struct mark *)arena_push(arena, &other.marks, &other.nmarks, sizeof *other.marks) = page->marks[i];
	return other;
}

/* Takes letters. */
static int read_letters(struct ocr *self, struct page *page, PIX *letters, float scale, struct arena *arena, struct error *err)
{
	PIX *pixels = scaled(letters, scale);
	int dpi = (int)((float)page->dpi * scale + 0.5F), ret;

	if (!pixels)
		return error_set(err, REACH_PAGE, "out-of-memory", _("no memory to read the page"));
	page->words = NULL;
	page->nwords = 0;
	if (scale < 1)
		page->quality.faults |= 1U << FAULT_REDUCED;
	ret = self->reader ? read_by_net(self, page, pixels, dpi, scale, arena, err) : read_by_tesseract(self, page, pixels, dpi, scale, arena, err);
	page->quality.confidence = mean_confidence(page);
	pixDestroy(&pixels);
	return ret;
}

/* How much was read, what is no text counting against it. */
static double promise(const struct page *page)
{
	double sum = 0;

	for (int i = 0; i < page->nwords; i++)
		sum += (double)(page->words[i].confidence - DOUBT) * (double)text_length(page->words[i].text);
	return sum;
}

/* Is what lies there the back of a sheet? */
static bool reads_mirrored(struct ocr *self, const struct page *page, PIX *letters, float scale, struct arena *arena)
{
	struct page back = to_read_again(page, arena);
	PIX *mirrored = pixFlipLR(NULL, letters);
	struct error err = ERROR_INIT;

	return read_letters(self, &back, mirrored, scale, arena, &err) == 0 && back.quality.confidence >= DOUBT;
}

/* The page once more without what may be the print of the back: that reading counts where it promises more. Where it promises nothing, the back itself has to read well
 * in the mirror, and what was read are scraps of it; else all is faint print of this side. */
static int read_front(struct ocr *self, struct page *page, PIX *letters, PIX *mask, float scale, struct arena *arena, struct error *err)
{
	struct page front = to_read_again(page, arena);
	PIX *pixels = pixCopy(NULL, letters);

	if (pixels)
		through_lift(pixels, mask);
	if (read_letters(self, &front, pixels, scale, arena, err) < 0)
		return -1;
	if (promise(&front) <= promise(page))
		return 0;
	if (promise(&front) <= 0) {
		if (!reads_mirrored(self, page, letters, scale, arena))
			return 0;
		front.nwords = 0;
		front.quality.confidence = -1;
	}
	*page = front;
	return 0;
}

static int recognise(struct ocr *self, struct page *page, PIX *pix, struct arena *arena, struct error *err)
{
	float scale = reader_scale(self, page, pix);
	PIX *letters, *mask;
	int ret;

	if (is_grain(page, pix)) {
		page->noise = true;
		page->words = NULL;
		page->nwords = 0;
		page->quality.confidence = -1;
		return 0;
	}
	letters = page_letters(&self->cleaning, page, pix);
	mask = letters && self->cleaning.through ? through_find(letters, page->dpi) : NULL;
	ret = read_letters(self, page, letters ? pixClone(letters) : NULL, scale, arena, err);

	if (ret == 0 && mask && !page->noise)
		ret = read_front(self, page, letters, mask, scale, arena, err);
	pixDestroy(&mask);
	pixDestroy(&letters);
	return ret;
}

/* A page that reads badly may lie the other way: the position that reads best is kept. */
static int try_positions(struct ocr *self, struct page *page, PIX **pix, struct arena *arena, struct error *err)
{
	static const int turns[] = { 180, 90, 270 };
	struct page best = *page;
	PIX *best_pix = pixClone(*pix);

	for (size_t i = 0; i < sizeof turns / sizeof *turns && best.quality.confidence < DOUBT; i++) {
		struct page other = to_read_again(page, arena);
		PIX *turned = pixRotateOrth(*pix, turns[i] / 90);

		other.rotation = (page->rotation + turns[i]) % 360;
		if (turned && recognise(self, &other, turned, arena, err) == 0 &&
		    other.quality.confidence > best.quality.confidence + 10 && other.nwords >= best.nwords / 3) {
			best = other;
			pixDestroy(&best_pix);
			best_pix = pixClone(turned);
		}
		pixDestroy(&turned);
	}
	*page = best;
	pixDestroy(pix);
	*pix = best_pix;
	return 0;
}

/* ---- pages that are read part by part ---- */

/* What lies at `place` in the upright frame, turned clockwise by quarters and read as a page of its own: its words have their roles and their order. */
static int read_view(struct ocr *self, PIX *pix, struct box place, int quarters, struct page *view, struct arena *arena, struct error *err)
{
	BOX *box = boxCreate(place.x, place.y, place.w, place.h);
	PIX *clip = pixClipRectangle(pix, box, NULL), *part = clip && quarters ? pixRotateOrth(clip, quarters) : pixClone(clip), *mask = part ? ink_mask(part) : NULL;
	int ret = mask ? 0 : error_set(err, REACH_PAGE, "out-of-memory", _("no memory to read the page"));

	if (ret == 0)
		ret = recognise(self, view, part, arena, err);
	if (ret == 0) {
		aside_mark(view, mask, arena);
		columns_order(view, arena);
	}
	boxDestroy(&box);
	pixDestroy(&clip);
	pixDestroy(&part);
	pixDestroy(&mask);
	return ret;
}

/* Left page, right page; or the upper and the lower one. 1 where both read well, 0 where the whole has to be read like any page. */
static int read_spread(struct ocr *self, struct page *page, PIX *pix, struct arena *arena, struct error *err)
{
	int width, height, gutter = page->gutter;
	struct box places[2];
	struct page views[2];

	frame_upright_size(page, &width, &height);
	places[0] = page->stacked ? (struct box){ 0, 0, width, gutter } : (struct box){ 0, 0, gutter, height };
	places[1] = page->stacked ? (struct box){ 0, gutter, width, height - gutter } : (struct box){ gutter, 0, width - gutter, height };
	for (int i = 0; i < 2; i++) {
		views[i] = view_of(page, places[i], arena);
		if (read_view(self, pix, places[i], 0, &views[i], arena, err) < 0)
			return -1;
		if (views[i].quality.confidence < DOUBT)
			return 0;
	}
	for (int i = 0; i < 2; i++)
		view_join(page, &views[i], places[i], arena);
	return 1;
}

static int turn(PIX **pix, int quarters, struct error *err)
{
	PIX *turned = pixRotateOrth(*pix, quarters);

	if (!turned)
		return error_set(err, REACH_PAGE, "out-of-memory", _("no memory to turn the page"));
	pixDestroy(pix);
	*pix = turned;
	return 0;
}

/* The title block of a drawing, whichever corner of the scan it lies in; nothing where none is found or none reads well. */
static int read_drawing(struct ocr *self, struct page *page, PIX **pix, struct arena *arena, struct error *err)
{
	static const int turns[] = { 0, 90, 180, 270 };
	PIX *mask = ink_mask(*pix);
	int ret = 0;

	for (size_t i = 0; mask && i < sizeof turns / sizeof *turns && !page->nwords; i++) {
		int quarters = turns[i] / 90;
		PIX *turned_mask = quarters ? pixRotateOrth(mask, quarters) : pixClone(mask);
		struct box block = turned_mask ? title_block_find(turned_mask, page->dpi) : (struct box){ 0, 0, 0, 0 };
		struct page turned = *page, sheet = { .width = pixGetWidth(*pix), .height = pixGetHeight(*pix), .rotation = turns[i] }, view;

		pixDestroy(&turned_mask);
		if (!block.w)
			continue;
		turned.rotation = (page->rotation + turns[i]) % 360;
		view = view_of(&turned, block, arena);
		ret = read_view(self, *pix, frame_to_received(&sheet, block), quarters, &view, arena, err);
		if (ret < 0)
			break;
		if (view.quality.confidence < DOUBT || view.nwords < TITLE_WORDS)
			continue;
		*page = turned;
		view_join(page, &view, block, arena);
		if (quarters && (ret = turn(pix, quarters, err)) < 0)
			break;
	}
	pixDestroy(&mask);
	return ret;
}

/* ---- secrecy stamps in red, which the reader's red channel does not show ---- */

#define STAMP_HIGH_MIN 5.0 /* millimetres: a stamp line in capitals (Circular 24/2020/TT-BCA draws 8 mm frames) */
#define STAMP_HIGH_MAX 16.0
#define STAMP_WIDE_MIN 12.0
#define STAMP_WIDE_MAX 70.0
#define STAMPS_MAX 6

/* The text of a picture that is one line. */
static char *read_line(struct ocr *self, PIX *pix, int dpi, struct arena *arena)
{
	char *text = arena_strdup(arena, "");
	struct found_word *words;
	struct error err = ERROR_INIT;
	int n = 0;

	if (tesseract_read(self->tesseract, pix, dpi, true, self->deadline, arena, &words, &n, &err) < 0)
		return text;
	for (int i = 0; i < n; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? " " : "", words[i].text);
	return text_nfc(arena, text);
}

static bool red_secrecy(struct ocr *self, struct page *page, PIX *pix, struct arena *arena, struct box *where)
{
	double mm = page->dpi / 25.4;
	PIX *upper, *red, *groups;
	BOXA *boxes;
	bool found = false;
	int looked = 0;

	if (pixGetDepth(pix) != 32)
		return false;
	BOX *zone = boxCreate(0, 0, pixGetWidth(pix), pixGetHeight(pix) / 2);
	upper = pixClipRectangle(pix, zone, NULL);
	boxDestroy(&zone);
	red = upper ? pixMakeArbMaskFromRGB(upper, 1.0F, -0.6F, -0.6F, 35.0F) : NULL;
	pixDestroy(&upper);
	if (!red)
		return false;
	groups = pixCloseBrick(NULL, red, (int)(4 * mm) | 1, (int)mm | 1);
	boxes = pixConnCompBB(groups, 8);
	for (int i = 0; !found && boxes && i < boxaGetCount(boxes) && looked < STAMPS_MAX; i++) {
		BOX *box = boxaGetBox(boxes, i, L_CLONE);
		PIX *stamp = NULL, *framed = NULL;
		int x, y, w, h;

		boxGetGeometry(box, &x, &y, &w, &h);
		if (h >= STAMP_HIGH_MIN * mm && h <= STAMP_HIGH_MAX * mm && w >= STAMP_WIDE_MIN * mm && w <= STAMP_WIDE_MAX * mm) {
			looked++;
			stamp = pixClipRectangle(red, box, NULL);
			/* the frame goes with what hangs on it, else it is read as letters */
			framed = stamp ? pixRemoveBorderConnComps(stamp, 8) : NULL;
			pixDestroy(&stamp);
			stamp = framed ? pixAddBorder(framed, (int)(3 * mm), 0) : NULL;
			pixDestroy(&framed);
		}
		if (stamp) {
			found = secrecy_line(arena, read_line(self, stamp, page->dpi, arena));
			if (found)
				*where = frame_to_received(page, (struct box){ x, y, w, h });
		}
		pixDestroy(&stamp);
		boxDestroy(&box);
	}
	boxaDestroy(&boxes);
	pixDestroy(&groups);
	pixDestroy(&red);
	return found;
}

/* ---- secrecy stamps on drawings, of which but the title block is read ---- */

#define LONE_MOST 150 /* lines that are looked at in one position: a stamp is larger than most of what is written on a plan */

/* As the drawing lies, turned by quarters. */
static bool secrecy_among(struct ocr *self, PIX *mask, int dpi, struct arena *arena, struct box *where)
{
	PIX *letters = NULL;
	BOXA *lines = lone_lines_find(mask, dpi, &letters);
	bool found = false;

	for (int i = 0; !found && lines && letters && i < boxaGetCount(lines) && i < LONE_MOST; i++) {
		BOX *box = boxaGetBox(lines, i, L_CLONE);
		PIX *clip = pixClipRectangle(letters, box, NULL), *line = clip ? pixAddBorder(clip, MM(dpi, 3.0), 0) : NULL;

		if (line)
			found = secrecy_line(arena, read_line(self, line, dpi, arena));
		if (found)
			boxGetGeometry(box, &where->x, &where->y, &where->w, &where->h);
		pixDestroy(&clip);
		pixDestroy(&line);
		boxDestroy(&box);
	}
	boxaDestroy(&lines);
	pixDestroy(&letters);
	return found;
}

/* Where the title block told how the drawing lies, a stamp lies so too; else any way. */
static bool drawing_secrecy(struct ocr *self, const struct page *page, PIX *pix, struct arena *arena, struct box *where)
{
	PIX *mask = ink_mask(pix);
	bool found = false;

	for (int quarters = 0; mask && !found && quarters < (page->nwords ? 1 : 4); quarters++) {
		struct page sheet = { .width = pixGetWidth(pix), .height = pixGetHeight(pix), .rotation = 90 * quarters };
		PIX *turned = quarters ? pixRotateOrth(mask, quarters) : pixClone(mask);

		found = turned && secrecy_among(self, turned, page->dpi, arena, where);
		if (found)
			*where = frame_to_received(page, frame_to_received(&sheet, *where));
		pixDestroy(&turned);
	}
	pixDestroy(&mask);
	return found;
}

/* 1 where the page was read part by part: its words have their roles and their order; 0 where it was read as a whole. */
static int read_image(struct ocr *self, struct page *page, struct Pix **pix, struct arena *arena, struct error *err)
{
	int parts = 0;

	if (page->quality.faults & 1U << FAULT_DRAWING)
		parts = read_drawing(self, page, pix, arena, err) < 0 ? -1 : 1;
	else if (page->gutter)
		parts = read_spread(self, page, *pix, arena, err);
	if (parts > 0)
		page->quality.confidence = mean_confidence(page);
	if (parts)
		return parts;
	page->quality.faults &= ~(1U << FAULT_SPREAD);
	if (recognise(self, page, *pix, arena, err) < 0)
		return -1;
	/* a page of few words may be one that was turned wrongly */
	return page->quality.confidence < DOUBT && (page->nwords >= WORDS_FEW || (page->rotation && !page->noise)) ? try_positions(self, page, pix, arena, err) : 0;
}

static int ocr_run(void *opaque, struct page *page, struct Pix **pix, struct arena *arena, struct error *err)
{
	struct ocr *self = opaque;
	struct Pix *mask = NULL;
	struct box where;
	int parts = 0;

	if (page->kind != PAGE_CONTENT)
		return 0;
	if (*pix) {
		parts = read_image(self, page, pix, arena, err);
		if (parts < 0)
			return -1;
		if (red_secrecy(self, page, *pix, arena, &where) ||
		    (page->quality.faults & 1U << FAULT_DRAWING && drawing_secrecy(self, page, *pix, arena, &where))) {
			secrecy_wipe(page, where, arena);
			return 0;
		}
	} else {
		page->quality.confidence = mean_confidence(page);
	}
	if (secrecy_find(page, arena, &where)) {
		secrecy_wipe(page, where, arena);
		return 0;
	}
	mask = *pix ? ink_mask(*pix) : NULL;
	if (!parts)
		aside_mark(page, mask, arena);
	if (!parts && *pix)
		columns_order(page, arena);
	if (*pix && self->ngrams) {
		markers_mend(page, arena);
		capitals_mend(page, arena);
	}
	if (mask && !(page->quality.faults & 1U << FAULT_DRAWING)) /* whose lines are no writing */
		unread_ink_find(page, mask, arena);
	quality_judge(page);
	pixDestroy(&mask);
	return 0;
}

const struct page_room ocr_room = { ocr_open, ocr_run, ocr_close };
