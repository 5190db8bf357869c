#include "pipeline/signing.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/signatures.h"
#include "pipeline/error.h"
#include "pipeline/pool.h"
#include "pipeline/store.h"

enum { SECONDS = 60 };

/* --- The answer: a worker may have been taken over by what it read, so every word is held against those there are ------------------------ */

static const char *word(json_t *json, const char *key, const char *const *words)
{
	const char *text = json_string_value(json_object_get(json, key));

	for (int i = 0; text && words[i]; i++)
		if (!strcmp(words[i], text))
			return words[i];
	return NULL;
}

static int one(struct arena *arena, json_t *json, struct signature *s)
{
	static const char *const integrity[] = { "valid", "invalid", "changed", "malformed", "unchecked", NULL };
	static const char *const trust[] = { "trusted", "untrusted", "not-verified", NULL };
	static const char *const why[] = { "", "issuer", "time", "other", NULL };
	static const char *const later[] = { "none", "signed", "unsigned", NULL };
	static const char *const place[] = { "none", "top-left", "top-right", "elsewhere", NULL };
	const struct {
		const char *key, **out;
	} texts[] = { { "signed_at", &s->signed_at }, { "name", &s->name }, { "organisation", &s->organisation }, { "unit", &s->unit },
		      { "subject", &s->subject }, { "issuer", &s->issuer } };

	s->integrity = word(json, "integrity", integrity);
	s->trust = word(json, "trust", trust);
	s->why = word(json, "why", why);
	s->later = word(json, "later", later);
	s->place = word(json, "place", place);
	s->page = (int)json_integer_value(json_object_get(json, "page"));
	s->timestamp = json_is_true(json_object_get(json, "timestamp"));
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const char *text = json_string_value(json_object_get(json, texts[i].key));

		if (!text)
			return -1;
		*texts[i].out = arena_strdup(arena, text);
	}
	return s->integrity && s->trust && s->why && s->later && s->place && s->page >= 0 ? 0 : -1;
}

static int parse(const char *text, size_t size, struct arena *arena, struct signing_answer *answer)
{
	json_t *json = json_loadb(text, size, 0, NULL), *list = json_object_get(json, "signatures"), *item;
	const char *roots = json_string_value(json_object_get(json, "roots"));
	int ret = roots && json_is_array(list) ? 0 : -1;
	size_t i;

	*answer = (struct signing_answer){ .roots = arena_strdup(arena, roots ? roots : "") };
	answer->pages = (int)json_integer_value(json_object_get(json, "pages"));
	json_array_foreach(list, i, item)
		if (!ret)
			ret = one(arena, item, arena_push(arena, &answer->list, &answer->n, sizeof *answer->list));
	json_decref(json);
	return ret;
}

int signing_look(struct signing *signing, const char *hash, struct arena *arena, struct signing_answer *answer, struct error *err)
{
	char *text = NULL;
	size_t size;
	int fd, ret = -1;

	if (!signing->pool && !(signing->pool = pool_open(signing->config, POOL_SIGNATURES, 1, err)))
		return -1;
	fd = store_fd(signing->store, hash, err);
	if (fd < 0)
		return -1;
	if (pool_do(signing->pool, MESSAGE_SIGNATURES, NULL, 0, fd, SECONDS, &text, &size, err) == 0) {
		ret = parse(text, size, arena, answer);
		if (ret < 0)
			error_set(err, REACH_DOCUMENT, "crashed", _("the reader gave an answer that makes no sense"));
	}
	free(text);
	close(fd);
	return ret;
}

/* --- Keeping it ----------------------------------------------------------------------------------------------------- */

static int ended(struct signing *signing, int ret, struct error *err)
{
	if (ret < 0) {
		catalogue_rollback(signing->catalogue);
		return -1;
	}
	return catalogue_commit(signing->catalogue, err) < 0 ? -1 : ret;
}

/* The attempt is on disk before the work starts: a file that ends its worker three times is left. */
static int look_and_keep(struct signing *signing, const char *hash, struct error *err)
{
	struct arena *arena = arena_new();
	struct signing_answer answer;
	struct error why = ERROR_INIT;
	int ret = catalogue_begin(signing->catalogue, err);

	if (!ret)
		ret = ended(signing, signatures_begin(signing->catalogue, hash, err), err);
	if (ret <= 0)
		goto out;
	ret = signing_look(signing, hash, arena, &answer, &why);
	if (ret < 0 && why.reach == REACH_RUN) {
		*err = why;
		goto out;
	}
	if (catalogue_begin(signing->catalogue, err) < 0)
		ret = -1;
	else
		ret = ended(signing, ret < 0 ? signatures_fail(signing->catalogue, hash, why.text, err)
					     : signatures_put(signing->catalogue, hash, answer.roots, answer.list, answer.n, err), err);
out:
	arena_free(arena);
	return ret < 0 ? -1 : 0;
}

int signing_dossier(struct signing *signing, int64_t dossier, struct error *err)
{
	char hash[HASH_SIZE];
	int found;

	while ((found = signatures_due(signing->catalogue, dossier, NULL, hash, err)) > 0)
		if (look_and_keep(signing, hash, err) < 0)
			return -1;
	return found;
}

int signing_again(struct signing *signing, int *n, struct error *err)
{
	char hash[HASH_SIZE];
	const char *roots;
	int found = signatures_due(signing->catalogue, 0, "", hash, err);

	*n = 0;
	if (found <= 0) /* no file bears a signature */
		return found;
	if (!signing->pool && !(signing->pool = pool_open(signing->config, POOL_SIGNATURES, 1, err)))
		return -1;
	roots = pool_recipe(signing->pool, err);
	if (!roots)
		return -1;
	while ((found = signatures_due(signing->catalogue, 0, roots, hash, err)) > 0) {
		if (look_and_keep(signing, hash, err) < 0)
			return -1;
		++*n;
	}
	return found;
}
