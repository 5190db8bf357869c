#include "pipeline/worker.h"

#include <errno.h>
#include <jansson.h>
#include <leptonica/allheaders.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/config.h"
#include "pipeline/document.h"
#include "pipeline/encoded.h"
#include "pipeline/error.h"
#include "pipeline/message.h"
#include "pipeline/sandbox.h"
#include "pipeline/serial.h"
#include "pipeline/stage.h"
#include "stages/decode/certificate.h"
#include "stages/decode/decode.h"
#include "stages/decode/encoded.h"
#include "stages/decode/signature.h"
#include "stages/export/picture.h"
#include "stages/ocr/ocr.h"
#include "stages/split/split.h"

#define PARENT 3            /* our end of the socket pair */
#define ROOMS_MAX 16
#define MEMORY_MIB 2048     /* address space; 600 MB of pixels for the largest page, models, copies while turning */
#define RECIPE_FORM "2"     /* raised when a room changes what it writes without a change of version, model or settings */

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0 /* a sanitizer maps terabytes of shadow: no limit of the address space then */
#endif

struct worker {
	const struct config *config;
	struct arena *arena;
	void *selves[ROOMS_MAX];
	struct original original; /* the one mapped now */
	char hash[65];            /* its name, so that the next page of it needs no new mapping */
	enum worker_kind kind;
};

/* C++ libraries end the process by abort() when memory runs out; a clean status tells the pool what happened.
 * std::set_new_handler under its name in the C++ ABI (Itanium C++ ABI, mangling of a function pointer parameter). */
extern void (*new_handler(void (*)(void)))(void) __asm__("_ZSt15set_new_handlerPFvvE");

static void no_memory(void)
{
	_exit(EXIT_NO_MEMORY);
}

static int answer(enum message_kind kind, const void *payload, size_t size)
{
	return message_send(PARENT, kind, payload, size, -1);
}

static int answer_error(const struct error *err)
{
	size_t size;
	char *text = message_error(err, &size);
	int ret = answer(MESSAGE_FAILED, text, size);

	free(text);
	return ret;
}

/* ---- the original ---- */

static const char *media_constant(const char *name)
{
	static const char *const all[] = { MEDIA_PDF, MEDIA_TIFF, MEDIA_JPEG, MEDIA_PNG };

	for (size_t i = 0; name && i < sizeof all / sizeof *all; i++)
		if (!strcmp(all[i], name))
			return all[i];
	return NULL;
}

static void unmap(struct worker *w)
{
	if (w->original.data)
		munmap((void *)w->original.data, w->original.size);
	w->original.data = NULL;
	w->original.size = 0;
	w->hash[0] = '\0';
}

/* Objects of the store never change, so a mapping cannot shrink under us. hash NULL: do not keep it. */
static int map(struct worker *w, int fd, const char *hash, const char *media, struct error *err)
{
	off_t size;
	void *data;

	if (hash && *hash && !strcmp(w->hash, hash))
		return 0;
	unmap(w);
	w->original.serial++;
	w->original.media = media;
	size = lseek(fd, 0, SEEK_END);
	if (size < 0)
		return error_errno(err, REACH_DOCUMENT, "unreadable", _("cannot read the file"));
	if (size == 0)
		return error_set(err, REACH_DOCUMENT, "empty", _("the file is empty"));
	data = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return error_errno(err, REACH_DOCUMENT, "unreadable", _("cannot read the file"));
	w->original.data = data;
	w->original.size = (size_t)size;
	if (hash)
		snprintf(w->hash, sizeof w->hash, "%s", hash);
	return 0;
}

/* ---- jobs ---- */

static int inspect(struct worker *w, const struct message *m)
{
	struct inspection found = { NULL, false, 0 };
	struct error err = ERROR_INIT;
	char text[200];
	int n;

	if (map(w, m->fd, NULL, NULL, &err) < 0 ||
	    decode_inspect(w->config, w->original.data, w->original.size, &found, &err) < 0)
		return answer_error(&err);
	n = snprintf(text, sizeof text, "{\"media\":\"%s\",\"archive\":%s,\"pages\":%d}", found.media,
		     found.archive ? "true" : "false", found.pages);
	return answer(MESSAGE_DONE, text, (size_t)n);
}

static int member_begin(void *context, const unsigned char *name, size_t size, struct error *err)
{
	return answer(MESSAGE_MEMBER, name, size);
}

static int member_bytes(void *context, const void *bytes, size_t size, struct error *err)
{
	return answer(MESSAGE_BYTES, bytes, size);
}

static int member_end(void *context, struct error *err)
{
	return answer(MESSAGE_MEMBER_END, NULL, 0);
}

static int member_refuse(void *context, const unsigned char *name, size_t name_size, const struct error *why, struct error *err)
{
	size_t size;
	char *text = message_error(why, &size);
	int ret;

	text = mem_realloc(text, size + 1 + name_size);
	text[size] = '\0';
	if (name_size)
		memcpy(text + size + 1, name, name_size);
	ret = answer(MESSAGE_REFUSED, text, size + 1 + name_size);
	free(text);
	return ret;
}

static int unpack(struct worker *w, const struct message *m)
{
	const struct unpack_sink sink = { NULL, member_begin, member_bytes, member_end, member_refuse };
	struct error err = ERROR_INIT;

	if (map(w, m->fd, NULL, NULL, &err) < 0 ||
	    decode_unpack(w->config, w->original.data, w->original.size, &sink, &err) < 0)
		return answer_error(&err);
	return answer(MESSAGE_DONE, NULL, 0);
}

/* The request of a job on one page: which original, which page. */
static int page_request(struct worker *w, const struct message *m, json_t **request, struct page *page, struct error *err)
{
	json_t *json = json_loadb(m->payload, m->size, 0, NULL);
	const char *hash = json_string_value(json_object_get(json, "original"));
	const char *media = media_constant(json_string_value(json_object_get(json, "media")));

	*request = json;
	page->file_page = (int)json_integer_value(json_object_get(json, "file_page"));
	if (!media || page->file_page < 1)
		return error_set(err, REACH_PAGE, "other", _("the job makes no sense"));
	if (map(w, m->fd, hash, media, err) < 0)
		return -1;
	page->original = &w->original;
	return 0;
}

static int walk(struct worker *w, struct page *page, struct Pix **pix, const char *until, struct error *err)
{
	for (int i = 0; stages[i].name; i++) {
		if (stages[i].kind != STAGE_PAGE)
			continue;
		if (answer(MESSAGE_STAGE, stages[i].name, strlen(stages[i].name)) < 0)
			return error_errno(err, REACH_RUN, NULL, "%s", stages[i].name);
		if (stages[i].page->run(w->selves[i], page, pix, w->arena, err) < 0)
			return -1;
		if (until && !strcmp(stages[i].name, until))
			return 0;
	}
	return 0;
}

/* The page as received, in pixels, whatever the reader would have needed. */
static int open_pixels(struct worker *w, struct page *page, struct Pix **pix, struct error *err)
{
	if (walk(w, page, pix, "decode", err) < 0)
		return -1;
	if (!*pix)
		*pix = encoded_draw(page, err);
	return *pix ? 0 : -1;
}

/* Boxes and labels of the request; a label is a field's name. */
static int load_boxes(struct worker *w, json_t *request, struct picture_box **boxes)
{
	json_t *list = json_object_get(request, "boxes");
	size_t n = json_array_size(list);

	if (n > PICTURE_BOXES_MAX)
		n = PICTURE_BOXES_MAX;
	*boxes = arena_array(w->arena, n, sizeof **boxes);
	for (size_t i = 0; i < n; i++) {
		json_t *box = json_array_get(list, i);
		const char *label = json_string_value(json_array_get(box, 4));

		(*boxes)[i].box = (struct box){ (int)json_integer_value(json_array_get(box, 0)), (int)json_integer_value(json_array_get(box, 1)),
						(int)json_integer_value(json_array_get(box, 2)), (int)json_integer_value(json_array_get(box, 3)) };
		(*boxes)[i].label = arena_strdup(w->arena, label ? label : "");
	}
	return (int)n;
}

static int draw_picture(struct worker *w, const struct message *m)
{
	struct page page = { 0 };
	struct error err = ERROR_INIT;
	struct Pix *pix = NULL, *picture = NULL;
	struct picture_box *boxes;
	char *png = NULL;
	json_t *request;
	size_t size;
	int ret, n;

	if (page_request(w, m, &request, &page, &err) == 0 && open_pixels(w, &page, &pix, &err) == 0) {
		n = load_boxes(w, request, &boxes);
		picture = picture_draw(pix, boxes, n, &err);
		if (picture)
			picture_shrink(&picture, (int)json_integer_value(json_object_get(request, "width")));
		if (picture)
			png = picture_png(picture, &size, &err);
	}
	ret = png ? answer(MESSAGE_DONE, png, size) : answer_error(&err);
	free(png);
	pixDestroy(&picture);
	pixDestroy(&pix);
	json_decref(request);
	return ret;
}

static int hand_out_image(struct worker *w, const struct message *m)
{
	struct page page = { 0 };
	struct error err = ERROR_INIT;
	struct encoded_image image = { 0 };
	struct Pix *pix = NULL;
	json_t *request;
	int ret;

	if (page_request(w, m, &request, &page, &err) == 0 && walk(w, &page, &pix, "decode", &err) == 0 &&
	    encoded_image_get(w->config, &page, pix, &image, &err) == 0) {
		size_t size;
		char *bytes = encoded_image_save(&image, &size);

		ret = answer(MESSAGE_DONE, bytes, size);
		free(bytes);
		encoded_image_release(&image);
	} else {
		ret = answer_error(&err);
	}
	pixDestroy(&pix);
	json_decref(request);
	return ret;
}

static int read_page(struct worker *w, const struct message *m)
{
	struct page page = { 0 };
	struct error err = ERROR_INIT;
	struct Pix *pix = NULL;
	json_t *request;
	int ret;

	page.quality.confidence = -1;
	if (page_request(w, m, &request, &page, &err) < 0 || walk(w, &page, &pix, NULL, &err) < 0) {
		ret = answer_error(&err);
	} else {
		size_t size;
		char *text;

		page.begins = split_begins(&page);
		text = page_save(&page, &size);
		ret = answer(MESSAGE_DONE, text, size);
		free(text);
	}
	pixDestroy(&pix);
	json_decref(request);
	return ret;
}

/* The request line, then one line per page that has a text. */
static int load_dossier(struct worker *w, const struct message *m, struct dossier *dossier, struct error *err)
{
	const char *line = m->payload, *end = m->payload + m->size;
	const char *stop = memchr(line, '\n', m->size);
	json_t *json = json_loadb(line, stop ? (size_t)(stop - line) : m->size, 0, NULL);
	json_t *pages = json_object_get(json, "pages");
	size_t n = json_array_size(pages);
	int ret = -1;

	dossier->code = arena_strdup(w->arena, json_string_value(json_object_get(json, "code")));
	dossier->title = arena_strdup(w->arena, json_string_value(json_object_get(json, "title")));
	dossier->pages = arena_array(w->arena, n, sizeof *dossier->pages);
	dossier->npages = (int)n;
	for (size_t i = 0; i < n; i++) {
		json_t *p = json_array_get(pages, i);
		struct page *page = &dossier->pages[i];

		line = stop ? stop + 1 : end;
		if (json_is_true(json_object_get(p, "lost")) || json_is_true(json_object_get(p, "restricted"))) {
			page->quality.confidence = -1;
			page->secret = json_is_true(json_object_get(p, "restricted"));
		} else { /* the others send a line each */
			stop = line < end ? memchr(line, '\n', (size_t)(end - line)) : NULL;
			if (!stop || page_load(page, line, (size_t)(stop - line), w->arena, err) < 0) {
				error_prefix(err, _("page %zu: "), i + 1);
				goto out;
			}
		}
		page->number = (int)i + 1;
		page->file = arena_strdup(w->arena, json_string_value(json_object_get(p, "file")));
		page->file_page = (int)json_integer_value(json_object_get(p, "file_page"));
		page->cut = (enum page_cut)json_integer_value(json_object_get(p, "cut"));
		page->said_type = arena_strdup(w->arena, json_string_value(json_object_get(p, "type")));
	}
	ret = 0;
out:
	json_decref(json);
	return ret;
}

static int part_papers(struct worker *w, const struct message *m)
{
	struct dossier dossier = { 0 };
	struct error err = ERROR_INIT;
	size_t size;
	char *text;
	int ret;

	if (load_dossier(w, m, &dossier, &err) < 0)
		return answer_error(&err);
	for (int i = 0; stages[i].name; i++)
		if (stages[i].kind == STAGE_PAPER && stages[i].paper->run(w->selves[i], &dossier, w->arena, &err) < 0)
			return answer_error(&err);
	text = papers_save(&dossier, &size);
	ret = answer(MESSAGE_DONE, text, size);
	free(text);
	return ret;
}

static json_t *signature_json(const struct pdf_signature *s)
{
	const struct certificate *c = &s->certificate;

	return json_pack("{s:s, s:s, s:s, s:i, s:b, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "integrity", s->integrity, "later", s->later, "place", s->place,
			 "page", s->page, "timestamp", (int)s->timestamp, "signed_at", s->signed_at, "name", c->name, "organisation", c->organisation,
			 "unit", c->unit, "subject", c->subject, "issuer", c->issuer, "trust", c->trust, "why", c->why);
}

static int check_signatures(struct worker *w, const struct message *m)
{
	struct pdf_signatures found;
	struct error err = ERROR_INIT;
	json_t *json, *list;
	char *text;
	int ret;

	if (map(w, m->fd, NULL, NULL, &err) < 0 || pdf_signatures_check(w->original.data, w->original.size, w->arena, &found, &err) < 0)
		return answer_error(&err);
	list = json_array();
	for (int i = 0; i < found.n; i++)
		json_array_append_new(list, signature_json(&found.list[i])); /* none for a text that is no UTF-8: then the answer is refused */
	json = json_pack("{s:s, s:i, s:o}", "roots", certificate_roots(), "pages", found.pages, "signatures", list);
	text = json_array_size(list) == (size_t)found.n ? json_dumps(json, JSON_COMPACT) : NULL;
	json_decref(json);
	if (!text) {
		error_set(&err, REACH_DOCUMENT, "damaged", _("a signature holds text that makes no sense"));
		return answer_error(&err);
	}
	ret = answer(MESSAGE_DONE, text, strlen(text));
	free(text);
	return ret;
}

static const void *reader_of(const struct worker *w)
{
	for (int i = 0; stages[i].name; i++)
		if (stages[i].page == &ocr_room)
			return w->selves[i];
	return NULL;
}

static int tell_engine(struct worker *w)
{
	const void *reader = reader_of(w);
	json_t *json = json_pack("{s:s, s:s}", "engine", ocr_engine(reader), "model", ocr_describe(reader));
	char *text = json_dumps(json, JSON_COMPACT);
	int ret = answer(MESSAGE_DONE, text, strlen(text));

	json_decref(json);
	free(text);
	return ret;
}

static int unknown(struct worker *w, const struct message *m)
{
	struct error err = ERROR_INIT;

	error_set(&err, REACH_PAGE, "other", _("the job makes no sense"));
	return answer_error(&err);
}

static int serve(struct worker *w, const struct message *m)
{
	if ((w->kind == WORKER_SIGNATURES) != (m->kind == MESSAGE_SIGNATURES) || (m->kind == MESSAGE_ENGINE && w->kind != WORKER_PAGES))
		return unknown(w, m);
	switch ((int)m->kind) {
	case MESSAGE_SIGNATURES:
		return check_signatures(w, m);
	case MESSAGE_ENGINE:
		return tell_engine(w);
	case MESSAGE_INSPECT:
		return inspect(w, m);
	case MESSAGE_UNPACK:
		return unpack(w, m);
	case MESSAGE_PAGE:
		return read_page(w, m);
	case MESSAGE_PAPERS:
		return part_papers(w, m);
	case MESSAGE_PICTURE:
		return draw_picture(w, m);
	case MESSAGE_ENCODED:
		return hand_out_image(w, m);
	default:
		return unknown(w, m);
	}
}

/* ---- start ---- */

/* What a reading is made by: equal recipes on equal originals give equal texts. */
static void recipe(const struct worker *w, bool pages, char out[65])
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const unsigned char *)SOHOA_VERSION "\n" RECIPE_FORM "\n", sizeof SOHOA_VERSION + 2);
	if (pages) { /* the only room whose models are no part of the program */
		const char *what = ocr_describe(reader_of(w));

		crypto_hash_sha256_update(&state, (const unsigned char *)what, strlen(what));
	}
	for (int i = 0; i < config_count(w->config); i++) {
		const char *section, *key, *value;

		config_at(w->config, i, &section, &key, &value);
		if (strcmp(section, "image") && strcmp(section, "ocr") && strcmp(section, "decode"))
			continue;
		crypto_hash_sha256_update(&state, (const unsigned char *)key, strlen(key) + 1);
		crypto_hash_sha256_update(&state, (const unsigned char *)value, strlen(value) + 1);
	}
	crypto_hash_sha256_final(&state, digest);
	sodium_bin2hex(out, 65, digest, sizeof digest);
}

/* A worker for files opens pages too, for pictures and exports, but reads nothing: the first room is enough. */
static int open_rooms(struct worker *w, bool pages, struct error *err)
{
	for (int i = 0; i < ROOMS_MAX && stages[i].name; i++) {
		if (i > 0 && !pages)
			break;
		if (stages[i].kind == STAGE_PAGE)
			w->selves[i] = stages[i].page->open(w->config, err);
		else if (stages[i].kind == STAGE_PAPER)
			w->selves[i] = stages[i].paper->open(w->config, err);
		else
			continue;
		if (!w->selves[i])
			return error_prefix(err, "%s: ", stages[i].name);
	}
	return 0;
}

static int get_ready(struct worker *w, enum worker_kind kind, struct error *err)
{
	/* What poppler, fontconfig and iconv may look at later; models are loaded by then and need no file any more. */
	static const char *const readable[] = { "/usr/share/fonts", "/usr/local/share/fonts", "/etc/fonts", "/usr/share/fontconfig",
						"/var/cache/fontconfig", "/usr/share/poppler", "/usr/lib/x86_64-linux-gnu/gconv",
						"/dev/urandom", NULL };
	size_t memory = (size_t)config_int(w->config, "worker", "memory", MEMORY_MIB) << 20;
	int landlock;

	if (sandbox_limits(SANITIZED ? 0 : memory, err) < 0)
		return -1;
	new_handler(no_memory);
	if (sodium_init() < 0)
		return error_set(err, REACH_RUN, NULL, _("libsodium does not start"));
	setMsgSeverity(L_SEVERITY_NONE);
	if (kind == WORKER_SIGNATURES) {
		setenv("HOME", "/nonexistent", 1); /* no database of certificates of whoever runs this */
		if (certificate_open(config_text(w->config, "signature", "roots", NULL), err) < 0)
			return -1;
	} else if (open_rooms(w, kind == WORKER_PAGES, err) < 0) {
		return -1;
	}
	if (!config_bool(w->config, "worker", "sandbox", true))
		return 0;
	return sandbox_lock(readable, kind == WORKER_SIGNATURES, &landlock, err);
}

int worker_serve(const struct config *config, enum worker_kind kind)
{
	struct worker w = { .config = config, .arena = arena_new(), .kind = kind };
	struct error err = ERROR_INIT;
	char name[65];
	struct message m;

	if (get_ready(&w, kind, &err) < 0) {
		answer_error(&err);
		_exit(1);
	}
	if (kind == WORKER_SIGNATURES)
		snprintf(name, sizeof name, "%s", certificate_roots());
	else
		recipe(&w, kind == WORKER_PAGES, name);
	if (answer(MESSAGE_READY, name, strlen(name)) < 0)
		_exit(1);
	while (message_receive(PARENT, &m, MESSAGE_MAX) == 1) {
		int ret = serve(&w, &m);

		message_release(&m);
		arena_reset(w.arena);
		if (ret < 0)
			break;
	}
	_exit(0); /* the parent hung up; libraries' own clean-up would only cost time */
}
