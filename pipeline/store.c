#include "pipeline/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"

/* A power cut must leave either no object or a whole one under its name. So: the bytes are fsynced before the name exists (linkat), and
 * the directory is fsynced before the name is told to anybody (the catalogue's COMMIT comes later). A file without a name
 * (O_TMPFILE) leaves nothing behind in a crash; where the file system has none, a named file in tmp/ does, and store_sweep takes it away.
 *
 * A failed fsync is never tried again on the same file: Linux marks the pages clean after the error, so that the second call succeeds
 * without the bytes on the disk. */

#define OBJECTS "objects"
#define TMP OBJECTS "/tmp"
#define DIR_MODE 0770 /* the umask decides on group and others */
#define OBJECT_MODE 0440
#define PIECE ((size_t)256 * 1024)

struct store {
	char *dir;
	int objects, tmp; /* descriptors of the directories */
	bool nameless;    /* O_TMPFILE and /proc/self/fd work here */
};

struct store_writer {
	struct store *store;
	int fd;
	char name[40]; /* in tmp/, "" while the file has no name */
	int64_t written;
	crypto_hash_sha256_state state;
};

static void hex(const unsigned char digest[crypto_hash_sha256_BYTES], char hash[HASH_SIZE])
{
	sodium_bin2hex(hash, HASH_SIZE, digest, crypto_hash_sha256_BYTES);
}

void hash_bytes(const void *bytes, size_t size, char hash[HASH_SIZE])
{
	unsigned char digest[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(digest, bytes, size);
	hex(digest, hash);
}

static bool is_hash(const char *text)
{
	return text && strlen(text) == HASH_SIZE - 1 && strspn(text, "0123456789abcdef") == HASH_SIZE - 1;
}

static void object_path(const char *hash, char out[HASH_SIZE + 3])
{
	snprintf(out, HASH_SIZE + 3, "%.2s/%s", hash, hash);
}

static int sync_directory(int at, const char *name, struct error *err)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC), ret = 0;

	if (fd < 0)
		return error_errno(err, REACH_RUN, error_disk_reason(errno), _("cannot open the directory %s"), name);
	if (fsync(fd) < 0)
		ret = error_errno(err, REACH_RUN, error_disk_reason(errno), _("cannot write the directory %s to the disk"), name);
	close(fd);
	return ret;
}

static int make_directory(int at, const char *name, struct error *err)
{
	if (mkdirat(at, name, DIR_MODE) < 0 && errno != EEXIST)
		return error_errno(err, REACH_RUN, error_disk_reason(errno), _("cannot make the directory %s"), name);
	return 0;
}

int store_create(const char *dir, struct error *err)
{
	char name[32];
	int at, ret = -1;

	if (mkdir(dir, DIR_MODE) < 0 && errno != EEXIST)
		return error_errno(err, REACH_RUN, error_disk_reason(errno), _("cannot make the directory %s"), dir);
	at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (at < 0)
		return error_errno(err, REACH_RUN, error_disk_reason(errno), _("cannot open the directory %s"), dir);
	if (make_directory(at, OBJECTS, err) < 0 || make_directory(at, TMP, err) < 0)
		goto out;
	/* All 256 now, so that no object ever waits for the fsync of a new directory's parent. They are empty: one fsync of
	 * the parent makes the names last. */
	for (int i = 0; i < 256; i++) {
		snprintf(name, sizeof name, OBJECTS "/%02x", i);
		if (make_directory(at, name, err) < 0)
			goto out;
	}
	if (sync_directory(at, OBJECTS, err) < 0 || sync_directory(at, ".", err) < 0 || sync_directory(at, "..", err) < 0)
		goto out;
	ret = 0;
out:
	close(at);
	return ret;
}

static int open_at(const char *dir, const char *name)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static bool can_be_nameless(int tmp)
{
	int fd = openat(tmp, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		return false;
	close(fd);
	return access("/proc/self/fd", X_OK) == 0;
}

struct store *store_open(const char *dir, struct error *err)
{
	struct store *store = mem_alloc(sizeof *store);

	store->dir = mem_strdup(dir);
	store->objects = open_at(dir, OBJECTS);
	store->tmp = open_at(dir, TMP);
	if (store->objects < 0 || store->tmp < 0) {
		error_errno(err, REACH_RUN, "disk-error", _("cannot open the store %s/%s"), dir, OBJECTS);
		store_close(store);
		return NULL;
	}
	store->nameless = can_be_nameless(store->tmp);
	return store;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	if (store->objects >= 0)
		close(store->objects);
	if (store->tmp >= 0)
		close(store->tmp);
	free(store->dir);
	free(store);
}

static void random_name(char out[40])
{
	unsigned char bytes[16];

	randombytes_buf(bytes, sizeof bytes);
	sodium_bin2hex(out, 2 * sizeof bytes + 1, bytes, sizeof bytes);
}

/* A lock on the open file tells store_sweep, in whatever process, that somebody still writes here. */
static int hold(int fd)
{
	struct flock range = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(fd, F_OFD_SETLK, &range);
}

struct store_writer *store_begin(struct store *store, struct error *err)
{
	struct store_writer *w = mem_alloc(sizeof *w);

	w->store = store;
	if (store->nameless) {
		w->fd = openat(store->tmp, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	} else {
		random_name(w->name);
		w->fd = openat(store->tmp, w->name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
		if (w->fd >= 0)
			hold(w->fd);
	}
	if (w->fd < 0) {
		error_errno(err, REACH_RUN, error_disk_reason(errno), _("cannot make a file in the store %s"), store->dir);
		free(w);
		return NULL;
	}
	crypto_hash_sha256_init(&w->state);
	return w;
}

int store_write(struct store_writer *w, const void *bytes, size_t size, struct error *err)
{
	const unsigned char *p = bytes;

	crypto_hash_sha256_update(&w->state, p, size);
	while (size) {
		ssize_t n = write(w->fd, p, size < PIECE ? size : PIECE);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return error_errno(err, REACH_RUN, error_disk_reason(errno), _("cannot write to the store %s"), w->store->dir);
		p += n;
		size -= (size_t)n;
		w->written += n;
	}
	return 0;
}

int64_t store_written(const struct store_writer *w)
{
	return w->written;
}

void store_writer_hash(const struct store_writer *w, char hash[HASH_SIZE])
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state = w->state; /* the writer goes on */

	crypto_hash_sha256_final(&state, digest);
	hex(digest, hash);
}

int store_writer_fd(const struct store_writer *w)
{
	return w->fd;
}

void store_abandon(struct store_writer *w)
{
	if (!w)
		return;
	if (w->name[0])
		unlinkat(w->store->tmp, w->name, 0);
	close(w->fd);
	free(w);
}

static int give_name(struct store_writer *w, int at, const char *name)
{
	char self[40];

	if (w->name[0])
		return linkat(w->store->tmp, w->name, at, name, 0);
	snprintf(self, sizeof self, "/proc/self/fd/%d", w->fd);
	return linkat(AT_FDCWD, self, at, name, AT_SYMLINK_FOLLOW);
}

/* The place holds something that cannot be these bytes (its size differs): a disk lost them. The good copy takes its place. */
static int replace_damaged(struct store_writer *w, const char *path)
{
	if (!w->name[0]) {
		char name[sizeof w->name];

		random_name(name);
		hold(w->fd);
		if (give_name(w, w->store->tmp, name) < 0)
			return -1;
		memcpy(w->name, name, sizeof name);
	}
	if (renameat(w->store->tmp, w->name, w->store->objects, path) < 0)
		return -1;
	w->name[0] = '\0';
	return 0;
}

static int put_in_place(struct store_writer *w, const char *path, bool *fresh)
{
	struct stat there;

	*fresh = true;
	if (give_name(w, w->store->objects, path) == 0)
		return 0;
	if (errno != EEXIST)
		return -1;
	if (fstatat(w->store->objects, path, &there, AT_SYMLINK_NOFOLLOW) < 0)
		return -1;
	if (!S_ISREG(there.st_mode) || there.st_size != w->written)
		return replace_damaged(w, path);
	*fresh = false;
	return 0;
}

int store_commit(struct store_writer *w, char hash[HASH_SIZE], bool *fresh, struct error *err)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	char path[HASH_SIZE + 3], dir[3];
	bool is_fresh;
	int ret = -1;

	crypto_hash_sha256_final(&w->state, digest);
	hex(digest, hash);
	object_path(hash, path);
	snprintf(dir, sizeof dir, "%.2s", hash);
	if (fchmod(w->fd, OBJECT_MODE) < 0 || fsync(w->fd) < 0) {
		error_errno(err, REACH_RUN, error_disk_reason(errno), _("cannot write object %s to the disk"), hash);
		goto out;
	}
	if (put_in_place(w, path, &is_fresh) < 0) {
		error_errno(err, REACH_RUN, error_disk_reason(errno), _("cannot put object %s into the store"), hash);
		goto out;
	}
	/* Also when it was there: who put it there may have died before its own fsync. */
	if (sync_directory(w->store->objects, dir, err) < 0)
		goto out;
	if (fresh)
		*fresh = is_fresh;
	ret = 0;
out:
	store_abandon(w);
	return ret;
}

int store_put(struct store *store, const void *bytes, size_t size, char hash[HASH_SIZE], struct error *err)
{
	struct store_writer *w = store_begin(store, err);

	if (!w)
		return -1;
	if (store_write(w, bytes, size, err) < 0) {
		store_abandon(w);
		return -1;
	}
	return store_commit(w, hash, NULL, err);
}

int store_fd(struct store *store, const char *hash, struct error *err)
{
	char path[HASH_SIZE + 3];
	int fd;

	if (!is_hash(hash))
		return error_set(err, REACH_DOCUMENT, "object-missing", _("\"%.64s\" is no hash of an object"), hash ? hash : "");
	object_path(hash, path);
	fd = openat(store->objects, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return error_errno(err, REACH_DOCUMENT, errno == ENOENT ? "object-missing" : "disk-error",
				   _("cannot open object %s"), hash);
	return fd;
}

static ssize_t read_some(int fd, void *bytes, size_t size)
{
	ssize_t n;

	do
		n = read(fd, bytes, size);
	while (n < 0 && errno == EINTR);
	return n;
}

char *store_get(struct store *store, const char *hash, size_t *size, struct error *err)
{
	int fd = store_fd(store, hash, err);
	size_t got = 0, want;
	char *bytes = NULL;
	struct stat st;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		error_set(err, REACH_DOCUMENT, "object-changed", _("object %s is not a plain file"), hash);
		goto fail;
	}
	want = (size_t)st.st_size;
	bytes = malloc(want + 1);
	if (!bytes) {
		error_set(err, REACH_DOCUMENT, "out-of-memory", _("no memory for object %s (%zu bytes)"), hash, want);
		goto fail;
	}
	while (got < want) {
		ssize_t n = read_some(fd, bytes + got, want - got);

		if (n < 0) {
			error_errno(err, REACH_DOCUMENT, "disk-error", _("cannot read object %s"), hash);
			goto fail;
		}
		if (!n) {
			error_set(err, REACH_DOCUMENT, "object-changed", _("object %s ends too early"), hash);
			goto fail;
		}
		got += (size_t)n;
	}
	close(fd);
	bytes[want] = '\0';
	*size = want;
	return bytes;
fail:
	free(bytes);
	close(fd);
	return NULL;
}

bool store_has(struct store *store, const char *hash)
{
	char path[HASH_SIZE + 3];
	struct stat st;

	if (!is_hash(hash))
		return false;
	object_path(hash, path);
	return fstatat(store->objects, path, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode);
}

int store_check(struct store *store, const char *hash, struct error *err)
{
	unsigned char digest[crypto_hash_sha256_BYTES], *piece;
	crypto_hash_sha256_state state;
	char found[HASH_SIZE];
	int fd = store_fd(store, hash, err);
	ssize_t n;

	if (fd < 0)
		return -1;
	posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	piece = mem_alloc(PIECE);
	crypto_hash_sha256_init(&state);
	while ((n = read_some(fd, piece, PIECE)) > 0)
		crypto_hash_sha256_update(&state, piece, (unsigned long long)n);
	if (n < 0)
		error_errno(err, REACH_DOCUMENT, "disk-error", _("cannot read object %s"), hash);
	free(piece);
	close(fd);
	if (n < 0)
		return -1;
	crypto_hash_sha256_final(&state, digest);
	hex(digest, found);
	if (strcmp(found, hash))
		return error_set(err, REACH_DOCUMENT, "object-changed", _("object %s holds other bytes than its name says"), hash);
	return 0;
}

static int each_in(struct store *store, const char *name, int (*fn)(void *context, const char *hash, int64_t size), void *context,
		   struct error *err)
{
	int fd = openat(store->objects, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC), ret = 0;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	struct stat st;

	if (!dir) {
		error_errno(err, REACH_RUN, "disk-error", _("cannot read %s/%s/%s"), store->dir, OBJECTS, name);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while (!ret && (errno = 0, entry = readdir(dir))) {
		if (!is_hash(entry->d_name) || strncmp(entry->d_name, name, 2))
			continue;
		if (fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			ret = fn(context, entry->d_name, st.st_size);
	}
	if (!ret && errno)
		ret = error_errno(err, REACH_RUN, "disk-error", _("cannot read %s/%s/%s"), store->dir, OBJECTS, name);
	closedir(dir);
	return ret;
}

int store_each(struct store *store, int (*fn)(void *context, const char *hash, int64_t size), void *context, struct error *err)
{
	char name[3];
	int ret = 0;

	for (int i = 0; i < 256 && !ret; i++) {
		snprintf(name, sizeof name, "%02x", (unsigned)i);
		ret = each_in(store, name, fn, context, err);
	}
	return ret;
}

int store_remove(struct store *store, const char *hash, struct error *err)
{
	char path[HASH_SIZE + 3], dir[3];

	if (!is_hash(hash))
		return error_set(err, REACH_DOCUMENT, "object-missing", _("\"%.64s\" is no hash of an object"), hash ? hash : "");
	object_path(hash, path);
	snprintf(dir, sizeof dir, "%.2s", hash);
	if (unlinkat(store->objects, path, 0) < 0 && errno != ENOENT)
		return error_errno(err, REACH_RUN, "disk-error", _("cannot destroy object %s"), hash);
	return sync_directory(store->objects, dir, err); /* also when it was gone: who destroyed it may have died before its own fsync */
}

static void sweep_one(struct store *store, const char *name)
{
	struct flock range = { .l_type = F_RDLCK, .l_whence = SEEK_SET }; /* fails while its writer lives: see hold() */
	int fd = openat(store->tmp, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0)
		return;
	if (fcntl(fd, F_OFD_SETLK, &range) == 0)
		unlinkat(store->tmp, name, 0);
	close(fd);
}

int store_sweep(struct store *store, struct error *err)
{
	int fd = openat(store->tmp, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return error_errno(err, REACH_RUN, "disk-error", _("cannot read %s/%s"), store->dir, TMP);
	}
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			sweep_one(store, entry->d_name);
	closedir(dir);
	return 0;
}
