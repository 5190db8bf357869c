#include "pipeline/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/clock.h"
#include "pipeline/error.h"

/* OFD locks belong to the open file, not to the process: unlike classic POSIX locks they are not lost when some library opens and
 * closes the same file, and the kernel drops them with the last descriptor, however the process ends. */

/* The lock is the first byte of the file. The second is the place of who is next: it is asked for before the lock, and held until that is had, so that a long write, which takes the lock
 * again as soon as it has dropped it, waits behind whoever has waited meanwhile. */
enum range { RANGE_LOCK, RANGE_NEXT };

#define POLL_FIRST_MS 1 /* a write transaction is usually over in a few milliseconds */
#define POLL_LAST_MS 20

struct lock {
	int fd;
	bool held, tells;
	char *path;
};

static int set_lock(int fd, enum range range, short type)
{
	struct flock byte = { .l_type = type, .l_whence = SEEK_SET, .l_start = range, .l_len = 1 };
	int ret;

	do
		ret = fcntl(fd, F_OFD_SETLK, &byte);
	while (ret < 0 && errno == EINTR);
	return ret;
}

struct lock *lock_open(const char *dir, const char *name, struct error *err)
{
	struct lock *lock = mem_alloc(sizeof *lock);
	size_t n = strlen(dir) + strlen(name) + 2;

	lock->path = mem_alloc(n);
	snprintf(lock->path, n, "%s/%s", dir, name);
	lock->fd = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);
	if (lock->fd < 0) {
		error_errno(err, REACH_RUN, error_disk_reason(errno),
			    _("cannot open the lock file %s"), lock->path);
		lock_release(lock);
		return NULL;
	}
	return lock;
}

static bool taken(int number)
{
	return number == EAGAIN || number == EACCES;
}

/* Writes who holds the lock. Only a help for people: the lock itself is the kernel's. */
static void tell_holder(struct lock *lock)
{
	char text[80], since[21];
	time_t now = time(NULL);
	struct tm tm;

	strftime(since, sizeof since, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	snprintf(text, sizeof text, "pid %ld since %s\n", (long)getpid(), since);
	if (ftruncate(lock->fd, 0) == 0 && pwrite(lock->fd, text, strlen(text), 0) > 0)
		lock->tells = true;
}

static void read_holder(const struct lock *lock, char *out, size_t size)
{
	ssize_t n = pread(lock->fd, out, size - 1, 0);

	out[n > 0 ? n : 0] = '\0';
	out[strcspn(out, "\n")] = '\0';
	for (char *p = out; *p; p++)
		if ((unsigned char)*p < ' ' || (unsigned char)*p > '~')
			*p = '?';
}

struct lock *lock_try(const char *dir, const char *name, int *busy, struct error *err)
{
	struct lock *lock = lock_open(dir, name, err);
	char holder[80];

	*busy = 0;
	if (!lock)
		return NULL;
	if (set_lock(lock->fd, RANGE_LOCK, F_WRLCK) == 0) {
		lock->held = true;
		tell_holder(lock);
		return lock;
	}
	if (taken(errno)) {
		*busy = 1;
		read_holder(lock, holder, sizeof holder);
		error_set(err, REACH_RUN, "busy", _("another process holds %s (%s)"), lock->path,
			  holder[0] ? holder : _("it has just begun"));
	} else {
		error_errno(err, REACH_RUN, "disk-error", _("cannot lock %s"), lock->path);
	}
	lock_release(lock);
	return NULL;
}

static int wait_for(struct lock *lock, enum range range, int64_t end, int seconds, struct error *err)
{
	int pause = POLL_FIRST_MS;

	while (set_lock(lock->fd, range, F_WRLCK) < 0) {
		if (!taken(errno))
			return error_errno(err, REACH_RUN, "disk-error", _("cannot lock %s"), lock->path);
		if (clock_ms() >= end)
			return error_set(err, REACH_RUN, "busy", _("%s stayed locked for %d seconds"), lock->path, seconds);
		nanosleep(&(struct timespec){ 0, pause * 1000000L }, NULL);
		pause = pause * 2 < POLL_LAST_MS ? pause * 2 : POLL_LAST_MS;
	}
	return 0;
}

int lock_take(struct lock *lock, int seconds, struct error *err)
{
	int64_t end = clock_ms() + (int64_t)seconds * 1000;

	if (wait_for(lock, RANGE_NEXT, end, seconds, err) < 0)
		return -1;
	lock->held = wait_for(lock, RANGE_LOCK, end, seconds, err) == 0;
	set_lock(lock->fd, RANGE_NEXT, F_UNLCK);
	return lock->held ? 0 : -1;
}

void lock_drop(struct lock *lock)
{
	if (!lock->held)
		return;
	if (lock->tells && ftruncate(lock->fd, 0) < 0)
		lock->tells = true; /* a stale name of the holder misleads nobody: it is read only while the lock is held */
	set_lock(lock->fd, RANGE_LOCK, F_UNLCK);
	lock->held = lock->tells = false;
}

void lock_release(struct lock *lock)
{
	if (!lock)
		return;
	if (lock->fd >= 0) {
		lock_drop(lock);
		close(lock->fd);
	}
	free(lock->path);
	free(lock);
}
