#include "stages/intake/intake.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/config.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "pipeline/text.h"
#include "stages/decode/decode.h"
#include "stages/intake/private.h"

#define FOLDER_DEPTH 32 /* folders inside a dossier: real ones have one or two */
#define PIECE ((size_t)256 * 1024)

struct name name_join(struct arena *arena, struct name dir, const void *bytes, size_t size)
{
	struct name n = { arena_alloc(arena, dir.size + size + 2), 0 };

	if (dir.size) {
		memcpy(n.bytes, dir.bytes, dir.size);
		n.bytes[dir.size] = '/';
		n.size = dir.size + 1;
	}
	memcpy(n.bytes + n.size, bytes, size);
	n.size += size;
	return n;
}

/* --- names ---------------------------------------------------------------------------------------------------------- */

static bool ends_with(const char *name, size_t size, const char *end)
{
	size_t n = strlen(end);

	return size > n && !strncasecmp(name + size - n, end, n);
}

/* Length of a name without the ending of an archive; the whole length when it has none. */
size_t name_without_archive_end(const char *name, size_t size)
{
	static const char *const ends[] = { ".tar.gz", ".tar.xz", ".tar.zst", ".tgz", ".txz", ".tzst", ".tar", ".zip", ".7z" };

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (ends_with(name, size, ends[i]))
			return size - strlen(ends[i]);
	return size;
}

bool name_is_temporary(const char *name, size_t size)
{
	static const char *const ends[] = { ".part", ".tmp", ".filepart", ".crdownload" };

	if (!size || name[0] == '.' || (size >= 2 && name[0] == '~' && name[1] == '$'))
		return true;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (ends_with(name, size, ends[i]))
			return true;
	return (size == 9 && !strncasecmp(name, "Thumbs.db", 9)) || (size == 11 && !strncasecmp(name, "desktop.ini", 11));
}

bool name_is_list(const void *name, size_t size)
{
	return size == strlen(LIST_NAME) && !strncasecmp(name, LIST_NAME, size);
}

/* Accepted by what the bytes are; that the name says something else is only noted. A name without an ending says nothing. */
static bool wrong_extension(const struct name *name, const char *media)
{
	static const struct {
		const char *end, *media;
	} ends[] = {
		{ ".pdf", MEDIA_PDF }, { ".tif", MEDIA_TIFF }, { ".tiff", MEDIA_TIFF }, { ".jpg", MEDIA_JPEG },
		{ ".jpeg", MEDIA_JPEG }, { ".jpe", MEDIA_JPEG }, { ".png", MEDIA_PNG },
	};
	const char *base = (const char *)name->bytes;
	size_t size = name->size;
	const char *slash = size ? memrchr(base, '/', size) : NULL;

	if (slash) {
		size -= (size_t)(slash + 1 - base);
		base = slash + 1;
	}
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (ends_with(base, size, ends[i].end))
			return strcmp(ends[i].media, media) != 0;
	return size > 4 && memchr(base + size - 5 + (size == 4), '.', 4) != NULL;
}

void intake_code(const char *path, char *out, size_t size)
{
	struct arena *arena = arena_new();
	char *resolved = realpath(path, NULL), *copy = arena_strdup(arena, resolved ? resolved : path), *base;
	struct stat st;
	size_t n;

	for (n = strlen(copy); n > 1 && copy[n - 1] == '/'; n--)
		copy[n - 1] = '\0';
	base = strrchr(copy, '/');
	base = base && base[1] ? base + 1 : copy;
	n = strlen(base);
	if (stat(copy, &st) == 0 && S_ISREG(st.st_mode)) {
		size_t stem = name_without_archive_end(base, n);
		const char *dot = memrchr(base, '.', n);

		n = stem < n ? stem : dot && dot > base ? (size_t)(dot - base) : n;
	}
	snprintf(out, size, "%s", text_show_name(arena, (unsigned char *)base, n));
	free(resolved);
	arena_free(arena);
}

/* --- one file ------------------------------------------------------------------------------------------------------- */

int intake_tell(struct intake *in, const char *dossier, struct name name, const char *hash, int64_t size, const struct inspection *found,
		const struct error *why, struct error *err)
{
	struct intake_item item = { .dossier = dossier, .name = name.bytes, .name_size = name.size, .hash = hash, .size = size };

	item.shown = text_show_name(in->arena, name.bytes, name.size);
	if (why) {
		item.reason = why->reason ? why->reason : "other";
		item.detail = why->text;
	} else if (found) {
		item.media = found->media;
		item.pages = found->pages;
		item.wrong_extension = wrong_extension(&name, found->media);
	}
	return in->sink->item(in->sink->context, &item, err);
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec && a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* Copies a source into a writer. Errors of the source have reach document. */
static int copy(struct intake *in, int fd, struct store_writer *w, struct error *err)
{
	struct stat before, after;

	if (fstat(fd, &before) < 0)
		return error_errno(err, REACH_DOCUMENT, "unreadable", _("cannot read it"));
	if (before.st_size > in->file_limit)
		return error_set(err, REACH_DOCUMENT, "too-large", _("%lld bytes, the limit is %lld"), (long long)before.st_size,
				 (long long)in->file_limit);
	for (;;) {
		ssize_t n = read(fd, in->piece, PIECE);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(err, REACH_DOCUMENT, "unreadable", _("cannot read it"));
		if (!n)
			break;
		if (store_written(w) + n > before.st_size) /* it grows under our hands */
			return error_set(err, REACH_DOCUMENT, "changing", _("it grew while it was read"));
		if (store_write(w, in->piece, (size_t)n, err) < 0)
			return -1;
	}
	if (fstat(fd, &after) < 0 || !same_file(&before, &after) || store_written(w) != before.st_size)
		return error_set(err, REACH_DOCUMENT, "changing", _("it changed while it was read"));
	return 0;
}

int intake_may_keep(const struct intake *in, const struct store_writer *writer, struct error *why)
{
	char hash[HASH_SIZE];

	if (!in->sink->refused)
		return 0;
	store_writer_hash(writer, hash);
	return in->sink->refused(in->sink->context, hash, why) ? -1 : 0;
}

/* The source as an object of the store. A failed write of the store is tried once more from the source (the disk may have had one bad
 * moment), never on the same copy. */
static int keep(struct intake *in, int fd, char hash[HASH_SIZE], int64_t *size, struct error *err)
{
	for (int attempt = 0;; attempt++) {
		struct error why = ERROR_INIT;
		struct store_writer *w = store_begin(in->store, &why);

		if (w && copy(in, fd, w, &why) == 0 && intake_may_keep(in, w, &why) == 0) {
			*size = store_written(w);
			if (store_commit(w, hash, NULL, &why) == 0)
				return 0;
		} else {
			store_abandon(w);
		}
		if (attempt || !why.reason || strcmp(why.reason, "disk-error") || lseek(fd, 0, SEEK_SET) < 0) {
			if (err)
				*err = why;
			return -1;
		}
	}
}

/* An object that is in the store already: what is it? loose: it lies beside the folders of the batch, so that an archive stands for one. */
int intake_object(struct intake *in, const char *dossier, bool loose, struct name name, const char *hash, int64_t size, int depth,
		       struct error *err)
{
	struct inspection found = { 0 };
	struct error why = ERROR_INIT;
	int fd = store_fd(in->store, hash, err), ret;

	if (fd < 0)
		return -1;
	if (in->opener->inspect(in->opener->context, fd, &found, &why) < 0) {
		if (why.reach == REACH_RUN) {
			*err = why;
			ret = -1;
		} else {
			ret = intake_tell(in, dossier, name, hash, size, NULL, &why, err);
		}
	} else if (found.archive) {
		ret = intake_archive(in, loose ? NULL : dossier, name, fd, depth + 1, err);
	} else {
		ret = intake_tell(in, dossier, name, hash, size, &found, NULL, err);
	}
	close(fd);
	return ret;
}

/* A file of a folder. dossier NULL: of the batch itself, where an archive stands for a folder. */
static int take_file(struct intake *in, int dir, const char *base, const char *dossier, struct name name, struct error *err)
{
	int fd = openat(dir, base, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), ret;
	const char *home = dossier ? dossier : in->batch;
	struct error why = ERROR_INIT;
	char hash[HASH_SIZE];
	struct stat st;
	int64_t size = 0;

	if (fd < 0 && errno == ELOOP)
		error_set(&why, REACH_DOCUMENT, "not-a-file", _("it is a symbolic link"));
	else if (fd < 0)
		error_errno(&why, REACH_DOCUMENT, "unreadable", _("cannot open it"));
	else if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		error_set(&why, REACH_DOCUMENT, "not-a-file", _("it is no plain file"));
	if (why.reach == REACH_NONE) {
		ssize_t n = pread(fd, in->piece, 4096, 0);
		const char *media = n > 0 ? decode_media(in->piece, (size_t)n) : NULL;

		/* An archive is kept as its members: it is read where it lies. */
		if (media && (!strcmp(media, MEDIA_ZIP) || !strcmp(media, MEDIA_7Z) || !strcmp(media, MEDIA_TAR)))
			ret = intake_archive(in, dossier, name, fd, 1, err);
		else if (keep(in, fd, hash, &size, &why) == 0)
			ret = intake_object(in, home, !dossier, name, hash, size, 0, err);
		else if (why.reach == REACH_RUN)
			ret = (*err = why, -1);
		else
			ret = intake_tell(in, home, name, NULL, 0, NULL, &why, err);
	} else {
		ret = intake_tell(in, home, name, NULL, 0, NULL, &why, err);
	}
	if (fd >= 0)
		close(fd);
	return ret;
}

int intake_list_object(struct intake *in, const char *file, const char *hash, struct error *err)
{
	size_t size;
	char *bytes = store_get(in->store, hash, &size, err);
	int ret = bytes ? intake_list(file, bytes, size, in->sink, err) : -1;

	if (!ret && in->sink->list)
		ret = in->sink->list(in->sink->context, hash, (int64_t)size, err);

	free(bytes);
	return ret;
}

/* --- folders ---------------------------------------------------------------------------------------------------------- */

struct entry {
	char *name, *shown;
	unsigned char type; /* DT_REG, DT_DIR or DT_UNKNOWN for everything else */
};

static int by_natural_name(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = text_natural_compare(x->shown, y->shown);

	return order ? order : strcmp(x->name, y->name);
}

static int read_folder(struct intake *in, int fd, struct arena *arena, struct entry **entries, int *n, struct error *err)
{
	DIR *dir = fdopendir(fd);
	struct dirent *d;
	struct stat st;

	*entries = NULL;
	*n = 0;
	if (!dir) {
		close(fd);
		return error_errno(err, REACH_DOCUMENT, "unreadable", _("cannot read the folder"));
	}
	while ((d = readdir(dir))) {
		struct entry *e;

		if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		if (name_is_temporary(d->d_name, strlen(d->d_name))) {
			if (in->sink->skipped(in->sink->context,
					      text_show_name(arena, (unsigned char *)d->d_name, strlen(d->d_name)), err) < 0) {
				closedir(dir);
				return -1;
			}
			continue;
		}
		e = arena_push(arena, entries, n, sizeof *e);
		e->name = arena_strdup(arena, d->d_name);
		e->shown = text_show_name(arena, (unsigned char *)d->d_name, strlen(d->d_name));
		e->type = DT_UNKNOWN;
		if (fstatat(dirfd(dir), d->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			e->type = S_ISDIR(st.st_mode) ? DT_DIR : S_ISREG(st.st_mode) ? DT_REG : DT_UNKNOWN;
	}
	closedir(dir);
	if (*n)
		qsort(*entries, (size_t)*n, sizeof **entries, by_natural_name);
	return 0;
}

/* A link, a device or what cannot be opened is told as a file of the dossier that is set aside; it is never followed. */
static int take_other(struct intake *in, const char *dossier, struct name name, struct error *err)
{
	struct error why = ERROR_INIT;

	error_set(&why, REACH_DOCUMENT, "not-a-file", _("it is a link or a device"));
	return intake_tell(in, dossier, name, NULL, 0, NULL, &why, err);
}

static int walk_dossier(struct intake *in, int dir, const char *base, const char *dossier, struct name path, int depth, struct error *err)
{
	int fd = openat(dir, base, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), again, n, ret = 0;
	struct error why = ERROR_INIT;
	struct entry *entries;

	if (depth > FOLDER_DEPTH) {
		if (fd >= 0)
			close(fd);
		error_set(&why, REACH_DOCUMENT, "too-deep", _("more than %d folders inside each other"), FOLDER_DEPTH);
		return intake_tell(in, dossier, path, NULL, 0, NULL, &why, err);
	}
	again = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (again < 0) {
		if (fd >= 0)
			close(fd);
		error_errno(&why, REACH_DOCUMENT, "unreadable", _("cannot open the folder"));
		if (!path.size)
			path = name_join(in->arena, path, base, strlen(base));
		return intake_tell(in, dossier, path, NULL, 0, NULL, &why, err);
	}
	if (read_folder(in, again, in->arena, &entries, &n, err) < 0) {
		close(fd);
		return -1;
	}
	for (int i = 0; i < n && ret >= 0; i++) {
		struct name name = name_join(in->arena, path, entries[i].name, strlen(entries[i].name));

		if (entries[i].type == DT_DIR)
			ret = walk_dossier(in, fd, entries[i].name, dossier, name, depth + 1, err);
		else if (entries[i].type == DT_REG)
			ret = take_file(in, fd, entries[i].name, dossier, name, err);
		else
			ret = take_other(in, dossier, name, err);
	}
	close(fd);
	return ret;
}

static int take_list_file(struct intake *in, int dir, const char *base, struct error *err)
{
	int fd = openat(dir, base, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), ret;
	struct error why = ERROR_INIT;
	char hash[HASH_SIZE];
	int64_t size;

	if (fd < 0)
		return in->sink->bad_line(in->sink->context, base, 0, strerror(errno), err);
	if (keep(in, fd, hash, &size, &why) == 0)
		ret = intake_list_object(in, base, hash, err);
	else if (why.reach == REACH_RUN)
		ret = (*err = why, -1);
	else
		ret = in->sink->bad_line(in->sink->context, base, 0, why.text, err);
	close(fd);
	return ret;
}

static int walk_batch(struct intake *in, int fd, struct error *err)
{
	struct arena *arena = arena_new();
	struct entry *entries;
	int n, again = fcntl(fd, F_DUPFD_CLOEXEC, 0), ret = -1;
	bool loose = false;

	if (again < 0) {
		error_errno(err, REACH_RUN, "unreadable", _("cannot read the folder"));
		goto out;
	}
	if (read_folder(in, again, arena, &entries, &n, err) < 0)
		goto out;
	/* loose files and archives first, then the folders: the dossier of the loose files is complete before the others begin */
	for (int i = 0; i < n; i++) {
		struct name name = { (unsigned char *)entries[i].name, strlen(entries[i].name) };

		if (entries[i].type == DT_DIR)
			continue;
		if (entries[i].type == DT_REG && name_is_list(name.bytes, name.size)) {
			if (take_list_file(in, fd, entries[i].name, err) < 0)
				goto out;
			continue;
		}
		loose = true;
		if ((entries[i].type == DT_REG ? take_file(in, fd, entries[i].name, NULL, name, err) :
						 take_other(in, in->batch, name, err)) < 0)
			goto out;
	}
	if (loose && in->sink->dossier_end(in->sink->context, in->batch, err) < 0)
		goto out;
	for (int i = 0; i < n; i++) {
		if (entries[i].type != DT_DIR)
			continue;
		arena_reset(in->arena);
		if (walk_dossier(in, fd, entries[i].name, entries[i].shown, (struct name){ NULL, 0 }, 0, err) < 0 ||
		    in->sink->dossier_end(in->sink->context, entries[i].shown, err) < 0)
			goto out;
	}
	ret = 0;
out:
	arena_free(arena);
	return ret;
}

static int take_single(struct intake *in, const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	struct name name = { (unsigned char *)base, strlen(base) };
	char *resolved = realpath(path, NULL);
	int ret = take_file(in, AT_FDCWD, resolved ? resolved : path, NULL, name, err);

	free(resolved);
	return ret < 0 ? -1 : in->sink->dossier_end(in->sink->context, in->batch, err);
}

int intake_path(const char *path, const char *batch, struct store *store, const struct config *config,
		const struct intake_opener *opener, const struct intake_sink *sink, struct error *err)
{
	struct intake in = { .store = store, .opener = opener, .sink = sink, .batch = batch };
	struct stat st;
	int fd, ret;

	/* the path a person typed may go over links; what lies below it may not */
	if (stat(path, &st) < 0)
		return error_errno(err, REACH_DOCUMENT, "unreadable", _("cannot read %s"), path);
	in.file_limit = config_int(config, "limits", "file_bytes", 2147483648L);
	in.total_limit = config_int(config, "limits", "archive_bytes", 21474836480L);
	in.entry_limit = config_int(config, "limits", "entry_bytes", 2147483648L);
	in.entries_limit = (int)config_int(config, "limits", "archive_entries", 20000);
	in.depth_limit = (int)config_int(config, "limits", "archive_depth", 2);
	in.arena = arena_new();
	in.piece = mem_alloc(PIECE);
	if (S_ISDIR(st.st_mode)) {
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		ret = fd < 0 ? error_errno(err, REACH_DOCUMENT, "unreadable", _("cannot read %s"), path) : walk_batch(&in, fd, err);
		if (fd >= 0)
			close(fd);
	} else {
		ret = take_single(&in, path, err);
	}
	free(in.piece);
	arena_free(in.arena);
	return ret;
}
