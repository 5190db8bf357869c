/* archive.c - the members of an archive become files of a batch, a dossier or a folder of it */
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/text.h"
#include "stages/decode/decode.h"
#include "stages/intake/private.h"

struct member {
	struct name name;
	char *hash;
	int64_t size;
	struct error *why; /* refused */
};

struct unpacking {
	struct intake *in;
	struct arena *arena;
	struct store_writer *writer;
	struct name name;
	struct member *members;
	int n;
	int64_t total;
	struct name archive;
};

static struct member *add_member(struct unpacking *u, const unsigned char *name, size_t size)
{
	struct member *m = arena_push(u->arena, &u->members, &u->n, sizeof *m);

	m->name = name_join(u->arena, (struct name){ NULL, 0 }, name, size);
	return m;
}

/* The limits once more: a worker may have been taken over by the archive it reads. */
static int member_begin(void *context, const unsigned char *name, size_t size, struct error *err)
{
	struct unpacking *u = context;

	store_abandon(u->writer);
	u->writer = NULL;
	if (u->n >= u->in->entries_limit)
		return error_set(err, REACH_DOCUMENT, "too-many-entries", _("more than %d members"), u->in->entries_limit);
	u->name = name_join(u->arena, (struct name){ NULL, 0 }, name, size);
	u->writer = store_begin(u->in->store, err);
	return u->writer ? 0 : -1;
}

static int member_bytes(void *context, const void *bytes, size_t size, struct error *err)
{
	struct unpacking *u = context;

	if (!u->writer)
		return error_set(err, REACH_DOCUMENT, "damaged", _("bytes outside a member"));
	u->total += (int64_t)size;
	if (u->total > u->in->total_limit || store_written(u->writer) + (int64_t)size > u->in->entry_limit)
		return error_set(err, REACH_DOCUMENT, "bomb", _("it unpacks to more than the limit"));
	return store_write(u->writer, bytes, size, err);
}

static int member_end(void *context, struct error *err)
{
	struct unpacking *u = context;
	struct store_writer *w = u->writer;
	struct error why = ERROR_INIT;
	char hash[HASH_SIZE];
	struct member *m;
	int64_t size;

	if (!w)
		return error_set(err, REACH_DOCUMENT, "damaged", _("the end of a member that never began"));
	u->writer = NULL;
	size = store_written(w);
	if (intake_may_keep(u->in, w, &why) < 0) {
		store_abandon(w);
		if (why.reach == REACH_RUN)
			return (*err = why, -1);
		m = add_member(u, u->name.bytes, u->name.size);
		m->why = arena_alloc(u->arena, sizeof *m->why);
		*m->why = why;
		return 0;
	}
	if (store_commit(w, hash, NULL, err) < 0)
		return -1;
	m = add_member(u, u->name.bytes, u->name.size);
	m->hash = arena_strdup(u->arena, hash);
	m->size = size;
	return 0;
}

static int member_refuse(void *context, const unsigned char *name, size_t size, const struct error *why, struct error *err)
{
	struct unpacking *u = context;
	struct member *m;

	if (u->n >= u->in->entries_limit)
		return 0;
	if (u->writer) {
		store_abandon(u->writer);
		u->writer = NULL;
		m = add_member(u, u->name.bytes, u->name.size);
	} else {
		m = add_member(u, name, size);
	}
	m->why = arena_alloc(u->arena, sizeof *m->why);
	*m->why = *why;
	return 0;
}

static int depth_of(const struct name *name)
{
	int depth = 1;

	for (size_t i = 0; i < name->size; i++)
		depth += name->bytes[i] == '/';
	return depth;
}

static size_t first_part(const struct name *name)
{
	const unsigned char *slash = memchr(name->bytes, '/', name->size);

	return slash ? (size_t)(slash - name->bytes) : 0;
}

/* "./a//b" is "a/b"; ".." never comes this far in a good archive and is only shown. */
static void tidy(struct name *name)
{
	size_t out = 0;

	for (size_t i = 0; i < name->size;) {
		size_t end = i;

		while (end < name->size && name->bytes[end] != '/')
			end++;
		if (end > i && !(end == i + 1 && name->bytes[i] == '.')) {
			if (out)
				name->bytes[out++] = '/';
			memmove(name->bytes + out, name->bytes + i, end - i);
			out += end - i;
		}
		i = end + 1;
	}
	name->size = out;
}

static struct name base_of(struct name name)
{
	unsigned char *slash = name.size ? memrchr(name.bytes, '/', name.size) : NULL;

	return slash ? (struct name){ slash + 1, name.size - (size_t)(slash + 1 - name.bytes) } : name;
}

/* The length of the folder that every member lies in, when each lies a folder deeper still: it is the batch (or the folder the archive
 * was made from), no dossier. The list may lie directly in it. 0 where there is none. */
static size_t common_top(const struct unpacking *u, const unsigned char **bytes)
{
	size_t top = 0;
	bool any = false;

	*bytes = NULL;
	for (int i = 0; i < u->n; i++) {
		const struct name *n = &u->members[i].name;
		struct name base = base_of(*n);

		if (u->members[i].why || name_is_temporary((char *)base.bytes, base.size))
			continue;
		if (!*bytes) {
			top = first_part(n);
			*bytes = n->bytes;
		}
		if (!top || n->size < top + 1 || n->bytes[top] != '/' || memcmp(n->bytes, *bytes, top))
			return 0;
		if (name_is_list(base.bytes, base.size) && depth_of(n) == 2)
			continue;
		if (depth_of(n) < 3)
			return 0;
		any = true;
	}
	return any ? top : 0;
}

static int by_member(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	size_t n = x->name.size < y->name.size ? x->name.size : y->name.size;
	int order = memcmp(x->name.bytes, y->name.bytes, n);

	return order ? order : (x->name.size > y->name.size) - (x->name.size < y->name.size);
}

static int take_member(struct intake *in, const char *dossier, bool loose, struct name name, const struct member *m, int depth,
		       struct error *err)
{
	struct name base = base_of(name);

	if (!m->why && name_is_temporary((char *)base.bytes, base.size))
		return in->sink->skipped(in->sink->context, text_show_name(in->arena, name.bytes, name.size), err);
	if (m->why)
		return intake_tell(in, dossier, name, NULL, 0, NULL, m->why, err);
	return intake_object(in, dossier, loose, name, m->hash, m->size, depth, err);
}

/* Members of an archive that stands for a folder of a dossier: their names go on behind the archive's own. */
static int members_of_dossier(struct unpacking *u, const char *dossier, int depth, struct error *err)
{
	struct name folder = { u->archive.bytes, name_without_archive_end((char *)u->archive.bytes, u->archive.size) };

	for (int i = 0; i < u->n; i++) {
		struct member *m = &u->members[i];
		struct name name = m->name.size ? name_join(u->arena, folder, m->name.bytes, m->name.size) : u->archive;

		if (take_member(u->in, dossier, false, name, m, depth, err) < 0)
			return -1;
	}
	return 0;
}

/* Takes the dossier's part off a member's name; NULL when the member lies beside the folders. */
static char *split_dossier(struct arena *arena, struct name *name)
{
	size_t first = first_part(name);
	char *dossier = first ? text_show_name(arena, name->bytes, first) : NULL;

	if (dossier) {
		name->bytes += first + 1;
		name->size -= first + 1;
	}
	return dossier;
}

/* Members of an archive that stands for a batch or for a dossier of it: the loose ones first, as in a folder. */
static int members_of_batch(struct unpacking *u, int depth, struct error *err)
{
	const struct intake_sink *sink = u->in->sink;
	const unsigned char *top_bytes;
	size_t top = common_top(u, &top_bytes), stem = name_without_archive_end((char *)u->archive.bytes, u->archive.size);
	char *own = text_show_name(u->arena, u->archive.bytes, stem), *last = own;

	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < u->n; i++) {
			struct member *m = &u->members[i];
			struct name name = m->name;
			char *dossier;

			if (top && name.size > top && !memcmp(name.bytes, top_bytes, top) && name.bytes[top] == '/') {
				name.bytes += top + 1;
				name.size -= top + 1;
			}
			dossier = split_dossier(u->arena, &name);
			if ((dossier != NULL) != pass)
				continue;
			if (!dossier && !m->why && name_is_list(name.bytes, name.size)) {
				if (intake_list_object(u->in, LIST_NAME, m->hash, err) < 0)
					return -1;
				continue;
			}
			if (dossier && strcmp(last, dossier) && sink->dossier_end(sink->context, last, err) < 0)
				return -1;
			last = dossier ? dossier : own;
			if (take_member(u->in, last, !dossier, name.size ? name : u->archive, m, depth, err) < 0)
				return -1;
		}
	}
	return sink->dossier_end(sink->context, last, err);
}

/* Everything is unpacked first: where a member belongs is known only when all names are. */
int intake_archive(struct intake *in, const char *dossier, struct name name, int fd, int depth, struct error *err)
{
	struct unpacking u = { .in = in, .arena = arena_new(), .archive = name };
	struct unpack_sink sink = { &u, member_begin, member_bytes, member_end, member_refuse };
	struct error why = ERROR_INIT;
	int ret;

	if (depth > in->depth_limit) {
		error_set(&why, REACH_DOCUMENT, "too-deep", _("an archive in %d others"), depth - 1);
		ret = -1;
	} else {
		ret = in->opener->unpack(in->opener->context, fd, &sink, &why);
	}
	store_abandon(u.writer);
	u.writer = NULL;
	if (ret < 0 && why.reach == REACH_RUN) {
		*err = why;
		goto out;
	}
	if (ret < 0) /* what was delivered before stands; the archive itself is told as set aside */
		member_refuse(&u, (const unsigned char *)"", 0, &why, NULL);
	for (int i = 0; i < u.n; i++)
		if (!u.members[i].why)
			tidy(&u.members[i].name);
	if (u.n)
		qsort(u.members, (size_t)u.n, sizeof *u.members, by_member);
	ret = dossier ? members_of_dossier(&u, dossier, depth, err) : members_of_batch(&u, depth, err);
out:
	arena_free(u.arena);
	return ret;
}
